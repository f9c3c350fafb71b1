#include "auth.h"

#include "factors.h"
#include "password.h"

#include <string.h>

enum { TENANT_TRIES = 8 };

/* ---- reading the platform's rows ---- */

struct find_user {
	const struct auth_nouns *n;
	struct str email;
	struct row *user; /* NULL: nobody */
};

static enum err find_user(struct tx *tx, void *arg)
{
	struct find_user *f = arg;
	size_t count;
	TRY(store_lookup(tx, f->n->user, f->n->user_email, f->email, &f->user, 1, &count));
	if (!count)
		f->user = NULL;
	return OK;
}

struct find_tenant {
	const struct auth_nouns *n;
	int64_t number; /* or */
	struct id id;
	struct row *row;
};

static enum err find_tenant(struct tx *tx, void *arg)
{
	struct find_tenant *f = arg;
	if (!id_is_zero(f->id))
		return store_get(tx, f->n->tenant, f->id, &f->row);
	return store_find(tx, f->n->tenant, f->n->tenant_number, VALUE_INT(f->number), &f->row);
}

enum err auth_tenant_by_number(struct ctx *c, const struct auth_nouns *n, int64_t number, struct row **ret)
{
	struct find_tenant f = { .n = n, .number = number };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, find_tenant, &f));
	*ret = f.row;
	return OK;
}

bool auth_tenant_open(const struct auth_nouns *n, const struct row *tenant)
{
	return row_is(tenant, n->tenant_status, "active") || row_is(tenant, n->tenant_status, "trial");
}

/* ---- companies and people ---- */

struct add_tenant {
	const struct auth_nouns *n;
	const struct row *given;
	struct row *row;
	int64_t number;
};

static enum err next_tenant_number(struct tx *tx, const struct auth_nouns *n, int64_t *ret)
{
	struct query q = { .noun = n->tenant, .sort = -1, .limit = LIST_LIMIT_MAX };
	struct page page;
	*ret = 1;
	/* Companies that were added side by side have their numbers in another order than their times: all of them are looked at. */
	do {
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++)
			if (row_int(page.rows[i], n->tenant_number) >= *ret)
				*ret = row_int(page.rows[i], n->tenant_number) + 1;
		q.cursor = page.next_cursor;
	} while (page.next_cursor.n);
	return OK;
}

static enum err add_tenant(struct tx *tx, void *arg)
{
	struct add_tenant *t = arg;
	struct row *row = row_copy(tx->arena, t->given);
	TRY(next_tenant_number(tx, t->n, &t->number));
	row_set_int(row, t->n->tenant_number, t->number);
	return store_insert(tx, row, &t->row);
}

static enum err run_seed(struct tx *tx, void *arg)
{
	enum err (**seed)(struct tx *) = arg;
	return (*seed)(tx);
}

enum err auth_add_tenant(struct ctx *c, const struct auth_nouns *n, const struct row *tenant, enum err (*seed)(struct tx *tx),
                         struct id *ret_id, int64_t *ret_number)
{
	struct add_tenant t = { .n = n, .given = tenant };
	struct run run = ctx_system_run(c);
	enum err e = store_write(&run, add_tenant, &t);
	for (int tries = 0; e == E_UNIQUE && tries < TENANT_TRIES; tries++) { /* somebody else took the number in between */
		problem_init(&c->problem, c->arena);
		e = store_write(&run, add_tenant, &t);
	}
	TRY(e);
	TRY(store_tenant_create(c->store, t.number, c->arena, &c->problem));
	struct run in_tenant = ctx_tenant_run(c, t.number);
	TRY(store_write(&in_tenant, run_seed, &seed));
	*ret_id = row_id(t.row, F_ID_FIELD);
	*ret_number = t.number;
	return OK;
}

struct add_user {
	const struct auth_nouns *n;
	const struct new_member *m;
	struct str email, hash;
	int64_t tenant;
	struct row *user;
};

static enum err add_user(struct tx *tx, void *arg)
{
	struct add_user *a = arg;
	size_t count;
	TRY(tx_lock(tx)); /* an address has one account: two that make it follow one another */
	TRY(store_lookup(tx, a->n->user, a->n->user_email, a->email, &a->user, 1, &count));
	if (!count) {
		struct row *row = row_new(tx->arena, a->n->user);
		row_set_text(row, a->n->user_email, a->email);
		row_set_text(row, a->n->user_name, a->m->name);
		row_set_text(row, a->n->user_password, a->hash);
		TRY(store_insert(tx, row, &a->user));
	}
	return member_put(tx, row_id(a->user, F_ID_FIELD), a->tenant);
}

