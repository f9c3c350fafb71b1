#include "webauthn.h"

#include "json.h"
#include "seal.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Words for what is wrong; NULL: nothing. */
typedef const char *why;

enum { FLAG_UP = 0x01, FLAG_UV = 0x04, FLAG_BE = 0x08, FLAG_BS = 0x10, FLAG_AT = 0x40, FLAG_ED = 0x80 };
enum { HASH_SIZE = 32, COUNT_AT = 33, DATA_MIN = 37, AAGUID_SIZE = 16, KEY_FORM = 1, KEY_HEAD = 3 };

static uint32_t be32(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* ---- CBOR (RFC 8949), as much as says where an item ends ---- */

enum { CBOR_BYTES = 2, CBOR_TEXT = 3, CBOR_ARRAY = 4, CBOR_MAP = 5, CBOR_TAG = 6, CBOR_DEPTH_MAX = 8 };

struct cbor_head {
	unsigned major;
	uint64_t value;
};

/* The head of one item, cut off; indefinite lengths are none that an authenticator writes. */
static bool cbor_head(struct str *s, struct cbor_head *ret)
{
	if (s->n == 0)
		return false;
	uint8_t first = (uint8_t)s->p[0];
	unsigned info = first & 31, bytes = info < 24 ? 0 : 1u << (info - 24);
	if (info > 27 || s->n < 1 + (size_t)bytes)
		return false;
	uint64_t v = bytes ? 0 : info;
	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | (uint8_t)s->p[1 + i];
	*ret = (struct cbor_head){ first >> 5, v };
	*s = str_slice(*s, 1 + bytes, s->n);
	return true;
}

/* A text or a string of bytes, cut off. */
static bool cbor_string(struct str *s, unsigned major, struct str *ret)
{
	struct cbor_head h;
	if (!cbor_head(s, &h) || h.major != major || h.value > s->n)
		return false;
	*ret = str_slice(*s, 0, (size_t)h.value);
	*s = str_slice(*s, (size_t)h.value, s->n);
	return true;
}

/* How many items lie in one; strings are passed by here. */
static bool cbor_inside(struct str *s, const struct cbor_head *h, uint64_t *ret)
{
	*ret = 0;
	if (h->major == CBOR_BYTES || h->major == CBOR_TEXT) {
		if (h->value > s->n)
			return false;
		*s = str_slice(*s, (size_t)h->value, s->n);
	} else if (h->major >= CBOR_ARRAY && h->major <= CBOR_TAG) {
		*ret = h->major == CBOR_TAG ? 1 : h->major == CBOR_MAP ? 2 * h->value : h->value;
		return h->value <= s->n; /* each takes a byte at least */
	}
	return true;
}

/* One item with all that lies in it, passed by. */
static bool cbor_skip(struct str *s)
{
	uint64_t left[CBOR_DEPTH_MAX] = { 1 };
	size_t depth = 0;
	for (;;) {
		while (left[depth] == 0) {
			if (depth == 0)
				return true;
			depth--;
		}
		struct cbor_head h;
		uint64_t inside;
		left[depth]--;
		if (!cbor_head(s, &h) || !cbor_inside(s, &h, &inside))
			return false;
		if (inside == 0)
			continue;
		if (++depth == CBOR_DEPTH_MAX)
			return false;
		left[depth] = inside;
	}
}

static bool cbor_skip_map(struct str *s)
{
	return s->n > 0 && (uint8_t)s->p[0] >> 5 == CBOR_MAP && cbor_skip(s);
}

/* ---- the client's data ---- */

static bool in_list(struct str list, struct str word)
{
	while (list.n) {
		struct str one = str_cut(list, ' ', &list);
		if (one.n && str_eq(one, word))
			return true;
	}
	return false;
}

static why check_client(struct arena *a, const struct webauthn_expect *expect, const char *type, struct str client_data)
{
	struct problem ignored;
	json_t *o;
	problem_init(&ignored, a);
	if (expect->challenge.n != WEBAUTHN_CHALLENGE)
		return "The challenge that was asked is not 32 bytes.";
	if (client_data.n > WEBAUTHN_CLIENT_DATA_MAX || json_read(a, client_data, &ignored, &o) != OK || !json_is_object(o))
		return "This is not the data of a browser.";
	if (!str_eqz(json_text(json_object_get(o, "type")), type))
		return "This answers another question.";
	if (!str_eq(json_text(json_object_get(o, "challenge")), str_base64url(a, expect->challenge.p, expect->challenge.n)))
		return "This answers another challenge. Try again.";
	if (!in_list(expect->origins, json_text(json_object_get(o, "origin"))))
		return "The page's address is not one that this installation is known by.";
	const json_t *cross = json_object_get(o, "crossOrigin");
	if ((cross && !json_is_false(cross)) || json_object_get(o, "topOrigin"))
		return "The page lay in a page of somebody else.";
	return NULL;
}

/* ---- the authenticator's data: hash of the relying party 32 | flags 1 | counter 4 | more ---- */

struct data {
	struct str raw;
	unsigned flags;
	uint32_t count;
	struct str id; /* of a registration */
};

static why check_data(const struct webauthn_expect *expect, struct str raw, struct data *ret)
{
	uint8_t hash[HASH_SIZE];
	if (raw.n < DATA_MIN)
		return "The authenticator's data are too short.";
	sha256(&expect->rp_id, 1, hash);
	if (memcmp(raw.p, hash, sizeof(hash)) != 0)
		return "The passkey is for another address than this installation's.";
	*ret = (struct data){ .raw = raw, .flags = (uint8_t)raw.p[HASH_SIZE], .count = be32(raw.p + COUNT_AT) };
	if (!(ret->flags & FLAG_UP))
		return "The device did not ask whether somebody is there.";
	if (!(ret->flags & FLAG_UV))
		return "The device did not ask for PIN, finger or face.";
	if ((ret->flags & FLAG_BS) && !(ret->flags & FLAG_BE))
		return "The device says that the passkey is backed up and cannot be.";
	return NULL;
}

/* A map of extensions where the flags say so, and nothing else. */
static why check_end(const struct data *d, struct str rest)
{
	if ((d->flags & FLAG_ED) && !cbor_skip_map(&rest))
		return "The authenticator's extensions cannot be read.";
	return rest.n ? "The authenticator's data are too long." : NULL;
}

/* AAGUID 16 | length of the id 2 | id | key as a COSE map | extensions */
static why check_attested(struct data *d)
{
	static const char cannot[] = "The new credential cannot be read.";
	if (!(d->flags & FLAG_AT))
		return "There is no new credential in it.";
	struct str rest = str_slice(d->raw, DATA_MIN + AAGUID_SIZE, d->raw.n);
	if (rest.n < 2)
		return cannot;
	size_t n = (size_t)(uint8_t)rest.p[0] << 8 | (uint8_t)rest.p[1];
	rest = str_slice(rest, 2, rest.n);
	if (n == 0 || n > WEBAUTHN_ID_MAX || n > rest.n)
		return "The credential's id is too long, or there is none.";
	d->id = str_slice(rest, 0, n);
	rest = str_slice(rest, n, rest.n);
	if (!cbor_skip_map(&rest))
		return cannot;
	return check_end(d, rest);
}

/* ---- keys ---- */

/* One of the three forms of libfido2, made from its bytes; NULL when they are no key of that kind. */
static void *es256_new(struct str bytes)
{
	es256_pk_t *pk = es256_pk_new();
	EVP_PKEY *on_curve = NULL;
	if (pk && es256_pk_from_ptr(pk, bytes.p, bytes.n) == FIDO_OK)
		on_curve = es256_pk_to_EVP_PKEY(pk);
	if (!on_curve)
		es256_pk_free(&pk);
	EVP_PKEY_free(on_curve);
	return pk;
}

static void es256_drop(void *pk)
{
	es256_pk_t *p = pk;
	es256_pk_free(&p);
}

static void *eddsa_new(struct str bytes)
{
	eddsa_pk_t *pk = eddsa_pk_new();
	/* Points of small order would fit more than one signature. */
	bool good = crypto_core_ed25519_is_valid_point((const uint8_t *)bytes.p) == 1;
	if (!pk || !good || eddsa_pk_from_ptr(pk, bytes.p, bytes.n) != FIDO_OK)
		eddsa_pk_free(&pk);
	return pk;
}

static void eddsa_drop(void *pk)
{
	eddsa_pk_t *p = pk;
	eddsa_pk_free(&p);
}

/* 2,048 bits with the usual exponent, as Windows makes them. */
static void *rs256_new(struct str bytes)
{
	static const uint8_t usual[3] = { 1, 0, 1 };
	rs256_pk_t *pk = rs256_pk_new();
	bool good = ((uint8_t)bytes.p[0] & 0x80) && ((uint8_t)bytes.p[255] & 1) && memcmp(bytes.p + 256, usual, sizeof(usual)) == 0;
	if (!pk || !good || rs256_pk_from_ptr(pk, bytes.p, bytes.n) != FIDO_OK)
		rs256_pk_free(&pk);
	return pk;
}

static void rs256_drop(void *pk)
{
	rs256_pk_t *p = pk;
	rs256_pk_free(&p);
}

/* What is allowed; the place in the table plus one is the stored number. */
static const struct algorithm {
	int cose;
	size_t size;
	void *(*key_new)(struct str bytes);
	void (*key_drop)(void *pk);
} algorithms[] = {
	{ COSE_ES256, 64, es256_new, es256_drop },
	{ COSE_EDDSA, 32, eddsa_new, eddsa_drop },
	{ COSE_RS256, 259, rs256_new, rs256_drop },
};
_Static_assert(KEY_HEAD + 259 == WEBAUTHN_KEY_MAX, "the longest is an RSA key");

/* Registration: libfido2 reads the key if it is of this algorithm. */
static bool take_key(struct arena *a, size_t number, const struct data *d, struct str *ret)
{
	const struct algorithm *alg = &algorithms[number];
	fido_cred_t *cred = fido_cred_new();
	void *pk = NULL;
	if (!cred)
		abort(); /* no memory */
	bool good = fido_cred_set_type(cred, alg->cose) == FIDO_OK &&
	            fido_cred_set_authdata_raw(cred, (const unsigned char *)d->raw.p, d->raw.n) == FIDO_OK && fido_cred_pubkey_len(cred) == alg->size;
	if (good) {
		const struct str bytes = { (const char *)fido_cred_pubkey_ptr(cred), alg->size };
		pk = alg->key_new(bytes);
		char *out = ARENA_ARRAY(a, char, KEY_HEAD + alg->size);
		out[0] = KEY_FORM;
		out[1] = (char)(number + 1);
		out[2] = (d->flags & FLAG_BE) != 0;
		memcpy(out + KEY_HEAD, bytes.p, bytes.n);
		*ret = (struct str){ out, KEY_HEAD + alg->size };
	}
	good = pk != NULL;
	if (pk)
		alg->key_drop(pk);
	fido_cred_free(&cred);
	return good;
}

/* ---- registration ---- */

/* A map of three: "fmt", a text; "attStmt", a map that is passed by; "authData", bytes. */
static why read_attestation(struct str s, struct str *ret_data)
{
	static const char cannot[] = "This is not an attestation object.";
	static const char *const names[] = { "fmt", "attStmt", "authData" };
	struct cbor_head h;
	struct str format;
	unsigned seen = 0;
	if (s.n > WEBAUTHN_ATTESTATION_MAX || !cbor_head(&s, &h) || h.major != CBOR_MAP || h.value != ARRAY_LEN(names))
		return cannot;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str name;
		size_t k = 0;
		if (!cbor_string(&s, CBOR_TEXT, &name))
			return cannot;
		while (k < ARRAY_LEN(names) && !str_eqz(name, names[k]))
			k++;
		bool good = k == 0 ? cbor_string(&s, CBOR_TEXT, &format) : k == 1 ? cbor_skip_map(&s) : k == 2 && cbor_string(&s, CBOR_BYTES, ret_data);
		if (!good)
			return cannot;
		seen |= 1u << k;
	}
	return seen != 7 || s.n ? cannot : NULL;
}

