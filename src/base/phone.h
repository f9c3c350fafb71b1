/* phone.h - telephone numbers as E.164: a plus and up to fifteen digits. It knows South Africa's form; whether a number is in use, or
 * whose network it is on, nobody can tell from its digits. An extension is another field. */
#ifndef PHONE_H
#define PHONE_H

#include "str.h"

enum { PHONE_DIGITS_MAX = 15 };

struct phone {
	char e164[PHONE_DIGITS_MAX + 2]; /* terminated */
};

/* phone_parse() - what people type: 082 123 4567, 27 82…, +27 (0)82…, 0027…, +44…; spaces, hyphens, points, slashes and brackets divide.
 * E_INVALID: letters, a national number that does not begin with 1 to 8 or has not nine digits, a foreign one without its plus. */
must_use enum err phone_parse(struct str s, struct phone *ret);
/* phone_str() - for people: 082 123 4567 at home, +44… for the rest of the world. */
struct str phone_str(struct arena *a, const struct phone *p);

#endif
