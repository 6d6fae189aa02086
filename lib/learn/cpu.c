#include "learn/cpu.h"

bool
mia_cpu_has(enum mia_cpu cpu)
{
	switch (cpu) {
	case MIA_CPU_AVX512:
		return __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("fma");
	case MIA_CPU_AVX2:
		return __builtin_cpu_supports("avx2") &&
		       __builtin_cpu_supports("fma");
	default:
		return cpu == MIA_CPU_PLAIN;
	}
}

enum mia_cpu
mia_cpu_best(void)
{
	if (mia_cpu_has(MIA_CPU_AVX512))
		return MIA_CPU_AVX512;
	return mia_cpu_has(MIA_CPU_AVX2) ? MIA_CPU_AVX2 : MIA_CPU_PLAIN;
}
