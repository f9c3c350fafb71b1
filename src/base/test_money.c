#include "check.h"

#include "json.h"
#include "limits.h"
#include "money_samples.h"
#include "time.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASES = 100000, LINES = 12 };

static json_t *vectors(struct arena *a)
{
	const char *root = getenv("FIELDWARD_SOURCE");
	struct str path = str_fmt(a, "%s/tests/vectors/money.json", root ? root : ".");
	json_t *v = json_load_file(path.p, 0, NULL);
	assert_non_null(v);
	return v;
}

static void check_totals(const struct document *d, const struct totals *t, const json_t *expect)
{
	const json_t *nets = json_object_get(expect, "line_net"), *shares = json_object_get(expect, "shares");
	const json_t *groups = json_object_get(expect, "groups");
	for (size_t i = 0; i < d->count; i++) {
		assert_int_equal(t->lines[i].net.minor, json_integer_value(json_array_get(nets, i)));
		assert_int_equal(t->lines[i].share.minor, json_integer_value(json_array_get(shares, i)));
	}
	assert_int_equal(t->group_count, json_array_size(groups));
	for (size_t i = 0; i < t->group_count; i++) {
		const json_t *g = json_array_get(groups, i);
		assert_int_equal(t->groups[i].tax_code, json_number(g, "tax_code"));
		assert_int_equal(t->groups[i].rate_bp, json_number(g, "rate_bp"));
		assert_int_equal(t->groups[i].base.minor, json_number(g, "base"));
		assert_int_equal(t->groups[i].vat.minor, json_number(g, "vat"));
		assert_int_equal(t->groups[i].net.minor, json_number(g, "net"));
	}
	assert_int_equal(t->sum.minor, json_number(expect, "sum"));
	assert_int_equal(t->discount.minor, json_number(expect, "discount"));
	assert_int_equal(t->net.minor, json_number(expect, "net"));
	assert_int_equal(t->vat.minor, json_number(expect, "vat"));
	assert_int_equal(t->total.minor, json_number(expect, "total"));
}

static void documents_give_the_vectors(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	json_t *v = vectors(a);
	const json_t *docs = json_object_get(v, "documents"), *refused = json_object_get(v, "refused");
	assert_true(json_array_size(docs) >= 20);
	struct document_fault fault;
	struct totals t;
	for (size_t i = 0; i < json_array_size(docs); i++) {
		const json_t *o = json_array_get(docs, i);
		struct document d = document_from_json(a, o);
		if (document_totals(a, &d, &fault, &t) != OK)
			fail_msg("refused: %s", json_string_value(json_object_get(o, "name")));
		check_totals(&d, &t, json_object_get(o, "expect"));
	}
	for (size_t i = 0; i < json_array_size(refused); i++) {
		const json_t *o = json_array_get(refused, i), *line = json_object_get(o, "line");
		struct document d = document_from_json(a, o);
		t.total.minor = 77;
		assert_int_equal(document_totals(a, &d, &fault, &t), E_INVALID);
		assert_int_equal(t.total.minor, 77);
		assert_string_equal(fault.field, json_string_value(json_object_get(o, "field")));
		assert_int_equal(fault.line, json_is_null(line) ? SIZE_MAX : (size_t)json_integer_value(line));
	}
	json_decref(v);
}

static void small_functions_give_the_vectors(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	json_t *v = vectors(a);
	const json_t *vat = json_object_get(v, "vat_of_inclusive_15"), *cash = json_object_get(v, "cash");
	for (size_t i = 0; i < json_array_size(vat); i++) {
		const json_t *row = json_array_get(vat, i);
		struct money m = { json_integer_value(json_array_get(row, 0)) };
		assert_int_equal(money_part(m, 1500, BP_FULL + 1500).minor, json_integer_value(json_array_get(row, 1)));
	}
	for (size_t i = 0; i < json_array_size(cash); i++) {
		const json_t *row = json_array_get(cash, i);
		struct money m = { json_integer_value(json_array_get(row, 0)) };
		assert_int_equal(money_cash(m).minor, json_integer_value(json_array_get(row, 1)));
	}
	json_decref(v);
}

