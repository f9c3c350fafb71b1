/* main.c - one program, many commands. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

static const struct command {
	const char *name, *doc;
	enum err (*run)(struct tool *t);
} commands[] = {
	{ "init", "makes a data folder: keys, database, the first company and its owner", command_init },
	{ "serve", "runs edge, app and courier, and restarts what dies", command_serve },
	{ "app", "the app alone: answers requests on a unix socket", command_app },
	{ "courier", "the courier alone: checkpoints and whatever happens without a request", command_courier },
	{ "migrate", "brings the database to this program's schema", command_migrate },
	{ "emit", "prints what follows from the dictionary into a folder: OpenAPI, types, schemas, field and privacy reference", command_emit },
	{ "verify", "recomputes the audit trees and names the first bad leaf", command_verify },
	{ "audit", "prove: writes an event, its proof and the key to check it with", command_audit },
	{ "rekey", "gives the key store a new root key; the server must be stopped", command_rekey },
	{ "user", "add, list, reset, unlock, disable, enable: people who sign in", command_user },
	{ "tokens", "renew: another key for access tokens, at once", command_tokens },
	{ "staff", "add, assign, unassign, disable, reset, list: who of those who run this installation may ask companies to be let in", command_staff },
	{ "tenant", "add: adds a company and its owner", command_tenant },
	{ "cert", "the local certificate: how to trust it", command_cert },
	{ "doctor", "looks for what is wrong with an installation", command_doctor },
};

static int usage(void)
{
	printf("fieldward - job management for installation and service teams\n\nusage: fieldward COMMAND [--option value]\n\ncommands:\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].doc);
	printf("\noptions (also in DATA/fieldward.toml and as FIELDWARD_NAME in the environment):\n");
	config_print();
	return EXIT_USAGE;
}

static int exit_code(enum err e)
{
	if (e == OK)
		return EXIT_OK;
	if (e == E_KEY)
		return EXIT_KEY;
	if (e == E_CONFIG || e == E_BUSY)
		return EXIT_SETTING;
	return e == E_INVALID || e == E_CORRUPT || e == E_MALFORMED ? EXIT_DATA : EXIT_FAILED;
}

static void say_problem(const struct problem *p, enum err e)
{
	fprintf(stderr, "fieldward: " STR_FMT "\n", STR_ARG(p->detail.n ? p->detail : str_from(err_info(e)->title)));
	for (const struct fault *f = p->faults; f; f = f->next)
		fprintf(stderr, "  " STR_FMT ": " STR_FMT "\n", STR_ARG(f->pointer), STR_ARG(f->detail));
	if (p->log.n)
		fprintf(stderr, "  (" STR_FMT ")\n", STR_ARG(p->log));
}

int main(int argc, char **argv)
{
	with_arena struct arena *a = arena_new(64 * MIB);
	struct problem problem;
	struct config config;
	problem_init(&problem, a);
	if (argc < 2)
		return usage();
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		enum err e = config_read(a, argc - 2, argv + 2, &config, &problem);
		if (e == OK && config.help) {
			printf("%s: %s\n", commands[i].name, commands[i].doc);
			return EXIT_OK;
		}
		struct tool tool = { a, &problem, &config, nouns_catalogue(a) };
		if (e == OK)
			e = commands[i].run(&tool);
		if (e != OK)
			say_problem(&problem, e);
		return exit_code(e);
	}
	return usage();
}
