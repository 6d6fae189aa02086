#!/usr/bin/python3
"""The network beside scikit-learn's MLPClassifier: accuracy and leakage.

Speaks TAP.  On digits, wdbc and German credit, over SEEDS seeds each, both
train the same SHADOWS shadow models on the same halves of the same encoded
numbers with the same settings, and answer all records.  Compared are the means over
seeds of the accuracy on records out, and of the AUC of LiRA (online, one
variance a side, each shadow in turn as the target, the first half of the others
as its shadows).  They are the same if their difference is within four
standard errors, or within a hundredth.  Comments give the CPU time of one
shadow.
"""
import csv
import os
import resource
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from sklearn import datasets
from sklearn.neural_network import MLPClassifier

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BIN = os.environ.get("MIA_BIN", os.path.join(TOP, "bin"))
CREDIT = os.path.join(TOP, "pipelines", "data", "credit-g.csv")
SEEDS = 10
SHADOWS = 8
WITHIN = 0.01
LAYERS, EPOCHS, BATCH = (64, 32), 20, 32

warnings.filterwarnings("ignore")


def load(name):
    """Numbers, and labels 0, 1, ...; text of German credit to one-hot."""
    if name != "credit-g":
        s = getattr(datasets, "load_" + name)()
        return s.data.astype(float), s.target
    with open(CREDIT, newline="") as f:
        head, *rows = list(csv.reader(f))
    at = head.index("class")
    columns = []
    for j in range(len(head)):
        cells = [r[j] for r in rows]
        if j == at:
            labels = np.array([sorted(set(cells)).index(c) for c in cells])
            continue
        try:
            columns.append(np.array(cells, float))
        except ValueError:
            for word in sorted(set(cells)):
                columns.append(np.array([c == word for c in cells], float))
    return np.array(columns).T, labels


def ours(data, seed, rows, classes, settings):
    """Log-odds inputs of all shadows: logits [shadow][row][class], members."""
    args = [a for s in settings for a in ("--set", s)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(
        [BIN + "/train-shadow", "-n", str(SHADOWS), "-t", "1", "-s", str(seed),
         "--design", "balanced", "--learner", "mlp", "--no-meta", *args, data],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    z = np.full((SHADOWS, rows, classes), -np.inf)
    member = np.zeros((SHADOWS, rows), bool)
    for r in csv.DictReader(out.splitlines()):
        m, i = int(r["model"]), int(r["id"])
        member[m, i] = r["member"] == "1"
        z[m, i] = [float(r["z_%d" % k]) for k in range(classes)]
    return z, member, after.ru_utime - before.ru_utime


def theirs(x, y, member, seed, classes, activation):
    z = np.empty((SHADOWS, len(x), classes))
    before = resource.getrusage(resource.RUSAGE_SELF)
    for m in range(SHADOWS):
        net = MLPClassifier(
            LAYERS, activation=activation, batch_size=BATCH, alpha=0,
            max_iter=EPOCHS, n_iter_no_change=EPOCHS, tol=0,
            random_state=1000 * seed + m).fit(x[member[m]], y[member[m]])
        z[m] = np.log(np.maximum(net.predict_proba(x), 1e-45))
    after = resource.getrusage(resource.RUSAGE_SELF)
    return z, after.ru_utime - before.ru_utime


def auc(members, others):
    both = np.concatenate([members, others])
    _, at, count = np.unique(both, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[at]
    n = len(members)
    return (rank[:n].sum() - n * (n + 1) / 2) / (n * len(others))


def judge(z, member, y):
    """Accuracy out, and mean AUC of LiRA over the shadows as targets."""
    rows = np.arange(len(y))
    right = z.argmax(2) == y
    own = z[:, rows, y]
    others = z.copy()
    others[:, rows, y] = -np.inf
    top = others.max(2)
    phi = own - top - np.log(np.exp(others - top[:, :, None]).sum(2))
    phi = np.clip(phi, -100, 100)
    figures = []
    for t in range(SHADOWS):
        rest = [m for m in range(SHADOWS) if m != t]
        inside = np.where(member[rest], phi[rest], np.nan)
        outside = np.where(member[rest], np.nan, phi[rest])
        # As many models for every record, or the counts would tell.
        few = SHADOWS // 2 - 1
        inside = first(inside, few)
        outside = first(outside, few)
        m1, m0 = inside.mean(0), outside.mean(0)
        v1, v0 = ((inside - m1) ** 2).mean(), ((outside - m0) ** 2).mean()
        score = (phi[t] - m0) ** 2 / v0 - (phi[t] - m1) ** 2 / v1
        figures.append(auc(score[member[t]], score[~member[t]]))
    return right[~member].mean(), np.mean(figures)


def first(v, n):
    """The first n numbers of each column."""
    return np.array([c[~np.isnan(c)][:n] for c in v.T]).T


def main():
    n = failed = 0
    for name in ("digits", "breast_cancer", "credit-g"):
        x, y = load(name)
        sd = x.std(0)
        scaled = (x - x.mean(0)) / np.where(sd > 0, sd, 1)
        classes = y.max() + 1
        with tempfile.TemporaryDirectory() as scratch:
            data = os.path.join(scratch, "data.csv")
            with open(data, "w", newline="") as f:
                w = csv.writer(f, lineterminator="\n")
                w.writerow(["id", "part", "label"] +
                           ["f%d" % j for j in range(x.shape[1])])
                for i, row in enumerate(x):
                    w.writerow([i, ("member", "nonmember")[i % 2], y[i]] +
                               [repr(float(v)) for v in row])
            for activation in ("relu", "tanh"):
                settings = ["layers=%d,%d" % LAYERS, "epochs=%d" % EPOCHS,
                            "batch=%d" % BATCH, "activation=" + activation]
                a, b, spent = [], [], np.zeros(2)
                for seed in range(1, SEEDS + 1):
                    z, member, t = ours(data, seed, len(y), classes, settings)
                    a.append(judge(z, member, y))
                    spent[0] += t
                    z, t = theirs(scaled, y, member, seed, classes,
                                  activation)
                    b.append(judge(z, member, y))
                    spent[1] += t
                spent *= 1e3 / SEEDS / SHADOWS
                print("# %s %s: a shadow %.1f ms, scikit-learn %.1f ms, "
                      "%.1f times" % (name, activation, *spent,
                                      spent[1] / spent[0]))
                for k, what in enumerate(("accuracy out", "LiRA AUC")):
                    d = np.array(a)[:, k] - np.array(b)[:, k]
                    error = d.std(ddof=1) / np.sqrt(SEEDS)
                    same = abs(d.mean()) <= max(4 * error, WITHIN)
                    n += 1
                    failed += not same
                    print("%s %d - %s %s, %s: %.4f, scikit-learn %.4f, "
                          "standard error %.4f" %
                          ("ok" if same else "not ok", n, name, activation,
                           what, np.array(a)[:, k].mean(),
                           np.array(b)[:, k].mean(), error), flush=True)
    print("1..%d" % n)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
