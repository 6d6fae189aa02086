#include "attack/rmia_likes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "maths/roc.h"

void
mia_rmia_likes_init(struct mia_rmia_likes *x, size_t n, size_t views)
{
	size_t entries = n * views;

	*x = (struct mia_rmia_likes){.n = n, .views = views};
	x->target = mia_alloc(entries, sizeof(double));
	x->in = mia_alloc(entries, sizeof(double));
	x->out = mia_alloc(entries, sizeof(double));
	x->all = mia_alloc(entries, sizeof(double));
	x->loss = mia_alloc(entries, sizeof(double));
	x->n_in = mia_alloc(n, sizeof(size_t));
	x->n_out = mia_alloc(n, sizeof(size_t));
}

void
mia_rmia_likes_free(struct mia_rmia_likes *x)
{
	free(x->target);
	free(x->in);
	free(x->out);
	free(x->all);
	free(x->loss);
	free(x->n_in);
	free(x->n_out);
	*x = (struct mia_rmia_likes){0};
}

static double
trimmed(double *v, size_t n, double trim)
{
	if (n == 0)
		return NAN;
	return mia_rmia_log_mean(v, n, (size_t)mia_roc_allowed(trim, n));
}

void
mia_rmia_likes_set(struct mia_rmia_likes *x, size_t i, size_t view,
		   double target, double *v, size_t n_in, size_t n_out,
		   double trim)
{
	size_t e = i * x->views + view;
	double sum = 0;

	for (size_t k = n_in; k < n_in + n_out; k++)
		sum += v[k];
	x->n_in[i] = n_in;
	x->n_out[i] = n_out;
	x->target[e] = target;
	x->loss[e] = n_out > 0 ? sum / (double)n_out : NAN;
	x->all[e] = trimmed(v, n_in + n_out, 0);
	x->in[e] = trimmed(v, n_in, trim);
	x->out[e] = trimmed(v + n_in, n_out, trim);
}

void
mia_rmia_likes_take(void *ctx, size_t i, size_t view, double target, double *v,
		    size_t n_in, size_t n_out)
{
	const struct mia_rmia_likes_taker *t = ctx;

	mia_rmia_log(t->signal, target, &target);
	for (size_t k = 0; k < n_in + n_out; k++)
		mia_rmia_log(t->signal, v[k], &v[k]);
	mia_rmia_likes_set(t->x, i, view, target, v, n_in, n_out, t->trim);
}

bool
mia_rmia_likes_enough(const struct mia_rmia_likes *x, size_t i,
		      enum mia_rmia_form form, const struct mia_rmia_rule *r)
{
	bool in = x->n_in[i] >= r->least, out = x->n_out[i] >= r->least;

	switch (form) {
	case MIA_RMIA_ONLINE:
		return in && out;
	case MIA_RMIA_BASE:
		return x->n_in[i] + x->n_out[i] >= r->least;
	case MIA_RMIA_OFFLINE:
		return out || (r->invert && x->n_out[i] == 0 && in);
	case MIA_RMIA_CALIBRATED:
		break;
	}
	return out;
}

/* log p(x) in an entry that has the shadows for it. */
static double
below(const struct mia_rmia_likes *x, size_t e, enum mia_rmia_form form,
      const struct mia_rmia_rule *r)
{
	switch (form) {
	case MIA_RMIA_ONLINE:
		return mia_rmia_online(x->in[e], x->out[e]);
	case MIA_RMIA_BASE:
		return x->all[e];
	case MIA_RMIA_CALIBRATED:
		return x->loss[e];
	case MIA_RMIA_OFFLINE:
		break;
	}
	return mia_rmia_offline(
		isnan(x->out[e]) ? mia_rmia_invert(x->in[e], r->a) : x->out[e],
		r->a);
}

double
mia_rmia_likes_ratio(const struct mia_rmia_likes *x, size_t i,
		     enum mia_rmia_form form, const struct mia_rmia_rule *r,
		     double *ratio)
{
	double sum = 0;

	if (!mia_rmia_likes_enough(x, i, form, r))
		return NAN;
	for (size_t v = 0; v < x->views; v++) {
		size_t e = i * x->views + v;

		ratio[v] = mia_rmia_ratio(x->target[e], below(x, e, form, r));
		sum += ratio[v];
	}
	return sum / (double)x->views;
}

void
mia_rmia_likes_population(const struct mia_rmia_likes *x,
			  const struct mia_rmia_rule *r,
			  struct mia_rmia_population *z)
{
	double *ratio = mia_alloc(x->n * x->views, sizeof(*ratio));

	for (size_t i = 0; i < x->n; i++)
		mia_rmia_likes_ratio(x, i, MIA_RMIA_OFFLINE, r,
				     ratio + i * x->views);
	mia_rmia_population_init(z, ratio, x->n, x->views);
	free(ratio);
}

int
mia_rmia_likes_tune(struct mia_rmia_likes *x, bool *member, size_t *used,
		    struct mia_rmia_tuned *best, struct mia_fault *f)
{
	size_t n = 0, views = x->views, bytes = views * sizeof(double);

	for (size_t i = 0; i < x->n; i++) {
		if (x->n_out[i] == 0)
			continue;
		memmove(x->target + n * views, x->target + i * views, bytes);
		memmove(x->out + n * views, x->out + i * views, bytes);
		member[n++] = member[i];
	}
	*used = n;
	return mia_rmia_tune(x->target, x->out, member, n, views, best, f);
}
