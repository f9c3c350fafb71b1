/* Passkeys made here with OpenSSL, byte by byte, so that each byte can be wrong. As a second opinion of the key that was read, a reader of
 * the three forms that authenticators write, which knows no CBOR. */
#include "check.h"

#include "limits.h"
#include "seal.h"
#include "webauthn.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define RP "fieldward.example.test"
#define ORIGIN "https://fieldward.example.test"

enum { UP = 0x01, UV = 0x04, BE = 0x08, BS = 0x10, AT = 0x40, ED = 0x80, ES256 = 0, EDDSA, RS256, KINDS };

/* A person's authenticator. */
struct device {
	struct arena *a;
	EVP_PKEY *pair[KINDS];
	struct problem problem;
};

static const uint8_t CHALLENGE[32] = { 7, 1, 255, 254, 62, 63 };
static const struct webauthn_expect EXPECT = {
	.rp_id = { RP, sizeof(RP) - 1 },
	.origins = { "https://localhost:8443 " ORIGIN, sizeof("https://localhost:8443 " ORIGIN) - 1 },
	.challenge = { (const char *)CHALLENGE, sizeof(CHALLENGE) },
};

static void device_new(struct device *d)
{
	*d = (struct device){ .a = arena_new(64 * MIB) };
	d->pair[ES256] = EVP_EC_gen("P-256");
	d->pair[EDDSA] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	d->pair[RS256] = EVP_RSA_gen(2048);
	for (int i = 0; i < KINDS; i++)
		assert_non_null(d->pair[i]);
}

static void device_done(struct device *d)
{
	for (int i = 0; i < KINDS; i++)
		EVP_PKEY_free(d->pair[i]);
	arena_free(d->a);
}

#define BYTES(literal) ((struct str){ "" literal "", sizeof(literal) - 1 })

static struct str join(struct arena *a, const struct str *parts, size_t count)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	char *out = ARENA_ARRAY(a, char, n + 1);
	n = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].n)
			memcpy(out + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	return (struct str){ out, n };
}
#define JOIN(d, ...) join((d)->a, (const struct str[]){ __VA_ARGS__ }, sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

/* x and y, or the modulus, or the one coordinate. */
static struct str number(struct device *d, EVP_PKEY *pair, const char *name, size_t n)
{
	BIGNUM *v = NULL;
	unsigned char *out = ARENA_ARRAY(d->a, unsigned char, n);
	assert_int_equal(EVP_PKEY_get_bn_param(pair, name, &v), 1);
	assert_int_equal(BN_bn2binpad(v, out, (int)n), (int)n);
	BN_free(v);
	return (struct str){ (const char *)out, n };
}

