/* session.c - signing in and out, and who somebody is. */
#include "api_private.h"

static bool ours(const struct call *c)
{
	return str_eqz(c->rq->x_app, "1");
}

/* The value of our cookie in a Cookie header. */
static struct str cookie_value(const struct call *c)
{
	struct str rest = c->rq->cookie;
	while (rest.p && rest.n) {
		struct str value, pair = str_trim(str_cut(rest, ';', &rest)), name = str_cut(pair, '=', &value);
		if (str_eqz(name, c->api->cookie) && value.p)
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

enum err session_authenticate(struct call *c)
{
	bool header = c->rq->authorization.n > 0; /* a request with Authorization ignores the cookie */
	struct str token = header ? bearer(c) : cookie_value(c);
	if (!token.n)
		return E_UNAUTHENTICATED;
	return auth_session(&c->ctx, c->api->config.auth, token, !header);
}

static const struct field login_fields[] = {
	{ .name = "email", .doc = "Address with which you sign in.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 254 },
	{ .name = "password", .doc = "Password.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 1024 },
	{ .name = "tenant_id", .doc = "The company, where you belong to several.", .type = F_ID },
	{ .name = "code", .doc = "The code of the second factor.", .type = F_TEXT, .max = 40 },
};

static void set_cookie(struct call *c, struct str token, int64_t age_s)
{
	response_header(c->rs, "Set-Cookie",
	                str_fmt(c->ctx.arena, "%s=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%lld", c->api->cookie,
	                        STR_ARG(token), (long long)age_s));
}

static void answer_login(struct call *c, const struct login_answer *a)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, 2000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	if (!ours(c)) {
		jw_member_str(&o, "access_token", a->token);
		jw_member_str(&o, "token_type", STR("Bearer"));
	}
	jw_member_int(&o, "expires_in", a->expires_s);
	jw_member_id(&o, "tenant_id", a->tenant);
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	if (ours(c))
		set_cookie(c, a->token, a->expires_s);
}

enum err session_login(struct call *c)
{
	struct value v[ARRAY_LEN(login_fields)] = { 0 };
	struct field_set present;
	struct login_answer answer;
	json_t *body;
	TRY(call_body_json(c, &body));
	/* The password is taken as typed: reading it as a field would trim it. */
	struct str password = json_text(json_object_get(body, "password"));
	TRY(fields_read(c->ctx.arena, login_fields, ARRAY_LEN(login_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	struct login login = {
		.email = v[0].s,
		.password = password,
		.tenant = v[2].kind == V_ID ? v[2].id : (struct id){ { 0 } },
		.cookie = ours(c),
	};
	TRY(auth_login(&c->ctx, c->api->config.auth, &login, &answer));
	answer_login(c, &answer);
	return OK;
}

enum err session_logout(struct call *c)
{
	bool header = c->rq->authorization.n > 0;
	TRY(auth_logout(&c->ctx, header ? bearer(c) : cookie_value(c)));
	c->rs->status = 204;
	if (!header) {
		set_cookie(c, STR(""), 0);
		response_header(c->rs, "Clear-Site-Data", STR("\"cache\", \"cookies\", \"storage\""));
	}
	return OK;
}

struct me {
	struct call *call;
	struct row *member;
};

static enum err me_body(struct tx *tx, void *arg)
{
	struct me *m = arg;
	const struct auth_nouns *n = m->call->api->config.auth;
	return store_get(tx, n->membership, m->call->ctx.actor.membership, &m->member);
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
	static const char *const shown[] = { "id", "name", "timezone", "currency", "locale" };
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
	struct run run = ctx_run(&c->ctx);
	struct me m = { .call = c };
	struct row *tenant;
	struct buf b;
	struct json_out o;
	TRY(store_read(&run, me_body, &m));
	TRY(auth_tenant_by_number(&c->ctx, n, c->ctx.actor.tenant, &tenant));
	buf_init(&b, c->ctx.arena, 32 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "user");
	jw_open(&o, '{');
	jw_member_id(&o, "id", c->ctx.actor.user);
	jw_member_str(&o, "name", row_text(m.member, n->member_name));
	jw_member_str(&o, "email", row_text(m.member, n->member_email));
	jw_close(&o, '}');
	write_tenant(c, &o, tenant);
	jw_member_str(&o, "role", str_from(role_name(c->ctx.actor.role)));
	jw_key(&o, "employee_id");
	if (id_is_zero(c->ctx.actor.employee))
		jw_null(&o);
	else
		jw_id(&o, c->ctx.actor.employee);
	jw_member_bool(&o, "my_view_only", c->ctx.actor.my_view_only);
	write_rights(c, &o);
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}
