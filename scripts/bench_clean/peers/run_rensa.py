"""rensa: MinHash signatures of 112 hashes over word 5-grams.

    python run_rensa.py CORPUS.jsonl RESULT.json single|batch

The shingles are ready lists of strings; making them is not timed, and neither is reading. `single` makes one sketch after
the other, `batch` all of them in one call.
"""

import json
import sys
import time

import rensa

HASHES = 112
SIZE = 5


def shingles(text):
    words = text.split()
    return [" ".join(words[i : i + SIZE]) for i in range(max(1, len(words) - SIZE + 1))]


def main(corpus, result, way):
    with open(corpus, encoding="utf-8") as file:
        sets = [shingles(json.loads(line)["text"]) for line in file]
    start = time.perf_counter()
    if way == "batch":
        rensa.RMinHash.digest_matrix_from_token_sets(sets, HASHES, 42)
    else:
        for tokens in sets:
            sketch = rensa.RMinHash(num_perm=HASHES, seed=42)
            sketch.update(tokens)
            sketch.digest()
    seconds = time.perf_counter() - start
    with open(result, "w") as file:
        json.dump({"seconds": seconds, "documents": len(sets)}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
