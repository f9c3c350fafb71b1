/* rows.c - reading and writing the rows of any noun over HTTP. */
#include "api_private.h"

#include "csv.h"

#include <string.h>

/* ---- what an owner should look at ---- */

enum err off_hours(struct call *c, const char *words)
{
	const struct alarm alarm = { "off_hours", c->ctx.actor.user, str_from(words) };
	TRY(company_if(c, true));
	return alarm_now(&c->ctx, c->api->config.auth->alarms, &alarm, true);
}

/* Whoever reads about unusually many people. */
static enum err watch_reads(struct call *c, const struct noun *noun, const struct id *ids, size_t count)
{
	size_t most = c->ctx.actor.role == ROLE_TECHNICIAN ? MASS_READ_FIELD : MASS_READ_OFFICE;
	size_t seen = noun->subject == SUBJECT_SELF && c->ctx.actor.signed_in ? watch_people(c->api->watch, &c->ctx, ids, count, most) : 0;
	if (!seen)
		return OK;
	const struct alarm alarm = { "mass_read", c->ctx.actor.user, str_fmt(c->ctx.arena, "Read about %zu people within an hour.", seen) };
	return alarm_now(&c->ctx, c->api->config.auth->alarms, &alarm, false);
}

/* ---- shown rows ---- */

static bool shows_personal(const struct noun *noun, struct field_set shown)
{
	for (size_t i = 0; i < noun->field_count; i++)
		if (set_has(shown, (int)i) && field_sealed(&noun->fields[i]))
			return true;
	return false;
}

enum err rows_seen(struct call *c, const struct noun *noun, const char *purpose, struct row *const *rows, size_t count)
{
	if (!noun_sealed(noun) || noun->system)
		return OK;
	struct id *ids = ARENA_ARRAY(c->ctx.arena, struct id, count + 1);
	for (size_t i = 0; i < count; i++)
		ids[i] = row_id(rows[i], F_ID_FIELD);
	TRY(watch_reads(c, noun, ids, count));
	return readlog_add(c->api->reads, &c->ctx, noun, purpose, ids, count);
}

enum err call_seen(struct call *c, const struct noun *noun, const char *purpose, const struct id *ids, size_t count)
{
	return count && noun_sealed(noun) ? readlog_add(c->api->reads, &c->ctx, noun, purpose, ids, count) : OK;
}

enum err call_company(struct call *c)
{
	return company_if(c, true);
}

static bool is_special(const struct row *row, struct field_set shown)
{
	for (size_t i = 0; i < row->noun->field_count; i++)
		if (set_has(shown, (int)i) && row->noun->fields[i].privacy == PRIVACY_SPECIAL && row->v[i].kind != V_NULL)
			return true;
	return false;
}

struct reveal {
	const struct noun *noun;
	const struct id *rows;
	size_t count;
};

static enum err note_reveal(struct tx *tx, void *arg)
{
	const struct reveal *r = arg;
	for (size_t i = 0; i < r->count; i++)
		TRY(audit_event(tx, "reveal", r->noun, r->rows[i], STR("")));
	return OK;
}

/* Showing a field of the highest class is an event of its own, written before the answer leaves; `call` NULL: of a file, which has its own. */
static enum err reveal(struct call *call, const struct run *run, const struct noun *noun, struct field_set shown, struct row *const *rows, size_t count)
{
	struct id *ids = ARENA_ARRAY(run->arena, struct id, count + 1);
	struct reveal r = { .noun = noun, .rows = ids };
	if (noun->system)
		return OK;
	for (size_t i = 0; i < count; i++)
		if (is_special(rows[i], shown))
			ids[r.count++] = row_id(rows[i], F_ID_FIELD);
	if (!r.count)
		return OK;
	TRY(store_write(run, note_reveal, &r));
	return call ? off_hours(call, "Saw information of the highest class while the company was closed.") : OK;
}

/* What is shown of a row that nobody asked to read, such as the answer to a change: without the highest class, but for what the actor
 * gave himself. */
