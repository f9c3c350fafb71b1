/* script.h - an engine for unit tests of callers, that answers what it was told and stops the program at the first surprise.
 *
 * Not for testing statements: those are tested on the real engines. One thread at a time. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "sql.h"

struct sql_script_step {
	const char *expect; /* a part of the statement's text */
	bool (*check)(const struct sql_val *args, size_t count); /* optional: false stops the program */
	/* What the statement answers: */
	enum err err;
	const char *constraint; /* with the error; NULL: "" */
	const struct sql_val *vals; /* rows * cols; text and blobs must outlive the transaction */
	size_t rows, cols;
	int64_t changed;
};

/* sql_script_open() - statements must come in the order of the steps, in whatever transactions. `steps` must outlive it.
 * sql_close() stops the program if steps are left. */
void sql_script_open(const struct sql_script_step *steps, size_t count, struct sql **ret);

#endif
