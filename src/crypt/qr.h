/* qr.h - a text as a QR code, as the path of an SVG: dark modules alone, one unit each, drawn by libqrencode at level M. */
#ifndef QR_H
#define QR_H

#include "str.h"

enum { QR_QUIET = 4, QR_TEXT_MAX = 1000 };

/* qr_path() - the path in `a`, one rectangle for each run of a row: "M4 4h7v1h-7z…".
 *
 *   ret_size  the side of the picture in units, QR_QUIET empty ones on each side counted: viewBox="0 0 size size"
 *
 * A text that is empty or longer than QR_TEXT_MAX bytes gives the empty path and leaves *ret_size alone. */
struct str qr_path(struct arena *a, struct str text, size_t *ret_size);

#endif
