#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/names.h"
#include "maths/rng.h"

static size_t
make_name(struct mia_rng *r, char *s)
{
	size_t n = mia_rng_below(r, 20);

	/* Few letters, NUL among them, so that many are alike or begin so. */
	for (size_t i = 0; i < n; i++)
		s[i] = "ab\0\xff"[mia_rng_below(r, 4)];
	return n;
}

/* Beside a plain list, searched from its start. */
static void
test_names_twin(void **state)
{
	struct mia_names m = {0};
	struct mia_rng r;
	struct {
		char s[20];
		size_t n;
	} list[1500];
	size_t n = 0;

	(void)state;
	assert_int_equal(mia_names_find(&m, mia_text("a")), MIA_NAMES_NONE);
	assert_int_equal(mia_names_guess(&m, mia_text("a"), 0), MIA_NAMES_NONE);
	mia_rng_init(&r, 1, "test/names", 0);
	for (int i = 0; i < 2000; i++) {
		char s[20];
		struct mia_text t = {s, make_name(&r, s)};
		uint32_t k = 0, guess = (uint32_t)mia_rng_below(&r, n + 2);

		while (k < n &&
		       !mia_text_equal((struct mia_text){list[k].s, list[k].n},
				       t))
			k++;
		assert_int_equal(mia_names_find(&m, t),
				 k < n ? k : MIA_NAMES_NONE);
		assert_int_equal(mia_names_guess(&m, t, guess),
				 k < n ? k : MIA_NAMES_NONE);
		if (k < n)
			assert_int_equal(mia_names_guess(&m, t, k), k);
		if (k == n && n < 1500) {
			memcpy(list[n].s, t.s, t.n);
			list[n++].n = t.n;
		} else if (k == n) {
			continue;
		}
		assert_int_equal(mia_names_add(&m, t), k);
		assert_int_equal(m.n, n);
	}
	assert_true(n > 500);
	for (uint32_t k = 0; k < n; k++)
		assert_true(mia_text_equal(
			mia_names_text(&m, k),
			(struct mia_text){list[k].s, list[k].n}));
	mia_names_free(&m);
	assert_int_equal(m.n, 0);
	assert_null(m.slot);
}

static void
test_names_many(void **state)
{
	struct mia_names m = {0};
	char s[32];

	(void)state;
	for (uint32_t i = 0; i < 200000; i++) {
		int n = sprintf(s, "r%u", i * 2654435761u);
		struct mia_text t = {s, (size_t)n};

		assert_int_equal(mia_names_add(&m, t), i);
	}
	for (uint32_t i = 0; i < 200000; i++) {
		int n = sprintf(s, "r%u", i * 2654435761u);
		struct mia_text t = {s, (size_t)n};

		assert_int_equal(mia_names_find(&m, t), i);
		assert_int_equal(mia_names_guess(&m, t, i ^ 1), i);
		assert_true(mia_text_equal(mia_names_text(&m, i), t));
		s[0] = 'q';
		assert_int_equal(mia_names_find(&m, t), MIA_NAMES_NONE);
	}
	/* The empty text is a name too, once. */
	assert_int_equal(mia_names_find(&m, (struct mia_text){NULL, 0}),
			 MIA_NAMES_NONE);
	assert_int_equal(mia_names_add(&m, (struct mia_text){NULL, 0}), 200000);
	assert_int_equal(mia_names_add(&m, (struct mia_text){s, 0}), 200000);
	assert_int_equal(m.n, 200001);
	mia_names_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_twin),
		cmocka_unit_test(test_names_many),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
