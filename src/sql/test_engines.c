/* The same stories on both engines. */
#include "check.h"

#include "../pg/testdb.h"
#include "time.h"

#include <pthread.h>
#include <sys/wait.h>

static const char schema[] =
	"CREATE TABLE audit_event (tenant_id $INT NOT NULL, seq $INT NOT NULL, object_id $ID NOT NULL, words $TEXT NOT NULL,"
	" PRIMARY KEY (tenant_id, seq, object_id)) $KEYED;"
	"CREATE TABLE customer (tenant_id $INT NOT NULL, id $ID NOT NULL, seq $INT NOT NULL, name $TEXT NOT NULL, code $TEXT,"
	" PRIMARY KEY (tenant_id, id)) $KEYED;"
	"CREATE UNIQUE INDEX customer_code ON customer (tenant_id, code);"
	"CREATE TABLE note (tenant_id $INT NOT NULL, id $ID NOT NULL, customer_id $ID, n $INT CONSTRAINT note_n_small CHECK (n < 1000),"
	" words $TEXT, bytes $BLOB, PRIMARY KEY (tenant_id, id),"
	" CONSTRAINT note_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)) $ROWS;";

static const struct sql_table tables[] = {
	{ "audit_event", SQL_APPEND_ONLY },
	{ "customer", SQL_AUDITED },
	{ "note", 0 },
};

static struct id id_of(unsigned n)
{
	struct id id = { { 0 } };
	id.b[15] = (uint8_t)n;
	id.b[14] = (uint8_t)(n >> 8);
	id.b[0] = 1;
	return id;
}

/* ---- one step of a story: a closure from a few values ---- */

struct step {
	const char *text;
	struct sql_val args[8];
	size_t count;
	enum err expect_run; /* of the last statement */
	struct sql_result result;
	char constraint[128];
};

static enum err run_step(struct sql_tx *tx, void *arg)
{
	struct step *s = arg;
	enum err e = sql_run(tx, s->text, s->args, s->count, &s->result);
	snprintf(s->constraint, sizeof(s->constraint), "%s", sql_constraint(tx));
	return e;
}

#define ARGS(...)                                                                                  \
	.args = { __VA_ARGS__ }, .count = sizeof((struct sql_val[]){ __VA_ARGS__ }) / sizeof(struct sql_val)

static const char insert_note[] = "INSERT INTO note (tenant_id, id, customer_id, n, words, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char insert_customer[] = "INSERT INTO customer (tenant_id, id, seq, name, code) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char insert_event[] = "INSERT INTO audit_event (tenant_id, seq, object_id, words) VALUES (?1, ?3, ?2, 'x')";

static void values_come_back_as_they_went(void **state)
{
	struct testdb *t = *state;
	static const char text[] = "SELECT words, n, '?1 $1 it''s' AS \"?2\", bytes, id, customer_id /* ?3 */ FROM note_v -- ?9\n"
				   "WHERE id = ?2 AND tenant_id = ?1";
	static const char unicode[] = "naïve 😀 'quoted' \\ back";
	struct step put = { insert_note, ARGS(SQL_VINT(1), SQL_VID(id_of(1)), SQL_VNULL, SQL_VINT(-5), SQL_VTEXT(str_from(unicode)),
		                              SQL_VBLOB(STR(""))) };
	struct step get = { text, ARGS(SQL_VINT(1), SQL_VID(id_of(1))) };
	assert_int_equal(sql_write(t->db, 1, t->arena, run_step, &put), OK);
	assert_int_equal(put.result.changed, 1);
	assert_int_equal(sql_read(t->db, 1, t->arena, run_step, &get), OK);
	assert_int_equal(get.result.rows, 1);
	assert_true(str_eqz(sql_cell(&get.result, 0, 0)->s, unicode));
	assert_int_equal(sql_int(&get.result, 0, 1), -5);
	assert_true(str_eqz(sql_cell(&get.result, 0, 2)->s, "?1 $1 it's"));
	assert_int_equal(sql_cell(&get.result, 0, 3)->kind, SQL_BLOB);
	assert_int_equal(sql_blob(&get.result, 0, 3).n, 0);
	assert_true(id_eq(sql_id(&get.result, 0, 4), id_of(1)));
	assert_true(sql_is_null(&get.result, 0, 5));
}

