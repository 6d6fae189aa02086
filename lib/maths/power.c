#include "maths/power.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>

#include "maths/beta.h"
#include "maths/roc.h"
#include "maths/tails.h"

enum mia_limit
mia_power_aim(const struct mia_power *p)
{
	double x = isnan(p->auc) ? p->tpr : p->auc;

	if (x == p->limit)
		return MIA_LIMIT_NOT_SHOWN;
	return x < p->limit ? MIA_LIMIT_MET : MIA_LIMIT_EXCEEDED;
}

/* --- AUC ------------------------------------------------------------------ */

static double
owen(double x, void *h)
{
	double z = *(double *)h;

	return exp(-z * z * (1 + x * x) / 2) / (1 + x * x) / (2 * M_PI);
}

/*
 * The variance, over members, of the share of the population of non-members
 * they beat; over non-members it is the same.  P[two non-members below a
 * member] - A^2 is a normal orthant, A - 2 T(h, 1/sqrt 3) - A^2, with Owen's T
 * at h, Phi(h) = A.
 */
static double
share_variance(double auc)
{
	double h = gsl_cdf_ugaussian_Pinv(auc), t, err;
	gsl_function g = {owen, &h};
	size_t n;

	if (!isfinite(h))
		return 0;
	gsl_integration_qng(&g, 0, 1 / M_SQRT3, 0, 1e-9, &t, &err, &n);
	return fmax(0, auc * (1 - auc) - 2 * t);
}

/* Of the estimate of an AUC: exact. */
static double
auc_variance(double auc, double n1, double n0)
{
	double v = share_variance(auc);

	return (auc * (1 - auc) + (n1 + n0 - 2) * v) / n1 / n0;
}

/* The effective size, of the means of both sample variances. */
static double
auc_size(double auc, uint64_t n1, uint64_t n0)
{
	double v = share_variance(auc), one = auc * (1 - auc) - 2 * v;

	return mia_interval_auc_size(auc, v + one / (double)n0,
				     v + one / (double)n1, n1, n0);
}

static struct mia_interval
auc_interval(const struct mia_power *p, double x, uint64_t n1, uint64_t n0,
	     uint64_t j)
{
	struct mia_auc auc = {.value = x, .size = auc_size(x, n1, n0)};

	return mia_limit_auc(&auc, p->a, j);
}

static double
auc_chance(const struct mia_power *p, uint64_t n1, uint64_t n0)
{
	double lo = 0, hi = 1, shape;
	bool met = mia_power_aim(p) == MIA_LIMIT_MET;

	if (met && p->limit >= 1)
		return 1;
	/* The estimate at which the verdict turns. */
	while (hi - lo > 1e-9) {
		double x = lo + (hi - lo) / 2;
		struct mia_interval i = auc_interval(p, x, n1, n0, p->j);

		if (met ? i.hi <= p->limit : i.lo <= p->limit)
			lo = x;
		else
			hi = x;
	}
	if (met ? lo == 0 : hi == 1)
		return 0;
	/* a + b of the Beta distribution of that mean and variance */
	shape = p->auc * (1 - p->auc) /
			auc_variance(p->auc, (double)n1, (double)n0) -
		1;
	/* One record a side: the estimate is 0 or 1. */
	if (shape <= 0)
		return met ? 1 - p->auc : p->auc;
	lo = mia_beta_cdf(shape * p->auc, shape * (1 - p->auc), lo);
	return met ? lo : 1 - lo;
}

/* --- TPR at FPR ----------------------------------------------------------- */

static double
logit_of_normal(double z)
{
	return mia_normal_log_tail(-z) - mia_normal_log_tail(z);
}

static double
normal_of_logit(double u)
{
	return u < 0 ? gsl_cdf_ugaussian_Pinv(1 / (1 + exp(-u)))
		     : gsl_cdf_ugaussian_Qinv(1 / (1 + exp(u)));
}

/* How far members lie above non-members, in standard deviations. */
static double
shift(const struct mia_power *p)
{
	return gsl_cdf_ugaussian_Pinv(p->tpr) - gsl_cdf_ugaussian_Pinv(p->fpr);
}

/*
 * Of n1 members at most v lie above the non-member of rank k of n0: a mean
 * over the rate f there, Beta(k + 1, n0 - k), of a binomial chance.
 */
struct mixture {
	double a, b;  /* of Beta */
	double c, d;  /* Bin(n1, t) <= v: Beta(c, d) > t; d = 0: always */
	double shift; /* t = Phi(Phi^-1(f) + shift) */
	double mode;  /* logit of the likeliest f */
	double log_f, log_g; /* there, of f and 1 - f */
};

