/* calendar.h - South Africa's public holidays and the ways in which its laws count days.
 *
 * Holidays follow from the schedule of the Public Holidays Act; those that the President declares for one year are a list of the
 * caller's, since nobody can compute them. Everything is a pure function of dates: no clock, no zone. */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "zone.h"

struct calendar {
	const struct day *declared; /* in any order */
	size_t count;
};

/* calendar_holiday() - its English name, static, or NULL for any other day. A holiday of the schedule on a Sunday makes the Monday
 * one too, unless that Monday is one already: then nothing is added. */
const char *calendar_holiday(const struct calendar *c, struct day d);
struct day calendar_easter(int32_t year); /* the Sunday */

/* Counting from the day on which something was received; the day itself is not counted, the last one is.
 * A deadline at most DAYS_MAX days away.
 *   calendar_due()         all days; a last day that is a Sunday or holiday moves on (POPIA, PAIA)
 *   calendar_extended()    PAIA's one extension: another 30 days from the day 30 as counted, not as moved
 *   calendar_business()    neither Saturdays, Sundays nor holidays count (CPA)
 *   calendar_sars()        nor the days from 16 December to 15 January (tax disputes) */
enum { DAYS_MAX = 3660 };
struct day calendar_due(const struct calendar *c, struct day from, int days);
struct day calendar_extended(const struct calendar *c, struct day from);
struct day calendar_business(const struct calendar *c, struct day from, int days);
struct day calendar_sars(const struct calendar *c, struct day from, int days);

/* calendar_contact() - the first local time, not before this one, at which a consumer may be addressed at home: Monday to Friday 08:00
 * to 20:00, Saturday 09:00 to 13:00, the ends not included; never on Sundays and holidays. */
struct local calendar_contact(const struct calendar *c, struct local t);

#endif
