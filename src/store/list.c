/* list.c - pages of rows: keyset cursors over declared orders, filters, search words, "only mine".
 *
 * Two ways to a page. The walk follows one index from the cursor; where filters are left over it looks at no more than LIST_WALK_MAX
 * rows, and a page may then be short and still have a next. Candidates are used where the rows come from somewhere else (search
 * hits, rows that somebody owns, an order over a sealed field): their sort values are fetched, filtered and sorted in memory, and only
 * the rows of the page are opened. */
#include "store_private.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* Where a page ended: the sort value and the id of its last row. */
struct key_at {
	bool set;
	struct value by;
	struct id id;
};

struct listing {
	struct tx *tx;
	const struct query *q;
	const struct noun *noun;
	struct order order;
	const struct filter *prefix; /* the filter that the index serves, or NULL */
	struct key_at from;
	struct page *page;
};

/* ---- cursors ---- */

static struct seal_place cursor_place(const struct listing *l)
{
	return (struct seal_place){ .tenant = l->tx->tenant, .noun = l->noun->tag, .field = 0xfffe };
}

static enum err cursor_make(struct listing *l, const struct row *last, struct str *ret)
{
	struct key key;
	struct buf b;
	struct value by = last->v[l->order.by];
	TRY(tx_tenant_key(l->tx, KEY_CURSOR, &key));
	buf_init(&b, l->tx->arena, CURSOR_MAX);
	buf_fmt(&b, "%d %d ", l->order.by, (int)l->q->ascending);
	struct id id = row_id(last, F_ID_FIELD);
	buf_add(&b, (struct str){ (const char *)id.b, 16 });
	if (by.kind == V_INT)
		buf_u64be(&b, (uint64_t)by.i);
	else if (by.kind == V_TEXT)
		buf_add(&b, str_slice(by.s, 0, 200));
	struct seal_place place = cursor_place(l);
	struct str sealed = seal(l->tx->arena, &key, 1, &place, buf_str(&b));
	*ret = str_base64url(l->tx->arena, sealed.p, sealed.n);
	return OK;
}

static enum err bad_cursor(struct listing *l)
{
	problem_fault(l->tx->problem, STR("/cursor"), "format", "This cursor is not of this list.");
	return problem_done(l->tx->problem);
}

static enum err cursor_read(struct listing *l)
{
	struct key key;
	struct str sealed, plain, rest;
	int64_t by, ascending;
	if (!l->q->cursor.n)
		return OK;
	TRY(tx_tenant_key(l->tx, KEY_CURSOR, &key));
	struct seal_place place = cursor_place(l);
	if (l->q->cursor.n > CURSOR_MAX * 2 || str_unbase64url(l->tx->arena, l->q->cursor, &sealed) != OK ||
	    seal_open(l->tx->arena, &key, &place, sealed, &plain) != OK)
		return bad_cursor(l);
	if (str_to_i64(str_cut(plain, ' ', &rest), &by) != OK || str_to_i64(str_cut(rest, ' ', &rest), &ascending) != OK ||
	    rest.n < 16 || by != l->order.by || ascending != l->q->ascending)
		return bad_cursor(l);
	memcpy(l->from.id.b, rest.p, 16);
	rest = str_slice(rest, 16, rest.n);
	l->from.set = true;
	if (field_is_text(&l->noun->fields[l->order.by])) {
		l->from.by = VALUE_TEXT(rest);
		return OK;
	}
	uint64_t v = 0;
	for (size_t i = 0; i < 8 && i < rest.n; i++)
		v = v << 8 | (unsigned char)rest.p[i];
	l->from.by = VALUE_INT((int64_t)v);
	return OK;
}

/* ---- choosing the order ---- */

static const struct filter *equality_on(const struct query *q, int field)
{
	for (size_t i = 0; i < q->filter_count; i++)
		if (q->filters[i].field == field && !q->filters[i].range && q->filters[i].count == 1)
			return &q->filters[i];
	return NULL;
}

static enum err refuse_order(struct listing *l, int by)
{
	struct buf b;
	buf_init(&b, l->tx->arena, 1000);
	for (const struct order *o = l->noun->orders; o->by != -2; o++)
		if (o->where < 0)
			buf_fmt(&b, "%s%s", b.n ? ", " : "", l->noun->fields[o->by].name);
	problem_fault(l->tx->problem, STR("/sort"), "choice", "%s cannot be sorted by %s. Possible: " STR_FMT ".", l->noun->plural,
	              l->noun->fields[by].name, STR_ARG(buf_str(&b)));
	return problem_done(l->tx->problem);
}

