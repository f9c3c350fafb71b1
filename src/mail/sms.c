#include "sms.h"

#include "json.h"
#include "limits.h"
#include "transport.h"
#include "utf8.h"

#include <string.h>
#include <strings.h>

enum { ID_MAX = 64, URL_MAX = 8000, CREDENTIAL_MAX = 4000, COST_MAX = 40 };

enum encoding { ENCODE_JSON, ENCODE_FORM };

/* ---- one exchange ---- */

struct request {
	const char *method;
	struct str url;
	const char *content_type; /* NULL: no body */
	struct str body;
	const char *authorization, *user, *password;
};

struct exchange {
	CURLcode code;
	int status;    /* 0: no answer */
	bool sent;     /* at least a part of the request left */
	bool tls;
	struct buf answer;
};

static size_t take_answer(char *p, size_t size, size_t count, void *arg) /* NOLINT(readability-non-const-parameter): libcurl's type */
{
	struct exchange *x = arg;
	buf_add(&x->answer, (struct str){ p, size * count });
	return x->answer.over ? 0 : size * count;
}

static int watch(CURL *curl, curl_infotype what, char *p, size_t n, void *arg) /* NOLINT(readability-non-const-parameter): libcurl's type */
{
	struct exchange *x = arg;
	(void)p;
	(void)n;
	if (what == CURLINFO_HEADER_OUT || what == CURLINFO_DATA_OUT) {
		x->sent = true;
		x->tls = transport_tls(curl);
	}
	return 0;
}

static bool add_header(struct arena *a, struct curl_slist **list, const char *name, const char *value)
{
	struct curl_slist *longer = lc.slist_append(*list, str_z(a, str_fmt(a, "%s: %s", name, value)));
	if (longer)
		*list = longer;
	return longer != NULL;
}

static enum err setup(struct arena *a, CURL *curl, const struct line *line, const struct request *rq, struct exchange *x,
                      struct curl_slist **headers)
{
	TRY(transport_setup(curl, line));
	unsigned bad = !add_header(a, headers, "Accept", "application/json");
	if (rq->content_type)
		bad |= !add_header(a, headers, "Content-Type", rq->content_type);
	if (rq->authorization)
		bad |= !add_header(a, headers, "Authorization", rq->authorization);
	bad |= lc.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= lc.easy_setopt(curl, CURLOPT_URL, str_z(a, rq->url));
	if (rq->content_type) {
		bad |= lc.easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body.n);
		bad |= lc.easy_setopt(curl, CURLOPT_POSTFIELDS, str_z(a, rq->body));
	}
	bad |= lc.easy_setopt(curl, CURLOPT_CUSTOMREQUEST, rq->method);
	bad |= lc.easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
	bad |= lc.easy_setopt(curl, CURLOPT_USERAGENT, "fieldward");
	/* A request that is repeated by itself might send the message twice. */
	bad |= lc.easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (rq->user) {
		bad |= lc.easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		bad |= lc.easy_setopt(curl, CURLOPT_USERNAME, rq->user);
		bad |= lc.easy_setopt(curl, CURLOPT_PASSWORD, rq->password ? rq->password : "");
	}
	bad |= lc.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
	bad |= lc.easy_setopt(curl, CURLOPT_WRITEDATA, x);
	bad |= lc.easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	bad |= lc.easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
	bad |= lc.easy_setopt(curl, CURLOPT_DEBUGDATA, x);
	return bad ? E_INTERNAL : OK;
}

