/*
 * Bounds on epsilon against multiprecision arithmetic, the peers' own code and
 * slow twins of what is computed fast.
 */
#include "maths/epsilon.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "maths/epsilon_counts.h"
#include "maths/epsilon_gauss.h"
#include "maths/epsilon_one_run.h"
#include "maths/exposure.h"
#include "maths/panoramia.h"
#include "maths/rng.h"
#include "maths/sort.h"
#include "reference.h"

/* --- scores ----------------------------------------------------------------
 */

#define SIDE 8192

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

static void
take(struct scores *s, const char *file, const char *column)
{
	struct ref r;

	assert_true(ref_open(&r, file));
	s->n1 = s->n0 = 0;
	for (size_t i = 0; i < r.rows; i++)
		if (ref_num(&r, i, "member") == 1)
			s->member[s->n1++] = ref_num(&r, i, column);
		else
			s->non[s->n0++] = ref_num(&r, i, column);
	ref_close(&r);
	sort_sides(s);
}

/* The counts of "member if the score is t or more". */
static struct mia_counts
counts_at(const struct mia_roc *r, double t)
{
	return (struct mia_counts){mia_sort_from(r->member, r->n1, t), r->n1,
				   mia_sort_from(r->non, r->n0, t), r->n0};
}

static bool
within(double got, double want, double tol)
{
	return got == want || fabs(got - want) <= tol;
}

/* --- the rank rule ---------------------------------------------------------
 */

static void
ranks_are_fixed(void **state)
{
	static const struct {
		uint64_t n;
		size_t count;
		uint64_t rank[17];
	} want[] = {
		{1, 1, {0}},
		{2, 2, {0, 1}},
		{20, 11, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{30, 10, {0, 1, 2, 3, 5, 6, 8, 9, 11, 12}},
		{100, 13, {0, 1, 3, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50}},
		{1000,
		 15,
		 {0, 1, 3, 10, 30, 50, 100, 150, 200, 250, 300, 350, 400, 450,
		  500}},
		{10000,
		 17,
		 {0, 1, 3, 10, 30, 100, 300, 500, 1000, 1500, 2000, 2500, 3000,
		  3500, 4000, 4500, 5000}},
	};
	uint64_t k[MIA_EPSILON_RANKS];

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		size_t count = mia_epsilon_ranks(want[i].n, k);

		if (want[i].n == 30)
			count = 10; /* its first ten */
		assert_int_equal(count, want[i].count);
		for (size_t j = 0; j < count; j++)
			assert_int_equal(k[j], want[i].rank[j]);
	}
	assert_int_equal(mia_epsilon_ranks(0, k), 0);
	assert_true(mia_epsilon_ranks(UINT64_MAX, k) <= MIA_EPSILON_RANKS);
}

/* The root to 15 digits of (1-1/c)^n + n c^n B(1/c; n+1, n) = a/J in rational
 * series of 400 digits; EVIDENCE 7 has the first and the last to 3. */
static void
ceilings(void **state)
{
	(void)state;
	assert_true(near(mia_epsilon_ceiling(100, 100, 0, 0.05),
			 2.7928055317414247, 1e-9));
	assert_true(near(mia_epsilon_ceiling(1000, 1000, 0, 0.05),
			 5.054131191771754, 1e-9));
	assert_true(
		near(mia_epsilon_ceiling(10000, 10000, 0, 0.05), 7.34, 7e-4));
}

/*
 * p_k by Simpson's rule of 32,000 steps below the kink and the beta tail above
 * it, with GSL's binomial: another formula for all but the density.
 */
static double
slow_between(double low, double top, unsigned k, unsigned n, unsigned v,
	     unsigned m, double c, double delta)
{
	const int steps = 16000;
	double h = (top - low) / steps, sum = 0;

	for (int i = 0; i <= steps; i++) {
		double u = low + i * h, x = 1 / (1 + exp(-u));
		double q = fmin(1, c * x + delta);
		double y = gsl_ran_beta_pdf(x, k + 1, n - k) * x /
			   (1 + exp(u)) * gsl_cdf_binomial_Q(v - 1, q, m);

		sum += y * (i == 0 || i == steps ? 1 : i % 2 ? 4 : 2);
	}
	return sum * h / 3;
}

static double
slow_p(unsigned k, unsigned n, unsigned v, unsigned m, double epsilon,
       double delta)
{
	double c = exp(epsilon), kink = (1 - delta) / c;
	double top = kink < 1 ? log(kink) - log1p(-kink) : 40;

	return slow_between(-30, top - 2, k, n, v, m, c, delta) +
	       slow_between(top - 2, top, k, n, v, m, c, delta) +
	       (kink < 1 ? gsl_cdf_beta_Q(kink, k + 1, n - k) : 0);
}

