#include "row.h"

#include "utf8.h"

#include <assert.h>
#include <string.h>

struct row *row_new(struct arena *a, const struct noun *noun)
{
	struct row *r = ARENA_NEW(a, struct row);
	r->noun = noun;
	r->v = ARENA_ARRAY(a, struct value, noun->field_count);
	return r;
}

struct row *row_copy(struct arena *a, const struct row *row)
{
	struct row *r = row_new(a, row->noun);
	struct value *v = r->v;
	*r = *row;
	r->v = v;
	memcpy(v, row->v, row->noun->field_count * sizeof(*v));
	return r;
}

static const struct value *at(const struct row *r, int field)
{
	assert(field >= 0 && (size_t)field < r->noun->field_count);
	return &r->v[field];
}

bool row_is_null(const struct row *r, int field)
{
	return at(r, field)->kind == V_NULL;
}

int64_t row_int(const struct row *r, int field)
{
	const struct value *v = at(r, field);
	assert(v->kind == V_INT || v->kind == V_NULL);
	return v->kind == V_INT ? v->i : 0;
}

struct day row_day(const struct row *r, int field)
{
	return (struct day){ (int32_t)row_int(r, field) };
}

struct str row_text(const struct row *r, int field)
{
	const struct value *v = at(r, field);
	assert(v->kind == V_TEXT || v->kind == V_NULL);
	return v->kind == V_TEXT ? v->s : STR("");
}

struct id row_id(const struct row *r, int field)
{
	const struct value *v = at(r, field);
	assert(v->kind == V_ID || v->kind == V_NULL);
	return v->kind == V_ID ? v->id : (struct id){ { 0 } };
}

void row_set_int(struct row *r, int field, int64_t v)
{
	(void)at(r, field);
	r->v[field] = VALUE_INT(v);
}

void row_set_text(struct row *r, int field, struct str v)
{
	(void)at(r, field);
	r->v[field] = VALUE_TEXT(v);
}

void row_set_id(struct row *r, int field, struct id v)
{
	(void)at(r, field);
	r->v[field] = VALUE_ID(v);
}

void row_set_null(struct row *r, int field)
{
	(void)at(r, field);
	r->v[field] = VALUE_NULL;
}

bool row_is(const struct row *r, int field, const char *text)
{
	const struct value *v = at(r, field);
	return v->kind == V_TEXT && str_eqz(v->s, text);
}

bool value_eq(struct value a, struct value b)
{
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case V_NULL:
		return true;
	case V_INT:
		return a.i == b.i;
	case V_TEXT:
		return str_eq(a.s, b.s);
	case V_ID:
		return id_eq(a.id, b.id);
	}
	return false;
}

struct field_set row_diff(const struct row *was, const struct row *is)
{
	struct field_set set = { 0 };
	for (size_t i = F_COMMON_FIELDS; i < is->noun->field_count; i++)
		if (!value_eq(was->v[i], is->v[i]))
			set_add(&set, (int)i);
	return set;
}

struct field_set noun_visible(const struct noun *n)
{
	struct field_set set = { 0 };
	for (size_t i = 0; i < n->field_count; i++)
		if (!(n->fields[i].flags & (INTERNAL | WRITE_ONLY)))
			set_add(&set, (int)i);
	return set;
}

/* One faulty value: a stable code and a sentence. */
struct verdict {
	const char *code;
	const char *says; /* NULL: the value is good */
};

static const struct verdict good = { NULL, NULL };

static struct verdict text_verdict(struct arena *a, const struct field *f, struct str *s)
{
	bool lines = f->type == F_LINES;
	*s = str_trim(*s);
	if (!utf8_printable(*s, lines))
		return (struct verdict){ "format", lines ? "Control characters are not allowed." :
			                                   "Control characters and line breaks are not allowed." };
	size_t n = utf8_count(*s);
	if (f->max && n > (size_t)f->max)
		return (struct verdict){ "too_long", str_fmt(a, "At most %lld characters.", (long long)f->max).p };
	if (n == 0 && f->min == 1)
		return (struct verdict){ "required", "This is needed." };
	if (n < (size_t)f->min)
		return (struct verdict){ "too_short", str_fmt(a, "At least %lld characters.", (long long)f->min).p };
	return good;
}

static bool listed(const char *const *list, struct str s)
{
	for (; list && *list; list++)
		if (str_eqz(s, *list))
			return true;
	return false;
}

static struct verdict choice_verdict(struct arena *a, const struct field *f, struct str s)
{
	if (listed(f->values, s))
		return good;
	struct buf b;
	buf_init(&b, a, 2000);
	buf_addz(&b, "One of ");
	for (const char *const *v = f->values; *v; v++)
		buf_fmt(&b, "%s%s", v == f->values ? "" : ", ", *v);
	buf_addz(&b, ".");
	return (struct verdict){ "choice", str_z(a, buf_str(&b)) };
}

