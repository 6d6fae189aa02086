#!/bin/sh
# One test for prove: a program, a shell test, or a fuzz target's replay
# program, which gets its corpus.
case $1 in
*.t) exec sh "$1" ;;
*-replay)
	name=$(basename "$1" -replay)
	exec "$1" "tests/fuzz/corpus/${name#fuzz_}"
	;;
*) exec "$1" ;;
esac
