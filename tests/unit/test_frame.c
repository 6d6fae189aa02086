#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "learn/frame.h"
#include "maths/rng.h"

#define NONE ((struct mia_text){NULL, 0})

static void
start(struct mia_frame *x, const char *const *name, size_t columns)
{
	mia_frame_init(x, columns);
	for (size_t j = 0; j < columns; j++)
		mia_frame_name(x, j, mia_text(name[j]), false);
}

/* Appends one column's cells, each a row; "" is missing. */
static int
fill(struct mia_frame *x, const char *const *cell, size_t n,
     struct mia_text missing, struct mia_fault *f)
{
	for (size_t i = 0; i < n; i++) {
		struct mia_text t = mia_text(cell[i]);

		if (mia_frame_append(x, &t, missing, f) != 0)
			return -1;
	}
	return 0;
}

static const char *const one_name[] = {"age"};

static void
expect_width(const char *const *cell, size_t n, unsigned width)
{
	struct mia_frame x;
	struct mia_fault f = {0};

	start(&x, one_name, 1);
	assert_int_equal(fill(&x, cell, n, NONE, &f), 0);
	assert_int_equal(x.n, n);
	assert_int_equal(x.column[0].kind, MIA_COLUMN_NUMBER);
	assert_int_equal(x.column[0].width, width);
	for (size_t i = 0; i < n; i++) {
		double v = mia_column_value(&x.column[0], i), want;

		if (cell[i][0] == '\0') {
			assert_true(isnan(v));
			continue;
		}
		mia_num_parse(mia_text(cell[i]), &want);
		assert_true(v == want);
		assert_false(signbit(v) && v == 0);
	}
	mia_frame_free(&x);
}

#define EXPECT_WIDTH(width, ...)                                               \
	do {                                                                   \
		const char *const cell[] = {__VA_ARGS__};                      \
		expect_width(cell, sizeof(cell) / sizeof(*cell), width);       \
	} while (0)

static void
test_width_is_the_narrowest_that_is_exact(void **state)
{
	(void)state;
	EXPECT_WIDTH(1, "0", "255", "017", "3.0", "1e2", "-0");
	EXPECT_WIDTH(4, "1", "256");
	EXPECT_WIDTH(4, "7", "-1");
	EXPECT_WIDTH(4, "200", "0.5", "3");
	EXPECT_WIDTH(4, "16777216", "-0");
	EXPECT_WIDTH(8, "200", "0.1");
	EXPECT_WIDTH(8, "16777217", "3");
	EXPECT_WIDTH(8, "1", "1e39", "-0");
	EXPECT_WIDTH(8, "0.5", "-1.7e308", "5e-324");
	EXPECT_WIDTH(8, "1e-45", "2"); /* no float is 1e-45 exactly */
}

static void
test_missing_numbers(void **state)
{
	(void)state;
	EXPECT_WIDTH(4, "", "12");
	EXPECT_WIDTH(4, "12", "", "255");
	EXPECT_WIDTH(8, "", "", "0.3", "");
}

/* Random numbers of all widths, with missing ones, against what was put. */
static void
test_random_columns(void **state)
{
	enum { COLUMNS = 9, ROWS = 700 };
	static const double scale[COLUMNS] = {1,    255,  256,	 65535, 1e9,
					      1e-3, 3e38, 1e300, 1};
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/frame", 0);
	for (int round = 0; round < 5; round++) {
		struct mia_frame x;
		struct mia_fault f = {0};
		double want[COLUMNS][ROWS];

		mia_frame_init(&x, COLUMNS);
		for (size_t i = 0; i < ROWS; i++) {
			char text[COLUMNS][MIA_NUM_MAX];
			struct mia_text cell[COLUMNS];

			for (size_t j = 0; j < COLUMNS; j++) {
				double v = scale[j] * mia_rng_uniform(&r);

				if (mia_rng_below(&r, 2) == 0)
					v = floor(v);
				if (mia_rng_below(&r, 9) == 0 && j > 2)
					v = NAN;
				want[j][i] = v;
				cell[j] = (struct mia_text){
					text[j],
					isnan(v) ? 0
						 : mia_num_print(text[j], v)};
			}
			assert_int_equal(mia_frame_append(&x, cell, NONE, &f),
					 0);
		}
		for (size_t j = 0; j < COLUMNS; j++) {
			size_t missing = 0;

			for (size_t i = 0; i < ROWS; i++) {
				double v = mia_column_value(&x.column[j], i);

				missing += isnan(want[j][i]);
				assert_true(isnan(want[j][i])
						    ? isnan(v)
						    : v == want[j][i]);
			}
			assert_int_equal(x.column[j].missing, missing);
		}
		mia_frame_free(&x);
	}
}

static void
test_text_column(void **state)
{
	static const char *const cell[] = {"",	  "own", "rent",
					   "own", "",	 "free"};
	static const uint32_t code[] = {MIA_NAMES_NONE, 0, 1, 0,
					MIA_NAMES_NONE, 2};
	struct mia_frame x;
	struct mia_fault f = {0};

	(void)state;
	start(&x, one_name, 1);
	assert_int_equal(fill(&x, cell, 6, NONE, &f), 0);
	assert_int_equal(x.column[0].kind, MIA_COLUMN_TEXT);
	assert_memory_equal(x.column[0].code, code, sizeof(code));
	assert_int_equal(x.column[0].missing, 2);
	mia_frame_free(&x);
}

