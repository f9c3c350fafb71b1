#include "readlog.h"

#include "log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ENTRIES_MAX = 2048, IDS_MAX = 65536, REFUSE_AFTER_MS = 30000 };

struct entry {
	int64_t tenant;
	struct who who;
	const struct noun *noun;
	const char *purpose;
	struct id session;
	size_t from, count; /* in ids */
};

struct batch {
	struct entry entries[ENTRIES_MAX];
	struct id ids[IDS_MAX];
	size_t entry_count, id_count;
};

struct readlog {
	struct store *store;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct batch *filling, *writing;
	bool stop;
	int64_t failing_since_ms; /* 0: all is well */
	pthread_t thread;
};

static struct entry *same_entry(struct batch *b, const struct ctx *c, const struct noun *noun, const char *purpose)
{
	/* Only the newest entry can grow: its ids are the last. */
	struct entry *e = b->entry_count ? &b->entries[b->entry_count - 1] : NULL;
	if (e && e->tenant == c->actor.tenant && id_eq(e->session, c->actor.session) && e->noun == noun && e->purpose == purpose)
		return e;
	return NULL;
}

static void add_ids(struct batch *b, struct entry *e, const struct id *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool known = false;
		for (size_t k = e->from; k < e->from + e->count && !known; k++)
			known = id_eq(b->ids[k], rows[i]);
		if (known || b->id_count == IDS_MAX)
			continue;
		b->ids[b->id_count++] = rows[i];
		e->count++;
	}
}

enum err readlog_add(struct readlog *log, const struct ctx *c, const struct noun *noun, const char *purpose, const struct id *rows,
                     size_t count)
{
	enum err e = OK;
	if (count == 0)
		return OK;
	pthread_mutex_lock(&log->lock);
	struct batch *b = log->filling;
	bool full = b->entry_count == ENTRIES_MAX || b->id_count + count > IDS_MAX;
	if (full || (log->failing_since_ms && monotonic_ms() - log->failing_since_ms > REFUSE_AFTER_MS)) {
		pthread_cond_signal(&log->wake);
		e = E_BUSY;
	} else {
		struct entry *at = same_entry(b, c, noun, purpose);
		if (!at) {
			at = &b->entries[b->entry_count++];
			*at = (struct entry){ c->actor.tenant, c->who, noun, purpose, c->actor.session, b->id_count, 0 };
			at->who.reason = STR("");
		}
		add_ids(b, at, rows, count);
	}
	pthread_mutex_unlock(&log->lock);
	return e;
}

struct writing {
	const struct batch *batch;
	const struct entry *entry;
};

static enum err write_entry(struct tx *tx, void *arg)
{
	const struct writing *w = arg;
	struct buf b;
	struct json_out o;
	buf_init(&b, tx->arena, 4 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "purpose", str_from(w->entry->purpose));
	jw_member_int(&o, "count", (int64_t)w->entry->count);
	jw_key(&o, "ids");
	jw_str(&o, str_base64url(tx->arena, w->batch->ids + w->entry->from, w->entry->count * sizeof(struct id)));
	jw_close(&o, '}');
	struct id object = w->entry->count == 1 ? w->batch->ids[w->entry->from] : (struct id){ { 0 } };
	TRY(audit_event(tx, "read", w->entry->noun, object, buf_str(&b)));
	return audit_seen(tx, tx->who->id, w->entry->noun, w->batch->ids + w->entry->from, w->entry->count);
}

static enum err write_batch(struct readlog *log, const struct batch *batch)
{
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	for (size_t i = 0; i < batch->entry_count; i++) {
		struct problem problem;
		struct writing w = { batch, &batch->entries[i] };
		problem_init(&problem, a);
		struct run run = { .store = log->store, .tenant = w.entry->tenant, .arena = a, .problem = &problem, .who = &w.entry->who, .now = now() };
		TRY(store_write(&run, write_entry, &w));
		arena_reset(a);
	}
	return OK;
}

static void swap(struct readlog *log)
{
	struct batch *b = log->writing;
	log->writing = log->filling;
	log->filling = b;
	b->entry_count = b->id_count = 0;
}

/* Called with the lock; writes without it. */
static void flush(struct readlog *log)
{
	bool again = log->failing_since_ms != 0; /* the batch that failed is still in `writing` */
	if (!again && log->filling->entry_count == 0)
		return;
	if (!again)
		swap(log);
	pthread_mutex_unlock(&log->lock);
	enum err e = write_batch(log, log->writing);
	pthread_mutex_lock(&log->lock);
	if (e == OK) {
		log->failing_since_ms = 0;
	} else if (!log->failing_since_ms) {
		log->failing_since_ms = monotonic_ms();
		LOG(LOG_ERROR, "readlog.failing", LOG_W("error", err_info(e)->slug));
	}
}

static void *work(void *arg)
{
	struct readlog *log = arg;
	pthread_mutex_lock(&log->lock);
	while (!log->stop) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		pthread_cond_timedwait(&log->wake, &log->lock, &until);
		keystore_tick(store_keys(log->store)); /* the one timer of this process: keys that were not used for a while go */
		flush(log);
	}
	flush(log);
	pthread_mutex_unlock(&log->lock);
	return NULL;
}

struct readlog *readlog_new(struct store *store)
{
	struct readlog *log = calloc(1, sizeof(*log));
	if (!log)
		abort();
	log->store = store;
	log->filling = calloc(1, sizeof(*log->filling));
	log->writing = calloc(1, sizeof(*log->writing));
	if (!log->filling || !log->writing)
		abort();
	pthread_mutex_init(&log->lock, NULL);
	pthread_cond_init(&log->wake, NULL);
	if (pthread_create(&log->thread, NULL, work, log) != 0)
		abort();
	return log;
}

void readlog_free(struct readlog *log)
{
	if (!log)
		return;
	pthread_mutex_lock(&log->lock);
	log->stop = true;
	pthread_cond_signal(&log->wake);
	pthread_mutex_unlock(&log->lock);
	pthread_join(log->thread, NULL);
	pthread_mutex_destroy(&log->lock);
	pthread_cond_destroy(&log->wake);
	free(log->filling);
	free(log->writing);
	free(log);
}
