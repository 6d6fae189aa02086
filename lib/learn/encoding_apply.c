#include "learn/encoding.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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

int
mia_encoding_finite(const struct mia_encoding *e, size_t j, const double *v,
		    size_t n, struct mia_fault *f)
{
	struct mia_buf name = {0};
	size_t i = 0;

	while (i < n && isfinite(v[i]))
		i++;
	if (i == n)
		return 0;
	mia_encoding_name(e, j, &name);
	mia_fault_set(f, MIA_DATA,
		      "a value of the feature '%.100s' is infinite once "
		      "scaled; mend it, or give the column in another unit",
		      mia_buf_string(&name));
	mia_buf_free(&name);
	return -1;
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
