#include "keystore.h"

#include "keydb.h"
#include "keyfile.h"
#include "limits.h"
#include "slab.h"
#include "time.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What outlives the process: the numbers of an installation's own keys. Never reused. */
enum system_key { SYSTEM_PAGE = 1, SYSTEM_PEPPER, SYSTEM_AUDIT, SYSTEM_NAME, SYSTEM_END };
/* From here on: the keys that sign tokens, one number a generation. */
enum { SYSTEM_TOKEN = 0x4000, TOKEN_GENERATIONS = 0x4000 };

/* Where the unwrapped ones lie in the locked slab. The audit key is libsodium's 64 bytes: seed and public half. */
enum own_key { OWN_PAGE, OWN_PEPPER, OWN_AUDIT, OWN_AUDIT_PUBLIC, OWN_NAME, OWN_KEK, OWN_END };
_Static_assert((int)OWN_END <= (int)SLAB_OWN, "the slab has room for each");

enum { KEY_VERSION = 1, SWEEP_MS = 5000, ARENA_LIMIT = 64 * MIB, PATH_LIMIT = 1000, SPARES_FIRST = 64 };

static const char ROOT_FILE[] = "root.key", ROOT_NEXT[] = "root.key.new";
static const char DB_FILE[] = "keys.db", DB_NEXT[] = "keys.db.new";
static const char CREDENTIAL[] = "fieldward-root.key"; /* in systemd's $CREDENTIALS_DIRECTORY */

/* Person keys that are durable and not given out yet. */
struct spares {
	int64_t tenant;
	size_t count;
	struct id ids[KEY_BATCH];
};

/* The mutexes are taken in this order: db, cache. The second is never held during I/O, so that what is cached costs no wait. */
struct keystore {
	struct arena *arena;
	int dir_fd; /* holds the folder's lock */
	pthread_mutex_t db_mutex;
	struct keydb db;
	struct spares **spares; /* sorted by tenant */
	size_t spares_count, spares_room;
	pthread_mutex_t cache_mutex;
	struct slab *slab;
	int64_t swept_ms;
};

/* ---- wrapping ---- */

enum { AAD_SIZE = 3 + 1 + 8 + 16 + 2 };

static struct str wrap_aad(const struct key_place *place, uint16_t version, char out[AAD_SIZE])
{
	const char head[4] = { 'f', 'w', 'k', (char)place->kind };
	memcpy(out, head, sizeof(head));
	for (unsigned i = 0; i < 8; i++)
		out[4 + i] = (char)((uint64_t)place->tenant >> (56 - 8 * i));
	memcpy(out + 12, place->id.b, 16);
	out[28] = (char)(version >> 8);
	out[29] = (char)version;
	return (struct str){ out, AAD_SIZE };
}

static void wrap(const struct key *under, const struct key_place *place, const struct key *key, struct wrapped *ret)
{
	char aad[AAD_SIZE];
	const struct str plain = { (const char *)key->b, sizeof(key->b) };
	box_lock(under, KEY_VERSION, wrap_aad(place, KEY_VERSION, aad), plain, ret->b);
}

static enum err unwrap(const struct key *under, const struct key_place *place, const struct wrapped *wrapped, struct key *ret)
{
	char aad[AAD_SIZE];
	uint16_t version;
	struct key key;
	const struct str box = { (const char *)wrapped->b, sizeof(wrapped->b) };
	TRY(box_version(box, &version));
	TRY(box_open(under, wrap_aad(place, version, aad), box, key.b));
	*ret = key;
	key_wipe(&key);
	return OK;
}

static struct key_place numbered(enum key_kind kind, int64_t tenant, unsigned number)
{
	struct key_place place = { .kind = kind, .tenant = tenant };
	place.id.b[14] = (uint8_t)(number >> 8);
	place.id.b[15] = (uint8_t)number;
	return place;
}

