/* The network against a double-precision twin in plain loops, its steps by
 * hand, and all that a user can set. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/mlp.h"
#include "learn/mlp_pass.h"
#include "learn/mlp_step.h"
#include "maths/rng.h"

/* Instead of the library's table, so that no other learner is linked. */
const struct mia_learner *const mia_learners[] = {&mia_mlp, NULL};

#define N	 40
#define FEATURES 5

/* N rows of five features around a centre of their class. */
struct problem {
	float x[N * FEATURES];
	int32_t label[N];
	uint32_t rows[N];
	struct mia_sample s;
};

static void
draw(struct problem *p, unsigned classes)
{
	struct mia_rng r;

	mia_rng_init(&r, 1, "test/mlp", classes);
	for (size_t i = 0; i < N; i++) {
		p->rows[i] = (uint32_t)i;
		p->label[i] = (int32_t)mia_rng_below(&r, classes);
		for (size_t j = 0; j < FEATURES; j++)
			p->x[i * FEATURES + j] =
				(float)(mia_rng_normal(&r) +
					sin(3.0 * (double)j + p->label[i]));
	}
	p->s = (struct mia_sample){p->rows, N, p->label, classes};
}

static struct mia_mlp_opts
plain_opts(void)
{
	return (struct mia_mlp_opts){
		.hidden = 2,
		.units = {7, 3},
		.adam = true,
		.learning_rate = 0.01,
		.beta1 = 0.9,
		.beta2 = 0.999,
		.momentum = 0.9,
		.epochs = 3,
		.batch = 16,
		.patience = 10,
		.cpu = mia_cpu_best(),
	};
}

static void
fit(struct mia_mlp *m, const struct problem *p, const struct mia_mlp_opts *o)
{
	struct mia_fault f = {0};

	assert_int_equal(mia_mlp_fit(m, p->x, FEATURES, &p->s, o, 1, 0, &f), 0);
}

/* The mean loss of the batch in the pass, from weights w. */
static double
twin_loss(const struct mia_mlp_pass *p, const struct mia_mlp *m,
	  const double *w, size_t n, const struct mia_mlp_truth *t,
	  bool dropped)
{
	double a[64], b[64], loss = 0;

	for (size_t i = 0; i < n; i++) {
		double sum = 0, own = 0;
		size_t k = m->present;

		for (size_t j = 0; j < m->width[0]; j++)
			a[j] = p->a[0][i * p->stride[0] + j];
		for (size_t l = 0; l < m->layers; l++) {
			size_t in = m->width[l], out = m->width[l + 1];

			for (size_t j = 0; j < out; j++) {
				b[j] = w[m->bias[l] + j];
				for (size_t q = 0; q < in; q++)
					b[j] += a[q] *
						w[m->weight[l] + q * out + j];
				if (l + 1 == m->layers)
					continue;
				b[j] = m->tanh ? tanh(b[j]) : fmax(b[j], 0);
				if (dropped)
					b[j] *= p->mask[l + 1]
						       [i * p->stride[l + 1] +
							j];
			}
			memcpy(a, b, sizeof(a));
		}
		if (k == 2) {
			a[1] = a[0];
			a[0] = 0;
		}
		for (size_t j = 0; j < k; j++)
			sum += exp(a[j]);
		for (size_t j = 0; j < k; j++) {
			double want = t->smoothing / (double)k;

			want += (1 - t->smoothing) * (j == t->y[i]);
			own += want * a[j];
		}
		loss += t->weight[t->y[i]] * (log(sum) - own);
	}
	return loss / (double)n;
}

/* Finite differences of it along every weight. */
static void
twin_gradient(const struct mia_mlp_pass *p, const struct mia_mlp *m, size_t n,
	      const struct mia_mlp_truth *t, bool dropped, double *g)
{
	double *w = mia_alloc(m->size, sizeof(*w));

	for (size_t i = 0; i < m->size; i++)
		w[i] = m->w[i];
	for (size_t i = 0; i < m->size; i++) {
		double at = w[i], up, down, h = 1e-6;

		w[i] = at + h;
		up = twin_loss(p, m, w, n, t, dropped);
		w[i] = at - h;
		down = twin_loss(p, m, w, n, t, dropped);
		w[i] = at;
		g[i] = (up - down) / (2 * h);
	}
	free(w);
}

