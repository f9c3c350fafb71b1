/* audit_read.c - the diary, verification, checkpoints and proofs. */
#include "audit.h"

#include "store_private.h"

#include <string.h>

/* Transactions take their time before they take their place in the log: its times are in order to within this. */
enum { VERIFY_PAGE = 200, DISORDER_MS = 120000 };

/* The diary of one row, the events of one row alone, and the whole log: three ways in, one index each. */
static const char text_root[] =
	"SELECT e.idx, e.at, e.seq, e.noun, e.object_id, e.action, e.actor_kind, e.actor_id, e.leaf, o.subject_id, o.sealed, "
	"s.live_key, e.root_id, s.record_key "
	"FROM audit_event_v e LEFT JOIN audit_opening_v o ON o.tenant_id = ?1 AND o.idx = e.idx "
	"LEFT JOIN subject_v s ON s.tenant_id = ?1 AND s.id = o.subject_id "
	"WHERE e.tenant_id = ?1 AND e.root_id = ?2 AND e.idx < ?3 ORDER BY e.idx DESC LIMIT ?4";
/* seq and idx grow together, so this is the order of idx, by the index that the guard of changes needs as well; the
 * plus keeps SQLite from walking the whole log by its key instead. */
static const char text_object[] =
	"SELECT e.idx, e.at, e.seq, e.noun, e.object_id, e.action, e.actor_kind, e.actor_id, e.leaf, o.subject_id, o.sealed, "
	"s.live_key, e.root_id, s.record_key "
	"FROM audit_event_v e LEFT JOIN audit_opening_v o ON o.tenant_id = ?1 AND o.idx = e.idx "
	"LEFT JOIN subject_v s ON s.tenant_id = ?1 AND s.id = o.subject_id "
	"WHERE e.tenant_id = ?1 AND e.object_id = ?2 AND +e.idx < ?3 ORDER BY e.seq DESC, e.idx DESC LIMIT ?4";
static const char text_all[] =
	"SELECT e.idx, e.at, e.seq, e.noun, e.object_id, e.action, e.actor_kind, e.actor_id, e.leaf, o.subject_id, o.sealed, "
	"s.live_key, e.root_id, s.record_key "
	"FROM audit_event_v e LEFT JOIN audit_opening_v o ON o.tenant_id = ?1 AND o.idx = e.idx "
	"LEFT JOIN subject_v s ON s.tenant_id = ?1 AND s.id = o.subject_id "
	"WHERE e.tenant_id = ?1 AND e.idx < ?2 ORDER BY e.idx DESC LIMIT ?3";
static const char text_counter[] = "SELECT audit_size, frontier FROM counter_v WHERE tenant_id = ?1";
static const char text_leaves[] =
	"SELECT e.idx, e.at, e.seq, e.noun, e.object_id, e.action, e.actor_kind, e.actor_id, e.leaf, o.subject_id, o.sealed, "
	"s.live_key, e.root_id, s.record_key "
	"FROM audit_event_v e LEFT JOIN audit_opening_v o ON o.tenant_id = ?1 AND o.idx = e.idx "
	"LEFT JOIN subject_v s ON s.tenant_id = ?1 AND s.id = o.subject_id "
	"WHERE e.tenant_id = ?1 AND e.idx >= ?2 ORDER BY e.idx LIMIT ?3";
static const char text_node[] = "SELECT hash FROM audit_node_v WHERE tenant_id = ?1 AND level = ?2 AND idx = ?3";
static const char text_node_count[] = "SELECT count(*) FROM audit_node_v WHERE tenant_id = ?1";
static const char text_at[] = "SELECT at FROM audit_event_v WHERE tenant_id = ?1 AND idx = ?2";
static const char text_seen[] =
	"SELECT day, actor_id FROM access_seen_v WHERE tenant_id = ?1 AND noun = ?2 AND object_id = ?3 AND (day, actor_id) < (?4, ?5) "
	"ORDER BY day DESC, actor_id DESC LIMIT ?6";
static const char text_leaf[] = "SELECT leaf FROM audit_event_v WHERE tenant_id = ?1 AND idx = ?2";
static const char text_checkpoints[] =
	"SELECT size, text FROM audit_checkpoint_v WHERE tenant_id = ?1 ORDER BY size DESC LIMIT ?2";
static const char text_put_checkpoint[] = "INSERT INTO audit_checkpoint (tenant_id, size, at, text) VALUES (?1, ?2, ?3, ?4)";

