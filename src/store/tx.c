/* tx.c - opening the store, and running transactions. */
#include "audit.h"
#include "schema.h"
#include "store_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char text_schema_version[] = "SELECT max(version) FROM schema_version_v WHERE tenant_id = ?1";
static const char text_counter[] =
	"UPDATE counter SET seq = seq + 1 WHERE tenant_id = ?1 RETURNING seq, audit_size, frontier";

const char *who_kind_name(enum who_kind kind)
{
	static const char *const names[] = { "system", "user", "api", "import", "portal", "key", "support" };
	return names[(unsigned)kind < ARRAY_LEN(names) ? kind : 0];
}

const char *statement(struct store *store, struct str text)
{
	return statements_intern(store->statements, text);
}

const char *tx_composed(const struct tx *tx, const struct noun *noun, const char *what, uint64_t fields)
{
	for (const struct composed *c = tx->composed; c < tx->composed + COMPOSED_MAX; c++)
		if (c->what == what && c->noun == noun && c->fields == fields)
			return c->text;
	return NULL;
}

const char *tx_compose(struct tx *tx, const struct noun *noun, const char *what, uint64_t fields, struct str text)
{
	struct composed *c = &tx->composed[tx->composed_count++ % COMPOSED_MAX];
	*c = (struct composed){ noun, what, fields, statement(tx->store, text) };
	return c->text;
}

static enum err read_version(struct sql_tx *tx, void *arg)
{
	struct sql_result r;
	TRY(SQL_RUN(tx, text_schema_version, &r, SQL_VINT(0)));
	*(int64_t *)arg = r.rows ? sql_int(&r, 0, 0) : 0;
	return OK;
}

static enum err check_schema(struct store *store, struct problem *problem)
{
	with_arena struct arena *a = arena_new(MIB);
	int64_t have = 0, want = schema_newest();
	enum err e = sql_read(store->sql, 0, a, read_version, &have);
	if (e != OK)
		return problem_set(problem, e, "The database holds no schema of ours: run \"fieldward migrate\".");
	if (have > want)
		return problem_set(problem, E_CONFIG, "The database is newer (schema %lld) than this program (schema %lld).",
		                   (long long)have, (long long)want);
	if (have < want)
		return problem_set(problem, E_CONFIG, "The database is older (schema %lld) than this program (schema %lld): run \"fieldward migrate\".",
		                   (long long)have, (long long)want);
	return OK;
}

static enum err open_parts(const struct store_config *config, struct store *s, struct problem *problem)
{
	TRY(keystore_open(config->key_dir, problem, &s->keys));
	struct sql_config sql = {
		.url = config->url,
		.audit_table = "audit_event",
		.connections = config->connections,
		.read_only = config->read_only,
	};
	with_arena struct arena *a = arena_new(MIB);
	sql.tables = schema_tables(a, config->catalogue, &sql.table_count);
	TRY(keystore_page_key(s->keys, &sql.page_key));
	enum err e = sql_open(&sql, problem, &s->sql);
	key_wipe(&sql.page_key);
	TRY(e);
	return check_schema(s, problem);
}

enum err store_open(const struct store_config *config, struct problem *problem, struct store **ret)
{
	struct store *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->catalogue = config->catalogue;
	s->statements = statements_new();
	enum err e = open_parts(config, s, problem);
	if (e != OK) {
		store_close(s);
		return e;
	}
	*ret = s;
	return OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->sql)
		sql_close(s->sql);
	if (s->keys)
		keystore_close(s->keys);
	statements_free(s->statements);
	free(s);
}

const struct catalogue *store_catalogue(const struct store *store)
{
	return store->catalogue;
}

struct keystore *store_keys(const struct store *store)
{
	return store->keys;
}

struct sql *store_sql(const struct store *store)
{
	return store->sql;
}

struct body {
	const struct run *run;
	tx_body *body;
	void *arg;
	bool writes, raced;
};

static enum err run_body(struct sql_tx *sql, void *arg)
{
	struct body *b = arg;
	struct tx tx = {
		.store = b->run->store,
		.sql = sql,
		.arena = b->run->arena,
		.problem = b->run->problem,
		.who = b->run->who,
		.now = b->run->now,
		.tenant = b->run->tenant,
		.up = b->run->up,
		.writes = b->writes,
	};
	/* A repeated body starts with a clean problem. */
	problem_init(tx.problem, tx.arena);
	enum err e = b->body(&tx, b->arg);
	b->raced = tx.raced;
	if (e == OK && b->writes)
		e = audit_finish(&tx);
	if ((e == E_UNIQUE || e == E_REFERENCE) && !tx.problem->fault_count)
		problem_log(tx.problem, "constraint %s", sql_constraint(sql));
	crypt_rest();
	return e;
}

enum err store_read(const struct run *run, tx_body *body, void *arg)
{
	struct body b = { .run = run, .body = body, .arg = arg };
	return sql_read(run->store->sql, run->tenant, run->arena, run_body, &b);
}

enum err store_write(const struct run *run, tx_body *body, void *arg)
{
	struct body b = { .run = run, .body = body, .arg = arg, .writes = true };
	enum err e = OK;
	for (int round = 0; round < WRITE_RETRIES_MAX; round++) {
		b.raced = false;
		e = sql_write(run->store->sql, run->tenant, run->arena, run_body, &b);
		if (e != E_VERSION || !b.raced)
			return e;
	}
	return e;
}