static struct field_set see_unasked(const struct call *c, const struct noun *noun, struct field_set given)
{
	struct field_set set = policy_see(&c->ctx.actor, noun);
	for (size_t i = 0; i < noun->field_count; i++)
		if (noun->fields[i].privacy == PRIVACY_SPECIAL && !set_has(given, (int)i))
			set.bits &= ~((uint64_t)1 << i);
	return set;
}

static struct str json_of(struct call *c, const struct row *row, struct field_set shown)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	row_write(&o, row, shown);
	if (row->erased)
		jw_member_bool(&o, "erased", true);
	jw_close(&o, '}');
	return buf_str(&b);
}

static void answer(struct call *c, int status, const struct row *row, struct field_set shown)
{
	call_json(c, status, json_of(c, row, shown));
	c->rs->header_count = 0; /* the body of a transaction may run twice */
	response_header(c->rs, "ETag", str_fmt(c->ctx.arena, "\"%lld\"", (long long)row_int(row, F_VERSION_FIELD)));
	if (status == 201)
		response_header(c->rs, "Location",
		                str_fmt(c->ctx.arena, "/v1/%s/%s", row->noun->plural, id_str(c->ctx.arena, row_id(row, F_ID_FIELD)).p));
}

void rows_answer(struct call *c, int status, const struct row *row, struct field_set given)
{
	answer(c, status, row, see_unasked(c, row->noun, given));
}

/* ---- lists ---- */

/* What the asker may see behind one reference. */
struct expanded {
	struct str key; /* the field's name without "_id" */
	struct field_set label;
	const char *right;
	bool readable;
	/* The rows of the page, each once; NULL: gone, or not for him. */
	struct id ids[LIST_LIMIT_MAX];
	struct row *rows[LIST_LIMIT_MAX];
	size_t count;
};

struct list_job {
	struct call *call;
	const struct noun *noun;
	struct listing_request r;
	struct page page;
	struct expanded *expanded; /* r.expand_count of them */
};

static size_t place_of(const struct expanded *x, struct id id)
{
	size_t i = 0;
	while (i < x->count && !id_eq(x->ids[i], id))
		i++;
	return i;
}

/* Fetches what the rows of the page refer to by one field. */
static enum err fetch_expanded(struct tx *tx, struct list_job *l, int field, struct expanded *x)
{
	const struct noun *ref = l->noun->fields[field].ref;
	struct field_set only = { 0 };
	for (size_t i = 0; i < l->page.count && x->readable; i++) {
		struct id id = row_id(l->page.rows[i], field);
		if (!id_is_zero(id) && place_of(x, id) == x->count)
			x->ids[x->count++] = id;
	}
	set_add(&only, ref->label);
	if (ref->own >= 0)
		set_add(&only, ref->own);
	TRY(store_get_each(tx, ref, x->ids, x->count, only, x->rows));
	for (size_t i = 0; i < x->count; i++) {
		enum err e = x->rows[i] ? policy_row(&l->call->ctx, tx, x->rows[i], x->right) : OK;
		if (e == E_NOT_FOUND)
			x->rows[i] = NULL;
		else
			TRY(e);
	}
	return OK;
}

static void expand_begin(struct call *c, const struct field *f, struct expanded *ret)
{
	size_t n = strlen(f->name);
	ret->key = (struct str){ f->name, n > 3 ? n - 3 : n };
	ret->right = str_fmt(c->ctx.arena, "%s.read", f->ref->name).p;
	ret->readable = policy_noun(&c->ctx.actor, f->ref, "read") != GRANT_NONE;
	ret->count = 0;
	set_add(&ret->label, F_ID_FIELD);
	set_add(&ret->label, f->ref->label);
	ret->label.bits &= policy_see(&c->ctx.actor, f->ref).bits;
}

static void write_shown(struct json_out *o, const struct noun *ref, const struct expanded *x, const struct row *row)
{
	jw_key_str(o, x->key);
	if (!row) {
		jw_null(o);
		return;
	}
	jw_open(o, '{');
	row_write(o, row, x->label);
	/* Whatever the label is called there, here it is the name. */
	if (set_has(x->label, ref->label) && strcmp(ref->fields[ref->label].name, "name") != 0) {
		jw_key(o, "name");
		value_write(o, &ref->fields[ref->label], row->v[ref->label]);
	}
	jw_close(o, '}');
}

