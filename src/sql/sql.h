/* sql.h - one interface to two engines: SQLCipher in the process, PostgreSQL elsewhere.
 *
 * Whoever holds a struct sql_tx holds one open transaction of one tenant; the engine itself refuses rows of any other
 * (views, guards and hooks on SQLite, row-level security on PostgreSQL), whatever the statement says. Tenant 0 is the platform's own
 * plane: sessions, users and the list of tenants are its rows.
 *
 * One text serves both engines: parameters are ?1, ?2 … (rewritten to $n outside literals for PostgreSQL); reads name the view
 * <table>_v, writes name the table; by convention ?1 is the tenant; a negative tenant is none and sees nothing. A text must be interned: the same pointer is the same
 * statement and is prepared once per connection. Only sql/ and store/ hold SQL. What the guard of SQLite asks of a text: joins say
 * ON (no USING, no NATURAL); a statement that writes has no SELECT beside it, but for INSERT … SELECT from views into a table
 * without foreign keys, ON CONFLICT and RETURNING; the columns tenant_id and id are never updated.
 *
 * An engine's error becomes an enum err here and nowhere else. */
#ifndef SQL_H
#define SQL_H

#include "problem.h"
#include "seal.h"

struct sql;
struct sql_tx;

enum sql_kind { SQL_NULL, SQL_INT, SQL_TEXT, SQL_BLOB, SQL_ID };

struct sql_val {
	enum sql_kind kind;
	union {
		int64_t i;
		struct str s; /* SQL_TEXT and SQL_BLOB; views while binding, copies in the transaction's arena in results */
		struct id id;
	};
};

#define SQL_VNULL ((struct sql_val){ .kind = SQL_NULL })
#define SQL_VINT(v) ((struct sql_val){ .kind = SQL_INT, .i = (v) })
#define SQL_VTEXT(v) ((struct sql_val){ .kind = SQL_TEXT, .s = (v) })
#define SQL_VBLOB(v) ((struct sql_val){ .kind = SQL_BLOB, .s = (v) })
#define SQL_VID(v) ((struct sql_val){ .kind = SQL_ID, .id = (v) })

struct sql_result {
	size_t rows, cols;
	struct sql_val *vals; /* rows * cols */
	int64_t changed;      /* rows that an INSERT, UPDATE or DELETE touched */
};

/* A cell; asserts that it exists. A 16-byte value of a column declared $ID comes as SQL_ID on both engines... on SQLite that is
 * decided by the length, so a blob that may be 16 bytes long is read with sql_blob(), which takes either kind. */
const struct sql_val *sql_cell(const struct sql_result *r, size_t row, size_t col);
int64_t sql_int(const struct sql_result *r, size_t row, size_t col);        /* 0 for NULL */
struct str sql_blob(const struct sql_result *r, size_t row, size_t col);    /* empty for NULL; also for text */
struct id sql_id(const struct sql_result *r, size_t row, size_t col);       /* zero for NULL */
bool sql_is_null(const struct sql_result *r, size_t row, size_t col);

/* Tables under protection. Every one has tenant_id as its first column; an audited one also has id and seq. */
enum sql_table_flag {
	SQL_AUDITED = 1 << 0,     /* a changed row needs an event (audit table: object_id and seq) in the same transaction */
	SQL_APPEND_ONLY = 1 << 1, /* no UPDATE, no DELETE, by grants and triggers */
};
struct sql_table {
	const char *name;
	unsigned flags;
};

struct sql_config {
	const char *url;                 /* a file's path, or postgres://... of the application role */
	struct key page_key;             /* SQLite only */
	const struct sql_table *tables;
	size_t table_count;
	const char *audit_table;         /* "audit_event"; NULL: the rule is off (unit tests) */
	size_t connections;              /* readers on SQLite, the pool on PostgreSQL; 0: 4 */
	bool read_only;                  /* tools that only look: no writer thread; sql_write() is E_DENIED */
	/* Where words for the operator's log go, from any thread; without row values. NULL: nowhere. */
	void (*log)(void *arg, const char *words);
	void *log_arg;
};

/* sql_load() - loads the library that a database at `url` needs, for a process that gives up executable memory before it opens it.
 * sql_open() does so by itself. E_STORAGE with words: it is not installed. */
must_use enum err sql_load(const char *url, struct problem *problem);

/* sql_open() - E_KEY wrong page key, E_CORRUPT damaged file, E_CONFIG a role or file that must not be used (superuser, BYPASSRLS,
 * table owner, file readable by others), E_STORAGE otherwise; words in the problem. Creates nothing. */
must_use enum err sql_open(const struct sql_config *config, struct problem *problem, struct sql **ret);
void sql_close(struct sql *db); /* waits for what runs */
bool sql_is_postgres(const struct sql *db);

