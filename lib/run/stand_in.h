#ifndef MIA_RUN_STAND_IN_H
#define MIA_RUN_STAND_IN_H

#include <stdint.h>

#include "base/fault.h"
#include "io/meta.h"
#include "run/answers.h"
#include "run/bench.h"

/*
 * A shadow in the target's place, to tune on: nothing of what is audited may
 * be looked at for that.  The shadow with this number, or the first if number
 * is -1, against the others that the design allows (mia_leave_design, with
 * aux).
 * Faults: usage, if there is no such shadow, or nothing says the design; data,
 * if it is a target's twin or complement, and those of mia_leave_out_init.  b
 * is to be freed only after 0.
 */
int mia_stand_in(struct mia_bench *b, const struct mia_answers *a,
		 const struct mia_meta *m, int64_t number, int design,
		 struct mia_fault *f);

#endif
