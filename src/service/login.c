#include "login.h"

#include "alarm.h"
#include "geo.h"
#include "guard.h"
#include "log.h"
#include "password.h"
#include "throttle.h"
#include "token.h"

#include <openssl/crypto.h>
#include <string.h>

enum { MEMBERSHIPS_MAX = 50, DAY_MS = 86400000 };

/* ---- who it is ---- */

struct person {
	const struct auth_nouns *n;
	struct str email; /* as it was typed, folded; or */
	struct id id;
	struct row *user; /* NULL: nobody */
	int64_t tenants[MEMBERSHIPS_MAX];
	size_t tenant_count;
};

/* The same questions are asked for somebody who is not there. */
static enum err find_person(struct tx *tx, void *arg)
{
	struct person *p = arg;
	size_t count = 0;
	p->user = NULL;
	if (id_is_zero(p->id)) {
		TRY(store_lookup(tx, p->n->user, p->n->user_email, p->email, &p->user, 1, &count));
	} else {
		enum err e = store_get(tx, p->n->user, p->id, &p->user);
		count = e == OK;
		TRY(e == E_NOT_FOUND ? OK : e);
	}
	if (!count)
		p->user = NULL;
	return member_tenants(tx, count ? row_id(p->user, F_ID_FIELD) : id_new(tx->now.ms), p->tenants, MEMBERSHIPS_MAX, &p->tenant_count);
}

