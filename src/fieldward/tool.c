#include "commands.h"

#include "account.h"
#include "alert.h"
#include "api_key.h"
#include "known_device.h"
#include "schema.h"
#include "support_grant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const struct auth_nouns auth_nouns = {
	.tenant = &noun_tenant, .user = &noun_user, .membership = &noun_membership, .role = &noun_role,
	.tenant_number = TENANT_NUMBER, .tenant_name = TENANT_NAME, .tenant_status = TENANT_STATUS,
	.tenant_idle_minutes = TENANT_IDLE_MINUTES, .tenant_second_factor = TENANT_SECOND_FACTOR, .tenant_factor_roles = TENANT_FACTOR_ROLES,
	.tenant_sso_only = TENANT_SSO_ONLY, .tenant_known_devices = TENANT_KNOWN_DEVICES,
	.user_email = USER_EMAIL, .user_name = USER_NAME, .user_password = USER_PASSWORD, .user_active = USER_ACTIVE,
	.member_user = MEMBERSHIP_USER, .member_name = MEMBERSHIP_NAME, .member_email = MEMBERSHIP_EMAIL, .member_role = MEMBERSHIP_ROLE,
	.member_own_only = MEMBERSHIP_MY_VIEW_ONLY, .member_employee = MEMBERSHIP_EMPLOYEE, .member_active = MEMBERSHIP_ACTIVE, .member_advised = MEMBERSHIP_ADVISED_AT, .member_since = MEMBERSHIP_ACTIVE_SINCE,
	.tell = account_tell, .machine = key_actor, .admit = device_admit,
	.member_own_role = MEMBERSHIP_OWN_ROLE, .role_name = ROLE_NAME, .role_grants = ROLE_GRANTS,
	.alarms = &alerts,
	.staff = &noun_staff, .staff_email = STAFF_EMAIL, .staff_name = STAFF_NAME, .staff_password = STAFF_PASSWORD, .staff_active = STAFF_ACTIVE,
	.grant = &noun_support_grant, .grant_staff = SUPPORT_STAFF, .grant_name = SUPPORT_STAFF_NAME,
	.support = support_actor, .supported = support_now,
};

const char *tool_url(struct tool *t)
{
	struct str url;
	if (read_file(t->arena, config_path(t->arena, t->config, "database.url"), 4096, &url) == OK)
		return str_z(t->arena, str_trim(url));
	return config_path(t->arena, t->config, "fieldward.db");
}

enum err tool_store(struct tool *t, bool read_only, struct store **ret)
{
	struct store_config config = {
		.url = tool_url(t),
		.key_dir = config_path(t->arena, t->config, "keys"),
		.catalogue = t->catalogue,
		.connections = t->config->connections ? (size_t)t->config->connections : 4 * (size_t)sysconf(_SC_NPROCESSORS_ONLN),
		.read_only = read_only,
	};
	return store_open(&config, t->problem, ret);
}

const char *tool_port(struct tool *t)
{
	const char *colon = strrchr(t->config->listen, ':');
	return colon ? colon + 1 : "8443";
}

struct str tool_address(struct tool *t)
{
	const char *port = tool_port(t);
	if (t->config->address[0])
		return str_from(t->config->address);
	return strcmp(port, "443") == 0 ? str_fmt(t->arena, "https://%s", t->config->host) : str_fmt(t->arena, "https://%s:%s", t->config->host, port);
}

struct ctx tool_ctx(struct tool *t, struct store *store)
{
	struct ctx c = { .auth = &auth_nouns, .store = store, .arena = t->arena, .now = now() };
	c.address = tool_address(t);
	c.host = str_from(t->config->host);
	c.actor.catalogue = t->catalogue;
	c.who = (struct who){ .kind = WHO_SYSTEM, .request = id_new(c.now.ms) };
	problem_init(&c.problem, t->arena);
	return c;
}

enum err write_file(const char *path, struct str text, unsigned mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return E_CONFIG;
	bool ok = write(fd, text.p, text.n) == (ssize_t)text.n && fchmod(fd, mode) == 0 && fsync(fd) == 0;
	return close(fd) == 0 && ok ? OK : E_CONFIG;
}

enum err read_file(struct arena *a, const char *path, size_t max, struct str *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return E_CONFIG;
	char *buf = ARENA_ARRAY(a, char, max + 1);
	size_t n = 0;
	ssize_t got;
	while (n < max && (got = read(fd, buf + n, max - n)) > 0)
		n += (size_t)got;
	close(fd);
	*ret = (struct str){ buf, n };
	return OK;
}

enum err data_lock(struct tool *t, bool exclusive, int *ret_fd)
{
	const char *path = config_path(t->arena, t->config, "lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return problem_set(t->problem, E_CONFIG, "%s cannot be opened: %s. Was \"fieldward init\" run?", path, strerrordesc_np(errno));
	if (flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
		close(fd);
		return problem_set(t->problem, E_BUSY, exclusive ? "The data folder is in use: stop the server first." :
		                                                   "The data folder is being migrated, restored or given new keys: wait for that to end.");
	}
	*ret_fd = fd;
	return OK;
}
