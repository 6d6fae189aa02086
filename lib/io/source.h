#ifndef MIA_IO_SOURCE_H
#define MIA_IO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/fault.h"

/* Bytes of a file or of standard input, unpacked if they are zstd (known by
 * its magic bytes, never by the name). */
struct mia_source {
	int fd;
	char *name; /* "<stdin>" for standard input */
	bool probed, zstd, ended, open_frame;
	void *stream; /* ZSTD_DStream */
	unsigned char *in;
	size_t at, n; /* unread bytes of in */
};

/* path "-" is standard input. Faults: system (cannot open, a directory). */
int mia_source_open(struct mia_source *s, const char *path,
		    struct mia_fault *f);
/*
 * Up to n bytes into buf; 0 at the end, -1 after a fault: system (read
 * error), data (a zstd frame that is cut short or corrupt).
 */
ssize_t mia_source_read(struct mia_source *s, char *buf, size_t n,
			struct mia_fault *f);
void mia_source_close(struct mia_source *s);

#endif
