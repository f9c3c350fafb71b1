/* appointment_acts.c - the machine of a visit, and looking for clashes before one is planned. */
#include "hours.h"

#include "policy.h"
#include "zone.h"

#include <string.h>

/* What an act does: from one of these states to that one, with these effects. */
static const struct visit_step {
	const char *act;
	const char *from[6]; /* ends with NULL */
	const char *to;
	int stamps;          /* field that takes the time, or -1 */
	bool reason;         /* needs one */
	const char *stage;   /* stage that the work enters, if it can */
} visit_steps[] = {
	{ "confirm", { "planned" }, "confirmed", -1, false, NULL },
	{ "dispatch", { "planned", "confirmed" }, "dispatched", -1, false, NULL },
	{ "travel", { "planned", "confirmed", "dispatched" }, "travelling", VISIT_TRAVEL_AT, false, "in_progress" },
	{ "arrive", { "planned", "confirmed", "dispatched", "travelling" }, "on_site", VISIT_ARRIVED_AT, false, "in_progress" },
	{ "finish", { "on_site" }, "finished", VISIT_ENDED_AT, false, NULL },
	{ "incomplete", { "on_site" }, "incomplete", VISIT_ENDED_AT, true, "scheduled" },
	{ "no_access", { "travelling", "on_site" }, "no_access", VISIT_ENDED_AT, true, "scheduled" },
	{ "cancel", { "planned", "confirmed", "dispatched" }, "cancelled", -1, false, NULL },
};

static const struct field visit_params[] = {
	{ .name = "reason", .doc = "Why; needed when a visit did not go as planned.", .type = F_LINES, .max = 2000 },
};

static bool may_come_from(const struct visit_step *s, const struct row *visit)
{
	for (size_t i = 0; i < ARRAY_LEN(s->from) && s->from[i]; i++)
		if (row_is(visit, VISIT_STATUS, s->from[i]))
			return true;
	return false;
}

static enum err step(struct act_call *c, const struct visit_step *s)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (row_is(c->row, VISIT_STATUS, s->to)) { /* said twice: the first answer again */
		c->ret_row = is;
		return OK;
	}
	if (!may_come_from(s, c->row))
		return problem_set(c->tx->problem, E_CONFLICT, "A visit that is " STR_FMT " cannot become " STR_FMT ".",
		                   STR_ARG(str_words(c->tx->arena, row_text(c->row, VISIT_STATUS))), STR_ARG(str_words(c->tx->arena, str_from(s->to))));
	if (s->reason && c->params[0].kind == V_NULL) {
		problem_fault(c->tx->problem, STR("/reason"), "required", "Say why.");
		return problem_done(c->tx->problem);
	}
	if (c->params[0].kind != V_NULL)
		is->v[VISIT_OUTCOME] = c->params[0];
	row_set_text(is, VISIT_STATUS, str_from(s->to));
	if (s->stamps >= 0)
		row_set_int(is, s->stamps, c->tx->now.ms);
	c->tx->action = s->act;
	TRY(store_update(c->tx, c->row, is, &c->ret_row));
	c->tx->action = NULL;
	if (s->stamps >= 0)
		TRY(hours_step(c->tx, c->ret_row, str_from(s->to)));
	return s->stage ? job_enter_stage(c->tx, row_id(c->row, VISIT_JOB), s->stage) : OK;
}

#define VISIT_ACT(index, name)                                                                     \
	static enum err run_##name(struct act_call *c)                                             \
	{                                                                                          \
		return step(c, &visit_steps[index]);                                               \
	}
VISIT_ACT(0, confirm)
VISIT_ACT(1, dispatch)
VISIT_ACT(2, travel)
VISIT_ACT(3, arrive)
VISIT_ACT(4, finish)
VISIT_ACT(5, incomplete)
VISIT_ACT(6, no_access)
VISIT_ACT(7, cancel)

enum { CHECK_START, CHECK_END, CHECK_PEOPLE, CHECK_VISIT };
static const struct field check_params[] = {
	[CHECK_START] = { .name = "start_at", .doc = "When it would begin.", .type = F_TIME, .flags = REQUIRED, .max = INT64_MAX },
	[CHECK_END] = { .name = "end_at", .doc = "When it would end.", .type = F_TIME, .flags = REQUIRED, .max = INT64_MAX },
	[CHECK_PEOPLE] = { .name = "employee_ids", .doc = "Who would go: a list of ids.", .type = F_JSON, .flags = REQUIRED, .max = 4000 },
	[CHECK_VISIT] = { .name = "appointment_id", .doc = "The visit that would be moved, which does not clash with itself.", .type = F_REF, .ref = &noun_appointment },
};

static void write_clash(struct json_out *o, struct id employee, const char *kind, struct str text)
{
	jw_open(o, '{');
	jw_key(o, "employee_id");
	if (id_is_zero(employee))
		jw_null(o);
	else
		jw_id(o, employee);
	jw_member_str(o, "kind", str_from(kind));
	jw_member_str(o, "text", text);
	jw_close(o, '}');
}

