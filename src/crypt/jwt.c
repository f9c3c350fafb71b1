#include "jwt.h"

#include "json.h"
#include "limits.h"

#include <openssl/crypto.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { KID_CHARS = 16, HEADER_SIZE = 55, SIGNATURE_SIZE = 64, KEYS_MAX = 3 };
#define SECONDS_MAX (INT64_C(1) << 38) /* some eight thousand years; times a thousand it fits */

struct public_key {
	uint8_t b[32];
};

/* ---- generations ---- */

static int64_t generation_at(struct instant t)
{
	return t.ms < 0 ? -1 : t.ms / JWT_GENERATION_MS;
}

static bool is_retiring(struct instant now)
{
	return now.ms % JWT_GENERATION_MS < JWT_RETIRING_MS;
}

static bool begins_within(struct instant now, int64_t ms)
{
	return JWT_GENERATION_MS - now.ms % JWT_GENERATION_MS <= ms;
}

/* The public half, made if it is not there. */
static enum err public_made(struct keystore *ks, int64_t generation, struct public_key *ret)
{
	enum err e = keystore_token_public(ks, generation, ret->b);
	if (e != E_NOT_FOUND)
		return e;
	TRY(keystore_token_make(ks, generation));
	return keystore_token_public(ks, generation, ret->b);
}

/* ---- the header ---- */

