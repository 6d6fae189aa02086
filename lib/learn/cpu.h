#ifndef MIA_LEARN_CPU_H
#define MIA_LEARN_CPU_H

#include <stdbool.h>

/* What the vector code is written for; all give the same bytes. */
enum mia_cpu {
	MIA_CPU_PLAIN,	/* any x86-64; fma() of the C library */
	MIA_CPU_AVX2,	/* AVX2 and FMA */
	MIA_CPU_AVX512, /* AVX-512F */
	MIA_CPUS,
};

/* Can this machine run it? */
bool mia_cpu_has(enum mia_cpu cpu);
/* The fastest that it can. */
enum mia_cpu mia_cpu_best(void);

#endif
