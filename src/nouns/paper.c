/* paper.c - quotes, invoices and credit notes as pages. A draft is printed from the records as they are and says so across the page. What was sent
 * or approved is printed from what was frozen then (frozen.h). */
#include "attachment.h"
#include "doc.h"
#include "frozen.h"
#include "money_path.h"

#include <stdlib.h>

/* What a page is made of. */
struct paper {
	enum pdf_document_kind kind;
	const struct row *company;
	const struct row *doc;   /* with DOC_ENUM's fields */
	struct row **lines, *customer, *invoice, *job;
	size_t count;
	struct page codes;       /* tax codes */
	const struct row *quote; /* of a version */
	bool draft, registered;
	struct str vat_no, logo;
};

/* What an act carries from its transaction to the page. */
struct printing {
	struct paper paper;
	const struct row *document; /* what was frozen; NULL: a draft */
	const char *mark;           /* to be stamped on what was frozen; NULL: the stored bytes themselves */
};

static enum err collect(struct tx *tx, struct paper *p, const struct noun *line_noun, struct id customer, struct day on)
{
	struct query q = { .noun = &noun_tax_code, .sort = TAX_CODE_CODE, .ascending = true, .limit = LIST_LIMIT_MAX };
	if (!p->lines)
		TRY(doc_lines(tx, line_noun, row_id(p->doc, F_ID_FIELD), &p->lines, &p->count));
	TRY(row_if(tx, &noun_customer, customer, &p->customer));
	TRY(store_list(tx, &q, &p->codes));
	TRY(logo_of_company(tx, &p->logo));
	return company_registered(tx, on, &p->registered, &p->vat_no);
}

static enum err collect_quote(struct tx *tx, struct paper *p, struct day on)
{
	p->kind = PDF_QUOTE;
	return collect(tx, p, &noun_quote_line, row_id(p->quote, QUOTE_CUSTOMER), on);
}

static enum err collect_invoice(struct tx *tx, struct paper *p, struct day on)
{
	p->kind = PDF_INVOICE;
	TRY(row_if(tx, &noun_job, row_id(p->doc, INVOICE_JOB), &p->job));
	return collect(tx, p, &noun_invoice_line, row_id(p->doc, INVOICE_CUSTOMER), on);
}

static enum err collect_credit(struct tx *tx, struct paper *p, struct day on)
{
	p->kind = PDF_CREDIT_NOTE;
	TRY(row_if(tx, &noun_invoice, row_id(p->doc, CREDIT_INVOICE), &p->invoice));
	return collect(tx, p, &noun_credit_line, row_id(p->doc, CREDIT_CUSTOMER), on);
}

/* A draft's page, or what was frozen of it. */
static enum err print(struct act_call *c, struct paper from, const char *mark, enum err (*collect_it)(struct tx *tx, struct paper *p, struct day on))
{
	struct printing *p = ARENA_NEW(c->tx->arena, struct printing);
	struct row *document;
	struct day today;
	c->state = p;
	p->paper = from;
	p->paper.company = c->ctx->company;
	p->mark = mark;
	if (!from.draft) {
		TRY(frozen_find(c->tx, from.doc, &document));
		p->document = c->also_shown[c->also_count++] = document;
		return OK;
	}
	TRY(company_today(c->tx, &today));
	TRY(collect_it(c->tx, &p->paper, today));
	if (p->paper.customer)
		c->also_shown[c->also_count++] = p->paper.customer;
	return OK;
}

enum err quote_paper(struct act_call *c)
{
	struct row *version;
	TRY(store_get(c->tx, &noun_quote_version, row_id(c->row, QUOTE_VERSION_ID), &version));
	return print(c, (struct paper){ .doc = version, .quote = c->row, .draft = row_is(version, QVERSION_STATE, "draft") }, NULL, collect_quote);
}

enum err invoice_paper(struct act_call *c)
{
	const char *mark = row_is(c->row, INVOICE_STATUS, "void") ? "VOID" : NULL;
	return print(c, (struct paper){ .doc = c->row, .draft = row_is_null(c->row, INVOICE_NO) }, mark, collect_invoice);
}

