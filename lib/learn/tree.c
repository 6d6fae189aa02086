#include <stdlib.h>

#include "base/mem.h"
#include "learn/learner.h"
#include "learn/wood.h"

/* One classification tree; lib/learn/grow.h says how it grows. */

static const struct mia_hparam hyper[] = {MIA_WOOD_HYPER("all"), {0}};

static int
fit(void **model, const void *prep, const struct mia_sample *s,
    const struct mia_hyper *h, uint64_t seed, uint64_t item,
    struct mia_fault *f)
{
	const struct mia_ranks *x = prep;
	struct mia_grow_opts o;
	struct mia_grower g;
	struct mia_trees *t;
	struct mia_rng r;
	uint16_t *times;

	if (mia_wood_opts(&o, h, x->features, f) != 0 ||
	    mia_grower_init(&g, x, s, &o, f) != 0)
		return -1;
	t = mia_alloc(1, sizeof(*t));
	times = mia_alloc(s->n, sizeof(*times));
	for (size_t i = 0; i < s->n; i++)
		times[i] = 1;
	mia_rng_init(&r, seed, "learn/tree", item);
	mia_trees_init(t, x->features, s->classes);
	mia_grower_tree(&g, times, &r, t);
	mia_grower_free(&g);
	free(times);
	*model = t;
	return 0;
}

static int
load(void **model, struct mia_bytes *b, size_t features, unsigned classes,
     const struct mia_hyper *h, struct mia_fault *f)
{
	return mia_wood_load(model, b, features, classes, h, 1, f);
}

/* As a forest of one. */
static double
vote_floor(const struct mia_hyper *h)
{
	(void)h;
	return 0.25;
}

const struct mia_learner mia_tree = {
	.name = "tree",
	.summary = "one decision tree (Gini)",
	.hyper = hyper,
	.scale = MIA_SCALE_NONE,
	.output = MIA_OUTPUT_P,
	.floor = vote_floor,
	.prepare = mia_wood_prepare,
	.prepare_free = mia_wood_prepare_free,
	.fit = fit,
	.predict = mia_wood_predict,
	.save = mia_wood_save,
	.load = load,
	.model_free = mia_wood_free,
	.describe = mia_wood_describe,
};
