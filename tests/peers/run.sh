#!/bin/sh
# The tests against peers, which speak TAP:  run.sh
set -eu
exec prove --timer --exec /usr/bin/python3 tests/peers/*.py
