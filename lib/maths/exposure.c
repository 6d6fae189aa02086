#include "maths/exposure.h"

#include <math.h>

#include "maths/sort.h"

double
mia_exposure(const double *reference, size_t n, double score)
{
	return log2((double)n) -
	       log2((double)(1 + mia_sort_from(reference, n, score)));
}
