/* config.h - settings: from DIR/fieldward.toml, the environment (FIELDWARD_<NAME>) and flags (--name), later ones first. Every setting
 * is documented by the table that parses it; `fieldward doctor --settings` prints it. */
#ifndef CONFIG_H
#define CONFIG_H

#include "problem.h"

struct config {
	const char *data;     /* the data folder, absolute */
	const char *listen, *database, *web, *host, *address, *origins, *certificate, *certificate_key, *nginx, *mail_ca, *relays, *provider_ca, *providers, *staff_addresses;
	int64_t threads, connections, workers;
	/* flags of single commands */
	const char *company, *owner_email, *owner_password_file, *tenant, *index, *out, *name, *role, *email, *employee, *contract, *inducted_on;
	bool sample, dry_run, trust, settings, help, factors;
	const char *words[8]; /* what is no flag */
	size_t word_count;
};

/* config_read() - parses argv (after the command's name), then the file of the data folder, then the environment. Texts live in `a`.
 * E_CONFIG with the name of the setting and what is wrong. */
must_use enum err config_read(struct arena *a, int argc, char **argv, struct config *ret, struct problem *problem);
void config_print(void); /* the table, for people */
const char *config_path(struct arena *a, const struct config *c, const char *name); /* data/name */

#endif
