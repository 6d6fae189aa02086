/* The stream layer: what is read, what is refused and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "io/reader.h"
#include "io/writer.h"

#define FILES 4

static char *
temporary(const char *text, size_t n)
{
	char *path = strdup("/tmp/mia-stream-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	close(fd);
	return path;
}

/* Reads texts as files; writes "a|b;" a row, "+" a segment into *out. */
static int
read_texts(const char *const *text, size_t n, bool map, struct mia_buf *out,
	   struct mia_meta *meta, struct mia_fault *f)
{
	char *path[FILES];
	struct mia_reader *r;
	const struct mia_row *row;
	enum mia_step what = MIA_FAULT;
	int rc;

	out->n = 0;
	*f = (struct mia_fault){0};
	for (size_t i = 0; i < n; i++)
		path[i] = temporary(text[i], strlen(text[i]));
	rc = mia_reader_open(&r, path, n, NULL, f);
	while (rc == 0) {
		what = map ? mia_reader_step(r, &row, f)
			   : mia_reader_next(r, &row, f);
		if (what == MIA_SEGMENT)
			mia_buf_text(out, "+");
		if (what == MIA_END || what == MIA_FAULT)
			break;
		if (what != MIA_ROW)
			continue;
		for (size_t i = 0; i < row->n; i++)
			mia_buf_format(out, "%s%.*s", i ? "|" : "",
				       (int)row->field[i].n, row->field[i].s);
		mia_buf_text(out, ";");
	}
	if (rc == 0 && what == MIA_FAULT)
		rc = -1;
	if (rc == 0 && meta != NULL)
		mia_meta_merge(meta, mia_reader_meta(r));
	mia_reader_close(r);
	for (size_t i = 0; i < n; i++) {
		unlink(path[i]);
		free(path[i]);
	}
	mia_buf_string(out);
	return rc;
}

static void
rows_are(const char *text, const char *want)
{
	struct mia_buf b = {0};
	struct mia_fault f;

	assert_int_equal(read_texts(&text, 1, false, &b, NULL, &f), 0);
	assert_string_equal(b.s, want);
	mia_buf_free(&b);
}

