/* seed.c - fills an installation with companies and work through the store, and the floor's file with the same rows in clear.
 *
 *   bench_seed --data DIR COMPANIES JOBS CUSTOMERS OUT
 *
 * JOBS and CUSTOMERS are per company. Writes OUT/tokens (a session of an owner, a customer, a place and a kind of work per company),
 * OUT/tokens.floor (the company's number instead of the session) and OUT/floor.db, which is encrypted like the product's own. */
#include "commands.h"

#include "session.h"
#include "token.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS_AT_ONCE = 500 };

static const char *const titles[] = { "Geyser is leaking", "Annual service of heat pump", "Install 5 kW inverter", "No hot water in surgery",
	                              "Quote for cameras at the gate", "Check pressure valve", "Blocked drain behind kitchen" };
static const char *const first[] = { "Naledi", "Johan", "Zanele", "Pieter", "Ayesha", "Thabo", "Lerato", "Sipho", "Maria", "Kavitha" };
static const char *const last[] = { "Dlamini", "Muller", "Khumalo", "van Wyk", "Patel", "Nkosi", "Molefe", "Naidoo", "Botha", "Smith" };

struct seed {
	struct tool *tool;
	struct store *store;
	sqlite3 *floor;
	size_t jobs, customers;
	int64_t tenant;
	struct id *customer_ids, *site_ids, kind;
	size_t made; /* jobs of this company */
};

static void must(enum err e, const struct problem *p, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "bench_seed: %s: %s: " STR_FMT " (" STR_FMT ")\n", what, err_info(e)->slug, STR_ARG(p->detail), STR_ARG(p->log));
	exit(1);
}

/* ---- the floor's file: one column per field that is shown, in clear, and the product's orders as indexes ---- */

static void floor_exec(sqlite3 *db, const char *text)
{
	char *why = NULL;
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK) {
		fprintf(stderr, "bench_seed: floor: %s in %s\n", why, text);
		exit(1);
	}
}

static const char *floor_type(const struct field *f)
{
	if (f->type == F_ID || f->type == F_REF)
		return "uuid";
	if (f->type == F_TIME)
		return "time";
	if (f->type == F_BOOL)
		return "flag";
	return field_is_text(f) ? "text" : "number";
}

static void floor_table(sqlite3 *db, struct arena *a, const struct noun *n)
{
	struct buf b;
	buf_init(&b, a, 64 * KIB);
	buf_fmt(&b, "CREATE TABLE %s (tenant_id INTEGER NOT NULL, deleted_at INTEGER", n->name);
	for (size_t i = 0; i < n->field_count; i++)
		if (!(n->fields[i].flags & INTERNAL))
			buf_fmt(&b, ", %s %s", n->fields[i].name, floor_type(&n->fields[i]));
	buf_addz(&b, ", PRIMARY KEY (tenant_id, id)) WITHOUT ROWID;");
	for (const struct order *o = n->orders; o->by != -2; o++) {
		const char *where = o->where < 0 ? "" : n->fields[o->where].name;
		bool part = o->where >= 0 && !(n->fields[o->where].flags & REQUIRED);
		buf_fmt(&b, "CREATE INDEX %s_%d_%d ON %s (tenant_id, %s%s%s, id) WHERE deleted_at IS NULL%s%s%s;", n->name, o->where + 1, o->by, n->name, where,
		        *where ? ", " : "", n->fields[o->by].name, part ? " AND " : "", part ? where : "", part ? " IS NOT NULL" : "");
	}
	for (size_t i = 0; i < n->field_count; i++)
		if (n->fields[i].flags & UNIQUE && !(n->fields[i].flags & INTERNAL))
			buf_fmt(&b, "CREATE UNIQUE INDEX %s_unique_%zu ON %s (tenant_id, %s) WHERE deleted_at IS NULL;", n->name, i, n->name,
			        n->fields[i].name);
	buf_char(&b, 0);
	floor_exec(db, buf_str(&b).p);
}

