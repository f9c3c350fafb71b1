#include "lite.h"

#include "limits.h"
#include "time.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
	LITE_ARENA_MAX = 4 * MIB,     /* memory of ours that one connection may hold */
	PROGRESS_OPS = 2000,          /* instructions between two looks at the clock */
	BUSY_SLEEP_NS = 1000 * 1000,
	FIRST_ROWS = 16,              /* rows for which a result is first made */
};

static const char *const own_texts[] = {
	[BEGIN_READ] = "BEGIN",
	[BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[SAVEPOINT] = "SAVEPOINT body",
	[RELEASE] = "RELEASE body",
	[ROLLBACK_TO] = "ROLLBACK TO body",
	[SCHEMA_VERSION] = "PRAGMA main.schema_version",
};
static_assert(ARRAY_LEN(own_texts) == OWN_COUNT, "one text for each");

enum err lite_err(int rc)
{
	static const struct {
		int rc;
		enum err e;
	} rows[] = {
		/* Extended codes before the primary ones that contain them. */
		{ SQLITE_CONSTRAINT_UNIQUE, E_UNIQUE },
		{ SQLITE_CONSTRAINT_PRIMARYKEY, E_UNIQUE },
		{ SQLITE_CONSTRAINT_ROWID, E_UNIQUE },
		{ SQLITE_CONSTRAINT_FOREIGNKEY, E_REFERENCE },
		{ SQLITE_CONSTRAINT_TRIGGER, E_DENIED },
		{ SQLITE_CONSTRAINT_COMMITHOOK, E_DENIED },
		{ SQLITE_CONSTRAINT, E_INVALID }, /* CHECK, NOT NULL, a type of a STRICT table */
		{ SQLITE_OK, OK },
		{ SQLITE_ROW, OK },
		{ SQLITE_DONE, OK },
		{ SQLITE_AUTH, E_DENIED },
		{ SQLITE_READONLY, E_DENIED },
		{ SQLITE_INTERRUPT, E_TIMEOUT },
		{ SQLITE_FULL, E_FULL },
		{ SQLITE_BUSY, E_BUSY },
		{ SQLITE_LOCKED, E_BUSY },
		{ SQLITE_NOMEM, E_MEMORY },
		{ SQLITE_CORRUPT, E_CORRUPT },
		{ SQLITE_NOTADB, E_CORRUPT },
		{ SQLITE_TOOBIG, E_INVALID },
		{ SQLITE_MISMATCH, E_INVALID },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].rc == rc || rows[i].rc == (rc & 0xff))
			return rows[i].e;
	return E_STORAGE;
}

/* ---- opening ---- */

static enum err check_file(const char *path, struct problem *problem)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return problem_set(problem, E_CONFIG, "The database file %s cannot be found.", path);
	if (!S_ISREG(st.st_mode))
		return problem_set(problem, E_CONFIG, "%s is not a file.", path);
	if (st.st_mode & 077)
		return problem_set(problem, E_CONFIG, "The database file %s must be readable by its owner only (chmod 600).",
		                   path);
	return OK;
}

static int set_key(sqlite3 *db, const struct key *key)
{
	static const char digits[] = "0123456789abcdef";
	char words[2 + 64 + 1 + 1] = "x'";
	char *p = words + 2;
	for (size_t i = 0; i < sizeof(key->b); i++) {
		*p++ = digits[key->b[i] >> 4];
		*p++ = digits[key->b[i] & 15];
	}
	*p = '\'';
	int rc = sqlite3_key_v2(db, "main", words, (int)sizeof(words) - 1);
	explicit_bzero(words, sizeof(words));
	return rc;
}

static int on_busy(void *p, int count)
{
	(void)p;
	if (count > STATEMENT_TIMEOUT_MS)
		return 0;
	nanosleep(&(struct timespec){ .tv_nsec = BUSY_SLEEP_NS }, NULL);
	return 1;
}

static int run_each(sqlite3 *db, const char *const *texts, size_t count)
{
	int rc = SQLITE_OK;
	for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
		rc = sqlite3_exec(db, texts[i], NULL, NULL, NULL);
	return rc;
}

/* SQLCipher writes no log: the result code says it, and to us alone. The level is one for the process and read by every thread, so it is
 * set before the first of them works. */
static void silence(void)
{
	sqlite3 *db = NULL;
	if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA cipher_log_level = NONE", NULL, NULL, NULL) != SQLITE_OK)
		abort();
	sqlite3_close_v2(db);
}

