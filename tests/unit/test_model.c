#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "learn/model.h"
#include "learn.h"

/* Instead of the library's table, so that no other learner is linked. */
const struct mia_learner *const mia_learners[] = {&mia_logistic, NULL};

static const char rows[] = "age,job!,note\n31,3,?\n?,clerk,?\n25,3,?\n"
			   "64,none,?\n47,3,?\n38,clerk,?\n";
static const uint32_t all[] = {0, 1, 2, 3, 4, 5};

/* A model, and its answer to its own rows. */
static void
make(struct mia_model *m, double *answer)
{
	static const int32_t label[] = {0, 1, 2, 0, 1, 2};
	struct mia_sample s = {all, 6, label, 3};
	struct mia_frame x;
	struct mia_fault f = {0};
	void *prep;

	*m = (struct mia_model){.missing = MIA_MISSING_IMPUTE,
				.rows = 6,
				.seed = 77,
				.share = 0.25};
	assert_int_equal(frame_from(&x, rows, &f), 0);
	assert_int_equal(mia_encoding_fit(&m->encoding, &x, NULL, 0,
					  MIA_SCALE_STANDARD,
					  MIA_MISSING_IMPUTE, &f),
			 0);
	mia_hyper_init(&m->hyper, &mia_logistic);
	assert_int_equal(mia_hyper_set(&m->hyper, "C=0.125", &f), 0);
	mia_names_add(&m->classes, mia_text("A"));
	mia_names_add(&m->classes, mia_text("B, C"));
	mia_names_add(&m->classes, mia_text("a"));
	m->missing_text = mia_copy("?", 1);
	m->fit_part = mia_copy("member,aux", 10);
	strcpy(m->data, "0123456789abcdef0123456789abcdef");
	assert_int_equal(
		mia_logistic.prepare(&prep, &m->encoding, &x, &m->hyper, &f),
		0);
	assert_int_equal(
		mia_logistic.fit(&m->fitted, prep, &s, &m->hyper, 1, 0, &f), 0);
	mia_logistic.predict(m->fitted, prep, all, 6, answer, &f);
	mia_logistic.prepare_free(prep);
	mia_frame_free(&x);
}

static struct mia_bytes
bytes(const struct mia_buf *b)
{
	return (struct mia_bytes){(const unsigned char *)b->s,
				  (const unsigned char *)b->s + b->n};
}

/* The checksum after a change. */
static void
sign(struct mia_buf *b)
{
	struct mia_hash h = mia_hash(b->s, b->n - 16, 0);

	b->n -= 16;
	mia_buf_u64(b, h.lo);
	mia_buf_u64(b, h.hi);
}

static void
test_save_and_load(void **state)
{
	struct mia_model m, l;
	struct mia_frame x;
	struct mia_fault f = {0};
	struct mia_buf b = {0}, again = {0};
	double want[18], got[18];
	size_t extra;
	void *prep;

	(void)state;
	make(&m, want);
	mia_buf_text(&b, "before"); /* appended to what is there */
	mia_model_save(&m, &b);
	memmove(b.s, b.s + 6, b.n -= 6);
	assert_memory_equal(b.s, "#mia-model 1\n", 13);
	assert_int_equal(mia_model_load(&l, bytes(&b), &f), 0);
	mia_model_save(&l, &again);
	assert_int_equal(again.n, b.n);
	assert_memory_equal(again.s, b.s, b.n);
	assert_ptr_equal(l.hyper.learner, &mia_logistic);
	assert_string_equal(mia_hyper_text(&l.hyper, "C"), "0.125");
	assert_int_equal(l.classes.n, 3);
	assert_true(mia_text_is(mia_names_text(&l.classes, 1), "B, C"));
	assert_int_equal(l.missing, MIA_MISSING_IMPUTE);
	assert_string_equal(l.missing_text, "?");
	assert_string_equal(l.fit_part, "member,aux");
	assert_int_equal(l.rows, 6);
	assert_int_equal(l.seed, 77);
	assert_string_equal(l.data, m.data);
	assert_string_equal(l.members, "");
	assert_true(l.share == 0.25);
	/* It answers raw rows as before. */
	assert_int_equal(frame_from(&x, rows, &f), 0);
	assert_int_equal(mia_encoding_match(&l.encoding, &x, &extra, &f), 0);
	mia_logistic.prepare(&prep, &l.encoding, &x, &l.hyper, &f);
	mia_logistic.predict(l.fitted, prep, all, 6, got, &f);
	assert_memory_equal(got, want, sizeof(got));
	mia_logistic.prepare_free(prep);
	mia_frame_free(&x);
	mia_model_free(&m);
	mia_model_free(&l);
	mia_model_free(&l); /* empty now */
	mia_buf_free(&b);
	mia_buf_free(&again);
}

