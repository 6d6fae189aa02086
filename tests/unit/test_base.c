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
#include "base/hash.h"
#include "base/mem.h"
#include "base/names.h"
#include "maths/rng.h"

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

static void
grow_too_far(void)
{
	void *p = NULL;
	size_t cap = 0;

	mia_grow(&p, &cap, SIZE_MAX / 2, 16);
}

static void
alloc_too_much(void)
{
	free(mia_alloc(SIZE_MAX / 2, 16));
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

/* --- names --- */

static size_t
make_name(struct mia_rng *r, char *s)
{
	size_t n = mia_rng_below(r, 20);

	/* Few letters, NUL among them, so that many are alike or begin so. */
	for (size_t i = 0; i < n; i++)
		s[i] = "ab\0\xff"[mia_rng_below(r, 4)];
	return n;
}

/* Beside a plain list, searched from its start. */
static void
test_names_twin(void **state)
{
	struct mia_names m = {0};
	struct mia_rng r;
	struct {
		char s[20];
		size_t n;
	} list[1500];
	size_t n = 0;

	(void)state;
	assert_int_equal(mia_names_find(&m, mia_text("a")), MIA_NAMES_NONE);
	assert_int_equal(mia_names_guess(&m, mia_text("a"), 0), MIA_NAMES_NONE);
	mia_rng_init(&r, 1, "test/names", 0);
	for (int i = 0; i < 2000; i++) {
		char s[20];
		struct mia_text t = {s, make_name(&r, s)};
		uint32_t k = 0, guess = (uint32_t)mia_rng_below(&r, n + 2);

		while (k < n &&
		       !mia_text_equal((struct mia_text){list[k].s, list[k].n},
				       t))
			k++;
		assert_int_equal(mia_names_find(&m, t),
				 k < n ? k : MIA_NAMES_NONE);
		assert_int_equal(mia_names_guess(&m, t, guess),
				 k < n ? k : MIA_NAMES_NONE);
		if (k < n)
			assert_int_equal(mia_names_guess(&m, t, k), k);
		if (k == n && n < 1500) {
			memcpy(list[n].s, t.s, t.n);
			list[n++].n = t.n;
		} else if (k == n) {
			continue;
		}
		assert_int_equal(mia_names_add(&m, t), k);
		assert_int_equal(m.n, n);
	}
	assert_true(n > 500);
	for (uint32_t k = 0; k < n; k++)
		assert_true(mia_text_equal(
			mia_names_text(&m, k),
			(struct mia_text){list[k].s, list[k].n}));
	mia_names_free(&m);
	assert_int_equal(m.n, 0);
	assert_null(m.slot);
}

static void
test_names_many(void **state)
{
	struct mia_names m = {0};
	char s[32];

	(void)state;
	for (uint32_t i = 0; i < 200000; i++) {
		int n = sprintf(s, "r%u", i * 2654435761u);
		struct mia_text t = {s, (size_t)n};

		assert_int_equal(mia_names_add(&m, t), i);
	}
	for (uint32_t i = 0; i < 200000; i++) {
		int n = sprintf(s, "r%u", i * 2654435761u);
		struct mia_text t = {s, (size_t)n};

		assert_int_equal(mia_names_find(&m, t), i);
		assert_int_equal(mia_names_guess(&m, t, i ^ 1), i);
		assert_true(mia_text_equal(mia_names_text(&m, i), t));
		s[0] = 'q';
		assert_int_equal(mia_names_find(&m, t), MIA_NAMES_NONE);
	}
	/* The empty text is a name too, once. */
	assert_int_equal(mia_names_find(&m, (struct mia_text){NULL, 0}),
			 MIA_NAMES_NONE);
	assert_int_equal(mia_names_add(&m, (struct mia_text){NULL, 0}), 200000);
	assert_int_equal(mia_names_add(&m, (struct mia_text){s, 0}), 200000);
	assert_int_equal(m.n, 200001);
	mia_names_free(&m);
}

/* --- hash --- */

static bool
same(struct mia_hash a, struct mia_hash b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/* Answers of the xxHash library's own self-test, xsum_sanity_check.c. */
static void
test_hash_known(void **state)
{
	struct mia_hash h = mia_hash("", 0, 0);
	char text[MIA_HASH_TEXT];

	(void)state;
	assert_int_equal(mia_hash64("", 0, 0), 0x2d06800538d394c2);
	assert_int_equal(mia_hash64(NULL, 0, 0), 0x2d06800538d394c2);
	assert_int_equal(h.lo, 0x6001c324468d497f);
	assert_int_equal(h.hi, 0x99aa06d3014798d8);
	mia_hash_print(text, h);
	assert_string_equal(text, "99aa06d3014798d86001c324468d497f");
	assert_false(same(mia_hash("a", 1, 0), mia_hash("a", 1, 1)));
	assert_true(mia_hash64("a", 1, 0) != mia_hash64("a", 1, 1));
}

static void
test_hash_text(void **state)
{
	static const char *const bad[] = {
		"",
		"99aa06d3014798d86001c324468d497",
		"99aa06d3014798d86001c324468d497f0",
		"99aa06d3014798d86001c324468d497g",
		"99AA06D3014798D86001C324468D497F",
		" 9aa06d3014798d86001c324468d497f",
		"0x9aa06d3014798d86001c324468d497",
		"99aa06d3014798d8:001c324468d497f",
		"99aa06d3014798d8/001c324468d497f",
		"99aa06d3014798d8`001c324468d497f",
	};
	struct mia_hash h, back, keep = {1, 2};
	struct mia_rng r;
	char text[MIA_HASH_TEXT];

	(void)state;
	mia_rng_init(&r, 1, "test/hash", 0);
	for (int i = 0; i < 1000; i++) {
		h.lo = mia_rng_next(&r) >> (i % 64);
		h.hi = mia_rng_next(&r) >> (i * 7 % 64);
		mia_hash_print(text, h);
		assert_int_equal(strlen(text), 32);
		assert_int_equal(mia_hash_scan(&back, text, 32), 0);
		assert_true(same(h, back));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(mia_hash_scan(&keep, bad[i], strlen(bad[i])),
				 -1);
	assert_true(same(keep, (struct mia_hash){1, 2}));
}

#define ROWS 200

static struct mia_hash
hash_rows(char row[][24], const size_t *n, size_t from, size_t to)
{
	struct mia_hash h = {0};

	for (; from < to; from++)
		mia_hash_row(&h, row[from], n[from], 3);
	return h;
}

static void
test_hash_join(void **state)
{
	static char row[ROWS][24];
	struct mia_hash all, h, other;
	struct mia_rng r;
	size_t n[ROWS];

	(void)state;
	mia_rng_init(&r, 1, "test/join", 0);
	for (size_t i = 0; i < ROWS; i++) {
		n[i] = mia_rng_below(&r, 25);
		for (size_t j = 0; j < n[i]; j++)
			row[i][j] = (char)mia_rng_next(&r);
	}
	all = hash_rows(row, n, 0, ROWS);
	/* Every two parts, the empty ones too. */
	for (size_t cut = 0; cut <= ROWS; cut++) {
		h = hash_rows(row, n, 0, cut);
		mia_hash_join(&h, hash_rows(row, n, cut, ROWS), ROWS - cut);
		assert_true(same(h, all));
	}
	/* Three parts, from the left and from the right. */
	for (int i = 0; i < 100; i++) {
		size_t b = mia_rng_below(&r, ROWS + 1);
		size_t a = mia_rng_below(&r, b + 1);

		h = hash_rows(row, n, 0, a);
		mia_hash_join(&h, hash_rows(row, n, a, b), b - a);
		mia_hash_join(&h, hash_rows(row, n, b, ROWS), ROWS - b);
		assert_true(same(h, all));
		other = hash_rows(row, n, a, b);
		mia_hash_join(&other, hash_rows(row, n, b, ROWS), ROWS - b);
		h = hash_rows(row, n, 0, a);
		mia_hash_join(&h, other, ROWS - a);
		assert_true(same(h, all));
	}
	/* Order, one byte, and one row more or less count. */
	h = hash_rows(row, n, ROWS / 2, ROWS);
	mia_hash_join(&h, hash_rows(row, n, 0, ROWS / 2), ROWS / 2);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	h = hash_rows(row, n, 0, ROWS - 1);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	h = hash_rows(row, n, 1, ROWS);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	n[7] = 24;
	row[7][23] ^= 1;
	h = hash_rows(row, n, 0, ROWS);
	assert_false(h.lo == all.lo || h.hi == all.hi);
	assert_true(same(hash_rows(row, n, 5, 5), (struct mia_hash){0, 0}));
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
		cmocka_unit_test(test_names_twin),
		cmocka_unit_test(test_names_many),
		cmocka_unit_test(test_hash_known),
		cmocka_unit_test(test_hash_text),
		cmocka_unit_test(test_hash_join),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
