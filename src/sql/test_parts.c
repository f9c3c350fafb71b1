/* The small parts: SQL text, the cache of statements, values of PostgreSQL. */
#include "check.h"

#include "limits.h"
#include "pg.h"
#include "stmts.h"
#include "text.h"

#include <string.h>

static void parameters_are_numbered_outside_quotes(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "?2, ?1", "$2, $1" },
		{ "x=?12 AND y='?1' OR \"?1\"=?3", "x=$12 AND y='?1' OR \"?1\"=$3" },
		{ "'it''s ?1' ?1", "'it''s ?1' $1" },
		{ "a ? b ?1", "a ? b $1" },
		{ "-- ?1\n?1", "-- ?1\n$1" },
		{ "/* ?1 */ ?1", "/* ?1 */ $1" },
		{ "$q$ ?1 $q$ ?1 $$?2$$", "$q$ ?1 $q$ $1 $$?2$$" },
		{ "'never ends ?1", "'never ends ?1" },
		{ "a$b$?1", "a$b$$1" },
		{ "", "" },
	};
	with_arena struct arena *a = arena_new(MIB);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(text_numbered(a, rows[i].in).p, rows[i].out);
}

static void the_verb_is_the_first_word(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "SELECT 1", "SELECT" }, { "  /* a */ -- b\n\tupdate x", "update" }, { "(SELECT 1)", "" }, { "", "" },
		{ "-- SELECT", "" },      { "/* SELECT", "" },                        { "- 1", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(str_eqz(text_verb(rows[i].in), rows[i].out));
}

static void types_become_the_engines_own(void **state)
{
	(void)state;
	static const char *const words[6] = { "ID<%s>", "INT", "TXT", "BLB", "ROWS", "KEYED" };
	with_arena struct arena *a = arena_new(MIB);
	struct str got = text_typed(a, STR("t (id $ID, \"x\" $INT, b $TEXT DEFAULT '$INT', c $BLOB, d $INTEGER) $ROWS; u () $KEYED"), words);
	assert_string_equal(got.p, "t (id ID<id>, \"x\" INT, b TXT DEFAULT '$INT', c BLB, d $INTEGER) ROWS; u () KEYED");
}

static void count_drop(void *owner, void *what)
{
	(void)what;
	++*(int *)owner;
}

static void statements_are_found_by_address_and_text(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(MIB);
	struct stmts *s = ARENA_NEW(a, struct stmts);
	int drops = 0;
	char *texts = ARENA_ARRAY(a, char, 2000 * 32);
	s->drop = count_drop;
	s->owner = &drops;
	struct stmt_slot *slot = stmts_find(s, texts);
	slot->what = &drops;
	assert_ptr_equal(stmts_find(s, texts)->what, &drops);
	memcpy(texts, "another text", 13); /* against the rule */
	assert_null(stmts_find(s, texts)->what);
	assert_int_equal(drops, 1);
	for (size_t i = 0; i < 2000; i++)
		stmts_find(s, texts + 32 * i)->what = &drops;
	size_t full = 0;
	for (size_t i = 0; i < STMTS_MAX; i++)
		full += s->slots[i].what != NULL;
	assert_int_equal(drops, 1 + 2000 - (int)full);
	stmts_clear(s);
	assert_int_equal(drops, 2001);
}

static void values_are_encoded_as_the_server_wants(void **state)
{
	(void)state;
	struct id id = { { 1, 2, 3 } };
	const struct {
		struct sql_val v;
		Oid type;
		bool fits;
		int n;
	} rows[] = {
		{ SQL_VINT(-2), PG_INT8, true, 8 },   { SQL_VINT(70000), PG_INT4, true, 4 },    { SQL_VINT(70000), PG_INT2, false, 0 },
		{ SQL_VINT(1), PG_BOOL, true, 1 },    { SQL_VINT(2), PG_BOOL, false, 0 },       { SQL_VINT(2), PG_TEXT, false, 0 },
		{ SQL_VINT(INT64_MAX), PG_INT4, false, 0 },
		{ SQL_VTEXT(STR("abc")), PG_TEXT, true, 3 },  { SQL_VTEXT(STR("abc")), PG_BYTEA, true, 3 }, { SQL_VTEXT(STR("abc")), PG_INT8, false, 0 },
		{ SQL_VBLOB(STR("")), PG_BYTEA, true, 0 },    { SQL_VBLOB(STR("abc")), PG_UUID, false, 0 },
		{ SQL_VBLOB(STR("0123456789abcdef")), PG_UUID, true, 16 },
		{ SQL_VID(id), PG_UUID, true, 16 },   { SQL_VID(id), PG_BYTEA, true, 16 },      { SQL_VID(id), PG_TEXT, false, 0 },
		{ SQL_VNULL, PG_NUMERIC, true, 0 },
	};
	struct pg_args args;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(pg_encode(&rows[i].v, 1, &rows[i].type, &args), rows[i].fits);
		if (rows[i].fits)
			assert_int_equal(args.lengths[0], rows[i].n);
	}
}

static void states_become_errors(void **state)
{
	(void)state;
	static const struct {
		const char *state;
		enum err e;
	} rows[] = {
		{ "23505", E_UNIQUE }, { "23503", E_REFERENCE }, { "23514", E_INVALID }, { "22P02", E_INVALID }, { "42501", E_DENIED },
		{ "FW001", E_DENIED }, { "57014", E_TIMEOUT },   { "40001", E_BUSY },    { "53100", E_FULL },    { "XX001", E_CORRUPT },
		{ "42601", E_STORAGE }, { NULL, E_STORAGE },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(pg_err_of(rows[i].state), rows[i].e);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_are_numbered_outside_quotes),
		cmocka_unit_test(the_verb_is_the_first_word),
		cmocka_unit_test(types_become_the_engines_own),
		cmocka_unit_test(statements_are_found_by_address_and_text),
		cmocka_unit_test(values_are_encoded_as_the_server_wants),
		cmocka_unit_test(states_become_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
