#include "csv.h"

#include "limits.h"
#include "utf8.h"

#include <string.h>

static const char mark[] = "\xef\xbb\xbf";

/* How many records of the first lines have as many delimiters (outside quotes) as the first one, if it has any. */
static size_t evenness(struct str s, char delimiter)
{
	size_t first = 0, here = 0, lines = 0, even = 0;
	bool quoted = false;
	for (size_t i = 0; i < s.n && lines < 50; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && s.p[i] == delimiter)
			here++;
		else if (!quoted && s.p[i] == '\n') {
			if (lines++ == 0)
				first = here;
			even += first > 0 && here == first;
			here = 0;
		}
	}
	if (lines == 0)
		return here > 0;
	return first ? even * 100 + (first < 99 ? first : 99) : 0;
}

/* Valid, or valid but for a sequence that the end of the sample cut. */
static bool is_utf8(struct str s)
{
	for (size_t cut = 0; cut < 4 && cut <= s.n; cut++)
		if (utf8_valid(str_slice(s, 0, s.n - cut)))
			return true;
	return false;
}

struct csv_dialect csv_detect(struct str bytes)
{
	static const char delimiters[] = ",;\t|";
	struct str sample = str_slice(bytes, 0, MIB);
	struct csv_dialect d = { "utf-8", ',' };
	size_t best = 0;
	if (!is_utf8(sample))
		d.encoding = "windows-1252";
	for (const char *p = delimiters; *p; p++) {
		size_t even = evenness(sample, *p);
		if (even <= best)
			continue;
		best = even;
		d.delimiter = *p;
	}
	return d;
}

enum err csv_decode(struct arena *a, struct str bytes, const struct csv_dialect *d, struct str *ret)
{
	if (bytes.n >= 2 && (memcmp(bytes.p, "\xff\xfe", 2) == 0 || memcmp(bytes.p, "\xfe\xff", 2) == 0))
		return E_MALFORMED;
	if (strcmp(d->encoding, "windows-1252") == 0) {
		*ret = utf8_from_windows1252(a, bytes);
		return OK;
	}
	if (str_starts(bytes, (struct str){ mark, 3 }))
		bytes = str_slice(bytes, 3, bytes.n);
	if (!utf8_valid(bytes) || (bytes.n && memchr(bytes.p, 0, bytes.n)))
		return E_MALFORMED;
	*ret = bytes;
	return OK;
}

void csv_begin(struct csv *c, struct str text, char delimiter)
{
	*c = (struct csv){ .rest = text, .delimiter = delimiter, .next_line = 1 };
}

static struct str without_guard(struct str s)
{
	bool guarded = s.n >= 2 && s.p[0] == '\'' && memchr("=+-@", s.p[1], 4);
	return guarded ? str_slice(s, 1, s.n) : s;
}

/* A quoted cell; leaves the rest after its closing quote. */
static enum err quoted_cell(struct csv *c, struct arena *a, struct str *ret)
{
	struct str s = str_slice(c->rest, 1, c->rest.n);
	size_t n = 0, i = 0;
	bool doubled = false;
	for (;; i++) {
		if (i == s.n)
			return E_MALFORMED;
		if (s.p[i] == '\n')
			c->next_line++;
		if (s.p[i] != '"')
			continue;
		if (i + 1 < s.n && s.p[i + 1] == '"') {
			doubled = true;
			i++;
			continue;
		}
		break;
	}
	if (i > IMPORT_CELL_MAX)
		return E_TOO_LARGE;
	*ret = str_slice(s, 0, i);
	c->rest = str_slice(s, i + 1, s.n);
	if (!doubled)
		return OK;
	char *out = ARENA_ARRAY(a, char, i + 1);
	for (size_t k = 0; k < i; k++) {
		out[n++] = s.p[k];
		k += s.p[k] == '"';
	}
	*ret = (struct str){ out, n };
	return OK;
}

static enum err plain_cell(struct csv *c, struct str *ret)
{
	size_t n = 0;
	while (n < c->rest.n && c->rest.p[n] != c->delimiter && c->rest.p[n] != '\n')
		n++;
	if (n > IMPORT_CELL_MAX)
		return E_TOO_LARGE;
	*ret = str_slice(c->rest, 0, n);
	if (n < c->rest.n && c->rest.p[n] == '\n' && ret->n && ret->p[ret->n - 1] == '\r')
		ret->n--;
	c->rest = str_slice(c->rest, n, c->rest.n);
	return OK;
}

/* Takes what ends a cell: the delimiter, the end of the line, or the end of the text. */
static enum err end_of_cell(struct csv *c, bool *ret_end)
{
	if (c->rest.n && c->rest.p[0] == '\r')
		c->rest = str_slice(c->rest, 1, c->rest.n);
	*ret_end = c->rest.n == 0 || c->rest.p[0] == '\n';
	if (c->rest.n == 0)
		return OK;
	if (c->rest.p[0] != '\n' && c->rest.p[0] != c->delimiter)
		return E_MALFORMED;
	c->next_line += c->rest.p[0] == '\n';
	c->rest = str_slice(c->rest, 1, c->rest.n);
	return OK;
}

enum err csv_next(struct csv *c, struct arena *a, struct str **ret_cells, size_t *ret_count)
{
	struct str *cells = ARENA_ARRAY(a, struct str, IMPORT_COLUMNS_MAX);
	size_t count;
	bool end;
	do {
		count = 0;
		if (c->rest.n == 0)
			return E_NOT_FOUND;
		c->line = c->next_line;
		do {
			struct str cell;
			if (count == IMPORT_COLUMNS_MAX)
				return E_MALFORMED;
			TRY(c->rest.n && c->rest.p[0] == '"' ? quoted_cell(c, a, &cell) : plain_cell(c, &cell));
			cells[count++] = without_guard(cell);
			TRY(end_of_cell(c, &end));
		} while (!end);
	} while (count == 1 && cells[0].n == 0);
	*ret_cells = cells;
	*ret_count = count;
	return OK;
}

void csv_cell(struct buf *b, struct str s, bool text)
{
	bool formula = text && s.n && memchr("=+-@", s.p[0], 4);
	bool quote = formula;
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
	if (quote)
		buf_char(b, '"');
	if (formula)
		buf_char(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(b, '"');
		buf_char(b, s.p[i]);
	}
	if (quote)
		buf_char(b, '"');
}
