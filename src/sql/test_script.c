#include "check.h"

#include "limits.h"
#include "script.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static enum err body(struct sql_tx *tx, void *arg)
{
	int64_t *ret = arg;
	struct sql_result r;
	TRY(SQL_RUN(tx, "SELECT n FROM bare_v WHERE tenant_id = ?1", &r, SQL_VINT(sql_tenant(tx))));
	*ret = sql_int(&r, 0, 0);
	return SQL_RUN(tx, "UPDATE bare SET n = ?2 WHERE tenant_id = ?1", NULL, SQL_VINT(sql_tenant(tx)), SQL_VINT(*ret + 1));
}

static bool is_tenant_7(const struct sql_val *args, size_t count)
{
	return count == 1 && args[0].i == 7;
}

static const struct sql_val cell[] = { { .kind = SQL_INT, .i = 41 } };
static const struct sql_script_step steps[] = {
	{ "FROM bare_v", .check = is_tenant_7, .vals = cell, .rows = 1, .cols = 1 },
	{ "UPDATE bare", .changed = 1 },
	{ "FROM bare_v", .vals = cell, .rows = 1, .cols = 1 },
	{ "UPDATE bare", .err = E_UNIQUE, .constraint = "bare_n" },
};

static void a_script_answers_in_its_order(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	struct sql *db;
	int64_t n = 0;
	sql_script_open(steps, ARRAY_LEN(steps), &db);
	assert_false(sql_is_postgres(db));
	assert_int_equal(sql_write(db, 7, a, body, &n), OK);
	assert_int_equal(n, 41);
	assert_int_equal(sql_write(db, 8, a, body, &n), E_UNIQUE);
	sql_close(db);
}

/* What stops the program is tried in a child. */
static bool stops(int64_t tenant, size_t count)
{
	pid_t child = fork();
	if (child == 0) {
		struct arena *a = arena_new(MIB);
		struct sql *db;
		int64_t n;
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		sql_script_open(steps, count, &db);
		enum err e = sql_write(db, tenant, a, body, &n);
		sql_close(db);
		_exit(e == OK ? 0 : 1);
	}
	int status = 0;
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void a_surprise_stops_the_program(void **state)
{
	(void)state;
	assert_false(stops(7, 2));
	assert_true(stops(6, 2)); /* other arguments */
	assert_true(stops(7, 1)); /* a statement too many */
	assert_true(stops(7, 3)); /* a step is left */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_answers_in_its_order),
		cmocka_unit_test(a_surprise_stops_the_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
