#ifndef MIA_BASE_NAMES_H
#define MIA_BASE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define MIA_NAMES_NONE UINT32_MAX

/*
 * Texts numbered 0, 1, 2, … in the order they were first seen: ids of records,
 * class names, categories.  {0} is empty.  Holds about 24 bytes a text
 * beside the text itself.  At most 2^32 - 2 texts.
 */
struct mia_names {
	size_t n;
	struct {
		char *s;
		size_t n, cap;
	} arena;
	struct {
		size_t at; /* offset in the arena */
		uint32_t n;
		uint32_t hash;
	} *item;
	size_t cap;
	uint32_t *slot; /* number + 1, or 0 */
	size_t slots;	/* a power of two */
};

void mia_names_free(struct mia_names *m);

/* The number of t, or MIA_NAMES_NONE. */
uint32_t mia_names_find(const struct mia_names *m, struct mia_text t);

/* The number of t, which is added if it is new. */
uint32_t mia_names_add(struct mia_names *m, struct mia_text t);

/*
 * As mia_names_find, but looks first at number guess: rows of one model after
 * another come in the same record order, so the guess is nearly always right
 * and costs one compare.
 */
uint32_t mia_names_guess(const struct mia_names *m, struct mia_text t,
			 uint32_t guess);

/* Text number i; holds until the next mia_names_add. */
struct mia_text mia_names_text(const struct mia_names *m, uint32_t i);

#endif
