#include "writer.h"

#include "limits.h"
#include "time.h"

#include <pthread.h>
#include <time.h>

enum {
	BUSY_STRETCH_MS = 50, /* after so long without a pause the lock goes to another process, if one waits: */
	PAUSE_NS = 2 * 1000 * 1000,
	WRITER_TOGETHER = 128, /* closures that one caller hands over at once */
	/* Own answer of a closure that has not got one: */
	UNDECIDED = ERR_COUNT,
};

/* A closure that waits; it lives on the stack of the one who waits for it. */
struct job {
	struct job *next;
	struct sql_work *work; /* its `err` is written by the writer, read after `done` */
	bool done;
	pthread_cond_t answered;
};

struct writer {
	struct sql *db;
	struct lite *conn;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows, and `done` of every job */
	pthread_cond_t work;
	struct job *first, *last;
	size_t waiting;
	bool stop, crowded;
};

/* ---- one closure ---- */

static enum err undo(struct lite *conn, enum err e)
{
	/* Where the engine has rolled everything back there is no savepoint any more; the caller sees that by itself. */
	if (!sqlite3_get_autocommit(conn->db)) {
		lite_own(conn, ROLLBACK_TO);
		lite_own(conn, RELEASE);
	}
	guard_undo(conn->guard);
	return e;
}

static enum err settle(struct writer *w)
{
	enum err e = guard_settle(w->conn->guard);
	if (e != OK)
		sql_say(w->db, "refused at the end of a transaction: %s", guard_why(w->conn->guard));
	return e;
}

/* Runs the body, and judges what it did. */
static enum err run_body(struct writer *w, struct job *job)
{
	struct lite_tx tx = {
		.tx = { .engine = &engine_sqlite, .db = w->db, .arena = job->work->arena, .tenant = job->work->tenant },
		.conn = w->conn,
	};
	guard_begin(w->conn->guard, job->work->tenant);
	enum err e = tx_run_body(&tx.tx, job->work->body, job->work->arg);
	return e == OK ? settle(w) : e;
}

/* Runs the body in a savepoint. After an error nothing of it is left. */
static enum err run_job(struct writer *w, struct job *job)
{
	int rc = lite_own(w->conn, SAVEPOINT);
	if (rc != SQLITE_OK)
		return lite_err(rc);
	enum err e = run_body(w, job);
	if (e == OK)
		e = lite_err(lite_own(w->conn, RELEASE));
	return e == OK ? OK : undo(w->conn, e);
}

/* ---- one transaction ---- */

static enum err begin(struct lite *conn)
{
	enum err e = lite_err(lite_own(conn, BEGIN_WRITE));
	if (e == OK)
		e = lite_refresh(conn);
	return e;
}

static void roll_back(struct lite *conn)
{
	if (!sqlite3_get_autocommit(conn->db))
		lite_own(conn, ROLLBACK);
	guard_undo(conn->guard);
}

static enum err commit(struct writer *w)
{
	int rc = lite_own(w->conn, COMMIT);
	if (rc == SQLITE_OK)
		return OK;
	sql_say(w->db, "commit failed: sqlite %d: %s", rc, sqlite3_errmsg(w->conn->db));
	roll_back(w->conn);
	return lite_err(rc);
}

/* A closure that has the transaction for itself needs no savepoint. That matters for large ones: with a savepoint open the engine keeps
 * every page it touched in a journal in memory, and walks that journal after each statement. */
static void run_alone(struct writer *w, struct job *job)
{
	enum err e = begin(w->conn);
	if (e == OK)
		e = run_body(w, job);
	if (e == OK)
		e = commit(w);
	else
		roll_back(w->conn);
	job->work->err = e;
}

/* Runs the closures inside the transaction that is open. False: the engine has rolled all of them back, because of the last one
 * that ran. */
static bool run_together(struct writer *w, struct job *jobs)
{
	for (struct job *job = jobs; job; job = job->next) {
		job->work->err = run_job(w, job);
		if (sqlite3_get_autocommit(w->conn->db)) {
			/* A closure that was stopped for its slowness would only be slow again. */
			for (struct job *j = jobs; j; j = j->next)
				if (j != job || job->work->err != E_TIMEOUT)
					j->work->err = (enum err)UNDECIDED;
			return false;
		}
	}
	return true;
}

