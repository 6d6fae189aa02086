#include "io/segment.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int
mia_segment_none(const struct mia_reader *r, struct mia_fault *f)
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
		if (memchr(t.s, '\0', t.n) != NULL)
			return mia_fail(f, MIA_DATA,
					"%s:%llu: the name of column %zu holds "
					"a zero byte; convert the file to "
					"UTF-8",
					s->source.name,
					(unsigned long long)s->line, i + 1);
		if (mia_names_add(&r->columns, t) != i)
			return mia_fail(f, MIA_DATA,
					"%s:%llu: two columns are named "
					"'%.*s'; rename one",
					s->source.name,
					(unsigned long long)s->line,
					MIA_QUOTE(t));
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
				      (unsigned long long)s->line, MIA_QUOTE(t),
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

int
mia_segment_begin(struct mia_reader *r, struct mia_fault *f)
{
	struct mia_scan *s = &r->scan;
	int rc;

	if (read_head(r, f) != 0)
		return -1;
	s->columns = MIA_SCAN_COLUMNS;
	rc = mia_scan_row(s, f);
	if (rc <= 0)
		return rc < 0 ? -1 : mia_segment_none(r, f);
	if (s->n > s->columns)
		return mia_fail(f, MIA_DATA,
				"%s:%llu: %zu columns, and %zu is the most; "
				"give a CSV file",
				s->source.name, (unsigned long long)s->line,
				s->n, s->columns);
	r->header = mia_hash64(s->raw.s, s->raw.n, 0);
	r->rows = 0;
	r->hash = (struct mia_hash){0, 0};
	if ((r->columns.n == 0 ? first_header(r, f) : next_header(r, f)) != 0)
		return -1;
	s->columns = r->columns.n;
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

int
mia_segment_foot(struct mia_reader *r, struct mia_fault *f)
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

int
mia_segment_cut(struct mia_reader *r, struct mia_fault *f)
{
	if (r->headed)
		return mia_fail(f, MIA_DATA,
				"%s: cut short after %llu rows, no #end line; "
				"what wrote it died, run it again",
				r->scan.source.name,
				(unsigned long long)r->rows);
	return end_segment(r, f);
}
