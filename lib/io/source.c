#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>

#include "base/mem.h"

#define IN_SIZE ((size_t)1 << 17) /* ZSTD_DStreamInSize() is near this */

int
mia_source_open(struct mia_source *s, const char *path, struct mia_fault *f)
{
	struct stat st;

	*s = (struct mia_source){.fd = -1};
	if (strcmp(path, "-") == 0) {
		s->fd = STDIN_FILENO;
		path = "<stdin>";
	} else {
		s->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (s->fd < 0)
			return mia_fail(f, MIA_SYSTEM,
					"cannot open '%s': %s; check the "
					"name and its permissions",
					path, strerror(errno));
	}
	s->name = mia_copy(path, strlen(path));
	if (fstat(s->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		mia_source_close(s);
		return mia_fail(f, MIA_SYSTEM,
				"'%s' is a directory; name the files in it",
				path);
	}
	return 0;
}

void
mia_source_close(struct mia_source *s)
{
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	ZSTD_freeDStream(s->stream);
	free(s->in);
	free(s->name);
	*s = (struct mia_source){.fd = -1};
}

static ssize_t
read_fd(struct mia_source *s, void *buf, size_t n, struct mia_fault *f)
{
	ssize_t got;

	do
		got = read(s->fd, buf, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return mia_fail(f, MIA_SYSTEM,
				"cannot read '%s': %s; check the disk or the "
				"program that writes it",
				s->name, strerror(errno));
	return got;
}

/* Reads the first bytes and sees whether they are a zstd frame. */
static int
probe(struct mia_source *s, struct mia_fault *f)
{
	static const unsigned char magic[4] = {0x28, 0xb5, 0x2f, 0xfd};

	s->in = mia_alloc(IN_SIZE, 1);
	s->probed = true;
	while (s->n < sizeof(magic)) {
		ssize_t got = read_fd(s, s->in + s->n, IN_SIZE - s->n, f);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		s->n += (size_t)got;
	}
	if (s->n < sizeof(magic) || memcmp(s->in, magic, sizeof(magic)) != 0)
		return 0;
	s->zstd = true;
	s->stream = ZSTD_createDStream();
	if (s->stream == NULL)
		return mia_fail(f, MIA_SYSTEM, "cannot start zstd; use a "
					       "machine with more memory");
	return 0;
}

static ssize_t
read_zstd(struct mia_source *s, char *buf, size_t n, struct mia_fault *f)
{
	ZSTD_outBuffer out = {buf, n, 0};

	while (out.pos == 0) {
		ZSTD_inBuffer in = {s->in, s->n, s->at};
		size_t rc;

		if (s->at == s->n && !s->ended) {
			ssize_t got = read_fd(s, s->in, IN_SIZE, f);

			if (got < 0)
				return -1;
			s->at = 0;
			s->n = in.size = (size_t)got;
			in.pos = 0;
			s->ended = got == 0;
		}
		if (s->ended && !s->open_frame)
			return 0;
		rc = ZSTD_decompressStream(s->stream, &out, &in);
		if (ZSTD_isError(rc))
			return mia_fail(f, MIA_DATA,
					"%s: corrupt zstd data (%s); make "
					"the file again",
					s->name, ZSTD_getErrorName(rc));
		s->at = in.pos;
		s->open_frame = rc != 0;
		if (s->ended && s->open_frame && out.pos == 0)
			return mia_fail(f, MIA_DATA,
					"%s: the zstd frame is cut short; "
					"its writer died, run it again",
					s->name);
	}
	return (ssize_t)out.pos;
}

ssize_t
mia_source_read(struct mia_source *s, char *buf, size_t n, struct mia_fault *f)
{
	if (!s->probed && probe(s, f) != 0)
		return -1;
	if (s->zstd)
		return read_zstd(s, buf, n, f);
	if (s->at < s->n) {
		size_t k = s->n - s->at < n ? s->n - s->at : n;

		memcpy(buf, s->in + s->at, k);
		s->at += k;
		return (ssize_t)k;
	}
	return read_fd(s, buf, n, f);
}
