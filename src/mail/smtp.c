#include "smtp.h"

#include "limits.h"
#include "mime.h"
#include "transport.h"

#include <string.h>

/* How far the conversation has come: the last command that we sent. */
enum stage { AT_GREETING, AT_HELLO, AT_STARTTLS, AT_LOGIN, AT_MAIL, AT_RCPT, AT_DATA, AT_END };

struct talk {
	CURL *curl;
	struct str rest;    /* of the message, still to be sent */
	bool tls_wanted;
	bool tls;           /* as it was when the message began to go */
	enum stage stage;
	struct buf reply;   /* words of the last reply */
	int code;           /* of the last reply; 0 after a command until its reply is whole */
	bool more;          /* the reply goes on in another line */
	bool quit;          /* what is said after that decides nothing */
};

/* The last line end goes alone: libcurl asks for more only when it has sent what it was given, so until then the message is certainly not
 * complete, and from then on the line with the full stop may have left. */
static size_t read_message(char *to, size_t size, size_t count, void *arg)
{
	struct talk *t = arg;
	size_t n = size * count, tail = 2;
	t->tls = transport_tls(t->curl);
	if ((t->tls_wanted && !t->tls) || n < tail)
		return CURL_READFUNC_ABORT;
	if (t->rest.n <= tail) {
		t->stage = AT_END;
		t->code = 0;
		buf_clear(&t->reply);
		tail = 0;
	}
	if (n > t->rest.n - tail)
		n = t->rest.n - tail;
	if (n)
		memcpy(to, t->rest.p, n);
	t->rest = str_slice(t->rest, n, t->rest.n);
	return n;
}

/* Bytes as they go: libcurl doubles the full stop at the beginning of a line, counts it, and stops at the size that it was told. */
static size_t size_on_line(struct str s)
{
	size_t n = s.n;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '.' && (i == 0 || s.p[i - 1] == '\n');
	return n;
}

static void note_command(struct talk *t, struct str line)
{
	static const struct {
		const char *verb;
		enum stage stage;
	} verbs[] = {
		{ "EHLO", AT_HELLO }, { "HELO", AT_HELLO }, { "STARTTLS", AT_STARTTLS }, { "AUTH", AT_LOGIN },
		{ "MAIL", AT_MAIL },  { "RCPT", AT_RCPT },  { "DATA", AT_DATA },
	};
	t->quit = t->quit || str_starts(line, STR("QUIT"));
	if (t->stage == AT_END || t->quit)
		return;
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (str_starts(line, str_from(verbs[i].verb)))
			t->stage = verbs[i].stage;
	t->code = 0;
	buf_clear(&t->reply);
}

/* "250-words" or "250 words" */
static void note_reply(struct talk *t, struct str line)
{
	int64_t code = 0;
	if (t->quit || line.n < 3 || str_to_i64(str_slice(line, 0, 3), &code) != OK || code < 200 || code > 599)
		return;
	if (!t->more)
		buf_clear(&t->reply);
	t->more = line.n > 3 && line.p[3] == '-';
	if (t->reply.n)
		words_add(&t->reply, STR(" "));
	words_add(&t->reply, str_trim(str_slice(line, 4, line.n)));
	if (!t->more)
		t->code = (int)code;
}

/* The commands and replies as they pass; secrets pass here too and are not kept. */
static int watch(CURL *curl, curl_infotype what, char *p, size_t n, void *arg) /* NOLINT(readability-non-const-parameter): libcurl's type */
{
	struct talk *t = arg;
	(void)curl;
	if (what == CURLINFO_HEADER_OUT)
		note_command(t, (struct str){ p, n });
	else if (what == CURLINFO_HEADER_IN)
		note_reply(t, (struct str){ p, n });
	return 0;
}

static size_t ignore(char *p, size_t size, size_t count, void *arg) /* NOLINT(readability-non-const-parameter): libcurl's type */
{
	(void)p;
	(void)arg;
	return size * count;
}

bool smtp_tls_assured(const struct smtp_relay *relay)
{
	return relay->tls != SMTP_PLAIN;
}

static enum err check(const struct smtp_relay *relay, const struct smtp_letter *letter, struct problem *problem)
{
	struct str host = str_from(relay->host);
	if (!host_valid(host))
		return problem_set(problem, E_CONFIG, "The mail relay's host is not a name or address.");
	if (relay->tls == SMTP_PLAIN && !relay->line.allow_plain && !host_is_here(host))
		return problem_set(problem, E_CONFIG, "Mail without TLS goes to this machine only, unless the settings allow it.");
	if (relay->tls == SMTP_PLAIN && relay->user && !host_is_here(host))
		return problem_set(problem, E_CONFIG, "A login to a mail relay on another machine needs TLS.");
	if (relay->helo && !host_valid(str_from(relay->helo)))
		return problem_set(problem, E_CONFIG, "The name by which the mail relay is greeted is not a host's.");
	if (letter->from.n && !mail_address_valid(letter->from))
		return problem_set(problem, E_INVALID, "The sender is not an address that mail can be sent from.");
	if (!mail_address_valid(letter->to))
		return problem_set(problem, E_INVALID, "The recipient is not an address that mail can be sent to.");
	const struct str versions[] = { letter->sealed, letter->open };
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		if (versions[i].n && (versions[i].n > MAIL_MESSAGE_MAX || !mail_wellformed(versions[i])))
			return problem_set(problem, E_INVALID, "The message is not one that SMTP can carry.");
	if (!letter->sealed.n && !letter->open.n)
		return problem_set(problem, E_INVALID, "There is no message.");
	return OK;
}

