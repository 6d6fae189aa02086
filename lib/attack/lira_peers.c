#include "attack/lira.h"

/*
 * The formulae of other tools, column by column, with what they add to a
 * deviation against division by 0.  Scores of 1e60 come out of that where all
 * shadows agree; it is what those tools print.
 */
#define CARLINI(NAME, FORM, VARIANCE)                                          \
	{                                                                      \
		"carlini_" NAME, MIA_LIRA_##FORM, MIA_LIRA_##VARIANCE, true,   \
			1e-30, false                                           \
	}

const struct mia_lira_rule mia_lira_carlini[] = {
	CARLINI("online", ONLINE, PER_RECORD),
	CARLINI("online_fixed", ONLINE, POOLED_RAW_IN),
	CARLINI("offline", OUT, PER_RECORD),
	CARLINI("offline_fixed", OUT, POOLED_RAW),
	CARLINI("global", GLOBAL, PER_RECORD),
	{0},
};

#define TFP(NAME, FORM, VARIANCE)                                              \
	{"tfp_" NAME "_median",                                                \
	 MIA_LIRA_##FORM,                                                      \
	 MIA_LIRA_##VARIANCE,                                                  \
	 true,                                                                 \
	 1e-30,                                                                \
	 false},                                                               \
	{                                                                      \
		"tfp_" NAME "_mean", MIA_LIRA_##FORM, MIA_LIRA_##VARIANCE,     \
			false, 1e-30, false                                    \
	}

const struct mia_lira_rule mia_lira_tfp[] = {
	TFP("lira_both_per", ONLINE, PER_RECORD),
	TFP("lira_both_fix", ONLINE, POOLED),
	TFP("offset_both", OFFSET, PER_RECORD),
	TFP("lira_in_per", IN, PER_RECORD),
	TFP("lira_in_fix", IN, POOLED),
	TFP("offset_in", OFFSET_IN, PER_RECORD),
	TFP("lira_out_per", OUT, PER_RECORD),
	TFP("lira_out_fix", OUT, POOLED),
	TFP("offset_out", OFFSET_OUT, PER_RECORD),
	{0},
};

#define SACRO(NAME, FORM, VARIANCE)                                            \
	{                                                                      \
		"sacro_" NAME, MIA_LIRA_##FORM, MIA_LIRA_##VARIANCE, false,    \
			1e-16, true                                            \
	}

const struct mia_lira_rule mia_lira_sacro[] = {
	SACRO("offline", CDF, PER_RECORD),
	SACRO("offline_fixed", CDF, POOLED_RAW),
	SACRO("offline_carlini", OUT, PER_RECORD),
	SACRO("offline_carlini_fixed", OUT, POOLED_RAW),
	SACRO("online_carlini", ONLINE, PER_RECORD),
	SACRO("online_carlini_fixed", ONLINE, POOLED_RAW),
	{0},
};
