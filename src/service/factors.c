#include "factors.h"

#include "guard.h"
#include "passkeys.h"
#include "recovery.h"
#include "totp.h"

#include <openssl/crypto.h>
#include <string.h>

enum { CHALLENGE_BYTES = 1 + 16 + 16 + 8 + 32, PLACE_CHALLENGE = 8, PLACES_NOUN = 0xffff };

/* ---- what there is ---- */

enum err factors_of(struct tx *tx, struct id user, struct factors *ret)
{
	*ret = (struct factors){ .count = 0 };
	TRY(factor_list(tx, user, ret->list, FACTORS_MAX, &ret->count));
	for (size_t i = 0; i < ret->count; i++) {
		ret->totp |= str_eqz(ret->list[i].kind, "totp");
		ret->passkeys += str_eqz(ret->list[i].kind, "passkey");
		ret->recovery += str_eqz(ret->list[i].kind, "recovery");
	}
	return OK;
}

struct loading {
	struct id user;
	struct factors *f;
};

static enum err load(struct tx *tx, void *arg)
{
	struct loading *l = arg;
	return factors_of(tx, l->user, l->f);
}

enum err factors_load(struct ctx *c, struct id user, struct factors *ret)
{
	struct loading l = { user, ret };
	struct run run = ctx_system_run(c);
	return store_read(&run, load, &l);
}

/* ---- challenges ---- */

static enum err challenge_key(struct ctx *c, struct key *ret)
{
	return keystore_tenant_key(store_keys(c->store), 0, KEY_SECRETS, ret);
}

static const struct seal_place challenge_place = { .noun = PLACES_NOUN, .field = PLACE_CHALLENGE };

enum err challenge_new(struct ctx *c, enum challenge_for purpose, struct id user, struct id tenant, struct challenge *ret, struct str *ret_text)
{
	struct key key;
	uint8_t b[CHALLENGE_BYTES];
	*ret = (struct challenge){ .purpose = purpose, .user = user, .tenant = tenant, .until_ms = c->now.ms + (int64_t)CHALLENGE_S * 1000 };
	random_bytes(ret->nonce, sizeof(ret->nonce));
	b[0] = (uint8_t)purpose;
	memcpy(b + 1, user.b, 16);
	memcpy(b + 17, tenant.b, 16);
	memcpy(b + 33, &ret->until_ms, 8);
	memcpy(b + 41, ret->nonce, 32);
	TRY(challenge_key(c, &key));
	struct str sealed = seal(c->arena, &key, 1, &challenge_place, (struct str){ (const char *)b, sizeof(b) });
	key_wipe(&key);
	OPENSSL_cleanse(b, sizeof(b));
	*ret_text = str_base64url(c->arena, sealed.p, sealed.n);
	return OK;
}

static enum err bad_challenge(struct ctx *c)
{
	problem_fault(&c->problem, STR("/challenge"), "over", "This took too long or was used already. Begin again.");
	return problem_done(&c->problem);
}

enum err challenge_read(struct ctx *c, struct str text, enum challenge_for purpose, struct challenge *ret)
{
	struct key key;
	struct str sealed, b;
	if (text.n > 400 || str_unbase64url(c->arena, text, &sealed) != OK)
		return bad_challenge(c);
	TRY(challenge_key(c, &key));
	enum err e = seal_open(c->arena, &key, &challenge_place, sealed, &b);
	key_wipe(&key);
	if (e != OK || b.n != CHALLENGE_BYTES || (uint8_t)b.p[0] != (uint8_t)purpose)
		return bad_challenge(c);
	*ret = (struct challenge){ .purpose = purpose };
	memcpy(ret->user.b, b.p + 1, 16);
	memcpy(ret->tenant.b, b.p + 17, 16);
	memcpy(&ret->until_ms, b.p + 33, 8);
	memcpy(ret->nonce, b.p + 41, 32);
	return ret->until_ms > c->now.ms ? OK : bad_challenge(c);
}

