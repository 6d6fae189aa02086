#include "maths/stats.h"

#include <math.h>

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
