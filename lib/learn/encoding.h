#ifndef MIA_LEARN_ENCODING_H
#define MIA_LEARN_ENCODING_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "learn/frame.h"

/*
 * From columns to numeric features, fitted on all rows (membership-blind) or
 * on chosen ones, saved in the model file, applied to new rows.
 *   text column    one feature a category seen, 0/1, in byte order of the
 *                  category ("column=category"); missing is a category of its
 *                  own if it occurs; an unseen category gives all zeros and
 *                  is counted
 *   number column  one feature; a missing value becomes the median of the
 *                  rows fitted on, and a 0/1 feature "column=missing" is added
 *                  if any value was missing; a value missing in new rows only
 *                  is imputed and counted
 *   scaling        none, or to mean 0 and deviation 1 (divisor n; a constant
 *                  feature becomes 0), or to [0,1]; numeric features only
 *   constant columns stay (a forest's sqrt(d) counts them, as scikit-learn's
 *                  does)
 *   column without a value in all of the frame: one feature
 *                  "column=missing"; values in new rows are counted as unseen
 */
enum mia_scale {
	MIA_SCALE_NONE,
	MIA_SCALE_STANDARD,
	MIA_SCALE_UNIT,
};

enum mia_missing {
	MIA_MISSING_IMPUTE,
	MIA_MISSING_REFUSE, /* data fault that names the column */
};

/* What feature j is made from. */
struct mia_feature {
	uint32_t column;
	enum { MIA_FEATURE_NUMBER, MIA_FEATURE_IS, MIA_FEATURE_MISSING } kind;
	uint32_t category; /* IS: number in the encoding's own names of the
			    * column, or MIA_NAMES_NONE for missing */
	double fill;	   /* NUMBER: median */
	double shift, scale; /* NUMBER: (x - shift) * scale */
};

struct mia_encoding {
	enum mia_scale scale;
	size_t columns;
	char **name;		  /* [columns] */
	enum mia_column_kind *kind; /* [columns] */
	struct mia_names *names;  /* [columns] categories of text columns */
	size_t n;		  /* features */
	struct mia_feature *feature;
};

/*
 * rows: those to fit on, or NULL for all; MIA_MISSING_REFUSE looks at every
 * row of x all the same.  Faults: data, if a value is missing and that is
 * refused, or if a column's range is too wide or too narrow to be scaled.
 */
int mia_encoding_fit(struct mia_encoding *e, const struct mia_frame *x,
		     const uint32_t *rows, size_t n_rows, enum mia_scale scale,
		     enum mia_missing missing, struct mia_fault *f);
void mia_encoding_free(struct mia_encoding *e);
/* Names, kinds and categories for so many columns, empty; no features. */
void mia_encoding_start(struct mia_encoding *e, size_t columns,
			enum mia_scale scale);

/* Feature j of every row of x, into out[x->n]. x has the encoding's columns
 * in order (mia_encoding_match). */
void mia_encoding_feature(const struct mia_encoding *e,
			  const struct mia_frame *x, size_t j, double *out);
/* Data fault that names feature j unless v[n], its values, are finite: one in
 * a new row may be too large to be scaled. */
int mia_encoding_finite(const struct mia_encoding *e, size_t j,
			const double *v, size_t n, struct mia_fault *f);
/* "age", "housing=own", "age=missing"; appended to *b. */
void mia_encoding_name(const struct mia_encoding *e, size_t j,
		       struct mia_buf *b);
/*
 * Puts the columns of x into the encoding's order by name and checks kinds.
 * Faults: data, a column missing or of another kind (x is then good for
 * mia_frame_free only); columns that the encoding does not know are dropped
 * and counted in *extra.
 */
int mia_encoding_match(const struct mia_encoding *e, struct mia_frame *x,
		       size_t *extra, struct mia_fault *f);
/* Cells of x that the encoding cannot place: unseen categories, values
 * missing where none was when it was fitted. */
void mia_encoding_strange(const struct mia_encoding *e,
			  const struct mia_frame *x, size_t *unseen,
			  size_t *missing);

void mia_encoding_save(const struct mia_encoding *e, struct mia_buf *b);
int mia_encoding_load(struct mia_encoding *e, struct mia_bytes *b,
		      struct mia_fault *f);

#endif
