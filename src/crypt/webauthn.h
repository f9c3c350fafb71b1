/* webauthn.h - passkeys: whether what a browser sends at registration and at signing in is what we asked for (WebAuthn level 3, sections
 * 7.1 and 7.2). libfido2 reads the keys and verifies the signatures; the shape of everything is judged here before it sees a byte.
 *
 * What is asked of every passkey: the person was there and was verified (PIN, finger, face), the page was ours and in no frame of another
 * site, the algorithm is ES256, EdDSA or RS256. Who made the authenticator is not asked: statements of attestation are skipped, never
 * trusted. Challenges, who owns a credential, and that an id is used once in the installation are the caller's. */
#ifndef WEBAUTHN_H
#define WEBAUTHN_H

#include "problem.h"

enum {
	WEBAUTHN_CHALLENGE = 32,
	WEBAUTHN_ID_MAX = 1023,
	WEBAUTHN_KEY_MAX = 262,          /* bytes of a stored key */
	WEBAUTHN_CLIENT_DATA_MAX = 4096, /* bytes of each input */
	WEBAUTHN_ATTESTATION_MAX = 16384,
	WEBAUTHN_SIGNATURE_MAX = 512
};

/* What the answer has to be an answer to. */
struct webauthn_expect {
	struct str rp_id;     /* the host alone: "fieldward.example.test" */
	struct str origins;   /* the pages that may ask, with a space between: "https://fieldward.example.test" */
	struct str challenge; /* WEBAUTHN_CHALLENGE random bytes, asked once */
};

struct webauthn_credential {
	struct str id;       /* at most WEBAUTHN_ID_MAX bytes */
	struct str key;      /* to be stored: 01 | algorithm (1 ES256, 2 EdDSA, 3 RS256) | 01 if it may be backed up | the key's bytes */
	uint32_t sign_count; /* 0: this authenticator does not count */
	bool backed_up;      /* it lies with a provider by now, so losing the device does not lose it */
};

struct webauthn_assertion {
	struct str client_data, authenticator_data, signature; /* decoded */
};

struct webauthn_use {
	uint32_t sign_count; /* to be stored */
	bool backed_up;      /* likewise */
	bool counter_fell;   /* it counts, and not upwards: there may be a copy of the key. A reason to tell somebody, none to refuse */
};

/* webauthn_register_check() - the answer of navigator.credentials.create(), decoded: clientDataJSON and attestationObject.
 *
 * Errors: E_INVALID  a fault at /client_data or /attestation of the problem says in words what is wrong
 * Memory: `ret` lies in `a`. */
must_use enum err webauthn_register_check(struct arena *a, const struct webauthn_expect *expect, struct str client_data, struct str attestation,
                                          struct problem *problem, struct webauthn_credential *ret);

/* webauthn_assert_check() - the answer of navigator.credentials.get() by the credential whose `key` and `sign_count` are stored.
 *
 * Errors: E_LOGIN    whatever is wrong with the answer; why stands in the problem's log alone
 *         E_CORRUPT  `key` is not one that was stored */
must_use enum err webauthn_assert_check(struct arena *a, const struct webauthn_expect *expect, struct str key, uint32_t sign_count,
                                        const struct webauthn_assertion *assertion, struct problem *problem, struct webauthn_use *ret);

#endif