struct customer {
	unsigned n;
	const char *code;
	int64_t seq, event_seq; /* no event if 0 */
};

static enum err add_customer(struct sql_tx *tx, void *arg)
{
	const struct customer *c = arg;
	struct sql_val code = c->code ? SQL_VTEXT(str_from(c->code)) : SQL_VNULL;
	TRY(SQL_RUN(tx, insert_customer, NULL, SQL_VINT(sql_tenant(tx)), SQL_VID(id_of(c->n)), SQL_VINT(c->seq), SQL_VTEXT(STR("c")),
	            code));
	if (c->event_seq)
		TRY(SQL_RUN(tx, insert_event, NULL, SQL_VINT(sql_tenant(tx)), SQL_VID(id_of(c->n)), SQL_VINT(c->event_seq)));
	return OK;
}

static int64_t count_of(struct testdb *t, int64_t tenant, const char *text)
{
	struct step get = { text, .count = 0 };
	assert_int_equal(sql_read(t->db, tenant, t->arena, run_step, &get), OK);
	return sql_int(&get.result, 0, 0);
}

static void an_audited_row_needs_its_event(void **state)
{
	struct testdb *t = *state;
	struct customer without = { 10, "A", 1, 0 }, other_seq = { 10, "A", 1, 2 }, good = { 10, "A", 1, 1 };
	assert_int_equal(sql_write(t->db, 1, t->arena, add_customer, &without), E_DENIED);
	assert_int_equal(sql_write(t->db, 1, t->arena, add_customer, &other_seq), E_DENIED);
	assert_int_equal(count_of(t, 1, "SELECT count(*) FROM customer_v"), 0);
	assert_int_equal(sql_write(t->db, 1, t->arena, add_customer, &good), OK);
	assert_int_equal(count_of(t, 1, "SELECT count(*) FROM customer_v"), 1);
	assert_int_equal(count_of(t, 2, "SELECT count(*) FROM customer_v"), 0);
	assert_int_equal(count_of(t, -1, "SELECT count(*) FROM customer_v"), 0);
}

