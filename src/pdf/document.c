#include "document.h"

#include "limits.h"
#include "sheet.h"

#include <assert.h>

static const double DIGIT_WIDTH = 6.1, POINT_WIDTH = 3.2; /* not less than in any of the fonts, at LOOK_BODY */
static const double UNIT_WIDTH = 30, DISCOUNT_WIDTH = 46, RATE_WIDTH = 46;
static const double FACT_GAP = 2, PARTY_MAX = 250; /* height of one party's lines */
static const double LABEL_WIDTH = 108;             /* left of what stands beside its name, in the payment part */
static const double SUMS_AT = 0.52;                /* where the sums begin, of the width */
static const double SPLIT_FROM = 100;              /* a last row higher than this is divided, so that its end can stay with the totals */
static const double SIGN_ROOM = 34;

enum {
	FACTS_MAX = 12, FACT_BYTES_MAX = 64, LABEL_BYTES_MAX = 24, SECTION_BYTES_MAX = 300, LINK_BYTES_MAX = 90, SUMS_MAX = 10,
	TAXES_BESIDE_MAX = 6, TAIL_BYTES = 160, TAIL_LINES = 3, CHAIN_MAX = 6,
};

/* One figure with its name below a table. */
enum sum_weight { SUM_PLAIN, SUM_NOTE, SUM_STRONG, SUM_DUE };
struct sum {
	struct str name;
	struct money value;
	enum sum_weight weight;
};

struct column {
	const char *name;
	double x, width; /* width 0: not on this document */
	enum side side;
};

enum column_name { COL_TEXT, COL_QTY, COL_UNIT, COL_PRICE, COL_DISCOUNT, COL_RATE, COL_AMOUNT, COLUMNS };
enum statement_column { ST_DATE, ST_DOCUMENT, ST_REFERENCE, ST_DEBIT, ST_CREDIT, ST_BALANCE, ST_COLUMNS };
enum { CELLS = COLUMNS }; /* of a row, at most */
static_assert((int)ST_COLUMNS <= (int)CELLS, "a row's cells");

/* A document on its way to paper. */
struct lay {
	const struct pdf_document *doc;
	struct arena *scratch; /* the figures of one row; emptied with each */
	struct column columns[CELLS];
	size_t column_count;
	const struct pdf_line **lines, **options; /* in the table, and set apart below it */
	size_t line_count, option_count;
	struct sum sums[SUMS_MAX];
	size_t sum_count;
};

/* ---- words and figures ---- */

/* What stands above the buyer. */
static const char *const parties_words[PDF_DOCUMENT_KINDS] = {
	[PDF_QUOTE] = "Prepared for", [PDF_INVOICE] = "Bill to", [PDF_CREDIT_NOTE] = "Credit to", [PDF_STATEMENT] = "Statement for",
};

static struct str day_words(struct arena *a, struct day d, bool brief)
{
	static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		                              "November", "December" };
	struct civil c = day_civil(d);
	return d.days == 0 ? STR("") : str_fmt(a, brief ? "%d\u00a0%.3s\u00a0%d" : "%d\u00a0%s\u00a0%d", (int)c.dom, months[c.month - 1], (int)c.year);
}

/* In a table the column says that it is money: the sign of the currency stands in the sums alone. */
static struct str bare(struct arena *a, struct str figure)
{
	bool minus = str_starts(figure, STR("-"));
	struct str rest = str_slice(figure, minus, figure.n);
	if (!str_starts(rest, STR("R")))
		return figure;
	rest = str_slice(rest, str_starts(rest, STR("R\u00a0")) ? 3 : 1, rest.n);
	return minus ? str_fmt(a, "-" STR_FMT, STR_ARG(rest)) : rest;
}

static struct str amount(const struct lay *l, struct money m)
{
	return bare(l->scratch, money_str(l->scratch, m, l->doc->style));
}

static struct str amount_if(const struct lay *l, struct money m)
{
	return m.minor ? amount(l, m) : STR("");
}

/* A hundredth of a percent is ten thousandths of one: a quantity with as few decimals as it has. */
static struct str percent(struct arena *a, int32_t bp, enum number_style style)
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

