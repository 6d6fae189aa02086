#!/usr/bin/python3
"""CPU time of one forest shadow, ours beside scikit-learn's: 100 trees, fitted
on half of the rows, all rows scored; same halves, in turn, one thread.

    tests/bench/forest.py [SET ...]     ROUNDS=5 models of each kind

Best, with the median in brackets; reading and the coding of columns that all
shadows share are left out of ours, and the import out of theirs.
"""
import os
import sys
import tempfile
import time

import numpy as np
from sklearn.ensemble import RandomForestClassifier

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "peers", "common"))
import forest_data  # noqa: E402

REACH = {"digits": 5, "letter": 4}
SETS = sys.argv[1:] or ["wdbc", "digits", "spam", "letter", "location30"]
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def theirs(x, y, mask, seed):
    start = time.process_time()
    model = RandomForestClassifier(n_estimators=100, random_state=seed,
                                   n_jobs=1).fit(x[mask], y[mask])
    p = model.predict_proba(x)
    ms = 1e3 * (time.process_time() - start)
    return ms, model.classes_[p.argmax(1)] == y


def main():
    print("%-12s %20s %22s %7s  %s" % (
        "set", "ours, ms", "scikit-learn, ms", "ratio", "test accuracies"))
    with tempfile.TemporaryDirectory() as where:
        driver = forest_data.build(where)
        for name in SETS:
            if not forest_data.there(name):
                print("%-12s no such set in %s" % (name, forest_data.DATA))
                continue
            x, y = forest_data.load(name)
            data = forest_data.write(where, x, y)
            a, b, right = [], [], []
            for k in range(ROUNDS):
                mask = np.random.default_rng(k).permutation(len(y)) % 2 > 0
                _, hit, ms = forest_data.ours(where, driver, data,
                                              mask[None, :], k)
                peer, hit_peer = theirs(x, y, mask, k)
                a += ms
                b.append(peer)
                right.append([hit[0][~mask].mean(), hit_peer[~mask].mean()])
            reach = REACH.get(name)
            ratio = min(b) / min(a)
            accuracy = np.mean(right, 0)
            print("%-12s %9.1f (%8.1f) %11.1f (%8.1f) %7.1f  %.4f %.4f%s" % (
                name, min(a), np.median(a), min(b), np.median(b), ratio,
                accuracy[0], accuracy[1],
                "" if reach is None else "  reach %d: %s" % (
                    reach, "met" if ratio >= reach else "MISSED")),
                flush=True)


main()
