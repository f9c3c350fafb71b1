/* invoice.c - invoices and payments (product.md 4.4 to 4.7, rulings G5 and G6); credit notes are in credit.c. Approving gives the number, in the transaction that
 * freezes the document, so that a series has no gaps; afterwards only its state changes. */
#include "doc.h"
#include "job.h"
#include "messages.h"
#include "money_path.h"
#include "portal.h"

static const char *const invoice_kinds[] = { "invoice", "deposit", "progress", NULL };
static const char *const invoice_states[] = { "draft", "approved", "sent", "part_paid", "paid", "credited", "void", NULL };
static const char *const methods[] = { "eft", "cash", "card", "cheque", "link", "other", NULL };
static const char *const payment_states[] = { "recorded", "allocated", "reversed", NULL };

enum { LAST_DAY = 2932896 };

static const struct field invoice_fields[] = {
	COMMON_ROWS(INVOICE),
	DOC_ROWS(INVOICE),
	[INVOICE_NO] = { .name = "no", .doc = "Number; given when it is approved.", .type = F_TEXT, .tag = 31, .flags = READONLY | UNIQUE | FILTER | SEARCH | PREFIXES, .max = 40 },
	[INVOICE_KIND] = { .name = "kind", .doc = "For work done, in advance, or in part.", .type = F_ENUM, .tag = 32, .flags = REQUIRED | ONCE | FILTER, .values = invoice_kinds, .initial = "invoice" },
	[INVOICE_CUSTOMER] = { .name = "customer_id", .doc = "Who pays.", .type = F_REF, .tag = 33, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_customer },
	[INVOICE_SITE] = { .name = "site_id", .doc = "Where the work was.", .type = F_REF, .tag = 34, .ref = &noun_site },
	[INVOICE_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 35, .flags = ONCE | FILTER, .ref = &noun_job },
	[INVOICE_QUOTE] = { .name = "quote_id", .doc = "The quote.", .type = F_REF, .tag = 36, .flags = ONCE | FILTER, .ref = &noun_quote },
	[INVOICE_STATUS] = { .name = "status", .doc = "How far it is.", .type = F_ENUM, .tag = 37, .flags = REQUIRED | READONLY | FILTER, .values = invoice_states, .initial = "draft" },
	[INVOICE_DATE] = { .name = "date", .doc = "Date of the invoice.", .type = F_DATE, .tag = 38, .flags = FILTER, .max = LAST_DAY },
	[INVOICE_DUE_DATE] = { .name = "due_date", .doc = "When it is to be paid.", .type = F_DATE, .tag = 39, .flags = FILTER, .max = LAST_DAY },
	[INVOICE_TAX_POINT] = { .name = "tax_point", .doc = "Day that decides the rate and the period of its VAT.", .type = F_DATE, .tag = 40, .flags = READONLY | FILTER, .max = LAST_DAY },
	[INVOICE_ORDER_NO] = { .name = "customer_order_no", .doc = "The customer's own order number.", .type = F_TEXT, .tag = 41, .flags = SEARCH | PREFIXES, .max = 60 },
	[INVOICE_CREDITED] = { .name = "credited", .doc = "Sum of its credit notes.", .type = F_MONEY, .tag = 42, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[INVOICE_PAID] = { .name = "paid", .doc = "Sum of what was paid and set off.", .type = F_MONEY, .tag = 43, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[INVOICE_BALANCE] = { .name = "balance", .doc = "What is still owed.", .type = F_MONEY, .tag = 44, .flags = REQUIRED | READONLY, .min = -MONEY_MAX, .max = MONEY_MAX, .initial = "0" },
	[INVOICE_BUYER] = { .name = "buyer", .doc = "Name, address and VAT number of the buyer as they were.", .type = F_JSON, .tag = 45, .flags = READONLY, .max = 4000, RECORD("tax invoices") },
	[INVOICE_SELLER] = { .name = "seller", .doc = "Name, address and VAT number of the company as they were.", .type = F_JSON, .tag = 46, .flags = READONLY, .max = 4000 },
	[INVOICE_APPROVED_AT] = { .name = "approved_at", .doc = "When it was approved; from then on it never changes.", .type = F_TIME, .tag = 47, .flags = READONLY, .max = INT64_MAX },
	[INVOICE_SENT_AT] = { .name = "sent_at", .doc = "When it was first sent.", .type = F_TIME, .tag = 48, .flags = READONLY, .max = INT64_MAX },
	[INVOICE_REASON] = { .name = "reason", .doc = "Why it is void.", .type = F_TEXT, .tag = 49, .flags = READONLY, .max = 300, RECORD("tax invoices") },
	[INVOICE_REVISION] = { .name = "revision", .doc = "1, and one more for each correction of particulars.", .type = F_INT, .tag = 51, .flags = REQUIRED | READONLY, .min = 1, .max = 1000, .initial = "1" },
	[INVOICE_DOWNLOADED_AT] = { .name = "downloaded_at", .doc = "When its file was first taken out; from then on it cannot be made void.", .type = F_TIME, .tag = 52, .flags = READONLY, .max = INT64_MAX },
	[INVOICE_SAVES] = { .name = "saves", .doc = "How often its lines were saved, so that another's change of words is one too.", .type = F_INT, .tag = 53, .flags = REQUIRED | READONLY, .max = INT32_MAX, .initial = "0" },
	[INVOICE_HASH] = { .name = "document_hash", .doc = "SHA-256 of what was approved.", .type = F_TEXT, .tag = 50, .flags = READONLY, .max = 64 },
};
_Static_assert(ARRAY_LEN(invoice_fields) == INVOICE_FIELDS, "invoice: table and enum differ");

static const struct order invoice_orders[] = {
	{ -1, INVOICE_CREATED_AT }, { INVOICE_STATUS, INVOICE_CREATED_AT }, { INVOICE_CUSTOMER, INVOICE_CREATED_AT }, { INVOICE_JOB, INVOICE_CREATED_AT },
	{ INVOICE_QUOTE, INVOICE_CREATED_AT }, ORDERS_END
};

static const struct field iline_fields[] = {
	COMMON_ROWS(ILINE),
	LINE_ROWS(ILINE, "invoice_id", &noun_invoice, 0, RECORD),
	[ILINE_SOURCE] = { .name = "source_line_id", .doc = "The line of the work that it bills.", .type = F_REF, .tag = 31, .flags = FILTER, .ref = &noun_job_line },
};
_Static_assert(ARRAY_LEN(iline_fields) == ILINE_FIELDS, "invoice_line: table and enum differ");

static const struct order iline_orders[] = {
	{ -1, ILINE_CREATED_AT }, { ILINE_PARENT, ILINE_CREATED_AT }, { ILINE_PARENT, ILINE_POSITION }, { ILINE_SOURCE, ILINE_CREATED_AT }, ORDERS_END
};

static const struct field payment_fields[] = {
	COMMON_ROWS(PAYMENT),
	[PAYMENT_NO] = { .name = "no", .doc = "Number of the payment.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | READONLY | UNIQUE | FILTER | SEARCH | PREFIXES, .min = 1, .max = 40 },
	[PAYMENT_CUSTOMER] = { .name = "customer_id", .doc = "Who paid.", .type = F_REF, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_customer },
	[PAYMENT_DATE] = { .name = "date", .doc = "When.", .type = F_DATE, .tag = 13, .flags = REQUIRED | ONCE | FILTER, .max = LAST_DAY },
	[PAYMENT_AMOUNT] = { .name = "amount", .doc = "How much, in cents; less than nothing for a refund.", .type = F_MONEY, .tag = 14, .flags = REQUIRED | ONCE, .min = -MONEY_MAX, .max = MONEY_MAX },
	[PAYMENT_METHOD] = { .name = "method", .doc = "How.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | FILTER, .values = methods, .initial = "eft" },
	[PAYMENT_REFERENCE] = { .name = "reference", .doc = "What stands on the bank statement.", .type = F_TEXT, .tag = 16, .max = 200, RECORD("telling payments apart") },
	[PAYMENT_STATUS] = { .name = "status", .doc = "Whether it was set against invoices.", .type = F_ENUM, .tag = 17, .flags = REQUIRED | READONLY | FILTER, .values = payment_states, .initial = "recorded" },
	[PAYMENT_ALLOCATED] = { .name = "allocated", .doc = "What of it was set against invoices; the rest is on account.", .type = F_MONEY, .tag = 18, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[PAYMENT_REASON] = { .name = "reason", .doc = "Why it was reversed.", .type = F_TEXT, .tag = 19, .flags = READONLY, .max = 300, RECORD("telling payments apart") },
};
_Static_assert(ARRAY_LEN(payment_fields) == PAYMENT_FIELDS, "payment: table and enum differ");

static const struct order payment_orders[] = {
	{ -1, PAYMENT_CREATED_AT }, { -1, PAYMENT_DATE }, { PAYMENT_CUSTOMER, PAYMENT_CREATED_AT }, { PAYMENT_STATUS, PAYMENT_CREATED_AT }, ORDERS_END
};

static const struct field alloc_fields[] = {
	COMMON_ROWS(ALLOC),
	[ALLOC_PAYMENT] = { .name = "payment_id", .doc = "The payment.", .type = F_REF, .tag = 11, .flags = READONLY | FILTER, .ref = &noun_payment },
	[ALLOC_CREDIT] = { .name = "credit_note_id", .doc = "Or the credit note.", .type = F_REF, .tag = 12, .flags = READONLY | FILTER, .ref = &noun_credit_note },
	[ALLOC_INVOICE] = { .name = "invoice_id", .doc = "The invoice.", .type = F_REF, .tag = 13, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_invoice },
	[ALLOC_AMOUNT] = { .name = "amount", .doc = "How much.", .type = F_MONEY, .tag = 14, .flags = REQUIRED | READONLY, .min = 1, .max = MONEY_MAX },
};
_Static_assert(ARRAY_LEN(alloc_fields) == ALLOC_FIELDS, "allocation: table and enum differ");

static const struct order alloc_orders[] = {
	{ -1, ALLOC_CREATED_AT }, { ALLOC_INVOICE, ALLOC_CREATED_AT }, { ALLOC_PAYMENT, ALLOC_CREATED_AT }, { ALLOC_CREDIT, ALLOC_CREATED_AT }, ORDERS_END
};

/* ---- rights and limits ---- */

enum err approve_limit(struct tx *tx, int64_t total)
{
	const struct ctx *c = tx_ctx(tx);
	struct row *member;
	if (!c || !c->actor.signed_in)
		return OK;
	TRY(store_get(tx, &noun_membership, c->actor.membership, &member));
	if (row_is_null(member, MEMBERSHIP_APPROVE_LIMIT) || total <= row_int(member, MEMBERSHIP_APPROVE_LIMIT))
		return OK;
	return problem_set(tx->problem, E_FORBIDDEN, "The total is above what you may approve; ask somebody who may.");
}

/* ---- what is owed ---- */

enum err invoice_settle(struct tx *tx, struct id id, struct row **ret)
{
	struct row *was, *is, **allocations, **credits;
	size_t n, m;
	int64_t paid = 0, credited = 0;
	TRY(store_get(tx, &noun_invoice, id, &was));
	TRY(store_children(tx, &noun_allocation, ALLOC_INVOICE, id, &allocations, &n));
	for (size_t i = 0; i < n; i++)
		paid += row_int(allocations[i], ALLOC_AMOUNT);
	TRY(store_children(tx, &noun_credit_note, CREDIT_INVOICE, id, &credits, &m));
	for (size_t i = 0; i < m; i++)
		credited += row_is(credits[i], CREDIT_STATUS, "draft") ? 0 : -row_int(credits[i], DOC_TOTAL);
	is = row_copy(tx->arena, was);
	row_set_int(is, INVOICE_PAID, paid);
	row_set_int(is, INVOICE_CREDITED, credited);
	row_set_int(is, INVOICE_BALANCE, row_int(is, DOC_TOTAL) - paid);
	const char *state = row_is_null(is, INVOICE_SENT_AT) ? "approved" : "sent";
	if (credited && credited == row_int(is, DOC_TOTAL))
		state = "credited";
	else if (paid && paid == row_int(is, DOC_TOTAL))
		state = "paid";
	else if (paid)
		state = "part_paid";
	row_set_text(is, INVOICE_STATUS, str_from(state));
	return store_update(tx, was, is, ret);
}

enum err invoice_allocate(struct tx *tx, const struct row *payment, const struct row *credit, struct row *invoice, int64_t amount)
{
	struct row *a = row_new(tx->arena, &noun_allocation), *settled;
	if (row_is(invoice, INVOICE_STATUS, "draft") || row_is(invoice, INVOICE_STATUS, "void"))
		return problem_set(tx->problem, E_CONFLICT, "Only an approved invoice can be paid.");
	if (!id_eq(row_id(invoice, INVOICE_CUSTOMER), payment ? row_id(payment, PAYMENT_CUSTOMER) : row_id(credit, CREDIT_CUSTOMER)))
		return problem_set(tx->problem, E_CONFLICT, "The invoice is another customer's.");
	if (amount > row_int(invoice, INVOICE_BALANCE))
		return problem_set(tx->problem, E_CONFLICT, "That is more than is owed on the invoice.");
	if (payment)
		row_set_id(a, ALLOC_PAYMENT, row_id(payment, F_ID_FIELD));
	else
		row_set_id(a, ALLOC_CREDIT, row_id(credit, F_ID_FIELD));
	row_set_id(a, ALLOC_INVOICE, row_id(invoice, F_ID_FIELD));
	row_set_int(a, ALLOC_AMOUNT, amount);
	TRY(store_insert(tx, a, &a));
	return invoice_settle(tx, row_id(invoice, F_ID_FIELD), &settled);
}

/* ---- invoice: writing it ---- */

static enum err invoice_before(struct write *w)
{
	struct ctx *c = tx_ctx(w->tx);
	if (!w->was) {
		if (row_is_null(w->is, DOC_PRICE_MODE) && c && c->company)
			row_set_text(w->is, DOC_PRICE_MODE, row_text(c->company, TENANT_PRICE_MODE));
		if (c && c->company)
			row_set_text(w->is, DOC_CURRENCY, row_text(c->company, TENANT_CURRENCY));
		return OK;
	}
	bool frozen = !row_is_null(w->was, INVOICE_NO);
	static const int fixed[] = { INVOICE_SITE, INVOICE_DATE, INVOICE_DUE_DATE, INVOICE_ORDER_NO, F_DELETED_AT_FIELD };
	for (size_t i = 0; i < ARRAY_LEN(fixed) && frozen && !write_changes(w, INVOICE_REVISION); i++)
		if (write_changes(w, fixed[i]))
			return problem_set(w->tx->problem, E_CONFLICT, "An approved invoice does not change; credit it and make another.");
	return OK;
}

enum { LINES_LIST, LINES_DISCOUNT_BP, LINES_DISCOUNT, LINES_PRICE_MODE, LINES_BASE };
static const struct field lines_params[] = {
	[LINES_LIST] = { .name = "lines", .doc = "All lines, in their order.", .type = F_JSON, .flags = REQUIRED, .max = 900000 },
	[LINES_DISCOUNT_BP] = { .name = "discount_bp", .doc = "Discount on the whole, in hundredths of a percent.", .type = F_INT, .max = BP_FULL },
	[LINES_DISCOUNT] = { .name = "discount", .doc = "Discount on the whole, in cents.", .type = F_MONEY, .max = MONEY_MAX },
	[LINES_PRICE_MODE] = { .name = "price_mode", .doc = "Whether its prices are without or with VAT; as before if left out.", .type = F_ENUM, .values = price_modes },
	[LINES_BASE] = { .name = "base_version", .doc = "The version on which they were typed: refused where it has changed since.", .type = F_INT, .min = 1, .max = INT32_MAX },
};

static enum err run_lines(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row), **lines;
	struct standing on;
	size_t n;
	if (!row_is(c->row, INVOICE_STATUS, "draft"))
		return problem_set(c->tx->problem, E_CONFLICT, "An approved invoice does not change; credit it and make another.");
	if (set_has(c->present, LINES_BASE) && c->params[LINES_BASE].i != row_int(c->row, F_VERSION_FIELD))
		return problem_set(c->tx->problem, E_CONFLICT, "Somebody else saved this invoice meanwhile.");
	row_set_int(is, DOC_DISCOUNT_BP, set_has(c->present, LINES_DISCOUNT_BP) ? c->params[LINES_DISCOUNT_BP].i : 0);
	row_set_int(is, DOC_DISCOUNT, set_has(c->present, LINES_DISCOUNT) ? c->params[LINES_DISCOUNT].i : 0);
	if (set_has(c->present, LINES_PRICE_MODE)) {
		if (!row_is_null(is, INVOICE_JOB) && !str_eq(c->params[LINES_PRICE_MODE].s, row_text(is, DOC_PRICE_MODE))) {
			problem_fault(c->tx->problem, STR("/price_mode"), "range", "An invoice for work is priced in the way of what was agreed for it.");
			return problem_done(c->tx->problem);
		}
		is->v[DOC_PRICE_MODE] = c->params[LINES_PRICE_MODE];
	}
	TRY(standing_today(c->tx, is, &on));
	if (!row_is_null(is, INVOICE_DATE)) { /* taxed as on its own day (rulings G6) */
		on.day.days = (int32_t)row_int(is, INVOICE_DATE);
		TRY(company_registered(c->tx, on.day, &on.registered, NULL));
	}
	TRY(standing_for(c->tx, row_id(is, INVOICE_CUSTOMER), &on));
	TRY(doc_read_lines(c->tx, &noun_invoice_line, &on, c->params[LINES_LIST].s, &lines, &n));
	TRY(job_lines_fit(c->tx, row_id(is, INVOICE_JOB), lines, n));
	TRY(doc_total(c->tx, is, lines, n, NULL));
	TRY(doc_replace_lines(c->tx, &noun_invoice_line, row_id(is, F_ID_FIELD), lines, n));
	if (!row_is_null(is, INVOICE_JOB))
		TRY(job_not_overbilled(c->tx, row_id(is, INVOICE_JOB)));
	row_set_int(is, INVOICE_SAVES, row_int(is, INVOICE_SAVES) + 1);
	return store_update(c->tx, c->row, is, &c->ret_row);
}

/* ---- invoice: approving it ---- */

static enum err close_job(struct tx *tx, struct id job)
{
	struct row *row;
	TRY(store_get(tx, &noun_job, job, &row));
	return row_is(row, JOB_STAGE, "to_invoice") ? job_enter_stage(tx, job, "closed") : OK;
}

static enum err run_approve(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row), *customer, **lines;
	struct str no, hash, vat_no = STR("");
	struct day today;
	bool registered;
	size_t n;
	if (!row_is(c->row, INVOICE_STATUS, "draft")) {
		c->ret_row = c->row;
		return row_is(c->row, INVOICE_STATUS, "void") ? problem_set(c->tx->problem, E_CONFLICT, "A void invoice stays void.") : OK;
	}
	TRY(approve_limit(c->tx, row_int(is, DOC_TOTAL)));
	TRY(company_today(c->tx, &today));
	if (row_is_null(is, INVOICE_DATE))
		row_set_int(is, INVOICE_DATE, today.days);
	TRY(doc_lines(c->tx, &noun_invoice_line, row_id(is, F_ID_FIELD), &lines, &n));
	if (!n)
		return problem_set(c->tx->problem, E_CONFLICT, "There is nothing on it yet.");
	TRY(store_get(c->tx, &noun_customer, row_id(is, INVOICE_CUSTOMER), &customer));
	struct day point = { (int32_t)row_int(is, INVOICE_DATE) };
	TRY(company_registered(c->tx, point, &registered, &vat_no));
	TRY(approval_check(c->tx, c->ctx->company, is, customer, lines, n));
	int64_t terms = row_is_null(customer, CUSTOMER_TERMS_DAYS) ? row_int(c->ctx->company, TENANT_PAYMENT_TERMS_DAYS) : row_int(customer, CUSTOMER_TERMS_DAYS);
	if (row_is_null(is, INVOICE_DUE_DATE))
		row_set_int(is, INVOICE_DUE_DATE, point.days + terms);
	row_set_int(is, INVOICE_TAX_POINT, point.days);
	row_set_text(is, INVOICE_BUYER, invoice_buyer(c->tx->arena, customer));
	row_set_text(is, INVOICE_SELLER, invoice_seller(c->tx->arena, c->ctx->company, registered, vat_no));
	TRY(store_number(c->tx, "invoice", &no));
	row_set_text(is, INVOICE_NO, no);
	row_set_text(is, INVOICE_STATUS, STR("approved"));
	row_set_int(is, INVOICE_APPROVED_AT, c->tx->now.ms);
	row_set_int(is, INVOICE_BALANCE, row_int(is, DOC_TOTAL));
	TRY(invoice_freeze(c->tx, c->ctx->company, is, lines, n, STR(""), &hash));
	row_set_text(is, INVOICE_HASH, hash);
	c->tx->action = "approve";
	TRY(store_update(c->tx, c->row, is, &c->ret_row));
	c->tx->action = NULL;
	return row_is_null(is, INVOICE_JOB) ? OK : close_job(c->tx, row_id(is, INVOICE_JOB));
}

static enum err run_send(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (row_is(c->row, INVOICE_STATUS, "draft") || row_is(c->row, INVOICE_STATUS, "void"))
		return problem_set(c->tx->problem, E_CONFLICT, "Only an approved invoice is sent.");
	if (row_is_null(is, INVOICE_SENT_AT))
		row_set_int(is, INVOICE_SENT_AT, c->tx->now.ms);
	if (row_is(is, INVOICE_STATUS, "approved"))
		row_set_text(is, INVOICE_STATUS, STR("sent"));
	bool first = row_is_null(c->row, INVOICE_SENT_AT);
	TRY(store_update(c->tx, c->row, is, &c->ret_row));
	return first || message_asked(c) ? message_send_document(c, c->ret_row, "invoice_sent") : OK;
}

enum { VOID_REASON };
static const struct field void_params[] = {
	[VOID_REASON] = { .name = "reason", .doc = "Why.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 300 },
};

static enum err run_void(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (!row_is(c->row, INVOICE_STATUS, "approved") || !row_is_null(c->row, INVOICE_DOWNLOADED_AT))
		return problem_set(c->tx->problem, E_CONFLICT, "Only an approved invoice that was never sent or downloaded and has nothing set against it can be made void; credit it.");
	is->v[INVOICE_REASON] = c->params[VOID_REASON];
	row_set_text(is, INVOICE_STATUS, STR("void"));
	row_set_int(is, INVOICE_BALANCE, 0);
	c->tx->action = "void";
	TRY(store_update(c->tx, c->row, is, &c->ret_row));
	c->tx->action = NULL;
	return row_is_null(is, INVOICE_JOB) ? OK : job_enter_stage(c->tx, row_id(is, INVOICE_JOB), "to_invoice");
}

/* ---- payments ---- */

static enum err payment_before(struct write *w)
{
	struct str no;
	if (w->was)
		return OK;
	if (row_int(w->is, PAYMENT_AMOUNT) == 0 && !row_is_null(w->is, PAYMENT_AMOUNT))
		problem_fault(w->tx->problem, STR("/amount"), "range", "Say how much was paid.");
	TRY(problem_done(w->tx->problem));
	TRY(store_number(w->tx, "payment", &no));
	row_set_text(w->is, PAYMENT_NO, no);
	return OK;
}

enum { ALLOCATE_INVOICE, ALLOCATE_AMOUNT };
static const struct field allocate_params[] = {
	[ALLOCATE_INVOICE] = { .name = "invoice_id", .doc = "The invoice.", .type = F_REF, .flags = REQUIRED, .ref = &noun_invoice },
	[ALLOCATE_AMOUNT] = { .name = "amount", .doc = "How much; as much as is owed and left if left out.", .type = F_MONEY, .min = 1, .max = MONEY_MAX },
};

static enum err run_allocate(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row), *invoice;
	int64_t left = row_int(c->row, PAYMENT_AMOUNT) - row_int(c->row, PAYMENT_ALLOCATED), amount;
	enum err e = store_get(c->tx, &noun_invoice, c->params[ALLOCATE_INVOICE].id, &invoice);
	if (e == E_NOT_FOUND) {
		problem_fault(c->tx->problem, STR("/invoice_id"), "reference", "There is no such invoice.");
		return problem_done(c->tx->problem);
	}
	TRY(e);
	if (row_is(c->row, PAYMENT_STATUS, "reversed"))
		return problem_set(c->tx->problem, E_CONFLICT, "The payment was reversed.");
	amount = set_has(c->present, ALLOCATE_AMOUNT) ? c->params[ALLOCATE_AMOUNT].i : (left < row_int(invoice, INVOICE_BALANCE) ? left : row_int(invoice, INVOICE_BALANCE));
	if (amount > left || amount <= 0) {
		problem_fault(c->tx->problem, STR("/amount"), "range", "More than nothing, and no more than is left of the payment.");
		return problem_done(c->tx->problem);
	}
	TRY(invoice_allocate(c->tx, c->row, NULL, invoice, amount));
	row_set_int(is, PAYMENT_ALLOCATED, row_int(is, PAYMENT_ALLOCATED) + amount);
	row_set_text(is, PAYMENT_STATUS, STR("allocated"));
	c->tx->action = "allocate";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static enum err run_reverse(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row), **allocations, *invoice;
	size_t n;
	if (row_is(c->row, PAYMENT_STATUS, "reversed")) {
		c->ret_row = c->row;
		return OK;
	}
	TRY(store_children(c->tx, &noun_allocation, ALLOC_PAYMENT, row_id(is, F_ID_FIELD), &allocations, &n));
	for (size_t i = 0; i < n; i++) {
		struct id of = row_id(allocations[i], ALLOC_INVOICE);
		TRY(store_delete(c->tx, allocations[i]));
		TRY(invoice_settle(c->tx, of, &invoice));
	}
	is->v[PAYMENT_REASON] = c->params[VOID_REASON];
	row_set_int(is, PAYMENT_ALLOCATED, 0);
	row_set_text(is, PAYMENT_STATUS, STR("reversed"));
	c->tx->action = "reverse";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static const struct act invoice_acts[] = {
	{ .name = "lines", .doc = "Puts the lines of a draft.", .right = "invoice.update", .writes = true, .returns = &noun_invoice, PARAMS(lines_params), .run = run_lines },
	{ .name = "approve", .doc = "Gives it its number and freezes it.", .right = "invoice.approve", .writes = true, .returns = &noun_invoice, .run = run_approve },
	{ .name = "approval", .doc = "What stands in the way of approving it, and what to look at before.", .right = "invoice.read", .run = approval_run },
	{ .name = "correct", .doc = "Puts particulars right that are no amounts: the same invoice again, marked as corrected.", .right = "invoice.approve", .writes = true, .returns = &noun_invoice, .params = correct_params, .param_count = CORRECT_PARAMS, .run = correct_run },
	{ .name = "send", .doc = "Sends it, by mail where the customer has an address; asked again with a channel, it is sent again.", .right = "invoice.approve", .writes = true, .returns = &noun_invoice, PARAMS(message_send_params), .run = run_send },
	{ .name = "void", .doc = "Takes back one that was never sent; it keeps its number.", .right = "invoice.approve", .writes = true, .returns = &noun_invoice, PARAMS(void_params), .run = run_void },
	{ .name = "credit", .doc = "A draft of a credit note for it.", .right = "invoice.create", .writes = true, .status = 201, .returns = &noun_credit_note, .params = credit_params, .param_count = CREDIT_PARAMS, .run = credit_run },
	PORTAL_LINK_ACT("invoice.link"),
	WHATSAPP_ACT("invoice.approve"),
	{ .name = "invoice.pdf", .doc = "The invoice as it is printed.", .right = "invoice.read", .content_type = "application/pdf", .run = invoice_paper, .finish = paper_render },
	{ .name = "copy.pdf", .doc = "The same page again, marked as a copy (VAT Act s20).", .right = "invoice.read", .content_type = "application/pdf", .run = invoice_copy, .finish = paper_render },
	{ .name = NULL },
};

static const struct act payment_acts[] = {
	{ .name = "allocate", .doc = "Sets it against an invoice.", .right = "payment.create", .writes = true, .returns = &noun_payment, PARAMS(allocate_params), .run = run_allocate },
	{ .name = "reverse", .doc = "It did not happen after all; the invoices are owed again.", .right = "payment.update", .writes = true, .returns = &noun_payment, PARAMS(void_params), .run = run_reverse },
	{ .name = NULL },
};

const struct noun noun_invoice = {
	.tag = 28, .name = "invoice", .plural = "invoices", .doc = "What a customer owes for work.",
	FIELDS(invoice_fields), .orders = invoice_orders, .subject = SUBJECT_FIELD, .subject_field = INVOICE_CUSTOMER, .label = INVOICE_NO, .own = -1,
	.parent = INVOICE_CUSTOMER, .company = true, .record = true, .acts = invoice_acts, .before_write = invoice_before,
};

const struct noun noun_invoice_line = {
	.tag = 29, .name = "invoice_line", .plural = "invoice_lines", .doc = "A line of an invoice.",
	FIELDS(iline_fields), .orders = iline_orders, .subject = SUBJECT_FIELD, .subject_field = ILINE_PARENT, .label = ILINE_DESCRIPTION, .own = -1, .record = true, .parent = ILINE_PARENT,
};

const struct noun noun_payment = {
	.tag = 32, .name = "payment", .plural = "payments", .doc = "Money that came, or went back.",
	FIELDS(payment_fields), .orders = payment_orders, .subject = SUBJECT_FIELD, .subject_field = PAYMENT_CUSTOMER, .label = PAYMENT_NO, .own = -1,
	.parent = PAYMENT_CUSTOMER, .record = true, .acts = payment_acts, .before_write = payment_before, .no_delete = true,
};

const struct noun noun_allocation = {
	.tag = 33, .name = "allocation", .plural = "allocations", .doc = "That a payment or credit note settles an invoice, or part of it.",
	FIELDS(alloc_fields), .orders = alloc_orders, .label = ALLOC_AMOUNT, .own = -1, .parent = ALLOC_INVOICE,
};
