#include "utf8.h"

#include <string.h>
#include <utf8proc.h>

/* Returns the length of the sequence at p (n bytes left), or 0 if it is not well-formed. */
static size_t sequence(const uint8_t *p, size_t n)
{
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	size_t len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	uint8_t low = 0x80, high = 0xbf;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool utf8_valid(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	for (size_t i = 0, len; i < s.n; i += len) {
		len = sequence(p + i, s.n - i);
		if (len == 0)
			return false;
	}
	return true;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.n; i++)
		count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return count;
}

bool utf8_printable(struct str s, bool lines)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f)
			return false;
	}
	return true;
}

struct str utf8_fold(struct arena *a, struct str s)
{
	utf8proc_uint8_t *folded = NULL;
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
	                              UTF8PROC_STRIPMARK | UTF8PROC_IGNORE | UTF8PROC_STRIPCC;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &folded, how);
	if (n < 0)
		return STR("");
	char *out = ARENA_ARRAY(a, char, (size_t)n + 1);
	size_t o = 0;
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		if (folded[i] == ' ' && (o == 0 || out[o - 1] == ' '))
			continue;
		out[o++] = (char)folded[i];
	}
	while (o && out[o - 1] == ' ')
		o--;
	out[o] = 0;
	free(folded);
	return (struct str){ out, o };
}

struct str utf8_from_windows1252(struct arena *a, struct str s)
{
	static const uint16_t high[32] = {
		0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
		0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
		0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
	};
	utf8proc_uint8_t *out = ARENA_ARRAY(a, utf8proc_uint8_t, 3 * s.n + 1);
	size_t o = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		utf8proc_int32_t point = c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c;
		o += (size_t)utf8proc_encode_char(point, out + o);
	}
	return (struct str){ (const char *)out, o };
}
