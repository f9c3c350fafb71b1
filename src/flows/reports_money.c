/* reports_money.c - what is owed, VAT, and the file for an accounting package. Documents that were approved count on their tax point; a void one
 * stands with nothing (rulings G5). */
#include "money_path.h"
#include "reports.h"

#include <string.h>

enum { CODES_MAX = 64 };

/* ---- ageing ---- */

const struct column columns_ageing[9] = {
	[AGE_ID] = { "customer_id", COLUMN_ID, false }, [AGE_NAME] = { "customer", COLUMN_TEXT, false }, [AGE_CURRENT] = { "current", COLUMN_MONEY, true },
	[AGE_30] = { "days_30", COLUMN_MONEY, true }, [AGE_60] = { "days_60", COLUMN_MONEY, true }, [AGE_90] = { "days_90", COLUMN_MONEY, true },
	[AGE_120] = { "days_120", COLUMN_MONEY, true }, [AGE_ON_ACCOUNT] = { "on_account", COLUMN_MONEY, true }, [AGE_TOTAL] = { "total", COLUMN_MONEY, true },
};

static enum err add_to(struct table *t, struct id customer, int column, int64_t amount)
{
	struct value *cells = NULL;
	if (!amount)
		return OK;
	for (size_t i = 0; i < t->row_count && !cells; i++)
		if (id_eq(t->cells[i * t->column_count].id, customer))
			cells = t->cells + i * t->column_count;
	if (!cells) {
		struct value fresh[9] = { VALUE_ID(customer), VALUE_NULL };
		for (size_t k = AGE_CURRENT; k <= AGE_TOTAL; k++)
			fresh[k] = VALUE_INT(0);
		TRY(table_add(t, fresh));
		cells = t->cells + (t->row_count - 1) * t->column_count;
	}
	cells[column].i += amount;
	cells[AGE_TOTAL].i += amount;
	t->totals[column] += amount;
	t->totals[AGE_TOTAL] += amount;
	return OK;
}

