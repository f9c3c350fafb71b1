/* portal_details.c - a customer reads and corrects what is known of him (S-010): after a code that went to the address we had, and word of it goes
 * to the old address and the new one. What it was before stays in the diary. */
#include "portal_routes.h"

enum { CHANGES_PER_HOUR = 20 }; /* each sends messages */

/* Which field of whom a member is; -1: he has none. */
enum { DETAIL_NAME, DETAIL_EMAIL, DETAIL_PHONE, DETAIL_LINE1, DETAIL_LINE2, DETAIL_SUBURB, DETAIL_CITY, DETAIL_POSTAL_CODE, DETAIL_COUNT };
static const struct {
	int contact, customer;
} places[DETAIL_COUNT] = {
	[DETAIL_NAME] = { CONTACT_NAME, -1 }, /* the customer's name stands on his invoices: the office changes it */
	[DETAIL_EMAIL] = { CONTACT_EMAIL, CUSTOMER_BILLING_EMAIL },
	[DETAIL_PHONE] = { CONTACT_PHONE, CUSTOMER_PHONE },
	[DETAIL_LINE1] = { -1, CUSTOMER_BILLING_LINE1 },
	[DETAIL_LINE2] = { -1, CUSTOMER_BILLING_LINE2 },
	[DETAIL_SUBURB] = { -1, CUSTOMER_BILLING_SUBURB },
	[DETAIL_CITY] = { -1, CUSTOMER_BILLING_CITY },
	[DETAIL_POSTAL_CODE] = { -1, CUSTOMER_BILLING_POSTAL_CODE },
};

static const struct field details_params[DETAIL_COUNT] = {
	[DETAIL_NAME] = { .name = "name", .doc = "Name of the person.", .type = F_TEXT, .min = 1, .max = 200 },
	[DETAIL_EMAIL] = { .name = "email", .doc = "Mail address.", .type = F_TEXT, .max = 254, .check = check_email },
	[DETAIL_PHONE] = { .name = "phone", .doc = "Telephone.", .type = F_TEXT, .max = 20, .check = check_phone },
	[DETAIL_LINE1] = { .name = "line1", .doc = "Address for invoices.", .type = F_TEXT, .max = 200 },
	[DETAIL_LINE2] = { .name = "line2", .doc = "Second line of that address.", .type = F_TEXT, .max = 200 },
	[DETAIL_SUBURB] = { .name = "suburb", .doc = "Suburb.", .type = F_TEXT, .max = 100 },
	[DETAIL_CITY] = { .name = "city", .doc = "City or town.", .type = F_TEXT, .max = 100 },
	[DETAIL_POSTAL_CODE] = { .name = "postal_code", .doc = "Postal code.", .type = F_TEXT, .max = 20 },
};

static int place_of(const struct row *person, int detail)
{
	return person->noun == &noun_contact ? places[detail].contact : places[detail].customer;
}

struct details {
	struct portal portal;
	struct value v[DETAIL_COUNT];
	struct field_set present;
	struct str text;
};

static void write_details(struct details *d, struct tx *tx, const struct row *person)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, tx->arena, 16 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	for (int i = 0; i < DETAIL_COUNT; i++) {
		int field = place_of(person, i);
		if (field < 0)
			continue;
		jw_key(&o, details_params[i].name);
		value_write(&o, &person->noun->fields[field], person->v[field]);
	}
	jw_close(&o, '}');
	d->text = buf_str(&b);
}

static enum err get_body(struct tx *tx, void *arg)
{
	struct details *d = arg;
	struct row *person;
	TRY(portal_person(tx, d->portal.link, &person));
	write_details(d, tx, person);
	return OK;
}

/* Both the address that we had and the one that we have now are told. */
static enum err tell_both(struct details *d, struct tx *tx, const struct portal_address *before)
{
	struct portal_address after;
	TRY(portal_address_of(tx, d->portal.link, &after));
	TRY(portal_tell_change(tx, d->portal.link, before, d->portal.language));
	return str_eq(before->text, after.text) ? OK : portal_tell_change(tx, d->portal.link, &after, d->portal.language);
}

static enum err set_body(struct tx *tx, void *arg)
{
	struct details *d = arg;
	struct row *person, *is;
	struct portal_address before;
	TRY(portal_person(tx, d->portal.link, &person));
	TRY(portal_address_of(tx, d->portal.link, &before));
	is = row_copy(tx->arena, person);
	for (int i = 0; i < DETAIL_COUNT; i++) {
		int field = place_of(person, i);
		if (!set_has(d->present, i))
			continue;
		if (field < 0)
			problem_fault(tx->problem, problem_field(tx->problem, details_params[i].name), "read_only", "Ask the company to change this.");
		else
			is->v[field] = d->v[i];
	}
	TRY(problem_done(tx->problem));
	if (!row_diff(person, is).bits) {
		write_details(d, tx, person);
		return OK;
	}
	TRY(store_update(tx, person, is, &is));
	write_details(d, tx, is);
	return tell_both(d, tx, &before);
}

static enum err enter(struct call *c, struct details *d)
{
	TRY(portal_enter(c, &d->portal));
	if (!d->portal.session.verified)
		return portal_refuse(&c->ctx.problem, E_SECOND_FACTOR, "code", "First give the code that is sent to you.");
	return OK;
}

enum err portal_get_details(struct call *c)
{
	struct details d = { 0 };
	TRY(enter(c, &d));
	struct run run = ctx_run(&c->ctx);
	TRY(store_read(&run, get_body, &d));
	call_json(c, 200, d.text);
	return OK;
}

enum err portal_set_details(struct call *c)
{
	struct details d = { 0 };
	json_t *body;
	TRY(enter(c, &d));
	if (!throttle_take(routes_throttle(c), "details", (struct str){ (const char *)d.portal.session.link.b, 16 }, CHANGES_PER_HOUR, 3600, c->ctx.now.ms))
		return problem_set(&c->ctx.problem, E_RATE, "That was too often. Please wait a moment.");
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, details_params, DETAIL_COUNT, INPUT_PARAMS, body, d.v, &d.present, &c->ctx.problem));
	struct run run = ctx_run(&c->ctx);
	TRY(store_write(&run, set_body, &d));
	call_json(c, 200, d.text);
	return OK;
}
