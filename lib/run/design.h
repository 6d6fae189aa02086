#ifndef MIA_RUN_DESIGN_H
#define MIA_RUN_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * Who trains which shadow model.  A design knows the hash of each record's id
 * and its role, never which audited records the target was trained on, so it
 * cannot leak that.
 *
 *   balanced  each record of the pool is in exactly c = round(share·N) of the
 *             N models; model sizes differ by at most 1.  Each record draws a
 *             uniform c-subset of the models from a stream of its own; then
 *             the models over their quota hand records drawn at random to
 *             models under it.  Nothing in that prefers a model, so each
 *             record's set of models stays uniform over the c-subsets; two
 *             records are as good as independent (as in samples of fixed size)
 *   coin      each record and model: an independent coin that shows IN with
 *             probability share.  Adding a record changes no other's coins
 *   pairs     models 2k and 2k+1 are a random half and the other half
 *   draw      each model: round(share·pool) records without replacement
 *             (SACRO-ML's design; counts a record vary)
 *   pools     the aux records are cut once into an in-pool and an out-pool of
 *             equal size; each model draws set_size from each: the first
 *             train it, the second are its non-members (Shokri et al., IEEE
 *             S&P 2017, as carried out by aneezJaheez/MIA)
 *   aux       balanced over the aux records instead of the audited ones
 *
 * The pool of the first four is the audited records, with_aux the aux records
 * too.  Background records are in every model, others in none.
 * Source of the balanced design: Carlini et al., IEEE S&P 2022 (records exact,
 * model sizes left to vary).
 */
enum mia_design_kind {
	MIA_DESIGN_BALANCED,
	MIA_DESIGN_COIN,
	MIA_DESIGN_PAIRS,
	MIA_DESIGN_DRAW,
	MIA_DESIGN_POOLS,
	MIA_DESIGN_AUX,
};

/* The same, as words for an option. */
#define MIA_DESIGN_CHOICES "balanced|coin|pairs|draw|pools|aux"

enum mia_role {
	MIA_ROLE_NONE, /* trains nothing */
	MIA_ROLE_AUDITED,
	MIA_ROLE_AUX,
	MIA_ROLE_BACKGROUND, /* trains everything */
};

struct mia_design_opts {
	enum mia_design_kind kind;
	size_t models;
	double share;	 /* of the pool in one model; pairs, pools: not used */
	size_t set_size; /* pools */
	bool with_aux;
	uint64_t seed;
};

struct mia_design {
	size_t n, models;
	size_t words;  /* of 64 bits, in a row of the maps */
	uint64_t *in;  /* [models][words] bit: trains the model */
	uint64_t *out; /* pools: [models][words] bit: drawn as non-member;
			* else NULL */
	/* Over the pool: models a record is in, records (with background) a
	 * model is trained on. */
	size_t in_min, in_max, size_min, size_max;
};

/*
 *   key[n]   hashes of the ids, ascending (as struct mia_records has them)
 *   role[n]  enum mia_role
 * Memory: n·models bits (pools: twice that).  The same for any shard.
 * Faults: usage, a share or set size that leaves every record in all models
 * or in none, or a model without records; an odd number of models for pairs;
 * data, a pool of fewer than two records.
 */
int mia_design_init(struct mia_design *d, const struct mia_design_opts *o,
		    const uint64_t *key, const uint8_t *role, size_t n,
		    struct mia_fault *f);
void mia_design_free(struct mia_design *d);

/* The rows that train a model, ascending, into rows[n]; returns how many. */
size_t mia_design_rows(const struct mia_design *d, size_t model,
		       uint32_t *rows);

static inline bool
mia_design_bit(const uint64_t *map, size_t row)
{
	return map[row / 64] >> (row % 64) & 1;
}

/* Does this row train the model? */
static inline bool
mia_design_in(const struct mia_design *d, size_t model, size_t row)
{
	return mia_design_bit(d->in + model * d->words, row);
}

/* Pools: was this row drawn as a non-member of the model? */
static inline bool
mia_design_out(const struct mia_design *d, size_t model, size_t row)
{
	return d->out != NULL && mia_design_bit(d->out + model * d->words, row);
}

#endif
