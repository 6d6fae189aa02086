#include "tell/chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

void
mia_source_free(struct mia_given *s)
{
	for (size_t i = 0; i < s->n_line; i++)
		free(s->line[i]);
	free(s->line);
	free(s->in.item);
	free(s->file);
	*s = (struct mia_given){0};
}

void
mia_chain_free(struct mia_chain *c)
{
	for (size_t i = 0; i < c->n_broken; i++)
		free(c->broken[i]);
	free(c->broken);
	free(c->link);
	*c = (struct mia_chain){0};
}

/* How far down the pipeline a kind stands; metrics and curves are ends. */
enum { RAW, DATA, PREDICTIONS, SIGNALS, SCORES, END, UNKNOWN };

static int
rank(const char *kind)
{
	static const char *const order[] = {"csv",     "data",	 "predictions",
					    "signals", "scores", "metrics"};

	if (strcmp(kind, "roc") == 0)
		return END;
	for (int i = RAW; i <= END; i++)
		if (strcmp(kind, order[i]) == 0)
			return i;
	return UNKNOWN;
}

bool
mia_kind_known(const char *kind)
{
	return rank(kind) != UNKNOWN;
}

static bool
same_rows(const struct mia_input *a, const struct mia_input *b)
{
	return a->rows == b->rows && a->hash.lo == b->hash.lo &&
	       a->hash.hi == b->hash.hi;
}

static bool
same(const struct mia_input *a, const struct mia_input *b)
{
	return strcmp(a->kind, b->kind) == 0 && same_rows(a, b);
}

static bool
among(const struct mia_inputs *in, const struct mia_input *i)
{
	for (size_t k = 0; k < in->n; k++)
		if (same(&in->item[k], i))
			return true;
	return false;
}

static void broken(struct mia_chain *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
broken(struct mia_chain *c, const char *format, ...)
{
	va_list ap;
	char text[2048];

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	mia_grow(&c->broken, &c->cap_broken, c->n_broken + 1,
		 sizeof(*c->broken));
	c->broken[c->n_broken++] = mia_copy(text, strlen(text));
}

static struct mia_link *
add_link(struct mia_chain *c, const struct mia_input *what)
{
	for (size_t i = 0; i < c->n_link; i++)
		if (same(&c->link[i].what, what))
			return &c->link[i];
	mia_grow(&c->link, &c->cap_link, c->n_link + 1, sizeof(*c->link));
	c->link[c->n_link] = (struct mia_link){.what = *what};
	return &c->link[c->n_link++];
}

static int
by_rank(const void *a, const void *b)
{
	const struct mia_link *x = a, *y = b;
	int i = rank(x->what.kind), j = rank(y->what.kind);

	if (i != j)
		return i < j ? -1 : 1;
	if (x->what.rows != y->what.rows)
		return x->what.rows < y->what.rows ? -1 : 1;
	if (x->what.hash.hi != y->what.hash.hi)
		return x->what.hash.hi < y->what.hash.hi ? -1 : 1;
	return x->what.hash.lo < y->what.hash.lo ? -1 : 1;
}

static void
collect(struct mia_chain *c, const struct mia_given *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < s[i].in.n; k++)
			add_link(c, &s[i].in.item[k]);
		add_link(c, &s[i].own)->given = &s[i];
	}
	if (c->n_link > 0)
		qsort(c->link, c->n_link, sizeof(*c->link), by_rank);
}

/*
 * Is the CSV number k among the inputs of s where a chain may begin: in the
 * making of data?  Inputs stand oldest first, so what comes before the first
 * data stream went into it; a data stream that is given tells it exactly.
 */
static bool
raw_input(const struct mia_given *s, size_t k, const struct mia_given *all,
	  size_t n)
{
	if (rank(s->own.kind) == DATA)
		return true;
	for (size_t i = 0; i < n; i++)
		if (rank(all[i].own.kind) == DATA &&
		    among(&all[i].in, &s->in.item[k]))
			return true;
	for (size_t i = k + 1; i < s->in.n; i++)
		if (rank(s->in.item[i].kind) == DATA)
			return true;
	return false;
}

static void
check_raw(struct mia_chain *c, const struct mia_given *s,
	  const struct mia_given *all, size_t n)
{
	for (size_t k = 0; k < s->in.n; k++) {
		const struct mia_input *i = &s->in.item[k];
		const char *line;

		if (rank(i->kind) != RAW)
			continue;
		if (raw_input(s, k, all, n)) {
			add_link(c, i)->raw = true;
			continue;
		}
		/* A line is "tool version options". */
		line = s->n_line > 0 ? s->line[0] : "";
		broken(c,
		       "%s rests on a CSV of %llu rows without a head%s%.*s%s; "
		       "what made those rows is not recorded",
		       s->file, (unsigned long long)i->rows,
		       *line ? ", read by " : "", (int)strcspn(line, " "), line,
		       s->n_line > 1 ? " or a program after it" : "");
	}
}

