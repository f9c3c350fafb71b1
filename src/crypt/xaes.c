#include "xaes.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { AES_BLOCK = 16, BOX_FORMAT = 1, BOX_XAES = 1 };

/* The one exception to "no globals": fetching an algorithm costs more than a whole seal, the handles are immutable once they are
 * fetched, and every thread and keystore would fetch the same three. */
static struct {
	EVP_CIPHER *ecb, *gcm;
	EVP_MD *sha256;
} engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

/* Memory or a broken OpenSSL: nothing safe could follow. */
static void must(bool good)
{
	if (!good)
		abort();
}

static void engine_fetch(void)
{
	engine.ecb = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
	engine.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	engine.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	must(engine.ecb && engine.gcm && engine.sha256);
}

/* ---- contexts ---- */

/* One pair for each thread: to set one up costs as much as a short text. The keys in them stay until crypt_rest(). */
struct contexts {
	EVP_CIPHER_CTX *ecb, *gcm;
	EVP_MD_CTX *sha256;
	/* What `ecb` is keyed with, as the fields of a row are sealed under one key, and K1 of it. */
	struct key key;
	uint8_t k1[AES_BLOCK];
	bool keyed;
};

static pthread_key_t contexts_key;
static pthread_once_t contexts_once = PTHREAD_ONCE_INIT;

/* What is freed is wiped first, by OpenSSL itself. */
static void contexts_free(void *what)
{
	struct contexts *c = what;
	EVP_CIPHER_CTX_free(c->ecb);
	EVP_CIPHER_CTX_free(c->gcm);
	EVP_MD_CTX_free(c->sha256);
	OPENSSL_cleanse(c, sizeof(*c));
	free(c);
}

static void contexts_make_key(void)
{
	must(pthread_key_create(&contexts_key, contexts_free) == 0);
}

static EVP_CIPHER_CTX *context_new(const EVP_CIPHER *cipher)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	must(c != NULL && EVP_EncryptInit_ex2(c, cipher, NULL, NULL, NULL) == 1);
	return c;
}

static struct contexts *contexts(void)
{
	must(pthread_once(&contexts_once, contexts_make_key) == 0);
	struct contexts *c = pthread_getspecific(contexts_key);
	if (c)
		return c;
	must(pthread_once(&engine_once, engine_fetch) == 0);
	c = calloc(1, sizeof(*c));
	must(c != NULL);
	c->ecb = context_new(engine.ecb);
	c->gcm = context_new(engine.gcm);
	c->sha256 = EVP_MD_CTX_new();
	must(EVP_CIPHER_CTX_set_padding(c->ecb, 0) == 1 && c->sha256 && EVP_DigestInit_ex2(c->sha256, engine.sha256, NULL) == 1);
	must(pthread_setspecific(contexts_key, c) == 0);
	return c;
}

EVP_MD_CTX *crypt_sha256(void)
{
	EVP_MD_CTX *c = contexts()->sha256;
	must(EVP_DigestInit_ex2(c, NULL, NULL) == 1);
	return c;
}

void crypt_rest(void)
{
	must(pthread_once(&contexts_once, contexts_make_key) == 0);
	struct contexts *c = pthread_getspecific(contexts_key);
	if (!c)
		return;
	must(pthread_setspecific(contexts_key, NULL) == 0);
	contexts_free(c);
}

/* ---- XAES-256-GCM ---- */

/* K1 of CMAC from L: a shift by one bit in the field of 2^128. */
static void cmac_double(uint8_t b[AES_BLOCK])
{
	unsigned top = b[0] >> 7;
	for (int i = 0; i < AES_BLOCK - 1; i++)
		b[i] = (uint8_t)(b[i] << 1 | b[i + 1] >> 7);
	b[AES_BLOCK - 1] = (uint8_t)(b[AES_BLOCK - 1] << 1 ^ (top ? 0x87 : 0));
}

static void use_key(struct contexts *c, const struct key *key)
{
	int n;
	if (c->keyed && CRYPTO_memcmp(c->key.b, key->b, sizeof(key->b)) == 0)
		return;
	memset(c->k1, 0, sizeof(c->k1));
	must(EVP_EncryptInit_ex2(c->ecb, NULL, key->b, NULL, NULL) == 1 && EVP_EncryptUpdate(c->ecb, c->k1, &n, c->k1, AES_BLOCK) == 1);
	cmac_double(c->k1);
	c->key = *key;
	c->keyed = true;
}

