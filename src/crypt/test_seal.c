#include "check.h"

#include "limits.h"
#include "seal.h"
#include "time.h"
#include "token.h"
#include "xaes.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static const struct str NONCE = { "ABCDEFGHIJKLMNOPQRSTUVWX", 24 };

static void xaes_gives_the_published_vectors(void **state)
{
	(void)state;
	static const struct {
		uint8_t key;
		const char *aad, *out;
	} rows[] = {
		{ 1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271" },
		{ 3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d" },
	};
	with_arena struct arena *a = arena_new(MIB);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct key key;
		uint8_t out[12 + XAES_TAG], back[12];
		memset(key.b, rows[i].key, sizeof(key.b));
		xaes_encrypt(&key, (const uint8_t *)NONCE.p, str_from(rows[i].aad), STR("XAES-256-GCM"), out);
		assert_string_equal(str_hex(a, out, sizeof(out)).p, rows[i].out);
		struct str secret = { (const char *)out, sizeof(out) };
		assert_int_equal(xaes_decrypt(&key, (const uint8_t *)NONCE.p, str_from(rows[i].aad), secret, back), OK);
		assert_memory_equal(back, "XAES-256-GCM", 12);
	}
}

/* The accumulated test of the specification: inputs from SHAKE128 of nothing, outputs hashed with SHAKE128. */
static void xaes_agrees_over_ten_thousand_messages(void **state)
{
	(void)state;
	enum { STREAM = 8 * MIB, TIMES = 10000 };
	with_arena struct arena *a = arena_new(16 * MIB);
	uint8_t *stream = ARENA_ARRAY(a, uint8_t, STREAM), *at = stream, sum[32];
	EVP_MD_CTX *in = EVP_MD_CTX_new(), *out = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestInit_ex(in, EVP_shake128(), NULL), 1);
	assert_int_equal(EVP_DigestFinalXOF(in, stream, STREAM), 1);
	assert_int_equal(EVP_DigestInit_ex(out, EVP_shake128(), NULL), 1);
	for (int i = 0; i < TIMES; i++) {
		struct key key;
		uint8_t secret[255 + XAES_TAG];
		memcpy(key.b, at, 32);
		const uint8_t *nonce = at + 32;
		struct str plain = { (const char *)at + 57, at[56] };
		at += 57 + plain.n;
		struct str aad = { (const char *)at + 1, at[0] };
		at += 1 + aad.n;
		xaes_encrypt(&key, nonce, aad, plain, secret);
		assert_int_equal(EVP_DigestUpdate(out, secret, plain.n + XAES_TAG), 1);
	}
	assert_int_equal(EVP_DigestFinalXOF(out, sum, sizeof(sum)), 1);
	assert_string_equal(str_hex(a, sum, sizeof(sum)).p, "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
	EVP_MD_CTX_free(in);
	EVP_MD_CTX_free(out);
}

static const struct seal_place PLACE = { 7, 3, 9, { { 1, 2, 3 } }, { { 4, 5, 6 } } };

static void a_value_opens_only_in_its_place(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	struct key key = { { 42 } }, other = { { 43 } };
	struct str sealed = seal(a, &key, 1, &PLACE, STR("Nomsa Dlamini")), plain = STR("untouched");
	assert_int_equal(sealed.n, 13 + SEAL_OVERHEAD);
	assert_int_equal(seal_open(a, &key, &PLACE, sealed, &plain), OK);
	assert_true(str_eqz(plain, "Nomsa Dlamini"));
	struct seal_place moved[6];
	for (size_t i = 0; i < ARRAY_LEN(moved); i++)
		moved[i] = PLACE;
	moved[0].tenant = 8;
	moved[1].noun = 4;
	moved[2].field = 10;
	moved[3].row.b[15] = 1;
	moved[4].person.b[0] = 0;
	moved[5].noun = 9;
	moved[5].field = 3;
	plain = STR("untouched");
	for (size_t i = 0; i < ARRAY_LEN(moved); i++)
		assert_int_equal(seal_open(a, &key, &moved[i], sealed, &plain), E_CORRUPT);
	assert_int_equal(seal_open(a, &other, &PLACE, sealed, &plain), E_CORRUPT);
	assert_true(str_eqz(plain, "untouched"));
}

static void every_changed_bit_is_found(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	struct key key = { { 42 } };
	struct str sealed = seal(a, &key, 0x0102, &PLACE, STR("gate 1234#")), plain = { NULL, 0 };
	for (size_t bit = 0; bit < sealed.n * 8; bit++) {
		char *copy = str_z(a, sealed);
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		assert_int_equal(seal_open(a, &key, &PLACE, (struct str){ copy, sealed.n }, &plain), E_CORRUPT);
	}
	for (size_t n = 0; n < sealed.n; n++)
		assert_int_equal(seal_open(a, &key, &PLACE, str_slice(sealed, 0, n), &plain), E_CORRUPT);
}

static void sizes_and_freshness(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(128 * MIB);
	struct key key = { { 1 } };
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 4096, 16 * MIB };
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct str plain = { ARENA_ARRAY(a, char, sizes[i] + 1), sizes[i] }, back;
		struct str one = seal(a, &key, 1, &PLACE, plain), two = seal(a, &key, 1, &PLACE, plain);
		assert_false(str_eq(one, two));
		assert_int_equal(seal_open(a, &key, &PLACE, one, &back), OK);
		assert_true(str_eq(back, plain));
	}
}

