#ifndef MIA_BASE_PAR_H
#define MIA_BASE_PAR_H

#include <stddef.h>

#include "base/fault.h"

/* The cores this process may use. */
unsigned mia_par_cores(void);

/*
 * Work on items 0 … n-1, each by one thread.
 *   work(ctx, item, thread, f)  any thread, any order; thread < threads names
 *                               the workspace it may use
 *   emit(ctx, item, f)          the calling thread, in item order, each after
 *                               its work; may be NULL
 *   window                      work runs at most this many items ahead of
 *                               emit (at least threads), which bounds memory
 * Both return 0 or -1 with *f filled.  After a fault no new item is started;
 * the fault of the lowest item is returned.  With one thread nothing is
 * spawned.  The result never depends on threads if work(item) does not.
 */
struct mia_par {
	unsigned threads;
	size_t n, window;
	int (*work)(void *ctx, size_t item, unsigned thread,
		    struct mia_fault *f);
	int (*emit)(void *ctx, size_t item, struct mia_fault *f);
	void *ctx;
};

int mia_par_run(const struct mia_par *p, struct mia_fault *f);

#endif