static struct str relay_url(struct arena *a, const struct smtp_relay *relay, struct str from)
{
	static const uint16_t ports[] = { [SMTP_STARTTLS] = 587, [SMTP_TLS] = 465, [SMTP_PLAIN] = 25 };
	struct str domain, host = str_from(relay->host);
	(void)str_cut(from, '@', &domain);
	const char *helo = relay->helo ? relay->helo : domain.p ? str_z(a, domain) : "localhost";
	bool brackets = memchr(host.p, ':', host.n) != NULL;
	return str_fmt(a, "%s://%s%s%s:%u/%s", relay->tls == SMTP_TLS ? "smtps" : "smtp", brackets ? "[" : "", relay->host, brackets ? "]" : "",
	               relay->port ? (unsigned)relay->port : (unsigned)ports[relay->tls], helo);
}

static enum err setup(struct arena *a, CURL *curl, const struct smtp_relay *relay, const struct smtp_letter *letter, struct talk *t,
                      struct curl_slist **recipients)
{
	enum err e = transport_setup(curl, &relay->line);
	if (e != OK)
		return e;
	*recipients = lc.slist_append(NULL, str_z(a, str_fmt(a, "<" STR_FMT ">", STR_ARG(letter->to))));
	unsigned bad = *recipients == NULL;
	bad |= lc.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	bad |= lc.easy_setopt(curl, CURLOPT_URL, str_z(a, relay_url(a, relay, letter->from)));
	bad |= lc.easy_setopt(curl, CURLOPT_USE_SSL, (long)(relay->tls == SMTP_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (relay->user) {
		bad |= lc.easy_setopt(curl, CURLOPT_USERNAME, relay->user);
		bad |= lc.easy_setopt(curl, CURLOPT_PASSWORD, relay->password ? relay->password : "");
	}
	bad |= lc.easy_setopt(curl, CURLOPT_MAIL_FROM, str_z(a, str_fmt(a, "<" STR_FMT ">", STR_ARG(letter->from))));
	bad |= lc.easy_setopt(curl, CURLOPT_MAIL_RCPT, *recipients);
	bad |= lc.easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	bad |= lc.easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size_on_line(t->rest));
	bad |= lc.easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
	bad |= lc.easy_setopt(curl, CURLOPT_READDATA, t);
	bad |= lc.easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
	bad |= lc.easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	bad |= lc.easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
	bad |= lc.easy_setopt(curl, CURLOPT_DEBUGDATA, t);
	return bad ? E_INTERNAL : OK;
}

static bool about_our_account(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

/* What a refusal (code >= 400) means at the point that was reached. */
static struct delivery_result refused(const struct talk *t)
{
	if (t->code < 500)
		return (struct delivery_result){ .how = DELIVERY_LATER, .reason = "busy" };
	if (t->stage == AT_LOGIN || about_our_account(t->code))
		return (struct delivery_result){ .how = DELIVERY_LATER, .reason = "login" };
	if (t->stage < AT_MAIL)
		return (struct delivery_result){ .how = DELIVERY_LATER, .reason = "relay" };
	return (struct delivery_result){ .how = DELIVERY_REFUSED, .reason = "refused" };
}

static struct delivery_result judge(const struct talk *t, CURLcode code)
{
	if (t->stage == AT_END && t->code >= 200 && t->code < 300)
		return (struct delivery_result){ .how = DELIVERY_ACCEPTED, .reason = "accepted", .tls = t->tls };
	if (t->stage == AT_STARTTLS && t->code >= 400)
		return (struct delivery_result){ .how = DELIVERY_NO_TLS, .reason = "tls" };
	if (t->code >= 400)
		return refused(t);
	if (t->stage == AT_END)
		return (struct delivery_result){ .how = DELIVERY_UNKNOWN, .reason = code == CURLE_OK ? "answer" : transport_failure(code), .tls = t->tls };
	if (transport_failed_tls(code))
		return (struct delivery_result){ .how = DELIVERY_NO_TLS, .reason = transport_failure(code) };
	return (struct delivery_result){ .how = DELIVERY_LATER, .reason = transport_failure(code) };
}

enum err smtp_send(struct arena *a, const struct smtp_relay *relay, const struct smtp_letter *letter, struct problem *problem,
                   struct delivery_result *ret)
{
	TRY(check(relay, letter, problem));
	bool tls = smtp_tls_assured(relay);
	struct str message = tls && letter->sealed.n ? letter->sealed : letter->open;
	if (!message.n) {
		*ret = (struct delivery_result){ .how = DELIVERY_NO_TLS, .reason = "plain", .words = STR("") };
		return OK;
	}
	CURL *curl = lc.easy_init();
	if (!curl)
		return E_INTERNAL;
	struct talk t = { .curl = curl, .rest = message, .tls_wanted = tls };
	buf_init(&t.reply, a, DELIVERY_WORDS_MAX);
	struct curl_slist *recipients = NULL;
	enum err e = setup(a, curl, relay, letter, &t, &recipients);
	if (e == OK) {
		CURLcode code = lc.easy_perform(curl);
		struct delivery_result r = judge(&t, code);
		r.code = t.code;
		r.words = str_trim(buf_str(&t.reply));
		*ret = r;
	}
	lc.easy_cleanup(curl);
	lc.slist_free_all(recipients);
	return e == E_CONFIG ? problem_set(problem, e, "The mail relay's CA file cannot be read, or a time is out of range.") : e;
}
