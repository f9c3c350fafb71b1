#include "server.h"

#include "buf.h"
#include "limits.h"
#include "log.h"
#include "scgi.h"
#include "time.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { THREADS_MAX = 256 };

struct server {
	struct server_config config;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int queue[REQUEST_QUEUE_MAX];
	size_t first, count;
	size_t uploads;
	bool stop;
};

/* ---- one connection ---- */

struct connection {
	int fd;
	struct str early; /* bytes of the body that came with the head */
	int64_t left;     /* bytes of the body not handed over yet */
};

static bool send_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = str_slice(s, (size_t)n, s.n);
	}
	return true;
}

static int64_t receive(int fd, char *buf, size_t n)
{
	ssize_t got;
	do
		got = recv(fd, buf, n, 0);
	while (got < 0 && errno == EINTR);
	return got;
}

static int64_t read_body(void *arg, char *buf, size_t n)
{
	struct connection *c = arg;
	if (c->left == 0)
		return 0;
	if ((int64_t)n > c->left)
		n = (size_t)c->left;
	int64_t got;
	if (c->early.n) {
		got = (int64_t)(n < c->early.n ? n : c->early.n);
		memcpy(buf, c->early.p, (size_t)got);
		c->early = str_slice(c->early, (size_t)got, c->early.n);
	} else {
		got = receive(c->fd, buf, n);
	}
	if (got <= 0)
		return -1;
	c->left -= got;
	return got;
}

static enum err read_head(struct connection *c, struct arena *a, struct request *rq)
{
	char *buf = ARENA_ARRAY(a, char, SCGI_HEAD_MAX + 64);
	size_t n = 0, whole = 0;
	while (whole == 0 || n < whole) {
		int64_t got = receive(c->fd, buf + n, SCGI_HEAD_MAX + 64 - n);
		if (got <= 0)
			return n ? E_MALFORMED : E_NOT_FOUND; /* a connection that said nothing: somebody looked whether we are there */
		n += (size_t)got;
		TRY(scgi_length((struct str){ buf, n }, &whole));
		if (n == SCGI_HEAD_MAX + 64 && (whole == 0 || n < whole))
			return E_TOO_LARGE;
	}
	TRY(scgi_parse(a, (struct str){ buf, whole }, rq));
	c->early = (struct str){ buf + whole, n - whole };
	c->left = rq->length;
	return OK;
}

static enum err read_whole_body(struct connection *c, struct arena *a, struct request *rq)
{
	if (rq->length > REQUEST_BODY_MAX)
		return E_TOO_LARGE;
	char *body = ARENA_ARRAY(a, char, (size_t)rq->length + 1);
	size_t n = 0;
	while (c->left) {
		int64_t got = read_body(c, body + n, (size_t)c->left);
		if (got <= 0)
			return E_MALFORMED;
		n += (size_t)got;
	}
	rq->body = (struct str){ body, n };
	return OK;
}

static void plain_problem(struct arena *a, struct response *rs, enum err e)
{
	const struct err_info *info = err_info(e);
	*rs = (struct response){ .status = info->status, .content_type = STR("application/problem+json"), .route = "?", .err = e };
	rs->body = str_fmt(a, "{\"type\":\"/problems/%s\",\"title\":\"%s\",\"status\":%d,\"errors\":[]}", info->slug, info->title, info->status);
	if (info->retry)
		response_header(rs, "Retry-After", STR("1"));
}

static void send_response(struct connection *c, struct arena *a, const struct response *rs, size_t *ret_bytes)
{
	struct buf b;
	bool ok;
	buf_init(&b, a, 64 * KIB);
	buf_fmt(&b, "Status: %d\r\n", rs->status);
	if (rs->content_type.n)
		buf_fmt(&b, "Content-Type: " STR_FMT "\r\n", STR_ARG(rs->content_type));
	for (size_t i = 0; i < rs->header_count; i++)
		buf_fmt(&b, "%s: " STR_FMT "\r\n", rs->headers[i].name, STR_ARG(rs->headers[i].value));
	if (!rs->more)
		buf_fmt(&b, "Content-Length: %zu\r\n", rs->body.n);
	buf_addz(&b, "\r\n");
	ok = send_all(c->fd, buf_str(&b)) && send_all(c->fd, rs->body);
	*ret_bytes = rs->body.n;
	with_arena struct arena *page = arena_new(REQUEST_ARENA_MAX);
	while (ok && rs->more) {
		struct str piece;
		if (rs->more(rs->more_arg, page, &piece) != OK || !piece.n)
			break;
		ok = send_all(c->fd, piece);
		*ret_bytes += piece.n;
		arena_reset(page);
	}
}

/* The one line of a request. No query, no body, no address. */
static void log_request(const struct request *rq, const struct response *rs, int64_t started_ms, size_t bytes, struct arena *a)
{
	const struct err_info *info = err_info(rs->err);
	LOG(rs->err != OK && info->fault ? LOG_ERROR : LOG_INFO, "request", LOG_W("method", rq->method.n ? str_z(a, str_slice(rq->method, 0, 10)) : "?"),
	    LOG_W("route", rs->route ? rs->route : "?"), LOG_I("status", rs->status), LOG_W("error", rs->err == OK ? "" : info->slug),
	    LOG_I("ms", monotonic_ms() - started_ms), LOG_I("bytes", (int64_t)bytes), LOG_W("detail", str_z(a, rs->log.p ? rs->log : STR(""))));
}

