/* What only the file can do: keys, permissions, damage, a full disk, the writer's batches, and the guard's last belt. */
#include "check.h"

#include "../pg/testdb.h"
#include "guard.h"
#include "lite.h"
#include "time.h"
#include "writer.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

static const char schema[] =
	"CREATE TABLE audit_event (tenant_id $INT NOT NULL, seq $INT NOT NULL, object_id $ID, PRIMARY KEY (tenant_id, seq)) $KEYED;"
	"CREATE TABLE thing (tenant_id $INT NOT NULL, id $ID NOT NULL, seq $INT NOT NULL, bytes $BLOB, PRIMARY KEY (tenant_id, id)) $KEYED;"
	"CREATE TABLE plain (tenant_id $INT NOT NULL, n $INT NOT NULL, bytes $BLOB, UNIQUE (tenant_id, n)) $ROWS;";

static const struct sql_table tables[] = { { "audit_event", SQL_APPEND_ONLY }, { "thing", SQL_AUDITED }, { "plain", 0 } };

static int make(void **state)
{
	struct testdb *t = calloc(1, sizeof(*t));
	testdb_make(t, false, schema, tables, ARRAY_LEN(tables), "audit_event");
	*state = t;
	return 0;
}

static int drop(void **state)
{
	testdb_drop(*state);
	free(*state);
	return 0;
}

/* ---- opening ---- */

static enum err open_with(struct testdb *t, const struct sql_config *config)
{
	struct problem problem;
	struct sql *db;
	problem_init(&problem, t->arena);
	enum err e = sql_open(config, &problem, &db);
	if (e == OK)
		sql_close(db);
	else
		assert_true(problem.detail.n > 0);
	return e;
}

