/* app.c - the process that answers requests. It listens on a unix socket only, and never sees a TLS key. */
#include "commands.h"

#include "address.h"
#include "api.h"
#include "harden.h"
#include "log.h"
#include "openapi.h"
#include "routes.h"
#include "server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Signals that ask for an end, as a descriptor that poll can wait for. Blocked before the first thread starts, so that all inherit it. */
static int stop_descriptor(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void handle(void *arg, struct arena *a, const struct request *rq, struct response *rs)
{
	api_handle(arg, a, rq, rs);
}

static bool is_upload(void *arg, struct str method, struct str path)
{
	return api_is_upload(arg, method, path);
}

static const char *origins(struct tool *t)
{
	const char *port = tool_port(t);
	return str_fmt(t->arena, "https://%s:%s https://localhost:%s https://127.0.0.1:%s %s %s", t->config->host, port, port, port, t->config->address, t->config->origins).p;
}

/* The setting's spaces are lines to address_in(). */
static enum err staff_from(struct tool *t, struct str *ret)
{
	char *p = str_z(t->arena, str_dup(t->arena, str_from(t->config->staff_addresses)));
	for (size_t i = 0; p[i]; i++)
		p[i] = p[i] == ' ' ? '\n' : p[i];
	struct value v = VALUE_TEXT(str_from(p));
	const char *why = check_ranges(t->arena, &v);
	*ret = v.s;
	return why ? problem_set(t->problem, E_CONFIG, "staff-addresses: %s", why) : OK;
}

enum err command_app(struct tool *t)
{
	struct str staff;
	struct store *store;
	int lock, stop = stop_descriptor();
	TRY(staff_from(t, &staff));
	TRY(data_lock(t, false, &lock));
	TRY(sql_load(tool_url(t), t->problem));
	if (harden_process() != OK)
		LOG(LOG_WARN, "app.not_hardened", LOG_W("why", "the kernel refused the filter"));
	TRY(tool_store(t, false, &store));
	struct routes *routes = routes_new(store, config_path(t->arena, t->config, "blobs"));
	struct api_config config = {
		.store = store,
		.auth = &auth_nouns,
		.routes = routes_table,
		.routes_arg = routes,
		.origins = origins(t),
		.host = t->config->host,
		.address = tool_address(t),
		.staff_from = staff,
		.openapi = openapi_text(t->arena, t->catalogue, routes_table),
	};
	struct api *api = api_new(&config);
	struct server_config server = {
		.socket_path = config_path(t->arena, t->config, "run/app.sock"),
		.threads = (size_t)t->config->threads,
		.handle = handle,
		.is_upload = is_upload,
		.arg = api,
	};
	LOG(LOG_INFO, "app.start", LOG_I("pid", getpid()), LOG_I("keys_locked", keystore_locked(store_keys(store))));
	enum err e = server_run(&server, stop);
	if (e != OK)
		problem_set(t->problem, e, "The socket %s cannot be made.", server.socket_path);
	routes_free(routes);
	api_free(api);
	store_close(store);
	LOG(LOG_INFO, "app.stop", LOG_I("pid", getpid()));
	close(lock);
	return e;
}