static enum err parse_one(const char *kind, struct str s, int64_t *ret)
{
	struct money m = { *ret };
	struct qty q = { *ret };
	struct price p = { *ret };
	enum err e = kind[0] == 'm' ? money_parse(s, &m) : kind[0] == 'q' ? qty_parse(s, &q) : price_parse(s, &p);
	*ret = kind[0] == 'm' ? m.minor : kind[0] == 'q' ? q.milli : p.e4;
	return e;
}

static struct str show_one(struct arena *a, const char *kind, int64_t v, enum number_style style)
{
	if (kind[0] == 'm')
		return money_str(a, (struct money){ v }, style);
	return kind[0] == 'q' ? qty_str(a, (struct qty){ v }, style) : price_str(a, (struct price){ v }, style);
}

static void typed_numbers_give_the_vectors(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	json_t *v = vectors(a), *rows;
	const char *kind;
	json_object_foreach (json_object_get(v, "typed"), kind, rows) {
		for (size_t i = 0; i < json_array_size(rows); i++) {
			const json_t *row = json_array_get(rows, i), *want = json_array_get(row, 1);
			int64_t got = 77;
			enum err e = parse_one(kind, json_text(json_array_get(row, 0)), &got);
			if ((e == OK) == json_is_null(want) || got != (e == OK ? json_integer_value(want) : 77))
				fail_msg("%s \"%s\" gave %lld", kind, json_string_value(json_array_get(row, 0)), (long long)got);
		}
	}
	json_decref(v);
}

static void shown_numbers_give_the_vectors(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	json_t *v = vectors(a), *rows;
	const char *kind;
	json_object_foreach (json_object_get(v, "shown"), kind, rows) {
		for (size_t i = 0; i < json_array_size(rows); i++) {
			const json_t *row = json_array_get(rows, i);
			int64_t value = json_integer_value(json_array_get(row, 0)), back = 0;
			for (unsigned style = 0; style < NUMBER_STYLES; style++) {
				struct str s = show_one(a, kind, value, (enum number_style)style);
				const char *want = json_string_value(json_array_get(row, style + 1));
				if (!str_eqz(s, want))
					fail_msg("%s: got \"" STR_FMT "\", want \"%s\"", kind, STR_ARG(s), want);
				if (kind[0] == 'm' || style == NUMBER_PLAIN) {
					assert_int_equal(parse_one(kind, s, &back), OK);
					assert_int_equal(back, value);
				}
			}
		}
	}
	json_decref(v);
}

/* ---- properties over random documents ---- */

struct sample {
	struct document_line lines[LINES];
	struct document d;
};

static void sample_make(struct dice *x, struct sample *s)
{
	s->d = sample_document(x, s->lines, 1 + dice(x, LINES));
}

static struct totals totals_of(struct arena *a, const struct document *d)
{
	struct totals t = { 0 };
	struct document_fault fault = { 0, "" };
	enum err e = document_totals(a, d, &fault, &t);
	if (e != OK)
		fail_msg("refused: %s", fault.field);
	return t;
}

static void check_sums(const struct document *d, const struct totals *t)
{
	int64_t sum = 0, shares = 0, after = 0, base = 0;
	for (size_t i = 0; i < d->count; i++) {
		const struct line_figures *f = &t->lines[i];
		sum += f->net.minor;
		shares += f->share.minor;
		after += f->after.minor;
		assert_int_equal(f->after.minor, f->net.minor - f->share.minor);
		if (d->lines[i].skip)
			assert_true(f->net.minor == 0 && f->share.minor == 0 && f->after.minor == 0);
	}
	for (size_t i = 0; i < t->group_count; i++)
		base += t->groups[i].base.minor;
	assert_int_equal(sum, t->sum.minor);
	assert_int_equal(shares, t->discount.minor);
	assert_int_equal(after, base);
	assert_int_equal(after, sum - shares);
	assert_int_equal(t->total.minor, t->net.minor + t->vat.minor);
	/* What was typed with tax in it is what is paid, to the cent. */
	if (d->mode == VAT_INCLUSIVE)
		assert_int_equal(t->total.minor, after);
}

__extension__ typedef __int128 wide;

static wide wide_abs(wide v)
{
	return v < 0 ? -v : v;
}

