#include "check.h"

#include "buf.h"
#include "scgi.h"

#include <string.h>

/* A head from pairs written with '|' for NUL. */
static struct str head(struct arena *a, const char *pairs)
{
	char *p = str_z(a, str_from(pairs));
	size_t n = strlen(p);
	for (size_t i = 0; i < n; i++)
		if (p[i] == '|')
			p[i] = 0;
	struct buf b;
	buf_init(&b, a, 100000);
	buf_fmt(&b, "%zu:", n);
	buf_add(&b, (struct str){ p, n });
	buf_char(&b, ',');
	return buf_str(&b);
}

#define GOOD "CONTENT_LENGTH|3|SCGI|1|REQUEST_METHOD|GET|DOCUMENT_URI|/v1/me|"

static void heads_are_judged(void **state)
{
	(void)state;
	static const struct {
		const char *pairs;
		enum err e;
	} rows[] = {
		{ GOOD, OK },
		{ GOOD "HTTP_COOKIE|a=b|QUERY_STRING||", OK },
		{ GOOD "BODY_LENGTH|77|", OK },
		{ GOOD "BODY_LENGTH||", OK },
		{ GOOD "BODY_LENGTH|x|", E_MALFORMED },
		{ GOOD "BODY_LENGTH|-1|", E_MALFORMED },
		{ "SCGI|1|CONTENT_LENGTH|3|REQUEST_METHOD|GET|DOCUMENT_URI|/|", E_MALFORMED },
		{ "CONTENT_LENGTH|-3|SCGI|1|REQUEST_METHOD|GET|DOCUMENT_URI|/|", E_MALFORMED },
		{ "CONTENT_LENGTH||SCGI|1|REQUEST_METHOD|GET|DOCUMENT_URI|/|", E_MALFORMED },
		{ "CONTENT_LENGTH|99999999999999999999|SCGI|1|REQUEST_METHOD|GET|DOCUMENT_URI|/|", E_MALFORMED },
		{ "CONTENT_LENGTH|0|SCGI|2|REQUEST_METHOD|GET|DOCUMENT_URI|/|", E_MALFORMED },
		{ "CONTENT_LENGTH|0|REQUEST_METHOD|GET|DOCUMENT_URI|/|", E_MALFORMED },
		{ "CONTENT_LENGTH|0|SCGI|1|DOCUMENT_URI|/|", E_MALFORMED },
		{ "CONTENT_LENGTH|0|SCGI|1|REQUEST_METHOD|GET|", E_MALFORMED },
		{ GOOD "CONTENT_LENGTH|4|", E_MALFORMED },
		{ GOOD "HTTP_COOKIE|a|HTTP_COOKIE|b|", E_MALFORMED },
		{ GOOD "|empty name|", E_MALFORMED },
		{ GOOD "ODD|", E_MALFORMED },
		{ GOOD "NO_END", E_MALFORMED },
		{ "CONTENT_LENGTH|0|SCGI|1|REQUEST_METHOD|GET|DOCUMENT_URI|/\xff|", E_MALFORMED },
		{ "CONTENT_LENGTH|0|SCGI|1|REQUEST_METHOD|GET|DOCUMENT_URI|/a\nb|", E_MALFORMED },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(1 << 20);
		struct request rq = { .length = 7 };
		enum err e = scgi_parse(a, head(a, rows[i].pairs), &rq);
		if (e != rows[i].e)
			print_error("row %zu: %d\n", i, e);
		assert_int_equal(e, rows[i].e);
		if (e != OK)
			assert_int_equal(rq.length, 7);
	}
}

static void the_parts_are_where_they_belong(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(1 << 20);
	struct request rq;
	assert_int_equal(scgi_parse(a, head(a, GOOD "BODY_LENGTH|77|HTTP_IF_MATCH|\"3\"|HTTP_X_APP|1|"), &rq), OK);
	assert_true(str_eqz(rq.method, "GET"));
	assert_true(str_eqz(rq.path, "/v1/me"));
	assert_true(str_eqz(rq.if_match, "\"3\""));
	assert_true(str_eqz(rq.x_app, "1"));
	assert_int_equal(rq.length, 77);
}

static void lengths_are_bounded_before_anything_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		enum err e;
		size_t whole;
	} rows[] = {
		{ "", OK, 0 },       { "1", OK, 0 },          { "12:", OK, 16 },         { "0:,", OK, 3 },          { "a:", E_MALFORMED, 0 },
		{ ":", E_MALFORMED, 0 }, { "01:", E_MALFORMED, 0 }, { "16385:", E_TOO_LARGE, 0 }, { "9999999", E_TOO_LARGE, 0 }, { "-1:", E_MALFORMED, 0 },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t whole = 0;
		assert_int_equal(scgi_length(str_from(rows[i].bytes), &whole), rows[i].e);
		assert_int_equal(whole, rows[i].whole);
	}
}

static void every_beginning_and_every_flip_is_survived(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(8 << 20);
	struct str good = head(a, GOOD "HTTP_COOKIE|a=b|");
	for (size_t n = 0; n < good.n; n++) {
		struct request rq;
		assert_int_not_equal(scgi_parse(a, str_slice(good, 0, n), &rq), OK);
		char *copy = str_z(a, good);
		copy[n] = (char)(copy[n] ^ 0x20);
		enum err e = scgi_parse(a, (struct str){ copy, good.n }, &rq);
		assert_true(e == OK || e == E_MALFORMED || e == E_TOO_LARGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_judged),
		cmocka_unit_test(the_parts_are_where_they_belong),
		cmocka_unit_test(lengths_are_bounded_before_anything_is_read),
		cmocka_unit_test(every_beginning_and_every_flip_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
