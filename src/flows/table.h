/* table.h - a report as columns and rows, with totals over all of its rows, written as JSON or CSV.
 *
 * In JSON amounts are cents, quantities thousandths, days dates; in CSV they are written out (1234.50, 3.5). */
#ifndef TABLE_H
#define TABLE_H

#include "act.h"

enum column_kind { COLUMN_TEXT, COLUMN_ID, COLUMN_INT, COLUMN_MONEY, COLUMN_QTY, COLUMN_BP, COLUMN_DATE, COLUMN_TIME };
struct column {
	const char *name;
	enum column_kind kind;
	bool total; /* its sum stands in the totals */
};
enum { TABLE_COLUMNS_MAX = 20, TABLE_ROWS_MAX = 20000 };

struct table {
	struct arena *arena;
	const struct column *columns;
	size_t column_count;
	struct value *cells;
	size_t row_count, room;
	int64_t totals[TABLE_COLUMNS_MAX];
};

void table_init(struct table *t, struct arena *a, const struct column *columns, size_t count);
/* table_add() - a row; values are copied into the table's arena. E_TOO_LARGE beyond TABLE_ROWS_MAX. */
must_use enum err table_add(struct table *t, const struct value *cells);
/* table_names() - fills the column `name` with the label of the row of `noun` that the column `id` names; *ret_ids are those that were found, for
 * the log of reads. */
must_use enum err table_names(struct tx *tx, struct table *t, int id, int name, const struct noun *noun, int label, struct id **ret_ids, size_t *ret_count);
void table_sort(struct table *t, int column, bool descending);
void table_json(const struct table *t, struct json_out *o); /* the members "columns", "items" and "totals" of an open object */
struct str table_csv(const struct table *t);                /* with a last row of totals; empty: too large */

#endif
