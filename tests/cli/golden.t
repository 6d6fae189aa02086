#!/bin/sh
# The figures of whole audits are those of tests/golden, byte for byte.
. "$(dirname "$0")/../tap.sh"

mkdir new
ok "the audits run" sh "$TOP/tests/golden/rewrite.sh" new
is "they are those we know" "$(cd new && ls)" \
	"$(cd "$TOP/tests/golden" && ls -- *.csv)"
for f in "$TOP"/tests/golden/*.csv; do
	is "$(basename "$f" .csv)" "$(diff "new/$(basename "$f")" "$f")" ""
done
done_testing