/* Replaces commitments by what they commit to, where the person's key still exists. */
static enum err open_diff(struct tx *tx, struct audit_entry *e, const struct sql_result *r, size_t at)
{
	struct key key;
	struct str plain;
	json_t *opening, *values, *value;
	const char *name;
	if (sql_is_null(r, at, 10) || !e->noun)
		return OK;
	enum err err = tx_person_key(tx, sql_id(r, at, e->noun->record ? 13 : 11), &key);
	if (err == E_ERASED)
		return OK;
	TRY(err);
	struct seal_place place = { tx->tenant, e->noun->tag, 0, e->object, sql_id(r, at, 9) };
	TRY(seal_open(tx->arena, &key, &place, sql_blob(r, at, 10), &plain));
	TRY(json_read(tx->arena, plain, tx->problem, &opening));
	values = json_object_get(opening, "v");
	json_object_foreach(values, name, value)
		json_object_set(e->diff, name, value);
	e->personal = true;
	return OK;
}

static enum err load_entry(struct tx *tx, const struct sql_result *r, size_t at, struct audit_entry *e)
{
	json_t *leaf;
	e->idx = sql_int(r, at, 0);
	e->at_ms = sql_int(r, at, 1);
	e->seq = sql_int(r, at, 2);
	e->noun = catalogue_by_tag(tx->store->catalogue, sql_int(r, at, 3));
	e->object = sql_id(r, at, 4);
	e->action = sql_blob(r, at, 5);
	e->actor_kind = sql_blob(r, at, 6);
	e->actor = sql_id(r, at, 7);
	e->leaf = sql_blob(r, at, 8);
	TRY(json_read(tx->arena, e->leaf, tx->problem, &leaf));
	e->diff = json_object_get(leaf, "diff");
	return open_diff(tx, e, r, at);
}

/* Events that changed nothing. */
static bool only_looked(struct str action)
{
	static const char *const looks[] = { "read", "reveal", "sign_in", "sign_in_refused", "sign_out" };
	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		if (str_eqz(action, looks[i]))
			return true;
	return false;
}

static bool is_sign_in(struct str action)
{
	return str_starts(action, STR("sign_")) || str_starts(action, STR("sign-in"));
}

static bool in_time(const struct audit_query *q, int64_t at)
{
	return (!q->from_ms || at >= q->from_ms) && (!q->until_ms || at < q->until_ms);
}

static bool wanted(const struct audit_query *q, const struct sql_result *r, size_t at)
{
	return in_time(q, sql_int(r, at, 1)) && (!q->sign_ins || is_sign_in(sql_blob(r, at, 5))) && (!q->noun_tag || sql_int(r, at, 3) == q->noun_tag) &&
	       (id_is_zero(q->actor) || id_eq(sql_id(r, at, 7), q->actor)) &&
	       (!q->action.n || str_eq(sql_blob(r, at, 5), q->action)) && !(q->changes && only_looked(sql_blob(r, at, 5)));
}

/* The events of a row and those of what hangs on it, where the row hangs on another itself: two answers, each the newest first, made one. */
static enum err fetch_family(struct tx *tx, struct id object, int64_t before, size_t limit, struct sql_result *ret)
{
	struct sql_result of[2];
	size_t at[2] = { 0, 0 };
	TRY(SQL_RUN(tx->sql, text_object, &of[0], SQL_VINT(tx->tenant), SQL_VID(object), SQL_VINT(before), SQL_VINT((int64_t)limit)));
	TRY(SQL_RUN(tx->sql, text_root, &of[1], SQL_VINT(tx->tenant), SQL_VID(object), SQL_VINT(before), SQL_VINT((int64_t)limit)));
	*ret = (struct sql_result){ .cols = of[0].rows ? of[0].cols : of[1].cols };
	ret->vals = ARENA_ARRAY(tx->arena, struct sql_val, (of[0].rows + of[1].rows) * ret->cols + 1);
	while (ret->rows < limit && (at[0] < of[0].rows || at[1] < of[1].rows)) {
		int64_t first = at[0] < of[0].rows ? sql_int(&of[0], at[0], 0) : -1, second = at[1] < of[1].rows ? sql_int(&of[1], at[1], 0) : -1;
		size_t from = second > first;
		memcpy(ret->vals + ret->rows++ * ret->cols, of[from].vals + at[from] * ret->cols, ret->cols * sizeof(*ret->vals));
		at[0] += first >= second;
		at[1] += second >= first;
	}
	return OK;
}

