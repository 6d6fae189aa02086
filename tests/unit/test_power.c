#include "maths/power.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>

#include "maths/beta.h"
#include "maths/rng.h"
#include "maths/roc.h"

#define ALL(c) (sizeof(c) / sizeof(*(c)))

#define assert_near(x, y, most) assert_true(fabs((x) - (y)) <= (most))

static struct mia_power
rate(double tpr, double fpr, double limit, double a, uint64_t j)
{
	return (struct mia_power){NAN, tpr, fpr, limit, a, j};
}

static struct mia_power
area(double auc, double limit, double a, uint64_t j)
{
	return (struct mia_power){auc, NAN, NAN, limit, a, j};
}

/* The members above the rank the rule takes: do they show the verdict? */
static bool
shows(const struct mia_power *p, uint64_t i, uint64_t n1)
{
	if (mia_power_aim(p) == MIA_LIMIT_MET)
		return mia_interval_cp_hi(i, n1, p->a / 4) <= p->limit;
	return mia_interval_cp_lo(i, n1, p->a / 4 / (double)p->j) > p->limit;
}

/* The rank the rule takes, rank by rank. */
static bool
rank_of(const struct mia_power *p, uint64_t n0, uint64_t *rank)
{
	double c = p->a / 4 / (double)p->j;
	bool found = false;

	for (uint64_t k = 0; k < n0; k++) {
		double below =
			mia_beta_cdf((double)k + 1, (double)(n0 - k), p->fpr);

		if (mia_power_aim(p) == MIA_LIMIT_MET) {
			*rank = k;
			if (below <= p->a / 4)
				return true;
		} else if (below >= 1 - c) {
			*rank = k;
			found = true;
		}
	}
	return found;
}

/*
 * A score without signal: i members above the non-member of rank k have a
 * negative hypergeometric chance, every order of the records being alike.
 */
static double
null_chance(const struct mia_power *p, uint64_t n1, uint64_t n0)
{
	double sum = 0;
	uint64_t k;

	if (!rank_of(p, n0, &k))
		return 0;
	for (uint64_t i = 0; i <= n1; i++)
		if (shows(p, i, n1))
			sum += exp(
				gsl_sf_lnchoose((unsigned)(k + i),
						(unsigned)i) +
				gsl_sf_lnchoose((unsigned)(n1 - i + n0 - k - 1),
						(unsigned)(n1 - i)) -
				gsl_sf_lnchoose((unsigned)(n1 + n0),
						(unsigned)n1));
	return sum;
}

static void
rate_without_signal(void **state)
{
	static const double q[] = {0.3, 0.1, 0.017};
	static const uint64_t n[] = {3, 40, 211, 1000};

	(void)state;
	for (size_t i = 0; i < ALL(q); i++)
		for (size_t k = 0; k < ALL(n); k++)
			for (size_t m = 0; m < ALL(n); m++)
				for (int up = 0; up < 2; up++) {
					struct mia_power p =
						rate(q[i], q[i],
						     q[i] * (up ? 1.7 : 0.2),
						     0.05, 3);

					assert_near(mia_power_chance(&p, n[k],
								     n[m]),
						    null_chance(&p, n[k], n[m]),
						    1e-9);
				}
}

/*
 * The mean the other way round: at most v members lie above the non-member of
 * rank k just if more than k non-members lie above the member of rank v.  The
 * rate there is Beta over members, the non-members are summed one by one.
 */
static double
dual_chance(const struct mia_power *p, uint64_t n1, uint64_t n0)
{
	double up =
		gsl_cdf_ugaussian_Pinv(p->tpr) - gsl_cdf_ugaussian_Pinv(p->fpr);
	bool met = mia_power_aim(p) == MIA_LIMIT_MET;
	uint64_t k, v = 0;
	double sum = 0;
	int steps = 4000;

	if (!rank_of(p, n0, &k))
		return 0;
	while (v <= n1 && shows(p, v, n1) == met)
		v++; /* v - 1 is the last count of its kind */
	if (v == 0 || v > n1)
		return v == 0 ? 0 : met;
	for (int s = 0; s < steps; s++) {
		double g = mia_beta_lower((s + 0.5) / steps, (double)v,
					  (double)(n1 - v + 1));
		double f = gsl_cdf_ugaussian_P(gsl_cdf_ugaussian_Pinv(g) - up);
		double few = 0;

		for (uint64_t i = 0; i <= k; i++)
			few += gsl_ran_binomial_pdf((unsigned)i, f,
						    (unsigned)n0);
		sum += (1 - few) / steps;
	}
	return met ? sum : 1 - sum;
}

