#ifndef MIA_TELL_CLEAN_H
#define MIA_TELL_CLEAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

/*
 * Names, labels and ids come from the user's files and may hold anything.
 * Here they become characters that are safe to show.
 */

/* One character of a text. */
struct mia_char {
	uint32_t code;	/* U+FFFD for bytes that are not UTF-8 */
	unsigned bytes; /* taken from the text */
	unsigned width; /* columns on a terminal: 0, 1 or 2 */
};

/*
 * The first character of t (t.n > 0).  Bytes that are not UTF-8, noncharacters,
 * C1 controls and the marks that turn the direction of writing (they can
 * make one id look like another) are U+FFFD; each bad byte is one character.
 */
struct mia_char mia_char_next(struct mia_text t);

/* Appends a code point as UTF-8. */
void mia_char_add(struct mia_buf *b, uint32_t code);

/* Columns of a text as mia_clean_text writes it. */
size_t mia_clean_width(struct mia_text t);

/*
 * Appends t as valid UTF-8 on one line: control characters become their
 * pictures (a line end is U+2424, others U+2400 and on).
 */
void mia_clean_text(struct mia_buf *b, struct mia_text t);

/* As mia_clean_text, but at most max columns (at least 8): what is too long
 * loses its middle to an ellipsis, for names differ at both ends. */
void mia_clean_short(struct mia_buf *b, struct mia_text t, size_t max);

#endif