static enum err put_wrapped(struct keydb *db, const struct key *under, const struct key_place *place, const struct key *key)
{
	struct wrapped wrapped;
	wrap(under, place, key, &wrapped);
	return keydb_put(db, place, &wrapped);
}

static enum err put_random(struct keydb *db, const struct key *under, const struct key_place *place)
{
	struct key key;
	random_bytes(key.b, sizeof(key.b));
	enum err e = put_wrapped(db, under, place, &key);
	key_wipe(&key);
	return e;
}

/* ---- the cache ---- */

static struct slab_name name_of(const struct key_place *place)
{
	return (struct slab_name){ place->tenant, place->id, (uint64_t)place->kind };
}

static void cache_sweep(struct keystore *ks, int64_t now_ms)
{
	if (now_ms - ks->swept_ms < SWEEP_MS)
		return;
	slab_sweep(ks->slab, now_ms);
	ks->swept_ms = now_ms;
}

static bool cache_get(struct keystore *ks, const struct key_place *place, struct key *ret)
{
	struct slab_name name = name_of(place);
	int64_t now_ms = monotonic_ms();
	pthread_mutex_lock(&ks->cache_mutex);
	cache_sweep(ks, now_ms);
	bool found = slab_get(ks->slab, &name, now_ms, ret);
	pthread_mutex_unlock(&ks->cache_mutex);
	return found;
}

static void cache_put(struct keystore *ks, const struct key_place *place, const struct key *key)
{
	struct slab_name name = name_of(place);
	/* Those that may be destroyed or made anew by another process. */
	bool short_lived = place->kind == KIND_PERSON || place->kind == KIND_SYSTEM;
	int64_t expires = short_lived ? monotonic_ms() + KEY_CACHE_S * 1000 : SLAB_FOREVER;
	pthread_mutex_lock(&ks->cache_mutex);
	slab_put(ks->slab, &name, expires, key);
	pthread_mutex_unlock(&ks->cache_mutex);
}

static void cache_drop(struct keystore *ks, const struct key_place *place)
{
	struct slab_name name = name_of(place);
	pthread_mutex_lock(&ks->cache_mutex);
	slab_drop(ks->slab, &name);
	pthread_mutex_unlock(&ks->cache_mutex);
}

void keystore_tick(struct keystore *ks)
{
	pthread_mutex_lock(&ks->cache_mutex);
	cache_sweep(ks, monotonic_ms());
	pthread_mutex_unlock(&ks->cache_mutex);
}

void keystore_forget(struct keystore *ks)
{
	pthread_mutex_lock(&ks->cache_mutex);
	slab_sweep(ks->slab, INT64_MAX);
	pthread_mutex_unlock(&ks->cache_mutex);
}

bool keystore_locked(const struct keystore *ks)
{
	return slab_locked(ks->slab);
}

/* ---- reading keys; ks->db_mutex is held ---- */

static enum err read_key(struct keystore *ks, const struct key *under, const struct key_place *place, struct key *ret)
{
	struct wrapped wrapped;
	TRY(keydb_get(&ks->db, place, &wrapped));
	return unwrap(under, place, &wrapped, ret);
}

/* What a tenant's keys are wrapped under: derived from its key, which itself is not kept. */
static enum err tenant_wrap(struct keystore *ks, int64_t tenant, struct key *ret)
{
	const struct key_place place = { .kind = KIND_TENANT, .tenant = tenant };
	struct key key;
	if (cache_get(ks, &place, ret))
		return OK;
	enum err e = read_key(ks, &slab_own(ks->slab)[OWN_KEK], &place, &key);
	if (e != OK)
		return e == E_NOT_FOUND ? E_KEY : e;
	key_derive(&key, "fieldward wrap", ret);
	key_wipe(&key);
	cache_put(ks, &place, ret);
	return OK;
}

static enum err read_under_tenant(struct keystore *ks, const struct key_place *place, struct key *ret)
{
	struct key under, key;
	TRY(tenant_wrap(ks, place->tenant, &under));
	enum err e = read_key(ks, &under, place, &key);
	key_wipe(&under);
	if (e != OK)
		return e;
	cache_put(ks, place, &key); /* before the mutex goes: a destroy waits for it and then drops this */
	*ret = key;
	key_wipe(&key);
	return OK;
}

