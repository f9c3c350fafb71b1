/* sheet.h - what cards and documents draw alike: the letterhead, the title, headings, the heads and rows of tables.
 *
 * It is drawing alone, over page.h; which part follows which is said by card.c and document.c. Lengths are points. */
#ifndef SHEET_H
#define SHEET_H

#include "page.h"

#define SHEET_PAD 4.0       /* inside a table's cells, left and right */
#define SHEET_ROW_PAD 2.5   /* above and below a row */

/* What stands in the head of the first page and must not fill it. */
enum { SHEET_LINE_MAX = 160, SHEET_TITLE_MAX = 200, SHEET_SHORT_MAX = 80 };

/* Who sends it. The lines stop when they have taken their part of the page; the last `always` of them stand in any case. */
struct sheet_head_lines {
	const struct str *lines; /* the first is the name */
	size_t count, always;
	struct str logo; /* PNG or empty */
};

static inline double larger(double a, double b)
{
	return a > b ? a : b;
}

/* sheet_info() - title, author and running head of the file, allocated in `a`; `mark` (COPY) may be empty. The caller adds the rest. */
struct pages_info sheet_info(struct arena *a, struct str company, struct str title, struct str number, struct str mark);

/* sheet_text() - one cell; an empty text takes no room. Returns its height as pages_row() does. */
double sheet_text(struct pages *p, struct str text, double x, double width, enum look look, enum side side);
double sheet_text_height(struct pages *p, struct str text, double width, enum look look);

void sheet_letterhead(struct pages *p, const struct sheet_head_lines *h);
void sheet_title(struct pages *p, struct str title, struct str number, struct str date);
/* sheet_heading() - `below` is how much of what follows has to stand on the same page. */
void sheet_heading(struct pages *p, struct str heading, double below);

/* sheet_head() - a table's head on a band; sheet_row() - a row with the line under it. The padding above a row belongs to what stands
 * there, so that it is also there after a page break. */
void sheet_head(struct pages *p, const struct cell *cells, size_t count);
void sheet_row(struct pages *p, const struct cell *cells, size_t count);
void sheet_row_end(struct pages *p); /* the line alone, for rows of more than one pages_row() */

#endif
