/* delivery.h - how one attempt to hand a message over ended, and by what line it went: the same words for mail and SMS.
 *
 * It knows no records: whoever has a message to send keeps its state, decides when to try again and what to tell people. Nothing here
 * logs. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "str.h"

enum delivery {
	DELIVERY_ACCEPTED, /* the other side took it over */
	DELIVERY_REFUSED,  /* the other side will never take this message to this recipient; do not try again */
	DELIVERY_LATER,    /* it was certainly not taken; the same attempt may succeed later, perhaps after a setting was corrected */
	DELIVERY_UNKNOWN,  /* it was sent and the answer lost: it may have been taken */
	DELIVERY_NO_TLS,   /* certainly not taken: verified TLS is demanded and was not to be had this time */
	DELIVERIES
};

struct delivery_result {
	enum delivery how;
	const char *reason; /* a fixed word that may be logged; see delivery.c */
	int code;           /* the last answer: an SMTP reply, an HTTP status; 0 for none */
	/* What the other side said with that code: printable UTF-8 of up to DELIVERY_WORDS_MAX bytes in the caller's arena, perhaps empty. It
	 * may name the recipient, so it is stored like other personal information and never logged. */
	struct str words;
	bool tls; /* what was handed over went by verified TLS; false where nothing was */
};

/* The line to the other side. Zeroed, it is TLS of at least 1.2 whose certificate is verified against the system's authorities. */
struct line {
	const char *ca_file; /* PEM: trusted instead of the system's authorities; NULL for those */
	bool allow_plain;    /* the settings say that this host may be spoken to without TLS although it is not this machine */
	int64_t connect_ms;  /* to a TLS session; 0 stands for DELIVERY_CONNECT_MS */
	int64_t reply_ms;    /* of silence; 0: DELIVERY_REPLY_MS; rounded up to seconds for mail */
	int64_t total_ms;    /* 0: DELIVERY_TOTAL_MS */
};

const char *delivery_name(enum delivery how); /* "accepted", "refused", "later", "unknown", "no_tls" */

/* delivery_start() - once in a process, before threads that send; it loads libcurl. delivery_end() afterwards, also where it was not called.
 * E_CONFIG: libcurl is not there. E_INTERNAL. delivery_ready() - whether it was called. */
must_use enum err delivery_start(void);
void delivery_end(void);
bool delivery_ready(void);

/* host_is_here() - localhost, 127.0.0.0/8 or ::1 by its spelling, so that no name service has a say in it. */
bool host_is_here(struct str host);
/* host_valid() - a name of letters, digits, hyphens and points, or an IPv4 or IPv6 address without brackets. */
bool host_valid(struct str host);
/* url_host() - the host of an https: or http: address, without port and brackets; empty where credentials stand before it, behind which another host
 * may hide. */
struct str url_host(struct str url);

#endif