enum err challenge_spend(struct tx *tx, const struct challenge *ch)
{
	uint8_t hash[32];
	const struct str nonce = { (const char *)ch->nonce, sizeof(ch->nonce) };
	const struct once spent = { .kind = STR("spent"), .secret = STR(""), .user = ch->user, .created_ms = tx->now.ms, .expires_ms = ch->until_ms };
	sha256(&nonce, 1, hash);
	enum err e = once_put(tx, hash, &spent);
	return e == E_UNIQUE ? E_SECOND_FACTOR : e;
}

/* ---- proving ---- */

static struct str secret_member(struct arena *a, const struct factor *f, const char *name)
{
	struct problem p;
	json_t *v;
	struct str bytes;
	problem_init(&p, a);
	if (json_read(a, f->secret, &p, &v) != OK || str_unbase64url(a, json_text(json_object_get(v, name)), &bytes) != OK)
		return STR("");
	return bytes;
}

struct proving {
	const struct challenge *ch;
	struct id factor;
	int64_t counter;
	bool once; /* the counter must be above what it was */
};

static enum err spend(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	bool first = true;
	if (p->ch)
		TRY(challenge_spend(tx, p->ch));
	if (p->once)
		TRY(factor_use(tx, p->factor, p->counter, &first));
	else
		TRY(factor_used(tx, p->factor, p->counter));
	return first ? OK : E_SECOND_FACTOR;
}

static enum err prove_totp(struct ctx *c, const struct factors *f, struct str code, struct proving *p)
{
	for (size_t i = 0; i < f->count; i++) {
		struct totp_secret secret;
		struct str key = str_eqz(f->list[i].kind, "totp") ? secret_member(c->arena, &f->list[i], "key") : STR("");
		if (key.n != sizeof(secret.b))
			continue;
		memcpy(secret.b, key.p, sizeof(secret.b));
		p->factor = f->list[i].id;
		p->once = true;
		enum err e = totp_check(&secret, code, c->now, f->list[i].counter, &p->counter);
		OPENSSL_cleanse(&secret, sizeof(secret));
		return e;
	}
	return E_LOGIN;
}

static enum err recovery_key(struct ctx *c, struct key *ret)
{
	struct key key;
	TRY(challenge_key(c, &key));
	key_derive(&key, "recovery codes", ret);
	key_wipe(&key);
	return OK;
}

static enum err prove_recovery(struct ctx *c, const struct factors *f, struct str code, struct proving *p)
{
	struct key key;
	uint8_t hash[32];
	TRY(recovery_key(c, &key));
	enum err e = recovery_hash(&key, code, hash);
	key_wipe(&key);
	if (e != OK)
		return E_LOGIN;
	for (size_t i = 0; i < f->count; i++) {
		if (!str_eqz(f->list[i].kind, "recovery") || !str_same_ct(f->list[i].hash, (struct str){ (const char *)hash, sizeof(hash) }))
			continue;
		*p = (struct proving){ .ch = p->ch, .factor = f->list[i].id, .once = true };
		return OK;
	}
	return E_LOGIN;
}

static enum err prove_passkey(struct ctx *c, const struct factors *f, const struct challenge *ch, const struct passkey_proof *k, struct proving *p)
{
	uint8_t hash[32];
	sha256(&k->id, 1, hash);
	for (size_t i = 0; i < f->count && ch; i++) {
		if (!str_eqz(f->list[i].kind, "passkey") || !str_same_ct(f->list[i].hash, (struct str){ (const char *)hash, sizeof(hash) }))
			continue;
		p->factor = f->list[i].id;
		return passkey_check(c, secret_member(c->arena, &f->list[i], "public"), f->list[i].counter, ch->nonce, k, &p->counter);
	}
	return E_LOGIN;
}