/* An order with this sort key and, if possible, a filter as its prefix. */
static enum err choose_order(struct listing *l)
{
	const struct query *q = l->q;
	int by = q->sort >= 0 ? q->sort : l->noun->orders[0].by;
	bool found = false;
	for (const struct order *o = l->noun->orders; o->by != -2; o++) {
		if (o->by != by)
			continue;
		const struct filter *f = o->where >= 0 ? equality_on(q, o->where) : NULL;
		if (o->where >= 0 && !f)
			continue;
		if (found && !f)
			continue;
		l->order = *o;
		l->prefix = f;
		found = true;
		if (f)
			break;
	}
	if (found)
		return OK;
	/* The label of a sealed noun may be sorted in memory. */
	if (by == l->noun->label && field_sealed(&l->noun->fields[by])) {
		l->order = (struct order){ -1, by };
		return OK;
	}
	return refuse_order(l, by);
}

/* ---- filters ---- */

struct filter filter_any(int field, const char *const *texts, size_t count)
{
	struct filter f = { .field = field, .count = count };
	for (size_t i = 0; i < count; i++)
		f.values[i] = VALUE_TEXT(str_from(texts[i]));
	return f;
}

static bool has_rest(const struct listing *l)
{
	return l->q->filter_count > (l->prefix ? 1u : 0u);
}

static int compare_values(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return (a->kind > b->kind) - (a->kind < b->kind);
	if (a->kind == V_INT)
		return (a->i > b->i) - (a->i < b->i);
	if (a->kind == V_TEXT)
		return str_cmp(a->s, b->s);
	return 0;
}

/* ---- the walk ---- */

/* Filters as conditions. Lists of values have few lengths, so that there are few texts: the last value fills them up. */
static enum err add_filters(struct listing *l, const struct filter *but, struct buf *b, struct sql_val *args, size_t *n)
{
	static const size_t lengths[] = { 1, 2, 4, 8, 16, 32, FILTER_VALUES_MAX };
	static const char *const ends[] = { ">=", "<" };
	for (size_t i = 0; i < l->q->filter_count; i++) {
		const struct filter *f = &l->q->filters[i];
		const struct field *field = &l->noun->fields[f->field];
		size_t length = 0;
		if (f == but)
			continue;
		while (lengths[length] < f->count)
			length++;
		if (*n + lengths[length] + 8 > STATEMENT_ARGS_MAX)
			return problem_set(l->tx->problem, E_TOO_LARGE, "Too many filter values.");
		for (size_t k = 0; f->range && k < 2; k++) {
			if (f->values[k].kind == V_NULL)
				continue;
			args[(*n)++] = field_sql(field, f->values[k]);
			buf_fmt(b, " AND t.%s %s ?%zu", field->name, ends[k], *n);
		}
		if (f->range)
			continue;
		buf_fmt(b, " AND t.%s IN (", field->name);
		for (size_t k = 0; k < lengths[length]; k++) {
			args[(*n)++] = field_sql(field, f->values[k < f->count ? k : f->count - 1]);
			buf_fmt(b, "%s?%zu", k ? ", " : "", *n);
		}
		buf_char(b, ')');
	}
	return OK;
}

static void walk_where(struct buf *b, const struct noun *noun, struct order order, bool ascending, bool from, size_t *n)
{
	buf_fmt(b, " FROM %s_v t WHERE t.tenant_id = ?1 AND t.deleted_at IS NULL", noun->name);
	if (order.where >= 0)
		buf_fmt(b, " AND t.%s = ?%zu", noun->fields[order.where].name, ++*n);
	if (from) {
		buf_fmt(b, " AND (t.%s, t.id) %c (?%zu, ?%zu)", noun->fields[order.by].name, ascending ? '>' : '<', *n + 1, *n + 2);
		*n += 2;
	}
}

static void walk_order(struct buf *b, const struct noun *noun, struct order order, bool ascending)
{
	buf_fmt(b, " ORDER BY t.%s%s, t.id%s LIMIT ", noun->fields[order.by].name, ascending ? "" : " DESC", ascending ? "" : " DESC");
}

static void walk_args(const struct listing *l, struct sql_val *args, size_t *n)
{
	args[(*n)++] = SQL_VINT(l->tx->tenant);
	if (l->order.where >= 0 && l->prefix)
		args[(*n)++] = field_sql(&l->noun->fields[l->order.where], l->prefix->values[0]);
	if (l->from.set) {
		args[(*n)++] = field_sql(&l->noun->fields[l->order.by], l->from.by);
		args[(*n)++] = SQL_VID(l->from.id);
	}
}

