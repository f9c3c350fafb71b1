#include "known_device.h"

#include "act.h"
#include "alarm.h"
#include "auth.h"
#include "policy.h"

static const char *const states[] = { "waiting", "allowed", "refused", NULL };
static const char *const postures[] = { "unknown", "good", "bad", NULL };

static const struct field device_fields[] = {
	COMMON_ROWS(DEVICE),
	[DEVICE_USER] = { .name = "user_id", .doc = "Whose it is.", .type = F_ID, .tag = 11, .flags = REQUIRED | READONLY | FILTER },
	[DEVICE_MARK] = { .name = "device_id", .doc = "The mark on it.", .type = F_ID, .tag = 12, .flags = REQUIRED | READONLY },
	[DEVICE_LABEL] = { .name = "label", .doc = "What it calls itself.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | READONLY, .min = 1, .max = 300, STAFF("telling machines apart") },
	[DEVICE_STATE] = { .name = "state", .doc = "Whether work may be done from it.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | READONLY | FILTER, .values = states, .initial = "waiting" },
	[DEVICE_POSTURE] = { .name = "posture", .doc = "How it is kept, as far as somebody has said: system up to date, disk encrypted, protected against malware.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | READONLY | FILTER, .values = postures, .initial = "unknown" },
	[DEVICE_POSTURE_AT] = { .name = "posture_at", .doc = "When that was said.", .type = F_TIME, .tag = 16, .flags = READONLY, .max = INT64_MAX },
	[DEVICE_POSTURE_WORDS] = { .name = "posture_words", .doc = "What was found.", .type = F_TEXT, .tag = 17, .flags = READONLY, .max = 300 },
	[DEVICE_DECIDED_BY] = { .name = "decided_by", .doc = "Who let it in or refused it.", .type = F_ID, .tag = 18, .flags = READONLY },
	[DEVICE_DECIDED_AT] = { .name = "decided_at", .doc = "When.", .type = F_TIME, .tag = 19, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(device_fields) == DEVICE_FIELDS, "known_device: table and enum differ");

static const struct order device_orders[] = { { -1, DEVICE_CREATED_AT }, { DEVICE_STATE, DEVICE_CREATED_AT }, { DEVICE_USER, DEVICE_CREATED_AT }, ORDERS_END };

static enum err decide(struct act_call *c, const char *state, const char *action)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (c->ctx->actor.role != ROLE_OWNER && id_eq(row_id(c->row, DEVICE_USER), c->ctx->actor.user))
		return problem_set(c->tx->problem, E_FORBIDDEN, "Somebody else decides about your own machines.");
	row_set_text(is, DEVICE_STATE, str_from(state));
	row_set_id(is, DEVICE_DECIDED_BY, c->ctx->actor.user);
	row_set_int(is, DEVICE_DECIDED_AT, c->tx->now.ms);
	c->tx->action = action;
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static enum err run_allow(struct act_call *c)
{
	return decide(c, "allowed", "allow");
}

static enum err run_refuse(struct act_call *c)
{
	return decide(c, "refused", "refuse");
}

enum { POSTURE_STATE, POSTURE_WORDS };
static const struct field posture_params[] = {
	[POSTURE_STATE] = { .name = "posture", .doc = "good or bad; unknown takes back what was said.", .type = F_ENUM, .flags = REQUIRED, .values = postures },
	[POSTURE_WORDS] = { .name = "words", .doc = "What was found.", .type = F_TEXT, .max = 300 },
};

/* Said by a management system with a key of its own, or by hand. */
static enum err run_posture(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	is->v[DEVICE_POSTURE] = c->params[POSTURE_STATE];
	is->v[DEVICE_POSTURE_WORDS] = set_has(c->present, POSTURE_WORDS) ? c->params[POSTURE_WORDS] : VALUE_NULL;
	row_set_int(is, DEVICE_POSTURE_AT, c->tx->now.ms);
	c->tx->action = "posture";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static const struct act device_acts[] = {
	{ .name = "allow", .doc = "Work may be done from this machine.", .right = "known_device.decide", .writes = true, .returns = &noun_known_device, .run = run_allow },
	{ .name = "refuse", .doc = "No work is done from this machine from now on.", .right = "known_device.decide", .writes = true, .returns = &noun_known_device, .run = run_refuse },
	{ .name = "posture", .doc = "Says how the machine is kept; a badly kept one is not let in.", .right = "known_device.posture", .writes = true, .returns = &noun_known_device, PARAMS(posture_params), .run = run_posture },
	{ .name = NULL },
};

const struct noun noun_known_device = {
	.tag = 97, .name = "known_device", .plural = "known_devices", .doc = "A machine from which somebody works for the company.",
	FIELDS(device_fields), .orders = device_orders, .subject = SUBJECT_SELF, .label = DEVICE_LABEL, .own = -1, .parent = -1, .no_delete = true, .acts = device_acts,
};

/* ---- letting in ---- */

struct admitting {
	struct id user, device;
	struct str label;
	struct row *row; /* NULL: not known */
};

static enum err find(struct tx *tx, struct admitting *a)
{
	struct row **rows;
	size_t count;
	a->row = NULL;
	TRY(store_children(tx, &noun_known_device, DEVICE_USER, a->user, &rows, &count));
	for (size_t i = 0; i < count; i++)
		if (id_eq(row_id(rows[i], DEVICE_MARK), a->device))
			a->row = rows[i];
	return OK;
}

static enum err look(struct tx *tx, void *arg)
{
	return find(tx, arg);
}

static enum err put_down(struct tx *tx, void *arg)
{
	struct admitting *a = arg;
	const struct ctx *c = tx_ctx(tx);
	TRY(tx_lock(tx));
	TRY(find(tx, a));
	if (a->row)
		return OK;
	struct row *row = row_new(tx->arena, &noun_known_device);
	row_set_id(row, DEVICE_USER, a->user);
	row_set_id(row, DEVICE_MARK, a->device);
	row_set_text(row, DEVICE_LABEL, a->label.n ? str_slice(a->label, 0, 300) : STR("?"));
	TRY(store_insert(tx, row, &a->row));
	const struct alarm waits = { "device_waiting", a->user, STR("Somebody wants to work from a machine that is not known. It waits for you under Settings.") };
	return c && c->auth && c->auth->alarms ? c->auth->alarms->raise(tx, &waits) : OK;
}

enum err device_admit(struct ctx *c, struct id user, struct id device, struct str label)
{
	struct admitting a = { .user = user, .device = device, .label = label };
	struct run run = ctx_run(c);
	TRY(store_read(&run, look, &a));
	if (!a.row && label.p)
		TRY(store_write(&run, put_down, &a));
	bool good = a.row && row_is(a.row, DEVICE_STATE, "allowed") && !row_is(a.row, DEVICE_POSTURE, "bad");
	return good || c->actor.role == ROLE_OWNER ? OK : E_NOT_FOUND;
}