static void hashes_give_the_published_vectors(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	uint8_t out[32];
	const struct str abc[2] = { STR("a"), STR("bc") };
	sha256(abc, 2, out);
	assert_string_equal(str_hex(a, out, 32).p, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256(NULL, 0, out);
	assert_string_equal(str_hex(a, out, 32).p, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	/* RFC 4231 case 1: a shorter key is the same as one filled with zeros. */
	struct key key = { { 0 } };
	memset(key.b, 0x0b, 20);
	const struct str hi[2] = { STR("Hi"), STR(" There") };
	hmac_sha256(&key, hi, 2, out);
	assert_string_equal(str_hex(a, out, 32).p, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	/* RFC 5869 case 1: OKM's first block, from its PRK. */
	struct key derived;
	static const char info[] = { (char)0xf0, (char)0xf1, (char)0xf2, (char)0xf3, (char)0xf4, (char)0xf5,
		                     (char)0xf6, (char)0xf7, (char)0xf8, (char)0xf9, 0 };
	assert_int_equal(str_unhex(STR("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"), key.b, 32), OK);
	key_derive(&key, info, &derived);
	assert_string_equal(str_hex(a, derived.b, 32).p, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
	key_wipe(&derived);
	for (size_t i = 0; i < 32; i++)
		assert_int_equal(derived.b[i], 0);
}

static void tokens_are_random_and_hashed(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	uint8_t hash[32], again[32];
	struct str token = token_new(a, hash);
	assert_int_equal(token.n, TOKEN_CHARS);
	assert_int_equal(token_hash(token, again), OK);
	assert_memory_equal(hash, again, 32);
	assert_false(str_eq(token, token_new(a, hash)));
	assert_int_equal(token_hash(str_slice(token, 1, 43), again), E_INVALID);
	char *bad = str_z(a, token);
	bad[3] = '+';
	assert_int_equal(token_hash((struct str){ bad, 43 }, again), E_INVALID);
}

static void cost(void **state)
{
	(void)state;
	enum { TIMES = 20000 };
	with_arena struct arena *a = arena_new(64 * MIB);
	struct key key = { { 1 } };
	struct str text = STR("a text of sixty-four bytes, which is what a name or title is long"), sealed = text, back;
	uint8_t out[32];
	int64_t t0 = monotonic_ms();
	for (int i = 0; i < TIMES; i++)
		sealed = seal(a, &key, 1, &PLACE, text);
	int64_t t1 = monotonic_ms();
	for (int i = 0; i < TIMES; i++)
		assert_int_equal(seal_open(a, &key, &PLACE, sealed, &back), OK);
	int64_t t2 = monotonic_ms();
	for (int i = 0; i < TIMES; i++)
		hmac_sha256(&key, &text, 1, out);
	int64_t t3 = monotonic_ms();
	print_message("seal %.2f us, open %.2f us, hmac %.2f us\n", (double)(t1 - t0) * 1000 / TIMES,
	              (double)(t2 - t1) * 1000 / TIMES, (double)(t3 - t2) * 1000 / TIMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xaes_gives_the_published_vectors),
		cmocka_unit_test(xaes_agrees_over_ten_thousand_messages),
		cmocka_unit_test(a_value_opens_only_in_its_place),
		cmocka_unit_test(every_changed_bit_is_found),
		cmocka_unit_test(sizes_and_freshness),
		cmocka_unit_test(hashes_give_the_published_vectors),
		cmocka_unit_test(tokens_are_random_and_hashed),
		cmocka_unit_test(cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
