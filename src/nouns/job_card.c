/* job_card.c - the job card: what stands on it, taken from the records when it is asked for (S-051: made on demand, never stored). */
#include "doc.h"
#include "job.h"

#include "card.h"
#include "phone.h"
#include "zone.h"

#include <stdlib.h>
#include <string.h>

enum { CARD_ROWS_MAX = 300 };

struct card {
	struct row *job, *customer, *site, *contact, *type, *status, *lead, *tenant;
	struct row **visits, **tasks, **notes, **people;
	size_t visit_count, task_count, note_count, person_count;
	struct row *employees[CARD_ROWS_MAX]; /* beside people */
	const struct zone *zone;
};

static size_t at_most(size_t n)
{
	return n < CARD_ROWS_MAX ? n : CARD_ROWS_MAX;
}

static int by_start(const void *a, const void *b)
{
	int64_t x = row_int(*(struct row *const *)a, VISIT_START), y = row_int(*(struct row *const *)b, VISIT_START);
	return (x > y) - (x < y);
}

static int by_position(const void *a, const void *b)
{
	int64_t x = row_int(*(struct row *const *)a, TASK_POSITION), y = row_int(*(struct row *const *)b, TASK_POSITION);
	return (x > y) - (x < y);
}

enum err job_card_collect(struct act_call *c)
{
	struct card *k = ARENA_NEW(c->tx->arena, struct card);
	struct id id = row_id(c->row, F_ID_FIELD);
	c->state = k;
	k->job = c->row;
	TRY(row_if(c->tx, &noun_customer, row_id(k->job, JOB_CUSTOMER), &k->customer));
	TRY(row_if(c->tx, &noun_site, row_id(k->job, JOB_SITE), &k->site));
	TRY(row_if(c->tx, &noun_contact, row_id(k->job, JOB_CONTACT), &k->contact));
	TRY(row_if(c->tx, &noun_job_type, row_id(k->job, JOB_TYPE), &k->type));
	TRY(row_if(c->tx, &noun_status_def, row_id(k->job, JOB_STATUS), &k->status));
	TRY(row_if(c->tx, &noun_employee, row_id(k->job, JOB_LEAD), &k->lead));
	TRY(store_children(c->tx, &noun_appointment, VISIT_JOB, id, &k->visits, &k->visit_count));
	TRY(store_children(c->tx, &noun_task, TASK_JOB, id, &k->tasks, &k->task_count));
	TRY(store_children(c->tx, &noun_note, NOTE_JOB, id, &k->notes, &k->note_count));
	TRY(store_children(c->tx, &noun_appointment_person, PERSON_JOB, id, &k->people, &k->person_count));
	k->visit_count = at_most(k->visit_count);
	k->task_count = at_most(k->task_count);
	k->note_count = at_most(k->note_count);
	k->person_count = at_most(k->person_count);
	for (size_t i = 0; i < k->person_count; i++)
		TRY(row_if(c->tx, &noun_employee, row_id(k->people[i], PERSON_EMPLOYEE), &k->employees[i]));
	struct row *const shown[] = { k->customer, k->site, k->contact, k->lead };
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		if (shown[i])
			c->also_shown[c->also_count++] = shown[i];
	qsort(k->visits, k->visit_count, sizeof(k->visits[0]), by_start);
	qsort(k->tasks, k->task_count, sizeof(k->tasks[0]), by_position);
	return OK;
}

static enum err find_tenant(struct tx *tx, void *arg)
{
	struct card *k = arg;
	return store_find(tx, &noun_tenant, TENANT_NUMBER, VALUE_INT(tx_ctx(tx)->actor.tenant), &k->tenant);
}

/* ---- words ---- */

static struct str text_of(const struct row *r, int field)
{
	return r && !row_is_null(r, field) ? row_text(r, field) : STR("");
}

static struct str date_of(struct arena *a, const struct card *k, int64_t ms)
{
	static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		                              "November", "December" };
	struct civil c = day_civil(zone_local(k->zone, (struct instant){ ms }).day);
	return str_fmt(a, "%d %s %d", (int)c.dom, months[c.month - 1], (int)c.year);
}

static struct str clock_of(struct arena *a, const struct card *k, int64_t ms)
{
	int minutes = zone_local(k->zone, (struct instant){ ms }).ms / 60000;
	return str_fmt(a, "%02d:%02d", minutes / 60, minutes % 60);
}

static struct str moment_of(struct arena *a, const struct card *k, const struct row *r, int field)
{
	if (!r || row_is_null(r, field))
		return STR("");
	return str_fmt(a, "%s, %s", date_of(a, k, row_int(r, field)).p, clock_of(a, k, row_int(r, field)).p);
}

static struct str phone_of(struct arena *a, const struct row *r, int field)
{
	struct phone p;
	struct str s = text_of(r, field);
	return s.n && phone_parse(s, &p) == OK ? phone_str(a, &p) : s;
}

