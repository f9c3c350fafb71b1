#include "auth.h"

#include "password.h"
#include "token.h"

#include <string.h>

enum { MEMBERSHIPS_MAX = 50, TENANT_TRIES = 8 };

/* ---- reading the platform's rows ---- */

struct find_user {
	const struct auth_nouns *n;
	struct str email;
	struct row *user; /* NULL: nobody */
	int64_t tenants[MEMBERSHIPS_MAX];
	size_t tenant_count;
};

static enum err find_user(struct tx *tx, void *arg)
{
	struct find_user *f = arg;
	size_t count;
	f->user = NULL;
	f->tenant_count = 0;
	TRY(store_lookup(tx, f->n->user, f->n->user_email, f->email, &f->user, 1, &count));
	if (!count)
		return OK;
	return member_tenants(tx, row_id(f->user, F_ID_FIELD), f->tenants, MEMBERSHIPS_MAX, &f->tenant_count);
}

struct find_tenant {
	const struct auth_nouns *n;
	int64_t number; /* or */
	struct id id;
	struct row *row;
};

static enum err find_tenant(struct tx *tx, void *arg)
{
	struct find_tenant *f = arg;
	if (!id_is_zero(f->id))
		return store_get(tx, f->n->tenant, f->id, &f->row);
	return store_find(tx, f->n->tenant, f->n->tenant_number, VALUE_INT(f->number), &f->row);
}

enum err auth_tenant_by_number(struct ctx *c, const struct auth_nouns *n, int64_t number, struct row **ret)
{
	struct find_tenant f = { .n = n, .number = number };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, find_tenant, &f));
	*ret = f.row;
	return OK;
}

/* ---- signing in ---- */

static enum err list_tenants(struct ctx *c, const struct auth_nouns *n, const struct find_user *u)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->arena, 64 * KIB);
	jw_init(&o, &b);
	jw_key(&o, "tenants");
	jw_open(&o, '[');
	for (size_t i = 0; i < u->tenant_count; i++) {
		struct row *tenant;
		TRY(auth_tenant_by_number(c, n, u->tenants[i], &tenant));
		jw_open(&o, '{');
		jw_member_id(&o, "id", row_id(tenant, F_ID_FIELD));
		jw_member_str(&o, "name", row_text(tenant, n->tenant_name));
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	problem_init(&c->problem, c->arena);
	c->problem.extra = buf_str(&b);
	return problem_set(&c->problem, E_TENANT_REQUIRED, "You belong to several companies. Say which one.");
}

/* The company to sign in to: the one that was named, the only one, or the one used last. */
static enum err choose_tenant(struct ctx *c, const struct auth_nouns *n, const struct find_user *u, struct id wanted, struct row **ret)
{
	struct row *tenant = NULL;
	for (size_t i = 0; i < u->tenant_count && !tenant; i++) {
		struct row *t;
		TRY(auth_tenant_by_number(c, n, u->tenants[i], &t));
		if (id_is_zero(wanted) ? u->tenant_count == 1 : id_eq(row_id(t, F_ID_FIELD), wanted))
			tenant = t;
	}
	if (!tenant)
		return id_is_zero(wanted) && u->tenant_count ? list_tenants(c, n, u) : E_LOGIN;
	if (!row_is(tenant, n->tenant_status, "active") && !row_is(tenant, n->tenant_status, "trial"))
		return problem_set(&c->problem, E_FORBIDDEN, "This company's access is suspended.");
	*ret = tenant;
	return OK;
}

struct start {
	const uint8_t *hash;
	struct session session;
};

static enum err start_session(struct tx *tx, void *arg)
{
	struct start *s = arg;
	TRY(session_put(tx, s->hash, &s->session));
	return member_put(tx, s->session.user, s->session.member_tenant);
}

static enum err note_sign_in(struct tx *tx, void *arg)
{
	const struct auth_nouns *n = arg;
	return audit_event(tx, "sign_in", n->membership, tx_ctx(tx)->actor.membership, STR(""));
}

static enum err note_refusal(struct tx *tx, void *arg)
{
	const struct find_user *u = arg;
	return audit_event(tx, "sign_in_refused", u->n->user, u->user ? row_id(u->user, F_ID_FIELD) : (struct id){ { 0 } }, STR(""));
}

/* Always costs one hash, whoever asks. */
static enum err verify(struct ctx *c, const struct find_user *u, struct str password)
{
	struct key pepper;
	bool usable = u->user && row_int(u->user, u->n->user_active) && u->tenant_count;
	TRY(keystore_pepper(store_keys(c->store), &pepper));
	struct str stored = u->user && u->user->v[u->n->user_password].kind == V_TEXT ? u->user->v[u->n->user_password].s : STR("");
	enum err e = password_verify(c->arena, &pepper, usable ? stored : STR(""), password);
	key_wipe(&pepper);
	return e;
}

