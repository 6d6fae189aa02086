#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

static void
no_memory(size_t n, size_t size)
{
	fprintf(stderr,
		"miatools: out of memory asking for %zu x %zu bytes; use a "
		"machine with more memory, or shards\n",
		n, size);
	exit(MIA_SYSTEM);
}

void *
mia_alloc(size_t n, size_t size)
{
	void *p = NULL;

	if (size == 0 || n <= SIZE_MAX / size)
		p = calloc(n ? n : 1, size ? size : 1);
	if (p == NULL)
		no_memory(n, size);
	return p;
}

void
mia_grow(void *p, size_t *cap, size_t want, size_t size)
{
	size_t n = *cap;
	void *old, *new;

	if (want <= n)
		return;
	n = n < 8 ? 8 : n + n / 2;
	if (n < want)
		n = want;
	if (n > SIZE_MAX / size)
		no_memory(n, size);
	memcpy(&old, p, sizeof(old));
	new = realloc(old, n * size);
	if (new == NULL)
		no_memory(n, size);
	memcpy(p, &new, sizeof(new));
	*cap = n;
}

char *
mia_copy(const char *s, size_t n)
{
	char *c = mia_alloc(n + 1, 1);

	if (n > 0)
		memcpy(c, s, n);
	return c;
}
