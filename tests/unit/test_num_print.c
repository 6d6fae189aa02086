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

static void
prints_as(double x, const char *want)
{
	char *s = malloc(MIA_NUM_MAX);
	size_t n;

	assert_non_null(s);
	n = mia_num_print(s, x);
	if (n != strlen(want) || memcmp(s, want, n) != 0)
		fail_msg("%.17g printed '%.*s', not '%s'", x, (int)n, s, want);
	free(s);
}

static void
test_print_notation(void **state)
{
	(void)state;
	prints_as(0.0, "0");
	prints_as(-0.0, "-0");
	prints_as(1.0, "1");
	prints_as(-1.0, "-1");
	prints_as(10.0, "10");
	prints_as(99999999.0, "99999999");
	prints_as(100000000.0, "100000000");
	prints_as(-100000001.0, "-100000001");
	prints_as(100200300400.0, "100200300400");
	prints_as(999999999999999.0, "999999999999999");
	prints_as(-999999999999999.0, "-999999999999999");
	prints_as(1e15, "1e15");
	prints_as(-1e15, "-1e15");
	prints_as(1.5e15, "1.5e15");
	prints_as(1.5e20, "1.5e20");
	prints_as(1e100, "1e100");
	prints_as(1234567890123456.0, "1234567890123456");
	prints_as(1234567890123456.5, "1234567890123456.5");
	prints_as(9007199254740991.0, "9007199254740991");
	prints_as(9007199254740992.0, "9007199254740992");
	prints_as(9007199254740994.0, "9007199254740994");
	prints_as(12345678901230000.0, "1.234567890123e16");
	prints_as(12345678901234000.0, "12345678901234000");
	prints_as(12345678901234560.0, "12345678901234560");
	prints_as(0.5, "0.5");
	prints_as(0.1, "0.1");
	prints_as(-0.3, "-0.3");
	prints_as(0.0213, "0.0213");
	prints_as(123.456, "123.456");
	prints_as(0.1 + 0.2, "0.30000000000000004");
	prints_as(2.0 / 3.0, "0.6666666666666666");
	prints_as(100.25, "100.25");
	prints_as(99999999999999.98, "99999999999999.98");
	prints_as(123456789012345.67, "123456789012345.67");
	prints_as(0.001, "0.001");
	prints_as(0.0001, "0.0001");
	prints_as(-0.00012345678901234567, "-0.00012345678901234567");
	prints_as(0.00001, "1e-5");
	prints_as(-0.000012, "-1.2e-5");
	prints_as(0.0000999, "9.99e-5");
	prints_as(1e-100, "1e-100");
	prints_as(INFINITY, "inf");
	prints_as(-INFINITY, "-inf");
	prints_as(NAN, "nan");
	prints_as(-NAN, "nan");
}

/* Most of these are from the test set of Ryu (Adams, PLDI 2018); all answers
 * are also those of David Gay's dtoa in mode 0. */
static void
test_print_shortest(void **state)
{
	(void)state;
	prints_as(0x1p-1074, "5e-324");
	prints_as(0x1p-1073, "1e-323");
	prints_as(0x0.fffffffffffffp-1022, "2.225073858507201e-308");
	prints_as(0x1p-1022, "2.2250738585072014e-308");
	prints_as(DBL_MAX, "1.7976931348623157e308");
	prints_as(-DBL_MAX, "-1.7976931348623157e308");
	prints_as(4.940656e-318, "4.940656e-318");
	prints_as(1.18575755e-316, "1.18575755e-316");
	prints_as(2.989102097996e-312, "2.989102097996e-312");
	prints_as(9060801153433600.0, "9060801153433600");
	prints_as(4.708356024711512e18, "4708356024711512000");
	prints_as(9.409340012568248e18, "9409340012568248000");
	prints_as(1.2345678, "1.2345678");
	prints_as(2.98023223876953125e-8, "2.9802322387695312e-8");
	prints_as(-2.109808898695963e16, "-21098088986959630");
	prints_as(5.764607523034235e39, "5.764607523034235e39");
	prints_as(1.152921504606847e40, "1.152921504606847e40");
	prints_as(2.305843009213694e40, "2.305843009213694e40");
	prints_as(1.7800590868057611e-307, "1.7800590868057611e-307");
	prints_as(2.8480945388892175e-306, "2.8480945388892175e-306");
	prints_as(2.446494580089078e-296, "2.446494580089078e-296");
	prints_as(4.8929891601781557e-296, "4.8929891601781557e-296");
	prints_as(1.8014398509481984e16, "18014398509481984");
	prints_as(3.6028797018963964e16, "36028797018963964");
	prints_as(2.900835519859558e-216, "2.900835519859558e-216");
	prints_as(5.801671039719115e-216, "5.801671039719115e-216");
	prints_as(3.196104012172126e-27, "3.196104012172126e-27");
	prints_as(9.5367431640625e-7, "9.5367431640625e-7");
	prints_as(1e23, "1e23");
	prints_as(9.5e-322, "9.5e-322");
	prints_as(4.35, "4.35");
	prints_as(5e-5, "5e-5");
	prints_as(1.0 / 3, "0.3333333333333333");
}

static void
test_print_int(void **state)
{
	static const struct {
		int64_t x;
		const char *s;
	} t[] = {
		{0, "0"},
		{-1, "-1"},
		{9, "9"},
		{10, "10"},
		{12345678, "12345678"},
		{99999999, "99999999"},
		{100000000, "100000000"},
		{1000000001, "1000000001"},
		{9999999999999999, "9999999999999999"},
		{10000000000000000, "10000000000000000"},
		{1020304050607080901, "1020304050607080901"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};
	char *s = malloc(MIA_NUM_MAX);

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < COUNT(t); i++) {
		assert_int_equal(mia_num_int(s, t[i].x), strlen(t[i].s));
		assert_memory_equal(s, t[i].s, strlen(t[i].s));
	}
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print_notation),
		cmocka_unit_test(test_print_shortest),
		cmocka_unit_test(test_print_int),
	};

	return cmocka_run_group_tests_name("num print", tests, NULL, NULL);
}
