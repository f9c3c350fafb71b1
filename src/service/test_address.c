/* test_address.c - which addresses lie in which ranges, and which ranges are none. */
#include "check.h"

#include "address.h"

static void test_in(void **state)
{
	static const struct {
		const char *ranges, *address;
		bool in;
	} cases[] = {
		{ "", "10.0.0.1", false },
		{ "10.0.0.1", "10.0.0.1", true },
		{ "10.0.0.1", "10.0.0.2", false },
		{ "10.0.0.1", "::ffff:10.0.0.1", true },
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.0.0.32/30", "10.0.0.35", true },
		{ "10.0.0.32/30", "10.0.0.36", false },
		{ "10.0.0.5/30", "10.0.0.4", true },
		{ "192.0.2.1\n\n  10.0.0.1  ", "10.0.0.1", true },
		{ "2001:db8::/32", "2001:db8:ffff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
		{ "2001:db8::1", "2001:db8::1", true },
		{ "10.0.0.0/8", "2001:db8::1", false },
		{ "10.0.0.0/8", "", false },
		{ "10.0.0.0/8", "10.0.0.1 ", false },
		{ "nonsense\n10.0.0.0/7\n10.0.0.0/33", "10.0.0.1", false }, /* what is no range lets nobody in */
	};
	struct arena *a = arena_new(MIB);
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (address_in(a, str_from(cases[i].ranges), str_from(cases[i].address)) != cases[i].in)
			fail_msg("%s in \"%s\"", cases[i].address, cases[i].ranges);
	arena_free(a);
}

static void test_ranges(void **state)
{
	static const char *const good[] = { "", "10.0.0.1", "10.0.0.0/8", "10.0.0.0/32", "2001:db8::/128", "10.0.0.1\n\n2001:db8::1" };
	static const char *const bad[] = { "10.0.0", "10.0.0.0/7", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "2001:db8::/129", "everywhere", "10.0.0.1\nx", "10.0.0.1 10.0.0.2" };
	struct arena *a = arena_new(MIB);
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct value v = VALUE_TEXT(str_from(good[i]));
		assert_null(check_ranges(a, &v));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct value v = VALUE_TEXT(str_from(bad[i]));
		if (!check_ranges(a, &v))
			fail_msg("\"%s\" was taken", bad[i]);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_in), cmocka_unit_test(test_ranges) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
