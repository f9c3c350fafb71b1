#include "check.h"

#include "keydb.h"
#include "keyfile.h"
#include "keystore.h"
#include "limits.h"
#include "slab.h"
#include "time.h"

#include <ftw.h>
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A fresh folder with a store in it, taken away at the end. */
struct home {
	struct arena *a;
	char folder[64], dir[80];
	struct problem problem;
};

static void home_open(struct home *h)
{
	*h = (struct home){ .a = arena_new(64 * MIB), .folder = "/tmp/fw-keys-XXXXXX" };
	assert_non_null(mkdtemp(h->folder));
	snprintf(h->dir, sizeof(h->dir), "%s/keys", h->folder);
	problem_init(&h->problem, h->a);
	assert_int_equal(keystore_create(h->dir, &h->problem), OK);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static void home_close(struct home *h)
{
	nftw(h->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_free(h->a);
}

static const char *path_of(struct home *h, const char *name)
{
	return str_fmt(h->a, "%s/%s", h->dir, name).p;
}

static struct keystore *open_ok(struct home *h)
{
	struct keystore *ks = NULL;
	problem_init(&h->problem, h->a);
	enum err e = keystore_open(h->dir, &h->problem, &ks);
	if (e != OK)
		print_message("%s\n", h->problem.detail.p);
	assert_int_equal(e, OK);
	return ks;
}

static enum err open_fails(struct home *h, const char *words)
{
	struct keystore *ks = NULL;
	problem_init(&h->problem, h->a);
	enum err e = keystore_open(h->dir, &h->problem, &ks);
	assert_int_not_equal(e, OK);
	assert_null(ks);
	assert_non_null(strstr(h->problem.detail.p, words));
	return e;
}

static struct str file_read(struct home *h, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return STR("");
	fseek(f, 0, SEEK_END);
	size_t n = (size_t)ftell(f);
	rewind(f);
	char *p = ARENA_ARRAY(h->a, char, n + 1);
	assert_int_equal(fread(p, 1, n, f), n);
	fclose(f);
	return (struct str){ p, n };
}

static void file_write(const char *path, struct str s)
{
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), 0), 0);
	assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
	fclose(f);
}

static bool same_key(const struct key *x, const struct key *y)
{
	return memcmp(x->b, y->b, 32) == 0;
}

static void keys_are_there_after_reopening(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	struct key page, search, phone, person, again;
	struct id id;
	char name[9], name_again[9];
	assert_int_equal(keystore_tenant_key(ks, 5, KEY_SEARCH, &search), E_KEY);
	assert_int_equal(keystore_tenant_create(ks, 5), OK);
	assert_int_equal(keystore_tenant_key(ks, 5, KEY_SEARCH, &search), OK);
	assert_int_equal(keystore_tenant_create(ks, 5), OK); /* changes nothing */
	assert_int_equal(keystore_tenant_key(ks, 5, KEY_PHONE, &phone), OK);
	assert_int_equal(keystore_tenant_key(ks, 0, KEY_PHONE, &again), OK);
	assert_false(same_key(&phone, &again));
	assert_false(same_key(&phone, &search));
	assert_int_equal(keystore_page_key(ks, &page), OK);
	assert_int_equal(keystore_installation(ks, name), OK);
	assert_int_equal(keystore_person_take(ks, 5, &id), OK);
	assert_int_equal(keystore_person_key(ks, 5, id, &person), OK);
	assert_int_equal(keystore_person_key(ks, 0, id, &again), E_ERASED);
	assert_int_equal(keystore_person_take(ks, 6, &id), E_KEY);
	keystore_close(ks);

	ks = open_ok(&h);
	assert_int_equal(keystore_tenant_key(ks, 5, KEY_SEARCH, &again), OK);
	assert_true(same_key(&search, &again));
	assert_int_equal(keystore_person_key(ks, 5, id, &again), OK);
	assert_true(same_key(&person, &again));
	assert_int_equal(keystore_page_key(ks, &again), OK);
	assert_true(same_key(&page, &again));
	assert_int_equal(keystore_installation(ks, name_again), OK);
	assert_string_equal(name, name_again);
	print_message("slab locked: %d\n", keystore_locked(ks));
	keystore_close(ks);
	home_close(&h);
}

