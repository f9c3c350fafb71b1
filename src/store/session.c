#include "session.h"

#include "store_private.h"

#include <string.h>

static const char text_put[] =
	"INSERT INTO session (tenant_id, token_hash, id, user_id, member_tenant, created_at, expires_at, kind, touched_at, idle_s, fresh_at, limited, "
	"device_id, grant_id, about, vouched) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
static const char text_find[] = "SELECT id, user_id, member_tenant, created_at, expires_at, ended_at, kind, touched_at, idle_s, fresh_at, limited, device_id, grant_id, about, vouched "
	"FROM session_v WHERE tenant_id = ?1 AND token_hash = ?2";
static const char text_get[] = "SELECT id, user_id, member_tenant, created_at, expires_at, ended_at, kind, touched_at, idle_s, fresh_at, limited, device_id, grant_id, about, vouched "
	"FROM session_v WHERE tenant_id = ?1 AND id = ?2";
static const char text_list[] =
	"SELECT id, user_id, member_tenant, created_at, expires_at, ended_at, kind, touched_at, idle_s, fresh_at, limited, device_id, grant_id, about, vouched "
	"FROM session_v WHERE tenant_id = ?1 AND user_id = ?2 AND ended_at IS NULL AND expires_at + 0 > ?3 "
	"AND touched_at + idle_s * 1000 > ?3 ORDER BY created_at DESC LIMIT ?4";
static const char text_history[] =
	"SELECT id, user_id, member_tenant, created_at, expires_at, ended_at, kind, touched_at, idle_s, fresh_at, limited, device_id, grant_id, about, vouched "
	"FROM session_v WHERE tenant_id = ?1 AND user_id = ?2 ORDER BY created_at DESC LIMIT ?3";
static const char text_touch[] = "UPDATE session SET touched_at = ?3 WHERE tenant_id = ?1 AND id = ?2";
static const char text_proved[] = "UPDATE session SET fresh_at = ?3, vouched = 0 WHERE tenant_id = ?1 AND id = ?2";
static const char text_enrolled[] = "UPDATE session SET limited = 0 WHERE tenant_id = ?1 AND id = ?2";
static const char text_limit[] = "UPDATE session SET limited = 1 WHERE tenant_id = ?1 AND id = ?2";
static const char text_enter[] = "UPDATE session SET member_tenant = ?3, grant_id = ?4 WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL";
static const char text_end[] = "UPDATE session SET ended_at = ?4 WHERE tenant_id = ?1 AND user_id = ?2 AND id = ?3 AND ended_at IS NULL";
static const char text_end_all[] =
	"UPDATE session SET ended_at = ?5 WHERE tenant_id = ?1 AND user_id = ?2 AND id <> ?3 AND (?4 = 0 OR member_tenant = ?4) AND ended_at IS NULL";
static const char text_refresh_put[] = "INSERT INTO refresh (tenant_id, hash, session_id, created_at) VALUES (?1, ?2, ?3, ?4)";
static const char text_refresh_find[] =
	"SELECT session_id, created_at, used_at, next_hash, next FROM refresh_v WHERE tenant_id = ?1 AND hash = ?2";
static const char text_refresh_take[] =
	"UPDATE refresh SET used_at = ?3, next_hash = ?4, next = ?5 WHERE tenant_id = ?1 AND hash = ?2 AND used_at IS NULL";
static const char text_members[] =
	"SELECT member_tenant FROM user_tenant_v WHERE tenant_id = ?1 AND user_id = ?2 ORDER BY last_used_at DESC, member_tenant LIMIT ?3";
static const char text_member_put[] =
	"INSERT INTO user_tenant (tenant_id, user_id, member_tenant, last_used_at) VALUES (?1, ?2, ?3, ?4) "
	"ON CONFLICT (tenant_id, user_id, member_tenant) DO UPDATE SET last_used_at = excluded.last_used_at";
static const char text_member_add[] =
	"INSERT INTO user_tenant (tenant_id, user_id, member_tenant, last_used_at) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING";
static const char text_counter[] =
	"INSERT INTO counter (tenant_id, seq, audit_size, frontier) VALUES (?1, 0, 0, ?2) ON CONFLICT DO NOTHING";
static const char text_answer_find[] =
	"SELECT body_hash, status, answer, at FROM idempotency_v WHERE tenant_id = ?1 AND hash = ?2";
static const char text_answer_put[] =
	"INSERT INTO idempotency (tenant_id, hash, body_hash, at, status, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
	"ON CONFLICT (tenant_id, hash) DO UPDATE SET body_hash = excluded.body_hash, at = excluded.at, status = excluded.status, "
	"answer = excluded.answer";

static struct sql_val hash_val(const uint8_t hash[32])
{
	return SQL_VBLOB(((struct str){ (const char *)hash, 32 }));
}

static struct sql_val id_or_null(struct id id)
{
	return id_is_zero(id) ? SQL_VNULL : SQL_VID(id);
}

