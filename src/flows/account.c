#include "account.h"

#include "guard.h"
#include "identity.h"
#include "login.h"
#include "messages.h"
#include "nouns.h"
#include "role.h"
#include "throttle.h"
#include "token.h"

#include <string.h>

/* ---- links ---- */

struct linking {
	const char *kind; /* "reset", "invite", "email" */
	struct id user;
	struct str secret; /* JSON */
	uint8_t hash[32];
	struct str token;
};

static enum err put_link(struct tx *tx, void *arg)
{
	struct linking *l = arg;
	TRY(once_drop(tx, l->user, l->kind)); /* only the newest holds */
	const struct once o = { .kind = str_from(l->kind), .secret = l->secret, .user = l->user, .created_ms = tx->now.ms, .expires_ms = tx->now.ms + (int64_t)RESET_S * 1000 };
	return once_put(tx, l->hash, &o);
}

static enum err make_link(struct ctx *c, const char *kind, struct id user, struct str secret, const char *page, struct str *ret_url)
{
	struct linking l = { .kind = kind, .user = user, .secret = secret };
	struct run run = ctx_system_run(c);
	l.token = token_new(c->arena, l.hash);
	TRY(store_write(&run, put_link, &l));
	*ret_url = str_fmt(c->arena, STR_FMT "/%s#" STR_FMT, STR_ARG(c->address), page, STR_ARG(l.token));
	return OK;
}

enum err account_link(struct ctx *c, struct id user, struct str *ret_url)
{
	return make_link(c, "reset", user, STR("{}"), "reset", ret_url);
}

struct finding {
	const char *kind;
	uint8_t hash[32];
	struct once once;
};

static enum err find_link(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	return once_find(tx, f->hash, f->kind, &f->once);
}

static enum err take_link(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	return once_take(tx, f->hash, f->kind, &f->once);
}

static enum err gone(struct ctx *c)
{
	problem_init(&c->problem, c->arena);
	return problem_set(&c->problem, E_LINK, "This link is over or was used already. Ask for a new one.");
}

static enum err read_link(struct call *c, struct str token, const char *kind, struct finding *ret)
{
	struct run run = ctx_system_run(&c->ctx);
	*ret = (struct finding){ .kind = kind };
	if (token_hash(token, ret->hash) != OK)
		return gone(&c->ctx);
	enum err e = store_read(&run, find_link, ret);
	return e == E_NOT_FOUND ? gone(&c->ctx) : e;
}

static json_t *secret_of(struct ctx *c, const struct once *o)
{
	struct problem p;
	json_t *v = NULL;
	problem_init(&p, c->arena);
	return json_read(c->arena, o->secret, &p, &v) == OK ? v : NULL;
}

/* ---- mail ---- */

struct mailing {
	const char *kind;
	struct str to, code, words;
	struct str language;
};

static enum err mail(struct tx *tx, void *arg)
{
	const struct mailing *m = arg;
	struct row *message;
	struct message_ask ask = { .kind = m->kind, .channel = "email", .to = m->to, .code = m->code, .words = m->words };
	enum err e = message_queue(tx, &ask, &message);
	if (e != E_CONFLICT)
		return e;
	problem_init(tx->problem, tx->arena); /* no template for it: a company that was made before there were such mails */
	return OK;
}

static enum err send_through(struct ctx *c, const struct auth_nouns *n, int64_t tenant, const struct mailing *m)
{
	struct ctx in = *c;
	struct row *company;
	TRY(auth_tenant_by_number(c, n, tenant, &company));
	in.company = company;
	in.actor = (struct actor){ .catalogue = c->actor.catalogue, .tenant = tenant };
	struct run run = ctx_tenant_run(&in, tenant);
	run.up = &in;
	return store_write(&run, mail, (void *)(uintptr_t)m);
}

enum err account_tell(struct ctx *c, const char *kind, struct str to, struct str code)
{
	static const struct {
		const char *kind, *words;
	} words[] = {
		{ "account_password", "Your password was changed. Other sessions were ended." },
		{ "account_factor", "A second factor of your account was set up or removed." },
		{ "account_new_device", "Somebody signed in to your account with a device that we have not seen before." },
		{ "account_email_changed", "The address with which you sign in was changed." },
		{ "account_email_asked", "Somebody who is signed in to your account asked to change the address with which you sign in." },
		{ "account_left", "Your access was ended." },
		{ "account_support_asked", "Staff of the platform ask to be let into your company. You decide, under Settings, Support access." },
		{ "account_support_emergency", "Staff of the platform asked for access to your company in an emergency, which takes two of them. You can end it under Settings, Support access." },
		{ "account_support_entered", "Two of the platform's staff opened your company in an emergency, for reading and two hours at most. You can end it under Settings, Support access." },
	};
	struct mailing m = { .kind = "account_notice", .to = to, .code = code };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(kind, words[i].kind) == 0)
			m.words = str_from(words[i].words);
	if (!m.words.n || !c->actor.tenant || !to.n)
		return OK;
	return send_through(c, c->auth, c->actor.tenant, &m);
}

