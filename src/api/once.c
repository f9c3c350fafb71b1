/* once.c - a POST that carries an Idempotency-Key happens once: the answer is kept, sealed, in the transaction of its effect. */
#include "api_private.h"

#include <string.h>

enum { KEY_TEXT_MAX = 200 };

struct posting {
	struct call *call;
	tx_body *body;
	void *arg;
	uint8_t hash[32], body_hash[32];
	bool replayed;
	struct stored_answer answer;
};

/* An answer as stored: the headers that matter, then the body. */
static struct str pack(struct call *c)
{
	struct buf b;
	buf_init(&b, c->ctx.arena, RESPONSE_MAX + 1000);
	for (size_t i = 0; i < c->rs->header_count; i++)
		buf_fmt(&b, "%s: " STR_FMT "\n", c->rs->headers[i].name, STR_ARG(c->rs->headers[i].value));
	buf_char(&b, '\n');
	buf_add(&b, c->rs->body);
	return buf_str(&b);
}

static void unpack(struct call *c, const struct stored_answer *a)
{
	struct str rest = a->answer;
	call_json(c, a->status, STR(""));
	c->rs->header_count = 0;
	while (rest.n && rest.p[0] != '\n' && c->rs->header_count < RESPONSE_HEADERS_MAX - 3) {
		struct str value, line = str_cut(rest, '\n', &rest), name = str_cut(line, ':', &value);
		response_header(c->rs, str_z(c->ctx.arena, name), str_trim(value));
	}
	response_header(c->rs, "Idempotency-Replayed", STR("true"));
	c->rs->body = rest.n ? str_slice(rest, 1, rest.n) : STR("");
}

static enum err once_body(struct tx *tx, void *arg)
{
	struct posting *o = arg;
	bool found;
	TRY(answer_find(tx, o->hash, &found, &o->answer));
	o->replayed = found;
	if (found && memcmp(o->answer.body_hash, o->body_hash, 32) != 0)
		return problem_set(tx->problem, E_CONFLICT, "This Idempotency-Key was used for another request.");
	if (found)
		return OK;
	TRY(o->body(tx, o->arg));
	struct stored_answer a = { .status = o->call->rs->status, .answer = pack(o->call) };
	memcpy(a.body_hash, o->body_hash, 32);
	return answer_put(tx, o->hash, &a);
}

enum err post_once(struct call *c, tx_body *body, void *arg)
{
	struct run run = ctx_run(&c->ctx);
	struct str key = str_trim(c->rq->idempotency_key);
	if (!key.n)
		return store_write(&run, body, arg);
	if (key.n > KEY_TEXT_MAX)
		return problem_set(&c->ctx.problem, E_MALFORMED, "An Idempotency-Key has at most %d characters.", KEY_TEXT_MAX);
	struct posting o = { .call = c, .body = body, .arg = arg };
	const struct str parts[] = { { (const char *)c->ctx.who.id.b, 16 }, c->rq->path, STR("\n"), key };
	sha256(parts, ARRAY_LEN(parts), o.hash);
	sha256(&c->rq->body, 1, o.body_hash);
	TRY(store_write(&run, once_body, &o));
	if (o.replayed)
		unpack(c, &o.answer);
	return OK;
}
