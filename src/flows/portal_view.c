/* portal_view.c - what a customer reads on his page. Members are named one by one: costs, notes for the office and whatever else a row has are not
 * among them. */
#include "portal_routes.h"

#include <stdlib.h>

static void put(struct json_out *o, const struct row *r, const int *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct field *f = &r->noun->fields[fields[i]];
		jw_key(o, f->name);
		value_write(o, f, r->v[fields[i]]);
	}
}
#define PUT(o, row, ...) put((o), (row), (const int[]){ __VA_ARGS__ }, ARRAY_LEN(((const int[]){ __VA_ARGS__ })))

enum err portal_write_company(const struct portal *p, struct json_out *o)
{
	jw_open(o, '{');
	PUT(o, p->company, TENANT_NAME, TENANT_PHONE, TENANT_EMAIL, TENANT_BRAND_COLOUR, TENANT_CURRENCY, TENANT_LOCALE, TENANT_TIMEZONE);
	jw_close(o, '}');
	return OK;
}

static enum err write_site(struct tx *tx, struct id site, struct json_out *o)
{
	static const int lines[] = { SITE_LINE1, SITE_LINE2, SITE_SUBURB, SITE_CITY };
	struct row *row;
	TRY(row_if(tx, &noun_site, site, &row));
	jw_key(o, "place");
	if (row)
		jw_str(o, row_joined(tx->arena, row, lines, ARRAY_LEN(lines)));
	else
		jw_null(o);
	return OK;
}

/* ---- documents ---- */

static void write_figures(struct json_out *o, const struct row *doc)
{
	PUT(o, doc, DOC_PRICE_MODE, DOC_CURRENCY, DOC_DISCOUNT_BP, DOC_DISCOUNT, DOC_SUM, DOC_DISCOUNT_TAKEN, DOC_NET, DOC_VAT, DOC_TOTAL, DOC_VAT_GROUPS);
}

static enum err write_lines(struct tx *tx, const struct noun *noun, struct id doc, struct json_out *o)
{
	struct row **lines;
	size_t n;
	TRY(doc_lines(tx, noun, doc, &lines, &n));
	jw_key(o, "lines");
	jw_open(o, '[');
	for (size_t i = 0; i < n; i++) {
		jw_open(o, '{');
		PUT(o, lines[i], F_ID_FIELD, LINE_SECTION, LINE_KIND, LINE_DESCRIPTION, LINE_QTY3, LINE_UNIT, LINE_PRICE4, LINE_DISCOUNT_BP, LINE_TAX_CODE, LINE_RATE_BP,
		    LINE_LINE_NET);
		if (noun == &noun_quote_line)
			PUT(o, lines[i], QLINE_OPTIONAL, QLINE_SELECTED, QLINE_GROUP);
		jw_close(o, '}');
	}
	jw_close(o, ']');
	return OK;
}

/* ---- a quote ---- */

enum err portal_quote_state(struct tx *tx, const struct row *quote, const char **ret)
{
	static const char *const ends[] = { "accepted", "declined", "expired", "cancelled" };
	struct day today;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (row_is(quote, QUOTE_STATUS, ends[i])) {
			*ret = ends[i];
			return OK;
		}
	TRY(company_today(tx, &today));
	if (row_is(quote, QUOTE_STATUS, "draft") || row_is(quote, QUOTE_STATUS, "internal_review"))
		*ret = "superseded";
	else
		*ret = row_int(quote, QUOTE_VALID_UNTIL) < today.days ? "expired" : "open";
	return OK;
}

static enum err write_answer(struct tx *tx, const struct row *quote, struct json_out *o)
{
	struct row **answers;
	size_t n;
	TRY(store_children(tx, &noun_acceptance, ACCEPTANCE_QUOTE, row_id(quote, F_ID_FIELD), &answers, &n));
	for (size_t i = n; i-- > 0;) {
		if (!row_is(answers[i], ACCEPTANCE_DECISION, row_is(quote, QUOTE_STATUS, "accepted") ? "accepted" : "declined"))
			continue;
		jw_key(o, "answer");
		jw_open(o, '{');
		PUT(o, answers[i], ACCEPTANCE_DECISION, ACCEPTANCE_NAME, ACCEPTANCE_CAPACITY, ACCEPTANCE_AT, ACCEPTANCE_LINES, ACCEPTANCE_NET, ACCEPTANCE_VAT,
		    ACCEPTANCE_TOTAL, ACCEPTANCE_REASON, ACCEPTANCE_HASH);
		jw_close(o, '}');
		return OK;
	}
	return OK;
}

