#include "config.h"

#include "buf.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { TEXT, PATH, NUMBER, YES };

static const struct setting {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *initial;
	bool stored; /* may stand in fieldward.toml and the environment */
	const char *doc;
} settings[] = {
	{ "data", PATH, offsetof(struct config, data), "data", false, "the data folder: database, keys, settings" },
	{ "listen", TEXT, offsetof(struct config, listen), "127.0.0.1:8443", true, "address and port that the edge serves HTTPS on" },
	{ "database", TEXT, offsetof(struct config, database), "", true, "postgres://... for PostgreSQL (for init and migrate an administrator's); empty: an encrypted file in the data folder" },
	{ "web", PATH, offsetof(struct config, web), "", true, "folder of the web client's files; empty: beside the program" },
	{ "host", TEXT, offsetof(struct config, host), "localhost", true, "public name of this installation; stands in certificates and checkpoints" },
	{ "address", TEXT, offsetof(struct config, address), "", true, "address under which people reach it, where that is not https://HOST:PORT (a load balancer)" },
	{ "origins", TEXT, offsetof(struct config, origins), "", true, "further allowed Origin values, separated by spaces; https://HOST:PORT always is" },
	{ "certificate", PATH, offsetof(struct config, certificate), "", true, "certificate chain (PEM); empty: one that init made for localhost" },
	{ "certificate-key", PATH, offsetof(struct config, certificate_key), "", true, "its private key (PEM)" },
	{ "nginx", TEXT, offsetof(struct config, nginx), "nginx", true, "the nginx program" },
	{ "mail-ca", PATH, offsetof(struct config, mail_ca), "", true, "authorities (PEM) trusted of mail servers and SMS gateways; empty: the system's" },
	{ "relays", TEXT, offsetof(struct config, relays), "", true, "mail servers and SMS gateways (host names, separated by spaces) that companies may send by; empty: any" },
	{ "staff-addresses", TEXT, offsetof(struct config, staff_addresses), "", true, "addresses and ranges, separated by spaces, from which staff of the platform may sign in; empty: nobody" },
	{ "provider-ca", PATH, offsetof(struct config, provider_ca), "", true, "authorities (PEM) trusted of identity providers; empty: the system's" },
	{ "providers", TEXT, offsetof(struct config, providers), "", true, "identity providers (host names, separated by spaces) inside your own network; all others must have public addresses" },
	{ "threads", NUMBER, offsetof(struct config, threads), "0", true, "request threads; 0: four times the cores, since many wait for the writer or the disk" },
	{ "connections", NUMBER, offsetof(struct config, connections), "0", true, "database connections; 0: four times the cores" },
	{ "workers", NUMBER, offsetof(struct config, workers), "1", true, "worker processes of nginx" },
	{ "company", TEXT, offsetof(struct config, company), "", false, "init, tenant: name of the company" },
	{ "owner-email", TEXT, offsetof(struct config, owner_email), "", false, "init, tenant: address with which its owner signs in" },
	{ "owner-password-file", PATH, offsetof(struct config, owner_password_file), "", false, "init, tenant, user, staff: file with the person's password" },
	{ "sample", YES, offsetof(struct config, sample), NULL, false, "init: adds sample people and work" },
	{ "dry-run", YES, offsetof(struct config, dry_run), NULL, false, "migrate: only says what it would do" },
	{ "factors", YES, offsetof(struct config, factors), NULL, false, "user reset, staff reset: ends all second factors too" },
	{ "tenant", TEXT, offsetof(struct config, tenant), "", false, "verify, audit, user, staff: one company, by number" },
	{ "index", TEXT, offsetof(struct config, index), "", false, "audit prove: number of the event" },
	{ "out", PATH, offsetof(struct config, out), "", false, "emit, audit prove: folder to write to" },
	{ "contract", PATH, offsetof(struct config, contract), "", false, "staff vetted: the signed contract; its SHA-256 is kept" },
	{ "inducted-on", TEXT, offsetof(struct config, inducted_on), "", false, "staff vetted: when the weight of access was explained, YYYY-MM-DD" },
	{ "email", TEXT, offsetof(struct config, email), "", false, "user, staff: address of the person" },
	{ "name", TEXT, offsetof(struct config, name), "", false, "user, staff: name of the person" },
	{ "role", TEXT, offsetof(struct config, role), "technician", false, "user: owner, admin, dispatcher, technician or accountant" },
	{ "employee", TEXT, offsetof(struct config, employee), "", false, "user: id of the employee record that is this person" },
	{ "trust", YES, offsetof(struct config, trust), NULL, false, "cert: says how to trust the local certificate" },
	{ "settings", YES, offsetof(struct config, settings), NULL, false, "doctor: prints this table" },
	{ "help", YES, offsetof(struct config, help), NULL, false, "says what a command does" },
};

static const struct setting *find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (str_eqz(name, settings[i].name))
			return &settings[i];
	return NULL;
}

