#!/bin/sh
# Each header compiles alone, and all of them together.
set -eu
all=
for h in lib/*/*.h; do
	# What a .c file includes several times to make variants of itself.
	case $h in *_tile.h) continue ;; esac
	line="#include \"${h#lib/}\""
	printf '%s\n' "$line" | ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L \
		-Wall -Wextra -fsyntax-only -iquote lib -x c - || exit 1
	all="$all$line
"
done
printf '%s' "$all" | ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L \
	-Wall -Wextra -fsyntax-only -iquote lib -x c -
