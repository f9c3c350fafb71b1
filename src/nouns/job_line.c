/* job_line.c - what a piece of work took: its lines, what the customer authorised, and what of it is not billed yet. "Unbilled" is never stored: it
 * is what the lines hold less what invoices took of them (rulings G3). */
#include "job.h"
#include "money_path.h"

#include <string.h>

static const char *const auth_kinds[] = { "estimate_accepted", "estimate_declined", "max_preauthorised", "variation_authorised", "lifted", NULL };

static const struct field jline_fields[] = {
	COMMON_ROWS(JLINE),
	LINE_ROWS(JLINE, "job_id", &noun_job, PHONE_OK, PERSONAL),
	[JLINE_SOURCE] = { .name = "source_line_id", .doc = "The line of the quote that it comes from.", .type = F_REF, .tag = 31, .flags = READONLY | FILTER, .ref = &noun_quote_line },
	[JLINE_BILLABLE] = { .name = "billable", .doc = "Whether the customer pays for it.", .type = F_BOOL, .tag = 32, .flags = REQUIRED, .initial = "true", .set = "job.plan" },
	[JLINE_WRITTEN_OFF] = { .name = "written_off", .doc = "Why it will not be billed.", .type = F_TEXT, .tag = 33, .max = 300, .set = "job.plan" },
};
_Static_assert(ARRAY_LEN(jline_fields) == JLINE_FIELDS, "job_line: table and enum differ");

static const struct order jline_orders[] = { { -1, JLINE_CREATED_AT }, { JLINE_PARENT, JLINE_CREATED_AT }, { JLINE_PARENT, JLINE_POSITION }, ORDERS_END };

