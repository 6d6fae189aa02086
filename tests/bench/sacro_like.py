#!/usr/bin/python3
"""Yardstick of the audits: the work of SACRO-ML's LiRA attack with nothing
around it.  One process, scikit-learn's forest, SACRO-ML's draw (as many
records as the target has members, from all), the offline score.

    sacro_like.py audit DATA SHADOWS [NAME=VALUE ...]   prints the AUC
    sacro_like.py one DATA ROUNDS [NAME=VALUE ...]      prints, in CPU
        milliseconds, best and median of training one shadow on half of the
        records and predicting all of them

DATA is a data stream of numeric features; NAME=VALUE a setting of the forest.
"""
import csv
import sys
import time

import numpy as np
from scipy.stats import norm
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score


def read(path):
    with open(path, newline="") as f:
        rows = list(csv.reader(x for x in f if not x.startswith("#")))
    part = np.array([r[1] for r in rows[1:]])
    label = np.array([r[2] for r in rows[1:]])
    x = np.array([r[3:] for r in rows[1:]], dtype=np.float32)
    return x, np.unique(label, return_inverse=True)[1], part == "member"


def forest(settings, seed):
    return RandomForestClassifier(n_jobs=1, random_state=seed, **settings)


def logit(model, x, y):
    p = model.predict_proba(x)
    column = {c: i for i, c in enumerate(model.classes_)}
    at = np.array([column.get(c, -1) for c in y])
    own = np.where(at < 0, 0, p[np.arange(len(y)), at])
    own = np.clip(own, 1e-16, 1 - 1e-16)
    return np.log(own / (1 - own))


def audit(x, y, member, shadows, settings):
    n = member.sum()
    out = np.full((len(y), shadows), np.nan)
    for k in range(shadows):
        inside = np.random.RandomState(k).permutation(len(y))[:n]
        z = logit(forest(settings, k).fit(x[inside], y[inside]), x, y)
        z[inside] = np.nan
        out[:, k] = z
    target = logit(forest(settings, 0).fit(x[member], y[member]), x, y)
    score = norm.cdf(target, np.nanmean(out, 1), np.nanstd(out, 1) + 1e-16)
    print(f"AUC {roc_auc_score(member, np.nan_to_num(score)):.4f}")


def one(x, y, rounds, settings):
    took = []
    for k in range(rounds):
        half = np.random.RandomState(k).permutation(len(y))[: len(y) // 2]
        start = time.process_time()
        forest(settings, k).fit(x[half], y[half]).predict_proba(x)
        took.append(1e3 * (time.process_time() - start))
    took.sort()
    print(f"{took[0]:.2f} {took[len(took) // 2]:.2f}")


def value(text):
    words = {"True": True, "False": False, "None": None}
    return words[text] if text in words else int(text)


def main():
    x, y, member = read(sys.argv[2])
    settings = {n: value(v) for n, v in (a.split("=") for a in sys.argv[4:])}
    if sys.argv[1] == "one":
        one(x, y, int(sys.argv[3]), settings)
    else:
        audit(x, y, member, int(sys.argv[3]), settings)


if __name__ == "__main__":
    main()
