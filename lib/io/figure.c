#include "io/figure.h"

#include <math.h>

const struct mia_figure mia_figure_empty = {
	.at = NAN,
	.value = NAN,
	.lo = NAN,
	.hi = NAN,
	.level = NAN,
	.n1 = NAN,
	.n0 = NAN,
	.fpr = NAN,
	.threshold = NAN,
	.delta = NAN,
};

int
mia_figure_header(struct mia_writer *w, struct mia_fault *f)
{
	static const char *const column[] = {
		"target", "attack",    "group", "metric",   "at",  "value",
		"lo",	  "hi",	       "level", "method",   "n1",  "n0",
		"fpr",	  "threshold", "delta", "relation", "note"};

	for (size_t i = 0; i < sizeof(column) / sizeof(*column); i++)
		mia_write_str(w, column[i]);
	return mia_writer_row(w, f);
}

static void
word(struct mia_writer *w, const char *s)
{
	mia_write_str(w, s != NULL ? s : "");
}

int
mia_figure_write(struct mia_writer *w, const struct mia_figure *x,
		 struct mia_fault *f)
{
	mia_write_text(w, x->target);
	mia_write_text(w, x->attack);
	mia_write_text(w, x->group);
	word(w, x->metric);
	mia_write_num(w, x->at);
	mia_write_num(w, x->value);
	mia_write_num(w, x->lo);
	mia_write_num(w, x->hi);
	mia_write_num(w, x->level);
	word(w, x->method);
	mia_write_num(w, x->n1);
	mia_write_num(w, x->n0);
	mia_write_num(w, x->fpr);
	mia_write_num(w, x->threshold);
	mia_write_num(w, x->delta);
	word(w, x->relation);
	word(w, x->note);
	return mia_writer_row(w, f);
}
