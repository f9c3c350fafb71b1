/* fuzz_jwt.c - bytes are an access token, or, where the first one is odd, the payload of one that is signed with the very key. Nothing is
 * taken that does not say all that a token must. */
#include "jwt.h"
#include "limits.h"

#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { GENERATION = 694 };
static const struct instant NOW = { INT64_C(1800000000) * 1000 };
static struct keystore *store;
static struct str header; /* of the key that is good at NOW */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

/* A key store that is gone from the disk as soon as it is open, with one key, which is then cached for a minute. */
static void begin(struct arena *a)
{
	char folder[] = "/tmp/fw-fuzz-XXXXXX", dir[64];
	static char text[200];
	struct jwt_claims claims = { .iss = STR("i"), .aud = STR("api"), .exp = { NOW.ms + 1000 } };
	struct problem problem;
	struct str token = { "", 0 }, rest;
	problem_init(&problem, a);
	if (!mkdtemp(folder))
		abort();
	snprintf(dir, sizeof(dir), "%s/keys", folder);
	if (keystore_create(dir, &problem) != OK || keystore_open(dir, &problem, &store) != OK || jwt_make(store, a, NOW, &claims, &token) != OK)
		abort();
	header = str_cut(token, '.', &rest);
	memcpy(text, header.p, header.n);
	header.p = text;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct str signed_by_us(struct arena *a, struct str payload)
{
	struct key seed;
	uint8_t public_key[32], secret[crypto_sign_SECRETKEYBYTES], signature[64];
	if (keystore_token_seed(store, GENERATION, &seed) != OK)
		abort();
	crypto_sign_seed_keypair(public_key, secret, seed.b);
	struct str both = str_fmt(a, STR_FMT "." STR_FMT, STR_ARG(header), STR_ARG(str_base64url(a, payload.p, payload.n)));
	crypto_sign_detached(signature, NULL, (const uint8_t *)both.p, both.n, secret);
	return str_fmt(a, STR_FMT "." STR_FMT, STR_ARG(both), STR_ARG(str_base64url(a, signature, sizeof(signature))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jwt_claims claims;
	if (size < 1 || size > 4 * KIB)
		return 0;
	with_arena struct arena *a = arena_new(MIB);
	if (!store)
		begin(a);
	struct str bytes = { (const char *)data + 1, size - 1 };
	bool whole = data[0] % 2 == 0;
	enum err e = jwt_check(store, a, NOW, STR("i"), STR("api"), whole ? bytes : signed_by_us(a, bytes), &claims);
	if (e != OK && e != E_UNAUTHENTICATED)
		abort();
	if (e == OK && (whole || !str_eqz(claims.iss, "i") || !str_eqz(claims.aud, "api") || claims.exp.ms <= NOW.ms || claims.iat.ms > NOW.ms + JWT_SKEW_MS ||
	                claims.exp.ms % 1000 || !memmem(bytes.p, bytes.n, "exp", 3)))
		abort();
	return 0;
}