static enum err key_under_tenant(struct keystore *ks, const struct key_place *place, struct key *ret)
{
	if (cache_get(ks, place, ret))
		return OK;
	pthread_mutex_lock(&ks->db_mutex);
	enum err e = read_under_tenant(ks, place, ret);
	pthread_mutex_unlock(&ks->db_mutex);
	return e;
}

/* ---- opening ---- */

static enum err path_make(const char *dir, const char *name, struct problem *problem, char out[PATH_LIMIT])
{
	int n = snprintf(out, PATH_LIMIT, "%s/%s", dir, name);
	if (n < 0 || n >= PATH_LIMIT)
		return problem_set(problem, E_CONFIG, "The name of the folder of the keys is too long.");
	return OK;
}

static void root_keys(const struct key *root, struct key *page, struct key *kek)
{
	key_derive(root, "fieldward keys.db pages", page);
	key_derive(root, "fieldward key encryption", kek);
}

/* The cache is asked a hundred times for a page of a list, and each time held for less than it takes to go to sleep. */
static int spinning_mutex(pthread_mutex_t *m)
{
	pthread_mutexattr_t attr;
	int rc = pthread_mutexattr_init(&attr);
	if (rc == 0 && (rc = pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP)) == 0)
		rc = pthread_mutex_init(m, &attr);
	return rc;
}

static struct keystore *store_new(void)
{
	struct arena *a = arena_new(ARENA_LIMIT);
	struct keystore *ks = ARENA_NEW(a, struct keystore);
	ks->arena = a;
	ks->dir_fd = -1;
	if (sodium_init() < 0 || pthread_mutex_init(&ks->db_mutex, NULL) || spinning_mutex(&ks->cache_mutex))
		abort();
	ks->slab = slab_new(a);
	ks->spares_room = SPARES_FIRST;
	ks->spares = ARENA_ARRAY(a, struct spares *, ks->spares_room);
	return ks;
}

void keystore_close(struct keystore *ks)
{
	if (!ks)
		return;
	keydb_close(&ks->db);
	if (ks->dir_fd >= 0)
		close(ks->dir_fd);
	pthread_mutex_destroy(&ks->db_mutex);
	pthread_mutex_destroy(&ks->cache_mutex);
	arena_free(ks->arena);
}

static enum err open_files(struct keystore *ks, const char *root_path, const char *db_path, bool fresh, struct problem *problem)
{
	struct key root, page;
	TRY(keyfile_read(root_path, problem, &root));
	enum err e = keyfile_private(db_path, problem);
	if (e == OK) {
		root_keys(&root, &page, &slab_own(ks->slab)[OWN_KEK]);
		e = keydb_open(db_path, &page, fresh, problem, &ks->db);
		key_wipe(&page);
	}
	key_wipe(&root);
	return e;
}

/* The installation's own keys, into the slab. */
static enum err read_system(struct keystore *ks, struct problem *problem)
{
	static const struct {
		enum system_key number;
		enum own_key own;
	} rows[] = {
		{ SYSTEM_PAGE, OWN_PAGE },
		{ SYSTEM_PEPPER, OWN_PEPPER },
		{ SYSTEM_AUDIT, OWN_AUDIT },
		{ SYSTEM_NAME, OWN_NAME },
	};
	struct key *own = slab_own(ks->slab);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct key_place place = numbered(KIND_SYSTEM, 0, rows[i].number);
		if (read_key(ks, &own[OWN_KEK], &place, &own[rows[i].own]) != OK)
			return problem_set(problem, E_CORRUPT, "%s lacks a key of the installation or cannot unwrap it.", DB_FILE);
	}
	struct key seed = own[OWN_AUDIT];
	uint8_t public_key[32];
	/* Writes seed and public half side by side: OWN_AUDIT and OWN_AUDIT_PUBLIC. */
	crypto_sign_seed_keypair(public_key, own[OWN_AUDIT].b, seed.b);
	key_wipe(&seed);
	return OK;
}
_Static_assert(crypto_sign_SECRETKEYBYTES == 2 * sizeof(struct key) && (int)OWN_AUDIT_PUBLIC == (int)OWN_AUDIT + 1,
               "libsodium's signing key fills two neighbours");

