#ifndef MIA_TELL_GNUPLOT_H
#define MIA_TELL_GNUPLOT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"

/* What a picture is written as. */
enum mia_picture {
	MIA_PICTURE_TEXT, /* characters for a terminal */
	MIA_PICTURE_SVG,
	MIA_PICTURE_PNG,
	MIA_PICTURE_PDF,
};

/* By the suffix of a file name in any case; false if there is none that we
 * know (svg, png, pdf, txt). */
bool mia_picture_of(const char *path, enum mia_picture *p);

/*
 * Appends t to a script as a gnuplot string that means just these characters:
 * single quotes, in which gnuplot expands nothing; use it with the enhanced
 * mode off.  The text is made valid UTF-8 on one line.
 */
void mia_gnuplot_quote(struct mia_buf *script, struct mia_text t);

/*
 * Runs gnuplot on a script that writes to standard output, and appends the
 * picture to *out.  The user's gnuplot settings are not read.
 * Faults: system, as mia_filter_run.
 */
int mia_gnuplot_run(const struct mia_buf *script, struct mia_buf *out,
		    struct mia_fault *f);

#endif
