#include "maths/epsilon_counts.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "maths/interval.h"

const char *const mia_ratio_name[MIA_RATIOS] = {
	"katz-log", "adjusted-log", "bailey", "inv-sinh", "ratio-cp",
};

/* x of n members, y of m non-members, after the source's corrections. */
struct cells {
	double x, n, y, m;
};

static double
katz_log(struct cells c, double z)
{
	double p, q;

	if (c.x == 0)
		return 0;
	if (c.y == 0)
		c.y = 0.5;
	p = c.x / c.n;
	q = c.y / c.m;
	return p / q * exp(z * sqrt((1 - p) / c.x + (1 - q) / c.y));
}

static double
adjusted_log(struct cells c, double z)
{
	double x = c.x + 0.5, n = c.n + 0.5, y = c.y + 0.5, m = c.m + 0.5;

	if (c.x == 0 && c.y == 0)
		return 0;
	return x / n / (y / m) * exp(z * sqrt(1 / x - 1 / n + 1 / y - 1 / m));
}

static double
bailey(struct cells c, double z)
{
	double p, q, root;

	if (c.x == 0)
		return 0;
	if (c.x == c.n)
		c.x -= 0.5;
	if (c.y == c.m)
		c.y -= 0.5;
	if (c.y == 0)
		c.y = 0.5;
	p = 1 - c.x / c.n;
	q = 1 - c.y / c.m;
	root = sqrt(p / c.x + q / c.y - z * z * p * q / (9 * c.x * c.y));
	return c.x / c.n / (c.y / c.m) *
	       pow((1 + z / 3 * root) / (1 - z * z * q / (9 * c.y)), 3);
}

static double
inv_sinh(struct cells c, double z)
{
	if (c.x == 0)
		return 0;
	if (c.y == 0)
		c.y = z * z;
	return c.x / c.y / (c.n / c.m) *
	       exp(2 *
		   asinh(z / 2 * sqrt(1 / c.x - 1 / c.n + 1 / c.y - 1 / c.m)));
}

double
mia_epsilon_ratio(const struct mia_counts *c, enum mia_ratio method, double a)
{
	struct cells s = {(double)c->tp, (double)c->n1, (double)c->fp,
			  (double)c->n0};
	double z = gsl_cdf_ugaussian_Pinv(a);

	if (method == MIA_RATIO_CLOPPER_PEARSON) {
		double hi = mia_interval_cp_hi(c->fp, c->n0, a / 2);

		return hi >= 1 ? 0
			       : mia_interval_cp_lo(c->tp, c->n1, a / 2) / hi;
	}
	if (method == MIA_RATIO_BAILEY)
		return bailey(s, z);
	if (c->tp == c->n1 && c->fp == c->n0) {
		s.x -= 0.5;
		s.y -= 0.5;
	}
	if (method == MIA_RATIO_KATZ_LOG)
		return katz_log(s, z);
	if (method == MIA_RATIO_ADJUSTED_LOG)
		return adjusted_log(s, z);
	return inv_sinh(s, z);
}