/* The root key is dir/root.key; where that is not, a credential that systemd hands over. */
static enum err root_path_find(const char *dir, struct problem *problem, char out[PATH_LIMIT])
{
	const char *credentials = secure_getenv("CREDENTIALS_DIRECTORY");
	TRY(path_make(dir, ROOT_FILE, problem, out));
	if (keyfile_exists(out) || !credentials)
		return OK;
	char path[PATH_LIMIT];
	TRY(path_make(credentials, CREDENTIAL, problem, path));
	if (keyfile_exists(path))
		memcpy(out, path, sizeof(path));
	return OK;
}

/* A rekey that was interrupted after keys.db was replaced and before root.key was: the new root is the right one. */
static enum err finish_rekey(struct keystore *ks, const char *dir, const char *root_path, const char *db_path, struct problem *problem)
{
	char next[PATH_LIMIT];
	struct problem ignored;
	problem_init(&ignored, ks->arena);
	TRY(path_make(dir, ROOT_NEXT, problem, next));
	if (!keyfile_exists(next))
		return E_KEY;
	keydb_close(&ks->db);
	TRY(open_files(ks, next, db_path, false, &ignored));
	TRY(keyfile_replace(root_path, next, problem));
	return dir_sync(ks->dir_fd, problem);
}

static enum err open_into(struct keystore *ks, const char *dir, bool only, struct problem *problem)
{
	char root_path[PATH_LIMIT], db_path[PATH_LIMIT];
	struct problem first;
	problem_init(&first, problem->arena);
	TRY(dir_lock(dir, only, problem, &ks->dir_fd));
	TRY(root_path_find(dir, problem, root_path));
	TRY(path_make(dir, DB_FILE, problem, db_path));
	enum err e = open_files(ks, root_path, db_path, false, &first);
	if (e == E_KEY && ks->db.db && finish_rekey(ks, dir, root_path, db_path, problem) == OK)
		e = OK;
	if (e != OK)
		return problem_set(problem, e, STR_FMT, STR_ARG(first.detail));
	return read_system(ks, problem);
}

static enum err store_open(const char *dir, bool only, struct problem *problem, struct keystore **ret)
{
	struct keystore *ks = store_new();
	enum err e = open_into(ks, dir, only, problem);
	if (e != OK) {
		keystore_close(ks);
		return e;
	}
	*ret = ks;
	return OK;
}

enum err keystore_open(const char *dir, struct problem *problem, struct keystore **ret)
{
	return store_open(dir, false, problem, ret);
}

/* ---- creating ---- */

static enum err write_tenant(struct keydb *db, const struct key *kek, int64_t tenant)
{
	const struct key_place place = { .kind = KIND_TENANT, .tenant = tenant };
	struct key key, under;
	random_bytes(key.b, sizeof(key.b));
	key_derive(&key, "fieldward wrap", &under);
	enum err e = put_wrapped(db, kek, &place, &key);
	for (unsigned use = 0; e == OK && use < KEY_USES; use++) {
		const struct key_place use_place = numbered(KIND_USE, tenant, use);
		e = put_random(db, &under, &use_place);
	}
	key_wipe(&key);
	key_wipe(&under);
	return e;
}

static enum err write_first(struct keydb *db, const struct key *kek)
{
	enum err e = OK;
	for (unsigned number = SYSTEM_PAGE; e == OK && number < SYSTEM_END; number++) {
		const struct key_place place = numbered(KIND_SYSTEM, 0, number);
		e = put_random(db, kek, &place);
	}
	return e == OK ? write_tenant(db, kek, 0) : e;
}

