/* rights.c - the table of rights for people to read, and what of it nobody makes use of. */
#include "api_private.h"

#include "right_use.h"

enum { UNUSED_DAYS = 90, UNUSED_DAYS_MAX = 3650, DAY_MS = 86400000 };

static void write_right(struct call *c, struct json_out *o, size_t at)
{
	const struct catalogue *cat = store_catalogue(c->ctx.store);
	const struct right *r = &cat->rights[at];
	struct str verb;
	jw_open(o, '{');
	jw_member_str(o, "name", str_from(r->name));
	jw_member_str(o, "about", str_cut(str_from(r->name), '.', &verb));
	jw_member_str(o, "verb", verb);
	jw_member_str(o, "doc", policy_doc(c->ctx.arena, cat, r));
	jw_member_bool(o, "fresh", r->fresh);
	jw_member_bool(o, "can_own", policy_can_own(cat, r));
	jw_member_bool(o, "owners_only", policy_only_owners(r));
	jw_key(o, "presets");
	jw_open(o, '{');
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		jw_member_str(o, role_name((enum role)i), str_from(grant_name(r->role[i])));
	jw_close(o, '}');
	jw_member_str(o, "mine", str_from(grant_name(policy_grant(&c->ctx.actor, r->name))));
	jw_close(o, '}');
}

enum err rights_list(struct call *c)
{
	const struct catalogue *cat = store_catalogue(c->ctx.store);
	struct buf b;
	struct json_out o;
	TRY(policy_demand(&c->ctx, "role.read"));
	buf_init(&b, c->ctx.arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < cat->right_count; i++)
		write_right(c, &o, i);
	jw_close(&o, ']');
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}

/* ---- what is not used ---- */

struct unused {
	struct call *call;
	int64_t since; /* a day */
	struct page members;
	struct str body;
};

/* Somebody with the role of this membership. */
static enum err actor_of(struct tx *tx, const struct auth_nouns *n, const struct row *member, struct actor *ret)
{
	const struct id own = row_id(member, n->member_own_role);
	struct row *role = NULL;
	enum role base;
	*ret = (struct actor){ .catalogue = store_catalogue(tx->store), .signed_in = true };
	TRY(role_parse(row_text(member, n->member_role), &base));
	policy_preset(ret, base);
	if (id_is_zero(own))
		return OK;
	TRY(store_get(tx, n->role, own, &role));
	policy_lines(ret, row_text(role, n->role_grants));
	return OK;
}

static enum err write_member(struct tx *tx, struct unused *u, struct json_out *o, const struct row *member)
{
	const struct auth_nouns *n = u->call->api->config.auth;
	struct actor *a = ARENA_NEW(tx->arena, struct actor);
	struct str *used;
	size_t count, given = 0;
	TRY(actor_of(tx, n, member, a));
	TRY(right_use_since(tx, row_id(member, F_ID_FIELD), u->since, &used, &count));
	jw_open(o, '{');
	jw_member_id(o, "membership_id", row_id(member, F_ID_FIELD));
	jw_member_str(o, "name", row_text(member, n->member_name));
	jw_member_str(o, "role", row_text(member, n->member_role));
	jw_member_instant(o, "since", (struct instant){ row_int(member, F_CREATED_AT_FIELD) });
	jw_key(o, "unused");
	jw_open(o, '[');
	for (size_t i = 0; i < a->catalogue->right_count; i++) {
		bool is_used = false;
		for (size_t k = 0; k < count && !is_used; k++)
			is_used = str_eqz(used[k], a->catalogue->rights[i].name);
		given += a->grant[i] != GRANT_NONE;
		if (a->grant[i] != GRANT_NONE && !is_used)
			jw_str(o, str_from(a->catalogue->rights[i].name));
	}
	jw_close(o, ']');
	jw_member_int(o, "given", (int64_t)given);
	jw_close(o, '}');
	return OK;
}

static enum err unused_body(struct tx *tx, void *arg)
{
	struct unused *u = arg;
	const struct auth_nouns *n = u->call->api->config.auth;
	struct query q = { .noun = n->membership, .sort = -1, .limit = LIST_LIMIT_MAX, .cursor = call_param(u->call, "cursor") };
	struct buf b;
	struct json_out o;
	set_add(&q.open, n->member_name);
	TRY(store_list(tx, &q, &u->members));
	buf_init(&b, tx->arena, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < u->members.count; i++)
		if (row_int(u->members.rows[i], n->member_active))
			TRY(write_member(tx, u, &o, u->members.rows[i]));
	jw_close(&o, ']');
	jw_key(&o, "next_cursor");
	if (u->members.next_cursor.n)
		jw_str(&o, u->members.next_cursor);
	else
		jw_null(&o);
	jw_close(&o, '}');
	u->body = buf_str(&b);
	return b.over ? E_TOO_LARGE : OK;
}

enum err rights_unused(struct call *c)
{
	struct unused u = { .call = c };
	struct run run = ctx_run(&c->ctx);
	struct str text = call_param(c, "days");
	int64_t days = UNUSED_DAYS;
	TRY(policy_demand(&c->ctx, "role.read"));
	TRY(policy_demand(&c->ctx, "membership.read"));
	if ((text.n && str_to_i64(text, &days) != OK) || days < 1 || days > UNUSED_DAYS_MAX)
		problem_fault(&c->ctx.problem, STR("/days"), "range", "Between 1 and %d.", UNUSED_DAYS_MAX);
	TRY(problem_done(&c->ctx.problem));
	u.since = c->ctx.now.ms / DAY_MS - days + 1;
	uselog_write(readlog_uses(c->api->reads), true);
	TRY(store_read(&run, unused_body, &u));
	call_json(c, 200, u.body);
	return rows_seen(c, c->api->config.auth->membership, "list", u.members.rows, u.members.count);
}
