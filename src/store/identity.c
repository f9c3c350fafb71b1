#include "identity.h"

#include "store_private.h"

#include <string.h>

static const char text_factor_put[] =
	"INSERT INTO factor (tenant_id, id, user_id, kind, hash, created_at, counter, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
static const char text_factor_list[] =
	"SELECT id, user_id, kind, hash, created_at, used_at, counter, sealed "
	"FROM factor_v WHERE tenant_id = ?1 AND user_id = ?2 AND ended_at IS NULL ORDER BY id LIMIT ?3";
static const char text_factor_hash[] = "SELECT id, user_id, kind, hash, created_at, used_at, counter, sealed "
	"FROM factor_v WHERE tenant_id = ?1 AND hash = ?2 AND ended_at IS NULL";
static const char text_factor_step[] =
	"UPDATE factor SET counter = ?3, used_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND counter < ?3 AND ended_at IS NULL";
static const char text_factor_spend[] =
	"UPDATE factor SET used_at = ?3, ended_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL";
static const char text_factor_used[] = "UPDATE factor SET counter = ?3, used_at = ?4 WHERE tenant_id = ?1 AND id = ?2";
static const char text_factor_end[] =
	"UPDATE factor SET ended_at = ?4 WHERE tenant_id = ?1 AND user_id = ?2 AND id = ?3 AND kind = ?5 AND ended_at IS NULL";
static const char text_factor_end_kind[] =
	"UPDATE factor SET ended_at = ?3 WHERE tenant_id = ?1 AND user_id = ?2 AND kind = ?4 AND ended_at IS NULL";
static const char text_once_put[] =
	"INSERT INTO once (tenant_id, hash, kind, user_id, created_at, expires_at, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char text_once_find[] =
	"SELECT kind, user_id, created_at, expires_at, used_at, sealed FROM once_v WHERE tenant_id = ?1 AND hash = ?2";
static const char text_once_take[] = "UPDATE once SET used_at = ?3 WHERE tenant_id = ?1 AND hash = ?2 AND used_at IS NULL";
static const char text_once_drop[] =
	"UPDATE once SET used_at = ?4 WHERE tenant_id = ?1 AND user_id = ?2 AND kind = ?3 AND used_at IS NULL";
static const char text_once_waiting[] =
	"SELECT kind, user_id, created_at, expires_at, sealed, hash FROM once_v WHERE tenant_id = ?1 AND kind = ?2 AND used_at IS NULL AND expires_at > ?3 "
	"ORDER BY expires_at LIMIT ?4";
static const char text_once_sweep[] = "DELETE FROM once WHERE tenant_id = ?1 AND expires_at < ?2";
static const char text_tries_find[] = "SELECT count, total, at, until_at FROM tries_v WHERE tenant_id = ?1 AND hash = ?2";
static const char text_tries_put[] =
	"INSERT INTO tries (tenant_id, hash, count, total, at, until_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant_id, hash) DO UPDATE SET "
	"count = excluded.count, total = excluded.total, at = excluded.at, until_at = excluded.until_at";
static const char text_tries_sweep[] = "DELETE FROM tries WHERE tenant_id = ?1 AND at < ?2 AND (total = 0 OR at < ?3)";
static const char text_refresh_sweep[] = "DELETE FROM refresh WHERE tenant_id = ?1 AND created_at < ?2";
static const char text_session_sweep[] = "DELETE FROM session WHERE tenant_id = ?1 AND expires_at < ?2";
static const char text_device_put[] =
	"INSERT INTO device (tenant_id, id, user_id, created_at, seen_at, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char text_device_seen[] =
	"UPDATE device SET seen_at = ?4, sealed = ?5 WHERE tenant_id = ?1 AND user_id = ?2 AND id = ?3 AND ended_at IS NULL";
static const char text_device_known[] =
	"SELECT id FROM device_v WHERE tenant_id = ?1 AND user_id = ?2 AND id = ?3 AND ended_at IS NULL";
