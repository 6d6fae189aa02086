"""Matrices for the comparisons of forests, and the driver that fits ours."""
import csv
import os
import subprocess

import numpy as np

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..",
                                   ".."))
DATA = os.path.join(TOP, "..", "shared", "data")


def there(name):
    return os.path.exists(os.path.join(DATA, name + ".csv.zst"))


def load(name):
    """X as float32, the precision in which scikit-learn's trees see it, and
    the classes as numbers."""
    text = subprocess.run(
        ["zstd", "-dcq", os.path.join(DATA, name + ".csv.zst")], check=True,
        capture_output=True, text=True).stdout
    table = list(csv.reader(text.splitlines()))
    at = table[0].index("class")
    words = [r[at] for r in table[1:]]
    classes = sorted(set(words))
    x = np.array([r[:at] + r[at + 1:] for r in table[1:]], np.float32)
    return x, np.array([classes.index(w) for w in words])


def build(where):
    """Compiles the driver; returns its path."""
    library = os.path.join(os.environ.get("MIA_BUILD",
                                          os.path.join(TOP, "build")),
                           "libmiatools.a")
    driver = os.path.join(where, "forest")
    subprocess.run(
        ["cc", "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O2",
         "-iquote", os.path.join(TOP, "lib"), "-o", driver,
         os.path.join(TOP, "tests", "peers", "common", "forest.c"), library,
         "-lcsv", "-lzstd", "-lgsl", "-lgslcblas", "-lpthread", "-lm"],
        check=True)
    return driver


def write(where, x, y):
    path = os.path.join(where, "data.csv")
    with open(path, "w") as f:
        for row, c in zip(x, y):
            f.write(",".join(repr(float(v)) for v in row) + ",%d\n" % c)
    return path


def ours(where, driver, data, masks, seed, settings=()):
    """Probability of the true class and hits, [models][rows], and the CPU
    milliseconds of each model."""
    path = os.path.join(where, "masks")
    with open(path, "w") as f:
        for m in masks:
            f.write("".join("01"[int(b)] for b in m) + "\n")
    run = subprocess.run([driver, data, path, str(seed), *settings],
                         check=True, capture_output=True)
    pair = np.frombuffer(run.stdout).reshape(len(masks), -1, 2)
    return (pair[:, :, 0], pair[:, :, 1] > 0,
            [float(line.split()[1]) for line in run.stderr.split(b"\n")
             if line])
