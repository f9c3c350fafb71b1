/* job_steps.c - the machine of the eight stages: which step exists, and what it takes. */
#include "job.h"

#include "aftercare.h"

#include <string.h>

/* A rule that a step must meet. Adds what is missing. */
struct check {
	struct tx *tx;
	const struct row *job, *status;
	struct missing *missing;
	size_t count;
};
typedef enum err guard_fn(struct check *c);

static void lack(struct check *c, const char *kind, const char *field, int64_t count, struct str text)
{
	if (c->count < MISSING_MAX)
		c->missing[c->count++] = (struct missing){ kind, field, count, text };
}

static enum err future_visit(struct check *c)
{
	struct row **rows;
	size_t n;
	TRY(store_children(c->tx, &noun_appointment, VISIT_JOB, row_id(c->job, F_ID_FIELD), &rows, &n));
	for (size_t i = 0; i < n; i++) {
		bool alive = row_is(rows[i], VISIT_STATUS, "planned") || row_is(rows[i], VISIT_STATUS, "confirmed") ||
		             row_is(rows[i], VISIT_STATUS, "dispatched");
		if (alive && row_int(rows[i], VISIT_END) > c->tx->now.ms)
			return OK;
	}
	lack(c, "visit", NULL, 1, STR("A visit has to be planned first."));
	return OK;
}

static enum err hold_reason(struct check *c)
{
	if (row_is_null(c->job, JOB_HOLD_REASON))
		lack(c, "field", "hold_reason", 1, STR("Say why it waits."));
	if (row_is_null(c->job, JOB_HOLD_REVIEW_AT))
		lack(c, "field", "hold_review_at", 1, STR("Say when to look at it again."));
	return OK;
}

static enum err tasks_done(struct check *c)
{
	struct row **rows;
	size_t n;
	int64_t open = 0;
	TRY(store_children(c->tx, &noun_task, TASK_JOB, row_id(c->job, F_ID_FIELD), &rows, &n));
	for (size_t i = 0; i < n; i++)
		open += row_int(rows[i], TASK_REQUIRED) && row_is(rows[i], TASK_STATE, "open");
	if (open)
		lack(c, "tasks", NULL, open,
		     str_fmt(c->tx->arena, open == 1 ? "%lld required task is open." : "%lld required tasks are open.", (long long)open));
	return OK;
}

static enum err signed_for(struct check *c)
{
	struct row *type;
	bool is_signed, refused;
	TRY(tasks_done(c));
	TRY(store_get(c->tx, &noun_job_type, row_id(c->job, JOB_TYPE), &type));
	if (row_is(type, JOB_TYPE_SIGNATURE, "no"))
		return OK;
	TRY(job_is_signed(c->tx, row_id(c->job, F_ID_FIELD), &is_signed, &refused));
	if (!is_signed && !(refused && row_is(type, JOB_TYPE_SIGNATURE, "yes_or_reason")))
		lack(c, "signature", NULL, 1, row_is(type, JOB_TYPE_SIGNATURE, "yes") ? STR("The customer has to sign.") : STR("The customer has to sign, or say why nobody did."));
	return OK;
}

static bool to_be_billed(const struct check *c)
{
	return row_is(c->job, JOB_BILLING, "quoted") || row_is(c->job, JOB_BILLING, "actual");
}

static enum err is_billed(struct check *c)
{
	if (!to_be_billed(c))
		lack(c, "billing", "billing", 1, STR("There is nothing to bill: close it instead."));
	return OK;
}

static enum err nothing_to_bill(struct check *c)
{
	if (to_be_billed(c))
		lack(c, "billing", "billing", 1, STR("It has to be invoiced before it is closed."));
	return OK;
}

static enum err outcome_note(struct check *c)
{
	if (row_is_null(c->job, JOB_OUTCOME_NOTE))
		lack(c, "field", "outcome_note", 1, STR("Say why."));
	return OK;
}