static int prepare_raw(sqlite3 *db, const struct key *key)
{
	static const char *const pragmas[] = {
		"SELECT count(*) FROM sqlite_schema",
		"PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",
		"PRAGMA foreign_keys = ON",
		"PRAGMA temp_store = MEMORY",
		"PRAGMA cell_size_check = ON",
		"PRAGMA cache_size = -16384", /* KiB */
		"PRAGMA journal_size_limit = 67108864",
	};
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_handler(db, on_busy, NULL);
	/* Without it, a statement whose index is partial is compiled anew for every value that is bound. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	int rc = set_key(db, key);
	return rc == SQLITE_OK ? run_each(db, pragmas, ARRAY_LEN(pragmas)) : rc;
}

static enum err open_problem(struct problem *problem, const char *path, int rc, const char *words)
{
	problem_log(problem, "sqlite %d: %s", rc, words);
	if ((rc & 0xff) == SQLITE_NOTADB)
		return problem_set(problem, E_KEY, "The page key does not open %s, or its first page is damaged.", path);
	/* While the schema and its figures are read for the first time, a page that fails its check comes back as lack of memory. */
	if (lite_err(rc) == E_CORRUPT || rc == SQLITE_NOMEM)
		return problem_set(problem, E_CORRUPT, "The database file %s is damaged.", path);
	return problem_set(problem, rc == SQLITE_OK ? E_STORAGE : lite_err(rc), "The database file %s cannot be opened.", path);
}

enum err lite_open_raw(const char *path, const struct key *page_key, struct problem *problem, sqlite3 **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	TRY(check_file(path, problem));
	pthread_once(&once, silence);
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = prepare_raw(db, page_key);
	if (rc != SQLITE_OK) {
		enum err e = open_problem(problem, path, rc, db ? sqlite3_errmsg(db) : "");
		sqlite3_close_v2(db);
		return e;
	}
	*ret = db;
	return OK;
}

static int on_progress(void *p)
{
	const struct lite *conn = p;
	return monotonic_ms() > conn->deadline_ms;
}

static void drop_stmt(void *owner, void *what)
{
	(void)owner;
	sqlite3_finalize(what);
}

static int prepare_own(struct lite *conn)
{
	int rc = SQLITE_OK;
	for (int i = 0; rc == SQLITE_OK && i < OWN_COUNT; i++)
		rc = sqlite3_prepare_v3(conn->db, own_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &conn->own[i], NULL);
	return rc;
}

static int tune(sqlite3 *db, bool writes)
{
	static const char *const reader[] = { "PRAGMA query_only = ON", "PRAGMA cache_size = -16384" };
	static const char *const writer[] = { "PRAGMA cache_size = -65536" };
	return writes ? run_each(db, writer, ARRAY_LEN(writer)) : run_each(db, reader, ARRAY_LEN(reader));
}

static enum err set_up(struct lite *conn, const struct sql_config *config, bool writes)
{
	conn->deadline_ms = INT64_MAX;
	conn->stmts.drop = drop_stmt;
	TRY(lite_err(prepare_own(conn)));
	TRY(guard_arm(conn->arena, conn->db, config, writes, &conn->guard));
	guard_trust(conn->guard, true);
	TRY(lite_err(tune(conn->db, writes)));
	guard_trust(conn->guard, false);
	sqlite3_progress_handler(conn->db, PROGRESS_OPS, on_progress, conn);
	return OK;
}

enum err lite_open(const struct sql_config *config, bool writes, struct problem *problem, struct lite **ret)
{
	sqlite3 *db = NULL;
	TRY(lite_open_raw(config->url, &config->page_key, problem, &db));
	struct arena *a = arena_new(LITE_ARENA_MAX);
	struct lite *conn = ARENA_NEW(a, struct lite);
	conn->arena = a;
	conn->db = db;
	enum err e = set_up(conn, config, writes);
	if (e != OK) {
		problem_log(problem, "sqlite: %s", sqlite3_errmsg(db));
		problem_set(problem, e, e == E_CONFIG ? "Some tables of %s are missing or not protected; run migrate." :
		                                        "The database file %s cannot be used.", config->url);
		lite_close(conn);
		return e;
	}
	*ret = conn;
	return OK;
}

void lite_close(struct lite *conn)
{
	if (!conn)
		return;
	stmts_clear(&conn->stmts);
	for (int i = 0; i < OWN_COUNT; i++)
		sqlite3_finalize(conn->own[i]);
	sqlite3_close_v2(conn->db);
	arena_free(conn->arena);
}

/* ---- our own statements ---- */