static struct str cose_key(struct device *d, int kind)
{
	EVP_PKEY *pair = d->pair[kind];
	unsigned char *out = ARENA_ARRAY(d->a, unsigned char, 32);
	size_t n = 32;
	switch (kind) {
	case ES256:
		return JOIN(d, BYTES("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), number(d, pair, OSSL_PKEY_PARAM_EC_PUB_X, 32), BYTES("\x22\x58\x20"),
		            number(d, pair, OSSL_PKEY_PARAM_EC_PUB_Y, 32));
	case EDDSA:
		assert_int_equal(EVP_PKEY_get_raw_public_key(pair, out, &n), 1);
		return JOIN(d, BYTES("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20"), { (const char *)out, n });
	default:
		return JOIN(d, BYTES("\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00"), number(d, pair, OSSL_PKEY_PARAM_RSA_N, 256),
		            BYTES("\x21\x43\x01\x00\x01"));
	}
}

/* What the device says; what is empty is as it should be. */
struct saying {
	int kind;
	unsigned flags;
	uint32_t count;
	struct str rp, id, cose, extensions, challenge;
	const char *type, *origin, *more;
};

static struct str client_data(struct device *d, const struct saying *s, const char *type)
{
	struct str challenge = s->challenge.p ? s->challenge : EXPECT.challenge;
	return str_fmt(d->a, "{\"type\":\"%s\",\"challenge\":\"" STR_FMT "\",\"origin\":\"%s\"%s}", s->type ? s->type : type,
	               STR_ARG(str_base64url(d->a, challenge.p, challenge.n)), s->origin ? s->origin : ORIGIN, s->more ? s->more : "");
}

static struct str data_head(struct device *d, const struct saying *s)
{
	char *out = ARENA_ARRAY(d->a, char, 37);
	struct str rp = s->rp.p ? s->rp : EXPECT.rp_id;
	sha256(&rp, 1, (uint8_t *)out);
	out[32] = (char)s->flags;
	for (unsigned i = 0; i < 4; i++)
		out[33 + i] = (char)(s->count >> (24 - 8 * i));
	return (struct str){ out, 37 };
}

static struct str credential_id(const struct saying *s)
{
	return s->id.p ? s->id : STR("sixteen bytes id");
}

static struct str new_data(struct device *d, const struct saying *s)
{
	struct str id = credential_id(s);
	char *length = ARENA_ARRAY(d->a, char, 2);
	length[0] = (char)(id.n >> 8);
	length[1] = (char)id.n;
	return JOIN(d, data_head(d, s), BYTES("0123456789abcdef"), { length, 2 }, id, s->cose.p ? s->cose : cose_key(d, s->kind), s->extensions);
}

static struct str byte_string(struct device *d, struct str bytes)
{
	char *head = ARENA_ARRAY(d->a, char, 3);
	head[0] = 0x59;
	head[1] = (char)(bytes.n >> 8);
	head[2] = (char)bytes.n;
	return JOIN(d, { head, 3 }, bytes);
}

static struct str attestation_of(struct device *d, struct str data)
{
	return JOIN(d, BYTES("\xa3\x63" "fmt\x64none\x67" "attStmt\xa0\x68" "authData"), byte_string(d, data));
}

static enum err take(struct device *d, struct str client, struct str attestation, struct webauthn_credential *ret)
{
	problem_init(&d->problem, d->a);
	enum err e = webauthn_register_check(d->a, &EXPECT, client, attestation, &d->problem, ret);
	if (e != OK) {
		assert_int_equal(e, E_INVALID);
		assert_int_equal(d->problem.fault_count, 1);
		assert_true(d->problem.faults->detail.n > 0);
	}
	return e;
}

static enum err says(struct device *d, const struct saying *s, struct webauthn_credential *ret)
{
	return take(d, client_data(d, s, "webauthn.create"), attestation_of(d, new_data(d, s)), ret);
}

static struct str sign(struct device *d, int kind, struct str data, struct str client)
{
	uint8_t hash[32];
	size_t n = 600;
	unsigned char *out = ARENA_ARRAY(d->a, unsigned char, n);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	sha256(&client, 1, hash);
	struct str both = JOIN(d, data, { (const char *)hash, 32 });
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, kind == EDDSA ? NULL : EVP_sha256(), NULL, d->pair[kind]), 1);
	assert_int_equal(EVP_DigestSign(ctx, out, &n, (const unsigned char *)both.p, both.n), 1);
	EVP_MD_CTX_free(ctx);
	return (struct str){ (const char *)out, n };
}

static struct webauthn_assertion answer_of(struct device *d, const struct saying *s)
{
	struct webauthn_assertion as = { .client_data = client_data(d, s, "webauthn.get"), .authenticator_data = JOIN(d, data_head(d, s), s->extensions) };
	as.signature = sign(d, s->kind, as.authenticator_data, as.client_data);
	return as;
}

static enum err enter(struct device *d, struct str key, uint32_t count, const struct webauthn_assertion *as, struct webauthn_use *ret)
{
	problem_init(&d->problem, d->a);
	enum err e = webauthn_assert_check(d->a, &EXPECT, key, count, as, &d->problem, ret);
	assert_true(e == OK || e == E_CORRUPT || d->problem.log.n > 0);
	assert_int_equal(d->problem.detail.n, 0); /* nobody outside learns why */
	return e;
}

