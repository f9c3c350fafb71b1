/* admin_pgsql.c - roles, row-level security and the audit belt of PostgreSQL. */
#include "buf.h"
#include "pg.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_PG = 63, ADMIN_ARENA_MAX = 256 * KIB, PASSWORD_BYTES = 24 };

struct pg_admin {
	struct sql_admin admin;
	struct arena *arena;
	PGconn *pg;
	const char *url;
	struct str owner, app, db; /* quoted identifiers */
	char *app_name, *owner_name;
	bool is_owner; /* SET ROLE to the owner was done */
};

static struct pg_admin *admin_of(struct sql_admin *admin)
{
	return (struct pg_admin *)admin;
}

static void say_nothing(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/* ---- running ---- */

static enum err finish(PGresult *r, struct problem *problem)
{
	enum err e = pg_err(r);
	if (e != OK) {
		const char *words = pq.resultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
		const char *state = pq.resultErrorField(r, PG_DIAG_SQLSTATE);
		problem_log(problem, "postgresql %s: %s", state ? state : "?", words ? words : "no answer");
		problem_set(problem, e, "The database refused a script; nothing was changed.");
	}
	pq.clear(r);
	return e;
}

static enum err exec(struct pg_admin *p, const char *text, struct problem *problem)
{
	return finish(pq.exec(p->pg, text), problem);
}

/* A text with holes: $A the application's role, $O the owner's, $D the database, $T, $V and $E the table, its view and the audit
 * table. */
struct holes {
	struct str of[26];
};

static void set_hole(struct holes *h, char name, struct str value)
{
	h->of[name - 'A'] = value;
}

static char *fill(struct arena *a, const char *format, const struct holes *h)
{
	struct buf b;
	buf_init(&b, a, 64 * KIB);
	for (const char *p = format; *p; p++) {
		if (p[0] == '$' && isupper((unsigned char)p[1]))
			buf_add(&b, h->of[*++p - 'A']);
		else
			buf_char(&b, *p);
	}
	return str_z(a, buf_str(&b));
}

static enum err exec_filled(struct pg_admin *p, const char *format, const struct holes *h, struct problem *problem)
{
	with_arena struct arena *a = arena_new(256 * KIB);
	return exec(p, fill(a, format, h), problem);
}

static struct str quoted(struct pg_admin *p, const char *name)
{
	char *q = pq.escapeIdentifier(p->pg, name, strlen(name));
	struct str s = str_dup(p->arena, str_from(q));
	pq.freemem(q);
	return s;
}

static struct holes base_holes(const struct pg_admin *p)
{
	struct holes h = { { { 0 } } };
	set_hole(&h, 'A', p->app);
	set_hole(&h, 'O', p->owner);
	set_hole(&h, 'D', p->db);
	return h;
}

/* ---- open and close ---- */

static void close_admin(struct sql_admin *admin)
{
	pq.finish(admin_of(admin)->pg);
	arena_free(admin_of(admin)->arena);
}

static void name_roles(struct pg_admin *p)
{
	p->owner_name = str_z(p->arena, str_fmt(p->arena, "fw_%s_owner", pq.db(p->pg)));
	p->app_name = str_z(p->arena, str_fmt(p->arena, "fw_%s_app", pq.db(p->pg)));
	p->owner = quoted(p, p->owner_name);
	p->app = quoted(p, p->app_name);
	p->db = quoted(p, pq.db(p->pg));
}

static enum err open_admin(const char *url, const struct key *page_key, bool create, struct problem *problem,
                           struct sql_admin **ret)
{
	(void)page_key;
	(void)create;
	TRY(libpq_load(problem));
	struct arena *a = arena_new(ADMIN_ARENA_MAX);
	struct pg_admin *p = ARENA_NEW(a, struct pg_admin);
	p->admin.engine = &admin_pgsql;
	p->arena = a;
	p->url = str_z(a, str_from(url));
	p->pg = pq.connectdb(url);
	enum err e = OK;
	if (pq.status(p->pg) != CONNECTION_OK) {
		problem_log(problem, "%s", pq.errorMessage(p->pg));
		e = problem_set(problem, E_STORAGE, "The database server cannot be reached, or refuses us.");
	} else if (strlen(pq.db(p->pg)) + strlen("fw__owner") > NAME_MAX_PG) {
		e = problem_set(problem, E_CONFIG, "The name of the database is too long.");
	}
	if (e != OK) {
		close_admin(&p->admin);
		return e;
	}
	pq.setNoticeProcessor(p->pg, say_nothing, NULL);
	name_roles(p);
	*ret = &p->admin;
	return OK;
}

static enum err find_role(struct pg_admin *p, const char *name, struct problem *problem, bool *ret_exists)
{
	PGresult *r = pq.execParams(p->pg, "SELECT 1 FROM pg_roles WHERE rolname = $1", 1, NULL, &name, NULL, NULL, 0);
	*ret_exists = pq.ntuples(r) == 1;
	return finish(r, problem);
}

/* Everything but provisioning is done as the owner of the tables. */
static enum err become_owner(struct pg_admin *p, struct problem *problem)
{
	if (p->is_owner)
		return OK;
	struct holes h = base_holes(p);
	if (exec_filled(p, "SET search_path = fw, pg_temp; SET client_encoding = 'UTF8'; SET ROLE $O", &h, problem) != OK)
		return E_CONFIG;
	p->is_owner = true;
	return OK;
}

/* ---- provisioning ---- */

/* Functions that would carry words past row-level security, or let one session disturb another. */
static const char revoke_functions[] =
	"DO $do$ DECLARE f regprocedure; BEGIN "
	"FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND ("
	"proname IN ('set_config', 'pg_notify', 'pg_terminate_backend', 'pg_cancel_backend', 'pg_export_snapshot',"
	" 'pg_logical_emit_message', 'lowrite', 'loread', 'lo_creat')"
	" OR proname LIKE 'lo\\_%' OR proname LIKE '%\\_to\\_xml%' OR proname LIKE 'pg\\_%advisory%') LOOP "
	"EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f); END LOOP; END $do$";

static const char *const provision_texts[] = {
	"GRANT $O TO CURRENT_USER",
	"ALTER ROLE $O NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
	"ALTER ROLE $A LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION NOINHERIT",
	"CREATE SCHEMA IF NOT EXISTS fw AUTHORIZATION $O",
	"REVOKE ALL ON DATABASE $D FROM PUBLIC",
	"GRANT CONNECT ON DATABASE $D TO $A",
	"REVOKE ALL ON SCHEMA public FROM PUBLIC",
	"REVOKE ALL ON SCHEMA fw FROM PUBLIC",
	"GRANT USAGE ON SCHEMA fw TO $A",
	"ALTER ROLE $A IN DATABASE $D SET search_path = fw, pg_temp",
};

static enum err make_role(struct pg_admin *p, const char *name, struct str quoted_name, struct problem *problem)
{
	bool exists;
	TRY(find_role(p, name, problem, &exists));
	struct holes h = { { { 0 } } };
	set_hole(&h, 'R', quoted_name);
	return exists ? OK : exec_filled(p, "CREATE ROLE $R NOLOGIN", &h, problem);
}

/* The server gets the SCRAM verifier and never the password. */
static enum err set_password(struct pg_admin *p, const char *password, struct problem *problem)
{
	char *verifier = pq.encryptPasswordConn(p->pg, password, p->app_name, "scram-sha-256");
	if (!verifier)
		return problem_set(problem, E_STORAGE, "No password can be made for the application's role.");
	struct holes h = base_holes(p);
	set_hole(&h, 'P', str_from(verifier));
	enum err e = exec_filled(p, "ALTER ROLE $A PASSWORD '$P'", &h, problem);
	pq.freemem(verifier);
	return e;
}

static void add_percent(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text))
			buf_char(b, *text);
		else
			buf_fmt(b, "%%%02X", (unsigned)(unsigned char)*text);
	}
}

