#include "pg.h"

#include <stdlib.h>
#include <string.h>

/* ---- errors ---- */

enum err pg_err_of(const char *state)
{
	static const struct {
		const char *state; /* or the first characters of it */
		enum err e;
	} rows[] = {
		{ "23505", E_UNIQUE },    { "23503", E_REFERENCE }, { "23001", E_REFERENCE }, { "23", E_INVALID },
		{ "22", E_INVALID },      { "42501", E_DENIED },    { "FW001", E_DENIED },    { "25006", E_DENIED },
		{ "44000", E_DENIED },    { "57014", E_TIMEOUT },   { "55P03", E_TIMEOUT },   { "25P03", E_TIMEOUT },
		{ "40001", E_BUSY },      { "40P01", E_BUSY },      { "53100", E_FULL },      { "53200", E_MEMORY },
		{ "53300", E_BUSY },      { "57P03", E_BUSY },      { "XX001", E_CORRUPT },   { "XX002", E_CORRUPT },
		{ "28", E_CONFIG },       { "3D000", E_CONFIG },
	};
	for (size_t i = 0; state && i < ARRAY_LEN(rows); i++)
		if (strncmp(state, rows[i].state, strlen(rows[i].state)) == 0)
			return rows[i].e;
	return E_STORAGE;
}

enum err pg_err(const PGresult *r)
{
	ExecStatusType status = pq.resultStatus(r);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return OK;
	return pg_err_of(pq.resultErrorField(r, PG_DIAG_SQLSTATE));
}

/* ---- arguments ---- */

static void put_be(char *p, uint64_t v, int n)
{
	for (int i = n - 1; i >= 0; i--, v >>= 8)
		p[i] = (char)(v & 0xff);
}

static bool encode_int(int64_t v, Oid type, char *p, int *ret_n)
{
	static const struct {
		Oid type;
		int n;
		int64_t min, max;
	} rows[] = {
		{ PG_INT8, 8, INT64_MIN, INT64_MAX }, { PG_INT4, 4, INT32_MIN, INT32_MAX },
		{ PG_INT2, 2, INT16_MIN, INT16_MAX }, { PG_BOOL, 1, 0, 1 },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].type == type && v >= rows[i].min && v <= rows[i].max) {
			put_be(p, (uint64_t)v, rows[i].n);
			*ret_n = rows[i].n;
			return true;
		}
	return false;
}

static bool encode_bytes(struct str s, bool fits, struct pg_args *ret, size_t i)
{
	ret->values[i] = s.p ? s.p : "";
	ret->lengths[i] = (int)s.n;
	return fits && s.n < INT32_MAX;
}

static bool is_textual(Oid type)
{
	return type == PG_TEXT || type == PG_VARCHAR || type == PG_BPCHAR || type == PG_NAME || type == PG_UNKNOWN;
}

static bool encode_one(const struct sql_val *v, Oid type, struct pg_args *ret, size_t i)
{
	switch (v->kind) {
	case SQL_NULL:
		ret->values[i] = NULL;
		ret->lengths[i] = 0;
		return true;
	case SQL_INT:
		ret->values[i] = ret->ints[i];
		return encode_int(v->i, type, ret->ints[i], &ret->lengths[i]);
	case SQL_TEXT:
		return encode_bytes(v->s, is_textual(type) || type == PG_BYTEA, ret, i);
	case SQL_BLOB:
		return encode_bytes(v->s, type == PG_BYTEA || (type == PG_UUID && v->s.n == sizeof(v->id)), ret, i);
	case SQL_ID:
		return encode_bytes((struct str){ (const char *)v->id.b, sizeof(v->id.b) }, type == PG_UUID || type == PG_BYTEA,
		                    ret, i);
	}
	return false;
}

Oid pg_type_of(enum sql_kind kind)
{
	return kind == SQL_INT ? PG_INT8 : kind == SQL_TEXT ? PG_TEXT : 0;
}