static void
rate_the_other_way_round(void **state)
{
	static const struct {
		double tpr, fpr, limit;
		uint64_t n1, n0, j;
	} c[] = {
		{0.031, 0.01, 0.06, 1500, 1100, 1},
		{0.3, 0.1, 0.2, 700, 800, 1},
		{0.3, 0.1, 0.2, 700, 800, 7},
		{0.9, 0.02, 0.95, 150, 300, 1},
		{0.9, 0.02, 0.7, 60, 1200, 2},
		{0.05, 0.2, 0.4, 30, 60, 1}, /* worse than chance */
		{0.15, 0.1, 0.3, 20000, 100, 1},
	};

	(void)state;
	for (size_t i = 0; i < ALL(c); i++) {
		struct mia_power p =
			rate(c[i].tpr, c[i].fpr, c[i].limit, 0.05, c[i].j);
		double x = mia_power_chance(&p, c[i].n1, c[i].n0);

		assert_near(x, dual_chance(&p, c[i].n1, c[i].n0), 2e-5);
		assert_in_range((int)(x * 1000), 10, 990);
	}
}

/* The size of a binormal AUC, its variances from a plain sum. */
static void
interval_of_an_area(void **state)
{
	static const double auc[] = {0.5, 0.37, 0.62, 0.9, 0.995};
	static const uint64_t n[] = {17, 100, 3001};

	(void)state;
	for (size_t i = 0; i < ALL(auc); i++) {
		double up = M_SQRT2 * gsl_cdf_ugaussian_Pinv(auc[i]);
		double v = -auc[i] * auc[i], one = auc[i] * (1 - auc[i]);

		for (int k = -4000; k <= 4000; k++) {
			double z = 0.0025 * k;

			v += 0.0025 * gsl_ran_ugaussian_pdf(z) *
			     gsl_pow_2(gsl_cdf_ugaussian_P(z + up));
		}
		for (size_t k = 0; k < ALL(n); k++) {
			uint64_t n1 = n[k], n0 = n[(k + 1) % ALL(n)];
			struct mia_power p = area(auc[i], 1, 0.05, 4);
			/* Variance of a share less covariance of two. */
			double s1 =
				(one + (double)(n0 - 1) * v - v) / (double)n0;
			double s0 =
				(one + (double)(n1 - 1) * v - v) / (double)n1;
			double size =
				mia_interval_auc_size(auc[i], s1, s0, n1, n0);
			struct mia_interval a =
				mia_power_interval(&p, n1, n0, false);
			struct mia_interval b =
				mia_interval_auc(auc[i], size, 0.05);

			assert_near(a.lo, b.lo, 1e-9);
			assert_near(a.hi, b.hi, 1e-9);
			a = mia_power_interval(&p, n1, n0, true);
			assert_near(a.lo,
				    mia_interval_auc(auc[i], size, 0.05 / 4).lo,
				    1e-9);
			assert_near(a.hi, b.hi, 1e-9);
		}
	}
}

/*
 * Pairs won by a score without signal: the chance of each count, by the
 * recurrence over the highest record, which is a member or is not.
 */
static double *
pairs_won(size_t n1, size_t n0)
{
	size_t most = n1 * n0 + 1;
	double *p = calloc((n1 + 1) * most, sizeof(*p));

	for (size_t i = 0; i <= n1; i++)
		p[i * most] = 1;
	for (size_t j = 1; j <= n0; j++)
		for (size_t i = 1; i <= n1; i++)
			for (size_t u = i * j + 1; u-- > 0;) {
				double of_fewer =
					u < j ? 0 : p[(i - 1) * most + u - j];
				double m = (double)i / (double)(i + j);

				p[i * most + u] = m * of_fewer +
						  (1 - m) * p[i * most + u];
			}
	memmove(p, p + n1 * most, most * sizeof(*p));
	return p;
}

