/* reports_work.c - reports over work, offers, hours and visits. */
#include "money_path.h"
#include "policy.h"
#include "reports.h"

#include <string.h>

enum { DAY_MS = 86400000, LATE_MS = 15 * 60000 /* after which an arrival is late where no window was told */, REASONS_MAX = 500 };

static const char *const open_stages[] = { "new", "scheduled", "in_progress", "on_hold", "work_done", "to_invoice" };

/* ---- open work by stage and age ---- */

const struct column columns_jobs_by_stage[6] = {
	{ "stage", COLUMN_TEXT, false },   { "days_0_7", COLUMN_INT, true },     { "days_8_30", COLUMN_INT, true },
	{ "days_31_90", COLUMN_INT, true }, { "days_over_90", COLUMN_INT, true }, { "count", COLUMN_INT, true },
};

enum err report_jobs_by_stage(struct tx *tx, struct report_call *r)
{
	static const int64_t ends[] = { 8, 31, 91 };
	struct value cells[ARRAY_LEN(open_stages)][6];
	int64_t tomorrow = zone_instant(r->zone, (struct local){ .day = { r->today.days + 1 } }, NULL).ms;
	for (size_t s = 0; s < ARRAY_LEN(open_stages); s++) {
		cells[s][0] = VALUE_TEXT(str_from(open_stages[s]));
		for (size_t k = 1; k < 6; k++)
			cells[s][k] = VALUE_INT(0);
	}
	for (size_t k = 0; k < 4; k++) {
		struct sums q = { .noun = &noun_job, .group = { JOB_STAGE }, .group_count = 1 };
		struct sum_row *rows;
		size_t n;
		q.filters[q.filter_count++] = filter_any(JOB_STAGE, open_stages, ARRAY_LEN(open_stages));
		q.filters[q.filter_count++] = filter_between(JOB_REQUESTED_AT, k == 3 ? INT64_MIN : tomorrow - ends[k] * DAY_MS, k == 0 ? INT64_MAX : tomorrow - ends[k - 1] * DAY_MS);
		TRY(store_sum(tx, &q, &rows, &n));
		for (size_t i = 0; i < n; i++)
			for (size_t s = 0; s < ARRAY_LEN(open_stages); s++)
				if (str_eqz(rows[i].group[0].s, open_stages[s])) {
					cells[s][1 + k].i = rows[i].count;
					cells[s][5].i += rows[i].count;
				}
	}
	for (size_t s = 0; s < ARRAY_LEN(open_stages); s++)
		TRY(table_add(&r->table, cells[s]));
	return OK;
}

/* ---- done and not invoiced ---- */

enum { UNBILLED_ID, UNBILLED_NO, UNBILLED_CUSTOMER_ID, UNBILLED_CUSTOMER, UNBILLED_STAGE, UNBILLED_DONE, UNBILLED_DAYS, UNBILLED_VALUE };
const struct column columns_unbilled[8] = {
	[UNBILLED_ID] = { "job_id", COLUMN_ID, false }, [UNBILLED_NO] = { "job_no", COLUMN_TEXT, false }, [UNBILLED_CUSTOMER_ID] = { "customer_id", COLUMN_ID, false },
	[UNBILLED_CUSTOMER] = { "customer", COLUMN_TEXT, false }, [UNBILLED_STAGE] = { "stage", COLUMN_TEXT, false }, [UNBILLED_DONE] = { "completed_at", COLUMN_TIME, false },
	[UNBILLED_DAYS] = { "days", COLUMN_INT, false }, [UNBILLED_VALUE] = { "unbilled", COLUMN_MONEY, true },
};

static enum err add_unbilled(struct tx *tx, const struct row *job, void *arg)
{
	struct report_call *r = arg;
	struct job_sums sums;
	TRY(job_sums(tx, row_id(job, F_ID_FIELD), &sums));
	if (!sums.unbilled)
		return OK;
	int64_t since = row_int(job, row_is_null(job, JOB_COMPLETED_AT) ? F_CREATED_AT_FIELD : JOB_COMPLETED_AT);
	const struct value cells[] = { job->v[F_ID_FIELD], job->v[JOB_NO], job->v[JOB_CUSTOMER], VALUE_NULL, job->v[JOB_STAGE], job->v[JOB_COMPLETED_AT],
		                       VALUE_INT((r->call->ctx.now.ms - since) / DAY_MS), VALUE_INT(sums.unbilled) };
	return table_add(&r->table, cells);
}

