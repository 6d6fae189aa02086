#ifndef MIA_FRONT_WORDS_H
#define MIA_FRONT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "front/opts.h"

/*
 * The words of an option of type MIA_OPT_LIST that may be repeated and may
 * hold several with commas: --x a,b --x c.  Begin with {.list = …}.
 */
struct mia_words {
	const struct mia_list *list;
	size_t item;	  /* the next one */
	const char *rest; /* of the present one */
};

/* The next word into *word (borrowed from the list), or false. */
bool mia_words_next(struct mia_words *w, struct mia_text *word);

/* All of them as a set: the bit of a word is 1 << its place among
 * choices ("a|b|c").  Any other word ends the program (mia_opts_bad). */
unsigned mia_words_set(const struct mia_command *c, const char *option,
		       const struct mia_list *list, const char *choices);

#endif
