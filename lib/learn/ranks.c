#include "learn/ranks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts v and drops repeats; returns how many values are left. */
static uint32_t
distinct(double *v, size_t n)
{
	size_t m = 0;

	/* Most columns of a wide frame are flags: do not sort those. */
	for (size_t i = 0; i < n && m <= 2; i++)
		if (m == 0 || (v[i] != v[0] && (m == 1 || v[i] != v[1]))) {
			double t = v[m];

			v[m++] = v[i];
			v[i] = t;
		}
	if (m <= 2)
		n = m;
	qsort(v, n, sizeof(*v), by_value);
	m = 0;
	for (size_t i = 0; i < n; i++)
		if (m == 0 || v[i] > v[m - 1])
			v[m++] = v[i] + 0.0; /* -0 becomes 0 */
	return (uint32_t)m;
}

uint32_t
mia_rank_at_most(const struct mia_rank_column *c, double x)
{
	const double *at = c->value;
	uint32_t n = c->distinct;

	if (n == 0)
		return 0;
	while (n > 1) {
		uint32_t half = n / 2;

		at += at[half] <= x ? half : 0;
		n -= half;
	}
	return (uint32_t)(at - c->value) + (*at <= x);
}

static int
check(const struct mia_encoding *e, size_t j, const double *v, size_t n,
      struct mia_fault *f)
{
	struct mia_buf name = {0};
	size_t i = 0;

	while (i < n && isfinite(v[i]))
		i++;
	if (i == n)
		return 0;
	mia_encoding_name(e, j, &name);
	mia_fault_set(f, MIA_DATA,
		      "feature '%s' holds %g; give finite numbers, or leave "
		      "the column out",
		      mia_buf_string(&name), v[i]);
	mia_buf_free(&name);
	return -1;
}

static void
code(const struct mia_rank_column *c, const double *v, size_t n)
{
	uint8_t *x1 = c->rank;
	uint16_t *x2 = c->rank;
	uint32_t *x4 = c->rank;

	for (size_t i = 0; i < n; i++) {
		uint32_t r = mia_rank_at_most(c, v[i]) - 1;

		if (c->width == 1)
			x1[i] = (uint8_t)r;
		else if (c->width == 2)
			x2[i] = (uint16_t)r;
		else
			x4[i] = r;
	}
}

/* Lists the distinct values of every feature. */
static int
list(struct mia_ranks *r, const struct mia_encoding *e,
     const struct mia_frame *x, double *v, struct mia_fault *f)
{
	size_t all = 0, cap = 0;

	for (size_t j = 0; j < e->n; j++) {
		struct mia_rank_column *c = &r->column[j];

		mia_encoding_feature(e, x, j, v);
		if (check(e, j, v, x->n, f) != 0)
			return -1;
		c->distinct = distinct(v, x->n);
		if (c->distinct <= 1 << 8)
			c->width = sizeof(uint8_t);
		else if (c->distinct <= 1 << 16)
			c->width = sizeof(uint16_t);
		else
			c->width = sizeof(uint32_t);
		mia_grow(&r->value, &cap, all + c->distinct, sizeof(*v));
		memcpy(r->value + all, v, c->distinct * sizeof(*v));
		all += c->distinct;
	}
	return 0;
}

int
mia_ranks_init(struct mia_ranks *r, const struct mia_encoding *e,
	       const struct mia_frame *x, struct mia_fault *f)
{
	double *v = mia_alloc(x->n, sizeof(*v));
	size_t at = 0;
	int rc;

	*r = (struct mia_ranks){.n = x->n, .features = e->n};
	r->column = mia_alloc(e->n, sizeof(*r->column));
	rc = list(r, e, x, v, f);
	for (size_t j = 0; j < e->n && rc == 0; j++) {
		struct mia_rank_column *c = &r->column[j];

		c->value = r->value + at;
		at += c->distinct;
		c->rank = mia_alloc(x->n, c->width);
		mia_encoding_feature(e, x, j, v);
		code(c, v, x->n);
	}
	free(v);
	if (rc != 0)
		mia_ranks_free(r);
	return rc;
}

void
mia_ranks_free(struct mia_ranks *r)
{
	for (size_t j = 0; j < r->features; j++)
		free(r->column[j].rank);
	free(r->column);
	free(r->value);
	*r = (struct mia_ranks){0};
}
