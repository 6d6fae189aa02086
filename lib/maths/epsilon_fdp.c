#include "maths/epsilon_one_run.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* The inverse of 1 - f for the Gaussian trade-off f. */
static double
inverse(double x, double mu)
{
	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	return gsl_cdf_ugaussian_P(gsl_cdf_ugaussian_Pinv(x) - mu);
}

struct mia_fdp_state
mia_one_run_fdp(uint64_t m, uint64_t guesses, uint64_t right, unsigned k,
		double tau, double mu)
{
	double c = (double)right, n = (double)guesses;
	struct mia_fdp_state s = {tau * c / (double)m,
				  tau * (n - c) / (double)m};

	for (double i = c - 1; i >= 0; i--) {
		double h = fmax(s.h, (k - 1) * inverse(s.r, mu));

		/* r stays, so h does: nothing can change any more. */
		if (h == s.h)
			break;
		s.r = fmin(s.r + i / (n - i) * (h - s.h), 1);
		s.h = h;
	}
	return s;
}

static bool
rejected(uint64_t m, uint64_t guesses, uint64_t right, double tau, double mu)
{
	struct mia_fdp_state s = mia_one_run_fdp(m, guesses, right, 2, tau, mu);

	return s.r + s.h > (double)guesses / (double)m;
}

double
mia_one_run_mu(uint64_t m, uint64_t guesses, uint64_t right, double tau)
{
	double lo = 0, hi = 1;

	if (guesses == 0 || !rejected(m, guesses, right, tau, 0))
		return 0;
	while (rejected(m, guesses, right, tau, hi)) {
		lo = hi;
		hi *= 2;
	}
	for (int i = 0; i < 50; i++) {
		double mid = 0.5 * (lo + hi);

		if (rejected(m, guesses, right, tau, mid))
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}