/* The Beta distribution is near that one. */
static void
area_without_signal(void **state)
{
	static const size_t n[][2] = {{30, 45}, {60, 20}, {40, 40}, {25, 90}};
	static const double limit[] = {0.4, 0.45, 0.58, 0.6, 0.64};

	(void)state;
	for (size_t i = 0; i < ALL(n); i++) {
		size_t n1 = n[i][0], n0 = n[i][1], pairs = n1 * n0;
		double *chance = pairs_won(n1, n0);

		for (size_t k = 0; k < ALL(limit); k++) {
			struct mia_power p = area(0.5, limit[k], 0.1, 2);
			double sum = 0, half = 0;

			for (size_t u = 1; u < pairs; u++) {
				struct mia_power x = p;
				struct mia_interval v;

				x.auc = (double)u / (double)pairs;
				v = mia_power_interval(&x, n1, n0, true);
				if (mia_limit_judge(v.lo, v.hi, p.limit) !=
				    mia_power_aim(&p))
					continue;
				sum += chance[u];
				half = fmax(half, chance[u]);
			}
			assert_near(mia_power_chance(&p, n1, n0), sum,
				    0.0005 + half);
		}
		free(chance);
	}
}

/* That of a rate is the rule's on a sample spread just as the model says. */
static void
interval_of_a_rate(void **state)
{
	static double member[2000], non[999];
	struct mia_power p = rate(0.3, 0.1, 0.5, 0.05, 5);
	double up = gsl_cdf_ugaussian_Pinv(0.3) - gsl_cdf_ugaussian_Pinv(0.1);
	struct mia_interval a, b;
	struct mia_fault f = {0};
	struct mia_roc r;

	(void)state;
	for (int i = 0; i < 2000; i++)
		member[i] = up + gsl_cdf_ugaussian_Pinv((i + 0.5) / 2000);
	for (int i = 0; i < 999; i++)
		non[i] = gsl_cdf_ugaussian_Pinv((i + 1.) / 1000);
	assert_int_equal(mia_roc_init(&r, member, 2000, non, 999, &f), 0);
	a = mia_power_interval(&p, 2000, 999, false);
	b = mia_roc_tpr(&r, 0.1, 0.05);
	assert_true(a.lo == b.lo && a.hi == b.hi);
	a = mia_power_interval(&p, 2000, 999, true);
	b = mia_limit_tpr(&r, 0.1, 0.05, 5);
	assert_true(a.lo == b.lo && a.hi == b.hi);
	/* Too few for a rank on either side of the rate. */
	p.fpr = 0.001;
	a = mia_power_interval(&p, 100, 30, false);
	assert_true(a.lo == 0 && a.hi < 1);
	p.fpr = 0.999;
	a = mia_power_interval(&p, 100, 30, false);
	assert_true(a.lo > 0 && a.hi == 1);
}

/* More of what helps helps. */
static void
monotone(void **state)
{
	struct mia_power p[] = {
		area(0.6, 0.65, 0.05, 2),
		area(0.7, 0.65, 0.05, 2),
		rate(0.1, 0.05, 0.2, 0.05, 2),
		rate(0.3, 0.05, 0.2, 0.05, 2),
	};

	(void)state;
	for (size_t i = 0; i < ALL(p); i++) {
		bool met = mia_power_aim(&p[i]) == MIA_LIMIT_MET;
		struct mia_power x = p[i];
		double last = -1;

		for (uint64_t n = 20; n < 20000; n *= 3) {
			double now = mia_power_chance(&x, n, 2 * n);

			assert_true(now > last || now > 0.999999);
			last = now;
		}
		last = mia_power_chance(&x, 300, 400);
		x.a = 0.1;
		assert_true(mia_power_chance(&x, 300, 400) > last);
		x = p[i];
		x.j = 9;
		if (met)
			assert_true(mia_power_chance(&x, 300, 400) == last);
		else
			assert_true(mia_power_chance(&x, 300, 400) < last);
		x = p[i];
		x.limit += met ? 0.05 : -0.05;
		assert_true(mia_power_chance(&x, 300, 400) > last);
	}
}

