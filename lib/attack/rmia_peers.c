#include <math.h>
#include <stdlib.h>

#include "attack/rmia.h"

static int
descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* Privacy Meter's own value for the inversion where a is 0. */
#define PM_INVERT .3

double
mia_rmia_pm_out(const double *p, const bool *in, size_t m, double a, double *v)
{
	size_t keep = m / 2 > 1 ? m / 2 : 1;
	double sum = 0;

	if (m == 1 && in[0]) {
		double b = a == 0 ? PM_INVERT : a;

		return (p[0] + b - 1) / b;
	}
	for (size_t k = 0; k < m; k++)
		v[k] = in[k] ? 0 : p[k];
	qsort(v, m, sizeof(*v), descending);
	for (size_t k = 0; k < keep; k++)
		sum += v[k];
	return sum / (double)keep;
}

double
mia_rmia_linear(double p, double out, double a)
{
	return p / (((1 + a) * out + (1 - a)) / 2);
}

double
mia_rmia_trimmed(double *v, size_t n, size_t drop)
{
	double sum = 0;

	qsort(v, n, sizeof(*v), descending);
	for (size_t k = drop; k < n - drop; k++)
		sum += v[k];
	return sum / (double)(n - 2 * drop);
}

size_t
mia_rmia_outer(const double *x, const double *z, size_t n, size_t views,
	       double gamma)
{
	size_t won = 0;

	for (size_t i = 0; i < n; i++) {
		size_t votes = 0;

		for (size_t v = 0; v < views; v++)
			votes += x[v] / z[i * views + v] > gamma;
		won += 2 * votes > views;
	}
	return won;
}
