/* auth.c - what it costs to know who asks and what he may do: the part that every request pays.
 *
 *   bench_auth --data DIR COOKIE
 *
 * COOKIE is the token of a browser's session; an access token of the same person is made here. Prints "name microseconds" a line: CPU time of this
 * thread, the engine's reads included where it works in the process. */
#include "commands.h"

#include "jwt.h"
#include "login.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 4000, WARM = 200 };

static int64_t cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void ask(struct tool *t, struct store *store, struct arena *a, struct str token, bool cookie, struct ctx *ret)
{
	struct ctx c = tool_ctx(t, store);
	arena_reset(a);
	c.arena = a;
	problem_init(&c.problem, a);
	enum err e = auth_session(&c, &auth_nouns, token, cookie);
	if (e == OK)
		e = policy_demand(&c, "job.read");
	if (e != OK) {
		fprintf(stderr, "bench_auth: %s\n", err_info(e)->slug);
		exit(1);
	}
	*ret = c;
}

static void measure(struct tool *t, struct store *store, struct arena *a, const char *name, struct str token, bool cookie)
{
	struct ctx c;
	for (int i = 0; i < WARM; i++)
		ask(t, store, a, token, cookie, &c);
	int64_t from = cpu_ns();
	for (int i = 0; i < ROUNDS; i++)
		ask(t, store, a, token, cookie, &c);
	printf("%s %.1f\n", name, (double)(cpu_ns() - from) / 1000 / ROUNDS);
}

int main(int argc, char **argv)
{
	with_arena struct arena *kept = arena_new(64 * MIB);
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct problem problem;
	struct config config;
	struct store *store;
	struct ctx c;
	struct str access;
	problem_init(&problem, kept);
	if (config_read(kept, argc - 1, argv + 1, &config, &problem) != OK || config.word_count != 1)
		return 64;
	struct tool t = { .arena = kept, .problem = &problem, .config = &config, .catalogue = nouns_catalogue(kept) };
	struct str cookie = str_from(config.words[0]);
	if (tool_store(&t, false, &store) != OK)
		return 1;
	ask(&t, store, a, cookie, true, &c);
	const struct session s = { .id = c.actor.session, .user = c.actor.user, .fresh_ms = c.now.ms };
	if (access_token(&c, &s, "pwd", c.actor.tenant_id, &access) != OK)
		return 1;
	access = str_dup(kept, access);
	measure(&t, store, a, "authentication_of_a_cookie", cookie, true);
	struct jwt_claims claims;
	int64_t from = cpu_ns();
	for (int i = 0; i < 1000; i++) {
		arena_reset(a);
		if (jwt_check(store_keys(store), a, now(), tool_ctx(&t, store).address, STR("api"), access, &claims) != OK)
			return 1;
	}
	printf("signature_of_an_access_token %.1f\n", (double)(cpu_ns() - from) / 1000000);
	store_close(store);
	return 0;
}
