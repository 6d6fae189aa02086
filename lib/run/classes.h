#ifndef MIA_RUN_CLASSES_H
#define MIA_RUN_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/names.h"
#include "io/reader.h"

/*
 * The class columns of predictions, ours (p_CLASS, z_CLASS) or anyone's, and
 * one row of them.
 */
struct mia_classes {
	bool logits;
	size_t n;
	size_t *column; /* [n] */
	struct mia_names name;
	size_t label; /* column of the true class */
	/* Of a row: */
	double *value; /* [n] */
	uint32_t at;   /* the true class */
};

struct mia_classes_opts {
	const char *prefix; /* what they begin with; NULL: p_ or z_ */
	bool logits;	    /* those of prefix are logits; z_ always */
	long not_class;	    /* a column that is none, or -1 */
};

/*
 * Finds the columns that begin with the prefix, without those of the key; a
 * sign out of "_.-:" that follows it in all of them belongs to it, so
 * "p" finds p.good and p_good as class good.  n is 0 if there are none and no
 * prefix was given.
 * Faults: data: both p_ and z_, no column with the prefix, only one.
 */
int mia_classes_find(struct mia_classes *c, const struct mia_reader *r,
		     size_t label, const struct mia_classes_opts *o,
		     struct mia_fault *f);
void mia_classes_free(struct mia_classes *c);

/* Reads at and value. Faults: data, with file and line: a label that is no
 * class, a field that is no number (infinities are for logits only). */
int mia_classes_row(struct mia_classes *c, const struct mia_reader *r,
		    const struct mia_row *row, struct mia_fault *f);

#endif
