#include "oidc.h"

#include "identity.h"
#include "identity_provider.h"
#include "portal_routes.h"
#include "routes.h"
#include "throttle.h"

#include <openssl/crypto.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { BEGINS = 120, FINISHES = 120, WINDOW_S = 600, WAIT_MS = 12000, POLL_MS = 60, WAITS_MAX = 4, ASK_MS = 30000, CODE_MAX = 2000, SLUG_MIN = 3, SLUG_MAX = 40 };

struct str oidc_redirect(const struct ctx *c)
{
	return str_fmt(c->arena, STR_FMT "/signin/oidc", STR_ARG(c->address));
}

/* ---- secrets of one sign-in: all follow from the nonce in the sealed state ---- */

static struct str secret_of(struct arena *a, const struct challenge *ch, const char *what)
{
	uint8_t hash[32];
	const struct str parts[] = { STR("oidc|"), str_from(what), STR("|"), { (const char *)ch->nonce, sizeof(ch->nonce) } };
	sha256(parts, ARRAY_LEN(parts), hash);
	struct str text = str_base64url(a, hash, sizeof(hash));
	OPENSSL_cleanse(hash, sizeof(hash));
	return text;
}

static enum err held_back(struct call *c, const char *what, unsigned limit)
{
	struct str who = throttle_address(c->ctx.arena, c->ctx.remote);
	return throttle_take(routes_throttle(c), what, who, limit, WINDOW_S, c->ctx.now.ms) ? OK : problem_set(&c->ctx.problem, E_RATE, "Too many tries. Wait some minutes.");
}

/* ---- beginning ---- */

struct finding {
	struct str slug; /* of the company; or, where that is empty, */
	struct id id;
	struct row *company, *provider;
};

static enum err find_company(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	if (f->slug.n)
		return store_find(tx, &noun_tenant, TENANT_SLUG, VALUE_TEXT(f->slug), &f->company);
	return store_get(tx, &noun_tenant, f->id, &f->company);
}

static enum err find_provider(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	return provider_active(tx, &f->provider);
}

/* E_NOT_FOUND whether there is no such company, it is closed, or it has no provider that works; the same is asked each time. */
static enum err find(struct ctx *c, struct finding *f)
{
	struct run system = ctx_system_run(c);
	enum err e = store_read(&system, find_company, f);
	bool open = e == OK && auth_tenant_open(c->auth, f->company);
	if (e != OK && e != E_NOT_FOUND)
		return e;
	struct run run = ctx_tenant_run(c, open ? row_int(f->company, TENANT_NUMBER) : 0);
	TRY(store_read(&run, find_provider, f));
	return open && row_is(f->provider, IDP_STATE, "ready") ? OK : E_NOT_FOUND;
}

static void add(struct buf *b, const char *name, struct str value)
{
	buf_fmt(b, "&%s=", name);
	buf_url(b, value);
}

static struct str authorization_url(struct ctx *c, const struct row *provider, const struct challenge *ch, struct str state)
{
	struct buf b;
	uint8_t hash[32];
	struct str verifier = secret_of(c->arena, ch, "verifier"), endpoint = row_text(provider, IDP_AUTHORIZATION_ENDPOINT);
	sha256(&verifier, 1, hash);
	buf_init(&b, c->arena, 8 * KIB);
	buf_add(&b, endpoint);
	buf_addz(&b, memchr(endpoint.p, '?', endpoint.n) ? "&response_type=code" : "?response_type=code");
	add(&b, "client_id", row_text(provider, IDP_CLIENT_ID));
	add(&b, "redirect_uri", oidc_redirect(c));
	add(&b, "scope", STR("openid email profile"));
	add(&b, "state", state);
	add(&b, "nonce", secret_of(c->arena, ch, "nonce"));
	add(&b, "code_challenge", str_base64url(c->arena, hash, sizeof(hash)));
	buf_addz(&b, "&code_challenge_method=S256");
	return buf_str(&b);
}