/* Whether `rounded` is `exact / of` to the nearest, and the larger of two that are as near. */
static bool is_rounded(int64_t rounded, wide exact, wide of)
{
	wide size = wide_abs(exact), r = wide_abs(rounded);
	return (rounded == 0 || (rounded < 0) == (exact < 0)) && 2 * size < (2 * r + 1) * of && 2 * size >= (2 * r - 1) * of;
}

/* Every figure that is rounded, against what it was rounded from. */
static void check_rounding(const struct document *d, const struct totals *t)
{
	wide sum = t->sum.minor;
	for (size_t i = 0; i < d->count; i++) {
		const struct document_line *l = &d->lines[i];
		const struct line_figures *f = &t->lines[i];
		wide exact = (wide)l->qty.milli * l->price.e4 * (BP_FULL - l->discount_bp);
		if (!l->skip)
			assert_true(is_rounded(f->net.minor, exact, (wide)1000 * 100 * BP_FULL));
		/* No share is a whole cent off. */
		if (sum != 0)
			assert_true(wide_abs(f->share.minor * sum - (wide)t->discount.minor * f->net.minor) < wide_abs(sum));
		else
			assert_int_equal(f->share.minor, 0);
	}
	if (d->discount_bp)
		assert_true(is_rounded(t->discount.minor, sum * d->discount_bp, BP_FULL));
	for (size_t i = 0; i < t->group_count; i++) {
		const struct vat_group *g = &t->groups[i];
		bool inclusive = d->mode == VAT_INCLUSIVE;
		assert_true(is_rounded(g->vat.minor, (wide)g->base.minor * g->rate_bp, inclusive ? BP_FULL + g->rate_bp : BP_FULL));
		assert_int_equal(g->base.minor, inclusive ? g->net.minor + g->vat.minor : g->net.minor);
	}
}

/* Each line is in one group, no group is there twice or for nothing, and the groups add up to the totals. */
static void check_groups(const struct document *d, const struct totals *t)
{
	int64_t net = 0, vat = 0;
	size_t counted = 0, found = 0;
	for (size_t i = 0; i < d->count; i++)
		counted += !d->lines[i].skip;
	for (size_t i = 0; i < t->group_count; i++) {
		const struct vat_group *g = &t->groups[i];
		int64_t base = 0;
		size_t before = found;
		for (size_t k = 0; k < d->count; k++) {
			const struct document_line *l = &d->lines[k];
			if (l->skip || l->tax_code != g->tax_code || l->rate_bp != g->rate_bp)
				continue;
			base += t->lines[k].after.minor;
			found++;
		}
		assert_true(found > before);
		assert_int_equal(base, g->base.minor);
		net += g->net.minor;
		vat += g->vat.minor;
	}
	assert_int_equal(found, counted);
	assert_int_equal(net, t->net.minor);
	assert_int_equal(vat, t->vat.minor);
}

static void check_credit(struct arena *a, const struct sample *s, const struct totals *t)
{
	struct sample credit = *s;
	credit.d.lines = credit.lines;
	for (size_t i = 0; i < s->d.count; i++)
		credit.lines[i].qty.milli = -s->lines[i].qty.milli;
	struct totals c = totals_of(a, &credit.d);
	assert_true(c.net.minor == -t->net.minor && c.vat.minor == -t->vat.minor && c.total.minor == -t->total.minor);
	for (size_t i = 0; i < s->d.count; i++)
		assert_true(c.lines[i].net.minor == -t->lines[i].net.minor && c.lines[i].share.minor == -t->lines[i].share.minor);
	assert_int_equal(c.group_count, t->group_count);
	for (size_t i = 0; i < t->group_count; i++)
		assert_true(c.groups[i].base.minor == -t->groups[i].base.minor && c.groups[i].vat.minor == -t->groups[i].vat.minor);
}

/* Ties of remainders go by position, so only then and only between rates can the order of lines matter at all. */
static void check_order(struct arena *a, struct dice *x, const struct sample *s, const struct totals *t)
{
	struct sample other = *s;
	other.d.lines = other.lines;
	for (size_t i = s->d.count; i-- > 1;) {
		size_t j = dice(x, i + 1);
		struct document_line l = other.lines[i];
		other.lines[i] = other.lines[j];
		other.lines[j] = l;
	}
	struct totals o = totals_of(a, &other.d);
	assert_true(o.sum.minor == t->sum.minor && o.discount.minor == t->discount.minor);
	if (s->d.discount_bp == 0 || t->group_count == 1)
		assert_true(o.net.minor == t->net.minor && o.vat.minor == t->vat.minor && o.total.minor == t->total.minor);
	if (s->d.mode == VAT_INCLUSIVE)
		assert_int_equal(o.total.minor, t->total.minor);
}

