#ifndef MIA_RUN_TWINS_H
#define MIA_RUN_TWINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Finds two rows with one key among many, by 64-bit hashes in the order of
 * the rows: 8 bytes a row while they are read, and 16 MiB while they are
 * searched.  {0} is empty.  Among 10^7 different keys two hashes are equal by
 * chance once in 400,000 searches.
 */
struct mia_twins {
	uint64_t *hash;
	size_t n, cap;
};

void mia_twins_free(struct mia_twins *t);
/* The hash of the next row. */
void mia_twins_add(struct mia_twins *t, uint64_t hash);

/* The numbers, from 0, of two rows of equal hash; false if there are none. */
bool mia_twins_find(const struct mia_twins *t, size_t *first, size_t *second);

#endif
