#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/logistic.h"
#include "maths/rng.h"
#include "learn.h"

/* Instead of the library's table, so that no other learner is linked. */
const struct mia_learner *const mia_learners[] = {&mia_logistic, NULL};

static const struct mia_logistic_opts tight = {1, 1e-12, 100000, true, false};

/* Twelve flowers of Fisher's iris data; the last input is the intercept's. */
static const double flower[12][4] = {
	{5.1, 3.5, 1.4, 1}, {4.9, 3.0, 1.4, 1}, {7.0, 3.2, 4.7, 1},
	{6.4, 3.2, 4.5, 1}, {6.3, 3.3, 6.0, 1}, {5.8, 2.7, 5.1, 1},
	{4.7, 3.2, 1.3, 1}, {6.9, 3.1, 4.9, 1}, {7.1, 3.0, 5.9, 1},
	{5.5, 2.3, 4.0, 1}, {4.6, 3.1, 1.5, 1}, {6.3, 2.9, 5.6, 1},
};
static const uint32_t twelve[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

static void
expect_weights(size_t inputs, const int32_t *label, unsigned classes,
	       const struct mia_logistic_opts *o, const double *want, size_t n)
{
	struct mia_sample s = {twelve, 12, label, classes};
	double x[12 * 4];
	struct mia_logistic m;
	struct mia_fault f = {0};

	for (size_t i = 0; i < 12; i++)
		memcpy(x + i * inputs, flower[i], inputs * sizeof(*x));
	assert_int_equal(mia_logistic_fit(&m, x, inputs, &s, o, &f), 0);
	assert_int_equal(m.inputs * m.columns, n);
	for (size_t i = 0; i < n; i++)
		assert_true(fabs(m.w[i] - want[i]) < 1e-6);
	mia_logistic_free(&m);
}

/*
 * Coefficients and intercepts of scikit-learn 1.2.1, LogisticRegression(
 * tol=1e-13, max_iter=10**6) with SciPy's ftol set to 0.
 */
static void
test_scikit_learn(void **state)
{
	static const int32_t three[] = {0, 0, 1, 1, 2, 2, 0, 1, 2, 1, 0, 2};
	static const int32_t uneven[] = {0, 0, 1, 1, 2, 2, 0, 1, 2, 2, 0, 2};
	static const int32_t two[] = {0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1};
	static const double want_three[] = {
		-0.418174282229,  0.191281990984, -1.10794455438,
		5.81064502649,	  0.580567550858, -0.123731326166,
		-0.150054605836,  -1.6658567903,  -0.16239326863,
		-0.0675506648183, 1.25799916022,  -4.14478823618,
	};
	static const double want_balanced[] = {
		-0.644483953869, 0.496475852982, -1.99272970645,
		9.28390466722,	 1.911807251,	 1.14855914474,
		-0.586945761287, -11.2877463574, -1.26732329713,
		-1.64503499772,	 2.57967546774,	 2.00384169016,
	};
	static const double want_two[] = {-0.25662721027, -0.11086458676,
					  1.37361183569, -5.03052961359};
	static const double want_bare[] = {-0.343535414055, -0.278437848681,
					   0.570879382574};
	struct mia_logistic_opts o = tight;

	(void)state;
	expect_weights(4, three, 3, &o, want_three, 12);
	expect_weights(4, two, 2, &o, want_two, 4);
	o.c = 10;
	o.balanced = true;
	expect_weights(4, uneven, 3, &o, want_balanced, 12);
	o.c = 0.25;
	o.balanced = false;
	o.intercept = false;
	expect_weights(3, two, 2, &o, want_bare, 3);
}

struct problem {
	size_t n, inputs;
	unsigned classes;
	double *x;
	int32_t *label;
	uint32_t *rows;
	struct mia_sample s;
};

/* Rows around a centre of their class; about half of them in the sample. */
static void
draw(struct problem *p, size_t n, size_t features, unsigned classes,
     uint64_t item)
{
	struct mia_rng r;

	mia_rng_init(&r, 1, "test/logistic", item);
	*p = (struct problem){
		.n = n, .inputs = features + 1, .classes = classes};
	p->x = mia_alloc(n * p->inputs, sizeof(*p->x));
	p->label = mia_alloc(n, sizeof(*p->label));
	p->rows = mia_alloc(n, sizeof(*p->rows));
	for (size_t i = 0; i < n; i++) {
		double *x = p->x + i * p->inputs;

		p->label[i] = (int32_t)mia_rng_below(&r, classes);
		for (size_t j = 0; j < features; j++)
			x[j] = mia_rng_normal(&r) +
			       sin(3.0 * (double)j + p->label[i]);
		x[features] = 1;
		if (mia_rng_below(&r, 2) == 0)
			p->rows[p->s.n++] = (uint32_t)i;
	}
	p->s.rows = p->rows;
	p->s.label = p->label;
	p->s.classes = classes;
}

static void
drop(struct problem *p)
{
	free(p->x);
	free(p->label);
	free(p->rows);
}

/* Largest component of the gradient by plain loops, over the sum of weights:
 * the objective is convex, so zero means the one minimum. */
static double
gradient(const struct problem *p, const struct mia_logistic *m,
	 const struct mia_logistic_opts *o)
{
	size_t d = p->inputs, k = m->columns;
	double *g = mia_alloc(d * k, sizeof(*g)), worst = 0, total = 0;
	double *z = mia_alloc(m->present, sizeof(*z));
	size_t *count = mia_alloc(p->classes, sizeof(*count));

	for (size_t i = 0; i < p->s.n; i++)
		count[p->label[p->rows[i]]]++;
	for (size_t i = 0; i < p->s.n; i++) {
		const double *x = p->x + p->rows[i] * d;
		uint32_t y = (uint32_t)p->label[p->rows[i]];
		double weight = 1, sum = 0;

		if (o->balanced)
			weight = (double)p->s.n /
				 ((double)m->present * (double)count[y]);
		total += weight;
		for (size_t c = 0; c < m->present; c++) {
			size_t column = c + k - m->present;

			z[c] = 0;
			for (size_t j = 0; j < d && column < k; j++)
				z[c] += x[j] * m->w[column * d + j];
			sum += exp(z[c]);
		}
		for (size_t c = m->present - k; c < m->present; c++) {
			double slope = exp(z[c]) / sum - (m->name[c] == y);

			for (size_t j = 0; j < d; j++)
				g[(c + k - m->present) * d + j] +=
					weight * slope * x[j];
		}
	}
	for (size_t i = 0; i < d * k; i++) {
		if (!o->intercept || i % d != d - 1)
			g[i] += m->w[i] / o->c;
		worst = fmax(worst, fabs(g[i]) / total);
	}
	free(g);
	free(z);
	free(count);
	return worst;
}

static void
expect_minimum(const struct problem *p, const struct mia_logistic_opts *o)
{
	struct mia_logistic m;
	struct mia_fault f = {0};

	assert_int_equal(mia_logistic_fit(&m, p->x, p->inputs, &p->s, o, &f),
			 0);
	assert_true(m.iterations > 0);
	assert_true(gradient(p, &m, o) < 1.01 * o->tol);
	for (size_t i = 0; i < m.inputs * m.columns; i++)
		m.w[i] *= 0.5;
	assert_true(gradient(p, &m, o) > 2 * o->tol);
	mia_logistic_free(&m);
}

static void
test_gradient_is_zero(void **state)
{
	static const double c[] = {1, 0.01, 100};

	(void)state;
	for (uint64_t i = 0; i < 18; i++) {
		struct mia_logistic_opts o = {c[i % 3], 1e-9, 10000, i % 4 != 3,
					      i % 2 == 1};
		struct problem p;

		draw(&p, 60 + 37 * i, 1 + 5 * i, 2 + (unsigned)i % 7, i);
		expect_minimum(&p, &o);
		drop(&p);
	}
}

/* More than the blocks that are packed once. */
static void
test_big_sample(void **state)
{
	struct mia_logistic_opts o = {1, 1e-4, 1000, true, false};
	struct problem p;

	(void)state;
	draw(&p, 17000, 260, 3, 99);
	assert_true(p.s.n * p.inputs > 2u << 20);
	expect_minimum(&p, &o);
	drop(&p);
}

static void
test_does_not_converge(void **state)
{
	struct mia_logistic_opts o = {1, 1e-9, 2, true, false};
	struct mia_logistic m;
	struct mia_fault f = {0};
	struct problem p;

	(void)state;
	draw(&p, 100, 5, 3, 7);
	assert_int_equal(mia_logistic_fit(&m, p.x, p.inputs, &p.s, &o, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "did not converge"));
	assert_non_null(strstr(f.text, "after 2 steps; raise max_iter"));
	assert_null(m.w);
	f = (struct mia_fault){0};
	p.s.n = 0;
	assert_int_equal(mia_logistic_fit(&m, p.x, p.inputs, &p.s, &o, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "no rows to train on"));
	drop(&p);
}

/* A model of the learner table, from text. */
struct trained {
	struct mia_frame x;
	struct mia_encoding e;
	struct mia_hyper h;
	void *prep, *model;
};

static void
train(struct trained *t, const char *text, const int32_t *label, size_t n,
      unsigned classes, const char *setting)
{
	struct mia_fault f = {0};
	struct mia_sample s = {twelve, n, label, classes};

	assert_int_equal(frame_from(&t->x, text, &f), 0);
	assert_int_equal(mia_encoding_fit(&t->e, &t->x, NULL, 0,
					  mia_logistic.scale,
					  MIA_MISSING_IMPUTE, &f),
			 0);
	mia_hyper_init(&t->h, &mia_logistic);
	if (setting != NULL)
		assert_int_equal(mia_hyper_set(&t->h, setting, &f), 0);
	assert_int_equal(
		mia_logistic.prepare(&t->prep, &t->e, &t->x, &t->h, &f), 0);
	assert_int_equal(
		mia_logistic.fit(&t->model, t->prep, &s, &t->h, 1, 0, &f), 0);
}

static void
untrain(struct trained *t)
{
	mia_logistic.model_free(t->model);
	mia_logistic.prepare_free(t->prep);
	mia_hyper_free(&t->h);
	mia_encoding_free(&t->e);
	mia_frame_free(&t->x);
}

static const char small[] = "a,b\n1,u\n2,v\n3,u\n4,v\n5,w\n6,u\n";

static void
test_logits(void **state)
{
	static const int32_t label[] = {1, 1, 1, 3, 1, 1};
	static const uint32_t rows[] = {5, 0, 0};
	struct trained t;
	struct mia_logistic *m;
	struct mia_fault f = {0};
	double out[3 * 5], x[4];

	(void)state;
	train(&t, small, label, 4, 5, "C=3");
	m = t.model;
	assert_int_equal(m->present, 2);
	assert_int_equal(m->columns, 1);
	assert_int_equal(m->inputs, 5);
	assert_int_equal(
		mia_logistic.predict(t.model, t.prep, rows, 3, out, &f), 0);
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 5; k += 2)
			assert_true(isinf(out[i * 5 + k]) &&
				    out[i * 5 + k] < 0);
		assert_true(out[i * 5 + 1] == 0);
	}
	/* Row 0 by hand: a = -2.5 / sd, u = 1, v = w = 0. */
	x[0] = -2.5 / sqrt(35.0 / 12);
	assert_true(fabs(out[5 + 3] - (x[0] * m->w[0] + m->w[1] + m->w[4])) <
		    1e-12);
	assert_true(out[5 + 3] == out[10 + 3]);
	assert_true(out[5 + 3] != out[3]);
	untrain(&t);
}

