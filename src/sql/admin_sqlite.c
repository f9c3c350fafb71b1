#include "limits.h"
#include "lite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { ADMIN_ARENA_MAX = 64 * KIB };

struct lite_admin {
	struct sql_admin admin;
	struct arena *arena;
	sqlite3 *db;
	struct str path;
};

static struct lite_admin *admin_of(struct sql_admin *admin)
{
	return (struct lite_admin *)admin;
}

static enum err create_file(const char *path, struct problem *problem)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return problem_set(problem, E_CONFIG, "The database file %s cannot be made: %s.", path, strerrordesc_np(errno));
	if (fd >= 0)
		close(fd);
	return OK;
}

/* The triggers in the schema name this function; they are switched off here, but ALTER TABLE looks at their words. */
static void no_tenant(sqlite3_context *context, int count, sqlite3_value **args)
{
	(void)count;
	(void)args;
	sqlite3_result_null(context);
}

static enum err open_admin(const char *url, const struct key *page_key, bool create, struct problem *problem,
                           struct sql_admin **ret)
{
	sqlite3 *db;
	if (create)
		TRY(create_file(url, problem));
	TRY(lite_open_raw(url, page_key, problem, &db));
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_create_function_v2(db, "current_tenant", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, no_tenant, NULL, NULL, NULL);
	struct arena *a = arena_new(ADMIN_ARENA_MAX);
	struct lite_admin *admin = ARENA_NEW(a, struct lite_admin);
	*admin = (struct lite_admin){ { &admin_sqlite }, a, db, str_dup(a, str_from(url)) };
	*ret = &admin->admin;
	return OK;
}

static void close_admin(struct sql_admin *admin)
{
	sqlite3_close_v2(admin_of(admin)->db);
	arena_free(admin_of(admin)->arena);
}

static enum err provision(struct sql_admin *admin, struct arena *a, struct problem *problem, struct str *ret_url)
{
	(void)problem;
	*ret_url = str_dup(a, admin_of(admin)->path);
	return OK;
}

static int exec(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL);
}

/* Ends what BEGIN IMMEDIATE began. */
static enum err finish(sqlite3 *db, int rc, struct problem *problem)
{
	if (rc == SQLITE_OK)
		rc = exec(db, "COMMIT");
	if (rc == SQLITE_OK)
		return OK;
	problem_log(problem, "sqlite %d: %s", rc, sqlite3_errmsg(db));
	if (!sqlite3_get_autocommit(db))
		exec(db, "ROLLBACK");
	return problem_set(problem, lite_err(rc), "The database refused a script; nothing was changed.");
}

static enum err script(struct sql_admin *admin, struct str text, struct problem *problem)
{
	sqlite3 *db = admin_of(admin)->db;
	int rc = exec(db, "BEGIN IMMEDIATE");
	if (rc == SQLITE_OK)
		rc = exec(db, text.p);
	return finish(db, rc, problem);
}

/* ---- protection ---- */

static const char insert_guard[] =
	"CREATE TRIGGER \"rls$%w_i\" BEFORE INSERT ON \"%w\" WHEN NEW.tenant_id IS NOT current_tenant() "
	"BEGIN SELECT RAISE(ABORT, 'rls: tenant'); END";
/* What each kind of table gets. %w twice: the table. */
static const char *const guards[] = {
	insert_guard,
	"CREATE TRIGGER \"rls$%w_u\" BEFORE UPDATE ON \"%w\" WHEN OLD.tenant_id IS NOT current_tenant() "
	"BEGIN SELECT RAISE(IGNORE); END",
	"CREATE TRIGGER \"rls$%w_t\" BEFORE UPDATE OF tenant_id ON \"%w\" WHEN NEW.tenant_id IS NOT OLD.tenant_id "
	"BEGIN SELECT RAISE(ABORT, 'rls: key'); END",
	"CREATE TRIGGER \"rls$%w_d\" BEFORE DELETE ON \"%w\" WHEN OLD.tenant_id IS NOT current_tenant() "
	"BEGIN SELECT RAISE(IGNORE); END",
};
static const char *const append_only_guards[] = {
	insert_guard,
	"CREATE TRIGGER \"rls$%w_u\" BEFORE UPDATE ON \"%w\" BEGIN SELECT RAISE(ABORT, 'rls: append only'); END",
	"CREATE TRIGGER \"rls$%w_d\" BEFORE DELETE ON \"%w\" BEGIN SELECT RAISE(ABORT, 'rls: append only'); END",
};
static const char id_guard[] =
	"CREATE TRIGGER \"rls$%w_k\" BEFORE UPDATE OF id ON \"%w\" WHEN NEW.id IS NOT OLD.id "
	"BEGIN SELECT RAISE(ABORT, 'rls: key'); END";