static void place_columns(struct column *columns, size_t count, size_t rest, double width)
{
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
		widen(&c[COL_PRICE], bare(l->scratch, price_str(l->scratch, line->price, l->doc->style)));
		c[COL_UNIT].width = line->unit.n ? UNIT_WIDTH : c[COL_UNIT].width;
		c[COL_DISCOUNT].width = line->discount_bp ? DISCOUNT_WIDTH : c[COL_DISCOUNT].width;
	}
	if (has_figures(line) || line->kind == PDF_LINE_SUBTOTAL)
		widen(&c[COL_AMOUNT], amount(l, line->amount));
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
		widen(&l->columns[ST_DEBIT], amount_if(l, s->rows[i].debit));
		widen(&l->columns[ST_CREDIT], amount_if(l, s->rows[i].credit));
		widen(&l->columns[ST_BALANCE], amount(l, s->rows[i].balance));
	}
	widen(&l->columns[ST_BALANCE], amount(l, s->opening));
	widen(&l->columns[ST_BALANCE], amount(l, s->closing));
	l->column_count = ST_COLUMNS;
}

static struct cell cell_of(const struct column *c, struct str text, enum look look)
{
	return (struct cell){ text, c->x + SHEET_PAD, c->width - 2 * SHEET_PAD, look, c->side };
}

static void table_head(struct pages *p, const void *arg)
{
	const struct lay *l = arg;
	struct cell cells[CELLS];
	size_t count = 0;
	for (size_t i = 0; i < l->column_count; i++)
		if (l->columns[i].width > 0)
			cells[count++] = cell_of(&l->columns[i], str_from(l->columns[i].name), LOOK_LABEL);
	sheet_head(p, cells, count);
}

/* ---- the head: who, to whom, which, when ---- */

static void letterhead(struct pages *p, const struct lay *l)
{
	const struct pdf_document *doc = l->doc;
	const struct pdf_party *seller = &doc->seller;
	struct str lines[PDF_PARTY_LINES_MAX + 3];
	size_t count = 0, address;
	lines[count++] = seller->name;
	for (size_t i = 0; i < seller->line_count && i < PDF_PARTY_LINES_MAX; i++)
		lines[count++] = seller->lines[i];
	address = count;
	if (doc->vat_registered && seller->vat_number.n)
		lines[count++] = str_fmt(l->scratch, "VAT number " STR_FMT, STR_ARG(text_cut(seller->vat_number, FACT_BYTES_MAX)));
	if (seller->registration.n)
		lines[count++] = str_fmt(l->scratch, "Registration " STR_FMT, STR_ARG(text_cut(seller->registration, FACT_BYTES_MAX)));
	const struct sheet_head_lines head = { lines, count, count - address, doc->logo };
	sheet_letterhead(p, &head);
}

/* A frame with its word, as a rubber stamp leaves it; beside the title if there is room. */
static void stamp(struct pages *p, struct str mark, double beside, double top)
{
	double low = pages_at(p), width = pages_text_width(p, mark, LOOK_MARK) + 18, height = 24;
	width = width < pages_width(p) ? width : pages_width(p);
	if (beside + 16 + width < pages_width(p) * 0.64) {
		pages_go(p, top + 2.5);
		low = larger(low, top + height + 6);
	} else {
		pages_space(p, 4);
		pages_need(p, height);
		beside = -16;
		low = pages_at(p) + height + 6;
	}
	const double x = beside + 16, corners[5][2] = { { x, 0 }, { x + width, 0 }, { x + width, height }, { x, height }, { x, 0 } };
	pages_line(p, corners, ARRAY_LEN(corners), 1.4, INK_MARK);
	pages_space(p, 3.6);
	sheet_text(p, mark, x + 9, width - 8, LOOK_MARK, SIDE_START);
	pages_go(p, low);
}

static void title(struct pages *p, const struct pdf_document *doc)
{
	double top = pages_at(p);
	struct str words = text_cut(doc->title, SHEET_SHORT_MAX), mark = text_cut(doc->mark, LABEL_BYTES_MAX);
	sheet_title(p, words, doc->number, STR(""));
	if (mark.n)
		stamp(p, mark, pages_text_width(p, words, LOOK_TITLE), top);
	pages_space(p, 4);
}

struct fact {
	const char *name;
	struct str value;
};

