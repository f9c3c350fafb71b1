/* What a statement may try, on both engines, as tenant 1, as a reader, and as nobody: nothing of tenant 2 comes out, and nothing
 * of it changes. Every row of the tables below is one attempt; add yours. */
#include "check.h"

#include "../pg/testdb.h"

static const char schema[] =
	"CREATE TABLE audit_event (tenant_id $INT NOT NULL, seq $INT NOT NULL, object_id $ID NOT NULL, words $TEXT NOT NULL,"
	" PRIMARY KEY (tenant_id, seq, object_id)) $KEYED;"
	"CREATE TABLE customer (tenant_id $INT NOT NULL, id $ID NOT NULL, seq $INT NOT NULL, name $TEXT NOT NULL, cents $INT NOT NULL,"
	" PRIMARY KEY (tenant_id, id)) $KEYED;"
	"CREATE TABLE job (tenant_id $INT NOT NULL, id $ID NOT NULL, customer_id $ID NOT NULL, title $TEXT NOT NULL,"
	" cents $INT NOT NULL, PRIMARY KEY (tenant_id, id),"
	" FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)) $ROWS;"
	"CREATE TABLE bare (tenant_id $INT NOT NULL, n $INT, PRIMARY KEY (tenant_id)) $ROWS;"
	"CREATE TABLE unlisted (words $TEXT) $ROWS;"
	"INSERT INTO unlisted VALUES ('SECRET2 unlisted');";

static const struct sql_table tables[] = {
	{ "audit_event", SQL_APPEND_ONLY },
	{ "customer", SQL_AUDITED },
	{ "job", 0 },
	{ "bare", 0 },
};

enum { CENTS2 = 22222222 }; /* a number that only tenant 2 has */

enum expect {
	ALLOWED, /* it works, on the tenant's own rows */
	EMPTY,   /* it works, and finds and changes nothing */
	REFUSED, /* an error */
	WHATEVER, /* only leaks and damage count */
};

struct attempt {
	const char *name, *text;
	enum expect expect;
};

/* Ids as literals: `I1` is tenant 1's row, `I2` tenant 2's, `NEW` nobody's. */
#define L(engine, hex) L_##engine(hex)
#define L_LITE(hex) "x'000000000000000000000000000000" hex "'"
#define L_PG(hex) "'000000000000000000000000000000" hex "'"

