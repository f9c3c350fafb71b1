/* support_grant.c - staff of whoever runs the platform, and how a company lets one of them in. */
#include "support_grant.h"

#include "act.h"
#include "alarm.h"
#include "auth.h"
#include "policy.h"

#include <string.h>

enum { HOUR_MS = 3600000, SHOWN_MAX = 20, EXPIRED_AT_ONCE = 50 };

const char *const support_scopes[] = { "read", "write", NULL };
static const char *const states[] = { "requested", "active", "ended", "refused", "expired", NULL };

/* ---- who they are: rows of the platform ---- */

static const struct field staff_fields[] = {
	COMMON_ROWS(STAFF),
	[STAFF_EMAIL] = { .name = "email", .doc = "Address with which the person signs in.", .type = F_TEXT, .tag = 11, .flags = REQUIRED, .min = 3, .max = 254, .lookup = LOOKUP_EMAIL, .check = check_email, STAFF("signing in") },
	[STAFF_NAME] = { .name = "name", .doc = "Name of the person, as companies are told it.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 1, .max = 200, STAFF("telling companies who looks after them") },
	[STAFF_PASSWORD] = { .name = "password", .doc = "One-way hash of the password, sealed.", .type = F_BYTES, .tag = 13, .flags = READONLY | INTERNAL },
	[STAFF_ACTIVE] = { .name = "active", .doc = "Whether the person may sign in at all.", .type = F_BOOL, .tag = 14, .flags = REQUIRED | READONLY, .initial = "true" },
	[STAFF_CONTRACT] = { .name = "contract", .doc = "SHA-256 of the signed contract with its clauses on privacy; who has none looks after no company.", .type = F_TEXT, .tag = 15, .flags = READONLY, .min = 64, .max = 64 },
	[STAFF_INDUCTED_ON] = { .name = "inducted_on", .doc = "When the weight of such access was explained to the person.", .type = F_DATE, .tag = 16, .flags = READONLY, .max = 2932896 },
};
_Static_assert(ARRAY_LEN(staff_fields) == STAFF_FIELDS, "staff: table and enum differ");

static const struct order staff_orders[] = { { -1, STAFF_CREATED_AT }, ORDERS_END };

const struct noun noun_staff = {
	.tag = 95, .name = "staff", .plural = "staff", .doc = "Somebody who works for whoever runs the platform; belongs to no company.",
	FIELDS(staff_fields), .orders = staff_orders, .subject = SUBJECT_SELF, .label = STAFF_NAME, .own = -1, .parent = -1,
	.system = true, .no_delete = true, .internal = true,
};

/* ---- the grant ---- */

static const struct field grant_fields[] = {
	COMMON_ROWS(SUPPORT),
	[SUPPORT_STAFF] = { .name = "staff_id", .doc = "Who of the platform's staff.", .type = F_ID, .tag = 11, .flags = REQUIRED | READONLY | FILTER },
	[SUPPORT_STAFF_NAME] = { .name = "staff_name", .doc = "Name of that person.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | READONLY, .min = 1, .max = 200, STAFF("knowing who was let in") },
	[SUPPORT_REASON] = { .name = "reason", .doc = "What for.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | READONLY, .min = 3, .max = 300, STAFF("knowing why somebody was let in") },
	[SUPPORT_SCOPE] = { .name = "scope", .doc = "What the person may do: see the company's work, or change it too.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | READONLY | FILTER, .values = support_scopes, .initial = "read" },
	[SUPPORT_HOURS] = { .name = "hours", .doc = "For how many hours it was asked.", .type = F_INT, .tag = 15, .flags = REQUIRED | READONLY, .min = 1, .max = SUPPORT_HOURS_MAX, .initial = "4" },
	[SUPPORT_STATE] = { .name = "state", .doc = "Whether it was asked for, holds, or is over.", .type = F_ENUM, .tag = 16, .flags = REQUIRED | READONLY | FILTER, .values = states, .initial = "requested" },
	[SUPPORT_REQUESTED_AT] = { .name = "requested_at", .doc = "When the person asked; empty: the company let him in by itself.", .type = F_TIME, .tag = 17, .flags = READONLY, .max = INT64_MAX },
	[SUPPORT_FROM] = { .name = "start_at", .doc = "From when it holds.", .type = F_TIME, .tag = 18, .flags = READONLY, .max = INT64_MAX },
	[SUPPORT_UNTIL] = { .name = "end_at", .doc = "Until when it holds, if it is not ended before.", .type = F_TIME, .tag = 19, .flags = READONLY, .max = INT64_MAX },
	[SUPPORT_APPROVED_BY] = { .name = "approved_by", .doc = "Who of the company let the person in.", .type = F_ID, .tag = 20, .flags = READONLY },
	[SUPPORT_EMERGENCY] = { .name = "emergency", .doc = "Whether two of the staff may do it without the company, which is told at once.", .type = F_BOOL, .tag = 21, .flags = REQUIRED | READONLY | FILTER, .initial = "false" },
	[SUPPORT_SECOND_STAFF] = { .name = "second_staff_id", .doc = "The other of the two who did it in an emergency.", .type = F_ID, .tag = 22, .flags = READONLY },
	[SUPPORT_ENDED_AT] = { .name = "ended_at", .doc = "When it was ended or refused.", .type = F_TIME, .tag = 23, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(grant_fields) == SUPPORT_FIELDS, "support_grant: table and enum differ");

static const struct order grant_orders[] = { { -1, SUPPORT_CREATED_AT }, { SUPPORT_STATE, SUPPORT_CREATED_AT }, { SUPPORT_STAFF, SUPPORT_CREATED_AT }, ORDERS_END };

bool support_waits(const struct row *grant, struct instant now)
{
	int64_t hours = row_int(grant, SUPPORT_EMERGENCY) ? SUPPORT_EMERGENCY_REQUEST_HOURS : SUPPORT_REQUEST_HOURS;
	return row_is(grant, SUPPORT_STATE, "requested") && row_int(grant, SUPPORT_CREATED_AT) + hours * HOUR_MS > now.ms;
}

bool support_lives(const struct row *grant, struct instant now)
{
	return row_is(grant, SUPPORT_STATE, "active") && row_int(grant, SUPPORT_UNTIL) > now.ms;
}

void support_begin(struct row *is, struct instant now, int64_t hours)
{
	row_set_text(is, SUPPORT_STATE, STR("active"));
	row_set_int(is, SUPPORT_FROM, now.ms);
	row_set_int(is, SUPPORT_UNTIL, now.ms + hours * HOUR_MS);
}

enum err support_alert(struct tx *tx, const char *words)
{
	const struct ctx *c = tx_ctx(tx);
	const struct alarm alarm = { .kind = "support_emergency", .words = str_from(words) };
	return c && c->auth && c->auth->alarms ? c->auth->alarms->raise(tx, &alarm) : OK;
}

enum err support_put(struct tx *tx, const struct row *given, struct row **ret)
{
	TRY(store_insert(tx, given, ret));
	return row_int(given, SUPPORT_EMERGENCY) ? support_alert(tx, "Staff of the platform asked for access in an emergency; a second person there decides.") : OK;
}

/* ---- what the company does with one ---- */

static const struct field hours_params[] = {
	{ .name = "hours", .doc = "How many hours: from now on for letting in, more for extending; as asked, or 4, where it does not come.", .type = F_INT, .min = 1, .max = SUPPORT_HOURS_MAX },
};

static enum err over(struct act_call *c, const char *words)
{
	return problem_set(c->tx->problem, E_CONFLICT, "%s", words);
}

static enum err run_approve(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (!support_waits(c->row, c->tx->now))
		return over(c, "This request was answered already, or is too old.");
	support_begin(is, c->tx->now, set_has(c->present, 0) ? c->params[0].i : row_int(c->row, SUPPORT_HOURS));
	row_set_id(is, SUPPORT_APPROVED_BY, c->ctx->who.id);
	c->tx->action = "approve";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static enum err run_extend(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	int64_t most = row_int(c->row, SUPPORT_FROM) + (int64_t)SUPPORT_HOURS_MAX * HOUR_MS, until = row_int(c->row, SUPPORT_UNTIL);
	bool said = set_has(c->present, 0);
	if (!support_lives(c->row, c->tx->now))
		return over(c, "This is over. Let the person in anew.");
	until += (said ? c->params[0].i : SUPPORT_HOURS_USUAL) * HOUR_MS;
	if (until > most && said) {
		problem_fault(c->tx->problem, STR("/hours"), "range", "Together at most %d hours from the beginning.", SUPPORT_HOURS_MAX);
		return problem_done(c->tx->problem);
	}
	row_set_int(is, SUPPORT_UNTIL, until > most ? most : until);
	c->tx->action = "extend";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

/* A request that is ended is refused; what is over already stays as it is. */
static enum err run_end(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	bool asked = support_waits(c->row, c->tx->now);
	c->ret_row = c->row;
	if (!support_waits(c->row, c->tx->now) && !support_lives(c->row, c->tx->now))
		return OK;
	row_set_text(is, SUPPORT_STATE, asked ? STR("refused") : STR("ended"));
	row_set_int(is, SUPPORT_ENDED_AT, c->tx->now.ms);
	c->tx->action = asked ? "refuse" : "end";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static const struct act grant_acts[] = {
	{ .name = "approve", .doc = "Lets the person in who asked.", .right = "support_grant.update", .writes = true, .returns = &noun_support_grant, PARAMS(hours_params), .run = run_approve },
	{ .name = "extend", .doc = "Lets the person in for longer, at most 24 hours altogether.", .right = "support_grant.update", .writes = true, .returns = &noun_support_grant, PARAMS(hours_params), .run = run_extend },
	{ .name = "refuse", .doc = "Refuses the request.", .right = "support_grant.end", .writes = true, .returns = &noun_support_grant, .run = run_end },
	{ .name = "end", .doc = "Sends the person away at once; refuses where it was only asked for.", .right = "support_grant.end", .writes = true, .returns = &noun_support_grant, .run = run_end },
	{ .name = NULL },
};

const struct noun noun_support_grant = {
	.tag = 96, .name = "support_grant", .plural = "support_grants", .doc = "That somebody of the platform's staff is let in, why, for what and until when.",
	FIELDS(grant_fields), .orders = grant_orders, .subject = SUBJECT_SELF, .label = SUPPORT_STAFF_NAME, .own = -1, .parent = -1, .no_delete = true, .acts = grant_acts,
};

/* ---- what a grant lets do ---- */

/* Never, whatever is granted: people and their rights, keys, how messages are sent, files taken in or away, the log, and this itself. */
static const char *const never[] = { "membership.", "role.", "access_review", "security_alert.", "known_device.", "api_key.", "identity_provider.", "support_grant.",
	                             "channel_setting.", "numbering.", "import_", "export.", "audit." };

/* What somebody who may write does besides reading: day-to-day work. Nothing about money, nothing that is sent, nothing is deleted. */
static const char *const works[] = {
	"customer.create", "customer.update", "contact.create", "contact.update", "site.create", "site.update", "enquiry.create", "enquiry.update",
	"job.create", "job.update", "job.move", "job.plan", "job.schedule", "appointment.create", "appointment.update", "appointment.work",
	"appointment_person.create", "appointment_person.update", "task.create", "task.update", "note.create", "note.update", "time_entry.create",
	"time_entry.update", "recurring_plan.create", "recurring_plan.update", "job_type.create", "job_type.update", "item.create", "item.update",
};

static bool is_never(const char *right)
{
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (strncmp(right, never[i], strlen(never[i])) == 0)
			return true;
	return false;
}

static void give(struct actor *a, bool writes)
{
	policy_preset(a, ROLE_ADMIN);
	policy_narrow(a, NULL, true);
	a->role = ROLE_COUNT; /* none of the company's */
	for (size_t i = 0; i < ARRAY_LEN(works) && writes; i++)
		(void)policy_give(a, str_from(works[i]), GRANT_ALL);
	for (size_t i = 0; i < a->catalogue->right_count; i++)
		if (is_never(a->catalogue->rights[i].name) || a->catalogue->rights[i].fresh)
			a->grant[i] = GRANT_NONE;
	a->masked = true;
	a->fresh_until_ms = 0;
}

struct finding {
	struct id id;
	struct row *row;
};

static enum err find(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	const int fields[] = { SUPPORT_STAFF, SUPPORT_SCOPE, SUPPORT_STATE, SUPPORT_UNTIL };
	struct field_set only = { 0 };
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		set_add(&only, fields[i]);
	return store_get_each(tx, &noun_support_grant, &f->id, 1, only, &f->row);
}

enum err support_actor(struct ctx *c, struct id grant)
{
	struct finding f = { .id = grant };
	struct run run = ctx_run(c);
	TRY(store_read(&run, find, &f));
	if (!f.row || !support_lives(f.row, c->now) || !id_eq(row_id(f.row, SUPPORT_STAFF), c->actor.user))
		return E_NOT_FOUND;
	give(&c->actor, row_is(f.row, SUPPORT_SCOPE, "write"));
	return OK;
}

/* ---- who is in ---- */

struct list {
	struct row **rows;
	size_t count;
};

static enum err list_of(struct tx *tx, const char *state, size_t limit, struct list *ret)
{
	struct query q = { .noun = &noun_support_grant, .sort = SUPPORT_CREATED_AT, .limit = limit };
	struct page page;
	q.filters[q.filter_count++] = filter_is(SUPPORT_STATE, VALUE_TEXT(str_from(state)));
	set_add(&q.open, SUPPORT_STAFF_NAME);
	set_add(&q.open, SUPPORT_REASON);
	TRY(store_list(tx, &q, &page));
	*ret = (struct list){ page.rows, page.count };
	return OK;
}

static enum err list_active(struct tx *tx, void *arg)
{
	return list_of(tx, "active", SHOWN_MAX, arg);
}

enum err support_now(struct ctx *c, struct json_out *o)
{
	struct list l;
	struct run run = ctx_run(c);
	TRY(store_read(&run, list_active, &l));
	jw_open(o, '[');
	for (size_t i = 0; i < l.count; i++) {
		const struct row *r = l.rows[i];
		if (!support_lives(r, c->now))
			continue;
		jw_open(o, '{');
		jw_member_id(o, "id", row_id(r, F_ID_FIELD));
		jw_member_str(o, "name", row_text(r, SUPPORT_STAFF_NAME));
		jw_member_str(o, "scope", row_text(r, SUPPORT_SCOPE));
		jw_member_instant(o, "until", (struct instant){ row_int(r, SUPPORT_UNTIL) });
		jw_member_str(o, "reason", row_text(r, SUPPORT_REASON));
		jw_member_bool(o, "emergency", row_int(r, SUPPORT_EMERGENCY) != 0);
		jw_close(o, '}');
	}
	jw_close(o, ']');
	return OK;
}

/* ---- what is over ---- */

static bool expired(const struct row *r, struct instant now)
{
	return row_is(r, SUPPORT_STATE, "requested") ? !support_waits(r, now) : !support_lives(r, now);
}

static enum err list_open(struct tx *tx, void *arg)
{
	static const char *const open[] = { "requested", "active", NULL };
	struct list *all = arg, l;
	all->rows = ARENA_ARRAY(tx->arena, struct row *, ARRAY_LEN(open) * EXPIRED_AT_ONCE);
	all->count = 0;
	for (const char *const *state = open; *state; state++) {
		TRY(list_of(tx, *state, EXPIRED_AT_ONCE, &l));
		for (size_t i = 0; i < l.count; i++)
			if (expired(l.rows[i], tx->now))
				all->rows[all->count++] = l.rows[i];
	}
	return OK;
}

static enum err mark(struct tx *tx, void *arg)
{
	const struct list *l = arg;
	for (size_t i = 0; i < l->count; i++) {
		struct row *was, *is;
		TRY(store_get(tx, &noun_support_grant, row_id(l->rows[i], F_ID_FIELD), &was));
		if (!expired(was, tx->now) || (!row_is(was, SUPPORT_STATE, "requested") && !row_is(was, SUPPORT_STATE, "active")))
			continue;
		is = row_copy(tx->arena, was);
		row_set_text(is, SUPPORT_STATE, STR("expired"));
		tx->action = "expire";
		TRY(store_update(tx, was, is, &is));
	}
	return OK;
}

enum err support_expire(struct ctx *c)
{
	struct list l;
	struct run run = ctx_run(c);
	TRY(store_read(&run, list_open, &l));
	return l.count ? store_write(&run, mark, &l) : OK;
}