static void kid_of(const struct public_key *key, char out[KID_CHARS + 1])
{
	uint8_t hash[32];
	const struct str part = { (const char *)key->b, sizeof(key->b) };
	sha256(&part, 1, hash);
	for (size_t i = 0; i < KID_CHARS / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

/* The first segment of every token that this key signs. */
static struct str header_of(struct arena *a, const struct public_key *key)
{
	char kid[KID_CHARS + 1], text[HEADER_SIZE + 1];
	kid_of(key, kid);
	snprintf(text, sizeof(text), "{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}", kid);
	return str_base64url(a, text, HEADER_SIZE);
}

/* ---- making ---- */

static void write_words(struct json_out *o, const char *name, struct str words)
{
	jw_key(o, name);
	jw_open(o, '[');
	while (words.n)
		jw_str(o, str_cut(words, ' ', &words));
	jw_close(o, ']');
}

static struct str payload_of(struct arena *a, const struct jwt_claims *c)
{
	struct json_out o;
	struct buf b;
	buf_init(&b, a, 2 * JWT_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "iss", c->iss);
	jw_member_str(&o, "aud", c->aud);
	jw_member_id(&o, "sub", c->sub);
	jw_member_id(&o, "tid", c->tid);
	jw_member_id(&o, "sid", c->sid);
	write_words(&o, "amr", c->amr);
	jw_member_int(&o, "auth_time", c->auth_time.ms / 1000);
	jw_member_int(&o, "iat", c->iat.ms / 1000);
	jw_member_int(&o, "exp", c->exp.ms / 1000);
	jw_member_id(&o, "jti", c->jti);
	jw_close(&o, '}');
	return buf_str(&b);
}

static size_t words_of(struct str words)
{
	size_t count = 0;
	while (words.n) {
		str_cut(words, ' ', &words);
		count++;
	}
	return count;
}

/* The next generation's key, in time; if it cannot be made there is a day left to try again. */
static void make_ahead(struct keystore *ks, struct instant now)
{
	struct public_key next;
	enum err e = begins_within(now, JWT_AHEAD_MS) ? public_made(ks, generation_at(now) + 1, &next) : OK;
	(void)e;
}

static enum err signing_seed(struct keystore *ks, struct instant now, struct key *ret)
{
	int64_t generation = generation_at(now);
	make_ahead(ks, now);
	enum err e = keystore_token_seed(ks, generation, ret);
	if (e != E_NOT_FOUND)
		return e;
	TRY(keystore_token_make(ks, generation));
	return keystore_token_seed(ks, generation, ret);
}

enum err jwt_make(struct keystore *ks, struct arena *a, struct instant now, const struct jwt_claims *claims, struct str *ret)
{
	struct key seed;
	struct public_key key;
	uint8_t secret[crypto_sign_SECRETKEYBYTES], signature[SIGNATURE_SIZE];
	struct str payload = payload_of(a, claims);
	if (words_of(claims->amr) > JWT_AMR_MAX || payload.n > JWT_MAX)
		return E_TOO_LARGE;
	TRY(signing_seed(ks, now, &seed));
	/* The header names what this seed gives, whatever is renewed meanwhile. */
	crypto_sign_seed_keypair(key.b, secret, seed.b);
	struct str signed_part = str_fmt(a, STR_FMT "." STR_FMT, STR_ARG(header_of(a, &key)), STR_ARG(str_base64url(a, payload.p, payload.n)));
	int rc = crypto_sign_detached(signature, NULL, (const uint8_t *)signed_part.p, signed_part.n, secret);
	OPENSSL_cleanse(secret, sizeof(secret));
	key_wipe(&seed);
	if (rc != 0)
		return E_INTERNAL;
	struct str token = str_fmt(a, STR_FMT "." STR_FMT, STR_ARG(signed_part), STR_ARG(str_base64url(a, signature, sizeof(signature))));
	if (token.n > JWT_MAX)
		return E_TOO_LARGE;
	*ret = token;
	return OK;
}

/* ---- checking ---- */

struct segments {
	struct str header, payload, signature, signed_part;
};

static enum err split(struct str token, struct segments *ret)
{
	struct str rest;
	if (token.n > JWT_MAX)
		return E_UNAUTHENTICATED;
	ret->header = str_cut(token, '.', &rest);
	ret->payload = str_cut(rest, '.', &rest);
	ret->signature = rest;
	if (!rest.p || memchr(rest.p, '.', rest.n))
		return E_UNAUTHENTICATED;
	ret->signed_part = str_slice(token, 0, ret->header.n + 1 + ret->payload.n);
	return OK;
}

/* The generations whose tokens are taken at `now`; a key that nobody made has signed nothing. */
static size_t good_generations(struct instant now, int64_t out[KEYS_MAX])
{
	int64_t present = generation_at(now);
	size_t n = 0;
	out[n++] = present;
	if (is_retiring(now))
		out[n++] = present - 1;
	if (begins_within(now, JWT_SKEW_MS))
		out[n++] = present + 1;
	return n;
}

static enum err find_key(struct keystore *ks, struct arena *a, struct instant now, struct str header, struct public_key *ret)
{
	int64_t generations[KEYS_MAX];
	size_t n = good_generations(now, generations);
	for (size_t i = 0; i < n; i++) {
		struct public_key key;
		enum err e = keystore_token_public(ks, generations[i], key.b);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		if (str_eq(header, header_of(a, &key))) {
			*ret = key;
			return OK;
		}
	}
	return E_UNAUTHENTICATED;
}

static bool read_text(const json_t *o, const char *name, struct str *ret)
{
	const json_t *v = json_object_get(o, name);
	*ret = json_text(v);
	return json_is_string(v);
}

static bool read_id(const json_t *o, const char *name, struct id *ret)
{
	return id_parse(json_text(json_object_get(o, name)), ret) == OK;
}

/* Whole seconds and nothing that only looks like them. */
static bool read_seconds(const json_t *o, const char *name, struct instant *ret)
{
	const json_t *v = json_object_get(o, name);
	json_int_t s = json_integer_value(v);
	if (!json_is_integer(v) || s < 0 || s > SECONDS_MAX)
		return false;
	ret->ms = s * 1000;
	return true;
}

static bool read_words(struct arena *a, const json_t *o, const char *name, struct str *ret)
{
	const json_t *v = json_object_get(o, name);
	struct buf b;
	buf_init(&b, a, JWT_MAX);
	if (!json_is_array(v) || json_array_size(v) > JWT_AMR_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *word = json_array_get(v, i);
		if (!json_is_string(word))
			return false;
		if (i)
			buf_char(&b, ' ');
		buf_add(&b, json_text(word));
	}
	*ret = buf_str(&b);
	return true;
}

static enum err read_payload(struct arena *a, struct str text, json_t **ret)
{
	struct problem ignored;
	problem_init(&ignored, a);
	if (json_read(a, text, &ignored, ret) != OK || !json_is_object(*ret))
		return E_UNAUTHENTICATED;
	return OK;
}

static bool read_claims(struct arena *a, const json_t *o, struct jwt_claims *ret)
{
	return read_text(o, "iss", &ret->iss) && read_text(o, "aud", &ret->aud) && read_id(o, "sub", &ret->sub) && read_id(o, "tid", &ret->tid) &&
	       read_id(o, "sid", &ret->sid) && read_id(o, "jti", &ret->jti) && read_words(a, o, "amr", &ret->amr) &&
	       read_seconds(o, "auth_time", &ret->auth_time) && read_seconds(o, "iat", &ret->iat) && read_seconds(o, "exp", &ret->exp);
}

static bool is_now(const json_t *o, const struct jwt_claims *c, struct instant now)
{
	struct instant not_before = { 0 };
	if (json_object_get(o, "nbf") && !read_seconds(o, "nbf", &not_before))
		return false;
	return now.ms < c->exp.ms && not_before.ms <= now.ms + JWT_SKEW_MS && c->iat.ms <= now.ms + JWT_SKEW_MS;
}

enum err jwt_check(struct keystore *ks, struct arena *a, struct instant now, struct str iss, struct str aud, struct str token,
                   struct jwt_claims *ret)
{
	struct segments s;
	struct public_key key;
	struct str payload, signature;
	struct jwt_claims claims;
	json_t *o;
	TRY(split(token, &s));
	TRY(find_key(ks, a, now, s.header, &key));
	if (str_unbase64url(a, s.payload, &payload) != OK || str_unbase64url(a, s.signature, &signature) != OK || signature.n != SIGNATURE_SIZE)
		return E_UNAUTHENTICATED;
	if (crypto_sign_verify_detached((const uint8_t *)signature.p, (const uint8_t *)s.signed_part.p, s.signed_part.n, key.b) != 0)
		return E_UNAUTHENTICATED;
	TRY(read_payload(a, payload, &o));
	if (!read_claims(a, o, &claims) || !str_eq(claims.iss, iss) || !str_eq(claims.aud, aud) || !is_now(o, &claims, now))
		return E_UNAUTHENTICATED;
	*ret = claims;
	return OK;
}

/* ---- publishing ---- */

static void write_jwk(struct arena *a, struct json_out *o, const struct public_key *key)
{
	char kid[KID_CHARS + 1];
	kid_of(key, kid);
	jw_open(o, '{');
	jw_member_str(o, "kty", STR("OKP"));
	jw_member_str(o, "crv", STR("Ed25519"));
	jw_member_str(o, "alg", STR("EdDSA"));
	jw_member_str(o, "use", STR("sig"));
	jw_member_str(o, "kid", str_from(kid));
	jw_member_str(o, "x", str_base64url(a, key->b, sizeof(key->b)));
	jw_close(o, '}');
}

enum err jwks_text(struct keystore *ks, struct arena *a, struct instant now, struct str *ret)
{
	struct public_key keys[KEYS_MAX];
	struct json_out o;
	struct buf b;
	size_t n = 0;
	int64_t present = generation_at(now);
	TRY(public_made(ks, present, &keys[n++]));
	if (begins_within(now, JWT_AHEAD_MS))
		TRY(public_made(ks, present + 1, &keys[n++]));
	if (is_retiring(now)) {
		enum err e = keystore_token_public(ks, present - 1, keys[n].b);
		n += e == OK;
		if (e != OK && e != E_NOT_FOUND)
			return e;
	}
	buf_init(&b, a, 4 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "keys");
	jw_open(&o, '[');
	for (size_t i = 0; i < n; i++)
		write_jwk(a, &o, &keys[i]);
	jw_close(&o, ']');
	jw_close(&o, '}');
	*ret = buf_str(&b);
	return OK;
}

enum err jwt_keys_renew(struct keystore *ks, struct instant now)
{
	return keystore_token_renew(ks, generation_at(now));
}
