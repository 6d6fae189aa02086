#include "learn/encoding.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "base/mem.h"

/* What a fit looks at. */
struct fit {
	struct mia_encoding *e;
	const struct mia_frame *x;
	const uint32_t *rows;
	size_t n;
	double *v; /* [n] workspace */
	size_t cap;
};

static size_t
row_of(const struct fit *t, size_t i)
{
	return t->rows == NULL ? i : t->rows[i];
}

static struct mia_feature *
add_feature(struct fit *t, size_t column, int kind)
{
	struct mia_encoding *e = t->e;
	struct mia_feature *j;

	mia_grow(&e->feature, &t->cap, e->n + 1, sizeof(*e->feature));
	j = &e->feature[e->n++];
	*j = (struct mia_feature){.column = (uint32_t)column,
				  .category = MIA_NAMES_NONE,
				  .scale = 1};
	j->kind = kind;
	return j;
}

static int
by_bytes(const void *a, const void *b)
{
	const struct mia_text *s = a, *t = b;
	size_t n = s->n < t->n ? s->n : t->n;
	int c = n > 0 ? memcmp(s->s, t->s, n) : 0;

	return c != 0 ? c : (s->n > t->n) - (s->n < t->n);
}

static void
fit_text(struct fit *t, size_t column)
{
	const struct mia_column *c = &t->x->column[column];
	struct mia_names *names = &t->e->names[column];
	unsigned char *seen = mia_alloc(c->names.n, 1);
	struct mia_text *text = mia_alloc(c->names.n, sizeof(*text));
	size_t n = 0;
	bool missing = false;

	for (size_t i = 0; i < t->n; i++) {
		uint32_t code = c->code[row_of(t, i)];

		if (code == MIA_NAMES_NONE)
			missing = true;
		else
			seen[code] = 1;
	}
	for (uint32_t k = 0; k < c->names.n; k++)
		if (seen[k])
			text[n++] = mia_names_text(&c->names, k);
	qsort(text, n, sizeof(*text), by_bytes);
	for (size_t k = 0; k < n; k++)
		add_feature(t, column, MIA_FEATURE_IS)->category =
			mia_names_add(names, text[k]);
	if (missing)
		add_feature(t, column, MIA_FEATURE_IS);
	free(text);
	free(seen);
}

/* Shift and scale from the column's values, imputed, in t->v. */
static int
fit_scale(struct fit *t, struct mia_feature *j, const char *name,
	  struct mia_fault *f)
{
	double lo = t->v[0], hi = t->v[0], mean = 0, square = 0;

	for (size_t i = 0; i < t->n; i++) {
		lo = fmin(lo, t->v[i]);
		hi = fmax(hi, t->v[i]);
		mean += t->v[i];
	}
	mean /= (double)t->n;
	for (size_t i = 0; i < t->n; i++)
		square += (t->v[i] - mean) * (t->v[i] - mean);
	if (lo == hi) {
		/* Not from the deviation, which rounding keeps off zero. */
		j->shift = lo;
		j->scale = 0;
	} else if (t->e->scale == MIA_SCALE_UNIT) {
		j->shift = lo;
		j->scale = 1 / (hi - lo);
	} else {
		j->shift = mean;
		j->scale = 1 / sqrt(square / (double)t->n);
	}
	if (!isfinite(j->shift) || !isfinite(j->scale) ||
	    (lo < hi && j->scale < DBL_MIN))
		return mia_fail(f, MIA_DATA,
				"column '%s' runs from %g to %g, which cannot "
				"be scaled; give it in another unit, or leave "
				"it out with --not-feature '%s'",
				name, lo, hi, name);
	return 0;
}

/* The column's values in t->v, NaN where missing. */
static void
values(struct fit *t, const struct mia_column *c)
{
	for (size_t i = 0; i < t->n; i++)
		t->v[i] = mia_column_value(c, row_of(t, i));
}