static void write_item(const struct list_job *l, struct json_out *o, const struct row *row)
{
	jw_open(o, '{');
	row_write(o, row, l->r.fields);
	for (size_t k = 0; k < l->r.expand_count; k++) {
		const struct expanded *x = &l->expanded[k];
		size_t at = place_of(x, row_id(row, l->r.expand[k]));
		write_shown(o, l->noun->fields[l->r.expand[k]].ref, x, at < x->count ? x->rows[at] : NULL);
	}
	if (row->erased)
		jw_member_bool(o, "erased", true);
	jw_close(o, '}');
}

static enum err list_body(struct tx *tx, void *arg)
{
	struct list_job *l = arg;
	struct buf b;
	struct json_out o;
	l->expanded = ARENA_ARRAY(tx->arena, struct expanded, l->r.expand_count + 1);
	TRY(store_list(tx, &l->r.query, &l->page));
	for (size_t k = 0; k < l->r.expand_count; k++) {
		expand_begin(l->call, &l->noun->fields[l->r.expand[k]], &l->expanded[k]);
		TRY(fetch_expanded(tx, l, l->r.expand[k], &l->expanded[k]));
	}
	buf_init(&b, tx->arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < l->page.count; i++)
		write_item(l, &o, l->page.rows[i]);
	jw_close(&o, ']');
	jw_key(&o, "next_cursor");
	if (l->page.next_cursor.n)
		jw_str(&o, l->page.next_cursor);
	else
		jw_null(&o);
	if (l->page.total >= 0)
		jw_member_int(&o, "total", l->page.total);
	if (l->page.total_capped)
		jw_member_bool(&o, "total_capped", true);
	jw_close(&o, '}');
	if (b.over)
		return problem_set(tx->problem, E_TOO_LARGE, "This page is larger than %u bytes; ask for fewer rows.", RESPONSE_MAX);
	call_json(l->call, 200, buf_str(&b));
	return OK;
}

/* The rows that references were shown as. */
static enum err see_shown(struct call *c, struct list_job *l)
{
	for (size_t k = 0; k < l->r.expand_count; k++) {
		struct expanded *x = &l->expanded[k];
		size_t n = 0;
		for (size_t i = 0; i < x->count; i++)
			if (x->rows[i])
				x->rows[n++] = x->rows[i];
		TRY(rows_seen(c, l->noun->fields[l->r.expand[k]].ref, "list", x->rows, n));
	}
	return OK;
}

static enum err run_list(struct call *c, struct list_job *l)
{
	struct run run = ctx_run(&c->ctx);
	if (l->noun->system)
		return E_METHOD;
	TRY(store_read(&run, list_body, l));
	TRY(reveal(c, &run, l->noun, l->r.fields, l->page.rows, l->page.count));
	if (shows_personal(l->noun, l->r.fields))
		TRY(rows_seen(c, l->noun, "list", l->page.rows, l->page.count));
	return see_shown(c, l);
}

enum err rows_list(struct call *c, const struct noun *noun)
{
	struct list_job *l = ARENA_NEW(c->ctx.arena, struct list_job);
	l->call = c;
	l->noun = noun;
	TRY(listing_from_params(c, noun, &l->r));
	return run_list(c, l);
}

enum err rows_search(struct call *c, const struct noun *noun)
{
	struct list_job *l = ARENA_NEW(c->ctx.arena, struct list_job);
	l->call = c;
	l->noun = noun;
	TRY(listing_from_body(c, noun, &l->r));
	return run_list(c, l);
}

/* ---- one row ---- */

struct one {
	struct call *call;
	const struct noun *noun;
	struct id id;
	int64_t if_match;
	const struct value *given;
	struct field_set present;
	struct row *row;
};

static const char *right_of(struct call *c, const struct noun *noun, const char *verb)
{
	return str_fmt(c->ctx.arena, "%s.%s", noun->name, verb).p;
}

/* A row of the platform is reached by the company that it is about, and by no other. */
static enum err own_system_row(struct call *c, const struct noun *noun, struct id id)
{
	return noun->system && !id_eq(id, c->ctx.actor.tenant_id) ? E_NOT_FOUND : OK;
}

