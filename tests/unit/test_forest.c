/* Trees and forests: hand-worked splits, every setting, edges, saved forms.
 * tests/prop/prop_forest.c has the brute-force twin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "base/par.h"
#include "wood.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void
is_tree(const struct world *w, const char *want)
{
	char *words = world_words(w, 1);

	assert_string_equal(words, want);
	free(words);
}

/*
 * By hand, merit = sum L^2/L + sum R^2/R.  a a a b b a b b at 1 … 8:
 * after 3: 3 + 17/5 = 6.4, the best (after 2 and 6: 5.33).  Then b b a b b:
 * after 5 and after 6 both 2 + 5/3: the lower one; then a b b: 1 + 2.
 */
static void
test_hand(void **state)
{
	static const double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
	static const int32_t y[] = {0, 0, 0, 1, 1, 0, 1, 1};
	struct mia_description d;
	struct world w;
	void *model;

	(void)state;
	world_open(&w, &mia_tree, x, 8, 1, y, 2);
	is_tree(&w, "(f0<=3.5 0 (f0<=5.5 1 (f0<=6.5 0 1)))");
	model = world_fit(&w, 1, 0);
	mia_tree.describe(model, &d);
	assert_int_equal(d.leaves, 4);
	assert_int_equal(d.parameters, 3 * 2 + 4);
	assert_int_equal(d.stored, 0);
	assert_int_equal(d.iterations, 0);
	mia_tree.model_free(model);
	world_set(&w, "max_depth=1");
	is_tree(&w, "(f0<=3.5 0 [0.2 0.8])");
	/* After 3 still; on the right only cuts after 5 and 6 leave 2 rows. */
	world_set(&w, "max_depth=none");
	world_set(&w, "min_samples_leaf=2");
	is_tree(&w, "(f0<=3.5 0 (f0<=5.5 1 "
		    "[0.3333333333 0.6666666667]))");
	/* After 4 alone would do, or nothing. */
	world_set(&w, "min_samples_leaf=4");
	is_tree(&w, "(f0<=4.5 [0.75 0.25] [0.25 0.75])");
	world_set(&w, "min_samples_leaf=5");
	is_tree(&w, "[0.5 0.5]");
	world_set(&w, "min_samples_leaf=1");
	world_set(&w, "min_samples_split=5");
	is_tree(&w, "(f0<=3.5 0 (f0<=5.5 1 "
		    "[0.3333333333 0.6666666667]))");
	world_set(&w, "min_samples_split=6");
	is_tree(&w, "(f0<=3.5 0 [0.2 0.8])");
	world_close(&w);
}

/* Three classes and two features; by hand as above: f0 after 2 gives
 * 2 + (4 + 1 + 1)/4 = 3.5, f1 after 3: 3 + 5/3 = 4.67, the best. */
static void
test_hand_three(void **state)
{
	static const double x[] = {1, 5, 2, 6, 3, 1, 4, 2, 5, 3, 6, 4};
	static const int32_t y[] = {2, 0, 1, 1, 1, 2};
	struct world w;

	(void)state;
	/* f0 1 2 3 4 5 6; f1 5 6 1 2 3 4; in order of f1: 1 1 1 2 2 0 */
	world_open(&w, &mia_tree, x, 6, 2, y, 3);
	world_set(&w, "max_depth=1");
	is_tree(&w, "(f1<=3.5 1 "
		    "[0.3333333333 0 0.6666666667])");
	world_close(&w);
}

/* A cut that lowers no impurity is still taken: exclusive or. */
static void
test_exclusive_or(void **state)
{
	static const double x[] = {0, 0, 0, 1, 1, 0, 1, 1};
	static const int32_t y[] = {0, 1, 1, 0};
	struct world w;
	double *p;
	void *model;

	(void)state;
	world_open(&w, &mia_tree, x, 4, 2, y, 2);
	model = world_fit(&w, 1, 0);
	p = world_predict(&w, model);
	for (size_t i = 0; i < 4; i++)
		assert_true(p[2 * i + (size_t)y[i]] == 1);
	free(p);
	mia_tree.model_free(model);
	world_close(&w);
}

