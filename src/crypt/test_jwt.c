#include "check.h"

#include "json.h"
#include "jwt.h"
#include "limits.h"

#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Amid a generation. */
#define NOW_S 1800000000
static const struct instant NOW = { NOW_S * INT64_C(1000) };
static const int64_t GENERATION = NOW_S * INT64_C(1000) / JWT_GENERATION_MS;
#define ISSUER "https://fieldward.example.test"

/* A fresh folder with a key store in it, taken away at the end. */
struct home {
	struct arena *a;
	struct keystore *ks;
	char folder[64], dir[80];
	struct problem problem;
};

static struct keystore *another(struct home *h)
{
	struct keystore *ks = NULL;
	assert_int_equal(keystore_open(h->dir, &h->problem, &ks), OK);
	return ks;
}

static void home_open(struct home *h)
{
	*h = (struct home){ .a = arena_new(64 * MIB), .folder = "/tmp/fw-jwt-XXXXXX" };
	assert_non_null(mkdtemp(h->folder));
	snprintf(h->dir, sizeof(h->dir), "%s/keys", h->folder);
	problem_init(&h->problem, h->a);
	assert_int_equal(keystore_create(h->dir, &h->problem), OK);
	h->ks = another(h);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static void home_close(struct home *h)
{
	keystore_close(h->ks);
	nftw(h->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_free(h->a);
}

static struct jwt_claims claims_at(struct instant t)
{
	return (struct jwt_claims){ .iss = STR(ISSUER), .aud = STR("api"), .sub = { { 1 } }, .tid = { { 2 } }, .sid = { { 3 } }, .jti = { { 4 } },
		                    .amr = STR("pwd otp"), .auth_time = { t.ms - 3600000 }, .iat = t, .exp = { t.ms + 300000 } };
}

static struct str made_at(struct home *h, struct instant t)
{
	struct jwt_claims claims = claims_at(t);
	struct str token = { NULL, 0 };
	assert_int_equal(jwt_make(h->ks, h->a, t, &claims, &token), OK);
	return token;
}

static enum err check_at(struct home *h, struct keystore *ks, struct instant t, struct str token)
{
	struct jwt_claims claims = { .sub = { { 77 } } };
	enum err e = jwt_check(ks, h->a, t, STR(ISSUER), STR("api"), token, &claims);
	assert_int_equal(claims.sub.b[0], e == OK ? 1 : 77); /* untouched unless OK */
	return e;
}

static enum err check_now(struct home *h, struct str token)
{
	return check_at(h, h->ks, NOW, token);
}

static void what_is_made_is_read(void **state)
{
	(void)state;
	struct home h;
	struct jwt_claims out;
	home_open(&h);
	struct str token = made_at(&h, NOW);
	assert_true(token.n < 700);
	assert_int_equal(jwt_check(h.ks, h.a, NOW, STR(ISSUER), STR("api"), token, &out), OK);
	struct jwt_claims in = claims_at(NOW);
	assert_true(str_eq(out.iss, in.iss) && str_eq(out.aud, in.aud) && str_eq(out.amr, in.amr));
	assert_true(id_eq(out.sub, in.sub) && id_eq(out.tid, in.tid) && id_eq(out.sid, in.sid) && id_eq(out.jti, in.jti));
	assert_true(out.auth_time.ms == in.auth_time.ms && out.iat.ms == in.iat.ms && out.exp.ms == in.exp.ms);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ NOW.ms + 299999 }, token), OK);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ NOW.ms + 300000 }, token), E_UNAUTHENTICATED);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ NOW.ms - 60000 }, token), OK);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ NOW.ms - 61000 }, token), E_UNAUTHENTICATED);
	assert_int_equal(jwt_check(h.ks, h.a, NOW, STR("https://fieldward.example.tes"), STR("api"), token, &out), E_UNAUTHENTICATED);
	assert_int_equal(jwt_check(h.ks, h.a, NOW, STR(ISSUER), STR("files"), token, &out), E_UNAUTHENTICATED);
	in.amr = STR("");
	assert_int_equal(jwt_make(h.ks, h.a, NOW, &in, &token), OK);
	assert_int_equal(jwt_check(h.ks, h.a, NOW, STR(ISSUER), STR("api"), token, &out), OK);
	assert_int_equal(out.amr.n, 0);
	in.amr = STR("a b c d e");
	assert_int_equal(jwt_make(h.ks, h.a, NOW, &in, &token), E_TOO_LARGE);
	static char long_word[JWT_MAX];
	memset(long_word, 'x', sizeof(long_word));
	in.amr = (struct str){ long_word, sizeof(long_word) / 2 + 400 };
	assert_int_equal(jwt_make(h.ks, h.a, NOW, &in, &token), E_TOO_LARGE);
	home_close(&h);
}

