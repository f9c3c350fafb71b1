#include "numbering.h"

#include "nouns.h"

enum { SET_SERIES, SET_PREFIX, SET_NEXT, SET_PARAMS };
static const struct field set_params[] = {
	[SET_SERIES] = { .name = "series", .doc = "Which: job, enquiry, quote, invoice, credit_note, payment.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 40 },
	[SET_PREFIX] = { .name = "prefix", .doc = "What stands before the number.", .type = F_TEXT, .min = 1, .max = 20 },
	[SET_NEXT] = { .name = "next", .doc = "The number that comes next.", .type = F_INT, .flags = REQUIRED, .min = 1, .max = 999999999 },
};

struct asked {
	struct call *call;
	struct value params[SET_PARAMS];
	struct series *all;
	size_t count;
};

static enum err answer(struct call *c, const struct asked *a)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, 64 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < a->count; i++) {
		jw_open(&o, '{');
		jw_member_str(&o, "series", a->all[i].name);
		jw_member_str(&o, "prefix", a->all[i].prefix);
		jw_member_int(&o, "next", a->all[i].next);
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}

static enum err read_all(struct tx *tx, void *arg)
{
	struct asked *a = arg;
	return store_numbers(tx, &a->all, &a->count);
}

enum err numbering_list(struct call *c)
{
	struct asked a = { .call = c };
	const struct run run = ctx_run(&c->ctx);
	TRY(store_read(&run, read_all, &a));
	return answer(c, &a);
}

static bool plain(struct str prefix)
{
	for (size_t i = 0; i < prefix.n; i++) {
		char ch = prefix.p[i];
		if (!((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '/' || ch == '.'))
			return false;
	}
	return prefix.n > 0 && !(prefix.p[prefix.n - 1] >= '0' && prefix.p[prefix.n - 1] <= '9');
}

static enum err set_body(struct tx *tx, void *arg)
{
	struct asked *a = arg;
	struct str prefix = STR("");
	TRY(read_all(tx, a));
	for (size_t i = 0; i < a->count; i++)
		if (str_eq(a->all[i].name, a->params[SET_SERIES].s))
			prefix = a->all[i].prefix;
	if (!prefix.n)
		problem_fault(tx->problem, STR("/series"), "choice", "There is no such series.");
	if (a->params[SET_PREFIX].kind == V_TEXT)
		prefix = a->params[SET_PREFIX].s;
	if (prefix.n && !plain(prefix))
		problem_fault(tx->problem, STR("/prefix"), "format", "Letters, digits, hyphens, points and slashes; it does not end with a digit.");
	TRY(problem_done(tx->problem));
	TRY(store_number_set(tx, a->params[SET_SERIES].s, prefix, a->params[SET_NEXT].i));
	TRY(audit_event(tx, "number", &noun_tenant, a->call->ctx.actor.tenant_id,
	                str_fmt(tx->arena, "{\"series\":\"" STR_FMT "\",\"prefix\":\"" STR_FMT "\",\"next\":%lld}", STR_ARG(a->params[SET_SERIES].s), STR_ARG(prefix),
	                        (long long)a->params[SET_NEXT].i)));
	return read_all(tx, a);
}

enum err numbering_set(struct call *c)
{
	struct asked a = { .call = c };
	struct field_set present;
	json_t *body;
	TRY(call_body_json(c, &body));
	TRY(fields_read(c->ctx.arena, set_params, SET_PARAMS, INPUT_PARAMS, body, a.params, &present, &c->ctx.problem));
	const struct run run = ctx_run(&c->ctx);
	TRY(store_write(&run, set_body, &a));
	return answer(c, &a);
}