static enum err set(struct arena *a, struct config *c, const struct setting *s, struct str value, struct problem *problem)
{
	char *at = (char *)c + s->offset;
	const char *text = str_z(a, value);
	int64_t n;
	switch (s->kind) {
	case YES:
		*(bool *)at = str_eqz(value, "true");
		return OK;
	case NUMBER:
		if (str_to_i64(value, &n) != OK || n < 0 || n > 1000000)
			return problem_set(problem, E_CONFIG, "%s: a whole number is wanted.", s->name);
		*(int64_t *)(void *)at = n;
		return OK;
	case PATH:
	case TEXT:
		for (size_t i = 0; i < value.n; i++)
			if ((unsigned char)value.p[i] < 0x20 || strchr("\"'{};$`\\", value.p[i]))
				return problem_set(problem, E_CONFIG, "%s: quotes, braces, semicolons, dollars and control characters are not allowed.", s->name);
		*(const char **)(void *)at = text;
		return OK;
	}
	return OK;
}

static enum err from_flags(struct arena *a, struct config *c, int argc, char **argv, bool *given, struct problem *problem)
{
	for (int i = 0; i < argc; i++) {
		struct str value, arg = str_from(argv[i]);
		if (!str_starts(arg, STR("--"))) {
			if (c->word_count < ARRAY_LEN(c->words))
				c->words[c->word_count++] = argv[i];
			continue;
		}
		struct str name = str_cut(str_slice(arg, 2, arg.n), '=', &value);
		const struct setting *s = find(name);
		if (!s)
			return problem_set(problem, E_CONFIG, "There is no option --" STR_FMT ".", STR_ARG(name));
		if (s->kind == YES)
			value = STR("true");
		else if (!value.p && ++i < argc)
			value = str_from(argv[i]);
		if (!value.p)
			return problem_set(problem, E_CONFIG, "--%s wants a value.", s->name);
		given[s - settings] = true;
		TRY(set(a, c, s, value, problem));
	}
	return OK;
}

static struct str read_small(struct arena *a, const char *path)
{
	char *buf = ARENA_ARRAY(a, char, 65536);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return STR("");
	ssize_t n = read(fd, buf, 65535);
	close(fd);
	return (struct str){ buf, n > 0 ? (size_t)n : 0 };
}

/* name = "value" or name = 7, one a line, # comments: the part of TOML that settings need. */
static enum err from_file(struct arena *a, struct config *c, const bool *given, struct problem *problem)
{
	struct str rest = read_small(a, config_path(a, c, "fieldward.toml"));
	for (int line = 1; rest.p && rest.n; line++) {
		struct str value, text = str_trim(str_cut(rest, '\n', &rest));
		if (!text.n || text.p[0] == '#')
			continue;
		struct str name = str_trim(str_cut(text, '=', &value));
		const struct setting *s = find(name);
		value = str_trim(value);
		if (!s || !s->stored || !value.n)
			return problem_set(problem, E_CONFIG, "fieldward.toml, line %d: there is no setting \"" STR_FMT "\".", line, STR_ARG(name));
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
			value = str_slice(value, 1, value.n - 1);
		if (!given[s - settings])
			TRY(set(a, c, s, value, problem));
	}
	return OK;
}

static enum err from_environment(struct arena *a, struct config *c, bool *given, struct problem *problem)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char name[64] = "FIELDWARD_";
		size_t n = strlen(name);
		for (const char *p = settings[i].name; *p && n + 1 < sizeof(name); p++)
			name[n++] = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
		const char *value = getenv(name);
		if (!settings[i].stored || !value || given[i])
			continue;
		given[i] = true;
		TRY(set(a, c, &settings[i], str_from(value), problem));
	}
	return OK;
}

static void absolute(struct arena *a, struct config *c)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		if (settings[i].kind != PATH)
			continue;
		const char **at = (const char **)(void *)((char *)c + settings[i].offset);
		char here[4096];
		if (*at && (*at)[0] && (*at)[0] != '/' && getcwd(here, sizeof(here)))
			*at = str_fmt(a, "%s/%s", here, *at).p;
	}
}

enum err config_read(struct arena *a, int argc, char **argv, struct config *ret, struct problem *problem)
{
	bool given[ARRAY_LEN(settings)] = { false };
	struct config c = { .word_count = 0 };
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (settings[i].initial)
			TRY(set(a, &c, &settings[i], str_from(settings[i].initial), problem));
	TRY(from_flags(a, &c, argc, argv, given, problem));
	TRY(from_environment(a, &c, given, problem));
	absolute(a, &c);
	TRY(from_file(a, &c, given, problem));
	absolute(a, &c);
	*ret = c;
	return OK;
}

const char *config_path(struct arena *a, const struct config *c, const char *name)
{
	return str_fmt(a, "%s/%s", c->data, name).p;
}

void config_print(void)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		printf("  --%-22s %s%s%s%s\n", settings[i].name, settings[i].doc, settings[i].initial && settings[i].initial[0] ? " [" : "",
		       settings[i].initial ? settings[i].initial : "", settings[i].initial && settings[i].initial[0] ? "]" : "");
}
