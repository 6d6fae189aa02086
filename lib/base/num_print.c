#include "base/num.h"

#include <float.h>

#include "base/num_pow10.h"
#include "base/wide.h"

/* Digits of the longest shortest text of a double. */
#define DIGITS 17

/*
 * Eight digits of v < 10^8, leading zeros too, the first in the lowest byte:
 * fours, pairs, then single digits, side by side in a word.  The products
 * stand for divisions by 100 and 10, exact in these ranges.
 */
static uint64_t
eight_digits(uint32_t v)
{
	uint64_t a = v / 10000 | (uint64_t)(v % 10000) << 32, b, c;

	b = (a * 10486 >> 20) & 0x0000007f0000007f;
	a = b + ((a - 100 * b) << 16);
	c = (a * 103 >> 10) & 0x000f000f000f000f;
	return c + ((a - 10 * c) << 8);
}

/* Puts the digits of v, at most 20, at buf; scribbles on the 8 bytes after. */
static size_t
print_whole(char *buf, uint64_t v)
{
	char *p = buf;
	uint64_t digits;
	int zeros;

	if (v >= 100000000) {
		p += print_whole(p, v / 100000000);
		v %= 100000000;
		digits = eight_digits((uint32_t)v) | 0x3030303030303030;
		memcpy(p, &digits, 8);
		return (size_t)(p + 8 - buf);
	}
	digits = eight_digits((uint32_t)v);
	zeros = v == 0 ? 7 : __builtin_ctzll(digits) / 8;
	digits = (digits | 0x3030303030303030) >> (8 * zeros);
	memcpy(p, &digits, 8);
	return (size_t)(8 - zeros);
}

/* g * c / 2^128 (g the 128 bits of a power), with what is cut off kept as a
 * lowest bit set. */
static uint64_t
product(struct mia_pow10 g, uint64_t c)
{
	mia_wide p = (mia_wide)g.hi * c + ((mia_wide)g.lo * c >> 64);

	return (uint64_t)(p >> 64) | ((uint64_t)p > 1);
}

/*
 * The shortest decimal d * 10^*k that lies among the reals that round to
 * the positive double with these bits, nearest to it among those; d may still
 * end in zeros.
 * Source: Giulietti, The Schubfach way to render doubles, 2020, figure 7.
 */
static uint64_t
shortest(uint64_t bits, int *k)
{
	uint64_t c = bits & (((uint64_t)1 << 52) - 1);
	int biased = (int)(bits >> 52), q = biased - 1075, h;
	/* At a power of two the neighbour below is at half the distance. */
	bool uneven = c == 0 && biased > 1;
	uint64_t odd = c & 1, lower, upper, v, s, t;
	struct mia_pow10 g;

	if (biased == 0)
		q++;
	else
		c |= (uint64_t)1 << 52;
	/*
	 * 10^k <= width of the interval < 10^(k+1), by log10(2) as 1262611 /
	 * 2^22 and log10(3/4) as -524031 / 2^22.
	 */
	*k = (q * 1262611 - (uneven ? 524031 : 0)) >> 22;
	g = mia_num_pow10[-*k - MIA_POW10_MIN];
	g.lo += -*k > MIA_POW10_EXACT; /* here the table is to round up */
	h = q + mia_pow10_log2(-*k) + 1;

	/* Everything four times as large, to hold halves and quarters. */
	v = product(g, 4 * c << h);
	/* The ends of the interval round to x only if x is even. */
	lower = product(g, (4 * c - 2 + uneven) << h) + odd;
	upper = product(g, (4 * c + 2) << h) - odd;

	s = v / 4;
	if (s >= 10) {
		bool below, above;

		t = s / 10;
		below = lower <= 40 * t;
		above = 40 * t + 40 <= upper;
		if (below != above) {
			++*k;
			return t + above;
		}
	}
	if ((lower <= 4 * s) != (4 * s + 4 <= upper))
		return s + (4 * s + 4 <= upper);
	/* Both or neither: the nearer one, at a tie the even one. */
	return s + (v > 4 * s + 2 - (s & 1));
}

