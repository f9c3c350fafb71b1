/* login.h - signing in (S-099 to S-106): a password, a second step where one is enrolled or asked for, a passkey alone; and what goes with it:
 * sessions of a browser or of tokens, marks of known devices, refresh tokens.
 *
 * Whatever is wrong costs one hash and is said in the same words: who asks does not learn whether an account exists. */
#ifndef LOGIN_H
#define LOGIN_H

#include "auth.h"
#include "factors.h"

struct login {
	struct str email, challenge;
	struct proof proof;
	struct id tenant;   /* zero: the one used last */
	bool cookie;        /* a session of a browser; otherwise one of tokens */
	bool remember;      /* a device that its person keeps */
	bool passkey_alone; /* the challenge is one of login_passkey() */
	struct str device;  /* the mark that the device has, or empty */
};
struct login_answer {
	struct str token;           /* of a browser's session, to be given once; or */
	struct str access, refresh; /* of tokens */
	int64_t expires_s;
	struct id tenant;
	struct str device;          /* the mark that the device shall have from now on, also where it was not let in; empty: the one it has */
	bool limited;               /* a second factor must be set up first */
};
/* login() - E_LOGIN; E_RATE; E_TENANT_REQUIRED and E_SECOND_FACTOR with what is wanted in the problem; E_FORBIDDEN for a company that is suspended
 * or that signs in elsewhere. */
must_use enum err login(struct ctx *c, const struct auth_nouns *n, const struct login *l, struct login_answer *ret);
/* login_demanded() - whether the company asks a second factor of the actor, by its setting or his role. */
bool login_demanded(const struct ctx *c, const struct auth_nouns *n, const struct row *tenant);
/* login_passkey() - members of the answer that asks a browser for a passkey of anybody. */
must_use enum err login_passkey(struct ctx *c, struct json_out *o);
/* login_as() - the session of somebody whom an identity provider vouches for (`amr` "sso"): good for this company; the account itself is not changed
 * by it until its person proves himself (actor.vouched). */
must_use enum err login_as(struct ctx *c, const struct auth_nouns *n, struct id user, int64_t tenant, const struct login *l, const char *amr,
                           struct login_answer *ret);
/* login_refresh() - the next pair of tokens. E_UNAUTHENTICATED; a token that comes a second time ends its session. */
must_use enum err login_refresh(struct ctx *c, const struct auth_nouns *n, struct str refresh, struct login_answer *ret);

/* login_step_up() - a fresh proof for a session that is open. E_SECOND_FACTOR, E_LOGIN, E_RATE. login_step_up_ask() - members that say with what. */
must_use enum err login_step_up(struct ctx *c, const struct auth_nouns *n, struct str challenge, const struct proof *proof);
must_use enum err login_step_up_ask(struct ctx *c, struct json_out *o);

/* login_password() - whether it is the password of the person who is signed in; counts as a try. E_LOGIN, E_RATE. */
must_use enum err login_password(struct ctx *c, const struct auth_nouns *n, struct str password);

/* For the other doors (staff.c). login_verify() - one hash, whoever it is: `stored` NULL or null for nobody; E_LOGIN. login_ask_second() - E_SECOND_FACTOR
 * with what is wanted in the problem. login_about() - what is kept of how a session began. */
must_use enum err login_verify(struct ctx *c, const struct value *stored, struct str password);
must_use enum err login_ask_second(struct ctx *c, const struct factors *f, struct id user, struct id tenant);
struct str login_about(struct ctx *c, const char *amr);

/* login_sessions() - the open ones of a person, newest first; at most SESSIONS_SHOWN_MAX. */
must_use enum err login_sessions(struct ctx *c, struct id user, struct session **ret, size_t *ret_count);
/* login_history() - how somebody signed in, newest first, and when he was refused; refusals without their device. */
struct sign_in {
	int64_t at_ms;
	bool refused;
	struct session session; /* where it was not refused */
};
must_use enum err login_history(struct ctx *c, struct id user, struct sign_in **ret, size_t *ret_count);
/* login_end() - one of one's own; login_end_all() - all of a person but `keep`, of one company where `tenant` is not 0. */
must_use enum err login_end(struct ctx *c, struct id user, struct id session);
must_use enum err login_end_all(struct ctx *c, struct id user, int64_t tenant, struct id keep, int64_t *ret_ended);

#endif
