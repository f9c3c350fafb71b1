#include "schema.h"

#include <stdio.h>
#include <string.h>

/* The store's own tables. Audited ones are the nouns'; these are exempt from the rule that a changed row has its event: they are the
 * audit log itself, derived from rows (search terms, look-ups, ownership), or bookkeeping (counters, numbers, sessions' last use, when
 * a right was used last). */
static const struct own_table {
	struct sql_table table;
	const char *columns;
	const char *indexes;
} own_tables[] = {
	{ { "counter", 0 }, "seq $INT NOT NULL, audit_size $INT NOT NULL, frontier $BLOB NOT NULL, PRIMARY KEY (tenant_id)", NULL },
	{ { "schema_version", 0 }, "version $INT NOT NULL, name $TEXT NOT NULL, at $INT NOT NULL, PRIMARY KEY (tenant_id, version)", NULL },
	{ { "numbering", 0 }, "series $TEXT NOT NULL, prefix $TEXT NOT NULL, next $INT NOT NULL, PRIMARY KEY (tenant_id, series)", NULL },
	{ { "subject", 0 }, "id $ID NOT NULL, live_key $ID, record_key $ID, created_at $INT NOT NULL, PRIMARY KEY (tenant_id, id)",
	  "CREATE UNIQUE INDEX subject_live_key ON subject (tenant_id, live_key);\n"
	  "CREATE UNIQUE INDEX subject_record_key ON subject (tenant_id, record_key);\n" },
	{ { "search_term", 0 }, "noun $INT NOT NULL, term $INT NOT NULL, row_id $ID NOT NULL, PRIMARY KEY (tenant_id, noun, term, row_id)", NULL },
	{ { "lookup", 0 }, "domain $INT NOT NULL, hash $BLOB NOT NULL, noun $INT NOT NULL, row_id $ID NOT NULL, "
	  "PRIMARY KEY (tenant_id, domain, hash, noun, row_id)", NULL },
	{ { "row_owner", 0 }, "employee_id $ID NOT NULL, noun $INT NOT NULL, row_id $ID NOT NULL, source_id $ID NOT NULL, until_ms $INT NOT NULL, "
	  "PRIMARY KEY (tenant_id, source_id, employee_id, noun, row_id)",
	  "CREATE INDEX row_owner_by_employee ON row_owner (tenant_id, employee_id, noun, row_id);\n" },
	{ { "external_key", 0 }, "hash $BLOB NOT NULL, noun $INT NOT NULL, row_id $ID NOT NULL, digest $BLOB NOT NULL, batch_id $ID NOT NULL, seq $INT NOT NULL, "
	  "PRIMARY KEY (tenant_id, hash)",
	  "CREATE INDEX external_key_row ON external_key (tenant_id, row_id);\n"
	  "CREATE INDEX external_key_batch ON external_key (tenant_id, batch_id, row_id);\n" },
	{ { "idempotency", 0 }, "hash $BLOB NOT NULL, body_hash $BLOB NOT NULL, at $INT NOT NULL, status $INT NOT NULL, answer $BLOB, "
	  "PRIMARY KEY (tenant_id, hash)",
	  "CREATE INDEX idempotency_at ON idempotency (tenant_id, at);\n" },
	{ { "session", 0 }, "token_hash $BLOB NOT NULL, id $ID NOT NULL, user_id $ID NOT NULL, member_tenant $INT NOT NULL, "
	  "created_at $INT NOT NULL, expires_at $INT NOT NULL, ended_at $INT, kind $TEXT NOT NULL, touched_at $INT NOT NULL, idle_s $INT NOT NULL, "
	  "fresh_at $INT NOT NULL, limited $INT NOT NULL, device_id $ID, grant_id $ID, about $BLOB NOT NULL, vouched $INT NOT NULL, "
	  "PRIMARY KEY (tenant_id, token_hash)",
	  "CREATE UNIQUE INDEX session_by_id ON session (tenant_id, id);\n"
	  "CREATE INDEX session_by_user ON session (tenant_id, user_id, created_at);\n"
	  "CREATE INDEX session_by_end ON session (tenant_id, expires_at);\n" },
	{ { "refresh", 0 }, "hash $BLOB NOT NULL, session_id $ID NOT NULL, created_at $INT NOT NULL, used_at $INT, next_hash $BLOB, next $BLOB, "
	  "PRIMARY KEY (tenant_id, hash)",
	  "CREATE INDEX refresh_by_age ON refresh (tenant_id, created_at);\n" },
	{ { "factor", 0 }, "id $ID NOT NULL, user_id $ID NOT NULL, kind $TEXT NOT NULL, hash $BLOB NOT NULL, created_at $INT NOT NULL, used_at $INT, "
	  "counter $INT NOT NULL, ended_at $INT, sealed $BLOB NOT NULL, PRIMARY KEY (tenant_id, id)",
	  "CREATE UNIQUE INDEX factor_by_hash ON factor (tenant_id, hash);\n"
	  "CREATE INDEX factor_by_user ON factor (tenant_id, user_id, id);\n" },
	{ { "once", 0 }, "hash $BLOB NOT NULL, kind $TEXT NOT NULL, user_id $ID NOT NULL, created_at $INT NOT NULL, expires_at $INT NOT NULL, "
	  "used_at $INT, sealed $BLOB NOT NULL, PRIMARY KEY (tenant_id, hash)",
	  "CREATE INDEX once_by_user ON once (tenant_id, user_id, kind);\n"
	  "CREATE INDEX once_waiting ON once (tenant_id, kind, expires_at) WHERE used_at IS NULL;\n"
	  "CREATE INDEX once_by_end ON once (tenant_id, expires_at);\n" },
	{ { "tries", 0 }, "hash $BLOB NOT NULL, count $INT NOT NULL, total $INT NOT NULL, at $INT NOT NULL, until_at $INT NOT NULL, "
	  "PRIMARY KEY (tenant_id, hash)",
	  "CREATE INDEX tries_by_age ON tries (tenant_id, at);\n" },
	{ { "device", 0 }, "id $ID NOT NULL, user_id $ID NOT NULL, created_at $INT NOT NULL, seen_at $INT NOT NULL, ended_at $INT, sealed $BLOB NOT NULL, "
	  "PRIMARY KEY (tenant_id, user_id, id)", NULL },
	{ { "machine_secret", 0 }, "hash $BLOB NOT NULL, member_tenant $INT NOT NULL, key_id $ID NOT NULL, expires_at $INT NOT NULL, ended_at $INT, used_at $INT, "
	  "PRIMARY KEY (tenant_id, hash)",
	  "CREATE INDEX machine_secret_by_key ON machine_secret (tenant_id, key_id);\n" },
	{ { "staff_tenant", 0 }, "staff_id $ID NOT NULL, member_tenant $INT NOT NULL, since_at $INT NOT NULL, until_at $INT, "
	  "PRIMARY KEY (tenant_id, staff_id, member_tenant, since_at)",
	  "CREATE INDEX staff_tenant_by_tenant ON staff_tenant (tenant_id, member_tenant, staff_id);\n" },
	{ { "user_tenant", 0 }, "user_id $ID NOT NULL, member_tenant $INT NOT NULL, last_used_at $INT NOT NULL, "
	  "PRIMARY KEY (tenant_id, user_id, member_tenant)", NULL },
	{ { "audit_event", SQL_APPEND_ONLY }, "idx $INT NOT NULL, at $INT NOT NULL, seq $INT NOT NULL, noun $INT NOT NULL, object_id $ID, root_id $ID, "
	  "action $TEXT NOT NULL, actor_kind $TEXT NOT NULL, actor_id $ID, leaf $TEXT NOT NULL, PRIMARY KEY (tenant_id, idx)",
	  "CREATE INDEX audit_event_root ON audit_event (tenant_id, root_id, idx);\n"
	  "CREATE INDEX audit_event_object ON audit_event (tenant_id, object_id, seq, idx);\n" },
	{ { "audit_node", SQL_APPEND_ONLY }, "level $INT NOT NULL, idx $INT NOT NULL, hash $BLOB NOT NULL, PRIMARY KEY (tenant_id, level, idx)", NULL },
	{ { "audit_opening", 0 }, "idx $INT NOT NULL, subject_id $ID NOT NULL, sealed $BLOB NOT NULL, PRIMARY KEY (tenant_id, idx)",
	  "CREATE INDEX audit_opening_subject ON audit_opening (tenant_id, subject_id);\n" },
	{ { "audit_checkpoint", SQL_APPEND_ONLY }, "size $INT NOT NULL, at $INT NOT NULL, text $TEXT NOT NULL, PRIMARY KEY (tenant_id, size)", NULL },
	{ { "access_seen", SQL_APPEND_ONLY }, "noun $INT NOT NULL, object_id $ID NOT NULL, day $INT NOT NULL, actor_id $ID NOT NULL, "
	  "PRIMARY KEY (tenant_id, noun, object_id, day, actor_id)", NULL },
	{ { "right_used", 0 }, "membership_id $ID NOT NULL, right_name $TEXT NOT NULL, last_day $INT NOT NULL, PRIMARY KEY (tenant_id, membership_id, right_name)", NULL },
};

