#include "check.h"

#include "idtoken.h"
#include "json.h"
#include "limits.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#define ISSUER "https://id.example.test"
#define CLIENT "fieldward"
#define NONCE "n-0S6_WzA2Mj"
static const struct instant NOW = { 1800000000 * INT64_C(1000) };

enum { KEY_RSA, KEY_EC, KEY_ED, KEY_OTHER, KEY_SMALL, KEYS };

struct world {
	struct arena *a;
	EVP_PKEY *key[KEYS];
	struct str jwk[KEYS];
	struct str keys; /* what the check takes: the first three */
};

static struct str text_of(struct arena *a, EVP_PKEY *key, const char *name)
{
	BIGNUM *n = NULL;
	unsigned char b[600];
	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
	int size = strcmp(name, OSSL_PKEY_PARAM_EC_PUB_X) == 0 || strcmp(name, OSSL_PKEY_PARAM_EC_PUB_Y) == 0 ? 32 : BN_num_bytes(n);
	assert_int_equal(BN_bn2binpad(n, b, size), size);
	BN_free(n);
	return str_base64url(a, b, (size_t)size);
}

static struct str jwk_of(struct world *w, int i)
{
	EVP_PKEY *key = w->key[i];
	if (i == KEY_EC)
		return str_fmt(w->a, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k%d\",\"x\":\"%s\",\"y\":\"%s\"}", i, str_z(w->a, text_of(w->a, key, OSSL_PKEY_PARAM_EC_PUB_X)),
		               str_z(w->a, text_of(w->a, key, OSSL_PKEY_PARAM_EC_PUB_Y)));
	if (i == KEY_ED) {
		unsigned char b[32];
		size_t n = sizeof(b);
		assert_int_equal(EVP_PKEY_get_raw_public_key(key, b, &n), 1);
		return str_fmt(w->a, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k%d\",\"alg\":\"EdDSA\",\"x\":\"%s\"}", i, str_z(w->a, str_base64url(w->a, b, n)));
	}
	return str_fmt(w->a, "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"k%d\",\"n\":\"%s\",\"e\":\"%s\"}", i, str_z(w->a, text_of(w->a, key, OSSL_PKEY_PARAM_RSA_N)),
	               str_z(w->a, text_of(w->a, key, OSSL_PKEY_PARAM_RSA_E)));
}

static struct str set_of(struct world *w, const char *keys)
{
	return str_fmt(w->a, "{\"keys\":[%s]}", keys);
}

static int begin(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->a = arena_new(64 * MIB);
	w->key[KEY_RSA] = EVP_RSA_gen(2048);
	w->key[KEY_OTHER] = EVP_RSA_gen(2048);
	w->key[KEY_SMALL] = EVP_RSA_gen(1024);
	w->key[KEY_EC] = EVP_EC_gen("prime256v1");
	w->key[KEY_ED] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	for (int i = 0; i < KEYS; i++)
		w->jwk[i] = jwk_of(w, i);
	struct str all = str_fmt(w->a, "%s,%s,%s", w->jwk[KEY_RSA].p, w->jwk[KEY_EC].p, w->jwk[KEY_ED].p);
	assert_int_equal(idtoken_keys(w->a, set_of(w, all.p), &w->keys), OK);
	*state = w;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < KEYS; i++)
		EVP_PKEY_free(w->key[i]);
	arena_free(w->a);
	free(w);
	return 0;
}

static struct str b64(struct world *w, struct str s)
{
	return str_base64url(w->a, s.p, s.n);
}

static struct str raw_pair(struct world *w, const unsigned char *der, size_t n)
{
	unsigned char pair[64];
	const unsigned char *p = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)n);
	BN_bn2binpad(ECDSA_SIG_get0_r(sig), pair, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(sig), pair + 32, 32);
	ECDSA_SIG_free(sig);
	return str_base64url(w->a, pair, sizeof(pair));
}

