/* users.c - people who sign in, for the operator at the machine: adding, listing, a link for a new password, opening what guessing closed, ending
 * access. Each is an event in the platform's log. Nobody learns or sets the password of somebody who is there. */
#include "commands.h"

#include "account.h"
#include "guard.h"
#include "identity.h"
#include "jwt.h"
#include "login.h"

#include <stdio.h>
#include <string.h>

struct person {
	struct str email;
	struct row *row;
	const char *action;
	int64_t sessions, factors;
	bool end_factors, set_active, active;
};

static enum err find(struct tx *tx, void *arg)
{
	struct person *p = arg;
	size_t count;
	TRY(store_lookup(tx, &noun_user, USER_EMAIL, p->email, &p->row, 1, &count));
	return count ? OK : problem_set(tx->problem, E_NOT_FOUND, "There is nobody with this address.");
}

/* One transaction for what is done and that it was done. */
static enum err act(struct tx *tx, void *arg)
{
	struct person *p = arg;
	int64_t ended;
	TRY(find(tx, arg));
	struct id user = row_id(p->row, F_ID_FIELD);
	if (p->set_active) {
		struct row *is = row_copy(tx->arena, p->row);
		row_set_int(is, USER_ACTIVE, p->active);
		TRY(store_update(tx, p->row, is, &p->row));
	}
	if (p->end_factors || (p->set_active && !p->active)) {
		TRY(session_end_all(tx, user, 0, (struct id){ { 0 } }, &p->sessions));
		TRY(device_end_all(tx, user));
	}
	for (int i = 0; p->end_factors && i < 3; i++) {
		static const char *const kinds[] = { "totp", "passkey", "recovery" };
		TRY(factor_end(tx, user, (struct id){ { 0 } }, kinds[i], &ended));
		p->factors += ended;
	}
	return audit_event(tx, p->action, &noun_user, user, STR(""));
}

static enum err usage(struct tool *t)
{
	return problem_set(t->problem, E_INVALID,
	                   "usage: fieldward user list | reset --email E [--factors] | unlock --email E | disable --email E | enable --email E | "
	                   "add --email E --name NAME --role ROLE --owner-password-file F [--tenant N] [--employee ID]; all with --data DIR");
}

static enum err add(struct tool *t, struct ctx *c)
{
	struct str password;
	struct id user, employee = { { 0 } };
	struct row *tenant;
	int64_t number = 1;
	enum role role;
	if (!t->config->email[0] || !t->config->name[0] || role_parse(str_from(t->config->role), &role) != OK ||
	    (t->config->tenant[0] && str_to_i64(str_from(t->config->tenant), &number) != OK) ||
	    (t->config->employee[0] && id_parse(str_from(t->config->employee), &employee) != OK) ||
	    read_file(t->arena, t->config->owner_password_file, 4096, &password) != OK)
		return usage(t);
	struct new_member m = { .email = str_from(t->config->email), .name = str_from(t->config->name), .password = str_trim(password), .role = role,
		                .employee = employee };
	TRY(auth_tenant_by_number(c, &auth_nouns, number, &tenant));
	return auth_add_member(c, &auth_nouns, number, row_text(tenant, TENANT_NAME), &m, &user);
}

struct listing {
	struct query q;
	struct page page;
};

static enum err list_page(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	TRY(store_list(tx, &l->q, &l->page));
	for (size_t i = 0; i < l->page.count; i++) {
		int64_t tenants[50];
		size_t count;
		struct factors f;
		const struct row *r = l->page.rows[i];
		TRY(member_tenants(tx, row_id(r, F_ID_FIELD), tenants, ARRAY_LEN(tenants), &count));
		TRY(factors_of(tx, row_id(r, F_ID_FIELD), &f));
		printf("%s\t" STR_FMT "\t%s\t%zu %s\t%s%s\n", id_str(tx->arena, row_id(r, F_ID_FIELD)).p, STR_ARG(row_text(r, USER_EMAIL)),
		       row_int(r, USER_ACTIVE) ? "active" : "disabled", count, count == 1 ? "company" : "companies",
		       f.totp ? "app " : "", f.passkeys ? "passkey" : "");
	}
	return OK;
}