const struct sql_table *schema_tables(struct arena *a, const struct catalogue *c, size_t *ret_count)
{
	struct sql_table *t = ARENA_ARRAY(a, struct sql_table, ARRAY_LEN(own_tables) + NOUNS_MAX);
	size_t count = 0;
	for (size_t i = 0; i < ARRAY_LEN(own_tables); i++)
		t[count++] = own_tables[i].table;
	for (const struct noun *const *n = c->nouns; *n && count < ARRAY_LEN(own_tables) + NOUNS_MAX; n++)
		t[count++] = (struct sql_table){ (*n)->name, SQL_AUDITED | ((*n)->append_only ? (unsigned)SQL_APPEND_ONLY : 0) };
	*ret_count = count;
	return t;
}

static const char *column_type(const struct field *f)
{
	if (field_sealed(f) || f->type == F_BYTES)
		return "$BLOB";
	if (f->type == F_ID || f->type == F_REF)
		return "$ID";
	return field_is_text(f) ? "$TEXT" : "$INT";
}

static void add_checks(struct buf *b, const struct field *f)
{
	if (f->type == F_BOOL)
		buf_fmt(b, " CHECK (%s IN (0, 1))", f->name);
	if (f->type != F_ENUM)
		return;
	buf_fmt(b, " CHECK (%s IN (", f->name);
	for (const char *const *v = f->values; *v; v++)
		buf_fmt(b, "%s'%s'", v == f->values ? "" : ", ", *v);
	buf_addz(b, "))");
}

