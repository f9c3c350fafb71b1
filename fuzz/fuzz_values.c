/* fuzz_values.c - what people and files bring in as zones, phones, amounts and numbers: nothing crashes, and what is taken is read
 * back from its own text. */
#include "calendar.h"
#include "idno.h"
#include "limits.h"
#include "money.h"
#include "phone.h"
#include "zone.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good)
{
	if (!good)
		abort();
}

static void fuzz_zone(struct arena *a, struct str s)
{
	const struct zone *z;
	if (zone_parse(a, s, &z) != OK)
		return;
	for (int64_t ms = INT64_C(-4000000000000); ms < INT64_C(8000000000000); ms += INT64_C(400000000123)) {
		struct local l = zone_local(z, (struct instant){ ms });
		need(l.ms >= 0 && l.ms < 86400000);
		(void)zone_instant(z, l, NULL);
	}
}

static void fuzz_name(struct arena *a, struct str s)
{
	const struct zone *z;
	if (zone_name_valid(s) && zone_load(a, s, &z) == OK)
		(void)zone_local(z, (struct instant){ 0 });
}

static void fuzz_phone(struct arena *a, struct str s)
{
	struct phone p, again;
	if (phone_parse(s, &p) != OK)
		return;
	need(phone_parse(str_from(p.e164), &again) == OK && str_eqz(str_from(p.e164), again.e164));
	need(phone_parse(phone_str(a, &p), &again) == OK && str_eqz(str_from(p.e164), again.e164));
}

static void fuzz_numbers(struct arena *a, struct str s)
{
	struct money m, m2;
	struct qty q, q2;
	struct price p, p2;
	if (money_parse(s, &m) == OK)
		need(money_parse(money_str(a, m, NUMBER_COMMA), &m2) == OK && m.minor == m2.minor);
	if (qty_parse(s, &q) == OK)
		need(qty_parse(qty_str(a, q, NUMBER_PLAIN), &q2) == OK && q.milli == q2.milli);
	if (price_parse(s, &p) == OK)
		need(price_parse(price_str(a, p, NUMBER_PLAIN), &p2) == OK && p.e4 == p2.e4);
}

static void fuzz_ids(struct arena *a, struct str s)
{
	struct idno id;
	struct vatno vat;
	(void)a;
	(void)idno_read(s, &id);
	(void)vatno_read(s, &vat);
}

static int64_t number(struct str s, size_t at)
{
	uint64_t v = 0;
	for (size_t i = at; i < at + 8 && i < s.n; i++)
		v = v << 8 | (uint8_t)s.p[i];
	return (int64_t)v;
}

/* Documents out of raw bytes: refused, or their figures add up. */
static void fuzz_document(struct arena *a, struct str s)
{
	enum { LINE_BYTES = 24 };
	size_t count = s.n > 16 ? (s.n - 16) / LINE_BYTES : 0;
	struct document_line *lines = ARENA_ARRAY(a, struct document_line, count + 1);
	for (size_t i = 0; i < count; i++) {
		size_t at = 16 + i * LINE_BYTES;
		lines[i] = (struct document_line){ .qty = { number(s, at) >> (s.p[at] & 31) },
			                           .price = { number(s, at + 8) >> 28 },
			                           .discount_bp = (int32_t)(number(s, at + 16) >> 48),
			                           .rate_bp = (int32_t)(number(s, at + 18) >> 48),
			                           .tax_code = s.p[at + 20] & 1 };
	}
	const struct document d = { s.n ? (enum vat_mode)(s.p[0] & 1) : VAT_EXCLUSIVE, lines, count,
		                    (int32_t)(number(s, 1) >> 48), { number(s, 3) >> 30 } };
	struct document_fault fault;
	struct totals t;
	if (document_totals(a, &d, &fault, &t) != OK)
		return;
	int64_t shares = 0;
	for (size_t i = 0; i < count; i++)
		shares += t.lines[i].share.minor;
	need(shares == t.discount.minor && t.total.minor == t.net.minor + t.vat.minor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const kinds[])(struct arena *, struct str) = { fuzz_zone,    fuzz_name, fuzz_phone,
		                                                     fuzz_numbers, fuzz_ids,  fuzz_document };
	if (size == 0 || size > 64 * KIB)
		return 0;
	with_arena struct arena *a = arena_new(16 * MIB);
	kinds[data[0] % ARRAY_LEN(kinds)](a, (struct str){ (const char *)data + 1, size - 1 });
	return 0;
}
