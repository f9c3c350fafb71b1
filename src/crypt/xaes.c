#include "xaes.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
	AES_BLOCK = 16,
	BOX_FORMAT = 1,
	BOX_XAES = 1,
	/* Up to here a text costs OpenSSL more to begin than to work through, and libsodium, where the processor has the instructions, half. */
	SHORT_MAX = 128,
};

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
	must(pthread_once(&engine_once, engine_fetch) == 0 && sodium_init() >= 0);
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

/* ---- AES-256-GCM of one message: `key` is its own, `nonce` the second half ---- */

struct message {
	uint8_t key[32];
	const uint8_t *nonce;
	struct str aad;
};

static const uint8_t *bytes(struct str s)
{
	return (const uint8_t *)s.p;
}

static void short_encrypt(const struct message *m, struct str plain, uint8_t *out)
{
	crypto_aead_aes256gcm_state s;
	crypto_aead_aes256gcm_beforenm(&s, m->key);
	crypto_aead_aes256gcm_encrypt_detached_afternm(out, out + plain.n, NULL, bytes(plain), plain.n, bytes(m->aad), m->aad.n, NULL, m->nonce, &s);
	OPENSSL_cleanse(&s, sizeof(s));
}

static bool short_decrypt(const struct message *m, struct str secret, const uint8_t *tag, uint8_t *out)
{
	crypto_aead_aes256gcm_state s;
	crypto_aead_aes256gcm_beforenm(&s, m->key);
	int rc = crypto_aead_aes256gcm_decrypt_detached_afternm(out, NULL, bytes(secret), secret.n, tag, bytes(m->aad), m->aad.n, m->nonce, &s);
	OPENSSL_cleanse(&s, sizeof(s));
	return rc == 0;
}

static void begin(EVP_CIPHER_CTX *c, const struct message *m, int encrypt)
{
	int n;
	must(EVP_CipherInit_ex2(c, NULL, m->key, m->nonce, encrypt, NULL) == 1);
	must(EVP_CipherUpdate(c, NULL, &n, bytes(m->aad), to_int(m->aad.n)) == 1);
}

static void long_encrypt(EVP_CIPHER_CTX *c, const struct message *m, struct str plain, uint8_t *out)
{
	int n = 0, last = 0;
	begin(c, m, 1);
	if (plain.n)
		must(EVP_EncryptUpdate(c, out, &n, bytes(plain), to_int(plain.n)) == 1);
	must(EVP_EncryptFinal_ex(c, out + n, &last) == 1);
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, XAES_TAG, out + plain.n) == 1);
}

static bool long_decrypt(EVP_CIPHER_CTX *c, const struct message *m, struct str secret, uint8_t *tag, uint8_t *out)
{
	int n = 0, last = 0;
	begin(c, m, 0);
	if (secret.n)
		must(EVP_DecryptUpdate(c, out, &n, bytes(secret), to_int(secret.n)) == 1);
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, XAES_TAG, tag) == 1);
	return EVP_DecryptFinal_ex(c, out + n, &last) == 1;
}

static bool is_short(size_t n)
{
	return n <= SHORT_MAX && crypto_aead_aes256gcm_is_available();
}

void xaes_encrypt(const struct key *key, const uint8_t nonce[XAES_NONCE], struct str aad, struct str plain, uint8_t *out)
{
	struct contexts *c = contexts();
	struct message m = { .nonce = nonce + 12, .aad = aad };
	message_key(c, key, nonce, m.key);
	if (is_short(plain.n))
		short_encrypt(&m, plain, out);
	else
		long_encrypt(c->gcm, &m, plain, out);
	OPENSSL_cleanse(m.key, sizeof(m.key));
}

enum err xaes_decrypt(const struct key *key, const uint8_t nonce[XAES_NONCE], struct str aad, struct str secret, uint8_t *out)
{
	if (secret.n < XAES_TAG)
		return E_CORRUPT;
	struct contexts *c = contexts();
	struct message m = { .nonce = nonce + 12, .aad = aad };
	size_t plain = secret.n - XAES_TAG;
	uint8_t tag[XAES_TAG];
	memcpy(tag, secret.p + plain, XAES_TAG);
	secret.n = plain;
	message_key(c, key, nonce, m.key);
	bool good = is_short(plain) ? short_decrypt(&m, secret, tag, out) : long_decrypt(c->gcm, &m, secret, tag, out);
	OPENSSL_cleanse(m.key, sizeof(m.key));
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
