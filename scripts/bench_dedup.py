#!/usr/bin/env python3
"""Times soju's dedup beside rensa and text-dedup. Started by bench-dedup.sh.

The corpus: N documents of about 1,100 characters, made from real ones with a fixed seed. Sentences of three documents are
mixed into a new one; a fifth of the documents are near-duplicates of earlier ones (a word in fifty changed, or a
sentence lost). Every side runs once in each round, all on one core; the table shows medians and their ratio.

Signatures: rensa gets its shingles as ready lists of strings (making them is timed apart), in one call for all documents
(digest_matrix_from_token_sets) and one call each (RMinHash.update); soju starts from the text. 112 hashes.
Near-dedup: files in, files out. text-dedup reads the same JSON lines, with 112 permutations in 14 bands of 8 over its own
word 5-grams; soju with character 5-grams (its default) and with FineWeb2's preset, which is what text-dedup does.
"""
import argparse, json, os, random, shutil, statistics, subprocess, sys, tempfile, time
from pathlib import Path

CHARACTERS = 1100


def documents(paths):
    import zstandard
    for path in paths:
        raw = Path(path).read_bytes()
        if raw[:4] == b"\x28\xb5\x2f\xfd":
            raw = zstandard.ZstdDecompressor().stream_reader(raw).read()
        for line in raw.decode().splitlines():
            text = json.loads(line)["text"]
            if len(text) >= 200:
                yield text


def corpus(paths, n, seed=1):
    rng = random.Random(seed)
    sentences = [[s for s in d.replace("\n", " ").split(". ") if s] for d in documents(paths)]
    made = []
    for i in range(n):
        if i % 5 == 4:
            text = made[rng.randrange(len(made))]
            if rng.random() < 0.5:
                words = text.split(" ")
                text = " ".join(w[::-1] if rng.random() < 0.02 else w for w in words)
            else:
                parts = text.split(". ")
                parts.pop(rng.randrange(len(parts)))
                text = ". ".join(parts) or text
        else:
            text = ""
            while len(text) < CHARACTERS:
                source = sentences[rng.randrange(len(sentences))]
                # A few words of another place in between, so that equal sentences do not make equal documents.
                other = rng.choice(sentences[rng.randrange(len(sentences))]).split(" ")
                start = rng.randrange(max(1, len(other)))
                words = rng.choice(source).split(" ")[:12] + other[start:start + 6]
                rng.shuffle(words)
                text += " ".join(words) + ". "
            text = text[:CHARACTERS]
        made.append(text)
    return made


def pinned(core):
    return lambda: os.sched_setaffinity(0, {core})


def run(command, core, **more):
    start = time.perf_counter()
    done = subprocess.run(command, preexec_fn=pinned(core), capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start, done.stdout


def rensa_child(path, way):
    import rensa
    texts = [json.loads(line)["text"] for line in open(path)]
    start = time.perf_counter()
    shingles = []
    for text in texts:
        words = text.split()
        shingles.append([" ".join(words[i:i + 5]) for i in range(max(1, len(words) - 4))])
    made = time.perf_counter() - start
    start = time.perf_counter()
    if way == "batch":
        rensa.RMinHash.digest_matrix_from_token_sets(shingles, 112, 42)
    else:
        for tokens in shingles:
            sketch = rensa.RMinHash(num_perm=112, seed=42)
            sketch.update(tokens)
            sketch.digest()
    print(json.dumps({"seconds": time.perf_counter() - start, "shingles": made}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", nargs="*", default=["examples/data/hplt-v2-kor-sample.jsonl.zst"])
    parser.add_argument("--documents", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=os.cpu_count() - 1)
    parser.add_argument("--soju", required=True)
    parser.add_argument("--speed", required=True)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-dedup-"))
    path = folder / "corpus.jsonl"
    texts = corpus(args.docs, args.documents)
    path.write_text("".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in enumerate(texts)))
    size = path.stat().st_size / 1e6
    print(f"{len(texts)} documents, {sum(map(len, texts)) / len(texts):.0f} characters on average, {size:.1f} MB")

    def speed(unit):
        return lambda: json.loads(run([args.speed, path, unit], args.core)[1])["seconds"]

    def rensa(way):
        return lambda: json.loads(run([sys.executable, __file__, "--rensa", path, way], args.core)[1])["seconds"]

    def soju(*more):
        out = folder / "soju"
        def once():
            shutil.rmtree(out, ignore_errors=True)
            command = [args.soju, "dedup", path, "--out", out, "--fuzzy", "--threads", "1", "--quiet", *more]
            return run(command, args.core)[0]
        return once

    def text_dedup():
        out, cache = folder / "text-dedup", folder / "cache"
        for old in (out, cache):
            shutil.rmtree(old, ignore_errors=True)
        environment = dict(os.environ, HF_HOME=str(cache), HF_DATASETS_OFFLINE="1", HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1")
        command = [
            sys.executable, "-m", "text_dedup.minhash", "--path", "json", "--data_files", path, "--split", "train",
            "--cache_dir", cache, "--output", out, "--column", "text", "--num_perm", "112", "--b", "14", "--r", "8",
            "--ngram", "5", "--min_length", "5", "--num_proc", "1", "--hash_func", "xxh3", "--hash_bits", "32",
        ]
        return run(command, args.core, env=environment, cwd=folder)[0]

    sides = {
        "signatures: soju, character 5-grams": speed("characters"),
        "signatures: soju, word 5-grams": speed("words"),
        "signatures: rensa, word 5-grams, one by one": rensa("single"),
        "signatures: rensa, word 5-grams, one batch": rensa("batch"),
        "near-dedup: soju": soju(),
        "near-dedup: soju, FineWeb2's preset": soju("--fineweb2"),
        "near-dedup: text-dedup": text_dedup,
    }
    times = {name: [] for name in sides}
    for _ in range(args.rounds):
        for name, side in sides.items():
            times[name].append(side())
    rates = {name: len(texts) / statistics.median(t) for name, t in times.items()}
    for name, t in times.items():
        spread = f"{len(texts) / max(t):,.0f} to {len(texts) / min(t):,.0f}"
        print(f"{name:45} {rates[name]:10,.0f} documents/s  ({spread})")
    ratios = [
        ("signatures: soju, character 5-grams", "signatures: rensa, word 5-grams, one by one"),
        ("signatures: soju, character 5-grams", "signatures: rensa, word 5-grams, one batch"),
        ("signatures: soju, word 5-grams", "signatures: rensa, word 5-grams, one by one"),
        ("signatures: soju, word 5-grams", "signatures: rensa, word 5-grams, one batch"),
        ("near-dedup: soju", "near-dedup: text-dedup"),
        ("near-dedup: soju, FineWeb2's preset", "near-dedup: text-dedup"),
    ]
    for ours, theirs in ratios:
        print(f"{rates[ours] / rates[theirs]:6.1f} times  {ours}  /  {theirs.split(': ')[1]}")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rensa"]:
        rensa_child(*sys.argv[2:4])
    else:
        main()
