#!/usr/bin/python3
"""Logistic regression beside scikit-learn's, on the same objective.

Speaks TAP.  The coefficients in the model files of train-target are read here
by a reader of its own, from the description in lib/learn/model.h, and compared
with LogisticRegression's, both converged tightly.  Comments give the CPU time
of one shadow model at default settings beside one fit and prediction of
scikit-learn at its own.
"""
import csv
import os
import re
import resource
import struct
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LogisticRegression, _logistic

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BIN = os.environ.get("MIA_BIN", os.path.join(TOP, "bin"))
CREDIT = os.path.join(TOP, "pipelines", "data", "credit-g.csv")
WITHIN = 1e-4

warnings.filterwarnings("ignore")
plain_minimize = _logistic.optimize.minimize


def tight_minimize(*args, **options):
    """scipy's, which else stops when the value hardly falls any more."""
    options["options"].update(ftol=0, maxfun=10 ** 7)
    return plain_minimize(*args, **options)


class Model:
    """A model file: what it holds, in order."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.bytes = f.read()
        magic = b"#mia-model 1\n"
        assert self.bytes.startswith(magic)
        self.at = len(magic)
        self.learner = self.text()
        self.settings = {}
        for _ in range(self.number("I")):
            name = self.text()
            self.settings[name] = self.text()
        self.scale = self.number("I")
        self.columns = []
        for _ in range(self.number("I")):
            name, kind = self.text(), self.number("I")
            self.columns.append(
                (name, kind, [self.text() for _ in range(self.number("I"))]))
        # column, kind, category, fill, shift, scale
        self.features = [[self.number(k) for k in "IIIddd"]
                         for _ in range(self.number("I"))]
        self.classes = [self.text() for _ in range(self.number("I"))]
        self.number("I"), self.text(), self.text()
        self.rows, self.seed = self.number("Q"), self.number("Q")
        self.text(), self.text(), self.number("d")
        self.number("Q")
        self.present = [self.number("I") for _ in range(self.number("I"))]
        n = self.number("I")
        self.w = np.frombuffer(self.bytes, "<f8", n, self.at)
        assert self.at + 8 * n + 16 == len(self.bytes)

    def number(self, kind):
        (v,) = struct.unpack_from("<" + kind, self.bytes, self.at)
        self.at += struct.calcsize("<" + kind)
        return v

    def text(self):
        n = self.number("I")
        self.at += n
        return self.bytes[self.at - n:self.at].decode()


def encode(header, rows):
    """The encoding over again: text to one-hot in byte order, numbers to mean 0
    and deviation 1."""
    out = []
    for j in range(len(header)):
        cells = [r[j] for r in rows]
        try:
            x = np.array(cells, float)
            sd = x.std()
            out.append((x - x.mean()) / (sd if np.ptp(x) > 0 else 1))
        except ValueError:
            for word in sorted(set(cells), key=str.encode):
                out.append(np.array([c == word for c in cells], float))
    return np.array(out).T


def write_data(path, header, rows, labels, members):
    with open(path, "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["part", "label"] + header)
        for row, label, member in zip(rows, labels, members):
            w.writerow(["member" if member else "nonmember", label] +
                       list(row))


def load(name):
    if name == "credit-g":
        with open(CREDIT, newline="") as f:
            table = list(csv.reader(f))
        at = table[0].index("class")
        header = [c for c in table[0] if c != "class"]
        return (header, [r[:at] + r[at + 1:] for r in table[1:]],
                [r[at] for r in table[1:]])
    set_ = getattr(datasets, "load_" + name)()
    return (["f%d" % j for j in range(set_.data.shape[1])],
            [[repr(float(v)) for v in r] for r in set_.data],
            ["c%d" % y for y in set_.target])


def cpu(who):
    r = resource.getrusage(who)
    return r.ru_utime + r.ru_stime


def shadow_time(data):
    """CPU of one more shadow, from runs of 24 and of 4."""
    spent = []
    for n in (4, 24):
        best = 1e9
        for _ in range(3):
            t = cpu(resource.RUSAGE_CHILDREN)
            subprocess.run([BIN + "/train-shadow", "-n", str(n), "-t", "1",
                            "--learner", "logistic", "-o", "/dev/null", data],
                           check=True)
            best = min(best, cpu(resource.RUSAGE_CHILDREN) - t)
        spent.append(best)
    return (spent[1] - spent[0]) / 20


def sklearn_time(x, y, members):
    best = 1e9
    for _ in range(3):
        t = cpu(resource.RUSAGE_SELF)
        m = LogisticRegression(max_iter=1000).fit(x[members], y[members])
        m.predict_proba(x)
        best = min(best, cpu(resource.RUSAGE_SELF) - t)
    return best


def compare(data, x, y, members, settings):
    model = data + ".model"
    args = [a for s in settings for a in ("--set", "%s=%s" % s)]
    done = subprocess.run(
        [BIN + "/train-target", "-l", "logistic", "--set", "tol=1e-11",
         "--set", "max_iter=100000", *args, "-m", model, data],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return done.stderr
    m = Model(model)
    options = dict(settings)
    intercept = options.get("intercept") != "no"
    weight = options.get("class_weight", "none")
    _logistic.optimize.minimize = tight_minimize
    peer = LogisticRegression(
        C=float(options.get("C", 1)), fit_intercept=intercept, tol=1e-11,
        class_weight=None if weight == "none" else weight,
        max_iter=100000).fit(x[members], y[members])
    _logistic.optimize.minimize = plain_minimize
    if [m.classes[k] for k in m.present] != list(peer.classes_):
        return "classes %s" % m.classes
    w = m.w.reshape(len(peer.coef_), -1)
    if w.shape[1] != x.shape[1] + intercept:
        return "%d inputs" % w.shape[1]
    apart = abs(w[:, :x.shape[1]] - peer.coef_).max()
    if intercept:
        apart = max(apart, abs(w[:, -1] - peer.intercept_).max())
    print("# largest difference %.1e" % apart)
    return None if apart < WITHIN else "differs by %g" % apart


def main():
    sets = ["iris", "wdbc", "wine", "digits", "credit-g"]
    settings = [[], [("C", "0.01")], [("C", "30"), ("intercept", "no")],
                [("class_weight", "balanced")]]
    n = failed = 0
    for name in sets:
        header, rows, labels = load(
            "breast_cancer" if name == "wdbc" else name)
        members = np.arange(len(rows)) * 7919 % 10 < 6
        y = np.array(labels)
        x = encode(header, rows)
        with tempfile.TemporaryDirectory() as scratch:
            data = os.path.join(scratch, "data.csv")
            write_data(data, header, rows, labels, members)
            for s in settings:
                wrong = compare(data, x, y, members, s)
                n += 1
                failed += wrong is not None
                print("%s %d - %s %s" % ("not ok" if wrong else "ok", n, name,
                                         " ".join("%s=%s" % t for t in s)))
                if wrong:
                    print(re.sub("^", "# ", wrong, flags=re.M))
            ours, theirs = shadow_time(data), sklearn_time(x, y, members)
            print("# %s: a shadow %.2f ms, scikit-learn %.2f ms, %.1f times" %
                  (name, 1e3 * ours, 1e3 * theirs, theirs / ours))
    print("1..%d" % n)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
