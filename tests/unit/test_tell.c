/* Text made safe to show; Markdown, JSON, programs we call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

#include <cmocka.h>

#include "base/mem.h"
#include "maths/rng.h"
#include "tell/clean.h"
#include "tell/filter.h"
#include "tell/json.h"
#include "tell/md.h"

/* ---- programs ---- */

static int
run(char *const *argv, const char *in, size_t n, struct mia_buf *out,
    struct mia_fault *f)
{
	struct mia_filter p = {argv, "some-package", "check it"};

	*f = (struct mia_fault){0};
	return mia_filter_run(&p, in, n, out, f);
}

static void
filter_passes_all(void **state)
{
	char cat[] = "cat", *argv[] = {cat, NULL};
	size_t n = 3000001; /* more than any pipe holds */
	char *in = mia_alloc(n, 1);
	struct mia_buf out = {0};
	struct mia_fault f;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 2385, "test", 0);
	for (size_t i = 0; i < n; i++)
		in[i] = (char)mia_rng_next(&r);
	assert_int_equal(run(argv, in, n, &out, &f), 0);
	assert_int_equal(out.n, n);
	assert_memory_equal(out.s, in, n);
	free(in);
	mia_buf_free(&out);
}

static void
filter_faults(void **state)
{
	char sh[] = "sh", c[] = "-c", no[] = "mia-no-such-program";
	char bad[] = "echo first >&2; echo ' the cause ' >&2; echo >&2; exit 7";
	char dies[] = "kill -9 $$", deaf[] = "exec 0<&-; echo fine";
	char *missing[] = {no, NULL}, *fails[] = {sh, c, bad, NULL};
	char *killed[] = {sh, c, dies, NULL}, *closed[] = {sh, c, deaf, NULL};
	size_t n = 1000003;
	char *in = mia_alloc(n, 1);
	struct mia_buf out = {0};
	struct mia_fault f;

	(void)state;
	assert_int_equal(run(missing, in, n, &out, &f), -1);
	assert_int_equal(f.code, MIA_SYSTEM);
	assert_non_null(strstr(f.text, "'mia-no-such-program' is missing"));
	assert_non_null(strstr(f.text, "apt-get install some-package"));
	assert_int_equal(run(fails, in, n, &out, &f), -1);
	assert_int_equal(f.code, MIA_SYSTEM);
	assert_string_equal(f.text, "'sh' ended with status 7: the cause; "
				    "check it");
	assert_int_equal(run(killed, in, n, &out, &f), -1);
	assert_non_null(strstr(f.text, "killed by signal 9"));
	/* A program that reads nothing is no fault and no SIGPIPE. */
	assert_int_equal(run(closed, in, n, &out, &f), 0);
	assert_string_equal(mia_buf_string(&out), "fine\n");
	free(in);
	mia_buf_free(&out);
}

/* ---- text ---- */

static void
cleaned(const char *in, const char *want)
{
	struct mia_buf b = {0};

	mia_clean_text(&b, mia_text(in));
	assert_string_equal(mia_buf_string(&b), want);
	mia_buf_free(&b);
}

static void
shortened(const char *in, size_t max, const char *want)
{
	struct mia_buf b = {0};

	mia_clean_short(&b, mia_text(in), max);
	assert_string_equal(mia_buf_string(&b), want);
	mia_buf_free(&b);
}

static void
clean_texts(void **state)
{
	(void)state;
	cleaned("", "");
	cleaned("plain", "plain");
	cleaned("a\nb\tc\x7f", "a\u2424b\u2409c\u2421");
	cleaned("na\u00efve \u65e5\u672c \U0001f600",
		"na\u00efve \u65e5\u672c \U0001f600");
	/* Stray, cut, overlong, surrogate, beyond Unicode. */
	cleaned("\x80x", "\ufffdx");
	cleaned("x\xe2\x82", "x\ufffd\ufffd");
	cleaned("\xc0\xaf", "\ufffd\ufffd");
	cleaned("\xed\xa0\x80", "\ufffd\ufffd\ufffd");
	cleaned("\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd");
	cleaned("\xef\xbf\xbe", "\ufffd");
	/* Marks that hide or turn text. */
	cleaned("a\u202eb\u200bc\ufeff", "a\ufffdb\ufffdc\ufffd");
	assert_int_equal(mia_clean_width(mia_text("a\u0301\u65e5")), 3);

	shortened("12345678", 8, "12345678");
	shortened("123456789", 8, "1234\u2026789");
	shortened("\u65e5\u672c\u8a9e\u6587\u5b57", 8,
		  "\u65e5\u672c\u2026\u5b57");
}