static enum err add_member(struct tx *tx, void *arg)
{
	struct add_user *a = arg;
	struct row *row = row_new(tx->arena, a->n->membership);
	row_set_id(row, a->n->member_user, row_id(a->user, F_ID_FIELD));
	row_set_text(row, a->n->member_name, row_text(a->user, a->n->user_name));
	row_set_text(row, a->n->member_email, a->email);
	row_set_text(row, a->n->member_role, str_from(role_name(a->m->role)));
	row_set_int(row, a->n->member_own_only, a->m->own_only);
	if (!id_is_zero(a->m->employee))
		row_set_id(row, a->n->member_employee, a->m->employee);
	return store_insert(tx, row, &row);
}

enum err auth_hash_password(struct ctx *c, struct str password, bool second_factor, const struct str *context, size_t count, struct str *ret)
{
	struct key pepper;
	const char *why = password_check(c->arena, password, second_factor, context, count);
	if (why) {
		problem_fault(&c->problem, STR("/password"), "too_weak", "%s", why);
		return problem_done(&c->problem);
	}
	TRY(keystore_pepper(store_keys(c->store), &pepper));
	enum err e = password_hash(c->arena, &pepper, password, ret);
	key_wipe(&pepper);
	return e;
}

struct set_password {
	const struct auth_nouns *n;
	struct id user, keep;
	const char *once_kind;
	const uint8_t *once_hash;
	struct row *row;
	struct str hash;
};

static enum err load_user(struct tx *tx, void *arg)
{
	struct set_password *s = arg;
	return store_get(tx, s->n->user, s->user, &s->row);
}

static enum err put_password(struct tx *tx, void *arg)
{
	struct set_password *s = arg;
	struct row *was, *is;
	struct once once;
	int64_t ended;
	if (s->once_hash)
		TRY(once_take(tx, s->once_hash, s->once_kind, &once));
	TRY(store_get(tx, s->n->user, s->user, &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, s->n->user_password, s->hash);
	TRY(store_update(tx, was, is, &is));
	TRY(session_end_all(tx, s->user, 0, s->keep, &ended));
	if (id_is_zero(s->keep))
		TRY(device_end_all(tx, s->user));
	TRY(once_drop(tx, s->user, "reset"));
	TRY(once_drop(tx, s->user, "email")); /* asked for by somebody who knew the old one */
	return audit_event(tx, "password_change", s->n->user, s->user, str_fmt(tx->arena, "{\"ended\":%lld}", (long long)ended));
}

enum err auth_set_password(struct ctx *c, const struct auth_nouns *n, struct id user, struct str password, struct id keep,
                            const char *once_kind, const uint8_t *once_hash)
{
	struct set_password s = { .n = n, .user = user, .keep = keep, .once_kind = once_kind, .once_hash = once_hash };
	struct factors f;
	struct row *tenant = NULL;
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, load_user, &s));
	TRY(factors_load(c, user, &f));
	if (c->actor.tenant)
		TRY(auth_tenant_by_number(c, n, c->actor.tenant, &tenant));
	const struct str context[] = { row_text(s.row, n->user_email), row_text(s.row, n->user_name), tenant ? row_text(tenant, n->tenant_name) : STR(""),
		                       STR("fieldward") };
	TRY(auth_hash_password(c, password, factors_any(&f), context, ARRAY_LEN(context), &s.hash));
	return store_write(&run, put_password, &s);
}

enum err auth_add_member(struct ctx *c, const struct auth_nouns *n, int64_t tenant, struct str tenant_name, const struct new_member *member,
                         struct id *ret_user)
{
	struct add_user a = { .n = n, .m = member, .tenant = tenant, .email = str_lower_ascii(c->arena, str_trim(member->email)) };
	struct find_user u = { .n = n, .email = a.email };
	struct run system = ctx_system_run(c), in_tenant = ctx_tenant_run(c, tenant);
	TRY(store_read(&system, find_user, &u));
	if (!u.user)
		TRY(auth_hash_password(c, member->password, false, (const struct str[]){ member->email, member->name, tenant_name }, 3, &a.hash));
	TRY(store_write(&system, add_user, &a));
	TRY(store_write(&in_tenant, add_member, &a));
	*ret_user = row_id(a.user, F_ID_FIELD);
	return OK;
}
