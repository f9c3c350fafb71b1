/* The pure parts of messages: places in texts, what must not go out, times between attempts, quiet hours, the gate for advertising. */
#include "check.h"

#include "dispatch.h"
#include "gate.h"
#include "merge.h"
#include "messages.h"
#include "zone.h"

static struct arena *a;

static int start(void **state)
{
	(void)state;
	a = arena_new(MIB);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static struct merge_values values(void)
{
	static struct row *customer, *company;
	customer = row_new(a, &noun_customer);
	company = row_new(a, &noun_tenant);
	row_set_text(customer, CUSTOMER_NAME, STR("A {link} & {code} <b>"));
	row_set_text(company, TENANT_NAME, STR("Caf\xc3\xa9"));
	row_set_text(company, TENANT_EMAIL, STR("info@x.example"));
	return (struct merge_values){ .arena = a, .company = company, .customer = customer, .language = STR("en"), .link = MERGE_LINK, .code = MERGE_CODE, .words = STR("") };
}

static void places(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "plain } text", "plain } text" },
		{ "{company.name}", "Caf\xc3\xa9" },
		{ "{{company.name}", "{company.name}" },
		{ "a {customer.name} b", "a A (link) & (code) <b> b" },
		{ "{link}{link}", "{link}{link}" },
		{ "{document.number}.", "." },
		{ "{nothing.such}x", "x" },
		{ "open {", "open " },
	};
	struct merge_values m = values();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str got = merge_text(&m, str_from(rows[i].text));
		if (!str_eqz(got, rows[i].want))
			fail_msg("%s gives " STR_FMT, rows[i].text, STR_ARG(got));
	}
	struct str late = merge_late(a, merge_text(&m, STR("{customer.name} {link} {code}")), STR("https://x/#t"), STR("123"));
	assert_true(str_eqz(late, "A (link) & (code) <b> https://x/#t 123"));
}

