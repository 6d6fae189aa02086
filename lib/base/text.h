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

/* Is it one of list[n]? */
static inline bool
mia_text_in(struct mia_text t, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mia_text_is(t, list[i]))
			return true;
	return false;
}

/* As much of a text as a message should quote: the two arguments of a
 * "%.*s". */
#define MIA_QUOTE_MAX 60
#define MIA_QUOTE(t)  (int)((t).n > MIA_QUOTE_MAX ? MIA_QUOTE_MAX : (t).n), (t).s

/*
 * The next item of a list such as "a,b", cut at stop: into *t, and *rest
 * moves on, to NULL behind the last one, which may be empty.  False, and *t
 * as it was, if *rest is NULL.
 */
static inline bool
mia_text_next(const char **rest, char stop, struct mia_text *t)
{
	const char *end;

	if (*rest == NULL)
		return false;
	end = strchr(*rest, stop);
	t->s = *rest;
	t->n = end == NULL ? strlen(*rest) : (size_t)(end - *rest);
	*rest = end == NULL ? NULL : end + 1;
	return true;
}

/* The place of a word among "a|b|c", from 0, or -1; words may be NULL. */
static inline int
mia_text_place(struct mia_text word, const char *words)
{
	struct mia_text t;

	for (int i = 0; mia_text_next(&words, '|', &t); i++)
		if (mia_text_equal(t, word))
			return i;
	return -1;
}

#endif
