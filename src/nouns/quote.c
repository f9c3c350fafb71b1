/* quote.c - an offer: its versions, their lines, and the customer's answer (product.md 4.6, rulings G1 to G3). What was sent never changes: a new
 * thought is a new version. */
#include "doc.h"
#include "messages.h"
#include "money_path.h"
#include "plan.h"
#include "portal.h"

static const char *const kinds[] = { "quote", "variation", NULL };
static const char *const states[] = { "draft", "internal_review", "sent", "viewed", "accepted", "declined", "expired", "cancelled", NULL };
static const char *const version_states[] = { "draft", "sent", "superseded", NULL };

static const struct field quote_fields[] = {
	COMMON_ROWS(QUOTE),
	[QUOTE_NO] = { .name = "no", .doc = "Number of the quote.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | READONLY | UNIQUE | FILTER | SEARCH | PREFIXES, .min = 1, .max = 40 },
	[QUOTE_KIND] = { .name = "kind", .doc = "An offer, or a change of what was accepted for a piece of work.", .type = F_ENUM, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .values = kinds, .initial = "quote" },
	[QUOTE_CUSTOMER] = { .name = "customer_id", .doc = "For whom.", .type = F_REF, .tag = 13, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_customer },
	[QUOTE_CONTACT] = { .name = "contact_id", .doc = "Whom to send it to.", .type = F_REF, .tag = 14, .ref = &noun_contact },
	[QUOTE_SITE] = { .name = "site_id", .doc = "Where the work would be.", .type = F_REF, .tag = 15, .ref = &noun_site },
	[QUOTE_ENQUIRY] = { .name = "enquiry_id", .doc = "The enquiry that it answers.", .type = F_REF, .tag = 16, .flags = READONLY | FILTER, .ref = &noun_enquiry },
	[QUOTE_JOB] = { .name = "job_id", .doc = "The work that came of it, or that it changes.", .type = F_REF, .tag = 17, .flags = ONCE | FILTER, .ref = &noun_job },
	[QUOTE_TITLE] = { .name = "title", .doc = "What it is about.", .type = F_TEXT, .tag = 18, .flags = REQUIRED | SEARCH, .min = 1, .max = 200, PERSONAL("offering work") },
	[QUOTE_STATUS] = { .name = "status", .doc = "How far it is.", .type = F_ENUM, .tag = 19, .flags = REQUIRED | READONLY | FILTER, .values = states, .initial = "draft" },
	[QUOTE_OWNER] = { .name = "owner_id", .doc = "Who follows it up.", .type = F_REF, .tag = 20, .flags = FILTER, .ref = &noun_employee },
	[QUOTE_VERSION_N] = { .name = "version_n", .doc = "Number of the newest version.", .type = F_INT, .tag = 21, .flags = REQUIRED | READONLY, .max = 1000, .initial = "0" },
	[QUOTE_VERSION_ID] = { .name = "version_id", .doc = "The newest version.", .type = F_ID, .tag = 22, .flags = READONLY },
	[QUOTE_TOTAL] = { .name = "total", .doc = "Total with VAT of the newest version.", .type = F_MONEY, .tag = 23, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[QUOTE_VALID_UNTIL] = { .name = "valid_until", .doc = "Last day on which it can be accepted.", .type = F_DATE, .tag = 24, .flags = FILTER, .max = 2932896 },
	[QUOTE_REASON] = { .name = "reason", .doc = "Why it was declined or cancelled.", .type = F_TEXT, .tag = 25, .flags = READONLY, .max = 300, PERSONAL("learning from lost work") },
};
_Static_assert(ARRAY_LEN(quote_fields) == QUOTE_FIELDS, "quote: table and enum differ");

static const struct order quote_orders[] = {
	{ -1, QUOTE_CREATED_AT }, { QUOTE_STATUS, QUOTE_CREATED_AT }, { QUOTE_CUSTOMER, QUOTE_CREATED_AT }, { QUOTE_ENQUIRY, QUOTE_CREATED_AT },
	{ QUOTE_JOB, QUOTE_CREATED_AT }, ORDERS_END
};

static const struct field version_fields[] = {
	COMMON_ROWS(QVERSION),
	DOC_ROWS(QVERSION),
	[QVERSION_QUOTE] = { .name = "quote_id", .doc = "The quote.", .type = F_REF, .tag = 31, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_quote },
	[QVERSION_N] = { .name = "n", .doc = "Which version it is.", .type = F_INT, .tag = 32, .flags = REQUIRED | READONLY, .min = 1, .max = 1000 },
	[QVERSION_STATE] = { .name = "state", .doc = "Being written, sent, or replaced by a newer one.", .type = F_ENUM, .tag = 33, .flags = REQUIRED | READONLY, .values = version_states, .initial = "draft" },
	[QVERSION_VALID_UNTIL] = { .name = "valid_until", .doc = "Last day on which it can be accepted.", .type = F_DATE, .tag = 34, .flags = READONLY, .max = 2932896 },
	[QVERSION_INTRO] = { .name = "intro", .doc = "Words above the lines.", .type = F_LINES, .tag = 35, .max = 4000, PERSONAL("offering work") },
	[QVERSION_TERMS] = { .name = "terms", .doc = "Words below the lines.", .type = F_LINES, .tag = 36, .max = 10000, PERSONAL("offering work") },
	[QVERSION_SENT_AT] = { .name = "sent_at", .doc = "When it was sent; from then on it never changes.", .type = F_TIME, .tag = 37, .flags = READONLY, .max = INT64_MAX },
	[QVERSION_SAVES] = { .name = "saves", .doc = "How often its lines were saved, so that another's change of words is one too.", .type = F_INT, .tag = 39, .flags = REQUIRED | READONLY, .max = INT32_MAX, .initial = "0" },
	[QVERSION_HASH] = { .name = "document_hash", .doc = "SHA-256 of what was sent.", .type = F_TEXT, .tag = 38, .flags = READONLY, .max = 64 },
};
_Static_assert(ARRAY_LEN(version_fields) == QVERSION_FIELDS, "quote_version: table and enum differ");

static const struct order version_orders[] = { { -1, QVERSION_CREATED_AT }, { QVERSION_QUOTE, QVERSION_CREATED_AT }, ORDERS_END };

static const struct field qline_fields[] = {
	COMMON_ROWS(QLINE),
	LINE_ROWS(QLINE, "quote_version_id", &noun_quote_version, 0, PERSONAL),
	[QLINE_OPTIONAL] = { .name = "optional", .doc = "Whether the customer may leave it out.", .type = F_BOOL, .tag = 31, .flags = REQUIRED, .initial = "false" },
	[QLINE_SELECTED] = { .name = "selected", .doc = "Whether an optional line is chosen.", .type = F_BOOL, .tag = 32, .flags = REQUIRED, .initial = "false" },
	[QLINE_GROUP] = { .name = "option_group", .doc = "Options of which one is chosen.", .type = F_TEXT, .tag = 33, .max = 40 },
};
_Static_assert(ARRAY_LEN(qline_fields) == QLINE_FIELDS, "quote_line: table and enum differ");

static const struct order qline_orders[] = { { -1, QLINE_CREATED_AT }, { QLINE_PARENT, QLINE_CREATED_AT }, { QLINE_PARENT, QLINE_POSITION }, ORDERS_END };

/* ---- the newest version ---- */

static enum err add_version(struct tx *tx, const struct row *quote, const struct row *from, struct row **ret_quote, struct row **ret_version)
{
	struct row *is = row_copy(tx->arena, quote), *version = row_new(tx->arena, &noun_quote_version);
	const struct ctx *c = tx_ctx(tx);
	if (from)
		for (int i = F_COMMON_FIELDS; i < DOC_FIELDS; i++)
			version->v[i] = from->v[i];
	else if (c && c->company) {
		row_set_text(version, DOC_PRICE_MODE, row_text(c->company, TENANT_PRICE_MODE));
		row_set_text(version, DOC_CURRENCY, row_text(c->company, TENANT_CURRENCY));
	}
	if (!from && !row_is_null(quote, QUOTE_JOB)) { /* a change of the work is priced in the way in which the work was agreed */
		struct row **agreed;
		size_t n;
		TRY(store_children(tx, &noun_authorisation, AUTH_JOB, row_id(quote, QUOTE_JOB), &agreed, &n));
		if (n)
			row_set_text(version, DOC_PRICE_MODE, row_text(agreed[0], AUTH_PRICE_MODE));
	}
	if (from) {
		version->v[QVERSION_INTRO] = from->v[QVERSION_INTRO];
		version->v[QVERSION_TERMS] = from->v[QVERSION_TERMS];
	}
	row_set_id(version, QVERSION_QUOTE, row_id(quote, F_ID_FIELD));
	row_set_int(version, QVERSION_N, row_int(quote, QUOTE_VERSION_N) + 1);
	TRY(store_insert(tx, version, ret_version));
	row_set_int(is, QUOTE_VERSION_N, row_int(version, QVERSION_N));
	row_set_id(is, QUOTE_VERSION_ID, row_id(*ret_version, F_ID_FIELD));
	row_set_text(is, QUOTE_STATUS, STR("draft"));
	return store_update(tx, quote, is, ret_quote);
}

static enum err quote_before(struct write *w)
{
	struct str no;
	struct row *job;
	if (row_is(w->is, QUOTE_KIND, "variation") && row_is_null(w->is, QUOTE_JOB))
		problem_fault(w->tx->problem, STR("/job_id"), "required", "A variation changes a piece of work: say which.");
	TRY(problem_done(w->tx->problem));
	if (!w->was && !row_is_null(w->is, QUOTE_JOB) && store_get(w->tx, &noun_job, row_id(w->is, QUOTE_JOB), &job) == OK &&
	    !id_eq(row_id(job, JOB_CUSTOMER), row_id(w->is, QUOTE_CUSTOMER))) {
		problem_fault(w->tx->problem, STR("/job_id"), "reference", "This work is for another customer.");
		return problem_done(w->tx->problem);
	}
	if (w->was)
		return OK;
	TRY(store_number(w->tx, "quote", &no));
	row_set_text(w->is, QUOTE_NO, no);
	return OK;
}

static enum err quote_after(struct write *w)
{
	struct row *version, *quote;
	if (w->was)
		return OK;
	TRY(add_version(w->tx, w->is, NULL, &quote, &version));
	for (size_t i = 0; i < quote->noun->field_count; i++) /* the answer shows it */
		w->is->v[i] = quote->v[i];
	return OK;
}

static enum err newest(struct act_call *c, struct row **ret)
{
	return store_get(c->tx, &noun_quote_version, row_id(c->row, QUOTE_VERSION_ID), ret);
}

static bool is_one_of(const struct row *r, int field, const char *const *states_wanted)
{
	for (size_t i = 0; states_wanted[i]; i++)
		if (row_is(r, field, states_wanted[i]))
			return true;
	return false;
}

static enum err refuse(struct act_call *c, const char *to)
{
	return problem_set(c->tx->problem, E_CONFLICT, "A quote that is " STR_FMT " cannot be %s.", STR_ARG(str_words(c->tx->arena, row_text(c->row, QUOTE_STATUS))), to);
}

static enum err enter(struct act_call *c, struct row *is, const char *state)
{
	row_set_text(is, QUOTE_STATUS, str_from(state));
	c->tx->action = "move";
	enum err e = store_update(c->tx, c->row, is, &c->ret_row);
	c->tx->action = NULL;
	return e;
}

/* ---- lines ---- */

bool quote_line_skipped(const struct row *line)
{
	return row_int(line, QLINE_OPTIONAL) && !row_int(line, QLINE_SELECTED);
}

enum { LINES_LIST, LINES_DISCOUNT_BP, LINES_DISCOUNT, LINES_INTRO, LINES_TERMS, LINES_PRICE_MODE, LINES_BASE };
static const struct field lines_params[] = {
	[LINES_LIST] = { .name = "lines", .doc = "All lines, in their order: item_id or description, qty3, price4 and so on.", .type = F_JSON, .flags = REQUIRED, .max = 900000 },
	[LINES_DISCOUNT_BP] = { .name = "discount_bp", .doc = "Discount on the whole, in hundredths of a percent.", .type = F_INT, .max = BP_FULL },
	[LINES_DISCOUNT] = { .name = "discount", .doc = "Discount on the whole, in cents.", .type = F_MONEY, .max = MONEY_MAX },
	[LINES_INTRO] = { .name = "intro", .doc = "Words above the lines.", .type = F_LINES, .max = 4000 },
	[LINES_TERMS] = { .name = "terms", .doc = "Words below the lines.", .type = F_LINES, .max = 10000 },
	[LINES_PRICE_MODE] = { .name = "price_mode", .doc = "Whether its prices are without or with VAT; as before if left out.", .type = F_ENUM, .values = price_modes },
	[LINES_BASE] = { .name = "base_version", .doc = "The version on which they were typed: refused where it has changed since.", .type = F_INT, .min = 1, .max = INT32_MAX },
};

static enum err run_lines(struct act_call *c)
{
	struct row *was, *is, **lines, *quote = row_copy(c->tx->arena, c->row);
	struct standing on;
	size_t n;
	if (!row_is(c->row, QUOTE_STATUS, "draft") && !row_is(c->row, QUOTE_STATUS, "internal_review"))
		return refuse(c, "changed; make a new version");
	TRY(newest(c, &was));
	if (set_has(c->present, LINES_BASE) && c->params[LINES_BASE].i != row_int(was, F_VERSION_FIELD))
		return problem_set(c->tx->problem, E_CONFLICT, "Somebody else saved these lines meanwhile.");
	is = row_copy(c->tx->arena, was);
	row_set_int(is, DOC_DISCOUNT_BP, set_has(c->present, LINES_DISCOUNT_BP) ? c->params[LINES_DISCOUNT_BP].i : 0);
	row_set_int(is, DOC_DISCOUNT, set_has(c->present, LINES_DISCOUNT) ? c->params[LINES_DISCOUNT].i : 0);
	if (set_has(c->present, LINES_INTRO))
		is->v[QVERSION_INTRO] = c->params[LINES_INTRO];
	if (set_has(c->present, LINES_TERMS))
		is->v[QVERSION_TERMS] = c->params[LINES_TERMS];
	if (set_has(c->present, LINES_PRICE_MODE)) {
		if (row_is(c->row, QUOTE_KIND, "variation") && !str_eq(c->params[LINES_PRICE_MODE].s, row_text(was, DOC_PRICE_MODE))) {
			problem_fault(c->tx->problem, STR("/price_mode"), "range", "A variation is priced in the way of what it changes.");
			return problem_done(c->tx->problem);
		}
		is->v[DOC_PRICE_MODE] = c->params[LINES_PRICE_MODE];
	}
	TRY(standing_today(c->tx, is, &on));
	TRY(standing_for(c->tx, row_id(c->row, QUOTE_CUSTOMER), &on));
	TRY(doc_read_lines(c->tx, &noun_quote_line, &on, c->params[LINES_LIST].s, &lines, &n));
	TRY(doc_total(c->tx, is, lines, n, quote_line_skipped));
	TRY(doc_replace_lines(c->tx, &noun_quote_line, row_id(is, F_ID_FIELD), lines, n));
	row_set_int(is, QVERSION_SAVES, row_int(is, QVERSION_SAVES) + 1);
	row_set_int(quote, QUOTE_TOTAL, row_int(is, DOC_TOTAL));
	TRY(store_update(c->tx, c->row, quote, &quote));
	return store_update(c->tx, was, is, &c->ret_row);
}

/* ---- sending and revising ---- */

static enum err run_send(struct act_call *c)
{
	static const char *const from[] = { "draft", "internal_review", NULL };
	struct row *was, *is, **lines, *quote = row_copy(c->tx->arena, c->row);
	struct day today;
	struct str hash;
	size_t n;
	if (row_is(c->row, QUOTE_STATUS, "sent") || row_is(c->row, QUOTE_STATUS, "viewed")) {
		c->ret_row = c->row;
		return message_asked(c) ? message_send_document(c, c->row, "quote_sent") : OK;
	}
	if (!is_one_of(c->row, QUOTE_STATUS, from))
		return refuse(c, "sent");
	TRY(newest(c, &was));
	TRY(doc_lines(c->tx, &noun_quote_line, row_id(was, F_ID_FIELD), &lines, &n));
	if (!n)
		return problem_set(c->tx->problem, E_CONFLICT, "There is nothing on it yet.");
	TRY(approve_limit(c->tx, row_int(was, DOC_TOTAL)));
	TRY(company_today(c->tx, &today));
	if (row_is_null(quote, QUOTE_VALID_UNTIL))
		row_set_int(quote, QUOTE_VALID_UNTIL, today.days + row_int(c->ctx->company, TENANT_QUOTE_VALID_DAYS));
	if (row_int(quote, QUOTE_VALID_UNTIL) < today.days) {
		problem_fault(c->tx->problem, STR("/valid_until"), "range", "It would have expired already.");
		return problem_done(c->tx->problem);
	}
	is = row_copy(c->tx->arena, was);
	is->v[QVERSION_VALID_UNTIL] = quote->v[QUOTE_VALID_UNTIL];
	row_set_text(is, QVERSION_STATE, STR("sent"));
	row_set_int(is, QVERSION_SENT_AT, c->tx->now.ms);
	TRY(quote_freeze(c->tx, c->ctx->company, quote, is, lines, n, today, &hash));
	row_set_text(is, QVERSION_HASH, hash);
	TRY(store_update(c->tx, was, is, &is));
	TRY(enter(c, quote, "sent"));
	return message_send_document(c, c->ret_row, "quote_sent");
}

static enum err run_review(struct act_call *c)
{
	return row_is(c->row, QUOTE_STATUS, "draft") ? enter(c, row_copy(c->tx->arena, c->row), "internal_review") : refuse(c, "reviewed");
}

static enum err run_revise(struct act_call *c)
{
	static const char *const from[] = { "sent", "viewed", "declined", "expired", NULL };
	struct row *was, *old, *version, **lines;
	size_t n;
	if (row_is(c->row, QUOTE_STATUS, "internal_review"))
		return enter(c, row_copy(c->tx->arena, c->row), "draft");
	if (!is_one_of(c->row, QUOTE_STATUS, from))
		return refuse(c, "revised");
	TRY(newest(c, &was));
	TRY(doc_lines(c->tx, &noun_quote_line, row_id(was, F_ID_FIELD), &lines, &n));
	old = row_copy(c->tx->arena, was);
	row_set_text(old, QVERSION_STATE, STR("superseded"));
	TRY(store_update(c->tx, was, old, &old));
	struct row *quote = row_copy(c->tx->arena, c->row);
	row_set_null(quote, QUOTE_VALID_UNTIL);
	TRY(store_update(c->tx, c->row, quote, &quote));
	TRY(add_version(c->tx, quote, old, &c->ret_row, &version));
	for (size_t i = 0; i < n; i++) {
		struct row *line = line_copy(c->tx->arena, lines[i], &noun_quote_line);
		for (int k = QLINE_OPTIONAL; k < QLINE_FIELDS; k++)
			line->v[k] = lines[i]->v[k];
		row_set_id(line, LINE_PARENT, row_id(version, F_ID_FIELD));
		TRY(store_insert(c->tx, line, &line));
	}
	return OK;
}

/* ---- the end ---- */

enum { CANCEL_REASON, CANCEL_NAME };
static const struct field cancel_params[] = {
	[CANCEL_REASON] = { .name = "reason", .doc = "Why.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 300 },
	[CANCEL_NAME] = { .name = "name", .doc = "Who said so.", .type = F_TEXT, .max = 200 },
};

enum err quotes_expire(struct tx *tx, struct day today, size_t *ret_done)
{
	static const char *const open_states[] = { "sent", "viewed" };
	*ret_done = 0;
	for (size_t k = 0; k < ARRAY_LEN(open_states); k++) {
		struct query q = { .noun = &noun_quote, .sort = QUOTE_CREATED_AT, .ascending = true, .limit = LIST_LIMIT_MAX };
		struct page page;
		q.open.bits = ~(uint64_t)0;
		q.filters[q.filter_count++] = filter_is(QUOTE_STATUS, VALUE_TEXT(str_from(open_states[k])));
		q.filters[q.filter_count++] = (struct filter){ .field = QUOTE_VALID_UNTIL, .values = { VALUE_NULL, VALUE_INT(today.days) }, .range = true };
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++) {
			struct row *is = row_copy(tx->arena, page.rows[i]);
			if (page.rows[i]->erased)
				continue;
			row_set_text(is, QUOTE_STATUS, STR("expired"));
			tx->action = "expire";
			TRY(store_update(tx, page.rows[i], is, &is));
			++*ret_done;
		}
	}
	tx->action = NULL;
	return OK;
}

static enum err run_cancel(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	bool billed = false;
	if (row_is(c->row, QUOTE_STATUS, "cancelled") || row_is(c->row, QUOTE_STATUS, "declined"))
		return refuse(c, "cancelled");
	if (!row_is_null(c->row, QUOTE_JOB))
		TRY(job_is_billed(c->tx, row_id(c->row, QUOTE_JOB), &billed));
	if (billed)
		return problem_set(c->tx->problem, E_CONFLICT, "Something of it was invoiced already.");
	is->v[QUOTE_REASON] = c->params[CANCEL_REASON];
	return enter(c, is, "cancelled");
}

enum { JOB_OF_TYPE, JOB_OF_SITE };
static const struct field job_params[] = {
	[JOB_OF_TYPE] = { .name = "job_type_id", .doc = "Kind of work.", .type = F_REF, .flags = REQUIRED, .ref = &noun_job_type },
	[JOB_OF_SITE] = { .name = "site_id", .doc = "Where; that of the quote if left out.", .type = F_REF, .ref = &noun_site },
};

static enum err run_job(struct act_call *c)
{
	struct row *version, *job, *is = row_copy(c->tx->arena, c->row), **answers;
	size_t n;
	if (!row_is_null(c->row, QUOTE_JOB))
		return store_get(c->tx, &noun_job, row_id(c->row, QUOTE_JOB), &c->ret_row);
	if (!row_is(c->row, QUOTE_STATUS, "accepted"))
		return problem_set(c->tx->problem, E_CONFLICT, "Work is made of an accepted quote.");
	TRY(newest(c, &version));
	job = row_new(c->tx->arena, &noun_job);
	job->v[JOB_TYPE] = c->params[JOB_OF_TYPE];
	job->v[JOB_TITLE] = c->row->v[QUOTE_TITLE];
	job->v[JOB_CUSTOMER] = c->row->v[QUOTE_CUSTOMER];
	job->v[JOB_CONTACT] = c->row->v[QUOTE_CONTACT];
	job->v[JOB_SITE] = set_has(c->present, JOB_OF_SITE) ? c->params[JOB_OF_SITE] : c->row->v[QUOTE_SITE];
	if (row_is_null(job, JOB_SITE)) {
		problem_fault(c->tx->problem, STR("/site_id"), "required", "Say where the work is.");
		return problem_done(c->tx->problem);
	}
	TRY(store_insert(c->tx, job, &c->ret_row));
	row_set_id(is, QUOTE_JOB, row_id(c->ret_row, F_ID_FIELD));
	TRY(store_update(c->tx, c->row, is, &is));
	TRY(store_children(c->tx, &noun_acceptance, ACCEPTANCE_QUOTE, row_id(c->row, F_ID_FIELD), &answers, &n));
	for (size_t i = n; i-- > 0;)
		if (row_is(answers[i], ACCEPTANCE_DECISION, "accepted"))
			return quote_into_job(c->tx, is, answers[i], version, row_id(c->ret_row, F_ID_FIELD));
	return E_CORRUPT;
}

static const struct act quote_acts[] = {
	{ .name = "lines", .doc = "Puts the lines of the version that is being written.", .right = "quote.update", .writes = true, .returns = &noun_quote_version, PARAMS(lines_params), .run = run_lines },
	{ .name = "review", .doc = "Hands it to somebody who may send it.", .right = "quote.update", .writes = true, .returns = &noun_quote, .run = run_review },
	{ .name = "send", .doc = "Freezes the version and sends it, by mail where the customer has an address; asked again with a channel, it is sent again.", .right = "quote.send", .writes = true, .returns = &noun_quote, PARAMS(message_send_params), .run = run_send },
	{ .name = "revise", .doc = "Begins the next version, with the lines of the last.", .right = "quote.update", .writes = true, .returns = &noun_quote, .run = run_revise },
	{ .name = "accept", .doc = "The customer said yes, by telephone or on glass.", .right = "quote.send", .writes = true, .returns = &noun_quote, QUOTE_ACCEPT_PARAMS, .run = quote_accept_run },
	{ .name = "decline", .doc = "The customer said no.", .right = "quote.send", .writes = true, .returns = &noun_quote, QUOTE_DECLINE_PARAMS, .run = quote_decline_run },
	{ .name = "cancel", .doc = "It does not hold any more.", .right = "quote.send", .writes = true, .returns = &noun_quote, PARAMS(cancel_params), .run = run_cancel },
	{ .name = "job", .doc = "Makes the work of an accepted quote, with its lines.", .right = "job.create", .writes = true, .status = 201, .returns = &noun_job, PARAMS(job_params), .run = run_job },
	PORTAL_LINK_ACT("quote.send"),
	WHATSAPP_ACT("quote.send"),
	{ .name = "quote.pdf", .doc = "The newest version as it is printed.", .right = "quote.read", .content_type = "application/pdf", .run = quote_paper, .finish = paper_render },
	{ .name = NULL },
};

const struct noun noun_quote = {
	.tag = 22, .name = "quote", .plural = "quotes", .doc = "An offer to a customer.",
	FIELDS(quote_fields), .orders = quote_orders, .subject = SUBJECT_FIELD, .subject_field = QUOTE_CUSTOMER, .label = QUOTE_NO, .own = -1,
	.parent = QUOTE_CUSTOMER, .company = true, .acts = quote_acts, .before_write = quote_before, .after_write = quote_after, .no_delete = true,
};

const struct noun noun_quote_version = {
	.tag = 23, .name = "quote_version", .plural = "quote_versions", .doc = "One version of an offer.",
	FIELDS(version_fields), .orders = version_orders, .subject = SUBJECT_FIELD, .subject_field = QVERSION_QUOTE, .label = QVERSION_N, .own = -1,
	.parent = QVERSION_QUOTE, .no_delete = true,
};

const struct noun noun_quote_line = {
	.tag = 24, .name = "quote_line", .plural = "quote_lines", .doc = "A line of an offer.",
	FIELDS(qline_fields), .orders = qline_orders, .subject = SUBJECT_FIELD, .subject_field = QLINE_PARENT, .label = QLINE_DESCRIPTION, .own = -1,
	.parent = QLINE_PARENT,
};
