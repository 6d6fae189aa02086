/*
 * Any bytes as a model file, their checksum put right so that what lies
 * behind it is reached.  A model that loads answers a row without values,
 * unless its numbers are so large that it says so, and is saved to bytes that
 * load to the same again.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "learn/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool so)
{
	if (!so)
		abort();
}

static struct mia_bytes
bytes(const struct mia_buf *b)
{
	const unsigned char *s = (const unsigned char *)b->s;

	return (struct mia_bytes){s, s + b->n};
}

static void
answer(const struct mia_model *m)
{
	const struct mia_learner *l = m->hyper.learner;
	size_t columns = m->encoding.columns;
	struct mia_text *field = mia_alloc(columns, sizeof(*field));
	double *out = mia_alloc(m->classes.n, sizeof(*out));
	struct mia_fault f = {0};
	struct mia_frame x;
	uint32_t row = 0;
	void *prep;

	mia_frame_init(&x, columns);
	must(mia_frame_append(&x, field, (struct mia_text){NULL, 0}, &f) == 0);
	if (l->prepare(&prep, &m->encoding, &x, &m->hyper, &f) == 0) {
		if (l->predict(m->fitted, prep, &row, 1, out, &f) == 0)
			for (size_t k = 0; k < m->classes.n; k++)
				must(!isnan(out[k]));
		l->prepare_free(prep);
	}
	must(f.code == 0 || f.code == MIA_DATA);
	mia_frame_free(&x);
	free(out);
	free(field);
}

static void
round_trip(const struct mia_model *m)
{
	struct mia_buf first = {0}, second = {0};
	struct mia_fault f = {0};
	struct mia_model again;

	mia_model_save(m, &first);
	must(mia_model_load(&again, bytes(&first), &f) == 0);
	mia_model_save(&again, &second);
	must(first.n == second.n && memcmp(first.s, second.s, first.n) == 0);
	mia_model_free(&again);
	mia_buf_free(&first);
	mia_buf_free(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_buf b = {0};
	struct mia_fault f = {0};
	struct mia_model m;

	mia_buf_add(&b, data, n);
	mia_buf_string(&b); /* no NULL, even when empty */
	if (n > 16) {
		struct mia_hash h = mia_hash(b.s, b.n - 16, 0);

		b.n -= 16;
		mia_buf_u64(&b, h.lo);
		mia_buf_u64(&b, h.hi);
	}
	if (mia_model_load(&m, bytes(&b), &f) == 0) {
		answer(&m);
		round_trip(&m);
		mia_model_free(&m);
	} else {
		must(f.code == MIA_DATA && f.text[0] != '\0');
	}
	mia_buf_free(&b);
	return 0;
}
