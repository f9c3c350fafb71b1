/* portal.c - how the customer's page is entered: a link for a session, a session for a row, a code for the rest. */
#include "portal_routes.h"

enum { OPENS_PER_MINUTE = 60, CALLS_PER_MINUTE = 240 };

/* ---- refusals ---- */

enum err portal_gone(struct call *c)
{
	problem_init(&c->ctx.problem, c->ctx.arena);
	return E_LINK;
}

enum err portal_refuse(struct problem *problem, enum err e, const char *reason, const char *text)
{
	problem->extra = str_fmt(problem->arena, "\"reason\":\"%s\"", reason);
	return problem_set(problem, e, "%s", text);
}

static enum err slow_down(struct call *c)
{
	return problem_set(&c->ctx.problem, E_RATE, "That was too often. Please wait a moment.");
}

/* ---- the company ---- */

struct find_company {
	int64_t number;
	struct row *row;
};

static enum err find_company(struct tx *tx, void *arg)
{
	struct find_company *f = arg;
	return store_find(tx, &noun_tenant, TENANT_NUMBER, VALUE_INT(f->number), &f->row);
}

/* The company whose number a token holds, as the context of what follows. One that is suspended has no page. */
static enum err load_company(struct call *c, int64_t number, struct id link)
{
	struct find_company f = { .number = number };
	struct run run = ctx_system_run(&c->ctx);
	TRY(store_read(&run, find_company, &f));
	if (!row_is(f.row, TENANT_STATUS, "active") && !row_is(f.row, TENANT_STATUS, "trial"))
		return E_NOT_FOUND;
	c->ctx.company = f.row;
	c->ctx.actor.tenant = number;
	c->ctx.actor.tenant_id = row_id(f.row, F_ID_FIELD);
	c->ctx.who = (struct who){ .kind = WHO_PORTAL, .id = link, .request = c->ctx.who.request };
	return OK;
}

static struct str language_of(struct call *c)
{
	return str_eqz(call_param(c, "lang"), "af") ? STR("af") : STR("en");
}

/* ---- a session ---- */

static enum err load_link(struct tx *tx, void *arg)
{
	struct portal *p = arg;
	return portal_link_alive(tx, p->session.link, &p->link);
}

static struct str bearer(const struct call *c)
{
	struct str rest, scheme = str_cut(c->rq->authorization, ' ', &rest);
	return str_eqz(scheme, "Bearer") && rest.p ? str_trim(rest) : STR("");
}

enum err portal_enter(struct call *c, struct portal *ret)
{
	struct portal p = { .call = c, .language = language_of(c) };
	if (portal_session_read(c->ctx.arena, c->ctx.store, bearer(c), c->ctx.now, &p.session) != OK)
		return E_UNAUTHENTICATED;
	if (!throttle_take(routes_throttle(c), "portal", (struct str){ (const char *)p.session.link.b, 16 }, CALLS_PER_MINUTE, 60, c->ctx.now.ms))
		return slow_down(c);
	enum err e = load_company(c, p.session.tenant, p.session.link);
	struct run run = ctx_run(&c->ctx);
	if (e == OK)
		e = store_read(&run, load_link, &p);
	if (e == E_NOT_FOUND)
		return portal_gone(c);
	TRY(e);
	p.company = c->ctx.company;
	*ret = p;
	return OK;
}

static int customer_field(const struct row *row)
{
	return row->noun == &noun_quote ? QUOTE_CUSTOMER : row->noun == &noun_job ? JOB_CUSTOMER : INVOICE_CUSTOMER;
}

enum err portal_may(const struct portal *p, struct tx *tx, const struct row *row)
{
	int field = row->noun == &noun_quote ? LINK_QUOTE : row->noun == &noun_job ? LINK_JOB : LINK_INVOICE;
	if (id_eq(row_id(p->link, field), row_id(row, F_ID_FIELD)))
		return OK;
	if (!row_is(p->link, LINK_SCOPE, "customer") || !id_eq(row_id(p->link, LINK_CUSTOMER), row_id(row, customer_field(row))))
		return E_LINK;
	if (!p->session.verified)
		return portal_refuse(tx->problem, E_SECOND_FACTOR, "code", "First give the code that is sent to you.");
	return OK;
}

/* ---- opening ---- */

struct opening {
	struct portal portal;
	const struct portal_token *token;
	bool use;
};

static enum err open_body(struct tx *tx, void *arg)
{
	struct opening *o = arg;
	TRY(portal_link_open(tx, o->token, &o->portal.link));
	return portal_link_used(tx, o->portal.link, &o->portal.link);
}

