/* staff.h - the staff of whoever runs the platform (S-133, S-134, S-137, S-138): a realm of their own, with a door of its own.
 *
 * They come in from allowed addresses alone, with a second factor always, and are then nowhere: their session opens no company until that company
 * lets them in for a while (auth_nouns.support), and each request looks whether it still does. */
#ifndef STAFF_H
#define STAFF_H

#include "login.h"

#define STAFF_PREFIX "fws_" /* of the tokens of their sessions */

struct staff_login {
	struct str email, challenge;
	struct proof proof;
};
struct staff_answer {
	struct str token; /* to be given once */
	int64_t expires_s;
	bool limited;     /* a second factor must be set up first */
};
/* staff_login() - as login(), with the same words; from an address that is not allowed as with a wrong password. E_LOGIN, E_RATE, E_SECOND_FACTOR. */
must_use enum err staff_login(struct ctx *c, const struct auth_nouns *n, const struct staff_login *l, struct staff_answer *ret);
/* staff_session() - fills c->actor and c->who from the token of such a session. E_UNAUTHENTICATED. */
must_use enum err staff_session(struct ctx *c, const struct auth_nouns *n, struct str token);
/* staff_enter() - the actor's session is for this company by this grant from its next request on; 0 and zero: for none any more. */
must_use enum err staff_enter(struct ctx *c, int64_t tenant, struct id grant);
/* staff_row() - somebody of the staff, in the platform's plane. E_NOT_FOUND. */
must_use enum err staff_row(struct ctx *c, const struct auth_nouns *n, struct id staff, struct row **ret);
/* staff_assigned() - whether somebody looks after a company now. */
must_use enum err staff_assigned(struct ctx *c, struct id staff, int64_t tenant, bool *ret);

#endif
