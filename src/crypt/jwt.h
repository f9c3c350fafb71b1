/* jwt.h - access tokens: short-lived, signed (Ed25519), in the form of RFC 9068 with one fixed header a key.
 *
 * A header is never parsed: it is compared with those of the keys that are good at the moment, so another algorithm, a key that
 * comes along, encryption and the like are all just an unknown header. A token says who, where and until when; what he may do is
 * looked up, and so is whether his session lives: a good token alone opens nothing.
 *
 * Keys have generations of JWT_GENERATION_MS by the clock. The present one signs; the next is made and published JWT_AHEAD_MS before
 * it begins; the last is taken for JWT_RETIRING_MS more. Whoever needs a key first makes it. For the skew of clocks the next is taken
 * a minute early, as `iat` may lie a minute ahead. Of an emergency: jwt_keys_renew(). */
#ifndef JWT_H
#define JWT_H

#include "keystore.h"
#include "time.h"

enum { JWT_MAX = 2048, JWT_AMR_MAX = 4 };
#define JWT_GENERATION_MS (30 * 86400 * INT64_C(1000))
#define JWT_AHEAD_MS (86400 * INT64_C(1000))
#define JWT_RETIRING_MS (600 * INT64_C(1000))
#define JWT_SKEW_MS (60 * INT64_C(1000))

struct jwt_claims {
	struct str iss;   /* the address of the installation */
	struct str aud;   /* what it is good for: "api" */
	struct id sub;    /* the user */
	struct id tid;    /* the company's public id */
	struct id sid;    /* the session */
	struct id jti;    /* the token itself */
	struct str amr;   /* how he proved who he is, at most JWT_AMR_MAX words with one space between: "pwd otp" */
	struct instant auth_time, iat, exp; /* whole seconds in the token */
};

/* jwt_make() - a token in `a`, signed by the key of `now`. E_TOO_LARGE: past JWT_MAX bytes, or too many words in `amr`; or what the
 * key store says. */
must_use enum err jwt_make(struct keystore *ks, struct arena *a, struct instant now, const struct jwt_claims *claims, struct str *ret);

/* jwt_check() - E_UNAUTHENTICATED for whatever is wrong with the token or when it is over; E_BUSY, E_STORAGE and the like when the key
 * store could not be asked. The texts in `ret` live as long as `a`. */
must_use enum err jwt_check(struct keystore *ks, struct arena *a, struct instant now, struct str iss, struct str aud, struct str token,
                            struct jwt_claims *ret);

/* jwks_text() - the JWK set (RFC 7517) of all keys that are published at `now`, as JSON. May be kept for five minutes. */
must_use enum err jwks_text(struct keystore *ks, struct arena *a, struct instant now, struct str *ret);

/* jwt_keys_renew() - for the day when a key may have been seen: the present generation gets another key, those before and after it are
 * destroyed. This process refuses all older tokens at once; another process goes on with the old key for at most KEY_CACHE_S, so between
 * the two a token may be refused, and the client refreshes. Sessions and refresh tokens stay. */
must_use enum err jwt_keys_renew(struct keystore *ks, struct instant now);

#endif
