#include "vouch.h"

#include "fetch.h"
#include "identity_provider.h"
#include "idtoken.h"
#include "log.h"
#include "oidc.h"
#include "post.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 4, POLL_MS = 100, IDLE_MS = 1000, STOP_WAIT_S = 12, KEYS_AGAIN_MS = 300000, ARENA_BYTES = 8 * 1024 * 1024, ERROR_MAX = 300 };

/* A company, by its number. */
struct place {
	bool look;          /* its providers are to be read */
	int64_t due_ms;     /* when its provider is to be asked what it says of itself; INT64_MAX: it has none */
	int64_t forced_ms;  /* when its keys were fetched out of turn */
};

struct vouch {
	struct vouch_config config;
	pthread_mutex_t lock;  /* of what follows */
	pthread_mutex_t turn;  /* one looks for work; the others do some, or wait for their turn */
	pthread_t threads[THREADS];
	struct place *places;
	size_t thread_count, place_count, with_provider;
	bool stopping;
};

static bool stopping(struct vouch *v)
{
	pthread_mutex_lock(&v->lock);
	bool it_is = v->stopping;
	pthread_mutex_unlock(&v->lock);
	return it_is;
}

static struct ctx context(struct vouch *v, struct arena *a)
{
	struct ctx c = { .auth = &auth_nouns, .store = v->config.store, .arena = a, .now = now(), .address = v->config.address };
	c.actor.catalogue = v->config.catalogue;
	c.who = (struct who){ .kind = WHO_SYSTEM, .request = id_new(c.now.ms) };
	problem_init(&c.problem, a);
	return c;
}

struct errand {
	struct vouch *v;
	struct ctx *c;
	int64_t tenant;
	struct row *provider;
	struct id id;
	struct discovery found;
	struct str error; /* words for people, or empty */
};

/* ---- asking ---- */

static struct fetch to(const struct errand *e, struct str url)
{
	return (struct fetch){ .url = url, .ca_file = e->v->config.ca_file, .inside = e->v->config.inside };
}

/* Who is told to stop asks nothing more. */
static enum err ask_it(const struct errand *e, const struct fetch *f, struct fetched *ret)
{
	*ret = (struct fetched){ .reason = "closed" };
	return stopping(e->v) ? OK : fetch(e->c->arena, f, ret);
}

static struct str member(const json_t *o, const char *name)
{
	return json_text(json_object_get(o, name));
}

static json_t *object_of(struct arena *a, struct str text)
{
	struct problem ignored;
	json_t *o = NULL;
	problem_init(&ignored, a);
	return json_read(a, text, &ignored, &o) == OK && json_is_object(o) ? o : NULL;
}

static void failed(struct errand *e, const char *what, const struct fetched *got)
{
	static const struct {
		const char *reason, *words;
	} reasons[] = {
		{ "address", "it is inside a private network, which the operator of this installation has not allowed" },
		{ "certificate", "its certificate is not valid" },
		{ "connect", "nobody answers there" },
		{ "timeout", "it did not answer in time" },
		{ "large", "its answer is too long" },
	};
	const char *why = "the connection failed";
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (!got->status && strcmp(got->reason, reasons[i].reason) == 0)
			why = reasons[i].words;
	if (got->status)
		e->error = str_fmt(e->c->arena, "%s could not be fetched: the answer was %d.", what, got->status);
	else
		e->error = str_fmt(e->c->arena, "%s could not be fetched: %s.", what, why);
}

/* An object that the provider publishes. False with words in e->error. */
static bool get_object(struct errand *e, const char *what, struct str url, struct fetched *got, json_t **ret)
{
	const struct fetch f = to(e, url);
	const char *wrong = fetch_allowed(url, f.inside);
	if (wrong) {
		e->error = str_fmt(e->c->arena, "%s: its address %s.", what, wrong);
		return false;
	}
	if (ask_it(e, &f, got) != OK) {
		e->error = str_fmt(e->c->arena, "%s could not be fetched: the installation's settings are at fault.", what);
		return false;
	}
	*ret = got->status == 200 ? object_of(e->c->arena, got->body) : NULL;
	if (got->status == 200 && !*ret)
		e->error = str_fmt(e->c->arena, "%s is no JSON object.", what);
	else if (!*ret)
		failed(e, what, got);
	return *ret != NULL;
}

/* ---- what a provider says of itself ---- */

static bool take_url(struct errand *e, const json_t *o, const char *name, bool needed, struct str *ret)
{
	*ret = member(o, name);
	if (!ret->n && !needed)
		return true;
	const char *wrong = ret->n > IDP_URL_MAX ? "is too long" : fetch_allowed(*ret, e->v->config.inside);
	if (!ret->n || wrong)
		e->error = str_fmt(e->c->arena, "The provider's %s %s.", name, ret->n ? wrong : "is missing");
	return !e->error.n;
}

