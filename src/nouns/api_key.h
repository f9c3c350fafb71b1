/* api_key.h - keys of other systems (S-105, S-244): what they may do, from where, until when. The secret itself is shown once; its keyed hash lies in
 * the platform's plane (service/auth.h). */
#ifndef API_KEY_H
#define API_KEY_H

#include "ctx.h"
#include "nouns.h"

extern const char *const key_states[]; /* active, revoked, frozen, unused; ends with NULL */
enum { KEY_DAYS_MAX = 365, KEY_UNUSED_DAYS = 90, KEY_OVERLAP_H_MAX = 168 };

/* key_actor() - for auth_nouns.machine: fills the actor of a request that came with this key. E_NOT_FOUND where it may not be used: revoked, frozen,
 * over, or from an address that is not allowed (then also an event, since somebody has it). */
must_use enum err key_actor(struct ctx *c, int64_t tenant, struct id key);
/* keys_freeze() - the keys that somebody made stop when he leaves: an owner makes them anew under his own name, or not. */
must_use enum err keys_freeze(struct tx *tx, struct id user);
/* keys_unused() - ends what nobody used for 90 days, with an alert; for the nightly run. */
must_use enum err keys_unused(struct tx *tx, struct day today, size_t *ret_done);

#endif