enum err report_unbilled(struct tx *tx, struct report_call *r)
{
	static const char *const stages[] = { "work_done", "to_invoice" };
	static const int only[] = { JOB_NO, JOB_CUSTOMER, JOB_STAGE, JOB_COMPLETED_AT, F_CREATED_AT_FIELD };
	for (size_t k = 0; k < ARRAY_LEN(stages); k++) {
		struct walk w = { .noun = &noun_job, .sort = JOB_CREATED_AT, .ascending = true, .page = 50 };
		w.filters[w.filter_count++] = filter_any(JOB_STAGE, stages + k, 1);
		for (size_t i = 0; i < ARRAY_LEN(only); i++)
			set_add(&w.only, only[i]);
		TRY(store_each(tx, &w, add_unbilled, r));
	}
	table_sort(&r->table, UNBILLED_VALUE, true);
	return report_names(tx, r, UNBILLED_CUSTOMER_ID, UNBILLED_CUSTOMER, &noun_customer, CUSTOMER_NAME);
}

/* ---- offers ---- */

const struct column columns_quotes[4] = { { "status", COLUMN_TEXT, false }, { "count", COLUMN_INT, true }, { "value", COLUMN_MONEY, true }, { "share_bp", COLUMN_BP, false } };

enum err report_quotes(struct tx *tx, struct report_call *r)
{
	struct sums q = { .noun = &noun_quote, .group = { QUOTE_STATUS }, .group_count = 1, .sum = { QUOTE_TOTAL }, .sum_count = 1 };
	struct sum_row *rows;
	size_t n;
	int64_t all = 0;
	q.filters[q.filter_count++] = filter_between(F_CREATED_AT_FIELD, report_from(r).ms, report_until(r).ms);
	TRY(store_sum(tx, &q, &rows, &n));
	for (size_t i = 0; i < n; i++)
		all += rows[i].count;
	for (size_t i = 0; i < n; i++) {
		const struct value cells[] = { rows[i].group[0], VALUE_INT(rows[i].count), VALUE_INT(rows[i].sum[0]), VALUE_INT(rows[i].count * BP_FULL / all) };
		TRY(table_add(&r->table, cells));
	}
	table_sort(&r->table, 1, true);
	return OK;
}

/* Reasons are sealed: they are counted after they were opened. */
struct reasons {
	struct report_call *r;
	struct {
		struct str text;
		int64_t count, value;
	} of[REASONS_MAX];
	size_t count;
};

const struct column columns_quote_reasons[3] = { { "reason", COLUMN_TEXT, false }, { "count", COLUMN_INT, true }, { "value", COLUMN_MONEY, true } };

static enum err add_reason(struct tx *tx, const struct row *quote, void *arg)
{
	struct reasons *all = arg;
	struct str text = row_text(quote, QUOTE_REASON);
	size_t i = 0;
	(void)tx;
	while (i < all->count && !str_eq(all->of[i].text, text))
		i++;
	if (i == REASONS_MAX)
		return E_TOO_LARGE;
	if (i == all->count) {
		all->of[i].text = str_dup(all->r->table.arena, text);
		all->count++;
	}
	all->of[i].count++;
	all->of[i].value += row_int(quote, QUOTE_TOTAL);
	return OK;
}

enum err report_quote_reasons(struct tx *tx, struct report_call *r)
{
	static const char *const states[] = { "declined", "cancelled" };
	struct reasons *all = ARENA_NEW(tx->arena, struct reasons);
	all->r = r;
	for (size_t k = 0; k < ARRAY_LEN(states); k++) {
		struct walk w = { .noun = &noun_quote, .sort = QUOTE_CREATED_AT, .ascending = true };
		w.filters[w.filter_count++] = filter_any(QUOTE_STATUS, states + k, 1);
		w.filters[w.filter_count++] = filter_between(F_CREATED_AT_FIELD, report_from(r).ms, report_until(r).ms);
		set_add(&w.only, QUOTE_REASON);
		set_add(&w.only, QUOTE_TOTAL);
		TRY(store_each(tx, &w, add_reason, all));
	}
	for (size_t i = 0; i < all->count; i++) {
		const struct value cells[] = { VALUE_TEXT(all->of[i].text), VALUE_INT(all->of[i].count), VALUE_INT(all->of[i].value) };
		TRY(table_add(&r->table, cells));
	}
	table_sort(&r->table, 1, true);
	return OK;
}

/* ---- hours ---- */

