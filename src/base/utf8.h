/* utf8.h - text is validated at the border and trusted inside. */
#ifndef UTF8_H
#define UTF8_H

#include "str.h"

/* utf8_valid() - well-formed UTF-8 (Unicode 15 table 3-7): no surrogates, no overlong forms, nothing past U+10FFFF. */
bool utf8_valid(struct str s);
/* utf8_count() - code points of valid text. */
size_t utf8_count(struct str s);
/* utf8_printable() - no control characters but line feed and tab; those only where `lines`. */
bool utf8_printable(struct str s, bool lines);
/* utf8_fold() - the form in which text is compared and searched: NFKC, case folded, marks removed, white space runs as one
 * space. Invalid input gives the empty text. */
struct str utf8_fold(struct arena *a, struct str s);
/* utf8_from_windows1252() - a copy of bytes in that encoding as UTF-8; its five undefined bytes become U+FFFD. */
struct str utf8_from_windows1252(struct arena *a, struct str s);

#endif
