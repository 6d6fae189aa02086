#include "tell/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tell/sections.h"

void
mia_pairs_make(struct mia_pairs *p, const struct mia_facts *x)
{
	struct mia_names names = {0};
	struct mia_buf key = {0};

	*p = (struct mia_pairs){0};
	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];
		struct mia_pair *pair;
		uint32_t k;

		if (!mia_metric_attack(m))
			continue;
		/* The NUL between the two keeps "a", "bc" from "ab", "c". */
		key.n = 0;
		mia_buf_add(&key, m->target, strlen(m->target) + 1);
		mia_buf_text(&key, m->attack);
		k = mia_names_add(&names, (struct mia_text){key.s, key.n});
		if (k == p->n) {
			mia_grow(&p->item, &p->cap, p->n + 1, sizeof(*p->item));
			p->item[p->n++] = (struct mia_pair){0};
		}
		pair = &p->item[k];
		mia_grow(&pair->row, &pair->cap, pair->n + 1,
			 sizeof(*pair->row));
		pair->row[pair->n++] = m;
	}
	mia_names_free(&names);
	mia_buf_free(&key);
}

void
mia_pairs_free(struct mia_pairs *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->item[i].row);
	free(p->item);
	*p = (struct mia_pairs){0};
}

const struct mia_metric *
mia_pair_row(const struct mia_pair *p, const char *group, const char *metric,
	     const char *at)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct mia_metric *m = p->row[i];

		if (strcmp(m->metric, metric) == 0 &&
		    strcmp(m->group, group) == 0 &&
		    (at == NULL || strcmp(m->at, at) == 0))
			return m;
	}
	return NULL;
}
