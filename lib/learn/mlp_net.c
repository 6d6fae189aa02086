#include "learn/mlp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/mlp_pass.h"

/* Rows predicted at a time. */
#define CHUNK 96

size_t
mia_mlp_padded(size_t n)
{
	return (n + MIA_MLP_PAD - 1) / MIA_MLP_PAD * MIA_MLP_PAD;
}

uint64_t
mia_mlp_parameters(const struct mia_mlp *m)
{
	uint64_t n = 0;

	for (size_t l = 0; l < m->layers; l++)
		n += (uint64_t)(m->width[l] + 1) * m->width[l + 1];
	return n;
}

uint64_t
mia_mlp_shape(struct mia_mlp *m, size_t inputs, const struct mia_mlp_opts *o)
{
	m->tanh = o->tanh;
	m->layers = m->present > 1 ? o->hidden + 1 : 0;
	m->width[0] = inputs;
	m->size = 0;
	for (size_t l = 0; l < m->layers; l++) {
		size_t in = m->width[l];
		size_t out = m->present > 2 ? m->present : 1;

		if (l < o->hidden)
			out = o->units[l];

		m->width[l + 1] = out;
		m->weight[l] = m->size;
		m->size += mia_mlp_padded(in * out);
		m->bias[l] = m->size;
		m->size += mia_mlp_padded(out);
	}
	return mia_mlp_parameters(m);
}

void
mia_mlp_free(struct mia_mlp *m)
{
	free(m->w);
	free(m->name);
	*m = (struct mia_mlp){0};
}

int
mia_mlp_predict(const struct mia_mlp *m, enum mia_cpu cpu, const float *x,
		const uint32_t *rows, size_t n, double *out,
		struct mia_fault *f)
{
	size_t d = m->width[0], c = m->classes, stride, outputs;
	const uint32_t *name;
	struct mia_mlp_pass p;
	bool finite = true;

	for (size_t i = 0; i < n * c; i++)
		out[i] = -INFINITY;
	for (size_t i = 0; i < n && m->present <= 2; i++)
		out[i * c + m->name[0]] = 0;
	if (m->layers == 0)
		return 0;
	mia_mlp_pass_init(&p, m, n < CHUNK ? n : CHUNK, 0, cpu);
	mia_mlp_pass_pack(&p, m);
	stride = p.stride[m->layers];
	outputs = m->width[m->layers];
	name = m->name + m->present - outputs;
	for (size_t i = 0; i < n && finite; i += CHUNK) {
		size_t here = n - i < CHUNK ? n - i : CHUNK;

		for (size_t r = 0; r < here; r++)
			memcpy(p.a[0] + r * p.stride[0], x + rows[i + r] * d,
			       d * sizeof(*x));
		mia_mlp_pass_forward(&p, m, here, NULL);
		for (size_t r = 0; r < here; r++)
			for (size_t k = 0; k < outputs; k++) {
				double z = p.a[m->layers][r * stride + k];

				finite = finite && isfinite(z);
				out[(i + r) * c + name[k]] = z;
			}
	}
	mia_mlp_pass_free(&p, m);
	if (!finite)
		return mia_fail(f, MIA_DATA,
				"the mlp's numbers overflow; a record is too "
				"far from those trained on");
	return 0;
}

static void
put(struct mia_buf *b, const float *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t u;

		memcpy(&u, &w[i], sizeof(u));
		mia_buf_u32(b, u);
	}
}

/* Layer by layer, weights and then biases, without the padding. */
void
mia_mlp_save(const struct mia_mlp *m, struct mia_buf *b)
{
	mia_buf_u64(b, m->steps);
	mia_buf_u32(b, m->present);
	for (unsigned k = 0; k < m->present; k++)
		mia_buf_u32(b, m->name[k]);
	mia_buf_u32(b, (uint32_t)mia_mlp_parameters(m));
	for (size_t l = 0; l < m->layers; l++) {
		size_t out = m->width[l + 1];

		put(b, m->w + m->weight[l], m->width[l] * out);
		put(b, m->w + m->bias[l], out);
	}
}

static int
damaged(struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"the network makes no sense; train the model again");
}

/* n numbers, which are there. */
static int
get(struct mia_bytes *b, float *w, size_t n, struct mia_fault *f)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t u;

		if (mia_bytes_u32(b, &u, f) != 0)
			return -1;
		memcpy(&w[i], &u, sizeof(u));
		if (!isfinite(w[i]))
			return damaged(f);
	}
	return 0;
}

static int
load_into(struct mia_mlp *m, struct mia_bytes *b, size_t features,
	  const struct mia_mlp_opts *o, struct mia_fault *f)
{
	uint32_t n;

	if (mia_bytes_u64(b, &m->steps, f) != 0 ||
	    mia_bytes_count(b, 4, &m->present, f) != 0)
		return -1;
	if (m->present < 1 || m->present > m->classes)
		return damaged(f);
	m->name = mia_alloc(m->present, sizeof(*m->name));
	for (uint32_t k = 0; k < m->present; k++) {
		if (mia_bytes_u32(b, &m->name[k], f) != 0)
			return -1;
		if (m->name[k] >= m->classes ||
		    (k > 0 && m->name[k] <= m->name[k - 1]))
			return damaged(f);
	}
	if (mia_bytes_count(b, 4, &n, f) != 0)
		return -1;
	if (mia_mlp_shape(m, features, o) != n)
		return damaged(f);
	m->w = mia_alloc(m->size, sizeof(*m->w));
	for (size_t l = 0; l < m->layers; l++) {
		size_t out = m->width[l + 1];

		if (get(b, m->w + m->weight[l], m->width[l] * out, f) != 0 ||
		    get(b, m->w + m->bias[l], out, f) != 0)
			return -1;
	}
	return 0;
}

int
mia_mlp_load(struct mia_mlp *m, struct mia_bytes *b, size_t features,
	     unsigned classes, const struct mia_mlp_opts *o,
	     struct mia_fault *f)
{
	*m = (struct mia_mlp){.classes = classes};
	if (load_into(m, b, features, o, f) == 0)
		return 0;
	mia_mlp_free(m);
	return -1;
}
