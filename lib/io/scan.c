#include "io/scan.h"

#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_SIZE ((size_t)1 << 17)
#define STRIDE	   16 /* bytes looked at together */
#define ROW_FIELDS 64 /* a row's bytes are at most so many max_field */

int
mia_scan_open(struct mia_scan *s, const char *path, size_t max_field,
	      bool libcsv, struct mia_fault *f)
{
	*s = (struct mia_scan){.max_field = max_field,
			       .columns = MIA_SCAN_COLUMNS,
			       .libcsv = libcsv};
	if (mia_source_open(&s->source, path, f) != 0)
		return -1;
	s->cap = FIRST_SIZE;
	s->buf = mia_alloc(s->cap + STRIDE, 1);
	s->next_line = 1;
	return 0;
}

void
mia_scan_close(struct mia_scan *s)
{
	mia_source_close(&s->source);
	if (s->csv_ready)
		csv_free(&s->csv);
	mia_buf_free(&s->cell);
	free(s->cell_end);
	free(s->buf);
	free(s->field);
	*s = (struct mia_scan){.source.fd = -1};
}

/* Bytes of the field that the unfinished row at start ends with. */
static size_t
last_field(const struct mia_scan *s)
{
	bool quoted = false;
	size_t from = s->start;

	for (size_t i = s->start; i < s->end; i++) {
		char c = s->buf[i];

		if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == ',')
			from = i + 1;
	}
	return s->end - from;
}

static int
too_long(const struct mia_scan *s, uint64_t line, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"%s:%llu: a field is longer than %zu bytes; close its "
			"quote, or give a CSV file",
			s->source.name, (unsigned long long)line,
			s->max_field);
}

static int
row_too_long(const struct mia_scan *s, uint64_t line, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"%s:%llu: a row is longer than %zu bytes; close its "
			"quote, or give a CSV file",
			s->source.name, (unsigned long long)line,
			ROW_FIELDS * s->max_field);
}

/*
 * More bytes behind the unread ones: at least as many again as the row holds
 * already, so that looking at it anew stays linear.  1, 0 at the end, -1.
 */
static int
refill(struct mia_scan *s, struct mia_fault *f)
{
	size_t have = s->end - s->start, want = 2 * have + 1;

	if (s->eof)
		return 0;
	if (have > s->max_field && last_field(s) > s->max_field)
		return too_long(s, s->next_line, f);
	if (have > ROW_FIELDS * s->max_field)
		return row_too_long(s, s->next_line, f);
	if (s->start > 0) {
		memmove(s->buf, s->buf + s->start, have);
		s->start = 0;
		s->end = have;
	}
	if (want > s->cap) {
		mia_grow(&s->buf, &s->cap, want + STRIDE, 1);
		s->cap -= STRIDE;
	}
	while (s->end < want && !s->eof) {
		ssize_t got = mia_source_read(&s->source, s->buf + s->end,
					      s->cap - s->end, f);

		if (got < 0)
			return -1;
		s->eof = got == 0;
		s->end += (size_t)got;
	}
	/* What the last stride may see behind the end is never used, but it
	 * must be set. */
	memset(s->buf + s->end, 0, STRIDE);
	return s->end - s->start > have;
}

static void
byte_order_mark(struct mia_scan *s)
{
	if (s->end - s->start >= 3 &&
	    memcmp(s->buf + s->start, "\xef\xbb\xbf", 3) == 0)
		s->start += 3;
}

int
mia_scan_peek(struct mia_scan *s, struct mia_fault *f)
{
	for (;;) {
		bool first = s->next_line == 1 && s->end == 0;
		char c;

		while (s->end - s->start < (first ? 3 : 1)) {
			int rc = refill(s, f);

			if (rc < 0)
				return -2;
			if (rc == 0)
				break;
		}
		if (first)
			byte_order_mark(s);
		if (s->start == s->end)
			return -1;
		c = s->buf[s->start];
		if (c != '\n' && c != '\r')
			return (unsigned char)c;
		if (c == '\r') {
			if (s->end - s->start < 2 && refill(s, f) < 0)
				return -2;
			if (s->end - s->start > 1 &&
			    s->buf[s->start + 1] != '\n')
				return '\r'; /* scan_row complains */
			s->start += s->end - s->start > 1;
		}
		s->start++;
		s->next_line++;
	}
}

