#include "money.h"

#include "buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Products of the limits fit: 10^10 * 10^11 * 10^4 < 2^127. The compilers that we name have it; ISO C does not. */
__extension__ typedef __int128 wide;

static wide wide_abs(wide v)
{
	return v < 0 ? -v : v;
}

/* a / b for b > 0, half away from zero. */
static wide divide_half_away(wide a, wide b)
{
	wide q = (2 * wide_abs(a) + b) / (2 * b);
	return a < 0 ? -q : q;
}

static bool put(wide v, struct money *ret)
{
	if (wide_abs(v) > MONEY_MAX)
		return false;
	ret->minor = (int64_t)v;
	return true;
}

struct money money_part(struct money m, int32_t bp, int32_t of)
{
	return (struct money){ (int64_t)divide_half_away((wide)m.minor * bp, of) };
}

struct price price_without_tax(struct price p, int32_t rate_bp)
{
	return (struct price){ (int64_t)divide_half_away((wide)p.e4 * BP_FULL, BP_FULL + rate_bp) };
}

struct price price_with_tax(struct price p, int32_t rate_bp)
{
	return (struct price){ (int64_t)divide_half_away((wide)p.e4 * (BP_FULL + rate_bp), BP_FULL) };
}

struct money money_share(struct money m, int64_t part, int64_t whole)
{
	return (struct money){ (int64_t)divide_half_away((wide)m.minor * part, whole) };
}

struct money money_cost(struct price p, struct qty q)
{
	return (struct money){ (int64_t)divide_half_away((wide)p.e4 * q.milli, 100000) };
}

struct money money_cash(struct money m)
{
	return (struct money){ m.minor - m.minor % 10 };
}

static enum err fault_at(struct document_fault *fault, size_t line, const char *field)
{
	*fault = (struct document_fault){ line, field };
	return E_INVALID;
}

static const char *line_fault(const struct document_line *l)
{
	if (l->qty.milli > QTY_MAX || l->qty.milli < -QTY_MAX)
		return "qty";
	if (l->price.e4 < 0 || l->price.e4 > PRICE_MAX)
		return "price";
	if (l->discount_bp < 0 || l->discount_bp > BP_FULL)
		return "discount_bp";
	return l->rate_bp < 0 || l->rate_bp > BP_FULL ? "rate_bp" : NULL;
}

/* qty/1000 * price/10000 * 100 cents * (1 - discount), rounded once. */
static bool line_net(const struct document_line *l, struct money *ret)
{
	wide exact = (wide)l->qty.milli * l->price.e4 * (BP_FULL - l->discount_bp);
	return put(divide_half_away(exact, (wide)1000 * 100 * BP_FULL), ret);
}

static enum err sum_lines(const struct document *d, struct document_fault *fault, struct totals *t)
{
	wide sum = 0;
	for (size_t i = 0; i < d->count; i++) {
		if (d->lines[i].skip)
			continue;
		const char *field = line_fault(&d->lines[i]);
		if (field)
			return fault_at(fault, i, field);
		if (!line_net(&d->lines[i], &t->lines[i].net))
			return fault_at(fault, i, "net");
		sum += t->lines[i].net.minor;
	}
	return put(sum, &t->sum) ? OK : fault_at(fault, SIZE_MAX, "total");
}

static enum err document_discount(const struct document *d, struct document_fault *fault, struct totals *t)
{
	int64_t sum = t->sum.minor, amount = d->discount.minor;
	if (d->discount_bp < 0 || d->discount_bp > BP_FULL || amount < 0 || (amount && d->discount_bp))
		return fault_at(fault, SIZE_MAX, "discount");
	if (amount > (sum < 0 ? -sum : sum))
		return fault_at(fault, SIZE_MAX, "discount");
	t->discount = d->discount_bp ? money_part(t->sum, d->discount_bp, BP_FULL)
	                             : (struct money){ sum < 0 ? -amount : amount };
	return OK;
}

/* What was cut off a line's share: `rest` has the sign of the missing cents, or is 0. */
struct cut {
	wide rest;
	size_t line;
};

static int cut_cmp(const void *x, const void *y)
{
	const struct cut *a = x, *b = y;
	wide p = wide_abs(a->rest), q = wide_abs(b->rest);
	if (p != q)
		return p < q ? 1 : -1;
	return (a->line > b->line) - (a->line < b->line);
}

