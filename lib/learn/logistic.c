#include "learn/logistic.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/cpu.h"
#include "learn/gemm.h"
#include "learn/lbfgs.h"
#include "learn/softmax.h"

/* What shadows share: the encoded rows, ended by 1 if there is an
 * intercept. */
struct prep {
	size_t n, inputs;
	double *x; /* [n][inputs] */
};

/* Rows of a block of the sample, a multiple of every panel's width, so that
 * a block takes about 256 KiB and stays in the second cache. */
#define BLOCK_ROWS 96
#define BLOCK_SIZE 32768
/* Blocks are packed once up to this many doubles in all, and anew for each
 * evaluation beyond. */
#define PACKED_ONCE (8u << 20)
/* Columns encoded at a time: a cache line of each row. */
#define STRIP 8

static const struct mia_hparam settings[] = {
	{"C", "1", MIA_HYPER_REAL, 1e-12, 1e12, NULL,
	 "inverse strength of the L2 penalty"},
	{"max_iter", "1000", MIA_HYPER_INT, 1, 1e9, NULL,
	 "L-BFGS steps before giving up"},
	{"tol", "1e-6", MIA_HYPER_REAL, 1e-15, 1, NULL,
	 "largest component of the mean gradient at the end"},
	{"intercept", "yes", MIA_HYPER_TEXT, 0, 0, "yes|no",
	 "fit an unpenalised intercept"},
	{"class_weight", "none", MIA_HYPER_TEXT, 0, 0, "none|balanced",
	 "weigh classes by their inverse frequency"},
	{NULL, NULL, MIA_HYPER_TEXT, 0, 0, NULL, NULL},
};

static bool
chosen(const struct mia_hyper *h, const char *name, const char *word)
{
	return strcmp(mia_hyper_text(h, name), word) == 0;
}

static int
prepare(void **prep, const struct mia_encoding *e, const struct mia_frame *x,
	const struct mia_hyper *h, struct mia_fault *f)
{
	struct prep *p = mia_alloc(1, sizeof(*p));
	bool intercept = chosen(h, "intercept", "yes");
	double *strip = mia_alloc(STRIP * x->n, sizeof(*strip));

	(void)f;
	p->n = x->n;
	p->inputs = e->n + intercept;
	p->x = mia_alloc(p->n * p->inputs, sizeof(*p->x));
	for (size_t j = 0; j < e->n; j += STRIP) {
		size_t here = e->n - j < STRIP ? e->n - j : STRIP;

		for (size_t k = 0; k < here; k++)
			mia_encoding_feature(e, x, j + k, strip + k * x->n);
		for (size_t i = 0; i < x->n; i++)
			for (size_t k = 0; k < here; k++)
				p->x[i * p->inputs + j + k] =
					strip[k * x->n + i];
	}
	for (size_t i = 0; i < x->n && intercept; i++)
		p->x[i * p->inputs + e->n] = 1;
	free(strip);
	*prep = p;
	return 0;
}

static void
prepare_free(void *prep)
{
	struct prep *p = prep;

	free(p->x);
	free(p);
}

/* Rows of the sample, packed both ways. */
struct block {
	struct mia_panels across; /* [inputs][rows], for logits */
	struct mia_panels along;  /* [rows][inputs], for the gradient */
};

/* One fit: the sample and the workspace of its objective. */
struct task {
	const struct prep *p;
	const struct mia_logistic *m;
	const struct mia_sample *s;
	bool intercept;
	uint32_t *y;	/* [s->n] among those present */
	double *weight; /* [present] of a row of each */
	bool weighted;	/* not all 1 */
	double penalty; /* 1 / C */
	double scale;	/* of the whole objective: 1 / sum of weights */
	enum mia_cpu cpu;
	size_t rows, blocks; /* rows of a block; how many */
	struct block *block; /* [blocks], or 1 that is packed again */
	bool once;
	double *x;	   /* [rows][inputs] */
	double *z;	   /* [present][rows] */
	double *top, *sum; /* [rows] see mia_softmax */
};

static size_t
rows_in(const struct task *t, size_t block)
{
	size_t left = t->s->n - block * t->rows;

	return left < t->rows ? left : t->rows;
}

