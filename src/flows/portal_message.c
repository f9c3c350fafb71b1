/* portal_message.c - what the customer's page sends: a code, word that details were changed, a question to the office. Codes go to addresses that the
 * office knows, never to one that came with the request. */
#include "portal_routes.h"

#include "messages.h"

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

static enum err tell(struct tx *tx, const char *kind, const struct row *link, const struct portal_address *to, struct str language, struct str code,
                     struct row **ret)
{
	struct row *person;
	TRY(portal_person(tx, link, &person));
	struct message_ask ask = { .kind = kind, .about = person, .contact = row_id(link, LINK_CONTACT), .channel = to->channel, .to = to->text, .language = language,
		                   .code = code };
	return message_queue(tx, &ask, ret);
}

/* A code that nobody can send is no code: the customer is told to ring. */
enum err portal_tell_code(struct tx *tx, const struct row *link, const struct portal_address *to, struct str code, struct str language)
{
	struct row *message;
	TRY(tell(tx, "portal_code", link, to, language, code, &message));
	if (!row_is_null(message, MESSAGE_ERROR))
		return portal_refuse(tx->problem, E_CONFLICT, "no_address", "No code can be sent to you at the moment. Please ring us.");
	return OK;
}

enum err portal_tell_change(struct tx *tx, const struct row *link, const struct portal_address *to, struct str language)
{
	struct row *message;
	return to->text.n ? tell(tx, "details_changed", link, to, language, STR(""), &message) : OK;
}

enum err portal_try_message(struct tx *tx, const struct message_ask *ask)
{
	struct row *message;
	enum err e = message_queue(tx, ask, &message);
	if (e != E_INVALID && e != E_CONFLICT)
		return e;
	problem_init(tx->problem, tx->arena);
	return OK;
}

/* The office has it as a note in any case; where it has a mail address, it is told. */
enum err portal_tell_question(struct tx *tx, const struct row *about, struct str words)
{
	struct message_ask ask = { .kind = "question_received", .about = about, .to_office = true, .to = row_text(tx_ctx(tx)->company, TENANT_EMAIL), .words = words };
	if (!ask.to.n || about->noun == &noun_customer || about->noun == &noun_job)
		return OK;
	return portal_try_message(tx, &ask);
}

enum err portal_message_of(struct tx *tx, const struct row *link, struct value *ret)
{
	struct row **rows;
	size_t n;
	*ret = VALUE_NULL;
	int field = !row_is_null(link, LINK_QUOTE) ? MESSAGE_QUOTE : -1;
	if (field < 0)
		return OK;
	TRY(store_children(tx, &noun_message, field, row_id(link, LINK_QUOTE), &rows, &n));
	for (size_t i = n; i-- > 0;)
		if (id_eq(row_id(rows[i], MESSAGE_LINK), row_id(link, F_ID_FIELD)) && !row_is(rows[i], MESSAGE_STATUS, "cancelled")) {
			*ret = VALUE_ID(row_id(rows[i], F_ID_FIELD));
			return OK;
		}
	return OK;
}
