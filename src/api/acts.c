/* acts.c - what can be done with a row besides reading and writing it, from the noun's table of acts. */
#include "api_private.h"

const struct act *act_find(const struct noun *noun, struct str name, bool on_noun)
{
	for (const struct act *a = noun->acts; a && a->name; a++)
		if (a->on_noun == on_noun && str_eqz(name, a->name))
			return a;
	return NULL;
}

struct act_job {
	struct call *call;
	const struct act *act;
	const struct noun *noun;
	struct id id;
	struct act_call run;
};

static enum err act_body(struct tx *tx, void *arg)
{
	struct act_job *j = arg;
	struct act_call *r = &j->run;
	r->tx = tx;
	r->row = r->ret_row = NULL;
	r->ret_body = STR("");
	r->also_count = 0;
	if (!j->act->on_noun) {
		TRY(store_get(tx, j->noun, j->id, &r->row));
		TRY(policy_row(&j->call->ctx, tx, r->row, j->act->right));
		if (r->if_match && row_int(r->row, F_VERSION_FIELD) != r->if_match)
			return problem_set(tx->problem, E_VERSION, "It is at version %lld now.", (long long)row_int(r->row, F_VERSION_FIELD));
	}
	TRY(j->act->run(r));
	if (r->ret_row)
		rows_answer(j->call, j->act->status ? j->act->status : 200, r->ret_row, (struct field_set){ 0 });
	else if (j->act->writes)
		call_json(j->call, j->act->status ? j->act->status : 200, r->ret_body);
	return OK;
}

static enum err read_params(struct call *c, const struct act *act, struct act_call *r)
{
	struct value *params = ARENA_ARRAY(c->ctx.arena, struct value, act->param_count + 1);
	json_t *body;
	r->params = params;
	if (str_eqz(c->rq->method, "GET"))
		return OK;
	TRY(call_body_json(c, &body));
	return fields_read(c->ctx.arena, act->params, act->param_count, INPUT_PARAMS, body, params, &r->present, &c->ctx.problem);
}

static bool right_method(const struct call *c, const struct act *act)
{
	return str_eqz(c->rq->method, act->writes || act->param_count ? "POST" : "GET");
}

enum err acts_run(struct call *c, const struct noun *noun, const struct act *act, bool has_id, struct id id)
{
	struct act_job *j = ARENA_NEW(c->ctx.arena, struct act_job);
	(void)has_id;
	j->call = c;
	j->act = act;
	j->noun = noun;
	j->id = id;
	j->run.ctx = &c->ctx;
	c->rs->route = act->name;
	if (!right_method(c, act))
		return E_METHOD;
	if (act->on_noun)
		TRY(policy_demand(&c->ctx, act->right));
	else if (policy_noun(&c->ctx.actor, noun, "read") == GRANT_NONE)
		return E_NOT_FOUND;
	TRY(read_params(c, act, &j->run));
	TRY(if_match(c, &j->run.if_match));
	TRY(company_if(c, act->company || noun->company));
	if (act->writes) {
		TRY(post_once(c, act_body, j));
		return act->finish && j->run.tx ? act->finish(&j->run) : OK; /* an answer that was kept needs no second end */
	}
	struct run run = ctx_run(&c->ctx);
	TRY(store_read(&run, act_body, j));
	if (act->finish)
		TRY(act->finish(&j->run));
	if (!j->run.ret_row) {
		call_json(c, 200, j->run.ret_body);
		if (act->content_type)
			c->rs->content_type = str_from(act->content_type);
	}
	for (size_t i = 0; i < j->run.also_count; i++)
		TRY(rows_seen(c, j->run.also_shown[i]->noun, act->name, &j->run.also_shown[i], 1));
	return j->run.row ? rows_seen(c, noun, act->name, &j->run.row, 1) : OK;
}
