/* import_rows.h - one row of a file becomes records, inside a transaction that may be repeated. */
#ifndef IMPORT_ROWS_H
#define IMPORT_ROWS_H

#include "import_spec.h"
#include "store.h"

enum outcome { ROW_CREATED, ROW_UPDATED, ROW_UNCHANGED, ROW_REJECTED };

struct report_line {
	struct report_line *next;
	size_t line;       /* of the file */
	struct str kind, column, value, text;
	bool reject;
};

/* What a batch of rows did; in the arena of the batch, and thrown away with a batch that fails. */
enum { LEARNED_BUCKETS = 512 };

struct batch_result {
	size_t outcomes[4];
	size_t made[SPEC_STEPS_MAX];            /* records by step */
	size_t warnings[SPEC_WARNINGS_MAX + 1]; /* by rule; the last: fields kept because somebody edited them */
	struct report_line *lines, *last_line;
	struct learned *learned;                /* for the cache, once the batch is committed */
	struct learned *by_hash[LEARNED_BUCKETS];
};

/* Rows found or made so far: step and key to id. Grows without limit but that of the file. */
struct cache;
struct cache *cache_new(void);
void cache_free(struct cache *c);
void cache_learn(struct cache *c, const struct learned *learned);

struct file_row {
	size_t line;
	struct str *cells;
	size_t count;
};
struct importer {
	const struct spec *spec;
	const struct str *header;
	struct cache *cache;
	struct id batch; /* the import */
	struct str source;
	bool dry;
};
/* import_row() - adds what it does to `result`. An error ends the transaction; E_INVALID and E_UNIQUE mean that this row cannot be
 * used. */
must_use enum err import_row(struct tx *tx, const struct importer *im, const struct file_row *row, struct batch_result *result);
void report(struct arena *a, struct batch_result *result, bool reject, const struct file_row *row, struct str kind, struct str column, struct str value,
            struct str text);

#endif
