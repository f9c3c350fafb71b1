/* schema.h - the tables of the store: printed from the dictionary, created and changed by migrations. */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "store.h"

/* The text of every table and index, with the type words of sql.h ($ID, $INT, ...): what a new database has after all migrations. */
struct str schema_text(struct arena *a, const struct catalogue *c);
/* The tables that the engine protects: the store's own and one per noun. */
const struct sql_table *schema_tables(struct arena *a, const struct catalogue *c, size_t *ret_count);

/* Migrations are compiled in from migrations/NNNN-name.sql, oldest first. */
struct migration {
	int64_t version;
	const char *name;
	const char *text;
};
extern const struct migration migrations[];
extern const size_t migration_count;
int64_t schema_newest(void);
/* schema_migrate() - brings a database to the newest version, each step in one transaction, and protects its tables. With `dry` it only
 * says what it would do, through `say`. E_CONFIG for a database that is newer than this program. */
must_use enum err schema_migrate(struct sql_admin *admin, const struct catalogue *c, bool dry, void (*say)(const char *line),
                                 struct problem *problem);

#endif