/* ---- hand-made tokens ---- */

static struct str kid_now(struct home *h)
{
	uint8_t public_key[32], hash[32];
	assert_int_equal(keystore_token_public(h->ks, GENERATION, public_key), OK);
	const struct str part = { (const char *)public_key, 32 };
	sha256(&part, 1, hash);
	return str_slice(str_hex(h->a, hash, 32), 0, 16);
}

static struct str b64(struct home *h, struct str s)
{
	return str_base64url(h->a, s.p, s.n);
}

/* Signed with the very key, whatever the two parts say. */
static struct str signed_parts(struct home *h, struct str header, struct str payload)
{
	uint8_t public_key[32], secret[64], signature[64];
	struct key seed;
	assert_int_equal(keystore_token_seed(h->ks, GENERATION, &seed), OK);
	crypto_sign_seed_keypair(public_key, secret, seed.b);
	struct str both = str_fmt(h->a, STR_FMT "." STR_FMT, STR_ARG(header), STR_ARG(payload));
	crypto_sign_detached(signature, NULL, (const uint8_t *)both.p, both.n, secret);
	return str_fmt(h->a, STR_FMT "." STR_FMT, STR_ARG(both), STR_ARG(str_base64url(h->a, signature, 64)));
}

#define KNOWN "{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}"
#define ZEROS "-0000-0000-0000-000000000000\""
#define IDS "\"sub\":\"01000000" ZEROS ",\"tid\":\"02000000" ZEROS ",\"sid\":\"03000000" ZEROS ",\"jti\":\"04000000" ZEROS
#define WHO "\"iss\":\"" ISSUER "\",\"aud\":\"api\"," IDS ",\"amr\":[\"pwd\"]"
#define WHEN "\"auth_time\":1799990000,\"iat\":1800000000"
#define GOOD "{" WHO "," WHEN ",\"exp\":1800000300}"

/* A kid stands where %s is. */
static struct str with_header(struct home *h, const char *header, const char *payload)
{
	const char *at = strstr(header, "%s");
	struct str text = at ? str_fmt(h->a, "%.*s" STR_FMT "%s", (int)(at - header), header, STR_ARG(kid_now(h)), at + 2) : str_from(header);
	return signed_parts(h, b64(h, text), b64(h, str_from(payload)));
}

static void only_one_header_is_known(void **state)
{
	(void)state;
	static const char *const headers[] = {
		"{\"typ\":\"at+jwt\",\"alg\":\"none\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"None\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"NONE\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"HS256\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"ES256\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"Ed25519\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"0123456789abcdef\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"../../../../dev/null\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"x' OR '1'='1\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\"}",
		"{\"typ\":\"JWT\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"typ\":\"id_token\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"typ\":\"logout+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"typ\":\"application/at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"typ\":\"AT+JWT\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\" }",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"jku\":\"https://evil.example.test/jwks\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"x5u\":\"https://evil.example.test/x\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"x5c\":[\"AAAA\"]}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"jwk\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"crit\":[\"exp\"]}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"b64\":false,\"crit\":[\"b64\"]}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"zip\":\"DEF\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"cty\":\"JWT\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"typ\":\"at+jwt\",\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"%s\"}",
		"", "{}", "null", "[]",
	};
	struct home h;
	home_open(&h);
	made_at(&h, NOW);
	assert_int_equal(check_now(&h, with_header(&h, KNOWN, GOOD)), OK);
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		if (check_now(&h, with_header(&h, headers[i], GOOD)) != E_UNAUTHENTICATED)
			fail_msg("taken: %s", headers[i]);
	home_close(&h);
}

