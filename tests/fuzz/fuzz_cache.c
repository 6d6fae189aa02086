/*
 * Any bytes in a --resume folder: as the manifest, which must be ours to the
 * letter or be refused, and as a finished shadow, with and without the right
 * checksum; one that is taken is written back as the same bytes.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/writer.h"
#include "run/cache.h"

#define MANIFEST "program train-shadow\nseed 7\ndesign balanced\n"
#define ANSWERS	 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int so)
{
	if (!so)
		abort();
}

static void
put(const char *path, const void *s, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must(fd >= 0 && write(fd, s, n) == (ssize_t)n);
	close(fd);
}

static void
manifest(const char *dir, const char *path, const uint8_t *data, size_t n)
{
	struct mia_fault f = {0};
	struct mia_cache c;
	int rc;

	put(path, data, n);
	rc = mia_cache_open(&c, dir, MANIFEST, &f);
	must((rc == 0) == (n >= strlen(MANIFEST) &&
			   memcmp(data, MANIFEST, strlen(MANIFEST)) == 0 &&
			   (n == strlen(MANIFEST) ||
			    data[strlen(MANIFEST)] == '\0')));
	must(rc == 0 || (f.code == MIA_DATA && f.text[0] != '\0'));
}

static void
shadow(const struct mia_cache *c, const char *path, const uint8_t *data,
       size_t n)
{
	double x[ANSWERS];
	struct mia_fault f = {0};
	struct mia_hash file;
	char *s;
	size_t k;

	put(path, data, n);
	if (!mia_cache_load(c, 3, x, ANSWERS, &file))
		return;
	must(mia_cache_store(c, 3, x, ANSWERS, file, &f) == 0);
	must(mia_read_file(path, 1 << 20, &s, &k, &f) == 0);
	must(k == n && memcmp(s, data, n) == 0);
	free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char dir[] = "/tmp/mia-fuzz-XXXXXX", list[64], done[64];
	struct mia_fault f = {0};
	struct mia_cache c;

	must(mkdtemp(dir) != NULL);
	snprintf(list, sizeof(list), "%s/manifest", dir);
	snprintf(done, sizeof(done), "%s/shadow-3.done", dir);
	manifest(dir, list, data, n);
	unlink(list);
	must(mia_cache_open(&c, dir, MANIFEST, &f) == 0);
	shadow(&c, done, data, n);
	if (n >= 16) {
		struct mia_hash sum = mia_hash(data, n - 16, 0);
		uint8_t *mended = malloc(n);

		must(mended != NULL);
		memcpy(mended, data, n);
		/* Little endian, low half first, as every number there. */
		memcpy(mended + n - 16, &sum.lo, 8);
		memcpy(mended + n - 8, &sum.hi, 8);
		shadow(&c, done, mended, n);
		free(mended);
	}
	unlink(list);
	unlink(done);
	must(rmdir(dir) == 0);
	return 0;
}
