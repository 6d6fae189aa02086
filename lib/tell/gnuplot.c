#include "tell/gnuplot.h"

#include <string.h>
#include <strings.h>

#include "tell/clean.h"
#include "tell/filter.h"

bool
mia_picture_of(const char *path, enum mia_picture *p)
{
	static const char *const suffix[] = {
		[MIA_PICTURE_TEXT] = ".txt",
		[MIA_PICTURE_SVG] = ".svg",
		[MIA_PICTURE_PNG] = ".png",
		[MIA_PICTURE_PDF] = ".pdf",
	};
	const char *dot = strrchr(path, '.');

	for (int i = 0; dot != NULL && i <= MIA_PICTURE_PDF; i++)
		if (strcasecmp(dot, suffix[i]) == 0) {
			*p = (enum mia_picture)i;
			return true;
		}
	return false;
}

void
mia_gnuplot_quote(struct mia_buf *script, struct mia_text t)
{
	struct mia_buf clean = {0};

	mia_clean_text(&clean, t);
	mia_buf_text(script, "'");
	for (size_t i = 0; i < clean.n; i++) {
		if (clean.s[i] == '\'')
			mia_buf_text(script, "'");
		mia_buf_add(script, clean.s + i, 1);
	}
	mia_buf_text(script, "'");
	mia_buf_free(&clean);
}

int
mia_gnuplot_run(const struct mia_buf *script, struct mia_buf *out,
		struct mia_fault *f)
{
	char name[] = "gnuplot", defaults[] = "-d";
	char *argv[] = {name, defaults, NULL};
	struct mia_filter p = {
		argv, "gnuplot-nox",
		"check that gnuplot is version 5.2 or later and can write "
		"svg, pngcairo and pdfcairo"};

	return mia_filter_run(&p, script->s, script->n, out, f);
}
