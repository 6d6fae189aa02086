#ifndef MIA_MATHS_EPSILON_GAUSS_H
#define MIA_MATHS_EPSILON_GAUSS_H

/*
 * Gaussian differential privacy: telling the two worlds apart is as hard as
 * telling N(0, 1) from N(mu, 1).  mu >= 0, epsilon >= 0, 0 <= delta < 1.
 * Source: Dong, Roth & Su, J. R. Stat. Soc. B 84 (2022), corollary 1.
 */

/* The delta at an epsilon: Phi(-e/mu + mu/2) - exp(e) Phi(-e/mu - mu/2). */
double mia_gauss_delta(double mu, double epsilon);

/* The epsilon at a delta; 0 if delta is enough without, infinite at delta 0
 * and mu > 0.  Relative error 1e-12. */
double mia_gauss_epsilon(double mu, double delta);

#endif
