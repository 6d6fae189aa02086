#include "learn/frame.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"

/* Bytes of a cell or a name that a message quotes. */
#define QUOTE 40

static int
quote(struct mia_text t)
{
	return t.n > QUOTE ? QUOTE : (int)t.n;
}

void
mia_frame_init(struct mia_frame *x, size_t columns)
{
	*x = (struct mia_frame){.columns = columns};
	x->column = mia_alloc(columns, sizeof(*x->column));
	for (size_t j = 0; j < columns; j++)
		x->column[j].name = mia_copy("", 0);
}

void
mia_column_free(struct mia_column *c)
{
	free(c->name);
	free(c->value);
	free(c->code);
	mia_names_free(&c->names);
	*c = (struct mia_column){0};
}

void
mia_frame_free(struct mia_frame *x)
{
	for (size_t j = 0; j < x->columns; j++)
		mia_column_free(&x->column[j]);
	free(x->column);
	*x = (struct mia_frame){0};
}

void
mia_frame_name(struct mia_frame *x, size_t column, struct mia_text name,
	       bool category)
{
	struct mia_column *c = &x->column[column];

	free(c->name);
	c->name = mia_copy(name.s, name.n);
	c->category = category;
	if (category)
		c->kind = MIA_COLUMN_TEXT;
}

/* The narrowest width that holds x exactly. */
static unsigned
width_of(double x)
{
	if (x >= 0 && x <= UINT8_MAX && x == (uint8_t)x)
		return 1;
	/* A double beyond float's range must not be converted. */
	if (isnan(x) || (fabs(x) <= 0x1.fffffep127 && x == (float)x))
		return 4;
	return 8;
}

static void
widen(struct mia_column *c, size_t n, unsigned width)
{
	struct mia_column old = *c;

	c->width = width;
	c->value = NULL;
	c->cap = 0;
	mia_grow(&c->value, &c->cap, n + 1, width);
	for (size_t i = 0; i < n; i++) {
		double v = mia_column_value(&old, i);

		if (width == 4)
			((float *)c->value)[i] = (float)v;
		else
			((double *)c->value)[i] = v;
	}
	free(old.value);
}

static void
put_number(struct mia_column *c, size_t row, double x)
{
	unsigned width;

	x += 0.0; /* -0 becomes 0 */
	width = width_of(x);
	if (width > c->width)
		widen(c, row, width);
	mia_grow(&c->value, &c->cap, row + 1, c->width);
	if (c->width == 1)
		((uint8_t *)c->value)[row] = (uint8_t)x;
	else if (c->width == 4)
		((float *)c->value)[row] = (float)x;
	else
		((double *)c->value)[row] = x;
}

/* An open column gets its kind: all n rows so far are missing. */
static void
open_number(struct mia_column *c, size_t n)
{
	c->kind = MIA_COLUMN_NUMBER;
	c->width = n > 0 ? 4 : 1;
	mia_grow(&c->value, &c->cap, n + 1, c->width);
	for (size_t i = 0; i < n; i++)
		((float *)c->value)[i] = NAN;
}

static void
open_text(struct mia_column *c, size_t n)
{
	c->kind = MIA_COLUMN_TEXT;
	mia_grow(&c->code, &c->cap, n + 1, sizeof(*c->code));
	for (size_t i = 0; i < n; i++)
		c->code[i] = MIA_NAMES_NONE;
}

static void
put_missing(struct mia_column *c, size_t row)
{
	c->missing++;
	if (c->kind == MIA_COLUMN_NUMBER) {
		put_number(c, row, NAN);
	} else if (c->kind == MIA_COLUMN_TEXT) {
		mia_grow(&c->code, &c->cap, row + 1, sizeof(*c->code));
		c->code[row] = MIA_NAMES_NONE;
	}
}

static int
not_a_number(const struct mia_column *c, struct mia_text t, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"column '%s' holds '%.*s' among numbers; mend the "
			"cell, or use --missing '%.*s' if that means missing, "
			"or --category '%s' to take the column as text",
			c->name, quote(t), t.s, quote(t), t.s, c->name);
}

static int
put_text(struct mia_column *c, size_t row, struct mia_text t,
	 struct mia_fault *f)
{
	uint32_t last = row > 0 ? c->code[row - 1] : MIA_NAMES_NONE, code;
	double x;

	code = mia_names_guess(&c->names, t, last);
	if (code == MIA_NAMES_NONE) {
		/* Which of two values comes first must not decide the kind,
		 * so a number among texts is as wrong as the reverse. */
		if (!c->category && mia_num_parse(t, &x) == MIA_NUM_FINITE) {
			struct mia_text was = mia_names_text(&c->names, 0);

			return mia_fail(f, MIA_DATA,
					"column '%s' holds the number '%.*s' "
					"among texts such as '%.*s'; use "
					"--missing TEXT for a text that means "
					"missing, or --category '%s' to take "
					"the column as text",
					c->name, quote(t), t.s, quote(was),
					was.s, c->name);
		}
		code = mia_names_add(&c->names, t);
	}
	mia_grow(&c->code, &c->cap, row + 1, sizeof(*c->code));
	c->code[row] = code;
	return 0;
}

/* 0 … 255 without leading zeros, the cells of images and counts; else -1. */
static int
small(struct mia_text t)
{
	unsigned v = 0;

	if (t.n < 1 || t.n > 3)
		return -1;
	for (size_t i = 0; i < t.n; i++) {
		unsigned d = (unsigned char)t.s[i] - (unsigned)'0';

		if (d > 9)
			return -1;
		v = 10 * v + d;
	}
	return v <= UINT8_MAX ? (int)v : -1;
}

static int
append(struct mia_column *c, size_t row, struct mia_text t,
       struct mia_text missing, struct mia_fault *f)
{
	enum mia_num is;
	double x;
	int v;

	if (c->width == 1 && row < c->cap && (v = small(t)) >= 0 &&
	    (missing.n == 0 || !mia_text_equal(t, missing))) {
		((uint8_t *)c->value)[row] = (uint8_t)v;
		return 0;
	}
	if (t.n == 0 || (missing.n > 0 && mia_text_equal(t, missing))) {
		put_missing(c, row);
		return 0;
	}
	if (c->kind == MIA_COLUMN_TEXT)
		return put_text(c, row, t, f);
	is = mia_num_parse(t, &x);
	if (is == MIA_NUM_NONE && c->kind == MIA_COLUMN_OPEN) {
		open_text(c, row);
		return put_text(c, row, t, f);
	}
	if (is != MIA_NUM_FINITE)
		return not_a_number(c, t, f);
	if (c->kind == MIA_COLUMN_OPEN)
		open_number(c, row);
	put_number(c, row, x);
	return 0;
}

int
mia_frame_append(struct mia_frame *x, const struct mia_text *field,
		 struct mia_text missing, struct mia_fault *f)
{
	for (size_t j = 0; j < x->columns; j++)
		if (append(&x->column[j], x->n, field[j], missing, f) != 0)
			return -1;
	x->n++;
	return 0;
}

double
mia_column_value(const struct mia_column *c, size_t row)
{
	switch (c->width) {
	case 1:
		return ((const uint8_t *)c->value)[row];
	case 4:
		return ((const float *)c->value)[row];
	case 8:
		return ((const double *)c->value)[row];
	}
	return NAN; /* nothing but missing values */
}
