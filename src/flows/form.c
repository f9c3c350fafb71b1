/* form.c - the enquiry form: shown, taken, told to the office. Everybody gets the same answer, whoever he is. */
#include "form.h"

#include "form_page.h"
#include "portal_routes.h"
#include "seal.h"
#include "utf8.h"

#include <string.h>

enum { PER_ADDRESS = 10, PER_ADDRESS_S = 600, PER_COMPANY = 200, PER_COMPANY_S = 3600, SHOWS_PER_MINUTE = 120, FORM_BYTES_MAX = 64 * 1024, MIN_FILL_MS = 3000, STAMP_BYTES = 8 + 16,
       AGAIN_MS = 600000, SAME_MAX = 20 };

struct find_company {
	struct str slug;
	struct row *row;
};

static enum err find_company(struct tx *tx, void *arg)
{
	struct find_company *f = arg;
	return store_find(tx, &noun_tenant, TENANT_SLUG, VALUE_TEXT(f->slug), &f->row);
}

static bool wants_af(struct call *c)
{
	struct str lang = call_param(c, "lang");
	return lang.n ? str_eqz(lang, "af") : str_starts(c->rq->accept_language, STR("af"));
}

static enum err answer(struct call *c, int status, struct str html)
{
	call_json(c, status, html);
	c->rs->content_type = STR("text/html; charset=utf-8");
	return OK;
}

/* The company of "/f/<slug>", as the context of what follows. E_NOT_FOUND. */
static enum err load_company(struct call *c)
{
	struct find_company f = { .slug = str_slice(c->rq->path, 3, c->rq->path.n) };
	struct run run = ctx_system_run(&c->ctx);
	if (f.slug.n < 3 || f.slug.n > 40)
		return E_NOT_FOUND;
	TRY(store_read(&run, find_company, &f));
	if (!row_is(f.row, TENANT_STATUS, "active") && !row_is(f.row, TENANT_STATUS, "trial"))
		return E_NOT_FOUND;
	c->ctx.company = f.row;
	c->ctx.actor.tenant = row_int(f.row, TENANT_NUMBER);
	c->ctx.actor.tenant_id = row_id(f.row, F_ID_FIELD);
	c->ctx.who = (struct who){ .kind = WHO_PORTAL, .request = c->ctx.who.request };
	return OK;
}

/* ---- when a form was given out ---- */

static enum err stamp_bytes(struct call *c, int64_t at_ms, uint8_t ret[STAMP_BYTES])
{
	struct key company, key;
	uint8_t mac[32];
	for (int i = 0; i < 8; i++)
		ret[i] = (uint8_t)(at_ms >> 8 * (7 - i));
	TRY(keystore_tenant_key(store_keys(c->ctx.store), c->ctx.actor.tenant, KEY_SECRETS, &company));
	key_derive(&company, "form stamp", &key);
	const struct str part = { (const char *)ret, 8 };
	hmac_sha256(&key, &part, 1, mac);
	key_wipe(&key);
	key_wipe(&company);
	memcpy(ret + 8, mac, STAMP_BYTES - 8);
	return OK;
}

/* Whether somebody can have typed it: a form of ours that comes back within seconds was filled in by a program. A form on the company's own page
 * has no stamp. *ret_shown is when the notice was shown, as far as that is known. */
static enum err typed(struct call *c, struct str stamp, bool *ret, int64_t *ret_shown)
{
	uint8_t wanted[STAMP_BYTES];
	struct str given;
	int64_t at = 0;
	*ret_shown = c->ctx.now.ms;
	*ret = !stamp.n;
	if (!stamp.n || str_unbase64url(c->ctx.arena, stamp, &given) != OK || given.n != STAMP_BYTES)
		return OK;
	for (int i = 0; i < 8; i++)
		at = at << 8 | (uint8_t)given.p[i];
	TRY(stamp_bytes(c, at, wanted));
	if (!str_same_ct(given, (struct str){ (const char *)wanted, STAMP_BYTES }))
		return OK;
	*ret = c->ctx.now.ms - at >= MIN_FILL_MS;
	*ret_shown = at;
	return OK;
}

/* ---- showing ---- */

static enum err notice_body(struct tx *tx, void *arg)
{
	struct form_page *p = arg;
	return notice_current(tx, p->company, STR("web_form"), p->af ? STR("af") : STR("en"), &p->notice);
}

static enum err prepare(struct call *c, struct form_page *p)
{
	struct run run = ctx_run(&c->ctx);
	uint8_t stamp[STAMP_BYTES];
	p->company = c->ctx.company;
	p->slug = row_text(p->company, TENANT_SLUG);
	p->af = wants_af(c);
	TRY(store_read(&run, notice_body, p));
	TRY(stamp_bytes(c, c->ctx.now.ms, stamp));
	p->stamp = str_base64url(c->ctx.arena, stamp, sizeof(stamp));
	return OK;
}