static void signatures_of_other_kinds_are_none(void **state)
{
	(void)state;
	struct home h;
	uint8_t mac[32];
	static const uint8_t zeros[64];
	struct key public_key;
	home_open(&h);
	struct str token = made_at(&h, NOW), rest;
	struct str header = str_cut(token, '.', &rest), payload = str_cut(rest, '.', &rest);
	struct str both = str_fmt(h.a, STR_FMT "." STR_FMT, STR_ARG(header), STR_ARG(payload));
	/* None; zeros, which an ES256 check once took; a MAC with the public key as its secret. */
	assert_int_equal(check_now(&h, str_fmt(h.a, STR_FMT ".", STR_ARG(both))), E_UNAUTHENTICATED);
	assert_int_equal(check_now(&h, str_fmt(h.a, STR_FMT "." STR_FMT, STR_ARG(both), STR_ARG(str_base64url(h.a, zeros, 64)))), E_UNAUTHENTICATED);
	assert_int_equal(keystore_token_public(h.ks, GENERATION, public_key.b), OK);
	for (int known = 0; known < 2; known++) {
		struct str other = b64(&h, str_fmt(h.a, "{\"typ\":\"at+jwt\",\"alg\":\"HS256\",\"kid\":\"" STR_FMT "\"}", STR_ARG(kid_now(&h))));
		struct str text = str_fmt(h.a, STR_FMT "." STR_FMT, STR_ARG(known ? header : other), STR_ARG(payload));
		hmac_sha256(&public_key, &text, 1, mac);
		struct str forged = str_fmt(h.a, STR_FMT "." STR_FMT, STR_ARG(text), STR_ARG(str_base64url(h.a, mac, 32)));
		assert_int_equal(check_now(&h, forged), E_UNAUTHENTICATED);
	}
	/* Any bit of payload or signature. */
	for (size_t i = header.n; i < token.n; i++) {
		char *bad = str_z(h.a, token);
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		assert_int_equal(check_now(&h, (struct str){ bad, token.n }), E_UNAUTHENTICATED);
	}
	home_close(&h);
}

static void only_one_shape_is_taken(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct str token = made_at(&h, NOW), rest;
	struct str header = str_cut(token, '.', &rest), payload = str_cut(rest, '.', &rest), signature = rest;
	const struct str shapes[] = {
		STR(""), STR("."), STR(".."), STR("..."), header, str_slice(token, 0, header.n + 1 + payload.n),
		str_fmt(h.a, STR_FMT ".x", STR_ARG(token)),                   /* four parts */
		str_fmt(h.a, STR_FMT ".", STR_ARG(token)),
		str_fmt(h.a, STR_FMT ".x.y", STR_ARG(token)),                 /* five, as of an encrypted one */
		str_fmt(h.a, "." STR_FMT, STR_ARG(token)),
		str_fmt(h.a, STR_FMT "=", STR_ARG(token)),
		str_fmt(h.a, STR_FMT "==", STR_ARG(token)),
		str_fmt(h.a, STR_FMT "." STR_FMT "=." STR_FMT, STR_ARG(header), STR_ARG(payload), STR_ARG(signature)),
		str_fmt(h.a, " " STR_FMT, STR_ARG(token)),
		str_fmt(h.a, STR_FMT " ", STR_ARG(token)),
		str_fmt(h.a, STR_FMT "\n", STR_ARG(token)),
		str_fmt(h.a, STR_FMT ". " STR_FMT "." STR_FMT, STR_ARG(header), STR_ARG(payload), STR_ARG(signature)),
		str_fmt(h.a, "Bearer " STR_FMT, STR_ARG(token)),
		str_fmt(h.a, STR_FMT "." STR_FMT "." STR_FMT, STR_ARG(payload), STR_ARG(header), STR_ARG(signature)),
	};
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (check_now(&h, shapes[i]) != E_UNAUTHENTICATED)
			fail_msg("taken: " STR_FMT, STR_ARG(shapes[i]));
	/* A signature is 64 bytes: its last character carries four bits, the other two of them are zero. */
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *loose = str_z(h.a, token);
	size_t last = (size_t)(strchr(alphabet, loose[token.n - 1]) - alphabet);
	for (size_t i = 1; i < 16; i++) {
		loose[token.n - 1] = alphabet[last | i];
		assert_int_equal(check_now(&h, (struct str){ loose, token.n }), E_UNAUTHENTICATED);
	}
	loose[token.n - 1] = alphabet[last];
	assert_int_equal(check_now(&h, (struct str){ loose, token.n }), OK);
	/* The other alphabet of base64, signed as it stands: payloads that need a - or _ say it with + or /. */
	struct str text = str_fmt(h.a, "{\"x\":\"\xc3\xbf\xc3\xbe>>>???\"," WHO "," WHEN ",\"exp\":1800000300}");
	char *plain = str_z(h.a, b64(&h, text));
	assert_int_equal(check_now(&h, signed_parts(&h, header, str_from(plain))), OK);
	assert_non_null(strpbrk(plain, "-_"));
	for (char *c = plain; (c = strpbrk(c, "-_")) != NULL;)
		*c = *c == '-' ? '+' : '/';
	assert_int_equal(check_now(&h, signed_parts(&h, header, str_from(plain))), E_UNAUTHENTICATED);
	/* Too long, signed or not. */
	enum { HUGE = 1 << 20 };
	char *huge = ARENA_ARRAY(h.a, char, HUGE);
	memset(huge, 'A', HUGE);
	assert_int_equal(check_now(&h, (struct str){ huge, HUGE }), E_UNAUTHENTICATED);
	assert_int_equal(check_now(&h, signed_parts(&h, header, (struct str){ huge, JWT_MAX })), E_UNAUTHENTICATED);
	memset(huge, '.', HUGE);
	assert_int_equal(check_now(&h, (struct str){ huge, HUGE }), E_UNAUTHENTICATED);
	/* One token within another. */
	assert_int_equal(check_now(&h, signed_parts(&h, header, b64(&h, token))), E_UNAUTHENTICATED);
	home_close(&h);
}

