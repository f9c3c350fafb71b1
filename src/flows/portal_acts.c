/* portal_acts.c - what a customer reads and does once his page is open. Reading changes nothing; what changes something is a POST. */
#include "portal_routes.h"

#include <string.h>

enum { ACTS_PER_MINUTE = 20, QUESTIONS_PER_HOUR = 20, AGAIN_MS = 600000 };

/* One request about one row. */
struct doing {
	struct portal portal;
	const struct noun *noun;
	struct id id;
	struct row *row;
	const struct value *v;
	struct field_set present;
	enum err (*act)(struct tx *tx, struct doing *d); /* changes the row; NULL: it is only read */
	struct str text;                                  /* of the answer */
	struct act_call paper;
};

static enum err write_row(const struct portal *p, struct tx *tx, const struct row *row, struct json_out *o)
{
	return row->noun == &noun_quote ? portal_write_quote(p, tx, row, o) : row->noun == &noun_job ? portal_write_job(p, tx, row, o) : portal_write_invoice(p, tx, row, o);
}

static enum err find_row(struct tx *tx, struct doing *d)
{
	TRY(store_get(tx, d->noun, d->id, &d->row));
	TRY(portal_may(&d->portal, tx, d->row));
	if (d->row->erased) /* of a person who was forgotten there is nothing left to show */
		return E_LINK;
	return d->noun == &noun_invoice && !portal_invoice_shown(d->row) ? E_LINK : OK;
}

static enum err doing_body(struct tx *tx, void *arg)
{
	struct doing *d = arg;
	struct buf b;
	struct json_out o;
	TRY(find_row(tx, d));
	if (d->act)
		TRY(d->act(tx, d));
	buf_init(&b, tx->arena, RESPONSE_MAX);
	jw_init(&o, &b);
	TRY(write_row(&d->portal, tx, d->row, &o));
	d->text = buf_str(&b);
	return OK;
}

/* The id in the path, "/v1/portal/quotes/{id}/..." */
static enum err begin(struct call *c, struct doing *d, const struct noun *noun)
{
	TRY(portal_enter(c, &d->portal));
	d->noun = noun;
	return call_id(c, 2, &d->id) == OK ? OK : portal_gone(c);
}

static enum err finish(struct call *c, struct doing *d)
{
	struct run run = ctx_run(&c->ctx);
	enum err e = d->act ? store_write(&run, doing_body, d) : store_read(&run, doing_body, d);
	if (e == E_NOT_FOUND)
		return portal_gone(c);
	TRY(e);
	call_json(c, 200, d->text);
	return OK;
}

static enum err get(struct call *c, const struct noun *noun)
{
	struct doing d = { 0 };
	TRY(begin(c, &d, noun));
	return finish(c, &d);
}

enum err portal_get_quote(struct call *c)
{
	return get(c, &noun_quote);
}

enum err portal_get_job(struct call *c)
{
	return get(c, &noun_job);
}

enum err portal_get_invoice(struct call *c)
{
	return get(c, &noun_invoice);
}

static enum err page_body(struct tx *tx, void *arg)
{
	struct doing *d = arg;
	struct buf b;
	struct json_out o;
	buf_init(&b, tx->arena, RESPONSE_MAX);
	jw_init(&o, &b);
	TRY(portal_write_page(&d->portal, tx, &o));
	d->text = buf_str(&b);
	return OK;
}

enum err portal_page(struct call *c)
{
	struct doing d = { 0 };
	TRY(portal_enter(c, &d.portal));
	struct run run = ctx_run(&c->ctx);
	enum err e = store_read(&run, page_body, &d);
	if (e == E_NOT_FOUND)
		return portal_gone(c);
	TRY(e);
	call_json(c, 200, d.text);
	return OK;
}

/* ---- documents as they are printed ---- */

static enum err paper_body(struct tx *tx, void *arg)
{
	struct doing *d = arg;
	TRY(find_row(tx, d));
	if (d->noun == &noun_quote && (row_is(d->row, QUOTE_STATUS, "draft") || row_is(d->row, QUOTE_STATUS, "internal_review")))
		return E_LINK; /* what is being written is not the customer's to read */
	d->paper = (struct act_call){ .ctx = tx_ctx(tx), .tx = tx, .row = d->row };
	return d->noun == &noun_quote ? quote_paper(&d->paper) : invoice_paper(&d->paper);
}