static size_t facts(const struct lay *l, struct fact *out)
{
	const struct pdf_document *doc = l->doc;
	const struct pdf_statement *s = &doc->statement;
	struct arena *a = l->scratch;
	const bool statement = doc->kind == PDF_STATEMENT;
	const struct fact all[] = {
		{ "Date", day_words(a, doc->date, false) },
		{ "From", statement ? day_words(a, s->from, false) : STR("") },
		{ "To", statement ? day_words(a, s->to, false) : STR("") },
		{ "Due date", day_words(a, doc->due, false) },
		{ doc->vat_registered ? "Tax point" : "Supplied on", day_words(a, doc->tax_point, false) },
		{ "Valid until", day_words(a, doc->valid_until, false) },
		{ "Your order number", doc->order_number },
		{ "Our reference", doc->reference },
		{ "Credits invoice", doc->kind == PDF_CREDIT_NOTE ? doc->credits : STR("") },
	};
	static_assert(ARRAY_LEN(all) <= FACTS_MAX, "facts: room");
	size_t count = 0;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].value.n)
			out[count++] = (struct fact){ all[i].name, text_cut(all[i].value, FACT_BYTES_MAX) };
	return count;
}

/* Name and value side by side, from the middle to the right edge. */
static void fact_cells(const struct pages *p, const struct fact *f, struct cell cells[2])
{
	double width = pages_width(p), x = width * 0.56;
	cells[0] = (struct cell){ str_from(f->name), x, width * 0.2, LOOK_MUTED, SIDE_START };
	cells[1] = (struct cell){ f->value, x + width * 0.2, width * 0.24, LOOK_BODY, SIDE_END };
}

/* The lines of the buyer, from the left edge to the middle; they stop where there are too many. */
static size_t buyer_cells(struct pages *p, const struct lay *l, struct cell *cells, double *ret_height)
{
	const struct pdf_party *b = &l->doc->buyer;
	struct arena *a = l->scratch;
	double width = pages_width(p) * 0.5;
	size_t count = 0;
	struct str vat = l->doc->vat_registered ? b->vat_number : STR("");
	cells[count++] = (struct cell){ text_cut(b->name, SHEET_LINE_MAX), 0, width, LOOK_STRONG, SIDE_START };
	for (size_t i = 0; i < b->line_count && i < PDF_PARTY_LINES_MAX; i++)
		cells[count++] = (struct cell){ text_cut(b->lines[i], SHEET_LINE_MAX), 0, width, LOOK_BODY, SIDE_START };
	if (vat.n)
		cells[count++] = (struct cell){ str_fmt(a, "VAT number " STR_FMT, STR_ARG(text_cut(vat, FACT_BYTES_MAX))), 0, width, LOOK_BODY, SIDE_START };
	if (b->registration.n)
		cells[count++] = (struct cell){ str_fmt(a, "Registration " STR_FMT, STR_ARG(text_cut(b->registration, FACT_BYTES_MAX))), 0, width,
			                        LOOK_BODY, SIDE_START };
	*ret_height = 15;
	for (size_t i = 0; i < count; i++)
		if (*ret_height < PARTY_MAX || i > PDF_PARTY_LINES_MAX)
			*ret_height += cells[i].text.n ? pages_row_height(p, &cells[i], 1) : 0;
	return count;
}

static double facts_height(struct pages *p, const struct fact *list, size_t count)
{
	struct cell cells[2];
	double height = 0;
	for (size_t i = 0; i < count; i++) {
		fact_cells(p, &list[i], cells);
		height += pages_row_height(p, cells, ARRAY_LEN(cells)) + FACT_GAP;
	}
	return height;
}

static void parties(struct pages *p, const struct lay *l)
{
	struct fact list[FACTS_MAX];
	struct cell lines[PDF_PARTY_LINES_MAX + 3], cells[2];
	double height;
	size_t count = facts(l, list), line_count = buyer_cells(p, l, lines, &height);
	pages_need(p, larger(height, facts_height(p, list, count)));
	double top = pages_at(p);
	if (lines[0].text.n || line_count > 1)
		sheet_text(p, str_from(parties_words[l->doc->kind]), 0, lines[0].width, LOOK_LABEL, SIDE_START);
	pages_space(p, 1.5);
	for (size_t i = 0; i < line_count; i++)
		if (pages_at(p) - top < PARTY_MAX || i > PDF_PARTY_LINES_MAX)
			sheet_text(p, lines[i].text, 0, lines[i].width, lines[i].look, SIDE_START);
	double low = pages_at(p);
	pages_go(p, top);
	for (size_t i = 0; i < count; i++) {
		fact_cells(p, &list[i], cells);
		pages_row(p, cells, ARRAY_LEN(cells));
		pages_space(p, FACT_GAP);
	}
	pages_go(p, larger(low, pages_at(p)));
}

