"""dolma: one of its taggers over a file of JSON lines, which must lie under a folder `documents/`.

    python run_dolma.py …/documents/CORPUS.jsonl FOLDER RESULT.json TAGGER

In one process, as with one core a pool of them could only lose. Imports are not timed.
"""

import json
import shutil
import sys
import time
from pathlib import Path

from dolma.core.runtime import create_and_run_tagger


def main(corpus, folder, result, tagger):
    shutil.rmtree(folder, ignore_errors=True)
    work = Path(folder) / "work"
    start = time.perf_counter()
    create_and_run_tagger(
        documents=[corpus],
        taggers=[tagger],
        destination=str(Path(folder) / "attributes"),
        metadata=str(work),
        debug=True,
        num_processes=1,
    )
    seconds = time.perf_counter() - start
    made = [path for path in (Path(folder) / "attributes").rglob("*") if path.is_file()]
    tagged = sum(count_lines(path) for path in made)
    with open(result, "w") as file:
        json.dump({"seconds": seconds, "documents": tagged}, file)


def count_lines(path):
    from smart_open import open as smart_open

    with smart_open(path, "rt") as lines:
        return sum(1 for _ in lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
