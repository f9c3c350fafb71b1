/* messages.c - from "tell the customer" to a row of the outbox: to whom, in which language, in what words. */
#include "messages.h"

#include "dispatch.h"
#include "doc.h"
#include "frozen.h"
#include "gate.h"
#include "idno.h"
#include "merge.h"
#include "phone.h"
#include "portal.h"
#include "zone.h"

#include <string.h>

static const char *const send_channels[] = { "email", "sms", "none", NULL };
const struct field message_send_params[SEND_PARAMS] = {
	[SEND_CONTACT] = { .name = "to_contact_id", .doc = "To this person; who stands on it, or the customer at large, if left out.", .type = F_REF, .ref = &noun_contact },
	[SEND_CHANNEL] = { .name = "channel", .doc = "By mail or SMS, or not at all: then it is only marked as sent.", .type = F_ENUM, .values = send_channels },
};
const struct field message_whatsapp_params[WHATSAPP_PARAMS] = {
	[WHATSAPP_CONTACT] = { .name = "to_contact_id", .doc = "To this person; who stands on it, or the customer at large, if left out.", .type = F_REF, .ref = &noun_contact },
};

/* ---- what a message can be about ---- */

static const struct about {
	const struct noun *noun;
	int customer, contact, job; /* fields of the row; -1: none */
	int field;                  /* of the message; -1: it has none for it */
	const struct noun *linked;  /* what its link opens: the row itself, or the one that .link_field refers to */
	int link_field;
} abouts[] = {
	{ &noun_quote, QUOTE_CUSTOMER, QUOTE_CONTACT, -1, MESSAGE_QUOTE, &noun_quote, F_ID_FIELD },
	{ &noun_invoice, INVOICE_CUSTOMER, -1, -1, MESSAGE_INVOICE, &noun_invoice, F_ID_FIELD },
	{ &noun_credit_note, CREDIT_CUSTOMER, -1, -1, MESSAGE_CREDIT, &noun_invoice, CREDIT_INVOICE },
	{ &noun_payment, PAYMENT_CUSTOMER, -1, -1, -1, NULL, -1 },
	{ &noun_job, JOB_CUSTOMER, JOB_CONTACT, F_ID_FIELD, MESSAGE_JOB, &noun_job, F_ID_FIELD },
	{ &noun_appointment, -1, -1, VISIT_JOB, MESSAGE_JOB, &noun_job, VISIT_JOB },
	{ &noun_enquiry, ENQUIRY_CUSTOMER, -1, -1, MESSAGE_ENQUIRY, NULL, -1 },
	{ &noun_customer, F_ID_FIELD, -1, -1, -1, &noun_customer, F_ID_FIELD },
	{ &noun_contact, CONTACT_CUSTOMER, F_ID_FIELD, -1, -1, &noun_customer, CONTACT_CUSTOMER },
};

static const struct about *about_of(const struct row *row)
{
	for (size_t i = 0; row && i < ARRAY_LEN(abouts); i++)
		if (abouts[i].noun == row->noun)
			return &abouts[i];
	return NULL;
}

static struct id id_of(const struct row *r, int field)
{
	return field < 0 ? (struct id){ { 0 } } : row_id(r, field);
}

/* The language of the contact, else of the customer, else of the company. */
static struct str language_for(const struct merge_values *m)
{
	struct str s = STR("en");
	if (m->company && row_text(m->company, TENANT_LOCALE).n >= 2)
		s = str_slice(row_text(m->company, TENANT_LOCALE), 0, 2);
	if (m->customer && !row_is_null(m->customer, CUSTOMER_LANGUAGE))
		s = row_text(m->customer, CUSTOMER_LANGUAGE);
	if (m->contact && !row_is_null(m->contact, CONTACT_LANGUAGE))
		s = row_text(m->contact, CONTACT_LANGUAGE);
	for (size_t i = 0; languages[i]; i++)
		if (str_eqz(s, languages[i]))
			return s;
	return STR("en");
}

