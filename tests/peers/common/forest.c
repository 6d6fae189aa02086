/*
 * Forests on a matrix, for tests/peers/forest.py and tests/bench/forest.sh:
 *
 *	forest DATA MASKS SEED [NAME=VALUE ...]
 *
 * DATA: CSV without a head, numbers, the class (0, 1, …) last.  MASKS: a line
 * of 0 and 1 for each model, one a row: is it in the sample.  Standard output:
 * for each model and row two doubles of this machine, the probability of the
 * row's class and whether that class is the first of the largest.  Standard
 * error: for each model "ms X", the CPU time of fitting and predicting.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/num.h"
#include "learn/learner.h"

#define FIELDS 4096

struct data {
	struct mia_frame x;
	int32_t *label;
	size_t cap;
	unsigned classes;
};

static void
end_if(int bad, const char *what)
{
	if (bad) {
		fprintf(stderr, "forest: %s\n", what);
		exit(1);
	}
}

static void
read_data(struct data *d, const char *path)
{
	struct mia_text field[FIELDS];
	struct mia_fault f = {0};
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0, columns = 0;

	end_if(in == NULL, "cannot read the data");
	while (getline(&line, &cap, in) > 0) {
		size_t n = 0;
		double y;

		for (char *s = line; s != NULL && n < FIELDS; n++) {
			field[n] = (struct mia_text){s, strcspn(s, ",\n")};
			s = s[field[n].n] == ',' ? s + field[n].n + 1 : NULL;
		}
		if (columns == 0) {
			columns = n - 1;
			mia_frame_init(&d->x, columns);
			for (size_t j = 0; j < columns; j++)
				mia_frame_name(&d->x, j, mia_text("x"), false);
		}
		end_if(n != columns + 1, "ragged rows");
		end_if(mia_num_parse(field[columns], &y) != MIA_NUM_FINITE,
		       "a class that is no number");
		end_if(mia_frame_append(&d->x, field, (struct mia_text){0},
					&f) != 0,
		       f.text);
		mia_grow(&d->label, &d->cap, d->x.n, sizeof(*d->label));
		d->label[d->x.n - 1] = (int32_t)y;
		if (y >= d->classes)
			d->classes = (unsigned)y + 1;
	}
	free(line);
	fclose(in);
}

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static void
write_answers(const struct data *d, const double *p)
{
	for (size_t i = 0; i < d->x.n; i++) {
		const double *q = p + i * d->classes;
		double pair[2] = {q[d->label[i]], 0};
		unsigned first = 0;

		for (unsigned k = 1; k < d->classes; k++)
			if (q[k] > q[first])
				first = k;
		pair[1] = (int32_t)first == d->label[i];
		end_if(fwrite(pair, sizeof(pair), 1, stdout) != 1,
		       "cannot write");
	}
}

int
main(int argc, char **argv)
{
	const struct mia_learner *l = &mia_forest;
	struct data d = {0};
	struct mia_encoding e;
	struct mia_fault f = {0};
	struct mia_hyper h;
	uint32_t *all, *rows;
	char *line = NULL;
	size_t cap = 0;
	uint64_t item = 0;
	double *p;
	void *prep;
	FILE *masks;

	end_if(argc < 4, "usage: forest DATA MASKS SEED [NAME=VALUE ...]");
	read_data(&d, argv[1]);
	mia_hyper_init(&h, l);
	for (int i = 4; i < argc; i++)
		end_if(mia_hyper_set(&h, argv[i], &f) != 0, f.text);
	end_if(mia_encoding_fit(&e, &d.x, NULL, 0, l->scale, MIA_MISSING_REFUSE,
				&f) != 0 ||
		       l->prepare(&prep, &e, &d.x, &h, &f) != 0,
	       f.text);
	all = mia_alloc(d.x.n, sizeof(*all));
	rows = mia_alloc(d.x.n, sizeof(*rows));
	p = mia_alloc(d.x.n * d.classes, sizeof(*p));
	for (size_t i = 0; i < d.x.n; i++)
		all[i] = (uint32_t)i;
	masks = fopen(argv[2], "r");
	end_if(masks == NULL, "cannot read the masks");
	for (; getline(&line, &cap, masks) > 0; item++) {
		struct mia_sample s = {rows, 0, d.label, d.classes};
		double start;
		void *model;

		end_if(strlen(line) < d.x.n, "a mask that is too short");
		for (size_t i = 0; i < d.x.n; i++)
			if (line[i] == '1')
				rows[s.n++] = (uint32_t)i;
		start = cpu_ms();
		end_if(l->fit(&model, prep, &s, &h, strtoull(argv[3], NULL, 10),
			      item, &f) != 0 ||
			       l->predict(model, prep, all, d.x.n, p, &f) != 0,
		       f.text);
		fprintf(stderr, "ms %.3f\n", cpu_ms() - start);
		write_answers(&d, p);
		l->model_free(model);
	}
	l->prepare_free(prep);
	mia_hyper_free(&h);
	mia_encoding_free(&e);
	mia_frame_free(&d.x);
	free(d.label);
	free(all);
	free(rows);
	free(p);
	free(line);
	fclose(masks);
	return fflush(stdout) != 0;
}