static const struct field begin_fields[] = {
	{ .name = "company", .doc = "The short name of the company (slug), or its id.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 100 },
};

enum err oidc_begin(struct call *c)
{
	struct value v[ARRAY_LEN(begin_fields)] = { 0 };
	struct field_set present;
	struct finding f = { .provider = NULL };
	struct challenge ch;
	struct str state;
	struct buf b;
	struct json_out o;
	json_t *body;
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, begin_fields, ARRAY_LEN(begin_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	TRY(held_back(c, "oidc.begin", BEGINS));
	f.slug = str_lower_ascii(c->ctx.arena, str_trim(v[0].s));
	if (id_parse(f.slug, &f.id) == OK)
		f.slug = STR("");
	else if (f.slug.n < SLUG_MIN || f.slug.n > SLUG_MAX)
		return E_NOT_FOUND;
	TRY(find(&c->ctx, &f));
	TRY(challenge_new(&c->ctx, CHALLENGE_OIDC, row_id(f.provider, F_ID_FIELD), row_id(f.company, F_ID_FIELD), &ch, &state));
	buf_init(&b, c->ctx.arena, 16 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "url", authorization_url(&c->ctx, f.provider, &ch, state));
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	call_cookie_set(c, "oidc", secret_of(c->ctx.arena, &ch, "browser"), CHALLENGE_S);
	return OK;
}

/* ---- the question and its answer ---- */

static struct str ask_json(struct arena *a, const struct oidc_ask *k)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 16 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_int(&o, "tenant", k->tenant);
	jw_member_id(&o, "provider", k->provider);
	jw_member_str(&o, "code", k->code);
	jw_member_str(&o, "verifier", k->verifier);
	jw_member_str(&o, "nonce", k->nonce);
	jw_close(&o, '}');
	return buf_str(&b);
}

static json_t *read_secret(struct arena *a, const struct once *o)
{
	struct problem ignored;
	json_t *v = NULL;
	problem_init(&ignored, a);
	return json_read(a, o->secret, &ignored, &v) == OK ? v : NULL;
}

static void answer_hash(const struct oidc_place *place, uint8_t ret[32])
{
	const struct str parts[] = { STR("oidc answer|"), { (const char *)place->hash, sizeof(place->hash) } };
	sha256(parts, ARRAY_LEN(parts), ret);
}

struct waiting {
	struct oidc_place place;
	struct once once;
	bool some;
};

static enum err look(struct tx *tx, void *arg)
{
	struct waiting *w = arg;
	struct once_waiting list[WAITS_MAX];
	size_t count;
	TRY(once_waiting(tx, "oidc", list, 1, &count));
	w->some = count > 0;
	if (count)
		memcpy(w->place.hash, list[0].hash, sizeof(w->place.hash));
	return OK;
}

static enum err take(struct tx *tx, void *arg)
{
	struct waiting *w = arg;
	return once_take(tx, w->place.hash, "oidc", &w->once);
}

enum err oidc_waiting(struct ctx *c, struct oidc_place *ret_place, struct oidc_ask *ret)
{
	struct waiting w = { .some = false };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, look, &w));
	if (!w.some)
		return E_NOT_FOUND;
	TRY(store_write(&run, take, &w));
	const json_t *o = read_secret(c->arena, &w.once);
	if (id_parse(json_text(json_object_get(o, "provider")), &ret->provider) != OK)
		return E_CORRUPT;
	ret->tenant = json_integer_value(json_object_get(o, "tenant"));
	ret->code = json_text(json_object_get(o, "code"));
	ret->verifier = json_text(json_object_get(o, "verifier"));
	ret->nonce = json_text(json_object_get(o, "nonce"));
	*ret_place = w.place;
	return OK;
}

struct putting {
	const struct oidc_place *place;
	struct str secret;
};

static enum err put_answer(struct tx *tx, void *arg)
{
	const struct putting *p = arg;
	uint8_t hash[32];
	const struct once o = { .kind = STR("oidc_answer"), .secret = p->secret, .created_ms = tx->now.ms, .expires_ms = tx->now.ms + ASK_MS };
	answer_hash(p->place, hash);
	return once_put(tx, hash, &o);
}

