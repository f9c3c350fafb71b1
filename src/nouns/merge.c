#include "merge.h"

#include "doc.h"
#include "zone.h"

#include <string.h>

const char *const message_kinds[] = {
	"quote_sent", "invoice_sent", "credit_note_sent", "payment_thanks", "enquiry_received", "appointment_set", "statement", "portal_code",
	"question_received", "test", "marketing", "details_changed",
	"consent_request", "account_reset", "account_invited", "account_email", "account_notice", NULL
};

enum {
	QUOTES = 1 << 0, INVOICES = 1 << 1, CREDITS = 1 << 2, PAYMENTS = 1 << 3, ENQUIRIES = 1 << 4, VISITS = 1 << 5, STATEMENTS = 1 << 6,
	CODES = 1 << 7, QUESTIONS = 1 << 8, TESTS = 1 << 9, MARKETING = 1 << 10, CHANGES = 1 << 11,
	REQUESTS = 1 << 12, RESETS = 1 << 13, INVITATIONS = 1 << 14, ADDRESSES = 1 << 15, NOTICES = 1 << 16, EVERY = (1 << 17) - 1,
	/* To people who sign in, not to customers. */
	ACCOUNTS = RESETS | INVITATIONS | ADDRESSES | NOTICES,
};

typedef struct str value_fn(const struct merge_values *m);

/* ---- values ---- */

static struct str text_of(const struct row *r, int field)
{
	return r ? row_text(r, field) : STR("");
}

/* Amounts as the company writes them. */
static struct str amount(const struct merge_values *m, int64_t minor)
{
	bool points = m->company && str_starts(row_text(m->company, TENANT_LOCALE), STR("en-US"));
	return money_str(m->arena, (struct money){ minor }, points ? NUMBER_POINT : NUMBER_COMMA);
}

struct str merge_date(struct arena *a, struct day d, struct str language)
{
	static const char *const english[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };
	static const char *const afrikaans[] = { "Januarie", "Februarie", "Maart", "April", "Mei", "Junie", "Julie", "Augustus", "September", "Oktober", "November", "Desember" };
	struct civil c = day_civil(d);
	if (!str_eqz(language, "en") && !str_eqz(language, "af"))
		return day_str(a, d);
	return str_fmt(a, "%d %s %d", c.dom, (str_eqz(language, "af") ? afrikaans : english)[c.month - 1], c.year);
}

static struct str date_of(const struct merge_values *m, const struct row *r, int field)
{
	if (!r || row_is_null(r, field))
		return STR("");
	return merge_date(m->arena, row_day(r, field), m->language);
}

static struct str company_name(const struct merge_values *m)
{
	return text_of(m->company, TENANT_NAME);
}

static struct str company_phone(const struct merge_values *m)
{
	return text_of(m->company, TENANT_PHONE);
}

static struct str company_email(const struct merge_values *m)
{
	return text_of(m->company, TENANT_EMAIL);
}

static struct str company_address(const struct merge_values *m)
{
	static const int fields[] = { TENANT_LINE1, TENANT_LINE2, TENANT_SUBURB, TENANT_CITY, TENANT_POSTAL_CODE };
	return row_joined(m->arena, m->company, fields, ARRAY_LEN(fields));
}

static struct str customer_name(const struct merge_values *m)
{
	return m->customer ? row_text(m->customer, CUSTOMER_NAME) : text_of(m->enquiry, ENQUIRY_NAME);
}

static struct str contact_name(const struct merge_values *m)
{
	return m->contact ? row_text(m->contact, CONTACT_NAME) : customer_name(m);
}

static bool is_noun(const struct row *r, const struct noun *noun)
{
	return r && r->noun == noun;
}

static struct str document_number(const struct merge_values *m)
{
	if (is_noun(m->document, &noun_quote))
		return row_text(m->document, QUOTE_NO);
	if (is_noun(m->document, &noun_invoice))
		return row_text(m->document, INVOICE_NO);
	return is_noun(m->document, &noun_credit_note) ? row_text(m->document, CREDIT_NO) : STR("");
}

