/* portal_message.c - what the customer's page sends: a code, and word that details were changed. It goes to addresses that the office knows. */
#include "portal_routes.h"

enum err portal_person(struct tx *tx, const struct row *link, struct row **ret)
{
	if (!row_is_null(link, LINK_CONTACT))
		return store_get(tx, &noun_contact, row_id(link, LINK_CONTACT), ret);
	return store_get(tx, &noun_customer, row_id(link, LINK_CUSTOMER), ret);
}

static struct portal_address address_in(const struct row *person)
{
	bool contact = person->noun == &noun_contact;
	struct str email = row_text(person, contact ? CONTACT_EMAIL : CUSTOMER_BILLING_EMAIL);
	if (email.n)
		return (struct portal_address){ "email", email };
	return (struct portal_address){ "sms", row_text(person, contact ? CONTACT_PHONE : CUSTOMER_PHONE) };
}

enum err portal_address_of(struct tx *tx, const struct row *link, struct portal_address *ret)
{
	struct row *person;
	TRY(portal_person(tx, link, &person));
	*ret = address_in(person);
	return OK;
}

struct str portal_address_masked(struct arena *a, const struct portal_address *address)
{
	struct str domain, name = str_cut(address->text, '@', &domain);
	if (!address->text.n)
		return STR("");
	if (!domain.p)
		return str_fmt(a, "•••" STR_FMT, STR_ARG(str_slice(name, name.n > 3 ? name.n - 3 : 0, name.n)));
	return str_fmt(a, STR_FMT "•••@" STR_FMT "•••", STR_ARG(str_slice(name, 0, 1)), STR_ARG(str_slice(domain, 0, 1)));
}

/* One message in the outbox of this transaction, sealed for the company. */
static enum err tell(struct tx *tx, const char *kind, const struct row *link, const struct portal_address *to, struct str language, struct str code)
{
	struct buf b;
	struct json_out o;
	struct id id;
	buf_init(&b, tx->arena, 4000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "channel", str_from(to->channel));
	jw_member_str(&o, "to", to->text);
	jw_member_str(&o, "language", language);
	jw_member_id(&o, "portal_link_id", row_id(link, F_ID_FIELD));
	if (code.n)
		jw_member_str(&o, "code", code);
	jw_close(&o, '}');
	return store_outbox(tx, kind, buf_str(&b), &id);
}

enum err portal_tell_code(struct tx *tx, const struct row *link, const struct portal_address *to, struct str code, struct str language)
{
	return tell(tx, "portal_code", link, to, language, code);
}

enum err portal_tell_change(struct tx *tx, const struct row *link, const struct portal_address *to, struct str language)
{
	return to->text.n ? tell(tx, "details_changed", link, to, language, STR("")) : OK;
}
