#include "document_private.h"

static const double DIGIT_WIDTH = 6.1, POINT_WIDTH = 3.2; /* not less than in any of the fonts, at LOOK_BODY */
static const double UNIT_WIDTH = 30, DISCOUNT_WIDTH = 46, RATE_WIDTH = 46;

/* ---- words and figures ---- */

struct str lay_day(struct arena *a, struct day d, bool brief)
{
	static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		                              "November", "December" };
	struct civil c = day_civil(d);
	return d.days == 0 ? STR("") : str_fmt(a, brief ? "%d\u00a0%.3s\u00a0%d" : "%d\u00a0%s\u00a0%d", (int)c.dom, months[c.month - 1], (int)c.year);
}

/* In a table the column says that it is money: the sign of the currency stands in the sums alone. */
struct str lay_bare(struct arena *a, struct str figure)
{
	bool minus = str_starts(figure, STR("-"));
	struct str rest = str_slice(figure, minus, figure.n);
	if (!str_starts(rest, STR("R")))
		return figure;
	rest = str_slice(rest, str_starts(rest, STR("R\u00a0")) ? 3 : 1, rest.n);
	return minus ? str_fmt(a, "-" STR_FMT, STR_ARG(rest)) : rest;
}

struct str lay_amount(const struct lay *l, struct money m)
{
	return lay_bare(l->scratch, money_str(l->scratch, m, l->doc->style));
}

struct str lay_amount_if(const struct lay *l, struct money m)
{
	return m.minor ? lay_amount(l, m) : STR("");
}

/* A hundredth of a percent is ten thousandths of one: a quantity with as few decimals as it has. */
struct str lay_percent(struct arena *a, int32_t bp, enum number_style style)
{
	struct str number = qty_str(a, (struct qty){ (int64_t)bp * 10 }, style);
	return str_fmt(a, STR_FMT "%s%%", STR_ARG(number), style == NUMBER_COMMA ? "\u00a0" : "");
}

static struct money minus(struct money m)
{
	return (struct money){ -m.minor };
}

/* ---- the columns: as wide as their longest figure, the rest is for the words ---- */

static double figure_width(struct str s)
{
	double width = 2 * SHEET_PAD;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool wide = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
		width += wide ? DIGIT_WIDTH : (c & 0xc0) == 0x80 ? 0 : POINT_WIDTH;
	}
	return width;
}

static void widen(struct column *c, struct str figure)
{
	c->width = larger(c->width, figure_width(figure));
}

void lay_columns(struct lay *l, size_t rest, double width)
{
	struct column *columns = l->columns;
	size_t count = l->column_count;
	double x = 0;
	columns[rest].width = 0;
	for (size_t i = 0; i < count; i++)
		if (i != rest)
			width -= columns[i].width;
	columns[rest].width = width;
	for (size_t i = 0; i < count; i++) {
		columns[i].x = x;
		x += columns[i].width;
	}
}

static bool has_figures(const struct pdf_line *line)
{
	return line->kind == PDF_LINE_ITEM || line->kind == PDF_LINE_OPTION;
}

static void measure_line(struct lay *l, const struct pdf_line *line)
{
	struct column *c = l->columns;
	arena_reset(l->scratch);
	if (has_figures(line)) {
		widen(&c[COL_QTY], qty_str(l->scratch, line->qty, l->doc->style));
		widen(&c[COL_PRICE], lay_bare(l->scratch, price_str(l->scratch, line->price, l->doc->style)));
		c[COL_UNIT].width = line->unit.n ? UNIT_WIDTH : c[COL_UNIT].width;
		c[COL_DISCOUNT].width = line->discount_bp ? DISCOUNT_WIDTH : c[COL_DISCOUNT].width;
	}
	if (has_figures(line) || line->kind == PDF_LINE_SUBTOTAL)
		widen(&c[COL_AMOUNT], lay_amount(l, line->amount));
}

static void make_columns(struct lay *l)
{
	static const struct column start[COLUMNS] = {
		[COL_TEXT] = { "Description", 0, 0, SIDE_START }, [COL_QTY] = { "Quantity", 0, 46, SIDE_END },
		[COL_UNIT] = { "", 0, 0, SIDE_START },            [COL_PRICE] = { "Unit price", 0, 56, SIDE_END },
		[COL_DISCOUNT] = { "Discount", 0, 0, SIDE_END },  [COL_RATE] = { "VAT", 0, 0, SIDE_END },
		[COL_AMOUNT] = { "Amount", 0, 62, SIDE_END },
	};
	for (size_t i = 0; i < COLUMNS; i++)
		l->columns[i] = start[i];
	l->columns[COL_RATE].width = l->doc->vat_registered ? RATE_WIDTH : 0;
	for (size_t i = 0; i < l->doc->line_count; i++)
		measure_line(l, &l->doc->lines[i]);
	l->column_count = COLUMNS;
}

