#include "card.h"

#include "sheet.h"

static const double GAP = 14; /* between columns of pairs */
static const double SIGN_HEIGHT = 42, SIGN_SIDE_MAX = 400;
static const double SIGN_BELOW = 42 + 20; /* room to sign, the line, the name */
static const double CHECK_SIZE = 8.5;

enum { SUMS_KEPT = 8 };

/* ---- parts ---- */

static void lay_text(struct pages *p, const struct pdf_part *part)
{
	sheet_text(p, part->text, 0, pages_width(p), LOOK_BODY, SIDE_START);
}

static double pair_height(struct pages *p, const struct pdf_pair *pair, double width)
{
	const struct cell name = { pair->name, 0, width, LOOK_LABEL, SIDE_START };
	const struct cell value = { pair->value, 0, width, LOOK_BODY, SIDE_START };
	return pages_row_height(p, &name, 1) + pages_row_height(p, &value, 1);
}

static void lay_pair(struct pages *p, const struct pdf_pair *pair, double x, double width)
{
	sheet_text(p, pair->name, x, width, LOOK_LABEL, SIDE_START);
	sheet_text(p, pair->value, x, width, LOOK_BODY, SIDE_START);
}

static bool is_wide(struct pages *p, const struct pdf_pair *pair, double half)
{
	return pair->wide || pair_height(p, pair, half) > 150;
}

/* Two pairs on one line, unless one of them wants it for itself. Returns how many were drawn. */
static size_t lay_pair_line(struct pages *p, const struct pdf_pair *pairs, size_t count)
{
	double width = pages_width(p), half = (width - GAP) / 2;
	if (is_wide(p, &pairs[0], half) || count == 1 || is_wide(p, &pairs[1], half)) {
		pages_need(p, 26);
		lay_pair(p, &pairs[0], 0, is_wide(p, &pairs[0], half) ? width : half);
		return 1;
	}
	pages_need(p, larger(pair_height(p, &pairs[0], half), pair_height(p, &pairs[1], half)));
	double top = pages_at(p);
	lay_pair(p, &pairs[0], 0, half);
	double low = pages_at(p);
	pages_go(p, top);
	lay_pair(p, &pairs[1], half + GAP, half);
	pages_go(p, larger(low, pages_at(p)));
	return 2;
}

static void lay_pairs(struct pages *p, const struct pdf_part *part)
{
	for (size_t i = 0; i < part->pair_count;) {
		i += lay_pair_line(p, part->pairs + i, part->pair_count - i);
		pages_space(p, 5);
	}
}

/* ---- tables ---- */

static unsigned parts_of(const struct pdf_column *c)
{
	return c->parts ? c->parts : 1;
}

/* Cells of one row; `texts` NULL: of the head. */
static size_t table_cells(struct pages *p, const struct pdf_part *t, const struct str *texts, struct cell *cells)
{
	size_t count = t->column_count < PDF_COLUMNS_MAX ? t->column_count : PDF_COLUMNS_MAX;
	double x = 0, all = 0;
	for (size_t i = 0; i < count; i++)
		all += parts_of(&t->columns[i]);
	for (size_t i = 0; i < count; i++) {
		double width = pages_width(p) * parts_of(&t->columns[i]) / all;
		cells[i] = (struct cell){ texts ? texts[i] : t->columns[i].name, x + SHEET_PAD, width - 2 * SHEET_PAD,
			                  texts ? LOOK_BODY : LOOK_LABEL, t->columns[i].number ? SIDE_END : SIDE_START };
		x += width;
	}
	return count;
}

static void lay_table_head(struct pages *p, const void *arg)
{
	struct cell cells[PDF_COLUMNS_MAX];
	sheet_head(p, cells, table_cells(p, arg, NULL, cells));
}

