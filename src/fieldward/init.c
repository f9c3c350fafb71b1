/* init.c - a new installation. Nothing that is there already is touched. */
#include "commands.h"

#include "password.h"
#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *line)
{
	printf("%s\n", line);
}

static enum err make_folders(struct tool *t)
{
	static const char *const folders[] = { "run", "run/tmp", "tls", "blobs" };
	if (mkdir(t->config->data, 0700) != 0 && errno != EEXIST)
		return problem_set(t->problem, E_CONFIG, "%s cannot be made: %s.", t->config->data, strerrordesc_np(errno));
	if (access(config_path(t->arena, t->config, "keys"), F_OK) == 0 || access(config_path(t->arena, t->config, "fieldward.db"), F_OK) == 0)
		return problem_set(t->problem, E_CONFIG, "%s holds an installation already; init never overwrites one.", t->config->data);
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (mkdir(config_path(t->arena, t->config, folders[i]), 0700) != 0 && errno != EEXIST)
			return problem_set(t->problem, E_CONFIG, "%s/%s cannot be made: %s.", t->config->data, folders[i], strerrordesc_np(errno));
	return OK;
}

static enum err read_password(struct tool *t, struct str *ret)
{
	if (!t->config->owner_password_file[0] || !t->config->owner_email[0] || !t->config->company[0])
		return problem_set(t->problem, E_INVALID, "init wants --company, --owner-email and --owner-password-file.");
	if (read_file(t->arena, t->config->owner_password_file, 4096, ret) != OK)
		return problem_set(t->problem, E_CONFIG, "The password file cannot be read: %s.", t->config->owner_password_file);
	*ret = str_trim(*ret);
	return OK;
}

static enum err make_database(struct tool *t)
{
	struct keystore *keys;
	struct key page;
	struct sql_admin *admin;
	struct str url;
	bool postgres = t->config->database[0] != 0;
	const char *where = postgres ? t->config->database : config_path(t->arena, t->config, "fieldward.db");
	TRY(keystore_create(config_path(t->arena, t->config, "keys"), t->problem));
	TRY(keystore_open(config_path(t->arena, t->config, "keys"), t->problem, &keys));
	enum err e = keystore_page_key(keys, &page);
	keystore_close(keys);
	TRY(e);
	e = sql_admin_open(where, &page, true, t->problem, &admin);
	key_wipe(&page);
	TRY(e);
	e = sql_admin_provision(admin, t->arena, t->problem, &url);
	if (e == OK)
		e = schema_migrate(admin, t->catalogue, false, say, t->problem);
	sql_admin_close(admin);
	TRY(e);
	return postgres ? write_file(config_path(t->arena, t->config, "database.url"), url, 0600) : OK;
}

/* Whatever this command was told and a server must know. */
static enum err write_settings(struct tool *t)
{
	struct str text = str_fmt(t->arena,
	                          "# Settings of this installation; \"fieldward doctor --settings\" explains every one.\n"
	                          "listen = \"%s\"\nhost = \"%s\"\n",
	                          t->config->listen, t->config->host);
	return write_file(config_path(t->arena, t->config, "fieldward.toml"), text, 0600);
}

static enum err fill(struct tool *t, struct store *store, struct str password)
{
	struct ctx c = tool_ctx(t, store);
	struct row *tenant = row_new(t->arena, &noun_tenant);
	struct id id, user;
	int64_t number;
	struct new_member owner = { .email = str_from(t->config->owner_email), .name = STR("Owner"), .password = password, .role = ROLE_OWNER };
	row_set_text(tenant, TENANT_NAME, str_from(t->config->company));
	enum err e = store_tenant_create(store, 0, t->arena, &c.problem);
	if (e == OK)
		e = auth_add_tenant(&c, &auth_nouns, tenant, seed_tenant, &id, &number);
	if (e == OK)
		e = auth_add_member(&c, &auth_nouns, number, str_from(t->config->company), &owner, &user);
	if (e == OK && t->config->sample)
		e = sample_fill(t, &c, number, str_from(t->config->company));
	*t->problem = c.problem;
	return e;
}

/* Takes back what a failed init has made, so that the next try starts clean. Only files of this run: make_folders() saw none. */
static void take_back(struct tool *t)
{
	static const char *const files[] = { "keys/root.key", "keys/keys.db", "keys/keys.db-wal", "keys/keys.db-shm", "keys", "fieldward.db",
		                             "fieldward.db-wal", "fieldward.db-shm", "database.url", "fieldward.toml" };
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		remove(config_path(t->arena, t->config, files[i]));
}

static enum err build(struct tool *t, struct str password)
{
	struct store *store;
	TRY(make_database(t));
	TRY(tool_store(t, false, &store));
	enum err e = fill(t, store, password);
	store_close(store);
	TRY(e);
	TRY(write_settings(t));
	return cert_make(t);
}

/* Before anything is made: a weak password is the most likely reason to stop. */
static enum err check_owner_password(struct tool *t, struct str password)
{
	const struct str context[] = { str_from(t->config->owner_email), str_from(t->config->company) };
	const char *why = password_check(t->arena, password, false, context, ARRAY_LEN(context));
	return why ? problem_set(t->problem, E_INVALID, "The owner's password is refused: %s", why) : OK;
}

enum err command_init(struct tool *t)
{
	struct str password;
	TRY(read_password(t, &password));
	TRY(check_owner_password(t, password));
	TRY(make_folders(t));
	enum err e = build(t, password);
	if (e != OK) {
		take_back(t);
		return e;
	}
	printf("%s is ready for %s.\nNo second factor is set up yet: turn it on for everybody in the company settings.\n"
	       "Keep %s/keys apart from backups of the data: without root.key nothing can be read.\n",
	       t->config->data, t->config->company, t->config->data);
	return OK;
}
