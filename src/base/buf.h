/* buf.h - text that grows in an arena, is born with its maximum, and remembers its first failure.
 *
 * Appends never fail to the caller's face: past the maximum the buffer stays as it is and `over` is set, to be checked once at
 * the end. */
#ifndef BUF_H
#define BUF_H

#include "str.h"

struct buf {
	struct arena *arena;
	char *p;
	size_t n, cap, max;
	bool over;
};

void buf_init(struct buf *b, struct arena *a, size_t max);
void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_url(struct buf *b, struct str s); /* for a query string or a form: all but letters, digits and -_.~ as percent escapes */
void buf_u64be(struct buf *b, uint64_t v);
struct str buf_str(const struct buf *b); /* what is in it; valid until the next append */
void buf_clear(struct buf *b);

#endif