/* Where looking stops: the key of the LIST_WALK_MAXth row from here. The index alone answers this. */
static enum err find_horizon(struct listing *l, struct key_at *ret)
{
	struct sql_val args[8];
	size_t n = 0, text_n = 1;
	struct buf b;
	struct sql_result r;
	const struct field *by = &l->noun->fields[l->order.by];
	buf_init(&b, l->tx->arena, 2000);
	buf_fmt(&b, "SELECT t.%s, t.id", by->name);
	walk_where(&b, l->noun, l->order, l->q->ascending, l->from.set, &text_n);
	walk_order(&b, l->noun, l->order, l->q->ascending);
	buf_fmt(&b, "1 OFFSET ?%zu", text_n + 1);
	walk_args(l, args, &n);
	args[n++] = SQL_VINT(LIST_WALK_MAX - 1);
	TRY(sql_run(l->tx->sql, statement(l->tx->store, buf_str(&b)), args, n, &r));
	ret->set = r.rows > 0;
	if (!ret->set)
		return OK;
	ret->by = field_is_text(by) ? VALUE_TEXT(sql_blob(&r, 0, 0)) : VALUE_INT(sql_int(&r, 0, 0));
	ret->id = sql_id(&r, 0, 1);
	return OK;
}

static enum err walk_rows(struct listing *l, const struct key_at *horizon, struct sql_result *r)
{
	struct sql_val args[STATEMENT_ARGS_MAX];
	size_t n = 0, text_n = 1;
	struct buf b;
	buf_init(&b, l->tx->arena, 8000);
	buf_addz(&b, "SELECT ");
	columns_add(&b, l->noun, set_all);
	walk_where(&b, l->noun, l->order, l->q->ascending, l->from.set, &text_n);
	walk_args(l, args, &n);
	if (horizon->set) {
		buf_fmt(&b, " AND (t.%s, t.id) %s (?%zu, ?%zu)", l->noun->fields[l->order.by].name, l->q->ascending ? "<=" : ">=", n + 1, n + 2);
		args[n++] = field_sql(&l->noun->fields[l->order.by], horizon->by);
		args[n++] = SQL_VID(horizon->id);
	}
	TRY(add_filters(l, l->prefix, &b, args, &n));
	walk_order(&b, l->noun, l->order, l->q->ascending);
	args[n++] = SQL_VINT((int64_t)l->q->limit + 1);
	buf_fmt(&b, "?%zu", n);
	return sql_run(l->tx->sql, statement(l->tx->store, buf_str(&b)), args, n, r);
}

/* A page may be short and still have a next: then the rows up to the horizon were looked at, and the next page begins behind it. */
static enum err walk(struct listing *l)
{
	struct page *p = l->page;
	struct key_at horizon = { .set = false };
	struct sql_result r;
	if (has_rest(l))
		TRY(find_horizon(l, &horizon));
	TRY(walk_rows(l, &horizon, &r));
	for (size_t i = 0; i < r.rows && p->count < l->q->limit; i++)
		TRY(row_load(l->tx, l->noun, &r, i, set_all, l->q->open, &p->rows[p->count++]));
	if (r.rows > l->q->limit)
		return cursor_make(l, p->rows[p->count - 1], &p->next_cursor);
	if (!horizon.set)
		return OK;
	struct row *at = row_new(l->tx->arena, l->noun);
	at->v[l->order.by] = horizon.by;
	row_set_id(at, F_ID_FIELD, horizon.id);
	return cursor_make(l, at, &p->next_cursor);
}

static enum err count_walk(struct listing *l)
{
	struct sql_val args[STATEMENT_ARGS_MAX] = { SQL_VINT(l->tx->tenant) };
	size_t n = 1;
	struct buf b;
	struct sql_result r;
	buf_init(&b, l->tx->arena, 8000);
	buf_fmt(&b, "SELECT count(*) FROM (SELECT 1 FROM %s_v t WHERE t.tenant_id = ?1 AND t.deleted_at IS NULL", l->noun->name);
	TRY(add_filters(l, NULL, &b, args, &n));
	args[n++] = SQL_VINT(LIST_COUNT_MAX + 1);
	buf_fmt(&b, " LIMIT ?%zu) x", n);
	TRY(sql_run(l->tx->sql, statement(l->tx->store, buf_str(&b)), args, n, &r));
	l->page->total = sql_int(&r, 0, 0);
	l->page->total_capped = l->page->total > LIST_COUNT_MAX;
	if (l->page->total_capped)
		l->page->total = LIST_COUNT_MAX;
	return OK;
}

/* ---- candidates ---- */

/* Ids sorted; `cut` and `loose` as in struct hits. */
struct candidates {
	struct id *ids;
	size_t count, cap;
	bool cut, loose;
};

