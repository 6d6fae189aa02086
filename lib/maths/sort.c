#include "maths/sort.h"

#include <stdint.h>
#include <string.h>

/* Below this the 16 KiB of counters cost more than a quadratic sort. */
#define SMALL 48

/* Keys order as unsigned integers just as the doubles do. */
static uint64_t
key_of(double x)
{
	uint64_t u;

	x += 0.0; /* -0 to 0 */
	memcpy(&u, &x, sizeof(u));
	return u >> 63 ? ~u : u | (uint64_t)1 << 63;
}

static double
double_of(uint64_t k)
{
	double x;

	k = k >> 63 ? k & ~((uint64_t)1 << 63) : ~k;
	memcpy(&x, &k, sizeof(x));
	return x;
}

/* Arrays of doubles hold keys between the passes. */
static uint64_t
load(const double *v, size_t i)
{
	uint64_t k;

	memcpy(&k, v + i, sizeof(k));
	return k;
}

static void
store(double *v, size_t i, uint64_t k)
{
	memcpy(v + i, &k, sizeof(k));
}

static void
insertion(double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double x = v[i] + 0.0;
		size_t j = i;

		for (; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

/*
 * Least significant digit first, bytes as digits; a byte that is the same in
 * every key costs nothing.
 */
void
mia_sort(double *v, size_t n, double *scratch)
{
	size_t count[8][256] = {{0}};
	double *from = v, *to = scratch;

	if (n < SMALL) {
		insertion(v, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t k = key_of(v[i]);

		store(v, i, k);
		for (int d = 0; d < 8; d++)
			count[d][k >> (8 * d) & 255]++;
	}
	for (int d = 0; d < 8; d++) {
		size_t *at = count[d], sum = 0;
		double *swap = from;

		if (at[load(from, 0) >> (8 * d) & 255] == n)
			continue;
		for (int b = 0; b < 256; b++) {
			size_t c = at[b];

			at[b] = sum;
			sum += c;
		}
		for (size_t i = 0; i < n; i++) {
			uint64_t k = load(from, i);

			store(to, at[k >> (8 * d) & 255]++, k);
		}
		from = to;
		to = swap;
	}
	for (size_t i = 0; i < n; i++)
		v[i] = double_of(load(from, i));
}

size_t
mia_sort_above(const double *v, size_t n, double x)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid] > x)
			hi = mid;
		else
			lo = mid + 1;
	}
	return n - lo;
}

size_t
mia_sort_from(const double *v, size_t n, double x)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid] >= x)
			hi = mid;
		else
			lo = mid + 1;
	}
	return n - lo;
}