enum err invoice_copy(struct act_call *c)
{
	if (row_is_null(c->row, INVOICE_NO))
		return problem_set(c->tx->problem, E_CONFLICT, "A draft has no copies.");
	return print(c, (struct paper){ .doc = c->row }, row_is(c->row, INVOICE_STATUS, "void") ? "VOID" : "COPY", collect_invoice);
}

enum err credit_paper(struct act_call *c)
{
	return print(c, (struct paper){ .doc = c->row, .draft = row_is_null(c->row, CREDIT_NO) }, NULL, collect_credit);
}

/* ---- words ---- */

static struct str percent(struct arena *a, const struct paper *p, struct id code, int64_t bp)
{
	for (size_t i = 0; i < p->codes.count && bp == 0; i++)
		if (id_eq(row_id(p->codes.rows[i], F_ID_FIELD), code) && !row_is(p->codes.rows[i], TAX_CODE_KIND, "standard"))
			return row_text(p->codes.rows[i], TAX_CODE_NAME);
	if (bp % 100 == 0)
		return str_fmt(a, "%lld %%", (long long)bp / 100);
	return str_fmt(a, "%lld.%02lld %%", (long long)bp / 100, (long long)bp % 100);
}

/* Lines that are filled. */
static size_t fill(struct str *lines, size_t n, const struct row *r, const int *fields, size_t count)
{
	for (size_t i = 0; i < count && n < PDF_PARTY_LINES_MAX; i++)
		if (row_text(r, fields[i]).n)
			lines[n++] = row_text(r, fields[i]);
	return n;
}

struct pdf_party paper_seller(struct arena *a, const struct row *company, struct str vat_no)
{
	static const int fields[] = { TENANT_LINE1, TENANT_LINE2, TENANT_SUBURB, TENANT_CITY, TENANT_POSTAL_CODE, TENANT_PHONE, TENANT_EMAIL };
	struct str *lines = ARENA_ARRAY(a, struct str, PDF_PARTY_LINES_MAX), legal = row_text(company, TENANT_LEGAL_NAME);
	return (struct pdf_party){ .name = legal.n ? legal : row_text(company, TENANT_NAME), .lines = lines,
		                   .line_count = fill(lines, 0, company, fields, ARRAY_LEN(fields)), .vat_number = vat_no,
		                   .registration = row_text(company, TENANT_REG_NO) };
}

struct pdf_party paper_buyer(struct arena *a, const struct row *customer)
{
	static const int fields[] = { CUSTOMER_BILLING_LINE1, CUSTOMER_BILLING_LINE2, CUSTOMER_BILLING_SUBURB, CUSTOMER_BILLING_CITY,
		                      CUSTOMER_BILLING_POSTAL_CODE };
	struct str *lines = ARENA_ARRAY(a, struct str, PDF_PARTY_LINES_MAX);
	if (!customer)
		return (struct pdf_party){ .name = STR("") };
	return (struct pdf_party){ .name = row_text(customer, CUSTOMER_NAME), .lines = lines, .line_count = fill(lines, 0, customer, fields, ARRAY_LEN(fields)),
		                   .vat_number = row_text(customer, CUSTOMER_VAT_NO) };
}

/* As it was when the document was approved. */
static struct pdf_party frozen(struct arena *a, struct str text, struct pdf_party now)
{
	struct problem scratch;
	json_t *v;
	problem_init(&scratch, a);
	if (!text.n || json_read(a, text, &scratch, &v) != OK)
		return now;
	struct str *address = ARENA_ARRAY(a, struct str, 1);
	*address = str_dup(a, json_text(json_object_get(v, "address")));
	return (struct pdf_party){ .name = str_dup(a, json_text(json_object_get(v, "name"))), .lines = address, .line_count = address->n > 0,
		                   .vat_number = str_dup(a, json_text(json_object_get(v, "vat_no"))),
		                   .registration = str_dup(a, json_text(json_object_get(v, "reg_no"))) };
}

