/* scgi.h - the little that the app has to parse itself: the head of an SCGI request, which is one netstring of NUL-terminated pairs.
 * Pure: bytes in, request out. */
#ifndef SCGI_H
#define SCGI_H

#include "http.h"
#include "limits.h"

/* scgi_length() - from the first bytes, how long the whole head is: digits, colon, pairs, comma. OK with *ret 0 when more bytes are
 * needed to tell; E_MALFORMED; E_TOO_LARGE beyond SCGI_HEAD_MAX. */
must_use enum err scgi_length(struct str bytes, size_t *ret);
/* scgi_parse() - a whole head. E_MALFORMED for anything that the protocol does not allow: a missing comma, an odd pair, an empty or
 * repeated name, no CONTENT_LENGTH in front, no SCGI=1, a path that is not UTF-8 or holds a control character. */
must_use enum err scgi_parse(struct arena *a, struct str head, struct request *ret);

#endif