static enum err list_tenants(struct ctx *c, const struct auth_nouns *n, const struct person *p)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->arena, 64 * KIB);
	jw_init(&o, &b);
	jw_key(&o, "tenants");
	jw_open(&o, '[');
	for (size_t i = 0; i < p->tenant_count; i++) {
		struct row *tenant;
		TRY(auth_tenant_by_number(c, n, p->tenants[i], &tenant));
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

struct belonging {
	const struct person *p;
	bool belongs;
};

static enum err look_member(struct tx *tx, void *arg)
{
	struct belonging *b = arg;
	const struct auth_nouns *n = b->p->n;
	struct field_set only = { 0 };
	struct row *row;
	set_add(&only, n->member_active);
	enum err e = store_find_only(tx, n->membership, n->member_user, VALUE_ID(row_id(b->p->user, F_ID_FIELD)), only, &row);
	b->belongs = e == OK && row_int(row, n->member_active);
	return e == E_NOT_FOUND ? OK : e;
}

/* Of several companies, those that he belongs to now: one that he left, or whose invitation he did not accept, is no choice. */
static enum err keep_own(struct ctx *c, struct person *p)
{
	size_t kept = 0;
	if (p->tenant_count < 2)
		return OK;
	for (size_t i = 0; i < p->tenant_count; i++) {
		struct belonging b = { p, false };
		struct run run = ctx_tenant_run(c, p->tenants[i]);
		TRY(store_read(&run, look_member, &b));
		if (b.belongs)
			p->tenants[kept++] = p->tenants[i];
	}
	p->tenant_count = kept;
	return OK;
}

/* The company to sign in to: the one that was named, or the only one. */
static enum err choose_tenant(struct ctx *c, const struct auth_nouns *n, struct person *p, struct id wanted, struct row **ret)
{
	struct row *tenant = NULL;
	TRY(keep_own(c, p));
	for (size_t i = 0; i < p->tenant_count && !tenant; i++) {
		struct row *t;
		TRY(auth_tenant_by_number(c, n, p->tenants[i], &t));
		if (id_is_zero(wanted) ? p->tenant_count == 1 : id_eq(row_id(t, F_ID_FIELD), wanted))
			tenant = t;
	}
	if (!tenant)
		return id_is_zero(wanted) && p->tenant_count ? list_tenants(c, n, p) : E_LOGIN;
	if (!auth_tenant_open(n, tenant))
		return problem_set(&c->problem, E_FORBIDDEN, "This company's access is suspended.");
	*ret = tenant;
	return OK;
}

/* ---- what is refused ---- */

/* In the platform's log at once; and put down for the courier, who tells it in the logs of the person's companies: written here that would take longer
 * for an account that exists. */
static enum err note_refusal(struct tx *tx, void *arg)
{
	const struct person *p = arg;
	struct id user = p->user ? row_id(p->user, F_ID_FIELD) : (struct id){ { 0 } };
	uint8_t hash[32];
	random_bytes(hash, sizeof(hash));
	const struct once told = { .kind = STR("refused"), .secret = STR("{}"), .user = user, .created_ms = tx->now.ms, .expires_ms = tx->now.ms + DAY_MS };
	TRY(once_put(tx, hash, &told));
	return audit_event(tx, "sign_in_refused", p->n->user, user, STR(""));
}

struct refusal {
	const struct auth_nouns *n;
	const struct person *p;
	bool sprayed;
};

static enum err alert(struct tx *tx, void *arg)
{
	const struct refusal *r = arg;
	const struct alarm sprayed = { .kind = "spraying", .words = STR("Many different accounts were tried from one network in a few minutes.") };
	return r->n->alarms->raise(tx, &sprayed);
}

/* Words, time and what is written down are the same for everybody. */
static enum err refuse(struct ctx *c, struct person *p)
{
	struct run run = ctx_system_run(c);
	struct refusal r = { p->n, p, false };
	TRY(store_write(&run, note_refusal, p));
	TRY(guard_spray(c, guard_network(c->arena, c->remote), p->email, &r.sprayed));
	if (r.sprayed) {
		LOG(LOG_WARN, "login.spraying", LOG_I("known", p->user != NULL));
		for (size_t i = 0; i < p->tenant_count && p->n->alarms; i++) {
			struct run in_tenant = ctx_tenant_run(c, p->tenants[i]);
			TRY(store_write(&in_tenant, alert, &r));
		}
	}
	problem_init(&c->problem, c->arena);
	return problem_set(&c->problem, E_LOGIN, "The address or the password is not right.");
}

enum err login_verify(struct ctx *c, const struct value *stored, struct str password)
{
	struct key pepper;
	TRY(keystore_pepper(store_keys(c->store), &pepper));
	enum err e = password_verify(c->arena, &pepper, stored && stored->kind == V_TEXT ? stored->s : STR(""), password);
	key_wipe(&pepper);
	return e;
}

static enum err verify(struct ctx *c, const struct person *p, struct str password)
{
	bool usable = p->user && row_int(p->user, p->n->user_active) && p->tenant_count;
	return login_verify(c, usable ? &p->user->v[p->n->user_password] : NULL, password);
}

/* ---- marks of devices: id.hmac, bound to the person ---- */

static enum err device_mark(struct ctx *c, struct id user, struct id device, struct str *ret)
{
	struct key key;
	uint8_t mac[32];
	const struct str parts[] = { STR("device|"), { (const char *)user.b, 16 }, { (const char *)device.b, 16 } };
	TRY(keystore_tenant_key(store_keys(c->store), 0, KEY_SECRETS, &key));
	hmac_sha256(&key, parts, ARRAY_LEN(parts), mac);
	key_wipe(&key);
	*ret = str_fmt(c->arena, STR_FMT "." STR_FMT, STR_ARG(id_str(c->arena, device)), STR_ARG(str_base64url(c->arena, mac, sizeof(mac))));
	return OK;
}

struct marked {
	struct id user, device;
	bool known;
};

static enum err look_marked(struct tx *tx, void *arg)
{
	struct marked *m = arg;
	return device_known(tx, m->user, m->device, &m->known);
}

/* The id of the device whose mark this is for this person; zero: it is none, or was ended (with a new password). */
static enum err device_read(struct ctx *c, struct id user, struct str mark, struct id *ret)
{
	struct id id;
	struct str want;
	struct marked m = { .user = user };
	struct run run = ctx_system_run(c);
	*ret = (struct id){ { 0 } };
	if (mark.n < 37 || id_parse(str_slice(mark, 0, 36), &id) != OK)
		return OK;
	TRY(device_mark(c, user, id, &want));
	if (!str_same_ct(mark, want))
		return OK;
	m.device = id;
	TRY(store_read(&run, look_marked, &m));
	if (m.known)
		*ret = id;
	return OK;
}

/* ---- the session ---- */

struct start {
	const struct auth_nouns *n;
	const struct login *l;
	struct row *user, *tenant;
	const char *amr;
	struct id device; /* that it said it is; zero: none */
	uint8_t hash[32], refresh_hash[32];
	struct session session;
	bool new_device;  /* and not the first of the person */
	bool far;         /* nobody travels that fast */
};

struct str login_about(struct ctx *c, const char *amr)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->arena, 4 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "device", str_slice(c->agent, 0, 300));
	jw_member_str(&o, "network", guard_network(c->arena, c->remote));
	jw_member_str(&o, "amr", str_from(amr));
	jw_close(&o, '}');
	return buf_str(&b);
}

