#include "staff_routes.h"

#include "account.h"
#include "identity.h"
#include "support_grant.h"

#include <string.h>

enum { COMPANIES_MAX = 200, MANAGERS_MAX = 50, GRANTS_SHOWN_MAX = 10, HOUR_MS = 3600000 };
static const struct id nobody;

struct answer {
	struct buf b;
	struct json_out o;
};

static void answer_begin(struct call *c, struct answer *a)
{
	buf_init(&a->b, c->ctx.arena, MIB);
	jw_init(&a->o, &a->b);
	jw_open(&a->o, '{');
}

static enum err answer_end(struct call *c, int status, struct answer *a)
{
	jw_close(&a->o, '}');
	call_json(c, status, buf_str(&a->b));
	return a->b.over ? E_TOO_LARGE : OK;
}

static enum err read_body(struct call *c, const struct field *fields, size_t count, struct value *v, struct field_set *present, json_t **ret_body)
{
	TRY(call_body_json(c, ret_body));
	return fields_read(c->ctx.arena, fields, count, INPUT_PARAMS, *ret_body, v, present, &c->ctx.problem);
}

/* ---- signing in ---- */

static const struct field login_fields[] = {
	{ .name = "email", .doc = "Address with which you sign in.", .type = F_TEXT, .max = 254 },
	{ .name = "password", .doc = "Password.", .type = F_TEXT, .max = 1024 },
	{ .name = "code", .doc = "The code of the second factor, or a recovery code.", .type = F_TEXT, .max = 60 },
	{ .name = "challenge", .doc = "Of the answer that asked for the second factor.", .type = F_TEXT, .max = 400 },
	{ .name = "passkey", .doc = "What the browser's passkey answered.", .type = F_JSON, .max = 16384 },
};

enum err staff_sign_in(struct call *c)
{
	struct value v[ARRAY_LEN(login_fields)] = { 0 };
	struct field_set present;
	struct staff_login l = { .email = STR("") };
	struct staff_answer answer;
	json_t *body;
	TRY(read_body(c, login_fields, ARRAY_LEN(login_fields), v, &present, &body));
	TRY(call_proof(c, body, &l.proof));
	l.email = v[0].kind == V_TEXT ? v[0].s : STR("");
	l.challenge = v[3].kind == V_TEXT ? v[3].s : STR("");
	for (int i = 0; i < 2 && !l.challenge.n; i++)
		if (v[i].kind != V_TEXT || !v[i].s.n)
			problem_fault(&c->ctx.problem, problem_field(&c->ctx.problem, login_fields[i].name), "required", "This is needed.");
	TRY(problem_done(&c->ctx.problem));
	TRY(staff_login(&c->ctx, c->ctx.auth, &l, &answer));
	call_staff_answer(c, &answer);
	return OK;
}

/* ---- what they see outside ---- */

struct grants {
	struct id staff, one;
	struct row **rows, *row;
	size_t count;
};

static enum err list_grants(struct tx *tx, void *arg)
{
	struct grants *g = arg;
	struct query q = { .noun = &noun_support_grant, .sort = SUPPORT_CREATED_AT, .limit = GRANTS_SHOWN_MAX };
	struct page page;
	q.filters[q.filter_count++] = filter_is(SUPPORT_STAFF, VALUE_ID(g->staff));
	TRY(store_list(tx, &q, &page));
	g->rows = page.rows;
	g->count = page.count;
	return OK;
}

static enum err get_grant(struct tx *tx, void *arg)
{
	struct grants *g = arg;
	return store_get(tx, &noun_support_grant, g->one, &g->row);
}

static void write_time(struct json_out *o, const char *name, const struct row *r, int field)
{
	jw_key(o, name);
	if (row_is_null(r, field))
		jw_null(o);
	else
		jw_instant(o, (struct instant){ row_int(r, field) });
}

