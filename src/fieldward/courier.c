/* courier.c - what happens without a request: signing a checkpoint of every company whose log grew, making the PDFs of what was frozen there, and
 * sending messages (post.h). It lists the companies through the platform's plane and then works as one at a time. */
#include "commands.h"

#include "account.h"
#include "audit.h"
#include "frozen.h"
#include "identity.h"
#include "nightly.h"
#include "harden.h"
#include "log.h"
#include "post.h"
#include "support_grant.h"
#include "vouch.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { ROUND_MS = 1000, AFTER_MS = 60, RENDER_ROUNDS = 5, CALENDAR_ROUNDS = 60, SWEEP_ROUNDS = 3600 };

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

/* How far the companies were seen to. Their numbers follow one another, so they are places in the list. */
struct seen_size {
	uint64_t size;  /* of the log when frozen documents were last looked for: a checkpoint may cover an event that came after that look */
	struct day day; /* that the calendar was seen to; 0: none yet, or no company */
	bool known;
};
struct seen_to {
	struct seen_size *of;
	size_t room, known;
	uint64_t round;
};

static struct seen_size *seen_to_of(struct tool *t, struct seen_to *s, int64_t tenant)
{
	size_t at = (size_t)tenant;
	if (at >= s->room) {
		const struct seen_size *was = s->of;
		size_t had = s->room;
		s->room = at + 64 > 2 * had ? at + 64 : 2 * had;
		s->of = ARENA_ARRAY(t->arena, struct seen_size, s->room);
		if (had)
			memcpy(s->of, was, had * sizeof(*was));
	}
	s->known += !s->of[at].known;
	s->of[at].known = true;
	return &s->of[at];
}

struct growth {
	bool grew;
	uint64_t size;
};

static enum err look(struct tx *tx, void *arg)
{
	struct growth *l = arg;
	struct audit_state state;
	TRY(audit_state(tx, &state));
	l->size = state.size;
	return audit_grown(tx, &l->grew);
}

/* What was frozen and not rendered; what a company froze made its log grow. Whoever wants a document before that makes it himself. */
static void render(struct tool *t, struct ctx *c, const struct company *company, uint64_t size, uint64_t *seen)
{
	struct run run = ctx_tenant_run(c, company->number);
	struct str link = frozen_link(c->arena, tool_address(t), company->id);
	enum err e = OK;
	for (size_t done = 1; e == OK && done;)
		e = frozen_render_some(&run, link, &done);
	if (e == OK)
		*seen = size;
	else
		LOG(LOG_WARN, "courier.render", LOG_I("tenant", company->number), LOG_W("error", err_info(e)->slug));
}

/* Once a day in the company's own zone; looked at once a minute, and at once for companies that were not seen before. */
static void calendar(struct ctx *outer, struct seen_to *seen, bool all)
{
	for (size_t i = 0; i < seen->room; i++) {
		if (!seen->of[i].known || !(all || seen->of[i].day.days == 0))
			continue;
		with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
		struct ctx c = { .auth = outer->auth, .store = outer->store, .arena = a, .now = now(), .who = outer->who, .address = outer->address };
		struct day day;
		problem_init(&c.problem, a);
		c.actor.catalogue = outer->actor.catalogue;
		c.actor.tenant = (int64_t)i;
		enum err e = nightly_day(&c, &auth_nouns, &day);
		if (e == OK && day.days != seen->of[i].day.days)
			e = nightly_run(&c, &auth_nouns, &day);
		if (e == OK)
			e = support_expire(&c);
		if (e == OK)
			seen->of[i].day = day;
		else
			LOG(LOG_WARN, "courier.calendar", LOG_I("tenant", c.actor.tenant), LOG_W("error", err_info(e)->slug));
	}
}

/* Those whose log grew come to the front; returns their number. One that cannot be read does not stop the others. */
static size_t grown_first(struct tool *t, struct ctx *c, struct seen_to *seen, struct company *list, size_t count)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		struct growth l = { .grew = false };
		struct run run = ctx_tenant_run(c, list[i].number);
		struct seen_size *of = seen_to_of(t, seen, list[i].number);
		enum err e = store_read(&run, look, &l);
		if (e != OK)
			LOG(LOG_WARN, "courier.look", LOG_I("tenant", list[i].number), LOG_W("error", err_info(e)->slug));
		else if (l.size != of->size && seen->round % RENDER_ROUNDS == 0)
			render(t, c, &list[i], l.size, &of->size);
		if (l.grew)
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

