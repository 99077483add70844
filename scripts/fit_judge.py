#!/usr/bin/env python3
"""Fits the calibration of soju-refine/prompts/judge-ko.toml: how the model's log-odds and the rules' score become a probability.

  fit_judge.py LABELS.tsv OUT...

LABELS.tsv has the columns doc and label (keep, mixed or junk). OUT are output folders of `soju clean` on the
labelled documents with a wide band, so that the model is asked about many:

  printf '[rules.junk]\\nunsure_above = 0.04\\ndrop_above = 0.97\\n' > wide.toml
  soju clean labelled.jsonl --config wide.toml --out wide

Prints the weights fitted on all judged documents, and what they give on held-back halves (odd and even `doc`).
Needs the program zstdcat and nothing beyond the standard library.
"""
import csv, glob, json, math, subprocess, sys


def read(labels_path, folders):
    with open(labels_path, encoding="utf-8") as f:
        labels = {int(r["doc"]): r["label"] for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    rows = []
    for folder in folders:
        for path in glob.glob(folder + "/part-*.zst") + glob.glob(folder + "/dropped/part-*.zst"):
            for line in subprocess.run(["zstdcat", path], capture_output=True, check=True).stdout.splitlines():
                record = json.loads(line)
                scores = record["soju"].get("scores", {})
                if "judge_log_odds" in scores and record["doc"] in labels:
                    rules = min(max(scores["junk"], 0.001), 0.999)
                    features = (scores["judge_log_odds"], math.log(rules / (1 - rules)), 1.0)
                    rows.append((record["doc"], labels[record["doc"]] == "junk", features))
    return rows


def logit(weights, features):
    return sum(w * x for w, x in zip(weights, features))


def fit(rows, used, steps=3000, rate=0.1, l2=0.1):
    """Logistic regression by gradient descent on the features at the indices `used`; the others keep weight 0."""
    weights = [0.0, 0.0, 0.0]
    for _ in range(steps):
        gradient = [0.0, 0.0, 0.0]
        for _, junk, features in rows:
            error = 1 / (1 + math.exp(-logit(weights, features))) - junk
            for k in used:
                gradient[k] += error * features[k]
        for k in used:
            penalty = l2 * weights[k] if k < 2 else 0.0
            weights[k] -= rate * (gradient[k] + penalty) / len(rows)
    return weights


def auc(pairs):
    junk, rest = [s for s, j in pairs if j], [s for s, j in pairs if not j]
    wins = sum((a > b) + 0.5 * (a == b) for a in junk for b in rest)
    return wins / max(1, len(junk) * len(rest))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    rows = read(sys.argv[1], sys.argv[2:])
    print(f"{len(rows)} judged documents, {sum(r[1] for r in rows)} junk")
    for name, used in (("model", (0, 2)), ("rules", (1, 2)), ("both", (0, 1, 2))):
        held = []
        for half in (0, 1):
            weights = fit([r for r in rows if r[0] % 2 != half], used)
            held += [(logit(weights, r[2]), r[1]) for r in rows if r[0] % 2 == half]
        slope, rules, bias = fit(rows, used)
        print(f"{name:6} slope {slope:.3f} rules {rules:.3f} bias {bias:.3f}  held back: AUC {auc(held):.3f}")


main()
