/* credit.c - credit notes (VAT Act s21, product.md 4.4 and 4.11, rulings G4): what is taken back of an invoice, never more than it is, by VAT group. */
#include "job.h"
#include "messages.h"
#include "money_path.h"

#include <string.h>

enum { LAST_DAY = 2932896, GROUPS_MAX = 64 };

static const char *const credit_states[] = { "draft", "approved", "allocated", NULL };

static const struct field credit_fields[] = {
	COMMON_ROWS(CREDIT),
	DOC_ROWS(CREDIT),
	[CREDIT_NO] = { .name = "no", .doc = "Number; given when it is approved.", .type = F_TEXT, .tag = 31, .flags = READONLY | UNIQUE | FILTER | SEARCH | PREFIXES, .max = 40 },
	[CREDIT_INVOICE] = { .name = "invoice_id", .doc = "The invoice that it corrects.", .type = F_REF, .tag = 32, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_invoice },
	[CREDIT_CUSTOMER] = { .name = "customer_id", .doc = "The customer.", .type = F_REF, .tag = 33, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_customer },
	[CREDIT_STATUS] = { .name = "status", .doc = "How far it is.", .type = F_ENUM, .tag = 34, .flags = REQUIRED | READONLY | FILTER, .values = credit_states, .initial = "draft" },
	[CREDIT_DATE] = { .name = "date", .doc = "Date of the credit note.", .type = F_DATE, .tag = 35, .flags = READONLY | FILTER, .max = LAST_DAY },
	[CREDIT_REASON] = { .name = "reason", .doc = "Why (VAT Act s21).", .type = F_TEXT, .tag = 36, .flags = REQUIRED | READONLY, .min = 1, .max = 300, RECORD("tax invoices") },
	[CREDIT_ALLOCATED] = { .name = "allocated", .doc = "What of it was set off against invoices.", .type = F_MONEY, .tag = 37, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[CREDIT_BUYER] = { .name = "buyer", .doc = "Name, address and VAT number of the buyer as they were.", .type = F_JSON, .tag = 38, .flags = READONLY, .max = 4000, RECORD("tax invoices") },
	[CREDIT_SELLER] = { .name = "seller", .doc = "Name, address and VAT number of the company as they were.", .type = F_JSON, .tag = 39, .flags = READONLY, .max = 4000 },
	[CREDIT_APPROVED_AT] = { .name = "approved_at", .doc = "When it was approved; from then on it never changes.", .type = F_TIME, .tag = 40, .flags = READONLY, .max = INT64_MAX },
	[CREDIT_HASH] = { .name = "document_hash", .doc = "SHA-256 of what was approved.", .type = F_TEXT, .tag = 41, .flags = READONLY, .max = 64 },
};
_Static_assert(ARRAY_LEN(credit_fields) == CREDIT_FIELDS, "credit_note: table and enum differ");

static const struct order credit_orders[] = {
	{ -1, CREDIT_CREATED_AT }, { CREDIT_STATUS, CREDIT_CREATED_AT }, { CREDIT_CUSTOMER, CREDIT_CREATED_AT }, { CREDIT_INVOICE, CREDIT_CREATED_AT }, ORDERS_END
};

static const struct field cline_fields[] = {
	COMMON_ROWS(CLINE),
	LINE_ROWS(CLINE, "credit_note_id", &noun_credit_note, 0, RECORD),
	[CLINE_SOURCE] = { .name = "source_line_id", .doc = "The line of the invoice that it credits.", .type = F_REF, .tag = 31, .flags = READONLY | FILTER, .ref = &noun_invoice_line },
	[CLINE_BILL_AGAIN] = { .name = "bill_again", .doc = "Whether the work may be billed again.", .type = F_BOOL, .tag = 32, .flags = REQUIRED, .initial = "false" },
};
_Static_assert(ARRAY_LEN(cline_fields) == CLINE_FIELDS, "credit_line: table and enum differ");

static const struct order cline_orders[] = { { -1, CLINE_CREATED_AT }, { CLINE_PARENT, CLINE_CREATED_AT }, { CLINE_SOURCE, CLINE_CREATED_AT }, ORDERS_END };

/* ---- what is left of an invoice, by tax code and rate ---- */

struct left {
	struct {
		struct id code;
		int64_t rate_bp, net, vat;
	} of[GROUPS_MAX];
	size_t count;
};

static enum err left_take(struct tx *tx, struct left *l, const struct row *doc)
{
	json_t *v;
	if (row_is_null(doc, DOC_VAT_GROUPS))
		return OK;
	TRY(json_read(tx->arena, row_text(doc, DOC_VAT_GROUPS), tx->problem, &v));
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *g = json_array_get(v, i);
		int64_t bp = json_integer_value(json_object_get(g, "rate_bp"));
		struct id code;
		size_t k = 0;
		TRY(id_parse(json_text(json_object_get(g, "tax_code_id")), &code));
		while (k < l->count && !(id_eq(l->of[k].code, code) && l->of[k].rate_bp == bp))
			k++;
		if (k == GROUPS_MAX)
			return problem_set(tx->problem, E_TOO_LARGE, "More than %d kinds of tax on one invoice.", GROUPS_MAX);
		if (k == l->count) {
			l->of[l->count].code = code;
			l->of[l->count].rate_bp = bp;
			l->count++;
		}
		l->of[k].net += json_integer_value(json_object_get(g, "net"));
		l->of[k].vat += json_integer_value(json_object_get(g, "vat"));
	}
	return OK;
}

