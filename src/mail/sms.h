/* sms.h - hands one SMS to a gateway over HTTPS, and says what became of it in the words of delivery.h.
 *
 * Two kinds of gateway: SMSPortal's REST form, and any that takes one request per message. Addresses of gateways are the operator's
 * settings: whoever may set one makes this machine connect to it. */
#ifndef SMS_H
#define SMS_H

#include "delivery.h"
#include "problem.h"

enum sms_kind {
	SMS_PORTAL,       /* SMSPortal: POST {url}/BulkMessages, Basic login with client id and secret */
	SMS_PORTAL_TOKEN, /* the same, which first fetches a token from {url}/Authentication and logs in with it */
	SMS_HTTP,         /* any other: method, type and body of the settings */
};

struct sms_gateway {
	enum sms_kind kind;
	/* SMS_PORTAL: up to the version, "https://rest.smsportal.com/v1". SMS_HTTP: the whole address, in which {to}, {digits}, {text} and {id}
	 * stand for the message's, percent-encoded. */
	struct str url;
	const char *user, *password; /* Basic login; user NULL: none */
	/* Of SMS_HTTP: */
	const char *authorization;   /* the header's value, "Bearer ...", instead of a login; or NULL */
	const char *method;          /* "POST", "PUT" or "GET"; NULL: POST */
	const char *content_type;    /* "application/json" or "application/x-www-form-urlencoded"; NULL for GET */
	/* The body: {to}, {digits}, {text} and {id} are replaced, encoded for the content type; in JSON they stand between the template's own
	 * quotes. Other braces are kept. */
	struct str body;
	struct str success;          /* must stand in the answer to 2xx; empty: any answer will do */
	struct line line;
};

struct sms {
	struct str to;   /* E.164 with its plus */
	struct str text; /* UTF-8 of up to SMS_TEXT_MAX bytes; line feeds may stand in it */
	struct str id;   /* ours, of up to 64 letters, digits and -_. : the gateway's reports name it */
};

struct sms_result {
	struct delivery_result d;
	struct str event; /* the gateway's own id, or empty */
	struct str cost;  /* in the gateway's credits, as it wrote the number; or empty */
};

/* sms_send() - one attempt; takes up to line.total_ms and blocks the thread.
 *
 *   ret    how it ended, in every case in which OK is returned. DELIVERY_UNKNOWN: the request left and no answer, or one of the gateway's
 *          failures (5xx but 503), came back.
 *
 * A refusal for "duplicate" after an unknown outcome says that the first attempt was taken.
 *
 * Errors: E_CONFIG    with a detail: the gateway's settings cannot be used
 *         E_INVALID   with faults: /to, /text, /id
 *         E_INTERNAL  libcurl */
must_use enum err sms_send(struct arena *a, const struct sms_gateway *gateway, const struct sms *sms, struct problem *problem,
                           struct sms_result *ret);

struct sms_size {
	size_t parts;  /* 0 for an empty text */
	size_t units;  /* septets, or UTF-16 units where `wide` */
	size_t left;   /* units that the last part still takes */
	bool wide;     /* UCS-2: a character is not of GSM 03.38 */
};
/* sms_size() - what valid UTF-8 takes as SMS: 160 septets alone or 153 in each of several parts, where the extension table's characters
 * (^ { } \ [ ] ~ | and the euro) take two; else 70 or 67 units of UCS-2. A character is never divided between two parts. */
struct sms_size sms_size(struct str text);

#endif