enum err factors_prove(struct ctx *c, struct id user, const struct challenge *ch, const struct proof *proof, const char **ret_amr)
{
	const struct guard_key keys[] = { { GUARD_CODE, id_str(c->arena, user) }, { GUARD_CODE_DAY, id_str(c->arena, user) } };
	struct factors f;
	struct proving p = { .ch = ch };
	struct run run = ctx_system_run(c);
	enum err e;
	TRY(guard_take(c, keys, ARRAY_LEN(keys)));
	TRY(factors_load(c, user, &f));
	if (proof->with_passkey) {
		e = prove_passkey(c, &f, ch, &proof->passkey, &p);
		*ret_amr = "hwk";
	} else {
		bool recovery = proof->code.n >= RECOVERY_CHARS;
		e = recovery ? prove_recovery(c, &f, proof->code, &p) : prove_totp(c, &f, proof->code, &p);
		*ret_amr = recovery ? "rec" : "otp";
	}
	if (e == OK)
		e = store_write(&run, spend, &p);
	if (e == E_LOGIN || e == E_SECOND_FACTOR) {
		problem_init(&c->problem, c->arena);
		return problem_set(&c->problem, E_SECOND_FACTOR, proof->with_passkey ? "This passkey is not one of yours." : "The code is not right, or was used already.");
	}
	TRY(e);
	return guard_good(c, keys, ARRAY_LEN(keys));
}

struct owning {
	const struct passkey_proof *passkey;
	struct id user;
};

static enum err owner_of(struct tx *tx, void *arg)
{
	struct owning *o = arg;
	struct factor f;
	uint8_t hash[32];
	sha256(&o->passkey->id, 1, hash);
	TRY(factor_by_hash(tx, (struct str){ (const char *)hash, sizeof(hash) }, &f));
	o->user = f.user;
	return OK;
}

enum err factors_passkey_owner(struct ctx *c, const struct passkey_proof *passkey, struct id *ret_user)
{
	struct owning o = { .passkey = passkey };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, owner_of, &o));
	*ret_user = o.user;
	return OK;
}

void factors_write(struct ctx *c, struct json_out *o, const struct factors *f, const struct challenge *ch, struct str text, bool password)
{
	jw_member_str(o, "challenge", text);
	jw_key(o, "methods");
	jw_open(o, '[');
	if (password)
		jw_str(o, STR("password"));
	if (f->totp)
		jw_str(o, STR("totp"));
	if (f->passkeys)
		jw_str(o, STR("passkey"));
	if (f->recovery)
		jw_str(o, STR("recovery"));
	jw_close(o, ']');
	if (!f->passkeys)
		return;
	struct str ids[FACTORS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < f->count; i++)
		if (str_eqz(f->list[i].kind, "passkey"))
			ids[n++] = secret_member(c->arena, &f->list[i], "id");
	jw_key(o, "passkey");
	passkey_request_write(c, o, ch->nonce, ids, n);
}

/* ---- setting up ---- */

struct adding {
	struct factor factor;
	const struct challenge *ch;
	const char *kind, *action;
	struct str codes[RECOVERY_CODES];
	size_t code_count;
	bool only_codes;
	int64_t ended;
};

static enum err add_codes(struct tx *tx, struct adding *a)
{
	struct ctx *c = tx_ctx(tx);
	struct key key;
	int64_t ended;
	TRY(factor_end(tx, c->actor.user, (struct id){ { 0 } }, "recovery", &ended));
	recovery_codes_new(tx->arena, a->codes);
	a->code_count = RECOVERY_CODES;
	TRY(recovery_key(c, &key));
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		uint8_t *hash = ARENA_ARRAY(tx->arena, uint8_t, 32);
		TRY(recovery_hash(&key, a->codes[i], hash));
		struct factor f = { .id = id_new(tx->now.ms), .user = c->actor.user, .kind = STR("recovery"), .hash = { (const char *)hash, 32 }, .secret = STR("{}"),
			            .created_ms = tx->now.ms };
		TRY(factor_put(tx, &f));
	}
	key_wipe(&key);
	return OK;
}

/* What else is open ends when the factors change. */
static enum err settle(struct tx *tx, const char *action)
{
	struct ctx *c = tx_ctx(tx);
	int64_t ended;
	TRY(session_end_all(tx, c->actor.user, 0, c->actor.session, &ended));
	return audit_event(tx, action, NULL, c->actor.user, STR(""));
}