static void
at_the_ends(void **state)
{
	struct mia_power p = area(0.6, 0.6, 0.05, 1);

	(void)state;
	assert_int_equal(mia_power_aim(&p), MIA_LIMIT_NOT_SHOWN);
	assert_true(mia_power_chance(&p, 500, 500) == 0);
	assert_int_equal(mia_power_sample(&p, 0.8, 1).n0, 0);
	p.limit = 1;
	assert_true(mia_power_chance(&p, 1, 1) == 1);
	p.limit = 0.99;
	assert_true(mia_power_chance(&p, 1, 1) == 0);
	p.limit = 0;
	assert_int_equal(mia_power_aim(&p), MIA_LIMIT_EXCEEDED);
	p = rate(0.1, 0.001, 0.05, 0.05, 1);
	/* No rank of 100 lies safely below .001: no lower end. */
	assert_true(mia_power_chance(&p, 100000, 100) == 0);
	/* One member cannot show a rate above .05, whatever it scores. */
	assert_true(mia_power_chance(&p, 1, 100000) == 0);
	p.limit = 1;
	assert_true(mia_power_chance(&p, 1, 1) == 1);
	p = rate(1e-8, 1e-9, 3e-8, 0.05, 1);
	assert_true(mia_power_chance(&p, MIA_ROC_MAX, MIA_ROC_MAX) < 1);
	assert_true(mia_power_chance(&p, 1, MIA_ROC_MAX) >= 0);
	p = area(1e-9, 0.5, 0.05, 1);
	assert_true(mia_power_chance(&p, MIA_ROC_MAX, 2) <= 1);
}

static void
smallest_samples(void **state)
{
	static const double power[] = {0.5, 0.8, 0.95}, ratio[] = {1, 0.3, 4};
	struct mia_power p[] = {
		area(0.6, 0.75, 0.05, 1), area(0.9, 0.75, 0.05, 3),
		rate(0.2, 0.1, 0.6, 0.05, 1), rate(0.8, 0.1, 0.2, 0.05, 1)};

	(void)state;
	for (size_t i = 0; i < ALL(p); i++)
		for (size_t k = 0; k < ALL(power); k++) {
			double r = ratio[(i + k) % ALL(ratio)], n1;
			struct mia_power_size s =
				mia_power_sample(&p[i], power[k], r);

			n1 = nearbyint(r * (double)s.n0);
			assert_in_range(s.n0, 2, 256);
			assert_true((double)s.n1 == n1);
			n1 = fmax(1, nearbyint(r * (double)(s.n0 - 1)));
			assert_true(mia_power_chance(&p[i], (uint64_t)n1,
						     s.n0 - 1) < power[k]);
			for (uint64_t n = s.n0; n <= 2 * s.n0; n++) {
				n1 = nearbyint(r * (double)n);
				assert_true(mia_power_chance(&p[i],
							     (uint64_t)n1,
							     n) >= power[k]);
			}
		}
	/* 2^31 members are not enough, or 2^31 non-members. */
	assert_int_equal(mia_power_sample(&p[0], 0.8, 1e9).n0, 0);
	p[2] = rate(1e-9, 1e-9, 1.1e-9, 0.05, 1);
	assert_int_equal(mia_power_sample(&p[2], 0.8, 1).n0, 0);
}

static void
rates_of_a_sample(void **state)
{
	static const double q[] = {0.999, 0.5, 0.3, 0.29, 0.1, 0.05, 0.0123};

	(void)state;
	for (size_t i = 0; i < ALL(q); i++) {
		uint64_t n = 1;

		while (mia_roc_allowed(q[i], n) == 0)
			n++;
		assert_int_equal(mia_power_vertex(q[i]), n);
		for (n = 1; pow(1 - q[i], (double)n) > 0.05;)
			n++;
		assert_int_equal(mia_power_none(q[i], 0.05), n);
	}
	/* research: 29 956 non-members for 1e-4 */
	assert_int_equal(mia_power_vertex(1e-4), 10000);
	assert_int_equal(mia_power_none(1e-4, 0.05), 29956);
	assert_int_equal(mia_power_vertex(1e-9), 1000000000);
}

#define SAMPLES 1000

