/* notice.h - what people are told where their details are collected (POPIA s18), and whether who asks is somebody known. */
#ifndef NOTICE_H
#define NOTICE_H

#include "act.h"
#include "nouns.h"

struct notice {
	struct str version; /* "web_form-en-3"; 0 is the text that ships */
	struct str body;    /* of this company: names and addresses are filled in */
};
/* notice_current() - the newest notice of a collection point ("web_form") in a language, or the one that ships. */
must_use enum err notice_current(struct tx *tx, const struct row *company, struct str point, struct str language, struct notice *ret);

/* The act "duplicates" of an enquiry: {items: [{noun, id, customer_id, name, by}]}, by exact look-up; for the office alone. */
must_use enum err enquiry_duplicates_run(struct act_call *c);

#endif
