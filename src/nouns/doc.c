#include "doc.h"

#include "zone.h"

#include <stdlib.h>
#include <string.h>

const char *const price_modes[] = { "excl", "incl", NULL };
const char *const line_kinds[] = { "item", "text", "subtotal", NULL };

enum err row_if(struct tx *tx, const struct noun *noun, struct id id, struct row **ret)
{
	*ret = NULL;
	enum err e = id_is_zero(id) ? E_NOT_FOUND : store_get(tx, noun, id, ret);
	return e == E_NOT_FOUND ? OK : e;
}

struct str row_joined(struct arena *a, const struct row *r, const int *fields, size_t count)
{
	struct buf b;
	buf_init(&b, a, 4000);
	for (size_t i = 0; r && i < count; i++) {
		struct str s = row_text(r, fields[i]);
		if (s.n && b.n)
			buf_addz(&b, ", ");
		buf_add(&b, s);
	}
	return str_dup(a, buf_str(&b));
}

bool json_has_id(const json_t *list, struct id id)
{
	struct id one;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (id_parse(json_text(json_array_get(list, i)), &one) == OK && id_eq(one, id))
			return true;
	return false;
}

/* ---- the company on a day ---- */

enum err company_today(struct tx *tx, struct day *ret)
{
	const struct ctx *c = tx_ctx(tx);
	const struct zone *zone;
	if (!c || !c->company)
		return problem_set(tx->problem, E_INTERNAL, "The company is not at hand.");
	TRY(zone_load(tx->arena, row_text(c->company, TENANT_TIMEZONE), &zone));
	*ret = zone_local(zone, tx->now).day;
	return OK;
}

enum err company_registered(struct tx *tx, struct day day, bool *ret, struct str *ret_no)
{
	struct query q = { .noun = &noun_vat_status, .sort = VAT_STATUS_FROM, .ascending = false, .limit = LIST_LIMIT_MAX };
	struct page page;
	*ret = false;
	TRY(store_list(tx, &q, &page));
	for (size_t i = 0; i < page.count; i++) {
		if (row_int(page.rows[i], VAT_STATUS_FROM) > day.days)
			continue;
		*ret = row_int(page.rows[i], VAT_STATUS_REGISTERED) != 0;
		if (ret_no)
			*ret_no = row_text(page.rows[i], VAT_STATUS_NO);
		break;
	}
	return OK;
}

/* ---- one line ---- */

static enum err find_code(struct tx *tx, const char *code, struct row **ret)
{
	enum err e = store_find(tx, &noun_tax_code, TAX_CODE_CODE, VALUE_TEXT(str_from(code)), ret);
	return e == E_NOT_FOUND ? problem_set(tx->problem, E_CONFLICT, "There is no tax code %s.", code) : e;
}

/* The newest rate of a code that has begun by then and has not ended. */
static enum err rate_on(struct tx *tx, struct id code, struct day day, int64_t *ret_bp, bool *ret_found)
{
	struct row **rates;
	size_t n;
	int64_t from = INT64_MIN;
	*ret_found = false;
	TRY(store_children(tx, &noun_tax_rate, TAX_RATE_CODE, code, &rates, &n));
	for (size_t i = 0; i < n; i++) {
		bool ended = !row_is_null(rates[i], TAX_RATE_UNTIL) && row_int(rates[i], TAX_RATE_UNTIL) < day.days;
		if (row_int(rates[i], TAX_RATE_FROM) > day.days || ended || row_int(rates[i], TAX_RATE_FROM) < from)
			continue;
		from = row_int(rates[i], TAX_RATE_FROM);
		*ret_bp = row_int(rates[i], TAX_RATE_BP);
		*ret_found = true;
	}
	return OK;
}

static void fault(struct tx *tx, struct str at, const char *field, const char *code, const char *says)
{
	problem_fault(tx->problem, str_fmt(tx->arena, STR_FMT "/%s", STR_ARG(at), field), code, "%s", says);
}

