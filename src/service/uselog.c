#include "uselog.h"

#include "log.h"
#include "mix.h"
#include "policy.h"
#include "right_use.h"

#include <pthread.h>
#include <stdlib.h>

enum { WAITING_MAX = 4096, KNOWN_SLOTS = 65536, DAY_MS = 86400000 };

struct use {
	int64_t tenant, day;
	struct id membership;
	const char *right; /* of the table, which is constant */
	uint64_t mark;
};

struct uselog {
	struct store *store;
	pthread_mutex_t lock, writing; /* of what waits; of who writes */
	struct use waiting[WAITING_MAX], taken[WAITING_MAX];
	size_t count;
	int64_t write_at_ms;
	uint64_t known[KNOWN_SLOTS]; /* what was noted today. A slot that another took only costs a statement. */
};

struct uselog *uselog_new(struct store *store)
{
	struct uselog *log = calloc(1, sizeof(*log));
	if (!log)
		abort();
	log->store = store;
	pthread_mutex_init(&log->lock, NULL);
	pthread_mutex_init(&log->writing, NULL);
	return log;
}

void uselog_free(struct uselog *log)
{
	if (!log)
		return;
	pthread_mutex_destroy(&log->lock);
	pthread_mutex_destroy(&log->writing);
	free(log);
}

/* Called with the lock. Where there is no room it is noted the next time. */
static void note(struct uselog *log, const struct ctx *c, size_t right)
{
	struct use u = { .tenant = c->actor.tenant, .day = c->now.ms / DAY_MS, .membership = c->actor.membership, .right = c->actor.catalogue->rights[right].name };
	u.mark = mix(mix(mix(mix(MIX_START, &u.tenant, 8), u.membership.b, 16), &right, sizeof(right)), &u.day, 8);
	if (log->known[u.mark % KNOWN_SLOTS] == u.mark || log->count == WAITING_MAX)
		return;
	log->known[u.mark % KNOWN_SLOTS] = u.mark;
	log->waiting[log->count++] = u;
}

void uselog_add(struct uselog *log, const struct ctx *c)
{
	if (!c->actor.used || id_is_zero(c->actor.membership))
		return;
	pthread_mutex_lock(&log->lock);
	for (size_t i = 0; i < c->actor.catalogue->right_count; i++)
		if (c->actor.used[i / 64] >> i % 64 & 1)
			note(log, c, i);
	pthread_mutex_unlock(&log->lock);
}

/* ---- writing ---- */

struct piece {
	const struct use *uses;
	size_t count;
};

static enum err write_piece(struct tx *tx, void *arg)
{
	const struct piece *p = arg;
	for (size_t i = 0; i < p->count; i++)
		TRY(right_use_put(tx, p->uses[i].membership, str_from(p->uses[i].right), p->uses[i].day));
	return OK;
}

static int by_tenant(const void *a, const void *b)
{
	const struct use *x = a, *y = b;
	return (x->tenant > y->tenant) - (x->tenant < y->tenant);
}

/* Those of up to STORE_TOGETHER_MAX companies in as many transactions that share a commit. What failed is forgotten, so that it is noted anew. */
static size_t write_some(struct uselog *log, const struct use *uses, size_t count)
{
	static const struct who system = { .kind = WHO_SYSTEM };
	struct problem problems[STORE_TOGETHER_MAX];
	struct piece pieces[STORE_TOGETHER_MAX];
	struct store_work work[STORE_TOGETHER_MAX];
	size_t done = 0, n = 0;
	for (; n < STORE_TOGETHER_MAX && done < count; done += pieces[n++].count) {
		struct arena *a = arena_new(REQUEST_ARENA_MAX);
		problem_init(&problems[n], a);
		pieces[n] = (struct piece){ uses + done, 1 };
		while (done + pieces[n].count < count && uses[done + pieces[n].count].tenant == uses[done].tenant)
			pieces[n].count++;
		work[n] = (struct store_work){ .body = write_piece, .arg = &pieces[n] };
		work[n].run = (struct run){ .store = log->store, .tenant = uses[done].tenant, .arena = a, .problem = &problems[n], .who = &system, .now = now() };
	}
	store_write_each(log->store, work, n);
	for (size_t i = 0; i < n; i++) {
		if (work[i].err != OK)
			LOG(LOG_WARN, "uselog.failing", LOG_I("tenant", work[i].run.tenant), LOG_W("error", err_info(work[i].err)->slug));
		pthread_mutex_lock(&log->lock);
		for (size_t k = 0; k < pieces[i].count && work[i].err != OK; k++)
			log->known[pieces[i].uses[k].mark % KNOWN_SLOTS] = 0;
		pthread_mutex_unlock(&log->lock);
		arena_free(work[i].run.arena);
	}
	return done;
}

void uselog_write(struct uselog *log, bool now_or_never)
{
	size_t count = 0;
	pthread_mutex_lock(&log->writing);
	pthread_mutex_lock(&log->lock);
	if (now_or_never || log->count > WAITING_MAX / 2 || monotonic_ms() >= log->write_at_ms) {
		for (count = 0; count < log->count; count++)
			log->taken[count] = log->waiting[count];
		log->count = 0;
		log->write_at_ms = monotonic_ms() + USES_WRITTEN_MS;
	}
	pthread_mutex_unlock(&log->lock);
	qsort(log->taken, count, sizeof(struct use), by_tenant);
	for (size_t at = 0; at < count;)
		at += write_some(log, log->taken + at, count - at);
	pthread_mutex_unlock(&log->writing);
}
