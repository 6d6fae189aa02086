#ifndef MIA_TELL_SECTIONS_H
#define MIA_TELL_SECTIONS_H

#include "base/buf.h"
#include "tell/pairs.h"
#include "tell/report.h"

/* The sections of a report in Markdown, each with its heading; those with
 * nothing to tell write nothing.  For the files of the report only. */
void mia_section_verdict(const struct mia_report *r, struct mia_buf *b);
void mia_section_data(const struct mia_report *r, struct mia_buf *b);
void mia_section_model(const struct mia_report *r, struct mia_buf *b);
void mia_section_attacks(const struct mia_report *r, struct mia_buf *b);
void mia_section_exposed(const struct mia_report *r, struct mia_buf *b);
void mia_section_settings(const struct mia_report *r, struct mia_buf *b);
void mia_section_chain(const struct mia_report *r, struct mia_buf *b);
void mia_section_caveats(const struct mia_report *r, struct mia_buf *b);
void mia_section_references(const struct mia_report *r, struct mia_buf *b);

/* "`lira`", or "`lira` on `target`" if there are several targets. */
void mia_section_attack(const struct mia_report *r, const struct mia_metric *m,
			struct mia_buf *b);

/* Tables of figures: of all attacks; of the slices of one, if it has any. */
void mia_table_attacks(const struct mia_report *r,
		       const struct mia_pairs *pairs, struct mia_buf *b);
void mia_table_slices(const struct mia_pair *p, struct mia_buf *b);

/* A row about all records, not a slice of them. */
bool mia_metric_overall(const struct mia_metric *m);
/* A row about the model, not about an attack on it. */
bool mia_metric_model(const struct mia_metric *m);
/* A figure of an attack: no limit, not about the model. */
bool mia_metric_attack(const struct mia_metric *m);
/* A program that some stream passed through. */
bool mia_facts_tool(const struct mia_facts *x, const char *tool);

#endif
