#include "dispatch.h"

#include "doc.h"
#include "gate.h"
#include "hours.h"
#include "merge.h"
#include "messages.h"
#include "portal.h"

#include <string.h>

static const int64_t minute_ms = 60000, day_ms = 86400000;
enum { TRY_HOURS = 24, WAIT_DAYS = 7, CODE_MINUTES = 15, NO_SENDER_MINUTES = 15, DAY_MINUTES = 1440 };

/* ---- times ---- */

int64_t dispatch_backoff_ms(int64_t attempt, uint32_t dice)
{
	static const int64_t minutes[] = { 1, 5, 15, 60 };
	size_t i = attempt < 1 ? 0 : (size_t)attempt - 1;
	int64_t ms = minutes[i < ARRAY_LEN(minutes) ? i : ARRAY_LEN(minutes) - 1] * minute_ms;
	return ms * 8 / 10 + ms * 4 / 10 * (int64_t)(dice % 1024) / 1023;
}

int32_t dispatch_quiet(int32_t minute, int32_t from, int32_t until)
{
	if (from == until)
		return minute;
	if (from < until)
		return minute >= from && minute < until ? until : minute;
	if (minute >= from)
		return until + DAY_MINUTES;
	return minute < until ? until : minute;
}

/* ---- what is due ---- */

static enum err list_state(struct tx *tx, const char *state, struct page *ret)
{
	struct query q = { .noun = &noun_message, .sort = MESSAGE_NEXT_TRY_AT, .ascending = true, .limit = DISPATCH_LIMIT };
	q.filters[q.filter_count++] = filter_is(MESSAGE_STATUS, VALUE_TEXT(str_from(state)));
	return store_list(tx, &q, ret);
}

enum err dispatch_look(struct tx *tx, struct dispatch_due *ret)
{
	struct page left, waiting;
	*ret = (struct dispatch_due){ .next_ms = INT64_MAX };
	TRY(list_state(tx, "sending", &left));
	TRY(list_state(tx, "queued", &waiting));
	for (size_t i = 0; i < left.count; i++)
		ret->ids[ret->count++] = row_id(left.rows[i], F_ID_FIELD);
	for (size_t i = 0; i < waiting.count; i++) {
		int64_t at = row_int(waiting.rows[i], MESSAGE_NEXT_TRY_AT);
		if (at > tx->now.ms || ret->count == DISPATCH_LIMIT) {
			ret->next_ms = at;
			return OK;
		}
		ret->ids[ret->count++] = row_id(waiting.rows[i], F_ID_FIELD);
	}
	if (ret->count) /* there may be more of it */
		ret->next_ms = tx->now.ms;
	return OK;
}

/* ---- moves ---- */

static enum err move(struct tx *tx, const struct row *was, struct row *is, const char *state, struct row **ret)
{
	row_set_text(is, MESSAGE_STATUS, str_from(state));
	if (!row_is(is, MESSAGE_STATUS, "queued") && !row_is(is, MESSAGE_STATUS, "sending"))
		message_let_go(is);
	tx->action = "move";
	enum err e = store_update(tx, was, is, ret);
	tx->action = NULL;
	return e;
}

static enum err wait_until(struct tx *tx, const struct row *was, int64_t at_ms, const char *error)
{
	struct row *is = row_copy(tx->arena, was), *stored;
	row_set_int(is, MESSAGE_NEXT_TRY_AT, at_ms);
	if (error)
		row_set_text(is, MESSAGE_ERROR, str_from(error));
	else
		row_set_null(is, MESSAGE_ERROR);
	return move(tx, was, is, "queued", &stored);
}

/* Nobody knows whether it arrived: once more with the same Message-ID, but not with advertising (rulings G8). */
static enum err outcome_unknown(struct tx *tx, const struct row *was, struct str words, int64_t again_ms)
{
	struct row *is = row_copy(tx->arena, was), *stored;
	if (row_is(was, MESSAGE_CLASS, "marketing") || row_int(was, MESSAGE_REPEATS) > 0)
		return message_fail(tx, was, "outcome_unknown", words, &stored);
	row_set_int(is, MESSAGE_REPEATS, 1);
	row_set_int(is, MESSAGE_NEXT_TRY_AT, again_ms);
	row_set_text(is, MESSAGE_ERROR, STR("outcome_unknown"));
	return move(tx, was, is, "queued", &stored);
}

