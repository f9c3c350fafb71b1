/* identity.h - what the platform keeps to know people and machines again: factors, one-time tokens, counters of tries, devices, secrets of
 * integrations. All of it lives in tenant 0; secrets lie as hashes, and what must be read back is sealed. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "store.h"

/* A second factor: "totp", "passkey", "recovery". `hash` finds it again and is unique: of a passkey's credential id, of a recovery code; of the
 * id itself where there is nothing to find it by. `counter`: last step, or sign count. `secret`: JSON, sealed where it lies. */
struct factor {
	struct id id, user;
	struct str kind, hash, secret;
	int64_t created_ms, used_ms /* 0: never */, counter;
};
must_use enum err factor_put(struct tx *tx, const struct factor *f); /* E_UNIQUE */
/* factor_list() - those of a person that were not ended, oldest first; factor_by_hash() - E_NOT_FOUND. */
must_use enum err factor_list(struct tx *tx, struct id user, struct factor *list, size_t max, size_t *ret_count);
must_use enum err factor_by_hash(struct tx *tx, struct str hash, struct factor *ret);
/* factor_use() - *ret_first: this step was not used before. Two requests at once cannot both be the first. `counter` 0 for what is used once
 * (recovery codes): it is ended. */
must_use enum err factor_use(struct tx *tx, struct id id, int64_t counter, bool *ret_first);
must_use enum err factor_used(struct tx *tx, struct id id, int64_t counter); /* no matter what it was */
/* factor_end() - one, or (id zero) all of a kind; *ret_ended is how many. */
must_use enum err factor_end(struct tx *tx, struct id user, struct id id, const char *kind, int64_t *ret_ended);

/* What can be used once: links in mails, challenges. once_put() of a hash that is there is E_UNIQUE. */
struct once {
	struct str kind, secret;
	struct id user;
	int64_t created_ms, expires_ms;
	bool used;
};
must_use enum err once_put(struct tx *tx, const uint8_t hash[32], const struct once *o);
/* once_find() - E_NOT_FOUND also for what is used, over, or of another kind. once_take() - the same, and marks it as used: of two one succeeds. */
must_use enum err once_find(struct tx *tx, const uint8_t hash[32], const char *kind, struct once *ret);
must_use enum err once_take(struct tx *tx, const uint8_t hash[32], const char *kind, struct once *ret);
/* once_waiting() - unused ones of a kind, oldest first. */
struct once_waiting {
	uint8_t hash[32];
	struct once once;
};
must_use enum err once_waiting(struct tx *tx, const char *kind, struct once_waiting *list, size_t max, size_t *ret_count);
/* once_drop() - the unused ones of a kind are over: only the newest holds. identity_sweep() - forgets what is long over, sessions after a year. */
must_use enum err once_drop(struct tx *tx, struct id user, const char *kind);
must_use enum err identity_sweep(struct tx *tx);

/* Counters of tries. `hash` is keyed. Rows of nobody are all zero. */
struct tries {
	int64_t count, total, at_ms, until_ms;
};
must_use enum err tries_find(struct tx *tx, const uint8_t hash[32], struct tries *ret);
must_use enum err tries_put(struct tx *tx, const uint8_t hash[32], const struct tries *t);

/* Devices that a person signed in with and that carry our mark. */
struct device {
	struct id id;
	int64_t created_ms, seen_ms;
	struct str about; /* JSON, sealed where it lies */
};
must_use enum err device_put(struct tx *tx, struct id user, const struct device *d);
must_use enum err device_seen(struct tx *tx, struct id user, struct id id, struct str about, bool *ret_known);
/* device_known() - whether the mark is still good: not ended. */
must_use enum err device_known(struct tx *tx, struct id user, struct id id, bool *ret);
must_use enum err device_end_all(struct tx *tx, struct id user);
must_use enum err device_count(struct tx *tx, struct id user, int64_t *ret);

/* Secrets of integration keys: which company and key a hash belongs to. */
struct machine_secret {
	int64_t tenant, expires_ms, used_ms;
	struct id key;
};
must_use enum err machine_secret_put(struct tx *tx, const uint8_t hash[32], const struct machine_secret *m);
must_use enum err machine_secret_find(struct tx *tx, const uint8_t hash[32], struct machine_secret *ret); /* E_NOT_FOUND: or over */
must_use enum err machine_secret_touch(struct tx *tx, const uint8_t hash[32]);
/* The secrets of a key end at `at_ms`, if they would not earlier: at once, or after the overlap of a rotation. */
must_use enum err machine_secret_end(struct tx *tx, struct id key, int64_t at_ms);

/* Which companies somebody of the platform's staff looks after. assignment_put() and assignment_end() - *ret_changed: it was not so before.
 * assignment_list() - what holds now: of one person, of one company, or (both given) of the pair. */
struct assignment {
	struct id staff;
	int64_t tenant, since_ms;
};
must_use enum err assignment_put(struct tx *tx, struct id staff, int64_t tenant, bool *ret_changed);
must_use enum err assignment_end(struct tx *tx, struct id staff, int64_t tenant, bool *ret_changed);
must_use enum err assignment_list(struct tx *tx, struct id staff, int64_t tenant, struct assignment *list, size_t max, size_t *ret_count);

#endif
