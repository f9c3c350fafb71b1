/* api.c - from a request to its handler, and from an error to a problem. */
#include "api_private.h"

#include "log.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void call_json(struct call *c, int status, struct str body)
{
	c->rs->status = status;
	c->rs->content_type = STR("application/json");
	c->rs->body = body;
}

/* ---- problems ---- */

static void write_faults(struct json_out *o, const struct problem *p)
{
	jw_key(o, "errors");
	jw_open(o, '[');
	for (const struct fault *f = p->faults; f; f = f->next) {
		jw_open(o, '{');
		jw_member_str(o, "pointer", f->pointer);
		jw_member_str(o, "code", str_from(f->code));
		jw_member_str(o, "detail", f->detail);
		jw_close(o, '}');
	}
	jw_close(o, ']');
}

/* With what the fresh proof can be given that was asked for. */
static void add_methods(struct call *c)
{
	struct buf b;
	struct json_out o;
	struct str words = c->ctx.problem.detail;
	buf_init(&b, c->ctx.arena, 32 * KIB);
	jw_init(&o, &b);
	enum err e = login_step_up_ask(&c->ctx, &o);
	problem_init(&c->ctx.problem, c->ctx.arena);
	c->ctx.problem.detail = words;
	if (e == OK)
		c->ctx.problem.extra = buf_str(&b);
}

static void answer_problem(struct call *c, enum err e)
{
	const struct err_info *info = err_info(e);
	if (e == E_STEP_UP)
		add_methods(c);
	const struct problem *p = &c->ctx.problem;
	struct response *rs = c->rs;
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "type", str_fmt(c->ctx.arena, "/problems/%s", info->slug));
	jw_member_str(&o, "title", str_from(info->title));
	jw_member_int(&o, "status", info->status);
	/* What is not yours is told in the same words as what is not there. */
	if (p->detail.n && e != E_NOT_FOUND && !info->fault)
		jw_member_str(&o, "detail", p->detail);
	jw_member_id(&o, "request_id", c->ctx.who.request);
	write_faults(&o, p);
	if (p->extra.n && e != E_NOT_FOUND) {
		buf_char(&b, ',');
		buf_add(&b, p->extra);
	}
	jw_close(&o, '}');
	rs->status = info->status;
	rs->content_type = STR("application/problem+json");
	rs->body = buf_str(&b);
	rs->header_count = 0;
	rs->more = NULL;
	rs->err = e;
	rs->log = p->log;
	if (info->retry)
		response_header(rs, "Retry-After", str_fmt(c->ctx.arena, "%lld", (long long)(p->retry_s > 0 ? p->retry_s : 1)));
	if (e == E_UNAUTHENTICATED)
		response_header(rs, "WWW-Authenticate", STR("Bearer"));
	if (c->mark.n)
		session_mark(c);
}

/* ---- reading what came ---- */

static bool split_path(struct call *c)
{
	struct str rest = c->rq->path;
	if (!str_starts(rest, STR("/v1/")) || !utf8_valid(rest))
		return false;
	rest = str_slice(rest, 4, rest.n);
	while (rest.p && c->segment_count < ARRAY_LEN(c->segments))
		c->segments[c->segment_count++] = str_cut(rest, '/', &rest);
	return rest.p == NULL;
}

enum err call_id(struct call *c, size_t segment, struct id *ret)
{
	if (segment >= c->segment_count || id_parse(c->segments[segment], ret) != OK || id_is_zero(*ret))
		return E_NOT_FOUND;
	return OK;
}

static bool json_media(struct str type)
{
	struct str rest;
	type = str_trim(str_cut(type, ';', &rest));
	return str_eqz(type, "application/json") || str_eqz(type, "application/merge-patch+json");
}

