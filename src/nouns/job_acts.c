/* job_acts.c - what is done with a piece of work: looking at the next steps, moving it on, planning a visit. */
#include "aftercare.h"
#include "hours.h"
#include "job.h"
#include "plan.h"
#include "money_path.h"
#include "portal.h"

#include "policy.h"

#include <string.h>

static enum err statuses(struct tx *tx, struct page *ret)
{
	struct query q = { .noun = &noun_status_def, .sort = STATUS_POSITION, .ascending = true, .limit = LIST_LIMIT_MAX };
	return store_list(tx, &q, ret);
}

/* The step that people usually take from a stage. */
static const struct {
	const char *from, *to;
} usual[] = {
	{ "new", "scheduled" },       { "scheduled", "in_progress" }, { "in_progress", "work_done" },
	{ "on_hold", "in_progress" }, { "work_done", "to_invoice" },  { "to_invoice", "closed" },
};

static bool is_usual(const struct row *job, const struct row *status)
{
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (row_is(job, JOB_STAGE, usual[i].from) && row_is(status, STATUS_STAGE, usual[i].to))
			return row_int(status, STATUS_IS_DEFAULT) != 0;
	return false;
}

static void write_missing(struct json_out *o, const struct missing *m, size_t count)
{
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++) {
		jw_open(o, '{');
		jw_member_str(o, "kind", str_from(m[i].kind));
		jw_key(o, "field");
		if (m[i].field)
			jw_str(o, str_from(m[i].field));
		else
			jw_null(o);
		jw_member_int(o, "count", m[i].count);
		jw_member_str(o, "text", m[i].text);
		jw_close(o, '}');
	}
	jw_close(o, ']');
}

static enum err write_step(struct act_call *c, struct json_out *o, const struct row *status)
{
	struct missing missing[MISSING_MAX];
	size_t count;
	enum err e = job_step(c->tx, c->row, status, missing, &count);
	if (e == E_CONFLICT || id_eq(row_id(status, F_ID_FIELD), row_id(c->row, JOB_STATUS)))
		return OK;
	TRY(e);
	jw_open(o, '{');
	jw_member_id(o, "status_id", row_id(status, F_ID_FIELD));
	jw_member_str(o, "name", row_text(status, STATUS_NAME));
	jw_member_str(o, "colour", row_text(status, STATUS_COLOUR));
	jw_member_str(o, "stage", row_text(status, STATUS_STAGE));
	jw_member_bool(o, "usual", is_usual(c->row, status));
	jw_member_bool(o, "allowed", count == 0);
	jw_key(o, "missing");
	write_missing(o, missing, count);
	jw_close(o, '}');
	return OK;
}

