/*
 * Any bytes as a stream (plain or zstd; heads, feet, rows): no crash, and the
 * fast scanner agrees with libcsv on the number of fields read.
 */
#define _GNU_SOURCE /* memfd_create */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t
count(char *path, int libcsv, int *code)
{
	struct mia_reader_opts o = {.max_field = 1 << 12, .libcsv = libcsv};
	struct mia_fault f = {0};
	struct mia_reader *r;
	const struct mia_row *row;
	size_t fields = 0;

	if (mia_reader_open(&r, &path, 1, &o, &f) == 0) {
		while (mia_reader_next(r, &row, &f) == MIA_ROW)
			for (size_t i = 0; i < row->n; i++)
				fields += 1 + row->field[i].n;
		mia_reader_close(r);
	}
	*code = f.code;
	return fields;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char path[64];
	int fd = memfd_create("fuzz", 0), a, b;
	size_t fast, slow;

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fast = count(path, 0, &a);
	slow = count(path, 1, &b);
	if (a != b || fast != slow)
		abort();
	close(fd);
	return 0;
}
