#include "keydb.h"

#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { BUSY_MS = 10000, SCHEMA_VERSION = 1 };

enum statement { ROW_GET, ROW_PUT, ROW_SET, ROW_ZERO, ROW_EACH, STATEMENTS };
_Static_assert((int)STATEMENTS == (int)KEYDB_STATEMENTS, "keydb.h has room for each");

static const char *const texts[STATEMENTS] = {
	[ROW_GET] = "SELECT wrapped FROM key WHERE kind = ?1 AND tenant = ?2 AND id = ?3",
	[ROW_PUT] = "INSERT INTO key (kind, tenant, id, wrapped) VALUES (?1, ?2, ?3, ?4)",
	[ROW_SET] = "INSERT INTO key (kind, tenant, id, wrapped) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, tenant, id) DO UPDATE SET wrapped = excluded.wrapped",
	[ROW_ZERO] = "UPDATE key SET wrapped = zeroblob(length(wrapped)) WHERE kind = ?1 AND tenant = ?2 AND id = ?3",
	[ROW_EACH] = "SELECT wrapped, tenant, id FROM key WHERE kind = ?1 ORDER BY seq",
};

/* seq only grows, so rows are appended and no insertion moves another row. */
static const char schema[] =
	"PRAGMA journal_mode = WAL;"
	"BEGIN;"
	"CREATE TABLE key (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, tenant INTEGER NOT NULL,"
	" id BLOB NOT NULL, wrapped BLOB NOT NULL, UNIQUE (kind, tenant, id));"
	"PRAGMA user_version = 1;"
	"COMMIT;";

static enum err storage_err(int rc)
{
	static const struct {
		int rc;
		enum err e;
	} rows[] = {
		{ SQLITE_OK, OK },           { SQLITE_DONE, OK },          { SQLITE_ROW, OK },
		{ SQLITE_BUSY, E_BUSY },     { SQLITE_LOCKED, E_BUSY },    { SQLITE_FULL, E_FULL },
		{ SQLITE_NOTADB, E_CORRUPT }, { SQLITE_CORRUPT, E_CORRUPT },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].rc == (rc & 0xff))
			return rows[i].e;
	return E_STORAGE;
}

static enum err exec(struct keydb *k, const char *text)
{
	return storage_err(sqlite3_exec(k->db, text, NULL, NULL, NULL));
}

/* The key of the pages in the raw form, so that nothing is stretched: x'<64 hexadecimal digits>'. */
static int give_key(sqlite3 *db, const struct key *key)
{
	char text[3 + 64 + 1];
	char *at = text + 2;
	text[0] = 'x';
	text[1] = '\'';
	for (size_t i = 0; i < sizeof(key->b); i++)
		at += snprintf(at, 3, "%02x", key->b[i]);
	*at = '\'';
	int rc = sqlite3_key_v2(db, "main", text, (int)sizeof(text) - 1);
	OPENSSL_cleanse(text, sizeof(text));
	return rc;
}

static enum err damaged(const char *path, struct problem *problem)
{
	return problem_set(problem, E_CORRUPT, "%s is damaged: restore the newest backup of the keys. Nothing was changed.", path);
}

/* Reading anything shows whether the key fits: page 1 authenticates. */
static enum err try_key(struct keydb *k, const char *path, const struct key *key, bool fresh, struct problem *problem)
{
	/* SQLCipher would write to standard error what we report ourselves. */
	sqlite3_exec(k->db, "PRAGMA cipher_log_level = NONE", NULL, NULL, NULL);
	sqlite3_busy_timeout(k->db, BUSY_MS);
	if (give_key(k->db, key) != SQLITE_OK)
		return problem_set(problem, E_STORAGE, "%s cannot be opened.", path);
	enum err e = exec(k, fresh ? schema : "SELECT count(*) FROM sqlite_master");
	if (e == E_CORRUPT && (sqlite3_errcode(k->db) & 0xff) != SQLITE_NOTADB)
		return damaged(path, problem);
	if (e == E_CORRUPT)
		return problem_set(problem, E_KEY,
		                   "The root key does not open %s: one of them belongs to another installation, or is damaged. "
		                   "Nothing was changed.", path);
	if (e != OK)
		return problem_set(problem, e, "%s cannot be used: %s", path, sqlite3_errmsg(k->db));
	return OK;
}

/* Every page is read once: a page that was changed from outside fails its authentication here and not in the middle of work. */
static enum err check_pages(struct keydb *k, const char *path, struct problem *problem)
{
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(k->db, "PRAGMA quick_check(1)", -1, &s, NULL) != SQLITE_OK)
		return damaged(path, problem);
	int rc = sqlite3_step(s);
	const char *words = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
	bool good = words && strcmp(words, "ok") == 0;
	sqlite3_finalize(s);
	if (!good && (rc & 0xff) == SQLITE_BUSY)
		return problem_set(problem, E_BUSY, "%s is busy.", path);
	return good ? OK : damaged(path, problem);
}

static enum err check_version(struct keydb *k, const char *path, struct problem *problem)
{
	sqlite3_stmt *s = NULL;
	int version = -1;
	if (sqlite3_prepare_v2(k->db, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		version = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	if (version != SCHEMA_VERSION)
		return problem_set(problem, E_KEY, "%s has form %d; this program reads form %d.", path, version, SCHEMA_VERSION);
	return OK;
}

static enum err prepare_all(struct keydb *k, const char *path, struct problem *problem)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(k->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &k->statements[i], NULL) != SQLITE_OK)
			return problem_set(problem, E_STORAGE, "%s cannot be used: %s", path, sqlite3_errmsg(k->db));
	return OK;
}

