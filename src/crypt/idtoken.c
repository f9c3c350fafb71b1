#include "idtoken.h"

#include "json.h"
#include "limits.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 4096, EXPONENT_MAX = 4, POINT = 32, KID_MAX = 200, AUDIENCES_MAX = 16 };

static const struct kind {
	const char *alg, *kty, *crv; /* crv NULL: the key has none */
	bool hashed;                 /* SHA-256 comes before the signature */
	const char *members[2];      /* of the public key, base64url */
} kinds[] = {
	{ "RS256", "RSA", NULL, true, { "n", "e" } },
	{ "ES256", "EC", "P-256", true, { "x", "y" } },
	{ "EdDSA", "OKP", "Ed25519", false, { "x", NULL } },
};

static struct str member(const json_t *o, const char *name)
{
	return json_text(json_object_get(o, name));
}

static enum err read_object(struct arena *a, struct str text, json_t **ret)
{
	struct problem ignored;
	problem_init(&ignored, a);
	if (json_read(a, text, &ignored, ret) != OK || !json_is_object(*ret))
		return E_INVALID;
	return OK;
}

/* ---- keys ---- */

static const struct kind *kind_of(const json_t *key)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eqz(member(key, "kty"), kinds[i].kty) && (!kinds[i].crv || str_eqz(member(key, "crv"), kinds[i].crv)))
			return &kinds[i];
	return NULL;
}

static bool says(const json_t *key, const char *name, const char *wanted)
{
	return !json_object_get(key, name) || str_eqz(member(key, name), wanted);
}

/* A number without leading zeros, as RFC 7518 has it. */
static unsigned bits_of(struct str number)
{
	unsigned top = number.n ? (unsigned char)number.p[0] : 0, bits = 0;
	for (; top; top >>= 1)
		bits++;
	return bits ? (unsigned)(number.n - 1) * 8 + bits : 0;
}

static bool sizes_good(const struct kind *k, const struct str part[2])
{
	if (strcmp(k->kty, "RSA") != 0)
		return part[0].n == POINT && (!k->members[1] || part[1].n == POINT);
	bool odd = part[1].n && (part[1].p[part[1].n - 1] & 1);
	return bits_of(part[0]) >= RSA_BITS_MIN && bits_of(part[0]) <= RSA_BITS_MAX && part[1].n <= EXPONENT_MAX && bits_of(part[1]) > 1 && odd;
}

static bool key_parts(struct arena *a, const json_t *key, const struct kind *k, struct str part[2])
{
	for (size_t i = 0; i < 2; i++) {
		part[i] = STR("");
		if (k->members[i] && (!member(key, k->members[i]).n || str_unbase64url(a, member(key, k->members[i]), &part[i]) != OK))
			return false;
	}
	return sizes_good(k, part);
}

static void write_key(struct json_out *o, const json_t *key, const struct kind *k)
{
	jw_open(o, '{');
	jw_member_str(o, "kty", str_from(k->kty));
	if (k->crv)
		jw_member_str(o, "crv", str_from(k->crv));
	if (member(key, "kid").n)
		jw_member_str(o, "kid", member(key, "kid"));
	for (size_t i = 0; i < 2; i++)
		if (k->members[i])
			jw_member_str(o, k->members[i], member(key, k->members[i]));
	jw_close(o, '}');
}

enum err idtoken_keys(struct arena *a, struct str set, struct str *ret)
{
	json_t *o;
	struct buf b;
	struct json_out out;
	size_t count = 0;
	TRY(read_object(a, set, &o));
	const json_t *list = json_object_get(o, "keys");
	buf_init(&b, a, ID_KEYS_TEXT_MAX);
	jw_init(&out, &b);
	jw_open(&out, '{');
	jw_key(&out, "keys");
	jw_open(&out, '[');
	for (size_t i = 0; i < json_array_size(list) && count < ID_KEYS_MAX; i++) {
		const json_t *key = json_array_get(list, i);
		const struct kind *k = kind_of(key);
		struct str part[2];
		if (!k || !says(key, "use", "sig") || !says(key, "alg", k->alg) || member(key, "kid").n > KID_MAX || !key_parts(a, key, k, part))
			continue;
		write_key(&out, key, k);
		count++;
	}
	jw_close(&out, ']');
	jw_close(&out, '}');
	if (!count || b.over)
		return E_INVALID;
	*ret = buf_str(&b);
	return OK;
}

/* The key of this name; without a name the only one there is. */
static const json_t *find_key(const json_t *set, struct str kid)
{
	const json_t *list = json_object_get(set, "keys");
	if (!kid.n)
		return json_array_size(list) == 1 ? json_array_get(list, 0) : NULL;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_eq(member(json_array_get(list, i), "kid"), kid))
			return json_array_get(list, i);
	return NULL;
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = params ? EVP_PKEY_CTX_new_from_name(NULL, type, NULL) : NULL;
	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1 && EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *open_rsa(const struct str part[2])
{
	EVP_PKEY *key = NULL;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_bin2bn((const unsigned char *)part[0].p, (int)part[0].n, NULL), *e = BN_bin2bn((const unsigned char *)part[1].p, (int)part[1].n, NULL);
	if (build && n && e && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
		key = from_params("RSA", build);
	BN_free(n);
	BN_free(e);
	OSSL_PARAM_BLD_free(build);
	return key;
}

/* A point that is not on the curve is no key. */
static EVP_PKEY *open_p256(const struct str part[2])
{
	EVP_PKEY *key = NULL;
	unsigned char point[1 + 2 * POINT] = { 4 };
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	memcpy(point + 1, part[0].p, POINT);
	memcpy(point + 1 + POINT, part[1].p, POINT);
	if (build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
		key = from_params("EC", build);
	OSSL_PARAM_BLD_free(build);
	return key;
}

static EVP_PKEY *open_key(struct arena *a, const json_t *key, const struct kind *k)
{
	struct str part[2];
	if (!key_parts(a, key, k, part))
		return NULL;
	if (strcmp(k->kty, "RSA") == 0)
		return open_rsa(part);
	if (strcmp(k->kty, "EC") == 0)
		return open_p256(part);
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)part[0].p, part[0].n);
}

