/* account.h - mails to people who sign in: a forgotten password, an invitation, another address, and word of what was done with their account
 * (S-106, S-107).
 *
 * Who asks for a link learns nothing: the request is put down and answered, and the courier looks later whether there is anybody. A link is 256 random
 * bits behind the '#', good once and for half an hour; the database keeps its hash. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "api.h"

must_use enum err account_forgot(struct call *c);
must_use enum err account_reset(struct call *c);
must_use enum err account_look_at_invitation(struct call *c);
must_use enum err account_accept_invitation(struct call *c);
must_use enum err account_confirm_email(struct call *c);
must_use enum err account_ask_email(struct call *c);
must_use enum err account_invite(struct call *c);
must_use enum err account_reset_access(struct call *c);
must_use enum err account_member_sessions(struct call *c);
must_use enum err account_end_member_sessions(struct call *c);
#define ACCOUNT_ROUTES \
	{ "POST", "/v1/forgot", ROUTE_OPEN, 0, account_forgot }, \
	{ "POST", "/v1/reset", ROUTE_OPEN, 0, account_reset }, \
	{ "POST", "/v1/invitation", ROUTE_OPEN, 0, account_look_at_invitation }, \
	{ "POST", "/v1/invitation/accept", ROUTE_OPEN, 0, account_accept_invitation }, \
	{ "POST", "/v1/email/confirm", ROUTE_OPEN, 0, account_confirm_email }, \
	{ "POST", "/v1/me/email", NULL, 0, account_ask_email }, \
	{ "POST", "/v1/memberships/invite", "membership.create", 0, account_invite }, \
	{ "POST", "/v1/memberships/*/reset", "membership.update", 0, account_reset_access }, \
	{ "GET", "/v1/memberships/*/sessions", "membership.update", 0, account_member_sessions }, \
	{ "POST", "/v1/memberships/*/end_sessions", "membership.update", 0, account_end_member_sessions }

/* account_tell() - for auth_nouns.tell: word to a person through the actor's company. Where that has no mail server, nothing. */
must_use enum err account_tell(struct ctx *c, const char *kind, struct str to, struct str code);
/* account_tell_owners() - the same to every owner of a company. */
must_use enum err account_tell_owners(struct ctx *c, int64_t tenant, const char *kind);
/* account_asks() - sends the links that were asked for; for the courier. `*ret_some`: there were some. */
must_use enum err account_asks(struct ctx *c, const struct auth_nouns *n, bool *ret_some);
/* account_refusals() - sign-ins that were refused, told in the logs of the companies of whose account it was: one event for all of a round, with their
 * number. For the courier. */
must_use enum err account_refusals(struct ctx *c, const struct auth_nouns *n);
/* account_link() - a fresh link of a person for a new password, for an operator at the machine. */
must_use enum err account_link(struct ctx *c, struct id user, struct str *ret_url);

#endif