static struct verdict number_verdict(struct arena *a, const struct field *f, int64_t i)
{
	if (i < f->min || i > f->max)
		return (struct verdict){ "range", str_fmt(a, "Between %lld and %lld.", (long long)f->min, (long long)f->max).p };
	return good;
}

static bool is_number(enum field_type t)
{
	return t == F_INT || t == F_MONEY || t == F_DURATION;
}

/* Type, range and .check of a text form; what JSON strings and CSV cells have in common. */
static struct verdict from_text(struct arena *a, const struct field *f, struct str s, struct value *ret)
{
	struct verdict v = good;
	if (f->type == F_TEXT || f->type == F_LINES) {
		v = text_verdict(a, f, &s);
		*ret = s.n ? VALUE_TEXT(str_dup(a, s)) : VALUE_NULL;
	} else if (f->type == F_ENUM) {
		v = choice_verdict(a, f, s);
		*ret = VALUE_TEXT(str_dup(a, s));
	} else if (f->type == F_ID || f->type == F_REF) {
		struct id id;
		if (id_parse(s, &id) != OK || id_is_zero(id))
			return (struct verdict){ "format", "An id: 32 hexadecimal digits in five groups." };
		*ret = VALUE_ID(id);
	} else if (f->type == F_TIME) {
		struct instant t;
		if (instant_parse(s, &t) != OK)
			return (struct verdict){ "format", "A time such as 2026-11-21T09:00:00Z." };
		v = number_verdict(a, f, t.ms);
		*ret = VALUE_INT(t.ms);
	} else if (f->type == F_DATE) {
		struct day d;
		if (day_parse(s, &d) != OK)
			return (struct verdict){ "format", "A date such as 2026-11-21." };
		v = number_verdict(a, f, d.days);
		*ret = VALUE_INT(d.days);
	} else {
		return (struct verdict){ "type", is_number(f->type) ? "A whole number is wanted." : "Another type of value is wanted." };
	}
	return v;
}

static struct verdict from_json(struct arena *a, const struct field *f, const json_t *j, struct value *ret)
{
	if (json_is_null(j)) {
		*ret = VALUE_NULL;
		return good;
	}
	if (f->type == F_BOOL) {
		if (!json_is_boolean(j))
			return (struct verdict){ "type", "true or false is wanted." };
		*ret = VALUE_INT(json_is_true(j));
		return good;
	}
	if (f->type == F_JSON) {
		if (!json_is_object(j) && !json_is_array(j))
			return (struct verdict){ "type", "An object or a list is wanted." };
		struct str text = json_canonical(a, j);
		*ret = VALUE_TEXT(text);
		return text.n > (size_t)f->max ? (struct verdict){ "too_long", "This is longer than allowed." } : good;
	}
	if (is_number(f->type)) {
		if (!json_is_integer(j))
			return (struct verdict){ "type", "A whole number is wanted." };
		*ret = VALUE_INT(json_integer_value(j));
		return number_verdict(a, f, ret->i);
	}
	if (!json_is_string(j))
		return (struct verdict){ "type", "A text is wanted." };
	return from_text(a, f, json_text(j), ret);
}

static struct verdict with_check(struct arena *a, const struct field *f, struct verdict v, struct value *value)
{
	if (v.says || value->kind == V_NULL || !f->check)
		return v;
	return (struct verdict){ "format", f->check(a, value) };
}

static void read_member(struct arena *a, const struct field *f, enum input how, const json_t *j, struct value *ret,
                        struct problem *problem)
{
	struct str pointer = problem_field(problem, f->name);
	if (f->flags & READONLY || (f->flags & ONCE && how == INPUT_PATCH)) {
		problem_fault(problem, pointer, "read_only",
		              f->flags & READONLY ? "This is set by the server." : "This cannot be changed afterwards.");
		return;
	}
	struct value v = VALUE_NULL;
	struct verdict verdict = with_check(a, f, from_json(a, f, j, &v), &v);
	if (verdict.says)
		problem_fault(problem, pointer, verdict.code, "%s", verdict.says);
	else if (v.kind == V_NULL && f->flags & REQUIRED && !(how != INPUT_PATCH && (f->initial || f->flags & DERIVED)))
		problem_fault(problem, pointer, "required", "This is needed.");
	else
		*ret = v;
}

