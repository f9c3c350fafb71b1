/* channel.c - by what server a company's mail goes and by what gateway its SMS, and when people are left in peace. One row for each company. */
#include "messages.h"

#include "dispatch.h"
#include "doc.h"

static const char *const tls_modes[] = { "starttls", "tls", "plain", NULL };
static const char *const gateways[] = { "none", "smsportal", "smsportal_token", "http", NULL };
static const char *const methods[] = { "POST", "PUT", "GET", NULL };
static const char *const types[] = { "application/json", "application/x-www-form-urlencoded", NULL };

enum { DAY_MINUTES = 24 * 60 };

static const struct field channel_fields[] = {
	COMMON_ROWS(CHANNEL),
	[CHANNEL_FROM_NAME] = { .name = "from_name", .doc = "Name under which mail is sent; empty: the company's.", .type = F_TEXT, .tag = 11, .max = 100 },
	[CHANNEL_FROM_ADDRESS] = { .name = "from_address", .doc = "Mail address from which mail is sent; empty: the company's.", .type = F_TEXT, .tag = 12, .max = 254, .check = check_email },
	[CHANNEL_REPLY_TO] = { .name = "reply_to", .doc = "Mail address to which answers go, if another.", .type = F_TEXT, .tag = 13, .max = 254, .check = check_email },
	[CHANNEL_SMTP_HOST] = { .name = "smtp_host", .doc = "Your mail server; empty: no mail is sent.", .type = F_TEXT, .tag = 14, .max = 253 },
	[CHANNEL_SMTP_PORT] = { .name = "smtp_port", .doc = "Its port; empty: the usual one.", .type = F_INT, .tag = 15, .min = 1, .max = 65535 },
	[CHANNEL_SMTP_TLS] = { .name = "smtp_tls", .doc = "How the line is encrypted: STARTTLS, TLS from the first byte, or not at all.", .type = F_ENUM, .tag = 16, .flags = REQUIRED, .values = tls_modes, .initial = "starttls" },
	[CHANNEL_SMTP_USER] = { .name = "smtp_user", .doc = "Name of your account there.", .type = F_TEXT, .tag = 17, .max = 200 },
	[CHANNEL_SMTP_PASSWORD] = { .name = "smtp_password", .doc = "Its password; never shown again.", .type = F_TEXT, .tag = 18, .flags = WRITE_ONLY, .max = 500, SPECIAL("sending messages") },
	[CHANNEL_SMTP_PASSWORD_SET] = { .name = "smtp_password_set", .doc = "Whether a password was entered.", .type = F_BOOL, .tag = 19, .flags = REQUIRED | READONLY, .initial = "false" },
	[CHANNEL_SMTP_ALLOW_PLAIN] = { .name = "smtp_allow_plain", .doc = "Whether mail may go without encryption to a server that is not on this machine.", .type = F_BOOL, .tag = 20, .flags = REQUIRED, .initial = "false" },
	[CHANNEL_MAIL_PDF] = { .name = "mail_pdf", .doc = "Whether the document goes along as PDF where the line is encrypted; else the link alone.", .type = F_BOOL, .tag = 21, .flags = REQUIRED, .initial = "false" },
	[CHANNEL_SMS_KIND] = { .name = "sms_kind", .doc = "Your SMS gateway.", .type = F_ENUM, .tag = 22, .flags = REQUIRED, .values = gateways, .initial = "none" },
	[CHANNEL_SMS_URL] = { .name = "sms_url", .doc = "Its address; with {to}, {digits}, {text} and {id} for a gateway of your own.", .type = F_TEXT, .tag = 23, .max = 500 },
	[CHANNEL_SMS_USER] = { .name = "sms_user", .doc = "Name or client id of your account there.", .type = F_TEXT, .tag = 24, .max = 200 },
	[CHANNEL_SMS_PASSWORD] = { .name = "sms_password", .doc = "Its password or API secret; never shown again.", .type = F_TEXT, .tag = 25, .flags = WRITE_ONLY, .max = 500, SPECIAL("sending messages") },
	[CHANNEL_SMS_PASSWORD_SET] = { .name = "sms_password_set", .doc = "Whether one was entered.", .type = F_BOOL, .tag = 26, .flags = REQUIRED | READONLY, .initial = "false" },
	[CHANNEL_SMS_AUTHORIZATION] = { .name = "sms_authorization", .doc = "Authorization header instead of a login; never shown again.", .type = F_TEXT, .tag = 27, .flags = WRITE_ONLY, .max = 2000, SPECIAL("sending messages") },
	[CHANNEL_SMS_AUTHORIZATION_SET] = { .name = "sms_authorization_set", .doc = "Whether one was entered.", .type = F_BOOL, .tag = 28, .flags = REQUIRED | READONLY, .initial = "false" },
	[CHANNEL_SMS_METHOD] = { .name = "sms_method", .doc = "Method of the request to a gateway of your own.", .type = F_ENUM, .tag = 29, .flags = REQUIRED, .values = methods, .initial = "POST" },
	[CHANNEL_SMS_CONTENT_TYPE] = { .name = "sms_content_type", .doc = "Content type of that request.", .type = F_ENUM, .tag = 30, .flags = REQUIRED, .values = types, .initial = "application/json" },
	[CHANNEL_SMS_BODY] = { .name = "sms_body", .doc = "Body of that request, with {to}, {digits}, {text} and {id}.", .type = F_LINES, .tag = 31, .max = 4000 },
	[CHANNEL_SMS_SUCCESS] = { .name = "sms_success", .doc = "What stands in its answer when it went well; empty: anything.", .type = F_TEXT, .tag = 32, .max = 200 },
	[CHANNEL_QUIET_FROM] = { .name = "quiet_from_min", .doc = "Minute of the day from which no automatic SMS is sent.", .type = F_INT, .tag = 33, .flags = REQUIRED, .max = DAY_MINUTES - 1, .initial = "1200" },
	[CHANNEL_QUIET_UNTIL] = { .name = "quiet_until_min", .doc = "Minute of the day at which they go again; the same: at any time.", .type = F_INT, .tag = 34, .flags = REQUIRED, .max = DAY_MINUTES - 1, .initial = "420" },
	[CHANNEL_REPORT_SECRET] = { .name = "report_secret", .doc = "With what your gateway shows that its reports of delivery are its own; never shown again.", .type = F_TEXT, .tag = 35, .flags = WRITE_ONLY, .min = 20, .max = 200, SPECIAL("knowing whether messages arrived") },
	[CHANNEL_REPORT_SECRET_SET] = { .name = "report_secret_set", .doc = "Whether one was entered.", .type = F_BOOL, .tag = 36, .flags = REQUIRED | READONLY, .initial = "false" },
};
_Static_assert(ARRAY_LEN(channel_fields) == CHANNEL_FIELDS, "channel_setting: table and enum differ");

