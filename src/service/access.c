/* access.c - from what a request brings to who acts. */
#include "auth.h"
#include "identity.h"
#include "login.h"
#include "staff.h"

#include "jwt.h"
#include "token.h"

#include <openssl/crypto.h>
#include <string.h>

static const char audience[] = "api";

bool session_usable(const struct session *s, struct instant now)
{
	return !s->ended && s->expires_ms > now.ms && s->touched_ms + s->idle_s * 1000 > now.ms;
}

enum err access_token(struct ctx *c, const struct session *s, const char *amr, struct id tenant, struct str *ret)
{
	const struct jwt_claims claims = {
		.iss = c->address, .aud = str_from(audience), .sub = s->user, .tid = tenant, .sid = s->id, .amr = str_from(amr),
		.auth_time = { s->fresh_ms }, .iat = c->now, .exp = { c->now.ms + (int64_t)ACCESS_S * 1000 }, .jti = id_new(c->now.ms),
	};
	return jwt_make(store_keys(c->store), c->arena, c->now, &claims, ret);
}

/* ---- keys of integrations ---- */

enum { KEY_SECRET_CHARS = TOKEN_CHARS, KEY_CHECK_CHARS = 6, KEY_CHARS = sizeof(KEY_PREFIX) - 1 + KEY_SECRET_CHARS + KEY_CHECK_CHARS };

/* Six characters of a hash of the rest: a scanner tells a key from a word, and a slip of the hand needs no look-up. */
static struct str key_check(struct arena *a, struct str body)
{
	uint8_t hash[32];
	sha256(&body, 1, hash);
	return str_slice(str_base64url(a, hash, 9), 0, KEY_CHECK_CHARS);
}

static enum err hash_peppered(struct ctx *c, struct str text, uint8_t ret[32])
{
	struct key pepper;
	const struct str parts[] = { STR("integration|"), text };
	TRY(keystore_pepper(store_keys(c->store), &pepper));
	hmac_sha256(&pepper, parts, ARRAY_LEN(parts), ret);
	key_wipe(&pepper);
	return OK;
}

enum err key_new(struct ctx *c, struct str *ret_key, uint8_t ret_hash[32])
{
	uint8_t unused[32];
	struct str body = str_fmt(c->arena, KEY_PREFIX STR_FMT, STR_ARG(token_new(c->arena, unused)));
	*ret_key = str_fmt(c->arena, STR_FMT STR_FMT, STR_ARG(body), STR_ARG(key_check(c->arena, body)));
	return hash_peppered(c, *ret_key, ret_hash);
}

enum err key_hash(struct ctx *c, struct str key, uint8_t ret_hash[32])
{
	if (key.n != KEY_CHARS || !str_starts(key, STR(KEY_PREFIX)))
		return E_INVALID;
	struct str body = str_slice(key, 0, KEY_CHARS - KEY_CHECK_CHARS);
	if (!str_eq(key_check(c->arena, body), str_slice(key, body.n, key.n)))
		return E_INVALID;
	return hash_peppered(c, key, ret_hash);
}

/* ---- who acts ---- */

struct find {
	const struct auth_nouns *n;
	const uint8_t *hash; /* of a browser's session or a key; NULL: by the session's id */
	struct id sid;
	struct session session;
	struct machine_secret secret;
	struct row *tenant;
};

static enum err find_tenant(struct tx *tx, const struct find *f, int64_t number, struct row **ret)
{
	struct field_set only = { 0 };
	set_add(&only, f->n->tenant_status);
	set_add(&only, f->n->tenant_known_devices);
	return store_find_only(tx, f->n->tenant, f->n->tenant_number, VALUE_INT(number), only, ret);
}

static enum err find_session(struct tx *tx, void *arg)
{
	struct find *f = arg;
	if (f->hash)
		TRY(session_find(tx, f->hash, &f->session));
	else
		TRY(session_get(tx, f->sid, &f->session));
	return find_tenant(tx, f, f->session.member_tenant, &f->tenant);
}

static enum err touch(struct tx *tx, void *arg)
{
	return session_touch(tx, ((const struct find *)arg)->session.id);
}

static enum err limit(struct tx *tx, void *arg)
{
	return session_limit(tx, ((const struct find *)arg)->session.id);
}

/* With the touch it is looked at whether a second factor is asked for that was not when the session began, or that its person took away. */
static enum err look_demanded(struct ctx *c, const struct auth_nouns *n, struct find *f)
{
	struct run run = ctx_system_run(c);
	struct factors factors;
	struct row *tenant;
	if (c->actor.limited || c->actor.vouched)
		return OK;
	TRY(auth_tenant_by_number(c, n, c->actor.tenant, &tenant));
	if (!login_demanded(c, n, tenant))
		return OK;
	TRY(factors_load(c, c->actor.user, &factors));
	if (factors_any(&factors))
		return OK;
	c->actor.limited = true;
	return store_write(&run, limit, f);
}

