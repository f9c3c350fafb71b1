/* store.h - rows of any noun inside one tenant.
 *
 * The store seals what is personal, keeps search terms and look-ups, numbers every transaction, and writes the audit event of each
 * change into the same transaction. It knows fields and nouns as data; it names none, and it does not know who may do what (service/).
 *
 * A struct tx is one open transaction of one tenant; nothing in it can address another. Bodies follow the rules of sql_body: they may
 * run twice, and touch nothing but their arena. */
#ifndef STORE_H
#define STORE_H

#include "keystore.h"
#include "row.h"
#include "sql.h"

struct store;

/* Who acts, for the audit log. */
enum who_kind { WHO_SYSTEM, WHO_USER, WHO_API, WHO_IMPORT, WHO_PORTAL, WHO_KEY /* an integration */, WHO_SUPPORT /* staff of the platform */ };
struct who {
	enum who_kind kind;
	struct id id;      /* the user, or the link of a customer; zero for the system */
	struct id request; /* of the request that caused it */
	struct str reason; /* free text of the person, or empty */
};
const char *who_kind_name(enum who_kind kind);

struct event;   /* audit.h */
struct counter; /* the tenant's counter row */

/* A text that was composed a moment ago: fifty rows of a page ask for their customers in the same words. `what` is told by its address. */
struct composed {
	const struct noun *noun;
	const char *what;
	uint64_t fields;
	const char *text;
};
enum { COMPOSED_MAX = 16 };

struct tx {
	struct store *store;
	struct sql_tx *sql;
	struct arena *arena;
	struct problem *problem;
	const struct who *who;
	struct instant now;
	int64_t tenant;
	int64_t seq;         /* of this transaction; 0 until the first write took the counter */
	struct counter *counter;
	struct event *events; /* newest first */
	size_t event_count;
	size_t rows_written;
	bool writes;
	bool walking;        /* in store_each(): its memory does not last, so nothing is written */
	bool raced;          /* a row changed between reading and writing it: the whole is worth another try */
	struct tx_known *known; /* of a writing transaction: rows that it has seen alive */
	struct tx_keys *keys;   /* of a reading one: people's keys that it has met */
	const char *action;  /* what the events are called; NULL: create, update, delete */
	void *up;            /* of the layer above (its context), for hooks */
	struct composed composed[COMPOSED_MAX];
	size_t composed_count; /* ever; the oldest gives way */
};

struct store_config {
	const char *url;      /* of the database, see sql.h */
	const char *key_dir;
	const struct catalogue *catalogue;
	size_t connections;
	bool read_only;
};

/* store_open() - errors of keystore_open() and sql_open(), and E_CONFIG for a schema that is newer or older than this program. */
must_use enum err store_open(const struct store_config *config, struct problem *problem, struct store **ret);
void store_close(struct store *store);
const struct catalogue *store_catalogue(const struct store *store);
struct keystore *store_keys(const struct store *store);
struct sql *store_sql(const struct store *store);

typedef enum err tx_body(struct tx *tx, void *arg);

struct run {
	struct store *store;
	int64_t tenant;
	struct arena *arena;
	struct problem *problem;
	const struct who *who;
	struct instant now;
	void *up;
};
/* store_read(), store_write() - run the body in one transaction. After an error of a write nothing of it is stored. Where a row changed
 * between being read and being written, the body runs again; it sees the change then. */
must_use enum err store_read(const struct run *run, tx_body *body, void *arg);
must_use enum err store_write(const struct run *run, tx_body *body, void *arg);
/* tx_lock() - the first lock of a writing transaction, which takes it by itself with its first row: for who decides by what he reads before it. */
must_use enum err tx_lock(struct tx *tx);
/* store_write_each() - transactions that do not know of each other, each with an arena of its own, handed over at once: cheaper than one
 * after the other. Each is judged for itself in `err`. At most STORE_TOGETHER_MAX. */
enum { STORE_TOGETHER_MAX = 128 };
struct store_work {
	struct run run;
	tx_body *body;
	void *arg;
	enum err err;
};
void store_write_each(struct store *store, struct store_work *work, size_t count);

