#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "io/writer.h"
#include "tell/filter.h"
#include "tell/report.h"

/* A plot of eight full curves has about half a MiB. */
#define FIGURE_MAX ((size_t)64 << 20)

/* Nothing may be run or loaded, whatever an SVG holds. */
static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
	"'none'; style-src 'unsafe-inline'; img-src data:\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<title>%s</title>\n"
	"<style>\n"
	":root { color-scheme: light dark }\n"
	"body { font: 16px/1.5 sans-serif; max-width: 50rem;\n"
	"  margin: 2rem auto; padding: 0 1rem }\n"
	"h1 { font-size: 1.7rem }\n"
	"h2 { font-size: 1.3rem; margin-top: 2.2rem }\n"
	"h3 { font-size: 1.05rem; margin-top: 1.6rem }\n"
	"table { border-collapse: collapse; display: block;\n"
	"  overflow-x: auto; font-variant-numeric: tabular-nums;\n"
	"  font-size: .92em }\n"
	"th, td { padding: .25rem .9rem .25rem 0; vertical-align: top;\n"
	"  text-align: left; border-bottom: 1px solid #8886 }\n"
	"code { font-size: .9em; overflow-wrap: anywhere }\n"
	"td code { white-space: nowrap }\n"
	"li { margin: .4rem 0 }\n"
	"figure { margin: 1.5rem 0 }\n"
	"figure svg, figure img { max-width: 100%%; height: auto }\n"
	"</style>\n"
	"</head>\n"
	"<body>\n";

/* Places in s where word stands, in any case; NULL if it does not. */
static const char *
find(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (; *s != '\0'; s++)
		if (strncasecmp(s, word, n) == 0)
			return s;
	return NULL;
}

/* An SVG that runs or loads nothing, as those of plot-roc. */
static bool
harmless(const char *svg)
{
	static const char *const bad[] = {"<script",	 "<foreignobject",
					  "javascript:", "<!entity",
					  "<iframe",	 "@import"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (find(svg, bad[i]) != NULL)
			return false;
	for (const char *s = svg; (s = find(s, "href=")) != NULL; s += 5)
		if (s[5] == '\0' || s[6] != '#')
			return false;
	/* Event handlers: blank, "on", letters, "=". */
	for (const char *s = svg; (s = find(s, "on")) != NULL; s += 2) {
		const char *e = s;

		while (isalpha((unsigned char)*e))
			e++;
		if (s > svg && isspace((unsigned char)s[-1]) && e[0] == '=')
			return false;
	}
	return true;
}

/* What names another part of the SVG is numbered by the figure, so that two
 * figures in one page do not share names. */
static void
add_svg(struct mia_buf *b, const char *s, size_t k)
{
	static const char *const mark[] = {"id='",     "id=\"", "href='#",
					   "href=\"#", "url(#", "url('#"};

	while (*s != '\0') {
		size_t n = 0;

		for (size_t i = 0; n == 0 && i < sizeof(mark) / sizeof(*mark);
		     i++)
			if (strncmp(s, mark[i], strlen(mark[i])) == 0)
				n = strlen(mark[i]);
		if (n > 0) {
			mia_buf_add(b, s, n);
			mia_buf_format(b, "f%zu-", k);
			s += n;
		} else {
			mia_buf_add(b, s++, 1);
		}
	}
}

static void
add_base64(struct mia_buf *b, const unsigned char *s, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)s[i] << 16;
		char c[4];

		if (i + 1 < n)
			v |= (uint32_t)s[i + 1] << 8;
		if (i + 2 < n)
			v |= s[i + 2];
		for (int k = 0; k < 4; k++)
			c[k] = digit[v >> (18 - 6 * k) & 63];
		if (i + 2 >= n)
			c[3] = '=';
		if (i + 1 >= n)
			c[2] = '=';
		mia_buf_add(b, c, 4);
	}
}

static int
add_figure(struct mia_buf *b, const char *path, size_t k, struct mia_fault *f)
{
	const char *svg;
	char *s;
	size_t n;

	if (mia_read_file(path, FIGURE_MAX, &s, &n, f) != 0)
		return -1;
	mia_buf_text(b, "<figure>\n");
	if (n > 8 && memcmp(s, "\x89PNG\r\n\x1a\n", 8) == 0) {
		mia_buf_text(b, "<img alt=\"ROC curves\" "
				"src=\"data:image/png;base64,");
		add_base64(b, (const unsigned char *)s, n);
		mia_buf_text(b, "\">\n");
	} else {
		char *text = mia_copy(s, n);

		svg = find(text, "<svg");
		if (svg == NULL || find(svg, "</svg>") == NULL)
			mia_fault_set(f, MIA_DATA,
				      "'%s' is neither SVG nor PNG; draw it "
				      "with plot-roc",
				      path);
		else if (!harmless(text))
			mia_fault_set(f, MIA_DATA,
				      "'%s' runs or loads something; draw it "
				      "with plot-roc",
				      path);
		else
			add_svg(b, svg, k);
		free(text);
	}
	mia_buf_text(b, "</figure>\n");
	free(s);
	return f->code == 0 ? 0 : -1;
}

/* The title as HTML text. */
static void
add_title(struct mia_buf *b, const char *title)
{
	for (; *title != '\0'; title++) {
		if (strchr("<>&\"'", *title) != NULL)
			mia_buf_format(b, "&#%d;", *title);
		else
			mia_buf_add(b, title, 1);
	}
	mia_buf_string(b);
}

/* html with its paragraphs MIAFIGUREk replaced by the figures. */
static int
place_figures(const struct mia_report *r, const char *html, struct mia_buf *out,
	      struct mia_fault *f)
{
	for (size_t k = 0; k < r->n_plot; k++) {
		struct mia_buf mark = {0};
		const char *at;

		mia_buf_format(&mark, "<p>MIAFIGURE%zu</p>", k);
		at = strstr(html, mia_buf_string(&mark));
		if (at != NULL) {
			mia_buf_add(out, html, (size_t)(at - html));
			html = at + mark.n;
		}
		mia_buf_free(&mark);
		if (add_figure(out, r->plot[k].path, k, f) != 0)
			return -1;
	}
	mia_buf_text(out, html);
	return 0;
}

int
mia_report_html(const struct mia_report *r, struct mia_buf *out,
		struct mia_fault *f)
{
	char name[] = "lowdown", html[] = "-thtml", smart[] = "--out-no-smarty";
	char meta[] = "--parse-no-metadata", link[] = "--parse-no-autolink";
	char *argv[] = {name, html, smart, meta, link, NULL};
	struct mia_filter p = {argv, "lowdown", "check lowdown"};
	struct mia_buf md = {0}, body = {0}, title = {0};
	int rc;

	mia_report_md(r, true, &md);
	rc = mia_filter_run(&p, md.s, md.n, &body, f);
	if (rc == 0) {
		add_title(&title, r->title);
		mia_buf_format(out, head, title.s);
		rc = place_figures(r, mia_buf_string(&body), out, f);
		mia_buf_text(out, "</body>\n</html>\n");
	}
	mia_buf_free(&md);
	mia_buf_free(&body);
	mia_buf_free(&title);
	return rc;
}
