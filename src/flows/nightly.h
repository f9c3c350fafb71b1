/* nightly.h - what the calendar does by itself, once a day for each company: offers expire, plans make work, reviews of
 * access begin and end. */
#ifndef NIGHTLY_H
#define NIGHTLY_H

#include "auth.h"

/* nightly_run() - the day that has begun in a company: everything that its date brings, in as many transactions as it takes. `c` is the courier's
 * context with .actor.tenant; *ret_day is the company's date. Running it again changes nothing. */
must_use enum err nightly_run(struct ctx *c, const struct auth_nouns *nouns, struct day *ret_day);
/* nightly_day() - the company's date alone, to know whether it is time. */
must_use enum err nightly_day(struct ctx *c, const struct auth_nouns *nouns, struct day *ret_day);

#endif
