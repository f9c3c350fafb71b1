/* items.c - what is sold and how it is taxed: tax codes with dated rates, the company's own standing for VAT, and the catalogue of items.
 * Rates are data, never code: one that was announced for the future can be withdrawn (law.md 4.1). */
#include "doc.h"

static const char *const tax_kinds[] = { "standard", "zero", "exempt", "outside", NULL };

static const struct field tax_code_fields[] = {
	COMMON_ROWS(TAX_CODE),
	[TAX_CODE_CODE] = { .name = "code", .doc = "Short code: STD, ZERO, EXEMPT, OUT.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | ONCE | UNIQUE | FILTER, .min = 1, .max = 12 },
	[TAX_CODE_NAME] = { .name = "name", .doc = "What it means.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 1, .max = 100 },
	[TAX_CODE_KIND] = { .name = "kind", .doc = "How it stands in a VAT return.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | ONCE | FILTER, .values = tax_kinds },
	[TAX_CODE_ACTIVE] = { .name = "active", .doc = "Whether it is offered.", .type = F_BOOL, .tag = 14, .flags = REQUIRED, .initial = "true" },
};
_Static_assert(ARRAY_LEN(tax_code_fields) == TAX_CODE_FIELDS, "tax_code: table and enum differ");

static const struct order tax_code_orders[] = { { -1, TAX_CODE_CODE }, { -1, TAX_CODE_CREATED_AT }, ORDERS_END };

const struct noun noun_tax_code = {
	.tag = 17, .name = "tax_code", .plural = "tax_codes", .doc = "A way in which something is taxed.",
	FIELDS(tax_code_fields), .orders = tax_code_orders, .label = TAX_CODE_CODE, .own = -1, .parent = -1, .no_delete = true,
};

static const struct field tax_rate_fields[] = {
	COMMON_ROWS(TAX_RATE),
	[TAX_RATE_CODE] = { .name = "tax_code_id", .doc = "The tax code.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_tax_code },
	[TAX_RATE_BP] = { .name = "rate_bp", .doc = "The rate, in hundredths of a percent: 1500 is 15 %.", .type = F_INT, .tag = 12, .flags = REQUIRED, .max = BP_FULL },
	[TAX_RATE_FROM] = { .name = "valid_from", .doc = "First day on which it applies.", .type = F_DATE, .tag = 13, .flags = REQUIRED, .max = 2932896 },
	[TAX_RATE_UNTIL] = { .name = "valid_until", .doc = "Last day on which it applies, if it ends.", .type = F_DATE, .tag = 14, .max = 2932896 },
};
_Static_assert(ARRAY_LEN(tax_rate_fields) == TAX_RATE_FIELDS, "tax_rate: table and enum differ");

static const struct order tax_rate_orders[] = { { -1, TAX_RATE_FROM }, { TAX_RATE_CODE, TAX_RATE_FROM }, { TAX_RATE_CODE, TAX_RATE_CREATED_AT }, ORDERS_END };

/* What has begun stays as it was: documents were made with it. It can be ended, and what has not begun can be withdrawn. */
static enum err tax_rate_before(struct write *w)
{
	struct day today;
	if (!row_is_null(w->is, TAX_RATE_UNTIL) && row_int(w->is, TAX_RATE_UNTIL) < row_int(w->is, TAX_RATE_FROM)) {
		problem_fault(w->tx->problem, STR("/valid_until"), "range", "It ends on or after the day on which it begins.");
		return problem_done(w->tx->problem);
	}
	if (!w->was)
		return OK;
	TRY(company_today(w->tx, &today));
	bool begun = row_int(w->was, TAX_RATE_FROM) <= today.days;
	if (begun && (write_changes(w, TAX_RATE_BP) || write_changes(w, TAX_RATE_FROM) || write_changes(w, F_DELETED_AT_FIELD)))
		return problem_set(w->tx->problem, E_CONFLICT, "This rate has begun; end it and add another.");
	return OK;
}

const struct noun noun_tax_rate = {
	.tag = 18, .name = "tax_rate", .plural = "tax_rates", .doc = "The rate of a tax code from a day on.",
	FIELDS(tax_rate_fields), .orders = tax_rate_orders, .label = TAX_RATE_FROM, .own = -1, .parent = TAX_RATE_CODE, .company = true,
	.before_write = tax_rate_before,
};

static const struct field vat_status_fields[] = {
	COMMON_ROWS(VAT_STATUS),
	[VAT_STATUS_FROM] = { .name = "valid_from", .doc = "First day on which it applies.", .type = F_DATE, .tag = 11, .flags = REQUIRED | ONCE | UNIQUE, .max = 2932896 },
	[VAT_STATUS_REGISTERED] = { .name = "registered", .doc = "Whether the company is registered for VAT from that day on.", .type = F_BOOL, .tag = 12, .flags = REQUIRED | ONCE },
	[VAT_STATUS_NO] = { .name = "vat_no", .doc = "Its VAT number.", .type = F_TEXT, .tag = 13, .flags = ONCE, .max = 20 },
};
_Static_assert(ARRAY_LEN(vat_status_fields) == VAT_STATUS_FIELDS, "vat_status: table and enum differ");

static const struct order vat_status_orders[] = { { -1, VAT_STATUS_FROM }, { -1, VAT_STATUS_CREATED_AT }, ORDERS_END };

static enum err vat_status_before(struct write *w)
{
	if (row_int(w->is, VAT_STATUS_REGISTERED) && row_is_null(w->is, VAT_STATUS_NO))
		problem_fault(w->tx->problem, STR("/vat_no"), "required", "A registered company has a VAT number.");
	return problem_done(w->tx->problem);
}

const struct noun noun_vat_status = {
	.tag = 19, .name = "vat_status", .plural = "vat_statuses", .doc = "Whether the company was registered for VAT, from a day on.",
	FIELDS(vat_status_fields), .orders = vat_status_orders, .label = VAT_STATUS_FROM, .own = -1, .parent = -1, .no_delete = true,
	.before_write = vat_status_before,
};

static const char *const item_kinds[] = { "product", "labour", "travel", "fee", "bundle", NULL };
static const struct act item_acts[] = {
	{ .name = "parts", .doc = "What a bundle is made of, as lines of text for a document.", .right = "item.read", .run = item_parts_run },
	{ .name = NULL },
};

static const struct field item_fields[] = {
	COMMON_ROWS(ITEM),
	[ITEM_CODE] = { .name = "code", .doc = "Code of the item.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | UNIQUE | FILTER | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 60 },
	[ITEM_NAME] = { .name = "name", .doc = "What it is called.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 200 },
	[ITEM_KIND] = { .name = "kind", .doc = "A thing, work, travel, a fee, or a bundle of others.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | FILTER | PHONE_OK, .values = item_kinds, .initial = "product" },
	[ITEM_UNIT] = { .name = "unit", .doc = "Of what it is counted: ea, h, m.", .type = F_TEXT, .tag = 14, .flags = REQUIRED | PHONE_OK, .min = 1, .max = 20, .initial = "ea" },
	[ITEM_SELL4] = { .name = "sell4", .doc = "Price of one, in ten-thousandths.", .type = F_INT, .tag = 15, .max = PRICE_MAX, .see = "price.read" },
	[ITEM_INCLUDES_VAT] = { .name = "price_includes_vat", .doc = "Whether that price is with VAT.", .type = F_BOOL, .tag = 16, .flags = REQUIRED, .initial = "false" },
	[ITEM_COST4] = { .name = "cost4", .doc = "What one costs you, in ten-thousandths.", .type = F_INT, .tag = 17, .max = PRICE_MAX, .see = "cost.read" },
	[ITEM_TAX_CODE] = { .name = "tax_code_id", .doc = "How it is taxed; standard if left out.", .type = F_REF, .tag = 18, .ref = &noun_tax_code },
	[ITEM_CATEGORY] = { .name = "category", .doc = "Group in the price list.", .type = F_TEXT, .tag = 19, .flags = FILTER | SEARCH | PHONE_OK, .max = 100 },
	[ITEM_BARCODE] = { .name = "barcode", .doc = "What a scanner reads.", .type = F_TEXT, .tag = 20, .flags = FILTER | SEARCH | PHONE_OK, .max = 60 },
	[ITEM_SUPPLIER_CODE] = { .name = "supplier_code", .doc = "The supplier's code.", .type = F_TEXT, .tag = 21, .flags = SEARCH | PREFIXES, .max = 60 },
	[ITEM_WARRANTY_MONTHS] = { .name = "warranty_months", .doc = "Months of warranty beyond the law's three.", .type = F_INT, .tag = 22, .max = 1200 },
	[ITEM_DESCRIPTION] = { .name = "description", .doc = "More about it.", .type = F_LINES, .tag = 23, .max = 4000 },
	[ITEM_ACTIVE] = { .name = "active", .doc = "Whether it is offered.", .type = F_BOOL, .tag = 24, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(item_fields) == ITEM_FIELDS, "item: table and enum differ");

static const struct order item_orders[] = { { -1, ITEM_CODE }, { -1, ITEM_CREATED_AT }, { ITEM_KIND, ITEM_CODE }, { ITEM_ACTIVE, ITEM_CODE }, ORDERS_END };

const struct noun noun_item = {
	.tag = 20, .name = "item", .plural = "items", .doc = "Something that is sold: a thing, work, travel, a fee.",
	FIELDS(item_fields), .orders = item_orders, .label = ITEM_NAME, .own = -1, .parent = -1, .acts = item_acts,
};
