/* history.c - the diary of a row and the log of the company, in the words of the dictionary. */
#include "api_private.h"

#include <string.h>

struct history {
	struct call *call;
	const struct noun *noun; /* NULL: the whole log */
	struct id id;
	struct audit_query query;
	struct audit_entry *entries;
	size_t count;
	int64_t next;
	struct str body;
	struct row *row;           /* whose diary it is */
};

/* Names of the people who acted, each looked up once. */
struct name {
	struct name *next;
	struct id id;
	struct str text;
};

static enum err actor_name(struct tx *tx, struct history *h, struct name **names, struct id id, struct str *ret)
{
	const struct auth_nouns *n = h->call->api->config.auth;
	struct row *row;
	for (struct name *k = *names; k; k = k->next) {
		if (!id_eq(k->id, id))
			continue;
		*ret = k->text;
		return OK;
	}
	struct name *k = ARENA_NEW(tx->arena, struct name);
	enum err e = store_find(tx, n->membership, n->member_user, VALUE_ID(id), &row);
	if (e != OK && e != E_NOT_FOUND)
		return e;
	*k = (struct name){ *names, id, e == OK ? row_text(row, n->member_name) : STR("") };
	*names = k;
	*ret = k->text;
	return OK;
}

static void write_json(struct json_out *o, struct arena *a, const json_t *v)
{
	jw_raw(o, v ? json_canonical(a, v) : STR("null"));
}

/* Of the highest class a diary tells that it changed, not what it was: seeing that is an act of its own. */
static void write_change(struct call *c, struct json_out *o, const char *name, const json_t *v, bool hidden)
{
	jw_open(o, '{');
	jw_member_str(o, "field", str_from(name));
	jw_key(o, "from");
	write_json(o, c->ctx.arena, hidden ? NULL : json_array_get(v, 0));
	jw_key(o, "to");
	write_json(o, c->ctx.arena, hidden ? NULL : json_array_get(v, 1));
	if (hidden)
		jw_member_bool(o, "hidden", true);
	jw_close(o, '}');
}

static void write_changes_of(struct call *c, struct json_out *o, struct audit_entry *e)
{
	bool personal = false;
	/* Of what he may not read at all he learns that something happened to it. */
	bool reads = e->noun && (e->noun->system || policy_noun(&c->ctx.actor, e->noun, "read") != GRANT_NONE);
	struct field_set see = reads ? policy_see(&c->ctx.actor, e->noun) : (struct field_set){ 0 };
	const char *name;
	json_t *v;
	jw_key(o, "changes");
	jw_open(o, '[');
	json_object_foreach(e->diff, name, v)
	{
		int i = e->noun ? field_find(e->noun->fields, e->noun->field_count, str_from(name)) : -1;
		if (!json_is_array(v) || (i >= 0 && !set_has(see, i)))
			continue;
		bool hidden = i >= 0 && e->noun->fields[i].privacy == PRIVACY_SPECIAL;
		personal |= i >= 0 && !hidden && field_sealed(&e->noun->fields[i]);
		write_change(c, o, name, v, hidden);
	}
	e->personal &= personal;
	jw_close(o, ']');
}

static enum err write_entry(struct tx *tx, struct history *h, struct json_out *o, struct audit_entry *e, struct name **names)
{
	struct str name = STR("");
	jw_open(o, '{');
	jw_member_int(o, "idx", e->idx);
	jw_member_instant(o, "at", (struct instant){ e->at_ms });
	jw_key(o, "actor");
	jw_open(o, '{');
	jw_member_str(o, "kind", e->actor_kind);
	if (!id_is_zero(e->actor)) {
		jw_member_id(o, "id", e->actor);
		TRY(actor_name(tx, h, names, e->actor, &name));
	}
	jw_member_str(o, "name", name);
	jw_close(o, '}');
	jw_member_str(o, "action", e->action);
	jw_member_str(o, "noun", str_from(e->noun ? e->noun->name : ""));
	jw_key(o, "object_id");
	if (id_is_zero(e->object))
		jw_null(o);
	else
		jw_id(o, e->object);
	json_t *count = json_object_get(e->diff, "count"), *purpose = json_object_get(e->diff, "purpose");
	if (json_is_integer(count))
		jw_member_int(o, "count", json_integer_value(count));
	if (json_is_string(purpose))
		jw_member_str(o, "purpose", json_text(purpose));
	write_changes_of(h->call, o, e);
	jw_close(o, '}');
	return OK;
}

static enum err history_body(struct tx *tx, void *arg)
{
	struct history *h = arg;
	struct name *names = NULL;
	struct buf b;
	struct json_out o;
	if (h->noun) {
		TRY(store_get(tx, h->noun, h->id, &h->row));
		TRY(policy_row(&h->call->ctx, tx, h->row, str_fmt(tx->arena, "%s.read", h->noun->name).p));
	}
	TRY(audit_list(tx, &h->query, &h->entries, &h->count, &h->next));
	buf_init(&b, tx->arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < h->count; i++)
		TRY(write_entry(tx, h, &o, &h->entries[i], &names));
	jw_close(&o, ']');
	jw_key(&o, "next_cursor");
	if (h->next)
		jw_str(&o, str_fmt(tx->arena, "%lld", (long long)h->next));
	else
		jw_null(&o);
	jw_close(&o, '}');
	h->body = buf_str(&b);
	return b.over ? E_TOO_LARGE : OK;
}