int
mia_scan_begins(struct mia_scan *s, const char *text, struct mia_fault *f)
{
	size_t n = strlen(text);

	while (s->end - s->start < n) {
		int rc = refill(s, f);

		if (rc <= 0)
			return rc;
	}
	return memcmp(s->buf + s->start, text, n) == 0;
}

/* Takes the n bytes at start as the row's raw text, and the line end. */
static void
take(struct mia_scan *s, size_t n, size_t line_end, uint64_t lines)
{
	s->raw = (struct mia_text){s->buf + s->start, n};
	s->line = s->next_line;
	s->next_line += lines;
	s->start += n + line_end;
}

int
mia_scan_line(struct mia_scan *s, struct mia_fault *f)
{
	size_t seen = 0;
	int c = mia_scan_peek(s, f);

	if (c < 0)
		return c == -1 ? 0 : -1;
	for (;;) {
		size_t have = s->end - s->start;
		const char *at = s->buf + s->start;
		const char *nl = memchr(at + seen, '\n', have - seen);
		int rc;

		if (nl != NULL || s->eof) {
			size_t n = nl != NULL ? (size_t)(nl - at) : have;

			take(s, n, nl != NULL, 1);
			if (n > 0 && s->raw.s[n - 1] == '\r')
				s->raw.n--;
			return 1;
		}
		if (have > s->max_field)
			return too_long(s, s->next_line, f);
		seen = have;
		rc = refill(s, f);
		if (rc < 0)
			return -1;
	}
}

static void
on_field(void *text, size_t n, void *arg)
{
	struct mia_scan *s = arg;

	if (s->n > s->columns) {
		s->n++;
		return;
	}
	mia_buf_add(&s->cell, text, n);
	mia_grow(&s->cell_end, &s->cell_cap, s->n + 1, sizeof(*s->cell_end));
	s->cell_end[s->n++] = s->cell.n;
}

static void
on_row(int c, void *arg)
{
	struct mia_scan *s = arg;

	(void)c;
	s->rows++;
}

static int
no_space(unsigned char c)
{
	(void)c;
	return 0; /* blanks are part of a field */
}

/* The whole row in raw through libcsv. */
static int
parse_libcsv(struct mia_scan *s, struct mia_fault *f)
{
	size_t from = 0, kept;

	if (!s->csv_ready) {
		if (csv_init(&s->csv, CSV_STRICT | CSV_STRICT_FINI) != 0)
			return mia_fail(f, MIA_SYSTEM, "cannot start libcsv");
		csv_set_space_func(&s->csv, no_space);
		s->csv_ready = true;
	}
	s->n = s->rows = s->cell.n = 0;
	if (csv_parse(&s->csv, s->raw.s, s->raw.n, on_field, on_row, s) !=
		    s->raw.n ||
	    csv_parse(&s->csv, "\n", 1, on_field, on_row, s) != 1 ||
	    s->rows != 1)
		return mia_fail(f, MIA_DATA,
				"%s:%llu: malformed quotes; write quotes "
				"inside a quoted field twice",
				s->source.name, (unsigned long long)s->line);
	kept = s->n > s->columns ? s->columns : s->n;
	mia_grow(&s->field, &s->field_cap, kept, sizeof(*s->field));
	for (size_t i = 0; i < kept; i++) {
		const char *cell = s->cell.s == NULL ? "" : s->cell.s;

		s->field[i] = (struct mia_text){cell + from,
						s->cell_end[i] - from};
		if (s->field[i].n > s->max_field)
			return too_long(s, s->line, f);
		from = s->cell_end[i];
	}
	return 1;
}

static int
bare_return(const struct mia_scan *s, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"%s:%llu: a carriage return inside a row; quote the "
			"field or convert the line ends",
			s->source.name, (unsigned long long)s->next_line);
}