static struct run run_for(struct call *c, const struct noun *noun)
{
	return noun->system ? ctx_system_run(&c->ctx) : ctx_run(&c->ctx);
}

static enum err get_body(struct tx *tx, void *arg)
{
	struct one *o = arg;
	TRY(store_get(tx, o->noun, o->id, &o->row));
	return policy_row(&o->call->ctx, tx, o->row, right_of(o->call, o->noun, "read"));
}

enum err rows_get(struct call *c, const struct noun *noun, struct id id)
{
	struct one o = { .call = c, .noun = noun, .id = id };
	struct run run = run_for(c, noun);
	struct field_set shown;
	TRY(own_system_row(c, noun, id));
	TRY(fields_from_params(c, noun, &shown));
	TRY(store_read(&run, get_body, &o));
	TRY(reveal(c, &run, noun, shown, &o.row, 1));
	answer(c, 200, o.row, shown);
	return rows_seen(c, noun, "detail", &o.row, 1);
}

enum err company_if(struct call *c, bool wanted)
{
	struct row *company;
	if (!wanted || c->ctx.company)
		return OK;
	TRY(auth_tenant_by_number(&c->ctx, c->api->config.auth, c->ctx.actor.tenant, &company));
	c->ctx.company = company;
	return OK;
}

enum err if_match(struct call *c, int64_t *ret)
{
	struct str s = str_trim(c->rq->if_match);
	*ret = 0;
	if (!s.n)
		return OK;
	if (str_starts(s, STR("W/")))
		s = str_slice(s, 2, s.n);
	if (s.n < 3 || s.p[0] != '"' || s.p[s.n - 1] != '"' || str_to_i64(str_slice(s, 1, s.n - 1), ret) != OK || *ret < 1)
		return problem_set(&c->ctx.problem, E_MALFORMED, "If-Match is a version in quotes, such as \"3\".");
	return OK;
}

/* Outside of the transaction that found another version. The row as it is now goes along with the refusal, so that the two can be
 * compared; that shows it, as reading does. */
static enum err refuse_version(const struct one *o)
{
	struct call *c = o->call;
	struct run run = run_for(c, o->noun);
	struct field_set shown = see_unasked(c, o->noun, o->present);
	TRY(reveal(c, &run, o->noun, shown, &o->row, 1));
	TRY(rows_seen(c, o->noun, "conflict", &o->row, 1));
	c->ctx.problem.extra = str_fmt(c->ctx.arena, "\"current\":" STR_FMT, STR_ARG(json_of(c, o->row, shown)));
	return problem_set(&c->ctx.problem, E_VERSION, "It is at version %lld now.", (long long)row_int(o->row, F_VERSION_FIELD));
}

/* References to rows that the actor may not see are refused in the same words as missing ones. */
static enum err check_visible(struct call *c, struct tx *tx, const struct row *was, const struct row *is)
{
	for (size_t i = F_COMMON_FIELDS; i < is->noun->field_count; i++) {
		const struct field *f = &is->noun->fields[i];
		struct row *other;
		if (f->type != F_REF || is->v[i].kind != V_ID || (was && value_eq(was->v[i], is->v[i])) || f->ref->system ||
		    policy_noun(&c->ctx.actor, f->ref, "read") != GRANT_OWN)
			continue;
		enum err e = store_get(tx, f->ref, is->v[i].id, &other);
		if (e == OK)
			e = policy_row(&c->ctx, tx, other, right_of(c, f->ref, "read"));
		if (e == E_NOT_FOUND)
			problem_fault(tx->problem, problem_field(tx->problem, f->name), "reference", "There is no such %s.", f->ref->name);
		else
			TRY(e);
	}
	return problem_done(tx->problem);
}

static enum err create_body(struct tx *tx, void *arg)
{
	struct one *o = arg;
	struct row *row = row_new(tx->arena, o->noun);
	memcpy(row->v, o->given, o->noun->field_count * sizeof(*row->v));
	TRY(check_visible(o->call, tx, NULL, row));
	TRY(store_insert(tx, row, &o->row));
	/* What somebody makes must be his to make: a technician's note belongs to his own work. */
	if (policy_noun(&o->call->ctx.actor, o->noun, "create") == GRANT_OWN)
		TRY(policy_row(&o->call->ctx, tx, o->row, right_of(o->call, o->noun, "create")));
	rows_answer(o->call, 201, o->row, o->present);
	return OK;
}