static void decide_alone(struct writer *w, struct job *jobs)
{
	for (struct job *job = jobs; job; job = job->next)
		if (job->work->err == (enum err)UNDECIDED)
			run_alone(w, job);
}

static void run_batch(struct writer *w, struct job *jobs)
{
	if (!jobs->next) {
		run_alone(w, jobs);
		return;
	}
	enum err e = begin(w->conn);
	if (e != OK) {
		roll_back(w->conn);
		for (struct job *job = jobs; job; job = job->next)
			job->work->err = e;
		return;
	}
	bool whole = run_together(w, jobs);
	if (whole && commit(w) == OK)
		return;
	/* What failed by itself has its answer; the others are tried again, one by one. */
	for (struct job *job = jobs; whole && job; job = job->next)
		if (job->work->err == OK)
			job->work->err = (enum err)UNDECIDED;
	roll_back(w->conn);
	decide_alone(w, jobs);
}

/* ---- the thread ---- */

/* Waits for closures and cuts off the first WRITER_BATCH_MAX of them; NULL when it is time to stop. */
static struct job *take_batch(struct writer *w, bool *ret_waited)
{
	pthread_mutex_lock(&w->lock);
	*ret_waited = !w->first;
	while (!w->first && !w->stop)
		pthread_cond_wait(&w->work, &w->lock);
	struct job *batch = w->first, *end = batch;
	if (batch) {
		size_t n = 1;
		for (; n < WRITER_BATCH_MAX && end->next; n++)
			end = end->next;
		w->first = end->next;
		w->waiting -= n;
		end->next = NULL;
	}
	pthread_mutex_unlock(&w->lock);
	return batch;
}

static void answer(struct writer *w, struct job *jobs)
{
	pthread_mutex_lock(&w->lock);
	for (struct job *job = jobs, *next; job; job = next) {
		next = job->next; /* once it is answered, it is gone */
		job->done = true;
		pthread_cond_signal(&job->answered);
	}
	w->crowded = w->first != NULL;
	pthread_mutex_unlock(&w->lock);
}

static void *write_on(void *p)
{
	struct writer *w = p;
	int64_t since = monotonic_ms();
	bool waited;
	for (struct job *batch; (batch = take_batch(w, &waited));) {
		if (waited)
			since = monotonic_ms();
		run_batch(w, batch);
		answer(w, batch);
		if (monotonic_ms() - since > BUSY_STRETCH_MS) {
			nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
			since = monotonic_ms();
		}
	}
	return NULL;
}

enum err writer_start(struct sql *db, struct lite *conn, struct arena *a, struct writer **ret)
{
	struct writer *w = ARENA_NEW(a, struct writer);
	w->db = db;
	w->conn = conn;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	if (pthread_create(&w->thread, NULL, write_on, w) != 0)
		return E_STORAGE;
	*ret = w;
	return OK;
}

void writer_stop(struct writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->work);
	lite_close(w->conn);
}

bool writer_crowded(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	bool crowded = w->crowded || w->first;
	pthread_mutex_unlock(&w->lock);
	return crowded;
}

static bool enqueue(struct writer *w, struct job *job)
{
	if (w->waiting == WRITER_QUEUE_MAX || w->stop)
		return false;
	if (w->first)
		w->last->next = job;
	else
		w->first = job;
	w->last = job;
	w->waiting++;
	pthread_cond_signal(&w->work);
	return true;
}

/* The writer's thread holds no lock while it works, so whoever waits here only waits for the last of his. */
static void do_some(struct writer *w, struct sql_work *work, size_t count)
{
	struct job jobs[WRITER_TOGETHER];
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < count; i++) {
		jobs[i] = (struct job){ .work = &work[i] };
		work[i].err = E_BUSY;
		pthread_cond_init(&jobs[i].answered, NULL);
		jobs[i].done = !enqueue(w, &jobs[i]);
	}
	for (size_t i = 0; i < count; i++)
		while (!jobs[i].done)
			pthread_cond_wait(&jobs[i].answered, &w->lock);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < count; i++)
		pthread_cond_destroy(&jobs[i].answered);
}

void writer_do(struct writer *w, struct sql_work *work, size_t count)
{
	for (size_t from = 0; from < count; from += WRITER_TOGETHER)
		do_some(w, work + from, count - from < WRITER_TOGETHER ? count - from : WRITER_TOGETHER);
}
