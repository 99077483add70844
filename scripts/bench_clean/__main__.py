"""Times soju's cleaning and dedup side by side with datatrove, dolma, rensa and text-dedup.

One command, one machine, one corpus: 20,000 documents made of real ones (examples/data, or the files named). Every side
has one core and runs once in each round. Peers come from the package index into virtual environments in the user's cache
folder ($SOJU_BENCH_VENVS), with all versions pinned; their imports are not timed, all of soju's process is. Slow
peers get the first documents of the corpus only; the table says how many. What it prints is Markdown.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import machine
import tables
from corpora import Corpora
from goals import goals
from measure import Failure, measure
from sides import GROUPS, Sides
from soju import ROOT, Soju

EXAMPLES = """\
examples:
  make bench-clean                                     build soju, then measure everything
  make bench-clean ARGS='--json speed.json'            with the figures as JSON
  python3 scripts/bench_clean --only filters --rounds 1 --documents 2000
  python3 scripts/bench_clean corpus/*.jsonl           on a corpus made of other documents

environment: SOJU_BIN and DEDUP_SPEED_BIN name binaries that are built already, SOJU_BENCH_VENVS where the peers'
environments lie, SOJU_BENCH_PYTHON the Python to make them with (3.11).
"""


def count(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def arguments():
    parser = argparse.ArgumentParser(
        prog="bench_clean", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "files", nargs="*", help="JSON lines with a field `text`, plain or .zst [default: examples/data/*.jsonl.zst]"
    )
    parser.add_argument("--documents", type=count, default=20_000, help="size of the corpus [default: 20000]")
    parser.add_argument("--rounds", type=count, default=3, help="how often each side runs [default: 3]")
    parser.add_argument("--sample", type=count, default=1000, help="for datatrove; twice as many for gopher_v1 [default: 1000]")
    parser.add_argument(
        "--korean-sample", type=int, default=50, help="for datatrove's Korean tokenizer, one round; 0: none [default: 50]"
    )
    parser.add_argument(
        "--only", default=",".join(GROUPS), metavar="GROUP,…", help=f"what to measure [default: {', '.join(GROUPS)}]"
    )
    parser.add_argument(
        "--tenfolds", type=count, default=2, help="memory: how many tenfold steps, from a tenth of --documents up [default: 2]"
    )
    parser.add_argument("--core", type=int, help="the core to measure on [default: the last]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    options.only = options.only.split(",")
    for group in options.only:
        if group not in GROUPS:
            parser.error(f"--only: {group!r} is none of {', '.join(GROUPS)}")
    cores = sorted(os.sched_getaffinity(0))
    options.core = cores[-1] if options.core is None else options.core
    if options.core not in cores:
        parser.error(f"--core: {options.core} is none of this machine's: {', '.join(map(str, cores))}")
    if "two cores" in options.only and len(cores) < 2:
        parser.error("--only: two cores can't be measured on one")
    options.sample = min(options.sample, options.documents // 2)
    options.files = options.files or sorted(str(path) for path in (ROOT / "examples" / "data").glob("*.jsonl.zst"))
    return options


def bench(options, folder):
    soju = Soju(folder)
    corpora = Corpora(folder, options.files)
    corpora.make(options.documents)
    facts = {
        "machine": machine.facts(),
        "corpus": {"documents": options.documents, **corpora.facts[options.documents]},
        "rounds": options.rounds,
    }
    others = sorted(os.sched_getaffinity(0) - {options.core})
    sides = Sides(soju, corpora, options, {options.core}, {options.core, *others[-1:]})
    found = [side for group in options.only if group != "memory" for side in sides.of(group)]
    measure(found, options.rounds)
    if "memory" in options.only:
        found += memory(sides, corpora, options)
    return facts, found


def memory(sides, corpora, options):
    found = []
    for step in range(options.tenfolds + 1):
        documents = max(1, options.documents // 10) * 10**step
        some = sides.memory(documents)
        measure(some, 1)
        found += some
    return found


def main():
    options = arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-clean-") as folder:
            facts, sides = bench(options, Path(folder))
        against = goals(sides)
        for line in tables.markdown(facts, sides, against):
            print(line)
        if options.json:
            options.json.write_text(json.dumps(tables.as_json(facts, sides, against), indent=2, ensure_ascii=False) + "\n")
    except (Failure, OSError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
