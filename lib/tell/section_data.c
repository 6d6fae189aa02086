/* The records, the settings, the chain of provenance. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "tell/md.h"
#include "tell/sections.h"
#include "tell/words.h"

/* Classes that get a column each. */
#define CLASS_COLUMNS 6

/* Parts in the order they are told. */
static const char *const known[][2] = {
	{"member", "trained the model; audited"},
	{"nonmember", "never seen by the model; audited"},
	{"aux", "may train shadow models"},
	{"population", "in no model; calibration"},
	{"background", "in every model; not audited"},
};
#define KNOWN (sizeof(known) / sizeof(*known))

/* The place of a part among the known ones, or KNOWN. */
static size_t
place(const char *part)
{
	size_t i = 0;

	while (i < KNOWN && strcmp(known[i][0], part) != 0)
		i++;
	return i;
}

static uint64_t
count(const struct mia_part_rows *p, size_t label)
{
	return label < p->n_label ? p->of_label[label] : 0;
}

static size_t
classes_of(const struct mia_part_rows *p)
{
	size_t n = 0;

	for (size_t k = 0; k < p->n_label; k++)
		n += p->of_label[k] > 0;
	return n;
}

static void
write_part(const struct mia_data *d, const struct mia_part_rows *p, bool each,
	   struct mia_md_table *t)
{
	size_t k = place(p->name);

	mia_md_code(mia_md_cell(t), mia_text(p->name));
	mia_buf_text(mia_md_cell(t),
		     k < KNOWN ? known[k][1] : "not known to miatools");
	mia_word_count(mia_md_cell(t), (double)p->rows);
	for (k = 0; each && k < d->labels.n; k++)
		mia_word_count(mia_md_cell(t), (double)count(p, k));
	if (each || d->labels.n == 0)
		return;
	if (d->labels.n > MIA_FACTS_CLASSES)
		mia_buf_text(mia_md_cell(t), "numbers");
	else
		mia_word_count(mia_md_cell(t), (double)classes_of(p));
}

static void
write_parts(const struct mia_data *d, struct mia_buf *b)
{
	const char *column[5 + CLASS_COLUMNS] = {"Part", "Role", ">Rows"};
	char *name[CLASS_COLUMNS] = {NULL};
	bool each = d->labels.n > 0 && d->labels.n <= CLASS_COLUMNS;
	struct mia_md_table t;

	for (size_t k = 0; each && k < d->labels.n; k++) {
		struct mia_buf cell = {0};

		mia_buf_text(&cell, ">");
		mia_md_text(&cell, mia_names_text(&d->labels, (uint32_t)k));
		mia_buf_string(&cell);
		column[3 + k] = name[k] = cell.s;
	}
	if (!each && d->labels.n > 0)
		column[3] = ">Classes";
	mia_md_table_begin(&t, column);
	for (size_t k = 0; k <= KNOWN; k++)
		for (size_t i = 0; i < d->n; i++)
			if (place(d->part[i].name) == k)
				write_part(d, &d->part[i], each, &t);
	mia_md_table_end(&t, b);
	for (size_t k = 0; k < CLASS_COLUMNS; k++)
		free(name[k]);
}

/* Records judged, when no data stream tells. */
static void
write_counts(const struct mia_facts *x, struct mia_buf *b)
{
	double n1 = 0, n0 = 0;

	for (size_t i = 0; i < x->n_metric; i++)
		if (mia_metric_attack(&x->metric[i]) &&
		    mia_metric_overall(&x->metric[i])) {
			n1 = fmax(n1, x->metric[i].n1);
			n0 = fmax(n0, x->metric[i].n0);
		}
	if (n1 == 0 && n0 == 0)
		return;
	mia_buf_text(b, "## Data\n\nNo data stream was given. The metrics "
			"judge ");
	mia_word_count(b, n1);
	mia_buf_text(b, " training records and ");
	mia_word_count(b, n0);
	mia_buf_text(b, " other records.\n\n");
}

void
mia_section_data(const struct mia_report *r, struct mia_buf *b)
{
	if (r->facts->n_data == 0) {
		write_counts(r->facts, b);
		return;
	}
	mia_buf_text(b, "## Data\n\n");
	for (size_t i = 0; i < r->facts->n_data; i++) {
		if (r->facts->n_data > 1) {
			mia_buf_text(b, "From ");
			mia_md_code(b, mia_text(r->facts->data[i].file));
			mia_buf_text(b, ":\n\n");
		}
		write_parts(&r->facts->data[i], b);
	}
}