/* A state that the clock has overtaken is told as what it is. */
static void write_grant(struct json_out *o, const struct row *r, struct instant now)
{
	bool open = row_is(r, SUPPORT_STATE, "requested") || row_is(r, SUPPORT_STATE, "active");
	jw_open(o, '{');
	jw_member_id(o, "id", row_id(r, F_ID_FIELD));
	jw_member_str(o, "state", open && !support_waits(r, now) && !support_lives(r, now) ? STR("expired") : row_text(r, SUPPORT_STATE));
	jw_member_str(o, "scope", row_text(r, SUPPORT_SCOPE));
	jw_member_bool(o, "emergency", row_int(r, SUPPORT_EMERGENCY) != 0);
	write_time(o, "start_at", r, SUPPORT_FROM);
	write_time(o, "end_at", r, SUPPORT_UNTIL);
	jw_close(o, '}');
}

static enum err write_inside(struct call *c, struct json_out *o)
{
	struct row *tenant;
	jw_key(o, "inside");
	if (!c->ctx.actor.tenant) {
		jw_null(o);
		return OK;
	}
	TRY(auth_tenant_by_number(&c->ctx, c->ctx.auth, c->ctx.actor.tenant, &tenant));
	jw_open(o, '{');
	jw_member_id(o, "tenant_id", c->ctx.actor.tenant_id);
	jw_member_str(o, "name", row_text(tenant, TENANT_NAME));
	jw_close(o, '}');
	return OK;
}

enum err staff_me(struct call *c)
{
	struct row *row;
	struct factors f;
	struct answer a;
	TRY(staff_row(&c->ctx, c->ctx.auth, c->ctx.actor.user, &row));
	TRY(factors_load(&c->ctx, c->ctx.actor.user, &f));
	answer_begin(c, &a);
	jw_key(&a.o, "staff");
	jw_open(&a.o, '{');
	jw_member_id(&a.o, "id", c->ctx.actor.user);
	jw_member_str(&a.o, "name", row_text(row, STAFF_NAME));
	jw_member_str(&a.o, "email", row_text(row, STAFF_EMAIL));
	jw_close(&a.o, '}');
	call_factors(&a.o, &f, true);
	jw_member_bool(&a.o, "must_enrol", c->ctx.actor.limited);
	jw_member_instant(&a.o, "fresh_until", (struct instant){ c->ctx.actor.fresh_until_ms });
	jw_member_id(&a.o, "session_id", c->ctx.actor.session);
	TRY(write_inside(c, &a.o));
	return answer_end(c, 200, &a);
}

struct assigned {
	struct id staff;
	int64_t tenant;
	struct assignment *list;
	size_t count;
};

static enum err list_assigned(struct tx *tx, void *arg)
{
	struct assigned *l = arg;
	return assignment_list(tx, l->staff, l->tenant, l->list, COMPANIES_MAX, &l->count);
}

enum err staff_companies(struct call *c)
{
	struct assigned l = { .staff = c->ctx.actor.user, .list = ARENA_ARRAY(c->ctx.arena, struct assignment, COMPANIES_MAX) };
	struct run system = ctx_system_run(&c->ctx);
	struct answer a;
	TRY(store_read(&system, list_assigned, &l));
	answer_begin(c, &a);
	jw_key(&a.o, "items");
	jw_open(&a.o, '[');
	for (size_t i = 0; i < l.count; i++) {
		struct grants g = { .staff = c->ctx.actor.user };
		struct run run = ctx_tenant_run(&c->ctx, l.list[i].tenant);
		struct row *tenant;
		TRY(auth_tenant_by_number(&c->ctx, c->ctx.auth, l.list[i].tenant, &tenant));
		TRY(store_read(&run, list_grants, &g));
		jw_open(&a.o, '{');
		jw_member_id(&a.o, "id", row_id(tenant, F_ID_FIELD));
		jw_member_str(&a.o, "name", row_text(tenant, TENANT_NAME));
		jw_key(&a.o, "grants");
		jw_open(&a.o, '[');
		for (size_t k = 0; k < g.count; k++)
			write_grant(&a.o, g.rows[k], c->ctx.now);
		jw_close(&a.o, ']');
		jw_close(&a.o, '}');
	}
	jw_close(&a.o, ']');
	return answer_end(c, 200, &a);
}

