/* Any bytes as a data stream: no crash, and what is accepted is consistent. */
#define _GNU_SOURCE /* memfd_create */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int holds)
{
	if (!holds)
		abort();
}

static void
check(const struct mia_records *s)
{
	size_t originals = 0, counted = 0;

	must(s->n > 0 && s->x.n == s->n);
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t b = s->base[i];

		must(s->order[i] < s->n && b <= i && s->view[b] == 0);
		must(s->id[b] == s->id[i] && s->part[b] == s->part[i]);
		must(s->label[b] == s->label[i]);
		must((size_t)s->label[i] < s->classes.n);
		must(s->part[i] < MIA_PARTS && mia_records_id(s, i).n > 0);
		must(i == 0 || s->key[i] >= s->key[i - 1]);
		originals += s->view[i] == 0;
	}
	for (int p = 0; p < MIA_PARTS; p++)
		counted += s->count[p];
	must(originals == counted && originals == s->ids.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct mia_records_opts o = {.missing = "?"};
	char name[64], *path = name;
	int fd = memfd_create("fuzz", 0);
	struct mia_records s = {0};
	struct mia_fault f = {0};
	struct mia_reader *r;

	must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (mia_reader_open(&r, &path, 1, NULL, &f) == 0) {
		int rc = mia_records_read(&s, r, &o, &f);

		must((rc == 0) == (f.code == 0));
		if (rc == 0)
			check(&s);
		mia_records_free(&s);
		mia_reader_close(r);
	}
	close(fd);
	return 0;
}
