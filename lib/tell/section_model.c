/* The model: what it is, and how often it is right. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "tell/md.h"
#include "tell/sections.h"
#include "tell/words.h"

static bool
of_model(const struct mia_metric *m)
{
	return mia_metric_model(m) && mia_metric_overall(m) &&
	       strncmp(m->metric, "limit_", 6) != 0;
}

/* Counts, which are told in a sentence: "7,001 parameters". */
static const char *const count_name[][2] = {
	{"trained_rows", "training records"},
	{"features", "features"},
	{"classes", "classes"},
	{"parameters", "fitted parameters"},
	{"leaves", "leaves"},
	{"iterations", "iterations"},
	{"stored_rows", "records stored in the model"},
};

static const char *
counted(const struct mia_metric *m)
{
	for (size_t i = 0; i < sizeof(count_name) / sizeof(*count_name); i++)
		if (strcmp(count_name[i][0], m->metric) == 0)
			return count_name[i][1];
	return NULL;
}

/* The same figure is there again: one stream is given twice, or train-target
 * and mia-eval, which count alike, agree as they should. */
static bool
repeated(const struct mia_facts *x, size_t i)
{
	const struct mia_metric *m = &x->metric[i];

	for (size_t j = 0; j < x->n_metric; j++) {
		const struct mia_metric *o = &x->metric[j];
		/* The same, whatever the order of the files. */
		int by = strcmp(o->by, m->by);

		if ((by > 0 || (by == 0 && j < i)) && of_model(o) &&
		    strcmp(o->metric, m->metric) == 0 &&
		    strcmp(o->target, m->target) == 0 && o->value == m->value)
			return true;
	}
	return false;
}

/* The value of --learner that the one train-target was given; n == 0 if
 * there is none, or several. */
static struct mia_text
learner(const struct mia_facts *x)
{
	struct mia_text found = {"", 0};

	for (size_t i = 0; i < x->n_source; i++)
		for (size_t k = 0; k < x->source[i].n_line; k++) {
			const char *s = x->source[i].line[k];
			struct mia_text t;

			if (strncmp(s, "train-target ", 13) != 0 ||
			    (s = strstr(s, " --learner=")) == NULL)
				continue;
			s += strlen(" --learner=");
			t = (struct mia_text){s, strcspn(s, " ")};
			if (found.n > 0 && !mia_text_equal(found, t))
				return (struct mia_text){"", 0};
			found = t;
		}
	return found;
}

static void
write_counts(const struct mia_facts *x, struct mia_text target,
	     struct mia_buf *b)
{
	struct mia_text kind = learner(x);
	bool any = false, stored = false;

	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];
		const char *name = counted(m);

		if (!of_model(m) || name == NULL || repeated(x, i) ||
		    !mia_text_is(target, m->target))
			continue;
		if (!any) {
			mia_md_code(b, target);
			mia_buf_text(b, ": ");
			mia_md_text(b, kind);
		}
		if (any || kind.n > 0)
			mia_buf_text(b, ", ");
		mia_word_count(b, m->value);
		mia_buf_format(b, " %s", name);
		stored |= strcmp(m->metric, "stored_rows") == 0 && m->value > 0;
		any = true;
	}
	if (any)
		mia_buf_text(b, ".");
	if (stored)
		mia_buf_text(b, " **The model file holds training records as "
				"they are:** whoever has the file has those "
				"records, whatever the figures below.");
	if (any)
		mia_buf_text(b, "\n\n");
}

static void
write_table(const struct mia_facts *x, struct mia_buf *b)
{
	static const char *const column[] = {
		"Target",   "Figure",	  ">Value", "Interval",
		">Records", "Counted by", NULL};
	struct mia_md_table t;

	mia_md_table_begin(&t, column);
	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];
		double n = (m->n1 > 0 ? m->n1 : 0) + (m->n0 > 0 ? m->n0 : 0);

		if (!of_model(m) || counted(m) != NULL || repeated(x, i))
			continue;
		mia_md_code(mia_md_cell(&t), mia_text(m->target));
		mia_word_name(mia_md_cell(&t), m);
		mia_word_value(mia_md_cell(&t), m, m->value);
		mia_word_interval(mia_md_cell(&t), m);
		mia_word_count(mia_md_cell(&t), n > 0 ? n : NAN);
		mia_md_str(mia_md_cell(&t), m->by);
	}
	mia_md_table_end(&t, b);
}

/* train-target and mia-eval may differ, and a reader would wonder. */
static void
write_difference(const struct mia_facts *x, struct mia_buf *b)
{
	for (size_t i = 0; i < x->n_metric; i++)
		for (size_t j = 0; j < i; j++) {
			const struct mia_metric *m = &x->metric[i];
			const struct mia_metric *o = &x->metric[j];

			if (!of_model(m) || !of_model(o) ||
			    strcmp(m->metric, o->metric) != 0 ||
			    strcmp(m->target, o->target) != 0 ||
			    strcmp(m->by, o->by) == 0 || m->value == o->value)
				continue;
			mia_buf_text(b, "**The two counts differ,** so the "
					"predictions that were judged are not "
					"those of the model as it was "
					"trained, or not of the same "
					"records. Find out why before you "
					"rely on either.\n\n");
			return;
		}
}

/* Each note once, in words. */
static void
write_notes(const struct mia_facts *x, struct mia_buf *b)
{
	struct mia_names told = {0};

	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];
		const char *at = m->note;
		struct mia_text word;

		while (of_model(m) && mia_note_next(&at, &word)) {
			size_t n = told.n;
			char *note;

			if (mia_names_add(&told, word) < n)
				continue;
			note = mia_copy(word.s, word.n);
			mia_word_note(b, m, note);
			mia_buf_text(b, "\n\n");
			free(note);
		}
	}
	mia_names_free(&told);
}

void
mia_section_model(const struct mia_report *r, struct mia_buf *b)
{
	const struct mia_facts *x = r->facts;
	const struct mia_metric *gap = NULL;
	struct mia_names target = {0};
	size_t figures = 0;

	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];

		if (!of_model(m))
			continue;
		mia_names_add(&target, mia_text(m->target));
		figures += counted(m) == NULL;
		if (gap == NULL && strcmp(m->metric, "accuracy_gap") == 0)
			gap = m;
	}
	if (target.n > 0)
		mia_buf_text(b, "## The model\n\n");
	for (uint32_t k = 0; k < target.n; k++)
		write_counts(x, mia_names_text(&target, k), b);
	if (figures > 0)
		write_table(x, b);
	write_difference(x, b);
	if (gap != NULL && target.n == 1) {
		mia_word_meaning(b, gap);
		mia_buf_text(b, "\n\n");
	}
	write_notes(x, b);
	mia_names_free(&target);
}
