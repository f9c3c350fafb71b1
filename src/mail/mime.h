/* mime.h - composes one message: headers, texts and attachments in, the bytes that go over SMTP out (RFC 5322, 2045, 2047, 2231).
 *
 * Pure: the same input gives the same bytes; time and the Message-ID are the caller's. What comes out is 7-bit, every line ends with
 * CRLF and has at most 78 characters but for a URL or an id that cannot be divided (MAIL_LINE_MAX is kept always). Lines that begin with
 * a full stop are the transport's business.
 *
 * One recipient to a message: nobody sees another's address. Addresses are ASCII (RFC 5321 without quoted local parts and address
 * literals); names, subjects, texts and file names are UTF-8 in any script. */
#ifndef MIME_H
#define MIME_H

#include "problem.h"
#include "time.h"

struct mail_address {
	struct str name;    /* for people, perhaps empty; without control characters */
	struct str address; /* local@domain */
};

struct mail_attachment {
	struct str name;  /* of the file; without / \ and control characters */
	struct str type;  /* "application/pdf"; without parameters */
	struct str bytes;
};

struct mail {
	struct mail_address from, to;
	struct mail_address reply_to; /* left out where its address is empty */
	struct str message_id;        /* local@domain without brackets: fixed before the first attempt, unique for ever */
	struct instant date;
	int32_t offset_s;             /* east of UTC, whole minutes, up to 14 hours: how the date is written */
	struct str subject;           /* one line, not empty */
	struct str unsubscribe;       /* an https: address for List-Unsubscribe, or empty */
	bool one_click;               /* which also takes RFC 8058's POST */
	bool automatic;               /* nobody typed it: says Auto-Submitted, so that robots do not answer */
	struct str text;              /* plain; lines end with LF or CRLF; not empty */
	struct str html;              /* the same as a page, or empty */
	const struct mail_attachment *attachments;
	size_t attachment_count;      /* up to MAIL_ATTACHMENTS_MAX */
};

/* mail_compose() - the message's bytes, allocated in `a`.
 *
 *   problem  gets a fault for every part that is wrong: /from, /to, /reply_to, /message_id, /date, /subject, /unsubscribe, /text, /html,
 *            /attachments/0/name ...; a fault never repeats the value
 *   ret      untouched unless OK
 *
 * Errors: E_INVALID    with faults: CR, LF, NUL or another control character where none may be, no address, not UTF-8, too long
 *         E_TOO_LARGE  more than MAIL_MESSAGE_MAX bytes in all
 * Memory: about one and a half times what is attached, and four times the texts. */
must_use enum err mail_compose(struct arena *a, const struct mail *m, struct problem *problem, struct str *ret);

/* mail_address_valid() - an address that mail_compose() takes and a relay can be told: local part of RFC 5321's atoms, a domain. */
bool mail_address_valid(struct str address);

/* mail_wellformed() - whether bytes may go over SMTP as they are: CR and LF only as pairs and one at the end, no NUL, no line longer than
 * MAIL_LINE_MAX. */
bool mail_wellformed(struct str bytes);

#endif