static const char text_device_end[] = "UPDATE device SET ended_at = ?3 WHERE tenant_id = ?1 AND user_id = ?2 AND ended_at IS NULL";
static const char text_device_count[] = "SELECT count(*) FROM device_v WHERE tenant_id = ?1 AND user_id = ?2";
static const char text_secret_put[] =
	"INSERT INTO machine_secret (tenant_id, hash, member_tenant, key_id, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char text_secret_find[] =
	"SELECT member_tenant, key_id, expires_at, ended_at, used_at FROM machine_secret_v WHERE tenant_id = ?1 AND hash = ?2";
static const char text_secret_touch[] = "UPDATE machine_secret SET used_at = ?3 WHERE tenant_id = ?1 AND hash = ?2";
static const char text_secret_end[] =
	"UPDATE machine_secret SET ended_at = ?3 WHERE tenant_id = ?1 AND key_id = ?2 AND (ended_at IS NULL OR ended_at > ?3)";
static const char text_assignment_put[] = "INSERT INTO staff_tenant (tenant_id, staff_id, member_tenant, since_at) VALUES (?1, ?2, ?3, ?4)";
static const char text_assignment_end[] =
	"UPDATE staff_tenant SET until_at = ?4 WHERE tenant_id = ?1 AND staff_id = ?2 AND member_tenant = ?3 AND until_at IS NULL";
static const char text_assignment_of_staff[] =
	"SELECT staff_id, member_tenant, since_at FROM staff_tenant_v WHERE tenant_id = ?1 AND staff_id = ?2 AND until_at IS NULL ORDER BY member_tenant LIMIT ?3";
static const char text_assignment_of_tenant[] =
	"SELECT staff_id, member_tenant, since_at FROM staff_tenant_v WHERE tenant_id = ?1 AND member_tenant = ?2 AND until_at IS NULL ORDER BY staff_id LIMIT ?3";
static const char text_assignment_of_both[] =
	"SELECT staff_id, member_tenant, since_at FROM staff_tenant_v WHERE tenant_id = ?1 AND staff_id = ?2 AND member_tenant = ?4 AND until_at IS NULL LIMIT ?3";

enum { PLACE_FACTOR = 4, PLACE_ONCE, PLACE_DEVICE, PLACES_NOUN = 0xffff };

static enum err seal_value(struct tx *tx, uint16_t kind, struct id row, struct str plain, struct str *ret)
{
	struct key key;
	const struct seal_place place = { .tenant = tx->tenant, .noun = PLACES_NOUN, .field = kind, .row = row };
	TRY(tx_tenant_key(tx, KEY_SECRETS, &key));
	*ret = seal(tx->arena, &key, 1, &place, plain);
	key_wipe(&key);
	return OK;
}

static enum err open_value(struct tx *tx, uint16_t kind, struct id row, struct str sealed, struct str *ret)
{
	struct key key;
	const struct seal_place place = { .tenant = tx->tenant, .noun = PLACES_NOUN, .field = kind, .row = row };
	TRY(tx_tenant_key(tx, KEY_SECRETS, &key));
	enum err e = seal_open(tx->arena, &key, &place, sealed, ret);
	key_wipe(&key);
	return e;
}

static struct sql_val hash_val(const uint8_t hash[32])
{
	return SQL_VBLOB(((struct str){ (const char *)hash, 32 }));
}

/* ---- factors ---- */

enum err factor_put(struct tx *tx, const struct factor *f)
{
	struct sql_result r;
	struct str sealed;
	TRY(tx_counter(tx));
	TRY(seal_value(tx, PLACE_FACTOR, f->id, f->secret, &sealed));
	return SQL_RUN(tx->sql, text_factor_put, &r, SQL_VINT(tx->tenant), SQL_VID(f->id), SQL_VID(f->user), SQL_VTEXT(f->kind), SQL_VBLOB(f->hash),
	               SQL_VINT(f->created_ms), SQL_VINT(f->counter), SQL_VBLOB(sealed));
}

static enum err factor_of(struct tx *tx, const struct sql_result *r, size_t i, struct factor *ret)
{
	*ret = (struct factor){
		.id = sql_id(r, i, 0), .user = sql_id(r, i, 1), .kind = sql_blob(r, i, 2), .hash = sql_blob(r, i, 3), .created_ms = sql_int(r, i, 4),
		.used_ms = sql_int(r, i, 5), .counter = sql_int(r, i, 6),
	};
	return open_value(tx, PLACE_FACTOR, ret->id, sql_blob(r, i, 7), &ret->secret);
}

