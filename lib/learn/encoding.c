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

static int
fit_number(struct fit *t, size_t column, struct mia_fault *f)
{
	const struct mia_column *c = &t->x->column[column];
	struct mia_feature *j;
	size_t present = 0;
	double fill = 0;

	for (size_t i = 0; i < t->n; i++) {
		double v = mia_column_value(c, row_of(t, i));

		if (!isnan(v))
			t->v[present++] = v;
	}
	if (present > 0)
		fill = gsl_stats_median(t->v, 1, present);
	j = add_feature(t, column, MIA_FEATURE_NUMBER);
	j->fill = fill;
	if (t->e->scale != MIA_SCALE_NONE && t->n > 0) {
		for (size_t i = 0; i < t->n; i++) {
			double v = mia_column_value(c, row_of(t, i));

			t->v[i] = isnan(v) ? fill : v;
		}
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

static void
start(struct mia_encoding *e, size_t columns, enum mia_scale scale)
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

	start(e, x->columns, scale);
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

void
mia_encoding_feature(const struct mia_encoding *e, const struct mia_frame *x,
		     size_t j, double *out)
{
	const struct mia_feature *t = &e->feature[j];
	const struct mia_column *c = &x->column[t->column];
	uint32_t code = MIA_NAMES_NONE;

	if (c->kind == MIA_COLUMN_OPEN) {
		double v = t->kind == MIA_FEATURE_NUMBER
				   ? (t->fill - t->shift) * t->scale
				   : t->category == MIA_NAMES_NONE;

		for (size_t i = 0; i < x->n; i++)
			out[i] = v;
		return;
	}
	if (t->kind == MIA_FEATURE_NUMBER) {
		for (size_t i = 0; i < x->n; i++) {
			double v = mia_column_value(c, i);

			out[i] = ((isnan(v) ? t->fill : v) - t->shift) *
				 t->scale;
		}
		return;
	}
	if (c->kind == MIA_COLUMN_NUMBER) {
		for (size_t i = 0; i < x->n; i++)
			out[i] = isnan(mia_column_value(c, i));
		return;
	}
	if (t->category != MIA_NAMES_NONE) {
		code = mia_names_find(
			&c->names,
			mia_names_text(&e->names[t->column], t->category));
		if (code == MIA_NAMES_NONE) { /* no such text in x */
			memset(out, 0, x->n * sizeof(*out));
			return;
		}
	}
	for (size_t i = 0; i < x->n; i++)
		out[i] = c->code[i] == code;
}

void
mia_encoding_name(const struct mia_encoding *e, size_t j, struct mia_buf *b)
{
	const struct mia_feature *t = &e->feature[j];

	mia_buf_text(b, e->name[t->column]);
	if (t->kind == MIA_FEATURE_NUMBER)
		return;
	mia_buf_text(b, "=");
	if (t->category == MIA_NAMES_NONE) {
		mia_buf_text(b, "missing");
	} else {
		struct mia_text s =
			mia_names_text(&e->names[t->column], t->category);

		mia_buf_add(b, s.s, s.n);
	}
}

static const char *
kind_word(enum mia_column_kind kind)
{
	return kind == MIA_COLUMN_TEXT ? "text" : "numbers";
}

int
mia_encoding_match(const struct mia_encoding *e, struct mia_frame *x,
		   size_t *extra, struct mia_fault *f)
{
	struct mia_column *column = mia_alloc(e->columns, sizeof(*column));

	for (size_t j = 0; j < e->columns; j++) {
		enum mia_column_kind want = e->kind[j], is;
		size_t k = 0;

		while (k < x->columns &&
		       (x->column[k].name == NULL ||
			strcmp(x->column[k].name, e->name[j])))
			k++;
		if (k == x->columns) {
			mia_fault_set(f, MIA_DATA,
				      "no column '%s', which the model was "
				      "trained on; give the same columns as "
				      "in training",
				      e->name[j]);
			goto fail;
		}
		is = x->column[k].kind;
		if (want != is && want != MIA_COLUMN_OPEN &&
		    is != MIA_COLUMN_OPEN) {
			mia_fault_set(f, MIA_DATA,
				      "column '%s' holds %s, but the model "
				      "was trained on %s; give the same "
				      "columns as in training",
				      e->name[j], kind_word(is),
				      kind_word(want));
			goto fail;
		}
		/* Taken: its name is gone from x. */
		column[j] = x->column[k];
		x->column[k] = (struct mia_column){0};
	}
	*extra = x->columns - e->columns;
	for (size_t k = 0; k < x->columns; k++)
		mia_column_free(&x->column[k]);
	free(x->column);
	x->column = column;
	x->columns = e->columns;
	return 0;
fail:
	for (size_t j = 0; j < e->columns; j++)
		mia_column_free(&column[j]);
	free(column);
	return -1;
}

static bool
has_missing(const struct mia_encoding *e, size_t column)
{
	for (size_t j = 0; j < e->n; j++)
		if (e->feature[j].column == column &&
		    e->feature[j].kind != MIA_FEATURE_NUMBER &&
		    e->feature[j].category == MIA_NAMES_NONE)
			return true;
	return false;
}

void
mia_encoding_strange(const struct mia_encoding *e, const struct mia_frame *x,
		     size_t *unseen, size_t *missing)
{
	*unseen = *missing = 0;
	for (size_t j = 0; j < e->columns; j++) {
		const struct mia_column *c = &x->column[j];
		unsigned char *new;

		if (c->missing > 0 && !has_missing(e, j))
			*missing += c->missing;
		if (e->kind[j] == MIA_COLUMN_OPEN)
			*unseen += x->n - c->missing;
		if (e->kind[j] != MIA_COLUMN_TEXT || c->kind != MIA_COLUMN_TEXT)
			continue;
		new = mia_alloc(c->names.n, 1);
		for (uint32_t k = 0; k < c->names.n; k++)
			new[k] = mia_names_find(&e->names[j],
						mia_names_text(&c->names, k)) ==
				 MIA_NAMES_NONE;
		for (size_t i = 0; i < x->n; i++)
			if (c->code[i] != MIA_NAMES_NONE)
				*unseen += new[c->code[i]];
		free(new);
	}
}

void
mia_encoding_save(const struct mia_encoding *e, struct mia_buf *b)
{
	mia_buf_u32(b, e->scale);
	mia_buf_u32(b, (uint32_t)e->columns);
	for (size_t j = 0; j < e->columns; j++) {
		mia_buf_str(b, mia_text(e->name[j]));
		mia_buf_u32(b, e->kind[j]);
		mia_buf_u32(b, (uint32_t)e->names[j].n);
		for (uint32_t k = 0; k < e->names[j].n; k++)
			mia_buf_str(b, mia_names_text(&e->names[j], k));
	}
	mia_buf_u32(b, (uint32_t)e->n);
	for (size_t j = 0; j < e->n; j++) {
		const struct mia_feature *t = &e->feature[j];

		mia_buf_u32(b, t->column);
		mia_buf_u32(b, t->kind);
		mia_buf_u32(b, t->category);
		mia_buf_f64(b, t->fill);
		mia_buf_f64(b, t->shift);
		mia_buf_f64(b, t->scale);
	}
}

static int
damaged(struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"the encoding makes no sense; write the file again");
}

static int
load_column(struct mia_encoding *e, size_t j, struct mia_bytes *b,
	    struct mia_fault *f)
{
	struct mia_text t;
	uint32_t kind, n;

	if (mia_bytes_str(b, &t, f) != 0 || mia_bytes_u32(b, &kind, f) != 0 ||
	    mia_bytes_count(b, 4, &n, f) != 0)
		return -1;
	if (kind > MIA_COLUMN_TEXT || (n > 0 && kind != MIA_COLUMN_TEXT) ||
	    memchr(t.s, '\0', t.n) != NULL)
		return damaged(f);
	e->name[j] = mia_copy(t.s, t.n);
	e->kind[j] = kind;
	for (uint32_t k = 0; k < n; k++) {
		if (mia_bytes_str(b, &t, f) != 0)
			return -1;
		if (mia_names_add(&e->names[j], t) != k)
			return damaged(f); /* twice the same */
	}
	return 0;
}

static int
load_feature(const struct mia_encoding *e, struct mia_feature *t,
	     struct mia_bytes *b, struct mia_fault *f)
{
	enum mia_column_kind kind;
	uint32_t is;

	if (mia_bytes_u32(b, &t->column, f) != 0 ||
	    mia_bytes_u32(b, &is, f) != 0 ||
	    mia_bytes_u32(b, &t->category, f) != 0 ||
	    mia_bytes_f64(b, &t->fill, f) != 0 ||
	    mia_bytes_f64(b, &t->shift, f) != 0 ||
	    mia_bytes_f64(b, &t->scale, f) != 0)
		return -1;
	if (t->column >= e->columns || !isfinite(t->fill) ||
	    !isfinite(t->shift) || !isfinite(t->scale))
		return damaged(f);
	t->kind = is;
	kind = e->kind[t->column];
	if (is == MIA_FEATURE_IS && kind == MIA_COLUMN_TEXT &&
	    (t->category == MIA_NAMES_NONE ||
	     t->category < e->names[t->column].n))
		return 0;
	if (is == MIA_FEATURE_NUMBER && kind == MIA_COLUMN_NUMBER)
		return 0;
	if (is == MIA_FEATURE_MISSING && kind != MIA_COLUMN_TEXT &&
	    t->category == MIA_NAMES_NONE)
		return 0;
	return damaged(f);
}

/* Bytes that a column and a feature take at least. */
#define COLUMN_SIZE  (3 * 4)
#define FEATURE_SIZE (3 * 4 + 3 * 8)

int
mia_encoding_load(struct mia_encoding *e, struct mia_bytes *b,
		  struct mia_fault *f)
{
	uint32_t scale, columns, n;
	int rc = 0;

	*e = (struct mia_encoding){0};
	if (mia_bytes_u32(b, &scale, f) != 0 ||
	    mia_bytes_count(b, COLUMN_SIZE, &columns, f) != 0)
		return -1;
	if (scale > MIA_SCALE_UNIT)
		return damaged(f);
	start(e, columns, scale);
	for (size_t j = 0; j < columns && rc == 0; j++)
		rc = load_column(e, j, b, f);
	if (rc == 0)
		rc = mia_bytes_count(b, FEATURE_SIZE, &n, f);
	if (rc == 0) {
		e->feature = mia_alloc(n, sizeof(*e->feature));
		e->n = n;
		for (size_t j = 0; j < n && rc == 0; j++)
			rc = load_feature(e, &e->feature[j], b, f);
	}
	if (rc != 0)
		mia_encoding_free(e);
	return rc;
}
