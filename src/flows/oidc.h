/* oidc.h - signing in with the company's own identity provider (OpenID Connect: code flow, PKCE, nonce; S-099).
 *
 * A process that answers requests talks to nobody outside: it puts the question down, sealed, and waits a little for what the courier found out
 * (fieldward/vouch.h). What travels through the browser is the provider's code, and a `state` of ours that only the browser that began can use, once.
 * Who it is follows from a link of the provider's account to a member; the first time from a verified address that a member has. Nobody is created. */
#ifndef OIDC_H
#define OIDC_H

#include "api.h"

must_use enum err oidc_begin(struct call *c);  /* {company} → {url} */
must_use enum err oidc_finish(struct call *c); /* {code, state, iss?} → as login */
#define OIDC_ROUTES \
	{ "POST", "/v1/login/oidc", ROUTE_OPEN, 0, oidc_begin }, \
	{ "POST", "/v1/login/oidc/finish", ROUTE_OPEN, 0, oidc_finish }

/* What the courier is asked, and what it answers; both lie for a moment as sealed rows that can be used once (store/identity.h). */
struct oidc_ask {
	int64_t tenant;
	struct id provider;
	struct str code, verifier, nonce;
};
struct oidc_answer {
	const char *error; /* NULL: it is known who it is; else one of the words of oidc.c */
	struct str subject, email; /* of somebody whose address is verified */
};
/* For the courier. oidc_waiting() - the oldest question, taken so that nobody else takes it; E_NOT_FOUND. oidc_answer_put() - what came of it. */
struct oidc_place {
	uint8_t hash[32];
};
must_use enum err oidc_waiting(struct ctx *c, struct oidc_place *ret_place, struct oidc_ask *ret);
must_use enum err oidc_answer_put(struct ctx *c, const struct oidc_place *place, const struct oidc_answer *answer);
/* oidc_redirect() - where providers send people back to: what is entered there. */
struct str oidc_redirect(const struct ctx *c);

#endif
