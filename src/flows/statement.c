/* statement.c - a customer's account over a period: what was owed before, each document and payment, and what is owed at the end by age. */
#include "attachment.h"
#include "document.h"
#include "money_path.h"
#include "policy.h"
#include "reports.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 20000 };

struct entry {
	struct day date;
	int order; /* of one day: invoices, credits, payments */
	struct str no, reference;
	int64_t debit, credit;
};

struct statement {
	struct report_call period;
	struct id customer;
	struct row *row; /* the customer */
	struct arena *arena;
	struct entry *entries;
	size_t count, room;
	int64_t opening, closing;
	struct table ages;
	bool registered;
	struct str vat_no, logo;
};

static enum err add(struct statement *s, struct day date, int order, struct str no, struct str reference, int64_t amount)
{
	if (date.days < s->period.from.days) {
		s->opening += amount;
		return OK;
	}
	if (date.days > s->period.until.days)
		return OK;
	if (s->count == ENTRIES_MAX)
		return E_TOO_LARGE;
	if (s->count == s->room) {
		struct entry *more = ARENA_ARRAY(s->arena, struct entry, s->room ? 2 * s->room : 256);
		if (s->count)
			memcpy(more, s->entries, s->count * sizeof(*more));
		s->entries = more;
		s->room = s->room ? 2 * s->room : 256;
	}
	s->entries[s->count++] = (struct entry){ date, order, str_dup(s->arena, no), str_dup(s->arena, reference), amount > 0 ? amount : 0, amount < 0 ? -amount : 0 };
	return OK;
}

static enum err add_invoice(struct tx *tx, const struct row *r, void *arg)
{
	(void)tx;
	if (row_is(r, INVOICE_STATUS, "draft") || row_is(r, INVOICE_STATUS, "void"))
		return OK;
	return add(arg, row_day(r, INVOICE_DATE), 0, row_text(r, INVOICE_NO), row_text(r, INVOICE_ORDER_NO), row_int(r, DOC_TOTAL));
}

static enum err add_credit(struct tx *tx, const struct row *r, void *arg)
{
	(void)tx;
	return row_is(r, CREDIT_STATUS, "draft") ? OK : add(arg, row_day(r, CREDIT_DATE), 1, row_text(r, CREDIT_NO), STR(""), row_int(r, DOC_TOTAL));
}

static enum err add_payment(struct tx *tx, const struct row *r, void *arg)
{
	(void)tx;
	return row_is(r, PAYMENT_STATUS, "reversed") ? OK : add(arg, row_day(r, PAYMENT_DATE), 2, row_text(r, PAYMENT_NO), row_text(r, PAYMENT_REFERENCE), -row_int(r, PAYMENT_AMOUNT));
}

static int by_date(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	if (x->date.days != y->date.days)
		return (x->date.days > y->date.days) - (x->date.days < y->date.days);
	return x->order != y->order ? x->order - y->order : str_cmp(x->no, y->no);
}

static enum err each_of(struct tx *tx, struct statement *s, const struct noun *noun, int customer, const int *only, size_t count, store_each_fn *each)
{
	struct walk w = { .noun = noun, .sort = F_CREATED_AT_FIELD, .ascending = true };
	w.filters[w.filter_count++] = filter_is(customer, VALUE_ID(s->customer));
	for (size_t i = 0; i < count; i++)
		set_add(&w.only, only[i]);
	return store_each(tx, &w, each, s);
}

static enum err collect(struct tx *tx, void *arg)
{
	static const int invoice[] = { INVOICE_STATUS, INVOICE_DATE, INVOICE_NO, INVOICE_ORDER_NO, DOC_TOTAL };
	static const int credit[] = { CREDIT_STATUS, CREDIT_DATE, CREDIT_NO, DOC_TOTAL };
	static const int payment[] = { PAYMENT_STATUS, PAYMENT_DATE, PAYMENT_NO, PAYMENT_REFERENCE, PAYMENT_AMOUNT };
	struct statement *s = arg;
	s->count = s->room = 0;
	s->opening = 0;
	TRY(store_get(tx, &noun_customer, s->customer, &s->row));
	TRY(policy_row(&s->period.call->ctx, tx, s->row, "customer.read"));
	TRY(each_of(tx, s, &noun_invoice, INVOICE_CUSTOMER, invoice, ARRAY_LEN(invoice), add_invoice));
	TRY(each_of(tx, s, &noun_credit_note, CREDIT_CUSTOMER, credit, ARRAY_LEN(credit), add_credit));
	TRY(each_of(tx, s, &noun_payment, PAYMENT_CUSTOMER, payment, ARRAY_LEN(payment), add_payment));
	if (s->count)
		qsort(s->entries, s->count, sizeof(*s->entries), by_date);
	s->closing = s->opening;
	for (size_t i = 0; i < s->count; i++)
		s->closing += s->entries[i].debit - s->entries[i].credit;
	table_init(&s->ages, s->arena, columns_ageing, ARRAY_LEN(columns_ageing));
	TRY(ageing_fill(tx, &s->ages, s->period.today, &s->customer));
	TRY(logo_of_company(tx, &s->logo));
	return company_registered(tx, s->period.today, &s->registered, &s->vat_no);
}

