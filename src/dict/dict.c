/* dict.c - looking nouns and fields up, and the rules that every table must keep. */
#include "dict.h"
#include "row.h"

#include <stdio.h>
#include <string.h>

const struct noun *catalogue_by_plural(const struct catalogue *c, struct str plural)
{
	for (const struct noun *const *n = c->nouns; *n; n++)
		if (str_eqz(plural, (*n)->plural))
			return *n;
	return NULL;
}

const struct noun *catalogue_by_name(const struct catalogue *c, struct str name)
{
	for (const struct noun *const *n = c->nouns; *n; n++)
		if (str_eqz(name, (*n)->name))
			return *n;
	return NULL;
}

const struct noun *catalogue_by_tag(const struct catalogue *c, int64_t tag)
{
	for (const struct noun *const *n = c->nouns; *n; n++)
		if ((*n)->tag == tag)
			return *n;
	return NULL;
}

bool noun_sealed(const struct noun *n)
{
	for (size_t i = 0; i < n->field_count; i++)
		if (field_sealed(&n->fields[i]))
			return true;
	return false;
}

int field_find(const struct field *fields, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].name && str_eqz(name, fields[i].name))
			return (int)i;
	return -1;
}

bool field_is_text(const struct field *f)
{
	return f->type == F_TEXT || f->type == F_LINES || f->type == F_ENUM || f->type == F_JSON;
}

const char *field_type_name(enum field_type t)
{
	static const char *const names[] = { "invalid", "id",    "reference", "text",     "lines", "choice", "bool", "int",
		                             "money",   "duration", "date",   "time",     "json",  "bytes" };
	_Static_assert(ARRAY_LEN(names) == F_TYPES, "one name for each type");
	return (unsigned)t < F_TYPES ? names[t] : names[0];
}

/* Rules about one field. Each answers "is this field all right?". */
typedef bool rule_fn(const struct noun *n, size_t i, const struct field *f);

static bool has_row(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	return f->name && f->type != F_INVALID;
}

static bool has_doc(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	return f->doc && f->doc[0] && f->doc[strlen(f->doc) - 1] == '.';
}

static bool name_is_unique(const struct noun *n, size_t i, const struct field *f)
{
	return !f->name || field_find(n->fields, n->field_count, str_from(f->name)) == (int)i;
}

static bool tag_is_unique(const struct noun *n, size_t i, const struct field *f)
{
	for (size_t k = 0; k < i; k++)
		if (n->fields[k].tag == f->tag)
			return false;
	return f->tag != 0 && (i < F_COMMON_FIELDS) == (f->tag <= F_COMMON_FIELDS);
}

static bool choice_has_values(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	return (f->type == F_ENUM) == (f->values != NULL);
}

static bool initial_is_a_value(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	if (!f->initial)
		return true;
	with_arena struct arena *a = arena_new(64 * KIB);
	struct value v;
	return value_parse(a, f, str_from(f->initial), &v) == NULL;
}

static bool reference_has_target(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	return (f->type == F_REF) == (f->ref != NULL);
}

static bool text_is_bounded(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	return (f->type != F_TEXT && f->type != F_LINES && f->type != F_JSON) || f->max > 0;
}

static bool range_is_ordered(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	bool number = f->type == F_INT || f->type == F_MONEY || f->type == F_DURATION || f->type == F_DATE || f->type == F_TIME;
	return number ? f->min < f->max : f->min <= f->max || f->max == 0;
}

static bool personal_field_is_explained(const struct noun *n, size_t i, const struct field *f)
{
	(void)i;
	bool personal = f->privacy != PRIVACY_NONE;
	return personal == (f->erase != ERASE_UNSET) && personal == (f->basis != BASIS_UNSET) && personal == (f->purpose != NULL) &&
	       personal == (f->keep_months != 0) && (!personal || n->record == (f->erase == ERASE_RECORD));
}

