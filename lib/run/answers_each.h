#ifndef MIA_RUN_ANSWERS_EACH_H
#define MIA_RUN_ANSWERS_EACH_H

#include "base/fault.h"
#include "run/answers.h"

/*
 * Shows every value of the first signal to take: the targets', then the
 * shadows', stored and settled.
 * Faults: data, for the first value that take answers with less than 0: the
 * record and the model are named, and the message ends in why.
 */
int mia_answers_each(const struct mia_answers *a,
		     int (*take)(void *ctx, double x), void *ctx,
		     const char *why, struct mia_fault *f);

#endif
