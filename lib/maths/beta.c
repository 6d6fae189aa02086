#include "maths/beta.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>

/*
 * From this smaller parameter on, the density over the logit is so close to
 * a normal one that 20 Gauss-Legendre points give a whole tail; the continued
 * fraction would want about sqrt(a + b) terms there.
 */
#define SMOOTH 10000

/* Steps no computation below comes near; they end a loop that NaN feeds. */
#define MAX_STEPS 1000000

/* log of Gamma(z) / (sqrt(2 pi) z^(z-1/2) e^-z) */
static double
stirling(double z)
{
	return log(gsl_sf_gammastar(z));
}

struct mia_beta
mia_beta_shape(double a, double b)
{
	double n = a + b;

	return (struct mia_beta){
		.a = a,
		.b = b,
		.n = n,
		.c = 0.5 * (log(a / n) + log(b)) - 0.5 * log(2 * M_PI) +
		     stirling(n) - stirling(a) - stirling(b),
		.mode = log(a) - log(b),
	};
}

static struct mia_beta
mirror(struct mia_beta s)
{
	return (struct mia_beta){s.b, s.a, s.n, s.c, -s.mode};
}

/* k log(k / m) + m - k >= 0, where m = n exp(log_x). */
static double
deviance(double k, double m, double n, double log_x)
{
	double e = (m - k) / k;

	if (e > -0.5)
		return -k * gsl_sf_log_1plusx_mx(e);
	return k * (log(k / n) - log_x) + (m - k);
}

/* log(x^a (1-x)^b / B(a,b)) */
double
mia_beta_log_density(const struct mia_beta *s, double u)
{
	double x = 1 / (1 + exp(-u)), y = 1 / (1 + exp(u));
	double log_x = u < 0 ? u - log1p(exp(u)) : -log1p(exp(-u));
	double log_y = log_x - u;

	return s->c - deviance(s->a, s->n * x, s->n, log_x) -
	       deviance(s->b, s->n * y, s->n, log_y);
}

/*
 * F with P[X <= x] = x^a y^b F / B(a, b), y = 1 - x, for x below
 * (a+1)/(a+b+2): the continued fraction 1/(B1 + A2/(B2 + A3/(B3 + ...))) of
 * Didonato & Morris, equation 9, by Lentz's method.  Written with y and with
 * a - (a+b) x, it keeps its digits where x rounds to 1.
 */
static double
fraction(const struct mia_beta *s, double u)
{
	double a = s->a, b = s->b, x = 1 / (1 + exp(-u)), y = 1 / (1 + exp(u));
	double lambda = x < y ? a - s->n * x : s->n * y - b;
	double f = a / (a + 1) * (lambda + 1), c = f, d = 0;

	for (int i = 1; i < MAX_STEPS; i++) {
		double k = a + 2 * i - 1, t = i * (b - i) * x, step;
		double num = (a + i - 1) * (s->n + i - 1) / k * t * x / k;
		double den = i + t / k +
			     (a + i) / (k + 2) * (lambda + 1 + i * (1 + y));

		d = 1 / (den + num * d);
		c = den + num / c;
		step = c * d;
		f *= step;
		if (fabs(step - 1) <= DBL_EPSILON)
			break;
	}
	return 1 / f;
}

/*
 * log of the integral of the density below u, u at or below the mode, by the
 * 20-point Gauss-Legendre rule (Abramowitz & Stegun, table 25.4) over the
 * stretch that holds all but 1e-17 of it.
 */
static double
quadrature(const struct mia_beta *s, double u)
{
	static const double node[10][2] = {
		{0.0765265211334973338, 0.152753387130725850698},
		{0.2277858511416450781, 0.149172986472603746788},
		{0.3737060887154195607, 0.142096109318382051329},
		{0.5108670019508270980, 0.131688638449176626898},
		{0.6360536807265150254, 0.118194531961518417312},
		{0.7463319064601507926, 0.101930119817240435037},
		{0.8391169718222188234, 0.083276741576704748725},
		{0.9122344282513259058, 0.062672048334109063570},
		{0.9639719272779137912, 0.040601429800386941331},
		{0.9931285991850949247, 0.017614007139152118312},
	};
	double sd = sqrt(s->n / s->a / s->b), top = mia_beta_log_density(s, u);
	double far = (s->mode - u) / sd;
	/* (far + h)^2 - far^2 = 76 where exp(-76/2) < 4e-17 */
	double half = 0.5 * sd * 76 / (sqrt(far * far + 76) + far), sum = 0;

	for (int i = 0; i < 10; i++)
		for (int side = -1; side <= 1; side += 2) {
			double v = half * (1 + side * node[i][0]);

			sum += node[i][1] *
			       exp(mia_beta_log_density(s, u - v) - top);
		}
	return top + log(half * sum);
}