/* log of 1/(1+exp(-u)) */
static double
log_logistic(double u)
{
	return u < 0 ? u - log1p(exp(u)) : -log1p(exp(-u));
}

/* The density over the logit, but for a factor. */
static double
weight(double u, void *of)
{
	const struct mixture *m = of;

	return exp(m->a * (log_logistic(u) - m->log_f) +
		   m->b * (log_logistic(-u) - m->log_g));
}

static double
weighted_chance(double u, void *of)
{
	const struct mixture *m = of;
	double t = logit_of_normal(normal_of_logit(u) + m->shift);

	return weight(u, of) * exp(mia_beta_tails(m->c, m->d, t).upper);
}

#define CUTS 12

/* Sorted cuts between which both factors are smooth. */
static void
cuts(const struct mixture *m, double cut[CUTS])
{
	static const double step[] = {-9, -3, 0, 3, 9};
	double s = sqrt((m->a + m->b) / m->a / m->b);
	double mode = log(m->c) - log(m->d);
	double sd = sqrt((m->c + m->d) / m->c / m->d);
	/* Beyond, exp(-40) of the density at most: it falls as exp(a u). */
	double first = m->mode - 9 * s - 40 / m->a;
	double last = m->mode + 9 * s + 40 / m->b;

	for (int i = 0; i < 5; i++) {
		double z = normal_of_logit(mode + step[i] * sd) - m->shift;

		cut[i] = m->mode + step[i] * s;
		cut[5 + i] = fmin(last, fmax(first, logit_of_normal(z)));
	}
	cut[10] = first;
	cut[11] = last;
	for (int i = 1; i < CUTS; i++)
		for (int k = i; k > 0 && cut[k - 1] > cut[k]; k--) {
			double x = cut[k];

			cut[k] = cut[k - 1];
			cut[k - 1] = x;
		}
}

static double
integral(double (*of)(double, void *), struct mixture *m,
	 const double cut[CUTS])
{
	gsl_integration_glfixed_table *rule =
		gsl_integration_glfixed_table_alloc(32);
	gsl_function g = {of, m};
	double sum = 0;

	for (int i = 1; i < CUTS; i++)
		if (cut[i] > cut[i - 1])
			sum += gsl_integration_glfixed(&g, cut[i - 1], cut[i],
						       rule);
	gsl_integration_glfixed_table_free(rule);
	return sum;
}

static double
at_most(const struct mia_power *p, uint64_t v, uint64_t n1, uint64_t k,
	uint64_t n0)
{
	struct mixture m = {.a = (double)k + 1,
			    .b = (double)(n0 - k),
			    .c = (double)v + 1,
			    .d = (double)(n1 - v),
			    .shift = shift(p)};
	double cut[CUTS];

	if (v >= n1)
		return 1;
	m.mode = log(m.a) - log(m.b);
	m.log_f = log_logistic(m.mode);
	m.log_g = log_logistic(-m.mode);
	cuts(&m, cut);
	return integral(weighted_chance, &m, cut) / integral(weight, &m, cut);
}

/*
 * Counts of members from 0 to the one returned, less 1, have an upper end at
 * or below the limit (met), or a lower end at or below it (exceeded).
 */
static uint64_t
counts_below(const struct mia_power *p, bool met, uint64_t n1)
{
	uint64_t lo = 0, hi = n1 + 1;

	while (lo < hi) {
		uint64_t v = lo + (hi - lo) / 2;
		double end = met ? mia_interval_cp_hi(v, n1, p->a / 4)
				 : mia_interval_cp_lo(v, n1,
						      p->a / (double)p->j / 4);

		if (end <= p->limit)
			lo = v + 1;
		else
			hi = v;
	}
	return lo;
}

/* mia_limit_tpr's rule. */
static double
tpr_chance(const struct mia_power *p, uint64_t n1, uint64_t n0)
{
	bool met = mia_power_aim(p) == MIA_LIMIT_MET;
	uint64_t k, v = counts_below(p, met, n1);

	if (met) {
		/* Without a rank the upper end is 1. */
		if (!mia_roc_rank_above(p->fpr, p->a, n0, &k))
			return p->limit >= 1;
		return v == 0 ? 0 : at_most(p, v - 1, n1, k, n0);
	}
	/* Without a rank the lower end is 0. */
	if (!mia_roc_rank_below(p->fpr, p->a / (double)p->j, n0, &k))
		return 0;
	return v > n1 ? 0 : 1 - at_most(p, v - 1, n1, k, n0);
}