enum err factor_list(struct tx *tx, struct id user, struct factor *list, size_t max, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_factor_list, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VINT((int64_t)max)));
	for (size_t i = 0; i < r.rows; i++)
		TRY(factor_of(tx, &r, i, &list[i]));
	*ret_count = r.rows;
	return OK;
}

enum err factor_by_hash(struct tx *tx, struct str hash, struct factor *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_factor_hash, &r, SQL_VINT(tx->tenant), SQL_VBLOB(hash)));
	return r.rows ? factor_of(tx, &r, 0, ret) : E_NOT_FOUND;
}

enum err factor_use(struct tx *tx, struct id id, int64_t counter, bool *ret_first)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	if (counter)
		TRY(SQL_RUN(tx->sql, text_factor_step, &r, SQL_VINT(tx->tenant), SQL_VID(id), SQL_VINT(counter), SQL_VINT(tx->now.ms)));
	else
		TRY(SQL_RUN(tx->sql, text_factor_spend, &r, SQL_VINT(tx->tenant), SQL_VID(id), SQL_VINT(tx->now.ms)));
	*ret_first = r.changed == 1;
	return OK;
}

enum err factor_used(struct tx *tx, struct id id, int64_t counter)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_factor_used, &r, SQL_VINT(tx->tenant), SQL_VID(id), SQL_VINT(counter), SQL_VINT(tx->now.ms));
}

enum err factor_end(struct tx *tx, struct id user, struct id id, const char *kind, int64_t *ret_ended)
{
	struct sql_result r;
	struct sql_val t = SQL_VINT(tx->tenant), u = SQL_VID(user), at = SQL_VINT(tx->now.ms), k = SQL_VTEXT(str_from(kind));
	TRY(tx_counter(tx));
	if (id_is_zero(id))
		TRY(SQL_RUN(tx->sql, text_factor_end_kind, &r, t, u, at, k));
	else
		TRY(SQL_RUN(tx->sql, text_factor_end, &r, t, u, SQL_VID(id), at, k));
	*ret_ended = r.changed;
	return OK;
}

/* ---- what can be used once ---- */

enum err once_put(struct tx *tx, const uint8_t hash[32], const struct once *o)
{
	struct sql_result r;
	struct str sealed;
	TRY(tx_counter(tx));
	TRY(seal_value(tx, PLACE_ONCE, o->user, o->secret, &sealed));
	return SQL_RUN(tx->sql, text_once_put, &r, SQL_VINT(tx->tenant), hash_val(hash), SQL_VTEXT(o->kind), SQL_VID(o->user), SQL_VINT(o->created_ms),
	               SQL_VINT(o->expires_ms), SQL_VBLOB(sealed));
}

enum err once_find(struct tx *tx, const uint8_t hash[32], const char *kind, struct once *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_once_find, &r, SQL_VINT(tx->tenant), hash_val(hash)));
	if (r.rows == 0)
		return E_NOT_FOUND;
	struct once o = { .kind = sql_blob(&r, 0, 0), .user = sql_id(&r, 0, 1), .created_ms = sql_int(&r, 0, 2), .expires_ms = sql_int(&r, 0, 3),
		          .used = !sql_is_null(&r, 0, 4) };
	if (o.used || o.expires_ms <= tx->now.ms || !str_eqz(o.kind, kind))
		return E_NOT_FOUND;
	TRY(open_value(tx, PLACE_ONCE, o.user, sql_blob(&r, 0, 5), &o.secret));
	*ret = o;
	return OK;
}

enum err once_take(struct tx *tx, const uint8_t hash[32], const char *kind, struct once *ret)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(once_find(tx, hash, kind, ret));
	TRY(SQL_RUN(tx->sql, text_once_take, &r, SQL_VINT(tx->tenant), hash_val(hash), SQL_VINT(tx->now.ms)));
	return r.changed == 1 ? OK : E_NOT_FOUND;
}

