#ifndef MIA_BASE_NUM_POW10_H
#define MIA_BASE_NUM_POW10_H

#include <stdint.h>

/*
 * The leading 128 bits of 10^q, the highest one set, for MIA_POW10_MIN <= q <=
 * MIA_POW10_MAX: exact for 0 <= q <= MIA_POW10_EXACT, cut off above that,
 * rounded up below 0.  In full: hi * 2^64 + lo is
 *   q >= 0   floor(5^q * 2^(128 - b)), b the number of bits of 5^q
 *   q < 0    floor(2^(b + 127) / 5^-q) + 1, b the number of bits of 5^-q
 * The parser needs -342 … 308, the printer -292 … 324.
 * Source: Lemire, Software: Practice and Experience 51 (2021), section 5.
 */
#define MIA_POW10_MIN	(-342)
#define MIA_POW10_MAX	324
#define MIA_POW10_EXACT 55

struct mia_pow10 {
	uint64_t hi, lo;
};

extern const struct mia_pow10 mia_num_pow10[];

/* floor(log2(10^q)) for |q| <= 1233: 1741647 / 2^19 is log2(10). */
static inline int
mia_pow10_log2(int q)
{
	return (q * 1741647) >> 19;
}

#endif
