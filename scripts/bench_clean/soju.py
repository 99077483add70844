"""Runs of soju itself. Whole processes are timed, from their start to their end."""

import json
import os
import shutil
from pathlib import Path

from measure import Failure, run

ROOT = Path(__file__).resolve().parents[2]


def program(variable, where):
    """A built program: the one that the environment names, else the one in the target folder."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or "target")
    path = Path(os.environ.get(variable) or ROOT / target / "release" / where).absolute()
    if not path.is_file():
        raise Failure(f"{path} is not there; `make bench-clean` builds it, or set {variable} to one that is built already")
    return path


class Soju:
    def __init__(self, folder):
        self.folder = folder
        self.binary = program("SOJU_BIN", "soju")
        self.signatures_binary = program("DEDUP_SPEED_BIN", "examples/dedup_speed")

    def clean(self, corpus, cores, threads, documents):
        """`soju clean` without a model, from file to files, with its report."""
        out = self.folder / "clean"
        shutil.rmtree(out, ignore_errors=True)
        command = [self.binary, "clean", corpus, "--out", out, "--no-model", "--threads", threads, "--quiet"]
        done = run(command, cores, self.folder)
        report = json.loads((out / "report.json").read_text())
        counts = report["counts"]
        if counts["input"] != documents or counts["rejected"]:
            raise Failure(f"soju clean read {counts['input']} of {documents} documents and rejected {counts['rejected']}")
        done.facts = {"kept": counts["kept"], "stages": report["stages"]}
        return done

    def dedup(self, corpus, cores, threads, documents, *more):
        """`soju dedup --fuzzy`, from file to files."""
        out = self.folder / "dedup"
        shutil.rmtree(out, ignore_errors=True)
        command = [self.binary, "dedup", corpus, "--out", out, "--fuzzy", "--threads", threads, "--quiet", *more]
        done = run(command, cores, self.folder)
        report = json.loads((out / "report.json").read_text())
        done.facts = {"kept": report["counts"]["kept"]}
        if report["counts"]["input"] != documents:
            raise Failure(f"soju dedup read {report['counts']['input']} of {documents} documents")
        return done

    def signatures(self, corpus, cores, unit):
        """MinHash sketches and band keys of texts in memory, timed by the program itself."""
        command = [self.signatures_binary, corpus, unit]
        return run(command, cores, self.folder, result=self.folder / "stdout")
