#include "policy.h"

#include <stdio.h>
#include <string.h>

static const char *const role_names[] = { "owner", "admin", "dispatcher", "technician", "accountant" };
_Static_assert(ARRAY_LEN(role_names) == ROLE_COUNT, "one name for each role");

const char *role_name(enum role role)
{
	return (unsigned)role < ROLE_COUNT ? role_names[role] : "?";
}

enum err role_parse(struct str name, enum role *ret)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if (!str_eqz(name, role_names[i]))
			continue;
		*ret = (enum role)i;
		return OK;
	}
	return E_INVALID;
}

static const struct right *find(const struct catalogue *c, const char *name)
{
	for (size_t i = 0; c && i < c->right_count; i++)
		if (strcmp(c->rights[i].name, name) == 0)
			return &c->rights[i];
	return NULL;
}

enum grant policy_grant(const struct actor *actor, const char *name)
{
	const struct right *r = find(actor->catalogue, name);
	if (!actor->signed_in || !r || (unsigned)actor->role >= ROLE_COUNT)
		return GRANT_NONE;
	enum grant g = r->role[actor->role];
	/* "My view only" narrows what would be everything, for people who do field work. */
	return g == GRANT_ALL && actor->my_view_only && !id_is_zero(actor->employee) ? GRANT_OWN : g;
}

enum grant policy_noun(const struct actor *actor, const struct noun *noun, const char *verb)
{
	char name[80];
	snprintf(name, sizeof(name), "%s.%s", noun->name, verb);
	return policy_grant(actor, name);
}

static enum err refuse(struct ctx *c, const char *name)
{
	const struct right *r = find(c->actor.catalogue, name);
	struct buf b;
	buf_init(&b, c->arena, 300);
	for (unsigned i = 0; r && i < ROLE_COUNT; i++)
		if (r->role[i] != GRANT_NONE)
			buf_fmt(&b, "%s%s", b.n ? ", " : "", role_names[i]);
	return problem_set(&c->problem, E_FORBIDDEN, "This takes the right %s, which %s has. Ask your administrator.", name,
	                   b.n ? str_z(c->arena, buf_str(&b)) : "nobody");
}

enum err policy_demand(struct ctx *c, const char *right)
{
	return policy_grant(&c->actor, right) == GRANT_NONE ? refuse(c, right) : OK;
}

/* The row whose owners count for this row: itself, or the one that it hangs on. */
static enum err owns(struct ctx *c, struct tx *tx, const struct row *row, bool *ret)
{
	const struct noun *n = row->noun;
	*ret = n->own < 0; /* a noun that nobody owns is for everyone who may read it */
	if (n->own < 0 || id_is_zero(c->actor.employee) || row_is_null(row, n->own))
		return OK;
	const struct noun *owned = n->own == F_ID_FIELD ? n : n->fields[n->own].ref;
	return store_owns(tx, owned, row_id(row, n->own), c->actor.employee, ret);
}

enum err policy_row(struct ctx *c, struct tx *tx, const struct row *row, const char *right)
{
	enum grant read = policy_noun(&c->actor, row->noun, "read"), act = policy_grant(&c->actor, right);
	bool own = false;
	if (read == GRANT_NONE)
		return E_NOT_FOUND;
	if (read == GRANT_OWN || act == GRANT_OWN)
		TRY(owns(c, tx, row, &own));
	if (read == GRANT_OWN && !own)
		return E_NOT_FOUND;
	if (act == GRANT_NONE || (act == GRANT_OWN && !own))
		return refuse(c, right);
	return OK;
}

enum err policy_own(struct ctx *c, const struct noun *noun, struct id *ret)
{
	enum grant g = policy_noun(&c->actor, noun, "read");
	*ret = (struct id){ { 0 } };
	if (g == GRANT_NONE)
		return refuse(c, str_fmt(c->arena, "%s.read", noun->name).p);
	if (g == GRANT_ALL || noun->own < 0)
		return OK;
	/* Somebody without an employee record owns nothing: an id that no row has. */
	*ret = id_is_zero(c->actor.employee) ? c->actor.user : c->actor.employee;
	return OK;
}

struct field_set policy_see(const struct actor *actor, const struct noun *noun)
{
	struct field_set set = noun_visible(noun);
	for (size_t i = 0; i < noun->field_count; i++)
		if (noun->fields[i].see && policy_grant(actor, noun->fields[i].see) == GRANT_NONE)
			set.bits &= ~((uint64_t)1 << i);
	return set;
}

enum err policy_set(struct ctx *c, const struct noun *noun, struct field_set present)
{
	struct field_set see = policy_see(&c->actor, noun);
	for (size_t i = 0; i < noun->field_count; i++) {
		const struct field *f = &noun->fields[i];
		if (!set_has(present, (int)i))
			continue;
		bool blind = f->flags & WRITE_ONLY;
		if ((!blind && !set_has(see, (int)i)) || (f->set && policy_grant(&c->actor, f->set) == GRANT_NONE))
			problem_fault(&c->problem, problem_field(&c->problem, f->name), "forbidden", "You may not set this.");
	}
	if (c->problem.fault_count)
		return problem_set(&c->problem, E_FORBIDDEN, "You may not set some of these fields.");
	return OK;
}
