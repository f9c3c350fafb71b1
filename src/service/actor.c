/* actor.c - who acts, as the membership makes him: his role, his rights, whose rows are his own. */
#include "auth.h"

struct find_member {
	const struct auth_nouns *n;
	struct id user;
	struct row *row;
};

static enum err find_member(struct tx *tx, void *arg)
{
	struct find_member *f = arg;
	struct field_set only = { 0 };
	const int fields[] = { f->n->member_active, f->n->member_employee, f->n->member_own_only, f->n->member_role };
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		set_add(&only, fields[i]);
	return store_find_only(tx, f->n->membership, f->n->member_user, VALUE_ID(f->user), only, &f->row);
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
		.tenant = tenant,
		.my_view_only = row_int(f.row, n->member_own_only) != 0,
	};
	return role_parse(row_text(f.row, n->member_role), &c->actor.role);
}
