/* history.c - the diary of a row and the log of the company, in the words of the dictionary. */
#include "api_private.h"

#include "csv.h"

#include <string.h>

/* What the kinds of events are called in an export; others are told by their own word. */
static const struct {
	const char *action, *words;
} kinds[] = {
	{ "create", "made" }, { "update", "changed" }, { "delete", "deleted" }, { "read", "saw personal information" }, { "reveal", "saw information of the highest class" },
	{ "export", "took a list away" }, { "sign_in", "signed in" }, { "sign_out", "signed out" }, { "sign_in_refused", "was refused at sign-in" },
	{ "support_enter", "came in for support" }, { "support_leave", "left, as support" }, { "support_assign", "was given to somebody of support to look after" },
	{ "support_refused", "was refused, as support" },
	{ "support_unassign", "is looked after by somebody of support no more" },
};

static struct str words_of(struct arena *a, struct str action)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eqz(action, kinds[i].action))
			return str_from(kinds[i].words);
	char *p = str_z(a, action);
	for (char *q = p; *q; q++)
		*q = *q == '_' ? ' ' : *q;
	return str_from(p);
}

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

/* Staff of the platform are known here by what let them in. */
static enum err staff_name(struct tx *tx, const struct auth_nouns *n, struct id id, struct str *ret)
{
	struct row *row;
	enum err e = n->grant ? store_find(tx, n->grant, n->grant_staff, VALUE_ID(id), &row) : E_NOT_FOUND;
	if (e == OK)
		*ret = str_fmt(tx->arena, STR_FMT " (support)", STR_ARG(row_text(row, n->grant_name)));
	return e == E_NOT_FOUND ? OK : e;
}

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
	if (e == E_NOT_FOUND)
		TRY(staff_name(tx, n, id, &k->text));
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
	jw_member_str(o, "words", words_of(tx->arena, e->action));
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

static void read_time(struct call *c, const char *name, int64_t *ret)
{
	static const struct field time_field = { .name = "time", .doc = "", .type = F_TIME, .max = INT64_MAX };
	struct str text = call_param(c, name);
	struct value v;
	if (!text.n)
		return;
	const char *why = value_parse(c->ctx.arena, &time_field, text, &v);
	if (why)
		problem_fault(&c->ctx.problem, str_fmt(c->ctx.arena, "/%s", name), "format", "%s", why);
	else
		*ret = v.i;
}

/* What is asked of the log. Who may not read it reads his own sign-ins, where his role has that. */
static enum err read_filters(struct call *c, struct audit_query *q)
{
	struct str noun = call_param(c, "filter[noun]"), actor = call_param(c, "filter[actor_id]"), object = call_param(c, "filter[object_id]");
	bool all = policy_grant(&c->ctx.actor, "audit.read") != GRANT_NONE;
	if (!all && policy_grant(&c->ctx.actor, "audit.own") != GRANT_NONE)
		TRY(policy_demand(&c->ctx, "audit.own"));
	else
		TRY(policy_demand(&c->ctx, "audit.read"));
	if (noun.n) {
		const struct noun *n = catalogue_by_name(store_catalogue(c->ctx.store), noun);
		if (!n)
			problem_fault(&c->ctx.problem, STR("/filter[noun]"), "choice", "There is no such kind of record.");
		else
			q->noun_tag = n->tag;
	}
	if (actor.n && id_parse(actor, &q->actor) != OK)
		problem_fault(&c->ctx.problem, STR("/filter[actor_id]"), "format", "An id is wanted.");
	if (object.n && id_parse(object, &q->object) != OK)
		problem_fault(&c->ctx.problem, STR("/filter[object_id]"), "format", "An id is wanted.");
	read_time(c, "from", &q->from_ms);
	read_time(c, "until", &q->until_ms);
	q->action = call_param(c, "filter[action]");
	q->changes = str_eqz(call_param(c, "changes"), "1");
	q->sign_ins = str_eqz(call_param(c, "sign_ins"), "1") || !all;
	if (!all)
		q->actor = c->ctx.actor.user;
	return read_page(c, q);
}