static void the_file_must_be_ours_and_whole(void **state)
{
	struct testdb *t = *state;
	struct sql_config config = t->config;
	assert_int_equal(open_with(t, &config), OK);
	config.page_key.b[3] ^= 1;
	assert_int_equal(open_with(t, &config), E_KEY);
	config = t->config;
	chmod(t->place, 0640);
	assert_int_equal(open_with(t, &config), E_CONFIG);
	chmod(t->place, 0600);
	config.url = t->folder;
	assert_int_equal(open_with(t, &config), E_CONFIG);
	config.url = "/tmp/no-such-folder/x.db";
	assert_int_equal(open_with(t, &config), E_CONFIG);
	struct stat st;
	assert_int_equal(stat(t->place, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void nothing_readable_is_in_the_file(void **state)
{
	struct testdb *t = *state;
	static char bytes[65536];
	int fd = open(t->place, O_RDONLY);
	ssize_t n = read(fd, bytes, sizeof(bytes));
	close(fd);
	assert_true(n >= 4096);
	assert_null(memmem(bytes, (size_t)n, "SQLite", 6));
	assert_null(memmem(bytes, (size_t)n, "CREATE", 6));
	assert_null(memmem(bytes, (size_t)n, "tenant", 6));
}

static void an_unprotected_table_is_refused(void **state)
{
	struct testdb *t = *state;
	struct problem problem;
	problem_init(&problem, t->arena);
	assert_int_equal(sql_admin_script(t->admin, "DROP TRIGGER \"rls$plain_i\"", &problem), OK);
	assert_int_equal(open_with(t, &t->config), E_CONFIG);
}

/* ---- closures ---- */

static const char insert_plain[] = "INSERT INTO plain (tenant_id, n, bytes) VALUES (?1, ?2, ?3)";

static enum err put_plain(struct sql_tx *tx, void *arg)
{
	int64_t n = *(const int64_t *)arg;
	return SQL_RUN(tx, insert_plain, NULL, SQL_VINT(sql_tenant(tx)), SQL_VINT(n), SQL_VNULL);
}

struct counted {
	int64_t value;
};

static enum err count_plain(struct sql_tx *tx, void *arg)
{
	struct counted *c = arg;
	struct sql_result r;
	TRY(sql_run(tx, "SELECT count(*) FROM plain_v", NULL, 0, &r));
	c->value = sql_int(&r, 0, 0);
	return OK;
}

static int64_t plain_count(struct testdb *t)
{
	struct counted c = { 0 };
	assert_int_equal(sql_read(t->db, 1, t->arena, count_plain, &c), OK);
	return c.value;
}

static void damage_is_noticed(void **state)
{
	struct testdb *t = *state;
	struct problem problem;
	problem_init(&problem, t->arena);
	for (int64_t n = 0; n < 20; n++)
		assert_int_equal(sql_write(t->db, 1, t->arena, put_plain, &n), OK);
	assert_int_equal(sql_admin_query(t->admin, t->arena, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, 0, NULL), OK);
	sql_close(t->db);
	struct stat st;
	int fd = open(t->place, O_RDWR);
	assert_int_equal(fstat(fd, &st), 0);
	for (off_t at = 4096 + 100; at < st.st_size; at += 4096)
		assert_int_equal(pwrite(fd, "damage", 6, at), 6);
	close(fd);
	struct counted c;
	enum err e = sql_open(&t->config, &problem, &t->db);
	if (e == OK) {
		e = sql_read(t->db, 1, t->arena, count_plain, &c);
		sql_close(t->db);
	}
	t->db = NULL;
	assert_int_equal(e, E_CORRUPT);
}

/* ---- the writer ---- */

struct queued {
	struct testdb *t;
	sql_body *body;
	void *arg;
	struct arena *arena;
	enum err err;
	pthread_t thread;
};

static void *write_one(void *p)
{
	struct queued *q = p;
	q->err = sql_write(q->t->db, 1, q->arena, q->body, q->arg);
	return NULL;
}

static enum err nap(struct sql_tx *tx, void *arg)
{
	(void)tx;
	(void)arg;
	usleep(200 * 1000); /* so that the others come into one batch */
	return OK;
}

static enum err put_and_fail(struct sql_tx *tx, void *arg)
{
	TRY(put_plain(tx, arg));
	return E_CONFLICT;
}

/* Ends the whole transaction, as the engine does when memory or disk run out. */
static enum err lose_transaction(struct sql_tx *tx, void *arg)
{
	int *runs = arg;
	if ((*runs)++ == 0)
		lite_own(((struct lite_tx *)tx)->conn, ROLLBACK);
	return *runs == 1 ? E_STORAGE : OK;
}

static enum err be_slow(struct sql_tx *tx, void *arg)
{
	static const char text[] =
		"INSERT INTO plain (tenant_id, n) SELECT ?1, max(n) + 1000000 FROM (WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL "
		"SELECT n + 1 FROM r WHERE n < 2000000000) SELECT n FROM r) AS x";
	++*(int *)arg;
	return SQL_RUN(tx, text, NULL, SQL_VINT(sql_tenant(tx)));
}

/* Runs all of them in one batch: the first holds the writer until the others wait. */
static void run_together(struct testdb *t, struct queued *list, size_t count)
{
	struct queued first = { .t = t, .body = nap, .arena = arena_new(MIB) };
	pthread_create(&first.thread, NULL, write_one, &first);
	usleep(50 * 1000);
	for (size_t i = 0; i < count; i++) {
		list[i].t = t;
		list[i].arena = arena_new(MIB);
		pthread_create(&list[i].thread, NULL, write_one, &list[i]);
		usleep(5 * 1000); /* in this order */
	}
	for (size_t i = 0; i < count; i++) {
		pthread_join(list[i].thread, NULL);
		arena_free(list[i].arena);
	}
	pthread_join(first.thread, NULL);
	arena_free(first.arena);
	assert_int_equal(first.err, OK);
}

static void a_failed_closure_hurts_only_itself(void **state)
{
	int64_t n[] = { 1, 2, 3, 1, 5 };
	struct queued list[] = { { .body = put_plain, .arg = &n[0] }, { .body = put_and_fail, .arg = &n[1] }, { .body = put_plain, .arg = &n[2] },
		                 { .body = put_plain, .arg = &n[3] }, { .body = put_plain, .arg = &n[4] } };
	run_together(*state, list, ARRAY_LEN(list));
	/* The first and the fourth want the same number: whichever thread came first has it. */
	bool fourth = list[3].err == OK;
	const enum err expect[] = { fourth ? E_UNIQUE : OK, E_CONFLICT, OK, fourth ? OK : E_UNIQUE, OK };
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		assert_int_equal(list[i].err, expect[i]);
	assert_int_equal(plain_count(*state), 3);
}

static void handed_over_at_once_each_is_judged_for_itself(void **state)
{
	enum { MANY = 300 };
	struct testdb *t = *state;
	int64_t n[MANY];
	struct sql_work work[MANY];
	for (size_t i = 0; i < MANY; i++) {
		n[i] = (int64_t)i;
		work[i] = (struct sql_work){ .tenant = 1, .arena = arena_new(MIB), .body = i % 7 ? put_plain : put_and_fail, .arg = &n[i], .err = E_BUSY };
	}
	sql_write_each(t->db, work, MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(work[i].err, i % 7 ? OK : E_CONFLICT);
		arena_free(work[i].arena);
	}
	assert_int_equal(plain_count(t), MANY - (MANY + 6) / 7);
	assert_false(sql_crowded(t->db));
}

static off_t size_of(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? st.st_size : 0;
}

static enum err put_much_plain(struct sql_tx *tx, void *arg)
{
	int64_t *n = arg;
	char *bytes = ARENA_ARRAY(tx->arena, char, MIB);
	return SQL_RUN(tx, insert_plain, NULL, SQL_VINT(sql_tenant(tx)), SQL_VINT((*n)++), SQL_VBLOB(((struct str){ bytes, MIB })));
}

static void the_log_is_brought_back_while_the_file_is_open(void **state)
{
	struct testdb *t = *state;
	int64_t n = 0;
	off_t before = size_of(t->place);
	for (int i = 0; i < 60; i++) { /* of 256 pages and some each */
		with_arena struct arena *a = arena_new(4 * MIB);
		assert_int_equal(sql_write(t->db, 1, a, put_much_plain, &n), OK);
	}
	for (int i = 0; i < 500 && size_of(t->place) - before < 30 * (off_t)MIB; i++)
		usleep(10 * 1000);
	assert_true(size_of(t->place) - before >= 30 * (off_t)MIB);
	assert_int_equal(plain_count(t), 60);
}

static void a_lost_transaction_is_done_again_one_by_one(void **state)
{
	int64_t n[] = { 11, 12 };
	int runs = 0;
	struct queued list[] = { { .body = put_plain, .arg = &n[0] }, { .body = lose_transaction, .arg = &runs },
		                 { .body = put_plain, .arg = &n[1] } };
	int64_t before = plain_count(*state);
	run_together(*state, list, ARRAY_LEN(list));
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		assert_int_equal(list[i].err, OK);
	assert_int_equal(runs, 2);
	assert_int_equal(plain_count(*state), before + 2);
}

static void a_slow_write_is_stopped_once_and_the_others_go_on(void **state)
{
	int64_t n[] = { 21, 22 };
	int runs = 0;
	struct queued list[] = { { .body = put_plain, .arg = &n[0] }, { .body = be_slow, .arg = &runs },
		                 { .body = put_plain, .arg = &n[1] } };
	int64_t before = plain_count(*state);
	run_together(*state, list, ARRAY_LEN(list));
	assert_int_equal(list[0].err, OK);
	assert_int_equal(list[1].err, E_TIMEOUT);
	assert_int_equal(list[2].err, OK);
	assert_int_equal(runs, 1);
	assert_int_equal(plain_count(*state), before + 2);
}

static enum err put_much(struct sql_tx *tx, void *arg)
{
	struct str much = { arena_alloc(sql_arena(tx), 1, 512 * KIB), 512 * KIB };
	return SQL_RUN(tx, insert_plain, NULL, SQL_VINT(1), SQL_VINT(*(int64_t *)arg), SQL_VBLOB(much));
}

static enum err limit_pages(struct sql_tx *tx, void *arg)
{
	struct lite *conn = ((struct lite_tx *)tx)->conn;
	char text[60];
	guard_trust(conn->guard, true);
	snprintf(text, sizeof(text), "PRAGMA max_page_count = %d", *(int *)arg);
	int rc = sqlite3_exec(conn->db, text, NULL, NULL, NULL);
	guard_trust(conn->guard, false);
	return lite_err(rc);
}

static void a_full_disk_is_said_to_whom_it_concerns(void **state)
{
	struct testdb *t = *state;
	int64_t n[] = { 31, 32, 33 };
	int few = 40, many = 1000000;
	struct queued list[] = { { .body = put_plain, .arg = &n[0] }, { .body = put_much, .arg = &n[1] }, { .body = put_plain, .arg = &n[2] } };
	assert_int_equal(sql_write(t->db, 1, t->arena, limit_pages, &few), OK);
	run_together(t, list, ARRAY_LEN(list));
	assert_int_equal(list[0].err, OK);
	assert_int_equal(list[1].err, E_FULL);
	assert_int_equal(list[2].err, OK);
	assert_int_equal(sql_write(t->db, 1, t->arena, limit_pages, &many), OK);
	assert_int_equal(sql_write(t->db, 1, t->arena, put_much, &n[1]), OK);
}

/* Another process holds the lock for a moment. */
static void the_writer_waits_for_another_process(void **state)
{
	struct testdb *t = *state;
	int64_t n = 41;
	struct queued one = { .t = t, .body = put_plain, .arg = &n, .arena = arena_new(MIB) };
	assert_int_equal(sql_admin_query(t->admin, t->arena, "BEGIN IMMEDIATE", NULL, 0, NULL), OK);
	pthread_create(&one.thread, NULL, write_one, &one);
	usleep(300 * 1000);
	assert_int_equal(sql_admin_query(t->admin, t->arena, "COMMIT", NULL, 0, NULL), OK);
	pthread_join(one.thread, NULL);
	arena_free(one.arena);
	assert_int_equal(one.err, OK);
}

/* ---- the guard's last belt ---- */

static enum err skip_the_judge(struct sql_tx *tx, void *arg)
{
	static const char insert[] = "INSERT INTO thing (tenant_id, id, seq) VALUES (?1, ?2, 1)";
	struct id id = { { 1 } };
	(void)arg;
	TRY(SQL_RUN(tx, insert, NULL, SQL_VINT(1), SQL_VID(id)));
	/* Committing by itself, as a closure must not and cannot by a statement. */
	return lite_err(lite_own(((struct lite_tx *)tx)->conn, COMMIT));
}

static void the_commit_hook_refuses_what_was_not_judged(void **state)
{
	struct testdb *t = *state;
	assert_int_equal(sql_write(t->db, 1, t->arena, skip_the_judge, NULL), E_DENIED);
	struct sql_result r;
	assert_int_equal(sql_admin_query(t->admin, t->arena, "SELECT count(*) FROM thing", NULL, 0, &r), OK);
	assert_int_equal(sql_int(&r, 0, 0), 0);
}

static enum err many_things(struct sql_tx *tx, void *arg)
{
	static const char insert[] = "INSERT INTO thing (tenant_id, id, seq) VALUES (?1, ?2, 1)";
	for (int i = 0; i < *(int *)arg; i++) {
		struct id id = { { 2, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i } };
		TRY(SQL_RUN(tx, insert, NULL, SQL_VINT(1), SQL_VID(id)));
	}
	return OK;
}

static void too_many_rows_are_refused(void **state)
{
	struct testdb *t = *state;
	int count = 2 * ROWS_PER_WRITE_MAX + 1;
	assert_int_equal(sql_write(t->db, 1, t->arena, many_things, &count), E_DENIED);
}

/* ---- the guard by itself, without the triggers of the schema ---- */

struct bare {
	struct arena *arena;
	sqlite3 *db;
	struct guard *guard;
};

static void bare_open(struct bare *b, bool writes)
{
	static const struct sql_table list[] = { { "events", SQL_APPEND_ONLY }, { "things", SQL_AUDITED }, { "odd", SQL_AUDITED } };
	const struct sql_config config = { .tables = list, .table_count = ARRAY_LEN(list), .audit_table = "events" };
	/* Triggers of the right name that do nothing: only the hooks are left. */
	static const char text[] =
		"CREATE TABLE events (tenant_id INTEGER, seq INTEGER, object_id BLOB, PRIMARY KEY (tenant_id, seq));"
		"CREATE TABLE things (tenant_id INTEGER, id BLOB, seq INTEGER, PRIMARY KEY (tenant_id, id));"
		"CREATE TABLE odd (tenant_id INTEGER PRIMARY KEY, words TEXT);"
		"CREATE TABLE other (a INTEGER);"
		"CREATE TRIGGER rls$events_i BEFORE INSERT ON events BEGIN SELECT 1; END;"
		"CREATE TRIGGER rls$things_i BEFORE INSERT ON things BEGIN SELECT 1; END;"
		"CREATE TRIGGER rls$odd_i BEFORE INSERT ON odd BEGIN SELECT 1; END;"
		"INSERT INTO things VALUES (1, x'01010101010101010101010101010101', 1), (2, x'02020202020202020202020202020202', 1);"
		"INSERT INTO events VALUES (1, 1, NULL)";
	b->arena = arena_new(4 * MIB);
	assert_int_equal(sqlite3_open(":memory:", &b->db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(b->db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(guard_arm(b->arena, b->db, &config, writes, &b->guard), OK);
}

static void bare_close(struct bare *b)
{
	sqlite3_close(b->db);
	arena_free(b->arena);
}

#define A "x'0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a'"
#define B "x'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b'"

static void the_hooks_alone_refuse_every_foreign_row(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum err e;
	} rows[] = {
		{ "SELECT 1", OK },
		{ "INSERT INTO things VALUES (2, x'03', 1)", E_DENIED },
		{ "INSERT INTO things VALUES (NULL, x'03', 1)", E_DENIED },
		{ "INSERT INTO things VALUES ('1', x'03', 'x')", E_DENIED },
		{ "UPDATE things SET seq = 2 WHERE tenant_id = 2", E_DENIED },
		{ "UPDATE things SET tenant_id = 2 WHERE tenant_id = 1", E_DENIED },
		{ "DELETE FROM things WHERE tenant_id = 2", E_DENIED },
		{ "DELETE FROM things", E_DENIED },
		{ "UPDATE events SET object_id = NULL", E_DENIED },
		{ "DELETE FROM events", E_DENIED },
		{ "INSERT OR REPLACE INTO events VALUES (1, 1, NULL)", E_DENIED },
		{ "INSERT INTO other VALUES (1)", E_DENIED },
		{ "INSERT INTO things VALUES (1, x'03', 1)", E_DENIED }, /* no event */
		{ "INSERT INTO odd VALUES (1, 'x')", E_DENIED },           /* has no id that an event could name */
		{ "INSERT INTO events VALUES (1, 7, NULL), (1, 8, x'04')", OK },
		{ "INSERT INTO things VALUES (2, x'03', 1), (2, x'04', 1)", E_DENIED },
		{ "INSERT INTO things VALUES (1, " A ", 8), (1, " B ", 7); INSERT INTO events VALUES (1, 7, " B "), (1, 8, " A ")", OK },
		{ "INSERT INTO things VALUES (1, " A ", 8); INSERT INTO events VALUES (1, 8, " B ")", E_DENIED },
		{ "INSERT INTO things VALUES (1, " B ", 8); INSERT INTO events VALUES (1, 8, " A ")", E_DENIED },
		{ "INSERT INTO things VALUES (1, " A ", 8); INSERT INTO events VALUES (1, 9, " A "), (1, 7, " A ")", E_DENIED },
		{ "DELETE FROM things WHERE tenant_id = 1; INSERT INTO events VALUES (1, 9, x'01010101010101010101010101010101')", OK },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bare b;
		bare_open(&b, true);
		guard_begin(b.guard, 1);
		guard_trust(b.guard, true); /* past the authorizer */
		assert_int_equal(sqlite3_exec(b.db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_exec(b.db, rows[i].text, NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(guard_settle(b.guard), rows[i].e);
		/* Once more by the commit hook, that asks nobody. */
		int rc = sqlite3_exec(b.db, "COMMIT", NULL, NULL, NULL);
		assert_int_equal(rc == SQLITE_OK, rows[i].e == OK);
		bare_close(&b);
	}
}

static void a_reader_and_nobody_change_nothing(void **state)
{
	(void)state;
	static const struct {
		bool writes;
		int64_t tenant;
	} rows[] = { { false, 1 }, { true, NO_TENANT } };
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bare b;
		bare_open(&b, rows[i].writes);
		guard_begin(b.guard, rows[i].tenant);
		guard_trust(b.guard, true);
		assert_int_equal(sqlite3_exec(b.db, "BEGIN; INSERT INTO things VALUES (1, x'03', 1)", NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(guard_settle(b.guard), E_DENIED);
		bare_close(&b);
	}
}

static void arming_fails_cleanly(void **state)
{
	(void)state;
	static const struct sql_table list[] = { { "things", 0 } };
	const struct sql_config config = { .tables = list, .table_count = 1 };
	static const struct {
		const char *text;
		enum err e;
	} rows[] = {
		{ "CREATE TABLE things (tenant_id INTEGER)", E_CONFIG },               /* no triggers */
		{ "CREATE TEMP VIEW things_v AS SELECT 1", E_STORAGE },                /* the name is taken */
		{ "PRAGMA query_only = ON", E_DENIED },                                /* no views can be made */
		{ "CREATE TABLE things (tenant_id INTEGER);"
		  "CREATE TRIGGER rls$things_i BEFORE INSERT ON things BEGIN SELECT 1; END", OK },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(4 * MIB);
		struct guard *g;
		sqlite3 *db;
		assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, rows[i].text, NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(guard_arm(a, db, &config, false, &g), rows[i].e);
		sqlite3_close(db);
	}
}

/* ---- the n-th piece of memory is refused, n = 1, 2, 3 … until all are given ---- */

/* SQLite's own methods, and how many more may be given; below zero: all. The engine has no place to keep them. */
static sqlite3_mem_methods own_memory;
static int left = -1;

static bool give(void)
{
	if (left > 0)
		left--;
	return left != 0;
}

static void *give_new(int n)
{
	return give() ? own_memory.xMalloc(n) : NULL;
}

static void *give_more(void *p, int n)
{
	return give() ? own_memory.xRealloc(p, n) : NULL;
}

static void ration_memory(void)
{
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &own_memory);
	sqlite3_mem_methods rationed = own_memory;
	rationed.xMalloc = give_new;
	rationed.xRealloc = give_more;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &rationed);
}

static void without_memory_nothing_is_armed(void **state)
{
	(void)state;
	static const struct sql_table list[] = { { "odd", 0 }, { "things", SQL_AUDITED } };
	const struct sql_config config = { .tables = list, .table_count = ARRAY_LEN(list), .audit_table = "events" };
	static const char text[] = "CREATE TABLE things (tenant_id INTEGER, id BLOB, seq INTEGER);"
				   "CREATE TABLE odd (tenant_id INTEGER);"
				   "CREATE TRIGGER rls$odd_i BEFORE INSERT ON odd BEGIN SELECT 1; END;"
				   "CREATE TRIGGER rls$things_i BEFORE INSERT ON things BEGIN SELECT 1; END";
	enum err e = E_MEMORY;
	int n = 0;
	for (; e != OK && n < 5000; n++) {
		with_arena struct arena *a = arena_new(4 * MIB);
		struct guard *g;
		sqlite3 *db;
		assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
		sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0);
		assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
		left = n + 1;
		e = guard_arm(a, db, &config, true, &g);
		left = -1;
		assert_true(e == OK || e == E_MEMORY || e == E_STORAGE || e == E_CONFIG);
		sqlite3_close(db);
	}
	assert_int_equal(e, OK);
	assert_true(n > 50);
}

int main(void)
{
	ration_memory();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_file_must_be_ours_and_whole, make, drop),
		cmocka_unit_test_setup_teardown(nothing_readable_is_in_the_file, make, drop),
		cmocka_unit_test_setup_teardown(an_unprotected_table_is_refused, make, drop),
		cmocka_unit_test_setup_teardown(damage_is_noticed, make, drop),
		cmocka_unit_test_setup_teardown(a_failed_closure_hurts_only_itself, make, drop),
		cmocka_unit_test_setup_teardown(handed_over_at_once_each_is_judged_for_itself, make, drop),
		cmocka_unit_test_setup_teardown(the_log_is_brought_back_while_the_file_is_open, make, drop),
		cmocka_unit_test_setup_teardown(a_lost_transaction_is_done_again_one_by_one, make, drop),
		cmocka_unit_test_setup_teardown(a_slow_write_is_stopped_once_and_the_others_go_on, make, drop),
		cmocka_unit_test_setup_teardown(a_full_disk_is_said_to_whom_it_concerns, make, drop),
		cmocka_unit_test_setup_teardown(the_writer_waits_for_another_process, make, drop),
		cmocka_unit_test_setup_teardown(the_commit_hook_refuses_what_was_not_judged, make, drop),
		cmocka_unit_test_setup_teardown(too_many_rows_are_refused, make, drop),
		cmocka_unit_test(the_hooks_alone_refuse_every_foreign_row),
		cmocka_unit_test(a_reader_and_nobody_change_nothing),
		cmocka_unit_test(arming_fails_cleanly),
		cmocka_unit_test(without_memory_nothing_is_armed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
