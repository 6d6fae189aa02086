#include "learn/logistic.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/cpu.h"
#include "learn/gemm.h"

/* What shadows share: the encoded rows, ended by 1 if there is an
 * intercept. */
struct prep {
	size_t n, inputs;
	double *x; /* [n][inputs] */
};

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
fill(struct prep *p, const struct mia_encoding *e, const struct mia_frame *x,
     struct mia_fault *f)
{
	double *strip = mia_alloc(STRIP * x->n, sizeof(*strip));
	int rc = 0;

	for (size_t j = 0; j < e->n && rc == 0; j += STRIP) {
		size_t here = e->n - j < STRIP ? e->n - j : STRIP;

		for (size_t k = 0; k < here && rc == 0; k++) {
			double *v = strip + k * x->n;

			mia_encoding_feature(e, x, j + k, v);
			rc = mia_encoding_finite(e, j + k, v, x->n, f);
		}
		for (size_t i = 0; i < x->n && rc == 0; i++)
			for (size_t k = 0; k < here; k++)
				p->x[i * p->inputs + j + k] =
					strip[k * x->n + i];
	}
	free(strip);
	return rc;
}

static void
prepare_free(void *prep)
{
	struct prep *p = prep;

	free(p->x);
	free(p);
}

static int
prepare(void **prep, const struct mia_encoding *e, const struct mia_frame *x,
	const struct mia_hyper *h, struct mia_fault *f)
{
	struct prep *p = mia_alloc(1, sizeof(*p));
	bool intercept = chosen(h, "intercept", "yes");

	p->n = x->n;
	p->inputs = e->n + intercept;
	p->x = mia_alloc(p->n * p->inputs, sizeof(*p->x));
	if (fill(p, e, x, f) != 0) {
		prepare_free(p);
		return -1;
	}
	for (size_t i = 0; i < x->n && intercept; i++)
		p->x[i * p->inputs + e->n] = 1;
	*prep = p;
	return 0;
}

static void
model_free(void *model)
{
	mia_logistic_free(model);
	free(model);
}

static int
fit(void **model, const void *prep, const struct mia_sample *s,
    const struct mia_hyper *h, uint64_t seed, uint64_t item,
    struct mia_fault *f)
{
	const struct prep *p = prep;
	struct mia_logistic_opts o = {
		.c = mia_hyper_get(h, "C"),
		.tol = mia_hyper_get(h, "tol"),
		.max_iter = (uint64_t)mia_hyper_get(h, "max_iter"),
		.intercept = chosen(h, "intercept", "yes"),
		.balanced = chosen(h, "class_weight", "balanced"),
	};
	struct mia_logistic *m = mia_alloc(1, sizeof(*m));

	(void)seed; /* nothing is drawn */
	(void)item;
	if (mia_logistic_fit(m, p->x, p->inputs, s, &o, f) != 0) {
		free(m);
		return -1;
	}
	*model = m;
	return 0;
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
	bool finite = true;

	mia_gemm_pack(&w, mia_cpu_best(), d, k, m->w, 1, d);
	for (size_t i = 0; i < n * c; i++)
		out[i] = -INFINITY;
	for (size_t i = 0; i < n; i += STRIP) {
		size_t here = n - i < STRIP ? n - i : STRIP;

		for (size_t r = 0; r < here; r++)
			memcpy(x + r * d, p->x + rows[i + r] * d,
			       d * sizeof(*x));
		mia_gemm(here, x, d, 1, &w, z, k, 1, false);
		for (size_t j = 0; j < here * k; j++)
			finite &= isfinite(z[j]) != 0;
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
	if (!finite)
		return mia_fail(f, MIA_DATA,
				"a record's values are so large that its "
				"logits are infinite; mend it, or leave it "
				"out");
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
