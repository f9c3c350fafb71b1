/* vouch.h - asks companies' identity providers, for the processes that cannot: what a provider says of itself (its addresses and keys, once after it was
 * entered and then once a day), and who it is that came back from one with a code (flows/oidc.h).
 *
 * Threads of the courier, so that a provider that does not answer delays neither checkpoints nor other companies. Any number of couriers may run: a
 * question is taken by one. Nothing is asked of a database that has no provider but by the courier's own round. */
#ifndef VOUCH_H
#define VOUCH_H

#include "commands.h"

struct vouch;

struct vouch_config {
	struct arena *arena; /* of the thread that calls what follows; as long-lived as this */
	struct store *store;
	const struct catalogue *catalogue;
	const char *sends_path; /* as in post.h */
	const char *ca_file;    /* PEM, trusted instead of the system's authorities; NULL: those */
	struct str inside;      /* hosts that may have addresses of our own network */
	struct str address;     /* of this installation */
};
struct vouch *vouch_start(const struct vouch_config *config);
/* vouch_look() - something was written in this company: perhaps a provider. */
void vouch_look(struct vouch *v, int64_t tenant);
void vouch_stop(struct vouch *v);

#endif
