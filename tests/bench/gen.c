/*
 * Inputs of the benchmarks, the same on every machine:
 *	gen signals RECORDS MODELS	id,model,member,label,phi
 *	gen full RECORDS MODELS		the same of ten classes, all columns
 *	gen wide ROWS			predictions that carry 20 columns more
 *	gen nursery			12,960 rows of 27 0/1 features
 * A target comes first, then the shadows, each trained on about half of the
 * records.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "maths/rng.h"

#define CLASSES 10
#define EXTRA	20

static void
put(double x)
{
	char s[MIA_NUM_MAX];

	fwrite(s, 1, mia_num_print(s, x), stdout);
}

static void
comma(double x)
{
	putchar(',');
	put(x);
}

/* The key of a row; whether it is a member. */
static bool
key(struct mia_rng *r, uint64_t record, uint64_t model, bool part)
{
	bool member = mia_rng_next(r) & 1;

	printf("r%06" PRIu64 ",", record);
	if (model == 0)
		fputs("target", stdout);
	else
		printf("%" PRIu64, model - 1);
	printf(",%d,", member);
	if (part)
		fputs(member ? "member," : "nonmember,", stdout);
	printf("c%" PRIu64, record % CLASSES);
	return member;
}

static void
signals(uint64_t records, uint64_t models)
{
	struct mia_rng r;

	mia_rng_init(&r, 1, "bench/signals", 0);
	puts("id,model,member,label,phi");
	for (uint64_t m = 0; m <= models; m++)
		for (uint64_t i = 0; i < records; i++) {
			bool member = key(&r, i, m, false);

			comma(mia_rng_normal(&r) + (double)(i % 7) + member);
			putchar('\n');
		}
}

/* Probabilities of the classes, the record's own the likeliest. */
static double
probabilities(struct mia_rng *r, uint64_t own, size_t classes, bool member)
{
	double p[CLASSES], sum = 0;

	for (size_t c = 0; c < classes; c++) {
		p[c] = exp(mia_rng_normal(r) + (c == own ? 3 + member : 0));
		sum += p[c];
	}
	for (size_t c = 0; c < classes; c++)
		comma(p[c] / sum);
	return p[own] / sum;
}

static void
full(uint64_t records, uint64_t models)
{
	struct mia_rng r;

	mia_rng_init(&r, 1, "bench/full", 0);
	fputs("id,model,member,part,label", stdout);
	for (int c = 0; c < CLASSES; c++)
		printf(",p_c%d", c);
	puts(",loss,phi,correct");
	for (uint64_t m = 0; m <= models; m++)
		for (uint64_t i = 0; i < records; i++) {
			bool member = key(&r, i, m, true);
			double p = probabilities(&r, i % CLASSES, CLASSES,
						 member);

			comma(-log(p));
			comma(log(p) - log1p(-p));
			puts(p > .5 ? ",1" : ",0");
		}
}

static void
wide(uint64_t rows)
{
	struct mia_rng r;

	mia_rng_init(&r, 1, "bench/wide", 0);
	fputs("id,model,member,part,label", stdout);
	for (int i = 0; i < EXTRA; i++)
		printf(",x%d", i);
	puts(",p_c0,p_c1");
	for (uint64_t i = 0; i < rows; i++) {
		uint64_t own = i & 1;

		printf("r%06" PRIu64 ",target,%d,%s,c%" PRIu64, i,
		       i % 3 == 0, i % 3 == 0 ? "member" : "nonmember", own);
		for (int k = 0; k < EXTRA; k++)
			comma(rint(1e4 * mia_rng_normal(&r)) / 1e4);
		probabilities(&r, own, 2, i % 3 == 0);
		putchar('\n');
	}
}

/*
 * All combinations of eight features of 3, 5, 4, 4, 3, 2, 3 and 3 values,
 * one-hot, as in the nursery data of UCI; of four classes, by a rule: the last
 * feature vetoes, else a sum of the others decides.
 */
static void
nursery(void)
{
	static const int values[] = {3, 5, 4, 4, 3, 2, 3, 3};
	static const int weight[] = {3, 4, 2, 1, 2, 1, 3, 0};
	int x[8] = {0};

	for (int f = 0; f < 8; f++)
		for (int v = 0; v < values[f]; v++)
			printf("f%dv%d,", f, v);
	puts("class");
	for (;;) {
		int sum = 0, f;

		for (f = 0; f < 8; f++) {
			for (int v = 0; v < values[f]; v++)
				printf("%d,", x[f] == v);
			sum += weight[f] * x[f];
		}
		puts(x[7] == 2	 ? "not_recom"
		     : sum > 20	 ? "spec_prior"
		     : sum > 10	 ? "priority"
				 : "very_recom");
		for (f = 7; f >= 0 && ++x[f] == values[f]; f--)
			x[f] = 0;
		if (f < 0)
			return;
	}
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	uint64_t a = argc > 2 ? strtoull(argv[2], NULL, 10) : 0,
		 b = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;

	if (strcmp(what, "signals") == 0 && argc == 4)
		signals(a, b);
	else if (strcmp(what, "full") == 0 && argc == 4)
		full(a, b);
	else if (strcmp(what, "wide") == 0 && argc == 3)
		wide(a);
	else if (strcmp(what, "nursery") == 0 && argc == 2)
		nursery();
	else
		return 2;
	return fflush(stdout) != 0 || ferror(stdout) ? 4 : 0;
}
