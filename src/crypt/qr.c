#include "qr.h"

#include "buf.h"
#include "limits.h"

#include <qrencode.h>
#include <stdlib.h>

/* Lowest bit of a module: dark. The others say what it is for. */
static bool dark(const QRcode *code, size_t x, size_t y)
{
	return code->data[y * (size_t)code->width + x] & 1;
}

static void add_row(struct buf *b, const QRcode *code, size_t y)
{
	size_t width = (size_t)code->width;
	for (size_t x = 0; x < width; x++) {
		size_t from = x;
		while (x < width && dark(code, x, y))
			x++;
		if (x > from)
			buf_fmt(b, "M%zu %zuh%zuv1h-%zuz", from + QR_QUIET, y + QR_QUIET, x - from, x - from);
	}
}

struct str qr_path(struct arena *a, struct str text, size_t *ret_size)
{
	struct buf b;
	if (text.n == 0 || text.n > QR_TEXT_MAX)
		return STR("");
	QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (!code) /* the size fits: there is no memory */
		abort();
	buf_init(&b, a, 512 * KIB);
	for (size_t y = 0; y < (size_t)code->width; y++)
		add_row(&b, code, y);
	*ret_size = (size_t)code->width + 2 * QR_QUIET;
	QRcode_free(code);
	return buf_str(&b);
}
