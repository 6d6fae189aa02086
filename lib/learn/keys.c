#include "learn/keys.h"

#include <string.h>

/* Keys up to which insertion beats radix sort. */
#define INSERT 40

static void
insertion(uint64_t *key, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t k = key[i];
		size_t j = i;

		for (; j > 0 && key[j - 1] > k; j--)
			key[j] = key[j - 1];
		key[j] = k;
	}
}

/* By the bytes that differ, lowest first. */
void
mia_keys_sort(uint64_t *key, uint64_t *spare, size_t n)
{
	uint64_t *from = key, *to = spare, differ = 0;

	if (n <= INSERT) {
		insertion(key, n);
		return;
	}
	for (size_t i = 1; i < n; i++)
		differ |= key[i] ^ key[0];
	for (unsigned shift = 0; shift < 64; shift += 8) {
		uint32_t at[257] = {0};
		uint64_t *t = to;

		if ((differ >> shift & 0xff) == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			at[(from[i] >> shift & 0xff) + 1]++;
		for (unsigned b = 0; b < 256; b++)
			at[b + 1] += at[b];
		for (size_t i = 0; i < n; i++)
			to[at[from[i] >> shift & 0xff]++] = from[i];
		to = from;
		from = t;
	}
	if (from != key)
		memcpy(key, from, n * sizeof(*key));
}
