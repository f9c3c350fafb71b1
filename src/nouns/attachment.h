/* attachment.h - small images, for the files of documents and of the customer's page. */
#ifndef ATTACHMENT_H
#define ATTACHMENT_H

#include "act.h"
#include "nouns.h"

/* image_clean() - a PNG drawn anew, without anything but its points. E_INVALID: no PNG, or too large. */
must_use enum err image_clean(struct arena *a, struct str bytes, struct str *ret);
/* logo_of_company() - the newest logo as PNG; empty where there is none. */
must_use enum err logo_of_company(struct tx *tx, struct str *ret);

#endif