static void add_option(struct buf *b, const PQconninfoOption *o)
{
	static const char *const ours[] = { "user", "password", "passfile", "dbname", "options", "client_encoding" };
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (strcmp(o->keyword, ours[i]) == 0)
			return;
	buf_fmt(b, "&%s=", o->keyword);
	add_percent(b, o->val);
}

/* The administrator's URL with another user: how to reach the server stays as it is. */
static enum err app_url(struct pg_admin *p, const char *password, struct arena *a, struct problem *problem, struct str *ret)
{
	PQconninfoOption *options = pq.conninfoParse(p->url, NULL);
	if (!options)
		return problem_set(problem, E_CONFIG, "The database's URL cannot be read.");
	struct buf b;
	buf_init(&b, a, 4 * KIB);
	buf_addz(&b, "postgresql:///");
	add_percent(&b, pq.db(p->pg));
	buf_addz(&b, "?user=");
	add_percent(&b, p->app_name);
	buf_fmt(&b, "&password=%s", password);
	for (const PQconninfoOption *o = options; o->keyword; o++)
		if (o->val)
			add_option(&b, o);
	pq.conninfoFree(options);
	*ret = str_dup(a, buf_str(&b));
	return b.over ? problem_set(problem, E_CONFIG, "The database's URL is too long.") : OK;
}

