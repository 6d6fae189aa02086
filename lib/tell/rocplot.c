#include "tell/rocplot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tell/clean.h"
#include "tell/palette.h"
#include "tell/stairs.h"

/* Lengths in pixels. */
enum {
	TEXT = 12, /* size of the letters */
	LEFT = 74,
	RIGHT = 20,
	TOP = 14,
	TICS = 38, /* from the axis to the middle of its name */
	AXIS = 56, /* from the axis to the key */
	NAME = 14, /* from the left edge to the middle of y's name */
	TITLE_LINE = 20,
	KEY_LINE = 20, /* one name a line, so no two can meet */
	KEY_LEFT = 14,
	KEY_SAMPLE = 44,
	KEY_TEXT = KEY_LEFT + KEY_SAMPLE + 8,
	WIDTH = LEFT + 480 + RIGHT, /* 40 letters W fit beside a sample */
	HEIGHT_LEAST = 160,	    /* of the plot itself */
};

/* No sample resolves a finer rate; only a damaged stream holds one. */
#define FINEST_DECADE -7

static const char x_name[] = "False-positive rate";
static const char y_name[] = "True-positive rate";

/* The diagonal. */
static const struct mia_pen chance = {"#767676", "(2,4)"};

/* Where things stand. */
struct layout {
	unsigned width, height, top, below;
	double least; /* lower end of both axes */
	bool band;
};

/* Greedy: words onto lines of at most max columns. Returns the count. */
static unsigned
wrap(const char *title, size_t max, struct mia_buf *out)
{
	unsigned lines = 1;
	size_t at = 0;

	for (const char *s = title + strspn(title, " "); *s != '\0';) {
		struct mia_text word = {s, strcspn(s, " ")};
		size_t w = mia_clean_width(word);

		if (at > 0 && at + 1 + w > max) {
			mia_buf_text(out, "\n");
			lines++;
			at = 0;
		} else if (at > 0) {
			mia_buf_text(out, " ");
			at++;
		}
		/* One endless word is cut, not hung over the edge. */
		mia_clean_short(out, word, max);
		at += w;
		s += word.n;
		s += strspn(s, " ");
	}
	return lines;
}

static double
least_rate(const struct mia_curves *c)
{
	double finest = 1, decade;

	for (size_t i = 0; i < c->n; i++)
		finest = fmin(finest, c->item[i].finest);
	/* A hair up: 1/1000 begins its own decade. */
	decade = floor(log10(finest) + 1e-9);
	return pow(10, fmax(fmin(decade, -1), FINEST_DECADE));
}

/* Defaults for a size that was not asked for; fault if one was that is too
 * small. */
static int
fit(const struct mia_rocplot *p, struct layout *l, unsigned width,
    unsigned height, unsigned least_width, unsigned least_height,
    struct mia_fault *f)
{
	l->width = p->width ? p->width : width;
	l->height = p->height ? p->height : height;
	if (l->width >= least_width && l->height >= least_height)
		return 0;
	return mia_fail(f, MIA_USAGE,
			"a size of %ux%u is too small for this plot; give at "
			"least %ux%u",
			l->width, l->height, least_width, least_height);
}

static int
lay_out(const struct mia_rocplot *p, const struct mia_curves *c,
	struct layout *l, struct mia_buf *title, struct mia_fault *f)
{
	unsigned n = (unsigned)c->n;

	*l = (struct layout){.top = TOP};
	if (n == 0)
		return mia_fail(f, MIA_DATA,
				"there is no curve to draw; make "
				"one with mia-eval --roc");
	if (n > MIA_PALETTE_MAX)
		return mia_fail(f, MIA_USAGE,
				"%u curves, and one plot can show %d; choose "
				"some with --only, --target or --group",
				n, MIA_PALETTE_MAX);
	for (unsigned i = 0; i < n; i++)
		l->band |= p->band && mia_curve_has_band(&c->item[i]);
	l->least = p->linear ? 0 : least_rate(c);
	if (p->picture == MIA_PICTURE_TEXT) {
		l->band = false;
		return fit(p, l, 79, 30 + n, 40, 18 + n, f);
	}
	/* Two thirds of an em hold the mean character. */
	if (p->title != NULL)
		l->top += 6 + TITLE_LINE * wrap(p->title,
						(p->width ? p->width : WIDTH) /
							(TEXT * 2 / 3),
						title);
	l->below = AXIS + KEY_LINE * (n + 1 + l->band) + 8;
	return fit(p, l, WIDTH, l->top + WIDTH - LEFT - RIGHT + l->below, WIDTH,
		   l->top + HEIGHT_LEAST + l->below, f);
}