static void signatures_verify(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	uint8_t public_key[32], signature[64];
	assert_int_equal(keystore_public_key(ks, public_key), OK);
	assert_int_equal(keystore_sign(ks, STR("hello"), signature), OK);
	assert_int_equal(crypto_sign_verify_detached(signature, (const uint8_t *)"hello", 5, public_key), 0);
	assert_int_not_equal(crypto_sign_verify_detached(signature, (const uint8_t *)"hellp", 5, public_key), 0);
	keystore_close(ks);
	home_close(&h);
}

static void nothing_is_overwritten(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct str root = file_read(&h, path_of(&h, "root.key")), db = file_read(&h, path_of(&h, "keys.db"));
	problem_init(&h.problem, h.a);
	assert_int_equal(keystore_create(h.dir, &h.problem), E_CONFIG);
	assert_true(str_eq(root, file_read(&h, path_of(&h, "root.key"))));
	assert_true(str_eq(db, file_read(&h, path_of(&h, "keys.db"))));
	assert_int_equal(root.n, 32);
	struct stat st;
	assert_int_equal(stat(h.dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(path_of(&h, "root.key"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	home_close(&h);
}

static void loose_files_are_refused(void **state)
{
	(void)state;
	static const char *const names[] = { "root.key", "keys.db" };
	struct home h;
	home_open(&h);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *path = path_of(&h, names[i]);
		assert_int_equal(chmod(path, 0644), 0);
		assert_int_equal(open_fails(&h, "chmod 600"), E_KEY);
		assert_non_null(strstr(h.problem.detail.p, names[i]));
		assert_int_equal(chmod(path, 0640), 0);
		assert_int_equal(open_fails(&h, "0640"), E_KEY);
		assert_int_equal(chmod(path, 0600), 0);
	}
	assert_int_equal(chmod(h.dir, 0770), 0);
	assert_int_equal(open_fails(&h, "chmod 700"), E_KEY);
	assert_int_equal(chmod(h.dir, 0700), 0);
	keystore_close(open_ok(&h));
	home_close(&h);
}

static void missing_and_wrong_files_are_named(void **state)
{
	(void)state;
	struct home h, other;
	home_open(&h);
	home_open(&other);
	const char *root = path_of(&h, "root.key"), *db = path_of(&h, "keys.db");
	struct str good = file_read(&h, root);
	file_write(root, file_read(&h, path_of(&other, "root.key")));
	assert_int_equal(open_fails(&h, "does not open"), E_KEY);
	file_write(root, STR("short"));
	assert_int_equal(open_fails(&h, "32 bytes"), E_KEY);
	file_write(root, good);
	keystore_close(open_ok(&h));
	assert_int_equal(rename(db, path_of(&h, "away")), 0);
	assert_int_equal(open_fails(&h, "keys.db"), E_KEY);
	assert_int_equal(rename(path_of(&h, "away"), db), 0);
	assert_int_equal(rename(root, path_of(&h, "away")), 0);
	assert_int_equal(open_fails(&h, "root.key"), E_KEY);
	assert_int_equal(symlink("away", root), 0);
	assert_int_equal(open_fails(&h, "root.key"), E_KEY);
	snprintf(h.dir, sizeof(h.dir), "%s/nowhere", h.folder);
	assert_int_equal(open_fails(&h, "nowhere"), E_KEY);
	home_close(&h);
	home_close(&other);
}

static void damaged_pages_are_found(void **state)
{
	(void)state;
	enum { PAGE = 4096 };
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	struct id id;
	for (int i = 0; i < 3 * KEY_BATCH; i++)
		assert_int_equal(keystore_person_take(ks, 0, &id), OK);
	keystore_close(ks);
	const char *db = path_of(&h, "keys.db");
	struct str good = file_read(&h, db);
	size_t pages = good.n / PAGE;
	assert_true(pages >= 4);
	for (size_t page = 0; page < pages; page++) {
		char *bad = str_z(h.a, good);
		bad[page * PAGE + 1000] ^= 1;
		file_write(db, (struct str){ bad, good.n });
		assert_int_equal(open_fails(&h, "damaged"), page ? E_CORRUPT : E_KEY);
		assert_memory_equal(file_read(&h, db).p, bad, good.n);
	}
	file_write(db, str_slice(good, 0, (pages - 1) * PAGE));
	assert_int_equal(open_fails(&h, "damaged"), E_CORRUPT);
	file_write(db, str_slice(good, 0, 0));
	assert_int_equal(open_fails(&h, ""), E_KEY);
	file_write(db, good);
	keystore_close(open_ok(&h));
	home_close(&h);
}

static bool holds(struct str where, const void *what, size_t n)
{
	return memmem(where.p, where.n, what, n) != NULL;
}

/* The pages as the engine sees them, decrypted, with whatever lies in their unused parts. */
static struct str plain_pages(struct home *h)
{
	struct key root, page;
	struct keydb db;
	problem_init(&h->problem, h->a);
	assert_int_equal(keyfile_read(path_of(h, "root.key"), &h->problem, &root), OK);
	key_derive(&root, "fieldward keys.db pages", &page);
	assert_int_equal(keydb_open(path_of(h, "keys.db"), &page, false, &h->problem, &db), OK);
	sqlite3_int64 n = 0;
	unsigned char *p = sqlite3_serialize(db.db, "main", &n, 0);
	assert_non_null(p);
	struct str copy = str_dup(h->a, (struct str){ (const char *)p, (size_t)n });
	sqlite3_free(p);
	keydb_close(&db);
	return copy;
}

static struct wrapped wrapped_at(struct home *h, struct key_place place)
{
	struct key root, page;
	struct keydb db;
	struct wrapped wrapped;
	problem_init(&h->problem, h->a);
	assert_int_equal(keyfile_read(path_of(h, "root.key"), &h->problem, &root), OK);
	key_derive(&root, "fieldward keys.db pages", &page);
	assert_int_equal(keydb_open(path_of(h, "keys.db"), &page, false, &h->problem, &db), OK);
	assert_int_equal(keydb_get(&db, &place, &wrapped), OK);
	keydb_close(&db);
	return wrapped;
}

static struct wrapped wrapped_of(struct home *h, struct id id)
{
	return wrapped_at(h, (struct key_place){ KIND_PERSON, 0, id });
}

static void a_destroyed_key_is_gone_for_good(void **state)
{
	(void)state;
	enum { PEOPLE = 200 };
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	struct id ids[PEOPLE];
	struct key key;
	for (int i = 0; i < PEOPLE; i++)
		assert_int_equal(keystore_person_take(ks, 0, &ids[i]), OK);
	struct wrapped gone = wrapped_of(&h, ids[77]), stays = wrapped_of(&h, ids[78]);
	assert_true(holds(plain_pages(&h), &gone, sizeof(gone)));
	assert_int_equal(keystore_person_key(ks, 0, ids[77], &key), OK);
	assert_int_equal(keystore_person_destroy(ks, 0, ids[77]), OK);
	assert_int_equal(keystore_person_key(ks, 0, ids[77], &key), E_ERASED);
	assert_int_equal(keystore_person_destroy(ks, 0, ids[77]), OK);
	/* While the store is still open: nothing is left in the log, nor in any part of any page. */
	assert_int_equal(file_read(&h, path_of(&h, "keys.db-wal")).n, 0);
	struct str pages = plain_pages(&h);
	assert_false(holds(pages, &gone, sizeof(gone)));
	assert_false(holds(pages, gone.b + 4, 24)); /* not even its nonce */
	assert_true(holds(pages, &stays, sizeof(stays)));
	keystore_close(ks);
	ks = open_ok(&h);
	assert_int_equal(keystore_person_key(ks, 0, ids[77], &key), E_ERASED);
	assert_int_equal(keystore_person_key(ks, 0, ids[78], &key), OK);
	keystore_close(ks);
	home_close(&h);
}

static struct key_place token_place(int64_t generation)
{
	struct key_place place = { .kind = KIND_SYSTEM };
	place.id.b[14] = (uint8_t)(0x40 + (generation >> 8));
	place.id.b[15] = (uint8_t)generation;
	return place;
}

/* The one that is written over, and those that are destroyed. */
static void renewed_token_keys_are_gone_for_good(void **state)
{
	(void)state;
	enum { LAST = 0x4000 - 1 };
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	struct wrapped old[3];
	struct key seed, again;
	uint8_t public_key[32];
	assert_int_equal(keystore_token_seed(ks, 700, &seed), E_NOT_FOUND);
	assert_int_equal(keystore_token_public(ks, 700, public_key), E_NOT_FOUND);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(keystore_token_make(ks, 699 + i), OK);
		old[i] = wrapped_at(&h, token_place(699 + i));
	}
	assert_int_equal(keystore_token_seed(ks, 700, &seed), OK);
	assert_int_equal(keystore_token_make(ks, 700), OK); /* changes nothing */
	keystore_forget(ks);
	assert_int_equal(keystore_token_seed(ks, 700, &again), OK);
	assert_true(same_key(&seed, &again));
	for (int i = 0; i < 3; i++)
		assert_true(holds(plain_pages(&h), old[i].b + 4, 24));
	assert_int_equal(keystore_token_renew(ks, 700), OK);
	assert_int_equal(keystore_token_seed(ks, 700, &again), OK);
	assert_false(same_key(&seed, &again));
	assert_int_equal(keystore_token_seed(ks, 699, &again), E_NOT_FOUND);
	assert_int_equal(keystore_token_public(ks, 701, public_key), E_NOT_FOUND);
	assert_int_equal(file_read(&h, path_of(&h, "keys.db-wal")).n, 0);
	for (int i = 0; i < 3; i++)
		assert_false(holds(plain_pages(&h), old[i].b + 4, 24));
	/* What was destroyed can be made anew, and numbers end somewhere. */
	assert_int_equal(keystore_token_make(ks, 701), OK);
	assert_int_equal(keystore_token_public(ks, 701, public_key), OK);
	assert_int_equal(keystore_token_renew(ks, LAST), OK);
	assert_int_equal(keystore_token_renew(ks, 0), OK);
	assert_int_equal(keystore_token_make(ks, LAST + 1), E_NOT_FOUND);
	assert_int_equal(keystore_token_seed(ks, -1, &seed), E_NOT_FOUND);
	keystore_close(ks);
	keystore_close(open_ok(&h)); /* the installation's own keys are as they were */
	home_close(&h);
}

static void no_key_lies_readable_in_a_file(void **state)
{
	(void)state;
	static const char *const names[] = { "keys.db", "keys.db-wal", "keys.db-shm" };
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	struct key keys[4], root;
	struct id id;
	assert_int_equal(keystore_page_key(ks, &keys[0]), OK);
	assert_int_equal(keystore_pepper(ks, &keys[1]), OK);
	assert_int_equal(keystore_tenant_key(ks, 0, KEY_SEARCH, &keys[2]), OK);
	assert_int_equal(keystore_person_take(ks, 0, &id), OK);
	assert_int_equal(keystore_person_key(ks, 0, id, &keys[3]), OK);
	memcpy(root.b, file_read(&h, path_of(&h, "root.key")).p, 32);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str s = file_read(&h, path_of(&h, names[i]));
		assert_true(s.n > 0);
		assert_false(holds(s, root.b, 32) || holds(s, id.b, 16) || holds(s, "SQLite", 6));
		for (size_t k = 0; k < ARRAY_LEN(keys); k++)
			assert_false(holds(s, keys[k].b, 8));
	}
	/* Even with the pages open, keys are wrapped. */
	struct str pages = plain_pages(&h);
	assert_true(holds(pages, id.b, 16));
	for (size_t k = 0; k < ARRAY_LEN(keys); k++)
		assert_false(holds(pages, keys[k].b, 8));
	keystore_close(ks);
	home_close(&h);
}

static void rekey_changes_the_root_and_no_key(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	struct key before[3], after[3];
	struct id id, gone;
	uint8_t public_before[32], public_after[32];
	assert_int_equal(keystore_tenant_create(ks, 9), OK);
	assert_int_equal(keystore_person_take(ks, 9, &id), OK);
	assert_int_equal(keystore_person_take(ks, 9, &gone), OK);
	assert_int_equal(keystore_person_destroy(ks, 9, gone), OK);
	assert_int_equal(keystore_page_key(ks, &before[0]), OK);
	assert_int_equal(keystore_tenant_key(ks, 9, KEY_EMAIL, &before[1]), OK);
	assert_int_equal(keystore_person_key(ks, 9, id, &before[2]), OK);
	assert_int_equal(keystore_public_key(ks, public_before), OK);
	struct str old_root = file_read(&h, path_of(&h, "root.key"));
	struct wrapped old = { { 0 } };
	assert_int_equal(keystore_person_take(ks, 0, &gone), OK);
	old = wrapped_of(&h, gone);
	problem_init(&h.problem, h.a);
	assert_int_equal(keystore_rekey(h.dir, &h.problem), E_BUSY); /* it is open */
	keystore_close(ks);
	problem_init(&h.problem, h.a);
	assert_int_equal(keystore_rekey(h.dir, &h.problem), OK);
	assert_false(str_eq(old_root, file_read(&h, path_of(&h, "root.key"))));
	assert_false(holds(plain_pages(&h), &old, sizeof(old)));
	assert_false(keyfile_exists(path_of(&h, "root.key.new")) || keyfile_exists(path_of(&h, "keys.db.new")));
	ks = open_ok(&h);
	assert_int_equal(keystore_page_key(ks, &after[0]), OK);
	assert_int_equal(keystore_tenant_key(ks, 9, KEY_EMAIL, &after[1]), OK);
	assert_int_equal(keystore_person_key(ks, 9, id, &after[2]), OK);
	assert_int_equal(keystore_public_key(ks, public_after), OK);
	assert_memory_equal(before, after, sizeof(before));
	assert_memory_equal(public_before, public_after, 32);
	keystore_close(ks);
	file_write(path_of(&h, "root.key"), old_root);
	assert_int_equal(open_fails(&h, "does not open"), E_KEY);
	home_close(&h);
}

/* The power went between the two renames: the old root is there, or zeros, and the new one beside it. */
static void an_interrupted_rekey_is_finished(void **state)
{
	(void)state;
	static const char zeros[32];
	struct home h;
	home_open(&h);
	struct str old_root = file_read(&h, path_of(&h, "root.key"));
	problem_init(&h.problem, h.a);
	assert_int_equal(keystore_rekey(h.dir, &h.problem), OK);
	struct str new_root = file_read(&h, path_of(&h, "root.key"));
	const struct str left[2] = { old_root, { zeros, 32 } };
	for (size_t i = 0; i < ARRAY_LEN(left); i++) {
		file_write(path_of(&h, "root.key"), left[i]);
		assert_int_equal(keyfile_make(path_of(&h, "root.key.new"), new_root, &h.problem), OK);
		keystore_close(open_ok(&h));
		assert_true(str_eq(new_root, file_read(&h, path_of(&h, "root.key"))));
		assert_false(keyfile_exists(path_of(&h, "root.key.new")));
	}
	home_close(&h);
}

/* What another process destroyed is seen as soon as this one looks again. */
static void two_handles_share_one_store(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct keystore *one = open_ok(&h), *two = open_ok(&h);
	struct id id;
	struct key x, y;
	assert_int_equal(keystore_person_take(one, 0, &id), OK);
	assert_int_equal(keystore_person_key(one, 0, id, &x), OK);
	assert_int_equal(keystore_person_key(two, 0, id, &y), OK);
	assert_true(same_key(&x, &y));
	assert_int_equal(keystore_person_destroy(two, 0, id), OK);
	assert_int_equal(keystore_person_key(one, 0, id, &x), OK); /* cached, for at most a minute */
	keystore_tick(one);
	keystore_forget(one);
	assert_int_equal(keystore_person_key(one, 0, id, &x), E_ERASED);
	assert_int_equal(keystore_tenant_create(one, 3), OK);
	assert_int_equal(keystore_tenant_key(two, 3, KEY_NAME, &x), OK);
	keystore_close(one);
	keystore_close(two);
	home_close(&h);
}

struct work {
	struct keystore *ks;
	int number;
	int faults;
};

static void work_once(struct work *w, int i)
{
	struct id id;
	struct key key, again;
	int64_t tenant = i % 3;
	uint8_t signature[64];
	w->faults += keystore_person_take(w->ks, tenant, &id) != OK;
	w->faults += keystore_person_key(w->ks, tenant, id, &key) != OK;
	w->faults += keystore_person_key(w->ks, tenant, id, &again) != OK || !same_key(&key, &again);
	w->faults += keystore_tenant_key(w->ks, tenant, KEY_SEARCH, &key) != OK;
	if (i % 20 == 0) {
		w->faults += keystore_person_destroy(w->ks, tenant, id) != OK;
		w->faults += keystore_person_key(w->ks, tenant, id, &key) != E_ERASED;
		w->faults += keystore_sign(w->ks, STR("x"), signature) != OK;
		keystore_forget(w->ks);
	}
	keystore_tick(w->ks);
}

static void *work_run(void *arg)
{
	struct work *w = arg;
	for (int i = 0; i < 200; i++)
		work_once(w, i + w->number);
	return NULL;
}

static void eight_threads_at_once(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	assert_int_equal(keystore_tenant_create(ks, 1), OK);
	assert_int_equal(keystore_tenant_create(ks, 2), OK);
	pthread_t threads[8];
	struct work works[8];
	for (int i = 0; i < 8; i++) {
		works[i] = (struct work){ ks, i, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, work_run, &works[i]), 0);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(works[i].faults, 0);
	}
	keystore_close(ks);
	home_close(&h);
}