static enum err add(struct tx *tx, void *arg)
{
	struct adding *a = arg;
	struct ctx *c = tx_ctx(tx);
	struct factors had;
	int64_t ended;
	TRY(tx_lock(tx));
	TRY(factors_of(tx, c->actor.user, &had));
	if (a->only_codes) {
		if (!factors_any(&had))
			return problem_set(tx->problem, E_CONFLICT, "Set up an authenticator app or a passkey first.");
		TRY(add_codes(tx, a));
		return audit_event(tx, a->action, NULL, c->actor.user, STR(""));
	}
	if (had.count >= FACTORS_MAX - RECOVERY_CODES - 1)
		return problem_set(tx->problem, E_CONFLICT, "There are too many. Remove one first.");
	TRY(challenge_spend(tx, a->ch));
	if (str_eqz(a->factor.kind, "totp")) /* there is one app; a new one takes the place of the old */
		TRY(factor_end(tx, c->actor.user, (struct id){ { 0 } }, "totp", &ended));
	TRY(factor_put(tx, &a->factor));
	if (!factors_any(&had))
		TRY(add_codes(tx, a));
	TRY(session_enrolled(tx, c->actor.session));
	return settle(tx, a->action);
}

static enum err run_add(struct ctx *c, struct adding *a, struct str **ret_codes, size_t *ret_count)
{
	struct run run = ctx_system_run(c);
	enum err e = store_write(&run, add, a);
	if (e == E_SECOND_FACTOR)
		return bad_challenge(c);
	if (e == E_UNIQUE)
		return problem_set(&c->problem, E_CONFLICT, "This passkey is in use already.");
	TRY(e);
	*ret_codes = a->codes;
	*ret_count = a->code_count;
	return OK;
}

enum err factors_totp_begin(struct ctx *c, struct str account, struct json_out *o)
{
	struct challenge ch;
	struct totp_secret secret;
	struct str text;
	TRY(challenge_new(c, CHALLENGE_TOTP, c->actor.user, c->actor.tenant_id, &ch, &text));
	memcpy(secret.b, ch.nonce, sizeof(secret.b));
	struct str uri = totp_uri(c->arena, &secret, STR("Fieldward"), account);
	jw_member_str(o, "setup", text);
	jw_member_str(o, "secret", totp_base32(c->arena, &secret));
	jw_member_str(o, "uri", uri);
	OPENSSL_cleanse(&secret, sizeof(secret));
	return passkey_qr_write(c, o, uri);
}

static enum err read_setup(struct ctx *c, struct str setup, enum challenge_for purpose, struct challenge *ret)
{
	TRY(challenge_read(c, setup, purpose, ret));
	return id_eq(ret->user, c->actor.user) ? OK : bad_challenge(c);
}

static struct str id_hash(struct arena *a, struct id id)
{
	uint8_t *hash = ARENA_ARRAY(a, uint8_t, 32);
	const struct str bytes = { (const char *)id.b, 16 };
	sha256(&bytes, 1, hash);
	return (struct str){ (const char *)hash, 32 };
}

enum err factors_totp_confirm(struct ctx *c, struct str setup, struct str code, struct str **ret_codes, size_t *ret_count)
{
	struct challenge ch;
	struct totp_secret secret;
	struct adding *a = ARENA_NEW(c->arena, struct adding);
	const struct guard_key keys[] = { { GUARD_CODE, id_str(c->arena, c->actor.user) } };
	TRY(read_setup(c, setup, CHALLENGE_TOTP, &ch));
	TRY(guard_take(c, keys, 1));
	memcpy(secret.b, ch.nonce, sizeof(secret.b));
	*a = (struct adding){ .ch = &ch, .action = "factor_added",
		              .factor = { .id = id_new(c->now.ms), .user = c->actor.user, .kind = STR("totp"), .created_ms = c->now.ms } };
	a->factor.hash = id_hash(c->arena, a->factor.id);
	a->factor.secret = str_fmt(c->arena, "{\"key\":\"" STR_FMT "\"}", STR_ARG(str_base64url(c->arena, secret.b, sizeof(secret.b))));
	enum err e = totp_check(&secret, code, c->now, -1, &a->factor.counter);
	OPENSSL_cleanse(&secret, sizeof(secret));
	if (e != OK) {
		problem_fault(&c->problem, STR("/code"), "wrong", "The code is not right. Look whether the clock of the phone is.");
		return problem_done(&c->problem);
	}
	TRY(guard_good(c, keys, 1));
	return run_add(c, a, ret_codes, ret_count);
}