/* One row about to be written, as hooks see it. */
struct write {
	struct tx *tx;
	const struct noun *noun;
	const struct row *was; /* NULL when it is created */
	struct row *is;        /* may be changed by before_write() */
};
static inline bool write_changes(const struct write *w, int field)
{
	return !w->was || !value_eq(w->was->v[field], w->is->v[field]);
}

/* store_get() - a row that is not deleted, with every field opened. E_NOT_FOUND. */
must_use enum err store_get(struct tx *tx, const struct noun *noun, struct id id, struct row **ret);
/* store_find() - the first row whose clear field has this value; for unique and indexed fields. E_NOT_FOUND. */
must_use enum err store_find(struct tx *tx, const struct noun *noun, int field, struct value v, struct row **ret);
/* store_find_only() - the same with these fields alone, and the id; the others are null. For what is read often. The set is a constant of
 * the caller: each makes a statement. */
must_use enum err store_find_only(struct tx *tx, const struct noun *noun, int field, struct value v, struct field_set only,
                                  struct row **ret);
/* store_get_each() - many at once, so read: `rows` has room for `count`, and NULL where there is no such row. */
must_use enum err store_get_each(struct tx *tx, const struct noun *noun, const struct id *ids, size_t count, struct field_set only,
                                 struct row **rows);
/* store_lookup() - rows that a sealed field with .lookup finds exactly (after folding); at most `max`, confirmed after opening. */
must_use enum err store_lookup(struct tx *tx, const struct noun *noun, int field, struct str text, struct row **rows, size_t max,
                               size_t *ret_count);
/* store_insert() - `row` is not changed; *ret is the row as stored. Faults of fields are collected in the problem.
 * Errors: E_INVALID, E_UNIQUE, E_REFERENCE, what the noun's hooks say, and sql_run()'s. */
must_use enum err store_insert(struct tx *tx, const struct row *row, struct row **ret);
/* store_update() - writes the fields in which `is` differs from `was` (as read in this transaction). Nothing changed: OK and no event.
 * Errors: as store_insert(), and E_VERSION when the row changed since it was read. */
must_use enum err store_update(struct tx *tx, const struct row *was, const struct row *is, struct row **ret);
/* store_delete() - marks it deleted, and what was made for it alone. E_CONFLICT for a noun that is never deleted, and where other rows still
 * refer to it. */
must_use enum err store_delete(struct tx *tx, const struct row *was);

/* store_children() - all rows whose clear reference field has this value and that are not deleted, oldest first; needs an order
 * {field, created_at}. At most RESULT_ROWS_MAX. */
must_use enum err store_children(struct tx *tx, const struct noun *noun, int field, struct id id, struct row ***ret, size_t *ret_count);

/* store_number() - the next number of a series ("J-00042"): prefix, then at least five digits. Gaps are possible: a transaction that
 * fails keeps nothing, but a number is never given twice. */
must_use enum err store_number(struct tx *tx, const char *series, struct str *ret);
/* store_numbers() - the series of the tenant, by name. store_number_set() - another prefix, and the number that comes next; E_INVALID with a fault at
 * /next where that would give a number twice, E_NOT_FOUND for a series that there is not. */
struct series {
	struct str name, prefix;
	int64_t next;
};
must_use enum err store_numbers(struct tx *tx, struct series **ret, size_t *ret_count);
must_use enum err store_number_set(struct tx *tx, struct str series, struct str prefix, int64_t next);
/* store_number_start() - the series continues at `next` if that is higher. */
must_use enum err store_number_start(struct tx *tx, const char *series, const char *prefix, int64_t next);

/* Who of the tenant's people own a row ("my view only"). store_own() replaces what `source` says: each of `people` owns each of
 * `rows` until the given instant (0: no end). */
struct owned {
	const struct noun *noun;
	struct id id;
};
must_use enum err store_own(struct tx *tx, struct id source, const struct owned *rows, size_t row_count, const struct id *people,
                            size_t person_count, int64_t until_ms);
/* store_owns() - whether an employee owns a row now. */
must_use enum err store_owns(struct tx *tx, const struct noun *noun, struct id row, struct id employee, bool *ret);