/* The largest remainder: every share is cut toward zero, then the missing cents go one each to the lines that lost most in the
 * direction of what is missing. There are always enough: the losses add up to what is missing and each is below one cent. */
static void spread(struct arena *a, const struct document *d, struct totals *t)
{
	struct cut *cuts = ARENA_ARRAY(a, struct cut, d->count + 1);
	int64_t missing = t->discount.minor;
	size_t count = 0;
	if (missing == 0)
		return;
	for (size_t i = 0; i < d->count; i++) {
		wide exact = (wide)t->discount.minor * t->lines[i].net.minor;
		int64_t share = (int64_t)(exact / t->sum.minor);
		wide rest = (exact - (wide)share * t->sum.minor) * (t->sum.minor < 0 ? -1 : 1);
		t->lines[i].share.minor = share;
		missing -= share;
		cuts[count++] = (struct cut){ rest, i };
	}
	int64_t cent = missing < 0 ? -1 : 1;
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (cuts[i].rest * cent > 0)
			cuts[kept++] = cuts[i];
	qsort(cuts, kept, sizeof(*cuts), cut_cmp);
	for (size_t i = 0; i < kept && missing != 0; i++, missing -= cent)
		t->lines[cuts[i].line].share.minor += cent;
}

static struct vat_group *group_of(struct totals *t, const struct document_line *l)
{
	for (size_t i = 0; i < t->group_count; i++)
		if (t->groups[i].tax_code == l->tax_code && t->groups[i].rate_bp == l->rate_bp)
			return &t->groups[i];
	struct vat_group *g = &t->groups[t->group_count++];
	*g = (struct vat_group){ .tax_code = l->tax_code, .rate_bp = l->rate_bp };
	return g;
}

static enum err group_lines(const struct document *d, struct document_fault *fault, struct totals *t)
{
	for (size_t i = 0; i < d->count; i++) {
		struct line_figures *f = &t->lines[i];
		if (d->lines[i].skip)
			continue;
		f->after.minor = f->net.minor - f->share.minor;
		group_of(t, &d->lines[i])->base.minor += f->after.minor; /* at most 2000 * 10^13 */
	}
	for (size_t i = 0; i < t->group_count; i++)
		if (!put(t->groups[i].base.minor, &t->groups[i].base))
			return fault_at(fault, SIZE_MAX, "total");
	return OK;
}

static enum err add_up(const struct document *d, struct document_fault *fault, struct totals *t)
{
	wide net = 0, vat = 0;
	for (size_t i = 0; i < t->group_count; i++) {
		struct vat_group *g = &t->groups[i];
		bool inclusive = d->mode == VAT_INCLUSIVE;
		g->vat = money_part(g->base, g->rate_bp, inclusive ? BP_FULL + g->rate_bp : BP_FULL);
		g->net.minor = g->base.minor - (inclusive ? g->vat.minor : 0);
		net += g->net.minor;
		vat += g->vat.minor;
	}
	if (!put(net, &t->net) || !put(vat, &t->vat) || !put(net + vat, &t->total))
		return fault_at(fault, SIZE_MAX, "total");
	return OK;
}

enum err document_totals(struct arena *a, const struct document *d, struct document_fault *fault, struct totals *ret)
{
	struct totals t = { 0 };
	if (d->count > DOCUMENT_LINES_MAX)
		return fault_at(fault, SIZE_MAX, "lines");
	t.lines = ARENA_ARRAY(a, struct line_figures, d->count + 1);
	t.groups = ARENA_ARRAY(a, struct vat_group, d->count + 1);
	TRY(sum_lines(d, fault, &t));
	TRY(document_discount(d, fault, &t));
	spread(a, d, &t);
	TRY(group_lines(d, fault, &t));
	TRY(add_up(d, fault, &t));
	*ret = t;
	return OK;
}

/* ---- text ---- */

enum { MARK_SPACE = 's', TYPED_MAX = 40 };

/* A typed number with the kinds of mark reduced to one character each: digits, ',', '.', MARK_SPACE, '\''. */
struct typed {
	char p[TYPED_MAX];
	size_t n;
	bool minus;
};