static void constraints_are_named(void **state)
{
	struct testdb *t = *state;
	struct customer twice = { 11, "A", 2, 2 };
	struct sql_val id1 = SQL_VID(id_of(1)), id2 = SQL_VID(id_of(2)), one = SQL_VINT(1), null = SQL_VNULL;
	const struct {
		struct step step;
		enum err e;
		const char *name;
	} rows[] = {
		{ { insert_note, ARGS(one, id1, null, null, null, null) }, E_UNIQUE, "note_pkey" },
		{ { insert_note, ARGS(one, id2, null, SQL_VINT(1000), null, null) }, E_INVALID, "note_n_small" },
		{ { insert_note, ARGS(one, id2, SQL_VID(id_of(99)), null, null, null) }, E_REFERENCE, "note_customer" },
		{ { insert_note, ARGS(one, null, null, null, null, null) }, E_INVALID, "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct step step = rows[i].step;
		assert_int_equal(sql_write(t->db, 1, t->arena, run_step, &step), rows[i].e);
		assert_string_equal(step.constraint, rows[i].name);
	}
	struct step code = { insert_customer,
		             ARGS(one, SQL_VID(id_of(twice.n)), SQL_VINT(2), SQL_VTEXT(STR("c")), SQL_VTEXT(STR("A"))) };
	assert_int_equal(sql_write(t->db, 1, t->arena, run_step, &code), E_UNIQUE);
	assert_string_equal(code.constraint, "customer_code");
	assert_int_equal(sql_write(t->db, 2, t->arena, add_customer, &twice), OK); /* another tenant's code is another code */
}

/* ---- the rules of a transaction ---- */

static enum err insert_then_fail(struct sql_tx *tx, void *arg)
{
	TRY(SQL_RUN(tx, insert_note, NULL, SQL_VINT(1), SQL_VID(id_of(50)), SQL_VNULL, SQL_VNULL, SQL_VNULL, SQL_VNULL));
	return *(enum err *)arg;
}

static enum err swallow(struct sql_tx *tx, void *arg)
{
	(void)arg;
	enum err e = SQL_RUN(tx, insert_note, NULL, SQL_VINT(1), SQL_VID(id_of(1)), SQL_VNULL, SQL_VNULL, SQL_VNULL, SQL_VNULL);
	assert_int_equal(e, E_UNIQUE);
	/* Nothing works after a failure, on neither engine. */
	e = SQL_RUN(tx, insert_note, NULL, SQL_VINT(1), SQL_VID(id_of(51)), SQL_VNULL, SQL_VNULL, SQL_VNULL, SQL_VNULL);
	assert_int_equal(e, E_UNIQUE);
	return OK;
}

static enum err fill_memory(struct sql_tx *tx, void *arg)
{
	(void)arg;
	TRY(SQL_RUN(tx, insert_note, NULL, SQL_VINT(1), SQL_VID(id_of(52)), SQL_VNULL, SQL_VNULL, SQL_VNULL, SQL_VNULL));
	char *much = ARENA_ARRAY(sql_arena(tx), char, 100 * KIB);
	assert_non_null(much);
	return OK;
}

static void what_fails_leaves_nothing(void **state)
{
	struct testdb *t = *state;
	with_arena struct arena *small = arena_new(64 * KIB);
	static const char count[] = "SELECT count(*) FROM note_v WHERE bytes IS NULL";
	int64_t before = count_of(t, 1, count);
	enum err e = E_CONFLICT;
	assert_int_equal(sql_write(t->db, 1, t->arena, insert_then_fail, &e), E_CONFLICT);
	assert_int_equal(sql_write(t->db, 1, t->arena, swallow, NULL), E_UNIQUE);
	assert_int_equal(sql_write(t->db, 1, small, fill_memory, NULL), E_MEMORY);
	assert_int_equal(count_of(t, 1, count), before);
	e = OK;
	assert_int_equal(sql_read(t->db, 1, t->arena, insert_then_fail, &e), E_DENIED);
}

static void wrong_statements_are_errors_of_ours(void **state)
{
	struct testdb *t = *state;
	struct step rows[] = {
		{ "SELEC 1", .expect_run = E_STORAGE },
		{ "SELECT no_such_column FROM note_v", .expect_run = E_STORAGE },
		{ "SELECT ?1", .expect_run = E_STORAGE }, /* its argument is missing */
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum err e = sql_read(t->db, 1, t->arena, run_step, &rows[i]);
		assert_true(e == E_STORAGE || e == E_INTERNAL || (e == E_DENIED && i == 0));
	}
}

static void an_argument_may_change_its_kind(void **state)
{
	struct testdb *t = *state;
	static const char text[] = "SELECT count(*) FROM note_v WHERE tenant_id = ?1 AND (n = ?2 OR ?2 IS NULL)";
	struct step null = { text, ARGS(SQL_VINT(1), SQL_VNULL) }, number = { text, ARGS(SQL_VINT(1), SQL_VINT(-5)) };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sql_read(t->db, 1, t->arena, run_step, &null), OK);
		assert_int_equal(sql_read(t->db, 1, t->arena, run_step, &number), OK);
		assert_int_equal(sql_int(&number.result, 0, 0), 1);
	}
}

static void sums_and_truths_are_integers(void **state)
{
	struct testdb *t = *state;
	struct step s = { "SELECT sum(n), sum(n) - 10000000000, n = -5, count(*), sum(0) FROM note_v WHERE n = -5 GROUP BY n", .count = 0 };
	assert_int_equal(sql_read(t->db, 1, t->arena, run_step, &s), OK);
	static const int64_t expect[] = { -5, -10000000005, 1, 1, 0 };
	for (size_t i = 0; i < ARRAY_LEN(expect); i++)
		assert_int_equal(sql_int(&s.result, 0, i), expect[i]);
}

static void a_slow_statement_is_stopped(void **state)
{
	struct testdb *t = *state;
	struct step slow = { "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 2000000000) SELECT max(n) FROM r",
		             .count = 0 };
	int64_t start = monotonic_ms();
	assert_int_equal(sql_read(t->db, 1, t->arena, run_step, &slow), E_TIMEOUT);
	assert_true(monotonic_ms() - start < 3 * STATEMENT_TIMEOUT_MS);
	assert_true(count_of(t, 1, "SELECT count(*) FROM note_v") > 0); /* the connection is good for more */
}