static const struct field auth_fields[] = {
	COMMON_ROWS(AUTH),
	[AUTH_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_job },
	[AUTH_KIND] = { .name = "kind", .doc = "How the customer agreed to the price.", .type = F_ENUM, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .values = auth_kinds },
	[AUTH_ACCEPTANCE] = { .name = "acceptance_id", .doc = "The answer that it stands on.", .type = F_REF, .tag = 13, .flags = READONLY, .ref = &noun_acceptance },
	[AUTH_PRICE_MODE] = { .name = "price_mode", .doc = "Whether the amount is without or with VAT.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | ONCE, .values = price_modes, .initial = "excl" },
	[AUTH_AMOUNT] = { .name = "amount", .doc = "Up to how much, in cents; empty where no limit was asked.", .type = F_MONEY, .tag = 15, .flags = ONCE, .max = MONEY_MAX },
	[AUTH_NAME] = { .name = "name", .doc = "Who agreed.", .type = F_TEXT, .tag = 16, .flags = REQUIRED | ONCE, .min = 1, .max = 200, RECORD("showing who agreed to what") },
	[AUTH_AT] = { .name = "at", .doc = "When.", .type = F_TIME, .tag = 17, .flags = REQUIRED | READONLY | DERIVED, .max = INT64_MAX },
	[AUTH_NOTE] = { .name = "note", .doc = "How it is recorded, or why the limit was lifted.", .type = F_LINES, .tag = 18, .flags = ONCE, .max = 1000, RECORD("showing who agreed to what") },
};
_Static_assert(ARRAY_LEN(auth_fields) == AUTH_FIELDS, "authorisation: table and enum differ");

static const struct order auth_orders[] = { { -1, AUTH_CREATED_AT }, { AUTH_JOB, AUTH_CREATED_AT }, ORDERS_END };

static enum err auth_before(struct write *w)
{
	const struct ctx *c = tx_ctx(w->tx);
	bool lifted = row_is(w->is, AUTH_KIND, "lifted"), bounded = !lifted && !row_is(w->is, AUTH_KIND, "estimate_declined");
	if (w->was)
		return OK;
	row_set_int(w->is, AUTH_AT, w->tx->now.ms);
	if (lifted && c && c->actor.signed_in && policy_grant(&c->actor, "job.lift") == GRANT_NONE)
		return problem_set(w->tx->problem, E_FORBIDDEN, "Only an owner or administrator lifts the limit.");
	if (lifted && row_is_null(w->is, AUTH_NOTE))
		problem_fault(w->tx->problem, STR("/note"), "required", "Say why the limit is lifted.");
	if (bounded && row_is_null(w->is, AUTH_AMOUNT))
		problem_fault(w->tx->problem, STR("/amount"), "required", "Say up to how much.");
	if (!bounded)
		row_set_null(w->is, AUTH_AMOUNT);
	return problem_done(w->tx->problem);
}

const struct noun noun_authorisation = {
	.tag = 27, .name = "authorisation", .plural = "authorisations", .doc = "That the customer agreed to a price before the work (CPA s15).",
	FIELDS(auth_fields), .orders = auth_orders, .subject = SUBJECT_FIELD, .subject_field = AUTH_JOB, .label = AUTH_KIND, .own = -1, .parent = AUTH_JOB,
	.record = true, .before_write = auth_before, .no_delete = true,
};

/* ---- how the work's prices are meant ---- */

enum err standing_today(struct tx *tx, const struct row *doc, struct standing *ret)
{
	*ret = (struct standing){ .registered = false };
	TRY(company_today(tx, &ret->day));
	TRY(company_registered(tx, ret->day, &ret->registered, NULL));
	ret->inclusive = row_is(doc, DOC_PRICE_MODE, "incl");
	return OK;
}

/* As what was authorised first; else as the company's documents are. */
static enum err job_standing(struct tx *tx, struct id job, struct standing *ret)
{
	struct row **auths;
	size_t n;
	const struct ctx *c = tx_ctx(tx);
	*ret = (struct standing){ .registered = false };
	TRY(company_today(tx, &ret->day));
	TRY(company_registered(tx, ret->day, &ret->registered, NULL));
	TRY(store_children(tx, &noun_authorisation, AUTH_JOB, job, &auths, &n));
	ret->inclusive = n ? row_is(auths[0], AUTH_PRICE_MODE, "incl") : row_is(c->company, TENANT_PRICE_MODE, "incl");
	return OK;
}

/* ---- billed and unbilled ---- */

/* Thousandths that invoices hold of each line of a piece of work, drafts too, less what was credited to be billed again. */
struct billed {
	struct {
		struct id line;
		int64_t qty3;
	} *of;
	size_t count, room;
	struct arena *arena;
};

static int64_t *billed_of(struct billed *b, struct id line)
{
	size_t i = 0;
	while (i < b->count && !id_eq(b->of[i].line, line))
		i++;
	if (i == DOCUMENT_LINES_MAX)
		return NULL;
	if (i == b->room) {
		const void *was = b->of;
		size_t bytes = b->count * sizeof(b->of[0]);
		b->room = b->room ? 2 * b->room : 16;
		b->of = arena_alloc(b->arena, b->room, sizeof(b->of[0]));
		if (bytes)
			memcpy(b->of, was, bytes);
	}
	if (i == b->count)
		b->of[b->count++].line = line;
	return &b->of[i].qty3;
}

static int64_t billed_qty(struct billed *b, struct id line)
{
	const int64_t *qty3 = billed_of(b, line);
	return qty3 ? *qty3 : 0;
}

static enum err take(struct tx *tx, struct billed *b, struct id line, int64_t qty3)
{
	int64_t *held = billed_of(b, line);
	if (!held)
		return problem_set(tx->problem, E_TOO_LARGE, "More than %d lines of this work were billed.", DOCUMENT_LINES_MAX);
	*held += qty3;
	return OK;
}

static enum err take_back(struct tx *tx, struct billed *b, struct id invoice, struct row *const *lines, size_t n)
{
	struct row **notes, **back;
	size_t note_count, m;
	TRY(store_children(tx, &noun_credit_note, CREDIT_INVOICE, invoice, &notes, &note_count));
	for (size_t i = 0; i < note_count; i++) {
		if (row_is(notes[i], CREDIT_STATUS, "draft"))
			continue;
		TRY(store_children(tx, &noun_credit_line, LINE_PARENT, row_id(notes[i], F_ID_FIELD), &back, &m));
		for (size_t k = 0; k < m; k++)
			for (size_t l = 0; l < n && row_int(back[k], CLINE_BILL_AGAIN); l++)
				if (id_eq(row_id(lines[l], F_ID_FIELD), row_id(back[k], CLINE_SOURCE)) && !row_is_null(lines[l], ILINE_SOURCE))
					TRY(take(tx, b, row_id(lines[l], ILINE_SOURCE), row_int(back[k], LINE_QTY3))); /* less than nothing */
	}
	return OK;
}

static enum err billed_for(struct tx *tx, struct id job, struct billed **ret)
{
	struct billed *b = ARENA_NEW(tx->arena, struct billed);
	struct row **invoices, **lines;
	size_t count, n;
	b->arena = tx->arena;
	TRY(store_children(tx, &noun_invoice, INVOICE_JOB, job, &invoices, &count));
	for (size_t i = 0; i < count; i++) {
		if (row_is(invoices[i], INVOICE_STATUS, "void"))
			continue;
		TRY(store_children(tx, &noun_invoice_line, LINE_PARENT, row_id(invoices[i], F_ID_FIELD), &lines, &n));
		for (size_t k = 0; k < n; k++)
			if (!row_is_null(lines[k], ILINE_SOURCE))
				TRY(take(tx, b, row_id(lines[k], ILINE_SOURCE), row_int(lines[k], LINE_QTY3)));
		TRY(take_back(tx, b, row_id(invoices[i], F_ID_FIELD), lines, n));
	}
	*ret = b;
	return OK;
}

enum err job_lines_fit(struct tx *tx, struct id job, struct row *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct row *line;
		if (row_is_null(lines[i], ILINE_SOURCE))
			continue;
		TRY(row_if(tx, &noun_job_line, row_id(lines[i], ILINE_SOURCE), &line));
		if (!line || !id_eq(row_id(line, LINE_PARENT), job))
			problem_fault(tx->problem, str_fmt(tx->arena, "/lines/%zu/source_line_id", i), "reference", "This is no line of the invoice's work.");
	}
	return problem_done(tx->problem);
}

