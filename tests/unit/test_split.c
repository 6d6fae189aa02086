/*
 * Shares, rounding, units and cuts: answers worked by hand, and every fault.
 * Random inputs are in prop_split.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/deal.h"
#include "run/share.h"
#include "run/split.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

static int
scan(const char *s, struct mia_share *share, struct mia_fault *f)
{
	*f = (struct mia_fault){0};
	*share = (struct mia_share){0};
	return mia_share_scan(mia_text(s), share, f);
}

static void
test_scan(void **state)
{
	static const struct {
		const char *text;
		int rc, kind;
		uint64_t n;
	} good[] = {
		{"rest", 1, MIA_SHARE_REST, 0},
		{"500", 1, MIA_SHARE_COUNT, 500},
		{"007", 1, MIA_SHARE_COUNT, 7},
		{"4294967295", 1, MIA_SHARE_COUNT, 4294967295},
		{".5", 1, MIA_SHARE_FRACTION, 500000000000000000},
		{"0.29", 1, MIA_SHARE_FRACTION, 290000000000000000},
		{"1.", 1, MIA_SHARE_FRACTION, MIA_SHARE_ONE},
		{"1.000", 1, MIA_SHARE_FRACTION, MIA_SHARE_ONE},
		{".000000000000000001", 1, MIA_SHARE_FRACTION, 1},
		/* Files, all of them. */
		{"train.csv", 0, 0, 0},
		{"./500", 0, 0, 0},
		{".", 0, 0, 0},
		{"", 0, 0, 0},
		{"-5", 0, 0, 0},
		{"1e3", 0, 0, 0},
		{"50%", 0, 0, 0},
		{"1.2.3", 0, 0, 0},
		{"Rest", 0, 0, 0},
	};
	static const char *const bad[] = {
		"0",  "000",	"0.0",	      ".0",
		"2.", "1.0001", "4294967296", ".0000000000000000001",
	};
	struct mia_share s;
	struct mia_fault f;

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++) {
		assert_int_equal(scan(good[i].text, &s, &f), good[i].rc);
		assert_int_equal(s.kind, good[i].kind);
		assert_true(s.n == good[i].n);
	}
	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_int_equal(scan(bad[i], &s, &f), -1);
		assert_int_equal(f.code, MIA_USAGE);
		assert_non_null(strstr(f.text, bad[i]));
	}
}

/* text: five shares, "" for none; want: six totals, or the fault's code. */
static void
try_totals(uint64_t n, const char *const text[MIA_PARTS], const uint64_t *want,
	   int code)
{
	struct mia_share share[MIA_PARTS] = {{0}};
	uint64_t total[MIA_PARTS_ALL], sum = 0;
	struct mia_fault f = {0};
	int rc;

	for (int p = 0; p < MIA_PARTS; p++)
		if (text[p][0] != '\0')
			assert_int_equal(mia_share_scan(mia_text(text[p]),
							&share[p], &f),
					 1);
	rc = mia_split_totals(share, n, total, &f);
	assert_int_equal(f.code, code);
	assert_int_equal(rc, code ? -1 : 0);
	for (int p = 0; p < MIA_PARTS_ALL && want != NULL; p++) {
		assert_true(total[p] == want[p]);
		sum += total[p];
	}
	assert_true(want == NULL || sum == n);
}

static void
test_totals(void **state)
{
	const char *halves[] = {".5", ".5", "", "", ""};
	const char *thirds[] = {".333", ".333", ".334", "", ""};
	const char *cents[] = {".29", ".1", "", "", ""};
	const char *rest[] = {"100", ".25", "rest", "", ""};
	const char *most[] = {"500", "500", "", "", ""};
	const char *none[] = {"500", "501", "", "", ""};
	const char *huge[] = {"1001", ".1", "", "", ""};
	const char *over[] = {".6", ".5", "", "", ""};
	const char *mixed[] = {"501", ".5", "", "", ""};
	const char *rests[] = {"rest", ".1", "rest", "", ""};
	const char *tiny[] = {".5", ".4", ".001", "", ""};
	const char *left[] = {".5", ".5", "rest", "", ""};
	const char *all[] = {".2", ".2", ".2", ".2", ".2"};

	(void)state;
	try_totals(1000, halves, (uint64_t[]){500, 500, 0, 0, 0, 0}, 0);
	try_totals(1001, halves, (uint64_t[]){501, 500, 0, 0, 0, 0}, 0);
	/* 333.0, 333.0, 334.0 exactly; of 10: 3.33 3.33 3.34. */
	try_totals(1000, thirds, (uint64_t[]){333, 333, 334, 0, 0, 0}, 0);
	try_totals(10, thirds, (uint64_t[]){3, 3, 4, 0, 0, 0}, 0);
	/* .29 has no binary form: 100 * .29 < 29 in doubles. */
	try_totals(100, cents, (uint64_t[]){29, 10, 0, 0, 0, 61}, 0);
	try_totals(1003, rest, (uint64_t[]){100, 251, 652, 0, 0, 0}, 0);
	try_totals(1000, most, (uint64_t[]){500, 500, 0, 0, 0, 0}, 0);
	/* 7/5 = 1.4 each: two of the five get the seventh rows. */
	try_totals(7, all, (uint64_t[]){2, 2, 1, 1, 1, 0}, 0);
	try_totals(1000, none, NULL, MIA_DATA);
	try_totals(1000, huge, NULL, MIA_DATA);
	try_totals(1000, over, NULL, MIA_USAGE);
	try_totals(1000, mixed, NULL, MIA_DATA);
	try_totals(1000, rests, NULL, MIA_USAGE);
	try_totals(100, tiny, NULL, MIA_DATA);
	try_totals(1000, left, NULL, MIA_DATA);
}

