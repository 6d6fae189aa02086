#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"

/* --- mem --- */

static void
test_alloc(void **state)
{
	unsigned char *p = mia_alloc(1000, 7);
	char *s;

	(void)state;
	for (size_t i = 0; i < 7000; i++)
		assert_int_equal(p[i], 0);
	free(p);
	p = mia_alloc(0, 0);
	assert_non_null(p);
	free(p);

	s = mia_copy("abc\0def", 7);
	assert_memory_equal(s, "abc\0def", 8);
	free(s);
	s = mia_copy(NULL, 0);
	assert_string_equal(s, "");
	free(s);
}

static void
test_grow(void **state)
{
	uint64_t *v = NULL, *before;
	size_t cap = 0, moves = 0, last = 0;

	(void)state;
	for (size_t n = 0; n < 1000000; n++) {
		mia_grow(&v, &cap, n + 1, sizeof(*v));
		assert_true(cap > n);
		moves += cap != last;
		last = cap;
		v[n] = n * 0x9e3779b97f4a7c15;
	}
	for (size_t n = 0; n < 1000000; n++)
		assert_int_equal(v[n], n * 0x9e3779b97f4a7c15);
	/* log(1e6 / 8) / log(1.5) is 29; never much more than is wanted. */
	assert_in_range(moves, 25, 35);
	assert_true(cap < 1500000);

	before = v;
	mia_grow(&v, &cap, 3, sizeof(*v));
	assert_ptr_equal(v, before);
	assert_int_equal(cap, last);
	mia_grow(&v, &cap, 5000000, sizeof(*v));
	assert_int_equal(cap, 5000000);
	assert_int_equal(v[999999], 999999 * 0x9e3779b97f4a7c15);
	free(v);
}

/* So many items of 16 bytes that those of two are left modulo 2^64. */
#define TOO_MANY (SIZE_MAX / 16 + 3)

static void
grow_too_far(void)
{
	void *p = NULL;
	size_t cap = 0;

	mia_grow(&p, &cap, TOO_MANY, 16);
}

static void
alloc_too_much(void)
{
	free(mia_alloc(TOO_MANY, 16));
}

/* Runs ask() in a process of its own, which must end with status 4 and say
 * why. */
static void
must_run_out(void (*ask)(void))
{
	char said[256] = "";
	int fd[2], status;
	pid_t pid;

	fflush(NULL);
	assert_int_equal(pipe(fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fd[1], STDERR_FILENO);
		ask();
		_exit(0);
	}
	close(fd[1]);
	assert_true(read(fd[0], said, sizeof(said) - 1) > 0);
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), MIA_SYSTEM);
	assert_non_null(strstr(said, "out of memory asking for "));
}

static void
test_out_of_memory(void **state)
{
	(void)state;
	must_run_out(grow_too_far);
	must_run_out(alloc_too_much);
}

/* --- fault --- */

