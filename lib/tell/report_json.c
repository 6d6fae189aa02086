#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "tell/json.h"
#include "tell/report.h"
#include "tell/sections.h"

/* Raised when a name changes its meaning. */
#define REPORT_VERSION 1

static void
write_metric(struct mia_json *j, const struct mia_metric *m)
{
	mia_json_str(j, "target", m->target);
	mia_json_str(j, "attack", m->attack);
	mia_json_str(j, "group", m->group);
	mia_json_str(j, "metric", m->metric);
	mia_json_str(j, "at", m->at);
	mia_json_num(j, "value", m->value);
	mia_json_num(j, "lo", m->lo);
	mia_json_num(j, "hi", m->hi);
	mia_json_num(j, "level", m->level);
	mia_json_str(j, "method", m->method);
	mia_json_num(j, "n1", m->n1);
	mia_json_num(j, "n0", m->n0);
	mia_json_num(j, "fpr", m->fpr);
	mia_json_num(j, "threshold", m->threshold);
	mia_json_num(j, "delta", m->delta);
	mia_json_str(j, "relation", m->relation);
	mia_json_str(j, "note", m->note);
}

static void
write_verdict(struct mia_json *j, const struct mia_verdict *v)
{
	mia_json_open(j, "verdict", '{');
	mia_json_str(j, "result", mia_outcome_word(v->outcome));
	mia_json_open(j, "limits", '[');
	for (size_t i = 0; i < v->n; i++) {
		mia_json_open(j, NULL, '{');
		mia_json_str(j, "result",
			     mia_outcome_word(v->ruling[i].outcome));
		mia_json_open(j, "limit", '{');
		write_metric(j, v->ruling[i].limit);
		mia_json_close(j, '}');
		if (v->ruling[i].figure != NULL) {
			mia_json_open(j, "figure", '{');
			write_metric(j, v->ruling[i].figure);
			mia_json_close(j, '}');
		}
		mia_json_close(j, '}');
	}
	mia_json_close(j, ']');
	mia_json_close(j, '}');
}

static void
write_data(struct mia_json *j, const struct mia_facts *x)
{
	mia_json_open(j, "data", '[');
	for (size_t i = 0; i < x->n_data; i++)
		for (size_t k = 0; k < x->data[i].n; k++) {
			const struct mia_data *d = &x->data[i];
			const struct mia_part_rows *p = &d->part[k];

			mia_json_open(j, NULL, '{');
			mia_json_str(j, "file", d->file);
			mia_json_str(j, "part", p->name);
			mia_json_int(j, "rows", (int64_t)p->rows);
			mia_json_open(j, "classes", '[');
			for (size_t l = 0;
			     d->labels.n <= MIA_FACTS_CLASSES && l < p->n_label;
			     l++) {
				mia_json_open(j, NULL, '{');
				mia_json_text(j, "label",
					      mia_names_text(&d->labels,
							     (uint32_t)l));
				mia_json_int(j, "rows",
					     (int64_t)p->of_label[l]);
				mia_json_close(j, '}');
			}
			mia_json_close(j, ']');
			mia_json_close(j, '}');
		}
	mia_json_close(j, ']');
}

static void
write_metrics(struct mia_json *j, const struct mia_facts *x)
{
	mia_json_open(j, "metrics", '[');
	for (size_t i = 0; i < x->n_metric; i++) {
		if (strncmp(x->metric[i].metric, "limit_", 6) == 0)
			continue;
		mia_json_open(j, NULL, '{');
		write_metric(j, &x->metric[i]);
		mia_json_close(j, '}');
	}
	mia_json_close(j, ']');
}

static void
write_ids(struct mia_json *j, const struct mia_exposures *x,
	  const struct mia_metric *m)
{
	for (size_t i = 0; x != NULL && i < x->n; i++) {
		if (x->item[i].m != m)
			continue;
		mia_json_open(j, "ids", '[');
		for (size_t k = 0; k < x->item[i].n; k++)
			mia_json_str(j, NULL, x->item[i].named[k].id);
		mia_json_close(j, ']');
	}
}

static void
write_exposed(struct mia_json *j, const struct mia_report *r)
{
	mia_json_open(j, "exposed", '[');
	for (size_t i = 0; i < r->facts->n_metric; i++) {
		const struct mia_metric *m = &r->facts->metric[i];

		if (!mia_exposed_strict(m))
			continue;
		mia_json_open(j, NULL, '{');
		mia_json_str(j, "target", m->target);
		mia_json_str(j, "attack", m->attack);
		mia_json_str(j, "at", m->at);
		mia_json_num(j, "threshold", m->threshold);
		mia_json_num(j, "members_named", round(m->value * m->n1));
		mia_json_num(j, "members", m->n1);
		mia_json_num(j, "others_named", round(m->fpr * m->n0));
		mia_json_num(j, "others", m->n0);
		write_ids(j, r->exposures, m);
		mia_json_close(j, '}');
	}
	mia_json_close(j, ']');
}

static void
write_input(struct mia_json *j, const struct mia_input *i)
{
	char hash[MIA_HASH_TEXT];

	mia_hash_print(hash, i->hash);
	mia_json_str(j, "kind", i->kind);
	mia_json_int(j, "rows", (int64_t)i->rows);
	mia_json_str(j, "hash", hash);
}

static void
write_sources(struct mia_json *j, const struct mia_facts *x)
{
	mia_json_open(j, "streams", '[');
	for (size_t i = 0; i < x->n_source; i++) {
		const struct mia_given *s = &x->source[i];

		mia_json_open(j, NULL, '{');
		mia_json_str(j, "file", s->file);
		write_input(j, &s->own);
		mia_json_bool(j, "head", s->headed);
		mia_json_open(j, "programs", '[');
		for (size_t k = 0; k < s->n_line; k++)
			mia_json_str(j, NULL, s->line[k]);
		mia_json_close(j, ']');
		mia_json_open(j, "inputs", '[');
		for (size_t k = 0; k < s->in.n; k++) {
			mia_json_open(j, NULL, '{');
			write_input(j, &s->in.item[k]);
			mia_json_close(j, '}');
		}
		mia_json_close(j, ']');
		mia_json_close(j, '}');
	}
	mia_json_close(j, ']');
}

static void
write_chain(struct mia_json *j, const struct mia_report *r)
{
	const struct mia_chain *c = r->chain;

	mia_json_open(j, "provenance", '{');
	mia_json_str(j, "result", c->n_broken > 0 ? "broken" : "whole");
	mia_json_open(j, "breaks", '[');
	for (size_t i = 0; i < c->n_broken; i++)
		mia_json_str(j, NULL, c->broken[i]);
	mia_json_close(j, ']');
	write_sources(j, r->facts);
	mia_json_close(j, '}');
}

void
mia_report_json(const struct mia_report *r, struct mia_buf *b)
{
	struct mia_json j = {.b = b};

	mia_json_open(&j, NULL, '{');
	mia_json_int(&j, "report", REPORT_VERSION);
	mia_json_str(&j, "miatools", r->version);
	mia_json_str(&j, "title", r->title);
	write_verdict(&j, r->verdict);
	write_data(&j, r->facts);
	write_metrics(&j, r->facts);
	write_exposed(&j, r);
	write_chain(&j, r);
	mia_json_open(&j, "plots", '[');
	for (size_t i = 0; i < r->n_plot; i++)
		mia_json_str(&j, NULL, r->plot[i].link);
	mia_json_close(&j, ']');
	mia_json_close(&j, '}');
}
