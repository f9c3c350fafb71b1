#include "check.h"

#include "blocklist.h"
#include "limits.h"
#include "password.h"
#include "time.h"
#include "xaes.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct key PEPPER = { { 1, 2, 3 } }, OTHER = { { 3, 2, 1 } };

static void a_password_fits_itself_alone(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	struct str stored, again, word = STR("veertien koeie op die dak");
	assert_int_equal(password_hash(a, &PEPPER, word, &stored), OK);
	assert_int_equal(password_hash(a, &PEPPER, word, &again), OK);
	assert_false(str_eq(stored, again));
	assert_null(memmem(stored.p, stored.n, "argon2", 6));
	assert_int_equal(password_verify(a, &PEPPER, stored, word), OK);
	assert_int_equal(password_verify(a, &PEPPER, stored, STR("Veertien koeie op die dak")), E_LOGIN);
	assert_int_equal(password_verify(a, &PEPPER, stored, STR("")), E_LOGIN);
	assert_int_equal(password_verify(a, &PEPPER, stored, STR("\xff\xfe")), E_LOGIN);
	assert_int_equal(password_verify(a, &PEPPER, (struct str){ "", 0 }, word), E_LOGIN);
	assert_int_equal(password_verify(a, &OTHER, stored, word), E_CORRUPT);
	/* Composed and decomposed are one password. */
	assert_int_equal(password_hash(a, &PEPPER, STR("caf\u00e9 met baie suiker"), &stored), OK);
	assert_int_equal(password_verify(a, &PEPPER, stored, STR("cafe\u0301 met baie suiker")), OK);
	char *longest = ARENA_ARRAY(a, char, 1025);
	memset(longest, 'x', 1025);
	assert_int_equal(password_hash(a, &PEPPER, (struct str){ longest, 1025 }, &stored), E_INVALID);
}

/* As an earlier release might have stored it. */
static struct str hashed_with(struct arena *a, int alg, unsigned long long passes, size_t bytes, struct str password)
{
	char phc[crypto_pwhash_STRBYTES];
	assert_int_equal(crypto_pwhash_str_alg(phc, password.p, password.n, passes, bytes, alg), 0);
	struct str plain = str_from(phc);
	uint8_t *out = ARENA_ARRAY(a, uint8_t, plain.n + SEAL_OVERHEAD);
	box_lock(&PEPPER, 1, STR("fieldward password"), plain, out);
	return (struct str){ (const char *)out, plain.n + SEAL_OVERHEAD };
}

static void old_parameters_are_seen(void **state)
{
	(void)state;
	enum { BYTES = 19 * 1024 * 1024 };
	with_arena struct arena *a = arena_new(MIB);
	struct str stored, word = STR("veertien koeie op die dak");
	static const struct {
		int alg;
		unsigned long long passes;
		size_t bytes;
		bool old;
	} rows[] = {
		{ crypto_pwhash_ALG_ARGON2ID13, 2, BYTES, false }, { crypto_pwhash_ALG_ARGON2ID13, 1, BYTES, true },   { crypto_pwhash_ALG_ARGON2ID13, 3, BYTES, true },
		{ crypto_pwhash_ALG_ARGON2ID13, 2, BYTES / 2, true }, { crypto_pwhash_ALG_ARGON2ID13, 2, 2 * BYTES, true }, { crypto_pwhash_ALG_ARGON2I13, 3, BYTES, true },
	};
	assert_int_equal(password_hash(a, &PEPPER, word, &stored), OK);
	assert_false(password_needs_rehash(&PEPPER, stored));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		stored = hashed_with(a, rows[i].alg, rows[i].passes, rows[i].bytes, word);
		assert_int_equal(password_verify(a, &PEPPER, stored, word), OK); /* it goes on to open */
		assert_int_equal(password_needs_rehash(&PEPPER, stored), rows[i].old);
	}
	assert_false(password_needs_rehash(&OTHER, stored));
	assert_false(password_needs_rehash(&PEPPER, (struct str){ "", 0 }));
	assert_false(password_needs_rehash(&PEPPER, STR("no hash, whatever it may be, but long enough to be one of them")));
}

static int64_t verify_ms(struct arena *a, struct str stored)
{
	int64_t t = monotonic_ms();
	for (int i = 0; i < 5; i++)
		assert_int_equal(password_verify(a, &PEPPER, stored, STR("not it, whatever it is")), E_LOGIN);
	return monotonic_ms() - t;
}

static void an_unknown_account_costs_the_same(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	struct str stored;
	assert_int_equal(password_hash(a, &PEPPER, STR("veertien koeie op die dak"), &stored), OK);
	verify_ms(a, stored);
	int64_t known = verify_ms(a, stored), unknown = verify_ms(a, (struct str){ "", 0 });
	print_message("known %.1f ms, unknown %.1f ms\n", (double)known / 5, (double)unknown / 5);
	assert_true(unknown * 3 > known && known * 3 > unknown);
}

static void *many(void *arg)
{
	int *faults = arg;
	with_arena struct arena *a = arena_new(MIB);
	enum err e = password_verify(a, &PEPPER, (struct str){ "", 0 }, STR("anything at all, it is"));
	*faults = e != E_LOGIN && e != E_BUSY;
	return NULL;
}

static void threads_wait_for_each_other(void **state)
{
	(void)state;
	pthread_t threads[8];
	int faults[8];
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, many, &faults[i]), 0);
	for (size_t i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(faults[i], 0);
	}
}

