/* session.c - signing in and out, and who somebody is. */
#include "api_private.h"

#include "jwt.h"

bool call_is_page(const struct call *c)
{
	return str_eqz(c->rq->x_app, "1");
}

/* The value of a cookie of ours. */
static struct str cookie_value(const struct call *c, const char *wanted)
{
	struct str rest = c->rq->cookie;
	while (rest.p && rest.n) {
		struct str value, pair = str_trim(str_cut(rest, ';', &rest)), name = str_cut(pair, '=', &value);
		if (str_eqz(name, wanted) && value.p)
			return value;
	}
	return STR("");
}

static struct str bearer(const struct call *c)
{
	struct str s = c->rq->authorization, rest;
	struct str scheme = str_cut(s, ' ', &rest);
	return str_eqz(scheme, "Bearer") && rest.p ? str_trim(rest) : STR("");
}

/* Pages of the platform's staff say so: somebody may be signed in at both doors with one browser. */
static bool staff_page(const struct call *c)
{
	return str_eqz(c->rq->x_app, "staff") || str_starts(c->rq->path, STR("/v1/staff/"));
}

enum err session_authenticate(struct call *c)
{
	bool header = c->rq->authorization.n > 0; /* a request with Authorization ignores the cookie */
	struct str token = header ? bearer(c) : cookie_value(c, staff_page(c) ? c->api->staff_cookie : c->api->cookie);
	/* A page that opens a file cannot say whose it is. */
	if (!header && !token.n && !c->rq->x_app.n)
		token = cookie_value(c, c->api->staff_cookie);
	if (!token.n)
		return E_UNAUTHENTICATED;
	return auth_session(&c->ctx, c->api->config.auth, token, !header);
}

static const struct field login_fields[] = {
	{ .name = "email", .doc = "Address with which you sign in.", .type = F_TEXT, .max = 254 },
	{ .name = "password", .doc = "Password.", .type = F_TEXT, .max = 1024 },
	{ .name = "tenant_id", .doc = "The company, where you belong to several.", .type = F_ID },
	{ .name = "code", .doc = "The code of the second factor, or a recovery code.", .type = F_TEXT, .max = 60 },
	{ .name = "challenge", .doc = "Of the answer that asked for the second factor, or for a passkey.", .type = F_TEXT, .max = 400 },
	{ .name = "passkey", .doc = "What the browser's passkey answered.", .type = F_JSON, .max = 16384 },
	{ .name = "remember", .doc = "A device that its person keeps.", .type = F_BOOL },
	{ .name = "passkey_alone", .doc = "The challenge is that of /v1/login/passkey.", .type = F_BOOL },
};
enum { LOGIN_EMAIL, LOGIN_PASSWORD, LOGIN_TENANT, LOGIN_CODE, LOGIN_CHALLENGE, LOGIN_PASSKEY, LOGIN_REMEMBER, LOGIN_ALONE };

static void set_cookie(struct call *c, const char *name, struct str token, int64_t age_s)
{
	response_header(c->rs, "Set-Cookie",
	                str_fmt(c->ctx.arena, "%s=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%lld", name,
	                        STR_ARG(token), (long long)age_s));
}

static const char *cookie_name(struct call *c, const char *word)
{
	return str_fmt(c->ctx.arena, "__Host-%s-%s", word, c->api->installation).p;
}

struct str call_cookie(struct call *c, const char *word)
{
	return cookie_value(c, cookie_name(c, word));
}

void call_cookie_set(struct call *c, const char *word, struct str value, int64_t age_s)
{
	set_cookie(c, cookie_name(c, word), value, age_s);
}

struct str call_device(struct call *c)
{
	return cookie_value(c, c->api->device_cookie);
}

void session_mark(struct call *c)
{
	set_cookie(c, c->api->device_cookie, c->mark, DEVICE_COOKIE_S);
}

void call_login_answer(struct call *c, const struct login_answer *a)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, 8 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	if (a->access.n) {
		jw_member_str(&o, "access_token", a->access);
		jw_member_str(&o, "refresh_token", a->refresh);
		jw_member_str(&o, "token_type", STR("Bearer"));
	}
	jw_member_int(&o, "expires_in", a->expires_s);
	jw_member_id(&o, "tenant_id", a->tenant);
	jw_member_bool(&o, "must_enrol", a->limited);
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	if (a->token.n)
		set_cookie(c, c->api->cookie, a->token, a->expires_s);
	if (a->device.n && call_is_page(c))
		set_cookie(c, c->api->device_cookie, a->device, DEVICE_COOKIE_S);
}

void call_staff_answer(struct call *c, const struct staff_answer *a)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, 4 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	if (!c->rq->x_app.n) {
		jw_member_str(&o, "access_token", a->token);
		jw_member_str(&o, "token_type", STR("Bearer"));
	}
	jw_member_int(&o, "expires_in", a->expires_s);
	jw_member_bool(&o, "must_enrol", a->limited);
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	if (c->rq->x_app.n)
		set_cookie(c, c->api->staff_cookie, a->token, a->expires_s);
}

static enum err want(struct call *c, const struct value *v, int field)
{
	if (v[field].kind != V_TEXT || !v[field].s.n)
		problem_fault(&c->ctx.problem, problem_field(&c->ctx.problem, login_fields[field].name), "required", "This is needed.");
	return OK;
}

