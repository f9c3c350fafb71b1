/* audit.h - what happened, who did it, provably complete.
 *
 * Every change of a row is an event in the same transaction; events are the leaves of one RFC 6962 tree per tenant (POPIA section 19;
 * the promises S-097 and S-098). Personal values stand in a leaf as salted commitments; what opens them lies beside it, sealed under
 * the person's key, so erasing a person leaves the tree valid. */
#ifndef AUDIT_H
#define AUDIT_H

#include "merkle.h"
#include "store.h"

struct event {
	struct event *next;
	const char *action;
	const struct noun *noun; /* NULL: about no row */
	struct id object, root;  /* the row; the row in whose diary it is told too */
	struct str diff;         /* JSON object, for the leaf */
	struct str opening;      /* sealed, or empty */
	struct id subject;
};

/* audit_event() - an event that is not a change of a row: a sign-in, an export, a read. `detail` is a JSON object without anything
 * personal, or empty. */
must_use enum err audit_event(struct tx *tx, const char *action, const struct noun *noun, struct id object, struct str detail);
/* audit_seen() - that the actor has seen these rows of a noun today; one row per pair and day. */
must_use enum err audit_seen(struct tx *tx, struct id actor, const struct noun *noun, const struct id *rows, size_t count);

/* What a diary or the audit page shows. */
struct audit_query {
	struct id object;  /* events of this row; zero: of all */
	bool diary;        /* and of those that hang on it */
	bool family;       /* the same, of a row that itself hangs on another */
	int64_t before;    /* index to continue below; 0: from the newest */
	size_t limit;
	int64_t noun_tag;  /* 0: any */
	struct id actor;   /* zero: any */
	struct str action; /* empty: any */
	bool changes;      /* leave out reads, reveals and sign-ins */
	bool sign_ins;     /* only signing in and out, and what failed of it */
	int64_t from_ms, until_ms; /* from then on, before then; 0: open */
};
struct audit_entry {
	int64_t idx, at_ms, seq;
	struct str actor_kind, action, leaf;
	struct id actor, object;
	const struct noun *noun;
	json_t *diff;    /* from the leaf; personal members are replaced by their opened values where the key exists */
	bool personal;   /* some were; whoever shows the entry leaves this set if he shows one of them */
};
must_use enum err audit_list(struct tx *tx, const struct audit_query *query, struct audit_entry **ret, size_t *ret_count,
                             int64_t *ret_next);

/* audit_seen_by() - who has seen a row, the latest day first; at most `limit`, after the one given (day 0: from the latest). Days since 1970, UTC. */
struct audit_look {
	int64_t day;
	struct id actor;
};
must_use enum err audit_seen_by(struct tx *tx, const struct noun *noun, struct id row, const struct audit_look *after, size_t limit,
                                struct audit_look **ret, size_t *ret_count);

struct audit_state {
	uint64_t size;
	struct hash root;
};
must_use enum err audit_state(struct tx *tx, struct audit_state *ret);
/* audit_verify() - recomputes the tree from the leaves and compares nodes, frontier and checkpoints. *ret_bad is the index of the first
 * bad leaf, or -1; *ret_why says what does not fit. */
must_use enum err audit_verify(const struct run *run, struct audit_state *ret, int64_t *ret_bad, struct str *ret_why);
/* audit_grown() - whether there is something that no checkpoint covers yet. */
must_use enum err audit_grown(struct tx *tx, bool *ret);
/* audit_checkpoint() - signs the present state, if it grew since the last one; returns the newest text (empty for an empty log). */
must_use enum err audit_checkpoint(struct tx *tx, struct str origin, struct str *ret);
/* audit_prove() - leaf, tlog-proof text (with a checkpoint) of one event. E_NOT_FOUND. */
must_use enum err audit_prove(struct tx *tx, struct str origin, uint64_t index, struct str *ret_leaf, struct str *ret_proof);

#endif
