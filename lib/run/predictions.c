#include "run/predictions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

void
mia_predictions_init(struct mia_predictions *p, const struct mia_records *s,
		     size_t classes)
{
	struct mia_buf *b = &p->cells;

	*p = (struct mia_predictions){.s = s, .classes = classes};
	p->id = mia_alloc(s->n + 1, sizeof(*p->id));
	p->rest = mia_alloc(s->n, sizeof(*p->rest));
	for (uint32_t i = 0; i < s->n; i++) {
		enum mia_part part = (enum mia_part)s->part[i];

		mia_cell_add(b, mia_records_id(s, i), true);
		p->rest[i] = b->n;
		mia_buf_format(b, ",%s,", mia_part_name(part));
		mia_cell_add(b, mia_records_label(s, i), false);
		if (s->views)
			mia_buf_format(b, ",%u", s->view[i]);
		p->id[i + 1] = b->n;
	}
}

void
mia_predictions_free(struct mia_predictions *p)
{
	mia_buf_free(&p->cells);
	free(p->id);
	free(p->rest);
	*p = (struct mia_predictions){0};
}

int
mia_predictions_begin(const struct mia_meta *from, const struct mia_hyper *h,
		      const char *tool_line, struct mia_writer *w,
		      struct mia_fault *f)
{
	struct mia_meta head = {.shard = from->shard, .shards = from->shards};
	char number[MIA_NUM_MAX + 1];
	struct mia_buf b = {0};
	int rc;

	mia_meta_merge(&head, from);
	if (h->learner->floor != NULL) {
		number[mia_num_print(number, h->learner->floor(h))] = '\0';
		mia_buf_format(&b, "#floor %s", number);
		mia_meta_line(&head, (struct mia_text){b.s, b.n});
		mia_buf_free(&b);
	}
	rc = mia_writer_begin(w, "predictions", &head, tool_line, f);
	mia_meta_free(&head);
	return rc;
}

int
mia_predictions_header(const struct mia_predictions *p,
		       const struct mia_names *classes, enum mia_output output,
		       struct mia_writer *w, struct mia_fault *f)
{
	static const char *const key[] = {"id", "model", "member", "part",
					  "label"};
	struct mia_buf name = {0};

	for (size_t i = 0; i < sizeof(key) / sizeof(*key); i++)
		mia_write_str(w, key[i]);
	if (p->s->views)
		mia_write_str(w, "view");
	for (uint32_t k = 0; k < classes->n; k++) {
		struct mia_text class = mia_names_text(classes, k);

		name.n = 0;
		mia_buf_text(&name, output == MIA_OUTPUT_P ? "p_" : "z_");
		mia_buf_add(&name, class.s, class.n);
		mia_write_text(w, (struct mia_text){name.s, name.n});
	}
	mia_buf_free(&name);
	return mia_writer_row(w, f);
}

void
mia_predictions_row(const struct mia_predictions *p, struct mia_buf *b,
		    uint32_t row, struct mia_text model, bool member,
		    const double *out)
{
	size_t id = p->id[row], rest = p->rest[row], end = p->id[row + 1];
	size_t room = end - id + model.n + 3 + p->classes * (MIA_NUM_MAX + 1);
	char *at;

	mia_grow(&b->s, &b->cap, b->n + room, 1);
	at = b->s + b->n;
	memcpy(at, p->cells.s + id, rest - id);
	at += rest - id;
	*at++ = ',';
	memcpy(at, model.s, model.n);
	at += model.n;
	*at++ = ',';
	*at++ = member ? '1' : '0';
	memcpy(at, p->cells.s + rest, end - rest);
	at += end - rest;
	for (size_t k = 0; k < p->classes; k++) {
		*at++ = ',';
		at += mia_num_print(at, out[k]);
	}
	b->n = (size_t)(at - b->s);
}
