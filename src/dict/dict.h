/* dict.h - what the platform knows about its nouns.
 *
 * A noun (a customer, a visit) is one constant table of fields. Every generic service - storage, validation, the HTTP interface,
 * audit, privacy, search, import, the types of the client - walks these tables; none of them names a noun. Nothing here is mutable
 * and nothing here allocates. From a field's row follow its column on both engines, its JSON, its place in OpenAPI and TypeScript,
 * its audit form (clear or committed), its search terms, and the record of processing.
 *
 * A field with a personal class is stored sealed under the key of the person whom the row is about; everything else is clear. */
#ifndef DICT_H
#define DICT_H

#include "id.h"
#include "limits.h"

enum field_type {
	F_INVALID,  /* 0 on purpose: a forgotten row is caught by dict_lint() */
	F_ID,       /* UUID, 16 bytes */
	F_REF,      /* UUID of a row of .ref */
	F_TEXT,     /* one line of UTF-8; min and max count code points */
	F_LINES,    /* text with line breaks */
	F_ENUM,     /* one of .values */
	F_BOOL,     /* 0 or 1 */
	F_INT,      /* int64_t; min and max are values; the following numbers likewise */
	F_MONEY,    /* cents */
	F_DURATION, /* seconds */
	F_DATE,     /* days since 1970-01-01 */
	F_TIME,     /* milliseconds since the epoch, UTC */
	F_JSON,     /* an object or array as canonical text; max counts bytes */
	F_BYTES,    /* for the server alone */
	F_TYPES
};

enum field_flag {
	REQUIRED = 1 << 0,  /* never null: must come on POST unless .initial says what it is */
	READONLY = 1 << 1,  /* set by the server, refused from clients */
	ONCE = 1 << 2,      /* may be set on POST and not changed afterwards */
	SEARCH = 1 << 3,    /* its words are search terms */
	PREFIXES = 1 << 4,  /* with SEARCH: beginnings of its words too */
	FILTER = 1 << 5,    /* may stand in filter[...] */
	UNIQUE = 1 << 6,    /* within the tenant, among rows that are not deleted */
	INTERNAL = 1 << 7,  /* a column that no answer shows */
	PHONE_OK = 1 << 8,  /* may lie on a technician's device */
	DERIVED = 1 << 9,   /* with REQUIRED: rules of the noun set it where it does not come */
	WRITE_ONLY = 1 << 10, /* a secret that is handed in: no answer, list, diary or export shows it again */
};

/* Privacy class: what harm a stranger could do with it. From PRIVACY_PERSONAL on a field is sealed. */
enum privacy {
	PRIVACY_NONE,     /* says nothing about a person */
	PRIVACY_PERSONAL, /* who somebody is, where, what was said */
	PRIVACY_SPECIAL,  /* access codes, identity and bank numbers: reading one is an event of its own */
};

/* Why it may be processed: the conditions of POPIA section 11(1). */
enum basis { BASIS_UNSET, BASIS_CONSENT, BASIS_CONTRACT, BASIS_LAW, BASIS_INTEREST, BASIS_COUNT };

/* What erasing a person does to it. */
enum erase {
	ERASE_UNSET,
	ERASE_KEY,    /* unreadable everywhere once the person's key is destroyed */
	ERASE_RECORD, /* under the second key, kept for as long as a law demands: fields of nouns with .record */
};

/* How concurrent edits of a device and the office are merged (for sync). */
enum merge { MERGE_LAST_WRITE, MERGE_SERVER, MERGE_MANUAL, MERGE_APPEND };

/* Exact look-up through a keyed hash; each domain has its own key. The order is that of enum key_use after KEY_SEARCH. */
enum lookup { LOOKUP_NONE, LOOKUP_PHONE, LOOKUP_EMAIL, LOOKUP_NAME, LOOKUP_ADDRESS, LOOKUP_NUMBER, LOOKUP_EXTERNAL, LOOKUP_COUNT };

enum value_kind { V_NULL, V_INT, V_TEXT, V_ID };

struct value {
	enum value_kind kind;
	union {
		int64_t i;
		struct str s;
		struct id id;
	};
};

#define VALUE_NULL ((struct value){ .kind = V_NULL })
#define VALUE_INT(v) ((struct value){ .kind = V_INT, .i = (v) })
#define VALUE_TEXT(v) ((struct value){ .kind = V_TEXT, .s = (v) })
#define VALUE_ID(v) ((struct value){ .kind = V_ID, .id = (v) })

struct noun;
struct write; /* store/: one row about to be written */

/* A rule of one value beyond type and range. May put the value into its normal form. Returns NULL if it is good, else a sentence
 * that says what is wanted. */
typedef const char *check_fn(struct arena *a, struct value *v);

struct field {
	const char *name; /* JSON key and SQL column */
	const char *doc;  /* one sentence that a customer could read */
	enum field_type type;
	uint16_t tag;     /* permanent: part of what binds sealed values; never reused */
	unsigned flags;   /* enum field_flag */
	int64_t min, max;
	const char *const *values; /* F_ENUM: ends with NULL */
	const char *initial;       /* as text: for rows that do not say */
	const struct noun *ref;    /* F_REF */
	enum lookup lookup;
	enum privacy privacy;
	enum basis basis;    /* must be set where privacy is; the next three likewise */
	const char *purpose; /* why we have it */
	uint16_t keep_months; /* after the last dealing with the person */
	enum erase erase;
	enum merge merge;
	const char *see, *set; /* further rights to read or write it; NULL: those of the noun */
	check_fn *check;
};

/* A way to list: rows with one value of the field `where` (-1: all) sorted by the field `by`, which is never null. One index each. */
struct order {
	int where, by;
};
#define ORDERS_END { -2, -2 }

