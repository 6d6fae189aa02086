/* Curves and their plots, read back from the SVG. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <math.h>

#include <cmocka.h>

#include "base/mem.h"
#include "maths/rng.h"
#include "tell/clean.h"
#include "tell/curve.h"
#include "tell/palette.h"
#include "tell/rocplot.h"

/* ---- curves ---- */

static struct mia_curve *
curve_named(struct mia_curves *c, const char *file, const char *target,
	    const char *attack, const char *group)
{
	struct mia_curve *k = mia_curves_at(c, file, mia_text(target),
					    mia_text(attack), mia_text(group));
	struct mia_fault f = {0};
	struct mia_rng r;
	unsigned tp = 0, fp = 0;

	mia_rng_init(&r, 3, attack, c->n);
	mia_curve_add(k, (struct mia_vertex){0, 0, 0, 0.01}, &f);
	while (tp < 300 || fp < 300) {
		if (fp == 300 || (tp < 300 && mia_rng_uniform(&r) < 0.6))
			tp++;
		else
			fp++;
		mia_curve_add(k,
			      (struct mia_vertex){fp / 300., tp / 300.,
						  tp / 330.,
						  fmin(1, tp / 290.)},
			      &f);
	}
	mia_curve_end(k);
	assert_int_equal(f.code, 0);
	return k;
}

static void
curve_faults(void **state)
{
	static const struct {
		struct mia_vertex v;
		const char *words;
	} bad[] = {
		{{-0.1, 0.5, NAN, NAN}, "between 0 and 1"},
		{{0.5, 1.1, NAN, NAN}, "between 0 and 1"},
		{{NAN, 0.5, NAN, NAN}, "between 0 and 1"},
		{{0.1, 0.5, NAN, NAN}, "never falls"},
		{{0.3, 0.3, NAN, NAN}, "never falls"},
		{{0.3, 0.5, 0.6, 0.7}, "outside its interval"},
		{{0.3, 0.5, 0.1, 0.4}, "outside its interval"},
	};
	struct mia_curves c = {0};
	struct mia_curve *k = mia_curves_at(&c, "f", mia_text("t"),
					    mia_text("a"), mia_text(""));

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct mia_fault f = {0};
		struct mia_vertex good = {0.2, 0.4, 0.3, 0.5};

		assert_int_equal(mia_curve_add(k, good, &f), 0);
		assert_int_equal(mia_curve_add(k, bad[i].v, &f), -1);
		assert_int_equal(f.code, MIA_DATA);
		assert_non_null(strstr(f.text, bad[i].words));
	}
	mia_curves_free(&c);
}

/* A million thresholds become few, and nowhere is the staircase that is left
 * further off than a step that can be seen. */
static void
curve_is_thinned(void **state)
{
	enum { N = 500000 };
	struct mia_curves c = {0};
	struct mia_curve *k = mia_curves_at(&c, "f", mia_text("t"),
					    mia_text("a"), mia_text(""));
	double *tpr = mia_alloc(N + 1, sizeof(*tpr));
	struct mia_fault f = {0};
	struct mia_rng r;
	unsigned tp = 0;

	(void)state;
	mia_rng_init(&r, 5, "test/thin", 0);
	for (unsigned fp = 0; fp <= N; fp++) {
		while (tp < N && mia_rng_uniform(&r) < 0.5) {
			struct mia_vertex v = {fp / (double)N, tp / (double)N,
					       NAN, NAN};

			assert_int_equal(mia_curve_add(k, v, &f), 0);
			tp++;
		}
		tpr[fp] = tp / (double)N;
		assert_int_equal(
			mia_curve_add(k,
				      (struct mia_vertex){fp / (double)N,
							  tpr[fp], NAN, NAN},
				      &f),
			0);
	}
	mia_curve_end(k);
	assert_true(k->seen > 900000);
	assert_true(k->n < 8000);
	assert_true(k->v[k->n - 1].fpr == 1);
	assert_true(k->finest == 1. / N);
	for (unsigned fp = 0, i = 0; fp <= N; fp++) {
		double gap;

		while (i + 1 < k->n && k->v[i + 1].fpr <= fp / (double)N)
			i++;
		gap = fabs(k->v[i].tpr - tpr[fp]);
		assert_true(gap < 2. / 800 || gap < 0.03 * k->v[i].tpr);
	}
	free(tpr);
	mia_curves_free(&c);
}

