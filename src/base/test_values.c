#include "check.h"

#include "calendar.h"
#include "idno.h"
#include "limits.h"
#include "phone.h"

#include <stdio.h>
#include <string.h>

static const struct calendar PLAIN = { NULL, 0 };

static struct day day_of(const char *text)
{
	struct day d;
	if (day_parse(str_from(text), &d) != OK)
		fail_msg("%s", text);
	return d;
}

/* ---- phones ---- */

static void phones_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *in, *e164, *shown;
	} rows[] = {
		{ "0821234567", "+27821234567", "082 123 4567" },
		{ " 082 123-4567 ", "+27821234567", "082 123 4567" },
		{ "(082) 123.4567", "+27821234567", "082 123 4567" },
		{ "+27 82 123 4567", "+27821234567", "082 123 4567" },
		{ "+27 (0)82 123 4567", "+27821234567", "082 123 4567" },
		{ "+270821234567", "+27821234567", "082 123 4567" },
		{ "27821234567", "+27821234567", "082 123 4567" },
		{ "270821234567", "+27821234567", "082 123 4567" },
		{ "0027821234567", "+27821234567", "082 123 4567" },
		{ "00270821234567", "+27821234567", "082 123 4567" },
		{ "011 555 0123", "+27115550123", "011 555 0123" },
		{ "0800 123 456", "+27800123456", "080 012 3456" },
		{ "082\u00a0123\u00a04567", "+27821234567", "082 123 4567" },
		{ "+44 20 7946 0958", "+442079460958", "+442079460958" },
		{ "+44 (0)20 7946 0958", "+442079460958", "+442079460958" },
		{ "0044 20 7946 0958", "+442079460958", "+442079460958" },
		{ "+1 (212) 555-0100", "+12125550100", "+12125550100" },
		{ "0272345678", "+27272345678", "027 234 5678" },
		{ "+264 81 123 4567", "+264811234567", "+264811234567" },
		{ "", NULL, NULL },
		{ "+", NULL, NULL },
		{ "911", NULL, NULL },
		{ "0921234567", NULL, NULL },
		{ "+27921234567", NULL, NULL },
		{ "+2782123456", NULL, NULL },
		{ "+278212345678", NULL, NULL },
		{ "821234567", NULL, NULL },
		{ "082 123 456", NULL, NULL },
		{ "082 123 45678", NULL, NULL },
		{ "082-CALL-ME", NULL, NULL },
		{ "0821234567 x12", NULL, NULL },
		{ "442079460958", NULL, NULL },
		{ "+4420", NULL, NULL },
		{ "+0821234567", NULL, NULL },
		{ "+1234567890123456", NULL, NULL },
		{ "++27821234567", NULL, NULL },
		{ "082+1234567", NULL, NULL },
		{ "0000000000", NULL, NULL },
		{ "\u0660821234567", NULL, NULL },
		{ "00000000000000000000000000000000000000000000000000000", NULL, NULL },
	};
	with_arena struct arena *a = arena_new(MIB);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct phone p = { "untouched" };
		enum err e = phone_parse(str_from(rows[i].in), &p);
		if ((e == OK) != (rows[i].e164 != NULL))
			fail_msg("%s gave %d %s", rows[i].in, (int)e, p.e164);
		assert_string_equal(p.e164, rows[i].e164 ? rows[i].e164 : "untouched");
		if (e == OK)
			assert_true(str_eqz(phone_str(a, &p), rows[i].shown));
	}
}

/* ---- numbers of people and vendors ---- */

static void identity_numbers_are_checked(void **state)
{
	(void)state;
	static const char *const good[] = { "8001015009087", "9202294999084", "0002295000083", "800101 5009 08 7", "800101-5009-087" };
	static const char *const bad[] = {
		"8001015009088", "8013015009087", "8002305009087", "800101500908", "80010150090877", "8001015009387", "800101500908A",
		"", "0000000000000", "9302294999083", "\u0668001015009087",
	};
	struct idno id;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (idno_read(str_from(good[i]), &id))
			fail_msg("refused: %s", good[i]);
	assert_string_equal(id.digits, "8001015009087");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (!idno_read(str_from(bad[i]), &id))
			fail_msg("taken: %s", bad[i]);
}

