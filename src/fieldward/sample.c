/* sample.c - a small company to try things on: people, customers, places, work in several stages. All of it is invented. */
#include "commands.h"

#include "job.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *code, *phone, *colour;
} people[] = {
	{ "Thabo Nkosi", "TN", "082 555 0101", "#1f6feb" },
	{ "Lerato Molefe", "LM", "083 555 0102", "#8250df" },
	{ "Pieter van Wyk", "PW", "084 555 0103", "#1a7f37" },
};

static const struct {
	const char *kind, *name, *phone, *line1, *suburb, *city, *code, *access, *alert;
} places[] = {
	{ "person", "Naledi Dlamini", "082 555 0201", "14 Jacaranda Street", "Melville", "Johannesburg", "2092", "Ring the bell twice", "" },
	{ "company", "Kopano Guest House", "011 555 0202", "3 Kloof Road", "Bedfordview", "Germiston", "2007", "Reception has the roof key", "Guests asleep before 09:00" },
	{ "person", "Johan Müller", "083 555 0203", "27 Loop Street", "Gardens", "Cape Town", "8001", "", "Large friendly dog" },
	{ "company", "Umoya Dental Practice", "031 555 0204", "88 Florida Road", "Morningside", "Durban", "4001", "Use the back entrance", "" },
	{ "person", "Zanele Khumalo", "079 555 0205", "5 Protea Crescent", "Lynnwood", "Pretoria", "0081", "Gate code on request", "" },
};

static const struct {
	int place, type, days, hours; /* days until the visit; hours after midnight UTC; 99: none planned */
	const char *title, *priority;
} work[] = {
	{ 0, 0, 0, 7, "Geyser is leaking", "high" },
	{ 1, 2, 1, 8, "Annual service of heat pump", "normal" },
	{ 2, 1, 2, 9, "Install 5 kW inverter", "normal" },
	{ 3, 0, 99, 0, "No hot water in surgery 2", "emergency" },
	{ 4, 1, 99, 0, "Quote for CCTV at the gate", "low" },
	{ 0, 2, 99, 0, "Check pressure valve", "normal" },
	{ 1, 0, 3, 10, "Blocked drain behind kitchen", "high" },
};

struct sample {
	struct id employees[ARRAY_LEN(people)], customers[ARRAY_LEN(places)], sites[ARRAY_LEN(places)], types[8];
};

static enum err add_person(struct tx *tx, struct sample *s, size_t i)
{
	struct row *r = row_new(tx->arena, &noun_employee);
	struct value phone = VALUE_TEXT(str_from(people[i].phone));
	row_set_text(r, EMPLOYEE_NAME, str_from(people[i].name));
	row_set_text(r, EMPLOYEE_CODE, str_from(people[i].code));
	row_set_text(r, EMPLOYEE_COLOUR, str_from(people[i].colour));
	if (!check_phone(tx->arena, &phone))
		r->v[EMPLOYEE_PHONE] = phone;
	TRY(store_insert(tx, r, &r));
	s->employees[i] = row_id(r, F_ID_FIELD);
	return OK;
}

static void set_if(struct row *r, int field, const char *text)
{
	if (text[0])
		row_set_text(r, field, str_from(text));
}

static enum err add_place(struct tx *tx, struct sample *s, size_t i)
{
	struct row *c = row_new(tx->arena, &noun_customer), *p = row_new(tx->arena, &noun_site);
	struct value phone = VALUE_TEXT(str_from(places[i].phone));
	row_set_text(c, CUSTOMER_KIND, str_from(places[i].kind));
	row_set_text(c, CUSTOMER_NAME, str_from(places[i].name));
	if (!check_phone(tx->arena, &phone))
		c->v[CUSTOMER_PHONE] = phone;
	TRY(store_insert(tx, c, &c));
	s->customers[i] = row_id(c, F_ID_FIELD);
	row_set_id(p, SITE_CUSTOMER, s->customers[i]);
	row_set_text(p, SITE_LINE1, str_from(places[i].line1));
	row_set_text(p, SITE_SUBURB, str_from(places[i].suburb));
	row_set_text(p, SITE_CITY, str_from(places[i].city));
	row_set_text(p, SITE_POSTAL_CODE, str_from(places[i].code));
	set_if(p, SITE_ACCESS_NOTES, places[i].access);
	set_if(p, SITE_ALERT, places[i].alert);
	TRY(store_insert(tx, p, &p));
	s->sites[i] = row_id(p, F_ID_FIELD);
	return OK;
}

