#!/usr/bin/env python3
"""Fits the weights of the junk score (soju-refine/src/junk/score.rs) to labelled documents.

  fit_junk.py FEATURES.jsonl LABELS.tsv... [--l2 X] [--folds N] [--student HELD-BACK.jsonl] [--probe HELD-BACK.jsonl] [--prompt LABELLED.jsonl] [--rust]

FEATURES comes from `cargo run -p soju-refine --example junk_features docs DOCS.jsonl`; LABELS has the columns doc and
label (keep, mixed, junk). Logistic regression on standardized features, junk against the rest, by Newton's method with
an L2 penalty X (default 12) that pulls each weight towards PRIOR: what the feature is known to mean where a few hundred
documents show it too rarely to tell. A weight whose sign contradicts its prior is set to 0, and one beyond CAP times
its prior to that. Prints figures of
fits on all folds but one, judged on that one, and with --rust the constants of a fit on everything. HELD-BACK comes from
`soju train-filter --held-back`: then the figures of rules and student together follow, each document judged by neither's
own data. --probe does the same with what `soju train-probe --held-back` wrote: the probe alone, then its log-odds beside
those of rules and student, on every document, and only where rules and student are unsure (0.2 to 0.8), where also a judge without fault is put in its place, with the
interval of the gain over 2,000 resamples of the documents. --prompt takes what `soju label DOCS.jsonl --sample N --unbalanced` wrote with `judge.by = "prompt"`: the prompt
alone, then under the calibration of prompts/judge-ko.toml where rules and student are unsure. With several LABELS the
figures are given for the first of them, too.
"""
import argparse, csv, json, math, random


PRIOR = {
    "list_cut": 2, "other_cut": 0, "prose": -2, "particles": -3, "digits": 2, "latin": 1, "items": 0.5, "symbols": 2, "short_words": 1,
    "long_words": 2, "fragments": 1, "bigram_repeat": 2, "top_word": 6, "spam": 6, "obfuscated": 8, "downloads": 4, "shop": 3,
    "translation": 3, "number_run": 4, "hashtags": 4, "comma_list": 4, "connectives": -10,
    "junk_lines": 2, "sure_lines": 2, "offers": 3, "controls": 1, "insults": 2, "fields": 3, "stuffed": 4,
    "phrase": 4, "pronouns": 4,
}

CAP = 4.0


def solve(a, b):
    n = len(b)
    m = [row[:] + [x] for row, x in zip(a, b)]
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(m[r][i]))
        m[i], m[p] = m[p], m[i]
        for r in range(n):
            if r != i and m[r][i]:
                f = m[r][i] / m[i][i]
                m[r] = [x - f * y for x, y in zip(m[r], m[i])]
    return [m[i][n] / m[i][i] for i in range(n)]


def fit(rows, labels, l2, prior):
    d, n = len(rows[0]), len(rows)
    means = [sum(r[j] for r in rows) / n for j in range(d)]
    sds = [max(1e-3, math.sqrt(sum((r[j] - means[j]) ** 2 for r in rows) / n)) for j in range(d)]
    x = [[(v - m) / s for v, m, s in zip(r, means, sds)] + [1.0] for r in rows]
    target = [p * s for p, s in zip(prior, sds)]
    off = {}
    while True:
        w = [off.get(j, t) for j, t in enumerate(target)] + [-1.5]
        for _ in range(30):
            g = [-l2 * (a - t) for a, t in zip(w, target)] + [0.0]
            h = [[(l2 if i == j and i < d else 0.0) for j in range(d + 1)] for i in range(d + 1)]
            for r, y in zip(x, labels):
                p = 1 / (1 + math.exp(-max(-30, min(30, sum(a * b for a, b in zip(w, r))))))
                q = max(1e-6, p * (1 - p))
                for i in range(d + 1):
                    g[i] += (y - p) * r[i]
                    qi, hi = q * r[i], h[i]
                    for j in range(d + 1):
                        hi[j] += qi * r[j]
            for i in off:
                g[i], h[i] = 0.0, [1.0 if i == j else 0.0 for j in range(d + 1)]
            step = solve(h, g)
            w = [a + b for a, b in zip(w, step)]
            if max(map(abs, step)) < 1e-6:
                break
        wrong = {j: 0.0 for j in range(d) if w[j] * prior[j] < 0 and j not in off}
        wrong |= {j: CAP * target[j] for j in range(d) if prior[j] and w[j] / target[j] > CAP * 1.001 and j not in off}
        if not wrong:
            raw = [a / s for a, s in zip(w, sds)]
            return raw, w[d] - sum(a * m for a, m in zip(raw, means)), means
        off |= wrong