static void properties_hold(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct dice x = { 20261121 };
	int64_t started = monotonic_ms();
	for (int i = 0; i < CASES; i++) {
		struct sample s = { 0 };
		sample_make(&x, &s);
		struct totals t = totals_of(a, &s.d);
		int64_t size = t.sum.minor < 0 ? -t.sum.minor : t.sum.minor;
		if (s.d.discount_bp == 0 && dice(&x, 2) && size > 0) {
			s.d.discount.minor = (int64_t)dice(&x, (uint64_t)size + 1);
			t = totals_of(a, &s.d);
		}
		check_sums(&s.d, &t);
		check_rounding(&s.d, &t);
		check_groups(&s.d, &t);
		check_credit(a, &s, &t);
		if (s.d.discount.minor == 0)
			check_order(a, &x, &s, &t);
		arena_reset(a);
	}
	print_message("%d documents, %d ms\n", CASES, (int)(monotonic_ms() - started));
}

/* What is refused stays as it was, and is refused alike on its credit; what is not is right at the very limits too. */
static void properties_hold_at_the_limits(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct dice x = { 20261122 };
	int refused = 0;
	for (int i = 0; i < CASES; i++) {
		struct sample s = { 0 };
		struct document_fault fault, again;
		struct totals t = { .total = { 77 } }, c = { .total = { 77 } };
		sample_make(&x, &s);
		sample_stretch(&x, &s.d, s.lines);
		if (document_totals(a, &s.d, &fault, &t) == OK) {
			check_sums(&s.d, &t);
			check_rounding(&s.d, &t);
			check_groups(&s.d, &t);
			check_credit(a, &s, &t);
		} else {
			for (size_t k = 0; k < s.d.count; k++)
				s.lines[k].qty.milli = -s.lines[k].qty.milli;
			assert_int_equal(document_totals(a, &s.d, &again, &c), E_INVALID);
			assert_int_equal(again.line, fault.line);
			assert_string_equal(again.field, fault.field);
			assert_true(t.total.minor == 77 && c.total.minor == 77);
			refused++;
		}
		arena_reset(a);
	}
	assert_in_range(refused, CASES / 5, CASES * 4 / 5);
}

static void lines_have_a_limit(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct document_line *lines = ARENA_ARRAY(a, struct document_line, DOCUMENT_LINES_MAX + 1);
	for (size_t i = 0; i <= DOCUMENT_LINES_MAX; i++)
		lines[i] = (struct document_line){ .qty = { 1000 }, .price = { 10000 }, .rate_bp = 1500 };
	struct document d = { .lines = lines, .count = DOCUMENT_LINES_MAX };
	struct document_fault fault;
	struct totals t = totals_of(a, &d);
	assert_int_equal(t.total.minor, 230000);
	d.count++;
	assert_int_equal(document_totals(a, &d, &fault, &t), E_INVALID);
	assert_string_equal(fault.field, "lines");
	assert_true(fault.line == SIZE_MAX);
}

static void any_amount_is_read_back(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct dice x = { 7 };
	for (int i = 0; i < CASES; i++) {
		int64_t v = (int64_t)dice(&x, dice(&x, 2) ? 100000 : MONEY_MAX) * (dice(&x, 2) ? 1 : -1);
		for (unsigned style = 0; style < NUMBER_STYLES; style++) {
			struct money back = { 0 };
			struct str s = money_str(a, (struct money){ v }, (enum number_style)style);
			if (money_parse(s, &back) != OK || back.minor != v)
				fail_msg("%s", s.p);
		}
		arena_reset(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_give_the_vectors),     cmocka_unit_test(small_functions_give_the_vectors),
		cmocka_unit_test(typed_numbers_give_the_vectors), cmocka_unit_test(shown_numbers_give_the_vectors),
		cmocka_unit_test(properties_hold),                cmocka_unit_test(properties_hold_at_the_limits),
		cmocka_unit_test(lines_have_a_limit),             cmocka_unit_test(any_amount_is_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
