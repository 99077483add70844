"""What is measured, and which figures are held against which."""

from pathlib import Path

from environments import python, version
from measure import Failure, Side, run

PEERS = Path(__file__).resolve().parent / "peers"
GROUPS = ["filters", "signatures", "near-dedup", "two cores", "memory"]

CLEAN = "soju clean --no-model"
# Little enough for the larger corpora to be sorted on disk; the default of 1 GiB would take half a million documents.
SORTING = "32MiB"


class Sides:
    """Makes the sides of each group. `one` is a set of one core, `two` of two; `sample` bounds the slow peers."""

    def __init__(self, soju, corpora, options, one, two):
        self.soju, self.corpora, self.options = soju, corpora, options
        self.one, self.two = one, two
        self.folder = corpora.folder

    def of(self, group):
        return {
            "filters": self.filters,
            "signatures": self.signatures,
            "near-dedup": self.near_dedup,
            "two cores": self.two_cores,
        }[group]()

    def filters(self):
        options = self.options
        sides = [
            self._clean("filters", CLEAN, options.documents, self.one, 1),
            self._datatrove("English tokenizer", options.sample, "eng", "drop"),
            self._datatrove("English tokenizer, every filter", options.sample, "eng", "all"),
            self._dolma("gopher_v1", 2 * options.sample),
            self._dolma("c4_v2", options.documents),
        ]
        if options.korean_sample:
            slow = self._datatrove("Korean tokenizer", options.korean_sample, "kor", "drop")
            slow.rounds = 1
            sides.append(slow)
        return sides

    def signatures(self):
        n = self.options.documents
        corpus = self.corpora.make(n)

        def ours(unit):
            return self._side("signatures", f"soju, {unit[:-1]} 5-grams", n, lambda: self.soju.signatures(corpus, self.one, unit))

        def rensa(way, name):
            return self._peer("signatures", "rensa", f"word 5-grams, {name}", n, "run_rensa.py", [corpus], [way])

        return [ours("characters"), ours("words"), rensa("single", "one by one"), rensa("batch", "one batch")]

    def near_dedup(self):
        n = self.options.documents
        corpus = self.corpora.make(n)
        place = self.folder / "text-dedup"
        offline = {"HF_HOME": str(place / "home"), "HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}

        def ours(name, *more):
            return self._side("near-dedup", name, n, lambda: self.soju.dedup(corpus, self.one, 1, n, *more))

        theirs = self._peer("near-dedup", "text-dedup", "", n, "run_text_dedup.py", [corpus, place], [], offline)
        return [ours("soju"), ours("soju, FineWeb2's preset", "--fineweb2"), theirs]

    def two_cores(self):
        n = self.options.documents
        return [
            self._clean("two cores", "one core, --threads 1", n, self.one, 1),
            self._clean("two cores", "two cores, --threads 1", n, self.two, 1),
            self._clean("two cores", "two cores, --threads 2", n, self.two, 2),
        ]

    def memory(self, documents):
        """Clean and near-dedup of a corpus of this size, on both cores: for their peaks."""
        corpus = self.corpora.make(documents)
        threads = len(self.two)

        def dedup():
            return self.soju.dedup(corpus, self.two, threads, documents, "--memory", SORTING)

        return [
            self._clean("memory", CLEAN, documents, self.two, threads),
            self._side("memory", f"soju dedup --fuzzy --memory {SORTING}", documents, dedup),
        ]

    def _clean(self, group, name, documents, cores, threads):
        corpus = self.corpora.make(documents)
        return self._side(group, name, documents, lambda: self.soju.clean(corpus, cores, threads, documents))

    def _datatrove(self, what, documents, language, way):
        arguments = [self.corpora.make(documents), self.folder / "datatrove"]
        return self._peer("filters", "datatrove", what, documents, "run_datatrove.py", arguments, [language, way])

    def _dolma(self, tagger, documents):
        arguments = [self.corpora.make(documents), self.folder / "dolma"]
        return self._peer("filters", "dolma", tagger, documents, "run_dolma.py", arguments, [tagger])

    def _peer(self, group, peer, what, documents, script, before, after, environment=None):
        interpreter = python(peer)
        result = self.folder / "result.json"
        name = f"{peer} {version(peer)}" + (f", {what}" if what else "")

        def once():
            result.unlink(missing_ok=True)
            command = [interpreter, PEERS / script, *before, result, *after]
            # One core is what it may have; its libraries would start threads for more.
            done = run(command, self.one, self.folder, dict(environment or {}, OMP_NUM_THREADS="1"), result)
            if done.facts.get("documents", documents) != documents:
                raise Failure(f"{name} worked on {done.facts['documents']} of {documents} documents")
            return done

        return self._side(group, name, documents, once)

    def _side(self, group, name, documents, once):
        return Side(group, name, documents, self.corpora.text_bytes(documents), once)
