#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/mlp.h"
#include "learn/mlp_pass.h"
#include "learn/mlp_step.h"
#include "maths/rng.h"

/* One fit: the sample, and the workspace. */
struct task {
	const float *x; /* [frame rows][inputs] */
	struct mia_mlp *m;
	const struct mia_sample *s;
	const struct mia_mlp_opts *o;
	uint32_t *number; /* [classes] of a class among those present */
	double *weight;	  /* [present] of a row of each */
	uint32_t *rows;	  /* [s->n] first those that train, then the others */
	uint32_t *y;	  /* [batch] */
	size_t train, check, batch;
	struct mia_mlp_pass pass;
	float *g, *first, *second; /* gradient, memory of the optimiser */
	double power1, power2;	   /* beta1^t, beta2^t */
	uint64_t steps;
};

static void
classes_of(struct task *t)
{
	const struct mia_sample *s = t->s;
	struct mia_mlp *m = t->m;
	size_t *count = mia_alloc(s->classes, sizeof(*count));

	t->number = mia_alloc(s->classes, sizeof(*t->number));
	t->weight = mia_alloc(s->classes, sizeof(*t->weight));
	m->name = mia_alloc(s->classes, sizeof(*m->name));
	for (size_t i = 0; i < s->n; i++)
		count[s->label[s->rows[i]]]++;
	for (uint32_t k = 0; k < s->classes; k++)
		if (count[k] > 0) {
			t->number[k] = m->present;
			m->name[m->present++] = k;
		}
	for (uint32_t k = 0; k < m->present; k++)
		t->weight[k] =
			t->o->balanced
				? (double)s->n / ((double)m->present *
						  (double)count[m->name[k]])
				: 1;
	free(count);
}

/* Which rows train, and which say when to stop. */
static void
divide(struct task *t, struct mia_rng *order)
{
	size_t n = t->s->n;

	t->rows = mia_alloc(n, sizeof(*t->rows));
	memcpy(t->rows, t->s->rows, n * sizeof(*t->rows));
	if (t->o->validation_share > 0 && n > 1) {
		double check = round(t->o->validation_share * (double)n);

		t->check = (size_t)fmin(fmax(check, 1), (double)(n - 1));
		mia_rng_shuffle(order, t->rows, n);
	}
	t->train = n - t->check;
	t->batch = t->o->batch < t->train ? t->o->batch : t->train;
}

static void
start_weights(struct task *t, struct mia_rng *r)
{
	struct mia_mlp *m = t->m;

	for (size_t l = 0; l < m->layers; l++) {
		size_t in = m->width[l], out = m->width[l + 1];
		bool he = l + 1 < m->layers && t->o->he;
		double end = sqrt(6 / (double)(he ? in : in + out));

		for (size_t i = 0; i < in * out; i++)
			m->w[m->weight[l] + i] =
				(float)(end * (2 * mia_rng_uniform(r) - 1));
	}
}

static void
load_batch(struct task *t, const uint32_t *rows, size_t n)
{
	size_t d = t->m->width[0], stride = t->pass.stride[0];

	for (size_t i = 0; i < n; i++) {
		memcpy(t->pass.a[0] + i * stride, t->x + rows[i] * d,
		       d * sizeof(*t->x));
		t->y[i] = t->number[t->s->label[rows[i]]];
	}
}

/* All weights one step along the gradient. */
static void
step(struct task *t)
{
	const struct mia_mlp_opts *o = t->o;
	struct mia_mlp *m = t->m;
	struct mia_mlp_step s = {
		.rate = (float)o->learning_rate,
		.beta1 = (float)(o->adam ? o->beta1 : o->momentum),
		.beta2 = (float)o->beta2,
	};

	t->steps++;
	t->power1 *= o->beta1;
	t->power2 *= o->beta2;
	if (o->adam) {
		s.rate = (float)(o->learning_rate / (1 - t->power1));
		s.root = (float)(1 / sqrt(1 - t->power2));
	}
	for (size_t i = 0; i < 2 * m->layers; i++) {
		size_t l = i / 2, n = m->width[l + 1];
		size_t at = i % 2 == 0 ? m->weight[l] : m->bias[l];

		n = mia_mlp_padded(i % 2 == 0 ? n * m->width[l] : n);
		s.decay = i % 2 == 0 ? (float)o->weight_decay : 0;
		if (o->adam)
			mia_mlp_adam(o->cpu, n, m->w + at, t->g + at,
				     t->first + at, t->second + at, &s);
		else
			mia_mlp_momentum(o->cpu, n, m->w + at, t->g + at,
					 t->first + at, &s);
	}
}

static int
overflow(struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"the mlp's numbers overflow; lower learning_rate");
}

static int
epoch(struct task *t, struct mia_rng *order, struct mia_rng *dropout,
      struct mia_fault *f)
{
	struct mia_mlp_truth truth = {t->y, t->weight, t->o->smoothing};