enum err audit_events(struct call *c)
{
	struct history h = { .call = c };
	struct run run = ctx_run(&c->ctx);
	TRY(read_filters(c, &h.query));
	TRY(store_read(&run, history_body, &h));
	call_json(c, 200, h.body);
	return entries_seen(c, &h, "audit");
}

/* ---- the log as a file ---- */

struct log_export {
	struct call call; /* a copy: the request is over when the last page is written */
	struct history h;
	struct name *names;
	struct buf *out;
	bool begun, done;
};

static void csv_text(struct buf *b, struct str s, bool last)
{
	csv_cell(b, s, true);
	buf_addz(b, last ? "\r\n" : ",");
}

/* The members of one entry as JSON are what the file says too: what is hidden there is hidden here. */
static enum err csv_entry(struct tx *tx, struct log_export *x, struct audit_entry *e)
{
	struct str name = STR("");
	struct buf b;
	struct json_out o;
	json_t *entry;
	buf_init(&b, tx->arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	write_changes_of(&x->call, &o, e);
	jw_close(&o, '}');
	TRY(json_read(tx->arena, buf_str(&b), tx->problem, &entry));
	if (!id_is_zero(e->actor))
		TRY(actor_name(tx, &x->h, &x->names, e->actor, &name));
	json_t *changes = json_object_get(entry, "changes");
	csv_text(x->out, str_fmt(tx->arena, "%lld", (long long)e->idx), false);
	csv_text(x->out, instant_str(tx->arena, (struct instant){ e->at_ms }), false);
	csv_text(x->out, e->actor_kind, false);
	csv_text(x->out, id_is_zero(e->actor) ? STR("") : id_str(tx->arena, e->actor), false);
	csv_text(x->out, name, false);
	csv_text(x->out, e->action, false);
	csv_text(x->out, words_of(tx->arena, e->action), false);
	csv_text(x->out, str_from(e->noun ? e->noun->name : ""), false);
	csv_text(x->out, id_is_zero(e->object) ? STR("") : id_str(tx->arena, e->object), false);
	csv_text(x->out, json_array_size(changes) ? json_canonical(tx->arena, changes) : STR(""), true);
	return OK;
}

static enum err log_page(struct tx *tx, void *arg)
{
	struct log_export *x = arg;
	x->names = NULL;
	x->out->n = 0;
	if (!x->begun)
		buf_addz(x->out, "idx,at,actor_kind,actor_id,actor,action,words,noun,object_id,changes\r\n");
	TRY(audit_list(tx, &x->h.query, &x->h.entries, &x->h.count, &x->h.next));
	for (size_t i = 0; i < x->h.count; i++)
		TRY(csv_entry(tx, x, &x->h.entries[i]));
	return x->out->over ? E_TOO_LARGE : OK;
}

static enum err log_more(void *arg, struct arena *a, struct str *ret)
{
	struct log_export *x = arg;
	struct problem problem;
	struct buf b;
	*ret = STR("");
	if (x->done)
		return OK;
	problem_init(&problem, a);
	buf_init(&b, a, RESPONSE_MAX);
	struct run run = ctx_run(&x->call.ctx);
	run.arena = a;
	run.problem = &problem;
	run.up = NULL;
	x->out = &b;
	x->h.call = &x->call;
	TRY(store_read(&run, log_page, x));
	x->begun = true;
	x->done = x->h.next == 0;
	x->h.query.before = x->h.next;
	TRY(entries_seen(&x->call, &x->h, "export"));
	*ret = buf_str(&b);
	return OK;
}

static enum err note_log_export(struct tx *tx, void *arg)
{
	(void)arg;
	return audit_event(tx, "export", NULL, (struct id){ { 0 } }, STR("{\"format\":\"csv\",\"purpose\":\"audit\"}"));
}

enum err audit_events_csv(struct call *c)
{
	struct log_export *x = ARENA_NEW(c->ctx.arena, struct log_export);
	struct run run = ctx_run(&c->ctx);
	TRY(policy_demand(&c->ctx, "audit.read"));
	TRY(policy_demand(&c->ctx, "export.run"));
	TRY(read_filters(c, &x->h.query));
	x->h.query.limit = LIST_LIMIT_MAX;
	TRY(store_write(&run, note_log_export, NULL));
	TRY(off_hours(c, "Took the log away as a file while the company was closed."));
	x->call = *c;
	c->rs->content_type = STR("text/csv; charset=utf-8");
	c->rs->more = log_more;
	c->rs->more_arg = x;
	response_header(c->rs, "Content-Disposition", STR("attachment; filename=\"audit_events.csv\""));
	return OK;
}

/* ---- who has seen a row ---- */

struct lookers {
	struct history h; /* for its names */
	struct audit_look after;
	size_t limit;
	struct str body;
};

static enum err write_look(struct tx *tx, struct lookers *l, struct json_out *o, const struct audit_look *look, struct name **names)
{
	struct str name = STR("");
	TRY(actor_name(tx, &l->h, names, look->actor, &name));
	jw_open(o, '{');
	jw_key(o, "day");
	jw_str(o, day_str(tx->arena, (struct day){ (int32_t)look->day }));
	jw_key(o, "actor");
	jw_open(o, '{');
	jw_member_id(o, "id", look->actor);
	jw_member_str(o, "name", name);
	jw_close(o, '}');
	jw_close(o, '}');
	return OK;
}

static enum err lookers_body(struct tx *tx, void *arg)
{
	struct lookers *l = arg;
	struct audit_look *looks;
	struct name *names = NULL;
	struct row *row;
	struct buf b;
	struct json_out o;
	size_t count;
	TRY(store_get(tx, l->h.noun, l->h.id, &row));
	TRY(policy_row(&l->h.call->ctx, tx, row, str_fmt(tx->arena, "%s.read", l->h.noun->name).p));
	TRY(audit_seen_by(tx, l->h.noun, l->h.id, &l->after, l->limit + 1, &looks, &count));
	buf_init(&b, tx->arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < count && i < l->limit; i++)
		TRY(write_look(tx, l, &o, &looks[i], &names));
	jw_close(&o, ']');
	jw_key(&o, "next_cursor");
	if (count > l->limit)
		jw_str(&o, str_fmt(tx->arena, "%lld_%s", (long long)looks[l->limit - 1].day, id_str(tx->arena, looks[l->limit - 1].actor).p));
	else
		jw_null(&o);
	jw_close(&o, '}');
	l->body = buf_str(&b);
	return OK;
}

enum err seen_of(struct call *c, const struct noun *noun, struct id id)
{
	struct lookers l = { .h = { .call = c, .noun = noun, .id = id } };
	struct run run = ctx_run(&c->ctx);
	struct str rest, cursor = call_param(c, "cursor"), limit = call_param(c, "limit"), day = str_cut(cursor, '_', &rest);
	int64_t n = LIST_LIMIT_DEFAULT;
	if (noun->system)
		return E_NOT_FOUND;
	TRY(policy_demand(&c->ctx, "audit.read"));
	if ((limit.n && str_to_i64(limit, &n) != OK) || n < 1 || n > LIST_LIMIT_MAX)
		problem_fault(&c->ctx.problem, STR("/limit"), "range", "Between 1 and %d.", LIST_LIMIT_MAX);
	if (cursor.n && (str_to_i64(day, &l.after.day) != OK || l.after.day < 1 || !rest.p || id_parse(rest, &l.after.actor) != OK))
		problem_fault(&c->ctx.problem, STR("/cursor"), "format", "This cursor is not of this list.");
	TRY(problem_done(&c->ctx.problem));
	l.limit = (size_t)n;
	TRY(store_read(&run, lookers_body, &l));
	call_json(c, 200, l.body);
	return OK;
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