static const char *lacks_server(const struct row *message, const struct row *settings)
{
	if (row_is(message, MESSAGE_CHANNEL, "email"))
		return row_text(settings, CHANNEL_SMTP_HOST).n ? NULL : "no_mail_server";
	return row_is(settings, CHANNEL_SMS_KIND, "none") ? "no_sms_gateway" : NULL;
}

void dispatch_wait_for_server(struct row *message, const struct row *settings, struct instant now)
{
	const char *lack = lacks_server(message, settings);
	if (!lack)
		return;
	row_set_text(message, MESSAGE_ERROR, str_from(lack));
	row_set_int(message, MESSAGE_NEXT_TRY_AT, now.ms + WAIT_DAYS * day_ms);
}

/* One that cannot be read is left to dispatch_claim(): it does not stand in the way of saving settings. */
static enum err wake_one(struct tx *tx, struct id id)
{
	struct row *message;
	enum err e = store_get(tx, &noun_message, id, &message);
	if (e != OK)
		return e == E_CORRUPT || e == E_NOT_FOUND ? OK : e;
	return message->erased ? store_retract(tx, message) : wait_until(tx, message, tx->now.ms, NULL);
}

enum err dispatch_wake(struct tx *tx)
{
	struct query q = { .noun = &noun_message, .sort = MESSAGE_NEXT_TRY_AT, .ascending = true, .limit = LIST_LIMIT_MAX };
	struct page page;
	q.filters[q.filter_count++] = filter_is(MESSAGE_STATUS, VALUE_TEXT(STR("queued")));
	do {
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++)
			if (str_starts(row_text(page.rows[i], MESSAGE_ERROR), STR("no_")) && tx->rows_written < ROWS_PER_WRITE_MAX / 2)
				TRY(wake_one(tx, row_id(page.rows[i], F_ID_FIELD)));
		q.cursor = page.next_cursor;
	} while (page.next_cursor.n);
	return OK;
}

/* ---- claiming ---- */

struct claim {
	struct tx *tx;
	struct row *message, *settings;
	const struct row *company;
	const struct zone *zone;
	struct str address;
	struct parcel *parcel;
};

/* Whether it is too late for it: 24 hours from the first attempt that was allowed; a code holds for minutes. */
static bool too_late(const struct claim *c)
{
	int64_t now = c->tx->now.ms, age = now - row_int(c->message, F_CREATED_AT_FIELD);
	if (row_is(c->message, MESSAGE_KIND, "portal_code") && age > CODE_MINUTES * minute_ms)
		return true;
	if (row_is_null(c->message, MESSAGE_FIRST_TRY_AT)) /* but what somebody put back by hand starts anew */
		return age > WAIT_DAYS * day_ms && row_int(c->message, F_UPDATED_AT_FIELD) + WAIT_DAYS * day_ms <= now;
	return now - row_int(c->message, MESSAGE_FIRST_TRY_AT) > TRY_HOURS * 60 * minute_ms;
}

/* The window of advertising, and quiet hours for what nobody pressed a button for. *ret_gone: it was moved or cancelled. */
static enum err may_go_now(struct claim *c, struct row *is, bool *ret_gone)
{
	struct calendar holidays;
	struct gate_facts facts;
	struct row *stored;
	struct str note;
	*ret_gone = true;
	if (row_is(c->message, MESSAGE_CLASS, "marketing")) {
		TRY(gate_facts(c->tx, c->message, &facts, &note));
		TRY(calendar_of_company(c->tx, &holidays, NULL));
		struct gate_verdict v = gate_decide(&facts, &holidays, c->zone, c->tx->now);
		row_set_text(is, MESSAGE_GATE, note);
		if (v.code != GATE_OPEN) {
			row_set_text(is, MESSAGE_ERROR, str_from(gate_name(v.code)));
			return move(c->tx, c->message, is, "cancelled", &stored);
		}
		if (v.from.ms > c->tx->now.ms)
			return wait_until(c->tx, c->message, v.from.ms, "contact_window");
	} else if (row_int(c->message, MESSAGE_AUTOMATIC) && row_is(c->message, MESSAGE_CHANNEL, "sms") && !row_is(c->message, MESSAGE_KIND, "portal_code")) {
		struct local wall = zone_local(c->zone, c->tx->now);
		int32_t minute = wall.ms / (int32_t)minute_ms, open = dispatch_quiet(minute, (int32_t)row_int(c->settings, CHANNEL_QUIET_FROM), (int32_t)row_int(c->settings, CHANNEL_QUIET_UNTIL));
		if (open != minute) {
			struct local then = { { wall.day.days + open / DAY_MINUTES }, open % DAY_MINUTES * (int32_t)minute_ms };
			return wait_until(c->tx, c->message, zone_instant(c->zone, then, NULL).ms, "quiet_hours");
		}
	}
	*ret_gone = false;
	return OK;
}

