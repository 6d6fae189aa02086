#include "tell/md.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tell/clean.h"

/* A column wider than this is not padded. */
#define PADDED_MAX 48

/* Whether the character at i would open markup. */
static bool
opens(const char *s, size_t i)
{
	char c = s[i];

	if (strchr("\\`*[]<>|~^$&", c) != NULL)
		return true;
	if (c == '_') /* inside a word it is a letter */
		return i == 0 || !isalnum((unsigned char)s[i - 1]) ||
		       !isalnum((unsigned char)s[i + 1]);
	/* Addresses turn into links by themselves. */
	if (c == ':')
		return s[i + 1] == '/';
	if (c == '.' && i >= 3 && memcmp(s + i - 3, "www", 3) == 0)
		return true;
	/* At the start of a line: headings, lists, rules. */
	if (i == 0)
		return strchr("#-+=", c) != NULL;
	return (c == '.' || c == ')') && strspn(s, "0123456789") == i &&
	       (s[i + 1] == ' ' || s[i + 1] == '\0');
}

void
mia_md_text(struct mia_buf *b, struct mia_text t)
{
	struct mia_buf clean = {0};
	const char *s;

	mia_clean_text(&clean, t);
	s = mia_buf_string(&clean);
	for (size_t i = 0; i < clean.n; i++) {
		if (s[i] == '@') { /* lowdown knows no backslash for it */
			mia_buf_text(b, "&#64;");
			continue;
		}
		if (opens(s, i))
			mia_buf_text(b, "\\");
		mia_buf_add(b, s + i, 1);
	}
	mia_buf_free(&clean);
}

void
mia_md_str(struct mia_buf *b, const char *s)
{
	mia_md_text(b, mia_text(s));
}

void
mia_md_code(struct mia_buf *b, struct mia_text t)
{
	bool plain = t.n == 0 || t.s[0] == ' ' || t.s[t.n - 1] == ' ';

	for (size_t i = 0; i < t.n; i++)
		plain |= strchr("`|\\", t.s[i]) != NULL;
	if (plain) {
		mia_md_text(b, t);
		return;
	}
	mia_buf_text(b, "`");
	mia_clean_text(b, t);
	mia_buf_text(b, "`");
}

void
mia_md_path(struct mia_buf *b, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";

	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL)
			mia_buf_add(b, path, 1);
		else
			mia_buf_format(b, "%%%02X", (unsigned char)*path);
	}
}

struct mia_buf *
mia_md_cell(struct mia_md_table *t)
{
	mia_grow(&t->cell, &t->cap, t->n + 1, sizeof(*t->cell));
	t->cell[t->n] = (struct mia_buf){0};
	return &t->cell[t->n++];
}

void
mia_md_table_begin(struct mia_md_table *t, const char *const *name)
{
	*t = (struct mia_md_table){0};
	for (; name[t->columns] != NULL; t->columns++)
		mia_buf_text(mia_md_cell(t), name[t->columns]);
}

static size_t
cell_width(const struct mia_buf *cell)
{
	return mia_clean_width(
		(struct mia_text){cell->n ? cell->s : "", cell->n});
}

static void
pad(struct mia_buf *b, char c, size_t n)
{
	while (n-- > 0)
		mia_buf_add(b, &c, 1);
}

static void
write_cell(struct mia_buf *b, const struct mia_buf *cell, size_t width,
	   bool right)
{
	size_t w = cell_width(cell), space = width > w ? width - w : 0;

	mia_buf_text(b, "| ");
	if (right)
		pad(b, ' ', space);
	mia_buf_add(b, cell->s, cell->n);
	if (!right)
		pad(b, ' ', space);
	mia_buf_text(b, " ");
}

/* The header loses its marks; each column gets its width. */
static void
measure(struct mia_md_table *t, size_t *width, bool *right)
{
	for (size_t i = 0; i < t->columns; i++) {
		struct mia_buf *h = &t->cell[i];

		right[i] = h->n > 0 && h->s[0] == '>';
		if (right[i])
			memmove(h->s, h->s + 1, --h->n);
	}
	for (size_t i = 0; i < t->n; i++) {
		size_t w = cell_width(&t->cell[i]), *have;

		have = &width[i % t->columns];
		if (w > *have && w <= PADDED_MAX)
			*have = w;
	}
}

void
mia_md_table_end(struct mia_md_table *t, struct mia_buf *b)
{
	size_t *width = mia_alloc(t->columns, sizeof(*width));
	bool *right = mia_alloc(t->columns, sizeof(*right));

	measure(t, width, right);
	for (size_t i = 0; i < t->n; i++) {
		size_t k = i % t->columns;

		write_cell(b, &t->cell[i], width[k], right[k]);
		if (k + 1 < t->columns)
			continue;
		mia_buf_text(b, "|\n");
		for (size_t j = 0; i < t->columns && j < t->columns; j++) {
			mia_buf_text(b, "|-");
			pad(b, '-', width[j] > 2 ? width[j] : 2);
			mia_buf_text(b, right[j] ? ":" : "-");
		}
		if (i < t->columns)
			mia_buf_text(b, "|\n");
	}
	mia_buf_text(b, "\n");
	for (size_t i = 0; i < t->n; i++)
		mia_buf_free(&t->cell[i]);
	free(t->cell);
	free(width);
	free(right);
	*t = (struct mia_md_table){0};
}