static const struct order channel_orders[] = { { -1, CHANNEL_CREATED_AT }, ORDERS_END };

static bool plain_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || strchr("/@?#%\"'<>\\", s.p[i]))
			return false;
	return true;
}

static enum err channel_before(struct write *w)
{
	static const int secrets[][2] = {
		{ CHANNEL_SMTP_PASSWORD, CHANNEL_SMTP_PASSWORD_SET },
		{ CHANNEL_SMS_PASSWORD, CHANNEL_SMS_PASSWORD_SET },
		{ CHANNEL_SMS_AUTHORIZATION, CHANNEL_SMS_AUTHORIZATION_SET },
		{ CHANNEL_REPORT_SECRET, CHANNEL_REPORT_SECRET_SET },
	};
	struct problem *p = w->tx->problem;
	struct row *is = w->is;
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		row_set_int(is, secrets[i][1], !row_is_null(is, secrets[i][0]));
	if (!plain_word(row_text(is, CHANNEL_SMTP_HOST)))
		problem_fault(p, STR("/smtp_host"), "format", "The name of a server, such as mail.example.org.");
	if (!row_is(is, CHANNEL_SMS_KIND, "none") && !str_starts(row_text(is, CHANNEL_SMS_URL), STR("https://")) && !str_starts(row_text(is, CHANNEL_SMS_URL), STR("http://127.0.0.1:")))
		problem_fault(p, STR("/sms_url"), "format", "The https: address of the gateway.");
	if (row_is(is, CHANNEL_SMS_KIND, "http") && !row_is(is, CHANNEL_SMS_METHOD, "GET") && !row_text(is, CHANNEL_SMS_BODY).n)
		problem_fault(p, STR("/sms_body"), "required", "Say what is sent to your gateway.");
	/* A password goes to the server that it was entered for, and to no other that somebody enters later. */
	bool moved = w->was && write_changes(w, CHANNEL_SMTP_HOST) && !row_is_null(w->was, CHANNEL_SMTP_HOST);
	if (moved && !row_is_null(is, CHANNEL_SMTP_PASSWORD) && !write_changes(w, CHANNEL_SMTP_PASSWORD))
		problem_fault(p, STR("/smtp_password"), "required", "Another server: enter the password again, or empty it.");
	bool gateway_moved = w->was && write_changes(w, CHANNEL_SMS_URL) && !row_is_null(w->was, CHANNEL_SMS_URL);
	if (gateway_moved && !row_is_null(is, CHANNEL_SMS_PASSWORD) && !write_changes(w, CHANNEL_SMS_PASSWORD))
		problem_fault(p, STR("/sms_password"), "required", "Another gateway: enter the password again, or empty it.");
	if (gateway_moved && !row_is_null(is, CHANNEL_SMS_AUTHORIZATION) && !write_changes(w, CHANNEL_SMS_AUTHORIZATION))
		problem_fault(p, STR("/sms_authorization"), "required", "Another gateway: enter it again, or empty it.");
	return problem_done(p);
}

