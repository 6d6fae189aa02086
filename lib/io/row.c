#include <stdarg.h>
#include <stdio.h>

#include "base/num.h"
#include "io/reader.h"

void
mia_row_fault(const struct mia_row *row, struct mia_fault *f,
	      const char *format, ...)
{
	char text[sizeof(f->text)];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	mia_fault_set(f, MIA_DATA, "%s:%llu: %.900s", row->file,
		      (unsigned long long)row->line, text);
}

int
mia_row_num(const struct mia_row *row, size_t column, const char *name,
	    bool infinite, double *x, struct mia_fault *f)
{
	struct mia_text t = row->field[column];
	enum mia_num what = mia_num_parse(t, x);

	if (what == MIA_NUM_FINITE || (infinite && what == MIA_NUM_INFINITE))
		return 0;
	if (t.n == 0)
		return mia_row_fail(row, f,
				    "'%s' is empty; give every row a number, "
				    "or leave the row out",
				    name);
	if (what == MIA_NUM_NONE)
		return mia_row_fail(row, f,
				    "'%s' holds '%.*s', not a number; mend "
				    "the field or rerun what wrote it",
				    name, MIA_QUOTE(t));
	return mia_row_fail(row, f,
			    "'%s' holds '%.*s', not a finite number; mend "
			    "the field or rerun what wrote it",
			    name, MIA_QUOTE(t));
}

int
mia_row_bool(const struct mia_row *row, size_t column, const char *name,
	     bool *x, struct mia_fault *f)
{
	struct mia_text t = row->field[column];

	if (t.n == 1 && (t.s[0] == '0' || t.s[0] == '1')) {
		*x = t.s[0] == '1';
		return 0;
	}
	return mia_row_fail(row, f, "'%s' holds '%.*s', not 0 or 1; write 0/1",
			    name, MIA_QUOTE(t));
}
