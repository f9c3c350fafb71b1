/* csv.h - comma-separated values (RFC 4180, and what spreadsheets make of it). Pure: bytes in, cells out. */
#ifndef CSV_H
#define CSV_H

#include "buf.h"
#include "problem.h"

struct csv_dialect {
	const char *encoding; /* "utf-8" or "windows-1252" */
	char delimiter;       /* , ; tab or | */
};

/* csv_detect() - from the first bytes (up to 1 MiB): UTF-8 if they are that (a byte order mark settles it), else Windows-1252; the
 * delimiter that divides the first lines most evenly. */
struct csv_dialect csv_detect(struct str bytes);
/* csv_decode() - the whole text as UTF-8 without a byte order mark. E_MALFORMED: UTF-16, or bytes that are not what was detected. */
must_use enum err csv_decode(struct arena *a, struct str bytes, const struct csv_dialect *d, struct str *ret);

struct csv {
	struct str rest; /* what is not read yet */
	char delimiter;
	size_t line;     /* of the record read last, from 1 */
	size_t next_line;
};
void csv_begin(struct csv *c, struct str text, char delimiter);
/* csv_next() - the cells of the next record, empty lines left out. E_NOT_FOUND at the end; E_MALFORMED an open quote or too many columns;
 * E_TOO_LARGE a cell beyond IMPORT_CELL_MAX. A leading apostrophe before = + - @, which our own exports write, is taken off. Cells are
 * views into the text, or copies in `a` where quotes had to be undone. */
must_use enum err csv_next(struct csv *c, struct arena *a, struct str **ret_cells, size_t *ret_count);
/* csv_cell() - writes one cell so that it reads back; `text`: guard it against being taken for a formula. */
void csv_cell(struct buf *b, struct str s, bool text);

#endif
