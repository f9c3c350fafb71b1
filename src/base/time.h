/* time.h - instants, calendar dates, and their text.
 *
 * An instant is milliseconds since 1970-01-01 UTC; a day is days since 1970-01-01 without any zone (proleptic Gregorian). Zones are
 * zone.h's. */
#ifndef FW_TIME_H
#define FW_TIME_H

#include "str.h"

struct instant {
	int64_t ms;
};
struct day {
	int32_t days;
};
struct civil {
	int32_t year;
	int32_t month, dom; /* 1-12, 1-31 */
};

/* now() - the wall clock. In test builds (TEST_CLOCK) it is read from the file that FIELDWARD_CLOCK names, if it is set: a decimal
 * number of milliseconds that is added to the real clock. */
struct instant now(void);
int64_t monotonic_ms(void);

struct civil day_civil(struct day d);
struct day civil_day(struct civil c);   /* month and day of month must be in range */
int day_weekday(struct day d);          /* 0 Monday … 6 Sunday */
bool civil_valid(struct civil c);       /* years 1 to 9999 */

/* RFC 3339 in UTC with three digits: 2026-11-21T09:00:00.000Z */
struct str instant_str(struct arena *a, struct instant t);
void instant_format(struct instant t, char out[32]);
/* Reads RFC 3339 with any offset and 0 to 9 digits of a second (more than three are cut). E_INVALID otherwise. */
must_use enum err instant_parse(struct str s, struct instant *ret);
struct str day_str(struct arena *a, struct day d);
must_use enum err day_parse(struct str s, struct day *ret); /* YYYY-MM-DD */

#endif