static enum err answer_session(struct call *c, const struct portal *p, bool verified)
{
	struct portal_session session = { .tenant = c->ctx.actor.tenant, .link = row_id(p->link, F_ID_FIELD), .verified = verified,
		                          .until_ms = c->ctx.now.ms + PORTAL_SESSION_S * 1000 };
	struct str text;
	struct buf b;
	struct json_out o;
	TRY(portal_session_make(c->ctx.arena, c->ctx.store, &session, &text));
	buf_init(&b, c->ctx.arena, 8000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "session", text);
	jw_member_int(&o, "expires_in", PORTAL_SESSION_S);
	jw_member_str(&o, "scope", row_text(p->link, LINK_SCOPE));
	jw_member_bool(&o, "needs_code", !verified && row_is(p->link, LINK_SCOPE, "customer"));
	jw_key(&o, "company");
	TRY(portal_write_company(p, &o));
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}

enum { OPEN_TOKEN };
static const struct field open_params[] = {
	[OPEN_TOKEN] = { .name = "token", .doc = "What stands behind the # of the address.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 200 },
};

enum err portal_open(struct call *c)
{
	struct value v[ARRAY_LEN(open_params)] = { 0 };
	struct opening o = { .portal = { .call = c } };
	struct portal_token token;
	struct field_set present;
	json_t *body;
	if (!throttle_take(routes_throttle(c), "open", throttle_address(c->ctx.arena, c->rq->remote), OPENS_PER_MINUTE, 60, c->ctx.now.ms))
		return slow_down(c);
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, open_params, ARRAY_LEN(open_params), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	if (portal_token_read(c->ctx.arena, c->ctx.store, v[OPEN_TOKEN].s, &token) != OK)
		return portal_gone(c);
	o.token = &token;
	enum err e = load_company(c, token.tenant, token.link);
	struct run run = ctx_run(&c->ctx);
	if (e == OK)
		e = store_write(&run, open_body, &o);
	if (e == E_NOT_FOUND)
		return portal_gone(c);
	TRY(e);
	o.portal.company = c->ctx.company;
	return answer_session(c, &o.portal, false);
}

/* ---- the code (S-170) ---- */

enum { CODES_PER_HOUR = 5 };

/* A code goes to an address that the office knows, never to one that came with the request. */
struct code_call {
	struct portal portal;
	struct str code, given;
	enum portal_code outcome;
	struct portal_address to;
};

static enum err send_body(struct tx *tx, void *arg)
{
	struct code_call *k = arg;
	struct row *link;
	TRY(portal_link_alive(tx, k->portal.session.link, &link));
	TRY(portal_address_of(tx, link, &k->to));
	if (!k->to.text.n)
		return portal_refuse(tx->problem, E_CONFLICT, "no_address", "No address of yours is known here to which a code could go. Please ring us.");
	TRY(portal_code_make(tx, link, &k->code));
	return portal_tell_code(tx, link, &k->to, k->code, k->portal.language);
}

enum err portal_send_code(struct call *c)
{
	struct code_call k = { 0 };
	struct buf b;
	struct json_out o;
	TRY(portal_enter(c, &k.portal));
	if (!throttle_take(routes_throttle(c), "code", (struct str){ (const char *)k.portal.session.link.b, 16 }, CODES_PER_HOUR, 3600, c->ctx.now.ms))
		return slow_down(c);
	struct run run = ctx_run(&c->ctx);
	TRY(store_write(&run, send_body, &k));
	buf_init(&b, c->ctx.arena, 1000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "channel", str_from(k.to.channel));
	jw_member_str(&o, "to", portal_address_masked(c->ctx.arena, &k.to));
	jw_member_int(&o, "expires_in", PORTAL_CODE_S);
	jw_close(&o, '}');
	call_json(c, 202, buf_str(&b));
	return OK;
}

static enum err confirm_body(struct tx *tx, void *arg)
{
	struct code_call *k = arg;
	struct row *link;
	TRY(portal_link_alive(tx, k->portal.session.link, &link));
	return portal_code_check(tx, link, k->given, &k->outcome);
}

enum { CONFIRM_CODE };
static const struct field confirm_params[] = {
	[CONFIRM_CODE] = { .name = "code", .doc = "The six digits.", .type = F_TEXT, .flags = REQUIRED, .min = PORTAL_CODE_DIGITS, .max = PORTAL_CODE_DIGITS },
};

enum err portal_confirm_code(struct call *c)
{
	struct value v[ARRAY_LEN(confirm_params)] = { 0 };
	struct code_call k = { 0 };
	struct field_set present;
	json_t *body;
	TRY(portal_enter(c, &k.portal));
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, confirm_params, ARRAY_LEN(confirm_params), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	k.given = v[CONFIRM_CODE].s;
	struct run run = ctx_run(&c->ctx);
	TRY(store_write(&run, confirm_body, &k));
	if (k.outcome == PORTAL_CODE_OVER)
		return portal_refuse(&c->ctx.problem, E_CONFLICT, "code_over", "This code does not hold any more. Ask for a new one.");
	if (k.outcome == PORTAL_CODE_WRONG) {
		problem_fault(&c->ctx.problem, STR("/code"), "wrong", "These are not the digits that were sent.");
		return problem_done(&c->ctx.problem);
	}
	return answer_session(c, &k.portal, true);
}
