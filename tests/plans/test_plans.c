/* test_plans.c - every statement that reads or changes rows finds them through an index, in the order in which it wants them.
 *
 * The statements are those that lists of every noun are composed of, and the fixed texts in the source of the store. SQLite says its plan
 * as it is. PostgreSQL would choose by what is in the tables, so it is asked whether there is a plan at all without reading a whole table or
 * sorting: with both forbidden it uses them only where there is none. */
#include "check.h"

#include "../pg/testdb.h"

#include "keystore.h"
#include "nouns.h"
#include "schema.h"

#include <dirent.h>

enum { ARGS_MAX = 40, PLAN_MAX = 8000 };

struct plans {
	struct testdb t;
	char keys[64];
	const struct catalogue *catalogue;
	struct store *store;
	size_t asked, bad;
};

static void say_nothing(const char *line)
{
	(void)line;
}

static void open_all(struct plans *p, bool postgres)
{
	struct testdb *t = &p->t;
	struct problem problem;
	struct keystore *keys;
	struct key page;
	struct str url;
	*t = (struct testdb){ .arena = arena_new(16 * MIB) };
	problem_init(&problem, t->arena);
	snprintf(p->keys, sizeof(p->keys), "/tmp/fwplans.XXXXXX");
	assert_non_null(mkdtemp(p->keys));
	const char *dir = str_fmt(t->arena, "%s/keys", p->keys).p;
	testdb_must(keystore_create(dir, &problem), &problem, "make keys");
	testdb_must(keystore_open(dir, &problem, &keys), &problem, "open keys");
	testdb_must(keystore_page_key(keys, &page), &problem, "page key");
	keystore_close(keys);
	p->catalogue = nouns_catalogue(t->arena);
	t->place = testdb_place(t, postgres);
	testdb_must(sql_admin_open(t->place, &page, true, &problem, &t->admin), &problem, "open as administrator");
	testdb_must(sql_admin_provision(t->admin, t->arena, &problem, &url), &problem, "provision");
	testdb_must(schema_migrate(t->admin, p->catalogue, false, say_nothing, &problem), &problem, "migrate");
	struct store_config config = { .url = url.p, .key_dir = dir, .catalogue = p->catalogue };
	testdb_must(store_open(&config, &problem, &p->store), &problem, "open the store");
}

static void close_all(struct plans *p)
{
	static const char *const files[] = { "keys/root.key", "keys/keys.db", "keys/keys.db-wal", "keys/keys.db-shm", "keys", "" };
	store_close(p->store);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		remove(str_fmt(p->t.arena, "%s/%s", p->keys, files[i]).p);
	testdb_drop(&p->t);
}

static void ask(struct plans *p, const char *text, const struct sql_val *args, size_t count, struct sql_result *ret)
{
	enum err e = sql_admin_query(p->t.admin, p->t.arena, text, args, count, ret);
	if (e != OK)
		fail_msg("%s: %s", err_info(e)->slug, text);
}

/* The highest ?n of a text. */
static size_t parameters(const char *text)
{
	size_t most = 0;
	for (const char *q = strchr(text, '?'); q; q = strchr(q + 1, '?')) {
		size_t n = (size_t)strtoul(q + 1, NULL, 10);
		most = n > most ? n : most;
	}
	return most;
}

/* What a guarded connection of SQLite makes for itself; those of PostgreSQL are in the database. */
static void make_views(struct plans *p)
{
	size_t count;
	const struct sql_table *tables = schema_tables(p->t.arena, p->catalogue, &count);
	for (size_t i = 0; i < count; i++)
		ask(p, str_fmt(p->t.arena, "CREATE TEMP VIEW %s_v AS SELECT * FROM main.%s WHERE tenant_id = current_tenant()", tables[i].name, tables[i].name).p,
		    NULL, 0, NULL);
}

/* A person belongs to a handful of companies, which are sorted by when they were used. */
static bool may_sort(const char *text)
{
	return strncmp(text, "SELECT member_tenant FROM user_tenant_v", 39) == 0;
}

static void judge(struct plans *p, const char *text, const char *plan, const char *const *refused)
{
	p->asked++;
	if (may_sort(text))
		return;
	for (; *refused; refused++) {
		if (!strstr(plan, *refused))
			continue;
		fprintf(stderr, "%s\n%s\n", text, plan);
		p->bad++;
		return;
	}
}