/* What about_json() says but for how he proved himself, which comes last. */
static struct str place_of(struct str about)
{
	const char *amr = memmem(about.p, about.n, ",\"amr\":", 7);
	return amr ? str_slice(about, 0, (size_t)(amr - about.p)) : about;
}

/* A program has no cookies: it is known by what it calls itself and the network that it comes from. */
static enum err know_program(struct tx *tx, struct start *s)
{
	enum { LOOK_BACK = 50 };
	struct session *had = ARENA_ARRAY(tx->arena, struct session, LOOK_BACK);
	size_t count;
	TRY(session_history(tx, s->session.user, had, LOOK_BACK, &count));
	s->new_device = count > 0;
	for (size_t i = 0; i < count; i++)
		if (str_eqz(had[i].kind, "token") && str_eq(place_of(had[i].about), place_of(s->session.about)))
			s->new_device = false;
	return OK;
}

static enum err mark_device(struct tx *tx, struct start *s)
{
	bool known = false;
	int64_t had;
	if (!s->l->cookie)
		return know_program(tx, s);
	if (!id_is_zero(s->device))
		TRY(device_seen(tx, s->session.user, s->device, s->session.about, &known));
	if (known) {
		s->session.device = s->device;
		return OK;
	}
	TRY(device_count(tx, s->session.user, &had));
	s->session.device = id_new(tx->now.ms);
	s->new_device = had > 0;
	struct device d = { s->session.device, tx->now.ms, tx->now.ms, s->session.about };
	return device_put(tx, s->session.user, &d);
}

/* Whether he can hardly have come here since he was last seen: faster than an airliner, by countries and with a day of the map's vagueness taken off. */
static enum err look_where(struct tx *tx, struct start *s)
{
	struct session last;
	size_t count;
	s->far = false;
	TRY(session_history(tx, s->session.user, &last, 1, &count));
	if (!count)
		return OK;
	struct problem p;
	json_t *about;
	problem_init(&p, tx->arena);
	if (json_read(tx->arena, last.about, &p, &about) != OK)
		return OK;
	int64_t seen_ms = last.touched_ms > last.created_ms ? last.touched_ms : last.created_ms;
	int km = geo_km(geo_country(json_text(json_object_get(about, "network"))), geo_country(tx_ctx(tx)->remote));
	int64_t hours_x100 = (tx->now.ms - seen_ms) / 36000;
	s->far = km > 0 && (int64_t)km * 100 > TRAVEL_KMH * (hours_x100 > 0 ? hours_x100 : 1);
	return OK;
}

static enum err start_session(struct tx *tx, void *arg)
{
	struct start *s = arg;
	s->new_device = false;
	TRY(tx_lock(tx));
	TRY(look_where(tx, s));
	TRY(mark_device(tx, s));
	TRY(session_put(tx, s->hash, &s->session));
	if (!s->l->cookie)
		TRY(refresh_put(tx, s->refresh_hash, s->session.id));
	return member_put(tx, s->session.user, s->session.member_tenant);
}

static enum err note_sign_in(struct tx *tx, void *arg)
{
	const struct start *s = arg;
	struct str detail = str_fmt(tx->arena, "{\"session\":\"%s\",\"amr\":\"%s\",\"new_device\":%s}", id_str(tx->arena, s->session.id).p, s->amr,
	                            s->new_device ? "true" : "false");
	TRY(audit_event(tx, "sign_in", s->n->membership, tx_ctx(tx)->actor.membership, detail));
	if (s->far && s->n->alarms) {
		const struct alarm far = { "impossible_travel", s->session.user, STR("Signed in from another country sooner than anybody can travel there.") };
		TRY(s->n->alarms->raise(tx, &far));
	}
	if (!s->new_device || !s->n->alarms)
		return OK;
	const struct alarm strange = { "new_device", s->session.user, STR("Signed in with a device that was not seen before.") };
	return s->n->alarms->raise(tx, &strange);
}

/* How long it lasts, by role and by what it is for (security.md 2.5). */
static void limits_of(const struct ctx *c, const struct start *s, int64_t *idle_s, int64_t *absolute_s)
{
	bool field = c->actor.role == ROLE_TECHNICIAN;
	*idle_s = row_int(s->tenant, s->n->tenant_idle_minutes) * 60;
	*absolute_s = SESSION_S;
	if (!s->l->cookie) {
		*idle_s = TOKEN_IDLE_S;
		*absolute_s = TOKEN_ABSOLUTE_S;
	} else if (field) {
		*idle_s = s->l->remember ? KEPT_IDLE_S : FIELD_IDLE_S;
		*absolute_s = s->l->remember ? TOKEN_ABSOLUTE_S : SESSION_S;
	}
}