enum err message_merge(struct tx *tx, const struct row *row, struct id contact, struct merge_values *ret)
{
	const struct ctx *c = tx_ctx(tx);
	const struct about *about = about_of(row);
	struct row *customer = NULL, *person = NULL, *job = NULL;
	*ret = (struct merge_values){ .arena = tx->arena, .company = c ? c->company : NULL, .link = STR(""), .code = STR(""), .words = STR("") };
	if (!ret->company)
		return problem_set(tx->problem, E_INTERNAL, "The company is not at hand.");
	TRY(zone_load(tx->arena, row_text(ret->company, TENANT_TIMEZONE), &ret->zone));
	if (about) {
		TRY(row_if(tx, &noun_job, id_of(row, about->job), &job));
		TRY(row_if(tx, &noun_customer, about->job >= 0 && about->customer < 0 && job ? row_id(job, JOB_CUSTOMER) : id_of(row, about->customer), &customer));
		if (id_is_zero(contact))
			contact = about->job >= 0 && job ? row_id(job, JOB_CONTACT) : id_of(row, about->contact);
		ret->document = row->noun == &noun_quote || row->noun == &noun_invoice || row->noun == &noun_credit_note ? row : NULL;
		ret->visit = row->noun == &noun_appointment ? row : NULL;
		ret->payment = row->noun == &noun_payment ? row : NULL;
		ret->enquiry = row->noun == &noun_enquiry ? row : NULL;
	}
	TRY(row_if(tx, &noun_contact, contact, &person));
	ret->job = job;
	ret->customer = customer;
	ret->contact = person;
	ret->language = language_for(ret);
	return OK;
}

/* ---- what must not go out ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Thirteen digits, perhaps in groups, that are an identity number; longer runs of digits are something else. */
static bool holds_identity(struct arena *a, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char digits[14] = { 0 };
		size_t n = 0, k = i;
		struct idno no;
		if (!is_digit(text.p[i]) || (i && is_digit(text.p[i - 1])))
			continue;
		for (; k < text.n && n < 13 && (is_digit(text.p[k]) || text.p[k] == ' ' || text.p[k] == '-'); k++)
			if (is_digit(text.p[k]))
				digits[n++] = text.p[k];
		if (n == 13 && (k == text.n || !is_digit(text.p[k])) && !idno_read(str_from(digits), &no))
			return true;
	}
	(void)a;
	return false;
}

static bool holds(struct str text, struct str what)
{
	return what.n && memmem(text.p, text.n, what.p, what.n) != NULL;
}

enum { TELLING_MIN = 4 }; /* shorter values stand in any text by chance */

const char *message_forbidden(struct arena *a, struct str text, const struct row *const *rows, size_t count)
{
	if (holds_identity(a, text))
		return "It would hold an identity number, which does not leave by mail or SMS. Take it out of the texts that the message shows.";
	for (size_t r = 0; r < count; r++)
		for (size_t i = F_COMMON_FIELDS; rows[r] && i < rows[r]->noun->field_count; i++) {
			const struct field *f = &rows[r]->noun->fields[i];
			if (f->privacy == PRIVACY_SPECIAL && rows[r]->v[i].kind == V_TEXT && rows[r]->v[i].s.n >= TELLING_MIN && holds(text, rows[r]->v[i].s))
				return str_fmt(a, "It would hold the %s of the %s, which does not leave by mail or SMS.", str_words(a, str_from(f->name)).p, rows[r]->noun->name).p;
		}
	return NULL;
}

/* ---- which words ---- */

static enum err find_template(struct tx *tx, const struct message_ask *ask, const char *channel, struct str language, struct row **ret)
{
	struct query q = { .noun = &noun_template, .sort = F_CREATED_AT_FIELD, .ascending = false, .limit = LIST_LIMIT_MAX };
	struct page page;
	struct row *english = NULL, *any = NULL;
	if (!id_is_zero(ask->template_id)) {
		TRY(row_if(tx, &noun_template, ask->template_id, ret));
		if (!*ret || !row_is(*ret, TEMPLATE_KIND, ask->kind) || !row_is(*ret, TEMPLATE_CHANNEL, channel)) {
			problem_fault(tx->problem, STR("/template_id"), "reference", "There is no such template for this kind of message and this channel.");
			return problem_done(tx->problem);
		}
		return OK;
	}
	q.filters[q.filter_count++] = filter_is(TEMPLATE_KIND, VALUE_TEXT(str_from(ask->kind)));
	TRY(store_list(tx, &q, &page));
	for (size_t i = page.count; i-- > 0;) { /* the newest of each last */
		struct row *t = page.rows[i];
		if (!row_is(t, TEMPLATE_CHANNEL, channel) || !row_int(t, TEMPLATE_ACTIVE))
			continue;
		any = t;
		if (row_is(t, TEMPLATE_LANGUAGE, "en"))
			english = t;
		if (str_eq(row_text(t, TEMPLATE_LANGUAGE), language))
			*ret = t;
	}
	if (*ret)
		return OK;
	*ret = english ? english : any;
	return *ret ? OK : problem_set(tx->problem, E_CONFLICT, "There is no active template of the kind %s for %s.", ask->kind, channel);
}

