/* keystore.h - where wrapped keys lie, apart from the data they protect.
 *
 * Root (a file of 32 random bytes, mode 0600, or a systemd credential) -> key-encryption key -> a key per tenant -> a key per
 * person; also the page key of the embedded engine, the audit signing key, the keys that sign access tokens, the pepper of passwords,
 * and a random key per tenant and look-up domain. Everything in keys.db (a small SQLCipher file of its own) is wrapped; destroying a row of it destroys what
 * it protected, in every copy and backup of the data.
 *
 * All functions may be called from any thread, and several processes may have one store open. Unwrapped person keys are kept for
 * at most KEY_CACHE_S seconds in one locked slab. A process that forks opens its store afterwards: a child finds the slab wiped. */
#ifndef KEYSTORE_H
#define KEYSTORE_H

#include "problem.h"
#include "seal.h"

struct keystore;

/* What a tenant's derived or random keys are for. */
enum key_use {
	KEY_SEARCH,   /* terms of the search table */
	KEY_PHONE,    /* exact look-up of phone numbers; the following likewise */
	KEY_EMAIL,
	KEY_NAME,
	KEY_ADDRESS,
	KEY_NUMBER,
	KEY_EXTERNAL, /* keys of other systems */
	KEY_CURSOR,   /* list cursors */
	KEY_SECRETS,  /* things sealed for the tenant as a whole: stored answers, import files */
	KEY_USES
};

/* keystore_create() - makes `dir` (0700), its root.key (0600) and keys.db. E_CONFIG if something is there already. */
must_use enum err keystore_create(const char *dir, struct problem *problem);
/* keystore_open() - E_KEY: the root file is missing, is readable by others, or does not open keys.db; E_CORRUPT: a page of keys.db
 * fails its check. Nothing is ever overwritten. The problem says which file and what to do. */
must_use enum err keystore_open(const char *dir, struct problem *problem, struct keystore **ret);
void keystore_close(struct keystore *ks);
/* keystore_locked() - false: the system refused to lock the slab, so keys may reach swap space. To be logged once at start. */
bool keystore_locked(const struct keystore *ks);
/* keystore_tick() - wipes what has expired; for the once-a-second timer, since an idle store would not look.
 * keystore_forget() - wipes all that is cached; it is read again when it is asked for. */
void keystore_tick(struct keystore *ks);
void keystore_forget(struct keystore *ks);

must_use enum err keystore_page_key(struct keystore *ks, struct key *ret);
must_use enum err keystore_pepper(struct keystore *ks, struct key *ret);
/* Ed25519 over `message`, with the installation's audit key; the public half; a short hex name of the installation (8 digits). */
must_use enum err keystore_sign(struct keystore *ks, struct str message, uint8_t signature[64]);
must_use enum err keystore_public_key(struct keystore *ks, uint8_t ret[32]);
must_use enum err keystore_installation(struct keystore *ks, char ret[9]);

/* The keys that sign access tokens, Ed25519, numbered by generation; jwt.h says which is when. Both halves are cached for KEY_CACHE_S.
 * keystore_token_seed() and keystore_token_public() - E_NOT_FOUND: nobody has made it, or it was renewed away.
 * keystore_token_make() - makes it, durably, if it is not there; of several processes at once one makes it for all.
 * keystore_token_renew() - makes this generation's key anew and destroys the ones before and after it. This process knows the new one
 * at once, others within KEY_CACHE_S. E_BUSY may mean that it is done and the old bytes are still in the log: call it again. */
must_use enum err keystore_token_seed(struct keystore *ks, int64_t generation, struct key *ret);
must_use enum err keystore_token_public(struct keystore *ks, int64_t generation, uint8_t ret[32]);
must_use enum err keystore_token_make(struct keystore *ks, int64_t generation);
must_use enum err keystore_token_renew(struct keystore *ks, int64_t generation);

/* keystore_tenant_create() - makes a tenant's key and its look-up keys, durably; of a tenant that has them it changes nothing.
 * Tenant 0 (the platform) exists from the start. */
must_use enum err keystore_tenant_create(struct keystore *ks, int64_t tenant);
/* keystore_tenant_key() - cached after the first call, without limit of time. E_KEY for an unknown tenant. */
must_use enum err keystore_tenant_key(struct keystore *ks, int64_t tenant, enum key_use use, struct key *ret);

/* keystore_person_take() - the id of a fresh person key that is already durable; made KEY_BATCH at a time, so most calls cost
 * nothing. An id that is taken and never used is leaked, which is harmless. */
must_use enum err keystore_person_take(struct keystore *ks, int64_t tenant, struct id *ret_key_id);
/* keystore_person_key() - E_ERASED when it was destroyed or never existed. */
must_use enum err keystore_person_key(struct keystore *ks, int64_t tenant, struct id key_id, struct key *ret);
/* keystore_person_destroy() - overwritten where it lies, the WAL truncated; gone from the cache of this process at once, of others
 * within KEY_CACHE_S. Destroying what is gone is OK. E_BUSY: overwritten, but a reader kept the WAL: call it again. */
must_use enum err keystore_person_destroy(struct keystore *ks, int64_t tenant, struct id key_id);

/* keystore_rekey() - offline: a new root, key-encryption key and tenants' keys; every wrapped key is wrapped again. The page key of
 * the data stays. E_BUSY while another process has the store open. Interrupted, it has either happened or not: the next
 * keystore_open() finishes it. */
must_use enum err keystore_rekey(const char *dir, struct problem *problem);

#endif
