/* rows.c - reading and writing one row of any noun. */
#include "tx.h"

#include <string.h>

struct sql_val field_sql(const struct field *f, struct value v)
{
	switch (v.kind) {
	case V_NULL:
		return SQL_VNULL;
	case V_INT:
		return SQL_VINT(v.i);
	case V_TEXT:
		return f->type == F_BYTES ? SQL_VBLOB(v.s) : SQL_VTEXT(v.s);
	case V_ID:
		return SQL_VID(v.id);
	}
	return SQL_VNULL;
}

static void fields_add(struct buf *b, const struct noun *noun, struct field_set only)
{
	for (size_t i = 0; i < noun->field_count; i++) {
		if (!set_has(only, (int)i))
			continue;
		buf_addz(b, "t.");
		buf_addz(b, noun->fields[i].name);
		buf_addz(b, ", ");
	}
}

void columns_add(struct buf *b, const struct noun *noun, struct field_set only)
{
	fields_add(b, noun, only);
	if (noun->subject == SUBJECT_NONE)
		buf_addz(b, "NULL");
	else
		buf_fmt(b, "(SELECT s.%s FROM subject_v s WHERE s.tenant_id = ?1 AND s.id = t.subject_id)", key_column(noun));
}

static struct seal_place place_of(const struct tx *tx, const struct row *row, const struct field *f)
{
	return (struct seal_place){
		.tenant = tx->tenant,
		.noun = row->noun->tag,
		.field = f->tag,
		.row = row_id(row, F_ID_FIELD),
		.person = row_id(row, F_SUBJECT_FIELD),
	};
}

static enum err open_value(struct tx *tx, struct row *row, const struct key *key, size_t i, struct str sealed)
{
	struct str plain;
	struct seal_place place = place_of(tx, row, &row->noun->fields[i]);
	enum err e = seal_open(tx->arena, key, &place, sealed, &plain);
	if (e != OK)
		problem_log(tx->problem, "%s.%s does not open", row->noun->name, row->noun->fields[i].name);
	else
		row->v[i] = VALUE_TEXT(plain);
	return e;
}

static struct value clear_value(const struct field *f, const struct sql_val *v)
{
	if (v->kind == SQL_NULL)
		return VALUE_NULL;
	if (f->type == F_ID || f->type == F_REF)
		return v->kind == SQL_ID ? VALUE_ID(v->id) : VALUE_NULL;
	if (v->kind == SQL_INT)
		return VALUE_INT(v->i);
	if (v->kind == SQL_ID) /* 16 bytes of a column of bytes */
		return VALUE_TEXT(((struct str){ (const char *)v->id.b, 16 }));
	return VALUE_TEXT(v->s);
}

enum err row_load(struct tx *tx, const struct noun *noun, const struct sql_result *r, size_t at, struct field_set only,
                  struct field_set open, struct row **ret)
{
	struct row *row = row_new(tx->arena, noun);
	struct key key;
	size_t sealed[FIELDS_MAX], column_of[FIELDS_MAX], count = 0, column = 0;
	for (size_t i = 0; i < noun->field_count; i++) {
		if (!set_has(only, (int)i))
			continue;
		if (!field_sealed(&noun->fields[i])) {
			row->v[i] = clear_value(&noun->fields[i], sql_cell(r, at, column));
		} else if (set_has(open, (int)i) && !sql_is_null(r, at, column)) {
			sealed[count] = i;
			column_of[count++] = column;
		}
		column++;
	}
	/* What a sealed value is bound to is known now. */
	row->key_id = sql_id(r, at, column);
	if (noun->record)
		; /* what is kept of keys is of living ones */
	else if (noun->subject != SUBJECT_NONE && id_is_zero(row->key_id))
		row->key_id = tx_live_key(tx, row_id(row, F_SUBJECT_FIELD));
	else if (noun->subject != SUBJECT_NONE)
		tx_keep_key(tx, row_id(row, F_SUBJECT_FIELD), row->key_id);
	enum err e = count ? tx_person_key(tx, row->key_id, &key) : OK;
	row->erased = e == E_ERASED;
	*ret = row;
	if (!count || row->erased)
		return OK;
	for (size_t k = 0; k < count && e == OK; k++)
		e = open_value(tx, row, &key, sealed[k], sql_blob(r, at, column_of[k]));
	key_wipe(&key);
	return e;
}

static const char column_id[] = "id";