static struct webauthn_credential registered(struct device *d, int kind, unsigned flags)
{
	struct webauthn_credential c = { .sign_count = 99 };
	assert_int_equal(says(d, &(struct saying){ .kind = kind, .flags = UP | UV | AT | flags, .count = 3 }, &c), OK);
	return c;
}

/* The three forms byte for byte: what stands between the id and the end. */
static struct str by_template(struct device *d, struct str data, size_t id_n, int kind)
{
	static const struct {
		const char *head, *middle, *tail;
		size_t head_n, first, middle_n, second, tail_n;
	} forms[KINDS] = {
		[ES256] = { "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", "\x22\x58\x20", "", 10, 32, 3, 32, 0 },
		[EDDSA] = { "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", "", "", 10, 32, 0, 0, 0 },
		[RS256] = { "\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00", "\x21\x43", "", 11, 256, 2, 3, 0 },
	};
	const char *at = data.p + 55 + id_n;
	assert_int_equal(data.n, 55 + id_n + forms[kind].head_n + forms[kind].first + forms[kind].middle_n + forms[kind].second);
	assert_memory_equal(at, forms[kind].head, forms[kind].head_n);
	struct str first = { at + forms[kind].head_n, forms[kind].first };
	at = first.p + first.n;
	assert_memory_equal(at, forms[kind].middle, forms[kind].middle_n);
	return JOIN(d, first, { at + forms[kind].middle_n, forms[kind].second });
}

static void passkeys_are_made_and_used(void **state)
{
	(void)state;
	struct device d;
	device_new(&d);
	for (int kind = 0; kind < KINDS; kind++)
		for (int backed = 0; backed < 2; backed++) {
			struct webauthn_credential c;
			struct webauthn_use use;
			unsigned flags = UP | UV | (backed ? BE | BS : 0);
			const struct saying s = { .kind = kind, .flags = flags | AT, .count = 3 };
			assert_int_equal(says(&d, &s, &c), OK);
			assert_true(str_eqz(c.id, "sixteen bytes id"));
			assert_int_equal(c.sign_count, 3);
			assert_int_equal(c.backed_up, backed);
			assert_true(c.key.n <= WEBAUTHN_KEY_MAX);
			assert_true(c.key.p[0] == 1 && c.key.p[1] == kind + 1 && c.key.p[2] == backed);
			assert_true(str_eq(str_slice(c.key, 3, c.key.n), by_template(&d, new_data(&d, &s), 16, kind)));
			struct webauthn_assertion as = answer_of(&d, &(struct saying){ .kind = kind, .flags = flags, .count = 9 });
			assert_int_equal(enter(&d, c.key, c.sign_count, &as, &use), OK);
			assert_int_equal(use.sign_count, 9);
			assert_int_equal(use.backed_up, backed);
			assert_false(use.counter_fell);
			/* Another person's passkey of the same kind, and of the other kinds. */
			for (int other = 0; other < KINDS; other++) {
				struct device stranger;
				device_new(&stranger);
				struct str key = registered(&stranger, other, backed ? BE : 0).key;
				assert_int_equal(enter(&d, key, 0, &as, &use), E_LOGIN);
				device_done(&stranger);
			}
		}
	device_done(&d);
}