static enum err provision(struct sql_admin *admin, struct arena *a, struct problem *problem, struct str *ret_url)
{
	struct pg_admin *p = admin_of(admin);
	uint8_t random[PASSWORD_BYTES];
	random_bytes(random, sizeof(random));
	const char *password = str_hex(a, random, sizeof(random)).p;
	TRY(exec(p, "RESET ROLE", problem));
	p->is_owner = false;
	TRY(make_role(p, p->owner_name, p->owner, problem));
	TRY(make_role(p, p->app_name, p->app, problem));
	struct holes h = base_holes(p);
	for (size_t i = 0; i < ARRAY_LEN(provision_texts); i++)
		TRY(exec_filled(p, provision_texts[i], &h, problem));
	TRY(exec(p, revoke_functions, problem));
	TRY(set_password(p, password, problem));
	return app_url(p, password, a, problem, ret_url);
}

/* ---- scripts ---- */

static enum err in_transaction(struct pg_admin *p, enum err e, struct problem *problem)
{
	if (e == OK)
		return exec(p, "COMMIT", problem);
	pq.clear(pq.exec(p->pg, "ROLLBACK"));
	return e;
}

static enum err script(struct sql_admin *admin, struct str text, struct problem *problem)
{
	struct pg_admin *p = admin_of(admin);
	TRY(become_owner(p, problem));
	TRY(exec(p, "BEGIN", problem));
	return in_transaction(p, exec(p, text.p, problem), problem);
}

static enum err query(struct sql_admin *admin, struct arena *a, const char *text, const struct sql_val *args, size_t count,
                      struct sql_result *ret)
{
	struct pg_admin *p = admin_of(admin);
	struct problem problem;
	struct pg_args encoded;
	Oid types[STATEMENT_ARGS_MAX];
	bool provisioned;
	problem_init(&problem, a);
	TRY(find_role(p, p->owner_name, &problem, &provisioned));
	if (provisioned)
		TRY(become_owner(p, &problem));
	if (count > STATEMENT_ARGS_MAX)
		return E_INTERNAL;
	for (size_t i = 0; i < count; i++)
		types[i] = args[i].kind == SQL_ID ? (Oid)PG_UUID : args[i].kind == SQL_BLOB ? (Oid)PG_BYTEA : pg_type_of(args[i].kind);
	if (!pg_encode(args, count, types, &encoded))
		return E_INTERNAL;
	PGresult *r = pq.execParams(p->pg, text_numbered(a, text).p, (int)count, types, encoded.values, encoded.lengths,
	                           encoded.formats, 1);
	enum err e = pg_err(r);
	if (e == OK)
		e = pg_collect(r, a, ret);
	pq.clear(r);
	return e;
}

/* ---- protection ---- */

/* The one place that says whose rows are seen; a signed context would be another body of this function. */
static const char tenant_function[] =
	"CREATE OR REPLACE FUNCTION ctx_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS "
	"$f$ SELECT nullif(current_setting('app.tenant', true), '')::bigint $f$; "
	"REVOKE ALL ON FUNCTION ctx_tenant() FROM PUBLIC; GRANT EXECUTE ON FUNCTION ctx_tenant() TO $A";

/* Looks, at the end of the transaction, for the event of a changed row that this same transaction wrote (xmin). */
static const char audit_function[] =
	"CREATE OR REPLACE FUNCTION must_be_audited() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN "
	"IF TG_OP = 'DELETE' THEN "
	"PERFORM 1 FROM $E e WHERE e.tenant_id = OLD.tenant_id AND e.object_id = OLD.id AND e.seq > OLD.seq "
	"AND e.xmin = pg_current_xact_id()::xid; "
	"ELSE "
	"PERFORM 1 FROM $E e WHERE e.tenant_id = NEW.tenant_id AND e.object_id = NEW.id AND e.seq = NEW.seq "
	"AND e.xmin = pg_current_xact_id()::xid; "
	"END IF; "
	"IF NOT FOUND AND current_user = TG_ARGV[0] THEN "
	"RAISE EXCEPTION 'changed row of % without its event', TG_TABLE_NAME USING ERRCODE = 'FW001'; END IF; "
	"RETURN NULL; END $f$; "
	"REVOKE ALL ON FUNCTION must_be_audited() FROM PUBLIC";

