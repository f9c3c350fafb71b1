/* plan.h - what happens to recurring plans and offers by the calendar, and what follows from work that is done. */
#ifndef PLAN_H
#define PLAN_H

#include "doc.h"

/* day_add_months() - the same day so many months later; the last of the month where it has no such day. */
struct day day_add_months(struct day from, int64_t months);
/* plans_run() - makes the work of plans whose time has come by `today`, a bounded number at once; *ret_made 0: nothing is left. The context must have
 * its company. */
must_use enum err plans_run(struct tx *tx, struct day today, size_t *ret_made);
/* plan_follow() - a piece of work was completed or cancelled: its plan goes on from there. */
must_use enum err plan_follow(struct tx *tx, const struct row *was, const struct row *job);
/* quotes_expire() - sent offers whose last day is over become expired, a bounded number at once. */
must_use enum err quotes_expire(struct tx *tx, struct day today, size_t *ret_done);

#endif
