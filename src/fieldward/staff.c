/* staff.c - the platform's own staff, for the operator at the machine: who there is, and which companies they look after. Each step is an event in the
 * platform's log; whom a company is given to look after stands in that company's log too. */
#include "commands.h"

#include "factors.h"
#include "guard.h"
#include "identity.h"

#include <stdio.h>
#include <string.h>

enum { CONTRACT_MAX = 16 * 1024 * 1024 };

struct person {
	struct str email, name, hash;
	struct row *row;
	int64_t tenant;
	bool assigns, changed, end_factors;
	const char *action;
	struct str contract;
	struct day inducted;
};

static enum err usage(struct tool *t)
{
	return problem_set(t->problem, E_INVALID,
	                   "usage: fieldward staff list | add --email E --name NAME --owner-password-file F | assign --email E --tenant N | "
	                   "unassign --email E --tenant N | reset --email E --owner-password-file F [--factors] | vetted --email E --contract FILE --inducted-on DATE | disable --email E | enable --email E; "
	                   "all with --data DIR");
}

static enum err look(struct tx *tx, struct person *p)
{
	size_t count;
	TRY(store_lookup(tx, &noun_staff, STAFF_EMAIL, p->email, &p->row, 1, &count));
	return count ? OK : E_NOT_FOUND;
}

static enum err find(struct tx *tx, void *arg)
{
	enum err e = look(tx, arg);
	return e == E_NOT_FOUND ? problem_set(tx->problem, E_NOT_FOUND, "There is nobody of the staff with this address.") : e;
}

static enum err put(struct tx *tx, void *arg)
{
	struct person *p = arg;
	enum err e = look(tx, p);
	if (e != E_NOT_FOUND)
		return e == OK ? problem_set(tx->problem, E_UNIQUE, "There is somebody of the staff with this address.") : e;
	struct row *row = row_new(tx->arena, &noun_staff);
	row_set_text(row, STAFF_EMAIL, p->email);
	row_set_text(row, STAFF_NAME, p->name);
	row_set_text(row, STAFF_PASSWORD, p->hash);
	return store_insert(tx, row, &p->row);
}

static enum err hash(struct tool *t, struct ctx *c, struct person *p)
{
	struct str password;
	if (read_file(t->arena, t->config->owner_password_file, 4096, &password) != OK)
		return usage(t);
	return auth_hash_password(c, str_trim(password), false, (const struct str[]){ p->email, p->name, STR("fieldward") }, 3, &p->hash);
}

static enum err add(struct tool *t, struct ctx *c, struct person *p)
{
	struct run run = ctx_system_run(c);
	p->name = str_from(t->config->name);
	if (!p->name.n)
		return usage(t);
	TRY(hash(t, c, p));
	return store_write(&run, put, p);
}

/* ---- what they look after ---- */

static enum err assign(struct tx *tx, void *arg)
{
	struct person *p = arg;
	TRY(find(tx, p));
	const struct id staff = row_id(p->row, F_ID_FIELD);
	if (p->assigns && (row_is_null(p->row, STAFF_CONTRACT) || row_is_null(p->row, STAFF_INDUCTED_ON)))
		return problem_set(tx->problem, E_CONFLICT, "First the signed contract and the induction: fieldward staff vetted --email E --contract FILE --inducted-on DATE.");
	TRY(p->assigns ? assignment_put(tx, staff, p->tenant, &p->changed) : assignment_end(tx, staff, p->tenant, &p->changed));
	return p->changed ? audit_event(tx, p->action, &noun_staff, staff, str_fmt(tx->arena, "{\"tenant\":%lld}", (long long)p->tenant)) : OK;
}

static enum err note_in_company(struct tx *tx, void *arg)
{
	const struct person *p = arg;
	return audit_event(tx, p->action, NULL, row_id(p->row, F_ID_FIELD), STR(""));
}

static enum err run_assign(struct tool *t, struct ctx *c, struct person *p)
{
	struct row *tenant;
	struct run run = ctx_system_run(c);
	if (str_to_i64(str_from(t->config->tenant), &p->tenant) != OK || p->tenant < 1)
		return usage(t);
	enum err e = auth_tenant_by_number(c, &auth_nouns, p->tenant, &tenant);
	if (e == E_NOT_FOUND)
		return problem_set(&c->problem, E_NOT_FOUND, "There is no company with the number %lld.", (long long)p->tenant);
	TRY(e);
	p->action = p->assigns ? "support_assign" : "support_unassign";
	TRY(store_write(&run, assign, p));
	struct run in_tenant = ctx_tenant_run(c, p->tenant);
	return p->changed ? store_write(&in_tenant, note_in_company, p) : OK;
}

/* ---- ending and beginning anew ---- */