static enum err read_page(struct call *c, struct audit_query *q)
{
	struct str limit = call_param(c, "limit"), cursor = call_param(c, "cursor");
	int64_t n = LIST_LIMIT_DEFAULT;
	if ((limit.n && str_to_i64(limit, &n) != OK) || n < 1 || n > LIST_LIMIT_MAX)
		problem_fault(&c->ctx.problem, STR("/limit"), "range", "Between 1 and %d.", LIST_LIMIT_MAX);
	if (cursor.n && (str_to_i64(cursor, &q->before) != OK || q->before < 1))
		problem_fault(&c->ctx.problem, STR("/cursor"), "format", "This cursor is not of this list.");
	q->limit = (size_t)n;
	return problem_done(&c->ctx.problem);
}

/* Who reads the log reads what personal fields were, row by row. */
static enum err entries_seen(struct call *c, const struct history *h, const char *purpose)
{
	for (size_t i = 0; i < h->count; i++) {
		const struct audit_entry *e = &h->entries[i];
		if (e->personal && !e->noun->system)
			TRY(readlog_add(c->api->reads, &c->ctx, e->noun, purpose, &e->object, 1));
	}
	return OK;
}

enum err history_of(struct call *c, const struct noun *noun, struct id id)
{
	struct history h = { .call = c, .noun = noun, .id = id };
	struct run run = ctx_run(&c->ctx);
	if (noun->system)
		return E_NOT_FOUND;
	h.query.object = id;
	h.query.diary = noun->parent < 0; /* what hangs on a row is told where it hangs, and in its own history */
	h.query.family = !h.query.diary;
	h.query.changes = str_eqz(call_param(c, "changes"), "1");
	TRY(read_page(c, &h.query));
	TRY(store_read(&run, history_body, &h));
	call_json(c, 200, h.body);
	TRY(rows_seen(c, noun, "history", &h.row, 1)); /* it tells what personal fields were */
	return entries_seen(c, &h, "history");
}

enum err audit_events(struct call *c)
{
	struct history h = { .call = c };
	struct run run = ctx_run(&c->ctx);
	struct str noun = call_param(c, "filter[noun]"), actor = call_param(c, "filter[actor_id]"), object = call_param(c, "filter[object_id]");
	TRY(policy_demand(&c->ctx, "audit.read"));
	if (noun.n) {
		const struct noun *n = catalogue_by_name(store_catalogue(c->ctx.store), noun);
		if (!n)
			problem_fault(&c->ctx.problem, STR("/filter[noun]"), "choice", "There is no such kind of record.");
		else
			h.query.noun_tag = n->tag;
	}
	if (actor.n && id_parse(actor, &h.query.actor) != OK)
		problem_fault(&c->ctx.problem, STR("/filter[actor_id]"), "format", "An id is wanted.");
	if (object.n && id_parse(object, &h.query.object) != OK)
		problem_fault(&c->ctx.problem, STR("/filter[object_id]"), "format", "An id is wanted.");
	h.query.action = call_param(c, "filter[action]");
	h.query.changes = str_eqz(call_param(c, "changes"), "1");
	TRY(read_page(c, &h.query));
	TRY(store_read(&run, history_body, &h));
	call_json(c, 200, h.body);
	return entries_seen(c, &h, "audit");
}

static enum err checkpoint_body(struct tx *tx, void *arg)
{
	struct call *c = arg;
	return audit_checkpoint(tx, call_origin(c), &c->rs->body);
}

enum err audit_checkpoint_text(struct call *c)
{
	struct run run = ctx_run(&c->ctx);
	TRY(policy_demand(&c->ctx, "audit.read"));
	TRY(store_write(&run, checkpoint_body, c));
	c->rs->content_type = STR("text/plain; charset=utf-8");
	return OK;
}

enum err audit_verify_now(struct call *c)
{
	struct run run = ctx_run(&c->ctx);
	struct audit_state state;
	struct str why;
	int64_t bad;
	struct buf b;
	struct json_out o;
	TRY(policy_demand(&c->ctx, "audit.read"));
	TRY(audit_verify(&run, &state, &bad, &why));
	buf_init(&b, c->ctx.arena, 4000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_bool(&o, "ok", bad < 0);
	jw_member_int(&o, "size", (int64_t)state.size);
	jw_member_str(&o, "root", str_hex(c->ctx.arena, state.root.b, 32));
	jw_key(&o, "first_bad");
	if (bad < 0)
		jw_null(&o);
	else
		jw_int(&o, bad);
	jw_member_str(&o, "why", why);
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}