static enum err sweep(struct tx *tx, void *arg)
{
	(void)arg;
	return identity_sweep(tx);
}

/* Links for new passwords that were asked for; those who wait are served before anything else. */
static void asked(struct ctx *c, uint64_t round)
{
	bool some;
	struct run run = ctx_system_run(c);
	enum err e = account_asks(c, &auth_nouns, &some);
	if (e == OK && round % SWEEP_ROUNDS == SWEEP_ROUNDS / 2)
		e = store_write(&run, sweep, NULL);
	if (e == OK)
		e = account_refusals(c, &auth_nouns);
	if (e != OK)
		LOG(LOG_WARN, "courier.account", LOG_W("error", err_info(e)->slug));
	problem_init(&c->problem, c->arena);
}

static enum err one_round(struct tool *t, struct store *store, struct arena *a, struct seen_to *seen, struct post *post, struct vouch *vouch, bool first)
{
	struct company *list;
	size_t count;
	struct ctx c = { .auth = &auth_nouns, .store = store, .arena = a, .now = now(), .address = tool_address(t) };
	c.actor.catalogue = t->catalogue;
	c.who = (struct who){ .kind = WHO_SYSTEM, .request = id_new(c.now.ms) };
	problem_init(&c.problem, a);
	struct run run = ctx_system_run(&c);
	TRY(companies_list(&run, &list, &count));
	asked(&c, seen->round);
	for (size_t i = 0; i < count && first; i++) {
		post_look(post, list[i].number);
		vouch_look(vouch, list[i].number);
	}
	size_t known = seen->known;
	count = grown_first(t, &c, seen, list, count);
	bool all = seen->round % CALENDAR_ROUNDS == 0;
	if (all || seen->known != known) {
		calendar(&c, seen, all);
		malloc_trim(0); /* what many companies took at once goes back */
	}
	seen->round++;
	for (size_t i = 0; i < count; i += STORE_TOGETHER_MAX)
		sign_some(t, &c, list + i, count - i < STORE_TOGETHER_MAX ? count - i : STORE_TOGETHER_MAX);
	for (size_t i = 0; i < count; i++) {
		post_look(post, list[i].number);
		vouch_look(vouch, list[i].number);
	}
	post_tick(post);
	return OK;
}

enum err command_courier(struct tool *t)
{
	struct store *store;
	sigset_t set;
	int lock;
	bool first = true;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	struct pollfd stop = { .fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN };
	TRY(data_lock(t, false, &lock));
	TRY(sql_load(tool_url(t), t->problem));
	const char *sends_path = config_path(t->arena, t->config, "sends");
	TRY(post_prepare(sends_path));
	if (harden_process() != OK)
		LOG(LOG_WARN, "courier.not_hardened", LOG_W("why", "the kernel refused the filter"));
	TRY(tool_store(t, false, &store));
	struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct seen_to seen = { .room = 0 };
	const struct post_config post_config = {
		.arena = t->arena,
		.store = store,
		.catalogue = t->catalogue,
		.lock_path = config_path(t->arena, t->config, "run/post.lock"),
		.sends_path = sends_path,
		.ca_file = t->config->mail_ca[0] ? t->config->mail_ca : NULL,
		.relays = str_from(t->config->relays),
		.address = tool_address(t),
	};
	struct post *post = post_start(&post_config);
	const struct vouch_config vouch_config = {
		.arena = t->arena,
		.store = store,
		.catalogue = t->catalogue,
		.sends_path = sends_path,
		.ca_file = t->config->provider_ca[0] ? t->config->provider_ca : NULL,
		.inside = str_from(t->config->providers),
		.address = tool_address(t),
	};
	struct vouch *vouch = vouch_start(&vouch_config);
	LOG(LOG_INFO, "courier.start", LOG_I("pid", getpid()));
	while (poll(&stop, 1, until_round()) <= 0) {
		enum err e = one_round(t, store, a, &seen, post, vouch, first);
		first = first && e != OK;
		if (e != OK)
			LOG(LOG_WARN, "courier.round", LOG_W("error", err_info(e)->slug));
		keystore_tick(store_keys(store));
		arena_reset(a);
	}
	arena_free(a);
	vouch_stop(vouch);
	post_stop(post);
	store_close(store);
	LOG(LOG_INFO, "courier.stop", LOG_I("pid", getpid()));
	close(stop.fd);
	close(lock);
	return OK;
}