/* Lists. */
struct filter {
	int field;
	struct value values[FILTER_VALUES_MAX];
	size_t count;     /* one of these … */
	bool range;       /* … or from values[0] (inclusive) to values[1] (exclusive); a null end is open */
};
/* One value; from a number on and before another; one of some texts. */
static inline struct filter filter_is(int field, struct value v)
{
	return (struct filter){ .field = field, .values = { v }, .count = 1 };
}
static inline struct filter filter_between(int field, int64_t from, int64_t until)
{
	return (struct filter){ .field = field, .values = { VALUE_INT(from), VALUE_INT(until) }, .count = 2, .range = true };
}
struct filter filter_any(int field, const char *const *texts, size_t count);
struct query {
	const struct noun *noun;
	struct filter filters[LIST_FILTERS_MAX];
	size_t filter_count;
	int sort;             /* field, or -1 for the noun's first order */
	bool ascending;
	size_t limit;
	struct str cursor;    /* as given out, or empty */
	struct str words;     /* search words, or empty */
	bool count;
	struct id own;        /* only rows that this employee owns; zero: all */
	struct field_set open; /* the sealed fields to open */
};
struct page {
	struct row **rows;
	size_t count;
	struct str next_cursor; /* empty at the end */
	int64_t total;          /* -1: not asked */
	bool total_capped;
};
/* store_list() - E_INVALID with a fault that names the parameter: an order that does not exist, a cursor of another list. */
must_use enum err store_list(struct tx *tx, const struct query *query, struct page *ret);
/* store_each() - all rows that pass the filters, in an order of the noun, page by page in memory that is used again: `each` may read with the same
 * transaction (it writes nothing: E_INTERNAL), and what it keeps it copies into memory of its own. Only the fields of `only` are read, and id. For reports over many rows. */
struct walk {
	const struct noun *noun;
	struct filter filters[LIST_FILTERS_MAX];
	size_t filter_count;
	int sort; /* as in a query */
	bool ascending;
	struct field_set only;
	size_t page; /* rows at a time; 0: 500 */
};
typedef enum err store_each_fn(struct tx *tx, const struct row *row, void *arg);
must_use enum err store_each(struct tx *tx, const struct walk *walk, store_each_fn *each, void *arg);
/* store_sum() - sums and counts of rows, by the values of up to SUM_GROUPS clear fields. At most RESULT_ROWS_MAX groups. */
enum { SUM_GROUPS = 3, SUM_FIELDS = 6 };
struct sums {
	const struct noun *noun;
	struct filter filters[LIST_FILTERS_MAX];
	size_t filter_count;
	int group[SUM_GROUPS];
	size_t group_count;
	int sum[SUM_FIELDS];
	size_t sum_count;
};
struct sum_row {
	struct value group[SUM_GROUPS];
	int64_t count, sum[SUM_FIELDS];
};
must_use enum err store_sum(struct tx *tx, const struct sums *q, struct sum_row **ret, size_t *ret_count);
/* store_list_statements() - calls `each` with every statement text that lists of this noun can be composed of, for tests of plans. */
void store_list_statements(struct store *store, const struct noun *noun, void (*each)(void *arg, const char *text), void *arg);

/* Keys of other systems, for imports that may be repeated. */
struct external {
	struct id row;
	uint8_t digest[32]; /* of the source row that it was made from */
	struct id batch;    /* the import that made it */
	int64_t seq;        /* transaction that an import wrote it in last; set by store_external_put() */
};
must_use enum err store_external_find(struct tx *tx, const struct noun *noun, struct str source, struct str key, bool *ret_found,
                                      struct external *ret);
must_use enum err store_external_put(struct tx *tx, const struct noun *noun, struct str source, struct str key,
                                     const struct external *external);
must_use enum err store_external_forget(struct tx *tx, struct id row);
/* The rows that a batch made, newest first; at most `max`. */
struct external_row {
	const struct noun *noun;
	struct id row;
	int64_t seq;
};
must_use enum err store_external_of(struct tx *tx, struct id batch, struct external_row *rows, size_t max, size_t *ret_count);
/* store_retract() - marks a row deleted although its noun is never deleted: taking an import back. */
must_use enum err store_retract(struct tx *tx, const struct row *was);

#endif
