/* totp.h - one-time codes of an authenticator app: RFC 6238 with what every app supports, SHA-1, six digits, thirty seconds.
 *
 * The secret is sealed by whoever stores it; trying is bounded by whoever asks. A code is good once: the caller keeps the last step
 * that was taken and writes the new one in one statement that asks for "smaller than", so that of two requests at once one wins. */
#ifndef TOTP_H
#define TOTP_H

#include "time.h"

enum { TOTP_SECRET_SIZE = 20, TOTP_STEP_S = 30, TOTP_LATE_S = 10 };

struct totp_secret {
	uint8_t b[TOTP_SECRET_SIZE];
};

void totp_secret_new(struct totp_secret *ret);
/* totp_base32() - the secret as 32 characters to be typed (RFC 4648 section 6), in `a`. */
struct str totp_base32(struct arena *a, const struct totp_secret *secret);
/* totp_uri() - what the QR code says: otpauth://totp/ISSUER:ACCOUNT?secret=...; issuer and account may be any UTF-8. */
struct str totp_uri(struct arena *a, const struct totp_secret *secret, struct str issuer, struct str account);

/* totp_check() - `code` as it was typed (spaces allowed), at `now`. The code of the present step is good, and that of the step before
 * during the first TOTP_LATE_S seconds of a step; neither is when its step is not above `last_step` (none yet: a negative number).
 *
 *   ret_step  the step that was taken, to be stored as the next `last_step`; untouched unless OK
 *
 * Errors: E_LOGIN  anything else. Takes the same time for every text of six digits. */
must_use enum err totp_check(const struct totp_secret *secret, struct str code, struct instant now, int64_t last_step, int64_t *ret_step);

#endif
