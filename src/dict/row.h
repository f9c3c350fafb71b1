/* row.h - one row of any noun, in memory, and its walks: from JSON, to JSON, compared.
 *
 * A row has one value per field of its noun, at the same index; most nouns need no C struct. Accessors assert the type that the
 * table declares. Texts are views into the arena that the row lives in. */
#ifndef ROW_H
#define ROW_H

#include "dict.h"
#include "json.h"

struct row {
	const struct noun *noun;
	struct value *v;    /* noun->field_count values */
	struct id key_id;   /* the key that seals it: its person's live key, or the record key for nouns that are records; zero: none, or destroyed */
	bool erased;        /* its person was erased: sealed fields are null */
};

/* A set of fields of one noun. */
struct field_set {
	uint64_t bits; /* FIELDS_MAX is 64 */
};
static inline bool set_has(struct field_set s, int field)
{
	return s.bits >> field & 1;
}
static inline void set_add(struct field_set *s, int field)
{
	s->bits |= (uint64_t)1 << field;
}

struct row *row_new(struct arena *a, const struct noun *noun);  /* all null */
struct row *row_copy(struct arena *a, const struct row *row);   /* values copied, texts shared */
bool row_is_null(const struct row *r, int field);
int64_t row_int(const struct row *r, int field);      /* 0 for null; any numeric type, bool, date, time */
struct day row_day(const struct row *r, int field);    /* 0 for null; F_DATE */
struct str row_text(const struct row *r, int field);  /* empty for null */
struct id row_id(const struct row *r, int field);     /* zero for null; F_ID and F_REF */
void row_set_int(struct row *r, int field, int64_t v);
void row_set_text(struct row *r, int field, struct str v);
void row_set_id(struct row *r, int field, struct id v);
void row_set_null(struct row *r, int field);
bool row_is(const struct row *r, int field, const char *text); /* an enum or text has this value */

bool value_eq(struct value a, struct value b);
/* The fields in which two rows of one noun differ, common ones left out. */
struct field_set row_diff(const struct row *was, const struct row *is);

enum input { INPUT_CREATE, INPUT_PATCH, INPUT_PARAMS };

/* fields_read() - reads a JSON object against a table of fields. Collects every fault into the problem (unknown, read_only, required,
 * type, too_long, too_short, range, choice, format); returns E_INVALID if there was one. Values of fields that are absent stay as
 * they are in `v`; *present says which came. INPUT_CREATE demands required fields that have no .initial. */
must_use enum err fields_read(struct arena *a, const struct field *fields, size_t count, enum input how, const json_t *object,
                              struct value *v, struct field_set *present, struct problem *problem);
/* value_parse() - one value from text (CSV, filters, .initial). NULL if it is good, else what is wanted. Empty text gives null. */
const char *value_parse(struct arena *a, const struct field *f, struct str text, struct value *ret);
/* row_defaults() - sets what .initial says where a row is null. */
void row_defaults(struct arena *a, struct row *r);
/* value_write() - one value as JSON; value_text() as plain text (CSV, diary). */
void value_write(struct json_out *o, const struct field *f, struct value v);
struct str value_text(struct arena *a, const struct field *f, struct value v);
/* row_write() - the members of an object (the caller opens and closes it): every field of `shown`. */
void row_write(struct json_out *o, const struct row *r, struct field_set shown);
/* The fields that may ever be shown: neither internal nor write-only. */
struct field_set noun_visible(const struct noun *n);

#endif
