#include "run/twins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "maths/rng.h"

/* Sizes about those at which a table grows or a pass is added. */
static void
planted(void **state)
{
	static const size_t n[] = {2,	   3,	   31,	    33,	    1000,
				   983040, 983041, 1048577, 2500000};
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/twins", 0);
	for (size_t i = 0; i < sizeof(n) / sizeof(*n); i++) {
		size_t a = mia_rng_below(&r, n[i] - 1), first, second;
		size_t b = a + 1 + mia_rng_below(&r, n[i] - 1 - a);
		struct mia_twins t = {0};

		for (size_t k = 0; k < n[i]; k++)
			mia_twins_add(&t,
				      k == b ? t.hash[a] : mia_rng_next(&r));
		assert_true(mia_twins_find(&t, &first, &second));
		assert_int_equal(first, a);
		assert_int_equal(second, b);
		/* Without it there are none. */
		t.hash[b] ^= 1;
		assert_false(mia_twins_find(&t, &first, &second));
		mia_twins_free(&t);
	}
}

static void
edges(void **state)
{
	struct mia_twins t = {0};
	size_t first, second;

	(void)state;
	assert_false(mia_twins_find(&t, &first, &second));
	/* Hashes that are small, great or next to each other are ordinary. */
	for (uint64_t h = 1; h < 5000; h++) {
		mia_twins_add(&t, h);
		mia_twins_add(&t, -h);
	}
	assert_false(mia_twins_find(&t, &first, &second));
	mia_twins_add(&t, (uint64_t)-1);
	assert_true(mia_twins_find(&t, &first, &second));
	assert_int_equal(first, 1);
	assert_int_equal(second, 9998);
	mia_twins_free(&t);
	/* 0 marks an empty slot and is still found. */
	mia_twins_add(&t, 0);
	mia_twins_add(&t, 0);
	assert_true(mia_twins_find(&t, &first, &second));
	mia_twins_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planted),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