/* ---- to whom ---- */

struct letter {
	const struct message_ask *ask;
	const struct about *about;
	const char *channel;
	struct merge_values m;
	struct str to, name;
	struct row *row; /* the message */
};

static struct str address_of(const struct letter *l)
{
	const struct merge_values *m = &l->m;
	bool mail = strcmp(l->channel, "email") == 0;
	struct str s = STR("");
	if (l->ask->to.n)
		return l->ask->to;
	if (l->ask->to_office)
		return row_text(m->company, mail ? TENANT_EMAIL : TENANT_PHONE);
	if (m->contact)
		s = row_text(m->contact, mail ? CONTACT_EMAIL : CONTACT_PHONE);
	if (!s.n && m->customer && id_is_zero(l->ask->contact))
		s = row_text(m->customer, mail ? CUSTOMER_BILLING_EMAIL : CUSTOMER_PHONE);
	if (!s.n && m->enquiry && !m->customer)
		s = row_text(m->enquiry, mail ? ENQUIRY_EMAIL : ENQUIRY_PHONE);
	return s;
}

static struct str name_of(const struct letter *l)
{
	if (l->ask->to_office)
		return row_text(l->m.company, TENANT_NAME);
	if (l->m.contact)
		return row_text(l->m.contact, CONTACT_NAME);
	return l->m.customer ? row_text(l->m.customer, CUSTOMER_NAME) : l->m.enquiry ? row_text(l->m.enquiry, ENQUIRY_NAME) : STR("");
}

static enum err address(struct tx *tx, struct letter *l)
{
	const struct message_ask *ask = l->ask;
	l->about = about_of(ask->about);
	TRY(message_merge(tx, ask->about, ask->contact, &l->m));
	if (!id_is_zero(ask->contact) && (!l->m.contact || (l->m.customer && !id_eq(row_id(l->m.contact, CONTACT_CUSTOMER), row_id(l->m.customer, F_ID_FIELD)))))
		problem_fault(tx->problem, STR("/to_contact_id"), "reference", "There is no such contact of this customer.");
	TRY(problem_done(tx->problem));
	for (size_t i = 0; languages[i]; i++)
		if (str_eqz(ask->language, languages[i]))
			l->m.language = ask->language;
	l->to = address_of(l);
	l->name = name_of(l);
	return OK;
}

static enum err no_address(struct tx *tx, const struct letter *l)
{
	if (l->ask->to_office)
		problem_fault(tx->problem, STR("/email"), "required", "Your company has no %s: enter it in the company settings.", strcmp(l->channel, "email") == 0 ? "mail address" : "telephone");
	else
		problem_fault(tx->problem, STR("/to_contact_id"), "required", "There is no %s for this %s.", strcmp(l->channel, "email") == 0 ? "mail address" : "telephone number",
		              l->m.contact ? "person" : "customer");
	return problem_done(tx->problem);
}

/* ---- the row ---- */

static struct id document_of(const struct row *about)
{
	if (!about)
		return (struct id){ { 0 } };
	if (about->noun == &noun_quote)
		return row_id(about, QUOTE_VERSION_ID);
	return about->noun == &noun_invoice || about->noun == &noun_credit_note ? row_id(about, F_ID_FIELD) : (struct id){ { 0 } };
}

/* How the key of a message begins that has it only while it waits; one of a caller's own stays for ever. */
#define WAITING STR("waiting ")