/* The invoice less its credit notes, which are less than nothing; drafts too where they are asked for. */
static enum err left_of(struct tx *tx, const struct row *invoice, bool drafts, struct left *l)
{
	struct row **notes;
	size_t n;
	*l = (struct left){ .count = 0 };
	TRY(left_take(tx, l, invoice));
	TRY(store_children(tx, &noun_credit_note, CREDIT_INVOICE, row_id(invoice, F_ID_FIELD), &notes, &n));
	for (size_t i = 0; i < n; i++)
		if (drafts || !row_is(notes[i], CREDIT_STATUS, "draft"))
			TRY(left_take(tx, l, notes[i]));
	return OK;
}

static bool exceeds(const struct left *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->of[i].net < 0 || l->of[i].vat < 0)
			return true;
	return false;
}

/* The figures of a credit from its groups; what differs from the sum of its lines is its discount. */
static void put_figures(struct arena *a, struct row *note, const struct left *credit)
{
	struct buf b;
	struct json_out o;
	int64_t net = 0, vat = 0;
	buf_init(&b, a, 8000);
	jw_init(&o, &b);
	jw_open(&o, '[');
	for (size_t i = 0; i < credit->count; i++) {
		jw_open(&o, '{');
		jw_member_id(&o, "tax_code_id", credit->of[i].code);
		jw_member_int(&o, "rate_bp", credit->of[i].rate_bp);
		jw_member_int(&o, "net", credit->of[i].net);
		jw_member_int(&o, "vat", credit->of[i].vat);
		jw_close(&o, '}');
		net += credit->of[i].net;
		vat += credit->of[i].vat;
	}
	jw_close(&o, ']');
	row_set_text(note, DOC_VAT_GROUPS, str_dup(a, buf_str(&b)));
	row_set_int(note, DOC_NET, net);
	row_set_int(note, DOC_VAT, vat);
	row_set_int(note, DOC_TOTAL, net + vat);
	row_set_int(note, DOC_DISCOUNT_TAKEN, row_int(note, DOC_SUM) - (row_is(note, DOC_PRICE_MODE, "incl") ? net + vat : net));
}

/* Rounding must not take back more than there is: no group goes below nothing, and the credit of all that is left is exactly that. */
static enum err fit(struct tx *tx, struct row *note, const struct row *invoice, bool rest)
{
	struct left left, credit = { .count = 0 };
	TRY(left_of(tx, invoice, true, &left));
	TRY(left_take(tx, &credit, note));
	for (size_t i = 0; i < left.count && rest; i++) {
		left.of[i].net = -left.of[i].net;
		left.of[i].vat = -left.of[i].vat;
	}
	if (rest) {
		put_figures(tx->arena, note, &left);
		return OK;
	}
	for (size_t i = 0; i < credit.count; i++)
		for (size_t k = 0; k < left.count; k++) {
			if (!id_eq(left.of[k].code, credit.of[i].code) || left.of[k].rate_bp != credit.of[i].rate_bp)
				continue;
			if (-credit.of[i].net > left.of[k].net)
				credit.of[i].net = -left.of[k].net;
			if (-credit.of[i].vat > left.of[k].vat)
				credit.of[i].vat = -left.of[k].vat;
		}
	put_figures(tx->arena, note, &credit);
	return OK;
}

static enum err credit_before(struct write *w)
{
	if (w->was && !row_is_null(w->was, CREDIT_NO) && write_changes(w, F_DELETED_AT_FIELD))
		return problem_set(w->tx->problem, E_CONFLICT, "An approved credit note stays.");
	return OK;
}

/* ---- making one ---- */

const struct field credit_params[] = {
	[CREDIT_PARAM_REASON] = { .name = "reason", .doc = "Why (VAT Act s21).", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 300 },
	[CREDIT_PARAM_LINES] = { .name = "lines", .doc = "What to credit: a list of {line_id, qty3, bill_again}; everything that is left if left out.", .type = F_JSON, .max = 900000 },
};