static void
pack(struct task *t, size_t block, struct block *b)
{
	const uint32_t *rows = t->s->rows + block * t->rows;
	size_t d = t->p->inputs, n = rows_in(t, block);

	for (size_t i = 0; i < n; i++)
		memcpy(t->x + i * d, t->p->x + rows[i] * d, d * sizeof(*t->x));
	mia_gemm_pack(&b->across, t->cpu, d, n, t->x, 1, d);
	mia_gemm_pack(&b->along, t->cpu, n, d, t->x, d, 1);
}

/* The logarithm of a product costs one call for many factors. Factors are
 * from 1 to 2^32, so that LOGS of them cannot overflow. */
#define LOGS 16
static double
sum_of_logs(const double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i += LOGS) {
		double product = v[i];

		for (size_t j = i + 1; j < i + LOGS && j < n; j++)
			product *= v[j];
		sum += log(product);
	}
	return sum;
}

/* From logits in t->z to their loss and its slope, in place. */
static double
block_loss(struct task *t, const uint32_t *y, size_t n)
{
	unsigned classes = t->m->present;
	size_t group = MIA_SOFTMAX_GROUP;
	size_t full = (n + group - 1) / group * group;
	double loss = 0, *z = t->z;

	if (classes == 2)
		memset(z, 0, n * sizeof(*z)); /* logit of the first class */
	for (size_t k = 0; k < classes; k++)
		for (size_t i = n; i < full; i++)
			z[k * t->rows + i] = 0;
	for (size_t i = 0; i < n; i++)
		loss -= t->weight[y[i]] * z[y[i] * t->rows + i];
	mia_softmax(t->cpu, classes, full, z, t->rows, t->top, t->sum);
	for (size_t i = 0; i < n; i++) {
		loss += t->weight[y[i]] * t->top[i];
		z[y[i] * t->rows + i] -= 1;
	}
	if (t->weighted)
		for (size_t i = 0; i < n; i++)
			loss += t->weight[y[i]] * log(t->sum[i]);
	else
		loss += sum_of_logs(t->sum, n);
	for (size_t k = 0; k < classes && t->weighted; k++)
		for (size_t i = 0; i < n; i++)
			z[k * t->rows + i] *= t->weight[y[i]];
	return loss;
}

static double
objective(void *ctx, const double *w, double *gradient)
{
	struct task *t = ctx;
	size_t d = t->p->inputs, k = t->m->columns;
	double *z = k == 1 ? t->z + t->rows : t->z, loss = 0, square = 0;

	memset(gradient, 0, d * k * sizeof(*gradient));
	for (size_t i = 0; i < t->blocks; i++) {
		struct block *b = &t->block[t->once ? i : 0];
		size_t n = rows_in(t, i);

		if (!t->once)
			pack(t, i, b);
		mia_gemm(k, w, d, 1, &b->across, z, t->rows, 1, false);
		loss += block_loss(t, t->y + i * t->rows, n);
		mia_gemm(k, z, t->rows, 1, &b->along, gradient, d, 1, true);
	}
	for (size_t j = 0; j < k; j++)
		for (size_t i = j * d; i < (j + 1) * d - t->intercept; i++) {
			square += w[i] * w[i];
			gradient[i] += t->penalty * w[i];
		}
	for (size_t i = 0; i < d * k; i++)
		gradient[i] *= t->scale;
	return t->scale * (loss + 0.5 * t->penalty * square);
}

/* Classes of the sample: their numbers, and each row's among them. */
static void
classes_of(struct mia_logistic *m, const struct mia_sample *s, uint32_t *y,
	   double *weight, bool balanced)
{
	uint32_t *count = mia_alloc(s->classes, sizeof(*count));
	uint32_t *number = mia_alloc(s->classes, sizeof(*number));

	m->name = mia_alloc(s->classes, sizeof(*m->name));
	for (size_t i = 0; i < s->n; i++)
		count[s->label[s->rows[i]]]++;
	for (uint32_t k = 0; k < s->classes; k++)
		if (count[k] > 0) {
			number[k] = m->present;
			m->name[m->present++] = k;
		}
	for (size_t i = 0; i < s->n; i++)
		y[i] = number[s->label[s->rows[i]]];
	for (uint32_t k = 0; k < m->present; k++)
		weight[k] = balanced ? (double)s->n / ((double)m->present *
						       count[m->name[k]])
				     : 1;
	m->columns = m->present > 2 ? m->present : m->present == 2;
	free(number);
	free(count);
}

