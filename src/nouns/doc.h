/* doc.h - what every document with lines has in common: quotes, work, invoices, credit notes.
 *
 * Their nouns have the fields of DOC_ENUM and LINE_ENUM (nouns.h) right after the common ones, so that what is here works on rows of any of
 * them. Amounts are cents, quantities thousandths (qty3), prices ten-thousandths (price4), percents basis points. The figures come from
 * base/money.h; nothing here rounds. */
#ifndef DOC_H
#define DOC_H

#include "act.h"
#include "nouns.h"

#include "money.h"

extern const char *const price_modes[], *const line_kinds[];

/* clang-format off */
#define DOC_ROWS(P) \
	[P##_PRICE_MODE] = { .name = "price_mode", .doc = "Whether its prices are without or with VAT.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | READONLY | DERIVED, .values = price_modes }, \
	[P##_CURRENCY] = { .name = "currency", .doc = "Currency, three letters.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | READONLY, .min = 3, .max = 3, .initial = "ZAR" }, \
	[P##_DISCOUNT_BP] = { .name = "discount_bp", .doc = "Discount on the whole, in hundredths of a percent.", .type = F_INT, .tag = 13, .flags = REQUIRED | READONLY, .max = BP_FULL, .initial = "0" }, \
	[P##_DISCOUNT] = { .name = "discount", .doc = "Discount on the whole as an amount; only one of the two.", .type = F_MONEY, .tag = 14, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" }, \
	[P##_SUM] = { .name = "sum", .doc = "Sum of the lines.", .type = F_MONEY, .tag = 15, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0" }, \
	[P##_DISCOUNT_TAKEN] = { .name = "discount_taken", .doc = "What the discount on the whole comes to.", .type = F_MONEY, .tag = 16, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0" }, \
	[P##_NET] = { .name = "net", .doc = "Total without VAT.", .type = F_MONEY, .tag = 17, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0" }, \
	[P##_VAT] = { .name = "vat", .doc = "VAT.", .type = F_MONEY, .tag = 18, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0" }, \
	[P##_TOTAL] = { .name = "total", .doc = "Total with VAT.", .type = F_MONEY, .tag = 19, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0" }, \
	[P##_VAT_GROUPS] = { .name = "vat_groups", .doc = "Net and VAT for each tax code and rate.", .type = F_JSON, .tag = 20, .flags = READONLY, .max = 8000 }

/* The right hides costs from whoever may not see them; KEPT is PERSONAL, or RECORD for nouns that are records. */
#define LINE_ROWS(P, parent, parent_noun, lines_flags, KEPT) \
	[P##_PARENT] = { .name = parent, .doc = "The document that it stands on.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER | (lines_flags), .ref = parent_noun }, \
	[P##_POSITION] = { .name = "position", .doc = "Place among the lines.", .type = F_INT, .tag = 12, .flags = REQUIRED | (lines_flags), .max = 100000, .initial = "100" }, \
	[P##_SECTION] = { .name = "section", .doc = "Heading under which it stands.", .type = F_TEXT, .tag = 13, .flags = (lines_flags), .max = 200, KEPT("saying what is offered or done") }, \
	[P##_KIND] = { .name = "kind", .doc = "Something with a price, a text, or a subtotal.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | (lines_flags), .values = line_kinds, .initial = "item" }, \
	[P##_ITEM] = { .name = "item_id", .doc = "The item of the catalogue.", .type = F_REF, .tag = 15, .flags = FILTER | (lines_flags), .ref = &noun_item }, \
	[P##_DESCRIPTION] = { .name = "description", .doc = "What it is.", .type = F_LINES, .tag = 16, .flags = REQUIRED | DERIVED | (lines_flags), .min = 1, .max = 2000, KEPT("saying what is offered or done") }, \
	[P##_QTY3] = { .name = "qty3", .doc = "How many, in thousandths.", .type = F_INT, .tag = 17, .flags = REQUIRED | (lines_flags), .min = -QTY_MAX, .max = QTY_MAX, .initial = "0" }, \
	[P##_UNIT] = { .name = "unit", .doc = "Of what: each, hours, metres.", .type = F_TEXT, .tag = 18, .flags = (lines_flags), .max = 20 }, \
	[P##_PRICE4] = { .name = "price4", .doc = "Price of one, in ten-thousandths.", .type = F_INT, .tag = 19, .flags = REQUIRED | DERIVED, .max = PRICE_MAX, .see = "price.read" }, \
	[P##_COST4] = { .name = "cost4", .doc = "What one costs you, in ten-thousandths.", .type = F_INT, .tag = 20, .max = PRICE_MAX, .see = "cost.read" }, \
	[P##_DISCOUNT_BP] = { .name = "discount_bp", .doc = "Discount on the line, in hundredths of a percent.", .type = F_INT, .tag = 21, .flags = REQUIRED, .max = BP_FULL, .initial = "0", .see = "price.read" }, \
	[P##_TAX_CODE] = { .name = "tax_code_id", .doc = "How it is taxed.", .type = F_REF, .tag = 22, .ref = &noun_tax_code }, \
	[P##_RATE_BP] = { .name = "rate_bp", .doc = "Rate of the tax that applied, in hundredths of a percent.", .type = F_INT, .tag = 23, .flags = REQUIRED | READONLY, .max = BP_FULL, .initial = "0" }, \
	[P##_LINE_NET] = { .name = "line_net", .doc = "The line's amount after its own discount.", .type = F_MONEY, .tag = 24, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0", .see = "price.read" }, \
	[P##_LINE_AFTER] = { .name = "line_after", .doc = "The same after its share of the discount on the whole.", .type = F_MONEY, .tag = 25, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0", .see = "price.read" }, \
	[P##_UNREGISTERED] = { .name = "unregistered", .doc = "Made while you were not registered for VAT: once you are, its tax code is asked anew.", .type = F_BOOL, .tag = 26, .flags = READONLY }
/* clang-format on */

/* The date on which a document stands, and what the company is on that date. */
struct standing {
	struct day day;
	bool registered; /* for VAT (law.md 4.1: who is not must not print any) */
	bool inclusive;  /* of the document's prices */
	struct id price_list; /* of the customer; zero: none */
	/* Rates that were looked up for this document already. */
	struct {
		struct id code;
		int64_t bp;
		bool found;
	} rates[8];
	size_t rate_count;
	/* And units. */
	struct {
		struct str code;
		int64_t decimals; /* -1: a word of somebody's own */
	} units[8];
	size_t unit_count;
};
/* Small things that several of these files ask for. row_if() - a row, or NULL where there is none. row_joined() - texts that are filled, joined by
 * ", ". json_has_id() - whether a list holds this id. */
must_use enum err row_if(struct tx *tx, const struct noun *noun, struct id id, struct row **ret);
struct str row_joined(struct arena *a, const struct row *r, const int *fields, size_t count);
bool json_has_id(const json_t *list, struct id id);
/* company_today() - the date now in the company's zone. */
must_use enum err company_today(struct tx *tx, struct day *ret);
/* company_registered() - whether the company was registered for VAT on a day; *ret_no its number (may be NULL). */
must_use enum err company_registered(struct tx *tx, struct day day, bool *ret, struct str *ret_no);

/* standing_for() - puts the customer's price list into it. */
must_use enum err standing_for(struct tx *tx, struct id customer, struct standing *on);
/* prices.c. item_price(), item_cost() - of one, in ten-thousandths, in the way of the item's own price; a bundle without its own is the sum of its
 * parts. unit_check() - a fault at `at`/qty3 where a quantity has more decimals than its unit. */
must_use enum err item_price(struct tx *tx, const struct row *item, struct id price_list, struct day day, int64_t *ret, bool *ret_known);
must_use enum err item_cost(struct tx *tx, const struct row *item, int64_t *ret, bool *ret_known);
must_use enum err unit_check(struct tx *tx, struct standing *on, struct str code, int64_t qty3, struct str at);
must_use enum err item_parts_run(struct act_call *c);

/* rate_of() - the rate of a tax code on the document's day; remembered in `on`. */
must_use enum err rate_of(struct tx *tx, struct standing *on, struct id code, int64_t *ret_bp, bool *ret_found);
/* line_fill() - puts into a line what follows from its item, its tax code and the day, and its own amount. Faults name `at` + "/field". */
must_use enum err line_fill(struct tx *tx, struct standing *on, struct row *line, struct str at);

/* doc_lines() - the lines of a document in their order. */
must_use enum err doc_lines(struct tx *tx, const struct noun *line_noun, struct id doc, struct row ***ret, size_t *ret_count);
/* doc_read_lines() - lines from a JSON list (the member "lines"), filled; not stored. Faults name /lines/<n>/<field>. */
must_use enum err doc_read_lines(struct tx *tx, const struct noun *line_noun, struct standing *on, struct str list, struct row ***ret,
                                 size_t *ret_count);
/* doc_total() - puts the figures into the document's row and, for lines of a noun with amounts, into the lines. `skips` says which lines do
 * not count (may be NULL). */
must_use enum err doc_total(struct tx *tx, struct row *doc, struct row **lines, size_t count, bool (*skips)(const struct row *line));
/* doc_replace_lines() - deletes the stored lines of a document and stores these. */
must_use enum err doc_replace_lines(struct tx *tx, const struct noun *line_noun, struct id doc, struct row **lines, size_t count);
/* line_copy() - a line of another noun with the same content, no parent, no id. */
struct row *line_copy(struct arena *a, const struct row *line, const struct noun *to);
/* doc_hash() - 64 hexadecimal digits of SHA-256 over the canonical JSON of a document and its lines and of what else is given (rulings G2). */
struct str doc_hash(struct arena *a, const struct row *doc, struct row **lines, size_t count, struct str also);

#endif