static void
curve_labels(void **state)
{
	struct mia_curves c = {0};
	char longer[80];

	(void)state;
	curve_named(&c, "out/a.roc.csv", "t", "lira", "");
	mia_curves_label(&c);
	assert_string_equal(c.item[0].label, "lira");
	curve_named(&c, "out/a.roc.csv", "t", "rmia", "");
	curve_named(&c, "out/a.roc.csv", "t", "rmia", "class=1");
	mia_curves_label(&c);
	assert_string_equal(c.item[1].label, "rmia");
	assert_string_equal(c.item[2].label, "rmia, class=1");
	curve_named(&c, "out/b.csv", "u", "lira", "");
	mia_curves_label(&c);
	assert_string_equal(c.item[3].label, "u, lira");
	curve_named(&c, "out/b.csv", "t", "lira", "");
	mia_curves_label(&c);
	assert_string_equal(c.item[0].label, "a, t, lira");
	assert_string_equal(c.item[4].label, "b, t, lira");
	mia_curves_free(&c);

	/* Alike when shortened: told apart by number. */
	memset(longer, 'x', sizeof(longer));
	longer[79] = '\0';
	longer[35] = '1';
	curve_named(&c, "f", "t", longer, "");
	longer[35] = '2';
	curve_named(&c, "f", "t", longer, "");
	mia_curves_label(&c);
	assert_string_not_equal(c.item[0].label, c.item[1].label);
	assert_non_null(strstr(c.item[1].label, " (2)"));
	assert_true(mia_clean_width(mia_text(c.item[1].label)) <= 40);
	mia_curves_free(&c);
}

/* ---- plots ---- */

static void
names_of_forty(struct mia_curves *c, unsigned n)
{
	static const char *const name[MIA_PALETTE_MAX] = {
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
		"lira_offline_fixed_variance_of_80_shadow",
		"mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm",
		"<b>&amp;'\"`touch pwned`$(touch pwned)@{}^",
		"\u00c4\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4"
		"\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4\u00d6"
		"\u00c4\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4"
		"\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4\u00d6\u00dc\u00c4\u00d6",
		"\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5"
		"\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c",
		"MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
		"@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
	};

	for (unsigned i = 0; i < n; i++)
		curve_named(c, "f", "t", name[i], "");
	mia_curves_label(c);
}

struct box {
	double x0, y0, x1, y1;
	char text[256];
};

/* Width of text in ems, not less than that of a wide sans-serif face. */
static double
ems(struct mia_text t)
{
	double w = 0;

	while (t.n > 0) {
		struct mia_char c = mia_char_next(t);

		if (c.code < 0x80 && strchr("Wm@", (int)c.code))
			w += 1;
		else if (c.code < 0x80 && strchr("Mw%", (int)c.code))
			w += 0.95;
		else if (c.code >= 'A' && c.code <= 'Z')
			w += 0.8;
		else if (c.code < 0x80)
			w += c.code == '.' || c.code == ' ' ? 0.32 : 0.65;
		else
			w += c.width == 2 ? 1 : 0.85;
		t.s += c.bytes;
		t.n -= c.bytes;
	}
	return w;
}