static enum err change(struct tx *tx, void *arg)
{
	static const char *const kinds[] = { "totp", "passkey", "recovery" };
	struct person *p = arg;
	struct row *is;
	int64_t ended;
	TRY(find(tx, p));
	const struct id staff = row_id(p->row, F_ID_FIELD);
	is = row_copy(tx->arena, p->row);
	if (p->hash.n)
		row_set_text(is, STAFF_PASSWORD, p->hash);
	else
		row_set_int(is, STAFF_ACTIVE, strcmp(p->action, "enable") == 0);
	TRY(store_update(tx, p->row, is, &p->row));
	TRY(session_end_all(tx, staff, 0, (struct id){ { 0 } }, &ended));
	for (size_t i = 0; p->end_factors && i < ARRAY_LEN(kinds); i++)
		TRY(factor_end(tx, staff, (struct id){ { 0 } }, kinds[i], &ended));
	return audit_event(tx, p->action, &noun_staff, staff, p->end_factors ? STR("{\"factors\":true}") : STR(""));
}

static enum err reset(struct tool *t, struct ctx *c, struct person *p)
{
	struct run run = ctx_system_run(c);
	TRY(store_read(&run, find, p));
	p->name = row_text(p->row, STAFF_NAME);
	p->end_factors = t->config->factors;
	p->action = "reset_access";
	TRY(hash(t, c, p));
	TRY(store_write(&run, change, p));
	return guard_account_open(c, str_fmt(c->arena, "staff|" STR_FMT, STR_ARG(p->email)));
}

/* S-135, S-136: nobody looks after a company before he has signed the clauses on privacy and was told what such access means. Of the contract its hash is
 * kept: which paper it was can be shown, the paper lies elsewhere. */
static enum err vet(struct tx *tx, void *arg)
{
	struct person *p = arg;
	TRY(find(tx, p));
	struct row *is = row_copy(tx->arena, p->row);
	row_set_text(is, STAFF_CONTRACT, p->contract);
	row_set_int(is, STAFF_INDUCTED_ON, p->inducted.days);
	tx->action = "vetted";
	return store_update(tx, p->row, is, &p->row);
}

static enum err vetted(struct tool *t, struct ctx *c, struct person *p)
{
	struct str paper;
	struct run run = ctx_system_run(c);
	if (day_parse(str_from(t->config->inducted_on), &p->inducted) != OK || p->inducted.days > c->now.ms / 86400000 ||
	    read_file(t->arena, t->config->contract, CONTRACT_MAX, &paper) != OK || !paper.n)
		return usage(t);
	p->contract = sha256_hex(t->arena, paper);
	return store_write(&run, vet, p);
}

struct listing {
	struct query q;
	struct page page;
};

static enum err list_page(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	struct assignment *of = ARENA_ARRAY(tx->arena, struct assignment, LIST_LIMIT_MAX);
	TRY(store_list(tx, &l->q, &l->page));
	for (size_t i = 0; i < l->page.count; i++) {
		const struct row *r = l->page.rows[i];
		struct factors f;
		size_t count;
		TRY(factors_of(tx, row_id(r, F_ID_FIELD), &f));
		TRY(assignment_list(tx, row_id(r, F_ID_FIELD), 0, of, LIST_LIMIT_MAX, &count));
		printf("%s\t" STR_FMT "\t" STR_FMT "\t%s\t%s\tcompanies:", id_str(tx->arena, row_id(r, F_ID_FIELD)).p, STR_ARG(row_text(r, STAFF_EMAIL)),
		       STR_ARG(row_text(r, STAFF_NAME)), row_int(r, STAFF_ACTIVE) ? "active" : "disabled", factors_any(&f) ? "second factor" : "no second factor yet");
		for (size_t k = 0; k < count; k++)
			printf(" %lld", (long long)of[k].tenant);
		printf("\n");
	}
	return OK;
}

static enum err list(struct ctx *c)
{
	struct listing l = { .q = { .noun = &noun_staff, .sort = -1, .ascending = true, .limit = LIST_LIMIT_MAX, .open = { ~(uint64_t)0 } } };
	struct run run = ctx_system_run(c);
	do {
		TRY(store_read(&run, list_page, &l));
		l.q.cursor = str_dup(c->arena, l.page.next_cursor);
	} while (l.q.cursor.n);
	return OK;
}

static enum err run(struct tool *t, struct ctx *c, struct str word)
{
	struct person p = { .email = str_lower_ascii(t->arena, str_trim(str_from(t->config->email))) };
	struct run system = ctx_system_run(c);
	if (str_eqz(word, "list"))
		return list(c);
	if (!p.email.n)
		return usage(t);
	if (str_eqz(word, "add"))
		return add(t, c, &p);
	if (str_eqz(word, "reset"))
		return reset(t, c, &p);
	if (str_eqz(word, "vetted"))
		return vetted(t, c, &p);
	p.assigns = str_eqz(word, "assign");
	if (p.assigns || str_eqz(word, "unassign"))
		return run_assign(t, c, &p);
	p.action = str_eqz(word, "enable") ? "enable" : "disable";
	return str_eqz(word, p.action) ? store_write(&system, change, &p) : usage(t);
}

enum err command_staff(struct tool *t)
{
	struct store *store;
	if (t->config->word_count != 1)
		return usage(t);
	TRY(tool_store(t, false, &store));
	struct ctx c = tool_ctx(t, store);
	enum err e = run(t, &c, str_from(t->config->words[0]));
	if (e != OK && (c.problem.err != OK || c.problem.fault_count))
		*t->problem = c.problem;
	store_close(store);
	return e;
}
