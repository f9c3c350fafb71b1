#include "staff.h"

#include "address.h"
#include "guard.h"
#include "identity.h"
#include "throttle.h"
#include "token.h"

static const struct id nobody;

static bool from_allowed(const struct ctx *c)
{
	return address_in(c->arena, c->staff_from, c->remote);
}

/* ---- who it is ---- */

struct person {
	const struct auth_nouns *n;
	struct str email; /* or */
	struct id id;
	struct row *row;  /* NULL: nobody */
};

static enum err find_person(struct tx *tx, void *arg)
{
	struct person *p = arg;
	size_t count = 0;
	p->row = NULL;
	if (id_is_zero(p->id))
		TRY(store_lookup(tx, p->n->staff, p->n->staff_email, p->email, &p->row, 1, &count));
	else {
		enum err e = store_get(tx, p->n->staff, p->id, &p->row);
		count = e == OK;
		TRY(e == E_NOT_FOUND ? OK : e);
	}
	if (!count)
		p->row = NULL;
	return OK;
}

enum err staff_row(struct ctx *c, const struct auth_nouns *n, struct id staff, struct row **ret)
{
	struct person p = { .n = n, .id = staff };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, find_person, &p));
	*ret = p.row;
	return p.row ? OK : E_NOT_FOUND;
}

struct pair {
	struct id staff;
	int64_t tenant;
	bool assigned;
};

static enum err find_pair(struct tx *tx, void *arg)
{
	struct pair *p = arg;
	struct assignment one;
	size_t count;
	TRY(assignment_list(tx, p->staff, p->tenant, &one, 1, &count));
	p->assigned = count > 0;
	return OK;
}

enum err staff_assigned(struct ctx *c, struct id staff, int64_t tenant, bool *ret)
{
	struct pair p = { .staff = staff, .tenant = tenant };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, find_pair, &p));
	*ret = p.assigned;
	return OK;
}

/* ---- signing in ---- */

static enum err note_refusal(struct tx *tx, void *arg)
{
	const struct person *p = arg;
	return audit_event(tx, from_allowed(tx_ctx(tx)) ? "sign_in_refused" : "address_refused", p->n->staff, p->row ? row_id(p->row, F_ID_FIELD) : nobody, STR(""));
}

static enum err refuse(struct ctx *c, struct person *p)
{
	struct run run = ctx_system_run(c);
	TRY(store_write(&run, note_refusal, p));
	problem_init(&c->problem, c->arena);
	return problem_set(&c->problem, E_LOGIN, "The address or the password is not right.");
}

static bool may_sign_in(const struct ctx *c, const struct person *p)
{
	return p->row && row_int(p->row, p->n->staff_active) && from_allowed(c);
}

struct start {
	const struct auth_nouns *n;
	uint8_t hash[32];
	struct session session;
	const char *amr;
};

static enum err start_session(struct tx *tx, void *arg)
{
	const struct start *s = arg;
	TRY(session_put(tx, s->hash, &s->session));
	return audit_event(tx, "sign_in", s->n->staff, s->session.user,
	                   str_fmt(tx->arena, "{\"session\":\"%s\",\"amr\":\"%s\"}", id_str(tx->arena, s->session.id).p, s->amr));
}

static enum err begin(struct ctx *c, const struct person *p, const char *amr, bool limited, struct staff_answer *ret)
{
	struct start s = { .n = p->n, .amr = amr };
	struct run run = ctx_system_run(c);
	struct str token = token_new(c->arena, s.hash);
	s.session = (struct session){
		.id = id_new(c->now.ms), .user = row_id(p->row, F_ID_FIELD), .created_ms = c->now.ms, .touched_ms = c->now.ms, .fresh_ms = c->now.ms,
		.expires_ms = c->now.ms + (int64_t)STAFF_ABSOLUTE_S * 1000, .idle_s = STAFF_IDLE_S, .limited = limited, .kind = STR("staff"),
		.about = login_about(c, amr),
	};
	c->who = (struct who){ .kind = WHO_SUPPORT, .id = s.session.user, .request = c->who.request };
	TRY(store_write(&run, start_session, &s));
	*ret = (struct staff_answer){ .token = str_fmt(c->arena, STAFF_PREFIX STR_FMT, STR_ARG(token)), .expires_s = STAFF_ABSOLUTE_S, .limited = limited };
	return OK;
}

static enum err first_step(struct ctx *c, const struct auth_nouns *n, const struct staff_login *l, struct staff_answer *ret)
{
	struct person p = { .n = n, .email = str_lower_ascii(c->arena, str_trim(l->email)) };
	struct run run = ctx_system_run(c);
	struct factors f;
	const char *second;
	/* Counted apart from users: who tries one door does not close the other. */
	const struct guard_key keys[] = {
		{ GUARD_ACCOUNT, str_fmt(c->arena, "staff|" STR_FMT, STR_ARG(p.email)) },
		{ GUARD_ADDRESS, throttle_address(c->arena, c->remote) },
		{ GUARD_NETWORK, guard_network(c->arena, c->remote) },
	};
	TRY(guard_take(c, keys, ARRAY_LEN(keys)));
	TRY(store_read(&run, find_person, &p));
	enum err e = login_verify(c, may_sign_in(c, &p) ? &p.row->v[n->staff_password] : NULL, l->proof.password);
	if (e == E_LOGIN)
		return refuse(c, &p);
	TRY(e);
	TRY(guard_good(c, keys, ARRAY_LEN(keys)));
	TRY(factors_load(c, row_id(p.row, F_ID_FIELD), &f));
	if (!factors_any(&f))
		return begin(c, &p, "pwd", true, ret);
	if (!l->proof.code.n)
		return login_ask_second(c, &f, row_id(p.row, F_ID_FIELD), nobody);
	TRY(factors_prove(c, row_id(p.row, F_ID_FIELD), NULL, &l->proof, &second));
	return begin(c, &p, str_fmt(c->arena, "pwd %s", second).p, false, ret);
}

