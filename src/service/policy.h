/* policy.h - who may do what: one function that every path asks - list, detail, search, export, acts, files.
 *
 * Rights are names ("<noun>.read", "export.run"); the catalogue brings the table role x right as data. Deny by default. A right may be
 * granted for everything or for own rows only; what "own" means follows from the noun (its .own field and store_own()). */
#ifndef POLICY_H
#define POLICY_H

#include "ctx.h"

enum grant { GRANT_NONE, GRANT_OWN, GRANT_ALL };

struct right {
	const char *name; /* "<noun>.<verb>" */
	enum grant role[ROLE_COUNT];
};

const char *role_name(enum role role);
must_use enum err role_parse(struct str name, enum role *ret);

enum grant policy_grant(const struct actor *actor, const char *name);
enum grant policy_noun(const struct actor *actor, const struct noun *noun, const char *verb); /* "<noun>.<verb>" */
/* policy_demand() - OK, or E_FORBIDDEN with the right and the roles that have it in words. */
must_use enum err policy_demand(struct ctx *c, const char *right);
/* policy_row() - whether the actor may do `right` with this row: OK; E_NOT_FOUND when he may not even see it; E_FORBIDDEN otherwise. */
must_use enum err policy_row(struct ctx *c, struct tx *tx, const struct row *row, const char *right);
/* policy_own() - the employee to whose rows lists are narrowed; zero: all rows. E_FORBIDDEN when he may not read the noun at all. */
must_use enum err policy_own(struct ctx *c, const struct noun *noun, struct id *ret);
/* The fields that the actor may see, and may set. */
struct field_set policy_see(const struct actor *actor, const struct noun *noun);
/* policy_set() - faults for every field of `present` that the actor may not set. */
must_use enum err policy_set(struct ctx *c, const struct noun *noun, struct field_set present);

#endif
