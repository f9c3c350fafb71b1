/* slab.h - unwrapped keys in one piece of memory that is locked, left out of core dumps and wiped in a forked child.
 *
 * A fixed cache: a key lies in one of the four slots that its name hashes to, and pushes out the one of them that would expire
 * first. Not safe for threads by itself: its keystore holds a mutex. */
#ifndef SLAB_H
#define SLAB_H

#include "seal.h"

enum { SLAB_OWN = 8 }; /* keys that are not cached but held: root-level ones */
#define SLAB_FOREVER INT64_MAX

struct slab_name {
	int64_t tenant;
	struct id id;
	uint64_t kind; /* not 0 */
};

struct slab;

struct slab *slab_new(struct arena *a); /* the slab goes with the arena, wiped */
bool slab_locked(const struct slab *s); /* false: the system did not let us lock it, so it may reach swap space */
struct key *slab_own(struct slab *s);   /* SLAB_OWN keys */

/* Times are monotonic milliseconds. slab_get() - false when it is not there or has expired (then it is wiped). */
bool slab_get(struct slab *s, const struct slab_name *name, int64_t now_ms, struct key *ret);
void slab_put(struct slab *s, const struct slab_name *name, int64_t expires_ms, const struct key *key);
void slab_drop(struct slab *s, const struct slab_name *name);
/* slab_sweep() - wipes what has expired; with INT64_MAX everything that is cached. */
void slab_sweep(struct slab *s, int64_t now_ms);

#endif