/* The same words for both engines. */
#define COMMON(E)                                                                                                           \
	{ "list", "SELECT title FROM job_v", ALLOWED },                                                                     \
	{ "update own", "UPDATE job SET title = 'SECRET1 x' WHERE tenant_id = 1 AND id = " L(E, "01") " RETURNING cents", ALLOWED }, \
	{ "insert own", "INSERT INTO job (tenant_id, id, customer_id, title, cents) VALUES (1, " L(E, "aa") ", " L(E, "01") ", 't', 1)", \
	  ALLOWED },                                                                                                        \
	{ "upsert own", "INSERT INTO bare (tenant_id, n) VALUES (1, 5) ON CONFLICT (tenant_id) DO UPDATE SET n = excluded.n " \
	  "RETURNING n", ALLOWED },                                                                                         \
	{ "insert from a view", "INSERT INTO bare (tenant_id, n) SELECT tenant_id, cents FROM job_v WHERE 1 = 0", EMPTY },    \
	{ "delete own", "DELETE FROM job WHERE tenant_id = 1", ALLOWED },                                                   \
	{ "delete all", "DELETE FROM job", ALLOWED },                                                                       \
	{ "update all", "UPDATE job SET title = 'HACK', cents = 0", ALLOWED },                                              \
	{ "update returning all", "UPDATE job SET cents = cents RETURNING title", ALLOWED },                                \
	{ "view, any condition", "SELECT title FROM job_v WHERE 1 = 1 OR tenant_id = 2", ALLOWED },                         \
	{ "view, other tenant", "SELECT title FROM job_v WHERE tenant_id = 2", EMPTY },                                     \
	{ "view joined with itself", "SELECT a.title, b.title FROM job_v a, job_v b WHERE b.tenant_id > 1", EMPTY },         \
	{ "window over a view", "SELECT title, row_number() OVER (ORDER BY cents), max(cents) OVER () FROM job_v", ALLOWED }, \
	{ "error oracle on a view", "SELECT 1 FROM job_v WHERE length(CASE WHEN title LIKE 'SECRET2%' THEN substr(title, 1, -1) "   \
	  "ELSE title END) > 0", ALLOWED },                                                                                 \
	{ "update other tenant", "UPDATE job SET title = 'HACK' WHERE id = " L(E, "02") " RETURNING title, tenant_id", EMPTY }, \
	{ "update where tenant 2", "UPDATE job SET title = 'HACK' WHERE tenant_id = 2", EMPTY },                            \
	{ "delete other tenant", "DELETE FROM job WHERE tenant_id = 2 RETURNING title", EMPTY },                            \
	{ "delete a referenced row", "DELETE FROM customer WHERE tenant_id = 1", REFUSED },                                 \
	{ "move own row to tenant 2", "UPDATE job SET tenant_id = 2 WHERE id = " L(E, "01"), REFUSED },                     \
	{ "change own id", "UPDATE job SET id = " L(E, "02") " WHERE tenant_id = 1", REFUSED },                              \
	{ "insert for tenant 2", "INSERT INTO job (tenant_id, id, customer_id, title, cents) VALUES (2, " L(E, "bb") ", " L(E, "02")  \
	  ", 't', 1)", REFUSED },                                                                                           \
	{ "insert for tenant 0", "INSERT INTO bare (tenant_id, n) VALUES (0, 1)", REFUSED },                                 \
	{ "insert with no tenant", "INSERT INTO bare (tenant_id, n) VALUES (NULL, 1)", REFUSED },                            \
	{ "insert with the customer of tenant 2", "INSERT INTO job (tenant_id, id, customer_id, title, cents) VALUES (1, " L(E, "bc") \
	  ", " L(E, "02") ", 't', 1)", REFUSED },                                                                           \
	{ "upsert tenant 2", "INSERT INTO bare (tenant_id, n) VALUES (2, 1) ON CONFLICT (tenant_id) DO UPDATE SET n = 7", REFUSED }, \
	{ "upsert moves the row", "INSERT INTO bare (tenant_id, n) VALUES (1, 1) ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = 2", \
	  REFUSED },                                                                                                        \
	{ "update the view", "UPDATE job_v SET title = 'HACK'", REFUSED },                                                  \
	{ "delete from the view", "DELETE FROM job_v", REFUSED },                                                           \
	{ "events of one's own", "SELECT words FROM audit_event_v", ALLOWED },                                              \
	{ "delete events", "DELETE FROM audit_event", REFUSED },                                                            \
	{ "delete no events", "DELETE FROM audit_event WHERE 1 = 0", REFUSED },                                             \
	{ "change events", "UPDATE audit_event SET words = 'x'", REFUSED },                                                 \
	{ "change events by upsert", "INSERT INTO audit_event VALUES (1, 1, " L(E, "01") ", 'x') ON CONFLICT (tenant_id, seq, object_id) "   \
	  "DO UPDATE SET words = 'y'", REFUSED },                                                                           \
	{ "event for tenant 2", "INSERT INTO audit_event VALUES (2, 9, " L(E, "02") ", 'x')", REFUSED },                      \
	{ "audited row without event", "UPDATE customer SET name = 'x' WHERE tenant_id = 1", REFUSED },                     \
	{ "audited row, new number", "UPDATE customer SET seq = seq + 1 WHERE tenant_id = 1", REFUSED },                    \
	{ "audited row comes without event", "INSERT INTO customer VALUES (1, " L(E, "ab") ", 7, 'x', 1)", REFUSED },         \
	{ "unlisted table", "SELECT words FROM unlisted", REFUSED },                                                        \
	{ "unlisted table written", "INSERT INTO unlisted VALUES ('x')", REFUSED },                                         \
	{ "unlisted table updated", "UPDATE unlisted SET words = 'x'", REFUSED },                                           \
	{ "begin", "BEGIN", REFUSED },                                                                                      \
	{ "commit", "COMMIT", REFUSED },                                                                                    \
	{ "rollback", "ROLLBACK", REFUSED },                                                                                \
	{ "savepoint", "SAVEPOINT a", REFUSED },                                                                            \
	{ "release", "RELEASE body", REFUSED },                                                                             \
	{ "two statements", "SELECT 1; SELECT title FROM job", REFUSED },                                                   \
	{ "two statements that write", "SELECT 1; DELETE FROM job", REFUSED },                                              \
	{ "nothing", "", REFUSED },                                                                                         \
	{ "a comment", "-- nothing", REFUSED },                                                                             \
	{ "create table", "CREATE TABLE z AS SELECT * FROM job", REFUSED },                                                 \
	{ "create temporary table", "CREATE TEMP TABLE z (a TEXT)", REFUSED },                                              \
	{ "create view", "CREATE VIEW z AS SELECT * FROM job", REFUSED },                                                   \
	{ "create temporary view", "CREATE TEMP VIEW z AS SELECT * FROM job", REFUSED },                                    \
	{ "create index", "CREATE INDEX z ON job (title)", REFUSED },                                                       \
	{ "drop table", "DROP TABLE job", REFUSED },                                                                        \
	{ "drop view", "DROP VIEW job_v", REFUSED },                                                                        \
	{ "alter table", "ALTER TABLE job RENAME TO j2", REFUSED },                                                         \
	{ "add a column", "ALTER TABLE job ADD COLUMN z TEXT", REFUSED },                                                   \
	{ "reindex", "REINDEX job", REFUSED },                                                                              \
	{ "analyze", "ANALYZE", REFUSED },                                                                                  \
	{ "vacuum", "VACUUM", REFUSED },                                                                                    \
	{ "unknown function", "SELECT no_such_function(title) FROM job_v", REFUSED },                                       \
	{ "explain", "EXPLAIN SELECT title FROM job_v", WHATEVER }

