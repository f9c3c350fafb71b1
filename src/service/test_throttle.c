#include "check.h"

#include "limits.h"
#include "throttle.h"

#include <stdio.h>

static void takes_as_many_as_allowed(void **state)
{
	struct throttle *t = throttle_new();
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(throttle_take(t, "open", STR("10.0.0.1"), 3, 60, 1000000 + i));
	assert_false(throttle_take(t, "open", STR("10.0.0.1"), 3, 60, 1000100));
	assert_true(throttle_take(t, "open", STR("10.0.0.2"), 3, 60, 1000100));
	assert_true(throttle_take(t, "code", STR("10.0.0.1"), 3, 60, 1000100));
	assert_false(throttle_take(t, "open", STR("10.0.0.1"), 3, 60, 1059999));
	assert_true(throttle_take(t, "open", STR("10.0.0.1"), 3, 60, 1060000));
	throttle_free(t);
}

/* A million keys need no more room, and one that is counted stays counted while its neighbours do not crowd it out. */
static void is_bounded(void **state)
{
	struct throttle *t = throttle_new();
	char text[32];
	unsigned let = 0;
	(void)state;
	for (int i = 0; i < 1000000; i++) {
		snprintf(text, sizeof(text), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		let += throttle_take(t, "open", str_from(text), 1, 60, 1000000 + i / 1000);
	}
	assert_int_equal(let, 1000000);
	assert_true(throttle_take(t, "open", STR("x"), 1, 60, 1001000));
	assert_false(throttle_take(t, "open", STR("x"), 1, 60, 1001001));
	throttle_free(t);
}

static void one_network_is_one_client(void **state)
{
	struct arena *a = arena_new(MIB);
	(void)state;
	assert_true(str_eqz(throttle_address(a, STR("192.0.2.7")), "192.0.2.7"));
	assert_true(str_eq(throttle_address(a, STR("2001:db8:1:2::7")), throttle_address(a, STR("2001:db8:1:2:ffff::9"))));
	assert_false(str_eq(throttle_address(a, STR("2001:db8:1:2::7")), throttle_address(a, STR("2001:db8:1:3::7"))));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_as_many_as_allowed),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(one_network_is_one_client),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
