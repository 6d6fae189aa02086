#!/usr/bin/python3
"""Our forests beside scikit-learn's: as accurate, and leaking as much.

Speaks TAP.  SEEDS times on each set, models of both kinds are trained on the
same random halves of the rows (a fair coin for each row and model).  Test
accuracy is that on the other rows.  Leakage is the AUC of online LiRA with one
variance for all records, each model the target of the others in turn; with
coins the others' counts say nothing of the target.  The means over seeds must
agree within .003 and .005.

SETS="wdbc digits" SEEDS=5 narrow it down.
"""
import os
import sys
import tempfile

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "common"))
import forest_data  # noqa: E402

TREES = 100
MODELS = {"wdbc": 32, "digits": 24, "spam": 20, "letter": 12}
SEEDS = int(os.environ.get("SEEDS", "20"))
SETS = os.environ.get("SETS", " ".join(MODELS)).split()
# No vote of TREES: half a vote of one more (Krichevsky and Trofimov).
FLOOR = .5 / (TREES + 1)
ACCURACY, AUC = .003, .005


def theirs(x, y, masks, seed):
    p, hit = [], []
    for k, m in enumerate(masks):
        model = RandomForestClassifier(
            n_estimators=TREES, random_state=1000 * seed + k, n_jobs=1)
        model.fit(x[m], y[m])
        q = np.zeros((len(y), y.max() + 1))
        q[:, model.classes_] = model.predict_proba(x)
        p.append(q[np.arange(len(y)), y])
        hit.append(q.argmax(1) == y)
    return np.array(p), np.array(hit)


def lira(p, masks):
    """Mean AUC over the models, each in turn the target of the others."""
    phi = np.log(np.maximum(p, FLOOR)) - np.log(np.maximum(1 - p, FLOOR))
    sums = {}
    for side in (True, False):
        w = (masks == side).astype(float)
        sums[side] = w.sum(0), (w * phi).sum(0), (w * phi * phi).sum(0)
    auc = []
    for target in range(len(masks)):
        of = {}
        for side in (True, False):
            mine = (masks[target] == side).astype(float)
            n, s, ss = sums[side]
            n, s = n - mine, s - mine * phi[target]
            ss = ss - mine * phi[target] ** 2
            ok = n > 0
            mean = np.where(ok, s / np.maximum(n, 1), 0)
            rest = (ss - n * mean ** 2)[ok].sum()
            of[side] = mean, rest / max(n[ok].sum() - ok.sum(), 1), ok
        (m1, v1, ok1), (m0, v0, ok0) = of[True], of[False]
        at = phi[target]
        score = (at - m0) ** 2 / (2 * v0) - (at - m1) ** 2 / (2 * v1)
        use = ok1 & ok0
        auc.append(roc_auc_score(masks[target][use], score[use]))
    return np.mean(auc)


def compare(name, where, driver):
    x, y = forest_data.load(name)
    data = forest_data.write(where, x, y)
    figures = []
    for seed in range(SEEDS):
        coin = np.random.default_rng(seed)
        masks = coin.random((MODELS[name], len(y))) < .5
        p, hit, _ = forest_data.ours(where, driver, data, masks, seed)
        q, hit_q = theirs(x, y, masks, seed)
        figures.append([[hit[~masks].mean(), lira(p, masks),
                         hit[masks].mean()],
                        [hit_q[~masks].mean(), lira(q, masks),
                         hit_q[masks].mean()]])
    return np.array(figures)


def main():
    sets = [s for s in SETS if forest_data.there(s)]
    print("1..%d" % (2 * len(sets)) if sets else
          "1..0 # SKIP no ../shared/data")
    number, bad = 0, 0
    with tempfile.TemporaryDirectory() as where:
        driver = forest_data.build(where)
        for name in sets:
            f = compare(name, where, driver)
            d = f[:, 0] - f[:, 1]
            mean = f.mean(0)
            error = d.std(0, ddof=1) / np.sqrt(SEEDS) if SEEDS > 1 else d[0]
            for k, (what, within) in enumerate(
                    (("test accuracy", ACCURACY), ("LiRA AUC", AUC))):
                number += 1
                ok = abs(d[:, k].mean()) <= within
                bad += not ok
                print("%s %d - %s: %s %.4f beside %.4f, apart %+.4f "
                      "(standard error %.4f), within %.3f" % (
                          "ok" if ok else "not ok", number, name, what,
                          mean[0, k], mean[1, k], d[:, k].mean(), error[k],
                          within))
            print("# %s: train accuracy %.4f beside %.4f; %d seeds of %d "
                  "models" % (name, mean[0, 2], mean[1, 2], SEEDS,
                              MODELS[name]), flush=True)
    sys.exit(bad > 0)


main()
