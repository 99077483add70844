"""Makes the corpus that every side reads: JSON lines of `id`, `text` and `source`, the same for the same files and seed.

A text is about 1,100 characters: runs of two to six sentences as they stand in real documents, each run from another
document. A fifth of the documents are near-duplicates of earlier ones (a word in fifty turned round, or a sentence lost).
The first n documents of a larger corpus are the corpus of n documents.

    python corpus.py DOCUMENTS OUT.jsonl FILE…

It is a program of its own, run in the environment of `pins/corpus.txt`, so that the measuring process stays small: what a
process holds when it starts another counts towards the other's peak of memory.
"""

import json
import random
import re
import sys
from collections import deque
from pathlib import Path

CHARACTERS = 1100
SHORTEST = 200
SEED = 1
# How far back a near-duplicate's original may lie. It bounds the memory.
REACH = 20_000
# What ends a sentence, with the white space behind it; a piece without one is cut where it gets too long.
SENTENCE = re.compile(r"[^\n]{1,300}?(?:[.!?…]+[ \t]+|\n+|$)|[^\n]{1,300}(?:\s|$)?")


def texts(path):
    raw = Path(path).read_bytes()
    if raw.startswith(b"\x28\xb5\x2f\xfd"):
        import zstandard

        raw = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True).read()
    for number, line in enumerate(raw.decode().split("\n"), 1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
        except (ValueError, KeyError, TypeError) as error:
            sys.exit(f"{path}:{number}: not a record with a text ({error!r}); name files of JSON lines, plain or .zst")
        if len(text) >= SHORTEST:
            yield text


def near_duplicate(text, rng):
    if rng.random() < 0.5:
        return " ".join(word[::-1] if rng.random() < 0.02 else word for word in text.split(" "))
    sentences = SENTENCE.findall(text)
    sentences.pop(rng.randrange(len(sentences)))
    return "".join(sentences) or text


def mixture(sources, rng):
    text, length = [], 0
    while length < CHARACTERS:
        sentences = rng.choice(sources)
        start = rng.randrange(len(sentences))
        run = "".join(sentences[start : start + rng.randint(2, 6)])
        if not run[-1].isspace():
            run += " "
        text.append(run)
        length += len(run)
    return "".join(text).strip()


def documents(sources, number):
    rng = random.Random(SEED)
    recent = deque(maxlen=REACH)
    for i in range(number):
        text = near_duplicate(rng.choice(recent), rng) if i % 5 == 4 else mixture(sources, rng)
        recent.append(text)
        yield text


def main(number, out, *files):
    sources = [SENTENCE.findall(text) for file in files for text in texts(file)]
    sources = [[sentence for sentence in sentences if sentence.strip()] for sentences in sources]
    sources = [sentences for sentences in sources if sentences]
    if not sources:
        sys.exit(f"no text of {SHORTEST} characters or more in {', '.join(files)}")
    characters = text_bytes = 0
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        for i, text in enumerate(documents(sources, int(number))):
            record = {"id": str(i), "text": text, "source": "bench"}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            characters += len(text)
            text_bytes += len(text.encode())
    print(json.dumps({"sources": len(sources), "characters": characters, "text_bytes": text_bytes}))


if __name__ == "__main__":
    main(*sys.argv[1:])
