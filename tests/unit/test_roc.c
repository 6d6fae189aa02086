#include "maths/roc.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maths/beta.h"
#include "maths/rng.h"
#include "maths/sort.h"
#include "reference.h"

/* Scores of both sides, at most SIDE each. */
#define SIDE 4096

struct scores {
	double member[SIDE], non[SIDE];
	size_t n1, n0;
	struct mia_roc roc;
};

static void
sort_sides(struct scores *s)
{
	struct mia_fault f = {0};

	assert_int_equal(
		mia_roc_init(&s->roc, s->member, s->n1, s->non, s->n0, &f), 0);
}

/* Scores of one column and, if group is not NULL, one group. */
static void
take(struct scores *s, const struct ref *r, const char *column,
     const char *group)
{
	s->n1 = s->n0 = 0;
	for (size_t i = 0; i < r->rows; i++) {
		if (group != NULL && strcmp(ref_text(r, i, "group"), group))
			continue;
		if (ref_num(r, i, "member") == 1)
			s->member[s->n1++] = ref_num(r, i, column);
		else
			s->non[s->n0++] = ref_num(r, i, column);
	}
	sort_sides(s);
}

static double
tpr(const struct scores *s, struct mia_point p)
{
	return (double)p.tp / (double)s->n1;
}

static double
fpr(const struct scores *s, struct mia_point p)
{
	return (double)p.fp / (double)s->n0;
}

/* The columns that are this module's, of a figures table of the peers. */
static void
figures_match(const char *scores, const char *figures, double tol)
{
	static const struct {
		const char *name;
		double q;
	} at[] = {{"tpr_at_fpr_le_0.1", 0.1},
		  {"tpr_at_fpr_le_0.01", 0.01},
		  {"tpr_at_fpr_le_0.001", 0.001},
		  {"tpr_at_fpr_le_0", 0},
		  {"tpr_at_fpr_le_0.0001", 0.0001}};
	struct scores *s = malloc(sizeof(*s));
	struct ref v, w;

	assert_true(ref_open(&v, scores));
	assert_true(ref_open(&w, figures));
	for (size_t i = 0; i < w.rows; i++) {
		const char *name = ref_text(&w, i, "score");
		struct mia_point up, down;
		double adv, strict;
		uint64_t k;

		take(s, &v, name, NULL);
		assert_true(near(mia_roc_auc(&s->roc).value,
				 ref_num(&w, i, "auc"), tol));
		for (size_t j = 0; j < 5; j++) {
			k = mia_roc_allowed(at[j].q, s->n0);
			assert_true(near(tpr(s, mia_roc_at(&s->roc, k)),
					 ref_num(&w, i, at[j].name), tol));
		}
		/* The last vertex with fpr < .001 */
		strict = ref_num(&w, i, "tpr_at_fpr_lt_0.001_strict");
		k = (uint64_t)ceil(0.001 * (double)s->n0) - 1;
		assert_true(near(tpr(s, mia_roc_at(&s->roc, k)), strict, tol));
		mia_roc_extremes(&s->roc, &up, &down);
		adv = tpr(s, up) - fpr(s, up);
		assert_true(near(0.5 + adv / 2, ref_num(&w, i, "bal_acc_max"),
				 tol));
		adv = fmax(adv, fpr(s, down) - tpr(s, down));
		assert_true(near(adv, ref_num(&w, i, "advantage"), tol));
	}
	assert_true(w.rows >= 3);
	ref_close(&v);
	ref_close(&w);
	free(s);
}

static void
peers_figures(void **state)
{
	(void)state;
	figures_match("tests/reference/metrics2k_scores.csv",
		      "tests/reference/metrics2k_figures.csv", 1e-14);
	figures_match("tests/reference/m9_all_scores.csv",
		      "tests/reference/m9_figures.csv", 1e-14);
}

/* The first vertex with as many true positives as p. */
static struct mia_point
first_as_good(const struct scores *s, struct mia_point p)
{
	struct mia_roc_walk w = {0};

	while (mia_roc_step(&s->roc, &w))
		if (w.at.tp == p.tp)
			return w.at;
	return p;
}

