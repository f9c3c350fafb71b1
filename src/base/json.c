#include "json.h"

#include "limits.h"
#include "utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Depth and width, judged on the bytes, so that the parser's recursion is bounded before it starts. */
static bool within_bounds(struct str s)
{
	size_t width[JSON_DEPTH_MAX + 1] = { 0 };
	size_t depth = 0;
	bool text = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (text) {
			if (c == '\\')
				i++;
			else if (c == '"')
				text = false;
		} else if (c == '"') {
			text = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return false;
			width[depth] = 0;
		} else if (c == '}' || c == ']') {
			if (depth > 0)
				depth--;
		} else if (c == ',' && ++width[depth] > JSON_KEYS_MAX) {
			return false;
		}
	}
	return true;
}

static void drop(void *v)
{
	json_decref(v);
}

enum err json_read(struct arena *a, struct str text, struct problem *problem, json_t **ret)
{
	json_error_t e;
	if (!utf8_valid(text))
		return problem_set(problem, E_MALFORMED, "The text is not valid UTF-8.");
	if (!within_bounds(text))
		return problem_set(problem, E_MALFORMED, "The JSON is nested deeper than %d levels or has more than %d members in one place.",
		                   JSON_DEPTH_MAX, JSON_KEYS_MAX);
	json_t *v = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	if (!v)
		return problem_set(problem, E_MALFORMED, "The JSON cannot be read at line %d, column %d.", e.line, e.column);
	arena_defer(a, drop, v);
	*ret = v;
	return OK;
}

struct str json_text(const json_t *v)
{
	if (!json_is_string(v))
		return STR("");
	return (struct str){ json_string_value(v), json_string_length(v) };
}

struct str json_canonical(struct arena *a, const json_t *v)
{
	char *text = json_dumps(v, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
	struct str copy = str_dup(a, text ? str_from(text) : STR("null"));
	free(text);
	return copy;
}

void jw_init(struct json_out *o, struct buf *b)
{
	*o = (struct json_out){ .buf = b };
}

static void separate(struct json_out *o)
{
	uint32_t bit = 1u << o->depth;
	if (o->comma & bit)
		buf_char(o->buf, ',');
	o->comma |= bit;
}

void jw_open(struct json_out *o, char bracket)
{
	separate(o);
	buf_char(o->buf, bracket);
	assert(o->depth < 30);
	o->depth++;
	o->comma &= ~(1u << o->depth);
}

void jw_close(struct json_out *o, char bracket)
{
	assert(o->depth > 0);
	o->depth--;
	buf_char(o->buf, bracket);
}

static void quoted(struct buf *b, struct str s)
{
	buf_char(b, '"');
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		buf_add(b, str_slice(s, from, i));
		from = i + 1;
		switch (c) {
		case '"': buf_addz(b, "\\\""); break;
		case '\\': buf_addz(b, "\\\\"); break;
		case '\n': buf_addz(b, "\\n"); break;
		case '\r': buf_addz(b, "\\r"); break;
		case '\t': buf_addz(b, "\\t"); break;
		default: buf_fmt(b, "\\u%04x", c);
		}
	}
	buf_add(b, str_slice(s, from, s.n));
	buf_char(b, '"');
}

void jw_key_str(struct json_out *o, struct str name)
{
	separate(o);
	quoted(o->buf, name);
	buf_char(o->buf, ':');
	o->comma &= ~(1u << o->depth); /* the value follows without a comma */
}

void jw_key(struct json_out *o, const char *name)
{
	jw_key_str(o, str_from(name));
}

void jw_str(struct json_out *o, struct str s)
{
	separate(o);
	quoted(o->buf, s);
}

void jw_int(struct json_out *o, int64_t v)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%lld", (long long)v);
	separate(o);
	buf_add(o->buf, (struct str){ digits, (size_t)n });
}

void jw_bool(struct json_out *o, bool v)
{
	separate(o);
	buf_addz(o->buf, v ? "true" : "false");
}

void jw_null(struct json_out *o)
{
	separate(o);
	buf_addz(o->buf, "null");
}

void jw_id(struct json_out *o, struct id id)
{
	char text[37];
	id_format(id, text);
	separate(o);
	buf_char(o->buf, '"');
	buf_add(o->buf, (struct str){ text, 36 });
	buf_char(o->buf, '"');
}

void jw_instant(struct json_out *o, struct instant t)
{
	char text[32];
	instant_format(t, text);
	jw_str(o, str_from(text));
}

void jw_raw(struct json_out *o, struct str json)
{
	separate(o);
	buf_add(o->buf, json);
}

void jw_member_str(struct json_out *o, const char *name, struct str s)
{
	jw_key(o, name);
	jw_str(o, s);
}

void jw_member_int(struct json_out *o, const char *name, int64_t v)
{
	jw_key(o, name);
	jw_int(o, v);
}

void jw_member_bool(struct json_out *o, const char *name, bool v)
{
	jw_key(o, name);
	jw_bool(o, v);
}

void jw_member_id(struct json_out *o, const char *name, struct id id)
{
	jw_key(o, name);
	jw_id(o, id);
}

void jw_member_instant(struct json_out *o, const char *name, struct instant t)
{
	jw_key(o, name);
	jw_instant(o, t);
}
