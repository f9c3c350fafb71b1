/* plan.c - work that comes back: a service so many months after the last one was completed (product.md 4.2, rulings G13). Each due date makes one
 * piece of work, however often it is looked at. */
#include "plan.h"

#include "money_path.h"
#include "zone.h"

static const char *const plan_states[] = { "active", "paused", "ended", NULL };

enum { LAST_DAY = 2932896, PIECE = 50 };

static const struct field plan_fields[] = {
	COMMON_ROWS(RECUR),
	[RECUR_NAME] = { .name = "name", .doc = "What comes back: it is the title of the work.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | SEARCH, .min = 1, .max = 200, PERSONAL("doing the work again in time") },
	[RECUR_CUSTOMER] = { .name = "customer_id", .doc = "For whom.", .type = F_REF, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_customer },
	[RECUR_SITE] = { .name = "site_id", .doc = "Where.", .type = F_REF, .tag = 13, .flags = REQUIRED | FILTER, .ref = &noun_site },
	[RECUR_TYPE] = { .name = "job_type_id", .doc = "Kind of work.", .type = F_REF, .tag = 14, .flags = REQUIRED, .ref = &noun_job_type },
	[RECUR_MONTHS] = { .name = "every_months", .doc = "How many months after it was completed it is due again.", .type = F_INT, .tag = 15, .flags = REQUIRED, .min = 1, .max = 120 },
	[RECUR_START] = { .name = "starts_on", .doc = "First due date, where it was not done before.", .type = F_DATE, .tag = 16, .max = LAST_DAY },
	[RECUR_LAST_DONE] = { .name = "last_done", .doc = "When it was completed last.", .type = F_DATE, .tag = 17, .max = LAST_DAY },
	[RECUR_NEXT_DUE] = { .name = "next_due", .doc = "When it is due next.", .type = F_DATE, .tag = 18, .flags = REQUIRED | READONLY | DERIVED | FILTER, .max = LAST_DAY },
	[RECUR_LEAD_DAYS] = { .name = "lead_days", .doc = "How many days before it is due the work appears.", .type = F_INT, .tag = 19, .flags = REQUIRED, .max = 365, .initial = "30" },
	[RECUR_END] = { .name = "ends_on", .doc = "After this day no more.", .type = F_DATE, .tag = 20, .max = LAST_DAY },
	[RECUR_STATE] = { .name = "state", .doc = "Whether it makes work.", .type = F_ENUM, .tag = 21, .flags = REQUIRED | FILTER, .values = plan_states, .initial = "active" },
	[RECUR_LINES] = { .name = "lines", .doc = "Lines that the work begins with, as those of a quote.", .type = F_JSON, .tag = 22, .max = 40000, PERSONAL("doing the work again in time") },
	[RECUR_LAST_JOB] = { .name = "last_job_id", .doc = "The work that it made last.", .type = F_ID, .tag = 23, .flags = READONLY },
};
_Static_assert(ARRAY_LEN(plan_fields) == RECUR_FIELDS, "recurring_plan: table and enum differ");

static const struct order plan_orders[] = {
	{ -1, RECUR_CREATED_AT }, { -1, RECUR_NEXT_DUE }, { RECUR_STATE, RECUR_NEXT_DUE }, { RECUR_CUSTOMER, RECUR_CREATED_AT }, { RECUR_SITE, RECUR_CREATED_AT }, ORDERS_END
};

struct day day_add_months(struct day from, int64_t months)
{
	static const int32_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct civil c = day_civil(from);
	int64_t month = c.month - 1 + months;
	c.year += (int32_t)(month / 12);
	c.month = (int32_t)(month % 12) + 1;
	bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
	int32_t last = c.month == 2 && leap ? 29 : lengths[c.month - 1];
	if (c.dom > last)
		c.dom = last;
	return civil_day(c);
}

static enum err plan_before(struct write *w)
{
	struct row *site;
	if (row_is_null(w->is, RECUR_START) && row_is_null(w->is, RECUR_LAST_DONE))
		problem_fault(w->tx->problem, STR("/starts_on"), "required", "Say when it is due first, or when it was done last.");
	TRY(row_if(w->tx, &noun_site, row_id(w->is, RECUR_SITE), &site));
	if (site && !id_eq(row_id(site, SITE_CUSTOMER), row_id(w->is, RECUR_CUSTOMER)))
		problem_fault(w->tx->problem, STR("/site_id"), "reference", "This place is another customer's.");
	TRY(problem_done(w->tx->problem));
	int64_t due = row_int(w->is, RECUR_START);
	if (!row_is_null(w->is, RECUR_LAST_DONE))
		due = day_add_months(row_day(w->is, RECUR_LAST_DONE), row_int(w->is, RECUR_MONTHS)).days;
	row_set_int(w->is, RECUR_NEXT_DUE, due);
	if (!row_is_null(w->is, RECUR_END) && due > row_int(w->is, RECUR_END))
		row_set_text(w->is, RECUR_STATE, STR("ended"));
	return OK;
}

const struct noun noun_recurring_plan = {
	.tag = 55, .name = "recurring_plan", .plural = "recurring_plans", .doc = "Work that comes back so many months after it was completed.",
	FIELDS(plan_fields), .orders = plan_orders, .subject = SUBJECT_FIELD, .subject_field = RECUR_CUSTOMER, .label = RECUR_NAME, .own = -1,
	.parent = RECUR_CUSTOMER, .company = true, .before_write = plan_before, .no_delete = true,
};

/* ---- making work ---- */

static struct str key_of(struct arena *a, const struct row *plan)
{
	return str_fmt(a, "%s %s", id_str(a, row_id(plan, F_ID_FIELD)).p, day_str(a, row_day(plan, RECUR_NEXT_DUE)).p);
}

static enum err add_lines(struct tx *tx, const struct row *plan, struct id job)
{
	struct standing on;
	struct row *shape = row_new(tx->arena, &noun_invoice), **lines;
	const struct ctx *c = tx_ctx(tx);
	size_t n;
	if (row_is_null(plan, RECUR_LINES))
		return OK;
	row_set_text(shape, DOC_PRICE_MODE, row_text(c->company, TENANT_PRICE_MODE));
	TRY(standing_today(tx, shape, &on));
	TRY(standing_for(tx, row_id(plan, RECUR_CUSTOMER), &on));
	TRY(doc_read_lines(tx, &noun_job_line, &on, row_text(plan, RECUR_LINES), &lines, &n));
	for (size_t i = 0; i < n; i++) {
		row_set_id(lines[i], LINE_PARENT, job);
		TRY(store_insert(tx, lines[i], &lines[i]));
	}
	return OK;
}

/* The work of the plan's next due date, unless it is there already. */
static enum err make_job(struct tx *tx, const struct zone *zone, const struct row *plan, bool *ret_made)
{
	struct row *job, *is;
	struct str key = key_of(tx->arena, plan);
	enum err e = store_find(tx, &noun_job, JOB_PLAN_KEY, VALUE_TEXT(key), &job);
	*ret_made = false;
	if (e != E_NOT_FOUND)
		return e;
	job = row_new(tx->arena, &noun_job);
	job->v[JOB_TYPE] = plan->v[RECUR_TYPE];
	job->v[JOB_TITLE] = plan->v[RECUR_NAME];
	job->v[JOB_CUSTOMER] = plan->v[RECUR_CUSTOMER];
	job->v[JOB_SITE] = plan->v[RECUR_SITE];
	row_set_id(job, JOB_PLAN, row_id(plan, F_ID_FIELD));
	row_set_text(job, JOB_PLAN_KEY, key);
	const struct local end_of_day = { { (int32_t)row_int(plan, RECUR_NEXT_DUE) }, 17 * 3600000 };
	row_set_int(job, JOB_DUE_AT, zone_instant(zone, end_of_day, NULL).ms);
	TRY(store_insert(tx, job, &job));
	TRY(add_lines(tx, plan, row_id(job, F_ID_FIELD)));
	is = row_copy(tx->arena, plan);
	row_set_id(is, RECUR_LAST_JOB, row_id(job, F_ID_FIELD));
	*ret_made = true;
	return store_update(tx, plan, is, &is);
}

enum err plans_run(struct tx *tx, struct day today, size_t *ret_made)
{
	struct query q = { .noun = &noun_recurring_plan, .sort = RECUR_NEXT_DUE, .ascending = true, .limit = LIST_LIMIT_MAX };
	const struct ctx *c = tx_ctx(tx);
	const struct zone *zone;
	struct page page;
	*ret_made = 0;
	TRY(zone_load(tx->arena, row_text(c->company, TENANT_TIMEZONE), &zone));
	q.open.bits = ~(uint64_t)0;
	q.filters[q.filter_count++] = filter_is(RECUR_STATE, VALUE_TEXT(STR("active")));
	do {
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++) {
			bool made = false;
			if (row_int(page.rows[i], RECUR_NEXT_DUE) - 365 > today.days)
				return OK; /* in the order of their dates: none of the rest is due */
			if (!page.rows[i]->erased && row_int(page.rows[i], RECUR_NEXT_DUE) - row_int(page.rows[i], RECUR_LEAD_DAYS) <= today.days)
				TRY(make_job(tx, zone, page.rows[i], &made));
			*ret_made += made;
			if (*ret_made == PIECE)
				return OK; /* the rest in the next transaction */
		}
		q.cursor = page.next_cursor;
	} while (q.cursor.n);
	return OK;
}