static enum err fetch(struct tx *tx, const struct audit_query *q, int64_t before, size_t limit, struct sql_result *ret)
{
	if (q->family)
		return fetch_family(tx, q->object, before, limit, ret);
	if (!id_is_zero(q->object))
		return SQL_RUN(tx->sql, q->diary ? text_root : text_object, ret, SQL_VINT(tx->tenant), SQL_VID(q->object), SQL_VINT(before),
		               SQL_VINT((int64_t)limit));
	return SQL_RUN(tx->sql, text_all, ret, SQL_VINT(tx->tenant), SQL_VINT(before), SQL_VINT((int64_t)limit));
}

static enum err read_counter(struct tx *tx, struct frontier *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_counter, &r, SQL_VINT(tx->tenant)));
	if (r.rows != 1)
		return E_NOT_FOUND;
	TRY(frontier_unpack(sql_blob(&r, 0, 1), ret));
	return ret->size == (uint64_t)sql_int(&r, 0, 0) ? OK : E_CORRUPT;
}

static enum err at_of(struct tx *tx, int64_t idx, int64_t *ret)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_at, &r, SQL_VINT(tx->tenant), SQL_VINT(idx)));
	*ret = r.rows ? sql_int(&r, 0, 0) : INT64_MAX;
	return OK;
}

/* The first index that is surely at or after a time: there is no index by time, but the log is all but in its order. */
static enum err index_at(struct tx *tx, int64_t ms, int64_t *ret)
{
	struct frontier f;
	int64_t low = 0, at;
	TRY(read_counter(tx, &f));
	int64_t high = (int64_t)f.size;
	while (low < high) {
		int64_t mid = low + (high - low) / 2;
		TRY(at_of(tx, mid, &at));
		if (at < ms + DISORDER_MS)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = low;
	return OK;
}

enum err audit_seen_by(struct tx *tx, const struct noun *noun, struct id row, const struct audit_look *after, size_t limit, struct audit_look **ret,
                       size_t *ret_count)
{
	struct sql_result r;
	int64_t day = after->day ? after->day : INT64_MAX;
	TRY(SQL_RUN(tx->sql, text_seen, &r, SQL_VINT(tx->tenant), SQL_VINT(noun->tag), SQL_VID(row), SQL_VINT(day), SQL_VID(after->actor), SQL_VINT((int64_t)limit)));
	*ret = ARENA_ARRAY(tx->arena, struct audit_look, r.rows + 1);
	for (size_t i = 0; i < r.rows; i++)
		(*ret)[i] = (struct audit_look){ sql_int(&r, i, 0), sql_id(&r, i, 1) };
	*ret_count = r.rows;
	return OK;
}

enum err audit_list(struct tx *tx, const struct audit_query *q, struct audit_entry **ret, size_t *ret_count, int64_t *ret_next)
{
	struct audit_entry *entries = ARENA_ARRAY(tx->arena, struct audit_entry, q->limit + 1);
	int64_t before = q->before > 0 ? q->before : INT64_MAX;
	size_t count = 0, walked = 0;
	bool more = true;
	if (q->until_ms && id_is_zero(q->object)) {
		int64_t first;
		TRY(index_at(tx, q->until_ms, &first));
		before = first < before ? first : before;
	}
	while (count < q->limit && more && walked < LIST_WALK_MAX) {
		struct sql_result r;
		/* Where entries are left out, larger pieces reach the wanted ones sooner. */
		bool picky = q->changes || q->sign_ins || q->from_ms || q->until_ms || q->action.n || q->noun_tag || !id_is_zero(q->actor);
		size_t chunk = picky ? 200 : q->limit - count + 1;
		TRY(fetch(tx, q, before, chunk, &r));
		bool older = false; /* what is older still is not asked for */
		size_t i = 0;
		for (; i < r.rows && count < q->limit; i++) {
			before = sql_int(&r, i, 0);
			walked++;
			older |= q->from_ms && sql_int(&r, i, 1) < q->from_ms - DISORDER_MS;
			if (wanted(q, &r, i))
				TRY(load_entry(tx, &r, i, &entries[count++]));
		}
		more = !older && (i < r.rows || r.rows == chunk);
	}
	*ret = entries;
	*ret_count = count;
	*ret_next = more && before > 0 ? before : 0;
	return OK;
}

enum err audit_state(struct tx *tx, struct audit_state *ret)
{
	struct frontier f;
	TRY(read_counter(tx, &f));
	ret->size = f.size;
	ret->root = merkle_root(&f);
	return OK;
}

/* Verification goes page by page, each in a transaction and an arena of its own, so that neither grows with the log. What was
 * appended meanwhile is left for the next time. */
struct verification {
	const struct run *run;
	struct frontier built, stored;
	uint64_t nodes;
	int64_t bad;
	struct str why;
	struct str checkpoint_texts[64]; /* newest first */
	uint64_t checkpoint_sizes[64];
	size_t checkpoints;
	bool unreadable;
};

static void blame(struct verification *v, uint64_t index, const char *why)
{
	if (v->bad >= 0)
		return;
	v->bad = (int64_t)index;
	v->why = str_from(why);
}

static enum err get_node(void *arg, unsigned level, uint64_t index, struct hash *ret)
{
	struct tx *tx = arg;
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_node, &r, SQL_VINT(tx->tenant), SQL_VINT(level), SQL_VINT((int64_t)index)));
	struct str hash = r.rows ? sql_blob(&r, 0, 0) : STR("");
	if (hash.n != 32)
		return E_CORRUPT;
	memcpy(ret->b, hash.p, 32);
	return OK;
}

