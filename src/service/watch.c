/* watch.c - a small table of who reads how much. It forgets: an alarm that comes a little late is better than memory that grows. */
#include "alarm.h"

#include "mix.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024, PROBES = 8, PEOPLE_MAX = 128, HOUR_MS = 3600000 };
_Static_assert(MASS_READ_FIELD < PEOPLE_MAX && MASS_READ_OFFICE < PEOPLE_MAX, "there is room until it is told");

struct watched {
	int64_t tenant, since_ms;
	struct id who;
	uint64_t people[PEOPLE_MAX]; /* a hash of each */
	size_t count;
	bool told;
};

struct watch {
	pthread_mutex_t lock;
	struct watched of[SLOTS];
};

struct watch *watch_new(void)
{
	struct watch *w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	pthread_mutex_init(&w->lock, NULL);
	return w;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	pthread_mutex_destroy(&watch->lock);
	free(watch);
}

/* The slot of an actor, begun anew each hour; where all are taken, the oldest gives way. */
static struct watched *slot_of(struct watch *w, const struct ctx *c)
{
	uint64_t h = mix(mix(MIX_START, &c->actor.tenant, 8), c->who.id.b, 16);
	struct watched *oldest = &w->of[h % SLOTS], *s = NULL;
	for (size_t i = 0; i < PROBES && !s; i++) {
		struct watched *at = &w->of[(h + i) % SLOTS];
		if (at->tenant == c->actor.tenant && id_eq(at->who, c->who.id))
			s = at;
		else if (at->since_ms < oldest->since_ms)
			oldest = at;
	}
	s = s ? s : oldest;
	if (s->tenant != c->actor.tenant || !id_eq(s->who, c->who.id) || c->now.ms - s->since_ms >= HOUR_MS || c->now.ms < s->since_ms)
		*s = (struct watched){ .tenant = c->actor.tenant, .who = c->who.id, .since_ms = c->now.ms };
	return s;
}

static void see(struct watched *s, struct id row)
{
	uint64_t mark = mix(MIX_START, row.b, 16);
	size_t i = 0;
	while (i < s->count && s->people[i] != mark)
		i++;
	if (i == s->count && s->count < PEOPLE_MAX)
		s->people[s->count++] = mark;
}

size_t watch_people(struct watch *watch, const struct ctx *c, const struct id *rows, size_t count, size_t most)
{
	size_t ret = 0;
	pthread_mutex_lock(&watch->lock);
	struct watched *s = slot_of(watch, c);
	for (size_t i = 0; i < count; i++)
		see(s, rows[i]);
	if (s->count > most && !s->told)
		ret = s->count;
	s->told |= s->count > most;
	pthread_mutex_unlock(&watch->lock);
	return ret;
}

/* ---- raising ---- */

struct raise {
	const struct alarms *alarms;
	const struct alarm *alarm;
	bool only_off_hours;
};

static enum err raise_body(struct tx *tx, void *arg)
{
	const struct raise *r = arg;
	bool off = true;
	if (r->only_off_hours)
		TRY(r->alarms->off_hours(tx, &off));
	return off ? r->alarms->raise(tx, r->alarm) : OK;
}

enum err alarm_now(struct ctx *c, const struct alarms *alarms, const struct alarm *alarm, bool only_off_hours)
{
	struct raise r = { alarms, alarm, only_off_hours };
	struct run run = ctx_run(c);
	/* What the log says of it: that the system noticed, not that the person did it. */
	const struct who system = { .kind = WHO_SYSTEM, .request = c->who.request };
	run.who = &system;
	return alarms ? store_write(&run, raise_body, &r) : OK;
}