static struct str document_total(const struct merge_values *m)
{
	if (is_noun(m->document, &noun_quote))
		return amount(m, row_int(m->document, QUOTE_TOTAL));
	int64_t total = m->document ? row_int(m->document, DOC_TOTAL) : 0;
	return amount(m, is_noun(m->document, &noun_credit_note) ? -total : total);
}

static struct str document_title(const struct merge_values *m)
{
	return is_noun(m->document, &noun_quote) ? row_text(m->document, QUOTE_TITLE) : STR("");
}

static struct str document_date(const struct merge_values *m)
{
	if (is_noun(m->document, &noun_invoice))
		return date_of(m, m->document, INVOICE_DATE);
	return is_noun(m->document, &noun_credit_note) ? date_of(m, m->document, CREDIT_DATE) : STR("");
}

static struct str document_due(const struct merge_values *m)
{
	return date_of(m, m->document, INVOICE_DUE_DATE);
}

static struct str document_valid_until(const struct merge_values *m)
{
	return date_of(m, m->document, QUOTE_VALID_UNTIL);
}

static struct str document_balance(const struct merge_values *m)
{
	return amount(m, m->document ? row_int(m->document, INVOICE_BALANCE) : 0);
}

static struct str document_reason(const struct merge_values *m)
{
	return text_of(m->document, CREDIT_REASON);
}

static struct str payment_amount(const struct merge_values *m)
{
	return amount(m, m->payment ? row_int(m->payment, PAYMENT_AMOUNT) : 0);
}

static struct str payment_date(const struct merge_values *m)
{
	return date_of(m, m->payment, PAYMENT_DATE);
}

static struct str payment_number(const struct merge_values *m)
{
	return text_of(m->payment, PAYMENT_NO);
}

static struct str job_number(const struct merge_values *m)
{
	return text_of(m->job, JOB_NO);
}

static struct str job_title(const struct merge_values *m)
{
	return text_of(m->job, JOB_TITLE);
}

static struct str visit_date(const struct merge_values *m)
{
	if (!m->visit || !m->zone)
		return STR("");
	return merge_date(m->arena, zone_local(m->zone, (struct instant){ row_int(m->visit, VISIT_START) }).day, m->language);
}

static struct str visit_time(const struct merge_values *m)
{
	if (!m->visit || !m->zone)
		return STR("");
	int32_t minute = zone_local(m->zone, (struct instant){ row_int(m->visit, VISIT_START) }).ms / 60000;
	return str_fmt(m->arena, "%02d:%02d", minute / 60, minute % 60);
}

static struct str enquiry_number(const struct merge_values *m)
{
	return text_of(m->enquiry, ENQUIRY_NO);
}

static struct str enquiry_subject(const struct merge_values *m)
{
	return text_of(m->enquiry, ENQUIRY_ABOUT);
}

static struct str the_link(const struct merge_values *m)
{
	return m->link;
}

static struct str the_code(const struct merge_values *m)
{
	return m->code;
}

static struct str the_words(const struct merge_values *m)
{
	return m->words;
}

/* How to make it stop, with each message and free of charge (POPIA s69, CPA s11). */
static struct str the_stop(const struct merge_values *m)
{
	if (str_eqz(m->language, "af"))
		return str_fmt(m->arena, "Om geen reklame meer te ontvang nie, antwoord STOP of skryf aan " STR_FMT ".", STR_ARG(company_email(m)));
	return str_fmt(m->arena, "To receive no more advertising, answer STOP or write to " STR_FMT ".", STR_ARG(company_email(m)));
}

