#include "learn/learner.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance; row has room for strlen(t) + 1. */
static size_t
distance(const char *s, const char *t, size_t *row)
{
	size_t n = strlen(t);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; s[i] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t up = row[j + 1];

			row[j + 1] = least(up + 1, row[j] + 1,
					   corner + (s[i] != t[j]));
			corner = up;
		}
	}
	return row[n];
}

const char *
mia_nearest(const char *s, const char *const *words)
{
	const char *best = NULL;
	size_t near = SIZE_MAX;

	for (; *words != NULL; words++) {
		size_t *row = mia_alloc(strlen(*words) + 1, sizeof(*row));
		size_t d = distance(s, *words, row);

		free(row);
		if (d < near) {
			near = d;
			best = *words;
		}
	}
	return best;
}

int
mia_learner_find(const struct mia_learner **l, const char *name,
		 struct mia_fault *f)
{
	const char **names;
	size_t n = 0;

	for (; mia_learners[n] != NULL; n++) {
		if (strcmp(mia_learners[n]->name, name) == 0) {
			*l = mia_learners[n];
			return 0;
		}
	}
	names = mia_alloc(n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = mia_learners[i]->name;
	mia_fault_set(f, MIA_USAGE, "no learner '%s'; did you mean '%s'?", name,
		      mia_nearest(name, names));
	free(names);
	return -1;
}

bool
mia_learner_right(const double *out, size_t classes, int32_t label)
{
	for (size_t k = 0; k < classes; k++)
		if ((int32_t)k != label && out[k] >= out[label])
			return false;
	return true;
}