/* "work_done" as "work done". */
static struct str words_of(struct arena *a, struct str s)
{
	char *p = str_z(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (p[i] == '_')
			p[i] = ' ';
	return (struct str){ p, s.n };
}

/* ---- parts ---- */

static size_t add_pair(struct pdf_pair *pairs, size_t n, const char *name, struct str value, bool wide)
{
	if (!value.n)
		return n;
	pairs[n] = (struct pdf_pair){ str_from(name), value, wide };
	return n + 1;
}

static struct pdf_part particulars(struct arena *a, const struct card *k)
{
	static const int address[] = { SITE_NAME, SITE_LINE1, SITE_LINE2, SITE_SUBURB, SITE_CITY, SITE_POSTAL_CODE };
	struct pdf_pair *p = ARENA_ARRAY(a, struct pdf_pair, 20);
	const struct row *reach = k->contact ? k->contact : k->customer;
	size_t n = 0;
	n = add_pair(p, n, "Customer", text_of(k->customer, CUSTOMER_NAME), false);
	n = add_pair(p, n, "Contact", text_of(k->contact, CONTACT_NAME), false);
	n = add_pair(p, n, "Telephone", phone_of(a, reach, k->contact ? CONTACT_PHONE : CUSTOMER_PHONE), false);
	n = add_pair(p, n, "Your order", text_of(k->job, JOB_CUSTOMER_ORDER_NO), false);
	n = add_pair(p, n, "Place of work", row_joined(a, k->site, address, ARRAY_LEN(address)), true);
	n = add_pair(p, n, "Kind of work", text_of(k->type, JOB_TYPE_NAME), false);
	n = add_pair(p, n, "Status", text_of(k->status, STATUS_CUSTOMER_LABEL).n ? text_of(k->status, STATUS_CUSTOMER_LABEL) : text_of(k->status, STATUS_NAME), false);
	n = add_pair(p, n, "Asked for", moment_of(a, k, k->job, JOB_REQUESTED_AT), false);
	n = add_pair(p, n, "Due", moment_of(a, k, k->job, JOB_DUE_AT), false);
	n = add_pair(p, n, "Completed", moment_of(a, k, k->job, JOB_COMPLETED_AT), false);
	n = add_pair(p, n, "Lead", text_of(k->lead, EMPLOYEE_NAME), false);
	return (struct pdf_part){ .kind = PDF_PAIRS, .pairs = p, .pair_count = n };
}

static struct str crew_of(struct arena *a, const struct card *k, struct id visit)
{
	struct buf b;
	buf_init(&b, a, 4000);
	for (size_t i = 0; i < k->person_count; i++) {
		if (!id_eq(row_id(k->people[i], PERSON_VISIT), visit))
			continue;
		if (b.n)
			buf_addz(&b, ", ");
		buf_add(&b, text_of(k->employees[i], EMPLOYEE_NAME));
	}
	return str_dup(a, buf_str(&b));
}

static struct str hours_of(struct arena *a, const struct card *k, const struct row *v)
{
	int64_t from = row_int(v, row_is_null(v, VISIT_ARRIVED_AT) ? VISIT_START : VISIT_ARRIVED_AT);
	int64_t until = row_int(v, row_is_null(v, VISIT_ENDED_AT) ? VISIT_END : VISIT_ENDED_AT);
	if (row_int(v, VISIT_ALL_DAY) && row_is_null(v, VISIT_ARRIVED_AT))
		return STR("all day");
	return str_fmt(a, "%s – %s", clock_of(a, k, from).p, clock_of(a, k, until).p);
}

static struct pdf_part visits(struct arena *a, const struct card *k)
{
	const struct pdf_column heads[] = {
		{ STR("Date"), 3, false }, { STR("Time"), 3, false }, { STR("Who"), 4, false }, { STR("How it went"), 6, false },
	};
	struct pdf_column *columns = ARENA_ARRAY(a, struct pdf_column, ARRAY_LEN(heads));
	struct str *cells = ARENA_ARRAY(a, struct str, 4 * k->visit_count + 1);
	memcpy(columns, heads, sizeof(heads));
	for (size_t i = 0; i < k->visit_count; i++) {
		const struct row *v = k->visits[i];
		struct str outcome = text_of(v, VISIT_OUTCOME), state = words_of(a, row_text(v, VISIT_STATUS));
		cells[4 * i] = date_of(a, k, row_int(v, VISIT_START));
		cells[4 * i + 1] = hours_of(a, k, v);
		cells[4 * i + 2] = crew_of(a, k, row_id(v, F_ID_FIELD));
		cells[4 * i + 3] = outcome.n ? str_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(state), STR_ARG(outcome)) : state;
	}
	return (struct pdf_part){ .kind = PDF_TABLE, .heading = STR("Visits"), .columns = columns, .column_count = ARRAY_LEN(heads), .cells = cells, .rows = k->visit_count };
}

