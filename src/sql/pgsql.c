/* pgsql.c - PostgreSQL behind sql.h: a pool, transactions that are tried again, and answers that may be lost. */
#include "buf.h"
#include "pgconn.h"
#include "text.h"
#include "time.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { POOL_DEFAULT = 4, POOL_WAIT_S = 5, BACKOFF_MS_MAX = 100, PG_DB_ARENA_MAX = MIB };

struct pg_db {
	struct sql sql;
	struct arena *arena;
	char *url;
	bool read_only;
	size_t connections;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t freed;
	struct pgconn *free;
	size_t opened;
};

struct pg_tx {
	struct sql_tx tx;
	struct pgconn *conn;
	const char *begin;
	bool begun; /* BEGIN was queued */
	bool lost;  /* the connection is */
	bool again; /* nothing was committed, and the same may succeed if it is done again */
};

static struct pg_db *db_of(struct sql *db)
{
	return (struct pg_db *)db;
}

/* ---- the pool ---- */

static void count_out(struct pg_db *d)
{
	pthread_mutex_lock(&d->lock);
	d->opened--;
	pthread_cond_signal(&d->freed);
	pthread_mutex_unlock(&d->lock);
}

/* A free connection, or NULL with *ret_open: the caller may open one. Neither: all are busy for too long. */
static struct pgconn *take_free(struct pg_db *d, bool *ret_open)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += POOL_WAIT_S;
	pthread_mutex_lock(&d->lock);
	while (!d->free && d->opened == d->connections && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&d->freed, &d->lock, &until);
	struct pgconn *c = d->free;
	*ret_open = !c && d->opened < d->connections;
	if (c)
		d->free = c->next;
	d->opened += *ret_open;
	pthread_mutex_unlock(&d->lock);
	return c;
}

static enum err open_one(struct pg_db *d, struct pgconn **ret)
{
	with_arena struct arena *a = arena_new(64 * KIB);
	struct problem problem;
	problem_init(&problem, a);
	enum err e = pgconn_open(d->url, &problem, ret);
	if (e == OK)
		return OK;
	sql_say(&d->sql, "no connection: " STR_FMT, STR_ARG(problem.log));
	count_out(d);
	return e;
}

/* One that the server has closed meanwhile is thrown away, and the next is taken. */
static enum err take(struct pg_db *d, struct pgconn **ret)
{
	for (size_t i = 0; i <= d->connections; i++) {
		bool open;
		struct pgconn *c = take_free(d, &open);
		if (open)
			return open_one(d, ret);
		if (!c)
			return E_BUSY;
		if (pgconn_alive(c)) {
			*ret = c;
			return OK;
		}
		pgconn_close(c);
		count_out(d);
	}
	return E_STORAGE;
}

static void give_back(struct pg_db *d, struct pgconn *c, bool lost)
{
	if (lost) {
		pgconn_close(c);
		count_out(d);
		return;
	}
	pthread_mutex_lock(&d->lock);
	c->next = d->free;
	d->free = c;
	pthread_cond_signal(&d->freed);
	pthread_mutex_unlock(&d->lock);
}

/* ---- one statement ---- */