static void
expect_gradient(const struct mia_mlp_opts *o, unsigned classes, size_t n,
		const double *weight)
{
	struct mia_mlp m;
	struct mia_mlp_pass p;
	struct mia_rng r;
	uint32_t y[N];
	struct mia_mlp_truth t = {y, weight, o->smoothing};
	struct problem q;
	double loss, *want, worst = 0, largest = 0, *w;
	float *g;

	draw(&q, classes);
	fit(&m, &q, o);
	mia_rng_init(&r, 5, "test/mlp", 0);
	for (size_t i = 0; i < m.size; i++) /* biases that matter */
		m.w[i] *= 1.5f;
	mia_mlp_pass_init(&p, &m, n + 3, o->dropout, o->cpu);
	for (size_t i = 0; i < n; i++) {
		memcpy(p.a[0] + i * p.stride[0], q.x + i * FEATURES,
		       FEATURES * sizeof(*q.x));
		y[i] = (uint32_t)q.label[i];
	}
	g = mia_alloc(m.size, sizeof(*g));
	want = mia_alloc(m.size, sizeof(*want));
	w = mia_alloc(m.size, sizeof(*w));
	for (size_t i = 0; i < m.size; i++)
		w[i] = m.w[i];
	mia_mlp_pass_pack(&p, &m);
	mia_mlp_pass_forward(&p, &m, n, o->dropout > 0 ? &r : NULL);
	assert_int_equal(mia_mlp_pass_loss(&p, &m, n, &t, &loss), 0);
	assert_true(fabs(loss / (double)n -
			 twin_loss(&p, &m, w, n, &t, o->dropout > 0)) < 1e-5);
	twin_gradient(&p, &m, n, &t, o->dropout > 0, want);
	mia_mlp_pass_back(&p, &m, n, g);
	for (size_t i = 0; i < m.size; i++) {
		worst = fmax(worst, fabs(g[i] - want[i]));
		largest = fmax(largest, fabs(want[i]));
	}
	assert_true(largest > 1e-3);
	assert_true(worst < 2e-6 * (1 + largest));
	mia_mlp_pass_free(&p, &m);
	mia_mlp_free(&m);
	free(g);
	free(want);
	free(w);
}

static void
test_gradient(void **state)
{
	static const double even[] = {1, 1, 1, 1}, uneven[] = {.5, 2, 1.25, 3};

	(void)state;
	for (int i = 0; i < 32; i++) {
		struct mia_mlp_opts o = plain_opts();

		o.tanh = i % 2 == 1;
		o.smoothing = i / 2 % 2 == 1 ? 0.2 : 0;
		o.dropout = i / 4 % 2 == 1 ? 0.3 : 0;
		o.hidden = 1 + (size_t)i / 16;
		o.units[0] = 7 + 9 * (size_t)(i % 3);
		expect_gradient(&o, 2 + (unsigned)i % 3, 5 + (size_t)i,
				i / 8 % 2 == 1 ? uneven : even);
	}
}

/* Of n numbers, the first 16 of which were chosen. */
static void
expect_near(const float *got, double want)
{
	assert_true(fabs(got[0] - want) < 1e-6);
	for (size_t i = 1; i < MIA_MLP_PAD; i++)
		assert_true(got[i] == got[0]);
}

static void
all(float *v, double x)
{
	for (size_t i = 0; i < MIA_MLP_PAD; i++)
		v[i] = (float)x;
}

