#include "io/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "io/scan.h"
#include "io/shards.h"

#define MAX_FIELD ((size_t)1 << 20)

struct mia_reader {
	char const **file;
	size_t files, next;
	struct mia_reader_opts opts;
	struct mia_scan scan;
	bool scanning; /* scan is open */

	/* The present segment. */
	bool inside, headed;
	struct mia_meta seg;
	uint64_t header; /* hash of its header row: seeds the row hashes */
	uint64_t rows;
	struct mia_hash hash;
	size_t *place;	 /* column of the first header, if another order */
	bool reordered;

	struct mia_names columns; /* the first header */
	struct mia_text *field;	  /* reordered row */
	char kind[32];		  /* of the first segment with a head */
	struct mia_inputs ended;
	struct mia_meta all;
	struct mia_group group;
	enum { UNDECIDED, MAP, REDUCE } caller; /* a reduce wants whole
						 * streams, all shards */
	struct mia_row row;
};

static int
empty_file(const struct mia_reader *r, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"%s: no header row; give a CSV file with a header, or "
			"see why its writer wrote nothing",
			r->scan.source.name);
}

/* Lines of the head up to the header row. */
static int
read_head(struct mia_reader *r, struct mia_fault *f)
{
	struct mia_scan *s = &r->scan;
	struct mia_input end;
	enum mia_meta_line what;
	int c, rc;

	mia_meta_free(&r->seg);
	rc = mia_scan_begins(s, "#mia ", f);
	if (rc < 0)
		return -1;
	r->headed = rc == 1;
	if (!r->headed && s->start < s->end && s->buf[s->start] == '#')
		return mia_fail(f, MIA_DATA,
				"%s:%llu: a line that begins with '#' is "
				"neither a head nor a header; remove comment "
				"lines, quote a name that begins so",
				s->source.name,
				(unsigned long long)s->next_line);
	if (!r->headed)
		return 0;
	while ((c = mia_scan_peek(s, f)) == '#') {
		if (mia_scan_line(s, f) != 1 ||
		    mia_meta_scan(&r->seg, s->raw, &what, &end, f) != 0)
			return -1;
		if (what == MIA_META_END || what == MIA_META_IN)
			return mia_fail(f, MIA_DATA,
					"%s:%llu: a foot before any header "
					"row; rerun what wrote the stream",
					s->source.name,
					(unsigned long long)s->line);
	}
	if (c == -2)
		return -1;
	if (r->kind[0] == '\0')
		strcpy(r->kind, r->seg.kind);
	else if (strcmp(r->kind, r->seg.kind) != 0)
		return mia_fail(f, MIA_DATA,
				"%s: a '%s' stream after a '%s' stream; give "
				"streams of one kind",
				s->source.name, r->seg.kind, r->kind);
	return 0;
}

static int
first_header(struct mia_reader *r, struct mia_fault *f)
{
	const struct mia_scan *s = &r->scan;

	for (size_t i = 0; i < s->n; i++) {
		struct mia_text t = s->field[i];

		if (t.n == 0)
			return mia_fail(f, MIA_DATA,
					"%s:%llu: column %zu has no name; name "
					"it or drop it",
					s->source.name,
					(unsigned long long)s->line, i + 1);
		if (mia_names_add(&r->columns, t) != i)
			return mia_fail(f, MIA_DATA,
					"%s:%llu: two columns are named "
					"'%.*s'; rename one",
					s->source.name,
					(unsigned long long)s->line,
					(int)(t.n > 60 ? 60 : t.n), t.s);
	}
	r->place = mia_alloc(s->n, sizeof(*r->place));
	r->field = mia_alloc(s->n, sizeof(*r->field));
	return 0;
}

/* A later header: the same names, in any order. */
static int
next_header(struct mia_reader *r, struct mia_fault *f)
{
	const struct mia_scan *s = &r->scan;
	bool *seen = mia_alloc(r->columns.n, sizeof(*seen));
	int rc = 0;

	r->reordered = false;
	for (size_t i = 0; i < s->n && rc == 0; i++) {
		uint32_t k = mia_names_find(&r->columns, s->field[i]);

		if (k == MIA_NAMES_NONE || seen[k]) {
			struct mia_text t = s->field[i];

			rc = mia_fail(f, MIA_DATA,
				      "%s:%llu: column '%.*s' is %s; give "
				      "files with the same columns",
				      s->source.name,
				      (unsigned long long)s->line,
				      (int)(t.n > 60 ? 60 : t.n), t.s,
				      k == MIA_NAMES_NONE
					      ? "not in the first header"
					      : "there twice");
			break;
		}
		seen[k] = true;
		r->place[i] = k;
		r->reordered |= k != i;
	}
	for (size_t k = 0; k < r->columns.n && rc == 0; k++) {
		struct mia_text t = mia_names_text(&r->columns, (uint32_t)k);

		if (!seen[k])
			rc = mia_fail(f, MIA_DATA,
				      "%s:%llu: column '%.*s' of the first "
				      "header is missing; give files with the "
				      "same columns",
				      s->source.name,
				      (unsigned long long)s->line, (int)t.n,
				      t.s);
	}
	free(seen);
	return rc;
}