static void places_are_checked(void **state)
{
	(void)state;
	static const struct {
		const char *kind, *text, *code; /* NULL: good */
	} rows[] = {
		{ "quote_sent", "{customer.name} {document.total} {link}", NULL },
		{ "quote_sent", "{payment.amount}", "choice" },
		{ "quote_sent", "{customer.reg_no}", "choice" },
		{ "quote_sent", "{ document.total}", "choice" },
		{ "quote_sent", "{}", "choice" },
		{ "quote_sent", "{document.total", "format" },
		{ "quote_sent", "{{ and }", NULL },
		{ "portal_code", "{code}", NULL },
		{ "invoice_sent", "{code}", "choice" },
		{ "marketing", "{stop}", NULL },
		{ "invoice_sent", "{stop}", "choice" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct problem p;
		problem_init(&p, a);
		merge_check(&p, str_from(rows[i].text), str_from(rows[i].kind), STR("/body"));
		if (rows[i].code ? !p.faults || strcmp(p.faults->code, rows[i].code) != 0 : p.faults != NULL)
			fail_msg("%s in %s", rows[i].text, rows[i].kind);
	}
}

static void pages(void **state)
{
	(void)state;
	struct str got = merge_html(a, STR("<i>\"Tom's\"</i> & co\nhttps://x/#t."), STR("https://x/#t"));
	assert_non_null(memmem(got.p, got.n, "&lt;i&gt;&quot;Tom&#39;s&quot;&lt;/i&gt; &amp; co<br>\n<a href=\"https://x/#t\">https://x/#t</a>.", 85));
	got = merge_html(a, STR("none"), STR(""));
	assert_non_null(memmem(got.p, got.n, "<p>none</p>", 11));
}

static void plain_signs(void **state)
{
	(void)state;
	struct merge_values m = values();
	m.plain = true;
	row_set_text((struct row *)(uintptr_t)m.customer, CUSTOMER_NAME, STR("R\xc2\xa0" "5\xe2\x80\x93" "6"));
	assert_true(str_eqz(merge_text(&m, STR("{customer.name}")), "R 5-6"));
}

static void identity_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool forbidden;
	} rows[] = {
		{ "nothing", false },
		{ "8001015009087", true },
		{ "ID: 800101 5009 087.", true },
		{ "800101-5009-087", true },
		{ "x8001015009087x", true },
		{ "80010150090871", false },  /* fourteen digits */
		{ "18001015009087", false },
		{ "8001015009088", false },   /* the check digit */
		{ "9999995009087", false },   /* no date */
		{ "INV-00001 R 8 940,10 082 555 0201", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if ((message_forbidden(a, str_from(rows[i].text), NULL, 0) != NULL) != rows[i].forbidden)
			fail_msg("%s", rows[i].text);
}

/* Whatever is of the highest class is told by its class alone, in any noun that a message reads (S-168). */
static void sealed_values(void **state)
{
	(void)state;
	const struct noun *const nouns[] = { &noun_customer, &noun_contact, &noun_site, &noun_quote, &noun_invoice, &noun_credit_note, &noun_job, &noun_enquiry };
	size_t seen = 0;
	for (size_t n = 0; n < ARRAY_LEN(nouns); n++)
		for (size_t i = F_COMMON_FIELDS; i < nouns[n]->field_count; i++) {
			if (nouns[n]->fields[i].privacy != PRIVACY_SPECIAL)
				continue;
			struct row *r = row_new(a, nouns[n]);
			const struct row *rows[] = { NULL, r };
			row_set_text(r, (int)i, STR("gate 4711"));
			seen++;
			assert_non_null(message_forbidden(a, STR("the code: gate 4711!"), rows, 2));
			assert_null(message_forbidden(a, STR("the code: gate 4712!"), rows, 2));
		}
	assert_true(seen >= 2);
}

static void times_between_attempts(void **state)
{
	(void)state;
	static const int64_t minutes[] = { 1, 5, 15, 60, 60, 60 };
	for (size_t i = 0; i < ARRAY_LEN(minutes); i++)
		for (uint32_t dice = 0; dice < 5000; dice += 37) {
			int64_t ms = dispatch_backoff_ms((int64_t)i + 1, dice);
			assert_true(ms >= minutes[i] * 48000 && ms <= minutes[i] * 72000);
		}
	assert_int_not_equal(dispatch_backoff_ms(2, 0), dispatch_backoff_ms(2, 1000));
}

static void quiet_hours(void **state)
{
	(void)state;
	static const struct {
		int32_t at, from, until, want;
	} rows[] = {
		{ 1199, 1200, 420, 1199 }, { 1200, 1200, 420, 420 + 1440 }, { 1439, 1200, 420, 420 + 1440 }, { 0, 1200, 420, 420 }, { 419, 1200, 420, 420 },
		{ 420, 1200, 420, 420 },   { 700, 600, 800, 800 },          { 599, 600, 800, 599 },           { 800, 600, 800, 800 }, { 30, 500, 500, 30 },
		{ 500, 500, 500, 500 },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(dispatch_quiet(rows[i].at, rows[i].from, rows[i].until), rows[i].want);
}

/* ---- the gate (law.md 7A.1) ---- */

static const struct gate_facts may = {
	.registered = true, .cleansed_ms = 1, .electronic = true, .consented = true, .identified = true, .opt_out = true,
};

static struct gate_verdict ask(struct gate_facts f, const char *at)
{
	static const struct calendar none = { NULL, 0 };
	const struct zone *zone;
	struct instant now;
	assert_int_equal(zone_load(a, STR("Africa/Johannesburg"), &zone), OK);
	assert_int_equal(instant_parse(str_from(at), &now), OK);
	if (f.cleansed_ms == 1)
		f.cleansed_ms = now.ms - 1000;
	return gate_decide(&f, &none, zone, now);
}

static const char friday[] = "2026-11-20T12:00:00+02:00";

/* One denial for each code, and each code before those that follow it. */
static void denials(void **state)
{
	(void)state;
	struct gate_facts f = { .physical = true, .no_leaflets = true, .electronic = true, .on_registry = true, .demanded_stop = true, .objected = true };
	assert_int_equal(ask(f, friday).code, GATE_MARKETER_NOT_REGISTERED);
	f.registered = true;
	assert_int_equal(ask(f, friday).code, GATE_CLEANSE_STALE);
	f.cleansed_ms = 1;
	assert_int_equal(ask(f, friday).code, GATE_REGISTRY_BLOCK);
	f.on_registry = false;
	assert_int_equal(ask(f, friday).code, GATE_CPA_S11_DEMAND);
	f.demanded_stop = false;
	assert_int_equal(ask(f, friday).code, GATE_POPIA_11_3);
	f.objected = false;
	assert_int_equal(ask(f, friday).code, GATE_S69_1);
	f.asks_consent = f.ever_asked = true;
	assert_int_equal(ask(f, friday).code, GATE_S69_2_ONCE);
	f.ever_asked = false;
	f.ever_withheld = true;
	assert_int_equal(ask(f, friday).code, GATE_S69_2_ONCE);
	f.ever_withheld = false;
	assert_int_equal(ask(f, friday).code, GATE_REG4_SIGN);
	f.no_leaflets = false;
	assert_int_equal(ask(f, friday).code, GATE_S69_4);
	f.identified = true;
	assert_int_equal(ask(f, friday).code, GATE_S69_4);
	f.opt_out = true;
	assert_int_equal(ask(f, friday).code, GATE_OPEN);
	f.asks_consent = false;
	assert_int_equal(ask(f, friday).code, GATE_S69_1);
	f.from_sale = true;
	assert_int_equal(ask(f, friday).code, GATE_OPEN);
	for (int i = 0; i < GATE_CODES; i++)
		assert_true(gate_name((enum gate_code)i)[0] != 0);
}

static void cleanse_holds_for_31_days(void **state)
{
	(void)state;
	struct gate_facts f = may;
	struct instant now;
	assert_int_equal(instant_parse(str_from(friday), &now), OK);
	f.cleansed_ms = now.ms - (int64_t)31 * 86400000;
	assert_int_equal(ask(f, friday).code, GATE_OPEN);
	f.cleansed_ms--;
	assert_int_equal(ask(f, friday).code, GATE_CLEANSE_STALE);
}

/* The vectors of law.md 3.4 and 7A.2, through the gate. */
static void windows(void **state)
{
	(void)state;
	static const struct {
		const char *at, *open;
	} rows[] = {
		{ "2026-11-20T19:59:59+02:00", "2026-11-20T17:59:59.000Z" }, /* Friday: the same */
		{ "2026-11-20T20:00:00+02:00", "2026-11-21T07:00:00.000Z" }, /* Saturday 09:00 */
		{ "2026-11-21T12:59:59+02:00", "2026-11-21T10:59:59.000Z" },
		{ "2026-11-21T13:00:00+02:00", "2026-11-23T06:00:00.000Z" }, /* Monday 08:00 */
		{ "2026-11-23T07:59:59+02:00", "2026-11-23T06:00:00.000Z" },
		{ "2026-08-08T13:00:00+02:00", "2026-08-11T06:00:00.000Z" }, /* Women's Day on a Sunday, and its Monday */
		{ "2026-08-09T12:00:00+02:00", "2026-08-11T06:00:00.000Z" },
		{ "2026-08-10T12:00:00+02:00", "2026-08-11T06:00:00.000Z" },
		{ "2026-12-24T20:00:00+02:00", "2026-12-28T06:00:00.000Z" },
		{ "2026-04-02T20:00:00+02:00", "2026-04-04T07:00:00.000Z" }, /* Good Friday */
		{ "2026-09-23T20:30:00+02:00", "2026-09-25T06:00:00.000Z" },
		{ "2033-12-24T13:00:00+02:00", "2033-12-27T06:00:00.000Z" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gate_verdict v = ask(may, rows[i].at);
		assert_int_equal(v.code, GATE_OPEN);
		if (!str_eqz(instant_str(a, v.from), rows[i].open))
			fail_msg("%s opens at %s", rows[i].at, instant_str(a, v.from).p);
	}
	struct gate_facts agreed = may;
	agreed.agreed_timing = true;
	assert_true(str_eqz(instant_str(a, ask(agreed, "2026-08-09T12:00:00+02:00").from), "2026-08-09T10:00:00.000Z"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(places, start, stop),
		cmocka_unit_test_setup_teardown(places_are_checked, start, stop),
		cmocka_unit_test_setup_teardown(pages, start, stop),
		cmocka_unit_test_setup_teardown(plain_signs, start, stop),
		cmocka_unit_test_setup_teardown(identity_numbers, start, stop),
		cmocka_unit_test_setup_teardown(sealed_values, start, stop),
		cmocka_unit_test_setup_teardown(times_between_attempts, start, stop),
		cmocka_unit_test_setup_teardown(quiet_hours, start, stop),
		cmocka_unit_test_setup_teardown(denials, start, stop),
		cmocka_unit_test_setup_teardown(cleanse_holds_for_31_days, start, stop),
		cmocka_unit_test_setup_teardown(windows, start, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