/* Two steps each, worked by hand. */
static void
test_steps(void **state)
{
	(void)state;
	for (int cpu = 0; cpu < MIA_CPUS; cpu++) {
		struct mia_mlp_step s = {.rate = 0.1f, .beta1 = 0.5f};
		float w[MIA_MLP_PAD], g[MIA_MLP_PAD];
		float m[MIA_MLP_PAD] = {0}, v[MIA_MLP_PAD] = {0};

		if (!mia_cpu_has(cpu))
			continue;
		/* 0.5 + 0.2 = 0.7; 1 - 0.07 */
		s.decay = 0.2f;
		all(w, 1);
		all(g, 0.5);
		mia_mlp_momentum(cpu, MIA_MLP_PAD, w, g, m, &s);
		expect_near(w, 0.93);
		/* -0.25 + 0.186 + 0.35 = 0.286 */
		all(g, -0.25);
		mia_mlp_momentum(cpu, MIA_MLP_PAD, w, g, m, &s);
		expect_near(m, 0.286);
		expect_near(w, 0.9014);

		/* m = 0.05, v = 0.00025; corrected 0.5 and 0.25 */
		s = (struct mia_mlp_step){.rate = (float)(0.1 / (1 - 0.9)),
					  .beta1 = 0.9f,
					  .beta2 = 0.999f,
					  .root = (float)(1 / sqrt(0.001))};
		memset(m, 0, sizeof(m));
		all(w, 1);
		all(g, 0.5);
		mia_mlp_adam(cpu, MIA_MLP_PAD, w, g, m, v, &s);
		expect_near(w, 0.9);
		/* m = 0.02, v = 0.00031225; corrected by 0.19, 0.001999 */
		s.rate = (float)(0.1 / 0.19);
		s.root = (float)(1 / sqrt(0.001999));
		all(g, -0.25);
		mia_mlp_adam(cpu, MIA_MLP_PAD, w, g, m, v, &s);
		expect_near(m, 0.02);
		expect_near(v, 0.00031225);
		expect_near(w, 0.873366295);
		/* Decay alone: 0.5 w, and a step of the rate. */
		s = (struct mia_mlp_step){0.1f, 0, 0, 1, 0.5f};
		all(g, 0);
		all(w, 2);
		mia_mlp_adam(cpu, MIA_MLP_PAD, w, g, m, v, &s);
		expect_near(w, 1.9);
	}
}

static void
test_no_denormals(void **state)
{
	struct mia_mlp_step s = {0.1f, 0.5f, 0.5f, 1, 0};
	float w[MIA_MLP_PAD] = {0}, g[MIA_MLP_PAD] = {0};
	float m[MIA_MLP_PAD], v[MIA_MLP_PAD];

	(void)state;
	all(m, 1e-36);
	all(v, 1e-36);
	mia_mlp_adam(mia_cpu_best(), MIA_MLP_PAD, w, g, m, v, &s);
	assert_true(m[0] == 0 && v[0] == 0);
	all(m, 1e-36);
	mia_mlp_momentum(mia_cpu_best(), MIA_MLP_PAD, w, g, m, &s);
	assert_true(m[0] == 0);
}

static void
test_tanh(void **state)
{
	enum { SIZE = 40000 };
	float *x = mia_alloc(SIZE, sizeof(*x)), *y = mia_alloc(SIZE, 4);
	double worst = 0;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 3, "test/mlp", 0);
	for (size_t i = 0; i < SIZE; i++)
		x[i] = (float)((2 * mia_rng_uniform(&r) - 1) *
			       exp2((double)mia_rng_below(&r, 40) - 33));
	x[0] = 0;
	x[1] = 1e30f;
	x[2] = -1e30f;
	memcpy(y, x, SIZE * sizeof(*y));
	mia_mlp_tanh(mia_cpu_best(), SIZE, y);
	assert_true(y[0] == 0 && y[1] == 1 && y[2] == -1);
	for (int cpu = 0; cpu < MIA_CPUS; cpu++) {
		float odd[MIA_MLP_PAD];

		if (!mia_cpu_has(cpu))
			continue;
		all(odd, NAN);
		mia_mlp_relu(cpu, MIA_MLP_PAD, odd);
		assert_true(isnan(odd[0]));
		mia_mlp_tanh(cpu, MIA_MLP_PAD, odd);
		assert_true(isnan(odd[0]));
	}
	for (size_t i = 0; i < SIZE; i++) {
		double want = tanh(x[i]);
		float near = fabsf((float)want);
		double unit = nextafterf(near, INFINITY) - near;

		worst = fmax(worst, fabs(y[i] - want) / unit);
	}
	assert_true(worst <= 3);
	free(x);
	free(y);
}

