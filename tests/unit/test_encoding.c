#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/encoding.h"
#include "maths/rng.h"
#include "learn.h"

static void
frame(struct mia_frame *x, const char *text)
{
	struct mia_fault f = {0};

	assert_int_equal(frame_from(x, text, &f), 0);
}

static void
fit(struct mia_encoding *e, const struct mia_frame *x, enum mia_scale scale)
{
	struct mia_fault f = {0};

	assert_int_equal(
		mia_encoding_fit(e, x, NULL, 0, scale, MIA_MISSING_IMPUTE, &f),
		0);
}

/* "name: v v v\n" for each feature. */
static void
expect(const struct mia_encoding *e, const struct mia_frame *x,
       const char *want)
{
	struct mia_buf b = {0};
	double *v = mia_alloc(x->n, sizeof(*v));

	for (size_t j = 0; j < e->n; j++) {
		mia_encoding_name(e, j, &b);
		mia_buf_text(&b, ":");
		mia_encoding_feature(e, x, j, v);
		for (size_t i = 0; i < x->n; i++)
			mia_buf_format(&b, " %.6g", v[i]);
		mia_buf_text(&b, "\n");
	}
	assert_string_equal(mia_buf_string(&b), want);
	mia_buf_free(&b);
	free(v);
}

static void
test_one_hot_in_byte_order(void **state)
{
	struct mia_frame x;
	struct mia_encoding e;

	(void)state;
	frame(&x, "housing,age\nrent,30\nown,20\nZ,10\nrent \xc3\xa9,40\n"
		  "ren,0\nown,1\n");
	fit(&e, &x, MIA_SCALE_NONE);
	expect(&e, &x,
	       "housing=Z: 0 0 1 0 0 0\n"
	       "housing=own: 0 1 0 0 0 1\n"
	       "housing=ren: 0 0 0 0 1 0\n"
	       "housing=rent: 1 0 0 0 0 0\n"
	       "housing=rent \xc3\xa9: 0 0 0 1 0 0\n"
	       "age: 30 20 10 40 0 1\n");
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

static void
test_missing(void **state)
{
	struct mia_frame x;
	struct mia_encoding e;

	(void)state;
	frame(&x, "a,b,c\n?,u,1\n5,?,2\n1,u,3\n9,v,4\n,u,5\n2,u,6\n");
	fit(&e, &x, MIA_SCALE_NONE);
	/* Median of 5 1 9 2 is 3.5. */
	expect(&e, &x,
	       "a: 3.5 5 1 9 3.5 2\n"
	       "a=missing: 1 0 0 0 1 0\n"
	       "b=u: 1 0 1 0 1 1\n"
	       "b=v: 0 0 0 1 0 0\n"
	       "b=missing: 0 1 0 0 0 0\n"
	       "c: 1 2 3 4 5 6\n");
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

static void
test_missing_refused(void **state)
{
	struct mia_frame x;
	struct mia_encoding e;
	struct mia_fault f = {0};
	uint32_t rows[] = {0};

	(void)state;
	frame(&x, "a,b\n1,u\n2,?\n3,?\n");
	assert_int_equal(mia_encoding_fit(&e, &x, rows, 1, MIA_SCALE_NONE,
					  MIA_MISSING_REFUSE, &f),
			 -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_string_equal(f.text,
			    "column 'b' has 2 missing values; fill them in, "
			    "drop those rows, or use --missing-values impute");
	mia_frame_free(&x);
}

static void
test_standard_scale(void **state)
{
	struct mia_frame x;
	struct mia_encoding e;

	(void)state;
	/* a: mean 4, variance (9 + 1 + 1 + 9) / 4 = 5; constant: 0. */
	frame(&x, "a,same,t\n1,0.1,u\n3,0.1,v\n5,0.1,u\n7,0.1,u\n");
	fit(&e, &x, MIA_SCALE_STANDARD);
	expect(&e, &x,
	       "a: -1.34164 -0.447214 0.447214 1.34164\n"
	       "same: 0 0 0 0\n"
	       "t=u: 1 0 1 1\n"
	       "t=v: 0 1 0 0\n");
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

static void
test_unit_scale(void **state)
{
	struct mia_frame x;
	struct mia_encoding e;

	(void)state;
	frame(&x, "a,b\n-2,7\n?,7\n6,7\n0,7\n");
	fit(&e, &x, MIA_SCALE_UNIT);
	expect(&e, &x,
	       "a: 0 0.25 1 0.25\n"
	       "a=missing: 0 1 0 0\n"
	       "b: 0 0 0 0\n");
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

static void
test_range_that_cannot_be_scaled(void **state)
{
	static const char *const bad[] = {"a\n-1e308\n1e308\n",
					  "a\n0\n1e-320\n", "a\n1e200\n1\n"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct mia_frame x;
		struct mia_encoding e;
		struct mia_fault f = {0};

		frame(&x, bad[i]);
		assert_int_equal(mia_encoding_fit(&e, &x, NULL, 0,
						  MIA_SCALE_STANDARD,
						  MIA_MISSING_IMPUTE, &f),
				 -1);
		assert_int_equal(f.code, MIA_DATA);
		assert_non_null(strstr(f.text, "cannot be scaled"));
		mia_frame_free(&x);
	}
}

/* Fitted on two rows; the others show what new data may hold. */
static void
test_fit_on_some_rows(void **state)
{
	struct mia_frame x;
	struct mia_encoding e;
	struct mia_fault f = {0};
	uint32_t rows[] = {1, 3};
	size_t unseen, missing;

	(void)state;
	frame(&x, "a,b\n100,w\n2,u\n?,?\n4,v\n7,w\n");
	assert_int_equal(mia_encoding_fit(&e, &x, rows, 2, MIA_SCALE_STANDARD,
					  MIA_MISSING_IMPUTE, &f),
			 0);
	expect(&e, &x,
	       "a: 97 -1 0 1 4\n"
	       "b=u: 0 1 0 0 0\n"
	       "b=v: 0 0 0 1 0\n");
	mia_encoding_strange(&e, &x, &unseen, &missing);
	assert_int_equal(unseen, 2);
	assert_int_equal(missing, 2);
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

static void
test_byte_medians(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/encoding", 0);
	for (int round = 0; round < 200; round++) {
		uint64_t n = 1 + mia_rng_below(&r, 9);
		uint64_t top = 1 + mia_rng_below(&r, 255);
		struct mia_frame bytes, wide;
		struct mia_encoding e, w;
		struct mia_fault f = {0};

		mia_frame_init(&bytes, 1);
		mia_frame_init(&wide, 1);
		for (uint64_t i = 0; i < n; i++) {
			uint64_t v = mia_rng_below(&r, top + 1);
			struct mia_buf b = {0}, c = {0};
			struct mia_text t, u;

			mia_buf_format(&b, "%llu", (unsigned long long)v);
			mia_buf_format(&c, "%llu.1", (unsigned long long)v);
			t = (struct mia_text){b.s, b.n};
			u = (struct mia_text){c.s, c.n};
			mia_frame_append(&bytes, &t, mia_text(""), &f);
			mia_frame_append(&wide, &u, mia_text(""), &f);
			mia_buf_free(&b);
			mia_buf_free(&c);
		}
		fit(&e, &bytes, MIA_SCALE_NONE);
		fit(&w, &wide, MIA_SCALE_NONE);
		assert_int_equal(bytes.column[0].width, 1);
		assert_int_equal(wide.column[0].width, 8);
		assert_true(fabs(e.feature[0].fill + 0.1 - w.feature[0].fill) <
			    1e-9);
		mia_encoding_free(&e);
		mia_encoding_free(&w);
		mia_frame_free(&bytes);
		mia_frame_free(&wide);
	}
}

static void
test_match_puts_columns_in_order(void **state)
{
	struct mia_frame x, y;
	struct mia_encoding e;
	struct mia_fault f = {0};
	size_t extra, unseen, missing;

	(void)state;
	frame(&x, "a,b,empty\n1,u,?\n2,v,?\n");
	fit(&e, &x, MIA_SCALE_NONE);
	frame(&y, "more,b,a,other,empty\n0,v,7,t,t\n0,w,?,t,?\n0,?,9,t,t\n");
	assert_int_equal(mia_encoding_match(&e, &y, &extra, &f), 0);
	assert_int_equal(extra, 2);
	assert_int_equal(y.columns, 3);
	expect(&e, &y,
	       "a: 7 1.5 9\n"
	       "b=u: 0 0 0\n"
	       "b=v: 1 0 0\n"
	       "empty=missing: 0 1 0\n");
	mia_encoding_strange(&e, &y, &unseen, &missing);
	assert_int_equal(unseen, 3);  /* w, and two values in empty */
	assert_int_equal(missing, 2); /* in a and in b */
	mia_encoding_free(&e);
	mia_frame_free(&x);
	mia_frame_free(&y);
}

/* New rows may lack every value of a column. */
static void
test_open_column_in_new_rows(void **state)
{
	struct mia_frame x, y;
	struct mia_encoding e;
	struct mia_fault f = {0};
	size_t extra;

	(void)state;
	frame(&x, "a,b\n1,u\n?,?\n6,v\n");
	fit(&e, &x, MIA_SCALE_UNIT);
	frame(&y, "a,b\n?,?\n");
	assert_int_equal(mia_encoding_match(&e, &y, &extra, &f), 0);
	expect(&e, &y,
	       "a: 0.5\n"
	       "a=missing: 1\n"
	       "b=u: 0\n"
	       "b=v: 0\n"
	       "b=missing: 1\n");
	mia_encoding_free(&e);
	mia_frame_free(&x);
	mia_frame_free(&y);
}

static void
test_match_faults(void **state)
{
	struct mia_frame x, y;
	struct mia_encoding e;
	struct mia_fault f = {0};
	size_t extra;

	(void)state;
	frame(&x, "a,b\n1,u\n2,v\n");
	fit(&e, &x, MIA_SCALE_NONE);
	frame(&y, "a,B\n1,u\n");
	assert_int_equal(mia_encoding_match(&e, &y, &extra, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "no column 'b'"));
	mia_frame_free(&y);
	f = (struct mia_fault){0};
	frame(&y, "b,a\n1,1\n");
	assert_int_equal(mia_encoding_match(&e, &y, &extra, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "column 'b' holds numbers, but the "
				       "model was trained on text"));
	mia_frame_free(&y);
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

static void
test_save_and_load(void **state)
{
	struct mia_frame x;
	struct mia_encoding e, l;
	struct mia_fault f = {0};
	struct mia_buf b = {0}, again = {0};
	struct mia_bytes in;

	(void)state;
	frame(&x, "a,b!,empty,c\n1.25,u,?,7\n?,3,?,7\n6,?,?,7\n");
	fit(&e, &x, MIA_SCALE_STANDARD);
	mia_encoding_save(&e, &b);
	in = (struct mia_bytes){(unsigned char *)b.s,
				(unsigned char *)b.s + b.n};
	assert_int_equal(mia_encoding_load(&l, &in, &f), 0);
	assert_ptr_equal(in.at, in.end);
	mia_encoding_save(&l, &again);
	assert_int_equal(b.n, again.n);
	assert_memory_equal(b.s, again.s, b.n);
	expect(&l, &x,
	       "a: -1.22474 0 1.22474\n"
	       "a=missing: 0 1 0\n"
	       "b=3: 0 1 0\n"
	       "b=u: 1 0 0\n"
	       "b=missing: 0 0 1\n"
	       "empty=missing: 1 1 1\n"
	       "c: 0 0 0\n");
	mia_encoding_free(&l);
	/* Every cut is a fault, never a crash. */
	for (size_t n = 0; n < b.n; n++) {
		in.at = (unsigned char *)b.s;
		in.end = in.at + n;
		f = (struct mia_fault){0};
		assert_int_equal(mia_encoding_load(&l, &in, &f), -1);
		assert_int_equal(f.code, MIA_DATA);
	}
	mia_buf_free(&b);
	mia_buf_free(&again);
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_hot_in_byte_order),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_missing_refused),
		cmocka_unit_test(test_standard_scale),
		cmocka_unit_test(test_unit_scale),
		cmocka_unit_test(test_range_that_cannot_be_scaled),
		cmocka_unit_test(test_fit_on_some_rows),
		cmocka_unit_test(test_byte_medians),
		cmocka_unit_test(test_match_puts_columns_in_order),
		cmocka_unit_test(test_open_column_in_new_rows),
		cmocka_unit_test(test_match_faults),
		cmocka_unit_test(test_save_and_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