static enum err check_nodes(struct verification *v, struct tx *tx, uint64_t index, const struct merkle_node *nodes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct hash stored;
		enum err e = get_node(tx, nodes[i].level, nodes[i].index, &stored);
		if (e != OK && e != E_CORRUPT)
			return e;
		v->nodes++;
		if (e == E_CORRUPT || memcmp(stored.b, nodes[i].hash.b, 32) != 0) {
			blame(v, index, "the leaf does not have the hash that was stored for it");
			return OK;
		}
	}
	return OK;
}

/* Base64 of a checkpoint against the root that the leaves give; the two alphabets differ in two characters. */
static bool same_root(struct tx *tx, struct str have, struct hash root)
{
	struct str want = str_base64url(tx->arena, root.b, 32);
	for (size_t k = 0; k < want.n; k++) {
		char c = k < have.n ? have.p[k] : 0;
		if ((c == '+' ? '-' : c == '/' ? '_' : c) != want.p[k])
			return false;
	}
	return true;
}

/* Whether a checkpoint that was signed at this size has the root that the leaves give. */
static void check_signed(struct verification *v, struct tx *tx)
{
	for (size_t i = 0; i < v->checkpoints; i++) {
		struct str rest;
		if (v->checkpoint_sizes[i] != v->built.size)
			continue;
		(void)str_cut(v->checkpoint_texts[i], '\n', &rest);
		(void)str_cut(rest, '\n', &rest);
		if (!same_root(tx, str_cut(rest, '\n', &rest), merkle_root(&v->built)))
			blame(v, v->built.size - 1, "a signed checkpoint has another root");
	}
}

static bool same_id(const json_t *v, struct id id)
{
	struct id have = { { 0 } };
	return id_is_zero(id) ? json_is_null(v) : id_parse(json_text(v), &have) == OK && id_eq(have, id);
}

/* Lists and diaries are made from columns: they must say what the leaf says. */
static bool same_columns(struct tx *tx, const struct sql_result *r, size_t at, const json_t *leaf)
{
	const struct noun *noun = catalogue_by_tag(tx->store->catalogue, sql_int(r, at, 3));
	const json_t *actor = json_object_get(leaf, "actor");
	return json_integer_value(json_object_get(leaf, "idx")) == sql_int(r, at, 0) && json_integer_value(json_object_get(leaf, "at")) == sql_int(r, at, 1) &&
	       json_integer_value(json_object_get(leaf, "seq")) == sql_int(r, at, 2) &&
	       str_eqz(json_text(json_object_get(leaf, "noun")), noun ? noun->name : "") && same_id(json_object_get(leaf, "id"), sql_id(r, at, 4)) &&
	       str_eq(json_text(json_object_get(leaf, "act")), sql_blob(r, at, 5)) && str_eq(json_text(json_object_get(actor, "kind")), sql_blob(r, at, 6)) &&
	       same_id(json_object_get(actor, "id"), sql_id(r, at, 7)) && same_id(json_object_get(leaf, "root"), sql_id(r, at, 12));
}

static bool fits_commitment(struct tx *tx, const struct key *seed, const struct noun *noun, const struct field *f, struct id object, char side,
                            const json_t *value, const json_t *commitment)
{
	if (json_is_null(value))
		return json_is_null(commitment);
	return str_eq(audit_commitment(tx, seed, noun, f, object, side, json_text(value)), json_text(commitment));
}

