#ifndef MIA_RUN_POPULATION_H
#define MIA_RUN_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "run/answers.h"
#include "run/bench.h"

/* Is there a population record at all? */
bool mia_population_any(const struct mia_answers *a);

/*
 * The population records that the model of a bench has seen, in the order of
 * their numbers: *record[*n], the caller's to free.  One with fewer than least
 * OUT shadows (under the bench's pick) is a fault, or, with drop, is left out
 * and added to *dropped.
 * Faults: data, such a record, or none that is left; *record is then NULL.
 */
int mia_population_of(const struct mia_bench *b, size_t least, bool drop,
		      uint32_t **record, size_t *n, uint64_t *dropped,
		      struct mia_fault *f);

#endif