/* The columns of `only`, of the living row with that value; of several the oldest. */
static const char *text_of_one(struct tx *tx, const struct noun *noun, const char *column, struct field_set only)
{
	const char *text = tx_composed(tx, noun, column, only.bits);
	if (text)
		return text;
	struct buf b;
	buf_init(&b, tx->arena, 1600);
	buf_addz(&b, "SELECT ");
	columns_add(&b, noun, only);
	buf_fmt(&b, " FROM %s_v t WHERE t.tenant_id = ?1 AND t.%s = ?2", noun->name, column);
	buf_addz(&b, column == column_id ? ALIVE_BY_ID : " AND t.deleted_at IS NULL ORDER BY t.id LIMIT 1");
	return tx_compose(tx, noun, column, only.bits, buf_str(&b));
}

static enum err select_one(struct tx *tx, const struct noun *noun, const char *column, struct sql_val value, struct field_set only,
                           struct field_set open, struct row **ret)
{
	struct sql_result r;
	set_add(&only, F_ID_FIELD);
	set_add(&only, F_SUBJECT_FIELD);
	TRY(SQL_RUN(tx->sql, text_of_one(tx, noun, column, only), &r, SQL_VINT(tx->tenant), value));
	if (r.rows == 0)
		return E_NOT_FOUND;
	TRY(row_load(tx, noun, &r, 0, only, open, ret));
	if (only.bits == set_all.bits)
		tx_see(tx, *ret);
	return OK;
}

enum err row_by_id(struct tx *tx, const struct noun *noun, struct id id, struct field_set open, struct row **ret)
{
	return select_one(tx, noun, column_id, SQL_VID(id), set_all, open, ret);
}

enum err store_get(struct tx *tx, const struct noun *noun, struct id id, struct row **ret)
{
	return select_one(tx, noun, column_id, SQL_VID(id), set_all, set_all, ret);
}

void rows_each_add(struct buf *b, const struct noun *noun, size_t count, struct field_set only, bool keyed)
{
	buf_addz(b, "SELECT ");
	if (keyed)
		columns_add(b, noun, only);
	else
		fields_add(b, noun, only);
	buf_fmt(b, "%s FROM %s_v t WHERE t.tenant_id = ?1 AND t.id IN (", keyed ? "" : "NULL", noun->name);
	for (size_t i = 0; i < count; i++)
		buf_fmt(b, "%s?%zu", i ? ", " : "", i + 2);
	buf_addz(b, ")" ALIVE_BY_ID);
}

static const char *text_of_each(struct tx *tx, const struct noun *noun, size_t count, struct field_set only, bool keyed)
{
	static const char words[2][32] = { "each", "each, keyed" }; /* told by its address: one for each count */
	const char *what = &words[keyed][count % sizeof(words[0])];
	const char *text = tx_composed(tx, noun, what, only.bits);
	if (text)
		return text;
	struct buf b;
	buf_init(&b, tx->arena, 2000);
	rows_each_add(&b, noun, count, only, keyed);
	return tx_compose(tx, noun, what, only.bits, buf_str(&b));
}

static enum err load_into_place(struct tx *tx, const struct noun *noun, const struct sql_result *r, size_t at, struct field_set only,
                                const struct id *ids, size_t count, struct row **rows)
{
	struct row *row;
	TRY(row_load(tx, noun, r, at, only, only, &row));
	for (size_t k = 0; k < count; k++)
		if (id_eq(ids[k], row_id(row, F_ID_FIELD)))
			rows[k] = row;
	return OK;
}

/* Few lengths, so that there are few texts; what is left over asks for its last row more than once. */
static enum err get_some(struct tx *tx, const struct noun *noun, const struct id *ids, size_t count, struct field_set only, bool keyed,
                         struct row **rows)
{
	struct sql_val args[1 + 32] = { SQL_VINT(tx->tenant) };
	for (size_t done = 0, n, length; done < count; done += n) {
		struct sql_result r;
		length = count - done > 16 ? 32 : count - done > 1 ? 8 : 1;
		n = count - done < length ? count - done : length;
		for (size_t i = 0; i < length; i++)
			args[1 + i] = SQL_VID(ids[done + (i < n ? i : n - 1)]);
		TRY(sql_run(tx->sql, text_of_each(tx, noun, length, only, keyed), args, 1 + length, &r));
		for (size_t i = 0; i < r.rows; i++)
			TRY(load_into_place(tx, noun, &r, i, only, ids + done, n, rows + done));
	}
	return OK;
}