bool pg_encode(const struct sql_val *args, size_t count, const Oid *types, struct pg_args *ret)
{
	ret->count = (int)count;
	for (size_t i = 0; i < count; i++) {
		ret->formats[i] = 1;
		if (!encode_one(&args[i], types[i], ret, i))
			return false;
	}
	return true;
}

/* ---- results ---- */

static int64_t get_be(const char *p, int n)
{
	int64_t v = (unsigned char)p[0];
	v -= v & 0x80 ? 0x100 : 0;
	for (int i = 1; i < n; i++)
		v = (int64_t)((uint64_t)v << 8 | (unsigned char)p[i]);
	return v;
}

/* A whole number that sum() made: digits of base 10000, the first of them worth 10000^weight. What is behind the point is cut. */
static bool decode_numeric(const char *p, int n, int64_t *ret)
{
	enum { HEAD = 8, NEGATIVE = 0x4000, BASE = 10000 };
	int64_t digits = n >= HEAD ? get_be(p, 2) : -1, weight = n >= HEAD ? get_be(p + 2, 2) : 0, v = 0;
	int64_t sign = n >= HEAD ? get_be(p + 4, 2) : 0;
	if (digits < 0 || n != HEAD + 2 * digits || (sign != 0 && sign != NEGATIVE))
		return false;
	for (int64_t i = 0; i <= weight; i++) {
		int64_t digit = i < digits ? get_be(p + HEAD + 2 * i, 2) : 0;
		if (__builtin_mul_overflow(v, BASE, &v) || __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	*ret = v;
	return sign == NEGATIVE || !__builtin_sub_overflow((int64_t)0, v, ret);
}

static bool decode_one(Oid type, const char *p, int n, struct arena *a, struct sql_val *ret)
{
	struct id id;
	switch (type) {
	case PG_BOOL:
	case PG_INT2:
	case PG_INT4:
	case PG_INT8:
		*ret = SQL_VINT(get_be(p, n));
		return true;
	case PG_OID:
		*ret = SQL_VINT(get_be(p, n) & UINT32_MAX);
		return true;
	case PG_NUMERIC:
		ret->kind = SQL_INT;
		return decode_numeric(p, n, &ret->i);
	case PG_UUID:
		memcpy(id.b, p, sizeof(id.b));
		*ret = SQL_VID(id);
		return true;
	case PG_BYTEA:
		*ret = SQL_VBLOB(str_dup(a, (struct str){ p, (size_t)n }));
		return true;
	case PG_VOID:
		*ret = SQL_VNULL;
		return true;
	default:
		*ret = SQL_VTEXT(str_dup(a, (struct str){ p, (size_t)n }));
		return is_textual(type);
	}
}

static int64_t changed_rows(PGresult *r)
{
	const char *status = pq.cmdStatus(r);
	if (strncmp(status, "INSERT", 6) != 0 && strncmp(status, "UPDATE", 6) != 0 && strncmp(status, "DELETE", 6) != 0)
		return 0;
	return strtoll(pq.cmdTuples(r), NULL, 10);
}

static enum err collect_row(const PGresult *r, int row, struct arena *a, struct sql_val *vals)
{
	if (arena_over(a))
		return E_MEMORY;
	for (int i = 0; i < pq.nfields(r); i++) {
		vals[i] = SQL_VNULL;
		if (!pq.getisnull(r, row, i) &&
		    !decode_one(pq.ftype(r, i), pq.getvalue(r, row, i), pq.getlength(r, row, i), a, &vals[i]))
			return E_STORAGE;
	}
	return OK;
}

enum err pg_collect(PGresult *r, struct arena *a, struct sql_result *ret)
{
	struct sql_result result = { .rows = (size_t)pq.ntuples(r), .cols = (size_t)pq.nfields(r) };
	if (result.rows > RESULT_ROWS_MAX)
		return E_TOO_LARGE;
	result.vals = ARENA_ARRAY(a, struct sql_val, result.rows * result.cols);
	for (size_t i = 0; i < result.rows; i++)
		TRY(collect_row(r, (int)i, a, result.vals + i * result.cols));
	result.changed = changed_rows(r);
	*ret = result;
	return OK;
}