/* Anybody can write anybody's address into a public form: it gets one receipt a day. */
static enum err receipt_of_today(struct tx *tx, const struct letter *l, struct str *ret_key, struct row **ret)
{
	struct str hash;
	TRY(suppression_hash(tx, l->to, &hash));
	*ret_key = str_fmt(tx->arena, "receipt " STR_FMT " %d", STR_ARG(hash), zone_local(l->m.zone, tx->now).day.days);
	enum err e = store_find(tx, &noun_message, MESSAGE_DEDUPE, VALUE_TEXT(*ret_key), ret);
	return e == E_NOT_FOUND ? OK : e;
}

/* The same message, asked for before: one that still waits; with a key of the caller's any. The key for a new one otherwise. */
static enum err asked_before(struct tx *tx, struct letter *l, struct str *ret_key, struct row **ret)
{
	char person[37], about[37];
	struct id document = document_of(l->ask->about);
	*ret = NULL;
	*ret_key = STR("");
	if (l->ask->code.n || l->ask->to.n)
		return OK;
	if (l->ask->dedupe.n) {
		enum err e = store_find(tx, &noun_message, MESSAGE_DEDUPE, VALUE_TEXT(l->ask->dedupe), ret);
		*ret_key = l->ask->dedupe;
		return e == E_NOT_FOUND ? OK : e;
	}
	if (l->ask->automatic && strcmp(l->ask->kind, "enquiry_received") == 0)
		return receipt_of_today(tx, l, ret_key, ret);
	id_format(l->m.contact ? row_id(l->m.contact, F_ID_FIELD) : l->m.customer ? row_id(l->m.customer, F_ID_FIELD) : (struct id){ { 0 } }, person);
	id_format(!id_is_zero(document) ? document : l->ask->about ? row_id(l->ask->about, F_ID_FIELD) : (struct id){ { 0 } }, about);
	*ret_key = str_fmt(tx->arena, STR_FMT "%s %s %s %s", STR_ARG(WAITING), l->ask->kind, l->channel, about, person);
	enum err e = store_find(tx, &noun_message, MESSAGE_DEDUPE, VALUE_TEXT(*ret_key), ret);
	return e == E_NOT_FOUND ? OK : e;
}

void message_let_go(struct row *message)
{
	if (str_starts(row_text(message, MESSAGE_DEDUPE), WAITING))
		row_set_null(message, MESSAGE_DEDUPE);
}

static enum err make_link(struct tx *tx, struct letter *l, struct str body)
{
	const struct row *target = l->ask->about;
	struct id link;
	if (!merge_has(body, MERGE_LINK))
		return OK;
	if (!l->about || !l->about->linked || l->ask->to_office)
		return problem_set(tx->problem, E_CONFLICT, "The template has a {link}, and there is nothing here that a link opens.");
	if (target->noun != l->about->linked) {
		struct row *other;
		TRY(store_get(tx, l->about->linked, row_id(target, l->about->link_field), &other));
		target = other;
	}
	TRY(portal_link_for(tx, target, l->m.contact ? row_id(l->m.contact, F_ID_FIELD) : (struct id){ { 0 } }, &link));
	row_set_id(l->row, MESSAGE_LINK, link);
	return OK;
}

/* A subject is one line, whatever was put into it. */
static struct str one_line(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, MAIL_TEXT_MAX);
	for (size_t i = 0; i < s.n; i++)
		buf_char(&b, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
	return str_trim(buf_str(&b));
}

static enum err write_words(struct tx *tx, struct letter *l, const struct row *template)
{
	struct merge_values *m = &l->m;
	const struct row *rows[] = { m->customer, m->contact, m->document, m->job, m->visit, m->payment, m->enquiry };
	m->language = row_text(template, TEMPLATE_LANGUAGE);
	m->plain = strcmp(l->channel, "sms") == 0;
	m->link = MERGE_LINK;
	m->code = MERGE_CODE;
	m->words = l->ask->words;
	struct str title = one_line(tx->arena, merge_text(m, row_text(template, TEMPLATE_TITLE))), body = merge_text(m, row_text(template, TEMPLATE_BODY));
	for (size_t i = 0; i < 2; i++) {
		const char *why = message_forbidden(tx->arena, i ? body : title, rows, ARRAY_LEN(rows));
		if (why)
			problem_fault(tx->problem, STR("/message"), "sealed", "%s", why);
	}
	if (m->plain && body.n > SMS_TEXT_MAX)
		problem_fault(tx->problem, STR("/message"), "too_long", "This is more than an SMS can hold.");
	TRY(problem_done(tx->problem));
	row_set_text(l->row, MESSAGE_LANGUAGE, m->language);
	if (title.n && strcmp(l->channel, "email") == 0)
		row_set_text(l->row, MESSAGE_TITLE, title);
	row_set_text(l->row, MESSAGE_BODY, body);
	return make_link(tx, l, row_text(template, TEMPLATE_BODY));
}

