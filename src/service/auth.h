/* auth.h - signing in, sessions, people and their memberships. Users are global, memberships are per company. */
#ifndef AUTH_H
#define AUTH_H

#include "alarm.h"
#include "policy.h"
#include "session.h"

/* What the platform needs to know of the nouns that it signs in with; given by main, so that no layer below names them. */
struct auth_nouns {
	const struct noun *tenant, *user, *membership, *role;
	int tenant_number, tenant_name, tenant_status;
	int user_email, user_name, user_password, user_active;
	int member_user, member_name, member_email, member_role, member_own_only, member_employee, member_active, member_own_role;
	int role_name, role_grants;
	const struct alarms *alarms; /* what an owner should look at is told here */
};

struct login {
	struct str email, password;
	struct id tenant; /* zero: the one used last */
	bool cookie;
};
struct login_answer {
	struct str token; /* to be given once */
	int64_t expires_s;
	struct id tenant;
};
/* auth_login() - E_LOGIN; E_TENANT_REQUIRED with the list in the problem; E_FORBIDDEN for a company that is suspended. */
must_use enum err auth_login(struct ctx *c, const struct auth_nouns *n, const struct login *login, struct login_answer *ret);
/* auth_session() - fills c->actor and c->who from a token; E_UNAUTHENTICATED. */
must_use enum err auth_session(struct ctx *c, const struct auth_nouns *n, struct str token, bool cookie);
must_use enum err auth_logout(struct ctx *c, struct str token);
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
/* auth_tenant() - the row of a company by its public identity or number; runs in the platform's plane. */
must_use enum err auth_tenant_by_number(struct ctx *c, const struct auth_nouns *n, int64_t number, struct row **ret);

#endif
