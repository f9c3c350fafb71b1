/* import_spec.h - how the columns of a file become records: read from JSON, which presets and saved mappings are.
 *
 * {"name", "title", "zone", "steps": [step...], "warnings": [warning...]}, or one step alone for a mapping of one noun.
 * step: {"as", "noun", "key": [columns], "normal": true?, "main": true?, "when": {"filled": column, "not_before": [a, b], "made": step},
 *        "fields": {field: source}}
 * source, one of: {"column": name}, {"value": text}, {"template": "x {column}"}, {"ref": step}, {"palette": column},
 *        {"code": column} (its words in capitals with dashes between, at most 60 long), {"find": noun, "by": field, "prefer": bool field,
 *        "column": name}; with a column also "map": {from: to, "*": other} ("" is null), "time": "m/d/y H:M" (or d/m/y, y-m-d),
 *        "day": "start" or "end", "decimals": 2, 3 or 4 (an amount, a quantity, a price as people write it).
 * Beside the steps, "not_data": {"column": name, "values": [text...]}: rows that are no data, such as one of units below the header. They change
 * nothing and count as unchanged.
 * warning: {"kind", "text", and one of "empty": column, "before": [a, b] with "by": "date" or "time"}. */
#ifndef IMPORT_SPEC_H
#define IMPORT_SPEC_H

#include "row.h"
#include "zone.h"

enum { SPEC_STEPS_MAX = 12, SPEC_SOURCES_MAX = 40, SPEC_KEYS_MAX = 4, SPEC_MAP_MAX = 60, SPEC_WARNINGS_MAX = 20, SPEC_NOT_DATA_MAX = 8, SPEC_CODE_MAX = 60 };

struct source {
	int field;             /* of the step's noun */
	enum { FROM_COLUMN, FROM_VALUE, FROM_TEMPLATE, FROM_STEP, FROM_PALETTE, FROM_CODE } from;
	int column;            /* of the file; -1 */
	struct str text;       /* value or template */
	int step;              /* FROM_STEP */
	struct str map_from[SPEC_MAP_MAX], map_to[SPEC_MAP_MAX];
	size_t map_count;
	struct str map_else;   /* "*"; p NULL: there is none */
	struct str time;       /* pattern, or empty */
	enum { DAY_NONE, DAY_START, DAY_END } day;
	int decimals; /* of a number that people write; 0: the text as it stands */
	const struct noun *find; /* the value names a row of this noun … */
	int find_by, find_prefer; /* … by this field; -1 */
};

struct step {
	struct str as;
	const struct noun *noun;
	int key[SPEC_KEYS_MAX];
	size_t key_count;
	bool normal, main;
	int when_filled, when_from, when_until; /* columns; -1: no such condition */
	int when_made;                          /* step; -1 */
	struct source sources[SPEC_SOURCES_MAX];
	size_t source_count;
};

struct warning_rule {
	struct str kind, text;
	int empty, before, than; /* columns; -1 */
	bool by_date;
};

struct spec {
	struct str name, title;
	const struct zone *zone;
	struct step steps[SPEC_STEPS_MAX];
	size_t step_count;
	struct warning_rule warnings[SPEC_WARNINGS_MAX];
	size_t warning_count;
	int not_data; /* column; -1 */
	struct str not_data_values[SPEC_NOT_DATA_MAX];
	size_t not_data_count;
};

/* spec_takes() - whether rows of a noun can come out of a file: such as people make, but for those that take a fresh proof (who may do what, keys, taxes). */
bool spec_takes(struct arena *a, const struct catalogue *c, const struct noun *noun);
/* spec_read() - against the header of a file. Every mistake is a fault with a pointer into the spec; columns that the file lacks too. */
must_use enum err spec_read(struct arena *a, const struct catalogue *c, const json_t *json, struct str zone, const struct str *header, size_t columns,
                            struct problem *problem, struct spec **ret);
/* spec_plain() - the spec for a file whose columns are named like the fields of a noun (or by their names with spaces). */
must_use enum err spec_plain(struct arena *a, const struct noun *noun, struct str zone, const struct str *header, size_t columns, struct problem *problem,
                             struct spec **ret);
/* spec_time() - local time of a cell; E_INVALID. */
must_use enum err spec_time(struct str cell, struct str pattern, struct local *ret);

extern const char *const import_presets[]; /* texts; ends with NULL */

#endif