	mia_rng_shuffle(order, t->rows, t->train);
	for (size_t i = 0; i < t->train; i += t->batch) {
		size_t n = t->train - i < t->batch ? t->train - i : t->batch;
		double loss;

		load_batch(t, t->rows + i, n);
		mia_mlp_pass_pack(&t->pass, t->m);
		mia_mlp_pass_forward(&t->pass, t->m, n, dropout);
		if (mia_mlp_pass_loss(&t->pass, t->m, n, &truth, &loss) != 0)
			return overflow(f);
		mia_mlp_pass_back(&t->pass, t->m, n, t->g);
		step(t);
	}
	return 0;
}

/* Mean loss of the rows that do not train, without smoothing. */
static int
check(struct task *t, double *mean, struct mia_fault *f)
{
	struct mia_mlp_truth truth = {t->y, t->weight, 0};
	double sum = 0;

	mia_mlp_pass_pack(&t->pass, t->m);
	for (size_t i = 0; i < t->check; i += t->batch) {
		size_t n = t->check - i < t->batch ? t->check - i : t->batch;
		double loss;

		load_batch(t, t->rows + t->train + i, n);
		mia_mlp_pass_forward(&t->pass, t->m, n, NULL);
		if (mia_mlp_pass_loss(&t->pass, t->m, n, &truth, &loss) != 0)
			return overflow(f);
		sum += loss;
	}
	*mean = sum / (double)t->check;
	return 0;
}

static int
train(struct task *t, struct mia_rng *order, struct mia_rng *dropout,
      struct mia_fault *f)
{
	struct mia_mlp *m = t->m;
	float *best = t->check > 0 ? mia_alloc(m->size, sizeof(*best)) : NULL;
	double least = INFINITY;
	uint64_t since = 0;
	int rc = 0;

	for (uint64_t e = 0; e < t->o->epochs && rc == 0; e++) {
		double loss;

		rc = epoch(t, order, dropout, f);
		if (rc != 0 || best == NULL)
			continue;
		rc = check(t, &loss, f);
		if (rc == 0 && loss < least) {
			least = loss;
			since = 0;
			m->steps = t->steps;
			memcpy(best, m->w, m->size * sizeof(*best));
		} else if (rc == 0 && ++since >= t->o->patience) {
			break;
		}
	}
	if (best != NULL && rc == 0)
		memcpy(m->w, best, m->size * sizeof(*best));
	else
		m->steps = t->steps;
	for (size_t i = 0; i < m->size && rc == 0; i++)
		if (!isfinite(m->w[i]))
			rc = overflow(f);
	free(best);
	return rc;
}

static int
train_network(struct task *t, size_t inputs, uint64_t seed, uint64_t item,
	      struct mia_fault *f)
{
	const struct mia_mlp_opts *o = t->o;
	struct mia_rng start, order, dropout;
	struct mia_mlp *m = t->m;
	int rc;

	mia_rng_init(&start, seed, "learn/mlp/start", item);
	mia_rng_init(&order, seed, "learn/mlp/order", item);
	mia_rng_init(&dropout, seed, "learn/mlp/dropout", item);
	mia_mlp_shape(m, inputs, o);
	m->w = mia_alloc(m->size, sizeof(*m->w));
	start_weights(t, &start);
	divide(t, &order);
	t->y = mia_alloc(t->batch, sizeof(*t->y));
	t->g = mia_alloc(m->size, sizeof(*t->g));
	t->first = mia_alloc(m->size, sizeof(*t->first));
	if (o->adam)
		t->second = mia_alloc(m->size, sizeof(*t->second));
	t->power1 = t->power2 = 1;
	mia_mlp_pass_init(&t->pass, m, t->batch, o->dropout, o->cpu);
	rc = train(t, &order, &dropout, f);
	mia_mlp_pass_free(&t->pass, m);
	free(t->rows);
	free(t->y);
	free(t->g);
	free(t->first);
	free(t->second);
	return rc;
}

int
mia_mlp_fit(struct mia_mlp *m, const float *x, size_t inputs,
	    const struct mia_sample *s, const struct mia_mlp_opts *o,
	    uint64_t seed, uint64_t item, struct mia_fault *f)
{
	struct task t = {.x = x, .m = m, .s = s, .o = o};
	int rc = 0;

	*m = (struct mia_mlp){.classes = s->classes, .width = {inputs}};
	if (s->n == 0)
		return mia_fail(f, MIA_DATA,
				"no rows to train on; give some to the part "
				"that is trained on");
	classes_of(&t);
	if (m->present > 1)
		rc = train_network(&t, inputs, seed, item, f);
	free(t.number);
	free(t.weight);
	if (rc != 0)
		mia_mlp_free(m);
	return rc;
}
