/* idtoken.h - tokens that an outside identity provider signed about somebody (OpenID Connect Core, section 3.1.3.7).
 *
 * Nothing in a token decides how it is checked: the key comes from the provider's published set, which was fetched before, and the key
 * says the algorithm. It knows RS256 (2048 to 4096 bits), ES256 and EdDSA (Ed25519) and nothing else. It fetches nothing, and it does not
 * know whom the person is here. Own tokens are jwt.h's. */
#ifndef IDTOKEN_H
#define IDTOKEN_H

#include "str.h"
#include "time.h"

enum { ID_TOKEN_MAX = 16384, ID_KEYS_MAX = 16, ID_KEYS_TEXT_MAX = 24000, ID_SUBJECT_MAX = 255 };
#define ID_TOKEN_SKEW_MS (60 * INT64_C(1000))

/* idtoken_keys() - those of a JWK set (RFC 7517) that can sign for us, as JSON of their public members alone: what idtoken_check() takes. The
 * first ID_KEYS_MAX. E_INVALID where there is none. */
must_use enum err idtoken_keys(struct arena *a, struct str set, struct str *ret);

struct idtoken_want {
	struct str keys;      /* of idtoken_keys() */
	struct str issuer, client_id, nonce;
	struct instant now;
};
struct idtoken {
	struct str subject;   /* 1 to ID_SUBJECT_MAX bytes; with the issuer it says who it is, for ever */
	struct str email;     /* empty: the token does not say */
	bool email_verified;
};
/* idtoken_check() - texts live as long as `a`.
 * Errors: E_KEY              signed by a key that is not in the set, which may have changed since
 *         E_UNAUTHENTICATED  not good; *ret_why is the fixed word for it: "format", "algorithm", "signature", "issuer", "audience", "time",
 *                            "nonce", "subject" */
must_use enum err idtoken_check(struct arena *a, const struct idtoken_want *want, struct str token, struct idtoken *ret, const char **ret_why);

#endif
