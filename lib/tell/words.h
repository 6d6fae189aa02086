#ifndef MIA_TELL_WORDS_H
#define MIA_TELL_WORDS_H

#include "base/buf.h"
#include "tell/facts.h"

/*
 * Figures in words, for readers who are no statisticians.  Everything is
 * appended to *b as Markdown.
 */

/* "12.3 %", "0.31 %", "99.96 %": never "0 %" or "100 %" unless it is so. */
void mia_word_share(struct mia_buf *b, double x);
/* Three decimals, more where a figure is close to 0 or 1: "0.563". */
void mia_word_figure(struct mia_buf *b, double x);
/* "1 in 1,000" if it is that, else a share. */
void mia_word_rate(struct mia_buf *b, double x);
/* "12,960"; NaN: "?". */
void mia_word_count(struct mia_buf *b, double x);
/* "3 of 400": a share of so many. */
void mia_word_part(struct mia_buf *b, double share, double of);

/* How a metric is told. */
enum mia_style {
	MIA_STYLE_FIGURE, /* 0.563 */
	MIA_STYLE_SHARE,  /* 56.3 % */
	MIA_STYLE_COUNT,  /* 12,960 */
	MIA_STYLE_GAP,	  /* +5.1 points */
};

struct mia_word {
	const char *metric; /* as in the stream */
	const char *name;   /* in a table */
	enum mia_style style;
	double chance; /* what an attack that knows nothing has; NaN: no such
			* figure, or it depends */
};

/* NULL for a metric that we have no words for. */
const struct mia_word *mia_word_of(const char *metric);

/* The name of a metric with the rate it is at: "TPR in the population at FPR 1
 * %". */
void mia_word_name(struct mia_buf *b, const struct mia_metric *m);
/* Its value, or an end of its interval, in its style. */
void mia_word_value(struct mia_buf *b, const struct mia_metric *m, double x);
/* "0.511 to 0.614", or "none". */
void mia_word_interval(struct mia_buf *b, const struct mia_metric *m);
/* A sentence on what it means, or nothing. */
void mia_word_meaning(struct mia_buf *b, const struct mia_metric *m);
/* A sentence on a note ("optimistic", …), or nothing if it has none that
 * needs one; n0 and n1 are those of the figure. */
void mia_word_note(struct mia_buf *b, const struct mia_metric *m,
		   const char *note);

/* Walks over the words of a note, which blanks, commas or semicolons part:
 * false at the end. *at begins as the note. */
bool mia_note_next(const char **at, struct mia_text *word);
bool mia_note_has(const struct mia_metric *m, const char *word);

#endif
