#include "run/scores.h"

void
mia_scores_header(const struct mia_answers *a, const struct mia_reader *r,
		  struct mia_writer *w, bool pass)
{
	mia_write_str(w, "id");
	mia_write_str(w, "model");
	mia_write_str(w, "member");
	if (a->label != NULL)
		mia_write_str(w, "label");
	for (size_t i = 0; pass && i < a->passes; i++)
		mia_write_text(w, mia_reader_name(r, a->pass[i]));
}

void
mia_scores_key(const struct mia_answers *a, uint32_t record,
	       struct mia_text model, bool member, struct mia_writer *w)
{
	mia_write_text(w, mia_names_text(&a->ids, record));
	mia_write_text(w, model);
	mia_write_int(w, member);
	if (a->label != NULL)
		mia_write_text(w, mia_names_text(&a->labels, a->label[record]));
}

int
mia_scores_row(const struct mia_answers *a, const struct mia_target_row *row,
	       struct mia_writer *w, struct mia_fault *f)
{
	const unsigned char *text = (const unsigned char *)a->text.s;
	struct mia_bytes rest = {text + row->text, text + a->text.n};
	struct mia_text t;

	mia_scores_key(a, row->record, mia_names_text(&a->targets, row->target),
		       row->member, w);
	for (size_t i = 0; i < a->passes; i++) {
		if (mia_bytes_str(&rest, &t, f) != 0)
			return -1;
		mia_write_text(w, t);
	}
	return 0;
}
