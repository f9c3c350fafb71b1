/* delivery_reports.c - POST /v1/delivery_reports/{company}: one report, or a list of them.
 *
 * SMSPortal's form (its webhooks of version 2) and a plain one: {"id": our message, "status": "delivered" or "failed"}, {"id", "reply": text}. What
 * is not about a message of the company, or says nothing that we know, is passed over: whoever sends it could do nothing about it. */
#include "delivery_reports.h"

#include "dispatch.h"
#include "messages.h"
#include "utf8.h"

#include <strings.h>

enum { REPORTS_MAX = 100, REPORTS_PER_MINUTE = 600, REPLY_MAX = 1000, WORDS_MAX = 100 };

struct report {
	struct id message;
	struct str status, reply;
};

struct taking {
	struct row *company, *settings;
	struct id id;
	struct report reports[REPORTS_MAX];
	size_t count;
};

/* ---- who reports ---- */

static enum err find_company(struct tx *tx, void *arg)
{
	struct taking *t = arg;
	return store_get(tx, &noun_tenant, t->id, &t->company);
}

static enum err find_settings(struct tx *tx, void *arg)
{
	struct taking *t = arg;
	return channel_settings(tx, &t->settings);
}

static int digit_of(char c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

/* The password of a Basic login, or a bearer token; empty for anything else. */
static struct str secret_of(struct call *c)
{
	struct str rest, kind = str_cut(c->rq->authorization, ' ', &rest), password;
	struct buf b;
	unsigned bits = 0, have = 0;
	if (kind.n == 6 && strncasecmp(kind.p, "Bearer", 6) == 0)
		return str_trim(rest);
	if (kind.n != 5 || strncasecmp(kind.p, "Basic", 5) != 0)
		return STR("");
	buf_init(&b, c->ctx.arena, 1000);
	rest = str_trim(rest);
	while (rest.n && rest.p[rest.n - 1] == '=')
		rest.n--;
	for (size_t i = 0; i < rest.n; i++) {
		int d = digit_of(rest.p[i]);
		if (d < 0)
			return STR("");
		bits = bits << 6 | (unsigned)d;
		have += 6;
		if (have >= 8)
			buf_char(&b, (char)(bits >> (have -= 8) & 0xff));
	}
	(void)str_cut(buf_str(&b), ':', &password);
	return password;
}

/* The same answer for a company that there is not, one that takes no reports, and a wrong secret. */
static enum err enter(struct call *c, struct taking *t)
{
	struct run system = ctx_system_run(&c->ctx);
	struct str given = secret_of(c);
	if (!throttle_take(routes_throttle(c), "report", throttle_address(c->ctx.arena, c->rq->remote), REPORTS_PER_MINUTE, 60, c->ctx.now.ms))
		return E_RATE;
	if (!given.n || call_id(c, 1, &t->id) != OK || store_read(&system, find_company, t) != OK)
		return E_UNAUTHENTICATED;
	c->ctx.company = t->company;
	c->ctx.actor.tenant = row_int(t->company, TENANT_NUMBER);
	c->ctx.actor.tenant_id = t->id;
	c->ctx.who = (struct who){ .kind = WHO_API, .request = c->ctx.who.request };
	struct run run = ctx_run(&c->ctx);
	TRY(store_read(&run, find_settings, t));
	struct str wanted = row_text(t->settings, CHANNEL_REPORT_SECRET);
	return wanted.n && str_same_ct(given, wanted) ? OK : E_UNAUTHENTICATED;
}

/* ---- what is reported ---- */

/* A text member by one of its names, whatever their case. */
static struct str member(const json_t *object, const char *const *names)
{
	const char *name;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)object, name, v)
		for (size_t i = 0; names[i]; i++)
			if (strcasecmp(name, names[i]) == 0 && json_is_string(v))
				return json_text(v);
	return STR("");
}

static void read_report(struct taking *t, const json_t *v)
{
	static const char *const ids[] = { "UserReference", "CustomerID", "id", NULL }, *const statuses[] = { "Status", NULL },
	                  *const replies[] = { "IncomingData", "reply", NULL };
	struct report r;
	if (!json_is_object(v) || t->count == REPORTS_MAX || id_parse(member(v, ids), &r.message) != OK)
		return;
	r.status = member(v, statuses);
	r.reply = str_slice(str_trim(member(v, replies)), 0, REPLY_MAX);
	while (r.reply.n && !utf8_valid(r.reply))
		r.reply.n--;
	if (r.status.n || r.reply.n)
		t->reports[t->count++] = r;
}

static enum err read_reports(struct call *c, struct taking *t)
{
	json_t *v;
	TRY(json_read(c->ctx.arena, c->rq->body, &c->ctx.problem, &v));
	if (json_is_array(v) && json_array_size(v) > REPORTS_MAX)
		return problem_set(&c->ctx.problem, E_TOO_LARGE, "At most %d reports at once.", REPORTS_MAX);
	for (size_t i = 0; i < json_array_size(v); i++)
		read_report(t, json_array_get(v, i));
	read_report(t, v);
	return OK;
}

static bool is_one_of(struct str s, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (s.n == strlen(words[i]) && strncasecmp(s.p, words[i], s.n) == 0)
			return true;
	return false;
}

static enum err take_body(struct tx *tx, void *arg)
{
	static const char *const arrived[] = { "DELIVRD", "delivered", NULL },
	                  *const not_arrived[] = { "UNDELIV", "EXPIRED", "REJECTD", "DELETED", "undelivered", "failed", "rejected", "bounced", NULL };
	const struct taking *t = arg;
	for (size_t i = 0; i < t->count; i++) {
		const struct report *r = &t->reports[i];
		bool good = is_one_of(r->status, arrived);
		if (good || is_one_of(r->status, not_arrived))
			TRY(dispatch_reported(tx, r->message, good, str_slice(r->status, 0, WORDS_MAX)));
		if (r->reply.n)
			TRY(dispatch_replied(tx, r->message, r->reply));
	}
	return OK;
}

enum err delivery_report(struct call *c)
{
	struct taking *t = ARENA_NEW(c->ctx.arena, struct taking);
	TRY(enter(c, t));
	TRY(read_reports(c, t));
	struct run run = ctx_run(&c->ctx);
	TRY(store_write(&run, take_body, t));
	call_json(c, 200, STR("{\"ok\":true}"));
	return OK;
}