enum err plan_follow(struct tx *tx, const struct row *was, const struct row *job)
{
	struct row *plan, *is;
	const struct ctx *c = tx_ctx(tx);
	const struct zone *zone;
	bool done = was && row_is_null(was, JOB_COMPLETED_AT) && !row_is_null(job, JOB_COMPLETED_AT);
	bool dropped = was && !row_is(was, JOB_STAGE, "cancelled") && row_is(job, JOB_STAGE, "cancelled");
	if (row_is_null(job, JOB_PLAN) || (!done && !dropped) || !c || !c->company)
		return OK;
	TRY(row_if(tx, &noun_recurring_plan, row_id(job, JOB_PLAN), &plan));
	if (!plan || !str_eq(row_text(job, JOB_PLAN_KEY), key_of(tx->arena, plan)))
		return OK;
	is = row_copy(tx->arena, plan);
	TRY(zone_load(tx->arena, row_text(c->company, TENANT_TIMEZONE), &zone));
	/* Work that was dropped is as if it had been done when it was due: the next one comes in its time. */
	row_set_int(is, RECUR_LAST_DONE, done ? zone_local(zone, (struct instant){ row_int(job, JOB_COMPLETED_AT) }).day.days : row_int(plan, RECUR_NEXT_DUE));
	return store_update(tx, plan, is, &is);
}
