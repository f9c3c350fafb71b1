/* money_path.h - what the files of the way from a quote to a payment ask of each other. */
#ifndef MONEY_PATH_H
#define MONEY_PATH_H

#include "doc.h"

/* standing_today() - the company as it is today, for a document with this row's price mode. */
must_use enum err standing_today(struct tx *tx, const struct row *doc, struct standing *ret);
/* approve_limit() - E_FORBIDDEN when the actor may not let a total with VAT of so many cents out (rulings F). */
must_use enum err approve_limit(struct tx *tx, int64_t total);
bool quote_line_skipped(const struct row *line); /* an option that was not chosen */

/* An answer to the newest version of an offer, with what shows whose it was. Values that nobody gave are null. */
struct answer {
	bool yes;
	struct value name, capacity, reason;
	struct str how;        /* phone, glass, page */
	struct str line_ids;   /* JSON list of the options that were chosen; empty: those that are marked */
	bool late;             /* the offer holds all the same */
	struct value statement, device_at, address, device, link, message, drawing;
};
/* quote_answer() - E_CONFLICT where it does not wait for one or has expired. *ret is the quote as stored. */
must_use enum err quote_answer(struct tx *tx, const struct row *quote, const struct answer *answer, struct row **ret);
/* What a customer ticks: wording_for() - the newest wording in his language, or else in English. */
struct wording {
	const char *kind, *language, *version, *text;
};
const struct wording *wording_for(const struct row *quote, struct str language);
bool wording_known(const struct row *quote, struct str version);
/* drawing_ok() - strokes as "M10 20L30 40": a point that begins one, points that go on. */
enum { DRAWING_MAX = 65536 };
bool drawing_ok(struct str s);
enum { QUOTE_ACCEPT_PARAM_COUNT = 5, QUOTE_DECLINE_PARAM_COUNT = 2 };
extern const struct field quote_accept_params[QUOTE_ACCEPT_PARAM_COUNT], quote_decline_params[QUOTE_DECLINE_PARAM_COUNT];
#define QUOTE_ACCEPT_PARAMS PARAMS(quote_accept_params)
#define QUOTE_DECLINE_PARAMS PARAMS(quote_decline_params)
must_use enum err quote_accept_run(struct act_call *c);
must_use enum err quote_decline_run(struct act_call *c);

/* quote_into_job() - the chosen lines of an accepted version become lines of the work, and what was agreed to an authorisation (CPA s15). */
must_use enum err quote_into_job(struct tx *tx, const struct row *quote, const struct row *acceptance, const struct row *version, struct id job);
/* job_sums() - what a piece of work comes to without VAT as its lines are written: quoted, used, still to be billed, its cost; and what approved
 * invoices less credits took of it. */
struct job_sums {
	int64_t quoted, used, billed, unbilled, cost, invoiced;
};
must_use enum err job_sums(struct tx *tx, struct id job, struct job_sums *ret);
/* job_charged() - the sum of a figure (DOC_NET, DOC_TOTAL) over the approved invoices of a piece of work, less their credits. */
must_use enum err job_charged(struct tx *tx, struct id job, int figure, int64_t *ret);
/* job_is_billed() - whether an approved invoice for it exists. */
must_use enum err job_is_billed(struct tx *tx, struct id job, bool *ret);
/* job_lines_fit() - the lines of an invoice that bill lines of a piece of work bill that of their invoice; faults name /lines/<n>/source_line_id.
 * job_not_overbilled() - E_CONFLICT when invoices hold more of a line than there is. */
must_use enum err job_lines_fit(struct tx *tx, struct id job, struct row *const *lines, size_t count);
must_use enum err job_not_overbilled(struct tx *tx, struct id job);
/* invoice_allocate() - sets so much of a payment or of a credit note (one of them, the other NULL) against an invoice of the same customer.
 * credit_run() - an act of invoices: a draft of a credit note. */
must_use enum err invoice_allocate(struct tx *tx, const struct row *payment, const struct row *credit, struct row *invoice, int64_t amount);
enum { CREDIT_PARAM_REASON, CREDIT_PARAM_LINES, CREDIT_PARAMS };
extern const struct field credit_params[];
must_use enum err credit_run(struct act_call *c);
/* invoice_settle() - what was credited and paid, the balance, and the state that follows from it; returns the row as stored. */
must_use enum err invoice_settle(struct tx *tx, struct id invoice, struct row **ret);

/* job_offer_for_billing() - work that is done and has lines to bill goes on to be invoiced; *row is as stored then. */
must_use enum err job_offer_for_billing(struct tx *tx, struct row **row);
/* approval.c. invoice_buyer(), invoice_seller() - who stands on an invoice, as JSON {name, address, vat_no, reg_no}. approval_check() - whether an
 * invoice, with its date, may get its number: rates as on the tax point, the contents that the law wants, and no more than was authorised. */
struct str invoice_buyer(struct arena *a, const struct row *customer);
struct str invoice_seller(struct arena *a, const struct row *company, bool registered, struct str vat_no);
must_use enum err approval_check(struct tx *tx, const struct row *company, const struct row *invoice, const struct row *customer, struct row **lines,
                                 size_t count);
enum { CORRECT_NAME, CORRECT_ADDRESS, CORRECT_VAT_NO, CORRECT_ORDER_NO, CORRECT_LINES, CORRECT_PARAMS };
extern const struct field correct_params[];
must_use enum err approval_run(struct act_call *c);
must_use enum err correct_run(struct act_call *c);

/* paper.c: the acts that print. */
must_use enum err quote_paper(struct act_call *c);
must_use enum err invoice_paper(struct act_call *c);
must_use enum err credit_paper(struct act_call *c);
must_use enum err invoice_copy(struct act_call *c);
must_use enum err paper_render(struct act_call *c);
/* paper_seller(), paper_buyer() - the company and a customer as they stand on a page now. */
struct pdf_party;
struct pdf_party paper_seller(struct arena *a, const struct row *company, struct str vat_no);
struct pdf_party paper_buyer(struct arena *a, const struct row *customer);
/* quote_freeze(), invoice_freeze(), credit_freeze() - keep what stands on the page as it is now (frozen.h), from rows that may not be stored yet but
 * have their numbers and figures; *ret_hash is the document hash. `mark` is stamped on the page, or empty. */
must_use enum err quote_freeze(struct tx *tx, const struct row *company, const struct row *quote, const struct row *version, struct row **lines, size_t count,
                               struct day on, struct str *ret_hash);
must_use enum err invoice_freeze(struct tx *tx, const struct row *company, const struct row *invoice, struct row **lines, size_t count, struct str mark,
                                 struct str *ret_hash);
must_use enum err credit_freeze(struct tx *tx, const struct row *company, const struct row *note, struct row **lines, size_t count, struct str *ret_hash);
/* The acts of a piece of work that are about money. */
must_use enum err job_money_run(struct act_call *c);
must_use enum err job_invoice_run(struct act_call *c);

#endif