enum err call_body_json(struct call *c, json_t **ret)
{
	json_t *v;
	if (c->rq->body.n && !json_media(c->rq->content_type))
		return problem_set(&c->ctx.problem, E_MEDIA, "Send application/json.");
	struct str text = c->rq->body.n ? c->rq->body : STR("{}");
	TRY(json_read(c->ctx.arena, text, &c->ctx.problem, &v));
	if (!json_is_object(v))
		return problem_set(&c->ctx.problem, E_MALFORMED, "A JSON object is wanted.");
	*ret = v;
	return OK;
}

struct str call_param(struct call *c, const char *name)
{
	struct str rest = c->rq->query;
	while (rest.p && rest.n) {
		struct str value, pair = str_cut(rest, '&', &rest), key = str_cut(pair, '=', &value);
		if (str_eqz(url_decode(c->ctx.arena, key), name))
			return value.p ? url_decode(c->ctx.arena, value) : STR("");
	}
	return STR("");
}

struct str call_origin(struct call *c)
{
	return str_fmt(c->ctx.arena, "%s/audit/%s/1", c->api->config.host, id_str(c->ctx.arena, c->ctx.actor.tenant_id).p);
}

/* ---- routing ---- */

static bool is(const struct call *c, const char *method)
{
	return str_eqz(c->rq->method, method);
}

/* Whether a pattern of api.h matches; each "*" takes one segment. */
static bool matches(const char *pattern, struct str path)
{
	struct str p = str_from(pattern);
	while (p.p && path.p) {
		struct str a = str_cut(p, '/', &p), b = str_cut(path, '/', &path);
		if (!str_eqz(a, "*") && !str_eq(a, b))
			return false;
	}
	return p.p == NULL && path.p == NULL;
}

bool api_is_upload(const struct api *api, struct str method, struct str path)
{
	for (const struct route *r = api->config.routes; r && r->path; r++)
		if (r->manner == ROUTE_UPLOAD && str_eqz(method, r->method) && matches(r->path, path))
			return true;
	return false;
}

static enum err run_row(struct call *c, const struct noun *noun, struct id id)
{
	return is(c, "GET")    ? rows_get(c, noun, id) :
	       is(c, "PATCH")  ? rows_patch(c, noun, id) :
	       is(c, "DELETE") ? rows_delete(c, noun, id) :
	                         E_METHOD;
}

/* The second segment is a word of ours, or a row. */
static enum err run_second(struct call *c, const struct noun *noun)
{
	const struct act *act = act_find(noun, c->segments[1], true);
	struct id id;
	if (str_eqz(c->segments[1], "search"))
		return is(c, "POST") ? rows_search(c, noun) : E_METHOD;
	if (str_eqz(c->segments[1], "export.csv"))
		return is(c, "GET") ? rows_export(c, noun) : E_METHOD;
	if (act)
		return acts_run(c, noun, act, false, (struct id){ { 0 } });
	TRY(call_id(c, 1, &id));
	return run_row(c, noun, id);
}

static enum err run_third(struct call *c, const struct noun *noun)
{
	const struct act *act = act_find(noun, c->segments[2], false);
	struct id id;
	TRY(call_id(c, 1, &id));
	if (str_eqz(c->segments[2], "history"))
		return is(c, "GET") ? history_of(c, noun, id) : E_METHOD;
	if (str_eqz(c->segments[2], "seen"))
		return is(c, "GET") ? seen_of(c, noun, id) : E_METHOD;
	return act ? acts_run(c, noun, act, true, id) : E_NOT_FOUND;
}

static enum err run_noun(struct call *c, const struct noun *noun)
{
	if (noun->internal)
		return E_NOT_FOUND;
	c->rs->route = noun->plural;
	switch (c->segment_count) {
	case 1:
		return is(c, "GET") ? rows_list(c, noun) : is(c, "POST") ? rows_create(c, noun) : E_METHOD;
	case 2:
		return run_second(c, noun);
	case 3:
		return run_third(c, noun);
	default:
		return E_NOT_FOUND;
	}
}