/* Rows that are a person whose key is known, as the rows that led to them were about the same, are read without looking for it again:
 * they come first. Returns how many those are. */
static size_t known_first(const struct tx *tx, const struct noun *noun, const struct id *ids, size_t count, size_t *order)
{
	size_t n = 0, at;
	for (size_t i = 0; i < count && noun->subject == SUBJECT_SELF; i++)
		if (!id_is_zero(tx_live_key(tx, ids[i])))
			order[n++] = i;
	at = n;
	for (size_t i = 0, k = 0; i < count; i++)
		if (k < n && order[k] == i)
			k++;
		else
			order[at++] = i;
	return n;
}

enum err store_get_each(struct tx *tx, const struct noun *noun, const struct id *ids, size_t count, struct field_set only, struct row **rows)
{
	size_t *order = ARENA_ARRAY(tx->arena, size_t, count + 1), known = known_first(tx, noun, ids, count, order);
	struct id *sorted = ARENA_ARRAY(tx->arena, struct id, count + 1);
	struct row **found = ARENA_ARRAY(tx->arena, struct row *, count + 1);
	set_add(&only, F_ID_FIELD);
	set_add(&only, F_SUBJECT_FIELD);
	for (size_t i = 0; i < count; i++)
		sorted[i] = ids[order[i]];
	TRY(get_some(tx, noun, sorted, known, only, false, found));
	TRY(get_some(tx, noun, sorted + known, count - known, only, true, found + known));
	for (size_t i = 0; i < count; i++)
		rows[order[i]] = found[i];
	return OK;
}

enum err store_find(struct tx *tx, const struct noun *noun, int field, struct value v, struct row **ret)
{
	const struct field *f = &noun->fields[field];
	return select_one(tx, noun, f->name, field_sql(f, v), set_all, set_all, ret);
}

enum err store_find_only(struct tx *tx, const struct noun *noun, int field, struct value v, struct field_set only, struct row **ret)
{
	const struct field *f = &noun->fields[field];
	return select_one(tx, noun, f->name, field_sql(f, v), only, only, ret);
}

enum err store_children(struct tx *tx, const struct noun *noun, int field, struct id id, struct row ***ret, size_t *ret_count)
{
	struct buf b;
	struct sql_result r;
	buf_init(&b, tx->arena, 4000);
	buf_addz(&b, "SELECT ");
	columns_add(&b, noun, set_all);
	buf_fmt(&b, " FROM %s_v t WHERE t.tenant_id = ?1 AND t.%s = ?2 AND t.deleted_at IS NULL ORDER BY t.created_at, t.id LIMIT %d",
	        noun->name, noun->fields[field].name, RESULT_ROWS_MAX - 1);
	TRY(SQL_RUN(tx->sql, statement(tx->store, buf_str(&b)), &r, SQL_VINT(tx->tenant), SQL_VID(id)));
	struct row **rows = ARENA_ARRAY(tx->arena, struct row *, r.rows + 1);
	for (size_t i = 0; i < r.rows; i++)
		TRY(row_load(tx, noun, &r, i, set_all, set_all, &rows[i]));
	*ret = rows;
	*ret_count = r.rows;
	return OK;
}

/* Every reference must point to a living row of this tenant; the foreign key cannot tell a deleted one. */
static enum err check_references(struct tx *tx, const struct row *was, const struct row *is)
{
	const struct noun *n = is->noun;
	for (size_t i = F_COMMON_FIELDS; i < n->field_count; i++) {
		const struct field *f = &n->fields[i];
		if (f->type != F_REF || f->ref->system != n->system || is->v[i].kind == V_NULL || (was && value_eq(was->v[i], is->v[i])) ||
		    tx_seen(tx, f->ref, is->v[i].id))
			continue;
		struct buf b;
		struct sql_result r;
		buf_init(&b, tx->arena, 200);
		buf_fmt(&b, "SELECT 1 FROM %s_v t WHERE t.tenant_id = ?1 AND t.id = ?2" ALIVE_BY_ID, f->ref->name);
		TRY(SQL_RUN(tx->sql, statement(tx->store, buf_str(&b)), &r, SQL_VINT(tx->tenant), SQL_VID(is->v[i].id)));
		if (r.rows == 0)
			problem_fault(tx->problem, problem_field(tx->problem, f->name), "reference", "There is no such %s.", f->ref->name);
	}
	return problem_done(tx->problem);
}