static void vat_numbers_are_checked(void **state)
{
	(void)state;
	struct vatno vat;
	assert_null(vatno_read(STR("4123 456 785"), &vat));
	assert_string_equal(vat.digits, "4123456785");
	bool doubtful = vat.doubtful;
	assert_null(vatno_read(STR("4123456784"), &vat));
	assert_true(doubtful != vat.doubtful || (doubtful && vat.doubtful));
	assert_non_null(vatno_read(STR("5123456785"), &vat));
	assert_non_null(vatno_read(STR("412345678"), &vat));
	assert_non_null(vatno_read(STR("41234567850"), &vat));
	assert_non_null(vatno_read(STR("4123456 78O"), &vat));
	int fits = 0;
	for (char c = '0'; c <= '9'; c++) {
		char text[] = "4000000000";
		text[9] = c;
		assert_null(vatno_read(str_from(text), &vat));
		fits += !vat.doubtful;
	}
	assert_int_equal(fits, 1);
}

/* ---- the calendar ---- */

static void check_year(int32_t year, const char *const *days, size_t count)
{
	struct day d = civil_day((struct civil){ year, 1, 1 });
	size_t at = 0;
	char text[16];
	for (struct civil c = day_civil(d); c.year == year; d.days++, c = day_civil(d)) {
		if (!calendar_holiday(&PLAIN, d))
			continue;
		snprintf(text, sizeof(text), "%02d-%02d", c.month, c.dom);
		if (at == count || strcmp(days[at], text) != 0)
			fail_msg("%d-%s is not expected here", year, text);
		at++;
	}
	assert_int_equal(at, count);
}

static void holidays_of_two_years(void **state)
{
	(void)state;
	static const char *const y2026[] = { "01-01", "03-21", "04-03", "04-06", "04-27", "05-01", "06-16",
		                             "08-09", "08-10", "09-24", "12-16", "12-25", "12-26" };
	static const char *const y2027[] = { "01-01", "03-21", "03-22", "03-26", "03-29", "04-27", "05-01",
		                             "06-16", "08-09", "09-24", "12-16", "12-25", "12-26", "12-27" };
	check_year(2026, y2026, ARRAY_LEN(y2026));
	check_year(2027, y2027, ARRAY_LEN(y2027));
}

static void easter_and_moved_mondays(void **state)
{
	(void)state;
	static const struct {
		int32_t year;
		const char *easter, *friday, *family, *mondays[3];
	} rows[] = {
		{ 2024, "03-31", "03-29", "04-01", { "06-17" } },
		{ 2025, "04-20", "04-18", "04-21", { "04-28" } },
		{ 2026, "04-05", "04-03", "04-06", { "08-10" } },
		{ 2027, "03-28", "03-26", "03-29", { "03-22", "12-27" } },
		{ 2028, "04-16", "04-14", "04-17", { "09-25" } },
		{ 2029, "04-01", "03-30", "04-02", { "12-17" } },
		{ 2030, "04-21", "04-19", "04-22", { "06-17" } },
		{ 2031, "04-13", "04-11", "04-14", { "04-28" } },
		{ 2032, "03-28", "03-26", "03-29", { "03-22", "12-27" } },
		{ 2033, "04-17", "04-15", "04-18", { "05-02" } },
		{ 2034, "04-09", "04-07", "04-10", { "01-02", "09-25" } },
		{ 2035, "03-25", "03-23", "03-26", { "12-17" } },
	};
	with_arena struct arena *a = arena_new(MIB);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t y = rows[i].year;
		struct day easter = calendar_easter(y), d = civil_day((struct civil){ y, 1, 1 });
		size_t moved = 0;
		assert_int_equal(easter.days, day_of(str_fmt(a, "%d-%s", y, rows[i].easter).p).days);
		assert_string_equal(calendar_holiday(&PLAIN, day_of(str_fmt(a, "%d-%s", y, rows[i].friday).p)), "Good Friday");
		assert_string_equal(calendar_holiday(&PLAIN, day_of(str_fmt(a, "%d-%s", y, rows[i].family).p)), "Family Day");
		for (; day_civil(d).year == y; d.days++) {
			const char *name = calendar_holiday(&PLAIN, d);
			if (!name || !strstr(name, "observed"))
				continue;
			assert_true(moved < 3 && rows[i].mondays[moved]);
			assert_int_equal(d.days, day_of(str_fmt(a, "%d-%s", y, rows[i].mondays[moved]).p).days);
			moved++;
		}
		assert_true(moved == 3 || !rows[i].mondays[moved]);
	}
	/* 25 December 2033 is a Sunday: the Monday is a holiday already, and the Tuesday is none. */
	assert_string_equal(calendar_holiday(&PLAIN, day_of("2033-12-26")), "Day of Goodwill");
	assert_null(calendar_holiday(&PLAIN, day_of("2033-12-27")));
	const struct day declared[] = { day_of("2026-11-04"), day_of("2033-12-27") };
	const struct calendar c = { declared, ARRAY_LEN(declared) };
	assert_string_equal(calendar_holiday(&c, day_of("2026-11-04")), "Declared public holiday");
	assert_non_null(calendar_holiday(&c, day_of("2033-12-27")));
	assert_null(calendar_holiday(&c, day_of("2026-11-05")));
}

