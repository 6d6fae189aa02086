#include "run/cache.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/writer.h"

#define MAGIC	     "#mia-shadow 1\n"
#define MAX_MANIFEST ((size_t)1 << 24)
/* Magic, run, k, model file, count, checksum. */
#define OVERHEAD (sizeof(MAGIC) - 1 + 16 + 8 + 16 + 8 + 16)

int
mia_folder_make(const char *dir, struct mia_fault *f)
{
	struct stat st;

	if (mkdir(dir, 0777) == 0)
		return 0;
	if (errno == EEXIST && stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return mia_fail(f, MIA_SYSTEM,
			"cannot make the folder '%s': %s; check the name and "
			"its permissions",
			dir, strerror(errno));
}

static struct mia_buf
path_in(const char *dir, const char *name)
{
	struct mia_buf b = {0};

	mia_buf_format(&b, "%s/%s", dir, name);
	mia_buf_string(&b);
	return b;
}

/* The line of text that begins with the same word as line; n == 0 if none. */
static struct mia_text
same_name(const char *text, struct mia_text line)
{
	size_t name = 0;

	while (name < line.n && line.s[name] != ' ')
		name++;
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (n > name && memcmp(text, line.s, name + 1) == 0)
			return (struct mia_text){text, n};
		text += n + (text[n] == '\n');
	}
	return (struct mia_text){NULL, 0};
}

/* A fault about the first line of ours that the folder has otherwise. */
static int
differs(const char *dir, const char *theirs, const char *ours,
	struct mia_fault *f)
{
	const char *mend = "use another --resume folder, or remove it";

	while (*ours != '\0') {
		struct mia_text line = {ours, strcspn(ours, "\n")};
		struct mia_text old = same_name(theirs, line);

		if (!mia_text_equal(line, old))
			return mia_fail(f, MIA_DATA,
					"'%s' holds the shadows of another "
					"run: there '%.*s', here '%.*s'; %s",
					dir, old.n > 150 ? 150 : (int)old.n,
					old.n > 0 ? old.s : "",
					line.n > 150 ? 150 : (int)line.n,
					line.s, mend);
		ours += line.n + 1;
	}
	return mia_fail(f, MIA_DATA,
			"'%s' holds the shadows of another run; "
			"%s",
			dir, mend);
}

int
mia_cache_open(struct mia_cache *c, const char *dir, const char *manifest,
	       struct mia_fault *f)
{
	struct mia_buf path = path_in(dir, "manifest");
	size_t n = strlen(manifest), n_old;
	char *old;
	int rc;

	*c = (struct mia_cache){dir, mia_hash(manifest, n, 0)};
	if (mia_folder_make(dir, f) != 0)
		rc = -1;
	else if (access(path.s, F_OK) != 0)
		rc = mia_write_file(path.s, manifest, n, f);
	else if ((rc = mia_read_file(path.s, MAX_MANIFEST, &old, &n_old, f)) ==
		 0) {
		if (strcmp(old, manifest) != 0)
			rc = differs(dir, old, manifest, f);
		free(old);
	}
	mia_buf_free(&path);
	return rc;
}

static struct mia_buf
path_of(const struct mia_cache *c, size_t k)
{
	char name[64];

	snprintf(name, sizeof(name), "shadow-%zu.done", k);
	return path_in(c->dir, name);
}

static bool
read_shadow(struct mia_bytes b, const struct mia_cache *c, size_t k, double *x,
	    size_t n, struct mia_hash *file)
{
	struct mia_hash run, sum, want;
	struct mia_bytes foot;
	struct mia_fault f = {0};
	uint64_t number, count;

	if ((size_t)(b.end - b.at) != OVERHEAD + 8 * n ||
	    memcmp(b.at, MAGIC, sizeof(MAGIC) - 1) != 0)
		return false;
	sum = mia_hash(b.at, (size_t)(b.end - b.at) - 16, 0);
	foot = (struct mia_bytes){b.end - 16, b.end};
	mia_bytes_u64(&foot, &want.lo, &f);
	mia_bytes_u64(&foot, &want.hi, &f);
	b.at += sizeof(MAGIC) - 1;
	mia_bytes_u64(&b, &run.lo, &f);
	mia_bytes_u64(&b, &run.hi, &f);
	mia_bytes_u64(&b, &number, &f);
	mia_bytes_u64(&b, &file->lo, &f);
	mia_bytes_u64(&b, &file->hi, &f);
	mia_bytes_u64(&b, &count, &f);
	if (sum.lo != want.lo || sum.hi != want.hi || run.lo != c->run.lo ||
	    run.hi != c->run.hi || number != k || count != n)
		return false;
	for (size_t i = 0; i < n; i++)
		mia_bytes_f64(&b, &x[i], &f);
	return f.code == 0;
}

bool
mia_cache_load(const struct mia_cache *c, size_t k, double *x, size_t n,
	       struct mia_hash *file)
{
	struct mia_buf path = path_of(c, k);
	struct mia_fault f = {0};
	bool good = false;
	char *s;
	size_t size;

	if (access(path.s, F_OK) == 0 &&
	    mia_read_file(path.s, OVERHEAD + 8 * n, &s, &size, &f) == 0) {
		const unsigned char *at = (const unsigned char *)s;

		good = read_shadow((struct mia_bytes){at, at + size}, c, k, x,
				   n, file);
		free(s);
	}
	mia_buf_free(&path);
	return good;
}

int
mia_cache_store(const struct mia_cache *c, size_t k, const double *x, size_t n,
		struct mia_hash file, struct mia_fault *f)
{
	struct mia_buf path = path_of(c, k), b = {0};
	struct mia_hash sum;
	int rc;

	mia_grow(&b.s, &b.cap, OVERHEAD + 8 * n, 1);
	mia_buf_text(&b, MAGIC);
	mia_buf_u64(&b, c->run.lo);
	mia_buf_u64(&b, c->run.hi);
	mia_buf_u64(&b, k);
	mia_buf_u64(&b, file.lo);
	mia_buf_u64(&b, file.hi);
	mia_buf_u64(&b, n);
	for (size_t i = 0; i < n; i++)
		mia_buf_f64(&b, x[i]);
	sum = mia_hash(b.s, b.n, 0);
	mia_buf_u64(&b, sum.lo);
	mia_buf_u64(&b, sum.hi);
	rc = mia_write_file(path.s, b.s, b.n, f);
	mia_buf_free(&b);
	mia_buf_free(&path);
	return rc;
}
