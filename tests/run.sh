#!/bin/sh
# Runs tests that speak TAP:  run.sh TEST ...
# Replays the fuzz corpora too. JOBS tests at a time (the cores).
set -eu
export CMOCKA_MESSAGE_OUTPUT=TAP
jobs=${JOBS:-$(nproc)}
for t in "$MIA_BUILD"/tests/fuzz/*-replay; do
	[ ! -x "$t" ] || set -- "$@" "$t"
done
exec prove -j "$jobs" --timer --exec "sh tests/run-one.sh" "$@"