static bool always_there(size_t i, const struct field *f)
{
	return i == F_ID_FIELD || i == F_VERSION_FIELD || i == F_SEQ_FIELD || i == F_FV_FIELD || i == F_CREATED_AT_FIELD ||
	       i == F_UPDATED_AT_FIELD || f->flags & REQUIRED;
}

static void add_table(struct buf *b, const struct noun *n)
{
	buf_fmt(b, "CREATE TABLE %s (\n  tenant_id $INT NOT NULL", n->name);
	for (size_t i = 0; i < n->field_count; i++) {
		const struct field *f = &n->fields[i];
		buf_fmt(b, ",\n  %s %s%s", f->name, column_type(f), always_there(i, f) ? " NOT NULL" : "");
		add_checks(b, f);
	}
	buf_addz(b, ",\n  PRIMARY KEY (tenant_id, id)");
	for (size_t i = 0; i < n->field_count; i++) {
		const struct field *f = &n->fields[i];
		if (f->type == F_REF && f->ref->system == n->system)
			buf_fmt(b, ",\n  CONSTRAINT %s_%s_fk FOREIGN KEY (tenant_id, %s) REFERENCES %s (tenant_id, id)", n->name, f->name,
			        f->name, f->ref->name);
	}
	buf_addz(b, "\n) $KEYED;\n");
}

static bool has_order_on(const struct noun *n, int field)
{
	for (const struct order *o = n->orders; o->by != -2; o++)
		if (o->where == field)
			return true;
	return false;
}

/* An index holds only rows that have the field: most rows refer to little, and each index is a page less to write. */
static const char *where_filled(struct arena *a, const struct field *f, const char *joint)
{
	return f->flags & REQUIRED ? "" : str_fmt(a, "%s%s IS NOT NULL", joint, f->name).p;
}

