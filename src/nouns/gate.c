#include "gate.h"

#include "doc.h"

#include <assert.h>

enum { CLEANSE_DAYS = 31 };
static const int64_t day_ms = 86400000;

const char *gate_name(enum gate_code code)
{
	static const char *const names[] = { "OPEN", "MARKETER_NOT_REGISTERED", "CLEANSE_STALE", "REGISTRY_BLOCK", "CPA_S11_DEMAND", "POPIA_11_3", "S69_2_ONCE",
		                             "S69_1", "REG4_SIGN", "S69_4" };
	static_assert(ARRAY_LEN(names) == GATE_CODES, "one name each");
	return names[code];
}

static enum gate_code electronic_gate(const struct gate_facts *f)
{
	if (f->asks_consent)
		return f->ever_asked || f->ever_withheld ? GATE_S69_2_ONCE : GATE_OPEN;
	return f->consented || f->from_sale ? GATE_OPEN : GATE_S69_1;
}

static enum gate_code first_denial(const struct gate_facts *f, struct instant now)
{
	if (!f->registered)
		return GATE_MARKETER_NOT_REGISTERED;
	if (!f->cleansed_ms || now.ms - f->cleansed_ms > CLEANSE_DAYS * day_ms)
		return GATE_CLEANSE_STALE;
	if (f->on_registry)
		return GATE_REGISTRY_BLOCK;
	if (f->demanded_stop)
		return GATE_CPA_S11_DEMAND;
	if (f->objected)
		return GATE_POPIA_11_3;
	if (f->electronic && electronic_gate(f) != GATE_OPEN)
		return electronic_gate(f);
	if (f->no_leaflets && f->physical)
		return GATE_REG4_SIGN;
	return f->identified && f->opt_out ? GATE_OPEN : GATE_S69_4;
}

struct gate_verdict gate_decide(const struct gate_facts *f, const struct calendar *holidays, const struct zone *zone, struct instant now)
{
	struct gate_verdict v = { first_denial(f, now), now };
	if (v.code != GATE_OPEN || f->agreed_timing)
		return v;
	struct local wall = zone_local(zone, now), open = calendar_contact(holidays, wall);
	if (open.day.days != wall.day.days || open.ms != wall.ms)
		v.from = zone_instant(zone, open, NULL);
	return v;
}

/* ---- the facts ---- */

enum err suppression_hash(struct tx *tx, struct str address, struct str *ret)
{
	struct key company, key;
	uint8_t out[32];
	const struct str lower = str_lower_ascii(tx->arena, str_trim(address));
	TRY(keystore_tenant_key(store_keys(tx->store), tx->tenant, KEY_EXTERNAL, &company));
	key_derive(&company, "suppression", &key);
	hmac_sha256(&key, &lower, 1, out);
	key_wipe(&key);
	key_wipe(&company);
	*ret = str_hex(tx->arena, out, sizeof(out));
	return OK;
}

static enum err newest(struct tx *tx, const struct noun *noun, int by, struct page *ret)
{
	struct query q = { .noun = noun, .sort = by, .ascending = false, .limit = LIST_LIMIT_MAX };
	return store_list(tx, &q, ret);
}

static enum err company_facts(struct tx *tx, struct gate_facts *f, struct str *ret_no)
{
	const struct row *company = tx_ctx(tx)->company;
	struct page page;
	struct day today;
	TRY(company_today(tx, &today));
	TRY(newest(tx, &noun_ncc_registration, NCC_CREATED_AT, &page));
	for (size_t i = 0; i < page.count && !f->registered; i++) {
		f->registered = row_int(page.rows[i], NCC_VALID_FROM) <= today.days && today.days <= row_int(page.rows[i], NCC_VALID_TO);
		*ret_no = row_text(page.rows[i], NCC_NO);
	}
	TRY(newest(tx, &noun_ncc_cleanse_run, CLEANSE_AT, &page));
	f->cleansed_ms = page.count ? row_int(page.rows[0], CLEANSE_AT) : 0;
	f->identified = row_text(company, TENANT_NAME).n && row_text(company, TENANT_EMAIL).n && row_text(company, TENANT_LINE1).n && row_text(company, TENANT_PHONE).n;
	return OK;
}

/* Whether what a row says is said for this recipient: the person himself, or the customer as a whole; and a message to the customer as a whole
 * heeds what any of his people said. */