static void add_candidate(struct candidates *c, struct id id)
{
	if (c->count < c->cap)
		c->ids[c->count++] = id;
	else
		c->cut = true;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

static void sort_unique(struct candidates *c)
{
	size_t kept = 0;
	qsort(c->ids, c->count, sizeof(c->ids[0]), by_id);
	for (size_t i = 0; i < c->count; i++)
		if (kept == 0 || !id_eq(c->ids[kept - 1], c->ids[i]))
			c->ids[kept++] = c->ids[i];
	c->count = kept;
}

static void keep_common(struct candidates *a, const struct candidates *b)
{
	size_t kept = 0;
	for (size_t i = 0; i < a->count; i++)
		if (bsearch(&a->ids[i], b->ids, b->count, sizeof(struct id), by_id))
			a->ids[kept++] = a->ids[i];
	a->count = kept;
}

static struct candidates candidates_new(struct arena *a, size_t cap)
{
	return (struct candidates){ .ids = ARENA_ARRAY(a, struct id, cap), .cap = cap };
}

static const char *referring_text(struct listing *l, int via)
{
	struct buf b;
	buf_init(&b, l->tx->arena, 400);
	buf_fmt(&b, "SELECT id FROM %s_v WHERE tenant_id = ?1 AND %s = ?2 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?3",
	        l->noun->name, l->noun->fields[via].name);
	return statement(l->tx->store, buf_str(&b));
}

/* Rows whose field refers to one of `targets`, of each the newest first. */
static enum err referring(struct listing *l, int via, const struct id *targets, size_t count, struct candidates *c)
{
	struct sql_result r;
	const char *text = count ? referring_text(l, via) : NULL;
	for (size_t i = 0; i < count && c->count < c->cap; i++) {
		TRY(SQL_RUN(l->tx->sql, text, &r, SQL_VINT(l->tx->tenant), SQL_VID(targets[i]), SQL_VINT((int64_t)(c->cap - c->count))));
		for (size_t k = 0; k < r.rows; k++)
			add_candidate(c, sql_id(&r, k, 0));
	}
	c->cut = c->cut || c->count == c->cap;
	return OK;
}

/* Rows found by one word: in their own fields, or in those of the rows they refer to. */
static enum err candidates_of_word(struct listing *l, struct str word, struct candidates *ret)
{
	struct candidates c = candidates_new(l->tx->arena, RESULT_ROWS_MAX);
	struct hits hits;
	TRY(terms_find(l->tx, l->noun, word, &hits));
	for (size_t i = 0; i < hits.count; i++)
		add_candidate(&c, hits.ids[i]);
	c.cut = c.cut || hits.cut;
	c.loose = hits.loose;
	for (const int *via = l->noun->search_via; via && *via >= 0; via++) {
		TRY(terms_find(l->tx, l->noun->fields[*via].ref, word, &hits));
		c.cut = c.cut || hits.cut;
		c.loose = c.loose || hits.loose;
		TRY(referring(l, *via, hits.ids, hits.count, &c));
	}
	sort_unique(&c);
	*ret = c;
	return OK;
}

/* The rows that have every word, and perhaps some more: confirm() looks. A word that is too common to be known whole leaves out none that
 * others have found; where few are left, further words are not sought. */
static enum err candidates_of_words(struct listing *l, const struct str *words, size_t count, struct candidates *ret)
{
	TRY(candidates_of_word(l, words[0], ret));
	for (size_t i = 1; i < count; i++) {
		struct candidates c;
		if (!ret->cut && ret->count <= SEARCH_FEW) {
			ret->loose = true;
			break;
		}
		TRY(candidates_of_word(l, words[i], &c));
		bool loose = ret->loose || c.loose || ret->cut != c.cut;
		if (ret->cut == c.cut)
			keep_common(ret, &c);
		else if (ret->cut)
			*ret = c;
		ret->loose = loose;
	}
	return OK;
}

static const char text_owned[] =
	"SELECT DISTINCT row_id FROM row_owner_v WHERE tenant_id = ?1 AND employee_id = ?2 AND noun = ?3 "
	"AND (until_ms = 0 OR until_ms > ?4) LIMIT ?5";

static enum err candidates_owned(struct listing *l, struct candidates *ret)
{
	const struct noun *n = l->noun;
	const struct noun *owned = n->own == F_ID_FIELD ? n : n->fields[n->own].ref;
	struct candidates c = candidates_new(l->tx->arena, RESULT_ROWS_MAX);
	struct sql_result r;
	TRY(SQL_RUN(l->tx->sql, text_owned, &r, SQL_VINT(l->tx->tenant), SQL_VID(l->q->own), SQL_VINT(owned->tag),
	            SQL_VINT(l->tx->now.ms), SQL_VINT(RESULT_ROWS_MAX - 1)));
	for (size_t i = 0; i < r.rows; i++)
		add_candidate(&c, sql_id(&r, i, 0));
	if (n->own != F_ID_FIELD) {
		struct candidates referred = candidates_new(l->tx->arena, RESULT_ROWS_MAX);
		TRY(referring(l, n->own, c.ids, c.count, &referred));
		c = referred;
	}
	sort_unique(&c);
	*ret = c;
	return OK;
}

static enum err collect(struct listing *l, const struct str *words, size_t word_count, struct candidates *ret)
{
	struct candidates found;
	if (id_is_zero(l->q->own))
		return candidates_of_words(l, words, word_count, ret);
	TRY(candidates_owned(l, ret));
	if (!word_count)
		return OK;
	TRY(candidates_of_words(l, words, word_count, &found));
	if (!found.cut)
		keep_common(ret, &found);
	ret->loose = found.cut || found.loose;
	return OK;
}

/* Confirms that every word stands in the row or in a row it refers to: hashes may collide, and long words are found by their
 * first letters. */
static enum err confirm(struct listing *l, const struct row *row, const struct str *words, size_t count, bool *ret)
{
	const struct row *texts[EXPAND_MAX + 1] = { row };
	size_t n = 1;
	for (const int *via = l->noun->search_via; via && *via >= 0 && n <= EXPAND_MAX; via++) {
		struct row *other;
		if (row_is_null(row, *via))
			continue;
		enum err e = store_get(l->tx, l->noun->fields[*via].ref, row_id(row, *via), &other);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		texts[n++] = other;
	}
	*ret = true;
	for (size_t w = 0; w < count && *ret; w++) {
		bool found = false;
		for (size_t i = 0; i < n && !found; i++)
			found = terms_match(l->tx->arena, texts[i], words[w]);
		*ret = found;
	}
	return OK;
}

struct sortable {
	struct id id;
	struct value by;
};

static int ascending(const void *a, const void *b)
{
	const struct sortable *x = a, *y = b;
	int c = compare_values(&x->by, &y->by);
	return c ? c : id_cmp(x->id, y->id);
}

static int descending(const void *a, const void *b)
{
	return ascending(b, a);
}

/* What a sealed label is sorted by: its folded beginning. */
static struct value folded(struct arena *a, struct value v)
{
	return v.kind == V_TEXT ? VALUE_TEXT(str_slice(utf8_fold(a, v.s), 0, 200)) : v;
}

/* The label of one row of open_labels(): id, subject, sealed label, live key. */
static enum err label_of(struct tx *tx, const struct noun *noun, const struct field *f, const struct sql_result *r, size_t at, struct value *ret)
{
	struct key key;
	struct str plain;
	*ret = VALUE_NULL;
	if (sql_is_null(r, at, 2))
		return OK;
	enum err e = tx_person_key(tx, sql_id(r, at, 3), &key);
	if (e == E_ERASED)
		return OK;
	TRY(e);
	struct seal_place place = { tx->tenant, noun->tag, f->tag, sql_id(r, at, 0), sql_id(r, at, 1) };
	e = seal_open(tx->arena, &key, &place, sql_blob(r, at, 2), &plain);
	key_wipe(&key);
	TRY(e);
	*ret = folded(tx->arena, VALUE_TEXT(plain));
	return OK;
}

static bool after_cursor(const struct listing *l, const struct sortable *s)
{
	if (!l->from.set)
		return true;
	int c = compare_values(&s->by, &l->from.by);
	if (c == 0)
		c = id_cmp(s->id, l->from.id);
	return l->q->ascending ? c > 0 : c < 0;
}

static enum err cursor_at(struct listing *l, const struct row *row, struct value by)
{
	struct row *at = row_copy(l->tx->arena, row);
	at->v[l->order.by] = by;
	return cursor_make(l, at, &l->page->next_cursor);
}

/* ---- an order over a sealed field ---- */

/* The sort values of all rows: only ids and that one field are fetched and opened. */
static enum err open_labels(struct listing *l, struct sortable **ret, size_t *ret_count)
{
	struct sql_val args[STATEMENT_ARGS_MAX] = { SQL_VINT(l->tx->tenant) };
	const struct field *by = &l->noun->fields[l->order.by];
	size_t n = 1;
	struct buf b;
	struct sql_result r;
	buf_init(&b, l->tx->arena, 8000);
	buf_fmt(&b, "SELECT t.id, t.subject_id, t.%s, (SELECT s.%s FROM subject_v s WHERE s.tenant_id = ?1 AND s.id = t.subject_id) "
	        "FROM %s_v t WHERE t.tenant_id = ?1 AND t.deleted_at IS NULL", by->name, key_column(l->noun), l->noun->name);
	TRY(add_filters(l, NULL, &b, args, &n));
	args[n++] = SQL_VINT(RESULT_ROWS_MAX);
	buf_fmt(&b, " LIMIT ?%zu", n);
	TRY(sql_run(l->tx->sql, statement(l->tx->store, buf_str(&b)), args, n, &r));
	if (r.rows == RESULT_ROWS_MAX) {
		problem_fault(l->tx->problem, STR("/sort"), "range", "More than %d rows cannot be sorted by %s; choose another order.",
		              RESULT_ROWS_MAX - 1, by->name);
		return problem_done(l->tx->problem);
	}
	struct sortable *rows = ARENA_ARRAY(l->tx->arena, struct sortable, r.rows + 1);
	for (size_t i = 0; i < r.rows; i++) {
		rows[i].id = sql_id(&r, i, 0);
		TRY(label_of(l->tx, l->noun, by, &r, i, &rows[i].by));
	}
	*ret = rows;
	*ret_count = r.rows;
	return OK;
}

static enum err from_labels(struct listing *l)
{
	struct page *p = l->page;
	struct sortable *rows = NULL;
	struct value last = VALUE_NULL;
	size_t count = 0;
	l->prefix = NULL;
	TRY(open_labels(l, &rows, &count));
	if (count)
		qsort(rows, count, sizeof(rows[0]), l->q->ascending ? ascending : descending);
	if (l->q->count)
		p->total = (int64_t)count;
	for (size_t i = 0; i < count; i++) {
		if (!after_cursor(l, &rows[i]))
			continue;
		if (p->count == l->q->limit)
			return cursor_at(l, p->rows[p->count - 1], last);
		enum err e = row_by_id(l->tx, l->noun, rows[i].id, l->q->open, &p->rows[p->count]);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		last = rows[i].by;
		p->count++;
	}
	return OK;
}

/* ---- candidates ---- */

enum { PIECE = 32, LOOK_MAX = 600 };

/* The sort values of one piece of the candidates that pass the filters: nothing but ids and that field is fetched. */
static enum err sort_piece(struct listing *l, const struct id *ids, size_t id_count, struct sortable *rows, size_t *count)
{
	struct sql_val args[STATEMENT_ARGS_MAX] = { SQL_VINT(l->tx->tenant) };
	const struct field *by = &l->noun->fields[l->order.by];
	bool sealed = field_sealed(by);
	size_t n = 1;
	struct buf b;
	struct sql_result r;
	buf_init(&b, l->tx->arena, 8000);
	buf_fmt(&b, "SELECT t.id, %s, t.%s", sealed ? "t.subject_id" : "t.version", by->name);
	if (sealed)
		buf_fmt(&b, ", (SELECT s.%s FROM subject_v s WHERE s.tenant_id = ?1 AND s.id = t.subject_id)", key_column(l->noun));
	buf_fmt(&b, " FROM %s_v t WHERE t.tenant_id = ?1 AND t.deleted_at IS NULL", l->noun->name);
	TRY(add_filters(l, NULL, &b, args, &n));
	if (n + PIECE > STATEMENT_ARGS_MAX)
		return problem_set(l->tx->problem, E_TOO_LARGE, "Too many filter values.");
	buf_addz(&b, " AND t.id IN (");
	for (size_t i = 0; i < PIECE; i++) {
		args[n++] = SQL_VID(ids[i < id_count ? i : id_count - 1]);
		buf_fmt(&b, "%s?%zu", i ? ", " : "", n);
	}
	buf_char(&b, ')');
	TRY(sql_run(l->tx->sql, statement(l->tx->store, buf_str(&b)), args, n, &r));
	for (size_t i = 0; i < r.rows; i++) {
		struct sortable *s = &rows[(*count)++];
		*s = (struct sortable){ .id = sql_id(&r, i, 0), .by = VALUE_NULL };
		if (sealed)
			TRY(label_of(l->tx, l->noun, by, &r, i, &s->by));
		else if (!sql_is_null(&r, i, 2))
			s->by = field_is_text(by) ? VALUE_TEXT(sql_blob(&r, i, 2)) : VALUE_INT(sql_int(&r, i, 2));
	}
	return OK;
}

/* Opens rows from the cursor on until the page is full. Rows that do not have the words after all are passed over, as many as
 * LOOK_MAX and memory allow: then the page is short and the next begins behind them. */
static enum err fill_page(struct listing *l, const struct sortable *rows, size_t count, bool cut, const struct str *words,
                          size_t word_count)
{
	struct page *p = l->page;
	struct value last = VALUE_NULL;
	size_t looked = 0, room = arena_used(l->tx->arena) + REQUEST_ARENA_MAX / 4;
	for (size_t i = 0; i < count; i++) {
		struct row *row;
		bool confirmed = true;
		if (!after_cursor(l, &rows[i]))
			continue;
		if (p->count == l->q->limit)
			return cursor_at(l, p->rows[p->count - 1], last);
		enum err e = row_by_id(l->tx, l->noun, rows[i].id, word_count ? set_all : l->q->open, &row);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		if (word_count)
			TRY(confirm(l, row, words, word_count, &confirmed));
		if (confirmed) {
			last = rows[i].by;
			p->rows[p->count++] = row;
		} else if (++looked == LOOK_MAX || arena_used(l->tx->arena) > room) {
			return cursor_at(l, row, rows[i].by);
		}
	}
	if (!l->from.set && p->total >= 0) { /* every row was looked at */
		p->total = (int64_t)p->count;
		p->total_capped = cut;
	}
	return OK;
}

static enum err from_candidates(struct listing *l, const struct str *words, size_t word_count)
{
	struct candidates c;
	size_t count = 0;
	l->prefix = NULL;
	TRY(collect(l, words, word_count, &c));
	struct sortable *rows = ARENA_ARRAY(l->tx->arena, struct sortable, c.count + 1);
	for (size_t at = 0; at < c.count; at += PIECE)
		TRY(sort_piece(l, c.ids + at, c.count - at < PIECE ? c.count - at : PIECE, rows, &count));
	qsort(rows, count, sizeof(rows[0]), l->q->ascending ? ascending : descending);
	if (l->q->count) {
		l->page->total = (int64_t)count;
		l->page->total_capped = c.cut || c.loose;
	}
	return fill_page(l, rows, count, c.cut, words, word_count);
}

enum err store_list(struct tx *tx, const struct query *q, struct page *ret)
{
	struct listing l = { .tx = tx, .q = q, .noun = q->noun, .page = ret };
	struct str words[SEARCH_WORDS_MAX] = { { 0 } };
	size_t word_count = q->words.n ? terms_words(tx->arena, q->words, words) : 0;
	*ret = (struct page){ .rows = ARENA_ARRAY(tx->arena, struct row *, q->limit + 1), .total = -1 };
	TRY(choose_order(&l));
	TRY(cursor_read(&l));
	if (q->words.n && !word_count) { /* nothing but punctuation: finds nothing */
		ret->total = q->count ? 0 : -1;
		return OK;
	}
	if (word_count || !id_is_zero(q->own))
		return from_candidates(&l, words, word_count);
	if (field_sealed(&l.noun->fields[l.order.by]))
		return from_labels(&l);
	if (q->count)
		TRY(count_walk(&l));
	return walk(&l);
}

/* ---- many rows, few of them in memory ---- */

enum { EACH_PAGE = 500, EACH_ARENA = 64 * MIB, EACH_TEXT = 1000 };

static enum err each_page(struct listing *l, const struct walk *w, size_t limit, struct sql_result *r)
{
	struct sql_val args[STATEMENT_ARGS_MAX];
	size_t n = 0, text_n = 1;
	struct buf b;
	buf_init(&b, l->tx->arena, 8000);
	buf_addz(&b, "SELECT ");
	columns_add(&b, l->noun, w->only);
	walk_where(&b, l->noun, l->order, w->ascending, l->from.set, &text_n);
	walk_args(l, args, &n);
	TRY(add_filters(l, l->prefix, &b, args, &n));
	walk_order(&b, l->noun, l->order, w->ascending);
	args[n++] = SQL_VINT((int64_t)limit);
	buf_fmt(&b, "?%zu", n);
	return sql_run(l->tx->sql, statement(l->tx->store, buf_str(&b)), args, n, r);
}

/* What the next page begins after outlives the page's memory. */
static void each_from(struct listing *l, const struct row *last, char *text, size_t room)
{
	l->from = (struct key_at){ .set = true, .by = last->v[l->order.by], .id = row_id(last, F_ID_FIELD) };
	if (l->from.by.kind != V_TEXT)
		return;
	l->from.by.s = str_slice(l->from.by.s, 0, room);
	memcpy(text, l->from.by.s.p, l->from.by.s.n);
	l->from.by.s.p = text;
}

static enum err each_pages(struct listing *l, const struct walk *w, char text[EACH_TEXT], store_each_fn *each, void *arg)
{
	size_t limit = w->page ? w->page : EACH_PAGE, got = limit;
	while (got == limit) {
		struct sql_result r;
		struct row *row = NULL;
		arena_reset(l->tx->arena);
		TRY(each_page(l, w, limit, &r));
		got = r.rows;
		for (size_t i = 0; i < r.rows; i++) {
			TRY(row_load(l->tx, l->noun, &r, i, w->only, w->only, &row));
			TRY(each(l->tx, row, arg));
		}
		if (row)
			each_from(l, row, text, EACH_TEXT);
		if (arena_over(l->tx->arena))
			return E_MEMORY;
	}
	return OK;
}

enum err store_each(struct tx *tx, const struct walk *walk, store_each_fn *each, void *arg)
{
	struct query q = { .noun = walk->noun, .sort = walk->sort, .filter_count = walk->filter_count };
	struct walk w = *walk;
	struct listing l = { .tx = tx, .q = &q, .noun = walk->noun };
	memcpy(q.filters, walk->filters, sizeof(q.filters));
	TRY(choose_order(&l));
	set_add(&w.only, F_ID_FIELD);
	set_add(&w.only, F_SUBJECT_FIELD);
	if (l.order.by >= 0)
		set_add(&w.only, l.order.by);
	tx_keep_key(tx, (struct id){ { 0 } }, (struct id){ { 0 } }); /* so that the table of keys is not in the page's memory */
	char *text = ARENA_ARRAY(tx->arena, char, EACH_TEXT);
	struct arena *outer = tx->arena, *page = arena_new(EACH_ARENA);
	tx->arena = page;
	tx->walking = true;
	(void)sql_use_arena(tx->sql, page);
	enum err e = each_pages(&l, &w, text, each, arg);
	tx->arena = outer;
	tx->walking = false;
	(void)sql_use_arena(tx->sql, outer);
	arena_free(page);
	return e;
}

static struct value sum_value(const struct sql_result *r, size_t at, size_t column, const struct field *f)
{
	if (sql_is_null(r, at, column))
		return VALUE_NULL;
	if (f->type == F_ID || f->type == F_REF)
		return VALUE_ID(sql_id(r, at, column));
	return field_is_text(f) ? VALUE_TEXT(sql_blob(r, at, column)) : VALUE_INT(sql_int(r, at, column));
}

enum err store_sum(struct tx *tx, const struct sums *s, struct sum_row **ret, size_t *ret_count)
{
	struct query q = { .noun = s->noun, .filter_count = s->filter_count };
	struct listing l = { .tx = tx, .q = &q, .noun = s->noun };
	struct sql_val args[STATEMENT_ARGS_MAX] = { SQL_VINT(tx->tenant) };
	const struct field *f = s->noun->fields;
	size_t n = 1;
	struct buf b;
	struct sql_result r;
	memcpy(q.filters, s->filters, sizeof(q.filters));
	buf_init(&b, tx->arena, 8000);
	buf_addz(&b, "SELECT count(*)");
	for (size_t i = 0; i < s->sum_count; i++)
		buf_fmt(&b, ", CAST(coalesce(sum(t.%s), 0) AS bigint)", f[s->sum[i]].name);
	for (size_t i = 0; i < s->group_count; i++)
		buf_fmt(&b, ", t.%s", f[s->group[i]].name);
	buf_fmt(&b, " FROM %s_v t WHERE t.tenant_id = ?1 AND t.deleted_at IS NULL", s->noun->name);
	TRY(add_filters(&l, NULL, &b, args, &n));
	for (size_t i = 0; i < s->group_count; i++)
		buf_fmt(&b, "%st.%s", i ? ", " : " GROUP BY ", f[s->group[i]].name);
	TRY(sql_run(tx->sql, statement(tx->store, buf_str(&b)), args, n, &r));
	*ret = ARENA_ARRAY(tx->arena, struct sum_row, r.rows + 1);
	for (size_t i = 0; i < r.rows; i++) {
		struct sum_row *to = &(*ret)[i];
		to->count = sql_int(&r, i, 0);
		for (size_t k = 0; k < s->sum_count; k++)
			to->sum[k] = sql_int(&r, i, 1 + k);
		for (size_t k = 0; k < s->group_count; k++)
			to->group[k] = sum_value(&r, i, 1 + s->sum_count + k, &f[s->group[k]]);
	}
	*ret_count = r.rows;
	return OK;
}

void store_list_statements(struct store *store, const struct noun *noun, void (*each)(void *arg, const char *text), void *arg)
{
	for (const struct order *o = noun->orders; o->by != -2; o++) {
		for (int way = 0; way < 4; way++) {
			with_arena struct arena *a = arena_new(MIB);
			struct buf b;
			size_t n = 1;
			buf_init(&b, a, 8000);
			buf_addz(&b, "SELECT ");
			columns_add(&b, noun, set_all);
			walk_where(&b, noun, *o, way & 1, way & 2, &n);
			walk_order(&b, noun, *o, way & 1);
			buf_fmt(&b, "?%zu", n + 1);
			each(arg, statement(store, buf_str(&b)));
		}
	}
	with_arena struct arena *a = arena_new(MIB);
	struct buf b;
	buf_init(&b, a, 8000);
	rows_each_add(&b, noun, 32, set_all, true);
	each(arg, statement(store, buf_str(&b)));
}
