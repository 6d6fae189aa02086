#include "maths/stats.h"

#include <math.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>

#include "maths/beta.h"

/* log(2 pi) / 2 */
#define LOG_SQRT_2PI 0.918938533204672741780329736406

double
mia_moments_var(const struct mia_moments *m)
{
	return m->n < 1 ? NAN : m->m2 / (double)m->n;
}

double
mia_moments_sample_var(const struct mia_moments *m)
{
	return m->n < 2 ? NAN : m->m2 / (double)(m->n - 1);
}

double
mia_stats_log_normal(double x, double mean, double sd)
{
	double z = (x - mean) / sd;

	return -0.5 * z * z - log(sd) - LOG_SQRT_2PI;
}

/* log(1 + z^2 / df), also where z^2 overflows */
static double
log_tail_base(double z, double df)
{
	double r = fabs(z) / sqrt(df);

	return r < 1e8 ? log1p(r * r) : 2 * log(r);
}

/* log of Gamma(h + 1/2) / (Gamma(h) sqrt(h)); goes to 0 with h to infinity */
static double
log_half_step(double h)
{
	return h * log1p(0.5 / h) - 0.5 + log(gsl_sf_gammastar(h + 0.5)) -
	       log(gsl_sf_gammastar(h));
}

double
mia_stats_log_t(double x, double centre, double scale, double df)
{
	double z = (x - centre) / scale;

	if (isinf(df))
		return mia_stats_log_normal(x, centre, scale);
	return log_half_step(df / 2) - LOG_SQRT_2PI - log(scale) -
	       (df + 1) / 2 * log_tail_base(z, df);
}

double
mia_stats_log_q(double z)
{
	double w;

	if (z < 0)
		return log1p(-0.5 * erfc(-z * M_SQRT1_2));
	if (z < 25)
		return log(0.5 * erfc(z * M_SQRT1_2));
	/*
	 * Mills's ratio (Abramowitz & Stegun 26.2.12): from 25 on, the first
	 * term left out is below 3e-15, of a logarithm beyond -316.
	 */
	w = 1 / (z * z);
	return -0.5 * z * z - log(z) - LOG_SQRT_2PI +
	       log1p(-w * (1 - w * (3 - w * (15 - w * 105))));
}

double
mia_stats_log_t_q(double t, double df)
{
	double u;

	if (isinf(df))
		return mia_stats_log_q(t);
	if (isinf(t))
		return t > 0 ? -INFINITY : 0;
	if (t == 0)
		return -M_LN2;
	/* P[T^2 > t^2] = P[X <= df/(df+t^2)], X ~ Beta(df/2, 1/2). */
	u = log(df) - 2 * log(fabs(t));
	u = mia_beta_tails(df / 2, 0.5, u).lower - M_LN2;
	return t > 0 ? u : log1p(-exp(u));
}

double
mia_stats_select(double *v, size_t n, size_t rank)
{
	ptrdiff_t lo = 0, hi = (ptrdiff_t)n - 1, k = (ptrdiff_t)rank;

	while (lo < hi) {
		double a = v[lo], b = v[lo + (hi - lo) / 2], c = v[hi];
		double pivot = fmax(fmin(a, b), fmin(fmax(a, b), c));
		ptrdiff_t i = lo, j = hi;

		/* Hoare's partition: v[lo..j] <= pivot <= v[i..hi], j < i. */
		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i <= j) {
				double x = v[i];

				v[i++] = v[j];
				v[j--] = x;
			}
		}
		if (k <= j)
			hi = j;
		else if (k >= i)
			lo = i;
		else
			break;
	}
	return v[k];
}

/* The least of v[from .. n-1]. */
static double
least(const double *v, size_t from, size_t n)
{
	double x = v[from];

	for (size_t i = from + 1; i < n; i++)
		if (v[i] < x)
			x = v[i];
	return x;
}

double
mia_stats_median(double *v, size_t n)
{
	double x = mia_stats_select(v, n, (n - 1) / 2), y;

	if (n % 2 == 1)
		return x;
	y = least(v, n / 2, n);
	return x == y ? x : 0.5 * (x + y);
}

double
mia_stats_quantile(double *v, size_t n, double q)
{
	double h = q * (double)(n - 1), x, y;
	size_t k = (size_t)h;

	x = mia_stats_select(v, n, k);
	if (k + 1 >= n || h == (double)k)
		return x;
	y = least(v, k + 1, n);
	return x == y ? x : x + (h - (double)k) * (y - x);
}