/* ---- asking to be let in ---- */

struct company_of {
	struct id id;
	struct row *row;
};

static enum err get_tenant(struct tx *tx, void *arg)
{
	struct company_of *f = arg;
	return store_get(tx, &noun_tenant, f->id, &f->row);
}

static enum err tenant_number(struct call *c, struct id id, int64_t *ret)
{
	struct company_of f = { .id = id };
	struct run run = ctx_system_run(&c->ctx);
	TRY(store_read(&run, get_tenant, &f));
	*ret = row_int(f.row, TENANT_NUMBER);
	return auth_tenant_open(c->ctx.auth, f.row) ? OK : E_NOT_FOUND;
}

static enum err note_refused(struct tx *tx, void *arg)
{
	return audit_event(tx, "support_refused", NULL, tx_ctx(tx)->actor.user, str_fmt(tx->arena, "{\"tenant\":%lld}", (long long)*(const int64_t *)arg));
}

static enum err note_refused_there(struct tx *tx, void *arg)
{
	(void)arg;
	return audit_event(tx, "support_refused", NULL, tx_ctx(tx)->actor.user, STR(""));
}

/* That somebody tried what he may not stands in the company's log and in the platform's. */
static enum err refused(struct call *c, int64_t tenant, enum err e)
{
	const struct problem problem = c->ctx.problem;
	struct run system = ctx_system_run(&c->ctx), in_tenant = ctx_tenant_run(&c->ctx, tenant);
	TRY(store_write(&system, note_refused, &tenant));
	TRY(store_write(&in_tenant, note_refused_there, NULL));
	c->ctx.problem = problem;
	return e;
}

/* A company that he does not look after is told in the words of one that there is not. */
static enum err own_company(struct call *c, struct id id, int64_t *ret)
{
	bool assigned;
	TRY(tenant_number(c, id, ret));
	TRY(staff_assigned(&c->ctx, c->ctx.actor.user, *ret, &assigned));
	return assigned ? OK : refused(c, *ret, E_NOT_FOUND);
}

enum { ASK_TENANT, ASK_REASON, ASK_SCOPE, ASK_HOURS, ASK_EMERGENCY };
static const struct field ask_fields[] = {
	[ASK_TENANT] = { .name = "tenant_id", .doc = "The company.", .type = F_ID, .flags = REQUIRED },
	[ASK_REASON] = { .name = "reason", .doc = "What for; the company reads it.", .type = F_TEXT, .flags = REQUIRED, .min = 3, .max = 300 },
	[ASK_SCOPE] = { .name = "scope", .doc = "read, or write for day-to-day work too.", .type = F_ENUM, .values = support_scopes },
	[ASK_HOURS] = { .name = "hours", .doc = "For how long; 4 if left out.", .type = F_INT, .min = 1, .max = SUPPORT_HOURS_MAX },
	[ASK_EMERGENCY] = { .name = "emergency", .doc = "A second person of the staff decides instead of the company, which is told at once.", .type = F_BOOL },
};

struct asking {
	const struct row *given;
	struct row *row;
	int64_t tenant;
	const char *action;
};

static enum err put_grant(struct tx *tx, void *arg)
{
	struct asking *k = arg;
	return support_put(tx, k->given, &k->row);
}

/* What somebody does outside a company stands in the platform's log too. */
static enum err note(struct tx *tx, void *arg)
{
	const struct asking *k = arg;
	return audit_event(tx, k->action, NULL, tx_ctx(tx)->actor.user,
	                   str_fmt(tx->arena, "{\"tenant\":%lld,\"grant\":\"%s\"}", (long long)k->tenant, id_str(tx->arena, row_id(k->row, F_ID_FIELD)).p));
}