static void claims_are_read_strictly(void **state)
{
	(void)state;
	static const char *const bad[] = {
		/* times */
		"{" WHO "," WHEN "}",
		"{" WHO "," WHEN ",\"exp\":\"1800000300\"}",
		"{" WHO "," WHEN ",\"exp\":1800000300.0}",
		"{" WHO "," WHEN ",\"exp\":1800000300.5}",
		"{" WHO "," WHEN ",\"exp\":1.8000003e9}",
		"{" WHO "," WHEN ",\"exp\":1e99}",
		"{" WHO "," WHEN ",\"exp\":-1}",
		"{" WHO "," WHEN ",\"exp\":-9223372036854775808}",
		"{" WHO "," WHEN ",\"exp\":9223372036854775807}",
		"{" WHO "," WHEN ",\"exp\":99999999999999999999}",
		"{" WHO "," WHEN ",\"exp\":null}",
		"{" WHO "," WHEN ",\"exp\":true}",
		"{" WHO "," WHEN ",\"exp\":[1800000300]}",
		"{" WHO "," WHEN ",\"exp\":1800000000}",
		"{" WHO "," WHEN ",\"exp\":1800000300,\"nbf\":1800000100}",
		"{" WHO "," WHEN ",\"exp\":1800000300,\"nbf\":\"1799990000\"}",
		"{" WHO ",\"auth_time\":1799990000,\"iat\":1800086400,\"exp\":1800086700}",
		"{" WHO ",\"auth_time\":1799990000,\"exp\":1800000300}",
		"{" WHO ",\"iat\":1800000000,\"exp\":1800000300}",
		/* said twice */
		"{" WHO "," WHEN ",\"exp\":1700000000,\"exp\":1800000300}",
		"{" WHO "," WHEN ",\"exp\":1800000300,\"sub\":\"05000000" ZEROS "}",
		"{" WHO "," WHEN ",\"exp\":1800000300,\"s\\u0075b\":\"05000000" ZEROS "}",
		/* who and for what */
		"{\"iss\":\"" ISSUER "\"," IDS ",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":\"files\"," IDS ",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":[\"files\"]," IDS ",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":[\"api\"]," IDS ",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":\"api\\u0000\"," IDS ",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "/\",\"aud\":\"api\"," IDS ",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"aud\":\"api\"," IDS ",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":\"api\"," IDS ",\"amr\":\"pwd\"," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":\"api\"," IDS ",\"amr\":[1]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":\"api\"," IDS ",\"amr\":[\"a\",\"b\",\"c\",\"d\",\"e\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":\"api\",\"sub\":\"1\",\"tid\":\"02000000" ZEROS ",\"sid\":\"03000000" ZEROS ",\"jti\":\"04000000" ZEROS
		",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		"{\"iss\":\"" ISSUER "\",\"aud\":\"api\",\"sub\":\"01000000" ZEROS ",\"tid\":\"02000000" ZEROS ",\"jti\":\"04000000" ZEROS
		",\"amr\":[\"pwd\"]," WHEN ",\"exp\":1800000300}",
		/* no object, no JSON, not one, not UTF-8 */
		"", "null", "[]", "[" GOOD "]", GOOD GOOD, GOOD "x", "{", "{\"iss\":\"\xff\"}",
		"{'iss':1}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
	};
	struct home h;
	home_open(&h);
	made_at(&h, NOW);
	assert_int_equal(check_now(&h, with_header(&h, KNOWN, GOOD)), OK);
	assert_int_equal(check_now(&h, with_header(&h, KNOWN, "{" WHO "," WHEN ",\"exp\":1800000300,\"nbf\":1800000000}")), OK);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (check_now(&h, with_header(&h, KNOWN, bad[i])) != E_UNAUTHENTICATED)
			fail_msg("taken: %s", bad[i]);
	/* The same text in UTF-16. */
	struct str good = STR(GOOD);
	char *wide = ARENA_ARRAY(h.a, char, 2 * good.n);
	for (size_t i = 0; i < good.n; i++)
		wide[2 * i] = good.p[i];
	struct str token = made_at(&h, NOW), rest;
	assert_int_equal(check_now(&h, signed_parts(&h, str_cut(token, '.', &rest), str_base64url(h.a, wide, 2 * good.n))), E_UNAUTHENTICATED);
	home_close(&h);
}

/* ---- the life of a key ---- */

static struct instant begin_of(int64_t generation)
{
	return (struct instant){ generation * JWT_GENERATION_MS };
}

static size_t published(struct home *h, struct instant t)
{
	struct str text;
	json_t *o;
	assert_int_equal(jwks_text(h->ks, h->a, t, &text), OK);
	assert_int_equal(json_read(h->a, text, &h->problem, &o), OK);
	const json_t *keys = json_object_get(o, "keys");
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *key = json_array_get(keys, i);
		struct str x;
		assert_int_equal(json_object_size(key), 6);
		assert_string_equal(json_string_value(json_object_get(key, "kty")), "OKP");
		assert_string_equal(json_string_value(json_object_get(key, "crv")), "Ed25519");
		assert_string_equal(json_string_value(json_object_get(key, "alg")), "EdDSA");
		assert_int_equal(str_unbase64url(h->a, json_text(json_object_get(key, "x")), &x), OK);
		assert_int_equal(x.n, 32);
		assert_int_equal(json_string_length(json_object_get(key, "kid")), 16);
	}
	return json_array_size(keys);
}

static bool publishes(struct home *h, struct instant t, struct str token)
{
	struct str jwks, header, rest;
	assert_int_equal(jwks_text(h->ks, h->a, t, &jwks), OK);
	assert_int_equal(str_unbase64url(h->a, str_cut(token, '.', &rest), &header), OK);
	struct str kid = str_slice(header, header.n - 18, header.n - 2);
	return memmem(jwks.p, jwks.n, kid.p, kid.n) != NULL;
}

static void keys_follow_one_another(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	const struct instant begin = begin_of(GENERATION + 1), before = { begin.ms - 200000 }, after = { begin.ms + 1000 };
	uint8_t key[32];
	/* More than a day ahead there is one key, and no trace of the next. */
	assert_int_equal(published(&h, (struct instant){ begin.ms - JWT_AHEAD_MS - 1 }), 1);
	assert_int_equal(keystore_token_public(h.ks, GENERATION + 1, key), E_NOT_FOUND);
	assert_int_equal(published(&h, (struct instant){ begin.ms - JWT_AHEAD_MS }), 2);
	assert_int_equal(keystore_token_public(h.ks, GENERATION + 1, key), OK);
	struct str old = made_at(&h, before), new = made_at(&h, after);
	struct str header, rest;
	header = str_cut(old, '.', &rest);
	assert_false(str_eq(header, str_cut(new, '.', &rest)));
	assert_true(publishes(&h, before, new)); /* known before it is used */
	/* The old one is taken as long as a token of it can live, and published as long. */
	assert_int_equal(check_at(&h, h.ks, after, old), OK);
	assert_int_equal(check_at(&h, h.ks, after, new), OK);
	assert_int_equal(published(&h, after), 2);
	struct jwt_claims longer = claims_at(before);
	longer.exp.ms = begin.ms + 86400000;
	assert_int_equal(jwt_make(h.ks, h.a, before, &longer, &old), OK);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ begin.ms + JWT_RETIRING_MS - 1 }, old), OK);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ begin.ms + JWT_RETIRING_MS }, old), E_UNAUTHENTICATED);
	assert_int_equal(published(&h, (struct instant){ begin.ms + JWT_RETIRING_MS }), 1);
	assert_false(publishes(&h, (struct instant){ begin.ms + JWT_RETIRING_MS }, old));
	/* A node whose clock is behind takes the new one a minute early and not sooner. */
	struct jwt_claims early = claims_at((struct instant){ begin.ms - 100000 });
	early.exp.ms = begin.ms + 86400000;
	assert_int_equal(jwt_make(h.ks, h.a, begin, &early, &new), OK);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ begin.ms - JWT_SKEW_MS }, new), OK);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ begin.ms - JWT_SKEW_MS - 1 }, new), E_UNAUTHENTICATED);
	/* Signing alone makes the next one ahead too. */
	made_at(&h, (struct instant){ begin_of(GENERATION + 2).ms - JWT_AHEAD_MS });
	assert_int_equal(keystore_token_public(h.ks, GENERATION + 2, key), OK);
	/* A check makes none. */
	assert_int_equal(check_at(&h, h.ks, begin_of(GENERATION + 9), old), E_UNAUTHENTICATED);
	assert_int_equal(keystore_token_public(h.ks, GENERATION + 9, key), E_NOT_FOUND);
	assert_int_equal(check_at(&h, h.ks, (struct instant){ -5 }, old), E_UNAUTHENTICATED);
	home_close(&h);
}

