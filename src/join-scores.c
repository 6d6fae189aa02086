/*
 * join-scores: several attacks on the same records side by side, with columns
 * from elsewhere and an ensemble of them.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attack/ensemble.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"

#define OPTIONS 6 /* and the end of the table */
#define SCORE	"score_"

enum missing { REFUSE, EMPTY, DROP };

struct opts {
	struct mia_list prefix, take;
	const char *from;
	int missing, combine; /* combine -1: none */
};

/* What one file gives: some columns, of the rows that are wanted. */
struct part {
	const char *file;
	size_t *column; /* [n] of the file */
	char **name;	/* [n] in the output */
	bool *score;	/* [n] */
	size_t n;
	long id, model, member, label, view; /* columns; -1: not there */
	bool by_id;	      /* one row a record, not one a record and model */
	struct mia_buf cells; /* n texts a row */
	/* By key, or record with by_id: where in cells, + 1; 0: no row. */
	size_t *at, cap;
	uint64_t others; /* rows of nobody */
};

/* A row of the first file; its number is that of its key. */
struct row {
	uint32_t id, model, label;
	bool member, dropped;
};

struct job {
	struct mia_command *c;
	const struct opts *o;
	struct mia_buf take; /* names of --take, each with a NUL */
	size_t takes;
	struct part *part; /* [parts] the files in order, then --from */
	size_t parts, files, scores;
	struct mia_meta head;
	struct mia_names column; /* of the output */
	struct mia_names key, id, model, label;
	struct row *row; /* [key.n] */
	size_t cap;
	struct mia_buf text;
	double *combined; /* [key.n] */
	uint64_t *lost;	  /* [parts] rows of the first that it lacks */
};

/* As much of a text as a message should quote. */
static int
shown(struct mia_text t)
{
	return (int)(t.n > 60 ? 60 : t.n);
}

/* --- columns -------------------------------------------------------------- */

static void
pick(struct part *p, size_t column, struct mia_text t, const char *prefix)
{
	size_t skip = strlen(SCORE);
	struct mia_buf b = {0};

	p->score[p->n] = t.n > skip && memcmp(t.s, SCORE, skip) == 0;
	if (p->score[p->n] && prefix != NULL) {
		mia_buf_text(&b, SCORE);
		mia_buf_text(&b, prefix);
		mia_buf_add(&b, t.s + skip, t.n - skip);
	} else {
		mia_buf_add(&b, t.s, t.n);
	}
	mia_buf_string(&b);
	p->column[p->n] = column;
	p->name[p->n++] = b.s;
}

/* Each name is there once. */
static int
claim(struct job *j, const char *file, const char *name, const char *remedy,
      struct mia_fault *f)
{
	if (mia_names_find(&j->column, mia_text(name)) != MIA_NAMES_NONE)
		return mia_fail(f, MIA_DATA,
				"%s: column '%s' is there already; %s", file,
				name, remedy);
	mia_names_add(&j->column, mia_text(name));
	return 0;
}

/* All columns of the first file, the scores of the others, what is taken. */
static int
pick_columns(struct job *j, size_t i, const struct mia_reader *r,
	     struct mia_fault *f)
{
	struct part *p = &j->part[i];
	size_t columns = mia_reader_columns(r), at, scores = 0;
	const char *prefix = NULL, *s = j->take.s;
	bool taken = i == j->files;

	p->column = mia_alloc(columns + j->takes, sizeof(*p->column));
	p->name = mia_alloc(columns + j->takes, sizeof(*p->name));
	p->score = mia_alloc(columns + j->takes, sizeof(*p->score));
	for (size_t k = 0; taken && k < j->takes; k++, s += strlen(s) + 1) {
		if (mia_reader_need(r, s, "name another with --take", &at, f) !=
		    0)
			return -1;
		pick(p, at, mia_text(s), NULL);
	}
	if (!taken && j->o->prefix.n > 0)
		prefix = j->o->prefix.item[i];
	for (size_t k = 0; !taken && k < columns; k++) {
		pick(p, k, mia_reader_name(r, k), prefix);
		scores += p->score[p->n - 1];
		if (i > 0 && !p->score[p->n - 1])
			free(p->name[--p->n]);
	}
	if (!taken && scores == 0)
		return mia_fail(f, MIA_DATA,
				"%s: no column begins with '" SCORE
				"'; give what an attack wrote",
				p->file);
	j->scores += scores;
	for (size_t k = 0; k < p->n; k++)
		if (claim(j, p->file, p->name[k],
			  taken ? "leave it out of --take"
				: "tell the files apart with --prefix",
			  f) != 0)
			return -1;
	return 0;
}

