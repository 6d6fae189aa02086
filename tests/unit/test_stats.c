#include "maths/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_math.h>

#include "maths/beta.h"
#include "maths/moments.h"
#include "maths/rng.h"
#include "maths/tails.h"
#include "reference.h"

static void
tails_match_forty_digits(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/tails.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double df = ref_num(&r, i, "df"), t = ref_num(&r, i, "t");
		double density = ref_num(&r, i, "log_density");
		double upper = ref_num(&r, i, "log_upper");
		double got = mia_t_log_tail(t, df);

		if (!close_to(got, upper, 2e-13))
			fail_msg("df %g t %g: %.17g, not %.17g", df, t, got,
				 upper);
		assert_true(near(mia_t_log_density(t, df), density, 1e-13));
		if (isinf(df)) {
			assert_true(
				close_to(mia_normal_log_tail(t), upper, 2e-13));
			assert_true(near(mia_normal_log_density(t), density,
					 1e-14));
		}
	}
	assert_int_equal(r.rows, 154);
	ref_close(&r);
}

static void
tails_have_ends(void **state)
{
	static const double df[] = {0.5, 3, 1e7, INFINITY};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(mia_t_log_tail(INFINITY, df[i]) == -INFINITY);
		assert_true(mia_t_log_tail(-INFINITY, df[i]) == 0);
		assert_true(mia_t_log_tail(0, df[i]) == -M_LN2);
		assert_true(isfinite(mia_t_log_tail(1e150, df[i])));
		assert_true(isfinite(mia_t_log_density(1e150, df[i])));
	}
	/* Strictly monotone where the plain distribution functions are flat. */
	for (double z = 8; z < 37; z += 0.01) {
		assert_true(mia_normal_log_tail(-z) <
			    mia_normal_log_tail(-z - 0.01));
		assert_true(mia_normal_log_tail(z) >
			    mia_normal_log_tail(z + 0.01));
	}
}

/* Odd, fine at 0, and -2 log of the tail far out. */
static void
signed_tails(void **state)
{
	static const double df[] = {0.5, 3, 40.25, 1e7, INFINITY};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		double before = 0;

		assert_true(mia_t_signed_tail(0, df[i]) == 0);
		for (double t = 1e-9; t < 1e12; t *= 1.37) {
			double s = mia_t_signed_tail(t, df[i]);

			assert_true(s > before);
			assert_true(mia_t_signed_tail(-t, df[i]) == -s);
			if (s > 1e-3)
				assert_true(near(
					s, -mia_t_log_tail(t, df[i]) - M_LN2,
					1e-11));
			before = s;
		}
		/* -log(1 - 2 f(0) t) for small t */
		assert_true(
			near(mia_t_signed_tail(1e-9, df[i]) /
				     (2e-9 * exp(mia_t_log_density(0, df[i]))),
			     1, 1e-7));
	}
}

static void
beta_matches_thirty_digits(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/beta.csv"));
	for (size_t i = 0; i < r.rows; i++) {
		double a = ref_num(&r, i, "a"), b = ref_num(&r, i, "b");
		double p = ref_num(&r, i, "p"), x;
		struct mia_beta_tails t =
			mia_beta_tails(a, b, ref_num(&r, i, "u"));

		assert_true(near(t.lower, ref_num(&r, i, "log_lower"), 1e-12));
		assert_true(near(t.upper, ref_num(&r, i, "log_upper"), 1e-12));
		x = ref_num(&r, i, "x_lower");
		if (!isnan(x))
			assert_true(
				close_to(mia_beta_lower(p, a, b), x, 1e-12));
		x = ref_num(&r, i, "x_upper");
		if (!isnan(x))
			assert_true(
				close_to(mia_beta_upper(p, a, b), x, 1e-12));
	}
	assert_int_equal(r.rows, 57);
	ref_close(&r);
}

