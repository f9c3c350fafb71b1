/* load.c - many connections of one client, each asking again as soon as it has its answer.
 *
 *   bench_load PORT SECONDS CONNECTIONS TOKENS page|create|PATH
 *
 * TOKENS has a line per company: token, customer, site, kind of work. Each connection is a thread (HTTP/1.1 over TLS, kept alive) and goes
 * from company to company. Prints one line of JSON. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { COMPANIES_MAX = 1000, CONNECTIONS_MAX = 256, ANSWERS_MAX = 1 << 20, BUFFER = 1 << 20 };

struct company {
	char token[96], customer[40], site[40], kind[40];
};

struct load {
	SSL_CTX *tls;
	uint16_t port;
	const char *what;
	struct company companies[COMPANIES_MAX];
	size_t company_count;
	int64_t until_us;
};

struct connection {
	struct load *load;
	pthread_t thread;
	SSL *ssl;
	int fd;
	unsigned seed;
	bool first; /* tells of its first error */
	char *buffer;
	uint32_t *took_us;
	size_t answers, errors;
	uint64_t bytes;
};

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void hang_up(struct connection *c)
{
	if (!c->ssl)
		return;
	SSL_free(c->ssl);
	close(c->fd);
	c->ssl = NULL;
}

static bool dial(struct connection *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(c->load->port) };
	int on = 1;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->ssl = SSL_new(c->load->tls);
	SSL_set_fd(c->ssl, c->fd);
	if (connect(c->fd, (const struct sockaddr *)&to, sizeof(to)) == 0 && SSL_connect(c->ssl) == 1)
		return true;
	hang_up(c);
	return false;
}

static size_t write_request(struct connection *c, char *out, size_t size)
{
	static const char *const titles[] = { "Geyser is leaking again", "Annual service of heat pump", "Install inverter and battery",
		                              "Replace pressure valve in kitchen", "Blocked drain behind main house" };
	const struct load *l = c->load;
	const struct company *co = &l->companies[(unsigned)rand_r(&c->seed) % l->company_count];
	char body[600] = "";
	int n = 0;
	bool create = strcmp(l->what, "create") == 0;
	if (create)
		n = snprintf(body, sizeof(body),
		             "{\"title\":\"%s\",\"requested_at\":\"2026-11-22T08:00:00.000Z\",\"description\":\"The tenant called %d; please phone before you come.\",\"priority\":\"normal\","
		             "\"customer_id\":\"%s\",\"site_id\":\"%s\",\"job_type_id\":\"%s\"}",
		             titles[(unsigned)rand_r(&c->seed) % 5], rand_r(&c->seed) % 10000, co->customer, co->site, co->kind);
	const char *path = create ? "/v1/jobs" : strcmp(l->what, "page") == 0 ? "/v1/jobs?limit=50&expand=customer_id" : l->what;
	return (size_t)snprintf(out, size,
	                        "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n%s%sContent-Length: %d\r\n\r\n%s",
	                        create ? "POST" : "GET", path, strchr(co->token, '=') ? "Cookie: " : "Authorization: Bearer ", co->token,
	                        strchr(co->token, '=') ? "X-App: 1\r\nSec-Fetch-Site: same-origin\r\n" : "", create ? "Content-Type: application/json\r\n" : "", n, body);
}

/* Reads one answer whole. Returns its status, 0 when the connection broke. */
static int read_answer(struct connection *c, bool *ret_close)
{
	size_t n = 0, whole = 0;
	int status = 0;
	while (whole == 0 || n < whole) {
		int got = SSL_read(c->ssl, c->buffer + n, (int)(BUFFER - 1 - n));
		if (got <= 0)
			return 0;
		n += (size_t)got;
		c->buffer[n] = 0;
		const char *end = whole ? NULL : strstr(c->buffer, "\r\n\r\n");
		if (!end)
			continue;
		const char *length = strcasestr(c->buffer, "content-length:");
		if (!length || sscanf(c->buffer, "HTTP/1.1 %d", &status) != 1)
			return 0;
		whole = (size_t)(end - c->buffer) + 4 + (size_t)strtoul(length + 15, NULL, 10);
		const char *closing = strcasestr(c->buffer, "connection: close");
		*ret_close = closing && closing < end;
	}
	c->bytes += n;
	return status;
}

