/* sqlite.c - SQLCipher behind sql.h: a pool of readers and one writer. */
#include "checkpoint.h"
#include "engine.h"
#include "limits.h"
#include "writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { READERS_DEFAULT = 4, READER_WAIT_S = 5, DB_ARENA_MAX = 4 * MIB };

struct lite_db {
	struct sql sql;
	struct arena *arena;
	struct sql_config config; /* a copy, with its texts and tables in the arena; the key is wiped at the end */
	struct writer *writer;    /* NULL: read only */
	struct keeper *keeper;
	pthread_key_t hold; /* struct hold of a thread; NULL: it never held */
	pthread_mutex_t lock;     /* guards what follows */
	pthread_cond_t freed;
	struct lite *free;
	size_t opened;
};

/* The reader that a thread keeps for its next reads. */
struct hold {
	struct lite *conn; /* NULL until the first of them */
	unsigned left;
};

static struct lite_db *db_of(struct sql *db)
{
	return (struct lite_db *)db;
}

/* ---- readers ---- */

/* A free reader, or NULL with *ret_open: there may be one more, and the caller opens it. Neither: all are busy for too long. */
static struct lite *take_free(struct lite_db *d, bool *ret_open)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += READER_WAIT_S;
	pthread_mutex_lock(&d->lock);
	while (!d->free && d->opened == d->config.connections && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&d->freed, &d->lock, &until);
	struct lite *conn = d->free;
	*ret_open = !conn && d->opened < d->config.connections;
	if (conn)
		d->free = conn->next;
	d->opened += *ret_open;
	pthread_mutex_unlock(&d->lock);
	return conn;
}

static void give_back(struct lite_db *d, struct lite *conn)
{
	pthread_mutex_lock(&d->lock);
	if (conn) {
		conn->next = d->free;
		d->free = conn;
	} else {
		d->opened--;
	}
	pthread_cond_signal(&d->freed);
	pthread_mutex_unlock(&d->lock);
}

static enum err open_reader(struct lite_db *d, struct lite **ret)
{
	with_arena struct arena *a = arena_new(64 * KIB);
	struct problem problem;
	problem_init(&problem, a);
	enum err e = lite_open(&d->config, false, &problem, ret);
	if (e == OK)
		return OK;
	sql_say(&d->sql, "a reader cannot be opened: " STR_FMT, STR_ARG(problem.log));
	give_back(d, NULL);
	return e;
}

static enum err take_reader(struct lite_db *d, struct lite **ret)
{
	bool open;
	struct lite *conn = take_free(d, &open);
	if (open)
		return open_reader(d, ret);
	if (!conn)
		return E_BUSY;
	*ret = conn;
	return OK;
}

static enum err read_body(struct lite_db *d, struct lite *conn, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	struct lite_tx tx = {
		.tx = { .engine = &engine_sqlite, .db = &d->sql, .arena = a, .tenant = tenant },
		.conn = conn,
	};
	TRY(lite_err(lite_own(conn, BEGIN_READ)));
	guard_begin(conn->guard, tenant);
	enum err e = tx_run_body(&tx.tx, body, arg);
	guard_undo(conn->guard);
	int rc = SQLITE_OK;
	if (!sqlite3_get_autocommit(conn->db))
		rc = lite_own(conn, e == OK ? COMMIT : ROLLBACK);
	return e == OK ? lite_err(rc) : e;
}

static void let_go(struct lite_db *d)
{
	struct hold *h = pthread_getspecific(d->hold);
	if (h && h->conn)
		give_back(d, h->conn);
	if (h)
		*h = (struct hold){ NULL, 0 };
}

static void lite_hold(struct sql *db, unsigned reads)
{
	struct lite_db *d = db_of(db);
	let_go(d);
	if (reads == 0)
		return;
	struct hold *h = pthread_getspecific(d->hold);
	if (!h && (!(h = calloc(1, sizeof(*h))) || pthread_setspecific(d->hold, h) != 0))
		abort();
	h->left = reads;
}

static enum err read_held(struct lite_db *d, struct hold *h, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	enum err e = h->conn ? OK : take_reader(d, &h->conn);
	if (e == OK)
		e = read_body(d, h->conn, tenant, a, body, arg);
	if (--h->left == 0 || !h->conn)
		let_go(d);
	return e;
}

