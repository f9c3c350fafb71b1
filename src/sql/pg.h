/* pg.h - values and errors of libpq. Private to this layer. */
#ifndef PG_H
#define PG_H

#include "engine.h"
#include "libpq.h"
#include "limits.h"

/* Type numbers of pg_type that we know. */
enum pg_type {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_NAME = 19,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_OID = 26,
	PG_UNKNOWN = 705,
	PG_BPCHAR = 1042,
	PG_VARCHAR = 1043,
	PG_NUMERIC = 1700,
	PG_VOID = 2278,
	PG_UUID = 2950,
};

/* Arguments in the binary form that PQsendQueryPrepared wants. */
struct pg_args {
	int count;
	const char *values[STATEMENT_ARGS_MAX];
	int lengths[STATEMENT_ARGS_MAX], formats[STATEMENT_ARGS_MAX];
	char ints[STATEMENT_ARGS_MAX][8];
};

/* pg_err() - the error of a result; E_STORAGE for what is not known. pg_err_of() takes the five characters alone. */
enum err pg_err(const PGresult *r);
enum err pg_err_of(const char *sqlstate);
/* pg_type_of() - the type that a parameter is declared with: 0 lets the server find it, as it must for ids, which may be meant for
 * a uuid or a bytea. */
Oid pg_type_of(enum sql_kind kind);
/* pg_encode() - false if a value cannot be sent as the type that the server wants. The views in `args` must outlive `ret`. */
bool pg_encode(const struct sql_val *args, size_t count, const Oid *types, struct pg_args *ret);
/* pg_collect() - copies a result. E_TOO_LARGE more than RESULT_ROWS_MAX rows, E_MEMORY, E_STORAGE a type that we do not use. */
must_use enum err pg_collect(PGresult *r, struct arena *a, struct sql_result *ret);

#endif
