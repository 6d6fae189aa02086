#include "front/words.h"

bool
mia_words_next(struct mia_words *w, struct mia_text *word)
{
	if (w->rest == NULL && w->item < w->list->n)
		w->rest = w->list->item[w->item++];
	return mia_text_next(&w->rest, ',', word);
}

unsigned
mia_words_set(const struct mia_command *c, const char *option,
	      const struct mia_list *list, const char *choices)
{
	struct mia_words w = {.list = list};
	struct mia_text t;
	unsigned set = 0;

	while (mia_words_next(&w, &t)) {
		int place = mia_text_place(t, choices);

		if (place < 0)
			mia_opts_bad(c, "--%s: '%.*s' is not one of %s", option,
				     (int)t.n, t.s, choices);
		set |= 1u << place;
	}
	return set;
}