enum err oidc_answer_put(struct ctx *c, const struct oidc_place *place, const struct oidc_answer *answer)
{
	struct buf b;
	struct json_out o;
	struct run run = ctx_system_run(c);
	buf_init(&b, c->arena, 8 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	if (answer->error) {
		jw_member_str(&o, "error", str_from(answer->error));
	} else {
		jw_member_str(&o, "subject", answer->subject);
		jw_member_str(&o, "email", answer->email);
	}
	jw_close(&o, '}');
	struct putting p = { place, buf_str(&b) };
	return store_write(&run, put_answer, &p);
}

/* ---- finishing ---- */

struct finishing {
	struct challenge ch;
	struct oidc_ask ask;
	struct oidc_place place;
	struct once once;
	struct row *provider;
	/* What it comes to. */
	struct str account, email;
	struct id user, membership;
	const char *why;
};

static enum err over(struct call *c)
{
	problem_init(&c->ctx.problem, c->ctx.arena);
	problem_fault(&c->ctx.problem, STR("/state"), "over", "This sign-in took too long, or was finished already. Begin again.");
	return problem_done(&c->ctx.problem);
}

/* The state is spent with the question, so that of two that come with it one is answered. */
static enum err put_ask(struct tx *tx, void *arg)
{
	const struct finishing *f = arg;
	const struct once o = { .kind = STR("oidc"), .secret = ask_json(tx->arena, &f->ask), .created_ms = tx->now.ms, .expires_ms = tx->now.ms + ASK_MS };
	TRY(challenge_spend(tx, &f->ch));
	return once_put(tx, f->place.hash, &o);
}

static enum err take_answer(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	uint8_t hash[32];
	answer_hash(&f->place, hash);
	return once_find(tx, hash, "oidc_answer", &f->once);
}

static enum err one_look(struct call *c, struct finishing *f, json_t **ret)
{
	with_arena struct arena *a = arena_new(MIB);
	struct run run = ctx_system_run(&c->ctx);
	run.arena = a;
	run.now = now();
	enum err e = store_read(&run, take_answer, f);
	if (e != OK)
		return e;
	f->once.secret = str_dup(c->ctx.arena, f->once.secret);
	*ret = read_secret(c->ctx.arena, &f->once);
	return *ret ? OK : E_CORRUPT;
}

static enum err wait_for(struct call *c, struct finishing *f, json_t **ret)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	for (int64_t until = monotonic_ms() + WAIT_MS; monotonic_ms() < until;) {
		enum err e = one_look(c, f, ret);
		if (e != E_NOT_FOUND)
			return e;
		nanosleep(&pause, NULL);
	}
	return problem_set(&c->ctx.problem, E_BUSY, "Your company's provider did not answer. Try again in a moment.");
}

/* A thread that waits answers nobody else: only some may. */
static enum err ask(struct call *c, struct finishing *f, json_t **ret)
{
	atomic_uint *waits = routes_waits(c);
	struct run run = ctx_system_run(&c->ctx);
	if (atomic_fetch_add(waits, 1) >= WAITS_MAX) {
		atomic_fetch_sub(waits, 1);
		return problem_set(&c->ctx.problem, E_BUSY, "Many people are signing in this way. Try again in a moment.");
	}
	enum err e = store_write(&run, put_ask, f);
	if (e == OK)
		e = wait_for(c, f, ret);
	atomic_fetch_sub(waits, 1);
	return e == E_SECOND_FACTOR ? over(c) : e;
}

static const struct {
	const char *error;
	enum err err;
	const char *words;
} refusals[] = {
	{ "away", E_BUSY, "Your company's provider did not answer. Try again in a moment." },
	{ "refused", E_FORBIDDEN, "Your company's provider did not confirm this sign-in. Begin again; if that does not help, tell your administrator." },
	{ "token", E_FORBIDDEN, "What your company's provider said could not be trusted. Tell your administrator." },
	{ "unverified", E_FORBIDDEN, "Your company's provider does not say that your address is verified. Tell your administrator." },
	{ "member", E_FORBIDDEN, "There is no member with this address in this company. Ask your administrator to invite you." },
	{ "account", E_FORBIDDEN, "This member has signed in with another account of the provider. An administrator can undo that link." },
};

static enum err note(struct tx *tx, void *arg)
{
	const struct finishing *f = arg;
	return audit_event(tx, "sign_in_refused", &noun_identity_provider, f->ask.provider, str_fmt(tx->arena, "{\"amr\":\"sso\",\"why\":\"%s\"}", f->why));
}

static enum err refuse(struct call *c, struct finishing *f, struct str error)
{
	struct run run = ctx_tenant_run(&c->ctx, f->ask.tenant);
	size_t i = 0;
	while (i + 1 < ARRAY_LEN(refusals) && !str_eqz(error, refusals[i].error))
		i++;
	f->why = refusals[i].error;
	TRY(store_write(&run, note, f));
	problem_init(&c->ctx.problem, c->ctx.arena);
	return problem_set(&c->ctx.problem, refusals[i].err, "%s", refusals[i].words);
}

/* ---- who it is ---- */

static enum err find_linked(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	struct row *member;
	TRY(link_find(tx, f->account, &f->membership));
	TRY(store_get(tx, &noun_membership, f->membership, &member));
	f->user = row_id(member, MEMBERSHIP_USER);
	return row_int(member, MEMBERSHIP_ACTIVE) ? OK : E_REFERENCE;
}

static enum err find_user(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	struct row *user;
	size_t count;
	TRY(store_lookup(tx, &noun_user, USER_EMAIL, f->email, &user, 1, &count));
	if (!count)
		return E_NOT_FOUND;
	f->user = row_id(user, F_ID_FIELD);
	return OK;
}

static enum err link_member(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	struct row *member;
	TRY(store_find(tx, &noun_membership, MEMBERSHIP_USER, VALUE_ID(f->user), &member));
	if (!row_int(member, MEMBERSHIP_ACTIVE))
		return E_NOT_FOUND;
	return link_make(tx, f->provider, row_id(member, F_ID_FIELD), f->account);
}