static void
rank_p_has_a_slow_twin(void **state)
{
	static const struct {
		unsigned k, n, v, m;
		double epsilon, delta;
	} c[] = {
		{0, 100, 100, 100, 2.79, 0},	{0, 100, 5, 100, 1, 0},
		{3, 100, 20, 80, 1, 1e-5},	{50, 1000, 200, 1000, 0.9, 0},
		{50, 1000, 200, 900, 0.9, .01}, {10, 30, 25, 30, 0.2, 0},
		{0, 20, 1, 7, 0.5, 0.1},	{500, 1000, 560, 1000, 0, 0},
		{9, 10, 3, 5, 0.3, 0},		{30, 1000, 100, 100, 2.9, 1e-3},
		{50, 100, 49, 50, 0.3, 0},	{0, 1000, 300, 300, 5, 1e-5},
		{1, 3000, 17, 40, 4.4, 0},	{19, 40, 400, 500, 0.4, 0.05},
		{0, 1, 1, 1, 0.1, 0},		{2, 5000, 3000, 5000, 5, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++) {
		double got = mia_epsilon_rank_p(c[i].k, c[i].n, c[i].v, c[i].m,
						c[i].epsilon, c[i].delta);
		double want = slow_p(c[i].k, c[i].n, c[i].v, c[i].m,
				     c[i].epsilon, c[i].delta);

		if (!close_to(got, want, 1e-9))
			print_message("%zu: %.15g, slowly %.15g\n", i, got,
				      want);
		assert_true(close_to(got, want, 1e-9));
	}
	assert_true(mia_epsilon_rank_p(3, 10, 0, 10, 0, 0) == 1);
	assert_true(mia_epsilon_rank_p(0, 10, 10, 10, 800, 0) == 1);
}

/* At epsilon = delta = 0, p_k is hypergeometric: v or more of m come before
 * the (k+1)-th of n in a random order. */
static void
rank_p_at_nought(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 3, "test/rank-p", 0);
	for (int i = 0; i < 300; i++) {
		unsigned n = 1 + (unsigned)mia_rng_below(&r, i % 2 ? 30 : 3000);
		unsigned m = 1 + (unsigned)mia_rng_below(&r, i % 3 ? 40 : 2000);
		unsigned k = (unsigned)mia_rng_below(&r, n);
		unsigned v = 1 + (unsigned)mia_rng_below(&r, m);
		/* at most k of the n among the first v + k */
		double want = gsl_cdf_hypergeometric_P(k, n, m, v + k);

		assert_true(within(mia_epsilon_rank_p(k, n, v, m, 0, 0), want,
				   1e-10 * want + 1e-14));
	}
}

/* The root is one, from below; least is kept unless it is beaten. */
static void
rank_is_the_root(void **state)
{
	struct mia_rng r;
	int found = 0;

	(void)state;
	mia_rng_init(&r, 5, "test/rank", 0);
	for (int i = 0; i < 300; i++) {
		uint64_t n = 1 + mia_rng_below(&r, i % 2 ? 30 : 3000);
		uint64_t m = 1 + mia_rng_below(&r, i % 3 ? 40 : 2000);
		uint64_t k = mia_rng_below(&r, n) / 4;
		uint64_t v = mia_rng_below(&r, m + 1);
		double a = pow(10, -1 - 6 * mia_rng_uniform(&r));
		double delta = i % 4 ? 0 : mia_rng_uniform(&r) / 10;
		double x = mia_epsilon_rank(k, n, v, m, delta, a, 0);

		assert_true(x >= 0);
		assert_true(mia_epsilon_rank_p(k, n, v, m, x + 1e-8, delta) >
			    a);
		if (x == 0)
			continue;
		found++;
		assert_true(mia_epsilon_rank_p(k, n, v, m, x, delta) <=
			    a * (1 + 1e-7));
		assert_true(mia_epsilon_rank(k, n, v, m, delta, a, x + 0.1) ==
			    x + 0.1);
		assert_true(near(mia_epsilon_rank(k, n, v, m, delta, a, x / 2),
				 x, 1e-9));
	}
	assert_true(found > 50);
}

/* The rule over all its ranks, without the order of trying and the screen. */
static void
scores_have_a_slow_twin(void **state)
{
	static struct scores s;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 6, "test/scores", 0);
	for (int i = 0; i < 16; i++) {
		uint64_t k1[MIA_EPSILON_RANKS], k0[MIA_EPSILON_RANKS];
		double delta = i % 3 ? 0 : 1e-3, best = 0, a = 0.05, t = 0;
		size_t j1, j0;
		struct mia_epsilon e;

		s.n1 = 2 + mia_rng_below(&r, 300);
		s.n0 = 2 + mia_rng_below(&r, 300);
		for (size_t j = 0; j < s.n1; j++)
			s.member[j] = floor(9 * (mia_rng_normal(&r) + i % 5));
		for (size_t j = 0; j < s.n0; j++)
			s.non[j] = floor(9 * mia_rng_normal(&r));
		sort_sides(&s);
		e = mia_epsilon_scores(&s.roc, delta, a);
		j1 = mia_epsilon_ranks(s.n1, k1);
		j0 = mia_epsilon_ranks(s.n0, k0);
		assert_int_equal(e.ranks, j1 + j0);
		a /= (double)(j1 + j0);
		for (size_t j = 0; j < j0; j++) {
			uint64_t v = 0;
			double x;

			t = s.non[s.n0 - 1 - k0[j]];
			for (size_t l = 0; l < s.n1; l++)
				v += s.member[l] > t;
			x = mia_epsilon_rank(k0[j], s.n0, v, s.n1, delta, a, 0);
			best = fmax(best, x);
		}
		for (size_t j = 0; j < j1; j++) {
			uint64_t v = 0;
			double x;

			t = s.member[k1[j]];
			for (size_t l = 0; l < s.n0; l++)
				v += s.non[l] < t;
			x = mia_epsilon_rank(k1[j], s.n1, v, s.n0, delta, a, 0);
			best = fmax(best, x);
		}
		assert_true(near(e.bound, best, 1e-9));
		assert_true(e.bound <=
			    mia_epsilon_ceiling(s.n1, s.n0, delta, 0.05) +
				    1e-9);
	}
}