/* A statement of another kind could change the tenant of the transaction (SET, RESET), or end it. */
static bool is_allowed(const char *text)
{
	static const char *const verbs[] = { "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "EXPLAIN" };
	struct str verb = text_verb(text);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (verb.n == strlen(verbs[i]) && strncasecmp(verb.p, verbs[i], verb.n) == 0)
			return true;
	return false;
}

static void begin(struct pg_tx *t)
{
	if (t->begun)
		return;
	pgconn_send(t->conn, t->begin);
	if (t->tx.tenant >= 0) {
		char text[60];
		snprintf(text, sizeof(text), "SET LOCAL app.tenant = '%lld'", (long long)t->tx.tenant);
		pgconn_send(t->conn, text);
	}
	t->begun = true;
}

static bool may_repeat(const PGresult *r)
{
	const char *state = pq.resultErrorField(r, PG_DIAG_SQLSTATE);
	return state && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
}

/* DETAIL and CONTEXT are never looked at: they quote rows. */
static enum err failed(struct pg_tx *t, const PGresult *r)
{
	enum err e = pg_err(r);
	const char *name = pq.resultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	const char *words = pq.resultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	snprintf(t->tx.constraint, sizeof(t->tx.constraint), "%s", name ? name : "");
	t->again = may_repeat(r);
	if (err_info(e)->fault && !t->again)
		sql_say(t->tx.db, "%s: %s", err_info(e)->slug, words ? words : pq.resStatus(pq.resultStatus(r)));
	return e;
}

static enum err lost(struct pg_tx *t)
{
	t->lost = t->again = true;
	sql_say(t->tx.db, "the connection is lost");
	return E_STORAGE;
}

static enum err pg_run(struct sql_tx *tx, const char *text, const struct sql_val *args, size_t count, struct sql_result *ret)
{
	struct pg_tx *t = (struct pg_tx *)tx;
	struct pg_args encoded;
	const struct pg_stmt *stmt;
	PGresult *r;
	if (!is_allowed(text)) {
		sql_say(tx->db, "denied: a statement of another kind");
		return E_DENIED;
	}
	begin(t);
	enum err e = pgconn_stmt(t->conn, text, args, count, &encoded, &stmt, &r);
	if (e == E_STORAGE && !r)
		return lost(t);
	if (e != OK && !r)
		return e;
	if (e == OK) {
		pgconn_execute(t->conn, stmt, &encoded);
		r = pgconn_await(t->conn);
		if (!r)
			return lost(t);
		e = pg_err(r);
	}
	e = e == OK ? pg_collect(r, tx->arena, ret) : failed(t, r);
	pq.clear(r);
	return e;
}

/* ---- one transaction ---- */

static enum err roll_back(struct pg_tx *t, enum err e)
{
	if (t->lost)
		return e;
	pgconn_send(t->conn, "ROLLBACK");
	PGresult *r = pgconn_await(t->conn);
	t->lost = !r || pq.transactionStatus(t->conn->pg) != PQTRANS_IDLE;
	pq.clear(r);
	return e;
}

static enum err commit(struct pg_tx *t)
{
	if (!pgconn_alive(t->conn))
		return lost(t);
	pgconn_send(t->conn, "COMMIT");
	PGresult *r = pgconn_await(t->conn);
	if (!r) {
		t->lost = true;
		sql_say(t->tx.db, "the answer to a commit is lost");
		return E_OUTCOME;
	}
	enum err e = pg_err(r);
	if (e != OK)
		e = failed(t, r);
	else if (strcmp(pq.cmdStatus(r), "COMMIT") != 0)
		e = E_STORAGE; /* it had failed before */
	pq.clear(r);
	return e;
}

static enum err attempt(struct pg_tx *t, sql_body *body, void *arg)
{
	enum err e = tx_run_body(&t->tx, body, arg);
	if (!t->begun)
		return e; /* nothing was asked */
	return e == OK ? commit(t) : roll_back(t, e);
}

static void back_off(int round)
{
	uint32_t random;
	random_bytes(&random, sizeof(random));
	uint32_t most = round < 6 ? 2u << round : BACKOFF_MS_MAX;
	struct timespec pause = { .tv_nsec = (long)(random % (most * 1000)) * 1000 };
	nanosleep(&pause, NULL);
}

static enum err transact(struct pg_db *d, const char *begin_text, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	enum err e = E_STORAGE;
	for (int round = 0; round < WRITE_RETRIES_MAX; round++) {
		struct pg_tx t = {
			.tx = { .engine = &engine_pgsql, .db = &d->sql, .arena = a, .tenant = tenant },
			.begin = begin_text,
		};
		e = take(d, &t.conn);
		if (e == E_BUSY)
			return e;
		if (e == OK) {
			e = attempt(&t, body, arg);
			give_back(d, t.conn, t.lost);
			if (!t.again)
				return e;
		}
		back_off(round);
	}
	return e;
}

static enum err pg_read(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	return transact(db_of(db), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", tenant, a, body, arg);
}

static enum err pg_write(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	if (db_of(db)->read_only)
		return E_DENIED;
	return transact(db_of(db), "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", tenant, a, body, arg);
}

/* ---- open and close ---- */

static struct str name_array(struct arena *a, const struct sql_config *config)
{
	struct buf b;
	buf_init(&b, a, 64 * KIB);
	for (size_t i = 0; i < config->table_count; i++)
		buf_fmt(&b, "%c\"%s\"", i ? ',' : '{', config->tables[i].name);
	buf_addz(&b, config->table_count ? "}" : "{}");
	return str_dup(a, buf_str(&b));
}

/* Asks what the role may do that it must not, and whether the tables are protected. */
static PGresult *ask_role(struct pgconn *c, const char *names)
{
	static const char question[] =
		"SELECT r.rolsuper, r.rolbypassrls, has_function_privilege('set_config(text,text,boolean)', 'EXECUTE'),"
		" EXISTS (SELECT 1 FROM t WHERE pg_has_role(relowner, 'MEMBER')),"
		" (SELECT count(*) FROM t WHERE relrowsecurity AND relforcerowsecurity) <> cardinality($1)"
		" FROM pg_roles r WHERE r.rolname = current_user";
	static const char with[] = "WITH t AS (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
				   " WHERE n.nspname = 'fw' AND c.relname = ANY ($1)) ";
	enum { TEXT_ARRAY = 1009 };
	char text[sizeof(question) + sizeof(with)];
	snprintf(text, sizeof(text), "%s%s", with, question);
	c->queued += pq.sendQueryParams(c->pg, text, 1, (const Oid[]){ TEXT_ARRAY }, (const char *const[]){ names }, NULL, NULL,
	                               0) == 1;
	return pgconn_await(c);
}

static enum err check_role(struct pgconn *c, const struct sql_config *config, struct problem *problem)
{
	static const char *const faults[] = {
		"The database role is a superuser; use the one that init made.",
		"The database role may pass by row-level security; use the one that init made.",
		"The database role may change the tenant of a transaction (set_config); run init or migrate.",
		"The database role owns tables, or is a member of their owner; use the one that init made.",
		"Some tables are missing or not under row-level security; run migrate.",
	};
	with_arena struct arena *a = arena_new(256 * KIB);
	PGresult *r = ask_role(c, name_array(a, config).p);
	enum err e = r && pg_err(r) == OK && pq.ntuples(r) == 1 ? OK : E_STORAGE;
	if (e != OK)
		problem_set(problem, e, "The database does not answer the first question.");
	for (size_t i = 0; e == OK && i < ARRAY_LEN(faults); i++)
		if (strcmp(pq.getvalue(r, 0, (int)i), "t") == 0)
			e = problem_set(problem, E_CONFIG, "%s", faults[i]);
	pq.clear(r);
	return e;
}

static void pg_close(struct sql *db)
{
	struct pg_db *d = db_of(db);
	for (struct pgconn *c = d->free, *next; c; c = next) {
		next = c->next;
		pgconn_close(c);
	}
	pthread_cond_destroy(&d->freed);
	pthread_mutex_destroy(&d->lock);
	explicit_bzero(d->url, strlen(d->url));
	arena_free(d->arena);
}

static struct pg_db *make_db(const struct sql_config *config)
{
	struct arena *a = arena_new(PG_DB_ARENA_MAX);
	struct pg_db *d = ARENA_NEW(a, struct pg_db);
	d->sql = (struct sql){ .engine = &engine_pgsql, .log = config->log, .log_arg = config->log_arg };
	d->arena = a;
	d->url = str_z(a, str_from(config->url));
	d->read_only = config->read_only;
	d->connections = config->connections ? config->connections : POOL_DEFAULT;
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->freed, NULL);
	return d;
}

static enum err pg_open(const struct sql_config *config, struct problem *problem, struct sql **ret)
{
	struct pg_db *d = make_db(config);
	enum err e = pgconn_open(d->url, problem, &d->free);
	if (e == OK) {
		d->opened = 1;
		e = check_role(d->free, config, problem);
	}
	if (e != OK) {
		pg_close(&d->sql);
		return e;
	}
	*ret = &d->sql;
	return OK;
}

const struct sql_engine engine_pgsql = {
	.postgres = true,
	.open = pg_open,
	.close = pg_close,
	.read = pg_read,
	.write = pg_write,
	.run = pg_run,
};
