#include "import_rows.h"

#include "money.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is known already ---- */

struct learned {
	struct learned *next, *next_in_bucket;
	uint8_t hash[32];
	struct id id;
};

struct slot {
	uint8_t hash[32];
	struct id id;
	bool used;
};

struct cache {
	struct slot *slots;
	size_t cap, count;
};

struct cache *cache_new(void)
{
	struct cache *c = calloc(1, sizeof(*c));
	if (!c || !(c->slots = calloc(1024, sizeof(struct slot))))
		abort();
	c->cap = 1024;
	return c;
}

void cache_free(struct cache *c)
{
	if (c)
		free(c->slots);
	free(c);
}

static struct slot *slot_of(const struct cache *c, const uint8_t hash[32])
{
	size_t at;
	memcpy(&at, hash, sizeof(at));
	at &= c->cap - 1;
	while (c->slots[at].used && memcmp(c->slots[at].hash, hash, 32) != 0)
		at = (at + 1) & (c->cap - 1);
	return &c->slots[at];
}

static void grow(struct cache *c)
{
	struct slot *old = c->slots;
	size_t cap = c->cap;
	c->cap *= 2;
	c->slots = calloc(c->cap, sizeof(struct slot));
	if (!c->slots)
		abort();
	for (size_t i = 0; i < cap; i++)
		if (old[i].used)
			*slot_of(c, old[i].hash) = old[i];
	free(old);
}

void cache_learn(struct cache *c, const struct learned *learned)
{
	for (; learned; learned = learned->next) {
		if (2 * ++c->count > c->cap)
			grow(c);
		struct slot *s = slot_of(c, learned->hash);
		memcpy(s->hash, learned->hash, 32);
		s->id = learned->id;
		s->used = true;
	}
}

static size_t bucket_of(const uint8_t hash[32])
{
	return ((size_t)hash[0] | (size_t)hash[1] << 8) % LEARNED_BUCKETS;
}

static bool known(const struct importer *im, const struct batch_result *result, const uint8_t hash[32], struct id *ret)
{
	for (const struct learned *l = result->by_hash[bucket_of(hash)]; l; l = l->next_in_bucket) {
		if (memcmp(l->hash, hash, 32) != 0)
			continue;
		*ret = l->id;
		return true;
	}
	const struct slot *s = slot_of(im->cache, hash);
	*ret = s->id;
	return s->used;
}

static void learn(struct arena *a, struct batch_result *result, const uint8_t hash[32], struct id id)
{
	struct learned *l = ARENA_NEW(a, struct learned);
	memcpy(l->hash, hash, 32);
	l->id = id;
	l->next = result->learned;
	result->learned = l;
	l->next_in_bucket = result->by_hash[bucket_of(hash)];
	result->by_hash[bucket_of(hash)] = l;
}

/* ---- one row ---- */

struct row_run {
	struct tx *tx;
	const struct importer *im;
	const struct file_row *file;
	struct batch_result *result;
	struct id ids[SPEC_STEPS_MAX]; /* what the steps so far gave; zero: nothing */
	uint8_t digest[32];
	bool rejected;
};

void report(struct arena *a, struct batch_result *result, bool reject, const struct file_row *row, struct str kind, struct str column, struct str value,
            struct str text)
{
	struct report_line *l = ARENA_NEW(a, struct report_line);
	*l = (struct report_line){ NULL, row->line, kind, column, str_slice(value, 0, 200), text, reject };
	if (result->last_line)
		result->last_line->next = l;
	else
		result->lines = l;
	result->last_line = l;
}

static struct str cell(const struct row_run *r, int column)
{
	return column >= 0 && (size_t)column < r->file->count ? str_trim(r->file->cells[column]) : STR("");
}

static void reject(struct row_run *r, int column, const char *why)
{
	r->rejected = true;
	report(r->tx->arena, r->result, true, r->file, STR("rejected"), column >= 0 ? r->im->header[column] : STR(""), cell(r, column), str_from(why));
}

