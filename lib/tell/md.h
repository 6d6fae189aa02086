#ifndef MIA_TELL_MD_H
#define MIA_TELL_MD_H

#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"

/*
 * Markdown that says just what was meant, in CommonMark with tables as GitHub
 * and lowdown(1) read them.
 */

/* Appends t as plain text on one line: nothing in it is markup, a link, HTML
 * or a cell border. */
void mia_md_text(struct mia_buf *b, struct mia_text t);
void mia_md_str(struct mia_buf *b, const char *s);
/* As code, if that is possible; text with a backquote, a bar or a
 * backslash, which tables and code do not agree on, is plain. */
void mia_md_code(struct mia_buf *b, struct mia_text t);
/* The address of a link to a file: what is not plain is %XX. */
void mia_md_path(struct mia_buf *b, const char *path);

/* A table, written with its columns aligned so that it can be read as it
 * is.  {0} is empty. */
struct mia_md_table {
	struct mia_buf *cell; /* Markdown; the first row is the header */
	size_t columns, n, cap;
};

/* Names end with NULL; a name that begins with '>' is of a column of
 * numbers, set to the right. */
void mia_md_table_begin(struct mia_md_table *t, const char *const *name);
/* The next cell, to be appended to; the pointer holds until the next call. */
struct mia_buf *mia_md_cell(struct mia_md_table *t);
/* Writes the table, a blank line behind it, and frees it. */
void mia_md_table_end(struct mia_md_table *t, struct mia_buf *b);

#endif