/* A constant score, or one of ten levels, says nothing, members first or last.
 * Perfect scores reach the ceiling. */
static void
ties_are_blocks(void **state)
{
	static struct scores s;
	struct mia_epsilon e;

	(void)state;
	s.n1 = s.n0 = 1000;
	for (size_t i = 0; i < 1000; i++)
		s.member[i] = s.non[i] = 7;
	sort_sides(&s);
	e = mia_epsilon_scores(&s.roc, 0, 0.05);
	assert_true(e.bound == 0);
	assert_true(mia_one_run_guess(&s.roc, 400, 400).r == 0);
	assert_true(mia_one_run_stop(&s.roc, 0.5, 0.05).bound == 0);
	for (size_t i = 0; i < 1000; i++)
		s.member[i] = s.non[i] = (double)(i % 10);
	sort_sides(&s);
	assert_true(mia_epsilon_scores(&s.roc, 0, 0.05).bound == 0);
	assert_true(mia_one_run_stop(&s.roc, 0.5, 0.05).bound == 0);
	for (size_t i = 0; i < 1000; i++)
		s.member[i] = (double)i + 1000;
	sort_sides(&s);
	e = mia_epsilon_scores(&s.roc, 1e-5, 0.05);
	assert_true(near(e.bound, mia_epsilon_ceiling(1000, 1000, 1e-5, 0.05),
			 1e-9));
	assert_true(e.k == 0 && e.v == 1000);
}

/* --- counts ----------------------------------------------------------------
 */

static struct mia_counts
confusion(const struct ref *r, size_t i)
{
	uint64_t tp = (uint64_t)ref_num(r, i, "tp");
	uint64_t fp = (uint64_t)ref_num(r, i, "fp");

	return (struct mia_counts){tp, tp + (uint64_t)ref_num(r, i, "fn"), fp,
				   fp + (uint64_t)ref_num(r, i, "tn")};
}

static void
counts_match(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/epsilon_counts_eps.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		struct mia_counts c = confusion(&r, i);
		double d = ref_num(&r, i, "delta"), a = ref_num(&r, i, "alpha");
		struct mia_epsilon_range beta =
			mia_epsilon_rectangle(&c, d, a, false);
		struct mia_epsilon_range jeffreys =
			mia_epsilon_rectangle(&c, d, a, true);
		const struct {
			const char *column;
			double got;
		} x[] = {
			{"eps_point", mia_epsilon_point(&c, d)},
			{"eps_from_advantage", mia_epsilon_advantage(&c, d)},
			{"cp_tpr_fpr", mia_epsilon_cp_one(&c, d, a)},
			{"cp_both", mia_epsilon_cp(&c, d, a)},
			{"cp_audit2020", mia_epsilon_audit_2020(&c, 1, a)},
			{"beta_lo_1s",
			 mia_epsilon_rectangle(&c, d, 2 * a, false).lo},
			{"jeffreys_lo_1s",
			 mia_epsilon_rectangle(&c, d, 2 * a, true).lo},
			{"beta_lo_2s", beta.lo},
			{"beta_hi_2s", beta.hi},
			{"jeffreys_lo_2s", jeffreys.lo},
			{"jeffreys_hi_2s", jeffreys.hi},
			{"gdp_mu_lb", mia_epsilon_mu(&c, a)},
			{"gdp_eps_lb",
			 mia_gauss_epsilon(mia_epsilon_mu(&c, a), d)},
			{"dkw_both", mia_epsilon_dkw(&c, d, a)},
		};

		for (size_t j = 0; j < sizeof(x) / sizeof(*x); j++) {
			double want = ref_num(&r, i, x[j].column);

			if (!within(x[j].got, want, 1e-7))
				print_message("row %zu %s: %.12g not %.12g\n",
					      i, x[j].column, x[j].got, want);
			assert_true(within(x[j].got, want, 1e-7));
		}
	}
	assert_int_equal(r.rows, 11);
	ref_close(&r);
}

static void
poisoning_matches(void **state)
{
	struct ref r;

	(void)state;
	assert_true(
		ref_open(&r, "tests/reference/tables_poison_audit_eps.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		struct mia_counts c = {(uint64_t)ref_num(&r, i, "k_poison"),
				       (uint64_t)ref_num(&r, i, "n_poison"),
				       (uint64_t)ref_num(&r, i, "k_clean"),
				       (uint64_t)ref_num(&r, i, "n_clean")};

		assert_true(within(
			mia_epsilon_audit_2020(
				&c, (unsigned)ref_num(&r, i, "poison_count"),
				ref_num(&r, i, "alpha")),
			ref_num(&r, i, "eps_lower"), 1e-9));
	}
	ref_close(&r);
	/* Published for a perfect attack, 500 + 500 at error .01: 4.54. */
	assert_true(
		within(mia_epsilon_audit_2020(
			       &(struct mia_counts){500, 500, 0, 500}, 1, 0.01),
		       4.54, 5e-3));
}

