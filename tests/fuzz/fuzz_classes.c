/* Any bytes as predictions: no crash, and signals that are numbers. */
#define _GNU_SOURCE /* memfd_create */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "attack/signal.h"
#include "run/classes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int holds)
{
	if (!holds)
		abort();
}

static void
score(const struct mia_classes *c)
{
	const unsigned all = (1u << MIA_SIGNAL_RESIDUAL) - 1;
	double out[MIA_SIGNALS], sum = mia_signal_sum(c->value, c->n);
	struct mia_fault f = {0};
	int rc;

	if (c->logits)
		rc = mia_signal_logits(c->value, c->n, c->at, 1e-9, all, out,
				       &f);
	else if (fabs(sum - 1) <= MIA_SIGNAL_SUM_SLACK)
		rc = mia_signal_probs(c->value, c->n, c->at, 1e-9, all, out,
				      &f);
	else
		return;
	must((rc < 0) == (f.code != 0));
	for (int s = 0; rc >= 0 && s < MIA_SIGNAL_RESIDUAL; s++)
		must(isfinite(out[s]));
	must(rc < 0 ||
	     (out[MIA_SIGNAL_CONF] >= 0 && out[MIA_SIGNAL_ENTROPY] >= 0 &&
	      out[MIA_SIGNAL_LOSS] >= 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct mia_classes_opts o = {NULL, false, -1};
	struct mia_classes c = {0};
	const struct mia_row *row;
	struct mia_fault f = {0};
	struct mia_reader *r;
	char name[64], *path = name;
	int fd = memfd_create("fuzz", 0);
	size_t label;

	must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (mia_reader_open(&r, &path, 1, NULL, &f) == 0 &&
	    mia_reader_need(r, "label", "", &label, &f) == 0 &&
	    mia_classes_find(&c, r, label, &o, &f) == 0 && c.n > 0)
		while (mia_reader_next(r, &row, &f) == MIA_ROW &&
		       mia_classes_row(&c, r, row, &f) == 0)
			score(&c);
	mia_classes_free(&c);
	mia_reader_close(r);
	close(fd);
	return 0;
}