/* Sums stand under the last columns: name and figure, both to the end. */
static void lay_sums(struct pages *p, const struct pdf_part *t)
{
	double width = pages_width(p);
	if (t->pair_count <= SUMS_KEPT)
		pages_need(p, 17.0 * (double)t->pair_count);
	for (size_t i = 0; i < t->pair_count; i++) {
		bool last = i + 1 == t->pair_count;
		enum look look = last ? LOOK_STRONG : LOOK_BODY;
		if (last && i > 0) {
			pages_space(p, 2);
			pages_rule(p, width * 0.56, width * 0.44, 0.6, INK_LINE);
		}
		const struct cell cells[2] = { { t->pairs[i].name, width * 0.4, width * 0.36, look, SIDE_END },
			                       { t->pairs[i].value, width * 0.78, width * 0.22 - SHEET_PAD, look, SIDE_END } };
		pages_space(p, 3);
		pages_row(p, cells, ARRAY_LEN(cells));
	}
}

static void lay_table(struct pages *p, const struct pdf_part *t)
{
	struct cell cells[PDF_COLUMNS_MAX];
	pages_need(p, 50);
	lay_table_head(p, t);
	pages_repeat(p, lay_table_head, t);
	for (size_t row = 0; row < t->rows; row++) {
		size_t count = table_cells(p, t, t->cells + row * t->column_count, cells);
		sheet_row(p, cells, count);
	}
	pages_repeat(p, NULL, NULL);
	lay_sums(p, t);
}

/* ---- checks and signatures ---- */

static void lay_mark(struct pages *p, enum pdf_check_state state)
{
	static const double tick[3][2] = { { 1.8, 4.6 }, { 3.7, 6.6 }, { 7.0, 2.0 } };
	static const double down[2][2] = { { 2, 2 }, { 6.5, 6.5 } }, up[2][2] = { { 2, 6.5 }, { 6.5, 2 } };
	pages_box(p, 0.4, CHECK_SIZE, INK_GREY);
	switch (state) {
	case PDF_CHECK_OPEN:
		break;
	case PDF_CHECK_DONE:
		pages_line(p, tick, ARRAY_LEN(tick), 1.4, INK_ACCENT);
		break;
	case PDF_CHECK_FAILED:
		pages_line(p, down, ARRAY_LEN(down), 1.2, INK_TEXT);
		pages_line(p, up, ARRAY_LEN(up), 1.2, INK_TEXT);
		break;
	}
}

static void lay_checks(struct pages *p, const struct pdf_part *part)
{
	const double x = CHECK_SIZE + 8, width = pages_width(p) - x;
	for (size_t i = 0; i < part->check_count; i++) {
		const struct pdf_check *c = &part->checks[i];
		pages_need(p, 26);
		double top = pages_at(p);
		pages_go(p, top + 2.4);
		lay_mark(p, c->state);
		pages_go(p, top);
		sheet_text(p, c->text, x, width, LOOK_BODY, SIDE_START);
		sheet_text(p, c->note, x, width, LOOK_SMALL, SIDE_START);
		pages_space(p, 3);
	}
}

/* What stands above the room to sign. */
static double signature_words(struct pages *p, const struct pdf_signature *s, double width)
{
	const struct cell who = { s->who, 0, width, LOOK_STRONG, SIDE_START };
	const struct cell words = { s->words, 0, width, LOOK_SMALL, SIDE_START };
	return pages_row_height(p, &who, 1) + 2 + (s->words.n ? pages_row_height(p, &words, 1) : 0) + 3;
}

/* `above` is the same for those that stand side by side, so that their lines do. */
static void lay_signature(struct pages *p, const struct pdf_signature *s, double x, double width, double above)
{
	double top = pages_at(p);
	sheet_text(p, s->who, x, width, LOOK_STRONG, SIDE_START);
	sheet_text(p, s->words, x, width, LOOK_SMALL, SIDE_START);
	if (above > 0)
		pages_go(p, top + above);
	(void)pages_image(p, s->image, x, width, SIGN_HEIGHT);
	pages_space(p, SIGN_HEIGHT + 2);
	pages_rule(p, x, width, 0.7, INK_GREY);
	pages_space(p, 3);
	top = pages_at(p);
	sheet_text(p, text_cut(s->name, SHEET_LINE_MAX), x, width * 0.6, LOOK_BODY, SIDE_START);
	double low = pages_at(p);
	pages_go(p, top);
	sheet_text(p, text_cut(s->when, SHEET_SHORT_MAX), x + width * 0.62, width * 0.38, LOOK_SMALL, SIDE_END);
	pages_go(p, larger(low, pages_at(p)));
}

