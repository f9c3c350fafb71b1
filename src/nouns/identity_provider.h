/* identity_provider.h - a company's own sign-in: by which OpenID Connect provider its people come, and whom of its people an account there is.
 *
 * Here are the rows and their rules; flows/oidc.h is the sign-in, fieldward/vouch.h talks to the provider. Whoever sets up a provider decides who
 * comes into this company, and into no other: see actor.vouched. */
#ifndef IDENTITY_PROVIDER_H
#define IDENTITY_PROVIDER_H

#include "nouns.h"

enum identity_provider_field {
	COMMON_ENUM(IDP), IDP_NAME, IDP_ISSUER, IDP_CLIENT_ID, IDP_CLIENT_SECRET, IDP_CLIENT_SECRET_SET, IDP_ACTIVE, IDP_STATE, IDP_ERROR, IDP_DISCOVERED_AT,
	IDP_AUTHORIZATION_ENDPOINT, IDP_TOKEN_ENDPOINT, IDP_USERINFO_ENDPOINT, IDP_JWKS_URI, IDP_NAMES_ITSELF, IDP_KEYS, IDP_FIELDS
};
enum identity_link_field { COMMON_ENUM(IDLINK), IDLINK_PROVIDER, IDLINK_MEMBERSHIP, IDLINK_ACCOUNT, IDLINK_FIELDS };
extern const struct noun noun_identity_provider, noun_identity_link;

/* What a provider says of itself (OpenID Connect Discovery), as it is kept; texts that it does not say are empty. */
struct discovery {
	struct str authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri;
	bool names_itself; /* its answers carry `iss` (RFC 9207) */
	struct str keys;   /* of idtoken_keys() */
};
enum { IDP_URL_MAX = 500, IDP_REFRESH_MS = 24 * 3600 * 1000, IDP_AGAIN_MS = 600 * 1000 };

/* provider_active() - the one that people may sign in with, ready or not. E_NOT_FOUND. provider_get() - the same, if it is this one still. */
must_use enum err provider_active(struct tx *tx, struct row **ret);
must_use enum err provider_get(struct tx *tx, struct id id, struct row **ret);
/* provider_due_ms() - when its provider is to be asked what it says of itself: 0 at once. */
int64_t provider_due_ms(const struct row *provider);
/* What came of asking; nothing where somebody changed the row meanwhile (`seen` is as it was read). With `error`, words for people, one that was ready
 * stays so: it may only be away for a while. */
must_use enum err provider_told(struct tx *tx, const struct row *seen, const struct discovery *d, struct str error);
must_use enum err provider_keys(struct tx *tx, const struct row *seen, struct str keys); /* it signs with others now */

/* The link of an account at a provider to a member. link_account() - what an account is known by: no name or address can be read from it.
 * link_make() - E_CONFLICT where the member has come with another account of this provider: addresses are given to new people. */
struct str link_account(struct arena *a, const struct row *provider, struct str subject);
must_use enum err link_find(struct tx *tx, struct str account, struct id *ret_membership); /* E_NOT_FOUND */
must_use enum err link_make(struct tx *tx, const struct row *provider, struct id membership, struct str account);

#endif
