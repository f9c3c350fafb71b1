/* post.h - sends what lies in the outboxes: threads of their own, so that a slow mail server delays neither checkpoints nor other companies.
 *
 * Nobody asks a company's outbox in vain: a message changes the company's log, which the courier watches anyway; and of those that wait for a
 * later time the post remembers when. One company is served by one thread at a time, and one process of an installation sends at a time (a lock
 * in DIR/run), so what is found half sent was left by somebody who died. */
#ifndef POST_H
#define POST_H

#include "commands.h"

struct post;

struct post_config {
	struct arena *arena;  /* of the thread that calls what follows; as long-lived as the post */
	struct store *store;
	const struct catalogue *catalogue;
	const char *lock_path;
	const char *sends_path; /* there once this installation has had something to send */
	const char *ca_file;  /* PEM, trusted instead of the system's authorities; NULL: those */
	struct str relays;    /* hosts that companies may send by, separated by spaces; empty: any */
	struct str address;   /* of links to the customer's page */
};

/* post_prepare() - before the process gives up rights and before any thread: libraries that are loaded on first use, where the installation sends at
 * all. The first message that is due ends the process in good order; whoever starts it again gets one that sends. */
must_use enum err post_prepare(const char *sends_path);
/* post_become_sender() - where nothing can be sent yet (delivery_ready() says so): ends the process in good order so that the next one can. */
void post_become_sender(const char *sends_path);
struct post *post_start(const struct post_config *config);
/* post_look() - something was written in this company: after its checkpoint, so that nothing slips in between unseen. */
void post_look(struct post *post, int64_t tenant);
/* post_tick() - once a second: what waited for this time. */
void post_tick(struct post *post);
/* post_stop() - what is being sent may end, for a while; what does not is found again by the next one. */
void post_stop(struct post *post);

#endif
