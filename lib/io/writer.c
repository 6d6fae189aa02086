#include "io/writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/reader.h"
#include "io/sink.h"

#define FULL ((size_t)1 << 17) /* bytes kept before they go to the sink */

struct mia_writer {
	struct mia_sink sink;
	bool no_meta;
	char *buf;
	size_t n, cap;
	size_t row;  /* where the present row begins in buf */
	bool begun;  /* the present row has a cell */
	bool headed; /* the header is written */
	uint64_t header;
	struct mia_input last;
	struct mia_fault fault; /* the first write error */
};

int
mia_writer_open(struct mia_writer **out, const struct mia_writer_opts *o,
		struct mia_fault *f)
{
	struct mia_writer *w = mia_alloc(1, sizeof(*w));

	*out = NULL;
	w->no_meta = o->no_meta;
	if (mia_sink_open(&w->sink, o->path,
			  o->zstd ? (o->level ? o->level : 1) : 0, f) != 0) {
		free(w);
		return -1;
	}
	mia_grow(&w->buf, &w->cap, FULL + FULL / 4, 1);
	*out = w;
	return 0;
}

/* Sends the buffer's first n bytes away. */
static int
drain(struct mia_writer *w, size_t n)
{
	if (w->fault.code == 0)
		mia_sink_write(&w->sink, w->buf, n, &w->fault);
	memmove(w->buf, w->buf + n, w->n - n);
	w->n -= n;
	w->row = 0;
	return w->fault.code == 0 ? 0 : -1;
}

static int
failed(const struct mia_writer *w, struct mia_fault *f)
{
	return mia_fail(f, w->fault.code, "%s", w->fault.text);
}

static inline char *
room(struct mia_writer *w, size_t n)
{
	if (w->n + n > w->cap)
		mia_grow(&w->buf, &w->cap, w->n + n, 1);
	return w->buf + w->n;
}

static void
line(struct mia_writer *w, const char *s, size_t n)
{
	char *at = room(w, n + 1);

	memcpy(at, s, n);
	at[n] = '\n';
	w->n += n + 1;
	w->row = w->n;
}

int
mia_writer_begin(struct mia_writer *w, const char *kind,
		 const struct mia_meta *from, const char *tool_line,
		 struct mia_fault *f)
{
	struct mia_buf b = {0};

	w->headed = false;
	w->last = (struct mia_input){0};
	strncpy(w->last.kind, kind, sizeof(w->last.kind) - 1);
	w->row = w->n;
	if (w->no_meta)
		return 0;
	mia_buf_format(&b, "#mia %d %s", MIA_FORMAT, kind);
	line(w, b.s, b.n);
	for (size_t i = 0; from != NULL && i < from->n; i++)
		if (tool_line == NULL || strcmp(from->line[i], tool_line) != 0)
			line(w, from->line[i], strlen(from->line[i]));
	if (tool_line != NULL)
		line(w, tool_line, strlen(tool_line));
	if (from != NULL && from->shards > 0) {
		b.n = 0;
		mia_buf_format(&b, "#shard %u/%u", from->shard, from->shards);
		line(w, b.s, b.n);
	}
	mia_buf_free(&b);
	return w->fault.code == 0 ? 0 : failed(w, f);
}

/* Room for a cell of at most n bytes, its comma written. */
static inline char *
cell(struct mia_writer *w, size_t n)
{
	char *at = room(w, n + 3);

	if (w->begun) {
		*at++ = ',';
		w->n++;
	}
	w->begun = true;
	return at;
}

static bool
needs_quotes(struct mia_text t, bool first)
{
	if (first && t.n > 0 && t.s[0] == '#')
		return true; /* not metadata */
	for (size_t i = 0; i < t.n; i++)
		if (t.s[i] == ',' || t.s[i] == '"' || t.s[i] == '\n' ||
		    t.s[i] == '\r')
			return true;
	return false;
}

/* Writes t in quotes; at has room for 2 * t.n + 2 bytes. Returns the end. */
static char *
put_quoted(char *at, struct mia_text t)
{
	*at++ = '"';
	for (size_t i = 0; i < t.n; i++) {
		if (t.s[i] == '"')
			*at++ = '"';
		*at++ = t.s[i];
	}
	*at++ = '"';
	return at;
}

void
mia_write_text(struct mia_writer *w, struct mia_text t)
{
	bool first = !w->begun;
	char *at;

	if (!needs_quotes(t, first)) {
		at = cell(w, t.n);
		if (t.n > 0)
			memcpy(at, t.s, t.n);
		w->n += t.n;
		return;
	}
	at = cell(w, 2 * t.n + 2);
	w->n = (size_t)(put_quoted(at, t) - w->buf);
}

