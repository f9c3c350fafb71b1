/* answers.c - what C answers to questions about money, one line of JSON each, for tests of other languages.
 *
 *   money_answers documents SEED COUNT    random documents with their totals, or with what is wrong with them
 *   money_answers typed SEED COUNT        random texts as people type numbers, read as money, quantity and price (null: refused)
 *   money_answers shown SEED COUNT        random numbers in the three styles
 *   money_answers answer                  reads a document a line from standard input
 *
 * The same seed gives the same lines on every machine. */
#include "json.h"
#include "limits.h"
#include "money_samples.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINES = 24, COUNT_MAX = 10000000 };

static void write_document(struct json_out *o, const struct document *d)
{
	jw_open(o, '{');
	jw_member_str(o, "mode", d->mode == VAT_INCLUSIVE ? STR("inclusive") : STR("exclusive"));
	jw_key(o, "lines");
	jw_open(o, '[');
	for (size_t i = 0; i < d->count; i++) {
		const struct document_line *l = &d->lines[i];
		jw_open(o, '{');
		jw_member_int(o, "qty", l->qty.milli);
		jw_member_int(o, "price", l->price.e4);
		jw_member_int(o, "discount_bp", l->discount_bp);
		jw_member_int(o, "tax_code", l->tax_code);
		jw_member_int(o, "rate_bp", l->rate_bp);
		jw_member_bool(o, "skip", l->skip);
		jw_close(o, '}');
	}
	jw_close(o, ']');
	jw_member_int(o, "discount_bp", d->discount_bp);
	jw_member_int(o, "discount", d->discount.minor);
	jw_close(o, '}');
}

static void write_lines(struct json_out *o, const struct line_figures *lines, size_t count)
{
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++) {
		jw_open(o, '{');
		jw_member_int(o, "net", lines[i].net.minor);
		jw_member_int(o, "share", lines[i].share.minor);
		jw_member_int(o, "after", lines[i].after.minor);
		jw_close(o, '}');
	}
	jw_close(o, ']');
}

static void write_groups(struct json_out *o, const struct vat_group *groups, size_t count)
{
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++) {
		jw_open(o, '{');
		jw_member_int(o, "tax_code", groups[i].tax_code);
		jw_member_int(o, "rate_bp", groups[i].rate_bp);
		jw_member_int(o, "base", groups[i].base.minor);
		jw_member_int(o, "net", groups[i].net.minor);
		jw_member_int(o, "vat", groups[i].vat.minor);
		jw_close(o, '}');
	}
	jw_close(o, ']');
}

static void write_totals(struct json_out *o, const struct document *d, const struct totals *t)
{
	jw_open(o, '{');
	jw_key(o, "lines");
	write_lines(o, t->lines, d->count);
	jw_key(o, "groups");
	write_groups(o, t->groups, t->group_count);
	jw_member_int(o, "sum", t->sum.minor);
	jw_member_int(o, "discount", t->discount.minor);
	jw_member_int(o, "net", t->net.minor);
	jw_member_int(o, "vat", t->vat.minor);
	jw_member_int(o, "total", t->total.minor);
	jw_close(o, '}');
}

static void write_fault(struct json_out *o, const struct document_fault *fault)
{
	jw_open(o, '{');
	jw_key(o, "line");
	if (fault->line == SIZE_MAX)
		jw_null(o);
	else
		jw_int(o, (int64_t)fault->line);
	jw_member_str(o, "field", str_from(fault->field));
	jw_close(o, '}');
}

static void answer(struct arena *a, struct json_out *o, const struct document *d)
{
	struct document_fault fault;
	struct totals t;
	enum err e = document_totals(a, d, &fault, &t);
	jw_key(o, "document");
	write_document(o, d);
	jw_key(o, e == OK ? "totals" : "fault");
	if (e == OK)
		write_totals(o, d, &t);
	else
		write_fault(o, &fault);
}

/* An amount off, now and then more than there is; never beside a percent, which sample_stretch() may still add. */
static void add_discount(struct arena *a, struct dice *x, struct document *d)
{
	struct document_fault fault;
	struct totals t;
	if (d->discount_bp || dice(x, 2) || document_totals(a, d, &fault, &t) != OK)
		return;
	int64_t size = t.sum.minor < 0 ? -t.sum.minor : t.sum.minor;
	d->discount.minor = dice(x, 20) ? (int64_t)dice(x, (uint64_t)size + 1) : size + (int64_t)dice(x, 2);
}

static void random_document(struct arena *a, struct dice *x, struct json_out *o)
{
	/* A document of very many lines is rare: it takes as much as hundreds of others. */
	size_t count = dice(x, 1000) ? dice(x, LINES + 1) : DOCUMENT_LINES_MAX + dice(x, 2);
	struct document_line *lines = ARENA_ARRAY(a, struct document_line, count + 1);
	struct document d = sample_document(x, lines, count);
	add_discount(a, x, &d);
	if (count && dice(x, 4) == 0)
		sample_stretch(x, &d, lines);
	answer(a, o, &d);
}

