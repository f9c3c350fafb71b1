#include "password.h"

#include "blocklist.h"
#include "common.h"
#include "utf8.h"
#include "xaes.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

enum {
	ARGON_PASSES = 2,
	ARGON_BYTES = 19 * 1024 * 1024,
	AT_ONCE_MAX = 2,
	WAIT_S = 2,
	PASSWORD_BYTES_MAX = 1024,
	PASSWORD_POINTS_MAX = 128,
	PASSWORD_POINTS_MIN = 15,
	PASSWORD_POINTS_MIN_TWO = 10, /* with a second factor */
	PEPPER_VERSION = 1
};

/* ---- at most two at once ----
 *
 * A hash takes 19 MiB and a core for 20 ms; the bound is about the machine, so it is the process's and not a request's. It guards
 * nothing but the number itself. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t freed;
	int running;
} gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

static enum err gate_enter(void)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_S;
	pthread_mutex_lock(&gate.mutex);
	while (gate.running >= AT_ONCE_MAX && rc != ETIMEDOUT)
		rc = pthread_cond_clockwait(&gate.freed, &gate.mutex, CLOCK_MONOTONIC, &until);
	bool in = gate.running < AT_ONCE_MAX;
	gate.running += in;
	pthread_mutex_unlock(&gate.mutex);
	return in ? OK : E_BUSY;
}

static void gate_leave(void)
{
	pthread_mutex_lock(&gate.mutex);
	gate.running--;
	pthread_cond_signal(&gate.freed);
	pthread_mutex_unlock(&gate.mutex);
}

/* ---- hashing ---- */

static const struct str pepper_aad = { "fieldward password", 18 };

struct phc {
	char z[crypto_pwhash_STRBYTES];
};

/* NFKC, so that the same keys pressed on another device give the same bytes. */
struct normal {
	utf8proc_uint8_t *p; /* the library's; NULL: the bytes are no text, which no password is */
	size_t n;
};

static struct normal normal_new(struct str password)
{
	struct normal out = { NULL, 0 };
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE;
	utf8proc_ssize_t n =
		utf8proc_map((const utf8proc_uint8_t *)password.p, (utf8proc_ssize_t)password.n, &out.p, how);
	return n < 0 ? (struct normal){ NULL, 0 } : (struct normal){ out.p, (size_t)n };
}

static void normal_free(struct normal plain)
{
	if (!plain.p)
		return;
	OPENSSL_cleanse(plain.p, plain.n);
	free(plain.p);
}

static bool hash_ready(void)
{
	return sodium_init() >= 0;
}

static enum err make_phc(struct str password, struct phc *ret)
{
	struct normal plain = normal_new(password);
	if (!plain.p)
		return E_INVALID;
	enum err e = gate_enter();
	if (e == OK) {
		int rc = crypto_pwhash_str_alg(ret->z, (const char *)plain.p, plain.n, ARGON_PASSES, ARGON_BYTES,
		                               crypto_pwhash_ALG_ARGON2ID13);
		gate_leave();
		e = rc == 0 ? OK : E_MEMORY;
	}
	normal_free(plain);
	return e;
}

enum err password_hash(struct arena *a, const struct key *pepper, struct str password, struct str *ret)
{
	struct phc phc = { "" };
	if (password.n > PASSWORD_BYTES_MAX || !hash_ready())
		return E_INVALID;
	TRY(make_phc(password, &phc));
	struct str plain = str_from(phc.z);
	uint8_t *out = ARENA_ARRAY(a, uint8_t, plain.n + SEAL_OVERHEAD);
	box_lock(pepper, PEPPER_VERSION, pepper_aad, plain, out);
	*ret = (struct str){ (const char *)out, plain.n + SEAL_OVERHEAD };
	OPENSSL_cleanse(&phc, sizeof(phc));
	return OK;
}

/* A hash that nothing matches, of the cost of every other: what an unknown account is compared with. */
static void nobody(struct phc *ret)
{
	static const char text[] =
		"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	_Static_assert(sizeof(text) <= sizeof(ret->z), "fits");
	memcpy(ret->z, text, sizeof(text));
}

static enum err open_stored(const struct key *pepper, struct str stored, struct phc *ret)
{
	if (stored.n < SEAL_OVERHEAD || stored.n - SEAL_OVERHEAD >= sizeof(ret->z))
		return E_CORRUPT;
	return box_open(pepper, pepper_aad, stored, (uint8_t *)ret->z);
}

