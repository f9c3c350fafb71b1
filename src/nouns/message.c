/* message.c - what was told to a customer, or will be: the outbox, as rows that people can look at (product.md 4.6). */
#include "messages.h"

#include "dispatch.h"
#include "doc.h"
#include "merge.h"
#include "policy.h"

static const char *const channels[] = { "email", "sms", "whatsapp", NULL };
static const char *const classes[] = { "transactional", "statutory", "marketing", NULL };
static const char *const states[] = { "queued", "sending", "sent", "delivered", "failed", "bounced", "cancelled", NULL };

static const struct field message_fields[] = {
	COMMON_ROWS(MESSAGE),
	[MESSAGE_KIND] = { .name = "kind", .doc = "What it is about.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | READONLY | FILTER, .values = message_kinds },
	[MESSAGE_CHANNEL] = { .name = "channel", .doc = "By mail, SMS or WhatsApp.", .type = F_ENUM, .tag = 12, .flags = REQUIRED | READONLY | FILTER, .values = channels },
	[MESSAGE_CLASS] = { .name = "class", .doc = "Whether it belongs to the work, is demanded by a law, or promotes something.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | READONLY | FILTER, .values = classes },
	[MESSAGE_STATUS] = { .name = "status", .doc = "How far it is.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | READONLY | FILTER, .values = states, .initial = "queued" },
	[MESSAGE_TEMPLATE] = { .name = "template_id", .doc = "The template that it was written with.", .type = F_REF, .tag = 15, .ref = &noun_template },
	[MESSAGE_LANGUAGE] = { .name = "language", .doc = "Its language.", .type = F_ENUM, .tag = 16, .flags = REQUIRED | READONLY, .values = languages, .initial = "en" },
	[MESSAGE_TO] = { .name = "recipient", .doc = "Mail address or telephone to which it goes.", .type = F_TEXT, .tag = 17, .flags = REQUIRED | READONLY, .min = 1, .max = 254, PERSONAL("telling customers about the work") },
	[MESSAGE_TO_NAME] = { .name = "recipient_name", .doc = "To whom.", .type = F_TEXT, .tag = 18, .flags = READONLY, .max = 200, PERSONAL("telling customers about the work") },
	[MESSAGE_TITLE] = { .name = "subject", .doc = "Subject of a mail.", .type = F_TEXT, .tag = 19, .flags = READONLY, .max = 400, PERSONAL("telling customers about the work") },
	[MESSAGE_BODY] = { .name = "body", .doc = "The text; its link is put in when it is sent.", .type = F_LINES, .tag = 20, .flags = REQUIRED | READONLY, .min = 1, .max = 20000, PERSONAL("telling customers about the work") },
	[MESSAGE_SECRET] = { .name = "secret", .doc = "A code that it carries; forgotten once it is sent.", .type = F_TEXT, .tag = 21, .flags = READONLY | INTERNAL, .max = 300, SPECIAL("proving who somebody is") },
	[MESSAGE_CONTACT] = { .name = "contact_id", .doc = "The person to whom it goes.", .type = F_REF, .tag = 22, .flags = READONLY | FILTER, .ref = &noun_contact },
	[MESSAGE_CUSTOMER] = { .name = "customer_id", .doc = "The customer.", .type = F_REF, .tag = 23, .flags = READONLY | FILTER, .ref = &noun_customer },
	[MESSAGE_ENQUIRY] = { .name = "enquiry_id", .doc = "The enquiry that it is about.", .type = F_REF, .tag = 24, .flags = READONLY | FILTER, .ref = &noun_enquiry },
	[MESSAGE_QUOTE] = { .name = "quote_id", .doc = "The quote.", .type = F_REF, .tag = 25, .flags = READONLY | FILTER, .ref = &noun_quote },
	[MESSAGE_INVOICE] = { .name = "invoice_id", .doc = "The invoice.", .type = F_REF, .tag = 26, .flags = READONLY | FILTER, .ref = &noun_invoice },
	[MESSAGE_CREDIT] = { .name = "credit_note_id", .doc = "The credit note.", .type = F_REF, .tag = 27, .flags = READONLY | FILTER, .ref = &noun_credit_note },
	[MESSAGE_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 28, .flags = READONLY | FILTER, .ref = &noun_job },
	[MESSAGE_ABOUT] = { .name = "about_id", .doc = "The record in whose diary it is told.", .type = F_ID, .tag = 29, .flags = READONLY | FILTER },
	[MESSAGE_LINK] = { .name = "portal_link_id", .doc = "The link to the customer's page that it carries.", .type = F_ID, .tag = 30, .flags = READONLY },
	[MESSAGE_DOCUMENT] = { .name = "document_id", .doc = "The frozen document that goes along, where your settings say so.", .type = F_ID, .tag = 31, .flags = READONLY },
	[MESSAGE_AUTOMATIC] = { .name = "automatic", .doc = "Whether nobody pressed a button for it.", .type = F_BOOL, .tag = 32, .flags = REQUIRED | READONLY, .initial = "false" },
	[MESSAGE_ATTEMPTS] = { .name = "attempts", .doc = "How often it was tried.", .type = F_INT, .tag = 33, .flags = REQUIRED | READONLY, .max = 1000, .initial = "0" },
	[MESSAGE_REPEATS] = { .name = "repeats", .doc = "How often it was tried again without knowing whether it had arrived.", .type = F_INT, .tag = 34, .flags = REQUIRED | READONLY, .max = 1000, .initial = "0" },
	[MESSAGE_NEXT_TRY_AT] = { .name = "next_try_at", .doc = "When it is tried next, while it waits.", .type = F_TIME, .tag = 35, .flags = REQUIRED | READONLY, .max = INT64_MAX, .initial = "1970-01-01T00:00:00Z" },
	[MESSAGE_FIRST_TRY_AT] = { .name = "first_try_at", .doc = "When it might go for the first time.", .type = F_TIME, .tag = 36, .flags = READONLY, .max = INT64_MAX },
	[MESSAGE_SENT_AT] = { .name = "sent_at", .doc = "When the other side took it.", .type = F_TIME, .tag = 37, .flags = READONLY | FILTER, .max = INT64_MAX },
	[MESSAGE_MESSAGE_ID] = { .name = "message_id", .doc = "Message-ID of the mail, the same at each attempt.", .type = F_TEXT, .tag = 38, .flags = READONLY, .max = 200 },
	[MESSAGE_PROVIDER_ID] = { .name = "provider_id", .doc = "What the gateway calls it.", .type = F_TEXT, .tag = 39, .flags = READONLY, .max = 100 },
	[MESSAGE_ERROR] = { .name = "error", .doc = "Why it waits, failed or was cancelled, in one word.", .type = F_TEXT, .tag = 40, .flags = READONLY | FILTER, .max = 60 },
	[MESSAGE_WORDS] = { .name = "answer", .doc = "What the other side said last.", .type = F_TEXT, .tag = 41, .flags = READONLY, .max = 400, PERSONAL("finding out why a message did not arrive") },
	[MESSAGE_DEDUPE] = { .name = "dedupe_key", .doc = "Under which at most one message is made.", .type = F_TEXT, .tag = 42, .flags = READONLY | INTERNAL | UNIQUE, .max = 200 },
	[MESSAGE_WITH_PDF] = { .name = "with_pdf", .doc = "Whether the document went along.", .type = F_BOOL, .tag = 43, .flags = REQUIRED | READONLY, .initial = "false" },
	[MESSAGE_TLS] = { .name = "tls", .doc = "Whether it left over an encrypted line.", .type = F_BOOL, .tag = 44, .flags = REQUIRED | READONLY, .initial = "false" },
	[MESSAGE_NOTE] = { .name = "note", .doc = "What else is to be said.", .type = F_TEXT, .tag = 45, .flags = READONLY, .max = 200 },
	[MESSAGE_GATE] = { .name = "gate", .doc = "Of advertising: why it was allowed or not, and when.", .type = F_JSON, .tag = 46, .flags = READONLY, .max = 2000 },
};
_Static_assert(ARRAY_LEN(message_fields) == MESSAGE_FIELDS, "message: table and enum differ");

static const struct order message_orders[] = {
	{ -1, MESSAGE_CREATED_AT }, { MESSAGE_STATUS, MESSAGE_CREATED_AT }, { MESSAGE_STATUS, MESSAGE_NEXT_TRY_AT }, { MESSAGE_CUSTOMER, MESSAGE_CREATED_AT },
	{ MESSAGE_CONTACT, MESSAGE_CREATED_AT }, { MESSAGE_ENQUIRY, MESSAGE_CREATED_AT }, { MESSAGE_QUOTE, MESSAGE_CREATED_AT },
	{ MESSAGE_INVOICE, MESSAGE_CREATED_AT }, { MESSAGE_CREDIT, MESSAGE_CREATED_AT }, { MESSAGE_JOB, MESSAGE_CREATED_AT }, ORDERS_END
};

/* ---- what people do with it ---- */

static enum err enter(struct act_call *c, struct row *is, const char *state)
{
	row_set_text(is, MESSAGE_STATUS, str_from(state));
	c->tx->action = "move";
	enum err e = store_update(c->tx, c->row, is, &c->ret_row);
	c->tx->action = NULL;
	return e;
}

static enum err run_cancel(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (row_is(c->row, MESSAGE_STATUS, "cancelled")) {
		c->ret_row = c->row;
		return OK;
	}
	if (!row_is(c->row, MESSAGE_STATUS, "queued"))
		return problem_set(c->tx->problem, E_CONFLICT, "Only what still waits can be cancelled.");
	row_set_text(is, MESSAGE_ERROR, STR("by_hand"));
	row_set_null(is, MESSAGE_SECRET);
	message_let_go(is);
	return enter(c, is, "cancelled");
}

/* A new start: its own 24 hours, and the same Message-ID, so that who got it in spite of all gets it once. */
static enum err run_retry(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	if (row_is(c->row, MESSAGE_KIND, "portal_code"))
		return problem_set(c->tx->problem, E_CONFLICT, "A code is not sent again; ask for a new one.");
	if (!row_is(c->row, MESSAGE_STATUS, "failed"))
		return problem_set(c->tx->problem, E_CONFLICT, "Only what failed is tried again.");
	row_set_int(is, MESSAGE_NEXT_TRY_AT, c->tx->now.ms);
	row_set_null(is, MESSAGE_FIRST_TRY_AT);
	row_set_null(is, MESSAGE_ERROR);
	row_set_null(is, MESSAGE_WORDS);
	row_set_int(is, MESSAGE_REPEATS, 0);
	row_set_int(is, MESSAGE_ATTEMPTS, 0);
	return enter(c, is, "queued");
}

enum { SEND_KIND, SEND_TEMPLATE, SEND_BY, SEND_TO, SEND_QUOTE, SEND_INVOICE, SEND_CREDIT, SEND_PAYMENT, SEND_VISIT, SEND_ENQUIRY, SEND_CUSTOMER };
static const char *const send_channels[] = { "email", "sms", NULL };
static const struct field send_params[] = {
	[SEND_KIND] = { .name = "kind", .doc = "What it is about.", .type = F_ENUM, .flags = REQUIRED, .values = message_kinds },
	[SEND_TEMPLATE] = { .name = "template_id", .doc = "With this template; the newest active one in the recipient's language if left out.", .type = F_REF, .ref = &noun_template },
	[SEND_BY] = { .name = "channel", .doc = "By mail or SMS.", .type = F_ENUM, .values = send_channels },
	[SEND_TO] = { .name = "to_contact_id", .doc = "To this person; the customer at large if left out.", .type = F_REF, .ref = &noun_contact },
	[SEND_QUOTE] = { .name = "quote_id", .doc = "The quote that it is about.", .type = F_REF, .ref = &noun_quote },
	[SEND_INVOICE] = { .name = "invoice_id", .doc = "The invoice.", .type = F_REF, .ref = &noun_invoice },
	[SEND_CREDIT] = { .name = "credit_note_id", .doc = "The credit note.", .type = F_REF, .ref = &noun_credit_note },
	[SEND_PAYMENT] = { .name = "payment_id", .doc = "The payment.", .type = F_REF, .ref = &noun_payment },
	[SEND_VISIT] = { .name = "appointment_id", .doc = "The visit.", .type = F_REF, .ref = &noun_appointment },
	[SEND_ENQUIRY] = { .name = "enquiry_id", .doc = "The enquiry.", .type = F_REF, .ref = &noun_enquiry },
	[SEND_CUSTOMER] = { .name = "customer_id", .doc = "The customer.", .type = F_REF, .ref = &noun_customer },
};

static const struct {
	const char *kind;
	int about; /* the parameter that it needs */
	const char *field;
} sendable[] = {
	{ "payment_thanks", SEND_PAYMENT, "payment_id" }, { "enquiry_received", SEND_ENQUIRY, "enquiry_id" }, { "appointment_set", SEND_VISIT, "appointment_id" },
	{ "statement", SEND_CUSTOMER, "customer_id" },    { "marketing", SEND_CUSTOMER, "customer_id" },
	{ "consent_request", SEND_CUSTOMER, "customer_id" },
};

static enum err run_send(struct act_call *c)
{
	struct message_ask ask = { .kind = c->params[SEND_KIND].s.p };
	struct row *about;
	size_t i = 0;
	while (i < ARRAY_LEN(sendable) && !str_eqz(c->params[SEND_KIND].s, sendable[i].kind))
		i++;
	if (i == ARRAY_LEN(sendable))
		problem_fault(c->tx->problem, STR("/kind"), "choice", "This is sent by its document: use the document's own send.");
	else if (!set_has(c->present, sendable[i].about) || c->params[sendable[i].about].kind != V_ID)
		problem_fault(c->tx->problem, problem_field(c->tx->problem, sendable[i].field), "required", "Say what it is about.");
	TRY(problem_done(c->tx->problem));
	ask.kind = sendable[i].kind;
	const struct noun *noun = send_params[sendable[i].about].ref;
	enum err e = policy_noun(&c->ctx->actor, noun, "read") == GRANT_NONE ? E_NOT_FOUND : store_get(c->tx, noun, c->params[sendable[i].about].id, &about);
	if (e == E_NOT_FOUND) {
		problem_fault(c->tx->problem, problem_field(c->tx->problem, sendable[i].field), "reference", "There is no such %s.", noun->name);
		return problem_done(c->tx->problem);
	}
	TRY(e);
	ask.about = about;
	if (set_has(c->present, SEND_TO) && c->params[SEND_TO].kind == V_ID)
		ask.contact = c->params[SEND_TO].id;
	if (set_has(c->present, SEND_TEMPLATE) && c->params[SEND_TEMPLATE].kind == V_ID)
		ask.template_id = c->params[SEND_TEMPLATE].id;
	if (set_has(c->present, SEND_BY) && c->params[SEND_BY].kind == V_TEXT)
		ask.channel = str_eqz(c->params[SEND_BY].s, "sms") ? "sms" : "email";
	return message_queue(c->tx, &ask, &c->ret_row);
}

static const struct act message_acts[] = {
	{ .name = "send", .doc = "Writes to a customer with one of the templates.", .right = "message.send", .writes = true, .on_noun = true, .company = true, .status = 201, .returns = &noun_message, PARAMS(send_params), .run = run_send },
	{ .name = "cancel", .doc = "It is not sent after all.", .right = "message.send", .writes = true, .returns = &noun_message, .run = run_cancel },
	{ .name = "retry", .doc = "What failed is tried again.", .right = "message.send", .writes = true, .returns = &noun_message, .run = run_retry },
	{ .name = NULL },
};

const struct noun noun_message = {
	.tag = 42, .name = "message", .plural = "messages", .doc = "Something that is told to a customer.",
	FIELDS(message_fields), .orders = message_orders, .subject = SUBJECT_FIELD, .subject_field = MESSAGE_CONTACT, .label = MESSAGE_KIND, .own = -1,
	.parent = MESSAGE_ABOUT, .no_delete = true, .acts = message_acts,
};

/* ---- the end of one that cannot be sent ---- */

static enum err note_for_office(struct tx *tx, const struct row *message)
{
	struct row *note = row_new(tx->arena, &noun_note);
	if (row_is_null(message, MESSAGE_CUSTOMER))
		return OK;
	note->v[NOTE_CUSTOMER] = message->v[MESSAGE_CUSTOMER];
	row_set_text(note, NOTE_BODY, str_fmt(tx->arena, "A message did not go out (" STR_FMT ", " STR_FMT "): " STR_FMT ". Its address: " STR_FMT ".",
	                                      STR_ARG(str_words(tx->arena, row_text(message, MESSAGE_KIND))), STR_ARG(row_text(message, MESSAGE_CHANNEL)),
	                                      STR_ARG(str_words(tx->arena, row_text(message, MESSAGE_ERROR))), STR_ARG(row_text(message, MESSAGE_TO))));
	row_set_int(note, NOTE_PINNED, 1);
	return store_insert(tx, note, &note);
}

enum err message_fail(struct tx *tx, const struct row *was, const char *error, struct str words, struct row **ret)
{
	struct row *is = row_copy(tx->arena, was);
	row_set_text(is, MESSAGE_STATUS, STR("failed"));
	row_set_text(is, MESSAGE_ERROR, str_from(error));
	if (words.n)
		row_set_text(is, MESSAGE_WORDS, words);
	row_set_null(is, MESSAGE_SECRET);
	message_let_go(is);
	tx->action = "move";
	enum err e = store_update(tx, was, is, ret);
	tx->action = NULL;
	TRY(e);
	return note_for_office(tx, *ret);
}