static int
find_key(struct part *p, bool taken, const struct mia_reader *r,
	 struct mia_fault *f)
{
	size_t id;

	if (mia_reader_need(r, "id", "rows are joined by it", &id, f) != 0)
		return -1;
	p->id = (long)id;
	p->model = mia_reader_find(r, "model");
	p->member = mia_reader_find(r, "member");
	p->label = mia_reader_find(r, "label");
	p->view = mia_reader_find(r, "view");
	p->by_id = taken && p->model < 0;
	return 0;
}

/* --- rows ----------------------------------------------------------------- */

static struct mia_text
cell(const struct mia_row *row, long column, const char *absent)
{
	return column < 0 ? mia_text(absent) : row->field[column];
}

static struct mia_text
key_text(struct job *j, struct mia_text id, struct mia_text model)
{
	j->text.n = 0;
	mia_buf_str(&j->text, id);
	mia_buf_str(&j->text, model);
	return (struct mia_text){j->text.s, j->text.n};
}

/* The key's number: a new one of the first file, else one that is there. */
static int
number_row(struct job *j, const struct part *p, const struct mia_row *row,
	   uint32_t *at, struct mia_fault *f)
{
	struct mia_text id = cell(row, p->id, "");
	struct mia_text model = cell(row, p->model, "target");
	struct mia_text key = key_text(j, id, model);
	struct row *x;

	if (p->by_id) {
		*at = mia_names_find(&j->id, id);
		return 0;
	}
	*at = mia_names_guess(&j->key, key, *at);
	if (p != j->part || *at != MIA_NAMES_NONE)
		return 0;
	*at = mia_names_add(&j->key, key);
	mia_grow(&j->row, &j->cap, j->key.n, sizeof(*j->row));
	x = &j->row[*at];
	*x = (struct row){mia_names_add(&j->id, id),
			  mia_names_add(&j->model, model),
			  mia_names_add(&j->label, cell(row, p->label, "")),
			  false, false};
	if (p->member < 0)
		return 0;
	return mia_row_bool(row, (size_t)p->member, "member", &x->member, f);
}

/* Two attacks speak of the same record and model, so of one truth. */
static int
check_truth(const struct job *j, const struct part *p, uint32_t at,
	    const struct mia_row *row, struct mia_fault *f)
{
	const struct row *x = &j->row[at];
	struct mia_text label = cell(row, p->label, "");
	bool member;

	if (p->member >= 0 && j->part->member >= 0) {
		if (mia_row_bool(row, (size_t)p->member, "member", &member,
				 f) != 0)
			return -1;
		if (member != x->member)
			return mia_row_fail(row, f,
					    "'member' is %d, but %d in %s; the "
					    "files are of different models",
					    member, x->member, j->part->file);
	}
	if (p->label < 0 || j->part->label < 0 ||
	    mia_text_equal(label, mia_names_text(&j->label, x->label)))
		return 0;
	return mia_row_fail(row, f,
			    "the label is not that of %s; the files are of "
			    "different records",
			    j->part->file);
}

static int
add_row(struct job *j, struct part *p, const struct mia_row *row, uint32_t *at,
	struct mia_fault *f)
{
	struct mia_text id = row->field[p->id];
	bool taken = p == &j->part[j->files];

	if (taken && p->view >= 0 && !mia_text_is(row->field[p->view], "0"))
		return 0;
	if (number_row(j, p, row, at, f) != 0)
		return -1;
	if (*at == MIA_NAMES_NONE) {
		p->others++;
		if (taken || j->o->missing != REFUSE)
			return 0;
		return mia_row_fail(row, f,
				    "record '%.*s' of that model is not in %s; "
				    "let all attacks judge the same, or "
				    "choose with --missing",
				    shown(id), id.s, j->part->file);
	}
	if (p->cap <= *at) {
		size_t old = p->cap;

		mia_grow(&p->at, &p->cap, (size_t)*at + 1, sizeof(*p->at));
		memset(p->at + old, 0, (p->cap - old) * sizeof(*p->at));
	}
	if (p->at[*at] != 0)
		return mia_row_fail(row, f,
				    "record '%.*s' is there twice%s; leave one "
				    "out",
				    shown(id), id.s,
				    p->by_id ? "" : " under one model");
	if (!taken && p != j->part && check_truth(j, p, *at, row, f) != 0)
		return -1;
	p->at[*at] = p->cells.n + 1;
	for (size_t k = 0; k < p->n; k++)
		mia_buf_str(&p->cells, row->field[p->column[k]]);
	return 0;
}