/* Where GSL 2.7.1 gives NaN (and SciPy 1.10's betainc .49991). */
static void
beta_where_gsl_fails(void **state)
{
	(void)state;
	assert_true(near(mia_beta_cdf(2.5e6, 2.5e6, 0.5), 0.5, 1e-13));
	assert_true(near(mia_beta_lower(0.5, 2.5e6, 2.5e6), 0.5, 1e-14));
	assert_true(
		near(mia_beta_cdf(999999, 2, mia_beta_lower(0.025, 999999, 2)),
		     0.025, 1e-9));
	assert_true(mia_beta_cdf(3, 4, 0) == 0 && mia_beta_cdf(3, 4, 1) == 1);
	/* 1 - (1-x)^b and x^a in closed form */
	assert_true(close_to(mia_beta_lower(1e-9, 1, 1e9), 1e-18, 1e-9));
	assert_true(close_to(mia_beta_upper(1e-9, 7, 1), pow(1 - 1e-9, 1.0 / 7),
			     1e-15));
}

/*
 * The wanted moments are by two passes in long double; values far from 0 show
 * that no squares of values are summed.
 */
static void
moments_are_stable(void **state)
{
	struct mia_moments m = {0};
	long double sum = 0, sq = 0;
	double x[1000];
	struct mia_rng r;

	(void)state;
	assert_true(mia_moments_variance(&m) == 0);
	mia_rng_init(&r, 7, "test/moments", 0);
	for (int i = 0; i < 1000; i++) {
		x[i] = 1e6 + mia_rng_normal(&r);
		sum += x[i];
		mia_moments_add(&m, x[i]);
		if (i == 0) {
			assert_true(mia_moments_variance(&m) == 0);
			assert_true(mia_moments_unbiased(&m) == 0);
		}
	}
	for (int i = 0; i < 1000; i++)
		sq += (x[i] - sum / 1000) * (x[i] - sum / 1000);
	assert_int_equal(m.n, 1000);
	assert_true(close_to(m.mean, (double)(sum / 1000), 1e-15));
	assert_true(
		close_to(mia_moments_variance(&m), (double)(sq / 1000), 1e-8));
	assert_true(
		close_to(mia_moments_unbiased(&m), (double)(sq / 999), 1e-8));
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
order_statistics_equal_a_sort(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 3, "test/select", 0);
	for (int round = 0; round < 2000; round++) {
		double v[64], s[64], w[64], q = mia_rng_uniform(&r), h;
		size_t n = 1 + mia_rng_below(&r, 64), k;

		for (size_t i = 0; i < n; i++)
			v[i] = round % 2 ? mia_rng_normal(&r)
					 : (double)mia_rng_below(&r, 4);
		if (round % 7 == 0)
			v[0] = INFINITY;
		memcpy(s, v, sizeof(s));
		qsort(s, n, sizeof(*s), ascending);
		k = mia_rng_below(&r, n);
		memcpy(w, v, sizeof(w));
		assert_true(mia_stats_select(w, n, k) == s[k]);
		qsort(w, n, sizeof(*w), ascending);
		assert_memory_equal(w, s, n * sizeof(*s));
		memcpy(w, v, sizeof(w));
		assert_true(mia_stats_median(w, n) ==
			    (s[(n - 1) / 2] == s[n / 2]
				     ? s[n / 2]
				     : 0.5 * (s[(n - 1) / 2] + s[n / 2])));
		memcpy(w, v, sizeof(w));
		assert_true(mia_stats_quantile(w, n, 0) == s[0]);
		assert_true(mia_stats_quantile(w, n, 1) == s[n - 1]);
		h = q * (double)(n - 1);
		k = (size_t)h;
		if (k + 1 < n && isfinite(s[k + 1]))
			assert_true(
				near(mia_stats_quantile(w, n, q),
				     s[k] + (h - (double)k) * (s[k + 1] - s[k]),
				     1e-15));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tails_match_forty_digits),
		cmocka_unit_test(tails_have_ends),
		cmocka_unit_test(signed_tails),
		cmocka_unit_test(beta_matches_thirty_digits),
		cmocka_unit_test(beta_where_gsl_fails),
		cmocka_unit_test(moments_are_stable),
		cmocka_unit_test(order_statistics_equal_a_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
