/* numbering.h - the series of numbers of a company: what comes next, and going on where another system stopped (product.md 4.7). */
#ifndef NUMBERING_H
#define NUMBERING_H

#include "api.h"

must_use enum err numbering_list(struct call *c); /* GET /v1/numbering */
must_use enum err numbering_set(struct call *c);  /* POST /v1/numbering {series, prefix, next} */

#endif
