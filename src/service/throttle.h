/* throttle.h - how often something may be tried: by one address, with one link, at one company.
 *
 * Counters of a fixed number of keys live in memory, so a flood of keys costs no more than the table: the counter of its group that began
 * longest ago gives way. It holds for one process; what must hold across restarts (tries of a code) is counted in the database. Keys are
 * hashed with a secret of the process: nobody can aim at the place of another. */
#ifndef THROTTLE_H
#define THROTTLE_H

#include "str.h"

struct throttle;
struct throttle *throttle_new(void);
void throttle_free(struct throttle *t);
/* throttle_take() - counts one try of `key` for the purpose `what` (a constant); false where there were `limit` within `window_s` already.
 * Callable from any thread. */
must_use bool throttle_take(struct throttle *t, const char *what, struct str key, unsigned limit, int64_t window_s, int64_t now_ms);
/* throttle_address() - what of a client's address counts: all of an IPv4 one, the /64 of an IPv6 one. */
struct str throttle_address(struct arena *a, struct str address);

#endif