/* Of a version that is still being written nothing is told but that it is. */
enum err portal_write_quote(const struct portal *p, struct tx *tx, const struct row *quote, struct json_out *o)
{
	const struct wording *statement = wording_for(quote, p->language);
	struct row *version;
	const char *state;
	TRY(portal_quote_state(tx, quote, &state));
	TRY(store_get(tx, &noun_quote_version, row_id(quote, QUOTE_VERSION_ID), &version));
	jw_open(o, '{');
	PUT(o, quote, F_ID_FIELD, QUOTE_NO, QUOTE_KIND, QUOTE_TITLE);
	jw_member_str(o, "state", str_from(state));
	if (row_is(version, QVERSION_STATE, "sent")) {
		jw_member_id(o, "version_id", row_id(version, F_ID_FIELD));
		PUT(o, version, QVERSION_N, QVERSION_VALID_UNTIL, QVERSION_INTRO, QVERSION_TERMS, QVERSION_SENT_AT, QVERSION_HASH);
		write_figures(o, version);
		TRY(write_lines(tx, &noun_quote_line, row_id(version, F_ID_FIELD), o));
		TRY(write_site(tx, row_id(quote, QUOTE_SITE), o));
		jw_key(o, "statement");
		jw_open(o, '{');
		jw_member_str(o, "version", str_from(statement->version));
		jw_member_str(o, "text", str_from(statement->text));
		jw_close(o, '}');
		TRY(write_answer(tx, quote, o));
	}
	jw_close(o, '}');
	return OK;
}

/* ---- a piece of work ---- */

static int by_start(const void *a, const void *b)
{
	int64_t x = row_int(*(struct row *const *)a, VISIT_START), y = row_int(*(struct row *const *)b, VISIT_START);
	return (x > y) - (x < y);
}

static enum err write_visits(struct tx *tx, struct id job, struct json_out *o)
{
	struct row **visits;
	size_t n;
	TRY(store_children(tx, &noun_appointment, VISIT_JOB, job, &visits, &n));
	if (n)
		qsort(visits, n, sizeof(*visits), by_start);
	jw_key(o, "visits");
	jw_open(o, '[');
	for (size_t i = 0; i < n; i++) {
		jw_open(o, '{');
		PUT(o, visits[i], F_ID_FIELD, VISIT_START, VISIT_END, VISIT_ALL_DAY, VISIT_ARRIVAL_WINDOW_MIN, VISIT_STATUS);
		jw_close(o, '}');
	}
	jw_close(o, ']');
	return OK;
}

static enum err write_notes(struct tx *tx, struct id job, struct json_out *o)
{
	struct row **notes;
	size_t n;
	TRY(store_children(tx, &noun_note, NOTE_JOB, job, &notes, &n));
	jw_key(o, "notes");
	jw_open(o, '[');
	for (size_t i = 0; i < n; i++) {
		if (!row_is(notes[i], NOTE_VISIBILITY, "customer"))
			continue;
		jw_open(o, '{');
		PUT(o, notes[i], F_ID_FIELD, NOTE_CREATED_AT, NOTE_BODY);
		jw_close(o, '}');
	}
	jw_close(o, ']');
	return OK;
}

/* What the customer reads of the status: its words for him, else the stage. */
static enum err write_standing(struct tx *tx, const struct row *job, struct json_out *o)
{
	struct row *status;
	TRY(row_if(tx, &noun_status_def, row_id(job, JOB_STATUS), &status));
	jw_member_str(o, "label", status ? row_text(status, STATUS_CUSTOMER_LABEL) : STR(""));
	PUT(o, job, JOB_STAGE);
	return OK;
}

