/* support_grant.h - that a company lets somebody of the platform's staff in, why, for what and until when (S-133, S-138; POPIA s20-21). */
#ifndef SUPPORT_GRANT_H
#define SUPPORT_GRANT_H

#include "ctx.h"
#include "nouns.h"

enum {
	SUPPORT_HOURS_USUAL = 4,
	SUPPORT_HOURS_MAX = 24,          /* from when it began; only the company goes further than was asked */
	SUPPORT_EMERGENCY_HOURS = 2,
	SUPPORT_REQUEST_HOURS = 72,      /* a request that nobody answers is over then */
	SUPPORT_EMERGENCY_REQUEST_HOURS = 1,
};
extern const char *const support_scopes[]; /* read, write; ends with NULL */

/* support_actor(), support_now() - for auth_nouns.support and .supported. */
must_use enum err support_actor(struct ctx *c, struct id grant);
must_use enum err support_now(struct ctx *c, struct json_out *o);
/* support_waits() - it was asked for, and not too long ago. support_lives() - somebody may be in by it at this moment. */
bool support_waits(const struct row *grant, struct instant now);
bool support_lives(const struct row *grant, struct instant now);
/* support_begin() - makes *is of a request, or of a new row, one that holds from now on for so many hours. */
void support_begin(struct row *is, struct instant now, int64_t hours);
/* support_put() - writes a new request, or (with .state active) a grant; the event names who acts. An emergency raises an alert at once. */
must_use enum err support_put(struct tx *tx, const struct row *given, struct row **ret);
/* support_alert() - tells the owners of an emergency. */
must_use enum err support_alert(struct tx *tx, const char *words);
/* support_expire() - what is over by the clock says so; for the courier. Nothing is written where nothing is over. */
must_use enum err support_expire(struct ctx *c);

#endif
