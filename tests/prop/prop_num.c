#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "maths/rng.h"

#define EXPONENT ((uint64_t)0x7ff << 52)

static uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double
of_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/*
 * Finite doubles of every sort in turn: any bits; few leading bits; near 1,
 * where the data lie; subnormal; a power of two and its neighbours; decimals
 * of a few digits.
 */
static double
draw(struct mia_rng *r, size_t i)
{
	uint64_t bits = mia_rng_next(r);
	uint64_t sign = bits & (uint64_t)1 << 63;
	uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);

	switch (i % 6) {
	case 1:
		bits &= ~(uint64_t)0 << mia_rng_below(r, 53);
		break;
	case 2:
		bits = sign | fraction | (983 + mia_rng_below(r, 100)) << 52;
		break;
	case 3:
		bits = sign | fraction >> mia_rng_below(r, 52);
		break;
	case 4:
		bits = (sign | (1 + mia_rng_below(r, 2045)) << 52) +
		       mia_rng_below(r, 5) - 2;
		break;
	case 5:
		return (double)mia_rng_below(r, 1000000000) /
		       (double)(1 + 999999 * mia_rng_below(r, 2));
	default:
		break;
	}
	return (bits & EXPONENT) == EXPONENT ? 1.0 : of_bits(bits);
}

static void
must_parse(const char *s, size_t n, double want)
{
	double x;
	enum mia_num is = mia_num_parse((struct mia_text){s, n}, &x);

	if (is != (isinf(want) ? MIA_NUM_INFINITE : MIA_NUM_FINITE) ||
	    bits_of(x) != bits_of(want))
		fail_msg("'%.*s' is %d, %.17g, not %.17g", (int)n, s, is, x,
			 want);
}

static void
test_round_trip(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "prop/num", 0);
	for (size_t i = 0; i < 1000000; i++) {
		double x = draw(&r, i);
		char s[MIA_NUM_MAX + 1];
		size_t n = mia_num_print(s, x);

		assert_true(n <= 24);
		must_parse(s, n, x);
		s[n] = '\0';
		if (i % 4 == 0 && bits_of(strtod(s, NULL)) != bits_of(x))
			fail_msg("%.17g printed '%s'", x, s);
	}
}

/* The significant digits of a printed number; returns how many. */
static int
digits_of(const char *s, size_t n, char *digit)
{
	int k = 0;

	for (size_t i = 0; i < n && s[i] != 'e'; i++)
		if (s[i] >= '0' && s[i] <= '9' && (k > 0 || s[i] != '0'))
			digit[k++] = s[i];
	while (k > 0 && digit[k - 1] == '0')
		k--;
	return k;
}

/*
 * No precision of %g gives a shorter text, or fewer digits, that reads back;
 * and if the nearest decimal with as many digits reads back, we print that.
 */
static void
test_shortest(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "prop/num", 1);
	for (size_t i = 0; i < 15000; i++) {
		double x = draw(&r, i);
		char s[MIA_NUM_MAX], g[64], want[64], got[64];
		int n = (int)mia_num_print(s, x), k, j;

		k = digits_of(s, (size_t)n, got);
		for (int p = 1; p <= 17; p++) {
			int len = snprintf(g, sizeof(g), "%.*g", p, x);

			if (strtod(g, NULL) != x)
				continue;
			j = digits_of(g, (size_t)len, want);
			if (len < n || j < k ||
			    (p == k && memcmp(got, want, (size_t)k) != 0))
				fail_msg("'%.*s' beside '%s'", n, s, g);
		}
	}
}

static void
test_decimals(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "prop/num", 2);
	for (size_t i = 0; i < 400000; i++) {
		char s[64];
		size_t digits = 1 + mia_rng_below(&r, 40), n = 0;
		size_t point = mia_rng_below(&r, digits + 1);
		int span = i % 3 == 0 ? 20 : 360;

		if (i % 5 == 0)
			s[n++] = "+-"[mia_rng_below(&r, 2)];
		for (size_t d = 0; d < digits; d++) {
			if (d == point)
				s[n++] = '.';
			s[n++] = (char)('0' + mia_rng_below(&r, 10));
		}
		s[n] = '\0';
		if (i % 3 != 2)
			n += (size_t)sprintf(
				s + n, "e%d",
				(int)mia_rng_below(&r, 2 * (uint64_t)span) -
					span);
		must_parse(s, n, strtod(s, NULL));
	}
}