static enum err openapi(struct call *c)
{
	call_json(c, 200, c->api->config.openapi);
	return OK;
}

/* The routes that are about no noun. */
const struct own_route own_routes[] = {
	{ "POST", "/v1/login", OWN_OPEN, session_login, "Signs in: address and password, or the second step." },
	{ "POST", "/v1/login/passkey", OWN_OPEN, session_login_passkey, "What a browser asks a passkey for." },
	{ "POST", "/v1/refresh", OWN_OPEN, session_refresh, "The next pair of tokens." },
	{ "GET", "/.well-known/jwks.json", OWN_OPEN, session_jwks, "The public keys of access tokens." },
	{ "POST", "/v1/logout", OWN_ENROL | OWN_STAFF, session_logout, "Ends the session." },
	{ "GET", "/v1/me", OWN_ENROL, session_me, "Who you are, and what you may do." },
	{ "GET", "/v1/me/step_up", OWN_ENROL | OWN_STAFF, me_step_up_ask, "With what a fresh proof can be given." },
	{ "POST", "/v1/me/step_up", OWN_ENROL | OWN_STAFF, me_step_up, "Gives a fresh proof." },
	{ "POST", "/v1/me/advised", 0, me_advised, "You have read the advice on passwords and unattended screens, and that use is recorded." },
	{ "POST", "/v1/me/password", 0, me_password, "Changes your password." },
	{ "POST", "/v1/me/totp", OWN_ENROL | OWN_STAFF, me_totp_begin, "Begins to set up an authenticator app." },
	{ "DELETE", "/v1/me/totp", OWN_STAFF, me_totp_remove, "Takes the authenticator app away." },
	{ "POST", "/v1/me/totp/confirm", OWN_ENROL | OWN_STAFF, me_totp_confirm, "Sets it up, with a code that it shows." },
	{ "GET", "/v1/me/passkeys", OWN_ENROL | OWN_STAFF, me_passkeys, "Your passkeys." },
	{ "POST", "/v1/me/passkeys", OWN_ENROL | OWN_STAFF, me_passkey_add, "Adds a passkey." },
	{ "POST", "/v1/me/passkeys/options", OWN_ENROL | OWN_STAFF, me_passkey_begin, "What a browser makes a passkey with." },
	{ "DELETE", "/v1/me/passkeys/*", OWN_STAFF, me_passkey_remove, "Takes a passkey away." },
	{ "POST", "/v1/me/recovery_codes", OWN_STAFF, me_recovery_codes, "New recovery codes; the old ones are over." },
	{ "GET", "/v1/me/sessions", OWN_STAFF, me_sessions, "Your open sessions." },
	{ "POST", "/v1/me/sessions/end_others", OWN_STAFF, me_sessions_end_others, "Ends all of them but this one." },
	{ "DELETE", "/v1/me/sessions/*", OWN_STAFF, me_session_end, "Ends one of your sessions." },
	{ "GET", "/v1/me/sign_ins", OWN_STAFF, me_sign_ins, "How you signed in, and when somebody was refused." },
	{ "GET", "/v1/openapi.json", OWN_OPEN, openapi, "This document." },
	{ "GET", "/v1/rights", 0, rights_list, "Every right: what it is for, and which role has it." },
	{ "GET", "/v1/rights/unused", 0, rights_unused, "What people may do and have not done for a while." },
	{ "GET", "/v1/audit_events", 0, audit_events, "The log of the company, newest first." },
	{ "GET", "/v1/audit_events.csv", 0, audit_events_csv, "The same as a file." },
	{ "GET", "/v1/audit/checkpoint", 0, audit_checkpoint_text, "The newest signed checkpoint." },
	{ "POST", "/v1/audit/verify", 0, audit_verify_now, "Recomputes the tree of the log." },
};
const size_t own_route_count = ARRAY_LEN(own_routes);