static void
expect_fault(const struct mia_buf *b, const char *message)
{
	struct mia_model l;
	struct mia_fault f = {0};

	assert_int_equal(mia_model_load(&l, bytes(b), &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, message));
	assert_null(l.fitted);
}

static void
test_foreign_files(void **state)
{
	static const char *const foreign[] = {
		"", "#", "#mia 1 scores\nid,model\n", "#mia-model",
		"PK\3\4 a zip, as joblib writes it"};
	struct mia_buf b = {0};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		b.n = 0;
		mia_buf_text(&b, foreign[i]);
		mia_buf_string(&b); /* no NULL, even when empty */
		expect_fault(&b, "not a miatools model");
	}
	b.n = 0;
	mia_buf_text(&b, "#mia-model 2\nwhatever follows it here");
	expect_fault(&b, "written in model format 2, and this program reads "
			 "up to 1; use a newer miatools");
	mia_buf_free(&b);
}

/* One bit anywhere, or any cut, is seen. */
static void
test_damage(void **state)
{
	struct mia_model m;
	struct mia_buf b = {0};
	double answer[18];
	size_t n;

	(void)state;
	make(&m, answer);
	mia_model_save(&m, &b);
	n = b.n;
	for (size_t i = 0; i < n; i++) {
		struct mia_model l;
		struct mia_fault f = {0};

		b.s[i] ^= (char)(1 << i % 8);
		assert_int_equal(mia_model_load(&l, bytes(&b), &f), -1);
		assert_int_equal(f.code, MIA_DATA);
		b.s[i] ^= (char)(1 << i % 8);
		b.n = i;
		f = (struct mia_fault){0};
		assert_int_equal(mia_model_load(&l, bytes(&b), &f), -1);
		assert_int_equal(f.code, MIA_DATA);
		b.n = n;
	}
	mia_buf_add(&b, "", 1);
	expect_fault(&b, "damaged; copy it again");
	mia_model_free(&m);
	mia_buf_free(&b);
}

/* The sum is right and the content is not: still no crash, and a fault. */
static void
test_signed_damage(void **state)
{
	struct mia_model m;
	struct mia_buf b = {0}, c = {0};
	double answer[18];
	size_t faults = 0;

	(void)state;
	make(&m, answer);
	mia_model_save(&m, &b);
	for (size_t i = 13; i < b.n - 16; i++) {
		for (int k = 0; k < 4; k++) {
			static const unsigned char flip[] = {1, 0x80, 0xff, 4};
			struct mia_model l;
			struct mia_fault f = {0};

			c.n = 0;
			mia_buf_add(&c, b.s, b.n);
			c.s[i] ^= (char)flip[k];
			sign(&c);
			if (mia_model_load(&l, bytes(&c), &f) == 0)
				mia_model_free(&l);
			else
				faults++;
		}
	}
	assert_true(faults > b.n);
	/* Cut, then signed. */
	for (size_t n = 13 + 16; n < b.n; n++) {
		struct mia_model l;
		struct mia_fault f = {0};

		c.n = 0;
		mia_buf_add(&c, b.s, n);
		sign(&c);
		assert_int_equal(mia_model_load(&l, bytes(&c), &f), -1);
	}
	mia_model_free(&m);
	mia_buf_free(&b);
	mia_buf_free(&c);
}

static void
replace(struct mia_buf *b, const char *from, const char *to)
{
	size_t n = strlen(from);

	for (size_t i = 0; i + n <= b->n; i++)
		if (memcmp(b->s + i, from, n) == 0) {
			memcpy(b->s + i, to, n);
			break;
		}
	sign(b);
}

static void
test_unknown_words(void **state)
{
	struct mia_model m;
	struct mia_buf b = {0};
	double answer[18];

	(void)state;
	make(&m, answer);
	mia_model_save(&m, &b);
	replace(&b, "logistic", "quadrati");
	expect_fault(&b, "trained by the learner 'quadrati', which this "
			 "program does not have");
	replace(&b, "quadrati", "logistic");
	replace(&b, "max_iter", "min_iter");
	expect_fault(&b, "the model's settings: 'logistic' has no setting "
			 "'min_iter'");
	replace(&b, "min_iter", "max_iter");
	replace(&b, "0.125", "0.nan");
	expect_fault(&b, "'0.nan' is no value of 'C'");
	mia_model_free(&m);
	mia_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_save_and_load),
		cmocka_unit_test(test_foreign_files),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_signed_damage),
		cmocka_unit_test(test_unknown_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
