/* guard.h - what slows guessing down: counters of tries by account, address, network and device, shared by all processes and nodes since they lie in
 * the database, kept across restarts, and made so that an attacker cannot lock the owner out (S-108 to S-110).
 *
 * A try is counted before it is judged, so that many at once count as many. What is counted is told by keyed hashes alone; an account that does not
 * exist has a counter like any other. A device that carries our mark of an earlier full sign-in has a counter of its own: what strangers do with the
 * account does not stop it. */
#ifndef GUARD_H
#define GUARD_H

#include "ctx.h"

enum guard_what {
	GUARD_ACCOUNT,  /* sign-ins with an account: from the fourth on each costs twice the wait of the one before, 15 minutes at most */
	GUARD_DEVICE,   /* the same from a device that is known */
	GUARD_ADDRESS,  /* sign-ins from one address */
	GUARD_NETWORK,  /* from its neighbourhood: /24, or /48 */
	GUARD_SPRAY,    /* different accounts from a neighbourhood */
	GUARD_CODE,     /* codes of a second factor */
	GUARD_CODE_DAY,
	GUARD_MAIL,     /* links asked for by mail, for one address */
	GUARD_MAIL_FROM,
	GUARD_KINDS
};

struct guard_key {
	enum guard_what what;
	struct str key;
};
/* guard_take() - counts one try under each key, in one transaction. E_RATE with the seconds to wait in the problem where one of them is used up;
 * then nothing is counted. */
must_use enum err guard_take(struct ctx *c, const struct guard_key *keys, size_t count);
/* guard_good() - it was a good one: accounts, devices and codes begin anew, addresses and networks get their try back. */
must_use enum err guard_good(struct ctx *c, const struct guard_key *keys, size_t count);
/* guard_account_open() - forgets all tries of an account: for an operator, and for who proved by mail that it is his. */
must_use enum err guard_account_open(struct ctx *c, struct str account);
/* guard_spray() - that this account was tried from this network; true for each new one beyond too many different ones. */
must_use enum err guard_spray(struct ctx *c, struct str network, struct str account, bool *ret);

/* The neighbourhood of an address: 196.25.1.0/24, 2001:db8:1::/48. "local" for what is none. */
struct str guard_network(struct arena *a, struct str address);

#endif
