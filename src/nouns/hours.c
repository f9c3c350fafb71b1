/* hours.c - the hours that people worked, their leave, and when the company works (product.md 4.8). Time is never rounded in storage and never makes
 * or changes lines: it is offered to whoever writes them (rulings G3). */
#include "hours.h"

#include "calendar.h"
#include "doc.h"

static const char *const time_kinds[] = { "work", "travel", "break", "admin", NULL };
static const char *const time_sources[] = { "timer", "manual", NULL };
static const char *const leave_kinds[] = { "annual", "sick", "family", "unpaid", "training", "other", NULL };

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS, ENTRY_LONGEST_MS = 24 * HOUR_MS, PEOPLE_MAX = 200 };

static const struct field time_fields[] = {
	COMMON_ROWS(TIME),
	[TIME_EMPLOYEE] = { .name = "employee_id", .doc = "Whose hours.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .ref = &noun_employee },
	[TIME_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 12, .flags = FILTER | PHONE_OK, .ref = &noun_job },
	[TIME_VISIT] = { .name = "appointment_id", .doc = "The visit.", .type = F_REF, .tag = 13, .flags = PHONE_OK, .ref = &noun_appointment },
	[TIME_KIND] = { .name = "kind", .doc = "Work, travel, a break, or the office.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | FILTER | PHONE_OK, .values = time_kinds, .initial = "work" },
	[TIME_START] = { .name = "start_at", .doc = "When it began.", .type = F_TIME, .tag = 15, .flags = REQUIRED | FILTER | PHONE_OK, .max = INT64_MAX },
	[TIME_END] = { .name = "end_at", .doc = "When it ended; empty while it runs.", .type = F_TIME, .tag = 16, .flags = PHONE_OK, .max = INT64_MAX },
	[TIME_SOURCE] = { .name = "source", .doc = "By the steps of a visit, or entered.", .type = F_ENUM, .tag = 17, .flags = REQUIRED | READONLY, .values = time_sources, .initial = "manual" },
	[TIME_BILLABLE] = { .name = "billable", .doc = "Whether the customer pays for it.", .type = F_BOOL, .tag = 18, .flags = REQUIRED | PHONE_OK, .initial = "true" },
	[TIME_NOTE] = { .name = "note", .doc = "What was done.", .type = F_TEXT, .tag = 19, .flags = PHONE_OK, .max = 300, STAFF("paying people") },
	[TIME_APPROVED_AT] = { .name = "approved_at", .doc = "When it was approved; from then on it does not change.", .type = F_TIME, .tag = 20, .flags = READONLY, .max = INT64_MAX },
	[TIME_APPROVED_BY] = { .name = "approved_by", .doc = "By whom.", .type = F_ID, .tag = 21, .flags = READONLY },
};
_Static_assert(ARRAY_LEN(time_fields) == TIME_FIELDS, "time_entry: table and enum differ");

static const struct order time_orders[] = {
	{ -1, TIME_START }, { TIME_EMPLOYEE, TIME_START }, { TIME_JOB, TIME_START }, { TIME_EMPLOYEE, TIME_CREATED_AT }, { TIME_JOB, TIME_CREATED_AT }, ORDERS_END
};

/* Entries of one person that may touch a time: they are at most a day long. */
static enum err around(struct tx *tx, struct id employee, int64_t from, int64_t until, struct page *ret)
{
	struct query q = { .noun = &noun_time_entry, .sort = TIME_START, .ascending = true, .limit = LIST_LIMIT_MAX };
	q.filters[q.filter_count++] = filter_is(TIME_EMPLOYEE, VALUE_ID(employee));
	q.filters[q.filter_count++] = (struct filter){ .field = TIME_START, .values = { VALUE_INT(from - ENTRY_LONGEST_MS), VALUE_INT(until) }, .range = true };
	return store_list(tx, &q, ret);
}

static enum err overlaps(struct write *w, int64_t end)
{
	struct page page;
	TRY(around(w->tx, row_id(w->is, TIME_EMPLOYEE), row_int(w->is, TIME_START), end, &page));
	for (size_t i = 0; i < page.count; i++) {
		const struct row *other = page.rows[i];
		int64_t until = row_is_null(other, TIME_END) ? INT64_MAX : row_int(other, TIME_END);
		if (!id_eq(row_id(other, F_ID_FIELD), row_id(w->is, F_ID_FIELD)) && until > row_int(w->is, TIME_START) && row_int(other, TIME_START) < end)
			return problem_set(w->tx->problem, E_CONFLICT, "It overlaps with other hours of the same person, from %s.",
			                   instant_str(w->tx->arena, (struct instant){ row_int(other, TIME_START) }).p);
	}
	return OK;
}

/* Whoever sees only his own work enters only his own hours. */
static enum err own_hours(struct write *w)
{
	const struct ctx *c = tx_ctx(w->tx);
	if (!c || !c->actor.signed_in || policy_noun(&c->actor, &noun_time_entry, w->was ? "update" : "create") != GRANT_OWN)
		return OK;
	if (id_eq(c->actor.employee, row_id(w->is, TIME_EMPLOYEE)))
		return OK;
	problem_fault(w->tx->problem, STR("/employee_id"), "reference", "You can only enter your own hours.");
	return problem_done(w->tx->problem);
}

static enum err time_before(struct write *w)
{
	struct row *visit;
	int64_t end = row_is_null(w->is, TIME_END) ? INT64_MAX : row_int(w->is, TIME_END);
	if (w->was && !row_is_null(w->was, TIME_APPROVED_AT) && !row_is_null(w->is, TIME_APPROVED_AT))
		return problem_set(w->tx->problem, E_CONFLICT, "These hours are approved; take the approval back first.");
	TRY(own_hours(w));
	if (!row_is_null(w->is, F_DELETED_AT_FIELD))
		return OK;
	if (end <= row_int(w->is, TIME_START))
		problem_fault(w->tx->problem, STR("/end_at"), "range", "It ends after it begins.");
	else if (end != INT64_MAX && end - row_int(w->is, TIME_START) > ENTRY_LONGEST_MS)
		problem_fault(w->tx->problem, STR("/end_at"), "range", "Hours of more than a day are entered day by day.");
	TRY(row_if(w->tx, &noun_appointment, row_id(w->is, TIME_VISIT), &visit));
	if (visit && row_is_null(w->is, TIME_JOB))
		w->is->v[TIME_JOB] = visit->v[VISIT_JOB];
	else if (visit && !id_eq(row_id(visit, VISIT_JOB), row_id(w->is, TIME_JOB)))
		problem_fault(w->tx->problem, STR("/appointment_id"), "reference", "This visit is of other work.");
	TRY(problem_done(w->tx->problem));
	return overlaps(w, end);
}

static enum err time_after(struct write *w)
{
	struct id employee = row_id(w->is, TIME_EMPLOYEE);
	const struct owned own = { &noun_time_entry, row_id(w->is, F_ID_FIELD) };
	if (w->was)
		return OK;
	return store_own(w->tx, own.id, &own, 1, &employee, 1, 0);
}

static enum err approve(struct act_call *c, bool yes)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (row_is_null(c->row, TIME_END))
		return problem_set(c->tx->problem, E_CONFLICT, "These hours are still running.");
	if (yes == !row_is_null(c->row, TIME_APPROVED_AT)) {
		c->ret_row = c->row;
		return OK;
	}
	is->v[TIME_APPROVED_AT] = yes ? VALUE_INT(c->tx->now.ms) : VALUE_NULL;
	is->v[TIME_APPROVED_BY] = yes ? VALUE_ID(c->ctx->actor.user) : VALUE_NULL;
	c->tx->action = yes ? "approve" : "reopen";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static enum err run_approve(struct act_call *c)
{
	return approve(c, true);
}

static enum err run_reopen(struct act_call *c)
{
	return approve(c, false);
}

static const struct act time_acts[] = {
	{ .name = "approve", .doc = "The hours are right.", .right = "time_entry.approve", .writes = true, .returns = &noun_time_entry, .run = run_approve },
	{ .name = "reopen", .doc = "Takes the approval back.", .right = "time_entry.approve", .writes = true, .returns = &noun_time_entry, .run = run_reopen },
	{ .name = NULL },
};

const struct noun noun_time_entry = {
	.tag = 59, .name = "time_entry", .plural = "time_entries", .doc = "Hours that somebody worked.",
	FIELDS(time_fields), .orders = time_orders, .subject = SUBJECT_FIELD, .subject_field = TIME_EMPLOYEE, .label = TIME_START, .own = F_ID_FIELD,
	.parent = TIME_JOB, .acts = time_acts, .before_write = time_before, .after_write = time_after,
};

/* ---- the steps of a visit start and stop timers ---- */

static enum err stop_running(struct tx *tx, struct id employee)
{
	struct page page;
	TRY(around(tx, employee, tx->now.ms - 30LL * DAY_MS, tx->now.ms + 1, &page));
	for (size_t i = 0; i < page.count; i++) {
		struct row *is;
		if (!row_is_null(page.rows[i], TIME_END) || !row_is(page.rows[i], TIME_SOURCE, "timer"))
			continue;
		is = row_copy(tx->arena, page.rows[i]);
		int64_t longest = row_int(is, TIME_START) + ENTRY_LONGEST_MS, end = tx->now.ms < longest ? tx->now.ms : longest;
		row_set_int(is, TIME_END, end > row_int(is, TIME_START) ? end : row_int(is, TIME_START) + 1);
		TRY(store_update(tx, page.rows[i], is, &is));
	}
	return OK;
}

enum err hours_step(struct tx *tx, const struct row *visit, struct str status)
{
	const struct ctx *c = tx_ctx(tx);
	bool travel = str_eqz(status, "travelling"), there = str_eqz(status, "on_site");
	if (!c || id_is_zero(c->actor.employee))
		return OK;
	const char *was = tx->action;
	tx->action = NULL;
	TRY(stop_running(tx, c->actor.employee));
	if (travel || there) {
		struct row *e = row_new(tx->arena, &noun_time_entry);
		row_set_id(e, TIME_EMPLOYEE, c->actor.employee);
		row_set_id(e, TIME_VISIT, row_id(visit, F_ID_FIELD));
		row_set_text(e, TIME_KIND, travel ? STR("travel") : STR("work"));
		row_set_text(e, TIME_SOURCE, STR("timer"));
		row_set_int(e, TIME_START, tx->now.ms);
		TRY(store_insert(tx, e, &e));
	}
	tx->action = was;
	return OK;
}

/* ---- hours of a piece of work, to be taken onto a line ---- */

struct person_hours {
	struct id employee;
	int64_t ms[ARRAY_LEN(time_kinds)];
};

static size_t kind_of(const struct row *entry)
{
	size_t k = 0;
	while (time_kinds[k + 1] && !row_is(entry, TIME_KIND, time_kinds[k]))
		k++;
	return k;
}

/* Thousandths of an hour, half up: 1 h 20 min is 1.333 h. */
static int64_t hours3(int64_t ms)
{
	return (ms + HOUR_MS / 2000) / (HOUR_MS / 1000);
}

enum err job_hours_run(struct act_call *c)
{
	struct person_hours *people = ARENA_ARRAY(c->tx->arena, struct person_hours, PEOPLE_MAX);
	struct row **entries;
	struct buf b;
	struct json_out o;
	size_t n, count = 0;
	int64_t work = 0;
	TRY(store_children(c->tx, &noun_time_entry, TIME_JOB, row_id(c->row, F_ID_FIELD), &entries, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t end = row_is_null(entries[i], TIME_END) ? c->tx->now.ms : row_int(entries[i], TIME_END), ms = end - row_int(entries[i], TIME_START);
		size_t p = 0;
		while (p < count && !id_eq(people[p].employee, row_id(entries[i], TIME_EMPLOYEE)))
			p++;
		if (p == PEOPLE_MAX)
			continue;
		count = p == count ? count + 1 : count;
		people[p].employee = row_id(entries[i], TIME_EMPLOYEE);
		people[p].ms[kind_of(entries[i])] += ms;
		work += row_is(entries[i], TIME_KIND, "work") && row_int(entries[i], TIME_BILLABLE) ? ms : 0;
	}
	buf_init(&b, c->tx->arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_int(&o, "billable_work_qty3", hours3(work));
	jw_key(&o, "people");
	jw_open(&o, '[');
	for (size_t p = 0; p < count; p++) {
		jw_open(&o, '{');
		jw_member_id(&o, "employee_id", people[p].employee);
		for (size_t k = 0; time_kinds[k]; k++)
			jw_member_int(&o, str_fmt(c->tx->arena, "%s_qty3", time_kinds[k]).p, hours3(people[p].ms[k]));
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	c->ret_body = buf_str(&b);
	return OK;
}

/* ---- leave, and when the company works ---- */

static const struct field leave_fields[] = {
	COMMON_ROWS(LEAVE),
	[LEAVE_EMPLOYEE] = { .name = "employee_id", .doc = "Who is away.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_employee },
	[LEAVE_FROM] = { .name = "start_at", .doc = "From when.", .type = F_TIME, .tag = 12, .flags = REQUIRED | FILTER, .max = INT64_MAX },
	[LEAVE_UNTIL] = { .name = "end_at", .doc = "Until when.", .type = F_TIME, .tag = 13, .flags = REQUIRED, .max = INT64_MAX },
	[LEAVE_KIND] = { .name = "kind", .doc = "Why, roughly.", .type = F_ENUM, .tag = 14, .flags = REQUIRED, .values = leave_kinds, .initial = "annual", .see = "leave.create" },
	[LEAVE_APPROVED] = { .name = "approved", .doc = "Whether it is approved.", .type = F_BOOL, .tag = 15, .flags = REQUIRED, .initial = "true" },
	[LEAVE_NOTE] = { .name = "note", .doc = "More about it.", .type = F_TEXT, .tag = 16, .max = 300, .see = "leave.create", STAFF("planning") },
};
_Static_assert(ARRAY_LEN(leave_fields) == LEAVE_FIELDS, "leave: table and enum differ");

static const struct order leave_orders[] = { { -1, LEAVE_FROM }, { LEAVE_EMPLOYEE, LEAVE_FROM }, { LEAVE_EMPLOYEE, LEAVE_CREATED_AT }, ORDERS_END };

static enum err leave_before(struct write *w)
{
	if (row_int(w->is, LEAVE_UNTIL) <= row_int(w->is, LEAVE_FROM))
		problem_fault(w->tx->problem, STR("/end_at"), "range", "It ends after it begins.");
	return problem_done(w->tx->problem);
}

const struct noun noun_leave = {
	.tag = 60, .name = "leave", .plural = "leaves", .doc = "When somebody is away.",
	FIELDS(leave_fields), .orders = leave_orders, .subject = SUBJECT_FIELD, .subject_field = LEAVE_EMPLOYEE, .label = LEAVE_FROM, .own = -1,
	.parent = LEAVE_EMPLOYEE, .before_write = leave_before,
};

enum err leave_between(struct tx *tx, struct id employee, int64_t from, int64_t until, bool *ret)
{
	struct row **rows;
	size_t n;
	*ret = false;
	TRY(store_children(tx, &noun_leave, LEAVE_EMPLOYEE, employee, &rows, &n));
	for (size_t i = 0; i < n; i++)
		*ret |= row_int(rows[i], LEAVE_APPROVED) && row_int(rows[i], LEAVE_FROM) < until && row_int(rows[i], LEAVE_UNTIL) > from;
	return OK;
}

static const struct field calendar_fields[] = {
	COMMON_ROWS(CALENDAR),
	[CALENDAR_DAY] = { .name = "day", .doc = "The day.", .type = F_DATE, .tag = 11, .flags = REQUIRED | ONCE | UNIQUE | FILTER, .max = 2932896 },
	[CALENDAR_NAME] = { .name = "name", .doc = "What day it is.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 1, .max = 100 },
	[CALENDAR_HOLIDAY] = { .name = "public_holiday", .doc = "Whether it was declared a public holiday; else the company is simply closed.", .type = F_BOOL, .tag = 13, .flags = REQUIRED, .initial = "true" },
	[CALENDAR_GAZETTE] = { .name = "gazette_ref", .doc = "Where that was published.", .type = F_TEXT, .tag = 14, .max = 100 },
};
_Static_assert(ARRAY_LEN(calendar_fields) == CALENDAR_FIELDS, "working_calendar: table and enum differ");

static const struct order calendar_orders[] = { { -1, CALENDAR_DAY }, { -1, CALENDAR_CREATED_AT }, ORDERS_END };

const struct noun noun_working_calendar = {
	.tag = 61, .name = "working_calendar", .plural = "working_calendars", .doc = "Days on which the company does not work, besides those of the law's schedule.",
	FIELDS(calendar_fields), .orders = calendar_orders, .label = CALENDAR_DAY, .own = -1, .parent = -1,
};

enum err calendar_of_company(struct tx *tx, struct calendar *ret, struct row ***ret_rows)
{
	struct query q = { .noun = &noun_working_calendar, .sort = CALENDAR_DAY, .ascending = false, .limit = LIST_LIMIT_MAX };
	struct page page;
	TRY(store_list(tx, &q, &page));
	struct day *days = ARENA_ARRAY(tx->arena, struct day, page.count + 1);
	size_t n = 0;
	for (size_t i = 0; i < page.count; i++)
		if (row_int(page.rows[i], CALENDAR_HOLIDAY))
			days[n++] = row_day(page.rows[i], CALENDAR_DAY);
	*ret = (struct calendar){ days, n };
	if (ret_rows) {
		*ret_rows = ARENA_ARRAY(tx->arena, struct row *, page.count + 1);
		for (size_t i = 0; i < page.count; i++)
			(*ret_rows)[i] = page.rows[i];
	}
	return OK;
}
