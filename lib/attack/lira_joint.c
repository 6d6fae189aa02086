#include "attack/lira_joint.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "maths/tails.h"

#define MAX_K	    MIA_PRODUCTS_MAX
#define TRIANGLE(k) ((k) * ((k) + 1) / 2)

/* A pivot this small against its diagonal is a singular matrix. */
#define SINGULAR 1e-10

/* A covariance and its Cholesky factor. */
struct spread {
	double cov[TRIANGLE(MAX_K)], root[TRIANGLE(MAX_K)];
};

/* Sets root; false if cov is singular. */
static bool
factor(struct spread *s, size_t k)
{
	double *l = s->root;

	for (size_t a = 0; a < k; a++) {
		double *la = l + TRIANGLE(a);

		for (size_t b = 0; b <= a; b++) {
			const double *lb = l + TRIANGLE(b);
			double x = s->cov[TRIANGLE(a) + b];

			for (size_t c = 0; c < b; c++)
				x -= la[c] * lb[c];
			if (b < a)
				la[b] = x / lb[b];
			else if (x > SINGULAR * s->cov[TRIANGLE(a) + a])
				la[a] = sqrt(x);
			else
				return false;
		}
	}
	return true;
}

/* Log density at distance x from the mean, without the constant. */
static double
log_density(const struct spread *s, size_t k, const double *x)
{
	double y[MAX_K], sum = 0;

	for (size_t a = 0; a < k; a++) {
		const double *la = s->root + TRIANGLE(a);

		y[a] = x[a];
		for (size_t b = 0; b < a; b++)
			y[a] -= la[b] * y[b];
		y[a] /= la[a];
		sum -= 0.5 * y[a] * y[a] + log(la[a]);
	}
	return sum;
}

static double
tail(const struct spread *s, const struct mia_lira_joint *d, const double *x)
{
	size_t k = d->signals;
	double sum = 0, variance = 0;

	for (size_t a = 0; a < k; a++) {
		double sa = sqrt(s->cov[TRIANGLE(a) + a]);

		sum += d->sense[a] * x[a] / sa;
		for (size_t b = 0; b <= a; b++) {
			double sb = sqrt(s->cov[TRIANGLE(b) + b]);
			double rho = s->cov[TRIANGLE(a) + b] / (sa * sb);

			variance += (a == b ? 1 : 2) * d->sense[a] *
				    d->sense[b] * rho;
		}
	}
	return mia_normal_signed_tail(sum / sqrt(variance));
}

/* Moments of all the values of a side; raw takes in the spread of the means. */
static void
pool(const struct mia_lira_joint_side *s, size_t n, size_t k, bool raw,
     double *cov)
{
	double mean[MAX_K] = {0};
	uint64_t count = 0;
	size_t size = TRIANGLE(k);

	memset(cov, 0, size * sizeof(*cov));
	for (size_t i = 0; i < n; i++) {
		const double *m = s->mean + i * k, *p = s->product + i * size;
		double w, step[MAX_K];

		if (s->n[i] == 0)
			continue;
		count += s->n[i];
		w = (double)s->n[i] / (double)count;
		for (size_t a = 0; a < k; a++)
			step[a] = m[a] - mean[a];
		for (size_t a = 0, at = 0; a < k; a++)
			for (size_t b = 0; b <= a; b++, at++)
				cov[at] += p[at] +
					   (raw ? step[a] * step[b] * w *
							    (double)(count -
								     s->n[i])
						: 0);
		for (size_t a = 0; a < k; a++)
			mean[a] += step[a] * w;
	}
	for (size_t at = 0; at < size; at++)
		cov[at] /= count > 0 ? (double)count : 1;
}

struct side {
	const struct mia_lira_joint_side *s;
	bool own; /* each entry its own covariance */
	struct spread pooled;
	uint64_t *zero;
};

static int
prepare(struct side *s, size_t n, size_t k, enum mia_lira_variance v,
	struct mia_fault *f)
{
	s->own = v == MIA_LIRA_PER_RECORD;
	pool(s->s, n, k, v == MIA_LIRA_POOLED_RAW, s->pooled.cov);
	if (!factor(&s->pooled, k))
		return mia_fail(f, MIA_DATA,
				"the signals are functions of each other, or "
				"do not vary, so they have no joint density; "
				"name fewer with --signal");
	return 0;
}

/* The spread of an entry, own if that is asked for and possible. */
static const struct spread *
spread_of(const struct side *s, size_t i, size_t k, struct spread *own)
{
	size_t size = TRIANGLE(k);

	if (!s->own)
		return &s->pooled;
	for (size_t at = 0; at < size; at++)
		own->cov[at] =
			s->s->product[i * size + at] / (double)s->s->n[i];
	if (s->s->n[i] > k && factor(own, k))
		return own;
	++*s->zero;
	return &s->pooled;
}

static double
side_score(const struct mia_lira_joint *d, const struct side *s, size_t i,
	   enum mia_lira_form form)
{
	size_t k = d->signals;
	struct spread own;
	const struct spread *c;
	double x[MAX_K];

	if (s->s->n[i] == 0)
		return NAN;
	c = spread_of(s, i, k, &own);
	for (size_t a = 0; a < k; a++)
		x[a] = d->target[i * k + a] - s->s->mean[i * k + a];
	return form == MIA_LIRA_TAIL ? tail(c, d, x) : log_density(c, k, x);
}

int
mia_lira_joint_score(const struct mia_lira_joint *d,
		     const struct mia_lira_rule *r, double *score,
		     struct mia_lira_note *note, struct mia_fault *f)
{
	size_t n = d->records * d->views, k = d->signals;
	struct side in = {.s = &d->in, .zero = &note->zero_in};
	struct side out = {.s = &d->out, .zero = &note->zero_out};
	bool online = r->form == MIA_LIRA_ONLINE;

	*note = (struct mia_lira_note){0};
	if ((online && prepare(&in, n, k, r->variance, f) != 0) ||
	    prepare(&out, n, k, r->variance, f) != 0)
		return -1;
	for (size_t e = 0; e < d->records; e++) {
		double sum = 0;

		for (size_t v = 0; v < d->views; v++) {
			size_t i = e * d->views + v;
			double s = side_score(d, &out, i, r->form);

			sum += online ? side_score(d, &in, i, r->form) - s : s;
		}
		score[e] = sum / (double)d->views;
	}
	return 0;
}
