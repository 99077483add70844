"""The corpus as files: whole, and its first n documents for what is too slow for all of it."""

import itertools
import json
from pathlib import Path

from environments import python
from measure import Failure, run

MAKER = Path(__file__).resolve().parent / "corpus.py"


class Corpora:
    def __init__(self, folder, files):
        self.folder = folder
        self.files = [str(Path(file).absolute()) for file in files]
        for file in self.files:
            if not Path(file).is_file():
                raise Failure(f"{file} is not a file; name files of JSON lines with a field `text`, plain or .zst")
        # dolma reads only what lies under a folder of this name.
        self.place = folder / "documents"
        self.place.mkdir()
        self.facts = {}

    def make(self, documents):
        """A corpus of `documents` documents: its file, and the bytes of its texts in `facts`."""
        path = self.place / f"{documents}.jsonl"
        if path.exists():
            return path
        larger = [n for n in self.facts if n > documents]
        if larger:
            self._first(documents, self.place / f"{min(larger)}.jsonl", path)
        else:
            command = [python("corpus"), MAKER, documents, path, *self.files]
            run(command, None, self.folder)
            self.facts[documents] = json.loads((self.folder / "stdout").read_text())
        return path

    def text_bytes(self, documents):
        return self.facts[documents]["text_bytes"]

    def _first(self, documents, larger, path):
        text_bytes = 0
        with open(larger, encoding="utf-8") as source, open(path, "w", encoding="utf-8") as out:
            for line in itertools.islice(source, documents):
                out.write(line)
                text_bytes += len(json.loads(line)["text"].encode())
        self.facts[documents] = {"text_bytes": text_bytes}