/* Where a list is given it must have the word. */
static bool offers(struct errand *e, const json_t *o, const char *name, const char *word)
{
	const json_t *list = json_object_get(o, name);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_eqz(json_text(json_array_get(list, i)), word))
			return true;
	if (list)
		e->error = str_fmt(e->c->arena, "The provider's %s does not have %s.", name, word);
	return !list;
}

static bool fetch_keys(struct errand *e, struct str url, struct str *ret)
{
	struct fetched got;
	json_t *ignored;
	if (!get_object(e, "The provider's set of keys", url, &got, &ignored))
		return false;
	if (idtoken_keys(e->c->arena, got.body, ret) != OK)
		e->error = STR("The provider publishes no key that this program knows (RS256, ES256 or EdDSA).");
	return !e->error.n;
}

static bool read_discovery(struct errand *e, const json_t *o)
{
	struct discovery *d = &e->found;
	if (!str_eq(member(o, "issuer"), row_text(e->provider, IDP_ISSUER))) {
		e->error = STR("The provider calls itself something else: enter its issuer to the letter.");
		return false;
	}
	d->names_itself = json_is_true(json_object_get(o, "authorization_response_iss_parameter_supported"));
	return take_url(e, o, "authorization_endpoint", true, &d->authorization_endpoint) && take_url(e, o, "token_endpoint", true, &d->token_endpoint) &&
	       take_url(e, o, "userinfo_endpoint", false, &d->userinfo_endpoint) && take_url(e, o, "jwks_uri", true, &d->jwks_uri) &&
	       offers(e, o, "token_endpoint_auth_methods_supported", "client_secret_basic") && offers(e, o, "code_challenge_methods_supported", "S256") &&
	       fetch_keys(e, d->jwks_uri, &d->keys);
}

static enum err told_body(struct tx *tx, void *arg)
{
	const struct errand *e = arg;
	return provider_told(tx, e->provider, &e->found, str_slice(e->error, 0, ERROR_MAX));
}

static enum err discover(struct errand *e)
{
	struct fetched got;
	json_t *o;
	struct str issuer = row_text(e->provider, IDP_ISSUER);
	while (issuer.n && issuer.p[issuer.n - 1] == '/')
		issuer.n--;
	if (get_object(e, "The provider's configuration", str_fmt(e->c->arena, STR_FMT "/.well-known/openid-configuration", STR_ARG(issuer)), &got, &o))
		(void)read_discovery(e, o);
	struct run run = ctx_tenant_run(e->c, e->tenant);
	run.now = e->c->now = now();
	LOG(LOG_INFO, "vouch.discover", LOG_I("tenant", e->tenant), LOG_W("how", e->error.n ? "failed" : "ready"));
	return store_write(&run, told_body, e);
}

/* ---- who came ---- */

static enum err get_body(struct tx *tx, void *arg)
{
	struct errand *e = arg;
	return provider_get(tx, e->id, &e->provider);
}

static enum err keys_body(struct tx *tx, void *arg)
{
	const struct errand *e = arg;
	return provider_keys(tx, e->provider, e->found.keys);
}

static void form_add(struct buf *b, const char *name, struct str value)
{
	buf_fmt(b, "%s%s=", b->n ? "&" : "", name);
	buf_url(b, value);
}

/* RFC 6749, 2.3.1: both are encoded as in a form before they become a login. */
static const char *encoded(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, 4 * KIB);
	buf_url(&b, s);
	return str_z(a, buf_str(&b));
}

/* Returns NULL with the answer's object, or the word of oidc.c. */
static const char *exchange(struct errand *e, const struct oidc_ask *ask, json_t **ret)
{
	struct arena *a = e->c->arena;
	struct buf form;
	struct fetched got;
	struct fetch f = to(e, row_text(e->provider, IDP_TOKEN_ENDPOINT));
	buf_init(&form, a, 16 * KIB);
	form_add(&form, "grant_type", STR("authorization_code"));
	form_add(&form, "code", ask->code);
	form_add(&form, "redirect_uri", oidc_redirect(e->c));
	form_add(&form, "code_verifier", ask->verifier);
	f.form = buf_str(&form);
	f.user = encoded(a, row_text(e->provider, IDP_CLIENT_ID));
	f.password = encoded(a, row_text(e->provider, IDP_CLIENT_SECRET));
	if (ask_it(e, &f, &got) != OK || !got.status || got.status >= 500)
		return "away";
	*ret = got.status == 200 ? object_of(a, got.body) : NULL;
	return *ret ? NULL : got.status >= 400 ? "refused" : "token";
}

