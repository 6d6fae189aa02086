#ifndef MIA_RUN_CACHE_H
#define MIA_RUN_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/hash.h"

/*
 * Finished shadows in a folder, so that a run that was killed goes on where it
 * was.  DIR/manifest says what the run is, a line each: name, blank, value.
 * DIR/shadow-K.done holds shadow K's answers: "#mia-shadow 1\n", hash of the
 * manifest, K, hash of its model file, count, the doubles, and XXH3-128 of all
 * before; little endian.  Files appear under their names only when whole, so
 * several processes (shards of one run) may share a folder.
 */
struct mia_cache {
	const char *dir; /* borrowed */
	struct mia_hash run;
};

/*
 * Opens or makes the folder.  manifest: lines that end in '\n'.
 * Faults: data, the folder belongs to a run with another manifest (the first
 * line that differs is quoted); system.
 */
int mia_cache_open(struct mia_cache *c, const char *dir, const char *manifest,
		   struct mia_fault *f);

/*
 * Shadow k's answers into x[n]; *file is the hash of its model file ({0, 0}
 * if none was saved).  False if it is not there, cut short, damaged or of
 * another run.
 */
bool mia_cache_load(const struct mia_cache *c, size_t k, double *x, size_t n,
		    struct mia_hash *file);
int mia_cache_store(const struct mia_cache *c, size_t k, const double *x,
		    size_t n, struct mia_hash file, struct mia_fault *f);

/* Makes a folder unless it is there. Faults: system. */
int mia_folder_make(const char *dir, struct mia_fault *f);

#endif