/* ---- lines ---- */

struct sheet_lines {
	struct pdf_line *lines;
	struct id *ids;         /* of the records, beside lines */
	size_t count;
	struct str section;
	int64_t sum; /* of the section so far */
};

static void add_line(struct arena *a, const struct paper *p, struct sheet_lines *s, const struct row *r)
{
	struct str section = row_text(r, LINE_SECTION);
	bool option = p->kind == PDF_QUOTE && row_int(r, QLINE_OPTIONAL);
	if (section.n && !str_eq(section, s->section))
		s->lines[s->count++] = (struct pdf_line){ .kind = PDF_LINE_SECTION, .text = section };
	if (!str_eq(section, s->section))
		s->sum = 0;
	s->section = section;
	if (row_is(r, LINE_KIND, "text")) {
		s->ids[s->count] = row_id(r, F_ID_FIELD);
		s->lines[s->count++] = (struct pdf_line){ .kind = PDF_LINE_TEXT, .text = row_text(r, LINE_DESCRIPTION) };
		return;
	}
	if (row_is(r, LINE_KIND, "subtotal")) {
		s->lines[s->count++] = (struct pdf_line){ .kind = PDF_LINE_SUBTOTAL, .text = row_text(r, LINE_DESCRIPTION), .amount = { s->sum } };
		return;
	}
	s->ids[s->count] = row_id(r, F_ID_FIELD);
	s->lines[s->count++] = (struct pdf_line){
		.kind = option ? PDF_LINE_OPTION : PDF_LINE_ITEM, .chosen = option && row_int(r, QLINE_SELECTED), .text = row_text(r, LINE_DESCRIPTION),
		.qty = { row_int(r, LINE_QTY3) }, .unit = row_text(r, LINE_UNIT), .price = { row_int(r, LINE_PRICE4) },
		.discount_bp = (int32_t)row_int(r, LINE_DISCOUNT_BP), .rate = percent(a, p, row_id(r, LINE_TAX_CODE), row_int(r, LINE_RATE_BP)),
		.amount = { row_int(r, LINE_LINE_NET) },
	};
	if (!option || row_int(r, QLINE_SELECTED))
		s->sum += row_int(r, LINE_LINE_NET);
}

static size_t taxes_of(struct arena *a, const struct paper *p, struct pdf_tax **ret)
{
	struct problem scratch;
	json_t *v;
	size_t n = 0;
	problem_init(&scratch, a);
	if (!row_text(p->doc, DOC_VAT_GROUPS).n || json_read(a, row_text(p->doc, DOC_VAT_GROUPS), &scratch, &v) != OK)
		return 0;
	*ret = ARENA_ARRAY(a, struct pdf_tax, json_array_size(v) + 1);
	for (; n < json_array_size(v); n++) {
		const json_t *g = json_array_get(v, n);
		struct id code;
		if (id_parse(json_text(json_object_get(g, "tax_code_id")), &code) != OK)
			code = (struct id){ { 0 } };
		(*ret)[n] = (struct pdf_tax){ percent(a, p, code, json_integer_value(json_object_get(g, "rate_bp"))),
			                      { json_integer_value(json_object_get(g, "net")) }, { json_integer_value(json_object_get(g, "vat")) } };
	}
	return n;
}

/* ---- what each kind has of its own ---- */

static void as_quote(struct arena *a, const struct paper *p, struct pdf_document *d)
{
	int64_t n = row_int(p->doc, QVERSION_N);
	d->title = row_is(p->quote, QUOTE_KIND, "variation") ? STR("Variation") : STR("Quote");
	d->number = n > 1 ? str_fmt(a, STR_FMT " v%lld", STR_ARG(row_text(p->quote, QUOTE_NO)), (long long)n) : row_text(p->quote, QUOTE_NO);
	d->valid_until = row_day(p->quote, QUOTE_VALID_UNTIL);
	d->date = (struct day){ (int32_t)(row_int(p->doc, row_is_null(p->doc, QVERSION_SENT_AT) ? F_UPDATED_AT_FIELD : QVERSION_SENT_AT) / 86400000) };
	d->intro = row_text(p->doc, QVERSION_INTRO);
	d->terms = row_text(p->doc, QVERSION_TERMS);
	d->acceptance = STR("I accept this offer and ask for the work to be done.");
}