static const struct attempt lite_attempts[] = {
	COMMON(LITE),
	{ "base table", "SELECT title FROM job", REFUSED },
	{ "base table with schema", "SELECT title FROM main.job", REFUSED },
	{ "base table, another case", "SELECT TITLE FROM MAIN.JOB", REFUSED },
	{ "base table quoted", "SELECT title FROM \"job\"", REFUSED },
	{ "base table in brackets", "SELECT title FROM [job]", REFUSED },
	{ "base table in backticks", "SELECT title FROM `main`.`job`", REFUSED },
	{ "base table by index", "SELECT tenant_id FROM job INDEXED BY sqlite_autoindex_job_1", REFUSED },
	{ "base table counted", "SELECT count(*) FROM job", REFUSED },
	{ "base table counted, another case", "SELECT count(*) FROM JOB", REFUSED },
	{ "base table in a union", "SELECT title FROM job_v UNION ALL SELECT title FROM main.job", REFUSED },
	{ "base table in a sub-select", "SELECT (SELECT string_agg(title, ',') FROM job)", REFUSED },
	{ "base table in ORDER BY", "SELECT title FROM job_v ORDER BY (SELECT title FROM job WHERE tenant_id = 2)", REFUSED },
	{ "base table in LIMIT", "SELECT title FROM job_v LIMIT (SELECT count(*) FROM job WHERE tenant_id = 2)", REFUSED },
	{ "base table in EXISTS", "SELECT 1 WHERE EXISTS (SELECT 1 FROM job WHERE tenant_id = 2)", REFUSED },
	{ "base table joined", "SELECT b.title FROM job_v a JOIN job b ON b.tenant_id = 2", REFUSED },
	{ "base table joined naturally", "SELECT title FROM job_v NATURAL JOIN job", REFUSED },
	{ "base table joined by a column", "WITH x(title) AS (SELECT 'SECRET2 job') SELECT 1 FROM x JOIN job USING (title)", REFUSED },
	{ "base table joined to the right", "WITH x(title) AS (SELECT 'a') SELECT title FROM x RIGHT JOIN job USING (title)", REFUSED },
	{ "base table joined fully", "WITH x(title) AS (SELECT 'a') SELECT * FROM x FULL JOIN job\nusing(title)", REFUSED },
	{ "base table joined fully, the column that both have", "WITH x(title) AS (SELECT 'a') SELECT title FROM x FULL JOIN job USING (title)", REFUSED },
	{ "base table joined naturally to the right", "SELECT title FROM (SELECT 'a' AS title) x/**/NATURAL/**/RIGHT JOIN job", REFUSED },
	{ "base table in IN without a SELECT", "SELECT 1 WHERE (2, 22222222) IN bare", REFUSED },
	{ "base table's row number", "SELECT rowid FROM job WHERE rowid > 1", REFUSED },
	{ "base table of which nothing is used", "SELECT 1 FROM job_v, job", REFUSED },
	{ "base table by a whole row", "SELECT job.* FROM job_v LEFT JOIN job ON 1 = 1", REFUSED },
	{ "base table in an aggregate's filter", "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM job)) FROM job_v", REFUSED },
	{ "copy of a whole table", "INSERT INTO bare SELECT * FROM bare", REFUSED },
	{ "words that only contain the reserved ones", "SELECT title AS abusing, cents AS using_it, 1 AS \"\303\251using\", 2 AS using9 FROM job_v", ALLOWED },
	{ "the reserved word in front", "USING", REFUSED },
	{ "base table in a recursion", "WITH RECURSIVE r(t) AS (SELECT 'a' UNION SELECT title FROM job, r) SELECT t FROM r", REFUSED },
	{ "base table IN", "SELECT 1 WHERE 'SECRET2 job' IN (SELECT title FROM job)", REFUSED },
	{ "a name for the base table", "WITH x AS (SELECT * FROM job) SELECT title FROM x", REFUSED },
	{ "a name like the public view", "WITH job_v AS (SELECT * FROM job) SELECT title FROM job_v", REFUSED },
	{ "a name like the inner view", "WITH \"rls$job\" AS (SELECT * FROM job) SELECT title FROM \"rls$job\"", REFUSED },
	{ "a name like the inner view, another case", "WITH \"RLS$job\" AS (SELECT * FROM job) SELECT title FROM \"RLS$job\"", REFUSED },
	{ "an alias like the inner view", "SELECT title FROM (SELECT * FROM job) AS [rls$job]", REFUSED },
	{ "a name like a trigger", "INSERT INTO bare (tenant_id, n) WITH \"rls$job_u\" AS (SELECT * FROM job) SELECT 1, cents FROM \"rls$job_u\"",
	  REFUSED },
	{ "inner view", "SELECT * FROM \"rls$job\"", REFUSED },
	{ "inner view with schema", "SELECT * FROM temp.[rls$job]", REFUSED },
	{ "public view with schema", "SELECT title FROM temp.job_v", ALLOWED },
	{ "hidden row number", "SELECT rowid, title FROM job_v", WHATEVER },
	{ "schema", "SELECT sql FROM sqlite_schema", REFUSED },
	{ "schema counted", "SELECT count(*) FROM sqlite_schema", REFUSED },
	{ "schema by its old name", "SELECT sql FROM sqlite_master", REFUSED },
	{ "temporary schema", "SELECT sql FROM sqlite_temp_schema", REFUSED },
	{ "schema written", "UPDATE sqlite_schema SET sql = 'x'", REFUSED },
	{ "schema emptied", "DELETE FROM sqlite_schema", REFUSED },
	{ "pragma table_info", "PRAGMA table_info(job)", REFUSED },
	{ "pragma key", "PRAGMA key = 'x'", REFUSED },
	{ "pragma rekey", "PRAGMA rekey = 'x'", REFUSED },
	{ "pragma cipher", "PRAGMA cipher_settings", REFUSED },
	{ "pragma cipher_log", "PRAGMA cipher_log = '/tmp/fwsql.leak'", REFUSED },
	{ "pragma as a table", "SELECT * FROM pragma_table_list", REFUSED },
	{ "pragma as a table, counted", "SELECT count(*) FROM pragma_database_list", REFUSED },
	{ "pragma writable_schema", "PRAGMA writable_schema = 1", REFUSED },
	{ "pragma trusted_schema", "PRAGMA trusted_schema = 1", REFUSED },
	{ "pragma foreign_keys", "PRAGMA foreign_keys = OFF", REFUSED },
	{ "pragma query_only", "PRAGMA query_only = OFF", REFUSED },
	{ "pragma recursive_triggers", "PRAGMA recursive_triggers = OFF", REFUSED },
	{ "attach", "ATTACH '/tmp/fwsql.leak' AS l", REFUSED },
	{ "attach with a key", "ATTACH DATABASE '/tmp/fwsql.leak' AS l KEY ''", REFUSED },
	{ "detach", "DETACH main", REFUSED },
	{ "vacuum into", "VACUUM INTO '/tmp/fwsql.leak'", REFUSED },
	{ "export", "SELECT sqlcipher_export('main')", REFUSED },
	{ "create trigger", "CREATE TRIGGER z AFTER INSERT ON job BEGIN DELETE FROM job; END", REFUSED },
	{ "create temporary trigger", "CREATE TEMP TRIGGER z AFTER INSERT ON job BEGIN DELETE FROM job; END", REFUSED },
	{ "drop our trigger", "DROP TRIGGER \"rls$job_u\"", REFUSED },
	{ "create virtual table", "CREATE VIRTUAL TABLE temp.z USING fts5(a)", REFUSED },
	{ "update from a sub-select", "UPDATE job SET title = (SELECT string_agg(title, ',') FROM main.job) WHERE tenant_id = 1", REFUSED },
	{ "update from the base table", "UPDATE job SET title = o.title FROM main.job o WHERE o.tenant_id = 2 AND job.tenant_id = 1", REFUSED },
	{ "update from a named sub-select", "WITH x AS (SELECT * FROM job) UPDATE job SET title = x.title FROM x WHERE x.tenant_id = 2", REFUSED },
	{ "update where a sub-select", "UPDATE job SET cents = 1 WHERE EXISTS (SELECT 1 FROM job j WHERE j.tenant_id = 2)", REFUSED },
	{ "update returning a sub-select", "UPDATE job SET cents = cents WHERE tenant_id = 1 RETURNING (SELECT title FROM job WHERE tenant_id = 2)",
	  REFUSED },
	{ "insert returning a sub-select", "INSERT INTO bare VALUES (1, 1) RETURNING (SELECT title FROM job WHERE tenant_id = 2)", REFUSED },
	{ "delete returning a sub-select", "DELETE FROM bare RETURNING (WITH job_v AS (SELECT * FROM job) SELECT title FROM job_v)", REFUSED },
	{ "update or replace for tenant 2", "UPDATE OR REPLACE job SET tenant_id = 2, id = " L_LITE("02") " WHERE tenant_id = 1", REFUSED },
	{ "update to the row number of tenant 2", "UPDATE OR REPLACE job SET rowid = 2 WHERE tenant_id = 1", REFUSED },
	{ "update to a row number by another name", "UPDATE OR REPLACE job SET _rowid_ = 2 WHERE tenant_id = 1", REFUSED },
	{ "insert on the row number of tenant 2",
	  "INSERT OR REPLACE INTO job (rowid, tenant_id, id, customer_id, title, cents) VALUES (2, 1, " L_LITE("be") ", " L_LITE("01") ", 't', 1)",
	  REFUSED },
	{ "insert on the row number of tenant 2, upsert",
	  "INSERT INTO job (rowid, tenant_id, id, customer_id, title, cents) VALUES (2, 1, " L_LITE("be") ", " L_LITE("01") ", 't', 1)"
	  " ON CONFLICT DO UPDATE SET title = job.title RETURNING title",
	  WHATEVER },
	{ "replace tenant 2's key", "REPLACE INTO job (tenant_id, id, customer_id, title, cents) VALUES (2, " L_LITE("02") ", " L_LITE("02")
	  ", 'HACK', 1)", REFUSED },
	{ "replace own row", "REPLACE INTO bare (tenant_id, n) VALUES (1, 8)", ALLOWED },
	{ "replace an event", "REPLACE INTO audit_event VALUES (1, 1, " L_LITE("01") ", 'HACK')", REFUSED },
	{ "insert or ignore for tenant 2", "INSERT OR IGNORE INTO bare (tenant_id, n) VALUES (2, 5)", REFUSED },
	{ "insert from the base table", "INSERT INTO bare (tenant_id, n) SELECT 1, max(cents) FROM main.job", REFUSED },
	{ "insert default values", "INSERT INTO bare DEFAULT VALUES", REFUSED },
	{ "several rows, one of tenant 2", "INSERT INTO bare (tenant_id, n) VALUES (1, 1), (2, 2)", REFUSED },
	{ "delete with a sub-select", "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE tenant_id = 2)", REFUSED },
	{ "delete in an order", "DELETE FROM job ORDER BY (SELECT max(cents) FROM job) LIMIT 1", REFUSED },
	{ "load_extension", "SELECT load_extension('x')", REFUSED },
	{ "randomblob", "SELECT randomblob(1000000000)", REFUSED },
	{ "zeroblob", "SELECT zeroblob(1000000000)", REFUSED },
	{ "readfile", "SELECT readfile('/etc/passwd')", REFUSED },
	{ "writefile", "SELECT writefile('/tmp/fwsql.leak', 'y')", REFUSED },
	{ "fts3_tokenizer", "SELECT fts3_tokenizer('simple')", REFUSED },
	{ "printf", "SELECT printf('%1000000d', 1)", REFUSED },
	{ "json_each", "SELECT value FROM json_each('[1]')", REFUSED },
	{ "dbstat", "SELECT * FROM dbstat", REFUSED },
	{ "dbpage", "SELECT data FROM sqlite_dbpage", REFUSED },
	{ "stat1", "SELECT * FROM sqlite_stat1", REFUSED },
	{ "raise", "SELECT RAISE(ROLLBACK, 'x')", REFUSED },
	{ "insert or rollback", "INSERT OR ROLLBACK INTO bare (tenant_id, n) VALUES (1, 'x')", REFUSED },
	{ "error oracle on the base table", "UPDATE bare SET n = (CASE WHEN tenant_id = 2 THEN abs(-9223372036854775807 - 1) ELSE n END)",
	  WHATEVER },
	{ "who am I", "SELECT current_tenant()", ALLOWED },
	{ "explain the base table", "EXPLAIN SELECT title FROM job", REFUSED },
	{ "explain query plan", "EXPLAIN QUERY PLAN SELECT title FROM job_v", ALLOWED },
};

