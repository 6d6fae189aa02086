/*
 * Any bytes as lines of head and foot: no crash; lines that were kept are kept
 * again; what an option query answers stands in a line of its tool.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/meta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int so)
{
	if (!so)
		abort();
}

/* Scans the lines of s[n] that begin with '#', as the reader does. */
static void
scan(struct mia_meta *m, const char *s, size_t n)
{
	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t k = nl != NULL ? (size_t)(nl - s) : n;
		struct mia_input end;
		enum mia_meta_line what;
		struct mia_fault f = {0};

		if (k > 0 && s[0] == '#' && memchr(s, '\0', k) == NULL) {
			int rc = mia_meta_scan(m, (struct mia_text){s, k},
					       &what, &end, &f);

			must((rc == 0) == (f.code == 0));
			must(rc == 0 || f.code == MIA_DATA);
		}
		k += nl != NULL;
		s += k;
		n -= k;
	}
}

/* The second word of a line is a tool; the third, "--name=…", its option. */
static void
ask(const struct mia_meta *m, const char *line)
{
	char tool[64], name[64];
	struct mia_buf value = {0};
	const char *p = line + strcspn(line, " "), *q;
	size_t k;

	p += strspn(p, " ");
	k = strcspn(p, " ");
	if (k == 0 || k >= sizeof(tool))
		return;
	memcpy(tool, p, k);
	tool[k] = '\0';
	for (q = strstr(line, "--"); q != NULL; q = strstr(q + 2, "--")) {
		k = strcspn(q + 2, "= ");
		if (k == 0 || k >= sizeof(name))
			continue;
		memcpy(name, q + 2, k);
		name[k] = '\0';
		if (mia_meta_option(m, tool, name, &value))
			must(value.n <= strlen(line) || m->n > 1);
	}
	mia_buf_free(&value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_meta m = {0}, again = {0};

	scan(&m, (const char *)data, n);
	for (size_t i = 0; i < m.n; i++) {
		struct mia_input end;
		enum mia_meta_line what;
		struct mia_fault f = {0};

		must(mia_meta_scan(&again, mia_text(m.line[i]), &what, &end,
				   &f) == 0);
		must(what == MIA_META_OTHER && again.n == i + 1);
		ask(&m, m.line[i]);
	}
	mia_meta_merge(&again, &m);
	must(again.n == m.n && again.in.n == m.in.n);
	mia_meta_free(&m);
	mia_meta_free(&again);
	return 0;
}
