#include "attack/mask.h"

#include <math.h>
#include <string.h>

#include "maths/sort.h"

static double
largest(const double *v, size_t k)
{
	double top = v[0];

	for (size_t j = 1; j < k; j++)
		top = fmax(top, v[j]);
	return top;
}

void
mia_mask_normalise(double *p, size_t k)
{
	double sum = 0;

	for (size_t j = 0; j < k; j++)
		sum += p[j];
	for (size_t j = 0; j < k; j++)
		p[j] /= sum;
}

void
mia_mask_softmax(double *z, size_t k)
{
	double top = largest(z, k);

	/* inf - inf is no number */
	for (size_t j = 0; j < k; j++)
		z[j] = z[j] == top ? 1 : exp(z[j] - top);
	mia_mask_normalise(z, k);
}

static double
power_of_ten(int digits)
{
	double x = 1;

	for (int i = 0; i < digits; i++)
		x *= 10;
	return x;
}

double
mia_mask_round_one(double x, int digits)
{
	double unit = power_of_ten(digits), y = x * unit;
	double low = floor(y);

	/*
	 * The product is rounded, but never across a half, which is a double
	 * too.  On a half what was cut off decides; fma gives just that.
	 */
	if (y - low == 0.5) {
		double cut = fma(x, unit, -y);

		if (cut != 0)
			return (cut > 0 ? low + 1 : low) / unit;
	}
	return rint(y) / unit;
}

bool
mia_mask_round(double *p, size_t k, int digits)
{
	double sum = 0;

	for (size_t j = 0; j < k; j++)
		sum += p[j] = mia_mask_round_one(p[j], digits);
	for (size_t j = 0; j < k; j++)
		p[j] = sum > 0 ? p[j] / sum : 1 / (double)k;
	return sum == 0;
}

size_t
mia_mask_top(double *v, size_t k, size_t n, double hidden, double *scratch)
{
	double least;
	size_t kept = 0;

	if (n >= k)
		return k;
	memcpy(scratch, v, k * sizeof(*v));
	mia_sort(scratch, k, scratch + k);
	least = scratch[k - n];
	for (size_t j = 0; j < k; j++)
		if (v[j] >= least)
			kept++;
		else
			v[j] = hidden;
	return kept;
}

void
mia_mask_temper(double *p, size_t k, double t, double floor)
{
	double top = largest(p, k);

	for (size_t j = 0; j < k; j++)
		p[j] = pow(fmax(p[j], floor) / top, 1 / t);
	mia_mask_normalise(p, k);
}

void
mia_mask_noise(double *p, size_t k, const double *noise)
{
	for (size_t j = 0; j < k; j++)
		p[j] = fabs(p[j] + noise[j]);
	mia_mask_normalise(p, k);
}

static bool
before(struct mia_text a, struct mia_text b)
{
	int c = memcmp(a.s, b.s, a.n < b.n ? a.n : b.n);

	return c < 0 || (c == 0 && a.n < b.n);
}

size_t
mia_mask_best(const double *v, size_t k, const struct mia_text *name,
	      bool *tied)
{
	size_t best = 0;

	*tied = false;
	for (size_t j = 1; j < k; j++) {
		if (v[j] < v[best])
			continue;
		*tied = v[j] == v[best];
		if (!*tied || before(name[j], name[best]))
			best = j;
	}
	return best;
}

double
mia_mask_round_floor(double x, size_t k, int digits)
{
	return fmin(fmax(x, 0.5 / power_of_ten(digits)), 1 / (double)k);
}
