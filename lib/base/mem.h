#ifndef MIA_BASE_MEM_H
#define MIA_BASE_MEM_H

#include <stddef.h>

/*
 * Memory for n items of size bytes, zeroed; freed with free().
 * Never returns NULL: out of memory (or n * size overflowing) is the one
 * error that lib/ answers by ending the program, with status 4.
 */
void *mia_alloc(size_t n, size_t size);

/*
 * Makes *p hold at least want items of size bytes; *cap is the present
 * capacity in items (0 with *p == NULL at first). Grows by half as much
 * again, so appending is linear. New bytes are not set.
 */
void mia_grow(void *p, size_t *cap, size_t want, size_t size);

/* A copy of the n bytes at s with a NUL behind it; freed with free(). */
char *mia_copy(const char *s, size_t n);

#endif
