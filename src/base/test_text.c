#include "check.h"

#include "buf.h"
#include "json.h"
#include "time.h"
#include "utf8.h"

#include <string.h>

static void dates_survive_the_round_trip(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	for (int32_t d = -800000; d < 2900000; d += 37) {
		struct civil c = day_civil((struct day){ d });
		assert_int_equal(civil_day(c).days, d);
	}
	struct day day;
	assert_int_equal(day_parse(STR("2026-11-21"), &day), OK);
	assert_int_equal(day_weekday(day), 5); /* a Saturday */
	assert_int_equal(day_parse(STR("2026-02-29"), &day), E_INVALID);
	assert_int_equal(day_parse(STR("2028-02-29"), &day), OK);
	assert_true(str_eqz(day_str(a, day), "2028-02-29"));
}

static void instants_are_read_with_any_offset(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "2026-11-21T09:00:00Z", "2026-11-21T09:00:00.000Z" },
		{ "2026-11-21T09:00:00.5+02:00", "2026-11-21T07:00:00.500Z" },
		{ "2026-11-21T23:30:00.123456-05:30", "2026-11-22T05:00:00.123Z" },
		{ "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z" },
		{ "2026-11-21", NULL },
		{ "2026-11-21T09:00Z", NULL },
		{ "2026-11-21T24:00:00Z", NULL },
		{ "2026-11-21T09:00:00", NULL },
		{ "2026-13-21T09:00:00Z", NULL },
	};
	with_arena struct arena *a = arena_new(1 << 20);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct instant t = { 7 };
		enum err e = instant_parse(str_from(rows[i].in), &t);
		assert_int_equal(e, rows[i].out ? OK : E_INVALID);
		if (rows[i].out)
			assert_string_equal(instant_str(a, t).p, rows[i].out);
		else
			assert_int_equal(t.ms, 7);
	}
}

static void json_is_bounded_and_strict(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum err e;
	} rows[] = {
		{ "{\"a\":1}", OK },
		{ "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", OK },
		{ "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", E_MALFORMED },
		{ "{\"a\":1,\"a\":2}", E_MALFORMED },
		{ "{\"a\":\"\xff\"}", E_MALFORMED },
		{ "{\"a\":", E_MALFORMED },
		{ "{} {}", E_MALFORMED },
		{ "", E_MALFORMED },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(1 << 20);
		struct problem p;
		json_t *v;
		problem_init(&p, a);
		assert_int_equal(json_read(a, str_from(rows[i].text), &p, &v), rows[i].e);
	}
}

static void json_is_written_with_its_commas(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 1000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "a", STR("x\"\\\n\x01y"));
	jw_key(&o, "l");
	jw_open(&o, '[');
	jw_int(&o, -9);
	jw_null(&o);
	jw_open(&o, '{');
	jw_close(&o, '}');
	jw_close(&o, ']');
	jw_member_bool(&o, "t", true);
	jw_close(&o, '}');
	assert_true(str_eqz(buf_str(&b), "{\"a\":\"x\\\"\\\\\\n\\u0001y\",\"l\":[-9,null,{}],\"t\":true}"));
}

static void text_is_folded_for_comparison(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "Müller  & Söhne", "muller & sohne" }, { "STRASSE", "strasse" },
		{ "Straße", "strasse" },                 { "ﬁne", "fine" },
		{ "  a \t b ", "a b" },                  { "ŁÓDŹ", "łodz" },
		{ "\xff", "" },
	};
	with_arena struct arena *a = arena_new(1 << 20);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(utf8_fold(a, str_from(rows[i].in)).p, rows[i].out);
}

static void utf8_refuses_what_the_standard_refuses(void **state)
{
	(void)state;
	static const char *const bad[] = { "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
		                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "a\xff" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(utf8_valid(str_from(bad[i])));
	assert_true(utf8_valid(STR("\xf4\x8f\xbf\xbf\xee\x80\x80 \xed\x9f\xbf")));
	assert_int_equal(utf8_count(STR("aé€😀")), 4);
}

static void base64_and_hex_refuse_sloppy_input(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	for (size_t n = 0; n < 70; n++) {
		uint8_t bytes[70];
		random_bytes(bytes, n + 1);
		struct str back, text = str_base64url(a, bytes, n);
		assert_int_equal(str_unbase64url(a, text, &back), OK);
		assert_true(str_eq(back, (struct str){ (char *)bytes, n }));
	}
	struct str back;
	assert_int_equal(str_unbase64url(a, STR("AA=="), &back), E_INVALID);
	assert_int_equal(str_unbase64url(a, STR("AB"), &back), E_INVALID);
	assert_int_equal(str_unbase64url(a, STR("A"), &back), E_INVALID);
	assert_int_equal(str_unbase64url(a, STR("A+"), &back), E_INVALID);
	uint8_t two[2];
	assert_int_equal(str_unhex(STR("0g01"), two, 2), E_INVALID);
}

static void a_buffer_remembers_its_first_failure(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	struct buf b;
	buf_init(&b, a, 10);
	buf_addz(&b, "12345678");
	buf_addz(&b, "90a");
	assert_true(b.over);
	buf_addz(&b, "9");
	assert_int_equal(b.n, 8);
	assert_memory_equal(b.p, "12345678", 8);
}

static void an_arena_tells_when_it_is_over(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1000);
	for (size_t n = 1; n < 40; n++) {
		unsigned char *p = ARENA_ARRAY(a, unsigned char, n);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xee, n);
	}
	assert_true(arena_over(a));
	arena_reset(a);
	assert_false(arena_over(a));
	assert_int_equal(*ARENA_ARRAY(a, unsigned char, 500), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_survive_the_round_trip),
		cmocka_unit_test(instants_are_read_with_any_offset),
		cmocka_unit_test(json_is_bounded_and_strict),
		cmocka_unit_test(json_is_written_with_its_commas),
		cmocka_unit_test(text_is_folded_for_comparison),
		cmocka_unit_test(utf8_refuses_what_the_standard_refuses),
		cmocka_unit_test(base64_and_hex_refuse_sloppy_input),
		cmocka_unit_test(a_buffer_remembers_its_first_failure),
		cmocka_unit_test(an_arena_tells_when_it_is_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
