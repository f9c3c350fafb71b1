#include "import_spec.h"

#include "policy.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

struct reader {
	struct arena *arena;
	const struct catalogue *catalogue;
	const struct str *header;
	size_t columns;
	struct problem *problem;
	struct spec *spec;
};

static void fault(struct reader *r, const char *where, const char *code, const char *why)
{
	problem_fault(r->problem, str_from(where), code, "%s", why);
}

/* The column of a name; -1 and a fault if the file has none. */
static int column(struct reader *r, const json_t *v, const char *where)
{
	struct str want = str_trim(json_text(v));
	for (size_t i = 0; i < r->columns; i++)
		if (str_eq(str_trim(r->header[i]), want))
			return (int)i;
	fault(r, where, "reference", str_fmt(r->arena, "The file has no column \"" STR_FMT "\".", STR_ARG(want)).p);
	return -1;
}

static int optional_column(struct reader *r, const json_t *v, const char *where)
{
	return v ? column(r, v, where) : -1;
}

static int step_named(const struct spec *s, struct str name)
{
	for (size_t i = 0; i < s->step_count; i++)
		if (str_eq(s->steps[i].as, name))
			return (int)i;
	return -1;
}

static void read_map(struct reader *r, struct source *s, json_t *map, const char *where)
{
	const char *from;
	json_t *to;
	json_object_foreach(map, from, to)
	{
		if (strcmp(from, "*") == 0) {
			s->map_else = json_text(to);
			continue;
		}
		if (s->map_count == SPEC_MAP_MAX) {
			fault(r, where, "range", "Too many values in one map.");
			return;
		}
		s->map_from[s->map_count] = str_dup(r->arena, str_from(from));
		s->map_to[s->map_count++] = json_text(to);
	}
}

static void read_find(struct reader *r, struct source *s, const json_t *v, const char *where)
{
	const json_t *prefer = json_object_get(v, "prefer");
	s->find = catalogue_by_name(r->catalogue, json_text(json_object_get(v, "find")));
	s->find_prefer = -1;
	if (!s->find) {
		fault(r, where, "reference", "There is no such kind of record to find.");
		return;
	}
	s->find_by = field_find(s->find->fields, s->find->field_count, json_text(json_object_get(v, "by")));
	if (prefer)
		s->find_prefer = field_find(s->find->fields, s->find->field_count, json_text(prefer));
	if (s->find_by < 0 || (prefer && s->find_prefer < 0))
		fault(r, where, "unknown", "There is no such field to find it by.");
}

static void read_source(struct reader *r, struct step *step, int field, const json_t *v, const char *where)
{
	const json_t *value = json_object_get(v, "value"), *template = json_object_get(v, "template"), *ref = json_object_get(v, "ref");
	const json_t *palette = json_object_get(v, "palette"), *code = json_object_get(v, "code"), *day = json_object_get(v, "day"), *map = json_object_get(v, "map");
	if (step->source_count == SPEC_SOURCES_MAX) {
		fault(r, where, "range", "Too many fields.");
		return;
	}
	struct source *s = &step->sources[step->source_count++];
	*s = (struct source){ .field = field, .column = -1 };
	if (value) {
		s->from = FROM_VALUE;
		s->text = json_text(value);
	} else if (template) {
		s->from = FROM_TEMPLATE;
		s->text = json_text(template);
	} else if (ref) {
		s->from = FROM_STEP;
		s->step = step_named(r->spec, json_text(ref));
		if (s->step < 0)
			fault(r, where, "reference", "There is no earlier step of this name.");
	} else {
		s->from = palette ? FROM_PALETTE : code ? FROM_CODE : FROM_COLUMN;
		s->column = column(r, palette ? palette : code ? code : json_object_get(v, "column"), where);
	}
	s->decimals = (int)json_integer_value(json_object_get(v, "decimals"));
	if (s->decimals && (s->decimals < 2 || s->decimals > 4))
		fault(r, where, "range", "Decimals are 2, 3 or 4.");
	if (map)
		read_map(r, s, (json_t *)(uintptr_t)map, where);
	s->time = json_text(json_object_get(v, "time"));
	s->day = str_eqz(json_text(day), "start") ? DAY_START : str_eqz(json_text(day), "end") ? DAY_END : DAY_NONE;
	if (json_object_get(v, "find"))
		read_find(r, s, v, where);
}

static void read_fields(struct reader *r, struct step *step, json_t *fields, const char *where)
{
	const char *name;
	json_t *v;
	json_object_foreach(fields, name, v)
	{
		const char *at = str_fmt(r->arena, "%s/fields/%s", where, name).p;
		int field = field_find(step->noun->fields, step->noun->field_count, str_from(name));
		if (field < F_COMMON_FIELDS || step->noun->fields[field].type == F_BYTES)
			fault(r, at, "unknown", "There is no such field.");
		else
			read_source(r, step, field, v, at);
	}
}

