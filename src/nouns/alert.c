/* alert.c - security alerts: what was noticed that an owner should look at. */
#include "alert.h"

#include "hours.h"
#include "doc.h"

#include <assert.h>
#include <string.h>

enum { TOGETHER_MS = 3600000, HOUR_MS = 3600000 };

static const char *const kinds[] = { "new_device",  "impossible_travel", "off_hours",         "mass_export",    "mass_read",  "spraying",
	                             "token_reuse", "counter_mismatch",  "support_emergency", "review_overdue", "key_unused", "device_waiting", NULL };
static const char *const states[] = { "open", "acknowledged", NULL };

static const struct field alert_fields[] = {
	COMMON_ROWS(ALERT),
	[ALERT_KIND] = { .name = "kind", .doc = "What was noticed.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | READONLY | FILTER, .values = kinds },
	[ALERT_USER] = { .name = "user_id", .doc = "Whom it is about; empty: nobody in particular.", .type = F_ID, .tag = 12, .flags = READONLY | FILTER },
	[ALERT_WORDS] = { .name = "words", .doc = "What happened, in a sentence.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | READONLY, .min = 1, .max = 300 },
	[ALERT_AT] = { .name = "at", .doc = "When it was noticed first.", .type = F_TIME, .tag = 14, .flags = REQUIRED | READONLY | FILTER, .max = INT64_MAX },
	[ALERT_LAST_AT] = { .name = "last_at", .doc = "When it was noticed last.", .type = F_TIME, .tag = 15, .flags = REQUIRED | READONLY, .max = INT64_MAX },
	[ALERT_COUNT] = { .name = "count", .doc = "How often within the hour.", .type = F_INT, .tag = 16, .flags = REQUIRED | READONLY, .min = 1, .max = INT32_MAX, .initial = "1" },
	[ALERT_STATE] = { .name = "state", .doc = "Whether somebody has looked at it.", .type = F_ENUM, .tag = 17, .flags = REQUIRED | READONLY | FILTER, .values = states, .initial = "open" },
	[ALERT_ACKNOWLEDGED_BY] = { .name = "acknowledged_by", .doc = "Who has.", .type = F_ID, .tag = 18, .flags = READONLY },
	[ALERT_ACKNOWLEDGED_AT] = { .name = "acknowledged_at", .doc = "When.", .type = F_TIME, .tag = 19, .flags = READONLY, .max = INT64_MAX },
	[ALERT_NOTE] = { .name = "note", .doc = "What came of it.", .type = F_LINES, .tag = 20, .flags = READONLY, .max = 1000 },
};
_Static_assert(ARRAY_LEN(alert_fields) == ALERT_FIELDS, "security_alert: table and enum differ");

static const struct order alert_orders[] = { { -1, ALERT_AT }, { ALERT_STATE, ALERT_AT }, { ALERT_KIND, ALERT_AT }, { -1, ALERT_CREATED_AT }, ORDERS_END };

static const struct field acknowledge_params[] = {
	{ .name = "note", .doc = "What came of it.", .type = F_LINES, .max = 1000 },
};

/* Who it is about does not put it away, but for an owner: there may be nobody else. */
static enum err run_acknowledge(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (row_is(c->row, ALERT_STATE, "acknowledged")) {
		c->ret_row = c->row;
		return OK;
	}
	if (c->ctx->actor.role != ROLE_OWNER && id_eq(row_id(c->row, ALERT_USER), c->ctx->actor.user))
		return problem_set(c->tx->problem, E_FORBIDDEN, "This is about yourself: somebody else looks at it.");
	row_set_text(is, ALERT_STATE, STR("acknowledged"));
	row_set_id(is, ALERT_ACKNOWLEDGED_BY, c->ctx->actor.user);
	row_set_int(is, ALERT_ACKNOWLEDGED_AT, c->tx->now.ms);
	if (set_has(c->present, 0))
		is->v[ALERT_NOTE] = c->params[0];
	c->tx->action = "acknowledge";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static const struct act alert_acts[] = {
	{ .name = "acknowledge", .doc = "Somebody has looked at the alert.", .right = "security_alert.acknowledge", .writes = true, .returns = &noun_security_alert, PARAMS(acknowledge_params), .run = run_acknowledge },
	{ .name = NULL },
};

const struct noun noun_security_alert = {
	.tag = 83, .name = "security_alert", .plural = "security_alerts", .doc = "Something that was noticed and that an owner should look at.",
	FIELDS(alert_fields), .orders = alert_orders, .label = ALERT_KIND, .own = -1, .parent = -1, .no_delete = true, .acts = alert_acts,
};

static enum err find_recent(struct tx *tx, const struct alarm *alarm, struct row **ret)
{
	struct query q = { .noun = &noun_security_alert, .sort = ALERT_AT, .limit = LIST_LIMIT_MAX };
	struct page page;
	*ret = NULL;
	q.filters[q.filter_count++] = filter_is(ALERT_KIND, VALUE_TEXT(str_from(alarm->kind)));
	q.filters[q.filter_count++] = filter_between(ALERT_AT, tx->now.ms - TOGETHER_MS, INT64_MAX);
	TRY(store_list(tx, &q, &page));
	for (size_t i = 0; i < page.count && !*ret; i++)
		if (row_is(page.rows[i], ALERT_STATE, "open") && id_eq(row_id(page.rows[i], ALERT_USER), alarm->user))
			*ret = page.rows[i];
	return OK;
}

enum err alert_raise(struct tx *tx, const struct alarm *alarm)
{
	struct row *was, *is;
	TRY(find_recent(tx, alarm, &was));
	is = was ? row_copy(tx->arena, was) : row_new(tx->arena, &noun_security_alert);
	row_set_int(is, ALERT_LAST_AT, tx->now.ms);
	if (was) {
		row_set_int(is, ALERT_COUNT, row_int(was, ALERT_COUNT) + 1);
		return store_update(tx, was, is, &is);
	}
	row_set_text(is, ALERT_KIND, str_from(alarm->kind));
	if (!id_is_zero(alarm->user))
		row_set_id(is, ALERT_USER, alarm->user);
	row_set_text(is, ALERT_WORDS, alarm->words);
	row_set_int(is, ALERT_AT, tx->now.ms);
	return store_insert(tx, is, &is);
}

/* Sundays, holidays and days on which the company is closed; on other days more than the slack before and after its hours. */
static enum err off_hours(struct tx *tx, bool *ret)
{
	const struct ctx *c = tx_ctx(tx);
	const struct zone *zone;
	struct calendar calendar;
	struct row **closed;
	struct day today;
	bool off;
	TRY(company_today(tx, &today));
	TRY(zone_load(tx->arena, row_text(c->company, TENANT_TIMEZONE), &zone));
	TRY(calendar_of_company(tx, &calendar, &closed));
	const struct local t = zone_local(zone, tx->now);
	off = t.ms < (WORK_FROM_H - WORK_SLACK_H) * HOUR_MS || t.ms >= (WORK_UNTIL_H + WORK_SLACK_H) * HOUR_MS || day_weekday(today) == 6 ||
	      calendar_holiday(&calendar, today);
	for (; *closed && !off; closed++)
		off = row_day(*closed, CALENDAR_DAY).days == today.days;
	*ret = off;
	return OK;
}

const struct alarms alerts = { alert_raise, off_hours };