/* Out of turn, but not for every token that somebody makes up: once in five minutes. */
static bool may_force(struct errand *e)
{
	struct vouch *v = e->v;
	bool may = false;
	pthread_mutex_lock(&v->lock);
	if ((size_t)e->tenant < v->place_count) {
		struct place *p = &v->places[e->tenant];
		may = !p->forced_ms || e->c->now.ms - p->forced_ms >= KEYS_AGAIN_MS;
		if (may)
			p->forced_ms = e->c->now.ms;
	}
	pthread_mutex_unlock(&v->lock);
	return may;
}

static enum err check(struct errand *e, const struct oidc_ask *ask, struct str token, struct idtoken *ret, const char **ret_why)
{
	struct idtoken_want want = { .keys = row_text(e->provider, IDP_KEYS), .issuer = row_text(e->provider, IDP_ISSUER), .client_id = row_text(e->provider, IDP_CLIENT_ID),
		                     .nonce = ask->nonce, .now = now() };
	*ret_why = "key";
	enum err err = idtoken_check(e->c->arena, &want, token, ret, ret_why);
	if (err != E_KEY || !may_force(e) || !fetch_keys(e, row_text(e->provider, IDP_JWKS_URI), &e->found.keys))
		return err;
	struct run run = ctx_tenant_run(e->c, e->tenant);
	TRY(store_write(&run, keys_body, e));
	want.keys = e->found.keys;
	return idtoken_check(e->c->arena, &want, token, ret, ret_why);
}

static bool header_safe(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0 && s.n <= 8 * KIB;
}

/* Many providers tell the address there alone. It must be about the same account. */
static void ask_address(struct errand *e, const json_t *answer, struct idtoken *t)
{
	struct fetched got;
	struct fetch f = to(e, row_text(e->provider, IDP_USERINFO_ENDPOINT));
	struct str token = member(answer, "access_token");
	if (!f.url.n || !header_safe(token))
		return;
	f.bearer = str_z(e->c->arena, token);
	const json_t *o = ask_it(e, &f, &got) == OK && got.status == 200 ? object_of(e->c->arena, got.body) : NULL;
	if (!o || !str_eq(member(o, "sub"), t->subject))
		return;
	t->email = member(o, "email");
	t->email_verified = json_is_true(json_object_get(o, "email_verified"));
}

static void answer_ask(struct errand *e, const struct oidc_ask *ask, struct oidc_answer *ret)
{
	struct run run = ctx_tenant_run(e->c, e->tenant);
	struct idtoken t;
	json_t *answer;
	const char *why;
	*ret = (struct oidc_answer){ .error = "away" };
	if (store_read(&run, get_body, e) != OK)
		return;
	ret->error = exchange(e, ask, &answer);
	if (ret->error)
		return;
	enum err err = check(e, ask, member(answer, "id_token"), &t, &why);
	if (err != OK) {
		LOG(LOG_WARN, "vouch.token", LOG_I("tenant", e->tenant), LOG_W("why", why));
		ret->error = "token";
		return;
	}
	if (!t.email.n)
		ask_address(e, answer, &t);
	*ret = t.email.n && t.email_verified ? (struct oidc_answer){ .subject = t.subject, .email = t.email } : (struct oidc_answer){ .error = "unverified" };
}

/* ---- finding work ---- */

static enum err active_body(struct tx *tx, void *arg)
{
	struct errand *e = arg;
	return provider_active(tx, &e->provider);
}

/* A company that is to be looked at, or whose provider is; -1: none. */
static int64_t next_company(struct vouch *v)
{
	int64_t t = now().ms, found = -1;
	pthread_mutex_lock(&v->lock);
	for (size_t i = 0; i < v->place_count && found < 0; i++)
		if (v->places[i].look || v->places[i].due_ms <= t) {
			v->places[i].look = false;
			found = (int64_t)i;
		}
	if (found >= 0 && v->places[found].due_ms <= t)
		v->places[found].due_ms = t + IDP_AGAIN_MS; /* nobody else takes it meanwhile */
	pthread_mutex_unlock(&v->lock);
	return found;
}

static void set_due(struct vouch *v, int64_t tenant, int64_t due_ms)
{
	pthread_mutex_lock(&v->lock);
	struct place *p = &v->places[tenant];
	v->with_provider += due_ms != INT64_MAX;
	v->with_provider -= p->due_ms != INT64_MAX;
	p->due_ms = due_ms;
	pthread_mutex_unlock(&v->lock);
}

/* Reads the company's provider; true where it is to be asked now, which then is the errand. */
static bool company_work(struct errand *e)
{
	struct run run = ctx_tenant_run(e->c, e->tenant);
	enum err err = store_read(&run, active_body, e);
	if (err == E_NOT_FOUND) {
		set_due(e->v, e->tenant, INT64_MAX);
		return false;
	}
	if (err == OK && !delivery_ready()) {
		post_become_sender(e->v->config.sends_path);
		return false;
	}
	int64_t due = err == OK ? provider_due_ms(e->provider) : e->c->now.ms + IDLE_MS;
	bool now_due = err == OK && due <= e->c->now.ms;
	set_due(e->v, e->tenant, now_due ? e->c->now.ms + IDP_AGAIN_MS : due);
	return now_due;
}

