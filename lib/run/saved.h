#ifndef MIA_RUN_SAVED_H
#define MIA_RUN_SAVED_H

#include "base/fault.h"
#include "learn/model.h"

/*
 * Reads a model file into *m, freed by the caller with mia_model_free; it is
 * empty after a fault.  Faults: system, it cannot be read; data, those of
 * mia_model_load, with the path.
 */
int mia_saved_read(struct mia_model *m, const char *path, struct mia_fault *f);
/* Writes it aside and renames it. */
int mia_saved_write(const struct mia_model *m, const char *path,
		    struct mia_fault *f);

#endif
