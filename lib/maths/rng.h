#ifndef MIA_MATHS_RNG_H
#define MIA_MATHS_RNG_H

#include <stddef.h>
#include <stdint.h>

/*
 * xoshiro256++ (Blackman & Vigna, ACM TOMS 47, 2021), one stream a work item.
 * The state is set by hashing (seed, purpose, item), so no two purposes and no
 * two items share a stream.
 */
struct mia_rng {
	uint64_t s[4];
};

/* purpose: "program/what"; item: a number, or a hash of an id. */
void mia_rng_init(struct mia_rng *r, uint64_t seed, const char *purpose,
		  uint64_t item);

uint64_t mia_rng_next(struct mia_rng *r);
/* Uniform on 0 … n-1, unbiased (Lemire, ACM TOMACS 29, 2019); n > 0. */
uint64_t mia_rng_below(struct mia_rng *r, uint64_t n);
/* Uniform on [0, 1), 53 bits. */
double mia_rng_uniform(struct mia_rng *r);
/* Standard normal (polar method, both values used in turn by the caller's
 * calls: no state is kept, the second value is thrown away). */
double mia_rng_normal(struct mia_rng *r);
/* Fisher-Yates. */
void mia_rng_shuffle(struct mia_rng *r, uint32_t *v, size_t n);

#endif
