/* http.h - a request as the edge hands it over, and the answer as it takes it back. Nobody here parses HTTP: nginx did.
 *
 * Texts are views; absent headers are empty. The path is decoded once by the edge and is valid UTF-8. */
#ifndef HTTP_H
#define HTTP_H

#include "str.h"

struct request {
	struct str method, path, query;
	struct str content_type, authorization, cookie, if_match, idempotency_key, x_app, origin, sec_fetch_site, user_agent, accept_language;
	struct str remote;     /* address of the client, for throttling; never logged in full */
	struct str body;
	/* An upload is read as it comes: fills the buffer and returns the bytes read, 0 at the end, -1 on a broken connection. */
	int64_t (*read)(void *arg, char *buf, size_t n);
	void *read_arg;
	int64_t length; /* of the body */
};

enum { RESPONSE_HEADERS_MAX = 8 };
struct header {
	const char *name;
	struct str value;
};
struct response {
	int status;
	struct str content_type;
	struct header headers[RESPONSE_HEADERS_MAX];
	size_t header_count;
	struct str body;
	/* A long answer comes in pieces: called until *ret is empty, each time with an arena of its own. */
	enum err (*more)(void *arg, struct arena *a, struct str *ret);
	void *more_arg;
	/* For the log line. */
	const char *route;
	enum err err;
	struct str log;
};

/* url_decode() - percent escapes and "+" of a query string; what is no escape stays as it is. */
struct str url_decode(struct arena *a, struct str s);
void response_header(struct response *rs, const char *name, struct str value);

#endif
