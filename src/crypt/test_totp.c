#include "check.h"

#include "limits.h"
#include "recovery.h"
#include "totp.h"

#include <stdio.h>
#include <string.h>

static const struct totp_secret RFC = { { '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0' } };

static enum err check(const char *code, int64_t seconds, int64_t last, int64_t *step)
{
	return totp_check(&RFC, str_from(code), (struct instant){ seconds * 1000 }, last, step);
}

/* RFC 6238 appendix B, SHA-1; six digits are the last six of its eight. */
static void the_vectors_of_the_rfc(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *code;
	} rows[] = {
		{ 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
		{ 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t step = -1;
		assert_int_equal(check(rows[i].code, rows[i].seconds, -1, &step), OK);
		assert_int_equal(step, rows[i].seconds / 30);
	}
}

static void a_step_is_good_once_and_not_long(void **state)
{
	(void)state;
	const char *code = "005924"; /* of 1234567890, which begins its step */
	const int64_t at = 1234567890, n = at / 30;
	int64_t step = 7;
	assert_int_equal(at % 30, 0);
	assert_int_equal(check(code, at, n - 1, &step), OK);
	assert_int_equal(step, n);
	assert_int_equal(check(code, at + 29, n - 1, &step), OK);
	step = 7;
	assert_int_equal(check(code, at, n, &step), E_LOGIN); /* taken already */
	assert_int_equal(check(code, at, n + 5, &step), E_LOGIN);
	assert_int_equal(check(code, at - 1, -1, &step), E_LOGIN); /* not yet */
	assert_int_equal(step, 7);
	/* Late, by up to ten seconds. */
	assert_int_equal(check(code, at + 30, n - 1, &step), OK);
	assert_int_equal(step, n);
	assert_int_equal(check(code, at + 39, n - 1, &step), OK);
	step = 7;
	assert_int_equal(check(code, at + 40, n - 1, &step), E_LOGIN);
	assert_int_equal(check(code, at + 35, n, &step), E_LOGIN);
	assert_int_equal(check(code, at + 60, -1, &step), E_LOGIN);
	assert_int_equal(step, 7);
}

static void typed_with_spaces_and_nothing_else(void **state)
{
	(void)state;
	static const char *const good[] = { "005 924", " 005924 ", "0 0 5 9 2 4" };
	static const char *const bad[] = { "", "005925", "00592", "0059240", "5924", "005-924", "00592a", "\xd9\xa0\xd9\xa0\xd9\xa5", "+05924", "005924\n",
		                           "0                                5924", "                                     005924" };
	int64_t step = -1;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_int_equal(check(good[i], 1234567890, -1, &step), OK);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(check(bad[i], 1234567890, -1, &step), E_LOGIN);
	assert_int_equal(totp_check(&RFC, STR("005924\0"), (struct instant){ 1234567890000 }, -1, &step), E_LOGIN);
	assert_int_equal(check("005924", -1234567890, -100000000, &step), E_LOGIN);
}

static void the_app_is_told_everything(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	struct totp_secret one, two;
	assert_true(str_eqz(totp_base32(a, &RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
	struct str uri = totp_uri(a, &RFC, STR("Fieldward: Moss & Sons"), STR("j\xc3\xb6rn+x@example.test"));
	assert_true(str_eqz(uri, "otpauth://totp/Fieldward%3A%20Moss%20%26%20Sons:j%C3%B6rn%2Bx%40example.test"
	                         "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Fieldward%3A%20Moss%20%26%20Sons&algorithm=SHA1&digits=6&period=30"));
	totp_secret_new(&one);
	totp_secret_new(&two);
	assert_memory_not_equal(&one, &two, sizeof(one));
}

static void recovery_codes_are_read_however_they_are_typed(void **state)
{
	(void)state;
	static const char *const same[] = { "012345-6789AB-CDEFGH-JKMNPQ", "o1234567 89abcdefgh jkmnpq", "OI2345-6789aB-cdefgh-jkmnpq",
		                            "0l2345 - 6789AB - CDEFGH - JKMNPQ", "0123456789ABCDEFGHJKMNPQ" };
	static const char *const none[] = { "", "012345-6789AB-CDEFGH-JKMNP", "012345-6789AB-CDEFGH-JKMNPQR", "012345-6789AB-CDEFGH-JKMNPU",
		                            "012345_6789AB_CDEFGH_JKMNPQ", "012345-6789AB-CDEFGH-JKMNP\xc3\xb6" };
	const struct key key = { { 1 } }, other = { { 2 } };
	uint8_t first[32], hash[32];
	char folded[RECOVERY_CHARS];
	assert_int_equal(recovery_hash(&key, str_from(same[0]), first), OK);
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		assert_int_equal(recovery_fold(str_from(same[i]), folded), OK);
		assert_memory_equal(folded, "0123456789ABCDEFGHJKMNPQ", RECOVERY_CHARS);
		assert_int_equal(recovery_hash(&key, str_from(same[i]), hash), OK);
		assert_memory_equal(hash, first, 32);
	}
	assert_int_equal(recovery_hash(&other, str_from(same[0]), hash), OK);
	assert_memory_not_equal(hash, first, 32);
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_int_equal(recovery_hash(&key, str_from(none[i]), hash), E_INVALID);
}

static void recovery_codes_are_all_different(void **state)
{
	(void)state;
	enum { SETS = 100 };
	with_arena struct arena *a = arena_new(4 * MIB);
	struct str codes[SETS * RECOVERY_CODES];
	size_t seen[128] = { 0 };
	for (size_t i = 0; i < SETS; i++)
		recovery_codes_new(a, codes + i * RECOVERY_CODES);
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		char folded[RECOVERY_CHARS];
		assert_int_equal(codes[i].n, 27);
		assert_true(codes[i].p[6] == '-' && codes[i].p[13] == '-' && codes[i].p[20] == '-');
		assert_int_equal(recovery_fold(codes[i], folded), OK);
		for (size_t k = 0; k < RECOVERY_CHARS; k++)
			seen[(unsigned char)folded[k] & 127]++;
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(codes[i], codes[k]));
	}
	/* 24,000 characters of 32 kinds: 750 each, give or take. */
	for (const char *c = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; *c; c++)
		assert_in_range(seen[(unsigned char)*c], 600, 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_rfc),
		cmocka_unit_test(a_step_is_good_once_and_not_long),
		cmocka_unit_test(typed_with_spaces_and_nothing_else),
		cmocka_unit_test(the_app_is_told_everything),
		cmocka_unit_test(recovery_codes_are_read_however_they_are_typed),
		cmocka_unit_test(recovery_codes_are_all_different),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
