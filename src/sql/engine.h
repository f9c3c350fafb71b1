/* engine.h - what an engine gives to sql.c, and what every engine shares. Private to this layer.
 *
 * A new engine fills a struct sql_engine and is named in sql_open(); nothing above changes. */
#ifndef ENGINE_H
#define ENGINE_H

#include "sql.h"

enum {
	CONSTRAINT_MAX = 128,    /* bytes of a constraint's name that are kept */
	SQL_TEXT_MAX = 64 * 1024 /* bytes of one statement */
};

struct sql_engine {
	bool postgres;
	enum err (*open)(const struct sql_config *config, struct problem *problem, struct sql **ret);
	void (*close)(struct sql *db);
	enum err (*read)(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg);
	enum err (*write)(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg);
	void (*write_each)(struct sql *db, struct sql_work *work, size_t count); /* NULL: one after the other */
	void (*hold)(struct sql *db, unsigned reads); /* 0: gives back; NULL: nothing to do */
	bool (*crowded)(struct sql *db); /* NULL: that cannot be seen */
	enum err (*run)(struct sql_tx *tx, const char *text, const struct sql_val *args, size_t count,
	                struct sql_result *ret);
};

/* The first member of each engine's own structure. */
struct sql {
	const struct sql_engine *engine;
	void (*log)(void *arg, const char *words);
	void *log_arg;
};

struct sql_tx {
	const struct sql_engine *engine;
	struct sql *db;
	struct arena *arena;
	int64_t tenant;
	enum err err; /* the first failure of a statement; the transaction cannot commit any more */
	char constraint[CONSTRAINT_MAX];
};

extern const struct sql_engine engine_sqlite;
extern const struct sql_engine engine_pgsql;

/* tx_run_body() - runs the body and gives the transaction's verdict: a failed statement outweighs a body that returns OK, and
 * so does an arena over its limit. */
must_use enum err tx_run_body(struct sql_tx *tx, sql_body *body, void *arg);
/* sql_say() - words for the operator's log; never row values. */
void sql_say(const struct sql *db, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for administration. */
struct sql_admin_engine {
	enum err (*open)(const char *url, const struct key *page_key, bool create, struct problem *problem,
	                 struct sql_admin **ret);
	void (*close)(struct sql_admin *admin);
	enum err (*provision)(struct sql_admin *admin, struct arena *a, struct problem *problem, struct str *ret_url);
	enum err (*script)(struct sql_admin *admin, struct str script, struct problem *problem);
	enum err (*protect)(struct sql_admin *admin, const struct sql_table *tables, size_t count, const char *audit_table,
	                    struct problem *problem);
	enum err (*query)(struct sql_admin *admin, struct arena *a, const char *text, const struct sql_val *args,
	                  size_t count, struct sql_result *ret);
	/* What stands for $ID, $INT, $TEXT, $BLOB, $ROWS, $KEYED. A %s in the word is the column's name. */
	const char *words[6];
};

struct sql_admin {
	const struct sql_admin_engine *engine;
};

extern const struct sql_admin_engine admin_sqlite;
extern const struct sql_admin_engine admin_pgsql;

/* url_is_postgres() - the one place that tells the engines' URLs apart. */
bool url_is_postgres(const char *url);

#endif
