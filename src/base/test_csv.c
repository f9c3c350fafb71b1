#include "check.h"

#include "csv.h"
#include "http.h"

#include <string.h>

/* Cells of each record joined by '|', records by '/'; errors as words. */
static struct str shape(struct arena *a, struct str text, char delimiter)
{
	struct csv c;
	struct buf b;
	struct str *cells;
	size_t n;
	enum err e;
	buf_init(&b, a, 10000);
	csv_begin(&c, text, delimiter);
	while ((e = csv_next(&c, a, &cells, &n)) == OK) {
		if (b.n)
			buf_char(&b, '/');
		for (size_t i = 0; i < n; i++)
			buf_fmt(&b, "%s" STR_FMT, i ? "|" : "", STR_ARG(cells[i]));
	}
	if (e != E_NOT_FOUND)
		buf_fmt(&b, " %s", err_info(e)->slug);
	return buf_str(&b);
}

static void records_are_read_as_spreadsheets_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a,b\r\n1,2\r\n", "a|b/1|2" },
		{ "a,b\n1,2", "a|b/1|2" },
		{ "a,b\n\n\n1,2\n", "a|b/1|2" },
		{ "\"a,\"\"x\"\"\",b\n", "a,\"x\"|b" },
		{ "\"two\nlines\",b\n", "two\nlines|b" },
		{ "a,,\n", "a||" },
		{ "a,\n", "a|" },
		{ "'=1+1,'x,-5\n", "=1+1|'x|-5" },
		{ "\"open,b\n", " malformed" },
		{ "\"a\"b,c\n", " malformed" },
		{ "", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(1 << 20);
		struct str got = shape(a, str_from(rows[i].in), ',');
		assert_string_equal(str_z(a, got), rows[i].out);
	}
}

static void the_line_of_a_record_is_where_it_begins(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	struct csv c;
	struct str *cells;
	size_t n;
	csv_begin(&c, STR("h\n\"x\ny\"\n\nz\n"), ',');
	assert_int_equal(csv_next(&c, a, &cells, &n), OK);
	assert_int_equal(c.line, 1);
	assert_int_equal(csv_next(&c, a, &cells, &n), OK);
	assert_int_equal(c.line, 2);
	assert_int_equal(csv_next(&c, a, &cells, &n), OK);
	assert_int_equal(c.line, 5);
}

static void the_dialect_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *in, *encoding;
		char delimiter;
	} rows[] = {
		{ "a,b,c\n1,2,3\n", "utf-8", ',' },
		{ "a;b;c\n1,5;2;3\n", "utf-8", ';' },
		{ "a\tb\n1\t2\n", "utf-8", '\t' },
		{ "name\nM\xfcller\n", "windows-1252", ',' },
		{ "n\xc3\xa4me|x\n1|2\n", "utf-8", '|' },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct csv_dialect d = csv_detect(str_from(rows[i].in));
		assert_string_equal(d.encoding, rows[i].encoding);
		assert_int_equal(d.delimiter, rows[i].delimiter);
	}
}

static void bytes_become_utf8(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	struct csv_dialect western = { "windows-1252", ',' }, utf8 = { "utf-8", ',' };
	struct str text;
	assert_int_equal(csv_decode(a, STR("M\xfcller \x80"), &western, &text), OK);
	assert_string_equal(str_z(a, text), "Müller €");
	assert_int_equal(csv_decode(a, STR("\xef\xbb\xbf" "a"), &utf8, &text), OK);
	assert_string_equal(str_z(a, text), "a");
	assert_int_equal(csv_decode(a, STR("\xff\xfe" "a"), &utf8, &text), E_MALFORMED);
	assert_int_equal(csv_decode(a, STR("a\xff"), &utf8, &text), E_MALFORMED);
}

/* What is written reads back, and no text cell begins like a formula. */
static void cells_survive_the_round_trip(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "plain", "a,b", "say \"hi\"", "two\nlines", "=SUM(A1)", "+27821234567", "-5", "@x", "é,€" };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		with_arena struct arena *a = arena_new(1 << 20);
		struct buf b;
		struct csv c;
		struct str *cells;
		size_t n;
		buf_init(&b, a, 1000);
		csv_cell(&b, str_from(texts[i]), true);
		buf_addz(&b, ",end\r\n");
		assert_null(memchr("=+-@", b.p[0], 4));
		csv_begin(&c, buf_str(&b), ',');
		assert_int_equal(csv_next(&c, a, &cells, &n), OK);
		assert_int_equal(n, 2);
		assert_string_equal(str_z(a, cells[0]), texts[i]);
	}
}

static void numbers_are_never_guarded(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	struct buf b;
	buf_init(&b, a, 100);
	csv_cell(&b, STR("-118.25"), false);
	assert_true(str_eqz(buf_str(&b), "-118.25"));
}

static void query_strings_are_decoded_once(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	assert_string_equal(url_decode(a, STR("a%20b+c%2525%zz%4")).p, "a b c%25%zz%4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read_as_spreadsheets_write_them),
		cmocka_unit_test(the_line_of_a_record_is_where_it_begins),
		cmocka_unit_test(the_dialect_is_found),
		cmocka_unit_test(bytes_become_utf8),
		cmocka_unit_test(cells_survive_the_round_trip),
		cmocka_unit_test(numbers_are_never_guarded),
		cmocka_unit_test(query_strings_are_decoded_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