/*
 * The peer takes the first of the vertices of one height, we the last.  It
 * writes "nobody" as the greatest score plus 1.
 */
static void
peers_thresholds(void **state)
{
	static const char *const q[] = {"0.1", "0.01", "0.001"};
	struct scores *s = malloc(sizeof(*s));
	struct ref v, w;

	(void)state;
	assert_true(ref_open(&v, "tests/reference/metrics2k_scores.csv"));
	assert_true(ref_open(&w, "tests/reference/metrics2k_figures.csv"));
	for (size_t i = 0; i < w.rows; i++) {
		take(s, &v, ref_text(&w, i, "score"), NULL);
		assert_true(near(mia_roc_auc(&s->roc).value,
				 ref_num(&w, i, "sacro_AUC"), 1e-8));
		for (size_t j = 0; j < 3; j++) {
			uint64_t k = mia_roc_allowed(atof(q[j]), s->n0);
			struct mia_point p = mia_roc_at(&s->roc, k);
			char name[64];
			double t;

			assert_true(p.fp <= k);
			p = first_as_good(s, p);
			snprintf(name, sizeof(name), "art_fpr_at_%s", q[j]);
			assert_true(
				near(fpr(s, p), ref_num(&w, i, name), 1e-14));
			snprintf(name, sizeof(name), "art_tpr_at_%s", q[j]);
			assert_true(
				near(tpr(s, p), ref_num(&w, i, name), 1e-14));
			snprintf(name, sizeof(name), "art_thr_at_%s", q[j]);
			t = p.tp + p.fp > 0 ? p.threshold
					    : s->member[s->n1 - 1] + 1;
			assert_true(t == ref_num(&w, i, name));
		}
	}
	ref_close(&w);
	assert_true(ref_open(&w, "tests/reference/metrics2k_groups.csv"));
	for (size_t i = 0; i < w.rows; i++) {
		struct mia_point p;

		take(s, &v, ref_text(&w, i, "score"), ref_text(&w, i, "group"));
		p = mia_roc_at(
			&s->roc,
			mia_roc_allowed(ref_num(&w, i, "target_fpr"), s->n0));
		assert_true(s->n1 == ref_num(&w, i, "n_member"));
		assert_true(s->n0 == ref_num(&w, i, "n_nonmember"));
		assert_true(near(mia_roc_auc(&s->roc).value,
				 ref_num(&w, i, "auc"), 1e-14));
		/*
		 * The peer drops a vertex inside a straight stretch, (11, 3)
		 * here, and stops short at (7, 1).
		 */
		if (strcmp(ref_text(&w, i, "score"), "tied") == 0 &&
		    strcmp(ref_text(&w, i, "group"), "0") == 0) {
			assert_true(p.tp == 11 && p.fp == 3);
			assert_true(p.threshold == 2.5);
			continue;
		}
		assert_true(
			near(fpr(s, p), ref_num(&w, i, "achieved_fpr"), 1e-14));
		assert_true(near(tpr(s, p), ref_num(&w, i, "tpr"), 1e-14));
		if (p.tp + p.fp > 0)
			assert_true(p.threshold ==
				    ref_num(&w, i, "threshold_ge"));
	}
	ref_close(&w);
	ref_close(&v);
	free(s);
}

static void
peers_vertices(void **state)
{
	struct scores *s = malloc(sizeof(*s));
	struct mia_roc_walk walk = {0};
	const char *name = "";
	struct ref v, w;

	(void)state;
	assert_true(ref_open(&v, "tests/reference/m9_all_scores.csv"));
	assert_true(ref_open(&w, "tests/reference/m9_roc.csv"));
	for (size_t i = 0; i < w.rows; i++) {
		if (strcmp(name, ref_text(&w, i, "score")) != 0) {
			if (i > 0)
				assert_false(mia_roc_step(&s->roc, &walk));
			name = ref_text(&w, i, "score");
			take(s, &v, name, NULL);
			walk = (struct mia_roc_walk){0};
		}
		assert_true(mia_roc_step(&s->roc, &walk));
		assert_true(walk.at.threshold ==
			    ref_num(&w, i, "threshold_ge"));
		assert_true(walk.at.tp == ref_num(&w, i, "tp"));
		assert_true(walk.at.fp == ref_num(&w, i, "fp"));
		assert_true(
			near(tpr(s, walk.at), ref_num(&w, i, "tpr"), 1e-14));
		assert_true(
			near(fpr(s, walk.at), ref_num(&w, i, "fpr"), 1e-14));
	}
	assert_false(mia_roc_step(&s->roc, &walk));
	assert_int_equal(w.rows, 120);
	ref_close(&v);
	ref_close(&w);
	free(s);
}

