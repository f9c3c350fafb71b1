/* store_private.h - what a struct store is made of; for the files of store/ alone. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include "merkle.h"
#include "tx.h"

struct store {
	struct sql *sql;
	struct keystore *keys;
	const struct catalogue *catalogue;
	struct statements *statements;
};

/* The tenant's counter row as this transaction took it. */
struct counter {
	struct frontier frontier;
};

const char *statements_intern(struct statements *s, struct str text);

/* audit.c: what stands in a leaf for one side of a change of a personal field. */
struct str audit_commitment(struct tx *tx, const struct key *seed, const struct noun *noun, const struct field *f, struct id object, char side,
                            struct str text);

#endif
