#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "tell/curve.h"
#include "tell/rocplot.h"

/* Sides of a plot, in pixels, points or characters. */
#define SIDE_MAX 10000

struct opts {
	const char *output, *size, *title;
	int format; /* picture + 1; 0: by the suffix of output */
	bool linear, no_band;
	struct mia_list only, target, group;
	struct mia_rocplot plot;
};

struct columns {
	size_t fpr, tpr;
	long target, attack, group, lo, hi; /* -1: not there */
};

static int
find_columns(const struct mia_reader *r, struct columns *c, struct mia_fault *f)
{
	static const char remedy[] = "make one with mia-eval --roc";

	if (mia_reader_want(r, "roc", f) != 0 ||
	    mia_reader_need(r, "fpr", remedy, &c->fpr, f) != 0 ||
	    mia_reader_need(r, "tpr", remedy, &c->tpr, f) != 0)
		return -1;
	c->target = mia_reader_find(r, "target");
	c->attack = mia_reader_find(r, "attack");
	c->group = mia_reader_find(r, "group");
	c->lo = mia_reader_find(r, "lo");
	c->hi = mia_reader_find(r, "hi");
	return 0;
}

static struct mia_text
cell(const struct mia_row *row, long column)
{
	return column < 0 ? (struct mia_text){"", 0} : row->field[column];
}

/* A limit of the band; NaN where there is none. */
static int
limit(const struct mia_row *row, long column, const char *name, double *x,
      struct mia_fault *f)
{
	*x = NAN;
	if (cell(row, column).n == 0)
		return 0;
	return mia_row_num(row, (size_t)column, name, false, x, f);
}

static int
add_row(const struct columns *c, const struct mia_row *row,
	struct mia_curves *curves, struct mia_fault *f)
{
	struct mia_text target = cell(row, c->target);
	struct mia_text attack = cell(row, c->attack);
	struct mia_text group = cell(row, c->group);
	struct mia_fault why = {0};
	struct mia_vertex v;

	if (mia_row_num(row, c->fpr, "fpr", false, &v.fpr, f) != 0 ||
	    mia_row_num(row, c->tpr, "tpr", false, &v.tpr, f) != 0 ||
	    limit(row, c->lo, "lo", &v.lo, f) != 0 ||
	    limit(row, c->hi, "hi", &v.hi, f) != 0)
		return -1;
	if (mia_curve_add(
		    mia_curves_at(curves, row->file, target, attack, group), v,
		    &why) != 0)
		return mia_row_fail(row, f, "%s", why.text);
	return 0;
}

static int
read_curves(struct mia_command *cmd, struct mia_curves *curves,
	    struct mia_buf *level, struct mia_fault *f)
{
	const struct mia_row *row;
	struct mia_reader *r;
	struct columns c;
	enum mia_step step = MIA_FAULT;

	if (mia_reader_open(&r, cmd->file, cmd->n_file, NULL, f) != 0)
		return -1;
	if (find_columns(r, &c, f) == 0)
		while ((step = mia_reader_next(r, &row, f)) == MIA_ROW)
			if (add_row(&c, row, curves, f) != 0) {
				step = MIA_FAULT;
				break;
			}
	if (step == MIA_END)
		mia_meta_option(mia_reader_meta(r), "mia-eval", "level", level);
	mia_reader_close(r);
	for (size_t i = 0; i < curves->n; i++)
		mia_curve_end(&curves->item[i]);
	return step == MIA_END ? 0 : -1;
}

/* What a curve is known by to --only, --target or --group. */
enum trait { ATTACK, TARGET, GROUP };

static const char *
trait(const struct mia_curve *c, enum trait t)
{
	return t == ATTACK ? c->attack : t == TARGET ? c->target : c->group;
}

/* The words of a trait, each once, for a message. */
static void
list_traits(const struct mia_curves *c, enum trait t, struct mia_buf *b)
{
	for (size_t i = 0; i < c->n; i++) {
		const char *word = trait(&c->item[i], t);
		size_t j = 0;

		while (strcmp(trait(&c->item[j], t), word) != 0)
			j++;
		if (j == i)
			mia_buf_format(b, "%s'%s'", b->n ? ", " : "", word);
	}
	mia_buf_string(b);
}

/* Drops the curves that are not in the list.  A word that no curve has is a
 * mistake, never silence. */
static int
choose(struct mia_curves *c, const struct mia_list *l, const char *option,
       enum trait t, struct mia_fault *f)
{
	struct mia_buf have = {0};
	struct mia_curves kept = {0}, rest = {0};

	for (size_t k = 0; k < l->n; k++) {
		size_t i = 0;

		while (i < c->n && strcmp(trait(&c->item[i], t), l->item[k]))
			i++;
		if (i < c->n)
			continue;
		list_traits(c, t, &have);
		mia_fault_set(f, MIA_DATA, "%s: no curve of '%s'; there %s %s",
			      option, l->item[k], c->n > 1 ? "are" : "is",
			      have.s);
		mia_buf_free(&have);
		return -1;
	}
	if (l->n == 0)
		return 0;
	for (size_t i = 0; i < c->n; i++) {
		struct mia_curves *to = &rest;

		for (size_t k = 0; k < l->n; k++)
			if (strcmp(trait(&c->item[i], t), l->item[k]) == 0)
				to = &kept;
		mia_grow(&to->item, &to->cap, to->n + 1, sizeof(*to->item));
		to->item[to->n++] = c->item[i];
	}
	free(c->item);
	mia_curves_free(&rest);
	*c = kept;
	return 0;
}

/* Unless slices are asked for: the curves over all records, if there are any.
 */
