#include "fetch.h"

#include "limits.h"
#include "transport.h"

#include <netinet/in.h>
#include <string.h>

/* ---- addresses ---- */

struct block {
	uint32_t from;
	unsigned bits;
};

/* What IANA's registry of special addresses does not call globally reachable. */
static const struct block kept[] = {
	{ 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },  { 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 },
	{ 0xc0000200, 24 }, { 0xc0586300, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xc6336400, 24 }, { 0xcb007100, 24 }, { 0xe0000000, 3 },
};

static bool public4(uint32_t address)
{
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (((address ^ kept[i].from) >> (32 - kept[i].bits)) == 0)
			return false;
	return true;
}

static uint32_t four_of(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Of IPv6, global unicast without documentation and tunnels; and an IPv4 address behind the translator's prefix, which is judged as such. */
static bool public6(const uint8_t b[16])
{
	static const uint8_t translated[12] = { 0x00, 0x64, 0xff, 0x9b }, mapped[12] = { [10] = 0xff, [11] = 0xff };
	if (memcmp(b, translated, sizeof(translated)) == 0 || memcmp(b, mapped, sizeof(mapped)) == 0)
		return public4(four_of(b + 12));
	uint32_t top = four_of(b);
	bool tunnel = top >> 16 == 0x2002 || top >> 9 == 0x20010000u >> 9, example = top == 0x20010db8 || top >> 12 == 0x3fff0000u >> 12;
	return b[0] >> 5 == 1 && !tunnel && !example;
}

bool address_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in four;
		memcpy(&four, address, sizeof(four));
		return public4(ntohl(four.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 six;
		memcpy(&six, address, sizeof(six));
		return public6(six.sin6_addr.s6_addr);
	}
	return false;
}

/* ---- what may be asked ---- */

static bool listed(struct str host, struct str list)
{
	for (struct str rest = str_trim(list); rest.p && rest.n;)
		if (str_eq(str_cut(rest, ' ', &rest), host))
			return true;
	return false;
}

const char *fetch_allowed(struct str url, struct str inside)
{
	bool tls = str_starts(url, STR("https://")), plain = str_starts(url, STR("http://"));
	struct str host = tls || plain ? url_host(url) : STR("");
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '#' || url.p[i] == '\\')
			return "has a character that does not belong there";
	if (url.n > FETCH_URL_MAX)
		return "is too long";
	if (!host_valid(host))
		return "is not one of https";
	if (plain && !(host_is_here(host) && listed(host, inside)))
		return "is not one of https";
	return NULL;
}

/* ---- the request ---- */

struct exchange {
	struct buf answer;
	bool inside; /* addresses that are not public may be connected to */
	bool refused;
};

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address) /* NOLINT(readability-non-const-parameter): libcurl's type */
{
	struct exchange *x = arg;
	(void)purpose;
	if (!x->inside && !address_public(&address->addr)) {
		x->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take(char *p, size_t size, size_t count, void *arg) /* NOLINT(readability-non-const-parameter): libcurl's type */
{
	struct exchange *x = arg;
	buf_add(&x->answer, (struct str){ p, size * count });
	return x->answer.over ? 0 : size * count;
}

static enum err setup(struct arena *a, CURL *curl, const struct fetch *f, struct exchange *x, struct curl_slist **headers)
{
	const struct line line = { .ca_file = f->ca_file, .connect_ms = FETCH_MS, .reply_ms = FETCH_MS, .total_ms = FETCH_MS };
	TRY(transport_setup(curl, &line));
	*headers = lc.slist_append(NULL, "Accept: application/json");
	unsigned bad = *headers == NULL;
	bad |= lc.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= lc.easy_setopt(curl, CURLOPT_URL, str_z(a, f->url));
	bad |= lc.easy_setopt(curl, CURLOPT_USERAGENT, "fieldward");
	bad |= lc.easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
	if (f->form.p) {
		bad |= lc.easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->form.n);
		bad |= lc.easy_setopt(curl, CURLOPT_POSTFIELDS, str_z(a, f->form));
	}
	if (f->user) {
		bad |= lc.easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		bad |= lc.easy_setopt(curl, CURLOPT_USERNAME, f->user);
		bad |= lc.easy_setopt(curl, CURLOPT_PASSWORD, f->password ? f->password : "");
	} else if (f->bearer) {
		bad |= lc.easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		bad |= lc.easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, f->bearer);
	}
	bad |= lc.easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	bad |= lc.easy_setopt(curl, CURLOPT_OPENSOCKETDATA, x);
	bad |= lc.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	bad |= lc.easy_setopt(curl, CURLOPT_WRITEDATA, x);
	return bad ? E_INTERNAL : OK;
}

enum err fetch(struct arena *a, const struct fetch *f, struct fetched *ret)
{
	struct exchange x = { .inside = listed(url_host(f->url), f->inside) };
	struct curl_slist *headers = NULL;
	if (fetch_allowed(f->url, f->inside))
		return E_CONFIG;
	CURL *curl = lc.easy_init();
	if (!curl)
		return E_INTERNAL;
	buf_init(&x.answer, a, FETCH_BYTES_MAX);
	enum err e = setup(a, curl, f, &x, &headers);
	if (e == OK) {
		long status = 0;
		CURLcode code = lc.easy_perform(curl);
		*ret = (struct fetched){ .body = STR(""), .reason = x.refused ? "address" : x.answer.over ? "large" : transport_failure(code) };
		if (code == CURLE_OK && lc.easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
			*ret = (struct fetched){ .status = (int)status, .body = buf_str(&x.answer) };
	}
	lc.easy_cleanup(curl);
	lc.slist_free_all(headers);
	return e;
}
