#include "totp.h"

#include "buf.h"
#include "id.h"
#include "limits.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 6, POWER_OF_DIGITS = 1000000, SHA1_SIZE = 20, TYPED_MAX = 32 };

void totp_secret_new(struct totp_secret *ret)
{
	random_bytes(ret->b, sizeof(ret->b));
}

struct str totp_base32(struct arena *a, const struct totp_secret *secret)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char *out = ARENA_ARRAY(a, char, TOTP_SECRET_SIZE / 5 * 8 + 1);
	size_t o = 0;
	_Static_assert(TOTP_SECRET_SIZE % 5 == 0, "no padding");
	for (size_t i = 0; i < TOTP_SECRET_SIZE; i += 5) {
		uint64_t v = 0;
		for (size_t k = 0; k < 5; k++)
			v = v << 8 | secret->b[i + k];
		for (unsigned shift = 40; shift > 0; shift -= 5)
			out[o++] = digits[v >> (shift - 5) & 31];
	}
	return (struct str){ out, o };
}

static void percent(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
		if (plain)
			buf_char(b, (char)c);
		else
			buf_fmt(b, "%%%02X", c);
	}
}

/* The issuer stands twice, before the account and by itself: some apps read the one, some the other. */
struct str totp_uri(struct arena *a, const struct totp_secret *secret, struct str issuer, struct str account)
{
	struct buf b;
	struct str text = totp_base32(a, secret);
	buf_init(&b, a, 4 * KIB);
	buf_addz(&b, "otpauth://totp/");
	percent(&b, issuer);
	buf_char(&b, ':');
	percent(&b, account);
	buf_fmt(&b, "?secret=" STR_FMT "&issuer=", STR_ARG(text));
	percent(&b, issuer);
	buf_addz(&b, "&algorithm=SHA1&digits=6&period=30");
	return buf_str(&b);
}

/* RFC 4226 section 5.3: four bytes from where the last nibble points to, without the sign, the last six decimal digits. */
static void code_at(const struct totp_secret *secret, int64_t step, char out[DIGITS])
{
	uint8_t counter[8], mac[SHA1_SIZE];
	unsigned n = sizeof(mac);
	for (unsigned i = 0; i < sizeof(counter); i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	/* Fails for want of memory alone. */
	if (!HMAC(EVP_sha1(), secret->b, sizeof(secret->b), counter, sizeof(counter), mac, &n) || n != sizeof(mac))
		abort();
	unsigned at = mac[SHA1_SIZE - 1] & 15;
	uint32_t v = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	v %= POWER_OF_DIGITS;
	for (unsigned i = DIGITS; i > 0; i--, v /= 10)
		out[i - 1] = (char)('0' + v % 10);
	OPENSSL_cleanse(mac, sizeof(mac));
}

/* Six digits, with spaces wherever the app or the person put them. */
static bool typed(struct str code, char out[DIGITS])
{
	size_t n = 0;
	if (code.n > TYPED_MAX)
		return false;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] == ' ')
			continue;
		if (code.p[i] < '0' || code.p[i] > '9' || n == DIGITS)
			return false;
		out[n++] = code.p[i];
	}
	return n == DIGITS;
}

enum err totp_check(const struct totp_secret *secret, struct str code, struct instant now, int64_t last_step, int64_t *ret_step)
{
	char given[DIGITS], present[DIGITS], before[DIGITS];
	if (now.ms < 0 || !typed(code, given))
		return E_LOGIN;
	int64_t step = now.ms / 1000 / TOTP_STEP_S;
	bool early = now.ms / 1000 % TOTP_STEP_S < TOTP_LATE_S;
	code_at(secret, step, present);
	code_at(secret, step - 1, before);
	/* Both are compared, whatever the first says. */
	unsigned first = CRYPTO_memcmp(given, present, DIGITS) == 0, second = CRYPTO_memcmp(given, before, DIGITS) == 0;
	OPENSSL_cleanse(present, sizeof(present));
	OPENSSL_cleanse(before, sizeof(before));
	first &= step > last_step;
	second &= early & (step - 1 > last_step);
	if (!(first | second))
		return E_LOGIN;
	*ret_step = first ? step : step - 1;
	return OK;
}
