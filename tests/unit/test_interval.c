#include "maths/interval.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "maths/rng.h"
#include "reference.h"

static void
peers_clopper_pearson(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/clopper_pearson.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		uint64_t k = (uint64_t)ref_num(&r, i, "k");
		uint64_t n = (uint64_t)ref_num(&r, i, "n");
		struct mia_interval c =
			mia_interval_cp(k, n, ref_num(&r, i, "alpha"));

		assert_true(near(c.lo, ref_num(&r, i, "lower"), 1e-14));
		assert_true(near(c.hi, ref_num(&r, i, "upper"), 1e-14));
	}
	assert_int_equal(r.rows, 12);
	ref_close(&r);
}

static void
exact_clopper_pearson(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/binom_ci.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		uint64_t k = (uint64_t)ref_num(&r, i, "k");
		uint64_t n = (uint64_t)ref_num(&r, i, "n");
		struct mia_interval c =
			mia_interval_cp(k, n, ref_num(&r, i, "alpha"));

		assert_true(near(c.lo, ref_num(&r, i, "cp_lo"), 1e-14));
		assert_true(near(c.hi, ref_num(&r, i, "cp_hi"), 1e-14));
	}
	assert_int_equal(r.rows, 10);
	ref_close(&r);
}

/* Where the binomial tail itself says what the ends must be. */
static void
ends_invert_the_binomial(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 4, "test/cp", 0);
	for (int i = 0; i < 3000; i++) {
		uint64_t n = 1 + mia_rng_below(&r, i % 3 ? 50 : 20000);
		uint64_t k = mia_rng_below(&r, n + 1);
		double a = pow(10, -4 * mia_rng_uniform(&r)) / 2;
		double lo = mia_interval_cp_lo(k, n, a);
		double hi = mia_interval_cp_hi(k, n, a);

		if (k > 0)
			assert_true(
				close_to(gsl_cdf_binomial_Q((unsigned)k - 1, lo,
							    (unsigned)n),
					 a, 1e-9));
		if (k < n)
			assert_true(close_to(gsl_cdf_binomial_P((unsigned)k, hi,
								(unsigned)n),
					     a, 1e-9));
		assert_true(lo <= (double)k / (double)n &&
			    (double)k / (double)n <= hi);
	}
}

/* In closed form: (a/2)^(1/n) at one end, exactly 0 and 1 at the other. */
static void
ends_at_the_ends(void **state)
{
	static const uint64_t n[] = {1, 2, 7, 1000, 10000000, 3000000000u};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		double m = (double)n[i];
		struct mia_interval c = mia_interval_cp(0, n[i], 0.05);

		assert_true(c.lo == 0);
		assert_true(close_to(c.hi, -expm1(log(0.025) / m), 1e-13));
		c = mia_interval_cp(n[i], n[i], 0.05);
		assert_true(c.hi == 1);
		assert_true(close_to(c.lo, exp(log(0.025) / m), 1e-13));
	}
}

/* Half a sample of ten million: the normal approximation is all but exact. */
static void
big_samples(void **state)
{
	struct mia_interval c = mia_interval_cp(5000000, 10000000, 0.05);
	double half = 1.959963984540054 * 0.5 / sqrt(1e7);

	(void)state;
	assert_true(near(c.hi, 0.5 + half, 1e-7) && c.hi > 0.5 + half);
	assert_true(near(c.lo, 0.5 - half, 1e-7) && c.lo < 0.5 - half);
}

static void
levels_nest(void **state)
{
	static const double a[] = {0.5, 0.1, 0.05, 0.01, 1e-4, 1e-9};
	struct mia_interval last[3] = {{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}};

	(void)state;
	last[0] = mia_interval_cp(13, 40, 0.9);
	last[1] = mia_interval_gap(13, 40, 5, 90, 0.9);
	last[2] = mia_interval_auc(0.83, 55.5, 0.9);
	for (size_t i = 0; i < 6; i++) {
		struct mia_interval now[3] = {
			mia_interval_cp(13, 40, a[i]),
			mia_interval_gap(13, 40, 5, 90, a[i]),
			mia_interval_auc(0.83, 55.5, a[i]),
		};

		for (int j = 0; j < 3; j++) {
			assert_true(now[j].lo < last[j].lo);
			assert_true(now[j].hi > last[j].hi);
			last[j] = now[j];
		}
	}
}