static enum err check_required(struct tx *tx, const struct row *is)
{
	for (size_t i = F_COMMON_FIELDS; i < is->noun->field_count; i++) {
		const struct field *f = &is->noun->fields[i];
		if (f->flags & REQUIRED && is->v[i].kind == V_NULL)
			problem_fault(tx->problem, problem_field(tx->problem, f->name), "required", "This is needed.");
	}
	return problem_done(tx->problem);
}

/* The bound form of one field: sealed where it is personal. */
static enum err bind_field(struct tx *tx, const struct row *row, size_t i, struct sql_val *ret)
{
	const struct field *f = &row->noun->fields[i];
	struct key key;
	if (!field_sealed(f) || row->v[i].kind == V_NULL) {
		*ret = field_sql(f, row->v[i]);
		return OK;
	}
	TRY(tx_person_key(tx, row->key_id, &key));
	struct seal_place place = place_of(tx, row, f);
	*ret = SQL_VBLOB(seal(tx->arena, &key, 1, &place, row->v[i].s));
	return OK;
}

/* Names the field whose unique index refused. */
static enum err explain(struct tx *tx, const struct noun *noun, enum err e)
{
	struct str name = str_from(sql_constraint(tx->sql));
	if (e != E_UNIQUE && e != E_REFERENCE)
		return e;
	for (size_t i = 0; i < noun->field_count; i++) {
		const struct field *f = &noun->fields[i];
		bool candidate = e == E_UNIQUE ? (f->flags & UNIQUE) != 0 : f->type == F_REF;
		if (!candidate || !strstr(str_z(tx->arena, name), f->name))
			continue;
		problem_fault(tx->problem, problem_field(tx->problem, f->name), e == E_UNIQUE ? "unique" : "reference",
		              e == E_UNIQUE ? "Another %s has this already." : "What this %s refers to does not exist.", noun->name);
		break;
	}
	return problem_set(tx->problem, e, e == E_UNIQUE ? "This exists already." : "Something that this refers to does not exist.");
}

static const char *text_of_insert(struct tx *tx, const struct noun *n)
{
	static const char what[] = "insert";
	const char *text = tx_composed(tx, n, what, 0);
	if (text)
		return text;
	struct buf b;
	buf_init(&b, tx->arena, 8000);
	buf_fmt(&b, "INSERT INTO %s (tenant_id", n->name);
	for (size_t i = 0; i < n->field_count; i++)
		buf_fmt(&b, ", %s", n->fields[i].name);
	buf_addz(&b, ") VALUES (?1");
	for (size_t i = 0; i < n->field_count; i++)
		buf_fmt(&b, ", ?%zu", i + 2);
	buf_addz(&b, ")");
	return tx_compose(tx, n, what, 0, buf_str(&b));
}

static enum err insert_row(struct tx *tx, const struct row *row)
{
	const struct noun *n = row->noun;
	struct sql_val args[FIELDS_MAX + 1] = { SQL_VINT(tx->tenant) };
	struct sql_result r;
	for (size_t i = 0; i < n->field_count; i++)
		TRY(bind_field(tx, row, i, &args[i + 1]));
	return explain(tx, n, sql_run(tx->sql, text_of_insert(tx, n), args, n->field_count + 1, &r));
}

static enum err count_row(struct tx *tx)
{
	if (++tx->rows_written > ROWS_PER_WRITE_MAX)
		return problem_set(tx->problem, E_TOO_LARGE, "More than %d rows in one act.", ROWS_PER_WRITE_MAX);
	return tx_counter(tx);
}

static void stamp(struct tx *tx, struct row *row, bool created)
{
	row_set_int(row, F_SEQ_FIELD, tx->seq);
	row_set_int(row, F_UPDATED_AT_FIELD, tx->now.ms);
	row->v[F_UPDATED_BY_FIELD] = id_is_zero(tx->who->id) ? VALUE_NULL : VALUE_ID(tx->who->id);
	if (!created)
		return;
	row->v[F_CREATED_AT_FIELD] = row->v[F_UPDATED_AT_FIELD];
	row->v[F_CREATED_BY_FIELD] = row->v[F_UPDATED_BY_FIELD];
}