/* Somebody else's word for it, and no proof of the person's own. */
static bool vouched(const char *amr)
{
	return strcmp(amr, "sso") == 0;
}

static enum err put_device(struct tx *tx, void *arg)
{
	const struct start *s = arg;
	const struct device d = { s->device, tx->now.ms, tx->now.ms, s->session.about };
	return device_put(tx, s->session.user, &d);
}

/* A company that lets known machines in alone (S-177). A machine that was never here gets its mark now, so that it is the same one when it is let in. */
static enum err admit(struct ctx *c, struct start *s, struct login_answer *ret)
{
	struct run run = ctx_system_run(c);
	if (!s->l->cookie && c->actor.role != ROLE_OWNER)
		return problem_set(&c->problem, E_FORBIDDEN, "This company lets known machines in alone. A program uses a key of an integration.");
	if (s->l->cookie && id_is_zero(s->device)) {
		s->device = id_new(c->now.ms);
		TRY(store_write(&run, put_device, s));
		TRY(device_mark(c, c->actor.user, s->device, &ret->device));
	}
	enum err e = s->l->cookie ? s->n->admit(c, c->actor.user, s->device, str_slice(c->agent, 0, 300)) : OK;
	if (e == E_NOT_FOUND)
		return problem_set(&c->problem, E_FORBIDDEN, "Your company does not know this machine, or does not let it in. Somebody there can, under Settings.");
	return e;
}

static enum err begin(struct ctx *c, struct start *s, bool limited, struct login_answer *ret)
{
	int64_t idle_s, absolute_s;
	struct run run = ctx_system_run(c), in_tenant = ctx_run(c);
	limits_of(c, s, &idle_s, &absolute_s);
	*ret = (struct login_answer){ .tenant = row_id(s->tenant, F_ID_FIELD), .expires_s = s->l->cookie ? absolute_s : ACCESS_S, .limited = limited };
	struct str token = token_new(c->arena, s->hash);
	if (s->l->cookie)
		ret->token = token;
	else
		ret->refresh = token_new(c->arena, s->refresh_hash);
	s->session = (struct session){
		.id = id_new(c->now.ms), .user = c->actor.user, .member_tenant = c->actor.tenant, .created_ms = c->now.ms, .touched_ms = c->now.ms,
		.fresh_ms = c->now.ms, .expires_ms = c->now.ms + absolute_s * 1000, .idle_s = idle_s, .limited = limited,
		.vouched = vouched(s->amr),
		.kind = s->l->cookie ? STR("cookie") : STR("token"), .about = login_about(c, s->amr),
	};
	c->who = (struct who){ .kind = WHO_USER, .id = c->actor.user, .request = c->who.request };
	TRY(device_read(c, c->actor.user, s->l->device, &s->device));
	if (row_int(s->tenant, s->n->tenant_known_devices) && s->n->admit)
		TRY(admit(c, s, ret));
	TRY(store_write(&run, start_session, s));
	TRY(store_write(&in_tenant, note_sign_in, s));
	if (s->l->cookie && !id_eq(s->session.device, s->device))
		TRY(device_mark(c, c->actor.user, s->session.device, &ret->device));
	if (!s->l->cookie)
		TRY(access_token(c, &s->session, s->amr, ret->tenant, &ret->access));
	if ((s->new_device || s->far) && s->n->tell && s->n->tell(c, "account_new_device", row_text(s->user, s->n->user_email), STR("")) != OK) {
		LOG(LOG_WARN, "login.not_told", LOG_W("what", "account_new_device")); /* the session is there: it is not lost over a mail */
		problem_init(&c->problem, c->arena);
	}
	return OK;
}

/* Whether the company or the role asks for a second factor of everybody. */
bool login_demanded(const struct ctx *c, const struct auth_nouns *n, const struct row *tenant)
{
	struct str rest = row_text(tenant, n->tenant_factor_roles);
	if (row_int(tenant, n->tenant_second_factor))
		return true;
	while (rest.p && rest.n)
		if (str_eqz(str_trim(str_cut(rest, ',', &rest)), role_name(c->actor.role)))
			return true;
	return false;
}