/* Whose key seals the personal fields of a row. */
enum subject {
	SUBJECT_NONE,  /* no personal fields */
	SUBJECT_SELF,  /* the row is the person */
	SUBJECT_FIELD, /* the person of the row that the first reference from .subject_field on refers to; if all are null, nobody in particular */
};

struct act; /* service/: what can be done with a row besides reading and writing it */

struct noun {
	uint16_t tag; /* permanent */
	const char *name, *plural, *doc;
	const struct field *fields;
	size_t field_count;
	const struct order *orders; /* the first is the one used when nothing is asked */
	enum subject subject;
	int subject_field;
	int label;         /* the field that names a row to people */
	int own;           /* field whose row's people own this row: F_ID_FIELD for the row itself; -1: not owned */
	int parent;        /* field whose row's diary also tells this row's events; -1 */
	const int *parents; /* where that is null: the first of these that is not; ends with -1; may be NULL */
	const int *search_via; /* reference fields whose rows' words find this row too; ends with -1; may be NULL */
	bool system;       /* of the platform, not of a tenant */
	bool no_delete;    /* rows are made inactive, never deleted */
	bool append_only;  /* rows are written once: the engine refuses any change */
	bool internal;     /* not reachable through the generic routes */
	bool record;       /* what a law makes the company keep: sealed under the person's record key, which outlives his erasure (rulings B2) */
	bool company;      /* its rules ask the company's own row: the context brings it */
	/* before_write() - rules over several fields and derived ones; runs inside the transaction before the row is written.
	 * after_write() - effects on other rows. Both may be NULL; both may run twice (a transaction may be repeated). */
	const struct act *acts; /* ends with .name NULL; may be NULL */
	enum err (*before_write)(struct write *w);
	enum err (*after_write)(struct write *w);
};

/* Every noun starts with the same columns, in this order; tags 1 to 10 are theirs. */
#define COMMON_ENUM(P)                                                                             \
	P##_ID, P##_VERSION, P##_SEQ, P##_FV, P##_CREATED_AT, P##_CREATED_BY, P##_UPDATED_AT, P##_UPDATED_BY, P##_DELETED_AT, \
		P##_SUBJECT
enum { F_ID_FIELD, F_VERSION_FIELD, F_SEQ_FIELD, F_FV_FIELD, F_CREATED_AT_FIELD, F_CREATED_BY_FIELD, F_UPDATED_AT_FIELD,
       F_UPDATED_BY_FIELD, F_DELETED_AT_FIELD, F_SUBJECT_FIELD, F_COMMON_FIELDS };

#define COMMON_ROWS(P)                                                                             \
	[P##_ID] = { .name = "id", .doc = "Stable identity; may be chosen by whoever creates the row.", .type = F_ID, .tag = 1, .flags = ONCE | PHONE_OK }, \
	[P##_VERSION] = { .name = "version", .doc = "Counts changes; the ETag.", .type = F_INT, .tag = 2, .flags = READONLY | PHONE_OK, .min = 1, .max = INT64_MAX }, \
	[P##_SEQ] = { .name = "seq", .doc = "Number of the company's transaction that last changed it.", .type = F_INT, .tag = 3, .flags = READONLY | INTERNAL, .max = INT64_MAX }, \
	[P##_FV] = { .name = "fv", .doc = "For each field changed since creation, the seq of its last change.", .type = F_JSON, .tag = 4, .flags = READONLY | INTERNAL, .max = 4096 }, \
	[P##_CREATED_AT] = { .name = "created_at", .doc = "When it was made.", .type = F_TIME, .tag = 5, .flags = READONLY | FILTER, .max = INT64_MAX }, \
	[P##_CREATED_BY] = { .name = "created_by", .doc = "Who made it.", .type = F_ID, .tag = 6, .flags = READONLY | FILTER }, \
	[P##_UPDATED_AT] = { .name = "updated_at", .doc = "When it last changed.", .type = F_TIME, .tag = 7, .flags = READONLY | FILTER, .max = INT64_MAX }, \
	[P##_UPDATED_BY] = { .name = "updated_by", .doc = "Who changed it last.", .type = F_ID, .tag = 8, .flags = READONLY }, \
	[P##_DELETED_AT] = { .name = "deleted_at", .doc = "When it was deleted, if it was.", .type = F_TIME, .tag = 9, .flags = READONLY | INTERNAL, .max = INT64_MAX }, \
	[P##_SUBJECT] = { .name = "subject_id", .doc = "Whose key seals it.", .type = F_ID, .tag = 10, .flags = READONLY | INTERNAL }

#define FIELDS(table) .fields = (table), .field_count = ARRAY_LEN(table)

/* The catalogue: every noun, referred-to ones before those that refer. */
struct right;       /* service/: one row of the table of rights */
struct right_index; /* service/: what finds them */
struct catalogue {
	const struct noun *const *nouns; /* ends with NULL */
	const struct right *rights;
	size_t right_count;
	const struct right_index *right_index; /* NULL: nobody has any right */
};

const struct noun *catalogue_by_plural(const struct catalogue *c, struct str plural);
const struct noun *catalogue_by_name(const struct catalogue *c, struct str name);
const struct noun *catalogue_by_tag(const struct catalogue *c, int64_t tag);

static inline bool field_sealed(const struct field *f)
{
	return f->privacy != PRIVACY_NONE;
}
bool noun_sealed(const struct noun *n); /* has at least one sealed field */
/* field_find() - index of a field by name, or -1. */
int field_find(const struct field *fields, size_t count, struct str name);
bool field_is_text(const struct field *f);
const char *field_type_name(enum field_type t);

/* dict_lint() - returns the number of faults found, printing one line each to stderr. */
int dict_lint(const struct catalogue *c);

#endif