static void
fails(const char *text, const char *words)
{
	struct mia_buf b = {0};
	struct mia_fault f;

	assert_int_equal(read_texts(&text, 1, false, &b, NULL, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	if (strstr(f.text, words) == NULL)
		fail_msg("'%s' lacks '%s'", f.text, words);
	mia_buf_free(&b);
}

static void
plain_csv(void **state)
{
	(void)state;
	rows_are("a,b\n1,2\n3,4\n", "1|2;3|4;");
	rows_are("a,b\r\n1,2\r\n3,4\r\n", "1|2;3|4;");
	rows_are("\xef\xbb\xbf" "a,b\n1,2", "1|2;");
	rows_are("a,b\n\n1,2\n\n\n3,4\n\n", "1|2;3|4;");
	rows_are("a,b\n,\n 1 , 2\n", "|; 1 | 2;");
	rows_are("a,b\n\"x,\"\"y\"\"\",\"l1\nl2\"\n3,4\n",
		 "x,\"y\"|l1\nl2;3|4;");
	rows_are("a,b\n\"#x\",1\n#y,2\n", "#x|1;#y|2;");
	rows_are("a\n1\n\"\"\n2\n", "1;;2;");
	rows_are("a,b\n+1,$2\n!,' '\n", "+1|$2;!|' ';");
}

static void
malformed_csv(void **state)
{
	(void)state;
	fails("", "no header row");
	fails("\n\n", "no header row");
	fails("a,b\n1,2\n3\n", ":3: 1 fields where the header has 2");
	fails("a,b\n1,2\n\n3,4,5\n", ":4: 3 fields");
	fails("a,b\n1,\"2\n3,4\n", ":2: a quote is never closed");
	fails("a,b\n1,2\"3\n5,6\n", ":2: a quote is never closed");
	fails("a,b\n1,2\"3\"\n", ":2: malformed quotes");
	fails("a,b\n1,\"2\"3\n", ":2: malformed quotes");
	fails("a,b\n1,2\r3,4\n", ":2: a carriage return inside a row");
	fails("a,a\n1,2\n", ":1: two columns are named 'a'");
	fails("a,,b\n1,2,3\n", ":1: column 2 has no name");
	fails("# comment\na,b\n", ":1: a line that begins with '#'");
}

#define HASH0 "00000000000000000000000000000000"

static void
segments(void **state)
{
	const char *two[] = {"a,b\n1,2\n", "b,a\n3,4\n"};
	struct mia_buf b = {0};
	struct mia_fault f;

	(void)state;
	assert_int_equal(read_texts(two, 2, true, &b, NULL, &f), 0);
	assert_string_equal(b.s, "1|2;+4|3;");
	two[1] = "a,c\n3,4\n";
	assert_int_equal(read_texts(two, 2, true, &b, NULL, &f), -1);
	assert_non_null(strstr(f.text, "column 'c' is not in the first"));
	two[1] = "a\n3\n";
	assert_int_equal(read_texts(two, 2, true, &b, NULL, &f), -1);
	assert_non_null(strstr(f.text, "column 'b' of the first header is "
				       "missing"));
	two[0] = "#mia 1 signals\na\n#end 0 " HASH0 "\n";
	two[1] = "#mia 1 scores\na\n#end 0 " HASH0 "\n";
	assert_int_equal(read_texts(two, 2, true, &b, NULL, &f), -1);
	assert_non_null(strstr(f.text, "a 'scores' stream after a 'signals'"));
	two[1] = "a\n7\n#mia 1 signals\na\n#end 0 " HASH0 "\n\n";
	assert_int_equal(read_texts(two, 2, true, &b, NULL, &f), 0);
	assert_string_equal(b.s, "+7;+");
	mia_buf_free(&b);
}

static void
heads_and_feet(void **state)
{
	(void)state;
	rows_are("a\n1\n2\n#end 2\n", "1;2;");
	fails("a\n1\n#end 2\n", "rows were added or cut");
	fails("#mia 1 x\na\n1\n", "cut short after 1 rows, no #end line");
	fails("#mia 1 x\n", "no header row");
	fails("#mia 2 x\na\n", "newer than 1; use a newer miatools");
	fails("#mia one x\na\n", "malformed stream line");
	fails("#mia 1 x\na\n1\n#end 1 " HASH0 "\n", "edited or sorted");
	fails("#mia 1 x\na\n1\n#end 2 " HASH0 "\n", "added or cut");
	fails("#mia 1 x\na\n1\n#in data 4 zz\n", "malformed stream line");
	fails("#mia 1 x\na\n1\n#in data 4 " HASH0 "\n", "foot without #end");
	fails("#mia 1 x\n#end 0 " HASH0 "\na\n", "a foot before any header");
	fails("#mia 1 x\n#shard 3/2\na\n", "malformed stream line");
}

/* A stream as the writer writes it. */
static char *
written(const char *kind, const struct mia_meta *from, const char *const *rows,
	const struct mia_inputs *in)
{
	char path[] = "/tmp/mia-stream-XXXXXX", *s;
	struct mia_fault f = {0};
	struct mia_writer_opts o = {.path = path};
	struct mia_writer *w;
	size_t n;

	close(mkstemp(path));
	assert_int_equal(mia_writer_open(&w, &o, &f), 0);
	mia_writer_begin(w, kind, from, "#@ tool 0.1.0 --a=x%20y", &f);
	mia_write_str(w, "v");
	assert_int_equal(mia_writer_row(w, &f), 0);
	for (; *rows != NULL; rows++) {
		mia_write_str(w, *rows);
		assert_int_equal(mia_writer_row(w, &f), 0);
	}
	assert_int_equal(mia_writer_end(w, in, &f), 0);
	assert_int_equal(mia_writer_close(w, &f), 0);
	assert_int_equal(mia_read_file(path, 1 << 20, &s, &n, &f), 0);
	unlink(path);
	return s;
}

static void
writer_round_trip(void **state)
{
	const char *rows[] = {"x", "#y", "a,b", "q\"q", "", "l\nm", NULL};
	char *s = written("data", NULL, rows, NULL);
	const char *text = s;
	struct mia_buf b = {0}, value = {0};
	struct mia_fault f;
	struct mia_meta meta = {0};

	(void)state;
	assert_int_equal(read_texts(&text, 1, false, &b, &meta, &f), 0);
	assert_string_equal(b.s, "x;#y;a,b;q\"q;;l\nm;");
	assert_non_null(strstr(s, "\n\"#y\"\n\"a,b\"\n\"q\"\"q\"\n\"\"\n"));
	assert_true(mia_meta_option(&meta, "tool", "a", &value));
	assert_string_equal(mia_buf_string(&value), "x y");
	assert_false(mia_meta_option(&meta, "tool", "aa", &value));
	assert_false(mia_meta_option(&meta, "too", "a", &value));
	/* One byte of a row changed, two rows exchanged: seen. */
	s[strlen(s) - 1] = '\0';
	mia_buf_free(&value);
	mia_buf_text(&value, s);
	mia_buf_string(&value);
	*strchr(value.s, 'q') = 'p';
	fails(value.s, "edited or sorted");
	mia_buf_free(&value);
	mia_buf_free(&b);
	mia_meta_free(&meta);
	free(s);
}

/* Shards read as one are the whole, down to the input hash. */
static void
shards(void **state)
{
	const char *all[] = {"1", "2", "3", NULL}, *one[] = {"1", NULL},
		   *two[] = {"2", "3", NULL};
	struct mia_meta from = {0}, whole = {0}, parts = {0};
	struct mia_input data = {"data", 7, {1, 2}};
	struct mia_inputs in = {0};
	char *s, *s1, *s2;
	const char *text[2];
	struct mia_buf b = {0};
	struct mia_fault f;

	(void)state;
	mia_inputs_add(&in, &data);
	s = written("x", &from, all, &in);
	from.shards = 2;
	from.shard = 1;
	s1 = written("x", &from, one, &in);
	from.shard = 2;
	s2 = written("x", &from, two, &in);
	text[0] = s;
	assert_int_equal(read_texts(text, 1, false, &b, &whole, &f), 0);
	text[0] = s2; /* out of order: files are put in order */
	text[1] = s1;
	assert_int_equal(read_texts(text, 2, false, &b, &parts, &f), 0);
	assert_string_equal(b.s, "1;2;3;");
	assert_int_equal(parts.in.n, 2);
	assert_int_equal(whole.in.n, 2);
	assert_memory_equal(&parts.in.item[0], &whole.in.item[0],
			    sizeof(data));
	assert_memory_equal(&parts.in.item[1], &whole.in.item[1],
			    sizeof(data));
	assert_int_equal(read_texts(text, 1, false, &b, NULL, &f), -1);
	assert_non_null(strstr(f.text, "shard 2/2 where 1/2"));
	assert_int_equal(read_texts(text, 1, true, &b, NULL, &f), 0);
	text[0] = s1;
	assert_int_equal(read_texts(text, 1, false, &b, NULL, &f), -1);
	assert_non_null(strstr(f.text, "shard 2/2 is missing"));
	assert_int_equal(read_texts(text, 2, false, &b, NULL, &f), -1);
	assert_non_null(strstr(f.text, "shard 1/2 where 2/2"));
	mia_meta_free(&whole);
	mia_meta_free(&parts);
	mia_buf_free(&b);
	free(in.item);
	free(s);
	free(s1);
	free(s2);
}

/* A field just at the limit, one beyond it, in both forms. */
static void
long_fields(void **state)
{
	size_t n = (size_t)1 << 20;
	struct mia_buf b = {0};

	(void)state;
	for (int quoted = 0; quoted < 2; quoted++) {
		for (size_t more = 0; more < 2; more++) {
			struct mia_buf t = {0}, out = {0};
			const char *text;
			struct mia_fault f;

			mia_buf_text(&t, quoted ? "a,b\n1,\"" : "a,b\n1,");
			for (size_t i = 0; i < n + more; i++)
				mia_buf_add(&t, "x", 1);
			mia_buf_text(&t, quoted ? "\"\n" : "\n");
			text = mia_buf_string(&t);
			assert_int_equal(
				read_texts(&text, 1, false, &out, NULL, &f),
				more ? -1 : 0);
			if (more)
				assert_non_null(strstr(f.text, ":2: a field "
							       "is longer"));
			mia_buf_free(&t);
			mia_buf_free(&out);
		}
	}
	mia_buf_free(&b);
}

/* Reads text with fields of at most 16 bytes; the fault's text. */
static void
small_limit(const char *text, bool libcsv, struct mia_fault *f)
{
	struct mia_reader_opts o = {.max_field = 16, .libcsv = libcsv};
	char *path = temporary(text, strlen(text));
	struct mia_reader *r;
	const struct mia_row *row;

	*f = (struct mia_fault){0};
	if (mia_reader_open(&r, &path, 1, &o, f) == 0) {
		while (mia_reader_next(r, &row, f) == MIA_ROW)
			;
		mia_reader_close(r);
	}
	unlink(path);
	free(path);
}

/* A row of 64 times the longest field, one byte more, and fields without end
 * in few bytes. */
static void
long_rows(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) {
		const char *cell = how & 1 ? "\"45678901\"," : "1234567890,";
		struct mia_buf t = {0};
		struct mia_fault f;

		for (int i = 0; i < 92; i++)
			mia_buf_format(&t, "c%03d,", i);
		mia_buf_text(&t, "z\n");
		for (int i = 0; i < 92; i++)
			mia_buf_text(&t, cell);
		mia_buf_text(&t, "123456789012\n"); /* 1024 */
		small_limit(mia_buf_string(&t), how / 2, &f);
		assert_int_equal(f.code, 0);
		t.n--;
		mia_buf_text(&t, "3\n");
		small_limit(mia_buf_string(&t), how / 2, &f);
		assert_int_equal(f.code, MIA_DATA);
		assert_non_null(strstr(f.text, ":2: a row is longer than 1024 "
					       "bytes"));
		t.n = 0;
		mia_buf_text(&t, how & 1 ? "a,b\n\"\"" : "a,b\n");
		for (int i = 0; i < 999; i++)
			mia_buf_text(&t, ",");
		small_limit(mia_buf_string(&t), how / 2, &f);
		assert_int_equal(f.code, MIA_DATA);
		assert_non_null(strstr(f.text, ":2: 1000 fields where the "
					       "header has 2"));
		mia_buf_free(&t);
	}
}

/* A device keeps its name in messages. */
static void
full_device(void **state)
{
	struct mia_writer_opts o = {.path = "/dev/full"};
	struct mia_fault f = {0};
	struct mia_writer *w;

	(void)state;
	assert_int_equal(mia_writer_open(&w, &o, &f), 0);
	mia_writer_begin(w, "data", NULL, NULL, &f);
	mia_write_str(w, "a");
	mia_writer_row(w, &f);
	mia_writer_end(w, NULL, &f);
	assert_int_equal(mia_writer_close(w, &f), -1);
	assert_int_equal(f.code, MIA_SYSTEM);
	assert_non_null(strstr(f.text, "cannot write '/dev/full': No space"));
}

static void
numbers(void **state)
{
	char *path = temporary("x\nabc\n\nInf\n1.5\n", 16);
	struct mia_reader *r;
	const struct mia_row *row;
	struct mia_fault f = {0};
	double x;

	(void)state;
	assert_int_equal(mia_reader_open(&r, &path, 1, NULL, &f), 0);
	assert_int_equal(mia_reader_next(r, &row, &f), MIA_ROW);
	assert_int_equal(mia_row_num(row, 0, "x", false, &x, &f), -1);
	assert_non_null(strstr(f.text, ":2: 'x' holds 'abc', not a number"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_reader_next(r, &row, &f), MIA_ROW);
	assert_int_equal(mia_row_num(row, 0, "x", false, &x, &f), -1);
	assert_non_null(strstr(f.text, ":4: 'x' holds 'Inf', not a finite"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_row_num(row, 0, "x", true, &x, &f), 0);
	assert_int_equal(mia_reader_next(r, &row, &f), MIA_ROW);
	assert_int_equal(mia_row_num(row, 0, "x", false, &x, &f), 0);
	assert_true(x == 1.5);
	mia_reader_close(r);
	unlink(path);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_csv),
		cmocka_unit_test(malformed_csv),
		cmocka_unit_test(segments),
		cmocka_unit_test(heads_and_feet),
		cmocka_unit_test(writer_round_trip),
		cmocka_unit_test(shards),
		cmocka_unit_test(long_fields),
		cmocka_unit_test(long_rows),
		cmocka_unit_test(full_device),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
