/* me.c - what people do about themselves: their password, second factors, sessions. */
#include "api_private.h"

#include "login.h"
#include "recovery.h"

#include <string.h>

static const struct field step_fields[] = {
	{ .name = "challenge", .doc = "Of the problem, or of GET, for a passkey.", .type = F_TEXT, .max = 400 },
	{ .name = "password", .doc = "Where no second factor is set up.", .type = F_TEXT, .max = 1024 },
	{ .name = "code", .doc = "Of the authenticator app, or a recovery code.", .type = F_TEXT, .max = 60 },
	{ .name = "passkey", .doc = "What the browser's passkey answered.", .type = F_JSON, .max = 16384 },
};

static enum err bytes_member(struct call *c, const json_t *v, const char *name, bool required, struct str *ret)
{
	struct str text = json_text(json_object_get(v, name));
	*ret = STR("");
	if (!text.n && !required)
		return OK;
	if (!text.n || str_unbase64url(c->ctx.arena, text, ret) != OK)
		problem_fault(&c->ctx.problem, str_fmt(c->ctx.arena, "/passkey/%s", name), "format", "Bytes as base64url are wanted.");
	return OK;
}

enum err call_proof(struct call *c, const json_t *body, struct proof *ret)
{
	const json_t *k = json_object_get(body, "passkey");
	*ret = (struct proof){ .password = json_text(json_object_get(body, "password")), .code = str_trim(json_text(json_object_get(body, "code"))) };
	if (!k || json_is_null(k))
		return OK;
	ret->with_passkey = true;
	TRY(bytes_member(c, k, "id", true, &ret->passkey.id));
	TRY(bytes_member(c, k, "client_data", true, &ret->passkey.client_data));
	TRY(bytes_member(c, k, "authenticator_data", true, &ret->passkey.authenticator_data));
	TRY(bytes_member(c, k, "signature", true, &ret->passkey.signature));
	TRY(bytes_member(c, k, "user_handle", false, &ret->passkey.user_handle));
	return problem_done(&c->ctx.problem);
}

struct self {
	struct call *call;
	struct row *member;
};

static enum err self_of_staff(struct call *c, struct me_self *ret)
{
	const struct auth_nouns *n = c->api->config.auth;
	struct row *row;
	TRY(staff_row(&c->ctx, n, c->ctx.actor.user, &row));
	*ret = (struct me_self){ row_text(row, n->staff_name), row_text(row, n->staff_email), 0 };
	return OK;
}

static enum err self(struct tx *tx, void *arg)
{
	struct self *s = arg;
	return store_get(tx, s->call->api->config.auth->membership, s->call->ctx.actor.membership, &s->member);
}

enum err me_self(struct call *c, struct me_self *ret)
{
	const struct auth_nouns *n = c->api->config.auth;
	struct self s = { .call = c };
	struct run run = ctx_run(&c->ctx);
	if (c->ctx.actor.staff)
		return self_of_staff(c, ret);
	TRY(store_read(&run, self, &s));
	*ret = (struct me_self){ row_text(s.member, n->member_name), row_text(s.member, n->member_email), row_int(s.member, n->member_advised) };
	return OK;
}

/* Reads a body of plain texts. */
static enum err read_texts(struct call *c, const struct field *fields, size_t count, struct value *v)
{
	json_t *body;
	struct field_set present;
	TRY(call_body_json(c, &body));
	return fields_read(c->ctx.arena, fields, count, INPUT_PARAMS, body, v, &present, &c->ctx.problem);
}

struct answer {
	struct buf b;
	struct json_out o;
};

static void answer_begin(struct call *c, struct answer *a)
{
	buf_init(&a->b, c->ctx.arena, 256 * KIB);
	jw_init(&a->o, &a->b);
	jw_open(&a->o, '{');
}

static enum err answer_end(struct call *c, int status, struct answer *a)
{
	jw_close(&a->o, '}');
	call_json(c, status, buf_str(&a->b));
	return OK;
}

static enum err empty(struct call *c)
{
	c->rs->status = 204;
	return OK;
}

/* What changes how one gets in asks for a fresh proof of one's own; the first factor of a session that can do nothing else has just had one. */
static enum err demand_fresh(struct call *c)
{
	if (c->ctx.actor.fresh_until_ms >= c->ctx.now.ms && !c->ctx.actor.vouched)
		return OK;
	return problem_set(&c->ctx.problem, E_STEP_UP, "This takes a fresh proof that it is you.");
}

