#include "nightly.h"

#include "access_review.h"
#include "api_key.h"
#include "log.h"
#include "plan.h"

#include <string.h>

struct piece {
	struct day day;
	enum err (*step)(struct tx *tx, struct day today, size_t *ret_done);
	size_t done;
};

static enum err run_piece(struct tx *tx, void *arg)
{
	struct piece *p = arg;
	return p->step(tx, p->day, &p->done);
}

static enum err today(struct tx *tx, void *arg)
{
	return company_today(tx, arg);
}

enum err nightly_day(struct ctx *c, const struct auth_nouns *nouns, struct day *ret_day)
{
	struct row *company;
	TRY(auth_tenant_by_number(c, nouns, c->actor.tenant, &company));
	c->company = company;
	const struct run run = ctx_run(c);
	return store_read(&run, today, ret_day);
}

enum err nightly_run(struct ctx *c, const struct auth_nouns *nouns, struct day *ret_day)
{
	static const struct {
		const char *name;
		enum err (*step)(struct tx *tx, struct day today, size_t *ret_done);
	} steps[] = { { "quotes_expired", quotes_expire }, { "work_planned", plans_run }, { "access_reviewed", reviews_run }, { "keys_unused", keys_unused } };
	TRY(nightly_day(c, nouns, ret_day));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		size_t all = 0;
		for (struct piece p = { .day = *ret_day, .step = steps[i].step, .done = 1 }; p.done; all += p.done) {
			const struct run run = ctx_run(c);
			p.done = 0;
			TRY(store_write(&run, run_piece, &p));
		}
		if (all)
			LOG(LOG_INFO, "nightly", LOG_I("tenant", c->actor.tenant), LOG_W("what", steps[i].name), LOG_I("count", (int64_t)all));
	}
	return OK;
}
