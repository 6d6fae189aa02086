#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "maths/rng.h"

#define MOST_THREADS 16

/*
 * What the callbacks see and note.  They run on other threads, where cmocka
 * cannot assert, so what is wrong is counted and judged at the end.
 */
struct run {
	size_t n, window; /* window: 0 if the test does not look at it */
	unsigned threads;
	atomic_size_t started, emitted, ahead; /* ahead: most items at once */
	atomic_int busy[MOST_THREADS];	       /* workspaces in use */
	atomic_int wrong;
	uint64_t *made;			/* by each item's work */
	uint64_t *out;			/* in the order of emit */
	size_t fail_work[2], fail_emit; /* items, or n and more for none */
	atomic_int second_failed;
};

/* Takes a time that differs much from item to item. */
static uint64_t
draw_many(size_t item)
{
	struct mia_rng r;
	uint64_t sum = 0, times;

	mia_rng_init(&r, 1, "test/par", item);
	times = mia_rng_below(&r, 20) == 0 ? 3000 : mia_rng_below(&r, 100);
	for (uint64_t i = 0; i <= times; i++)
		sum ^= mia_rng_next(&r);
	return sum;
}

static int
work(void *ctx, size_t item, unsigned thread, struct mia_fault *f)
{
	struct run *t = ctx;
	size_t ahead, most;

	t->started++;
	if (item >= t->n || thread >= t->threads) {
		t->wrong++;
		return 0;
	}
	/* Two threads never share a workspace. */
	if (atomic_fetch_add(&t->busy[thread], 1) != 0)
		t->wrong++;
	ahead = item - t->emitted;
	if (t->window > 0 && ahead >= t->window)
		t->wrong++;
	for (most = t->ahead; ahead > most;)
		if (atomic_compare_exchange_weak(&t->ahead, &most, ahead))
			break;
	t->made[item] = draw_many(item);
	atomic_fetch_sub(&t->busy[thread], 1);

	if (item == t->fail_work[0]) {
		/* The lower item fails after the higher one has. */
		while (t->fail_work[1] < t->n && t->threads > 1 &&
		       !t->second_failed)
			sched_yield();
		return mia_fail(f, MIA_DATA, "item %zu", item);
	}
	if (item == t->fail_work[1]) {
		t->second_failed = 1;
		return mia_fail(f, MIA_SYSTEM, "item %zu", item);
	}
	return 0;
}

static int
emit(void *ctx, size_t item, struct mia_fault *f)
{
	struct run *t = ctx;

	if (item != t->emitted)
		t->wrong++;
	if (item == t->fail_emit)
		return mia_fail(f, MIA_SYSTEM, "emit %zu", item);
	t->out[item] = t->made[item];
	/* Now and then so slow that work must wait. */
	if (item % 16 == 0)
		for (int i = 0; i < 20; i++)
			sched_yield();
	t->emitted++;
	return 0;
}

static void
begin(struct run *t, size_t n, unsigned threads)
{
	*t = (struct run){.n = n, .threads = threads};
	t->made = mia_alloc(n, sizeof(*t->made));
	t->out = mia_alloc(n, sizeof(*t->out));
	t->fail_work[0] = t->fail_work[1] = t->fail_emit = n;
}

static void
end(struct run *t)
{
	free(t->made);
	free(t->out);
}

static int
go(struct run *t, size_t window, struct mia_fault *f)
{
	struct mia_par p = {.threads = t->threads,
			    .n = t->n,
			    .window = window,
			    .work = work,
			    .emit = emit,
			    .ctx = t};

	*f = (struct mia_fault){0};
	return mia_par_run(&p, f);
}