static void ask(struct connection *c)
{
	char request[2000];
	bool close_it = false;
	if (!c->ssl && !dial(c)) {
		c->errors++;
		usleep(10000);
		return;
	}
	size_t n = write_request(c, request, sizeof(request));
	int64_t from = now_us();
	int status = SSL_write(c->ssl, request, (int)n) == (int)n ? read_answer(c, &close_it) : 0;
	if (status == 200 || status == 201) {
		if (c->answers < ANSWERS_MAX)
			c->took_us[c->answers++] = (uint32_t)(now_us() - from);
	} else {
		const char *body = status ? strstr(c->buffer, "\r\n\r\n") : NULL;
		if (c->errors++ == 0 && c->first)
			fprintf(stderr, "load: status %d: %.300s\n", status, body ? body + 4 : "");
	}
	if (status == 0 || close_it)
		hang_up(c);
}

static void *run(void *arg)
{
	struct connection *c = arg;
	while (now_us() < c->load->until_us)
		ask(c);
	hang_up(c);
	return NULL;
}

static bool read_companies(struct load *l, const char *path)
{
	FILE *f = fopen(path, "r");
	if (!f)
		return false;
	while (l->company_count < COMPANIES_MAX) {
		struct company *c = &l->companies[l->company_count];
		if (fscanf(f, "%95s %39s %39s %39s", c->token, c->customer, c->site, c->kind) != 4)
			break;
		l->company_count++;
	}
	fclose(f);
	return l->company_count > 0;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void report(struct connection *all, size_t count, double seconds)
{
	size_t answers = 0, errors = 0, at = 0;
	uint64_t bytes = 0;
	for (size_t i = 0; i < count; i++) {
		answers += all[i].answers;
		errors += all[i].errors;
		bytes += all[i].bytes;
	}
	uint32_t *took = calloc(answers + 1, sizeof(*took));
	if (!took)
		abort();
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < all[i].answers; k++)
			took[at++] = all[i].took_us[k];
	qsort(took, answers, sizeof(*took), by_value);
	printf("{\"answers\":%zu,\"errors\":%zu,\"per_second\":%.1f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"bytes\":%llu}\n", answers, errors,
	       (double)answers / seconds, took[answers / 2], took[answers * 99 / 100], answers ? took[answers - 1] : 0,
	       (unsigned long long)(answers ? bytes / answers : 0));
	free(took);
}

int main(int argc, char **argv)
{
	static struct connection all[CONNECTIONS_MAX];
	struct load *l = calloc(1, sizeof(*l));
	if (argc != 6 || !l || !read_companies(l, argv[4])) {
		fprintf(stderr, "usage: bench_load PORT SECONDS CONNECTIONS TOKENS page|create|PATH\n");
		return 64;
	}
	size_t count = (size_t)strtoul(argv[3], NULL, 10);
	if (count == 0 || count > CONNECTIONS_MAX)
		return 64;
	l->port = (uint16_t)strtoul(argv[1], NULL, 10);
	l->what = argv[5];
	l->tls = SSL_CTX_new(TLS_client_method());
	l->until_us = now_us() + (int64_t)(strtod(argv[2], NULL) * 1e6);
	int64_t from = now_us();
	for (size_t i = 0; i < count; i++) {
		all[i] = (struct connection){ .load = l, .seed = (unsigned)(i * 7919 + (size_t)getpid()), .first = i == 0 };
		all[i].buffer = malloc(BUFFER);
		all[i].took_us = calloc(ANSWERS_MAX, sizeof(uint32_t));
		if (!all[i].buffer || !all[i].took_us || pthread_create(&all[i].thread, NULL, run, &all[i]) != 0)
			abort();
	}
	for (size_t i = 0; i < count; i++)
		pthread_join(all[i].thread, NULL);
	report(all, count, (double)(now_us() - from) / 1e6);
	return 0;
}
