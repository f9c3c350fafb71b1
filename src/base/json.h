/* json.h - JSON in through jansson, JSON out through a small writer.
 *
 * In: strict UTF-8, duplicate members refused, depth and width bounded before jansson sees the text; the tree dies with the arena.
 * Out: the writer (jw_) puts commas and quotes, escapes what must be escaped, and cannot produce floats. */
#ifndef FW_JSON_H
#define FW_JSON_H

#include "buf.h"
#include "id.h"
#include "problem.h"
#include "time.h"

#include <jansson.h>

/* json_read() - parses an object, array or scalar. E_MALFORMED, with where in the problem. */
must_use enum err json_read(struct arena *a, struct str text, struct problem *problem, json_t **ret);
struct str json_text(const json_t *v); /* a view of a string; empty for anything else */

/* Canonical text of a tree: members sorted by name, no white space, integers only (a real number is written as null). */
struct str json_canonical(struct arena *a, const json_t *v);

struct json_out {
	struct buf *buf;
	uint32_t comma; /* bit per depth: something was written at this depth */
	unsigned depth;
};

void jw_init(struct json_out *o, struct buf *b);
void jw_open(struct json_out *o, char bracket);  /* '{' or '[' */
void jw_close(struct json_out *o, char bracket); /* '}' or ']' */
void jw_key(struct json_out *o, const char *name);
void jw_key_str(struct json_out *o, struct str name);
void jw_str(struct json_out *o, struct str s);   /* s must be valid UTF-8 */
void jw_int(struct json_out *o, int64_t v);
void jw_bool(struct json_out *o, bool v);
void jw_null(struct json_out *o);
void jw_id(struct json_out *o, struct id id);
void jw_instant(struct json_out *o, struct instant t);
void jw_raw(struct json_out *o, struct str json); /* text that is JSON already */

/* Member and value in one call. */
void jw_member_str(struct json_out *o, const char *name, struct str s);
void jw_member_int(struct json_out *o, const char *name, int64_t v);
void jw_member_bool(struct json_out *o, const char *name, bool v);
void jw_member_id(struct json_out *o, const char *name, struct id id);
void jw_member_instant(struct json_out *o, const char *name, struct instant t);

#endif