static void a_result_has_a_limit(void **state)
{
	struct testdb *t = *state;
	struct step many = { "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 30000) SELECT n FROM r",
		             .count = 0 };
	with_arena struct arena *a = arena_new(32 * MIB);
	assert_int_equal(sql_read(t->db, 1, a, run_step, &many), E_TOO_LARGE);
	with_arena struct arena *small = arena_new(64 * KIB);
	struct step fewer = { "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5000) SELECT n FROM r", .count = 0 };
	assert_int_equal(sql_read(t->db, 1, small, run_step, &fewer), E_MEMORY);
}

/* ---- the audit belt ---- */

struct change {
	unsigned n;
	const char *text;
	int64_t seq, event_seq;
};

static enum err change_customer(struct sql_tx *tx, void *arg)
{
	const struct change *c = arg;
	TRY(SQL_RUN(tx, c->text, NULL, SQL_VINT(sql_tenant(tx)), SQL_VID(id_of(c->n)), SQL_VINT(c->seq)));
	if (c->event_seq)
		TRY(SQL_RUN(tx, insert_event, NULL, SQL_VINT(sql_tenant(tx)), SQL_VID(id_of(c->n)), SQL_VINT(c->event_seq)));
	return OK;
}

static void every_change_needs_an_event_of_now(void **state)
{
	struct testdb *t = *state;
	static const char update[] = "UPDATE customer SET name = 'new', seq = ?3 WHERE tenant_id = ?1 AND id = ?2";
	static const char delete[] = "DELETE FROM customer WHERE tenant_id = ?1 AND id = ?2 AND seq < ?3";
	static const struct {
		struct change change;
		enum err e;
	} rows[] = {
		{ { 10, update, 1, 0 }, E_DENIED },   /* the event of its creation is not one of now */
		{ { 10, update, 30, 0 }, E_DENIED },  { { 10, update, 30, 31 }, E_DENIED }, { { 10, update, 30, 30 }, OK },
		{ { 10, delete, 99, 0 }, E_DENIED },  { { 10, delete, 99, 29 }, E_DENIED }, { { 10, delete, 99, 31 }, OK },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct change change = rows[i].change;
		assert_int_equal(sql_write(t->db, 1, t->arena, change_customer, &change), rows[i].e);
	}
	assert_int_equal(count_of(t, 1, "SELECT count(*) FROM customer_v"), 0);
}

/* ---- many at once ---- */

enum { THREADS = 64, WRITES = 8 };

struct client {
	struct testdb *t;
	unsigned n;
	int failures, refused;
};

struct put {
	unsigned n;
	bool bad;
};

static enum err put_note(struct sql_tx *tx, void *arg)
{
	const struct put *p = arg;
	TRY(SQL_RUN(tx, insert_note, NULL, SQL_VINT(3), SQL_VID(id_of(p->n)), SQL_VNULL, SQL_VINT(p->bad ? 5000 : 1), SQL_VNULL, SQL_VNULL));
	return OK;
}

static void *write_many(void *p)
{
	struct client *c = p;
	with_arena struct arena *a = arena_new(MIB);
	for (unsigned i = 0; i < WRITES; i++) {
		struct put put = { c->n * WRITES + i, i % 4 == 3 };
		enum err e = sql_write(c->t->db, 3, a, put_note, &put);
		c->refused += put.bad && e == E_INVALID;
		c->failures += e != (put.bad ? E_INVALID : OK);
		arena_reset(a);
	}
	return NULL;
}

static void sixty_four_write_at_once_and_bad_ones_hurt_nobody(void **state)
{
	pthread_t threads[THREADS];
	struct client clients[THREADS];
	for (unsigned i = 0; i < THREADS; i++) {
		clients[i] = (struct client){ *state, i, 0, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &clients[i]), 0);
	}
	int failures = 0, refused = 0;
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		failures += clients[i].failures;
		refused += clients[i].refused;
	}
	assert_int_equal(failures, 0);
	assert_int_equal(refused, THREADS * WRITES / 4);
	assert_int_equal(count_of(*state, 3, "SELECT count(*) FROM note_v"), THREADS * WRITES * 3 / 4);
}

