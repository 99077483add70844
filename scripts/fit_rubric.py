#!/usr/bin/env python3
"""Calibrates the rubric's prompts (soju-refine/prompts/rubric-*-ko.toml) on documents that were read.

  fit_rubric.py LOGITS.jsonl [--folds N] [--l2 X]

LOGITS comes from the example rubric_logits. For each question: softmax(logits / temperature + bias of each label), by
gradient descent on the log loss with an L2 penalty X (default 0.05) on the biases, held back in N folds (default 10). Prints
how well the answers do before and after, held back, and the [calibration] of a fit on everything. Scores are compared by
the rank correlation (Spearman) of the expected value with the score that was read, and the share within one point; kinds by
the share that is right. `unsure_below` is the lowest probability of the best label (in steps of 0.05) above which the
share within one point, or right, is at least a tenth higher than over all, if it leaves a fifth of the documents.
"""
import argparse, json, math
from collections import defaultdict


def softmax(z):
    m = max(z)
    e = [math.exp(v - m) for v in z]
    return [v / sum(e) for v in e]


def apply(model, logits):
    return softmax([l * model[0] + b for l, b in zip(logits, model[1])])


def fit(rows, l2):
    """The inverse temperature and the biases. A score between two labels belongs to both by its distance."""
    k = len(rows[0][0])
    a, bias = 0.3, [0.0] * k
    rate = 0.2
    for step in range(1500):
        ga, gb = 0.0, [0.0] * k
        for logits, target in rows:
            p = apply((a, bias), logits)
            for i in range(k):
                d = p[i] - target[i]
                gb[i] += d
                ga += d * logits[i]
        n = len(rows)
        a -= rate * 0.1 * ga / n
        a = max(a, 1e-3)
        bias = [b - rate * (g / n + l2 * b) for b, g in zip(bias, gb)]
    return a, bias


def target(labels, value):
    try:
        v, points = float(value), [float(l) for l in labels]
    except ValueError:
        return [float(l == value) for l in labels]
    near = [max(0.0, 1 - abs(p - v)) for p in points]
    if sum(near) == 0:
        best = min(range(len(points)), key=lambda i: abs(points[i] - v))
        near[best] = 1.0
    return [n / sum(near) for n in near]


def ranks(xs):
    order = sorted(range(len(xs)), key=lambda i: xs[i])
    r, i = [0.0] * len(xs), 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and xs[order[j + 1]] == xs[order[i]]:
            j += 1
        for m in range(i, j + 1):
            r[order[m]] = (i + j) / 2
        i = j + 1
    return r


def correlation(x, y):
    x, y = ranks(x), ranks(y)
    mx, my = sum(x) / len(x), sum(y) / len(y)
    num = sum((a - mx) * (b - my) for a, b in zip(x, y))
    den = math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))
    return num / den if den else 0.0


def judge(labels, rows, answers):
    """Whether each is right (or within one point), and the main figure."""
    try:
        points = [float(l) for l in labels]
    except ValueError:
        right = [labels[max(range(len(p)), key=p.__getitem__)] == v for p, v in zip(answers, rows)]
        return right, f"right {sum(right) / len(right):.3f}"
    expected = [sum(a * b for a, b in zip(p, points)) for p in answers]
    right = [abs(e - float(v)) <= 1 for e, v in zip(expected, rows)]
    return right, f"rank correlation {correlation(expected, [float(v) for v in rows]):.3f}, within a point {sum(right) / len(right):.3f}"


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("logits")
    args.add_argument("--folds", type=int, default=10)
    args.add_argument("--l2", type=float, default=0.05)
    args = args.parse_args()
    by = defaultdict(list)
    with open(args.logits, encoding="utf-8") as f:
        for r in map(json.loads, f):
            by[r["question"]].append(r)
    for question, rows in by.items():
        labels = rows[0]["labels"]
        data = [(r["logits"], target(labels, r["target"])) for r in rows]
        values = [r["target"] for r in rows]
        plain = [softmax(l) for l, _ in data]
        held = [None] * len(data)
        for fold in range(args.folds):
            model = fit([d for i, d in enumerate(data) if i % args.folds != fold], args.l2)
            for i in range(fold, len(data), args.folds):
                held[i] = apply(model, data[i][0])
        prior = [sum(t[i] for _, t in data) / len(data) for i in range(len(labels))]
        print(f"{question}: {len(rows)} documents")
        print("  always the same: ", judge(labels, values, [prior] * len(rows))[1])
        print("  not calibrated:  ", judge(labels, values, plain)[1])
        right, text = judge(labels, values, held)
        print("  calibrated:      ", text, "(held back)")
        unsure = 0.0
        overall = sum(right) / len(right)
        for t in [i / 20 for i in range(2, 19)]:
            sure = [r for r, p in zip(right, held) if max(p) >= t]
            if len(sure) >= len(right) / 5 and sum(sure) / len(sure) >= overall + 0.1:
                unsure = t
                print(f"  sure from {t:.2f}:   {len(sure)} of {len(right)}, right {sum(sure) / len(sure):.3f}")
                break
        a, bias = fit(data, args.l2)
        print(f"  [calibration]\n  temperature = {1 / a:.2f}\n  bias = [{', '.join(f'{b:.2f}' for b in bias)}]\n  unsure_below = {unsure:.2f}")


if __name__ == "__main__":
    main()
