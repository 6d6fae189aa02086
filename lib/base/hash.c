#include "base/hash.h"

#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Odd, so that they are units modulo 2^64; from the golden ratio and pi. */
#define POWER_LO 0x9e3779b97f4a7c15u
#define POWER_HI 0x243f6a8885a308d3u

struct mia_hash
mia_hash(const void *s, size_t n, uint64_t seed)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(s, n, seed);

	return (struct mia_hash){h.low64, h.high64};
}

uint64_t
mia_hash64(const void *s, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(s, n, seed);
}

void
mia_hash_row(struct mia_hash *h, const void *row, size_t n, uint64_t seed)
{
	XXH128_hash_t r = XXH3_128bits_withSeed(row, n, seed);

	h->lo = h->lo * POWER_LO + r.low64;
	h->hi = h->hi * POWER_HI + r.high64;
}

static uint64_t
power(uint64_t base, uint64_t n)
{
	uint64_t p = 1;

	for (; n > 0; n >>= 1, base *= base)
		if (n & 1)
			p *= base;
	return p;
}

void
mia_hash_join(struct mia_hash *h, struct mia_hash next, uint64_t rows)
{
	h->lo = h->lo * power(POWER_LO, rows) + next.lo;
	h->hi = h->hi * power(POWER_HI, rows) + next.hi;
}

void
mia_hash_print(char text[MIA_HASH_TEXT], struct mia_hash h)
{
	snprintf(text, MIA_HASH_TEXT, "%016llx%016llx",
		 (unsigned long long)h.hi, (unsigned long long)h.lo);
}

int
mia_hash_scan(struct mia_hash *h, const char *text, size_t n)
{
	uint64_t v[2] = {0, 0};

	if (n != 32)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char c = text[i];
		int d;

		if (c >= '0' && c <= '9')
			d = c - '0';
		else if (c >= 'a' && c <= 'f')
			d = c - 'a' + 10;
		else
			return -1;
		v[i / 16] = v[i / 16] << 4 | (uint64_t)d;
	}
	*h = (struct mia_hash){v[1], v[0]};
	return 0;
}
