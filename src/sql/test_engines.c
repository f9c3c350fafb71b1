/* The same stories on both engines. */
#include "check.h"

#include "../pg/testdb.h"

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
	struct step same = { insert_note,
		             ARGS(SQL_VINT(1), SQL_VID(id_of(1)), SQL_VNULL, SQL_VNULL, SQL_VNULL, SQL_VNULL) };
	assert_int_equal(sql_write(t->db, 1, t->arena, run_step, &same), E_UNIQUE);
	assert_string_equal(same.constraint, "note_pkey");
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
};

int main(void)
{
	int failed = _cmocka_run_group_tests("sqlite", tests, ARRAY_LEN(tests), make_sqlite, drop);
	if (testdb_has_postgres())
		failed += _cmocka_run_group_tests("postgresql", tests, ARRAY_LEN(tests), make_postgres, drop);
	return failed;
}