static void as_invoice(struct arena *a, const struct paper *p, struct pdf_document *d, const struct row *company)
{
	d->title = d->vat_registered ? STR("Tax Invoice") : STR("Invoice");
	d->number = row_text(p->doc, INVOICE_NO);
	d->date = row_day(p->doc, INVOICE_DATE);
	d->due = row_day(p->doc, INVOICE_DUE_DATE);
	d->order_number = row_text(p->doc, INVOICE_ORDER_NO);
	d->reference = p->job ? row_text(p->job, JOB_NO) : STR("");
	d->seller = frozen(a, row_text(p->doc, INVOICE_SELLER), d->seller);
	d->buyer = frozen(a, row_text(p->doc, INVOICE_BUYER), d->buyer);
	d->totals.paid.minor = row_int(p->doc, INVOICE_PAID);
	d->totals.due.minor = p->draft ? row_int(p->doc, DOC_TOTAL) : row_int(p->doc, INVOICE_BALANCE);
	d->bank = row_text(company, TENANT_BANK_DETAILS);
	d->payment_reference = d->number;
}

static void as_credit(struct arena *a, const struct paper *p, struct pdf_document *d)
{
	d->title = STR("Credit Note");
	d->number = row_text(p->doc, CREDIT_NO);
	d->date = row_day(p->doc, CREDIT_DATE);
	d->reason = row_text(p->doc, CREDIT_REASON);
	d->credits = p->invoice ? row_text(p->invoice, INVOICE_NO) : STR("");
	d->seller = frozen(a, row_text(p->doc, CREDIT_SELLER), d->seller);
	d->buyer = frozen(a, row_text(p->doc, CREDIT_BUYER), d->buyer);
}

static void sheet_of(struct arena *a, const struct paper *p, struct sheet *ret)
{
	struct sheet_lines s = { .lines = ARENA_ARRAY(a, struct pdf_line, 2 * p->count + 1), .ids = ARENA_ARRAY(a, struct id, 2 * p->count + 1), .section = STR("") };
	struct pdf_document *d = &ret->doc;
	struct pdf_tax *taxes = NULL;
	for (size_t i = 0; i < p->count; i++)
		add_line(a, p, &s, p->lines[i]);
	*d = (struct pdf_document){
		.kind = p->kind, .vat_registered = p->registered, .style = NUMBER_COMMA, .mode = row_is(p->doc, DOC_PRICE_MODE, "incl") ? VAT_INCLUSIVE : VAT_EXCLUSIVE,
		.mark = p->draft ? STR("DRAFT") : STR(""), .seller = paper_seller(a, p->company, p->registered ? p->vat_no : STR("")), .buyer = paper_buyer(a, p->customer), .logo = p->logo,
		.lines = s.lines, .line_count = s.count,
		.totals = { .sum = { row_int(p->doc, DOC_SUM) }, .discount = { row_int(p->doc, DOC_DISCOUNT_TAKEN) }, .discount_bp = (int32_t)row_int(p->doc, DOC_DISCOUNT_BP),
		            .net = { row_int(p->doc, DOC_NET) }, .vat = { row_int(p->doc, DOC_VAT) }, .total = { row_int(p->doc, DOC_TOTAL) } },
		.made = { row_int(p->doc, F_UPDATED_AT_FIELD) },
	};
	ret->line_ids = s.ids;
	if (p->kind == PDF_QUOTE)
		as_quote(a, p, d);
	else if (p->kind == PDF_INVOICE)
		as_invoice(a, p, d, p->company);
	else
		as_credit(a, p, d);
	if (!p->draft && p->kind != PDF_QUOTE)
		d->vat_registered = d->seller.vat_number.n > 0;
	d->tax_count = taxes_of(a, p, &taxes);
	d->taxes = taxes;
}