/* Members at or above, or (strictly) above, a score. */
static uint64_t
count(const double *v, size_t n, double t, bool strictly)
{
	uint64_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += strictly ? v[i] > t : v[i] >= t;
	return k;
}

/* Every pair, as the definitions have it. */
static void
auc_by_pairs(const struct scores *s, uint64_t *wins, double *var)
{
	long double v1 = 0, v0 = 0, mean;

	*wins = 0;
	for (size_t i = 0; i < s->n1; i++)
		for (size_t j = 0; j < s->n0; j++)
			*wins += (s->member[i] > s->non[j]) * 2 +
				 (s->member[i] == s->non[j]);
	mean = (long double)*wins / (2.0L * s->n1 * s->n0);
	for (size_t i = 0; i < s->n1; i++) {
		long double c = 0;

		for (size_t j = 0; j < s->n0; j++)
			c += (s->member[i] > s->non[j]) +
			     0.5L * (s->member[i] == s->non[j]);
		v1 += (c / s->n0 - mean) * (c / s->n0 - mean);
	}
	for (size_t j = 0; j < s->n0; j++) {
		long double c = 0;

		for (size_t i = 0; i < s->n1; i++)
			c += (s->member[i] > s->non[j]) +
			     0.5L * (s->member[i] == s->non[j]);
		v0 += (c / s->n1 - mean) * (c / s->n1 - mean);
	}
	*var = s->n1 < 2 || s->n0 < 2 ? NAN
				      : (double)(v1 / (s->n1 - 1) / s->n1 +
						 v0 / (s->n0 - 1) / s->n0);
}

/* Scores of every texture: continuous, tied, constant, infinite. */
static void
draw(struct scores *s, struct mia_rng *r, size_t most)
{
	uint64_t kind = mia_rng_below(r, 5), levels = 1 + mia_rng_below(r, 6);

	s->n1 = 1 + mia_rng_below(r, most);
	s->n0 = 1 + mia_rng_below(r, most);
	for (size_t i = 0; i < s->n1 + s->n0; i++) {
		bool member = i < s->n1;
		double x = mia_rng_normal(r) + (member ? 0.7 : 0);

		if (kind == 1)
			x = (double)mia_rng_below(r, levels);
		else if (kind == 2)
			x = floor(2 * x);
		else if (kind == 3 && mia_rng_below(r, 4) == 0)
			x = x > 0 ? INFINITY : -INFINITY;
		else if (kind == 4)
			x = mia_rng_below(r, 2) ? -0.0 : 0.0;
		if (member)
			s->member[i] = x;
		else
			s->non[i - s->n1] = x;
	}
	sort_sides(s);
}

/* The interval of EVIDENCE 3, every rank tried. */
static struct mia_interval
tpr_by_ranks(const struct scores *s, double q, double a)
{
	struct mia_interval i = {0, 1};
	double u = log(q) - log1p(-q);

	for (size_t k = s->n0; k-- > 0;) {
		struct mia_beta_tails t =
			mia_beta_tails((double)k + 1, (double)(s->n0 - k), u);
		uint64_t above =
			count(s->member, s->n1, s->non[s->n0 - 1 - k], true);

		if (exp(t.lower) >= 1 - a / 4)
			i.lo = fmax(i.lo,
				    mia_interval_cp_lo(above, s->n1, a / 4));
		if (exp(t.upper) >= 1 - a / 4)
			i.hi = fmin(i.hi,
				    mia_interval_cp_hi(above, s->n1, a / 4));
	}
	return i;
}