/* The median of bytes, such as pixels, by counting; t->n > 0. */
static double
byte_median(const struct fit *t, const uint8_t *value)
{
	size_t count[UINT8_MAX + 1] = {0}, below = 0;
	unsigned lo = 0, hi;

	for (size_t i = 0; i < t->n; i++)
		count[value[row_of(t, i)]]++;
	while (below + count[lo] < (t->n + 1) / 2)
		below += count[lo++];
	hi = lo;
	while (below + count[hi] < t->n / 2 + 1)
		below += count[hi++];
	return (lo + hi) / 2.0;
}

/* The median of what is there, 0 if nothing is; spoils t->v. */
static double
median(struct fit *t, const struct mia_column *c, size_t *present)
{
	*present = t->n;
	if (t->n > 0 && c->width == 1)
		return byte_median(t, c->value);
	values(t, c);
	*present = 0;
	for (size_t i = 0; i < t->n; i++)
		if (!isnan(t->v[i]))
			t->v[(*present)++] = t->v[i];
	return *present > 0 ? gsl_stats_median(t->v, 1, *present) : 0;
}

static int
fit_number(struct fit *t, size_t column, struct mia_fault *f)
{
	const struct mia_column *c = &t->x->column[column];
	struct mia_feature *j = add_feature(t, column, MIA_FEATURE_NUMBER);
	size_t present;

	j->fill = median(t, c, &present);
	if (t->e->scale != MIA_SCALE_NONE && t->n > 0) {
		values(t, c);
		for (size_t i = 0; i < t->n; i++)
			if (isnan(t->v[i]))
				t->v[i] = j->fill;
		if (fit_scale(t, j, c->name, f) != 0)
			return -1;
	}
	if (present < t->n)
		add_feature(t, column, MIA_FEATURE_MISSING);
	return 0;
}

static int
fit_column(struct fit *t, size_t column, enum mia_missing missing,
	   struct mia_fault *f)
{
	const struct mia_column *c = &t->x->column[column];

	t->e->name[column] = mia_copy(c->name, strlen(c->name));
	t->e->kind[column] = c->kind;
	if (missing == MIA_MISSING_REFUSE && c->missing > 0)
		return mia_fail(f, MIA_DATA,
				"column '%s' has %zu missing value%s; fill "
				"them in, drop those rows, or use "
				"--missing-values impute",
				c->name, c->missing,
				c->missing == 1 ? "" : "s");
	if (c->kind == MIA_COLUMN_TEXT)
		fit_text(t, column);
	else if (c->kind == MIA_COLUMN_NUMBER)
		return fit_number(t, column, f);
	else
		add_feature(t, column, MIA_FEATURE_MISSING);
	return 0;
}

void
mia_encoding_start(struct mia_encoding *e, size_t columns, enum mia_scale scale)
{
	*e = (struct mia_encoding){.scale = scale, .columns = columns};
	e->name = mia_alloc(columns, sizeof(*e->name));
	e->kind = mia_alloc(columns, sizeof(*e->kind));
	e->names = mia_alloc(columns, sizeof(*e->names));
}

int
mia_encoding_fit(struct mia_encoding *e, const struct mia_frame *x,
		 const uint32_t *rows, size_t n_rows, enum mia_scale scale,
		 enum mia_missing missing, struct mia_fault *f)
{
	struct fit t = {.e = e,
			.x = x,
			.rows = rows,
			.n = rows == NULL ? x->n : n_rows};
	int rc = 0;

	mia_encoding_start(e, x->columns, scale);
	t.v = mia_alloc(t.n, sizeof(*t.v));
	for (size_t j = 0; j < x->columns && rc == 0; j++)
		rc = fit_column(&t, j, missing, f);
	free(t.v);
	if (rc != 0)
		mia_encoding_free(e);
	return rc;
}

void
mia_encoding_free(struct mia_encoding *e)
{
	for (size_t j = 0; j < e->columns; j++) {
		free(e->name[j]);
		mia_names_free(&e->names[j]);
	}
	free(e->name);
	free(e->kind);
	free(e->names);
	free(e->feature);
	*e = (struct mia_encoding){0};
}