static void
test_round(void **state)
{
	/* Sizes 3, 3, 4 halved: 1.5 1.5 2; both columns must sum to 5. */
	const uint32_t size[] = {3, 3, 4}, turn[] = {2, 0, 1};
	const uint64_t total[MIA_PARTS_ALL] = {5, 5};
	uint32_t n[3 * MIA_PARTS_ALL];

	(void)state;
	mia_split_round(size, turn, 3, total, n);
	/* Stratum 0 has its turn before 1, and the first of equal parts. */
	assert_int_equal(n[0], 2);
	assert_int_equal(n[1], 1);
	assert_int_equal(n[MIA_PARTS_ALL], 1);
	assert_int_equal(n[MIA_PARTS_ALL + 1], 2);
	assert_int_equal(n[2 * MIA_PARTS_ALL], 2);
	assert_int_equal(n[2 * MIA_PARTS_ALL + 1], 2);
}

/*
 * Cases in which every open cell of a stratum lies in a full column, so that
 * earlier choices must move: four of three million random ones do.
 */
static void
test_round_room(void **state)
{
	static const struct {
		uint32_t size[7];
		uint64_t total[MIA_PARTS_ALL];
	} hard[] = {
		{{2, 6, 5, 3, 1, 6, 1}, {8, 12, 1, 1, 1, 1}},
		{{2, 4, 6}, {2, 0, 2, 3, 3, 2}},
		{{1, 6, 5, 3}, {5, 3, 3, 1, 0, 3}},
		{{2, 4, 4, 5, 5}, {4, 5, 0, 2, 4, 5}},
	};
	const uint32_t turn[] = {0, 1, 2, 3, 4, 5, 6};

	(void)state;
	for (size_t i = 0; i < LENGTH(hard); i++) {
		const uint64_t *total = hard[i].total;
		uint32_t count[7 * MIA_PARTS_ALL];
		uint64_t sum[MIA_PARTS_ALL] = {0}, n = 0;
		size_t strata = 0;

		for (; strata < 7 && hard[i].size[strata] > 0; strata++)
			n += hard[i].size[strata];
		mia_split_round(hard[i].size, turn, strata, total, count);
		for (size_t k = 0; k < strata * MIA_PARTS_ALL; k++) {
			uint64_t x = hard[i].size[k / MIA_PARTS_ALL] *
				     total[k % MIA_PARTS_ALL];

			assert_in_range(count[k], x / n, (x + n - 1) / n);
			sum[k % MIA_PARTS_ALL] += count[k];
		}
		assert_memory_equal(sum, total, sizeof(sum));
		for (size_t s = 0; s < strata; s++) {
			uint32_t row = 0;

			for (size_t p = 0; p < MIA_PARTS_ALL; p++)
				row += count[s * MIA_PARTS_ALL + p];
			assert_int_equal(row, hard[i].size[s]);
		}
	}
}

static void
test_sets(void **state)
{
	/* Halves that agree in one word only are different. */
	const struct mia_hash h[] = {{9, 1}, {1, 9}, {9, 1}, {9, 9},
				     {1, 9}, {1, 1}, {9, 1}};
	const uint32_t want[] = {0, 1, 0, 2, 1, 3, 0};
	uint32_t set[7];

	(void)state;
	assert_int_equal(mia_split_sets(h, 7, set), 4);
	assert_memory_equal(set, want, sizeof(want));
	assert_int_equal(mia_split_sets(h, 0, set), 0);
}

