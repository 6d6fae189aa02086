#include "run/entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* "file:line" of a row, for messages about rows read before. */
static void
entry_where(const struct mia_records *s, const struct mia_entry *e,
	    struct mia_buf *b)
{
	struct mia_text file = mia_names_text(&s->files, e->file);

	mia_buf_format(b, "%.*s:%llu", (int)file.n, file.s,
		       (unsigned long long)e->line);
	mia_buf_string(b);
}

/* A fault about row e that names an earlier row too. */
static int
clash(const struct mia_records *s, const struct mia_entry *e,
      const struct mia_entry *first, const char *what, const char *mend,
      struct mia_fault *f)
{
	struct mia_text id = mia_names_text(&s->ids, e->id);
	struct mia_buf here = {0}, there = {0};

	entry_where(s, e, &here);
	entry_where(s, first, &there);
	mia_fault_set(f, MIA_DATA, "%s: id '%.*s' %s %s; %s", here.s,
		      MIA_QUOTE(id), what, there.s, mend);
	mia_buf_free(&here);
	mia_buf_free(&there);
	return -1;
}

static int
entry_compare(const void *a, const void *b)
{
	const struct mia_entry *p = a, *q = b;

	if (p->key.lo != q->key.lo)
		return p->key.lo < q->key.lo ? -1 : 1;
	if (p->key.hi != q->key.hi)
		return p->key.hi < q->key.hi ? -1 : 1;
	if (p->view != q->view)
		return p->view < q->view ? -1 : 1;
	return p->read < q->read ? -1 : 1;
}

/* Checks sorted entries; reports the one that was read first. */
static int
check_keys(const struct mia_records *s, const struct mia_entry *e,
	   struct mia_fault *f)
{
	const struct mia_entry *bad = NULL, *first = NULL;
	size_t base = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct mia_entry *with = NULL;

		if (i == 0 || e[i].id != e[i - 1].id)
			base = i;
		if (i > base && e[i].view == e[i - 1].view)
			with = &e[i - 1];
		else if (e[base].view != 0 || e[i].part != e[base].part ||
			 e[i].label != e[base].label)
			with = &e[base];
		if (with != NULL && (bad == NULL || e[i].read < bad->read)) {
			bad = &e[i];
			first = with;
		}
	}
	if (bad == NULL)
		return 0;
	if (bad == first)
		return clash(s, bad, first, "has no row of view 0; first is",
			     "give every record its original", f);
	if (bad->view == first->view)
		return clash(s, bad, first, "was there already at",
			     "give every record an id of its own", f);
	return clash(s, bad, first, "has another part or label than at",
		     "views of a record share both", f);
}

static int
text_compare(const void *a, const void *b)
{
	const struct mia_text *p = a, *q = b;
	size_t n = p->n < q->n ? p->n : q->n;
	int c = memcmp(p->s, q->s, n);

	if (c != 0)
		return c;
	return p->n < q->n ? -1 : p->n > q->n;
}

/* Numbers the classes by their bytes; *number maps the order first seen. */
static void
sort_classes(struct mia_records *s, const struct mia_names *labels,
	     int32_t **number)
{
	struct mia_text *t = mia_alloc(labels->n, sizeof(*t));

	*number = mia_alloc(labels->n, sizeof(**number));
	for (uint32_t i = 0; i < labels->n; i++)
		t[i] = mia_names_text(labels, i);
	qsort(t, labels->n, sizeof(*t), text_compare);
	for (uint32_t i = 0; i < labels->n; i++) {
		mia_names_add(&s->classes, t[i]);
		(*number)[mia_names_find(labels, t[i])] = (int32_t)i;
	}
	free(t);
}

/* Puts the n items of *p, size bytes each, into the order of e. */
static void
gather(void **p, const struct mia_entry *e, size_t n, size_t size)
{
	const char *from = *p;
	char *to = mia_alloc(n, size);

	for (size_t i = 0; i < n; i++)
		memcpy(to + i * size, from + e[i].read * size, size);
	free(*p);
	*p = to;
}

static void
gather_column(struct mia_column *c, const struct mia_entry *e, size_t n)
{
	void *code = c->code;

	if (c->value != NULL)
		gather(&c->value, e, n, c->width);
	if (c->code == NULL)
		return;
	gather(&code, e, n, sizeof(*c->code));
	c->code = code;
}

int
mia_entries_settle(struct mia_records *s, struct mia_entry *e,
		   const struct mia_names *labels, struct mia_fault *f)
{
	int32_t *number;
	uint32_t base = 0;
	size_t n = s->n;

	qsort(e, n, sizeof(*e), entry_compare);
	if (check_keys(s, e, f) != 0)
		return -1;
	sort_classes(s, labels, &number);
	s->order = mia_alloc(n, sizeof(*s->order));
	s->key = mia_alloc(n, sizeof(*s->key));
	s->base = mia_alloc(n, sizeof(*s->base));
	s->view = mia_alloc(n, sizeof(*s->view));
	s->part = mia_alloc(n, sizeof(*s->part));
	s->label = mia_alloc(n, sizeof(*s->label));
	s->id = mia_alloc(n, sizeof(*s->id));
	s->file = mia_alloc(n, sizeof(*s->file));
	s->line = mia_alloc(n, sizeof(*s->line));
	for (uint32_t i = 0; i < n; i++) {
		if (e[i].view == 0) {
			base = i;
			s->count[e[i].part]++;
		}
		s->order[e[i].read] = i;
		s->key[i] = e[i].key.lo;
		s->base[i] = base;
		s->view[i] = e[i].view;
		s->part[i] = e[i].part;
		s->label[i] = number[e[i].label];
		s->id[i] = e[i].id;
		s->file[i] = e[i].file;
		s->line[i] = e[i].line;
	}
	for (size_t j = 0; j < s->x.columns; j++) {
		gather_column(&s->x.column[j], e, n);
		s->x.column[j].cap = n;
	}
	free(number);
	return 0;
}
