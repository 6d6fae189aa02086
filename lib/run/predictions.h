#ifndef MIA_RUN_PREDICTIONS_H
#define MIA_RUN_PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/names.h"
#include "io/writer.h"
#include "learn/learner.h"
#include "run/records.h"

/*
 * Rows of a predictions stream: id,model,member,part,label[,view], then
 * p_CLASS… or z_CLASS….  The cells that all models share are made once, so
 * that a row costs little more than printing its numbers; any thread may make
 * rows.
 */
struct mia_predictions {
	const struct mia_records *s; /* borrowed */
	size_t classes;
	struct mia_buf cells;
	/* [n + 1] of row i in cells: its id from id[i] on, ",part,label" from
	 * rest[i] to id[i + 1]. */
	size_t *id, *rest;
};

void mia_predictions_init(struct mia_predictions *p,
			  const struct mia_records *s, size_t classes);
void mia_predictions_free(struct mia_predictions *p);

/*
 * Begins the stream: the head of from (shard mark and all), the learner's
 * "#floor X" if it has one, the tool's line.
 */
int mia_predictions_begin(const struct mia_meta *from,
			  const struct mia_hyper *h, const char *tool_line,
			  struct mia_writer *w, struct mia_fault *f);

/* Writes the header row; the class of column k is classes' text k. */
int mia_predictions_header(const struct mia_predictions *p,
			   const struct mia_names *classes,
			   enum mia_output output, struct mia_writer *w,
			   struct mia_fault *f);

/*
 * Appends one row without its line end, as mia_write_raw takes it.
 *   model    a cell: quoted if needed
 *   out[classes]
 */
void mia_predictions_row(const struct mia_predictions *p, struct mia_buf *b,
			 uint32_t row, struct mia_text model, bool member,
			 const double *out);

#endif
