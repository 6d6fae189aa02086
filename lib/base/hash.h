#ifndef MIA_BASE_HASH_H
#define MIA_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* 128 bits of XXH3 (xxHash library); not for adversaries. */
struct mia_hash {
	uint64_t lo, hi;
};

/* 32 hex digits and a NUL. */
#define MIA_HASH_TEXT 33

/* Of the n bytes at s: 128 bits, or 64. */
struct mia_hash mia_hash(const void *s, size_t n, uint64_t seed);
uint64_t mia_hash64(const void *s, size_t n, uint64_t seed);

/*
 * The hash of a sequence of rows, made so that two neighbouring parts can be
 * joined from their hashes alone: sum over rows of row hash times a power of
 * an odd constant, in each half, modulo 2^64. An empty sequence is {0, 0}.
 * Row by row with _row; _join appends the hash of a sequence of so many rows.
 */
void mia_hash_row(struct mia_hash *h, const void *row, size_t n, uint64_t seed);
void mia_hash_join(struct mia_hash *h, struct mia_hash next, uint64_t rows);

/* 32 hex digits, NUL-ended: hi, then lo. */
void mia_hash_print(char text[MIA_HASH_TEXT], struct mia_hash h);
/* Returns 0, or -1 if text is not 32 hex digits. */
int mia_hash_scan(struct mia_hash *h, const char *text, size_t n);

#endif
