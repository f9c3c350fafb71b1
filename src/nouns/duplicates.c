/* duplicates.c - whether who asks is somebody we know: by exact look-up, so that nothing is guessed. Who asks never hears of it. */
#include "notice.h"

#include "doc.h"

enum { FOUND_MAX = 8, EACH_MAX = 4 };

struct found {
	struct act_call *call;
	struct json_out out;
	struct id ids[FOUND_MAX];
	size_t count;
};

static bool known(const struct found *f, struct id id)
{
	for (size_t i = 0; i < f->count; i++)
		if (id_eq(f->ids[i], id))
			return true;
	return false;
}

static void add(struct found *f, struct row *row, const char *by)
{
	static const int address[] = { SITE_LINE1, SITE_LINE2, SITE_SUBURB, SITE_CITY };
	struct id id = row_id(row, F_ID_FIELD), customer = row->noun == &noun_contact ? row_id(row, CONTACT_CUSTOMER) : row->noun == &noun_site ? row_id(row, SITE_CUSTOMER) : id;
	if (f->count == FOUND_MAX || known(f, id))
		return;
	f->ids[f->count++] = id;
	f->call->also_shown[f->call->also_count++] = row;
	jw_open(&f->out, '{');
	jw_member_str(&f->out, "noun", str_from(row->noun->name));
	jw_member_id(&f->out, "id", id);
	jw_member_id(&f->out, "customer_id", customer);
	jw_member_str(&f->out, "name", row->noun == &noun_site ? row_joined(f->call->tx->arena, row, address, ARRAY_LEN(address)) : row_text(row, row->noun->label));
	jw_member_str(&f->out, "by", str_from(by));
	jw_close(&f->out, '}');
}

static enum err look(struct found *f, const struct noun *noun, int field, struct str text, const char *by)
{
	struct row *rows[EACH_MAX];
	size_t n;
	if (!text.n)
		return OK;
	TRY(store_lookup(f->call->tx, noun, field, text, rows, EACH_MAX, &n));
	for (size_t i = 0; i < n; i++)
		add(f, rows[i], by);
	return OK;
}

enum err enquiry_duplicates_run(struct act_call *c)
{
	struct str rest, phone = row_text(c->row, ENQUIRY_PHONE), email = row_text(c->row, ENQUIRY_EMAIL), address = row_text(c->row, ENQUIRY_ADDRESS);
	struct found f = { .call = c };
	struct buf b;
	buf_init(&b, c->tx->arena, 64 * KIB);
	jw_init(&f.out, &b);
	jw_open(&f.out, '{');
	jw_key(&f.out, "items");
	jw_open(&f.out, '[');
	TRY(look(&f, &noun_customer, CUSTOMER_PHONE, phone, "phone"));
	TRY(look(&f, &noun_contact, CONTACT_PHONE, phone, "phone"));
	TRY(look(&f, &noun_customer, CUSTOMER_BILLING_EMAIL, email, "email"));
	TRY(look(&f, &noun_contact, CONTACT_EMAIL, email, "email"));
	TRY(look(&f, &noun_site, SITE_LINE1, address, "address"));
	TRY(look(&f, &noun_site, SITE_LINE1, str_trim(str_cut(address, ',', &rest)), "address")); /* "14 Oak Street, Melville" */
	jw_close(&f.out, ']');
	jw_close(&f.out, '}');
	c->ret_body = buf_str(&b);
	return OK;
}
