#include "document_private.h"

static const double FACT_GAP = 2, PARTY_MAX = 250; /* height of one party's lines */
static const double LABEL_WIDTH = 108;             /* left of what stands beside its name, in the payment part */
static const double SIGN_ROOM = 34;

enum { FACTS_MAX = 12, FACT_BYTES_MAX = 64, LINK_BYTES_MAX = 90, MARK_BYTES_MAX = 24 };

/* ---- the head: who, to whom, which, when ---- */

/* What stands above the buyer. */
static const char *const parties_words[PDF_DOCUMENT_KINDS] = {
	[PDF_QUOTE] = "Prepared for", [PDF_INVOICE] = "Bill to", [PDF_CREDIT_NOTE] = "Credit to", [PDF_STATEMENT] = "Statement for",
};

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
	struct str words = text_cut(doc->title, SHEET_SHORT_MAX), mark = text_cut(doc->mark, MARK_BYTES_MAX);
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
		{ "Date", lay_day(a, doc->date, false) },
		{ "From", statement ? lay_day(a, s->from, false) : STR("") },
		{ "To", statement ? lay_day(a, s->to, false) : STR("") },
		{ "Due date", lay_day(a, doc->due, false) },
		{ doc->vat_registered ? "Tax point" : "Supplied on", lay_day(a, doc->tax_point, false) },
		{ "Valid until", lay_day(a, doc->valid_until, false) },
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
		[ST_DATE] = lay_day(l->scratch, row->date, true),
		[ST_DOCUMENT] = text_cut(row->document, SHEET_LINE_MAX),
		[ST_REFERENCE] = text_cut(row->reference, SHEET_LINE_MAX),
		[ST_DEBIT] = lay_amount_if(l, row->debit),
		[ST_CREDIT] = lay_amount_if(l, row->credit),
		[ST_BALANCE] = lay_amount(l, row->balance),
	};
	size_t count = 0;
	for (size_t i = 0; i < ST_COLUMNS; i++)
		if (texts[i].n)
			cells[count++] = lay_cell(&l->columns[i], texts[i], LOOK_BODY);
	return count;
}

static void opening_row(struct pages *p, const struct lay *l)
{
	double width = l->columns[ST_DEBIT].x - l->columns[ST_DOCUMENT].x;
	const struct cell cells[3] = {
		lay_cell(&l->columns[ST_DATE], lay_day(l->scratch, l->doc->statement.from, true), LOOK_BODY),
		{ STR("Opening balance"), l->columns[ST_DOCUMENT].x + SHEET_PAD, width - 2 * SHEET_PAD, LOOK_STRONG, SIDE_START },
		lay_cell(&l->columns[ST_BALANCE], lay_amount(l, l->doc->statement.opening), LOOK_STRONG),
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
	double below = lay_sums_height(p, l);
	arena_reset(l->scratch);
	lay_table_head(p, l);
	pages_repeat(p, lay_table_head, l);
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
	lay_columns(&l, statement ? (size_t)ST_REFERENCE : (size_t)COL_TEXT, pages_width(p));
	letterhead(p, &l);
	title(p, l.doc);
	parties(p, &l);
	intro(p, l.doc);
	if (statement) {
		lay_statement(p, &l);
	} else {
		price_words(p, l.doc);
		lay_lines(p, &l, lay_totals_height(p, &l));
		lay_totals(p, &l);
		lay_options(p, &l);
	}
	lay_payment(p, l.doc);
	lay_terms(p, l.doc);
	lay_acceptance(p, l.doc);
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
	lay_prepare(&l, a);
	struct pages_info info = sheet_info(a, doc->seller.name, doc->title, doc->number, doc->mark);
	info.footer = foot(a, doc);
	info.made = doc->made;
	return pages_render(a, &info, lay_document, &l, ret_bytes);
}
