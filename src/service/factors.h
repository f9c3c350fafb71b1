/* factors.h - second factors of a person: codes of an authenticator app, passkeys, recovery codes (S-099, S-100).
 *
 * Between two steps of a proof the caller holds a challenge: sealed, bound to a person and a purpose, good for five minutes and for one success.
 * Nothing of it is stored until it was spent. */
#ifndef FACTORS_H
#define FACTORS_H

#include "ctx.h"
#include "identity.h"
#include "session.h"

struct passkey_proof {
	struct str id, client_data, authenticator_data, signature, user_handle; /* bytes */
};
struct proof {
	struct str password, code;
	bool with_passkey;
	struct passkey_proof passkey;
};

struct factors {
	struct factor list[FACTORS_MAX];
	size_t count, passkeys, recovery;
	bool totp;
};
must_use enum err factors_of(struct tx *tx, struct id user, struct factors *ret);
must_use enum err factors_load(struct ctx *c, struct id user, struct factors *ret); /* in a transaction of its own */
static inline bool factors_any(const struct factors *f)
{
	return f->totp || f->passkeys > 0;
}

enum challenge_for { CHALLENGE_LOGIN = 1, CHALLENGE_PASSKEY /* signing in with a passkey alone */, CHALLENGE_STEP, CHALLENGE_TOTP, CHALLENGE_NEW_PASSKEY, CHALLENGE_OIDC };
struct challenge {
	enum challenge_for purpose;
	struct id user, tenant; /* zero: not known yet, not chosen; of CHALLENGE_OIDC `user` is the provider */
	int64_t until_ms;
	uint8_t nonce[32];      /* what a passkey signs; the beginning of it is a new secret where one is being set up */
};
/* challenge_new() - a fresh one, as text. challenge_read() - E_INVALID with a fault at /challenge for one that is not ours, is over, or is for something
 * else. challenge_spend() - of two uses one succeeds. */
must_use enum err challenge_new(struct ctx *c, enum challenge_for purpose, struct id user, struct id tenant, struct challenge *ret, struct str *ret_text);
must_use enum err challenge_read(struct ctx *c, struct str text, enum challenge_for purpose, struct challenge *ret);
must_use enum err challenge_spend(struct tx *tx, const struct challenge *ch);

/* factors_prove() - whether what came proves the person's second factor; spends it and the challenge. *ret_amr is the word for it ("otp", "hwk", "rec").
 * Errors: E_SECOND_FACTOR  it does not; E_RATE  too often tried. */
must_use enum err factors_prove(struct ctx *c, struct id user, const struct challenge *ch, const struct proof *proof, const char **ret_amr);
/* factors_passkey_owner() - whose passkey it says it is; not proved. E_NOT_FOUND. */
must_use enum err factors_passkey_owner(struct ctx *c, const struct passkey_proof *passkey, struct id *ret_user);

/* factors_write() - members `challenge`, `methods` and `passkey` of an answer that asks for a proof; `password` where the password alone will do. */
void factors_write(struct ctx *c, struct json_out *o, const struct factors *f, const struct challenge *ch, struct str text, bool password);

/* Setting up. The first factor of a person brings recovery codes: ret_codes has RECOVERY_CODES entries, or none. */
must_use enum err factors_totp_begin(struct ctx *c, struct str account, struct json_out *o);
must_use enum err factors_totp_confirm(struct ctx *c, struct str setup, struct str code, struct str **ret_codes, size_t *ret_count);
must_use enum err factors_passkey_begin(struct ctx *c, struct str account, struct str name, struct json_out *o);
must_use enum err factors_passkey_confirm(struct ctx *c, struct str setup, struct str name, struct str client_data, struct str attestation, struct id *ret_id,
                                          struct str **ret_codes, size_t *ret_count);
must_use enum err factors_codes_new(struct ctx *c, struct str **ret_codes, size_t *ret_count);
/* factors_remove() - the app (id zero) or one passkey. With the last factor the recovery codes go too. E_NOT_FOUND. */
must_use enum err factors_remove(struct ctx *c, const char *kind, struct id id);

#endif