static enum err add_visit(struct tx *tx, const struct sample *s, size_t i, struct id job)
{
	struct row *v = row_new(tx->arena, &noun_appointment), *person = row_new(tx->arena, &noun_appointment_person);
	int64_t start = (tx->now.ms / 86400000 + work[i].days) * 86400000 + work[i].hours * (int64_t)3600000;
	if (start < tx->now.ms)
		start += 86400000;
	row_set_id(v, VISIT_JOB, job);
	row_set_int(v, VISIT_START, start);
	row_set_int(v, VISIT_END, start + 2 * 3600000);
	TRY(store_insert(tx, v, &v));
	row_set_id(person, PERSON_VISIT, row_id(v, F_ID_FIELD));
	row_set_id(person, PERSON_EMPLOYEE, s->employees[i % ARRAY_LEN(people)]);
	row_set_int(person, PERSON_LEAD, 1);
	TRY(store_insert(tx, person, &person));
	return job_enter_stage(tx, job, "scheduled");
}

static enum err add_work(struct tx *tx, const struct sample *s, size_t i)
{
	static const char *const steps[] = { "Make safe", "Find the fault", "Repair or replace", "Test with the customer" };
	struct row *j = row_new(tx->arena, &noun_job);
	size_t place = (size_t)work[i].place;
	row_set_text(j, JOB_TITLE, str_from(work[i].title));
	row_set_text(j, JOB_PRIORITY, str_from(work[i].priority));
	row_set_id(j, JOB_TYPE, s->types[work[i].type]);
	row_set_id(j, JOB_CUSTOMER, s->customers[place]);
	row_set_id(j, JOB_SITE, s->sites[place]);
	if (work[i].days != 99)
		row_set_id(j, JOB_LEAD, s->employees[i % ARRAY_LEN(people)]);
	TRY(store_insert(tx, j, &j));
	for (size_t k = 0; k < ARRAY_LEN(steps); k++) {
		struct row *task = row_new(tx->arena, &noun_task);
		row_set_id(task, TASK_JOB, row_id(j, F_ID_FIELD));
		row_set_text(task, TASK_TEXT, str_from(steps[k]));
		row_set_int(task, TASK_POSITION, (int64_t)(k + 1) * 10);
		row_set_int(task, TASK_REQUIRED, k != 3);
		TRY(store_insert(tx, task, &task));
	}
	return work[i].days == 99 ? OK : add_visit(tx, s, i, row_id(j, F_ID_FIELD));
}

static enum err fill(struct tx *tx, void *arg)
{
	struct sample *s = arg;
	struct query q = { .noun = &noun_job_type, .sort = JOB_TYPE_NAME, .ascending = true, .limit = ARRAY_LEN(s->types) };
	struct page page;
	TRY(store_list(tx, &q, &page));
	for (size_t i = 0; i < page.count; i++)
		s->types[i] = row_id(page.rows[i], F_ID_FIELD);
	for (size_t i = 0; i < ARRAY_LEN(people); i++)
		TRY(add_person(tx, s, i));
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		TRY(add_place(tx, s, i));
	for (size_t i = 0; i < ARRAY_LEN(work); i++)
		TRY(add_work(tx, s, i));
	return OK;
}

/* Sign-ins for the sample people, with passwords that only the file in the data folder tells. */
static enum err add_logins(struct tool *t, struct ctx *c, int64_t tenant, struct str tenant_name, const struct sample *s)
{
	static const struct {
		const char *email, *name;
		enum role role;
		int employee;
	} logins[] = {
		{ "thabo@example.test", "Thabo Nkosi", ROLE_TECHNICIAN, 0 },
		{ "lerato@example.test", "Lerato Molefe", ROLE_TECHNICIAN, 1 },
		{ "office@example.test", "Ayesha Patel", ROLE_DISPATCHER, -1 },
	};
	struct buf b;
	buf_init(&b, t->arena, 4000);
	for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
		uint8_t secret[15];
		struct id user;
		random_bytes(secret, sizeof(secret));
		struct new_member m = {
			.email = str_from(logins[i].email), .name = str_from(logins[i].name), .role = logins[i].role,
			.password = str_base64url(t->arena, secret, sizeof(secret)),
			.employee = logins[i].employee < 0 ? (struct id){ { 0 } } : s->employees[logins[i].employee],
		};
		TRY(auth_add_member(c, &auth_nouns, tenant, tenant_name, &m, &user));
		buf_fmt(&b, "%s " STR_FMT " (%s)\n", logins[i].email, STR_ARG(m.password), role_name(logins[i].role));
	}
	return write_file(config_path(t->arena, t->config, "sample-logins.txt"), buf_str(&b), 0600);
}

enum err sample_fill(struct tool *t, struct ctx *c, int64_t tenant, struct str tenant_name)
{
	struct sample *s = ARENA_NEW(t->arena, struct sample);
	struct run run = ctx_tenant_run(c, tenant);
	TRY(store_write(&run, fill, s));
	return add_logins(t, c, tenant, tenant_name, s);
}
