#include "run/twins.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wide.h"

/* Hashes looked at in one pass, and slots of the table that holds them. */
#define PASS  ((size_t)1 << 20)
#define SLOTS (2 * PASS)

void
mia_twins_free(struct mia_twins *t)
{
	free(t->hash);
	*t = (struct mia_twins){0};
}

void
mia_twins_add(struct mia_twins *t, uint64_t hash)
{
	mia_grow(&t->hash, &t->cap, t->n + 1, sizeof(*t->hash));
	t->hash[t->n++] = hash != 0 ? hash : 1; /* 0 is an empty slot */
}

/* The pass of a hash: equal shares of the whole range. */
static size_t
pass_of(uint64_t hash, size_t passes)
{
	return (size_t)(((mia_wide)hash * passes) >> 64);
}

/* Whether the hash was there; it is afterwards. */
static bool
seen(uint64_t *slot, size_t slots, uint64_t hash)
{
	/* The high bits chose the pass. */
	size_t i = (size_t)(hash * 0x9e3779b97f4a7c15u >> 20) & (slots - 1);

	while (slot[i] != 0 && slot[i] != hash)
		i = (i + 1) & (slots - 1);
	if (slot[i] == hash)
		return true;
	slot[i] = hash;
	return false;
}

bool
mia_twins_find(const struct mia_twins *t, size_t *first, size_t *second)
{
	size_t passes = t->n / (PASS - PASS / 16) + 1, slots = 64;
	bool found = false;
	uint64_t *slot;

	while (slots < SLOTS && slots < 2 * t->n)
		slots *= 2;
	slot = mia_alloc(slots, sizeof(*slot));
	for (size_t p = 0; p < passes && !found; p++) {
		if (p > 0)
			memset(slot, 0, slots * sizeof(*slot));
		for (size_t i = 0; i < t->n && !found; i++) {
			if (passes > 1 && pass_of(t->hash[i], passes) != p)
				continue;
			found = seen(slot, slots, t->hash[i]);
			*second = i;
		}
	}
	free(slot);
	for (size_t i = 0; found && i < *second; i++)
		if (t->hash[i] == t->hash[*second]) {
			*first = i;
			break;
		}
	return found;
}
