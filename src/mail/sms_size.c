#include "sms.h"

enum { GSM_ALONE = 160, GSM_PART = 153, WIDE_ALONE = 70, WIDE_PART = 67, EXTENSION = 2 };

/* GSM 03.38 beyond ASCII, in order. */
static const uint16_t gsm_more[] = {
	0xa1, 0xa3, 0xa4, 0xa5, 0xa7, 0xbf, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9, 0xd1, 0xd6, 0xd8, 0xdc, 0xdf, 0xe0, 0xe4, 0xe5, 0xe6, 0xe8, 0xe9,
	0xec, 0xf1, 0xf2, 0xf6, 0xf8, 0xf9, 0xfc, 0x393, 0x394, 0x398, 0x39b, 0x39e, 0x3a0, 0x3a3, 0x3a6, 0x3a8, 0x3a9,
};

/* The character at *at of valid UTF-8; moves on. */
static uint32_t next_point(struct str s, size_t *at)
{
	unsigned char first = (unsigned char)s.p[(*at)++];
	size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
	uint32_t point = more ? first & (0x3fu >> more) : first;
	for (; more && *at < s.n; more--)
		point = point << 6 | ((unsigned char)s.p[(*at)++] & 0x3fu);
	return point;
}

static bool is_extension(uint32_t point)
{
	return point == '^' || point == '{' || point == '}' || point == '\\' || point == '[' || point == ']' || point == '~' || point == '|' ||
	       point == 0x0c || point == 0x20ac;
}

/* Septets of a character, 0 if GSM 03.38 has none for it. */
static size_t septets(uint32_t point)
{
	if (is_extension(point))
		return EXTENSION;
	if (point < 0x80)
		return point == '\n' || point == '\r' || (point >= ' ' && point != '`' && point != 0x7f);
	for (size_t i = 0; i < ARRAY_LEN(gsm_more); i++)
		if (gsm_more[i] == point)
			return 1;
	return 0;
}

static size_t units(uint32_t point, bool wide)
{
	return wide ? (point > 0xffff ? 2 : 1) : septets(point);
}

struct sms_size sms_size(struct str text)
{
	struct sms_size size = { 0 };
	for (size_t i = 0; i < text.n;)
		size.wide |= septets(next_point(text, &i)) == 0;
	size_t alone = size.wide ? WIDE_ALONE : GSM_ALONE, each = size.wide ? WIDE_PART : GSM_PART, in_part = 0;
	for (size_t i = 0; i < text.n;)
		size.units += units(next_point(text, &i), size.wide);
	if (size.units <= alone) {
		size.parts = size.units > 0;
		size.left = alone - size.units;
		return size;
	}
	size.parts = 1;
	for (size_t i = 0; i < text.n;) {
		size_t n = units(next_point(text, &i), size.wide);
		if (in_part + n > each) {
			size.parts++;
			in_part = 0;
		}
		in_part += n;
	}
	size.left = each - in_part;
	return size;
}
