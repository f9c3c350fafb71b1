/* query.c - the parameters of a list, from an address or from a body. Pure: nothing is read but what came. */
#include "api_private.h"

#include <string.h>

static void fault(struct call *c, const char *where, const char *code, const char *why)
{
	problem_fault(&c->ctx.problem, str_fmt(c->ctx.arena, "/%s", where), code, "%s", why);
}

static void add_value(struct call *c, const struct field *f, struct filter *filter, struct str text, const char *where)
{
	if (filter->count == FILTER_VALUES_MAX) {
		fault(c, where, "range", "Too many values.");
		return;
	}
	const char *why = value_parse(c->ctx.arena, f, text, &filter->values[filter->count]);
	if (why)
		fault(c, where, "format", why);
	else
		filter->count++;
}

static bool is_ordered(const struct field *f)
{
	return f->type == F_TIME || f->type == F_DATE || f->type == F_INT || f->type == F_MONEY || f->type == F_DURATION;
}

/* "a..b": from a, before b; either end may be left out. */
static bool add_range(struct call *c, const struct field *f, struct filter *filter, struct str text, const char *where)
{
	const char *dots = is_ordered(f) ? strstr(str_z(c->ctx.arena, text), "..") : NULL;
	if (!dots)
		return false;
	size_t at = 0;
	while (at + 1 < text.n && !(text.p[at] == '.' && text.p[at + 1] == '.'))
		at++;
	const char *why = value_parse(c->ctx.arena, f, str_slice(text, 0, at), &filter->values[0]);
	if (!why)
		why = value_parse(c->ctx.arena, f, str_slice(text, at + 2, text.n), &filter->values[1]);
	if (why)
		fault(c, where, "format", why);
	filter->range = true;
	filter->count = 2;
	return true;
}

static struct filter *new_filter(struct call *c, const struct noun *noun, struct query *q, struct str name, const char *where)
{
	int i = field_find(noun->fields, noun->field_count, name);
	if (i < 0 || !(noun->fields[i].flags & FILTER)) {
		fault(c, where, "unknown", "This cannot be filtered by.");
		return NULL;
	}
	if (q->filter_count == LIST_FILTERS_MAX) {
		fault(c, where, "range", "Too many filters.");
		return NULL;
	}
	struct filter *f = &q->filters[q->filter_count++];
	*f = (struct filter){ .field = i };
	return f;
}

static void set_sort(struct call *c, const struct noun *noun, struct query *q, struct str text)
{
	struct str rest, first = str_cut(text, ',', &rest);
	bool down = first.n && first.p[0] == '-';
	int i = field_find(noun->fields, noun->field_count, down ? str_slice(first, 1, first.n) : first);
	if (i < 0 || noun->fields[i].flags & INTERNAL)
		fault(c, "sort", "unknown", "There is no such field.");
	q->sort = i;
	q->ascending = !down;
}

static void add_fields(struct call *c, const struct noun *noun, struct listing_request *r, struct str name)
{
	int i = field_find(noun->fields, noun->field_count, name);
	if (i < 0 || noun->fields[i].flags & INTERNAL)
		fault(c, "fields", "unknown", "There is no such field.");
	else
		set_add(&r->fields, i);
}

static void add_expand(struct call *c, const struct noun *noun, struct listing_request *r, struct str name)
{
	int i = field_find(noun->fields, noun->field_count, name);
	if (i < 0 || noun->fields[i].type != F_REF || noun->fields[i].ref->system != noun->system)
		fault(c, "expand", "unknown", "There is no such reference.");
	else if (r->expand_count == EXPAND_MAX)
		fault(c, "expand", "range", "Too many references.");
	else
		r->expand[r->expand_count++] = i;
}

static void set_limit(struct call *c, struct query *q, int64_t limit)
{
	if (limit < 1 || limit > LIST_LIMIT_MAX)
		fault(c, "limit", "range", "Between 1 and 200.");
	else
		q->limit = (size_t)limit;
}

static enum err begin(struct call *c, const struct noun *noun, struct listing_request *r)
{
	*r = (struct listing_request){ .query = { .noun = noun, .sort = -1, .limit = LIST_LIMIT_DEFAULT } };
	return policy_own(&c->ctx, noun, &r->query.own);
}

static enum err finish(struct call *c, const struct noun *noun, struct listing_request *r)
{
	struct field_set see = policy_see(&c->ctx.actor, noun);
	/* What is of the highest class is shown in a list only when it is asked for by name. */
	for (size_t i = 0; i < noun->field_count && !r->fields.bits; i++)
		if (noun->fields[i].privacy == PRIVACY_SPECIAL)
			see.bits &= ~((uint64_t)1 << i);
	if (!r->fields.bits)
		r->fields = see;
	r->fields.bits &= see.bits;
	set_add(&r->fields, F_ID_FIELD);
	r->query.open = r->fields;
	return problem_done(&c->ctx.problem);
}

typedef void each_fn(struct call *c, const struct noun *noun, struct listing_request *r, struct str name);

static void each_of(struct call *c, const struct noun *noun, struct listing_request *r, struct str list, each_fn *each)
{
	while (list.p && list.n)
		each(c, noun, r, str_trim(str_cut(list, ',', &list)));
}