static void rest(struct vouch *v)
{
	pthread_mutex_lock(&v->lock);
	int64_t ms = v->with_provider ? POLL_MS : IDLE_MS;
	pthread_mutex_unlock(&v->lock);
	const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

static bool any_provider(struct vouch *v)
{
	pthread_mutex_lock(&v->lock);
	bool any = v->with_provider > 0;
	pthread_mutex_unlock(&v->lock);
	return any && delivery_ready();
}

/* Until there is something to ask somebody. *ret_place is set for a sign-in. */
static bool find_work(struct errand *e, struct oidc_place *ret_place, struct oidc_ask *ret_ask, bool *ret_sign_in)
{
	while (!stopping(e->v)) {
		arena_reset(e->c->arena);
		*e->c = context(e->v, e->c->arena);
		*ret_sign_in = any_provider(e->v) && oidc_waiting(e->c, ret_place, ret_ask) == OK;
		if (*ret_sign_in) {
			e->tenant = ret_ask->tenant;
			e->id = ret_ask->provider;
			return true;
		}
		e->tenant = next_company(e->v);
		if (e->tenant < 0)
			rest(e->v);
		else if (company_work(e))
			return true;
	}
	return false;
}

/* ---- threads ---- */

static void sign_in(struct errand *e, const struct oidc_place *place, const struct oidc_ask *ask)
{
	struct oidc_answer answer;
	answer_ask(e, ask, &answer);
	e->c->now = now();
	enum err err = oidc_answer_put(e->c, place, &answer);
	LOG(LOG_INFO, "vouch.sign_in", LOG_I("tenant", e->tenant), LOG_W("how", answer.error ? answer.error : "known"), LOG_W("stored", err_info(err)->slug));
}

static void *work(void *arg)
{
	struct vouch *v = arg;
	with_arena struct arena *a = arena_new(ARENA_BYTES);
	struct ctx c = context(v, a);
	for (;;) {
		struct errand e = { .v = v, .c = &c };
		struct oidc_place place;
		struct oidc_ask ask;
		bool sign_in_asked = false;
		pthread_mutex_lock(&v->turn);
		bool some = find_work(&e, &place, &ask, &sign_in_asked);
		pthread_mutex_unlock(&v->turn);
		if (!some)
			return NULL;
		enum err err = OK;
		if (sign_in_asked) {
			sign_in(&e, &place, &ask);
		} else {
			err = discover(&e);
			set_due(v, e.tenant, c.now.ms + (err == OK && !e.error.n ? IDP_REFRESH_MS : IDP_AGAIN_MS));
		}
		if (err != OK)
			LOG(LOG_WARN, "vouch.discover", LOG_I("tenant", e.tenant), LOG_W("error", err_info(err)->slug));
	}
}

struct vouch *vouch_start(const struct vouch_config *config)
{
	struct vouch *v = ARENA_NEW(config->arena, struct vouch);
	v->config = *config;
	pthread_mutex_init(&v->lock, NULL);
	pthread_mutex_init(&v->turn, NULL);
	v->thread_count = delivery_ready() ? THREADS : 1; /* one sees that there is a provider */
	for (size_t i = 0; i < v->thread_count; i++)
		if (pthread_create(&v->threads[i], NULL, work, v) != 0)
			abort();
	return v;
}

/* Numbers of companies follow one another, so they are places in a list. */
static void make_room(struct vouch *v, size_t count)
{
	size_t room = v->place_count ? v->place_count : 64;
	while (room < count)
		room *= 2;
	struct place *places = ARENA_ARRAY(v->config.arena, struct place, room);
	for (size_t i = 0; i < room; i++)
		places[i] = i < v->place_count ? v->places[i] : (struct place){ .due_ms = INT64_MAX };
	v->places = places;
	v->place_count = room;
}

void vouch_look(struct vouch *v, int64_t tenant)
{
	pthread_mutex_lock(&v->lock);
	if ((size_t)tenant >= v->place_count)
		make_room(v, (size_t)tenant + 1);
	v->places[tenant].look = true;
	pthread_mutex_unlock(&v->lock);
}

void vouch_stop(struct vouch *v)
{
	struct timespec until;
	pthread_mutex_lock(&v->lock);
	v->stopping = true;
	pthread_mutex_unlock(&v->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_WAIT_S;
	for (size_t i = 0; i < v->thread_count; i++)
		if (pthread_timedjoin_np(v->threads[i], NULL, &until) != 0)
			_exit(EXIT_OK); /* somebody signs in anew; nothing is lost */
	pthread_mutex_destroy(&v->turn);
	pthread_mutex_destroy(&v->lock);
}