enum err job_not_overbilled(struct tx *tx, struct id job)
{
	struct row **lines;
	struct billed *b;
	size_t n;
	TRY(billed_for(tx, job, &b));
	TRY(store_children(tx, &noun_job_line, LINE_PARENT, job, &lines, &n));
	for (size_t i = 0; i < n; i++)
		if (billed_qty(b, row_id(lines[i], F_ID_FIELD)) > row_int(lines[i], LINE_QTY3))
			return problem_set(tx->problem, E_CONFLICT, "More would be billed than the work holds; look at its other invoices.");
	return OK;
}

enum err job_is_billed(struct tx *tx, struct id job, bool *ret)
{
	struct row **invoices;
	size_t n;
	*ret = false;
	TRY(store_children(tx, &noun_invoice, INVOICE_JOB, job, &invoices, &n));
	for (size_t i = 0; i < n; i++)
		*ret = *ret || (!row_is(invoices[i], INVOICE_STATUS, "draft") && !row_is(invoices[i], INVOICE_STATUS, "void"));
	return OK;
}

static bool can_be_billed(const struct row *line)
{
	return row_is(line, LINE_KIND, "item") && row_int(line, JLINE_BILLABLE) && row_is_null(line, JLINE_WRITTEN_OFF);
}

static enum err jline_before(struct write *w)
{
	struct standing on;
	struct row *job;
	struct billed *b;
	enum err e = store_get(w->tx, &noun_job, row_id(w->is, LINE_PARENT), &job);
	if (e == E_NOT_FOUND)
		return OK; /* reported with the other references */
	TRY(e);
	if (row_is(job, JOB_STAGE, "closed") || row_is(job, JOB_STAGE, "cancelled"))
		return problem_set(w->tx->problem, E_CONFLICT, "The work is closed; reopen it before changing its lines.");
	if (w->was) {
		TRY(billed_for(w->tx, row_id(job, F_ID_FIELD), &b));
		int64_t billed = billed_qty(b, row_id(w->was, F_ID_FIELD));
		if (billed && (!row_is_null(w->is, F_DELETED_AT_FIELD) || row_int(w->is, LINE_QTY3) < billed))
			return problem_set(w->tx->problem, E_CONFLICT, "It was billed already; credit the invoice first.");
		if (!row_is_null(w->is, F_DELETED_AT_FIELD))
			return OK;
	}
	if (w->was && write_changes(w, LINE_ITEM) && !row_is_null(w->is, LINE_ITEM)) {
		static const int follow[] = { LINE_DESCRIPTION, LINE_UNIT, LINE_PRICE4, LINE_COST4, LINE_TAX_CODE };
		for (size_t i = 0; i < ARRAY_LEN(follow); i++)
			if (!write_changes(w, follow[i]))
				row_set_null(w->is, follow[i]);
	}
	TRY(job_standing(w->tx, row_id(job, F_ID_FIELD), &on));
	TRY(standing_for(w->tx, row_id(job, row_is_null(job, JOB_BILL_TO) ? JOB_CUSTOMER : JOB_BILL_TO), &on));
	TRY(line_fill(w->tx, &on, w->is, STR("")));
	return problem_done(w->tx->problem);
}