static void weak_ones_are_refused(void **state)
{
	(void)state;
	static const char *const weak[] = {
		"", "short", "fourteen chars", "aaaaaaaaaaaaaaaa", "abcabcabcabcabcabc", "1212121212121212", "passwordpassword",
		"password12345678", "P@ssw0rd1234567!", "Welcome1Welcome2", "qwertyuiopasdfgh", "1q2w3e4r5t6y7u8i", "abcdefghijklmnop",
		"zyxwvutsrqponmlk", "1234567890123456", "Summer2026Summer", "iloveyouforever!", "KaizerChiefs2026", "sunshine sunshine 1",
		"Letmein-Letmein-1", "correcthorsebatterystaple", "springboks!!2026!!", "0987654321qwerty", "Fieldward2026!!!",
		"thabo.molefe.1985", "Molefe Plumbing 12", "molefeplumbing.co.za", "tha bo mo le fe!", "molefe walks home at night", "our thabomolefe sings well", "\x01\x02 control bytes", "correct horse battery staples",
	};
	static const char *const good[] = {
		"veertien koeie op die dak", "seven purple ladders sing", "x7#kQ9vLm2pRt4Wz", "gate squeaks when it rains",
		"umntwana udlala ngebhola", "\u0928\u0940\u0932\u093e \u0906\u0915\u093e\u0936 \u092c\u0939\u0941\u0924 \u090a\u0901\u091a\u093e",
		"monkey dragon sunshine castle",
	};
	const struct str context[] = { STR("Thabo Molefe"), STR("Molefe Plumbing"), STR("thabo@molefeplumbing.co.za") };
	with_arena struct arena *a = arena_new(16 * MIB);
	for (size_t i = 0; i < ARRAY_LEN(weak); i++)
		if (!password_check(a, str_from(weak[i]), false, context, ARRAY_LEN(context)))
			fail_msg("taken: %s", weak[i]);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const char *why = password_check(a, str_from(good[i]), false, context, ARRAY_LEN(context));
		if (why)
			fail_msg("refused: %s: %s", good[i], why);
	}
	assert_null(password_check(a, STR("kQ9vLm2pRt"), true, NULL, 0));
	assert_non_null(password_check(a, STR("kQ9vLm2pRt"), false, NULL, 0));
	assert_non_null(password_check(a, STR("kQ9vLm2pR"), true, NULL, 0));
	char *longest = ARENA_ARRAY(a, char, 130);
	for (size_t i = 0; i < 129; i++)
		longest[i] = (char)('a' + i * i / 7 % 23);
	assert_non_null(password_check(a, (struct str){ longest, 129 }, false, NULL, 0));
	assert_null(password_check(a, (struct str){ longest, 128 }, false, NULL, 0));
}

static void leaked_ones_are_refused_with_the_reason(void **state)
{
	(void)state;
	static const char *const listed[] = {
		"youngandrestless", "YoungAndRestless", "young and restless", "Young-And-Restless!", "y0ung4ndr3stl3ss", "youngandrestle$$", "youngandrestless1985",
		"77 worldofwarcraft", "W0rld 0f W4rcr4ft!", "2006moneyfornothing!!", "Hd764nW5d7E1vb1", "hd764nw5d7e1vb1", "eagle1110-stimpy", "changed_due_to_fraud",
	};
	static const char *const short_ones[] = { "juggernaut", "Peppermint", "sacramento77!", "quik5ilver" };
	/* Neither on the list nor a listed one with little around it. */
	static const char *const good[] = { "veertien koeie op die dak", "youngandrestlessgoats", "youngandrestless 198573", "x7#kQ9vLm2pRt4Wz" };
	with_arena struct arena *a = arena_new(MIB);
	for (size_t i = 0; i < ARRAY_LEN(listed); i++) {
		const char *why = password_check(a, str_from(listed[i]), false, NULL, 0);
		if (!why || !strstr(why, "on the list of the most used and leaked passwords"))
			fail_msg("%s: %s", listed[i], why ? why : "taken");
	}
	for (size_t i = 0; i < ARRAY_LEN(short_ones); i++) {
		const char *why = password_check(a, str_from(short_ones[i]), true, NULL, 0);
		if (!why || !strstr(why, "on the list"))
			fail_msg("%s: %s", short_ones[i], why ? why : "taken");
	}
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_null(password_check(a, str_from(good[i]), false, NULL, 0));
}

static void the_list_is_whole(void **state)
{
	(void)state;
	enum { TIMES = 20000 };
	size_t seeming = 0;
	char text[32];
	assert_int_equal(blocklist_count(), 611098);
	assert_true(blocklist_has(STR("12345678")) && blocklist_has(STR("momsanaladventure")) && blocklist_has(STR("password")));
	assert_false(blocklist_has(STR("")) || blocklist_has(STR("Password")) || blocklist_has(STR("1234567")));
	int64_t t = monotonic_ms();
	for (int i = 0; i < TIMES; i++) {
		int n = snprintf(text, sizeof(text), "not on any list %d", i);
		seeming += blocklist_has((struct str){ text, (size_t)n });
	}
	print_message("%.2f us to look one up\n", (double)(monotonic_ms() - t) * 1000 / TIMES);
	assert_true(seeming <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_fits_itself_alone),
		cmocka_unit_test(old_parameters_are_seen),
		cmocka_unit_test(an_unknown_account_costs_the_same),
		cmocka_unit_test(threads_wait_for_each_other),
		cmocka_unit_test(weak_ones_are_refused),
		cmocka_unit_test(leaked_ones_are_refused_with_the_reason),
		cmocka_unit_test(the_list_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