/*
 * The text of the digits d[0 .. n-1] (behind those, up to DIGITS, zeros), the
 * first of which counts 10^e.  Both may scribble on bytes after the text, but
 * not beyond MIA_NUM_MAX - 1.
 */
static size_t
print_plain(char *buf, const char *d, int n, int e)
{
	if (e < 0) {
		memset(buf, '0', 8); /* e is never that low */
		buf[1] = '.';
		memcpy(buf + 1 - e, d, DIGITS);
		return (size_t)(1 - e + n);
	}
	if (n > e + 1) {
		memcpy(buf + 1, d, DIGITS);
		for (int i = 0; i <= e; i++)
			buf[i] = d[i];
		buf[e + 1] = '.';
		return (size_t)(n + 1);
	}
	memcpy(buf, d, DIGITS);
	for (int i = DIGITS; i <= e; i++)
		buf[i] = '0';
	return (size_t)(e + 1);
}

static size_t
print_scientific(char *buf, const char *d, int n, int e)
{
	char *p = buf + 1;

	memcpy(buf + 1, d, DIGITS);
	buf[0] = d[0];
	if (n > 1) {
		buf[1] = '.';
		p += n;
	}
	*p++ = 'e';
	return (size_t)(p - buf) + mia_num_int(p, e);
}

/* x positive and finite. */
static size_t
print_digits(char *buf, uint64_t bits)
{
	char d[DIGITS];
	uint64_t digits, lo, hi;
	int n, e, k, scientific;

	/* All DIGITS of them, whatever zeros that puts behind. */
	digits = shortest(bits, &k);
	e = k + DIGITS - 1;
	for (; digits < 10000000000000000; e--)
		digits *= 10;
	d[0] = (char)('0' + digits / 10000000000000000);
	digits %= 10000000000000000;
	hi = eight_digits((uint32_t)(digits / 100000000));
	lo = eight_digits((uint32_t)(digits % 100000000));
	if (lo != 0)
		n = DIGITS - __builtin_clzll(lo) / 8;
	else if (hi != 0)
		n = DIGITS - 8 - __builtin_clzll(hi) / 8;
	else
		n = 1;
	hi |= 0x3030303030303030;
	lo |= 0x3030303030303030;
	memcpy(d + 1, &hi, 8);
	memcpy(d + 9, &lo, 8);

	if (e >= -4 && e < 15)
		return print_plain(buf, d, n, e);
	/* Digits, point, e and exponent; minus and three digits the longest. */
	scientific = n + (n > 1) + 1 + (e >= 100 ? 3 : 2);
	if (e > 0 && e + 1 < scientific)
		return print_plain(buf, d, n, e);
	return print_scientific(buf, d, n, e);
}

size_t
mia_num_int(char *buf, int64_t x)
{
	if (x >= 0)
		return print_whole(buf, (uint64_t)x);
	*buf = '-';
	return 1 + print_whole(buf + 1, 0 - (uint64_t)x);
}

size_t
mia_num_print(char *buf, double x)
{
	uint64_t bits;
	char *p = buf;

	memcpy(&bits, &x, sizeof(bits));
	if (x != x) {
		memcpy(buf, "nan", 3);
		return 3;
	}
	if (bits >> 63 != 0) {
		*p++ = '-';
		bits &= ~((uint64_t)1 << 63);
		x = -x;
	}
	if (x < 1e15 && x == (double)(int64_t)x)
		return (size_t)(p - buf) + print_whole(p, (uint64_t)x);
	if (x > DBL_MAX) {
		memcpy(p, "inf", 3);
		return (size_t)(p - buf) + 3;
	}
	return (size_t)(p - buf) + print_digits(p, bits);
}
