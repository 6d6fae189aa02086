#ifndef MIA_LEARN_KEYS_H
#define MIA_LEARN_KEYS_H

#include <stddef.h>
#include <stdint.h>

/* Sorts key[n] ascending; spare[n] is workspace. */
void mia_keys_sort(uint64_t *key, uint64_t *spare, size_t n);

#endif
