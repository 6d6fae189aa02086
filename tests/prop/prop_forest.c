/*
 * Random data, samples and settings: every node of every tree is looked at by
 * a twin that tries all cuts of all features by sweeping sorted rows.  The
 * cut taken must be as good as the best (where all features are tried), its
 * threshold the middle of its neighbours, and nodes must end just where the
 * rules say; predictions must be what walking the trees row by row gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <math.h>

#include "../unit/wood.h"
#include "base/hash.h"

struct rules {
	size_t min_leaf, min_split, max_depth, tries;
	bool bootstrap, balanced;
};

struct twin {
	const struct world *w;
	const struct wood *s;
	struct rules o;
	const uint32_t *times; /* [rows of the frame] in the present tree */
	double *weight;	       /* [classes] */
};

struct pair {
	double x;
	uint32_t row;
};

static int
by_x(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

static double
cell(const struct twin *t, uint32_t row, size_t j)
{
	return t->w->value[row * t->w->d + j];
}

/* Merit of all cuts of feature j over row[n]: the best into *best, and that
 * of the cut at threshold into *at, -1 if none. Returns the best's. */
static void
sweep(const struct twin *t, const uint32_t *row, size_t n, size_t j,
      double threshold, double *best, double *at, double *middle)
{
	unsigned k = t->w->classes;
	struct pair *v = mia_alloc(n, sizeof(*v));
	double *left = mia_alloc(k, sizeof(*left));
	double *right = mia_alloc(k, sizeof(*right));

	*at = -1;
	for (size_t i = 0; i < n; i++) {
		int32_t c = t->w->label[row[i]];

		v[i] = (struct pair){cell(t, row[i], j), row[i]};
		right[c] += t->weight[c] * t->times[row[i]];
	}
	qsort(v, n, sizeof(*v), by_x);
	for (size_t i = 0; i + 1 < n; i++) {
		int32_t c = t->w->label[v[i].row];
		double w = t->weight[c] * t->times[v[i].row];
		double ll = 0, rr = 0, l = 0, r = 0, merit;

		left[c] += w;
		right[c] -= w;
		if (v[i].x == v[i + 1].x || i + 1 < t->o.min_leaf ||
		    n - i - 1 < t->o.min_leaf)
			continue;
		for (unsigned q = 0; q < k; q++) {
			ll += left[q] * left[q];
			rr += right[q] * right[q];
			l += left[q];
			r += right[q];
		}
		merit = ll / l + rr / r;
		if (merit > *best)
			*best = merit;
		if (v[i].x <= threshold && threshold < v[i + 1].x) {
			*at = merit;
			*middle = v[i].x / 2 + v[i + 1].x / 2;
			if (*middle >= v[i + 1].x)
				*middle = v[i].x;
		}
	}
	free(v);
	free(left);
	free(right);
}

static bool
constant(const struct twin *t, const uint32_t *row, size_t n, size_t j)
{
	for (size_t i = 1; i < n; i++)
		if (cell(t, row[i], j) != cell(t, row[0], j))
			return false;
	return true;
}

static void
check_leaf(const struct twin *t, const struct seen *p, const uint32_t *row,
	   size_t n)
{
	double *sum = mia_alloc(t->w->classes, sizeof(*sum)), all = 0;

	for (size_t i = 0; i < n; i++) {
		int32_t c = t->w->label[row[i]];

		sum[c] += t->weight[c] * t->times[row[i]];
		all += t->weight[c] * t->times[row[i]];
	}
	for (unsigned k = 0; k < t->w->classes; k++) {
		assert_float_equal(p->share[k], sum[k] / all, 1e-12);
		assert_true((p->share[k] > 0) == (sum[k] > 0));
	}
	free(sum);
}

/* Could the node be split at all? *best: merit of its best cut, or 0. */
static bool
may_split(const struct twin *t, const uint32_t *row, size_t n, size_t depth,
	  double *best)
{
	bool pure = true;

	*best = 0;
	for (size_t i = 1; i < n; i++)
		if (t->w->label[row[i]] != t->w->label[row[0]])
			pure = false;
	if (pure || depth >= t->o.max_depth || n < t->o.min_split ||
	    n < 2 * t->o.min_leaf)
		return false;
	for (size_t j = 0; j < t->w->d; j++) {
		double at, middle;

		sweep(t, row, n, j, NAN, best, &at, &middle);
	}
	return *best > 0;
}

static void
check_node(const struct twin *t, size_t node, uint32_t *row, size_t n,
	   size_t depth)
{
	const struct seen *p = &t->s->node[node];
	double best, own = 0, at, middle = 0;
	bool may = may_split(t, row, n, depth, &best);
	uint32_t *rest;
	size_t l = 0, r = 0;

	if (p->feature < 0) {
		/* With few tries a feature without a lawful cut may end it. */
		if (t->o.tries >= t->w->d || t->o.min_leaf == 1)
			assert_false(may);
		check_leaf(t, p, row, n);
		return;
	}
	assert_true(may);
	assert_false(constant(t, row, n, (size_t)p->feature));
	sweep(t, row, n, (size_t)p->feature, p->threshold, &own, &at, &middle);
	assert_true(at > 0);
	assert_true(p->threshold == middle);
	assert_float_equal(at, own, 1e-12 * own);
	if (t->o.tries >= t->w->d)
		assert_float_equal(at, best, 1e-12 * best);
	rest = mia_alloc(n, sizeof(*rest));
	for (size_t i = 0; i < n; i++)
		if (cell(t, row[i], (size_t)p->feature) <= p->threshold)
			row[l++] = row[i];
		else
			rest[r++] = row[i];
	check_node(t, p->left, row, l, depth + 1);
	check_node(t, p->right, rest, r, depth + 1);
	free(rest);
}

/* What grow.h and forest.c say of drawing, done again. */
static size_t
draw(const struct twin *t, uint64_t seed, uint64_t item, uint64_t tree,
     uint32_t *times, uint32_t *row)
{
	const struct world *w = t->w;
	uint64_t key[2] = {item, tree};
	struct mia_rng r;
	size_t n = 0;

	memset(times, 0, w->n * sizeof(*times));
	mia_rng_init(&r, seed, "learn/forest", mia_hash64(key, sizeof(key), 0));
	for (size_t i = 0; i < w->n_rows; i++)
		times[w->rows[t->o.bootstrap ? mia_rng_below(&r, w->n_rows)
					     : i]]++;
	for (size_t i = 0; i < w->n; i++)
		if (times[i] > 0)
			row[n++] = (uint32_t)i;
	return n;
}

static void
weigh(struct twin *t)
{
	const struct world *w = t->w;
	size_t *n = mia_alloc(w->classes, sizeof(*n)), present = 0;

	for (size_t i = 0; i < w->n_rows; i++)
		present += n[w->label[w->rows[i]]]++ == 0;
	for (unsigned k = 0; k < w->classes; k++)
		t->weight[k] =
			!t->o.balanced || n[k] == 0
				? 1
				: (double)w->n_rows / (double)(present * n[k]);
	free(n);
}

static void
check_predictions(const struct twin *t, const double *p)
{
	const struct world *w = t->w;
	double *sum = mia_alloc(w->classes, sizeof(*sum));

	for (uint32_t i = 0; i < w->n; i++) {
		memset(sum, 0, w->classes * sizeof(*sum));
		for (size_t k = 0; k < t->s->trees; k++) {
			const struct seen *at = &t->s->node[t->s->root[k]];

			while (at->feature >= 0)
				at = &t->s->node[cell(t, i,
						      (size_t)at->feature) <=
								 at->threshold
							 ? at->left
							 : at->right];
			for (unsigned c = 0; c < w->classes; c++)
				sum[c] += at->share[c];
		}
		for (unsigned c = 0; c < w->classes; c++)
			assert_true(p[i * w->classes + c] ==
				    sum[c] / (double)t->s->trees);
	}
	free(sum);
}

static void
check(struct world *w, const struct rules *o, uint64_t seed, uint64_t item)
{
	uint32_t *times = mia_alloc(w->n, sizeof(*times));
	uint32_t *row = mia_alloc(w->n, sizeof(*row));
	struct twin t = {.w = w, .o = *o, .times = times};
	void *model = world_fit(w, seed, item);
	double *p = world_predict(w, model);
	struct wood s;

	t.weight = mia_alloc(w->classes, sizeof(*t.weight));
	t.s = &s;
	weigh(&t);
	wood_read(&s, w, model);
	for (size_t k = 0; k < s.trees; k++)
		check_node(&t, s.root[k], row,
			   draw(&t, seed, item, k, times, row), 0);
	check_predictions(&t, p);
	wood_free(&s);
	w->l->model_free(model);
	free(p);
	free(t.weight);
	free(times);
	free(row);
}

static void
set_number(struct world *w, const char *name, size_t x)
{
	char setting[64];

	snprintf(setting, sizeof(setting), "%s=%zu", name, x);
	world_set(w, setting);
}

static struct rules
any_rules(struct world *w, struct mia_rng *r)
{
	struct rules o = {1, 2, SIZE_MAX, w->d, false, false};

	set_number(w, "trees", 2);
	if (mia_rng_below(r, 2))
		o.min_leaf = 1 + mia_rng_below(r, 5);
	if (mia_rng_below(r, 3) == 0)
		o.min_split = 2 + mia_rng_below(r, 10);
	if (mia_rng_below(r, 3) == 0) {
		o.max_depth = 1 + mia_rng_below(r, 5);
		set_number(w, "max_depth", o.max_depth);
	}
	if (mia_rng_below(r, 2))
		o.tries = 1 + mia_rng_below(r, w->d);
	o.bootstrap = mia_rng_below(r, 2);
	o.balanced = mia_rng_below(r, 3) == 0;
	set_number(w, "min_samples_leaf", o.min_leaf);
	set_number(w, "min_samples_split", o.min_split);
	set_number(w, "max_features", o.tries);
	world_set(w, o.bootstrap ? "bootstrap=yes" : "bootstrap=no");
	world_set(w,
		  o.balanced ? "class_weight=balanced" : "class_weight=none");
	return o;
}

/* Columns of one, two, a few and many values, with many or no zeros. */
static void
any_column(double *x, size_t n, size_t d, struct mia_rng *r)
{
	static const uint64_t values[] = {1, 2, 3, 17, 64, 65, 300, 1u << 20};
	uint64_t of = values[mia_rng_below(r, 8)];
	bool zeros = mia_rng_below(r, 2);
	double shift = mia_rng_below(r, 2) ? 0 : mia_rng_normal(r);

	for (size_t i = 0; i < n; i++) {
		double v = (double)mia_rng_below(r, of) * .37 + shift;

		x[i * d] = zeros && mia_rng_below(r, 3) ? 0 : v;
	}
}

static void
test_twin(void **state)
{
	const char *slow = getenv("MIA_SLOW");
	size_t rounds = slow != NULL && *slow ? 40000 : 1500;

	(void)state;
	for (uint64_t round = 0; round < rounds; round++) {
		struct mia_rng r;
		struct rules o;
		struct world w;
		size_t n, d;
		unsigned classes;
		double *x;
		int32_t *y;

		mia_rng_init(&r, 1, "test/twin", round);
		n = 1 + mia_rng_below(&r, round % 5 == 0 ? 400 : 60);
		d = 1 + mia_rng_below(&r, 7);
		classes = 1 + (unsigned)mia_rng_below(&r, 7);
		x = mia_alloc(n * d, sizeof(*x));
		y = mia_alloc(n, sizeof(*y));
		for (size_t j = 0; j < d; j++)
			any_column(x + j, n, d, &r);
		for (size_t i = 0; i < n; i++)
			y[i] = (int32_t)mia_rng_below(&r, classes);
		world_open(&w, &mia_forest, x, n, d, y, classes);
		w.n_rows = 0;
		for (uint32_t i = 0; i < n; i++)
			if (mia_rng_below(&r, 4) ||
			    (w.n_rows == 0 && i + 1 == n))
				w.rows[w.n_rows++] = i;
		o = any_rules(&w, &r);
		check(&w, &o, round, round * 3);
		world_close(&w);
		free(x);
		free(y);
	}
}

/* So many values and classes that the bins do not hold them. */
static void
test_wide(void **state)
{
	const size_t n = 24000, classes = 15;
	struct rules o = {100, 2, 3, 1, false, false};
	double *x = mia_alloc(n, sizeof(*x));
	int32_t *y = mia_alloc(n, sizeof(*y));
	struct mia_rng r;
	struct world w;

	(void)state;
	mia_rng_init(&r, 1, "test/wide", 0);
	for (size_t i = 0; i < n; i++) {
		x[i] = mia_rng_normal(&r);
		y[i] = (int32_t)(x[i] > 0 ? mia_rng_below(&r, classes)
					  : mia_rng_below(&r, 3));
	}
	world_open(&w, &mia_forest, x, n, 1, y, classes);
	world_set(&w, "trees=1");
	world_set(&w, "max_depth=3");
	world_set(&w, "bootstrap=no");
	world_set(&w, "min_samples_leaf=100");
	check(&w, &o, 1, 1);
	world_close(&w);
	free(x);
	free(y);
}

/* More than 4,096 classes, so that even few values do not fit the bins. */
static void
test_many_classes(void **state)
{
	const size_t n = 5000;
	struct rules o = {1, 2, 2, 2, true, true};
	double *x = mia_alloc(2 * n, sizeof(*x));
	int32_t *y = mia_alloc(n, sizeof(*y));
	struct mia_rng r;
	struct world w;

	(void)state;
	mia_rng_init(&r, 1, "test/many", 0);
	for (size_t i = 0; i < n; i++) {
		x[2 * i] = (double)mia_rng_below(&r, 2);
		x[2 * i + 1] = (double)mia_rng_below(&r, 7);
		y[i] = (int32_t)i;
	}
	world_open(&w, &mia_forest, x, n, 2, y, (unsigned)n);
	world_set(&w, "trees=1");
	world_set(&w, "max_depth=2");
	world_set(&w, "max_features=all");
	world_set(&w, "class_weight=balanced");
	w.rows[0] = 0;
	check(&w, &o, 1, 1);
	/* Without a bootstrap all classes are in the root. */
	world_set(&w, "bootstrap=no");
	o.bootstrap = false;
	check(&w, &o, 1, 1);
	world_close(&w);
	free(x);
	free(y);
}

/* Distinct rows, all of them in each tree: nothing is left to err on. */
static void
test_memory(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < 60; round++) {
		struct mia_rng r;
		struct world w;
		double x[120 * 5], *p;
		int32_t y[120];
		size_t n;
		void *model;

		mia_rng_init(&r, 1, "test/memory", round);
		n = 1 + mia_rng_below(&r, 120);
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; j < 4; j++)
				x[i * 5 + j] = (double)mia_rng_below(&r, 3);
			x[i * 5 + 4] = (double)((i * 79) % 121);
			y[i] = (int32_t)mia_rng_below(&r, 6);
		}
		world_open(&w, &mia_forest, x, n, 5, y, 6);
		world_set(&w, "bootstrap=no");
		world_set(&w, "trees=7");
		model = world_fit(&w, round, 0);
		p = world_predict(&w, model);
		for (size_t i = 0; i < n; i++)
			assert_true(p[6 * i + (size_t)y[i]] == 1);
		free(p);
		w.l->model_free(model);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twin),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_many_classes),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
