/* consent.c - who may be addressed for advertising and who wants to be left alone (POPIA sections 11 and 69, CPA section 11 and regulation 4). What
 * people said is written once and never changed; an objection counts from the moment in which it is written down. */
#include "consent.h"

#include "doc.h"
#include "gate.h"
#include "phone.h"

static const char *const consent_kinds[] = { "given", "withheld", "withdrawn", "requested", "sale", NULL };
static const char *const consent_channels[] = { "all", "email", "sms", "whatsapp", NULL };
static const char *const ways[] = { "phone", "email", "sms", "whatsapp", "in_person", "page", "letter", NULL };
static const char *const objection_kinds[] = { "stop", "objection", NULL };
static const char *const scopes[] = { "own", "all", "industry", "me", NULL };

enum { LAST_DAY = 2932896, BLOCKED_MAX = 5000 };

static const struct field consent_fields[] = {
	COMMON_ROWS(CONSENT),
	[CONSENT_CUSTOMER] = { .name = "customer_id", .doc = "The customer.", .type = F_REF, .tag = 11, .flags = REQUIRED | FILTER, .ref = &noun_customer },
	[CONSENT_CONTACT] = { .name = "contact_id", .doc = "The person; the customer as a whole if empty.", .type = F_REF, .tag = 12, .flags = FILTER, .ref = &noun_contact },
	[CONSENT_KIND] = { .name = "kind", .doc = "Consent was given, withheld, withdrawn or asked for; or the details came with a sale at which advertising could be refused.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | FILTER, .values = consent_kinds },
	[CONSENT_CHANNELS] = { .name = "channel", .doc = "For which channel.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | FILTER, .values = consent_channels, .initial = "all" },
	[CONSENT_GOODS] = { .name = "goods", .doc = "For advertising what.", .type = F_TEXT, .tag = 15, .max = 200 },
	[CONSENT_HOW] = { .name = "how", .doc = "How it was said.", .type = F_ENUM, .tag = 16, .flags = REQUIRED | FILTER, .values = ways },
	[CONSENT_TIMING] = { .name = "any_time", .doc = "Whether it was agreed in writing that advertising may come at any time.", .type = F_BOOL, .tag = 17, .flags = REQUIRED, .initial = "false" },
	[CONSENT_EVIDENCE] = { .name = "evidence", .doc = "What shows it: a form, a recording, the words.", .type = F_LINES, .tag = 18, .max = 2000, .privacy = PRIVACY_PERSONAL, .basis = BASIS_LAW, .purpose = "showing that advertising was allowed", .keep_months = 60, .erase = ERASE_KEY },
	[CONSENT_AT] = { .name = "at", .doc = "When.", .type = F_TIME, .tag = 19, .flags = REQUIRED | DERIVED, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(consent_fields) == CONSENT_FIELDS, "consent_event: table and enum differ");

static const struct order consent_orders[] = { { -1, CONSENT_CREATED_AT }, { CONSENT_CUSTOMER, CONSENT_CREATED_AT }, { CONSENT_CONTACT, CONSENT_CREATED_AT }, ORDERS_END };

static const struct field objection_fields[] = {
	COMMON_ROWS(OBJECTION),
	[OBJECTION_CUSTOMER] = { .name = "customer_id", .doc = "The customer.", .type = F_REF, .tag = 11, .flags = REQUIRED | FILTER, .ref = &noun_customer },
	[OBJECTION_CONTACT] = { .name = "contact_id", .doc = "The person; the customer as a whole if empty.", .type = F_REF, .tag = 12, .flags = FILTER, .ref = &noun_contact },
	[OBJECTION_KIND] = { .name = "kind", .doc = "A demand to stop advertising, or an objection to the use of the details for it.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | FILTER, .values = objection_kinds, .initial = "stop" },
	[OBJECTION_HOW] = { .name = "how", .doc = "How it was said.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | FILTER, .values = ways },
	[OBJECTION_WORDS] = { .name = "words", .doc = "What was said.", .type = F_LINES, .tag = 15, .max = 2000, .privacy = PRIVACY_PERSONAL, .basis = BASIS_LAW, .purpose = "honouring an objection", .keep_months = 60, .erase = ERASE_KEY },
	[OBJECTION_AT] = { .name = "at", .doc = "When it was written down; from then on it counts.", .type = F_TIME, .tag = 16, .flags = REQUIRED | READONLY | DERIVED, .max = INT64_MAX },
	[OBJECTION_DEVICE_AT] = { .name = "device_at", .doc = "When it was said, by the clock of the device that took it down.", .type = F_TIME, .tag = 17, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(objection_fields) == OBJECTION_FIELDS, "objection_event: table and enum differ");

static const struct order objection_orders[] = { { -1, OBJECTION_CREATED_AT }, { OBJECTION_CUSTOMER, OBJECTION_CREATED_AT }, { OBJECTION_CONTACT, OBJECTION_CREATED_AT }, ORDERS_END };

static const struct field suppression_fields[] = {
	COMMON_ROWS(SUPPRESSION),
	[SUPPRESSION_HASH] = { .name = "hash", .doc = "Keyed hash of an address that wants no advertising.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | UNIQUE, .min = 64, .max = 64 },
	[SUPPRESSION_SCOPE] = { .name = "scope", .doc = "Said to the company itself, or on the registry: for all, for a trade, for this company.", .type = F_ENUM, .tag = 12, .flags = REQUIRED, .values = scopes },
	[SUPPRESSION_RUN] = { .name = "ncc_cleanse_run_id", .doc = "The run that found it on the registry.", .type = F_REF, .tag = 13, .ref = &noun_ncc_cleanse_run },
};
_Static_assert(ARRAY_LEN(suppression_fields) == SUPPRESSION_FIELDS, "suppression_hash: table and enum differ");

static const struct order suppression_orders[] = { { -1, SUPPRESSION_CREATED_AT }, { SUPPRESSION_RUN, SUPPRESSION_CREATED_AT }, ORDERS_END };

static const struct field ncc_fields[] = {
	COMMON_ROWS(NCC),
	[NCC_NO] = { .name = "no", .doc = "Number under which the company is registered as a direct marketer.", .type = F_TEXT, .tag = 11, .flags = REQUIRED, .min = 1, .max = 60 },
	[NCC_VALID_FROM] = { .name = "valid_from", .doc = "First day of the registration.", .type = F_DATE, .tag = 12, .flags = REQUIRED, .max = LAST_DAY },
	[NCC_VALID_TO] = { .name = "valid_to", .doc = "Last day; it is renewed each year.", .type = F_DATE, .tag = 13, .flags = REQUIRED, .max = LAST_DAY },
};
_Static_assert(ARRAY_LEN(ncc_fields) == NCC_FIELDS, "ncc_registration: table and enum differ");

static const struct order ncc_orders[] = { { -1, NCC_CREATED_AT }, ORDERS_END };

static const struct field cleanse_fields[] = {
	COMMON_ROWS(CLEANSE),
	[CLEANSE_AT] = { .name = "at", .doc = "When the addresses were held against the registry.", .type = F_TIME, .tag = 11, .flags = REQUIRED | READONLY | DERIVED, .max = INT64_MAX },
	[CLEANSE_FILE_HASH] = { .name = "file_sha256", .doc = "SHA-256 of the registry's answer, 64 hexadecimal digits.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 64, .max = 64 },
	[CLEANSE_CHECKED] = { .name = "checked", .doc = "How many addresses were asked about.", .type = F_INT, .tag = 13, .flags = REQUIRED, .max = 100000000 },
	[CLEANSE_BLOCKED] = { .name = "blocked_count", .doc = "How many of them are on the registry.", .type = F_INT, .tag = 14, .flags = REQUIRED | READONLY, .max = 100000000, .initial = "0" },
	[CLEANSE_SCOPE] = { .name = "scope", .doc = "What those blocked: all advertising, the trade, or this company.", .type = F_ENUM, .tag = 15, .flags = REQUIRED, .values = scopes + 1, .initial = "all" },
};
_Static_assert(ARRAY_LEN(cleanse_fields) == CLEANSE_FIELDS, "ncc_cleanse_run: table and enum differ");

static const struct order cleanse_orders[] = { { -1, CLEANSE_CREATED_AT }, { -1, CLEANSE_AT }, ORDERS_END };

/* ---- what people said ---- */

/* The contact is one of the customer's. */
static enum err check_contact(struct write *w, int customer, int contact)
{
	struct row *person;
	if (row_is_null(w->is, contact))
		return OK;
	TRY(row_if(w->tx, &noun_contact, row_id(w->is, contact), &person));
	if (!person || !id_eq(row_id(person, CONTACT_CUSTOMER), row_id(w->is, customer)))
		problem_fault(w->tx->problem, STR("/contact_id"), "reference", "There is no such contact of this customer.");
	return problem_done(w->tx->problem);
}

static enum err consent_before(struct write *w)
{
	if (row_is_null(w->is, CONSENT_AT))
		row_set_int(w->is, CONSENT_AT, w->tx->now.ms);
	if (row_int(w->is, CONSENT_AT) > w->tx->now.ms)
		problem_fault(w->tx->problem, STR("/at"), "range", "That is in the future.");
	if (row_int(w->is, CONSENT_TIMING) && !row_is(w->is, CONSENT_KIND, "given"))
		problem_fault(w->tx->problem, STR("/any_time"), "choice", "This goes with a consent that was given.");
	if (row_int(w->is, CONSENT_TIMING) && row_is_null(w->is, CONSENT_EVIDENCE))
		problem_fault(w->tx->problem, STR("/evidence"), "required", "Say where the written agreement is.");
	TRY(problem_done(w->tx->problem));
	return check_contact(w, CONSENT_CUSTOMER, CONSENT_CONTACT);
}

static enum err objection_before(struct write *w)
{
	row_set_int(w->is, OBJECTION_AT, w->tx->now.ms);
	return check_contact(w, OBJECTION_CUSTOMER, OBJECTION_CONTACT);
}

static enum err suppress(struct tx *tx, struct str address, const char *scope, struct id run)
{
	struct row *r = row_new(tx->arena, &noun_suppression_hash);
	struct str hash;
	if (!address.n)
		return OK;
	TRY(suppression_hash(tx, address, &hash));
	enum err e = store_find(tx, &noun_suppression_hash, SUPPRESSION_HASH, VALUE_TEXT(hash), &r);
	if (e != E_NOT_FOUND)
		return e; /* there already */
	row_set_text(r, SUPPRESSION_HASH, hash);
	row_set_text(r, SUPPRESSION_SCOPE, str_from(scope));
	if (!id_is_zero(run))
		row_set_id(r, SUPPRESSION_RUN, run);
	return store_insert(tx, r, &r);
}

/* The addresses themselves are blocked too, whoever else comes to have them. */
static enum err objection_after(struct write *w)
{
	static const struct id none = { { 0 } };
	struct row *customer, *contact;
	TRY(row_if(w->tx, &noun_contact, row_id(w->is, OBJECTION_CONTACT), &contact));
	if (contact) {
		TRY(suppress(w->tx, row_text(contact, CONTACT_EMAIL), "own", none));
		return suppress(w->tx, row_text(contact, CONTACT_PHONE), "own", none);
	}
	TRY(store_get(w->tx, &noun_customer, row_id(w->is, OBJECTION_CUSTOMER), &customer));
	TRY(suppress(w->tx, row_text(customer, CUSTOMER_BILLING_EMAIL), "own", none));
	return suppress(w->tx, row_text(customer, CUSTOMER_PHONE), "own", none);
}

enum { STOP_KIND, STOP_HOW, STOP_WORDS, STOP_DEVICE_AT };
const struct field stop_params[STOP_PARAMS] = {
	[STOP_KIND] = { .name = "kind", .doc = "A demand to stop, or an objection.", .type = F_ENUM, .values = objection_kinds },
	[STOP_HOW] = { .name = "how", .doc = "How it was said.", .type = F_ENUM, .flags = REQUIRED, .values = ways },
	[STOP_WORDS] = { .name = "words", .doc = "What was said.", .type = F_LINES, .max = 2000 },
	[STOP_DEVICE_AT] = { .name = "device_at", .doc = "When, by the clock of the device.", .type = F_TIME, .max = INT64_MAX },
};

enum err stop_run(struct act_call *c)
{
	struct row *r = row_new(c->tx->arena, &noun_objection_event);
	bool person = c->row->noun == &noun_contact;
	row_set_id(r, OBJECTION_CUSTOMER, row_id(c->row, person ? CONTACT_CUSTOMER : F_ID_FIELD));
	if (person)
		row_set_id(r, OBJECTION_CONTACT, row_id(c->row, F_ID_FIELD));
	if (set_has(c->present, STOP_KIND))
		r->v[OBJECTION_KIND] = c->params[STOP_KIND];
	r->v[OBJECTION_HOW] = c->params[STOP_HOW];
	r->v[OBJECTION_WORDS] = c->params[STOP_WORDS];
	r->v[OBJECTION_DEVICE_AT] = c->params[STOP_DEVICE_AT];
	return store_insert(c->tx, r, &c->ret_row);
}

/* ---- the registry ---- */

static enum err ncc_before(struct write *w)
{
	if (row_int(w->is, NCC_VALID_TO) < row_int(w->is, NCC_VALID_FROM))
		problem_fault(w->tx->problem, STR("/valid_to"), "range", "It ends after it begins.");
	return problem_done(w->tx->problem);
}

static enum err cleanse_before(struct write *w)
{
	uint8_t hash[32];
	if (!w->was)
		row_set_int(w->is, CLEANSE_AT, w->tx->now.ms);
	if (str_unhex(str_lower_ascii(w->tx->arena, row_text(w->is, CLEANSE_FILE_HASH)), hash, sizeof(hash)) != OK)
		problem_fault(w->tx->problem, STR("/file_sha256"), "format", "64 hexadecimal digits.");
	return problem_done(w->tx->problem);
}

enum { RECORD_HASH, RECORD_CHECKED, RECORD_SCOPE, RECORD_BLOCKED };
static const struct field record_params[] = {
	[RECORD_HASH] = { .name = "file_sha256", .doc = "SHA-256 of the registry's answer.", .type = F_TEXT, .flags = REQUIRED, .min = 64, .max = 64 },
	[RECORD_CHECKED] = { .name = "checked", .doc = "How many addresses were asked about.", .type = F_INT, .flags = REQUIRED, .max = 100000000 },
	[RECORD_SCOPE] = { .name = "scope", .doc = "What those on it blocked.", .type = F_ENUM, .values = scopes + 1 },
	[RECORD_BLOCKED] = { .name = "blocked", .doc = "Mail addresses and telephone numbers that are on it, one on a line; kept as hashes alone.", .type = F_LINES, .max = 400000 },
};

/* An address as messages have it. */
static struct str normal(struct arena *a, struct str line)
{
	struct phone phone;
	if (phone_parse(line, &phone) == OK)
		return str_dup(a, str_from(phone.e164));
	return str_lower_ascii(a, line);
}

static enum err run_record(struct act_call *c)
{
	struct row *run = row_new(c->tx->arena, &noun_ncc_cleanse_run);
	struct str scope = set_has(c->present, RECORD_SCOPE) ? c->params[RECORD_SCOPE].s : STR("all");
	struct str rest = set_has(c->present, RECORD_BLOCKED) && c->params[RECORD_BLOCKED].kind == V_TEXT ? c->params[RECORD_BLOCKED].s : STR("");
	struct str *list = ARENA_ARRAY(c->tx->arena, struct str, BLOCKED_MAX + 1);
	int64_t n = 0;
	for (size_t at = 1; rest.p && rest.n; at++) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (!line.n)
			continue;
		list[n] = normal(c->tx->arena, line);
		if (n++ == BLOCKED_MAX || (list[n - 1].p[0] != '+' && !memchr(list[n - 1].p, '@', list[n - 1].n))) {
			problem_fault(c->tx->problem, STR("/blocked"), n > BLOCKED_MAX ? "range" : "format", n > BLOCKED_MAX ? "At most %zu lines at once." : "Line %zu is neither a mail address nor a telephone number.",
			              n > BLOCKED_MAX ? (size_t)BLOCKED_MAX : at);
			return problem_done(c->tx->problem);
		}
	}
	run->v[CLEANSE_FILE_HASH] = c->params[RECORD_HASH];
	run->v[CLEANSE_CHECKED] = c->params[RECORD_CHECKED];
	row_set_text(run, CLEANSE_SCOPE, scope);
	row_set_int(run, CLEANSE_BLOCKED, n);
	TRY(store_insert(c->tx, run, &c->ret_row));
	for (int64_t i = 0; i < n; i++)
		TRY(suppress(c->tx, list[i], str_z(c->tx->arena, scope), row_id(c->ret_row, F_ID_FIELD)));
	return OK;
}

static const struct act cleanse_acts[] = {
	{ .name = "record", .doc = "Takes down what the registry answered.", .right = "ncc_cleanse_run.create", .writes = true, .on_noun = true, .status = 201, .returns = &noun_ncc_cleanse_run, PARAMS(record_params), .run = run_record },
	{ .name = NULL },
};

const struct noun noun_consent_event = {
	.tag = 43, .name = "consent_event", .plural = "consent_events", .doc = "That somebody agreed to advertising, or did not.",
	FIELDS(consent_fields), .orders = consent_orders, .subject = SUBJECT_FIELD, .subject_field = CONSENT_CONTACT, .label = CONSENT_KIND, .own = -1,
	.parent = CONSENT_CUSTOMER, .no_delete = true, .append_only = true, .before_write = consent_before,
};

const struct noun noun_objection_event = {
	.tag = 44, .name = "objection_event", .plural = "objection_events", .doc = "That somebody wants no advertising.",
	FIELDS(objection_fields), .orders = objection_orders, .subject = SUBJECT_FIELD, .subject_field = OBJECTION_CONTACT, .label = OBJECTION_KIND,
	.own = OBJECTION_CUSTOMER, .parent = OBJECTION_CUSTOMER, .no_delete = true, .append_only = true, .before_write = objection_before,
	.after_write = objection_after,
};

const struct noun noun_suppression_hash = {
	.tag = 45, .name = "suppression_hash", .plural = "suppression_hashes", .doc = "An address that wants no advertising, as a hash.",
	FIELDS(suppression_fields), .orders = suppression_orders, .label = SUPPRESSION_SCOPE, .own = -1, .parent = -1, .no_delete = true, .internal = true,
};

const struct noun noun_ncc_registration = {
	.tag = 46, .name = "ncc_registration", .plural = "ncc_registrations", .doc = "The company's registration as a direct marketer with the National Consumer Commission.",
	FIELDS(ncc_fields), .orders = ncc_orders, .label = NCC_NO, .own = -1, .parent = -1, .no_delete = true, .before_write = ncc_before,
};

const struct noun noun_ncc_cleanse_run = {
	.tag = 47, .name = "ncc_cleanse_run", .plural = "ncc_cleanse_runs", .doc = "That your addresses were held against the registry of those who want no advertising.",
	FIELDS(cleanse_fields), .orders = cleanse_orders, .label = CLEANSE_AT, .own = -1, .parent = -1, .no_delete = true, .acts = cleanse_acts,
	.before_write = cleanse_before,
};
