/* lite.h - one connection to the encrypted file. Private to this layer.
 *
 * A connection is used by one thread at a time (SQLITE_OPEN_NOMUTEX). All of it lives in its own arena. */
#ifndef LITE_H
#define LITE_H

#include "engine.h"
#include "guard.h"
#include "stmts.h"

#include <sqlite3.h>

enum own { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, SCHEMA_VERSION, OWN_COUNT };

struct lite {
	struct lite *next; /* in the list of free readers */
	struct arena *arena;
	sqlite3 *db;
	struct guard *guard;
	int64_t deadline_ms; /* of the statement that runs, on the monotonic clock */
	int64_t schema_version;
	sqlite3_stmt *own[OWN_COUNT];
	struct stmts stmts;
};

struct lite_tx {
	struct sql_tx tx;
	struct lite *conn;
};

/* lite_open_raw() - opens the file with its key and checks that both fit; no guard yet. Creates nothing.
 * Errors: E_KEY, E_CORRUPT, E_CONFIG (missing, or readable by others), E_STORAGE. */
must_use enum err lite_open_raw(const char *path, const struct key *page_key, struct problem *problem, sqlite3 **ret);
/* lite_open() - a guarded connection; only one that `writes` may change anything. */
must_use enum err lite_open(const struct sql_config *config, bool writes, struct problem *problem, struct lite **ret);
void lite_close(struct lite *conn); /* NULL is allowed */
/* lite_own() - runs one of our own statements. The result code, SQLITE_OK for rows too. */
int lite_own(struct lite *conn, enum own which);
/* lite_refresh() - inside a transaction: takes notice of a schema that another process changed. */
must_use enum err lite_refresh(struct lite *conn);
/* lite_run() - sql_run() on a connection. */
enum err lite_run(struct sql_tx *tx, const char *text, const struct sql_val *args, size_t count, struct sql_result *ret);
/* lite_name_constraint() - after a failure of `s`: the constraint's name, or ret stays as it is. The transaction must not commit. */
void lite_name_constraint(struct lite *conn, sqlite3_stmt *s, enum err e, char *ret, size_t size);
/* lite_collect() - binds, steps and reads one prepared statement; the caller resets it. Shared with
 * administration.
 * Errors: lite_err()'s, E_TOO_LARGE more than RESULT_ROWS_MAX rows, E_MEMORY the arena is over. */
must_use enum err lite_collect(sqlite3_stmt *s, struct arena *a, const struct sql_val *args, size_t count,
                               struct sql_result *ret);

#endif
