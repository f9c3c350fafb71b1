#include "check.h"

#include "limits.h"
#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const names[] = {
	"Africa/Johannesburg", "Europe/London",   "Europe/Dublin",  "America/New_York", "America/St_Johns", "Australia/Lord_Howe",
	"Asia/Kolkata",        "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Asia/Gaza",       "America/Godthab",
	"Pacific/Chatham",     "Antarctica/Troll", "Africa/Windhoek", "UTC",             "Etc/GMT-14",      "America/Argentina/Ushuaia",
};

static const struct zone *load(struct arena *a, const char *name)
{
	const struct zone *z = NULL;
	if (zone_load(a, str_from(name), &z) != OK)
		fail_msg("%s does not load", name);
	return z;
}

static struct local at(const char *day, int hour, int minute)
{
	struct local l = { .ms = (hour * 60 + minute) * 60000 };
	assert_int_equal(day_parse(str_from(day), &l.day), OK);
	return l;
}

static struct instant moment(const char *text)
{
	struct instant t;
	assert_int_equal(instant_parse(str_from(text), &t), OK);
	return t;
}

static void a_late_sale_is_tomorrow_in_johannesburg(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	const struct zone *z = load(a, "Africa/Johannesburg");
	struct local l = zone_local(z, moment("2026-11-21T23:30:00Z"));
	assert_string_equal(day_str(a, l.day).p, "2026-11-22");
	assert_int_equal(l.ms, 90 * 60000);
	l = zone_local(z, moment("1969-12-31T23:59:59.999Z"));
	assert_string_equal(day_str(a, l.day).p, "1970-01-01");
	assert_int_equal(l.ms, 2 * 3600000 - 1);
	enum local_fit fit;
	assert_int_equal(zone_instant(z, at("2026-11-22", 1, 30), &fit).ms, moment("2026-11-21T23:30:00Z").ms);
	assert_int_equal(fit, LOCAL_ONCE);
}

static void clock_changes_follow_the_rule(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *day;
		int hour, minute;
		enum local_fit fit;
		const char *instant;
	} rows[] = {
		{ "Europe/London", "2026-03-29", 0, 59, LOCAL_ONCE, "2026-03-29T00:59:00Z" },
		{ "Europe/London", "2026-03-29", 1, 0, LOCAL_GAP, "2026-03-29T01:00:00Z" },
		{ "Europe/London", "2026-03-29", 1, 30, LOCAL_GAP, "2026-03-29T01:30:00Z" },
		{ "Europe/London", "2026-03-29", 2, 0, LOCAL_ONCE, "2026-03-29T01:00:00Z" },
		{ "Europe/London", "2026-10-25", 0, 59, LOCAL_ONCE, "2026-10-24T23:59:00Z" },
		{ "Europe/London", "2026-10-25", 1, 30, LOCAL_TWICE, "2026-10-25T00:30:00Z" },
		{ "Europe/London", "2026-10-25", 2, 0, LOCAL_ONCE, "2026-10-25T02:00:00Z" },
		{ "Europe/London", "2090-07-01", 12, 0, LOCAL_ONCE, "2090-07-01T11:00:00Z" },
		{ "Europe/London", "2090-01-01", 12, 0, LOCAL_ONCE, "2090-01-01T12:00:00Z" },
		{ "Europe/Dublin", "2090-07-01", 12, 0, LOCAL_ONCE, "2090-07-01T11:00:00Z" },
		{ "America/New_York", "2026-03-08", 2, 30, LOCAL_GAP, "2026-03-08T07:30:00Z" },
		{ "America/New_York", "2026-11-01", 1, 30, LOCAL_TWICE, "2026-11-01T05:30:00Z" },
		{ "Australia/Lord_Howe", "2026-10-04", 2, 15, LOCAL_GAP, "2026-10-03T15:45:00Z" },
		{ "Pacific/Apia", "2011-12-30", 12, 0, LOCAL_GAP, "2011-12-30T22:00:00Z" }, /* the day that was left out */
		{ "Africa/Johannesburg", "2026-03-29", 2, 30, LOCAL_ONCE, "2026-03-29T00:30:00Z" },
	};
	with_arena struct arena *a = arena_new(4 * MIB);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum local_fit fit;
		struct instant t = zone_instant(load(a, rows[i].zone), at(rows[i].day, rows[i].hour, rows[i].minute), &fit);
		if (t.ms != moment(rows[i].instant).ms || fit != rows[i].fit)
			fail_msg("%s %s: %s, %d", rows[i].zone, rows[i].day, instant_str(a, t).p, (int)fit);
	}
}

