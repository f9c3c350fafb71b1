#include "check.h"

#include "sms.h"

#include <string.h>

/* The text `unit`, count times, and then `end`. */
static struct str repeated(struct arena *a, const char *unit, size_t count, const char *end)
{
	size_t n = strlen(unit);
	char *p = ARENA_ARRAY(a, char, count * n + strlen(end) + 1);
	for (size_t i = 0; i < count; i++)
		memcpy(p + i * n, unit, n);
	memcpy(p + count * n, end, strlen(end));
	return (struct str){ p, count * n + strlen(end) };
}

static void parts_are_counted_as_they_are_sold(void **state)
{
	(void)state;
	static const struct {
		const char *unit;
		size_t count;
		const char *end;
		struct sms_size size;
	} rows[] = {
		{ "", 0, "", { 0, 0, 160, false } },
		{ "a", 1, "", { 1, 1, 159, false } },
		{ "a", 160, "", { 1, 160, 0, false } },
		{ "a", 161, "", { 2, 161, 145, false } },
		{ "a", 306, "", { 2, 306, 0, false } },
		{ "a", 307, "", { 3, 307, 152, false } },
		{ "é", 160, "", { 1, 160, 0, false } },      /* of the alphabet */
		{ "Ω\n@£", 40, "", { 1, 160, 0, false } },
		{ "€", 80, "", { 1, 160, 0, false } },       /* two septets each */
		{ "€", 81, "", { 2, 162, 143, false } },     /* 76 in the first part, one septet of which stays empty */
		{ "a", 152, "€aaaaaaa", { 2, 161, 144, false } }, /* never divided: the first part ends after 152 */
		{ "^{}\\[~]|", 10, "", { 1, 160, 0, false } },
		{ "`", 1, "", { 1, 1, 69, true } },          /* ASCII, yet not of the alphabet */
		{ "ê", 70, "", { 1, 70, 0, true } },
		{ "ê", 71, "", { 2, 71, 63, true } },
		{ "a", 69, "ḽ", { 1, 70, 0, true } },        /* one such letter and the whole is wide */
		{ "a", 70, "ḽ", { 2, 71, 63, true } },
		{ "發", 134, "", { 2, 134, 0, true } },
		{ "發", 135, "", { 3, 135, 66, true } },
		{ "🔧", 35, "", { 1, 70, 0, true } },         /* a pair of surrogates */
		{ "🔧", 36, "", { 2, 72, 61, true } },        /* 33 pairs in the first part, one unit stays empty */
		{ "مرحبا", 14, "", { 1, 70, 0, true } },
		{ "Sawubona ", 17, "ngiyabonga", { 2, 163, 143, false } },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(1 << 20);
		struct sms_size size = sms_size(repeated(a, rows[i].unit, rows[i].count, rows[i].end));
		if (size.parts != rows[i].size.parts || size.units != rows[i].size.units || size.left != rows[i].size.left || size.wide != rows[i].size.wide)
			fail_msg("row %zu: %zu parts, %zu units, %zu left, wide %d", i, size.parts, size.units, size.left, size.wide);
	}
}

static void hosts(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		bool valid, here;
	} rows[] = {
		{ "localhost", true, true },     { "127.0.0.1", true, true },       { "127.1.2.3", true, true },  { "::1", true, true },
		{ "127.0.0.1.example", true, false }, { "127.0.0", true, false },    { "127.0.0.", false, false }, { "localhost.example", true, false },
		{ "10.0.0.1", true, false },     { "fe80::1", true, false },        { "smtp.example.org", true, false }, { "", false, false },
		{ "a_b", false, false },         { "a/b", false, false },           { "a@b", false, false },      { "[::1]", false, false },
		{ "a:25", false, false },        { "-a", false, false },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (host_valid(str_from(rows[i].host)) != rows[i].valid || (rows[i].valid && host_is_here(str_from(rows[i].host)) != rows[i].here))
			fail_msg("%s", rows[i].host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_counted_as_they_are_sold),
		cmocka_unit_test(hosts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