static enum err fill_request(struct call *c, const struct value *v, const struct row *staff, struct row **ret)
{
	struct row *row = row_new(c->ctx.arena, &noun_support_grant);
	bool emergency = v[ASK_EMERGENCY].kind == V_INT && v[ASK_EMERGENCY].i;
	int64_t hours = v[ASK_HOURS].kind == V_INT ? v[ASK_HOURS].i : emergency ? SUPPORT_EMERGENCY_HOURS : SUPPORT_HOURS_USUAL;
	struct str scope = v[ASK_SCOPE].kind == V_TEXT ? v[ASK_SCOPE].s : STR("read");
	if (emergency && !str_eqz(scope, "read"))
		problem_fault(&c->ctx.problem, STR("/scope"), "choice", "In an emergency only reading is given.");
	if (emergency && hours > SUPPORT_EMERGENCY_HOURS)
		problem_fault(&c->ctx.problem, STR("/hours"), "range", "In an emergency at most %d.", SUPPORT_EMERGENCY_HOURS);
	row_set_id(row, SUPPORT_STAFF, row_id(staff, F_ID_FIELD));
	row_set_text(row, SUPPORT_STAFF_NAME, row_text(staff, STAFF_NAME));
	row_set_text(row, SUPPORT_REASON, v[ASK_REASON].s);
	row_set_text(row, SUPPORT_SCOPE, scope);
	row_set_int(row, SUPPORT_HOURS, hours);
	row_set_int(row, SUPPORT_REQUESTED_AT, c->ctx.now.ms);
	row_set_int(row, SUPPORT_EMERGENCY, emergency);
	*ret = row;
	return problem_done(&c->ctx.problem);
}

static enum err show_grant(struct call *c, int status, const struct row *row)
{
	struct answer a;
	answer_begin(c, &a);
	jw_key(&a.o, "grant");
	write_grant(&a.o, row, c->ctx.now);
	return answer_end(c, status, &a);
}

enum err staff_request(struct call *c)
{
	struct value v[ARRAY_LEN(ask_fields)] = { 0 };
	struct field_set present;
	struct asking k = { .action = "support_request" };
	struct row *staff, *row;
	struct run system = ctx_system_run(&c->ctx);
	json_t *body;
	TRY(read_body(c, ask_fields, ARRAY_LEN(ask_fields), v, &present, &body));
	TRY(own_company(c, v[ASK_TENANT].id, &k.tenant));
	TRY(staff_row(&c->ctx, c->ctx.auth, c->ctx.actor.user, &staff));
	TRY(fill_request(c, v, staff, &row));
	k.given = row;
	struct run in_tenant = ctx_tenant_run(&c->ctx, k.tenant);
	TRY(store_write(&in_tenant, put_grant, &k));
	TRY(store_write(&system, note, &k));
	TRY(account_tell_owners(&c->ctx, k.tenant, row_int(row, SUPPORT_EMERGENCY) ? "account_support_emergency" : "account_support_asked"));
	return show_grant(c, 201, k.row);
}

/* ---- the second person of an emergency ---- */

enum { PAIR_TENANT, PAIR_GRANT };
static const struct field pair_fields[] = {
	[PAIR_TENANT] = { .name = "tenant_id", .doc = "The company.", .type = F_ID, .flags = REQUIRED },
	[PAIR_GRANT] = { .name = "grant_id", .doc = "The grant.", .type = F_ID, .flags = REQUIRED },
};

struct approving {
	struct id grant;
	struct row *row;
};

/* An emergency of somebody else that waits for its second person. */
static enum err get_waiting(struct tx *tx, struct id grant, struct row **ret)
{
	struct row *row;
	TRY(store_get(tx, &noun_support_grant, grant, &row));
	if (!row_int(row, SUPPORT_EMERGENCY))
		return E_NOT_FOUND; /* the company alone answers the others */
	if (id_eq(row_id(row, SUPPORT_STAFF), tx_ctx(tx)->actor.user))
		return problem_set(tx->problem, E_FORBIDDEN, "Somebody else must approve what you asked for.");
	if (!support_waits(row, tx->now))
		return problem_set(tx->problem, E_CONFLICT, "This request was answered already, or is too old.");
	*ret = row;
	return OK;
}