/* Every seven hours of two centuries, against the C library's own reading of the same files. */
static void agrees_with_the_c_library(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct zone *z = load(a, names[i]);
		setenv("TZ", names[i], 1);
		tzset();
		for (time_t t = -2208988800; t < 4102444800; t += 7 * 3600 + 13) {
			struct tm tm;
			localtime_r(&t, &tm);
			if (zone_offset_s(z, (struct instant){ t * 1000 }) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, not %ld", names[i], (long long)t,
				         zone_offset_s(z, (struct instant){ t * 1000 }), tm.tm_gmtoff);
		}
	}
	unsetenv("TZ");
}

static void there_and_back(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct zone *z = load(a, names[i]);
		for (int32_t d = 0; d < 40000; d++) {
			struct local l = { { d }, (d * 997 % 1440) * 60000 }, back;
			enum local_fit fit;
			struct instant t = zone_instant(z, l, &fit);
			back = zone_local(z, t);
			int64_t moved = (back.day.days - l.day.days) * INT64_C(86400000) + back.ms - l.ms;
			if (fit == LOCAL_GAP ? moved <= 0 : moved != 0)
				fail_msg("%s day %d: moved by %lld", names[i], d, (long long)moved);
		}
	}
}

static void names_cannot_leave_the_folder(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "/", "..", "../zoneinfo/UTC", "/etc/passwd", "Africa/../UTC", "Africa//Johannesburg", "Africa/", "./UTC", "right/UTC",
		"posix/UTC", "tzdata.zi", "Africa", "zone.tab", "leapseconds", "-x", "Africa/Johannesburg\n", "A/B/C/D", "1",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	};
	with_arena struct arena *a = arena_new(16 * MIB);
	const struct zone *z = NULL;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (zone_load(a, str_from(bad[i]), &z) != E_INVALID)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(zone_load(a, (struct str){ "UTC\0x", 5 }, &z), E_INVALID);
	assert_int_equal(zone_load(a, STR("Africa/Nowhere"), &z), E_NOT_FOUND);
	assert_null(z);
}

static void damaged_files_are_refused_or_answer(void **state)
{
	(void)state;
	static char bytes[70000];
	FILE *f = fopen("/usr/share/zoneinfo/Europe/London", "rb");
	assert_non_null(f);
	size_t n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	with_arena struct arena *a = arena_new(16 * MIB);
	const struct zone *z = NULL;
	for (size_t cut = 0; cut < n; cut++) {
		assert_int_equal(zone_parse(a, (struct str){ bytes, cut }, &z), E_INVALID);
		arena_reset(a);
	}
	for (size_t i = 0; i < n; i++) {
		char was = bytes[i];
		bytes[i] = (char)(was ^ (1 << i % 8));
		if (zone_parse(a, (struct str){ bytes, n }, &z) == OK)
			(void)zone_local(z, (struct instant){ INT64_C(4000000000000) });
		bytes[i] = was;
		arena_reset(a);
	}
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(zone_parse(a, (struct str){ bytes, sizeof(bytes) }, &z), E_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_late_sale_is_tomorrow_in_johannesburg), cmocka_unit_test(clock_changes_follow_the_rule),
		cmocka_unit_test(agrees_with_the_c_library),               cmocka_unit_test(there_and_back),
		cmocka_unit_test(names_cannot_leave_the_folder),           cmocka_unit_test(damaged_files_are_refused_or_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
