#!/bin/sh
# Runs tests that speak TAP, JOBS (the cores) at a time:  run.sh TEST ...
set -eu
export CMOCKA_MESSAGE_OUTPUT=TAP
jobs=${JOBS:-$(nproc)}
exec prove -j "$jobs" --timer --exec "sh tests/run-one.sh" "$@"
