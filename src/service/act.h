/* act.h - what can be done with a row besides reading and writing its fields.
 *
 * A noun lists its acts as rows of a table; the HTTP interface, its description and the check of rights follow from the row. */
#ifndef ACT_H
#define ACT_H

#include "ctx.h"

struct act_call {
	struct ctx *ctx;
	struct tx *tx;
	struct row *row;             /* the row that the act is on; NULL for an act on the noun */
	const struct value *params;  /* one per field of .params */
	struct field_set present;    /* which of them came */
	int64_t if_match;            /* version that the caller has seen, or 0 */
	/* The answer: a row, or bytes of .content_type. */
	struct row *ret_row;
	struct str ret_body;
	void *state;                 /* from run() to finish() */
	/* Rows besides .row whose personal fields the answer shows, for the log of reads. */
	struct row *also_shown[8];
	size_t also_count;
};

struct act {
	const char *name;          /* last segment of the path; with a dot for a file ("card.pdf") */
	const char *doc;
	const char *right;         /* what it takes */
	bool writes;               /* POST in a writing transaction; otherwise GET (or POST with .params) in a reading one */
	bool company;              /* it asks the company's own row, as noun.company does for all acts of a noun */
	bool on_noun;              /* /v1/{plural}/{name}, not of a row */
	int status;                /* of a good answer; 0: 200 */
	const char *content_type;  /* NULL: JSON */
	const struct noun *returns; /* the noun of ret_row, or NULL */
	const struct field *params;
	size_t param_count;
	enum err (*run)(struct act_call *c);
	enum err (*finish)(struct act_call *c); /* after the transaction: long work such as rendering, or of an act that writes what follows elsewhere; may be NULL */
};

#define PARAMS(table) .params = (table), .param_count = ARRAY_LEN(table)

#endif
