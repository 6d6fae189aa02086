#include "maths/epsilon_gauss.h"

#include <math.h>

#include "maths/tails.h"

double
mia_gauss_delta(double mu, double epsilon)
{
	double more, less;

	if (mu == 0)
		return 0;
	more = mia_normal_log_tail(epsilon / mu - mu / 2);
	less = epsilon + mia_normal_log_tail(epsilon / mu + mu / 2);
	return less < more ? -exp(more) * expm1(less - more) : 0;
}

double
mia_gauss_epsilon(double mu, double delta)
{
	double lo = 0, hi = 1;

	if (mia_gauss_delta(mu, 0) <= delta)
		return 0;
	if (delta == 0)
		return INFINITY;
	while (mia_gauss_delta(mu, hi) > delta) {
		lo = hi;
		hi *= 2;
	}
	for (int i = 0; i < 60; i++) {
		double mid = 0.5 * (lo + hi);

		if (mia_gauss_delta(mu, mid) > delta)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}
