/* right_use.h - when each member of a company last made use of a right, to the day (S-139). */
#ifndef RIGHT_USE_H
#define RIGHT_USE_H

#include "store.h"

/* right_use_put() - that a member used a right on a day (days since 1970, UTC). */
must_use enum err right_use_put(struct tx *tx, struct id membership, struct str right, int64_t day);
/* right_use_since() - the rights that a member used on that day or later. */
must_use enum err right_use_since(struct tx *tx, struct id membership, int64_t day, struct str **ret, size_t *ret_count);
/* right_use_last() - the last day on which a member used any right; 0: none is known. */
must_use enum err right_use_last(struct tx *tx, struct id membership, int64_t *ret_day);

#endif
