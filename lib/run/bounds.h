#ifndef MIA_RUN_BOUNDS_H
#define MIA_RUN_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "io/figure.h"
#include "io/writer.h"
#include "maths/epsilon_counts.h"
#include "run/sets.h"

/* The rules; bound-epsilon(1) says what each is worth. */
enum mia_bound {
	MIA_BOUND_RANKS,
	MIA_BOUND_DKW,
	MIA_BOUND_CP,
	MIA_BOUND_JEFFREYS,
	MIA_BOUND_JOINT_BETA,
	MIA_BOUND_GAUSSIAN,
	MIA_BOUND_KATZ_LOG, /* and on in the order of enum mia_ratio */
	MIA_BOUND_RATIO_CP = MIA_BOUND_KATZ_LOG + MIA_RATIO_CLOPPER_PEARSON,
	MIA_BOUND_AUDIT_2020,
	MIA_BOUND_STEINKE,
	MIA_BOUND_STOPPING,
	MIA_BOUND_GAUSSIAN_ONE_RUN,
	MIA_BOUND_EXPOSURE,
	MIA_BOUNDS
};

/* What a rule eats, beside scores, and knows of. */
struct mia_bound_kind {
	const char *name, *note;
	bool counts, guesses;	 /* it can be had from these too */
	bool threshold;		 /* from scores it needs --threshold */
	bool coins;		 /* its canaries were in by a coin */
	bool delta, needs_delta; /* knows a delta above 0; only that */
};

extern const struct mia_bound_kind mia_bound_kind[MIA_BOUNDS];

/* The rule of this name, or MIA_BOUNDS. */
enum mia_bound mia_bound_find(const char *name);

/* What is asked. */
struct mia_bounds {
	const enum mia_bound *rule;
	size_t n_rule;
	double level, delta, gamma, coin;
	double threshold; /* NaN: none; as the scores are read */
	uint64_t guess_in, guess_out;
	unsigned poisoned;
	bool this_model; /* records of one model, without coins */
	const char *relation;
	struct mia_writer *metrics;
};

/* m canaries, r guesses, v right. */
struct mia_tally {
	uint64_t m, r, v;
};

/*
 * Each rule's bound as metrics rows: the counts it rests on, epsilon_lower,
 * epsilon_ceiling; what holds target and attack.  A set is sorted; lower: its
 * scores are held negated.
 * Faults: data, if a side is empty or guesses are more than the canaries;
 * those of the writer.
 */
int mia_bounds_set(const struct mia_bounds *b, const struct mia_figure *what,
		   struct mia_set *set, bool lower, struct mia_fault *f);
int mia_bounds_counts(const struct mia_bounds *b, const struct mia_figure *what,
		      const struct mia_counts *c, struct mia_fault *f);
int mia_bounds_tally(const struct mia_bounds *b, const struct mia_figure *what,
		     const struct mia_tally *t, struct mia_fault *f);

/*
 * PANORAMIA's figures of one column at half of 1 - level over a grid of
 * thresholds: c_lower of the baseline (NaN given), c_plus_epsilon_lower and
 * epsilon_difference of an attack.  Sets *bound.
 */
int mia_bounds_panoramia(const struct mia_bounds *b,
			 const struct mia_figure *what, struct mia_set *set,
			 size_t grid, double baseline, double *bound,
			 struct mia_fault *f);

#endif
