#include "maths/interval.h"

#include <math.h>

#include "maths/beta.h"

double
mia_interval_cp_lo(uint64_t k, uint64_t n, double a)
{
	if (k == 0)
		return 0;
	return mia_beta_lower(a, (double)k, (double)(n - k + 1));
}

double
mia_interval_cp_hi(uint64_t k, uint64_t n, double a)
{
	if (k == n)
		return 1;
	return mia_beta_upper(a, (double)(k + 1), (double)(n - k));
}

struct mia_interval
mia_interval_cp(uint64_t k, uint64_t n, double a)
{
	return (struct mia_interval){mia_interval_cp_lo(k, n, a / 2),
				     mia_interval_cp_hi(k, n, a / 2)};
}

struct mia_interval
mia_interval_gap(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, double a)
{
	struct mia_interval c = mia_interval_cp(k1, n1, a);
	struct mia_interval d = mia_interval_cp(k2, n2, a);
	double p = (double)k1 / (double)n1, q = (double)k2 / (double)n2;

	return (struct mia_interval){p - q - hypot(p - c.lo, d.hi - q),
				     p - q + hypot(c.hi - p, q - d.lo)};
}

/* Below as many records a sample variance alone is not trusted. */
#define FEW 30

/* The variance of a side's mean. */
static double
side_variance(double auc, double s, double n)
{
	if (n < FEW)
		s = ((n > 1 ? (n - 1) * s : 0) + auc * (1 - auc)) / n;
	return s / n;
}

double
mia_interval_auc_size(double auc, double s1, double s0, uint64_t n1,
		      uint64_t n0)
{
	double m = (double)n1, n = (double)n0;
	double var = side_variance(auc, s1, m) + side_variance(auc, s0, n);

	if (var <= 0)
		return fmin(m, n);
	/* Four times what a score without signal is worth: 3 m n / (m + n). */
	return fmin(auc * (1 - auc) / var, 12 * m * n / (m + n));
}

struct mia_interval
mia_interval_auc(double auc, double n_e, double a)
{
	double yes = n_e * auc, no = n_e * (1 - auc);
	struct mia_interval i = {0, 1};

	if (yes > 0)
		i.lo = mia_beta_lower(a / 2, yes, no + 1);
	if (no > 0)
		i.hi = mia_beta_upper(a / 2, yes + 1, no);
	return i;
}
