/* merge.h - texts with places for values: "Dear {customer.name}". The places are a fixed list, and each kind of message takes some of them: a
 * template can name nothing else, so no field that is not meant for customers gets into a message.
 *
 * Pure but for the rows that it is given. A value never opens a place: braces in it become brackets. {{ stands for a brace. */
#ifndef MERGE_H
#define MERGE_H

#include "nouns.h"

/* What messages are about, and what their templates are called. */
extern const char *const message_kinds[]; /* ends with NULL */

/* Where the values come from; any may be NULL. */
struct merge_values {
	struct arena *arena;
	const struct row *company, *customer, *contact, *document, *version, *job, *visit, *payment, *enquiry;
	const struct zone *zone;
	struct str language;
	struct str link, code, words; /* link: MERGE_LINK until the moment of sending */
	bool plain;                   /* for SMS: no signs that are not of its alphabet where a plain one will do */
};

/* What stands for the link and the code in a stored text: they are put in when it is sent. */
#define MERGE_LINK STR("{link}")
#define MERGE_CODE STR("{code}")

/* merge_check() - a fault at `pointer` for each place that this kind of message does not have, and for a brace that is not closed; it says
 * where, and which there are. */
void merge_check(struct problem *problem, struct str text, struct str kind, struct str pointer);
/* merge_has() - whether a template has this place ("{link}"). */
bool merge_has(struct str text, struct str place);
/* merge_text() - the text with its values; allocated in m->arena. */
struct str merge_text(const struct merge_values *m, struct str text);
/* merge_late() - puts the link and the code in. */
struct str merge_late(struct arena *a, struct str text, struct str link, struct str code);
/* merge_html() - the same text as a page: everything escaped, an address made a link. */
struct str merge_html(struct arena *a, struct str text, struct str link);
/* A date in words: 22 November 2026. */
struct str merge_date(struct arena *a, struct day d, struct str language);

#endif
