/* actor.c - who acts, as the membership makes him: his role, his rights, whose rows are his own. */
#include "auth.h"

struct find_member {
	const struct auth_nouns *n;
	struct id user;
	struct row *row, *own_role; /* NULL: one of the presets */
};

static enum err find_member(struct tx *tx, void *arg)
{
	struct find_member *f = arg;
	struct field_set only = { 0 };
	const int fields[] = { f->n->member_active, f->n->member_employee, f->n->member_own_only, f->n->member_role, f->n->member_own_role, f->n->member_since };
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		set_add(&only, fields[i]);
	TRY(store_find_only(tx, f->n->membership, f->n->member_user, VALUE_ID(f->user), only, &f->row));
	const struct id role = row_id(f->row, f->n->member_own_role);
	f->own_role = NULL;
	only = (struct field_set){ 0 };
	set_add(&only, f->n->role_grants);
	return id_is_zero(role) ? OK : store_get_each(tx, f->n->role, &role, 1, only, &f->own_role);
}

enum err actor_load(struct ctx *c, const struct auth_nouns *n, struct id user, int64_t tenant)
{
	struct find_member f = { .n = n, .user = user };
	struct run run = ctx_tenant_run(c, tenant);
	TRY(store_read(&run, find_member, &f));
	if (!row_int(f.row, n->member_active))
		return E_NOT_FOUND;
	c->actor = (struct actor){
		.catalogue = store_catalogue(c->store),
		.signed_in = true,
		.user = user,
		.membership = row_id(f.row, F_ID_FIELD),
		.employee = row_id(f.row, n->member_employee),
		.own_role = row_id(f.row, n->member_own_role),
		.tenant = tenant,
		.my_view_only = row_int(f.row, n->member_own_only) != 0,
		.since_ms = row_int(f.row, n->member_since),
	};
	enum role role;
	TRY(role_parse(row_text(f.row, n->member_role), &role));
	policy_preset(&c->actor, role);
	if (!id_is_zero(c->actor.own_role) && !f.own_role)
		policy_clear(&c->actor); /* a role that is gone gives nothing */
	else if (f.own_role)
		policy_lines(&c->actor, row_text(f.own_role, n->role_grants));
	c->actor.used = ARENA_ARRAY(c->arena, uint64_t, RIGHTS_MAX / 64);
	return OK;
}

/* ---- leaving ---- */

static enum err end_sessions(struct tx *tx, const struct leaver *who)
{
	int64_t ended;
	return session_end_all(tx, who->user, who->tenant, (struct id){ { 0 } }, &ended);
}

/* What ends besides the membership; each runs in the platform's plane. TO ADD ONE: a function above, a line here. */
static enum err (*const endings[])(struct tx *tx, const struct leaver *who) = { end_sessions };

static enum err end_all(struct tx *tx, void *arg)
{
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		TRY(endings[i](tx, arg));
	return OK;
}

enum err actor_leave(struct ctx *c, const struct leaver *who)
{
	struct leaver copy = *who;
	struct run run = ctx_system_run(c);
	return store_write(&run, end_all, &copy);
}
