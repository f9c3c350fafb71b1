#include "check.h"

#include "geo.h"
#include "time.h"

#include <stdio.h>
#include <string.h>

/* Networks of universities, registries and large carriers, which stay where they are. */
static void addresses_have_countries(void **state)
{
	(void)state;
	static const struct {
		const char *address, *country;
	} rows[] = {
		{ "196.25.1.1", "ZA" },           { "41.0.0.1", "ZA" },
		{ "105.184.0.1", "ZA" },          { "8.8.8.8", "US" },
		{ "18.0.0.1", "US" },             { "129.187.1.1", "DE" },
		{ "133.11.0.1", "JP" },           { "200.160.2.3", "BR" },
		{ "193.0.6.139", "NL" },          { "2001:67c:2e8::1", "NL" },
		{ "2001:4860:4860::8888", "US" }, { "2001:200:dff:fff1:216:3eff:feb1:44d7", "JP" },
		{ "2001:4200::1", "ZA" },         { "::ffff:196.25.1.1", "ZA" },
		{ "196.25.1.0/24", "ZA" },        { "2001:4200::/48", "ZA" },
		/* nobody's, and none */
		{ "0.0.0.0", "" },                { "10.1.2.3", "" },
		{ "127.0.0.1", "" },              { "192.168.1.1", "" },
		{ "172.16.0.1", "" },             { "169.254.1.1", "" },
		{ "224.0.0.1", "" },              { "255.255.255.255", "" },
		{ "::", "" },                     { "::1", "" },
		{ "fe80::1", "" },                { "fd00::1", "" },
		{ "ff02::1", "" },                { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
		{ "", "" },                       { "/24", "" },
		{ "196.25.1", "" },               { "196.25.1.256", "" },
		{ "196.25.1.1 ", "" },            { "0196.25.1.1", "" },
		{ "example.test", "" },           { "[2001:4200::1]", "" },
		{ "1111111111111111111111111111111111111111111111111111111111111", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str country = geo_country(str_from(rows[i].address));
		if (!str_eqz(country, rows[i].country))
			fail_msg("%s: " STR_FMT, rows[i].address, STR_ARG(country));
	}
	assert_int_equal(geo_country((struct str){ "196.25.1.1\0x", 12 }).n, 0);
}

/* Every sixteenth of a /16 and a step through IPv6: two letters, each with a place on the map. */
static void every_country_has_a_place(void **state)
{
	(void)state;
	size_t known = 0, ours = 0;
	char text[64];
	for (unsigned i = 0; i < 1u << 20; i++) {
		snprintf(text, sizeof(text), "%u.%u.%u.1", i >> 12, i >> 4 & 255, i << 4 & 255);
		struct str country = geo_country(str_from(text));
		known += country.n == 2;
		ours += str_eqz(country, "ZA");
		if (country.n && !str_eqz(country, "AQ") && geo_km(country, STR("AQ")) == 0 && geo_km(country, STR("GL")) == 0)
			fail_msg("no place: " STR_FMT, STR_ARG(country));
	}
	print_message("%zu of %u are known, %zu are of one country\n", known, 1u << 20, ours);
	assert_in_range(known, 800000, 950000); /* private, multicast and reserved ones are a good eighth */
	assert_in_range(ours, 3000, 12000);
}

static void distances_are_what_is_left_between_borders(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		int from, to;
	} rows[] = {
		{ "ZA", "ZA", 0, 0 },       { "ZA", "NA", 0, 0 },       { "ZA", "LS", 0, 0 },       { "US", "CA", 0, 0 },       { "DE", "PL", 0, 0 },
		{ "RU", "CN", 0, 0 },       { "ZA", "", 0, 0 },         { "ZA", "ZZ", 0, 0 },       { "ZA", "za", 0, 0 },       { "", "", 0, 0 },
		{ "GB", "FR", 0, 0 },       { "ZA", "GB", 7200, 8600 }, { "GB", "ZA", 7200, 8600 }, { "ZA", "AU", 6500, 8000 }, { "ZA", "DE", 6800, 8400 },
		{ "US", "JP", 5500, 7600 }, { "NZ", "ES", 18000, 19000 }, { "FJ", "WS", 500, 1300 }, { "ZA", "NG", 2800, 4000 }, { "BR", "ZA", 4000, 5500 },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int km = geo_km(str_from(rows[i].a), str_from(rows[i].b));
		if (km < rows[i].from || km > rows[i].to)
			fail_msg("%s to %s: %d km", rows[i].a, rows[i].b, km);
	}
}

static void cost(void **state)
{
	(void)state;
	enum { TIMES = 1000000 };
	size_t letters = 0;
	int64_t t = monotonic_ms();
	for (int i = 0; i < TIMES; i++)
		letters += geo_country(i % 2 ? STR("196.25.1.1") : STR("2001:4860:4860::8888")).n;
	print_message("%.2f us to look one up\n", (double)(monotonic_ms() - t) * 1000 / TIMES);
	assert_int_equal(letters, 2 * TIMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_countries),
		cmocka_unit_test(every_country_has_a_place),
		cmocka_unit_test(distances_are_what_is_left_between_borders),
		cmocka_unit_test(cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