static enum err bind_subject(struct tx *tx, struct row *row)
{
	struct id subject;
	TRY(subject_of(tx, row->noun, row, &subject, &row->key_id));
	row->v[F_SUBJECT_FIELD] = id_is_zero(subject) ? VALUE_NULL : VALUE_ID(subject);
	return OK;
}

enum err store_insert(struct tx *tx, const struct row *given, struct row **ret)
{
	const struct noun *n = given->noun;
	struct row *row = row_copy(tx->arena, given);
	struct write w = { tx, n, NULL, row };
	if (row_is_null(row, F_ID_FIELD))
		row_set_id(row, F_ID_FIELD, id_new(tx->now.ms));
	row_defaults(tx->arena, row);
	row_set_int(row, F_VERSION_FIELD, 1);
	if (n->before_write)
		TRY(n->before_write(&w));
	TRY(check_required(tx, row));
	TRY(check_references(tx, NULL, row));
	TRY(bind_subject(tx, row));
	TRY(count_row(tx));
	stamp(tx, row, true);
	row_set_text(row, F_FV_FIELD, STR("{}"));
	TRY(insert_row(tx, row));
	TRY(terms_write(tx, NULL, row));
	TRY(audit_row(tx, NULL, row));
	tx_see(tx, row);
	if (n->after_write)
		TRY(n->after_write(&w));
	*ret = row;
	return OK;
}

/* fv with the changed fields at this seq. */
static enum err stamp_fields(struct tx *tx, const struct row *was, struct row *is, struct field_set changed)
{
	json_error_t e;
	struct str text = row_text(was, F_FV_FIELD);
	json_t *fv = json_loadb(text.p, text.n, 0, &e);
	if (!json_is_object(fv)) {
		json_decref(fv);
		return E_CORRUPT;
	}
	for (size_t i = 0; i < is->noun->field_count; i++)
		if (set_has(changed, (int)i))
			json_object_set_new(fv, is->noun->fields[i].name, json_integer(tx->seq));
	row_set_text(is, F_FV_FIELD, json_canonical(tx->arena, fv));
	json_decref(fv);
	return OK;
}

static const int stamped[] = { F_VERSION_FIELD, F_SEQ_FIELD, F_FV_FIELD, F_UPDATED_AT_FIELD, F_UPDATED_BY_FIELD, F_DELETED_AT_FIELD };

/* Writes the changed columns, if the row is still of the version that was read. */
static enum err update_row(struct tx *tx, const struct row *was, const struct row *is, struct field_set changed)
{
	const struct noun *n = is->noun;
	struct sql_val args[FIELDS_MAX + 4] = { SQL_VINT(tx->tenant), SQL_VID(row_id(was, F_ID_FIELD)),
		                                SQL_VINT(row_int(was, F_VERSION_FIELD)) };
	size_t count = 3;
	struct sql_result r;
	struct buf b;
	for (size_t i = 0; i < ARRAY_LEN(stamped); i++)
		set_add(&changed, stamped[i]);
	buf_init(&b, tx->arena, 8000);
	buf_fmt(&b, "UPDATE %s SET ", n->name);
	for (size_t i = 0; i < n->field_count; i++) {
		if (!set_has(changed, (int)i))
			continue;
		TRY(bind_field(tx, is, i, &args[count]));
		buf_fmt(&b, "%s%s = ?%zu", count == 3 ? "" : ", ", n->fields[i].name, count + 1);
		count++;
	}
	buf_addz(&b, " WHERE tenant_id = ?1 AND id = ?2 AND version = ?3");
	TRY(explain(tx, n, sql_run(tx->sql, statement(tx->store, buf_str(&b)), args, count, &r)));
	tx->raced |= r.changed != 1;
	return r.changed == 1 ? OK : E_VERSION;
}

static enum err write_change(struct tx *tx, const struct row *was, struct row *is, struct field_set changed)
{
	TRY(count_row(tx));
	row_set_int(is, F_VERSION_FIELD, row_int(was, F_VERSION_FIELD) + 1);
	stamp(tx, is, false);
	TRY(stamp_fields(tx, was, is, changed));
	TRY(update_row(tx, was, is, changed));
	TRY(terms_write(tx, was, is));
	return audit_row(tx, was, is);
}

