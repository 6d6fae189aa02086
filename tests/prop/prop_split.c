/*
 * Random sizes, shares, groups and copies: shares are exact, every cell is its
 * exact share rounded down or up, and the order of rows decides nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "maths/rng.h"
#include "run/split.h"

#define ROUNDS 3000

/* Random totals of n rows, some of them 0. */
static void
random_totals(struct mia_rng *r, uint64_t n, uint64_t total[MIA_PARTS_ALL])
{
	uint64_t left = n;

	for (int p = 0; p < MIA_PARTS; p++) {
		total[p] = mia_rng_below(r, 3) ? mia_rng_below(r, left + 1) : 0;
		left -= total[p];
	}
	total[MIA_PART_NONE] = left;
}

static void
check_round(const uint32_t *size, const uint32_t *turn, size_t strata,
	    const uint64_t *total, uint64_t n)
{
	uint32_t *count = mia_alloc(strata * MIA_PARTS_ALL, sizeof(*count));
	uint64_t sum[MIA_PARTS_ALL] = {0};

	mia_split_round(size, turn, strata, total, count);
	for (size_t s = 0; s < strata; s++) {
		uint64_t row = 0;

		for (int p = 0; p < MIA_PARTS_ALL; p++) {
			uint64_t k = count[s * MIA_PARTS_ALL + (size_t)p];
			uint64_t x = size[s] * total[p];

			/* floor(x / n) <= k <= ceil(x / n) */
			assert_true(k * n < x + n && x < k * n + n);
			row += k;
			sum[p] += k;
		}
		assert_true(row == size[s]);
	}
	assert_memory_equal(sum, total, sizeof(sum));
	free(count);
}

static void
test_round(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "prop/split-round", 0);
	for (int i = 0; i < ROUNDS; i++) {
		/* Mostly small strata: those have many fractional cells. */
		size_t strata = 1 + mia_rng_below(&r, 40);
		uint64_t most = 1 + mia_rng_below(&r, i % 5 ? 8 : 5000), n = 0;
		uint64_t total[MIA_PARTS_ALL];
		uint32_t *size = mia_alloc(strata, sizeof(*size));
		uint32_t *turn = mia_alloc(strata, sizeof(*turn));

		for (size_t s = 0; s < strata; s++) {
			n += size[s] = (uint32_t)mia_rng_below(&r, most + 1);
			turn[s] = (uint32_t)s;
		}
		mia_rng_shuffle(&r, turn, strata);
		random_totals(&r, n, total);
		if (n > 0)
			check_round(size, turn, strata, total, n);
		free(size);
		free(turn);
	}
}

/* Random rows: a class, a group, a copy set each, and hashes of ids. */
struct rows {
	uint32_t n, *class, *group, *set;
	uint64_t *id;
	struct mia_names names;
};

static void
random_rows(struct mia_rng *r, struct rows *x, uint32_t n, uint32_t classes)
{
	*x = (struct rows){n,
			   mia_alloc(n, sizeof(*x->class)),
			   mia_alloc(n, sizeof(*x->group)),
			   mia_alloc(n, sizeof(*x->set)),
			   mia_alloc(n, sizeof(*x->id)),
			   {0}};
	for (uint32_t i = 0; i < n; i++) {
		char c = (char)('a' + mia_rng_below(r, classes));

		x->class[i] =
			mia_names_add(&x->names, (struct mia_text){&c, 1});
		x->group[i] = (uint32_t)mia_rng_below(r, n / 2 + 1);
		x->set[i] = (uint32_t)mia_rng_below(r, 4 * n);
		x->id[i] = mia_rng_next(r);
	}
}

static void
rows_free(struct rows *x)
{
	free(x->class);
	free(x->group);
	free(x->set);
	free(x->id);
	mia_names_free(&x->names);
}