static void
test_one_class(void **state)
{
	static const int32_t label[] = {1, 1, 1, 1, 1, 1};
	struct trained t;
	struct mia_fault f = {0};
	struct mia_description d;
	double out[3];

	(void)state;
	train(&t, small, label, 6, 3, NULL);
	assert_int_equal(
		mia_logistic.predict(t.model, t.prep, twelve, 1, out, &f), 0);
	assert_true(isinf(out[0]) && out[0] < 0);
	assert_true(out[1] == 0);
	assert_true(isinf(out[2]) && out[2] < 0);
	mia_logistic.describe(t.model, &d);
	assert_int_equal(d.parameters, 0);
	untrain(&t);
}

static void
test_settings(void **state)
{
	static const int32_t label[] = {0, 1, 2, 0, 1, 2};
	struct trained t;
	struct mia_description d;

	(void)state;
	train(&t, small, label, 6, 3, "intercept=no");
	mia_logistic.describe(t.model, &d);
	assert_int_equal(d.parameters, 12);
	assert_true(d.iterations > 0);
	assert_int_equal(d.leaves, 0);
	assert_int_equal(d.stored, 0);
	untrain(&t);
	train(&t, small, label, 6, 3, "class_weight=balanced");
	mia_logistic.describe(t.model, &d);
	assert_int_equal(d.parameters, 15);
	untrain(&t);
}

