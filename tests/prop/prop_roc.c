/*
 * Properties of the ROC that hold for any scores: mirror image, row order,
 * monotone maps, nesting of intervals, ends of the curve.
 */
#include "maths/roc.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maths/rng.h"

#define MOST   300
#define ROUNDS 400

struct sample {
	double m[MOST], v[MOST];
	size_t n1, n0;
};

static void
draw(struct sample *s, struct mia_rng *r)
{
	uint64_t kind = mia_rng_below(r, 4);
	double shift = 2 * mia_rng_normal(r);

	s->n1 = 1 + mia_rng_below(r, MOST);
	s->n0 = 1 + mia_rng_below(r, MOST);
	for (size_t i = 0; i < s->n1 + s->n0; i++) {
		double x = mia_rng_normal(r) + (i < s->n1 ? shift : 0);

		if (kind == 1)
			x = floor(2 * x) / 2;
		else if (kind == 2)
			x = x > 0;
		else if (kind == 3 && mia_rng_below(r, 3) == 0)
			x = x > shift ? INFINITY : -INFINITY;
		if (i < s->n1)
			s->m[i] = x;
		else
			s->v[i - s->n1] = x;
	}
}

/* Every figure of a sample. */
struct figures {
	struct mia_auc auc;
	struct mia_interval auc_ci, tpr[3];
	struct mia_point at[3], above, below, *curve;
	size_t n;
};

static const double rates[3] = {0.1, 0.01, 0};

static struct figures
figures(struct sample s)
{
	struct figures f = {0};
	struct mia_roc r;

	assert_int_equal(mia_roc_init(&r, s.m, s.n1, s.v, s.n0, NULL), 0);
	f.auc = mia_roc_auc(&r);
	f.auc_ci = mia_interval_auc(f.auc.value, f.auc.size, 0.05);
	for (int i = 0; i < 3; i++) {
		f.at[i] = mia_roc_at(&r, mia_roc_allowed(rates[i], s.n0));
		f.tpr[i] = mia_roc_tpr(&r, rates[i], 0.05);
	}
	mia_roc_extremes(&r, &f.above, &f.below);
	mia_roc_curve(&r, &f.curve, &f.n);
	return f;
}

/* Counts and intervals are the same to the byte; thresholds may differ. */
static void
same_figures(struct figures *a, struct figures *b, bool thresholds)
{
	assert_memory_equal(&a->auc_ci, &b->auc_ci, sizeof(a->auc_ci));
	assert_memory_equal(a->tpr, b->tpr, sizeof(a->tpr));
	assert_int_equal(a->auc.wins, b->auc.wins);
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(a->curve[i].tp, b->curve[i].tp);
		assert_int_equal(a->curve[i].fp, b->curve[i].fp);
		if (thresholds)
			assert_true(a->curve[i].threshold ==
				    b->curve[i].threshold);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(a->at[i].tp, b->at[i].tp);
		assert_int_equal(a->at[i].fp, b->at[i].fp);
	}
	assert_int_equal(a->above.tp, b->above.tp);
	assert_int_equal(a->above.fp, b->above.fp);
	assert_int_equal(a->below.tp, b->below.tp);
	assert_int_equal(a->below.fp, b->below.fp);
	free(a->curve);
	free(b->curve);
}

static void
shuffle(double *v, size_t n, struct mia_rng *r)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = mia_rng_below(r, i);
		double x = v[i - 1];

		v[i - 1] = v[j];
		v[j] = x;
	}
}

static void
row_order_decides_nothing(void **state)
{
	struct sample s;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "prop/order", 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct figures a, b;

		draw(&s, &r);
		a = figures(s);
		shuffle(s.m, s.n1, &r);
		shuffle(s.v, s.n0, &r);
		b = figures(s);
		same_figures(&a, &b, true);
	}
}

static void
only_ranks_count(void **state)
{
	struct sample s;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 2, "prop/monotone", 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct figures a, b;

		draw(&s, &r);
		a = figures(s);
		/* Powers of two: exact, so strictly increasing. */
		for (size_t k = 0; k < s.n1; k++)
			s.m[k] *= s.m[k] > 0 ? 4 : 0.5;
		for (size_t k = 0; k < s.n0; k++)
			s.v[k] *= s.v[k] > 0 ? 4 : 0.5;
		b = figures(s);
		same_figures(&a, &b, false);
	}
}

/* The negated score has the mirrored AUC, with the mirrored interval. */
static void
mirrored(void **state)
{
	struct sample s;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 3, "prop/mirror", 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct figures a, b;

		draw(&s, &r);
		a = figures(s);
		for (size_t k = 0; k < s.n1; k++)
			s.m[k] = -s.m[k];
		for (size_t k = 0; k < s.n0; k++)
			s.v[k] = -s.v[k];
		b = figures(s);
		assert_int_equal(a.auc.wins + b.auc.wins, 2 * s.n1 * s.n0);
		assert_true(a.auc.var == b.auc.var ||
			    (isnan(a.auc.var) && isnan(b.auc.var)));
		assert_true(fabs(a.auc_ci.lo - (1 - b.auc_ci.hi)) < 1e-12);
		assert_true(fabs(a.auc_ci.hi - (1 - b.auc_ci.lo)) < 1e-12);
		/* tpr - fpr is mirrored in sign, at the complementary vertex */
		assert_int_equal(a.above.tp * s.n0 - a.above.fp * s.n1,
				 b.below.fp * s.n1 - b.below.tp * s.n0);
		free(a.curve);
		free(b.curve);
	}
}

/* Swapping the sides mirrors the curve about the diagonal of 1 - x. */
static void
sides_swapped(void **state)
{
	struct sample s, t;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 4, "prop/swap", 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct figures a, b;

		draw(&s, &r);
		t.n1 = s.n0;
		t.n0 = s.n1;
		memcpy(t.m, s.v, sizeof(t.m));
		memcpy(t.v, s.m, sizeof(t.v));
		a = figures(s);
		b = figures(t);
		assert_int_equal(a.auc.wins + b.auc.wins, 2 * s.n1 * s.n0);
		assert_true(fabs(a.auc_ci.lo - (1 - b.auc_ci.hi)) < 1e-12);
		free(a.curve);
		free(b.curve);
	}
}

static void
intervals_nest(void **state)
{
	static const double level[] = {0.6, 0.3, 0.1, 0.05, 0.01, 1e-4};
	struct sample s;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 5, "prop/nest", 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct mia_roc roc;
		struct mia_auc auc;
		struct mia_interval last[2] = {{2, -1}, {2, -1}};
		double q = mia_rng_below(&r, 4) ? mia_rng_uniform(&r) : 0;

		draw(&s, &r);
		mia_roc_init(&roc, s.m, s.n1, s.v, s.n0, NULL);
		auc = mia_roc_auc(&roc);
		for (int k = 0; k < 6; k++) {
			struct mia_interval now[2] = {
				mia_interval_auc(auc.value, auc.size, level[k]),
				mia_roc_tpr(&roc, q, level[k]),
			};

			assert_true(now[0].lo <= auc.value);
			assert_true(now[0].hi >= auc.value);
			for (int j = 0; j < 2; j++) {
				assert_true(now[j].lo >= 0 && now[j].hi <= 1);
				assert_true(now[j].lo <= now[j].hi);
				assert_true(now[j].lo <= last[j].lo);
				assert_true(now[j].hi >= last[j].hi);
				last[j] = now[j];
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_order_decides_nothing),
		cmocka_unit_test(only_ranks_count),
		cmocka_unit_test(mirrored),
		cmocka_unit_test(sides_swapped),
		cmocka_unit_test(intervals_nest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
