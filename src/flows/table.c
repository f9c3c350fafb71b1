#include "table.h"

#include "csv.h"
#include "money.h"

#include <stdlib.h>
#include <string.h>

void table_init(struct table *t, struct arena *a, const struct column *columns, size_t count)
{
	*t = (struct table){ .arena = a, .columns = columns, .column_count = count };
}

static void grow(struct table *t)
{
	size_t room = t->room ? 2 * t->room : 64;
	struct value *cells = ARENA_ARRAY(t->arena, struct value, room * t->column_count);
	if (t->row_count)
		memcpy(cells, t->cells, t->row_count * t->column_count * sizeof(*cells));
	t->cells = cells;
	t->room = room;
}

enum err table_add(struct table *t, const struct value *cells)
{
	if (t->row_count == TABLE_ROWS_MAX)
		return E_TOO_LARGE;
	if (t->row_count == t->room)
		grow(t);
	struct value *to = t->cells + t->row_count++ * t->column_count;
	for (size_t i = 0; i < t->column_count; i++) {
		to[i] = cells[i];
		if (cells[i].kind == V_TEXT)
			to[i].s = str_dup(t->arena, cells[i].s);
		if (t->columns[i].total && cells[i].kind == V_INT)
			t->totals[i] += cells[i].i;
	}
	return OK;
}

enum err table_names(struct tx *tx, struct table *t, int id, int name, const struct noun *noun, int label, struct id **ret_ids, size_t *ret_count)
{
	struct id *ids = ARENA_ARRAY(tx->arena, struct id, t->row_count + 1);
	struct row **rows = ARENA_ARRAY(tx->arena, struct row *, t->row_count + 1);
	struct field_set only = { 0 };
	size_t found = 0;
	set_add(&only, label);
	for (size_t i = 0; i < t->row_count; i++) {
		const struct value *v = &t->cells[i * t->column_count + (size_t)id];
		ids[i] = v->kind == V_ID ? v->id : (struct id){ { 0 } };
	}
	TRY(store_get_each(tx, noun, ids, t->row_count, only, rows));
	for (size_t i = 0; i < t->row_count; i++) {
		if (!rows[i])
			continue;
		t->cells[i * t->column_count + (size_t)name] = rows[i]->v[label].kind == V_TEXT ? VALUE_TEXT(str_dup(t->arena, row_text(rows[i], label))) : VALUE_NULL;
		ids[found++] = ids[i];
	}
	*ret_ids = ids;
	*ret_count = found;
	return OK;
}

struct sorting {
	size_t column, width;
	bool descending;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	const struct value *x = (const struct value *)a + s->column, *y = (const struct value *)b + s->column;
	int sign = x->kind == V_TEXT && y->kind == V_TEXT ? str_cmp(x->s, y->s) : (x->i > y->i) - (x->i < y->i);
	return s->descending ? -sign : sign;
}

void table_sort(struct table *t, int column, bool descending)
{
	struct sorting s = { (size_t)column, t->column_count, descending };
	if (t->row_count)
		qsort_r(t->cells, t->row_count, t->column_count * sizeof(*t->cells), compare, &s);
}

/* ---- JSON ---- */

static const char *const kind_names[] = { "text", "id", "int", "money", "qty", "bp", "date", "time" };

static void write_value(struct arena *a, struct json_out *o, const struct column *c, const struct value *v)
{
	if (v->kind == V_NULL)
		jw_null(o);
	else if (v->kind == V_ID)
		jw_id(o, v->id);
	else if (v->kind == V_TEXT)
		jw_str(o, v->s);
	else if (c->kind == COLUMN_DATE)
		jw_str(o, day_str(a, (struct day){ (int32_t)v->i }));
	else if (c->kind == COLUMN_TIME)
		jw_instant(o, (struct instant){ v->i });
	else
		jw_int(o, v->i);
}

void table_json(const struct table *t, struct json_out *o)
{
	jw_key(o, "columns");
	jw_open(o, '[');
	for (size_t i = 0; i < t->column_count; i++) {
		jw_open(o, '{');
		jw_member_str(o, "name", str_from(t->columns[i].name));
		jw_member_str(o, "type", str_from(kind_names[t->columns[i].kind]));
		jw_close(o, '}');
	}
	jw_close(o, ']');
	jw_key(o, "items");
	jw_open(o, '[');
	for (size_t r = 0; r < t->row_count; r++) {
		jw_open(o, '{');
		for (size_t i = 0; i < t->column_count; i++) {
			jw_key(o, t->columns[i].name);
			write_value(t->arena, o, &t->columns[i], &t->cells[r * t->column_count + i]);
		}
		jw_close(o, '}');
	}
	jw_close(o, ']');
	jw_key(o, "totals");
	jw_open(o, '{');
	for (size_t i = 0; i < t->column_count; i++)
		if (t->columns[i].total)
			jw_member_int(o, t->columns[i].name, t->totals[i]);
	jw_close(o, '}');
}

/* ---- CSV ---- */

static struct str cell_text(struct arena *a, const struct column *c, const struct value *v)
{
	if (v->kind == V_NULL)
		return STR("");
	if (v->kind == V_ID)
		return id_str(a, v->id);
	if (v->kind == V_TEXT)
		return v->s;
	switch (c->kind) {
	case COLUMN_MONEY:
		return str_fmt(a, "%s%lld.%02lld", v->i < 0 ? "-" : "", llabs((long long)v->i) / 100, llabs((long long)v->i) % 100);
	case COLUMN_QTY:
		return str_fmt(a, "%s%lld.%03lld", v->i < 0 ? "-" : "", llabs((long long)v->i) / 1000, llabs((long long)v->i) % 1000);
	case COLUMN_BP:
		return str_fmt(a, "%lld.%02lld", (long long)v->i / 100, (long long)v->i % 100);
	case COLUMN_DATE:
		return day_str(a, (struct day){ (int32_t)v->i });
	case COLUMN_TIME:
		return instant_str(a, (struct instant){ v->i });
	case COLUMN_TEXT:
	case COLUMN_ID:
	case COLUMN_INT:
		break;
	}
	return str_fmt(a, "%lld", (long long)v->i);
}

struct str table_csv(const struct table *t)
{
	struct buf b;
	buf_init(&b, t->arena, RESPONSE_MAX);
	for (size_t i = 0; i < t->column_count; i++)
		buf_fmt(&b, "%s%s", i ? "," : "", t->columns[i].name);
	buf_addz(&b, "\r\n");
	for (size_t r = 0; r < t->row_count; r++) {
		for (size_t i = 0; i < t->column_count; i++) {
			if (i)
				buf_char(&b, ',');
			const struct value *v = &t->cells[r * t->column_count + i];
			csv_cell(&b, cell_text(t->arena, &t->columns[i], v), v->kind == V_TEXT);
		}
		buf_addz(&b, "\r\n");
	}
	for (size_t i = 0; i < t->column_count; i++) {
		struct value total = t->columns[i].total ? VALUE_INT(t->totals[i]) : i == 0 ? VALUE_TEXT(STR("Total")) : VALUE_NULL;
		if (i)
			buf_char(&b, ',');
		csv_cell(&b, cell_text(t->arena, &t->columns[i], &total), false);
	}
	buf_addz(&b, "\r\n");
	return b.over ? STR("") : buf_str(&b);
}
