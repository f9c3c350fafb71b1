/* guard.h - tenant isolation inside one SQLite connection, whatever the statement says.
 *
 * Fences, outermost first:
 *   text       one statement, without words that SQLite does not ask about (USING, NATURAL) and names of ours ("rls$")
 *   authorizer reads only of views, writes only of listed tables, functions of a list; judged after the statement is prepared
 *   views      <t>_v shows the rows of current_tenant(), and a negative tenant has none
 *   triggers   (in the schema, by sql_admin_protect) an INSERT for another tenant fails, an UPDATE or DELETE passes over its rows
 *   preupdate  sees every changed row, those that REPLACE removes included, and notes a violation
 *   settle     asks before a savepoint is released: no violation, and an event for each changed row of an audited table
 *   commit     refuses what was not settled
 * Hooks note, they never interrupt: an interrupted transaction is gone, with the work of everybody in it.
 *
 * It is not for the administrator's connections and does not protect against code in our own process. */
#ifndef GUARD_H
#define GUARD_H

#include "sql.h"

#include <sqlite3.h>

enum { NO_TENANT = -1 };

struct guard;

/* guard_arm() - puts all fences around an open connection; everything that the connection needs for itself is prepared before.
 * E_CONFIG when a table lacks its triggers, E_STORAGE when the engine refuses. Lives in `a`; the list of tables is copied. */
must_use enum err guard_arm(struct arena *a, sqlite3 *db, const struct sql_config *config, bool writes, struct guard **ret);
/* guard_refresh() - reads the positions of columns again, after another process changed the schema. */
must_use enum err guard_refresh(struct guard *g);
/* guard_trust() - lets a question of our own pass the authorizer, until it is called again with false. */
void guard_trust(struct guard *g, bool trusted);

/* guard_prepare() - the only way to prepare a statement that comes from outside this layer. E_DENIED by a fence, else the
 * engine's own failure. */
must_use enum err guard_prepare(struct guard *g, const char *text, sqlite3_stmt **ret);

/* guard_begin() - from here on the connection belongs to `tenant`, with nothing changed yet. */
void guard_begin(struct guard *g, int64_t tenant);
/* guard_settle() - OK when all that changed since guard_begin() may be kept; then forgets it. E_DENIED otherwise, and the caller
 * rolls back and calls guard_undo(). */
must_use enum err guard_settle(struct guard *g);
/* guard_undo() - forgets what was rolled back, and the tenant. */
void guard_undo(struct guard *g);
/* guard_last_row() - the row that was inserted or updated last since guard_begin(), kept or not; false if there was none. */
struct guard_row {
	const char *table;
	int64_t tenant;
	struct id id;
};
bool guard_last_row(const struct guard *g, struct guard_row *ret);
const char *guard_why(const struct guard *g); /* words for the log about the last refusal */

/* lite_err() - the error of an (extended) result code of SQLite. */
enum err lite_err(int rc);

#endif