static int
begin_segment(struct mia_reader *r, struct mia_fault *f)
{
	struct mia_scan *s = &r->scan;
	int rc;

	if (read_head(r, f) != 0)
		return -1;
	rc = mia_scan_row(s, f);
	if (rc <= 0)
		return rc < 0 ? -1 : empty_file(r, f);
	r->header = mia_hash64(s->raw.s, s->raw.n, 0);
	r->rows = 0;
	r->hash = (struct mia_hash){0, 0};
	if ((r->columns.n == 0 ? first_header(r, f) : next_header(r, f)) != 0)
		return -1;
	for (size_t i = 0; i < r->seg.n; i++)
		mia_meta_line(&r->all, mia_text(r->seg.line[i]));
	r->inside = true;
	if (r->caller != REDUCE)
		return 0;
	return mia_group_begin(&r->group, &r->seg, r->header, s->source.name,
			       f);
}

/* Compares what was read with what "#end" says. */
static int
check_end(const struct mia_reader *r, const struct mia_input *end,
	  struct mia_fault *f)
{
	bool bare = strcmp(end->kind, "-") == 0;

	if (end->rows == r->rows &&
	    (bare ||
	     (end->hash.lo == r->hash.lo && end->hash.hi == r->hash.hi)))
		return 0;
	return mia_fail(f, MIA_DATA,
			"%s:%llu: %s after they were written (%llu rows, #end "
			"says %llu); rerun upstream with --no-meta",
			r->scan.source.name, (unsigned long long)r->scan.line,
			end->rows == r->rows
				? "rows or columns were edited or sorted"
				: "rows were added or cut",
			(unsigned long long)r->rows,
			(unsigned long long)end->rows);
}

/* The segment's rows are over and it is whole. */
static int
end_segment(struct mia_reader *r, struct mia_fault *f)
{
	struct mia_input own = {.rows = r->rows, .hash = r->hash};

	strcpy(own.kind, r->headed ? r->seg.kind : "csv");
	r->inside = false;
	r->ended.n = 0;
	for (size_t i = 0; i < r->seg.in.n; i++)
		mia_inputs_add(&r->ended, &r->seg.in.item[i]);
	mia_inputs_add(&r->ended, &own);
	if (r->caller != REDUCE) {
		for (size_t i = 0; i < r->ended.n; i++)
			mia_inputs_add(&r->all.in, &r->ended.item[i]);
		return 0;
	}
	return mia_group_end(&r->group, &r->seg, &own, &r->all.in, f);
}

/* At a line that begins with '#': 0 if it is a row after all, 1 if the
 * segment ended, -1. */
static int
read_foot(struct mia_reader *r, struct mia_fault *f)
{
	struct mia_scan *s = &r->scan;
	struct mia_input end;
	enum mia_meta_line what;
	int magic = mia_scan_begins(s, "#mia ", f), bare = 0;

	if (magic == 0 && !r->headed)
		bare = mia_scan_begins(s, "#end ", f);
	if (magic < 0 || bare < 0)
		return -1;
	if (!r->headed && !magic && !bare)
		return 0;
	if (!r->headed && magic)
		return end_segment(r, f) != 0 ? -1 : 1;
	while (mia_scan_peek(s, f) == '#') {
		if (mia_scan_begins(s, "#mia ", f) != 0)
			break;
		if (mia_scan_line(s, f) != 1 ||
		    mia_meta_scan(&r->seg, s->raw, &what, &end, f) != 0)
			return -1;
		if (what == MIA_META_END) {
			if (check_end(r, &end, f) != 0)
				return -1;
			return end_segment(r, f) != 0 ? -1 : 1;
		}
	}
	return mia_fail(f, MIA_DATA,
			"%s:%llu: the stream has a foot without #end; run what "
			"wrote it again",
			s->source.name, (unsigned long long)s->line);
}

/* The file is over inside a segment. */
static int
end_of_file(struct mia_reader *r, struct mia_fault *f)
{
	if (r->headed)
		return mia_fail(f, MIA_DATA,
				"%s: cut short after %llu rows, no #end line; "
				"what wrote it died, run it again",
				r->scan.source.name,
				(unsigned long long)r->rows);
	return end_segment(r, f);
}

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
				return empty_file(r, f);
		} else {
			c = mia_scan_peek(&r->scan, f);
		}
		if (c == -2)
			return -1;
		if (c >= 0)
			return begin_segment(r, f) != 0 ? -1 : 1;
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
			rc = c == '#' ? read_foot(r, f) : 0;
			if (rc < 0 || (c == -1 && end_of_file(r, f) != 0))
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
	if (what == MIA_END && mia_group_finish(&r->group, f) != 0)
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
	return r->scanning ? r->scan.source.name : "<stdin>";
}