/* Whether b is a after a step of 0.25 along the whole sample's gradient. */
static void
expect_step(const struct mia_mlp *a, const struct mia_mlp *b,
	    const struct problem *q, double decay)
{
	static const double even[] = {1, 1, 1};
	uint32_t y[N];
	struct mia_mlp_truth t = {y, even, 0.1};
	double *g = mia_alloc(a->size, sizeof(*g));
	struct mia_mlp_pass p;

	mia_mlp_pass_init(&p, a, N, 0, mia_cpu_best());
	for (size_t i = 0; i < N; i++) {
		memcpy(p.a[0] + i * p.stride[0], q->x + i * FEATURES,
		       FEATURES * sizeof(*q->x));
		y[i] = (uint32_t)q->label[i];
	}
	twin_gradient(&p, a, N, &t, false, g);
	for (size_t l = 0; l < a->layers; l++) {
		for (size_t i = 0; i < a->width[l] * a->width[l + 1]; i++) {
			size_t at = a->weight[l] + i;

			assert_true(fabs(b->w[at] - a->w[at] +
					 0.25 * (g[at] + decay * a->w[at])) <
				    2e-6);
		}
		for (size_t i = 0; i < a->width[l + 1]; i++) {
			size_t at = a->bias[l] + i;

			assert_true(fabs(b->w[at] - a->w[at] + 0.25 * g[at]) <
				    2e-6);
		}
	}
	free(g);
	mia_mlp_pass_free(&p, a);
}

/* One batch of everything: the start, and two steps without momentum. */
static void
test_first_steps(void **state)
{
	const double end[] = {sqrt(6.0 / 12), sqrt(6.0 / 10), sqrt(6.0 / 6)};
	struct mia_mlp_opts o = plain_opts();
	struct mia_mlp start, one, two;
	struct problem q;

	(void)state;
	draw(&q, 3);
	o.adam = false;
	o.momentum = 0;
	o.epochs = 1;
	o.batch = 1000;
	o.smoothing = 0.1;
	o.learning_rate = 0; /* stays at the start */
	fit(&start, &q, &o);
	o.learning_rate = 0.25;
	o.weight_decay = 0.5;
	fit(&one, &q, &o);
	assert_int_equal(one.steps, 1);
	o.epochs = 2;
	fit(&two, &q, &o);
	expect_step(&start, &one, &q, 0.5);
	expect_step(&one, &two, &q, 0.5);
	for (size_t l = 0; l < 3; l++) {
		double most = 0;

		for (size_t i = 0; i < start.width[l] * start.width[l + 1]; i++)
			most = fmax(most, fabs(start.w[start.weight[l] + i]));
		assert_true(most <= end[l] && most > 0.8 * end[l]);
		for (size_t i = 0; i < start.width[l + 1]; i++)
			assert_true(start.w[start.bias[l] + i] == 0);
	}
	mia_mlp_free(&start);
	mia_mlp_free(&one);
	mia_mlp_free(&two);
	/* He's: wider by sqrt(12 / 5), the last layer as it was. */
	o.he = true;
	o.learning_rate = 0;
	o.epochs = 1;
	fit(&one, &q, &o);
	o.he = false;
	fit(&two, &q, &o);
	for (size_t i = 0; i < 35; i++)
		assert_true(fabs(one.w[i] - sqrt(12.0 / 5) * two.w[i]) < 1e-6);
	assert_memory_equal(one.w + one.weight[2], two.w + two.weight[2],
			    9 * sizeof(*two.w));
	mia_mlp_free(&one);
	mia_mlp_free(&two);
}

static void
test_same_bytes_on_every_cpu(void **state)
{
	struct problem q;

	(void)state;
	draw(&q, 3);
	for (int i = 0; i < 8; i++) {
		struct mia_mlp_opts o = plain_opts();
		struct mia_mlp want;
		double z[N * 3], got[N * 3];
		struct mia_fault f = {0};

		o.tanh = i % 2 == 1;
		o.adam = i / 2 % 2 == 1;
		o.dropout = i / 4 % 2 == 1 ? 0.25 : 0;
		o.units[0] = 67;
		o.weight_decay = 1e-3;
		o.validation_share = 0.2;
		o.epochs = 5;
		o.cpu = MIA_CPU_PLAIN;
		fit(&want, &q, &o);
		mia_mlp_predict(&want, o.cpu, q.x, q.rows, N, z, &f);
		for (o.cpu = 1; o.cpu < MIA_CPUS; o.cpu++) {
			struct mia_mlp m;

			if (!mia_cpu_has(o.cpu))
				continue;
			fit(&m, &q, &o);
			assert_memory_equal(m.w, want.w,
					    want.size * sizeof(*m.w));
			mia_mlp_predict(&m, o.cpu, q.x, q.rows, N, got, &f);
			assert_memory_equal(got, z, sizeof(z));
			mia_mlp_free(&m);
		}
		mia_mlp_free(&want);
	}
}

