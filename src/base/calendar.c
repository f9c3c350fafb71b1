#include "calendar.h"

static const struct fixed {
	int32_t month, dom;
	const char *name, *monday;
} schedule[] = {
	{ 1, 1, "New Year's Day", "New Year's Day (observed)" },
	{ 3, 21, "Human Rights Day", "Human Rights Day (observed)" },
	{ 4, 27, "Freedom Day", "Freedom Day (observed)" },
	{ 5, 1, "Workers' Day", "Workers' Day (observed)" },
	{ 6, 16, "Youth Day", "Youth Day (observed)" },
	{ 8, 9, "National Women's Day", "National Women's Day (observed)" },
	{ 9, 24, "Heritage Day", "Heritage Day (observed)" },
	{ 12, 16, "Day of Reconciliation", "Day of Reconciliation (observed)" },
	{ 12, 25, "Christmas Day", "Christmas Day (observed)" },
	{ 12, 26, "Day of Goodwill", "Day of Goodwill (observed)" },
};

enum weekday { MONDAY, FRIDAY = 4, SATURDAY = 5, SUNDAY = 6 };

static struct day plus(struct day d, int days)
{
	return (struct day){ d.days + days };
}

/* Meeus, Jones and Butcher; all divisions cut. */
struct day calendar_easter(int32_t year)
{
	int32_t a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25;
	int32_t g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
	int32_t l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
	int32_t month = (h + l - 7 * m + 114) / 31, dom = (h + l - 7 * m + 114) % 31 + 1;
	return civil_day((struct civil){ year, month, dom });
}

static const struct fixed *fixed_find(struct day d)
{
	struct civil c = day_civil(d);
	for (size_t i = 0; i < ARRAY_LEN(schedule); i++)
		if (schedule[i].month == c.month && schedule[i].dom == c.dom)
			return &schedule[i];
	return NULL;
}

const char *calendar_holiday(const struct calendar *c, struct day d)
{
	const struct fixed *today = fixed_find(d), *yesterday = fixed_find(plus(d, -1));
	int32_t since_easter = d.days - calendar_easter(day_civil(d).year).days;
	if (today)
		return today->name;
	if (since_easter == -2)
		return "Good Friday";
	if (since_easter == 1)
		return "Family Day";
	if (yesterday && day_weekday(d) == MONDAY)
		return yesterday->monday;
	for (size_t i = 0; i < c->count; i++)
		if (c->declared[i].days == d.days)
			return "Declared public holiday";
	return NULL;
}

static bool rests(const struct calendar *c, struct day d)
{
	return day_weekday(d) == SUNDAY || calendar_holiday(c, d) != NULL;
}

struct day calendar_due(const struct calendar *c, struct day from, int days)
{
	struct day d = plus(from, days);
	for (int i = 0; i < DAYS_MAX && rests(c, d); i++)
		d = plus(d, 1);
	return d;
}

struct day calendar_extended(const struct calendar *c, struct day from)
{
	return calendar_due(c, plus(from, 30), 30);
}

static bool is_business(const struct calendar *c, struct day d)
{
	return day_weekday(d) != SATURDAY && !rests(c, d);
}

static bool is_sars(const struct calendar *c, struct day d)
{
	struct civil on = day_civil(d);
	bool recess = (on.month == 12 && on.dom >= 16) || (on.month == 1 && on.dom <= 15);
	return !recess && is_business(c, d);
}

static struct day count_days(const struct calendar *c, struct day from, int days, bool (*counts)(const struct calendar *, struct day))
{
	struct day d = from;
	for (int i = 0; i < 3 * DAYS_MAX && days > 0; i++) {
		d = plus(d, 1);
		days -= counts(c, d);
	}
	return d;
}

struct day calendar_business(const struct calendar *c, struct day from, int days)
{
	return count_days(c, from, days, is_business);
}

struct day calendar_sars(const struct calendar *c, struct day from, int days)
{
	return count_days(c, from, days, is_sars);
}

struct local calendar_contact(const struct calendar *c, struct local t)
{
	enum { HOUR_MS = 3600000 };
	for (int i = 0; i < DAYS_MAX; i++) {
		bool saturday = day_weekday(t.day) == SATURDAY;
		int32_t opens = (saturday ? 9 : 8) * HOUR_MS, closes = (saturday ? 13 : 20) * HOUR_MS;
		if (!rests(c, t.day) && t.ms < closes)
			return (struct local){ t.day, t.ms > opens ? t.ms : opens };
		t = (struct local){ plus(t.day, 1), 0 };
	}
	return t;
}
