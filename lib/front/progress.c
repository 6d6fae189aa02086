#include "front/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define DELAY  1.0 /* seconds before the first line */
#define UPDATE 0.2 /* seconds between lines */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void
mia_progress_start(struct mia_progress *p, const char *name, const char *what,
		   size_t total)
{
	*p = (struct mia_progress){name, what, total, isatty(STDERR_FILENO),
				   0, 0};
	p->start = now();
}

void
mia_progress_at(struct mia_progress *p, size_t done)
{
	double t, spent, left;

	if (!p->on)
		return;
	t = now();
	spent = t - p->start;
	if (spent < DELAY || t - p->shown < UPDATE)
		return;
	p->shown = t;
	left = done ? spent / (double)done * (double)(p->total - done) : 0;
	fprintf(stderr, "\r%s: %zu of %zu %s, %.1f a second, %.0f s left ",
		p->name, done, p->total, p->what, (double)done / spent, left);
	fflush(stderr);
}

void
mia_progress_end(struct mia_progress *p)
{
	if (p->on && p->shown > 0)
		fprintf(stderr, "\r%79s\r", "");
}