enum err login_ask_second(struct ctx *c, const struct factors *f, struct id user, struct id tenant)
{
	struct buf b;
	struct json_out o;
	struct challenge ch;
	struct str text;
	TRY(challenge_new(c, CHALLENGE_LOGIN, user, tenant, &ch, &text));
	buf_init(&b, c->arena, 32 * KIB);
	jw_init(&o, &b);
	factors_write(c, &o, f, &ch, text, false);
	problem_init(&c->problem, c->arena);
	c->problem.extra = buf_str(&b);
	return problem_set(&c->problem, E_SECOND_FACTOR, "Show your second factor.");
}

/* From a person who has proved the first part, to a session. `amr`: how; a passkey is both parts at once. */
static enum err go_on(struct ctx *c, const struct auth_nouns *n, struct person *p, const struct login *l, struct id tenant_id, const char *amr, bool second_done,
                      struct login_answer *ret)
{
	struct start s = { .n = n, .l = l, .user = p->user, .amr = amr };
	struct factors f;
	const char *second;
	enum err e = choose_tenant(c, n, p, tenant_id, &s.tenant);
	if (e == E_LOGIN)
		return refuse(c, p);
	TRY(e);
	e = actor_load(c, n, row_id(p->user, F_ID_FIELD), row_int(s.tenant, n->tenant_number));
	if (e == E_NOT_FOUND)
		return refuse(c, p);
	TRY(e);
	c->actor.tenant_id = row_id(s.tenant, F_ID_FIELD);
	if (row_int(s.tenant, n->tenant_sso_only) && c->actor.role != ROLE_OWNER && !vouched(amr))
		return problem_set(&c->problem, E_FORBIDDEN, "This company signs in through its own provider. Use \"sign in with your company\".");
	if (second_done)
		return begin(c, &s, false, ret);
	TRY(factors_load(c, c->actor.user, &f));
	if (factors_any(&f) && !vouched(amr)) {
		if (!l->proof.code.n)
			return login_ask_second(c, &f, c->actor.user, c->actor.tenant_id);
		TRY(factors_prove(c, c->actor.user, NULL, &l->proof, &second));
		s.amr = str_fmt(c->arena, "%s %s", amr, second).p;
		return begin(c, &s, false, ret);
	}
	return begin(c, &s, !vouched(amr) && login_demanded(c, n, s.tenant), ret);
}

/* After a good password, its hash is made anew where today's parameters are others. */
struct rehash {
	const struct auth_nouns *n;
	const struct row *user;
	struct str hash;
};