static void add_indexes(struct buf *b, const struct noun *n)
{
	for (const struct order *o = n->orders; o->by != -2; o++) {
		const char *by = n->fields[o->by].name;
		if (o->where >= 0)
			buf_fmt(b, "CREATE INDEX %s_%s_%s ON %s (tenant_id, %s, %s, id) WHERE deleted_at IS NULL%s;\n", n->name,
			        n->fields[o->where].name, by, n->name, n->fields[o->where].name, by, where_filled(b->arena, &n->fields[o->where], " AND "));
		else
			buf_fmt(b, "CREATE INDEX %s_by_%s ON %s (tenant_id, %s, id) WHERE deleted_at IS NULL;\n", n->name, by, n->name, by);
	}
	for (size_t i = 0; i < n->field_count; i++) {
		const struct field *f = &n->fields[i];
		if (f->flags & UNIQUE)
			buf_fmt(b, "CREATE UNIQUE INDEX %s_%s_unique ON %s (tenant_id, %s) WHERE deleted_at IS NULL%s;\n", n->name, f->name,
			        n->name, f->name, where_filled(b->arena, f, " AND "));
		else if (f->type == F_REF && f->ref->system == n->system && !has_order_on(n, (int)i))
			buf_fmt(b, "CREATE INDEX %s_%s_ref ON %s (tenant_id, %s)%s;\n", n->name, f->name, n->name, f->name, where_filled(b->arena, f, " WHERE "));
	}
}

struct str schema_text(struct arena *a, const struct catalogue *c)
{
	struct buf b;
	buf_init(&b, a, MIB);
	for (size_t i = 0; i < ARRAY_LEN(own_tables); i++) {
		const struct own_table *t = &own_tables[i];
		buf_fmt(&b, "CREATE TABLE %s (\n  tenant_id $INT NOT NULL,\n  %s\n) $KEYED;\n%s\n", t->table.name, t->columns,
		        t->indexes ? t->indexes : "");
	}
	for (const struct noun *const *n = c->nouns; *n; n++) {
		add_table(&b, *n);
		add_indexes(&b, *n);
		buf_char(&b, '\n');
	}
	return buf_str(&b);
}

int64_t schema_newest(void)
{
	return migration_count ? migrations[migration_count - 1].version : 0;
}

static int64_t version_now(struct sql_admin *admin, struct arena *a)
{
	struct sql_result r;
	/* On a new database the table is not there yet. */
	if (sql_admin_query(admin, a, "SELECT max(version) FROM schema_version", NULL, 0, &r) != OK || r.rows == 0)
		return 0;
	return sql_int(&r, 0, 0);
}

static enum err apply(struct sql_admin *admin, const struct migration *m, struct problem *problem)
{
	with_arena struct arena *a = arena_new(4 * MIB);
	struct str script = str_fmt(a, "%s\nINSERT INTO schema_version (tenant_id, version, name, at) VALUES (0, %lld, '%s', %lld);\n",
	                            m->text, (long long)m->version, m->name, (long long)now().ms);
	return sql_admin_script(admin, script.p, problem);
}

enum err schema_migrate(struct sql_admin *admin, const struct catalogue *c, bool dry, void (*say)(const char *line),
                        struct problem *problem)
{
	with_arena struct arena *a = arena_new(4 * MIB);
	int64_t have = version_now(admin, a);
	size_t count;
	if (have > schema_newest())
		return problem_set(problem, E_CONFIG, "The database is newer (schema %lld) than this program (schema %lld).",
		                   (long long)have, (long long)schema_newest());
	for (size_t i = 0; i < migration_count; i++) {
		const struct migration *m = &migrations[i];
		if (m->version <= have)
			continue;
		say(str_fmt(a, "%s %04lld %s", dry ? "would apply" : "applying", (long long)m->version, m->name).p);
		if (!dry)
			TRY(apply(admin, m, problem));
	}
	if (dry)
		return OK;
	const struct sql_table *tables = schema_tables(a, c, &count);
	return sql_admin_protect(admin, tables, count, "audit_event", problem);
}
