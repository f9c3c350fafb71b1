#include "scgi.h"

#include "utf8.h"

#include <stddef.h>
#include <string.h>

enum { DIGITS_MAX = 6, PAIRS_MAX = 64 };

enum err scgi_length(struct str bytes, size_t *ret)
{
	size_t n = 0, i = 0;
	for (; i < bytes.n && i < DIGITS_MAX && bytes.p[i] != ':'; i++) {
		if (bytes.p[i] < '0' || bytes.p[i] > '9' || (i == 1 && bytes.p[0] == '0'))
			return E_MALFORMED;
		n = n * 10 + (size_t)(bytes.p[i] - '0');
	}
	if (i == bytes.n) {
		*ret = 0;
		return i < DIGITS_MAX ? OK : E_TOO_LARGE;
	}
	if (bytes.p[i] != ':' || i == 0)
		return i == DIGITS_MAX ? E_TOO_LARGE : E_MALFORMED;
	if (n > SCGI_HEAD_MAX)
		return E_TOO_LARGE;
	*ret = i + 1 + n + 1;
	return OK;
}

/* Which pair goes where. */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{ "REQUEST_METHOD", offsetof(struct request, method) },
	{ "DOCUMENT_URI", offsetof(struct request, path) },
	{ "QUERY_STRING", offsetof(struct request, query) },
	{ "CONTENT_TYPE", offsetof(struct request, content_type) },
	{ "REMOTE_ADDR", offsetof(struct request, remote) },
	{ "HTTP_AUTHORIZATION", offsetof(struct request, authorization) },
	{ "HTTP_COOKIE", offsetof(struct request, cookie) },
	{ "HTTP_IF_MATCH", offsetof(struct request, if_match) },
	{ "HTTP_IDEMPOTENCY_KEY", offsetof(struct request, idempotency_key) },
	{ "HTTP_X_APP", offsetof(struct request, x_app) },
	{ "HTTP_ORIGIN", offsetof(struct request, origin) },
	{ "HTTP_SEC_FETCH_SITE", offsetof(struct request, sec_fetch_site) },
	{ "HTTP_USER_AGENT", offsetof(struct request, user_agent) },
	{ "HTTP_ACCEPT_LANGUAGE", offsetof(struct request, accept_language) },
};

static void keep(struct request *rq, struct str name, struct str value)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_eqz(name, texts[i].name))
			memcpy((char *)rq + texts[i].offset, &value, sizeof(value));
}

/* The next NUL-terminated text; false at the end or without a terminator. */
static bool next(struct str *rest, struct str *ret)
{
	const char *end = rest->n ? memchr(rest->p, 0, rest->n) : NULL;
	if (!end)
		return false;
	*ret = (struct str){ rest->p, (size_t)(end - rest->p) };
	rest->n -= ret->n + 1;
	rest->p += ret->n + 1;
	return true;
}

static enum err one_pair(struct request *rq, size_t i, struct str name, struct str value, bool *scgi)
{
	if (i == 0) {
		if (!str_eqz(name, "CONTENT_LENGTH") || str_to_i64(value, &rq->length) != OK || rq->length < 0)
			return E_MALFORMED;
		return OK;
	}
	if (str_eqz(name, "CONTENT_LENGTH"))
		return E_MALFORMED;
	/* nginx counts the bytes that it holds already; where a body streams through, its header tells the whole. */
	if (str_eqz(name, "BODY_LENGTH"))
		return !value.n ? OK : str_to_i64(value, &rq->length) == OK && rq->length >= 0 ? OK : E_MALFORMED;
	if (str_eqz(name, "SCGI")) {
		*scgi = str_eqz(value, "1");
		return OK;
	}
	keep(rq, name, value);
	return OK;
}

static bool repeated(const struct str *names, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

enum err scgi_parse(struct arena *a, struct str head, struct request *ret)
{
	struct request rq = { .length = 0 };
	struct str rest, name, value, names[PAIRS_MAX];
	bool scgi = false;
	size_t whole, count = 0;
	TRY(scgi_length(head, &whole));
	if (whole != head.n || whole == 0 || head.p[whole - 1] != ',')
		return E_MALFORMED;
	(void)str_cut(head, ':', &rest);
	rest.n--; /* the comma */
	while (rest.n) {
		if (count == PAIRS_MAX || !next(&rest, &name) || !name.n || !next(&rest, &value) || repeated(names, count, name))
			return E_MALFORMED;
		names[count] = name;
		TRY(one_pair(&rq, count, name, value, &scgi));
		count++;
	}
	if (!scgi || !rq.method.n || !rq.path.n || !utf8_valid(rq.path) || !utf8_printable(rq.path, false))
		return E_MALFORMED;
	(void)a;
	*ret = rq;
	return OK;
}