static enum err lite_read(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	struct lite_db *d = db_of(db);
	struct hold *h = pthread_getspecific(d->hold);
	struct lite *conn;
	if (h && h->left)
		return read_held(d, h, tenant, a, body, arg);
	TRY(take_reader(d, &conn));
	enum err e = read_body(d, conn, tenant, a, body, arg);
	give_back(d, conn);
	return e;
}

static void lite_write_each(struct sql *db, struct sql_work *work, size_t count)
{
	struct lite_db *d = db_of(db);
	let_go(d); /* who waits for the writer keeps no reader from others */
	if (d->writer)
		writer_do(d->writer, work, count);
	else
		for (size_t i = 0; i < count; i++)
			work[i].err = E_DENIED;
}

static enum err lite_write(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	struct sql_work work = { .tenant = tenant, .arena = a, .body = body, .arg = arg };
	lite_write_each(db, &work, 1);
	return work.err;
}

static bool lite_crowded(struct sql *db)
{
	struct lite_db *d = db_of(db);
	return d->writer && writer_crowded(d->writer);
}

/* ---- open and close ---- */

static void copy_config(struct lite_db *d, const struct sql_config *config)
{
	struct sql_table *tables = ARENA_ARRAY(d->arena, struct sql_table, config->table_count + 1);
	for (size_t i = 0; i < config->table_count; i++) {
		tables[i] = config->tables[i];
		tables[i].name = str_z(d->arena, str_from(tables[i].name));
	}
	d->config = *config;
	d->config.tables = tables;
	d->config.url = str_z(d->arena, str_from(config->url));
	if (config->audit_table)
		d->config.audit_table = str_z(d->arena, str_from(config->audit_table));
	if (d->config.connections == 0)
		d->config.connections = READERS_DEFAULT;
}

static struct lite_db *make_db(const struct sql_config *config)
{
	struct arena *a = arena_new(DB_ARENA_MAX);
	struct lite_db *d = ARENA_NEW(a, struct lite_db);
	d->arena = a;
	d->sql = (struct sql){ .engine = &engine_sqlite, .log = config->log, .log_arg = config->log_arg };
	copy_config(d, config);
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->freed, NULL);
	if (pthread_key_create(&d->hold, free) != 0)
		abort();
	return d;
}

static void lite_close_db(struct sql *db)
{
	struct lite_db *d = db_of(db);
	let_go(d);
	pthread_key_delete(d->hold);
	writer_stop(d->writer);
	keeper_stop(d->keeper);
	for (struct lite *conn = d->free, *next; conn; conn = next) {
		next = conn->next;
		lite_close(conn);
	}
	pthread_cond_destroy(&d->freed);
	pthread_mutex_destroy(&d->lock);
	explicit_bzero(&d->config.page_key, sizeof(d->config.page_key));
	arena_free(d->arena);
}

/* The first connection also proves that file and key are good: a reader where nothing is written, else the writer. */
static enum err open_first(struct lite_db *d, struct problem *problem)
{
	struct lite *conn;
	TRY(lite_open(&d->config, !d->config.read_only, problem, &conn));
	if (d->config.read_only) {
		d->free = conn;
		d->opened = 1;
		return OK;
	}
	enum err e = keeper_start(&d->sql, &d->config, d->arena, &d->keeper);
	if (e == OK) {
		keeper_watch(d->keeper, conn->db);
		e = writer_start(&d->sql, conn, d->arena, &d->writer);
	}
	if (e != OK) {
		lite_close(conn);
		return problem_set(problem, e, "The writer's thread cannot be started.");
	}
	return OK;
}

static enum err lite_open_db(const struct sql_config *config, struct problem *problem, struct sql **ret)
{
	struct lite_db *d = make_db(config);
	enum err e = open_first(d, problem);
	if (e != OK) {
		lite_close_db(&d->sql);
		return e;
	}
	*ret = &d->sql;
	return OK;
}

const struct sql_engine engine_sqlite = {
	.open = lite_open_db,
	.close = lite_close_db,
	.read = lite_read,
	.write = lite_write,
	.write_each = lite_write_each,
	.hold = lite_hold,
	.crowded = lite_crowded,
	.run = lite_run,
};
