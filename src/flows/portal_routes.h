/* portal_routes.h - what a customer does on his page: no password, one link (portal.h), a short session that it is exchanged for.
 *
 * A session opens what its link is for and nothing else; every answer is put together member by member, so that nothing of a row goes out because
 * somebody added a field to it. All that fails to be a living link is told in the same words. GET changes nothing. */
#ifndef PORTAL_ROUTES_H
#define PORTAL_ROUTES_H

#include "portal.h"
#include "routes.h"

#include "messages.h"
#include "money_path.h"

/* What a request of the customer's page carries. */
struct portal {
	struct call *call;
	struct portal_session session;
	struct row *link;
	const struct row *company;
	struct str language; /* "en", "af": what the page asked for */
};
/* portal_enter() - reads the session of a request, its link and its company; puts them into the context. E_UNAUTHENTICATED for a session that is
 * over (the page exchanges its token again), E_LINK, E_RATE. */
must_use enum err portal_enter(struct call *c, struct portal *ret);
/* portal_may() - E_LINK unless the link opens this row. A link to all of a customer's needs the code first (E_SECOND_FACTOR). */
must_use enum err portal_may(const struct portal *p, struct tx *tx, const struct row *row);
/* portal_gone() - the one answer for a link that opens nothing. portal_refuse() - a refusal whose reason the page can tell apart. */
enum err portal_gone(struct call *c);
enum err portal_refuse(struct problem *problem, enum err e, const char *reason, const char *text);

/* portal_view.c: what the customer reads. Each writes one object. */
must_use enum err portal_write_page(const struct portal *p, struct tx *tx, struct json_out *o);
must_use enum err portal_write_company(const struct portal *p, struct json_out *o);
must_use enum err portal_write_quote(const struct portal *p, struct tx *tx, const struct row *quote, struct json_out *o);
must_use enum err portal_write_job(const struct portal *p, struct tx *tx, const struct row *job, struct json_out *o);
must_use enum err portal_write_invoice(const struct portal *p, struct tx *tx, const struct row *invoice, struct json_out *o);
/* portal_quote_state() - open, accepted, declined, expired, superseded (a new version is being written) or cancelled. */
must_use enum err portal_quote_state(struct tx *tx, const struct row *quote, const char **ret);
bool portal_invoice_shown(const struct row *invoice); /* sent, and not taken back */

/* portal_message.c: an address that the office knows, and what is sent there. */
struct portal_address {
	const char *channel; /* "email", "sms" */
	struct str text;     /* empty: none is known */
};
/* portal_person() - whose details they are: the contact of the link, or the customer. */
must_use enum err portal_person(struct tx *tx, const struct row *link, struct row **ret);
must_use enum err portal_address_of(struct tx *tx, const struct row *link, struct portal_address *ret);
struct str portal_address_masked(struct arena *a, const struct portal_address *address); /* enough to recognise one's own */
must_use enum err portal_tell_code(struct tx *tx, const struct row *link, const struct portal_address *to, struct str code, struct str language);
/* portal_tell_change() - that details were changed; to the old address and to the new one (S-010). */
must_use enum err portal_tell_change(struct tx *tx, const struct row *link, const struct portal_address *to, struct str language);
must_use enum err portal_tell_question(struct tx *tx, const struct row *about, struct str words);
/* portal_try_message() - a message that may be missing: where there is no template for it, or it holds what must not go out, nothing is sent. */
must_use enum err portal_try_message(struct tx *tx, const struct message_ask *ask);
/* portal_message_of() - the newest message that brought this link; null: it was handed over otherwise. */
must_use enum err portal_message_of(struct tx *tx, const struct row *link, struct value *ret);

enum err portal_open(struct call *c);
enum err portal_page(struct call *c);
enum err portal_get_quote(struct call *c);
enum err portal_get_job(struct call *c);
enum err portal_get_invoice(struct call *c);
enum err portal_quote_pdf(struct call *c);
enum err portal_invoice_pdf(struct call *c);
enum err portal_viewed(struct call *c);
enum err portal_accept(struct call *c);
enum err portal_decline(struct call *c);
enum err portal_ask(struct call *c);
enum err portal_send_code(struct call *c);
enum err portal_confirm_code(struct call *c);
enum err portal_get_details(struct call *c);
enum err portal_set_details(struct call *c);

#define PORTAL_ROUTES \
	{ "POST", "/v1/portal/open", ROUTE_OPEN, 0, portal_open }, \
	{ "GET", "/v1/portal/page", ROUTE_OPEN, 0, portal_page }, \
	{ "GET", "/v1/portal/quotes/*", ROUTE_OPEN, 0, portal_get_quote }, \
	{ "GET", "/v1/portal/jobs/*", ROUTE_OPEN, 0, portal_get_job }, \
	{ "GET", "/v1/portal/invoices/*", ROUTE_OPEN, 0, portal_get_invoice }, \
	{ "GET", "/v1/portal/quotes/*/quote.pdf", ROUTE_OPEN, 0, portal_quote_pdf }, \
	{ "GET", "/v1/portal/invoices/*/invoice.pdf", ROUTE_OPEN, 0, portal_invoice_pdf }, \
	{ "POST", "/v1/portal/quotes/*/viewed", ROUTE_OPEN, ROUTE_OFTEN, portal_viewed }, \
	{ "POST", "/v1/portal/quotes/*/accept", ROUTE_OPEN, ROUTE_OFTEN, portal_accept }, \
	{ "POST", "/v1/portal/quotes/*/decline", ROUTE_OPEN, ROUTE_OFTEN, portal_decline }, \
	{ "POST", "/v1/portal/questions", ROUTE_OPEN, ROUTE_OFTEN, portal_ask }, \
	{ "POST", "/v1/portal/code", ROUTE_OPEN, ROUTE_OFTEN, portal_send_code }, \
	{ "POST", "/v1/portal/code/confirm", ROUTE_OPEN, ROUTE_OFTEN, portal_confirm_code }, \
	{ "GET", "/v1/portal/details", ROUTE_OPEN, 0, portal_get_details }, \
	{ "POST", "/v1/portal/details", ROUTE_OPEN, ROUTE_OFTEN, portal_set_details }

#endif
