/* series.c - numbers of documents, who owns which row, and keys of other systems. */
#include "store_private.h"

#include <string.h>

static const char text_next[] =
	"UPDATE numbering SET next = next + 1 WHERE tenant_id = ?1 AND series = ?2 RETURNING prefix, next";
static const char text_start[] =
	"INSERT INTO numbering (tenant_id, series, prefix, next) VALUES (?1, ?2, ?3, ?4) "
	"ON CONFLICT (tenant_id, series) DO UPDATE SET next = excluded.next WHERE numbering.next < excluded.next";

enum err store_number(struct tx *tx, const char *series, struct str *ret)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_next, &r, SQL_VINT(tx->tenant), SQL_VTEXT(str_from(series))));
	if (r.rows != 1)
		return problem_set(tx->problem, E_STORAGE, "There is no series of numbers called %s.", series);
	*ret = str_fmt(tx->arena, STR_FMT "%05lld", STR_ARG(sql_blob(&r, 0, 0)), (long long)sql_int(&r, 0, 1) - 1);
	return OK;
}

enum err store_number_start(struct tx *tx, const char *series, const char *prefix, int64_t next)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_start, &r, SQL_VINT(tx->tenant), SQL_VTEXT(str_from(series)), SQL_VTEXT(str_from(prefix)),
	               SQL_VINT(next));
}

static const char text_all_series[] = "SELECT series, prefix, next FROM numbering_v WHERE tenant_id = ?1 ORDER BY series";
static const char text_set_series[] = "UPDATE numbering SET prefix = ?3, next = ?4 WHERE tenant_id = ?1 AND series = ?2";

enum err store_numbers(struct tx *tx, struct series **ret, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_all_series, &r, SQL_VINT(tx->tenant)));
	*ret = ARENA_ARRAY(tx->arena, struct series, r.rows + 1);
	for (size_t i = 0; i < r.rows; i++)
		(*ret)[i] = (struct series){ sql_blob(&r, i, 0), sql_blob(&r, i, 1), sql_int(&r, i, 2) };
	*ret_count = r.rows;
	return OK;
}

enum err store_number_set(struct tx *tx, struct str series, struct str prefix, int64_t next)
{
	struct series *all;
	struct sql_result r;
	size_t n, i = 0;
	TRY(tx_counter(tx)); /* nobody takes a number from here on */
	TRY(store_numbers(tx, &all, &n));
	while (i < n && !str_eq(all[i].name, series))
		i++;
	if (i == n)
		return E_NOT_FOUND;
	if (next < all[i].next && str_eq(prefix, all[i].prefix))
		problem_fault(tx->problem, STR("/next"), "range", "The next number is " STR_FMT "%05lld; a lower one would come twice.", STR_ARG(all[i].prefix), (long long)all[i].next);
	TRY(problem_done(tx->problem));
	return SQL_RUN(tx->sql, text_set_series, &r, SQL_VINT(tx->tenant), SQL_VTEXT(series), SQL_VTEXT(prefix), SQL_VINT(next));
}

enum { OWNER_COLUMNS = 6 };
static const char text_owners[] = "SELECT employee_id, noun, row_id, until_ms FROM row_owner_v WHERE tenant_id = ?1 AND source_id = ?2";
static const char text_disown[] = "DELETE FROM row_owner WHERE tenant_id = ?1 AND source_id = ?2";
static const char text_owns[] =
	"SELECT 1 FROM row_owner_v WHERE tenant_id = ?1 AND employee_id = ?2 AND noun = ?3 AND row_id = ?4 "
	"AND (until_ms = 0 OR until_ms > ?5) LIMIT 1";

/* Whether the owners that `source` has given are these already: `n` rows of OWNER_COLUMNS values. */
static enum err owned_so(struct tx *tx, struct id source, const struct sql_val *vals, size_t n, bool *ret_any, bool *ret_same)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_owners, &r, SQL_VINT(tx->tenant), SQL_VID(source)));
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		const struct sql_val *v = vals + OWNER_COLUMNS * i;
		for (size_t k = 0; k < r.rows; k++)
			found += id_eq(sql_id(&r, k, 0), v[1].id) && sql_int(&r, k, 1) == v[2].i && id_eq(sql_id(&r, k, 2), v[3].id) &&
			         sql_int(&r, k, 3) == v[5].i;
	}
	*ret_any = r.rows > 0;
	*ret_same = found == n && r.rows == n;
	return OK;
}