struct owners {
	struct row **rows;
	size_t count;
};

static enum err list_owners(struct tx *tx, void *arg)
{
	struct owners *o = arg;
	struct query q = { .noun = &noun_membership, .sort = -1, .limit = LIST_LIMIT_MAX };
	struct page page;
	q.filters[q.filter_count++] = filter_is(MEMBERSHIP_ROLE, VALUE_TEXT(STR("owner")));
	q.filters[q.filter_count++] = filter_is(MEMBERSHIP_ACTIVE, VALUE_INT(1));
	set_add(&q.open, MEMBERSHIP_EMAIL);
	TRY(store_list(tx, &q, &page));
	*o = (struct owners){ page.rows, page.count };
	return OK;
}

enum err account_tell_owners(struct ctx *c, int64_t tenant, const char *kind)
{
	struct owners o;
	struct ctx in = *c;
	struct run run = ctx_tenant_run(c, tenant);
	TRY(store_read(&run, list_owners, &o));
	in.actor.tenant = tenant;
	for (size_t i = 0; i < o.count; i++)
		TRY(account_tell(&in, kind, row_text(o.rows[i], MEMBERSHIP_EMAIL), STR("")));
	return OK;
}

/* ---- a forgotten password ---- */

static const struct field forgot_fields[] = {
	{ .name = "email", .doc = "Address with which you sign in.", .type = F_TEXT, .flags = REQUIRED, .min = 3, .max = 254 },
};

struct asking {
	struct str email;
	uint8_t hash[32];
};

static enum err put_ask(struct tx *tx, void *arg)
{
	const struct asking *k = arg;
	struct buf b;
	struct json_out o;
	buf_init(&b, tx->arena, 4 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "email", k->email);
	jw_close(&o, '}');
	const struct once ask = { .kind = STR("forgot"), .secret = buf_str(&b), .created_ms = tx->now.ms, .expires_ms = tx->now.ms + (int64_t)RESET_S * 1000 };
	return once_put(tx, k->hash, &ask);
}

