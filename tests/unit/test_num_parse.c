#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/num.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

/* Parses from a heap copy of just its size, so that a sanitizer sees a read
 * past the end. */
static enum mia_num
parse(const char *s, size_t n, double *x)
{
	char *copy = malloc(n ? n : 1);
	enum mia_num is;

	assert_non_null(copy);
	memcpy(copy, s, n);
	is = mia_num_parse((struct mia_text){n ? copy : NULL, n}, x);
	free(copy);
	return is;
}

static void
parses_to(const char *s, double want)
{
	double x = -7;
	enum mia_num is = parse(s, strlen(s), &x);

	if (is != (isinf(want) ? MIA_NUM_INFINITE : MIA_NUM_FINITE) ||
	    bits_of(x) != bits_of(want))
		fail_msg("'%s' is %d, %.17g, not %.17g", s, is, x, want);
}

/*
 * The right answers are hexadecimal, or by the compiler, which reads decimals
 * with multiple precision.
 */
static void
test_parse_plain(void **state)
{
	(void)state;
	parses_to("0", 0.0);
	parses_to("-0", -0.0);
	parses_to("-0.000e99999", -0.0);
	parses_to("+1", 1.0);
	parses_to(".5", 0.5);
	parses_to("5.", 5.0);
	parses_to("-.5e1", -5.0);
	parses_to("+5.e+1", 50.0);
	parses_to("1E-2", 0.01);
	parses_to("007", 7.0);
	parses_to("0000000000000000000000000001.5", 1.5);
	parses_to("0.00000000000000000000000000015", 1.5e-28);
	parses_to("0.0213", 0.0213);
	parses_to("12345678", 12345678.0);
	parses_to("1234567812345678", 1234567812345678.0);
	parses_to("0.12345678", 0.12345678);
	parses_to("0.30000000000000004", 0.1 + 0.2);
	parses_to("3.14159265358979323846264338327950288419716939937510",
		  0x1.921fb54442d18p+1);
	/* The edges of the fast path. */
	parses_to("9007199254740992e22", 9007199254740992e22);
	parses_to("9007199254740993e22", 9007199254740993e22);
	parses_to("9007199254740991e-22", 9007199254740991e-22);
	parses_to("9007199254740991e-23", 9007199254740991e-23);
	parses_to("1e22", 1e22);
	parses_to("1e23", 1e23);
	/* Nineteen and twenty digits. */
	parses_to("9999999999999999999", 9999999999999999999.0);
	parses_to("18446744073709551615", 18446744073709551616.0);
	parses_to("18446744073709551616", 18446744073709551616.0);
	parses_to("99999999999999999999", 1e20);
}

/* At, just below and just above the midpoint of two doubles. */
static void
test_parse_halfway(void **state)
{
	(void)state;
	parses_to("9007199254740991", 0x1.fffffffffffffp52);
	parses_to("9007199254740992", 0x1p53);
	parses_to("9007199254740993", 0x1p53);
	parses_to("9007199254740994", 0x1.0000000000001p53);
	parses_to("9007199254740995", 0x1.0000000000002p53);
	parses_to("9007199254740997", 0x1.0000000000002p53);
	parses_to("-9007199254740993", -0x1p53);
	parses_to("9007199254740993.0", 0x1p53);
	parses_to("900719925474099300e-2", 0x1p53);
	parses_to("0.9007199254740993e16", 0x1p53);
	parses_to("9007199254740993.00000000000000000000000001",
		  0x1.0000000000001p53);
	parses_to("9007199254740992.99999999999999999999999999", 0x1p53);
	parses_to("9007199254740993000000000000000000000e-21", 0x1p53);
	parses_to("9007199254740993000000000000000000001e-21",
		  0x1.0000000000001p53);
	/* Ties of the powers 23 and -4, the last that have any. */
	parses_to("1.5", 1.5);
	parses_to("4503599627370496.5", 0x1p52);
	parses_to("4503599627370497.5", 0x1.0000000000002p52);
	parses_to("1125899906842624.125", 0x1p50);
	parses_to("1125899906842624.375", 0x1.0000000000002p50);
	parses_to("562949953421312.0625", 0x1p49);
	parses_to("562949953421312.1875", 0x1.0000000000002p49);
	/* 1 + 2^-53 in full, with a digit more, and with one less. */
	parses_to("1.00000000000000011102230246251565404236316680908203125",
		  1.0);
	parses_to("1.000000000000000111022302462515654042363166809082031251",
		  0x1.0000000000001p0);
	parses_to("1.00000000000000011102230246251565404236316680908203124",
		  1.0);
	/* From the test set of fast_float (Lemire). */
	parses_to("9355950000000000000.00000000000000000000000000000000001844"
		  "6744073709551616000001844674407370955161614073709551616184"
		  "46744073709551616000184467440737095516",
		  0x1.03ae05e8fca1cp+63);
	/* Between the first two normal numbers above the smallest. */
	parses_to("2.22507385850720212418870147920222032907240528279439037814"
		  "3031338374351073192441946867544064325638818513821882185024"
		  "3806999994773301300564988410779192874134192929720097048195"
		  "1993067993290969042784064731682041565926728632933630474670"
		  "1233168529834221527445172608358596545663192828352447877877"
		  "9989431077978383369915928859455521371418112845825114558431"
		  "9223079897504395086859412457230891738946169368372321191373"
		  "6589779777232866988403563902510444430354573967337065839810"
		  "5542045669382465841374760715598117657387762674766591238719"
		  "9931904006317334709003012790188175203447190250028061277777"
		  "9167983910905785840064647159438105114891542827750411746821"
		  "9413395246668250343130618158782937900420539237507208336669"
		  "3241580002758391118854188641513168478436313080237596295773"
		  "983001708984375e-308",
		  0x1.0000000000002p-1022);
}

