#include "base/names.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

void
mia_names_free(struct mia_names *m)
{
	free(m->arena.s);
	free(m->item);
	free(m->slot);
	*m = (struct mia_names){0};
}

struct mia_text
mia_names_text(const struct mia_names *m, uint32_t i)
{
	return (struct mia_text){m->arena.s + m->item[i].at, m->item[i].n};
}

/* The slot that holds t or would. */
static size_t
slot_of(const struct mia_names *m, struct mia_text t, uint32_t hash)
{
	size_t mask = m->slots - 1, i = hash & mask;

	for (; m->slot[i] != 0; i = (i + 1) & mask) {
		uint32_t k = m->slot[i] - 1;

		if (m->item[k].hash == hash &&
		    mia_text_equal(mia_names_text(m, k), t))
			break;
	}
	return i;
}

static void
rehash(struct mia_names *m)
{
	size_t slots = m->slots ? 2 * m->slots : 64, mask = slots - 1;
	uint32_t *slot = mia_alloc(slots, sizeof(*slot));

	for (size_t k = 0; k < m->n; k++) {
		size_t i = m->item[k].hash & mask;

		while (slot[i] != 0)
			i = (i + 1) & mask;
		slot[i] = (uint32_t)k + 1;
	}
	free(m->slot);
	m->slot = slot;
	m->slots = slots;
}

uint32_t
mia_names_find(const struct mia_names *m, struct mia_text t)
{
	if (m->n == 0)
		return MIA_NAMES_NONE;
	/* The empty slot's 0 becomes MIA_NAMES_NONE by wrapping round. */
	return m->slot[slot_of(m, t, (uint32_t)mia_hash64(t.s, t.n, 0))] - 1;
}

uint32_t
mia_names_guess(const struct mia_names *m, struct mia_text t, uint32_t guess)
{
	if (guess < m->n && mia_text_equal(mia_names_text(m, guess), t))
		return guess;
	return mia_names_find(m, t);
}

uint32_t
mia_names_add(struct mia_names *m, struct mia_text t)
{
	uint32_t hash = (uint32_t)mia_hash64(t.s, t.n, 0);
	size_t i;

	if (2 * (m->n + 1) > m->slots)
		rehash(m);
	i = slot_of(m, t, hash);
	if (m->slot[i] != 0)
		return m->slot[i] - 1;
	mia_grow(&m->arena.s, &m->arena.cap, m->arena.n + t.n + 1, 1);
	mia_grow(&m->item, &m->cap, m->n + 1, sizeof(*m->item));
	if (t.n > 0)
		memcpy(m->arena.s + m->arena.n, t.s, t.n);
	m->item[m->n].at = m->arena.n;
	m->item[m->n].n = (uint32_t)t.n;
	m->item[m->n].hash = hash;
	m->arena.n += t.n;
	m->slot[i] = (uint32_t)++m->n;
	return (uint32_t)(m->n - 1);
}