static enum err run_steps(struct act_call *c)
{
	struct page page;
	struct buf b;
	struct json_out o;
	buf_init(&b, c->tx->arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	TRY(statuses(c->tx, &page));
	for (size_t i = 0; i < page.count; i++)
		TRY(write_step(c, &o, page.rows[i]));
	jw_close(&o, ']');
	jw_close(&o, '}');
	c->ret_body = buf_str(&b);
	return OK;
}

enum { MOVE_STATUS, MOVE_REASON, MOVE_REVIEW_AT, MOVE_OUTCOME };
static const char *const move_outcomes[] = { "done", "incomplete", "no_access", "cancelled", NULL };
static const struct field move_params[] = {
	[MOVE_STATUS] = { .name = "status_id", .doc = "The status to enter.", .type = F_REF, .flags = REQUIRED, .ref = &noun_status_def },
	[MOVE_REASON] = { .name = "reason", .doc = "Why; needed for waiting, cancelling and reopening.", .type = F_TEXT, .max = 300 },
	[MOVE_REVIEW_AT] = { .name = "hold_review_at", .doc = "When to look at it again.", .type = F_TIME, .max = INT64_MAX },
	[MOVE_OUTCOME] = { .name = "outcome", .doc = "How it ended.", .type = F_ENUM, .values = move_outcomes },
};

/* Puts the answers of the form into the row, where its new stage wants them. */
static void answer(struct act_call *c, struct row *is, const struct row *status)
{
	bool hold = row_is(status, STATUS_STAGE, "on_hold");
	if (set_has(c->present, MOVE_REASON))
		is->v[hold ? JOB_HOLD_REASON : JOB_OUTCOME_NOTE] = c->params[MOVE_REASON];
	else if (row_is(status, STATUS_STAGE, "cancelled") || row_is(c->row, JOB_STAGE, "closed"))
		row_set_null(is, JOB_OUTCOME_NOTE); /* an old note is not the reason for this */
	if (set_has(c->present, MOVE_REVIEW_AT))
		is->v[JOB_HOLD_REVIEW_AT] = c->params[MOVE_REVIEW_AT];
	if (set_has(c->present, MOVE_OUTCOME))
		is->v[JOB_OUTCOME] = c->params[MOVE_OUTCOME];
}


static enum err cancel_visits(struct tx *tx, struct id job)
{
	struct row **rows, *is;
	size_t n;
	TRY(store_children(tx, &noun_appointment, VISIT_JOB, job, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		bool over = row_is(rows[i], VISIT_STATUS, "finished") || row_is(rows[i], VISIT_STATUS, "incomplete") ||
		            row_is(rows[i], VISIT_STATUS, "no_access") || row_is(rows[i], VISIT_STATUS, "cancelled");
		if (over)
			continue;
		is = row_copy(tx->arena, rows[i]);
		row_set_text(is, VISIT_STATUS, STR("cancelled"));
		TRY(store_update(tx, rows[i], is, &is));
	}
	return OK;
}

static enum err refuse(struct act_call *c, const struct missing *missing, size_t count)
{
	struct buf b;
	struct json_out o;
	struct problem *p = c->tx->problem;
	buf_init(&b, c->tx->arena, 8000);
	jw_init(&o, &b);
	jw_key(&o, "missing");
	write_missing(&o, missing, count);
	p->extra = buf_str(&b);
	for (size_t i = 0; i < count; i++)
		if (missing[i].field)
			problem_fault(p, str_fmt(c->tx->arena, "/%s", missing[i].field), "required", STR_FMT, STR_ARG(missing[i].text));
	return problem_set(p, E_CONFLICT, STR_FMT, STR_ARG(missing[0].text));
}

static enum err run_move(struct act_call *c)
{
	struct missing missing[MISSING_MAX];
	struct row *status, *is;
	size_t count;
	enum err e = store_get(c->tx, &noun_status_def, c->params[MOVE_STATUS].id, &status);
	if (e == E_NOT_FOUND) {
		problem_fault(c->tx->problem, STR("/status_id"), "reference", "There is no such status.");
		return problem_done(c->tx->problem);
	}
	TRY(e);
	is = row_copy(c->tx->arena, c->row);
	answer(c, is, status);
	e = job_step(c->tx, is, status, missing, &count);
	if (e == E_CONFLICT)
		return problem_set(c->tx->problem, e, "There is no step from " STR_FMT " to " STR_FMT ".", STR_ARG(str_words(c->tx->arena, row_text(c->row, JOB_STAGE))),
		                   STR_ARG(str_words(c->tx->arena, row_text(status, STATUS_STAGE))));
	TRY(e);
	if (count)
		return refuse(c, missing, count);
	row_set_id(is, JOB_STATUS, row_id(status, F_ID_FIELD));
	row_set_text(is, JOB_STAGE, row_text(status, STATUS_STAGE));
	job_follow_stage(c->tx, c->row, is);
	c->tx->action = "move";
	TRY(store_update(c->tx, c->row, is, &c->ret_row));
	c->tx->action = NULL;
	TRY(job_warrant(c->tx, c->row, c->ret_row));
	TRY(plan_follow(c->tx, c->row, c->ret_row));
	if (row_is(is, JOB_STAGE, "cancelled"))
		TRY(cancel_visits(c->tx, row_id(is, F_ID_FIELD)));
	if (row_is(is, JOB_STAGE, "work_done"))
		TRY(job_offer_for_billing(c->tx, &c->ret_row));
	return OK;
}

enum { PLAN_START, PLAN_END, PLAN_PEOPLE, PLAN_LEAD, PLAN_ALL_DAY, PLAN_TITLE, PLAN_INSTRUCTIONS };
static const struct field plan_params[] = {
	[PLAN_START] = { .name = "start_at", .doc = "When it begins.", .type = F_TIME, .flags = REQUIRED, .max = INT64_MAX },
	[PLAN_END] = { .name = "end_at", .doc = "When it ends.", .type = F_TIME, .flags = REQUIRED, .max = INT64_MAX },
	[PLAN_PEOPLE] = { .name = "employee_ids", .doc = "Who goes: a list of ids.", .type = F_JSON, .flags = REQUIRED, .max = 4000 },
	[PLAN_LEAD] = { .name = "lead_id", .doc = "Who of them leads; the first if left out.", .type = F_REF, .ref = &noun_employee },
	[PLAN_ALL_DAY] = { .name = "all_day", .doc = "Whether the hour does not matter.", .type = F_BOOL },
	[PLAN_TITLE] = { .name = "title", .doc = "What is to be done on this visit.", .type = F_TEXT, .max = 200 },
	[PLAN_INSTRUCTIONS] = { .name = "instructions", .doc = "What to know beforehand.", .type = F_LINES, .max = 10000 },
};

enum err read_people(struct tx *tx, struct str list, struct id people[CREW_MAX], size_t *ret_count)
{
	json_t *v;
	size_t n = 0;
	TRY(json_read(tx->arena, list, tx->problem, &v));
	for (size_t i = 0; i < json_array_size(v) && n < CREW_MAX; i++) {
		struct row *employee;
		struct id id;
		enum err e = id_parse(json_text(json_array_get(v, i)), &id) == OK ? store_get(tx, &noun_employee, id, &employee) : E_NOT_FOUND;
		if (e == E_NOT_FOUND) {
			problem_fault(tx->problem, str_fmt(tx->arena, "/employee_ids/%zu", i), "reference", "There is no such employee.");
			continue;
		}
		TRY(e);
		people[n++] = id;
	}
	if (n == 0 && !tx->problem->fault_count)
		problem_fault(tx->problem, STR("/employee_ids"), "required", "Say who goes.");
	*ret_count = n;
	return problem_done(tx->problem);
}

static enum err send_people(struct act_call *c, struct id visit, const struct id *people, size_t count, struct id lead)
{
	for (size_t i = 0; i < count; i++) {
		struct row *person = row_new(c->tx->arena, &noun_appointment_person);
		row_set_id(person, PERSON_VISIT, visit);
		row_set_id(person, PERSON_EMPLOYEE, people[i]);
		row_set_int(person, PERSON_LEAD, id_eq(people[i], lead));
		TRY(store_insert(c->tx, person, &person));
	}
	return OK;
}

static enum err run_schedule(struct act_call *c)
{
	struct id people[CREW_MAX], job = row_id(c->row, F_ID_FIELD);
	struct row *visit, *now_job;
	size_t count;
	if (row_is(c->row, JOB_STAGE, "closed") || row_is(c->row, JOB_STAGE, "cancelled"))
		return problem_set(c->tx->problem, E_CONFLICT, "The work is closed; reopen it before planning a visit.");
	TRY(read_people(c->tx, c->params[PLAN_PEOPLE].s, people, &count));
	struct id lead = set_has(c->present, PLAN_LEAD) ? c->params[PLAN_LEAD].id : people[0];
	visit = row_new(c->tx->arena, &noun_appointment);
	row_set_id(visit, VISIT_JOB, job);
	visit->v[VISIT_START] = c->params[PLAN_START];
	visit->v[VISIT_END] = c->params[PLAN_END];
	visit->v[VISIT_ALL_DAY] = c->params[PLAN_ALL_DAY];
	visit->v[VISIT_TITLE] = c->params[PLAN_TITLE];
	visit->v[VISIT_INSTRUCTIONS] = c->params[PLAN_INSTRUCTIONS];
	TRY(store_insert(c->tx, visit, &visit));
	TRY(send_people(c, row_id(visit, F_ID_FIELD), people, count, lead));
	TRY(store_get(c->tx, &noun_job, job, &now_job));
	if (row_is_null(now_job, JOB_LEAD)) {
		struct row *is = row_copy(c->tx->arena, now_job);
		row_set_id(is, JOB_LEAD, lead);
		TRY(store_update(c->tx, now_job, is, &is));
	}
	if (row_is(c->row, JOB_STAGE, "new") || row_is(c->row, JOB_STAGE, "on_hold"))
		TRY(job_enter_stage(c->tx, job, "scheduled"));
	c->ret_row = visit;
	return OK;
}

const struct act job_acts[] = {
	{ .name = "steps", .doc = "The next statuses, and what stands in the way of each.", .right = "job.read", .run = run_steps },
	{ .name = "move", .doc = "Enters another status.", .right = "job.move", .writes = true, .company = true, .returns = &noun_job, PARAMS(move_params), .run = run_move },
	{ .name = "schedule", .doc = "Plans a visit.", .right = "job.schedule", .writes = true, .status = 201, .returns = &noun_appointment, PARAMS(plan_params), .run = run_schedule },
	{ .name = "money", .doc = "What was quoted, used, billed and is left to be billed.", .right = "job.office", .run = job_money_run },
	{ .name = "invoice", .doc = "A draft of an invoice for what is not billed yet.", .right = "invoice.create", .writes = true, .company = true, .status = 201, .returns = &noun_invoice, .run = job_invoice_run },
	{ .name = "hours", .doc = "Hours on it by person, and how many could stand on a line.", .right = "job.office", .run = job_hours_run },
	{ .name = "warranties", .doc = "What at its place is still under warranty from other work.", .right = "job.read", .company = true, .run = job_warranties_run },
	PORTAL_LINK_ACT("job.plan"),
	{ .name = "card.pdf", .doc = "The job card.", .right = "job.read", .content_type = "application/pdf", .run = job_card_collect, .finish = job_card_render },
	{ .name = NULL },
};
