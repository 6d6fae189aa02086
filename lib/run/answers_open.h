#ifndef MIA_RUN_ANSWERS_OPEN_H
#define MIA_RUN_ANSWERS_OPEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "io/reader.h"
#include "run/answers.h"

/*
 * Opens the signals in file[n] (as mia_reader_open), reads all of them and
 * settles them.  Unless o->stored, moments are streamed where that will do:
 * where all are regular files, so that they can be read again with every value
 * kept if the shadows of a record turn out not to ascend (*again).
 * Faults: those of mia_reader_open, mia_reader_want, mia_answers_read and
 * mia_answers_settle; *r and a are the caller's to close and free, in any case.
 */
int mia_answers_open(struct mia_answers *a, struct mia_reader **r,
		     char *const *file, size_t n,
		     const struct mia_answers_opts *o, bool *again,
		     struct mia_fault *f);

#endif