/* How many of that many samples show the verdict. */
static unsigned
simulate(const struct mia_power *p, struct mia_power_size s, uint64_t cell)
{
	double *member = calloc(s.n1, sizeof(*member));
	double *non = calloc(s.n0, sizeof(*non));
	double up = isnan(p->auc) ? gsl_cdf_ugaussian_Pinv(p->tpr) -
					    gsl_cdf_ugaussian_Pinv(p->fpr)
				  : M_SQRT2 * gsl_cdf_ugaussian_Pinv(p->auc);
	unsigned shown = 0;
	struct mia_rng rng;

	mia_rng_init(&rng, 1, "test/power", cell);
	for (int i = 0; i < SAMPLES; i++) {
		struct mia_fault f = {0};
		struct mia_interval v;
		struct mia_auc auc;
		struct mia_roc r;

		for (uint64_t k = 0; k < s.n1; k++)
			member[k] = mia_rng_normal(&rng) + up;
		for (uint64_t k = 0; k < s.n0; k++)
			non[k] = mia_rng_normal(&rng);
		assert_int_equal(mia_roc_init(&r, member, s.n1, non, s.n0, &f),
				 0);
		auc = mia_roc_auc(&r);
		v = isnan(p->auc) ? mia_limit_tpr(&r, p->fpr, p->a, p->j)
				  : mia_limit_auc(&auc, p->a, p->j);
		shown += mia_limit_judge(v.lo, v.hi, p->limit) ==
			 mia_power_aim(p);
	}
	free(member);
	free(non);
	return shown;
}

/*
 * Verdicts of mia-eval's own rules come as often as promised.  Of rates: a
 * true promise fails once in 10^6 cells, on either side.  Of AUCs: the same
 * after .025, the error that the header admits.
 */
static void
promises(void **state)
{
	static const struct {
		struct mia_power p;
		double power, ratio;
	} c[] = {
		{{NAN, 0.1, 0.1, 0.2, 0.05, 1}, 0.8, 1},
		{{NAN, 0.02, 0.01, 0.07, 0.1, 1}, 0.9, 2},
		{{NAN, 0.4, 0.1, 0.2, 0.05, 5}, 0.8, 0.5},
		{{NAN, 0.5, 0.05, 0.9, 0.05, 1}, 0.5, 1},
		{{NAN, 0.9, 0.1, 0.7, 0.05, 1}, 0.95, 3},
		{{0.5, 0, 0, 0.6, 0.05, 1}, 0.8, 1},
		{{0.56, 0, 0, 0.65, 0.05, 1}, 0.9, 0.2},
		{{0.7, 0, 0, 0.6, 0.05, 4}, 0.8, 3},
		{{0.9, 0, 0, 0.95, 0.05, 1}, 0.8, 1},
		{{0.9, 0, 0, 0.8, 0.01, 1}, 0.95, 1},
	};

	(void)state;
	for (size_t i = 0; i < ALL(c); i++) {
		struct mia_power_size s =
			mia_power_sample(&c[i].p, c[i].power, c[i].ratio);
		double said = mia_power_chance(&c[i].p, s.n1, s.n0);
		double slack = isnan(c[i].p.auc) ? 0 : 0.025;
		unsigned shown = simulate(&c[i].p, s, i);

		assert_true(said >= c[i].power);
		assert_true(gsl_cdf_binomial_P(shown, fmax(0, said - slack),
					       SAMPLES) > 1e-6);
		assert_true(shown == 0 ||
			    gsl_cdf_binomial_Q(shown - 1, fmin(1, said + slack),
					       SAMPLES) > 1e-6);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rate_without_signal),
		cmocka_unit_test(rate_the_other_way_round),
		cmocka_unit_test(interval_of_an_area),
		cmocka_unit_test(area_without_signal),
		cmocka_unit_test(interval_of_a_rate),
		cmocka_unit_test(monotone),
		cmocka_unit_test(at_the_ends),
		cmocka_unit_test(smallest_samples),
		cmocka_unit_test(rates_of_a_sample),
		cmocka_unit_test(promises),
	};

	gsl_set_error_handler_off();
	return cmocka_run_group_tests_name("power", tests, NULL, NULL);
}