static struct str mapped(const struct source *s, struct str text)
{
	for (size_t i = 0; i < s->map_count; i++)
		if (str_eq(s->map_from[i], text))
			return s->map_to[i];
	return s->map_else.p ? s->map_else : text;
}

static struct str fill(struct row_run *r, struct str template)
{
	struct buf b;
	buf_init(&b, r->tx->arena, IMPORT_CELL_MAX);
	while (template.p && template.n) {
		struct str rest, name, before = str_cut(template, '{', &rest);
		buf_add(&b, before);
		if (!rest.p)
			break;
		name = str_cut(rest, '}', &template);
		for (size_t i = 0; i < r->file->count; i++)
			if (str_eq(str_trim(r->im->header[i]), name))
				buf_add(&b, cell(r, (int)i));
	}
	return buf_str(&b);
}

/* A colour that the same text always gets. */
static struct str colour_of(struct str text)
{
	static const char *const colours[] = { "#0969da", "#8250df", "#bf8700", "#1a7f37", "#cf222e", "#bc4c00", "#0a7ea4", "#a40e6b", "#57606a", "#6639ba" };
	uint8_t hash[32];
	sha256(&text, 1, hash);
	return str_from(colours[hash[0] % ARRAY_LEN(colours)]);
}

/* A code that people can read, made of the words of a text; where it is cut, the end tells it from others with the same beginning. */
static struct str code_of(struct arena *a, struct str text)
{
	struct buf b;
	uint8_t hash[32];
	struct str rest = text;
	buf_init(&b, a, IMPORT_CELL_MAX);
	for (bool gap = false; rest.n; rest = str_slice(rest, 1, rest.n)) {
		unsigned char c = (unsigned char)rest.p[0];
		bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
		if (word && gap && buf_str(&b).n)
			buf_char(&b, '-');
		if (word)
			buf_char(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : (char)c);
		gap = !word;
	}
	if (buf_str(&b).n <= SPEC_CODE_MAX)
		return buf_str(&b);
	struct str code = buf_str(&b);
	size_t n = SPEC_CODE_MAX - 7;
	while (n && ((unsigned char)code.p[n] & 0xc0) == 0x80)
		n--; /* not in the middle of a letter */
	sha256(&text, 1, hash);
	return str_fmt(a, STR_FMT "-%02X%02X%02X", STR_ARG(str_slice(code, 0, n)), hash[0], hash[1], hash[2]);
}

/* An amount, a quantity or a price as people write it: "1 200,50". */
static bool number_value(struct row_run *r, const struct source *s, const struct field *f, struct str text, struct value *ret)
{
	struct money cents = { 0 };
	struct qty milli = { 0 };
	struct price e4 = { 0 };
	*ret = VALUE_NULL;
	if (!text.n)
		return true;
	enum err e = s->decimals == 2 ? money_parse(text, &cents) : s->decimals == 3 ? qty_parse(text, &milli) : price_parse(text, &e4);
	int64_t v = s->decimals == 2 ? cents.minor : s->decimals == 3 ? milli.milli : e4.e4;
	if (e != OK || v < f->min || v > f->max) {
		reject(r, s->column, "This is not a number like 1 200,50, or is out of range.");
		return false;
	}
	*ret = VALUE_INT(v);
	return true;
}

static bool time_value(struct row_run *r, const struct source *s, struct str text, struct value *ret)
{
	struct local l;
	if (!text.n) {
		*ret = VALUE_NULL;
		return true;
	}
	if (spec_time(text, s->time, &l) != OK) {
		reject(r, s->column, str_fmt(r->tx->arena, "This is not a time like " STR_FMT ".", STR_ARG(s->time)).p);
		return false;
	}
	if (s->day != DAY_NONE)
		l = (struct local){ .day = { l.day.days + (s->day == DAY_END) }, .ms = 0 };
	*ret = VALUE_INT(zone_instant(r->im->spec->zone, l, NULL).ms);
	return true;
}

