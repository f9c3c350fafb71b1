/* stmts.h - the prepared statements of one connection, found by the address of their text.
 *
 * Eight ways in sixty-four sets; the least recently used of a set goes first. A hash of the text is compared too, so that an
 * address used again for another text costs a preparation and not a wrong statement. */
#ifndef STMTS_H
#define STMTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STMTS_SETS = 64, STMTS_WAYS = 8, STMTS_MAX = STMTS_SETS * STMTS_WAYS };

struct stmt_slot {
	const char *text; /* the key; NULL: empty */
	uint64_t hash;
	void *what;       /* the engine's statement; NULL until it is prepared */
	uint64_t used;
};

struct stmts {
	void (*drop)(void *owner, void *what); /* releases a statement that is pushed out */
	void *owner;
	uint64_t clock;
	struct stmt_slot slots[STMTS_MAX];
};

/* stmts_find() - the slot of `text`, never NULL. */
struct stmt_slot *stmts_find(struct stmts *s, const char *text);
/* stmts_drop() - releases the statement of a slot and empties it. */
void stmts_drop(struct stmts *s, struct stmt_slot *slot);
void stmts_clear(struct stmts *s);

#endif