enum err account_forgot(struct call *c)
{
	struct value v[ARRAY_LEN(forgot_fields)] = { 0 };
	struct field_set present;
	struct asking k;
	json_t *body;
	struct run run = ctx_system_run(&c->ctx);
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, forgot_fields, ARRAY_LEN(forgot_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	k.email = str_lower_ascii(c->ctx.arena, str_trim(v[0].s));
	const struct guard_key keys[] = { { GUARD_MAIL, k.email }, { GUARD_MAIL_FROM, throttle_address(c->ctx.arena, c->ctx.remote) } };
	enum err e = guard_take(&c->ctx, keys, ARRAY_LEN(keys));
	(void)token_new(c->ctx.arena, k.hash);
	if (e == OK)
		e = store_write(&run, put_ask, &k);
	if (e != OK && e != E_RATE)
		return e;
	problem_init(&c->ctx.problem, c->ctx.arena);
	call_json(c, 202, STR("{\"sent\":\"If there is somebody with this address, a mail is on its way.\"}"));
	return OK;
}

enum { COMPANIES_MAX = 50 };

struct looking {
	const struct auth_nouns *n;
	struct once_waiting *list;
	size_t count;
	struct str email;
	struct id user_id; /* or this one */
	struct row *user;
	int64_t tenants[COMPANIES_MAX];
	size_t tenant_count;
	struct row *member;
};

enum { ASKS_AT_ONCE = 20 };

static enum err waiting(struct tx *tx, void *arg)
{
	struct looking *l = arg;
	return once_waiting(tx, "forgot", l->list, ASKS_AT_ONCE, &l->count);
}

static enum err find_user(struct tx *tx, void *arg)
{
	struct looking *l = arg;
	size_t count = 1;
	if (l->email.n)
		TRY(store_lookup(tx, l->n->user, l->n->user_email, l->email, &l->user, 1, &count));
	else
		TRY(store_get(tx, l->n->user, l->user_id, &l->user));
	if (!count)
		return E_NOT_FOUND;
	return member_tenants(tx, row_id(l->user, F_ID_FIELD), l->tenants, ARRAY_LEN(l->tenants), &l->tenant_count);
}

static enum err find_member(struct tx *tx, void *arg)
{
	struct looking *l = arg;
	return store_find(tx, &noun_membership, MEMBERSHIP_USER, VALUE_ID(row_id(l->user, F_ID_FIELD)), &l->member);
}

static bool invited(const struct row *member)
{
	return !row_int(member, MEMBERSHIP_ACTIVE) && !row_is_null(member, MEMBERSHIP_INVITED_AT);
}

static enum err invite_mail(struct ctx *c, const struct auth_nouns *n, int64_t tenant, const struct row *member)
{
	struct mailing m = { .kind = "account_invited", .to = row_text(member, MEMBERSHIP_EMAIL) };
	struct str secret = str_fmt(c->arena, "{\"tenant\":%lld,\"membership\":\"%s\"}", (long long)tenant, id_str(c->arena, row_id(member, F_ID_FIELD)).p);
	TRY(make_link(c, "invite", row_id(member, MEMBERSHIP_USER), secret, "invitation", &m.code));
	return send_through(c, n, tenant, &m);
}

struct home {
	int64_t tenant; /* 0: none */
	int64_t since_ms;
};

/* The company that he has belonged to longest. Whoever sets up a company's mail reads what goes through it, and a new password opens all of his companies:
 * one that came later, perhaps by inviting him, does not carry the link. */
static enum err look_home(struct ctx *c, const struct auth_nouns *n, int64_t tenant, const struct row *member, struct home *home)
{
	struct row *company;
	if (!row_int(member, MEMBERSHIP_ACTIVE) || (home->tenant && row_int(member, MEMBERSHIP_CREATED_AT) >= home->since_ms))
		return OK;
	TRY(auth_tenant_by_number(c, n, tenant, &company));
	if (auth_tenant_open(n, company))
		*home = (struct home){ tenant, row_int(member, MEMBERSHIP_CREATED_AT) };
	return OK;
}

static enum err reset_mail(struct ctx *c, const struct auth_nouns *n, const struct looking *l, const struct home *home)
{
	struct mailing m = { .kind = "account_reset", .to = row_text(l->user, n->user_email) };
	if (!home->tenant)
		return OK;
	TRY(account_link(c, row_id(l->user, F_ID_FIELD), &m.code));
	return send_through(c, n, home->tenant, &m);
}

/* Through his home; and invitations that he has not accepted yet come again, each through its company. */
static enum err answer_ask(struct ctx *c, const struct auth_nouns *n, struct str email)
{
	struct looking l = { .n = n, .email = email };
	struct run run = ctx_system_run(c);
	enum err e = store_read(&run, find_user, &l);
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	struct home home = { 0 };
	for (size_t i = 0; i < l.tenant_count; i++) {
		struct run in_tenant = ctx_tenant_run(c, l.tenants[i]);
		e = store_read(&in_tenant, find_member, &l);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		if (invited(l.member))
			TRY(invite_mail(c, n, l.tenants[i], l.member));
		TRY(look_home(c, n, l.tenants[i], l.member, &home));
	}
	return reset_mail(c, n, &l, &home);
}

enum err account_asks(struct ctx *c, const struct auth_nouns *n, bool *ret_some)
{
	struct looking l = { .n = n, .list = ARENA_ARRAY(c->arena, struct once_waiting, ASKS_AT_ONCE) };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, waiting, &l));
	*ret_some = l.count > 0;
	for (size_t i = 0; i < l.count; i++) {
		struct finding f = { .kind = "forgot" };
		memcpy(f.hash, l.list[i].hash, sizeof(f.hash));
		enum err e = store_write(&run, take_link, &f); /* first: what fails is asked for again by the person, not for ever by us */
		json_t *secret = e == OK ? secret_of(c, &f.once) : NULL;
		if (secret)
			e = answer_ask(c, n, json_text(json_object_get(secret, "email")));
		if (e != OK && e != E_NOT_FOUND && e != E_INVALID)
			return e;
		problem_init(&c->problem, c->arena);
	}
	return OK;
}

/* ---- refusals, told to companies ---- */

enum { REFUSALS_AT_ONCE = 200 };

struct refusals {
	struct once_waiting *list;
	size_t count;
	struct id user;
	size_t of_user;
};

