#include "maths/epsilon_counts.h"

#include <math.h>
#include <stdlib.h>

#include "maths/beta.h"

/* FNR and FPR under the posterior, and the region asked about. */
struct region {
	struct mia_beta x, y;
	double epsilon, delta;
};

/* P[Y <= y] for y in [0, 1] given with its complement. */
static double
cdf(const struct mia_beta *s, double y)
{
	if (y <= 0)
		return 0;
	if (y >= 1)
		return 1;
	return exp(mia_beta_tails_of(s, log(y) - log1p(-y)).lower);
}

/*
 * The density of the logit u of FNR, times the chance that FPR lies in the
 * private region: both tests, and both turned round.
 */
static double
integrand(const struct region *r, double u)
{
	double x = 1 / (1 + exp(-u)), d = r->delta;
	double e = exp(r->epsilon), inv = exp(-r->epsilon);
	double lo = fmax(0, fmax(1 - d - x * e, (1 - d - x) * inv));
	double hi = fmin(1, fmin(1 + (d - x) * inv, d + (1 - x) * e));

	if (hi <= lo)
		return 0;
	return exp(mia_beta_log_density(&r->x, u)) *
	       (cdf(&r->y, hi) - cdf(&r->y, lo));
}

/* --- quadrature ------------------------------------------------------------
 */

/* Gauss-Legendre, 10 points (Abramowitz & Stegun, table 25.4). */
static double
panel(const struct region *r, double a, double b)
{
	static const double node[5][2] = {
		{0.148874338981631211, 0.295524224714752870},
		{0.433395394129247191, 0.269266719309996355},
		{0.679409568299024406, 0.219086362515982044},
		{0.865063366688984511, 0.149451349150580593},
		{0.973906528517171720, 0.066671344308688138},
	};
	double mid = 0.5 * (a + b), half = 0.5 * (b - a), sum = 0;

	for (int i = 0; i < 5; i++)
		sum += node[i][1] * (integrand(r, mid - half * node[i][0]) +
				     integrand(r, mid + half * node[i][0]));
	return half * sum;
}

/*
 * Halves a panel until its halves agree with it, which they do 2^20 times
 * closer than it is to the truth.  The floor is below any chance asked for;
 * most ends what rounding in the tails would not let agree.
 */
static double
refine(const struct region *r, double a, double b, double whole, int most)
{
	const double relative = 1e-9, floor = 1e-15;
	double mid = 0.5 * (a + b);
	double left = panel(r, a, mid), right = panel(r, mid, b);
	double sum = left + right;

	if (most == 0 || fabs(sum - whole) <= relative * fabs(sum) + floor)
		return sum;
	return refine(r, a, mid, left, most - 1) +
	       refine(r, mid, b, right, most - 1);
}

static double
between(const struct region *r, double a, double b)
{
	const int first = 4, most = 12;
	double sum = 0, h = (b - a) / first;

	if (!(b > a))
		return 0;
	for (int i = 0; i < first; i++) {
		double p = a + i * h, q = i + 1 < first ? p + h : b;

		sum += refine(r, p, q, panel(r, p, q), most);
	}
	return sum;
}

/* --- the posterior ---------------------------------------------------------
 */

/* Where the integrand bends or turns from nothing to something. */
#define CUTS 18

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
logit(double x)
{
	return x <= 0 ? -INFINITY : x >= 1 ? INFINITY : log(x) - log1p(-x);
}

/*
 * The edges of the region bend at the kinks; between them each edge runs
 * through the bulk of FPR, which may be a sliver of FNR.
 */
static void
cuts(const struct region *r, double cut[CUTS])
{
	double e = exp(r->epsilon), d = r->delta, kink = (1 - d) / (1 + e);
	double bulk[3] = {mia_beta_reach(&r->y, -1), r->y.mode,
			  mia_beta_reach(&r->y, 1)};
	int n = 0;

	cut[n++] = mia_beta_reach(&r->x, -1);
	cut[n++] = mia_beta_reach(&r->x, 1);
	cut[n++] = logit(kink);
	cut[n++] = logit(1 - kink);
	cut[n++] = logit(d);
	cut[n++] = logit(1 - d);
	for (int i = 0; i < 3; i++) {
		double y = 1 / (1 + exp(-bulk[i]));

		cut[n++] = logit((1 - d - y) / e);
		cut[n++] = logit(1 - d - y * e);
		cut[n++] = logit(1 - (y - d) / e);
		cut[n++] = logit(d + (1 - y) * e);
	}
	qsort(cut, CUTS, sizeof(*cut), ascending);
}

double
mia_epsilon_joint_private(const struct mia_counts *c, double epsilon,
			  double delta)
{
	struct region r = {
		mia_beta_shape((double)(c->n1 - c->tp) + 0.5,
			       (double)c->tp + 0.5),
		mia_beta_shape((double)c->fp + 0.5,
			       (double)(c->n0 - c->fp) + 0.5),
		epsilon,
		delta,
	};
	double low = mia_beta_reach(&r.x, -1), high = mia_beta_reach(&r.x, 1);
	double cut[CUTS], sum = 0;

	cuts(&r, cut);
	for (int i = 1; i < CUTS; i++)
		sum += between(&r, fmax(cut[i - 1], low), fmin(cut[i], high));
	return fmin(sum, 1);
}

double
mia_epsilon_joint(const struct mia_counts *c, double delta, double p)
{
	double lo = 0, hi = 1;

	if (mia_epsilon_joint_private(c, 0, delta) > p)
		return 0;
	while (mia_epsilon_joint_private(c, hi, delta) <= p) {
		lo = hi;
		hi *= 2;
	}
	for (int i = 0; i < 34; i++) {
		double mid = 0.5 * (lo + hi);

		if (mia_epsilon_joint_private(c, mid, delta) <= p)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}
