#ifndef MIA_RUN_QUERY_H
#define MIA_RUN_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "io/reader.h"
#include "io/writer.h"
#include "learn/model.h"
#include "run/records.h"

/* A saved model and the records that it is asked about. */
struct mia_query {
	const struct mia_model *m; /* borrowed */
	struct mia_records s;	   /* columns in the model's order */
	size_t extra;		   /* columns that the model does not use */
	size_t unseen, missing;	   /* cells; see mia_encoding_strange */
};

/*
 * Reads all that is left of r.  Faults: data, those of mia_records_read; a
 * column that the model wants is absent or of another kind; a class that it
 * does not know; a missing value where it was trained to refuse them; member
 * and background records that are not those that trained it, unless trust is
 * set: the column member would be wrong.
 */
int mia_query_open(struct mia_query *q, const struct mia_model *m,
		   struct mia_reader *r, bool trust, struct mia_fault *f);
/* After mia_query_open, also after its fault. */
void mia_query_free(struct mia_query *q);

/*
 * Writes the header and a row for each record and view of parts, in the order
 * in which they were read, to the segment that was begun on w.  name is the
 * cell model; member is 1 for member and background records.
 * Faults: data, no row is of these parts; those of w.
 */
int mia_query_write(const struct mia_query *q, const char *name, unsigned parts,
		    struct mia_writer *w, struct mia_fault *f);

#endif
