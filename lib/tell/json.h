#ifndef MIA_TELL_JSON_H
#define MIA_TELL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

/*
 * Writes JSON (RFC 8259), indented by two blanks.  {.b = &buf} begins.
 * Names are NULL inside arrays and for the outermost value.
 */
struct mia_json {
	struct mia_buf *b;
	unsigned depth;
	bool more; /* a value stands before the next one */
};

/* bracket is '{' or '['. */
void mia_json_open(struct mia_json *j, const char *name, char bracket);
void mia_json_close(struct mia_json *j, char bracket); /* '}' or ']' */
/* Bytes that are not UTF-8 become U+FFFD. */
void mia_json_text(struct mia_json *j, const char *name, struct mia_text t);
void mia_json_str(struct mia_json *j, const char *name, const char *s);
/* NaN is null; infinities, which JSON lacks, are the strings "inf" and
 * "-inf". */
void mia_json_num(struct mia_json *j, const char *name, double x);
void mia_json_int(struct mia_json *j, const char *name, int64_t x);
void mia_json_bool(struct mia_json *j, const char *name, bool x);

#endif
