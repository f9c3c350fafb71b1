/* prices.c - units, price lists, and items that are made of others (bundles): what a line takes from the catalogue. */
#include "doc.h"

static const struct field unit_fields[] = {
	COMMON_ROWS(UNIT),
	[UNIT_CODE] = { .name = "code", .doc = "Short code: ea, h, m.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | ONCE | UNIQUE | FILTER | PHONE_OK, .min = 1, .max = 20 },
	[UNIT_NAME] = { .name = "name", .doc = "What it means.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | PHONE_OK, .min = 1, .max = 60 },
	[UNIT_DECIMALS] = { .name = "decimals", .doc = "Decimals that a quantity of it may have.", .type = F_INT, .tag = 13, .flags = REQUIRED | PHONE_OK, .max = 3, .initial = "0" },
	[UNIT_ACTIVE] = { .name = "active", .doc = "Whether it is offered.", .type = F_BOOL, .tag = 14, .flags = REQUIRED, .initial = "true" },
};
_Static_assert(ARRAY_LEN(unit_fields) == UNIT_FIELDS, "unit: table and enum differ");

static const struct order unit_orders[] = { { -1, UNIT_CODE }, { -1, UNIT_CREATED_AT }, ORDERS_END };

const struct noun noun_unit = {
	.tag = 36, .name = "unit", .plural = "units", .doc = "Of what something is counted.",
	FIELDS(unit_fields), .orders = unit_orders, .label = UNIT_CODE, .own = -1, .parent = -1, .no_delete = true,
};

static const struct field bundle_fields[] = {
	COMMON_ROWS(BUNDLE),
	[BUNDLE_OF] = { .name = "bundle_id", .doc = "The item that is made of others.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_item },
	[BUNDLE_ITEM] = { .name = "item_id", .doc = "One of those.", .type = F_REF, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_item },
	[BUNDLE_QTY3] = { .name = "qty3", .doc = "How many of it, in thousandths.", .type = F_INT, .tag = 13, .flags = REQUIRED, .min = 1, .max = QTY_MAX },
	[BUNDLE_POSITION] = { .name = "position", .doc = "Place among the parts.", .type = F_INT, .tag = 14, .flags = REQUIRED, .max = 100000, .initial = "100" },
};
_Static_assert(ARRAY_LEN(bundle_fields) == BUNDLE_FIELDS, "bundle_line: table and enum differ");

static const struct order bundle_orders[] = { { -1, BUNDLE_CREATED_AT }, { BUNDLE_OF, BUNDLE_CREATED_AT }, { BUNDLE_OF, BUNDLE_POSITION }, { BUNDLE_ITEM, BUNDLE_CREATED_AT }, ORDERS_END };

/* One level: a bundle of bundles is nobody's price list. */
static enum err bundle_before(struct write *w)
{
	struct row *whole, *part;
	TRY(row_if(w->tx, &noun_item, row_id(w->is, BUNDLE_OF), &whole));
	TRY(row_if(w->tx, &noun_item, row_id(w->is, BUNDLE_ITEM), &part));
	if (whole && !row_is(whole, ITEM_KIND, "bundle"))
		problem_fault(w->tx->problem, STR("/bundle_id"), "choice", "This item is no bundle.");
	if (part && row_is(part, ITEM_KIND, "bundle"))
		problem_fault(w->tx->problem, STR("/item_id"), "choice", "A bundle is not made of bundles.");
	return problem_done(w->tx->problem);
}

const struct noun noun_bundle_line = {
	.tag = 37, .name = "bundle_line", .plural = "bundle_lines", .doc = "What a bundle is made of.",
	FIELDS(bundle_fields), .orders = bundle_orders, .label = BUNDLE_POSITION, .own = -1, .parent = BUNDLE_OF, .before_write = bundle_before,
};

static const struct field list_fields[] = {
	COMMON_ROWS(PRICE_LIST),
	[PRICE_LIST_NAME] = { .name = "name", .doc = "What it is called.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | UNIQUE | SEARCH, .min = 1, .max = 100 },
	[PRICE_LIST_DISCOUNT_BP] = { .name = "discount_bp", .doc = "What it takes off every price that it does not name, in hundredths of a percent.", .type = F_INT, .tag = 12, .flags = REQUIRED, .max = BP_FULL, .initial = "0" },
	[PRICE_LIST_ACTIVE] = { .name = "active", .doc = "Whether it is used.", .type = F_BOOL, .tag = 13, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(list_fields) == PRICE_LIST_FIELDS, "price_list: table and enum differ");

static const struct order list_orders[] = { { -1, PRICE_LIST_NAME }, { -1, PRICE_LIST_CREATED_AT }, ORDERS_END };

const struct noun noun_price_list = {
	.tag = 38, .name = "price_list", .plural = "price_lists", .doc = "Prices for some customers.",
	FIELDS(list_fields), .orders = list_orders, .label = PRICE_LIST_NAME, .own = -1, .parent = -1,
};

static const struct field price_fields[] = {
	COMMON_ROWS(PRICE),
	[PRICE_LIST_OF] = { .name = "price_list_id", .doc = "The price list.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_price_list },
	[PRICE_ITEM] = { .name = "item_id", .doc = "The item.", .type = F_REF, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_item },
	[PRICE_SELL4] = { .name = "sell4", .doc = "Price of one, in ten-thousandths, with VAT where the item's own price is.", .type = F_INT, .tag = 13, .max = PRICE_MAX, .see = "price.read" },
	[PRICE_DISCOUNT_BP] = { .name = "discount_bp", .doc = "Or what is taken off the item's own price, in hundredths of a percent.", .type = F_INT, .tag = 14, .max = BP_FULL, .see = "price.read" },
	[PRICE_FROM] = { .name = "valid_from", .doc = "First day on which it applies, if not always.", .type = F_DATE, .tag = 15, .max = 2932896 },
	[PRICE_UNTIL] = { .name = "valid_until", .doc = "Last day on which it applies, if it ends.", .type = F_DATE, .tag = 16, .max = 2932896 },
};
_Static_assert(ARRAY_LEN(price_fields) == PRICE_FIELDS, "price_list_line: table and enum differ");

static const struct order price_orders[] = { { -1, PRICE_CREATED_AT }, { PRICE_LIST_OF, PRICE_CREATED_AT }, { PRICE_ITEM, PRICE_CREATED_AT }, ORDERS_END };

static enum err price_before(struct write *w)
{
	if (row_is_null(w->is, PRICE_SELL4) == row_is_null(w->is, PRICE_DISCOUNT_BP))
		problem_fault(w->tx->problem, STR("/sell4"), "required", "Say a price or what is taken off, one of them.");
	if (!row_is_null(w->is, PRICE_FROM) && !row_is_null(w->is, PRICE_UNTIL) && row_int(w->is, PRICE_UNTIL) < row_int(w->is, PRICE_FROM))
		problem_fault(w->tx->problem, STR("/valid_until"), "range", "It ends on or after the day on which it begins.");
	return problem_done(w->tx->problem);
}

const struct noun noun_price_list_line = {
	.tag = 39, .name = "price_list_line", .plural = "price_list_lines", .doc = "The price of an item in a price list.",
	FIELDS(price_fields), .orders = price_orders, .label = PRICE_ITEM, .own = -1, .parent = PRICE_LIST_OF, .before_write = price_before,
};

/* ---- what a line takes from them ---- */

/* Half away from zero, in ten-thousandths. */
static int64_t less(int64_t price4, int64_t discount_bp)
{
	return (price4 * (BP_FULL - discount_bp) + BP_FULL / 2) / BP_FULL;
}

static bool applies(const struct row *price, struct id item, struct day day)
{
	return id_eq(row_id(price, PRICE_ITEM), item) && (row_is_null(price, PRICE_FROM) || row_int(price, PRICE_FROM) <= day.days) &&
	       (row_is_null(price, PRICE_UNTIL) || row_int(price, PRICE_UNTIL) >= day.days);
}

/* What the list says of an item; the newest of several that apply. */
static enum err listed(struct tx *tx, struct id list, const struct row *item, struct day day, int64_t own4, int64_t *ret)
{
	struct row *head, **prices;
	size_t n;
	*ret = own4;
	TRY(row_if(tx, &noun_price_list, list, &head));
	if (!head || !row_int(head, PRICE_LIST_ACTIVE))
		return OK;
	*ret = less(own4, row_int(head, PRICE_LIST_DISCOUNT_BP));
	TRY(store_children(tx, &noun_price_list_line, PRICE_ITEM, row_id(item, F_ID_FIELD), &prices, &n));
	for (size_t i = 0; i < n; i++)
		if (id_eq(row_id(prices[i], PRICE_LIST_OF), list) && applies(prices[i], row_id(item, F_ID_FIELD), day))
			*ret = row_is_null(prices[i], PRICE_SELL4) ? less(own4, row_int(prices[i], PRICE_DISCOUNT_BP)) : row_int(prices[i], PRICE_SELL4);
	return OK;
}

/* A bundle without a price of its own costs what its parts cost. */
static enum err sum_of_parts(struct tx *tx, const struct row *bundle, int field, int64_t *ret, bool *ret_known)
{
	struct row **parts, *item;
	size_t n;
	*ret = 0;
	*ret_known = false;
	TRY(store_children(tx, &noun_bundle_line, BUNDLE_OF, row_id(bundle, F_ID_FIELD), &parts, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(store_get(tx, &noun_item, row_id(parts[i], BUNDLE_ITEM), &item));
		int64_t worth;
		if (__builtin_mul_overflow(row_int(item, field), row_int(parts[i], BUNDLE_QTY3), &worth) || *ret + worth / 1000 > PRICE_MAX)
			return problem_set(tx->problem, E_CONFLICT, "The parts of this bundle come to more than a price can be.");
		*ret += worth / 1000 + (worth % 1000 >= 500);
		*ret_known |= !row_is_null(item, field);
	}
	return OK;
}

enum err item_price(struct tx *tx, const struct row *item, struct id price_list, struct day day, int64_t *ret, bool *ret_known)
{
	bool bundle = row_is(item, ITEM_KIND, "bundle");
	*ret = row_int(item, ITEM_SELL4);
	*ret_known = !row_is_null(item, ITEM_SELL4);
	if (!*ret_known && bundle)
		TRY(sum_of_parts(tx, item, ITEM_SELL4, ret, ret_known));
	return *ret_known && !id_is_zero(price_list) ? listed(tx, price_list, item, day, *ret, ret) : OK;
}

enum err item_cost(struct tx *tx, const struct row *item, int64_t *ret, bool *ret_known)
{
	*ret = row_int(item, ITEM_COST4);
	*ret_known = !row_is_null(item, ITEM_COST4);
	return *ret_known || !row_is(item, ITEM_KIND, "bundle") ? OK : sum_of_parts(tx, item, ITEM_COST4, ret, ret_known);
}

static enum err decimals_of(struct tx *tx, struct standing *on, struct str code, int64_t *ret)
{
	struct row *unit;
	for (size_t i = 0; i < on->unit_count; i++)
		if (str_eq(on->units[i].code, code)) {
			*ret = on->units[i].decimals;
			return OK;
		}
	enum err e = store_find(tx, &noun_unit, UNIT_CODE, VALUE_TEXT(code), &unit);
	if (e != OK && e != E_NOT_FOUND)
		return e;
	*ret = e == OK ? row_int(unit, UNIT_DECIMALS) : -1;
	if (on->unit_count < ARRAY_LEN(on->units)) {
		on->units[on->unit_count].code = code;
		on->units[on->unit_count++].decimals = *ret;
	}
	return OK;
}

enum err unit_check(struct tx *tx, struct standing *on, struct str code, int64_t qty3, struct str at)
{
	static const int64_t step[] = { 1000, 100, 10, 1 };
	int64_t decimals = -1;
	if (!code.n || qty3 % step[0] == 0)
		return OK;
	TRY(decimals_of(tx, on, code, &decimals));
	if (decimals >= 0 && qty3 % step[decimals] != 0)
		problem_fault(tx->problem, str_fmt(tx->arena, STR_FMT "/qty3", STR_ARG(at)), "range", "%s",
		              decimals ? str_fmt(tx->arena, "Of this unit a quantity has up to %lld decimals.", (long long)decimals).p : "Of this unit there are only whole ones.");
	return OK;
}

/* ---- the parts of a bundle, for whoever writes a document ---- */

enum err item_parts_run(struct act_call *c)
{
	struct row **parts, *item;
	struct buf b;
	struct json_out o;
	size_t n;
	TRY(store_children(c->tx, &noun_bundle_line, BUNDLE_OF, row_id(c->row, F_ID_FIELD), &parts, &n));
	buf_init(&b, c->tx->arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "lines");
	jw_open(&o, '[');
	for (size_t i = 0; i < n; i++) {
		TRY(store_get(c->tx, &noun_item, row_id(parts[i], BUNDLE_ITEM), &item));
		struct str qty = qty_str(c->tx->arena, (struct qty){ row_int(parts[i], BUNDLE_QTY3) }, NUMBER_POINT);
		jw_open(&o, '{');
		jw_member_str(&o, "kind", STR("text"));
		jw_member_str(&o, "description", str_fmt(c->tx->arena, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(qty), STR_ARG(row_text(item, ITEM_UNIT)), STR_ARG(row_text(item, ITEM_NAME))));
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	c->ret_body = buf_str(&b);
	return OK;
}