/* Whether the file of p has the row; a data fault if it must and has not. */
static int
has_row(struct job *j, size_t i, uint32_t at, bool *has, struct mia_fault *f)
{
	const struct part *p = &j->part[i];
	uint32_t place = p->by_id ? j->row[at].id : at;
	struct mia_text id;

	*has = place < p->cap && p->at[place] != 0;
	if (*has)
		return 0;
	j->lost[i]++;
	j->row[at].dropped |= j->o->missing == DROP;
	if (j->o->missing != REFUSE)
		return 0;
	id = mia_names_text(&j->id, j->row[at].id);
	return mia_fail(f, MIA_DATA,
			"%s: record '%.*s' of %s is not there; let all "
			"attacks judge the same, or choose with --missing",
			p->file, shown(id), id.s, j->part->file);
}

static int
read_rows(struct job *j, size_t i, struct mia_reader *r, struct mia_fault *f)
{
	struct part *p = &j->part[i];
	const struct mia_row *row;
	enum mia_step step;
	uint32_t at = MIA_NAMES_NONE;
	bool has;

	if (i < j->files && mia_reader_want(r, "scores", f) != 0)
		return -1;
	if (find_key(p, i == j->files, r, f) != 0 ||
	    pick_columns(j, i, r, f) != 0)
		return -1;
	while ((step = mia_reader_next(r, &row, f)) == MIA_ROW) {
		at++; /* the rows of all files mostly come in one order */
		if (add_row(j, p, row, &at, f) != 0)
			return -1;
	}
	if (step == MIA_FAULT)
		return -1;
	mia_meta_merge(&j->head, mia_reader_meta(r));
	for (uint32_t k = 0; i > 0 && k < j->key.n; k++)
		if (has_row(j, i, k, &has, f) != 0)
			return -1;
	return 0;
}

static int
read_part(struct job *j, size_t i, struct mia_fault *f)
{
	const char *path = i == j->files       ? j->o->from
			   : j->c->n_file == 0 ? "-"
					       : j->c->file[i];
	char *file = mia_copy(path, strlen(path));
	struct mia_reader *r;
	int rc = mia_reader_open(&r, &file, 1, NULL, f);

	if (rc == 0) {
		j->part[i].file = strcmp(path, "-") == 0 ? "<stdin>" : path;
		rc = read_rows(j, i, r, f);
		mia_reader_close(r);
	}
	free(file);
	return rc;
}

/* --- the ensemble --------------------------------------------------------- */

/* The cells of row k in part p; false: it has none. */
static bool
cells_of(const struct job *j, const struct part *p, uint32_t k,
	 struct mia_bytes *b)
{
	const unsigned char *s = (const unsigned char *)p->cells.s;
	uint32_t place = p->by_id ? j->row[k].id : k;

	if (place >= p->cap || p->at[place] == 0)
		return false;
	*b = (struct mia_bytes){s + p->at[place] - 1, s + p->cells.n};
	return true;
}

static int
score_of(const struct job *j, const struct part *p, size_t column, uint32_t k,
	 struct mia_text t, double *x, struct mia_fault *f)
{
	struct mia_text id = mia_names_text(&j->id, j->row[k].id);
	enum mia_num what = mia_num_parse(t, x);

	if (what == MIA_NUM_FINITE || what == MIA_NUM_INFINITE)
		return 0;
	*x = NAN;
	if (t.n == 0 && j->o->missing == EMPTY)
		return 0;
	return mia_fail(f, MIA_DATA,
			"%s: record '%.*s': '%s' holds '%.*s', not a number; "
			"mend it",
			p->file, shown(id), id.s, p->name[column], shown(t),
			t.s);
}

/* All scores as numbers, x[score][place of the row in order]. */
static int
score_table(const struct job *j, const uint32_t *order, size_t n, double *x,
	    struct mia_fault *f)
{
	size_t first = 0;

	for (size_t i = 0; i < j->files; i++) {
		const struct part *p = &j->part[i];
		size_t last = first;

		for (size_t a = 0; a < n; a++) {
			struct mia_bytes b;
			bool has = cells_of(j, p, order[a], &b);

			last = first;
			for (size_t k = 0; k < p->n; k++) {
				struct mia_text t = {"", 0};

				if (has && mia_bytes_str(&b, &t, f) != 0)
					return -1;
				if (p->score[k] &&
				    score_of(j, p, k, order[a], t,
					     &x[last++ * n + a], f) != 0)
					return -1;
			}
		}
		first = last;
	}
	return 0;
}