/* A key has no "me"; staff look after themselves outside the companies that let them in. */
static enum err demand_person(struct call *c)
{
	bool person = c->ctx.who.kind == WHO_USER || c->ctx.who.kind == WHO_API || (c->ctx.actor.staff && !c->ctx.actor.tenant);
	return person ? OK : E_NOT_FOUND;
}

enum err me_step_up_ask(struct call *c)
{
	struct answer a;
	TRY(demand_person(c));
	answer_begin(c, &a);
	TRY(login_step_up_ask(&c->ctx, &a.o));
	return answer_end(c, 200, &a);
}

enum err me_step_up(struct call *c)
{
	struct value v[ARRAY_LEN(step_fields)] = { 0 };
	struct field_set present;
	struct proof proof;
	struct answer a;
	json_t *body;
	TRY(demand_person(c));
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, step_fields, ARRAY_LEN(step_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	TRY(call_proof(c, body, &proof));
	TRY(login_step_up(&c->ctx, c->api->config.auth, v[0].s, &proof));
	answer_begin(c, &a);
	jw_member_instant(&a.o, "fresh_until", (struct instant){ c->ctx.actor.fresh_until_ms });
	return answer_end(c, 200, &a);
}

/* ---- second factors ---- */

static void write_codes(struct json_out *o, struct str *codes, size_t count)
{
	if (!count)
		return;
	jw_key(o, "recovery_codes");
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++)
		jw_str(o, codes[i]);
	jw_close(o, ']');
}

static enum err note_in_company(struct tx *tx, void *arg)
{
	return audit_event(tx, arg, tx_ctx(tx)->auth->membership, tx_ctx(tx)->actor.membership, STR(""));
}

/* Told to the person, so that he knows when it was not he, and in the log of the company in which he did it; the platform's log has it anyway. */
static enum err tell(struct call *c, const char *kind)
{
	struct me_self self;
	const struct auth_nouns *n = c->api->config.auth;
	struct run in_tenant = ctx_run(&c->ctx);
	if (c->ctx.actor.tenant && !c->ctx.actor.staff)
		TRY(store_write(&in_tenant, note_in_company, (void *)(uintptr_t)kind));
	TRY(me_self(c, &self));
	return n->tell ? n->tell(&c->ctx, kind, self.email, STR("")) : OK;
}

enum err me_totp_begin(struct call *c)
{
	struct me_self self;
	struct answer a;
	TRY(demand_person(c));
	TRY(demand_fresh(c));
	TRY(me_self(c, &self));
	answer_begin(c, &a);
	TRY(factors_totp_begin(&c->ctx, self.email, &a.o));
	return answer_end(c, 200, &a);
}