static void
test_save_and_load(void **state)
{
	static const int32_t label[] = {0, 1, 4, 0, 1, 4};
	struct trained t;
	struct mia_fault f = {0};
	struct mia_buf b = {0}, again = {0};
	struct mia_bytes in;
	double want[6 * 5], got[6 * 5];
	void *l;

	(void)state;
	train(&t, small, label, 6, 5, NULL);
	mia_logistic.save(t.model, &b);
	in = (struct mia_bytes){(unsigned char *)b.s,
				(unsigned char *)b.s + b.n};
	assert_int_equal(mia_logistic.load(&l, &in, 4, 5, &t.h, &f), 0);
	assert_ptr_equal(in.at, in.end);
	mia_logistic.save(l, &again);
	assert_int_equal(again.n, b.n);
	assert_memory_equal(again.s, b.s, b.n);
	mia_logistic.predict(t.model, t.prep, twelve, 6, want, &f);
	mia_logistic.predict(l, t.prep, twelve, 6, got, &f);
	assert_memory_equal(got, want, sizeof(got));
	mia_logistic.model_free(l);
	for (size_t n = 0; n < b.n; n++) {
		in.at = (unsigned char *)b.s;
		in.end = in.at + n;
		f = (struct mia_fault){0};
		assert_int_equal(mia_logistic.load(&l, &in, 4, 5, &t.h, &f),
				 -1);
		assert_int_equal(f.code, MIA_DATA);
	}
	/* Of other sizes than the file's. */
	for (int i = 0; i < 2; i++) {
		in = (struct mia_bytes){(unsigned char *)b.s,
					(unsigned char *)b.s + b.n};
		f = (struct mia_fault){0};
		assert_int_equal(mia_logistic.load(&l, &in, i == 0 ? 5 : 4,
						   i == 0 ? 5 : 4, &t.h, &f),
				 -1);
		assert_int_equal(f.code, MIA_DATA);
	}
	mia_buf_free(&b);
	mia_buf_free(&again);
	untrain(&t);
}

