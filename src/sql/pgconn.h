/* pgconn.h - one connection to PostgreSQL, always in pipeline mode, with its prepared statements. Private to this layer.
 *
 * Commands are queued and go out together with the next pgconn_await(), which reads the answers to all of them. Only the extended
 * protocol is spoken: one statement in one message. */
#ifndef PGCONN_H
#define PGCONN_H

#include "pg.h"
#include "stmts.h"

struct pg_stmt {
	unsigned number; /* its name is "s<number>" */
	Oid types[STATEMENT_ARGS_MAX];
};

struct pgconn {
	struct pgconn *next; /* in the list of free connections */
	struct arena *arena;
	PGconn *pg;
	size_t queued;       /* answers that are awaited */
	unsigned last_number;
	struct stmts stmts;
	struct pg_stmt prepared[STMTS_MAX]; /* of the slot with the same index */
};

/* pgconn_open() - connects and sets the session up. NULL with words in the problem's log; E_STORAGE. */
must_use enum err pgconn_open(const char *url, struct problem *problem, struct pgconn **ret);
void pgconn_close(struct pgconn *c); /* NULL is allowed */
/* pgconn_alive() - false if the server has hung up, as far as can be known without asking it. */
bool pgconn_alive(struct pgconn *c);
/* pgconn_send() - queues one command without arguments. */
void pgconn_send(struct pgconn *c, const char *text);
/* pgconn_await() - the first failure among the answers, or the last answer; the caller clears it. NULL: the connection is lost,
 * and whether the commands were done is not known. */
PGresult *pgconn_await(struct pgconn *c);
/* pgconn_stmt() - queues (and awaits, the first time) the preparation of `text` for arguments of these kinds, and encodes them.
 * A failed answer comes back in *ret_failed; E_STORAGE without one: the connection is lost. */
must_use enum err pgconn_stmt(struct pgconn *c, const char *text, const struct sql_val *args, size_t count,
                              struct pg_args *ret_args, const struct pg_stmt **ret, PGresult **ret_failed);
/* pgconn_execute() - queues a prepared statement. */
void pgconn_execute(struct pgconn *c, const struct pg_stmt *stmt, const struct pg_args *args);

#endif
