#include "maths/epsilon_counts.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "maths/beta.h"
#include "maths/interval.h"

/* log((1 - delta - x) / y), or 0 */
static double
ratio(double x, double y, double delta)
{
	double top = 1 - delta - x;

	return top > y ? log(top / y) : 0;
}

static double
both(double fpr, double fnr, double delta)
{
	return fmax(ratio(fpr, fnr, delta), ratio(fnr, fpr, delta));
}

static double
rate(uint64_t k, uint64_t n)
{
	return (double)k / (double)n;
}

double
mia_epsilon_point(const struct mia_counts *c, double delta)
{
	return both(rate(c->fp, c->n0), rate(c->n1 - c->tp, c->n1), delta);
}

double
mia_epsilon_advantage(const struct mia_counts *c, double delta)
{
	double adv = rate(c->tp, c->n1) - rate(c->fp, c->n0);

	return adv > delta ? log((1 + adv - 2 * delta) / (1 - adv)) : 0;
}

/* Upper ends at a/2. */
static double
fpr_hi(const struct mia_counts *c, double a)
{
	return mia_interval_cp_hi(c->fp, c->n0, a / 2);
}

static double
fnr_hi(const struct mia_counts *c, double a)
{
	return mia_interval_cp_hi(c->n1 - c->tp, c->n1, a / 2);
}

double
mia_epsilon_cp(const struct mia_counts *c, double delta, double a)
{
	return both(fpr_hi(c, a), fnr_hi(c, a), delta);
}

double
mia_epsilon_cp_one(const struct mia_counts *c, double delta, double a)
{
	return ratio(fnr_hi(c, a), fpr_hi(c, a), delta);
}

/* --- the rectangle ---------------------------------------------------------
 */

static struct mia_interval
jeffreys_interval(uint64_t k, uint64_t n, double a)
{
	double yes = (double)k + 0.5, no = (double)(n - k) + 0.5;

	return (struct mia_interval){
		k == 0 ? 0 : mia_beta_lower(a / 2, yes, no),
		k == n ? 1 : mia_beta_upper(a / 2, yes, no),
	};
}

/* The epsilon of one pair of rates. */
static double
of_rates(double fnr, double fpr, double delta)
{
	double x = fnr, y = fpr, lo, hi;

	if (fpr > 1 - fnr) {
		x = 1 - fpr;
		y = 1 - fnr;
	}
	lo = fmin(x, y);
	hi = fmax(x, y);
	if (hi > 1 - delta - lo)
		return 0;
	return lo == 0 ? INFINITY : log((1 - delta - hi) / lo);
}

struct mia_epsilon_range
mia_epsilon_rectangle(const struct mia_counts *c, double delta, double a,
		      bool jeffreys)
{
	struct mia_interval (*of)(uint64_t, uint64_t, double) =
		jeffreys ? jeffreys_interval : mia_interval_cp;
	struct mia_interval fnr = of(c->n1 - c->tp, c->n1, a / 2);
	struct mia_interval fpr = of(c->fp, c->n0, a / 2);
	double near = of_rates(fnr.lo, fpr.lo, delta);
	double far = of_rates(fnr.hi, fpr.hi, delta);
	struct mia_epsilon_range r = {fmin(near, far), fmax(near, far)};

	if (fpr.lo + fnr.lo <= 1 && fpr.hi + fnr.hi >= 1)
		r.lo = 0;
	return r;
}

/* --- other rules -----------------------------------------------------------
 */

double
mia_epsilon_dkw(const struct mia_counts *c, double delta, double a)
{
	double l = log(2 / a) / 2;

	return both(rate(c->fp, c->n0) + sqrt(l / (double)c->n0),
		    rate(c->n1 - c->tp, c->n1) + sqrt(l / (double)c->n1),
		    delta);
}

double
mia_epsilon_audit_2020(const struct mia_counts *c, unsigned k, double a)
{
	/* The source gives up so close to 0 and 1. */
	const double edge = 1e-5;
	double p1 = mia_interval_cp_lo(c->tp, c->n1, a / 2);
	double p0 = mia_interval_cp_hi(c->fp, c->n0, a / 2);

	if (p1 <= edge || p0 >= 1 - edge)
		return 0;
	if (p0 + p1 > 1) {
		double p = p1;

		p1 = 1 - p0;
		p0 = 1 - p;
	}
	return log(p1 / p0) / k;
}

double
mia_epsilon_mu(const struct mia_counts *c, double a)
{
	double fpr = fpr_hi(c, a), fnr = fnr_hi(c, a);

	if (fpr + fnr >= 1)
		return 0;
	return gsl_cdf_ugaussian_Qinv(fpr) - gsl_cdf_ugaussian_Pinv(fnr);
}
