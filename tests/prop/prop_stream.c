/*
 * Random text, well and badly formed: the fast scanner and libcsv see the same
 * rows or both refuse; what the writer writes is read back equal.
 */
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
#include "maths/rng.h"

#define ROUNDS 3000

/* All rows, fields ended by 1, rows by 2; '!' and the message's tail after a
 * fault. */
static void
dump(char *path, bool libcsv, struct mia_buf *out)
{
	struct mia_reader_opts o = {.max_field = 300, .libcsv = libcsv};
	struct mia_fault f = {0};
	struct mia_reader *r;
	const struct mia_row *row;

	out->n = 0;
	if (mia_reader_open(&r, &path, 1, &o, &f) != 0) {
		mia_buf_text(out, "!");
		return;
	}
	while (mia_reader_next(r, &row, &f) == MIA_ROW) {
		for (size_t i = 0; i < row->n; i++) {
			mia_buf_add(out, row->field[i].s, row->field[i].n);
			mia_buf_add(out, "\1", 1);
		}
		mia_buf_format(out, "%llu\2", (unsigned long long)row->line);
	}
	if (f.code != 0)
		mia_buf_text(out, "!");
	mia_reader_close(r);
}

static void
put(const char *path, const struct mia_buf *b)
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	assert_int_equal(fwrite(b->s ? b->s : "", 1, b->n, to), b->n);
	assert_int_equal(fclose(to), 0);
}

static void
fast_equals_libcsv(void **state)
{
	static const char bits[] = ",,,,\n\n\r\"\" #a1.-+xyz \t!'\\;";
	char path[] = "/tmp/mia-prop-XXXXXX";
	struct mia_buf text = {0}, a = {0}, b = {0};

	(void)state;
	close(mkstemp(path));
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct mia_rng r;
		size_t n, tame;

		mia_rng_init(&r, 1, "prop/stream", round);
		n = mia_rng_below(&r, 400);
		/* Most rounds leave out the characters that break rows. */
		tame = mia_rng_below(&r, 3);
		text.n = 0;
		mia_buf_text(&text, round % 2 ? "a,b,c\n" : "a\n");
		for (size_t i = 0; i < n; i++) {
			char c = bits[mia_rng_below(&r, sizeof(bits) - 1)];

			if (tame && (c == '\r' || c == '"'))
				c = 'q';
			if (round % 2 && c == '\n')
				mia_buf_text(&text, tame == 2 ? ",\"x\ny\",\n"
							      : ",,\n");
			else if (round % 2 && tame && c == ',')
				mia_buf_text(&text, ";");
			else
				mia_buf_add(&text, &c, 1);
		}
		put(path, &text);
		dump(path, false, &a);
		dump(path, true, &b);
		if (a.n != b.n || memcmp(a.s, b.s, a.n) != 0)
			fail_msg("round %llu differs",
				 (unsigned long long)round);
	}
	unlink(path);
	mia_buf_free(&text);
	mia_buf_free(&a);
	mia_buf_free(&b);
}

static void
written_is_read(void **state)
{
	char path[] = "/tmp/mia-prop-XXXXXX";
	struct mia_buf want = {0}, got = {0};

	(void)state;
	close(mkstemp(path));
	for (uint64_t round = 0; round < ROUNDS / 10; round++) {
		struct mia_rng r;
		struct mia_fault f = {0};
		struct mia_writer_opts o = {.path = path,
					    .zstd = round % 3 == 0,
					    .no_meta = round % 5 == 0};
		struct mia_writer *w;
		size_t columns, rows;
		uint64_t line;

		mia_rng_init(&r, 1, "prop/stream/write", round);
		columns = 1 + mia_rng_below(&r, 5);
		rows = mia_rng_below(&r, 3000);
		want.n = 0;
		assert_int_equal(mia_writer_open(&w, &o, &f), 0);
		mia_writer_begin(w, "data", NULL, "#@ t 1", &f);
		for (size_t i = 0; i < columns; i++)
			mia_write_int(w, (int64_t)i);
		mia_writer_row(w, &f);
		line = o.no_meta ? 2 : 4;
		for (size_t k = 0; k < rows; k++) {
			uint64_t from = line;

			for (size_t i = 0; i < columns; i++) {
				char cell[12];
				size_t n = mia_rng_below(&r, sizeof(cell));

				for (size_t j = 0; j < n; j++) {
					cell[j] = (char)mia_rng_next(&r);
					/* Without a head a row may look like
					 * a foot only if it is unquoted. */
					line += cell[j] == '\n';
				}
				mia_write_text(w, (struct mia_text){cell, n});
				mia_buf_add(&want, cell, n);
				mia_buf_add(&want, "\1", 1);
			}
			mia_buf_format(&want, "%llu\2",
				       (unsigned long long)from);
			line++;
			assert_int_equal(mia_writer_row(w, &f), 0);
		}
		assert_int_equal(mia_writer_end(w, NULL, &f), 0);
		assert_int_equal(mia_writer_close(w, &f), 0);
		dump(path, round % 2, &got);
		assert_int_equal(got.n, want.n);
		if (want.n > 0)
			assert_memory_equal(got.s, want.s, want.n);
	}
	unlink(path);
	mia_buf_free(&want);
	mia_buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast_equals_libcsv),
		cmocka_unit_test(written_is_read),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