static void demand_required(const struct field *fields, size_t count, struct field_set present, struct problem *problem)
{
	for (size_t i = 0; i < count; i++) {
		const struct field *f = &fields[i];
		if (f->flags & REQUIRED && !(f->flags & (READONLY | DERIVED)) && !f->initial && !set_has(present, (int)i))
			problem_fault(problem, problem_field(problem, f->name), "required", "This is needed.");
	}
}

enum err fields_read(struct arena *a, const struct field *fields, size_t count, enum input how, const json_t *object,
                     struct value *v, struct field_set *present, struct problem *problem)
{
	*present = (struct field_set){ 0 };
	if (!json_is_object(object))
		return problem_set(problem, E_INVALID, "An object is wanted.");
	const char *name;
	json_t *j;
	json_t *o = json_incref((json_t *)(uintptr_t)object);
	json_object_foreach(o, name, j)
	{
		int i = field_find(fields, count, str_from(name));
		if (i < 0 || fields[i].flags & INTERNAL) {
			problem_fault(problem, problem_field(problem, name), "unknown", "There is no such field.");
			continue;
		}
		set_add(present, i);
		read_member(a, &fields[i], how, j, &v[i], problem);
	}
	json_decref(o);
	if (how != INPUT_PATCH)
		demand_required(fields, count, *present, problem);
	return problem_done(problem);
}

static const char *parse_plain(struct arena *a, const struct field *f, struct str text, struct value *ret)
{
	int64_t i;
	if (f->type == F_BOOL) {
		static const char *const yes[] = { "true", "1", "yes", "y", "x", NULL };
		static const char *const no[] = { "false", "0", "no", "n", NULL };
		struct str low = str_lower_ascii(a, text);
		if (!listed(yes, low) && !listed(no, low))
			return "true or false is wanted.";
		*ret = VALUE_INT(listed(yes, low));
		return NULL;
	}
	if (str_to_i64(text, &i) != OK)
		return "A whole number is wanted.";
	*ret = VALUE_INT(i);
	return number_verdict(a, f, i).says;
}

const char *value_parse(struct arena *a, const struct field *f, struct str text, struct value *ret)
{
	struct value v = VALUE_NULL;
	text = str_trim(text);
	if (text.n == 0) {
		*ret = v;
		return NULL;
	}
	const char *says;
	if (f->type == F_BOOL || is_number(f->type))
		says = parse_plain(a, f, text, &v);
	else if (f->type == F_JSON) {
		v = VALUE_TEXT(str_dup(a, text));
		says = NULL;
	} else
		says = with_check(a, f, from_text(a, f, text, &v), &v).says;
	if (!says)
		*ret = v;
	return says;
}

void row_defaults(struct arena *a, struct row *r)
{
	for (size_t i = 0; i < r->noun->field_count; i++) {
		const struct field *f = &r->noun->fields[i];
		if (!f->initial || r->v[i].kind != V_NULL)
			continue;
		const char *says = value_parse(a, f, str_from(f->initial), &r->v[i]);
		assert(!says); /* dict_lint() has read it too */
		(void)says;
	}
}

void value_write(struct json_out *o, const struct field *f, struct value v)
{
	char text[32];
	switch (v.kind) {
	case V_NULL:
		jw_null(o);
		return;
	case V_ID:
		jw_id(o, v.id);
		return;
	case V_TEXT:
		if (f->type == F_JSON)
			jw_raw(o, v.s);
		else
			jw_str(o, v.s);
		return;
	case V_INT:
		break;
	}
	if (f->type == F_BOOL) {
		jw_bool(o, v.i != 0);
	} else if (f->type == F_TIME) {
		jw_instant(o, (struct instant){ v.i });
	} else if (f->type == F_DATE) {
		instant_format((struct instant){ v.i * 86400000 }, text);
		jw_str(o, (struct str){ text, 10 });
	} else {
		jw_int(o, v.i);
	}
}

struct str value_text(struct arena *a, const struct field *f, struct value v)
{
	switch (v.kind) {
	case V_NULL:
		return STR("");
	case V_ID:
		return id_str(a, v.id);
	case V_TEXT:
		return v.s;
	case V_INT:
		break;
	}
	if (f->type == F_BOOL)
		return v.i ? STR("true") : STR("false");
	if (f->type == F_TIME)
		return instant_str(a, (struct instant){ v.i });
	if (f->type == F_DATE)
		return day_str(a, (struct day){ (int32_t)v.i });
	return str_fmt(a, "%lld", (long long)v.i);
}

void row_write(struct json_out *o, const struct row *r, struct field_set shown)
{
	for (size_t i = 0; i < r->noun->field_count; i++) {
		if (!set_has(shown, (int)i))
			continue;
		jw_key(o, r->noun->fields[i].name);
		value_write(o, &r->noun->fields[i], r->v[i]);
	}
}