static void intro(struct pages *p, const struct pdf_document *doc)
{
	if (doc->kind == PDF_CREDIT_NOTE && doc->reason.n) {
		const struct cell cells[2] = { { STR("Reason"), 0, 60, LOOK_MUTED, SIDE_START },
			                       { doc->reason, 60, pages_width(p) - 60, LOOK_BODY, SIDE_START } };
		pages_space(p, 12);
		pages_row(p, cells, ARRAY_LEN(cells));
	}
	if (doc->intro.n) {
		pages_space(p, 12);
		sheet_text(p, doc->intro, 0, pages_width(p), LOOK_BODY, SIDE_START);
	}
	pages_space(p, 14);
}

/* ---- lines ---- */

static size_t line_cells(const struct lay *l, const struct pdf_line *line, enum look look, struct cell *cells)
{
	const struct column *c = l->columns;
	struct arena *a = l->scratch;
	enum number_style style = l->doc->style;
	const struct str texts[COLUMNS] = {
		[COL_TEXT] = line->text,
		[COL_QTY] = qty_str(a, line->qty, style),
		[COL_UNIT] = text_cut(line->unit, LABEL_BYTES_MAX),
		[COL_PRICE] = bare(a, price_str(a, line->price, style)),
		[COL_DISCOUNT] = line->discount_bp ? percent(a, line->discount_bp, style) : STR(""),
		[COL_RATE] = text_cut(line->rate, LABEL_BYTES_MAX),
		[COL_AMOUNT] = amount(l, line->amount),
	};
	size_t count = 0;
	for (size_t i = 0; i < COLUMNS; i++)
		if (c[i].width > 0 && (i == COL_TEXT || texts[i].n))
			cells[count++] = cell_of(&c[i], texts[i], look);
	return count;
}

/* The cells of any line, as many as it has. */
static size_t row_cells(const struct pages *p, const struct lay *l, const struct pdf_line *line, struct cell *cells)
{
	double width = pages_width(p) - 2 * SHEET_PAD, last = l->columns[COL_AMOUNT].width;
	switch (line->kind) {
	case PDF_LINE_ITEM:
	case PDF_LINE_OPTION:
		return line_cells(l, line, LOOK_BODY, cells);
	case PDF_LINE_TEXT:
		cells[0] = (struct cell){ line->text, SHEET_PAD, width, LOOK_MUTED, SIDE_START };
		return 1;
	case PDF_LINE_SECTION:
		cells[0] = (struct cell){ text_cut(line->text, SECTION_BYTES_MAX), SHEET_PAD, width, LOOK_STRONG, SIDE_START };
		return 1;
	case PDF_LINE_SUBTOTAL:
		cells[0] = (struct cell){ text_cut(line->text, SECTION_BYTES_MAX), SHEET_PAD, width - last, LOOK_STRONG, SIDE_END };
		cells[1] = cell_of(&l->columns[COL_AMOUNT], amount(l, line->amount), LOOK_STRONG);
		return 2;
	}
	return 0;
}

static struct str option_words(const struct pdf_line *line)
{
	return line->kind == PDF_LINE_OPTION && line->chosen ? STR("Option, chosen") : STR("");
}

static double line_height(struct pages *p, const struct lay *l, const struct pdf_line *line)
{
	struct cell cells[CELLS];
	arena_reset(l->scratch);
	size_t count = row_cells(p, l, line, cells);
	double above = line->kind == PDF_LINE_SECTION ? 6 : 0;
	return above + pages_row_height(p, cells, count) + 2 * SHEET_ROW_PAD + sheet_text_height(p, option_words(line), 200, LOOK_SMALL);
}

static void lay_line(struct pages *p, const struct lay *l, const struct pdf_line *line)
{
	struct cell cells[CELLS];
	arena_reset(l->scratch);
	size_t count = row_cells(p, l, line, cells);
	if (line->kind == PDF_LINE_SECTION)
		pages_space(p, 6);
	pages_row(p, cells, count);
	sheet_text(p, option_words(line), SHEET_PAD, 200, LOOK_SMALL, SIDE_START);
}

/* Where the end of a long text begins that goes with the totals: after a space, and not many lines before the end. */
static size_t tail_at(struct str s)
{
	size_t at = text_cut(s, s.n > TAIL_BYTES ? s.n - TAIL_BYTES : 0).n, lines = 0;
	for (size_t i = s.n; i > at && lines < TAIL_LINES; i--)
		if (s.p[i - 1] == '\n' && ++lines == TAIL_LINES)
			at = i;
	for (size_t i = at; i + TAIL_BYTES / 2 < s.n; i++)
		if (s.p[i] == ' ' || s.p[i] == '\n')
			return i + 1;
	return at;
}