/* Whole numbers in base 10^9, lowest limb first. */
#define BASE  1000000000
#define LIMBS 96

struct big {
	uint32_t limb[LIMBS];
	int n;
};

static void
big_times(struct big *a, uint32_t by)
{
	uint64_t carry = 0;

	for (int i = 0; i < a->n; i++) {
		carry += (uint64_t)a->limb[i] * by;
		a->limb[i] = (uint32_t)(carry % BASE);
		carry /= BASE;
	}
	for (; carry > 0; carry /= BASE)
		a->limb[a->n++] = (uint32_t)(carry % BASE);
}

static void
big_times_power(struct big *a, uint32_t base, int n)
{
	for (; n >= 8; n -= 8)
		big_times(a, base * base * base * base * base * base * base *
				     base);
	for (; n > 0; n--)
		big_times(a, base);
}

static size_t
big_print(const struct big *a, char *s)
{
	int n = sprintf(s, "%u", a->limb[a->n - 1]);

	for (int i = a->n - 2; i >= 0; i--)
		n += sprintf(s + n, "%09u", a->limb[i]);
	return (size_t)n;
}

/*
 * The midpoint of a positive double and the next, in full, up to 767 digits:
 * it rounds to the even of the two, with anything behind it to the upper one,
 * with the last digit one less and anything behind that to the lower one.
 */
static void
try_midpoint(uint64_t bits)
{
	double below = of_bits(bits), above = of_bits(bits + 1);
	int biased = (int)(bits >> 52), e = (biased ? biased : 1) - 1076;
	uint64_t c = bits & (((uint64_t)1 << 52) - 1);
	struct big a = {{0}, 3};
	char s[1024];
	size_t n, n0;

	c = 2 * (c | (uint64_t)(biased > 0) << 52) + 1;
	a.limb[0] = (uint32_t)(c % BASE);
	a.limb[1] = (uint32_t)(c / BASE % BASE);
	a.limb[2] = (uint32_t)(c / BASE / BASE);
	while (a.n > 1 && a.limb[a.n - 1] == 0)
		a.n--;
	big_times_power(&a, e < 0 ? 5 : 2, abs(e));
	n = big_print(&a, s);
	assert_true(n < 800);
	if (e >= 0)
		e = 0;
	sprintf(s + n, "e%d", e);
	must_parse(s, strlen(s), bits & 1 ? above : below);
	sprintf(s + n, ".0000000001e%d", e);
	must_parse(s, strlen(s), above);
	for (n0 = n; s[--n0] == '0';)
		s[n0] = '9';
	s[n0]--;
	sprintf(s + n, ".9999999999e%d", e);
	must_parse(s, strlen(s), below);
}

static void
test_midpoints(void **state)
{
	static const uint64_t edge[] = {
		0, /* half the smallest */
		1,
		((uint64_t)1 << 52) - 1, /* the last subnormal */
		(uint64_t)1 << 52,	 /* the first normal */
		((uint64_t)2 << 52) - 1,
		EXPONENT - 1, /* where infinity begins */
		EXPONENT - 2,
		((uint64_t)(1023 + 53) << 52) /* 2^53 */
	};
	struct mia_rng r;

	(void)state;
	for (size_t i = 0; i < sizeof(edge) / sizeof(*edge); i++)
		try_midpoint(edge[i]);
	mia_rng_init(&r, 1, "prop/num", 3);
	for (size_t i = 0; i < 15000; i++)
		try_midpoint(bits_of(fabs(draw(&r, i))));
}

static void
test_ints(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "prop/num", 4);
	for (size_t i = 0; i < 200000; i++) {
		int64_t x = (int64_t)(mia_rng_next(&r) >>
				      mia_rng_below(&r, 64)),
			back;
		char s[MIA_NUM_MAX], want[MIA_NUM_MAX];
		size_t n;

		if (i % 2)
			x = (int64_t)(0 - (uint64_t)x);
		n = mia_num_int(s, x);
		assert_int_equal(sprintf(want, "%lld", (long long)x), n);
		assert_memory_equal(s, want, n);
		assert_true(mia_num_parse_int((struct mia_text){s, n}, &back));
		assert_int_equal(back, x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_shortest),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_midpoints),
		cmocka_unit_test(test_ints),
	};

	return cmocka_run_group_tests_name("prop num", tests, NULL, NULL);
}