const struct noun noun_job_line = {
	.tag = 26, .name = "job_line", .plural = "job_lines", .doc = "Parts, hours and fees that a piece of work took.",
	FIELDS(jline_fields), .orders = jline_orders, .subject = SUBJECT_FIELD, .subject_field = JLINE_PARENT, .label = JLINE_DESCRIPTION, .own = JLINE_PARENT,
	.parent = JLINE_PARENT, .company = true, .before_write = jline_before,
};

/* ---- from the quote ---- */

enum err quote_into_job(struct tx *tx, const struct row *quote, const struct row *acceptance, const struct row *version, struct id job)
{
	struct row **lines, *auth = row_new(tx->arena, &noun_authorisation);
	bool variation = row_is(quote, QUOTE_KIND, "variation"), incl = row_is(version, DOC_PRICE_MODE, "incl");
	json_t *chosen;
	size_t n;
	row_set_id(auth, AUTH_JOB, job);
	row_set_text(auth, AUTH_KIND, variation ? STR("variation_authorised") : STR("estimate_accepted"));
	row_set_id(auth, AUTH_ACCEPTANCE, row_id(acceptance, F_ID_FIELD));
	row_set_text(auth, AUTH_PRICE_MODE, row_text(version, DOC_PRICE_MODE));
	row_set_int(auth, AUTH_AMOUNT, row_int(acceptance, incl ? ACCEPTANCE_TOTAL : ACCEPTANCE_NET));
	row_set_text(auth, AUTH_NAME, row_text(acceptance, ACCEPTANCE_NAME));
	TRY(store_insert(tx, auth, &auth));
	if (variation) /* what is done is entered as it is done; the variation allows it */
		return OK;
	TRY(json_read(tx->arena, row_text(acceptance, ACCEPTANCE_LINES), tx->problem, &chosen));
	TRY(doc_lines(tx, &noun_quote_line, row_id(version, F_ID_FIELD), &lines, &n));
	for (size_t i = 0; i < n; i++) {
		if (!json_has_id(chosen, row_id(lines[i], F_ID_FIELD)))
			continue;
		struct row *line = line_copy(tx->arena, lines[i], &noun_job_line);
		row_set_id(line, LINE_PARENT, job);
		row_set_id(line, JLINE_SOURCE, row_id(lines[i], F_ID_FIELD));
		TRY(store_insert(tx, line, &line));
	}
	return OK;
}

/* ---- acts on the work ---- */