enum err portal_write_job(const struct portal *p, struct tx *tx, const struct row *job, struct json_out *o)
{
	bool done = !row_is_null(job, JOB_COMPLETED_AT);
	(void)p;
	jw_open(o, '{');
	PUT(o, job, F_ID_FIELD, JOB_NO, JOB_TITLE, JOB_REQUESTED_AT, JOB_COMPLETED_AT);
	TRY(write_standing(tx, job, o));
	jw_member_str(o, "work_summary", done ? row_text(job, JOB_WORK_SUMMARY) : STR(""));
	TRY(write_site(tx, row_id(job, JOB_SITE), o));
	TRY(write_visits(tx, row_id(job, F_ID_FIELD), o));
	TRY(write_notes(tx, row_id(job, F_ID_FIELD), o));
	jw_close(o, '}');
	return OK;
}

/* ---- an invoice ---- */

bool portal_invoice_shown(const struct row *invoice)
{
	return !row_is_null(invoice, INVOICE_SENT_AT) && !row_is(invoice, INVOICE_STATUS, "draft") && !row_is(invoice, INVOICE_STATUS, "void");
}

static const char *invoice_state(const struct row *invoice, struct day today)
{
	if (row_int(invoice, INVOICE_BALANCE) <= 0)
		return row_int(invoice, INVOICE_PAID) > 0 ? "paid" : "settled";
	return row_int(invoice, INVOICE_DUE_DATE) < today.days ? "overdue" : "due";
}

static enum err write_invoice_head(struct tx *tx, const struct row *invoice, struct json_out *o)
{
	struct day today;
	TRY(company_today(tx, &today));
	PUT(o, invoice, F_ID_FIELD, INVOICE_NO, INVOICE_DATE, INVOICE_DUE_DATE, DOC_TOTAL, INVOICE_PAID, INVOICE_CREDITED, INVOICE_BALANCE);
	jw_member_str(o, "state", str_from(invoice_state(invoice, today)));
	return OK;
}

enum err portal_write_invoice(const struct portal *p, struct tx *tx, const struct row *invoice, struct json_out *o)
{
	jw_open(o, '{');
	TRY(write_invoice_head(tx, invoice, o));
	PUT(o, invoice, DOC_PRICE_MODE, DOC_CURRENCY, DOC_DISCOUNT_BP, DOC_SUM, DOC_DISCOUNT_TAKEN, DOC_NET, DOC_VAT, DOC_VAT_GROUPS, INVOICE_ORDER_NO, INVOICE_HASH);
	jw_member_str(o, "reference", row_text(invoice, INVOICE_NO));
	jw_member_str(o, "bank_details", row_text(p->company, TENANT_BANK_DETAILS));
	TRY(write_lines(tx, &noun_invoice_line, row_id(invoice, F_ID_FIELD), o));
	jw_close(o, '}');
	return OK;
}

/* ---- all that concerns a customer: what he owes, and what there is ---- */

static enum err write_invoices(struct tx *tx, struct id customer, struct json_out *o, int64_t *ret_owed)
{
	struct row **rows;
	size_t n;
	*ret_owed = 0;
	TRY(store_children(tx, &noun_invoice, INVOICE_CUSTOMER, customer, &rows, &n));
	jw_key(o, "invoices");
	jw_open(o, '[');
	for (size_t i = n; i-- > 0;) {
		if (!portal_invoice_shown(rows[i]))
			continue;
		*ret_owed += row_int(rows[i], INVOICE_BALANCE);
		jw_open(o, '{');
		TRY(write_invoice_head(tx, rows[i], o));
		jw_close(o, '}');
	}
	jw_close(o, ']');
	return OK;
}

