#include "keys.h"

#include "api_key.h"
#include "identity.h"

enum { SCOPE_OVERLAP_H = 24 };

struct making {
	const struct row *given;
	struct row *row;
	struct id id;
	struct str key;
	uint8_t hash[32];
	int64_t overlap_ms;
};

static enum err put_row(struct tx *tx, void *arg)
{
	struct making *m = arg;
	struct row *row = row_copy(tx->arena, m->given);
	row_set_text(row, APIKEY_HINT, str_slice(m->key, 0, 8));
	row_set_int(row, APIKEY_ROTATED_AT, tx->now.ms);
	return store_insert(tx, row, &m->row);
}

/* The secret outlives its key's last day by a day: which day it is depends on the zone, the row decides. */
static enum err put_secret(struct tx *tx, void *arg)
{
	struct making *m = arg;
	const struct machine_secret s = { .tenant = tx_ctx(tx)->actor.tenant, .key = row_id(m->row, F_ID_FIELD),
		                          .expires_ms = (row_int(m->row, APIKEY_EXPIRES_ON) + 2) * 86400000 };
	TRY(machine_secret_end(tx, s.key, tx->now.ms + m->overlap_ms));
	return machine_secret_put(tx, m->hash, &s);
}

static enum err end_secrets(struct tx *tx, void *arg)
{
	const struct making *m = arg;
	return machine_secret_end(tx, row_id(m->row, F_ID_FIELD), tx->now.ms);
}

/* The row as it is, and the secret: this one time. */
static enum err answer(struct call *c, int status, const struct making *m)
{
	TRY(call_row(c, status, m->row));
	struct str body = c->rs->body;
	c->rs->body = str_fmt(c->ctx.arena, STR_FMT ",\"secret\":\"" STR_FMT "\"}", STR_ARG(str_slice(body, 0, body.n - 1)), STR_ARG(m->key));
	return OK;
}

enum err keys_make(struct call *c)
{
	struct value v[APIKEY_FIELDS] = { 0 };
	struct field_set present;
	struct making m = { .overlap_ms = 0 };
	struct row *row = row_new(c->ctx.arena, &noun_api_key);
	struct run system = ctx_system_run(&c->ctx), in_tenant = ctx_run(&c->ctx);
	json_t *body;
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, noun_api_key.fields, APIKEY_FIELDS, INPUT_CREATE, body, v, &present, &c->ctx.problem));
	for (int i = 0; i < APIKEY_FIELDS; i++)
		if (set_has(present, i))
			row->v[i] = v[i];
	m.given = row;
	TRY(key_new(&c->ctx, &m.key, m.hash));
	TRY(store_write(&in_tenant, put_row, &m));
	TRY(store_write(&system, put_secret, &m));
	return answer(c, 201, &m);
}

static const struct field rotate_fields[] = {
	{ .name = "overlap_h", .doc = "Hours for which the old secret works too; 24 if left out.", .type = F_INT, .max = KEY_OVERLAP_H_MAX },
};

static enum err rotate_row(struct tx *tx, void *arg)
{
	struct making *m = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_api_key, m->id, &was));
	if (row_is(was, APIKEY_STATE, "revoked"))
		return problem_set(tx->problem, E_CONFLICT, "This key was revoked. Make a new one.");
	is = row_copy(tx->arena, was);
	row_set_text(is, APIKEY_STATE, STR("active"));
	row_set_null(is, APIKEY_ENDED_AT);
	row_set_text(is, APIKEY_HINT, str_slice(m->key, 0, 8));
	row_set_int(is, APIKEY_ROTATED_AT, tx->now.ms);
	row_set_int(is, APIKEY_OVERLAP_UNTIL, tx->now.ms + m->overlap_ms);
	tx->action = "rotate";
	return store_update(tx, was, is, &m->row);
}

enum err keys_rotate(struct call *c)
{
	struct value v[ARRAY_LEN(rotate_fields)] = { 0 };
	struct field_set present;
	struct making m = { .overlap_ms = (int64_t)SCOPE_OVERLAP_H * 3600000 };
	struct run system = ctx_system_run(&c->ctx), in_tenant = ctx_run(&c->ctx);
	json_t *body;
	TRY(call_id(c, 1, &m.id));
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, rotate_fields, ARRAY_LEN(rotate_fields), INPUT_PARAMS, body, v, &present, &c->ctx.problem));
	if (v[0].kind == V_INT)
		m.overlap_ms = v[0].i * 3600000;
	TRY(key_new(&c->ctx, &m.key, m.hash));
	TRY(store_write(&in_tenant, rotate_row, &m));
	TRY(store_write(&system, put_secret, &m));
	return answer(c, 200, &m);
}

static enum err revoke_row(struct tx *tx, void *arg)
{
	struct making *m = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_api_key, m->id, &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, APIKEY_STATE, STR("revoked"));
	row_set_int(is, APIKEY_ENDED_AT, tx->now.ms);
	tx->action = "revoke";
	return store_update(tx, was, is, &m->row);
}

enum err keys_revoke(struct call *c)
{
	struct making m = { .overlap_ms = 0 };
	struct run system = ctx_system_run(&c->ctx), in_tenant = ctx_run(&c->ctx);
	TRY(call_id(c, 1, &m.id));
	TRY(store_write(&in_tenant, revoke_row, &m));
	TRY(store_write(&system, end_secrets, &m));
	return call_row(c, 200, m.row);
}
