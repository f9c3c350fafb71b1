/* money.h - amounts, quantities and prices as integers, and the one way in which a document's totals come about.
 *
 * Never floating point. Every rounding is half away from zero and symmetric in sign, so a credit is exactly minus its invoice.
 * The TypeScript client does the same; both are held to tests/vectors/money.json, and to each other over random documents (tests/money).
 * No currency is known here but the cent. */
#ifndef MONEY_H
#define MONEY_H

#include "str.h"

struct money {
	int64_t minor; /* cents; |minor| <= MONEY_MAX */
};
struct qty {
	int64_t milli; /* thousandths; |milli| <= QTY_MAX */
};
struct price {
	int64_t e4; /* ten-thousandths of the unit, that is hundredths of a cent; 0 <= e4 <= PRICE_MAX */
};

#define MONEY_MAX INT64_C(10000000000000) /* 10^13 cents */
#define QTY_MAX INT64_C(9999999999)       /* 9,999,999.999 */
#define PRICE_MAX INT64_C(99999999999)    /* 9,999,999.9999 */
enum { BP_FULL = 10000, DOCUMENT_LINES_MAX = 2000 };

enum vat_mode { VAT_EXCLUSIVE, VAT_INCLUSIVE }; /* whether prices contain the tax */

struct document_line {
	struct qty qty; /* negative on a credit */
	struct price price;
	int32_t discount_bp; /* 0 to BP_FULL */
	int32_t tax_code;    /* the caller's number; lines of different codes are never added up, zero-rated and exempt stay apart */
	int32_t rate_bp;     /* 0 to BP_FULL */
	bool skip;           /* a text, a subtotal, an option that was not chosen: all its figures are 0 */
};

struct document {
	enum vat_mode mode;
	const struct document_line *lines;
	size_t count; /* up to DOCUMENT_LINES_MAX */
	/* At most one of the two: percent of the sum, or an amount from 0 to |sum| that takes the sum's sign. */
	int32_t discount_bp;
	struct money discount;
};

struct line_figures {
	struct money net;   /* after the line's own discount; contains VAT in inclusive mode, as do all but the group's figures */
	struct money share; /* of the document's discount */
	struct money after; /* net - share: what a credit of this line is worth */
};

struct vat_group {
	int32_t tax_code, rate_bp;
	struct money base; /* sum of `after` */
	struct money net, vat;
};

struct totals {
	struct line_figures *lines; /* as many as the document has */
	struct vat_group *groups;   /* in the order in which a line first needs them */
	size_t group_count;
	struct money sum;      /* of the lines' nets */
	struct money discount; /* of the document; has the sign of the sum */
	struct money net, vat, total;
};

/* What is wrong with a document: `line` is an index, or SIZE_MAX when it is about the whole. */
struct document_fault {
	size_t line;
	const char *field; /* qty, price, discount_bp, rate_bp, net, discount, total, lines */
};

/* document_totals() - the figures of one document, allocated in `a`.
 * E_INVALID: something is beyond its limit, including any figure beyond MONEY_MAX even if it would cancel; *fault says what. */
must_use enum err document_totals(struct arena *a, const struct document *d, struct document_fault *fault, struct totals *ret);

/* money_part() - m * bp / of, rounded half away from zero; 0 <= bp <= BP_FULL, of > 0. The tax in an inclusive amount is
 * money_part(m, rate, BP_FULL + rate). */
struct money money_part(struct money m, int32_t bp, int32_t of);
/* price_without_tax(), price_with_tax() - a price at this rate, to four decimals, rounded half away from zero. At most a bit over twice PRICE_MAX. */
struct price price_without_tax(struct price p, int32_t rate_bp);
struct price price_with_tax(struct price p, int32_t rate_bp);
/* money_share() - the part of an amount that `part` of `whole` is worth, rounded half away from zero; whole > 0, 0 <= part <= whole. */
struct money money_share(struct money m, int64_t part, int64_t whole);
/* money_cash() - toward zero to 10 cents: what changes hands in coins. The difference is posted, never put on the document. */
struct money money_cash(struct money m);

/* What people type: "1200.5", "1 200,50", "1,200.50", "R1200.5", "-R 12"; white space around is ignored. A single comma before exactly
 * three digits groups them in an amount of money ("1,200"); in a quantity or price it would be a guess and is refused, unless a 0
 * stands alone before it. E_INVALID also for digits other than 0 beyond 2, 3 or 4 decimals, which are never rounded away, and for
 * what is out of range. */
must_use enum err money_parse(struct str s, struct money *ret);
must_use enum err qty_parse(struct str s, struct qty *ret);
must_use enum err price_parse(struct str s, struct price *ret);

enum number_style {
	NUMBER_PLAIN, /* 1234.50: for files and other programs */
	NUMBER_COMMA, /* R 1 234,50 with no-break spaces */
	NUMBER_POINT, /* R1,234.50 */
	NUMBER_STYLES
};
/* money_cost() - what so many at such a price come to, half away from zero. */
struct money money_cost(struct price p, struct qty q);
struct str money_str(struct arena *a, struct money m, enum number_style style);
struct str qty_str(struct arena *a, struct qty q, enum number_style style);     /* as few decimals as it has */
struct str price_str(struct arena *a, struct price p, enum number_style style); /* two decimals, or as many as it has */

#endif