enum { TIME_COL_EMPLOYEE_ID, TIME_COL_EMPLOYEE, TIME_COL_JOB_ID, TIME_COL_JOB, TIME_COL_KIND, TIME_COL_HOURS };
const struct column columns_time[6] = {
	[TIME_COL_EMPLOYEE_ID] = { "employee_id", COLUMN_ID, false }, [TIME_COL_EMPLOYEE] = { "employee", COLUMN_TEXT, false }, [TIME_COL_JOB_ID] = { "job_id", COLUMN_ID, false },
	[TIME_COL_JOB] = { "job_no", COLUMN_TEXT, false }, [TIME_COL_KIND] = { "kind", COLUMN_TEXT, false }, [TIME_COL_HOURS] = { "hours", COLUMN_QTY, true },
};

static bool same_cell(const struct value *a, const struct value *b)
{
	return value_eq(*a, *b);
}

static enum err add_hours(struct tx *tx, const struct row *entry, void *arg)
{
	struct report_call *r = arg;
	struct table *t = &r->table;
	int64_t end = row_is_null(entry, TIME_END) ? tx->now.ms : row_int(entry, TIME_END), hours3 = (end - row_int(entry, TIME_START) + 1800) / 3600;
	const struct value cells[] = { entry->v[TIME_EMPLOYEE], VALUE_NULL, entry->v[TIME_JOB], VALUE_NULL, entry->v[TIME_KIND], VALUE_INT(hours3) };
	/* The newest rows are the likeliest: entries of one person on one day. */
	for (size_t i = t->row_count; i-- > 0;) {
		struct value *have = t->cells + i * t->column_count;
		if (!same_cell(&have[TIME_COL_EMPLOYEE_ID], &cells[TIME_COL_EMPLOYEE_ID]) || !same_cell(&have[TIME_COL_JOB_ID], &cells[TIME_COL_JOB_ID]) ||
		    !same_cell(&have[TIME_COL_KIND], &cells[TIME_COL_KIND]))
			continue;
		have[TIME_COL_HOURS].i += hours3;
		t->totals[TIME_COL_HOURS] += hours3;
		return OK;
	}
	return table_add(t, cells);
}

enum err report_time(struct tx *tx, struct report_call *r)
{
	static const int only[] = { TIME_EMPLOYEE, TIME_JOB, TIME_KIND, TIME_START, TIME_END };
	struct walk w = { .noun = &noun_time_entry, .sort = TIME_START, .ascending = true };
	w.filters[w.filter_count++] = filter_between(TIME_START, report_from(r).ms, report_until(r).ms);
	for (size_t i = 0; i < ARRAY_LEN(only); i++)
		set_add(&w.only, only[i]);
	TRY(store_each(tx, &w, add_hours, r));
	TRY(report_names(tx, r, TIME_COL_EMPLOYEE_ID, TIME_COL_EMPLOYEE, &noun_employee, EMPLOYEE_NAME));
	return report_names(tx, r, TIME_COL_JOB_ID, TIME_COL_JOB, &noun_job, JOB_NO);
}

/* ---- what work brought ---- */

enum { PROFIT_ID, PROFIT_NO, PROFIT_CUSTOMER_ID, PROFIT_CUSTOMER, PROFIT_QUOTED, PROFIT_USED, PROFIT_INVOICED, PROFIT_COST, PROFIT_MARGIN };
const struct column columns_profit[9] = {
	[PROFIT_ID] = { "job_id", COLUMN_ID, false }, [PROFIT_NO] = { "job_no", COLUMN_TEXT, false }, [PROFIT_CUSTOMER_ID] = { "customer_id", COLUMN_ID, false },
	[PROFIT_CUSTOMER] = { "customer", COLUMN_TEXT, false }, [PROFIT_QUOTED] = { "quoted", COLUMN_MONEY, true }, [PROFIT_USED] = { "used", COLUMN_MONEY, true },
	[PROFIT_INVOICED] = { "invoiced", COLUMN_MONEY, true }, [PROFIT_COST] = { "cost", COLUMN_MONEY, true }, [PROFIT_MARGIN] = { "margin", COLUMN_MONEY, true },
};

static enum err add_profit(struct tx *tx, const struct row *job, void *arg)
{
	struct report_call *r = arg;
	struct job_sums s;
	bool costs = policy_grant(&r->call->ctx.actor, "cost.read") != GRANT_NONE;
	TRY(job_sums(tx, row_id(job, F_ID_FIELD), &s));
	const struct value cells[] = { job->v[F_ID_FIELD], job->v[JOB_NO], job->v[JOB_CUSTOMER], VALUE_NULL, VALUE_INT(s.quoted), VALUE_INT(s.used), VALUE_INT(s.invoiced),
		                       costs ? VALUE_INT(s.cost) : VALUE_NULL, costs ? VALUE_INT(s.invoiced - s.cost) : VALUE_NULL };
	return table_add(&r->table, cells);
}

