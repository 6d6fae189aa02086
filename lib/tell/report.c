#include "tell/report.h"

#include <string.h>

#include "tell/md.h"
#include "tell/sections.h"

bool
mia_metric_overall(const struct mia_metric *m)
{
	return m->group[0] == '\0' || strcmp(m->group, "all") == 0;
}

bool
mia_metric_model(const struct mia_metric *m)
{
	return strncmp(m->metric, "accuracy", 8) == 0 || m->attack[0] == '\0';
}

bool
mia_metric_attack(const struct mia_metric *m)
{
	return !mia_metric_model(m) && strncmp(m->metric, "limit_", 6) != 0;
}

bool
mia_facts_tool(const struct mia_facts *x, const char *tool)
{
	size_t n = strlen(tool);

	for (size_t i = 0; i < x->n_source; i++)
		for (size_t k = 0; k < x->source[i].n_line; k++) {
			const char *line = x->source[i].line[k];

			if (strncmp(line, tool, n) == 0 && line[n] == ' ')
				return true;
		}
	return false;
}

static void
write_figures(const struct mia_report *r, bool marks, struct mia_buf *b)
{
	if (r->n_plot == 0)
		return;
	mia_buf_text(b, "## Plots\n\n");
	for (size_t i = 0; i < r->n_plot; i++) {
		if (marks) {
			mia_buf_format(b, "MIAFIGURE%zu\n\n", i);
			continue;
		}
		mia_buf_text(b, "![ROC curves](");
		mia_md_path(b, r->plot[i].link);
		mia_buf_text(b, ")\n\n");
	}
	mia_buf_text(b,
		     "A curve shows which share of the training records an "
		     "attack names (upwards) when it names a given share of "
		     "the other records wrongly (to the right). The further a "
		     "curve runs above the dotted diagonal, the more the "
		     "model gives away; the left end matters most, where the "
		     "attack is hardly ever wrong. The bands are the "
		     "intervals.\n\n");
}

void
mia_report_md(const struct mia_report *r, bool marks, struct mia_buf *b)
{
	mia_buf_text(b, "# ");
	mia_md_str(b, r->title);
	mia_buf_text(b, "\n\n");
	mia_section_verdict(r, b);
	mia_section_data(r, b);
	mia_section_model(r, b);
	mia_section_attacks(r, b);
	write_figures(r, marks, b);
	mia_section_exposed(r, b);
	mia_section_settings(r, b);
	mia_section_chain(r, b);
	mia_section_caveats(r, b);
	mia_section_references(r, b);
	mia_buf_format(b, "Written by report-md of miatools %s.\n", r->version);
}