static enum err find_row(struct row_run *r, const struct source *s, struct str text, struct row **ret)
{
	const struct field *by = &s->find->fields[s->find_by];
	struct query q = { .noun = s->find, .sort = F_CREATED_AT_FIELD, .ascending = true, .limit = LIST_LIMIT_MAX };
	struct row *rows[LIST_LIMIT_MAX];
	struct page page = { .rows = rows };
	struct value wanted;
	if (value_parse(r->tx->arena, by, text, &wanted) || wanted.kind == V_NULL)
		return OK;
	if (by->lookup != LOOKUP_NONE) {
		TRY(store_lookup(r->tx, s->find, s->find_by, wanted.s, rows, ARRAY_LEN(rows), &page.count));
	} else if (!field_sealed(by)) {
		q.filters[q.filter_count++] = filter_is(s->find_by, wanted);
		TRY(store_list(r->tx, &q, &page));
	}
	for (size_t i = 0; i < page.count; i++)
		if (!*ret || (s->find_prefer >= 0 && row_int(page.rows[i], s->find_prefer) && !row_int(*ret, s->find_prefer)))
			*ret = page.rows[i];
	return OK;
}

/* The row that a value names; the preferred one where several fit. Found rows are remembered like made ones. */
static enum err find_value(struct row_run *r, const struct source *s, struct str text, struct value *ret)
{
	uint8_t hash[32];
	struct id id;
	struct row *best = NULL;
	const struct str parts[] = { STR("find|"), str_from(s->find->name), STR("|"), text };
	*ret = VALUE_NULL;
	if (!text.n)
		return OK;
	sha256(parts, ARRAY_LEN(parts), hash);
	if (known(r->im, r->result, hash, &id)) {
		*ret = VALUE_ID(id);
		return OK;
	}
	TRY(find_row(r, s, text, &best));
	if (!best) {
		reject(r, s->column, str_fmt(r->tx->arena, "There is no " STR_FMT " for this.", STR_ARG(str_words(r->tx->arena, str_from(s->find->name)))).p);
		return OK;
	}
	id = row_id(best, F_ID_FIELD);
	learn(r->tx->arena, r->result, hash, id);
	*ret = VALUE_ID(id);
	return OK;
}

static enum err source_value(struct row_run *r, const struct step *step, const struct source *s, struct value *ret)
{
	const struct field *f = &step->noun->fields[s->field];
	struct str text = s->text;
	*ret = VALUE_NULL;
	if (s->from == FROM_STEP) {
		if (!id_is_zero(r->ids[s->step]))
			*ret = VALUE_ID(r->ids[s->step]);
		return OK;
	}
	if (s->from == FROM_TEMPLATE)
		text = fill(r, s->text);
	else if (s->from == FROM_CODE)
		text = code_of(r->tx->arena, cell(r, s->column));
	else if (s->from != FROM_VALUE)
		text = s->from == FROM_PALETTE ? colour_of(cell(r, s->column)) : mapped(s, cell(r, s->column));
	if (s->find)
		return find_value(r, s, text, ret);
	if (s->time.n) {
		(void)time_value(r, s, text, ret);
		return OK;
	}
	if (s->decimals) {
		(void)number_value(r, s, f, text, ret);
		return OK;
	}
	const char *why = value_parse(r->tx->arena, f, text, ret);
	if (why)
		reject(r, s->column, why);
	return OK;
}

static enum err build(struct row_run *r, const struct step *step, struct row *row)
{
	for (size_t i = 0; i < step->source_count; i++)
		TRY(source_value(r, step, &step->sources[i], &row->v[step->sources[i].field]));
	for (size_t i = F_COMMON_FIELDS; i < step->noun->field_count; i++) {
		const struct field *f = &step->noun->fields[i];
		if (f->flags & REQUIRED && !(f->flags & (READONLY | DERIVED)) && !f->initial && row->v[i].kind == V_NULL && !r->rejected)
			reject(r, -1, str_fmt(r->tx->arena, "%s.%s is needed.", step->noun->name, f->name).p);
	}
	return OK;
}

