"""datatrove: from a file of JSON lines through its filters into another, in one process.

    python run_datatrove.py CORPUS.jsonl FOLDER RESULT.json LANGUAGE drop|all

`drop`: as its pipelines stand, a document that one filter drops comes to no other. `all`: every filter looks at every
document, as dolma's taggers do. Imports and the tokenizer's start are not timed.
"""

import json
import sys
import time

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from loguru import logger

# Words that nearly every Korean text has, for Gopher's rule of stop words; the English ones would drop all of it at once.
STOP_WORDS = ["이", "그", "수", "등", "및", "것", "은", "는", "가", "을", "를", "의", "에", "도", "로", "고", "있는", "있다"]


def main(corpus, folder, result, language, way):
    logger.remove()
    filters = [
        GopherRepetitionFilter(language=language),
        GopherQualityFilter(language=language, stop_words=STOP_WORDS),
        FineWebQualityFilter(language=language),
        C4QualityFilter(language=language, filter_no_terminal_punct=False),
    ]
    for step in filters:
        step.filter(Document(text="첫 문장이다. 둘째 문장은 조금 더 길다.\n" * 3, id="0"))
    reader = JsonlReader(corpus, compression=None)
    start = time.perf_counter()
    kept = read = 0
    with JsonlWriter(folder, output_filename="kept.jsonl", compression=None) as writer:
        if way == "drop":
            documents = reader.run()
            for step in filters:
                documents = step.run(documents)
            for document in documents:
                writer.write(document)
                kept += 1
            read = reader.stats["documents"].total
        else:
            for document in reader.run():
                # `filter` answers with True, or with False and a reason.
                verdicts = [step.filter(document) is True for step in filters]
                read += 1
                if all(verdicts):
                    writer.write(document)
                    kept += 1
    seconds = time.perf_counter() - start
    with open(result, "w") as file:
        json.dump({"seconds": seconds, "documents": read, "kept": kept}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
