#include "nginx.h"

#include <string.h>

#include "buf.h"
#include "err.h"
#include "limits.h"

/* What nginx itself refuses is told in the same form as what the app refuses. */
static const struct {
	int status;
	enum err err;
} own_errors[] = {
	{ 400, E_MALFORMED }, { 405, E_METHOD }, { 408, E_TIMEOUT }, { 413, E_TOO_LARGE }, { 414, E_TOO_LARGE }, { 429, E_RATE }, { 431, E_TOO_LARGE },
	{ 502, E_BUSY }, { 503, E_BUSY }, { 504, E_TIMEOUT },
};

/* `forms`: where a form of the page may be sent. */
#define SECURITY_HEADERS(forms) \
	"    add_header Content-Security-Policy \"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " \
	"connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; form-action '" forms "'; base-uri 'none'; " \
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app-sw svelte-trusted-html\" always;\n" \
	"    add_header X-Content-Type-Options nosniff always;\n" \
	"    add_header Referrer-Policy no-referrer always;\n" \
	"    add_header Cross-Origin-Opener-Policy same-origin always;\n" \
	"    add_header Cross-Origin-Resource-Policy same-origin always;\n" \
	"    add_header Permissions-Policy \"camera=(self), geolocation=(self), publickey-credentials-get=(self), microphone=()\" always;\n"
static const char security_headers[] = SECURITY_HEADERS("none");
static const char form_headers[] = SECURITY_HEADERS("self");
static const char hsts[] = "    add_header Strict-Transport-Security \"max-age=31536000; includeSubDomains\" always;\n";

/* Places with an address of their own: a request whose address could not be read cannot go to a named one. */
static void add_errors(struct buf *b)
{
	buf_addz(b, "    error_page 494 =431 /.error/431;\n"); /* nginx's own number for headers that are too large */
	for (size_t i = 0; i < ARRAY_LEN(own_errors); i++) {
		const struct err_info *info = err_info(own_errors[i].err);
		buf_fmt(b, "    error_page %d /.error/%d;\n", own_errors[i].status, own_errors[i].status);
		buf_fmt(b, "    location = /.error/%d {\n      internal;\n      default_type application/problem+json;\n", own_errors[i].status);
		if (info->retry) { /* a header of its own hides those of the server */
			buf_addz(b, security_headers);
			buf_addz(b, "      add_header Retry-After 1 always;\n");
		}
		buf_fmt(b, "      return %d '{\"type\":\"/problems/%s\",\"title\":\"%s\",\"status\":%d,\"errors\":[]}';\n    }\n", own_errors[i].status,
		        info->slug, info->title, own_errors[i].status);
	}
}

static const char params[] =
	"      scgi_param REQUEST_METHOD $request_method;\n"
	"      scgi_param DOCUMENT_URI $uri;\n"
	"      scgi_param QUERY_STRING $query_string;\n"
	"      scgi_param CONTENT_TYPE $content_type;\n"
	"      scgi_param BODY_LENGTH $content_length;\n"
	"      scgi_param REMOTE_ADDR $remote_addr;\n"
	"      scgi_param SCGI 1;\n";

static const char types[] =
	"  types { text/html html; text/css css; application/javascript js mjs; image/svg+xml svg; image/png png; image/webp webp; "
	"font/woff2 woff2; application/manifest+json webmanifest; application/json json map; text/plain txt; }\n"
	"  default_type application/octet-stream;\n";