static bool take(struct str *s, const char *prefix)
{
	struct str p = str_from(prefix);
	if (!str_starts(*s, p))
		return false;
	*s = str_slice(*s, p.n, s->n);
	return true;
}

/* Any of the spaces that programs put between groups of digits. */
static bool take_space(struct str *s)
{
	static const char *const spaces[] = { " ", "\u00a0", "\u202f", "\u2009" };
	for (size_t i = 0; i < ARRAY_LEN(spaces); i++)
		if (take(s, spaces[i]))
			return true;
	return false;
}

static void skip_spaces(struct str *s)
{
	while (take_space(s))
		;
}

static bool take_minus(struct str *s)
{
	return take(s, "-") || take(s, "\u2212");
}

/* Sign and currency come in either order, each at most once. */
static void take_front(struct str *s, bool currency, struct typed *t)
{
	skip_spaces(s);
	t->minus = take_minus(s);
	skip_spaces(s);
	if (currency && (take(s, "ZAR") || take(s, "R") || take(s, "r"))) {
		skip_spaces(s);
		t->minus = t->minus || take_minus(s);
	}
}

static enum err reduce(struct str s, bool currency, struct typed *ret)
{
	struct typed t = { .n = 0 };
	s = str_trim(s);
	take_front(&s, currency, &t);
	while (s.n) {
		char c = s.p[0];
		if (t.n == TYPED_MAX)
			return E_INVALID;
		if (take_space(&s)) {
			t.p[t.n++] = MARK_SPACE;
			continue;
		}
		if (!((c >= '0' && c <= '9') || c == '.' || c == ',' || c == '\''))
			return E_INVALID;
		t.p[t.n++] = c;
		s = str_slice(s, 1, s.n);
	}
	while (t.n && t.p[t.n - 1] == MARK_SPACE)
		t.n--;
	*ret = t;
	return t.n ? OK : E_INVALID;
}

static size_t count_of(const struct typed *t, char c)
{
	size_t count = 0;
	for (size_t i = 0; i < t->n; i++)
		count += t->p[i] == c;
	return count;
}

static size_t last_of(const struct typed *t, char c)
{
	size_t at = t->n;
	for (size_t i = 0; i < t->n; i++)
		if (t->p[i] == c)
			at = i;
	return at;
}

/* Where the decimals begin: the index of the mark, or n. E_INVALID when it would be a guess. */
static enum err decimal_mark(const struct typed *t, bool groups_likely, size_t *ret)
{
	size_t points = count_of(t, '.'), commas = count_of(t, ','), point = last_of(t, '.'), comma = last_of(t, ',');
	if (points && commas) {
		*ret = point > comma ? point : comma;
		return (point > comma ? points : commas) == 1 ? OK : E_INVALID;
	}
	*ret = t->n;
	if (points == 1)
		*ret = point;
	if (commas == 1)
		*ret = comma;
	bool zero_before = comma == 1 && t->p[0] == '0';
	bool three_after = commas == 1 && comma > 0 && comma <= 3 && t->n - comma == 4 && !count_of(t, MARK_SPACE);
	if (!three_after || zero_before)
		return OK;
	*ret = t->n;
	return groups_likely ? OK : E_INVALID;
}

/* Before the decimal mark: digits alone, or groups of three divided by one kind of mark. */
static bool groups_valid(const struct typed *t, size_t end)
{
	char mark = 0;
	size_t run = 0, groups = 0;
	for (size_t i = 0; i <= end; i++) {
		bool digit = i < end && t->p[i] >= '0' && t->p[i] <= '9';
		if (digit) {
			run++;
			continue;
		}
		if (groups ? run != 3 : i < end && (run == 0 || run > 3))
			return false;
		if (i < end && mark && t->p[i] != mark)
			return false;
		mark = i < end ? t->p[i] : mark;
		groups++;
		run = 0;
	}
	return mark == 0 || end == t->n || t->p[end] != mark;
}

/* One digit further at this scale; false past what any of the three types holds. */
static bool add_digit(int64_t *v, char digit)
{
	*v = *v * 10 + (digit - '0');
	return *v <= MONEY_MAX * 10;
}