/* root.key and an empty keys.db with these names; the caller fills it. */
static enum err make_files(struct keystore *ks, const char *root_path, const char *db_path, struct problem *problem)
{
	struct key root;
	random_bytes(root.b, sizeof(root.b));
	enum err e = keyfile_make(root_path, (struct str){ (const char *)root.b, sizeof(root.b) }, problem);
	key_wipe(&root);
	TRY(e);
	TRY(keyfile_make(db_path, STR(""), problem));
	return open_files(ks, root_path, db_path, true, problem);
}

static enum err make_dir(const char *dir, struct problem *problem)
{
	struct stat st;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return problem_set(problem, E_CONFIG, "The folder %s cannot be made.", dir);
	if (lstat(dir, &st) != 0 || !S_ISDIR(st.st_mode) || (st.st_mode & 077u))
		return problem_set(problem, E_CONFIG, "%s exists and is not a folder that only its owner can reach (mode 0700).", dir);
	return OK;
}

static enum err create_into(struct keystore *ks, const char *dir, struct problem *problem)
{
	char root_path[PATH_LIMIT], db_path[PATH_LIMIT];
	TRY(path_make(dir, ROOT_FILE, problem, root_path));
	TRY(path_make(dir, DB_FILE, problem, db_path));
	if (keyfile_exists(root_path) || keyfile_exists(db_path))
		return problem_set(problem, E_CONFIG, "%s holds keys already; they are left as they are.", dir);
	TRY(dir_lock(dir, true, problem, &ks->dir_fd));
	TRY(make_files(ks, root_path, db_path, problem));
	enum err e = keydb_begin(&ks->db);
	if (e == OK)
		e = keydb_end(&ks->db, write_first(&ks->db, &slab_own(ks->slab)[OWN_KEK]));
	if (e != OK)
		return problem_set(problem, e, "%s cannot be written.", db_path);
	return dir_sync(ks->dir_fd, problem);
}

enum err keystore_create(const char *dir, struct problem *problem)
{
	TRY(make_dir(dir, problem));
	struct keystore *ks = store_new();
	enum err e = create_into(ks, dir, problem);
	keystore_close(ks);
	return e;
}

/* ---- the installation's keys ---- */

enum err keystore_page_key(struct keystore *ks, struct key *ret)
{
	*ret = slab_own(ks->slab)[OWN_PAGE];
	return OK;
}

enum err keystore_pepper(struct keystore *ks, struct key *ret)
{
	*ret = slab_own(ks->slab)[OWN_PEPPER];
	return OK;
}

enum err keystore_sign(struct keystore *ks, struct str message, uint8_t signature[64])
{
	const struct key *own = slab_own(ks->slab);
	int rc = crypto_sign_detached(signature, NULL, (const uint8_t *)message.p, message.n, own[OWN_AUDIT].b);
	return rc == 0 ? OK : E_INTERNAL;
}

enum err keystore_public_key(struct keystore *ks, uint8_t ret[32])
{
	memcpy(ret, slab_own(ks->slab)[OWN_AUDIT_PUBLIC].b, 32);
	return OK;
}

enum err keystore_installation(struct keystore *ks, char ret[9])
{
	const uint8_t *b = slab_own(ks->slab)[OWN_NAME].b;
	snprintf(ret, 9, "%02x%02x%02x%02x", b[0], b[1], b[2], b[3]);
	return OK;
}

/* ---- keys that sign tokens ---- */

/* Where the seed lies. The public half is cached beside it under a name that no row has. */
static enum err token_place(int64_t generation, bool public_half, struct key_place *ret)
{
	if (generation < 0 || generation >= TOKEN_GENERATIONS)
		return E_NOT_FOUND;
	*ret = numbered(KIND_SYSTEM, 0, SYSTEM_TOKEN + (unsigned)generation);
	ret->id.b[0] = public_half;
	return OK;
}