static void add_http(struct buf *b, const struct nginx_config *c)
{
	buf_addz(b, "http {\n  access_log off;\n  server_tokens off;\n  sendfile on;\n  tcp_nopush on;\n");
	buf_addz(b, types);
	static const char *const temps[] = { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" };
	for (size_t i = 0; i < ARRAY_LEN(temps); i++)
		buf_fmt(b, "  %s_temp_path " STR_FMT "/tmp;\n", temps[i], STR_ARG(c->run_dir));
	buf_addz(b,
	         "  client_header_timeout 15s;\n  client_body_timeout 15s;\n  send_timeout 30s;\n  keepalive_timeout 65s;\n"
	         "  client_header_buffer_size 2k;\n  large_client_header_buffers 4 2k;\n  client_body_buffer_size 1m;\n  client_max_body_size 1m;\n"
	         "  limit_conn_zone $binary_remote_addr zone=per_address:1m;\n"
	         "  limit_req_zone $binary_remote_addr zone=strangers:1m rate=10r/s;\n"
	         "  limit_req_zone $binary_remote_addr zone=machines:1m rate=100r/s;\n  limit_req_status 429;\n"
	         "  scgi_read_timeout 120s;\n  gzip off;\n");
}

/* "= /v1/login", or a pattern where a segment may be anything. */
static struct str match_of(struct arena *a, const char *path)
{
	struct buf b;
	if (!strchr(path, '*'))
		return str_fmt(a, "= %s", path);
	buf_init(&b, a, 400);
	buf_addz(&b, "~ ^");
	for (const char *p = path; *p; p++) {
		if (*p == '*')
			buf_addz(&b, "[^/]+");
		else if (*p == '.')
			buf_addz(&b, "\\.");
		else
			buf_char(&b, *p);
	}
	buf_char(&b, '$');
	return buf_str(&b);
}

static void add_location(struct buf *b, const struct nginx_config *c, struct str match, const char *extra, bool form)
{
	buf_fmt(b,
	        "    location " STR_FMT " {\n      %s\n      scgi_pass unix:" STR_FMT ";\n      scgi_buffer_size 16k;\n      scgi_buffers 256 8k;\n"
	        "      scgi_busy_buffers_size 64k;\n      scgi_max_temp_file_size 0;\n      scgi_intercept_errors off;\n%s",
	        STR_ARG(match), extra, STR_ARG(c->app_socket), params);
	if (form) /* headers of its own hide those of the server */
		buf_addz(b, form_headers);
	if (form && !c->local)
		buf_addz(b, hsts);
	buf_addz(b, "    }\n");
}

static void add_locations(struct buf *b, const struct nginx_config *c)
{
	/* Uploads stream to the app; everything else is held in memory until it is whole. */
	static const struct {
		const char *match, *extra;
		bool form;
	} ways[] = {
		{ "/v1/", "", false },
		{ "/f/", "client_max_body_size 64k;", true },
		{ "/v/", "", true },
		{ "= /.well-known/jwks.json", "", false },
		{ "= /healthz", "", false },
		{ "= /readyz", "", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		add_location(b, c, str_from(ways[i].match), ways[i].extra, ways[i].form);
	for (size_t i = 0; i < c->path_count; i++) {
		const struct nginx_path *p = &c->paths[i];
		const char *extra = p->upload ? "client_max_body_size 64m; scgi_request_buffering off;" :
		                    p->often  ? "limit_req zone=machines burst=200 nodelay;" :
		                                "limit_req zone=strangers burst=40 nodelay;";
		add_location(b, c, match_of(b->arena, p->path), extra, false);
	}
}

static void add_server(struct buf *b, const struct nginx_config *c)
{
	buf_fmt(b, "  server {\n    listen " STR_FMT " ssl http2;\n    server_name _;\n", STR_ARG(c->listen));
	buf_fmt(b, "    ssl_certificate " STR_FMT ";\n    ssl_certificate_key " STR_FMT ";\n", STR_ARG(c->certificate), STR_ARG(c->certificate_key));
	buf_addz(b, "    ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_session_tickets off;\n    ssl_session_cache shared:tls:1m;\n    ssl_prefer_server_ciphers off;\n"
	            "    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
	            "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;\n"
	            "    limit_conn per_address 200;\n"
	            "    error_page 497 =308 https://$http_host$request_uri;\n");
	buf_addz(b, security_headers);
	if (!c->local)
		buf_addz(b, hsts);
	add_errors(b);
	add_locations(b, c);
	if (c->web_root.n) {
		buf_fmt(b, "    root " STR_FMT ";\n", STR_ARG(c->web_root));
		buf_addz(b, "    location /assets/ { gzip_static on; expires 1y; try_files $uri =404; }\n"
		            "    location /z/ { expires -1; try_files /z/index.html =404; }\n"
		            "    location / { expires -1; try_files $uri /index.html; }\n");
	}
	buf_addz(b, "  }\n}\n");
}

struct str nginx_config_text(struct arena *a, const struct nginx_config *c)
{
	struct buf b;
	buf_init(&b, a, 256 * KIB);
	buf_addz(&b, "# Written by fieldward at each start; changes here are lost. Settings are in fieldward.toml.\n");
	if (c->root)
		buf_fmt(&b, "user " STR_FMT ";\n", STR_ARG(c->user));
	buf_fmt(&b, "daemon off;\nworker_processes %d;\npid " STR_FMT "/nginx.pid;\nerror_log stderr crit;\nworker_shutdown_timeout 20s;\n", c->workers,
	        STR_ARG(c->run_dir));
	buf_addz(&b, "events { worker_connections 1024; }\n");
	add_http(&b, c);
	add_server(&b, c);
	return buf_str(&b);
}
