#include "checkpoint.h"

#include "limits.h"

#include <pthread.h>

enum {
	FRAMES_DUE = 10000,  /* of 4 KiB: from here on the log is brought back */
	FRAMES_LONG = 25000, /* from here on the writer waits for it */
};

struct keeper {
	struct sql *db;
	const struct sql_config *config;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t work;
	bool due, stop;
};

static enum err open_own(struct keeper *k, sqlite3 **ret)
{
	with_arena struct arena *a = arena_new(64 * KIB);
	struct problem problem;
	problem_init(&problem, a);
	enum err e = lite_open_raw(k->config->url, &k->config->page_key, &problem, ret);
	if (e != OK)
		sql_say(k->db, "the log cannot be brought back: " STR_FMT, STR_ARG(problem.log));
	return e;
}

/* Passive: it waits for nobody, and nobody waits for it. What a reader still needs comes next time. */
static void bring_back(struct keeper *k, sqlite3 *db)
{
	int rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		sql_say(k->db, "bringing the log back failed: sqlite %d", rc);
}

static bool wait_until_due(struct keeper *k)
{
	pthread_mutex_lock(&k->lock);
	while (!k->due && !k->stop)
		pthread_cond_wait(&k->work, &k->lock);
	k->due = false;
	bool go_on = !k->stop;
	pthread_mutex_unlock(&k->lock);
	return go_on;
}

static void *keep(void *p)
{
	struct keeper *k = p;
	sqlite3 *db = NULL;
	while (wait_until_due(k))
		if (db || open_own(k, &db) == OK)
			bring_back(k, db);
	sqlite3_close_v2(db);
	return NULL;
}

/* After each commit of the writer, on its thread. */
static int on_commit(void *p, sqlite3 *writer, const char *name, int frames)
{
	struct keeper *k = p;
	(void)name;
	if (frames < FRAMES_DUE)
		return SQLITE_OK;
	if (frames >= FRAMES_LONG)
		bring_back(k, writer);
	pthread_mutex_lock(&k->lock);
	k->due = true;
	pthread_cond_signal(&k->work);
	pthread_mutex_unlock(&k->lock);
	return SQLITE_OK;
}

enum err keeper_start(struct sql *db, const struct sql_config *config, struct arena *a, struct keeper **ret)
{
	struct keeper *k = ARENA_NEW(a, struct keeper);
	k->db = db;
	k->config = config;
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->work, NULL);
	if (pthread_create(&k->thread, NULL, keep, k) != 0)
		return E_STORAGE;
	*ret = k;
	return OK;
}

void keeper_watch(struct keeper *k, sqlite3 *writer)
{
	sqlite3_wal_hook(writer, on_commit, k);
}

void keeper_stop(struct keeper *k)
{
	if (!k)
		return;
	pthread_mutex_lock(&k->lock);
	k->stop = true;
	pthread_cond_signal(&k->work);
	pthread_mutex_unlock(&k->lock);
	pthread_join(k->thread, NULL);
	pthread_mutex_destroy(&k->lock);
	pthread_cond_destroy(&k->work);
}