enum err once_waiting(struct tx *tx, const char *kind, struct once_waiting *list, size_t max, size_t *ret_count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_once_waiting, &r, SQL_VINT(tx->tenant), SQL_VTEXT(str_from(kind)), SQL_VINT(tx->now.ms), SQL_VINT((int64_t)max)));
	for (size_t i = 0; i < r.rows; i++) {
		struct once *o = &list[i].once;
		struct str hash = sql_blob(&r, i, 5);
		if (hash.n != sizeof(list[i].hash))
			return E_CORRUPT;
		memcpy(list[i].hash, hash.p, hash.n);
		*o = (struct once){ .kind = sql_blob(&r, i, 0), .user = sql_id(&r, i, 1), .created_ms = sql_int(&r, i, 2), .expires_ms = sql_int(&r, i, 3) };
		TRY(open_value(tx, PLACE_ONCE, o->user, sql_blob(&r, i, 4), &o->secret));
	}
	*ret_count = r.rows;
	return OK;
}

enum err once_drop(struct tx *tx, struct id user, const char *kind)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_once_drop, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VTEXT(str_from(kind)), SQL_VINT(tx->now.ms));
}

enum { DAY_S = 86400, SWEEP_AFTER_MS = DAY_S * 1000 };

enum err identity_sweep(struct tx *tx)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_once_sweep, &r, SQL_VINT(tx->tenant), SQL_VINT(tx->now.ms - SWEEP_AFTER_MS)));
	TRY(SQL_RUN(tx->sql, text_tries_sweep, &r, SQL_VINT(tx->tenant), SQL_VINT(tx->now.ms - SWEEP_AFTER_MS), SQL_VINT(tx->now.ms - (int64_t)TRIES_KEPT_S * 1000)));
	TRY(SQL_RUN(tx->sql, text_refresh_sweep, &r, SQL_VINT(tx->tenant), SQL_VINT(tx->now.ms - (int64_t)(TOKEN_ABSOLUTE_S + DAY_S) * 1000)));
	return SQL_RUN(tx->sql, text_session_sweep, &r, SQL_VINT(tx->tenant), SQL_VINT(tx->now.ms - (int64_t)SESSIONS_KEPT_S * 1000));
}

/* ---- tries ---- */

enum err tries_find(struct tx *tx, const uint8_t hash[32], struct tries *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_tries_find, &r, SQL_VINT(tx->tenant), hash_val(hash)));
	*ret = (struct tries){ 0 };
	if (r.rows)
		*ret = (struct tries){ sql_int(&r, 0, 0), sql_int(&r, 0, 1), sql_int(&r, 0, 2), sql_int(&r, 0, 3) };
	return OK;
}

enum err tries_put(struct tx *tx, const uint8_t hash[32], const struct tries *t)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_tries_put, &r, SQL_VINT(tx->tenant), hash_val(hash), SQL_VINT(t->count), SQL_VINT(t->total), SQL_VINT(t->at_ms),
	               SQL_VINT(t->until_ms));
}

/* ---- devices ---- */

enum err device_put(struct tx *tx, struct id user, const struct device *d)
{
	struct sql_result r;
	struct str sealed;
	TRY(tx_counter(tx));
	TRY(seal_value(tx, PLACE_DEVICE, d->id, d->about, &sealed));
	return SQL_RUN(tx->sql, text_device_put, &r, SQL_VINT(tx->tenant), SQL_VID(d->id), SQL_VID(user), SQL_VINT(d->created_ms), SQL_VINT(d->seen_ms),
	               SQL_VBLOB(sealed));
}

enum err device_seen(struct tx *tx, struct id user, struct id id, struct str about, bool *ret_known)
{
	struct sql_result r;
	struct str sealed;
	TRY(tx_counter(tx));
	TRY(seal_value(tx, PLACE_DEVICE, id, about, &sealed));
	TRY(SQL_RUN(tx->sql, text_device_seen, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VID(id), SQL_VINT(tx->now.ms), SQL_VBLOB(sealed)));
	*ret_known = r.changed == 1;
	return OK;
}

