/* portal.h - links that open the customer's page: one document, one piece of work, or all that a customer may see (product.md 4.2, rulings G9).
 *
 * The token of a link is an HMAC of its id under a key of the company; the database has the token's SHA-256 alone. It travels behind the '#' of
 * an address, which no browser sends and no log sees, and is made anew whenever somebody needs the address.
 *
 * What follows here runs in transactions; who may see or answer what with a link is flows/portal.c's. */
#ifndef PORTAL_H
#define PORTAL_H

#include "act.h"
#include "nouns.h"

/* portal_link_for() - the living link of a document for a contact (zero id: the customer at large), made where there is none; in a writing
 * transaction. */
must_use enum err portal_link_for(struct tx *tx, const struct row *doc /* quote, job, invoice or customer */, struct id contact, struct id *ret_link);
/* portal_url() - the address that opens it, with its token in the fragment; for the courier at dispatch. Not stored anywhere. */
must_use enum err portal_url(struct tx *tx, struct str base_url /* https://host:port */, struct id link, struct str *ret_url);

/* What an address holds behind its '#': 72 characters of base64url. The company's number stands in it masked: it is nobody's business how many
 * there are. portal_token_read() - E_NOT_FOUND for what cannot be one. */
enum { PORTAL_TOKEN_CHARS = 72 };
struct portal_token {
	int64_t tenant;
	struct id link;
	uint8_t secret[32];
};
must_use enum err portal_token_read(struct arena *a, struct store *store, struct str text, struct portal_token *ret);
/* portal_link_open() - the link that a token is for. E_NOT_FOUND alike for one that was never made, is wrong, ran out or was revoked; takes the
 * same time for all of them. */
must_use enum err portal_link_open(struct tx *tx, const struct portal_token *token, struct row **ret);
/* portal_link_alive() - the link itself, for who has proved before that he holds it. E_NOT_FOUND. */
must_use enum err portal_link_alive(struct tx *tx, struct id link, struct row **ret);

/* What a token is exchanged for: a short-lived session of one link, sealed, so that nothing of it is stored. `verified`: its holder has also
 * given the code that was sent to the stored address. portal_session_read() - E_NOT_FOUND for one that is not ours or is over. */
enum { PORTAL_SESSION_S = 3600 };
struct portal_session {
	int64_t tenant;
	struct id link;
	bool verified;
	int64_t until_ms;
};
must_use enum err portal_session_make(struct arena *a, struct store *store, const struct portal_session *session, struct str *ret);
must_use enum err portal_session_read(struct arena *a, struct store *store, struct str text, struct instant now, struct portal_session *ret);

/* portal_link_used() - counts an opening. */
must_use enum err portal_link_used(struct tx *tx, const struct row *link, struct row **ret);
/* The code for what a link alone does not open: six digits, of which a keyed hash is kept for ten minutes. portal_code_check() tells
 * rather than fails, so that the transaction keeps the count of tries; the fifth wrong one ends the code, and a right one is spent. */
enum { PORTAL_CODE_S = 600, PORTAL_CODE_TRIES = 5, PORTAL_CODE_DIGITS = 6 };
must_use enum err portal_code_make(struct tx *tx, const struct row *link, struct str *ret_code);
enum portal_code { PORTAL_CODE_RIGHT, PORTAL_CODE_WRONG, PORTAL_CODE_OVER };
must_use enum err portal_code_check(struct tx *tx, const struct row *link, struct str code, enum portal_code *ret);

/* The acts that give the address of a link to whoever may send it: copied, or for a message of his own. */
must_use enum err portal_link_run(struct act_call *c);
enum { PORTAL_LINK_PARAMS = 1 };
extern const struct field portal_link_params[PORTAL_LINK_PARAMS];
#define PORTAL_LINK_ACT(takes) \
	{ .name = "link", .doc = "The address of the customer's page for it.", .right = takes, .writes = true, PARAMS(portal_link_params), .run = portal_link_run }

#endif