static void
ratios_match(void **state)
{
	static const char *const epsilon[] = {"katz_log", "adjusted_log",
					      "bailey", "inv_sinh",
					      "clopper_pearson"};
	static const char *const tables[] = {"katz-log", "adjusted-log",
					     "bailey", "inv-sinh",
					     "clopper-pearson"};
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/epsilon_ratio_bounds.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		struct mia_counts c = confusion(&r, i);

		for (int j = 0; j < MIA_RATIOS; j++) {
			double want = ref_num(&r, i, epsilon[j]);
			double got = mia_epsilon_ratio(&c, (enum mia_ratio)j,
						       ref_num(&r, i, "alpha"));

			assert_true(within(got, want, 1e-8 * fmax(want, 1e-6)));
		}
	}
	assert_int_equal(r.rows, 8);
	ref_close(&r);
	assert_true(ref_open(&r, "tests/reference/tables_ratio_bound.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		struct mia_counts c = {(uint64_t)ref_num(&r, i, "tp"),
				       (uint64_t)ref_num(&r, i, "n_pos"),
				       (uint64_t)ref_num(&r, i, "fp"),
				       (uint64_t)ref_num(&r, i, "n_neg")};

		for (int j = 0; j < MIA_RATIOS; j++) {
			double want = ref_num(&r, i, tables[j]);
			double got = mia_epsilon_ratio(&c, (enum mia_ratio)j,
						       ref_num(&r, i, "alpha"));

			assert_true(within(got, want, 1e-8 * fmax(want, 1e-6)));
		}
	}
	assert_int_equal(r.rows, 5);
	ref_close(&r);
}

static void
joint_beta_matches(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/epsilon_joint_beta.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		struct mia_counts c = confusion(&r, i), turned;
		double d = ref_num(&r, i, "delta"), a = ref_num(&r, i, "alpha");
		double lo = mia_epsilon_joint(&c, d, a / 2);

		assert_true(within(lo, ref_num(&r, i, "eps_lo_2s"), 1e-6));
		assert_true(within(mia_epsilon_joint(&c, d, 1 - a / 2),
				   ref_num(&r, i, "eps_hi_2s"), 1e-6));
		assert_true(within(mia_epsilon_joint_private(&c, 0.5, d),
				   ref_num(&r, i, "prob_private_eps0.5"),
				   1e-6));
		assert_true(within(mia_epsilon_joint_private(&c, 2, d),
				   ref_num(&r, i, "prob_private_eps2"), 1e-6));
		/* Members and non-members change places, and so do the calls:
		 * the answer stays, by another integral. */
		turned = (struct mia_counts){c.n0 - c.fp, c.n0, c.n1 - c.tp,
					     c.n1};
		assert_true(
			near(mia_epsilon_joint(&turned, d, a / 2), lo, 1e-8));
	}
	assert_int_equal(r.rows, 5);
	ref_close(&r);
	/* A historical unit test of responsible-ai-toolbox-privacy. */
	assert_true(within(
		mia_epsilon_joint(&(struct mia_counts){1000, 1000, 0, 1000},
				  1e-5, 0.05),
		7.21, 1e-2));
}