static struct str key_text(struct row_run *r, const struct step *step)
{
	struct buf b;
	buf_init(&b, r->tx->arena, IMPORT_CELL_MAX);
	for (size_t i = 0; i < step->key_count; i++) {
		struct str s = cell(r, step->key[i]);
		buf_add(&b, step->normal ? utf8_fold(r->tx->arena, s) : s);
		buf_char(&b, '\x1f');
	}
	return buf_str(&b);
}

static bool date_of(struct row_run *r, int column, struct local *ret)
{
	static const char *const patterns[] = { "m/d/y H:M", "y-m-d H:M", "y-m-dTH:M" };
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		if (spec_time(cell(r, column), str_from(patterns[i]), ret) == OK)
			return true;
	return false;
}

/* Whether a comes before b, by date alone or by date and time; false where one is missing. */
static bool is_before(struct row_run *r, int a, int b, bool by_date)
{
	struct local x, y;
	if (!date_of(r, a, &x) || !date_of(r, b, &y))
		return false;
	if (x.day.days != y.day.days)
		return x.day.days < y.day.days;
	return !by_date && x.ms < y.ms;
}

static bool applies(struct row_run *r, const struct step *step)
{
	if (step->when_filled >= 0 && !cell(r, step->when_filled).n)
		return false;
	if (step->when_from >= 0 && is_before(r, step->when_from, step->when_until, true))
		return false;
	return step->when_made < 0 || !id_is_zero(r->ids[step->when_made]);
}

/* A row that is here already without an import: recognised by a field that is unique. */
static enum err match(struct row_run *r, const struct step *step, const struct row *row, struct id *ret)
{
	for (size_t i = F_COMMON_FIELDS; i < step->noun->field_count; i++) {
		struct row *found;
		if (!(step->noun->fields[i].flags & UNIQUE) || row->v[i].kind == V_NULL)
			continue;
		enum err e = store_find(r->tx, step->noun, (int)i, row->v[i], &found);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		*ret = row_id(found, F_ID_FIELD);
		return OK;
	}
	return E_NOT_FOUND;
}

static enum err put_external(struct row_run *r, const struct step *step, struct str source, struct str key, struct id id)
{
	struct external x = { .row = id, .batch = r->im->batch };
	memcpy(x.digest, r->digest, 32);
	return store_external_put(r->tx, step->noun, source, key, &x);
}

static enum err make(struct row_run *r, const struct step *step, size_t at, struct str source, struct str key, const uint8_t hash[32])
{
	struct row *row = row_new(r->tx->arena, step->noun);
	TRY(build(r, step, row));
	if (r->rejected)
		return OK;
	enum err e = step->main ? E_NOT_FOUND : match(r, step, row, &r->ids[at]);
	if (e == E_NOT_FOUND) {
		e = OK;
		r->result->made[at]++;
		r->ids[at] = id_new(r->tx->now.ms);
		if (!r->im->dry) {
			row_set_id(row, F_ID_FIELD, r->ids[at]);
			TRY(store_insert(r->tx, row, &row));
			TRY(put_external(r, step, source, key, r->ids[at]));
		}
	}
	TRY(e);
	learn(r->tx->arena, r->result, hash, r->ids[at]);
	return OK;
}

/* Whether a person changed this field since an import wrote it. */
static bool edited(struct row_run *r, const struct row *was, const char *field, int64_t since)
{
	json_t *fv;
	struct problem ignored;
	problem_init(&ignored, r->tx->arena);
	if (json_read(r->tx->arena, row_text(was, F_FV_FIELD), &ignored, &fv) != OK)
		return true;
	return json_integer_value(json_object_get(fv, field)) > since;
}