static void
clean_short_fits(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 7, "test/short", 0);
	for (int k = 0; k < 2000; k++) {
		size_t max = 8 + mia_rng_below(&r, 40);
		size_t n = mia_rng_below(&r, 90);
		struct mia_buf in = {0}, out = {0};

		for (size_t i = 0; i < n; i++) {
			static const uint32_t pool[] = {'a',	'\'', 0x301,
							0x65e5, 0xe9, '\n'};
			mia_char_add(&in, pool[mia_rng_below(&r, 6)]);
		}
		mia_clean_short(&out, (struct mia_text){in.n ? in.s : "", in.n},
				max);
		assert_true(mia_clean_width((struct mia_text){
				    out.n ? out.s : "", out.n}) <= max);
		mia_buf_free(&in);
		mia_buf_free(&out);
	}
}

static void
md_is(const char *in, const char *want)
{
	struct mia_buf b = {0};

	mia_md_str(&b, in);
	assert_string_equal(mia_buf_string(&b), want);
	mia_buf_free(&b);
}

static void
md_escapes(void **state)
{
	struct mia_buf b = {0};

	(void)state;
	md_is("lira_offline 0.5, x=1", "lira_offline 0.5, x=1");
	md_is("a|b<c>\nd", "a\\|b\\<c\\>\u2424d");
	md_is("_x_ *y*", "\\_x\\_ \\*y\\*");
	md_is("[l](http://e.org)", "\\[l\\](http\\://e.org)");
	md_is("a@b.org www.e.org", "a&#64;b.org www\\.e.org");
	md_is("# h", "\\# h");
	md_is("1. x", "1\\. x");
	md_is("- x", "\\- x");
	mia_md_code(&b, mia_text("--label=class"));
	mia_md_code(&b, mia_text("a|b`c"));
	mia_md_path(&b, "a b(1)/\u00e9.svg");
	assert_string_equal(mia_buf_string(&b),
			    "`--label=class`a\\|b\\`ca%20b%281%29/%C3%A9.svg");
	mia_buf_free(&b);
}

/* The text of HTML, tags left out and entities replaced. */
static void
html_text(const char *s, struct mia_buf *b)
{
	while (*s != '\0') {
		if (*s == '<') {
			s = strchr(s, '>') + 1;
		} else if (strncmp(s, "&#", 2) == 0) {
			char *end;
			uint32_t c = (uint32_t)strtoul(s + 2, &end, 10);

			mia_char_add(b, c);
			s = end + 1;
		} else {
			mia_buf_add(b, s++, 1);
		}
	}
	mia_buf_string(b);
}

/* Random text full of markup comes out of lowdown as it went in, both as a
 * paragraph and as a cell of a table. */