static void
test_threshold(void **state)
{
	static const int32_t y[] = {0, 1};
	const double one = nextafter(1, 2), two = nextafter(one, 2);
	const struct {
		double lo, hi, threshold;
	} is[] = {
		{0, 3, 1.5},
		{-7, 4, -1.5},
		{1, one, 1},	 /* the middle rounds to even, down */
		{one, two, one}, /* and here up: the lower one is taken */
		{-DBL_MAX, DBL_MAX, 0},
		{DBL_MAX / 2, DBL_MAX, DBL_MAX / 4 + DBL_MAX / 2},
		{0, DBL_TRUE_MIN, 0},
		{-DBL_TRUE_MIN, 0, -DBL_TRUE_MIN},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(is); i++) {
		double x[] = {is[i].lo, is[i].hi};
		struct world w;
		struct wood s;
		void *model;

		world_open(&w, &mia_tree, x, 2, 1, y, 2);
		model = world_fit(&w, 1, 0);
		wood_read(&s, &w, model);
		assert_int_equal(s.node[0].feature, 0);
		assert_true(s.node[0].threshold == is[i].threshold);
		wood_free(&s);
		mia_tree.model_free(model);
		world_close(&w);
	}
}

/* Values of rows outside the sample do not move thresholds, but those rows
 * fall on the right side. */
static void
test_outside_sample(void **state)
{
	static const double x[] = {1, 2, 5, 6, 10};
	static const int32_t y[] = {0, 1, 1, 0, 1};
	struct world w;
	double *p;
	void *model;

	(void)state;
	world_open(&w, &mia_tree, x, 5, 1, y, 2);
	w.rows[0] = 0;
	w.rows[1] = 4;
	w.n_rows = 2;
	is_tree(&w, "(f0<=5.5 0 1)");
	model = world_fit(&w, 1, 0);
	p = world_predict(&w, model);
	assert_true(p[1] == 0 && p[3] == 0 && p[5] == 0);
	assert_true(p[7] == 1 && p[9] == 1);
	free(p);
	mia_tree.model_free(model);
	world_close(&w);
}

static void
test_class_weight(void **state)
{
	static const double same[] = {7, 7, 7, 7};
	static const int32_t few[] = {0, 0, 0, 1};
	static const double x[] = {1, 2, 3, 4, 5, 6, 7};
	static const int32_t y[] = {0, 0, 0, 1, 0, 0, 1};
	struct world w;

	(void)state;
	/* Weights 4/(2*3) and 4/(2*1). */
	world_open(&w, &mia_tree, same, 4, 1, few, 2);
	is_tree(&w, "[0.75 0.25]");
	world_set(&w, "class_weight=balanced");
	is_tree(&w, "[0.5 0.5]");
	world_close(&w);
	/* After 6: 26/6 + 1 = 5.33, the best; after 3: 3 + 8/4 = 5. */
	world_open(&w, &mia_tree, x, 7, 1, y, 2);
	world_set(&w, "max_depth=1");
	is_tree(&w, "(f0<=6.5 [0.8333333333 0.1666666667] 1)");
	/* Weights .7 and 1.75.  After 6: (3.5^2 + 1.75^2)/5.25 + 1.75 = 4.67;
	 * after 3: 2.1 + (1.4^2 + 3.5^2)/4.9 = 5, the best. */
	world_set(&w, "class_weight=balanced");
	is_tree(&w, "(f0<=3.5 0 [0.2857142857 0.7142857143])");
	world_close(&w);
}