/* Part of a line's amount that a part of its quantity is worth. */
static int64_t worth(const struct row *line, int64_t qty3)
{
	int64_t whole = row_int(line, LINE_QTY3);
	if (whole <= 0 || qty3 <= 0)
		return 0;
	return money_share((struct money){ row_int(line, LINE_LINE_NET) }, qty3 < whole ? qty3 : whole, whole).minor;
}

enum err job_charged(struct tx *tx, struct id job, int figure, int64_t *ret)
{
	struct row **invoices, **credits;
	size_t n, k;
	*ret = 0;
	TRY(store_children(tx, &noun_invoice, INVOICE_JOB, job, &invoices, &n));
	for (size_t i = 0; i < n; i++) {
		if (row_is(invoices[i], INVOICE_STATUS, "draft") || row_is(invoices[i], INVOICE_STATUS, "void"))
			continue;
		*ret += row_int(invoices[i], figure);
		TRY(store_children(tx, &noun_credit_note, CREDIT_INVOICE, row_id(invoices[i], F_ID_FIELD), &credits, &k));
		for (size_t j = 0; j < k; j++)
			*ret += row_is(credits[j], CREDIT_STATUS, "draft") ? 0 : row_int(credits[j], figure); /* less than nothing */
	}
	return OK;
}

/* Lines with what they were quoted as. */
struct job_money {
	struct row **lines, **sources;
	size_t count;
	struct billed *held;
};

static enum err read_money(struct tx *tx, struct id job, struct job_money *m, struct job_sums *t)
{
	struct field_set only = { 0 };
	TRY(billed_for(tx, job, &m->held));
	TRY(doc_lines(tx, &noun_job_line, job, &m->lines, &m->count));
	struct id *ids = ARENA_ARRAY(tx->arena, struct id, m->count + 1);
	m->sources = ARENA_ARRAY(tx->arena, struct row *, m->count + 1);
	set_add(&only, LINE_QTY3);
	set_add(&only, LINE_LINE_NET);
	for (size_t i = 0; i < m->count; i++)
		ids[i] = row_id(m->lines[i], JLINE_SOURCE);
	TRY(store_get_each(tx, &noun_quote_line, ids, m->count, only, m->sources));
	*t = (struct job_sums){ 0 };
	for (size_t i = 0; i < m->count; i++) {
		const struct row *line = m->lines[i];
		int64_t billed = billed_qty(m->held, row_id(line, F_ID_FIELD)), open = can_be_billed(line) ? row_int(line, LINE_QTY3) - billed : 0;
		t->quoted += m->sources[i] ? row_int(m->sources[i], LINE_LINE_NET) : 0;
		t->used += row_int(line, LINE_LINE_NET);
		t->billed += worth(line, billed);
		t->unbilled += worth(line, open);
		t->cost += money_cost((struct price){ row_int(line, LINE_COST4) }, (struct qty){ row_int(line, LINE_QTY3) }).minor;
	}
	return OK;
}

enum err job_sums(struct tx *tx, struct id job, struct job_sums *ret)
{
	struct job_money m;
	TRY(read_money(tx, job, &m, ret));
	return job_charged(tx, job, DOC_NET, &ret->invoiced);
}

