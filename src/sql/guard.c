#include "guard.h"

#include "limits.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	GUARD_ROWS_MAX = 2 * ROWS_PER_WRITE_MAX, /* changed rows, and events, that one closure may have */
	GUARD_LENGTH_MAX = 64 * MIB,             /* bytes of one value */
};

/* A row of an audited table that changed, or an event of the audit table. */
struct change {
	struct id id;
	int64_t seq;    /* of the event; of the row as it is now; for a deleted row, as it was */
	bool deleted;
	uint16_t table; /* index, for the log */
};

struct guarded {
	const char *name;
	unsigned flags;
	bool is_audit;     /* it is the audit table itself */
	int id_at, seq_at; /* positions of (id, seq), or (object_id, seq) of the audit table; -1: no such column */
};

struct guard {
	sqlite3 *db;
	struct guarded *tables; /* sorted by name, whatever the case */
	size_t table_count;
	int64_t tenant;
	bool trusted; /* what is prepared now is our own */
	/* The statement that is being prepared: */
	unsigned base_reads, selects, writes;
	/* The closure that runs: */
	bool violated;
	const struct guarded *last_table; /* of the last row that was inserted or updated and has an id; or NULL */
	struct id last_id;
	size_t change_count, event_count;
	struct change *changes, *events; /* GUARD_ROWS_MAX each; NULL when the connection does not write */
	char why[160];
};

/* What an expression may call. Sorted. Only functions that both engines have, but for the operators' own. */
static const char *const functions[] = {
	"abs",         "avg",   "coalesce", "concat",     "concat_ws",    "count",   "current_tenant", "dense_rank",
	"first_value", "lag",   "lead",     "last_value", "length",       "like",    "lower",          "ltrim",
	"max",         "min",   "nth_value", "ntile",     "nullif",       "octet_length", "percent_rank", "raise",
	"rank",        "replace", "round",  "row_number", "rtrim",        "sign",    "string_agg",     "substr",
	"substring",   "sum",   "trim",     "upper",
};

const char *guard_why(const struct guard *g)
{
	return g->why;
}

static void note(struct guard *g, const char *what, const char *a, const char *b)
{
	snprintf(g->why, sizeof(g->why), "%s: %s%s%s", what, a ? a : "", b && *b ? "." : "", b ? b : "");
}

static int deny(struct guard *g, const char *what, const char *a, const char *b)
{
	note(g, what, a, b);
	return SQLITE_DENY;
}

static int compare_words(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_function(const char *name)
{
	return bsearch(&name, functions, ARRAY_LEN(functions), sizeof(functions[0]), compare_words) != NULL;
}

static int compare_tables(const void *a, const void *b)
{
	return strcasecmp(((const struct guarded *)a)->name, ((const struct guarded *)b)->name);
}

static const struct guarded *find_table(const struct guard *g, const char *name)
{
	struct guarded key = { .name = name };
	return bsearch(&key, g->tables, g->table_count, sizeof(key), compare_tables);
}

/* ---- the authorizer ---- */

static bool is_ours(const char *inside)
{
	return inside && strncmp(inside, "rls$", 4) == 0;
}

static bool is_system(const char *name)
{
	return strncasecmp(name, "sqlite_", 7) == 0 || strncasecmp(name, "pragma_", 7) == 0;
}

/* `inside` is the innermost view or trigger; a common table expression can pretend to be one, but not one of ours. */
static int judge_read(struct guard *g, const char *table, const char *column, const char *schema, const char *inside)
{
	if (is_ours(inside))
		return SQLITE_OK;
	if (is_system(table))
		return deny(g, "read of the schema", table, column);
	/* No schema: a table from which no column is used, or a name that the statement made itself. */
	if ((!schema || strcmp(schema, "main") == 0) && find_table(g, table)) {
		g->base_reads++;
		note(g, "read of a base table", table, column);
		return SQLITE_OK; /* guard_prepare() has the last word */
	}
	if (!schema || strcmp(schema, "temp") == 0)
		return SQLITE_OK;
	return deny(g, "read of an unlisted table", table, column);
}

static bool is_key(const char *column)
{
	return strcasecmp(column, "tenant_id") == 0 || strcasecmp(column, "id") == 0 || strcasecmp(column, "rowid") == 0;
}

static int judge_write(struct guard *g, int action, const char *table, const char *column, const char *schema)
{
	const struct guarded *t = strcmp(schema, "main") == 0 ? find_table(g, table) : NULL;
	if (!t)
		return deny(g, "write to an unlisted table", table, NULL);
	if (action != SQLITE_INSERT && (t->flags & SQL_APPEND_ONLY))
		return deny(g, "change of an append-only table", table, NULL);
	if (action == SQLITE_UPDATE && is_key(column))
		return deny(g, "change of a key", table, column);
	g->writes++;
	return SQLITE_OK;
}

static int judge(void *p, int action, const char *a, const char *b, const char *schema, const char *inside)
{
	struct guard *g = p;
	if (g->trusted)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_SELECT:
		g->selects += !is_ours(inside);
		return SQLITE_OK;
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		return judge_read(g, a, b, schema, inside);
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
		return judge_write(g, action, a, b, schema);
	case SQLITE_FUNCTION:
		return is_function(b) ? SQLITE_OK : deny(g, "function", b, NULL);
	default:
		return deny(g, "statement of another kind", a, b);
	}
}