static enum err exchange(struct arena *a, const struct line *line, const struct request *rq, struct exchange *x)
{
	*x = (struct exchange){ 0 };
	buf_init(&x->answer, a, SMS_ANSWER_MAX);
	CURL *curl = lc.easy_init();
	if (!curl)
		return E_INTERNAL;
	struct curl_slist *headers = NULL;
	enum err e = setup(a, curl, line, rq, x, &headers);
	if (e == OK) {
		long status = 0;
		x->code = lc.easy_perform(curl);
		if (lc.easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
			x->status = (int)status;
	}
	lc.easy_cleanup(curl);
	lc.slist_free_all(headers);
	return e;
}

/* ---- what it means ---- */

static const struct {
	int status;
	enum delivery how;
	const char *reason;
} statuses[] = {
	{ 401, DELIVERY_LATER, "login" }, { 402, DELIVERY_LATER, "credit" },   { 403, DELIVERY_LATER, "login" }, { 404, DELIVERY_LATER, "relay" },
	{ 405, DELIVERY_LATER, "relay" }, { 408, DELIVERY_LATER, "timeout" },  { 425, DELIVERY_LATER, "busy" },  { 429, DELIVERY_LATER, "busy" },
	{ 503, DELIVERY_LATER, "busy" },
};

static struct delivery_result judge_status(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (statuses[i].status == status)
			return (struct delivery_result){ .how = statuses[i].how, .reason = statuses[i].reason };
	if (status >= 500 || status < 200)
		return (struct delivery_result){ .how = DELIVERY_UNKNOWN, .reason = "answer" };
	if (status >= 400)
		return (struct delivery_result){ .how = DELIVERY_REFUSED, .reason = "refused" };
	if (status >= 300)
		return (struct delivery_result){ .how = DELIVERY_LATER, .reason = "redirect" };
	return (struct delivery_result){ .how = DELIVERY_ACCEPTED, .reason = "accepted" };
}

static struct delivery_result judge(const struct exchange *x)
{
	if (x->status)
		return judge_status(x->status);
	if (transport_failed_tls(x->code) && !x->sent)
		return (struct delivery_result){ .how = DELIVERY_NO_TLS, .reason = transport_failure(x->code) };
	return (struct delivery_result){ .how = x->sent ? DELIVERY_UNKNOWN : DELIVERY_LATER, .reason = transport_failure(x->code) };
}

static void fill(struct arena *a, const struct exchange *x, struct str said, struct delivery_result *d)
{
	struct buf words;
	buf_init(&words, a, DELIVERY_WORDS_MAX);
	words_add(&words, said);
	d->code = x->status;
	d->words = str_trim(buf_str(&words));
	d->tls = x->sent && x->tls;
}

/* A member whatever its case: the gateway's own pages write both eventId and EventId. */
static const json_t *member(const json_t *object, const char *name)
{
	const char *key;
	json_t *value;
	if (!json_is_object(object))
		return NULL;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
		if (strcasecmp(key, name) == 0)
			return value;
	return NULL;
}

static bool counts(const json_t *report, const char *name)
{
	const json_t *v = member(report, name);
	return json_is_integer(v) && json_integer_value(v) > 0;
}

/* A number as text, without a floating one of ours. */
static struct str number_text(struct arena *a, const json_t *v)
{
	char text[COST_MAX];
	size_t n = json_is_number(v) ? json_dumpb(v, text, sizeof(text), JSON_ENCODE_ANY | JSON_REAL_PRECISION(9)) : 0;
	return n && n <= sizeof(text) ? str_dup(a, (struct str){ text, n }) : STR("");
}

/* 2xx of SMSPortal: the batch was taken, but a message of it may have been left out; ours is the only one. */
static void judge_report(const json_t *report, struct delivery_result *d, struct str *said)
{
	const json_t *faults = member(report, "faults");
	if (json_is_array(faults) && json_array_size(faults)) {
		*d = (struct delivery_result){ .how = DELIVERY_REFUSED, .reason = "refused" };
		*said = json_text(member(json_array_get(faults, 0), "errorMessage"));
	} else if (counts(report, "optedOuts")) {
		*d = (struct delivery_result){ .how = DELIVERY_REFUSED, .reason = "opted_out" };
	} else if (counts(report, "noNetwork")) {
		*d = (struct delivery_result){ .how = DELIVERY_REFUSED, .reason = "number" };
	} else if (counts(report, "duplicates")) {
		*d = (struct delivery_result){ .how = DELIVERY_REFUSED, .reason = "duplicate" };
	}
}

static void read_portal(struct arena *a, const struct exchange *x, struct sms_result *r)
{
	struct problem ignored;
	json_t *root = NULL;
	struct str said = buf_str(&x->answer);
	problem_init(&ignored, a);
	r->d = judge(x);
	bool object = json_read(a, said, &ignored, &root) == OK && json_is_object(root);
	if (r->d.how == DELIVERY_ACCEPTED && object) {
		r->event = number_text(a, member(root, "eventId"));
		r->cost = number_text(a, member(root, "cost"));
		said = STR("");
		judge_report(member(root, "errorReport"), &r->d, &said);
	} else if (r->d.how == DELIVERY_ACCEPTED) { /* something answered that is not the gateway */
		r->d = (struct delivery_result){ .how = DELIVERY_UNKNOWN, .reason = "answer" };
	} else if (object && json_array_size(member(root, "errors"))) {
		said = json_text(member(json_array_get(member(root, "errors"), 0), "errorMessage"));
	}
	fill(a, x, said, &r->d);
}

/* ---- what is sent ---- */

/* A JSON string without its quotes. */
static void put_json(struct arena *a, struct buf *b, struct str s)
{
	struct buf whole;
	struct json_out o;
	buf_init(&whole, a, 6 * s.n + 2);
	jw_init(&o, &whole);
	jw_str(&o, s);
	buf_add(b, str_slice(buf_str(&whole), 1, whole.n - 1));
}

/* Replaces the names in one pass: a text that holds "{id}" keeps it. */
static enum err expand(struct arena *a, struct str template, const struct sms *sms, enum encoding encoding, size_t max, struct str *ret)
{
	const struct {
		struct str name, value;
	} names[] = {
		{ STR("{to}"), sms->to },
		{ STR("{digits}"), str_slice(sms->to, 1, sms->to.n) },
		{ STR("{text}"), sms->text },
		{ STR("{id}"), sms->id },
	};
	struct buf b;
	buf_init(&b, a, max);
	for (size_t i = 0; i < template.n;) {
		size_t k = 0;
		struct str rest = str_slice(template, i, template.n);
		while (k < ARRAY_LEN(names) && !str_starts(rest, names[k].name))
			k++;
		if (k == ARRAY_LEN(names)) {
			buf_char(&b, template.p[i++]);
			continue;
		}
		if (encoding == ENCODE_JSON)
			put_json(a, &b, names[k].value);
		else
			buf_url(&b, names[k].value);
		i += names[k].name.n;
	}
	if (b.over)
		return E_TOO_LARGE;
	*ret = buf_str(&b);
	return OK;
}

static struct str portal_body(struct arena *a, const struct sms *sms)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, SMS_BODY_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "messages");
	jw_open(&o, '[');
	jw_open(&o, '{');
	jw_member_str(&o, "content", sms->text);
	jw_member_str(&o, "destination", str_slice(sms->to, 1, sms->to.n));
	jw_member_str(&o, "customerId", sms->id);
	jw_close(&o, '}');
	jw_close(&o, ']');
	jw_close(&o, '}');
	return buf_str(&b);
}

