/* card.h - one printed document, described: who sends it, what it is, and its parts from top to bottom.
 *
 * It knows no records: whoever has some fills this in. Texts are UTF-8 views that must live until pdf_render() returns; whatever a
 * text holds, the page stays readable: long words are divided, long tables go on over pages under their heads, what no font has is
 * drawn as a box with its code. An image that is not a sound PNG is left out. */
#ifndef CARD_H
#define CARD_H

#include "page.h"

enum { PDF_COLUMNS_MAX = CELLS_MAX };

struct pdf_pair {
	struct str name, value;
	bool wide; /* over the whole width; otherwise two stand side by side */
};

struct pdf_column {
	struct str name;
	unsigned parts; /* of the table's width, relative to the others; 0 counts as 1 */
	bool number;    /* set to the end side */
};

enum pdf_check_state { PDF_CHECK_OPEN, PDF_CHECK_DONE, PDF_CHECK_FAILED };
struct pdf_check {
	struct str text, note;
	enum pdf_check_state state;
};

struct pdf_signature {
	struct str who;   /* "Customer" */
	struct str name, when;
	struct str words; /* what was agreed to */
	struct str image; /* PNG of the strokes, or empty: then there is room to sign by hand */
};

enum pdf_part_kind { PDF_TEXT, PDF_PAIRS, PDF_TABLE, PDF_CHECKS, PDF_SIGNATURES, PDF_PART_KINDS };

/* One part. Which of the members count follows from the kind; an empty part is left out with its heading. */
struct pdf_part {
	enum pdf_part_kind kind;
	struct str heading;
	struct str text;                   /* PDF_TEXT: line feeds are kept */
	const struct pdf_pair *pairs;      /* PDF_PAIRS; PDF_TABLE: sums below it, the last one strong */
	size_t pair_count;
	const struct pdf_column *columns;  /* PDF_TABLE */
	size_t column_count;               /* 1 to PDF_COLUMNS_MAX */
	const struct str *cells;           /* rows * column_count */
	size_t rows;
	const struct pdf_check *checks;    /* PDF_CHECKS */
	size_t check_count;
	const struct pdf_signature *signatures; /* PDF_SIGNATURES */
	size_t signature_count;
};

struct pdf_doc {
	const struct str *company; /* lines; the first is the name */
	size_t company_count;
	struct str logo; /* PNG or empty */
	struct str title, number, date;
	const struct pdf_part *parts;
	size_t part_count;
	struct str footer;
	struct instant made; /* stands in the file's data, so the same document gives the same bytes */
};

/* pdf_render() - the PDF's bytes, allocated in `a`. E_TOO_LARGE beyond PAGES_MAX pages or RESPONSE_MAX bytes; E_INTERNAL. */
must_use enum err pdf_render(struct arena *a, const struct pdf_doc *doc, struct str *ret_bytes);

#endif