static uint64_t
expected_above(const struct mia_power *p, uint64_t k, uint64_t n1, uint64_t n0)
{
	double f = ((double)k + 1) / ((double)n0 + 1);
	double z = gsl_cdf_ugaussian_Pinv(f) + shift(p);

	return (uint64_t)nearbyint((double)n1 * gsl_cdf_ugaussian_P(z));
}

static struct mia_interval
tpr_interval(const struct mia_power *p, uint64_t n1, uint64_t n0, double j)
{
	struct mia_interval i = {0, 1};
	uint64_t k;

	if (mia_roc_rank_below(p->fpr, p->a / j, n0, &k))
		i.lo = mia_interval_cp_lo(expected_above(p, k, n1, n0), n1,
					  p->a / j / 4);
	if (mia_roc_rank_above(p->fpr, p->a, n0, &k))
		i.hi = mia_interval_cp_hi(expected_above(p, k, n1, n0), n1,
					  p->a / 4);
	return i;
}

/* --- both ----------------------------------------------------------------- */

double
mia_power_chance(const struct mia_power *p, uint64_t n1, uint64_t n0)
{
	double x;

	if (mia_power_aim(p) == MIA_LIMIT_NOT_SHOWN)
		return 0;
	x = isnan(p->auc) ? tpr_chance(p, n1, n0) : auc_chance(p, n1, n0);
	/* Quadrature may pass either end by its rounding. */
	return fmin(1, fmax(0, x));
}

struct mia_interval
mia_power_interval(const struct mia_power *p, uint64_t n1, uint64_t n0,
		   bool verdict)
{
	uint64_t j = verdict ? p->j : 1;

	return isnan(p->auc) ? tpr_interval(p, n1, n0, (double)j)
			     : auc_interval(p, p->auc, n1, n0, j);
}

/* {0, 0}: beyond MIA_ROC_MAX. */
static struct mia_power_size
with(double ratio, uint64_t n0)
{
	double n1 = fmax(1, nearbyint(ratio * (double)n0));

	if (n0 > MIA_ROC_MAX || n1 > (double)MIA_ROC_MAX)
		return (struct mia_power_size){0, 0};
	return (struct mia_power_size){(uint64_t)n1, n0};
}

static bool
reaches(const struct mia_power *p, double power, struct mia_power_size s)
{
	return mia_power_chance(p, s.n1, s.n0) >= power;
}

/* A sample of more than lo non-members that reaches the power; one less, or
 * lo, does not. */
static struct mia_power_size
next(const struct mia_power *p, double power, double ratio, uint64_t lo)
{
	uint64_t hi = lo + 1;
	struct mia_power_size s = with(ratio, hi);

	for (uint64_t step = 1; s.n0 > 0 && !reaches(p, power, s); step *= 2) {
		lo = hi;
		hi += step;
		s = with(ratio, hi);
	}
	while (s.n0 > 0 && hi - lo > 1) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (reaches(p, power, with(ratio, mid)))
			hi = mid;
		else
			lo = mid;
	}
	return s.n0 > 0 ? with(ratio, hi) : s;
}

/* Sizes tried beyond a sample, up to twice as many records. */
#define TRIED 256

struct mia_power_size
mia_power_sample(const struct mia_power *p, double power, double ratio)
{
	struct mia_power_size s = {0, 0}, more;
	uint64_t fails = 0;

	if (mia_power_aim(p) == MIA_LIMIT_NOT_SHOWN)
		return s;
	while (fails != UINT64_MAX) {
		s = next(p, power, ratio, fails);
		fails = UINT64_MAX;
		for (uint64_t i = TRIED; i > 0 && fails == UINT64_MAX; i--) {
			more = with(ratio,
				    s.n0 + (s.n0 * i + TRIED - 1) / TRIED);
			if (more.n0 > 0 && !reaches(p, power, more))
				fails = more.n0;
		}
	}
	return s;
}

uint64_t
mia_power_vertex(double q)
{
	uint64_t n = (uint64_t)ceil(1 / q);

	while (n > 1 && mia_roc_allowed(q, n - 1) > 0)
		n--;
	while (mia_roc_allowed(q, n) == 0)
		n++;
	return n;
}

uint64_t
mia_power_none(double q, double a)
{
	uint64_t n = (uint64_t)fmax(1, ceil(log(a) / log1p(-q)));

	while (n > 1 && mia_interval_cp_hi(0, n - 1, a) <= q)
		n--;
	while (mia_interval_cp_hi(0, n, a) > q)
		n++;
	return n;
}