/* Whoever is to answer for it sees what for, before; that he looked stands in the company's log. */
static enum err look(struct tx *tx, void *arg)
{
	struct approving *k = arg;
	TRY(get_waiting(tx, k->grant, &k->row));
	return audit_event(tx, "read", &noun_support_grant, k->grant, STR(""));
}

enum err staff_look(struct call *c)
{
	struct value v[ARRAY_LEN(pair_fields)] = { 0 };
	struct field_set present;
	struct approving k;
	struct row *company;
	struct answer a;
	int64_t tenant;
	json_t *body;
	TRY(read_body(c, pair_fields, ARRAY_LEN(pair_fields), v, &present, &body));
	TRY(tenant_number(c, v[PAIR_TENANT].id, &tenant));
	k.grant = v[PAIR_GRANT].id;
	struct run in_tenant = ctx_tenant_run(&c->ctx, tenant);
	enum err e = store_write(&in_tenant, look, &k);
	if (e == E_FORBIDDEN || e == E_NOT_FOUND)
		return refused(c, tenant, e);
	TRY(e);
	TRY(auth_tenant_by_number(&c->ctx, c->ctx.auth, tenant, &company));
	answer_begin(c, &a);
	jw_member_str(&a.o, "company", row_text(company, TENANT_NAME));
	jw_member_str(&a.o, "staff_name", row_text(k.row, SUPPORT_STAFF_NAME));
	jw_member_str(&a.o, "reason", row_text(k.row, SUPPORT_REASON));
	jw_member_int(&a.o, "hours", row_int(k.row, SUPPORT_HOURS));
	return answer_end(c, 200, &a);
}

static enum err approve(struct tx *tx, void *arg)
{
	struct approving *k = arg;
	struct row *was, *is;
	TRY(get_waiting(tx, k->grant, &was));
	is = row_copy(tx->arena, was);
	support_begin(is, tx->now, row_int(was, SUPPORT_HOURS));
	row_set_id(is, SUPPORT_SECOND_STAFF, tx_ctx(tx)->actor.user);
	tx->action = "approve";
	TRY(store_update(tx, was, is, &k->row));
	tx->action = NULL;
	return support_alert(tx, "Two of the platform's staff opened the company in an emergency.");
}

enum err staff_approve(struct call *c)
{
	struct value v[ARRAY_LEN(pair_fields)] = { 0 };
	struct field_set present;
	struct approving k;
	struct asking noted = { .action = "support_approve" };
	struct run system = ctx_system_run(&c->ctx);
	json_t *body;
	TRY(read_body(c, pair_fields, ARRAY_LEN(pair_fields), v, &present, &body));
	if (c->ctx.actor.fresh_until_ms < c->ctx.now.ms)
		return problem_set(&c->ctx.problem, E_STEP_UP, "This takes a fresh proof that it is you.");
	TRY(tenant_number(c, v[PAIR_TENANT].id, &noted.tenant));
	k.grant = v[PAIR_GRANT].id;
	struct run in_tenant = ctx_tenant_run(&c->ctx, noted.tenant);
	enum err e = store_write(&in_tenant, approve, &k);
	if (e == E_FORBIDDEN || e == E_NOT_FOUND)
		return refused(c, noted.tenant, e);
	TRY(e);
	noted.row = k.row;
	TRY(store_write(&system, note, &noted));
	TRY(account_tell_owners(&c->ctx, noted.tenant, "account_support_entered"));
	return show_grant(c, 200, k.row);
}

/* ---- in and out ---- */

