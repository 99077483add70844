#!/usr/bin/env python3
"""Measures whether Gemma's token ids tell the student something that character n-grams do not.

  student_tokens.py TOKENIZER.json DOCS.jsonl LABELS.tsv...

Logistic regressions of junk against the rest on character n-grams (as `soju_refine::student::Grams` makes them, without
hashing), on token ids and pairs of them, and on both, over ten folds of the labelled documents, three times with other
folds. Needs scikit-learn and tokenizers (`pip install scikit-learn tokenizers`).
"""
import argparse, csv, json, re

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.preprocessing import normalize
from tokenizers import Tokenizer

FOLDS, ROUNDS = 10, 3
# The inverse of the student's penalty on documents, and what is on either side of it.
STRENGTHS = (10, 100, 300)


def rows(vectorizer, texts):
    counts = vectorizer.fit_transform(texts).astype(float)
    counts.data = np.log1p(counts.data)
    return normalize(counts)


def held_back(x, y, strength, order):
    p = np.zeros(len(y))
    for fold in range(FOLDS):
        test = order[fold::FOLDS]
        train = np.setdiff1d(order, test)
        model = LogisticRegression(C=strength, max_iter=500, solver="liblinear").fit(x[train], y[train])
        p[test] = model.predict_proba(x[test])[:, 1]
    return p


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("tokenizer")
    args.add_argument("docs")
    args.add_argument("labels", nargs="+")
    args = args.parse_args()
    labels = {}
    for path in args.labels:
        with open(path, encoding="utf-8") as f:
            labels |= {int(r["doc"]): r["label"] for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    with open(args.docs, encoding="utf-8") as f:
        docs = [d for d in map(json.loads, f) if d["doc"] in labels]
    y = np.array([labels[d["doc"]] == "junk" for d in docs])
    tokenizer = Tokenizer.from_file(args.tokenizer)
    ids = [tokenizer.encode(d["text"], add_special_tokens=False).ids for d in docs]
    pairs = [[(a, -1) for a in doc] + list(zip(doc, doc[1:])) for doc in ids]
    text = [re.sub(r"\s+", " ", re.sub("[0-9]", "0", d["text"].lower())) for d in docs]
    grams = rows(CountVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, lowercase=False), text)
    tokens = rows(CountVectorizer(analyzer=lambda doc: doc, min_df=2), pairs)
    print(f"{len(docs)} documents, {y.sum()} junk\n\n| | C | AUC | macro-F1 at 0.5 |\n| --- | ---: | ---: | ---: |")
    for name, x in [("n-grams", grams), ("token ids", tokens), ("both", hstack([grams, tokens]).tocsr())]:
        for strength in STRENGTHS:
            held = [held_back(x, y, strength, np.random.RandomState(r).permutation(len(y))) for r in range(ROUNDS)]
            auc = np.mean([roc_auc_score(y, p) for p in held])
            f1 = np.mean([f1_score(y, p > 0.5, average="macro") for p in held])
            print(f"| {name} | {strength} | {auc:.3f} | {f1:.3f} |", flush=True)


if __name__ == "__main__":
    main()
