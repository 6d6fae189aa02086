#ifndef MIA_LEARN_MLP_PASS_H
#define MIA_LEARN_MLP_PASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/gemm.h"
#include "learn/mlp.h"
#include "maths/rng.h"

/*
 * A batch of rows through a network and back.  A workspace, one a thread, for
 * networks of one shape.
 */
struct mia_mlp_pass {
	enum mia_cpu cpu;
	size_t rows, group; /* most rows at a time; to whole softmax groups */
	/* Values of layer l, 0 the input, are a[l][rows][stride[l]]. */
	size_t stride[MIA_MLP_HIDDEN + 2];
	float *a[MIA_MLP_HIDDEN + 2];
	/* What dropout multiplies hidden layer l by; NULL: there is none. */
	float *mask[MIA_MLP_HIDDEN + 2];
	double dropout;
	float *d, *below; /* slopes of the loss, in a layer and the one below */
	struct mia_panels w[MIA_MLP_HIDDEN + 1]; /* packed weights */
	struct mia_panels panels;
	double *z;	   /* [present][group] */
	double *own;	   /* [group] sum_k t_k z_k */
	double *top, *sum; /* [group], of mia_softmax */
};

/* What the answers should be. */
struct mia_mlp_truth {
	const uint32_t *y;    /* [n] number of the class among those present */
	const double *weight; /* [present] of a row of each */
	double smoothing;
};

/* m's layers >= 1. */
void mia_mlp_pass_init(struct mia_mlp_pass *p, const struct mia_mlp *m,
		       size_t rows, double dropout, enum mia_cpu cpu);
void mia_mlp_pass_free(struct mia_mlp_pass *p, const struct mia_mlp *m);

/* Takes over m's weights; to be called again when they have changed. */
void mia_mlp_pass_pack(struct mia_mlp_pass *p, const struct mia_mlp *m);

/*
 * From n rows of inputs in p->a[0] to logits in p->a[m->layers].  Dropout is
 * drawn from r, layer by layer and row by row; NULL: units are not dropped.
 */
void mia_mlp_pass_forward(struct mia_mlp_pass *p, const struct mia_mlp *m,
			  size_t n, struct mia_rng *r);

/*
 * After forward: *loss becomes the sum over the n rows of their weighted
 * losses, and p->d the slopes of it, over n, along the logits.  Returns -1 if a
 * logit is not finite.
 */
int mia_mlp_pass_loss(struct mia_mlp_pass *p, const struct mia_mlp *m, size_t n,
		      const struct mia_mlp_truth *t, double *loss);

/* After loss, from p->d to the gradient g, laid out as m->w, without decay. */
void mia_mlp_pass_back(struct mia_mlp_pass *p, const struct mia_mlp *m,
		       size_t n, float *g);

#endif
