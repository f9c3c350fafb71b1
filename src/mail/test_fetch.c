#include "check.h"

#include "fetch.h"
#include "limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static bool is_public(const char *text)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return address_public((const struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return address_public((const struct sockaddr *)&six);
}

static void tells_addresses_apart(void **state)
{
	static const char *const inside[] = {
		"0.0.0.0",     "0.1.2.3",       "10.0.0.1",       "100.64.0.1",      "100.127.255.255", "127.0.0.1",     "127.255.255.255", "169.254.169.254",
		"172.16.0.1",  "172.31.255.255", "192.0.0.8",     "192.168.1.1",     "198.18.0.1",      "198.19.255.255", "224.0.0.1",      "255.255.255.255",
		"240.0.0.1",   "::",            "::1",            "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1",   "fc00::1",        "fd12::1",
		"fe80::1",     "ff02::1",       "2001:db8::1",    "2002:7f00:1::1",  "2001::1",         "64:ff9b::7f00:1", "64:ff9b:1::1",  "100::1",
		"3fff::1",     "fec0::1",       "2001:1ff::1",
	};
	static const char *const outside[] = {
		"1.1.1.1",    "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.0.0.1", "128.0.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1",
		"192.169.1.1", "198.17.0.1",   "198.20.0.1", "223.255.255.255", "2606:4700::1", "2a00:1450::1", "2001:4860::1", "64:ff9b::101:101", "::ffff:1.1.1.1",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(inside); i++)
		if (is_public(inside[i]))
			fail_msg("%s is inside", inside[i]);
	for (size_t i = 0; i < ARRAY_LEN(outside); i++)
		if (!is_public(outside[i]))
			fail_msg("%s is outside", outside[i]);
	const struct sockaddr other = { .sa_family = AF_UNIX };
	assert_false(address_public(&other));
}

static void tells_urls_apart(void **state)
{
	static const char *const good[] = { "https://id.example.org", "https://id.example.org:8443/a?b=c", "https://[2606:4700::1]/x", "http://127.0.0.1:4000/x" };
	static const char *const bad[] = {
		"",        "id.example.org",        "ftp://id.example.org", "http://id.example.org",  "http://127.0.0.2:4000/x", "http://localhost/",
		"https://", "https://a@id.example.org", "https://id.example.org/a b", "https://id.example.org/#a", "https://id_x/", "https://id.example.org/\xc3\xa9",
		"https://127.0.0.1\\@id.example.org/", "http://127.0.0.1.example.org/", "HTTPS://id.example.org",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (fetch_allowed(str_from(good[i]), STR("10.1.1.1 127.0.0.1")))
			fail_msg("%s may be asked", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (!fetch_allowed(str_from(bad[i]), STR("10.1.1.1 127.0.0.1")))
			fail_msg("%s may not be asked", bad[i]);
	assert_non_null(fetch_allowed(STR("http://127.0.0.1:4000/x"), STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(tells_addresses_apart), cmocka_unit_test(tells_urls_apart) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