void
mia_cell_add(struct mia_buf *b, struct mia_text t, bool first)
{
	if (!needs_quotes(t, first)) {
		mia_buf_add(b, t.s, t.n);
		return;
	}
	mia_grow(&b->s, &b->cap, b->n + 2 * t.n + 2, 1);
	b->n = (size_t)(put_quoted(b->s + b->n, t) - b->s);
}

void
mia_write_str(struct mia_writer *w, const char *s)
{
	mia_write_text(w, mia_text(s));
}

void
mia_write_num(struct mia_writer *w, double x)
{
	char *at = cell(w, MIA_NUM_MAX);

	if (x == x)
		w->n += mia_num_print(at, x);
}

void
mia_write_int(struct mia_writer *w, int64_t x)
{
	char *at = cell(w, MIA_NUM_MAX);

	w->n += mia_num_int(at, x);
}

void
mia_write_raw(struct mia_writer *w, struct mia_text t)
{
	char *at = cell(w, t.n);

	if (t.n > 0)
		memcpy(at, t.s, t.n);
	w->n += t.n;
}

void
mia_write_row(struct mia_writer *w, const struct mia_row *row)
{
	if (row->raw.s != NULL && row->raw.s[0] != '#') {
		mia_write_raw(w, row->raw);
		return;
	}
	for (size_t i = 0; i < row->n; i++)
		mia_write_text(w, row->field[i]);
}

int
mia_writer_row(struct mia_writer *w, struct mia_fault *f)
{
	const char *row;
	size_t n;

	if (w->n == w->row) {
		/* One column, nothing in it: not a blank line. */
		memcpy(room(w, 2), "\"\"", 2);
		w->n += 2;
	}
	row = w->buf + w->row;
	n = w->n - w->row;
	if (!w->headed) {
		w->header = mia_hash64(row, n, 0);
		w->headed = true;
	} else {
		if (!w->no_meta)
			mia_hash_row(&w->last.hash, row, n, w->header);
		w->last.rows++;
	}
	*room(w, 1) = '\n';
	w->row = ++w->n;
	w->begun = false;
	if (w->n >= FULL && drain(w, w->n) != 0)
		return failed(w, f);
	return 0;
}

int
mia_writer_end(struct mia_writer *w, const struct mia_inputs *in,
	       struct mia_fault *f)
{
	struct mia_buf b = {0};
	char hash[MIA_HASH_TEXT];

	if (!w->no_meta) {
		for (size_t i = 0; in != NULL && i < in->n; i++) {
			mia_hash_print(hash, in->item[i].hash);
			b.n = 0;
			mia_buf_format(&b, "#in %s %llu %s", in->item[i].kind,
				       (unsigned long long)in->item[i].rows,
				       hash);
			line(w, b.s, b.n);
		}
		mia_hash_print(hash, w->last.hash);
		b.n = 0;
		mia_buf_format(&b, "#end %llu %s",
			       (unsigned long long)w->last.rows, hash);
		line(w, b.s, b.n);
		mia_buf_free(&b);
	}
	return w->fault.code == 0 ? 0 : failed(w, f);
}

int
mia_writer_flush(struct mia_writer *w, struct mia_fault *f)
{
	if (w->fault.code == 0 && drain(w, w->row) == 0)
		mia_sink_flush(&w->sink, &w->fault);
	return w->fault.code == 0 ? 0 : failed(w, f);
}

int
mia_writer_close(struct mia_writer *w, struct mia_fault *f)
{
	int rc = 0;

	if (w == NULL)
		return 0;
	drain(w, w->n);
	if (w->fault.code != 0) {
		rc = failed(w, f);
		mia_writer_abandon(w);
		return rc;
	}
	rc = mia_sink_close(&w->sink, f);
	free(w->buf);
	free(w);
	return rc;
}

void
mia_writer_abandon(struct mia_writer *w)
{
	if (w == NULL)
		return;
	mia_sink_abandon(&w->sink);
	free(w->buf);
	free(w);
}

int
mia_writer_finish(struct mia_writer *w, int rc, struct mia_fault *f)
{
	if (rc == 0)
		return mia_writer_close(w, f);
	mia_writer_abandon(w);
	return rc;
}

const struct mia_input *
mia_writer_last(const struct mia_writer *w)
{
	return &w->last;
}
