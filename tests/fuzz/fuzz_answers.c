/*
 * Any bytes as signals for fit-lira, kept as moments and as values: no crash;
 * both ways take the same streams and see the same rows, and every shadow with
 * a row for a record is picked once, in model order.
 */
#define _GNU_SOURCE /* memfd_create */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int so)
{
	if (!so)
		abort();
}

static void
picks(const struct mia_answers *s)
{
	struct mia_pick all = MIA_PICK_ALL;
	uint32_t *in = mia_alloc(s->shadows, sizeof(*in)),
		 *out = mia_alloc(s->shadows, sizeof(*out));

	for (size_t i = 0; i < s->rows; i++) {
		uint32_t record = s->row[i].record;
		size_t n_in, n_out, seen = 0;

		must(record < s->ids.n && s->row[i].target < s->targets.n);
		mia_answers_pick(s, record, &all, in, &n_in, out, &n_out);
		for (size_t m = 0; m < s->shadows; m++)
			seen += mia_rows_seen(&s->shadow[m], record);
		must(n_in + n_out == seen);
		for (size_t k = 1; k < n_in; k++)
			must(s->shadow[in[k]].number >
			     s->shadow[in[k - 1]].number);
		for (size_t k = 1; k < n_out; k++)
			must(s->shadow[out[k]].number >
			     s->shadow[out[k - 1]].number);
	}
	free(in);
	free(out);
}

/* -1: a fault, 1: taken, 0: moments would want another order. */
static int
gather(char *path, bool stored, size_t *rows)
{
	static const char *const phi[] = {"phi"};
	struct mia_answers_opts o = {.signal = phi,
				     .signals = 1,
				     .stored = stored,
				     .targets = true};
	struct mia_reader_opts how = {.max_field = 1 << 12};
	struct mia_answers s = {0};
	struct mia_fault f = {0};
	struct mia_reader *r;
	bool disorder = false;
	int rc;

	if (mia_reader_open(&r, &path, 1, &how, &f) != 0)
		return -1;
	rc = mia_answers_read(&s, r, &o, &disorder, &f);
	must((rc == 0) == (f.code == 0) && (rc == 0 || f.code == MIA_DATA));
	must(!disorder || (rc == 0 && !stored));
	if (rc == 0 && !disorder) {
		rc = mia_answers_settle(&s, &f);
		must((rc == 0) == (f.code == 0));
		if (rc == 0)
			picks(&s);
		*rows = s.rows;
	}
	mia_answers_free(&s);
	mia_reader_close(r);
	return rc != 0 ? -1 : !disorder;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char path[64];
	int fd = memfd_create("fuzz", 0), a, b;
	size_t streamed = 0, stored = 0;

	must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	a = gather(path, false, &streamed);
	b = gather(path, true, &stored);
	must(a == 0 || a == b);
	must(a != 1 || streamed == stored);
	close(fd);
	return 0;
}
