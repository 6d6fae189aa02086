/*
 * Any bytes as a field: mia_num_parse takes just what strtod takes whole,
 * less blanks, hexadecimal and nan(...), and gives the same bits; so for
 * mia_num_parse_int and strtoll.  What is printed reads back.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool so)
{
	if (!so)
		abort();
}

static bool
same(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

static void
round_trip(double x)
{
	char *s = malloc(MIA_NUM_MAX);
	size_t n;
	double y;

	must(s != NULL);
	n = mia_num_print(s, x);
	must(n > 0 && n <= 24);
	must(mia_num_parse((struct mia_text){s, n}, &y) != MIA_NUM_NONE);
	must(x != x ? y != y : same(x, y));
	free(s);
}

/* s is t with a NUL behind it. */
static void
try_double(struct mia_text t, const char *s)
{
	char *end;
	double x = 42, want = strtod(s, &end);
	enum mia_num is = mia_num_parse(t, &x);

	if (t.n == 0 || end != s + t.n ||
	    strspn(s, "0123456789+-.eEinftyaINFTYA") != t.n) {
		must(is == MIA_NUM_NONE && x == 42);
		return;
	}
	if (want != want) {
		must(is == MIA_NUM_NAN && x != x);
		return;
	}
	must(is == (want - want == 0 ? MIA_NUM_FINITE : MIA_NUM_INFINITE));
	must(same(x, want));
	round_trip(x);
}

static void
try_int(struct mia_text t, const char *s)
{
	char *end;
	long long want;
	int64_t x = 42;
	bool is = mia_num_parse_int(t, &x);

	errno = 0;
	want = strtoll(s, &end, 10);
	if (t.n == 0 || end != s + t.n || errno != 0 ||
	    strspn(s, "-0123456789") != t.n)
		must(!is && x == 42);
	else
		must(is && x == want);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct mia_text t = {(const char *)data, n};
	char *s = malloc(n + 1);
	double x;

	must(s != NULL);
	if (n > 0)
		memcpy(s, data, n);
	s[n] = '\0';
	try_double(t, s);
	try_int(t, s);
	if (n >= sizeof(x)) {
		memcpy(&x, data, sizeof(x));
		round_trip(x);
	}
	free(s);
	return 0;
}