static enum err credited_of(struct tx *tx, struct id line, int64_t *ret)
{
	struct row **back;
	size_t n;
	*ret = 0;
	TRY(store_children(tx, &noun_credit_line, CLINE_SOURCE, line, &back, &n));
	for (size_t i = 0; i < n; i++)
		*ret -= row_int(back[i], LINE_QTY3);
	return OK;
}

/* The member of the list that speaks of this line; NULL: none. */
static const json_t *wish_for(const json_t *list, struct id line, size_t *ret_at)
{
	struct id id;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		if (id_parse(json_text(json_object_get(one, "line_id")), &id) == OK && id_eq(id, line)) {
			*ret_at = i;
			return one;
		}
	}
	return NULL;
}

enum err credit_run(struct act_call *c)
{
	struct row *note = row_new(c->tx->arena, &noun_credit_note), *is, **lines, *kept[DOCUMENT_LINES_MAX];
	json_t *wishes = NULL;
	size_t n, count = 0;
	int64_t off = 0; /* what the discount on the whole took off these lines */
	bool rest = true;
	if (row_is(c->row, INVOICE_STATUS, "draft") || row_is(c->row, INVOICE_STATUS, "void") || row_is(c->row, INVOICE_STATUS, "credited"))
		return problem_set(c->tx->problem, E_CONFLICT, "There is nothing on this invoice to credit.");
	if (set_has(c->present, CREDIT_PARAM_LINES))
		TRY(json_read(c->tx->arena, c->params[CREDIT_PARAM_LINES].s, c->tx->problem, &wishes));
	TRY(doc_lines(c->tx, &noun_invoice_line, row_id(c->row, F_ID_FIELD), &lines, &n));
	for (size_t i = 0; i < n && count < DOCUMENT_LINES_MAX; i++) {
		int64_t credited, qty;
		size_t at = 0;
		const json_t *wish = wishes ? wish_for(wishes, row_id(lines[i], F_ID_FIELD), &at) : NULL;
		if (!row_is(lines[i], LINE_KIND, "item"))
			continue;
		TRY(credited_of(c->tx, row_id(lines[i], F_ID_FIELD), &credited));
		qty = row_int(lines[i], LINE_QTY3) - credited;
		int64_t open = qty;
		if (wishes && !wish) {
			rest &= open == 0;
			continue;
		}
		if (wish && json_is_integer(json_object_get(wish, "qty3"))) {
			int64_t wanted = json_integer_value(json_object_get(wish, "qty3"));
			if (wanted <= 0 || wanted > qty)
				problem_fault(c->tx->problem, str_fmt(c->tx->arena, "/lines/%zu/qty3", at), "range", "More than nothing, and no more than is left of the line.");
			qty = wanted;
		}
		rest &= qty == open;
		if (qty <= 0)
			continue;
		off += money_share((struct money){ row_int(lines[i], LINE_LINE_NET) - row_int(lines[i], LINE_LINE_AFTER) }, qty, row_int(lines[i], LINE_QTY3)).minor;
		struct row *line = line_copy(c->tx->arena, lines[i], &noun_credit_line);
		row_set_int(line, LINE_QTY3, -qty);
		row_set_id(line, CLINE_SOURCE, row_id(lines[i], F_ID_FIELD));
		row_set_int(line, CLINE_BILL_AGAIN, wish && json_is_true(json_object_get(wish, "bill_again")));
		kept[count++] = line;
	}
	TRY(problem_done(c->tx->problem));
	if (!count)
		return problem_set(c->tx->problem, E_CONFLICT, "There is nothing left of it to credit.");
	row_set_text(note, DOC_PRICE_MODE, row_text(c->row, DOC_PRICE_MODE));
	row_set_text(note, DOC_CURRENCY, row_text(c->row, DOC_CURRENCY));
	row_set_id(note, CREDIT_INVOICE, row_id(c->row, F_ID_FIELD));
	note->v[CREDIT_CUSTOMER] = c->row->v[INVOICE_CUSTOMER];
	note->v[CREDIT_REASON] = c->params[CREDIT_PARAM_REASON];
	TRY(store_insert(c->tx, note, &note));
	is = row_copy(c->tx->arena, note);
	row_set_int(is, DOC_DISCOUNT, off > 0 ? off : 0);
	TRY(doc_total(c->tx, is, kept, count, NULL));
	TRY(fit(c->tx, is, c->row, rest));
	TRY(doc_replace_lines(c->tx, &noun_credit_line, row_id(note, F_ID_FIELD), kept, count));
	return store_update(c->tx, note, is, &c->ret_row);
}

