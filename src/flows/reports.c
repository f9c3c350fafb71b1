/* reports.c - the list of reports, their period, and their answer. */
#include "reports.h"

#include <string.h>

#define COLUMNS(name) columns_##name, ARRAY_LEN(columns_##name)

static const struct report reports[] = {
	{ "jobs_by_stage", "Open work by stage and age.", "report.operations", COLUMNS(jobs_by_stage), true, report_jobs_by_stage },
	{ "unbilled", "Work that is done and not invoiced.", "report.operations", COLUMNS(unbilled), true, report_unbilled },
	{ "quotes", "Offers of a period by what became of them.", "report.operations", COLUMNS(quotes), false, report_quotes },
	{ "quote_reasons", "Why offers of a period were declined or cancelled.", "report.operations", COLUMNS(quote_reasons), false, report_quote_reasons },
	{ "ageing", "What customers owe, by how long it is overdue.", "report.finance", COLUMNS(ageing), true, report_ageing },
	{ "vat", "VAT of a period by rate: invoices less credit notes.", "report.finance", COLUMNS(vat), false, report_vat },
	{ "time", "Hours of a period by person and work.", "report.operations", COLUMNS(time), false, report_time },
	{ "profit", "Work completed in a period: quoted, used, invoiced, cost.", "report.finance", COLUMNS(profit), false, report_profit },
	{ "visits", "Visits of a period by person: on time, late, incomplete, no access.", "report.operations", COLUMNS(visits), false, report_visits },
	{ "accounting", "Invoices, credit notes and payments of a period for an accounting package.", "report.finance", COLUMNS(accounting), false, report_accounting },
};

static struct instant day_begins(const struct report_call *r, int32_t days)
{
	return zone_instant(r->zone, (struct local){ .day = { days } }, NULL);
}

struct instant report_from(const struct report_call *r)
{
	return day_begins(r, r->from.days);
}

struct instant report_until(const struct report_call *r)
{
	return day_begins(r, r->until.days + 1);
}

enum err report_names(struct tx *tx, struct report_call *r, int id, int name, const struct noun *noun, int label)
{
	struct id *ids;
	size_t count;
	TRY(table_names(tx, &r->table, id, name, noun, label, &ids, &count));
	if (r->seen_count < SEEN_NOUNS_MAX) {
		r->seen[r->seen_count].noun = noun;
		r->seen[r->seen_count].ids = ids;
		r->seen[r->seen_count++].count = count;
	}
	return OK;
}

/* ---- the period ---- */

static void read_day(struct call *c, const char *name, struct day *ret)
{
	struct str text = call_param(c, name);
	if (text.n && day_parse(text, ret) != OK)
		problem_fault(&c->ctx.problem, str_fmt(c->ctx.arena, "/%s", name), "format", "A date is wanted: 2026-11-30.");
}

enum err report_period(struct call *c, struct report_call *r)
{
	TRY(call_company(c));
	TRY(zone_load(c->ctx.arena, row_text(c->ctx.company, TENANT_TIMEZONE), &r->zone));
	r->today = r->until = zone_local(r->zone, c->ctx.now).day;
	struct civil first = day_civil(r->today);
	first.dom = 1;
	r->from = civil_day(first);
	read_day(c, "from", &r->from);
	read_day(c, "until", &r->until);
	if (r->until.days < r->from.days)
		problem_fault(&c->ctx.problem, STR("/until"), "range", "The period ends on or after the day on which it begins.");
	return problem_done(&c->ctx.problem);
}

/* ---- the answer ---- */

static enum err body(struct tx *tx, void *arg)
{
	struct report_call *r = arg;
	r->seen_count = 0;
	table_init(&r->table, tx->arena, r->report->columns, r->report->column_count);
	return r->report->run(tx, r);
}

static enum err note_export(struct tx *tx, void *arg)
{
	const struct report_call *r = arg;
	return audit_event(tx, "export", &noun_customer, (struct id){ { 0 } }, str_fmt(tx->arena, "{\"format\":\"csv\",\"report\":\"%s\"}", r->report->name));
}

static enum err answer_csv(struct call *c, struct report_call *r, const struct run *run)
{
	/* Exports are written to the log before the first byte leaves. */
	TRY(store_write(run, note_export, r));
	c->rs->body = table_csv(&r->table);
	if (!c->rs->body.n)
		return problem_set(&c->ctx.problem, E_TOO_LARGE, "That is too much for one file; choose a shorter period.");
	c->rs->content_type = STR("text/csv; charset=utf-8");
	response_header(c->rs, "Content-Disposition", str_fmt(c->ctx.arena, "attachment; filename=\"%s.csv\"", r->report->name));
	return OK;
}

static enum err answer_json(struct call *c, struct report_call *r)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "name", str_from(r->report->name));
	if (!r->report->timeless) {
		jw_member_str(&o, "from", day_str(c->ctx.arena, r->from));
		jw_member_str(&o, "until", day_str(c->ctx.arena, r->until));
	}
	table_json(&r->table, &o);
	jw_close(&o, '}');
	if (b.over)
		return problem_set(&c->ctx.problem, E_TOO_LARGE, "That is too much for one answer; choose a shorter period.");
	call_json(c, 200, buf_str(&b));
	for (size_t i = 0; i < r->seen_count; i++)
		TRY(call_seen(c, r->seen[i].noun, "report", r->seen[i].ids, r->seen[i].count));
	return OK;
}

enum err reports_run(struct call *c)
{
	struct report_call *r = ARENA_NEW(c->ctx.arena, struct report_call);
	struct str name = c->segments[1];
	bool csv = name.n > 4 && str_eqz(str_slice(name, name.n - 4, name.n), ".csv");
	if (csv)
		name = str_slice(name, 0, name.n - 4);
	r->call = c;
	for (size_t i = 0; i < ARRAY_LEN(reports); i++)
		if (str_eqz(name, reports[i].name))
			r->report = &reports[i];
	if (!r->report)
		return E_NOT_FOUND;
	TRY(policy_demand(&c->ctx, r->report->right));
	if (csv)
		TRY(policy_demand(&c->ctx, "export.run"));
	TRY(report_period(c, r));
	const struct run run = ctx_run(&c->ctx);
	enum err e = store_read(&run, body, r);
	if (e == E_TOO_LARGE)
		return problem_set(&c->ctx.problem, e, "More than %d rows; choose a shorter period.", TABLE_ROWS_MAX);
	TRY(e);
	return csv ? answer_csv(c, r, &run) : answer_json(c, r);
}

enum err reports_list(struct call *c)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, 64 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < ARRAY_LEN(reports); i++) {
		if (policy_grant(&c->ctx.actor, reports[i].right) == GRANT_NONE)
			continue;
		jw_open(&o, '{');
		jw_member_str(&o, "name", str_from(reports[i].name));
		jw_member_str(&o, "doc", str_from(reports[i].doc));
		jw_member_bool(&o, "period", !reports[i].timeless);
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}