/* A stream without a head: does another record just these rows? */
static void
check_bare(struct mia_chain *c, const struct mia_given *s,
	   const struct mia_given *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < all[i].in.n; k++) {
			const struct mia_input *in = &all[i].in.item[k];

			if (!same_rows(in, &s->own))
				continue;
			/* The raw records themselves. */
			if (rank(in->kind) == RAW &&
			    raw_input(&all[i], k, all, n))
				return;
			broken(c,
			       "%s has no head, so what made it is not "
			       "recorded; its rows are those that %s was made "
			       "from",
			       s->file, all[i].file);
			return;
		}
	broken(c, "%s has no head, so what made it is not recorded", s->file);
}

static bool
any_data(const struct mia_inputs *in)
{
	for (size_t k = 0; k < in->n; k++)
		if (rank(in->item[k].kind) == DATA)
			return true;
	return false;
}

/* Was s made from data, while other data are given? */
static void
check_data(struct mia_chain *c, const struct mia_given *s,
	   const struct mia_given *all, size_t n)
{
	bool given = false;

	if (!any_data(&s->in))
		return;
	for (size_t i = 0; i < n; i++) {
		if (rank(all[i].own.kind) != DATA)
			continue;
		if (among(&s->in, &all[i].own))
			return;
		given = true;
	}
	if (given)
		broken(c, "%s was made from other data than the data given",
		       s->file);
}

/* Is s an input of a later stream? */
static void
check_used(struct mia_chain *c, const struct mia_given *s,
	   const struct mia_given *all, size_t n)
{
	bool later = false;

	for (size_t i = 0; i < n; i++) {
		if (among(&all[i].in, &s->own))
			return;
		later |= all[i].headed &&
			 rank(all[i].own.kind) > rank(s->own.kind);
	}
	if (later)
		broken(c,
		       "%s is not among the inputs of any other stream given, "
		       "so the figures do not rest on it",
		       s->file);
}

/* The last input of a curve is what it was computed from. */
static void
check_curve(struct mia_chain *c, const struct mia_given *s,
	    const struct mia_given *all, size_t n)
{
	bool metrics = false;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].own.kind, "metrics") != 0)
			continue;
		metrics = true;
		if (among(&all[i].in, &s->in.item[s->in.n - 1]))
			return;
	}
	if (metrics)
		broken(c,
		       "%s was computed from other rows than any metrics given",
		       s->file);
}

void
mia_chain_check(struct mia_chain *c, const struct mia_given *s, size_t n)
{
	*c = (struct mia_chain){0};
	collect(c, s, n);
	for (size_t i = 0; i < n; i++) {
		if (!s[i].headed) {
			check_bare(c, &s[i], s, n);
			continue;
		}
		check_raw(c, &s[i], s, n);
		check_data(c, &s[i], s, n);
		if (rank(s[i].own.kind) != END)
			check_used(c, &s[i], s, n);
		if (s[i].in.n == 0 &&
		    (rank(s[i].own.kind) != DATA || s[i].n_line == 0))
			broken(c, "%s records no input", s[i].file);
		else if (strcmp(s[i].own.kind, "roc") == 0)
			check_curve(c, &s[i], s, n);
	}
}

static bool
same_shards(const struct mia_given *a, const struct mia_given *b)
{
	if (a->shards != b->shards || a->header != b->header ||
	    strcmp(a->kind, b->kind) != 0 || a->n_line != b->n_line)
		return false;
	for (size_t i = 0; i < a->n_line; i++)
		if (strcmp(a->line[i], b->line[i]) != 0)
			return false;
	return true;
}

/* Moves the shard number k of the stream of s[i] to s[i + k - 1]. */
static bool
gather(struct mia_given *s, size_t n, size_t i)
{
	for (unsigned k = 1; k <= s[i].shards; k++) {
		size_t at = i + k - 1, j = at;
		struct mia_given t;

		while (j < n && (s[j].shard != k || !same_shards(&s[i], &s[j])))
			j++;
		if (j >= n)
			return false;
		t = s[at];
		s[at] = s[j];
		s[j] = t;
	}
	return true;
}

size_t
mia_sources_join(struct mia_given *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned shards = s[i].shards;
		struct mia_buf name = {0};

		if (shards < 2 || n - i < shards || !gather(s, n, i))
			continue;
		for (unsigned k = 1; k < shards; k++) {
			struct mia_given *t = &s[i + k];

			mia_hash_join(&s[i].own.hash, t->own.hash, t->own.rows);
			s[i].own.rows += t->own.rows;
			for (size_t j = 0; j < t->in.n; j++)
				mia_inputs_add(&s[i].in, &t->in.item[j]);
			mia_source_free(t);
		}
		mia_buf_format(&name, "%s (%u shards)", s[i].file, shards);
		free(s[i].file);
		s[i].file = mia_copy(name.s, name.n);
		s[i].shard = s[i].shards = 0;
		mia_buf_free(&name);
		memmove(&s[i + 1], &s[i + shards],
			(n - i - shards) * sizeof(*s));
		n -= shards - 1;
	}
	return n;
}