static void
test_edges(void **state)
{
	static const double x[] = {1, 9, 2, 9, 3, 9};
	static const int32_t mixed[] = {0, 3, 0}, one[] = {2, 2, 2};
	struct mia_sample none = {NULL, 0, mixed, 4};
	struct mia_fault f = {0};
	struct world w;
	double *p;
	void *model;

	(void)state;
	/* Classes 1 and 2 are missing from the sample: exactly 0. */
	world_open(&w, &mia_forest, x, 3, 2, mixed, 4);
	model = world_fit(&w, 1, 0);
	p = world_predict(&w, model);
	for (size_t i = 0; i < 3; i++) {
		assert_true(p[4 * i + 1] == 0 && p[4 * i + 2] == 0);
		assert_float_equal(p[4 * i] + p[4 * i + 3], 1, 1e-12);
	}
	free(p);
	mia_forest.model_free(model);
	/* One row. */
	w.n_rows = 1;
	is_tree(&w, "0");
	/* None. */
	assert_int_equal(mia_forest.fit(&model, w.prep, &none, &w.h, 1, 0, &f),
			 -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "no rows"));
	world_close(&w);
	/* One class. */
	world_open(&w, &mia_forest, x, 3, 2, one, 4);
	is_tree(&w, "2");
	world_close(&w);
	/* Constant features, and none at all. */
	for (size_t d = 0; d < 2; d++) {
		static const double same[] = {5, 5, 5};

		world_open(&w, &mia_tree, same, 3, d, mixed, 4);
		is_tree(&w, "[0.6666666667 0 0 0.3333333333]");
		world_close(&w);
	}
}

static void
test_limits(void **state)
{
	static const double x[] = {1, 2};
	int32_t y[] = {0, 70000};
	struct mia_fault f = {0};
	struct mia_sample s = {.n = 2, .label = y, .classes = 70001};
	struct world w;
	void *model = NULL;

	(void)state;
	world_open(&w, &mia_forest, x, 2, 1, y, 70001);
	s.rows = w.rows;
	assert_int_equal(mia_forest.fit(&model, w.prep, &s, &w.h, 1, 0, &f),
			 -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "65536"));
	world_close(&w);
}

static void
test_bad_settings(void **state)
{
	static const char *const bad[] = {
		"trees=0",
		"trees=1.5",
		"trees=many",
		"max_depth=0",
		"max_depth=-3",
		"min_samples_leaf=0",
		"min_samples_split=1",
		"max_features=0",
		"max_features=-2",
		"max_features=most",
		"bootstrap=maybe",
		"class_weight=heavy",
	};
	static const double x[] = {1};
	static const int32_t y[] = {0};
	struct mia_fault f;
	struct world w;
	void *prep;

	(void)state;
	world_open(&w, &mia_forest, x, 1, 1, y, 1);
	for (size_t i = 0; i < COUNT(bad); i++) {
		f = (struct mia_fault){0};
		assert_int_equal(mia_hyper_set(&w.h, bad[i], &f), -1);
		assert_int_equal(f.code, MIA_USAGE);
	}
	world_set(&w, "max_features=2.5");
	f = (struct mia_fault){0};
	assert_int_equal(mia_forest.prepare(&prep, &w.e, &w.x, &w.h, &f), -1);
	assert_int_equal(f.code, MIA_USAGE);
	assert_non_null(strstr(f.text, "2.5"));
	world_close(&w);
}

/* Only a broken caller can hand one in. */
static void
test_not_finite(void **state)
{
	static const double x[] = {1, .5, 2, .25, 3, .125};
	struct mia_fault f = {0};
	struct mia_encoding e;
	struct mia_hyper h;
	struct mia_frame frame;
	void *prep;

	(void)state;
	make_frame(&frame, x, 3, 2);
	assert_int_equal(mia_encoding_fit(&e, &frame, NULL, 0, MIA_SCALE_NONE,
					  MIA_MISSING_REFUSE, &f),
			 0);
	assert_int_equal(frame.column[1].width, sizeof(float));
	((float *)frame.column[1].value)[2] = INFINITY;
	mia_hyper_init(&h, &mia_tree);
	assert_int_equal(mia_tree.prepare(&prep, &e, &frame, &h, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "'f1' holds inf"));
	mia_hyper_free(&h);
	mia_encoding_free(&e);
	mia_frame_free(&frame);
}

