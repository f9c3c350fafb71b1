/* delivery.c - words for outcomes.
 *
 * Reasons: "accepted", "refused"; "connect" no connection, "timeout", "closed" the connection was lost, "certificate", "tls" no session
 * came about or none was offered, "login" our account was not let in, "credit" it has no money left, "busy" 4xx or 429, "relay" the
 * other side is not willing to talk at all, "redirect", "answer" one that means nothing to us, "opted_out", "number" and "duplicate" of an SMS gateway, "plain" the
 * message may only go by TLS and the settings have none. */
#include "delivery.h"
#include "transport.h"

#include "limits.h"
#include "utf8.h"

#include <assert.h>
#include <string.h>

#include <unistd.h>

const char *delivery_name(enum delivery how)
{
	static const char *const names[] = { "accepted", "refused", "later", "unknown", "no_tls" };
	static_assert(ARRAY_LEN(names) == DELIVERIES, "one name each");
	return how >= 0 && how < DELIVERIES ? names[how] : "unknown";
}

enum err delivery_start(void)
{
	TRY(libcurl_load());
	return lc.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? OK : E_INTERNAL;
}

void delivery_end(void)
{
	if (delivery_ready())
		lc.global_cleanup();
}

bool delivery_ready(void)
{
	return lc.easy_init != NULL;
}

bool host_is_here(struct str host)
{
	if (str_eqz(host, "localhost") || str_eqz(host, "::1"))
		return true;
	if (!str_starts(host, STR("127.")))
		return false;
	size_t points = 0;
	for (size_t i = 0; i < host.n; i++) {
		if (host.p[i] == '.')
			points++;
		else if (host.p[i] < '0' || host.p[i] > '9')
			return false;
	}
	return points == 3 && host.p[host.n - 1] != '.';
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_ipv6(struct str host)
{
	size_t colons = 0;
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		colons += c == ':';
		if (c != ':' && c != '.' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
			return false;
	}
	return colons >= 2 && host.n <= 45;
}

static bool label_valid(struct str label)
{
	if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!is_alnum(label.p[i]) && label.p[i] != '-')
			return false;
	return true;
}

bool host_valid(struct str host)
{
	if (host.n == 0 || host.n > 253)
		return false;
	if (is_ipv6(host))
		return true;
	for (struct str rest = host; rest.p;)
		if (!label_valid(str_cut(rest, '.', &rest)))
			return false;
	return true;
}

struct str url_host(struct str url)
{
	struct str rest = str_slice(url, str_starts(url, STR("https://")) ? 8 : 7, url.n), after;
	size_t end = 0;
	while (end < rest.n && !strchr("/?#", rest.p[end]))
		end++;
	rest.n = end;
	if (end && memchr(rest.p, '@', end)) /* credentials, behind which another host may hide */
		return STR("");
	if (rest.n && rest.p[0] == '[')
		return str_cut(str_slice(rest, 1, rest.n), ']', &after);
	return str_cut(rest, ':', &after);
}

static int64_t or_else(int64_t ms, int64_t initial)
{
	return ms ? ms : initial;
}

enum err transport_setup(CURL *curl, const struct line *line)
{
	int64_t connect = or_else(line->connect_ms, DELIVERY_CONNECT_MS), reply = or_else(line->reply_ms, DELIVERY_REPLY_MS),
	        total = or_else(line->total_ms, DELIVERY_TOTAL_MS);
	if (connect < 0 || reply < 0 || total < 0 || connect > DELIVERY_TOTAL_MS || reply > DELIVERY_TOTAL_MS || total > DELIVERY_TOTAL_MS)
		return E_CONFIG;
	if (line->ca_file && access(line->ca_file, R_OK) != 0)
		return E_CONFIG;
	unsigned bad = 0;
	bad |= lc.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	bad |= lc.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
	bad |= lc.easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)((reply + 999) / 1000));
	bad |= lc.easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)total);
	bad |= lc.easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= lc.easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= lc.easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	bad |= lc.easy_setopt(curl, CURLOPT_PROXY, "");
	bad |= lc.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= lc.easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= lc.easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	bad |= lc.easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	if (line->ca_file) {
		bad |= lc.easy_setopt(curl, CURLOPT_CAINFO, line->ca_file);
		bad |= lc.easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	return bad ? E_INTERNAL : OK;
}

bool transport_tls(CURL *curl)
{
	struct curl_tlssessioninfo *session = NULL;
	return lc.easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK && session && session->internals;
}

static const struct {
	CURLcode code;
	const char *reason;
	bool tls;
} failures[] = {
	{ CURLE_PEER_FAILED_VERIFICATION, "certificate", true },
	{ CURLE_SSL_ISSUER_ERROR, "certificate", true },
	{ CURLE_SSL_CACERT_BADFILE, "certificate", true },
	{ CURLE_SSL_CONNECT_ERROR, "tls", true },
	{ CURLE_USE_SSL_FAILED, "tls", true },
	{ CURLE_SSL_CIPHER, "tls", true },
	{ CURLE_LOGIN_DENIED, "login", false },
	{ CURLE_OPERATION_TIMEDOUT, "timeout", false },
	{ CURLE_COULDNT_CONNECT, "connect", false },
	{ CURLE_COULDNT_RESOLVE_HOST, "connect", false },
	{ CURLE_SEND_ERROR, "closed", false },
	{ CURLE_RECV_ERROR, "closed", false },
	{ CURLE_GOT_NOTHING, "closed", false },
	{ CURLE_PARTIAL_FILE, "closed", false },
};

const char *transport_failure(CURLcode code)
{
	for (size_t i = 0; i < ARRAY_LEN(failures); i++)
		if (failures[i].code == code)
			return failures[i].reason;
	return "answer";
}

bool transport_failed_tls(CURLcode code)
{
	for (size_t i = 0; i < ARRAY_LEN(failures); i++)
		if (failures[i].code == code)
			return failures[i].tls;
	return false;
}

void words_add(struct buf *words, struct str s)
{
	bool sound = utf8_valid(s);
	for (size_t i = 0; i < s.n && words->n < words->max;) {
		unsigned char c = (unsigned char)s.p[i];
		size_t n = !sound || c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (n > words->max - words->n)
			return;
		if (n > 1)
			buf_add(words, (struct str){ s.p + i, n });
		else if (c > ' ' && c < 0x7f)
			buf_char(words, (char)c);
		else if (c >= 0x7f)
			buf_char(words, '?');
		else if (words->n && words->p[words->n - 1] != ' ')
			buf_char(words, ' ');
		i += n;
	}
}
