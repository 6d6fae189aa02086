#ifndef MIA_TELL_STAIRS_H
#define MIA_TELL_STAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "tell/curve.h"

/*
 * A curve as blocks of data in a gnuplot script.  least is the lower end of
 * logarithmic axes, on which the curve is a staircase; with least 0 the axes
 * are linear and the vertices stand as they are.
 */

/* Block "$cI" of x y. */
void mia_curve_line(const struct mia_curve *c, size_t i, double least,
		    struct mia_buf *s);
/* Block "$bI" of x lo hi. */
void mia_curve_band(const struct mia_curve *c, size_t i, double least,
		    struct mia_buf *s);
/* Whether any vertex has an interval. */
bool mia_curve_has_band(const struct mia_curve *c);

#endif
