#include "io/meta.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

void
mia_meta_free(struct mia_meta *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->line[i]);
	free(m->line);
	free(m->in.item);
	*m = (struct mia_meta){0};
}

void
mia_meta_line(struct mia_meta *m, struct mia_text line)
{
	for (size_t i = 0; i < m->n; i++)
		if (mia_text_is(line, m->line[i]))
			return;
	mia_grow(&m->line, &m->cap, m->n + 1, sizeof(*m->line));
	m->line[m->n++] = mia_copy(line.s, line.n);
}

void
mia_inputs_add(struct mia_inputs *in, const struct mia_input *i)
{
	for (size_t k = 0; k < in->n; k++) {
		const struct mia_input *o = &in->item[k];

		if (strcmp(o->kind, i->kind) == 0 && o->rows == i->rows &&
		    o->hash.lo == i->hash.lo && o->hash.hi == i->hash.hi)
			return;
	}
	mia_grow(&in->item, &in->cap, in->n + 1, sizeof(*in->item));
	in->item[in->n++] = *i;
}

void
mia_meta_merge(struct mia_meta *m, const struct mia_meta *other)
{
	for (size_t i = 0; i < other->n; i++)
		mia_meta_line(m, mia_text(other->line[i]));
	for (size_t i = 0; i < other->in.n; i++)
		mia_inputs_add(&m->in, &other->in.item[i]);
}

/* The next word of *line, which moves behind it; n == 0 at the end. */
static struct mia_text
word(struct mia_text *line)
{
	struct mia_text w;

	while (line->n > 0 && line->s[0] == ' ')
		line->s++, line->n--;
	w = (struct mia_text){line->s, 0};
	while (line->n > 0 && line->s[0] != ' ')
		line->s++, line->n--, w.n++;
	return w;
}

static int
malformed(struct mia_text line, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"malformed stream line '%.*s'; rerun upstream with "
			"--no-meta",
			MIA_QUOTE(line));
}

static int
scan_magic(struct mia_meta *m, struct mia_text line, struct mia_fault *f)
{
	struct mia_text rest = line, version, kind;
	int64_t v;

	word(&rest);
	version = word(&rest);
	kind = word(&rest);
	if (!mia_num_parse_int(version, &v) || v < 1 || kind.n == 0 ||
	    kind.n >= sizeof(m->kind))
		return malformed(line, f);
	if (v > MIA_FORMAT)
		return mia_fail(f, MIA_DATA,
				"stream format %lld is newer than %d; use a "
				"newer miatools",
				(long long)v, MIA_FORMAT);
	memcpy(m->kind, kind.s, kind.n);
	m->kind[kind.n] = '\0';
	return 0;
}

static int
scan_shard(struct mia_meta *m, struct mia_text line, struct mia_fault *f)
{
	struct mia_text rest = line, k, n;
	int64_t a, b;
	const char *slash;

	word(&rest);
	n = word(&rest);
	slash = memchr(n.s, '/', n.n);
	if (slash == NULL)
		return malformed(line, f);
	k = (struct mia_text){n.s, (size_t)(slash - n.s)};
	n = (struct mia_text){slash + 1, n.n - k.n - 1};
	if (!mia_num_parse_int(k, &a) || !mia_num_parse_int(n, &b) || a < 1 ||
	    b < a || b > 1000000)
		return malformed(line, f);
	m->shard = (unsigned)a;
	m->shards = (unsigned)b;
	return 0;
}

static int
scan_input(struct mia_input *i, struct mia_text line, int has_kind,
	   struct mia_fault *f)
{
	struct mia_text rest = line, w;
	int64_t rows;

	*i = (struct mia_input){0};
	word(&rest);
	if (has_kind) {
		w = word(&rest);
		if (w.n == 0 || w.n >= sizeof(i->kind))
			return malformed(line, f);
		memcpy(i->kind, w.s, w.n);
	}
	w = word(&rest);
	if (!mia_num_parse_int(w, &rows) || rows < 0)
		return malformed(line, f);
	i->rows = (uint64_t)rows;
	w = word(&rest);
	/* A bare "#end N", from an adapter, checks the count only. */
	if (w.n == 0 && !has_kind) {
		strcpy(i->kind, "-");
		return 0;
	}
	if (mia_hash_scan(&i->hash, w.s, w.n) != 0)
		return malformed(line, f);
	return 0;
}

int
mia_meta_scan(struct mia_meta *m, struct mia_text line,
	      enum mia_meta_line *what, struct mia_input *end,
	      struct mia_fault *f)
{
	struct mia_text rest = line, w = word(&rest);
	struct mia_input in;

	*what = MIA_META_OTHER;
	if (mia_text_is(w, "#mia")) {
		*what = MIA_META_MAGIC;
		return scan_magic(m, line, f);
	}
	if (mia_text_is(w, "#shard"))
		return scan_shard(m, line, f);
	if (mia_text_is(w, "#end")) {
		*what = MIA_META_END;
		return scan_input(end, line, 0, f);
	}
	if (mia_text_is(w, "#in")) {
		*what = MIA_META_IN;
		if (scan_input(&in, line, 1, f) != 0)
			return -1;
		mia_inputs_add(&m->in, &in);
		return 0;
	}
	mia_meta_line(m, line);
	return 0;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void
unescape(struct mia_text t, struct mia_buf *b)
{
	for (size_t i = 0; i < t.n; i++) {
		char c = t.s[i];

		if (c == '%' && i + 2 < t.n && hex(t.s[i + 1]) >= 0 &&
		    hex(t.s[i + 2]) >= 0) {
			c = (char)(hex(t.s[i + 1]) * 16 + hex(t.s[i + 2]));
			i += 2;
		}
		mia_buf_add(b, &c, 1);
	}
}

int
mia_meta_option(const struct mia_meta *m, const char *tool, const char *name,
		struct mia_buf *value)
{
	size_t n = strlen(name);

	for (size_t i = m->n; i-- > 0;) {
		struct mia_text rest = mia_text(m->line[i]), w;

		if (!mia_text_is(word(&rest), "#@") ||
		    !mia_text_is(word(&rest), tool))
			continue;
		while ((w = word(&rest)).n > 0) {
			if (w.n < n + 2 || memcmp(w.s, "--", 2) != 0 ||
			    memcmp(w.s + 2, name, n) != 0)
				continue;
			if (w.n > n + 2 && w.s[n + 2] != '=')
				continue;
			value->n = 0;
			if (w.n > n + 3)
				unescape((struct mia_text){w.s + n + 3,
							   w.n - n - 3},
					 value);
			return 1;
		}
		return 0;
	}
	return 0;
}

bool
mia_meta_number(const struct mia_meta *m, const char *name, double *x)
{
	for (size_t i = m->n; i-- > 0;) {
		struct mia_text rest = mia_text(m->line[i]), w = word(&rest);

		if (w.n > 1 && mia_text_is((struct mia_text){w.s + 1, w.n - 1},
					   name))
			return mia_num_parse(word(&rest), x) ==
			       MIA_NUM_FINITE;
	}
	return false;
}