static enum err act_as(struct ctx *c, const struct auth_nouns *n, struct find *f, bool cookie)
{
	struct run run = ctx_system_run(c);
	enum err e = store_read(&run, find_session, f);
	if (e == E_NOT_FOUND || (e == OK && (!session_usable(&f->session, c->now) || !str_eqz(f->session.kind, cookie ? "cookie" : "token") ||
	                                     !auth_tenant_open(n, f->tenant))))
		return E_UNAUTHENTICATED;
	TRY(e);
	e = actor_load(c, n, f->session.user, f->session.member_tenant);
	if (e == E_NOT_FOUND)
		return E_UNAUTHENTICATED;
	TRY(e);
	if (f->session.created_ms < c->actor.since_ms)
		return E_UNAUTHENTICATED; /* what was open before he left does not open again */
	if (row_int(f->tenant, n->tenant_known_devices) && n->admit) {
		e = n->admit(c, f->session.user, f->session.device, (struct str){ 0 });
		if (e == E_NOT_FOUND)
			return E_UNAUTHENTICATED;
		TRY(e);
	}
	c->actor.session = f->session.id;
	c->actor.tenant_id = row_id(f->tenant, F_ID_FIELD);
	c->actor.fresh_until_ms = f->session.fresh_ms + (int64_t)FRESH_S * 1000;
	c->actor.limited = f->session.limited;
	c->actor.vouched = f->session.vouched;
	c->who = (struct who){ .kind = cookie ? WHO_USER : WHO_API, .id = c->actor.user, .request = c->who.request };
	/* The last use is written down once a minute: close enough for an idle limit of minutes. */
	if (c->now.ms - f->session.touched_ms < TOUCH_MS)
		return OK;
	TRY(store_write(&run, touch, f));
	return look_demanded(c, n, f);
}

static enum err find_key(struct tx *tx, void *arg)
{
	struct find *f = arg;
	TRY(machine_secret_find(tx, f->hash, &f->secret));
	return find_tenant(tx, f, f->secret.tenant, &f->tenant);
}

static enum err touch_key(struct tx *tx, void *arg)
{
	return machine_secret_touch(tx, ((const struct find *)arg)->hash);
}

static enum err act_as_key(struct ctx *c, const struct auth_nouns *n, struct str token)
{
	uint8_t hash[32];
	struct find f = { .n = n, .hash = hash };
	struct run run = ctx_system_run(c);
	enum err e = key_hash(c, token, hash);
	if (e == E_INVALID || !n->machine)
		return E_UNAUTHENTICATED;
	TRY(e);
	e = store_read(&run, find_key, &f);
	if (e == E_NOT_FOUND || (e == OK && !auth_tenant_open(n, f.tenant)))
		return E_UNAUTHENTICATED;
	TRY(e);
	c->actor = (struct actor){ .catalogue = store_catalogue(c->store), .signed_in = true, .tenant = f.secret.tenant, .tenant_id = row_id(f.tenant, F_ID_FIELD),
		                   .fresh_until_ms = INT64_MAX };
	e = n->machine(c, f.secret.tenant, f.secret.key);
	if (e == E_NOT_FOUND)
		return E_UNAUTHENTICATED;
	TRY(e);
	c->who = (struct who){ .kind = WHO_KEY, .id = f.secret.key, .request = c->who.request };
	return c->now.ms - f.secret.used_ms >= TOUCH_MS ? store_write(&run, touch_key, &f) : OK;
}

enum err auth_session(struct ctx *c, const struct auth_nouns *n, struct str token, bool cookie)
{
	uint8_t hash[32];
	struct find f = { .n = n };
	struct jwt_claims claims;
	if (!cookie && str_starts(token, STR(KEY_PREFIX)))
		return act_as_key(c, n, token);
	if (str_starts(token, STR(STAFF_PREFIX)))
		return staff_session(c, n, token);
	if (cookie) {
		if (token_hash(token, hash) != OK)
			return E_UNAUTHENTICATED;
		f.hash = hash;
		return act_as(c, n, &f, true);
	}
	TRY(jwt_check(store_keys(c->store), c->arena, c->now, c->address, str_from(audience), token, &claims));
	f.sid = claims.sid;
	TRY(act_as(c, n, &f, false));
	return id_eq(claims.sub, c->actor.user) && id_eq(claims.tid, c->actor.tenant_id) ? OK : E_UNAUTHENTICATED;
}

static enum err end_session(struct tx *tx, void *arg)
{
	const struct ctx *c = tx_ctx(tx);
	(void)arg;
	enum err e = session_end(tx, c->actor.user, c->actor.session);
	return e == E_NOT_FOUND ? OK : e;
}

static enum err note_sign_out(struct tx *tx, void *arg)
{
	(void)arg;
	return audit_event(tx, "sign_out", NULL, tx_ctx(tx)->actor.membership, STR(""));
}

enum err auth_logout(struct ctx *c)
{
	struct run run = ctx_system_run(c), in_tenant = ctx_run(c);
	TRY(store_write(&run, end_session, NULL));
	return store_write(&in_tenant, note_sign_out, NULL);
}
