#define _GNU_SOURCE /* sched_getaffinity */

#include "base/par.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

/* What the threads share, under lock. */
struct pool {
	const struct mia_par *p;
	pthread_mutex_t lock;
	pthread_cond_t moved; /* an item was finished or emitted */
	size_t next, emitted; /* first item not started, not emitted */
	size_t window;
	unsigned char *done; /* ring of window flags */
	size_t failed;	     /* lowest item with a fault, or n */
	struct mia_fault fault;
};

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t id;
};

unsigned
mia_par_cores(void)
{
	cpu_set_t set;
	long n;

	CPU_ZERO(&set);
	/* A machine may have more cores than fit the set: then all of them. */
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		n = sysconf(_SC_NPROCESSORS_ONLN);
	else
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : (unsigned)n;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct pool *s = w->pool;
	const struct mia_par *p = s->p;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		struct mia_fault f = {0};
		size_t item;
		int rc;

		while (s->next < p->n && s->failed == p->n &&
		       s->next >= s->emitted + s->window)
			pthread_cond_wait(&s->moved, &s->lock);
		if (s->next >= p->n || s->failed < p->n)
			break;
		item = s->next++;
		pthread_mutex_unlock(&s->lock);
		rc = p->work(p->ctx, item, w->number, &f);
		pthread_mutex_lock(&s->lock);
		if (rc != 0 && item < s->failed) {
			s->failed = item;
			s->fault = f;
		}
		s->done[item % s->window] = 1;
		pthread_cond_broadcast(&s->moved);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Emits items in order as they are done; the calling thread. */
static int
emit_all(struct pool *s)
{
	const struct mia_par *p = s->p;
	struct mia_fault f = {0};
	int rc = 0;

	pthread_mutex_lock(&s->lock);
	while (s->emitted < p->n && rc == 0) {
		size_t item = s->emitted;

		while (!s->done[item % s->window] &&
		       (s->failed == p->n || item < s->next))
			pthread_cond_wait(&s->moved, &s->lock);
		if (item >= s->failed || !s->done[item % s->window])
			break;
		pthread_mutex_unlock(&s->lock);
		if (p->emit != NULL)
			rc = p->emit(p->ctx, item, &f);
		pthread_mutex_lock(&s->lock);
		if (rc != 0 && item < s->failed) {
			s->failed = item;
			s->fault = f;
		}
		s->done[item % s->window] = 0;
		s->emitted++;
		pthread_cond_broadcast(&s->moved);
	}
	pthread_mutex_unlock(&s->lock);
	return rc;
}

static int
run_alone(const struct mia_par *p, struct mia_fault *f)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->work(p->ctx, i, 0, f) != 0)
			return -1;
		if (p->emit != NULL && p->emit(p->ctx, i, f) != 0)
			return -1;
	}
	return 0;
}

int
mia_par_run(const struct mia_par *p, struct mia_fault *f)
{
	struct pool s = {.p = p, .failed = p->n};
	unsigned threads = p->threads;
	struct worker *w;
	unsigned started = 0;

	if (threads > p->n)
		threads = (unsigned)p->n;
	if (threads <= 1)
		return run_alone(p, f);
	s.window = p->window < threads ? threads : p->window;
	if (s.window > p->n)
		s.window = p->n;
	s.done = mia_alloc(s.window, 1);
	w = mia_alloc(threads, sizeof(*w));
	pthread_mutex_init(&s.lock, NULL);
	pthread_cond_init(&s.moved, NULL);
	for (; started < threads; started++) {
		w[started] = (struct worker){.pool = &s, .number = started};
		if (pthread_create(&w[started].id, NULL, work, &w[started]))
			break;
	}
	if (started > 0)
		emit_all(&s);
	for (unsigned i = 0; i < started; i++)
		pthread_join(w[i].id, NULL);
	pthread_cond_destroy(&s.moved);
	pthread_mutex_destroy(&s.lock);
	free(s.done);
	free(w);
	if (started == 0)
		return mia_fail(f, MIA_SYSTEM,
				"cannot start a thread; try --threads 1");
	if (s.failed == p->n)
		return 0;
	if (f != NULL && f->code == 0)
		*f = s.fault;
	return -1;
}