static void
test_units(void **state)
{
	/* Groups join 0-3 and 1-4; sets join 3-4, so 0, 1, 3, 4 are one. */
	const uint32_t group[] = {5, 2, 7, 5, 2, 0};
	const uint32_t set[] = {0, 1, 2, 3, 3, 4};
	const uint64_t id[] = {60, 50, 40, 30, 20, 10};
	const uint32_t both[] = {0, 0, 1, 0, 0, 2};
	const uint32_t groups[] = {0, 1, 2, 0, 1, 3};
	const uint32_t sets[] = {0, 1, 2, 3, 3, 4};
	const uint32_t single[] = {0, 1, 2, 3, 4, 5};
	uint32_t unit[6];
	uint64_t key[6];

	(void)state;
	memcpy(key, id, sizeof(key));
	assert_int_equal(mia_split_units(6, group, set, unit, key), 3);
	assert_memory_equal(unit, both, sizeof(unit));
	assert_true(key[0] == 20 && key[1] == 40 && key[2] == 10);
	memcpy(key, id, sizeof(key));
	assert_int_equal(mia_split_units(6, group, NULL, unit, key), 4);
	assert_memory_equal(unit, groups, sizeof(unit));
	assert_true(key[0] == 30 && key[1] == 20 && key[2] == 40 &&
		    key[3] == 10);
	memcpy(key, id, sizeof(key));
	assert_int_equal(mia_split_units(6, NULL, set, unit, key), 5);
	assert_memory_equal(unit, sets, sizeof(unit));
	memcpy(key, id, sizeof(key));
	assert_int_equal(mia_split_units(6, NULL, NULL, unit, key), 6);
	assert_memory_equal(unit, single, sizeof(unit));
	assert_memory_equal(key, id, sizeof(key));
}

static void
names(struct mia_names *m, const char *letters)
{
	*m = (struct mia_names){0};
	for (; *letters; letters++)
		mia_names_add(m, (struct mia_text){letters, 1});
}

static void
test_cut_per_class(void **state)
{
	/* Classes a 6, b 4: two members and two non-members of each. */
	const uint32_t class[] = {0, 0, 1, 0, 1, 0, 1, 0, 1, 0};
	uint32_t unit[10], count[2][MIA_PARTS_ALL] = {{0}};
	uint64_t key[10];
	unsigned char part[10];
	struct mia_fault f = {0};
	struct mia_names m;
	struct mia_split s = {.n = 10,
			      .units = 10,
			      .unit = unit,
			      .key = key,
			      .classes = &m,
			      .class = class,
			      .per_class = 2,
			      .total = {4, 4, 1, 0, 0, 1},
			      .seed = 1};

	(void)state;
	names(&m, "ab");
	for (uint32_t i = 0; i < 10; i++) {
		unit[i] = i;
		key[i] = mia_hash64(&i, sizeof(i), 0);
	}
	assert_int_equal(mia_split_cut(&s, part, &f), 0);
	for (int i = 0; i < 10; i++)
		count[class[i]][part[i]]++;
	for (int c = 0; c < 2; c++) {
		assert_int_equal(count[c][MIA_PART_MEMBER], 2);
		assert_int_equal(count[c][MIA_PART_NONMEMBER], 2);
	}
	assert_int_equal(count[0][MIA_PART_AUX], 1);
	assert_int_equal(count[0][MIA_PART_NONE], 1);
	s.per_class = 3;
	s.total[0] = s.total[1] = 5;
	assert_int_equal(mia_split_cut(&s, part, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "class 'b' has 4 rows"));
	mia_names_free(&m);
}

/*
 * A unit of three rows of a and one of b counts for a and stays whole. With
 * the one other row of a it makes a stratum of five, of which two or three are
 * members, so it is a member with a chance between 2/5 and 3/5.
 */
static void
test_cut_units(void **state)
{
	const uint32_t class[] = {0, 0, 0, 1, 1, 1, 1, 1, 0};
	const uint32_t unit[] = {0, 0, 0, 0, 1, 2, 3, 4, 5};
	const uint64_t key[] = {11, 22, 33, 44, 55, 66};
	unsigned char part[9];
	struct mia_fault f = {0};
	struct mia_names m;
	struct mia_split s = {.n = 9,
			      .units = 6,
			      .unit = unit,
			      .key = key,
			      .classes = &m,
			      .class = class,
			      .total = {5, 4}};
	int whole = 0;

	(void)state;
	names(&m, "ab");
	for (s.seed = 0; s.seed < 400; s.seed++) {
		int members = 0;

		assert_int_equal(mia_split_cut(&s, part, &f), 0);
		for (int i = 1; i < 4; i++)
			assert_int_equal(part[i], part[0]);
		for (int i = 4; i < 8; i++)
			members += part[i] == MIA_PART_MEMBER;
		/* 20/9 of the four single b are members. */
		assert_in_range(members, 2, 3);
		whole += part[0] == MIA_PART_MEMBER;
	}
	/* 160 to 240 expected, deviation 10. */
	assert_in_range(whole, 110, 290);
	mia_names_free(&m);
}