static enum err refuse(struct ctx *c, struct find_user *u)
{
	struct run run = ctx_system_run(c);
	TRY(store_write(&run, note_refusal, u));
	problem_init(&c->problem, c->arena);
	return problem_set(&c->problem, E_LOGIN, "The address or the password is not right.");
}

enum err auth_login(struct ctx *c, const struct auth_nouns *n, const struct login *login, struct login_answer *ret)
{
	struct find_user u = { .n = n, .email = str_lower_ascii(c->arena, str_trim(login->email)) };
	struct run run = ctx_system_run(c);
	struct row *tenant = NULL;
	uint8_t hash[32];
	TRY(store_read(&run, find_user, &u));
	enum err e = verify(c, &u, login->password);
	if (e == E_LOGIN)
		return refuse(c, &u);
	TRY(e);
	e = choose_tenant(c, n, &u, login->tenant, &tenant);
	if (e == E_LOGIN)
		return refuse(c, &u);
	TRY(e);
	int64_t number = row_int(tenant, n->tenant_number);
	e = actor_load(c, n, row_id(u.user, F_ID_FIELD), number);
	if (e == E_NOT_FOUND)
		return refuse(c, &u);
	TRY(e);
	struct str token = token_new(c->arena, hash);
	struct start s = { hash, {
		.id = id_new(c->now.ms), .user = c->actor.user, .member_tenant = number, .created_ms = c->now.ms,
		.expires_ms = c->now.ms + (int64_t)SESSION_S * 1000, .kind = login->cookie ? STR("cookie") : STR("token"),
	} };
	c->who = (struct who){ .kind = WHO_USER, .id = c->actor.user, .request = c->who.request };
	TRY(store_write(&run, start_session, &s));
	struct run in_tenant = ctx_run(c);
	TRY(store_write(&in_tenant, note_sign_in, (void *)(uintptr_t)n));
	*ret = (struct login_answer){ token, SESSION_S, row_id(tenant, F_ID_FIELD) };
	return OK;
}

/* ---- sessions ---- */

struct find_session {
	const struct auth_nouns *n;
	const uint8_t *hash;
	struct session session;
	struct row *tenant;
};

static enum err find_session(struct tx *tx, void *arg)
{
	struct find_session *f = arg;
	struct field_set only = { 0 };
	set_add(&only, f->n->tenant_status);
	TRY(session_find(tx, f->hash, &f->session));
	return store_find_only(tx, f->n->tenant, f->n->tenant_number, VALUE_INT(f->session.member_tenant), only, &f->tenant);
}

enum err auth_session(struct ctx *c, const struct auth_nouns *n, struct str token, bool cookie)
{
	uint8_t hash[32];
	struct find_session f = { .n = n, .hash = hash };
	struct run run = ctx_system_run(c);
	if (token_hash(token, hash) != OK)
		return E_UNAUTHENTICATED;
	enum err e = store_read(&run, find_session, &f);
	if (e == E_NOT_FOUND)
		return E_UNAUTHENTICATED;
	TRY(e);
	bool usable = !f.session.ended && f.session.expires_ms > c->now.ms && str_eqz(f.session.kind, cookie ? "cookie" : "token") &&
	              (row_is(f.tenant, n->tenant_status, "active") || row_is(f.tenant, n->tenant_status, "trial"));
	if (!usable)
		return E_UNAUTHENTICATED;
	e = actor_load(c, n, f.session.user, f.session.member_tenant);
	if (e == E_NOT_FOUND)
		return E_UNAUTHENTICATED;
	TRY(e);
	c->actor.session = f.session.id;
	c->actor.fresh_until_ms = f.session.created_ms + (int64_t)FRESH_S * 1000;
	c->actor.tenant_id = row_id(f.tenant, F_ID_FIELD);
	c->who = (struct who){ .kind = cookie ? WHO_USER : WHO_API, .id = c->actor.user, .request = c->who.request };
	return OK;
}

static enum err end_session(struct tx *tx, void *arg)
{
	return session_end(tx, arg);
}

static enum err note_sign_out(struct tx *tx, void *arg)
{
	(void)arg;
	return audit_event(tx, "sign_out", NULL, tx_ctx(tx)->actor.membership, STR(""));
}

enum err auth_logout(struct ctx *c, struct str token)
{
	uint8_t hash[32];
	struct run run = ctx_system_run(c), in_tenant = ctx_run(c);
	TRY(token_hash(token, hash));
	TRY(store_write(&run, end_session, hash));
	return store_write(&in_tenant, note_sign_out, NULL);
}

/* ---- companies and people ---- */

struct add_tenant {
	const struct auth_nouns *n;
	const struct row *given;
	struct row *row;
	int64_t number;
};

