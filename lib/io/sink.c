#define _GNU_SOURCE /* O_TMPFILE */

#include "io/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>

#include "base/mem.h"

#define PACKED_SIZE ((size_t)1 << 17)

static int
cannot(const struct mia_sink *s, const char *what, struct mia_fault *f)
{
	return mia_fail(f, MIA_SYSTEM,
			"cannot %s '%s': %s; check the name, its permissions "
			"and the room on the disk",
			what, s->path ? s->path : "<stdout>", strerror(errno));
}

/* A new file beside path, without a name if that can be had. */
static int
open_aside(struct mia_sink *s)
{
	char *copy = mia_copy(s->path, strlen(s->path));
	char *dir = dirname(copy);
	size_t n = strlen(s->path) + 8;
	mode_t mask;

	s->fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	free(copy);
	if (s->fd >= 0) {
		s->unnamed = true;
		return 0;
	}
	s->temporary = mia_alloc(n, 1);
	snprintf(s->temporary, n, "%s.XXXXXX", s->path);
	s->fd = mkstemp(s->temporary);
	if (s->fd < 0) {
		free(s->temporary);
		s->temporary = NULL;
		return -1;
	}
	mask = umask(0);
	umask(mask);
	return fchmod(s->fd, 0666 & ~mask);
}

static int
open_path(struct mia_sink *s, const char *path, struct mia_fault *f)
{
	char *real = realpath(path, NULL);
	struct stat st;

	/* Through a symbolic link: what it points to is replaced. */
	s->path = real ? real : mia_copy(path, strlen(path));
	if (stat(s->path, &st) != 0 || S_ISREG(st.st_mode))
		return open_aside(s) != 0 ? cannot(s, "write", f) : 0;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return cannot(s, "write", f);
	}
	s->fd = open(s->path, O_WRONLY | O_CLOEXEC);
	if (s->fd < 0)
		return cannot(s, "open", f);
	return 0; /* a device or a pipe: nothing to rename */
}

int
mia_sink_open(struct mia_sink *s, const char *path, int level,
	      struct mia_fault *f)
{
	*s = (struct mia_sink){.fd = STDOUT_FILENO};
	if (path != NULL && strcmp(path, "-") != 0) {
		s->fd = -1;
		if (open_path(s, path, f) != 0) {
			mia_sink_abandon(s);
			return -1;
		}
	}
	if (level == 0)
		return 0;
	s->packed = mia_alloc(PACKED_SIZE, 1);
	s->zstd = ZSTD_createCCtx();
	if (s->zstd == NULL ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(
		    s->zstd, ZSTD_c_compressionLevel, level)) ||
	    ZSTD_isError(
		    ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_checksumFlag, 1))) {
		mia_sink_abandon(s);
		return mia_fail(f, MIA_SYSTEM,
				"cannot start zstd at level %d; use 1 to 19",
				level);
	}
	return 0;
}

static int
put(struct mia_sink *s, const char *buf, size_t n, struct mia_fault *f)
{
	while (n > 0) {
		ssize_t did = write(s->fd, buf, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return cannot(s, "write", f);
		buf += did;
		n -= (size_t)did;
	}
	return 0;
}

static int
pack(struct mia_sink *s, const char *buf, size_t n, ZSTD_EndDirective how,
     struct mia_fault *f)
{
	ZSTD_inBuffer in = {buf, n, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {s->packed, PACKED_SIZE, 0};

		left = ZSTD_compressStream2(s->zstd, &out, &in, how);
		if (ZSTD_isError(left))
			return mia_fail(f, MIA_SYSTEM, "zstd: %s; write "
						       "without -z",
					ZSTD_getErrorName(left));
		if (put(s, s->packed, out.pos, f) != 0)
			return -1;
	} while (how == ZSTD_e_continue ? in.pos < in.size : left > 0);
	return 0;
}

int
mia_sink_write(struct mia_sink *s, const char *buf, size_t n,
	       struct mia_fault *f)
{
	if (s->zstd != NULL)
		return pack(s, buf, n, ZSTD_e_continue, f);
	return put(s, buf, n, f);
}

int
mia_sink_flush(struct mia_sink *s, struct mia_fault *f)
{
	return s->zstd != NULL ? pack(s, NULL, 0, ZSTD_e_flush, f) : 0;
}

/* Gives the file that has no name the temporary one. */
static int
name_it(struct mia_sink *s)
{
	char from[64];
	size_t n = strlen(s->path) + 32;

	snprintf(from, sizeof(from), "/proc/self/fd/%d", s->fd);
	s->temporary = mia_alloc(n, 1);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(s->temporary, n, "%s.%ld-%u", s->path, (long)getpid(),
			 i);
		if (linkat(AT_FDCWD, from, AT_FDCWD, s->temporary,
			   AT_SYMLINK_FOLLOW) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	free(s->temporary);
	s->temporary = NULL;
	return -1;
}

int
mia_sink_close(struct mia_sink *s, struct mia_fault *f)
{
	int rc = 0;

	if (s->zstd != NULL)
		rc = pack(s, NULL, 0, ZSTD_e_end, f);
	if (rc == 0 && s->unnamed && name_it(s) != 0)
		rc = cannot(s, "name", f);
	/* Some file systems tell of a full disk only now. */
	if (s->fd > STDERR_FILENO) {
		if (close(s->fd) != 0 && rc == 0)
			rc = cannot(s, "write", f);
		s->fd = -1;
	}
	if (rc == 0 && s->temporary != NULL &&
	    rename(s->temporary, s->path) != 0)
		rc = cannot(s, "rename to", f);
	if (rc == 0) {
		free(s->temporary);
		s->temporary = NULL;
	}
	mia_sink_abandon(s);
	return rc;
}

void
mia_sink_abandon(struct mia_sink *s)
{
	if (s->fd > STDERR_FILENO)
		close(s->fd);
	if (s->temporary != NULL)
		unlink(s->temporary);
	ZSTD_freeCCtx(s->zstd);
	free(s->packed);
	free(s->temporary);
	free(s->path);
	*s = (struct mia_sink){.fd = -1};
}