/* A second process opens the same database and writes, too. */
static enum err increment(struct sql_tx *tx, void *arg)
{
	(void)arg;
	struct sql_result r;
	TRY(SQL_RUN(tx, "UPDATE note SET n = n + 1 WHERE tenant_id = ?1 RETURNING n", &r, SQL_VINT(4)));
	return r.rows == 1 ? OK : E_CONFLICT;
}

static int increments(struct sql *db, int count)
{
	with_arena struct arena *a = arena_new(MIB);
	int done = 0;
	for (int i = 0; i < count; i++)
		done += sql_write(db, 4, a, increment, NULL) == OK;
	return done;
}

/* What the second process does: this program again, with the URL as its argument. */
static int increment_elsewhere(const char *url)
{
	with_arena struct arena *a = arena_new(MIB);
	struct sql_config config = { .url = url, .tables = tables, .table_count = ARRAY_LEN(tables), .audit_table = "audit_event" };
	struct problem problem;
	struct sql *db;
	problem_init(&problem, a);
	memset(&config.page_key, 0x5a, sizeof(config.page_key)); /* as testdb_make() does */
	if (sql_open(&config, &problem, &db) != OK)
		return 1;
	int done = increments(db, 100);
	sql_close(db);
	return done == 100 ? 0 : 1;
}