static enum err fetch_token(struct arena *a, const struct sms_gateway *g, struct sms_result *r, const char **ret_authorization)
{
	struct problem ignored;
	struct exchange x;
	json_t *root = NULL;
	const struct request rq = { .method = "GET", .url = str_fmt(a, STR_FMT "/Authentication", STR_ARG(g->url)), .user = g->user, .password = g->password };
	TRY(exchange(a, &g->line, &rq, &x));
	problem_init(&ignored, a);
	struct str token = x.status == 200 && json_read(a, buf_str(&x.answer), &ignored, &root) == OK ? json_text(member(root, "token")) : STR("");
	if (token.n && token.n < CREDENTIAL_MAX && utf8_printable(token, false)) {
		*ret_authorization = str_z(a, str_fmt(a, "Bearer " STR_FMT, STR_ARG(token)));
		return OK;
	}
	/* No message left, so whatever came of it, the outcome is known. */
	r->d = judge(&x);
	if (r->d.how != DELIVERY_NO_TLS)
		r->d.how = DELIVERY_LATER;
	if (x.status == 200 || x.status == 400)
		r->d.reason = "login";
	fill(a, &x, STR(""), &r->d);
	return OK;
}

static enum err send_portal(struct arena *a, const struct sms_gateway *g, const struct sms *sms, struct sms_result *r)
{
	struct exchange x;
	struct request rq = {
		.method = "POST",
		.url = str_fmt(a, STR_FMT "/BulkMessages", STR_ARG(g->url)),
		.content_type = "application/json",
		.body = portal_body(a, sms),
	};
	if (g->kind == SMS_PORTAL_TOKEN) {
		TRY(fetch_token(a, g, r, &rq.authorization));
		if (!rq.authorization)
			return OK;
	} else {
		rq.user = g->user;
		rq.password = g->password;
	}
	TRY(exchange(a, &g->line, &rq, &x));
	read_portal(a, &x, r);
	return OK;
}

