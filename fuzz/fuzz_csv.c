/* fuzz_csv.c - bytes are a file that somebody uploads: detected, decoded and read to its end; what was read is written and read back. */
#include "csv.h"
#include "limits.h"
#include "utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(struct arena *a, const struct str *cells, size_t count)
{
	struct buf b;
	struct csv c;
	struct str *read;
	size_t n;
	bool empty = true;
	buf_init(&b, a, 32 * MIB);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(&b, ',');
		csv_cell(&b, cells[i], true);
		empty = empty && !cells[i].n;
	}
	if (empty)
		return; /* an empty line is left out */
	csv_begin(&c, buf_str(&b), ',');
	if (csv_next(&c, a, &read, &n) != OK || n != count)
		abort();
	for (size_t i = 0; i < count; i++)
		if (!str_eq(cells[i], read[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text, bytes = { (const char *)data, size }, *cells;
	struct csv c;
	size_t count;
	if (size > 64 * KIB)
		return 0;
	with_arena struct arena *a = arena_new(64 * MIB);
	struct csv_dialect d = csv_detect(bytes);
	if (csv_decode(a, bytes, &d, &text) != OK)
		return 0;
	if (!utf8_valid(text))
		abort();
	csv_begin(&c, text, d.delimiter);
	for (size_t lines = 0; csv_next(&c, a, &cells, &count) == OK; lines++) {
		if (count == 0 || count > IMPORT_COLUMNS_MAX || lines > size)
			abort();
		if (lines < 50)
			again(a, cells, count);
	}
	return 0;
}