/* Whether what it tells of does not hold any more: the quote was taken back or is being written anew, the invoice is void. */
static enum err is_outdated(struct claim *c, bool *ret)
{
	static const char *const holding[] = { "sent", "viewed", "accepted", NULL };
	struct row *quote, *invoice;
	*ret = false;
	if (!row_is(c->message, MESSAGE_KIND, "quote_sent") && !row_is(c->message, MESSAGE_KIND, "invoice_sent"))
		return OK;
	TRY(row_if(c->tx, &noun_quote, row_id(c->message, MESSAGE_QUOTE), &quote));
	TRY(row_if(c->tx, &noun_invoice, row_id(c->message, MESSAGE_INVOICE), &invoice));
	for (size_t i = 0; quote && (i == 0 || *ret) && holding[i]; i++)
		*ret = !row_is(quote, QUOTE_STATUS, holding[i]);
	*ret |= invoice && row_is(invoice, INVOICE_STATUS, "void");
	return OK;
}

/* What the records say now, too: an identity number may have come into them since. */
static enum err holds_forbidden(struct claim *c, bool *ret)
{
	struct row *customer, *contact;
	TRY(row_if(c->tx, &noun_customer, row_id(c->message, MESSAGE_CUSTOMER), &customer));
	TRY(row_if(c->tx, &noun_contact, row_id(c->message, MESSAGE_CONTACT), &contact));
	const struct row *rows[] = { customer, contact };
	*ret = message_forbidden(c->tx->arena, row_text(c->message, MESSAGE_TITLE), rows, ARRAY_LEN(rows)) ||
	       message_forbidden(c->tx->arena, row_text(c->message, MESSAGE_BODY), rows, ARRAY_LEN(rows));
	return OK;
}

static enum err name_of_pdf(struct claim *c, struct str *ret)
{
	static const struct {
		int field, number;
		const struct noun *noun;
		const char *word;
	} docs[] = { { MESSAGE_QUOTE, QUOTE_NO, &noun_quote, "Quote" }, { MESSAGE_INVOICE, INVOICE_NO, &noun_invoice, "Invoice" }, { MESSAGE_CREDIT, CREDIT_NO, &noun_credit_note, "Credit note" } };
	struct row *doc;
	*ret = STR("Document.pdf");
	for (size_t i = 0; i < ARRAY_LEN(docs); i++) {
		if (row_is_null(c->message, docs[i].field))
			continue;
		TRY(row_if(c->tx, docs[i].noun, row_id(c->message, docs[i].field), &doc));
		if (doc)
			*ret = str_fmt(c->tx->arena, "%s " STR_FMT ".pdf", docs[i].word, STR_ARG(row_text(doc, docs[i].number)));
	}
	return OK;
}

static enum err fill_parcel(struct claim *c, struct str url)
{
	struct parcel *p = c->parcel;
	const struct row *m = c->message;
	struct arena *a = c->tx->arena;
	p->message = c->message;
	p->settings = c->settings;
	p->mail = row_is(m, MESSAGE_CHANNEL, "email");
	p->to = row_text(m, MESSAGE_TO);
	p->to_name = row_text(m, MESSAGE_TO_NAME);
	p->from = row_is_null(c->settings, CHANNEL_FROM_ADDRESS) ? row_text(c->company, TENANT_EMAIL) : row_text(c->settings, CHANNEL_FROM_ADDRESS);
	p->from_name = row_is_null(c->settings, CHANNEL_FROM_NAME) ? row_text(c->company, TENANT_NAME) : row_text(c->settings, CHANNEL_FROM_NAME);
	p->reply_to = row_text(c->settings, CHANNEL_REPLY_TO);
	p->subject = row_text(m, MESSAGE_TITLE);
	p->link = url;
	p->text = merge_late(a, row_text(m, MESSAGE_BODY), url, row_text(m, MESSAGE_SECRET));
	p->html = merge_html(a, p->text, url);
	p->offset_s = zone_offset_s(c->zone, c->tx->now);
	p->wants_pdf = p->mail && row_int(c->settings, CHANNEL_MAIL_PDF) && !row_is_null(m, MESSAGE_DOCUMENT);
	return name_of_pdf(c, &p->pdf_name);
}