/* Rows of noise: the value of every bit matters. */
static void
noise(double *x, int32_t *y, size_t n, size_t d, unsigned classes,
      uint64_t seed)
{
	struct mia_rng r;

	mia_rng_init(&r, seed, "test/noise", n);
	for (size_t i = 0; i < n * d; i++)
		x[i] = mia_rng_normal(&r);
	for (size_t i = 0; i < n; i++)
		y[i] = (int32_t)mia_rng_below(&r, classes);
}

#define N 90
#define D 9
#define K 4

static void
noise_world(struct world *w, const struct mia_learner *l, uint64_t seed)
{
	double x[N * D];
	int32_t y[N];

	noise(x, y, N, D, K, seed);
	world_open(w, l, x, N, D, y, K);
	world_set(w, l == &mia_forest ? "trees=10" : "max_depth=none");
}

static void
saved(const struct world *w, const void *model, struct mia_buf *b)
{
	b->n = 0;
	w->l->save(model, b);
}

/* Each setting changes the forest, as far as seen from outside. */
static void
test_settings_matter(void **state)
{
	static const char *const setting[] = {
		"trees=11",
		"max_depth=3",
		"min_samples_leaf=3",
		"min_samples_split=9",
		"max_features=all",
		"max_features=1",
		"max_features=0.6",
		"bootstrap=no",
		"class_weight=balanced",
	};
	struct mia_buf base = {0}, other = {0};
	struct world w;
	void *model;

	(void)state;
	noise_world(&w, &mia_forest, 5);
	model = world_fit(&w, 1, 0);
	saved(&w, model, &base);
	mia_forest.model_free(model);
	for (size_t i = 0; i < COUNT(setting); i++) {
		mia_hyper_free(&w.h);
		mia_hyper_init(&w.h, &mia_forest);
		world_set(&w, "trees=10");
		world_set(&w, setting[i]);
		model = world_fit(&w, 1, 0);
		saved(&w, model, &other);
		assert_true(base.n != other.n ||
			    memcmp(base.s, other.s, base.n) != 0);
		mia_forest.model_free(model);
	}
	world_close(&w);
	mia_buf_free(&base);
	mia_buf_free(&other);
}

/* Settings that mean the same give the same bytes: 9 features. */
static void
test_max_features(void **state)
{
	static const char *const same[][2] = {
		{"max_features=sqrt", "max_features=3"},
		{"max_features=log2", "max_features=3"},
		{"max_features=all", "max_features=9"},
		{"max_features=all", "max_features=1000"},
		{"max_features=0.5", "max_features=4"},
		{"max_features=0.01", "max_features=1"},
	};
	struct mia_buf a = {0}, b = {0};
	struct world w;
	void *model;

	(void)state;
	noise_world(&w, &mia_forest, 6);
	for (size_t i = 0; i < COUNT(same); i++) {
		world_set(&w, same[i][0]);
		model = world_fit(&w, 1, 0);
		saved(&w, model, &a);
		mia_forest.model_free(model);
		world_set(&w, same[i][1]);
		model = world_fit(&w, 1, 0);
		saved(&w, model, &b);
		mia_forest.model_free(model);
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.s, b.s, a.n);
	}
	world_close(&w);
	mia_buf_free(&a);
	mia_buf_free(&b);
}

/*
 * Constant features count, and the search goes on past max_features while
 * nothing but constants was drawn.  One perfect feature, one weak, two
 * constant, two tries: the perfect one is among the first two in 1/2 of the
 * orders, both constants in 1/6, and then it is next in half of those: 7/12.
 * (Constants not counted: 1.)  Rows outside the sample give the constant
 * features 1, 2, 21 or 201 values, lower ones to f2 and higher ones to f3.
 */