static void
gauss_matches(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/epsilon_gdp_delta.csv"));
	for (size_t i = 0; i < r.rows; i++)
		assert_true(close_to(mia_gauss_delta(ref_num(&r, i, "mu"),
						     ref_num(&r, i, "eps")),
				     ref_num(&r, i, "delta"), 1e-8));
	ref_close(&r);
	assert_true(ref_open(&r, "tests/reference/epsilon_gdp_eps.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double mu = ref_num(&r, i, "mu"), d = ref_num(&r, i, "delta");
		double got = mia_gauss_epsilon(mu, d);

		assert_true(close_to(got, ref_num(&r, i, "eps"), 1e-8));
		assert_true(close_to(mu, 1 / ref_num(&r, i, "sigma"), 1e-12));
		assert_true(got == 0 ||
			    close_to(mia_gauss_delta(mu, got), d, 1e-7));
	}
	ref_close(&r);
	assert_true(mia_gauss_epsilon(0, 0) == 0);
	assert_true(isinf(mia_gauss_epsilon(0.1, 0)));
}

/* --- over all thresholds, as the peers search them -------------------------
 */

/* TensorFlow Privacy: the largest log ratio over thresholds and the ratios
 * tpr/fpr, tnr/fnr and, two-sided, their inverses; no correction. */
static double
tfp_top(const struct mia_roc *roc, enum mia_ratio method, double a, bool two)
{
	struct mia_roc_walk w = {0};
	double best = 0;

	while (mia_roc_step(roc, &w)) {
		struct mia_counts c = {w.at.tp, roc->n1, w.at.fp, roc->n0};
		struct mia_counts d = {c.n0 - c.fp, c.n0, c.n1 - c.tp, c.n1};
		struct mia_counts e = {c.fp, c.n0, c.tp, c.n1};
		struct mia_counts f = {d.fp, d.n0, d.tp, d.n1};

		best = fmax(best, mia_epsilon_ratio(&c, method, a));
		best = fmax(best, mia_epsilon_ratio(&d, method, a));
		if (two) {
			best = fmax(best, mia_epsilon_ratio(&e, method, a));
			best = fmax(best, mia_epsilon_ratio(&f, method, a));
		}
	}
	return log(best);
}

/*
 * PrivacyGuard: the greatest of the two ratios, each at most the log of the
 * members, and the same with Clopper-Pearson ends (two-sided 95 %).  Its curve
 * lacks vertices half-way between two others, as scikit-learn's does.
 */
static void
pg_top(const struct mia_roc *roc, double *point, double *cp)
{
	static struct mia_point at[2 * SIDE];
	struct mia_roc_walk w = {0};
	size_t n = 0;

	*point = *cp = 0;
	while (mia_roc_step(roc, &w))
		at[n++] = w.at;
	for (size_t i = 0; i < n; i++) {
		struct mia_counts c = {at[i].tp, roc->n1, at[i].fp, roc->n0};
		double tpr = (double)c.tp / (double)c.n1;
		double fpr = (double)c.fp / (double)c.n0;
		double e[2] = {log((tpr - 1e-5) / fpr),
			       log((1 - fpr - 1e-5) / (1 - tpr))};

		if (i > 0 && i + 1 < n &&
		    at[i].tp - at[i - 1].tp == at[i + 1].tp - at[i].tp &&
		    at[i].fp - at[i - 1].fp == at[i + 1].fp - at[i].fp)
			continue;
		*cp = fmax(*cp, mia_epsilon_cp(&c, 1e-5, 0.05));
		for (int j = 0; j < 2; j++)
			if (e[j] <= log((double)roc->n1))
				*point = fmax(*point, e[j]);
	}
}

static void
figures_match(const char *scores, const char *figures)
{
	static const char *const column[] = {
		"eps_lb_max_katz-log", "eps_lb_max_adjusted-log",
		"eps_lb_max_bailey", "eps_lb_max_inv-sinh",
		"eps_lb_max_clopper-pearson"};
	static struct scores s;
	struct ref r;

	assert_true(ref_open(&r, figures));
	for (size_t i = 0; i < r.rows; i++) {
		double point, cp;

		take(&s, scores, ref_text(&r, i, "score"));
		for (int j = 0; j < MIA_RATIOS; j++) {
			double want = ref_num(&r, i, column[j]);
			double got =
				tfp_top(&s.roc, (enum mia_ratio)j, 0.05, true);

			assert_true(near(fmax(got, 0), fmax(want, 0), 1e-8));
		}
		pg_top(&s.roc, &point, &cp);
		assert_true(near(
			point, ref_num(&r, i, "pg_eps_point_delta1e-5"), 1e-9));
		/* Below 0 there nothing is shown. */
		assert_true(near(cp,
				 fmax(0, ref_num(&r, i, "pg_eps_cp_delta1e-5")),
				 1e-9));
	}
	ref_close(&r);
}

static void
peers_searches_match(void **state)
{
	(void)state;
	figures_match("tests/reference/m9_all_scores.csv",
		      "tests/reference/m9_figures.csv");
	figures_match("tests/reference/metrics2k_scores.csv",
		      "tests/reference/metrics2k_figures.csv");
}

/* What a method of canary_expected.csv makes of the scores; NaN: not here. */
static double
canary_value(const struct mia_roc *roc, const char *method, double a, double d,
	     double t, bool two)
{
	struct mia_counts c = counts_at(roc, t);
	uint64_t m = c.n1 + c.n0;

	if (strcmp(method, "cp_explicit_one_sided") == 0)
		return mia_epsilon_cp_one(&c, d, a);
	if (strcmp(method, "one_run_explicit") == 0)
		return mia_one_run_epsilon(m, c.tp + c.fp, c.tp, d, a);
	if (strcmp(method, "one_run_fdp_explicit") == 0)
		return mia_gauss_epsilon(
			mia_one_run_mu(m, c.tp + c.fp, c.tp, a), d);
	if (strcmp(method, "ms_curve_eps_lo") == 0) {
		struct mia_roc_walk w = {0};
		double best = 0;

		while (mia_roc_step(roc, &w)) {
			struct mia_counts x = {w.at.tp, c.n1, w.at.fp, c.n0};

			best = fmax(best,
				    mia_epsilon_rectangle(&x, d, a, false).lo);
		}
		return best;
	}
	for (int j = 0; j < MIA_RATIOS; j++) {
		static const char *const name[] = {
			"tfp_top1_katz-log", "tfp_top1_adjusted-log",
			"tfp_top1_bailey", "tfp_top1_inv-sinh",
			"tfp_top1_clopper-pearson"};

		if (strcmp(method, name[j]) == 0)
			return tfp_top(roc, (enum mia_ratio)j, a, two);
	}
	return NAN;
}

static double
param(const char *params, const char *name)
{
	const char *at = strstr(params, name);

	return at == NULL ? NAN : strtod(at + strlen(name) + 1, NULL);
}

static void
canaries_match(void **state)
{
	static struct scores s;
	struct ref r;
	int compared = 0;

	(void)state;
	take(&s, "tests/reference/epsilon_canary_s1.csv", "score");
	assert_true(
		ref_open(&r, "tests/reference/epsilon_canary_expected.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		const char *p = ref_text(&r, i, "params");
		double want = ref_num(&r, i, "value");
		double got = canary_value(&s.roc, ref_text(&r, i, "method"),
					  param(p, "alpha"), param(p, "delta"),
					  param(p, "threshold"),
					  param(p, "two_sided") == 1);

		if (isnan(got))
			continue;
		compared++;
		if (!within(got, want, 1e-5))
			print_message("%s %s: %.9g not %.9g\n",
				      ref_text(&r, i, "method"), p, got, want);
		assert_true(within(got, want, 1e-5));
	}
	assert_int_equal(compared, 23);
	ref_close(&r);
}

/* --- one run ---------------------------------------------------------------
 */

static void
one_run_p_matches(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/epsilon_one_run_pvalue.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		uint64_t m = (uint64_t)ref_num(&r, i, "m");
		uint64_t g = (uint64_t)ref_num(&r, i, "r");
		uint64_t v = (uint64_t)ref_num(&r, i, "v");
		double eps = ref_num(&r, i, "eps"), d = ref_num(&r, i, "delta");
		double beta = mia_one_run_p(m, g, v, eps, 0);
		double p = mia_one_run_p(m, g, v, eps, d);
		double want = ref_num(&r, i, "p_value");

		assert_true(within(p, want, 1e-8 * fmax(want, 1e-6)));
		want = ref_num(&r, i, "beta");
		assert_true(within(beta, want, 1e-8 * fmax(want, 1e-6)));
		want = ref_num(&r, i, "alpha");
		if (d > 0 && p < 1)
			assert_true(within((p - beta) / (2 * (double)m * d),
					   want, 1e-7 * fmax(want, 1e-4)));
	}
	assert_true(r.rows >= 15);
	ref_close(&r);
	assert_true(ref_open(&r, "tests/reference/epsilon_one_run_gamma.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double want = ref_num(&r, i, "p_value");
		double d = mia_one_run_relaxed(ref_num(&r, i, "delta"),
					       ref_num(&r, i, "gamma"));

		assert_true(within(mia_one_run_p((uint64_t)ref_num(&r, i, "m"),
						 (uint64_t)ref_num(&r, i, "r"),
						 (uint64_t)ref_num(&r, i, "v"),
						 ref_num(&r, i, "eps"), d),
				   want, 1e-8 * fmax(want, 1e-6)));
	}
	ref_close(&r);
}

static void
one_run_epsilon_matches(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/epsilon_one_run_eps.csv"));
	for (size_t i = 0; i < r.rows; i++)
		assert_true(within(
			mia_one_run_epsilon((uint64_t)ref_num(&r, i, "m"),
					    (uint64_t)ref_num(&r, i, "r"),
					    (uint64_t)ref_num(&r, i, "v"),
					    ref_num(&r, i, "delta"),
					    ref_num(&r, i, "alpha")),
			ref_num(&r, i, "eps_lb"), 1e-7));
	ref_close(&r);
	assert_true(
		ref_open(&r, "tests/reference/epsilon_one_run_gamma_eps.csv"));
	for (size_t i = 0; i < r.rows; i++)
		assert_true(within(
			mia_one_run_epsilon(
				(uint64_t)ref_num(&r, i, "m"),
				(uint64_t)ref_num(&r, i, "r"),
				(uint64_t)ref_num(&r, i, "v"),
				mia_one_run_relaxed(ref_num(&r, i, "delta"),
						    ref_num(&r, i, "gamma")),
				ref_num(&r, i, "alpha")),
			ref_num(&r, i, "eps_lb"), 1e-7));
	ref_close(&r);
	assert_true(ref_open(&r, "tests/reference/tables_one_run_eps.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		uint64_t m = (uint64_t)ref_num(&r, i, "m");
		uint64_t g = (uint64_t)ref_num(&r, i, "r");
		uint64_t v = (uint64_t)ref_num(&r, i, "v");
		double d = ref_num(&r, i, "delta");

		assert_true(within(
			mia_one_run_epsilon(m, g, v, d, ref_num(&r, i, "p")),
			ref_num(&r, i, "eps_lower"), 2e-5));
		assert_true(close_to(mia_one_run_p(m, g, v, 1, d),
				     ref_num(&r, i, "pvalue_at_eps1"), 1e-8));
	}
	ref_close(&r);
	/* Steinke et al. print 2.675, cut off. */
	assert_true(within(mia_one_run_epsilon(100000, 1510, 1439, 1e-5, 0.05),
			   2.675, 1e-3));
}

static void
fdp_matches(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/epsilon_fdp_decision.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double bound = ref_num(&r, i, "bound");
		bool accept = ref_num(&r, i, "accept") == 1;
		struct mia_fdp_state s = mia_one_run_fdp(
			(uint64_t)ref_num(&r, i, "m"),
			(uint64_t)ref_num(&r, i, "guesses"),
			(uint64_t)ref_num(&r, i, "correct"),
			(unsigned)ref_num(&r, i, "k"), ref_num(&r, i, "tau"),
			1 / ref_num(&r, i, "sigma"));

		assert_int_equal(s.r + s.h <= bound, accept);
		if (!accept)
			continue;
		assert_true(within(s.r, ref_num(&r, i, "r0"), 1e-8));
		assert_true(within(s.h, ref_num(&r, i, "h0"), 1e-8));
	}
	ref_close(&r);
	assert_true(ref_open(&r, "tests/reference/epsilon_fdp_eps.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double mu = mia_one_run_mu((uint64_t)ref_num(&r, i, "m"),
					   (uint64_t)ref_num(&r, i, "guesses"),
					   (uint64_t)ref_num(&r, i, "correct"),
					   ref_num(&r, i, "tau"));
		double eps = mia_gauss_epsilon(mu, ref_num(&r, i, "delta"));

		assert_true(close_to(mu, ref_num(&r, i, "mu_lb"), 1e-9));
		assert_true(close_to(eps, ref_num(&r, i, "eps_lb"), 1e-8));
		assert_true(within(eps, ref_num(&r, i, "eps_lb_jax"), 1e-5));
	}
	ref_close(&r);
	assert_true(ref_open(&r, "tests/reference/tables_fdp_one_run_eps.csv"));
	for (size_t i = 0; i < r.rows; i++)
		assert_true(close_to(
			mia_gauss_epsilon(
				mia_one_run_mu(
					(uint64_t)ref_num(&r, i, "m"),
					(uint64_t)ref_num(&r, i, "guesses"),
					(uint64_t)ref_num(&r, i, "correct"),
					0.05),
				ref_num(&r, i, "delta")),
			ref_num(&r, i, "eps"), 2e-2));
	ref_close(&r);
}

static void
guesses_match(void **state)
{
	static struct scores s;
	struct ref r;

	(void)state;
	take(&s, "tests/reference/epsilon_canary_s1.csv", "score");
	assert_true(ref_open(&r, "tests/reference/epsilon_canary_topk.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		struct mia_guesses g = mia_one_run_guess(
			&s.roc, (uint64_t)ref_num(&r, i, "k_plus"),
			(uint64_t)ref_num(&r, i, "k_minus"));
		double a = ref_num(&r, i, "alpha");
		uint64_t m = s.n1 + s.n0;

		assert_int_equal(g.r, ref_num(&r, i, "r"));
		assert_int_equal(g.v, ref_num(&r, i, "v"));
		assert_true(
			within(mia_one_run_epsilon(m, g.r, g.v,
						   ref_num(&r, i, "delta"), a),
			       ref_num(&r, i, "eps_lb"), 1e-7));
		assert_true(within(
			mia_gauss_epsilon(mia_one_run_mu(m, g.r, g.v, a), 1e-5),
			ref_num(&r, i, "fdp_eps_lb_delta1e-5"), 1e-7));
	}
	ref_close(&r);
}

/* Blocks 9 | 8 8 | 7 | 5 | 3 3 3 | 1: what straddles is left alone. */
static void
guesses_with_ties(void **state)
{
	static struct scores s = {.member = {9, 8, 7, 3, 3},
				  .non = {8, 5, 3, 1},
				  .n1 = 5,
				  .n0 = 4};
	static const struct {
		uint64_t in, out, r, v;
	} want[] = {
		{0, 0, 0, 0}, {1, 0, 1, 1}, {2, 0, 1, 1}, {3, 0, 3, 2},
		{4, 0, 4, 3}, {5, 0, 5, 3}, {0, 1, 1, 1}, {0, 2, 1, 1},
		{0, 3, 1, 1}, {0, 4, 4, 2}, {0, 5, 5, 3}, {2, 3, 2, 2},
		{9, 0, 9, 5}, {0, 9, 9, 4}, {4, 5, 9, 6},
	};

	(void)state;
	sort_sides(&s);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		struct mia_guesses g =
			mia_one_run_guess(&s.roc, want[i].in, want[i].out);

		assert_int_equal(g.r, want[i].r);
		assert_int_equal(g.v, want[i].v);
	}
}

/* logit of a^(1/v) less the coin's: v members above all others. */
static void
stopping_at_once(void **state)
{
	static struct scores s;
	struct mia_stopped x;
	double q;

	(void)state;
	s.n1 = 60;
	s.n0 = 40;
	for (size_t i = 0; i < 60; i++)
		s.member[i] = (double)i;
	for (size_t i = 0; i < 40; i++)
		s.non[i] = -1 - (double)i;
	sort_sides(&s);
	x = mia_one_run_stop(&s.roc, 0.5, 0.05);
	/* 0, 1, 2 and 3, 5, … 25: 50 a side are expected. */
	assert_int_equal(x.ranks, 2 * 12);
	q = pow(0.05 / 24, 1 / 60.);
	assert_true(near(x.bound, log(q / (1 - q)), 1e-9));
	assert_true(x.bound == x.ceiling && x.k == 0 && x.v == 60);
	assert_true(!x.from_below);
	x = mia_one_run_stop(&s.roc, 0.6, 0.05);
	q = pow(0.05 / (double)x.ranks, 1 / 60.);
	assert_true(
		near(x.bound,
		     fmax(log(q / (1 - q)) - log(1.5),
			  log(1 / (pow(0.05 / (double)x.ranks, -1 / 40.) - 1)) +
				  log(1.5)),
		     1e-9));
}

/* --- PANORAMIA, exposure ---------------------------------------------------
 */

static void
panoramia_columns(const char *dir, const char *expected)
{
	static struct scores s;
	double plot = NAN, nlp = NAN;
	struct ref r;

	assert_true(ref_open(&r, expected));
	for (size_t i = 0; i < r.rows; i++) {
		char path[200];
		struct mia_panoramia p, q;
		double tilde;

		snprintf(path, sizeof(path), "%s%s", dir,
			 ref_text(&r, i, "file"));
		take(&s, path, ref_text(&r, i, "column"));
		p = mia_panoramia_best(&s.roc, 100, 0.05 / 200);
		q = mia_panoramia_best(&s.roc, 1000, 0.025);
		assert_int_equal(s.n1 + s.n0, ref_num(&r, i, "m"));
		assert_int_equal(p.r, ref_num(&r, i, "guesses"));
		assert_int_equal(p.v, ref_num(&r, i, "correct"));
		assert_true(near((double)p.v / (double)s.n1,
				 ref_num(&r, i, "recall"), 1e-12));
		assert_true(near(p.threshold,
				 ref_num(&r, i, "argmax_threshold"), 1e-12));
		assert_true(near(p.threshold * 99,
				 ref_num(&r, i, "argmax_index"), 1e-12));
		assert_true(
			within(p.bound, ref_num(&r, i, "eps_lb_plot"), 1e-7));
		assert_true(
			within(q.bound, ref_num(&r, i, "eps_lb_nlp"), 1e-7));
		if (isnan(ref_num(&r, i, "eps_tilde_plot"))) {
			plot = p.bound;
			nlp = q.bound;
			continue;
		}
		tilde = ref_num(&r, i, "eps_tilde_plot");
		assert_true(within(p.bound - plot, tilde, 1e-7));
		tilde = ref_num(&r, i, "eps_tilde_nlp");
		assert_true(within(q.bound - nlp, tilde, 1e-7));
	}
	ref_close(&r);
}

static void
panoramia_matches(void **state)
{
	static struct scores s;
	char path[200];
	struct ref r;

	(void)state;
	panoramia_columns("tests/reference/",
			  "tests/reference/panoramia_expected.csv");
	assert_true(ref_open(&r, "tests/reference/panoramia_curve.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double k = ref_num(&r, i, "threshold_index");
		struct mia_panoramia p;

		snprintf(path, sizeof(path), "tests/reference/%s",
			 ref_text(&r, i, "file"));
		if (strcmp(ref_text(&r, i, "file"), "panoramia_adult.csv") == 0)
			continue;
		take(&s, path, ref_text(&r, i, "column"));
		p = mia_panoramia_at(&s.roc, k / 99, 0.05 / 200);
		assert_true(
			near(p.threshold, ref_num(&r, i, "threshold"), 1e-12));
		assert_int_equal(p.r, ref_num(&r, i, "guesses"));
		assert_int_equal(p.v, ref_num(&r, i, "correct"));
		assert_true(near((double)p.v / (double)s.n1,
				 ref_num(&r, i, "recall"), 1e-12));
		if (p.r > 0)
			assert_true(near((double)p.v / (double)p.r,
					 ref_num(&r, i, "precision"), 1e-12));
		assert_true(within(p.bound, ref_num(&r, i, "eps_lb"), 1e-7));
	}
	ref_close(&r);
}

/* The authors' own scores; 280 kB, so not copied. */
static void
panoramia_adult(void **state)
{
	struct ref r;

	(void)state;
	if (!ref_open(&r, "../shared/vectors/epsilon/panoramia_adult.csv")) {
		/* Not skip(): cmocka 1.1.5 says "not ok" with it. */
		print_message("# SKIPPED: ../shared/vectors is not there\n");
		return;
	}
	ref_close(&r);
	panoramia_columns(
		"../shared/vectors/epsilon/",
		"../shared/vectors/epsilon/panoramia_adult_expected.csv");
}

static void
exposure_matches(void **state)
{
	double reference[SIDE], scratch[SIDE];
	struct ref r;
	size_t n;

	(void)state;
	assert_true(
		ref_open(&r, "tests/reference/tables_exposure_reference.csv"));
	n = r.rows;
	for (size_t i = 0; i < n; i++)
		reference[i] = -ref_num(&r, i, "perplexity");
	ref_close(&r);
	mia_sort(reference, n, scratch);
	assert_int_equal(n, 400);
	assert_true(ref_open(&r, "tests/reference/tables_exposure.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double x = mia_exposure(reference, n,
					-ref_num(&r, i, "perplexity"));

		assert_true(near(x, ref_num(&r, i, "exposure_interpolated"),
				 1e-12));
	}
	assert_int_equal(r.rows, 12);
	ref_close(&r);
	/* As likely as the likeliest reference: rank 2. */
	assert_true(mia_exposure(reference, n, reference[n - 1]) ==
		    log2(400) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranks_are_fixed),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(rank_p_has_a_slow_twin),
		cmocka_unit_test(rank_p_at_nought),
		cmocka_unit_test(rank_is_the_root),
		cmocka_unit_test(scores_have_a_slow_twin),
		cmocka_unit_test(ties_are_blocks),
		cmocka_unit_test(counts_match),
		cmocka_unit_test(poisoning_matches),
		cmocka_unit_test(ratios_match),
		cmocka_unit_test(joint_beta_matches),
		cmocka_unit_test(gauss_matches),
		cmocka_unit_test(peers_searches_match),
		cmocka_unit_test(canaries_match),
		cmocka_unit_test(one_run_p_matches),
		cmocka_unit_test(one_run_epsilon_matches),
		cmocka_unit_test(fdp_matches),
		cmocka_unit_test(guesses_match),
		cmocka_unit_test(guesses_with_ties),
		cmocka_unit_test(stopping_at_once),
		cmocka_unit_test(panoramia_matches),
		cmocka_unit_test(panoramia_adult),
		cmocka_unit_test(exposure_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