static struct str message_id(const struct claim *c)
{
	char id[37];
	struct str domain;
	id_format(row_id(c->message, F_ID_FIELD), id);
	(void)str_cut(c->parcel->from, '@', &domain);
	return str_fmt(c->tx->arena, "%s@" STR_FMT, id, STR_ARG(domain));
}

static enum err link_of(struct claim *c, struct str *ret_url, const char **ret_wrong)
{
	*ret_url = STR("");
	*ret_wrong = NULL;
	if (row_is_null(c->message, MESSAGE_LINK))
		return OK;
	enum err e = portal_url(c->tx, c->address, row_id(c->message, MESSAGE_LINK), ret_url);
	if (e == E_NOT_FOUND)
		*ret_wrong = "link_ended";
	return e == E_NOT_FOUND ? OK : e;
}

static enum err claim(struct claim *c)
{
	struct row *is = row_copy(c->tx->arena, c->message), *stored;
	const char *lack = lacks_server(c->message, c->settings), *wrong;
	bool gone;
	struct str url;
	if (too_late(c))
		return message_fail(c->tx, c->message, row_is_null(c->message, MESSAGE_ERROR) ? "too_late" : str_z(c->tx->arena, row_text(c->message, MESSAGE_ERROR)), STR(""), &stored);
	if (lack) {
		dispatch_wait_for_server(is, c->settings, c->tx->now);
		return move(c->tx, c->message, is, "queued", &stored);
	}
	TRY(is_outdated(c, &gone));
	if (gone) {
		row_set_text(is, MESSAGE_ERROR, STR("outdated"));
		return move(c->tx, c->message, is, "cancelled", &stored);
	}
	TRY(may_go_now(c, is, &gone));
	if (gone)
		return OK;
	TRY(holds_forbidden(c, &gone));
	if (gone)
		return message_fail(c->tx, c->message, "sealed_content", STR(""), &stored);
	TRY(link_of(c, &url, &wrong));
	if (wrong)
		return message_fail(c->tx, c->message, wrong, STR(""), &stored);
	TRY(fill_parcel(c, url));
	if (c->parcel->mail && !c->parcel->from.n)
		return wait_until(c->tx, c->message, c->tx->now.ms + NO_SENDER_MINUTES * minute_ms, "no_sender");
	if (row_is_null(is, MESSAGE_MESSAGE_ID))
		row_set_text(is, MESSAGE_MESSAGE_ID, message_id(c));
	if (row_is_null(is, MESSAGE_FIRST_TRY_AT))
		row_set_int(is, MESSAGE_FIRST_TRY_AT, c->tx->now.ms);
	row_set_int(is, MESSAGE_ATTEMPTS, row_int(is, MESSAGE_ATTEMPTS) + 1);
	TRY(move(c->tx, c->message, is, "sending", &stored));
	c->parcel->message = stored;
	c->parcel->message_id = row_text(stored, MESSAGE_MESSAGE_ID);
	c->parcel->ready = true;
	return OK;
}

enum err dispatch_claim(struct tx *tx, struct id id, struct str address, struct parcel *ret)
{
	const struct ctx *ctx = tx_ctx(tx);
	struct claim c = { .tx = tx, .company = ctx->company, .address = address, .parcel = ret };
	*ret = (struct parcel){ .ready = false };
	TRY(row_if(tx, &noun_message, id, &c.message));
	if (!c.message)
		return OK;
	if (c.message->erased) /* whoever it was for does not exist any more, nor do its words */
		return store_retract(tx, c.message);
	if (row_is(c.message, MESSAGE_STATUS, "sending"))
		return outcome_unknown(tx, c.message, STR(""), tx->now.ms);
	if (!row_is(c.message, MESSAGE_STATUS, "queued") || row_int(c.message, MESSAGE_NEXT_TRY_AT) > tx->now.ms)
		return OK;
	TRY(channel_settings(tx, &c.settings));
	TRY(zone_load(tx->arena, row_text(c.company, TENANT_TIMEZONE), &c.zone));
	return claim(&c);
}