/* Wrong whether a passkey is made or used. */
static const struct saying wrong_client[] = {
	{ .type = "webauthn.create2" },
	{ .type = "" },
	{ .challenge = { "another challenge of 32 bytes....", 32 } },
	{ .challenge = { (const char *)CHALLENGE, 31 } },
	{ .challenge = { "", 0 } },
	{ .origin = "http://fieldward.example.test" },
	{ .origin = "https://fieldward.example.test/" },
	{ .origin = "https://fieldward.example.test:443" },
	{ .origin = "https://fieldward.example.tes" },
	{ .origin = "https://fieldward.example.test.evil.test" },
	{ .origin = "https://evil.test" },
	{ .origin = "HTTPS://fieldward.example.test" },
	{ .origin = "https://localhost:8443 " ORIGIN },
	{ .origin = "" },
	{ .origin = "null" },
	{ .origin = ORIGIN "\\u0000" },
	{ .more = ",\"crossOrigin\":true" },
	{ .more = ",\"crossOrigin\":null" },
	{ .more = ",\"crossOrigin\":\"false\"" },
	{ .more = ",\"crossOrigin\":0" },
	{ .more = ",\"topOrigin\":\"https://evil.test\"" },
	{ .more = ",\"crossOrigin\":false,\"topOrigin\":\"" ORIGIN "\"" },
	{ .more = ",\"origin\":\"" ORIGIN "\"" },
	{ .more = ",\"type\":\"webauthn.get\"" },
	{ .more = "}x" },
	{ .more = ",\"x\":" },
};
static const struct saying wrong_device[] = {
	{ .flags = UV },
	{ .flags = UP },
	{ .flags = 0 },
	{ .flags = UP | UV | BS },
	{ .flags = UP | UV | ED },
	{ .flags = UP | UV, .extensions = { "\xa0", 1 } },
	{ .flags = UP | UV | ED, .extensions = { "\xa0\x00", 2 } },
	{ .flags = UP | UV | ED, .extensions = { "\x80", 1 } },
	{ .flags = UP | UV | ED, .extensions = { "\xa1\x61x", 3 } },
	{ .flags = UP | UV | ED, .extensions = { "\xbf\xff", 2 } },
	{ .flags = UP | UV, .rp = { "example.test", 12 } },
	{ .flags = UP | UV, .rp = { "fieldward.example.test.", 23 } },
	{ .flags = UP | UV, .rp = { "", 0 } },
};
static const struct saying right[] = {
	{ .flags = UP | UV },
	{ .flags = UP | UV | 0x02 | 0x20 }, /* reserved ones */
	{ .flags = UP | UV, .more = ",\"crossOrigin\":false" },
	{ .flags = UP | UV, .more = ",\"crossOrigin\":false,\"other_keys_can_be_added_here\":\"see the specification\"" },
	{ .flags = UP | UV, .origin = "https://localhost:8443" },
	{ .flags = UP | UV | ED, .extensions = { "\xa0", 1 } },
	{ .flags = UP | UV | ED, .extensions = { "\xa1\x63uvm\x81\x83\x02\x04\x02", 10 } },
};

static void another_answer_makes_no_passkey(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_credential c;
	device_new(&d);
	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		struct saying s = right[i];
		s.flags |= AT;
		assert_int_equal(says(&d, &s, &c), OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong_client); i++) {
		struct saying s = wrong_client[i];
		s.flags = UP | UV | AT;
		if (says(&d, &s, &c) == OK)
			fail_msg("taken: client %zu", i);
		assert_true(str_eqz(d.problem.faults->pointer, "/client_data"));
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong_device); i++) {
		struct saying s = wrong_device[i];
		s.flags |= AT;
		if (says(&d, &s, &c) == OK)
			fail_msg("taken: device %zu", i);
		assert_true(str_eqz(d.problem.faults->pointer, "/attestation"));
	}
	assert_int_equal(says(&d, &(struct saying){ .flags = UP | UV | AT, .type = "webauthn.get" }, &c), E_INVALID);
	assert_int_equal(says(&d, &(struct saying){ .flags = UP | UV }, &c), E_INVALID); /* it says that there is no credential */
	struct webauthn_expect short_one = EXPECT;
	short_one.challenge.n = 0;
	const struct saying s = { .flags = UP | UV | AT, .challenge = STR("") };
	problem_init(&d.problem, d.a);
	assert_int_equal(webauthn_register_check(d.a, &short_one, client_data(&d, &s, "webauthn.create"), attestation_of(&d, new_data(&d, &s)), &d.problem, &c),
	                 E_INVALID);
	device_done(&d);
}