static void
test_parse_edges(void **state)
{
	char s[4096];
	double x;

	(void)state;
	parses_to("5e-324", 0x1p-1074);
	parses_to("4.9406564584124654e-324", 0x1p-1074);
	parses_to("2.4703282292062328e-324", 0x1p-1074);
	parses_to("2.4703282292062327e-324", 0.0);
	parses_to("-2.4703282292062327e-324", -0.0);
	parses_to("1e-323", 0x1p-1073);
	parses_to("2.2250738585072009e-308", 0x0.fffffffffffffp-1022);
	/* Endless loops: PHP (CVE-2010-4645), Java (CVE-2010-4476). */
	parses_to("2.2250738585072011e-308", 0x0.fffffffffffffp-1022);
	parses_to("2.2250738585072012e-308", 0x1p-1022);
	parses_to("2.2250738585072014e-308", 0x1p-1022);
	parses_to("1.7976931348623157e308", DBL_MAX);
	parses_to("1.7976931348623158e308", DBL_MAX);
	parses_to("1.7976931348623159e308", INFINITY);
	parses_to("17976931348623158e292", DBL_MAX);
	parses_to("1e308", 1e308);
	parses_to("1e309", INFINITY);
	parses_to("-1e309", -INFINITY);
	parses_to("1e400", INFINITY);
	parses_to("1e-400", 0.0);
	parses_to("1e99999999999999999999999", INFINITY);
	parses_to("-1e-99999999999999999999999", -0.0);
	parses_to("0e99999999999999999999999", 0.0);
	parses_to("9999999999999999999e-343", 0.0);
	parses_to("9999999999999999999e-342", 9999999999999999999e-342);

	/* A written exponent that undoes three thousand digits. */
	memset(s, '0', sizeof(s));
	s[0] = '1';
	strcpy(s + 3001, "e-3000");
	parses_to(s, 1.0);
	memset(s, '0', sizeof(s));
	s[1] = '.';
	strcpy(s + 3001, "15e3000");
	parses_to(s, 1.5);

	/* Just below 1e-323, in three thousand digits. */
	memset(s, '9', sizeof(s));
	strcpy(s + 3000, "e-3323");
	parses_to(s, 0x1p-1073);

	assert_int_equal(parse("12345", 3, &x), MIA_NUM_FINITE);
	assert_true(x == 123);
	assert_int_equal(parse("1e12", 3, &x), MIA_NUM_FINITE);
	assert_true(x == 10);
	assert_int_equal(parse("infinity", 3, &x), MIA_NUM_INFINITE);
}

static void
test_parse_words(void **state)
{
	static const char *const nan[] = {"nan", "NaN", "NAN", "-nan", "+nan"};

	(void)state;
	parses_to("inf", INFINITY);
	parses_to("+INF", INFINITY);
	parses_to("-Inf", -INFINITY);
	parses_to("infinity", INFINITY);
	parses_to("-InFiNiTy", -INFINITY);
	for (size_t i = 0; i < COUNT(nan); i++) {
		double x = 1;

		assert_int_equal(parse(nan[i], strlen(nan[i]), &x),
				 MIA_NUM_NAN);
		assert_int_equal(bits_of(x), bits_of(NAN));
	}
}

