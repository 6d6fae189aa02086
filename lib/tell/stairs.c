#include "tell/stairs.h"

#include <math.h>

static bool
known(const struct mia_vertex *v)
{
	return !isnan(v->lo) && !isnan(v->hi);
}

bool
mia_curve_has_band(const struct mia_curve *c)
{
	for (size_t k = 0; k < c->n; k++)
		if (known(&c->v[k]))
			return true;
	return false;
}

/* Vertex k adds nothing to the line, or is hidden under the left edge. */
static bool
idle(const struct mia_curve *c, size_t k, double least)
{
	const struct mia_vertex *v = &c->v[k];

	if (least > 0 && k + 1 < c->n && v[1].fpr <= least)
		return true;
	return k > 0 && k + 1 < c->n &&
	       ((v[-1].fpr == v->fpr && v[1].fpr == v->fpr) ||
		(v[-1].tpr == v->tpr && v[1].tpr == v->tpr));
}

/* What is not above 0 has no place on a log axis: it goes below the axis, far
 * enough for lines to leave the plot instead of running along its edge. */
void
mia_curve_line(const struct mia_curve *c, size_t i, double least,
	       struct mia_buf *s)
{
	double x = -1, y = -1;

	mia_buf_format(s, "$c%zu << EOD\n", i);
	for (size_t k = 0; k < c->n; k++) {
		double u = fmax(c->v[k].fpr, least);
		double v = fmax(c->v[k].tpr, least / 10);

		if (idle(c, k, least))
			continue;
		/* The tread: what was last reached holds up to here. */
		if (least > 0 && y >= 0 && u > x && v > y)
			mia_buf_format(s, "%.6g %.6g\n", u, y);
		if (u > x || v > y)
			mia_buf_format(s, "%.6g %.6g\n", u, v);
		x = u;
		y = v;
	}
	mia_buf_text(s, "EOD\n");
}

void
mia_curve_band(const struct mia_curve *c, size_t i, double least,
	       struct mia_buf *s)
{
	const struct mia_vertex *held = NULL;

	mia_buf_format(s, "$b%zu << EOD\n", i);
	for (size_t k = 0; k < c->n; k++) {
		const struct mia_vertex *v = &c->v[k];

		/* On the staircase the last of several at one rate holds. */
		if (!known(v) || (least > 0 && k + 1 < c->n &&
				  (v[1].fpr == v->fpr || v[1].fpr <= least)))
			continue;
		if (least > 0 && held != NULL)
			mia_buf_format(
				s, "%.6g %.6g %.6g\n", fmax(v->fpr, least),
				fmax(held->lo, least), fmax(held->hi, least));
		mia_buf_format(s, "%.6g %.6g %.6g\n", fmax(v->fpr, least),
			       fmax(v->lo, least), fmax(v->hi, least));
		held = v;
	}
	mia_buf_text(s, "EOD\n");
}
