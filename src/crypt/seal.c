#include "seal.h"

#include "xaes.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(SEAL_OVERHEAD == BOX_HEAD + XAES_TAG, "a sealed value is one box");

enum { AAD_SIZE = 3 + 8 + 2 + 2 + 16 + 16 + 2, SHA256_BLOCK = 64 };

static uint8_t *put_be(uint8_t *at, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
	return at + bytes;
}

static struct str place_aad(const struct seal_place *place, uint16_t version, uint8_t out[AAD_SIZE])
{
	static const uint8_t head[3] = { 'j', 'p', '1' };
	uint8_t *at = out + sizeof(head);
	memcpy(out, head, sizeof(head));
	at = put_be(at, (uint64_t)place->tenant, 8);
	at = put_be(at, place->noun, 2);
	at = put_be(at, place->field, 2);
	memcpy(at, place->row.b, 16);
	memcpy(at + 16, place->person.b, 16);
	put_be(at + 32, version, 2);
	return (struct str){ (const char *)out, AAD_SIZE };
}

struct str seal(struct arena *a, const struct key *key, uint16_t key_version, const struct seal_place *place, struct str plain)
{
	uint8_t aad[AAD_SIZE];
	uint8_t *out = ARENA_ARRAY(a, uint8_t, plain.n + SEAL_OVERHEAD);
	box_lock(key, key_version, place_aad(place, key_version, aad), plain, out);
	return (struct str){ (const char *)out, plain.n + SEAL_OVERHEAD };
}

enum err seal_open(struct arena *a, const struct key *key, const struct seal_place *place, struct str sealed, struct str *ret)
{
	uint8_t aad[AAD_SIZE];
	uint16_t version;
	TRY(box_version(sealed, &version));
	size_t n = sealed.n - SEAL_OVERHEAD;
	uint8_t *plain = ARENA_ARRAY(a, uint8_t, n + 1);
	TRY(box_open(key, place_aad(place, version, aad), sealed, plain));
	*ret = (struct str){ (const char *)plain, n };
	return OK;
}

/* Hashing cannot fail but for memory, and without memory the process stops as in arena_new(). */
static void hash_step(int good)
{
	if (good != 1)
		abort();
}

static void hash_parts(EVP_MD_CTX *c, const struct str *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash_step(EVP_DigestUpdate(c, parts[i].p, parts[i].n));
}

void sha256(const struct str *parts, size_t count, uint8_t out[32])
{
	EVP_MD_CTX *c = crypt_sha256();
	hash_parts(c, parts, count);
	hash_step(EVP_DigestFinal_ex(c, out, NULL));
}

struct str sha256_hex(struct arena *a, struct str bytes)
{
	uint8_t out[32];
	sha256(&bytes, 1, out);
	return str_hex(a, out, sizeof(out));
}

/* HMAC (RFC 2104) by hand: EVP_MAC sets up more than it hashes for the short texts that are looked up. */
void hmac_sha256(const struct key *key, const struct str *parts, size_t count, uint8_t out[32])
{
	uint8_t pad[SHA256_BLOCK], inner[32];
	EVP_MD_CTX *c = crypt_sha256();
	memset(pad, 0x36, sizeof(pad));
	for (size_t i = 0; i < sizeof(key->b); i++)
		pad[i] ^= key->b[i];
	hash_step(EVP_DigestUpdate(c, pad, sizeof(pad)));
	hash_parts(c, parts, count);
	hash_step(EVP_DigestFinal_ex(c, inner, NULL));
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	hash_step(EVP_DigestInit_ex2(c, NULL, NULL));
	hash_step(EVP_DigestUpdate(c, pad, sizeof(pad)));
	hash_step(EVP_DigestUpdate(c, inner, sizeof(inner)));
	hash_step(EVP_DigestFinal_ex(c, out, NULL));
	OPENSSL_cleanse(pad, sizeof(pad));
	OPENSSL_cleanse(inner, sizeof(inner));
}

/* One block of output is one HMAC over the label and the block's number. */
void key_derive(const struct key *from, const char *label, struct key *ret)
{
	const struct str parts[2] = { str_from(label), { "\x01", 1 } };
	struct key out;
	hmac_sha256(from, parts, ARRAY_LEN(parts), out.b);
	*ret = out;
	key_wipe(&out);
}

void key_wipe(struct key *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
}
