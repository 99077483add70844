"""Runs one program at a time on given cores and measures its time and its peak of memory."""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Callable, Optional


class Failure(Exception):
    """A side that did not do what was to be measured; the text says which, and what it printed."""


@dataclass
class Run:
    """One run. `seconds` are the program's own where it told them, else those of the whole process."""

    seconds: float
    max_rss: int  # bytes
    share: float  # processor time by time of the whole process: 1 where it had one core to itself
    facts: dict = field(default_factory=dict)


@dataclass
class Side:
    """One thing to measure: `once` runs it over `documents` documents of `text_bytes` bytes of text."""

    group: str
    name: str
    documents: int
    text_bytes: int
    once: Callable[[], Run]
    rounds: Optional[int] = None
    runs: list = field(default_factory=list)

    def seconds(self):
        return statistics.median(run.seconds for run in self.runs)

    def documents_per_second(self):
        return self.documents / self.seconds()

    def megabytes_per_second(self):
        return self.text_bytes / 1e6 / self.seconds()

    def spread(self):
        """The slowest and the fastest run, in documents per second."""
        times = [run.seconds for run in self.runs]
        return self.documents / max(times), self.documents / min(times)

    def share(self):
        """Of one core, how much a run had on average; much less than 1 where other work was in the way."""
        return statistics.median(run.share for run in self.runs)

    def max_rss(self):
        return max(run.max_rss for run in self.runs)


def run(command, cores, folder, environment=None, result=None):
    """Runs `command` on `cores` (all where None).

    Where `result` is given, the program writes its own time and facts there, as JSON.
    """
    # The child inherits the cores. Setting them in the child would need a fork, and with it our memory in its peak.
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or ours)
    try:
        with open(folder / "stdout", "w") as out, open(folder / "stderr", "w") as err:
            start = time.perf_counter()
            child = subprocess.Popen(
                [str(part) for part in command], stdout=out, stderr=err, cwd=folder, env=dict(os.environ, **(environment or {}))
            )
            try:
                _, status, usage = os.wait4(child.pid, 0)
            except KeyboardInterrupt:
                child.kill()
                child.wait()
                raise
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
    finally:
        os.sched_setaffinity(0, ours)
    if child.returncode:
        said = (folder / "stderr").read_text(errors="replace")[-2000:].strip()
        raise Failure(f"`{' '.join(map(str, command))}` ended with {child.returncode}:\n{said}")
    try:
        facts = json.loads(result.read_text()) if result else {}
    except (OSError, ValueError) as error:
        raise Failure(f"`{' '.join(map(str, command))}` gave no figures: {error}") from error
    share = (usage.ru_utime + usage.ru_stime) / seconds
    return Run(facts.pop("seconds", seconds), usage.ru_maxrss * 1024, share, facts)


def measure(sides, rounds):
    """Every side once in each round, so that what else the machine does falls on all of them."""
    for number in range(rounds):
        for side in sides:
            if number >= (side.rounds or rounds):
                continue
            side.runs.append(side.once())
            print(f"round {number + 1} of {rounds}: {side.group}: {side.name}: {side.runs[-1].seconds:.2f} s", file=sys.stderr)