static void
write_terminal(const struct mia_rocplot *p, const struct layout *l,
	       struct mia_buf *s)
{
	unsigned w = l->width, h = l->height;

	if (p->picture == MIA_PICTURE_SVG)
		/* No background: the page shows through, light or dark. */
		mia_buf_format(s,
			       "set terminal svg noenhanced size %u,%u "
			       "font 'sans-serif,%d' name 'ROC_curves'\n",
			       w, h, TEXT);
	else if (p->picture == MIA_PICTURE_PNG)
		/* Two dots a pixel, for sharp print. */
		mia_buf_format(s,
			       "set terminal pngcairo noenhanced size %u,%u "
			       "font 'sans,%g' fontscale 2 linewidth 2 "
			       "dashlength 2\n",
			       2 * w, 2 * h, TEXT * 0.75);
	else
		/* A pixel is a point. */
		mia_buf_format(s,
			       "set terminal pdfcairo noenhanced "
			       "size %.4fin,%.4fin font 'sans,%d'\n",
			       w / 72.0, h / 72.0, TEXT);
}

/* What all pictures share. */
static void
write_axes(const struct mia_rocplot *p, double least, struct mia_buf *s)
{
	mia_buf_text(s, "set encoding utf8\n");
	if (p->linear)
		mia_buf_text(s, "set xrange [0:1]\nset yrange [0:1]\n"
				"set xtics 0.2\nset ytics 0.2\n");
	else
		mia_buf_format(s,
			       "set logscale xy 10\n"
			       "set xrange [%.0e:1]\nset yrange [%.0e:1]\n"
			       "set format x '%%g'\nset format y '%%g'\n",
			       least, least);
}

/* A text with its middle, left or right, at pixel x, y from the top left. */
static void
write_label(const struct layout *l, double x, double y, const char *how,
	    struct mia_text t, struct mia_buf *s)
{
	mia_buf_text(s, "set label ");
	mia_gnuplot_quote(s, t);
	mia_buf_format(s, " at screen %.5f,%.5f %s textcolor rgb '%s'\n",
		       x / l->width, 1 - y / l->height, how, mia_palette_ink());
}

static void
write_look(const struct layout *l, const struct mia_buf *title,
	   struct mia_buf *s)
{
	const char *ink = mia_palette_ink();
	double w = l->width, h = l->height, y = TOP + TITLE_LINE / 2.0;
	double middle_x = (LEFT + w - RIGHT) / 2;
	double middle_y = (l->top + h - l->below) / 2;

	mia_buf_format(s,
		       "set lmargin at screen %.5f\n"
		       "set rmargin at screen %.5f\n"
		       "set tmargin at screen %.5f\n"
		       "set bmargin at screen %.5f\n",
		       LEFT / w, 1 - RIGHT / w, 1 - l->top / h, l->below / h);
	mia_buf_format(s,
		       "set border 3 lc rgb '%s' lw 1\n"
		       "set tics nomirror textcolor rgb '%s'\n"
		       "set grid lc rgb '#c0%s' lw 1 dt solid\n"
		       "unset key\n",
		       ink, ink, ink + 1);
	write_label(l, middle_x, h - l->below + TICS, "center",
		    mia_text(x_name), s);
	write_label(l, NAME, middle_y, "center rotate by 90", mia_text(y_name),
		    s);
	for (size_t at = 0; at < title->n; y += TITLE_LINE) {
		const char *end = memchr(title->s + at, '\n', title->n - at);
		size_t n = (end ? (size_t)(end - title->s) : title->n) - at;

		write_label(l, w / 2, y, "center",
			    (struct mia_text){title->s + at, n}, s);
		at += n + 1;
	}
}