static enum err change(struct row_run *r, const struct step *step, struct str source, struct str key, const struct external *x)
{
	struct row *was, *is, *wanted = row_new(r->tx->arena, step->noun);
	TRY(build(r, step, wanted));
	if (r->rejected)
		return OK;
	enum err e = store_get(r->tx, step->noun, x->row, &was);
	if (e == E_NOT_FOUND) {
		reject(r, -1, "The record of this row was deleted here.");
		return OK;
	}
	TRY(e);
	is = row_copy(r->tx->arena, was);
	for (size_t i = 0; i < step->source_count; i++) {
		int field = step->sources[i].field;
		if (value_eq(was->v[field], wanted->v[field]))
			continue;
		if (edited(r, was, step->noun->fields[field].name, x->seq)) {
			r->result->warnings[SPEC_WARNINGS_MAX]++;
			report(r->tx->arena, r->result, false, r->file, STR("kept_edit"), str_from(step->noun->fields[field].name), STR(""),
			       STR("Somebody changed this here since the last import; it was kept."));
			continue;
		}
		is->v[field] = wanted->v[field];
	}
	if (r->im->dry)
		return OK;
	TRY(store_update(r->tx, was, is, &is));
	return put_external(r, step, source, key, x->row);
}

/* Finds or makes what a step stands for. *ret_stop: the row is here already, unchanged. */
static enum err run_step(struct row_run *r, size_t at, enum outcome *outcome, bool *ret_stop)
{
	const struct step *step = &r->im->spec->steps[at];
	uint8_t hash[32];
	bool found;
	struct external x;
	if (!applies(r, step))
		return OK;
	struct str key = key_text(r, step), source = str_fmt(r->tx->arena, STR_FMT "/" STR_FMT, STR_ARG(r->im->source), STR_ARG(step->as));
	const struct str parts[] = { source, STR("\x1e"), key };
	sha256(parts, ARRAY_LEN(parts), hash);
	if (known(r->im, r->result, hash, &r->ids[at])) {
		if (step->main)
			reject(r, step->key[0], "An earlier row of this file has the same key.");
		return OK;
	}
	TRY(store_external_find(r->tx, step->noun, source, key, &found, &x));
	if (!found)
		return make(r, step, at, source, key, hash);
	r->ids[at] = x.row;
	learn(r->tx->arena, r->result, hash, x.row);
	if (!step->main)
		return OK;
	*outcome = memcmp(x.digest, r->digest, 32) == 0 ? ROW_UNCHANGED : ROW_UPDATED;
	*ret_stop = *outcome == ROW_UNCHANGED;
	return *ret_stop ? OK : change(r, step, source, key, &x);
}

static void warn(struct row_run *r)
{
	for (size_t i = 0; i < r->im->spec->warning_count; i++) {
		const struct warning_rule *w = &r->im->spec->warnings[i];
		bool hit = w->empty >= 0 ? !cell(r, w->empty).n : is_before(r, w->before, w->than, w->by_date);
		int column = w->empty >= 0 ? w->empty : w->before;
		if (!hit)
			continue;
		r->result->warnings[i]++;
		report(r->tx->arena, r->result, false, r->file, w->kind, r->im->header[column], cell(r, column), w->text);
	}
}

enum err import_row(struct tx *tx, const struct importer *im, const struct file_row *file, struct batch_result *result)
{
	struct row_run r = { .tx = tx, .im = im, .file = file, .result = result };
	enum outcome outcome = ROW_CREATED;
	bool stop = false;
	for (size_t i = 0; i < im->spec->not_data_count; i++)
		if (str_eq(cell(&r, im->spec->not_data), im->spec->not_data_values[i])) {
			result->outcomes[ROW_UNCHANGED]++;
			return OK;
		}
	struct str *parts = ARENA_ARRAY(tx->arena, struct str, 2 * file->count + 1);
	for (size_t i = 0; i < file->count; i++) {
		parts[2 * i] = file->cells[i];
		parts[2 * i + 1] = STR("\x1f");
	}
	sha256(parts, 2 * file->count, r.digest);
	warn(&r);
	for (size_t i = 0; i < im->spec->step_count && !stop && !r.rejected; i++)
		TRY(run_step(&r, i, &outcome, &stop));
	if (r.rejected && !im->dry)
		return E_INVALID; /* what the row has made so far goes back with it */
	result->outcomes[r.rejected ? ROW_REJECTED : outcome]++;
	return OK;
}
