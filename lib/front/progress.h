#ifndef MIA_FRONT_PROGRESS_H
#define MIA_FRONT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A line on stderr with rate and time left, when stderr is a terminal and the
 * work lasts longer than a second; at most five updates a second.
 */
struct mia_progress {
	const char *name, *what; /* "train-shadow", "shadows" */
	size_t total;
	bool on;
	double start, shown;
};

void mia_progress_start(struct mia_progress *p, const char *name,
			const char *what, size_t total);
void mia_progress_at(struct mia_progress *p, size_t done);
void mia_progress_end(struct mia_progress *p);

#endif