static double signature_half(struct pages *p)
{
	return (pages_width(p) - 2 * GAP) / 2;
}

static double signatures_above(struct pages *p, const struct pdf_signature *s, size_t count)
{
	double above = signature_words(p, &s[0], signature_half(p));
	return count > 1 ? larger(above, signature_words(p, &s[1], signature_half(p))) : above;
}

/* Two side by side, unless one of them says so much that it needs the width for itself. */
static size_t lay_signature_line(struct pages *p, const struct pdf_signature *s, size_t count)
{
	double half = signature_half(p), above = signatures_above(p, s, count);
	if (above > SIGN_SIDE_MAX) {
		lay_signature(p, &s[0], 0, pages_width(p), 0);
		return 1;
	}
	pages_need(p, above + SIGN_BELOW);
	double top = pages_at(p);
	lay_signature(p, &s[0], 0, half, above);
	if (count == 1)
		return 1;
	double low = pages_at(p);
	pages_go(p, top);
	lay_signature(p, &s[1], half + 2 * GAP, half, above);
	pages_go(p, larger(low, pages_at(p)));
	return 2;
}

static void lay_signatures(struct pages *p, const struct pdf_part *part)
{
	for (size_t i = 0; i < part->signature_count;) {
		i += lay_signature_line(p, part->signatures + i, part->signature_count - i);
		pages_space(p, 14);
	}
}

/* ---- the whole ---- */

static const struct part_row {
	void (*lay)(struct pages *p, const struct pdf_part *part);
} parts[PDF_PART_KINDS] = {
	[PDF_TEXT] = { lay_text },     [PDF_PAIRS] = { lay_pairs },           [PDF_TABLE] = { lay_table },
	[PDF_CHECKS] = { lay_checks }, [PDF_SIGNATURES] = { lay_signatures },
};

static bool is_empty(const struct pdf_part *part)
{
	switch (part->kind) {
	case PDF_TEXT:
		return part->text.n == 0;
	case PDF_PAIRS:
		return part->pair_count == 0;
	case PDF_TABLE:
		return part->rows == 0 || part->column_count == 0;
	case PDF_CHECKS:
		return part->check_count == 0;
	case PDF_SIGNATURES:
		return part->signature_count == 0;
	case PDF_PART_KINDS:
		break;
	}
	return true;
}

static double below_heading(struct pages *p, const struct pdf_part *part)
{
	if (part->kind == PDF_SIGNATURES)
		return signatures_above(p, part->signatures, part->signature_count) + SIGN_BELOW;
	return part->kind == PDF_TABLE ? 50 : 32;
}

static void lay_document(struct pages *p, const void *arg)
{
	const struct pdf_doc *doc = arg;
	const struct sheet_head_lines seller = { doc->company, doc->company_count, 0, doc->logo };
	sheet_letterhead(p, &seller);
	sheet_title(p, doc->title, doc->number, doc->date);
	for (size_t i = 0; i < doc->part_count; i++) {
		if (is_empty(&doc->parts[i]))
			continue;
		sheet_heading(p, doc->parts[i].heading, below_heading(p, &doc->parts[i]));
		parts[doc->parts[i].kind].lay(p, &doc->parts[i]);
	}
}

enum err pdf_render(struct arena *a, const struct pdf_doc *doc, struct str *ret_bytes)
{
	struct str company = doc->company_count ? doc->company[0] : STR("");
	struct pages_info info = sheet_info(a, company, doc->title, doc->number, STR(""));
	info.footer = doc->footer;
	info.made = doc->made;
	return pages_render(a, &info, lay_document, doc, ret_bytes);
}