static void in_an_emergency_all_keys_are_new(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct keystore *other = another(&h);
	const struct instant begin = begin_of(GENERATION + 1), before = { begin.ms - 30000 };
	made_at(&h, (struct instant){ begin.ms - JWT_AHEAD_MS });
	struct str old = made_at(&h, before), new = made_at(&h, begin);
	assert_int_equal(check_at(&h, other, before, old), OK);
	assert_int_equal(check_at(&h, other, before, new), OK);
	assert_int_equal(jwt_keys_renew(h.ks, before), OK);
	assert_int_equal(check_at(&h, h.ks, before, old), E_UNAUTHENTICATED);
	assert_int_equal(check_at(&h, h.ks, before, new), E_UNAUTHENTICATED); /* the next one had been made already */
	struct str fresh = made_at(&h, before);
	assert_int_equal(check_at(&h, h.ks, before, fresh), OK);
	assert_false(publishes(&h, before, old) || publishes(&h, before, new));
	/* The other process goes on until it looks again, which it does within KEY_CACHE_S. */
	assert_int_equal(check_at(&h, other, before, old), OK);
	keystore_forget(other);
	assert_int_equal(check_at(&h, other, before, old), E_UNAUTHENTICATED);
	assert_int_equal(check_at(&h, other, before, fresh), OK);
	/* Just after the change of generations the last one's goes as well. */
	fresh = made_at(&h, begin);
	old = made_at(&h, before);
	assert_int_equal(check_at(&h, h.ks, begin, old), OK);
	assert_int_equal(jwt_keys_renew(h.ks, begin), OK);
	assert_int_equal(check_at(&h, h.ks, begin, old), E_UNAUTHENTICATED);
	assert_int_equal(check_at(&h, h.ks, begin, fresh), E_UNAUTHENTICATED);
	assert_int_equal(check_at(&h, h.ks, begin, made_at(&h, begin)), OK);
	/* Even a clock that was set back finds a key, though not the destroyed one. */
	assert_int_equal(check_at(&h, h.ks, before, made_at(&h, before)), OK);
	assert_int_equal(check_at(&h, h.ks, before, old), E_UNAUTHENTICATED);
	keystore_close(other);
	home_close(&h);
}