static enum err note_in_company(struct tx *tx, void *arg)
{
	const struct asking *k = arg;
	return audit_event(tx, k->action, &noun_support_grant, row_id(k->row, F_ID_FIELD), STR(""));
}

enum err staff_go_in(struct call *c)
{
	struct value v[ARRAY_LEN(pair_fields)] = { 0 };
	struct field_set present;
	struct grants g = { .count = 0 };
	struct asking k = { .action = "support_enter" };
	json_t *body;
	TRY(read_body(c, pair_fields, ARRAY_LEN(pair_fields), v, &present, &body));
	TRY(own_company(c, v[PAIR_TENANT].id, &k.tenant));
	g.one = v[PAIR_GRANT].id;
	struct run run = ctx_tenant_run(&c->ctx, k.tenant);
	TRY(store_read(&run, get_grant, &g));
	if (!id_eq(row_id(g.row, SUPPORT_STAFF), c->ctx.actor.user))
		return refused(c, k.tenant, E_NOT_FOUND);
	if (!support_lives(g.row, c->ctx.now))
		return problem_set(&c->ctx.problem, E_CONFLICT, "The company has not let you in, or not any more.");
	k.row = g.row;
	/* First in the company's own log, then the door opens. */
	TRY(store_write(&run, note_in_company, &k));
	TRY(staff_enter(&c->ctx, k.tenant, g.one));
	return show_grant(c, 200, g.row);
}

static enum err note_left(struct tx *tx, void *arg)
{
	(void)arg;
	return audit_event(tx, "support_leave", NULL, nobody, STR(""));
}

enum err staff_leave(struct call *c)
{
	struct run run = ctx_run(&c->ctx);
	if (c->ctx.actor.tenant)
		TRY(store_write(&run, note_left, NULL));
	TRY(staff_enter(&c->ctx, 0, nobody));
	c->rs->status = 204;
	return OK;
}

/* ---- what the company does ---- */

enum { LET_STAFF, LET_REASON, LET_SCOPE, LET_HOURS, LET_UNTIL };
static const struct field let_fields[] = {
	[LET_STAFF] = { .name = "staff_id", .doc = "Whom, of those who look after the company; may be left out where it is one.", .type = F_ID },
	[LET_REASON] = { .name = "reason", .doc = "What for.", .type = F_TEXT, .flags = REQUIRED, .min = 3, .max = 300 },
	[LET_SCOPE] = { .name = "scope", .doc = "read, or write for day-to-day work too.", .type = F_ENUM, .values = support_scopes },
	[LET_HOURS] = { .name = "hours", .doc = "For how long; 4 if left out.", .type = F_INT, .min = 1, .max = SUPPORT_HOURS_MAX },
	[LET_UNTIL] = { .name = "until", .doc = "Until when, instead of hours.", .type = F_TIME, .max = INT64_MAX },
};

struct managers {
	struct row *rows[MANAGERS_MAX];
	size_t count;
	int64_t tenant;
};