/* Four processes take and destroy in one store; nobody gets an id twice and none is lost. */
static void four_processes_at_once(void **state)
{
	(void)state;
	struct home h;
	home_open(&h);
	pid_t children[4];
	for (int c = 0; c < 4; c++) {
		children[c] = fork();
		if (children[c] == 0) {
			struct keystore *ks = NULL;
			if (keystore_open(h.dir, &h.problem, &ks) != OK)
				_exit(1);
			struct work w = { ks, c, 0 };
			for (int i = 0; i < 150; i++)
				work_once(&w, 3 * i);
			keystore_close(ks);
			_exit(w.faults ? 2 : 0);
		}
	}
	for (int c = 0; c < 4; c++) {
		int status = -1;
		assert_int_equal(waitpid(children[c], &status, 0), children[c]);
		assert_int_equal(status, 0);
	}
	keystore_close(open_ok(&h));
	home_close(&h);
}

static void the_slab_forgets_in_time(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(64 * MIB);
	struct slab *s = slab_new(a);
	struct key key = { { 7 } }, out;
	struct slab_name name = { 1, { { 1 } }, 4 }, other = { 2, { { 1 } }, 4 };
	slab_put(s, &name, 1000, &key);
	assert_true(slab_get(s, &name, 999, &out));
	assert_int_equal(out.b[0], 7);
	assert_false(slab_get(s, &other, 999, &out));
	assert_false(slab_get(s, &name, 1000, &out));
	assert_false(slab_get(s, &name, 999, &out)); /* wiped */
	slab_put(s, &name, 1000, &key);
	slab_put(s, &other, SLAB_FOREVER, &key);
	slab_sweep(s, 1000);
	assert_false(slab_get(s, &name, 0, &out));
	assert_true(slab_get(s, &other, INT64_MAX - 1, &out));
	slab_drop(s, &other);
	assert_false(slab_get(s, &other, 0, &out));
	/* Three times as many keys as there is room for: what was put last is found, what is for ever is not pushed out. */
	slab_put(s, &other, SLAB_FOREVER, &key);
	for (unsigned i = 0; i < 3 * KEY_CACHE_SLOTS; i++) {
		struct slab_name n = { 1, { { 0 } }, 4 };
		memcpy(n.id.b, &i, sizeof(i));
		key.b[1] = (uint8_t)i;
		slab_put(s, &n, 1000 + (int64_t)i, &key);
		assert_true(slab_get(s, &n, 0, &out));
		assert_int_equal(out.b[1], (uint8_t)i);
	}
	assert_true(slab_get(s, &other, 0, &out));
}