/* ---- preparing ---- */

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c > 127;
}

static bool has_word(const char *text, const char *word)
{
	for (const char *p = text; (p = strcasestr(p, word)) != NULL; p++)
		if ((p == text || !is_letter(p[-1])) && !is_letter(p[strlen(word)]))
			return true;
	return false;
}

/* The authorizer is not asked about columns that a join compares by itself (NATURAL JOIN, JOIN … USING), and a FULL JOIN shows
 * them: so those two words, and names like our own, may not be in a text at all, not even quoted. */
static bool names_reserved(const char *text)
{
	return strcasestr(text, "rls$") || has_word(text, "natural") || has_word(text, "using");
}

/* A statement that writes reads its own table: its WHERE, RETURNING, ON CONFLICT, and the keys that its foreign keys refer to.
 * That is safe as long as no row of it can flow anywhere else, so there must not be a SELECT beside it. */
static bool reads_base(const struct guard *g)
{
	return g->base_reads > 0 && (g->writes == 0 || g->selects > 0);
}

static const char *faulty(const sqlite3_stmt *s, const char *tail)
{
	if (!s)
		return "no statement";
	if (tail[strspn(tail, " \t\r\n;")] != '\0')
		return "more than one statement";
	return NULL;
}

static enum err refuse(struct guard *g, const char *why)
{
	note(g, why, NULL, NULL);
	return E_DENIED;
}

enum err guard_prepare(struct guard *g, const char *text, sqlite3_stmt **ret)
{
	if (names_reserved(text))
		return refuse(g, "reserved word");
	sqlite3_stmt *s = NULL;
	const char *tail = "";
	g->base_reads = g->selects = g->writes = 0;
	g->why[0] = '\0';
	int rc = sqlite3_prepare_v3(g->db, text, -1, SQLITE_PREPARE_PERSISTENT, &s, &tail);
	if (rc != SQLITE_OK) {
		if (rc != SQLITE_AUTH)
			note(g, "cannot prepare", sqlite3_errmsg(g->db), NULL);
		return lite_err(rc);
	}
	const char *fault = faulty(s, tail);
	if (fault || reads_base(g)) {
		sqlite3_finalize(s);
		return fault ? refuse(g, fault) : E_DENIED; /* judge_read() has noted which table */
	}
	g->why[0] = '\0';
	*ret = s;
	return OK;
}

/* ---- hooks ---- */

static void violate(struct guard *g, const char *what, const char *table)
{
	if (!g->violated)
		note(g, what, table, NULL);
	g->violated = true;
}

static int64_t int_value(sqlite3_value *v)
{
	return v && sqlite3_value_type(v) == SQLITE_INTEGER ? sqlite3_value_int64(v) : NO_TENANT;
}

/* Column `at` of the row as it was or as it is; NULL for a column that is not there. */
static sqlite3_value *value_at(sqlite3 *db, bool was, int at)
{
	sqlite3_value *v = NULL;
	int rc = was ? sqlite3_preupdate_old(db, at, &v) : sqlite3_preupdate_new(db, at, &v);
	return rc == SQLITE_OK ? v : NULL;
}

static struct id id_value(struct guard *g, const struct guarded *t, int op)
{
	struct id id = { { 0 } };
	sqlite3_value *v = value_at(g->db, op == SQLITE_DELETE, t->id_at);
	if (v && sqlite3_value_bytes(v) == (int)sizeof(id))
		memcpy(id.b, sqlite3_value_blob(v), sizeof(id));
	return id;
}

