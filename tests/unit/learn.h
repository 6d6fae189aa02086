/* Frames from texts, for the tests of the learners. */
#ifndef TESTS_UNIT_LEARN_H
#define TESTS_UNIT_LEARN_H

#include <stddef.h>
#include <string.h>

#include "learn/frame.h"

/*
 * A frame from lines "a,b\n1,x\n": names, then rows, no quoting.  "?" is
 * missing too.  A name that ends in '!' is declared a category.
 */
static inline int
frame_from(struct mia_frame *x, const char *text, struct mia_fault *f)
{
	struct mia_text field[32];
	size_t columns = 0, row = 0;

	for (; *text != '\0'; row++) {
		size_t n = 0;

		do {
			size_t len = strcspn(text, ",\n");

			field[n++] = (struct mia_text){text, len};
			text += len;
		} while (*text++ == ',');
		if (row > 0) {
			if (mia_frame_append(x, field, mia_text("?"), f) != 0)
				return -1;
			continue;
		}
		columns = n;
		mia_frame_init(x, columns);
		for (size_t j = 0; j < columns; j++) {
			struct mia_text name = field[j];
			bool category = name.s[name.n - 1] == '!';

			name.n -= category;
			mia_frame_name(x, j, name, category);
		}
	}
	return 0;
}

#endif