static enum err put_hash(struct tx *tx, void *arg)
{
	struct rehash *h = arg;
	struct row *was, *is;
	TRY(store_get(tx, h->n->user, row_id(h->user, F_ID_FIELD), &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, h->n->user_password, h->hash);
	return store_update(tx, was, is, &is);
}

static enum err hash_anew(struct ctx *c, const struct person *p, struct str password)
{
	struct rehash h = { .n = p->n, .user = p->user };
	struct run run = ctx_system_run(c);
	struct key pepper;
	TRY(keystore_pepper(store_keys(c->store), &pepper));
	bool needed = password_needs_rehash(&pepper, p->user->v[p->n->user_password].s);
	enum err e = needed ? password_hash(c->arena, &pepper, password, &h.hash) : OK;
	key_wipe(&pepper);
	TRY(e);
	return needed ? store_write(&run, put_hash, &h) : OK;
}

static enum err first_step(struct ctx *c, const struct auth_nouns *n, const struct login *l, struct login_answer *ret)
{
	struct person p = { .n = n, .email = str_lower_ascii(c->arena, str_trim(l->email)) };
	struct run run = ctx_system_run(c);
	struct id device;
	TRY(store_read(&run, find_person, &p));
	TRY(device_read(c, p.user ? row_id(p.user, F_ID_FIELD) : (struct id){ { 0 } }, l->device, &device));
	const struct guard_key strange[] = {
		{ GUARD_ACCOUNT, p.email },
		{ GUARD_ADDRESS, throttle_address(c->arena, c->remote) },
		{ GUARD_NETWORK, guard_network(c->arena, c->remote) },
	}, known[] = { { GUARD_DEVICE, id_str(c->arena, device) } };
	bool trusted = !id_is_zero(device);
	const struct guard_key *keys = trusted ? known : strange;
	size_t count = trusted ? ARRAY_LEN(known) : ARRAY_LEN(strange);
	TRY(guard_take(c, keys, count));
	enum err e = verify(c, &p, l->proof.password);
	if (e == E_LOGIN)
		return refuse(c, &p);
	TRY(e);
	TRY(guard_good(c, keys, count));
	TRY(hash_anew(c, &p, l->proof.password));
	return go_on(c, n, &p, l, l->tenant, "pwd", false, ret);
}

static enum err second_step(struct ctx *c, const struct auth_nouns *n, const struct login *l, struct login_answer *ret)
{
	struct challenge ch;
	struct person p = { .n = n, .email = STR("") };
	struct run run = ctx_system_run(c);
	const struct guard_key places[] = { { GUARD_ADDRESS, throttle_address(c->arena, c->remote) }, { GUARD_NETWORK, guard_network(c->arena, c->remote) } };
	const char *second;
	TRY(challenge_read(c, l->challenge, l->passkey_alone ? CHALLENGE_PASSKEY : CHALLENGE_LOGIN, &ch));
	p.id = ch.user;
	if (l->passkey_alone) {
		TRY(guard_take(c, places, ARRAY_LEN(places)));
		enum err e = l->proof.with_passkey ? factors_passkey_owner(c, &l->proof.passkey, &p.id) : E_NOT_FOUND;
		if (e == E_NOT_FOUND)
			return problem_set(&c->problem, E_SECOND_FACTOR, "This passkey is not known here.");
		TRY(e);
	}
	TRY(factors_prove(c, p.id, &ch, &l->proof, &second));
	if (l->passkey_alone)
		TRY(guard_good(c, places, ARRAY_LEN(places)));
	TRY(store_read(&run, find_person, &p));
	if (!p.user || !row_int(p.user, n->user_active))
		return refuse(c, &p);
	TRY(keep_own(c, &p));
	struct id tenant = id_is_zero(ch.tenant) ? l->tenant : ch.tenant;
	if (id_is_zero(tenant) && p.tenant_count) { /* with a passkey nobody typed a company: the one used last */
		struct row *last;
		TRY(auth_tenant_by_number(c, n, p.tenants[0], &last));
		tenant = row_id(last, F_ID_FIELD);
	}
	return go_on(c, n, &p, l, tenant, l->passkey_alone ? "hwk" : str_fmt(c->arena, "pwd %s", second).p, true, ret);
}

enum err login(struct ctx *c, const struct auth_nouns *n, const struct login *l, struct login_answer *ret)
{
	return l->challenge.n ? second_step(c, n, l, ret) : first_step(c, n, l, ret);
}

enum err login_passkey(struct ctx *c, struct json_out *o)
{
	struct challenge ch;
	struct str text;
	const struct factors any = { .passkeys = 1 };
	TRY(challenge_new(c, CHALLENGE_PASSKEY, (struct id){ { 0 } }, (struct id){ { 0 } }, &ch, &text));
	factors_write(c, o, &any, &ch, text, false);
	return OK;
}

enum err login_as(struct ctx *c, const struct auth_nouns *n, struct id user, int64_t tenant, const struct login *l, const char *amr, struct login_answer *ret)
{
	struct person p = { .n = n, .id = user };
	struct run run = ctx_system_run(c);
	struct row *row;
	TRY(store_read(&run, find_person, &p));
	if (!p.user || !row_int(p.user, n->user_active))
		return refuse(c, &p);
	TRY(auth_tenant_by_number(c, n, tenant, &row));
	return go_on(c, n, &p, l, row_id(row, F_ID_FIELD), amr, false, ret);
}

/* ---- fresh proofs ---- */

enum err login_password(struct ctx *c, const struct auth_nouns *n, struct str password)
{
	struct person p = { .n = n, .id = c->actor.user };
	struct run run = ctx_system_run(c);
	const struct guard_key keys[] = { { GUARD_CODE, id_str(c->arena, c->actor.user) } };
	TRY(guard_take(c, keys, 1));
	TRY(store_read(&run, find_person, &p));
	enum err e = verify(c, &p, password);
	if (e == E_LOGIN)
		return problem_set(&c->problem, E_LOGIN, "The password is not right.");
	TRY(e);
	return guard_good(c, keys, 1);
}

static enum err proved(struct tx *tx, void *arg)
{
	(void)arg;
	return session_proved(tx, tx_ctx(tx)->actor.session);
}

static enum err note_step_up(struct tx *tx, void *arg)
{
	return audit_event(tx, "step_up", NULL, tx_ctx(tx)->actor.membership, str_fmt(tx->arena, "{\"amr\":\"%s\"}", (const char *)arg));
}

enum err login_step_up_ask(struct ctx *c, struct json_out *o)
{
	struct challenge ch;
	struct factors f;
	struct str text;
	TRY(factors_load(c, c->actor.user, &f));
	TRY(challenge_new(c, CHALLENGE_STEP, c->actor.user, c->actor.tenant_id, &ch, &text));
	factors_write(c, o, &f, &ch, text, !factors_any(&f));
	return OK;
}

enum err login_step_up(struct ctx *c, const struct auth_nouns *n, struct str challenge, const struct proof *proof)
{
	struct factors f;
	struct challenge ch, *spent = NULL;
	const char *amr = "pwd";
	struct run run = ctx_system_run(c), in_tenant = ctx_run(c);
	TRY(factors_load(c, c->actor.user, &f));
	if (challenge.n) {
		TRY(challenge_read(c, challenge, CHALLENGE_STEP, &ch));
		if (!id_eq(ch.user, c->actor.user))
			return E_SECOND_FACTOR;
		spent = &ch;
	}
	if (factors_any(&f) && !proof->code.n && !proof->with_passkey)
		return problem_set(&c->problem, E_SECOND_FACTOR, "The password alone does not prove it: show your second factor.");
	if (factors_any(&f))
		TRY(factors_prove(c, c->actor.user, spent, proof, &amr));
	else
		TRY(login_password(c, n, proof->password));
	TRY(store_write(&run, proved, NULL));
	c->actor.fresh_until_ms = c->now.ms + (int64_t)FRESH_S * 1000;
	return store_write(&in_tenant, note_step_up, (void *)(uintptr_t)amr);
}

/* ---- refresh tokens ---- */

struct renewing {
	const struct auth_nouns *n;
	uint8_t hash[32], next_hash[32];
	struct str token, next, sealed;
	struct key key; /* of the old token: who holds it can open its successor */
	struct session session;
	bool reused;
};

static const struct seal_place next_place = { .noun = 0xffff, .field = 9 };

/* Lost answers happen on phones: the immediate predecessor gets the same successor again, as long as nobody has used that one. */
static enum err reuse(struct tx *tx, struct renewing *r, const struct refresh *old)
{
	struct refresh next;
	int64_t ended;
	if (old->next_hash.n == 32 && tx->now.ms - old->used_ms <= (int64_t)REFRESH_LOST_S * 1000) {
		TRY(refresh_find(tx, (const uint8_t *)old->next_hash.p, &next));
		if (!next.used_ms)
			return seal_open(tx->arena, &r->key, &next_place, old->next, &r->next);
	}
	r->reused = true;
	TRY(device_end_all(tx, r->session.user));
	return session_end_all(tx, r->session.user, r->session.member_tenant, (struct id){ { 0 } }, &ended);
}

static enum err renew(struct tx *tx, void *arg)
{
	struct renewing *r = arg;
	struct refresh old;
	bool first = false;
	r->reused = false;
	TRY(tx_lock(tx));
	TRY(refresh_find(tx, r->hash, &old));
	TRY(session_get(tx, old.session, &r->session));
	if (old.used_ms)
		return reuse(tx, r, &old);
	if (!session_usable(&r->session, tx->now))
		return E_NOT_FOUND;
	r->next = token_new(tx->arena, r->next_hash);
	r->sealed = seal(tx->arena, &r->key, 1, &next_place, r->next);
	TRY(refresh_take(tx, r->hash, r->next_hash, r->sealed, &first));
	if (!first)
		return E_BUSY;
	TRY(refresh_put(tx, r->next_hash, r->session.id));
	return session_touch(tx, r->session.id);
}

static enum err note_reuse(struct tx *tx, void *arg)
{
	const struct renewing *r = arg;
	TRY(audit_event(tx, "token_reuse", NULL, r->session.user, STR("")));
	if (!r->n->alarms)
		return OK;
	const struct alarm reused = { "token_reuse", r->session.user,
		                      STR("A refresh token came a second time: somebody may have copied it. All sessions of the person were ended.") };
	return r->n->alarms->raise(tx, &reused);
}

enum err login_refresh(struct ctx *c, const struct auth_nouns *n, struct str refresh, struct login_answer *ret)
{
	struct renewing r = { .n = n, .token = refresh };
	struct run run = ctx_system_run(c);
	struct row *tenant;
	uint8_t seed[32];
	const struct str parts[] = { STR("refresh|"), refresh };
	if (token_hash(refresh, r.hash) != OK)
		return E_UNAUTHENTICATED;
	sha256(parts, 2, seed);
	memcpy(r.key.b, seed, sizeof(seed));
	key_derive(&r.key, "successor", &r.key);
	OPENSSL_cleanse(seed, sizeof(seed));
	enum err e = store_write(&run, renew, &r);
	key_wipe(&r.key);
	if (e == E_NOT_FOUND)
		return E_UNAUTHENTICATED;
	TRY(e);
	if (r.reused) {
		struct run in_tenant = ctx_tenant_run(c, r.session.member_tenant);
		TRY(store_write(&in_tenant, note_reuse, &r));
		return E_UNAUTHENTICATED;
	}
	TRY(auth_tenant_by_number(c, n, r.session.member_tenant, &tenant));
	e = auth_tenant_open(n, tenant) ? actor_load(c, n, r.session.user, r.session.member_tenant) : E_NOT_FOUND;
	if (e == E_NOT_FOUND)
		return E_UNAUTHENTICATED;
	TRY(e);
	*ret = (struct login_answer){ .refresh = r.next, .expires_s = ACCESS_S, .tenant = row_id(tenant, F_ID_FIELD), .limited = r.session.limited };
	return access_token(c, &r.session, "", ret->tenant, &ret->access);
}

/* ---- what is open ---- */

struct listing {
	struct id user, one, keep;
	int64_t tenant, ended;
	struct session *list;
	size_t count;
};

static enum err list(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	return session_list(tx, l->user, l->list, SESSIONS_SHOWN_MAX, &l->count);
}

enum err login_sessions(struct ctx *c, struct id user, struct session **ret, size_t *ret_count)
{
	struct listing l = { .user = user, .list = ARENA_ARRAY(c->arena, struct session, SESSIONS_SHOWN_MAX) };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, list, &l));
	*ret = l.list;
	*ret_count = l.count;
	return OK;
}