/* ---- settling ---- */

static enum err later(struct tx *tx, const struct row *was, const struct outcome *o)
{
	struct row *is = row_copy(tx->arena, was), *stored;
	uint32_t dice;
	random_bytes(&dice, sizeof(dice));
	int64_t next = tx->now.ms + dispatch_backoff_ms(row_int(was, MESSAGE_ATTEMPTS), dice);
	if (next - row_int(was, MESSAGE_FIRST_TRY_AT) > TRY_HOURS * 60 * minute_ms)
		return message_fail(tx, was, o->reason, o->words, &stored);
	row_set_int(is, MESSAGE_NEXT_TRY_AT, next);
	row_set_text(is, MESSAGE_ERROR, str_from(o->reason));
	row_set_text(is, MESSAGE_WORDS, o->words);
	if (!o->words.n)
		row_set_null(is, MESSAGE_WORDS);
	return move(tx, was, is, "queued", &stored);
}

/* Somebody who asked for something was written to: that is the first contact (product.md 4.6). */
static enum err note_contact(struct tx *tx, const struct row *message)
{
	struct row *enquiry, *is;
	TRY(row_if(tx, &noun_enquiry, row_id(message, MESSAGE_ENQUIRY), &enquiry));
	if (!enquiry || enquiry->erased || row_int(message, MESSAGE_AUTOMATIC) || !row_is(enquiry, ENQUIRY_STATUS, "new"))
		return OK;
	is = row_copy(tx->arena, enquiry);
	row_set_text(is, ENQUIRY_STATUS, STR("contacted"));
	tx->action = "move";
	enum err e = store_update(tx, enquiry, is, &is);
	tx->action = NULL;
	return e;
}

/* Consent is asked for once (POPIA s69(2)): that it was stands written from now on. */
static enum err note_request(struct tx *tx, const struct row *message)
{
	struct row *r = row_new(tx->arena, &noun_consent_event);
	if (!row_is(message, MESSAGE_KIND, "consent_request") || row_is_null(message, MESSAGE_CUSTOMER))
		return OK;
	r->v[CONSENT_CUSTOMER] = message->v[MESSAGE_CUSTOMER];
	r->v[CONSENT_CONTACT] = message->v[MESSAGE_CONTACT];
	row_set_text(r, CONSENT_KIND, STR("requested"));
	row_set_text(r, CONSENT_HOW, row_text(message, MESSAGE_CHANNEL));
	return store_insert(tx, r, &r);
}

static enum err sent(struct tx *tx, const struct row *was, const struct outcome *o)
{
	struct row *is = row_copy(tx->arena, was), *stored;
	row_set_int(is, MESSAGE_SENT_AT, tx->now.ms);
	row_set_int(is, MESSAGE_TLS, o->tls);
	row_set_int(is, MESSAGE_WITH_PDF, o->with_pdf);
	row_set_null(is, MESSAGE_ERROR);
	row_set_null(is, MESSAGE_SECRET);
	if (o->provider_id.n)
		row_set_text(is, MESSAGE_PROVIDER_ID, str_slice(o->provider_id, 0, 100));
	if (o->words.n)
		row_set_text(is, MESSAGE_WORDS, o->words);
	TRY(move(tx, was, is, "sent", &stored));
	TRY(note_request(tx, was));
	return note_contact(tx, was);
}

enum err dispatch_settle(struct tx *tx, struct id id, const struct outcome *o)
{
	struct row *was, *stored;
	TRY(row_if(tx, &noun_message, id, &was));
	if (!was || !row_is(was, MESSAGE_STATUS, "sending"))
		return OK;
	/* A gateway that has it already says so: then the attempt of unknown outcome was taken. */
	bool taken_before = o->how == OUTCOME_REFUSED && row_int(was, MESSAGE_REPEATS) && strcmp(o->reason, "duplicate") == 0;
	switch (taken_before ? OUTCOME_SENT : o->how) {
	case OUTCOME_SENT:
		return sent(tx, was, o);
	case OUTCOME_REFUSED:
		return message_fail(tx, was, o->reason, o->words, &stored);
	case OUTCOME_LATER:
		return later(tx, was, o);
	case OUTCOME_UNKNOWN:
		return outcome_unknown(tx, was, o->words, tx->now.ms + minute_ms);
	}
	return E_INTERNAL;
}
