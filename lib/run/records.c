#include "run/records.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "run/entries.h"

#define ABSENT SIZE_MAX

/* A data stream being read. */
struct reading {
	size_t id, part, label, view; /* columns, or ABSENT */
	size_t *feature;	      /* [features] columns */
	size_t features;
	struct mia_text *cell; /* [features] of one row */
	struct mia_text missing;
	struct mia_names labels; /* in the order first seen */
	struct mia_buf bytes;	 /* of one row, for its hash */
	struct mia_entry *entry; /* [n] */
	size_t cap;
};

/* Every name in an option's list must be a column. */
static int
check_list(const struct mia_reader *r, const char *option,
	   const char *const *list, size_t n, struct mia_fault *f)
{
	for (size_t i = 0; i < n; i++)
		if (mia_reader_find(r, list[i]) < 0)
			return mia_fail(f, MIA_DATA,
					"%s: no column '%s'; --%s names a "
					"column of the data",
					mia_reader_file(r), list[i], option);
	return 0;
}

/* Whether a column is a feature; a fault if its name is taken. */
static int
is_feature(const struct mia_reader *r, const struct mia_records_opts *o,
	   size_t column, bool *yes, struct mia_fault *f)
{
	struct mia_text name = mia_reader_name(r, column);

	*yes = false;
	if (mia_text_is(name, "id") || mia_text_is(name, "part") ||
	    mia_text_is(name, "label") || mia_text_is(name, "view") ||
	    mia_text_in(name, o->not_feature, o->n_not_feature))
		return 0;
	if (mia_text_is(name, "model") || mia_text_is(name, "member"))
		return mia_fail(f, MIA_DATA,
				"%s: a feature is called '%.*s', which other "
				"streams reserve; rename it, or leave it out "
				"with --not-feature %.*s",
				mia_reader_file(r), MIA_QUOTE(name),
				MIA_QUOTE(name));
	*yes = true;
	return 0;
}

static size_t
find(const struct mia_reader *r, const char *name)
{
	long c = mia_reader_find(r, name);

	return c < 0 ? ABSENT : (size_t)c;
}

static int
lay_out(struct reading *l, struct mia_records *s, const struct mia_reader *r,
	const struct mia_records_opts *o, struct mia_fault *f)
{
	size_t columns = mia_reader_columns(r);
	const char *remedy = "make it with split-data";

	if (mia_reader_want(r, "data", f) != 0 ||
	    mia_reader_need(r, "part", remedy, &l->part, f) != 0 ||
	    mia_reader_need(r, "label", remedy, &l->label, f) != 0 ||
	    check_list(r, "not-feature", o->not_feature, o->n_not_feature, f) !=
		    0 ||
	    check_list(r, "category", o->category, o->n_category, f) != 0)
		return -1;
	l->id = find(r, "id");
	l->view = find(r, "view");
	s->views = l->view != ABSENT;
	if (o->missing != NULL)
		l->missing = mia_text(o->missing);
	l->feature = mia_alloc(columns, sizeof(*l->feature));
	l->cell = mia_alloc(columns, sizeof(*l->cell));
	for (size_t c = 0; c < columns; c++) {
		bool yes;

		if (is_feature(r, o, c, &yes, f) != 0)
			return -1;
		if (yes)
			l->feature[l->features++] = c;
	}
	if (l->features == 0)
		return mia_fail(f, MIA_DATA,
				"%s: no feature column; a model needs at "
				"least one beside id, part and label",
				mia_reader_file(r));
	mia_frame_init(&s->x, l->features);
	for (size_t j = 0; j < l->features; j++) {
		struct mia_text name = mia_reader_name(r, l->feature[j]);

		mia_frame_name(&s->x, j, name,
			       mia_text_in(name, o->category, o->n_category));
	}
	return 0;
}

static void
hash_add(struct mia_hash *sum, struct mia_hash h)
{
	sum->lo += h.lo;
	sum->hi += h.hi;
}

/* Lengths stand before the texts, so no two rows look alike. */
static void
hash_row(struct mia_records *s, struct reading *l, const struct mia_row *row,
	 struct mia_text id)
{
	l->bytes.n = 0;
	mia_buf_str(&l->bytes, id);
	for (size_t c = 0; c < row->n; c++)
		mia_buf_str(&l->bytes, row->field[c]);
	/* A sum: the same whatever the order of the rows. */
	hash_add(&s->hash, mia_hash(l->bytes.s, l->bytes.n, 0));
}

/* The header, in a place where no row can cancel it. */
static void
hash_finish(struct mia_records *s, struct reading *l,
	    const struct mia_reader *r)
{
	l->bytes.n = 0;
	for (size_t c = 0; c < mia_reader_columns(r); c++)
		mia_buf_str(&l->bytes, mia_reader_name(r, c));
	mia_buf_u64(&l->bytes, s->hash.lo);
	mia_buf_u64(&l->bytes, s->hash.hi);
	s->hash = mia_hash(l->bytes.s, l->bytes.n, 1);
}

static int
scan_view(const struct mia_row *row, size_t column, uint32_t *view,
	  struct mia_fault *f)
{
	struct mia_text t = row->field[column];
	int64_t v;