/* New rows may hold numbers that the encoding or the logits cannot. */
static void
test_huge_values(void **state)
{
	static const char *const bad[] = {"a,b\n1e308,u\n", "a,b\n1e305,u\n"};
	static const int32_t label[] = {0, 0, 1, 1, 0, 1};
	struct trained t;
	double out[2];

	(void)state;
	train(&t, "a,b\n.001,u\n.002,v\n.003,u\n.004,v\n.005,w\n.006,u\n",
	      label, 6, 2, "C=1e9");
	for (int i = 0; i < 2; i++) {
		struct mia_frame x;
		struct mia_fault f = {0};
		void *prep;
		int rc;

		assert_int_equal(frame_from(&x, bad[i], &f), 0);
		rc = mia_logistic.prepare(&prep, &t.e, &x, &t.h, &f);
		if (i == 0) {
			assert_int_equal(rc, -1);
			assert_non_null(strstr(f.text, "'a' is infinite once"));
		} else {
			((struct mia_logistic *)t.model)->w[0] = 1e10;
			assert_int_equal(rc, 0);
			rc = mia_logistic.predict(t.model, prep, twelve, 1, out,
						  &f);
			assert_int_equal(rc, -1);
			assert_non_null(strstr(f.text, "logits are infinite"));
			mia_logistic.prepare_free(prep);
		}
		assert_int_equal(f.code, MIA_DATA);
		mia_frame_free(&x);
	}
	untrain(&t);
}

/* The same model from the same rows under any numbers. */
static void
test_row_numbers_do_not_matter(void **state)
{
	struct problem p, q;
	struct mia_logistic m, l;
	struct mia_fault f = {0};

	(void)state;
	draw(&p, 300, 9, 4, 5);
	draw(&q, 300, 9, 4, 5);
	for (size_t i = 0; i < 300; i++) {
		memcpy(q.x + i * q.inputs, p.x + (299 - i) * p.inputs,
		       p.inputs * sizeof(*p.x));
		q.label[i] = p.label[299 - i];
	}
	for (size_t i = 0; i < p.s.n; i++)
		q.rows[i] = 299 - p.rows[i];
	assert_int_equal(mia_logistic_fit(&m, p.x, p.inputs, &p.s, &tight, &f),
			 0);
	assert_int_equal(mia_logistic_fit(&l, q.x, q.inputs, &q.s, &tight, &f),
			 0);
	assert_memory_equal(m.w, l.w, m.inputs * m.columns * sizeof(*m.w));
	mia_logistic_free(&m);
	mia_logistic_free(&l);
	drop(&p);
	drop(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scikit_learn),
		cmocka_unit_test(test_gradient_is_zero),
		cmocka_unit_test(test_big_sample),
		cmocka_unit_test(test_does_not_converge),
		cmocka_unit_test(test_logits),
		cmocka_unit_test(test_one_class),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_save_and_load),
		cmocka_unit_test(test_huge_values),
		cmocka_unit_test(test_row_numbers_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