static const struct step {
	const char *from, *to;
	const char *right; /* besides job.move */
	guard_fn *guard;
} steps[] = {
	{ "new", "scheduled", NULL, future_visit },
	{ "new", "in_progress", NULL, NULL },
	{ "new", "on_hold", NULL, hold_reason },
	{ "scheduled", "in_progress", NULL, NULL },
	{ "scheduled", "on_hold", NULL, hold_reason },
	{ "in_progress", "work_done", NULL, signed_for },
	{ "in_progress", "scheduled", NULL, future_visit },
	{ "in_progress", "on_hold", NULL, hold_reason },
	{ "on_hold", "in_progress", NULL, NULL },
	{ "on_hold", "scheduled", NULL, future_visit },
	{ "on_hold", "new", NULL, NULL },
	{ "work_done", "to_invoice", NULL, is_billed },
	{ "work_done", "closed", NULL, nothing_to_bill },
	{ "to_invoice", "closed", "job.office", NULL },
	{ "closed", "in_progress", "job.reopen", outcome_note },
	{ "new", "cancelled", NULL, outcome_note },
	{ "scheduled", "cancelled", NULL, outcome_note },
	{ "in_progress", "cancelled", NULL, outcome_note },
	{ "on_hold", "cancelled", NULL, outcome_note },
	{ "work_done", "cancelled", NULL, outcome_note },
	{ "to_invoice", "cancelled", NULL, outcome_note },
};

static const struct step *find_step(const struct row *job, const struct row *status)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (row_is(job, JOB_STAGE, steps[i].from) && row_is(status, STATUS_STAGE, steps[i].to))
			return &steps[i];
	return NULL;
}

enum err job_step(struct tx *tx, const struct row *job, const struct row *status, struct missing missing[MISSING_MAX], size_t *ret_count)
{
	struct check c = { .tx = tx, .job = job, .status = status, .missing = missing };
	struct ctx *ctx = tx_ctx(tx);
	const struct step *step = find_step(job, status);
	bool same_stage = str_eq(row_text(job, JOB_STAGE), row_text(status, STATUS_STAGE));
	if (!row_int(status, STATUS_ACTIVE) || (!step && !same_stage))
		return E_CONFLICT;
	if (step && step->right && ctx && policy_grant(&ctx->actor, step->right) == GRANT_NONE)
		lack(&c, "right", NULL, 1, str_fmt(tx->arena, "This takes the right %s.", step->right));
	if (step && step->guard)
		TRY(step->guard(&c));
	if (row_int(status, STATUS_REQUIRE_TASKS) && !(step && step->guard == signed_for))
		TRY(tasks_done(&c));
	*ret_count = c.count;
	return OK;
}

/* What was closed because all of it was billed comes back when some of it is not any more; nobody does that by hand. */
static bool billed_again(const struct row *job, const char *stage)
{
	return row_is(job, JOB_STAGE, "closed") && strcmp(stage, "to_invoice") == 0 && (row_is(job, JOB_BILLING, "quoted") || row_is(job, JOB_BILLING, "actual"));
}

void job_follow_stage(struct tx *tx, const struct row *was, struct row *is)
{
	struct str stage = row_text(is, JOB_STAGE);
	if (str_eq(stage, row_text(was, JOB_STAGE)))
		return;
	if (str_eqz(stage, "work_done")) {
		row_set_int(is, JOB_COMPLETED_AT, tx->now.ms);
		if (row_is_null(is, JOB_OUTCOME))
			row_set_text(is, JOB_OUTCOME, STR("done"));
	}
	if (str_eqz(stage, "cancelled"))
		row_set_text(is, JOB_OUTCOME, STR("cancelled"));
	is->v[JOB_CLOSED_AT] = str_eqz(stage, "closed") || str_eqz(stage, "cancelled") ? VALUE_INT(tx->now.ms) : VALUE_NULL;
	if (!str_eqz(stage, "on_hold")) {
		row_set_null(is, JOB_HOLD_REASON);
		row_set_null(is, JOB_HOLD_REVIEW_AT);
	}
}

enum err job_enter_stage(struct tx *tx, struct id id, const char *stage)
{
	struct missing missing[MISSING_MAX];
	struct row *job, *status, *is;
	size_t count = 0;
	TRY(store_get(tx, &noun_job, id, &job));
	if (row_is(job, JOB_STAGE, stage))
		return OK;
	TRY(job_default_status(tx, stage, &status));
	enum err e = billed_again(job, stage) ? OK : job_step(tx, job, status, missing, &count);
	if (e == E_CONFLICT || (e == OK && count > 0))
		return OK;
	TRY(e);
	is = row_copy(tx->arena, job);
	row_set_id(is, JOB_STATUS, row_id(status, F_ID_FIELD));
	row_set_text(is, JOB_STAGE, str_from(stage));
	job_follow_stage(tx, job, is);
	return store_update(tx, job, is, &is);
}
