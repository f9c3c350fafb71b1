/* testdb.h - a fresh protected database of either engine, for test programs: #include "../pg/testdb.h"
 *
 * On PostgreSQL it needs FIELDWARD_TEST_PG, an administrator's URL, as tests/pg/with-cluster sets it. With FIELDWARD_TEST_LOG set,
 * what the layer logs is printed. */
#ifndef TESTDB_H
#define TESTDB_H

#include "limits.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct testdb {
	struct arena *arena;
	struct sql_admin *admin;
	struct sql *db;
	struct sql_config config; /* with which db was opened */
	const char *place;        /* the file, or the administrator's URL of the database */
	char name[64];            /* of the PostgreSQL database, or empty */
	char folder[64];          /* of the SQLite file, or empty */
};

/* testdb_has_postgres() - false: the PostgreSQL half of a test is skipped, and the words for it were printed. */
static inline bool testdb_has_postgres(void)
{
	bool has = getenv("FIELDWARD_TEST_PG") != NULL;
	if (!has)
		fprintf(stderr, "PostgreSQL skipped: run under tests/pg/with-cluster\n");
	return has;
}

static inline void testdb_must(enum err e, const struct problem *problem, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "testdb: %s: %s: " STR_FMT " (" STR_FMT ")\n", what, err_info(e)->slug, STR_ARG(problem->detail),
	        STR_ARG(problem->log));
	abort();
}

static inline void testdb_hear(void *arg, const char *words)
{
	(void)arg;
	if (getenv("FIELDWARD_TEST_LOG"))
		fprintf(stderr, "log: %s\n", words);
}

/* One statement as the administrator of the cluster, outside the database. */
static inline void testdb_cluster(struct testdb *t, const char *format, const char *name)
{
	struct problem problem;
	struct sql_admin *cluster;
	char text[300];
	problem_init(&problem, t->arena);
	snprintf(text, sizeof(text), "%.200s%.64s%s", format, name, strchr(format, '"') ? "\"" : "");
	testdb_must(sql_admin_open(getenv("FIELDWARD_TEST_PG"), NULL, false, &problem, &cluster), &problem, "open the cluster");
	testdb_must(sql_admin_query(cluster, t->arena, text, NULL, 0, NULL), &problem, text);
	sql_admin_close(cluster);
}

/* The URL of the cluster with another database; only the form that with-cluster makes is known. */
static inline const char *testdb_url(struct testdb *t)
{
	static const char start[] = "postgresql:///postgres?";
	const char *url = getenv("FIELDWARD_TEST_PG");
	if (strncmp(url, start, sizeof(start) - 1) != 0) {
		fprintf(stderr, "testdb: FIELDWARD_TEST_PG must start with %s\n", start);
		abort();
	}
	return str_fmt(t->arena, "postgresql:///%s?%s", t->name, url + sizeof(start) - 1).p;
}

static inline const char *testdb_place(struct testdb *t, bool postgres)
{
	if (postgres) {
		uint32_t random;
		random_bytes(&random, sizeof(random));
		snprintf(t->name, sizeof(t->name), "t%d_%u", (int)getpid(), (unsigned)random);
		testdb_cluster(t, "CREATE DATABASE ", t->name);
		return testdb_url(t);
	}
	snprintf(t->folder, sizeof(t->folder), "/tmp/fwsql.XXXXXX");
	if (!mkdtemp(t->folder))
		abort();
	return str_fmt(t->arena, "%s/main.db", t->folder).p;
}

/* testdb_make() - makes a database, runs the script, protects the tables and opens it. Stops the program when that fails. */
static inline void testdb_make(struct testdb *t, bool postgres, const char *script, const struct sql_table *tables, size_t count,
                               const char *audit_table)
{
	struct problem problem;
	struct str url;
	*t = (struct testdb){ .arena = arena_new(4 * MIB) };
	problem_init(&problem, t->arena);
	t->place = testdb_place(t, postgres);
	t->config = (struct sql_config){ .tables = tables, .table_count = count, .audit_table = audit_table, .log = testdb_hear };
	memset(&t->config.page_key, 0x5a, sizeof(t->config.page_key));
	testdb_must(sql_admin_open(t->place, &t->config.page_key, true, &problem, &t->admin), &problem, "open as administrator");
	testdb_must(sql_admin_provision(t->admin, t->arena, &problem, &url), &problem, "provision");
	testdb_must(sql_admin_script(t->admin, script, &problem), &problem, "script");
	testdb_must(sql_admin_protect(t->admin, tables, count, audit_table, &problem), &problem, "protect");
	t->config.url = url.p;
	testdb_must(sql_open(&t->config, &problem, &t->db), &problem, "open");
}

/* testdb_drop() - closes and removes everything. */
static inline void testdb_drop(struct testdb *t)
{
	static const char *const files[] = { "main.db", "main.db-wal", "main.db-shm" };
	sql_close(t->db);
	sql_admin_close(t->admin);
	if (t->name[0]) {
		testdb_cluster(t, "DROP DATABASE ", t->name);
		testdb_cluster(t, "DROP ROLE \"fw_", str_fmt(t->arena, "%s_owner", t->name).p);
		testdb_cluster(t, "DROP ROLE \"fw_", str_fmt(t->arena, "%s_app", t->name).p);
	}
	for (size_t i = 0; t->folder[0] && i < ARRAY_LEN(files); i++)
		unlink(str_fmt(t->arena, "%s/%s", t->folder, files[i]).p);
	if (t->folder[0])
		rmdir(t->folder);
	arena_free(t->arena);
}

#endif
