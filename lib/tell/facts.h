#ifndef MIA_TELL_FACTS_H
#define MIA_TELL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/names.h"
#include "tell/chain.h"

/* One row of a metrics stream; NaN and "" where a cell is empty. */
struct mia_metric {
	char *target, *attack, *group, *metric, *at, *method, *relation, *note;
	char *by; /* program that wrote the stream */
	double value, lo, hi, level, n1, n0, fpr, threshold, delta;
};

/* The rows of a data stream in one part. */
struct mia_part_rows {
	char *name;
	uint64_t rows;
	uint64_t *of_label; /* [labels.n of the data], lazily as long as
			     * labels */
	size_t n_label, cap_label;
};

/* Beyond this many labels, classes are not counted one by one: they are
 * numbers to regress on. */
#define MIA_FACTS_CLASSES 1000

struct mia_data {
	char *file;
	struct mia_names labels; /* at most MIA_FACTS_CLASSES + 1 */
	struct mia_part_rows *part;
	size_t n, cap;
};

/* All that a report tells, as read from streams of any kind. */
struct mia_facts {
	struct mia_given *source;
	size_t n_source, cap_source;
	struct mia_metric *metric;
	size_t n_metric, cap_metric;
	struct mia_names targets; /* of attacks */
	struct mia_data *data;
	size_t n_data, cap_data;
};

void mia_facts_free(struct mia_facts *x);

/*
 * Reads one file of one or more streams ("-" is standard input) and adds what
 * it tells.  A stream is known by its head, or by its columns if it has none.
 * Holds metrics; other rows are counted and checked only.
 * Faults: those of the reader, among them rows that are not those that were
 * written; a metrics or data stream without its columns.
 */
int mia_facts_read(struct mia_facts *x, const char *file, struct mia_fault *f);

#endif
