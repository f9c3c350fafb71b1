/* smtp.h - hands one message to a relay over SMTP (RFC 5321, STARTTLS of RFC 3207, AUTH), and says what became of it.
 *
 * Who sends at what moment, and what follows from the outcome, is the caller's. One connection to a message: a relay's refusal of one says
 * nothing of the next. */
#ifndef SMTP_H
#define SMTP_H

#include "delivery.h"
#include "problem.h"

enum smtp_tls {
	SMTP_STARTTLS, /* asked for at once after the greeting; without it nothing is sent. Usually port 587 */
	SMTP_TLS,      /* from the first byte; usually port 465 */
	SMTP_PLAIN,    /* none: only to this machine, or where line.allow_plain */
};

struct smtp_relay {
	const char *host;     /* a name, or an address without brackets */
	uint16_t port;        /* 0: 587, 465 or 25 by the mode */
	enum smtp_tls tls;
	const char *user;     /* NULL: no login. With SMTP_PLAIN only to this machine */
	const char *password;
	const char *helo;     /* how we name ourselves; NULL: the domain of the sender's address */
	struct line line;
};

/* One message in up to two versions with the same Message-ID. Which one goes follows from the line alone and is said in the result's tls. */
struct smtp_letter {
	struct str from, to; /* of the envelope: one sender, one recipient; from may be empty for a message that must not bounce */
	struct str sealed;   /* goes where the line is verified TLS: with its attachments, say; empty: `open` goes there too */
	struct str open;     /* goes on any line that the relay's settings allow; empty: nothing goes without verified TLS (DELIVERY_NO_TLS) */
};

/* smtp_tls_assured() - whether whatever is accepted by this relay will have gone over verified TLS; asked before composing, so that a
 * version which cannot go need not be made. */
bool smtp_tls_assured(const struct smtp_relay *relay);

/* smtp_send() - one attempt; takes up to line.total_ms and blocks the thread.
 *
 *   ret    how it ended, in every case in which OK is returned
 *
 * A reply refuses the message for good only where it is about the message: 5xx to MAIL, RCPT, DATA or the message itself. What a relay says
 * before (greeting, login) or about our account (530, 534, 535, 538) is DELIVERY_LATER, since it passes when the settings are put right.
 * DELIVERY_UNKNOWN only after the end of the message was sent and no reply to it came; a second attempt may then duplicate it.
 *
 * Errors: E_CONFIG   with a detail: the relay's settings cannot be used (host, TLS off or a login without it to another machine, CA file)
 *         E_INVALID  an address, or bytes that mail_wellformed() refuses
 *         E_INTERNAL libcurl */
must_use enum err smtp_send(struct arena *a, const struct smtp_relay *relay, const struct smtp_letter *letter, struct problem *problem,
                            struct delivery_result *ret);

#endif
