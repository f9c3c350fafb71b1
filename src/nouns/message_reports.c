/* message_reports.c - what is heard of a message after it was sent: that it was delivered, that it was not, that somebody answered. */
#include "dispatch.h"

#include "doc.h"

static enum err note(struct tx *tx, const struct row *message, struct str body)
{
	struct row *r = row_new(tx->arena, &noun_note);
	if (row_is_null(message, MESSAGE_CUSTOMER))
		return OK;
	r->v[NOTE_CUSTOMER] = message->v[MESSAGE_CUSTOMER];
	row_set_text(r, NOTE_BODY, body);
	row_set_int(r, NOTE_PINNED, 1);
	return store_insert(tx, r, &r);
}

enum err dispatch_reported(struct tx *tx, struct id id, bool delivered, struct str words)
{
	struct row *was, *is;
	TRY(row_if(tx, &noun_message, id, &was));
	if (!was || was->erased || row_is(was, MESSAGE_CHANNEL, "whatsapp"))
		return OK;
	bool sent = row_is(was, MESSAGE_STATUS, "sent");
	if (!sent && (delivered || !row_is(was, MESSAGE_STATUS, "delivered")))
		return OK;
	is = row_copy(tx->arena, was);
	row_set_text(is, MESSAGE_STATUS, delivered ? STR("delivered") : STR("bounced"));
	if (!delivered)
		row_set_text(is, MESSAGE_ERROR, STR("undelivered"));
	if (words.n)
		row_set_text(is, MESSAGE_WORDS, words);
	tx->action = "move";
	enum err e = store_update(tx, was, is, &is);
	tx->action = NULL;
	TRY(e);
	if (delivered)
		return OK;
	return note(tx, was, str_fmt(tx->arena, "A message was taken and did not arrive (" STR_FMT ", " STR_FMT "). Its address: " STR_FMT ".",
	                             STR_ARG(str_words(tx->arena, row_text(was, MESSAGE_KIND))), STR_ARG(row_text(was, MESSAGE_CHANNEL)), STR_ARG(row_text(was, MESSAGE_TO))));
}

/* The first word, whatever stands around it. */
static bool says_stop(struct arena *a, struct str text)
{
	static const char *const words[] = { "stop", "staak", "unsubscribe", "optout", "opt-out" };
	struct str rest, first = str_lower_ascii(a, str_cut(str_trim(text), ' ', &rest));
	while (first.n && !(first.p[first.n - 1] >= 'a' && first.p[first.n - 1] <= 'z'))
		first.n--;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eqz(first, words[i]))
			return true;
	return false;
}

static enum err stop(struct tx *tx, const struct row *message, struct str text)
{
	struct row **events, *r = row_new(tx->arena, &noun_objection_event);
	size_t n;
	TRY(store_children(tx, &noun_objection_event, OBJECTION_CUSTOMER, row_id(message, MESSAGE_CUSTOMER), &events, &n));
	for (size_t i = 0; i < n; i++) /* gateways repeat themselves */
		if (value_eq(events[i]->v[OBJECTION_CONTACT], message->v[MESSAGE_CONTACT]) && row_is(events[i], OBJECTION_KIND, "stop") && row_is(events[i], OBJECTION_HOW, "sms"))
			return OK;
	r->v[OBJECTION_CUSTOMER] = message->v[MESSAGE_CUSTOMER];
	r->v[OBJECTION_CONTACT] = message->v[MESSAGE_CONTACT];
	row_set_text(r, OBJECTION_HOW, STR("sms"));
	row_set_text(r, OBJECTION_WORDS, text);
	return store_insert(tx, r, &r);
}

enum err dispatch_replied(struct tx *tx, struct id id, struct str text)
{
	struct row *message;
	TRY(row_if(tx, &noun_message, id, &message));
	if (!message || message->erased || row_is_null(message, MESSAGE_CUSTOMER))
		return OK;
	if (says_stop(tx->arena, text))
		return stop(tx, message, text);
	return note(tx, message, str_fmt(tx->arena, "Answer by SMS from " STR_FMT ": " STR_FMT, STR_ARG(row_text(message, MESSAGE_TO)), STR_ARG(text)));
}