static enum err prepare(struct call *c, struct statement **ret)
{
	struct statement *s = *ret = ARENA_NEW(c->ctx.arena, struct statement);
	s->period.call = c;
	s->arena = c->ctx.arena;
	TRY(policy_demand(&c->ctx, "report.finance"));
	TRY(call_id(c, 1, &s->customer));
	TRY(report_period(c, &s->period));
	const struct run run = ctx_run(&c->ctx);
	TRY(store_read(&run, collect, s));
	return call_seen(c, &noun_customer, "statement", &s->customer, 1);
}

enum err statement_run(struct call *c)
{
	struct statement *s;
	struct buf b;
	struct json_out o;
	TRY(prepare(c, &s));
	int64_t balance = s->opening;
	buf_init(&b, c->ctx.arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_id(&o, "customer_id", s->customer);
	jw_member_str(&o, "customer", row_text(s->row, CUSTOMER_NAME));
	jw_member_str(&o, "from", day_str(s->arena, s->period.from));
	jw_member_str(&o, "until", day_str(s->arena, s->period.until));
	jw_member_int(&o, "opening", s->opening);
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < s->count; i++) {
		static const char *const kinds[] = { "invoice", "credit_note", "payment" };
		const struct entry *e = &s->entries[i];
		balance += e->debit - e->credit;
		jw_open(&o, '{');
		jw_member_str(&o, "date", day_str(s->arena, e->date));
		jw_member_str(&o, "kind", str_from(kinds[e->order]));
		jw_member_str(&o, "no", e->no);
		jw_member_str(&o, "reference", e->reference);
		jw_member_int(&o, "debit", e->debit);
		jw_member_int(&o, "credit", e->credit);
		jw_member_int(&o, "balance", balance);
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_member_int(&o, "closing", s->closing);
	jw_key(&o, "ageing");
	jw_open(&o, '{');
	for (size_t k = AGE_CURRENT; k < ARRAY_LEN(columns_ageing); k++)
		jw_member_int(&o, columns_ageing[k].name, s->ages.totals[k]);
	jw_close(&o, '}');
	jw_close(&o, '}');
	if (b.over)
		return problem_set(&c->ctx.problem, E_TOO_LARGE, "That is too much for one answer; choose a shorter period.");
	call_json(c, 200, buf_str(&b));
	return OK;
}

enum err statement_pdf_run(struct call *c)
{
	struct statement *s;
	TRY(prepare(c, &s));
	struct pdf_statement_row *rows = ARENA_ARRAY(s->arena, struct pdf_statement_row, s->count + 1);
	int64_t balance = s->opening;
	for (size_t i = 0; i < s->count; i++) {
		const struct entry *e = &s->entries[i];
		balance += e->debit - e->credit;
		rows[i] = (struct pdf_statement_row){ e->date, e->no, e->reference, { e->debit }, { e->credit }, { balance } };
	}
	struct pdf_document d = {
		.kind = PDF_STATEMENT, .vat_registered = s->registered, .style = NUMBER_COMMA, .title = STR("Statement"), .date = s->period.today, .logo = s->logo,
		.seller = paper_seller(s->arena, c->ctx.company, s->registered ? s->vat_no : STR("")), .buyer = paper_buyer(s->arena, s->row),
		.statement = { .from = s->period.from, .to = s->period.until, .opening = { s->opening }, .closing = { s->closing }, .rows = rows, .row_count = s->count },
		.bank = row_text(c->ctx.company, TENANT_BANK_DETAILS), .payment_reference = row_text(s->row, CUSTOMER_CODE), .made = c->ctx.now,
	};
	for (size_t k = 0; k < PDF_AGES; k++)
		d.statement.ageing[k].minor = s->ages.totals[AGE_CURRENT + k];
	/* What is on account counts against the oldest debt first. */
	int64_t account = -s->ages.totals[AGE_ON_ACCOUNT];
	for (size_t k = PDF_AGES; k-- > 0 && account > 0;) {
		int64_t take = d.statement.ageing[k].minor < account ? d.statement.ageing[k].minor : account;
		d.statement.ageing[k].minor -= take;
		account -= take;
	}
	d.statement.ageing[0].minor -= account;
	TRY(pdf_document_render(s->arena, &d, &c->rs->body));
	c->rs->content_type = STR("application/pdf");
	return OK;
}
