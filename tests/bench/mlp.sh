#!/bin/bash
# One mlp shadow 784-256-128-10 on 5,000 of 10,000 images, 10 epochs, batches
# of 128, answers for all 10,000, beside the same network by scikit-learn: CPU
# time, best of ROUNDS (3) and median.	mlp.sh [IMAGES]
# The images are of dataset-fashion-mnist if that package is installed, else
# made from a fixed seed: ten blurred shapes under noise.  scikit-learn runs
# with the BLAS that is installed, which its line names; with the reference
# BLAS of libblas3 it is ten times as slow as with OpenBLAS.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
export PATH=${MIA_BIN:-$top/bin}:$PATH LC_ALL=C
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
work=$top/build/bench rounds=${ROUNDS:-3} images=${1:-10000}
measure=${MIA_BUILD:-$top/build}/tests/bench/measure
mkdir -p "$work"
data=$work/images-$images.csv

[ -s "$data" ] || /usr/bin/python3 - "$images" >"$data.part" <<'EOF'
import gzip, os, sys
import numpy as np

n = int(sys.argv[1])
folder = "/usr/share/datasets/fashion-mnist"
if os.path.exists(folder):
    def idx(name, skip):
        for suffix, reader in ("", open), (".gz", gzip.open):
            path = os.path.join(folder, name + suffix)
            if os.path.exists(path):
                with reader(path, "rb") as f:
                    return np.frombuffer(f.read(), np.uint8, offset=skip)
        sys.exit("mlp.sh: " + name + " is not in " + folder)
    x = idx("train-images-idx3-ubyte", 16).reshape(-1, 784)[:n]
    y = idx("train-labels-idx1-ubyte", 8)[:n]
else:
    r = np.random.default_rng(1)
    shape = r.normal(size=(10, 34, 34))
    for _ in range(6):  # means of neighbours, a pixel less each time
        shape = (shape[:, :-1, :-1] + shape[:, 1:, :-1] +
                 shape[:, :-1, 1:] + shape[:, 1:, 1:]) / 4
    shape = shape.reshape(10, 784)
    shape /= shape.std(1, keepdims=True)
    y = r.integers(0, 10, n)
    x = 40 * shape[y] * r.random((n, 1)) + r.normal(size=(n, 784)) * 120
    x = np.clip(x, 0, 255).astype(int)
print("part,label," + ",".join("p%d" % j for j in range(784)))
for i in range(n):
    print("%s,%d,%s" % (("member", "nonmember")[i % 2], y[i],
                        ",".join(map(str, x[i]))))
EOF
[ -s "$data" ] || mv "$data.part" "$data"

# train N: CPU of N shadows, best and median
train() {
	"$measure" "$rounds" train-shadow -t 1 -n "$1" --share .5 -l mlp \
		--set layers=256,128 --set batch=128 --set epochs=10 \
		"$data" | cut -d ' ' -f 1,2
}
read -r few few_median < <(train 4)
read -r many many_median < <(train 8)
/usr/bin/python3 - "$data" "$rounds" "$few" "$few_median" "$many" \
	"$many_median" <<'EOF'
import sys
import time
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
data, rounds = sys.argv[1], int(sys.argv[2])
few, few_median, many, many_median = map(float, sys.argv[3:])
cells = np.genfromtxt(data, delimiter=",", skip_header=1,
                      usecols=range(1, 786), dtype=np.float32)
y, x = cells[:, 0].astype(int), cells[:, 1:]
sd = x.std(0)
x = np.ascontiguousarray((x - x.mean(0)) / np.where(sd > 0, sd, 1),
                         np.float32)
half = np.arange(len(x)) % 2 == 0
spent = []
for seed in range(rounds):
    t = time.process_time()
    m = MLPClassifier((256, 128), batch_size=128, max_iter=10, alpha=0,
                      random_state=seed).fit(x[half], y[half])
    m.predict_proba(x)
    spent.append(1e3 * (time.process_time() - t))
blas = [w.split("/")[-1].strip() for w in open("/proc/self/maps")
        if "blas" in w.lower()]
ours, theirs = (many - few) / 4, min(spent)
print("# scikit-learn: right on records out %.3f, BLAS %s" %
      (m.score(x[~half], y[~half]), " ".join(sorted(set(blas)))))
print("mlp 784-256-128-10, one shadow and its answers: %.0f (%.0f) ms, "
      "scikit-learn %.0f (%.0f) ms, ratio %.2f (reach 2)" %
      (ours, (many_median - few_median) / 4, theirs, np.median(spent),
       theirs / ours))
EOF
