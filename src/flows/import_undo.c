/* import_undo.c - taking an import back: what it made and nobody touched since is deleted, newest first, so that what hangs on something
 * goes before it. It is asked for over HTTP and done by the thread of the imports, a hundred rows a transaction; after an interruption it
 * goes on. */
#include "import.h"

enum { UNDO_BATCH = 100, KEPT_MAX = 200, KEPT_TEXT_MAX = 39000 };

struct undo {
	struct id import;
	struct external_row kept[KEPT_MAX];
	size_t kept_count, kept_before, left; /* before: when the batch began, as its body may run again */
	struct str error; /* at the end: why it could not be finished */
};

/* ---- asking ---- */

static enum err ask(struct tx *tx, void *arg)
{
	const struct id *import = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_import, *import, &was));
	if (row_is(was, IMPORT_STATE, "undoing"))
		return problem_set(tx->problem, E_CONFLICT, "It is being taken back already.");
	if (row_is(was, IMPORT_STATE, "queued") || row_is(was, IMPORT_STATE, "running"))
		return problem_set(tx->problem, E_CONFLICT, "It is still running.");
	if (row_int(was, IMPORT_DRY_RUN))
		return problem_set(tx->problem, E_CONFLICT, "A dry run made nothing.");
	is = row_copy(tx->arena, was);
	row_set_text(is, IMPORT_STATE, STR("undoing"));
	row_set_int(is, IMPORT_UNDO_DELETED, 0);
	is->v[IMPORT_UNDO_KEPT] = VALUE_NULL;
	is->v[IMPORT_ERROR] = VALUE_NULL;
	return store_update(tx, was, is, &is);
}

enum err import_undo_ask(const struct run *run, struct id import)
{
	return store_write(run, ask, &import);
}

/* ---- doing ---- */

static bool skipped(const struct undo *u, struct id id)
{
	for (size_t i = 0; i < u->kept_count; i++)
		if (id_eq(u->kept[i].row, id))
			return true;
	return false;
}

static enum err undo_one(struct tx *tx, struct undo *u, const struct external_row *x, size_t *deleted)
{
	struct row *row;
	enum err e = x->noun ? store_get(tx, x->noun, x->row, &row) : E_NOT_FOUND;
	if (e == E_NOT_FOUND)
		return store_external_forget(tx, x->row);
	TRY(e);
	if (row_int(row, F_SEQ_FIELD) > x->seq && row_int(row, F_VERSION_FIELD) > 1) {
		if (u->kept_count < KEPT_MAX)
			u->kept[u->kept_count++] = *x;
		return OK;
	}
	(*deleted)++;
	TRY(store_retract(tx, row));
	return store_external_forget(tx, x->row);
}

static enum err note_progress(struct tx *tx, const struct undo *u, size_t deleted)
{
	struct row *was, *is;
	TRY(store_get(tx, &noun_import, u->import, &was));
	is = row_copy(tx->arena, was);
	row_set_int(is, IMPORT_UNDO_DELETED, row_int(was, IMPORT_UNDO_DELETED) + (int64_t)deleted);
	return store_update(tx, was, is, &is);
}

static enum err undo_batch(struct tx *tx, void *arg)
{
	struct undo *u = arg;
	struct external_row rows[UNDO_BATCH + KEPT_MAX];
	size_t count, deleted = 0;
	u->kept_count = u->kept_before;
	u->left = 0;
	tx->action = NULL;
	TRY(store_external_of(tx, u->import, rows, UNDO_BATCH + u->kept_count, &count));
	for (size_t i = 0; i < count; i++) {
		if (skipped(u, rows[i].row))
			continue;
		u->left++;
		TRY(undo_one(tx, u, &rows[i], &deleted));
	}
	return u->left ? note_progress(tx, u, deleted) : OK;
}

static struct str kept_text(struct arena *a, const struct undo *u)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, KEPT_TEXT_MAX);
	jw_init(&o, &b);
	jw_open(&o, '[');
	for (size_t i = 0; i < u->kept_count; i++) {
		jw_open(&o, '{');
		jw_member_str(&o, "noun", str_from(u->kept[i].noun->name));
		jw_member_id(&o, "id", u->kept[i].row);
		jw_member_str(&o, "why", STR("Somebody changed it since."));
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	return buf_str(&b);
}

static enum err mark(struct tx *tx, void *arg)
{
	struct undo *u = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_import, u->import, &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, IMPORT_STATE, STR("done"));
	if (u->error.n) {
		row_set_text(is, IMPORT_ERROR, u->error);
		return store_update(tx, was, is, &is);
	}
	row_set_int(is, IMPORT_UNDONE, 1);
	row_set_text(is, IMPORT_UNDO_KEPT, kept_text(tx->arena, u));
	return store_update(tx, was, is, &is);
}

static enum err with_own_arena(const struct run *run, tx_body *body, struct undo *u)
{
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct run own = *run;
	own.arena = a;
	own.now = now();
	enum err e = store_write(&own, body, u);
	if (e != OK && body != mark) {
		struct str why = run->problem->detail.n ? run->problem->detail : str_from(err_info(e)->title);
		u->error = str_slice(str_fmt(run->arena, "It could not be taken back: " STR_FMT, STR_ARG(why)), 0, 500);
	}
	problem_init(run->problem, run->arena); /* a transaction ties it to its own arena */
	return e;
}

enum err import_undo(const struct run *run, const struct row *import, bool (*stopping)(void *arg), void *arg)
{
	struct undo *u = ARENA_NEW(run->arena, struct undo);
	enum err e = OK;
	u->import = row_id(import, F_ID_FIELD);
	do {
		if (stopping(arg))
			return E_BUSY;
		u->kept_before = u->kept_count;
		e = with_own_arena(run, undo_batch, u);
	} while (e == OK && u->left);
	enum err marked = with_own_arena(run, mark, u);
	return e == OK ? marked : e;
}