enum err keydb_open(const char *path, const struct key *page_key, bool fresh, struct problem *problem, struct keydb *ret)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	*ret = (struct keydb){ 0 };
	if (sqlite3_open_v2(path, &ret->db, flags, NULL) != SQLITE_OK)
		return problem_set(problem, E_STORAGE, "%s cannot be opened.", path);
	TRY(try_key(ret, path, page_key, fresh, problem));
	if (exec(ret, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF") != OK)
		return problem_set(problem, E_STORAGE, "%s cannot be used: %s", path, sqlite3_errmsg(ret->db));
	TRY(check_pages(ret, path, problem));
	TRY(check_version(ret, path, problem));
	return prepare_all(ret, path, problem);
}

void keydb_close(struct keydb *k)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(k->statements[i]);
	sqlite3_close(k->db);
	*k = (struct keydb){ 0 };
}

static sqlite3_stmt *bind_place(struct keydb *k, enum statement which, const struct key_place *place)
{
	sqlite3_stmt *s = k->statements[which];
	sqlite3_bind_int(s, 1, (int)place->kind);
	sqlite3_bind_int64(s, 2, place->tenant);
	sqlite3_bind_blob(s, 3, place->id.b, sizeof(place->id.b), SQLITE_STATIC);
	return s;
}

/* Leaves no pointer into the caller's memory behind. */
static void done(sqlite3_stmt *s)
{
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
}

/* A destroyed key reads as zeros; a wrapped one begins with its format, which is not 0. */
static enum err column_wrapped(sqlite3_stmt *s, struct wrapped *ret)
{
	struct wrapped w;
	const void *p = sqlite3_column_blob(s, 0);
	if (!p || sqlite3_column_bytes(s, 0) != WRAPPED_SIZE)
		return E_CORRUPT;
	memcpy(w.b, p, sizeof(w.b));
	if (w.b[0] == 0)
		return E_NOT_FOUND;
	*ret = w;
	return OK;
}

enum err keydb_get(struct keydb *k, const struct key_place *place, struct wrapped *ret)
{
	sqlite3_stmt *s = bind_place(k, ROW_GET, place);
	int rc = sqlite3_step(s);
	enum err e = rc == SQLITE_ROW ? column_wrapped(s, ret) : rc == SQLITE_DONE ? E_NOT_FOUND : storage_err(rc);
	done(s);
	return e;
}

enum err keydb_begin(struct keydb *k)
{
	return exec(k, "BEGIN IMMEDIATE");
}

static enum err write_row(struct keydb *k, enum statement which, const struct key_place *place, const struct wrapped *wrapped)
{
	sqlite3_stmt *s = bind_place(k, which, place);
	sqlite3_bind_blob(s, 4, wrapped->b, sizeof(wrapped->b), SQLITE_STATIC);
	enum err e = storage_err(sqlite3_step(s));
	done(s);
	return e;
}

enum err keydb_put(struct keydb *k, const struct key_place *place, const struct wrapped *wrapped)
{
	return write_row(k, ROW_PUT, place, wrapped);
}

enum err keydb_set(struct keydb *k, const struct key_place *place, const struct wrapped *wrapped)
{
	return write_row(k, ROW_SET, place, wrapped);
}

enum err keydb_end(struct keydb *k, enum err e)
{
	if (e == OK)
		e = exec(k, "COMMIT");
	if (e != OK && !sqlite3_get_autocommit(k->db))
		(void)sqlite3_exec(k->db, "ROLLBACK", NULL, NULL, NULL);
	return e;
}

enum err keydb_destroy(struct keydb *k, const struct key_place *place)
{
	sqlite3_stmt *s = bind_place(k, ROW_ZERO, place);
	enum err e = storage_err(sqlite3_step(s));
	done(s);
	if (e != OK)
		return e;
	/* Also when nothing changed: an earlier try may have met a reader. */
	return storage_err(sqlite3_wal_checkpoint_v2(k->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

static enum err each_row(sqlite3_stmt *s, enum key_kind kind, keydb_row *row, void *arg)
{
	struct wrapped wrapped;
	struct key_place place = { .kind = kind, .tenant = sqlite3_column_int64(s, 1) };
	if (sqlite3_column_bytes(s, 2) != sizeof(place.id.b))
		return E_CORRUPT;
	memcpy(place.id.b, sqlite3_column_blob(s, 2), sizeof(place.id.b));
	enum err e = column_wrapped(s, &wrapped);
	if (e == E_NOT_FOUND)
		return OK;
	return e == OK ? row(arg, &place, &wrapped) : e;
}

enum err keydb_each(struct keydb *k, enum key_kind kind, keydb_row *row, void *arg)
{
	sqlite3_stmt *s = k->statements[ROW_EACH];
	enum err e = OK;
	int rc = SQLITE_DONE;
	sqlite3_bind_int(s, 1, (int)kind);
	while (e == OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		e = each_row(s, kind, row, arg);
	done(s);
	return e != OK ? e : storage_err(rc);
}