struct remembering {
	const struct auth_nouns *n;
	struct id user;
	struct session *sessions;
	size_t session_count, refused_count;
	struct audit_entry *refused;
};

static enum err remember(struct tx *tx, void *arg)
{
	struct remembering *r = arg;
	const struct audit_query q = { .object = r->user, .limit = SESSIONS_SHOWN_MAX, .action = STR("sign_in_refused") };
	int64_t next;
	TRY(session_history(tx, r->user, r->sessions, SESSIONS_SHOWN_MAX, &r->session_count));
	return audit_list(tx, &q, &r->refused, &r->refused_count, &next);
}

enum err login_history(struct ctx *c, struct id user, struct sign_in **ret, size_t *ret_count)
{
	struct remembering r = { .user = user, .sessions = ARENA_ARRAY(c->arena, struct session, SESSIONS_SHOWN_MAX) };
	struct run run = ctx_system_run(c);
	size_t s = 0, k = 0, n = 0;
	TRY(store_read(&run, remember, &r));
	struct sign_in *list = ARENA_ARRAY(c->arena, struct sign_in, r.session_count + r.refused_count + 1);
	while (s < r.session_count || k < r.refused_count) {
		bool refused = s == r.session_count || (k < r.refused_count && r.refused[k].at_ms > r.sessions[s].created_ms);
		list[n++] = refused ? (struct sign_in){ .at_ms = r.refused[k].at_ms, .refused = true } : (struct sign_in){ .at_ms = r.sessions[s].created_ms, .session = r.sessions[s] };
		k += refused;
		s += !refused;
	}
	*ret = list;
	*ret_count = n;
	return OK;
}

static enum err end_one(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	TRY(session_end(tx, l->user, l->one));
	return audit_event(tx, "session_end", NULL, l->user, STR(""));
}

enum err login_end(struct ctx *c, struct id user, struct id session)
{
	struct listing l = { .user = user, .one = session };
	struct run run = ctx_system_run(c);
	return store_write(&run, end_one, &l);
}

static enum err end_all(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	TRY(session_end_all(tx, l->user, l->tenant, l->keep, &l->ended));
	if (!l->tenant)
		TRY(device_end_all(tx, l->user));
	return audit_event(tx, "session_end", NULL, l->user, str_fmt(tx->arena, "{\"count\":%lld}", (long long)l->ended));
}

enum err login_end_all(struct ctx *c, struct id user, int64_t tenant, struct id keep, int64_t *ret_ended)
{
	struct listing l = { .user = user, .keep = keep, .tenant = tenant };
	struct run run = ctx_system_run(c);
	TRY(store_write(&run, end_all, &l));
	*ret_ended = l.ended;
	return OK;
}