static enum err add_sums(struct tx *tx, struct table *t, const struct sums *q, int column, int first_sign, int second_sign)
{
	struct sum_row *rows;
	size_t n;
	TRY(store_sum(tx, q, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(add_to(t, rows[i].group[0].id, column, first_sign * rows[i].sum[0] + (q->sum_count > 1 ? second_sign * rows[i].sum[1] : 0)));
	return OK;
}

/* Invoices by how many days they are overdue; what was paid or credited and not set against one counts against the customer's debt. */
enum err ageing_fill(struct tx *tx, struct table *t, struct day today, const struct id *customer)
{
	static const char *const owed[] = { "approved", "sent", "part_paid" }, *const issued[] = { "approved", "allocated" }, *const received[] = { "recorded", "allocated" };
	static const struct {
		int column, from, until; /* days overdue, the second not included */
	} ages[] = { { AGE_CURRENT, -4000000, 1 }, { AGE_30, 1, 31 }, { AGE_60, 31, 61 }, { AGE_90, 61, 91 }, { AGE_120, 91, 4000000 } };
	for (size_t k = 0; k < ARRAY_LEN(ages); k++) {
		struct sums q = { .noun = &noun_invoice, .group = { INVOICE_CUSTOMER }, .group_count = 1, .sum = { INVOICE_BALANCE }, .sum_count = 1 };
		q.filters[q.filter_count++] = filter_any(INVOICE_STATUS, owed, ARRAY_LEN(owed));
		q.filters[q.filter_count++] = filter_between(INVOICE_DUE_DATE, today.days - ages[k].until + 1, today.days - ages[k].from + 1);
		if (customer)
			q.filters[q.filter_count++] = filter_is(INVOICE_CUSTOMER, VALUE_ID(*customer));
		TRY(add_sums(tx, t, &q, ages[k].column, 1, 0));
	}
	struct sums credits = { .noun = &noun_credit_note, .group = { CREDIT_CUSTOMER }, .group_count = 1, .sum = { DOC_TOTAL, CREDIT_ALLOCATED }, .sum_count = 2 };
	credits.filters[credits.filter_count++] = filter_any(CREDIT_STATUS, issued, ARRAY_LEN(issued));
	struct sums paid = { .noun = &noun_payment, .group = { PAYMENT_CUSTOMER }, .group_count = 1, .sum = { PAYMENT_AMOUNT, PAYMENT_ALLOCATED }, .sum_count = 2 };
	paid.filters[paid.filter_count++] = filter_any(PAYMENT_STATUS, received, ARRAY_LEN(received));
	if (customer) {
		credits.filters[credits.filter_count++] = filter_is(CREDIT_CUSTOMER, VALUE_ID(*customer));
		paid.filters[paid.filter_count++] = filter_is(PAYMENT_CUSTOMER, VALUE_ID(*customer));
	}
	TRY(add_sums(tx, t, &credits, AGE_ON_ACCOUNT, 1, 1)); /* totals of credits are negative */
	return add_sums(tx, t, &paid, AGE_ON_ACCOUNT, -1, 1);
}

enum err report_ageing(struct tx *tx, struct report_call *r)
{
	TRY(ageing_fill(tx, &r->table, r->today, NULL));
	table_sort(&r->table, AGE_TOTAL, true);
	return report_names(tx, r, AGE_ID, AGE_NAME, &noun_customer, CUSTOMER_NAME);
}

/* ---- documents of a period, one VAT group at a time ---- */

struct codes {
	struct row **rows;
	size_t count;
};

static enum err read_codes(struct tx *tx, struct codes *ret)
{
	struct query q = { .noun = &noun_tax_code, .sort = TAX_CODE_CODE, .ascending = true, .limit = LIST_LIMIT_MAX };
	struct page page;
	TRY(store_list(tx, &q, &page));
	ret->rows = page.rows;
	ret->count = page.count;
	return OK;
}

static struct str code_name(const struct codes *codes, struct str id_text)
{
	struct id id;
	for (size_t i = 0; id_parse(id_text, &id) == OK && i < codes->count; i++)
		if (id_eq(row_id(codes->rows[i], F_ID_FIELD), id))
			return row_text(codes->rows[i], TAX_CODE_CODE);
	return STR("");
}

struct group {
	struct str code;
	int64_t rate_bp, net, vat;
};

static enum err groups_of(struct tx *tx, const struct codes *codes, const struct row *doc, struct group *ret, size_t *ret_count)
{
	json_t *v;
	*ret_count = 0;
	if (row_is_null(doc, DOC_VAT_GROUPS))
		return OK;
	TRY(json_read(tx->arena, row_text(doc, DOC_VAT_GROUPS), tx->problem, &v));
	for (size_t i = 0; i < json_array_size(v) && i < CODES_MAX; i++) {
		const json_t *g = json_array_get(v, i);
		ret[(*ret_count)++] = (struct group){ code_name(codes, json_text(json_object_get(g, "tax_code_id"))), json_integer_value(json_object_get(g, "rate_bp")),
			                              json_integer_value(json_object_get(g, "net")), json_integer_value(json_object_get(g, "vat")) };
	}
	return OK;
}

struct period {
	struct report_call *r;
	struct codes codes;
	bool credit;
};

static enum err each_document(struct tx *tx, struct report_call *r, const struct noun *noun, int date, const int *only, size_t only_count, store_each_fn *each,
                              struct period *p)
{
	struct walk w = { .noun = noun, .sort = F_CREATED_AT_FIELD, .ascending = true };
	w.filters[w.filter_count++] = filter_between(date, r->from.days, r->until.days + 1);
	set_add(&w.only, date);
	set_add(&w.only, DOC_VAT_GROUPS);
	for (size_t i = 0; i < only_count; i++)
		set_add(&w.only, only[i]);
	return store_each(tx, &w, each, p);
}

enum { VAT_KIND, VAT_CODE, VAT_RATE, VAT_COUNT, VAT_NET, VAT_VAT, VAT_TOTAL, VAT_VOID };
const struct column columns_vat[8] = {
	[VAT_KIND] = { "kind", COLUMN_TEXT, false }, [VAT_CODE] = { "tax_code", COLUMN_TEXT, false }, [VAT_RATE] = { "rate", COLUMN_BP, false }, [VAT_COUNT] = { "documents", COLUMN_INT, false },
	[VAT_NET] = { "net", COLUMN_MONEY, true }, [VAT_VAT] = { "vat", COLUMN_MONEY, true }, [VAT_TOTAL] = { "total", COLUMN_MONEY, true }, [VAT_VOID] = { "void", COLUMN_INT, false },
};

static enum err vat_add(struct table *t, const char *kind, const struct group *g, bool is_void)
{
	struct value *cells = NULL;
	for (size_t i = 0; i < t->row_count && !cells; i++) {
		struct value *have = t->cells + i * t->column_count;
		if (str_eqz(have[VAT_KIND].s, kind) && str_eq(have[VAT_CODE].s, g->code) && have[VAT_RATE].i == g->rate_bp)
			cells = have;
	}
	if (!cells) {
		const struct value fresh[] = { VALUE_TEXT(str_from(kind)), VALUE_TEXT(g->code), VALUE_INT(g->rate_bp), VALUE_INT(0), VALUE_INT(0), VALUE_INT(0), VALUE_INT(0), VALUE_INT(0) };
		TRY(table_add(t, fresh));
		cells = t->cells + (t->row_count - 1) * t->column_count;
	}
	if (is_void) {
		cells[VAT_VOID].i++;
		return OK;
	}
	const int64_t adds[] = { [VAT_COUNT] = 1, [VAT_NET] = g->net, [VAT_VAT] = g->vat, [VAT_TOTAL] = g->net + g->vat };
	for (int k = VAT_COUNT; k <= VAT_TOTAL; k++) {
		cells[k].i += adds[k];
		t->totals[k] += adds[k];
	}
	return OK;
}

static enum err vat_document(struct tx *tx, const struct row *doc, void *arg)
{
	struct period *p = arg;
	struct group groups[CODES_MAX];
	size_t n;
	int status = p->credit ? CREDIT_STATUS : INVOICE_STATUS;
	if (row_is(doc, status, "draft"))
		return OK;
	TRY(groups_of(tx, &p->codes, doc, groups, &n));
	for (size_t i = 0; i < n; i++)
		TRY(vat_add(&p->r->table, p->credit ? "credit_note" : "invoice", &groups[i], row_is(doc, status, "void")));
	return OK;
}

enum err report_vat(struct tx *tx, struct report_call *r)
{
	static const int of_invoice[] = { INVOICE_STATUS }, of_credit[] = { CREDIT_STATUS };
	struct period p = { .r = r };
	TRY(read_codes(tx, &p.codes));
	TRY(each_document(tx, r, &noun_invoice, INVOICE_TAX_POINT, of_invoice, ARRAY_LEN(of_invoice), vat_document, &p));
	p.credit = true;
	return each_document(tx, r, &noun_credit_note, CREDIT_DATE, of_credit, ARRAY_LEN(of_credit), vat_document, &p);
}

/* ---- the accounting file: docs/accounting.md describes its columns ---- */

enum { ACC_TYPE, ACC_NO, ACC_DATE, ACC_DUE, ACC_STATUS, ACC_CUSTOMER_ID, ACC_CUSTOMER, ACC_CODE, ACC_VAT_NO, ACC_REFERENCE, ACC_CORRECTS, ACC_TAX, ACC_RATE, ACC_NET, ACC_VAT,
       ACC_TOTAL, ACC_CURRENCY };
const struct column columns_accounting[17] = {
	[ACC_TYPE] = { "type", COLUMN_TEXT, false }, [ACC_NO] = { "number", COLUMN_TEXT, false }, [ACC_DATE] = { "date", COLUMN_DATE, false }, [ACC_DUE] = { "due_date", COLUMN_DATE, false },
	[ACC_STATUS] = { "status", COLUMN_TEXT, false }, [ACC_CUSTOMER_ID] = { "customer_id", COLUMN_ID, false }, [ACC_CUSTOMER] = { "customer", COLUMN_TEXT, false },
	[ACC_CODE] = { "customer_code", COLUMN_TEXT, false }, [ACC_VAT_NO] = { "customer_vat_no", COLUMN_TEXT, false }, [ACC_REFERENCE] = { "reference", COLUMN_TEXT, false },
	[ACC_CORRECTS] = { "corrects", COLUMN_TEXT, false }, [ACC_TAX] = { "tax_code", COLUMN_TEXT, false }, [ACC_RATE] = { "rate", COLUMN_BP, false },
	[ACC_NET] = { "net", COLUMN_MONEY, true }, [ACC_VAT] = { "vat", COLUMN_MONEY, true }, [ACC_TOTAL] = { "total", COLUMN_MONEY, true }, [ACC_CURRENCY] = { "currency", COLUMN_TEXT, false },
};

static enum err acc_add(struct tx *tx, struct period *p, struct value *cells, const struct row *doc, bool is_void)
{
	struct group groups[CODES_MAX];
	size_t n;
	TRY(groups_of(tx, &p->codes, doc, groups, &n));
	for (size_t i = 0; i < n; i++) {
		cells[ACC_TAX] = VALUE_TEXT(groups[i].code);
		cells[ACC_RATE] = VALUE_INT(groups[i].rate_bp);
		cells[ACC_NET] = VALUE_INT(is_void ? 0 : groups[i].net);
		cells[ACC_VAT] = VALUE_INT(is_void ? 0 : groups[i].vat);
		cells[ACC_TOTAL] = VALUE_INT(is_void ? 0 : groups[i].net + groups[i].vat);
		TRY(table_add(&p->r->table, cells));
	}
	return OK;
}

static enum err acc_invoice(struct tx *tx, const struct row *doc, void *arg)
{
	struct value cells[17] = { VALUE_TEXT(STR("invoice")), doc->v[INVOICE_NO], doc->v[INVOICE_TAX_POINT], doc->v[INVOICE_DUE_DATE], doc->v[INVOICE_STATUS],
		                   doc->v[INVOICE_CUSTOMER] };
	if (row_is(doc, INVOICE_STATUS, "draft"))
		return OK;
	cells[ACC_REFERENCE] = doc->v[INVOICE_ORDER_NO];
	cells[ACC_CURRENCY] = doc->v[INVOICE_CURRENCY];
	return acc_add(tx, arg, cells, doc, row_is(doc, INVOICE_STATUS, "void"));
}

static enum err acc_credit(struct tx *tx, const struct row *doc, void *arg)
{
	struct value cells[17] = { VALUE_TEXT(STR("credit_note")), doc->v[CREDIT_NO], doc->v[CREDIT_DATE], VALUE_NULL, doc->v[CREDIT_STATUS], doc->v[CREDIT_CUSTOMER] };
	if (row_is(doc, CREDIT_STATUS, "draft"))
		return OK;
	cells[ACC_CORRECTS] = doc->v[CREDIT_INVOICE]; /* its number, in the end */
	cells[ACC_CURRENCY] = doc->v[CREDIT_CURRENCY];
	return acc_add(tx, arg, cells, doc, false);
}

/* Money that came is less than nothing here, so that a column of totals is what is still owed. */
static enum err acc_payment(struct tx *tx, const struct row *p, void *arg)
{
	struct period *period = arg;
	struct value cells[17] = { VALUE_TEXT(STR("payment")), p->v[PAYMENT_NO], p->v[PAYMENT_DATE], VALUE_NULL, p->v[PAYMENT_METHOD], p->v[PAYMENT_CUSTOMER] };
	(void)tx;
	if (row_is(p, PAYMENT_STATUS, "reversed"))
		return OK;
	cells[ACC_REFERENCE] = p->v[PAYMENT_REFERENCE];
	cells[ACC_TOTAL] = VALUE_INT(-row_int(p, PAYMENT_AMOUNT));
	cells[ACC_CURRENCY] = row_text(period->r->call->ctx.company, TENANT_CURRENCY).n ? VALUE_TEXT(row_text(period->r->call->ctx.company, TENANT_CURRENCY)) : VALUE_NULL;
	return table_add(&period->r->table, cells);
}

static enum err acc_customers(struct tx *tx, struct report_call *r)
{
	struct table *t = &r->table;
	struct id *ids;
	size_t n;
	TRY(table_names(tx, t, ACC_CORRECTS, ACC_CORRECTS, &noun_invoice, INVOICE_NO, &ids, &n));
	TRY(table_names(tx, t, ACC_CUSTOMER_ID, ACC_CODE, &noun_customer, CUSTOMER_CODE, &ids, &n));
	TRY(table_names(tx, t, ACC_CUSTOMER_ID, ACC_VAT_NO, &noun_customer, CUSTOMER_VAT_NO, &ids, &n));
	return report_names(tx, r, ACC_CUSTOMER_ID, ACC_CUSTOMER, &noun_customer, CUSTOMER_NAME);
}

enum err report_accounting(struct tx *tx, struct report_call *r)
{
	static const int of_invoice[] = { INVOICE_STATUS, INVOICE_NO, INVOICE_DUE_DATE, INVOICE_CUSTOMER, INVOICE_ORDER_NO, INVOICE_CURRENCY };
	static const int of_credit[] = { CREDIT_STATUS, CREDIT_NO, CREDIT_INVOICE, CREDIT_CUSTOMER, CREDIT_CURRENCY };
	static const int of_payment[] = { PAYMENT_NO, PAYMENT_DATE, PAYMENT_METHOD, PAYMENT_CUSTOMER, PAYMENT_STATUS, PAYMENT_AMOUNT, PAYMENT_REFERENCE };
	struct period p = { .r = r };
	struct walk w = { .noun = &noun_payment, .sort = PAYMENT_DATE, .ascending = true };
	TRY(read_codes(tx, &p.codes));
	TRY(each_document(tx, r, &noun_invoice, INVOICE_TAX_POINT, of_invoice, ARRAY_LEN(of_invoice), acc_invoice, &p));
	TRY(each_document(tx, r, &noun_credit_note, CREDIT_DATE, of_credit, ARRAY_LEN(of_credit), acc_credit, &p));
	w.filters[w.filter_count++] = filter_between(PAYMENT_DATE, r->from.days, r->until.days + 1);
	for (size_t i = 0; i < ARRAY_LEN(of_payment); i++)
		set_add(&w.only, of_payment[i]);
	TRY(store_each(tx, &w, acc_payment, &p));
	return acc_customers(tx, r);
}