static bool often(struct call *c, const char *what, struct str key, unsigned limit, int64_t window_s)
{
	return !throttle_take(routes_throttle(c), what, key, limit, window_s, c->ctx.now.ms);
}

enum err form_show(struct call *c)
{
	struct form_page p = { 0 };
	if (often(c, "form.show", throttle_address(c->ctx.arena, c->rq->remote), SHOWS_PER_MINUTE, 60))
		return answer(c, 429, form_word_html(c->ctx.arena, FORM_OFTEN, wants_af(c)));
	enum err e = load_company(c);
	if (e == E_NOT_FOUND)
		return answer(c, 404, form_word_html(c->ctx.arena, FORM_GONE, wants_af(c)));
	TRY(e);
	TRY(prepare(c, &p));
	return answer(c, 200, form_page_html(c->ctx.arena, &p));
}

/* ---- taking ---- */

struct taking {
	struct form_page page;
	struct str website, stamp, notice;
	struct row *enquiry;
};

static void read_pairs(struct call *c, struct taking *t)
{
	struct str rest = c->rq->body;
	while (rest.p && rest.n) {
		struct str value, pair = str_cut(rest, '&', &rest), key = str_cut(pair, '=', &value);
		key = url_decode(c->ctx.arena, key);
		value = value.p ? str_trim(url_decode(c->ctx.arena, value)) : STR("");
		for (int i = 0; i < FORM_INPUTS; i++)
			if (str_eqz(key, form_names[i]))
				t->page.values[i] = value;
		if (str_eqz(key, "website"))
			t->website = value;
		else if (str_eqz(key, "stamp"))
			t->stamp = value;
		else if (str_eqz(key, "notice"))
			t->notice = value;
	}
}

/* Line breaks come as CR LF from browsers. */
static struct str lines_of(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			buf_char(&b, s.p[i]);
	return buf_str(&b);
}

static void fault(struct form_page *p, int input, const char *says)
{
	p->faults[input] = says;
	p->faulty = true;
}

/* What is wrong with a value, in the language of the form where it is a common fault. */
static const char *in_words(const struct form_page *p, int input, const char *says)
{
	if (p->af && input == FORM_PHONE)
		return "'n Telefoonnommer soos 082 123 4567.";
	return p->af && input == FORM_EMAIL ? "'n E-posadres soos naam@voorbeeld.org." : says;
}

/* One value into the field of an enquiry that it is for, by the rules of that field. */
static void read_field(struct call *c, struct taking *t, int input)
{
	struct form_page *p = &t->page;
	int field = field_find(noun_enquiry.fields, noun_enquiry.field_count, str_from(form_names[input]));
	struct str text = input == FORM_DETAILS ? lines_of(c->ctx.arena, p->values[input]) : p->values[input];
	if (!utf8_valid(text)) {
		p->values[input] = STR("");
		fault(p, input, p->af ? "Dit kan nie gelees word nie." : "This cannot be read.");
		return;
	}
	const char *says = value_parse(c->ctx.arena, &noun_enquiry.fields[field], text, &t->enquiry->v[field]);
	if (says)
		fault(p, input, in_words(p, input, says));
}

static void read_fields(struct call *c, struct taking *t)
{
	struct form_page *p = &t->page;
	t->enquiry = row_new(c->ctx.arena, &noun_enquiry);
	for (int i = 0; i < FORM_INPUTS; i++)
		read_field(c, t, i);
	if (!p->values[FORM_NAME].n)
		fault(p, FORM_NAME, p->af ? "Sê asseblief wie jy is." : "Please say who you are.");
	if (!p->values[FORM_SUBJECT].n)
		fault(p, FORM_SUBJECT, p->af ? "Sê asseblief wat jy nodig het." : "Please say what you need.");
	if (!p->values[FORM_PHONE].n && !p->values[FORM_EMAIL].n)
		fault(p, FORM_PHONE, p->af ? "Gee 'n telefoon of 'n e-posadres, sodat ons kan antwoord." : "Give a telephone or an e-mail address, so that we can answer.");
}

/* A form that was sent twice, by a second press or a reload, is one enquiry. */
static enum err came_already(struct tx *tx, const struct row *enquiry, bool *ret)
{
	struct row *rows[SAME_MAX];
	size_t n;
	int field = row_text(enquiry, ENQUIRY_PHONE).n ? ENQUIRY_PHONE : ENQUIRY_EMAIL;
	*ret = false;
	TRY(store_lookup(tx, &noun_enquiry, field, row_text(enquiry, field), rows, SAME_MAX, &n));
	for (size_t i = 0; i < n && !*ret; i++)
		*ret = row_int(rows[i], ENQUIRY_CREATED_AT) > tx->now.ms - AGAIN_MS && str_eq(row_text(rows[i], ENQUIRY_ABOUT), row_text(enquiry, ENQUIRY_ABOUT)) &&
		       str_eq(row_text(rows[i], ENQUIRY_DETAILS), row_text(enquiry, ENQUIRY_DETAILS)) && str_eq(row_text(rows[i], ENQUIRY_NAME), row_text(enquiry, ENQUIRY_NAME));
	return OK;
}