/* Pieces are put together as people might, and as they would not. */
static struct str random_text(struct arena *a, struct dice *x)
{
	static const char *const pieces[] = { "0", "1", "5", "12", "200", "345", "000", "9999999", ",", ".", " ", "'", "\u00a0", "\u202f",
		                              "\u2009", ",200", " 200", ".5", ",50", "-", "\u2212", "R", "ZAR", "r", "x" };
	static const char *const fronts[] = { "", "", "", "-", "R", "R ", "-R ", "R-", "ZAR ", " ", "\t", "- ", "\u2212", "0", "R\u00a0" };
	struct buf b;
	buf_init(&b, a, 512);
	buf_addz(&b, fronts[dice(x, ARRAY_LEN(fronts))]);
	bool long_one = dice(x, 50) == 0;
	size_t count = dice(x, long_one ? 45 : 7);
	/* Mostly without what is only right at the front; a long one has a chance with nothing but noughts. */
	size_t kinds = long_one ? 1 : dice(x, 5) ? ARRAY_LEN(pieces) - 6 : ARRAY_LEN(pieces);
	for (size_t i = 0; i < count; i++)
		buf_addz(&b, pieces[dice(x, kinds)]);
	buf_addz(&b, dice(x, 10) ? "" : dice(x, 2) ? " " : "\t\u00a0");
	return buf_str(&b);
}

static void write_read(struct json_out *o, const char *kind, enum err e, int64_t value)
{
	jw_key(o, kind);
	if (e == OK)
		jw_int(o, value);
	else
		jw_null(o);
}

static void random_typed(struct arena *a, struct dice *x, struct json_out *o)
{
	struct str s = random_text(a, x);
	struct money m = { 0 };
	struct qty q = { 0 };
	struct price p = { 0 };
	enum err e = money_parse(s, &m);
	jw_member_str(o, "typed", s);
	write_read(o, "money", e, m.minor);
	e = qty_parse(s, &q);
	write_read(o, "qty", e, q.milli);
	e = price_parse(s, &p);
	write_read(o, "price", e, p.e4);
}

static void write_styles(struct json_out *o, const char *kind, const struct str styles[NUMBER_STYLES])
{
	jw_key(o, kind);
	jw_open(o, '[');
	for (size_t i = 0; i < NUMBER_STYLES; i++)
		jw_str(o, styles[i]);
	jw_close(o, ']');
}

static void random_shown(struct arena *a, struct dice *x, struct json_out *o)
{
	int64_t v = (int64_t)dice(x, dice(x, 2) ? 1000000 : MONEY_MAX + 1) * (dice(x, 2) ? 1 : -1);
	struct str money[NUMBER_STYLES], qty[NUMBER_STYLES], price[NUMBER_STYLES];
	if (dice(x, 4) == 0)
		v -= v % 1000; /* zeros at the end, which a quantity leaves out */
	for (unsigned style = 0; style < NUMBER_STYLES; style++) {
		money[style] = money_str(a, (struct money){ v }, (enum number_style)style);
		qty[style] = qty_str(a, (struct qty){ v }, (enum number_style)style);
		price[style] = price_str(a, (struct price){ v }, (enum number_style)style);
	}
	jw_member_int(o, "value", v);
	write_styles(o, "money", money);
	write_styles(o, "qty", qty);
	write_styles(o, "price", price);
}

/* One line of output, of what `fill` writes or of the document. */
static void print_line(struct arena *a, void (*fill)(struct arena *, struct dice *, struct json_out *), struct dice *x,
                       const struct document *d)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 2 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	if (fill)
		fill(a, x, &o);
	else
		answer(a, &o, d);
	jw_close(&o, '}');
	if (b.over || arena_over(a))
		abort();
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	arena_reset(a);
}

static int answer_input(struct arena *a)
{
	char *line = NULL;
	size_t cap = 0;
	int status = 0;
	for (ssize_t n; status == 0 && (n = getline(&line, &cap, stdin)) > 0;) {
		json_error_t error;
		json_t *v = json_loadb(line, (size_t)n, 0, &error);
		if (!v) {
			fprintf(stderr, "money_answers: %s\n", error.text);
			status = 65;
			continue;
		}
		struct document d = document_from_json(a, v);
		json_decref(v);
		print_line(a, NULL, NULL, &d);
	}
	free(line);
	return status;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*fill)(struct arena *a, struct dice *x, struct json_out *o);
	} kinds[] = { { "documents", random_document }, { "typed", random_typed }, { "shown", random_shown } };
	with_arena struct arena *a = arena_new(32 * MIB);
	int64_t seed, count;
	if (argc == 2 && strcmp(argv[1], "answer") == 0)
		return answer_input(a);
	bool given = argc == 4 && str_to_i64(str_from(argv[2]), &seed) == OK && str_to_i64(str_from(argv[3]), &count) == OK &&
		     count >= 0 && count <= COUNT_MAX;
	for (size_t kind = 0; given && kind < ARRAY_LEN(kinds); kind++) {
		if (strcmp(argv[1], kinds[kind].name) != 0)
			continue;
		struct dice x = { (uint64_t)seed };
		for (int64_t i = 0; i < count; i++)
			print_line(a, kinds[kind].fill, &x, NULL);
		return 0;
	}
	fprintf(stderr, "usage: money_answers documents|typed|shown SEED COUNT\n       money_answers answer\n");
	return 64;
}