enum err factors_passkey_begin(struct ctx *c, struct str account, struct str name, struct json_out *o)
{
	struct challenge ch;
	struct factors f;
	struct str text, ids[FACTORS_MAX];
	size_t n = 0;
	TRY(factors_load(c, c->actor.user, &f));
	TRY(challenge_new(c, CHALLENGE_NEW_PASSKEY, c->actor.user, c->actor.tenant_id, &ch, &text));
	for (size_t i = 0; i < f.count; i++)
		if (str_eqz(f.list[i].kind, "passkey"))
			ids[n++] = secret_member(c->arena, &f.list[i], "id");
	jw_member_str(o, "setup", text);
	jw_key(o, "passkey");
	passkey_creation_write(c, o, ch.nonce, c->actor.user, account, name, ids, n);
	return OK;
}

enum err factors_passkey_confirm(struct ctx *c, struct str setup, struct str name, struct str client_data, struct str attestation, struct id *ret_id,
                                 struct str **ret_codes, size_t *ret_count)
{
	struct challenge ch;
	struct str id, public;
	struct adding *a = ARENA_NEW(c->arena, struct adding);
	uint8_t *hash = ARENA_ARRAY(c->arena, uint8_t, 32);
	struct buf b;
	struct json_out o;
	TRY(read_setup(c, setup, CHALLENGE_NEW_PASSKEY, &ch));
	*a = (struct adding){ .ch = &ch, .action = "factor_added",
		              .factor = { .id = id_new(c->now.ms), .user = c->actor.user, .kind = STR("passkey"), .created_ms = c->now.ms } };
	TRY(passkey_new_check(c, ch.nonce, client_data, attestation, &id, &public, &a->factor.counter));
	sha256(&id, 1, hash);
	a->factor.hash = (struct str){ (const char *)hash, 32 };
	buf_init(&b, c->arena, 16 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "name", name);
	jw_member_str(&o, "id", str_base64url(c->arena, id.p, id.n));
	jw_member_str(&o, "public", str_base64url(c->arena, public.p, public.n));
	jw_close(&o, '}');
	a->factor.secret = buf_str(&b);
	*ret_id = a->factor.id;
	return run_add(c, a, ret_codes, ret_count);
}

enum err factors_codes_new(struct ctx *c, struct str **ret_codes, size_t *ret_count)
{
	struct adding *a = ARENA_NEW(c->arena, struct adding);
	*a = (struct adding){ .only_codes = true, .action = "recovery_codes" };
	return run_add(c, a, ret_codes, ret_count);
}

struct removing {
	const char *kind;
	struct id id;
};

static enum err take_away(struct tx *tx, void *arg)
{
	struct removing *r = arg;
	struct ctx *c = tx_ctx(tx);
	struct factors left;
	int64_t ended;
	TRY(tx_lock(tx));
	TRY(factor_end(tx, c->actor.user, r->id, r->kind, &ended));
	if (!ended)
		return E_NOT_FOUND;
	TRY(factors_of(tx, c->actor.user, &left));
	if (!factors_any(&left))
		TRY(factor_end(tx, c->actor.user, (struct id){ { 0 } }, "recovery", &ended));
	if (!factors_any(&left) && c->actor.staff) /* of whom it is asked always; of others access.c looks */
		TRY(session_limit(tx, c->actor.session));
	return settle(tx, "factor_removed");
}

enum err factors_remove(struct ctx *c, const char *kind, struct id id)
{
	struct removing r = { kind, id };
	struct run run = ctx_system_run(c);
	return store_write(&run, take_away, &r);
}