static void
definitions(void **state)
{
	struct scores *s = malloc(sizeof(*s));
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 11, "test/roc", 0);
	for (int round = 0; round < 600; round++) {
		struct mia_roc_walk w = {0};
		struct mia_point p, last = {0}, up, down;
		struct mia_auc auc;
		struct mia_interval i, j;
		double var, q, most = 0, least = 0;
		uint64_t wins, steps = 0, k;
		bool found = false;

		draw(s, &r, round % 10 == 0 ? 3 : 70);
		auc = mia_roc_auc(&s->roc);
		auc_by_pairs(s, &wins, &var);
		assert_int_equal(auc.wins, wins);
		assert_true(isnan(var) ? isnan(auc.var)
				       : near(auc.var, var, 1e-14));
		assert_true(near(auc.value, (double)wins / (2. * s->n1 * s->n0),
				 1e-16));

		mia_roc_extremes(&s->roc, &up, &down);
		k = mia_rng_below(&r, s->n0 + 2);
		p = mia_roc_at(&s->roc, k);
		assert_true(p.fp <= k);
		while (mia_roc_step(&s->roc, &w)) {
			double d = tpr(s, w.at) - fpr(s, w.at);

			if (steps++ > 0) {
				assert_true(w.at.threshold < last.threshold ||
					    isinf(last.threshold));
				assert_int_equal(w.at.tp,
						 count(s->member, s->n1,
						       w.at.threshold, false));
				assert_int_equal(w.at.fp,
						 count(s->non, s->n0,
						       w.at.threshold, false));
			}
			/* The last vertex with fp <= k is p. */
			if (w.at.fp <= k)
				assert_true(w.at.tp <= p.tp && w.at.fp <= p.fp);
			if (w.at.tp == p.tp && w.at.fp == p.fp) {
				assert_true(w.at.threshold == p.threshold);
				found = true;
			}
			most = fmax(most, d);
			least = fmin(least, d);
			last = w.at;
		}
		assert_true(found && last.tp == s->n1 && last.fp == s->n0);
		assert_true(near(tpr(s, up) - fpr(s, up), most, 1e-15));
		assert_true(near(tpr(s, down) - fpr(s, down), least, 1e-15));

		q = mia_rng_uniform(&r);
		i = mia_roc_tpr(&s->roc, q, 0.05);
		j = tpr_by_ranks(s, q, 0.05);
		assert_true(i.lo == j.lo && i.hi == j.hi);
	}
	free(s);
}

static void
ends_of_rates(void **state)
{
	double member[] = {1, 2, 3, 4}, non[] = {0, 1, 2};
	struct mia_interval i;
	struct mia_roc r;

	(void)state;
	assert_int_equal(mia_roc_init(&r, member, 4, non, 3, NULL), 0);
	/* At 0: from nothing to what the highest non-member leaves. */
	i = mia_roc_tpr(&r, 0, 0.05);
	assert_true(i.lo == 0);
	assert_true(i.hi == mia_interval_cp_hi(2, 4, 0.0125));
	i = mia_roc_tpr(&r, 1, 0.05);
	assert_true(i.lo == mia_interval_cp_lo(4, 4, 0.0125));
	assert_true(i.hi == 1);
}

static void
allowed_counts(void **state)
{
	static const struct {
		double q;
		uint64_t n, k;
	} c[] = {{0.29, 100, 29},     {0.1, 30, 3},
		 {0.57, 100, 57},     {0.1, 29, 2},
		 {0.001, 999, 0},     {0.001, 1000, 1},
		 {0, 5, 0},	      {1, 5, 5},
		 {0.3, 10, 3},	      {0.7, 10, 7},
		 {1e-5, 100000, 1},   {1e-5, 99999, 0},
		 {0.333333333, 3, 0}, {0.01, 5000000, 50000}};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++)
		assert_int_equal(mia_roc_allowed(c[i].q, c[i].n), c[i].k);
	/* Every percentage and per mille of every small number. */
	for (uint64_t n = 1; n <= 3000; n++)
		for (uint64_t m = 0; m <= 1000; m += 1 + m / 7) {
			char text[16];

			snprintf(text, sizeof(text), "0.%03d", (int)(m % 1000));
			assert_int_equal(
				mia_roc_allowed(m == 1000 ? 1 : atof(text), n),
				m * n / 1000);
		}
}

