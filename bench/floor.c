/* floor.c - the least that could answer the two requests that are measured, as the yardstick for the product.
 *
 *   bench_floor DATA FLOOR_DB LISTEN THREADS
 *
 * The same: nginx with the product's own configuration, the product's SCGI server and threads, SQLCipher with the product's settings and
 * one writer with group commit, the product's indexes, statements of the same shape, the same JSON (made with the same writer), one log
 * line a request, as many rows in the table of search terms.
 * Left out: sign-in and rights (the bearer token is the number of the company), isolation (a plain connection; no views, guards, hooks or
 * savepoints), sealing, keyed hashes of the terms (a plain hash stands in), audit and the log of reads, optimistic fields (seq, fv). */
#include "buf.h"
#include "json.h"
#include "limits.h"
#include "nginx.h"
#include "server.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COLUMNS_MAX = 64, TERMS_MAX = 48, BATCH_MAX = 256 };

enum kind { UUID, TIME, TEXT, FLAG, NUMBER, HIDDEN };
struct column {
	char name[64];
	enum kind kind;
};

enum text { PAGE, CUSTOMER, EXISTS_CUSTOMER, EXISTS_SITE, EXISTS_KIND, STATUS, NUMBERING, INSERT_JOB, INSERT_TERM, BEGIN, COMMIT, TEXT_COUNT };

struct connection {
	struct connection *next;
	sqlite3 *db;
	sqlite3_stmt *st[TEXT_COUNT];
};

struct write {
	struct write *next;
	struct floor *floor;
	struct arena *a;
	int64_t tenant;
	const json_t *body;
	struct str answer;
	bool done;
	pthread_cond_t answered;
};

struct floor {
	const char *path;
	struct column columns[COLUMNS_MAX];
	int column_count;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct connection *free;
	struct write *first, *last;
	struct connection *writer;
};

static void die(const char *what, sqlite3 *db)
{
	fprintf(stderr, "bench_floor: %s: %s\n", what, db ? sqlite3_errmsg(db) : strerror(errno));
	exit(1);
}

/* ---- connections ---- */