enum err rows_create(struct call *c, const struct noun *noun)
{
	struct one o = { .call = c, .noun = noun };
	struct value *given = ARENA_ARRAY(c->ctx.arena, struct value, noun->field_count);
	json_t *body;
	if (noun->system)
		return E_METHOD;
	TRY(policy_demand(&c->ctx, right_of(c, noun, "create")));
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, noun->fields, noun->field_count, INPUT_CREATE, body, given, &o.present, &c->ctx.problem));
	TRY(policy_set(&c->ctx, noun, o.present));
	o.given = given;
	TRY(company_if(c, noun->company));
	return post_once(c, create_body, &o);
}

static enum err patch_body(struct tx *tx, void *arg)
{
	struct one *o = arg;
	struct row *was, *is;
	TRY(store_get(tx, o->noun, o->id, &was));
	TRY(policy_row(&o->call->ctx, tx, was, right_of(o->call, o->noun, "update")));
	o->row = was;
	if (row_int(was, F_VERSION_FIELD) != o->if_match)
		return E_VERSION;
	is = row_copy(tx->arena, was);
	for (size_t i = 0; i < o->noun->field_count; i++)
		if (set_has(o->present, (int)i))
			is->v[i] = o->given[i];
	TRY(check_visible(o->call, tx, was, is));
	enum err e = store_update(tx, was, is, &o->row);
	if (e == E_VERSION) /* another writer between our read and our write: read it again for the answer */
		TRY(store_get(tx, o->noun, o->id, &o->row));
	return e;
}

enum err rows_patch(struct call *c, const struct noun *noun, struct id id)
{
	struct one o = { .call = c, .noun = noun, .id = id };
	struct value *given = ARENA_ARRAY(c->ctx.arena, struct value, noun->field_count);
	struct run run = run_for(c, noun);
	json_t *body;
	TRY(own_system_row(c, noun, id));
	if (policy_noun(&c->ctx.actor, noun, "read") == GRANT_NONE)
		return E_NOT_FOUND;
	TRY(if_match(c, &o.if_match));
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, noun->fields, noun->field_count, INPUT_PATCH, body, given, &o.present, &c->ctx.problem));
	TRY(policy_set(&c->ctx, noun, o.present));
	if (!o.if_match)
		return problem_set(&c->ctx.problem, E_VERSION_REQUIRED, "Send If-Match with the version that you have seen.");
	o.given = given;
	TRY(company_if(c, noun->company));
	enum err e = store_write(&run, patch_body, &o);
	if (e == E_VERSION)
		return refuse_version(&o);
	if (e == OK)
		rows_answer(c, 200, o.row, o.present);
	return e;
}

static enum err delete_body(struct tx *tx, void *arg)
{
	struct one *o = arg;
	TRY(store_get(tx, o->noun, o->id, &o->row));
	TRY(policy_row(&o->call->ctx, tx, o->row, right_of(o->call, o->noun, "delete")));
	if (o->if_match && row_int(o->row, F_VERSION_FIELD) != o->if_match)
		return E_VERSION;
	return store_delete(tx, o->row);
}

enum err rows_delete(struct call *c, const struct noun *noun, struct id id)
{
	struct one o = { .call = c, .noun = noun, .id = id };
	struct run run = ctx_run(&c->ctx);
	if (noun->system)
		return E_METHOD;
	TRY(if_match(c, &o.if_match));
	TRY(company_if(c, noun->company));
	enum err e = store_write(&run, delete_body, &o);
	if (e == E_VERSION)
		return refuse_version(&o);
	if (e == OK)
		c->rs->status = 204;
	return e;
}

/* ---- export ---- */

/* All rows that the actor may see, page by page, so that neither memory nor a transaction grows with them. */
struct export {
	struct call call; /* a copy: the request is over when the last page is written */
	const struct noun *noun;
	struct listing_request r;
	bool begun, done, told;
	size_t rows;
};

