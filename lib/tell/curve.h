#ifndef MIA_TELL_CURVE_H
#define MIA_TELL_CURVE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"

/* One threshold of a ROC curve; lo and hi bound tpr, NaN if not known. */
struct mia_vertex {
	double fpr, tpr, lo, hi;
};

/*
 * A ROC curve as it is drawn.  Vertices come by rising fpr.  Only those are
 * kept that can be told apart on paper (800 steps of the unit, or 200 of a
 * decade, on either axis), so a curve of ten million thresholds takes
 * as much memory, and as many bytes in a plot, as one of some thousands.
 */
struct mia_curve {
	char *file, *target, *attack, *group; /* where it is from */
	char *label;			      /* set by mia_curves_label */
	struct mia_vertex *v;
	size_t n, cap;
	struct mia_vertex last; /* the newest, kept or not */
	size_t seen;		/* vertices given */
	double finest;		/* smallest fpr above 0, or 1 */
};

struct mia_curves {
	struct mia_curve *item;
	size_t n, cap;
};

void mia_curves_free(struct mia_curves *c);

/* The curve of this origin, which is made if it is new.  The pointer holds
 * until the next call. */
struct mia_curve *mia_curves_at(struct mia_curves *c, const char *file,
				struct mia_text target, struct mia_text attack,
				struct mia_text group);

/*
 * Appends a vertex.  Data fault if fpr or tpr is not in [0, 1], falls, or lies
 * outside a known lo or hi.
 */
int mia_curve_add(struct mia_curve *c, struct mia_vertex v,
		  struct mia_fault *f);

/* After the last vertex: the newest is kept whatever its distance. */
void mia_curve_end(struct mia_curve *c);

/* Longest label in columns. */
#define MIA_LABEL_MAX 40

/*
 * Gives every curve its label: the attack, with target, group and file
 * where those differ between the curves; at most MIA_LABEL_MAX columns, and no
 * two alike.
 */
void mia_curves_label(struct mia_curves *c);

#endif