void api_paths(const struct route *routes, void (*each)(void *arg, const struct api_path *path), void *arg)
{
	for (size_t i = 0; i < ARRAY_LEN(own_routes); i++) {
		const struct own_route *r = &own_routes[i];
		const struct api_path path = { .path = r->path, .open = true };
		if ((r->flags & OWN_OPEN) && strcmp(r->method, "POST") == 0)
			each(arg, &path);
	}
	for (const struct route *r = routes; r && r->path; r++) {
		const struct api_path path = { .path = r->path, .open = r->right && strcmp(r->right, ROUTE_OPEN) == 0, .upload = r->manner == ROUTE_UPLOAD, .often = r->manner == ROUTE_OFTEN };
		if (strcmp(r->method, "POST") == 0 && strncmp(r->path, "/v1/", 4) == 0 && (path.open || path.upload))
			each(arg, &path);
	}
}

static bool same_origin(const struct call *c)
{
	if (str_eqz(c->rq->sec_fetch_site, "same-origin"))
		return true;
	if (c->rq->sec_fetch_site.n || !c->rq->origin.n)
		return false;
	struct str rest = str_from(c->api->config.origins);
	while (rest.p && rest.n)
		if (str_eq(str_cut(rest, ' ', &rest), c->rq->origin))
			return true;
	return false;
}

/* A cookie travels by itself, so an unsafe request that rests on one must show that our own page made it (rulings: X-App and the same
 * origin; its value says which cookie counts). A request with Authorization ignores the cookie. */
static enum err check_forgery(struct call *c)
{
	if (is(c, "GET") || is(c, "HEAD") || c->rq->authorization.n)
		return OK;
	if (c->rq->x_app.n && same_origin(c))
		return OK;
	return problem_set(&c->ctx.problem, E_FORBIDDEN, "This request did not come from our own page.");
}

static enum err note_denied(struct tx *tx, void *arg)
{
	(void)arg;
	return audit_event(tx, "denied", NULL, tx_ctx(tx)->actor.user, STR(""));
}

/* Staff whom no company has let in are told nothing, not even that they may not; that they tried is written down. */
static enum err deny_staff(struct call *c)
{
	struct run run = ctx_system_run(&c->ctx);
	TRY(store_write(&run, note_denied, NULL));
	return E_NOT_FOUND;
}

/* Who asks, and that it was not another page that made his browser ask. */
static enum err admit(struct call *c, int flags)
{
	TRY(session_authenticate(c));
	TRY(check_forgery(c));
	if (c->ctx.actor.staff && !c->ctx.actor.tenant && !(flags & OWN_STAFF))
		return deny_staff(c);
	return c->ctx.actor.limited && !(flags & OWN_ENROL) ? E_ENROL : OK;
}

static enum err admit_staff(struct call *c, const struct route *r)
{
	TRY(admit(c, OWN_STAFF | (r->manner == ROUTE_ENROL ? OWN_ENROL : 0)));
	return c->ctx.actor.staff ? OK : E_UNAUTHENTICATED;
}

static enum err run_extra(struct call *c, bool *ret_known)
{
	for (const struct route *r = c->api->config.routes; r && r->path; r++) {
		if (!matches(r->path, c->rq->path) || !str_eqz(c->rq->method, r->method))
			continue;
		*ret_known = true;
		c->rs->route = r->path;
		if (r->right && strcmp(r->right, ROUTE_OPEN) == 0)
			return r->run(c);
		bool staff = r->right && strcmp(r->right, ROUTE_STAFF) == 0;
		TRY(staff ? admit_staff(c, r) : admit(c, 0));
		if (r->right && !staff)
			TRY(policy_demand(&c->ctx, r->right));
		return r->run(c);
	}
	return OK;
}

static enum err ready_body(struct tx *tx, void *arg)
{
	struct audit_state *state = arg;
	return audit_state(tx, state);
}

