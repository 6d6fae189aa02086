#ifndef MIA_RUN_OUTPUTS_H
#define MIA_RUN_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/classes.h"

/*
 * A stream of what a model put out, ours or anyone's: which columns hold the
 * answers, the truth and the key, and which of them go on to the stream that
 * is made of it.  A key that the input lacks is made up or taken from options.
 */
enum mia_outputs_kind {
	MIA_OUTPUTS_PROBABILITIES,
	MIA_OUTPUTS_LOGITS,
	MIA_OUTPUTS_PREDICTED, /* a class name */
	MIA_OUTPUTS_REGRESSION,
};

/* Strings are borrowed and may be NULL, label apart. */
struct mia_outputs_opts {
	const char *label;		   /* column of the true class */
	const char *prefix;		   /* as mia_classes_opts */
	const char *id;			   /* column that becomes id */
	const char *model, *member;	   /* of all rows; member "0" or "1" */
	const char *response, *prediction; /* columns of a regression: both or
					    * neither */
	bool logits;			   /* those of prefix are */
	bool keep;			   /* the answers go on too */
};

struct mia_outputs {
	const struct mia_outputs_opts *o; /* borrowed, as r */
	const struct mia_reader *r;
	enum mia_outputs_kind kind;
	/* Columns of the input; -1: there is none. */
	long id, label, predicted, response, prediction;
	struct mia_classes classes; /* probabilities and logits */
	bool *drop;		    /* [columns] */
	size_t first_dropped;
	bool plain_prefix; /* all columns before it are kept, none behind */
	bool add_id, add_model, add_member;
	uint64_t rows; /* that mia_outputs_write_row wrote */
};

/*
 * Finds the columns of r: class columns, or else 'predicted', or else those
 * of the regression if they are named.
 * Faults: data: a column that is missing, or would take the name of another;
 * those of mia_classes_find; no member, nor an option for it.  Usage: an
 * option for a model or member that is there.
 */
int mia_outputs_find(struct mia_outputs *p, const struct mia_reader *r,
		     const struct mia_outputs_opts *o, struct mia_fault *f);
/* After mia_outputs_find, also after its fault; {0} is empty. */
void mia_outputs_free(struct mia_outputs *p);

/*
 * Cells of the header, then of a row: id, model, member where the input lacks
 * them, then the columns that go on; the caller ends the row.  A row without
 * an id gets its number from 0, behind "member:" or "nonmember:" if member is
 * an option: as split-data names records of files without ids.
 */
void mia_outputs_write_header(const struct mia_outputs *p,
			      struct mia_writer *w);
void mia_outputs_write_row(struct mia_outputs *p, const struct mia_row *row,
			   struct mia_writer *w);

/* Response and prediction of a row of a regression.  Faults: data, with file
 * and line, unless both are finite numbers. */
int mia_outputs_regression(const struct mia_outputs *p,
			   const struct mia_row *row, double *response,
			   double *prediction, struct mia_fault *f);

#endif