static void two_processes_write_the_same_row(void **state)
{
	struct testdb *t = *state;
	struct step put = { insert_note, ARGS(SQL_VINT(4), SQL_VID(id_of(1)), SQL_VNULL, SQL_VINT(0), SQL_VNULL, SQL_VNULL) };
	assert_int_equal(sql_write(t->db, 4, t->arena, run_step, &put), OK);
	pid_t child = fork();
	if (child == 0) {
		execl("/proc/self/exe", "test_sql_engines", t->config.url, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(increments(t->db, 100), 100);
	int status = -1;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(count_of(t, 4, "SELECT n FROM note_v"), 200);
}

/* ---- PostgreSQL's own ---- */

struct meeting {
	struct testdb *t;
	unsigned first, second;
	pthread_barrier_t *both;
	int runs;
	enum err err;
};

/* Two of these take two rows in opposite order: a deadlock, the first time. */
static enum err take_both(struct sql_tx *tx, void *arg)
{
	static const char text[] = "UPDATE note SET n = n + 1 WHERE tenant_id = ?1 AND id = ?2";
	struct meeting *m = arg;
	TRY(SQL_RUN(tx, text, NULL, SQL_VINT(5), SQL_VID(id_of(m->first))));
	if (m->runs++ == 0)
		pthread_barrier_wait(m->both);
	return SQL_RUN(tx, text, NULL, SQL_VINT(5), SQL_VID(id_of(m->second)));
}

static void *meet(void *p)
{
	struct meeting *m = p;
	with_arena struct arena *a = arena_new(MIB);
	m->err = sql_write(m->t->db, 5, a, take_both, m);
	return NULL;
}

static void a_deadlock_is_tried_again(void **state)
{
	struct testdb *t = *state;
	if (!sql_is_postgres(t->db))
		return; /* one writer cannot meet itself */
	for (unsigned i = 1; i <= 2; i++) {
		struct step put = { insert_note, ARGS(SQL_VINT(5), SQL_VID(id_of(i)), SQL_VNULL, SQL_VINT(0), SQL_VNULL, SQL_VNULL) };
		assert_int_equal(sql_write(t->db, 5, t->arena, run_step, &put), OK);
	}
	pthread_barrier_t both;
	pthread_t other;
	pthread_barrier_init(&both, NULL, 2);
	struct meeting one = { t, 1, 2, &both, 0, OK }, two = { t, 2, 1, &both, 0, OK };
	pthread_create(&other, NULL, meet, &one);
	meet(&two);
	pthread_join(other, NULL);
	pthread_barrier_destroy(&both);
	assert_int_equal(one.err, OK);
	assert_int_equal(two.err, OK);
	assert_true(one.runs + two.runs >= 3); /* the one that gave way may meet the other again */
	assert_int_equal(count_of(t, 5, "SELECT sum(n) FROM note_v"), 4);
}

static void end_sessions(struct testdb *t, const char *where)
{
	char text[300];
	snprintf(text, sizeof(text), "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename LIKE '%%app' AND datname = '%s' %s",
	         t->name, where);
	struct problem problem;
	struct sql_admin *cluster;
	with_arena struct arena *a = arena_new(MIB);
	problem_init(&problem, a);
	/* As the administrator of the cluster: the owner may not. */
	testdb_must(sql_admin_open(getenv("FIELDWARD_TEST_PG"), NULL, false, &problem, &cluster), &problem, "open the cluster");
	assert_int_equal(sql_admin_query(cluster, a, text, NULL, 0, NULL), OK);
	sql_admin_close(cluster);
}

static enum err lose_connection(struct sql_tx *tx, void *arg)
{
	struct meeting *m = arg;
	TRY(SQL_RUN(tx, "UPDATE note SET n = 7 WHERE tenant_id = ?1", NULL, SQL_VINT(5)));
	if (m->runs++ == 0)
		end_sessions(m->t, "");
	return OK;
}

static void a_lost_connection_is_tried_again_before_the_commit(void **state)
{
	struct testdb *t = *state;
	if (!sql_is_postgres(t->db))
		return;
	struct meeting m = { .t = t };
	assert_int_equal(sql_write(t->db, 5, t->arena, lose_connection, &m), OK);
	assert_int_equal(m.runs, 2);
	assert_int_equal(count_of(t, 5, "SELECT sum(n) FROM note_v"), 14);
	end_sessions(t, "");
	assert_int_equal(count_of(t, 5, "SELECT sum(n) FROM note_v"), 14); /* the pool throws away what is dead */
}

static void *end_the_committing(void *p)
{
	struct meeting *m = p;
	usleep(500 * 1000);
	end_sessions(m->t, "AND query = 'COMMIT' AND state = 'active'");
	return NULL;
}

/* A deferred trigger makes the commit slow enough to be killed in its middle. */
static void a_commit_without_answer_has_its_own_error(void **state)
{
	struct testdb *t = *state;
	if (!sql_is_postgres(t->db))
		return;
	static const char slow[] =
		"CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(5); RETURN NULL; END $$;"
		"CREATE CONSTRAINT TRIGGER dozing AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.n = 999)"
		" EXECUTE FUNCTION doze()";
	struct problem problem;
	struct meeting m = { .t = t };
	pthread_t other;
	problem_init(&problem, t->arena);
	testdb_must(sql_admin_script(t->admin, slow, &problem), &problem, "slow");
	struct step put = { insert_note, ARGS(SQL_VINT(6), SQL_VID(id_of(1)), SQL_VNULL, SQL_VINT(999), SQL_VNULL, SQL_VNULL) };
	pthread_create(&other, NULL, end_the_committing, &m);
	assert_int_equal(sql_write(t->db, 6, t->arena, run_step, &put), E_OUTCOME);
	pthread_join(other, NULL);
	assert_int_equal(count_of(t, 6, "SELECT count(*) FROM note_v"), 0);
}

/* ---- opening ---- */

static enum err try_open(struct testdb *t, struct sql_config config, struct str *ret_detail)
{
	struct problem problem;
	struct sql *db;
	problem_init(&problem, t->arena);
	enum err e = sql_open(&config, &problem, &db);
	*ret_detail = problem.detail;
	if (e == OK)
		sql_close(db);
	return e;
}

static void a_role_or_file_that_must_not_be_used_is_refused(void **state)
{
	struct testdb *t = *state;
	static const struct sql_table more[] = { { "note", 0 }, { "no_such_table", 0 } };
	struct sql_config config = t->config;
	struct str detail;
	assert_int_equal(try_open(t, config, &detail), OK);
	config.tables = more;
	config.table_count = ARRAY_LEN(more);
	assert_int_equal(try_open(t, config, &detail), E_CONFIG);
	config = t->config;
	config.url = t->place;
	/* On SQLite the administrator's place is the file itself. */
	assert_int_equal(try_open(t, config, &detail), sql_is_postgres(t->db) ? E_CONFIG : OK);
	config.url = sql_is_postgres(t->db) ? "postgresql:///x?host=/tmp/no-such-folder" : "/tmp/no-such-folder/x.db";
	assert_int_equal(try_open(t, config, &detail), sql_is_postgres(t->db) ? E_STORAGE : E_CONFIG);
	assert_true(detail.n > 10);
}

static void a_reader_only_reads(void **state)
{
	struct testdb *t = *state;
	struct sql_config config = t->config;
	struct problem problem;
	struct sql *db;
	enum err e = OK;
	problem_init(&problem, t->arena);
	config.read_only = true;
	assert_int_equal(sql_open(&config, &problem, &db), OK);
	struct step get = { "SELECT count(*) FROM note_v", .count = 0 };
	assert_int_equal(sql_read(db, 1, t->arena, run_step, &get), OK);
	assert_int_equal(sql_write(db, 1, t->arena, insert_then_fail, &e), E_DENIED);
	sql_close(db);
}

static void administration_may_be_done_again(void **state)
{
	struct testdb *t = *state;
	struct problem problem;
	struct str url;
	problem_init(&problem, t->arena);
	assert_int_equal(sql_admin_provision(t->admin, t->arena, &problem, &url), OK);
	assert_int_equal(sql_admin_script(t->admin, "ALTER TABLE note ADD COLUMN extra $TEXT", &problem), OK);
	assert_int_equal(sql_admin_protect(t->admin, tables, ARRAY_LEN(tables), "audit_event", &problem), OK);
	/* What is open takes notice. */
	struct step get = { "SELECT extra FROM note_v", .count = 0 };
	struct step put = { "UPDATE note SET extra = 'x' WHERE tenant_id = ?1", ARGS(SQL_VINT(1)) };
	assert_int_equal(sql_write(t->db, 1, t->arena, run_step, &put), OK);
	assert_int_equal(sql_read(t->db, 1, t->arena, run_step, &get), OK);
	assert_true(str_eqz(sql_cell(&get.result, 0, 0)->s, "x"));
	assert_int_equal(sql_admin_script(t->admin, "CREATE TABLE half (a $INT) $ROWS; CREATE TABLE note (a $INT)", &problem), E_STORAGE);
	assert_int_not_equal(sql_admin_query(t->admin, t->arena, "SELECT a FROM half", NULL, 0, NULL), OK);
	t->config.url = url.p; /* its password is a new one */
}

static int make(void **state, bool postgres)
{
	struct testdb *t = calloc(1, sizeof(*t));
	testdb_make(t, postgres, schema, tables, ARRAY_LEN(tables), "audit_event");
	*state = t;
	return 0;
}

static int make_sqlite(void **state)
{
	return make(state, false);
}

static int make_postgres(void **state)
{
	return make(state, true);
}

static int drop(void **state)
{
	testdb_drop(*state);
	free(*state);
	return 0;
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(values_come_back_as_they_went),
	cmocka_unit_test(an_audited_row_needs_its_event),
	cmocka_unit_test(constraints_are_named),
	cmocka_unit_test(what_fails_leaves_nothing),
	cmocka_unit_test(wrong_statements_are_errors_of_ours),
	cmocka_unit_test(an_argument_may_change_its_kind),
	cmocka_unit_test(sums_and_truths_are_integers),
	cmocka_unit_test(a_result_has_a_limit),
	cmocka_unit_test(every_change_needs_an_event_of_now),
	cmocka_unit_test(sixty_four_write_at_once_and_bad_ones_hurt_nobody),
	cmocka_unit_test(two_processes_write_the_same_row),
	cmocka_unit_test(a_deadlock_is_tried_again),
	cmocka_unit_test(a_lost_connection_is_tried_again_before_the_commit),
	cmocka_unit_test(a_commit_without_answer_has_its_own_error),
	cmocka_unit_test(a_role_or_file_that_must_not_be_used_is_refused),
	cmocka_unit_test(a_reader_only_reads),
	cmocka_unit_test(administration_may_be_done_again),
	cmocka_unit_test(a_slow_statement_is_stopped),
};

int main(int argc, char **argv)
{
	if (argc > 1)
		return increment_elsewhere(argv[1]);
	int failed = _cmocka_run_group_tests("sqlite", tests, ARRAY_LEN(tests), make_sqlite, drop);
	if (testdb_has_postgres())
		failed += _cmocka_run_group_tests("postgresql", tests, ARRAY_LEN(tests), make_postgres, drop);
	return failed;
}
