/* commands.h - the subcommands, and what they share. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "auth.h"
#include "config.h"
#include "nouns.h"

/* Exit codes (sysexits): scripts can tell a wrong key from a wrong flag. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 64, EXIT_DATA = 65, EXIT_KEY = 77, EXIT_SETTING = 78 };

struct tool {
	struct arena *arena;
	struct problem *problem;
	const struct config *config;
	const struct catalogue *catalogue;
};

enum err command_init(struct tool *t);
enum err command_serve(struct tool *t);
enum err command_app(struct tool *t);
enum err command_courier(struct tool *t);
enum err command_migrate(struct tool *t);
enum err command_emit(struct tool *t);
enum err command_verify(struct tool *t);
enum err command_audit(struct tool *t);
enum err command_rekey(struct tool *t);
enum err command_user(struct tool *t);
enum err command_tokens(struct tool *t);
enum err command_staff(struct tool *t);
enum err command_tenant(struct tool *t);
enum err command_cert(struct tool *t);
enum err command_doctor(struct tool *t);

/* tool.c */
extern const struct auth_nouns auth_nouns;
must_use enum err tool_store(struct tool *t, bool read_only, struct store **ret); /* opened as the configuration says */
/* tool_port() - of the address that people reach. tool_address() - https://host:port, without a port that is the usual one. */
const char *tool_port(struct tool *t);
struct str tool_address(struct tool *t);
struct ctx tool_ctx(struct tool *t, struct store *store);
const char *tool_url(struct tool *t); /* of the application role */
must_use enum err write_file(const char *path, struct str text, unsigned mode);
must_use enum err read_file(struct arena *a, const char *path, size_t max, struct str *ret);
must_use enum err sample_fill(struct tool *t, struct ctx *c, int64_t tenant, struct str tenant_name);
/* cert.c: a local authority and a certificate of it for localhost, 127.0.0.1 and ::1, into DIR/tls. */
must_use enum err cert_make(struct tool *t);
/* lock.c: the data folder's lock; shared for servers, exclusive for rekey, migrate and restore. */
must_use enum err data_lock(struct tool *t, bool exclusive, int *ret_fd);

#endif