static void remember(struct guard *g, const struct guarded *t, int op)
{
	struct change *list = t->is_audit ? g->events : g->changes;
	size_t *count = t->is_audit ? &g->event_count : &g->change_count;
	if (!list || *count == GUARD_ROWS_MAX) {
		violate(g, "too many rows", t->name);
		return;
	}
	list[(*count)++] = (struct change){
		.id = id_value(g, t, op),
		.seq = int_value(value_at(g->db, op == SQLITE_DELETE, t->seq_at)),
		.deleted = op == SQLITE_DELETE,
		.table = (uint16_t)(t - g->tables),
	};
}

bool guard_last_row(const struct guard *g, struct guard_row *ret)
{
	if (!g->last_table)
		return false;
	*ret = (struct guard_row){ g->last_table->name, g->tenant, g->last_id };
	return true;
}

static bool is_foreign(const struct guard *g, int op)
{
	if (g->tenant < 0)
		return true;
	if (op != SQLITE_INSERT && int_value(value_at(g->db, true, 0)) != g->tenant)
		return true;
	return op != SQLITE_DELETE && int_value(value_at(g->db, false, 0)) != g->tenant;
}

static void on_change(void *p, sqlite3 *db, int op, const char *schema, const char *table, sqlite3_int64 was, sqlite3_int64 is)
{
	struct guard *g = p;
	(void)db;
	(void)schema; /* the temporary schema has views only */
	(void)was;
	(void)is;
	const struct guarded *t = find_table(g, table);
	if (t && op != SQLITE_DELETE && t->id_at >= 0) {
		g->last_table = t;
		g->last_id = id_value(g, t, op);
	}
	if (!t)
		violate(g, "change of an unlisted table", table);
	else if (is_foreign(g, op))
		violate(g, "row of another tenant", table);
	else if (op != SQLITE_INSERT && (t->flags & SQL_APPEND_ONLY))
		violate(g, "change of an append-only row", table);
	else if (t->is_audit || (t->flags & SQL_AUDITED))
		remember(g, t, op);
}

static int on_commit(void *p)
{
	const struct guard *g = p;
	return g->violated || g->change_count > 0;
}

/* ---- settling ---- */

static int compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int c = id_cmp(x->id, y->id);
	return c ? c : (x->seq > y->seq) - (x->seq < y->seq);
}