enum err report_profit(struct tx *tx, struct report_call *r)
{
	struct walk w = { .noun = &noun_job, .sort = JOB_CREATED_AT, .ascending = true, .page = 50 };
	w.filters[w.filter_count++] = filter_between(JOB_COMPLETED_AT, report_from(r).ms, report_until(r).ms);
	set_add(&w.only, JOB_NO);
	set_add(&w.only, JOB_CUSTOMER);
	TRY(store_each(tx, &w, add_profit, r));
	return report_names(tx, r, PROFIT_CUSTOMER_ID, PROFIT_CUSTOMER, &noun_customer, CUSTOMER_NAME);
}

/* ---- visits ---- */

enum { VISITS_EMPLOYEE_ID, VISITS_EMPLOYEE, VISITS_COUNT, VISITS_ON_TIME, VISITS_LATE, VISITS_INCOMPLETE, VISITS_NO_ACCESS };
const struct column columns_visits[7] = {
	[VISITS_EMPLOYEE_ID] = { "employee_id", COLUMN_ID, false }, [VISITS_EMPLOYEE] = { "employee", COLUMN_TEXT, false }, [VISITS_COUNT] = { "visits", COLUMN_INT, true },
	[VISITS_ON_TIME] = { "on_time", COLUMN_INT, true }, [VISITS_LATE] = { "late", COLUMN_INT, true }, [VISITS_INCOMPLETE] = { "incomplete", COLUMN_INT, true },
	[VISITS_NO_ACCESS] = { "no_access", COLUMN_INT, true },
};

static void count_visit(struct table *t, struct value *cells, int column)
{
	cells[column].i++;
	t->totals[column]++;
}

/* A visit counts for whoever led it. */
static enum err lead_of(struct tx *tx, struct id visit, struct id *ret)
{
	struct row **people;
	size_t n;
	*ret = (struct id){ { 0 } };
	TRY(store_children(tx, &noun_appointment_person, PERSON_VISIT, visit, &people, &n));
	for (size_t i = 0; i < n; i++)
		if (row_int(people[i], PERSON_LEAD) || id_is_zero(*ret))
			*ret = row_id(people[i], PERSON_EMPLOYEE);
	return OK;
}

static enum err add_visit(struct tx *tx, const struct row *visit, void *arg)
{
	struct report_call *r = arg;
	struct table *t = &r->table;
	struct value *cells = NULL;
	struct id lead;
	if (row_is(visit, VISIT_STATUS, "cancelled"))
		return OK;
	TRY(lead_of(tx, row_id(visit, F_ID_FIELD), &lead));
	for (size_t i = 0; i < t->row_count && !cells; i++)
		if (id_eq(t->cells[i * t->column_count].id, lead))
			cells = t->cells + i * t->column_count;
	if (!cells) {
		const struct value fresh[] = { VALUE_ID(lead), VALUE_NULL, VALUE_INT(0), VALUE_INT(0), VALUE_INT(0), VALUE_INT(0), VALUE_INT(0) };
		TRY(table_add(t, fresh));
		cells = t->cells + (t->row_count - 1) * t->column_count;
	}
	count_visit(t, cells, VISITS_COUNT);
	int64_t window = row_is_null(visit, VISIT_ARRIVAL_WINDOW_MIN) ? LATE_MS : row_int(visit, VISIT_ARRIVAL_WINDOW_MIN) * 60000;
	if (!row_is_null(visit, VISIT_ARRIVED_AT))
		count_visit(t, cells, row_int(visit, VISIT_ARRIVED_AT) <= row_int(visit, VISIT_START) + window ? VISITS_ON_TIME : VISITS_LATE);
	if (row_is(visit, VISIT_STATUS, "incomplete"))
		count_visit(t, cells, VISITS_INCOMPLETE);
	if (row_is(visit, VISIT_STATUS, "no_access"))
		count_visit(t, cells, VISITS_NO_ACCESS);
	return OK;
}

enum err report_visits(struct tx *tx, struct report_call *r)
{
	static const int only[] = { VISIT_START, VISIT_STATUS, VISIT_ARRIVED_AT, VISIT_ARRIVAL_WINDOW_MIN };
	struct walk w = { .noun = &noun_appointment, .sort = VISIT_START, .ascending = true };
	w.filters[w.filter_count++] = filter_between(VISIT_START, report_from(r).ms, report_until(r).ms);
	for (size_t i = 0; i < ARRAY_LEN(only); i++)
		set_add(&w.only, only[i]);
	TRY(store_each(tx, &w, add_visit, r));
	return report_names(tx, r, VISITS_EMPLOYEE_ID, VISITS_EMPLOYEE, &noun_employee, EMPLOYEE_NAME);
}