/* A price of the catalogue in the way of the document, to four decimals, half away from zero (rulings G6: once, at insertion). */
static int64_t converted(int64_t price4, bool is_inclusive, bool wants_inclusive, int64_t rate_bp)
{
	if (is_inclusive == wants_inclusive)
		return price4;
	return (wants_inclusive ? price_with_tax : price_without_tax)((struct price){ price4 }, (int32_t)rate_bp).e4;
}

/* Most lines of a document have one code: it is looked up once. */
enum err rate_of(struct tx *tx, struct standing *on, struct id code, int64_t *ret_bp, bool *ret_found)
{
	for (size_t i = 0; i < on->rate_count; i++)
		if (id_eq(on->rates[i].code, code)) {
			*ret_bp = on->rates[i].bp;
			*ret_found = on->rates[i].found;
			return OK;
		}
	TRY(rate_on(tx, code, on->day, ret_bp, ret_found));
	if (on->rate_count < ARRAY_LEN(on->rates)) {
		on->rates[on->rate_count].code = code;
		on->rates[on->rate_count].bp = *ret_bp;
		on->rates[on->rate_count++].found = *ret_found;
	}
	return OK;
}

/* A code that stood there only because the company was not registered goes, now that it is. */
static enum err ask_code_anew(struct tx *tx, const struct standing *on, struct row *line)
{
	struct row *code;
	if (on->registered && row_int(line, LINE_UNREGISTERED)) {
		TRY(find_code(tx, "OUT", &code));
		if (id_eq(row_id(line, LINE_TAX_CODE), row_id(code, F_ID_FIELD)))
			row_set_null(line, LINE_TAX_CODE);
	}
	row_set_null(line, LINE_UNREGISTERED);
	return OK;
}

static enum err tax_line(struct tx *tx, struct standing *on, struct row *line, const struct row *item, struct str at)
{
	struct row *code;
	bool found;
	int64_t bp = 0;
	if (!on->registered) {
		row_set_int(line, LINE_UNREGISTERED, 1);
		TRY(find_code(tx, "OUT", &code));
		row_set_id(line, LINE_TAX_CODE, row_id(code, F_ID_FIELD));
	} else if (row_is_null(line, LINE_TAX_CODE)) {
		if (item)
			line->v[LINE_TAX_CODE] = item->v[ITEM_TAX_CODE];
		if (row_is_null(line, LINE_TAX_CODE)) {
			TRY(find_code(tx, "STD", &code));
			row_set_id(line, LINE_TAX_CODE, row_id(code, F_ID_FIELD));
		}
	}
	TRY(rate_of(tx, on, row_id(line, LINE_TAX_CODE), &bp, &found));
	if (!found)
		fault(tx, at, "tax_code_id", "range", "This tax code has no rate on the day of the document.");
	row_set_int(line, LINE_RATE_BP, bp);
	return OK;
}

static enum err from_item(struct tx *tx, struct row *line, struct row **ret_item, struct str at)
{
	static const int taken[] = { LINE_DESCRIPTION, LINE_UNIT, LINE_PRICE4, LINE_COST4, LINE_TAX_CODE };
	bool complete = true;
	*ret_item = NULL;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		complete &= !row_is_null(line, taken[i]);
	if (row_is_null(line, LINE_ITEM) || complete) /* what is taken of it is there; that it exists is checked with the other references */
		return OK;
	enum err e = store_get(tx, &noun_item, row_id(line, LINE_ITEM), ret_item);
	if (e == E_NOT_FOUND) {
		fault(tx, at, "item_id", "reference", "There is no such item.");
		return OK;
	}
	TRY(e);
	const struct row *item = *ret_item;
	if (row_is_null(line, LINE_DESCRIPTION))
		line->v[LINE_DESCRIPTION] = item->v[ITEM_NAME];
	if (row_is_null(line, LINE_UNIT))
		line->v[LINE_UNIT] = item->v[ITEM_UNIT];
	int64_t cost = 0;
	bool known = false;
	if (row_is_null(line, LINE_COST4))
		TRY(item_cost(tx, item, &cost, &known));
	if (known)
		row_set_int(line, LINE_COST4, cost);
	return OK;
}