/* The key of one message: two blocks of CMAC in counter mode over the first half of the nonce. */
static void message_key(struct contexts *c, const struct key *key, const uint8_t *nonce, uint8_t out[32])
{
	uint8_t m[2 * AES_BLOCK];
	int n;
	use_key(c, key);
	for (int i = 0; i < 2; i++) {
		uint8_t *block = m + AES_BLOCK * i;
		const uint8_t head[4] = { 0, (uint8_t)(i + 1), 'X', 0 };
		memcpy(block, head, 4);
		memcpy(block + 4, nonce, 12);
		for (int j = 0; j < AES_BLOCK; j++)
			block[j] ^= c->k1[j];
	}
	must(EVP_EncryptUpdate(c->ecb, out, &n, m, sizeof(m)) == 1);
}

static int to_int(size_t n)
{
	must(n < (size_t)1 << 30);
	return (int)n;
}

/* The thread's context with the message's key and nonce in it and the AAD consumed. */
static EVP_CIPHER_CTX *begin(const struct key *key, const uint8_t *nonce, struct str aad, int encrypt)
{
	uint8_t message[32];
	int n;
	struct contexts *both = contexts();
	EVP_CIPHER_CTX *c = both->gcm;
	message_key(both, key, nonce, message);
	must(EVP_CipherInit_ex2(c, NULL, message, nonce + 12, encrypt, NULL) == 1);
	must(EVP_CipherUpdate(c, NULL, &n, (const uint8_t *)aad.p, to_int(aad.n)) == 1);
	OPENSSL_cleanse(message, sizeof(message));
	return c;
}

void xaes_encrypt(const struct key *key, const uint8_t nonce[XAES_NONCE], struct str aad, struct str plain, uint8_t *out)
{
	int n = 0, last = 0;
	EVP_CIPHER_CTX *c = begin(key, nonce, aad, 1);
	if (plain.n)
		must(EVP_EncryptUpdate(c, out, &n, (const uint8_t *)plain.p, to_int(plain.n)) == 1);
	must(EVP_EncryptFinal_ex(c, out + n, &last) == 1);
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, XAES_TAG, out + plain.n) == 1);
}

enum err xaes_decrypt(const struct key *key, const uint8_t nonce[XAES_NONCE], struct str aad, struct str secret, uint8_t *out)
{
	if (secret.n < XAES_TAG)
		return E_CORRUPT;
	size_t plain = secret.n - XAES_TAG;
	uint8_t tag[XAES_TAG];
	int n = 0, last = 0;
	memcpy(tag, secret.p + plain, XAES_TAG);
	EVP_CIPHER_CTX *c = begin(key, nonce, aad, 0);
	if (plain)
		must(EVP_DecryptUpdate(c, out, &n, (const uint8_t *)secret.p, to_int(plain)) == 1);
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, XAES_TAG, tag) == 1);
	bool good = EVP_DecryptFinal_ex(c, out + n, &last) == 1;
	if (!good)
		OPENSSL_cleanse(out, plain);
	return good ? OK : E_CORRUPT;
}

void box_lock(const struct key *key, uint16_t version, struct str aad, struct str plain, uint8_t *out)
{
	const uint8_t head[4] = { BOX_FORMAT, BOX_XAES, (uint8_t)(version >> 8), (uint8_t)version };
	memcpy(out, head, sizeof(head));
	random_bytes(out + sizeof(head), XAES_NONCE);
	xaes_encrypt(key, out + sizeof(head), aad, plain, out + BOX_HEAD);
}

enum err box_version(struct str box, uint16_t *ret)
{
	const uint8_t *b = (const uint8_t *)box.p;
	if (box.n < SEAL_OVERHEAD || b[0] != BOX_FORMAT || b[1] != BOX_XAES)
		return E_CORRUPT;
	*ret = (uint16_t)(b[2] << 8 | b[3]);
	return OK;
}

enum err box_open(const struct key *key, struct str aad, struct str box, uint8_t *out)
{
	uint16_t version;
	TRY(box_version(box, &version));
	return xaes_decrypt(key, (const uint8_t *)box.p + 4, aad, str_slice(box, BOX_HEAD, box.n), out);
}
