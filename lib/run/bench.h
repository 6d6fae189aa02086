#ifndef MIA_RUN_BENCH_H
#define MIA_RUN_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/num.h"
#include "run/answers.h"
#include "run/sides.h"

/*
 * Records that are judged together: those of one target, or of a shadow that
 * stands in a target's place.  And the questions that must be asked before
 * any score is believed.
 */
struct mia_bench {
	const struct mia_answers *a;
	struct mia_text name;	  /* of the model */
	char number[MIA_NUM_MAX]; /* holds it, for a shadow */
	const struct mia_model_rows *model;
	size_t n;
	uint32_t *record; /* [n] in the order of the target's rows */
	bool *member;	  /* [n] */
	struct mia_pick pick;
	bool median; /* fill medians too */
	struct mia_sides sides;
};

/* The audited records of target number t, or of the k-th shadow in order (its
 * aux records if pick says so); the sides are filled.  a is borrowed. */
void mia_bench_target(struct mia_bench *b, const struct mia_answers *a,
		      uint32_t t, bool median);
void mia_bench_shadow(struct mia_bench *b, const struct mia_answers *a,
		      size_t k, const struct mia_pick *pick, bool median);
void mia_bench_free(struct mia_bench *b);

/* Fills the sides again with the same number of IN and of OUT shadows for all
 * records: the smallest number that is at least least.  pick says it then. */
void mia_bench_cut(struct mia_bench *b, uint64_t least);

/* Fills the sides again with at most so many of either. */
void mia_bench_limit(struct mia_bench *b, size_t in, size_t out);

/* Has record i fewer than least shadows on a side that counts? */
bool mia_bench_lacks(const struct mia_bench *b, size_t i, uint64_t least,
		     bool in, bool out);

/* Data fault that counts and names the records that lack shadows. */
int mia_bench_enough(const struct mia_bench *b, uint64_t least, bool in,
		     bool out, struct mia_fault *f);

/*
 * Data fault if the number of IN or OUT shadows tells members from the others
 * (mia_count_leak above 6): an attack could then score by counts alone.
 */
int mia_bench_counts(const struct mia_bench *b, struct mia_fault *f);

/* Data fault if a shadow is the model itself, its twin or its complement
 * (mia_answers_twin). */
int mia_bench_twin(const struct mia_bench *b, struct mia_fault *f);

/*
 * |z| of Welch's test of count[n] between members and the others; infinite if
 * the counts vary within neither and differ; 0 with fewer than 16 of a kind.
 */
double mia_count_leak(const uint64_t *count, const bool *member, size_t n);

#endif
