#include "ctx.h"

struct run ctx_tenant_run(struct ctx *c, int64_t tenant)
{
	return (struct run){
		.store = c->store,
		.tenant = tenant,
		.arena = c->arena,
		.problem = &c->problem,
		.who = &c->who,
		.now = c->now,
		.up = c,
	};
}

struct run ctx_run(struct ctx *c)
{
	return ctx_tenant_run(c, c->actor.tenant);
}

struct run ctx_system_run(struct ctx *c)
{
	return ctx_tenant_run(c, 0);
}

struct ctx *tx_ctx(const struct tx *tx)
{
	return tx->up;
}