static enum err paper(struct call *c, const struct noun *noun)
{
	struct doing d = { 0 };
	TRY(begin(c, &d, noun));
	struct run run = ctx_run(&c->ctx);
	enum err e = store_read(&run, paper_body, &d);
	if (e == E_NOT_FOUND)
		return portal_gone(c);
	TRY(e);
	TRY(paper_render(&d.paper));
	call_json(c, 200, d.paper.ret_body);
	c->rs->content_type = STR("application/pdf");
	return OK;
}

enum err portal_quote_pdf(struct call *c)
{
	return paper(c, &noun_quote);
}

enum err portal_invoice_pdf(struct call *c)
{
	return paper(c, &noun_invoice);
}

/* ---- answering ---- */

static enum err read_body(struct call *c, struct doing *d, const struct field *fields, size_t count)
{
	struct value *v = ARENA_ARRAY(c->ctx.arena, struct value, count + 1);
	json_t *body;
	if (!throttle_take(routes_throttle(c), "act", (struct str){ (const char *)d->portal.session.link.b, 16 }, ACTS_PER_MINUTE, 60, c->ctx.now.ms))
		return problem_set(&c->ctx.problem, E_RATE, "That was too often. Please wait a moment.");
	d->v = v;
	TRY(call_body_json(c, &body));
	return fields_read(c->ctx.arena, fields, count, INPUT_PARAMS, body, v, &d->present, &c->ctx.problem);
}

/* That it was looked at; whoever asks twice changes nothing. */
static enum err set_viewed(struct tx *tx, struct doing *d)
{
	struct row *is = row_copy(tx->arena, d->row);
	if (!row_is(d->row, QUOTE_STATUS, "sent"))
		return OK;
	row_set_text(is, QUOTE_STATUS, STR("viewed"));
	tx->action = "move";
	enum err e = store_update(tx, d->row, is, &d->row);
	tx->action = NULL;
	return e;
}

enum err portal_viewed(struct call *c)
{
	struct doing d = { .act = set_viewed };
	TRY(begin(c, &d, &noun_quote));
	TRY(read_body(c, &d, NULL, 0));
	return finish(c, &d);
}

/* An answer is to the version that was read, and only while it waits for one. */
static enum err check_open(struct tx *tx, const struct row *quote, struct id version)
{
	static const struct {
		const char *state, *reason, *text;
	} refusals[] = {
		{ "expired", "expired", "This offer has run out. Ask for a new one: ring or write to the company." },
		{ "superseded", "superseded", "A new version of this offer is being written. You will get it when it is ready." },
		{ "cancelled", "cancelled", "This offer was withdrawn. Ring or write to the company if you still want the work done." },
		{ "declined", "declined", "This offer was declined. Ask for a new one if you have changed your mind." },
		{ "accepted", "accepted", "This offer was accepted already." },
	};
	const char *state;
	TRY(portal_quote_state(tx, quote, &state));
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (strcmp(state, refusals[i].state) == 0)
			return portal_refuse(tx->problem, E_CONFLICT, refusals[i].reason, refusals[i].text);
	if (!id_eq(row_id(quote, QUOTE_VERSION_ID), version))
		return portal_refuse(tx->problem, E_CONFLICT, "superseded", "There is a newer version of this offer. Read it before you answer.");
	return OK;
}

/* "Chrome on Android": enough to show what it was, too little to follow anybody. */
static struct str device_of(struct arena *a, struct str agent)
{
	static const char *const systems[][2] = { { "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Windows", "Windows" },
		                              { "Mac OS", "macOS" }, { "Linux", "Linux" } };
	static const char *const browsers[][2] = { { "SamsungBrowser", "Samsung Internet" }, { "Edg", "Edge" }, { "OPR/", "Opera" },
		                               { "Firefox", "Firefox" }, { "Chrome", "Chrome" }, { "Safari", "Safari" } };
	const char *z = str_z(a, agent), *system = "another system", *browser = "Another browser";
	for (size_t i = ARRAY_LEN(systems); i-- > 0;)
		if (strstr(z, systems[i][0]))
			system = systems[i][1];
	for (size_t i = ARRAY_LEN(browsers); i-- > 0;)
		if (strstr(z, browsers[i][0]))
			browser = browsers[i][1];
	return str_fmt(a, "%s on %s", browser, system);
}

static enum err add_evidence(struct tx *tx, const struct doing *d, struct answer *answer)
{
	const struct request *rq = d->portal.call->rq;
	answer->how = STR("page");
	answer->link = VALUE_ID(row_id(d->portal.link, F_ID_FIELD));
	answer->address = VALUE_TEXT(str_slice(rq->remote, 0, 45));
	answer->device = VALUE_TEXT(device_of(tx->arena, rq->user_agent));
	return portal_message_of(tx, d->portal.link, &answer->message);
}

