#ifndef MIA_BASE_FAULT_H
#define MIA_BASE_FAULT_H

/* Exit codes of every program; lib/ hands them up in a fault. */
enum mia_exit {
	MIA_OK = 0,
	MIA_USAGE = 2,	   /* unknown option, bad value */
	MIA_DATA = 3,	   /* malformed, missing, cut short, no convergence */
	MIA_SYSTEM = 4,	   /* open, read, write, a program we call */
	MIA_EXCEEDED = 5,  /* a limit is exceeded */
	MIA_NOT_SHOWN = 6, /* the evidence does not decide */
};

/* What went wrong: the program prints text and exits with code. */
struct mia_fault {
	int code;
	char text[1024];
};

/*
 * Fills *f with code and a message "what; how to mend" (lower case, no full
 * stop, subject quoted; a "file:line: " prefix where one is known).
 * mia_fail is the same as an expression of value -1: "return mia_fail(...)".
 * A fault that is already set is kept: the first cause wins.
 */
void mia_fault_set(struct mia_fault *f, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define mia_fail(...) (mia_fault_set(__VA_ARGS__), -1)

#endif
