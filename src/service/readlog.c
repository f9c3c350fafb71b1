#include "readlog.h"

#include "log.h"
#include "mix.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ENTRIES_MAX = 4096, SEEN_MAX = 65536, KNOWN_SLOTS = 65536, REFUSE_AFTER_MS = 30000, WAIT_MAX = 4, SITTING_MAX = 64 };

/* What one session, or one key, has read of one noun for one purpose since the last time that was written. */
struct entry {
	int64_t tenant;
	struct who who;
	const struct noun *noun;
	const char *purpose;
	struct id session;
	uint32_t newest; /* of its rows, plus one; 0: none */
	size_t count;
	bool written;
};

struct seen {
	struct id id;
	uint32_t entry, next; /* next: an older row of the same entry, plus one */
};

/* Entries and rows with a hash table beside each; slots hold the index plus one. */
struct batch {
	struct entry entries[ENTRIES_MAX];
	uint32_t entry_slots[2 * ENTRIES_MAX];
	struct seen seen[SEEN_MAX];
	uint32_t seen_slots[2 * SEEN_MAX];
	size_t entry_count, seen_count;
};

struct readlog {
	struct store *store;
	struct uselog *uses;
	pthread_mutex_t lock;
	pthread_cond_t wake, drained;
	struct batch *filling, *writing;
	struct entry *order[ENTRIES_MAX]; /* of the writing thread: what it has before it */
	bool stop;
	int64_t failing_since_ms; /* 0: all is well */
	pthread_t thread;
	uint64_t known[KNOWN_SLOTS]; /* pairs that access_seen has for today; only the writing thread looks */
};

/* A key has no session: what it reads is its own all the same. */
static struct id sitting_of(const struct ctx *c)
{
	return id_is_zero(c->actor.session) ? c->who.id : c->actor.session;
}

static bool same(const struct entry *e, const struct ctx *c, const struct noun *noun, const char *purpose)
{
	return e->tenant == c->actor.tenant && e->noun == noun && e->purpose == purpose && id_eq(e->session, sitting_of(c));
}

/* The entry of this reading, made if need be; NULL when there is no room for one. */
static struct entry *entry_for(struct batch *b, const struct ctx *c, const struct noun *noun, const char *purpose)
{
	const struct id session = sitting_of(c);
	uint64_t h = mix(mix(mix(MIX_START, session.b, 16), &noun, sizeof(noun)), &purpose, sizeof(purpose));
	size_t at = h % ARRAY_LEN(b->entry_slots);
	while (b->entry_slots[at] && !same(&b->entries[b->entry_slots[at] - 1], c, noun, purpose))
		at = (at + 1) % ARRAY_LEN(b->entry_slots);
	if (b->entry_slots[at])
		return &b->entries[b->entry_slots[at] - 1];
	if (b->entry_count == ENTRIES_MAX)
		return NULL;
	struct entry *e = &b->entries[b->entry_count++];
	*e = (struct entry){ .tenant = c->actor.tenant, .who = c->who, .noun = noun, .purpose = purpose, .session = session };
	e->who.reason = STR("");
	b->entry_slots[at] = (uint32_t)b->entry_count;
	return e;
}

static void add_row(struct batch *b, struct entry *e, struct id id)
{
	uint32_t entry = (uint32_t)(e - b->entries);
	size_t at = mix(entry, id.b, 16) % ARRAY_LEN(b->seen_slots);
	for (; b->seen_slots[at]; at = (at + 1) % ARRAY_LEN(b->seen_slots)) {
		const struct seen *s = &b->seen[b->seen_slots[at] - 1];
		if (s->entry == entry && id_eq(s->id, id))
			return;
	}
	b->seen[b->seen_count++] = (struct seen){ id, entry, e->newest };
	b->seen_slots[at] = e->newest = (uint32_t)b->seen_count;
	e->count++;
}

static bool refuses(const struct readlog *log)
{
	return log->failing_since_ms && monotonic_ms() - log->failing_since_ms > REFUSE_AFTER_MS;
}

