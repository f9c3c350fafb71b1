/* serve.c - the supervisor: starts edge, app and courier, each the leader of its own process group, and restarts what dies.
 *
 * It is a child subreaper, so a worker whose master was killed comes back to it; before a part is started again, the rest of its old
 * group is ended. Groups are recorded with their start time in DIR/run, so that a new supervisor can end what a killed one left. */
#include "commands.h"

#include "api.h"
#include "routes.h"

#include "log.h"
#include "nginx.h"
#include "time.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PARTS = 3, STOP_MS = 25000, RESTART_MS = 250, READY_MS = 20000 };

struct part {
	const char *name;
	const char *argv[8];
	pid_t pid;            /* 0: not running */
	int64_t started_ms, restart_at_ms;
};

struct supervisor {
	struct tool *tool;
	struct part parts[PARTS];
	bool stopping;
};

/* The start time of a process in clock ticks (field 22 of /proc/PID/stat), so that a reused pid is not taken for the old one. */
static int64_t start_time(pid_t pid)
{
	char path[64], text[1024];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	const char *p = strrchr(text, ')');
	int64_t ticks = -1;
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p)
		ticks = strtoll(p, NULL, 10);
	return ticks;
}

static const char *record_path(struct tool *t, const char *name)
{
	return str_fmt(t->arena, "%s/run/%s.group", t->config->data, name).p;
}

static void record(struct supervisor *s, const struct part *p)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%d %lld\n", (int)p->pid, (long long)start_time(p->pid));
	if (write_file(record_path(s->tool, p->name), (struct str){ text, (size_t)n }, 0600) != OK)
		LOG(LOG_WARN, "serve.record", LOG_W("part", p->name));
}

/* Whether any process of a group is still there. */
static bool group_alive(pid_t group)
{
	return kill(-group, 0) == 0;
}

static void end_group(pid_t group)
{
	if (!group_alive(group))
		return;
	kill(-group, SIGKILL);
	for (int i = 0; i < 500 && group_alive(group); i++) {
		while (waitpid(-group, NULL, WNOHANG) > 0)
			;
		usleep(10000);
	}
}

/* Ends what a supervisor that was killed has left behind. A leader that died is recognised by its group still being there; the
 * recorded start time tells whether a living leader is the one that we started. */
static void end_left_over(struct tool *t, const char *name)
{
	struct str text, rest;
	int64_t pid, ticks;
	if (read_file(t->arena, record_path(t, name), 100, &text) != OK)
		return;
	if (str_to_i64(str_cut(str_trim(text), ' ', &rest), &pid) != OK || str_to_i64(rest, &ticks) != OK || pid < 2)
		return;
	int64_t now_ticks = start_time((pid_t)pid);
	if (now_ticks == ticks || (now_ticks < 0 && group_alive((pid_t)pid))) {
		LOG(LOG_WARN, "serve.left_over", LOG_W("part", name), LOG_I("group", pid));
		end_group((pid_t)pid);
	}
	unlink(record_path(t, name));
}

static void start(struct supervisor *s, struct part *p)
{
	sigset_t none;
	if (p->pid)
		end_group(p->pid);
	pid_t pid = fork();
	if (pid < 0) {
		p->pid = 0;
		p->restart_at_ms = monotonic_ms() + RESTART_MS;
		return;
	}
	if (pid == 0) {
		setpgid(0, 0);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		execvp(p->argv[0], (char *const *)(uintptr_t)p->argv);
		dprintf(2, "fieldward: %s cannot be started: %s\n", p->argv[0], strerrordesc_np(errno));
		_exit(127);
	}
	setpgid(pid, pid);
	p->pid = pid;
	p->started_ms = monotonic_ms();
	p->restart_at_ms = 0;
	record(s, p);
	LOG(LOG_INFO, "serve.start", LOG_W("part", p->name), LOG_I("pid", pid));
}