/* Alive: this process answers. Ready: the database and the keys do too. */
static enum err health(struct call *c)
{
	struct run run = ctx_system_run(&c->ctx);
	struct audit_state state;
	c->rs->route = "health";
	if (str_eqz(c->rq->path, "/readyz"))
		TRY(store_read(&run, ready_body, &state));
	call_json(c, 200, STR("{\"ok\":true}"));
	return OK;
}

static enum err run_own(struct call *c, bool *ret_known)
{
	for (size_t i = 0; i < ARRAY_LEN(own_routes); i++) {
		const struct own_route *r = &own_routes[i];
		if (!matches(r->path, c->rq->path))
			continue;
		*ret_known = true;
		c->rs->route = r->path;
		if (!is(c, r->method))
			continue;
		if (!(r->flags & OWN_OPEN))
			TRY(admit(c, r->flags));
		return r->run(c);
	}
	return *ret_known ? E_METHOD : OK;
}

static enum err dispatch(struct call *c)
{
	bool known = false, ours;
	if (str_eqz(c->rq->path, "/healthz") || str_eqz(c->rq->path, "/readyz"))
		return health(c);
	ours = split_path(c);
	TRY(run_own(c, &known));
	if (known)
		return OK;
	TRY(run_extra(c, &known));
	if (known)
		return OK;
	if (!ours)
		return E_NOT_FOUND;
	const struct noun *noun = catalogue_by_plural(store_catalogue(c->api->config.store), c->segments[0]);
	TRY(admit(c, 0));
	return noun ? run_noun(c, noun) : E_NOT_FOUND;
}

void api_handle(struct api *api, struct arena *a, const struct request *rq, struct response *rs)
{
	struct call c = { .api = api, .rq = rq, .rs = rs, .arg = api->config.routes_arg };
	c.ctx = (struct ctx){ .auth = api->config.auth, .store = api->config.store, .arena = a, .now = now(), .address = api->config.address,
	                      .host = str_from(api->config.host), .origins = str_from(api->config.origins), .staff_from = api->config.staff_from, .remote = rq->remote, .agent = rq->user_agent };
	c.ctx.actor.catalogue = store_catalogue(api->config.store);
	c.ctx.who = (struct who){ .kind = WHO_SYSTEM, .request = id_new(c.ctx.now.ms) };
	problem_init(&c.ctx.problem, a);
	*rs = (struct response){ .status = 200, .route = "?" };
	/* Session, membership, and what is asked for; a body that is still to come is not waited for with a connection in the hand. */
	sql_hold(store_sql(api->config.store), str_eqz(rq->method, "GET") ? 3 : 2);
	enum err e = dispatch(&c);
	sql_release(store_sql(api->config.store));
	if (e == OK && arena_over(a))
		e = E_MEMORY;
	if (e != OK)
		answer_problem(&c, e);
	else
		uselog_add(readlog_uses(api->reads), &c.ctx);
	response_header(rs, "X-Request-Id", id_str(a, c.ctx.who.request));
	if (!str_starts(rs->content_type, STR("text/csv")))
		response_header(rs, "Cache-Control", STR("no-store"));
}

struct api *api_new(const struct api_config *config)
{
	struct api *api = calloc(1, sizeof(*api));
	if (!api)
		abort();
	api->config = *config;
	memcpy(api->installation, "00000000", sizeof(api->installation));
	if (keystore_installation(store_keys(config->store), api->installation) != OK)
		LOG(LOG_ERROR, "api.installation", LOG_W("error", "key"));
	snprintf(api->cookie, sizeof(api->cookie), "__Host-sid-%s", api->installation);
	snprintf(api->device_cookie, sizeof(api->device_cookie), "__Host-dev-%s", api->installation);
	snprintf(api->staff_cookie, sizeof(api->staff_cookie), "__Host-staff-%s", api->installation);
	api->reads = readlog_new(config->store);
	api->watch = watch_new();
	return api;
}

void api_free(struct api *api)
{
	if (!api)
		return;
	readlog_free(api->reads);
	watch_free(api->watch);
	free(api);
}