/* Both halves, into the cache. */
static enum err token_read(struct keystore *ks, int64_t generation, struct key *ret_seed, struct key *ret_public)
{
	struct key_place place, public_place;
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	struct key seed;
	TRY(token_place(generation, false, &place));
	TRY(token_place(generation, true, &public_place));
	TRY(read_key(ks, &slab_own(ks->slab)[OWN_KEK], &place, &seed));
	crypto_sign_seed_keypair(ret_public->b, secret, seed.b);
	OPENSSL_cleanse(secret, sizeof(secret));
	cache_put(ks, &place, &seed);
	cache_put(ks, &public_place, ret_public);
	*ret_seed = seed;
	key_wipe(&seed);
	return OK;
}

static enum err token_half(struct keystore *ks, int64_t generation, bool public_half, struct key *ret)
{
	struct key_place place;
	struct key seed, public_key;
	TRY(token_place(generation, public_half, &place));
	if (cache_get(ks, &place, ret))
		return OK;
	pthread_mutex_lock(&ks->db_mutex);
	enum err e = token_read(ks, generation, &seed, &public_key);
	pthread_mutex_unlock(&ks->db_mutex);
	if (e != OK)
		return e;
	*ret = public_half ? public_key : seed;
	key_wipe(&seed);
	return OK;
}

enum err keystore_token_seed(struct keystore *ks, int64_t generation, struct key *ret)
{
	return token_half(ks, generation, false, ret);
}

enum err keystore_token_public(struct keystore *ks, int64_t generation, uint8_t ret[32])
{
	struct key key;
	TRY(token_half(ks, generation, true, &key));
	memcpy(ret, key.b, sizeof(key.b));
	return OK;
}

/* A fresh key where none lies, or, if `anew`, wherever one lies. */
static enum err token_write(struct keystore *ks, const struct key_place *place, bool anew)
{
	struct wrapped wrapped;
	struct key key;
	TRY(keydb_begin(&ks->db));
	enum err e = anew ? E_NOT_FOUND : keydb_get(&ks->db, place, &wrapped);
	if (e == E_NOT_FOUND) {
		random_bytes(key.b, sizeof(key.b));
		wrap(&slab_own(ks->slab)[OWN_KEK], place, &key, &wrapped);
		key_wipe(&key);
		e = keydb_set(&ks->db, place, &wrapped);
	}
	return keydb_end(&ks->db, e);
}

enum err keystore_token_make(struct keystore *ks, int64_t generation)
{
	struct key_place place;
	TRY(token_place(generation, false, &place));
	pthread_mutex_lock(&ks->db_mutex);
	enum err e = token_write(ks, &place, false);
	pthread_mutex_unlock(&ks->db_mutex);
	return e;
}

static enum err token_destroy(struct keystore *ks, int64_t generation)
{
	struct key_place place;
	return token_place(generation, false, &place) == OK ? keydb_destroy(&ks->db, &place) : OK;
}

static void token_forget(struct keystore *ks, int64_t generation)
{
	struct key_place place;
	for (int half = 0; half < 2; half++)
		if (token_place(generation, half, &place) == OK)
			cache_drop(ks, &place);
}

enum err keystore_token_renew(struct keystore *ks, int64_t generation)
{
	struct key_place place;
	TRY(token_place(generation, false, &place));
	pthread_mutex_lock(&ks->db_mutex);
	enum err e = token_write(ks, &place, true);
	if (e == OK) {
		/* Each empties the log too, of what the new key was written over as well. */
		enum err before = token_destroy(ks, generation - 1), after = token_destroy(ks, generation + 1);
		e = before != OK ? before : after;
	}
	for (int64_t g = generation - 1; g <= generation + 1; g++)
		token_forget(ks, g);
	pthread_mutex_unlock(&ks->db_mutex);
	return e;
}

/* ---- tenants ---- */

