/* courier.c - what happens without a request: for now, signing a checkpoint of every company whose log grew. It lists the companies
 * through the platform's plane and then works as one at a time. */
#include "commands.h"

#include "audit.h"
#include "harden.h"
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { ROUND_MS = 1000, AFTER_MS = 60 };

/* A little after each full second, when the app has written what was read in the last one. */
static int until_round(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return ROUND_MS - (int)((t.tv_nsec / 1000000 + ROUND_MS - AFTER_MS) % ROUND_MS);
}

static enum err sign(struct tx *tx, void *arg)
{
	struct str text;
	return audit_checkpoint(tx, *(struct str *)arg, &text);
}

static enum err grown(struct tx *tx, void *arg)
{
	return audit_grown(tx, arg);
}

/* Those whose log grew come to the front; returns their number. One that cannot be read does not stop the others. */
static size_t grown_first(struct ctx *c, struct company *list, size_t count)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		bool grew = false;
		struct run run = ctx_tenant_run(c, list[i].number);
		enum err e = store_read(&run, grown, &grew);
		if (e != OK)
			LOG(LOG_WARN, "courier.look", LOG_I("tenant", list[i].number), LOG_W("error", err_info(e)->slug));
		if (grew)
			list[n++] = list[i];
	}
	return n;
}

/* One commit for all of them where the engine can: each commit makes every reader forget the pages it has. */
static void sign_some(struct tool *t, struct ctx *c, const struct company *list, size_t count)
{
	struct str origins[STORE_TOGETHER_MAX];
	struct problem problems[STORE_TOGETHER_MAX];
	struct store_work work[STORE_TOGETHER_MAX];
	for (size_t i = 0; i < count; i++) {
		char id[37];
		id_format(list[i].id, id);
		origins[i] = str_fmt(c->arena, "%s/audit/%s/1", t->config->host, id);
		work[i] = (struct store_work){ .run = ctx_tenant_run(c, list[i].number), .body = sign, .arg = &origins[i] };
		work[i].run.arena = arena_new(REQUEST_ARENA_MAX);
		work[i].run.problem = &problems[i];
		problem_init(&problems[i], work[i].run.arena);
	}
	store_write_each(c->store, work, count);
	for (size_t i = 0; i < count; i++) {
		if (work[i].err != OK)
			LOG(LOG_WARN, "courier.sign", LOG_I("tenant", list[i].number), LOG_W("error", err_info(work[i].err)->slug));
		arena_free(work[i].run.arena);
	}
}

static enum err one_round(struct tool *t, struct store *store, struct arena *a)
{
	struct company *list;
	size_t count;
	struct ctx c = { .store = store, .arena = a, .now = now() };
	c.who = (struct who){ .kind = WHO_SYSTEM, .request = id_new(c.now.ms) };
	problem_init(&c.problem, a);
	struct run run = ctx_system_run(&c);
	TRY(companies_list(&run, &list, &count));
	count = grown_first(&c, list, count);
	for (size_t i = 0; i < count; i += STORE_TOGETHER_MAX)
		sign_some(t, &c, list + i, count - i < STORE_TOGETHER_MAX ? count - i : STORE_TOGETHER_MAX);
	return OK;
}

enum err command_courier(struct tool *t)
{
	struct store *store;
	sigset_t set;
	int lock;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	struct pollfd stop = { .fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN };
	TRY(data_lock(t, false, &lock));
	TRY(sql_load(tool_url(t), t->problem));
	if (harden_process() != OK)
		LOG(LOG_WARN, "courier.not_hardened", LOG_W("why", "the kernel refused the filter"));
	TRY(tool_store(t, false, &store));
	struct arena *a = arena_new(REQUEST_ARENA_MAX);
	LOG(LOG_INFO, "courier.start", LOG_I("pid", getpid()));
	while (poll(&stop, 1, until_round()) <= 0) {
		enum err e = one_round(t, store, a);
		if (e != OK)
			LOG(LOG_WARN, "courier.round", LOG_W("error", err_info(e)->slug));
		keystore_tick(store_keys(store));
		arena_reset(a);
	}
	arena_free(a);
	store_close(store);
	LOG(LOG_INFO, "courier.stop", LOG_I("pid", getpid()));
	close(stop.fd);
	close(lock);
	return OK;
}
