#include "maths/tails.h"

#include <math.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>

#include "maths/beta.h"

#define LOG_2 0.69314718055994530942
#define LOG_SQRT_2PI 0.91893853320467274178
#define LOG_SQRT_PI 0.57236494292470008707

/*
 * log erfc(x), x >= 0.  erfc itself is good to an ulp until it underflows at
 * 26; from 12 on the asymptotic series needs fewer terms than there are
 * digits.  Near 0 the answer is -erf(x) to first order.
 * Source: DLMF 7.12.1.
 */
static double
log_erfc(double x)
{
	double term = 1, sum = 0, u;

	if (x < 0.5)
		return log1p(-erf(x));
	if (x < 12)
		return log(erfc(x));
	if (x > 1e150)
		return -INFINITY;
	u = 1 / (2 * x * x);
	for (int k = 1; k < 12; k++) {
		term *= -(2 * k - 1) * u;
		sum += term;
	}
	return -x * x - log(x) - LOG_SQRT_PI + log1p(sum);
}

double
mia_normal_log_tail(double z)
{
	if (z < 0)
		return log1p(-0.5 * erfc(-z * M_SQRT1_2));
	return log_erfc(z * M_SQRT1_2) - LOG_2;
}

double
mia_normal_signed_tail(double z)
{
	return copysign(-log_erfc(fabs(z) * M_SQRT1_2), z);
}

double
mia_normal_log_density(double z)
{
	return -0.5 * z * z - LOG_SQRT_2PI;
}

/* log of Gamma(h + 1/2) / (Gamma(h) sqrt(h)); goes to 0 with h to infinity */
static double
log_half_step(double h)
{
	return h * log1p(0.5 / h) - 0.5 + log(gsl_sf_gammastar(h + 0.5)) -
	       log(gsl_sf_gammastar(h));
}

double
mia_t_log_density(double t, double df)
{
	double r = fabs(t) / sqrt(df), base;

	if (isinf(df))
		return mia_normal_log_density(t);
	/* log(1 + t^2 / df), also where t^2 would overflow */
	base = r < 1e8 ? log1p(r * r) : 2 * log(r);
	return log_half_step(df / 2) - LOG_SQRT_2PI - (df + 1) / 2 * base;
}

/*
 * log P[|T| > t], t >= 0: X = df / (df + T^2) is Beta(df/2, 1/2), and of its
 * two tails the smaller one is the exact one.
 */
static double
log_two_sided(double t, double df)
{
	struct mia_beta_tails x;

	if (t == 0 || isinf(t))
		return t == 0 ? 0 : -INFINITY;
	x = mia_beta_tails(df / 2, 0.5, log(df) - 2 * log(t));
	return x.upper < -LOG_2 ? log1p(-exp(x.upper)) : x.lower;
}

double
mia_t_log_tail(double t, double df)
{
	if (isinf(df))
		return mia_normal_log_tail(t);
	if (t < 0)
		return log1p(-0.5 * exp(log_two_sided(-t, df)));
	return log_two_sided(t, df) - LOG_2;
}

double
mia_t_signed_tail(double t, double df)
{
	if (isinf(df))
		return mia_normal_signed_tail(t);
	return copysign(-log_two_sided(fabs(t), df), t);
}
