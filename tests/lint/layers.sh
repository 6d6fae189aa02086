#!/bin/sh
# The include direction: base < io; base < maths; base, maths < learn and
# attack; io, learn, maths, base < run; io, maths, base < tell; front is for
# src/ only and may see base and io.
set -eu
bad=0
allowed() {
	case $1 in
	base) echo base ;;
	io) echo "base io" ;;
	maths) echo "base maths" ;;
	learn) echo "base maths learn" ;;
	attack) echo "base maths attack" ;;
	run) echo "base io maths learn run" ;;
	tell) echo "base io maths tell" ;;
	front) echo "base io front" ;;
	esac
}
for dir in lib/*/; do
	layer=$(basename "$dir")
	for f in "$dir"*.[ch]; do
		for other in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$f" |
			sort -u); do
			case " $(allowed "$layer") " in
			*" $other "*) ;;
			*)
				echo "$f: '$layer' may not include '$other'" >&2
				bad=1
				;;
			esac
		done
	done
done
# The lower layers see arrays and bytes, never files or streams.
if grep -nE '\b(fopen|open|read|write|printf|fprintf|exit)\(' \
	lib/maths/*.c lib/learn/*.c lib/attack/*.c >&2; then
	echo "maths, learn and attack may not touch files or streams" >&2
	bad=1
fi
exit $bad
