/* reports.h - what the office looks at: GET /v1/reports/{name} and {name}.csv, each over its whole set (product.md 6.4).
 *
 * TO ADD A REPORT: its columns and its function in a file of its kind, a row in reports.c, a story. */
#ifndef REPORTS_H
#define REPORTS_H

#include "api.h"
#include "doc.h"
#include "table.h"
#include "zone.h"

enum { SEEN_NOUNS_MAX = 3 };

struct report_call {
	struct call *call;
	struct table table;
	const struct zone *zone;
	struct day today, from, until; /* the period, both days in it */
	/* Whose names it shows, for the log of reads. */
	struct {
		const struct noun *noun;
		struct id *ids;
		size_t count;
	} seen[SEEN_NOUNS_MAX];
	size_t seen_count;
	const struct report *report;
};

struct report {
	const char *name, *doc, *right;
	const struct column *columns;
	size_t column_count;
	bool timeless; /* as of now: it has no period */
	enum err (*run)(struct tx *tx, struct report_call *r);
};

/* report_period() - reads ?from= and ?until=: this month until today where they are left out; brings the company. */
must_use enum err report_period(struct call *c, struct report_call *r);
/* ageing_fill() - adds rows of the ageing report: of one customer, or of all (NULL). */
must_use enum err ageing_fill(struct tx *tx, struct table *t, struct day today, const struct id *customer);
/* Beginning and end of the period as instants; the end is not in it. */
struct instant report_from(const struct report_call *r), report_until(const struct report_call *r);
/* report_names() - table_names(), remembered for the log of reads. */
must_use enum err report_names(struct tx *tx, struct report_call *r, int id, int name, const struct noun *noun, int label);

/* Columns of the ageing report. */
enum { AGE_ID, AGE_NAME, AGE_CURRENT, AGE_30, AGE_60, AGE_90, AGE_120, AGE_ON_ACCOUNT, AGE_TOTAL };

enum err report_jobs_by_stage(struct tx *tx, struct report_call *r), report_unbilled(struct tx *tx, struct report_call *r),
	report_quotes(struct tx *tx, struct report_call *r), report_quote_reasons(struct tx *tx, struct report_call *r), report_ageing(struct tx *tx, struct report_call *r),
	report_vat(struct tx *tx, struct report_call *r), report_time(struct tx *tx, struct report_call *r), report_profit(struct tx *tx, struct report_call *r),
	report_visits(struct tx *tx, struct report_call *r), report_accounting(struct tx *tx, struct report_call *r);
extern const struct column columns_jobs_by_stage[6], columns_unbilled[8], columns_quotes[4], columns_quote_reasons[3], columns_ageing[9], columns_vat[8],
	columns_time[6], columns_profit[9], columns_visits[7], columns_accounting[17];

must_use enum err reports_run(struct call *c);        /* GET /v1/reports/{name}[.csv] */
must_use enum err reports_list(struct call *c);       /* GET /v1/reports */
must_use enum err statement_run(struct call *c);      /* GET /v1/customers/{id}/statement */
must_use enum err statement_pdf_run(struct call *c);  /* GET /v1/customers/{id}/statement.pdf */

#endif
