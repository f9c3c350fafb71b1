/* password.h - passwords are hashed one way (Argon2id, libsodium, 19 MiB, t = 2) and the hash is sealed under the pepper.
 *
 * At most two hashes run at once in a process; others wait up to two seconds and are then told E_BUSY, so that sign-ins never
 * starve everything else. */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "seal.h"

/* password_hash() - the sealed PHC string as bytes for storage. */
must_use enum err password_hash(struct arena *a, const struct key *pepper, struct str password, struct str *ret);
/* password_verify() - OK, or E_LOGIN. Always costs one hash: pass an empty `stored` for an account that does not exist. */
must_use enum err password_verify(struct arena *a, const struct key *pepper, struct str stored, struct str password);
/* password_needs_rehash() - `stored` was made with other parameters than today's: whoever has just verified a password makes it anew.
 * False for what does not open, which no hashing mends. */
bool password_needs_rehash(const struct key *pepper, struct str stored);
/* password_check() - the rules for choosing one: at least 15 code points (10 where a second factor is in use), at most 128 and 1,024
 * bytes, not one of the most common, not on the list of leaked ones (blocklist.h) with or without the usual decorations, not a repetition
 * or sequence, none of the names in `context` in it, nor made of their words.
 * NULL if it is good, else the reason in words. */
const char *password_check(struct arena *a, struct str password, bool second_factor, const struct str *context, size_t count);

#endif