static enum err amount_of(struct tx *tx, struct standing *on, struct row *line, struct str at)
{
	const struct document_line one = { .qty = { row_int(line, LINE_QTY3) }, .price = { row_int(line, LINE_PRICE4) },
		                           .discount_bp = (int32_t)row_int(line, LINE_DISCOUNT_BP), .rate_bp = (int32_t)row_int(line, LINE_RATE_BP) };
	const struct document d = { .mode = on->inclusive ? VAT_INCLUSIVE : VAT_EXCLUSIVE, .lines = &one, .count = 1 };
	struct document_fault wrong;
	struct totals t;
	if (document_totals(tx->arena, &d, &wrong, &t) != OK) {
		fault(tx, at, strcmp(wrong.field, "qty") == 0 ? "qty3" : "price4", "range", "The amount is too large.");
		return OK;
	}
	row_set_int(line, LINE_LINE_NET, t.lines[0].net.minor);
	row_set_int(line, LINE_LINE_AFTER, t.lines[0].after.minor);
	return OK;
}

static enum err price_of(struct tx *tx, const struct standing *on, struct row *line, const struct row *item)
{
	int64_t price4 = 0;
	bool known = false;
	if (!item || !row_is_null(line, LINE_PRICE4))
		return OK;
	TRY(item_price(tx, item, on->price_list, on->day, &price4, &known));
	if (known)
		row_set_int(line, LINE_PRICE4, converted(price4, row_int(item, ITEM_INCLUDES_VAT) != 0, on->inclusive, row_int(line, LINE_RATE_BP)));
	return OK;
}

enum err standing_for(struct tx *tx, struct id customer, struct standing *on)
{
	struct row *row;
	TRY(row_if(tx, &noun_customer, customer, &row));
	if (row)
		on->price_list = row_id(row, CUSTOMER_PRICE_LIST);
	return OK;
}

enum err line_fill(struct tx *tx, struct standing *on, struct row *line, struct str at)
{
	struct row *item;
	row_defaults(tx->arena, line);
	if (!row_is(line, LINE_KIND, "item")) {
		static const int none[] = { LINE_ITEM, LINE_UNIT, LINE_COST4, LINE_TAX_CODE };
		static const int zero[] = { LINE_QTY3, LINE_PRICE4, LINE_DISCOUNT_BP, LINE_RATE_BP, LINE_LINE_NET, LINE_LINE_AFTER };
		for (size_t i = 0; i < ARRAY_LEN(none); i++)
			row_set_null(line, none[i]);
		for (size_t i = 0; i < ARRAY_LEN(zero); i++)
			row_set_int(line, zero[i], 0);
		if (row_is_null(line, LINE_DESCRIPTION))
			fault(tx, at, "description", "required", "Say what stands on this line.");
		return OK;
	}
	TRY(ask_code_anew(tx, on, line));
	TRY(from_item(tx, line, &item, at));
	TRY(tax_line(tx, on, line, item, at));
	TRY(price_of(tx, on, line, item));
	if (row_is_null(line, LINE_DESCRIPTION))
		fault(tx, at, "description", "required", "Say what it is, or choose an item.");
	if (row_is_null(line, LINE_PRICE4))
		fault(tx, at, "price4", "required", "Say the price, or choose an item that has one.");
	if (row_int(line, LINE_QTY3) == 0)
		fault(tx, at, "qty3", "required", "Say how many.");
	TRY(unit_check(tx, on, row_text(line, LINE_UNIT), row_int(line, LINE_QTY3), at));
	return amount_of(tx, on, line, at);
}

/* ---- lines of a document ---- */

static int by_position(const void *a, const void *b)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	int64_t i = row_int(x, LINE_POSITION), j = row_int(y, LINE_POSITION);
	return i != j ? (i > j) - (i < j) : id_cmp(row_id(x, F_ID_FIELD), row_id(y, F_ID_FIELD));
}

enum err doc_lines(struct tx *tx, const struct noun *line_noun, struct id doc, struct row ***ret, size_t *ret_count)
{
	TRY(store_children(tx, line_noun, LINE_PARENT, doc, ret, ret_count));
	qsort(*ret, *ret_count, sizeof(**ret), by_position);
	return OK;
}