static void read_when(struct reader *r, struct step *step, const json_t *when, const char *where)
{
	const json_t *pair = json_object_get(when, "not_before"), *made = json_object_get(when, "made");
	step->when_filled = optional_column(r, json_object_get(when, "filled"), where);
	step->when_from = optional_column(r, json_array_get(pair, 0), where);
	step->when_until = optional_column(r, json_array_get(pair, 1), where);
	step->when_made = made ? step_named(r->spec, json_text(made)) : -1;
	if (made && step->when_made < 0)
		fault(r, where, "reference", "There is no earlier step of this name.");
}

static void read_key(struct reader *r, struct step *step, const json_t *key, const char *where)
{
	if (json_is_string(key))
		step->key[step->key_count++] = column(r, key, where);
	for (size_t i = 0; i < json_array_size(key) && step->key_count < SPEC_KEYS_MAX; i++)
		step->key[step->key_count++] = column(r, json_array_get(key, i), where);
	if (!step->key_count)
		fault(r, where, "required", "Say which column tells its rows apart.");
}

bool spec_takes(struct arena *a, const struct catalogue *c, const struct noun *noun)
{
	int right = policy_right(c, str_fmt(a, "%s.create", noun->name));
	return !noun->system && !noun->internal && right >= 0 && !c->rights[right].fresh;
}

static void read_step(struct reader *r, const json_t *v, const char *where)
{
	if (r->spec->step_count == SPEC_STEPS_MAX) {
		fault(r, where, "range", "Too many steps.");
		return;
	}
	struct step *step = &r->spec->steps[r->spec->step_count];
	struct str noun = json_text(json_object_get(v, "noun"));
	*step = (struct step){ .as = json_text(json_object_get(v, "as")) };
	step->noun = catalogue_by_name(r->catalogue, noun);
	if (!step->noun || !spec_takes(r->arena, r->catalogue, step->noun)) {
		fault(r, str_fmt(r->arena, "%s/noun", where).p, "reference", "There is no such kind of record.");
		return;
	}
	if (!step->as.n)
		step->as = noun;
	step->normal = json_is_true(json_object_get(v, "normal"));
	step->main = json_is_true(json_object_get(v, "main"));
	read_key(r, step, json_object_get(v, "key"), str_fmt(r->arena, "%s/key", where).p);
	read_when(r, step, json_object_get(v, "when"), str_fmt(r->arena, "%s/when", where).p);
	read_fields(r, step, json_object_get(v, "fields"), where);
	r->spec->step_count++; /* only now: a step cannot refer to itself */
}

static void read_warning(struct reader *r, const json_t *v, const char *where)
{
	const json_t *pair = json_object_get(v, "before");
	if (r->spec->warning_count == SPEC_WARNINGS_MAX)
		return;
	struct warning_rule *w = &r->spec->warnings[r->spec->warning_count++];
	w->kind = json_text(json_object_get(v, "kind"));
	w->text = json_text(json_object_get(v, "text"));
	w->empty = optional_column(r, json_object_get(v, "empty"), where);
	w->before = optional_column(r, json_array_get(pair, 0), where);
	w->than = optional_column(r, json_array_get(pair, 1), where);
	w->by_date = str_eqz(json_text(json_object_get(v, "by")), "date");
}

static void read_not_data(struct reader *r, const json_t *v)
{
	const json_t *values = json_object_get(v, "values");
	r->spec->not_data = optional_column(r, json_object_get(v, "column"), "/not_data");
	for (size_t i = 0; i < json_array_size(values) && r->spec->not_data_count < SPEC_NOT_DATA_MAX; i++)
		r->spec->not_data_values[r->spec->not_data_count++] = json_text(json_array_get(values, i));
}

static enum err finish(struct reader *r, struct spec **ret)
{
	struct spec *s = r->spec;
	bool main = false;
	for (size_t i = 0; i < s->step_count; i++)
		main |= s->steps[i].main;
	if (s->step_count && !main)
		s->steps[s->step_count - 1].main = true;
	if (!s->step_count && !r->problem->fault_count)
		fault(r, "/steps", "required", "Say what becomes of the rows.");
	TRY(problem_done(r->problem));
	*ret = s;
	return OK;
}