/* What is opened beside a leaf must be what the leaf commits to. Erased people's openings stay closed, and that is right. */
static enum err check_opening(struct verification *v, struct tx *tx, const struct sql_result *r, size_t at, const json_t *leaf)
{
	struct key key, seed;
	struct str plain;
	json_t *opening, *value;
	const char *name;
	const struct noun *noun = catalogue_by_tag(tx->store->catalogue, sql_int(r, at, 3));
	uint64_t idx = (uint64_t)sql_int(r, at, 0);
	if (sql_is_null(r, at, 10) || !noun)
		return OK;
	enum err e = tx_person_key(tx, sql_id(r, at, noun->record ? 13 : 11), &key);
	if (e == E_ERASED)
		return OK;
	TRY(e);
	struct seal_place place = { tx->tenant, noun->tag, 0, sql_id(r, at, 4), sql_id(r, at, 9) };
	e = seal_open(tx->arena, &key, &place, sql_blob(r, at, 10), &plain);
	key_wipe(&key);
	bool good = e == OK && json_read(tx->arena, plain, tx->problem, &opening) == OK &&
	            str_unhex(json_text(json_object_get(opening, "s")), seed.b, sizeof(seed.b)) == OK;
	json_object_foreach(good ? json_object_get(opening, "v") : NULL, name, value)
	{
		int f = field_find(noun->fields, noun->field_count, str_from(name));
		const json_t *told = json_object_get(json_object_get(leaf, "diff"), name);
		good = good && f >= 0 && json_is_array(told) &&
		       fits_commitment(tx, &seed, noun, &noun->fields[f], sql_id(r, at, 4), 'b', json_array_get(value, 0), json_array_get(told, 0)) &&
		       fits_commitment(tx, &seed, noun, &noun->fields[f], sql_id(r, at, 4), 'a', json_array_get(value, 1), json_array_get(told, 1));
	}
	key_wipe(&seed);
	if (!good)
		blame(v, idx, "what is opened beside the leaf is not what it commits to");
	return OK;
}

static enum err check_leaf(struct verification *v, struct tx *tx, const struct sql_result *r, size_t at)
{
	json_t *leaf;
	uint64_t idx = (uint64_t)sql_int(r, at, 0);
	if (json_read(tx->arena, sql_blob(r, at, 8), tx->problem, &leaf) != OK || !json_is_object(leaf)) {
		blame(v, idx, "the leaf cannot be read");
		return OK;
	}
	if (!same_columns(tx, r, at, leaf))
		blame(v, idx, "the columns beside the leaf say something else");
	return check_opening(v, tx, r, at, leaf);
}

static enum err verify_begin(struct tx *tx, void *arg)
{
	struct verification *v = arg;
	struct sql_result r;
	enum err e = read_counter(tx, &v->stored);
	v->unreadable = e == E_CORRUPT;
	if (e != OK && e != E_CORRUPT)
		return e;
	TRY(SQL_RUN(tx->sql, text_checkpoints, &r, SQL_VINT(tx->tenant), SQL_VINT(ARRAY_LEN(v->checkpoint_texts))));
	for (size_t i = 0; i < r.rows; i++) {
		v->checkpoint_sizes[i] = (uint64_t)sql_int(&r, i, 0);
		v->checkpoint_texts[i] = sql_blob(&r, i, 1);
	}
	v->checkpoints = r.rows;
	return OK;
}

static enum err verify_page(struct tx *tx, void *arg)
{
	struct verification *v = arg;
	struct sql_result r;
	uint64_t left = v->stored.size - v->built.size;
	int64_t limit = left < VERIFY_PAGE ? (int64_t)left : VERIFY_PAGE;
	TRY(SQL_RUN(tx->sql, text_leaves, &r, SQL_VINT(tx->tenant), SQL_VINT((int64_t)v->built.size), SQL_VINT(limit)));
	for (size_t i = 0; i < r.rows && v->bad < 0; i++) {
		struct merkle_node nodes[MERKLE_LEVELS];
		uint64_t idx = (uint64_t)sql_int(&r, i, 0);
		if (idx != v->built.size) {
			blame(v, v->built.size, "a leaf is missing");
			break;
		}
		size_t count = merkle_append(&v->built, merkle_leaf(sql_blob(&r, i, 8)), nodes);
		TRY(check_nodes(v, tx, idx, nodes, count));
		TRY(check_leaf(v, tx, &r, i));
		check_signed(v, tx);
	}
	if (r.rows == 0)
		blame(v, v->built.size, "leaves at the end are missing");
	return OK;
}

