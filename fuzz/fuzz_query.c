/* fuzz_query.c - bytes are what follows the "?" of a list: every parameter is refused by name, or the query keeps the bounds that the store
 * relies on. */
#include "api_private.h"
#include "limits.h"
#include "nouns.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct listing_request *r)
{
	const struct query *q = &r->query;
	if (q->limit < 1 || q->limit > LIST_LIMIT_MAX || q->filter_count > LIST_FILTERS_MAX || r->expand_count > EXPAND_MAX)
		abort();
	if (q->sort >= (int)q->noun->field_count)
		abort();
	for (size_t i = 0; i < q->filter_count; i++)
		if (q->filters[i].field < 0 || q->filters[i].field >= (int)q->noun->field_count || q->filters[i].count > FILTER_VALUES_MAX)
			abort();
	for (size_t i = 0; i < q->noun->field_count; i++)
		if (set_has(r->fields, (int)i) && q->noun->fields[i].flags & INTERNAL)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct noun *const nouns[] = { &noun_job, &noun_customer, &noun_appointment };
	if (size < 1 || size > SCGI_HEAD_MAX)
		return 0;
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct str text = { (const char *)data + 1, size - 1 };
	struct request rq = { .method = STR("GET"), .path = STR("/v1/jobs"), .query = text, .content_type = STR("application/json") };
	struct response rs = { .status = 200 };
	struct call c = { .rq = &rq, .rs = &rs };
	struct listing_request r;
	const struct noun *noun = nouns[data[0] / 2 % ARRAY_LEN(nouns)];
	c.ctx = (struct ctx){ .arena = a, .actor = { .catalogue = nouns_catalogue(a), .signed_in = true, .role = ROLE_OWNER } };
	problem_init(&c.ctx.problem, a);
	if (data[0] % 2) { /* the same in a body */
		rq.body = text;
		rq.query = STR("");
	}
	if ((data[0] % 2 ? listing_from_body(&c, noun, &r) : listing_from_params(&c, noun, &r)) == OK)
		check(&r);
	return 0;
}
