/* import_undo.c - taking an import back: what it made and nobody touched since is deleted, newest first, so that what hangs on something
 * goes before it. */
#include "import.h"

enum { UNDO_BATCH = 100, KEPT_MAX = 200 };

struct undo {
	struct id import;
	struct external_row kept[KEPT_MAX];
	size_t kept_count, deleted, left;
};

static bool skipped(const struct undo *u, struct id id)
{
	for (size_t i = 0; i < u->kept_count; i++)
		if (id_eq(u->kept[i].row, id))
			return true;
	return false;
}

static enum err undo_one(struct tx *tx, struct undo *u, const struct external_row *x)
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
	u->deleted++;
	TRY(store_retract(tx, row));
	return store_external_forget(tx, x->row);
}

static enum err undo_batch(struct tx *tx, void *arg)
{
	struct undo *u = arg;
	struct external_row rows[UNDO_BATCH + KEPT_MAX];
	size_t count, kept = u->kept_count, deleted = u->deleted;
	u->left = 0;
	tx->action = NULL;
	TRY(store_external_of(tx, u->import, rows, UNDO_BATCH + u->kept_count, &count));
	for (size_t i = 0; i < count; i++) {
		if (skipped(u, rows[i].row))
			continue;
		u->left++;
		enum err e = undo_one(tx, u, &rows[i]);
		if (e != OK) { /* the body may run again: start from the same numbers */
			u->kept_count = kept;
			u->deleted = deleted;
			return e;
		}
	}
	return OK;
}

static enum err mark(struct tx *tx, void *arg)
{
	struct undo *u = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_import, u->import, &was));
	is = row_copy(tx->arena, was);
	row_set_int(is, IMPORT_UNDONE, 1);
	return store_update(tx, was, is, &is);
}

static enum err check(struct tx *tx, void *arg)
{
	struct undo *u = arg;
	struct row *row;
	TRY(store_get(tx, &noun_import, u->import, &row));
	if (row_is(row, IMPORT_STATE, "queued") || row_is(row, IMPORT_STATE, "running"))
		return problem_set(tx->problem, E_CONFLICT, "It is still running.");
	if (row_int(row, IMPORT_DRY_RUN))
		return problem_set(tx->problem, E_CONFLICT, "A dry run made nothing.");
	return OK;
}

enum err import_undo(struct run *run, struct id import, struct str *ret_json)
{
	struct undo *u = ARENA_NEW(run->arena, struct undo);
	struct run batch = *run;
	struct buf b;
	struct json_out o;
	u->import = import;
	TRY(store_read(run, check, u));
	do {
		with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
		batch.arena = a;
		batch.now = now();
		TRY(store_write(&batch, undo_batch, u));
	} while (u->left);
	TRY(store_write(run, mark, u));
	buf_init(&b, run->arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_int(&o, "deleted", (int64_t)u->deleted);
	jw_key(&o, "kept");
	jw_open(&o, '[');
	for (size_t i = 0; i < u->kept_count; i++) {
		jw_open(&o, '{');
		jw_member_str(&o, "noun", str_from(u->kept[i].noun->name));
		jw_member_id(&o, "id", u->kept[i].row);
		jw_member_str(&o, "why", STR("Somebody changed it since."));
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	*ret_json = buf_str(&b);
	return OK;
}
