#include "check.h"

#include "row.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const sizes[] = { "small", "large", NULL };
enum { COMMON_ENUM(THING), THING_NAME, THING_SIZE, THING_COUNT, THING_OK, THING_AT, THING_DAY, THING_OTHER, THING_WORDS, THING_DATA, THING_SERVER,
       THING_ONCE, THING_HIDDEN, THING_FIELDS };

extern const struct noun noun_thing;
static const struct field fields[] = {
	COMMON_ROWS(THING),
	[THING_NAME] = { .name = "name", .doc = "Name.", .type = F_TEXT, .tag = 11, .flags = REQUIRED, .min = 1, .max = 5 },
	[THING_SIZE] = { .name = "size", .doc = "Size.", .type = F_ENUM, .tag = 12, .flags = REQUIRED, .values = sizes, .initial = "small" },
	[THING_COUNT] = { .name = "count", .doc = "Count.", .type = F_INT, .tag = 13, .min = -2, .max = 10 },
	[THING_OK] = { .name = "ok", .doc = "Flag.", .type = F_BOOL, .tag = 14 },
	[THING_AT] = { .name = "at", .doc = "Moment.", .type = F_TIME, .tag = 15, .max = INT64_MAX },
	[THING_DAY] = { .name = "day", .doc = "Date.", .type = F_DATE, .tag = 16, .min = -100000, .max = 100000 },
	[THING_OTHER] = { .name = "other_id", .doc = "Other.", .type = F_REF, .tag = 17, .ref = &noun_thing },
	[THING_WORDS] = { .name = "words", .doc = "Words.", .type = F_LINES, .tag = 18, .max = 10 },
	[THING_DATA] = { .name = "data", .doc = "Data.", .type = F_JSON, .tag = 19, .max = 40 },
	[THING_SERVER] = { .name = "server", .doc = "Ours.", .type = F_INT, .tag = 20, .flags = READONLY, .max = 9 },
	[THING_ONCE] = { .name = "once", .doc = "Once.", .type = F_TEXT, .tag = 21, .flags = ONCE, .max = 5 },
	[THING_HIDDEN] = { .name = "hidden", .doc = "Hidden.", .type = F_TEXT, .tag = 22, .flags = INTERNAL, .max = 5 },
};
static const struct order orders[] = { { -1, THING_CREATED_AT }, ORDERS_END };
const struct noun noun_thing = { .tag = 1, .name = "thing", .plural = "things", .doc = "A thing.", FIELDS(fields), .orders = orders, .label = THING_NAME,
	                         .own = -1, .parent = -1 };

/* Reads a body and gives its faults as "pointer:code pointer:code". */
static const char *faults_of(struct arena *a, enum input how, const char *body)
{
	struct problem p;
	struct buf b;
	json_t *j;
	struct field_set present;
	struct value v[THING_FIELDS] = { 0 };
	problem_init(&p, a);
	buf_init(&b, a, 4000);
	assert_int_equal(json_read(a, str_from(body), &p, &j), OK);
	enum err e = fields_read(a, fields, THING_FIELDS, how, j, v, &present, &p);
	assert_int_equal(e, p.fault_count ? E_INVALID : OK);
	for (const struct fault *f = p.faults; f; f = f->next)
		buf_fmt(&b, "%s" STR_FMT ":%s", b.n ? " " : "", STR_ARG(f->pointer), f->code);
	return str_z(a, buf_str(&b));
}