static enum err create_tenant(struct keystore *ks, int64_t tenant)
{
	const struct key_place place = { .kind = KIND_TENANT, .tenant = tenant };
	struct wrapped known;
	enum err e = keydb_begin(&ks->db);
	if (e != OK)
		return e;
	e = keydb_get(&ks->db, &place, &known);
	if (e == E_NOT_FOUND)
		e = write_tenant(&ks->db, &slab_own(ks->slab)[OWN_KEK], tenant);
	return keydb_end(&ks->db, e);
}

enum err keystore_tenant_create(struct keystore *ks, int64_t tenant)
{
	pthread_mutex_lock(&ks->db_mutex);
	enum err e = create_tenant(ks, tenant);
	pthread_mutex_unlock(&ks->db_mutex);
	return e;
}

enum err keystore_tenant_key(struct keystore *ks, int64_t tenant, enum key_use use, struct key *ret)
{
	const struct key_place place = numbered(KIND_USE, tenant, use);
	enum err e = key_under_tenant(ks, &place, ret);
	return e == E_NOT_FOUND ? E_KEY : e;
}

/* ---- persons ---- */

/* The tenant's place in the sorted list, or where it would be. */
static size_t spares_at(const struct keystore *ks, int64_t tenant)
{
	size_t low = 0, high = ks->spares_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (ks->spares[middle]->tenant < tenant)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void spares_grow(struct keystore *ks)
{
	if (ks->spares_count < ks->spares_room)
		return;
	struct spares **more = ARENA_ARRAY(ks->arena, struct spares *, 2 * ks->spares_room);
	for (size_t i = 0; i < ks->spares_count; i++)
		more[i] = ks->spares[i];
	ks->spares = more;
	ks->spares_room *= 2;
}

static struct spares *spares_of(struct keystore *ks, int64_t tenant)
{
	size_t at = spares_at(ks, tenant);
	if (at < ks->spares_count && ks->spares[at]->tenant == tenant)
		return ks->spares[at];
	spares_grow(ks);
	for (size_t i = ks->spares_count; i > at; i--)
		ks->spares[i] = ks->spares[i - 1];
	ks->spares[at] = ARENA_NEW(ks->arena, struct spares);
	ks->spares[at]->tenant = tenant;
	ks->spares_count++;
	return ks->spares[at];
}

static enum err write_batch(struct keystore *ks, const struct key *under, struct spares *s)
{
	for (size_t i = 0; i < KEY_BATCH; i++) {
		s->ids[i] = id_new(now().ms);
		const struct key_place place = { KIND_PERSON, s->tenant, s->ids[i] };
		TRY(put_random(&ks->db, under, &place));
	}
	return OK;
}

/* The count is set when the batch is durable and not before. */
static enum err spares_fill(struct keystore *ks, struct spares *s)
{
	struct key under;
	TRY(tenant_wrap(ks, s->tenant, &under));
	enum err e = keydb_begin(&ks->db);
	if (e == OK)
		e = keydb_end(&ks->db, write_batch(ks, &under, s));
	key_wipe(&under);
	if (e == OK)
		s->count = KEY_BATCH;
	return e;
}

static enum err take(struct keystore *ks, int64_t tenant, struct id *ret)
{
	struct spares *s = spares_of(ks, tenant);
	if (s->count == 0)
		TRY(spares_fill(ks, s));
	*ret = s->ids[--s->count];
	return OK;
}

enum err keystore_person_take(struct keystore *ks, int64_t tenant, struct id *ret_key_id)
{
	pthread_mutex_lock(&ks->db_mutex);
	enum err e = take(ks, tenant, ret_key_id);
	pthread_mutex_unlock(&ks->db_mutex);
	return e;
}

enum err keystore_person_key(struct keystore *ks, int64_t tenant, struct id key_id, struct key *ret)
{
	const struct key_place place = { KIND_PERSON, tenant, key_id };
	enum err e = key_under_tenant(ks, &place, ret);
	return e == E_NOT_FOUND ? E_ERASED : e;
}

enum err keystore_person_destroy(struct keystore *ks, int64_t tenant, struct id key_id)
{
	const struct key_place place = { KIND_PERSON, tenant, key_id };
	pthread_mutex_lock(&ks->db_mutex);
	enum err e = keydb_destroy(&ks->db, &place);
	cache_drop(ks, &place); /* also when it failed: then it is read again, as it is */
	pthread_mutex_unlock(&ks->db_mutex);
	return e;
}

/* ---- a new root ---- */

struct rekey {
	struct keystore *from, *to;
};

static enum err rewrap(void *arg, const struct key_place *place, const struct wrapped *wrapped)
{
	struct rekey *r = arg;
	struct key key, from = slab_own(r->from->slab)[OWN_KEK], to = slab_own(r->to->slab)[OWN_KEK];
	enum err e = OK;
	if (place->kind == KIND_USE || place->kind == KIND_PERSON) {
		e = tenant_wrap(r->from, place->tenant, &from);
		e = e == OK ? tenant_wrap(r->to, place->tenant, &to) : e;
	}
	e = e == OK ? unwrap(&from, place, wrapped, &key) : e;
	/* A tenant's key only wraps others, which are wrapped again: it is made anew, not carried over. */
	if (e == OK && place->kind == KIND_TENANT)
		random_bytes(key.b, sizeof(key.b));
	e = e == OK ? put_wrapped(&r->to->db, &to, place, &key) : e;
	key_wipe(&key);
	key_wipe(&from);
	key_wipe(&to);
	return e;
}

static enum err rewrap_all(struct rekey *r)
{
	for (unsigned kind = KIND_SYSTEM; kind <= KIND_PERSON; kind++)
		TRY(keydb_each(&r->from->db, (enum key_kind)kind, rewrap, r));
	return OK;
}

static enum err rekey_fill(struct rekey *r, const char *root_next, const char *db_next, struct problem *problem)
{
	TRY(make_files(r->to, root_next, db_next, problem));
	enum err e = keydb_begin(&r->to->db);
	if (e == OK)
		e = keydb_end(&r->to->db, rewrap_all(r));
	return e == OK ? OK : problem_set(problem, e, "The keys could not be wrapped again. Nothing was changed.");
}

/* Closing the only connection to a file brings its log into it and removes the log. */
static enum err rekey_commit(struct rekey *r, char paths[4][PATH_LIMIT], struct problem *problem)
{
	keydb_close(&r->from->db);
	keydb_close(&r->to->db);
	TRY(dir_sync(r->from->dir_fd, problem));
	if (rename(paths[3], paths[1]) != 0)
		return problem_set(problem, E_STORAGE, "%s cannot be replaced. Nothing was changed.", paths[1]);
	TRY(dir_sync(r->from->dir_fd, problem));
	/* From here on keystore_open() would finish the work. */
	TRY(keyfile_replace(paths[0], paths[2], problem));
	return dir_sync(r->from->dir_fd, problem);
}

static enum err rekey_run(struct rekey *r, const char *dir, struct problem *problem)
{
	const char *const names[4] = { ROOT_FILE, DB_FILE, ROOT_NEXT, DB_NEXT };
	char paths[4][PATH_LIMIT];
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		TRY(path_make(dir, names[i], problem, paths[i]));
	if (!keyfile_exists(paths[0]))
		return problem_set(problem, E_CONFIG, "The root key is a credential of the system and has to be changed there.");
	/* What an earlier try left behind; it was never in use. */
	unlink(paths[2]);
	unlink(paths[3]);
	TRY(rekey_fill(r, paths[2], paths[3], problem));
	return rekey_commit(r, paths, problem);
}

enum err keystore_rekey(const char *dir, struct problem *problem)
{
	struct rekey r = { 0 };
	TRY(store_open(dir, true, problem, &r.from));
	r.to = store_new();
	enum err e = rekey_run(&r, dir, problem);
	keystore_close(r.to);
	keystore_close(r.from);
	return e;
}
