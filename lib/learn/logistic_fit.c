#include "learn/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/cpu.h"
#include "learn/gemm.h"
#include "learn/lbfgs.h"
#include "learn/softmax.h"

/* Rows of a block of the sample, a multiple of every panel's width, so that
 * a block takes about 256 KiB and stays in the second cache. */
#define BLOCK_ROWS 96
#define BLOCK_SIZE 32768
/* Blocks are packed once up to this many doubles in all, twice 16 MiB, and
 * anew for each evaluation beyond: a copy that no cache holds costs more to
 * read than to make. */
#define PACKED_ONCE (2u << 20)

/* Rows of the sample, packed both ways. */
struct block {
	struct mia_panels across; /* [inputs][rows], for logits */
	struct mia_panels along;  /* [rows][inputs], for the gradient */
};

/* One fit: the sample and the workspace of its objective. */
struct task {
	const double *all; /* [frame rows][inputs] */
	const struct mia_logistic *m;
	const struct mia_sample *s;
	const struct mia_logistic_opts *o;
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
	double *own;	   /* [rows] logit of the row's class */
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
	size_t d = t->m->inputs, n = rows_in(t, block);

	for (size_t i = 0; i < n; i++)
		memcpy(t->x + i * d, t->all + rows[i] * d, d * sizeof(*t->x));
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
		t->own[i] = z[y[i] * t->rows + i];
	mia_softmax(t->cpu, classes, full, z, t->rows, t->top, t->sum);
	for (size_t i = 0; i < n; i++) {
		/* Row by row, so that big logits cancel exactly. */
		loss += t->weight[y[i]] * (t->top[i] - t->own[i]);
		z[y[i] * t->rows + i] -= 1;
	}
	if (t->o->balanced)
		for (size_t i = 0; i < n; i++)
			loss += t->weight[y[i]] * log(t->sum[i]);
	else
		loss += sum_of_logs(t->sum, n);
	for (size_t k = 0; k < classes && t->o->balanced; k++)
		for (size_t i = 0; i < n; i++)
			z[k * t->rows + i] *= t->weight[y[i]];
	return loss;
}

static double
objective(void *ctx, const double *w, double *gradient)
{
	struct task *t = ctx;
	size_t d = t->m->inputs, k = t->m->columns;
	double *z = k == 1 ? t->z + t->rows : t->z;
	double penalty = 1 / t->o->c, loss = 0, square = 0;

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
		for (size_t i = j * d; i < (j + 1) * d - t->o->intercept; i++) {
			square += w[i] * w[i];
			gradient[i] += penalty * w[i];
		}
	for (size_t i = 0; i < d * k; i++)
		gradient[i] *= t->scale;
	return t->scale * (loss + 0.5 * penalty * square);
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
	size_t d = t->m->inputs, n = t->s->n;

	t->cpu = mia_cpu_best();
	t->rows = BLOCK_SIZE / ((d + 1) * BLOCK_ROWS) * BLOCK_ROWS;
	if (t->rows < BLOCK_ROWS)
		t->rows = BLOCK_ROWS;
	t->blocks = (n + t->rows - 1) / t->rows;
	t->once = n * d <= PACKED_ONCE;
	t->block = mia_alloc(t->once ? t->blocks : 1, sizeof(*t->block));
	t->x = mia_alloc(t->rows * d, sizeof(*t->x));
	t->z = mia_alloc(t->m->present * t->rows, sizeof(*t->z));
	t->own = mia_alloc(t->rows, sizeof(*t->own));
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
	free(t->own);
	free(t->top);
	free(t->sum);
}

static int
minimise(struct task *t, struct mia_logistic *m, struct mia_fault *f)
{
	struct mia_lbfgs p = {
		.n = m->inputs * m->columns,
		.value = objective,
		.ctx = t,
		.tolerance = t->o->tol,
		.max_iter = t->o->max_iter,
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

int
mia_logistic_fit(struct mia_logistic *m, const double *x, size_t inputs,
		 const struct mia_sample *s, const struct mia_logistic_opts *o,
		 struct mia_fault *f)
{
	struct task t = {.all = x, .m = m, .s = s, .o = o};
	int rc = 0;

	*m = (struct mia_logistic){.inputs = inputs, .classes = s->classes};
	if (s->n == 0)
		return mia_fail(f, MIA_DATA,
				"no rows to train on; give some to the part "
				"that is trained on");
	t.y = mia_alloc(s->n, sizeof(*t.y));
	t.weight = mia_alloc(s->classes, sizeof(*t.weight));
	classes_of(m, s, t.y, t.weight, o->balanced);
	m->w = mia_alloc(inputs * m->columns, sizeof(*m->w));
	if (m->columns > 0)
		rc = minimise(&t, m, f);
	task_end(&t);
	if (rc != 0)
		mia_logistic_free(m);
	return rc;
}

void
mia_logistic_free(struct mia_logistic *m)
{
	free(m->name);
	free(m->w);
	*m = (struct mia_logistic){0};
}
