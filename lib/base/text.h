#ifndef MIA_BASE_TEXT_H
#define MIA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A borrowed run of bytes, not NUL-ended. */
struct mia_text {
	const char *s;
	size_t n;
};

static inline struct mia_text
mia_text(const char *s)
{
	return (struct mia_text){s, strlen(s)};
}

static inline bool
mia_text_equal(struct mia_text a, struct mia_text b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

static inline bool
mia_text_is(struct mia_text a, const char *b)
{
	return mia_text_equal(a, mia_text(b));
}

#endif
