/*
 * Three bytes, the numbers of features and classes and the hidden layers, then
 * any bytes as a network's saved form.  A network that loads answers with
 * finite logits or a fault, and is saved to just the bytes it was loaded from.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/learner.h"
#include "learn/mlp.h"

#define ROWS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool so)
{
	if (!so)
		abort();
}

static void
answer(const struct mia_mlp *m, size_t features)
{
	static const uint32_t rows[] = {2, 0, 1};
	float *x = mia_alloc(ROWS * features, sizeof(*x));
	double *out = mia_alloc(ROWS * m->classes, sizeof(*out));
	struct mia_fault f = {0};

	for (size_t i = 0; i < ROWS * features; i++)
		x[i] = (float)i - 3;
	if (mia_mlp_predict(m, mia_cpu_best(), x, rows, ROWS, out, &f) != 0) {
		must(f.code == MIA_DATA);
	} else {
		for (size_t i = 0; i < ROWS * m->classes; i++)
			must(isfinite(out[i]) || out[i] < 0);
	}
	free(out);
	free(x);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const layers[] = {
		"layers=1", "layers=3", "layers=2,4", "layers=65536,65536"};
	struct mia_bytes b = {data + 3, data + n};
	struct mia_buf again = {0};
	struct mia_fault f = {0};
	struct mia_hyper h;
	size_t features;
	unsigned classes;
	void *model;

	if (n < 3)
		return 0;
	features = data[0] % 8;
	classes = 1 + data[1] % 8;
	mia_hyper_init(&h, &mia_mlp);
	must(mia_hyper_set(&h, layers[data[2] % 4], &f) == 0);
	if (mia_mlp.load(&model, &b, features, classes, &h, &f) == 0) {
		answer(model, features);
		mia_mlp.save(model, &again);
		must(again.n == (size_t)(b.at - data) - 3 &&
		     memcmp(again.s, data + 3, again.n) == 0);
		mia_mlp.model_free(model);
	} else {
		must(f.code == MIA_DATA && f.text[0] != '\0');
	}
	mia_buf_free(&again);
	mia_hyper_free(&h);
	return 0;
}