static void
test_xor(void **state)
{
	static const float x[] = {0, 0, 0, 1, 1, 0, 1, 1};
	static const int32_t label[] = {0, 1, 1, 0};
	static const uint32_t rows[] = {0, 1, 2, 3};
	struct mia_sample s = {rows, 4, label, 2};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct mia_mlp_opts o = plain_opts();
		struct mia_fault f = {0};
		struct mia_mlp m;
		double out[8];

		o.hidden = 1;
		o.units[0] = 16;
		o.tanh = i % 2 == 1;
		o.adam = i / 2 == 1;
		o.learning_rate = 0.05;
		o.epochs = 400;
		assert_int_equal(mia_mlp_fit(&m, x, 2, &s, &o, 1, 0, &f), 0);
		assert_int_equal(
			mia_mlp_predict(&m, o.cpu, x, rows, 4, out, &f), 0);
		for (size_t r = 0; r < 4; r++)
			assert_true(out[2 * r + (size_t)label[r]] >
				    out[2 * r + 1 - (size_t)label[r]] + 2);
		mia_mlp_free(&m);
	}
}

static void
test_classes(void **state)
{
	struct mia_mlp_opts o = plain_opts();
	struct mia_mlp m, even;
	struct mia_fault f = {0};
	struct problem q;
	double out[N * 6];

	(void)state;
	draw(&q, 2);
	for (size_t i = 0; i < N; i++)
		q.label[i] = i % 2 == 0 ? 4 : 1;
	q.s.classes = 6;
	fit(&m, &q, &o);
	assert_int_equal(m.present, 2);
	assert_int_equal(mia_mlp_predict(&m, o.cpu, q.x, q.rows, N, out, &f),
			 0);
	for (size_t i = 0; i < N * 6; i++) {
		size_t k = i % 6;

		if (k == 1 || k == 4)
			assert_true(isfinite(out[i]));
		else
			assert_true(isinf(out[i]) && out[i] < 0);
	}
	/* Balanced weights are 1 where classes are as big. */
	o.balanced = true;
	fit(&even, &q, &o);
	assert_memory_equal(m.w, even.w, m.size * sizeof(*m.w));
	mia_mlp_free(&even);
	q.label[0] = 1;
	fit(&even, &q, &o);
	mia_mlp_free(&m);
	o.balanced = false;
	fit(&m, &q, &o);
	assert_memory_not_equal(m.w, even.w, m.size * sizeof(*m.w));
	mia_mlp_free(&even);
	mia_mlp_free(&m);
	/* One class: nothing to learn. */
	for (size_t i = 0; i < N; i++)
		q.label[i] = 3;
	fit(&m, &q, &o);
	assert_int_equal(m.layers, 0);
	assert_int_equal(mia_mlp_parameters(&m), 0);
	assert_int_equal(mia_mlp_predict(&m, o.cpu, q.x, q.rows, 2, out, &f),
			 0);
	assert_true(out[3] == 0 && out[9] == 0);
	assert_true(isinf(out[2]) && isinf(out[4]));
	mia_mlp_free(&m);
	q.s.n = 0;
	assert_int_equal(mia_mlp_fit(&m, q.x, FEATURES, &q.s, &o, 1, 0, &f),
			 -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "no rows to train on"));
}

static void
test_small_samples(void **state)
{
	struct mia_mlp_opts o = plain_opts();
	struct mia_mlp m, same;
	struct problem q;

	(void)state;
	draw(&q, 3);
	for (size_t i = 0; i < N; i++)
		q.x[i * FEATURES + 2] = 0; /* constant */
	/* A batch larger than the sample is the sample. */
	o.batch = N;
	fit(&m, &q, &o);
	assert_int_equal(m.steps, 3);
	o.batch = 1000000;
	fit(&same, &q, &o);
	assert_memory_equal(m.w, same.w, m.size * sizeof(*m.w));
	mia_mlp_free(&same);
	/* Nothing pulls at the weights of a constant 0. */
	o.learning_rate = 0;
	fit(&same, &q, &o);
	assert_memory_equal(m.w + 14, same.w + 14, 7 * sizeof(*m.w));
	assert_memory_not_equal(m.w, same.w, 7 * sizeof(*m.w));
	mia_mlp_free(&m);
	mia_mlp_free(&same);
	/* The last batch of an epoch is smaller. */
	o = plain_opts();
	fit(&m, &q, &o);
	assert_int_equal(m.steps, 9);
	mia_mlp_free(&m);
	/* One row, also where it should stop training. */
	q.s.n = 1;
	o.validation_share = 0.5;
	fit(&m, &q, &o);
	assert_int_equal(m.present, 1);
	mia_mlp_free(&m);
	q.s.n = 2;
	q.label[0] = 0;
	q.label[1] = 1;
	o.batch = 1;
	fit(&m, &q, &o);
	assert_true(m.steps <= 3 && m.steps > 0);
	mia_mlp_free(&m);
}

