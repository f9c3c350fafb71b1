/* keydb.h - the file keys.db: one table of wrapped keys in a SQLCipher file of its own. For keystore.c alone; it wraps nothing and
 * knows no secrets but the key of its pages.
 *
 * A row is never removed: destroying a key overwrites its bytes where they lie. Removing rows would make the engine move other
 * rows between pages, and a moved copy can stay behind in the unused part of a page.
 *
 * Not safe for threads by itself. Several processes may have the file open. */
#ifndef KEYDB_H
#define KEYDB_H

#include "problem.h"
#include "xaes.h"

struct sqlite3;
struct sqlite3_stmt;

enum key_kind {
	KIND_SYSTEM = 1, /* of the installation, under the key-encryption key; id: its number */
	KIND_TENANT,     /* of a tenant, under the key-encryption key; id: zero */
	KIND_USE,        /* of a tenant and an enum key_use, under the tenant's key; id: its number */
	KIND_PERSON,     /* of a person, under the tenant's key; id: random */
};

/* Where a wrapped key lies; wrapping binds it to this place. */
struct key_place {
	enum key_kind kind;
	int64_t tenant;
	struct id id;
};

struct wrapped {
	uint8_t b[WRAPPED_SIZE];
};

enum { KEYDB_STATEMENTS = 5 };

struct keydb {
	struct sqlite3 *db;
	struct sqlite3_stmt *statements[KEYDB_STATEMENTS];
};

/* keydb_open() - opens a file that exists. With `fresh` it is empty and gets its table. E_KEY: the key does not fit; E_CORRUPT: a
 * page fails its check; E_BUSY, E_STORAGE. keydb_close() also after a failure, and twice is harmless. */
must_use enum err keydb_open(const char *path, const struct key *page_key, bool fresh, struct problem *problem, struct keydb *ret);
void keydb_close(struct keydb *k);

/* E_NOT_FOUND: there is no such row, or its key was destroyed. The others: E_BUSY, E_FULL, E_CORRUPT, E_STORAGE. */
must_use enum err keydb_get(struct keydb *k, const struct key_place *place, struct wrapped *ret);
must_use enum err keydb_begin(struct keydb *k);
must_use enum err keydb_put(struct keydb *k, const struct key_place *place, const struct wrapped *wrapped);
/* keydb_set() - as keydb_put(), or over what lies there. */
must_use enum err keydb_set(struct keydb *k, const struct key_place *place, const struct wrapped *wrapped);
/* keydb_end() - commits when `e` is OK, else rolls back; returns the first error. */
must_use enum err keydb_end(struct keydb *k, enum err e);
/* keydb_destroy() - overwritten, durable, and gone from the write-ahead log too. E_BUSY: overwritten, but a reader held on to the
 * log: to be called again. A row that is not there is OK. */
must_use enum err keydb_destroy(struct keydb *k, const struct key_place *place);
/* keydb_each() - all rows of a kind in the order they were made, the destroyed ones left out. Stops at the first error. */
typedef enum err keydb_row(void *arg, const struct key_place *place, const struct wrapped *wrapped);
must_use enum err keydb_each(struct keydb *k, enum key_kind kind, keydb_row *row, void *arg);

#endif