static enum err begin(struct reader *r, struct str zone)
{
	r->spec = ARENA_NEW(r->arena, struct spec);
	r->spec->not_data = -1;
	if (zone_load(r->arena, zone, &r->spec->zone) == OK)
		return OK;
	fault(r, "/zone", "format", "There is no such time zone.");
	return problem_done(r->problem);
}

enum err spec_read(struct arena *a, const struct catalogue *c, const json_t *json, struct str zone, const struct str *header, size_t columns,
                   struct problem *problem, struct spec **ret)
{
	struct reader r = { a, c, header, columns, problem, NULL };
	const json_t *steps = json_object_get(json, "steps"), *warnings = json_object_get(json, "warnings"), *own = json_object_get(json, "zone");
	TRY(begin(&r, own ? json_text(own) : zone));
	r.spec->name = json_text(json_object_get(json, "name"));
	r.spec->title = json_text(json_object_get(json, "title"));
	if (!steps)
		read_step(&r, json, "");
	for (size_t i = 0; i < json_array_size(steps); i++)
		read_step(&r, json_array_get(steps, i), str_fmt(a, "/steps/%zu", i).p);
	for (size_t i = 0; i < json_array_size(warnings); i++)
		read_warning(&r, json_array_get(warnings, i), str_fmt(a, "/warnings/%zu", i).p);
	read_not_data(&r, json_object_get(json, "not_data"));
	return finish(&r, ret);
}

static struct str plain_name(struct arena *a, struct str s)
{
	struct str folded = utf8_fold(a, s);
	char *p = str_z(a, folded);
	for (size_t i = 0; i < folded.n; i++)
		if (p[i] == ' ' || p[i] == '-')
			p[i] = '_';
	return (struct str){ p, folded.n };
}

enum err spec_plain(struct arena *a, const struct noun *noun, struct str zone, const struct str *header, size_t columns, struct problem *problem,
                    struct spec **ret)
{
	struct reader r = { a, NULL, header, columns, problem, NULL };
	TRY(begin(&r, zone));
	struct step *step = &r.spec->steps[r.spec->step_count++];
	*step = (struct step){ .as = str_from(noun->name), .noun = noun, .main = true, .when_filled = -1, .when_from = -1, .when_until = -1, .when_made = -1 };
	for (size_t i = 0; i < columns; i++) {
		int field = field_find(noun->fields, noun->field_count, plain_name(a, header[i]));
		if (field == F_ID_FIELD || (step->key_count == 0 && field >= F_COMMON_FIELDS && noun->fields[field].flags & UNIQUE))
			step->key[step->key_count++] = (int)i;
		if (field < F_COMMON_FIELDS || noun->fields[field].flags & (READONLY | INTERNAL) || step->source_count == SPEC_SOURCES_MAX)
			continue;
		step->sources[step->source_count++] = (struct source){ .field = field, .from = FROM_COLUMN, .column = (int)i };
	}
	if (!step->source_count)
		fault(&r, "/noun", "unknown", "No column is named like a field; give a mapping.");
	if (!step->key_count) /* the whole row tells rows apart */
		for (size_t i = 0; i < columns && step->key_count < SPEC_KEYS_MAX; i++)
			step->key[step->key_count++] = (int)i;
	return finish(&r, ret);
}

static bool number(struct str *s, int *ret)
{
	size_t n = 0;
	int v = 0;
	while (n < s->n && n < 4 && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	*s = str_slice(*s, n, s->n);
	*ret = v;
	return n > 0;
}

static bool mark_away(struct str *s, char mark)
{
	if (!s->n || s->p[0] != mark)
		return false;
	*s = str_slice(*s, 1, s->n);
	return true;
}

/* Two digits mean 1970 to 2069. */
static int whole_year(int y)
{
	return y < 70 ? y + 2000 : y < 100 ? y + 1900 : y;
}

static const char time_marks[] = "ymdHM";

enum err spec_time(struct str cell, struct str pattern, struct local *ret)
{
	int part[ARRAY_LEN(time_marks) - 1] = { 0 };
	cell = str_trim(cell);
	for (size_t i = 0; i < pattern.n; i++) {
		if (cell.n == 0 && pattern.p[i] == ' ')
			break; /* a date alone */
		const char *mark = memchr(time_marks, pattern.p[i], ARRAY_LEN(part));
		if (mark ? !number(&cell, &part[mark - time_marks]) : !mark_away(&cell, pattern.p[i]))
			return E_INVALID;
	}
	struct civil c = { whole_year(part[0]), part[1], part[2] };
	if (cell.n || !civil_valid(c) || part[3] > 23 || part[4] > 59)
		return E_INVALID;
	*ret = (struct local){ .day = civil_day(c), .ms = (part[3] * 3600 + part[4] * 60) * 1000 };
	return OK;
}
