#include "recovery.h"

#include <openssl/crypto.h>
#include <string.h>

enum { CODE_BYTES = RECOVERY_CHARS * 5 / 8, GROUPS = RECOVERY_CHARS / RECOVERY_GROUP, TYPED_MAX = 100 };
_Static_assert(CODE_BYTES * 8 == RECOVERY_CHARS * 5, "whole bytes");

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* no I, L, O, U */

static struct str code_new(struct arena *a)
{
	uint8_t random[CODE_BYTES];
	char *out = ARENA_ARRAY(a, char, RECOVERY_CHARS + GROUPS);
	size_t o = 0;
	random_bytes(random, sizeof(random));
	for (size_t i = 0; i < RECOVERY_CHARS; i++) {
		size_t bit = 5 * i;
		unsigned two = (unsigned)random[bit / 8] << 8 | (bit / 8 + 1 < CODE_BYTES ? random[bit / 8 + 1] : 0u);
		if (i && i % RECOVERY_GROUP == 0)
			out[o++] = '-';
		out[o++] = digits[two >> (11 - bit % 8) & 31];
	}
	OPENSSL_cleanse(random, sizeof(random));
	return (struct str){ out, o };
}

void recovery_codes_new(struct arena *a, struct str ret[RECOVERY_CODES])
{
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		ret[i] = code_new(a);
}

/* The digit that a character stands for; 0 for what is none. */
static char digit_of(char c)
{
	char up = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	if (up == 'O')
		return '0';
	if (up == 'I' || up == 'L')
		return '1';
	return up && strchr(digits, up) ? up : 0;
}

enum err recovery_fold(struct str typed, char ret[RECOVERY_CHARS])
{
	char out[RECOVERY_CHARS];
	size_t n = 0;
	if (typed.n > TYPED_MAX)
		return E_INVALID;
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == ' ' || typed.p[i] == '-')
			continue;
		char c = digit_of(typed.p[i]);
		if (!c || n == RECOVERY_CHARS)
			return E_INVALID;
		out[n++] = c;
	}
	if (n != RECOVERY_CHARS)
		return E_INVALID;
	memcpy(ret, out, sizeof(out));
	OPENSSL_cleanse(out, sizeof(out));
	return OK;
}

enum err recovery_hash(const struct key *key, struct str typed, uint8_t ret[32])
{
	char code[RECOVERY_CHARS];
	TRY(recovery_fold(typed, code));
	const struct str parts[] = { STR("fieldward recovery code"), { code, sizeof(code) } };
	hmac_sha256(key, parts, ARRAY_LEN(parts), ret);
	OPENSSL_cleanse(code, sizeof(code));
	return OK;
}
