#include "learn/wood.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

int
mia_wood_opts(struct mia_grow_opts *o, const struct mia_hyper *h,
	      size_t features, struct mia_fault *f)
{
	double tries = mia_hyper_get(h, "max_features"), all = (double)features;
	double depth = mia_hyper_get(h, "max_depth");

	if (tries > 1 && tries != floor(tries))
		return mia_fail(f, MIA_USAGE,
				"max_features is %s; give a fraction below 1 "
				"or a whole number",
				mia_hyper_text(h, "max_features"));
	if (tries == MIA_WOOD_WORD_1)
		tries = sqrt(all);
	else if (tries == MIA_WOOD_WORD_2)
		tries = log2(all);
	else if (tries < 0 || tries > all)
		tries = all;
	else if (tries < 1)
		tries *= all;
	*o = (struct mia_grow_opts){
		.tries = tries < 1 ? 1 : (size_t)tries,
		.min_leaf = (size_t)mia_hyper_get(h, "min_samples_leaf"),
		.min_split = (size_t)mia_hyper_get(h, "min_samples_split"),
		.max_depth = depth < 0 ? SIZE_MAX : (size_t)depth,
		.balanced = mia_hyper_get(h, "class_weight") == MIA_WOOD_WORD_2,
	};
	return 0;
}

int
mia_wood_prepare(void **prep, const struct mia_encoding *e,
		 const struct mia_frame *x, const struct mia_hyper *h,
		 struct mia_fault *f)
{
	struct mia_grow_opts o;
	struct mia_ranks *r;

	if (mia_wood_opts(&o, h, e->n, f) != 0)
		return -1;
	r = mia_alloc(1, sizeof(*r));
	if (mia_ranks_init(r, e, x, f) != 0) {
		free(r);
		return -1;
	}
	*prep = r;
	return 0;
}

void
mia_wood_prepare_free(void *prep)
{
	if (prep == NULL)
		return;
	mia_ranks_free(prep);
	free(prep);
}

int
mia_wood_predict(const void *model, const void *prep, const uint32_t *rows,
		 size_t n, double *out, struct mia_fault *f)
{
	(void)f;
	mia_trees_predict(model, prep, rows, n, out);
	return 0;
}

void
mia_wood_save(const void *model, struct mia_buf *b)
{
	mia_trees_save(model, b);
}

int
mia_wood_load(void **model, struct mia_bytes *b, size_t features,
	      unsigned classes, const struct mia_hyper *h, size_t trees,
	      struct mia_fault *f)
{
	struct mia_fault bad = {0};
	struct mia_grow_opts o;
	struct mia_trees *t;

	if (mia_wood_opts(&o, h, features, &bad) != 0)
		return mia_fail(f, MIA_DATA, "the model's settings: %s",
				bad.text);
	t = mia_alloc(1, sizeof(*t));
	if (mia_trees_load(t, b, features, classes, trees, f) != 0) {
		free(t);
		return -1;
	}
	*model = t;
	return 0;
}

void
mia_wood_free(void *model)
{
	if (model == NULL)
		return;
	mia_trees_free(model);
	free(model);
}

void
mia_wood_describe(const void *model, struct mia_description *d)
{
	mia_trees_describe(model, d);
}
