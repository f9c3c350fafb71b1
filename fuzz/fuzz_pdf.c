/* fuzz_pdf.c - cards and documents out of raw bytes: whatever their texts, tables and images hold, a PDF comes out or a plain error, and the
 * same bytes give the same PDF. Bytes are read as a list of parts, then once more as the lines of
 * an invoice or statement; what is left is text. */
#include "card.h"
#include "document.h"
#include "limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS = 4, COLUMNS = 5, ROWS = 40, LINES = 40 };

/* The next text: a length of two bytes, then that many bytes. */
static struct str text(struct str *s)
{
	if (s->n < 2)
		return (struct str){ "", 0 };
	size_t n = ((size_t)(uint8_t)s->p[0] << 8 | (uint8_t)s->p[1]) % 3000;
	struct str t = str_slice(*s, 2, 2 + n);
	*s = str_slice(*s, 2 + n, s->n);
	return t;
}

static unsigned number(struct str *s)
{
	unsigned v = s->n ? (uint8_t)s->p[0] : 0;
	*s = str_slice(*s, 1, s->n);
	return v;
}

static void fill_table(struct arena *a, struct str *s, struct pdf_part *part)
{
	struct pdf_column *columns = ARENA_ARRAY(a, struct pdf_column, COLUMNS);
	struct str *cells = ARENA_ARRAY(a, struct str, ROWS * COLUMNS);
	part->column_count = 1 + number(s) % COLUMNS;
	part->rows = number(s) % ROWS;
	for (size_t i = 0; i < part->column_count; i++)
		columns[i] = (struct pdf_column){ text(s), number(s), i % 2 };
	for (size_t i = 0; i < part->rows * part->column_count; i++)
		cells[i] = text(s);
	part->columns = columns;
	part->cells = cells;
}

static void fill_lists(struct arena *a, struct str *s, struct pdf_part *part)
{
	size_t count = number(s) % 6;
	struct pdf_pair *pairs = ARENA_ARRAY(a, struct pdf_pair, 6);
	struct pdf_check *checks = ARENA_ARRAY(a, struct pdf_check, 6);
	struct pdf_signature *signatures = ARENA_ARRAY(a, struct pdf_signature, 6);
	for (size_t i = 0; i < count; i++) {
		struct str one = text(s), two = text(s);
		pairs[i] = (struct pdf_pair){ one, two, number(s) % 2 };
		checks[i] = (struct pdf_check){ one, two, (enum pdf_check_state)(number(s) % 3) };
		signatures[i] = (struct pdf_signature){ one, two, one, two, text(s) };
	}
	part->pairs = pairs;
	part->checks = checks;
	part->signatures = signatures;
	part->pair_count = part->check_count = part->signature_count = count;
}

static struct pdf_part part_of(struct arena *a, struct str *s)
{
	struct pdf_part part = { .kind = (enum pdf_part_kind)(number(s) % PDF_PART_KINDS), .heading = text(s), .text = text(s) };
	fill_lists(a, s, &part);
	if (part.kind == PDF_TABLE)
		fill_table(a, s, &part);
	return part;
}

static int64_t figure(struct str *s, int64_t max)
{
	int64_t v = number(s);
	return v == 255 ? max : v == 254 ? -max : v * v * v;
}

static struct money money(struct str *s)
{
	return (struct money){ figure(s, MONEY_MAX) };
}

static void fill_lines(struct arena *a, struct str *s, struct pdf_document *doc)
{
	struct pdf_line *lines = ARENA_ARRAY(a, struct pdf_line, LINES);
	struct pdf_tax *taxes = ARENA_ARRAY(a, struct pdf_tax, LINES);
	struct pdf_statement_row *rows = ARENA_ARRAY(a, struct pdf_statement_row, LINES);
	size_t count = number(s) % LINES;
	for (size_t i = 0; i < count; i++) {
		lines[i] = (struct pdf_line){ .kind = (enum pdf_line_kind)(number(s) % (PDF_LINE_SUBTOTAL + 1)), .chosen = i % 2, .text = text(s) };
		lines[i].qty.milli = figure(s, QTY_MAX);
		lines[i].price.e4 = llabs(figure(s, PRICE_MAX));
		lines[i].discount_bp = (int32_t)number(s) * 37;
		lines[i].amount = money(s);
		lines[i].unit = lines[i].rate = text(s);
		taxes[i] = (struct pdf_tax){ lines[i].rate, lines[i].amount, money(s) };
		rows[i] = (struct pdf_statement_row){ { (int32_t)figure(s, 3000000) }, text(s), lines[i].text, money(s), money(s), money(s) };
	}
	doc->lines = lines;
	doc->taxes = taxes;
	doc->statement = (struct pdf_statement){ .rows = rows, .row_count = count, .opening = money(s), .closing = money(s) };
	doc->line_count = doc->tax_count = count;
}

static void document_of(struct arena *a, struct str s)
{
	struct str one, two;
	struct pdf_document doc = {
		.kind = (enum pdf_document_kind)(number(&s) % PDF_DOCUMENT_KINDS), .vat_registered = number(&s) % 2,
		.style = (enum number_style)(number(&s) % NUMBER_STYLES), .mode = (enum vat_mode)(number(&s) % 2),
		.date = { (int32_t)figure(&s, 3000000) },
	};
	fill_lines(a, &s, &doc);
	struct str *const texts[] = { &doc.title, &doc.mark, &doc.seller.name, &doc.buyer.name, &doc.number, &doc.reason, &doc.intro, &doc.bank,
		                      &doc.payment_reference, &doc.terms, &doc.acceptance, &doc.hash, &doc.verify_link, &doc.order_number };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = text(&s);
	doc.seller.lines = doc.buyer.lines = &doc.intro;
	doc.seller.line_count = doc.buyer.line_count = 1;
	enum err e = pdf_document_render(a, &doc, &one);
	if (e != OK && e != E_TOO_LARGE)
		abort();
	if (e == OK && (pdf_document_render(a, &doc, &two) != OK || !str_eq(one, two)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 16 * KIB)
		return 0;
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct str s = { (const char *)data, size }, one = { NULL, 0 }, two = { NULL, 0 };
	struct str company[2] = { text(&s), text(&s) };
	struct pdf_part parts[PARTS];
	struct pdf_doc doc = { .company = company, .company_count = 2, .logo = text(&s), .title = text(&s), .number = text(&s),
		               .date = text(&s), .parts = parts, .part_count = PARTS, .footer = text(&s) };
	for (size_t i = 0; i < PARTS; i++)
		parts[i] = part_of(a, &s);
	enum err e = pdf_render(a, &doc, &one);
	if (e != OK && e != E_TOO_LARGE)
		abort();
	if (e == OK && size % 16 == 0 && (pdf_render(a, &doc, &two) != OK || !str_eq(one, two)))
		abort();
	document_of(a, (struct str){ (const char *)data, size });
	return 0;
}