static why check_registration(struct arena *a, const struct webauthn_expect *expect, struct str attestation, struct webauthn_credential *ret)
{
	struct str raw, key = { NULL, 0 };
	struct data d;
	why bad = read_attestation(attestation, &raw);
	if (!bad)
		bad = check_data(expect, raw, &d);
	if (!bad)
		bad = check_attested(&d);
	if (bad)
		return bad;
	for (size_t i = 0; !key.p && i < ARRAY_LEN(algorithms); i++)
		if (!take_key(a, i, &d, &key))
			key.p = NULL;
	if (!key.p)
		return "The passkey is of a kind that is not taken: ES256, EdDSA and RS256 are.";
	*ret = (struct webauthn_credential){ .id = str_dup(a, d.id), .key = key, .sign_count = d.count, .backed_up = (d.flags & FLAG_BS) != 0 };
	return NULL;
}

enum err webauthn_register_check(struct arena *a, const struct webauthn_expect *expect, struct str client_data, struct str attestation,
                                 struct problem *problem, struct webauthn_credential *ret)
{
	struct webauthn_credential credential;
	why bad = check_client(a, expect, "webauthn.create", client_data);
	const char *where = "/client_data";
	if (!bad) {
		bad = check_registration(a, expect, attestation, &credential);
		where = "/attestation";
	}
	if (bad) {
		problem_fault(problem, str_from(where), "format", "%s", bad);
		return problem_done(problem);
	}
	*ret = credential;
	return OK;
}