static enum err list_managers(struct tx *tx, void *arg)
{
	struct managers *m = arg;
	struct assignment *list = ARENA_ARRAY(tx->arena, struct assignment, MANAGERS_MAX);
	size_t count;
	m->count = 0;
	TRY(assignment_list(tx, nobody, m->tenant, list, MANAGERS_MAX, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(store_get(tx, &noun_staff, list[i].staff, &m->rows[m->count]));
		m->count += row_int(m->rows[m->count], STAFF_ACTIVE) != 0;
	}
	return OK;
}

static enum err load_managers(struct call *c, struct managers **ret)
{
	struct run run = ctx_system_run(&c->ctx);
	*ret = ARENA_NEW(c->ctx.arena, struct managers);
	(*ret)->tenant = c->ctx.actor.tenant;
	return store_read(&run, list_managers, *ret);
}

enum err support_managers(struct call *c)
{
	struct managers *m;
	struct answer a;
	TRY(load_managers(c, &m));
	answer_begin(c, &a);
	jw_key(&a.o, "items");
	jw_open(&a.o, '[');
	for (size_t i = 0; i < m->count; i++) {
		jw_open(&a.o, '{');
		jw_member_id(&a.o, "id", row_id(m->rows[i], F_ID_FIELD));
		jw_member_str(&a.o, "name", row_text(m->rows[i], STAFF_NAME));
		jw_close(&a.o, '}');
	}
	jw_close(&a.o, ']');
	return answer_end(c, 200, &a);
}

static enum err choose(struct call *c, const struct managers *m, const struct value *wanted, const struct row **ret)
{
	*ret = wanted->kind == V_NULL && m->count == 1 ? m->rows[0] : NULL;
	for (size_t i = 0; i < m->count && wanted->kind == V_ID; i++)
		if (id_eq(row_id(m->rows[i], F_ID_FIELD), wanted->id))
			*ret = m->rows[i];
	if (!*ret && wanted->kind == V_ID)
		problem_fault(&c->ctx.problem, STR("/staff_id"), "reference", "This person does not look after your company.");
	else if (!*ret)
		problem_fault(&c->ctx.problem, STR("/staff_id"), "required", m->count ? "Say which of those who look after your company." : "Nobody of the platform's staff looks after your company.");
	return problem_done(&c->ctx.problem);
}

static enum err read_end(struct call *c, const struct value *v, int64_t *ret)
{
	*ret = c->ctx.now.ms + (v[LET_HOURS].kind == V_INT ? v[LET_HOURS].i : SUPPORT_HOURS_USUAL) * HOUR_MS;
	if (v[LET_UNTIL].kind != V_INT)
		return OK;
	*ret = v[LET_UNTIL].i;
	/* A minute for clocks that differ. */
	if (*ret <= c->ctx.now.ms || *ret > c->ctx.now.ms + (int64_t)SUPPORT_HOURS_MAX * HOUR_MS + 60000)
		problem_fault(&c->ctx.problem, STR("/until"), "range", "Within the next %d hours.", SUPPORT_HOURS_MAX);
	return problem_done(&c->ctx.problem);
}

enum err support_let_in(struct call *c)
{
	struct value v[ARRAY_LEN(let_fields)] = { 0 };
	struct field_set present;
	struct managers *m;
	struct asking k = { .tenant = c->ctx.actor.tenant };
	const struct row *staff;
	struct row *row = row_new(c->ctx.arena, &noun_support_grant);
	struct run run = ctx_run(&c->ctx);
	int64_t until;
	json_t *body;
	TRY(read_body(c, let_fields, ARRAY_LEN(let_fields), v, &present, &body));
	TRY(load_managers(c, &m));
	TRY(choose(c, m, &v[LET_STAFF], &staff));
	TRY(read_end(c, v, &until));
	row_set_id(row, SUPPORT_STAFF, row_id(staff, F_ID_FIELD));
	row_set_text(row, SUPPORT_STAFF_NAME, row_text(staff, STAFF_NAME));
	row_set_text(row, SUPPORT_REASON, v[LET_REASON].s);
	row_set_text(row, SUPPORT_SCOPE, v[LET_SCOPE].kind == V_TEXT ? v[LET_SCOPE].s : STR("read"));
	support_begin(row, c->ctx.now, SUPPORT_HOURS_USUAL);
	row_set_int(row, SUPPORT_UNTIL, until > c->ctx.now.ms + (int64_t)SUPPORT_HOURS_MAX * HOUR_MS ? c->ctx.now.ms + (int64_t)SUPPORT_HOURS_MAX * HOUR_MS : until);
	row_set_int(row, SUPPORT_HOURS, (row_int(row, SUPPORT_UNTIL) - c->ctx.now.ms + HOUR_MS - 1) / HOUR_MS);
	row_set_id(row, SUPPORT_APPROVED_BY, c->ctx.who.id);
	k.given = row;
	TRY(store_write(&run, put_grant, &k));
	return call_row(c, 201, k.row);
}
