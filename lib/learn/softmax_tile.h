/* The body of softmax.c for one CPU; see simd.h. */

#if SIMD_CPU == 0
/* x 2^n, n from the low bits of t, as SCALE of the vector kinds does it. */
static double
simd_scale(double x, double t)
{
	uint64_t u, n;

	memcpy(&u, &x, sizeof(u));
	memcpy(&n, &t, sizeof(n));
	u += n << 52;
	memcpy(&x, &u, sizeof(x));
	return x;
}
#endif

/*
 * exp(x) for x <= 0: x = n log 2 + r with |r| <= log(2) / 2, exp(r) by its
 * series up to r^13 / 13!, whose rest is below 5e-18.
 */
static inline __attribute__((always_inline)) SIMD_TARGET SIMD_V
SIMD(exp)(SIMD_V x)
{
	SIMD_V t, n, r, y;

	x = MAX(x, FILL(LEAST));
	/* Adding 1.5 2^52 rounds to a whole number and leaves it in the low
	 * bits. */
	t = FMA(x, FILL(0x1.71547652b82fep0), FILL(0x1.8p52));
	n = SUB(t, FILL(0x1.8p52));
	r = FMA(n, FILL(-0x1.62e42fefa39efp-1), x);
	r = FMA(n, FILL(-0x1.abc9e3b39803fp-56), r);
	y = FILL(1 / 6227020800.0);
	y = FMA(y, r, FILL(1 / 479001600.0));
	y = FMA(y, r, FILL(1 / 39916800.0));
	y = FMA(y, r, FILL(1 / 3628800.0));
	y = FMA(y, r, FILL(1 / 362880.0));
	y = FMA(y, r, FILL(1 / 40320.0));
	y = FMA(y, r, FILL(1 / 5040.0));
	y = FMA(y, r, FILL(1 / 720.0));
	y = FMA(y, r, FILL(1 / 120.0));
	y = FMA(y, r, FILL(1 / 24.0));
	y = FMA(y, r, FILL(1 / 6.0));
	y = FMA(y, r, FILL(0.5));
	y = FMA(y, r, FILL(1.0));
	y = FMA(y, r, FILL(1.0));
	return SCALE(y, t);
}

static SIMD_TARGET void
SIMD(softmax)(size_t classes, size_t rows, double *z, size_t stride,
	      double *top, double *sum)
{
	for (size_t i = 0; i < rows; i += LANES) {
		SIMD_V high = LOAD(z + i), s = FILL(0.0);

		for (size_t k = 1; k < classes; k++)
			high = MAX(high, LOAD(z + k * stride + i));
		for (size_t k = 0; k < classes; k++) {
			double *at = z + k * stride + i;
			SIMD_V e = SIMD(exp)(SUB(LOAD(at), high));

			s = ADD(s, e);
			STORE(at, e);
		}
		STORE(top + i, high);
		STORE(sum + i, s);
		s = DIV(FILL(1.0), s);
		for (size_t k = 0; k < classes; k++) {
			double *at = z + k * stride + i;

			STORE(at, MUL(LOAD(at), s));
		}
	}
}