static enum err send_http(struct arena *a, const struct sms_gateway *g, const struct sms *sms, struct sms_result *r)
{
	struct exchange x;
	struct request rq = {
		.method = g->method ? g->method : "POST",
		.content_type = g->content_type,
		.authorization = g->authorization,
		.user = g->user,
		.password = g->password,
	};
	TRY(expand(a, g->url, sms, ENCODE_FORM, URL_MAX, &rq.url));
	if (g->content_type)
		TRY(expand(a, g->body, sms, strcmp(g->content_type, "application/json") == 0 ? ENCODE_JSON : ENCODE_FORM, SMS_BODY_MAX, &rq.body));
	TRY(exchange(a, &g->line, &rq, &x));
	r->d = judge(&x);
	struct str answer = buf_str(&x.answer);
	bool said = !g->success.n || (answer.n && memmem(answer.p, answer.n, g->success.p, g->success.n));
	if (r->d.how == DELIVERY_ACCEPTED && x.code != CURLE_OK && !said) /* the answer was cut off */
		r->d = (struct delivery_result){ .how = DELIVERY_UNKNOWN, .reason = transport_failure(x.code) };
	else if (r->d.how == DELIVERY_ACCEPTED && !said)
		r->d = (struct delivery_result){ .how = DELIVERY_REFUSED, .reason = "answer" };
	fill(a, &x, answer, &r->d);
	return OK;
}

/* ---- checks ---- */

static bool header_safe(const char *value)
{
	struct str s = str_from(value);
	return s.n <= CREDENTIAL_MAX && utf8_valid(s) && utf8_printable(s, false);
}

static const char *check_gateway(const struct sms_gateway *g)
{
	bool tls = str_starts(g->url, STR("https://"));
	if ((!tls && !str_starts(g->url, STR("http://"))) || g->url.n > URL_MAX / 2 || !host_valid(url_host(g->url)))
		return "The address of the SMS gateway is not one of https.";
	for (size_t i = 0; i < g->url.n; i++)
		if (g->url.p[i] <= ' ' || g->url.p[i] > '~')
			return "The address of the SMS gateway has a character that must be percent-encoded.";
	if (!tls && !g->line.allow_plain && !host_is_here(url_host(g->url)))
		return "SMS without TLS go to this machine only, unless the settings allow it.";
	if (!header_safe(g->authorization) || !header_safe(g->user) || !header_safe(g->password))
		return "The login of the SMS gateway has a control character.";
	if (g->kind != SMS_HTTP)
		return g->user ? NULL : "The SMS gateway needs a client id and a secret.";
	const char *method = g->method ? g->method : "POST";
	bool get = strcmp(method, "GET") == 0;
	if (!get && strcmp(method, "POST") != 0 && strcmp(method, "PUT") != 0)
		return "The SMS gateway's method is GET, POST or PUT.";
	if (get != !g->content_type)
		return "The SMS gateway's content type belongs to POST and PUT, and they need one.";
	if (!get && strcmp(g->content_type, "application/json") != 0 && strcmp(g->content_type, "application/x-www-form-urlencoded") != 0)
		return "The SMS gateway's content type is application/json or application/x-www-form-urlencoded.";
	return g->body.n > SMS_BODY_MAX / 2 || !utf8_valid(g->body) ? "The body of the SMS gateway's requests is too long or not UTF-8." : NULL;
}

static bool is_number(struct str s)
{
	if (s.n < 8 || s.n > 16 || s.p[0] != '+' || s.p[1] == '0')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static bool is_id(struct str s)
{
	if (!s.n || s.n > ID_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
			return false;
	}
	return true;
}

static enum err check(const struct sms *sms, struct problem *problem)
{
	if (!is_number(sms->to))
		problem_fault(problem, STR("/to"), "format", "is not a number with its country code");
	if (!sms->text.n)
		problem_fault(problem, STR("/text"), "required", "is missing");
	else if (sms->text.n > SMS_TEXT_MAX)
		problem_fault(problem, STR("/text"), "too_long", "has more than %d bytes", SMS_TEXT_MAX);
	else if (!utf8_valid(sms->text) || !utf8_printable(sms->text, true))
		problem_fault(problem, STR("/text"), "format", "is not UTF-8, or has a control character");
	if (!is_id(sms->id))
		problem_fault(problem, STR("/id"), "format", "is not an id");
	return problem_done(problem);
}

enum err sms_send(struct arena *a, const struct sms_gateway *gateway, const struct sms *sms, struct problem *problem, struct sms_result *ret)
{
	const char *wrong = check_gateway(gateway);
	if (wrong)
		return problem_set(problem, E_CONFIG, "%s", wrong);
	TRY(check(sms, problem));
	struct sms_result r = { .d = { .words = STR("") }, .event = STR(""), .cost = STR("") };
	enum err e = gateway->kind == SMS_HTTP ? send_http(a, gateway, sms, &r) : send_portal(a, gateway, sms, &r);
	if (e == E_CONFIG)
		return problem_set(problem, e, "The SMS gateway's CA file cannot be read, or a time is out of range.");
	if (e == E_TOO_LARGE)
		return problem_set(problem, E_CONFIG, "A request to the SMS gateway would be too long.");
	if (e == OK)
		*ret = r;
	return e;
}
