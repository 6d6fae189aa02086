#ifndef MIA_IO_FIGURE_H
#define MIA_IO_FIGURE_H

#include "base/fault.h"
#include "base/text.h"
#include "io/writer.h"

/*
 * One row of a metrics stream, miatools-stream(5).  NaN and NULL are empty
 * cells, so begin with mia_figure_empty.
 */
struct mia_figure {
	struct mia_text target, attack, group;
	const char *metric, *method, *relation, *note;
	double at, value, lo, hi, level, n1, n0, fpr, threshold, delta;
};

extern const struct mia_figure mia_figure_empty;

/* The header of a metrics stream, after mia_writer_begin. */
int mia_figure_header(struct mia_writer *w, struct mia_fault *f);
/* One row.  Faults of both: those of mia_writer_row. */
int mia_figure_write(struct mia_writer *w, const struct mia_figure *x,
		     struct mia_fault *f);

#endif