static void
a_constant_score_says_nothing(void **state)
{
	struct scores *s = malloc(sizeof(*s));
	struct mia_point up, down, p;

	(void)state;
	s->n1 = 1000;
	s->n0 = 500;
	for (size_t i = 0; i < 1000; i++)
		s->member[i] = s->non[i] = 3.25;
	sort_sides(s);
	assert_true(mia_roc_auc(&s->roc).value == 0.5);
	assert_true(mia_roc_auc(&s->roc).var == 0);
	assert_true(mia_roc_auc(&s->roc).size == 500);
	p = mia_roc_at(&s->roc, 499);
	assert_true(p.tp == 0 && p.fp == 0 && isinf(p.threshold));
	p = mia_roc_at(&s->roc, 500);
	assert_true(p.tp == 1000 && p.fp == 500 && p.threshold == 3.25);
	mia_roc_extremes(&s->roc, &up, &down);
	assert_true(up.tp == 0 && down.tp == 0);
	free(s);
}

/* Members of infinite score beat all but nothing beats nobody. */
static void
infinite_scores(void **state)
{
	double member[] = {INFINITY, 5, -INFINITY}, non[] = {INFINITY, -1};
	struct mia_roc_walk w = {0};
	struct mia_roc r;

	(void)state;
	assert_int_equal(mia_roc_init(&r, member, 3, non, 2, NULL), 0);
	/* 5 beats -1; inf ties inf, beats -1; -inf beats none: 5 of 12 halves
	 */
	assert_int_equal(mia_roc_auc(&r).wins, 1 + 2 + 2);
	assert_true(mia_roc_step(&r, &w) && w.at.tp == 0 && w.at.fp == 0);
	assert_true(mia_roc_step(&r, &w) && w.at.tp == 1 && w.at.fp == 1);
	assert_true(w.at.threshold == INFINITY);
	assert_int_equal(mia_roc_at(&r, 0).tp, 0);
	assert_int_equal(mia_roc_at(&r, 1).tp, 2);
	assert_true(mia_roc_at(&r, 1).threshold == 5);
}