static sqlite3 *open_db(const char *path)
{
	static const char key[] = "x'5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a'";
	static const char pragmas[] = "PRAGMA cipher_log_level = NONE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
				      "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864";
	sqlite3 *db;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_key(db, key, (int)strlen(key)) != SQLITE_OK || sqlite3_exec(db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		die("open", db);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	return db;
}

static void read_columns(struct floor *f)
{
	static const char *const types[] = { "uuid", "time", "text", "flag", "number" };
	sqlite3 *db = open_db(f->path);
	sqlite3_stmt *st;
	if (sqlite3_prepare_v2(db, "SELECT name, type FROM pragma_table_info('job')", -1, &st, NULL) != SQLITE_OK)
		die("columns", db);
	while (sqlite3_step(st) == SQLITE_ROW && f->column_count < COLUMNS_MAX) {
		struct column *c = &f->columns[f->column_count++];
		snprintf(c->name, sizeof(c->name), "%s", (const char *)sqlite3_column_text(st, 0));
		c->kind = HIDDEN;
		for (size_t i = 0; i < ARRAY_LEN(types); i++)
			if (strcasecmp(types[i], (const char *)sqlite3_column_text(st, 1)) == 0)
				c->kind = (enum kind)i;
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
}

static struct connection *connection_new(const struct floor *f)
{
	struct connection *c = calloc(1, sizeof(*c));
	char columns[4000] = "", marks[400] = "";
	size_t n = 0, m = 0;
	if (!c)
		abort();
	for (int i = 0; i < f->column_count; i++) {
		n += (size_t)snprintf(columns + n, sizeof(columns) - n, "%s%s", i ? ", " : "", f->columns[i].name);
		m += (size_t)snprintf(marks + m, sizeof(marks) - m, "%s?", i ? ", " : "");
	}
	char page[5000], insert[5000];
	snprintf(page, sizeof(page), "SELECT %s FROM job WHERE tenant_id = ?1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?2", columns);
	snprintf(insert, sizeof(insert), "INSERT INTO job (%s) VALUES (%s)", columns, marks);
	const char *const texts[] = {
		[PAGE] = page,
		[CUSTOMER] = "SELECT id, name FROM customer WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
		[EXISTS_CUSTOMER] = "SELECT 1 FROM customer WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
		[EXISTS_SITE] = "SELECT 1 FROM site WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
		[EXISTS_KIND] = "SELECT 1 FROM job_type WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
		[STATUS] = "SELECT id FROM status_def WHERE tenant_id = ?1 AND stage = 'new' AND is_default AND deleted_at IS NULL ORDER BY position, id",
		[NUMBERING] = "UPDATE numbering SET next = next + 1 WHERE tenant_id = ?1 RETURNING next",
		[INSERT_JOB] = insert,
		[INSERT_TERM] = "INSERT OR IGNORE INTO search_term (tenant_id, noun, row_id, term) VALUES (?1, 10, ?2, ?3)",
		[BEGIN] = "BEGIN IMMEDIATE",
		[COMMIT] = "COMMIT",
	};
	c->db = open_db(f->path);
	for (int i = 0; i < TEXT_COUNT; i++)
		if (sqlite3_prepare_v3(c->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &c->st[i], NULL) != SQLITE_OK)
			die(texts[i], c->db);
	return c;
}

static struct connection *take(struct floor *f)
{
	pthread_mutex_lock(&f->lock);
	struct connection *c = f->free;
	if (c)
		f->free = c->next;
	pthread_mutex_unlock(&f->lock);
	return c ? c : connection_new(f);
}

static void give_back(struct floor *f, struct connection *c)
{
	pthread_mutex_lock(&f->lock);
	c->next = f->free;
	f->free = c;
	pthread_mutex_unlock(&f->lock);
}

/* ---- JSON ---- */

static struct str column_text(sqlite3_stmt *st, int i)
{
	const char *p = (const char *)sqlite3_column_text(st, i);
	return (struct str){ p, (size_t)sqlite3_column_bytes(st, i) };
}

static struct id column_id(sqlite3_stmt *st, int i)
{
	struct id id = { { 0 } };
	const void *p = sqlite3_column_blob(st, i);
	if (p && sqlite3_column_bytes(st, i) == 16)
		memcpy(id.b, p, 16);
	return id;
}

static void write_column(struct json_out *o, const struct column *c, sqlite3_stmt *st, int i)
{
	if (c->kind == HIDDEN || strcmp(c->name, "deleted_at") == 0 || strcmp(c->name, "tenant_id") == 0)
		return;
	jw_key(o, c->name);
	if (sqlite3_column_type(st, i) == SQLITE_NULL)
		jw_null(o);
	else if (c->kind == UUID)
		jw_id(o, column_id(st, i));
	else if (c->kind == TIME)
		jw_instant(o, (struct instant){ sqlite3_column_int64(st, i) });
	else if (c->kind == TEXT)
		jw_str(o, column_text(st, i));
	else if (c->kind == FLAG)
		jw_bool(o, sqlite3_column_int(st, i));
	else
		jw_int(o, sqlite3_column_int64(st, i));
}

/* ---- the page ---- */

struct seen {
	struct seen *next;
	struct id id;
	struct str name;
};

static struct str name_of(struct connection *c, struct arena *a, struct seen **seen, int64_t tenant, struct id id)
{
	for (struct seen *s = *seen; s; s = s->next)
		if (id_eq(s->id, id))
			return s->name;
	struct seen *s = ARENA_NEW(a, struct seen);
	sqlite3_stmt *st = c->st[CUSTOMER];
	*s = (struct seen){ *seen, id, STR("") };
	*seen = s;
	sqlite3_bind_int64(st, 1, tenant);
	sqlite3_bind_blob(st, 2, id.b, 16, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW)
		s->name = str_dup(a, column_text(st, 1));
	sqlite3_reset(st);
	return s->name;
}

static struct str page(struct floor *f, struct connection *c, struct arena *a, int64_t tenant)
{
	struct buf b;
	struct json_out o;
	struct seen *seen = NULL;
	sqlite3_stmt *st = c->st[PAGE];
	int customer = 0, rows = 0;
	while (strcmp(f->columns[customer].name, "customer_id") != 0)
		customer++;
	buf_init(&b, a, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	sqlite3_bind_int64(st, 1, tenant);
	sqlite3_bind_int64(st, 2, 51);
	while (sqlite3_step(st) == SQLITE_ROW && rows++ < 50) {
		jw_open(&o, '{');
		for (int i = 0; i < f->column_count; i++)
			write_column(&o, &f->columns[i], st, i);
		struct id id = column_id(st, customer);
		jw_key(&o, "customer");
		jw_open(&o, '{');
		jw_member_id(&o, "id", id);
		jw_member_str(&o, "name", name_of(c, a, &seen, tenant, id));
		jw_close(&o, '}');
		jw_close(&o, '}');
	}
	sqlite3_reset(st);
	jw_close(&o, ']');
	jw_key(&o, "next_cursor"); /* as long as a sealed one */
	jw_str(&o, STR("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"));
	jw_close(&o, '}');
	return buf_str(&b);
}

/* ---- the create ---- */

static int64_t plain_hash(struct str s)
{
	uint64_t h = 1469598103934665603u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return (int64_t)h;
}

static void add_term(struct connection *c, struct write *w, struct id id, struct str word)
{
	sqlite3_stmt *st = c->st[INSERT_TERM];
	sqlite3_bind_int64(st, 1, w->tenant);
	sqlite3_bind_blob(st, 2, id.b, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, plain_hash(word));
	if (sqlite3_step(st) != SQLITE_DONE)
		die("term", c->db);
	sqlite3_reset(st);
}

/* Words of the title; the number with its beginnings, with and without the zeros in front. */
static void add_terms(struct connection *c, struct write *w, struct id id, struct str title, struct str no)
{
	struct str rest = title;
	while (rest.p && rest.n)
		add_term(c, w, id, str_cut(rest, ' ', &rest));
	struct str digits = str_slice(no, 2, no.n);
	add_term(c, w, id, str_slice(no, 0, 1));
	for (int way = 0; way < 2; way++) {
		for (size_t n = 2; n <= digits.n; n++)
			add_term(c, w, id, str_slice(digits, 0, n));
		if (digits.n == 0 || digits.p[0] != '0')
			break;
		while (digits.n > 1 && digits.p[0] == '0')
			digits = str_slice(digits, 1, digits.n);
	}
}

static bool exists(struct connection *c, enum text which, int64_t tenant, struct id id)
{
	sqlite3_stmt *st = c->st[which];
	sqlite3_bind_int64(st, 1, tenant);
	sqlite3_bind_blob(st, 2, id.b, 16, SQLITE_STATIC);
	bool is = sqlite3_step(st) == SQLITE_ROW;
	sqlite3_reset(st);
	return is;
}

static struct id member_id(const json_t *body, const char *name)
{
	struct id id = { { 0 } };
	if (id_parse(json_text(json_object_get(body, name)), &id) != OK)
		memset(&id, 0, sizeof(id));
	return id;
}

/* What the service itself says of a new row. */
static void bind_own(struct connection *c, const struct column *col, int at, struct write *w, struct id id, struct id status, struct str no)
{
	static const struct {
		const char *name, *text;
	} fixed[] = { { "stage", "new" }, { "billing", "actual" }, { "source", "phone" } };
	sqlite3_stmt *st = c->st[INSERT_JOB];
	int64_t ms = now().ms;
	if (strcmp(col->name, "id") == 0)
		sqlite3_bind_blob(st, at, id.b, 16, SQLITE_TRANSIENT);
	else if (strcmp(col->name, "tenant_id") == 0)
		sqlite3_bind_int64(st, at, w->tenant);
	else if (strcmp(col->name, "version") == 0)
		sqlite3_bind_int64(st, at, 1);
	else if (strcmp(col->name, "created_at") == 0 || strcmp(col->name, "updated_at") == 0 || strcmp(col->name, "requested_at") == 0)
		sqlite3_bind_int64(st, at, ms);
	else if (strcmp(col->name, "created_by") == 0 || strcmp(col->name, "updated_by") == 0)
		sqlite3_bind_blob(st, at, id.b, 16, SQLITE_TRANSIENT);
	else if (strcmp(col->name, "status_id") == 0)
		sqlite3_bind_blob(st, at, status.b, 16, SQLITE_TRANSIENT);
	else if (strcmp(col->name, "no") == 0)
		sqlite3_bind_text(st, at, no.p, (int)no.n, SQLITE_STATIC);
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (strcmp(col->name, fixed[i].name) == 0)
			sqlite3_bind_text(st, at, fixed[i].text, -1, SQLITE_STATIC);
}

static void insert_job(struct floor *f, struct connection *c, struct write *w, struct id id, struct id status, struct str no)
{
	sqlite3_stmt *st = c->st[INSERT_JOB];
	sqlite3_clear_bindings(st);
	for (int i = 0; i < f->column_count; i++) {
		const struct column *col = &f->columns[i];
		const json_t *v = json_object_get(w->body, col->name);
		struct str text = json_text(v);
		struct id ref;
		struct instant when;
		if (!v)
			bind_own(c, col, i + 1, w, id, status, no);
		else if (col->kind == TIME && instant_parse(text, &when) == OK)
			sqlite3_bind_int64(st, i + 1, when.ms);
		else if (col->kind == UUID && id_parse(text, &ref) == OK)
			sqlite3_bind_blob(st, i + 1, ref.b, 16, SQLITE_TRANSIENT);
		else
			sqlite3_bind_text(st, i + 1, text.p, (int)text.n, SQLITE_STATIC);
	}
	if (sqlite3_step(st) != SQLITE_DONE)
		die("insert", c->db);
	sqlite3_reset(st);
}

static struct str answer_of(struct floor *f, struct write *w, struct id id, struct id status, struct str no)
{
	struct buf b;
	struct json_out o;
	struct instant t = now();
	buf_init(&b, w->a, RESPONSE_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	for (int i = 0; i < f->column_count; i++) {
		const struct column *c = &f->columns[i];
		const json_t *v = json_object_get(w->body, c->name);
		if (c->kind == HIDDEN || strcmp(c->name, "deleted_at") == 0)
			continue;
		jw_key(&o, c->name);
		if (v)
			jw_str(&o, json_text(v));
		else if (strcmp(c->name, "id") == 0 || strcmp(c->name, "created_by") == 0 || strcmp(c->name, "updated_by") == 0)
			jw_id(&o, id);
		else if (strcmp(c->name, "status_id") == 0)
			jw_id(&o, status);
		else if (strcmp(c->name, "no") == 0)
			jw_str(&o, no);
		else if (strcmp(c->name, "created_at") == 0 || strcmp(c->name, "updated_at") == 0 || strcmp(c->name, "requested_at") == 0)
			jw_instant(&o, t);
		else
			jw_null(&o);
	}
	jw_close(&o, '}');
	return buf_str(&b);
}

static void create(struct floor *f, struct connection *c, struct write *w)
{
	sqlite3_stmt *st = c->st[STATUS];
	struct id id = id_new(now().ms), status;
	if (!exists(c, EXISTS_CUSTOMER, w->tenant, member_id(w->body, "customer_id")) ||
	    !exists(c, EXISTS_SITE, w->tenant, member_id(w->body, "site_id")) || !exists(c, EXISTS_KIND, w->tenant, member_id(w->body, "job_type_id")))
		return;
	sqlite3_bind_int64(st, 1, w->tenant);
	if (sqlite3_step(st) != SQLITE_ROW)
		die("status", c->db);
	status = column_id(st, 0);
	sqlite3_reset(st);
	st = c->st[NUMBERING];
	sqlite3_bind_int64(st, 1, w->tenant);
	if (sqlite3_step(st) != SQLITE_ROW)
		die("number", c->db);
	struct str no = str_fmt(w->a, "J-%05lld", (long long)sqlite3_column_int64(st, 0) - 1);
	sqlite3_reset(st);
	insert_job(f, c, w, id, status, no);
	add_terms(c, w, id, json_text(json_object_get(w->body, "title")), no);
	w->answer = answer_of(f, w, id, status, no);
}

static struct write *take_batch(struct floor *f)
{
	pthread_mutex_lock(&f->lock);
	while (!f->first)
		pthread_cond_wait(&f->work, &f->lock);
	struct write *batch = f->first, *end = batch;
	for (size_t n = 1; n < BATCH_MAX && end->next; n++)
		end = end->next;
	f->first = end->next;
	end->next = NULL;
	pthread_mutex_unlock(&f->lock);
	return batch;
}

static void *write_on(void *arg)
{
	struct floor *f = arg;
	struct connection *c = f->writer;
	for (;;) {
		struct write *batch = take_batch(f);
		if (sqlite3_step(c->st[BEGIN]) != SQLITE_DONE)
			die("begin", c->db);
		sqlite3_reset(c->st[BEGIN]);
		for (struct write *w = batch; w; w = w->next)
			create(f, c, w);
		if (sqlite3_step(c->st[COMMIT]) != SQLITE_DONE)
			die("commit", c->db);
		sqlite3_reset(c->st[COMMIT]);
		pthread_mutex_lock(&f->lock);
		for (struct write *w = batch, *next; w; w = next) {
			next = w->next;
			w->done = true;
			pthread_cond_signal(&w->answered);
		}
		pthread_mutex_unlock(&f->lock);
	}
	return NULL;
}

static void queue_and_wait(struct floor *f, struct write *w)
{
	pthread_cond_init(&w->answered, NULL);
	pthread_mutex_lock(&f->lock);
	if (f->first)
		f->last->next = w;
	else
		f->first = w;
	f->last = w;
	pthread_cond_signal(&f->work);
	while (!w->done)
		pthread_cond_wait(&w->answered, &f->lock);
	pthread_mutex_unlock(&f->lock);
	pthread_cond_destroy(&w->answered);
}

/* ---- requests ---- */

static void handle(void *arg, struct arena *a, const struct request *rq, struct response *rs)
{
	struct floor *f = arg;
	struct str number = str_slice(rq->authorization, 7, rq->authorization.n);
	int64_t tenant = 0;
	*rs = (struct response){ .status = 404, .content_type = STR("application/json"), .route = "jobs" };
	if (str_to_i64(number, &tenant) != OK || !str_eqz(rq->path, "/v1/jobs"))
		return;
	if (str_eqz(rq->method, "GET")) {
		struct connection *c = take(f);
		rs->status = 200;
		rs->body = page(f, c, a, tenant);
		give_back(f, c);
		return;
	}
	struct problem problem;
	json_t *body;
	struct write w = { .floor = f, .a = a, .tenant = tenant };
	problem_init(&problem, a);
	if (json_read(a, rq->body, &problem, &body) != OK)
		return;
	w.body = body;
	queue_and_wait(f, &w);
	rs->status = w.answer.n ? 201 : 422;
	rs->body = w.answer;
}

static bool never_upload(void *arg, struct str method, struct str path)
{
	(void)arg;
	(void)method;
	(void)path;
	return false;
}

static pid_t start_edge(struct arena *a, const char *data, const char *run, const char *listen)
{
	struct nginx_config n = {
		.listen = str_from(listen),
		.run_dir = str_from(run),
		.app_socket = str_fmt(a, "%s/app.sock", run),
		.certificate = str_fmt(a, "%s/tls/localhost.pem", data),
		.certificate_key = str_fmt(a, "%s/tls/localhost.key", data),
		.root = geteuid() == 0,
		.user = STR("root"),
		.workers = 1,
		.local = true,
	};
	struct str text = nginx_config_text(a, &n);
	const char *path = str_fmt(a, "%s/nginx.conf", run).p;
	FILE *out = fopen(path, "w");
	if (!out || fwrite(text.p, 1, text.n, out) != text.n || fclose(out) != 0)
		die(path, NULL);
	pid_t pid = fork();
	if (pid == 0) {
		sigset_t none;
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		execlp("nginx", "nginx", "-c", path, "-p", run, "-e", "stderr", (char *)NULL);
		_exit(127);
	}
	return pid;
}

int main(int argc, char **argv)
{
	with_arena struct arena *a = arena_new(16 * MIB);
	struct floor *f = ARENA_NEW(a, struct floor);
	sigset_t set;
	pthread_t writer;
	if (argc != 5) {
		fprintf(stderr, "usage: bench_floor DATA FLOOR_DB LISTEN THREADS\n");
		return 64;
	}
	const char *run = str_fmt(a, "%s.run", argv[2]).p;
	if (mkdir(run, 0700) != 0 && errno != EEXIST)
		die(run, NULL);
	f->path = argv[2];
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->work, NULL);
	read_columns(f);
	f->writer = connection_new(f);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	int stop = signalfd(-1, &set, SFD_CLOEXEC);
	if (pthread_create(&writer, NULL, write_on, f) != 0)
		die("thread", NULL);
	pid_t edge = start_edge(a, argv[1], run, argv[3]);
	struct server_config server = {
		.socket_path = str_fmt(a, "%s/app.sock", run).p, .threads = strtoul(argv[4], NULL, 10), .handle = handle, .is_upload = never_upload, .arg = f,
	};
	enum err e = server_run(&server, stop);
	kill(edge, SIGTERM);
	waitpid(edge, NULL, 0);
	/* The writer waits for ever; the process ends around it. */
	exit(e == OK ? 0 : 1);
}