/* What was frozen of it: its PDF goes along, if the company wants that. */
static enum err refer_to_frozen(struct tx *tx, struct letter *l)
{
	const struct row *of = l->ask->about;
	struct row *version, *frozen;
	if (!of || id_is_zero(document_of(of)))
		return OK;
	if (of->noun == &noun_quote) {
		TRY(store_get(tx, &noun_quote_version, row_id(of, QUOTE_VERSION_ID), &version));
		of = version;
	}
	enum err e = frozen_find(tx, of, &frozen);
	if (e == OK)
		row_set_id(l->row, MESSAGE_DOCUMENT, row_id(frozen, F_ID_FIELD));
	return e == E_NOT_FOUND ? OK : e;
}

static void refer(struct letter *l)
{
	const struct message_ask *ask = l->ask;
	struct row *r = l->row;
	if (l->m.contact)
		row_set_id(r, MESSAGE_CONTACT, row_id(l->m.contact, F_ID_FIELD));
	if (l->m.customer)
		row_set_id(r, MESSAGE_CUSTOMER, row_id(l->m.customer, F_ID_FIELD));
	if (l->about && l->about->field >= 0)
		row_set_id(r, l->about->field, l->m.job ? row_id(l->m.job, F_ID_FIELD) : row_id(ask->about, F_ID_FIELD));
	if (ask->about)
		row_set_id(r, MESSAGE_ABOUT, l->m.job ? row_id(l->m.job, F_ID_FIELD) : row_id(ask->about, F_ID_FIELD));
}

static enum err compose(struct tx *tx, struct letter *l)
{
	struct row *template = NULL;
	l->row = row_new(tx->arena, &noun_message);
	TRY(find_template(tx, l->ask, l->channel, l->m.language, &template));
	row_set_text(l->row, MESSAGE_KIND, str_from(l->ask->kind));
	row_set_text(l->row, MESSAGE_CHANNEL, str_from(l->channel));
	row_set_text(l->row, MESSAGE_CLASS, row_text(template, TEMPLATE_CLASS));
	row_set_id(l->row, MESSAGE_TEMPLATE, row_id(template, F_ID_FIELD));
	row_set_text(l->row, MESSAGE_TO, l->to);
	if (l->name.n)
		row_set_text(l->row, MESSAGE_TO_NAME, l->name);
	if (l->ask->code.n)
		row_set_text(l->row, MESSAGE_SECRET, l->ask->code);
	row_set_int(l->row, MESSAGE_AUTOMATIC, l->ask->automatic);
	row_set_int(l->row, MESSAGE_NEXT_TRY_AT, tx->now.ms);
	refer(l);
	TRY(refer_to_frozen(tx, l));
	return write_words(tx, l, template);
}

static enum err queue(struct tx *tx, struct letter *l, struct row **ret)
{
	struct row *settings;
	struct str key;
	if (!l->to.n)
		return no_address(tx, l);
	TRY(asked_before(tx, l, &key, ret));
	if (*ret)
		return OK;
	TRY(compose(tx, l));
	if (key.n)
		row_set_text(l->row, MESSAGE_DEDUPE, key);
	TRY(channel_settings(tx, &settings));
	dispatch_wait_for_server(l->row, settings, tx->now);
	if (l->ask->automatic && l->m.customer && !row_int(l->m.customer, CUSTOMER_AUTOMATIC)) {
		row_set_text(l->row, MESSAGE_STATUS, STR("cancelled"));
		row_set_text(l->row, MESSAGE_ERROR, STR("customer_stopped"));
		message_let_go(l->row);
	}
	return store_insert(tx, l->row, ret);
}

enum err message_queue(struct tx *tx, const struct message_ask *ask, struct row **ret)
{
	struct letter l = { .ask = ask, .channel = ask->channel ? ask->channel : "email" };
	TRY(address(tx, &l));
	return queue(tx, &l, ret);
}

