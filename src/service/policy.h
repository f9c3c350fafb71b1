/* policy.h - who may do what: one function that every path asks - list, detail, search, export, acts, files.
 *
 * Rights are names ("<noun>.read", "export.run"); the catalogue brings the table role x right as data. Deny by default. A right may be
 * granted for everything or for own rows only; what "own" means follows from the noun (its .own field and store_own()).
 *
 * Whoever acts carries what he may do as an array by right (actor.grant), filled once for a request: from the table for a role, changed by the
 * lines of a company's own role, narrowed for a key. Everything here looks there. Acts of weight (right.fresh) ask besides for a proof of who it
 * is that is not older than ten minutes. */
#ifndef POLICY_H
#define POLICY_H

#include "ctx.h"

struct right {
	const char *name; /* "<noun>.<verb>" */
	enum grant role[ROLE_COUNT];
	bool fresh;       /* an act of weight: it takes a fresh proof */
	const char *doc;  /* a sentence; NULL where it follows from the noun or its act */
	unsigned never;   /* 1 << role: a company's own role that starts from this one cannot have it either */
};

/* policy_index() - what finds a right by its name and by noun and verb without looking through all of them; made once, with the catalogue that
 * it is for, and put into it. Lives in `a`. */
struct right_index;
const struct right_index *policy_index(struct arena *a, const struct catalogue *c);
/* policy_right() - place of a right in the table, or -1. */
int policy_right(const struct catalogue *c, struct str name);
/* policy_only_owners() - whether no role but the owner's has it. policy_can_own() - whether it can be granted for own rows alone.
 * policy_doc() - a sentence about it. */
bool policy_only_owners(const struct right *r);
bool policy_can_own(const struct catalogue *c, const struct right *r);
struct str policy_doc(struct arena *a, const struct catalogue *c, const struct right *r);

/* Filling actor.grant; actor.catalogue must be set. policy_preset() sets the role too. policy_give() is false for a right that there is not.
 * policy_narrow() takes away what `most` does not have (NULL: nothing), and with reads_only all but "<noun>.read". */
void policy_clear(struct actor *actor);
void policy_preset(struct actor *actor, enum role role);
bool policy_give(struct actor *actor, struct str right, enum grant grant);
void policy_narrow(struct actor *actor, const struct actor *most, bool reads_only);
/* policy_lines() - changes the grants by the lines "right=none|own|all" of a company's own role. Lines that mean nothing (any more) are passed over:
 * they were checked when they were written. policy_line() reads one; false: it means nothing, and *ret_why says why. */
void policy_lines(struct actor *actor, struct str lines);
bool policy_line(const struct catalogue *c, struct str line, int *ret_right, enum grant *ret_grant, const char **ret_why);
const char *grant_name(enum grant g); /* none, own, all */
/* policy_exceeds() - the first right that `actor` has and `most` has not, or has less of; -1. "My view only" does not count. */
int policy_exceeds(const struct actor *actor, const struct actor *most);

const char *role_name(enum role role);
must_use enum err role_parse(struct str name, enum role *ret);

enum grant policy_grant(const struct actor *actor, const char *name);
enum grant policy_noun(const struct actor *actor, const struct noun *noun, const char *verb); /* "<noun>.<verb>" */
/* policy_demand() - OK, or E_FORBIDDEN with the right and the roles that have it in words, or E_STEP_UP. */
must_use enum err policy_demand(struct ctx *c, const char *right);
/* policy_row() - whether the actor may do `right` with this row: OK; E_NOT_FOUND when he may not even see it; E_FORBIDDEN or
 * E_STEP_UP otherwise. */
must_use enum err policy_row(struct ctx *c, struct tx *tx, const struct row *row, const char *right);
/* policy_own() - the employee to whose rows lists are narrowed; zero: all rows. E_FORBIDDEN when he may not read the noun at all. */
must_use enum err policy_own(struct ctx *c, const struct noun *noun, struct id *ret);
/* The fields that the actor may see, and may set. */
struct field_set policy_see(const struct actor *actor, const struct noun *noun);
/* policy_set() - faults for every field of `present` that the actor may not set; E_STEP_UP where one takes a fresh proof. */
must_use enum err policy_set(struct ctx *c, const struct noun *noun, struct field_set present);

#endif
