#include "learn/mlp_pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/mlp_step.h"
#include "learn/softmax.h"

/* An odd number of cache lines: rows at a power of two apart would fall on
 * few sets of the first cache. */
static size_t
stride_of(size_t n)
{
	n = mia_mlp_padded(n);
	return n / MIA_MLP_PAD % 2 == 0 ? n + MIA_MLP_PAD : n;
}

void
mia_mlp_pass_init(struct mia_mlp_pass *p, const struct mia_mlp *m, size_t rows,
		  double dropout, enum mia_cpu cpu)
{
	size_t group = MIA_SOFTMAX_GROUP, widest = 0;

	*p = (struct mia_mlp_pass){
		.cpu = cpu,
		.rows = rows,
		.group = (rows + group - 1) / group * group,
		.dropout = dropout,
	};
	for (size_t l = 0; l <= m->layers; l++) {
		size_t stride = p->stride[l] = stride_of(m->width[l]);

		p->a[l] = mia_alloc(rows * stride, sizeof(**p->a));
		if (l > 0 && stride > widest)
			widest = stride;
		if (l > 0 && l < m->layers && dropout > 0)
			p->mask[l] = mia_alloc(rows * stride, sizeof(**p->a));
	}
	p->d = mia_alloc(rows * widest, sizeof(*p->d));
	p->below = mia_alloc(rows * widest, sizeof(*p->d));
	p->z = mia_alloc(m->present * p->group, sizeof(*p->z));
	p->own = mia_alloc(p->group, sizeof(*p->own));
	p->top = mia_alloc(p->group, sizeof(*p->top));
	p->sum = mia_alloc(p->group, sizeof(*p->sum));
}

void
mia_mlp_pass_free(struct mia_mlp_pass *p, const struct mia_mlp *m)
{
	for (size_t l = 0; l <= m->layers; l++) {
		free(p->a[l]);
		free(p->mask[l]);
	}
	for (size_t l = 0; l < m->layers; l++)
		mia_panels_free(&p->w[l]);
	mia_panels_free(&p->panels);
	free(p->d);
	free(p->below);
	free(p->z);
	free(p->own);
	free(p->top);
	free(p->sum);
}

void
mia_mlp_pass_pack(struct mia_mlp_pass *p, const struct mia_mlp *m)
{
	for (size_t l = 0; l < m->layers; l++)
		mia_gemm_pack_f(&p->w[l], p->cpu, m->width[l], m->width[l + 1],
				m->w + m->weight[l], m->width[l + 1], 1);
}

/* 0 with probability dropout, to 32 bits, else 1 / (1 - dropout). */
static void
draw_mask(struct mia_mlp_pass *p, size_t n, size_t width, size_t stride,
	  float *mask, struct mia_rng *r)
{
	const uint32_t below = (uint32_t)ldexp(p->dropout, 32);
	const float kept = (float)(1 / (1 - p->dropout));

	for (size_t i = 0; i < n; i++, mask += stride)
		for (size_t j = 0; j < width; j += 2) {
			uint64_t bits = mia_rng_next(r);

			mask[j] = (uint32_t)bits < below ? 0 : kept;
			/* Behind an odd width lies the padding. */
			mask[j + 1] = bits >> 32 < below ? 0 : kept;
		}
}

void
mia_mlp_pass_forward(struct mia_mlp_pass *p, const struct mia_mlp *m, size_t n,
		     struct mia_rng *r)
{
	for (size_t l = 0; l < m->layers; l++) {
		size_t width = m->width[l + 1], stride = p->stride[l + 1];
		float *to = p->a[l + 1];

		for (size_t i = 0; i < n; i++)
			memcpy(to + i * stride, m->w + m->bias[l],
			       width * sizeof(*to));
		mia_gemm_f(n, p->a[l], p->stride[l], 1, &p->w[l], to, stride, 1,
			   true);
		if (l + 1 == m->layers)
			return;
		if (m->tanh)
			mia_mlp_tanh(p->cpu, n * stride, to);
		else
			mia_mlp_relu(p->cpu, n * stride, to);
		if (r != NULL && p->mask[l + 1] != NULL) {
			float *mask = p->mask[l + 1];

			draw_mask(p, n, width, stride, mask, r);
			mia_mlp_times(p->cpu, n * stride, to, mask);
		}
	}
}

