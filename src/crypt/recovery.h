/* recovery.h - codes on paper, for the day when the phone is gone.
 *
 * Ten codes of 120 random bits, each good once. They are shown once; what is stored of each is an HMAC. At that length the hash needs
 * no slowness. */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "seal.h"

enum { RECOVERY_CODES = 10, RECOVERY_CHARS = 24, RECOVERY_GROUP = 6 };

/* recovery_codes_new() - ten fresh codes in `a`, in Crockford's base 32, as they are printed: 5N8QTA-0KZ3WE-… */
void recovery_codes_new(struct arena *a, struct str ret[RECOVERY_CODES]);
/* recovery_fold() - what was typed, as RECOVERY_CHARS characters: capitals, without spaces and hyphens, O read as 0, I and L as 1.
 * E_INVALID for what cannot be a code. */
must_use enum err recovery_fold(struct str typed, char ret[RECOVERY_CHARS]);
/* recovery_hash() - what to store of a code, and to look a typed one up by. E_INVALID as above. */
must_use enum err recovery_hash(const struct key *key, struct str typed, uint8_t ret[32]);

#endif