enum err store_own(struct tx *tx, struct id source, const struct owned *rows, size_t row_count, const struct id *people,
                   size_t person_count, int64_t until_ms)
{
	struct sql_result r;
	size_t n = 0;
	bool any, same;
	struct sql_val *vals = ARENA_ARRAY(tx->arena, struct sql_val, OWNER_COLUMNS * row_count * person_count + 1);
	for (size_t p = 0; p < person_count; p++) {
		for (size_t i = 0; i < row_count; i++) {
			if (id_is_zero(rows[i].id))
				continue;
			const struct sql_val one[OWNER_COLUMNS] = { SQL_VINT(tx->tenant), SQL_VID(people[p]), SQL_VINT(rows[i].noun->tag), SQL_VID(rows[i].id),
				                        SQL_VID(source), SQL_VINT(until_ms) };
			memcpy(vals + OWNER_COLUMNS * n++, one, sizeof(one));
		}
	}
	TRY(owned_so(tx, source, vals, n, &any, &same));
	if (same)
		return OK;
	TRY(tx_counter(tx));
	if (any)
		TRY(SQL_RUN(tx->sql, text_disown, &r, SQL_VINT(tx->tenant), SQL_VID(source)));
	return tx_insert_rows(tx, "row_owner (tenant_id, employee_id, noun, row_id, source_id, until_ms)", OWNER_COLUMNS, vals, n);
}

enum err store_owns(struct tx *tx, const struct noun *noun, struct id row, struct id employee, bool *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_owns, &r, SQL_VINT(tx->tenant), SQL_VID(employee), SQL_VINT(noun->tag), SQL_VID(row),
	            SQL_VINT(tx->now.ms)));
	*ret = r.rows > 0;
	return OK;
}

static const char text_external_find[] =
	"SELECT row_id, digest, batch_id, seq FROM external_key_v WHERE tenant_id = ?1 AND hash = ?2";
static const char text_external_put[] =
	"INSERT INTO external_key (tenant_id, hash, noun, row_id, digest, batch_id, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
	"ON CONFLICT (tenant_id, hash) DO UPDATE SET digest = excluded.digest, seq = excluded.seq";
static const char text_external_forget[] = "DELETE FROM external_key WHERE tenant_id = ?1 AND row_id = ?2";

static enum err external_hash(struct tx *tx, const struct noun *noun, struct str source, struct str key, struct str *ret)
{
	struct key secret;
	uint8_t out[32];
	TRY(tx_tenant_key(tx, KEY_EXTERNAL, &secret));
	const struct str parts[] = { str_from(noun->name), STR("|"), source, STR("|"), key };
	hmac_sha256(&secret, parts, ARRAY_LEN(parts), out);
	*ret = str_dup(tx->arena, (struct str){ (const char *)out, 32 });
	return OK;
}

enum err store_external_find(struct tx *tx, const struct noun *noun, struct str source, struct str key, bool *ret_found,
                             struct external *ret)
{
	struct str hash;
	struct sql_result r;
	TRY(external_hash(tx, noun, source, key, &hash));
	TRY(SQL_RUN(tx->sql, text_external_find, &r, SQL_VINT(tx->tenant), SQL_VBLOB(hash)));
	*ret_found = r.rows > 0;
	if (!r.rows)
		return OK;
	struct str digest = sql_blob(&r, 0, 1);
	if (digest.n != sizeof(ret->digest))
		return E_CORRUPT;
	ret->row = sql_id(&r, 0, 0);
	memcpy(ret->digest, digest.p, digest.n);
	ret->batch = sql_id(&r, 0, 2);
	ret->seq = sql_int(&r, 0, 3);
	return OK;
}

enum err store_external_put(struct tx *tx, const struct noun *noun, struct str source, struct str key,
                            const struct external *external)
{
	struct str hash;
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(external_hash(tx, noun, source, key, &hash));
	return SQL_RUN(tx->sql, text_external_put, &r, SQL_VINT(tx->tenant), SQL_VBLOB(hash), SQL_VINT(noun->tag),
	               SQL_VID(external->row), SQL_VBLOB(((struct str){ (const char *)external->digest, 32 })), SQL_VID(external->batch),
	               SQL_VINT(tx->seq));
}

enum err store_external_forget(struct tx *tx, struct id row)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_external_forget, &r, SQL_VINT(tx->tenant), SQL_VID(row));
}

static const char text_external_of[] =
	"SELECT noun, row_id, seq FROM external_key_v WHERE tenant_id = ?1 AND batch_id = ?2 ORDER BY row_id DESC LIMIT ?3";

enum err store_external_of(struct tx *tx, struct id batch, struct external_row *rows, size_t max, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_external_of, &r, SQL_VINT(tx->tenant), SQL_VID(batch), SQL_VINT((int64_t)max)));
	for (size_t i = 0; i < r.rows; i++)
		rows[i] = (struct external_row){ catalogue_by_tag(tx->store->catalogue, sql_int(&r, i, 0)), sql_id(&r, i, 1), sql_int(&r, i, 2) };
	*ret_count = r.rows;
	return OK;
}
