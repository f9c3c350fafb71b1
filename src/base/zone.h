/* zone.h - local time: from an instant to the clock on the wall of a zone, and back.
 *
 * Zones are those of the system's tz database (TZif files, RFC 9636). A zone is immutable, lives in an arena and may be used by any
 * number of threads. Leap seconds are not known: a day has 86,400 seconds, or a clock change more or less. */
#ifndef ZONE_H
#define ZONE_H

#include "time.h"

struct zone;

/* The clock on the wall. */
struct local {
	struct day day;
	int32_t ms; /* since midnight, 0 to 86,399,999 */
};

enum local_fit {
	LOCAL_ONCE,  /* the usual case */
	LOCAL_GAP,   /* the clock jumped over this time: it is read with the offset from before, so it comes out later by the jump */
	LOCAL_TWICE, /* the clock was set back: the first of the two instants is meant */
};

/* zone_load() - reads a zone like Africa/Johannesburg. E_INVALID: a name that is none, or a file that is not a zone's; E_NOT_FOUND. */
must_use enum err zone_load(struct arena *a, struct str name, const struct zone **ret);
/* zone_parse() - the same from the bytes of a file. E_INVALID. Every file that is taken gives an answer for every instant. */
must_use enum err zone_parse(struct arena *a, struct str bytes, const struct zone **ret);
bool zone_name_valid(struct str name);

int32_t zone_offset_s(const struct zone *z, struct instant t); /* seconds east of UTC */
struct local zone_local(const struct zone *z, struct instant t);
struct instant zone_instant(const struct zone *z, struct local l, enum local_fit *ret_fit); /* ret_fit may be NULL */

#endif