/* Called with the lock: waits a little for room. */
static struct entry *make_room(struct readlog *log, const struct ctx *c, const struct noun *noun, const char *purpose, size_t count)
{
	for (int i = 0; i < WAIT_MAX && !refuses(log); i++) {
		struct entry *e = log->filling->seen_count + count <= SEEN_MAX ? entry_for(log->filling, c, noun, purpose) : NULL;
		struct timespec until;
		if (e)
			return e;
		pthread_cond_signal(&log->wake);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		pthread_cond_timedwait(&log->drained, &log->lock, &until);
	}
	return NULL;
}

enum err readlog_add(struct readlog *log, const struct ctx *c, const struct noun *noun, const char *purpose, const struct id *rows,
                     size_t count)
{
	if (count == 0)
		return OK;
	pthread_mutex_lock(&log->lock);
	struct entry *e = make_room(log, c, noun, purpose, count);
	for (size_t i = 0; e && i < count; i++)
		add_row(log->filling, e, rows[i]);
	pthread_mutex_unlock(&log->lock);
	return e ? OK : E_BUSY;
}

/* ---- writing ---- */

/* All entries of one session, which are written in one transaction. */
struct writing {
	struct readlog *log;
	const struct batch *batch;
	struct entry **entries;
	size_t count;
};

/* The slot of a pair of today, and what stands in it once the pair is written. A slot that another pair took only costs a statement. */
static uint64_t *slot_today(struct readlog *log, const struct entry *e, struct id id, struct instant at, uint64_t *ret_mark)
{
	int64_t day = at.ms / 86400000;
	*ret_mark = mix(mix(mix(mix(mix(MIX_START, &e->tenant, 8), e->who.id.b, 16), &e->noun->tag, 2), id.b, 16), &day, 8);
	return &log->known[*ret_mark % KNOWN_SLOTS];
}

static enum err write_entry(struct tx *tx, struct readlog *log, const struct batch *batch, const struct entry *e)
{
	struct id *ids = ARENA_ARRAY(tx->arena, struct id, e->count), *fresh = ARENA_ARRAY(tx->arena, struct id, e->count);
	size_t n = 0, fresh_n = 0;
	struct buf b;
	struct json_out o;
	for (uint32_t at = e->newest; at; at = batch->seen[at - 1].next)
		ids[n++] = batch->seen[at - 1].id;
	buf_init(&b, tx->arena, 4 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "purpose", str_from(e->purpose));
	jw_member_int(&o, "count", (int64_t)n);
	jw_key(&o, "ids");
	jw_str(&o, str_base64url(tx->arena, ids, n * sizeof(struct id)));
	jw_close(&o, '}');
	TRY(audit_event(tx, "read", e->noun, n == 1 ? ids[0] : (struct id){ { 0 } }, buf_str(&b)));
	for (size_t i = 0; i < n; i++) {
		uint64_t mark;
		if (*slot_today(log, e, ids[i], tx->now, &mark) != mark)
			fresh[fresh_n++] = ids[i];
	}
	return audit_seen(tx, tx->who->id, e->noun, fresh, fresh_n);
}

static enum err write_session(struct tx *tx, void *arg)
{
	const struct writing *w = arg;
	for (size_t i = 0; i < w->count; i++)
		TRY(write_entry(tx, w->log, w->batch, w->entries[i]));
	return OK;
}

/* Only after the commit: a body may run twice. */
static void remember(struct readlog *log, const struct batch *batch, const struct entry *e, struct instant at)
{
	for (uint32_t i = e->newest; i; i = batch->seen[i - 1].next) {
		uint64_t mark, *slot = slot_today(log, e, batch->seen[i - 1].id, at, &mark);
		*slot = mark;
	}
}

/* By session, in the order in which they came. */
static int by_session(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;
	int c = memcmp(&(*x)->session, &(*y)->session, sizeof((*x)->session));
	if (c == 0)
		c = (*x)->tenant < (*y)->tenant ? -1 : (*x)->tenant > (*y)->tenant;
	return c ? c : (*x < *y ? -1 : *x > *y);
}

static size_t same_session(struct entry *const *entries, size_t count)
{
	size_t n = 1;
	while (n < count && n < SITTING_MAX && entries[n]->tenant == entries[0]->tenant && id_eq(entries[n]->session, entries[0]->session))
		n++;
	return n;
}

