/*
 * measure ROUNDS COMMAND ARG ...: runs a command and prints one line,
 *	CPU_BEST CPU_MEDIAN WALL_BEST WALL_MEDIAN PEAK
 * in milliseconds (user and system together, of the command and all it waited
 * for) and MB (of its biggest process).  The command's output is thrown away.
 */
#define _DEFAULT_SOURCE /* wait4 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 1000

static double
ms(struct timeval t)
{
	return 1e3 * (double)t.tv_sec + 1e-3 * (double)t.tv_usec;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int
less(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Its exit status. */
static int
once(char **argv, double *cpu, double *wall, double *peak)
{
	struct rusage u;
	double start = now();
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &u) != pid)
		return 4;
	*wall = now() - start;
	*cpu = ms(u.ru_utime) + ms(u.ru_stime);
	*peak = (double)u.ru_maxrss / 1024;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}

int
main(int argc, char **argv)
{
	double cpu[ROUNDS], wall[ROUNDS], peak = 0, p;
	int n = argc < 3 ? 0 : atoi(argv[1]);

	if (n < 1 || n > ROUNDS) {
		fprintf(stderr, "usage: measure ROUNDS COMMAND ARG ...\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		int rc = once(argv + 2, &cpu[i], &wall[i], &p);

		if (rc != 0) {
			fprintf(stderr, "measure: '%s' ended with %d\n",
				argv[2], rc);
			return 4;
		}
		peak = p > peak ? p : peak;
	}
	qsort(cpu, (size_t)n, sizeof(*cpu), less);
	qsort(wall, (size_t)n, sizeof(*wall), less);
	printf("%.2f %.2f %.2f %.2f %.1f\n", cpu[0], cpu[n / 2], wall[0],
	       wall[n / 2], peak);
	return 0;
}
