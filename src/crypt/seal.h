/* seal.h - one value, encrypted for one place.
 *
 * XAES-256-GCM (C2SP) over OpenSSL. A sealed value is bound to its tenant, noun, field, row, person and key version: moved
 * anywhere else it does not open. It is not for files (blob) and not for passwords.
 *
 * Bytes: 01 | algorithm (1) | key version (2, big endian) | nonce (24) | ciphertext | tag (16): 44 more than the plain text.
 * AAD: "jp1" | tenant u64 | noun u16 | field u16 | row 16 | person 16 | key version u16, integers big endian. */
#ifndef SEAL_H
#define SEAL_H

#include "id.h"

enum { SEAL_OVERHEAD = 44 };

struct key {
	uint8_t b[32];
};

struct seal_place {
	int64_t tenant;   /* 0: the platform */
	uint16_t noun;    /* permanent tag of the noun */
	uint16_t field;   /* permanent tag of the field */
	struct id row;
	struct id person; /* whose key it is; zero for a value that is about nobody */
};

/* seal() - `plain` sealed under `key`, allocated in `a`. Never fails for sizes below 64 MiB. */
struct str seal(struct arena *a, const struct key *key, uint16_t key_version, const struct seal_place *place, struct str plain);
/* seal_open() - E_CORRUPT when it is damaged, of another place, or under another key. */
must_use enum err seal_open(struct arena *a, const struct key *key, const struct seal_place *place, struct str sealed,
                            struct str *ret);

/* HMAC-SHA-256 and SHA-256 of parts one after the other; domain separation is the caller's. */
void hmac_sha256(const struct key *key, const struct str *parts, size_t count, uint8_t out[32]);
void sha256(const struct str *parts, size_t count, uint8_t out[32]);
struct str sha256_hex(struct arena *a, struct str bytes); /* 64 lower-case hexadecimal digits */
/* key_derive() - HKDF-Expand (RFC 5869) with SHA-256 of a uniform key. */
void key_derive(const struct key *from, const char *label, struct key *ret);
void key_wipe(struct key *key);

/* crypt_rest() - wipes and frees what this thread keeps between two calls (expanded keys): at the end of every transaction. */
void crypt_rest(void);

#endif
