#ifndef MIA_TELL_FILTER_H
#define MIA_TELL_FILTER_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"

/* A program that reads standard input and writes standard output. */
struct mia_filter {
	char *const *argv;   /* argv[0] is found on PATH; ends with NULL */
	const char *package; /* Debian's, named when the program is missing */
	const char *remedy;  /* clause for a failure of the program */
};

/*
 * Runs the program on the n bytes at in and appends its output to *out.
 * Nothing goes through the disk or a shell.
 * Faults: system, if it is missing, cannot be started, dies of a signal or
 * ends with a status that is not 0; the message holds the last line it wrote
 * to standard error.
 */
int mia_filter_run(const struct mia_filter *p, const void *in, size_t n,
		   struct mia_buf *out, struct mia_fault *f);

#endif
