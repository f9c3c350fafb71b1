/* form_page.h - the enquiry form as HTML. Everything that is not ours goes through html_add(). */
#ifndef FORM_PAGE_H
#define FORM_PAGE_H

#include "notice.h"

enum { FORM_NAME, FORM_PHONE, FORM_EMAIL, FORM_ADDRESS, FORM_SUBJECT, FORM_DETAILS, FORM_INPUTS };

struct form_page {
	const struct row *company;
	struct str slug, stamp; /* stamp: when the form was given out, signed; empty in a snippet */
	bool af;
	struct notice notice;
	struct str values[FORM_INPUTS];
	const char *faults[FORM_INPUTS]; /* NULL: none */
	bool faulty;
};

extern const char *const form_names[FORM_INPUTS]; /* of the inputs, as of the enquiry's fields */

/* html_head(), html_foot - what every page that needs no script begins and ends with. */
void html_head(struct buf *b, bool af, struct str title);
extern const char html_foot[];
void html_add(struct buf *b, struct str text); /* escaped for text and quoted attributes */
/* The page with the form; the thanks; a sentence instead of a form (no such form, too often). */
struct str form_page_html(struct arena *a, const struct form_page *p);
struct str form_thanks_html(struct arena *a, const struct form_page *p);
enum form_word { FORM_GONE, FORM_OFTEN };
struct str form_word_html(struct arena *a, enum form_word word, bool af);
/* The form alone, for a page of the company's own; posts to `base_url`. */
struct str form_snippet_html(struct arena *a, const struct form_page *p, struct str base_url);

#endif