/* The rows that stay, those of one model together; their number. */
static size_t
by_model(const struct job *j, uint32_t *order, size_t *end)
{
	size_t n = 0;

	for (uint32_t k = 0; k < j->key.n; k++)
		end[j->row[k].model] += !j->row[k].dropped;
	for (size_t m = 0; m < j->model.n; m++) {
		size_t here = end[m];

		end[m] = n;
		n += here;
	}
	for (uint32_t k = 0; k < j->key.n; k++)
		if (!j->row[k].dropped)
			order[end[j->row[k].model]++] = k;
	return n;
}

static int
combine(struct job *j, struct mia_fault *f)
{
	uint32_t *order = mia_alloc(j->key.n, sizeof(*order));
	size_t *end = mia_alloc(j->model.n, sizeof(*end));
	size_t n = by_model(j, order, end);
	double *x = mia_alloc(n * j->scores, sizeof(*x));
	double *rank = mia_alloc(n * j->scores, sizeof(*rank));
	double *scratch = mia_alloc(n, 2 * sizeof(*scratch));
	int rc = score_table(j, order, n, x, f);

	j->combined = mia_alloc(j->key.n, sizeof(*j->combined));
	for (size_t m = 0, a = 0; rc == 0 && m < j->model.n; a = end[m++])
		for (size_t s = 0; s < j->scores; s++)
			mia_ensemble_ranks(x + s * n + a, end[m] - a,
					   rank + s * n + a, scratch);
	for (size_t a = 0; rc == 0 && a < n; a++)
		j->combined[order[a]] =
			mia_ensemble((enum mia_ensemble)j->o->combine, rank + a,
				     j->scores, n);
	free(order);
	free(end);
	free(x);
	free(rank);
	free(scratch);
	return rc;
}

/* --- writing -------------------------------------------------------------- */

static const char *const ensemble_name[] = {
	[MIA_ENSEMBLE_MEAN] = SCORE "mean",
	[MIA_ENSEMBLE_MAX] = SCORE "max",
	[MIA_ENSEMBLE_GMEAN] = SCORE "gmean",
};

static int
write_row(struct job *j, struct mia_writer *w, uint32_t k, struct mia_fault *f)
{
	for (size_t i = 0; i < j->parts; i++) {
		const struct part *p = &j->part[i];
		struct mia_bytes b;
		bool has = cells_of(j, p, k, &b);

		for (size_t c = 0; c < p->n; c++) {
			struct mia_text t = {"", 0};

			if (has && mia_bytes_str(&b, &t, f) != 0)
				return -1;
			mia_write_text(w, t);
		}
	}
	if (j->combined != NULL)
		mia_write_num(w, j->combined[k]);
	return mia_writer_row(w, f);
}

static int
write_all(struct job *j, struct mia_writer *w, struct mia_fault *f)
{
	if (mia_writer_begin(w, "scores", &j->head, j->c->tool_line, f) != 0)
		return -1;
	for (uint32_t c = 0; c < j->column.n; c++)
		mia_write_text(w, mia_names_text(&j->column, c));
	if (mia_writer_row(w, f) != 0)
		return -1;
	for (uint32_t k = 0; k < j->key.n; k++)
		if (!j->row[k].dropped && write_row(j, w, k, f) != 0)
			return -1;
	return mia_writer_end(w, &j->head.in, f);
}

static void
tell(const struct job *j)
{
	for (size_t i = 1; i < j->parts; i++) {
		const struct part *p = &j->part[i];

		if (j->lost[i] > 0)
			mia_warn(j->c,
				 "%s lacks %" PRIu64 " of the %zu rows of %s, "
				 "which %s",
				 p->file, j->lost[i], j->key.n, j->part->file,
				 j->o->missing == DROP ? "were left out"
						       : "have empty cells");
		if (p->others > 0 && i < j->files)
			mia_warn(j->c,
				 "%s has %" PRIu64 " rows that are not in %s "
				 "and were left out",
				 p->file, p->others, j->part->file);
	}
	mia_say(j->c, "%zu rows, %zu scores", j->key.n, j->scores);
}

static int
read_all(struct job *j, struct mia_fault *f)
{
	for (size_t i = 0; i < j->parts; i++)
		if (read_part(j, i, f) != 0)
			return -1;
	if (j->o->combine < 0)
		return 0;
	if (j->scores < 2)
		return mia_fail(f, MIA_DATA,
				"%s: there is one score; give another to "
				"--combine with",
				j->part->file);
	if (claim(j, j->part->file, ensemble_name[j->o->combine],
		  "rename it with --prefix", f) != 0)
		return -1;
	return combine(j, f);
}