/* Hands over up to STORE_TOGETHER_MAX sessions, and marks what was written. Returns how many entries those were. */
static size_t write_some(struct readlog *log, const struct batch *batch, struct entry **entries, size_t count, enum err *err)
{
	struct arena *arenas[STORE_TOGETHER_MAX];
	struct problem problems[STORE_TOGETHER_MAX];
	struct writing w[STORE_TOGETHER_MAX];
	struct store_work work[STORE_TOGETHER_MAX];
	size_t done = 0, n = 0;
	for (; n < STORE_TOGETHER_MAX && done < count; done += w[n++].count) {
		arenas[n] = arena_new(REQUEST_ARENA_MAX);
		problem_init(&problems[n], arenas[n]);
		w[n] = (struct writing){ log, batch, entries + done, same_session(entries + done, count - done) };
		work[n] = (struct store_work){ .body = write_session, .arg = &w[n] };
		work[n].run = (struct run){ .store = log->store, .tenant = entries[done]->tenant, .arena = arenas[n], .problem = &problems[n],
			                    .who = &entries[done]->who, .now = now() };
	}
	store_write_each(log->store, work, n);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < w[i].count && work[i].err == OK; k++) {
			remember(log, batch, w[i].entries[k], work[i].run.now);
			w[i].entries[k]->written = true;
		}
		if (work[i].err != OK)
			*err = work[i].err;
		arena_free(arenas[i]);
	}
	return done;
}

/* What could be written is not written again when the rest is tried once more. */
static enum err write_batch(struct readlog *log, struct batch *batch)
{
	struct entry **entries = log->order;
	size_t count = 0;
	enum err e = OK;
	for (size_t i = 0; i < batch->entry_count; i++)
		if (!batch->entries[i].written)
			entries[count++] = &batch->entries[i];
	qsort(entries, count, sizeof(struct entry *), by_session);
	for (size_t at = 0; at < count;)
		at += write_some(log, batch, entries + at, count - at, &e);
	return e;
}

static void clear(struct batch *b)
{
	memset(b->entry_slots, 0, sizeof(b->entry_slots));
	memset(b->seen_slots, 0, sizeof(b->seen_slots));
	b->entry_count = b->seen_count = 0;
}

/* Called with the lock; writes without it. A batch that could not be written stays and is tried again. */
static void flush(struct readlog *log)
{
	if (!log->failing_since_ms) {
		if (log->filling->entry_count == 0)
			return;
		struct batch *b = log->writing;
		log->writing = log->filling;
		log->filling = b;
		clear(b);
		pthread_cond_broadcast(&log->drained);
	}
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
		/* On the full second: the courier signs right after, and so the readers of SQLite forget their pages once a second, not twice. */
		until = (struct timespec){ .tv_sec = until.tv_sec + 1 };
		pthread_cond_timedwait(&log->wake, &log->lock, &until);
		keystore_tick(store_keys(log->store)); /* the one timer of this process: keys that were not used for a while go */
		flush(log);
		pthread_mutex_unlock(&log->lock);
		uselog_write(log->uses, false);
		pthread_mutex_lock(&log->lock);
	}
	flush(log);
	pthread_mutex_unlock(&log->lock);
	uselog_write(log->uses, true);
	return NULL;
}

struct readlog *readlog_new(struct store *store)
{
	struct readlog *log = calloc(1, sizeof(*log));
	if (!log)
		abort();
	log->store = store;
	log->uses = uselog_new(store);
	log->filling = calloc(1, sizeof(*log->filling));
	log->writing = calloc(1, sizeof(*log->writing));
	if (!log->filling || !log->writing)
		abort();
	pthread_mutex_init(&log->lock, NULL);
	pthread_cond_init(&log->wake, NULL);
	pthread_cond_init(&log->drained, NULL);
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
	pthread_cond_destroy(&log->drained);
	uselog_free(log->uses);
	free(log->filling);
	free(log->writing);
	free(log);
}

struct uselog *readlog_uses(struct readlog *log)
{
	return log->uses;
}
