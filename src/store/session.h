/* session.h - the platform's own rows beside users: sessions and their refresh tokens, and which companies a person belongs to. All of it lives
 * in tenant 0. Tokens are stored as their SHA-256 only. */
#ifndef SESSION_H
#define SESSION_H

#include "store.h"

struct session {
	struct id id, user;
	int64_t member_tenant; /* the company that it is for; 0: none */
	int64_t created_ms, expires_ms, touched_ms, fresh_ms /* last proof of who it is */, idle_s;
	bool ended, limited;   /* limited: it can do nothing but set up the second factor that is asked for */
	bool vouched;          /* a company's own provider said who it is; the person has proved nothing himself since */
	struct id device, grant; /* zero: none */
	struct str kind;       /* "cookie", "token" or "staff" */
	struct str about;      /* JSON: what it was begun with and from where; sealed where it lies */
};
must_use enum err session_put(struct tx *tx, const uint8_t token_hash[32], const struct session *s);
/* session_find() - by the hash of its token; session_get() - by its id; both without `about`. E_NOT_FOUND. */
must_use enum err session_find(struct tx *tx, const uint8_t token_hash[32], struct session *ret);
must_use enum err session_get(struct tx *tx, struct id id, struct session *ret);
/* session_touch() - it was used; without the tenant's counter, since nothing hangs on the order. session_proved() - the person gave a fresh proof
 * himself; one that can only enrol stays one. session_enrolled() - he proved it with a factor that he has just set up: it can do everything then.
 * session_limit() - it can only enrol from now on. */
must_use enum err session_touch(struct tx *tx, struct id id);
must_use enum err session_proved(struct tx *tx, struct id id);
must_use enum err session_enrolled(struct tx *tx, struct id id);
must_use enum err session_limit(struct tx *tx, struct id id);
/* session_enter() - from now on it is for this company by this grant; 0 and zero: for none any more. */
must_use enum err session_enter(struct tx *tx, struct id id, int64_t member_tenant, struct id grant);
/* session_list() - those of a person that live, newest first. */
must_use enum err session_list(struct tx *tx, struct id user, struct session *list, size_t max, size_t *ret_count);
/* session_history() - the same of all that there were, ended ones too. */
must_use enum err session_history(struct tx *tx, struct id user, struct session *list, size_t max, size_t *ret_count);
/* Ends one of a person; all of a person but `keep` (zero: none), those of one company alone where `member_tenant` is not 0. */
must_use enum err session_end(struct tx *tx, struct id user, struct id id);
must_use enum err session_end_all(struct tx *tx, struct id user, int64_t member_tenant, struct id keep, int64_t *ret_ended);

/* Refresh tokens. refresh_take() marks one as used and is told whether that was the first time. */
struct refresh {
	struct id session;
	int64_t created_ms, used_ms; /* used_ms 0: not yet */
	struct str next_hash, next;  /* of the successor; `next` is sealed under the token itself */
};
must_use enum err refresh_put(struct tx *tx, const uint8_t hash[32], struct id session);
must_use enum err refresh_find(struct tx *tx, const uint8_t hash[32], struct refresh *ret); /* E_NOT_FOUND */
must_use enum err refresh_take(struct tx *tx, const uint8_t hash[32], const uint8_t next_hash[32], struct str next, bool *ret_first);

/* The companies of a person, last used first; at most `max`: also such as invited him or that he left. member_put() - he uses it now; member_add() - he
 * may come to use it. */
must_use enum err member_tenants(struct tx *tx, struct id user, int64_t *numbers, size_t max, size_t *ret_count);
must_use enum err member_put(struct tx *tx, struct id user, int64_t member_tenant);
must_use enum err member_add(struct tx *tx, struct id user, int64_t member_tenant);

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