static void
task_start(struct task *t)
{
	size_t d = t->p->inputs, n = t->s->n;

	t->cpu = mia_cpu_best();
	t->rows = BLOCK_SIZE / ((d + 1) * BLOCK_ROWS) * BLOCK_ROWS;
	if (t->rows < BLOCK_ROWS)
		t->rows = BLOCK_ROWS;
	t->blocks = (n + t->rows - 1) / t->rows;
	t->once = n * d <= PACKED_ONCE;
	t->block = mia_alloc(t->once ? t->blocks : 1, sizeof(*t->block));
	t->x = mia_alloc(t->rows * d, sizeof(*t->x));
	t->z = mia_alloc(t->m->present * t->rows, sizeof(*t->z));
	t->top = mia_alloc(t->rows, sizeof(*t->top));
	t->sum = mia_alloc(t->rows, sizeof(*t->sum));
	for (size_t i = 0; i < t->blocks && t->once; i++)
		pack(t, i, &t->block[i]);
}

static void
task_end(struct task *t)
{
	for (size_t i = 0; t->block != NULL && i < (t->once ? t->blocks : 1);
	     i++) {
		mia_panels_free(&t->block[i].across);
		mia_panels_free(&t->block[i].along);
	}
	free(t->block);
	free(t->y);
	free(t->weight);
	free(t->x);
	free(t->z);
	free(t->top);
	free(t->sum);
}

static int
minimise(struct task *t, struct mia_logistic *m, const struct mia_hyper *h,
	 struct mia_fault *f)
{
	struct mia_lbfgs p = {
		.n = m->inputs * m->columns,
		.value = objective,
		.ctx = t,
		.tolerance = mia_hyper_get(h, "tol"),
		.max_iter = (uint64_t)mia_hyper_get(h, "max_iter"),
	};
	enum mia_lbfgs_end end;
	double left, sum = 0;

	for (size_t i = 0; i < t->s->n; i++)
		sum += t->weight[t->y[i]];
	t->scale = 1 / sum;
	task_start(t);
	end = mia_lbfgs_run(&p, m->w, &m->iterations, &left);
	if (end == MIA_LBFGS_DONE)
		return 0;
	return mia_fail(f, MIA_DATA,
			"logistic regression did not converge: gradient %.3g "
			"after %llu steps%s; raise max_iter or tol, or lower C",
			left, (unsigned long long)m->iterations,
			end == MIA_LBFGS_STUCK ? ", where rounding ends it"
					       : "");
}

static void
model_free(void *model)
{
	struct mia_logistic *m = model;

	free(m->name);
	free(m->w);
	free(m);
}

static int
fit(void **model, const void *prep, const struct mia_sample *s,
    const struct mia_hyper *h, uint64_t seed, uint64_t item,
    struct mia_fault *f)
{
	struct mia_logistic *m;
	struct task t = {
		.p = prep,
		.s = s,
		.intercept = chosen(h, "intercept", "yes"),
		.weighted = chosen(h, "class_weight", "balanced"),
		.penalty = 1 / mia_hyper_get(h, "C"),
	};
	int rc = 0;

	(void)seed; /* nothing is drawn */
	(void)item;
	if (s->n == 0)
		return mia_fail(f, MIA_DATA,
				"no rows to train on; give "
				"some to the part that is "
				"trained on");
	t.m = m = mia_alloc(1, sizeof(*m));
	t.y = mia_alloc(s->n, sizeof(*t.y));
	t.weight = mia_alloc(s->classes, sizeof(*t.weight));
	m->inputs = t.p->inputs;
	m->classes = s->classes;
	classes_of(m, s, t.y, t.weight, t.weighted);
	m->w = mia_alloc(m->inputs * m->columns, sizeof(*m->w));
	if (m->columns > 0)
		rc = minimise(&t, m, h, f);
	task_end(&t);
	if (rc != 0)
		model_free(m);
	else
		*model = m;
	return rc;
}

