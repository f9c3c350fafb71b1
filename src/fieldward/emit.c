/* emit.c - prints what follows from the dictionary into a folder; the prints are checked in under spec/, and CI fails when they are
 * stale. */
#include "commands.h"

#include "openapi.h"
#include "routes.h"
#include "schema.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *const privacy_names[] = { "-", "personal", "special" };
static const char *const basis_names[] = { "-", "consent", "contract", "law", "legitimate interest" };
static const char *const erase_names[] = { "-", "key destroyed", "record key destroyed" };

static struct str fields_md(struct arena *a, const struct catalogue *c)
{
	struct buf b;
	buf_init(&b, a, MIB);
	buf_addz(&b, "# Field reference\n\nPrinted by `fieldward emit`. Tags are permanent: they bind sealed values to their place.\n");
	for (const struct noun *const *n = c->nouns; *n; n++) {
		buf_fmt(&b, "\n## %s (tag %u)\n\n%s\n\n| field | tag | type | required | what |\n|---|---|---|---|---|\n", (*n)->name, (*n)->tag, (*n)->doc);
		for (size_t i = 0; i < (*n)->field_count; i++) {
			const struct field *f = &(*n)->fields[i];
			buf_fmt(&b, "| %s | %u | %s%s%s | %s | %s |\n", f->name, f->tag, field_type_name(f->type), f->ref ? " to " : "", f->ref ? f->ref->name : "",
			        f->flags & REQUIRED ? "yes" : "", f->doc);
		}
	}
	return buf_str(&b);
}

/* POPIA section 17: documentation of all processing operations. */
static struct str privacy_md(struct arena *a, const struct catalogue *c)
{
	struct buf b;
	buf_init(&b, a, MIB);
	buf_addz(&b, "# Record of processing\n\nPrinted by `fieldward emit`: every field that says something about a person, why it is kept, on what ground (POPIA section 11), "
	             "for how long after the last dealing, and how it is erased. All of them are stored sealed under the key of the person whom they are about.\n\n"
	             "| where | class | purpose | ground | months | erased by | found by |\n|---|---|---|---|---|---|---|\n");
	for (const struct noun *const *n = c->nouns; *n; n++) {
		for (size_t i = 0; i < (*n)->field_count; i++) {
			const struct field *f = &(*n)->fields[i];
			if (!field_sealed(f))
				continue;
			buf_fmt(&b, "| %s.%s | %s | %s | %s | %u | %s | %s |\n", (*n)->name, f->name, privacy_names[f->privacy], f->purpose, basis_names[f->basis],
			        f->keep_months, erase_names[f->erase], f->lookup ? "exact value" : f->flags & PREFIXES ? "words and beginnings" : f->flags & SEARCH ? "words" : "-");
		}
	}
	return buf_str(&b);
}

static struct str schema_for(struct arena *a, const struct catalogue *c, const char *const words[6])
{
	static const char *const macros[6] = { "$KEYED", "$ROWS", "$INT", "$TEXT", "$BLOB", "$ID" };
	struct str text = schema_text(a, c);
	struct buf b;
	buf_init(&b, a, 2 * MIB);
	for (size_t i = 0; i < text.n;) {
		size_t m = 0;
		while (m < 6 && !str_starts(str_slice(text, i, text.n), str_from(macros[m])))
			m++;
		if (m == 6) {
			buf_char(&b, text.p[i++]);
		} else {
			buf_addz(&b, words[m]);
			i += strlen(macros[m]);
		}
	}
	return buf_str(&b);
}

enum err command_emit(struct tool *t)
{
	static const char *const sqlite[6] = { "STRICT, WITHOUT ROWID", "STRICT", "INTEGER", "TEXT", "BLOB", "BLOB" };
	static const char *const pgsql[6] = { "", "", "bigint", "text COLLATE \"C\"", "bytea", "uuid" };
	const char *out = t->config->out[0] ? t->config->out : "spec";
	int faults = dict_lint(t->catalogue);
	if (faults)
		return problem_set(t->problem, E_INVALID, "The dictionary has %d faults.", faults);
	const struct {
		const char *name;
		struct str text;
	} prints[] = {
		{ "openapi.json", openapi_text(t->arena, t->catalogue, routes_table) },
		{ "types.ts", typescript_text(t->arena, t->catalogue) },
		{ "fields.md", fields_md(t->arena, t->catalogue) },
		{ "privacy.md", privacy_md(t->arena, t->catalogue) },
		{ "schema.sqlite.sql", schema_for(t->arena, t->catalogue, sqlite) },
		{ "schema.pgsql.sql", schema_for(t->arena, t->catalogue, pgsql) },
		{ "schema.sql", schema_text(t->arena, t->catalogue) },
	};
	mkdir(out, 0755);
	for (size_t i = 0; i < ARRAY_LEN(prints); i++)
		if (write_file(str_fmt(t->arena, "%s/%s", out, prints[i].name).p, prints[i].text, 0644) != OK)
			return problem_set(t->problem, E_CONFIG, "%s/%s cannot be written.", out, prints[i].name);
	return OK;
}