/* ---- signing in ---- */

static enum err read_key(struct str key, const struct algorithm **ret_algorithm, bool *ret_may_back_up, void **ret_pk)
{
	if (key.n < KEY_HEAD || key.p[0] != KEY_FORM || key.p[1] < 1 || (size_t)key.p[1] > ARRAY_LEN(algorithms) || (key.p[2] & ~1))
		return E_CORRUPT;
	const struct algorithm *alg = &algorithms[key.p[1] - 1];
	if (key.n != KEY_HEAD + alg->size)
		return E_CORRUPT;
	void *pk = alg->key_new(str_slice(key, KEY_HEAD, key.n));
	if (!pk)
		return E_CORRUPT;
	*ret_algorithm = alg;
	*ret_may_back_up = key.p[2] == 1;
	*ret_pk = pk;
	return OK;
}

/* What libfido2 needs to know; it judges flags and address once more. */
static int tell(fido_assert_t *as, const char *rp_id, const struct webauthn_assertion *given)
{
	uint8_t hash[HASH_SIZE];
	int rc = fido_assert_set_count(as, 1);
	sha256(&given->client_data, 1, hash);
	if (rc == FIDO_OK)
		rc = fido_assert_set_clientdata_hash(as, hash, sizeof(hash));
	if (rc == FIDO_OK)
		rc = fido_assert_set_rp(as, rp_id);
	if (rc == FIDO_OK)
		rc = fido_assert_set_up(as, FIDO_OPT_TRUE);
	if (rc == FIDO_OK)
		rc = fido_assert_set_uv(as, FIDO_OPT_TRUE);
	if (rc == FIDO_OK)
		rc = fido_assert_set_authdata_raw(as, 0, (const unsigned char *)given->authenticator_data.p, given->authenticator_data.n);
	if (rc == FIDO_OK)
		rc = fido_assert_set_sig(as, 0, (const unsigned char *)given->signature.p, given->signature.n);
	return rc;
}

