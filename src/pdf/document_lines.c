#include "document_private.h"

static const double SPLIT_FROM = 100; /* a last row higher than this is divided, so that its end can stay with the totals */

enum { SECTION_BYTES_MAX = 300, TAIL_BYTES = 160, TAIL_LINES = 3, CHAIN_MAX = 6 };

static size_t line_cells(const struct lay *l, const struct pdf_line *line, enum look look, struct cell *cells)
{
	const struct column *c = l->columns;
	struct arena *a = l->scratch;
	enum number_style style = l->doc->style;
	const struct str texts[COLUMNS] = {
		[COL_TEXT] = line->text,
		[COL_QTY] = qty_str(a, line->qty, style),
		[COL_UNIT] = text_cut(line->unit, LABEL_BYTES_MAX),
		[COL_PRICE] = lay_bare(a, price_str(a, line->price, style)),
		[COL_DISCOUNT] = line->discount_bp ? lay_percent(a, line->discount_bp, style) : STR(""),
		[COL_RATE] = text_cut(line->rate, LABEL_BYTES_MAX),
		[COL_AMOUNT] = lay_amount(l, line->amount),
	};
	size_t count = 0;
	for (size_t i = 0; i < COLUMNS; i++)
		if (c[i].width > 0 && (i == COL_TEXT || texts[i].n))
			cells[count++] = lay_cell(&c[i], texts[i], look);
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
		cells[1] = lay_cell(&l->columns[COL_AMOUNT], lay_amount(l, line->amount), LOOK_STRONG);
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
	struct cell tail = lay_cell(&l->columns[COL_TEXT], str_slice(text, at, text.n), LOOK_BODY);
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

void lay_lines(struct pages *p, const struct lay *l, double below)
{
	if (l->line_count == 0)
		return;
	pages_need(p, 60);
	lay_table_head(p, l);
	pages_repeat(p, lay_table_head, l);
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

/* ---- options that were not chosen ---- */

void lay_options(struct pages *p, const struct lay *l)
{
	struct cell cells[CELLS];
	if (l->option_count == 0)
		return;
	pages_space(p, 6);
	sheet_heading(p, STR("Options, not in the total"), 60);
	lay_table_head(p, l);
	pages_repeat(p, lay_table_head, l);
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