static enum err next_tenant_number(struct tx *tx, const struct auth_nouns *n, int64_t *ret)
{
	struct query q = { .noun = n->tenant, .sort = -1, .limit = LIST_LIMIT_MAX };
	struct page page;
	*ret = 1;
	/* Companies that were added side by side have their numbers in another order than their times: all of them are looked at. */
	do {
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++)
			if (row_int(page.rows[i], n->tenant_number) >= *ret)
				*ret = row_int(page.rows[i], n->tenant_number) + 1;
		q.cursor = page.next_cursor;
	} while (page.next_cursor.n);
	return OK;
}

static enum err add_tenant(struct tx *tx, void *arg)
{
	struct add_tenant *t = arg;
	struct row *row = row_copy(tx->arena, t->given);
	TRY(next_tenant_number(tx, t->n, &t->number));
	row_set_int(row, t->n->tenant_number, t->number);
	return store_insert(tx, row, &t->row);
}

static enum err run_seed(struct tx *tx, void *arg)
{
	enum err (**seed)(struct tx *) = arg;
	return (*seed)(tx);
}

enum err auth_add_tenant(struct ctx *c, const struct auth_nouns *n, const struct row *tenant, enum err (*seed)(struct tx *tx),
                         struct id *ret_id, int64_t *ret_number)
{
	struct add_tenant t = { .n = n, .given = tenant };
	struct run run = ctx_system_run(c);
	enum err e = store_write(&run, add_tenant, &t);
	for (int tries = 0; e == E_UNIQUE && tries < TENANT_TRIES; tries++) { /* somebody else took the number in between */
		problem_init(&c->problem, c->arena);
		e = store_write(&run, add_tenant, &t);
	}
	TRY(e);
	TRY(store_tenant_create(c->store, t.number, c->arena, &c->problem));
	struct run in_tenant = ctx_tenant_run(c, t.number);
	TRY(store_write(&in_tenant, run_seed, &seed));
	*ret_id = row_id(t.row, F_ID_FIELD);
	*ret_number = t.number;
	return OK;
}

struct add_user {
	const struct auth_nouns *n;
	const struct new_member *m;
	struct str email, hash;
	int64_t tenant;
	struct row *user;
};

static enum err add_user(struct tx *tx, void *arg)
{
	struct add_user *a = arg;
	size_t count;
	TRY(store_lookup(tx, a->n->user, a->n->user_email, a->email, &a->user, 1, &count));
	if (!count) {
		struct row *row = row_new(tx->arena, a->n->user);
		row_set_text(row, a->n->user_email, a->email);
		row_set_text(row, a->n->user_name, a->m->name);
		row_set_text(row, a->n->user_password, a->hash);
		TRY(store_insert(tx, row, &a->user));
	}
	return member_put(tx, row_id(a->user, F_ID_FIELD), a->tenant);
}

static enum err add_member(struct tx *tx, void *arg)
{
	struct add_user *a = arg;
	struct row *row = row_new(tx->arena, a->n->membership);
	row_set_id(row, a->n->member_user, row_id(a->user, F_ID_FIELD));
	row_set_text(row, a->n->member_name, row_text(a->user, a->n->user_name));
	row_set_text(row, a->n->member_email, a->email);
	row_set_text(row, a->n->member_role, str_from(role_name(a->m->role)));
	row_set_int(row, a->n->member_own_only, a->m->own_only);
	if (!id_is_zero(a->m->employee))
		row_set_id(row, a->n->member_employee, a->m->employee);
	return store_insert(tx, row, &row);
}

static enum err hash_new(struct ctx *c, const struct new_member *m, struct str tenant_name, struct str *ret)
{
	struct key pepper;
	const struct str context[] = { m->email, m->name, tenant_name };
	const char *why = password_check(c->arena, m->password, false, context, ARRAY_LEN(context));
	if (why) {
		problem_fault(&c->problem, STR("/password"), "too_weak", "%s", why);
		return problem_done(&c->problem);
	}
	TRY(keystore_pepper(store_keys(c->store), &pepper));
	enum err e = password_hash(c->arena, &pepper, m->password, ret);
	key_wipe(&pepper);
	return e;
}

enum err auth_add_member(struct ctx *c, const struct auth_nouns *n, int64_t tenant, struct str tenant_name, const struct new_member *member,
                         struct id *ret_user)
{
	struct add_user a = { .n = n, .m = member, .tenant = tenant, .email = str_lower_ascii(c->arena, str_trim(member->email)) };
	struct find_user u = { .n = n, .email = a.email };
	struct run system = ctx_system_run(c), in_tenant = ctx_tenant_run(c, tenant);
	TRY(store_read(&system, find_user, &u));
	if (!u.user)
		TRY(hash_new(c, member, tenant_name, &a.hash));
	TRY(store_write(&system, add_user, &a));
	TRY(store_write(&in_tenant, add_member, &a));
	*ret_user = row_id(a.user, F_ID_FIELD);
	return OK;
}