/* The last line and what has to stand below it on the same page. A long one goes in two: what is before its end flows. */
static void lay_last(struct pages *p, const struct lay *l, const struct pdf_line *line, double below)
{
	double height = line_height(p, l, line);
	if (height <= SPLIT_FROM) {
		pages_need(p, height + below);
		lay_line(p, l, line);
		return;
	}
	struct pdf_line first = *line;
	struct str text = str_trim(line->text);
	size_t at = tail_at(text);
	first.text = str_trim(str_slice(text, 0, at));
	struct cell tail = cell_of(&l->columns[COL_TEXT], str_slice(text, at, text.n), LOOK_BODY);
	if (line->kind == PDF_LINE_TEXT)
		tail = (struct cell){ tail.text, SHEET_PAD, pages_width(p) - 2 * SHEET_PAD, LOOK_MUTED, SIDE_START };
	lay_line(p, l, &first);
	pages_space(p, 1);
	pages_need(p, pages_row_height(p, &tail, 1) + 2 * SHEET_ROW_PAD + below);
	pages_row(p, &tail, 1);
}

/* A heading is kept with what it heads, a subtotal with what it sums. */
static bool kept_with_next(const struct lay *l, size_t i)
{
	return i + 1 < l->line_count && (l->lines[i]->kind == PDF_LINE_SECTION || l->lines[i + 1]->kind == PDF_LINE_SUBTOTAL);
}

static double kept_height(struct pages *p, const struct lay *l, size_t i, double below)
{
	double height = 0;
	for (size_t n = 0; n < CHAIN_MAX; n++, i++) {
		double h = line_height(p, l, l->lines[i]);
		height += h < SPLIT_FROM ? h : SPLIT_FROM;
		if (i + 1 == l->line_count)
			return height + below;
		if (!kept_with_next(l, i))
			break;
	}
	return height;
}

static void lay_lines(struct pages *p, const struct lay *l, double below)
{
	if (l->line_count == 0)
		return;
	pages_need(p, 60);
	table_head(p, l);
	pages_repeat(p, table_head, l);
	for (size_t i = 0; i < l->line_count; i++) {
		if (kept_with_next(l, i))
			pages_need(p, kept_height(p, l, i, below));
		if (i + 1 < l->line_count)
			lay_line(p, l, l->lines[i]);
		else
			lay_last(p, l, l->lines[i], below);
		sheet_row_end(p);
	}
	pages_repeat(p, NULL, NULL);
}

/* ---- sums ---- */

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
		struct str rate = t->discount_bp ? percent(a, t->discount_bp, doc->style) : STR("");
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

static size_t sum_cells(const struct pages *p, const struct lay *l, const struct sum *s, struct cell *cells)
{
	static const enum look look[] = { [SUM_PLAIN] = LOOK_BODY, [SUM_NOTE] = LOOK_SMALL, [SUM_STRONG] = LOOK_STRONG, [SUM_DUE] = LOOK_TOTAL };
	double x = pages_width(p) * SUMS_AT, width = pages_width(p) - x;
	cells[0] = (struct cell){ s->name, x + SHEET_PAD, width * 0.42, s->weight == SUM_PLAIN ? LOOK_MUTED : look[s->weight], SIDE_START };
	cells[1] = (struct cell){ money_str(l->scratch, s->value, l->doc->style), x + width * 0.42 + SHEET_PAD, width * 0.58 - 2 * SHEET_PAD,
		                  look[s->weight], SIDE_END };
	return 2;
}

static double sum_pad(const struct sum *s)
{
	return s->weight == SUM_DUE ? 6 : s->weight == SUM_NOTE ? 1.5 : 2.5;
}

static double sums_height(struct pages *p, const struct lay *l)
{
	struct cell cells[2];
	double height = 8;
	arena_reset(l->scratch);
	for (size_t i = 0; i < l->sum_count; i++)
		height += pages_row_height(p, cells, sum_cells(p, l, &l->sums[i], cells)) + 2 * sum_pad(&l->sums[i]) + 2;
	return height;
}