static const struct attempt pg_attempts[] = {
	COMMON(PG),
	{ "base table", "SELECT title FROM job", ALLOWED },
	{ "base table of tenant 2", "SELECT title FROM job WHERE tenant_id = 2", EMPTY },
	{ "base table with schema", "SELECT title FROM fw.job", ALLOWED },
	{ "base table counted", "SELECT cents FROM (SELECT count(*) AS cents FROM job) x WHERE cents > 1", EMPTY },
	{ "hidden columns", "SELECT title FROM job WHERE ctid = '(0,2)' OR xmin IS NOT NULL", ALLOWED },
	{ "row number of tenant 2", "DELETE FROM job WHERE ctid IN ('(0,1)', '(0,2)', '(0,3)') AND tenant_id <> 1", EMPTY },
	{ "set the tenant", "SET app.tenant = '2'", REFUSED },
	{ "set the tenant, another case", "sEt app.tenant to '2'", REFUSED },
	{ "set the tenant after a comment", "/* x */ -- y\n SET app.tenant = '2'", REFUSED },
	{ "set the tenant in a nested comment", "/* SELECT /* x */ */ SET app.tenant = '2'", REFUSED },
	{ "set the tenant locally", "SET LOCAL app.tenant = '2'", REFUSED },
	{ "reset the tenant", "RESET app.tenant", REFUSED },
	{ "reset everything", "RESET ALL", REFUSED },
	{ "discard", "DISCARD ALL", REFUSED },
	{ "set_config", "SELECT set_config('app.tenant', '2', true)", REFUSED },
	{ "set_config with schema", "SELECT pg_catalog.set_config('app.tenant', '2', false)", REFUSED },
	{ "set_config as a table", "SELECT * FROM set_config('app.tenant', '2', true)", REFUSED },
	{ "set_config in a condition", "SELECT title FROM job WHERE set_config('app.tenant', '2', true) IS NOT NULL", REFUSED },
	{ "set_config in a default", "WITH x AS (SELECT set_config('app.tenant', '2', true)) SELECT title FROM job, x", REFUSED },
	{ "set_config by pg_settings", "UPDATE pg_settings SET setting = '2' WHERE name = 'app.tenant'", WHATEVER },
	{ "set_config by pg_settings, another setting", "UPDATE pg_settings SET setting = 'off' WHERE name = 'row_security'", REFUSED },
	{ "set_config in a query for XML", "SELECT query_to_xml('SELECT set_config(''app.tenant'', ''2'', true)', true, true, '')", REFUSED },
	{ "query for XML", "SELECT query_to_xml('SELECT title FROM fw.job', true, true, '')", REFUSED },
	{ "table for XML", "SELECT table_to_xml('fw.job', true, true, '')", REFUSED },
	{ "words of a query", "SELECT word FROM ts_stat('SELECT to_tsvector(title) FROM fw.job')", ALLOWED },
	{ "words of a query that sets the tenant", "SELECT word FROM ts_stat('SET app.tenant = 2')", REFUSED },
	{ "do", "DO $$ BEGIN PERFORM set_config('app.tenant', '2', true); END $$", REFUSED },
	{ "call", "CALL x()", REFUSED },
	{ "copy out", "COPY job TO STDOUT", REFUSED },
	{ "copy to a program", "COPY job TO PROGRAM 'cat'", REFUSED },
	{ "copy in", "COPY job FROM STDIN", REFUSED },
	{ "row_security off", "SET row_security = off", REFUSED },
	{ "set role", "SET ROLE postgres", REFUSED },
	{ "set session authorization", "SET SESSION AUTHORIZATION postgres", REFUSED },
	{ "set constraints", "SET CONSTRAINTS ALL DEFERRED", REFUSED },
	{ "disable row-level security", "ALTER TABLE job DISABLE ROW LEVEL SECURITY", REFUSED },
	{ "no force", "ALTER TABLE job NO FORCE ROW LEVEL SECURITY", REFUSED },
	{ "drop policy", "DROP POLICY tenant ON job", REFUSED },
	{ "create policy", "CREATE POLICY z ON job USING (true)", REFUSED },
	{ "create function", "CREATE FUNCTION z() RETURNS int LANGUAGE sql AS 'SELECT 1'", REFUSED },
	{ "create temporary function", "CREATE FUNCTION pg_temp.z() RETURNS int LANGUAGE sql AS 'SELECT 1'", REFUSED },
	{ "replace ctx_tenant", "CREATE OR REPLACE FUNCTION ctx_tenant() RETURNS bigint LANGUAGE sql AS 'SELECT 2::bigint'", REFUSED },
	{ "drop ctx_tenant", "DROP FUNCTION ctx_tenant()", REFUSED },
	{ "drop the belt", "DROP TRIGGER audited ON customer", REFUSED },
	{ "select into", "SELECT * INTO z FROM job", REFUSED },
	{ "select into a temporary table", "SELECT * INTO TEMP z FROM job", REFUSED },
	{ "explain creates", "EXPLAIN ANALYZE CREATE TABLE z AS SELECT * FROM job", REFUSED },
	{ "explain analyze", "EXPLAIN ANALYZE DELETE FROM job WHERE tenant_id = 2", WHATEVER },
	{ "truncate", "TRUNCATE job", REFUSED },
	{ "lock", "LOCK TABLE job", REFUSED },
	{ "grant", "GRANT ALL ON job TO PUBLIC", REFUSED },
	{ "prepare", "PREPARE z AS SELECT 1", REFUSED },
	{ "execute", "EXECUTE s1", REFUSED },
	{ "deallocate", "DEALLOCATE ALL", REFUSED },
	{ "declare", "DECLARE z CURSOR WITH HOLD FOR SELECT title FROM job", REFUSED },
	{ "listen", "LISTEN x", REFUSED },
	{ "notify", "NOTIFY x", REFUSED },
	{ "pg_notify", "SELECT pg_notify('x', 'y')", REFUSED },
	{ "table", "TABLE job", REFUSED },
	{ "values", "VALUES (1)", REFUSED },
	{ "merge", "MERGE INTO job USING job_v v ON job.id = v.id WHEN MATCHED THEN UPDATE SET title = 'HACK'", REFUSED },
	{ "update with a sub-select", "UPDATE job SET title = (SELECT string_agg(title, ',') FROM fw.job) WHERE tenant_id = 1", ALLOWED },
	{ "update from tenant 2", "UPDATE job SET title = o.title FROM job o WHERE o.tenant_id = 2 AND job.tenant_id = 1 RETURNING o.title", EMPTY },
	{ "delete using tenant 2", "DELETE FROM job USING job o WHERE o.tenant_id = 2 RETURNING o.title", EMPTY },
	{ "delete by a named one", "WITH x AS (DELETE FROM job RETURNING title) SELECT title FROM x", ALLOWED },
	{ "insert from tenant 2", "INSERT INTO bare (tenant_id, n) SELECT 1, cents FROM job WHERE tenant_id = 2", EMPTY },
	{ "upsert by constraint", "INSERT INTO bare VALUES (2, 1) ON CONFLICT ON CONSTRAINT bare_pkey DO UPDATE SET n = 7 RETURNING n", REFUSED },
	{ "insert or nothing for tenant 2", "INSERT INTO bare VALUES (2, 1) ON CONFLICT DO NOTHING", REFUSED },
	{ "for update", "SELECT title FROM job FOR UPDATE", WHATEVER },
	{ "division oracle", "SELECT title FROM job WHERE 1 / (CASE WHEN title LIKE 'SECRET2%' THEN 0 ELSE 1 END) = 1", ALLOWED },
	{ "cast oracle", "SELECT CAST(CAST(title AS text) AS int) FROM job WHERE tenant_id = 2", EMPTY },
	{ "pg_stats", "SELECT most_common_vals::text FROM pg_stats WHERE schemaname = 'fw' AND tablename = 'job'", EMPTY },
	{ "pg_statistic", "SELECT stavalues1::text FROM pg_statistic", REFUSED },
	{ "passwords", "SELECT rolpassword FROM pg_authid", REFUSED },
	{ "pg_read_file", "SELECT pg_read_file('/etc/passwd')", REFUSED },
	{ "pg_ls_dir", "SELECT pg_ls_dir('.')", REFUSED },
	{ "lo_import", "SELECT lo_import('/etc/passwd')", REFUSED },
	{ "lo_create", "SELECT lo_create(0)", REFUSED },
	{ "lo_from_bytea", "SELECT lo_from_bytea(0, 'x')", REFUSED },
	{ "end the others", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity", REFUSED },
	{ "advisory lock", "SELECT pg_advisory_lock(1)", REFUSED },
	{ "reload", "SELECT pg_reload_conf()", REFUSED },
	{ "bookkeeping of the audit", "SELECT must_be_audited()", REFUSED },
	{ "who am I", "SELECT ctx_tenant()", ALLOWED },
};

/* ---- judging ---- */

struct trial {
	const char *text;
	struct sql_result result, probe;
	enum err err;
};

static enum err try_it(struct sql_tx *tx, void *arg)
{
	struct trial *trial = arg;
	trial->result = trial->probe = (struct sql_result){ 0 };
	TRY(sql_run(tx, trial->text, NULL, 0, &trial->result));
	/* What it may have left behind in the transaction shows here. */
	return sql_run(tx, "SELECT title, cents FROM job_v", NULL, 0, &trial->probe);
}

static enum err probe(struct sql_tx *tx, void *arg)
{
	struct trial *trial = arg;
	return sql_run(tx, "SELECT title, cents FROM job_v", NULL, 0, &trial->probe);
}

static bool shows(const struct sql_result *r, const char *canary, int64_t number)
{
	for (size_t i = 0; i < r->rows * r->cols; i++) {
		const struct sql_val *v = &r->vals[i];
		if (v->kind == SQL_INT && v->i == number)
			return true;
		if ((v->kind == SQL_TEXT || v->kind == SQL_BLOB) && v->s.n && memmem(v->s.p, v->s.n, canary, strlen(canary)))
			return true;
	}
	return false;
}

static bool met(enum expect expect, const struct trial *trial)
{
	bool some = trial->result.rows > 0 || trial->result.changed > 0;
	switch (expect) {
	case ALLOWED:
		return trial->err == OK && some;
	case EMPTY:
		return trial->err == OK && !some;
	case REFUSED:
		return trial->err != OK;
	case WHATEVER:
		return true;
	}
	return false;
}

/* Rows of tenant 2 and of nobody, as one text. */
static struct str picture(struct testdb *t, struct arena *a)
{
	static const char text[] =
		"SELECT string_agg(words, '|') FROM (SELECT title || '/' || CAST(cents AS TEXT) AS words FROM job WHERE tenant_id <> 1"
		" UNION ALL SELECT name || '/' || CAST(cents + seq AS TEXT) FROM customer WHERE tenant_id <> 1"
		" UNION ALL SELECT words FROM audit_event"
		" UNION ALL SELECT CAST(tenant_id AS TEXT) || '/' || CAST(n AS TEXT) FROM bare WHERE tenant_id <> 1"
		" UNION ALL SELECT words FROM unlisted ORDER BY 1) x";
	struct sql_result r;
	assert_int_equal(sql_admin_query(t->admin, a, text, NULL, 0, &r), OK);
	return sql_blob(&r, 0, 0);
}

/* Tenant 1's rows as they were. */
static void restore(struct testdb *t, struct arena *a)
{
	static const char lite[] =
		"DELETE FROM job WHERE tenant_id = 1; DELETE FROM customer WHERE tenant_id = 1; DELETE FROM bare WHERE tenant_id = 1;"
		"INSERT INTO customer VALUES (1, " L_LITE("01") ", 1, 'SECRET1 customer', 100);"
		"INSERT INTO job VALUES (1, " L_LITE("01") ", " L_LITE("01") ", 'SECRET1 job', 100)";
	static const char pg[] =
		"DELETE FROM job WHERE tenant_id = 1; DELETE FROM customer WHERE tenant_id = 1; DELETE FROM bare WHERE tenant_id = 1;"
		"INSERT INTO customer VALUES (1, " L_PG("01") ", 1, 'SECRET1 customer', 100);"
		"INSERT INTO job VALUES (1, " L_PG("01") ", " L_PG("01") ", 'SECRET1 job', 100)";
	struct problem problem;
	problem_init(&problem, a);
	testdb_must(sql_admin_script(t->admin, t->name[0] ? pg : lite, &problem), &problem, "restore");
}

static void seed(struct testdb *t)
{
	static const char lite[] =
		"INSERT INTO customer VALUES (1, " L_LITE("01") ", 1, 'SECRET1 customer', 100), (2, " L_LITE("02") ", 2, 'SECRET2 customer', 22222222);"
		"INSERT INTO job VALUES (1, " L_LITE("01") ", " L_LITE("01") ", 'SECRET1 job', 100), (2, " L_LITE("02") ", " L_LITE("02")
		", 'SECRET2 job', 22222222);"
		"INSERT INTO bare VALUES (2, 22222222);"
		"INSERT INTO audit_event VALUES (1, 1, " L_LITE("01") ", 'SECRET1 event'), (2, 2, " L_LITE("02") ", 'SECRET2 event')";
	static const char pg[] =
		"INSERT INTO customer VALUES (1, " L_PG("01") ", 1, 'SECRET1 customer', 100), (2, " L_PG("02") ", 2, 'SECRET2 customer', 22222222);"
		"INSERT INTO job VALUES (1, " L_PG("01") ", " L_PG("01") ", 'SECRET1 job', 100), (2, " L_PG("02") ", " L_PG("02")
		", 'SECRET2 job', 22222222);"
		"INSERT INTO bare VALUES (2, 22222222);"
		"INSERT INTO audit_event VALUES (1, 1, " L_PG("01") ", 'SECRET1 event'), (2, 2, " L_PG("02") ", 'SECRET2 event')";
	struct problem problem;
	problem_init(&problem, t->arena);
	testdb_must(sql_admin_script(t->admin, t->name[0] ? pg : lite, &problem), &problem, "seed");
}

struct score {
	int tried, leaks, damage, surprises;
};

typedef enum err run_fn(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg);

/* A canary of tenant 2 is a leak; for nobody (tenant -1) one of tenant 1 is, too. */
static void judge_one(struct testdb *t, struct arena *a, const struct attempt *attempt, run_fn *run, int64_t tenant, bool strict,
                      struct score *score)
{
	struct trial trial = { .text = attempt->text };
	struct str before = picture(t, a);
	const char *canary = tenant < 0 ? "SECRET" : "SECRET2";
	trial.err = run(t->db, tenant, a, try_it, &trial);
	bool leak = shows(&trial.result, canary, CENTS2) || shows(&trial.probe, canary, CENTS2);
	assert_int_equal(sql_read(t->db, tenant, a, probe, &trial), OK);
	leak |= shows(&trial.probe, canary, CENTS2);
	bool damage = !str_eq(before, picture(t, a));
	bool surprise = strict && !met(attempt->expect, &trial);
	if (leak || damage || surprise)
		print_error("%s%s%s: %s (error %s, %zu rows, %lld changed)\n", leak ? "LEAK " : "", damage ? "DAMAGE " : "",
		            surprise ? "unexpected" : "", attempt->name, err_info(trial.err)->slug, trial.result.rows,
		            (long long)trial.result.changed);
	score->tried++;
	score->leaks += leak;
	score->damage += damage;
	score->surprises += surprise;
}

static void judge_all(struct testdb *t, run_fn *run, int64_t tenant, bool strict, const char *as)
{
	const struct attempt *list = t->name[0] ? pg_attempts : lite_attempts;
	size_t count = t->name[0] ? ARRAY_LEN(pg_attempts) : ARRAY_LEN(lite_attempts);
	struct score score = { 0 };
	with_arena struct arena *scratch = arena_new(4 * MIB);
	for (size_t i = 0; i < count; i++) {
		restore(t, scratch);
		judge_one(t, scratch, &list[i], run, tenant, strict, &score);
		arena_reset(scratch);
	}
	print_message("%s as %s: %d statements, %d leaks, %d damaged, %d unexpected\n", t->name[0] ? "postgresql" : "sqlite", as,
	              score.tried, score.leaks, score.damage, score.surprises);
	assert_int_equal(score.leaks + score.damage + score.surprises, 0);
}

static void nothing_leaks_to_a_tenant_that_writes(void **state)
{
	judge_all(*state, sql_write, 1, true, "a writer");
}

static void nothing_leaks_to_a_tenant_that_reads(void **state)
{
	judge_all(*state, sql_read, 1, false, "a reader");
}

static void nothing_leaks_to_nobody(void **state)
{
	judge_all(*state, sql_write, -1, false, "nobody");
}

/* ---- */

static int make(void **state, bool postgres)
{
	struct testdb *t = calloc(1, sizeof(*t));
	testdb_make(t, postgres, schema, tables, ARRAY_LEN(tables), "audit_event");
	seed(t);
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
	cmocka_unit_test(nothing_leaks_to_a_tenant_that_writes),
	cmocka_unit_test(nothing_leaks_to_a_tenant_that_reads),
	cmocka_unit_test(nothing_leaks_to_nobody),
};

int main(void)
{
	int failed = _cmocka_run_group_tests("sqlite", tests, ARRAY_LEN(tests), make_sqlite, drop);
	if (testdb_has_postgres())
		failed += _cmocka_run_group_tests("postgresql", tests, ARRAY_LEN(tests), make_postgres, drop);
	return failed;
}