/* A token with this header and these claims, signed by this key, whatever they say. */
static struct str signed_by(struct world *w, int key, const char *header, const char *claims)
{
	unsigned char sig[600];
	size_t n = sizeof(sig);
	struct str text = str_fmt(w->a, STR_FMT "." STR_FMT, STR_ARG(b64(w, str_from(header))), STR_ARG(b64(w, str_from(claims))));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, key == KEY_ED ? NULL : EVP_sha256(), NULL, w->key[key]), 1);
	assert_int_equal(EVP_DigestSign(ctx, sig, &n, (const unsigned char *)text.p, text.n), 1);
	EVP_MD_CTX_free(ctx);
	struct str s = key == KEY_EC ? raw_pair(w, sig, n) : str_base64url(w->a, sig, n);
	return str_fmt(w->a, STR_FMT "." STR_FMT, STR_ARG(text), STR_ARG(s));
}

static const char *const headers[] = { "{\"alg\":\"RS256\",\"kid\":\"k0\"}", "{\"alg\":\"ES256\",\"kid\":\"k1\"}", "{\"alg\":\"EdDSA\",\"kid\":\"k2\",\"typ\":\"JWT\"}" };

#define SAID(iss, aud, exp, iat, nonce, more) \
	"{\"iss\":\"" iss "\",\"aud\":" aud ",\"exp\":" exp ",\"iat\":" iat ",\"nonce\":\"" nonce "\",\"sub\":\"248289761001\"" more "}"
#define GOOD SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "1800000000", NONCE, ",\"email\":\"a@example.test\",\"email_verified\":true")

static enum err check(struct world *w, struct str token, struct idtoken *ret, const char **ret_why)
{
	const struct idtoken_want want = { w->keys, STR(ISSUER), STR(CLIENT), STR(NONCE), NOW };
	*ret = (struct idtoken){ .subject = STR("untouched") };
	*ret_why = "";
	return idtoken_check(w->a, &want, token, ret, ret_why);
}

static void takes_three_algorithms(void **state)
{
	struct world *w = *state;
	struct idtoken t;
	const char *why;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(check(w, signed_by(w, i, headers[i], GOOD), &t, &why), OK);
		assert_true(str_eqz(t.subject, "248289761001"));
		assert_true(str_eqz(t.email, "a@example.test"));
		assert_true(t.email_verified);
	}
}

static void refuses_claims(void **state)
{
	static const struct {
		const char *claims, *why;
	} rows[] = {
		{ SAID("https://id.example.test/", "\"" CLIENT "\"", "1800000300", "1800000000", NONCE, ""), "issuer" },
		{ SAID(ISSUER, "\"another\"", "1800000300", "1800000000", NONCE, ""), "audience" },
		{ SAID(ISSUER, "[\"another\"]", "1800000300", "1800000000", NONCE, ""), "audience" },
		{ SAID(ISSUER, "[]", "1800000300", "1800000000", NONCE, ""), "audience" },
		{ SAID(ISSUER, "[\"another\",\"" CLIENT "\"]", "1800000300", "1800000000", NONCE, ""), "audience" },
		{ SAID(ISSUER, "[\"another\",\"" CLIENT "\"]", "1800000300", "1800000000", NONCE, ",\"azp\":\"another\""), "audience" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "1800000000", NONCE, ",\"azp\":7"), "audience" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1799999940", "1799999000", NONCE, ""), "time" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "\"1800000300\"", "1800000000", NONCE, ""), "time" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1.8e9", "1800000000", NONCE, ""), "time" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "9223372036854775807", "1800000000", NONCE, ""), "time" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "1800000061", NONCE, ""), "time" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "null", NONCE, ""), "time" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "1800000000", NONCE, ",\"nbf\":1800000061"), "time" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "1800000000", "another", ""), "nonce" },
		{ SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "1800000000", "", ""), "nonce" },
		{ "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"exp\":1800000300,\"iat\":1800000000,\"nonce\":\"" NONCE "\",\"sub\":\"\"}", "subject" },
		{ "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"exp\":1800000300,\"iat\":1800000000,\"nonce\":\"" NONCE "\"}", "subject" },
		{ "{\"iss\":\"" ISSUER "\",\"iss\":\"" ISSUER "\"}", "format" },
		{ "[]", "format" },
	};
	struct world *w = *state;
	struct idtoken t;
	const char *why;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(check(w, signed_by(w, KEY_RSA, headers[KEY_RSA], rows[i].claims), &t, &why), E_UNAUTHENTICATED);
		assert_string_equal(why, rows[i].why);
		assert_true(str_eqz(t.subject, "untouched"));
	}
}