/* A row with quotes: its end is the first line end outside them. */
static int
quoted_row(struct mia_scan *s, struct mia_fault *f)
{
	size_t i = 0;
	uint64_t lines = 1;
	bool quoted = false, returned = false;

	for (;; i++) {
		char c;

		if (i == s->end - s->start) {
			int rc = refill(s, f);

			if (rc < 0)
				return -1;
			if (rc == 0)
				break;
		}
		c = s->buf[s->start + i];
		if (c == '"')
			quoted = !quoted;
		if (quoted) {
			lines += c == '\n';
			continue;
		}
		if (c == '\n')
			break;
		if (returned)
			return bare_return(s, f);
		returned = c == '\r';
	}
	if (quoted)
		return mia_fail(f, MIA_DATA,
				"%s:%llu: a quote is never closed; close it, "
				"or find where the file was cut",
				s->source.name,
				(unsigned long long)s->next_line);
	take(s, i, i < s->end - s->start, lines);
	if (i > 0 && s->raw.s[i - 1] == '\r')
		s->raw.n--;
	if (s->raw.n > ROW_FIELDS * s->max_field)
		return row_too_long(s, s->line, f);
	return parse_libcsv(s, f);
}

static inline void
add_field(struct mia_scan *s, size_t k, const char *from, const char *to)
{
	if (k >= s->field_cap) {
		if (k > s->columns)
			return;
		mia_grow(&s->field, &s->field_cap, k + 1, sizeof(*s->field));
	}
	s->field[k] = (struct mia_text){from, (size_t)(to - from)};
}

enum cut { CUT_ROW, CUT_QUOTE, CUT_MORE, CUT_RETURN };

/*
 * Cuts the row at start in place. Bytes up to ',' (0x2c) are looked at one by
 * one; that takes in the line ends, the quote and a few that stand for
 * themselves.
 */
static enum cut
cut_row(struct mia_scan *s)
{
	const char *row = s->buf + s->start, *end = s->buf + s->end;
	const char *from = row;
	const __m128i comma = _mm_set1_epi8(',');
	size_t k = 0;

	for (const char *p = row; p < end; p += STRIDE) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		unsigned mask = (unsigned)_mm_movemask_epi8(
			_mm_cmpeq_epi8(_mm_min_epu8(x, comma), x));

		for (; mask != 0; mask &= mask - 1) {
			const char *at = p + __builtin_ctz(mask);
			const char *stop = at;

			if (at >= end)
				break;
			if (*at == ',') {
				add_field(s, k++, from, at);
				from = at + 1;
				continue;
			}
			if (*at == '"')
				return CUT_QUOTE;
			if (*at == '\r') {
				if (at + 1 == end && !s->eof)
					return CUT_MORE;
				if (at + 1 < end && at[1] != '\n')
					return CUT_RETURN;
				at += at + 1 < end;
			} else if (*at != '\n') {
				continue;
			}
			add_field(s, k++, from, stop);
			s->n = k;
			take(s, (size_t)(stop - row), (size_t)(at + 1 - stop),
			     1);
			return CUT_ROW;
		}
	}
	if (!s->eof)
		return CUT_MORE;
	add_field(s, k++, from, end);
	s->n = k;
	take(s, (size_t)(end - row), 0, 1);
	return CUT_ROW;
}

/* A row that was cut in place and is longer than a field may be. */
static int
check_long(const struct mia_scan *s, struct mia_fault *f)
{
	if (s->raw.n > ROW_FIELDS * s->max_field)
		return row_too_long(s, s->line, f);
	for (size_t i = 0; i < s->n && i < s->field_cap; i++)
		if (s->field[i].n > s->max_field)
			return too_long(s, s->line, f);
	return 1;
}

int
mia_scan_row(struct mia_scan *s, struct mia_fault *f)
{
	/* The common case first: a byte is there and it begins a row. */
	if (s->start == s->end || s->buf[s->start] == '\n' ||
	    s->buf[s->start] == '\r' || s->next_line == 1) {
		int c = mia_scan_peek(s, f);

		if (c < 0)
			return c == -1 ? 0 : -1;
	}
	if (s->libcsv)
		return quoted_row(s, f);
	for (;;) {
		switch (cut_row(s)) {
		case CUT_ROW:
			return s->raw.n > s->max_field ? check_long(s, f) : 1;
		case CUT_QUOTE:
			return quoted_row(s, f);
		case CUT_RETURN:
			return bare_return(s, f);
		case CUT_MORE:
			if (refill(s, f) < 0)
				return -1;
		}
	}
}