def score(model, row):
    return 1 / (1 + math.exp(-max(-30, min(30, model[1] + sum(a * b for a, b in zip(model[0], row))))))


def odds(p):
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


def auc(held, labels, docs):
    junk = [held[d] for d in docs if labels[d] == "junk"]
    rest = [held[d] for d in docs if labels[d] != "junk"]
    return sum((a > b) + (a == b) / 2 for a in junk for b in rest) / max(1, len(junk) * len(rest))


def report(system, held, labels, first):
    for name, docs in [("all", set(held))] + [("first", first & set(held))] * (first != set(labels)):
        print(f"{system} held back, {name} {len(docs)}: AUC {auc(held, labels, docs):.3f}")
        for t in (0.1, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.85, 0.9):
            n = {k: sum(held[d] > t for d in docs if labels[d] == k) for k in ("keep", "mixed", "junk")}
            tp, fp = n["junk"], n["keep"] + n["mixed"]
            pos, neg = sum(labels[d] == "junk" for d in docs), sum(labels[d] != "junk" for d in docs)
            f1 = 2 * tp / max(1, tp + fp + pos)
            f0 = 2 * (neg - fp) / max(1, neg - fp + pos - tp + neg)
            print(f"{system} held back, {name} {len(docs)}, above {t:.2f}: {n}  macro-F1 {(f1 + f0) / 2:.3f}")


def macro(held, labels, docs, t):
    tp = sum(held[d] > t and labels[d] == "junk" for d in docs)
    fp = sum(held[d] > t and labels[d] != "junk" for d in docs)
    pos = sum(labels[d] == "junk" for d in docs)
    neg = len(docs) - pos
    return (2 * tp / max(1, tp + fp + pos) + 2 * (neg - fp) / max(1, neg - fp + pos - tp + neg)) / 2