static const struct place {
	const char *name;
	unsigned kinds;
	value_fn *value;
	bool late; /* stays as it is until the message is sent */
} places[] = {
	{ "company.name", EVERY, company_name, false },
	{ "company.phone", EVERY, company_phone, false },
	{ "company.email", EVERY, company_email, false },
	{ "company.address", EVERY, company_address, false },
	{ "customer.name", EVERY & ~(TESTS | ACCOUNTS), customer_name, false },
	{ "contact.name", EVERY & ~(TESTS | ACCOUNTS), contact_name, false },
	{ "document.number", QUOTES | INVOICES | CREDITS | QUESTIONS, document_number, false },
	{ "document.total", QUOTES | INVOICES | CREDITS, document_total, false },
	{ "document.title", QUOTES, document_title, false },
	{ "document.date", INVOICES | CREDITS, document_date, false },
	{ "document.due", INVOICES, document_due, false },
	{ "document.balance", INVOICES, document_balance, false },
	{ "document.valid_until", QUOTES, document_valid_until, false },
	{ "document.reason", CREDITS, document_reason, false },
	{ "payment.number", PAYMENTS, payment_number, false },
	{ "payment.amount", PAYMENTS, payment_amount, false },
	{ "payment.date", PAYMENTS, payment_date, false },
	{ "job.number", VISITS | QUESTIONS, job_number, false },
	{ "job.title", VISITS, job_title, false },
	{ "visit.date", VISITS, visit_date, false },
	{ "visit.time", VISITS, visit_time, false },
	{ "enquiry.number", ENQUIRIES, enquiry_number, false },
	{ "enquiry.subject", ENQUIRIES, enquiry_subject, false },
	{ "link", QUOTES | INVOICES | CREDITS | VISITS | STATEMENTS, the_link, true },
	{ "code", CODES | RESETS | INVITATIONS | ADDRESSES, the_code, true },
	{ "words", QUESTIONS | NOTICES, the_words, false },
	{ "stop", MARKETING | REQUESTS, the_stop, false },
};

/* ---- the walk over a text ---- */

static unsigned kind_bit(struct str kind)
{
	for (size_t i = 0; message_kinds[i]; i++)
		if (str_eqz(kind, message_kinds[i]))
			return 1u << i;
	return 0;
}

static const struct place *place_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (str_eqz(name, places[i].name))
			return &places[i];
	return NULL;
}

struct piece {
	struct str text;  /* as it is ... */
	struct str place; /* ... and then the place of this name, if p is not NULL */
	size_t at;        /* where its brace stands, counted in bytes from 0 */
	bool open;        /* its brace is never closed */
};

/* The next piece of a text from *at on; false at the end. */
static bool next_piece(struct str text, size_t *at, struct piece *ret)
{
	size_t from = *at, i = from;
	*ret = (struct piece){ .at = 0 };
	if (from >= text.n)
		return false;
	while (i < text.n && text.p[i] != '{')
		i++;
	ret->text = str_slice(text, from, i);
	*at = i;
	if (i == text.n)
		return true;
	if (i + 1 < text.n && text.p[i + 1] == '{') { /* a brace itself */
		ret->text = str_slice(text, from, i + 1);
		*at = i + 2;
		return true;
	}
	const char *end = memchr(text.p + i, '}', text.n - i);
	ret->at = i;
	ret->open = !end;
	ret->place = end ? str_slice(text, i + 1, (size_t)(end - text.p)) : str_slice(text, i + 1, i + 1);
	*at = end ? (size_t)(end - text.p) + 1 : text.n;
	return true;
}

static struct str places_of(struct arena *a, unsigned kind)
{
	struct buf b;
	buf_init(&b, a, 2000);
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (places[i].kinds & kind)
			buf_fmt(&b, "%s{%s}", b.n ? ", " : "", places[i].name);
	return buf_str(&b);
}

void merge_check(struct problem *problem, struct str text, struct str kind, struct str pointer)
{
	unsigned bit = kind_bit(kind);
	struct piece p;
	for (size_t at = 0; next_piece(text, &at, &p);) {
		const struct place *place = p.place.p ? place_find(p.place) : NULL;
		if (p.open)
			problem_fault(problem, pointer, "format", "The brace at position %zu is not closed; {{ stands for a brace.", p.at + 1);
		else if (p.place.p && (!place || !(place->kinds & bit)))
			problem_fault(problem, pointer, "choice", "There is no such place in this kind of message, at position %zu. Possible: " STR_FMT ".", p.at + 1,
			              STR_ARG(places_of(problem->arena, bit)));
	}
}