static void
test_declared_category_takes_anything(void **state)
{
	static const char *const cell[] = {"3", "x", "nan", "3", "inf", ""};
	static const uint32_t code[] = {0, 1, 2, 0, 3, MIA_NAMES_NONE};
	struct mia_frame x;
	struct mia_fault f = {0};

	(void)state;
	start(&x, one_name, 1);
	mia_frame_name(&x, 0, mia_text("zip"), true);
	assert_int_equal(fill(&x, cell, 6, NONE, &f), 0);
	assert_int_equal(x.column[0].kind, MIA_COLUMN_TEXT);
	assert_memory_equal(x.column[0].code, code, sizeof(code));
	mia_frame_free(&x);
}

static void
test_missing_text(void **state)
{
	static const char *const cell[] = {"?", "12", "?", "", "7"};
	static const char *const digits[] = {"12", "999", "7"};
	struct mia_frame x;
	struct mia_fault f = {0};

	(void)state;
	start(&x, one_name, 1);
	assert_int_equal(fill(&x, cell, 5, mia_text("?"), &f), 0);
	assert_int_equal(x.column[0].kind, MIA_COLUMN_NUMBER);
	assert_int_equal(x.column[0].missing, 3);
	assert_true(mia_column_value(&x.column[0], 4) == 7);
	mia_frame_free(&x);

	/* A number that means missing, in a column of bytes. */
	start(&x, one_name, 1);
	assert_int_equal(fill(&x, digits, 3, mia_text("7"), &f), 0);
	assert_int_equal(x.column[0].missing, 1);
	assert_true(isnan(mia_column_value(&x.column[0], 2)));
	mia_frame_free(&x);
}

static void
test_nothing_but_missing(void **state)
{
	static const char *const cell[] = {"", ""};
	struct mia_frame x;
	struct mia_fault f = {0};

	(void)state;
	start(&x, one_name, 1);
	assert_int_equal(fill(&x, cell, 2, NONE, &f), 0);
	assert_int_equal(x.column[0].kind, MIA_COLUMN_OPEN);
	assert_int_equal(x.column[0].missing, 2);
	assert_true(isnan(mia_column_value(&x.column[0], 1)));
	mia_frame_free(&x);
}

/* A column of numbers except for row 812, and the reverse. */
static void
test_row_812(void **state)
{
	struct mia_frame x;
	struct mia_fault f = {0};
	struct mia_text number = mia_text("41"), bad = mia_text("n/a");

	(void)state;
	start(&x, one_name, 1);
	for (int i = 0; i < 811; i++)
		assert_int_equal(mia_frame_append(&x, &number, NONE, &f), 0);
	assert_int_equal(mia_frame_append(&x, &bad, NONE, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_string_equal(
		f.text, "column 'age' holds 'n/a' among numbers; mend the "
			"cell, or use --missing 'n/a' if that means missing, "
			"or --category 'age' to take the column as text");
	assert_int_equal(x.n, 811);
	mia_frame_free(&x);

	f = (struct mia_fault){0};
	start(&x, one_name, 1);
	assert_int_equal(mia_frame_append(&x, &bad, NONE, &f), 0);
	assert_int_equal(mia_frame_append(&x, &number, NONE, &f), -1);
	assert_string_equal(f.text, "column 'age' holds the number '41' among "
				    "texts such as 'n/a'; use --missing TEXT "
				    "for a text that means missing, or "
				    "--category 'age' to take the column as "
				    "text");
	mia_frame_free(&x);
}

static void
test_infinity_and_nan_are_no_numbers(void **state)
{
	static const char *const bad[] = {"inf", "-Infinity", "nan", "1e999"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const char *const late[] = {"3", bad[i]};
		struct mia_frame x;
		struct mia_fault f = {0};

		start(&x, one_name, 1);
		assert_int_equal(fill(&x, late, 2, NONE, &f), -1);
		assert_int_equal(f.code, MIA_DATA);
		mia_frame_free(&x);
		f = (struct mia_fault){0};
		start(&x, one_name, 1);
		assert_int_equal(fill(&x, bad + i, 1, NONE, &f), -1);
		mia_frame_free(&x);
	}
}

/* A message quotes 40 bytes of a cell, not a megabyte. */
static void
test_long_cell(void **state)
{
	static char cell[5000];
	struct mia_text t = {cell, sizeof(cell)}, one = mia_text("1");
	struct mia_frame x;
	struct mia_fault f = {0};

	(void)state;
	memset(cell, 'z', sizeof(cell));
	start(&x, one_name, 1);
	assert_int_equal(mia_frame_append(&x, &one, NONE, &f), 0);
	assert_int_equal(mia_frame_append(&x, &t, NONE, &f), -1);
	assert_true(strlen(f.text) < 300);
	assert_non_null(strstr(f.text, "--category 'age'"));
	mia_frame_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width_is_the_narrowest_that_is_exact),
		cmocka_unit_test(test_missing_numbers),
		cmocka_unit_test(test_random_columns),
		cmocka_unit_test(test_text_column),
		cmocka_unit_test(test_declared_category_takes_anything),
		cmocka_unit_test(test_missing_text),
		cmocka_unit_test(test_nothing_but_missing),
		cmocka_unit_test(test_row_812),
		cmocka_unit_test(test_infinity_and_nan_are_no_numbers),
		cmocka_unit_test(test_long_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