static void cost(void **state)
{
	(void)state;
	enum { TIMES = 20000 };
	struct home h;
	home_open(&h);
	struct keystore *ks = open_ok(&h);
	struct id id;
	struct key key;
	int64_t t0 = monotonic_ms();
	for (int i = 0; i < TIMES; i++)
		assert_int_equal(keystore_person_take(ks, 0, &id), OK);
	int64_t t1 = monotonic_ms();
	for (int i = 0; i < TIMES; i++)
		assert_int_equal(keystore_person_key(ks, 0, id, &key), OK);
	int64_t t2 = monotonic_ms();
	for (int i = 0; i < TIMES / 10; i++) {
		keystore_forget(ks);
		assert_int_equal(keystore_person_key(ks, 0, id, &key), OK);
	}
	int64_t t3 = monotonic_ms();
	assert_int_equal(keystore_person_destroy(ks, 0, id), OK);
	int64_t t4 = monotonic_ms();
	keystore_close(ks);
	ks = open_ok(&h);
	int64_t t5 = monotonic_ms();
	print_message("take %.1f us, cached key %.2f us, forget all and read tenant and person key %.1f us, destroy %d ms, "
	              "open with 20,000 keys %d ms\n",
	              (double)(t1 - t0) * 1000 / TIMES, (double)(t2 - t1) * 1000 / TIMES,
	              (double)(t3 - t2) * 10000 / TIMES, (int)(t4 - t3), (int)(t5 - t4));
	keystore_close(ks);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_there_after_reopening),
		cmocka_unit_test(signatures_verify),
		cmocka_unit_test(nothing_is_overwritten),
		cmocka_unit_test(loose_files_are_refused),
		cmocka_unit_test(missing_and_wrong_files_are_named),
		cmocka_unit_test(damaged_pages_are_found),
		cmocka_unit_test(a_destroyed_key_is_gone_for_good),
		cmocka_unit_test(renewed_token_keys_are_gone_for_good),
		cmocka_unit_test(no_key_lies_readable_in_a_file),
		cmocka_unit_test(rekey_changes_the_root_and_no_key),
		cmocka_unit_test(an_interrupted_rekey_is_finished),
		cmocka_unit_test(two_handles_share_one_store),
		cmocka_unit_test(eight_threads_at_once),
		cmocka_unit_test(four_processes_at_once),
		cmocka_unit_test(the_slab_forgets_in_time),
		cmocka_unit_test(cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
