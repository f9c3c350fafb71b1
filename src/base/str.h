/* str.h - text as pointer and length.
 *
 * A struct str is a view: it owns nothing, may hold NUL bytes, is never assumed terminated, and never outlives what it points
 * into. Functions that copy say so and take an arena. */
#ifndef STR_H
#define STR_H

#include "arena.h"
#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal "", sizeof(literal) - 1 })
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

struct str str_from(const char *z); /* a view of a terminated string; NULL gives the empty one */
bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *z);
int str_cmp(struct str a, struct str b); /* by bytes */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
struct str str_trim(struct str s); /* ASCII white space of both ends */
/* str_cut() - splits at the first `sep`: returns what is before it and leaves *rest after it; without one, all of it and *rest
 * empty with rest->p NULL. */
struct str str_cut(struct str s, char sep, struct str *rest);
struct str str_slice(struct str s, size_t from, size_t to); /* both are cut to the length */

struct str str_dup(struct arena *a, struct str s);          /* a copy; also terminated, one byte past its end */
char *str_z(struct arena *a, struct str s);                 /* a terminated copy */
struct str str_words(struct arena *a, struct str name);    /* a name as a person reads it: "no access" for no_access */
struct str str_fmt(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str str_lower_ascii(struct arena *a, struct str s);

/* str_to_i64() - a decimal integer, optional minus, nothing else. E_INVALID otherwise or out of range. */
must_use enum err str_to_i64(struct str s, int64_t *ret);
/* str_hex(), str_unhex() - lower-case hexadecimal; odd length or another digit is E_INVALID. */
struct str str_hex(struct arena *a, const void *p, size_t n);
must_use enum err str_unhex(struct str s, uint8_t *out, size_t n);
/* str_base64url() - RFC 4648 section 5 without padding; the way back refuses padding and non-zero trailing bits. */
struct str str_base64url(struct arena *a, const void *p, size_t n);
must_use enum err str_unbase64url(struct arena *a, struct str s, struct str *ret);
/* str_same_ct() - equality in a time that depends on the lengths alone; for secrets. */
bool str_same_ct(struct str a, struct str b);

#endif