static void lay_sums(struct pages *p, const struct lay *l)
{
	struct cell cells[2];
	double x = pages_width(p) * SUMS_AT, width = pages_width(p) - x;
	arena_reset(l->scratch);
	pages_space(p, 4);
	for (size_t i = 0; i < l->sum_count; i++) {
		const struct sum *s = &l->sums[i];
		size_t count = sum_cells(p, l, s, cells);
		if (s->weight == SUM_STRONG && i > 0)
			pages_rule(p, x, width, 0.6, INK_LINE);
		if (s->weight == SUM_DUE) {
			pages_space(p, 2);
			pages_band(p, x, width, pages_row_height(p, cells, count) + 2 * sum_pad(s), INK_FAINT);
			pages_rule(p, x, width, 1.2, INK_ACCENT);
		}
		pages_space(p, sum_pad(s));
		pages_row(p, cells, count);
		pages_space(p, sum_pad(s));
	}
}

/* ---- VAT by rate ---- */

static void tax_cells(const struct pages *p, struct str rate, struct str net, struct str vat, struct cell cells[3])
{
	double width = pages_width(p) * (SUMS_AT - 0.06);
	const double at[4] = { 0, width * 0.36, width * 0.7, width };
	const struct str texts[3] = { rate, net, vat };
	for (size_t i = 0; i < 3; i++)
		cells[i] = (struct cell){ texts[i], at[i] + SHEET_PAD, at[i + 1] - at[i] - 2 * SHEET_PAD, LOOK_SMALL, i ? SIDE_END : SIDE_START };
}

static void tax_head(struct pages *p, const void *arg)
{
	struct cell cells[3];
	(void)arg;
	tax_cells(p, STR("VAT by rate"), STR("Value"), STR("VAT"), cells);
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		cells[i].look = LOOK_LABEL;
	pages_space(p, 6);
	pages_row(p, cells, ARRAY_LEN(cells));
	pages_space(p, 2);
	pages_rule(p, 0, pages_width(p) * (SUMS_AT - 0.06), 0.6, INK_LINE);
	pages_space(p, 2);
}

static void lay_taxes(struct pages *p, const struct lay *l)
{
	struct cell cells[3];
	pages_need(p, 40);
	tax_head(p, l);
	pages_repeat(p, tax_head, l);
	for (size_t i = 0; i < l->doc->tax_count; i++) {
		const struct pdf_tax *t = &l->doc->taxes[i];
		arena_reset(l->scratch);
		tax_cells(p, text_cut(t->rate, SHEET_SHORT_MAX), amount(l, t->net), amount(l, t->vat), cells);
		pages_row(p, cells, ARRAY_LEN(cells));
		pages_space(p, 2);
	}
	pages_repeat(p, NULL, NULL);
}

static bool shows_taxes(const struct lay *l)
{
	return l->doc->vat_registered && l->doc->tax_count > 0;
}

static double taxes_height(struct pages *p, const struct lay *l)
{
	struct cell cells[3];
	double height = 26;
	for (size_t i = 0; i < l->doc->tax_count; i++) {
		tax_cells(p, text_cut(l->doc->taxes[i].rate, SHEET_SHORT_MAX), STR("0"), STR("0"), cells);
		height += pages_row_height(p, cells, ARRAY_LEN(cells)) + 2;
	}
	return height;
}

static bool taxes_beside(const struct lay *l)
{
	return shows_taxes(l) && l->doc->tax_count <= TAXES_BESIDE_MAX;
}

static double totals_height(struct pages *p, const struct lay *l)
{
	double height = sums_height(p, l);
	return taxes_beside(l) ? larger(height, taxes_height(p, l)) : height;
}

/* A few rates stand beside the sums, many below them. */
static void lay_totals(struct pages *p, const struct lay *l)
{
	double top = pages_at(p), low = top;
	if (taxes_beside(l)) {
		lay_taxes(p, l);
		low = pages_at(p);
		pages_go(p, top);
	}
	lay_sums(p, l);
	pages_go(p, larger(low, pages_at(p)));
	if (shows_taxes(l) && !taxes_beside(l))
		lay_taxes(p, l);
}

/* ---- options that were not chosen ---- */

static void lay_options(struct pages *p, const struct lay *l)
{
	struct cell cells[CELLS];
	if (l->option_count == 0)
		return;
	pages_space(p, 6);
	sheet_heading(p, STR("Options, not in the total"), 60);
	table_head(p, l);
	pages_repeat(p, table_head, l);
	for (size_t i = 0; i < l->option_count; i++) {
		arena_reset(l->scratch);
		size_t count = line_cells(l, l->options[i], LOOK_MUTED, cells);
		cells[0].x += 15;
		cells[0].width -= 15;
		pages_need(p, 26);
		double top = pages_at(p);
		pages_go(p, top + 2.6);
		pages_box(p, SHEET_PAD + 0.4, 8, INK_GREY);
		pages_go(p, top);
		sheet_row(p, cells, count);
	}
	pages_repeat(p, NULL, NULL);
}

