/* token.h - what proves who is asking: 256 random bits as text for the client, their SHA-256 for our tables.
 *
 * A stolen table gives no token; and since the token is as random as a key, the hash needs no salt and no slowness. */
#ifndef TOKEN_H
#define TOKEN_H

#include "seal.h"

enum { TOKEN_CHARS = 43 };

/* token_new() - a fresh token of TOKEN_CHARS base64url characters in `a`, and what to store. */
struct str token_new(struct arena *a, uint8_t ret_hash[32]);
/* token_hash() - what a presented token is looked up by. E_INVALID for a text that cannot be a token. */
must_use enum err token_hash(struct str token, uint8_t ret_hash[32]);

#endif