static void
faults(void **state)
{
	double v[] = {1, 2}, w[] = {1, NAN};
	struct mia_fault f = {0};
	struct mia_roc r;

	(void)state;
	assert_int_equal(mia_roc_init(&r, v, 0, v, 2, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "no members"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_roc_init(&r, v, 2, v, 0, &f), -1);
	assert_non_null(strstr(f.text, "no non-members"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_roc_init(&r, v, 1, w, 2, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "not a number"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_roc_init(&r, v, MIA_ROC_MAX + 1, v, 2, &f), -1);
	assert_non_null(strstr(f.text, "are more than"));
	/* One a side is enough. */
	assert_int_equal(mia_roc_init(&r, v, 1, v + 1, 1, &f), 0);
	assert_true(mia_roc_auc(&r).value == 0 && isnan(mia_roc_auc(&r).var));
	assert_true(mia_roc_auc(&r).size == 1);
}

/* Corners of the thinned curve are corners of the curve, in order. */
static void
thinned(void **state)
{
	struct scores *s = malloc(sizeof(*s));
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 5, "test/curve", 0);
	for (int round = 0; round < 60; round++) {
		struct mia_roc_walk w = {0};
		struct mia_point *p;
		uint64_t doubled = 0;
		size_t n, i = 0;

		draw(s, &r, round < 30 ? 60 : SIDE);
		mia_roc_curve(&s->roc, &p, &n);
		assert_true(n >= 2 && n <= 2000);
		assert_true(p[0].tp == 0 && p[0].fp == 0);
		assert_true(p[n - 1].tp == s->n1 && p[n - 1].fp == s->n0);
		while (mia_roc_step(&s->roc, &w))
			if (i < n && w.at.tp == p[i].tp && w.at.fp == p[i].fp) {
				assert_true(w.at.threshold == p[i].threshold);
				i++;
			}
		assert_int_equal(i, n);
		/* With few non-members nothing but straights is left out. */
		for (i = 1; i < n; i++)
			doubled += (p[i].fp - p[i - 1].fp) *
				   (p[i].tp + p[i - 1].tp);
		if (s->n0 <= 256)
			assert_int_equal(doubled, mia_roc_auc(&s->roc).wins);
		else
			assert_true(near((double)doubled,
					 (double)mia_roc_auc(&s->roc).wins,
					 0.01));
		free(p);
	}
	free(s);
}

/* Four million records: the list stays short and follows the curve. */
static void
thinned_from_millions(void **state)
{
	size_t n = 2000000, k;
	double *m = malloc(n * sizeof(*m)), *v = malloc(n * sizeof(*v));
	struct mia_point *p;
	struct mia_roc roc;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 5, "test/millions", 0);
	for (size_t i = 0; i < n; i++) {
		m[i] = mia_rng_uniform(&r) + 0.3;
		v[i] = mia_rng_uniform(&r);
	}
	assert_int_equal(mia_roc_init(&roc, m, n, v, n, NULL), 0);
	mia_roc_curve(&roc, &p, &k);
	assert_true(k > 800 && k <= 2000);
	for (size_t i = 1; i < k; i++) {
		uint64_t tp = p[i].tp - p[i - 1].tp;
		uint64_t fp = p[i].fp - p[i - 1].fp;

		assert_true(tp == 0 || fp == 0 ||
			    (tp <= n / 400 + 40 && fp <= n / 400 + 40));
		assert_true(fp == 0 || p[i].fp <= 256 ||
			    (double)p[i].fp <=
				    1.04 * (double)p[i - 1].fp + 40 ||
			    tp == 0);
	}
	free(p);
	free(m);
	free(v);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
sorting(void **state)
{
	double v[3000], w[3000], scratch[3000];
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 2, "test/sort", 0);
	for (int round = 0; round < 300; round++) {
		size_t n = mia_rng_below(&r, round % 2 ? 3000 : 100), k;
		double x;

		for (size_t i = 0; i < n; i++) {
			v[i] = ldexp(mia_rng_normal(&r),
				     (int)mia_rng_below(&r, 40) - 20);
			if (round % 3 == 0)
				v[i] = rint(v[i]);
			switch (mia_rng_below(&r, 50)) {
			case 0:
				v[i] = INFINITY;
				break;
			case 1:
				v[i] = -INFINITY;
				break;
			case 2:
				v[i] = -DBL_MAX;
				break;
			case 3:
				v[i] = 5e-324;
				break;
			case 4:
				v[i] = -0.0;
			}
		}
		memcpy(w, v, n * sizeof(*v));
		qsort(w, n, sizeof(*w), ascending);
		mia_sort(v, n, scratch);
		for (size_t i = 0; i < n; i++)
			assert_true(v[i] == w[i] &&
				    (v[i] != 0 || !signbit(v[i])));
		if (n == 0)
			continue;
		x = v[mia_rng_below(&r, n)];
		for (k = 0; k < n && !(v[k] > x); k++)
			;
		assert_int_equal(mia_sort_above(v, n, x), n - k);
		for (k = 0; k < n && v[k] < x; k++)
			;
		assert_int_equal(mia_sort_from(v, n, x), n - k);
	}
	assert_int_equal(mia_sort_from(v, 0, 1), 0);
	assert_int_equal(mia_sort_above(v, 0, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_figures),
		cmocka_unit_test(peers_thresholds),
		cmocka_unit_test(peers_vertices),
		cmocka_unit_test(definitions),
		cmocka_unit_test(ends_of_rates),
		cmocka_unit_test(allowed_counts),
		cmocka_unit_test(a_constant_score_says_nothing),
		cmocka_unit_test(infinite_scores),
		cmocka_unit_test(faults),
		cmocka_unit_test(thinned),
		cmocka_unit_test(thinned_from_millions),
		cmocka_unit_test(sorting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
