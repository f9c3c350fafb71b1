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
#include <unistd.h>

enum { ROUND_MS = 1000 };

static enum err sign(struct tx *tx, void *arg)
{
	struct str text;
	return audit_checkpoint(tx, *(struct str *)arg, &text);
}

static enum err grown(struct tx *tx, void *arg)
{
	return audit_grown(tx, arg);
}

static enum err sign_one(struct tool *t, struct ctx *c, const struct company *company)
{
	char id[37];
	bool grew;
	struct run run = ctx_tenant_run(c, company->number);
	TRY(store_read(&run, grown, &grew));
	if (!grew)
		return OK;
	id_format(company->id, id);
	struct str origin = str_fmt(c->arena, "%s/audit/%s/1", t->config->host, id);
	return store_write(&run, sign, &origin);
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
	for (size_t i = 0; i < count; i++) {
		enum err e = sign_one(t, &c, &list[i]);
		if (e != OK)
			LOG(LOG_WARN, "courier.sign", LOG_I("tenant", list[i].number), LOG_W("error", err_info(e)->slug));
	}
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
	while (poll(&stop, 1, ROUND_MS) <= 0) {
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