enum err store_update(struct tx *tx, const struct row *was, const struct row *given, struct row **ret)
{
	const struct noun *n = was->noun;
	struct row *is = row_copy(tx->arena, given);
	struct write w = { tx, n, was, is };
	struct field_set changed = row_diff(was, is);
	if (!changed.bits) {
		*ret = is;
		return OK;
	}
	if (was->erased)
		return problem_set(tx->problem, E_ERASED, "The person whom this is about was erased.");
	if (n->before_write)
		TRY(n->before_write(&w));
	changed = row_diff(was, is);
	TRY(check_required(tx, is));
	TRY(check_references(tx, was, is));
	struct id subject = row_id(was, F_SUBJECT_FIELD);
	if (n->subject == SUBJECT_FIELD)
		TRY(bind_subject(tx, is));
	if (!id_eq(subject, row_id(is, F_SUBJECT_FIELD))) {
		tx_forget(tx);
		/* The row became another person's: everything sealed in it is sealed again under his key. */
		set_add(&changed, F_SUBJECT_FIELD);
		for (size_t i = 0; i < n->field_count; i++)
			if (field_sealed(&n->fields[i]))
				set_add(&changed, (int)i);
	}
	TRY(write_change(tx, was, is, changed));
	if (n->after_write)
		TRY(n->after_write(&w));
	*ret = is;
	return OK;
}

/* What goes with a row: the rows that were made for it and cannot belong to another (their reference is set once or by the server). */
struct removal {
	struct row **rows;
	size_t count;
};

static bool is_part(const struct field *f)
{
	return f->flags & (ONCE | READONLY);
}

static enum err add_referring(struct tx *tx, struct removal *r, const struct noun *noun, int field, const struct row *target)
{
	struct row **rows;
	size_t count;
	TRY(store_children(tx, noun, field, row_id(target, F_ID_FIELD), &rows, &count));
	if (count && !is_part(&noun->fields[field]))
		return problem_set(tx->problem, E_CONFLICT, "This is still referred to by %s (%zu). Make it inactive instead.", noun->plural, count);
	for (size_t i = 0; i < count; i++) {
		if (r->count == ROWS_PER_WRITE_MAX)
			return problem_set(tx->problem, E_TOO_LARGE, "More than %d rows hang on this.", ROWS_PER_WRITE_MAX);
		bool known = false;
		for (size_t k = 0; k < r->count && !known; k++)
			known = id_eq(row_id(r->rows[k], F_ID_FIELD), row_id(rows[i], F_ID_FIELD));
		if (!known)
			r->rows[r->count++] = rows[i];
	}
	return OK;
}

static enum err add_parts(struct tx *tx, struct removal *r, const struct row *target)
{
	for (const struct noun *const *n = store_catalogue(tx->store)->nouns; *n; n++)
		for (size_t i = F_COMMON_FIELDS; i < (*n)->field_count; i++)
			if ((*n)->fields[i].ref == target->noun && (*n)->system == target->noun->system)
				TRY(add_referring(tx, r, *n, (int)i, target));
	return OK;
}

/* The noun's own rules have a say in it: what was issued stays. */
static enum err may_go(struct tx *tx, const struct row *was)
{
	struct row *is = row_copy(tx->arena, was);
	struct write w = { tx, was->noun, was, is };
	row_set_int(is, F_DELETED_AT_FIELD, tx->now.ms);
	return was->noun->before_write && !was->erased ? was->noun->before_write(&w) : OK;
}

enum err store_delete(struct tx *tx, const struct row *was)
{
	struct removal r = { .rows = ARENA_ARRAY(tx->arena, struct row *, ROWS_PER_WRITE_MAX) };
	if (was->noun->no_delete)
		return problem_set(tx->problem, E_CONFLICT, "This is never deleted; make it inactive instead.");
	TRY(may_go(tx, was));
	TRY(add_parts(tx, &r, was));
	for (size_t i = 0; i < r.count; i++)
		TRY(add_parts(tx, &r, r.rows[i]));
	for (size_t i = r.count; i > 0; i--) {
		TRY(may_go(tx, r.rows[i - 1]));
		TRY(store_retract(tx, r.rows[i - 1]));
	}
	return store_retract(tx, was);
}

enum err store_retract(struct tx *tx, const struct row *was)
{
	struct row *is = row_copy(tx->arena, was);
	struct write w = { tx, was->noun, was, is };
	row_set_int(is, F_DELETED_AT_FIELD, tx->now.ms);
	tx_forget(tx);
	TRY(write_change(tx, was, is, (struct field_set){ 0 }));
	if (was->noun->after_write)
		TRY(was->noun->after_write(&w));
	return OK;
}
