#ifndef MIA_TESTS_REFERENCE_H
#define MIA_TESTS_REFERENCE_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A CSV file of the reference folder, or of the bigger vectors beside the
 * source tree, as text cells: lines that begin with # are comments, the first
 * other line is the header, nothing is quoted.
 */
#define REF_COLUMNS 64

struct ref {
	char *text;
	size_t columns, rows;
	const char *name[REF_COLUMNS];
	const char **cell; /* rows x columns */
};

/* The file at a path from the source root; false if it is not there. */
static inline bool
ref_open(struct ref *r, const char *path)
{
	const char *top = getenv("TOP");
	char full[4096], *line, *save = NULL;
	size_t n, cap = 0;
	FILE *f;

	memset(r, 0, sizeof(*r));
	snprintf(full, sizeof(full), "%s/%s", top ? top : ".", path);
	f = fopen(full, "r");
	if (f == NULL)
		return false;
	fseek(f, 0, SEEK_END);
	n = (size_t)ftell(f);
	rewind(f);
	r->text = calloc(n + 1, 1);
	if (fread(r->text, 1, n, f) != n)
		abort();
	fclose(f);
	for (line = strtok_r(r->text, "\r\n", &save); line != NULL;
	     line = strtok_r(NULL, "\r\n", &save)) {
		size_t i = 0;

		if (line[0] == '#')
			continue;
		if (r->columns > 0 && r->rows == cap) {
			cap = cap ? 2 * cap : 64;
			r->cell = realloc(r->cell,
					  cap * r->columns * sizeof(char *));
		}
		for (char *p = line; p != NULL; i++) {
			char *comma = strchr(p, ',');

			if (comma != NULL)
				*comma = '\0';
			if (i >= (r->columns ? r->columns : REF_COLUMNS))
				abort();
			if (r->columns == 0)
				r->name[i] = p;
			else
				r->cell[r->rows * r->columns + i] = p;
			p = comma == NULL ? NULL : comma + 1;
		}
		if (r->columns == 0)
			r->columns = i;
		else if (i != r->columns)
			abort();
		else
			r->rows++;
	}
	return true;
}

static inline void
ref_close(struct ref *r)
{
	free(r->text);
	free(r->cell);
}

/* The cell of a row in the column of this name, which must exist. */
static inline const char *
ref_text(const struct ref *r, size_t row, const char *name)
{
	for (size_t i = 0; i < r->columns; i++)
		if (strcmp(r->name[i], name) == 0)
			return r->cell[row * r->columns + i];
	fprintf(stderr, "no column '%s'\n", name);
	abort();
}

/* As a number; NaN if it is empty. */
static inline double
ref_num(const struct ref *r, size_t row, const char *name)
{
	const char *s = ref_text(r, row, name);

	return *s == '\0' ? NAN : strtod(s, NULL);
}

/* |got - want| within tol of the greater of 1 and |want|. */
static inline bool
near(double got, double want, double tol)
{
	if (isinf(want) || isinf(got))
		return got == want;
	return fabs(got - want) <= tol * fmax(1, fabs(want));
}

/* |got - want| within tol of |want|. */
static inline bool
close_to(double got, double want, double tol)
{
	return got == want || fabs(got - want) <= tol * fabs(want);
}

#endif