static bool concerns(const struct row *event, int field, const struct row *message)
{
	return row_is_null(event, field) || row_is_null(message, MESSAGE_CONTACT) || id_eq(row_id(event, field), row_id(message, MESSAGE_CONTACT));
}

static enum err person_facts(struct tx *tx, const struct row *message, struct gate_facts *f, struct id *ret_consent)
{
	struct row **events;
	size_t n;
	if (row_is_null(message, MESSAGE_CUSTOMER))
		return OK;
	TRY(store_children(tx, &noun_objection_event, OBJECTION_CUSTOMER, row_id(message, MESSAGE_CUSTOMER), &events, &n));
	for (size_t i = 0; i < n; i++) {
		if (!concerns(events[i], OBJECTION_CONTACT, message))
			continue;
		f->demanded_stop |= row_is(events[i], OBJECTION_KIND, "stop");
		f->objected |= row_is(events[i], OBJECTION_KIND, "objection");
	}
	TRY(store_children(tx, &noun_consent_event, CONSENT_CUSTOMER, row_id(message, MESSAGE_CUSTOMER), &events, &n));
	for (size_t i = 0; i < n; i++) { /* the oldest first: the last word counts */
		const struct row *e = events[i];
		bool all = row_is(e, CONSENT_CHANNELS, "all"), here = all || str_eq(row_text(e, CONSENT_CHANNELS), row_text(message, MESSAGE_CHANNEL));
		/* Consent is one person's own; a customer's as a whole serves for all of his. */
		bool his = row_is_null(e, CONSENT_CONTACT) || id_eq(row_id(e, CONSENT_CONTACT), row_id(message, MESSAGE_CONTACT));
		f->ever_asked |= row_is(e, CONSENT_KIND, "requested") && concerns(e, CONSENT_CONTACT, message);
		f->ever_withheld |= row_is(e, CONSENT_KIND, "withheld") && concerns(e, CONSENT_CONTACT, message);
		if ((row_is(e, CONSENT_KIND, "given") || row_is(e, CONSENT_KIND, "sale")) && here && his) {
			f->consented = row_is(e, CONSENT_KIND, "given");
			f->from_sale = !f->consented;
			f->agreed_timing = row_int(e, CONSENT_TIMING) != 0;
			*ret_consent = row_id(e, F_ID_FIELD);
		} else if ((row_is(e, CONSENT_KIND, "withdrawn") || row_is(e, CONSENT_KIND, "withheld")) && here && concerns(e, CONSENT_CONTACT, message)) {
			f->consented = f->from_sale = f->agreed_timing = false;
		}
	}
	return OK;
}

static enum err address_facts(struct tx *tx, const struct row *message, struct gate_facts *f)
{
	struct row *found;
	struct str hash;
	TRY(suppression_hash(tx, row_text(message, MESSAGE_TO), &hash));
	enum err e = store_find(tx, &noun_suppression_hash, SUPPRESSION_HASH, VALUE_TEXT(hash), &found);
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	f->on_registry |= !row_is(found, SUPPRESSION_SCOPE, "own");
	f->demanded_stop |= row_is(found, SUPPRESSION_SCOPE, "own");
	return OK;
}

enum err gate_facts(struct tx *tx, const struct row *message, struct gate_facts *ret, struct str *ret_note)
{
	struct gate_facts f = { .electronic = true, .opt_out = true /* no such template is stored without {stop} */,
		                .asks_consent = row_is(message, MESSAGE_KIND, "consent_request") };
	struct id consent = { { 0 } };
	struct str ncc_no = STR("");
	struct buf b;
	struct json_out o;
	TRY(company_facts(tx, &f, &ncc_no));
	TRY(person_facts(tx, message, &f, &consent));
	TRY(address_facts(tx, message, &f));
	buf_init(&b, tx->arena, 2000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_instant(&o, "asked_at", tx->now);
	jw_member_str(&o, "ncc_no", ncc_no);
	if (f.cleansed_ms)
		jw_member_instant(&o, "cleansed_at", (struct instant){ f.cleansed_ms });
	if (!id_is_zero(consent))
		jw_member_id(&o, "consent_event_id", consent);
	jw_member_bool(&o, "agreed_timing", f.agreed_timing);
	jw_close(&o, '}');
	*ret_note = str_dup(tx->arena, buf_str(&b));
	*ret = f;
	return OK;
}