static void make_statement_columns(struct lay *l)
{
	static const struct column start[ST_COLUMNS] = {
		[ST_DATE] = { "Date", 0, 68, SIDE_START },      [ST_DOCUMENT] = { "Document", 0, 108, SIDE_START },
		[ST_REFERENCE] = { "Reference", 0, 0, SIDE_START }, [ST_DEBIT] = { "Debit", 0, 60, SIDE_END },
		[ST_CREDIT] = { "Credit", 0, 60, SIDE_END },    [ST_BALANCE] = { "Balance", 0, 68, SIDE_END },
	};
	const struct pdf_statement *s = &l->doc->statement;
	for (size_t i = 0; i < ST_COLUMNS; i++)
		l->columns[i] = start[i];
	for (size_t i = 0; i < s->row_count; i++) {
		arena_reset(l->scratch);
		widen(&l->columns[ST_DEBIT], lay_amount_if(l, s->rows[i].debit));
		widen(&l->columns[ST_CREDIT], lay_amount_if(l, s->rows[i].credit));
		widen(&l->columns[ST_BALANCE], lay_amount(l, s->rows[i].balance));
	}
	widen(&l->columns[ST_BALANCE], lay_amount(l, s->opening));
	widen(&l->columns[ST_BALANCE], lay_amount(l, s->closing));
	l->column_count = ST_COLUMNS;
}

struct cell lay_cell(const struct column *c, struct str text, enum look look)
{
	return (struct cell){ text, c->x + SHEET_PAD, c->width - 2 * SHEET_PAD, look, c->side };
}

void lay_table_head(struct pages *p, const void *arg)
{
	const struct lay *l = arg;
	struct cell cells[CELLS];
	size_t count = 0;
	for (size_t i = 0; i < l->column_count; i++)
		if (l->columns[i].width > 0)
			cells[count++] = lay_cell(&l->columns[i], str_from(l->columns[i].name), LOOK_LABEL);
	sheet_head(p, cells, count);
}

/* ---- which figures stand below ---- */

static void add_sum(struct lay *l, struct str name, struct money value, enum sum_weight weight)
{
	assert(l->sum_count < SUMS_MAX);
	l->sums[l->sum_count++] = (struct sum){ name, value, weight };
}

static void add_if(struct lay *l, struct str name, struct money value)
{
	if (value.minor)
		add_sum(l, name, value, SUM_PLAIN);
}

static void add_taxed(struct lay *l, struct sum total)
{
	const struct pdf_totals *t = &l->doc->totals;
	if (l->doc->mode == VAT_INCLUSIVE) {
		add_sum(l, total.name, total.value, total.weight);
		add_sum(l, STR("VAT in the total"), t->vat, SUM_NOTE);
		add_sum(l, STR("Total without VAT"), t->net, SUM_NOTE);
	} else {
		add_sum(l, STR("Total without VAT"), t->net, SUM_PLAIN);
		add_sum(l, STR("VAT"), t->vat, SUM_PLAIN);
		add_sum(l, total.name, total.value, total.weight);
	}
}

/* From the sum of the lines to what is to be paid, in the order in which a reader can add them up: where prices are with VAT, the total
 * comes out first and what is in it stands below, small. */
static void make_sums(struct lay *l, struct arena *a)
{
	const struct pdf_document *doc = l->doc;
	const struct pdf_totals *t = &doc->totals;
	const struct sum total = { doc->vat_registered ? STR("Total with VAT") : STR("Total"), t->total, doc->kind == PDF_INVOICE ? SUM_STRONG : SUM_DUE };
	if (t->discount.minor) {
		struct str rate = t->discount_bp ? lay_percent(a, t->discount_bp, doc->style) : STR("");
		add_sum(l, STR("Subtotal"), t->sum, SUM_PLAIN);
		add_sum(l, str_fmt(a, "Discount%s" STR_FMT, rate.n ? " " : "", STR_ARG(rate)), minus(t->discount), SUM_PLAIN);
	}
	if (doc->vat_registered)
		add_taxed(l, total);
	else
		add_sum(l, total.name, total.value, total.weight);
	if (doc->kind != PDF_INVOICE)
		return;
	add_if(l, STR("Paid"), minus(t->paid));
	add_if(l, STR("Credited"), minus(t->credited));
	add_sum(l, STR("Balance due"), t->due, SUM_DUE);
}

static void sort_lines(struct lay *l, struct arena *a)
{
	const struct pdf_document *doc = l->doc;
	l->lines = ARENA_ARRAY(a, const struct pdf_line *, doc->line_count + 1);
	l->options = ARENA_ARRAY(a, const struct pdf_line *, doc->line_count + 1);
	for (size_t i = 0; i < doc->line_count; i++) {
		if (doc->lines[i].kind == PDF_LINE_OPTION && !doc->lines[i].chosen)
			l->options[l->option_count++] = &doc->lines[i];
		else
			l->lines[l->line_count++] = &doc->lines[i];
	}
}

void lay_prepare(struct lay *l, struct arena *a)
{
	if (l->doc->kind == PDF_STATEMENT) {
		make_statement_columns(l);
		add_sum(l, STR("Closing balance"), l->doc->statement.closing, SUM_DUE);
	} else {
		sort_lines(l, a);
		make_columns(l);
		make_sums(l, a);
	}
}
