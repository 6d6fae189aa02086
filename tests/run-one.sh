#!/bin/sh
# One test for prove: a program, a shell test, or a folder of fuzz inputs,
# which is replayed.
if [ -d "$1" ]; then
	exec "$MIA_BUILD/tests/fuzz/fuzz_$(basename "$1")-replay" "$1"
fi
case $1 in
*.t) exec sh "$1" ;;
*) exec "$1" ;;
esac
