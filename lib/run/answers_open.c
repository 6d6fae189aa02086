#include "run/answers_open.h"

#include <string.h>
#include <sys/stat.h>

/* Can what we read be read again? */
static bool
files_only(char *const *file, size_t n)
{
	struct stat st;

	for (size_t i = 0; i < n; i++)
		if (strcmp(file[i], "-") == 0 || stat(file[i], &st) != 0 ||
		    !S_ISREG(st.st_mode))
			return false;
	return n > 0;
}

static int
read_once(struct mia_answers *a, struct mia_reader **r, char *const *file,
	  size_t n, const struct mia_answers_opts *o, bool *disorder,
	  struct mia_fault *f)
{
	if (mia_reader_open(r, file, n, NULL, f) != 0 ||
	    mia_reader_want(*r, "signals", f) != 0)
		return -1;
	return mia_answers_read(a, *r, o, disorder, f);
}

int
mia_answers_open(struct mia_answers *a, struct mia_reader **r,
		 char *const *file, size_t n, const struct mia_answers_opts *o,
		 bool *again, struct mia_fault *f)
{
	struct mia_answers_opts how = *o;
	int rc;

	*a = (struct mia_answers){0};
	*r = NULL;
	*again = false;
	how.stored |= !files_only(file, n);
	rc = read_once(a, r, file, n, &how, again, f);
	if (rc == 0 && *again) {
		mia_answers_free(a);
		mia_reader_close(*r);
		*r = NULL;
		how.stored = true;
		rc = read_once(a, r, file, n, &how, &(bool){false}, f);
	}
	return rc == 0 ? mia_answers_settle(a, f) : -1;
}
