/* template.c - the texts that customers get, in the company's own words. */
#include "merge.h"
#include "messages.h"

#include "doc.h"
#include "policy.h"

const char *const languages[] = { "en", "af", "zu", "xh", "st", "tn", "nso", "ts", "ss", "ve", "nr", NULL };
static const char *const channels[] = { "email", "sms", "whatsapp", NULL };
static const char *const classes[] = { "transactional", "statutory", "marketing", NULL };

static const struct field template_fields[] = {
	COMMON_ROWS(TEMPLATE),
	[TEMPLATE_NAME] = { .name = "name", .doc = "What your people call it.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | DERIVED | SEARCH | PREFIXES, .min = 1, .max = 100 },
	[TEMPLATE_KIND] = { .name = "kind", .doc = "What it is about.", .type = F_ENUM, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .values = message_kinds },
	[TEMPLATE_CHANNEL] = { .name = "channel", .doc = "By mail, SMS or WhatsApp.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | FILTER, .values = channels, .initial = "email" },
	[TEMPLATE_LANGUAGE] = { .name = "language", .doc = "Language of the text.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | FILTER, .values = languages, .initial = "en" },
	[TEMPLATE_CLASS] = { .name = "class", .doc = "Whether it belongs to the work, is demanded by a law, or promotes something; what does a little of each is marketing.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | DERIVED | FILTER, .values = classes },
	[TEMPLATE_TITLE] = { .name = "subject", .doc = "Subject of a mail.", .type = F_TEXT, .tag = 16, .max = 150 },
	[TEMPLATE_BODY] = { .name = "body", .doc = "The text, with places such as {customer.name}.", .type = F_LINES, .tag = 17, .flags = REQUIRED, .min = 1, .max = 8000 },
	[TEMPLATE_ACTIVE] = { .name = "active", .doc = "Whether it is used.", .type = F_BOOL, .tag = 18, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(template_fields) == TEMPLATE_FIELDS, "template: table and enum differ");

static const struct order template_orders[] = { { -1, TEMPLATE_CREATED_AT }, { TEMPLATE_KIND, TEMPLATE_CREATED_AT }, ORDERS_END };

static enum err template_before(struct write *w)
{
	/* What people who sign in are sent is ours to say: a changed text could carry their link to somebody else. */
	if (w->was && str_starts(row_text(w->was, TEMPLATE_KIND), STR("account_")))
		return problem_set(w->tx->problem, E_FORBIDDEN, "This text is fixed: it goes to people who sign in.");
	if (!w->was && tx_ctx(w->tx) && tx_ctx(w->tx)->actor.signed_in && str_starts(row_text(w->is, TEMPLATE_KIND), STR("account_"))) {
		problem_fault(w->tx->problem, STR("/kind"), "choice", "Texts to people who sign in are fixed.");
		return problem_done(w->tx->problem);
	}
	struct problem *p = w->tx->problem;
	struct row *is = w->is;
	bool marketing = row_is(is, TEMPLATE_KIND, "marketing") || row_is(is, TEMPLATE_KIND, "consent_request"), mail = row_is(is, TEMPLATE_CHANNEL, "email");
	if (row_is_null(is, TEMPLATE_NAME))
		row_set_text(is, TEMPLATE_NAME, str_fmt(w->tx->arena, STR_FMT " (" STR_FMT ", " STR_FMT ")", STR_ARG(str_words(w->tx->arena, row_text(is, TEMPLATE_KIND))),
		                                        STR_ARG(row_text(is, TEMPLATE_CHANNEL)), STR_ARG(row_text(is, TEMPLATE_LANGUAGE))));
	if (row_is_null(is, TEMPLATE_CLASS))
		row_set_text(is, TEMPLATE_CLASS, marketing ? STR("marketing") : STR("transactional"));
	merge_check(p, row_text(is, TEMPLATE_TITLE), row_text(is, TEMPLATE_KIND), STR("/subject"));
	merge_check(p, row_text(is, TEMPLATE_BODY), row_text(is, TEMPLATE_KIND), STR("/body"));
	if (mail && row_is_null(is, TEMPLATE_TITLE))
		problem_fault(p, STR("/subject"), "required", "A mail needs a subject.");
	if (merge_has(row_text(is, TEMPLATE_TITLE), MERGE_LINK) || merge_has(row_text(is, TEMPLATE_TITLE), MERGE_CODE))
		problem_fault(p, STR("/subject"), "choice", "A link or code stands in the text, not in the subject, which others may read on the way.");
	if (marketing != (bool)row_is(is, TEMPLATE_CLASS, "marketing"))
		problem_fault(p, STR("/class"), "choice", "What promotes something, or asks for leave to, is of the kind marketing or consent_request, and those kinds are of the class marketing.");
	if (marketing && !merge_has(row_text(is, TEMPLATE_BODY), STR("{stop}")))
		problem_fault(p, STR("/body"), "required", "Advertising says with each message how to stop it: put {stop} into the text.");
	const char *why = message_forbidden(w->tx->arena, row_text(is, TEMPLATE_TITLE), NULL, 0);
	if (!why)
		why = message_forbidden(w->tx->arena, row_text(is, TEMPLATE_BODY), NULL, 0);
	if (why)
		problem_fault(p, STR("/body"), "sealed", "%s", why);
	return problem_done(p);
}

/* ---- preview ---- */

enum { PREVIEW_QUOTE, PREVIEW_INVOICE, PREVIEW_CREDIT, PREVIEW_PAYMENT, PREVIEW_VISIT, PREVIEW_ENQUIRY, PREVIEW_CUSTOMER, PREVIEW_CONTACT, PREVIEWS };
static const struct field preview_params[] = {
	[PREVIEW_QUOTE] = { .name = "quote_id", .doc = "With this quote.", .type = F_REF, .ref = &noun_quote },
	[PREVIEW_INVOICE] = { .name = "invoice_id", .doc = "With this invoice.", .type = F_REF, .ref = &noun_invoice },
	[PREVIEW_CREDIT] = { .name = "credit_note_id", .doc = "With this credit note.", .type = F_REF, .ref = &noun_credit_note },
	[PREVIEW_PAYMENT] = { .name = "payment_id", .doc = "With this payment.", .type = F_REF, .ref = &noun_payment },
	[PREVIEW_VISIT] = { .name = "appointment_id", .doc = "With this visit.", .type = F_REF, .ref = &noun_appointment },
	[PREVIEW_ENQUIRY] = { .name = "enquiry_id", .doc = "With this enquiry.", .type = F_REF, .ref = &noun_enquiry },
	[PREVIEW_CUSTOMER] = { .name = "customer_id", .doc = "With this customer.", .type = F_REF, .ref = &noun_customer },
	[PREVIEW_CONTACT] = { .name = "contact_id", .doc = "With this person.", .type = F_REF, .ref = &noun_contact },
};

static enum err preview_row(struct act_call *c, struct row **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < PREVIEWS; i++) {
		const struct field *f = &preview_params[i];
		if (!set_has(c->present, (int)i) || c->params[i].kind != V_ID)
			continue;
		enum err e = store_get(c->tx, f->ref, c->params[i].id, ret);
		if (e == OK && policy_noun(&c->ctx->actor, f->ref, "read") == GRANT_NONE)
			e = E_NOT_FOUND;
		if (e == E_NOT_FOUND) {
			problem_fault(c->tx->problem, problem_field(c->tx->problem, f->name), "reference", "There is no such %s.", f->ref->name);
			return problem_done(c->tx->problem);
		}
		TRY(e);
		c->also_shown[c->also_count++] = *ret;
		return OK;
	}
	return OK;
}

static enum err run_preview(struct act_call *c)
{
	struct merge_values m;
	struct row *about;
	struct buf b;
	struct json_out o;
	struct arena *a = c->tx->arena;
	struct str link = STR("https://example.org/…");
	TRY(preview_row(c, &about));
	TRY(message_merge(c->tx, about, (struct id){ { 0 } }, &m));
	m.language = row_text(c->row, TEMPLATE_LANGUAGE);
	m.plain = !row_is(c->row, TEMPLATE_CHANNEL, "email");
	m.link = MERGE_LINK;
	m.code = MERGE_CODE;
	m.words = STR("…");
	struct str body = merge_late(a, merge_text(&m, row_text(c->row, TEMPLATE_BODY)), link, STR("123456"));
	buf_init(&b, a, 4 * MAIL_TEXT_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "subject", merge_text(&m, row_text(c->row, TEMPLATE_TITLE)));
	jw_member_str(&o, "body", body);
	jw_member_str(&o, "html", row_is(c->row, TEMPLATE_CHANNEL, "email") ? merge_html(a, body, link) : STR(""));
	jw_member_str(&o, "channel", row_text(c->row, TEMPLATE_CHANNEL));
	jw_member_str(&o, "language", row_text(c->row, TEMPLATE_LANGUAGE));
	jw_close(&o, '}');
	c->ret_body = str_dup(a, buf_str(&b));
	return b.over ? E_TOO_LARGE : OK;
}

static const struct act template_acts[] = {
	{ .name = "preview", .doc = "The text with the values of a record, as the customer would read it.", .right = "template.read", .company = true, PARAMS(preview_params), .run = run_preview },
	{ .name = NULL },
};

const struct noun noun_template = {
	.tag = 40, .name = "template", .plural = "templates", .doc = "The text of a message to customers, with places for what differs.",
	FIELDS(template_fields), .orders = template_orders, .label = TEMPLATE_NAME, .own = -1, .parent = -1, .acts = template_acts,
	.before_write = template_before,
};

/* ---- what a new company begins with ---- */

static const struct {
	const char *kind, *channel, *language, *subject, *body;
} first_templates[] = {
	{ "quote_sent", "email", "en", "Quote {document.number} from {company.name}",
	  "Good day {contact.name}\n\nOur quote {document.number} for \"{document.title}\" comes to {document.total} with VAT and holds until {document.valid_until}.\n\nRead it, choose "
	  "options and accept it here:\n{link}\n\nPlease call us with any question.\n\n{company.name}\n{company.phone}" },
	{ "quote_sent", "email", "af", "Kwotasie {document.number} van {company.name}",
	  "Goeie dag {contact.name}\n\nOns kwotasie {document.number} vir \"{document.title}\" kom op {document.total} met BTW en is geldig tot {document.valid_until}.\n\nLees dit, kies "
	  "opsies en aanvaar dit hier:\n{link}\n\nBel ons gerus met enige vraag.\n\n{company.name}\n{company.phone}" },
	{ "quote_sent", "sms", "en", "", "{company.name}: quote {document.number}, {document.total}. Read and accept it: {link}" },
	{ "quote_sent", "sms", "af", "", "{company.name}: kwotasie {document.number}, {document.total}. Lees en aanvaar dit: {link}" },
	{ "quote_sent", "whatsapp", "en", "", "Good day {contact.name}, here is our quote {document.number} ({document.total}): {link} - {company.name}" },
	{ "invoice_sent", "email", "en", "Invoice {document.number} from {company.name}",
	  "Good day {contact.name}\n\nInvoice {document.number} of {document.date} comes to {document.total}. It is due on {document.due}.\n\nSee it here:\n{link}\n\nPlease pay with the "
	  "reference {document.number}.\n\nThank you\n{company.name}\n{company.phone}" },
	{ "invoice_sent", "email", "af", "Faktuur {document.number} van {company.name}",
	  "Goeie dag {contact.name}\n\nFaktuur {document.number} van {document.date} kom op {document.total}. Dit is betaalbaar op {document.due}.\n\nSien dit hier:\n{link}\n\nBetaal "
	  "asseblief met die verwysing {document.number}.\n\nDankie\n{company.name}\n{company.phone}" },
	{ "invoice_sent", "sms", "en", "", "{company.name}: invoice {document.number}, {document.total}, due {document.due}: {link}" },
	{ "invoice_sent", "sms", "af", "", "{company.name}: faktuur {document.number}, {document.total}, betaalbaar {document.due}: {link}" },
	{ "invoice_sent", "whatsapp", "en", "", "Good day {contact.name}, here is invoice {document.number} ({document.total}, due {document.due}): {link} - {company.name}" },
	{ "credit_note_sent", "email", "en", "Credit note {document.number} from {company.name}",
	  "Good day {contact.name}\n\nWe have credited you with {document.total} (credit note {document.number}).\n\nSee it here:\n{link}\n\n{company.name}\n{company.phone}" },
	{ "credit_note_sent", "email", "af", "Kredietnota {document.number} van {company.name}",
	  "Goeie dag {contact.name}\n\nOns het u met {document.total} gekrediteer (kredietnota {document.number}).\n\nSien dit hier:\n{link}\n\n{company.name}\n{company.phone}" },
	{ "payment_thanks", "email", "en", "Thank you for your payment",
	  "Good day {contact.name}\n\nThank you for your payment of {payment.amount} on {payment.date} ({payment.number}).\n\n{company.name}\n{company.phone}" },
	{ "payment_thanks", "email", "af", "Dankie vir u betaling",
	  "Goeie dag {contact.name}\n\nDankie vir u betaling van {payment.amount} op {payment.date} ({payment.number}).\n\n{company.name}\n{company.phone}" },
	/* Without the name: whoever fills in a public form chooses whose address and what words a mail would show. */
	{ "enquiry_received", "email", "en", "We have your enquiry {enquiry.number}",
	  "Good day\n\nThank you for your enquiry. Its number is {enquiry.number}. We will be in touch.\n\n{company.name}\n{company.phone}" },
	{ "enquiry_received", "email", "af", "Ons het u navraag {enquiry.number}",
	  "Goeie dag\n\nDankie vir u navraag. Die nommer is {enquiry.number}. Ons sal u kontak.\n\n{company.name}\n{company.phone}" },
	{ "appointment_set", "email", "en", "We come on {visit.date}",
	  "Good day {contact.name}\n\nWe come on {visit.date} at about {visit.time} ({job.number}).\n\n{link}\n\n{company.name}\n{company.phone}" },
	{ "appointment_set", "email", "af", "Ons kom op {visit.date}",
	  "Goeie dag {contact.name}\n\nOns kom op {visit.date} om ongeveer {visit.time} ({job.number}).\n\n{link}\n\n{company.name}\n{company.phone}" },
	{ "appointment_set", "sms", "en", "", "{company.name}: we come on {visit.date} at about {visit.time} ({job.number})." },
	{ "appointment_set", "sms", "af", "", "{company.name}: ons kom op {visit.date} om ongeveer {visit.time} ({job.number})." },
	{ "statement", "email", "en", "Your account with {company.name}", "Good day {contact.name}\n\nSee your account here:\n{link}\n\n{company.name}\n{company.phone}" },
	{ "statement", "email", "af", "U rekening by {company.name}", "Goeie dag {contact.name}\n\nSien u rekening hier:\n{link}\n\n{company.name}\n{company.phone}" },
	{ "portal_code", "email", "en", "Your code", "Your code is {code}. It holds for a few minutes. Nobody of {company.name} will ask you for it." },
	{ "portal_code", "email", "af", "U kode", "U kode is {code}. Dit is 'n paar minute geldig. Niemand van {company.name} sal u daarvoor vra nie." },
	{ "portal_code", "sms", "en", "", "{company.name}: your code is {code}." },
	{ "portal_code", "sms", "af", "", "{company.name}: u kode is {code}." },
	{ "details_changed", "email", "en", "Your details were changed",
	  "Good day\n\nYour contact details with {company.name} were changed just now on your page. If it was not you, please call us at once.\n\n{company.name}\n{company.phone}" },
	{ "details_changed", "email", "af", "U besonderhede is verander",
	  "Goeie dag\n\nU kontakbesonderhede by {company.name} is sopas op u bladsy verander. As dit nie u was nie, bel ons asseblief dadelik.\n\n{company.name}\n{company.phone}" },
	{ "details_changed", "sms", "en", "", "{company.name}: your contact details were changed. If it was not you, call us at once." },
	{ "details_changed", "sms", "af", "", "{company.name}: u kontakbesonderhede is verander. As dit nie u was nie, bel ons dadelik." },
	{ "question_received", "email", "en", "A question from {customer.name}", "{customer.name} asks ({document.number}{job.number}):\n\n{words}" },
	{ "account_reset", "email", "en", "A new password",
	  "Good day\n\nSomebody asked for a new password for this address. Choose it here within half an hour:\n{code}\n\nIf it was not you, do nothing: your password stays as it is." },
	{ "account_reset", "email", "af", "'n Nuwe wagwoord",
	  "Goeie dag\n\nIemand het 'n nuwe wagwoord vir hierdie adres gevra. Kies dit hier binne 'n halfuur:\n{code}\n\nAs dit nie u was nie, doen niks: u wagwoord bly soos dit is." },
	{ "account_invited", "email", "en", "{company.name} invites you",
	  "Good day\n\n{company.name} invites you to work with it here. Accept within half an hour:\n{code}\n\nIf that time is over, ask for a new link on the same page." },
	{ "account_invited", "email", "af", "{company.name} nooi u",
	  "Goeie dag\n\n{company.name} nooi u om hier saam te werk. Aanvaar binne 'n halfuur:\n{code}\n\nAs daardie tyd verby is, vra op dieselfde bladsy vir 'n nuwe skakel." },
	{ "account_email", "email", "en", "Your new address",
	  "Good day\n\nConfirm within half an hour that you sign in with this address from now on:\n{code}\n\nIf you did not ask for it, do nothing." },
	{ "account_email", "email", "af", "U nuwe adres",
	  "Goeie dag\n\nBevestig binne 'n halfuur dat u van nou af met hierdie adres aanmeld:\n{code}\n\nAs u dit nie gevra het nie, doen niks." },
	{ "account_notice", "email", "en", "About your account",
	  "Good day\n\n{words}\n\nIf it was not you, choose a new password at once and tell {company.name}: {company.phone}" },
	{ "account_notice", "email", "af", "Oor u rekening",
	  "Goeie dag\n\n{words}\n\nAs dit nie u was nie, kies dadelik 'n nuwe wagwoord en laat weet {company.name}: {company.phone}" },
	{ "test", "email", "en", "A test from {company.name}", "This mail shows that your mail server takes messages from {company.name}." },
	{ "test", "sms", "en", "", "{company.name}: this SMS shows that your gateway works." },
};

enum err seed_messages(struct tx *tx)
{
	struct row *settings = row_new(tx->arena, &noun_channel_setting);
	for (size_t i = 0; i < ARRAY_LEN(first_templates); i++) {
		struct row *r = row_new(tx->arena, &noun_template);
		row_set_text(r, TEMPLATE_KIND, str_from(first_templates[i].kind));
		row_set_text(r, TEMPLATE_CHANNEL, str_from(first_templates[i].channel));
		row_set_text(r, TEMPLATE_LANGUAGE, str_from(first_templates[i].language));
		if (first_templates[i].subject[0])
			row_set_text(r, TEMPLATE_TITLE, str_from(first_templates[i].subject));
		row_set_text(r, TEMPLATE_BODY, str_from(first_templates[i].body));
		TRY(store_insert(tx, r, &r));
	}
	return store_insert(tx, settings, &settings);
}
