/* verify.h - the page behind the link that stands at the foot of a quote, invoice or credit note (rulings G2). */
#ifndef VERIFY_H
#define VERIFY_H

#include "api.h"

/* verify_show() - GET /v/<company>.<code>: type, number, date, state and both hashes of a document, and nothing of whose it is. */
must_use enum err verify_show(struct call *c);

#endif