static struct pdf_part tasks(struct arena *a, const struct card *k)
{
	struct pdf_check *c = ARENA_ARRAY(a, struct pdf_check, k->task_count + 1);
	for (size_t i = 0; i < k->task_count; i++) {
		const struct row *t = k->tasks[i];
		bool none = row_is(t, TASK_STATE, "not_applicable");
		c[i].text = none ? str_fmt(a, STR_FMT " (not applicable)", STR_ARG(row_text(t, TASK_TEXT))) : text_of(t, TASK_TEXT);
		c[i].note = text_of(t, TASK_NOTE);
		c[i].state = row_is(t, TASK_STATE, "done") ? PDF_CHECK_DONE : PDF_CHECK_OPEN;
	}
	return (struct pdf_part){ .kind = PDF_CHECKS, .heading = STR("Tasks"), .checks = c, .check_count = k->task_count };
}

/* Only what the customer may read. */
static struct pdf_part notes(struct arena *a, const struct card *k)
{
	struct buf b;
	buf_init(&b, a, MIB);
	for (size_t i = 0; i < k->note_count; i++) {
		if (!row_is(k->notes[i], NOTE_VISIBILITY, "customer"))
			continue;
		if (b.n)
			buf_addz(&b, "\n\n");
		buf_add(&b, text_of(k->notes[i], NOTE_BODY));
	}
	return (struct pdf_part){ .kind = PDF_TEXT, .heading = STR("Notes"), .text = str_dup(a, buf_str(&b)) };
}

static struct pdf_part words(const char *heading, struct str text)
{
	return (struct pdf_part){ .kind = PDF_TEXT, .heading = str_from(heading), .text = text };
}

static struct pdf_part signature(struct arena *a)
{
	struct pdf_signature *s = ARENA_ARRAY(a, struct pdf_signature, 2);
	s[0] = (struct pdf_signature){ .who = STR("Customer"), .words = STR("The work described here was done.") };
	s[1] = (struct pdf_signature){ .who = STR("Technician") };
	return (struct pdf_part){ .kind = PDF_SIGNATURES, .heading = STR("Signatures"), .signatures = s, .signature_count = 2 };
}

static size_t company_lines(struct arena *a, const struct row *t, struct str lines[6])
{
	static const int street[] = { TENANT_LINE1, TENANT_LINE2 }, town[] = { TENANT_SUBURB, TENANT_CITY, TENANT_POSTAL_CODE };
	size_t n = 0;
	const struct str all[] = {
		text_of(t, TENANT_LEGAL_NAME).n ? text_of(t, TENANT_LEGAL_NAME) : text_of(t, TENANT_NAME),
		row_joined(a, t, street, ARRAY_LEN(street)), row_joined(a, t, town, ARRAY_LEN(town)), phone_of(a, t, TENANT_PHONE), text_of(t, TENANT_EMAIL),
		row_int(t, TENANT_VAT_REGISTERED) && text_of(t, TENANT_VAT_NO).n ? str_fmt(a, "VAT " STR_FMT, STR_ARG(text_of(t, TENANT_VAT_NO))) : STR(""),
	};
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].n)
			lines[n++] = all[i];
	return n;
}

static struct str task_at_hand(struct arena *a, const struct card *k)
{
	struct str title = text_of(k->job, JOB_TITLE), more = text_of(k->job, JOB_DESCRIPTION);
	return more.n ? str_fmt(a, STR_FMT "\n" STR_FMT, STR_ARG(title), STR_ARG(more)) : title;
}

enum err job_card_render(struct act_call *c)
{
	struct card *k = c->state;
	struct arena *a = c->ctx->arena;
	struct run system = ctx_system_run(c->ctx);
	struct str lines[6];
	TRY(store_read(&system, find_tenant, k));
	TRY(zone_load(a, row_text(k->tenant, TENANT_TIMEZONE), &k->zone));
	const struct pdf_part parts[] = {
		particulars(a, k), words("What is to be done", task_at_hand(a, k)), visits(a, k), tasks(a, k),
		words("What was done", text_of(k->job, JOB_WORK_SUMMARY)), notes(a, k), signature(a),
	};
	struct pdf_doc doc = {
		.company = lines, .company_count = company_lines(a, k->tenant, lines),
		.title = STR("Job card"), .number = row_text(k->job, JOB_NO), .date = date_of(a, k, c->ctx->now.ms),
		.parts = parts, .part_count = ARRAY_LEN(parts), .footer = str_fmt(a, "Job card " STR_FMT, STR_ARG(row_text(k->job, JOB_NO))), .made = c->ctx->now,
	};
	return pdf_render(a, &doc, &c->ret_body);
}
