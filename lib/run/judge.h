#ifndef MIA_RUN_JUDGE_H
#define MIA_RUN_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "io/figure.h"
#include "io/writer.h"
#include "maths/limit.h"
#include "run/sets.h"

/* A limit on the population's true-positive rate at a false-positive rate. */
struct mia_rate_limit {
	double fpr, limit;
};

/* What is asked of every set of scores. */
struct mia_judge {
	double level;
	const double *at; /* [n_at] false-positive rates, falling */
	size_t n_at;
	double max_auc; /* NaN: no limit */
	const struct mia_rate_limit *max_tpr;
	size_t n_max_tpr;
	uint64_t verdicts; /* that are given together, for all sets */
	struct mia_writer *metrics, *roc; /* roc may be NULL */
};

/* What came of it. */
struct mia_judged {
	bool below_chance; /* the whole interval of the AUC is */
	struct mia_interval auc;
	uint64_t met, exceeded, not_shown; /* verdicts */
};

/*
 * Writes the figures of one set, and the vertices of its ROC; what holds
 * target, attack and group.  lower: the scores are held negated, thresholds
 * are written as they were read.  A set without members or non-members has
 * counts only, and its limits are not shown.  The set is sorted.
 * Faults: those of mia_roc_init and the writers.
 */
int mia_judge_set(const struct mia_judge *j, const struct mia_figure *what,
		  struct mia_set *set, bool lower, struct mia_judged *out,
		  struct mia_fault *f);

/* Writes accuracies and their gap from counts of non-members and members. */
int mia_judge_correct(const struct mia_judge *j, const struct mia_figure *what,
		      const uint64_t judged[2], const uint64_t correct[2],
		      struct mia_fault *f);

/* The header of a roc stream, after mia_writer_begin. */
int mia_judge_roc_header(struct mia_writer *roc, struct mia_fault *f);

#endif
