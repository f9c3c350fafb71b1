/* job.c - a piece of work: its fields, what follows from a change of them, and who sees it. */
#include "job.h"

#include <string.h>

const char *const job_stages[] = { "new", "scheduled", "in_progress", "on_hold", "work_done", "to_invoice", "closed", "cancelled", NULL };
static const char *const priorities[] = { "low", "normal", "high", "emergency", NULL };
static const char *const outcomes[] = { "done", "incomplete", "no_access", "cancelled", NULL };
static const char *const billings[] = { "quoted", "actual", "contract", "warranty", "none", NULL };
static const char *const sources[] = { "phone", "email", "web", "whatsapp", "portal", "walk_in", "referral", "other", NULL };

static const struct field job_fields[] = {
	COMMON_ROWS(JOB),
	[JOB_NO] = { .name = "no", .doc = "Number of the work.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | READONLY | UNIQUE | FILTER | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 40 },
	[JOB_TYPE] = { .name = "job_type_id", .doc = "Kind of work.", .type = F_REF, .tag = 12, .flags = REQUIRED | FILTER | PHONE_OK, .ref = &noun_job_type, .set = "job.plan" },
	[JOB_TITLE] = { .name = "title", .doc = "What is to be done, in one line.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | SEARCH | PHONE_OK, .min = 1, .max = 200, PERSONAL("doing the work") },
	[JOB_DESCRIPTION] = { .name = "description", .doc = "What is to be done, at length.", .type = F_LINES, .tag = 14, .flags = PHONE_OK, .max = 10000, PERSONAL("doing the work") },
	[JOB_CUSTOMER] = { .name = "customer_id", .doc = "Who asks for it.", .type = F_REF, .tag = 15, .flags = REQUIRED | FILTER | PHONE_OK, .ref = &noun_customer, .set = "job.plan" },
	[JOB_BILL_TO] = { .name = "bill_to_id", .doc = "Who pays, if it is somebody else.", .type = F_REF, .tag = 16, .ref = &noun_customer, .set = "job.plan" },
	[JOB_CONTACT] = { .name = "contact_id", .doc = "Whom to speak to.", .type = F_REF, .tag = 17, .flags = PHONE_OK, .ref = &noun_contact },
	[JOB_SITE] = { .name = "site_id", .doc = "Where it is done.", .type = F_REF, .tag = 18, .flags = REQUIRED | FILTER | PHONE_OK, .ref = &noun_site, .set = "job.plan" },
	[JOB_STATUS] = { .name = "status_id", .doc = "Your own status.", .type = F_REF, .tag = 19, .flags = REQUIRED | READONLY | FILTER | PHONE_OK, .ref = &noun_status_def },
	[JOB_STAGE] = { .name = "stage", .doc = "Which of the eight fixed stages the status stands for.", .type = F_ENUM, .tag = 20, .flags = REQUIRED | READONLY | FILTER | PHONE_OK, .values = job_stages },
	[JOB_PRIORITY] = { .name = "priority", .doc = "How urgent it is.", .type = F_ENUM, .tag = 21, .flags = REQUIRED | FILTER | PHONE_OK, .values = priorities, .initial = "normal" },
	[JOB_REQUESTED_AT] = { .name = "requested_at", .doc = "When it was asked for; may be before it was entered.", .type = F_TIME, .tag = 22, .flags = REQUIRED | DERIVED | FILTER | PHONE_OK, .max = INT64_MAX },
	[JOB_DUE_AT] = { .name = "due_at", .doc = "When it should be done.", .type = F_TIME, .tag = 23, .flags = FILTER | PHONE_OK, .max = INT64_MAX, .merge = MERGE_MANUAL },
	[JOB_WINDOW_FROM] = { .name = "window_from", .doc = "Earliest time that suits the customer.", .type = F_TIME, .tag = 24, .flags = PHONE_OK, .max = INT64_MAX },
	[JOB_WINDOW_UNTIL] = { .name = "window_until", .doc = "Latest time that suits the customer.", .type = F_TIME, .tag = 25, .flags = PHONE_OK, .max = INT64_MAX },
	[JOB_CUSTOMER_ORDER_NO] = { .name = "customer_order_no", .doc = "The customer's own order number.", .type = F_TEXT, .tag = 26, .flags = FILTER | SEARCH | PREFIXES | PHONE_OK, .max = 60 },
	[JOB_PARENT] = { .name = "parent_job_id", .doc = "The work that this is a call-back of.", .type = F_REF, .tag = 27, .flags = FILTER, .ref = &noun_job, .set = "job.plan" },
	[JOB_LEAD] = { .name = "lead_id", .doc = "Who leads it.", .type = F_REF, .tag = 28, .flags = FILTER | PHONE_OK, .ref = &noun_employee, .set = "job.plan" },
	[JOB_HOLD_REASON] = { .name = "hold_reason", .doc = "Why it waits.", .type = F_TEXT, .tag = 29, .flags = PHONE_OK, .max = 300, PERSONAL("doing the work") },
	[JOB_HOLD_REVIEW_AT] = { .name = "hold_review_at", .doc = "When to look at it again.", .type = F_TIME, .tag = 30, .flags = FILTER, .max = INT64_MAX },
	[JOB_ESTIMATED_S] = { .name = "estimated_s", .doc = "Seconds that it should take.", .type = F_DURATION, .tag = 31, .flags = PHONE_OK, .max = 31536000 },
	[JOB_COMPLETED_AT] = { .name = "completed_at", .doc = "When the work was done.", .type = F_TIME, .tag = 32, .flags = READONLY | FILTER | PHONE_OK, .max = INT64_MAX },
	[JOB_CLOSED_AT] = { .name = "closed_at", .doc = "When it was closed.", .type = F_TIME, .tag = 33, .flags = READONLY | FILTER, .max = INT64_MAX },
	[JOB_OUTCOME] = { .name = "outcome", .doc = "How it ended.", .type = F_ENUM, .tag = 34, .flags = FILTER | PHONE_OK, .values = outcomes },
	[JOB_OUTCOME_NOTE] = { .name = "outcome_note", .doc = "More about how it ended.", .type = F_LINES, .tag = 35, .flags = PHONE_OK, .max = 2000, PERSONAL("doing the work") },
	[JOB_WORK_SUMMARY] = { .name = "work_summary", .doc = "What was done; the customer reads this.", .type = F_LINES, .tag = 36, .flags = PHONE_OK, .max = 10000, PERSONAL("telling the customer what was done") },
	[JOB_INTERNAL_NOTES] = { .name = "internal_notes", .doc = "For the office alone.", .type = F_LINES, .tag = 37, .max = 10000, .see = "job.office", PERSONAL("doing the work") },
	[JOB_BILLING] = { .name = "billing", .doc = "How it is paid for.", .type = F_ENUM, .tag = 38, .flags = REQUIRED | FILTER, .values = billings, .initial = "actual", .set = "job.plan" },
	[JOB_SOURCE] = { .name = "source", .doc = "How the request came in.", .type = F_ENUM, .tag = 39, .flags = REQUIRED | FILTER, .values = sources, .initial = "phone" },
	[JOB_PLAN] = { .name = "recurring_plan_id", .doc = "The plan that it comes of.", .type = F_REF, .tag = 40, .flags = READONLY | FILTER, .ref = &noun_recurring_plan },
	[JOB_PLAN_KEY] = { .name = "plan_key", .doc = "Which of the plan's due dates it is.", .type = F_TEXT, .tag = 41, .flags = READONLY | INTERNAL | UNIQUE, .max = 60 },
	[JOB_ENQUIRY] = { .name = "enquiry_id", .doc = "The enquiry that it answers.", .type = F_REF, .tag = 42, .flags = READONLY | FILTER, .ref = &noun_enquiry },
};
_Static_assert(ARRAY_LEN(job_fields) == JOB_FIELDS, "job: table and enum differ");

static const struct order job_orders[] = {
	{ -1, JOB_CREATED_AT }, { -1, JOB_REQUESTED_AT }, { -1, JOB_UPDATED_AT }, { JOB_STAGE, JOB_CREATED_AT }, { JOB_STAGE, JOB_REQUESTED_AT },
	{ JOB_TYPE, JOB_CREATED_AT }, { JOB_CUSTOMER, JOB_CREATED_AT }, { JOB_SITE, JOB_CREATED_AT }, { JOB_STATUS, JOB_CREATED_AT },
	{ JOB_LEAD, JOB_CREATED_AT }, { JOB_PLAN, JOB_CREATED_AT }, { JOB_ENQUIRY, JOB_CREATED_AT }, ORDERS_END
};
static const int job_via[] = { JOB_SITE, JOB_CUSTOMER, -1 };

enum err job_default_status(struct tx *tx, const char *stage, struct row **ret)
{
	struct query q = { .noun = &noun_status_def, .sort = STATUS_POSITION, .ascending = true, .limit = LIST_LIMIT_MAX, .open = { 0 } };
	struct page page;
	struct row *any = NULL;
	TRY(store_list(tx, &q, &page));
	for (size_t i = 0; i < page.count; i++) {
		struct row *s = page.rows[i];
		if (!row_is(s, STATUS_STAGE, stage) || !row_int(s, STATUS_ACTIVE))
			continue;
		if (!any || row_int(s, STATUS_IS_DEFAULT))
			any = s;
		if (row_int(s, STATUS_IS_DEFAULT))
			break;
	}
	if (!any)
		return problem_set(tx->problem, E_CONFLICT, "There is no status for the stage %s.", stage);
	*ret = any;
	return OK;
}

/* Number, status and times that follow from other fields. */
static enum err job_new(struct write *w)
{
	struct row *status;
	struct str no;
	if (row_is_null(w->is, JOB_STATUS)) {
		TRY(job_default_status(w->tx, "new", &status));
		row_set_id(w->is, JOB_STATUS, row_id(status, F_ID_FIELD));
		row_set_text(w->is, JOB_STAGE, STR("new"));
	}
	if (row_is_null(w->is, JOB_REQUESTED_AT))
		row_set_int(w->is, JOB_REQUESTED_AT, w->tx->now.ms);
	if (!row_is_null(w->is, JOB_NO))
		return OK;
	TRY(store_number(w->tx, "job", &no));
	row_set_text(w->is, JOB_NO, no);
	return OK;
}

static enum err check_window(struct write *w)
{
	const struct row *r = w->is;
	if (!row_is_null(r, JOB_WINDOW_FROM) && !row_is_null(r, JOB_WINDOW_UNTIL) && row_int(r, JOB_WINDOW_UNTIL) <= row_int(r, JOB_WINDOW_FROM))
		problem_fault(w->tx->problem, STR("/window_until"), "range", "The window ends after it begins.");
	return problem_done(w->tx->problem);
}

/* A contact and a place belong to somebody: the customer, or whoever pays. The place may be a third party's (a landlord's). */
static enum err check_contact(struct write *w)
{
	struct row *contact;
	if (row_is_null(w->is, JOB_CONTACT) || !(write_changes(w, JOB_CONTACT) || write_changes(w, JOB_CUSTOMER)))
		return OK;
	enum err e = store_get(w->tx, &noun_contact, row_id(w->is, JOB_CONTACT), &contact);
	if (e == E_NOT_FOUND)
		return OK; /* reported with the other references */
	TRY(e);
	struct id of = row_id(contact, CONTACT_CUSTOMER);
	if (!id_eq(of, row_id(w->is, JOB_CUSTOMER)) && !id_eq(of, row_id(w->is, JOB_BILL_TO)))
		problem_fault(w->tx->problem, STR("/contact_id"), "reference", "This contact belongs to another customer.");
	return problem_done(w->tx->problem);
}

static enum err job_before(struct write *w)
{
	if (!w->was)
		TRY(job_new(w));
	TRY(check_window(w));
	return check_contact(w);
}

static enum err job_after(struct write *w)
{
	bool people = !row_is_null(w->is, JOB_LEAD) || (w->was && !row_is_null(w->was, JOB_LEAD));
	bool matters = write_changes(w, JOB_STAGE) || write_changes(w, JOB_SITE) || write_changes(w, JOB_CUSTOMER) || write_changes(w, JOB_LEAD) ||
	               write_changes(w, F_DELETED_AT_FIELD);
	if (!w->was ? !people : !matters)
		return OK;
	return job_reown(w->tx, row_id(w->is, F_ID_FIELD));
}

const struct noun noun_job = {
	.tag = 10, .name = "job", .plural = "jobs", .doc = "A piece of work for one customer at one place.",
	FIELDS(job_fields), .orders = job_orders, .subject = SUBJECT_FIELD, .subject_field = JOB_CUSTOMER, .label = JOB_NO, .own = F_ID_FIELD,
	.parent = -1, .search_via = job_via, .acts = job_acts, .before_write = job_before, .after_write = job_after,
};

enum { CLOSED_STAYS_MS = 14 * 86400 * 1000, PEOPLE_MAX = 200 };

static size_t add_person(struct id *people, size_t count, struct id id)
{
	for (size_t i = 0; i < count; i++)
		if (id_eq(people[i], id))
			return count;
	if (count < PEOPLE_MAX && !id_is_zero(id))
		people[count++] = id;
	return count;
}

/* The lead and everybody on a visit own the work, its customer and its place: while it is open, and for 14 days after. */
enum err job_reown(struct tx *tx, struct id id)
{
	struct id people[PEOPLE_MAX];
	static const int read[] = { JOB_LEAD, JOB_STAGE, JOB_CUSTOMER, JOB_SITE };
	struct field_set only = { 0 };
	struct row *job, **rows;
	size_t count = 0, n;
	int64_t until = 0;
	for (size_t i = 0; i < ARRAY_LEN(read); i++)
		set_add(&only, read[i]);
	TRY(store_get_each(tx, &noun_job, &id, 1, only, &job));
	if (!job)
		return store_own(tx, id, NULL, 0, NULL, 0, 0);
	count = add_person(people, count, row_id(job, JOB_LEAD));
	TRY(store_children(tx, &noun_appointment_person, PERSON_JOB, id, &rows, &n));
	for (size_t i = 0; i < n; i++)
		count = add_person(people, count, row_id(rows[i], PERSON_EMPLOYEE));
	if (row_is(job, JOB_STAGE, "closed") || row_is(job, JOB_STAGE, "cancelled"))
		until = tx->now.ms + CLOSED_STAYS_MS;
	const struct owned owned[] = {
		{ &noun_job, id },
		{ &noun_customer, row_id(job, JOB_CUSTOMER) },
		{ &noun_site, row_id(job, JOB_SITE) },
	};
	return store_own(tx, id, owned, ARRAY_LEN(owned), people, count, until);
}