enum err device_known(struct tx *tx, struct id user, struct id id, bool *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_device_known, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VID(id)));
	*ret = r.rows == 1;
	return OK;
}

enum err device_end_all(struct tx *tx, struct id user)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_device_end, &r, SQL_VINT(tx->tenant), SQL_VID(user), SQL_VINT(tx->now.ms));
}

enum err device_count(struct tx *tx, struct id user, int64_t *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_device_count, &r, SQL_VINT(tx->tenant), SQL_VID(user)));
	*ret = r.rows ? sql_int(&r, 0, 0) : 0;
	return OK;
}

/* ---- secrets of integrations ---- */

enum err machine_secret_put(struct tx *tx, const uint8_t hash[32], const struct machine_secret *m)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_secret_put, &r, SQL_VINT(tx->tenant), hash_val(hash), SQL_VINT(m->tenant), SQL_VID(m->key), SQL_VINT(m->expires_ms));
}

enum err machine_secret_find(struct tx *tx, const uint8_t hash[32], struct machine_secret *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_secret_find, &r, SQL_VINT(tx->tenant), hash_val(hash)));
	if (r.rows == 0 || sql_int(&r, 0, 2) <= tx->now.ms || (!sql_is_null(&r, 0, 3) && sql_int(&r, 0, 3) <= tx->now.ms))
		return E_NOT_FOUND;
	*ret = (struct machine_secret){ sql_int(&r, 0, 0), sql_int(&r, 0, 2), sql_int(&r, 0, 4), sql_id(&r, 0, 1) };
	return OK;
}

enum err machine_secret_touch(struct tx *tx, const uint8_t hash[32])
{
	struct sql_result r;
	return SQL_RUN(tx->sql, text_secret_touch, &r, SQL_VINT(tx->tenant), hash_val(hash), SQL_VINT(tx->now.ms));
}

enum err machine_secret_end(struct tx *tx, struct id key, int64_t at_ms)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	return SQL_RUN(tx->sql, text_secret_end, &r, SQL_VINT(tx->tenant), SQL_VID(key), SQL_VINT(at_ms));
}

/* ---- who looks after which company ---- */

enum err assignment_list(struct tx *tx, struct id staff, int64_t tenant, struct assignment *list, size_t max, size_t *ret_count)
{
	struct sql_result r;
	const struct sql_val t = SQL_VINT(tx->tenant), most = SQL_VINT((int64_t)max);
	if (id_is_zero(staff))
		TRY(SQL_RUN(tx->sql, text_assignment_of_tenant, &r, t, SQL_VINT(tenant), most));
	else if (!tenant)
		TRY(SQL_RUN(tx->sql, text_assignment_of_staff, &r, t, SQL_VID(staff), most));
	else
		TRY(SQL_RUN(tx->sql, text_assignment_of_both, &r, t, SQL_VID(staff), most, SQL_VINT(tenant)));
	for (size_t i = 0; i < r.rows; i++)
		list[i] = (struct assignment){ sql_id(&r, i, 0), sql_int(&r, i, 1), sql_int(&r, i, 2) };
	*ret_count = r.rows;
	return OK;
}

enum err assignment_put(struct tx *tx, struct id staff, int64_t tenant, bool *ret_changed)
{
	struct sql_result r;
	struct assignment had;
	size_t count;
	TRY(tx_counter(tx));
	TRY(assignment_list(tx, staff, tenant, &had, 1, &count));
	*ret_changed = count == 0;
	return count ? OK : SQL_RUN(tx->sql, text_assignment_put, &r, SQL_VINT(tx->tenant), SQL_VID(staff), SQL_VINT(tenant), SQL_VINT(tx->now.ms));
}

enum err assignment_end(struct tx *tx, struct id staff, int64_t tenant, bool *ret_changed)
{
	struct sql_result r;
	TRY(tx_counter(tx));
	TRY(SQL_RUN(tx->sql, text_assignment_end, &r, SQL_VINT(tx->tenant), SQL_VID(staff), SQL_VINT(tenant), SQL_VINT(tx->now.ms)));
	*ret_changed = r.changed > 0;
	return OK;
}
