#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/num_pow10.h"

/*
 * The table, recomputed from its definition with whole numbers in base 2^32,
 * lowest limb first.
 */
#define LIMBS 32

struct big {
	uint32_t limb[LIMBS];
};

static void
big_times(struct big *a, uint32_t by, uint32_t carry)
{
	for (int i = 0; i < LIMBS; i++) {
		uint64_t v = (uint64_t)a->limb[i] * by + carry;

		a->limb[i] = (uint32_t)v;
		carry = (uint32_t)(v >> 32);
	}
	assert_int_equal(carry, 0);
}

static int
big_bit(const struct big *a, int i)
{
	return i < 0 ? 0 : a->limb[i / 32] >> (i % 32) & 1;
}

static int
big_bits(const struct big *a)
{
	int n = 32 * LIMBS;

	while (n > 0 && !big_bit(a, n - 1))
		n--;
	return n;
}

/* Takes b from a if it can. */
static int
big_take(struct big *a, const struct big *b)
{
	struct big rest;
	int64_t borrow = 0;

	for (int i = 0; i < LIMBS; i++) {
		int64_t v = (int64_t)a->limb[i] - b->limb[i] + borrow;

		rest.limb[i] = (uint32_t)v;
		borrow = v < 0 ? -1 : 0;
	}
	if (borrow == 0)
		*a = rest;
	return borrow == 0;
}

static void
shift_in(struct mia_pow10 *p, int bit)
{
	p->hi = p->hi << 1 | p->lo >> 63;
	p->lo = p->lo << 1 | (uint64_t)bit;
}

static void
test_table(void **state)
{
	struct big five = {{1}}; /* 5^n */

	(void)state;
	for (int n = 0; n <= -MIA_POW10_MIN; n++, big_times(&five, 5, 0)) {
		struct mia_pow10 up = {0}, down = {0}, t;
		int b = big_bits(&five);
		struct big rest = {{0}};

		for (int i = 1; i <= 128; i++)
			shift_in(&up, big_bit(&five, b - i));
		if (n <= MIA_POW10_MAX) {
			t = mia_num_pow10[n - MIA_POW10_MIN];
			assert_int_equal(t.hi, up.hi);
			assert_int_equal(t.lo, up.lo);
			assert_int_equal(n <= MIA_POW10_EXACT, b <= 128);
			/* The printer adds 1 without a carry. */
			if (n > MIA_POW10_EXACT)
				assert_true(t.lo != UINT64_MAX);
			assert_int_equal(mia_pow10_log2(n), n + b - 1);
		}
		if (n == 0)
			continue;
		/* 2^(b+127) / 5^n, bit by bit. */
		rest.limb[(b - 1) / 32] = (uint32_t)1 << ((b - 1) % 32);
		for (int i = 0; i < 128; i++) {
			big_times(&rest, 2, 0);
			shift_in(&down, big_take(&rest, &five));
		}
		t = mia_num_pow10[-n - MIA_POW10_MIN];
		down.hi += ++down.lo == 0;
		assert_int_equal(t.hi, down.hi);
		assert_int_equal(t.lo, down.lo);
		assert_int_equal(mia_pow10_log2(-n), -n - b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("num pow10", tests, NULL, NULL);
}
