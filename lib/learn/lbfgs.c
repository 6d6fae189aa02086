#include "learn/lbfgs.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define MEMORY 10
#define C1     1e-4
#define C2     0.9
/* How much a step may raise the value, for that is rounding: the value is a
 * sum of many terms. */
#define NOISE 1e-10
/* Evaluations of one line search. */
#define TRIES 40

struct state {
	const struct mia_lbfgs *p;
	double *x, *g; /* point and gradient */
	double f;
	double *to, *at;     /* trial point and its gradient */
	double *d;	     /* direction */
	double *s, *y;	     /* [MEMORY][n] steps and changes of gradient */
	double rho[MEMORY];  /* 1 / s'y */
	size_t first, count; /* ring */
};

/* A point of the line: step, value, slope. */
struct point {
	double t, f, d;
};

/* Eight sums side by side, joined at the end. */
static double
dot(const double *a, const double *b, size_t n)
{
	double s[8] = {0};
	size_t i = 0;

	for (; i + 8 <= n; i += 8)
		for (int j = 0; j < 8; j++)
			s[j] += a[i + j] * b[i + j];
	for (; i < n; i++)
		s[0] += a[i] * b[i];
	return ((s[0] + s[1]) + (s[2] + s[3])) +
	       ((s[4] + s[5]) + (s[6] + s[7]));
}

/* y += c x */
static void
add(double *y, double c, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] += c * x[i];
}

static double
largest(const double *g, size_t n)
{
	double m = 0;

	for (size_t i = 0; i < n; i++)
		m = fabs(g[i]) > m ? fabs(g[i]) : m;
	return m;
}

/* d = -H g */
static void
direct(struct state *z)
{
	size_t n = z->p->n;
	double alpha[MEMORY];

	for (size_t i = 0; i < n; i++)
		z->d[i] = -z->g[i];
	for (size_t k = z->count; k-- > 0;) {
		size_t i = (z->first + k) % MEMORY;

		alpha[i] = z->rho[i] * dot(z->s + i * n, z->d, n);
		add(z->d, -alpha[i], z->y + i * n, n);
	}
	if (z->count > 0) {
		size_t i = (z->first + z->count - 1) % MEMORY;
		const double *y = z->y + i * n;
		double scale = 1 / (z->rho[i] * dot(y, y, n));

		for (size_t j = 0; j < n; j++)
			z->d[j] *= scale;
	}
	for (size_t k = 0; k < z->count; k++) {
		size_t i = (z->first + k) % MEMORY;
		double beta = z->rho[i] * dot(z->y + i * n, z->d, n);

		add(z->d, alpha[i] - beta, z->s + i * n, n);
	}
}

static struct point
try(struct state *z, double t)
{
	size_t n = z->p->n;
	struct point p = {.t = t};

	for (size_t i = 0; i < n; i++)
		z->to[i] = z->x[i] + t * z->d[i];
	p.f = z->p->value(z->p->ctx, z->to, z->at);
	p.d = dot(z->at, z->d, n);
	return p;
}

/* Where the cubic through both points is least; kept off the ends. */
static double
between(const struct point *a, const struct point *b)
{
	double w = b->t - a->t;
	double q = a->d + b->d - 3 * (b->f - a->f) / w;
	double root = sqrt(q * q - a->d * b->d);
	double u = (b->d + root - q) / (b->d - a->d + 2 * root);
	double t = b->t - w * u;

	if (!(t > a->t + 0.1 * w)) /* NaN too */
		t = a->t + 0.1 * w;
	if (t > b->t - 0.1 * w)
		t = b->t - 0.1 * w;
	return isfinite(b->f) && isfinite(b->d) ? t : a->t + 0.5 * w;
}

/*
 * A step along z->d that meets the conditions; false if there is none.
 * lo has a downward slope and enough decrease; hi, once there is one, lacks
 * the decrease or slopes upward: a good step lies between.
 */
static bool
search(struct state *z, double t)
{
	struct point start = {0, z->f, dot(z->g, z->d, z->p->n)};
	struct point lo = start, hi = {.t = INFINITY};
	double noise = NOISE * fabs(z->f);

	if (!(start.d < 0))
		return false;
	for (int i = 0; i < TRIES; i++) {
		struct point p = try(z, t);
		bool enough = p.f <= start.f + C1 * t * start.d ||
			      (p.f <= start.f + noise &&
			       p.d <= (2 * C1 - 1) * start.d);

		if (enough && fabs(p.d) <= -C2 * start.d) {
			z->f = p.f;
			return true;
		}
		if (enough && p.d < 0)
			lo = p;
		else
			hi = p;
		if (isinf(hi.t))
			t = 4 * lo.t;
		else if (hi.t - lo.t <= DBL_EPSILON * hi.t)
			return false;
		else
			t = between(&lo, &hi);
	}
	return false;
}

/* The trial point becomes the point; its step is remembered. */
static void
move(struct state *z)
{
	size_t n = z->p->n, i = (z->first + z->count) % MEMORY;
	double *s = z->s + i * n, *y = z->y + i * n, *t, sy;

	for (size_t j = 0; j < n; j++) {
		s[j] = z->to[j] - z->x[j];
		y[j] = z->at[j] - z->g[j];
	}
	memcpy(z->x, z->to, n * sizeof(*s));
	t = z->g;
	z->g = z->at;
	z->at = t;
	sy = dot(s, y, n);
	/* Without positive curvature the step would spoil the matrix. */
	if (!(sy > DBL_EPSILON * dot(y, y, n)))
		return;
	z->rho[i] = 1 / sy;
	if (z->count < MEMORY)
		z->count++;
	else
		z->first = (z->first + 1) % MEMORY;
}

static enum mia_lbfgs_end
descend(struct state *z, uint64_t *steps)
{
	const struct mia_lbfgs *p = z->p;

	while (largest(z->g, p->n) > p->tolerance) {
		double t = 1;

		if (*steps == p->max_iter)
			return MIA_LBFGS_STEPS;
		direct(z);
		if (z->count == 0)
			t = fmin(1, 1 / sqrt(dot(z->g, z->g, p->n)));
		if (!search(z, t)) {
			if (z->count == 0)
				return MIA_LBFGS_STUCK;
			z->count = 0; /* once more along the gradient */
			continue;
		}
		move(z);
		++*steps;
	}
	return MIA_LBFGS_DONE;
}

enum mia_lbfgs_end
mia_lbfgs_run(const struct mia_lbfgs *p, double *x, uint64_t *steps,
	      double *left)
{
	size_t n = p->n;
	double *memory = mia_alloc((4 + 2 * MEMORY) * n, sizeof(*memory));
	struct state z = {
		.p = p,
		.x = x,
		.g = memory,
		.at = memory + n,
		.to = memory + 2 * n,
		.d = memory + 3 * n,
		.s = memory + 4 * n,
		.y = memory + (4 + MEMORY) * n,
	};
	enum mia_lbfgs_end end;

	*steps = 0;
	z.f = p->value(p->ctx, x, z.g);
	end = descend(&z, steps);
	*left = largest(z.g, n);
	free(memory);
	return end;
}