static void
test_constant_features(void **state)
{
	static const double sample[] = {0, 0, 5, 5, 0, 1, 5, 5, 1, 0, 5, 5,
					0, 0, 5, 5, 1, 1, 5, 5, 1, 1, 5, 5};
	static const size_t more[] = {0, 1, 20, 200};
	const size_t trees = 4000;
	double x[206 * 4] = {0};
	int32_t y[206] = {0, 0, 1, 0, 1, 1};

	(void)state;
	memcpy(x, sample, sizeof(sample));
	for (size_t i = 0; i < 200; i++) {
		x[4 * (6 + i) + 2] = 4 - (double)i;
		x[4 * (6 + i) + 3] = 6 + (double)i;
	}
	for (size_t k = 0; k < COUNT(more); k++) {
		size_t perfect = 0;
		struct world w;
		struct wood s;
		void *model;

		world_open(&w, &mia_forest, x, 6 + more[k], 4, y, 2);
		w.n_rows = 6;
		world_set(&w, "trees=4000");
		world_set(&w, "bootstrap=no");
		world_set(&w, "max_features=2");
		model = world_fit(&w, 3, k);
		wood_read(&s, &w, model);
		assert_int_equal(s.trees, trees);
		for (size_t i = 0; i < trees; i++) {
			long f = s.node[s.root[i]].feature;

			assert_in_range(f, 0, 1);
			perfect += f == 0;
		}
		/* 4.5 deviations of sqrt(7 * 5 / 144 / 4000) = .0078 */
		assert_float_equal((double)perfect / (double)trees, 7.0 / 12,
				   .035);
		wood_free(&s);
		mia_forest.model_free(model);
		world_close(&w);
	}
}

static void
test_round_trip(void **state)
{
	struct mia_buf first = {0}, second = {0};
	struct mia_description d, e;
	struct mia_encoding enc;
	struct mia_frame x;
	struct mia_fault f = {0};
	struct world w;
	double y[8 * D], *p, *q;
	uint32_t odd[] = {5, 7, 5, 0, 2};
	void *model, *again, *prep;

	(void)state;
	noise_world(&w, &mia_forest, 7);
	world_set(&w, "min_samples_leaf=2"); /* mixed leaves too */
	model = world_fit(&w, 1, 0);
	saved(&w, model, &first);
	world_load(&w, &again, &first);
	saved(&w, again, &second);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.s, second.s, first.n);
	p = world_predict(&w, model);
	q = world_predict(&w, again);
	assert_memory_equal(p, q, N * K * sizeof(*p));
	mia_forest.describe(model, &d);
	mia_forest.describe(again, &e);
	assert_memory_equal(&d, &e, sizeof(d));
	free(q);

	/* Rows 11, 22, … of the same frame in a small one of their own. */
	for (size_t i = 0; i < 8; i++)
		memcpy(y + i * D, w.value + 11 * i * D, D * sizeof(*y));
	make_frame(&x, y, 8, D);
	enc = w.e;
	assert_int_equal(mia_forest.prepare(&prep, &enc, &x, &w.h, &f), 0);
	q = mia_alloc(COUNT(odd) * K, sizeof(*q));
	assert_int_equal(
		mia_forest.predict(again, prep, odd, COUNT(odd), q, &f), 0);
	for (size_t i = 0; i < COUNT(odd); i++)
		assert_memory_equal(q + i * K, p + 11 * odd[i] * K,
				    K * sizeof(*q));
	mia_forest.prepare_free(prep);
	mia_frame_free(&x);
	free(p);
	free(q);
	mia_forest.model_free(model);
	mia_forest.model_free(again);
	world_close(&w);
	mia_buf_free(&first);
	mia_buf_free(&second);
}

static int
try_load(const struct world *w, const char *s, size_t n, struct mia_fault *f)
{
	/* A copy of its own size, for the sanitizer to guard. */
	char *copy = mia_copy(s, n);
	struct mia_bytes b = {(unsigned char *)copy, (unsigned char *)copy + n};
	void *model = NULL;
	int rc = w->l->load(&model, &b, w->d, w->classes, &w->h, f);

	if (rc == 0) {
		double *p = world_predict(w, model);

		for (size_t i = 0; i < w->n * w->classes; i++)
			assert_true(p[i] >= 0 && p[i] <= 1 + 1e-9);
		free(p);
		w->l->model_free(model);
	}
	free(copy);
	return rc;
}

/* Every prefix is refused; every changed bit is refused or is still a model
 * that answers with probabilities. */