static void plan_sqlite(struct plans *p, const char *text)
{
	static const char *const refused[] = { "SCAN ", "TEMP B-TREE", "AUTOMATIC", NULL };
	const struct sql_val nulls[ARGS_MAX] = { SQL_VNULL };
	struct sql_result r;
	struct buf plan;
	ask(p, str_fmt(p->t.arena, "EXPLAIN QUERY PLAN %s", text).p, nulls, parameters(text), &r);
	buf_init(&plan, p->t.arena, PLAN_MAX);
	for (size_t i = 0; i < r.rows; i++)
		buf_fmt(&plan, "  " STR_FMT "\n", STR_ARG(sql_blob(&r, i, 3)));
	buf_char(&plan, 0);
	judge(p, text, buf_str(&plan).p, refused);
}

static void plan_postgres(struct plans *p, const char *text)
{
	static const char *const refused[] = { "Seq Scan", "Sort", NULL };
	struct sql_result r;
	struct buf plan, execute;
	ask(p, str_fmt(p->t.arena, "PREPARE asked AS %s", text).p, NULL, 0, NULL);
	buf_init(&execute, p->t.arena, 1000);
	buf_addz(&execute, "EXPLAIN EXECUTE asked (NULL");
	for (size_t i = 1; i < parameters(text); i++)
		buf_addz(&execute, ", NULL");
	buf_addz(&execute, ")");
	buf_char(&execute, 0);
	ask(p, buf_str(&execute).p, NULL, 0, &r);
	buf_init(&plan, p->t.arena, PLAN_MAX);
	for (size_t i = 0; i < r.rows; i++)
		buf_fmt(&plan, "  " STR_FMT "\n", STR_ARG(sql_blob(&r, i, 0)));
	buf_char(&plan, 0);
	judge(p, text, buf_str(&plan).p, refused);
	ask(p, "DEALLOCATE asked", NULL, 0, NULL);
}

static void plan_one(void *arg, const char *text)
{
	struct plans *p = arg;
	if (p->t.name[0])
		plan_postgres(p, text);
	else
		plan_sqlite(p, text);
}

/* The texts of one source file: what stands between "static const char text_" and the semicolon, literals joined. */
static void plan_source(struct plans *p, struct str source)
{
	static const char start[] = "static const char text_";
	const char *at = source.p;
	while ((at = strstr(at, start))) {
		struct buf text;
		buf_init(&text, p->t.arena, PLAN_MAX);
		for (bool inside = false; *at && (inside || *at != ';'); at++) {
			if (*at == '"')
				inside = !inside;
			else if (inside)
				buf_char(&text, *at);
		}
		buf_char(&text, 0);
		const char *z = buf_str(&text).p;
		/* Values that are inserted are not looked for; the version of the schema is read once. */
		if (strncmp(z, "INSERT", 6) != 0 && !strchr(z, '%'))
			plan_one(p, z);
	}
}

static void plan_sources(struct plans *p)
{
	const char *source = getenv("FIELDWARD_SOURCE");
	assert_non_null(source);
	const char *folder = str_fmt(p->t.arena, "%s/src/store", source).p;
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		size_t n = strlen(e->d_name);
		if (n < 3 || strcmp(e->d_name + n - 2, ".c") != 0 || strncmp(e->d_name, "test_", 5) == 0)
			continue;
		FILE *f = fopen(str_fmt(p->t.arena, "%s/%s", folder, e->d_name).p, "r");
		assert_non_null(f);
		char *text = ARENA_ARRAY(p->t.arena, char, 200000);
		n = fread(text, 1, 199999, f);
		fclose(f);
		plan_source(p, (struct str){ text, n });
	}
	closedir(d);
}

static void check_engine(bool postgres)
{
	struct plans p = { .asked = 0 };
	open_all(&p, postgres);
	if (postgres) {
		static const char *const settings[] = { "SET enable_seqscan = off", "SET enable_sort = off", "SET enable_incremental_sort = off",
			                                "SET plan_cache_mode = force_generic_plan" };
		for (size_t i = 0; i < ARRAY_LEN(settings); i++)
			ask(&p, settings[i], NULL, 0, NULL);
	}
	if (!postgres)
		make_views(&p);
	for (const struct noun *const *n = p.catalogue->nouns; *n; n++)
		store_list_statements(p.store, *n, plan_one, &p);
	size_t lists = p.asked;
	plan_sources(&p);
	assert_true(lists > 100 && p.asked > lists + 20);
	assert_int_equal(p.bad, 0);
	close_all(&p);
}

static void test_sqlite(void **state)
{
	(void)state;
	check_engine(false);
}

static void test_postgres(void **state)
{
	(void)state;
	if (!testdb_has_postgres())
		skip();
	check_engine(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sqlite), cmocka_unit_test(test_postgres) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