static void died(struct supervisor *s, pid_t pid, int status)
{
	for (size_t i = 0; i < PARTS; i++) {
		struct part *p = &s->parts[i];
		if (p->pid != pid)
			continue;
		int64_t lived = monotonic_ms() - p->started_ms;
		LOG(s->stopping ? LOG_INFO : LOG_WARN, "serve.ended", LOG_W("part", p->name), LOG_I("pid", pid),
		    LOG_I("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0), LOG_I("code", WIFEXITED(status) ? WEXITSTATUS(status) : 0));
		end_group(pid);
		p->pid = 0;
		/* What dies at once is started again more slowly. */
		p->restart_at_ms = monotonic_ms() + (lived < 2000 ? 4 * RESTART_MS : 0);
		if (lived < 2000 && WIFEXITED(status) && WEXITSTATUS(status) >= EXIT_USAGE)
			s->stopping = true; /* a setting or key is wrong: starting again cannot help */
	}
}

static void reap(struct supervisor *s)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		died(s, pid, status);
}

static void stop_all(struct supervisor *s)
{
	int64_t until = monotonic_ms() + STOP_MS;
	/* The edge first: it finishes what it has with the app still there. */
	static const int signals[PARTS] = { SIGQUIT, SIGTERM, SIGTERM };
	s->stopping = true;
	for (size_t i = 0; i < PARTS; i++) {
		struct part *p = &s->parts[i];
		if (p->pid)
			kill(p->pid, signals[i]);
		while (p->pid && monotonic_ms() < until) {
			reap(s);
			usleep(5000);
		}
		if (p->pid)
			end_group(p->pid);
		unlink(record_path(s->tool, p->name));
	}
}

static bool app_answers(struct tool *t)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", config_path(t->arena, t->config, "run/app.sock"));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0;
	close(fd);
	return ok;
}

static const char *program(struct tool *t)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	return n > 0 ? str_z(t->arena, (struct str){ path, (size_t)n }) : "fieldward";
}

/* The client's files: as configured, else beside the program (installed or in the build folder). */
static const char *web_root(struct tool *t)
{
	static const char *const places[] = { "../share/fieldward/web", "../../web/dist" };
	struct str dir = str_from(program(t));
	if (t->config->web[0])
		return t->config->web;
	while (dir.n && dir.p[dir.n - 1] != '/')
		dir.n--;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		char real[4096];
		if (realpath(str_fmt(t->arena, STR_FMT "%s", STR_ARG(dir), places[i]).p, real))
			return str_z(t->arena, str_from(real));
	}
	return "";
}

enum { PATHS_MAX = 100 };
struct path_list {
	struct nginx_path of[PATHS_MAX];
	size_t count;
};

static void add_path(void *arg, const struct api_path *path)
{
	struct path_list *l = arg;
	for (size_t i = 0; i < l->count; i++) /* nginx looks at no method: a path stands once */
		if (strcmp(l->of[i].path, path->path) == 0)
			return;
	if (l->count < PATHS_MAX)
		l->of[l->count++] = (struct nginx_path){ path->path, path->open, path->upload, path->often };
}

static enum err write_edge_config(struct tool *t)
{
	const struct config *c = t->config;
	const char *cert = c->certificate[0] ? c->certificate : config_path(t->arena, c, "tls/localhost.pem");
	const char *key = c->certificate_key[0] ? c->certificate_key : config_path(t->arena, c, "tls/localhost.key");
	const struct passwd *me = getpwuid(geteuid());
	struct path_list *paths = ARENA_NEW(t->arena, struct path_list);
	api_paths(routes_table, add_path, paths);
	struct nginx_config n = {
		.paths = paths->of,
		.path_count = paths->count,
		.listen = str_from(c->listen),
		.run_dir = str_from(config_path(t->arena, c, "run")),
		.app_socket = str_from(config_path(t->arena, c, "run/app.sock")),
		.web_root = str_from(web_root(t)),
		.certificate = str_from(cert),
		.certificate_key = str_from(key),
		.root = geteuid() == 0,
		.user = str_from(me ? me->pw_name : "root"),
		.workers = (int)c->workers,
		.local = strcmp(c->host, "localhost") == 0,
	};
	if (access(cert, R_OK) != 0 || access(key, R_OK) != 0)
		return problem_set(t->problem, E_CONFIG, "The certificate %s or its key cannot be read.", cert);
	return write_file(config_path(t->arena, c, "run/nginx.conf"), nginx_config_text(t->arena, &n), 0600);
}

