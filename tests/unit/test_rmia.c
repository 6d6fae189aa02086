#include "attack/rmia.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attack/rmia_likes.h"
#include "attack/signal.h"
#include "base/mem.h"
#include "maths/rng.h"
#include "maths/roc.h"
#include "reference.h"

/* --- logs ----------------------------------------------------------------- */

static void
signals_become_logs(void **state)
{
	double l;

	(void)state;
	assert_int_equal(mia_rmia_signal(mia_text("loss")), MIA_RMIA_LOSS);
	assert_int_equal(mia_rmia_signal(mia_text("phi")), MIA_RMIA_PHI);
	assert_int_equal(mia_rmia_signal(mia_text("conf")), MIA_RMIA_CONF);
	assert_int_equal(mia_rmia_signal(mia_text("soft")), MIA_RMIA_OTHER);
	assert_int_equal(mia_rmia_log(MIA_RMIA_LOSS, 9876.5, &l), 0);
	assert_true(l == -9876.5);
	assert_int_equal(mia_rmia_log(MIA_RMIA_PHI, -9876.5, &l), 0);
	assert_true(l == -9876.5);
	/* mpmath: log(1/(1+exp(-40))), log(1/(1+exp(1.5))) */
	assert_int_equal(mia_rmia_log(MIA_RMIA_PHI, 40, &l), 0);
	assert_true(close_to(l, -4.248354255291589e-18, 1e-15));
	assert_int_equal(mia_rmia_log(MIA_RMIA_PHI, -1.5, &l), 0);
	assert_true(close_to(l, -1.7014132779827524, 1e-15));
	assert_int_equal(mia_rmia_log(MIA_RMIA_CONF, .37, &l), 0);
	assert_true(close_to(l, -0.9942522733438669, 1e-15));
	assert_int_equal(mia_rmia_log(MIA_RMIA_CONF, 0, &l), 1);
	assert_true(l == log(MIA_SIGNAL_FLOOR));
	assert_int_equal(mia_rmia_log(MIA_RMIA_CONF, 1.0005, &l), 0);
	assert_int_equal(mia_rmia_log(MIA_RMIA_CONF, 1.01, &l), -1);
	assert_int_equal(mia_rmia_log(MIA_RMIA_CONF, -1e-9, &l), -1);
	assert_int_equal(mia_rmia_log(MIA_RMIA_LOSS, -.01, &l), -1);
	assert_int_equal(mia_rmia_log(MIA_RMIA_OTHER, 7, &l), 0);
	assert_int_equal(mia_rmia_log(MIA_RMIA_OTHER, -.1, &l), -1);
	assert_true(close_to(mia_rmia_p(MIA_RMIA_LOSS, 2), exp(-2), 1e-15));
	assert_true(close_to(mia_rmia_p(MIA_RMIA_PHI, 2), 1 / (1 + exp(-2)),
			     1e-15));
	assert_true(mia_rmia_p(MIA_RMIA_OTHER, -3) == -3);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The mean in 80 bits, which hold exp(-11000). */
static double
plain_mean(double *v, size_t n, size_t drop)
{
	long double sum = 0;

	qsort(v, n, sizeof(*v), ascending);
	for (size_t i = drop; i < n - drop; i++)
		sum += expl(v[i]);
	return (double)logl(sum / (long double)(n - 2 * drop));
}

static void
means(void **state)
{
	static const double scale[] = {1e-3, 1, 30, 900};
	double v[40], w[40], one[3] = {-1e-17, -3e-17, -2e-17};
	double far[3] = {-1e6, -1e6 - 1, -2e6};
	double none[2] = {-INFINITY, -INFINITY};
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test-rmia/means", 0);
	for (int t = 0; t < 2000; t++) {
		size_t n = 1 + mia_rng_below(&r, 40);
		size_t drop = mia_rng_below(&r, (n + 1) / 2);
		double got, want;

		for (size_t i = 0; i < n; i++)
			v[i] = -scale[t % 4] * mia_rng_uniform(&r) *
			       (double)(1 + t % 10);
		if (t % 7 == 0)
			v[n - 1] = -INFINITY;
		memcpy(w, v, sizeof(w));
		want = plain_mean(w, n, drop);
		got = mia_rmia_log_mean(v, n, drop);
		assert_true(close_to(got, want, 1e-13));
	}
	assert_true(close_to(mia_rmia_log_mean(one, 3, 0), -2e-17, 1e-14));
	/* log((1 + 1/e)/3), mpmath */
	assert_true(fabs(mia_rmia_log_mean(far, 3, 0) + 1e6 +
			 0.7853506011498869) < 1e-9);
	assert_true(mia_rmia_log_mean(none, 2, 0) == -INFINITY);
	assert_true(
		close_to(mia_rmia_online(log(.2), log(.6)), log(.4), 1e-15));
	assert_true(
		close_to(mia_rmia_online(-INFINITY, log(.6)), log(.3), 1e-15));
}

static void
offline_and_back(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test-rmia/offline", 0);
	for (int t = 0; t < 4000; t++) {
		double a = t % 10 / 10.;
		double l = -pow(10, 8 * mia_rng_uniform(&r) - 6);
		long double p = expl(l), m = expm1l(l);
		double got = mia_rmia_offline(l, a), back;
		long double want =
			l > -.1 ? log1pl((1 + (long double)a) / 2 * m)
				: logl(((1 + (long double)a) * p +
					(1 - (long double)a)) /
				       2);

		assert_true(close_to(got, (double)want, 1e-14));
		if (a == 0)
			continue;
		back = mia_rmia_invert((double)log1pl(a * m), a);
		if (l > -10)
			assert_true(near(back, l, 1e-11));
	}
	/* a = 1 is the OUT mean itself, however small. */
	assert_true(mia_rmia_offline(-1e5, 1) == -1e5);
	assert_true(mia_rmia_offline(-INFINITY, 1) == -INFINITY);
	assert_true(mia_rmia_offline(-INFINITY, 0) == log(.5));
	assert_true(close_to(mia_rmia_offline(-1e5, .3), log(.35), 1e-15));
	assert_true(mia_rmia_offline(0, .3) == 0);
	/* p_in below 1 - a: no p_out would do. */
	assert_true(mia_rmia_invert(log(.69), .3) == -INFINITY);
	assert_true(isfinite(mia_rmia_invert(log(.71), .3)));
	assert_true(mia_rmia_invert(-4, 1) == log1p(expm1(-4)));
	assert_true(mia_rmia_ratio(-3, -INFINITY) == INFINITY);
	assert_true(mia_rmia_ratio(-INFINITY, -INFINITY) == 0);
	assert_true(mia_rmia_ratio(-1e6, -1e6 - 2) == 2);
}

/* --- ranks ---------------------------------------------------------------- */

/* By every pair, view and vote. */
static double
every_pair(const double *x, const double *z, size_t n, size_t views,
	   double log_gamma)
{
	size_t won = 0;

	for (size_t i = 0; i < n; i++) {
		size_t votes = 0;

		for (size_t v = 0; v < views; v++)
			votes += z[i * views + v] < x[v] - log_gamma;
		won += 2 * votes > views;
	}
	return (double)won / (double)n;
}

static void
ranks_are_the_outer_product(void **state)
{
	static const size_t size[] = {1,   2,	63,  64,   65,	 127, 511,
				      512, 513, 640, 1023, 1024, 1500};
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test-rmia/ranks", 0);
	for (int t = 0; t < 260; t++) {
		size_t n = size[t % 13], views = 1 + (size_t)t / 13 % 10;
		double *z = mia_alloc(n * views, sizeof(*z)), x[10];
		/* Every other one is of few values, so full of ties. */
		bool tied = t % 2;
		struct mia_rmia_population p;

		for (size_t i = 0; i < n * views; i++)
			z[i] = tied ? (double)mia_rng_below(&r, 5)
				    : mia_rng_normal(&r);
		mia_rmia_population_init(&p, z, n, views);
		for (int k = 0; k < 20; k++) {
			double log_gamma = k % 3 - 1.;
			double shift = mia_rng_normal(&r);

			for (size_t v = 0; v < views; v++)
				x[v] = tied ? (double)mia_rng_below(&r, 7) - 1
					    : shift + mia_rng_normal(&r);
			assert_true(mia_rmia_rank(&p, x, log_gamma) ==
				    every_pair(x, z, n, views, log_gamma));
		}
		mia_rmia_population_free(&p);
		free(z);
	}
}

/* The peers' own way, from ratios that are not logs. */
static void
and_that_of_plain_ratios(void **state)
{
	enum { Z = 300 };
	double z[Z], log_z[Z];
	struct mia_rmia_population p;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test-rmia/plain", 0);
	for (size_t i = 0; i < Z; i++) {
		z[i] = exp(2 * mia_rng_normal(&r));
		log_z[i] = log(z[i]);
	}
	mia_rmia_population_init(&p, log_z, Z, 1);
	for (int k = 0; k < 300; k++) {
		double x = exp(2 * mia_rng_normal(&r)), log_x = log(x);
		double gamma = 1 + k % 3;

		assert_true(mia_rmia_rank(&p, &log_x, log(gamma)) ==
			    (double)mia_rmia_outer(&x, z, Z, 1, gamma) / Z);
	}
	mia_rmia_population_free(&p);
}

static void
ends_of_ranks(void **state)
{
	double z[4] = {0, 0, 0, 0}, up = 1e-300, down = -1e-300, same = 0;
	double inf = INFINITY, one = -2;
	struct mia_rmia_population p;

	(void)state;
	mia_rmia_population_init(&p, z, 4, 1);
	assert_true(mia_rmia_rank(&p, &up, 0) == 1);
	assert_true(mia_rmia_rank(&p, &same, 0) == 0);
	assert_true(mia_rmia_rank(&p, &down, 0) == 0);
	assert_true(mia_rmia_rank(&p, &inf, log(2)) == 1);
	assert_true(mia_rmia_rank(&p, &same, -1e-9) == 1);
	mia_rmia_population_free(&p);
	/* A population of one: the rank is 0 or 1. */
	mia_rmia_population_init(&p, &one, 1, 1);
	assert_true(mia_rmia_rank(&p, &same, 0) == 1);
	assert_true(mia_rmia_rank(&p, &one, 0) == 0);
	mia_rmia_population_free(&p);
}

/* --- a -------------------------------------------------------------------- */

/* AUC of log R at an a, by every pair, ties half. */
static double
auc_at(double a, const double *target, const double *out, const bool *member,
       size_t n, size_t views)
{
	double wins = 0, pairs = 0;
	double *s = mia_alloc(n, sizeof(*s));

	for (size_t i = 0; i < n; i++)
		for (size_t v = 0; v < views; v++)
			s[i] += target[i * views + v] -
				log(((1 + a) * exp(out[i * views + v]) + 1 -
				     a) /
				    2);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (member[i] && !member[k]) {
				wins += (s[i] > s[k]) + .5 * (s[i] == s[k]);
				pairs++;
			}
	free(s);
	return wins / pairs;
}

static void
tuning(void **state)
{
	enum { N = 120 };
	struct mia_rng r;
	int chosen = 0;

	(void)state;
	mia_rng_init(&r, 1, "test-rmia/tune", 0);
	for (int t = 0; t < 20; t++) {
		size_t views = 1 + (size_t)t % 2;
		double target[2 * N], out[2 * N], best = -1, best_a = -1;
		bool member[N];
		struct mia_rmia_tuned got;
		struct mia_fault f = {0};

		for (size_t i = 0; i < N; i++)
			member[i] = mia_rng_below(&r, 2);
		for (size_t e = 0; e < N * views; e++) {
			double p = mia_rng_uniform(&r);

			out[e] = log(p);
			if (member[e / views])
				p = t % 10 / 10. * p + 1 - t % 10 / 10.;
			target[e] =
				log(fmin(1, p * exp(.1 * mia_rng_normal(&r))));
		}
		for (int k = 0; k <= 10; k++) {
			double auc =
				auc_at(k / 10., target, out, member, N, views);

			if (auc > best + 1e-9) {
				best = auc;
				best_a = k / 10.;
			}
		}
		assert_int_equal(
			mia_rmia_tune(target, out, member, N, views, &got, &f),
			0);
		assert_true(fabs(got.auc - best) < 1e-9);
		assert_true(got.a == best_a);
		chosen |= 1 << (int)lround(10 * got.a);
	}
	/* It was not always the same one. */
	assert_true((chosen & (chosen - 1)) != 0);
}

static void
ties_take_the_smaller_a(void **state)
{
	double target[4] = {-.1, -.1, -3, -3}, out[4] = {-1, -1, -1, -1};
	bool member[4] = {true, true, false, false}, all[4] = {1, 1, 1, 1};
	struct mia_rmia_tuned got;
	struct mia_fault f = {0};

	(void)state;
	assert_int_equal(mia_rmia_tune(target, out, member, 4, 1, &got, &f), 0);
	assert_true(got.a == 0 && got.auc == 1);
	assert_int_equal(mia_rmia_tune(target, out, all, 4, 1, &got, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
}

/* --- scores --------------------------------------------------------------- */

static void
forms(void **state)
{
	/* Two records in two views: IN .8, OUT .2 .4 .6; then IN .9 alone. */
	double a[2][4] = {{log(.8), log(.6), log(.2), log(.4)},
			  {log(.8), log(.2), log(.6), log(.4)}};
	double b[2] = {log(.9), log(.9)}, ratio[2];
	struct mia_rmia_rule r = {.a = .5, .least = 1};
	struct mia_rmia_likes x;

	(void)state;
	mia_rmia_likes_init(&x, 2, 2);
	mia_rmia_likes_set(&x, 0, 0, log(.7), a[0], 1, 3, 0);
	mia_rmia_likes_set(&x, 0, 1, log(.5), a[1], 1, 3, .34);
	mia_rmia_likes_set(&x, 1, 0, log(.7), &b[0], 1, 0, .3);
	mia_rmia_likes_set(&x, 1, 1, log(.7), &b[1], 1, 0, .3);
	assert_true(x.n_in[0] == 1 && x.n_out[0] == 3 && x.n_out[1] == 0);
	/* Trimmed or not the OUT mean is .4. */
	assert_true(
		near(mia_rmia_likes_ratio(&x, 0, MIA_RMIA_ONLINE, &r, ratio),
		     (log(.7 / .6) + log(.5 / .6)) / 2, 1e-14));
	assert_true(near(ratio[0], log(.7 / .6), 1e-14) &&
		    near(ratio[1], log(.5 / .6), 1e-14));
	mia_rmia_likes_ratio(&x, 0, MIA_RMIA_OFFLINE, &r, ratio);
	assert_true(near(ratio[0], log(.7 / .55), 1e-14));
	mia_rmia_likes_ratio(&x, 0, MIA_RMIA_BASE, &r, ratio);
	assert_true(near(ratio[1], 0, 1e-14));
	mia_rmia_likes_ratio(&x, 0, MIA_RMIA_CALIBRATED, &r, ratio);
	assert_true(near(ratio[0], log(.7) - log(.2 * .4 * .6) / 3, 1e-14));
	/* Without OUT: nothing but BASE, or by inversion. */
	assert_true(
		isnan(mia_rmia_likes_ratio(&x, 1, MIA_RMIA_ONLINE, &r, ratio)));
	assert_true(isnan(
		mia_rmia_likes_ratio(&x, 1, MIA_RMIA_OFFLINE, &r, ratio)));
	assert_true(isnan(
		mia_rmia_likes_ratio(&x, 1, MIA_RMIA_CALIBRATED, &r, ratio)));
	assert_true(near(mia_rmia_likes_ratio(&x, 1, MIA_RMIA_BASE, &r, ratio),
			 log(.7 / .9), 1e-14));
	r.invert = true; /* p_out = (.9 + .5 - 1)/.5 = .8 */
	assert_true(
		near(mia_rmia_likes_ratio(&x, 1, MIA_RMIA_OFFLINE, &r, ratio),
		     log(.7 / .85), 1e-14));
	r.least = 2;
	assert_false(mia_rmia_likes_enough(&x, 0, MIA_RMIA_ONLINE, &r));
	assert_true(mia_rmia_likes_enough(&x, 0, MIA_RMIA_OFFLINE, &r));
	assert_false(mia_rmia_likes_enough(&x, 1, MIA_RMIA_OFFLINE, &r));
	assert_false(mia_rmia_likes_enough(&x, 1, MIA_RMIA_BASE, &r));
	mia_rmia_likes_free(&x);
}

/* --- peers ---------------------------------------------------------------- */

static void
peers_by_hand(void **state)
{
	double p[5] = {.9, .1, .3, .2, .8}, v[5], trim[5] = {5, 1, 2, 9, 0};
	double x[2] = {2, 3}, z[6] = {1, 1, 1, 4, 4, 4};
	bool in[5] = {true, false, false, false, true};
	bool yes = true, no = false;

	(void)state;
	/* Two of .1 .3 .2 0 0: the largest. */
	assert_true(close_to(mia_rmia_pm_out(p, in, 5, .3, v), .25, 1e-15));
	/* One of two, and that is 0. */
	assert_true(close_to(mia_rmia_pm_out(p, in, 2, .3, v), .1, 1e-15));
	assert_true(close_to(mia_rmia_pm_out(p, &yes, 1, .5, v), .8, 1e-15));
	assert_true(
		close_to(mia_rmia_pm_out(p, &yes, 1, 0, v), .2 / .3, 1e-15));
	assert_true(mia_rmia_pm_out(p, &no, 1, .5, v) == .9);
	assert_true(close_to(mia_rmia_linear(.6, .5, .3), .6 / .675, 1e-15));
	assert_true(isinf(mia_rmia_linear(.6, 0, 1)));
	assert_true(close_to(mia_rmia_trimmed(trim, 5, 1), 8 / 3., 1e-15));
	/* Views 2:1 3:1 yes; 2:1 3:4 a tie, no; 2:4 3:4 no. */
	assert_int_equal(mia_rmia_outer(x, z, 3, 2, 1), 1);
	assert_int_equal(mia_rmia_outer(x, z, 3, 2, 2.5), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_become_logs),
		cmocka_unit_test(means),
		cmocka_unit_test(offline_and_back),
		cmocka_unit_test(ranks_are_the_outer_product),
		cmocka_unit_test(and_that_of_plain_ratios),
		cmocka_unit_test(ends_of_ranks),
		cmocka_unit_test(tuning),
		cmocka_unit_test(ties_take_the_smaller_a),
		cmocka_unit_test(forms),
		cmocka_unit_test(peers_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