int lite_own(struct lite *conn, enum own which)
{
	/* After a change of the schema SQLite prepares it again, and asks the authorizer. */
	guard_trust(conn->guard, true);
	int rc = sqlite3_step(conn->own[which]);
	sqlite3_reset(conn->own[which]);
	guard_trust(conn->guard, false);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

enum err lite_refresh(struct lite *conn)
{
	sqlite3_stmt *s = conn->own[SCHEMA_VERSION];
	guard_trust(conn->guard, true);
	int64_t version = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
	sqlite3_reset(s);
	guard_trust(conn->guard, false);
	if (version == conn->schema_version)
		return OK;
	conn->schema_version = version;
	return guard_refresh(conn->guard);
}

/* ---- statements ---- */

static const void *not_null(struct str s)
{
	return s.p ? s.p : "";
}

static int bind(sqlite3_stmt *s, int at, const struct sql_val *v)
{
	switch (v->kind) {
	case SQL_NULL:
		return sqlite3_bind_null(s, at);
	case SQL_INT:
		return sqlite3_bind_int64(s, at, v->i);
	case SQL_TEXT:
		return sqlite3_bind_text64(s, at, not_null(v->s), v->s.n, SQLITE_STATIC, SQLITE_UTF8);
	case SQL_BLOB:
		return sqlite3_bind_blob64(s, at, not_null(v->s), v->s.n, SQLITE_STATIC);
	case SQL_ID:
		return sqlite3_bind_blob(s, at, v->id.b, (int)sizeof(v->id.b), SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static struct sql_val text_value(sqlite3_stmt *s, int at, struct arena *a)
{
	const void *p = sqlite3_column_text(s, at);
	return SQL_VTEXT(str_dup(a, (struct str){ p, (size_t)sqlite3_column_bytes(s, at) }));
}

static struct sql_val blob_value(sqlite3_stmt *s, int at, struct arena *a)
{
	struct id id;
	const void *p = sqlite3_column_blob(s, at);
	size_t n = (size_t)sqlite3_column_bytes(s, at);
	if (n == sizeof(id.b)) {
		memcpy(id.b, p, n);
		return SQL_VID(id);
	}
	return SQL_VBLOB(str_dup(a, (struct str){ p, n }));
}

/* A real number can only come from a division or an average; it is cut, as a cast to an integer would. */
static struct sql_val column_value(sqlite3_stmt *s, int at, struct arena *a)
{
	switch (sqlite3_column_type(s, at)) {
	case SQLITE_INTEGER:
	case SQLITE_FLOAT:
		return SQL_VINT(sqlite3_column_int64(s, at));
	case SQLITE_TEXT:
		return text_value(s, at, a);
	case SQLITE_BLOB:
		return blob_value(s, at, a);
	default:
		return SQL_VNULL;
	}
}

static void make_room(struct arena *a, struct sql_result *r, size_t *room)
{
	if (r->rows < *room)
		return;
	/* Twice and no more: what is over the arena's limit must stay below its hard end. */
	*room = *room ? 2 * *room : FIRST_ROWS;
	struct sql_val *vals = ARENA_ARRAY(a, struct sql_val, *room * r->cols);
	if (r->rows)
		memcpy(vals, r->vals, r->rows * r->cols * sizeof(*vals));
	r->vals = vals;
}

static enum err read_rows(sqlite3_stmt *s, struct arena *a, struct sql_result *r)
{
	int rc;
	size_t room = 0;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		if (r->rows == RESULT_ROWS_MAX)
			return E_TOO_LARGE;
		if (arena_over(a))
			return E_MEMORY;
		make_room(a, r, &room);
		for (size_t i = 0; i < r->cols; i++)
			r->vals[r->rows * r->cols + i] = column_value(s, (int)i, a);
		r->rows++;
	}
	return lite_err(rc);
}

enum err lite_collect(sqlite3_stmt *s, struct arena *a, const struct sql_val *args, size_t count, struct sql_result *ret)
{
	int rc = (size_t)sqlite3_bind_parameter_count(s) == count ? SQLITE_OK : SQLITE_RANGE;
	for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
		rc = bind(s, (int)i + 1, &args[i]);
	struct sql_result r = { .cols = (size_t)sqlite3_column_count(s) };
	enum err e = rc == SQLITE_OK ? read_rows(s, a, &r) : lite_err(rc);
	if (e == OK && !sqlite3_stmt_readonly(s))
		r.changed = sqlite3_changes64(sqlite3_db_handle(s));
	if (e == OK)
		*ret = r;
	return e;
}

static enum err find_stmt(struct lite *conn, const char *text, sqlite3_stmt **ret)
{
	struct stmt_slot *slot = stmts_find(&conn->stmts, text);
	if (!slot->what) {
		sqlite3_stmt *s;
		enum err e = guard_prepare(conn->guard, text, &s);
		if (e != OK) {
			stmts_drop(&conn->stmts, slot);
			return e;
		}
		slot->what = s;
	}
	*ret = slot->what;
	return OK;
}

static void tell(struct lite_tx *t, sqlite3_stmt *s, enum err e, const char *text)
{
	const char *why = guard_why(t->conn->guard);
	if (e == E_UNIQUE || e == E_INVALID || e == E_REFERENCE)
		lite_name_constraint(t->conn, s, e, t->tx.constraint, sizeof(t->tx.constraint));
	else if (err_info(e)->fault)
		sql_say(t->tx.db, "%s: %s in \"%.200s\"", err_info(e)->slug, *why ? why : sqlite3_errmsg(t->conn->db), text);
}

enum err lite_run(struct sql_tx *tx, const char *text, const struct sql_val *args, size_t count, struct sql_result *ret)
{
	struct lite *conn = ((struct lite_tx *)tx)->conn;
	sqlite3_stmt *s = NULL;
	conn->deadline_ms = monotonic_ms() + STATEMENT_TIMEOUT_MS;
	enum err e = find_stmt(conn, text, &s);
	if (e == OK)
		e = lite_collect(s, tx->arena, args, count, ret);
	conn->deadline_ms = INT64_MAX;
	if (e != OK)
		tell((struct lite_tx *)tx, s, e, text);
	if (s) {
		sqlite3_reset(s);
		sqlite3_clear_bindings(s);
	}
	return e;
}