static bool begin_upload(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	bool ok = s->uploads < UPLOADS_AT_ONCE_MAX;
	s->uploads += ok;
	pthread_mutex_unlock(&s->lock);
	return ok;
}

static void end_upload(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	s->uploads--;
	pthread_mutex_unlock(&s->lock);
}

/* False: there was no request. */
static bool answer(struct server *s, struct connection *c, struct arena *a, struct request *rq, struct response *rs)
{
	enum err e = read_head(c, a, rq);
	if (e == E_NOT_FOUND)
		return false;
	bool upload = e == OK && s->config.is_upload(s->config.arg, rq->method, rq->path);
	if (e == OK && !upload)
		e = read_whole_body(c, a, rq);
	if (e == OK && upload)
		e = rq->length > UPLOAD_BODY_MAX ? E_TOO_LARGE : begin_upload(s) ? OK : E_BUSY;
	if (e != OK) {
		plain_problem(a, rs, e);
		return true;
	}
	rq->read = read_body;
	rq->read_arg = c;
	s->config.handle(s->config.arg, a, rq, rs);
	if (upload)
		end_upload(s);
	return true;
}

static void serve(struct server *s, int fd, struct arena *a)
{
	struct connection c = { .fd = fd };
	struct request rq = { .length = 0 };
	struct response rs = { .status = 500 };
	struct timeval limit = { .tv_sec = REQUEST_READ_MS / 1000 };
	int64_t started = monotonic_ms();
	size_t bytes;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (answer(s, &c, a, &rq, &rs)) {
		send_response(&c, a, &rs, &bytes);
		log_request(&rq, &rs, started, bytes, a);
	}
	close(fd);
}

/* ---- threads ---- */

static void *work(void *arg)
{
	struct server *s = arg;
	struct arena *a = arena_new(REQUEST_ARENA_MAX);
	for (;;) {
		pthread_mutex_lock(&s->lock);
		while (s->count == 0 && !s->stop)
			pthread_cond_wait(&s->wake, &s->lock);
		if (s->count == 0)
			break;
		int fd = s->queue[s->first];
		s->first = (s->first + 1) % REQUEST_QUEUE_MAX;
		s->count--;
		pthread_mutex_unlock(&s->lock);
		serve(s, fd, a);
		arena_reset(a);
	}
	pthread_mutex_unlock(&s->lock);
	arena_free(a);
	return NULL;
}

static void refuse(int fd)
{
	with_arena struct arena *a = arena_new(64 * KIB);
	struct response rs;
	struct connection c = { .fd = fd };
	size_t bytes;
	plain_problem(a, &rs, E_BUSY);
	send_response(&c, a, &rs, &bytes);
	close(fd);
}

static void enqueue(struct server *s, int fd)
{
	pthread_mutex_lock(&s->lock);
	bool full = s->count == REQUEST_QUEUE_MAX;
	if (!full) {
		s->queue[(s->first + s->count) % REQUEST_QUEUE_MAX] = fd;
		s->count++;
		pthread_cond_signal(&s->wake);
	}
	pthread_mutex_unlock(&s->lock);
	if (full)
		refuse(fd);
}

static int listen_on(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(addr.sun_path))
		return -1;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	unlink(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* Only this user may connect. */
	mode_t old = umask(0177);
	int ok = bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0 && listen(fd, 1024) == 0;
	umask(old);
	if (!ok) {
		close(fd);
		return -1;
	}
	return fd;
}

static void accept_until_stopped(struct server *s, int listener, int stop_fd)
{
	struct pollfd fds[] = { { .fd = listener, .events = POLLIN }, { .fd = stop_fd, .events = POLLIN } };
	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			break;
		if (!(fds[0].revents & POLLIN))
			continue;
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			enqueue(s, fd);
		else if (errno == EMFILE || errno == ENFILE)
			usleep(10000); /* no descriptors: let the threads finish some */
	}
}

enum err server_run(const struct server_config *config, int stop_fd)
{
	struct server *s = calloc(1, sizeof(*s));
	pthread_t threads[THREADS_MAX];
	size_t started = 0, wanted = config->threads ? config->threads : 4 * (size_t)sysconf(_SC_NPROCESSORS_ONLN);
	if (!s)
		abort();
	s->config = *config;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	int listener = listen_on(config->socket_path);
	if (listener < 0) {
		free(s);
		return E_CONFIG;
	}
	for (; started < wanted && started < THREADS_MAX; started++)
		if (pthread_create(&threads[started], NULL, work, s) != 0)
			break;
	accept_until_stopped(s, listener, stop_fd);
	close(listener);
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wake);
	free(s);
	return started ? OK : E_CONFIG;
}
