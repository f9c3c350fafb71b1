/* document_private.h - a document on its way to paper, shared by the files that lay it out: document_figures.c makes texts of figures
 * and columns of their widths, document_lines.c draws the table, document_totals.c what stands below it, document.c all the rest. */
#ifndef DOCUMENT_PRIVATE_H
#define DOCUMENT_PRIVATE_H

#include "document.h"
#include "limits.h"
#include "sheet.h"

#include <assert.h>

enum { SUMS_MAX = 10, LABEL_BYTES_MAX = 24 };

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

/* lay_prepare() - which lines stand where, how wide the columns are, which sums there are; lists are allocated in `a`. */
void lay_prepare(struct lay *l, struct arena *a);

/* Texts of figures, allocated in the scratch arena or in `a`. In a table the column says that it is money, so the sign of the currency
 * is left to the sums: lay_bare() takes it off. */
struct str lay_day(struct arena *a, struct day d, bool brief); /* empty for 0 */
struct str lay_bare(struct arena *a, struct str figure);
struct str lay_amount(const struct lay *l, struct money m);
struct str lay_amount_if(const struct lay *l, struct money m); /* empty for 0 */
struct str lay_percent(struct arena *a, int32_t bp, enum number_style style);

/* lay_columns() - where each column begins: the one named `rest` takes what the others leave of `width`. */
void lay_columns(struct lay *l, size_t rest, double width);
struct cell lay_cell(const struct column *c, struct str text, enum look look);
void lay_table_head(struct pages *p, const void *arg); /* arg: struct lay */

/* lay_lines() - the table; `below` is the height of what has to stand under its last line on the same page. */
void lay_lines(struct pages *p, const struct lay *l, double below);
void lay_options(struct pages *p, const struct lay *l); /* those that were not chosen, under a heading */

double lay_sums_height(struct pages *p, const struct lay *l);
void lay_sums(struct pages *p, const struct lay *l);
double lay_totals_height(struct pages *p, const struct lay *l);
void lay_totals(struct pages *p, const struct lay *l); /* the sums, and VAT by rate */

#endif
