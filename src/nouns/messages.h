/* messages.h - what is told to customers: who asks for a message says what it is about and to whom; the text comes from the company's
 * templates, and the message lies in the outbox in the same transaction, so that nothing is promised that is not sent and nothing sent that did
 * not happen. The courier sends it (dispatch.h). */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "act.h"
#include "nouns.h"

struct message_ask {
	const char *kind;         /* of the template: "quote_sent", "invoice_sent", "portal_code", ... (template.c) */
	const struct row *about;  /* a quote, invoice, credit note, payment, piece of work, visit, enquiry, customer or contact; NULL: the company itself */
	struct id contact;        /* to this person; zero: who stands on the record, else the customer at large */
	const char *channel;      /* "email" or "sms"; NULL: email */
	struct id template_id;    /* this template and no other; zero: the newest active one in the recipient's language */
	bool automatic;           /* nobody pressed a button for this one: quiet hours are kept, and it says that it is automatic */
	bool to_office;           /* to the company's own address */
	struct str to;            /* to this address and no other: one that was known before; empty: what the recipient has now */
	struct str language;      /* in which he just read something; empty: what is written down of him */
	struct str code;          /* what {code} stands for; sealed, never shown, forgotten once it is sent; each code is a message of its own */
	struct str words;         /* what {words} stands for: what somebody wrote */
	struct str dedupe;        /* a key under which at most one message is ever made; empty: kind, document and recipient, as long as one waits */
};

/* message_queue() - puts a message for a record into the outbox of this transaction; *ret is its row (perhaps that of the same message asked for
 * before). Needs the company in the context.
 *
 * Errors: E_INVALID   /to_contact_id: there is no address; /message: it would hold what must not go out (identity numbers, access codes)
 *         E_CONFLICT  there is no template for it, or the contact is another customer's */
must_use enum err message_queue(struct tx *tx, const struct message_ask *ask, struct row **ret);

/* The parameters of acts that send a document, and what they do with them: nothing with channel "none", nor where neither was said and the
 * customer has no address. */
enum { SEND_CONTACT, SEND_CHANNEL, SEND_PARAMS };
extern const struct field message_send_params[SEND_PARAMS];
must_use enum err message_send_document(struct act_call *c, const struct row *doc, const char *kind);
/* message_asked() - whether the caller said how to send it: then it is sent again although it was sent before. */
bool message_asked(const struct act_call *c);

/* The act "whatsapp" of documents: the address that opens WhatsApp with the text, and a note of it in the outbox. */
must_use enum err message_whatsapp(struct act_call *c);
enum { WHATSAPP_CONTACT, WHATSAPP_PARAMS };
extern const struct field message_whatsapp_params[WHATSAPP_PARAMS];
#define WHATSAPP_ACT(take) \
	{ .name = "whatsapp", .doc = "The address that opens WhatsApp with the message; you press send there.", .right = take, .writes = true, \
	  PARAMS(message_whatsapp_params), .run = message_whatsapp }

/* message_merge() - what a text about this row takes its values from: the row, its customer, the contact (zero: who stands on the row) and the
 * company. A row of a noun that no message is about leaves them empty. */
struct merge_values;
must_use enum err message_merge(struct tx *tx, const struct row *about, struct id contact, struct merge_values *ret);

/* message_fail() - the last state of a message that cannot be sent, and a note of it for the office where a customer is known. */
must_use enum err message_fail(struct tx *tx, const struct row *was, const char *error, struct str words, struct row **ret);

/* message_let_go() - a message that does not wait any more: the same may be asked for again. */
void message_let_go(struct row *message);

/* message_forbidden() - why a text must not leave by mail or SMS, or NULL: an identity number, or a sealed value of the highest class of one
 * of these rows (NULL among them is passed over). */
const char *message_forbidden(struct arena *a, struct str text, const struct row *const *rows, size_t count);

/* channel_settings() - the company's one row of settings. */
must_use enum err channel_settings(struct tx *tx, struct row **ret);

/* seed_templates() - what a new company says until it says it in its own words; and its settings, empty. */
must_use enum err seed_messages(struct tx *tx);

#endif
