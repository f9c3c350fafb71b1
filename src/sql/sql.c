#include "sql.h"

#include "engine.h"
#include "libpq.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool url_is_postgres(const char *url)
{
	return strncmp(url, "postgres://", 11) == 0 || strncmp(url, "postgresql://", 13) == 0;
}

enum err sql_load(const char *url, struct problem *problem)
{
	return url_is_postgres(url) ? libpq_load(problem) : OK;
}

enum err sql_open(const struct sql_config *config, struct problem *problem, struct sql **ret)
{
	static const struct sql_engine *const engines[] = { &engine_sqlite, &engine_pgsql };
	return engines[url_is_postgres(config->url)]->open(config, problem, ret);
}

void sql_close(struct sql *db)
{
	if (db)
		db->engine->close(db);
}

bool sql_is_postgres(const struct sql *db)
{
	return db->engine->postgres;
}

enum err sql_read(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	return db->engine->read(db, tenant, a, body, arg);
}

enum err sql_write(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	return db->engine->write(db, tenant, a, body, arg);
}

void sql_write_each(struct sql *db, struct sql_work *work, size_t count)
{
	if (db->engine->write_each) {
		db->engine->write_each(db, work, count);
		return;
	}
	for (struct sql_work *w = work; w < work + count; w++)
		w->err = db->engine->write(db, w->tenant, w->arena, w->body, w->arg);
}

void sql_hold(struct sql *db, unsigned reads)
{
	if (db->engine->hold)
		db->engine->hold(db, reads);
}

void sql_release(struct sql *db)
{
	sql_hold(db, 0);
}

bool sql_crowded(struct sql *db)
{
	return !db->engine->crowded || db->engine->crowded(db);
}

enum err sql_run(struct sql_tx *tx, const char *text, const struct sql_val *args, size_t count, struct sql_result *ret)
{
	/* PostgreSQL refuses everything after a failed statement, so SQLite does too. */
	if (tx->err != OK)
		return tx->err;
	struct sql_result result = { 0 };
	tx->constraint[0] = '\0';
	tx->err = tx->engine->run(tx, text, args, count, &result);
	if (tx->err == OK && ret)
		*ret = result;
	return tx->err;
}

enum err tx_run_body(struct sql_tx *tx, sql_body *body, void *arg)
{
	enum err e = body(tx, arg);
	if (e == OK)
		e = tx->err;
	if (e == OK && arena_over(tx->arena))
		e = E_MEMORY;
	return e;
}

const char *sql_constraint(const struct sql_tx *tx)
{
	return tx->constraint;
}

int64_t sql_tenant(const struct sql_tx *tx)
{
	return tx->tenant;
}

struct arena *sql_arena(const struct sql_tx *tx)
{
	return tx->arena;
}

struct arena *sql_use_arena(struct sql_tx *tx, struct arena *a)
{
	struct arena *was = tx->arena;
	tx->arena = a;
	return was;
}

const struct sql_val *sql_cell(const struct sql_result *r, size_t row, size_t col)
{
	assert(row < r->rows && col < r->cols);
	return &r->vals[row * r->cols + col];
}

bool sql_is_null(const struct sql_result *r, size_t row, size_t col)
{
	return sql_cell(r, row, col)->kind == SQL_NULL;
}

int64_t sql_int(const struct sql_result *r, size_t row, size_t col)
{
	const struct sql_val *v = sql_cell(r, row, col);
	assert(v->kind == SQL_INT || v->kind == SQL_NULL);
	return v->kind == SQL_INT ? v->i : 0;
}

struct str sql_blob(const struct sql_result *r, size_t row, size_t col)
{
	const struct sql_val *v = sql_cell(r, row, col);
	assert(v->kind != SQL_INT);
	if (v->kind == SQL_NULL)
		return STR("");
	if (v->kind == SQL_ID)
		return (struct str){ (const char *)v->id.b, sizeof(v->id.b) };
	return v->s;
}

struct id sql_id(const struct sql_result *r, size_t row, size_t col)
{
	const struct sql_val *v = sql_cell(r, row, col);
	assert(v->kind == SQL_ID || v->kind == SQL_NULL);
	return v->kind == SQL_ID ? v->id : (struct id){ { 0 } };
}

void sql_say(const struct sql *db, const char *format, ...)
{
	if (!db->log)
		return;
	char words[500];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	db->log(db->log_arg, words);
}
