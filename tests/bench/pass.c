/*
 * Floors for the stream layer, in one program:
 *	pass libcsv FILE	bare csv_parse with empty callbacks
 *	pass read FILE		our reader, rows thrown away
 *	pass map FILE		reader to writer with head and foot, to stdout
 *	pass plain FILE		the same with --no-meta
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>

#include <csv.h>

#include "io/reader.h"
#include "io/writer.h"

static void
on_field(void *s, size_t n, void *arg)
{
	(void)s;
	*(size_t *)arg += n;
}

static void
on_row(int c, void *arg)
{
	(void)c;
	++*(size_t *)arg;
}

static int
bare(const char *path)
{
	static char buf[1 << 16];
	struct csv_parser p;
	size_t sum = 0;
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0 || csv_init(&p, 0) != 0)
		return 4;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		csv_parse(&p, buf, (size_t)n, on_field, on_row, &sum);
	csv_fini(&p, on_field, on_row, &sum);
	csv_free(&p);
	close(fd);
	fprintf(stderr, "%zu\n", sum);
	return 0;
}

static int
ours(const char *how, char *path)
{
	struct mia_fault f = {0};
	struct mia_reader *r;
	struct mia_writer *w = NULL;
	struct mia_writer_opts o = {.no_meta = strcmp(how, "plain") == 0};
	const struct mia_row *row;
	enum mia_step what = MIA_FAULT;
	size_t rows = 0;

	if (mia_reader_open(&r, &path, 1, NULL, &f) != 0)
		goto out;
	if (strcmp(how, "read") != 0) {
		if (mia_writer_open(&w, &o, &f) != 0)
			goto out;
		mia_writer_begin(w, "data", NULL, NULL, &f);
		for (size_t i = 0; i < mia_reader_columns(r); i++)
			mia_write_text(w, mia_reader_name(r, i));
		mia_writer_row(w, &f);
	}
	while ((what = mia_reader_step(r, &row, &f)) == MIA_ROW) {
		rows++;
		if (w == NULL)
			continue;
		mia_write_row(w, row);
		if (mia_writer_row(w, &f) != 0)
			break;
	}
	if (w != NULL && what == MIA_END) {
		mia_writer_end(w, mia_reader_ended(r), &f);
		mia_writer_close(w, &f);
	}
	mia_reader_close(r);
out:
	fprintf(stderr, "%zu %s\n", rows, f.text);
	return f.code;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	return strcmp(argv[1], "libcsv") ? ours(argv[1], argv[2])
					 : bare(argv[2]);
}