static struct seal_place about_place(const struct tx *tx, struct id session)
{
	return (struct seal_place){ .tenant = tx->tenant, .noun = 0xffff, .field = 3, .row = session };
}

enum err session_put(struct tx *tx, const uint8_t token_hash[32], const struct session *s)
{
	struct sql_result r;
	struct key key;
	struct seal_place place = about_place(tx, s->id);
	TRY(tx_counter(tx));
	TRY(tx_tenant_key(tx, KEY_SECRETS, &key));
	struct str about = seal(tx->arena, &key, 1, &place, s->about);
	key_wipe(&key);
	return SQL_RUN(tx->sql, text_put, &r, SQL_VINT(tx->tenant), hash_val(token_hash), SQL_VID(s->id), SQL_VID(s->user),
	               SQL_VINT(s->member_tenant), SQL_VINT(s->created_ms), SQL_VINT(s->expires_ms), SQL_VTEXT(s->kind), SQL_VINT(s->touched_ms),
	               SQL_VINT(s->idle_s), SQL_VINT(s->fresh_ms), SQL_VINT(s->limited), id_or_null(s->device), id_or_null(s->grant), SQL_VBLOB(about),
	               SQL_VINT(s->vouched));
}

static struct session session_of(const struct sql_result *r, size_t i)
{
	return (struct session){
		.id = sql_id(r, i, 0),
		.user = sql_id(r, i, 1),
		.member_tenant = sql_int(r, i, 2),
		.created_ms = sql_int(r, i, 3),
		.expires_ms = sql_int(r, i, 4),
		.ended = !sql_is_null(r, i, 5),
		.kind = sql_blob(r, i, 6),
		.touched_ms = sql_int(r, i, 7),
		.idle_s = sql_int(r, i, 8),
		.fresh_ms = sql_int(r, i, 9),
		.limited = sql_int(r, i, 10) != 0,
		.device = sql_id(r, i, 11),
		.grant = sql_id(r, i, 12),
		.about = sql_blob(r, i, 13),
		.vouched = sql_int(r, i, 14) != 0,
	};
}

static enum err open_about(struct tx *tx, struct session *s)
{
	struct key key;
	struct seal_place place = about_place(tx, s->id);
	TRY(tx_tenant_key(tx, KEY_SECRETS, &key));
	enum err e = seal_open(tx->arena, &key, &place, s->about, &s->about);
	key_wipe(&key);
	return e;
}

enum err session_find(struct tx *tx, const uint8_t token_hash[32], struct session *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_find, &r, SQL_VINT(tx->tenant), hash_val(token_hash)));
	if (r.rows == 0)
		return E_NOT_FOUND;
	*ret = session_of(&r, 0);
	ret->about = STR(""); /* every request asks this, none needs to know it */
	return OK;
}

enum err session_get(struct tx *tx, struct id id, struct session *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_get, &r, SQL_VINT(tx->tenant), SQL_VID(id)));
	if (r.rows == 0)
		return E_NOT_FOUND;
	*ret = session_of(&r, 0);
	ret->about = STR("");
	return OK;
}

enum err session_list(struct tx *tx, struct id user, struct session *list, size_t max, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_list, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VINT(tx->now.ms), SQL_VINT((int64_t)max)));
	for (size_t i = 0; i < r.rows; i++) {
		list[i] = session_of(&r, i);
		TRY(open_about(tx, &list[i]));
	}
	*ret_count = r.rows;
	return OK;
}

enum err session_history(struct tx *tx, struct id user, struct session *list, size_t max, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_history, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VINT((int64_t)max)));
	for (size_t i = 0; i < r.rows; i++) {
		list[i] = session_of(&r, i);
		TRY(open_about(tx, &list[i]));
	}
	*ret_count = r.rows;
	return OK;
}

enum err session_touch(struct tx *tx, struct id id)
{
	struct sql_result r;
	return SQL_RUN(tx->sql, text_touch, &r, SQL_VINT(tx->tenant), SQL_VID(id), SQL_VINT(tx->now.ms));
}

enum err session_proved(struct tx *tx, struct id id)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_proved, &r, SQL_VINT(tx->tenant), SQL_VID(id), SQL_VINT(tx->now.ms));
}

enum err session_enrolled(struct tx *tx, struct id id)
{
	struct sql_result r;
	TRY(session_proved(tx, id));
	return SQL_RUN(tx->sql, text_enrolled, &r, SQL_VINT(tx->tenant), SQL_VID(id));
}

enum err session_limit(struct tx *tx, struct id id)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_limit, &r, SQL_VINT(tx->tenant), SQL_VID(id));
}

enum err session_enter(struct tx *tx, struct id id, int64_t member_tenant, struct id grant)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_enter, &r, SQL_VINT(tx->tenant), SQL_VID(id), SQL_VINT(member_tenant), id_or_null(grant)));
	return r.changed ? OK : E_NOT_FOUND;
}