enum err job_money_run(struct act_call *c)
{
	struct row **auths;
	struct job_money m;
	struct job_sums t;
	size_t n;
	int64_t authorised = 0;
	struct buf b;
	struct json_out o;
	TRY(read_money(c->tx, row_id(c->row, F_ID_FIELD), &m, &t));
	TRY(store_children(c->tx, &noun_authorisation, AUTH_JOB, row_id(c->row, F_ID_FIELD), &auths, &n));
	for (size_t i = 0; i < n; i++)
		authorised += row_int(auths[i], AUTH_AMOUNT);
	buf_init(&b, c->tx->arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "lines");
	jw_open(&o, '[');
	for (size_t i = 0; i < m.count; i++) {
		int64_t billed = billed_qty(m.held, row_id(m.lines[i], F_ID_FIELD));
		jw_open(&o, '{');
		jw_member_id(&o, "id", row_id(m.lines[i], F_ID_FIELD));
		jw_member_int(&o, "quoted_qty3", m.sources[i] ? row_int(m.sources[i], LINE_QTY3) : 0);
		jw_member_int(&o, "used_qty3", row_int(m.lines[i], LINE_QTY3));
		jw_member_int(&o, "billed_qty3", billed);
		jw_member_int(&o, "unbilled_qty3", can_be_billed(m.lines[i]) ? row_int(m.lines[i], LINE_QTY3) - billed : 0);
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_member_int(&o, "quoted", t.quoted);
	jw_member_int(&o, "used", t.used);
	jw_member_int(&o, "billed", t.billed);
	jw_member_int(&o, "unbilled", t.unbilled);
	jw_member_int(&o, "authorised", authorised);
	jw_close(&o, '}');
	c->ret_body = buf_str(&b);
	return OK;
}

enum err job_invoice_run(struct act_call *c)
{
	struct row **lines, *invoice = row_new(c->tx->arena, &noun_invoice), *is, *kept[DOCUMENT_LINES_MAX];
	struct standing on;
	struct id job = row_id(c->row, F_ID_FIELD);
	struct billed *held;
	size_t n, count = 0;
	TRY(billed_for(c->tx, job, &held));
	TRY(job_standing(c->tx, job, &on));
	TRY(doc_lines(c->tx, &noun_job_line, job, &lines, &n));
	for (size_t i = 0; i < n && count < DOCUMENT_LINES_MAX; i++) {
		int64_t billed = billed_qty(held, row_id(lines[i], F_ID_FIELD));
		if (!can_be_billed(lines[i]) || row_int(lines[i], LINE_QTY3) == billed)
			continue;
		struct row *line = line_copy(c->tx->arena, lines[i], &noun_invoice_line);
		row_set_int(line, LINE_QTY3, row_int(lines[i], LINE_QTY3) - billed);
		row_set_id(line, ILINE_SOURCE, row_id(lines[i], F_ID_FIELD));
		TRY(line_fill(c->tx, &on, line, STR("")));
		kept[count++] = line;
	}
	TRY(problem_done(c->tx->problem));
	if (!count)
		return problem_set(c->tx->problem, E_CONFLICT, "Nothing of this work is left to be billed.");
	row_set_text(invoice, DOC_PRICE_MODE, on.inclusive ? STR("incl") : STR("excl"));
	invoice->v[INVOICE_CUSTOMER] = c->row->v[row_is_null(c->row, JOB_BILL_TO) ? JOB_CUSTOMER : JOB_BILL_TO];
	invoice->v[INVOICE_SITE] = c->row->v[JOB_SITE];
	invoice->v[INVOICE_ORDER_NO] = c->row->v[JOB_CUSTOMER_ORDER_NO];
	row_set_id(invoice, INVOICE_JOB, job);
	TRY(store_insert(c->tx, invoice, &invoice));
	is = row_copy(c->tx->arena, invoice);
	TRY(doc_total(c->tx, is, kept, count, NULL));
	TRY(doc_replace_lines(c->tx, &noun_invoice_line, row_id(invoice, F_ID_FIELD), kept, count));
	return store_update(c->tx, invoice, is, &c->ret_row);
}

enum err job_offer_for_billing(struct tx *tx, struct row **row)
{
	struct row **lines;
	size_t n;
	int64_t open = 0;
	struct billed *held;
	TRY(billed_for(tx, row_id(*row, F_ID_FIELD), &held));
	TRY(doc_lines(tx, &noun_job_line, row_id(*row, F_ID_FIELD), &lines, &n));
	for (size_t i = 0; i < n; i++)
		open += can_be_billed(lines[i]) ? row_int(lines[i], LINE_QTY3) - billed_qty(held, row_id(lines[i], F_ID_FIELD)) : 0;
	if (open <= 0)
		return OK;
	struct id id = row_id(*row, F_ID_FIELD);
	TRY(job_enter_stage(tx, id, "to_invoice"));
	return store_get(tx, &noun_job, id, row);
}