/* The first event that is not before (id, seq); NULL if all are. */
static const struct change *first_event(const struct guard *g, const struct change *key)
{
	size_t from = 0, to = g->event_count;
	while (from < to) {
		size_t mid = (from + to) / 2;
		if (compare_changes(&g->events[mid], key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from < g->event_count ? &g->events[from] : NULL;
}

static bool has_event(const struct guard *g, const struct change *c)
{
	struct change key = *c;
	key.seq += c->deleted;
	const struct change *event = first_event(g, &key);
	return event && id_eq(event->id, c->id) && (c->deleted || event->seq == c->seq);
}

static void forget(struct guard *g)
{
	g->violated = false;
	g->last_table = NULL;
	g->change_count = g->event_count = 0;
}

void guard_begin(struct guard *g, int64_t tenant)
{
	forget(g);
	g->tenant = tenant;
	g->why[0] = '\0';
}

void guard_undo(struct guard *g)
{
	forget(g);
	g->tenant = NO_TENANT;
}

enum err guard_settle(struct guard *g)
{
	if (g->event_count > 1)
		qsort(g->events, g->event_count, sizeof(g->events[0]), compare_changes);
	for (size_t i = 0; i < g->change_count && !g->violated; i++)
		if (!has_event(g, &g->changes[i]))
			violate(g, "changed row without its event", g->tables[g->changes[i].table].name);
	if (g->violated)
		return E_DENIED;
	guard_undo(g);
	return OK;
}

/* ---- arming ---- */

static void current_tenant(sqlite3_context *context, int count, sqlite3_value **args)
{
	(void)count;
	(void)args;
	const struct guard *g = sqlite3_user_data(context);
	if (g->tenant < 0)
		sqlite3_result_null(context);
	else
		sqlite3_result_int64(context, g->tenant);
}

static void list_tables(struct arena *a, struct guard *g, const struct sql_config *config)
{
	g->table_count = config->table_count;
	g->tables = ARENA_ARRAY(a, struct guarded, config->table_count + 1);
	for (size_t i = 0; i < g->table_count; i++) {
		const struct sql_table *t = &config->tables[i];
		bool is_audit = config->audit_table && strcmp(t->name, config->audit_table) == 0;
		g->tables[i] = (struct guarded){
			.name = str_z(a, str_from(t->name)),
			.flags = config->audit_table ? t->flags : t->flags & ~(unsigned)SQL_AUDITED,
			.is_audit = is_audit,
			.id_at = -1,
			.seq_at = -1,
		};
	}
	qsort(g->tables, g->table_count, sizeof(g->tables[0]), compare_tables);
}

static int column_at(sqlite3_stmt *s, const char *table, const char *column)
{
	sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, column, -1, SQLITE_STATIC);
	int at = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : -1;
	sqlite3_reset(s);
	return at;
}

void guard_trust(struct guard *g, bool trusted)
{
	g->trusted = trusted;
}

/* An audited table that has no such column, cannot be written: value_at() finds nothing at -1. */
enum err guard_refresh(struct guard *g)
{
	static const char find[] = "SELECT cid FROM pragma_table_info(?1) WHERE name = ?2";
	sqlite3_stmt *s;
	guard_trust(g, true);
	int rc = sqlite3_prepare_v2(g->db, find, -1, &s, NULL);
	for (size_t i = 0; rc == SQLITE_OK && i < g->table_count; i++) {
		struct guarded *t = &g->tables[i];
		t->id_at = column_at(s, t->name, t->is_audit ? "object_id" : "id");
		t->seq_at = column_at(s, t->name, "seq");
	}
	sqlite3_finalize(s);
	guard_trust(g, false);
	return lite_err(rc);
}

/* Without its triggers a table takes rows of any tenant, and the hooks alone would stand between. */
static enum err check_protection(struct guard *g)
{
	static const char find[] = "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = 'rls$' || ?1 || '_i'";
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(g->db, find, -1, &s, NULL);
	bool found = true;
	for (size_t i = 0; rc == SQLITE_OK && found && i < g->table_count; i++) {
		sqlite3_bind_text(s, 1, g->tables[i].name, -1, SQLITE_STATIC);
		found = sqlite3_step(s) == SQLITE_ROW;
		sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return rc == SQLITE_OK && !found ? E_CONFIG : lite_err(rc);
}

static int add_views(const struct guard *g)
{
	int rc = SQLITE_OK;
	for (size_t i = 0; i < g->table_count && rc == SQLITE_OK; i++) {
		char *text = sqlite3_mprintf("CREATE TEMP VIEW \"rls$%w\" AS SELECT * FROM main.\"%w\" "
		                             "WHERE tenant_id = current_tenant();"
		                             "CREATE TEMP VIEW \"%w_v\" AS SELECT * FROM temp.\"rls$%w\";",
		                             g->tables[i].name, g->tables[i].name, g->tables[i].name, g->tables[i].name);
		rc = text ? sqlite3_exec(g->db, text, NULL, NULL, NULL) : SQLITE_NOMEM;
		sqlite3_free(text);
	}
	return rc;
}

static void narrow(sqlite3 *db)
{
	static const struct {
		int what, value;
	} switches[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	}, limits[] = {
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_SQL_LENGTH, 64 * 1024 },
		{ SQLITE_LIMIT_LENGTH, GUARD_LENGTH_MAX },
		{ SQLITE_LIMIT_EXPR_DEPTH, 200 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 200 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, STATEMENT_ARGS_MAX },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 8 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	for (size_t i = 0; i < ARRAY_LEN(switches); i++)
		sqlite3_db_config(db, switches[i].what, switches[i].value, NULL);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		sqlite3_limit(db, limits[i].what, limits[i].value);
}

enum err guard_arm(struct arena *a, sqlite3 *db, const struct sql_config *config, bool writes, struct guard **ret)
{
	struct guard *g = ARENA_NEW(a, struct guard);
	g->db = db;
	g->tenant = NO_TENANT;
	list_tables(a, g, config);
	if (writes) {
		g->changes = ARENA_ARRAY(a, struct change, GUARD_ROWS_MAX);
		g->events = ARENA_ARRAY(a, struct change, GUARD_ROWS_MAX);
	}
	int rc = sqlite3_create_function_v2(db, "current_tenant", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, g,
	                                    current_tenant, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = add_views(g);
	if (rc != SQLITE_OK)
		return lite_err(rc);
	TRY(check_protection(g));
	narrow(db);
	sqlite3_preupdate_hook(db, on_change, g);
	sqlite3_commit_hook(db, on_commit, g);
	sqlite3_set_authorizer(db, judge, g);
	TRY(guard_refresh(g));
	*ret = g;
	return OK;
}
