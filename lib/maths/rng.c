#include "maths/rng.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/wide.h"

static uint64_t
rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

void
mia_rng_init(struct mia_rng *r, uint64_t seed, const char *purpose,
	     uint64_t item)
{
	struct mia_hash p = mia_hash(purpose, strlen(purpose), seed);
	uint64_t key[3] = {p.lo, p.hi, item};
	struct mia_hash a = mia_hash(key, sizeof(key), 1);
	struct mia_hash b = mia_hash(key, sizeof(key), 2);

	*r = (struct mia_rng){{a.lo, a.hi, b.lo, b.hi | 1}};
}

uint64_t
mia_rng_next(struct mia_rng *r)
{
	uint64_t *s = r->s;
	uint64_t x = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return x;
}

uint64_t
mia_rng_below(struct mia_rng *r, uint64_t n)
{
	mia_wide m = (mia_wide)mia_rng_next(r) * n;

	if ((uint64_t)m < n) {
		uint64_t least = -n % n;

		while ((uint64_t)m < least)
			m = (mia_wide)mia_rng_next(r) * n;
	}
	return (uint64_t)(m >> 64);
}

double
mia_rng_uniform(struct mia_rng *r)
{
	return (double)(mia_rng_next(r) >> 11) * 0x1p-53;
}

double
mia_rng_normal(struct mia_rng *r)
{
	double u, v, s;

	do {
		u = 2 * mia_rng_uniform(r) - 1;
		v = 2 * mia_rng_uniform(r) - 1;
		s = u * u + v * v;
	} while (s >= 1 || s == 0);
	return u * sqrt(-2 * log(s) / s);
}

void
mia_rng_shuffle(struct mia_rng *r, uint32_t *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = mia_rng_below(r, i);
		uint32_t t = v[i - 1];

		v[i - 1] = v[j];
		v[j] = t;
	}
}