static bool
told_before(const struct mia_facts *x, size_t i, size_t k)
{
	for (size_t j = 0; j <= i; j++)
		for (size_t l = 0; l < x->source[j].n_line; l++) {
			if (j == i && l == k)
				return false;
			if (strcmp(x->source[j].line[l],
				   x->source[i].line[k]) == 0)
				return true;
		}
	return false;
}

/* One by one, so that a line breaks between them. */
static void
write_options(const char *s, struct mia_buf *b)
{
	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		mia_md_code(b, (struct mia_text){s, n});
		s += n + strspn(s + n, " ");
		if (*s != '\0')
			mia_buf_text(b, " ");
	}
}

void
mia_section_settings(const struct mia_report *r, struct mia_buf *b)
{
	static const char *const column[] = {"Program", "Version", "Options",
					     NULL};
	const struct mia_facts *x = r->facts;
	struct mia_md_table t;
	bool any = false;

	for (size_t i = 0; i < x->n_source; i++)
		any |= x->source[i].n_line > 0;
	if (!any)
		return;
	mia_buf_text(b, "## Settings\n\nWhat each program was told; an option "
			"that is not listed had its default. An option that "
			"named a file shows the hash of its content.\n\n");
	mia_md_table_begin(&t, column);
	for (size_t i = 0; i < x->n_source; i++)
		for (size_t k = 0; k < x->source[i].n_line; k++) {
			const char *s = x->source[i].line[k];
			size_t n = strcspn(s, " "), v;

			if (told_before(x, i, k))
				continue;
			mia_md_code(mia_md_cell(&t), (struct mia_text){s, n});
			s += n + strspn(s + n, " ");
			v = strcspn(s, " ");
			mia_md_text(mia_md_cell(&t), (struct mia_text){s, v});
			s += v + strspn(s + v, " ");
			write_options(s, mia_md_cell(&t));
		}
	mia_md_table_end(&t, b);
}

static void
write_links(const struct mia_chain *c, struct mia_buf *b)
{
	static const char *const column[] = {"Stream", ">Rows", "Hash",
					     "Given as", NULL};
	struct mia_md_table t;

	mia_md_table_begin(&t, column);
	for (size_t i = 0; i < c->n_link; i++) {
		const struct mia_link *l = &c->link[i];
		struct mia_buf *cell = mia_md_cell(&t);
		char hash[MIA_HASH_TEXT];

		mia_md_str(cell, l->what.kind);
		if (l->raw)
			mia_buf_text(cell, " (raw records)");
		mia_word_count(mia_md_cell(&t), (double)l->what.rows);
		mia_hash_print(hash, l->what.hash);
		mia_md_code(mia_md_cell(&t), mia_text(hash));
		cell = mia_md_cell(&t);
		if (l->given != NULL)
			mia_md_code(cell, mia_text(l->given->file));
		else
			mia_buf_text(cell, "not given");
	}
	mia_md_table_end(&t, b);
}

void
mia_section_chain(const struct mia_report *r, struct mia_buf *b)
{
	const struct mia_chain *c = r->chain;
	size_t given = 0;

	for (size_t i = 0; i < c->n_link; i++)
		given += c->link[i].given != NULL;
	if (c->n_broken > 0) {
		mia_buf_text(b, "## Provenance\n\n**Broken.**\n\n");
		for (size_t i = 0; i < c->n_broken; i++) {
			mia_buf_text(b, "- ");
			mia_md_str(b, c->broken[i]);
			mia_buf_text(b, ".\n");
		}
		mia_buf_text(b, "\nA stream keeps its provenance if every "
				"program in the chain reads what the one "
				"before wrote, unchanged and without "
				"`--no-meta`.\n\n");
	} else {
		mia_buf_text(b, "## Provenance\n\n**Whole.** Every stream "
				"given records what it was made "
				"from, and the records agree with each "
				"other.\n\n");
	}
	mia_buf_format(b,
		       "%zu of the %zu streams of the chain were given here. "
		       "Where a stream has a head, its rows were hashed again "
		       "and are those that were written.",
		       given, c->n_link);
	if (given < c->n_link)
		mia_buf_text(b, " Those not given are recorded by those that "
				"were made from them.");
	mia_buf_text(b, "\n\n");
	write_links(c, b);
}