typedef struct day (*counter)(const struct calendar *, struct day, int);

static void deadlines(void **state)
{
	(void)state;
	static const struct {
		counter count;
		const char *from;
		int days;
		const char *due;
	} rows[] = {
		{ calendar_due, "2026-11-26", 30, "2026-12-28" },     { calendar_due, "2026-03-02", 30, "2026-04-01" },
		{ calendar_due, "2026-03-04", 30, "2026-04-04" },     { calendar_due, "2026-07-10", 30, "2026-08-11" },
		{ calendar_due, "2027-11-25", 30, "2027-12-28" },     { calendar_due, "2033-11-25", 30, "2033-12-27" },
		{ calendar_business, "2026-12-22", 5, "2026-12-30" }, { calendar_business, "2026-04-01", 5, "2026-04-10" },
		{ calendar_business, "2026-08-06", 5, "2026-08-14" }, { calendar_business, "2026-08-06", 0, "2026-08-06" },
		{ calendar_sars, "2026-12-14", 1, "2026-12-15" },     { calendar_sars, "2026-12-15", 1, "2027-01-18" },
		{ calendar_sars, "2026-12-11", 3, "2027-01-18" },     { calendar_sars, "2026-08-06", 2, "2026-08-11" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct day got = rows[i].count(&PLAIN, day_of(rows[i].from), rows[i].days);
		if (got.days != day_of(rows[i].due).days)
			fail_msg("row %zu: from %s, off by %d", i, rows[i].from, got.days - day_of(rows[i].due).days);
	}
	/* Day 30 is Easter Sunday: the answer moves to the Tuesday, the extension is counted from the Sunday itself. */
	assert_int_equal(calendar_due(&PLAIN, day_of("2026-03-06"), 30).days, day_of("2026-04-07").days);
	assert_int_equal(calendar_extended(&PLAIN, day_of("2026-03-06")).days, day_of("2026-05-05").days);
}

static struct local at(const char *text)
{
	int hour = (text[11] - '0') * 10 + text[12] - '0', minute = (text[14] - '0') * 10 + text[15] - '0';
	int second = text[16] ? (text[17] - '0') * 10 + text[18] - '0' : 0;
	char day[11];
	memcpy(day, text, 10);
	day[10] = 0;
	return (struct local){ day_of(day), ((hour * 60 + minute) * 60 + second) * 1000 };
}

static void contact_only_in_its_hours(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "2026-11-20 19:59:59", "2026-11-20 19:59:59" }, { "2026-11-20 20:00", "2026-11-21 09:00" },
		{ "2026-11-21 13:00", "2026-11-23 08:00" },       { "2026-11-21 12:59:59", "2026-11-21 12:59:59" },
		{ "2026-08-08 13:00", "2026-08-11 08:00" },       { "2026-08-09 10:00", "2026-08-11 08:00" },
		{ "2026-08-10 10:00", "2026-08-11 08:00" },       { "2026-12-24 20:00", "2026-12-28 08:00" },
		{ "2026-04-02 20:00", "2026-04-04 09:00" },       { "2026-09-23 20:30", "2026-09-25 08:00" },
		{ "2033-12-24 13:00", "2033-12-27 08:00" },       { "2026-11-20 07:59:59", "2026-11-20 08:00" },
		{ "2026-11-20 08:00", "2026-11-20 08:00" },       { "2026-11-21 00:00", "2026-11-21 09:00" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct local got = calendar_contact(&PLAIN, at(rows[i].from)), want = at(rows[i].to);
		if (got.day.days != want.day.days || got.ms != want.ms)
			fail_msg("row %zu: %s", i, rows[i].from);
	}
	const struct day election = day_of("2026-11-04");
	const struct calendar c = { &election, 1 };
	struct local got = calendar_contact(&c, at("2026-11-03 20:00"));
	assert_int_equal(got.day.days, day_of("2026-11-05").days);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phones_are_read),          cmocka_unit_test(identity_numbers_are_checked),
		cmocka_unit_test(vat_numbers_are_checked),  cmocka_unit_test(holidays_of_two_years),
		cmocka_unit_test(easter_and_moved_mondays), cmocka_unit_test(deadlines),
		cmocka_unit_test(contact_only_in_its_hours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
