#include "learn/encoding.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

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
	mia_encoding_start(e, columns, scale);
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
