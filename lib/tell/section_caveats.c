/* What a reader must not conclude; where the methods are from. */
#include <stdlib.h>
#include <string.h>

#include "tell/md.h"
#include "tell/sections.h"
#include "tell/words.h"

void
mia_section_caveats(const struct mia_report *r, struct mia_buf *b)
{
	const struct mia_facts *x = r->facts;

	(void)x;
	mia_buf_text(
		b,
		"## What this does not show\n\n"
		"- **Not that the model is safe.** These attacks on these "
		"records achieved these figures. A stronger attack, or one "
		"with more knowledge, may achieve more.\n"
		"- **Not what retraining would give.** Every interval is for "
		"records like these, under this very model and these shadow "
		"models. A model trained again, with another seed or on "
		"other records, can differ by more than the interval.\n"
		"- **Not that each record is as safe as the average.** A low "
		"AUC is an average over records; a few may be exposed all "
		"the same. The figures at strict thresholds are about "
		"those.\n"
		"- **Only if both sides are alike.** The figures compare "
		"training records with others. If the two differ in kind or "
		"in time, an attack may tell them apart without the model, and "
		"the figures are too high.\n"
		"- **Only membership.** Whether the model gives away values of "
		"a record, or was itself made of stored records, is another "
		"question.\n\n");
}

/* Papers, listed if a program or a method of theirs was used. */
static const struct {
	const char *tool, *method, *text;
} paper[] = {
	{"fit-lira", NULL,
	 "N. Carlini, S. Chien, M. Nasr, S. Song, A. Terzis, F. Tramèr, "
	 "*Membership Inference Attacks From First Principles*, IEEE Symposium "
	 "on Security and Privacy, 2022. LiRA, and why the left end of the "
	 "curve matters."},
	{"train-shadow", NULL,
	 "R. Shokri, M. Stronati, C. Song, V. Shmatikov, *Membership Inference "
	 "Attacks Against Machine Learning Models*, IEEE Symposium on Security "
	 "and Privacy, 2017. Shadow models."},
	{"score-losses", NULL,
	 "S. Yeom, I. Giacomelli, M. Fredrikson, S. Jha, *Privacy Risk in "
	 "Machine Learning: Analyzing the Connection to Overfitting*, IEEE "
	 "Computer Security Foundations Symposium, 2018. Losses as scores; "
	 "advantage; the gap."},
	{NULL, "delong",
	 "E. DeLong, D. DeLong, D. Clarke-Pearson, *Comparing the Areas under "
	 "Two or More Correlated Receiver Operating Characteristic Curves*, "
	 "Biometrics 44, 1988. The variance of an AUC."},
	{NULL, "clopper",
	 "C. Clopper, E. Pearson, *The Use of Confidence or Fiducial Limits "
	 "Illustrated in the Case of the Binomial*, Biometrika 26, 1934. "
	 "Intervals of rates."},
	{NULL, "mover",
	 "G. Zou, A. Donner, *Construction of Confidence Limits about Effect "
	 "Measures: A General Approach*, Statistics in Medicine 27, 2008. The "
	 "interval of a gap."},
};

static bool
method_used(const struct mia_facts *x, const char *method)
{
	for (size_t i = 0; i < x->n_metric; i++)
		if (strstr(x->metric[i].method, method) != NULL)
			return true;
	return false;
}

void
mia_section_references(const struct mia_report *r, struct mia_buf *b)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(paper) / sizeof(*paper); i++) {
		if (paper[i].tool != NULL
			    ? !mia_facts_tool(r->facts, paper[i].tool)
			    : !method_used(r->facts, paper[i].method))
			continue;
		if (!any)
			mia_buf_text(b, "## References\n\n");
		any = true;
		mia_buf_format(b, "- %s\n", paper[i].text);
	}
	if (any)
		mia_buf_text(b, "\n");
}