static int add_guard(sqlite3 *db, const char *format, const char *table)
{
	char *text = sqlite3_mprintf(format, table, table);
	int rc = text ? exec(db, text) : SQLITE_NOMEM;
	sqlite3_free(text);
	return rc;
}

static bool has_id(sqlite3 *db, const char *table)
{
	return sqlite3_table_column_metadata(db, "main", table, "id", NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

static int guard_table(sqlite3 *db, const struct sql_table *t)
{
	bool append_only = t->flags & SQL_APPEND_ONLY;
	const char *const *list = append_only ? append_only_guards : guards;
	size_t count = append_only ? ARRAY_LEN(append_only_guards) : ARRAY_LEN(guards);
	int rc = SQLITE_OK;
	for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
		rc = add_guard(db, list[i], t->name);
	if (rc == SQLITE_OK && !append_only && has_id(db, t->name))
		rc = add_guard(db, id_guard, t->name);
	return rc;
}

/* One at a time, because dropping changes the table that is being read. */
static int drop_guards(sqlite3 *db)
{
	static const char find[] = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND substr(name, 1, 4) = 'rls$' LIMIT 1";
	int rc = SQLITE_OK;
	for (bool more = true; more && rc == SQLITE_OK;) {
		sqlite3_stmt *s;
		rc = sqlite3_prepare_v2(db, find, -1, &s, NULL);
		if (rc != SQLITE_OK)
			return rc;
		more = sqlite3_step(s) == SQLITE_ROW;
		char *text = more ? sqlite3_mprintf("DROP TRIGGER \"%w\"", sqlite3_column_text(s, 0)) : NULL;
		sqlite3_finalize(s);
		if (more)
			rc = text ? exec(db, text) : SQLITE_NOMEM;
		sqlite3_free(text);
	}
	return rc;
}

/* The planner guesses that one value of a column has ten rows. Here the first column of every index is the tenant, which has very many,
 * so it would rather walk a whole tenant by the primary key than use the index that was made for the statement. These figures say what
 * our tables are like; they stand where ANALYZE would put its own, and depend on no data. */
static const char stats[] =
	"ANALYZE;"
	"DELETE FROM sqlite_stat1;"
	"INSERT INTO sqlite_stat1 (tbl, idx, stat) "
	"SELECT t.name, iif(l.origin = 'pk', t.name, l.name), '1000000' || "
	"(SELECT group_concat(CASE WHEN i.seqno = 0 THEN ' 10000' "
	"WHEN l.\"unique\" AND i.seqno = (SELECT max(seqno) FROM pragma_index_info(l.name)) THEN ' 1' "
	"WHEN i.seqno = 1 THEN ' 100' ELSE ' 10' END, '') FROM pragma_index_info(l.name) AS i) "
	"FROM sqlite_schema AS t, pragma_index_list(t.name) AS l "
	"WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%';";

/* The audit belt of this engine is in guard.c: it needs the list of tables and no object in the schema. */
static enum err protect(struct sql_admin *admin, const struct sql_table *tables, size_t count, const char *audit_table,
                        struct problem *problem)
{
	(void)audit_table;
	sqlite3 *db = admin_of(admin)->db;
	int rc = exec(db, "BEGIN IMMEDIATE");
	if (rc == SQLITE_OK)
		rc = drop_guards(db);
	for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
		rc = guard_table(db, &tables[i]);
	if (rc == SQLITE_OK)
		rc = exec(db, stats);
	return finish(db, rc, problem);
}

static enum err query(struct sql_admin *admin, struct arena *a, const char *text, const struct sql_val *args, size_t count,
                      struct sql_result *ret)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(admin_of(admin)->db, text, -1, &s, NULL);
	enum err e = rc == SQLITE_OK && s ? lite_collect(s, a, args, count, ret) : lite_err(rc ? rc : SQLITE_MISUSE);
	sqlite3_finalize(s);
	return e;
}

const struct sql_admin_engine admin_sqlite = {
	.open = open_admin,
	.close = close_admin,
	.provision = provision,
	.script = script,
	.protect = protect,
	.query = query,
	.words = { "BLOB CHECK(length(%s) = 16)", "INTEGER", "TEXT", "BLOB", "STRICT", "STRICT, WITHOUT ROWID" },
};
