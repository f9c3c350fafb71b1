/* acceptance.c - the customer's answer to an offer, and what shows that it was his (rulings G2, G10; law.md 4.4). The office writes it down for
 * him, or he gives it on his page: it is the same row. */
#include "doc.h"
#include "money_path.h"

static const char *const decisions[] = { "accepted", "declined", NULL };
static const char *const ways[] = { "phone", "glass", "page", NULL };

static const struct field acceptance_fields[] = {
	COMMON_ROWS(ACCEPTANCE),
	[ACCEPTANCE_QUOTE] = { .name = "quote_id", .doc = "The quote.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_quote },
	[ACCEPTANCE_VERSION_ID] = { .name = "version_id", .doc = "The version that was answered.", .type = F_ID, .tag = 12, .flags = REQUIRED | READONLY },
	[ACCEPTANCE_DECISION] = { .name = "decision", .doc = "Yes or no.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | READONLY | FILTER, .values = decisions },
	[ACCEPTANCE_NAME] = { .name = "name", .doc = "Who answered.", .type = F_TEXT, .tag = 14, .flags = REQUIRED | READONLY, .min = 1, .max = 200, RECORD("showing who agreed to what") },
	[ACCEPTANCE_CAPACITY] = { .name = "capacity", .doc = "In what capacity.", .type = F_TEXT, .tag = 15, .flags = READONLY, .max = 100, RECORD("showing who agreed to what") },
	[ACCEPTANCE_HOW] = { .name = "how", .doc = "By telephone, on glass, or on the customer's page.", .type = F_ENUM, .tag = 16, .flags = REQUIRED | READONLY, .values = ways },
	[ACCEPTANCE_AT] = { .name = "at", .doc = "When.", .type = F_TIME, .tag = 17, .flags = REQUIRED | READONLY, .max = INT64_MAX },
	[ACCEPTANCE_LINES] = { .name = "line_ids", .doc = "The lines that were chosen.", .type = F_JSON, .tag = 18, .flags = READONLY, .max = 100000 },
	[ACCEPTANCE_NET] = { .name = "net", .doc = "What was agreed to, without VAT.", .type = F_MONEY, .tag = 19, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[ACCEPTANCE_VAT] = { .name = "vat", .doc = "Its VAT.", .type = F_MONEY, .tag = 20, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[ACCEPTANCE_TOTAL] = { .name = "total", .doc = "What was agreed to, with VAT.", .type = F_MONEY, .tag = 21, .flags = REQUIRED | READONLY, .max = MONEY_MAX, .initial = "0" },
	[ACCEPTANCE_REASON] = { .name = "reason", .doc = "Why not.", .type = F_TEXT, .tag = 22, .flags = READONLY, .max = 300, RECORD("learning from lost work") },
	[ACCEPTANCE_DOCUMENT_HASH] = { .name = "document_hash", .doc = "SHA-256 of what was answered.", .type = F_TEXT, .tag = 23, .flags = REQUIRED | READONLY, .max = 64 },
	[ACCEPTANCE_HASH] = { .name = "hash", .doc = "SHA-256 of the answer with the chosen lines.", .type = F_TEXT, .tag = 24, .flags = REQUIRED | READONLY, .max = 64 },
	[ACCEPTANCE_STATEMENT] = { .name = "statement_version", .doc = "The statement that was ticked.", .type = F_TEXT, .tag = 25, .flags = READONLY, .max = 40 },
	[ACCEPTANCE_DEVICE_AT] = { .name = "device_at", .doc = "When, by the clock of the device.", .type = F_TIME, .tag = 26, .flags = READONLY, .max = INT64_MAX },
	[ACCEPTANCE_ADDRESS] = { .name = "address", .doc = "Address on the network from which it came.", .type = F_TEXT, .tag = 27, .flags = READONLY, .max = 45, RECORD("showing who agreed to what") },
	[ACCEPTANCE_DEVICE] = { .name = "device", .doc = "Kind of device and browser.", .type = F_TEXT, .tag = 28, .flags = READONLY, .max = 60, RECORD("showing who agreed to what") },
	[ACCEPTANCE_LINK] = { .name = "portal_link_id", .doc = "The link with which the page was opened.", .type = F_ID, .tag = 29, .flags = READONLY },
	[ACCEPTANCE_MESSAGE] = { .name = "message_id", .doc = "The message that brought the link.", .type = F_ID, .tag = 30, .flags = READONLY },
	[ACCEPTANCE_DRAWING] = { .name = "drawing", .doc = "The signature as it was drawn: strokes on a field of 1000 by 300, M begins one, L goes on.", .type = F_TEXT, .tag = 31, .flags = READONLY, .max = DRAWING_MAX, RECORD("showing who agreed to what") },
};
_Static_assert(ARRAY_LEN(acceptance_fields) == ACCEPTANCE_FIELDS, "acceptance: table and enum differ");

static const struct order acceptance_orders[] = { { -1, ACCEPTANCE_CREATED_AT }, { ACCEPTANCE_QUOTE, ACCEPTANCE_CREATED_AT }, ORDERS_END };


/* ---- what is ticked ---- */

/* A text never changes once it was shown: a new wording is a new version. */
static const struct wording wordings[] = {
	{ "quote", "en", "quote-en-1", "I accept this offer with its terms and ask for the work to be done." },
	{ "quote", "af", "quote-af-1", "Ek aanvaar hierdie aanbod met sy voorwaardes en vra dat die werk gedoen word." },
	{ "variation", "en", "variation-en-1", "I agree to this change of the work and to its price." },
	{ "variation", "af", "variation-af-1", "Ek stem in tot hierdie verandering van die werk en tot die prys daarvan." },
};

const struct wording *wording_for(const struct row *quote, struct str language)
{
	const struct wording *first = NULL;
	for (size_t i = 0; i < ARRAY_LEN(wordings); i++) {
		if (!str_eqz(row_text(quote, QUOTE_KIND), wordings[i].kind))
			continue;
		if (!first)
			first = &wordings[i];
		if (str_eqz(language, wordings[i].language))
			return &wordings[i];
	}
	return first;
}

bool wording_known(const struct row *quote, struct str version)
{
	for (size_t i = 0; i < ARRAY_LEN(wordings); i++)
		if (str_eqz(row_text(quote, QUOTE_KIND), wordings[i].kind) && str_eqz(version, wordings[i].version))
			return true;
	return false;
}

/* A number of at most four digits; false without one. */
static bool skip_number(struct str *s)
{
	size_t n = 0;
	while (n < s->n && n < 5 && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	*s = str_slice(*s, n, s->n);
	return n > 0 && n < 5;
}

bool drawing_ok(struct str s)
{
	if (!s.n || s.n > DRAWING_MAX || s.p[0] != 'M')
		return false;
	while (s.n) {
		if (s.p[0] != 'M' && s.p[0] != 'L')
			return false;
		s = str_slice(s, 1, s.n);
		if (!skip_number(&s) || !s.n || s.p[0] != ' ')
			return false;
		s = str_slice(s, 1, s.n);
		if (!skip_number(&s))
			return false;
	}
	return true;
}

/* ---- the answer ---- */

/* Of options that stand in one group, one is chosen at most. */
static enum err check_groups(struct tx *tx, struct row **lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && row_int(lines[i], QLINE_SELECTED); k++)
			if (row_int(lines[i], QLINE_OPTIONAL) && row_int(lines[k], QLINE_OPTIONAL) && row_int(lines[k], QLINE_SELECTED) &&
			    row_text(lines[i], QLINE_GROUP).n && str_eq(row_text(lines[i], QLINE_GROUP), row_text(lines[k], QLINE_GROUP))) {
				problem_fault(tx->problem, STR("/line_ids"), "choice", "Of these options one can be chosen.");
				return problem_done(tx->problem);
			}
	return OK;
}

static enum err choose(struct tx *tx, const struct answer *answer, struct row **lines, size_t n)
{
	json_t *chosen;
	if (!answer->line_ids.n)
		return OK;
	TRY(json_read(tx->arena, answer->line_ids, tx->problem, &chosen));
	for (size_t i = 0; i < json_array_size(chosen); i++) {
		bool known = false;
		for (size_t k = 0; k < n && !known; k++)
			known = str_eq(json_text(json_array_get(chosen, i)), id_str(tx->arena, row_id(lines[k], F_ID_FIELD)));
		if (!known)
			problem_fault(tx->problem, str_fmt(tx->arena, "/line_ids/%zu", i), "reference", "There is no such line on this offer.");
	}
	TRY(problem_done(tx->problem));
	for (size_t i = 0; i < n; i++)
		if (row_int(lines[i], QLINE_OPTIONAL))
			row_set_int(lines[i], QLINE_SELECTED, json_has_id(chosen, row_id(lines[i], F_ID_FIELD)));
	return check_groups(tx, lines, n);
}

static struct str ids_of(struct arena *a, struct row **lines, size_t n)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 100000);
	jw_init(&o, &b);
	jw_open(&o, '[');
	for (size_t i = 0; i < n; i++)
		if (!quote_line_skipped(lines[i]))
			jw_id(&o, row_id(lines[i], F_ID_FIELD));
	jw_close(&o, ']');
	return str_dup(a, buf_str(&b));
}

/* Writes the answer down as evidence with its own totals; they, not the document's, are what was authorised. */
static enum err write_answer(struct tx *tx, const struct row *quote, const struct row *version, const struct answer *answer, struct row **ret)
{
	struct row *a = row_new(tx->arena, &noun_acceptance), *sum = row_copy(tx->arena, version), **lines;
	const char *decision = decisions[answer->yes ? 0 : 1];
	size_t n;
	TRY(doc_lines(tx, &noun_quote_line, row_id(version, F_ID_FIELD), &lines, &n));
	if (answer->yes) {
		TRY(choose(tx, answer, lines, n));
		TRY(doc_total(tx, sum, lines, n, quote_line_skipped));
		row_set_text(a, ACCEPTANCE_LINES, ids_of(tx->arena, lines, n));
		a->v[ACCEPTANCE_NET] = sum->v[DOC_NET];
		a->v[ACCEPTANCE_VAT] = sum->v[DOC_VAT];
		a->v[ACCEPTANCE_TOTAL] = sum->v[DOC_TOTAL];
	}
	row_set_id(a, ACCEPTANCE_QUOTE, row_id(quote, F_ID_FIELD));
	row_set_id(a, ACCEPTANCE_VERSION_ID, row_id(version, F_ID_FIELD));
	row_set_text(a, ACCEPTANCE_DECISION, str_from(decision));
	a->v[ACCEPTANCE_NAME] = answer->name;
	a->v[ACCEPTANCE_CAPACITY] = answer->capacity;
	a->v[ACCEPTANCE_REASON] = answer->reason;
	a->v[ACCEPTANCE_STATEMENT] = answer->statement;
	a->v[ACCEPTANCE_DEVICE_AT] = answer->device_at;
	a->v[ACCEPTANCE_ADDRESS] = answer->address;
	a->v[ACCEPTANCE_DEVICE] = answer->device;
	a->v[ACCEPTANCE_LINK] = answer->link;
	a->v[ACCEPTANCE_MESSAGE] = answer->message;
	a->v[ACCEPTANCE_DRAWING] = answer->drawing;
	row_set_text(a, ACCEPTANCE_HOW, answer->how);
	row_set_int(a, ACCEPTANCE_AT, tx->now.ms);
	row_set_text(a, ACCEPTANCE_DOCUMENT_HASH, row_text(version, QVERSION_HASH));
	row_set_text(a, ACCEPTANCE_HASH,
	             doc_hash(tx->arena, sum, lines, n, str_fmt(tx->arena, STR_FMT "|%s|" STR_FMT "|" STR_FMT "|" STR_FMT, STR_ARG(row_text(version, QVERSION_HASH)), decision,
	                                                        STR_ARG(answer->name.s), STR_ARG(row_text(a, ACCEPTANCE_LINES)), STR_ARG(row_text(a, ACCEPTANCE_STATEMENT)))));
	return store_insert(tx, a, ret);
}

static enum err refuse(struct tx *tx, const struct row *quote, const char *to)
{
	return problem_set(tx->problem, E_CONFLICT, "A quote that is " STR_FMT " cannot be %s.", STR_ARG(str_words(tx->arena, row_text(quote, QUOTE_STATUS))), to);
}

static enum err enter(struct tx *tx, const struct row *quote, struct row *is, const char *state, struct row **ret)
{
	row_set_text(is, QUOTE_STATUS, str_from(state));
	tx->action = "move";
	enum err e = store_update(tx, quote, is, ret);
	tx->action = NULL;
	return e;
}

static bool waits(const struct row *quote)
{
	return row_is(quote, QUOTE_STATUS, "sent") || row_is(quote, QUOTE_STATUS, "viewed");
}

static enum err accept(struct tx *tx, const struct row *quote, const struct answer *answer, struct row **ret)
{
	struct row *version, *acceptance, *is = row_copy(tx->arena, quote);
	struct day today;
	if (!waits(quote) && !row_is(quote, QUOTE_STATUS, "expired"))
		return refuse(tx, quote, "accepted");
	TRY(store_get(tx, &noun_quote_version, row_id(quote, QUOTE_VERSION_ID), &version));
	TRY(company_today(tx, &today));
	if (row_int(version, QVERSION_VALID_UNTIL) < today.days && !answer->late)
		return problem_set(tx->problem, E_CONFLICT, "The offer has expired. Make a new version, or say that it holds all the same.");
	TRY(write_answer(tx, quote, version, answer, &acceptance));
	row_set_int(is, QUOTE_TOTAL, row_int(acceptance, ACCEPTANCE_TOTAL));
	TRY(enter(tx, quote, is, "accepted", ret));
	if (!row_is_null(quote, QUOTE_JOB))
		TRY(quote_into_job(tx, *ret, acceptance, version, row_id(quote, QUOTE_JOB)));
	return OK;
}

static enum err decline(struct tx *tx, const struct row *quote, const struct answer *answer, struct row **ret)
{
	struct row *version, *acceptance, *is = row_copy(tx->arena, quote);
	if (!waits(quote))
		return refuse(tx, quote, "declined");
	TRY(store_get(tx, &noun_quote_version, row_id(quote, QUOTE_VERSION_ID), &version));
	TRY(write_answer(tx, quote, version, answer, &acceptance));
	is->v[QUOTE_REASON] = answer->reason;
	return enter(tx, quote, is, "declined", ret);
}

enum err quote_answer(struct tx *tx, const struct row *quote, const struct answer *answer, struct row **ret)
{
	return answer->yes ? accept(tx, quote, answer, ret) : decline(tx, quote, answer, ret);
}

/* ---- written down by the office ---- */

enum { ACCEPT_NAME, ACCEPT_CAPACITY, ACCEPT_HOW, ACCEPT_LINES, ACCEPT_LATE };
const struct field quote_accept_params[QUOTE_ACCEPT_PARAM_COUNT] = {
	[ACCEPT_NAME] = { .name = "name", .doc = "Who said yes.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 200 },
	[ACCEPT_CAPACITY] = { .name = "capacity", .doc = "In what capacity.", .type = F_TEXT, .max = 100 },
	[ACCEPT_HOW] = { .name = "how", .doc = "By telephone or on glass.", .type = F_ENUM, .values = ways },
	[ACCEPT_LINES] = { .name = "line_ids", .doc = "The optional lines that were chosen; those marked as chosen if left out.", .type = F_JSON, .max = 100000 },
	[ACCEPT_LATE] = { .name = "late", .doc = "Takes an expired offer all the same.", .type = F_BOOL },
};

enum err quote_accept_run(struct act_call *c)
{
	struct answer answer = { .yes = true, .name = c->params[ACCEPT_NAME], .how = STR("phone") };
	if (row_is(c->row, QUOTE_STATUS, "accepted")) {
		c->ret_row = c->row;
		return OK;
	}
	if (set_has(c->present, ACCEPT_CAPACITY))
		answer.capacity = c->params[ACCEPT_CAPACITY];
	if (set_has(c->present, ACCEPT_HOW))
		answer.how = c->params[ACCEPT_HOW].s;
	if (set_has(c->present, ACCEPT_LINES))
		answer.line_ids = c->params[ACCEPT_LINES].s;
	answer.late = set_has(c->present, ACCEPT_LATE) && c->params[ACCEPT_LATE].i;
	return quote_answer(c->tx, c->row, &answer, &c->ret_row);
}

enum { DECLINE_REASON, DECLINE_NAME };
const struct field quote_decline_params[QUOTE_DECLINE_PARAM_COUNT] = {
	[DECLINE_REASON] = { .name = "reason", .doc = "Why.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 300 },
	[DECLINE_NAME] = { .name = "name", .doc = "Who said no.", .type = F_TEXT, .max = 200 },
};

enum err quote_decline_run(struct act_call *c)
{
	struct answer answer = { .name = VALUE_TEXT(STR("The customer")), .reason = c->params[DECLINE_REASON], .how = STR("phone") };
	if (set_has(c->present, DECLINE_NAME) && c->params[DECLINE_NAME].kind == V_TEXT)
		answer.name = c->params[DECLINE_NAME];
	return quote_answer(c->tx, c->row, &answer, &c->ret_row);
}

const struct noun noun_acceptance = {
	.tag = 25, .name = "acceptance", .plural = "acceptances", .doc = "The customer's answer to an offer, with what shows it.",
	FIELDS(acceptance_fields), .orders = acceptance_orders, .subject = SUBJECT_FIELD, .subject_field = ACCEPTANCE_QUOTE, .label = ACCEPTANCE_DECISION,
	.own = -1, .parent = ACCEPTANCE_QUOTE, .record = true, .no_delete = true,
};
