#include "right_use.h"

#include "store_private.h"

static const char text_put[] =
	"INSERT INTO right_used (tenant_id, membership_id, right_name, last_day) VALUES (?1, ?2, ?3, ?4) "
	"ON CONFLICT (tenant_id, membership_id, right_name) DO UPDATE SET last_day = excluded.last_day";
static const char text_since[] = "SELECT right_name FROM right_used_v WHERE tenant_id = ?1 AND membership_id = ?2 AND last_day >= ?3";
static const char text_last[] = "SELECT max(last_day) FROM right_used_v WHERE tenant_id = ?1 AND membership_id = ?2";

enum err right_use_put(struct tx *tx, struct id membership, struct str right, int64_t day)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_put, &r, SQL_VINT(tx->tenant), SQL_VID(membership), SQL_VTEXT(right), SQL_VINT(day));
}

enum err right_use_since(struct tx *tx, struct id membership, int64_t day, struct str **ret, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_since, &r, SQL_VINT(tx->tenant), SQL_VID(membership), SQL_VINT(day)));
	*ret = ARENA_ARRAY(tx->arena, struct str, r.rows + 1);
	for (size_t i = 0; i < r.rows; i++)
		(*ret)[i] = sql_blob(&r, i, 0);
	*ret_count = r.rows;
	return OK;
}

enum err right_use_last(struct tx *tx, struct id membership, int64_t *ret_day)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_last, &r, SQL_VINT(tx->tenant), SQL_VID(membership)));
	*ret_day = r.rows && !sql_is_null(&r, 0, 0) ? sql_int(&r, 0, 0) : 0;
	return OK;
}
