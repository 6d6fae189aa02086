#include "run/sides.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "maths/stats.h"

/* Shadows of one record, and room for their values. */
struct room {
	uint32_t *in, *out;
	size_t n_in, n_out;
	double *v;
};

/* Moments and median of one record, view and side. */
static void
fill_side(const struct mia_answers *s, uint32_t record, size_t view,
	  const uint32_t *shadow, size_t n, struct mia_moments *m,
	  double *median, double *v)
{
	*m = (struct mia_moments){0};
	for (size_t k = 0; k < n; k++) {
		v[k] = mia_answers_value(s, &s->shadow[shadow[k]], record, view,
					 0);
		mia_moments_add(m, v[k]);
	}
	if (median != NULL)
		*median = n > 0 ? mia_stats_median(v, n) : NAN;
}

static void
fill_joint(const struct mia_answers *s, uint32_t record, size_t view,
	   const uint32_t *shadow, size_t n, uint64_t *count, double *mean,
	   double *product)
{
	double x[MIA_PRODUCTS_MAX];

	for (size_t k = 0; k < n; k++) {
		for (size_t a = 0; a < s->o.signals; a++)
			x[a] = mia_answers_value(s, &s->shadow[shadow[k]],
						 record, view, a);
		mia_products_add(s->o.signals, count, mean, product, x);
	}
}

static struct mia_moments
streamed(const struct mia_moments *m, size_t cap, uint32_t record)
{
	return record < cap ? m[record] : (struct mia_moments){0};
}

/* All of entry e: a record in a view. */
static void
fill_entry(struct mia_sides *d, const struct mia_answers *s, uint32_t record,
	   size_t view, size_t e, struct room *r)
{
	size_t k = d->signals, triangle = k * (k + 1) / 2;

	if (k > 1) {
		fill_joint(s, record, view, r->in, r->n_in, d->n_in + e,
			   d->mean_in + e * k, d->product_in + e * triangle);
		fill_joint(s, record, view, r->out, r->n_out, d->n_out + e,
			   d->mean_out + e * k, d->product_out + e * triangle);
	} else if (s->o.stored) {
		fill_side(s, record, view, r->in, r->n_in, &d->in[e],
			  d->median_in ? &d->median_in[e] : NULL, r->v);
		fill_side(s, record, view, r->out, r->n_out, &d->out[e],
			  d->median_out ? &d->median_out[e] : NULL, r->v);
	} else {
		const struct mia_view_moments *m =
			&s->stream[s->view_order[view]];

		d->in[e] = streamed(m->in, m->in_cap, record);
		d->out[e] = streamed(m->out, m->out_cap, record);
	}
}

static void
allocate(struct mia_sides *d, bool median)
{
	size_t n = d->records * d->views, k = d->signals;
	size_t triangle = k * (k + 1) / 2;

	d->target = mia_alloc(n * k, sizeof(double));
	if (k > 1) {
		d->n_in = mia_alloc(n, sizeof(*d->n_in));
		d->n_out = mia_alloc(n, sizeof(*d->n_out));
		d->mean_in = mia_alloc(n * k, sizeof(double));
		d->mean_out = mia_alloc(n * k, sizeof(double));
		d->product_in = mia_alloc(n * triangle, sizeof(double));
		d->product_out = mia_alloc(n * triangle, sizeof(double));
		return;
	}
	d->in = mia_alloc(n, sizeof(*d->in));
	d->out = mia_alloc(n, sizeof(*d->out));
	if (median) {
		d->median_in = mia_alloc(n, sizeof(double));
		d->median_out = mia_alloc(n, sizeof(double));
	}
}

void
mia_sides_fill(struct mia_sides *d, const struct mia_answers *s,
	       const struct mia_model_rows *model, const uint32_t *record,
	       size_t n, const struct mia_pick *pick, bool median)
{
	struct room r = {.in = mia_alloc(s->shadows, sizeof(*r.in)),
			 .out = mia_alloc(s->shadows, sizeof(*r.out)),
			 .v = mia_alloc(s->shadows, sizeof(*r.v))};

	*d = (struct mia_sides){
		.records = n, .views = s->views, .signals = s->o.signals};
	allocate(d, median);
	for (size_t i = 0; i < n; i++) {
		if (s->o.stored)
			mia_answers_pick(s, record[i], pick, r.in, &r.n_in,
					 r.out, &r.n_out);
		for (size_t v = 0; v < d->views; v++) {
			size_t e = i * d->views + v;

			for (size_t a = 0; a < d->signals; a++)
				d->target[e * d->signals + a] =
					mia_answers_value(s, model, record[i],
							  v, a);
			fill_entry(d, s, record[i], v, e, &r);
		}
	}
	free(r.in);
	free(r.out);
	free(r.v);
}

void
mia_sides_free(struct mia_sides *d)
{
	free(d->target);
	free(d->in);
	free(d->out);
	free(d->median_in);
	free(d->median_out);
	free(d->n_in);
	free(d->n_out);
	free(d->mean_in);
	free(d->mean_out);
	free(d->product_in);
	free(d->product_out);
	*d = (struct mia_sides){0};
}

uint64_t
mia_sides_in(const struct mia_sides *d, size_t i)
{
	return d->signals > 1 ? d->n_in[i * d->views] : d->in[i * d->views].n;
}

uint64_t
mia_sides_out(const struct mia_sides *d, size_t i)
{
	return d->signals > 1 ? d->n_out[i * d->views] : d->out[i * d->views].n;
}
