/* A client of the installed library: numbers drawn, printed, read back. */
#include <stdio.h>

#include "base/num.h"
#include "maths/rng.h"

int
main(void)
{
	struct mia_rng r;
	char text[MIA_NUM_MAX];
	double x, back;
	size_t n;

	mia_rng_init(&r, 1, "client", 0);
	for (int i = 0; i < 1000; i++) {
		x = mia_rng_normal(&r);
		n = mia_num_print(text, x);
		if (mia_num_parse((struct mia_text){text, n}, &back) !=
			    MIA_NUM_FINITE ||
		    back != x)
			return 1;
	}
	puts("1000 doubles read back equal");
	return 0;
}