/* The answer, at the cost of one hash whatever it is. */
static enum err compare(const struct phc *phc, struct str password)
{
	struct normal plain = { NULL, 0 };
	if (password.n <= PASSWORD_BYTES_MAX)
		plain = normal_new(password);
	enum err e = gate_enter();
	if (e == OK) {
		int rc = crypto_pwhash_str_verify(phc->z, plain.p ? (const char *)plain.p : "", plain.n);
		gate_leave();
		e = rc == 0 && plain.p ? OK : E_LOGIN;
	}
	normal_free(plain);
	return e;
}

enum err password_verify(struct arena *a, const struct key *pepper, struct str stored, struct str password)
{
	struct phc phc = { "" };
	(void)a;
	if (!hash_ready())
		return E_INTERNAL;
	enum err opened = stored.n ? open_stored(pepper, stored, &phc) : E_LOGIN;
	if (opened != OK)
		nobody(&phc);
	enum err e = compare(&phc, password);
	OPENSSL_cleanse(&phc, sizeof(phc));
	return e == E_BUSY ? e : opened != OK ? opened : e;
}

bool password_needs_rehash(const struct key *pepper, struct str stored)
{
	struct phc phc = { "" };
	bool opened = hash_ready() && open_stored(pepper, stored, &phc) == OK;
	bool other = opened && crypto_pwhash_str_needs_rehash(phc.z, ARGON_PASSES, ARGON_BYTES) != 0;
	OPENSSL_cleanse(&phc, sizeof(phc));
	return other;
}

/* ---- choosing one ---- */

enum { FEW_LETTERS = 5, LEFT_MIN = 6, WORD_MIN = 4, CONTEXT_MIN = 3, NAME_MIN = 5, SLIDE_MIN = 4, WORDS_FORGIVEN = 4 };

static const char TOO_SHORT[] = "Use at least 15 characters; a sentence of four or more words is easy to remember.";
static const char TOO_SHORT_TWO[] = "Use at least 10 characters.";
static const char TOO_LONG[] = "Use at most 128 characters.";
static const char NOT_TEXT[] = "Use characters that can be typed.";
static const char REPEATS[] = "This repeats itself. Try a sentence of four or more unusual words.";
static const char COMMON[] = "This is made of words or rows of keys that many people use. Try a sentence of four or more words.";
static const char LISTED[] = "This is on the list of the most used and leaked passwords. Try a sentence of four or more unusual words.";
static const char ABOUT_YOU[] = "This has your name, address or company in it. Try a sentence of four or more other words.";

/* What stands for a letter in "P@ssw0rd"; 0 for what only decorates. */
static char plain_letter(char c)
{
	static const char from[] = "@4301!5$7", to[] = "aaeolisst"; /* digits only where letters stand around them */
	const char *at = c ? strchr(from, c) : NULL;
	return at ? to[at - from] : c;
}

/* How far `p` slides along one row, forwards or backwards. */
static size_t slide(const char *p, size_t n, const char *row)
{
	size_t best = 0;
	for (int step = -1; step <= 1; step += 2) {
		for (const char *at = row; (at = strchr(at, p[0])) != NULL; at++) {
			const char *end = row + strlen(row), *on = at;
			size_t k = 0;
			while (k < n && on >= row && on < end && *on == p[k]) {
				k++;
				on += step;
			}
			best = k > best ? k : best;
		}
	}
	return best;
}

static void strike_slides(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t best = 0;
		for (size_t row = 0; p[i] != ' ' && row < common_slides_count; row++) {
			size_t k = slide(p + i, n - i, common_slides[row]);
			best = k > best ? k : best;
		}
		if (best >= SLIDE_MIN)
			memset(p + i, ' ', best);
	}
}

/* Folded, without white space and punctuation; with `letters` the usual disguises are undone too, but not those of digits that
 * only count up. */
static char *bare(struct arena *a, struct str password, bool letters, size_t *ret_n)
{
	struct str folded = utf8_fold(a, password);
	char *out = ARENA_ARRAY(a, char, folded.n + 1);
	size_t n = 0;
	char *from = str_z(a, folded);
	if (letters)
		strike_slides(from, folded.n);
	for (size_t i = 0; i < folded.n; i++) {
		char c = letters ? plain_letter(from[i]) : from[i];
		bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
		if (keep)
			out[n++] = c;
	}
	OPENSSL_cleanse(from, folded.n);
	*ret_n = n;
	return out;
}