/* ---- what follows the figures ---- */

static void beside_label(struct pages *p, const char *label, struct str text, enum look look)
{
	const struct cell cells[2] = { { str_from(label), 0, LABEL_WIDTH, LOOK_MUTED, SIDE_START },
		                       { text, LABEL_WIDTH + 8, pages_width(p) - LABEL_WIDTH - 8, look, SIDE_START } };
	if (text.n == 0)
		return;
	pages_row(p, cells, ARRAY_LEN(cells));
	pages_space(p, 3);
}

static void lay_payment(struct pages *p, const struct pdf_document *doc)
{
	if (doc->bank.n == 0 && doc->payment_reference.n == 0)
		return;
	double bank = sheet_text_height(p, doc->bank, pages_width(p) - LABEL_WIDTH - 8, LOOK_BODY);
	pages_space(p, 6);
	sheet_heading(p, STR("How to pay"), 20 + (bank < 150 ? bank : 40));
	beside_label(p, "Bank details", doc->bank, LOOK_BODY);
	beside_label(p, "Payment reference", text_cut(doc->payment_reference, SHEET_LINE_MAX), LOOK_STRONG);
}

static void lay_terms(struct pages *p, const struct pdf_document *doc)
{
	if (doc->terms.n == 0)
		return;
	pages_space(p, 4);
	sheet_heading(p, STR("Terms"), 32);
	sheet_text(p, doc->terms, 0, pages_width(p), LOOK_SMALL, SIDE_START);
}

static void lay_acceptance(struct pages *p, const struct pdf_document *doc)
{
	static const struct {
		const char *name;
		double from, to; /* of the width */
	} fields[] = { { "Name", 0, 0.34 }, { "Signature", 0.38, 0.74 }, { "Date", 0.78, 1 } };
	double width = pages_width(p);
	if (doc->kind != PDF_QUOTE || doc->acceptance.n == 0)
		return;
	double words = sheet_text_height(p, doc->acceptance, width, LOOK_BODY), top;
	pages_space(p, 4);
	sheet_heading(p, STR("Acceptance"), SIGN_ROOM + 20 + (words < 200 ? words : 30));
	sheet_text(p, doc->acceptance, 0, width, LOOK_BODY, SIDE_START);
	pages_need(p, SIGN_ROOM + 16);
	pages_space(p, SIGN_ROOM);
	top = pages_at(p);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		pages_go(p, top);
		pages_rule(p, width * fields[i].from, width * (fields[i].to - fields[i].from), 0.7, INK_GREY);
		pages_space(p, 3);
		sheet_text(p, str_from(fields[i].name), width * fields[i].from, width * 0.2, LOOK_LABEL, SIDE_START);
	}
}

/* ---- statements ---- */

static size_t statement_cells(const struct lay *l, const struct pdf_statement_row *row, struct cell *cells)
{
	const struct str texts[ST_COLUMNS] = {
		[ST_DATE] = day_words(l->scratch, row->date, true),
		[ST_DOCUMENT] = text_cut(row->document, SHEET_LINE_MAX),
		[ST_REFERENCE] = text_cut(row->reference, SHEET_LINE_MAX),
		[ST_DEBIT] = amount_if(l, row->debit),
		[ST_CREDIT] = amount_if(l, row->credit),
		[ST_BALANCE] = amount(l, row->balance),
	};
	size_t count = 0;
	for (size_t i = 0; i < ST_COLUMNS; i++)
		if (texts[i].n)
			cells[count++] = cell_of(&l->columns[i], texts[i], LOOK_BODY);
	return count;
}

static void opening_row(struct pages *p, const struct lay *l)
{
	double width = l->columns[ST_DEBIT].x - l->columns[ST_DOCUMENT].x;
	const struct cell cells[3] = {
		cell_of(&l->columns[ST_DATE], day_words(l->scratch, l->doc->statement.from, true), LOOK_BODY),
		{ STR("Opening balance"), l->columns[ST_DOCUMENT].x + SHEET_PAD, width - 2 * SHEET_PAD, LOOK_STRONG, SIDE_START },
		cell_of(&l->columns[ST_BALANCE], amount(l, l->doc->statement.opening), LOOK_STRONG),
	};
	sheet_row(p, cells, ARRAY_LEN(cells));
}

