/* auth.h - signing in, sessions, people and their memberships. Users are global, memberships are per company. */
#ifndef AUTH_H
#define AUTH_H

#include "alarm.h"
#include "policy.h"
#include "session.h"

/* What the platform needs to know of the nouns that it signs in with; given by main, so that no layer below names them. */
struct auth_nouns {
	const struct noun *tenant, *user, *membership, *role;
	int tenant_number, tenant_name, tenant_status, tenant_idle_minutes, tenant_second_factor, tenant_factor_roles, tenant_sso_only, tenant_known_devices;
	int user_email, user_name, user_password, user_active;
	int member_user, member_name, member_email, member_role, member_own_only, member_employee, member_active, member_advised, member_since, member_own_role;
	int role_name, role_grants;
	/* Staff of whoever runs the platform are a realm of their own; and how a company lets one of them in. */
	const struct noun *staff, *grant;
	int staff_email, staff_name, staff_password, staff_active, grant_staff, grant_name;
	const struct alarms *alarms; /* what an owner should look at is told here */
	/* What only the layers above can do; each may be NULL in tests. tell() - a mail to somebody who signs in,
	 * through the actor's company; in a transaction of its own. admit() - E_NOT_FOUND where a company that lets known
	 * machines in alone does not let this one in; with `label` it is put down to wait. machine() - fills the actor with what a key of an integration may do;
	 * E_NOT_FOUND where it may not be used, or not from here. */
	enum err (*tell)(struct ctx *c, const char *kind, struct str to, struct str code);
	enum err (*admit)(struct ctx *c, struct id user, struct id device, struct str label);
	enum err (*machine)(struct ctx *c, int64_t tenant, struct id key);
	/* support() - fills the actor, who is staff and whose tenant is set, with what this grant lets him do; E_NOT_FOUND where it lets him in no (more).
	 * supported() - writes who is let into the actor's company now, as an array. */
	enum err (*support)(struct ctx *c, struct id grant);
	enum err (*supported)(struct ctx *c, struct json_out *o);
};

/* auth_session() - fills c->actor and c->who from what a request brings: the token of a browser's session, an access token, or an integration's
 * key. The session is looked up each time, so what was ended, or whose person or company was, is over with the next request (S-101, S-152).
 * E_UNAUTHENTICATED. */
must_use enum err auth_session(struct ctx *c, const struct auth_nouns *n, struct str token, bool cookie);
must_use enum err auth_logout(struct ctx *c); /* ends the session of the actor */
bool auth_tenant_open(const struct auth_nouns *n, const struct row *tenant); /* neither suspended nor closing */
/* session_usable() - not ended, not over, not idle for too long. */
bool session_usable(const struct session *s, struct instant now);
/* access_token() - a short-lived token of a session (RFC 9068). */
must_use enum err access_token(struct ctx *c, const struct session *s, const char *amr, struct id tenant, struct str *ret);
/* The keys of integrations: what they look like, and what is stored of one. key_new() - "fwk_" + 43 characters + a check of 6, so that scanners
 * know a leaked one when they see it. key_hash() - E_INVALID for what cannot be one, without a look into the database. */
#define KEY_PREFIX "fwk_"
must_use enum err key_new(struct ctx *c, struct str *ret_key, uint8_t ret_hash[32]);
must_use enum err key_hash(struct ctx *c, struct str key, uint8_t ret_hash[32]);
/* actor_load() - c->actor as the membership of a person in a company makes him; without a session. E_NOT_FOUND without an active one. */
must_use enum err actor_load(struct ctx *c, const struct auth_nouns *n, struct id user, int64_t tenant);

/* actor_leave() - ends what somebody who left a company still has: his sessions for it, and whatever else stands in the list of actor.c. The
 * membership is inactive by then, so that no request of his passes any more; this clears away behind it. */
struct leaver {
	struct id user, membership;
	int64_t tenant;
};
must_use enum err actor_leave(struct ctx *c, const struct leaver *who);

/* auth_add_tenant(), auth_add_member() - for init, invitations and tests. A person who exists already keeps name and password.
 * auth_add_member: `password` empty for somebody who exists; checked against the rules otherwise (E_INVALID with the reason). */
must_use enum err auth_add_tenant(struct ctx *c, const struct auth_nouns *n, const struct row *tenant, enum err (*seed)(struct tx *tx),
                                  struct id *ret_id, int64_t *ret_number);
struct new_member {
	struct str email, name, password;
	enum role role;
	bool own_only;
	struct id employee;
};
must_use enum err auth_add_member(struct ctx *c, const struct auth_nouns *n, int64_t tenant, struct str tenant_name,
                                  const struct new_member *member, struct id *ret_user);
/* auth_hash_password() - checks it against the rules (E_INVALID at /password); `context`: what it must not be made of. */
must_use enum err auth_hash_password(struct ctx *c, struct str password, bool second_factor, const struct str *context, size_t count, struct str *ret);
/* auth_set_password() - checks it against the rules (E_INVALID at /password), stores its hash, ends all sessions of the person but `keep` and forgets
 * his devices; links that would have set one are over. With `once_hash` the link
 * that brought him is taken in the same transaction: E_NOT_FOUND where it was used in between. */
must_use enum err auth_set_password(struct ctx *c, const struct auth_nouns *n, struct id user, struct str password, struct id keep,
                                const char *once_kind, const uint8_t *once_hash);
/* auth_tenant_by_number() - the row of a company by its public identity or number; runs in the platform's plane. */
must_use enum err auth_tenant_by_number(struct ctx *c, const struct auth_nouns *n, int64_t number, struct row **ret);

#endif