static enum err clashes_of(struct act_call *c, struct json_out *o, struct id employee)
{
	struct row **rows, *visit, *who, *job;
	size_t n;
	bool away;
	TRY(store_get(c->tx, &noun_employee, employee, &who));
	TRY(leave_between(c->tx, employee, c->params[CHECK_START].i, c->params[CHECK_END].i, &away));
	if (away)
		write_clash(o, employee, "leave", str_fmt(c->tx->arena, STR_FMT " is on leave then.", STR_ARG(row_text(who, EMPLOYEE_NAME))));
	TRY(store_children(c->tx, &noun_appointment_person, PERSON_EMPLOYEE, employee, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		enum err e = store_get(c->tx, &noun_appointment, row_id(rows[i], PERSON_VISIT), &visit);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		bool over = row_is(visit, VISIT_STATUS, "cancelled") || !row_is_null(visit, VISIT_ENDED_AT);
		bool same = set_has(c->present, CHECK_VISIT) && id_eq(c->params[CHECK_VISIT].id, row_id(visit, F_ID_FIELD));
		if (over || same || row_int(visit, VISIT_END) <= c->params[CHECK_START].i || row_int(visit, VISIT_START) >= c->params[CHECK_END].i)
			continue;
		TRY(store_get(c->tx, &noun_job, row_id(visit, VISIT_JOB), &job));
		write_clash(o, employee, "appointment",
		            str_fmt(c->tx->arena, STR_FMT " is on " STR_FMT " then.", STR_ARG(row_text(who, EMPLOYEE_NAME)), STR_ARG(row_text(job, JOB_NO))));
	}
	return OK;
}

/* A check goes on after the transaction, with the company's zone, which lies in the platform's plane. */
struct check_state {
	struct buf b;
	struct json_out o;
	struct row *tenant;
	struct calendar declared;
	struct row **closed; /* days of the company's calendar; ends with NULL */
};

static enum err run_check(struct act_call *c)
{
	struct id people[CREW_MAX];
	struct check_state *s = ARENA_NEW(c->tx->arena, struct check_state);
	size_t count;
	TRY(read_people(c->tx, c->params[CHECK_PEOPLE].s, people, &count));
	TRY(calendar_of_company(c->tx, &s->declared, &s->closed));
	buf_init(&s->b, c->tx->arena, MIB);
	jw_init(&s->o, &s->b);
	jw_open(&s->o, '{');
	jw_key(&s->o, "items");
	jw_open(&s->o, '[');
	if (c->params[CHECK_END].i <= c->params[CHECK_START].i)
		write_clash(&s->o, (struct id){ { 0 } }, "range", STR("A visit ends after it begins."));
	for (size_t i = 0; i < count; i++)
		TRY(clashes_of(c, &s->o, people[i]));
	c->state = s;
	return OK;
}

static enum err find_tenant(struct tx *tx, void *arg)
{
	struct check_state *s = arg;
	return store_find(tx, &noun_tenant, TENANT_NUMBER, VALUE_INT(tx_ctx(tx)->actor.tenant), &s->tenant);
}

enum { DAY_BEGINS_MS = 7 * 3600000, DAY_ENDS_MS = 18 * 3600000 };

static void day_warnings(struct act_call *c, struct check_state *s, const struct zone *zone)
{
	struct local from = zone_local(zone, (struct instant){ c->params[CHECK_START].i });
	struct local until = zone_local(zone, (struct instant){ c->params[CHECK_END].i });
	const char *holiday = row_is(s->tenant, TENANT_COUNTRY, "ZA") ? calendar_holiday(&s->declared, from.day) : NULL;
	for (struct row **d = s->closed; *d; d++)
		if (row_int(*d, CALENDAR_DAY) == from.day.days && !(holiday && row_int(*d, CALENDAR_HOLIDAY)))
			write_clash(&s->o, (struct id){ { 0 } }, "closed", str_fmt(c->ctx->arena, "The company is closed: " STR_FMT ".", STR_ARG(row_text(*d, CALENDAR_NAME))));
	if (holiday)
		write_clash(&s->o, (struct id){ { 0 } }, "holiday", str_fmt(c->ctx->arena, "%s is a public holiday.", holiday));
	else if (day_weekday(from.day) == 6)
		write_clash(&s->o, (struct id){ { 0 } }, "out_of_hours", STR("This is a Sunday."));
	if (from.day.days == until.day.days && (from.ms < DAY_BEGINS_MS || until.ms > DAY_ENDS_MS))
		write_clash(&s->o, (struct id){ { 0 } }, "out_of_hours", STR("This is outside 07:00 to 18:00."));
}

static enum err finish_check(struct act_call *c)
{
	struct check_state *s = c->state;
	struct run system = ctx_system_run(c->ctx);
	const struct zone *zone;
	TRY(store_read(&system, find_tenant, s));
	TRY(zone_load(c->ctx->arena, row_text(s->tenant, TENANT_TIMEZONE), &zone));
	day_warnings(c, s, zone);
	jw_close(&s->o, ']');
	jw_close(&s->o, '}');
	c->ret_body = buf_str(&s->b);
	return OK;
}

#define VISIT_ROW(verb, words)                                                                     \
	{ .name = #verb, .doc = words, .right = "appointment.work", .writes = true, .returns = &noun_appointment, PARAMS(visit_params), .run = run_##verb }

const struct act appointment_acts[] = {
	VISIT_ROW(confirm, "The customer agreed to the time."),
	VISIT_ROW(dispatch, "The people who go have seen it."),
	VISIT_ROW(travel, "Somebody sets off."),
	VISIT_ROW(arrive, "Somebody is there."),
	VISIT_ROW(finish, "What was to be done on this visit is done."),
	VISIT_ROW(incomplete, "It ended before the work was done."),
	VISIT_ROW(no_access, "Nobody could get in."),
	VISIT_ROW(cancel, "It does not take place."),
	{ .name = "check", .doc = "What would clash with a visit.", .right = "job.schedule", .on_noun = true, PARAMS(check_params), .run = run_check, .finish = finish_check },
	{ .name = NULL },
};