static void prepare(struct supervisor *s)
{
	struct tool *t = s->tool;
	const char *self = program(t), *data = t->config->data;
	const char *threads = str_fmt(t->arena, "%lld", (long long)t->config->threads).p;
	s->parts[0] = (struct part){ .name = "edge",
		                     .argv = { t->config->nginx, "-c", config_path(t->arena, t->config, "run/nginx.conf"), "-p",
		                               config_path(t->arena, t->config, "run"), "-e", "stderr" } };
	s->parts[1] = (struct part){ .name = "app", .argv = { self, "app", "--data", data, "--threads", threads, NULL } };
	s->parts[2] = (struct part){ .name = "courier", .argv = { self, "courier", "--data", data, NULL } };
	setenv("FIELDWARD_LISTEN", t->config->listen, 1);
	setenv("FIELDWARD_HOST", t->config->host, 1);
}

static void wait_for_app(struct supervisor *s, int stop_fd)
{
	int64_t until = monotonic_ms() + READY_MS;
	struct pollfd p = { .fd = stop_fd, .events = POLLIN };
	while (!app_answers(s->tool) && monotonic_ms() < until && !s->stopping && s->parts[1].pid)
		if (poll(&p, 1, 5) > 0)
			break;
}

/* From here on the supervisor waits and little else: the code that it needed to start goes back to the system, and comes again from the
 * file when something must be restarted. Segments that may be written are left alone. */
static int give_back(struct dl_phdr_info *object, size_t size, void *arg)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	(void)size;
	(void)arg;
	for (size_t i = 0; i < object->dlpi_phnum && !strstr(object->dlpi_name, "vdso"); i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t from = (object->dlpi_addr + part->p_vaddr) / page * page, to = object->dlpi_addr + part->p_vaddr + part->p_memsz;
		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
			(void)madvise((void *)from, to - from, MADV_DONTNEED);
	}
	return 0;
}

static void watch(struct supervisor *s, int signals)
{
	dl_iterate_phdr(give_back, NULL);
	struct pollfd p = { .fd = signals, .events = POLLIN };
	while (!s->stopping) {
		struct signalfd_siginfo info;
		if (poll(&p, 1, RESTART_MS) > 0 && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
			if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
				break;
			if (info.ssi_signo == SIGHUP && s->parts[0].pid && write_edge_config(s->tool) == OK)
				kill(s->parts[0].pid, SIGHUP);
		}
		reap(s);
		for (size_t i = 0; i < PARTS && !s->stopping; i++)
			if (!s->parts[i].pid && monotonic_ms() >= s->parts[i].restart_at_ms)
				start(s, &s->parts[i]);
	}
}

enum err command_serve(struct tool *t)
{
	static const char *const names[] = { "edge", "app", "courier" };
	struct supervisor s = { .tool = t };
	sigset_t set;
	int lock;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_CLOEXEC);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		end_left_over(t, names[i]);
	TRY(data_lock(t, false, &lock));
	TRY(write_edge_config(t));
	prepare(&s);
	unlink(config_path(t->arena, t->config, "run/app.sock"));
	start(&s, &s.parts[1]);
	wait_for_app(&s, signals);
	if (s.parts[1].pid) {
		start(&s, &s.parts[0]);
		start(&s, &s.parts[2]);
		printf("fieldward serves https://%s/\n", t->config->listen);
		fflush(stdout);
	}
	watch(&s, signals);
	bool failed = s.stopping;
	stop_all(&s);
	close(lock);
	return failed ? problem_set(t->problem, E_CONFIG, "A part could not start; the lines above say why.") : OK;
}
