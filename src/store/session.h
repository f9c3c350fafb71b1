/* session.h - the platform's own rows beside users: sessions, and which companies a person belongs to. All of it lives in tenant 0. */
#ifndef SESSION_H
#define SESSION_H

#include "store.h"

struct session {
	struct id id, user;
	int64_t member_tenant; /* the company that it is for */
	int64_t created_ms, expires_ms;
	bool ended;
	struct str kind;       /* "cookie" or "token" */
};
/* Tokens are stored as their SHA-256 only. */
must_use enum err session_put(struct tx *tx, const uint8_t token_hash[32], const struct session *s);
must_use enum err session_find(struct tx *tx, const uint8_t token_hash[32], struct session *ret); /* E_NOT_FOUND */
must_use enum err session_end(struct tx *tx, const uint8_t token_hash[32]);
must_use enum err session_end_all(struct tx *tx, struct id user);
must_use enum err session_end_member(struct tx *tx, struct id user, int64_t member_tenant); /* those for one company */

/* The companies of a person, last used first; at most `max`. */
must_use enum err member_tenants(struct tx *tx, struct id user, int64_t *numbers, size_t max, size_t *ret_count);
must_use enum err member_put(struct tx *tx, struct id user, int64_t member_tenant);

/* store_tenant_create() - counter row and keys of a new company; runs in tenant 0 and in the new one. */
must_use enum err store_tenant_create(struct store *store, int64_t number, struct arena *a, struct problem *problem);

/* Answers to POSTs that carried an Idempotency-Key, sealed for the tenant. */
struct stored_answer {
	uint8_t body_hash[32];
	int status;
	struct str answer;
};
must_use enum err answer_find(struct tx *tx, const uint8_t hash[32], bool *ret_found, struct stored_answer *ret);
must_use enum err answer_put(struct tx *tx, const uint8_t hash[32], const struct stored_answer *answer);

#endif