/* What waited for a server goes out now. */
static enum err channel_after(struct write *w)
{
	return w->was ? dispatch_wake(w->tx) : OK;
}

enum { TEST_CHANNEL };
static const char *const test_channels[] = { "email", NULL };
static const struct field test_params[] = {
	[TEST_CHANNEL] = { .name = "channel", .doc = "What to try.", .type = F_ENUM, .values = test_channels },
};

static enum err run_test(struct act_call *c)
{
	struct message_ask ask = { .kind = "test", .channel = "email", .to_office = true };
	if (!row_text(c->row, CHANNEL_SMTP_HOST).n)
		return problem_set(c->tx->problem, E_CONFLICT, "No mail server is set up yet.");
	return message_queue(c->tx, &ask, &c->ret_row);
}

static const struct act channel_acts[] = {
	{ .name = "test", .doc = "Sends a mail to the company's own address; its state is among the messages.", .right = "channel_setting.update", .writes = true, .company = true, .status = 201, .returns = &noun_message, PARAMS(test_params), .run = run_test },
	{ .name = NULL },
};

const struct noun noun_channel_setting = {
	.tag = 41, .name = "channel_setting", .plural = "channel_settings", .doc = "How your mail and SMS are sent.",
	FIELDS(channel_fields), .orders = channel_orders, .subject = SUBJECT_SELF, .label = CHANNEL_FROM_NAME, .own = -1, .parent = -1, .no_delete = true,
	.acts = channel_acts, .before_write = channel_before, .after_write = channel_after,
};

enum err channel_settings(struct tx *tx, struct row **ret)
{
	struct query q = { .noun = &noun_channel_setting, .sort = -1, .ascending = true, .limit = 1, .open = { ~(uint64_t)0 } };
	struct page page;
	TRY(store_list(tx, &q, &page));
	if (!page.count)
		return problem_set(tx->problem, E_INTERNAL, "This company has no settings for messages.");
	*ret = page.rows[0];
	return OK;
}
