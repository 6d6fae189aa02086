#ifndef MIA_IO_SINK_H
#define MIA_IO_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

/*
 * Where bytes go: standard output, a device, or a regular file that appears
 * under its name only when it is whole.  Until then it has no name at all
 * where the file system can do that (O_TMPFILE), else a temporary one beside
 * it, so that a killed program leaves nothing that looks finished.
 */
struct mia_sink {
	int fd;
	char *path;	 /* final name; NULL for standard output */
	char *temporary; /* name to remove or rename; NULL if none */
	bool unnamed;	 /* made with O_TMPFILE */
	void *zstd;	 /* ZSTD_CCtx, or NULL */
	char *packed;
};

/* path NULL or "-": standard output. level 0: not packed. */
int mia_sink_open(struct mia_sink *s, const char *path, int level,
		  struct mia_fault *f);
int mia_sink_write(struct mia_sink *s, const char *buf, size_t n,
		   struct mia_fault *f);
/* Sends what zstd holds back. */
int mia_sink_flush(struct mia_sink *s, struct mia_fault *f);
/* Ends the frame, closes, gives the file its name. Frees what s holds. */
int mia_sink_close(struct mia_sink *s, struct mia_fault *f);
/* Closes without a name; the zstd frame stays open. */
void mia_sink_abandon(struct mia_sink *s);

#endif