static void a_new_root_leaves_them_as_they_are(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct str token = made_at(&h, NOW);
	keystore_close(h.ks);
	assert_int_equal(keystore_rekey(h.dir, &h.problem), OK);
	h.ks = another(&h);
	assert_int_equal(check_now(&h, token), OK);
	home_close(&h);
}

/* Four processes want to be the first to sign: one of them makes the key, the others take it. */
static void one_key_for_all_processes(void **state)
{
	(void)state;
	enum { PROCESSES = 4, ROUNDS = 10 };
	struct home h;
	int ends[2];
	home_open(&h);
	assert_int_equal(pipe(ends), 0);
	for (int c = 0; c < PROCESSES; c++) {
		if (fork() != 0)
			continue;
		struct keystore *ks = NULL;
		if (keystore_open(h.dir, &h.problem, &ks) != OK)
			_exit(1);
		for (int i = 0; i < ROUNDS; i++) {
			struct instant t = begin_of(GENERATION + i);
			struct jwt_claims claims = claims_at(t);
			struct str token, rest;
			if (jwt_make(ks, h.a, t, &claims, &token) != OK)
				_exit(2);
			struct str header = str_cut(token, '.', &rest);
			if (header.n != 74 || write(ends[1], header.p, header.n) != (ssize_t)header.n)
				_exit(3);
		}
		keystore_close(ks);
		_exit(0);
	}
	close(ends[1]);
	for (int c = 0; c < PROCESSES; c++) {
		int status = -1;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	char headers[PROCESSES * ROUNDS + 1][74];
	size_t n = 0, different = 0;
	while (read(ends[0], headers[n], 74) == 74 && n < PROCESSES * ROUNDS)
		n++;
	close(ends[0]);
	assert_int_equal(n, PROCESSES * ROUNDS);
	for (size_t i = 0; i < n; i++) {
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen |= memcmp(headers[i], headers[k], 74) == 0;
		different += !seen;
	}
	assert_int_equal(different, ROUNDS);
	home_close(&h);
}

static int64_t cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void cost(void **state)
{
	(void)state;
	enum { TIMES = 2000 };
	struct home h;
	struct jwt_claims claims = claims_at(NOW);
	struct str token = { NULL, 0 }, forged;
	home_open(&h);
	assert_int_equal(jwt_make(h.ks, h.a, NOW, &claims, &token), OK);
	forged = str_fmt(h.a, "x" STR_FMT, STR_ARG(token));
	int64_t t[4];
	t[0] = cpu_us();
	for (int i = 0; i < TIMES; i++)
		assert_int_equal(jwt_make(h.ks, h.a, NOW, &claims, &token), OK);
	t[1] = cpu_us();
	for (int i = 0; i < TIMES; i++) {
		with_arena struct arena *a = arena_new(MIB);
		assert_int_equal(jwt_check(h.ks, a, NOW, STR(ISSUER), STR("api"), token, &claims), OK);
	}
	t[2] = cpu_us();
	for (int i = 0; i < TIMES; i++) {
		with_arena struct arena *a = arena_new(MIB);
		assert_int_equal(jwt_check(h.ks, a, NOW, STR(ISSUER), STR("api"), forged, &claims), E_UNAUTHENTICATED);
	}
	t[3] = cpu_us();
	print_message("make %d us, check %d us, refuse an unknown header %.1f us\n", (int)((t[1] - t[0]) / TIMES), (int)((t[2] - t[1]) / TIMES),
	              (double)(t[3] - t[2]) / TIMES);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_is_read),
		cmocka_unit_test(only_one_header_is_known),
		cmocka_unit_test(signatures_of_other_kinds_are_none),
		cmocka_unit_test(only_one_shape_is_taken),
		cmocka_unit_test(claims_are_read_strictly),
		cmocka_unit_test(keys_follow_one_another),
		cmocka_unit_test(in_an_emergency_all_keys_are_new),
		cmocka_unit_test(a_new_root_leaves_them_as_they_are),
		cmocka_unit_test(one_key_for_all_processes),
		cmocka_unit_test(cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
