#include "base/num.h"

#include <math.h>
#include <stdlib.h>

#include "base/num_pow10.h"
#include "base/wide.h"

/* Digits that always fit a u64. */
#define WORD_DIGITS 19
/*
 * No double, and no midpoint of two, has more than 768 significant digits:
 * behind that many, all that matters is whether any digit is not 0.
 */
#define ALL_DIGITS 768

#define INFINITE ((uint64_t)0x7ff << 52)

/* A field taken apart: digits, point, digits, exponent. */
struct decimal {
	const char *whole, *fraction;
	size_t n_whole, n_fraction;
	uint64_t w; /* all the digits, modulo 2^64 */
	int64_t e;  /* the exponent that was written */
	bool negative;
};

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/*
 * Eight digits at once: pairs, then fours, then all, side by side in a word.
 * Returns false, *w untouched, if one of the eight bytes is not a digit.
 */
static bool
eight_digits(const char *p, uint64_t *w)
{
	uint64_t v, odd;

	memcpy(&v, p, sizeof(v));
	/* The high half of each byte is 3, and adding 6 leaves it 3. */
	if (((v & 0xf0f0f0f0f0f0f0f0) |
	     (((v + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) !=
	    0x3333333333333333)
		return false;
	v -= 0x3030303030303030;
	v = v * 10 + (v >> 8);
	odd = (v >> 16) & 0x000000ff000000ff;
	v &= 0x000000ff000000ff;
	v = v * (100 + ((uint64_t)1000000 << 32)) +
	    odd * (1 + ((uint64_t)10000 << 32));
	v >>= 32;
	*w = *w * 100000000 + (uint32_t)v;
	return true;
}

/* Appends the digits from p on to *w; returns the first byte after them. */
static const char *
read_digits(const char *p, const char *end, uint64_t *w)
{
	while (end - p >= 8 && eight_digits(p, w))
		p += 8;
	for (; p < end && is_digit(*p); p++)
		*w = *w * 10 + (uint64_t)(*p - '0');
	return p;
}

/* The exponent behind the e; returns its end, or NULL without a digit. */
static const char *
read_exponent(const char *p, const char *end, int64_t *e)
{
	bool negative = p < end && *p == '-';
	const char *start;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (start = p; p < end && is_digit(*p); p++)
		/* Beyond any number of digits that memory can hold. */
		if (*e < (int64_t)1 << 56)
			*e = *e * 10 + (*p - '0');
	if (negative)
		*e = -*e;
	return p == start ? NULL : p;
}

/* p is behind the sign. */
static bool
read_decimal(const char *p, const char *end, struct decimal *d)
{
	d->whole = p;
	p = read_digits(p, end, &d->w);
	d->n_whole = (size_t)(p - d->whole);
	d->fraction = p;
	if (p < end && *p == '.') {
		d->fraction = ++p;
		p = read_digits(p, end, &d->w);
		d->n_fraction = (size_t)(p - d->fraction);
	}
	if (d->n_whole + d->n_fraction == 0)
		return false;
	if (p < end && (*p == 'e' || *p == 'E'))
		p = read_exponent(p + 1, end, &d->e);
	return p == end;
}

/* True if t is word, which is in lower case, in any case. */
static bool
is_word(const char *p, const char *end, const char *word)
{
	for (; p < end && *word != '\0'; p++, word++)
		if (*p != *word && *p != *word - 'a' + 'A')
			return false;
	return p == end && *word == '\0';
}

/*
 * The bits of the double nearest to w * 10^q.  Never undecided: see Mushtak &
 * Lemire, Software: Practice and Experience 53 (2023).
 */
static uint64_t
nearest(uint64_t w, int64_t q)
{
	const struct mia_pow10 *g;
	int shift, top, e;
	uint64_t hi, lo, m;
	mia_wide product;

	if (w == 0 || q < MIA_POW10_MIN)
		return 0;
	if (q > 308)
		return INFINITE;
	g = &mia_num_pow10[q - MIA_POW10_MIN];
	shift = __builtin_clzll(w);
	w <<= shift;
	product = (mia_wide)w * g->hi;
	/* The lower half of the power counts only if it can carry so far. */
	if (((uint64_t)(product >> 64) & 0x1ff) == 0x1ff)
		product += (mia_wide)w * g->lo >> 64;
	hi = (uint64_t)(product >> 64);
	lo = (uint64_t)product;

	/* 53 bits and one more to round by; e is the biased exponent. */
	top = (int)(hi >> 63);
	m = hi >> (top + 9);
	e = mia_pow10_log2((int)q) + 63 - shift + top + 1023;
	if (e <= 0) {
		/* Below the normal range; no tie has so few digits. */
		if (e <= -63)
			return 0;
		m >>= 1 - e;
		/* A carry into bit 52 is the smallest normal number. */
		return (m + (m & 1)) >> 1;
	}
	/* A tie, which only these powers can make, goes to even. */
	if (lo <= 1 && q >= -4 && q <= 23 && (m & 3) == 1 &&
	    m << (top + 9) == hi)
		m &= ~(uint64_t)1;
	m = (m + (m & 1)) >> 1;
	/* Bit 52 is the hidden one: it adds 1 to e - 1, and a carry 1 more. */
	m += (uint64_t)(e - 1) << 52;
	return m < INFINITE ? m : INFINITE;
}

/*
 * Copies the first max significant digits to s and returns how many there
 * are.  *q: the number is these digits times 10^q, plus something smaller
 * than the last digit if *more.
 */
static size_t
significant(const struct decimal *d, size_t max, char *s, int64_t *q,
	    bool *more)
{
	size_t n = d->n_whole + d->n_fraction, used = 0;

	*more = false;
	*q = d->e - (int64_t)d->n_fraction;
	for (size_t i = 0; i < n; i++) {
		char c = i < d->n_whole ? d->whole[i]
					: d->fraction[i - d->n_whole];

		if (used == 0 && c == '0')
			continue;
		if (used < max) {
			s[used++] = c;
		} else {
			++*q;
			*more = *more || c != '0';
		}
	}
	return used;
}

/* By strtod, from digits and exponent only: no locale has a say in those. */
static uint64_t
ask_strtod(const struct decimal *d)
{
	char s[ALL_DIGITS + 1 + 1 + MIA_NUM_MAX + 1];
	uint64_t bits;
	int64_t q;
	bool more;
	double x;
	size_t n = significant(d, ALL_DIGITS, s, &q, &more);

	if (more) {
		s[n++] = '1';
		q--;
	}
	s[n++] = 'e';
	n += mia_num_int(s + n, q);
	s[n] = '\0';
	x = strtod(s, NULL);
	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

/* More digits than a word holds: does the number above round alike? */
static uint64_t
nearest_long(const struct decimal *d)
{
	char s[WORD_DIGITS];
	uint64_t w = 0, bits;
	int64_t q;
	bool more;
	size_t n = significant(d, WORD_DIGITS, s, &q, &more);

	read_digits(s, s + n, &w);
	bits = nearest(w, q);
	if (more && nearest(w + 1, q) != bits)
		return ask_strtod(d);
	return bits;
}

static uint64_t
nearest_decimal(const struct decimal *d)
{
	static const double power[] = {
		1e0,  1e1,  1e2,  1e3,	1e4,  1e5,  1e6,  1e7,
		1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
		1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
	};
	int64_t q = d->e - (int64_t)d->n_fraction;
	uint64_t bits;
	double x;

	if (d->n_whole + d->n_fraction > WORD_DIGITS)
		return nearest_long(d);
	/* Clinger: both are exact doubles, so one operation rounds right. */
	if (d->w > (uint64_t)1 << 53 || q < -22 || q > 22)
		return nearest(d->w, q);
	x = q < 0 ? (double)d->w / power[-q] : (double)d->w * power[q];
	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

enum mia_num
mia_num_parse(struct mia_text t, double *x)
{
	struct decimal d = {0};
	const char *p = t.s, *end;
	uint64_t bits;

	if (t.n == 0)
		return MIA_NUM_NONE;
	end = p + t.n;
	d.negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (read_decimal(p, end, &d)) {
		bits = nearest_decimal(&d);
	} else if (is_word(p, end, "inf") || is_word(p, end, "infinity")) {
		bits = INFINITE;
	} else if (is_word(p, end, "nan")) {
		*x = NAN;
		return MIA_NUM_NAN;
	} else {
		return MIA_NUM_NONE;
	}
	bits |= (uint64_t)d.negative << 63;
	memcpy(x, &bits, sizeof(*x));
	return bits << 1 == INFINITE << 1 ? MIA_NUM_INFINITE : MIA_NUM_FINITE;
}

bool
mia_num_parse_int(struct mia_text t, int64_t *x)
{
	bool negative = t.n > 0 && t.s[0] == '-';
	uint64_t most = (uint64_t)INT64_MAX + negative, w = 0;
	size_t i = negative;

	if (t.n == i)
		return false;
	for (; i < t.n; i++) {
		uint64_t digit = (unsigned char)(t.s[i] - '0');

		if (digit > 9 || w > (most - digit) / 10)
			return false;
		w = w * 10 + digit;
	}
	*x = negative ? (int64_t)(0 - w) : (int64_t)w;
	return true;
}
