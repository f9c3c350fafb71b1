#include "pgconn.h"

#include "text.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define TO_TEXT(n) TO_TEXT_(n)
#define TO_TEXT_(n) #n

enum { PGCONN_ARENA_MAX = 2 * MIB };

static void say_nothing(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static PGconn *connect_to(const char *url)
{
	/* What stands before dbname may be said otherwise by the URL; what stands behind it may not. */
	static const char *const names[] = { "application_name", "connect_timeout", "keepalives_idle", "tcp_user_timeout",
		                             "dbname",           "client_encoding", NULL };
	const char *const values[] = { "fieldward", "5", "30", "15000", url, "UTF8", NULL };
	PGconn *pg = pq.connectdbParams(names, values, 1);
	if (pg)
		pq.setNoticeProcessor(pg, say_nothing, NULL);
	return pg;
}

static enum err set_up(struct pgconn *c, struct problem *problem)
{
	pgconn_send(c, "SET search_path = fw, pg_temp");
	pgconn_send(c, "SET statement_timeout = " TO_TEXT(STATEMENT_TIMEOUT_MS));
	pgconn_send(c, "SET lock_timeout = " TO_TEXT(STATEMENT_TIMEOUT_MS));
	pgconn_send(c, "SET idle_in_transaction_session_timeout = 60000");
	PGresult *r = pgconn_await(c);
	enum err e = r ? pg_err(r) : E_STORAGE;
	pq.clear(r);
	return e == OK ? OK : problem_set(problem, e, "The database does not accept the settings of a session.");
}

static void drop_stmt(void *owner, void *what)
{
	struct pgconn *c = owner;
	const struct pg_stmt *s = what;
	char text[40];
	snprintf(text, sizeof(text), "DEALLOCATE s%u", s->number);
	pgconn_send(c, text);
}

enum err pgconn_open(const char *url, struct problem *problem, struct pgconn **ret)
{
	TRY(libpq_load(problem));
	PGconn *pg = connect_to(url);
	if (pq.status(pg) != CONNECTION_OK || !pq.enterPipelineMode(pg)) {
		problem_log(problem, "%s", pq.errorMessage(pg));
		pq.finish(pg);
		return problem_set(problem, E_STORAGE, "The database server cannot be reached, or refuses us.");
	}
	struct arena *a = arena_new(PGCONN_ARENA_MAX);
	struct pgconn *c = ARENA_NEW(a, struct pgconn);
	c->arena = a;
	c->pg = pg;
	c->stmts.drop = drop_stmt;
	c->stmts.owner = c;
	enum err e = set_up(c, problem);
	if (e != OK) {
		pgconn_close(c);
		return e;
	}
	*ret = c;
	return OK;
}

void pgconn_close(struct pgconn *c)
{
	if (!c)
		return;
	pq.finish(c->pg);
	arena_free(c->arena);
}

bool pgconn_alive(struct pgconn *c)
{
	struct pollfd fd = { .fd = pq.socket(c->pg), .events = POLLIN };
	if (pq.status(c->pg) != CONNECTION_OK || fd.fd < 0)
		return false;
	if (poll(&fd, 1, 0) == 0)
		return true;
	/* Nothing is expected, so it is a notice or a farewell; the end of the stream comes with the second look. */
	for (int look = 0; look < 2; look++)
		if (!pq.consumeInput(c->pg))
			return false;
	return pq.status(c->pg) == CONNECTION_OK;
}

void pgconn_send(struct pgconn *c, const char *text)
{
	c->queued += pq.sendQueryParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

static bool is_failure(const PGresult *r)
{
	return r && pq.resultStatus(r) != PGRES_COMMAND_OK && pq.resultStatus(r) != PGRES_TUPLES_OK;
}

static void keep(PGresult **kept, PGresult *r)
{
	if (is_failure(*kept)) {
		pq.clear(r);
		return;
	}
	pq.clear(*kept);
	*kept = r;
}

PGresult *pgconn_await(struct pgconn *c)
{
	PGresult *kept = NULL;
	bool whole = false;
	pq.pipelineSync(c->pg);
	/* Each answer is followed by a NULL, and the last by the mark of the synchronisation. */
	for (size_t looks = 2 * c->queued + 2; looks > 0 && !whole; looks--) {
		PGresult *r = pq.getResult(c->pg);
		whole = r && pq.resultStatus(r) == PGRES_PIPELINE_SYNC;
		if (whole)
			pq.clear(r);
		else if (r)
			keep(&kept, r);
	}
	c->queued = 0;
	if (whole && pq.status(c->pg) == CONNECTION_OK)
		return kept;
	pq.clear(kept);
	/* Half an answer makes the connection as good as lost; the server notices when it is closed. */
	return NULL;
}

/* ---- statements ---- */

/* Queues the preparation and keeps the types that the server found. The failure, or NULL; `*ret_lost` when there is no answer. */
static PGresult *prepare(struct pgconn *c, const char *text, const struct sql_val *args, size_t count, struct pg_stmt *s,
                         bool *ret_lost)
{
	with_arena struct arena *a = arena_new(4 * SQL_TEXT_MAX);
	char name[20];
	s->number = ++c->last_number;
	snprintf(name, sizeof(name), "s%u", s->number);
	for (size_t i = 0; i < count; i++)
		s->types[i] = pg_type_of(args[i].kind);
	c->queued += pq.sendPrepare(c->pg, name, text_numbered(a, text).p, (int)count, s->types) == 1;
	c->queued += pq.sendDescribePrepared(c->pg, name) == 1;
	PGresult *r = pgconn_await(c);
	*ret_lost = !r;
	if (!r || is_failure(r))
		return r;
	for (size_t i = 0; i < count && i < (size_t)pq.nparams(r); i++)
		s->types[i] = pq.paramtype(r, (int)i);
	pq.clear(r);
	return NULL;
}

enum err pgconn_stmt(struct pgconn *c, const char *text, const struct sql_val *args, size_t count, struct pg_args *ret_args,
                     const struct pg_stmt **ret, PGresult **ret_failed)
{
	*ret_failed = NULL;
	if (count > STATEMENT_ARGS_MAX || strlen(text) > SQL_TEXT_MAX)
		return E_INTERNAL;
	/* The second round is for a statement that was prepared when an argument was of another kind, or NULL. */
	for (int round = 0; round < 2; round++) {
		struct stmt_slot *slot = stmts_find(&c->stmts, text);
		struct pg_stmt *s = &c->prepared[slot - c->stmts.slots];
		bool lost = false;
		if (!slot->what && (*ret_failed = prepare(c, text, args, count, s, &lost)))
			return pg_err(*ret_failed);
		if (lost)
			return E_STORAGE;
		slot->what = s;
		*ret = s;
		if (pg_encode(args, count, s->types, ret_args))
			return OK;
		stmts_drop(&c->stmts, slot);
	}
	return E_INTERNAL;
}

void pgconn_execute(struct pgconn *c, const struct pg_stmt *stmt, const struct pg_args *args)
{
	char name[20];
	snprintf(name, sizeof(name), "s%u", stmt->number);
	c->queued += pq.sendQueryPrepared(c->pg, name, args->count, args->values, args->lengths, args->formats, 1) == 1;
}