/* The chance that the interval of a gap holds it, summed over both counts. */
static double
gap_coverage(unsigned n1, unsigned n2, double p, double q)
{
	double sum = 0;

	for (unsigned i = 0; i <= n1; i++)
		for (unsigned j = 0; j <= n2; j++) {
			struct mia_interval c =
				mia_interval_gap(i, n1, j, n2, 0.05);

			if (c.lo <= p - q + 1e-12 && p - q - 1e-12 <= c.hi)
				sum += gsl_ran_binomial_pdf(i, p, n1) *
				       gsl_ran_binomial_pdf(j, q, n2);
		}
	return sum;
}

static void
gaps_are_covered(void **state)
{
	static const double p[] = {0.001, 0.02, 0.3, 0.5, 0.9, 0.995};
	static const struct {
		unsigned n1, n2;
		double least;
	} c[] = {{2, 5, 0.945}, {20, 20, 0.95}, {12, 90, 0.95}};
	struct mia_interval i;

	(void)state;
	for (size_t k = 0; k < 3; k++)
		for (int x = 0; x < 6; x++)
			for (int y = 0; y < 6; y++)
				assert_true(gap_coverage(c[k].n1, c[k].n2, p[x],
							 p[y]) >= c[k].least);
	/* Swapped sides: the mirror image; no wider than possible. */
	i = mia_interval_gap(3, 17, 30, 41, 0.05);
	assert_true(i.lo == -mia_interval_gap(30, 41, 3, 17, 0.05).hi);
	i = mia_interval_gap(1, 1, 0, 1, 0.05);
	assert_true(i.hi == 1 && i.lo > -0.4);
}

/*
 * EVIDENCE 2 by hand: A = .8, V = .002 of n1 = 40, n0 = 60: n_e = 80 is
 * below the cap of 288; quantiles of Beta(64, 17) and Beta(65, 16) by scipy
 * 1.10.
 */
static void
auc_by_hand(void **state)
{
	double s = 0.002 / (1 / 40.0 + 1 / 60.0), n_e;
	struct mia_interval i;

	(void)state;
	n_e = mia_interval_auc_size(0.8, s, s, 40, 60);
	assert_true(near(n_e, 80, 1e-13));
	i = mia_interval_auc(0.8, n_e, 0.05);
	assert_true(near(i.lo, 0.695631132994535, 1e-12));
	assert_true(near(i.hi, 0.881140913595015, 1e-12));
	/* The cap, no variance at all, and the ends. */
	assert_true(near(mia_interval_auc_size(0.8, 1e-9, 1e-9, 40, 60), 288,
			 1e-13));
	assert_true(mia_interval_auc_size(0.8, 0, 0, 40, 60) == 40);
	assert_true(mia_interval_auc_size(1, NAN, 0, 1, 60) == 1);
	i = mia_interval_auc(1, 40, 0.05);
	assert_true(i.hi == 1 && near(i.lo, pow(0.025, 1.0 / 40), 1e-14));
	i = mia_interval_auc(0, 40, 0.05);
	assert_true(i.lo == 0 && near(i.hi, 1 - pow(0.025, 1.0 / 40), 1e-14));
	/* One record on a side is worth at most one, whatever the other says.
	 */
	assert_true(mia_interval_auc_size(0.7, NAN, 0.01, 1, 1000) <= 1);
	/* 29 a side: one more record of variance .8 * .2. */
	n_e = 0.16 / (2 * (28 * 0.05 + 0.16) / 29 / 29);
	assert_true(near(mia_interval_auc_size(0.8, 0.05, 0.05, 29, 29), n_e,
			 1e-13));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_clopper_pearson),
		cmocka_unit_test(exact_clopper_pearson),
		cmocka_unit_test(ends_invert_the_binomial),
		cmocka_unit_test(ends_at_the_ends),
		cmocka_unit_test(big_samples),
		cmocka_unit_test(levels_nest),
		cmocka_unit_test(gaps_are_covered),
		cmocka_unit_test(auc_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