/* The body of a transaction. It may run more than once and, on SQLite, on the writer thread inside a savepoint that it shares with
 * other requests: no I/O, no sleeping, nothing outside `arg` and the arena is touched. OK commits; anything else undoes its
 * work alone and is returned to the caller. */
typedef enum err sql_body(struct sql_tx *tx, void *arg);

/* sql_read() - a snapshot that cannot write. sql_write() - returns OK after the commit is durable.
 * Errors of their own: E_BUSY queue full, E_TIMEOUT, E_FULL, E_STORAGE, E_OUTCOME, E_DENIED isolation or a missing event,
 * E_MEMORY the arena is over its limit (nothing was committed).
 * Memory: results of sql_run() live in `a`, which only the running body uses. */
must_use enum err sql_read(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg);
must_use enum err sql_write(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg);

/* sql_hold() - the next `reads` reads of this thread are on one connection, so that a request waits for one once and not each time; a write, or
 * sql_release(), gives it back before. For reads that follow one another at once. Nothing where a connection is not waited for. */
void sql_hold(struct sql *db, unsigned reads);
void sql_release(struct sql *db);

/* Transactions that do not know of each other, handed over at once: each is judged and answered for itself in `err`, as by sql_write(),
 * and each has an arena of its own; where the engine commits in groups they share its commits. */
struct sql_work {
	int64_t tenant;
	struct arena *arena;
	sql_body *body;
	void *arg;
	enum err err;
};
void sql_write_each(struct sql *db, struct sql_work *work, size_t count);
/* sql_crowded() - whether others wait to write now; on PostgreSQL, where that cannot be seen, true. For whoever decides how much he does in
 * one transaction. */
bool sql_crowded(struct sql *db);

/* sql_run() - prepares (once per connection), binds, runs, reads all rows (at most RESULT_ROWS_MAX).
 * Errors: E_UNIQUE, E_REFERENCE (sql_constraint() names which), E_INVALID (a CHECK or NOT NULL), E_DENIED, E_TIMEOUT, E_FULL,
 * E_BUSY (serialisation or deadlock: return it, the runner repeats the transaction), E_STORAGE. After an error the body returns. */
must_use enum err sql_run(struct sql_tx *tx, const char *text, const struct sql_val *args, size_t count, struct sql_result *ret);
#define SQL_RUN(tx, text, ret, ...)                                                                \
	sql_run((tx), (text), (const struct sql_val[]){ __VA_ARGS__ },                             \
	        sizeof((const struct sql_val[]){ __VA_ARGS__ }) / sizeof(struct sql_val), (ret))
const char *sql_constraint(const struct sql_tx *tx); /* name of the index or constraint that refused, or "" */
int64_t sql_tenant(const struct sql_tx *tx);
struct arena *sql_arena(const struct sql_tx *tx);
/* sql_use_arena() - results go into another arena from now on; returns the one before. For whoever reads much and keeps little. */
struct arena *sql_use_arena(struct sql_tx *tx, struct arena *a);

/* Administration: creating, migrating, protecting. Runs as the owner, outside any tenant; never in a server. */
struct sql_admin;
/* For SQLite the file is created (0600) if it is missing and `create`. For PostgreSQL `url` is an administrator's. */
must_use enum err sql_admin_open(const char *url, const struct key *page_key, bool create, struct problem *problem,
                                 struct sql_admin **ret);
void sql_admin_close(struct sql_admin *admin);
/* sql_admin_provision() - PostgreSQL: creates roles fw_<db>_owner (NOLOGIN) and fw_<db>_app (LOGIN, random password), revokes what
 * must be revoked, and returns the application's URL. SQLite: returns the path. Safe to run again (a new password each time). */
must_use enum err sql_admin_provision(struct sql_admin *admin, struct arena *a, struct problem *problem, struct str *ret_url);
/* sql_admin_script() - many statements in one transaction. Type words are the engine's own: $ID, $INT, $TEXT, $BLOB, and after a
 * table's parentheses $ROWS (a table with a row id) or $KEYED (clustered by its primary key). */
must_use enum err sql_admin_script(struct sql_admin *admin, const char *script, struct problem *problem);
/* sql_admin_protect() - (re)builds views, guards, row-level security, grants, and the audit belt of every table in the list. */
must_use enum err sql_admin_protect(struct sql_admin *admin, const struct sql_table *tables, size_t count, const char *audit_table,
                                    struct problem *problem);
/* sql_admin_query() - one statement outside any tenant, for migrations' bookkeeping, verification and tests. */
must_use enum err sql_admin_query(struct sql_admin *admin, struct arena *a, const char *text, const struct sql_val *args, size_t count,
                                  struct sql_result *ret);

#endif