static enum err waiting_refusals(struct tx *tx, void *arg)
{
	struct refusals *r = arg;
	return once_waiting(tx, "refused", r->list, REFUSALS_AT_ONCE, &r->count);
}

static enum err take_refusals(struct tx *tx, void *arg)
{
	struct refusals *r = arg;
	struct once o;
	for (size_t i = 0; i < r->count; i++) {
		enum err e = once_take(tx, r->list[i].hash, "refused", &o);
		if (e != E_NOT_FOUND)
			TRY(e);
	}
	return OK;
}

static enum err tell_refusals(struct tx *tx, void *arg)
{
	const struct refusals *r = arg;
	struct row *member;
	enum err e = store_find(tx, &noun_membership, MEMBERSHIP_USER, VALUE_ID(r->user), &member);
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	return audit_event(tx, "sign_in_refused", &noun_membership, row_id(member, F_ID_FIELD), str_fmt(tx->arena, "{\"count\":%zu}", r->of_user));
}

static enum err tell_companies(struct ctx *c, const struct auth_nouns *n, struct refusals *r)
{
	struct looking l = { .n = n, .user_id = r->user };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, find_user, &l));
	for (size_t i = 0; i < l.tenant_count; i++) {
		struct run in_tenant = ctx_tenant_run(c, l.tenants[i]);
		TRY(store_write(&in_tenant, tell_refusals, r));
	}
	return OK;
}

enum err account_refusals(struct ctx *c, const struct auth_nouns *n)
{
	struct refusals r = { .list = ARENA_ARRAY(c->arena, struct once_waiting, REFUSALS_AT_ONCE) };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, waiting_refusals, &r));
	if (!r.count)
		return OK;
	TRY(store_write(&run, take_refusals, &r));
	for (size_t i = 0; i < r.count; i++) {
		bool seen = false;
		r.user = r.list[i].once.user;
		r.of_user = 0;
		for (size_t k = 0; k < r.count; k++) {
			bool same = id_eq(r.list[k].once.user, r.user);
			seen |= same && k < i;
			r.of_user += same;
		}
		if (!seen && !id_is_zero(r.user))
			TRY(tell_companies(c, n, &r));
	}
	return OK;
}