static void all_faults_are_told_at_once(void **state)
{
	(void)state;
	static const struct {
		enum input how;
		const char *body, *faults;
	} rows[] = {
		{ INPUT_CREATE, "{\"name\":\"abc\"}", "" },
		{ INPUT_CREATE, "{}", "/name:required" },
		{ INPUT_CREATE, "{\"name\":null}", "/name:required" },
		{ INPUT_CREATE, "{\"name\":\"  \"}", "/name:required" },
		{ INPUT_CREATE, "{\"name\":\"abcdef\"}", "/name:too_long" },
		{ INPUT_CREATE, "{\"name\":\"äöüßé\"}", "" },
		{ INPUT_CREATE, "{\"name\":\"a\\nb\"}", "/name:format" },
		{ INPUT_CREATE, "{\"name\":7}", "/name:type" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"size\":\"huge\"}", "/size:choice" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"count\":11}", "/count:range" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"count\":1.5}", "/count:type" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"ok\":1}", "/ok:type" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"at\":\"yesterday\"}", "/at:format" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"day\":\"2026-02-30\"}", "/day:format" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"other_id\":\"x\"}", "/other_id:format" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"other_id\":\"00000000-0000-0000-0000-000000000000\"}", "/other_id:format" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"words\":\"a\\nb\\tc\"}", "" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"data\":3}", "/data:type" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"data\":[\"0123456789012345678901234567890123456789\"]}", "/data:too_long" },
		{ INPUT_CREATE, "{\"name\":\"a\",\"server\":1,\"hidden\":\"x\",\"nope\":1,\"tenant_id\":1}",
		  "/server:read_only /hidden:unknown /nope:unknown /tenant_id:unknown" },
		{ INPUT_PATCH, "{}", "" },
		{ INPUT_PATCH, "{\"once\":\"b\"}", "/once:read_only" },
		{ INPUT_PATCH, "{\"name\":null,\"size\":null,\"count\":null}", "/name:required /size:required" },
		{ INPUT_PATCH, "{\"version\":3,\"created_at\":\"2026-01-01T00:00:00Z\"}", "/version:read_only /created_at:read_only" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(1 << 20);
		assert_string_equal(faults_of(a, rows[i].how, rows[i].body), rows[i].faults);
	}
}

static void a_row_is_written_as_it_was_read(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	static const char body[] = "{\"name\":\"abc\",\"size\":\"large\",\"count\":-2,\"ok\":true,\"at\":\"2026-11-21T09:00:00.000Z\",\"day\":\"2026-02-28\","
				   "\"other_id\":\"018f0000-0000-7000-8000-000000000001\",\"words\":\"a\\nb\",\"data\":{\"a\":[1,2]},\"server\":null,\"once\":null}";
	struct problem p;
	struct row *row = row_new(a, &noun_thing);
	struct field_set present, shown = noun_visible(&noun_thing);
	struct buf b;
	struct json_out o;
	json_t *j;
	problem_init(&p, a);
	char *without_server = str_z(a, STR("{\"name\":\"abc\",\"size\":\"large\",\"count\":-2,\"ok\":true,\"at\":\"2026-11-21T11:00:00+02:00\",\"day\":\"2026-02-28\","
	                                    "\"other_id\":\"018F0000-0000-7000-8000-000000000001\",\"words\":\"a\\nb\",\"data\":{\"a\":[1,2]}}"));
	assert_int_equal(json_read(a, str_from(without_server), &p, &j), OK);
	assert_int_equal(fields_read(a, fields, THING_FIELDS, INPUT_CREATE, j, row->v, &present, &p), OK);
	shown.bits &= ~(((uint64_t)1 << F_COMMON_FIELDS) - 1);
	buf_init(&b, a, 4000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	row_write(&o, row, shown);
	jw_close(&o, '}');
	assert_string_equal(str_z(a, buf_str(&b)), body);
	/* And through plain text, as CSV does it. */
	for (size_t i = F_COMMON_FIELDS; i < THING_FIELDS; i++) {
		struct value back;
		assert_null(value_parse(a, &fields[i], value_text(a, &fields[i], row->v[i]), &back));
		assert_true(value_eq(back, row->v[i]));
	}
}

static void a_difference_leaves_common_fields_out(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	struct row *was = row_new(a, &noun_thing), *is;
	row_set_text(was, THING_NAME, STR("a"));
	is = row_copy(a, was);
	row_set_int(is, THING_VERSION, 9);
	assert_true(row_diff(was, is).bits == 0);
	row_set_text(is, THING_NAME, STR("b"));
	assert_true(row_diff(was, is).bits == (uint64_t)1 << THING_NAME);
	assert_true(row_is(was, THING_NAME, "a"));
}

/* The lint speaks on stderr; here only the number of faults counts. */
static int lint(const struct noun *n)
{
	const struct noun *const list[] = { n, NULL };
	const struct catalogue c = { .nouns = list };
	int saved = dup(2);
	if (!freopen("/dev/null", "w", stderr))
		return -1;
	int faults = dict_lint(&c);
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	return faults;
}

static void the_lint_finds_each_planted_fault(void **state)
{
	(void)state;
	assert_int_equal(lint(&noun_thing), 0);
	static const struct {
		int field;
		struct field planted;
	} rows[] = {
		{ THING_NAME, { .name = NULL } },
		{ THING_NAME, { .name = "name", .doc = "no full stop", .type = F_TEXT, .tag = 11, .max = 5 } },
		{ THING_NAME, { .name = "size", .doc = "Twice.", .type = F_TEXT, .tag = 11, .max = 5 } },
		{ THING_NAME, { .name = "name", .doc = "Tag.", .type = F_TEXT, .tag = 12, .max = 5 } },
		{ THING_NAME, { .name = "name", .doc = "Tag.", .type = F_TEXT, .tag = 3, .max = 5 } },
		{ THING_NAME, { .name = "name", .doc = "No bound.", .type = F_TEXT, .tag = 11 } },
		{ THING_NAME, { .name = "name", .doc = "No purpose.", .type = F_TEXT, .tag = 11, .max = 5, .privacy = PRIVACY_PERSONAL } },
		{ THING_SIZE, { .name = "size", .doc = "No values.", .type = F_ENUM, .tag = 12 } },
		{ THING_SIZE, { .name = "size", .doc = "Initial.", .type = F_ENUM, .tag = 12, .values = sizes, .initial = "huge" } },
		{ THING_COUNT, { .name = "count", .doc = "Range.", .type = F_INT, .tag = 13, .min = 5, .max = 1 } },
		{ THING_OTHER, { .name = "other_id", .doc = "No target.", .type = F_REF, .tag = 17 } },
		{ THING_WORDS, { .name = "words", .doc = "Prefixes.", .type = F_LINES, .tag = 18, .max = 10, .flags = PREFIXES } },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct field copy[THING_FIELDS];
		struct noun n = noun_thing;
		memcpy(copy, fields, sizeof(fields));
		copy[rows[i].field] = rows[i].planted;
		n.fields = copy;
		assert_true(lint(&n) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_faults_are_told_at_once),
		cmocka_unit_test(a_row_is_written_as_it_was_read),
		cmocka_unit_test(a_difference_leaves_common_fields_out),
		cmocka_unit_test(the_lint_finds_each_planted_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
