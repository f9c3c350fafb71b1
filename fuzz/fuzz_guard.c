/* fuzz_guard.c - bytes are the text of a statement of tenant 1; the guard of SQLite must let nothing of tenant 2 out, and nothing
 * of it change.
 *
 * The database is made once by the same administration as a real one, and every input is rolled back. */
#include "lite.h"
#include "limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 4000, STEPS_MAX = 200, OPS_MAX = 300000, CENTS2 = 61803398 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sql_table tables[] = { { "audit_event", SQL_APPEND_ONLY }, { "customer", SQL_AUDITED }, { "job", 0 }, { "bare", 0 } };

static const char schema[] =
	"CREATE TABLE audit_event (tenant_id $INT NOT NULL, seq $INT NOT NULL, object_id $ID, words $TEXT, PRIMARY KEY (tenant_id, seq)) $KEYED;"
	"CREATE TABLE customer (tenant_id $INT NOT NULL, id $ID NOT NULL, seq $INT NOT NULL, name $TEXT, cents $INT,"
	" PRIMARY KEY (tenant_id, id)) $KEYED;"
	"CREATE TABLE job (tenant_id $INT NOT NULL, id $ID NOT NULL, customer_id $ID, title $TEXT, cents $INT, PRIMARY KEY (tenant_id, id),"
	" FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)) $ROWS;"
	"CREATE TABLE bare (tenant_id $INT NOT NULL PRIMARY KEY, n $INT) $KEYED;"
	"CREATE TABLE unlisted (words $TEXT) $ROWS;"
	"INSERT INTO customer VALUES (1, x'00000000000000000000000000000001', 1, 'own', 1),"
	" (2, x'00000000000000000000000000000002', 1, 'Zq7Xw9Kj', 61803398);"
	"INSERT INTO job VALUES (1, x'00000000000000000000000000000001', x'00000000000000000000000000000001', 'own', 1),"
	" (2, x'00000000000000000000000000000002', x'00000000000000000000000000000002', 'Zq7Xw9Kj', 61803398);"
	"INSERT INTO bare VALUES (1, 1), (2, 61803398);"
	"INSERT INTO audit_event VALUES (1, 1, NULL, 'own'), (2, 1, NULL, 'Zq7Xw9Kj');"
	"INSERT INTO unlisted VALUES ('Zq7Xw9Kj');";

static void stop(const char *what)
{
	fprintf(stderr, "fuzz_guard: %s\n", what);
	abort();
}

static void must(enum err e, const char *what)
{
	if (e != OK)
		stop(what);
}

static struct lite *make_db(void)
{
	char path[] = "/tmp/fwfuzz.XXXXXX";
	struct arena *a = arena_new(MIB);
	struct problem problem;
	struct sql_admin *admin;
	struct lite *conn = NULL;
	struct sql_config config = { .url = path, .tables = tables, .table_count = ARRAY_LEN(tables), .audit_table = "audit_event" };
	problem_init(&problem, a);
	close(mkstemp(path)); /* 0600 */
	must(sql_admin_open(path, &config.page_key, true, &problem, &admin), "open as administrator");
	must(sql_admin_script(admin, schema, &problem), "script");
	must(sql_admin_protect(admin, tables, ARRAY_LEN(tables), "audit_event", &problem), "protect");
	must(lite_open(&config, true, &problem, &conn), "open");
	sql_admin_close(admin);
	unlink(path);
	arena_free(a);
	return conn;
}

static int count_down(void *p)
{
	int *left = p;
	return --*left <= 0;
}

static void look(sqlite3_stmt *s)
{
	for (int i = 0; i < sqlite3_column_count(s); i++) {
		if (sqlite3_column_type(s, i) == SQLITE_INTEGER && sqlite3_column_int64(s, i) == CENTS2)
			stop("a number of tenant 2 came out");
		const void *p = sqlite3_column_blob(s, i);
		if (p && memmem(p, (size_t)sqlite3_column_bytes(s, i), "Zq7Xw9Kj", 8))
			stop("words of tenant 2 came out");
	}
}

static void step(sqlite3_stmt *s)
{
	int steps = 0;
	while (sqlite3_step(s) == SQLITE_ROW && steps++ < STEPS_MAX)
		look(s);
	sqlite3_finalize(s);
}

/* The rows of tenant 2, as they always are. */
static void check_damage(struct lite *conn)
{
	static const char text[] =
		"SELECT (SELECT count(*) FROM main.job WHERE tenant_id = 2 AND title = 'Zq7Xw9Kj' AND cents = 61803398)"
		" + (SELECT count(*) FROM main.customer WHERE tenant_id = 2 AND name = 'Zq7Xw9Kj' AND cents = 61803398 AND seq = 1)"
		" + (SELECT count(*) FROM main.bare WHERE tenant_id = 2 AND n = 61803398)"
		" + (SELECT count(*) FROM main.audit_event WHERE tenant_id = 2 AND words = 'Zq7Xw9Kj')"
		" + (SELECT count(*) FROM main.unlisted) * 10"
		" + (SELECT count(*) FROM main.job WHERE tenant_id <> 1) * 100 + (SELECT count(*) FROM main.customer WHERE tenant_id <> 1) * 100"
		" + (SELECT count(*) FROM main.bare WHERE tenant_id <> 1) * 100"
		" + (SELECT count(*) FROM main.audit_event WHERE tenant_id <> 1 OR seq = 1 AND words = 'own') * 100";
	sqlite3_stmt *s = NULL;
	guard_trust(conn->guard, true);
	if (sqlite3_prepare_v2(conn->db, text, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW)
		stop("the rows of tenant 2 cannot be read any more");
	if (sqlite3_column_int64(s, 0) != 4 + 10 + 500)
		stop("rows of tenant 2 were changed");
	sqlite3_finalize(s);
	guard_trust(conn->guard, false);
}

static void try_text(struct lite *conn, const char *text)
{
	int left = OPS_MAX / 1000;
	sqlite3_stmt *s;
	lite_own(conn, BEGIN_WRITE);
	guard_begin(conn->guard, 1);
	sqlite3_progress_handler(conn->db, 1000, count_down, &left);
	if (guard_prepare(conn->guard, text, &s) == OK)
		step(s);
	sqlite3_progress_handler(conn->db, 0, NULL, NULL);
	if (!sqlite3_get_autocommit(conn->db) && guard_settle(conn->guard) == OK)
		check_damage(conn);
	guard_undo(conn->guard);
	if (!sqlite3_get_autocommit(conn->db))
		lite_own(conn, ROLLBACK);
	check_damage(conn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* libFuzzer has no other place to keep it. */
	static struct lite *conn;
	char text[TEXT_MAX + 1];
	if (!conn)
		conn = make_db();
	/* What the text says itself is no leak. */
	if (size > TEXT_MAX || memmem(data, size, "Zq7Xw9Kj", 8) || memmem(data, size, "6180", 4))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	try_text(conn, text);
	return 0;
}
