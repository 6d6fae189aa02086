#include "run/saved.h"

#include <stdint.h>
#include <stdlib.h>

#include "io/writer.h"

int
mia_saved_read(struct mia_model *m, const char *path, struct mia_fault *f)
{
	struct mia_fault why = {0};
	const unsigned char *bytes;
	char *s;
	size_t n;
	int rc;

	*m = (struct mia_model){0};
	if (mia_read_file(path, SIZE_MAX, &s, &n, f) != 0)
		return -1;
	bytes = (const unsigned char *)s;
	rc = mia_model_load(m, (struct mia_bytes){bytes, bytes + n}, &why);
	free(s);
	if (rc != 0)
		return mia_fail(f, why.code, "%s: %.900s", path, why.text);
	return 0;
}

int
mia_saved_write(const struct mia_model *m, const char *path,
		struct mia_fault *f)
{
	struct mia_buf b = {0};
	int rc;

	mia_model_save(m, &b);
	rc = mia_write_file(path, b.s, b.n, f);
	mia_buf_free(&b);
	return rc;
}
