/*
 * Any bytes as a data stream: records, their encoding under each scale, and
 * the encoding saved and loaded.  Every feature is finite, has a name, and is
 * the same after the round trip.
 */
#define _GNU_SOURCE /* memfd_create */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "learn/encoding.h"
#include "run/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int so)
{
	if (!so)
		abort();
}

static void
same_features(const struct mia_encoding *a, const struct mia_encoding *b,
	      const struct mia_frame *x)
{
	double *u = malloc(x->n * sizeof(*u)), *v = malloc(x->n * sizeof(*v));
	struct mia_buf name = {0};

	must(u != NULL && v != NULL && a->n == b->n);
	for (size_t j = 0; j < a->n; j++) {
		mia_encoding_feature(a, x, j, u);
		mia_encoding_feature(b, x, j, v);
		must(memcmp(u, v, x->n * sizeof(*u)) == 0);
		for (size_t i = 0; i < x->n; i++)
			must(isfinite(u[i]));
		name.n = 0;
		mia_encoding_name(a, j, &name);
		must(name.n > 0);
	}
	mia_buf_free(&name);
	free(u);
	free(v);
}

static void
encode(const struct mia_frame *x, enum mia_scale scale)
{
	struct mia_encoding e = {0}, again = {0};
	struct mia_fault f = {0};
	struct mia_buf b = {0};
	struct mia_bytes at;

	if (mia_encoding_fit(&e, x, NULL, 0, scale, MIA_MISSING_IMPUTE, &f)) {
		must(f.code == MIA_DATA);
		return;
	}
	mia_encoding_save(&e, &b);
	at = (struct mia_bytes){(const unsigned char *)b.s,
				(const unsigned char *)b.s + b.n};
	must(mia_encoding_load(&again, &at, &f) == 0 && at.at == at.end);
	same_features(&e, &again, x);
	mia_encoding_free(&e);
	mia_encoding_free(&again);
	mia_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_reader_opts how = {.max_field = 1 << 12};
	const char *const text[] = {"zip"}, *const out[] = {"note"};
	struct mia_records_opts o = {.missing = "?"};
	struct mia_records s = {0};
	struct mia_fault f = {0};
	struct mia_reader *r;
	char path[64], *file = path;
	int fd = memfd_create("fuzz", 0);

	must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (mia_reader_open(&r, &file, 1, &how, &f) == 0) {
		if (mia_reader_find(r, text[0]) >= 0) {
			o.category = text;
			o.n_category = 1;
		}
		if (mia_reader_find(r, out[0]) >= 0) {
			o.not_feature = out;
			o.n_not_feature = 1;
		}
		if (mia_records_read(&s, r, &o, &f) == 0)
			for (int k = 0; k <= MIA_SCALE_UNIT; k++)
				encode(&s.x, (enum mia_scale)k);
		else
			must(f.code == MIA_DATA && f.text[0] != '\0');
		mia_records_free(&s);
		mia_reader_close(r);
	}
	close(fd);
	return 0;
}