enum { ACCEPT_VERSION, ACCEPT_NAME, ACCEPT_AGREED, ACCEPT_STATEMENT, ACCEPT_CAPACITY, ACCEPT_LINES, ACCEPT_DRAWING, ACCEPT_DEVICE_AT };
static const struct field accept_params[] = {
	[ACCEPT_VERSION] = { .name = "version_id", .doc = "The version that was read.", .type = F_ID, .flags = REQUIRED },
	[ACCEPT_NAME] = { .name = "name", .doc = "The name, typed.", .type = F_TEXT, .flags = REQUIRED, .min = 2, .max = 200 },
	[ACCEPT_AGREED] = { .name = "agreed", .doc = "That the statement was ticked.", .type = F_BOOL, .flags = REQUIRED },
	[ACCEPT_STATEMENT] = { .name = "statement_version", .doc = "Which statement.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 40 },
	[ACCEPT_CAPACITY] = { .name = "capacity", .doc = "In what capacity.", .type = F_TEXT, .max = 100 },
	[ACCEPT_LINES] = { .name = "line_ids", .doc = "The options that were chosen; those that are marked if left out.", .type = F_JSON, .max = 100000 },
	[ACCEPT_DRAWING] = { .name = "drawing", .doc = "The signature, drawn.", .type = F_TEXT, .max = DRAWING_MAX },
	[ACCEPT_DEVICE_AT] = { .name = "device_at", .doc = "The time by the device's clock.", .type = F_TIME, .max = INT64_MAX },
};

static struct value given(const struct doing *d, int field)
{
	return set_has(d->present, field) ? d->v[field] : VALUE_NULL;
}

static enum err accept(struct tx *tx, struct doing *d)
{
	struct answer answer = { .yes = true, .name = d->v[ACCEPT_NAME], .capacity = given(d, ACCEPT_CAPACITY), .drawing = given(d, ACCEPT_DRAWING),
		                 .statement = d->v[ACCEPT_STATEMENT], .device_at = given(d, ACCEPT_DEVICE_AT) };
	if (!wording_known(d->row, d->v[ACCEPT_STATEMENT].s))
		problem_fault(tx->problem, STR("/statement_version"), "choice", "There is no such statement.");
	TRY(problem_done(tx->problem));
	if (row_is(d->row, QUOTE_STATUS, "accepted")) /* asked again, the first answer is given */
		return OK;
	TRY(check_open(tx, d->row, d->v[ACCEPT_VERSION].id));
	if (given(d, ACCEPT_LINES).kind == V_TEXT)
		answer.line_ids = d->v[ACCEPT_LINES].s;
	TRY(add_evidence(tx, d, &answer));
	return quote_answer(tx, d->row, &answer, &d->row);
}

enum err portal_accept(struct call *c)
{
	struct doing d = { .act = accept };
	TRY(begin(c, &d, &noun_quote));
	TRY(read_body(c, &d, accept_params, ARRAY_LEN(accept_params)));
	if (!d.v[ACCEPT_AGREED].i)
		problem_fault(&c->ctx.problem, STR("/agreed"), "required", "Tick the statement first.");
	if (given(&d, ACCEPT_DRAWING).kind == V_TEXT && !drawing_ok(d.v[ACCEPT_DRAWING].s))
		problem_fault(&c->ctx.problem, STR("/drawing"), "format", "This is not a drawing.");
	if (given(&d, ACCEPT_LINES).kind == V_TEXT && d.v[ACCEPT_LINES].s.p[0] != '[')
		problem_fault(&c->ctx.problem, STR("/line_ids"), "type", "A list is wanted.");
	TRY(problem_done(&c->ctx.problem));
	return finish(c, &d);
}

enum { DECLINE_VERSION, DECLINE_REASON, DECLINE_NAME };
static const struct field decline_params[] = {
	[DECLINE_VERSION] = { .name = "version_id", .doc = "The version that was read.", .type = F_ID, .flags = REQUIRED },
	[DECLINE_REASON] = { .name = "reason", .doc = "Why not.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 300 },
	[DECLINE_NAME] = { .name = "name", .doc = "The name, typed.", .type = F_TEXT, .max = 200 },
};

static enum err decline(struct tx *tx, struct doing *d)
{
	struct answer answer = { .name = given(d, DECLINE_NAME), .reason = d->v[DECLINE_REASON] };
	if (row_is(d->row, QUOTE_STATUS, "declined"))
		return OK;
	TRY(check_open(tx, d->row, d->v[DECLINE_VERSION].id));
	if (answer.name.kind != V_TEXT)
		answer.name = VALUE_TEXT(STR("The customer"));
	TRY(add_evidence(tx, d, &answer));
	return quote_answer(tx, d->row, &answer, &d->row);
}

enum err portal_decline(struct call *c)
{
	struct doing d = { .act = decline };
	TRY(begin(c, &d, &noun_quote));
	TRY(read_body(c, &d, decline_params, ARRAY_LEN(decline_params)));
	return finish(c, &d);
}

/* ---- asking ---- */

enum { ASK_TEXT, ASK_QUOTE, ASK_JOB, ASK_INVOICE };
static const struct field ask_params[] = {
	[ASK_TEXT] = { .name = "text", .doc = "The question.", .type = F_LINES, .flags = REQUIRED, .min = 1, .max = 2000 },
	[ASK_QUOTE] = { .name = "quote_id", .doc = "About which quote.", .type = F_ID },
	[ASK_JOB] = { .name = "job_id", .doc = "About which work.", .type = F_ID },
	[ASK_INVOICE] = { .name = "invoice_id", .doc = "About which invoice.", .type = F_ID },
};

/* What a link is about, and what a question may name. */
static const struct {
	const struct noun *noun;
	int link, note, param;
} abouts[] = {
	{ &noun_quote, LINK_QUOTE, NOTE_QUOTE, ASK_QUOTE },
	{ &noun_job, LINK_JOB, NOTE_JOB, ASK_JOB },
	{ &noun_invoice, LINK_INVOICE, NOTE_INVOICE, ASK_INVOICE },
};

/* A request that came twice, since the answer to the first was lost, is one question. */
static enum err asked_already(struct tx *tx, const struct row *note, int field, bool *ret)
{
	struct row **notes;
	size_t n;
	*ret = false;
	TRY(store_children(tx, &noun_note, field, row_id(note, field), &notes, &n));
	for (size_t i = n; i-- > 0 && !*ret;)
		*ret = id_eq(row_id(notes[i], NOTE_CREATED_BY), tx->who->id) && row_int(notes[i], NOTE_CREATED_AT) > tx->now.ms - AGAIN_MS &&
		       str_eq(row_text(notes[i], NOTE_BODY), row_text(note, NOTE_BODY));
	return OK;
}

/* The question is a note that the office and the customer read; the diary of what it is about says that it was asked. */
static enum err ask_body(struct tx *tx, void *arg)
{
	struct doing *d = arg;
	struct row *note = row_new(tx->arena, &noun_note), *about;
	const struct noun *noun = &noun_customer;
	struct id id = row_id(d->portal.link, LINK_CUSTOMER);
	int field = NOTE_CUSTOMER;
	bool again;
	for (size_t i = 0; i < ARRAY_LEN(abouts); i++) {
		struct value named = given(d, abouts[i].param);
		if (named.kind != V_ID && row_is_null(d->portal.link, abouts[i].link))
			continue;
		noun = abouts[i].noun;
		field = abouts[i].note;
		id = named.kind == V_ID ? named.id : row_id(d->portal.link, abouts[i].link);
		d->noun = noun;
		d->id = id;
		TRY(find_row(tx, d));
		break;
	}
	if (noun == &noun_customer && !d->portal.session.verified)
		return portal_refuse(tx->problem, E_SECOND_FACTOR, "code", "First give the code that is sent to you.");
	TRY(store_get(tx, noun, id, &about));
	row_set_id(note, field, id);
	note->v[NOTE_BODY] = d->v[ASK_TEXT];
	row_set_text(note, NOTE_VISIBILITY, STR("customer"));
	TRY(asked_already(tx, note, field, &again));
	if (again)
		return OK;
	TRY(store_insert(tx, note, &note));
	TRY(portal_tell_question(tx, about, row_text(note, NOTE_BODY)));
	return audit_event(tx, "ask", noun, id, STR(""));
}

enum err portal_ask(struct call *c)
{
	struct doing d = { 0 };
	TRY(portal_enter(c, &d.portal));
	TRY(read_body(c, &d, ask_params, ARRAY_LEN(ask_params)));
	if (!throttle_take(routes_throttle(c), "ask", (struct str){ (const char *)d.portal.session.link.b, 16 }, QUESTIONS_PER_HOUR, 3600, c->ctx.now.ms))
		return problem_set(&c->ctx.problem, E_RATE, "That was too often. Please wait a moment.");
	struct run run = ctx_run(&c->ctx);
	enum err e = store_write(&run, ask_body, &d);
	if (e == E_NOT_FOUND)
		return portal_gone(c);
	TRY(e);
	call_json(c, 201, STR("{\"ok\":true}"));
	return OK;
}
