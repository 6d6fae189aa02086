#!/bin/sh
# Rebuilds the data sets of this folder from their Debian packages and compares
# them with SHA256SUMS.  Nothing is installed.  Usage: sh rebuild.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-$here}"
out=$(cd "${1:-$here}" && pwd)
w=$(mktemp -d)
trap 'rm -rf "$w"' EXIT
chmod 755 "$w"
cd "$w"

apt-get download -q weka python3-sklearn
for deb in *.deb; do
	dpkg-deb -x "$deb" root
done

# ARFF: quotes go, blanks become _, ? (missing) becomes empty.
awk '
function clean(s) {
	gsub(/^[ \t]+|[ \t\r]+$/, "", s)
	gsub(/\047/, "", s)
	gsub(/[ "]+/, "_", s)
	return s == "?" ? "" : s
}
tolower($1) == "@attribute" {
	gsub(/\047/, "", $2)
	head = head (head == "" ? "" : ",") $2
	next
}
tolower($1) == "@data" { print head; rows = 1; next }
rows && !/^%/ && NF {
	n = split($0, f, ",")
	for (i = 1; i <= n; i++)
		printf "%s%s", clean(f[i]), i < n ? "," : "\n"
}' root/usr/share/doc/weka/examples/credit-g.arff >"$out/credit-g.csv"

# scikit-learn: first line "rows,columns,class 0,class 1", last column the
# number of the class; the names are those of the UCI description.
awk -F, -v OFS=, '
NR == 1 {
	for (i = 3; i <= NF; i++)
		class[i - 3] = $i
	split("mean error worst", s, " ")
	k = split("radius texture perimeter area smoothness compactness " \
		"concavity concave_points symmetry fractal_dimension", f, " ")
	for (i = 1; i <= 3; i++)
		for (j = 1; j <= k; j++)
			printf "%s_%s,", s[i], f[j]
	print "class"
	next
}
{ $NF = class[$NF + 0]; print }
' root/usr/lib/python3/dist-packages/sklearn/datasets/data/breast_cancer.csv \
	>"$out/wdbc.csv"

cd "$out"
sha256sum -c "$here/SHA256SUMS"
