/* xaes.h - XAES-256-GCM (c2sp.org/XAES-256-GCM) over OpenSSL and libsodium, and a box of bytes around it. For this layer alone: what outlives a
 * process is sealed for a place by seal.h, wrapped by keystore.h or hashed by password.h.
 *
 * A box: 01 | algorithm (1) | key version (2, big endian) | nonce (24) | ciphertext | tag (16). */
#ifndef XAES_H
#define XAES_H

#include "seal.h"

#include <openssl/evp.h>

enum { XAES_NONCE = 24, XAES_TAG = 16, BOX_HEAD = 4 + XAES_NONCE, WRAPPED_SIZE = SEAL_OVERHEAD + 32 };

/* The thread's own SHA-256, freshly begun; good until the next call in this layer. Never NULL. */
EVP_MD_CTX *crypt_sha256(void);

/* xaes_encrypt() - writes plain.n + XAES_TAG bytes to `out`. xaes_decrypt() - writes n - XAES_TAG bytes; E_CORRUPT wipes them. */
void xaes_encrypt(const struct key *key, const uint8_t nonce[XAES_NONCE], struct str aad, struct str plain, uint8_t *out);
must_use enum err xaes_decrypt(const struct key *key, const uint8_t nonce[XAES_NONCE], struct str aad, struct str secret,
                               uint8_t *out);

/* box_lock() - writes plain.n + SEAL_OVERHEAD bytes under a fresh random nonce. box_open() - writes box.n - SEAL_OVERHEAD bytes;
 * E_CORRUPT when the head is not ours, or the tag or `aad` does not fit. box_version() is the version that the head claims. */
void box_lock(const struct key *key, uint16_t version, struct str aad, struct str plain, uint8_t *out);
must_use enum err box_open(const struct key *key, struct str aad, struct str box, uint8_t *out);
must_use enum err box_version(struct str box, uint16_t *ret);

#endif
