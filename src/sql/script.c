#include "script.h"

#include "engine.h"
#include "limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct script_db {
	struct sql sql;
	struct arena *arena;
	const struct sql_script_step *steps;
	size_t count, done;
};

static struct script_db *db_of(struct sql *db)
{
	return (struct script_db *)db;
}

static _Noreturn void surprise(const struct script_db *d, const char *what, const char *text)
{
	const char *expected = d->done < d->count ? d->steps[d->done].expect : "nothing more";
	fprintf(stderr, "script: step %zu: %s: expected \"%s\", got \"%s\"\n", d->done, what, expected, text);
	abort();
}

static enum err script_run(struct sql_tx *tx, const char *text, const struct sql_val *args, size_t count,
                           struct sql_result *ret)
{
	struct script_db *d = db_of(tx->db);
	if (d->done == d->count || !strstr(text, d->steps[d->done].expect))
		surprise(d, "another statement", text);
	const struct sql_script_step *step = &d->steps[d->done];
	if (step->check && !step->check(args, count))
		surprise(d, "other arguments", text);
	d->done++;
	snprintf(tx->constraint, sizeof(tx->constraint), "%s", step->constraint ? step->constraint : "");
	if (step->err != OK)
		return step->err;
	size_t cells = step->rows * step->cols;
	*ret = (struct sql_result){ .rows = step->rows, .cols = step->cols, .changed = step->changed };
	ret->vals = ARENA_ARRAY(tx->arena, struct sql_val, cells);
	if (cells)
		memcpy(ret->vals, step->vals, cells * sizeof(*ret->vals));
	return OK;
}

static enum err script_transact(struct sql *db, int64_t tenant, struct arena *a, sql_body *body, void *arg)
{
	struct sql_tx tx = { .engine = db->engine, .db = db, .arena = a, .tenant = tenant };
	return tx_run_body(&tx, body, arg);
}

static void script_close(struct sql *db)
{
	struct script_db *d = db_of(db);
	if (d->done < d->count)
		surprise(d, "steps are left", "the end");
	arena_free(d->arena);
}

static const struct sql_engine engine_script = {
	.close = script_close,
	.read = script_transact,
	.write = script_transact,
	.run = script_run,
};

void sql_script_open(const struct sql_script_step *steps, size_t count, struct sql **ret)
{
	struct arena *a = arena_new(4 * KIB);
	struct script_db *d = ARENA_NEW(a, struct script_db);
	*d = (struct script_db){ { .engine = &engine_script }, a, steps, count, 0 };
	*ret = &d->sql;
}
