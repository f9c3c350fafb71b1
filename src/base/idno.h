/* idno.h - numbers by which South Africa knows people and vendors. Form only: no register is asked, and neither age nor sex is read out
 * of an identity number, for the century is not in it and the rest is nobody's business. */
#ifndef IDNO_H
#define IDNO_H

#include "str.h"

struct idno {
	char digits[14]; /* terminated */
};
struct vatno {
	char digits[11];
	bool doubtful; /* the check digit does not fit: to be said, never a reason to refuse */
};

/* Spaces and hyphens are removed, ASCII digits alone are taken. idno_read() - NULL, or why it is not an identity number: 13 digits
 * that begin with a date, say 0 to 2 for citizenship and end with a check digit. */
const char *idno_read(struct str s, struct idno *ret);
/* vatno_read() - NULL, or why it is not a VAT number: ten digits, the first a 4. */
const char *vatno_read(struct str s, struct vatno *ret);

#endif
