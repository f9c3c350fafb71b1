#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct str str_from(const char *z)
{
	return z ? (struct str){ z, strlen(z) } : (struct str){ "", 0 };
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eqz(struct str a, const char *z)
{
	return str_eq(a, str_from(z));
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq((struct str){ s.p + s.n - suffix.n, suffix.n }, suffix);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_cut(struct str s, char sep, struct str *rest)
{
	const char *at = s.n ? memchr(s.p, sep, s.n) : NULL;
	if (!at) {
		*rest = (struct str){ NULL, 0 };
		return s;
	}
	size_t n = (size_t)(at - s.p);
	*rest = (struct str){ at + 1, s.n - n - 1 };
	return (struct str){ s.p, n };
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ s.p + from, to - from };
}

char *str_z(struct arena *a, struct str s)
{
	char *z = ARENA_ARRAY(a, char, s.n + 1);
	if (s.n)
		memcpy(z, s.p, s.n);
	return z;
}

struct str str_dup(struct arena *a, struct str s)
{
	return (struct str){ str_z(a, s), s.n };
}

struct str str_words(struct arena *a, struct str name)
{
	struct str words = str_dup(a, name);
	for (size_t i = 0; i < words.n; i++)
		if (words.p[i] == '_')
			((char *)(uintptr_t)words.p)[i] = ' ';
	return words;
}

struct str str_fmt(struct arena *a, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *p = ARENA_ARRAY(a, char, (size_t)(n < 0 ? 0 : n) + 1);
	if (n > 0)
		vsnprintf(p, (size_t)n + 1, format, again);
	va_end(again);
	return (struct str){ p, (size_t)(n < 0 ? 0 : n) };
}

struct str str_lower_ascii(struct arena *a, struct str s)
{
	char *p = str_z(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return (struct str){ p, s.n };
}

enum err str_to_i64(struct str s, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	size_t i = minus;
	int64_t v = 0;
	if (i == s.n)
		return E_INVALID;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, s.p[i] - '0', &v))
			return E_INVALID;
	}
	if (!minus && __builtin_sub_overflow((int64_t)0, v, &v))
		return E_INVALID;
	*ret = v;
	return OK;
}

struct str str_hex(struct arena *a, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = p;
	char *out = ARENA_ARRAY(a, char, 2 * n + 1);
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[b[i] >> 4];
		out[2 * i + 1] = digits[b[i] & 15];
	}
	return (struct str){ out, 2 * n };
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum err str_unhex(struct str s, uint8_t *out, size_t n)
{
	if (s.n != 2 * n)
		return E_INVALID;
	for (size_t i = 0; i < n; i++) {
		int hi = hex_value(s.p[2 * i]), lo = hex_value(s.p[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return E_INVALID;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return OK;
}

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct str str_base64url(struct arena *a, const void *p, size_t n)
{
	const uint8_t *b = p;
	char *out = ARENA_ARRAY(a, char, (n + 2) / 3 * 4 + 1);
	size_t o = 0;
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)b[i] << 16;
		if (i + 1 < n)
			v |= (unsigned)b[i + 1] << 8;
		if (i + 2 < n)
			v |= b[i + 2];
		out[o++] = base64url[v >> 18];
		out[o++] = base64url[v >> 12 & 63];
		if (i + 1 < n)
			out[o++] = base64url[v >> 6 & 63];
		if (i + 2 < n)
			out[o++] = base64url[v & 63];
	}
	return (struct str){ out, o };
}

enum err str_unbase64url(struct arena *a, struct str s, struct str *ret)
{
	if (s.n % 4 == 1)
		return E_INVALID;
	uint8_t *out = ARENA_ARRAY(a, uint8_t, s.n / 4 * 3 + 3);
	size_t o = 0;
	unsigned v = 0, bits = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? memchr(base64url, s.p[i], 64) : NULL;
		if (!at)
			return E_INVALID;
		v = v << 6 | (unsigned)(at - base64url);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[o++] = (uint8_t)(v >> bits);
			v &= (1u << bits) - 1;
		}
	}
	if (v != 0)
		return E_INVALID;
	*ret = (struct str){ (const char *)out, o };
	return OK;
}

bool str_same_ct(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	unsigned char differ = 0;
	for (size_t i = 0; i < a.n; i++)
		differ |= (unsigned char)(a.p[i] ^ b.p[i]);
	return differ == 0;
}