/* Money that is the customer's and set against nothing yet: payments, and credits beyond their invoice. */
static enum err on_account(struct tx *tx, struct id customer, int64_t *ret)
{
	struct row **rows;
	size_t n;
	*ret = 0;
	TRY(store_children(tx, &noun_payment, PAYMENT_CUSTOMER, customer, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (!row_is(rows[i], PAYMENT_STATUS, "reversed"))
			*ret += row_int(rows[i], PAYMENT_AMOUNT) - row_int(rows[i], PAYMENT_ALLOCATED);
	TRY(store_children(tx, &noun_credit_note, CREDIT_CUSTOMER, customer, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (!row_is(rows[i], CREDIT_STATUS, "draft"))
			*ret += -row_int(rows[i], DOC_TOTAL) - row_int(rows[i], CREDIT_ALLOCATED);
	return OK;
}

static enum err write_quotes(struct tx *tx, struct id customer, struct json_out *o)
{
	struct row **rows;
	size_t n;
	const char *state;
	TRY(store_children(tx, &noun_quote, QUOTE_CUSTOMER, customer, &rows, &n));
	jw_key(o, "quotes");
	jw_open(o, '[');
	for (size_t i = n; i-- > 0;) {
		TRY(portal_quote_state(tx, rows[i], &state));
		if (row_is_null(rows[i], QUOTE_VALID_UNTIL) || str_eqz(str_from(state), "superseded"))
			continue;
		jw_open(o, '{');
		PUT(o, rows[i], F_ID_FIELD, QUOTE_NO, QUOTE_KIND, QUOTE_TITLE, QUOTE_TOTAL, QUOTE_VALID_UNTIL);
		jw_member_str(o, "state", str_from(state));
		jw_close(o, '}');
	}
	jw_close(o, ']');
	return OK;
}

static enum err write_jobs(struct tx *tx, struct id customer, struct json_out *o)
{
	struct row **rows;
	size_t n;
	TRY(store_children(tx, &noun_job, JOB_CUSTOMER, customer, &rows, &n));
	jw_key(o, "jobs");
	jw_open(o, '[');
	for (size_t i = n; i-- > 0;) {
		jw_open(o, '{');
		PUT(o, rows[i], F_ID_FIELD, JOB_NO, JOB_TITLE, JOB_REQUESTED_AT, JOB_COMPLETED_AT);
		TRY(write_standing(tx, rows[i], o));
		jw_close(o, '}');
	}
	jw_close(o, ']');
	return OK;
}

static enum err write_customer(const struct portal *p, struct tx *tx, struct json_out *o)
{
	struct id id = row_id(p->link, LINK_CUSTOMER);
	struct row *customer;
	int64_t owed, account;
	TRY(store_get(tx, &noun_customer, id, &customer));
	if (customer->erased)
		return E_LINK;
	jw_open(o, '{');
	PUT(o, customer, CUSTOMER_NAME);
	TRY(write_invoices(tx, id, o, &owed));
	TRY(on_account(tx, id, &account));
	jw_member_int(o, "owed", owed);
	jw_member_int(o, "on_account", account);
	jw_member_int(o, "balance", owed - account);
	jw_member_str(o, "bank_details", row_text(p->company, TENANT_BANK_DETAILS));
	TRY(write_quotes(tx, id, o));
	TRY(write_jobs(tx, id, o));
	jw_close(o, '}');
	return OK;
}

/* ---- the page of a link ---- */

static enum err write_one(const struct portal *p, struct tx *tx, struct json_out *o)
{
	struct row *row;
	if (row_is(p->link, LINK_SCOPE, "quote")) {
		TRY(store_get(tx, &noun_quote, row_id(p->link, LINK_QUOTE), &row));
		return row->erased ? E_LINK : portal_write_quote(p, tx, row, o);
	}
	if (row_is(p->link, LINK_SCOPE, "job")) {
		TRY(store_get(tx, &noun_job, row_id(p->link, LINK_JOB), &row));
		return row->erased ? E_LINK : portal_write_job(p, tx, row, o);
	}
	TRY(store_get(tx, &noun_invoice, row_id(p->link, LINK_INVOICE), &row));
	return portal_invoice_shown(row) && !row->erased ? portal_write_invoice(p, tx, row, o) : E_LINK;
}

enum err portal_write_page(const struct portal *p, struct tx *tx, struct json_out *o)
{
	bool whole = row_is(p->link, LINK_SCOPE, "customer");
	jw_open(o, '{');
	jw_member_str(o, "scope", row_text(p->link, LINK_SCOPE));
	jw_member_bool(o, "verified", p->session.verified);
	jw_key(o, "company");
	TRY(portal_write_company(p, o));
	if (whole && !p->session.verified)
		return portal_refuse(tx->problem, E_SECOND_FACTOR, "code", "First give the code that is sent to you.");
	jw_key_str(o, row_text(p->link, LINK_SCOPE));
	TRY(whole ? write_customer(p, tx, o) : write_one(p, tx, o));
	jw_close(o, '}');
	return OK;
}
