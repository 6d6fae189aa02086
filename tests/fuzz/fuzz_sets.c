/*
 * Any bytes as scores for mia-eval: no crash; the slices of a target hold its
 * rows, each once, and no score that is taken is a NaN.
 */
#define _GNU_SOURCE /* memfd_create */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run/sets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int so)
{
	if (!so)
		abort();
}

static size_t
count(const struct mia_sets *s, size_t attack, uint32_t target, uint32_t slice)
{
	struct mia_set set;
	size_t n;

	mia_sets_take(s, attack, target, slice, &set);
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < set.n[side]; i++)
			must(set.score[side][i] == set.score[side][i]);
	n = set.n[0] + set.n[1] + set.missing[0] + set.missing[1];
	mia_set_free(&set);
	return n;
}

static void
check(const struct mia_sets *s)
{
	for (size_t a = 0; a < s->n_attack; a++) {
		size_t rows = 0;

		for (uint32_t t = 0; t < s->target.n; t++) {
			size_t of = 0;

			for (uint32_t k = 0; k < s->slice.n; k++)
				if (mia_sets_has(s, t, k))
					of += count(s, a, t, k);
			must(of == count(s, a, t, MIA_SLICE_ALL));
			rows += of;
		}
		must(rows == s->rows);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_reader_opts how = {.max_field = 1 << 12};
	char name[64], *path = name;
	int fd = memfd_create("fuzz", 0);

	must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	for (int drop = 0; drop < 2; drop++) {
		struct mia_sets_opts o = {.drop = drop};
		struct mia_fault f = {0};
		struct mia_sets s = {0};
		struct mia_reader *r;
		int rc;

		if (mia_reader_open(&r, &path, 1, &how, &f) != 0)
			break;
		if (mia_reader_find(r, "label") >= 0)
			o.by = "label";
		rc = mia_sets_read(&s, r, &o, &f);
		must((rc == 0) == (f.code == 0));
		if (rc == 0)
			check(&s);
		mia_sets_free(&s);
		mia_reader_close(r);
	}
	close(fd);
	return 0;
}
