/* fuzz_json.c - bytes are the body of a request: read as JSON, and against the fields of a noun. What is taken is written and read back. */
#include "limits.h"
#include "nouns.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A row that was taken says the same once it went out and came in again. */
static void there_and_back(struct arena *a, const struct noun *noun, const struct value *v, struct field_set present)
{
	struct row row = { .noun = noun, .v = row_new(a, noun)->v };
	struct value again[FIELDS_MAX] = { { .kind = V_NULL } };
	struct problem problem;
	struct field_set taken;
	struct json_out o;
	struct buf b;
	json_t *object;
	memcpy(row.v, v, noun->field_count * sizeof(*v));
	buf_init(&b, a, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	row_write(&o, &row, present);
	jw_close(&o, '}');
	problem_init(&problem, a);
	if (b.over || json_read(a, buf_str(&b), &problem, &object) != OK ||
	    fields_read(a, noun->fields, noun->field_count, INPUT_PATCH, object, again, &taken, &problem) != OK || taken.bits != present.bits)
		abort();
	for (size_t i = 0; i < noun->field_count; i++)
		if (set_has(present, (int)i) && !value_eq(v[i], again[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct noun *const nouns[] = { &noun_job, &noun_customer, &noun_site, &noun_appointment };
	struct problem problem;
	json_t *v;
	if (size < 1 || size > REQUEST_BODY_MAX)
		return 0;
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	problem_init(&problem, a);
	if (json_read(a, (struct str){ (const char *)data + 1, size - 1 }, &problem, &v) != OK)
		return 0;
	(void)json_canonical(a, v);
	const struct noun *noun = nouns[data[0] % ARRAY_LEN(nouns)];
	struct value values[FIELDS_MAX] = { { .kind = V_NULL } };
	struct field_set present = { 0 };
	if (fields_read(a, noun->fields, noun->field_count, INPUT_PATCH, v, values, &present, &problem) == OK)
		there_and_back(a, noun, values, present);
	return 0;
}