/* Every text of an SVG as gnuplot writes it. */
static size_t
text_boxes(const char *svg, struct box *box, size_t max)
{
	size_t n = 0;

	for (const char *g = svg; (g = strstr(g, "<g transform=")) != NULL;) {
		double x, y, size, w;
		char anchor[16];
		const char *text = strstr(g, "<text>"), *end;
		struct mia_buf plain = {0};
		struct box *b = &box[n++];
		bool upright = strncmp(strchr(g, ')') + 1, " rotate(-90", 11);

		assert_true(n <= max);
		assert_int_equal(
			sscanf(g, "<g transform=\"translate(%lf,%lf)", &x, &y),
			2);
		assert_int_equal(sscanf(strstr(g, "font-size="),
					"font-size=\"%lf\"", &size),
				 1);
		assert_int_equal(sscanf(strstr(g, "text-anchor="),
					"text-anchor=\"%15[a-z]", anchor),
				 1);
		text += 6;
		end = strstr(text, "</text>");
		mia_buf_add(&plain, text, (size_t)(end - text));
		snprintf(b->text, sizeof(b->text), "%s",
			 mia_buf_string(&plain));
		/* Entities count as their letters: wider than they are. */
		w = size * ems((struct mia_text){plain.s, plain.n});
		if (strstr(b->text, "&lt;") != NULL)
			w = size * 40 * 0.75;
		if (strcmp(anchor, "middle") == 0)
			x -= w / 2 * (upright ? 1 : 0),
				y += w / 2 * (upright ? 0 : 1);
		else if (strcmp(anchor, "end") == 0)
			x -= w;
		/* The base line is at y; ascent .95, descent .25. */
		if (upright)
			*b = (struct box){x, y - 0.95 * size, x + w,
					  y + 0.25 * size, ""};
		else
			*b = (struct box){x - 0.95 * size, y - w,
					  x + 0.25 * size, y, ""};
		snprintf(b->text, sizeof(b->text), "%s", plain.s);
		mia_buf_free(&plain);
		g = end;
	}
	return n;
}

static void
draw(const struct mia_rocplot *p, const struct mia_curves *c,
     struct mia_buf *out)
{
	struct mia_fault f = {0};

	if (mia_rocplot_draw(p, c, out, &f) != 0)
		fail_msg("%s", f.text);
	mia_buf_string(out);
}

static void
boxes_are_disjoint(const struct mia_buf *svg, unsigned names)
{
	struct box box[64];
	double w, h;
	size_t n = text_boxes(svg->s, box, 64), key = 0;

	assert_int_equal(sscanf(strstr(svg->s, "viewBox="),
				"viewBox=\"0 0 %lf %lf\"", &w, &h),
			 2);
	for (size_t i = 0; i < n; i++) {
		const struct box *a = &box[i];

		key += a->x0 > 60 && a->x0 < 70;
		if (a->x0 < 0 || a->y0 < 0 || a->x1 > w || a->y1 > h)
			fail_msg("'%s' hangs over the edge", a->text);
		for (size_t j = 0; j < i; j++) {
			const struct box *b = &box[j];

			if (a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y1 &&
			    b->y0 < a->y1)
				fail_msg("'%s' meets '%s'", a->text, b->text);
		}
	}
	/* Every name, the chance line and the band have their line. */
	assert_true(key >= names + 2);
}

static void
text_never_meets(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= MIA_PALETTE_MAX; n++) {
		struct mia_curves c = {0};
		struct mia_rocplot p = {
			.picture = MIA_PICTURE_SVG,
			.band = true,
			.band_name = "band: 95 % interval at each threshold",
			.linear = n % 2 == 0,
			.title = n % 3 == 0 ? NULL
					    : "A title that has to be broken "
					      "more than once since it is far "
					      "too WWWWWWWWWWWWWWWWWWWWWWWWWW "
					      "wide for any plot at all"};
		struct mia_buf svg = {0};

		names_of_forty(&c, n);
		draw(&p, &c, &svg);
		boxes_are_disjoint(&svg, n);
		mia_buf_free(&svg);
		mia_curves_free(&c);
	}
	/* Nothing in a name was run. */
	assert_int_not_equal(access("pwned", F_OK), 0);
}

/* WCAG 2.1, written again from its text. */
static double
contrast_of(int r, int g, int b, double other)
{
	double c[3] = {r / 255., g / 255., b / 255.}, l;

	for (int i = 0; i < 3; i++)
		c[i] = c[i] <= 0.03928 ? c[i] / 12.92
				       : pow((c[i] + 0.055) / 1.055, 2.4);
	l = 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
	return l > other ? (l + 0.05) / (other + 0.05)
			 : (other + 0.05) / (l + 0.05);
}