/* ---- signatures ---- */

/* ES256 signs as two numbers of 32 bytes; OpenSSL wants them in DER. */
static struct str der_of(struct arena *a, struct str pair)
{
	unsigned char *out = NULL;
	struct str der = STR("");
	if (pair.n != 2 * (size_t)POINT)
		return der;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn((const unsigned char *)pair.p, POINT, NULL), *s = BN_bin2bn((const unsigned char *)pair.p + POINT, POINT, NULL);
	if (sig && r && s && ECDSA_SIG_set0(sig, r, s)) {
		int n = i2d_ECDSA_SIG(sig, &out);
		if (n > 0)
			der = str_dup(a, (struct str){ (const char *)out, (size_t)n });
		OPENSSL_free(out);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(sig);
	return der;
}

static bool signature_good(struct arena *a, const json_t *jwk, const struct kind *k, struct str text, struct str signature)
{
	if (strcmp(k->kty, "EC") == 0)
		signature = der_of(a, signature);
	EVP_PKEY *key = signature.n ? open_key(a, jwk, k) : NULL;
	EVP_MD_CTX *ctx = key ? EVP_MD_CTX_new() : NULL;
	bool good = ctx && EVP_DigestVerifyInit(ctx, NULL, k->hashed ? EVP_sha256() : NULL, NULL, key) == 1 &&
	            EVP_DigestVerify(ctx, (const unsigned char *)signature.p, signature.n, (const unsigned char *)text.p, text.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}

/* ---- claims ---- */

static bool for_us(const json_t *claims, struct str client_id)
{
	const json_t *aud = json_object_get(claims, "aud"), *party = json_object_get(claims, "azp");
	bool several = json_is_array(aud) && json_array_size(aud) > 1, found = json_is_string(aud) && str_eq(json_text(aud), client_id);
	if (json_array_size(aud) > AUDIENCES_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(aud); i++)
		found = found || (json_is_string(json_array_get(aud, i)) && str_eq(json_text(json_array_get(aud, i)), client_id));
	return found && (party ? str_eq(json_text(party), client_id) : !several);
}

static bool seconds(const json_t *claims, const char *name, int64_t *ret_ms)
{
	const json_t *v = json_object_get(claims, name);
	if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > INT64_MAX / 1000)
		return false;
	*ret_ms = json_integer_value(v) * 1000;
	return true;
}

static bool in_time(const json_t *claims, struct instant now)
{
	int64_t ends, made, begins = 0;
	if (!seconds(claims, "exp", &ends) || !seconds(claims, "iat", &made) || (json_object_get(claims, "nbf") && !seconds(claims, "nbf", &begins)))
		return false;
	return now.ms - ID_TOKEN_SKEW_MS < ends && made <= now.ms + ID_TOKEN_SKEW_MS && begins <= now.ms + ID_TOKEN_SKEW_MS;
}

static const char *claims_wrong(const json_t *claims, const struct idtoken_want *want)
{
	struct str subject = member(claims, "sub");
	if (!want->issuer.n || !str_eq(member(claims, "iss"), want->issuer))
		return "issuer";
	if (!want->client_id.n || !for_us(claims, want->client_id))
		return "audience";
	if (!in_time(claims, want->now))
		return "time";
	if (!want->nonce.n || !str_same_ct(member(claims, "nonce"), want->nonce))
		return "nonce";
	return subject.n && subject.n <= ID_SUBJECT_MAX ? NULL : "subject";
}

/* ---- the whole ---- */

struct parts {
	struct str signed_part, signature;
	json_t *header, *claims;
};

static bool split(struct arena *a, struct str token, struct parts *ret)
{
	struct str rest, text, head, body;
	if (token.n > ID_TOKEN_MAX)
		return false;
	head = str_cut(token, '.', &rest);
	body = str_cut(rest, '.', &rest);
	if (!rest.p || str_unbase64url(a, rest, &ret->signature) != OK)
		return false;
	ret->signed_part = str_slice(token, 0, head.n + 1 + body.n);
	if (str_unbase64url(a, head, &text) != OK || read_object(a, text, &ret->header) != OK)
		return false;
	return str_unbase64url(a, body, &text) == OK && read_object(a, text, &ret->claims) == OK;
}

static enum err refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return E_UNAUTHENTICATED;
}

enum err idtoken_check(struct arena *a, const struct idtoken_want *want, struct str token, struct idtoken *ret, const char **ret_why)
{
	struct parts p;
	json_t *set;
	if (!split(a, token, &p) || json_object_get(p.header, "crit"))
		return refuse("format", ret_why);
	if (read_object(a, want->keys, &set) != OK)
		return E_KEY;
	const json_t *jwk = find_key(set, member(p.header, "kid"));
	if (!jwk)
		return E_KEY;
	const struct kind *k = kind_of(jwk);
	if (!k || !str_eqz(member(p.header, "alg"), k->alg))
		return refuse("algorithm", ret_why);
	if (!signature_good(a, jwk, k, p.signed_part, p.signature))
		return refuse("signature", ret_why);
	const char *why = claims_wrong(p.claims, want);
	if (why)
		return refuse(why, ret_why);
	*ret = (struct idtoken){ .subject = member(p.claims, "sub"), .email = member(p.claims, "email"), .email_verified = json_is_true(json_object_get(p.claims, "email_verified")) };
	return OK;
}
