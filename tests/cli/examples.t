#!/bin/sh
# Every example of every man page runs, and ends with status 0.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/fixtures.sh"

fixtures 2>fixtures.err
is "the ready streams are made" "$?$(cat fixtures.err)" 0
mkdir ../"$(basename "$tap_dir")".keep
keep=$(cd ../"$(basename "$tap_dir")".keep && pwd)
trap 'rm -rf "$tap_dir" "$keep"' EXIT
cp ./* "$keep"

for page in "$TOP"/man/*.[157]; do
	name=$(basename "$page")
	# Each page begins with the ready streams as they were.
	rm -rf ./*
	cp "$keep"/* .
	sed -n 's/^\.Dl \$ //p' "$page" |
		sed 's/\\(dq/"/g; s/\\&//g; s/\\-/-/g; s/\\e/\\/g' >examples
	n=0
	while IFS= read -r line; do
		n=$((n + 1))
		ok "$name: $line" bash -o pipefail -c "$line" </dev/null
	done <examples
	case $name in
	*.1) ok "$name has examples" [ "$n" -gt 0 ] ;;
	esac
done
done_testing