static void floor_open(struct seed *s, const char *path)
{
	static const struct noun *const nouns[] = { &noun_job_type, &noun_status_def, &noun_customer, &noun_site, &noun_job };
	static const char key[] = "x'5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a'";
	with_arena struct arena *a = arena_new(MIB);
	if (sqlite3_open(path, &s->floor) != SQLITE_OK || sqlite3_key(s->floor, key, (int)strlen(key)) != SQLITE_OK)
		exit(1);
	floor_exec(s->floor, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
	for (size_t i = 0; i < ARRAY_LEN(nouns); i++)
		floor_table(s->floor, a, nouns[i]);
	floor_exec(s->floor, "CREATE TABLE numbering (tenant_id INTEGER PRIMARY KEY, next INTEGER NOT NULL);"
	                     "CREATE TABLE search_term (tenant_id INTEGER, noun INTEGER, term INTEGER, row_id BLOB, "
	                     "PRIMARY KEY (tenant_id, noun, term, row_id)) WITHOUT ROWID;");
}

static void floor_bind(sqlite3_stmt *st, int at, struct value v)
{
	if (v.kind == V_INT)
		sqlite3_bind_int64(st, at, v.i);
	else if (v.kind == V_TEXT)
		sqlite3_bind_text(st, at, v.s.p, (int)v.s.n, SQLITE_TRANSIENT);
	else if (v.kind == V_ID)
		sqlite3_bind_blob(st, at, v.id.b, 16, SQLITE_TRANSIENT);
}

static void floor_add(struct seed *s, struct arena *a, const struct row *row)
{
	const struct noun *n = row->noun;
	struct buf b;
	sqlite3_stmt *st;
	int at = 2;
	buf_init(&b, a, 8000);
	buf_fmt(&b, "INSERT INTO %s VALUES (?, NULL", n->name);
	for (size_t i = 0; i < n->field_count; i++)
		if (!(n->fields[i].flags & INTERNAL))
			buf_addz(&b, ", ?");
	buf_char(&b, ')');
	if (sqlite3_prepare_v2(s->floor, b.p, (int)b.n, &st, NULL) != SQLITE_OK)
		exit(1);
	sqlite3_bind_int64(st, 1, s->tenant);
	for (size_t i = 0; i < n->field_count; i++)
		if (!(n->fields[i].flags & INTERNAL))
			floor_bind(st, at++, row->v[i]);
	if (sqlite3_step(st) != SQLITE_DONE) {
		fprintf(stderr, "bench_seed: floor: %s\n", sqlite3_errmsg(s->floor));
		exit(1);
	}
	sqlite3_finalize(st);
}

/* ---- the product's rows ---- */

static enum err add_customer(struct tx *tx, struct seed *s, size_t i, struct row **customer, struct row **site)
{
	struct row *c = row_new(tx->arena, &noun_customer), *p = row_new(tx->arena, &noun_site);
	row_set_text(c, CUSTOMER_NAME, str_fmt(tx->arena, "%s %s %zu", first[i % 10], last[i / 10 % 10], i));
	row_set_text(c, CUSTOMER_PHONE, str_fmt(tx->arena, "+2782%07zu", i * 7919 % 10000000));
	TRY(store_insert(tx, c, customer));
	s->customer_ids[i] = row_id(*customer, F_ID_FIELD);
	row_set_id(p, SITE_CUSTOMER, s->customer_ids[i]);
	row_set_text(p, SITE_LINE1, str_fmt(tx->arena, "%zu Jacaranda Street", i + 1));
	row_set_text(p, SITE_SUBURB, STR("Melville"));
	row_set_text(p, SITE_CITY, STR("Johannesburg"));
	TRY(store_insert(tx, p, site));
	s->site_ids[i] = row_id(*site, F_ID_FIELD);
	return OK;
}

struct rows {
	struct seed *seed;
	size_t from, count;
	struct row *row[2 * JOBS_AT_ONCE];
};

static enum err add_customers(struct tx *tx, void *arg)
{
	struct rows *r = arg;
	for (size_t i = 0; i < r->count; i++)
		TRY(add_customer(tx, r->seed, r->from + i, &r->row[2 * i], &r->row[2 * i + 1]));
	return OK;
}

static enum err add_jobs(struct tx *tx, void *arg)
{
	struct rows *r = arg;
	for (size_t i = 0; i < r->count; i++) {
		struct row *j = row_new(tx->arena, &noun_job);
		size_t who = (r->from + i) * 31 % r->seed->customers;
		row_set_text(j, JOB_TITLE, str_fmt(tx->arena, "%s", titles[(r->from + i) % ARRAY_LEN(titles)]));
		row_set_text(j, JOB_DESCRIPTION, str_fmt(tx->arena, "The tenant called %zu; please phone before you come.", r->from + i));
		row_set_id(j, JOB_TYPE, r->seed->kind);
		row_set_id(j, JOB_CUSTOMER, r->seed->customer_ids[who]);
		row_set_id(j, JOB_SITE, r->seed->site_ids[who]);
		TRY(store_insert(tx, j, &r->row[i]));
	}
	return OK;
}

static enum err read_small(struct tx *tx, void *arg)
{
	struct rows *r = arg;
	static const struct noun *const nouns[] = { &noun_job_type, &noun_status_def };
	for (size_t k = 0; k < ARRAY_LEN(nouns); k++) {
		struct query q = { .noun = nouns[k], .sort = -1, .limit = 50, .open = { ~(uint64_t)0 } };
		struct page page;
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++)
			r->row[r->count++] = page.rows[i];
		if (k == 0)
			r->seed->kind = row_id(page.rows[0], F_ID_FIELD);
	}
	return OK;
}

static void in_batches(struct seed *s, size_t count, tx_body *body)
{
	for (size_t at = 0; at < count; at += JOBS_AT_ONCE) {
		with_arena struct arena *a = arena_new(64 * MIB);
		struct rows *r = ARENA_NEW(a, struct rows);
		struct ctx c = tool_ctx(s->tool, s->store);
		c.arena = a;
		r->seed = s;
		r->from = at;
		r->count = count - at < JOBS_AT_ONCE ? count - at : JOBS_AT_ONCE;
		struct run run = ctx_tenant_run(&c, s->tenant);
		must(store_write(&run, body, r), &c.problem, "rows");
		for (size_t i = 0; i < ARRAY_LEN(r->row) && r->row[i]; i++)
			floor_add(s, a, r->row[i]);
	}
}

