/* dispatch.h - the machine of a message (product.md 4.6, rulings G8): what is due, what is claimed, and what follows from how an attempt ended.
 *
 *   queued -> sending -> sent | failed, back to queued with a later time; queued -> cancelled by people and by the gate for advertising.
 *
 * `sending` with its Message-ID is durable before the first byte leaves. What is found in that state by whoever sends for the company now was
 * left by somebody who died: nobody knows whether it arrived. It is tried once more with the same Message-ID; advertising is not.
 *
 * It knows no transport: the courier sends what dispatch_claim() hands out and tells dispatch_settle() how it ended. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "nouns.h"

enum { DISPATCH_LIMIT = 16, DISPATCH_LINK_MAX = 400 };

/* dispatch_look() - what is due now, at most DISPATCH_LIMIT ids, those left by a dead sender first; and when to look again (INT64_MAX: not
 * before something changes). In a reading transaction. */
struct dispatch_due {
	struct id ids[DISPATCH_LIMIT];
	size_t count;
	int64_t next_ms;
};
must_use enum err dispatch_look(struct tx *tx, struct dispatch_due *ret);

/* One message ready to go, in the arena of the transaction. */
struct parcel {
	bool ready;              /* false: it was settled without an attempt, or somebody else has it */
	bool mail;               /* else SMS */
	struct row *message;     /* as stored, `sending` */
	struct row *settings;
	struct str to, to_name, from, from_name, reply_to, subject, text, html, link;
	struct str message_id;
	int32_t offset_s;        /* of the company's zone now */
	bool wants_pdf;          /* the company wants the document along; the line decides */
	struct str pdf_name;
};
/* dispatch_claim() - takes one message: in a writing transaction, with the company in the context and the address base for links. What may not
 * go now is moved, failed or cancelled here. */
must_use enum err dispatch_claim(struct tx *tx, struct id id, struct str address, struct parcel *ret);

enum outcome_kind { OUTCOME_SENT, OUTCOME_REFUSED, OUTCOME_LATER, OUTCOME_UNKNOWN };
struct outcome {
	enum outcome_kind how;
	const char *reason;     /* a fixed word */
	struct str words;       /* what the other side said */
	struct str provider_id;
	bool tls, with_pdf;
};
/* dispatch_settle() - writes down how an attempt ended; nothing if the message is not `sending` any more. */
must_use enum err dispatch_settle(struct tx *tx, struct id id, const struct outcome *outcome);

/* dispatch_backoff_ms() - how long to wait after the n-th attempt (from 1): 1, 5, 15, then 60 minutes, give or take a fifth, as `dice` says. */
int64_t dispatch_backoff_ms(int64_t attempt, uint32_t dice);
/* dispatch_quiet() - the first minute of the local day, not before this one, outside quiet hours from..until (the same: none); a value of
 * 1440 and more is of the next day. */
int32_t dispatch_quiet(int32_t minute, int32_t from, int32_t until);

/* dispatch_reported() - a gateway says later what became of a message that it took: delivered, or not after all. Nothing for one that was not sent.
 * dispatch_replied() - somebody answered an SMS: "stop" is a demand to stop advertising (CPA s11), anything else a note for the office. */
must_use enum err dispatch_reported(struct tx *tx, struct id id, bool delivered, struct str words);
must_use enum err dispatch_replied(struct tx *tx, struct id id, struct str text);

/* dispatch_wait_for_server() - says in a new message that there is nothing to send it with, and when it is given up. */
void dispatch_wait_for_server(struct row *message, const struct row *settings, struct instant now);
/* dispatch_wake() - what waited for a server is due now. */
must_use enum err dispatch_wake(struct tx *tx);

#endif