static void
test_damage(void **state)
{
	struct mia_buf b = {0};
	struct mia_fault f;
	struct world w;
	size_t refused = 0;
	void *model;

	(void)state;
	noise_world(&w, &mia_forest, 8);
	world_set(&w, "trees=2");
	world_set(&w, "max_depth=3");
	model = world_fit(&w, 1, 0);
	saved(&w, model, &b);
	mia_forest.model_free(model);
	for (size_t i = 0; i < b.n; i++) {
		f = (struct mia_fault){0};
		assert_int_equal(try_load(&w, b.s, i, &f), -1);
		assert_int_equal(f.code, MIA_DATA);
	}
	for (size_t i = 0; i < 8 * b.n; i++) {
		b.s[i / 8] = (char)(b.s[i / 8] ^ 1 << i % 8);
		f = (struct mia_fault){0};
		if (try_load(&w, b.s, b.n, &f) != 0) {
			assert_int_equal(f.code, MIA_DATA);
			refused++;
		}
		b.s[i / 8] = (char)(b.s[i / 8] ^ 1 << i % 8);
	}
	assert_true(refused > b.n);
	world_close(&w);
	mia_buf_free(&b);
}

/* One model for each thing that load looks at; two features, two classes. */
static void
test_refused(void **state)
{
	static const double x[] = {1, 2, 3, 4};
	static const int32_t y[] = {0, 1};
	static const struct {
		const char *what;
		uint32_t token[4]; /* tokens before the doubles */
		double a, b;
	} is[] = {
		{"wrong number of classes", {4, 1, 0}, 1, 0},
		{"wrong number of classes", {4, 3, 0}, 1, 0},
		{"impossible shares", {4, 2, 2, 1}, .5, .5},
		{"impossible shares", {4, 2, 1, 1}, .5, .5},
		{"impossible shares", {4, 2, 1, 0}, .5, .5},
		{"impossible shares", {4, 2, 0, 1}, 1, 0},
		{"impossible shares", {4, 2, 0, 1}, 1.5, -.5},
		{"impossible shares", {4, 2, 0, 1}, NAN, .5},
		{"sum to 1", {4, 2, 0, 1}, .5, .4999},
		{"a feature that", {5}, 0, 0},
		{"a feature that", {UINT32_MAX}, 0, 0},
	};
	struct mia_buf b = {0};
	struct mia_fault f = {0};
	struct world w;

	(void)state;
	world_open(&w, &mia_tree, x, 2, 2, y, 2);
	for (size_t i = 0; i < COUNT(is); i++) {
		const uint32_t *t = is[i].token;

		b.n = 0;
		mia_buf_u32(&b, 1);
		mia_buf_u32(&b, t[0]);
		if (t[0] == 4) {
			mia_buf_u32(&b, t[1]);
			mia_buf_u32(&b, t[2]);
			mia_buf_f64(&b, is[i].a);
			mia_buf_u32(&b, t[3]);
			mia_buf_f64(&b, is[i].b);
			mia_buf_f64(&b, 0); /* room for a third */
			mia_buf_f64(&b, 0);
		}
		f = (struct mia_fault){0};
		assert_int_equal(try_load(&w, b.s, b.n, &f), -1);
		assert_int_equal(f.code, MIA_DATA);
		assert_non_null(strstr(f.text, is[i].what));
	}
	/* Two trees where there must be one; a threshold of infinity. */
	b.n = 0;
	mia_buf_u32(&b, 2);
	mia_buf_u32(&b, 2);
	mia_buf_u32(&b, 2);
	f = (struct mia_fault){0};
	assert_int_equal(try_load(&w, b.s, b.n, &f), -1);
	assert_non_null(strstr(f.text, "number of trees"));
	b.n = 0;
	mia_buf_u32(&b, 1);
	mia_buf_u32(&b, 0);
	mia_buf_f64(&b, INFINITY);
	mia_buf_u32(&b, 2);
	mia_buf_u32(&b, 3);
	f = (struct mia_fault){0};
	assert_int_equal(try_load(&w, b.s, b.n, &f), -1);
	assert_non_null(strstr(f.text, "threshold"));
	/* A setting that no model was trained with. */
	world_set(&w, "max_features=1.5");
	f = (struct mia_fault){0};
	assert_int_equal(try_load(&w, b.s, b.n, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "max_features is 1.5"));
	world_close(&w);
	mia_buf_free(&b);
}