static void
palette_contrast(void **state)
{
	int r, g, b;

	(void)state;
	/* Known answers: grey 118 on white; pure colours' luminance. */
	assert_true(fabs(mia_palette_contrast("#767676", "#ffffff") - 4.54) <
		    0.005);
	assert_true(fabs(mia_palette_contrast("#000000", "#ffffff") - 21) <
		    1e-12);
	assert_true(fabs(mia_palette_luminance("#00ff00") - 0.7152) < 1e-12);
	for (unsigned i = 0; i <= MIA_PALETTE_MAX; i++) {
		const char *c = i < MIA_PALETTE_MAX ? mia_palette_pen(i)->colour
						    : mia_palette_ink();

		assert_int_equal(sscanf(c, "#%2x%2x%2x", (unsigned *)&r,
					(unsigned *)&g, (unsigned *)&b),
				 3);
		assert_true(contrast_of(r, g, b, 0) >= 4.5);
		assert_true(contrast_of(r, g, b, 1) >= 4.5);
		assert_true(mia_palette_contrast(c, "#ffffff") >= 4.5);
		assert_true(mia_palette_contrast(c, "#000000") >= 4.5);
		for (unsigned j = 0; j < i && i < MIA_PALETTE_MAX; j++) {
			const struct mia_pen *p = mia_palette_pen(j);

			assert_string_not_equal(c, p->colour);
			assert_string_not_equal(mia_palette_pen(i)->dash,
						p->dash);
		}
	}
}

/* What the SVG really paints: every text and every line that is not a faint
 * grid line or band. */
static void
svg_contrast(void **state)
{
	struct mia_curves c = {0};
	struct mia_rocplot p = {
		.picture = MIA_PICTURE_SVG, .band = true, .band_name = "band"};
	struct mia_buf svg = {0};
	unsigned texts = 0, lines = 0;
	int r, g, b;

	(void)state;
	names_of_forty(&c, 8);
	draw(&p, &c, &svg);
	for (const char *s = svg.s; (s = strstr(s, "fill=\"rgb(")); s++) {
		assert_int_equal(sscanf(s, "fill=\"rgb(%d,%d,%d)", &r, &g, &b),
				 3);
		assert_true(contrast_of(r, g, b, 0) >= 4.5);
		assert_true(contrast_of(r, g, b, 1) >= 4.5);
		texts++;
	}
	for (const char *s = svg.s; (s = strstr(s, "<path stroke='")); s++) {
		if (s[14] != 'r')
			fail_msg("a line of another colour: %.40s", s);
		assert_int_equal(
			sscanf(s, "<path stroke='rgb(%d , %d, %d)", &r, &g, &b),
			3);
		assert_true(contrast_of(r, g, b, 0) >= 4.5);
		assert_true(contrast_of(r, g, b, 1) >= 4.5);
		lines++;
	}
	assert_true(texts >= 18 && lines >= 20);
	/* No text is painted in a colour that is not ours. */
	assert_null(strstr(svg.s, "stroke=\"none\" fill=\"black\""));
	mia_buf_free(&svg);
	mia_curves_free(&c);
}

static void
svg_is_repeated(void **state)
{
	struct mia_curves c = {0};
	struct mia_rocplot p = {.picture = MIA_PICTURE_SVG};
	struct mia_buf a = {0}, b = {0};

	(void)state;
	names_of_forty(&c, 3);
	draw(&p, &c, &a);
	draw(&p, &c, &b);
	assert_string_equal(a.s, b.s);
	assert_null(strstr(a.s, "<script"));
	mia_buf_free(&a);
	mia_buf_free(&b);
	mia_curves_free(&c);
}