	if (!mia_num_parse_int(t, &v) || v < 0 || v > INT32_MAX)
		return mia_row_fail(row, f,
				    "'view' holds '%.*s', not a count; use 0 "
				    "for the original and 1, 2, … for copies",
				    MIA_QUOTE(t));
	*view = (uint32_t)v;
	return 0;
}

static int
append(struct mia_records *s, struct reading *l, const struct mia_row *row,
       struct mia_fault *f)
{
	struct mia_text part = row->field[l->part];
	struct mia_text label = row->field[l->label], id;
	enum mia_part p = mia_part_find(part);
	struct mia_fault why = {0};
	struct mia_entry *e;
	char number[MIA_NUM_MAX];

	if (s->n >= MIA_NAMES_NONE - 1)
		return mia_row_fail(row, f, "more than %u rows; split the data",
				    MIA_NAMES_NONE - 1);
	if (p == MIA_PARTS)
		return mia_row_fail(row, f,
				    "'part' holds '%.*s'; use member, "
				    "nonmember, aux, population or background",
				    MIA_QUOTE(part));
	if (label.n == 0)
		return mia_row_fail(row, f,
				    "'label' is empty; leave out rows "
				    "whose label is not known");
	if (l->id == ABSENT)
		id = (struct mia_text){number,
				       mia_num_int(number, (int64_t)s->n)};
	else
		id = row->field[l->id];
	if (id.n == 0)
		return mia_row_fail(row, f,
				    "'id' is empty; name every "
				    "record, or drop the column");
	mia_grow(&l->entry, &l->cap, s->n + 1, sizeof(*l->entry));
	e = &l->entry[s->n];
	*e = (struct mia_entry){.key = mia_hash(id.s, id.n, 0),
				.line = row->line,
				.read = (uint32_t)s->n,
				.part = (uint8_t)p};
	if (s->views && scan_view(row, l->view, &e->view, f) != 0)
		return -1;
	for (size_t j = 0; j < l->features; j++)
		l->cell[j] = row->field[l->feature[j]];
	if (mia_frame_append(&s->x, l->cell, l->missing, &why) != 0)
		return mia_row_fail(row, f, "%s", why.text);
	e->label = (int32_t)mia_names_add(&l->labels, label);
	e->id = mia_names_add(&s->ids, id);
	e->file = mia_names_add(&s->files, mia_text(row->file));
	hash_row(s, l, row, id);
	s->n++;
	return 0;
}

int
mia_records_read(struct mia_records *s, struct mia_reader *r,
		 const struct mia_records_opts *o, struct mia_fault *f)
{
	struct reading l = {0};
	const struct mia_row *row;
	enum mia_step step = MIA_FAULT;
	int rc = -1;

	*s = (struct mia_records){0};
	if (lay_out(&l, s, r, o, f) == 0)
		while ((step = mia_reader_next(r, &row, f)) == MIA_ROW)
			if (append(s, &l, row, f) != 0) {
				step = MIA_FAULT;
				break;
			}
	if (step == MIA_END && s->n == 0)
		mia_fault_set(f, MIA_DATA,
			      "%s: no rows; make it with "
			      "split-data",
			      mia_reader_file(r));
	else if (step == MIA_END) {
		hash_finish(s, &l, r);
		rc = mia_entries_settle(s, l.entry, &l.labels, f);
	}
	free(l.feature);
	free(l.cell);
	free(l.entry);
	mia_names_free(&l.labels);
	mia_buf_free(&l.bytes);
	return rc;
}

void
mia_records_free(struct mia_records *s)
{
	free(s->order);
	free(s->key);
	free(s->base);
	free(s->view);
	free(s->part);
	free(s->label);
	free(s->id);
	free(s->file);
	free(s->line);
	mia_names_free(&s->classes);
	mia_names_free(&s->ids);
	mia_names_free(&s->files);
	mia_frame_free(&s->x);
	*s = (struct mia_records){0};
}

struct mia_text
mia_records_id(const struct mia_records *s, uint32_t row)
{
	return mia_names_text(&s->ids, s->id[row]);
}

struct mia_text
mia_records_label(const struct mia_records *s, uint32_t row)
{
	return mia_names_text(&s->classes, (uint32_t)s->label[row]);
}

size_t
mia_records_select(const struct mia_records *s, unsigned parts, bool views,
		   uint32_t **rows)
{
	size_t n = 0;

	*rows = mia_alloc(s->n, sizeof(**rows));
	for (uint32_t i = 0; i < s->n; i++)
		if ((parts & MIA_PART_BIT(s->part[i])) != 0 &&
		    (views || s->view[i] == 0))
			(*rows)[n++] = i;
	return n;
}

struct mia_hash
mia_records_hash_ids(const struct mia_records *s, const uint32_t *rows,
		     size_t n)
{
	struct mia_hash sum = {0, 0};

	for (size_t i = 0; i < n; i++) {
		struct mia_text id = mia_records_id(s, rows[i]);

		hash_add(&sum, mia_hash(id.s, id.n, 0));
	}
	return sum;
}