/* The same rows in another order; classes are numbered as first seen. */
static void
permute(const struct rows *x, const uint32_t *order, struct rows *y)
{
	*y = (struct rows){x->n,
			   mia_alloc(x->n, sizeof(*y->class)),
			   mia_alloc(x->n, sizeof(*y->group)),
			   mia_alloc(x->n, sizeof(*y->set)),
			   mia_alloc(x->n, sizeof(*y->id)),
			   {0}};
	for (uint32_t i = 0; i < x->n; i++) {
		uint32_t k = order[i];

		y->class[i] = mia_names_add(
			&y->names, mia_names_text(&x->names, x->class[k]));
		y->group[i] = x->group[k];
		y->set[i] = x->set[k];
		y->id[i] = x->id[k];
	}
}

static void
cut(const struct rows *x, bool groups, bool sets, bool plain,
    const uint64_t *total, uint64_t seed, unsigned char *part)
{
	uint32_t *unit = mia_alloc(x->n, sizeof(*unit));
	uint64_t *key = mia_alloc(x->n, sizeof(*key));
	struct mia_split s = {.n = x->n,
			      .unit = unit,
			      .key = key,
			      .classes = &x->names,
			      .class = x->class,
			      .plain = plain,
			      .seed = seed};
	struct mia_fault f = {0};

	memcpy(key, x->id, x->n * sizeof(*key));
	memcpy(s.total, total, sizeof(s.total));
	s.units = mia_split_units(x->n, groups ? x->group : NULL,
				  sets ? x->set : NULL, unit, key);
	assert_int_equal(mia_split_cut(&s, part, &f), 0);
	for (uint32_t i = 0; i < x->n; i++)
		for (uint32_t k = 0; k < i && (groups || sets); k++)
			if ((groups && x->group[i] == x->group[k]) ||
			    (sets && x->set[i] == x->set[k]))
				assert_int_equal(part[i], part[k]);
	free(unit);
	free(key);
}

static void
test_order(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "prop/split-order", 0);
	for (int i = 0; i < 400; i++) {
		uint32_t n = 1 + (uint32_t)mia_rng_below(&r, 150);
		bool groups = i & 1, sets = i & 2, plain = i & 4;
		uint32_t *order = mia_alloc(n, sizeof(*order));
		unsigned char *a = mia_alloc(n, 1), *b = mia_alloc(n, 1);
		uint64_t total[MIA_PARTS_ALL], got[MIA_PARTS_ALL] = {0};
		struct rows x, y;

		random_rows(&r, &x, n, 5);
		random_totals(&r, n, total);
		for (uint32_t k = 0; k < n; k++)
			order[k] = k;
		mia_rng_shuffle(&r, order, n);
		permute(&x, order, &y);
		cut(&x, groups, sets, plain, total, 3, a);
		cut(&y, groups, sets, plain, total, 3, b);
		for (uint32_t k = 0; k < n; k++) {
			assert_int_equal(b[k], a[order[k]]);
			got[a[k]]++;
		}
		if (!groups && !sets)
			assert_memory_equal(got, total, sizeof(got));
		free(order);
		free(a);
		free(b);
		rows_free(&x);
		rows_free(&y);
	}
}

/* Big groups are members as often as small ones: by their share. */
static void
test_fair(void **state)
{
	enum { N = 60, SEEDS = 6000 };
	const uint64_t total[MIA_PARTS_ALL] = {24, 12, 24};
	int members[2] = {0}; /* of group 0, of the last row alone */
	unsigned char part[N];
	struct mia_rng r;
	struct rows x;

	(void)state;
	mia_rng_init(&r, 1, "prop/split-fair", 0);
	random_rows(&r, &x, N, 1);
	for (uint32_t i = 0; i < N; i++)
		x.group[i] = i < 17 ? 0 : i;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		cut(&x, true, false, false, total, seed, part);
		members[0] += part[0] == MIA_PART_MEMBER;
		members[1] += part[N - 1] == MIA_PART_MEMBER;
	}
	/* 2400 expected, deviation 38: five of them. */
	assert_in_range(members[0], 2210, 2590);
	assert_in_range(members[1], 2210, 2590);
	rows_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_fair),
	};

	return cmocka_run_group_tests_name("prop split", tests, NULL, NULL);
}
