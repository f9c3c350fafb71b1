/* enquiry.c - somebody asks for something: the first step, from which a quote or a piece of work is made without typing it again. */
#include "doc.h"
#include "job.h"
#include "notice.h"

static const char *const sources[] = { "phone", "email", "web", "whatsapp", "portal", "walk_in", "referral", "other", NULL };
static const char *const priorities[] = { "low", "normal", "high", "emergency", NULL };
static const char *const states[] = { "new", "contacted", "qualified", "converted", "lost", "spam", NULL };

static const struct field enquiry_fields[] = {
	COMMON_ROWS(ENQUIRY),
	[ENQUIRY_NO] = { .name = "no", .doc = "Number of the enquiry.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | READONLY | UNIQUE | FILTER | SEARCH | PREFIXES, .min = 1, .max = 40 },
	[ENQUIRY_SOURCE] = { .name = "source", .doc = "How it came in.", .type = F_ENUM, .tag = 12, .flags = REQUIRED | FILTER, .values = sources, .initial = "phone" },
	[ENQUIRY_CUSTOMER] = { .name = "customer_id", .doc = "Who asks, if known.", .type = F_REF, .tag = 13, .flags = FILTER, .ref = &noun_customer },
	[ENQUIRY_NAME] = { .name = "name", .doc = "Name of who asks.", .type = F_TEXT, .tag = 14, .flags = SEARCH | PREFIXES, .max = 200, PERSONAL("answering an enquiry") },
	[ENQUIRY_PHONE] = { .name = "phone", .doc = "Telephone.", .type = F_TEXT, .tag = 15, .flags = SEARCH | PREFIXES, .max = 20, .lookup = LOOKUP_PHONE, .check = check_phone, PERSONAL("answering an enquiry") },
	[ENQUIRY_EMAIL] = { .name = "email", .doc = "Mail address.", .type = F_TEXT, .tag = 16, .max = 254, .lookup = LOOKUP_EMAIL, .check = check_email, PERSONAL("answering an enquiry") },
	[ENQUIRY_ADDRESS] = { .name = "address", .doc = "Where the work would be.", .type = F_TEXT, .tag = 17, .flags = SEARCH | PREFIXES, .max = 300, .lookup = LOOKUP_ADDRESS, PERSONAL("answering an enquiry") },
	[ENQUIRY_SITE] = { .name = "site_id", .doc = "The place of work, if known.", .type = F_REF, .tag = 18, .ref = &noun_site },
	[ENQUIRY_ABOUT] = { .name = "subject", .doc = "What is asked, in one line.", .type = F_TEXT, .tag = 19, .flags = REQUIRED | SEARCH, .min = 1, .max = 200, PERSONAL("answering an enquiry") },
	[ENQUIRY_DETAILS] = { .name = "details", .doc = "What is asked, at length.", .type = F_LINES, .tag = 20, .max = 10000, PERSONAL("answering an enquiry") },
	[ENQUIRY_JOB_TYPE] = { .name = "job_type_id", .doc = "Kind of work.", .type = F_REF, .tag = 21, .flags = FILTER, .ref = &noun_job_type },
	[ENQUIRY_PRIORITY] = { .name = "priority", .doc = "How urgent it is.", .type = F_ENUM, .tag = 22, .flags = REQUIRED | FILTER, .values = priorities, .initial = "normal" },
	[ENQUIRY_OWNER] = { .name = "owner_id", .doc = "Who follows it up.", .type = F_REF, .tag = 23, .flags = FILTER, .ref = &noun_employee },
	[ENQUIRY_NEXT_ACTION_AT] = { .name = "next_action_at", .doc = "When to do something about it.", .type = F_TIME, .tag = 24, .flags = FILTER, .max = INT64_MAX },
	[ENQUIRY_STATUS] = { .name = "status", .doc = "How far it is.", .type = F_ENUM, .tag = 25, .flags = REQUIRED | READONLY | FILTER, .values = states, .initial = "new" },
	[ENQUIRY_LOST_REASON] = { .name = "lost_reason", .doc = "Why nothing came of it.", .type = F_TEXT, .tag = 26, .flags = READONLY, .max = 300, PERSONAL("learning from lost work") },
	[ENQUIRY_REQUESTED_AT] = { .name = "requested_at", .doc = "When it was asked; may be before it was entered.", .type = F_TIME, .tag = 27, .flags = REQUIRED | DERIVED | FILTER, .max = INT64_MAX },
	[ENQUIRY_NOTICE] = { .name = "notice_version", .doc = "Which notice about personal information was shown.", .type = F_TEXT, .tag = 28, .flags = READONLY, .max = 40 },
	[ENQUIRY_NOTICE_AT] = { .name = "notice_shown_at", .doc = "When it was shown.", .type = F_TIME, .tag = 29, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(enquiry_fields) == ENQUIRY_FIELDS, "enquiry: table and enum differ");

static const struct order enquiry_orders[] = {
	{ -1, ENQUIRY_CREATED_AT }, { -1, ENQUIRY_REQUESTED_AT }, { ENQUIRY_STATUS, ENQUIRY_CREATED_AT }, { ENQUIRY_CUSTOMER, ENQUIRY_CREATED_AT }, ORDERS_END
};

static enum err enquiry_before(struct write *w)
{
	struct str no;
	if (row_is_null(w->is, ENQUIRY_CUSTOMER) && row_is_null(w->is, ENQUIRY_NAME))
		problem_fault(w->tx->problem, STR("/name"), "required", "Say who asks, or choose a customer.");
	TRY(problem_done(w->tx->problem));
	if (w->was)
		return OK;
	if (row_is_null(w->is, ENQUIRY_REQUESTED_AT))
		row_set_int(w->is, ENQUIRY_REQUESTED_AT, w->tx->now.ms);
	TRY(store_number(w->tx, "enquiry", &no));
	row_set_text(w->is, ENQUIRY_NO, no);
	return OK;
}

/* ---- the machine of product.md 4.6 ---- */

static bool is_open(const struct row *r)
{
	return row_is(r, ENQUIRY_STATUS, "new") || row_is(r, ENQUIRY_STATUS, "contacted") || row_is(r, ENQUIRY_STATUS, "qualified");
}

static enum err refuse(struct act_call *c, const char *to)
{
	return problem_set(c->tx->problem, E_CONFLICT, "There is no step from " STR_FMT " to %s.", STR_ARG(row_text(c->row, ENQUIRY_STATUS)), to);
}

static enum err enter(struct act_call *c, const char *state, struct value reason)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	row_set_text(is, ENQUIRY_STATUS, str_from(state));
	is->v[ENQUIRY_LOST_REASON] = reason;
	c->tx->action = "move";
	enum err e = store_update(c->tx, c->row, is, &c->ret_row);
	c->tx->action = NULL;
	return e;
}

static enum err run_contact(struct act_call *c)
{
	bool reopens = row_is(c->row, ENQUIRY_STATUS, "lost");
	if (row_is(c->row, ENQUIRY_STATUS, "contacted")) {
		c->ret_row = c->row;
		return OK;
	}
	return row_is(c->row, ENQUIRY_STATUS, "new") || reopens ? enter(c, "contacted", VALUE_NULL) : refuse(c, "contacted");
}

static enum err run_qualify(struct act_call *c)
{
	return is_open(c->row) ? enter(c, "qualified", VALUE_NULL) : refuse(c, "qualified");
}

enum { LOSE_REASON };
static const struct field lose_params[] = {
	[LOSE_REASON] = { .name = "reason", .doc = "Why nothing came of it.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 300 },
};

static enum err run_lose(struct act_call *c)
{
	return is_open(c->row) ? enter(c, "lost", c->params[LOSE_REASON]) : refuse(c, "lost");
}

static enum err run_spam(struct act_call *c)
{
	return is_open(c->row) ? enter(c, "spam", VALUE_NULL) : refuse(c, "spam");
}

/* ---- conversion: nothing is typed again, both sides know of each other ---- */

static enum err make_customer(struct act_call *c, struct row *enquiry)
{
	struct row *customer = row_new(c->tx->arena, &noun_customer);
	if (!row_is_null(enquiry, ENQUIRY_CUSTOMER))
		return OK;
	customer->v[CUSTOMER_NAME] = enquiry->v[ENQUIRY_NAME];
	customer->v[CUSTOMER_PHONE] = enquiry->v[ENQUIRY_PHONE];
	customer->v[CUSTOMER_BILLING_EMAIL] = enquiry->v[ENQUIRY_EMAIL];
	row_set_text(customer, CUSTOMER_SOURCE, row_text(enquiry, ENQUIRY_SOURCE));
	TRY(store_insert(c->tx, customer, &customer));
	row_set_id(enquiry, ENQUIRY_CUSTOMER, row_id(customer, F_ID_FIELD));
	return OK;
}

static enum err make_site(struct act_call *c, struct row *enquiry)
{
	struct row *site = row_new(c->tx->arena, &noun_site);
	if (!row_is_null(enquiry, ENQUIRY_SITE) || row_is_null(enquiry, ENQUIRY_ADDRESS))
		return OK;
	site->v[SITE_CUSTOMER] = enquiry->v[ENQUIRY_CUSTOMER];
	site->v[SITE_LINE1] = VALUE_TEXT(str_slice(row_text(enquiry, ENQUIRY_ADDRESS), 0, 200));
	TRY(store_insert(c->tx, site, &site));
	row_set_id(enquiry, ENQUIRY_SITE, row_id(site, F_ID_FIELD));
	return OK;
}

/* Once converted, the first answer is given again. */
static enum err made_before(struct act_call *c, const struct noun *noun, int field, struct row **ret)
{
	struct row **rows;
	size_t n;
	*ret = NULL;
	TRY(store_children(c->tx, noun, field, row_id(c->row, F_ID_FIELD), &rows, &n));
	if (n)
		*ret = rows[0];
	return OK;
}

static enum err convert(struct act_call *c, struct row **ret)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (!is_open(c->row))
		return refuse(c, "converted");
	TRY(make_customer(c, is));
	TRY(make_site(c, is));
	row_set_text(is, ENQUIRY_STATUS, STR("converted"));
	c->tx->action = "convert";
	TRY(store_update(c->tx, c->row, is, ret));
	c->tx->action = NULL;
	return OK;
}

static enum err run_quote(struct act_call *c)
{
	struct row *enquiry, *quote;
	TRY(made_before(c, &noun_quote, QUOTE_ENQUIRY, &c->ret_row));
	if (c->ret_row)
		return OK;
	TRY(convert(c, &enquiry));
	quote = row_new(c->tx->arena, &noun_quote);
	quote->v[QUOTE_CUSTOMER] = enquiry->v[ENQUIRY_CUSTOMER];
	quote->v[QUOTE_SITE] = enquiry->v[ENQUIRY_SITE];
	quote->v[QUOTE_OWNER] = enquiry->v[ENQUIRY_OWNER];
	quote->v[QUOTE_TITLE] = enquiry->v[ENQUIRY_ABOUT];
	row_set_id(quote, QUOTE_ENQUIRY, row_id(enquiry, F_ID_FIELD));
	return store_insert(c->tx, quote, &c->ret_row);
}

enum { WORK_TYPE };
static const struct field work_params[] = {
	[WORK_TYPE] = { .name = "job_type_id", .doc = "Kind of work.", .type = F_REF, .flags = REQUIRED, .ref = &noun_job_type },
};

/* Straight to work, where nobody asked for a price first. */
static enum err run_job(struct act_call *c)
{
	struct row *enquiry, *job;
	TRY(made_before(c, &noun_job, JOB_ENQUIRY, &c->ret_row));
	if (c->ret_row)
		return OK;
	TRY(convert(c, &enquiry));
	if (row_is_null(enquiry, ENQUIRY_SITE)) {
		problem_fault(c->tx->problem, STR("/site_id"), "required", "Say where the work is: enter the address of the enquiry first.");
		return problem_done(c->tx->problem);
	}
	job = row_new(c->tx->arena, &noun_job);
	job->v[JOB_TYPE] = c->params[WORK_TYPE];
	job->v[JOB_CUSTOMER] = enquiry->v[ENQUIRY_CUSTOMER];
	job->v[JOB_SITE] = enquiry->v[ENQUIRY_SITE];
	job->v[JOB_TITLE] = enquiry->v[ENQUIRY_ABOUT];
	job->v[JOB_DESCRIPTION] = enquiry->v[ENQUIRY_DETAILS];
	job->v[JOB_SOURCE] = enquiry->v[ENQUIRY_SOURCE];
	job->v[JOB_REQUESTED_AT] = enquiry->v[F_CREATED_AT_FIELD];
	row_set_id(job, JOB_ENQUIRY, row_id(enquiry, F_ID_FIELD));
	return store_insert(c->tx, job, &c->ret_row);
}

static const struct act enquiry_acts[] = {
	{ .name = "duplicates", .doc = "Customers, contacts and places that have the same telephone, mail address or street.", .right = "enquiry.read", .run = enquiry_duplicates_run },
	{ .name = "contact", .doc = "Somebody was spoken to; also takes up again what was lost.", .right = "enquiry.update", .writes = true, .returns = &noun_enquiry, .run = run_contact },
	{ .name = "qualify", .doc = "It is worth an offer.", .right = "enquiry.update", .writes = true, .returns = &noun_enquiry, .run = run_qualify },
	{ .name = "lose", .doc = "Nothing comes of it.", .right = "enquiry.update", .writes = true, .returns = &noun_enquiry, PARAMS(lose_params), .run = run_lose },
	{ .name = "spam", .doc = "It is nobody's enquiry.", .right = "enquiry.update", .writes = true, .returns = &noun_enquiry, .run = run_spam },
	{ .name = "quote", .doc = "Makes a quote of it, and the customer and place if they are new.", .right = "quote.create", .writes = true, .status = 201, .returns = &noun_quote, .run = run_quote },
	{ .name = "job", .doc = "Makes work of it at once, and the customer and place if they are new.", .right = "job.create", .writes = true, .status = 201, .returns = &noun_job, PARAMS(work_params), .run = run_job },
	{ .name = NULL },
};

const struct noun noun_enquiry = {
	.tag = 21, .name = "enquiry", .plural = "enquiries", .doc = "Somebody asks for something.",
	FIELDS(enquiry_fields), .orders = enquiry_orders, .subject = SUBJECT_SELF, .label = ENQUIRY_NO, .own = -1, .parent = ENQUIRY_CUSTOMER, .company = true,
	.acts = enquiry_acts, .before_write = enquiry_before,
};