static int
run(struct job *j, struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(j->c);
	struct mia_writer *w;
	int rc = read_all(j, f);

	if (rc == 0)
		rc = mia_writer_open(&w, &wo, f);
	if (rc == 0) {
		rc = write_all(j, w, f);
		if (rc == 0)
			rc = mia_writer_close(w, f);
		else
			mia_writer_abandon(w);
	}
	if (rc == 0)
		tell(j);
	return rc;
}

/* --- the command ---------------------------------------------------------- */

static void
job_free(struct job *j)
{
	for (size_t i = 0; i < j->parts; i++) {
		struct part *p = &j->part[i];

		for (size_t k = 0; k < p->n; k++)
			free(p->name[k]);
		free(p->column);
		free(p->name);
		free(p->score);
		free(p->at);
		mia_buf_free(&p->cells);
	}
	free(j->part);
	free(j->lost);
	free(j->row);
	free(j->combined);
	mia_buf_free(&j->text);
	mia_buf_free(&j->take);
	mia_meta_free(&j->head);
	mia_names_free(&j->column);
	mia_names_free(&j->key);
	mia_names_free(&j->id);
	mia_names_free(&j->model);
	mia_names_free(&j->label);
}

/* The names of --take, and options that contradict each other. */
static void
settle(struct job *j)
{
	const struct opts *o = j->o;
	size_t standard = 0;

	j->files = j->c->n_file > 0 ? j->c->n_file : 1;
	j->parts = j->files + (o->from != NULL);
	for (size_t i = 0; i < o->take.n; i++)
		for (const char *s = o->take.item[i]; s != NULL; j->takes++) {
			size_t n = strcspn(s, ",");

			mia_buf_add(&j->take, s, n);
			mia_buf_add(&j->take, "", 1);
			s = s[n] == ',' ? s + n + 1 : NULL;
		}
	for (size_t i = 0; i < j->c->n_file; i++)
		standard += strcmp(j->c->file[i], "-") == 0;
	if (standard > 1)
		mia_opts_bad(j->c, "standard input can be one file only");
	if ((o->from == NULL) != (j->takes == 0))
		mia_opts_bad(j->c, "--from and --take go together");
	if (o->prefix.n > 0 && o->prefix.n != j->files)
		mia_opts_bad(j->c,
			     "--prefix is given %zu times for %zu files; give "
			     "each file one, which may be ''",
			     o->prefix.n, j->files);
	if (j->files == 1 && o->from == NULL && o->combine < 0)
		mia_opts_bad(j->c, "one file is nothing to join; give another, "
				   "--take or --combine");
	j->part = mia_alloc(j->parts, sizeof(*j->part));
	j->lost = mia_alloc(j->parts, sizeof(*j->lost));
}

static void
list_options(struct opts *o, struct mia_option *option)
{
	const struct mia_option own[] = {
		{"prefix", 'p', MIA_OPT_LIST, &o->prefix, "TEXT",
		 "one a file: score_NAME becomes score_TEXTNAME", 0, 0, NULL, 0,
		 false},
		{"take", 0, MIA_OPT_LIST, &o->take, "COLUMNS",
		 "bring these columns along, by id", 0, 0, NULL, 0, false},
		{"from", 0, MIA_OPT_STRING, &o->from, "FILE",
		 "where --take finds them", 0, 0, NULL, MIA_OPT_PATH, false},
		{"combine", 'c', MIA_OPT_CHOICE, &o->combine, "HOW",
		 "ensemble of all scores: mean, max or gmean of ranks", 0, 0,
		 "mean|max|gmean", 0, false},
		{"missing", 0, MIA_OPT_CHOICE, &o->missing, "WHAT",
		 "rows not in every file: refuse, empty or drop", 0, 0,
		 "refuse|empty|drop", 0, false},
	};

	_Static_assert(sizeof(own) / sizeof(*own) < OPTIONS, "room for an end");
	memcpy(option, own, sizeof(own));
}

int
main(int argc, char **argv)
{
	struct opts o = {.combine = -1};
	struct mia_option option[OPTIONS] = {{0}};
	struct mia_command c = {
		.name = "join-scores",
		.summary = "several attacks side by side, and as one",
		.operands = "[FILE ...]",
		.option = option,
	};
	struct job j = {.c = &c, .o = &o};
	struct mia_fault f = {0};
	int rc;

	list_options(&o, option);
	mia_opts_parse(&c, argc, argv);
	settle(&j);
	rc = run(&j, &f);
	job_free(&j);
	return mia_opts_finish(&c, rc, &f);
}