static int
choose_groups(struct mia_command *cmd, struct mia_curves *c,
	      const struct mia_list *asked, struct mia_fault *f)
{
	const char *all = "";
	struct mia_list overall = {.item = &all, .n = 1};
	size_t had = c->n, whole = 0;

	for (size_t i = 0; i < c->n; i++)
		whole += c->item[i].group[0] == '\0';
	if (asked->n > 0 || whole == 0)
		return choose(c, asked, "--group", GROUP, f);
	if (choose(c, &overall, "--group", GROUP, f) != 0)
		return -1;
	if (c->n < had)
		mia_say(cmd,
			"%zu curves of slices are left out; name them "
			"with --group",
			had - c->n);
	return 0;
}

/* What the shaded band is, with the level if the stream tells it. */
static void
name_band(struct mia_buf *level, struct mia_buf *name)
{
	double x;

	if (mia_num_parse((struct mia_text){level->s, level->n}, &x) ==
		    MIA_NUM_FINITE &&
	    level->n > 0)
		mia_buf_format(name, "band: %g %% interval at each threshold",
			       100 * x);
	else
		mia_buf_text(name, "band: interval at each threshold");
	mia_buf_string(name);
}

static int
run(struct mia_command *cmd, struct opts *o, struct mia_fault *f)
{
	struct mia_curves curves = {0};
	struct mia_buf level = {0}, band = {0}, out = {0};
	int rc = read_curves(cmd, &curves, &level, f);

	if (rc == 0)
		rc = choose(&curves, &o->only, "--only", ATTACK, f);
	if (rc == 0)
		rc = choose(&curves, &o->target, "--target", TARGET, f);
	if (rc == 0)
		rc = choose_groups(cmd, &curves, &o->group, f);
	if (rc == 0) {
		mia_curves_label(&curves);
		name_band(&level, &band);
		o->plot.band_name = band.s;
		rc = mia_rocplot_draw(&o->plot, &curves, &out, f);
	}
	if (rc == 0 && o->output != NULL && strcmp(o->output, "-") != 0)
		rc = mia_write_file(o->output, out.s, out.n, f);
	else if (rc == 0)
		fwrite(out.s, 1, out.n, stdout);
	mia_curves_free(&curves);
	mia_buf_free(&level);
	mia_buf_free(&band);
	mia_buf_free(&out);
	return rc;
}

/* "640x480" */
static void
set_size(const struct mia_command *cmd, const char *size, struct mia_rocplot *p)
{
	const char *x = strchr(size, 'x');
	int64_t w, h;

	if (x == NULL ||
	    !mia_num_parse_int((struct mia_text){size, (size_t)(x - size)},
			       &w) ||
	    !mia_num_parse_int(mia_text(x + 1), &h) || w < 1 || h < 1 ||
	    w > SIDE_MAX || h > SIDE_MAX)
		mia_opts_bad(cmd,
			     "--size: '%s' is not WIDTHxHEIGHT, each from 1 "
			     "to %d",
			     size, SIDE_MAX);
	p->width = (unsigned)w;
	p->height = (unsigned)h;
}

static void
settle(const struct mia_command *cmd, struct opts *o)
{
	o->plot.linear = o->linear;
	o->plot.band = !o->no_band;
	o->plot.title = o->title;
	if (o->size != NULL)
		set_size(cmd, o->size, &o->plot);
	if (o->format >= 0)
		o->plot.picture = (enum mia_picture)o->format;
	else if (o->output != NULL && strcmp(o->output, "-") != 0 &&
		 !mia_picture_of(o->output, &o->plot.picture))
		mia_opts_bad(cmd,
			     "the suffix of '%s' does not tell the format; "
			     "give --format",
			     o->output);
}

int
main(int argc, char **argv)
{
	struct opts o = {.format = -1};
	struct mia_option table[] = {
		{"output", 'o', MIA_OPT_STRING, &o.output, "FILE",
		 "write to FILE; its suffix tells the format", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"format", 'f', MIA_OPT_CHOICE, &o.format, "FORMAT",
		 "txt, svg, png or pdf", 0, 0, "txt|svg|png|pdf", 0, false},
		{"linear", 'l', MIA_OPT_FLAG, &o.linear, NULL,
		 "linear axes (logarithmic)", 0, 0, NULL, 0, false},
		{"no-band", 0, MIA_OPT_FLAG, &o.no_band, NULL,
		 "curves without their intervals", 0, 0, NULL, 0, false},
		{"only", 0, MIA_OPT_LIST, &o.only, "ATTACK",
		 "draw this attack; may be repeated", 0, 0, NULL, 0, false},
		{"target", 0, MIA_OPT_LIST, &o.target, "TARGET",
		 "draw this target; may be repeated", 0, 0, NULL, 0, false},
		{"group", 0, MIA_OPT_LIST, &o.group, "GROUP",
		 "draw this group; may be repeated", 0, 0, NULL, 0, false},
		{"title", 0, MIA_OPT_STRING, &o.title, "TEXT",
		 "a title above the plot", 0, 0, NULL, 0, false},
		{"size", 0, MIA_OPT_STRING, &o.size, "WxH",
		 "pixels, points or characters", 0, 0, NULL, 0, false},
		{0},
	};
	struct mia_command cmd = {
		.name = "plot-roc",
		.summary = "draw ROC curves of membership attacks",
		.operands = "[FILE ...]",
		.option = table,
		.no_stream = true,
	};
	struct mia_fault fault = {0};

	mia_opts_parse(&cmd, argc, argv);
	settle(&cmd, &o);
	return mia_opts_finish(&cmd, run(&cmd, &o, &fault), &fault);
}