static enum err verify_end(struct tx *tx, void *arg)
{
	struct verification *v = arg;
	struct sql_result r;
	struct hash a = merkle_root(&v->built), b = merkle_root(&v->stored);
	if (memcmp(a.b, b.b, 32) != 0)
		blame(v, v->stored.size, "the stored size or root does not fit the leaves");
	TRY(SQL_RUN(tx->sql, text_node_count, &r, SQL_VINT(tx->tenant)));
	uint64_t have = (uint64_t)sql_int(&r, 0, 0);
	struct frontier grown;
	TRY(read_counter(tx, &grown));
	if (have < v->nodes || (grown.size == v->stored.size && have != v->nodes))
		blame(v, v->built.size, "there are nodes that no leaf explains");
	for (size_t i = 0; i < v->checkpoints; i++)
		if (v->checkpoint_sizes[i] > v->built.size)
			blame(v, v->built.size, "a signed checkpoint is larger than the log: leaves were cut off");
	return OK;
}

enum err audit_verify(const struct run *run, struct audit_state *ret, int64_t *ret_bad, struct str *ret_why)
{
	struct verification *v = ARENA_NEW(run->arena, struct verification);
	v->run = run;
	v->bad = -1;
	v->why = STR("");
	TRY(store_read(run, verify_begin, v));
	if (v->unreadable)
		blame(v, 0, "the stored frontier cannot be read");
	while (v->bad < 0 && v->built.size < v->stored.size) {
		with_arena struct arena *page = arena_new(REQUEST_ARENA_MAX);
		struct problem problem; /* a transaction ties its problem to its arena, and this one ends with the page */
		struct run one = *run;
		problem_init(&problem, page);
		one.arena = page;
		one.problem = &problem;
		TRY(store_read(&one, verify_page, v));
	}
	if (v->bad < 0)
		TRY(store_read(run, verify_end, v));
	ret->size = v->built.size;
	ret->root = merkle_root(&v->built);
	*ret_bad = v->bad;
	*ret_why = v->why;
	return OK;
}

enum err audit_grown(struct tx *tx, bool *ret)
{
	struct audit_state state;
	struct sql_result r;
	TRY(audit_state(tx, &state));
	TRY(SQL_RUN(tx->sql, text_checkpoints, &r, SQL_VINT(tx->tenant), SQL_VINT(1)));
	*ret = state.size > 0 && (r.rows == 0 || (uint64_t)sql_int(&r, 0, 0) < state.size);
	return OK;
}

enum err audit_checkpoint(struct tx *tx, struct str origin, struct str *ret)
{
	struct audit_state state;
	struct sql_result r;
	TRY(audit_state(tx, &state));
	TRY(SQL_RUN(tx->sql, text_checkpoints, &r, SQL_VINT(tx->tenant), SQL_VINT(1)));
	if (state.size == 0 || (r.rows && (uint64_t)sql_int(&r, 0, 0) == state.size)) {
		*ret = r.rows ? sql_blob(&r, 0, 1) : STR("");
		return OK;
	}
	struct str text;
	TRY(checkpoint_sign(tx->arena, tx->store->keys, origin, state.size, state.root, &text));
	TRY(SQL_RUN(tx->sql, text_put_checkpoint, &r, SQL_VINT(tx->tenant), SQL_VINT((int64_t)state.size), SQL_VINT(tx->now.ms),
	            SQL_VTEXT(text)));
	*ret = text;
	return OK;
}

enum err audit_prove(struct tx *tx, struct str origin, uint64_t index, struct str *ret_leaf, struct str *ret_proof)
{
	struct hash proof[2 * MERKLE_LEVELS];
	struct audit_state state;
	struct sql_result r;
	struct str checkpoint;
	size_t count;
	TRY(audit_state(tx, &state));
	if (index >= state.size)
		return E_NOT_FOUND;
	TRY(SQL_RUN(tx->sql, text_leaf, &r, SQL_VINT(tx->tenant), SQL_VINT((int64_t)index)));
	if (r.rows != 1)
		return E_CORRUPT;
	TRY(checkpoint_sign(tx->arena, tx->store->keys, origin, state.size, state.root, &checkpoint));
	TRY(merkle_inclusion(index, state.size, get_node, tx, proof, &count));
	*ret_leaf = sql_blob(&r, 0, 0);
	*ret_proof = merkle_proof_text(tx->arena, index, proof, count, checkpoint);
	return OK;
}