static void
test_canaries(void **state)
{
	enum { N = 20000, CANARIES = 15000 };
	static uint64_t key[N];
	static unsigned char part[N], again[N];
	uint32_t count[MIA_PARTS_ALL] = {0}, moved = 0;

	(void)state;
	for (uint32_t i = 0; i < N; i++)
		key[i] = mia_hash64(&i, sizeof(i), 7);
	mia_split_canaries(key, N, CANARIES, .3, 1, part);
	for (int i = 0; i < N; i++)
		count[part[i]]++;
	assert_int_equal(count[MIA_PART_BACKGROUND], N - CANARIES);
	assert_int_equal(count[MIA_PART_MEMBER] + count[MIA_PART_NONMEMBER],
			 CANARIES);
	/* 4500 expected, deviation 56: six of them either way. */
	assert_in_range(count[MIA_PART_MEMBER], 4163, 4837);
	/* A record's coin does not hang on how many other canaries there are,
	 * nor on the probability but for its side. */
	mia_split_canaries(key, N, N, .3, 1, again);
	for (int i = 0; i < N; i++)
		moved += part[i] != MIA_PART_BACKGROUND && part[i] != again[i];
	assert_int_equal(moved, 0);
	mia_split_canaries(key, N, CANARIES, .6, 1, again);
	for (int i = 0; i < N; i++)
		moved += part[i] == MIA_PART_MEMBER &&
			 again[i] != MIA_PART_MEMBER;
	assert_int_equal(moved, 0);
	/* Another seed is another draw: two of three canaries in common. */
	mia_split_canaries(key, N, CANARIES, .3, 2, again);
	for (int i = 0; i < N; i++)
		moved += part[i] == MIA_PART_BACKGROUND &&
			 again[i] != MIA_PART_BACKGROUND;
	assert_in_range(moved, 3550, 3950);
}

static void
test_drop(void **state)
{
	const uint32_t set[] = {0, 1, 0, 0, 1, 2};
	const unsigned char rank[] = {2, 1, 1, 2, 0, 3};
	const uint64_t key[] = {1, 2, 3, 4, 5, 6};
	unsigned char part[6] = {0};
	uint32_t first = 0;

	(void)state;
	assert_int_equal(mia_split_drop(set, 3, rank, key, 6, 1, part), 3);
	assert_int_equal(part[2], 0);
	assert_int_equal(part[4], 0);
	assert_int_equal(part[5], 0);
	assert_int_equal(part[0], MIA_PART_NONE);
	assert_int_equal(part[1], MIA_PART_NONE);
	assert_int_equal(part[3], MIA_PART_NONE);
	/* Without ranks the seed decides which of a set stays. */
	for (uint64_t seed = 0; seed < 60; seed++) {
		memset(part, 0, sizeof(part));
		assert_int_equal(
			mia_split_drop(set, 3, NULL, key, 6, seed, part), 3);
		assert_int_equal(
			(part[0] == 0) + (part[2] == 0) + (part[3] == 0), 1);
		first += part[0] == 0;
	}
	assert_in_range(first, 6, 40);
}

static void
test_straddle(void **state)
{
	const uint32_t set[] = {0, 0, 1, 1, 2, 2, 3, 3, 0};
	const unsigned char part[] = {
		MIA_PART_MEMBER,     MIA_PART_NONMEMBER, MIA_PART_AUX,
		MIA_PART_NONMEMBER,  MIA_PART_NONMEMBER, MIA_PART_BACKGROUND,
		MIA_PART_POPULATION, MIA_PART_MEMBER,	 MIA_PART_NONMEMBER,
	};

	(void)state;
	/* Rows 1 and 8 (of member 0) and 4 (of background 5). */
	assert_int_equal(mia_split_straddle(set, 4, 9, part), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_totals),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_round_room),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_cut_per_class),
		cmocka_unit_test(test_cut_units),
		cmocka_unit_test(test_canaries),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_straddle),
	};

	return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
