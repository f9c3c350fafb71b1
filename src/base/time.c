#include "time.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef TEST_CLOCK
static int64_t clock_shift(void)
{
	const char *path = getenv("FIELDWARD_CLOCK");
	if (!path)
		return 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	char text[32];
	ssize_t n = read(fd, text, sizeof(text));
	close(fd);
	int64_t shift = 0;
	if (n <= 0 || str_to_i64(str_trim((struct str){ text, (size_t)n }), &shift) != OK)
		return 0;
	return shift;
}
#else
static int64_t clock_shift(void)
{
	return 0;
}
#endif

struct instant now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (struct instant){ (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + clock_shift() };
}

int64_t monotonic_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Days are counted in eras of 400 years that begin on 1 March, so that the leap day is the last day of a year. */
struct day civil_day(struct civil c)
{
	int32_t y = c.year - (c.month <= 2);
	int32_t era = (y >= 0 ? y : y - 399) / 400;
	int32_t yoe = y - era * 400;
	int32_t doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.dom - 1;
	int32_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return (struct day){ era * 146097 + doe - 719468 };
}

struct civil day_civil(struct day d)
{
	int32_t z = d.days + 719468;
	int32_t era = (z >= 0 ? z : z - 146096) / 146097;
	int32_t doe = z - era * 146097;
	int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int32_t mp = (5 * doy + 2) / 153;
	int32_t month = mp + (mp < 10 ? 3 : -9);
	return (struct civil){ yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1 };
}

int day_weekday(struct day d)
{
	return (int)(((int64_t)d.days % 7 + 7 + 3) % 7);
}

bool civil_valid(struct civil c)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.dom < 1)
		return false;
	bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
	return c.dom <= lengths[c.month - 1] + (c.month == 2 && leap);
}

static void put_digits(char *to, int count, int v)
{
	for (int i = count - 1; i >= 0; i--, v /= 10)
		to[i] = (char)('0' + v % 10);
}

/* By hand: a page of a list has hundreds of them. */
void instant_format(struct instant t, char out[32])
{
	int64_t day = t.ms / 86400000, ms = t.ms % 86400000;
	if (ms < 0) {
		ms += 86400000;
		day--;
	}
	struct civil c = day_civil((struct day){ (int32_t)day });
	int s = (int)(ms / 1000);
	static const char shape[] = "0000-00-00T00:00:00.000Z";
	if (c.year < 0 || c.year > 9999) {
		snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)c.year, (int)c.month, (int)c.dom, s / 3600, s / 60 % 60, s % 60,
		         (int)(ms % 1000));
		return;
	}
	memcpy(out, shape, sizeof(shape));
	put_digits(out, 4, (int)c.year);
	put_digits(out + 5, 2, (int)c.month);
	put_digits(out + 8, 2, (int)c.dom);
	put_digits(out + 11, 2, s / 3600);
	put_digits(out + 14, 2, s / 60 % 60);
	put_digits(out + 17, 2, s % 60);
	put_digits(out + 20, 3, (int)(ms % 1000));
}

struct str instant_str(struct arena *a, struct instant t)
{
	char *p = ARENA_ARRAY(a, char, 32);
	instant_format(t, p);
	return str_from(p);
}

/* Reads `digits` digits at *at; false if there are fewer. */
static bool number(struct str s, size_t *at, int digits, int *ret)
{
	int v = 0;
	for (int i = 0; i < digits; i++, (*at)++) {
		if (*at >= s.n || s.p[*at] < '0' || s.p[*at] > '9')
			return false;
		v = v * 10 + (s.p[*at] - '0');
	}
	*ret = v;
	return true;
}

static bool one(struct str s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != c)
		return false;
	(*at)++;
	return true;
}

static bool read_date(struct str s, size_t *at, struct day *ret)
{
	int y, m, d;
	if (!number(s, at, 4, &y) || !one(s, at, '-') || !number(s, at, 2, &m) || !one(s, at, '-') ||
	    !number(s, at, 2, &d))
		return false;
	struct civil c = { y, m, d };
	if (!civil_valid(c))
		return false;
	*ret = civil_day(c);
	return true;
}

static bool read_fraction(struct str s, size_t *at, int *ret_ms)
{
	int ms = 0, digits = 0;
	if (!one(s, at, '.'))
		return true;
	for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++, digits++)
		if (digits < 3)
			ms = ms * 10 + (s.p[*at] - '0');
	for (int i = digits; i < 3; i++)
		ms *= 10;
	*ret_ms = ms;
	return digits >= 1 && digits <= 9;
}

static bool read_offset(struct str s, size_t *at, int *ret_minutes)
{
	if (one(s, at, 'Z') || one(s, at, 'z'))
		return true;
	int sign = one(s, at, '+') ? 1 : one(s, at, '-') ? -1 : 0, h, m;
	if (!sign || !number(s, at, 2, &h) || !one(s, at, ':') || !number(s, at, 2, &m) || h > 23 || m > 59)
		return false;
	*ret_minutes = sign * (h * 60 + m);
	return true;
}

enum err instant_parse(struct str s, struct instant *ret)
{
	size_t at = 0;
	struct day d;
	int h, m, sec, ms = 0, offset = 0;
	if (!read_date(s, &at, &d) || (!one(s, &at, 'T') && !one(s, &at, 't') && !one(s, &at, ' ')) ||
	    !number(s, &at, 2, &h) || !one(s, &at, ':') || !number(s, &at, 2, &m) || !one(s, &at, ':') ||
	    !number(s, &at, 2, &sec) || !read_fraction(s, &at, &ms) || !read_offset(s, &at, &offset) || at != s.n ||
	    h > 23 || m > 59 || sec > 59)
		return E_INVALID;
	ret->ms = ((int64_t)d.days * 86400 + h * 3600 + m * 60 + sec - (int64_t)offset * 60) * 1000 + ms;
	return OK;
}

struct str day_str(struct arena *a, struct day d)
{
	struct civil c = day_civil(d);
	return str_fmt(a, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.dom);
}

enum err day_parse(struct str s, struct day *ret)
{
	size_t at = 0;
	struct day d;
	if (!read_date(s, &at, &d) || at != s.n)
		return E_INVALID;
	*ret = d;
	return OK;
}
