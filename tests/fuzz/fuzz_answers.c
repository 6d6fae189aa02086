/* Any bytes as a signals stream: no crash, and moments that stream are those
 * of the values kept. */
#define _GNU_SOURCE /* memfd_create */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run/answers.h"
#include "run/bench.h"
#include "run/parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int holds)
{
	if (!holds)
		abort();
}

/* 0: read and settled; else -1. */
static int
take(struct mia_answers *a, char *path, bool stored, bool *disorder)
{
	static const char *const signal[] = {"phi"};
	struct mia_answers_opts o = {signal, 1, stored, true,
				     MIA_PART_BIT(MIA_PART_POPULATION) |
					     MIA_PART_BIT(MIA_PART_AUX)};
	struct mia_fault f = {0};
	struct mia_reader *r;
	int rc = -1;

	*disorder = false;
	if (mia_reader_open(&r, &path, 1, NULL, &f) == 0) {
		rc = mia_answers_read(a, r, &o, disorder, &f);
		if (rc == 0 && !*disorder)
			rc = mia_answers_settle(a, &f);
		must((rc == 0) == (f.code == 0));
	}
	mia_reader_close(r);
	return rc;
}

static void
compare(const struct mia_answers *a, const struct mia_answers *b)
{
	must(a->targets.n == b->targets.n && a->rows == b->rows);
	for (uint32_t t = 0; t < a->targets.n; t++) {
		struct mia_bench x, y;
		size_t n;

		mia_bench_target(&x, a, t, false);
		mia_bench_target(&y, b, t, false);
		n = x.n * a->views;
		must(x.n == y.n);
		must(memcmp(x.sides.in, y.sides.in, n * sizeof(*x.sides.in)) ==
		     0);
		must(memcmp(x.sides.out, y.sides.out,
			    n * sizeof(*x.sides.out)) == 0);
		must(memcmp(x.sides.target, y.sides.target,
			    n * sizeof(double)) == 0);
		mia_bench_free(&x);
		mia_bench_free(&y);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_answers a = {0}, b = {0};
	char path[64];
	int fd = memfd_create("fuzz", 0), streamed, stored;
	bool disorder, never;

	must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	streamed = take(&a, path, false, &disorder);
	stored = take(&b, path, true, &never);
	must(!never && (disorder || streamed == stored));
	if (streamed == 0 && !disorder)
		compare(&a, &b);
	mia_answers_free(&a);
	mia_answers_free(&b);
	close(fd);
	return 0;
}