static enum err run_credit_approve(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row), *invoice, **lines;
	struct left left;
	struct str no, hash;
	struct day today;
	size_t n;
	if (!row_is(c->row, CREDIT_STATUS, "draft")) {
		c->ret_row = c->row;
		return OK;
	}
	TRY(approve_limit(c->tx, -row_int(is, DOC_TOTAL)));
	TRY(company_today(c->tx, &today));
	TRY(store_get(c->tx, &noun_invoice, row_id(is, CREDIT_INVOICE), &invoice));
	TRY(left_of(c->tx, invoice, false, &left));
	TRY(left_take(c->tx, &left, is));
	if (exceeds(&left))
		return problem_set(c->tx->problem, E_CONFLICT, "Credits never exceed their invoice, by rate of VAT; make the draft again.");
	TRY(doc_lines(c->tx, &noun_credit_line, row_id(is, F_ID_FIELD), &lines, &n));
	TRY(store_number(c->tx, "credit_note", &no));
	row_set_text(is, CREDIT_NO, no);
	row_set_text(is, CREDIT_STATUS, STR("approved"));
	row_set_int(is, CREDIT_DATE, today.days);
	row_set_int(is, CREDIT_APPROVED_AT, c->tx->now.ms);
	is->v[CREDIT_BUYER] = invoice->v[INVOICE_BUYER];
	is->v[CREDIT_SELLER] = invoice->v[INVOICE_SELLER];
	TRY(credit_freeze(c->tx, c->ctx->company, is, lines, n, &hash));
	row_set_text(is, CREDIT_HASH, hash);
	/* As far as the invoice is still owed, the credit is set against it; the rest stays on account. */
	int64_t open = row_int(invoice, INVOICE_BALANCE), take = -row_int(is, DOC_TOTAL) < open ? -row_int(is, DOC_TOTAL) : open;
	if (take > 0) {
		row_set_int(is, CREDIT_ALLOCATED, take);
		row_set_text(is, CREDIT_STATUS, STR("allocated"));
	}
	c->tx->action = "approve";
	TRY(store_update(c->tx, c->row, is, &c->ret_row));
	c->tx->action = NULL;
	if (take > 0)
		TRY(invoice_allocate(c->tx, NULL, c->ret_row, invoice, take));
	else
		TRY(invoice_settle(c->tx, row_id(invoice, F_ID_FIELD), &invoice));
	for (size_t i = 0; i < n; i++)
		if (row_int(lines[i], CLINE_BILL_AGAIN) && !row_is_null(invoice, INVOICE_JOB))
			return job_enter_stage(c->tx, row_id(invoice, INVOICE_JOB), "to_invoice");
	return OK;
}

static enum err run_credit_send(struct act_call *c)
{
	if (row_is(c->row, CREDIT_STATUS, "draft"))
		return problem_set(c->tx->problem, E_CONFLICT, "Only an approved credit note is sent.");
	c->ret_row = c->row;
	return message_send_document(c, c->row, "credit_note_sent");
}

static const struct act credit_acts[] = {
	{ .name = "approve", .doc = "Gives it its number, freezes it, and sets it against its invoice as far as that is owed.", .right = "invoice.approve", .writes = true, .returns = &noun_credit_note, .run = run_credit_approve },
	{ .name = "send", .doc = "Sends it, by mail where the customer has an address.", .right = "invoice.approve", .writes = true, .returns = &noun_credit_note, PARAMS(message_send_params), .run = run_credit_send },
	{ .name = "credit_note.pdf", .doc = "The credit note as it is printed.", .right = "credit_note.read", .content_type = "application/pdf", .run = credit_paper, .finish = paper_render },
	{ .name = NULL },
};

const struct noun noun_credit_note = {
	.tag = 30, .name = "credit_note", .plural = "credit_notes", .doc = "What is taken back of an invoice.",
	FIELDS(credit_fields), .orders = credit_orders, .subject = SUBJECT_FIELD, .subject_field = CREDIT_CUSTOMER, .label = CREDIT_NO, .own = -1,
	.parent = CREDIT_INVOICE, .company = true, .record = true, .acts = credit_acts, .before_write = credit_before,
};

const struct noun noun_credit_line = {
	.tag = 31, .name = "credit_line", .plural = "credit_lines", .doc = "A line of a credit note.",
	FIELDS(cline_fields), .orders = cline_orders, .subject = SUBJECT_FIELD, .subject_field = CLINE_PARENT, .label = CLINE_DESCRIPTION, .own = -1, .record = true, .parent = CLINE_PARENT,
};
