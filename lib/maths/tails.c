#include "maths/tails.h"

#include <math.h>

#define SQRT_HALF 0.70710678118654752440
#define LOG_2 0.69314718055994530942
#define LOG_SQRT_2PI 0.91893853320467274178
#define LOG_SQRT_PI 0.57236494292470008707

/* Terms of a series or fraction below this change nothing. */
#define TINY 1e-17
#define MAX_TERMS 10000

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
		return log1p(-0.5 * erfc(-z * SQRT_HALF));
	return log_erfc(z * SQRT_HALF) - LOG_2;
}

double
mia_normal_signed_tail(double z)
{
	return copysign(-log_erfc(fabs(z) * SQRT_HALF), z);
}

double
mia_normal_log_density(double z)
{
	return -0.5 * z * z - LOG_SQRT_2PI;
}

/*
 * log(Gamma(a + 1/2) / Gamma(a)), without the cancellation of two big
 * logarithms.  Small a is moved up by Gamma(a + 1) = a Gamma(a).
 * Source: the series of DLMF 5.11.13 for this ratio, in odd powers of 1/a.
 */
static double
log_gamma_half_step(double a)
{
	double moved = 1, u, v;

	for (; a < 30; a++)
		moved *= a / (a + 0.5);
	u = 1 / a;
	v = u * u;
	return 0.5 * log(a) + log(moved) -
	       u * (1. / 8 - v * (1. / 192 - v * (1. / 640 - v * 17. / 14336)));
}

/* log(1 + t^2 / df), also where t^2 would overflow. */
static double
log1p_square(double t, double df)
{
	double r = t / sqrt(df);

	return r > 1e100 ? 2 * log(r) : log1p(r * r);
}

double
mia_t_log_density(double t, double df)
{
	if (isinf(df))
		return mia_normal_log_density(t);
	return log_gamma_half_step(df / 2) - 0.5 * log(df) - LOG_SQRT_PI -
	       (df + 1) / 2 * log1p_square(fabs(t), df);
}

/*
 * P[|T| <= t] for small t: I_y(1/2, a), y = t^2 / (df + t^2), a = df/2, as a
 * sum of positive terms.  Source: DLMF 8.17.8 with the hypergeometric
 * transformed by 15.8.1.
 */
static double
centre(double t, double df)
{
	double y = t * t / (df + t * t), a = df / 2, term = 1, sum = 1;

	for (int n = 0; n < MAX_TERMS && term > TINY * sum; n++) {
		term *= (a + 0.5 + n) * y / (1.5 + n);
		sum += term;
	}
	/* 1 / (1/2 B(1/2, a)) = 2 Gamma(a + 1/2) / (sqrt(pi) Gamma(a)) */
	return sum * exp(log_gamma_half_step(a) - LOG_SQRT_PI + LOG_2 +
			 0.5 * log(y) - a * log1p_square(t, df));
}

/*
 * log P[|T| > t] where x = df / (df + t^2) is not near 1: the power series of
 * I_x(a, 1/2), all terms positive.  Source: DLMF 8.17.7.
 */
static double
tail_series(double t, double df)
{
	double a = df / 2, x = 1 / (1 + t / df * t), term = 1, sum = 0;

	if (isinf(t / df * t))
		x = 0;
	for (int n = 1; n < MAX_TERMS && term > TINY; n++) {
		term *= (n - 0.5) / n * x;
		sum += term / (a + n);
	}
	/* a B(a, 1/2) = sqrt(pi) Gamma(a + 1) / Gamma(a + 1/2) */
	return log_gamma_half_step(a) - LOG_SQRT_PI - log(a) -
	       a * log1p_square(t, df) + log1p(a * sum);
}

/*
 * log P[|T| > t] for t beyond the middle: the continued fraction of I_x(a, b)
 * with b = 1/2, in the form that takes lambda = a - (a + b) x without
 * cancellation.  Source: Didonato & Morris, ACM TOMS 18 (1992), eq. 9
 * (BFRAC); evaluated by Lentz's method.
 */
static double
tail_fraction(double t, double df)
{
	double a = df / 2, s = t * t;
	double y = s / (df + s), x = df / (df + s);
	double lambda = a * (s - 1) / (df + s);
	double c, d = 0, f, step;

	f = c = a / (a + 1) * (lambda + 1);
	for (int n = 1; n < MAX_TERMS; n++) {
		double m = a + 2 * n - 1;
		double alpha = (a + n - 1) / m * ((a + n - 0.5) / m) * n *
			       (0.5 - n) * x * x;
		double beta = n + n * (0.5 - n) * x / m +
			      (a + n) / (m + 2) * (lambda + 1 + n * (1 + y));

		d = 1 / (beta + alpha * d);
		c = beta + alpha / c;
		step = c * d;
		f *= step;
		if (fabs(step - 1) < 1e-16)
			break;
	}
	/* x^a y^(1/2) / B(a, 1/2) */
	return log_gamma_half_step(a) - LOG_SQRT_PI -
	       a * log1p_square(t, df) + 0.5 * log(y) - log(f);
}

/* log P[|T| > t], t >= 0. */
static double
log_two_sided(double t, double df)
{
	if (t * t > 0.4 * df)
		return tail_series(t, df);
	if (t < 2)
		return t == 0 ? 0 : log1p(-centre(t, df));
	return tail_fraction(t, df);
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