/* Logits to p->z, a column a row of the batch. */
static bool
turn(struct mia_mlp_pass *p, const struct mia_mlp *m, size_t n)
{
	size_t outputs = m->width[m->layers], stride = p->stride[m->layers];
	double *to = p->z + (m->present - outputs) * p->group;
	const float *z = p->a[m->layers];

	memset(p->z, 0, m->present * p->group * sizeof(*p->z));
	for (size_t k = 0; k < outputs; k++, to += p->group)
		for (size_t i = 0; i < n; i++) {
			to[i] = z[i * stride + k];
			if (!isfinite(to[i]))
				return false;
		}
	return true;
}

int
mia_mlp_pass_loss(struct mia_mlp_pass *p, const struct mia_mlp *m, size_t n,
		  const struct mia_mlp_truth *t, double *loss)
{
	size_t outputs = m->width[m->layers], stride = p->stride[m->layers];
	size_t classes = m->present, group = MIA_SOFTMAX_GROUP;
	size_t full = (n + group - 1) / group * group;
	double rest = t->smoothing / (double)classes, sum = 0;

	if (!turn(p, m, n))
		return -1;
	for (size_t i = 0; i < n; i++) {
		p->own[i] = (1 - t->smoothing) * p->z[t->y[i] * p->group + i];
		for (size_t k = 0; k < classes && rest > 0; k++)
			p->own[i] += rest * p->z[k * p->group + i];
	}
	mia_softmax(p->cpu, classes, full, p->z, p->group, p->top, p->sum);
	for (size_t i = 0; i < n; i++) {
		double weight = t->weight[t->y[i]], each = weight / (double)n;

		sum += weight * (p->top[i] - p->own[i] + log(p->sum[i]));
		for (size_t k = 0; k < outputs; k++) {
			size_t class = k + classes - outputs;
			double p_k = p->z[class * p->group + i], want = rest;

			if (class == t->y[i])
				want += 1 - t->smoothing;
			p->d[i * stride + k] = (float)(each * (p_k - want));
		}
		for (size_t k = outputs; k < stride; k++)
			p->d[i * stride + k] = 0;
	}
	*loss = sum;
	return 0;
}

/* The activation's own values, of units that were kept. */
static void
undrop(const struct mia_mlp_pass *p, size_t n, float *a)
{
	const float kept = (float)(1 - p->dropout);

	for (size_t i = 0; i < n; i++)
		a[i] *= kept;
}

void
mia_mlp_pass_back(struct mia_mlp_pass *p, const struct mia_mlp *m, size_t n,
		  float *g)
{
	for (size_t l = m->layers; l-- > 0;) {
		size_t in = m->width[l], out = m->width[l + 1];
		size_t stride = p->stride[l + 1], lower = p->stride[l];
		float *swap;

		mia_mlp_sum(p->cpu, mia_mlp_padded(out), n, p->d, stride,
			    g + m->bias[l]);
		mia_gemm_pack_f(&p->panels, p->cpu, n, out, p->d, stride, 1);
		mia_gemm_f(in, p->a[l], 1, lower, &p->panels, g + m->weight[l],
			   out, 1, false);
		if (l == 0)
			return;
		mia_gemm_pack_f(&p->panels, p->cpu, out, in,
				m->w + m->weight[l], 1, out);
		mia_gemm_f(n, p->d, stride, 1, &p->panels, p->below, lower, 1,
			   false);
		for (size_t i = 0; i < n; i++)
			memset(p->below + i * lower + in, 0,
			       (lower - in) * sizeof(*p->below));
		if (p->mask[l] != NULL) {
			mia_mlp_times(p->cpu, n * lower, p->below, p->mask[l]);
			undrop(p, n * lower, p->a[l]);
		}
		mia_mlp_slope(p->cpu, m->tanh, n * lower, p->below, p->a[l]);
		swap = p->d;
		p->d = p->below;
		p->below = swap;
	}
}