struct download {
	struct id invoice;
};

static enum err note_download(struct tx *tx, void *arg)
{
	const struct download *d = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_invoice, d->invoice, &was));
	if (!row_is_null(was, INVOICE_DOWNLOADED_AT) || row_is(was, INVOICE_STATUS, "void"))
		return OK;
	is = row_copy(tx->arena, was);
	row_set_int(is, INVOICE_DOWNLOADED_AT, tx->now.ms);
	tx->action = "download";
	return store_update(tx, was, is, &is);
}

/* Before the first byte leaves: what somebody may hold is not made void any more (rulings G5). */
static enum err downloaded(struct act_call *c, const struct row *document)
{
	struct download d = { row_id(document, FROZEN_INVOICE) };
	const struct run run = ctx_run(c->ctx);
	if (row_is_null(document, FROZEN_INVOICE) || !row_is_null(c->row, INVOICE_DOWNLOADED_AT))
		return OK;
	return store_write(&run, note_download, &d);
}

enum err paper_render(struct act_call *c)
{
	const struct printing *p = c->state;
	struct arena *a = c->ctx->arena;
	struct sheet sheet;
	if (p->document)
		TRY(downloaded(c, p->document));
	if (p->document && p->mark)
		return frozen_marked(a, p->document, p->mark, &c->ret_body);
	if (p->document)
		return frozen_pdf_for(c->ctx, row_id(p->document, F_ID_FIELD), &c->ret_body);
	sheet_of(a, &p->paper, &sheet);
	return pdf_document_render(a, &sheet.doc, &c->ret_body);
}

/* ---- freezing ---- */

enum err quote_freeze(struct tx *tx, const struct row *company, const struct row *quote, const struct row *version, struct row **lines, size_t count,
                      struct day on, struct str *ret_hash)
{
	struct paper p = { .company = company, .doc = version, .quote = quote, .lines = lines, .count = count };
	struct sheet sheet;
	TRY(collect_quote(tx, &p, on));
	sheet_of(tx->arena, &p, &sheet);
	sheet.doc.date = on;
	sheet.doc.made = tx->now;
	return frozen_make(tx, version, row_id(quote, QUOTE_CUSTOMER), sheet.doc.number, &sheet, STR(""), ret_hash);
}

enum err invoice_freeze(struct tx *tx, const struct row *company, const struct row *invoice, struct row **lines, size_t count, struct str mark,
                        struct str *ret_hash)
{
	struct paper p = { .company = company, .doc = invoice, .lines = lines, .count = count };
	struct sheet sheet;
	TRY(collect_invoice(tx, &p, row_day(invoice, INVOICE_TAX_POINT)));
	sheet_of(tx->arena, &p, &sheet);
	/* As on the day of approval: what is paid afterwards stands on the statement. */
	sheet.doc.totals.paid.minor = sheet.doc.totals.credited.minor = 0;
	sheet.doc.totals.due = sheet.doc.totals.total;
	sheet.doc.made = tx->now;
	return frozen_make(tx, invoice, row_id(invoice, INVOICE_CUSTOMER), row_text(invoice, INVOICE_NO), &sheet, mark, ret_hash);
}

enum err credit_freeze(struct tx *tx, const struct row *company, const struct row *note, struct row **lines, size_t count, struct str *ret_hash)
{
	struct paper p = { .company = company, .doc = note, .lines = lines, .count = count };
	struct sheet sheet;
	TRY(collect_credit(tx, &p, row_day(note, CREDIT_DATE)));
	sheet_of(tx->arena, &p, &sheet);
	sheet.doc.made = tx->now;
	return frozen_make(tx, note, row_id(note, CREDIT_CUSTOMER), row_text(note, CREDIT_NO), &sheet, STR(""), ret_hash);
}
