#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "learn/learner.h"
#include "learn/wood.h"

/*
 * A random forest (Breiman, Machine Learning 45, 2001) as scikit-learn's
 * RandomForestClassifier: each tree on a bootstrap of the sample, features
 * drawn at every split, probabilities the mean of the trees' leaf shares.
 * Balanced class weights come from the sample, not from each bootstrap.
 * A bootstrap is drawn by position in the sample: rows in another order make
 * another forest of the same distribution.
 */

static const struct mia_hparam hyper[] = {
	{"trees", "100", MIA_HYPER_INT, 1, MIA_WOOD_MOST, NULL,
	 "trees in the forest"},
	MIA_WOOD_HYPER("sqrt"),
	{"bootstrap", "yes", MIA_HYPER_TEXT, 0, 0, "yes|no",
	 "draw each tree's rows with replacement; no: all rows"},
	{0},
};

static void
draw_rows(uint16_t *times, size_t n, struct mia_rng *r)
{
	memset(times, 0, n * sizeof(*times));
	for (size_t i = 0; i < n; i++) {
		uint16_t *t = &times[mia_rng_below(r, n)];

		*t += *t < MIA_DRAW_MOST;
	}
}

static int
fit(void **model, const void *prep, const struct mia_sample *s,
    const struct mia_hyper *h, uint64_t seed, uint64_t item,
    struct mia_fault *f)
{
	uint64_t trees = (uint64_t)mia_hyper_get(h, "trees");
	bool bootstrap = mia_hyper_get(h, "bootstrap") == MIA_WOOD_WORD_1;
	const struct mia_ranks *x = prep;
	struct mia_grow_opts o;
	struct mia_grower g;
	struct mia_trees *t;
	uint16_t *times;

	if (mia_wood_opts(&o, h, x->features, f) != 0 ||
	    mia_grower_init(&g, x, s, &o, f) != 0)
		return -1;
	t = mia_alloc(1, sizeof(*t));
	times = mia_alloc(s->n, sizeof(*times));
	for (size_t i = 0; i < s->n; i++)
		times[i] = 1;
	mia_trees_init(t, x->features, s->classes);
	for (uint64_t i = 0; i < trees; i++) {
		uint64_t key[2] = {item, i};
		struct mia_rng r;

		mia_rng_init(&r, seed, "learn/forest",
			     mia_hash64(key, sizeof(key), 0));
		if (bootstrap)
			draw_rows(times, s->n, &r);
		mia_grower_tree(&g, times, &r, t);
	}
	mia_grower_free(&g);
	free(times);
	*model = t;
	return 0;
}

static int
load(void **model, struct mia_bytes *b, size_t features, unsigned classes,
     const struct mia_hyper *h, struct mia_fault *f)
{
	return mia_wood_load(model, b, features, classes, h,
			     (size_t)mia_hyper_get(h, "trees"), f);
}

/*
 * A class that none of T trees votes for: half a vote of T + 1.
 * Source: Krichevsky & Trofimov, IEEE Trans. Inf. Theory 27 (1981).
 */
static double
vote_floor(const struct mia_hyper *h)
{
	return 0.5 / (mia_hyper_get(h, "trees") + 1);
}

const struct mia_learner mia_forest = {
	.name = "forest",
	.summary = "a random forest (Gini)",
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