/* Faults of a part of a request move under the place of the part. */
static void take_faults(struct problem *to, const struct problem *from, struct str at)
{
	for (const struct fault *f = from->faults; f; f = f->next)
		problem_fault(to, str_fmt(to->arena, STR_FMT STR_FMT, STR_ARG(at), STR_ARG(f->pointer)), f->code, STR_FMT, STR_ARG(f->detail));
}

static enum err read_line(struct tx *tx, const struct noun *line_noun, struct standing *on, const json_t *v, size_t at, struct row **ret)
{
	struct problem own;
	struct field_set present;
	struct str place = str_fmt(tx->arena, "/lines/%zu", at);
	struct row *line = *ret = row_new(tx->arena, line_noun);
	problem_init(&own, tx->arena);
	enum err e = fields_read(tx->arena, line_noun->fields, line_noun->field_count, INPUT_PATCH, v, line->v, &present, &own);
	if (e == E_INVALID && !own.faults)
		fault(tx, STR(""), "lines", "type", "A list of objects is wanted.");
	take_faults(tx->problem, &own, place);
	if (e == E_INVALID)
		return OK;
	TRY(e);
	if (row_is_null(line, LINE_POSITION))
		row_set_int(line, LINE_POSITION, (int64_t)(at + 1) * 10);
	return line_fill(tx, on, line, place);
}

enum err doc_read_lines(struct tx *tx, const struct noun *line_noun, struct standing *on, struct str list, struct row ***ret,
                        size_t *ret_count)
{
	json_t *v;
	TRY(json_read(tx->arena, list, tx->problem, &v));
	size_t n = json_array_size(v);
	if (!json_is_array(v))
		fault(tx, STR(""), "lines", "type", "A list is wanted.");
	else if (n > DOCUMENT_LINES_MAX)
		fault(tx, STR(""), "lines", "range", "At most 2,000 lines.");
	TRY(problem_done(tx->problem));
	*ret = ARENA_ARRAY(tx->arena, struct row *, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(read_line(tx, line_noun, on, json_array_get(v, i), i, &(*ret)[i]));
	*ret_count = n;
	return problem_done(tx->problem);
}

/* ---- figures ---- */

static int32_t number_of_code(struct id *codes, size_t *count, struct id code)
{
	for (size_t i = 0; i < *count; i++)
		if (id_eq(codes[i], code))
			return (int32_t)i;
	codes[*count] = code;
	return (int32_t)(*count)++;
}

static struct str groups_json(struct arena *a, const struct totals *t, const struct id *codes)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 8000);
	jw_init(&o, &b);
	jw_open(&o, '[');
	for (size_t i = 0; i < t->group_count; i++) {
		const struct vat_group *g = &t->groups[i];
		jw_open(&o, '{');
		jw_member_id(&o, "tax_code_id", codes[g->tax_code]);
		jw_member_int(&o, "rate_bp", g->rate_bp);
		jw_member_int(&o, "net", g->net.minor);
		jw_member_int(&o, "vat", g->vat.minor);
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	return str_dup(a, buf_str(&b));
}

static enum err say_fault(struct tx *tx, const struct document_fault *f)
{
	static const struct {
		const char *from, *to;
	} names[] = { { "qty", "qty3" }, { "price", "price4" }, { "net", "price4" } };
	const char *field = f->field;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(field, names[i].from) == 0)
			field = names[i].to;
	if (f->line == SIZE_MAX)
		fault(tx, STR(""), strcmp(f->field, "total") == 0 ? "lines" : field, "range", "This is more than a document can hold, or more than the sum of its lines.");
	else
		fault(tx, str_fmt(tx->arena, "/lines/%zu", f->line), field, "range", "This is more than a line can hold.");
	return problem_done(tx->problem);
}