static int
predict(const void *model, const void *prep, const uint32_t *rows, size_t n,
	double *out, struct mia_fault *f)
{
	const struct mia_logistic *m = model;
	const struct prep *p = prep;
	size_t d = m->inputs, k = m->columns, c = m->classes;
	struct mia_panels w = {0};
	double *z = mia_alloc(STRIP * k, sizeof(*z));
	double *x = mia_alloc(STRIP * d, sizeof(*x));

	(void)f;
	mia_gemm_pack(&w, mia_cpu_best(), d, k, m->w, 1, d);
	for (size_t i = 0; i < n * c; i++)
		out[i] = -INFINITY;
	for (size_t i = 0; i < n; i += STRIP) {
		size_t here = n - i < STRIP ? n - i : STRIP;

		for (size_t r = 0; r < here; r++)
			memcpy(x + r * d, p->x + rows[i + r] * d,
			       d * sizeof(*x));
		mia_gemm(here, x, d, 1, &w, z, k, 1, false);
		for (size_t r = 0; r < here; r++) {
			double *to = out + (i + r) * c;

			if (k < m->present)
				to[m->name[0]] = 0;
			for (size_t j = 0; j < k; j++)
				to[m->name[m->present - k + j]] = z[r * k + j];
		}
	}
	mia_panels_free(&w);
	free(x);
	free(z);
	return 0;
}

static void
save(const void *model, struct mia_buf *b)
{
	const struct mia_logistic *m = model;

	mia_buf_u64(b, m->iterations);
	mia_buf_u32(b, m->present);
	for (unsigned k = 0; k < m->present; k++)
		mia_buf_u32(b, m->name[k]);
	mia_buf_u32(b, (uint32_t)(m->inputs * m->columns));
	for (size_t i = 0; i < m->inputs * m->columns; i++)
		mia_buf_f64(b, m->w[i]);
}

static int
damaged(struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"the coefficients make no sense; train "
			"the model again");
}

static int
load_into(struct mia_logistic *m, struct mia_bytes *b, struct mia_fault *f)
{
	uint32_t present, n;

	if (mia_bytes_u64(b, &m->iterations, f) != 0 ||
	    mia_bytes_count(b, 4, &present, f) != 0)
		return -1;
	if (present < 1 || present > m->classes)
		return damaged(f);
	m->present = present;
	m->columns = present > 2 ? present : present == 2;
	m->name = mia_alloc(present, sizeof(*m->name));
	for (uint32_t k = 0; k < present; k++) {
		if (mia_bytes_u32(b, &m->name[k], f) != 0)
			return -1;
		if (m->name[k] >= m->classes ||
		    (k > 0 && m->name[k] <= m->name[k - 1]))
			return damaged(f);
	}
	if (mia_bytes_count(b, 8, &n, f) != 0)
		return -1;
	if (n != m->inputs * m->columns)
		return damaged(f);
	m->w = mia_alloc(n, sizeof(*m->w));
	for (uint32_t i = 0; i < n; i++) {
		if (mia_bytes_f64(b, &m->w[i], f) != 0)
			return -1;
		if (!isfinite(m->w[i]))
			return damaged(f);
	}
	return 0;
}

static int
load(void **model, struct mia_bytes *b, size_t features, unsigned classes,
     const struct mia_hyper *h, struct mia_fault *f)
{
	struct mia_logistic *m = mia_alloc(1, sizeof(*m));

	m->inputs = features + chosen(h, "intercept", "yes");
	m->classes = classes;
	if (load_into(m, b, f) != 0) {
		model_free(m);
		return -1;
	}
	*model = m;
	return 0;
}

static void
describe(const void *model, struct mia_description *d)
{
	const struct mia_logistic *m = model;

	*d = (struct mia_description){
		.parameters = m->inputs * m->columns,
		.iterations = m->iterations,
	};
}

const struct mia_learner mia_logistic = {
	.name = "logistic",
	.summary = "logistic regression, multinomial, L2 penalty",
	.hyper = settings,
	.scale = MIA_SCALE_STANDARD,
	.output = MIA_OUTPUT_Z,
	.prepare = prepare,
	.prepare_free = prepare_free,
	.fit = fit,
	.predict = predict,
	.save = save,
	.load = load,
	.model_free = model_free,
	.describe = describe,
};