/* log(1 - exp(l)) for l <= 0 */
static double
log_rest(double l)
{
	return l > -M_LN2 ? log(-expm1(l)) : log1p(-exp(l));
}

/* The side of u the tail of which is computed itself; the other is 1 less. */
static bool
lower_side(const struct mia_beta *s, double u)
{
	if (s->a >= SMOOTH && s->b >= SMOOTH)
		return u <= s->mode;
	return u < log((s->a + 1) / (s->b + 1));
}

/* log of the tail below u; u is on the lower side. */
static double
log_tail(const struct mia_beta *s, double u)
{
	double l;

	if (s->a >= SMOOTH && s->b >= SMOOTH)
		l = quadrature(s, u);
	else
		l = mia_beta_log_density(s, u) + log(fraction(s, u));
	return l > 0 ? 0 : l;
}

struct mia_beta_tails
mia_beta_tails_of(const struct mia_beta *s, double u)
{
	struct mia_beta m;
	double l;

	if (lower_side(s, u)) {
		l = log_tail(s, u);
		return (struct mia_beta_tails){l, log_rest(l)};
	}
	m = mirror(*s);
	l = log_tail(&m, -u);
	return (struct mia_beta_tails){log_rest(l), l};
}

struct mia_beta_tails
mia_beta_tails(double a, double b, double u)
{
	struct mia_beta s = mia_beta_shape(a, b);

	return mia_beta_tails_of(&s, u);
}

/* A log density that far below its top has no mass that counts. */
#define DROP 40

double
mia_beta_reach(const struct mia_beta *s, int sign)
{
	double step = sqrt(s->n / s->a / s->b), in = s->mode, out = in;

	do {
		in = out;
		out += sign * step;
		step *= 2;
	} while (s->c - mia_beta_log_density(s, out) < DROP);
	while (s->c - mia_beta_log_density(s, out) > DROP + 2) {
		double mid = 0.5 * (in + out);

		if (s->c - mia_beta_log_density(s, mid) < DROP)
			in = mid;
		else
			out = mid;
	}
	return out;
}

double
mia_beta_cdf(double a, double b, double x)
{
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	return exp(mia_beta_tails(a, b, log(x) - log1p(-x)).lower);
}

/*
 * u with log P[U <= u] = log_p.  The density over the logit is log-concave,
 * so log P is concave and Newton's steps, from anywhere, climb to the root
 * from below after the first.
 */
static double
solve(const struct mia_beta *s, double log_p)
{
	double u = s->mode;

	for (int i = 0; i < 200; i++) {
		double l = mia_beta_tails_of(s, u).lower;
		double step = (log_p - l) * exp(l - mia_beta_log_density(s, u));

		if (!isfinite(step))
			break;
		u += step;
		if (fabs(step) <= 4 * DBL_EPSILON * fmax(1, fabs(u)))
			break;
	}
	return u;
}

double
mia_beta_lower(double p, double a, double b)
{
	struct mia_beta s = mia_beta_shape(a, b), m = mirror(s);

	if (p > 0.5)
		return 1 / (1 + exp(solve(&m, log1p(-p))));
	return 1 / (1 + exp(-solve(&s, log(p))));
}

double
mia_beta_upper(double p, double a, double b)
{
	struct mia_beta s = mia_beta_shape(a, b), m = mirror(s);

	if (p > 0.5)
		return 1 / (1 + exp(-solve(&s, log1p(-p))));
	return 1 / (1 + exp(solve(&m, log(p))));
}
