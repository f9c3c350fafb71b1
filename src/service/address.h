/* address.h - ranges of network addresses: from where a key may be used, or the platform's staff may sign in. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "dict.h"

/* address_in() - whether an address lies in one of the ranges, one a line ("196.25.1.0/24", "2001:db8::/32", "196.25.1.7"). */
bool address_in(struct arena *a, struct str ranges, struct str address);
/* check_ranges() - of a field that holds such lines. */
const char *check_ranges(struct arena *a, struct value *v);

#endif