static void one_param(struct call *c, const struct noun *noun, struct listing_request *r, struct str name, struct str value)
{
	int64_t n;
	const char *where = str_z(c->ctx.arena, name);
	if (str_starts(name, STR("filter[")) && str_ends(name, STR("]"))) {
		struct filter *f = new_filter(c, noun, &r->query, str_slice(name, 7, name.n - 1), where);
		if (!f || add_range(c, &noun->fields[f->field], f, value, where))
			return;
		while (value.p && value.n)
			add_value(c, &noun->fields[f->field], f, str_cut(value, ',', &value), where);
	} else if (str_eqz(name, "sort")) {
		set_sort(c, noun, &r->query, value);
	} else if (str_eqz(name, "limit")) {
		set_limit(c, &r->query, str_to_i64(value, &n) == OK ? n : 0);
	} else if (str_eqz(name, "cursor")) {
		r->query.cursor = value;
	} else if (str_eqz(name, "q")) {
		r->query.words = value;
	} else if (str_eqz(name, "own")) {
		/* Somebody without an employee record owns nothing: an id that no row has. */
		if (str_eqz(value, "1") && noun->own >= 0)
			r->query.own = id_is_zero(c->ctx.actor.employee) ? c->ctx.actor.user : c->ctx.actor.employee;
	} else if (str_eqz(name, "count")) {
		r->query.count = str_eqz(value, "1");
	} else if (str_eqz(name, "expand")) {
		each_of(c, noun, r, value, add_expand);
	} else if (str_eqz(name, "fields")) {
		each_of(c, noun, r, value, add_fields);
	} else {
		fault(c, where, "unknown", "There is no such parameter.");
	}
}

enum err listing_from_params(struct call *c, const struct noun *noun, struct listing_request *ret)
{
	struct str rest = c->rq->query;
	TRY(begin(c, noun, ret));
	while (rest.p && rest.n) {
		struct str value, pair = str_cut(rest, '&', &rest), key = str_cut(pair, '=', &value);
		if (pair.n)
			one_param(c, noun, ret, url_decode(c->ctx.arena, key), value.p ? url_decode(c->ctx.arena, value) : STR(""));
	}
	return finish(c, noun, ret);
}

static void filter_value(struct call *c, const struct field *f, struct filter *filter, const json_t *v, const char *where)
{
	if (json_is_integer(v))
		add_value(c, f, filter, str_fmt(c->ctx.arena, "%lld", (long long)json_integer_value(v)), where);
	else if (json_is_boolean(v))
		add_value(c, f, filter, json_is_true(v) ? STR("true") : STR("false"), where);
	else if (json_is_string(v) && (filter->count || !add_range(c, f, filter, json_text(v), where)))
		add_value(c, f, filter, json_text(v), where);
	else if (!json_is_string(v))
		fault(c, where, "type", "A text, a number or a list of them is wanted.");
}

static void body_filters(struct call *c, const struct noun *noun, struct listing_request *r, json_t *filters)
{
	const char *name;
	json_t *v, *one;
	size_t i;
	json_object_foreach(filters, name, v)
	{
		const char *where = str_fmt(c->ctx.arena, "filter/%s", name).p;
		struct filter *f = new_filter(c, noun, &r->query, str_from(name), where);
		if (!f)
			continue;
		if (!json_is_array(v))
			filter_value(c, &noun->fields[f->field], f, v, where);
		else
			json_array_foreach(v, i, one)
				filter_value(c, &noun->fields[f->field], f, one, where);
	}
}

static void body_list(struct call *c, const struct noun *noun, struct listing_request *r, const json_t *v, each_fn *each)
{
	if (json_is_string(v))
		each_of(c, noun, r, json_text(v), each);
	for (size_t i = 0; i < json_array_size(v); i++)
		each(c, noun, r, json_text(json_array_get(v, i)));
}

enum err listing_from_body(struct call *c, const struct noun *noun, struct listing_request *ret)
{
	json_t *body, *v;
	const char *name;
	TRY(call_body_json(c, &body));
	TRY(begin(c, noun, ret));
	json_object_foreach(body, name, v)
	{
		if (json_is_null(v))
			continue;
		if (strcmp(name, "filter") == 0)
			body_filters(c, noun, ret, v);
		else if (strcmp(name, "expand") == 0)
			body_list(c, noun, ret, v, add_expand);
		else if (strcmp(name, "fields") == 0)
			body_list(c, noun, ret, v, add_fields);
		else if (strcmp(name, "count") == 0)
			ret->query.count = json_is_true(v) || (json_is_integer(v) && json_integer_value(v) == 1);
		else if (strcmp(name, "own") == 0)
			one_param(c, noun, ret, STR("own"), json_is_true(v) ? STR("1") : STR("0"));
		else if (strcmp(name, "limit") == 0)
			set_limit(c, &ret->query, json_is_integer(v) ? json_integer_value(v) : 0);
		else
			one_param(c, noun, ret, str_starts(str_from(name), STR("filter[")) ? STR("?") : str_from(name), json_text(v));
	}
	return finish(c, noun, ret);
}

enum err fields_from_params(struct call *c, const struct noun *noun, struct field_set *ret)
{
	struct listing_request r = { 0 };
	struct field_set see = policy_see(&c->ctx.actor, noun);
	struct str rest = c->rq->query;
	while (rest.p && rest.n) {
		struct str value, pair = str_cut(rest, '&', &rest), key = str_cut(pair, '=', &value);
		if (value.p && str_eqz(url_decode(c->ctx.arena, key), "fields"))
			each_of(c, noun, &r, url_decode(c->ctx.arena, value), add_fields);
	}
	*ret = see;
	if (r.fields.bits)
		ret->bits &= r.fields.bits;
	set_add(ret, F_ID_FIELD);
	return problem_done(&c->ctx.problem);
}
