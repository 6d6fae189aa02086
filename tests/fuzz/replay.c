/*
 * replay FILE|FOLDER ...: runs the fuzz target that this is linked with on
 * each file, and on each file of each folder; one TAP line an operand.  An
 * input that fails ends the program: the last comment names it.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Returns 0, or -1 if path cannot be read. */
static int
replay_file(const char *path)
{
	struct mia_buf b = {0};
	uint8_t *data;
	char part[4096];
	size_t n;
	int bad;
	FILE *f = fopen(path, "rb");

	printf("# %s\n", path);
	if (f == NULL)
		return -1;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		mia_buf_add(&b, part, n);
	bad = ferror(f);
	fclose(f);
	/* Just as large as the input, for the sanitizers. */
	data = malloc(b.n ? b.n : 1);
	if (!bad && data != NULL) {
		if (b.n > 0)
			memcpy(data, b.s, b.n);
		LLVMFuzzerTestOneInput(data, b.n);
	}
	bad |= data == NULL;
	free(data);
	mia_buf_free(&b);
	return bad ? -1 : 0;
}

static int
is_seed(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* Returns the number of inputs run, or -1 if one cannot be read. */
static int
replay(const char *path)
{
	struct dirent **entry;
	struct mia_buf name = {0};
	int n = scandir(path, &entry, is_seed, alphasort), bad = 0;

	if (n < 0)
		return errno == ENOTDIR && replay_file(path) == 0 ? 1 : -1;
	for (int i = 0; i < n; i++) {
		name.n = 0;
		mia_buf_format(&name, "%s/%s", path, entry[i]->d_name);
		if (!bad)
			bad = replay_file(mia_buf_string(&name));
		free(entry[i]);
	}
	free(entry);
	mia_buf_free(&name);
	return bad ? -1 : n;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	/* Written at once, so that it is there after a crash. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		int n = replay(argv[i]);

		failed |= n <= 0;
		printf("%s %d - %s: %d inputs\n", n > 0 ? "ok" : "not ok", i,
		       argv[i], n < 0 ? 0 : n);
	}
	printf("1..%d\n", argc - 1);
	return failed;
}