static void
test_order_and_window(void **state)
{
	static const size_t window[] = {1, 4, 5, 16, 100, 5000, SIZE_MAX};
	static const unsigned threads[] = {1, 2, 4, 7, MOST_THREADS};
	struct run alone, t;
	struct mia_fault f;
	size_t n = 700;

	(void)state;
	begin(&alone, n, 1);
	assert_int_equal(go(&alone, 1, &f), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(alone.out[i], draw_many(i));
	for (size_t i = 0; i < sizeof(threads) / sizeof(*threads); i++) {
		for (size_t j = 0; j < sizeof(window) / sizeof(*window); j++) {
			begin(&t, n, threads[i]);
			t.window =
				window[j] < threads[i] ? threads[i] : window[j];
			assert_int_equal(go(&t, window[j], &f), 0);
			assert_int_equal(f.code, 0);
			assert_int_equal(t.wrong, 0);
			assert_int_equal(t.started, n);
			assert_int_equal(t.emitted, n);
			assert_memory_equal(t.out, alone.out,
					    n * sizeof(*t.out));
			end(&t);
		}
	}
	end(&alone);
}

/* Emit waits for item 0, which waits until the window is full. */
static int
fill_window(void *ctx, size_t item, unsigned thread, struct mia_fault *f)
{
	struct run *t = ctx;

	(void)thread;
	(void)f;
	t->started++;
	if (item == 0) {
		while (t->started < t->window)
			sched_yield();
		/* Long enough for one more, were it let. */
		for (int i = 0; i < 200; i++)
			sched_yield();
		t->ahead = t->started;
	}
	return 0;
}

static void
test_window_is_used(void **state)
{
	struct run t;
	struct mia_fault f = {0};
	struct mia_par p = {.threads = 3,
			    .n = 100,
			    .window = 10,
			    .work = fill_window,
			    .ctx = &t};

	(void)state;
	begin(&t, 100, 3);
	t.window = 10;
	assert_int_equal(mia_par_run(&p, &f), 0);
	assert_int_equal(t.ahead, 10);
	assert_int_equal(t.started, 100);
	end(&t);
}

static void
test_sizes(void **state)
{
	struct run t;
	struct mia_fault f = {0};
	struct mia_par p = {.work = work, .ctx = &t};

	(void)state;
	/* No emit; more threads than items; no threads; no items. */
	for (size_t n = 0; n < 6; n++) {
		for (unsigned threads = 0; threads < 5; threads++) {
			begin(&t, n, threads ? threads : 1);
			p.n = n;
			p.threads = threads;
			assert_int_equal(mia_par_run(&p, &f), 0);
			assert_int_equal(t.started, n);
			assert_int_equal(t.wrong, 0);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(t.made[i], draw_many(i));
			end(&t);
		}
	}
	assert_true(mia_par_cores() >= 1);
	assert_true(mia_par_cores() < 100000);
}

static void
test_lowest_fault(void **state)
{
	(void)state;
	for (int round = 0; round < 100; round++) {
		for (unsigned threads = 1; threads <= 4; threads++) {
			struct run t;
			struct mia_fault f;
			size_t item = (size_t)round % 50;

			begin(&t, 300, threads);
			t.fail_work[0] = item;
			t.fail_work[1] = item + 1 + (size_t)round % threads;
			assert_int_equal(go(&t, 8, &f), -1);
			assert_int_equal(f.code, MIA_DATA);
			assert_int_equal(atoi(f.text + 5), item);
			assert_int_equal(t.wrong, 0);
			/* All below it are emitted, and none above. */
			assert_int_equal(t.emitted, item);
			/* No new one after the fault. */
			assert_true(t.started <= item + 8 + threads);
			end(&t);
		}
	}
}

static void
test_emit_fault(void **state)
{
	(void)state;
	for (size_t item = 0; item < 60; item++) {
		for (unsigned threads = 1; threads <= 4; threads++) {
			struct run t;
			struct mia_fault f;

			begin(&t, 300, threads);
			t.fail_emit = item;
			t.fail_work[0] = item + 2;
			assert_int_equal(go(&t, 8, &f), -1);
			assert_int_equal(f.code, MIA_SYSTEM);
			assert_int_equal(memcmp(f.text, "emit ", 5), 0);
			assert_int_equal(atoi(f.text + 5), item);
			assert_int_equal(t.emitted, item);
			assert_true(t.started <= item + 8 + threads);
			assert_int_equal(t.wrong, 0);
			end(&t);
		}
	}
}

/* A fault that was there before is kept; nobody need want the fault. */
static void
test_kept_fault(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 4; threads += 3) {
		struct run t;
		struct mia_fault f = {MIA_USAGE, "earlier"};
		struct mia_par p = {
			.threads = threads, .n = 20, .work = work, .ctx = &t};

		begin(&t, 20, threads);
		t.fail_work[0] = 3;
		assert_int_equal(mia_par_run(&p, &f), -1);
		assert_int_equal(f.code, MIA_USAGE);
		assert_string_equal(f.text, "earlier");
		assert_int_equal(mia_par_run(&p, NULL), -1);
		end(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_window),
		cmocka_unit_test(test_window_is_used),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_lowest_fault),
		cmocka_unit_test(test_emit_fault),
		cmocka_unit_test(test_kept_fault),
	};

	return cmocka_run_group_tests_name("par", tests, NULL, NULL);
}
