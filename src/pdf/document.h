/* document.h - a quote, an invoice, a credit note or a statement, described and printed.
 *
 * It knows no records and computes nothing: every figure arrives ready (base/money's document_totals() makes them) and is only set on
 * paper, in the style asked for. What it does decide is what may stand on a page: who is not registered for VAT gets no VAT column,
 * no VAT table and no VAT number, whatever the other members hold.
 *
 * Texts are UTF-8 views that must live until pdf_document_render() returns. Whatever they hold, the page stays readable: long words are
 * divided, tables go on over pages under their heads, totals never stand alone on a page. Names and labels are cut where they would
 * fill the head of the first page; descriptions, notes and terms are not, up to CELL_BYTES_MAX each. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "money.h"
#include "page.h"

enum pdf_document_kind { PDF_QUOTE, PDF_INVOICE, PDF_CREDIT_NOTE, PDF_STATEMENT, PDF_DOCUMENT_KINDS };
enum pdf_age { PDF_AGE_CURRENT, PDF_AGE_30, PDF_AGE_60, PDF_AGE_90, PDF_AGE_120, PDF_AGES };
enum { PDF_PARTY_LINES_MAX = 10, PDF_HASH_HEX = 64 };

/* Seller or buyer. */
struct pdf_party {
	struct str name;
	const struct str *lines; /* of the address, then how to reach them; PDF_PARTY_LINES_MAX are printed */
	size_t line_count;
	struct str vat_number, registration; /* each may be empty */
};

enum pdf_line_kind {
	PDF_LINE_ITEM,
	PDF_LINE_OPTION,   /* an item that need not be taken */
	PDF_LINE_TEXT,     /* words over the whole width */
	PDF_LINE_SECTION,  /* the heading of what follows; kept with it */
	PDF_LINE_SUBTOTAL, /* text and amount of a section; kept with what is above */
};

/* One line, from top to bottom. An option that was chosen stands among the items, marked; one that was not is set apart below the
 * totals, with a box to tick, and is in none of them. */
struct pdf_line {
	enum pdf_line_kind kind;
	bool chosen;
	struct str text; /* may be long, line feeds are kept */
	struct qty qty;
	struct str unit; /* "h", "m"; may be empty */
	struct price price;
	int32_t discount_bp;
	struct str rate; /* how the VAT of the line is called: "15 %", "Exempt" */
	struct money amount;
};

struct pdf_tax {
	struct str rate;
	struct money net, vat;
};

struct pdf_totals {
	struct money sum, discount; /* of the lines, and what is taken off; printed when there is a discount */
	int32_t discount_bp;        /* 0: the discount is an amount */
	struct money net, vat, total;
	struct money paid, credited, due; /* of invoices */
};

struct pdf_statement_row {
	struct day date;
	struct str document, reference;
	struct money debit, credit; /* 0 is left empty */
	struct money balance;       /* after this row */
};

struct pdf_statement {
	struct day from, to;
	struct money opening, closing;
	const struct pdf_statement_row *rows;
	size_t row_count;
	struct money ageing[PDF_AGES]; /* of what is owed at the end */
};

/* Which members count follows from the kind; an empty text, a day of 0 and a count of 0 are left out with their labels. */
struct pdf_document {
	enum pdf_document_kind kind;
	bool vat_registered;    /* the seller, on the day that counts */
	enum number_style style;
	enum vat_mode mode;     /* said in words */
	struct str title;       /* "Tax Invoice" */
	struct str mark;        /* "COPY", "Corrected", "DRAFT": stamped on the first page and at the head of each other */
	struct pdf_party seller, buyer;
	struct str logo;        /* PNG */
	struct str number;
	struct day date, due, tax_point, valid_until;
	struct str order_number; /* the customer's */
	struct str reference;    /* ours: the job, the quote */
	struct str credits, reason; /* credit note: number of the invoice, and why */
	struct str intro;
	const struct pdf_line *lines;
	size_t line_count;
	const struct pdf_tax *taxes;
	size_t tax_count;
	struct pdf_totals totals;
	struct pdf_statement statement;
	struct str bank, payment_reference;
	struct str terms;
	struct str acceptance; /* quotes: what is agreed to, above the place for name, signature and date; empty: no such place */
	struct str hash;       /* hexadecimal; at the foot of each page, with the link */
	struct str verify_link;
	struct instant made;   /* stands in the file's data, so the same document gives the same bytes */
};

/* pdf_document_render() - the PDF's bytes, allocated in `a`; besides them it keeps a few KiB there for each page.
 * E_TOO_LARGE: more than PAGES_MAX pages or RESPONSE_MAX bytes. E_INTERNAL: cairo failed. */
must_use enum err pdf_document_render(struct arena *a, const struct pdf_document *doc, struct str *ret_bytes);

#endif
