#!/bin/sh
# Rewrites the tables of programs in man/miatools.7 and README.md from the .Nd
# lines of the pages; with --check only says whether they would change.
set -eu
check=${1-}
w=$(mktemp -d)
trap 'rm -rf "$w"' EXIT

for p in man/*.1; do
	printf '%s\t%s\n' "$(basename "$p" .1)" "$(sed -n 's/^\.Nd //p' "$p")"
done >"$w/table"
awk -F '\t' '{printf ".It Xr %s 1\n%s\n", $1, $2}' "$w/table" >"$w/mdoc"
awk -F '\t' '{printf "| `%s` | %s |\n", $1, $2}' "$w/table" >"$w/md"

# What lies between the line that holds BEGIN and the one that holds END.
between() { # FILE BEGIN END NEW
	awk -v b="$2" -v e="$3" -v new="$4" '
		index($0, e) {off = 0}
		!off {print}
		index($0, b) {off = 1; while ((getline l < new) > 0) print l}
	' "$1" >"$w/out"
	cmp -s "$1" "$w/out" && return
	if [ "$check" = --check ]; then
		echo "$1: the table of programs is old; run make docs" >&2
		exit 1
	fi
	cp "$w/out" "$1"
}
between man/miatools.7 'programs begin' 'programs end' "$w/mdoc"
between README.md 'programs begin' 'programs end' "$w/md"