static enum err list(struct ctx *c)
{
	struct listing l = { .q = { .noun = &noun_user, .sort = -1, .ascending = true, .limit = LIST_LIMIT_MAX, .open = { ~(uint64_t)0 } } };
	struct run run = ctx_system_run(c);
	do {
		TRY(store_read(&run, list_page, &l));
		l.q.cursor = str_dup(c->arena, l.page.next_cursor);
	} while (l.q.cursor.n);
	return OK;
}

struct telling {
	int64_t tenants[50];
	size_t count;
	struct id id;
};

static enum err companies_of(struct tx *tx, void *arg)
{
	struct telling *l = arg;
	return member_tenants(tx, l->id, l->tenants, ARRAY_LEN(l->tenants), &l->count);
}

static enum err note_in_company(struct tx *tx, void *arg)
{
	return audit_event(tx, "factors_reset", &noun_user, ((const struct telling *)arg)->id, STR(""));
}

static enum err tell_companies(struct ctx *c, struct id user)
{
	struct telling l = { .id = user };
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, companies_of, &l));
	for (size_t i = 0; i < l.count; i++) {
		struct run in_tenant = ctx_tenant_run(c, l.tenants[i]);
		TRY(store_write(&in_tenant, note_in_company, &l));
	}
	return OK;
}

/* The link is printed for the operator to hand over: whoever has no mail server has no other way. Where all second factors are lost, they end with it,
 * and it stands in the logs of the person's companies. */
static enum err reset(struct ctx *c, struct person *p)
{
	struct str url;
	struct run run = ctx_system_run(c);
	p->action = p->end_factors ? "factors_reset" : "reset_access";
	TRY(store_write(&run, act, p));
	TRY(account_link(c, row_id(p->row, F_ID_FIELD), &url));
	if (p->end_factors)
		TRY(tell_companies(c, row_id(p->row, F_ID_FIELD)));
	if (p->end_factors)
		printf("%lld second factors and recovery codes ended, %lld sessions closed.\n", (long long)p->factors, (long long)p->sessions);
	printf("Good once, for half an hour:\n" STR_FMT "\n", STR_ARG(url));
	return OK;
}

static enum err unlock(struct ctx *c, struct person *p)
{
	struct run run = ctx_system_run(c);
	p->action = "unlock";
	TRY(store_write(&run, act, p));
	TRY(guard_account_open(c, p->email));
	const struct str id = id_str(c->arena, row_id(p->row, F_ID_FIELD));
	const struct guard_key codes[] = { { GUARD_CODE, id }, { GUARD_CODE_DAY, id } };
	return guard_good(c, codes, ARRAY_LEN(codes));
}

static enum err run(struct tool *t, struct ctx *c, struct str word)
{
	struct person p = { .email = str_lower_ascii(t->arena, str_trim(str_from(t->config->email))), .end_factors = t->config->factors };
	struct run system = ctx_system_run(c);
	if (str_eqz(word, "list"))
		return list(c);
	if (str_eqz(word, "add"))
		return add(t, c);
	if (!p.email.n)
		return usage(t);
	if (str_eqz(word, "reset"))
		return reset(c, &p);
	if (str_eqz(word, "unlock"))
		return unlock(c, &p);
	if (!str_eqz(word, "disable") && !str_eqz(word, "enable"))
		return usage(t);
	p.set_active = true;
	p.active = str_eqz(word, "enable");
	p.action = p.active ? "enable" : "disable";
	return store_write(&system, act, &p);
}

enum err command_user(struct tool *t)
{
	struct store *store;
	if (t->config->word_count != 1)
		return usage(t);
	TRY(tool_store(t, false, &store));
	struct ctx c = tool_ctx(t, store);
	enum err e = run(t, &c, str_from(t->config->words[0]));
	if (e != OK && c.problem.err != OK)
		*t->problem = c.problem;
	else if (e != OK && c.problem.fault_count)
		*t->problem = c.problem;
	store_close(store);
	return e;
}

enum err command_tokens(struct tool *t)
{
	struct store *store;
	if (t->config->word_count != 1 || strcmp(t->config->words[0], "renew") != 0)
		return problem_set(t->problem, E_INVALID, "usage: fieldward tokens renew --data DIR");
	TRY(tool_store(t, false, &store));
	enum err e = jwt_keys_renew(store_keys(store), now());
	store_close(store);
	if (e == OK)
		printf("Access tokens have a new key. Those given out before are refused within a minute; clients renew them by themselves.\n");
	return e;
}
