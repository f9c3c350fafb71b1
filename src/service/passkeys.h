/* passkeys.h - between crypt/webauthn and the browser: what the pages are asked for, and the judgement of what they bring. */
#ifndef PASSKEYS_H
#define PASSKEYS_H

#include "factors.h"

/* The options of navigator.credentials.get() and .create(), byte strings as base64url. `ids` are credentials of the person. */
void passkey_request_write(struct ctx *c, struct json_out *o, const uint8_t challenge[32], const struct str *ids, size_t count);
void passkey_creation_write(struct ctx *c, struct json_out *o, const uint8_t challenge[32], struct id user, struct str account, struct str name,
                            const struct str *ids, size_t count);
/* passkey_check() - E_LOGIN; *ret_counter is the new sign count. A count that does not grow is logged, not refused: some authenticators share one. */
must_use enum err passkey_check(struct ctx *c, struct str public, int64_t counter, const uint8_t challenge[32], const struct passkey_proof *proof,
                                int64_t *ret_counter);
/* passkey_new_check() - what a new one is stored as. E_INVALID with a fault that says what is wrong. */
must_use enum err passkey_new_check(struct ctx *c, const uint8_t challenge[32], struct str client_data, struct str attestation, struct str *ret_id,
                                    struct str *ret_public, int64_t *ret_counter);
/* Member `qr` of an answer: {size, path}. */
must_use enum err passkey_qr_write(struct ctx *c, struct json_out *o, struct str text);

#endif
