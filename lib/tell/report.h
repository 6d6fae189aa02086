#ifndef MIA_TELL_REPORT_H
#define MIA_TELL_REPORT_H

#include "base/buf.h"
#include "base/fault.h"
#include "tell/chain.h"
#include "tell/exposed.h"
#include "tell/facts.h"
#include "tell/verdict.h"

/* A picture of the report. */
struct mia_plot {
	const char *path; /* of the file */
	char *link;	  /* as seen from the report */
};

/* What a report is made of; all borrowed. */
struct mia_report {
	const char *title, *version; /* of miatools */
	const struct mia_facts *facts;
	const struct mia_verdict *verdict;
	const struct mia_chain *chain;
	const struct mia_plot *plot;
	size_t n_plot;
	const struct mia_exposures *exposures; /* NULL: no ids */
};

/*
 * The report in Markdown, for readers who are no statisticians: the verdict
 * and what it rests on first.  The same facts give the same bytes.
 * marks: plots become the paragraphs that mia_report_html replaces.
 */
void mia_report_md(const struct mia_report *r, bool marks,
		   struct mia_buf *b);

/* The same facts as JSON; report-md(1) describes it. */
void mia_report_json(const struct mia_report *r, struct mia_buf *b);

/*
 * The report as one HTML file that needs no other: lowdown(1) turns the
 * Markdown into HTML, SVG plots stand inline, PNG as data.
 * Faults: system, a plot cannot be read, lowdown is missing or fails; data, a
 * plot that is neither SVG nor PNG, or an SVG that runs or loads anything.
 */
int mia_report_html(const struct mia_report *r, struct mia_buf *out,
		    struct mia_fault *f);

#endif
