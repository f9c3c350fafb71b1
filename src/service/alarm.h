/* alarm.h - what an owner should look at: noticed anywhere, kept by whoever is above. The list of kinds is the noun's. */
#ifndef ALARM_H
#define ALARM_H

#include "ctx.h"

struct alarm {
	const char *kind;  /* new_device, mass_read, token_reuse, ... */
	struct id user;    /* whom it is about; zero: nobody in particular */
	struct str words;  /* a sentence without anything personal */
};

struct alarms {
	/* raise() - within an hour the same kind about the same person is counted, not repeated. Runs in a writing transaction of the company. */
	enum err (*raise)(struct tx *tx, const struct alarm *alarm);
	/* off_hours() - whether the company is long closed; its row must be in the context. */
	enum err (*off_hours)(struct tx *tx, bool *ret);
};

/* alarm_now() - raises one in a transaction of its own. With only_off_hours: only if the company is closed. */
must_use enum err alarm_now(struct ctx *c, const struct alarms *alarms, const struct alarm *alarm, bool only_off_hours);

/* watch.c: how many different people each actor has read about within an hour. */
struct watch;
struct watch *watch_new(void);
void watch_free(struct watch *watch);
/* watch_people() - counts these rows, each of them a person; returns how many it were within the hour when that first exceeds `most`, else 0. */
size_t watch_people(struct watch *watch, const struct ctx *c, const struct id *rows, size_t count, size_t most);

#endif