static void
is_none(const char *s, size_t n)
{
	double x = 42;
	enum mia_num is = parse(s, n, &x);

	if (is != MIA_NUM_NONE)
		fail_msg("'%.*s' is %d, not none", (int)n, s, is);
	if (x != 42)
		fail_msg("'%.*s' touched x", (int)n, s);
}

static void
test_parse_none(void **state)
{
	static const char *const none[] = {
		"",	     ".",	  "+",	       "-",
		"+.",	     "-.",	  "e5",	       ".e5",
		"-e5",	     "1e",	  "1e+",       "1e-",
		"1.e",	     "1.5e-",	  "e",	       "1e5.",
		"1e5.0",     "1e1e1",	  "1e+-5",     "1e--5",
		"1e 5",	     "0x1p3",	  "0x10",      "0X1",
		"1p3",	     " 1",	  "1 ",	       "\t1",
		"1\n",	     "1\r",	  "1_0",       "1'000",
		"1,5",	     "1,000.0",	  "1.2.3",     "1..",
		"..1",	     "+-1",	  "-+1",       "--1",
		"++1",	     "+ 1",	  "1-",	       "1+",
		"1e5-",	     "1d5",	  "1f",	       "1L",
		"in",	     "i",	  "infi",      "infinit",
		"infinityx", "infx",	  "na",	       "n",
		"nanx",	     "nan(1)",	  "--inf",     "- inf",
		"NA",	     "null",	  "none",      "abc",
		"1/2",	     "50%",	  "$1",	       "\xef\xbc\x91",
		"1\xc2\xa0", "12345678x", "x12345678",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++)
		is_none(none[i], strlen(none[i]));
	is_none("1234567812345678.x", 18);
	is_none("123456789012345678901234567890x", 31);
	is_none("1.23456789012345678901234567890 ", 32);
	is_none("1\0", 2);
	is_none("\0", 1);
	is_none("1\0e5", 4);
	is_none("nan\0", 4);
	is_none("12345678\0", 9);
}

/* Each byte at each place of two eights of digits: only a digit passes for
 * one. */
static void
test_parse_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < 16; i++) {
		for (int c = 0; c < 256; c++) {
			char s[17] = "1234567812345678";
			bool digit = c >= '0' && c <= '9';

			s[i] = (char)c;
			if (digit || c == '.' ||
			    (i == 0 && (c == '+' || c == '-')) ||
			    (i > 0 && i < 15 && (c == 'e' || c == 'E')))
				parses_to(s, strtod(s, NULL));
			else
				is_none(s, 16);
		}
	}
}

static void
test_parse_int(void **state)
{
	static const struct {
		const char *s;
		int64_t x;
	} good[] = {
		{"0", 0},
		{"-0", 0},
		{"7", 7},
		{"-12", -12},
		{"007", 7},
		{"00000000000000000000000000000042", 42},
		{"9007199254740993", 9007199254740993},
		{"9223372036854775807", INT64_MAX},
		{"-9223372036854775807", -INT64_MAX},
		{"-9223372036854775808", INT64_MIN},
	};
	static const char *const bad[] = {
		"",
		"-",
		"+1",
		"--1",
		" 1",
		"1 ",
		"1.0",
		"1e3",
		"0x10",
		"1_0",
		"1/",
		"1:",
		"a",
		"nan",
		"1-",
		"\xb2",
		"9223372036854775808",
		"-9223372036854775809",
		"9223372036854775810",
		"18446744073709551616",
		"18446744073709551617",
		"99999999999999999999999999999999999999",
	};
	int64_t x;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(mia_num_parse_int(mia_text(good[i].s), &x));
		assert_int_equal(x, good[i].x);
	}
	x = 42;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (mia_num_parse_int(mia_text(bad[i]), &x))
			fail_msg("'%s' was taken for a whole number", bad[i]);
	assert_false(mia_num_parse_int((struct mia_text){"1\0", 2}, &x));
	assert_false(mia_num_parse_int((struct mia_text){NULL, 0}, &x));
	assert_int_equal(x, 42);
	assert_true(mia_num_parse_int((struct mia_text){"12345", 3}, &x));
	assert_int_equal(x, 123);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_plain),
		cmocka_unit_test(test_parse_halfway),
		cmocka_unit_test(test_parse_edges),
		cmocka_unit_test(test_parse_words),
		cmocka_unit_test(test_parse_none),
		cmocka_unit_test(test_parse_bytes),
		cmocka_unit_test(test_parse_int),
	};

	return cmocka_run_group_tests_name("num parse", tests, NULL, NULL);
}