def gain(name, before, after, labels):
    """Each at the threshold that is best for it on the other half of the documents, so that neither chooses on what it is
    judged on."""
    steps = [i / 40 for i in range(8, 37)]
    docs = sorted(before)
    halves = [docs[0::2], docs[1::2]]
    best = {}
    for held, key in ((before, "before"), (after, "after")):
        for i in (0, 1):
            best[key, i] = max(steps, key=lambda t: macro(held, labels, halves[1 - i], t))
    said = {key: {d: held[d] > best[key, i] for i in (0, 1) for d in halves[i]} for held, key in ((before, "before"), (after, "after"))}
    diffs, rng = [], random.Random(1)
    whole = [macro(said[k], labels, docs, 0.5) for k in ("before", "after")]
    for _ in range(2000):
        some = [docs[rng.randrange(len(docs))] for _ in docs]
        diffs.append(macro(said["after"], labels, some, 0.5) - macro(said["before"], labels, some, 0.5))
    diffs.sort()
    print(f"{name}: macro-F1 {whole[0]:.3f} before, {whole[1]:.3f} after (thresholds chosen on the other half); "
          f"gain {whole[1] - whole[0]:+.3f}, 95 % from {diffs[50]:+.3f} to {diffs[1949]:+.3f}")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("features")
    args.add_argument("labels", nargs="+")
    args.add_argument("--l2", type=float, default=12.0)
    args.add_argument("--folds", type=int, default=10)
    args.add_argument("--student")
    args.add_argument("--probe")
    args.add_argument("--prompt")
    args.add_argument("--rust", action="store_true")
    args = args.parse_args()
    labels, first = {}, set()
    for path in args.labels:
        with open(path, encoding="utf-8") as f:
            labels |= {int(r["doc"]): r["label"] for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
        first = first or set(labels)
    with open(args.features, encoding="utf-8") as f:
        read = [json.loads(line) for line in f]
    data = {r["doc"]: r["features"] for r in read if r["doc"] in labels}
    names = list(next(iter(data.values())))
    rows = {d: [f[n] for n in names] for d, f in data.items()}
    prior = [PRIOR[n] for n in names]
    held = {}
    for fold in range(args.folds):
        train = [d for d in rows if d % args.folds != fold]
        model = fit([rows[d] for d in train], [labels[d] == "junk" for d in train], args.l2, prior)
        held.update({d: score(model, rows[d]) for d in rows if d % args.folds == fold})
    report("rules", held, labels, first)
    rules = dict(held)
    if args.student:
        with open(args.student, encoding="utf-8") as f:
            student = {int(r["group"].removeprefix("doc ")): r["p"] for r in map(json.loads, f) if r["level"] == "document"}
        report("student", student, labels, first)
        held = {d: 1 / (1 + math.exp(-(odds(held[d]) + odds(student[d])) / 2)) for d in held if d in student}
        report("both", held, labels, first)
    if args.probe:
        with open(args.probe, encoding="utf-8") as f:
            rows_of = (r for r in map(json.loads, f) if r["level"] == "document" and r["question"] == "junk")
            probe = {int(r["group"].removeprefix("doc ")): r["answer"] for r in rows_of}
        report("probe", probe, labels, first)
        before = {d: p for d, p in held.items() if d in probe}
        third = {d: 1 / (1 + math.exp(-(2 * odds(p) + odds(probe[d])) / 3)) for d, p in before.items()}
        report("all three", third, labels, first)
        asked = {d: third[d] if 0.2 < p < 0.8 else p for d, p in before.items()}
        report(f"probe on {sum(0.2 < p < 0.8 for p in before.values())} unsure", asked, labels, first)
        unsure = [d for d, p in before.items() if 0.2 < p < 0.8]
        print(f"the {len(unsure)} unsure, {sum(labels[d] == 'junk' for d in unsure)} junk: AUC of rules and student "
              f"{auc(before, labels, unsure):.3f}, of the probe {auc(probe, labels, unsure):.3f}, of all three {auc(third, labels, unsure):.3f}")
        oracle = {d: float(labels[d] == "junk") if 0.2 < p < 0.8 else p for d, p in before.items()}
        report("a judge without fault on the unsure", oracle, labels, first)
        for name, after in (("all three", third), ("probe on the unsure", asked)):
            gain(name, before, after, labels)
    if args.prompt:
        with open(args.prompt, encoding="utf-8") as f:
            said = {read[int(r["source"].rsplit(" ", 1)[1]) - 1]["doc"]: r["log_odds"] for r in map(json.loads, f)}
        before = {d: p for d, p in held.items() if d in said}
        alone = {d: 1 / (1 + math.exp(-said[d])) for d in before}
        report("prompt", alone, labels, first)
        unsure = [d for d, p in before.items() if 0.2 < p < 0.8]
        print(f"the {len(unsure)} unsure: AUC of the prompt {auc(alone, labels, unsure):.3f}")
        slope, of_rules, bias = 0.518, 1.168, -0.42  # prompts/judge-ko.toml
        judged = {d: 1 / (1 + math.exp(-(slope * said[d] + of_rules * odds(rules[d]) + bias))) for d in unsure}
        report("prompt on the unsure", {**before, **judged}, labels, first)
        report("rules and student of the same", before, labels, first)
        gain("prompt on the unsure", before, {**before, **judged}, labels)
    wrong = sorted(held, key=lambda d: abs((labels[d] == "junk") - held[d]))[-24:]
    print("furthest off:", [(d, labels[d], round(held[d], 2)) for d in wrong])
    weights, bias, means = fit(list(rows.values()), [labels[d] == "junk" for d in rows], args.l2, prior)
    width = max(map(len, names))
    if args.rust:
        print("WEIGHTS:", ", ".join(f"{w:.3f}" for w in weights))
        print(f"BIAS: {bias:.3f}")
        print("MEANS:", ", ".join(f"{m:.4f}" for m in means))
    else:
        for name, w, m in zip(names, weights, means):
            print(f"{name:{width}} {w:8.3f} mean {m:.4f}")


if __name__ == "__main__":
    main()
