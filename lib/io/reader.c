#include "io/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/segment.h"

#define MAX_FIELD ((size_t)1 << 20)

/* Moves to the next segment: 1, 0 if there is none, -1. */
static int
next_segment(struct mia_reader *r, struct mia_fault *f)
{
	for (;;) {
		int c;

		if (!r->scanning) {
			if (r->next == r->files)
				return 0;
			if (mia_scan_open(&r->scan, r->file[r->next++],
					  r->opts.max_field, r->opts.libcsv,
					  f) != 0)
				return -1;
			r->scanning = true;
			c = mia_scan_peek(&r->scan, f);
			if (c == -1)
				return mia_segment_none(r, f);
		} else {
			c = mia_scan_peek(&r->scan, f);
		}
		if (c == -2)
			return -1;
		if (c >= 0)
			return mia_segment_begin(r, f) != 0 ? -1 : 1;
		mia_scan_close(&r->scan);
		r->scanning = false;
	}
}

int
mia_reader_open(struct mia_reader **out, char *const *file, size_t n,
		const struct mia_reader_opts *o, struct mia_fault *f)
{
	struct mia_reader *r = mia_alloc(1, sizeof(*r));

	*out = NULL;
	if (o != NULL)
		r->opts = *o;
	if (r->opts.max_field == 0)
		r->opts.max_field = MAX_FIELD;
	r->files = n == 0 ? 1 : n;
	r->file = mia_alloc(r->files, sizeof(*r->file));
	for (size_t i = 0; i < r->files; i++)
		r->file[i] = n == 0 ? "-" : file[i];
	if ((r->files > 1 && mia_shards_order(r->file, r->files, f) != 0) ||
	    next_segment(r, f) != 1) {
		mia_reader_close(r);
		return -1;
	}
	*out = r;
	return 0;
}

void
mia_reader_close(struct mia_reader *r)
{
	if (r == NULL)
		return;
	if (r->scanning)
		mia_scan_close(&r->scan);
	mia_meta_free(&r->seg);
	mia_meta_free(&r->all);
	mia_group_free(&r->group);
	mia_names_free(&r->columns);
	free(r->ended.item);
	free(r->place);
	free(r->field);
	free(r->file);
	free(r);
}

static int
ragged(const struct mia_reader *r, struct mia_fault *f)
{
	return mia_row_fail(&r->row, f,
			    "%zu fields where the header has %zu; quote "
			    "commas, mend the row",
			    r->scan.n, r->columns.n);
}

static enum mia_step
step(struct mia_reader *r, const struct mia_row **row, struct mia_fault *f)
{
	struct mia_scan *s = &r->scan;
	int rc;

	/* Nearly always a row follows; '#', ends and blank lines are rare. */
	if (r->inside && s->start < s->end && s->buf[s->start] > '#')
		rc = mia_scan_row(s, f);
	else
		rc = 0;
	if (rc == 0) {
		int c = -1;

		if (r->inside) {
			c = mia_scan_peek(s, f);
			if (c == -2)
				return MIA_FAULT;
			rc = c == '#' ? mia_segment_foot(r, f) : 0;
			if (rc < 0 || (c == -1 && mia_segment_cut(r, f) != 0))
				return MIA_FAULT;
		}
		if (!r->inside) {
			rc = next_segment(r, f);
			if (rc < 0)
				return MIA_FAULT;
			return rc == 1 ? MIA_SEGMENT : MIA_END;
		}
		rc = mia_scan_row(s, f);
	}
	if (rc < 0)
		return MIA_FAULT;
	r->row.file = s->source.name;
	r->row.line = s->line;
	if (s->n != r->columns.n) {
		ragged(r, f);
		return MIA_FAULT;
	}
	mia_hash_row(&r->hash, s->raw.s, s->raw.n, r->header);
	r->rows++;
	r->row.n = s->n;
	r->row.raw = s->raw;
	r->row.field = s->field;
	if (r->reordered) {
		for (size_t i = 0; i < s->n; i++)
			r->field[r->place[i]] = s->field[i];
		r->row.field = r->field;
		r->row.raw.s = NULL;
	}
	*row = &r->row;
	return MIA_ROW;
}

enum mia_step
mia_reader_step(struct mia_reader *r, const struct mia_row **row,
		struct mia_fault *f)
{
	r->caller = MAP;
	return step(r, row, f);
}

enum mia_step
mia_reader_next(struct mia_reader *r, const struct mia_row **row,
		struct mia_fault *f)
{
	enum mia_step what;

	if (r->caller == UNDECIDED) {
		r->caller = REDUCE;
		if (mia_group_begin(&r->group, &r->seg, r->header,
				    mia_reader_file(r), f) != 0)
			return MIA_FAULT;
	}
	do
		what = step(r, row, f);
	while (what == MIA_SEGMENT);
	if (what == MIA_END &&
	    mia_group_finish(&r->group, mia_reader_file(r), f) != 0)
		return MIA_FAULT;
	return what;
}

size_t
mia_reader_columns(const struct mia_reader *r)
{
	return r->columns.n;
}

struct mia_text
mia_reader_name(const struct mia_reader *r, size_t column)
{
	return mia_names_text(&r->columns, (uint32_t)column);
}

long
mia_reader_find(const struct mia_reader *r, const char *name)
{
	uint32_t k = mia_names_find(&r->columns, mia_text(name));

	return k == MIA_NAMES_NONE ? -1 : (long)k;
}

int
mia_reader_need(const struct mia_reader *r, const char *name,
		const char *remedy, size_t *column, struct mia_fault *f)
{
	long k = mia_reader_find(r, name);

	if (k < 0)
		return mia_fail(f, MIA_DATA, "%s: no column '%s'; %s",
				mia_reader_file(r), name, remedy);
	*column = (size_t)k;
	return 0;
}

int
mia_reader_want(const struct mia_reader *r, const char *kind,
		struct mia_fault *f)
{
	if (r->kind[0] == '\0' || strcmp(r->kind, kind) == 0)
		return 0;
	return mia_fail(f, MIA_DATA,
			"%s: a '%s' stream where '%s' is read; see "
			"miatools(7) for the program before this one",
			mia_reader_file(r), r->kind, kind);
}

const struct mia_meta *
mia_reader_segment(const struct mia_reader *r)
{
	return &r->seg;
}

const struct mia_inputs *
mia_reader_ended(const struct mia_reader *r)
{
	return &r->ended;
}

const struct mia_meta *
mia_reader_meta(const struct mia_reader *r)
{
	return &r->all;
}

const char *
mia_reader_file(const struct mia_reader *r)
{
	const char *last = r->file[r->next > 0 ? r->next - 1 : 0];

	if (r->scanning)
		return r->scan.source.name;
	return strcmp(last, "-") == 0 ? "<stdin>" : last;
}