enum err session_login(struct call *c)
{
	struct value v[ARRAY_LEN(login_fields)] = { 0 };
	struct field_set present;
	struct login_answer answer = { .device = STR("") };
	struct login l = { .cookie = call_is_page(c), .device = call_device(c) };
	json_t *body;
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, login_fields, ARRAY_LEN(login_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	/* The password is taken as typed: reading it as a field would trim it. */
	TRY(call_proof(c, body, &l.proof));
	l.challenge = v[LOGIN_CHALLENGE].kind == V_TEXT ? v[LOGIN_CHALLENGE].s : STR("");
	if (!l.challenge.n) {
		TRY(want(c, v, LOGIN_EMAIL));
		TRY(want(c, v, LOGIN_PASSWORD));
		TRY(problem_done(&c->ctx.problem));
	}
	l.email = v[LOGIN_EMAIL].kind == V_TEXT ? v[LOGIN_EMAIL].s : STR("");
	l.tenant = v[LOGIN_TENANT].kind == V_ID ? v[LOGIN_TENANT].id : (struct id){ { 0 } };
	l.remember = v[LOGIN_REMEMBER].kind == V_INT && v[LOGIN_REMEMBER].i;
	l.passkey_alone = v[LOGIN_ALONE].kind == V_INT && v[LOGIN_ALONE].i;
	enum err e = login(&c->ctx, c->api->config.auth, &l, &answer);
	if (e != OK && answer.device.n && call_is_page(c))
		c->mark = answer.device;
	TRY(e);
	call_login_answer(c, &answer);
	return OK;
}

enum err session_login_passkey(struct call *c)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, 4 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	TRY(login_passkey(&c->ctx, &o));
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}

static const struct field refresh_fields[] = {
	{ .name = "refresh_token", .doc = "The newest one that was given.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 200 },
};

enum err session_refresh(struct call *c)
{
	struct value v[ARRAY_LEN(refresh_fields)] = { 0 };
	struct field_set present;
	struct login_answer answer;
	json_t *body;
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, refresh_fields, ARRAY_LEN(refresh_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	TRY(login_refresh(&c->ctx, c->api->config.auth, v[0].s, &answer));
	call_login_answer(c, &answer);
	return OK;
}

enum err session_logout(struct call *c)
{
	bool header = c->rq->authorization.n > 0;
	TRY(auth_logout(&c->ctx));
	c->rs->status = 204;
	if (!header) {
		set_cookie(c, c->ctx.actor.staff ? c->api->staff_cookie : c->api->cookie, STR(""), 0);
		response_header(c->rs, "Clear-Site-Data", STR("\"cache\", \"storage\""));
	}
	return OK;
}

enum err session_jwks(struct call *c)
{
	struct str text;
	TRY(jwks_text(store_keys(c->ctx.store), c->ctx.arena, c->ctx.now, &text));
	c->rs->status = 200;
	c->rs->content_type = STR("application/jwk-set+json");
	c->rs->body = text;
	return OK;
}

static void write_rights(struct call *c, struct json_out *o)
{
	const struct catalogue *cat = store_catalogue(c->ctx.store);
	jw_key(o, "rights");
	jw_open(o, '[');
	for (size_t i = 0; i < cat->right_count; i++)
		if (policy_grant(&c->ctx.actor, cat->rights[i].name) != GRANT_NONE)
			jw_str(o, str_from(cat->rights[i].name));
	jw_close(o, ']');
}

static void write_tenant(struct call *c, struct json_out *o, const struct row *tenant)
{
	static const char *const shown[] = { "id", "name", "timezone", "currency", "locale", "idle_minutes" };
	jw_key(o, "tenant");
	jw_open(o, '{');
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		int f = field_find(tenant->noun->fields, tenant->noun->field_count, str_from(shown[i]));
		if (f < 0)
			continue;
		jw_key(o, shown[i]);
		value_write(o, &tenant->noun->fields[f], tenant->v[f]);
	}
	jw_close(o, '}');
	(void)c;
}

enum err session_me(struct call *c)
{
	const struct auth_nouns *n = c->api->config.auth;
	struct me_self self = { .name = STR("") };
	struct factors f = { .count = 0 };
	struct row *tenant;
	bool person = c->ctx.who.kind == WHO_USER || c->ctx.who.kind == WHO_API, staff = c->ctx.actor.staff;
	struct buf b;
	struct json_out o;
	if (person || staff)
		TRY(me_self(c, &self));
	if (person)
		TRY(factors_load(&c->ctx, c->ctx.actor.user, &f));
	TRY(auth_tenant_by_number(&c->ctx, n, c->ctx.actor.tenant, &tenant));
	buf_init(&b, c->ctx.arena, 32 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "user");
	jw_open(&o, '{');
	jw_member_id(&o, "id", c->ctx.actor.user);
	jw_member_str(&o, "name", self.name);
	jw_member_str(&o, "email", self.email);
	jw_close(&o, '}');
	write_tenant(c, &o, tenant);
	jw_member_str(&o, "role", staff ? STR("support") : str_from(role_name(c->ctx.actor.role)));
	jw_key(&o, "employee_id");
	if (id_is_zero(c->ctx.actor.employee))
		jw_null(&o);
	else
		jw_id(&o, c->ctx.actor.employee);
	jw_member_bool(&o, "my_view_only", c->ctx.actor.my_view_only);
	write_rights(c, &o);
	call_factors(&o, &f, login_demanded(&c->ctx, n, tenant));
	jw_member_bool(&o, "must_enrol", c->ctx.actor.limited);
	jw_key(&o, "advised_at");
	if (self.advised_ms)
		jw_instant(&o, (struct instant){ self.advised_ms });
	else
		jw_null(&o);
	if (person) {
		jw_member_instant(&o, "fresh_until", (struct instant){ c->ctx.actor.fresh_until_ms });
		jw_member_id(&o, "session_id", c->ctx.actor.session);
	}
	if (n->supported) {
		jw_key(&o, "support");
		TRY(n->supported(&c->ctx, &o));
	}
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}
