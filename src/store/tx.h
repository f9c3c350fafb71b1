/* tx.h - inside the store only: what its files share. */
#ifndef STORE_TX_H
#define STORE_TX_H

#include "store.h"

/* statements.c - composed texts are interned: the same text is the same pointer, for the life of the store. */
struct statements;
struct statements *statements_new(void);
void statements_free(struct statements *s);
const char *statement(struct store *store, struct str text);

/* tx.c */
must_use enum err tx_counter(struct tx *tx); /* takes the tenant's counter row before the first write; sets tx->seq */
must_use enum err tx_person_key(struct tx *tx, struct id key_id, struct key *ret); /* E_ERASED */
must_use enum err tx_tenant_key(struct tx *tx, enum key_use use, struct key *ret);

/* tx_insert_rows() - many rows of one table in few statements. `head` is "table (column, ...)"; `vals` holds rows * cols values. */
must_use enum err tx_insert_rows(struct tx *tx, const char *head, size_t cols, const struct sql_val *vals, size_t rows);

/* Rows that this transaction has read or written and that are alive, so that references to them need no second look. A small table that
 * forgets: NULL says nothing. A deletion empties it. */
struct tx_seen {
	struct id id, subject, key_id;
	uint16_t noun;
	bool record; /* that is the record key */
};
const struct tx_seen *tx_seen(const struct tx *tx, const struct noun *noun, struct id id);
void tx_see(struct tx *tx, const struct row *row);
void tx_forget(struct tx *tx);
/* tx_live_key() - the key of a person that this reading transaction has met; zero: not met. Within one snapshot it does not change. */
struct id tx_live_key(const struct tx *tx, struct id subject);
void tx_keep_key(struct tx *tx, struct id subject, struct id live);

/* rows.c */
/* Written so that no index over living rows fits: a planner that knows nothing of a young table would take any of them, and keep it. */
#define ALIVE_BY_ID " AND coalesce(t.deleted_at, 0) = 0"
void columns_add(struct buf *b, const struct noun *noun, struct field_set only); /* "t.id, t.version, ..., (live key)" */
/* The words of store_get_each() for `count` rows. */
/* keyed: with the live key. */
void rows_each_add(struct buf *b, const struct noun *noun, size_t count, struct field_set only, bool keyed);
/* row_by_id() - one living row, of which the sealed fields in `open` are opened. E_NOT_FOUND. */
must_use enum err row_by_id(struct tx *tx, const struct noun *noun, struct id id, struct field_set open, struct row **ret);
/* row_load() - a row of a result with these columns, of which the sealed ones in `open` are opened. */
must_use enum err row_load(struct tx *tx, const struct noun *noun, const struct sql_result *r, size_t at, struct field_set only,
                           struct field_set open, struct row **ret);
struct sql_val field_sql(const struct field *f, struct value v);
static const struct field_set set_all = { ~(uint64_t)0 };

/* subject.c */
/* subject_of() - whose information a row is, and the id of the key that seals it: the live one, or the record one for nouns that are records.
 * E_ERASED where that key is destroyed. */
must_use enum err subject_of(struct tx *tx, const struct noun *noun, const struct row *row, struct id *ret_subject, struct id *ret_key);
/* key_column() - the column of `subject` that names the key of rows of this noun. */
static inline const char *key_column(const struct noun *noun)
{
	return noun->record ? "record_key" : "live_key";
}

/* The text that this transaction composed for the same, or NULL; and its keeping. */
const char *tx_composed(const struct tx *tx, const struct noun *noun, const char *what, uint64_t fields);
const char *tx_compose(struct tx *tx, const struct noun *noun, const char *what, uint64_t fields, struct str text);

/* terms.c */
must_use enum err terms_write(struct tx *tx, const struct row *was, const struct row *is);
/* The words of a question, folded; at most SEARCH_WORDS_MAX. */
size_t terms_words(struct arena *a, struct str text, struct str words[SEARCH_WORDS_MAX]);
/* What an index says of one word. `cut`: there are more than SEARCH_HITS_MAX, the newest are given; `loose`: some may not have the word. */
struct hits {
	struct id *ids;
	size_t count;
	bool cut, loose;
};
/* Ids of rows of `noun` that have a word beginning with `word` (its first SEARCH_PREFIX_MAX letters), at most SEARCH_HITS_MAX;
 * terms_match() confirms them. */
must_use enum err terms_find(struct tx *tx, const struct noun *noun, struct str word, struct hits *ret);
bool terms_match(struct arena *a, const struct row *row, struct str word); /* the opened row has it */

/* audit.c */
must_use enum err audit_row(struct tx *tx, const struct row *was, const struct row *is);
must_use enum err audit_finish(struct tx *tx); /* appends the leaves of this transaction's events */

#endif