static void csv_header(struct buf *b, const struct export *x)
{
	bool first = true;
	for (size_t i = 0; i < x->noun->field_count; i++) {
		if (!set_has(x->r.fields, (int)i))
			continue;
		buf_fmt(b, "%s%s", first ? "" : ",", x->noun->fields[i].name);
		first = false;
	}
	buf_addz(b, "\r\n");
}

static void csv_row(struct buf *b, const struct export *x, const struct row *row)
{
	bool first = true;
	for (size_t i = 0; i < x->noun->field_count; i++) {
		const struct field *f = &x->noun->fields[i];
		if (!set_has(x->r.fields, (int)i))
			continue;
		if (!first)
			buf_char(b, ',');
		first = false;
		csv_cell(b, value_text(b->arena, f, row->v[i]), f->type == F_TEXT || f->type == F_LINES);
	}
	buf_addz(b, "\r\n");
}

static enum err export_page(struct tx *tx, void *arg)
{
	struct page *page = arg;
	struct export *x = tx->up;
	return store_list(tx, &x->r.query, page);
}

/* A file about more people than is usual. */
static enum err watch_export(struct export *x, struct arena *a)
{
	const struct auth_nouns *n = x->call.api->config.auth;
	if (x->rows <= MASS_EXPORT_ROWS || x->told || !noun_sealed(x->noun))
		return OK;
	x->told = true;
	struct ctx c = x->call.ctx;
	c.arena = a;
	problem_init(&c.problem, a);
	const struct alarm alarm = { "mass_export", c.actor.user, str_fmt(a, "Took away a file of more than %d %s.", MASS_EXPORT_ROWS, x->noun->plural) };
	return alarm_now(&c, n->alarms, &alarm, false);
}

static enum err export_more(void *arg, struct arena *a, struct str *ret)
{
	struct export *x = arg;
	struct page page;
	struct problem problem;
	struct buf b;
	*ret = STR("");
	if (x->done)
		return OK;
	problem_init(&problem, a);
	struct run run = ctx_run(&x->call.ctx);
	run.arena = a;
	run.problem = &problem;
	run.up = x;
	TRY(store_read(&run, export_page, &page));
	TRY(reveal(NULL, &run, x->noun, x->r.fields, page.rows, page.count));
	buf_init(&b, a, RESPONSE_MAX);
	if (!x->begun)
		csv_header(&b, x);
	x->begun = true;
	x->rows += page.count;
	TRY(watch_export(x, a));
	for (size_t i = 0; i < page.count; i++)
		csv_row(&b, x, page.rows[i]);
	x->done = page.next_cursor.n == 0;
	x->r.query.cursor = str_dup(x->call.ctx.arena, page.next_cursor);
	*ret = buf_str(&b);
	return b.over ? E_TOO_LARGE : OK;
}

static enum err note_export(struct tx *tx, void *arg)
{
	const struct export *x = arg;
	return audit_event(tx, "export", x->noun, (struct id){ { 0 } }, STR("{\"format\":\"csv\"}"));
}

enum err rows_export(struct call *c, const struct noun *noun)
{
	struct export *x = ARENA_NEW(c->ctx.arena, struct export);
	struct run run = ctx_run(&c->ctx);
	if (noun->system)
		return E_METHOD;
	TRY(policy_demand(&c->ctx, "export.run"));
	x->noun = noun;
	TRY(listing_from_params(c, noun, &x->r));
	x->r.query.limit = LIST_LIMIT_MAX;
	/* Exports are written to the log before the first byte leaves. */
	TRY(store_write(&run, note_export, x));
	TRY(off_hours(c, "Took a list away as a file while the company was closed."));
	x->call = *c;
	c->rs->content_type = STR("text/csv; charset=utf-8");
	c->rs->more = export_more;
	c->rs->more_arg = x;
	response_header(c->rs, "Content-Disposition", str_fmt(c->ctx.arena, "attachment; filename=\"%s.csv\"", noun->plural));
	return OK;
}

enum err call_row(struct call *c, int status, const struct row *row)
{
	rows_answer(c, status, row, (struct field_set){ ~(uint64_t)0 });
	return OK;
}