/* ---- documents ---- */

bool message_asked(const struct act_call *c)
{
	return (set_has(c->present, SEND_CONTACT) && c->params[SEND_CONTACT].kind == V_ID) ||
	       (set_has(c->present, SEND_CHANNEL) && c->params[SEND_CHANNEL].kind == V_TEXT && !str_eqz(c->params[SEND_CHANNEL].s, "none"));
}

enum err message_send_document(struct act_call *c, const struct row *doc, const char *kind)
{
	struct message_ask ask = { .kind = kind, .about = doc };
	struct letter l = { .ask = &ask, .channel = "email" };
	struct row *message;
	if (set_has(c->present, SEND_CHANNEL) && c->params[SEND_CHANNEL].kind == V_TEXT) {
		if (str_eqz(c->params[SEND_CHANNEL].s, "none"))
			return OK;
		l.channel = str_eqz(c->params[SEND_CHANNEL].s, "sms") ? "sms" : "email";
	}
	if (set_has(c->present, SEND_CONTACT) && c->params[SEND_CONTACT].kind == V_ID)
		ask.contact = c->params[SEND_CONTACT].id;
	TRY(address(c->tx, &l));
	if (!l.to.n && !message_asked(c))
		return OK;
	return queue(c->tx, &l, &message);
}

/* ---- WhatsApp ---- */

static void add_percent(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		bool plain = (ch >= '0' && ch <= '9') || ((ch | 32) >= 'a' && (ch | 32) <= 'z') || strchr("-._~", ch);
		buf_fmt(b, plain && ch ? "%c" : "%%%02X", ch);
	}
}

static const char *kind_for(const struct noun *noun)
{
	return noun == &noun_quote ? "quote_sent" : noun == &noun_invoice ? "invoice_sent" : "appointment_set";
}

enum err message_whatsapp(struct act_call *c)
{
	struct message_ask ask = { .kind = kind_for(c->row->noun), .about = c->row, .channel = "whatsapp" };
	struct letter l = { .ask = &ask, .channel = "whatsapp" };
	struct row *message;
	struct str url = STR("");
	struct buf b;
	struct json_out o;
	if (set_has(c->present, WHATSAPP_CONTACT) && c->params[WHATSAPP_CONTACT].kind == V_ID)
		ask.contact = c->params[WHATSAPP_CONTACT].id;
	bool draft = c->row->noun == &noun_quote ? row_is(c->row, QUOTE_STATUS, "draft") || row_is(c->row, QUOTE_STATUS, "internal_review") : row_is_null(c->row, INVOICE_NO);
	if (draft)
		return problem_set(c->tx->problem, E_CONFLICT, "Send it first: a draft is nothing for customers.");
	TRY(address(c->tx, &l));
	if (!l.to.n)
		return no_address(c->tx, &l);
	TRY(compose(c->tx, &l));
	row_set_text(l.row, MESSAGE_STATUS, STR("sent"));
	row_set_text(l.row, MESSAGE_NOTE, STR("opened by hand"));
	row_set_int(l.row, MESSAGE_SENT_AT, c->tx->now.ms);
	TRY(store_insert(c->tx, l.row, &message));
	if (!row_is_null(message, MESSAGE_LINK))
		TRY(portal_url(c->tx, c->ctx->address, row_id(message, MESSAGE_LINK), &url));
	struct str text = merge_late(c->tx->arena, row_text(message, MESSAGE_BODY), url, STR(""));
	struct buf address_of_it;
	buf_init(&address_of_it, c->tx->arena, 4 * MAIL_TEXT_MAX);
	buf_fmt(&address_of_it, "https://wa.me/" STR_FMT "?text=", STR_ARG(str_slice(l.to, 1, l.to.n)));
	add_percent(&address_of_it, text);
	buf_init(&b, c->tx->arena, 4 * MAIL_TEXT_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "url", buf_str(&address_of_it));
	jw_member_str(&o, "text", text);
	jw_member_id(&o, "message_id", row_id(message, F_ID_FIELD));
	jw_close(&o, '}');
	c->ret_body = str_dup(c->tx->arena, buf_str(&b));
	return b.over || address_of_it.over ? E_TOO_LARGE : OK;
}