static const char table_text[] =
	"ALTER TABLE $T ENABLE ROW LEVEL SECURITY; ALTER TABLE $T FORCE ROW LEVEL SECURITY; "
	"DROP POLICY IF EXISTS tenant ON $T; DROP POLICY IF EXISTS owner ON $T; "
	"CREATE POLICY tenant ON $T TO $A USING (tenant_id = (SELECT ctx_tenant())) "
	"WITH CHECK (tenant_id = (SELECT ctx_tenant())); "
	"CREATE POLICY owner ON $T TO $O USING (true) WITH CHECK (true); "
	"DROP VIEW IF EXISTS $V; CREATE VIEW $V WITH (security_invoker = on) AS SELECT * FROM $T; "
	"REVOKE ALL ON $T, $V FROM PUBLIC, $A; "
	"GRANT SELECT ON $V TO $A; GRANT SELECT, INSERT ON $T TO $A; "
	"DROP TRIGGER IF EXISTS audited ON $T";

static const char change_text[] = "GRANT DELETE ON $T TO $A";
static const char update_text[] = "GRANT UPDATE ($C) ON $T TO $A";
static const char belt_text[] =
	"CREATE CONSTRAINT TRIGGER audited AFTER INSERT OR UPDATE OR DELETE ON $T DEFERRABLE INITIALLY DEFERRED "
	"FOR EACH ROW EXECUTE FUNCTION must_be_audited($N)";

/* The columns that may change: all but the keys. */
static enum err grant_update(struct pg_admin *p, struct holes *h, const char *table, struct problem *problem)
{
	static const char find[] =
		"SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = quote_ident($1)::regclass "
		"AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('tenant_id', 'id')";
	with_arena struct arena *a = arena_new(64 * KIB);
	PGresult *r = pq.execParams(p->pg, find, 1, NULL, &table, NULL, NULL, 0);
	bool some = pq.ntuples(r) == 1 && !pq.getisnull(r, 0, 0);
	if (some)
		set_hole(h, 'C', str_dup(a, str_from(pq.getvalue(r, 0, 0))));
	TRY(finish(r, problem));
	return some ? exec_filled(p, update_text, h, problem) : OK;
}

static enum err protect_table(struct pg_admin *p, struct holes *h, const struct sql_table *t, bool belt,
                              struct problem *problem)
{
	with_arena struct arena *a = arena_new(4 * KIB);
	set_hole(h, 'T', quoted(p, t->name));
	set_hole(h, 'V', quoted(p, str_fmt(a, "%s_v", t->name).p));
	TRY(exec_filled(p, table_text, h, problem));
	if (!(t->flags & SQL_APPEND_ONLY)) {
		TRY(exec_filled(p, change_text, h, problem));
		TRY(grant_update(p, h, t->name, problem));
	}
	return belt && (t->flags & SQL_AUDITED) ? exec_filled(p, belt_text, h, problem) : OK;
}

static enum err protect_all(struct pg_admin *p, const struct sql_table *tables, size_t count, const char *audit_table,
                            struct problem *problem)
{
	struct holes h = base_holes(p);
	TRY(exec_filled(p, tenant_function, &h, problem));
	if (audit_table) {
		char *name = pq.escapeLiteral(p->pg, p->app_name, strlen(p->app_name));
		set_hole(&h, 'N', str_dup(p->arena, str_from(name)));
		pq.freemem(name);
		set_hole(&h, 'E', quoted(p, audit_table));
		TRY(exec_filled(p, audit_function, &h, problem));
	}
	for (size_t i = 0; i < count; i++)
		TRY(protect_table(p, &h, &tables[i], audit_table != NULL, problem));
	return OK;
}

static enum err protect(struct sql_admin *admin, const struct sql_table *tables, size_t count, const char *audit_table,
                        struct problem *problem)
{
	struct pg_admin *p = admin_of(admin);
	TRY(become_owner(p, problem));
	TRY(exec(p, "BEGIN", problem));
	return in_transaction(p, protect_all(p, tables, count, audit_table, problem), problem);
}

const struct sql_admin_engine admin_pgsql = {
	.open = open_admin,
	.close = close_admin,
	.provision = provision,
	.script = script,
	.protect = protect,
	.query = query,
	.words = { "uuid", "bigint", "text COLLATE \"C\"", "bytea", "", "" },
};
