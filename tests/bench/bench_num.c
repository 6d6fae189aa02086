/*
 * ns a value of mia_num_parse and mia_num_print, beside strtod and snprintf
 * in the same run: best and median of ROUNDS, in CPU time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/num.h"
#include "maths/rng.h"

#define VALUES 200000
#define ROUNDS 9

struct data {
	double x[VALUES];
	struct mia_text text[VALUES];
	char byte[VALUES * 32]; /* the texts, each with a NUL behind it */
};

/* Each returns something of all values, so that none can be left out. */
static double
by_parse(struct data *d)
{
	double sum = 0, x = 0;

	for (size_t i = 0; i < VALUES; i++) {
		mia_num_parse(d->text[i], &x);
		sum += x;
	}
	return sum;
}

static double
by_strtod(struct data *d)
{
	double sum = 0;

	for (size_t i = 0; i < VALUES; i++)
		sum += strtod(d->text[i].s, NULL);
	return sum;
}

static double
by_print(struct data *d)
{
	char s[MIA_NUM_MAX];
	size_t n = 0;

	for (size_t i = 0; i < VALUES; i++)
		n += mia_num_print(s, d->x[i]);
	return (double)n;
}

static double
by_snprintf(struct data *d)
{
	char s[MIA_NUM_MAX];
	int n = 0;

	for (size_t i = 0; i < VALUES; i++)
		n += snprintf(s, sizeof(s), "%.17g", d->x[i]);
	return n;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
report(const char *what, struct data *d, double (*run)(struct data *))
{
	double ns[ROUNDS];
	volatile double sink = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct timespec a, b;

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
		sink = sink + run(d);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
		ns[i] = ((double)(b.tv_sec - a.tv_sec) * 1e9 +
			 (double)(b.tv_nsec - a.tv_nsec)) /
			VALUES;
	}
	qsort(ns, ROUNDS, sizeof(*ns), compare);
	printf("%-36s %7.1f %7.1f\n", what, ns[0], ns[ROUNDS / 2]);
}

/* Fills in values, and their texts in this printf format. */
static void
fill(struct data *d, const char *format, double (*draw)(struct mia_rng *))
{
	struct mia_rng r;
	char *p = d->byte;

	mia_rng_init(&r, 1, "bench/num", 0);
	for (size_t i = 0; i < VALUES; i++) {
		double x = draw(&r);
		int n = snprintf(p, 32, format, x);

		d->text[i] = (struct mia_text){p, (size_t)n};
		d->x[i] = strtod(p, NULL);
		p += n + 1;
	}
}

static double
draw_bits(struct mia_rng *r)
{
	uint64_t bits = mia_rng_next(r) % ((uint64_t)0x7ff << 52);
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static double
draw_count(struct mia_rng *r)
{
	return (double)mia_rng_below(r, 100000);
}

int
main(void)
{
	static const struct {
		const char *what, *format;
		double (*draw)(struct mia_rng *);
	} set[] = {
		{"whole numbers below 100000", "%.0f", draw_count},
		{"short decimals, as 0.4821", "%.4f", mia_rng_uniform},
		{"17 digits, uniform on [0, 1)", "%.17g", mia_rng_uniform},
		{"17 digits, standard normal", "%.17g", mia_rng_normal},
		{"17 digits, any exponent", "%.17g", draw_bits},
	};
	struct data *d = mia_alloc(1, sizeof(*d));

	printf("%-36s %7s %7s\n", "ns a value", "best", "median");
	for (size_t i = 0; i < sizeof(set) / sizeof(*set); i++) {
		fill(d, set[i].format, set[i].draw);
		printf("%s\n", set[i].what);
		report("  mia_num_parse", d, by_parse);
		report("  strtod", d, by_strtod);
		report("  mia_num_print", d, by_print);
		report("  snprintf %.17g", d, by_snprintf);
	}
	free(d);
	return 0;
}