/* The key is drawn piece by piece: gnuplot's own guesses how wide text is. */
static void
write_key(const struct mia_rocplot *p, const struct mia_curves *c,
	  const struct layout *l, struct mia_buf *s)
{
	double w = l->width, h = l->height;
	double y = h - l->below + AXIS + KEY_LINE / 2.0;

	for (size_t i = 0; i <= c->n; i++, y += KEY_LINE) {
		const struct mia_pen *pen = &chance;
		const char *name = "chance";

		if (i < c->n) {
			pen = mia_palette_pen((unsigned)i);
			name = c->item[i].label;
		}
		mia_buf_format(s,
			       "set arrow from screen %.5f,%.5f to screen "
			       "%.5f,%.5f nohead lc rgb '%s' lw %d dt %s\n",
			       KEY_LEFT / w, 1 - y / h,
			       (KEY_LEFT + KEY_SAMPLE) / w, 1 - y / h,
			       pen->colour, i < c->n ? 2 : 1, pen->dash);
		write_label(l, KEY_TEXT, y, "left", mia_text(name), s);
	}
	if (!l->band)
		return;
	mia_buf_format(s,
		       "set object rectangle from screen %.5f,%.5f to screen "
		       "%.5f,%.5f fc rgb '#a0%s' fs solid noborder\n",
		       KEY_LEFT / w, 1 - (y - 5) / h,
		       (KEY_LEFT + KEY_SAMPLE) / w, 1 - (y + 5) / h,
		       mia_palette_ink() + 1);
	write_label(l, KEY_TEXT, y, "left", mia_text(p->band_name), s);
}

static void
write_plot(const struct mia_curves *c, const struct layout *l,
	   struct mia_buf *s)
{
	mia_buf_text(s, "plot ");
	if (l->band)
		for (size_t i = 0; i < c->n; i++)
			if (mia_curve_has_band(&c->item[i]))
				mia_buf_format(
					s,
					"$b%zu using 1:2:3 with filledcurves "
					"fc rgb '#d8%s', ",
					i,
					mia_palette_pen((unsigned)i)->colour +
						1);
	mia_buf_format(s, "x with lines lc rgb '%s' lw 1 dt %s", chance.colour,
		       chance.dash);
	for (size_t i = 0; i < c->n; i++) {
		const struct mia_pen *pen = mia_palette_pen((unsigned)i);

		mia_buf_format(s,
			       ", $c%zu using 1:2 with lines lc rgb '%s' "
			       "lw 2 dt %s",
			       i, pen->colour, pen->dash);
	}
	mia_buf_text(s, "\n");
}

static void
write_text(const struct mia_rocplot *p, const struct mia_curves *c,
	   const struct layout *l, struct mia_buf *s)
{
	mia_buf_format(s,
		       "set terminal dumb noenhanced size %u,%u\n"
		       "set key below left vertical maxcols 1 Left reverse\n"
		       "set border 3\nset tics nomirror\n"
		       "set xlabel '%s'\nset title '%s'\n",
		       l->width, l->height, x_name, y_name);
	if (p->title != NULL) {
		mia_buf_text(s, "set title ");
		mia_gnuplot_quote(s, mia_text(p->title));
		mia_buf_text(s, "\n");
	}
	mia_buf_text(s, "plot ");
	for (size_t i = 0; i < c->n; i++) {
		mia_buf_format(s, "$c%zu using 1:2 with lines title ", i);
		mia_gnuplot_quote(s, mia_text(c->item[i].label));
		mia_buf_text(s, ", ");
	}
	mia_buf_text(s, "x with dots title 'chance'\n");
}

int
mia_rocplot_script(const struct mia_rocplot *p, const struct mia_curves *c,
		   struct mia_buf *script, struct mia_fault *f)
{
	struct layout l;
	struct mia_buf title = {0};
	int rc = lay_out(p, c, &l, &title, f);

	if (rc == 0) {
		for (size_t i = 0; i < c->n; i++) {
			mia_curve_line(&c->item[i], i, l.least, script);
			if (l.band)
				mia_curve_band(&c->item[i], i, l.least, script);
		}
		write_axes(p, l.least, script);
		if (p->picture == MIA_PICTURE_TEXT) {
			write_text(p, c, &l, script);
		} else {
			write_terminal(p, &l, script);
			write_look(&l, &title, script);
			write_key(p, c, &l, script);
			write_plot(c, &l, script);
		}
	}
	mia_buf_free(&title);
	return rc;
}

int
mia_rocplot_draw(const struct mia_rocplot *p, const struct mia_curves *c,
		 struct mia_buf *out, struct mia_fault *f)
{
	struct mia_buf script = {0};
	int rc = mia_rocplot_script(p, c, &script, f);

	if (rc == 0)
		rc = mia_gnuplot_run(&script, out, f);
	mia_buf_free(&script);
	return rc;
}