static bool personal_field_has_a_person(const struct noun *n, size_t i, const struct field *f)
{
	(void)i;
	return f->privacy == PRIVACY_NONE || n->subject != SUBJECT_NONE;
}

static bool sealed_field_is_text(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	return f->privacy == PRIVACY_NONE || f->type == F_TEXT || f->type == F_LINES || f->type == F_JSON || (f->type == F_BYTES && f->flags & INTERNAL);
}

static bool sealed_field_is_not_compared(const struct noun *n, size_t i, const struct field *f)
{
	(void)i;
	if (f->privacy == PRIVACY_NONE)
		return true;
	for (const struct order *o = n->orders; o && o->by != -2; o++)
		if (o->by == (int)i || o->where == (int)i)
			return false;
	return !(f->flags & (FILTER | UNIQUE));
}

static bool prefixes_need_search(const struct noun *n, size_t i, const struct field *f)
{
	(void)n, (void)i;
	return !(f->flags & PREFIXES) || f->flags & SEARCH;
}

static bool orders_are_never_null(const struct noun *n, size_t i, const struct field *f)
{
	for (const struct order *o = n->orders; o && o->by != -2; o++)
		if (o->by == (int)i && i >= F_COMMON_FIELDS && !(f->flags & REQUIRED))
			return false;
	return true;
}

static const struct rule {
	const char *says;
	rule_fn *holds;
} rules[] = {
	{ "every enumerator has a row", has_row },
	{ "every field has a .doc, a sentence", has_doc },
	{ "names are unique within a noun", name_is_unique },
	{ "tags are unique, and 1 to 10 are the common fields'", tag_is_unique },
	{ "F_ENUM and .values go together", choice_has_values },
	{ ".initial is a value of the field", initial_is_a_value },
	{ "F_REF and .ref go together", reference_has_target },
	{ "texts have a .max", text_is_bounded },
	{ ".min is below .max", range_is_ordered },
	{ "a personal field says purpose, basis, retention and erasure, and only such a field does", personal_field_is_explained },
	{ "a noun with personal fields says whose they are", personal_field_has_a_person },
	{ "sealed fields are texts", sealed_field_is_text },
	{ "a sealed field is not filtered, sorted or unique", sealed_field_is_not_compared },
	{ "PREFIXES needs SEARCH", prefixes_need_search },
	{ "a list is sorted by a field that is never null", orders_are_never_null },
};

static int lint_fields(const struct noun *n)
{
	int faults = 0;
	for (size_t i = 0; i < n->field_count; i++) {
		const struct field *f = &n->fields[i];
		for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
			if (rules[r].holds(n, i, f))
				continue;
			fprintf(stderr, "dict: %s.%s (row %zu): %s\n", n->name, f->name ? f->name : "?", i, rules[r].says);
			faults++;
		}
	}
	return faults;
}

static int lint_noun(const struct catalogue *c, const struct noun *n)
{
	const struct {
		const char *says;
		bool holds;
	} checks[] = {
		{ "its name is unique", catalogue_by_name(c, str_from(n->name)) == n },
		{ "its plural is unique", catalogue_by_plural(c, str_from(n->plural)) == n },
		{ "its tag is unique", n->tag != 0 && catalogue_by_tag(c, n->tag) == n },
		{ "it has a .doc", n->doc != NULL },
		{ "it has at most FIELDS_MAX fields", n->field_count <= FIELDS_MAX },
		{ "it has an order", n->orders != NULL },
		{ "SUBJECT_FIELD names a reference",
		  n->subject != SUBJECT_FIELD || n->fields[n->subject_field].type == F_REF },
	};
	int faults = 0;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		if (checks[i].holds)
			continue;
		fprintf(stderr, "dict: %s: %s\n", n->name, checks[i].says);
		faults++;
	}
	return faults;
}

int dict_lint(const struct catalogue *c)
{
	int faults = 0;
	for (const struct noun *const *n = c->nouns; *n; n++)
		faults += lint_noun(c, *n) + lint_fields(*n);
	return faults;
}