static enum err second_step(struct ctx *c, const struct auth_nouns *n, const struct staff_login *l, struct staff_answer *ret)
{
	struct challenge ch;
	struct person p = { .n = n };
	struct run run = ctx_system_run(c);
	const char *second;
	TRY(challenge_read(c, l->challenge, CHALLENGE_LOGIN, &ch));
	p.id = ch.user;
	TRY(store_read(&run, find_person, &p));
	if (!may_sign_in(c, &p))
		return refuse(c, &p);
	TRY(factors_prove(c, p.id, &ch, &l->proof, &second));
	return begin(c, &p, str_fmt(c->arena, "pwd %s", second).p, false, ret);
}

enum err staff_login(struct ctx *c, const struct auth_nouns *n, const struct staff_login *l, struct staff_answer *ret)
{
	return l->challenge.n ? second_step(c, n, l, ret) : first_step(c, n, l, ret);
}

/* ---- a session ---- */

struct open {
	const struct auth_nouns *n;
	uint8_t hash[32];
	struct session session;
	struct row *row, *tenant; /* tenant NULL: it is in no company, or may not be any more */
};

static enum err find_tenant(struct tx *tx, struct open *o)
{
	struct field_set only = { 0 };
	struct assignment one;
	size_t count;
	TRY(assignment_list(tx, o->session.user, o->session.member_tenant, &one, 1, &count));
	set_add(&only, o->n->tenant_status);
	if (count)
		TRY(store_find_only(tx, o->n->tenant, o->n->tenant_number, VALUE_INT(o->session.member_tenant), only, &o->tenant));
	if (o->tenant && !auth_tenant_open(o->n, o->tenant))
		o->tenant = NULL;
	return OK;
}

static enum err find_session(struct tx *tx, void *arg)
{
	struct open *o = arg;
	struct field_set only = { 0 };
	o->tenant = NULL;
	TRY(session_find(tx, o->hash, &o->session));
	set_add(&only, o->n->staff_active);
	TRY(store_get_each(tx, o->n->staff, &o->session.user, 1, only, &o->row));
	return o->session.member_tenant ? find_tenant(tx, o) : OK;
}

static enum err touch(struct tx *tx, void *arg)
{
	return session_touch(tx, ((const struct open *)arg)->session.id);
}

static enum err note_address(struct tx *tx, void *arg)
{
	const struct open *o = arg;
	return audit_event(tx, "address_refused", o->n->staff, o->session.user, STR(""));
}

/* Outside every company: no rights at all, and nothing that is one. */
static void stand_outside(struct ctx *c, const struct session *s)
{
	c->actor = (struct actor){
		.catalogue = store_catalogue(c->store), .signed_in = true, .user = s->user, .session = s->id, .role = ROLE_COUNT, .limited = s->limited,
		.staff = true, .masked = true, .fresh_until_ms = s->fresh_ms + (int64_t)FRESH_S * 1000,
	};
	c->who = (struct who){ .kind = WHO_SUPPORT, .id = s->user, .request = c->who.request };
}

static enum err go_inside(struct ctx *c, const struct auth_nouns *n, const struct open *o)
{
	c->actor.tenant = o->session.member_tenant;
	c->actor.tenant_id = row_id(o->tenant, F_ID_FIELD);
	enum err e = n->support(c, o->session.grant);
	if (e == E_NOT_FOUND)
		stand_outside(c, &o->session);
	return e == E_NOT_FOUND ? OK : e;
}

enum err staff_session(struct ctx *c, const struct auth_nouns *n, struct str token)
{
	struct open o = { .n = n };
	struct run run = ctx_system_run(c);
	if (!n->staff || token_hash(str_slice(token, sizeof(STAFF_PREFIX) - 1, token.n), o.hash) != OK)
		return E_UNAUTHENTICATED;
	enum err e = store_read(&run, find_session, &o);
	if (e == E_NOT_FOUND)
		return E_UNAUTHENTICATED;
	TRY(e);
	if (!session_usable(&o.session, c->now) || !str_eqz(o.session.kind, "staff") || !o.row || !row_int(o.row, n->staff_active))
		return E_UNAUTHENTICATED;
	stand_outside(c, &o.session);
	if (!from_allowed(c)) {
		TRY(store_write(&run, note_address, &o));
		return E_UNAUTHENTICATED;
	}
	if (o.tenant && n->support && !o.session.limited)
		TRY(go_inside(c, n, &o));
	return c->now.ms - o.session.touched_ms >= TOUCH_MS ? store_write(&run, touch, &o) : OK;
}

struct entering {
	int64_t tenant;
	struct id grant;
};

static enum err enter(struct tx *tx, void *arg)
{
	const struct entering *g = arg;
	const struct ctx *c = tx_ctx(tx);
	TRY(session_enter(tx, c->actor.session, g->tenant, g->grant));
	return audit_event(tx, g->tenant ? "support_enter" : "support_leave", NULL, c->actor.user, str_fmt(tx->arena, "{\"tenant\":%lld}", (long long)(g->tenant ? g->tenant : c->actor.tenant)));
}

enum err staff_enter(struct ctx *c, int64_t tenant, struct id grant)
{
	const struct entering g = { tenant, grant };
	struct run run = ctx_system_run(c);
	return store_write(&run, enter, (void *)(uintptr_t)&g);
}