static void
md_survives_lowdown(void **state)
{
	static const char *const piece[] = {"*",
					    "_",
					    "`",
					    "[",
					    "](",
					    ")",
					    "<b>",
					    "</b>",
					    "|",
					    "\\",
					    "~~",
					    "^",
					    "$",
					    "&amp;",
					    "&#60;",
					    "#",
					    "-",
					    "+",
					    "1.",
					    "a",
					    "b",
					    "!",
					    "http://x.org",
					    "www.x.org",
					    "a@b.org",
					    "==",
					    "{#id}",
					    ":",
					    "(c)",
					    "--",
					    "\"",
					    "'",
					    "<!--",
					    "\n",
					    " x "};
	char lowdown[] = "lowdown", html[] = "-thtml";
	char smart[] = "--out-no-smarty", meta[] = "--parse-no-metadata";
	char skip[] = "--html-no-skiphtml";
	char *argv[] = {lowdown, html, smart, meta, skip, NULL};
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 11, "test/md", 0);
	for (int k = 0; k < 150; k++) {
		struct mia_buf in = {0}, md = {0}, out = {0}, text = {0};
		struct mia_buf want = {0};
		struct mia_md_table t;
		struct mia_fault f;
		size_t n = 1 + mia_rng_below(&r, 9);

		mia_buf_text(&in, "q");
		for (size_t i = 0; i < n; i++)
			mia_buf_text(&in, piece[mia_rng_below(&r, 35)]);
		mia_buf_text(&in, "q");
		mia_md_text(&md, (struct mia_text){in.s, in.n});
		mia_buf_text(&md, "\n\n");
		mia_md_table_begin(&t, (const char *const[]){"H", NULL});
		mia_md_text(mia_md_cell(&t), (struct mia_text){in.s, in.n});
		mia_md_code(mia_md_cell(&t), (struct mia_text){in.s, in.n});
		mia_md_table_end(&t, &md);
		assert_int_equal(run(argv, md.s, md.n, &out, &f), 0);
		html_text(mia_buf_string(&out), &text);
		mia_clean_text(&want, (struct mia_text){in.s, in.n});
		mia_buf_string(&want);
		/* Three times: paragraph, cell, code. */
		for (int i = 0, at = 0; i < 3; i++) {
			const char *found = strstr(text.s + at, want.s);

			if (found == NULL)
				fail_msg("'%s' became '%s' by '%s'", want.s,
					 text.s, md.s);
			at = (int)(found - text.s) + (int)want.n;
		}
		mia_buf_free(&in);
		mia_buf_free(&md);
		mia_buf_free(&out);
		mia_buf_free(&text);
		mia_buf_free(&want);
	}
}

static void
md_table(void **state)
{
	struct mia_md_table t;
	struct mia_buf b = {0};

	(void)state;
	mia_md_table_begin(&t, (const char *const[]){"Part", ">Rows", NULL});
	mia_buf_text(mia_md_cell(&t), "member");
	mia_buf_text(mia_md_cell(&t), "7");
	mia_buf_text(mia_md_cell(&t), "");
	mia_buf_text(mia_md_cell(&t), "12345");
	mia_md_table_end(&t, &b);
	assert_string_equal(mia_buf_string(&b), "| Part   |  Rows |\n"
						"|--------|------:|\n"
						"| member |     7 |\n"
						"|        | 12345 |\n\n");
	mia_buf_free(&b);
}

static void
json_values(void **state)
{
	struct mia_buf b = {0};
	struct mia_json j = {.b = &b};

	(void)state;
	mia_json_open(&j, NULL, '{');
	mia_json_str(&j, "a\"\\", "x\ny\x01\xff\u00e9</script>");
	mia_json_num(&j, "n", 0.1);
	mia_json_num(&j, "none", NAN);
	mia_json_num(&j, "inf", -INFINITY);
	mia_json_int(&j, "i", -12960);
	mia_json_bool(&j, "t", true);
	mia_json_open(&j, "e", '[');
	mia_json_close(&j, ']');
	mia_json_open(&j, "l", '[');
	mia_json_int(&j, NULL, 1);
	mia_json_open(&j, NULL, '{');
	mia_json_close(&j, '}');
	mia_json_close(&j, ']');
	mia_json_close(&j, '}');
	assert_string_equal(mia_buf_string(&b),
			    "{\n"
			    "  \"a\\\"\\\\\": \"x\\u000ay\\u0001\ufffd\u00e9"
			    "</script>\",\n"
			    "  \"n\": 0.1,\n"
			    "  \"none\": null,\n"
			    "  \"inf\": \"-inf\",\n"
			    "  \"i\": -12960,\n"
			    "  \"t\": true,\n"
			    "  \"e\": [],\n"
			    "  \"l\": [\n"
			    "    1,\n"
			    "    {}\n"
			    "  ]\n"
			    "}\n");
	mia_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filter_passes_all),
		cmocka_unit_test(filter_faults),
		cmocka_unit_test(clean_texts),
		cmocka_unit_test(clean_short_fits),
		cmocka_unit_test(md_escapes),
		cmocka_unit_test(md_survives_lowdown),
		cmocka_unit_test(md_table),
		cmocka_unit_test(json_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
