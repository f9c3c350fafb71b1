/* tools.c - the short commands. */
#include "commands.h"

#include "audit.h"
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *line)
{
	printf("%s\n", line);
}

enum err command_migrate(struct tool *t)
{
	struct keystore *keys;
	struct sql_admin *admin;
	struct key page;
	int lock = -1;
	const char *url = t->config->database[0] ? t->config->database : config_path(t->arena, t->config, "fieldward.db");
	if (access(config_path(t->arena, t->config, "database.url"), F_OK) == 0 && !t->config->database[0])
		return problem_set(t->problem, E_CONFIG, "This installation uses PostgreSQL: give --database with an administrator's address.");
	if (!t->config->dry_run)
		TRY(data_lock(t, true, &lock));
	TRY(keystore_open(config_path(t->arena, t->config, "keys"), t->problem, &keys));
	enum err e = keystore_page_key(keys, &page);
	keystore_close(keys);
	TRY(e);
	TRY(sql_admin_open(url, &page, false, t->problem, &admin));
	key_wipe(&page);
	e = schema_migrate(admin, t->catalogue, t->config->dry_run, say, t->problem);
	sql_admin_close(admin);
	if (lock >= 0)
		close(lock);
	if (e == OK)
		printf("schema %lld\n", (long long)schema_newest());
	return e;
}

enum err command_verify(struct tool *t)
{
	struct store *store;
	struct company *list = NULL;
	size_t count = 0;
	bool bad = false;
	TRY(tool_store(t, true, &store));
	struct ctx c = tool_ctx(t, store);
	struct run run = ctx_system_run(&c);
	enum err e = companies_list(&run, &list, &count);
	for (size_t i = 0; e == OK && i <= count; i++) {
		int64_t number = i ? list[i - 1].number : 0; /* first the platform's own log */
		struct audit_state state;
		struct str why;
		int64_t first_bad;
		struct run one = ctx_tenant_run(&c, number);
		if (t->config->tenant[0] && strtoll(t->config->tenant, NULL, 10) != number)
			continue;
		e = audit_verify(&one, &state, &first_bad, &why);
		if (e != OK)
			break;
		printf("tenant %lld: %llu events, root %s: ", (long long)number, (unsigned long long)state.size,
		       str_hex(t->arena, state.root.b, 32).p);
		if (first_bad < 0)
			printf("ok\n");
		else
			printf("BAD at leaf %lld: " STR_FMT "\n", (long long)first_bad, STR_ARG(why));
		bad |= first_bad >= 0;
	}
	*t->problem = c.problem;
	store_close(store);
	if (e == OK && bad)
		return problem_set(t->problem, E_CORRUPT, "The audit log does not verify.");
	return e;
}

struct proof {
	struct str origin, leaf, text;
	uint64_t index;
};

static enum err prove(struct tx *tx, void *arg)
{
	struct proof *p = arg;
	return audit_prove(tx, p->origin, p->index, &p->leaf, &p->text);
}

static enum err write_proof(struct tool *t, struct store *store, const struct proof *p)
{
	struct str vkey;
	const char *out = t->config->out[0] ? t->config->out : ".";
	TRY(checkpoint_vkey(t->arena, store_keys(store), p->origin, &vkey));
	mkdir(out, 0700);
	TRY(write_file(str_fmt(t->arena, "%s/leaf.json", out).p, p->leaf, 0600));
	TRY(write_file(str_fmt(t->arena, "%s/event.tlog-proof", out).p, p->text, 0600));
	TRY(write_file(str_fmt(t->arena, "%s/vkey.txt", out).p, str_fmt(t->arena, STR_FMT "\n", STR_ARG(vkey)), 0600));
	printf("leaf.json, event.tlog-proof and vkey.txt are in %s\n", out);
	return OK;
}

enum err command_audit(struct tool *t)
{
	struct store *store;
	struct company *list = NULL;
	struct proof p = { .index = 0 };
	size_t count = 0, at = 0;
	int64_t index, tenant;
	char id[37];
	if (t->config->word_count != 1 || strcmp(t->config->words[0], "prove") != 0 || str_to_i64(str_from(t->config->index), &index) != OK ||
	    index < 0 || str_to_i64(str_from(t->config->tenant), &tenant) != OK)
		return problem_set(t->problem, E_INVALID, "usage: fieldward audit prove --data DIR --tenant NUMBER --index N --out DIR");
	p.index = (uint64_t)index;
	TRY(tool_store(t, true, &store));
	struct ctx c = tool_ctx(t, store);
	struct run system = ctx_system_run(&c), run = ctx_tenant_run(&c, tenant);
	enum err e = companies_list(&system, &list, &count);
	while (at < count && list[at].number != tenant)
		at++;
	if (e == OK && at == count && tenant != 0)
		e = problem_set(&c.problem, E_NOT_FOUND, "There is no company with the number %lld.", (long long)tenant);
	id_format(at < count ? list[at].id : (struct id){ { 0 } }, id);
	p.origin = str_fmt(t->arena, "%s/audit/%s/1", t->config->host, id);
	if (e == OK)
		e = store_read(&run, prove, &p);
	*t->problem = c.problem;
	if (e == OK)
		e = write_proof(t, store, &p);
	store_close(store);
	return e;
}

enum err command_rekey(struct tool *t)
{
	int lock;
	TRY(data_lock(t, true, &lock));
	enum err e = keystore_rekey(config_path(t->arena, t->config, "keys"), t->problem);
	close(lock);
	if (e == OK)
		printf("The key store has a new root key. Destroy copies of the old one within seven days.\n");
	return e;
}

enum err command_tenant(struct tool *t)
{
	struct store *store;
	struct str password;
	struct id id, user;
	int64_t number;
	struct row *row = row_new(t->arena, &noun_tenant);
	if (t->config->word_count != 1 || strcmp(t->config->words[0], "add") != 0 || !t->config->company[0] || !t->config->owner_email[0] ||
	    read_file(t->arena, t->config->owner_password_file, 4096, &password) != OK)
		return problem_set(t->problem, E_INVALID, "usage: fieldward tenant add --data DIR --company NAME --owner-email E --owner-password-file F");
	TRY(tool_store(t, false, &store));
	struct ctx c = tool_ctx(t, store);
	struct new_member owner = { .email = str_from(t->config->owner_email), .name = STR("Owner"), .password = str_trim(password), .role = ROLE_OWNER };
	row_set_text(row, TENANT_NAME, str_from(t->config->company));
	enum err e = auth_add_tenant(&c, &auth_nouns, row, seed_tenant, &id, &number);
	if (e == OK)
		e = auth_add_member(&c, &auth_nouns, number, str_from(t->config->company), &owner, &user);
	*t->problem = c.problem;
	store_close(store);
	if (e == OK)
		printf("%lld\n", (long long)number);
	return e;
}

enum err command_doctor(struct tool *t)
{
	struct store *store;
	if (t->config->settings) {
		config_print();
		return OK;
	}
	TRY(tool_store(t, true, &store));
	printf("keys: open, memory %s\ndatabase: %s, schema %lld\n", keystore_locked(store_keys(store)) ? "locked" : "NOT locked (raise the memlock limit)",
	       sql_is_postgres(store_sql(store)) ? "PostgreSQL" : "encrypted file", (long long)schema_newest());
	store_close(store);
	return OK;
}
