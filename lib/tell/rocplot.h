#ifndef MIA_TELL_ROCPLOT_H
#define MIA_TELL_ROCPLOT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "tell/curve.h"
#include "tell/gnuplot.h"

/*
 * A plot of ROC curves.  On log axes (the default: what matters is the left
 * end) a curve is a staircase: between two thresholds nothing is interpolated,
 * as in the figures of mia-eval.  On linear axes its vertices are joined, so
 * that the area below is the AUC.  The axes begin at the decade that holds the
 * finest false-positive rate of any curve.
 */
struct mia_rocplot {
	enum mia_picture picture;
	bool linear, band;
	unsigned width, height; /* pixels or points; characters of a text;
				 * both 0: fitting the curves */
	const char *title;	/* NULL: none */
	const char *band_name;	/* key to the shaded bands */
};

/*
 * Appends the gnuplot script: data inline, output to standard output.
 * The curves have labels.  Faults: usage, more than MIA_PALETTE_MAX curves, or
 * too small a size for them.
 */
int mia_rocplot_script(const struct mia_rocplot *p, const struct mia_curves *c,
		       struct mia_buf *script, struct mia_fault *f);

/* The picture itself. */
int mia_rocplot_draw(const struct mia_rocplot *p, const struct mia_curves *c,
		     struct mia_buf *out, struct mia_fault *f);

#endif