/* Seed and item each name a forest; the same two give the same bytes. */
static void
test_seeds(void **state)
{
	static const uint64_t key[][2] = {{1, 0}, {1, 0}, {2, 0}, {1, 1}};
	struct mia_buf b[4] = {0};
	struct world w;

	(void)state;
	noise_world(&w, &mia_forest, 9);
	for (size_t i = 0; i < 4; i++) {
		void *model = world_fit(&w, key[i][0], key[i][1]);

		saved(&w, model, &b[i]);
		mia_forest.model_free(model);
	}
	assert_int_equal(b[0].n, b[1].n);
	assert_memory_equal(b[0].s, b[1].s, b[0].n);
	for (size_t i = 2; i < 4; i++)
		assert_true(b[i].n != b[0].n ||
			    memcmp(b[i].s, b[0].s, b[0].n) != 0);
	for (size_t i = 0; i < 4; i++)
		mia_buf_free(&b[i]);
	world_close(&w);
}

struct job {
	const struct world *w;
	struct mia_buf *b;
};

static int
fit_one(void *ctx, size_t item, unsigned thread, struct mia_fault *f)
{
	const struct job *j = ctx;
	void *model = world_fit(j->w, 1, item);

	(void)thread;
	(void)f;
	j->w->l->save(model, &j->b[item]);
	j->w->l->model_free(model);
	return 0;
}

static void
test_threads(void **state)
{
	struct mia_buf b[2][8] = {0};
	struct mia_fault f = {0};
	struct world w;

	(void)state;
	noise_world(&w, &mia_forest, 10);
	for (unsigned i = 0; i < 2; i++) {
		struct job j = {&w, b[i]};
		struct mia_par p = {.threads = i == 0 ? 1 : 4,
				    .n = 8,
				    .window = 8,
				    .work = fit_one,
				    .ctx = &j};

		assert_int_equal(mia_par_run(&p, &f), 0);
	}
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(b[0][i].n, b[1][i].n);
		assert_memory_equal(b[0][i].s, b[1][i].s, b[0][i].n);
		mia_buf_free(&b[0][i]);
		mia_buf_free(&b[1][i]);
	}
	world_close(&w);
}

/*
 * What does not depend on the order of rows: the trees grown on all rows of
 * the sample (bootstrap=no; a bootstrap draws by position).
 */
static void
test_row_order(void **state)
{
	struct mia_buf a = {0}, b = {0};
	struct world w, v;
	double x[N * D];
	int32_t y[N];
	void *model;

	(void)state;
	noise_world(&w, &mia_forest, 11);
	for (size_t i = 0; i < N; i++) {
		memcpy(x + i * D, w.value + (i * 37 + 5) % N * D,
		       D * sizeof(*x));
		y[i] = w.label[(i * 37 + 5) % N];
	}
	world_open(&v, &mia_forest, x, N, D, y, K);
	world_set(&w, "bootstrap=no");
	world_set(&v, "bootstrap=no");
	world_set(&v, "trees=10");
	model = world_fit(&w, 1, 0);
	saved(&w, model, &a);
	mia_forest.model_free(model);
	model = world_fit(&v, 1, 0);
	saved(&v, model, &b);
	mia_forest.model_free(model);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.s, b.s, a.n);
	world_close(&w);
	world_close(&v);
	mia_buf_free(&a);
	mia_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hand),
		cmocka_unit_test(test_hand_three),
		cmocka_unit_test(test_exclusive_or),
		cmocka_unit_test(test_threshold),
		cmocka_unit_test(test_outside_sample),
		cmocka_unit_test(test_class_weight),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_bad_settings),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_settings_matter),
		cmocka_unit_test(test_max_features),
		cmocka_unit_test(test_constant_features),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_row_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
