#ifndef MIA_RUN_SPLIT_H
#define MIA_RUN_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/hash.h"
#include "base/names.h"
#include "run/share.h"

/*
 * Which record goes into which part.  Arrays only.  Every draw is keyed on a
 * hash of the record's id (or group, or class) and the seed, so the order of
 * the rows decides nothing.
 */

/*
 * Numbers the sets of rows with equal hash: set[n] in order of first
 * occurrence. Returns the number of sets.
 */
uint32_t mia_split_sets(const struct mia_hash *hash, uint32_t n, uint32_t *set);

/*
 * Rows that must stay together: those of one group and, if set is not NULL,
 * those of one set; both relations joined.  group may be NULL too.
 *   unit[n]    number of each row's unit, in order of first occurrence
 *   key[n]     in: a hash of each row's id or group; out, first units
 *              entries: that of the unit, the smallest of its rows' hashes
 * Returns the number of units.
 */
uint32_t mia_split_units(uint32_t n, const uint32_t *group, const uint32_t *set,
			 uint32_t *unit, uint64_t *key);

struct mia_split {
	uint32_t n; /* rows */
	uint32_t units;
	const uint32_t *unit; /* [n] rows of one unit go to one part */
	const uint64_t *key;  /* [units] what the draws are keyed on */
	const struct mia_names *classes;
	const uint32_t *class; /* [n] */
	bool plain;	       /* not stratified by class */
	uint64_t per_class;    /* if > 0: rows of each class in member and in
				* nonmember, whose totals are classes times it */
	uint64_t total[MIA_PARTS_ALL]; /* rows wanted; they sum to n */
	uint64_t seed;
};

/*
 * Cuts each class's units, in an order drawn by key and seed, into the parts.
 * part[n] is filled with enum mia_part.  When every unit is one row, a class's
 * rows in a part are its exact share rounded down or up and the totals are
 * exact; a larger unit has each part's share as its chance to go there, and
 * counts for the class most of its rows have.
 * Faults: data, if a class has fewer rows than per_class asks for.
 */
int mia_split_cut(const struct mia_split *s, unsigned char *part,
		  struct mia_fault *f);

/*
 * n records of which canaries are drawn; each gets an independent coin:
 * member with probability heads, else nonmember.  All others are background.
 * key[n]: hash of each record's id.
 */
void mia_split_canaries(const uint64_t *key, uint32_t n, uint32_t canaries,
			double heads, uint64_t seed, unsigned char *part);

/*
 * Keeps one row of each set and gives the others MIA_PART_NONE in part[n].
 *   rank  [n] the row with the lowest rank stays, or NULL: all alike
 *   key   [n] decides between rows of one rank, under seed
 * Returns the number of rows left out.
 */
uint32_t mia_split_drop(const uint32_t *set, uint32_t sets,
			const unsigned char *rank, const uint64_t *key,
			uint32_t n, uint64_t seed, unsigned char *part);

/*
 * Rows of part nonmember with a copy (same set) in member or background:
 * non-members by name whose content the target has seen.
 */
uint32_t mia_split_straddle(const uint32_t *set, uint32_t sets, uint32_t n,
			    const unsigned char *part);

#endif
