#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "front/opts.h"
#include "io/writer.h"
#include "tell/chain.h"
#include "tell/exposed.h"
#include "tell/facts.h"
#include "tell/report.h"
#include "tell/verdict.h"

/* Far more than any plot needs. */
#define PLOT_MAX ((size_t)256 << 20)

struct opts {
	const char *output, *html, *title;
	struct mia_list plot;
	int64_t ids;
	bool json;
};

static bool
to_stdout(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

static int
read_all(struct mia_command *cmd, struct mia_facts *x, struct mia_fault *f)
{
	if (cmd->n_file == 0)
		return mia_facts_read(x, "-", f);
	for (size_t i = 0; i < cmd->n_file; i++)
		if (mia_facts_read(x, cmd->file[i], f) != 0)
			return -1;
	return 0;
}

/* The next component of a path, "." left out; n == 0 at the end. */
static struct mia_text
component(const char **path)
{
	struct mia_text t;

	do {
		*path += strspn(*path, "/");
		t = (struct mia_text){*path, strcspn(*path, "/")};
		*path += t.n;
	} while (mia_text_is(t, "."));
	return t;
}

/*
 * path as seen from the folder of the file from, both relative to the same
 * folder or both absolute; else, or if from climbs by "..", path as it is.
 * Freed by the caller.
 */
static char *
link_from(const char *from, const char *path)
{
	const char *dir = from, *rest = path, *at = path;
	struct mia_text a = component(&dir), b = component(&rest);
	struct mia_buf link = {0};

	if ((from[0] == '/') != (path[0] == '/'))
		return mia_copy(path, strlen(path));
	/* The folders both have; the last component of from is the file. */
	while (*dir != '\0' && *rest != '\0' && mia_text_equal(a, b)) {
		at = rest + 1;
		a = component(&dir);
		b = component(&rest);
	}
	for (; *dir != '\0'; a = component(&dir)) {
		if (mia_text_is(a, "..")) {
			mia_buf_free(&link);
			return mia_copy(path, strlen(path));
		}
		mia_buf_text(&link, "../");
	}
	at += strspn(at, "/");
	mia_buf_text(&link, at);
	mia_buf_string(&link);
	return link.s;
}

static void
figures_free(struct mia_plot *fig, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(fig[i].link);
	free(fig);
}

/* The plots must be there, and are linked as seen from the report. */
static int
figures_of(const struct opts *o, struct mia_plot *fig, struct mia_fault *f)
{
	for (size_t i = 0; i < o->plot.n; i++) {
		const char *path = o->plot.item[i];
		char *s;
		size_t n;

		fig[i].path = path;
		fig[i].link = to_stdout(o->output)
				      ? mia_copy(path, strlen(path))
				      : link_from(o->output, path);
		if (mia_read_file(path, PLOT_MAX, &s, &n, f) != 0)
			return -1;
		free(s);
	}
	return 0;
}

static int
write_all(const struct opts *o, const struct mia_report *r, struct mia_fault *f)
{
	struct mia_buf text = {0}, html = {0};
	int rc = 0;

	if (o->json)
		mia_report_json(r, &text);
	else
		mia_report_md(r, false, &text);
	/* Both are made before either is written. */
	if (o->html != NULL)
		rc = mia_report_html(r, &html, f);
	if (rc == 0 && to_stdout(o->output))
		fwrite(text.s, 1, text.n, stdout);
	else if (rc == 0)
		rc = mia_write_file(o->output, text.s, text.n, f);
	if (rc == 0 && o->html != NULL)
		rc = mia_write_file(o->html, html.s, html.n, f);
	mia_buf_free(&text);
	mia_buf_free(&html);
	return rc;
}

static int
run(struct mia_command *cmd, const struct opts *o, struct mia_fault *f)
{
	struct mia_facts facts = {0};
	struct mia_exposures exposures = {.max = (size_t)o->ids};
	struct mia_verdict verdict = {0};
	struct mia_chain chain = {0};
	struct mia_plot *fig = mia_alloc(o->plot.n, sizeof(*fig));
	int rc = figures_of(o, fig, f);

	if (rc == 0)
		rc = read_all(cmd, &facts, f);
	if (rc == 0 && o->ids > 0)
		rc = cmd->n_file > 0
			     ? mia_exposed_read(&exposures, &facts, cmd->file,
						cmd->n_file, f)
			     : mia_fail(f, MIA_DATA,
					"--ids reads the scores once more; "
					"give files");
	if (rc == 0)
		rc = mia_verdict_reach(&verdict, &facts, f);
	if (rc == 0) {
		facts.n_source = mia_sources_join(facts.source, facts.n_source);
		mia_chain_check(&chain, facts.source, facts.n_source);
		rc = write_all(
			o,
			&(struct mia_report){
				.title = o->title,
				.version = MIA_VERSION,
				.facts = &facts,
				.verdict = &verdict,
				.chain = &chain,
				.plot = fig,
				.n_plot = o->plot.n,
				.exposures = o->ids > 0 ? &exposures : NULL,
			},
			f);
	}
	for (size_t i = 0; rc == 0 && i < chain.n_broken; i++)
		mia_say(cmd, "provenance broken: %s", chain.broken[i]);
	mia_chain_free(&chain);
	mia_exposed_free(&exposures);
	mia_verdict_free(&verdict);
	mia_facts_free(&facts);
	figures_free(fig, o->plot.n);
	return rc;
}

int
main(int argc, char **argv)
{
	struct opts o = {.title = "Membership-inference audit"};
	struct mia_option table[] = {
		{"output", 'o', MIA_OPT_STRING, &o.output, "FILE",
		 "write the report to FILE (standard output)", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"html", 0, MIA_OPT_STRING, &o.html, "FILE",
		 "write it as one HTML file as well", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"json", 0, MIA_OPT_FLAG, &o.json, NULL,
		 "the facts as JSON, not Markdown", 0, 0, NULL, 0, false},
		{"plot", 0, MIA_OPT_LIST, &o.plot, "FILE",
		 "show this picture; may be repeated", 0, 0, NULL, 0, false},
		{"ids", 0, MIA_OPT_INT, &o.ids, "N",
		 "list up to N exposed records for each threshold (0)", 0, 1e6,
		 NULL, 0, false},
		{"title", 0, MIA_OPT_STRING, &o.title, "TEXT", "the title", 0,
		 0, NULL, 0, false},
		{0},
	};
	struct mia_command cmd = {
		.name = "report-md",
		.summary = "write the report of an audit",
		.operands = "[FILE ...]",
		.option = table,
		.no_stream = true,
	};
	struct mia_fault fault = {0};

	mia_opts_parse(&cmd, argc, argv);
	return mia_opts_finish(&cmd, run(&cmd, &o, &fault), &fault);
}