static void
test_fault(void **state)
{
	struct mia_fault f = {0};
	char s[2000];

	(void)state;
	assert_int_equal(mia_fail(&f, MIA_DATA, "'%s' holds %d", "x", 7), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_string_equal(f.text, "'x' holds 7");
	/* The first cause wins. */
	assert_int_equal(mia_fail(&f, MIA_SYSTEM, "later"), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_string_equal(f.text, "'x' holds 7");
	/* Nobody wants to know. */
	assert_int_equal(mia_fail(NULL, MIA_DATA, "lost"), -1);
	/* Too long is cut, and ends in NUL. */
	memset(s, 'y', sizeof(s));
	s[sizeof(s) - 1] = '\0';
	f = (struct mia_fault){0};
	mia_fault_set(&f, MIA_USAGE, "%s", s);
	assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
}

/* --- buf --- */

static void
test_buf_text(void **state)
{
	struct mia_buf b = {0};

	(void)state;
	assert_string_equal(mia_buf_string(&b), "");
	mia_buf_add(&b, NULL, 0);
	assert_int_equal(b.n, 0);
	mia_buf_text(&b, "id");
	mia_buf_add(&b, ",\0,", 3);
	mia_buf_format(&b, "%s=%05d", "n", 42);
	mia_buf_format(&b, "%s", "");
	assert_int_equal(b.n, 12);
	assert_memory_equal(mia_buf_string(&b), "id,\0,n=00042", 13);
	mia_buf_text(&b, "!");
	assert_memory_equal(mia_buf_string(&b), "id,\0,n=00042!", 14);
	mia_buf_free(&b);
	assert_null(b.s);
	assert_int_equal(b.cap, 0);

	/* Many, of all lengths, beside a plain copy. */
	for (int n = 0, sum = 0; n < 3000; n++) {
		mia_buf_format(&b, "%*d", n % 70, n);
		sum += n % 70 > snprintf(NULL, 0, "%d", n)
			       ? n % 70
			       : snprintf(NULL, 0, "%d", n);
		assert_int_equal(b.n, sum);
		assert_int_equal(b.s[b.n - 1], '0' + n % 10);
	}
	mia_buf_free(&b);
}

static int
read_all(struct mia_bytes *r, struct mia_fault *f)
{
	uint32_t u;
	uint64_t v;
	double x;
	struct mia_text t;

	if (mia_bytes_u32(r, &u, f) != 0)
		return -1;
	assert_int_equal(u, 0x89abcdef);
	if (mia_bytes_u64(r, &v, f) != 0)
		return -1;
	assert_int_equal(v, 0xfedcba9876543210);
	if (mia_bytes_f64(r, &x, f) != 0)
		return -1;
	assert_memory_equal(&x, &(double){-0.1}, sizeof(x));
	if (mia_bytes_str(r, &t, f) != 0)
		return -1;
	assert_true(mia_text_is(t, "grüße"));
	if (mia_bytes_str(r, &t, f) != 0)
		return -1;
	assert_int_equal(t.n, 0);
	if (mia_bytes_count(r, 8, &u, f) != 0)
		return -1;
	assert_int_equal(u, 2);
	if (mia_bytes_u64(r, &v, f) != 0 || mia_bytes_u64(r, &v, f) != 0)
		return -1;
	assert_int_equal(v, 1);
	return 0;
}

static void
test_buf_binary(void **state)
{
	static const unsigned char start[] = {
		0xef, 0xcd, 0xab, 0x89, 0x10, 0x32, 0x54, 0x76,
		0x98, 0xba, 0xdc, 0xfe, 0x9a, 0x99, 0x99, 0x99,
		0x99, 0x99, 0xb9, 0xbf, 7,    0,    0,	  0,
	};
	struct mia_buf b = {0};
	struct mia_bytes r;
	struct mia_fault f = {0};

	(void)state;
	mia_buf_u32(&b, 0x89abcdef);
	mia_buf_u64(&b, 0xfedcba9876543210);
	mia_buf_f64(&b, -0.1);
	mia_buf_str(&b, mia_text("grüße"));
	mia_buf_str(&b, (struct mia_text){NULL, 0});
	mia_buf_u32(&b, 2);
	mia_buf_u64(&b, 0);
	mia_buf_u64(&b, 1);
	assert_memory_equal(b.s, start, sizeof(start));

	r = (struct mia_bytes){(unsigned char *)b.s,
			       (unsigned char *)b.s + b.n};
	assert_int_equal(read_all(&r, &f), 0);
	assert_ptr_equal(r.at, r.end);
	assert_int_equal(f.code, 0);

	/* Cut at every byte, from a copy of just that size. */
	for (size_t n = 0; n < b.n; n++) {
		unsigned char *cut = malloc(n ? n : 1);

		assert_non_null(cut);
		memcpy(cut, b.s, n);
		r = (struct mia_bytes){cut, cut + n};
		f = (struct mia_fault){0};
		assert_int_equal(read_all(&r, &f), -1);
		assert_int_equal(f.code, MIA_DATA);
		assert_non_null(strstr(f.text, "cut short"));
		free(cut);
	}
	mia_buf_free(&b);
}

static void
test_buf_counts(void **state)
{
	unsigned char s[20] = {2, 0, 0, 0};
	struct mia_bytes r = {s, s + sizeof(s)};
	struct mia_fault f = {0};
	struct mia_text t;
	uint32_t n;

	(void)state;
	assert_int_equal(mia_bytes_count(&r, 8, &n, &f), 0);
	assert_int_equal(n, 2);
	r.at = s;
	assert_int_equal(mia_bytes_count(&r, 9, &n, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	/* The greatest count, times a size that would overflow. */
	memset(s, 0xff, 4);
	r.at = s;
	f = (struct mia_fault){0};
	assert_int_equal(mia_bytes_count(&r, SIZE_MAX, &n, &f), -1);
	r.at = s;
	assert_int_equal(mia_bytes_str(&r, &t, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
}

static void
test_text_next(void **state)
{
	static const char *const want[] = {"ab", "", "c|d", ""};
	const char *rest = "ab,,c|d,", *none = NULL;
	struct mia_text t;
	size_t n = 0;

	(void)state;
	for (; mia_text_next(&rest, ',', &t); n++) {
		assert_true(n < 4);
		assert_true(mia_text_is(t, want[n]));
	}
	assert_int_equal(n, 4);
	assert_null(rest);
	assert_false(mia_text_next(&none, ',', &t));
	rest = "";
	assert_true(mia_text_next(&rest, ',', &t));
	assert_int_equal(t.n, 0);
	assert_false(mia_text_next(&rest, ',', &t));
}

static void
test_text_place(void **state)
{
	static const char *const words = "mean|median|me";

	(void)state;
	assert_int_equal(mia_text_place(mia_text("mean"), words), 0);
	assert_int_equal(mia_text_place(mia_text("median"), words), 1);
	assert_int_equal(mia_text_place(mia_text("me"), words), 2);
	assert_int_equal(mia_text_place(mia_text("m"), words), -1);
	assert_int_equal(mia_text_place(mia_text(""), words), -1);
	assert_int_equal(mia_text_place(mia_text("mean|median"), words), -1);
	assert_int_equal(mia_text_place((struct mia_text){"means", 4}, words),
			 0);
	assert_int_equal(mia_text_place(mia_text("mean"), NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_fault),
		cmocka_unit_test(test_buf_text),
		cmocka_unit_test(test_buf_binary),
		cmocka_unit_test(test_buf_counts),
		cmocka_unit_test(test_text_next),
		cmocka_unit_test(test_text_place),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
