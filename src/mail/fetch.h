/* fetch.h - one request to a server whose address somebody typed in: HTTPS, verified, without redirects, bounded in size and time, and never to an
 * address inside our own network (CWE-918). What is judged is the address that is really connected to, so no name service has a say in it.
 *
 * It stands here because libcurl does; only the process that sends may call it, after delivery_start(). */
#ifndef FETCH_H
#define FETCH_H

#include "delivery.h"

#include <sys/socket.h>

enum { FETCH_BYTES_MAX = 256 * 1024, FETCH_MS = 10000, FETCH_URL_MAX = 1000 };

struct fetch {
	struct str url;
	struct str form;            /* what is posted as a form; p NULL: GET */
	const char *user, *password; /* Basic; NULL: none */
	const char *bearer;         /* or a token; NULL: none */
	const char *ca_file;        /* as in struct line */
	struct str inside;          /* hosts, separated by spaces, that may have addresses that are not public; plain http: for those of this machine */
};
struct fetched {
	int status;        /* 0: no answer */
	struct str body;   /* whole; empty without a status */
	const char *reason; /* without a status: a fixed word, see delivery.c; "address" for one that may not be connected to, "large" */
};
/* fetch_allowed() - NULL where this address may be asked at all, else what is wrong, as the end of a sentence. */
const char *fetch_allowed(struct str url, struct str inside);
/* fetch() - E_CONFIG: an address that is not allowed, or a CA file that cannot be read; E_INTERNAL. What the network does is in *ret. */
must_use enum err fetch(struct arena *a, const struct fetch *f, struct fetched *ret);

/* address_public() - whether an address belongs to the Internet: not to this machine, a private network, a link, a group, or a tunnel that hides one. */
bool address_public(const struct sockaddr *address);

#endif