static void
other_pictures(void **state)
{
	static const struct {
		enum mia_picture picture;
		const char *magic;
	} kind[] = {{MIA_PICTURE_PNG, "\x89PNG"}, {MIA_PICTURE_PDF, "%PDF"}};
	struct mia_curves c = {0};
	struct mia_rocplot p = {.picture = MIA_PICTURE_TEXT};
	struct mia_buf out = {0};
	enum mia_picture picture;

	(void)state;
	names_of_forty(&c, 2);
	draw(&p, &c, &out);
	assert_non_null(strstr(out.s, c.item[1].label));
	assert_non_null(strstr(out.s, "chance"));
	for (size_t i = 0; i < 2; i++) {
		p.picture = kind[i].picture;
		out.n = 0;
		draw(&p, &c, &out);
		assert_memory_equal(out.s, kind[i].magic,
				    strlen(kind[i].magic));
	}
	mia_buf_free(&out);
	mia_curves_free(&c);
	assert_true(mia_picture_of("a.b.SVG", &picture));
	assert_int_equal(picture, MIA_PICTURE_SVG);
	assert_false(mia_picture_of("svg", &picture));
	assert_false(mia_picture_of("a.gif", &picture));
}

/* On log axes the axes begin at the decade of the finest rate. */
static void
axes_follow_the_sample(void **state)
{
	static const struct {
		unsigned n0;
		const char *range;
	} want[] = {{50, "xrange [1e-02:1]"},
		    {1000, "xrange [1e-03:1]"},
		    {1001, "xrange [1e-04:1]"},
		    {4000000, "xrange [1e-07:1]"}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct mia_curves c = {0};
		struct mia_curve *k = mia_curves_at(
			&c, "f", mia_text("t"), mia_text("a"), mia_text(""));
		struct mia_rocplot p = {.picture = MIA_PICTURE_SVG};
		struct mia_buf s = {0};
		struct mia_fault f = {0};

		mia_curve_add(k, (struct mia_vertex){0, 0, NAN, NAN}, &f);
		mia_curve_add(
			k, (struct mia_vertex){1. / want[i].n0, 0.1, NAN, NAN},
			&f);
		mia_curve_add(k, (struct mia_vertex){1, 1, NAN, NAN}, &f);
		mia_curve_end(k);
		mia_curves_label(&c);
		assert_int_equal(mia_rocplot_script(&p, &c, &s, &f), 0);
		if (strstr(mia_buf_string(&s), want[i].range) == NULL)
			fail_msg("n0 = %u: no '%s'", want[i].n0, want[i].range);
		mia_buf_free(&s);
		mia_curves_free(&c);
	}
}

static void
plot_faults(void **state)
{
	struct mia_curves c = {0};
	struct mia_rocplot p = {.picture = MIA_PICTURE_SVG};
	struct mia_buf s = {0};
	struct mia_fault f = {0};

	(void)state;
	assert_int_equal(mia_rocplot_script(&p, &c, &s, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	for (char i = 0; i < 9; i++)
		curve_named(&c, "f", "t", (char[]){(char)('a' + i), '\0'}, "");
	mia_curves_label(&c);
	f = (struct mia_fault){0};
	assert_int_equal(mia_rocplot_script(&p, &c, &s, &f), -1);
	assert_int_equal(f.code, MIA_USAGE);
	assert_non_null(strstr(f.text, "9 curves"));
	c.n = 8;
	p.width = 300;
	f = (struct mia_fault){0};
	assert_int_equal(mia_rocplot_script(&p, &c, &s, &f), -1);
	assert_int_equal(f.code, MIA_USAGE);
	assert_non_null(strstr(f.text, "too small"));
	c.n = 9;
	mia_buf_free(&s);
	mia_curves_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curve_faults),
		cmocka_unit_test(curve_is_thinned),
		cmocka_unit_test(curve_labels),
		cmocka_unit_test(text_never_meets),
		cmocka_unit_test(palette_contrast),
		cmocka_unit_test(svg_contrast),
		cmocka_unit_test(svg_is_repeated),
		cmocka_unit_test(other_pictures),
		cmocka_unit_test(axes_follow_the_sample),
		cmocka_unit_test(plot_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