static void takes_edges(void **state)
{
	static const char *const rows[] = {
		SAID(ISSUER, "[\"" CLIENT "\"]", "1800000300", "1800000000", NONCE, ""),
		SAID(ISSUER, "[\"another\",\"" CLIENT "\"]", "1800000300", "1800000000", NONCE, ",\"azp\":\"" CLIENT "\""),
		SAID(ISSUER, "\"" CLIENT "\"", "1799999941", "1800000060", NONCE, ",\"nbf\":1800000060"),
	};
	struct world *w = *state;
	struct idtoken t;
	const char *why;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(check(w, signed_by(w, KEY_EC, headers[KEY_EC], rows[i]), &t, &why), OK);
		assert_false(t.email_verified);
		assert_int_equal(t.email.n, 0);
	}
	assert_int_equal(check(w, signed_by(w, KEY_RSA, headers[KEY_RSA], SAID(ISSUER, "\"" CLIENT "\"", "1800000300", "1800000000", NONCE, ",\"email_verified\":\"true\"")), &t, &why), OK);
	assert_false(t.email_verified); /* a text is not a yes */
}

static void refuses_signatures(void **state)
{
	struct world *w = *state;
	struct idtoken t;
	const char *why;
	static const struct {
		int key;
		const char *header, *why;
	} rows[] = {
		{ KEY_OTHER, "{\"alg\":\"RS256\",\"kid\":\"k0\"}", "signature" },
		{ KEY_RSA, "{\"alg\":\"none\",\"kid\":\"k0\"}", "algorithm" },
		{ KEY_RSA, "{\"alg\":\"HS256\",\"kid\":\"k0\"}", "algorithm" },
		{ KEY_RSA, "{\"alg\":\"PS256\",\"kid\":\"k0\"}", "algorithm" },
		{ KEY_RSA, "{\"alg\":\"RS256\",\"kid\":\"k1\"}", "algorithm" },
		{ KEY_RSA, "{\"kid\":\"k0\"}", "algorithm" },
		{ KEY_RSA, "{\"alg\":\"ES256\",\"kid\":\"k1\"}", "signature" },
		{ KEY_EC, "{\"alg\":\"EdDSA\",\"kid\":\"k2\"}", "signature" },
		{ KEY_RSA, "{\"alg\":\"RS256\",\"kid\":\"k0\",\"crit\":[\"exp\"]}", "format" },
		{ KEY_RSA, "\"RS256\"", "format" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(check(w, signed_by(w, rows[i].key, rows[i].header, GOOD), &t, &why), E_UNAUTHENTICATED);
		assert_string_equal(why, rows[i].why);
	}
	static const char *const unknown[] = { "{\"alg\":\"RS256\",\"kid\":\"k3\"}", "{\"alg\":\"RS256\"}", "{\"alg\":\"RS256\",\"kid\":7}" };
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		assert_int_equal(check(w, signed_by(w, KEY_RSA, unknown[i], GOOD), &t, &why), E_KEY);
	/* A key that comes along in the header is not looked at. */
	struct str own = str_fmt(w->a, "{\"alg\":\"RS256\",\"kid\":\"k0\",\"jwk\":%s}", w->jwk[KEY_OTHER].p);
	assert_int_equal(check(w, signed_by(w, KEY_OTHER, own.p, GOOD), &t, &why), E_UNAUTHENTICATED);
	assert_string_equal(why, "signature");
}

static void refuses_every_changed_byte(void **state)
{
	struct world *w = *state;
	struct idtoken t;
	const char *why;
	for (int key = 0; key < 3; key++) {
		struct str good = signed_by(w, key, headers[key], GOOD);
		for (size_t i = 0; i < good.n; i += 7) {
			char *bad = str_z(w->a, good);
			bad[i] = bad[i] == 'A' ? 'B' : 'A';
			assert_int_not_equal(check(w, (struct str){ bad, good.n }, &t, &why), OK);
		}
		for (size_t n = 0; n < good.n; n += 11)
			assert_int_not_equal(check(w, str_slice(good, 0, n), &t, &why), OK);
		assert_int_not_equal(check(w, str_fmt(w->a, STR_FMT ".", STR_ARG(good)), &t, &why), OK);
		assert_int_not_equal(check(w, str_fmt(w->a, STR_FMT "=", STR_ARG(good)), &t, &why), OK);
	}
	char *long_one = ARENA_ARRAY(w->a, char, ID_TOKEN_MAX + 1);
	memset(long_one, 'A', ID_TOKEN_MAX + 1);
	assert_int_equal(check(w, (struct str){ long_one, ID_TOKEN_MAX + 1 }, &t, &why), E_UNAUTHENTICATED);
}

/* Without what it is compared with, nothing is equal. */
static void refuses_nothing_wanted(void **state)
{
	struct world *w = *state;
	struct idtoken t;
	const char *why;
	struct idtoken_want want = { w->keys, STR(""), STR(""), STR(""), NOW };
	struct str token = signed_by(w, KEY_RSA, headers[KEY_RSA], "{\"iss\":\"\",\"aud\":\"\",\"exp\":1800000300,\"iat\":1800000000,\"nonce\":\"\",\"sub\":\"1\"}");
	assert_int_equal(idtoken_check(w->a, &want, token, &t, &why), E_UNAUTHENTICATED);
	want.issuer = STR(ISSUER);
	want.keys = STR("");
	assert_int_equal(idtoken_check(w->a, &want, signed_by(w, KEY_RSA, headers[KEY_RSA], GOOD), &t, &why), E_KEY);
}

static void picks_keys(void **state)
{
	struct world *w = *state;
	struct str keys = STR("");
	struct idtoken t;
	const char *why;
	static const char *const none[] = {
		"{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"k0\"}",
		"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
		"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		"7", "",
	};
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_int_equal(idtoken_keys(w->a, set_of(w, none[i]), &keys), E_INVALID);
	assert_int_equal(idtoken_keys(w->a, set_of(w, w->jwk[KEY_SMALL].p), &keys), E_INVALID);
	assert_int_equal(idtoken_keys(w->a, STR("{\"keys\":7}"), &keys), E_INVALID);
	assert_int_equal(idtoken_keys(w->a, STR("not JSON"), &keys), E_INVALID);
	struct str encrypting = str_fmt(w->a, "{\"use\":\"enc\",%s", w->jwk[KEY_EC].p + 1), other = str_fmt(w->a, "{\"alg\":\"PS256\",%s", w->jwk[KEY_OTHER].p + 1);
	assert_int_equal(idtoken_keys(w->a, set_of(w, encrypting.p), &keys), E_INVALID);
	assert_int_equal(idtoken_keys(w->a, set_of(w, other.p), &keys), E_INVALID);
	/* A secret member is not kept; and one key alone needs no name. */
	struct str secret = str_fmt(w->a, "{\"d\":\"c2VjcmV0\",%s", w->jwk[KEY_ED].p + 1);
	assert_int_equal(idtoken_keys(w->a, set_of(w, secret.p), &keys), OK);
	assert_null(memmem(keys.p, keys.n, "c2VjcmV0", 8));
	const struct idtoken_want want = { keys, STR(ISSUER), STR(CLIENT), STR(NONCE), NOW };
	assert_int_equal(idtoken_check(w->a, &want, signed_by(w, KEY_ED, "{\"alg\":\"EdDSA\"}", GOOD), &t, &why), OK);
	/* A point beside the curve opens no door. */
	struct str beside = STR("{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\",\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}");
	assert_int_equal(idtoken_keys(w->a, set_of(w, beside.p), &keys), OK);
	const struct idtoken_want beside_want = { keys, STR(ISSUER), STR(CLIENT), STR(NONCE), NOW };
	assert_int_equal(idtoken_check(w->a, &beside_want, signed_by(w, KEY_EC, headers[KEY_EC], GOOD), &t, &why), E_UNAUTHENTICATED);
	assert_string_equal(why, "signature");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_three_algorithms), cmocka_unit_test(refuses_claims), cmocka_unit_test(takes_edges),
		cmocka_unit_test(refuses_signatures),     cmocka_unit_test(refuses_every_changed_byte), cmocka_unit_test(refuses_nothing_wanted),
		cmocka_unit_test(picks_keys),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