/* It wants to hear which extensions it will find; of those that it knows a browser asks for one at most (PRF). */
static bool verifies(struct arena *a, const struct webauthn_expect *expect, const struct webauthn_assertion *given, bool extended, int cose,
                     const void *pk)
{
	fido_assert_t *as = fido_assert_new();
	if (!as)
		abort(); /* no memory */
	int rc = tell(as, str_z(a, expect->rp_id), given);
	bool told = rc == FIDO_OK;
	if (told)
		rc = fido_assert_verify(as, 0, cose, pk);
	if (told && extended && rc == FIDO_ERR_INVALID_PARAM && fido_assert_set_extensions(as, FIDO_EXT_HMAC_SECRET) == FIDO_OK)
		rc = fido_assert_verify(as, 0, cose, pk);
	fido_assert_free(&as);
	return rc == FIDO_OK;
}

static why check_assertion(struct arena *a, const struct webauthn_expect *expect, bool may_back_up, const struct webauthn_assertion *given,
                           struct data *ret)
{
	why bad = check_client(a, expect, "webauthn.get", given->client_data);
	if (!bad && given->authenticator_data.n > WEBAUTHN_CLIENT_DATA_MAX)
		bad = "The authenticator's data are too long.";
	if (!bad)
		bad = check_data(expect, given->authenticator_data, ret);
	if (!bad && (ret->flags & FLAG_AT))
		bad = "There is a new credential in it.";
	if (!bad && ((ret->flags & FLAG_BE) != 0) != may_back_up)
		bad = "Whether the passkey may be backed up has changed.";
	if (!bad)
		bad = check_end(ret, str_slice(ret->raw, DATA_MIN, ret->raw.n));
	if (!bad && (given->signature.n == 0 || given->signature.n > WEBAUTHN_SIGNATURE_MAX))
		bad = "The signature is too long, or there is none.";
	return bad;
}

enum err webauthn_assert_check(struct arena *a, const struct webauthn_expect *expect, struct str key, uint32_t sign_count,
                               const struct webauthn_assertion *assertion, struct problem *problem, struct webauthn_use *ret)
{
	const struct algorithm *alg;
	struct data d;
	bool may_back_up;
	void *pk;
	TRY(read_key(key, &alg, &may_back_up, &pk));
	why bad = check_assertion(a, expect, may_back_up, assertion, &d);
	if (!bad && !verifies(a, expect, assertion, d.flags & FLAG_ED, alg->cose, pk))
		bad = "The signature does not fit.";
	alg->key_drop(pk);
	if (bad) {
		problem_log(problem, "passkey: %s", bad);
		return E_LOGIN;
	}
	*ret = (struct webauthn_use){ .sign_count = d.count,
		                      .backed_up = (d.flags & FLAG_BS) != 0,
		                      .counter_fell = sign_count > 0 && d.count > 0 && d.count <= sign_count };
	return OK;
}