/* By the link; without one by the address, which makes it. *ret_error is the word for who is not let in, or NULL. */
static enum err recognise(struct call *c, struct finishing *f, const char **ret_error)
{
	struct run system = ctx_system_run(&c->ctx), run = ctx_tenant_run(&c->ctx, f->ask.tenant);
	enum err e = store_read(&run, find_linked, f);
	*ret_error = e == E_REFERENCE ? "member" : NULL;
	if (e != E_NOT_FOUND)
		return e == E_REFERENCE ? OK : e;
	e = store_read(&system, find_user, f);
	if (e == OK) {
		c->ctx.who = (struct who){ .kind = WHO_USER, .id = f->user, .request = c->ctx.who.request };
		run = ctx_tenant_run(&c->ctx, f->ask.tenant);
		e = store_write(&run, link_member, f);
	}
	*ret_error = e == E_NOT_FOUND ? "member" : e == E_CONFLICT || e == E_UNIQUE ? "account" : NULL;
	return *ret_error ? OK : e;
}

static const struct field finish_fields[] = {
	{ .name = "code", .doc = "What the provider gave the browser.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = CODE_MAX },
	{ .name = "state", .doc = "What it gave back.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 400 },
	{ .name = "iss", .doc = "Who it says it is.", .type = F_TEXT, .max = 500 },
};

static enum err same_provider(struct tx *tx, void *arg)
{
	struct finishing *f = arg;
	return provider_get(tx, f->ch.user, &f->provider);
}

/* That this browser began, with this company and provider; and that the answer is the provider's, where such answers say so (RFC 9207). */
static enum err read_state(struct call *c, const struct value *v, struct finishing *f)
{
	struct finding company = { .provider = NULL };
	struct run system = ctx_system_run(&c->ctx);
	if (challenge_read(&c->ctx, v[1].s, CHALLENGE_OIDC, &f->ch) != OK)
		return over(c);
	if (!str_same_ct(call_cookie(c, "oidc"), secret_of(c->ctx.arena, &f->ch, "browser")))
		return problem_set(&c->ctx.problem, E_FORBIDDEN, "This sign-in was begun in another browser, or another one was begun since. Begin again.");
	company.id = f->ch.tenant;
	TRY(store_read(&system, find_company, &company));
	f->ask.tenant = row_int(company.company, TENANT_NUMBER);
	struct run run = ctx_tenant_run(&c->ctx, f->ask.tenant);
	enum err e = store_read(&run, same_provider, f);
	if (e == E_NOT_FOUND || (e == OK && !auth_tenant_open(c->ctx.auth, company.company)))
		return over(c);
	TRY(e);
	bool named = v[2].kind == V_TEXT && v[2].s.n;
	if (named ? !str_eq(v[2].s, row_text(f->provider, IDP_ISSUER)) : row_int(f->provider, IDP_NAMES_ITSELF)) {
		problem_fault(&c->ctx.problem, STR("/iss"), "choice", "This answer is not the one of your company's provider.");
		return problem_done(&c->ctx.problem);
	}
	return OK;
}

enum err oidc_finish(struct call *c)
{
	struct value v[ARRAY_LEN(finish_fields)] = { 0 };
	struct field_set present;
	struct finishing f = { .user = { { 0 } } };
	struct login_answer answer;
	const struct login l = { .cookie = call_is_page(c), .device = call_device(c) };
	const char *error;
	json_t *body, *said = NULL;
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, finish_fields, ARRAY_LEN(finish_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	TRY(held_back(c, "oidc.finish", FINISHES));
	TRY(read_state(c, v, &f));
	f.ask.provider = f.ch.user;
	f.ask.code = v[0].s;
	f.ask.verifier = secret_of(c->ctx.arena, &f.ch, "verifier");
	f.ask.nonce = secret_of(c->ctx.arena, &f.ch, "nonce");
	random_bytes(f.place.hash, sizeof(f.place.hash));
	TRY(ask(c, &f, &said));
	c->ctx.now = now(); /* the wait was long */
	if (json_text(json_object_get(said, "error")).n)
		return refuse(c, &f, json_text(json_object_get(said, "error")));
	f.account = link_account(c->ctx.arena, f.provider, json_text(json_object_get(said, "subject")));
	f.email = str_lower_ascii(c->ctx.arena, json_text(json_object_get(said, "email")));
	TRY(recognise(c, &f, &error));
	if (error)
		return refuse(c, &f, str_from(error));
	TRY(login_as(&c->ctx, c->ctx.auth, f.user, f.ask.tenant, &l, "sso", &answer));
	call_login_answer(c, &answer);
	call_cookie_set(c, "oidc", STR(""), 0);
	return OK;
}