static void
test_early_stopping(void **state)
{
	struct mia_mlp_opts o = plain_opts();
	struct mia_mlp m, longer;
	struct problem q;

	(void)state;
	draw(&q, 2);
	for (size_t i = 0; i < N; i++) /* nothing to be learned */
		q.label[i] = (int32_t)(i * 7919 % 3 == 0);
	o.epochs = 200;
	o.batch = 1;
	o.validation_share = 0.3;
	o.patience = 5;
	fit(&m, &q, &o);
	/* Whole epochs of 28 rows; not all, since it overfits. */
	assert_true(m.steps % 28 == 0 && m.steps < 100 * 28);
	/* The best is kept, however long it waits. */
	o.patience = 50;
	fit(&longer, &q, &o);
	assert_int_equal(longer.steps, m.steps);
	assert_memory_equal(m.w, longer.w, m.size * sizeof(*m.w));
	mia_mlp_free(&longer);
	/* And is what so many epochs give. */
	o.epochs = m.steps / 28;
	fit(&longer, &q, &o);
	assert_memory_equal(m.w, longer.w, m.size * sizeof(*m.w));
	mia_mlp_free(&longer);
	mia_mlp_free(&m);
}

static void
test_overflow(void **state)
{
	struct mia_mlp_opts o = plain_opts();
	struct mia_mlp m;
	struct problem q;
	struct mia_fault f = {0};
	double out[3];
	float far[FEATURES] = {3e38f, -3e38f, 3e38f, 3e38f, 3e38f};

	(void)state;
	draw(&q, 3);
	o.adam = false;
	o.learning_rate = 1000;
	o.epochs = 100;
	o.momentum = 0.99;
	o.weight_decay = 1;
	assert_int_equal(mia_mlp_fit(&m, q.x, FEATURES, &q.s, &o, 1, 0, &f),
			 -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_string_equal(f.text, "the mlp's numbers overflow; lower "
				    "learning_rate");
	assert_null(m.w);
	o = plain_opts();
	fit(&m, &q, &o);
	for (size_t i = 0; i < m.size; i++)
		m.w[i] *= 100;
	f = (struct mia_fault){0};
	assert_int_equal(mia_mlp_predict(&m, o.cpu, far, q.rows, 1, out, &f),
			 -1);
	assert_int_equal(f.code, MIA_DATA);
	mia_mlp_free(&m);
}

/* A row's logits are its own, in any company. */
static void
test_rows_apart(void **state)
{
	struct mia_mlp_opts o = plain_opts();
	uint32_t many[300];
	struct mia_mlp m;
	struct problem q;
	struct mia_fault f = {0};
	double out[300 * 3], one[3];

	(void)state;
	draw(&q, 3);
	fit(&m, &q, &o);
	for (uint32_t i = 0; i < 300; i++)
		many[i] = i * 7 % N;
	mia_mlp_predict(&m, o.cpu, q.x, many, 300, out, &f);
	for (size_t i = 0; i < 300; i++) {
		mia_mlp_predict(&m, o.cpu, q.x, many + i, 1, one, &f);
		assert_memory_equal(one, out + 3 * i, sizeof(one));
	}
	assert_memory_not_equal(out, out + 3, sizeof(one));
	mia_mlp_free(&m);
}

/* A model of the learner table: its saved form. */
static void
save_with(const struct problem *q, const char *const *setting, uint64_t seed,
	  uint64_t item, struct mia_buf *b)
{
	struct mia_fault f = {0};
	struct mia_encoding e;
	struct mia_frame x;
	struct mia_hyper h;
	void *prep, *model;

	mia_frame_init(&x, FEATURES);
	for (size_t j = 0; j < FEATURES; j++)
		mia_frame_name(&x, j, mia_text("f"), false);
	for (size_t i = 0; i < N; i++) {
		struct mia_text field[FEATURES];
		struct mia_buf text[FEATURES] = {{0}};

		for (size_t j = 0; j < FEATURES; j++) {
			mia_buf_format(&text[j], "%.9g",
				       q->x[i * FEATURES + j]);
			field[j] = (struct mia_text){text[j].s, text[j].n};
		}
		assert_int_equal(
			mia_frame_append(&x, field, (struct mia_text){0}, &f),
			0);
		for (size_t j = 0; j < FEATURES; j++)
			mia_buf_free(&text[j]);
	}
	assert_int_equal(mia_encoding_fit(&e, &x, NULL, 0, mia_mlp.scale,
					  MIA_MISSING_IMPUTE, &f),
			 0);
	mia_hyper_init(&h, &mia_mlp);
	for (; *setting != NULL; setting++)
		assert_int_equal(mia_hyper_set(&h, *setting, &f), 0);
	assert_int_equal(mia_mlp.prepare(&prep, &e, &x, &h, &f), 0);
	assert_int_equal(mia_mlp.fit(&model, prep, &q->s, &h, seed, item, &f),
			 0);
	mia_mlp.save(model, b);
	mia_mlp.model_free(model);
	mia_mlp.prepare_free(prep);
	mia_hyper_free(&h);
	mia_encoding_free(&e);
	mia_frame_free(&x);
}

static bool
differ(const struct mia_buf *a, const struct mia_buf *b)
{
	return a->n != b->n || memcmp(a->s, b->s, a->n) != 0;
}

static void
test_settings(void **state)
{
	static const char *const way[][5] = {
		{NULL},
		{"layers=128,63"},
		{"layers=128"},
		{"activation=tanh"},
		{"init=he"},
		{"learning_rate=0.002"},
		{"beta1=0.8"},
		{"beta2=0.99"},
		{"weight_decay=0.01"},
		{"dropout=0.1"},
		{"label_smoothing=0.1"},
		{"epochs=49"},
		{"batch=31"},
		{"class_weight=balanced"},
		{"optimizer=sgd"},
		{"optimizer=sgd", "momentum=0.8"},
		{"validation_share=0.3"},
		{"validation_share=0.4"},
		{"validation_share=0.3", "patience=1", "learning_rate=0.0001",
		 "batch=1"},
	};
	enum { WAYS = sizeof(way) / sizeof(*way) };
	struct mia_buf b[WAYS] = {{0}}, other = {0};
	struct problem q;

	(void)state;
	draw(&q, 3);
	for (size_t i = 0; i < WAYS; i++) {
		save_with(&q, way[i], 1, 0, &b[i]);
		for (size_t j = 0; j < i; j++)
			assert_true(differ(&b[i], &b[j]));
	}
	save_with(&q, way[0], 1, 0, &other);
	assert_false(differ(&other, &b[0]));
	other.n = 0;
	save_with(&q, way[0], 2, 0, &other);
	assert_true(differ(&other, &b[0]));
	other.n = 0;
	save_with(&q, way[0], 1, 1, &other);
	assert_true(differ(&other, &b[0]));
	for (size_t i = 0; i < WAYS; i++)
		mia_buf_free(&b[i]);
	mia_buf_free(&other);
}

static void
expect_refused(const char *one, const char *two, const char *message)
{
	struct mia_encoding e = {.n = 50000};
	struct mia_frame x = {0};
	struct mia_fault f = {0};
	struct mia_hyper h;
	void *prep;

	mia_hyper_init(&h, &mia_mlp);
	assert_int_equal(mia_hyper_set(&h, one, &f), 0);
	if (two != NULL)
		assert_int_equal(mia_hyper_set(&h, two, &f), 0);
	assert_int_equal(mia_mlp.prepare(&prep, &e, &x, &h, &f), -1);
	assert_int_equal(f.code, MIA_USAGE);
	assert_non_null(strstr(f.text, message));
	mia_hyper_free(&h);
}

static void
test_refused(void **state)
{
	(void)state;
	expect_refused("layers=", NULL,
		       "'' is no value of 'layers'; give 1 "
		       "to 16 whole numbers");
	expect_refused("layers=8,", NULL, "'8,' is no value");
	expect_refused("layers=8,0", NULL, "'8,0' is no value");
	expect_refused("layers=8.5", NULL, "'8.5' is no value");
	expect_refused("layers=65537", NULL, "from 1 to 65536");
	expect_refused("layers=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", NULL,
		       "is no value of 'layers'");
	expect_refused("layers=65536", NULL, "give smaller layers");
	expect_refused("momentum=0.5", NULL,
		       "'momentum' changes nothing here; set optimizer=sgd "
		       "too");
	expect_refused("optimizer=sgd", "beta1=0.5", "set optimizer=adam too");
	expect_refused("optimizer=sgd", "beta2=0.5", "set optimizer=adam too");
	expect_refused("patience=3", NULL, "set validation_share too");
}

static struct mia_bytes
bytes(const struct mia_buf *b, size_t n)
{
	const unsigned char *s = (const unsigned char *)b->s;

	return (struct mia_bytes){s, s + n};
}

static void
expect_damaged(const struct mia_buf *b, size_t at, uint32_t value)
{
	struct mia_buf bad = {0};
	struct mia_fault f = {0};
	struct mia_bytes in;
	struct mia_hyper h;
	void *l;

	mia_hyper_init(&h, &mia_mlp);
	assert_int_equal(mia_hyper_set(&h, "layers=6,4", &f), 0);
	mia_buf_add(&bad, b->s, b->n);
	for (size_t i = 0; i < 4; i++)
		bad.s[at + i] = (char)(value >> 8 * i);
	in = bytes(&bad, bad.n);
	assert_int_equal(mia_mlp.load(&l, &in, FEATURES, 3, &h, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	mia_buf_free(&bad);
	mia_hyper_free(&h);
}

static void
test_save_and_load(void **state)
{
	static const char *const setting[] = {"layers=6,4", "activation=tanh",
					      NULL};
	struct mia_buf b = {0}, again = {0};
	struct mia_description d;
	struct mia_fault f = {0};
	struct mia_bytes in;
	struct mia_hyper h;
	struct problem q;
	void *l;

	(void)state;
	draw(&q, 3);
	save_with(&q, setting, 1, 0, &b);
	mia_hyper_init(&h, &mia_mlp);
	for (size_t i = 0; setting[i] != NULL; i++)
		assert_int_equal(mia_hyper_set(&h, setting[i], &f), 0);
	in = bytes(&b, b.n);
	assert_int_equal(mia_mlp.load(&l, &in, FEATURES, 3, &h, &f), 0);
	assert_ptr_equal(in.at, in.end);
	mia_mlp.save(l, &again);
	assert_false(differ(&b, &again));
	mia_mlp.describe(l, &d);
	assert_int_equal(d.parameters, 5 * 6 + 6 + 6 * 4 + 4 + 4 * 3 + 3);
	assert_int_equal(d.iterations, 100);
	assert_int_equal(d.leaves, 0);
	assert_int_equal(d.stored, 0);
	mia_mlp.model_free(l);
	for (size_t n = 0; n < b.n; n++) {
		in = bytes(&b, n);
		f = (struct mia_fault){0};
		assert_int_equal(mia_mlp.load(&l, &in, FEATURES, 3, &h, &f),
				 -1);
		assert_int_equal(f.code, MIA_DATA);
	}
	/* Another shape than the model file says. */
	in = bytes(&b, b.n);
	assert_int_equal(mia_mlp.load(&l, &in, FEATURES + 1, 3, &h, &f), -1);
	in = bytes(&b, b.n);
	assert_int_equal(mia_mlp.load(&l, &in, FEATURES, 2, &h, &f), -1);
	expect_damaged(&b, 8, 0); /* outputs */
	expect_damaged(&b, 8, 4);
	expect_damaged(&b, 12, 1);  /* the second class again */
	expect_damaged(&b, 20, 3);  /* a class too high */
	expect_damaged(&b, 24, 78); /* numbers */
	expect_damaged(&b, 24, UINT32_MAX);
	expect_damaged(&b, 28, 0x7f800000); /* infinity */
	mia_hyper_set(&h, "layers=6,0", &f);
	in = bytes(&b, b.n);
	f = (struct mia_fault){0};
	assert_int_equal(mia_mlp.load(&l, &in, FEATURES, 3, &h, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	mia_hyper_free(&h);
	mia_buf_free(&b);
	mia_buf_free(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradient),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_no_denormals),
		cmocka_unit_test(test_tanh),
		cmocka_unit_test(test_first_steps),
		cmocka_unit_test(test_same_bytes_on_every_cpu),
		cmocka_unit_test(test_xor),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_small_samples),
		cmocka_unit_test(test_early_stopping),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_rows_apart),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_save_and_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
