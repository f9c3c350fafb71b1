/* fuzz_webauthn.c - bytes are an attestation object, the data of a browser, or the data and signature of an authenticator; the first byte
 * says which. The rest of the answer is right, so that what is read next is reached. Nobody is let in without a signature. */
#include "limits.h"
#include "seal.h"
#include "webauthn.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The challenge is 32 zeros. */
#define REST "\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"origin\":\"https://f.test\",\"crossOrigin\":false}"
static const char zeros[32];
static const struct webauthn_expect expect = { { "f.test", 6 }, { "https://f.test", 14 }, { zeros, 32 } };

static void check_made(const struct webauthn_credential *c)
{
	if (c->id.n < 1 || c->id.n > WEBAUTHN_ID_MAX || c->key.n < 35 || c->key.n > WEBAUTHN_KEY_MAX || c->key.p[0] != 1)
		abort();
}

/* With the hash of our own name in front and flags that are good, so that it is about the rest. */
static struct str named(struct arena *a, struct str bytes)
{
	char *out = ARENA_ARRAY(a, char, 32 + bytes.n);
	sha256(&expect.rp_id, 1, (uint8_t *)out);
	if (bytes.n)
		memcpy(out + 32, bytes.p, bytes.n);
	return (struct str){ out, 32 + bytes.n };
}

static void sign_in(struct arena *a, unsigned kind, struct str bytes)
{
	static const size_t sizes[] = { 64, 32, 259 };
	/* The base points of the two curves, and a number with its ends set: keys whose other half nobody has. */
	static const uint8_t g[] = { 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb,
		                     0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a,
		                     0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5 };
	char key[WEBAUTHN_KEY_MAX] = { 1, (char)(kind + 1), 0 };
	struct webauthn_use use;
	struct problem problem;
	if (kind == 0) {
		memcpy(key + 3, g, sizeof(g));
	} else if (kind == 1) {
		memset(key + 3, 0x66, 32);
		key[3] = 0x58;
	} else {
		memset(key + 3, 0x91, 256);
		memcpy(key + 259, "\1\0\1", 3);
	}
	struct str rest, sig = str_cut(bytes, '|', &rest);
	const struct webauthn_assertion as = { { "{\"type\":\"webauthn.get\"," REST, sizeof("{\"type\":\"webauthn.get\"," REST) - 1 }, named(a, rest), sig };
	problem_init(&problem, a);
	if (webauthn_assert_check(a, &expect, (struct str){ key, 3 + sizes[kind] }, 0, &as, &problem, &use) != E_LOGIN)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct webauthn_credential c;
	struct problem problem;
	if (size < 1 || size > 32 * KIB)
		return 0;
	with_arena struct arena *a = arena_new(MIB);
	const struct str bytes = { (const char *)data + 1, size - 1 };
	problem_init(&problem, a);
	switch (data[0] % 6) {
	case 0:
		if (webauthn_register_check(a, &expect, STR("{\"type\":\"webauthn.create\"," REST), bytes, &problem, &c) == OK)
			check_made(&c);
		break;
	case 1: /* the authenticator's data in the usual frame */ {
		struct str raw = named(a, bytes);
		struct str object = str_fmt(a, "\xa3\x63" "fmt\x64none\x67" "attStmt%c\x68" "authData\x59%c%c", 0xa0, (int)(raw.n >> 8 & 255), (int)(raw.n & 255));
		char *whole = ARENA_ARRAY(a, char, object.n + raw.n);
		memcpy(whole, object.p, object.n);
		memcpy(whole + object.n, raw.p, raw.n);
		if (webauthn_register_check(a, &expect, STR("{\"type\":\"webauthn.create\"," REST), (struct str){ whole, object.n + raw.n }, &problem, &c) == OK)
			check_made(&c);
		break;
	}
	case 2:
		if (webauthn_register_check(a, &expect, bytes, STR("\xa0"), &problem, &c) == OK)
			abort();
		break;
	default: sign_in(a, data[0] % 6 - 3, bytes);
	}
	return 0;
}