enum err doc_total(struct tx *tx, struct row *doc, struct row **lines, size_t count, bool (*skips)(const struct row *line))
{
	struct document_line *in = ARENA_ARRAY(tx->arena, struct document_line, count + 1);
	struct id *codes = ARENA_ARRAY(tx->arena, struct id, count + 1);
	size_t code_count = 0;
	struct document_fault wrong;
	struct totals t;
	for (size_t i = 0; i < count; i++)
		in[i] = (struct document_line){
			.qty = { row_int(lines[i], LINE_QTY3) }, .price = { row_int(lines[i], LINE_PRICE4) }, .discount_bp = (int32_t)row_int(lines[i], LINE_DISCOUNT_BP),
			.tax_code = number_of_code(codes, &code_count, row_id(lines[i], LINE_TAX_CODE)), .rate_bp = (int32_t)row_int(lines[i], LINE_RATE_BP),
			.skip = !row_is(lines[i], LINE_KIND, "item") || (skips && skips(lines[i])),
		};
	const struct document d = { .mode = row_is(doc, DOC_PRICE_MODE, "incl") ? VAT_INCLUSIVE : VAT_EXCLUSIVE, .lines = in, .count = count,
		                    .discount_bp = (int32_t)row_int(doc, DOC_DISCOUNT_BP), .discount = { row_int(doc, DOC_DISCOUNT) } };
	if (document_totals(tx->arena, &d, &wrong, &t) != OK)
		return say_fault(tx, &wrong);
	for (size_t i = 0; i < count; i++) {
		if (in[i].skip)
			continue;
		row_set_int(lines[i], LINE_LINE_NET, t.lines[i].net.minor);
		row_set_int(lines[i], LINE_LINE_AFTER, t.lines[i].after.minor);
	}
	row_set_int(doc, DOC_SUM, t.sum.minor);
	row_set_int(doc, DOC_DISCOUNT_TAKEN, t.discount.minor);
	row_set_int(doc, DOC_NET, t.net.minor);
	row_set_int(doc, DOC_VAT, t.vat.minor);
	row_set_int(doc, DOC_TOTAL, t.total.minor);
	row_set_text(doc, DOC_VAT_GROUPS, groups_json(tx->arena, &t, codes));
	return OK;
}

enum err doc_replace_lines(struct tx *tx, const struct noun *line_noun, struct id doc, struct row **lines, size_t count)
{
	struct row **old;
	size_t n;
	TRY(store_children(tx, line_noun, LINE_PARENT, doc, &old, &n));
	for (size_t i = 0; i < n; i++)
		TRY(store_delete(tx, old[i]));
	for (size_t i = 0; i < count; i++) {
		row_set_id(lines[i], LINE_PARENT, doc);
		TRY(store_insert(tx, lines[i], &lines[i]));
	}
	return OK;
}

struct row *line_copy(struct arena *a, const struct row *line, const struct noun *to)
{
	struct row *copy = row_new(a, to);
	for (int i = LINE_POSITION; i < LINE_FIELDS; i++)
		copy->v[i] = line->v[i];
	return copy;
}

struct str doc_hash(struct arena *a, const struct row *doc, struct row **lines, size_t count, struct str also)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 8 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_id(&o, "id", row_id(doc, F_ID_FIELD));
	jw_member_str(&o, "kind", str_from(doc->noun->name));
	for (int i = F_COMMON_FIELDS; i < DOC_FIELDS; i++) {
		jw_key(&o, doc->noun->fields[i].name);
		value_write(&o, &doc->noun->fields[i], doc->v[i]);
	}
	jw_member_str(&o, "also", also);
	jw_key(&o, "lines");
	jw_open(&o, '[');
	for (size_t k = 0; k < count; k++) {
		jw_open(&o, '{');
		jw_member_id(&o, "id", row_id(lines[k], F_ID_FIELD));
		for (int i = LINE_POSITION; i < LINE_FIELDS; i++) {
			if (i == LINE_COST4) /* nothing of the customer's */
				continue;
			jw_key(&o, lines[k]->noun->fields[i].name);
			value_write(&o, &lines[k]->noun->fields[i], lines[k]->v[i]);
		}
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	return sha256_hex(a, buf_str(&b));
}