static const struct field confirm_fields[] = {
	{ .name = "setup", .doc = "Of the answer before.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 400 },
	{ .name = "code", .doc = "What the app shows now.", .type = F_TEXT, .flags = REQUIRED, .min = 6, .max = 20 },
};

enum err me_totp_confirm(struct call *c)
{
	struct value v[ARRAY_LEN(confirm_fields)] = { 0 };
	struct str *codes;
	size_t count;
	struct answer a;
	TRY(demand_person(c));
	TRY(demand_fresh(c));
	TRY(read_texts(c, confirm_fields, ARRAY_LEN(confirm_fields), v));
	TRY(factors_totp_confirm(&c->ctx, v[0].s, v[1].s, &codes, &count));
	TRY(tell(c, "account_factor"));
	answer_begin(c, &a);
	write_codes(&a.o, codes, count);
	return answer_end(c, 200, &a);
}

enum err me_totp_remove(struct call *c)
{
	TRY(demand_person(c));
	TRY(demand_fresh(c));
	TRY(factors_remove(&c->ctx, "totp", (struct id){ { 0 } }));
	TRY(tell(c, "account_factor"));
	return empty(c);
}

enum err me_passkey_begin(struct call *c)
{
	struct me_self self;
	struct answer a;
	TRY(demand_person(c));
	TRY(demand_fresh(c));
	TRY(me_self(c, &self));
	answer_begin(c, &a);
	TRY(factors_passkey_begin(&c->ctx, self.email, self.name, &a.o));
	return answer_end(c, 200, &a);
}

static const struct field passkey_fields[] = {
	{ .name = "setup", .doc = "Of the answer before.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 400 },
	{ .name = "name", .doc = "What you call it, such as the device it is on.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 80 },
	{ .name = "client_data", .doc = "clientDataJSON, as base64url.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 4000 },
	{ .name = "attestation", .doc = "attestationObject, as base64url.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 16000 },
};

enum err me_passkey_add(struct call *c)
{
	struct value v[ARRAY_LEN(passkey_fields)] = { 0 };
	struct str client_data, attestation, *codes;
	size_t count;
	struct id id;
	struct answer a;
	TRY(demand_person(c));
	TRY(demand_fresh(c));
	TRY(read_texts(c, passkey_fields, ARRAY_LEN(passkey_fields), v));
	for (int i = 2; i < 4; i++)
		if (str_unbase64url(c->ctx.arena, v[i].s, i == 2 ? &client_data : &attestation) != OK)
			problem_fault(&c->ctx.problem, problem_field(&c->ctx.problem, passkey_fields[i].name), "format", "Bytes as base64url are wanted.");
	TRY(problem_done(&c->ctx.problem));
	TRY(factors_passkey_confirm(&c->ctx, v[0].s, v[1].s, client_data, attestation, &id, &codes, &count));
	TRY(tell(c, "account_factor"));
	answer_begin(c, &a);
	jw_member_id(&a.o, "id", id);
	write_codes(&a.o, codes, count);
	return answer_end(c, 201, &a);
}

static void write_time(struct json_out *o, const char *name, int64_t ms)
{
	jw_key(o, name);
	if (ms)
		jw_instant(o, (struct instant){ ms });
	else
		jw_null(o);
}

static struct str member_of(struct call *c, struct str json, const char *name)
{
	struct problem p;
	json_t *v;
	problem_init(&p, c->ctx.arena);
	return json_read(c->ctx.arena, json, &p, &v) == OK ? json_text(json_object_get(v, name)) : STR("");
}

enum err me_passkeys(struct call *c)
{
	struct factors f;
	struct answer a;
	TRY(demand_person(c));
	TRY(factors_load(&c->ctx, c->ctx.actor.user, &f));
	answer_begin(c, &a);
	jw_key(&a.o, "items");
	jw_open(&a.o, '[');
	for (size_t i = 0; i < f.count; i++) {
		if (!str_eqz(f.list[i].kind, "passkey"))
			continue;
		jw_open(&a.o, '{');
		jw_member_id(&a.o, "id", f.list[i].id);
		jw_member_str(&a.o, "name", member_of(c, f.list[i].secret, "name"));
		write_time(&a.o, "created_at", f.list[i].created_ms);
		write_time(&a.o, "last_used_at", f.list[i].used_ms);
		jw_close(&a.o, '}');
	}
	jw_close(&a.o, ']');
	return answer_end(c, 200, &a);
}

enum err me_passkey_remove(struct call *c)
{
	struct id id;
	TRY(demand_person(c));
	TRY(demand_fresh(c));
	TRY(call_id(c, 2, &id));
	TRY(factors_remove(&c->ctx, "passkey", id));
	TRY(tell(c, "account_factor"));
	return empty(c);
}

enum err me_recovery_codes(struct call *c)
{
	struct str *codes;
	size_t count;
	struct answer a;
	TRY(demand_person(c));
	TRY(demand_fresh(c));
	TRY(factors_codes_new(&c->ctx, &codes, &count));
	answer_begin(c, &a);
	write_codes(&a.o, codes, count);
	return answer_end(c, 200, &a);
}

void call_factors(struct json_out *o, const struct factors *f, bool demanded)
{
	jw_key(o, "second_factor");
	jw_open(o, '{');
	jw_member_bool(o, "totp", f->totp);
	jw_member_int(o, "passkeys", (int64_t)f->passkeys);
	jw_member_int(o, "recovery_left", (int64_t)f->recovery);
	jw_member_bool(o, "demanded", demanded);
	jw_close(o, '}');
}

/* ---- sessions ---- */

void call_sessions(struct call *c, struct json_out *o, const struct session *list, size_t count)
{
	jw_key(o, "items");
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++) {
		jw_open(o, '{');
		jw_member_id(o, "id", list[i].id);
		jw_member_str(o, "kind", list[i].kind);
		jw_member_str(o, "device", member_of(c, list[i].about, "device"));
		jw_member_str(o, "network", member_of(c, list[i].about, "network"));
		jw_member_str(o, "proved_by", member_of(c, list[i].about, "amr"));
		write_time(o, "created_at", list[i].created_ms);
		write_time(o, "last_used_at", list[i].touched_ms);
		write_time(o, "expires_at", list[i].expires_ms);
		jw_member_bool(o, "current", id_eq(list[i].id, c->ctx.actor.session));
		jw_close(o, '}');
	}
	jw_close(o, ']');
}

enum err me_sessions(struct call *c)
{
	struct session *list;
	size_t count;
	struct answer a;
	TRY(demand_person(c));
	TRY(login_sessions(&c->ctx, c->ctx.actor.user, &list, &count));
	answer_begin(c, &a);
	call_sessions(c, &a.o, list, count);
	return answer_end(c, 200, &a);
}

enum err me_session_end(struct call *c)
{
	struct id id;
	TRY(demand_person(c));
	TRY(call_id(c, 2, &id));
	TRY(login_end(&c->ctx, c->ctx.actor.user, id));
	return empty(c);
}

enum err me_sessions_end_others(struct call *c)
{
	struct answer a;
	int64_t ended;
	TRY(demand_person(c));
	TRY(login_end_all(&c->ctx, c->ctx.actor.user, 0, c->ctx.actor.session, &ended));
	answer_begin(c, &a);
	jw_member_int(&a.o, "ended", ended);
	return answer_end(c, 200, &a);
}

enum err me_sign_ins(struct call *c)
{
	struct sign_in *list;
	size_t count;
	struct answer a;
	TRY(demand_person(c));
	TRY(login_history(&c->ctx, c->ctx.actor.user, &list, &count));
	answer_begin(c, &a);
	jw_key(&a.o, "items");
	jw_open(&a.o, '[');
	for (size_t i = 0; i < count; i++) {
		jw_open(&a.o, '{');
		write_time(&a.o, "at", list[i].at_ms);
		jw_member_str(&a.o, "action", list[i].refused ? STR("sign_in_refused") : STR("sign_in"));
		jw_member_str(&a.o, "kind", list[i].refused ? STR("") : list[i].session.kind);
		jw_member_str(&a.o, "device", member_of(c, list[i].session.about, "device"));
		jw_member_str(&a.o, "network", member_of(c, list[i].session.about, "network"));
		jw_member_str(&a.o, "detail", member_of(c, list[i].session.about, "amr"));
		jw_close(&a.o, '}');
	}
	jw_close(&a.o, ']');
	jw_key(&a.o, "next_cursor");
	jw_null(&a.o);
	return answer_end(c, 200, &a);
}

/* ---- advice ---- */

static enum err put_advised(struct tx *tx, void *arg)
{
	const struct call *c = arg;
	const struct auth_nouns *n = c->api->config.auth;
	struct row *was, *is;
	TRY(store_get(tx, n->membership, c->ctx.actor.membership, &was));
	is = row_copy(tx->arena, was);
	row_set_int(is, n->member_advised, tx->now.ms);
	tx->action = "advised";
	return store_update(tx, was, is, &is);
}

/* S-190, S-193, S-194: told that use is recorded, what a good password is, and not to leave a screen alone. */
enum err me_advised(struct call *c)
{
	struct run run = ctx_run(&c->ctx);
	TRY(demand_person(c));
	TRY(store_write(&run, put_advised, c));
	return empty(c);
}

/* ---- the password ---- */

static const struct field password_fields[] = {
	{ .name = "current", .doc = "The password as it is.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 1024 },
	{ .name = "password", .doc = "The new one.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 1024 },
};

enum err me_password(struct call *c)
{
	struct value v[ARRAY_LEN(password_fields)] = { 0 };
	struct field_set present;
	json_t *body;
	TRY(demand_person(c));
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, password_fields, ARRAY_LEN(password_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	enum err e = login_password(&c->ctx, c->api->config.auth, json_text(json_object_get(body, "current")));
	if (e == E_LOGIN) {
		problem_init(&c->ctx.problem, c->ctx.arena);
		problem_fault(&c->ctx.problem, STR("/current"), "wrong", "This is not your password.");
		return problem_done(&c->ctx.problem);
	}
	TRY(e);
	TRY(auth_set_password(&c->ctx, c->api->config.auth, c->ctx.actor.user, json_text(json_object_get(body, "password")), c->ctx.actor.session, NULL, NULL));
	TRY(tell(c, "account_password"));
	return empty(c);
}
