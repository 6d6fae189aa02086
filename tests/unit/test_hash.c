#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "base/hash.h"
#include "maths/rng.h"

static bool
same(struct mia_hash a, struct mia_hash b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/* Answers of the xxHash library's own self-test, xsum_sanity_check.c. */
static void
test_hash_known(void **state)
{
	struct mia_hash h = mia_hash("", 0, 0);
	char text[MIA_HASH_TEXT];

	(void)state;
	assert_int_equal(mia_hash64("", 0, 0), 0x2d06800538d394c2);
	assert_int_equal(mia_hash64(NULL, 0, 0), 0x2d06800538d394c2);
	assert_int_equal(h.lo, 0x6001c324468d497f);
	assert_int_equal(h.hi, 0x99aa06d3014798d8);
	mia_hash_print(text, h);
	assert_string_equal(text, "99aa06d3014798d86001c324468d497f");
	assert_false(same(mia_hash("a", 1, 0), mia_hash("a", 1, 1)));
	assert_true(mia_hash64("a", 1, 0) != mia_hash64("a", 1, 1));
}

static void
test_hash_text(void **state)
{
	static const char *const bad[] = {
		"",
		"99aa06d3014798d86001c324468d497",
		"99aa06d3014798d86001c324468d497f0",
		"99aa06d3014798d86001c324468d497g",
		"99AA06D3014798D86001C324468D497F",
		" 9aa06d3014798d86001c324468d497f",
		"0x9aa06d3014798d86001c324468d497",
		"99aa06d3014798d8:001c324468d497f",
		"99aa06d3014798d8/001c324468d497f",
		"99aa06d3014798d8`001c324468d497f",
	};
	struct mia_hash h, back, keep = {1, 2};
	struct mia_rng r;
	char text[MIA_HASH_TEXT];

	(void)state;
	mia_rng_init(&r, 1, "test/hash", 0);
	for (int i = 0; i < 1000; i++) {
		h.lo = mia_rng_next(&r) >> (i % 64);
		h.hi = mia_rng_next(&r) >> (i * 7 % 64);
		mia_hash_print(text, h);
		assert_int_equal(strlen(text), 32);
		assert_int_equal(mia_hash_scan(&back, text, 32), 0);
		assert_true(same(h, back));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(mia_hash_scan(&keep, bad[i], strlen(bad[i])),
				 -1);
	assert_true(same(keep, (struct mia_hash){1, 2}));
}

#define ROWS 200

static struct mia_hash
hash_rows(char row[][24], const size_t *n, size_t from, size_t to)
{
	struct mia_hash h = {0};

	for (; from < to; from++)
		mia_hash_row(&h, row[from], n[from], 3);
	return h;
}

static void
test_hash_join(void **state)
{
	static char row[ROWS][24];
	struct mia_hash all, h, other;
	struct mia_rng r;
	size_t n[ROWS];

	(void)state;
	mia_rng_init(&r, 1, "test/join", 0);
	for (size_t i = 0; i < ROWS; i++) {
		n[i] = mia_rng_below(&r, 25);
		for (size_t j = 0; j < n[i]; j++)
			row[i][j] = (char)mia_rng_next(&r);
	}
	all = hash_rows(row, n, 0, ROWS);
	/* Every two parts, the empty ones too. */
	for (size_t cut = 0; cut <= ROWS; cut++) {
		h = hash_rows(row, n, 0, cut);
		mia_hash_join(&h, hash_rows(row, n, cut, ROWS), ROWS - cut);
		assert_true(same(h, all));
	}
	/* Three parts, from the left and from the right. */
	for (int i = 0; i < 100; i++) {
		size_t b = mia_rng_below(&r, ROWS + 1);
		size_t a = mia_rng_below(&r, b + 1);

		h = hash_rows(row, n, 0, a);
		mia_hash_join(&h, hash_rows(row, n, a, b), b - a);
		mia_hash_join(&h, hash_rows(row, n, b, ROWS), ROWS - b);
		assert_true(same(h, all));
		other = hash_rows(row, n, a, b);
		mia_hash_join(&other, hash_rows(row, n, b, ROWS), ROWS - b);
		h = hash_rows(row, n, 0, a);
		mia_hash_join(&h, other, ROWS - a);
		assert_true(same(h, all));
	}
	/* Order, one byte, and one row more or less count. */
	h = hash_rows(row, n, ROWS / 2, ROWS);
	mia_hash_join(&h, hash_rows(row, n, 0, ROWS / 2), ROWS / 2);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	h = hash_rows(row, n, 0, ROWS - 1);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	h = hash_rows(row, n, 1, ROWS);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	n[7] = 24;
	row[7][23] ^= 1;
	h = hash_rows(row, n, 0, ROWS);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	assert_true(same(hash_rows(row, n, 5, 5), (struct mia_hash){0, 0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash_known),
		cmocka_unit_test(test_hash_text),
		cmocka_unit_test(test_hash_join),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
