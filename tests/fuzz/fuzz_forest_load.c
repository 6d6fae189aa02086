/*
 * Three bytes, the numbers of features, classes and trees, then any bytes as
 * a forest's saved form.  A forest that loads answers with probabilities, and
 * is saved to just the bytes it was loaded from.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/learner.h"

#define ROWS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool so)
{
	if (!so)
		abort();
}

/* Rows 0 0 …, 1 1 …, 2 2 … */
static void
answer(const void *model, size_t features, unsigned classes,
       const struct mia_hyper *h)
{
	static const uint32_t rows[] = {2, 0, 1};
	static const char *const value[] = {"0", "1", "2"};
	struct mia_text *field = mia_alloc(features, sizeof(*field));
	double *out = mia_alloc(ROWS * classes, sizeof(*out));
	struct mia_fault f = {0};
	struct mia_encoding e;
	struct mia_frame x;
	void *prep;

	mia_frame_init(&x, features);
	for (size_t j = 0; j < features; j++)
		mia_frame_name(&x, j, mia_text("f"), false);
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t j = 0; j < features; j++)
			field[j] = mia_text(value[i]);
		must(mia_frame_append(&x, field, (struct mia_text){0}, &f) ==
		     0);
	}
	must(mia_encoding_fit(&e, &x, NULL, 0, mia_forest.scale,
			      MIA_MISSING_REFUSE, &f) == 0);
	must(mia_forest.prepare(&prep, &e, &x, h, &f) == 0);
	must(mia_forest.predict(model, prep, rows, ROWS, out, &f) == 0);
	for (size_t i = 0; i < ROWS; i++) {
		double sum = 0;

		for (unsigned k = 0; k < classes; k++) {
			must(out[i * classes + k] >= 0);
			sum += out[i * classes + k];
		}
		must(fabs(sum - 1) < 1e-8);
	}
	mia_forest.prepare_free(prep);
	mia_encoding_free(&e);
	mia_frame_free(&x);
	free(out);
	free(field);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_bytes b = {data + 3, data + n};
	struct mia_buf again = {0};
	struct mia_fault f = {0};
	struct mia_hyper h;
	char trees[24];
	size_t features;
	unsigned classes;
	void *model;

	if (n < 3)
		return 0;
	features = data[0] % 8;
	classes = 1 + data[1] % 8;
	snprintf(trees, sizeof(trees), "trees=%d", 1 + data[2] % 4);
	mia_hyper_init(&h, &mia_forest);
	must(mia_hyper_set(&h, trees, &f) == 0);
	if (mia_forest.load(&model, &b, features, classes, &h, &f) == 0) {
		answer(model, features, classes, &h);
		mia_forest.save(model, &again);
		must(again.n == (size_t)(b.at - data) - 3 &&
		     memcmp(again.s, data + 3, again.n) == 0);
		mia_forest.model_free(model);
	} else {
		must(f.code == MIA_DATA && f.text[0] != '\0');
	}
	mia_buf_free(&again);
	mia_hyper_free(&h);
	return 0;
}
