#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/sink.h"
#include "io/source.h"
#include "io/writer.h"

int
mia_write_file(const char *path, const void *s, size_t n, struct mia_fault *f)
{
	struct mia_sink k;

	if (mia_sink_open(&k, path, 0, f) != 0)
		return -1;
	if (mia_sink_write(&k, s, n, f) != 0) {
		mia_sink_abandon(&k);
		return -1;
	}
	return mia_sink_close(&k, f);
}

int
mia_read_file(const char *path, size_t max, char **s, size_t *n,
	      struct mia_fault *f)
{
	struct mia_source src;
	struct mia_buf b = {0};
	ssize_t got;

	if (mia_source_open(&src, path, f) != 0)
		return -1;
	for (;;) {
		mia_grow(&b.s, &b.cap, b.n + ((size_t)1 << 16), 1);
		got = mia_source_read(&src, b.s + b.n, b.cap - b.n, f);
		if (got <= 0)
			break;
		b.n += (size_t)got;
		if (b.n > max) {
			got = mia_fail(f, MIA_DATA,
				       "%s: larger than %zu bytes; is it the "
				       "right file?",
				       src.name, max);
			break;
		}
	}
	mia_source_close(&src);
	if (got < 0) {
		mia_buf_free(&b);
		return -1;
	}
	mia_buf_string(&b);
	*s = b.s;
	*n = b.n;
	return 0;
}