bool merge_has(struct str text, struct str place)
{
	struct piece p;
	for (size_t at = 0; next_piece(text, &at, &p);)
		if (p.place.p && p.place.n + 2 == place.n && memcmp(p.place.p, place.p + 1, p.place.n) == 0)
			return true;
	return false;
}

/* A value does not open a place, not even together with what stands beside it: its braces become brackets. And where each sign counts, spaces are plain ones. */
static void add_value(const struct merge_values *m, struct buf *b, struct str v)
{
	static const char *const wide[] = { "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x93", "\xe2\x80\x99" }, *const plain[] = { " ", " ", "-", "'" };
	for (size_t i = 0; i < v.n;) {
		struct str rest = str_slice(v, i, v.n);
		size_t k = 0;
		if (v.p[i] == '{' || v.p[i] == '}') {
			buf_char(b, v.p[i++] == '{' ? '(' : ')');
			continue;
		}
		while (k < ARRAY_LEN(wide) && !(m->plain && str_starts(rest, str_from(wide[k]))))
			k++;
		if (k < ARRAY_LEN(wide)) {
			buf_addz(b, plain[k]);
			i += strlen(wide[k]);
		} else {
			buf_char(b, v.p[i++]);
		}
	}
}

struct str merge_text(const struct merge_values *m, struct str text)
{
	struct buf b;
	struct piece p;
	buf_init(&b, m->arena, MAIL_TEXT_MAX);
	for (size_t at = 0; next_piece(text, &at, &p);) {
		const struct place *place = p.place.p ? place_find(p.place) : NULL;
		buf_add(&b, p.text);
		if (place && place->late)
			buf_add(&b, place->value(m));
		else if (place)
			add_value(m, &b, place->value(m));
	}
	return str_dup(m->arena, buf_str(&b));
}

struct str merge_late(struct arena *a, struct str text, struct str link, struct str code)
{
	struct buf b;
	buf_init(&b, a, MAIL_TEXT_MAX);
	for (size_t i = 0; i < text.n;) {
		struct str rest = str_slice(text, i, text.n);
		if (str_starts(rest, MERGE_LINK)) {
			buf_add(&b, link);
			i += MERGE_LINK.n;
		} else if (str_starts(rest, MERGE_CODE)) {
			buf_add(&b, code);
			i += MERGE_CODE.n;
		} else {
			buf_char(&b, text.p[i++]);
		}
	}
	return str_dup(a, buf_str(&b));
}

/* ---- as a page ---- */

static void add_escaped(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			buf_addz(b, "&amp;");
			break;
		case '<':
			buf_addz(b, "&lt;");
			break;
		case '>':
			buf_addz(b, "&gt;");
			break;
		case '"':
			buf_addz(b, "&quot;");
			break;
		case '\'':
			buf_addz(b, "&#39;");
			break;
		case '\n':
			buf_addz(b, "<br>\n");
			break;
		default:
			buf_char(b, s.p[i]);
		}
	}
}

struct str merge_html(struct arena *a, struct str text, struct str link)
{
	struct buf b;
	buf_init(&b, a, MAIL_TEXT_MAX);
	buf_addz(&b, "<!doctype html>\n<html><head><meta charset=\"utf-8\"></head><body style=\"font-family: sans-serif\">\n<p>");
	for (size_t i = 0, from = 0; i <= text.n;) {
		bool here = link.n && str_starts(str_slice(text, i, text.n), link);
		if (i < text.n && !here) {
			i++;
			continue;
		}
		add_escaped(&b, str_slice(text, from, i));
		if (!here)
			break;
		buf_addz(&b, "<a href=\"");
		add_escaped(&b, link);
		buf_addz(&b, "\">");
		add_escaped(&b, link);
		buf_addz(&b, "</a>");
		from = i += link.n;
	}
	buf_addz(&b, "</p>\n</body></html>\n");
	return str_dup(a, buf_str(&b));
}
