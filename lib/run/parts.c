#include "run/parts.h"

static const char *const part_names[] = {"member", "nonmember", "aux",
					 "population", "background"};

const char *
mia_part_name(enum mia_part part)
{
	return part_names[part];
}

enum mia_part
mia_part_find(struct mia_text name)
{
	int i = 0;

	while (i < MIA_PARTS && !mia_text_is(name, part_names[i]))
		i++;
	return (enum mia_part)i;
}

int
mia_parts_scan(const char *list, const char *option, unsigned *parts,
	       struct mia_fault *f)
{
	struct mia_text t;

	*parts = 0;
	while (mia_text_next(&list, ',', &t)) {
		enum mia_part p = mia_part_find(t);

		if (p != MIA_PARTS)
			*parts |= MIA_PART_BIT(p);
		else if (mia_text_is(t, "audited"))
			*parts |= MIA_PARTS_AUDITED;
		else if (mia_text_is(t, "all"))
			*parts |= MIA_PART_BIT(MIA_PARTS) - 1;
		else
			return mia_fail(f, MIA_USAGE,
					"--%s holds '%.*s', not a part; use "
					"member, nonmember, aux, population, "
					"background, audited or all",
					option, (int)t.n, t.s);
	}
	return 0;
}
