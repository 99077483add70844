"""text-dedup: MinHash near-dedup from a file of JSON lines into a data set on disk.

    python run_text_dedup.py CORPUS.jsonl FOLDER RESULT.json

112 permutations in 14 bands of 8 over its own word 5-grams, 32-bit hashes (its fastest), one process. Imports are not
timed; its cache is new in every run.
"""

import json
import shutil
import sys
import time
from pathlib import Path

from datasets import load_from_disk
from text_dedup.minhash import main as minhash


def main(corpus, folder, result):
    shutil.rmtree(folder, ignore_errors=True)
    out = Path(folder) / "out"
    options = {
        "path": "json",
        "data_files": corpus,
        "split": "train",
        "cache_dir": Path(folder) / "cache",
        "output": out,
        "column": "text",
        "num_perm": 112,
        "b": 14,
        "r": 8,
        "ngram": 5,
        "min_length": 5,
        "num_proc": 1,
        "hash_func": "xxh3",
        "hash_bits": 32,
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    start = time.perf_counter()
    minhash.main(args=arguments, standalone_mode=False)
    seconds = time.perf_counter() - start
    with open(result, "w") as file:
        json.dump({"seconds": seconds, "kept": len(load_from_disk(str(out)))}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