static bool repeats(const char *p, size_t n)
{
	bool seen[256] = { false };
	size_t different = 0;
	for (size_t i = 0; i < n; i++) {
		different += !seen[(unsigned char)p[i]];
		seen[(unsigned char)p[i]] = true;
	}
	if (different < FEW_LETTERS)
		return true;
	for (size_t unit = 1; unit <= n / 2; unit++)
		if (memcmp(p, p + unit, n - unit) == 0)
			return true;
	return false;
}

/* Blanks every place where `word` stands; returns how many there were. */
static size_t strike(char *p, size_t n, const char *word, size_t word_n)
{
	size_t count = 0;
	for (size_t i = 0; word_n > 0 && i + word_n <= n; i++) {
		if (memcmp(p + i, word, word_n) != 0)
			continue;
		memset(p + i, ' ', word_n);
		count++;
	}
	return count;
}

static size_t left_over(const char *p, size_t n)
{
	size_t left = 0;
	for (size_t i = 0; i < n; i++)
		left += p[i] != ' ';
	return left;
}

/* Longer words first, or "pass" would leave "word" behind. Four or more separate words are a passphrase and stand. */
static bool is_common(char *p, size_t n)
{
	size_t words = 0;
	strike_slides(p, n);
	for (size_t len = n; len >= WORD_MIN; len--)
		for (size_t i = 0; i < common_words_count; i++)
			if (strlen(common_words[i]) == len)
				words += strike(p, n, common_words[i], len);
	return left_over(p, n) < LEFT_MIN && words < WORDS_FORGIVEN;
}

/* Made of the words of the context; or a whole word of it, long enough to be no accident, stands in it. */
static bool is_about(struct arena *a, char *p, size_t n, const struct str *context, size_t count)
{
	size_t struck = 0, named = 0;
	for (size_t i = 0; i < count; i++) {
		struct str rest = utf8_fold(a, context[i]);
		size_t whole_n;
		char *whole = bare(a, context[i], false, &whole_n);
		named += whole_n >= WORD_MIN ? strike(p, n, whole, whole_n) : 0;
		while (rest.n) {
			size_t k = strcspn(rest.p, " @._-+,/");
			size_t here = k >= CONTEXT_MIN ? strike(p, n, rest.p, k) : 0;
			struck += here;
			named += k >= NAME_MIN ? here : 0;
			rest = str_slice(rest, k + 1, rest.n);
		}
	}
	return named > 0 || (struck > 0 && left_over(p, n) < LEFT_MIN);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* What is left when a few digits and marks are taken from both ends: of "1978-Superman!" the name. All of it when they are not few. */
static struct str core_of(struct str s)
{
	size_t from = 0, to = s.n;
	while (to > 0 && !is_letter(s.p[to - 1]))
		to--;
	while (from < to && !is_letter(s.p[from]))
		from++;
	return s.n - (to - from) < LEFT_MIN ? str_slice(s, from, to) : s;
}

/* As it is and as its core, then both with letters for the digits and marks that stand for them. */
static bool is_listed(struct arena *a, struct str s)
{
	const struct str forms[] = { s, core_of(s) };
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		char *plain = str_z(a, forms[i]);
		for (size_t k = 0; k < forms[i].n; k++)
			plain[k] = plain_letter(plain[k]);
		bool listed = blocklist_has(forms[i]) || blocklist_has((struct str){ plain, forms[i].n });
		OPENSSL_cleanse(plain, forms[i].n);
		if (listed)
			return true;
	}
	return false;
}

static const char *check_form(struct str password, bool second_factor)
{
	if (!utf8_valid(password) || !utf8_printable(password, false))
		return NOT_TEXT;
	size_t points = utf8_count(password);
	if (points < (second_factor ? PASSWORD_POINTS_MIN_TWO : PASSWORD_POINTS_MIN))
		return second_factor ? TOO_SHORT_TWO : TOO_SHORT;
	if (points > PASSWORD_POINTS_MAX || password.n > PASSWORD_BYTES_MAX)
		return TOO_LONG;
	return NULL;
}

const char *password_check(struct arena *a, struct str password, bool second_factor, const struct str *context, size_t count)
{
	const char *why = check_form(password, second_factor);
	for (int letters = 0; !why && letters < 2; letters++) {
		size_t n;
		char *p = bare(a, password, letters, &n);
		if (!letters && repeats(p, n))
			why = REPEATS;
		else if (is_listed(a, (struct str){ p, n })) /* before the others strike out of it what they know */
			why = LISTED;
		else if (is_about(a, p, n, context, count))
			why = ABOUT_YOU;
		else if (is_common(p, n))
			why = COMMON;
		OPENSSL_cleanse(p, n);
	}
	return !why && is_listed(a, utf8_fold(a, password)) ? LISTED : why;
}
