#include "tell/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Enough of a program's complaints; the rest is read and dropped. */
#define COMPLAINT_MAX 65536

enum { IN, OUT, ERR, ENDS };

static void
close_all(int *fd)
{
	for (int i = 0; i < ENDS; i++) {
		if (fd[i] >= 0)
			close(fd[i]);
		fd[i] = -1;
	}
}

/*
 * Our ends and the program's.  Its input is a socket, not a pipe, so that a
 * program which stops reading gives us EPIPE and no signal.
 */
static int
make_ends(int ours[ENDS], int its[ENDS], struct mia_fault *f)
{
	int p[2];

	for (int i = 0; i < ENDS; i++)
		ours[i] = its[i] = -1;
	for (int i = 0; i < ENDS; i++) {
		int rc = i == IN ? socketpair(AF_UNIX, SOCK_STREAM, 0, p)
				 : pipe(p);

		if (rc != 0)
			return mia_fail(f, MIA_SYSTEM,
					"cannot make a pipe: %s; close other "
					"programs",
					strerror(errno));
		ours[i] = p[0];
		its[i] = p[1];
		if (fcntl(p[0], F_SETFD, FD_CLOEXEC) != 0 ||
		    fcntl(p[1], F_SETFD, FD_CLOEXEC) != 0 ||
		    fcntl(p[0], F_SETFL, O_NONBLOCK) != 0)
			return mia_fail(f, MIA_SYSTEM,
					"cannot set up a pipe: "
					"%s; close other programs",
					strerror(errno));
	}
	return 0;
}

static int
start(const struct mia_filter *p, const int its[ENDS], pid_t *pid,
      struct mia_fault *f)
{
	posix_spawn_file_actions_t a;
	int err = posix_spawn_file_actions_init(&a);

	if (err == 0) {
		for (int i = 0; i < ENDS && err == 0; i++)
			err = posix_spawn_file_actions_adddup2(&a, its[i], i);
		if (err == 0)
			err = posix_spawnp(pid, p->argv[0], &a, NULL, p->argv,
					   environ);
		posix_spawn_file_actions_destroy(&a);
	}
	if (err == ENOENT)
		return mia_fail(f, MIA_SYSTEM,
				"the program '%s' is missing; install it, on "
				"Debian with: apt-get install %s",
				p->argv[0], p->package);
	if (err != 0)
		return mia_fail(f, MIA_SYSTEM,
				"cannot start '%s': %s; check PATH", p->argv[0],
				strerror(err));
	return 0;
}

/* Reads what is there; closes *fd at its end. */
static void
take(int *fd, struct mia_buf *b, size_t max)
{
	char s[65536];
	ssize_t k = read(*fd, s, sizeof(s));

	if (k > 0) {
		if (b->n < max)
			mia_buf_add(b, s, (size_t)k);
	} else if (k == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
}

static void
give(int *fd, const char *in, size_t n, size_t *given)
{
	ssize_t k = 0;

	if (*given < n)
		k = send(*fd, in + *given, n - *given, MSG_NOSIGNAL);
	if (k > 0)
		*given += (size_t)k;
	/* A program may stop reading early: its status says if that was
	 * well, not ours to judge here. */
	if (*given == n || (k < 0 && errno != EAGAIN && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
}

static int
talk(int ours[ENDS], const char *in, size_t n, struct mia_buf *out,
     struct mia_buf *complaint, struct mia_fault *f)
{
	size_t given = 0;

	while (ours[OUT] >= 0 || ours[ERR] >= 0) {
		struct pollfd p[ENDS] = {
			{ours[IN], POLLOUT, 0},
			{ours[OUT], POLLIN, 0},
			{ours[ERR], POLLIN, 0},
		};

		if (poll(p, ENDS, -1) < 0) {
			if (errno == EINTR)
				continue;
			return mia_fail(f, MIA_SYSTEM,
					"cannot wait for a pipe: %s; run it "
					"again",
					strerror(errno));
		}
		if (p[IN].revents != 0)
			give(&ours[IN], in, n, &given);
		if (p[OUT].revents != 0)
			take(&ours[OUT], out, SIZE_MAX);
		if (p[ERR].revents != 0)
			take(&ours[ERR], complaint, COMPLAINT_MAX);
	}
	return 0;
}

/* The last line of b that says something; NUL-ended inside b. */
static const char *
last_line(struct mia_buf *b)
{
	char *s;
	size_t n = b->n;

	mia_buf_string(b);
	s = b->s;
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		s[--n] = '\0';
	while (n > 0 && s[n - 1] != '\n')
		n--;
	s += n;
	return s + strspn(s, " \t");
}

static int
judge(const struct mia_filter *p, int status, struct mia_buf *complaint,
      struct mia_fault *f)
{
	const char *line = last_line(complaint);

	if (WIFSIGNALED(status))
		return mia_fail(f, MIA_SYSTEM,
				"'%s' was killed by signal %d%s%s; %s",
				p->argv[0], WTERMSIG(status), *line ? ": " : "",
				line, p->remedy);
	if (WEXITSTATUS(status) != 0)
		return mia_fail(f, MIA_SYSTEM,
				"'%s' ended with status %d%s%s; %s", p->argv[0],
				WEXITSTATUS(status), *line ? ": " : "", line,
				p->remedy);
	return 0;
}

int
mia_filter_run(const struct mia_filter *p, const void *in, size_t n,
	       struct mia_buf *out, struct mia_fault *f)
{
	struct mia_buf complaint = {0};
	int ours[ENDS], its[ENDS], status = 0, rc;
	pid_t pid;

	rc = make_ends(ours, its, f);
	if (rc == 0)
		rc = start(p, its, &pid, f);
	close_all(its);
	if (rc == 0) {
		rc = talk(ours, in, n, out, &complaint, f);
		close_all(ours);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (rc == 0)
			rc = judge(p, status, &complaint, f);
	}
	close_all(ours);
	mia_buf_free(&complaint);
	return rc;
}