static const struct field reset_fields[] = {
	{ .name = "token", .doc = "What stands behind the # of the link.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 100 },
	{ .name = "password", .doc = "The new one.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 1024 },
	{ .name = "name", .doc = "Your name.", .type = F_TEXT, .max = 200 },
};

static enum err read_reset(struct call *c, size_t count, struct value *v, json_t **ret_body)
{
	struct field_set present;
	TRY(call_body_json(c, ret_body));
	return fields_read(c->ctx.arena, reset_fields, count, INPUT_PARAMS, *ret_body, v, &present, &c->ctx.problem);
}

/* The person's own company, for rules about its name and for mail. */
static enum err stand_in(struct ctx *c, const struct auth_nouns *n, struct id user, struct looking *ret)
{
	struct run run = ctx_system_run(c);
	*ret = (struct looking){ .n = n, .user_id = user };
	TRY(store_read(&run, find_user, ret));
	c->actor.tenant = ret->tenant_count ? ret->tenants[0] : 0;
	return OK;
}

enum err account_reset(struct call *c)
{
	struct value v[ARRAY_LEN(reset_fields)] = { 0 };
	struct finding f;
	struct looking l;
	json_t *body;
	const struct auth_nouns *n = c->ctx.auth;
	TRY(read_reset(c, 2, v, &body));
	TRY(read_link(c, v[0].s, "reset", &f));
	TRY(stand_in(&c->ctx, n, f.once.user, &l));
	enum err e = auth_set_password(&c->ctx, n, f.once.user, json_text(json_object_get(body, "password")), (struct id){ { 0 } }, "reset", f.hash);
	if (e == E_NOT_FOUND)
		return gone(&c->ctx);
	TRY(e);
	TRY(guard_account_open(&c->ctx, row_text(l.user, n->user_email)));
	TRY(account_tell(&c->ctx, "account_password", row_text(l.user, n->user_email), STR("")));
	c->rs->status = 204;
	return OK;
}

/* ---- invitations ---- */

enum { INVITE_EMAIL, INVITE_NAME, INVITE_ROLE, INVITE_EMPLOYEE, INVITE_OWN_ONLY, INVITE_OWN_ROLE };
static const struct field invite_fields[] = {
	[INVITE_EMAIL] = { .name = "email", .doc = "Address with which the person will sign in.", .type = F_TEXT, .flags = REQUIRED, .min = 3, .max = 254, .check = check_email },
	[INVITE_NAME] = { .name = "name", .doc = "Name of the person.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 200 },
	[INVITE_ROLE] = { .name = "role", .doc = "What the person may do.", .type = F_ENUM, .flags = REQUIRED, .values = membership_roles },
	[INVITE_EMPLOYEE] = { .name = "employee_id", .doc = "Who of the staff it is.", .type = F_REF, .ref = &noun_employee },
	[INVITE_OWN_ROLE] = { .name = "role_id", .doc = "A role of your own, instead of the preset.", .type = F_REF, .ref = &noun_role },
	[INVITE_OWN_ONLY] = { .name = "my_view_only", .doc = "Whether only the person's own work is visible.", .type = F_BOOL },
};

struct inviting {
	const struct value *v;
	struct row *user, *member;
	struct str email;
};

/* In the platform's plane: somebody who is there keeps name and password; a new one has no password until he accepts. */
static enum err put_user(struct tx *tx, void *arg)
{
	struct inviting *k = arg;
	size_t count;
	TRY(tx_lock(tx)); /* of two invitations at once the second finds whom the first made */
	TRY(store_lookup(tx, &noun_user, USER_EMAIL, k->email, &k->user, 1, &count));
	if (!count) {
		struct row *row = row_new(tx->arena, &noun_user);
		row_set_text(row, USER_EMAIL, k->email);
		row_set_text(row, USER_NAME, k->v[INVITE_NAME].s);
		TRY(store_insert(tx, row, &k->user));
	}
	return member_add(tx, row_id(k->user, F_ID_FIELD), tx_ctx(tx)->actor.tenant);
}

static void fill_member(struct row *row, const struct inviting *k, struct instant now)
{
	row_set_text(row, MEMBERSHIP_ROLE, k->v[INVITE_ROLE].s);
	row_set_int(row, MEMBERSHIP_ACTIVE, 0);
	row_set_int(row, MEMBERSHIP_INVITED_AT, now.ms);
	row_set_int(row, MEMBERSHIP_MY_VIEW_ONLY, k->v[INVITE_OWN_ONLY].kind == V_INT && k->v[INVITE_OWN_ONLY].i);
	row->v[MEMBERSHIP_OWN_ROLE] = k->v[INVITE_OWN_ROLE].kind == V_ID ? k->v[INVITE_OWN_ROLE] : VALUE_NULL;
	if (k->v[INVITE_EMPLOYEE].kind == V_ID)
		row_set_id(row, MEMBERSHIP_EMPLOYEE, k->v[INVITE_EMPLOYEE].id);
}

/* The row is not active yet, so its own rule lets it pass: nobody invites to a role that can do more than he can. */
static enum err check_given(struct tx *tx, const struct row *member)
{
	const struct actor *giver = &tx_ctx(tx)->actor;
	struct actor *a = ARENA_NEW(tx->arena, struct actor);
	enum err e = role_actor(tx, member, a);
	if (e == E_NOT_FOUND) {
		problem_fault(tx->problem, STR("/role_id"), "reference", "There is no such role.");
		return problem_done(tx->problem);
	}
	TRY(e);
	int at = policy_exceeds(a, giver);
	if (at >= 0)
		problem_fault(tx->problem, STR("/role"), "forbidden", "This role has the right %s, which you do not have yourself.", a->catalogue->rights[at].name);
	return problem_done(tx->problem);
}

static enum err put_member(struct tx *tx, void *arg)
{
	struct inviting *k = arg;
	struct row *was, *is;
	TRY(tx_lock(tx));
	enum err e = store_find(tx, &noun_membership, MEMBERSHIP_USER, VALUE_ID(row_id(k->user, F_ID_FIELD)), &was);
	if (e != OK && e != E_NOT_FOUND)
		return e;
	if (e == OK && row_int(was, MEMBERSHIP_ACTIVE)) {
		problem_fault(tx->problem, STR("/email"), "unique", "This person belongs to the company already.");
		return problem_done(tx->problem);
	}
	is = e == OK ? row_copy(tx->arena, was) : row_new(tx->arena, &noun_membership);
	fill_member(is, k, tx->now);
	TRY(check_given(tx, is));
	if (e == OK)
		return store_update(tx, was, is, &k->member);
	row_set_id(is, MEMBERSHIP_USER, row_id(k->user, F_ID_FIELD));
	row_set_text(is, MEMBERSHIP_NAME, k->v[INVITE_NAME].s);
	row_set_text(is, MEMBERSHIP_EMAIL, k->email);
	return store_insert(tx, is, &k->member);
}

enum err account_invite(struct call *c)
{
	struct value v[ARRAY_LEN(invite_fields)] = { 0 };
	struct field_set present;
	struct inviting k = { .v = v };
	json_t *body;
	struct run system = ctx_system_run(&c->ctx), in_tenant = ctx_run(&c->ctx);
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, invite_fields, ARRAY_LEN(invite_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	if (str_eqz(v[INVITE_ROLE].s, "owner") && c->ctx.actor.role != ROLE_OWNER) {
		problem_fault(&c->ctx.problem, STR("/role"), "forbidden", "Only an owner makes owners.");
		return problem_done(&c->ctx.problem);
	}
	k.email = str_lower_ascii(c->ctx.arena, str_trim(v[INVITE_EMAIL].s));
	TRY(store_write(&system, put_user, &k));
	TRY(store_write(&in_tenant, put_member, &k));
	TRY(invite_mail(&c->ctx, c->ctx.auth, c->ctx.actor.tenant, k.member));
	return call_row(c, 201, k.member);
}

static enum err read_invitation(struct call *c, struct str token, struct finding *f, struct looking *l, int64_t *ret_tenant)
{
	TRY(read_link(c, token, "invite", f));
	json_t *secret = secret_of(&c->ctx, &f->once);
	*ret_tenant = json_integer_value(json_object_get(secret, "tenant"));
	TRY(stand_in(&c->ctx, c->ctx.auth, f->once.user, l));
	c->ctx.actor.tenant = *ret_tenant;
	struct run run = ctx_tenant_run(&c->ctx, *ret_tenant);
	enum err e = store_read(&run, find_member, l);
	if (e == E_NOT_FOUND || (e == OK && !invited(l->member)))
		return gone(&c->ctx);
	return e;
}

enum err account_look_at_invitation(struct call *c)
{
	struct value v[ARRAY_LEN(reset_fields)] = { 0 };
	struct finding f;
	struct looking l;
	struct row *company;
	int64_t tenant;
	struct buf b;
	struct json_out o;
	json_t *body;
	TRY(read_reset(c, 1, v, &body));
	TRY(read_invitation(c, v[0].s, &f, &l, &tenant));
	TRY(auth_tenant_by_number(&c->ctx, c->ctx.auth, tenant, &company));
	buf_init(&b, c->ctx.arena, 8 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "company", row_text(company, TENANT_NAME));
	jw_member_str(&o, "email", row_text(l.user, USER_EMAIL));
	jw_member_str(&o, "name", row_text(l.user, USER_NAME));
	jw_member_bool(&o, "known", !row_is_null(l.user, USER_PASSWORD));
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}

static enum err join(struct tx *tx, void *arg)
{
	struct looking *l = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_membership, row_id(l->member, F_ID_FIELD), &was));
	is = row_copy(tx->arena, was);
	row_set_int(is, MEMBERSHIP_ACTIVE, 1);
	row_set_null(is, MEMBERSHIP_INVITED_AT);
	tx->action = "join";
	return store_update(tx, was, is, &l->member);
}

static const struct field accept_fields[] = {
	{ .name = "token", .doc = "What stands behind the # of the link.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 100 },
	{ .name = "password", .doc = "For somebody who has none yet.", .type = F_TEXT, .max = 1024 },
};

enum err account_accept_invitation(struct call *c)
{
	struct value v[ARRAY_LEN(accept_fields)] = { 0 };
	struct field_set present;
	struct finding f;
	struct looking l;
	int64_t tenant;
	json_t *body;
	const struct auth_nouns *n = c->ctx.auth;
	struct run system = ctx_system_run(&c->ctx);
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, accept_fields, ARRAY_LEN(accept_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	TRY(read_invitation(c, v[0].s, &f, &l, &tenant));
	c->ctx.who = (struct who){ .kind = WHO_USER, .id = f.once.user, .request = c->ctx.who.request };
	struct str password = json_text(json_object_get(body, "password"));
	enum err e;
	if (row_is_null(l.user, USER_PASSWORD)) {
		if (!password.n) {
			problem_fault(&c->ctx.problem, STR("/password"), "required", "Choose a password.");
			return problem_done(&c->ctx.problem);
		}
		f.kind = "invite";
		e = auth_set_password(&c->ctx, n, f.once.user, password, (struct id){ { 0 } }, "invite", f.hash);
	} else {
		/* The mail went through the relay of whoever invites: that somebody read it does not prove that it was he. */
		c->ctx.actor.user = f.once.user;
		e = login_password(&c->ctx, n, password);
		if (e == E_LOGIN) {
			problem_init(&c->ctx.problem, c->ctx.arena);
			problem_fault(&c->ctx.problem, STR("/password"), "wrong", "You have an account already: give its password.");
			return problem_done(&c->ctx.problem);
		}
		TRY(e);
		e = store_write(&system, take_link, &f);
	}
	if (e == E_NOT_FOUND)
		return gone(&c->ctx);
	TRY(e);
	struct run in_tenant = ctx_tenant_run(&c->ctx, tenant);
	TRY(store_write(&in_tenant, join, &l));
	c->rs->status = 204;
	return OK;
}

/* ---- what an administrator does for somebody ---- */

struct member_of {
	struct id id;
	struct row *row;
};

static enum err get_member(struct tx *tx, void *arg)
{
	struct member_of *m = arg;
	TRY(store_get(tx, &noun_membership, m->id, &m->row));
	return policy_row(tx_ctx(tx), tx, m->row, "membership.update");
}

static enum err load_member(struct call *c, struct member_of *ret)
{
	struct run run = ctx_run(&c->ctx);
	TRY(call_id(c, 1, &ret->id));
	TRY(store_read(&run, get_member, ret));
	if (row_is(ret->row, MEMBERSHIP_ROLE, "owner") && c->ctx.actor.role != ROLE_OWNER)
		return problem_set(&c->ctx.problem, E_FORBIDDEN, "Only an owner does this for an owner.");
	return OK;
}

static enum err note_reset(struct tx *tx, void *arg)
{
	const struct member_of *m = arg;
	return audit_event(tx, "reset_access", &noun_membership, m->id, STR(""));
}

static enum err home_reset(struct ctx *c, const struct auth_nouns *n, struct looking *l)
{
	struct home home = { 0 };
	for (size_t i = 0; i < l->tenant_count; i++) {
		struct run in_tenant = ctx_tenant_run(c, l->tenants[i]);
		enum err e = store_read(&in_tenant, find_member, l);
		if (e == OK)
			e = look_home(c, n, l->tenants[i], l->member, &home);
		if (e != E_NOT_FOUND)
			TRY(e);
	}
	return reset_mail(c, n, l, &home);
}

/* He gets the link himself: nobody else ever knows or sets a password (S-107). */
enum err account_reset_access(struct call *c)
{
	struct member_of m;
	struct looking l = { .n = c->ctx.auth };
	struct run system = ctx_system_run(&c->ctx), in_tenant = ctx_run(&c->ctx);
	TRY(load_member(c, &m));
	l.user_id = row_id(m.row, MEMBERSHIP_USER);
	TRY(store_read(&system, find_user, &l));
	if (invited(m.row))
		TRY(invite_mail(&c->ctx, c->ctx.auth, c->ctx.actor.tenant, m.row));
	else if (row_int(m.row, MEMBERSHIP_ACTIVE))
		TRY(home_reset(&c->ctx, c->ctx.auth, &l));
	else
		return problem_set(&c->ctx.problem, E_CONFLICT, "This person does not belong to the company any more.");
	TRY(store_write(&in_tenant, note_reset, &m));
	call_json(c, 202, STR("{}"));
	return OK;
}

enum err account_member_sessions(struct call *c)
{
	struct member_of m;
	struct session *list;
	size_t count, own = 0;
	struct buf b;
	struct json_out o;
	TRY(load_member(c, &m));
	TRY(login_sessions(&c->ctx, row_id(m.row, MEMBERSHIP_USER), &list, &count));
	for (size_t i = 0; i < count; i++) /* what he does for other companies is nobody's business here */
		if (list[i].member_tenant == c->ctx.actor.tenant)
			list[own++] = list[i];
	buf_init(&b, c->ctx.arena, 256 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	call_sessions(c, &o, list, own);
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}

enum err account_end_member_sessions(struct call *c)
{
	struct member_of m;
	int64_t ended;
	TRY(load_member(c, &m));
	TRY(login_end_all(&c->ctx, row_id(m.row, MEMBERSHIP_USER), c->ctx.actor.tenant, (struct id){ { 0 } }, &ended));
	struct run in_tenant = ctx_run(&c->ctx);
	TRY(store_write(&in_tenant, note_reset, &m));
	call_json(c, 200, str_fmt(c->ctx.arena, "{\"ended\":%lld}", (long long)ended));
	return OK;
}

/* ---- another address ---- */

static enum err fresh(struct call *c)
{
	return c->ctx.actor.fresh_until_ms >= c->ctx.now.ms && !c->ctx.actor.vouched ? OK : problem_set(&c->ctx.problem, E_STEP_UP, "This takes a fresh proof that it is you.");
}

enum err account_ask_email(struct call *c)
{
	struct value v[ARRAY_LEN(forgot_fields)] = { 0 };
	struct field_set present;
	struct looking l = { .n = c->ctx.auth, .user_id = c->ctx.actor.user };
	struct mailing m = { .kind = "account_email" };
	struct buf b;
	struct json_out o;
	json_t *body;
	struct run system = ctx_system_run(&c->ctx);
	TRY(fresh(c));
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, forgot_fields, ARRAY_LEN(forgot_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	const char *why = check_email(c->ctx.arena, &v[0]);
	if (why) {
		problem_fault(&c->ctx.problem, STR("/email"), "format", "%s", why);
		return problem_done(&c->ctx.problem);
	}
	const struct guard_key key = { GUARD_MAIL, id_str(c->ctx.arena, c->ctx.actor.user) };
	TRY(guard_take(&c->ctx, &key, 1));
	TRY(store_read(&system, find_user, &l));
	m.to = str_lower_ascii(c->ctx.arena, str_trim(v[0].s));
	buf_init(&b, c->ctx.arena, 4 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "email", m.to);
	jw_close(&o, '}');
	TRY(make_link(&c->ctx, "email", c->ctx.actor.user, buf_str(&b), "email", &m.code));
	TRY(send_through(&c->ctx, c->ctx.auth, c->ctx.actor.tenant, &m));
	TRY(account_tell(&c->ctx, "account_email_asked", row_text(l.user, USER_EMAIL), STR("")));
	call_json(c, 202, STR("{}"));
	return OK;
}

struct moving {
	struct finding f;
	struct str email;
	struct id user;
	bool taken;
};

static enum err move_user(struct tx *tx, void *arg)
{
	struct moving *m = arg;
	struct row *was, *is, *other;
	size_t count;
	int64_t ended;
	m->taken = false;
	TRY(once_take(tx, m->f.hash, "email", &m->f.once));
	TRY(store_lookup(tx, &noun_user, USER_EMAIL, m->email, &other, 1, &count));
	m->taken = count > 0;
	if (m->taken) /* the link is spent; who has it is not told */
		return OK;
	TRY(store_get(tx, &noun_user, m->user, &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, USER_EMAIL, m->email);
	TRY(store_update(tx, was, is, &is));
	TRY(once_drop(tx, m->user, "reset")); /* it went to the old address */
	return session_end_all(tx, m->user, 0, (struct id){ { 0 } }, &ended);
}

static enum err move_member(struct tx *tx, void *arg)
{
	const struct moving *m = arg;
	struct row *was, *is;
	TRY(store_find(tx, &noun_membership, MEMBERSHIP_USER, VALUE_ID(m->user), &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, MEMBERSHIP_EMAIL, m->email);
	return store_update(tx, was, is, &is);
}

enum err account_confirm_email(struct call *c)
{
	struct value v[ARRAY_LEN(reset_fields)] = { 0 };
	struct moving m = { .taken = false };
	struct looking l;
	json_t *body;
	struct run system = ctx_system_run(&c->ctx);
	TRY(read_reset(c, 1, v, &body));
	TRY(read_link(c, v[0].s, "email", &m.f));
	m.user = m.f.once.user;
	m.email = json_text(json_object_get(secret_of(&c->ctx, &m.f.once), "email"));
	TRY(stand_in(&c->ctx, c->ctx.auth, m.user, &l));
	c->ctx.who = (struct who){ .kind = WHO_USER, .id = m.user, .request = c->ctx.who.request };
	enum err e = store_write(&system, move_user, &m);
	if (e == E_NOT_FOUND || (e == OK && m.taken))
		return gone(&c->ctx);
	TRY(e);
	for (size_t i = 0; i < l.tenant_count; i++) {
		struct run in_tenant = ctx_tenant_run(&c->ctx, l.tenants[i]);
		e = store_write(&in_tenant, move_member, &m);
		if (e != E_NOT_FOUND)
			TRY(e);
	}
	TRY(account_tell(&c->ctx, "account_email_changed", row_text(l.user, USER_EMAIL), STR("")));
	TRY(account_tell(&c->ctx, "account_email_changed", m.email, STR("")));
	c->rs->status = 204;
	return OK;
}