static enum err digits(const struct typed *t, size_t mark, unsigned decimals, int64_t *ret)
{
	int64_t v = 0;
	size_t count = 0;
	for (size_t i = 0; i < mark; i++) {
		bool digit = t->p[i] >= '0' && t->p[i] <= '9';
		count += digit;
		if (digit && !add_digit(&v, t->p[i]))
			return E_INVALID;
	}
	for (size_t i = mark + 1; i < t->n; i++) {
		if (t->p[i] < '0' || t->p[i] > '9' || (decimals == 0 && t->p[i] != '0'))
			return E_INVALID;
		count++;
		if (decimals && !add_digit(&v, t->p[i]))
			return E_INVALID;
		decimals -= decimals > 0;
	}
	for (; decimals; decimals--)
		if (!add_digit(&v, '0'))
			return E_INVALID;
	*ret = v;
	return count ? OK : E_INVALID;
}

/* What the three kinds of number differ in. */
struct number_kind {
	unsigned decimals, shown; /* how many it has, how many are always shown */
	bool currency;
	bool groups_likely; /* "1,200" is read as a group */
	int64_t min, max;
};
static const struct number_kind MONEY_KIND = { 2, 2, true, true, -MONEY_MAX, MONEY_MAX };
static const struct number_kind QTY_KIND = { 3, 0, false, false, -QTY_MAX, QTY_MAX };
static const struct number_kind PRICE_KIND = { 4, 2, true, false, 0, PRICE_MAX };

static enum err number_parse(struct str s, const struct number_kind *kind, int64_t *ret)
{
	struct typed t;
	size_t mark;
	int64_t v;
	TRY(reduce(s, kind->currency, &t));
	TRY(decimal_mark(&t, kind->groups_likely, &mark));
	if (!groups_valid(&t, mark))
		return E_INVALID;
	TRY(digits(&t, mark, kind->decimals, &v));
	v = t.minus ? -v : v;
	if (v < kind->min || v > kind->max)
		return E_INVALID;
	*ret = v;
	return OK;
}

enum err money_parse(struct str s, struct money *ret)
{
	return number_parse(s, &MONEY_KIND, &ret->minor);
}

enum err qty_parse(struct str s, struct qty *ret)
{
	return number_parse(s, &QTY_KIND, &ret->milli);
}

enum err price_parse(struct str s, struct price *ret)
{
	return number_parse(s, &PRICE_KIND, &ret->e4);
}

struct marks {
	const char *currency, *group, *point;
};
static const struct marks marks[NUMBER_STYLES] = {
	[NUMBER_PLAIN] = { "", "", "." },
	[NUMBER_COMMA] = { "R\u00a0", "\u00a0", "," },
	[NUMBER_POINT] = { "R", ",", "." },
};

static void add_whole(struct buf *b, uint64_t whole, const char *group)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRIu64, whole);
	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_addz(b, group);
		buf_char(b, text[i]);
	}
}

static struct str number_str(struct arena *a, int64_t v, const struct number_kind *kind, enum number_style style)
{
	const struct marks *m = &marks[style];
	uint64_t size = v < 0 ? -(uint64_t)v : (uint64_t)v, scale = 1;
	unsigned decimals = kind->decimals;
	struct buf b;
	buf_init(&b, a, 256);
	for (unsigned i = 0; i < decimals; i++)
		scale *= 10;
	uint64_t fraction = size % scale;
	buf_addz(&b, v < 0 ? "-" : "");
	buf_addz(&b, kind->currency ? m->currency : "");
	add_whole(&b, size / scale, m->group);
	for (; decimals > kind->shown && fraction % 10 == 0; decimals--)
		fraction /= 10;
	if (decimals)
		buf_fmt(&b, "%s%0*" PRIu64, m->point, (int)decimals, fraction);
	return buf_str(&b);
}

struct str money_str(struct arena *a, struct money m, enum number_style style)
{
	return number_str(a, m.minor, &MONEY_KIND, style);
}

struct str qty_str(struct arena *a, struct qty q, enum number_style style)
{
	return number_str(a, q.milli, &QTY_KIND, style);
}

struct str price_str(struct arena *a, struct price p, enum number_style style)
{
	return number_str(a, p.e4, &PRICE_KIND, style);
}
