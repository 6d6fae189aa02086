/*
 * Any text as a share of the rows and as a list of parts: what is taken makes
 * sense, and shares that can be dealt out are dealt out to the last row.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/share.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int so)
{
	if (!so)
		abort();
}

static int
one(struct mia_text t, struct mia_share *s)
{
	struct mia_fault f = {0};
	int rc = mia_share_scan(t, s, &f);

	must((rc < 0) == (f.code == MIA_USAGE));
	if (rc <= 0)
		return 0;
	must(s->kind == MIA_SHARE_REST || s->n > 0);
	must(s->kind != MIA_SHARE_FRACTION || s->n <= MIA_SHARE_ONE);
	return 1;
}

static void
parts(const char *list)
{
	struct mia_fault f = {0};
	unsigned set = 0;

	if (mia_parts_scan(list, "query", &set, &f) == 0)
		must(set != 0 && set < MIA_PART_BIT(MIA_PARTS));
	else
		must(f.code == MIA_USAGE);
}

/* Shares split by blanks, for the parts in turn. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_share share[MIA_PARTS] = {{0}};
	char *text = mia_copy((const char *)data, n), *at = text;
	uint64_t total[MIA_PARTS_ALL], rows = 1 + n * n % 1000;
	struct mia_fault f = {0};

	parts(text);
	for (int p = 0; p < MIA_PARTS; p++) {
		size_t k = strcspn(at, " ");

		if (!one((struct mia_text){at, k}, &share[p]))
			share[p] = (struct mia_share){MIA_SHARE_UNSET, 0};
		at += k + (at[k] == ' ');
	}
	if (mia_split_totals(share, rows, total, &f) == 0) {
		uint64_t sum = 0;

		for (int p = 0; p < MIA_PARTS_ALL; p++)
			sum += total[p];
		must(sum == rows);
		for (int p = 0; p < MIA_PARTS; p++)
			must((share[p].kind == MIA_SHARE_UNSET) ==
			     (total[p] == 0));
	} else {
		must(f.code == MIA_USAGE || f.code == MIA_DATA);
	}
	free(text);
	return 0;
}