static void ageing_cells(const struct pages *p, const struct lay *l, bool head, struct cell *cells)
{
	static const char *const names[PDF_AGES] = { "Current", "30 days", "60 days", "90 days", "120+ days" };
	double width = pages_width(p) / PDF_AGES;
	for (size_t i = 0; i < PDF_AGES; i++)
		cells[i] = (struct cell){ head ? str_from(names[i]) : money_str(l->scratch, l->doc->statement.ageing[i], l->doc->style),
			                  (double)i * width + SHEET_PAD, width - 2 * SHEET_PAD, head ? LOOK_LABEL : LOOK_BODY, SIDE_END };
}

static void lay_ageing(struct pages *p, const struct lay *l)
{
	struct cell cells[PDF_AGES];
	arena_reset(l->scratch);
	pages_space(p, 4);
	sheet_heading(p, STR("Age of the balance"), 50);
	ageing_cells(p, l, true, cells);
	sheet_head(p, cells, PDF_AGES);
	pages_space(p, 1);
	ageing_cells(p, l, false, cells);
	sheet_row(p, cells, PDF_AGES);
}

static void lay_statement(struct pages *p, const struct lay *l)
{
	const struct pdf_statement *s = &l->doc->statement;
	struct cell cells[CELLS];
	double below = sums_height(p, l);
	arena_reset(l->scratch);
	table_head(p, l);
	pages_repeat(p, table_head, l);
	opening_row(p, l);
	for (size_t i = 0; i < s->row_count; i++) {
		arena_reset(l->scratch);
		size_t count = statement_cells(l, &s->rows[i], cells);
		if (i + 1 == s->row_count)
			pages_need(p, pages_row_height(p, cells, count) + 2 * SHEET_ROW_PAD + below);
		sheet_row(p, cells, count);
	}
	pages_repeat(p, NULL, NULL);
	lay_sums(p, l);
	lay_ageing(p, l);
}

/* ---- the whole ---- */

static void price_words(struct pages *p, const struct pdf_document *doc)
{
	if (!doc->vat_registered || doc->line_count == 0)
		return;
	pages_need(p, 80);
	sheet_text(p, doc->mode == VAT_INCLUSIVE ? STR("All prices are with VAT.") : STR("All prices are without VAT."),
	           0, pages_width(p), LOOK_SMALL, SIDE_START);
	pages_space(p, 4);
}

static void lay_document(struct pages *p, const void *arg)
{
	struct lay l = *(const struct lay *)arg;
	bool statement = l.doc->kind == PDF_STATEMENT;
	arena_reset(l.scratch);
	place_columns(l.columns, l.column_count, statement ? (size_t)ST_REFERENCE : (size_t)COL_TEXT, pages_width(p));
	letterhead(p, &l);
	title(p, l.doc);
	parties(p, &l);
	intro(p, l.doc);
	if (statement) {
		lay_statement(p, &l);
	} else {
		price_words(p, l.doc);
		lay_lines(p, &l, totals_height(p, &l));
		lay_totals(p, &l);
		lay_options(p, &l);
	}
	lay_payment(p, l.doc);
	lay_terms(p, l.doc);
	lay_acceptance(p, l.doc);
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

/* Two lines: what to check it with, and against what. */
static struct str foot(struct arena *a, const struct pdf_document *doc)
{
	struct str link = text_cut(doc->verify_link, LINK_BYTES_MAX), hash = text_cut(doc->hash, PDF_HASH_HEX);
	struct str title = text_cut(doc->title, SHEET_SHORT_MAX), number = text_cut(doc->number, FACT_BYTES_MAX);
	return str_fmt(a, STR_FMT "%s" STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(title), number.n ? " " : "", STR_ARG(number), link.n ? " \u00b7 Verify at " : "",
	               STR_ARG(link), hash.n ? "\nSHA-256 " : "", STR_ARG(hash));
}

enum err pdf_document_render(struct arena *a, const struct pdf_document *doc, struct str *ret_bytes)
{
	with_arena struct arena *scratch = arena_new(MIB);
	struct lay l = { .doc = doc, .scratch = scratch };
	if (doc->kind == PDF_STATEMENT) {
		make_statement_columns(&l);
		add_sum(&l, STR("Closing balance"), doc->statement.closing, SUM_DUE);
	} else {
		sort_lines(&l, a);
		make_columns(&l);
		make_sums(&l, a);
	}
	struct pages_info info = sheet_info(a, doc->seller.name, doc->title, doc->number, doc->mark);
	info.footer = foot(a, doc);
	info.made = doc->made;
	return pages_render(a, &info, lay_document, &l, ret_bytes);
}