enum err session_end(struct tx *tx, struct id user, struct id id)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_end, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VID(id), SQL_VINT(tx->now.ms)));
	return r.changed ? OK : E_NOT_FOUND;
}

enum err session_end_all(struct tx *tx, struct id user, int64_t member_tenant, struct id keep, int64_t *ret_ended)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_end_all, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VID(keep), SQL_VINT(member_tenant), SQL_VINT(tx->now.ms)));
	*ret_ended = r.changed;
	return OK;
}

enum err refresh_put(struct tx *tx, const uint8_t hash[32], struct id session)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_refresh_put, &r, SQL_VINT(tx->tenant), hash_val(hash), SQL_VID(session), SQL_VINT(tx->now.ms));
}

enum err refresh_find(struct tx *tx, const uint8_t hash[32], struct refresh *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_refresh_find, &r, SQL_VINT(tx->tenant), hash_val(hash)));
	if (r.rows == 0)
		return E_NOT_FOUND;
	*ret = (struct refresh){ sql_id(&r, 0, 0), sql_int(&r, 0, 1), sql_int(&r, 0, 2), sql_blob(&r, 0, 3), sql_blob(&r, 0, 4) };
	return OK;
}

enum err refresh_take(struct tx *tx, const uint8_t hash[32], const uint8_t next_hash[32], struct str next, bool *ret_first)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_refresh_take, &r, SQL_VINT(tx->tenant), hash_val(hash), SQL_VINT(tx->now.ms), hash_val(next_hash), SQL_VBLOB(next)));
	*ret_first = r.changed == 1;
	return OK;
}

enum err member_tenants(struct tx *tx, struct id user, int64_t *numbers, size_t max, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_members, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VINT((int64_t)max)));
	for (size_t i = 0; i < r.rows; i++)
		numbers[i] = sql_int(&r, i, 0);
	*ret_count = r.rows;
	return OK;
}

enum err member_put(struct tx *tx, struct id user, int64_t member_tenant)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_member_put, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VINT(member_tenant), SQL_VINT(tx->now.ms));
}

enum err member_add(struct tx *tx, struct id user, int64_t member_tenant)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_member_add, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VINT(member_tenant));
}

static enum err put_counter(struct sql_tx *tx, void *arg)
{
	struct sql_result r;
	struct frontier empty = { .size = 0 };
	(void)arg;
	return SQL_RUN(tx, text_counter, &r, SQL_VINT(sql_tenant(tx)), SQL_VBLOB(frontier_pack(sql_arena(tx), &empty)));
}

enum err store_tenant_create(struct store *store, int64_t number, struct arena *a, struct problem *problem)
{
	if (number != 0) {
		enum err e = keystore_tenant_create(store->keys, number);
		if (e != OK)
			return problem_set(problem, e, "The keys of the new company could not be made.");
	}
	return sql_write(store->sql, number, a, put_counter, NULL);
}

static struct seal_place answer_place(const struct tx *tx)
{
	return (struct seal_place){ .tenant = tx->tenant, .noun = 0xffff, .field = 2 };
}

enum err answer_find(struct tx *tx, const uint8_t hash[32], bool *ret_found, struct stored_answer *ret)
{
	struct sql_result r;
	struct key key;
	*ret_found = false;
	/* Behind the counter's lock: of two requests with one key the second sees the answer of the first. */
	if (tx->writes)
		TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_answer_find, &r, SQL_VINT(tx->tenant), hash_val(hash)));
	if (r.rows == 0 || sql_int(&r, 0, 3) < tx->now.ms - (int64_t)IDEMPOTENCY_S * 1000)
		return OK;
	struct str body_hash = sql_blob(&r, 0, 0);
	if (body_hash.n != 32)
		return E_CORRUPT;
	memcpy(ret->body_hash, body_hash.p, 32);
	ret->status = (int)sql_int(&r, 0, 1);
	struct seal_place place = answer_place(tx);
	TRY(tx_tenant_key(tx, KEY_SECRETS, &key));
	TRY(seal_open(tx->arena, &key, &place, sql_blob(&r, 0, 2), &ret->answer));
	*ret_found = true;
	return OK;
}

enum err answer_put(struct tx *tx, const uint8_t hash[32], const struct stored_answer *answer)
{
	struct sql_result r;
	struct key key;
	struct seal_place place = answer_place(tx);
	TRY(tx_counter(tx));
	TRY(tx_tenant_key(tx, KEY_SECRETS, &key));
	return SQL_RUN(tx->sql, text_answer_put, &r, SQL_VINT(tx->tenant), hash_val(hash), hash_val(answer->body_hash),
	               SQL_VINT(tx->now.ms), SQL_VINT(answer->status),
	               SQL_VBLOB(seal(tx->arena, &key, 1, &place, answer->answer)));
}