static enum err take_body(struct tx *tx, void *arg)
{
	struct taking *t = arg;
	struct row *stored;
	bool again;
	struct message_ask ask = { .kind = "enquiry_received", .automatic = true, .language = t->page.af ? STR("af") : STR("en") };
	TRY(came_already(tx, t->enquiry, &again));
	if (again)
		return OK;
	TRY(store_insert(tx, t->enquiry, &stored));
	ask.about = stored;
	return row_is(stored, ENQUIRY_STATUS, "new") && row_text(stored, ENQUIRY_EMAIL).n ? portal_try_message(tx, &ask) : OK;
}

/* A notice that this company never had is not written down as shown. */
static bool notice_plausible(struct str version)
{
	return str_starts(version, STR("web_form-")) && version.n <= 40;
}

static bool is_form(struct str type)
{
	struct str rest;
	return str_eqz(str_trim(str_cut(type, ';', &rest)), "application/x-www-form-urlencoded");
}

enum err form_take(struct call *c)
{
	struct taking t = { 0 };
	bool human;
	int64_t shown;
	if (!is_form(c->rq->content_type))
		return problem_set(&c->ctx.problem, E_MEDIA, "Send application/x-www-form-urlencoded.");
	if (c->rq->body.n > FORM_BYTES_MAX)
		return problem_set(&c->ctx.problem, E_TOO_LARGE, "A form has at most %d bytes.", FORM_BYTES_MAX);
	enum err e = load_company(c);
	if (e == E_NOT_FOUND)
		return answer(c, 404, form_word_html(c->ctx.arena, FORM_GONE, wants_af(c)));
	TRY(e);
	TRY(prepare(c, &t.page));
	read_pairs(c, &t);
	if (t.website.n) /* whoever fills in what nobody sees is thanked, and that is all */
		return answer(c, 202, form_thanks_html(c->ctx.arena, &t.page));
	read_fields(c, &t);
	if (t.page.faulty)
		return answer(c, 422, form_page_html(c->ctx.arena, &t.page));
	if (often(c, "form", throttle_address(c->ctx.arena, c->rq->remote), PER_ADDRESS, PER_ADDRESS_S) ||
	    often(c, "form.company", (struct str){ (const char *)c->ctx.actor.tenant_id.b, 16 }, PER_COMPANY, PER_COMPANY_S))
		return answer(c, 429, form_word_html(c->ctx.arena, FORM_OFTEN, t.page.af));
	TRY(typed(c, t.stamp, &human, &shown));
	row_set_text(t.enquiry, ENQUIRY_SOURCE, STR("web"));
	row_set_text(t.enquiry, ENQUIRY_STATUS, human ? STR("new") : STR("spam")); /* kept, in case a person was so quick */
	row_set_int(t.enquiry, ENQUIRY_NOTICE_AT, shown);
	if (notice_plausible(t.notice))
		row_set_text(t.enquiry, ENQUIRY_NOTICE, t.notice);
	struct run run = ctx_run(&c->ctx);
	TRY(store_write(&run, take_body, &t));
	return answer(c, 202, form_thanks_html(c->ctx.arena, &t.page));
}

/* ---- telling the office ---- */

struct telling {
	struct call *call;
	struct form_page page;
	struct find_company find;
};

static enum err own_company(struct tx *tx, void *arg)
{
	struct telling *t = arg;
	return store_get(tx, &noun_tenant, t->call->ctx.actor.tenant_id, &t->find.row);
}

enum err form_tell(struct call *c)
{
	struct telling t = { .call = c };
	struct run system = ctx_system_run(&c->ctx);
	struct buf b;
	struct json_out o;
	TRY(store_read(&system, own_company, &t));
	c->ctx.company = t.find.row;
	TRY(prepare(c, &t.page));
	t.page.stamp = STR("");
	buf_init(&b, c->ctx.arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "slug", t.page.slug);
	jw_member_str(&o, "url", t.page.slug.n ? str_fmt(c->ctx.arena, STR_FMT "/f/" STR_FMT, STR_ARG(c->ctx.address), STR_ARG(t.page.slug)) : STR(""));
	jw_member_str(&o, "notice_version", t.page.notice.version);
	jw_member_str(&o, "notice", t.page.notice.body);
	jw_member_str(&o, "snippet", t.page.slug.n ? form_snippet_html(c->ctx.arena, &t.page, c->ctx.address) : STR(""));
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}