struct open_session {
	struct session session;
	uint8_t hash[32];
};

static enum err put_session(struct tx *tx, void *arg)
{
	const struct open_session *o = arg;
	return session_put(tx, o->hash, &o->session);
}

static void add_company(struct seed *s, size_t i, FILE *tokens, FILE *floor_tokens)
{
	with_arena struct arena *a = arena_new(64 * MIB);
	struct ctx c = tool_ctx(s->tool, s->store);
	struct row *tenant = row_new(a, &noun_tenant);
	struct id id, user;
	struct new_member owner = { .email = STR("bench@example.test"), .name = STR("Bench"), .password = STR("a long enough phrase 9472"), .role = ROLE_OWNER };
	struct rows *small = ARENA_NEW(a, struct rows);
	struct open_session o;
	c.arena = a;
	problem_init(&c.problem, a);
	row_set_text(tenant, TENANT_NAME, str_fmt(a, "Bench company %zu", i));
	must(auth_add_tenant(&c, &auth_nouns, tenant, seed_tenant, &id, &s->tenant), &c.problem, "company");
	must(auth_add_member(&c, &auth_nouns, s->tenant, STR("Bench"), &owner, &user), &c.problem, "member");
	struct str token = token_new(a, o.hash);
	o.session = (struct session){ .id = id_new(c.now.ms), .user = user, .member_tenant = s->tenant, .created_ms = c.now.ms,
		                      .expires_ms = c.now.ms + (int64_t)SESSION_S * 1000, .touched_ms = c.now.ms, .fresh_ms = c.now.ms, .idle_s = SESSION_S,
		                      .kind = STR("cookie"), .about = STR("{}") };
	struct run system = ctx_system_run(&c), own = ctx_tenant_run(&c, s->tenant);
	must(store_write(&system, put_session, &o), &c.problem, "session");
	small->seed = s;
	must(store_read(&own, read_small, small), &c.problem, "kinds");
	floor_exec(s->floor, "BEGIN");
	for (size_t k = 0; k < small->count; k++)
		floor_add(s, a, small->row[k]);
	in_batches(s, s->customers, add_customers);
	in_batches(s, s->jobs, add_jobs);
	floor_exec(s->floor, str_fmt(a, "INSERT INTO numbering VALUES (%lld, %zu)", (long long)s->tenant, s->jobs + 1).p);
	floor_exec(s->floor, "COMMIT");
	struct str words = str_fmt(a, "%s %s %s", id_str(a, s->customer_ids[0]).p, id_str(a, s->site_ids[0]).p, id_str(a, s->kind).p);
	char installation[9];
	must(keystore_installation(store_keys(s->store), installation), &c.problem, "installation");
	fprintf(tokens, "__Host-sid-%s=" STR_FMT " " STR_FMT "\n", installation, STR_ARG(token), STR_ARG(words));
	fprintf(floor_tokens, "%lld " STR_FMT "\n", (long long)s->tenant, STR_ARG(words));
}

static FILE *out(struct tool *t, const char *folder, const char *name)
{
	FILE *f = fopen(str_fmt(t->arena, "%s/%s", folder, name).p, "w");
	if (!f)
		exit(1);
	return f;
}

static void run(struct tool *t)
{
	const struct config *c = t->config;
	struct seed s = { .tool = t, .jobs = strtoul(c->words[1], NULL, 10), .customers = strtoul(c->words[2], NULL, 10) };
	size_t companies = strtoul(c->words[0], NULL, 10);
	FILE *tokens = out(t, c->words[3], "tokens"), *floor_tokens = out(t, c->words[3], "tokens.floor");
	s.customer_ids = ARENA_ARRAY(t->arena, struct id, s.customers + 1);
	s.site_ids = ARENA_ARRAY(t->arena, struct id, s.customers + 1);
	floor_open(&s, str_fmt(t->arena, "%s/floor.db", c->words[3]).p);
	must(tool_store(t, false, &s.store), t->problem, "store");
	for (size_t i = 0; i < companies; i++)
		add_company(&s, i, tokens, floor_tokens);
	store_close(s.store);
	sqlite3_close(s.floor);
	fclose(tokens);
	fclose(floor_tokens);
}

int main(int argc, char **argv)
{
	with_arena struct arena *a = arena_new(64 * MIB);
	struct problem problem;
	struct config config;
	problem_init(&problem, a);
	must(config_read(a, argc - 1, argv + 1, &config, &problem), &problem, "settings");
	if (config.word_count != 4) {
		fprintf(stderr, "usage: bench_seed --data DIR COMPANIES JOBS CUSTOMERS OUT\n");
		return 64;
	}
	struct tool t = { .arena = a, .problem = &problem, .config = &config, .catalogue = nouns_catalogue(a) };
	run(&t);
	return 0;
}