void store_write_each(struct store *store, struct store_work *work, size_t count)
{
	struct body bodies[STORE_TOGETHER_MAX];
	struct sql_work each[STORE_TOGETHER_MAX];
	assert(count <= STORE_TOGETHER_MAX);
	for (size_t i = 0; i < count; i++) {
		bodies[i] = (struct body){ .run = &work[i].run, .body = work[i].body, .arg = work[i].arg, .writes = true };
		each[i] = (struct sql_work){ work[i].run.tenant, work[i].run.arena, run_body, &bodies[i], OK };
	}
	sql_write_each(store->sql, each, count);
	for (size_t i = 0; i < count; i++) {
		work[i].err = each[i].err;
		if (each[i].err == E_VERSION && bodies[i].raced)
			work[i].err = store_write(&work[i].run, work[i].body, work[i].arg);
	}
}

/* The counter row is the first that a writing transaction locks: transactions of one tenant follow one another, and the order of seq
 * is the order of commits. */
enum err tx_counter(struct tx *tx)
{
	struct sql_result r;
	if (tx->walking)
		return problem_set(tx->problem, E_INTERNAL, "Nothing is written during a walk.");
	if (tx->seq)
		return OK;
	TRY(SQL_RUN(tx->sql, text_counter, &r, SQL_VINT(tx->tenant)));
	if (r.rows != 1)
		return problem_set(tx->problem, E_STORAGE, "This company has no counter.");
	struct counter *c = ARENA_NEW(tx->arena, struct counter);
	TRY(frontier_unpack(sql_blob(&r, 0, 2), &c->frontier));
	if (c->frontier.size != (uint64_t)sql_int(&r, 0, 1))
		return E_CORRUPT;
	tx->counter = c;
	tx->seq = sql_int(&r, 0, 0);
	return OK;
}

enum err tx_lock(struct tx *tx)
{
	return tx_counter(tx);
}

enum err tx_tenant_key(struct tx *tx, enum key_use use, struct key *ret)
{
	return keystore_tenant_key(tx->store->keys, tx->tenant, use, ret);
}

/* The key store keeps what was used lately in memory, so asking it for every value is cheap. */
enum err tx_person_key(struct tx *tx, struct id key_id, struct key *ret)
{
	if (id_is_zero(key_id))
		return E_ERASED;
	return keystore_person_key(tx->store->keys, tx->tenant, key_id, ret);
}

enum { SEEN_SLOTS = 512 };

struct tx_known {
	struct tx_seen slot[SEEN_SLOTS];
};

/* The last bytes of an id are random. */
static size_t slot_of(const struct noun *noun, struct id id)
{
	return ((size_t)id.b[15] | (size_t)id.b[14] << 8 | (size_t)noun->tag << 4) % SEEN_SLOTS;
}

const struct tx_seen *tx_seen(const struct tx *tx, const struct noun *noun, struct id id)
{
	const struct tx_seen *s = tx->known ? &tx->known->slot[slot_of(noun, id)] : NULL;
	return s && s->noun == noun->tag && id_eq(s->id, id) ? s : NULL;
}

void tx_see(struct tx *tx, const struct row *row)
{
	struct id id = row_id(row, F_ID_FIELD);
	if (!tx->writes || row->noun->system || row->erased)
		return;
	if (!tx->known)
		tx->known = ARENA_NEW(tx->arena, struct tx_known);
	tx->known->slot[slot_of(row->noun, id)] = (struct tx_seen){ id, row_id(row, F_SUBJECT_FIELD), row->key_id, row->noun->tag, row->noun->record };
}

enum { KEY_SLOTS = 128 };

struct tx_keys {
	struct id subject[KEY_SLOTS], live[KEY_SLOTS];
};

struct id tx_live_key(const struct tx *tx, struct id subject)
{
	size_t at = subject.b[15] % KEY_SLOTS;
	return tx->keys && id_eq(tx->keys->subject[at], subject) ? tx->keys->live[at] : (struct id){ { 0 } };
}

void tx_keep_key(struct tx *tx, struct id subject, struct id live)
{
	size_t at = subject.b[15] % KEY_SLOTS;
	if (tx->writes)
		return;
	if (!tx->keys)
		tx->keys = ARENA_NEW(tx->arena, struct tx_keys);
	tx->keys->subject[at] = subject;
	tx->keys->live[at] = live;
}

void tx_forget(struct tx *tx)
{
	tx->known = NULL;
}

static const char *text_of_rows(struct tx *tx, const char *head, size_t cols, size_t rows)
{
	const char *text = tx_composed(tx, NULL, head, rows);
	if (text)
		return text;
	struct buf b;
	size_t arg = 1;
	buf_init(&b, tx->arena, 4000);
	buf_fmt(&b, "INSERT INTO %s VALUES ", head);
	for (size_t i = 0; i < rows; i++) {
		buf_addz(&b, i ? ", (" : "(");
		for (size_t c = 0; c < cols; c++)
			buf_fmt(&b, "%s?%zu", c ? ", " : "", arg++);
		buf_char(&b, ')');
	}
	return tx_compose(tx, NULL, head, rows, buf_str(&b));
}

/* Lengths are powers of two, so that there are few texts and few statements. */
enum err tx_insert_rows(struct tx *tx, const char *head, size_t cols, const struct sql_val *vals, size_t rows)
{
	size_t length = 1, done = 0;
	while (2 * length * cols <= STATEMENT_ARGS_MAX)
		length *= 2;
	for (; length > 0; length /= 2) {
		for (; rows - done >= length; done += length) {
			struct sql_result r;
			TRY(sql_run(tx->sql, text_of_rows(tx, head, cols, length), vals + done * cols, length * cols, &r));
		}
	}
	return OK;
}