static void ids_have_a_length(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_credential c;
	static char id[1100];
	const size_t good[] = { 1, 255, 256, 1023 }, bad[] = { 0, 1024, 1100 };
	device_new(&d);
	memset(id, 'i', sizeof(id));
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_int_equal(says(&d, &(struct saying){ .flags = UP | UV | AT, .id = { id, good[i] } }, &c), OK);
		assert_int_equal(c.id.n, good[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(says(&d, &(struct saying){ .flags = UP | UV | AT, .id = { id, bad[i] } }, &c), E_INVALID);
	/* It says more than there is. */
	const struct saying s = { .flags = UP | UV | AT };
	struct str data = new_data(&d, &s);
	for (int high = 0; high < 4; high++) {
		char *bytes = str_z(d.a, data);
		bytes[53] = (char)high;
		bytes[54] = (char)0xff;
		assert_int_equal(take(&d, client_data(&d, &s, "webauthn.create"), attestation_of(&d, (struct str){ bytes, data.n }), &c), E_INVALID);
	}
	device_done(&d);
}

static void only_three_kinds_of_key_are_taken(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_credential c;
	device_new(&d);
	struct str es = cose_key(&d, ES256), ed = cose_key(&d, EDDSA), rs = cose_key(&d, RS256);
	const struct {
		struct str from;
		size_t at;
		uint8_t is;
	} changed[] = {
		{ es, 2, 0x01 }, { es, 4, 0x27 }, { es, 4, 0x22 }, { es, 6, 0x02 }, { es, 6, 0x08 }, { es, 20, (uint8_t)(es.p[20] ^ 1) },
		{ es, 50, (uint8_t)(es.p[50] ^ 1) }, { es, 9, 0x1f }, { ed, 2, 0x02 }, { ed, 4, 0x26 }, { ed, 6, 0x07 }, { ed, 6, 0x01 }, { rs, 2, 0x02 },
		{ rs, 6, 0x01 }, { rs, 11, 0x00 }, { rs, 266, (uint8_t)(rs.p[266] ^ 1) }, { rs, rs.n - 1, 0x03 }, { rs, rs.n - 3, 0x02 },
	};
	for (size_t i = 0; i < ARRAY_LEN(changed); i++) {
		char *bytes = str_z(d.a, changed[i].from);
		bytes[changed[i].at] = (char)changed[i].is;
		if (says(&d, &(struct saying){ .flags = UP | UV | AT, .cose = { bytes, changed[i].from.n } }, &c) == OK)
			fail_msg("taken: key %zu", i);
	}
	const char zeros[64] = { 0 };
	const struct str others[] = {
		BYTES(""), BYTES("\xa0"), BYTES("\x80"), BYTES("\x00"), BYTES("\xa1\x01\x02"), BYTES("\xa1\x03\x26"),
		JOIN(&d, BYTES("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), { zeros, 32 }, BYTES("\x22\x58\x20"), { zeros, 32 }),
		JOIN(&d, BYTES("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20"), { zeros, 32 }),               /* of small order */
		JOIN(&d, BYTES("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20\x01"), { zeros, 31 }),           /* the neutral point */
		JOIN(&d, BYTES("\xa4\x01\x02\x03\x26\x20\x01\x21\x58\x20"), str_slice(es, 10, 42)),       /* half a point */
		JOIN(&d, BYTES("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), str_slice(es, 10, 42), BYTES("\x22\xf5")), /* compressed */
		JOIN(&d, BYTES("\xa4\x01\x03\x03\x39\x01\x00\x20\x58\x80"), { zeros, 64 }, { zeros, 64 }, BYTES("\x21\x43\x01\x00\x01")),
		JOIN(&d, es, BYTES("\x00")),
		JOIN(&d, es, es),
	};
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (says(&d, &(struct saying){ .flags = UP | UV | AT, .cose = others[i] }, &c) == OK)
			fail_msg("taken: other key %zu", i);
	device_done(&d);
}

static void attestations_are_skipped_and_not_trusted(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_credential c;
	device_new(&d);
	const struct saying s = { .flags = UP | UV | AT };
	struct str client = client_data(&d, &s, "webauthn.create"), data = byte_string(&d, new_data(&d, &s));
	struct str fmt = BYTES("\x63" "fmt\x64none"), statement = BYTES("\x67" "attStmt\xa0"), auth = JOIN(&d, BYTES("\x68" "authData"), data);
	const struct str good[] = {
		JOIN(&d, BYTES("\xa3"), fmt, statement, auth),
		JOIN(&d, BYTES("\xa3"), auth, statement, fmt),
		/* "packed", with a signature that nobody looks at */
		JOIN(&d, BYTES("\xa3\x63" "fmt\x66packed\x67" "attStmt\xa3\x63" "alg\x26\x63sig\x44\x01\x02\x03\x04\x63x5c\x81\x42\x30\x00"), auth),
	};
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_int_equal(take(&d, client, good[i], &c), OK);
	char *deep = ARENA_ARRAY(d.a, char, 15000);
	memset(deep, 0x81, 15000);
	const struct str bad[] = {
		BYTES(""), BYTES("\xa0"), BYTES("\xa3"), BYTES("\x83"), data, JOIN(&d, BYTES("\xa3"), fmt, statement), JOIN(&d, BYTES("\xa2"), fmt, auth),
		JOIN(&d, BYTES("\xa3"), fmt, fmt, auth), JOIN(&d, BYTES("\xa3"), auth, statement, auth), JOIN(&d, BYTES("\xa3"), statement, statement, auth),
		JOIN(&d, BYTES("\xa4"), fmt, statement, auth, BYTES("\x61x\x00")), JOIN(&d, BYTES("\xa3"), fmt, statement, auth, BYTES("\x00")),
		JOIN(&d, BYTES("\xbf"), fmt, statement, auth, BYTES("\xff")), JOIN(&d, BYTES("\xa3"), fmt, BYTES("\x67" "attStmt\x80"), auth),
		JOIN(&d, BYTES("\xa3"), fmt, BYTES("\x67" "attStmt\xbf\xff"), auth), JOIN(&d, BYTES("\xa3"), fmt, BYTES("\x67" "attStmt\xa1\x1f\x00"), auth),
		JOIN(&d, BYTES("\xa3\x63" "fmt\x44none"), statement, auth), JOIN(&d, BYTES("\xa3\x63" "fmu\x64none"), statement, auth),
		JOIN(&d, BYTES("\xa3\x63" "fmt\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), statement, auth),
		JOIN(&d, BYTES("\xa3"), fmt, BYTES("\x67" "attStmt\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), auth),
		JOIN(&d, BYTES("\xa3"), fmt, BYTES("\x67" "attStmt\xa1\x61x"), { deep, 15000 }, auth),
		JOIN(&d, BYTES("\xa3"), fmt, BYTES("\x67" "attStmt\xa1\x61x\x59\x3f\xff"), { deep, 15000 }, { deep, 1383 }, auth), /* too long */
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (take(&d, client, bad[i], &c) == OK)
			fail_msg("taken: object %zu", i);
	/* Cut off anywhere. */
	for (size_t n = 0; n < good[0].n; n++) {
		assert_int_equal(take(&d, client, str_slice(good[0], 0, n), &c), E_INVALID);
		assert_int_equal(take(&d, str_slice(client, 0, n < client.n ? n : client.n - 1), good[0], &c), E_INVALID);
	}
	char *spaces = ARENA_ARRAY(d.a, char, WEBAUTHN_CLIENT_DATA_MAX);
	memset(spaces, ' ', WEBAUTHN_CLIENT_DATA_MAX);
	assert_int_equal(take(&d, JOIN(&d, client, { spaces, WEBAUTHN_CLIENT_DATA_MAX - client.n }), good[0], &c), OK);
	assert_int_equal(take(&d, JOIN(&d, client, { spaces, WEBAUTHN_CLIENT_DATA_MAX - client.n + 1 }), good[0], &c), E_INVALID);
	device_done(&d);
}

static void another_answer_lets_nobody_in(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_use use;
	device_new(&d);
	struct str key = registered(&d, ES256, 0).key, backed = registered(&d, ES256, BE).key;
	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		struct webauthn_assertion as = answer_of(&d, &right[i]);
		assert_int_equal(enter(&d, key, 0, &as, &use), OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong_client); i++) {
		struct saying s = wrong_client[i];
		s.flags = UP | UV;
		struct webauthn_assertion as = answer_of(&d, &s);
		if (enter(&d, key, 0, &as, &use) != E_LOGIN)
			fail_msg("let in: client %zu", i);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong_device); i++) {
		struct webauthn_assertion as = answer_of(&d, &wrong_device[i]);
		if (enter(&d, key, 0, &as, &use) != E_LOGIN)
			fail_msg("let in: device %zu", i);
	}
	const struct saying create = { .flags = UP | UV, .type = "webauthn.create" }, attested = { .flags = UP | UV | AT }, may = { .flags = UP | UV | BE },
			    plain = { .flags = UP | UV };
	const struct {
		const struct saying *s;
		struct str key;
		enum err e;
	} rows[] = {
		{ &create, key, E_LOGIN }, { &attested, key, E_LOGIN }, { &may, key, E_LOGIN }, { &may, backed, OK }, { &plain, backed, E_LOGIN }, { &plain, key, OK },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct webauthn_assertion as = answer_of(&d, rows[i].s);
		assert_int_equal(enter(&d, rows[i].key, 0, &as, &use), rows[i].e);
	}
	device_done(&d);
}

/* PRF, with which a device will unlock its vault, comes as the extension hmac-secret. */
static void the_prf_extension_is_known(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_use use;
	device_new(&d);
	char secret[48] = { 1 };
	struct saying s = { .flags = UP | UV | ED };
	s.extensions = JOIN(&d, BYTES("\xa1\x6bhmac-secret\x58\x30"), { secret, 48 });
	for (s.kind = 0; s.kind < KINDS; s.kind++) {
		struct webauthn_assertion as = answer_of(&d, &s);
		assert_int_equal(enter(&d, registered(&d, s.kind, 0).key, 0, &as, &use), OK);
		char *sig = str_z(d.a, as.signature);
		sig[as.signature.n - 1] ^= 1;
		as.signature.p = sig;
		assert_int_equal(enter(&d, registered(&d, s.kind, 0).key, 0, &as, &use), E_LOGIN);
	}
	device_done(&d);
}

static void every_bit_counts(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_use use;
	device_new(&d);
	for (int kind = 0; kind < KINDS; kind++) {
		struct str key = registered(&d, kind, 0).key;
		const struct webauthn_assertion as = answer_of(&d, &(struct saying){ .kind = kind, .flags = UP | UV, .count = 4 });
		const struct str parts[] = { as.client_data, as.authenticator_data, as.signature };
		assert_int_equal(enter(&d, key, 0, &as, &use), OK);
		for (size_t part = 0; part < ARRAY_LEN(parts); part++)
			for (size_t i = 0; i < parts[part].n; i++) {
				char *bytes = str_z(d.a, parts[part]);
				struct str bad = { bytes, parts[part].n };
				bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
				const struct webauthn_assertion wrong = { part == 0 ? bad : parts[0], part == 1 ? bad : parts[1], part == 2 ? bad : parts[2] };
				assert_int_equal(enter(&d, key, 0, &wrong, &use), E_LOGIN);
			}
		const struct webauthn_assertion cut[] = {
			{ as.client_data, as.authenticator_data, STR("") },
			{ as.client_data, as.authenticator_data, str_slice(as.signature, 0, as.signature.n - 1) },
			{ as.client_data, as.authenticator_data, JOIN(&d, as.signature, STR("x")) },
			{ as.client_data, str_slice(as.authenticator_data, 0, 36), as.signature },
			{ as.client_data, STR(""), as.signature },
			{ STR(""), as.authenticator_data, as.signature },
		};
		for (size_t i = 0; i < ARRAY_LEN(cut); i++)
			assert_int_equal(enter(&d, key, 0, &cut[i], &use), E_LOGIN);
	}
	device_done(&d);
}

static void a_counter_that_falls_is_told(void **state)
{
	(void)state;
	static const struct {
		uint32_t stored, now;
		bool fell;
	} rows[] = {
		{ 0, 0, false }, { 0, 5, false }, { 5, 6, false }, { 5, 5, true }, { 5, 4, true }, { 5, 0, false }, { 0xfffffffe, 0xffffffff, false }, { 0xffffffff, 1, true },
	};
	struct device d;
	device_new(&d);
	struct str key = registered(&d, ES256, 0).key;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct webauthn_use use;
		struct webauthn_assertion as = answer_of(&d, &(struct saying){ .flags = UP | UV, .count = rows[i].now });
		assert_int_equal(enter(&d, key, rows[i].stored, &as, &use), OK);
		assert_int_equal(use.sign_count, rows[i].now);
		assert_int_equal(use.counter_fell, rows[i].fell);
	}
	device_done(&d);
}

static void a_stored_key_is_looked_at_too(void **state)
{
	(void)state;
	struct device d;
	struct webauthn_use use;
	device_new(&d);
	for (int kind = 0; kind < KINDS; kind++) {
		struct str key = registered(&d, kind, 0).key;
		const struct webauthn_assertion as = answer_of(&d, &(struct saying){ .kind = kind, .flags = UP | UV });
		for (size_t n = 0; n < key.n; n++)
			assert_int_equal(enter(&d, str_slice(key, 0, n), 0, &as, &use), E_CORRUPT);
		assert_int_equal(enter(&d, JOIN(&d, key, STR("x")), 0, &as, &use), E_CORRUPT);
		const char wrong[][2] = { { 0, 0 }, { 0, 2 }, { 1, 0 }, { 1, 4 }, { 1, (char)0xff }, { 2, 2 }, { 2, (char)0x81 } };
		for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
			char *bytes = str_z(d.a, key);
			bytes[(size_t)wrong[i][0]] = wrong[i][1];
			assert_int_equal(enter(&d, (struct str){ bytes, key.n }, 0, &as, &use), E_CORRUPT);
		}
	}
	device_done(&d);
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
	enum { TIMES = 300 };
	static const char *const names[KINDS] = { "ES256", "EdDSA", "RS256" };
	struct device d;
	struct webauthn_use use;
	device_new(&d);
	for (int kind = 0; kind < KINDS; kind++) {
		struct str key = registered(&d, kind, 0).key;
		const struct webauthn_assertion as = answer_of(&d, &(struct saying){ .kind = kind, .flags = UP | UV });
		int64_t began = cpu_us();
		for (int i = 0; i < TIMES; i++)
			assert_int_equal(enter(&d, key, 0, &as, &use), OK);
		print_message("%s: %d us to sign in\n", names[kind], (int)((cpu_us() - began) / TIMES));
	}
	device_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passkeys_are_made_and_used),
		cmocka_unit_test(another_answer_makes_no_passkey),
		cmocka_unit_test(ids_have_a_length),
		cmocka_unit_test(only_three_kinds_of_key_are_taken),
		cmocka_unit_test(attestations_are_skipped_and_not_trusted),
		cmocka_unit_test(another_answer_lets_nobody_in),
		cmocka_unit_test(the_prf_extension_is_known),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(a_counter_that_falls_is_told),
		cmocka_unit_test(a_stored_key_is_looked_at_too),
		cmocka_unit_test(cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
