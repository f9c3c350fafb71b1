/* audit.c - building events and appending them to the tenant's tree. Reading and proving are in audit_read.c. */
#include "audit.h"

#include "store_private.h"

#include <string.h>

static const char text_grow[] = "UPDATE counter SET audit_size = ?2, frontier = ?3 WHERE tenant_id = ?1";
/* Commitments of one event: a random seed, and for each value a key that is derived from it, so that one value can be disclosed
 * without the others. */
struct commit {
	struct tx *tx;
	const struct row *row;
	struct key seed;
	struct buf opened; /* members of the opening: "field": [before, after] */
	struct json_out out;
	bool any;
};

static void commitment_key(const struct key *seed, const struct field *f, char side, struct key *ret)
{
	char label[16] = { side, (char)(f->tag >> 8), (char)f->tag };
	const struct str parts[] = { STR("v1"), { label, 3 } };
	hmac_sha256(seed, parts, 2, ret->b);
}

struct str audit_commitment(struct tx *tx, const struct key *seed, const struct noun *noun, const struct field *f, struct id object, char side,
                            struct str text)
{
	struct key r;
	uint8_t out[32];
	struct str place = str_fmt(tx->arena, "v1|%lld|%u|%u|", (long long)tx->tenant, noun->tag, f->tag);
	const struct str parts[] = { place, { (const char *)object.b, 16 }, STR("|"), text };
	commitment_key(seed, f, side, &r);
	hmac_sha256(&r, parts, ARRAY_LEN(parts), out);
	return str_fmt(tx->arena, "c:%s", str_base64url(tx->arena, out, 32).p);
}

static void write_commitment(struct json_out *o, const struct commit *c, const struct field *f, char side, struct value v)
{
	if (v.kind == V_NULL)
		jw_null(o);
	else
		jw_str(o, audit_commitment(c->tx, &c->seed, c->row->noun, f, row_id(c->row, F_ID_FIELD), side, v.s));
}

/* As the text that the commitment is over: also where the text is JSON. */
static void write_opened(struct json_out *o, struct value v)
{
	if (v.kind == V_NULL)
		jw_null(o);
	else
		jw_str(o, v.s);
}

static void write_change_of(struct json_out *o, struct commit *c, const struct field *f, struct value before, struct value after)
{
	jw_key(o, f->name);
	if (f->flags & (INTERNAL | WRITE_ONLY)) { /* a secret or a column of ours: that it changed is all that is told */
		jw_bool(o, true);
		return;
	}
	jw_open(o, '[');
	if (!field_sealed(f)) {
		value_write(o, f, before);
		value_write(o, f, after);
	} else {
		write_commitment(o, c, f, 'b', before);
		write_commitment(o, c, f, 'a', after);
		jw_key(&c->out, f->name);
		jw_open(&c->out, '[');
		write_opened(&c->out, before);
		write_opened(&c->out, after);
		jw_close(&c->out, ']');
		c->any = true;
	}
	jw_close(o, ']');
}

static enum err seal_opening(struct commit *c, struct event *e)
{
	struct key key;
	if (!c->any)
		return OK;
	jw_close(&c->out, '}');
	struct str text = str_fmt(c->tx->arena, "{\"s\":\"%s\",\"v\":" STR_FMT "}", str_hex(c->tx->arena, c->seed.b, 32).p,
	                          STR_ARG(buf_str(&c->opened)));
	e->subject = row_id(c->row, F_SUBJECT_FIELD);
	TRY(tx_person_key(c->tx, c->row->key_id, &key));
	struct seal_place place = { c->tx->tenant, c->row->noun->tag, 0, row_id(c->row, F_ID_FIELD), e->subject };
	e->opening = seal(c->tx->arena, &key, 1, &place, text);
	return OK;
}

static struct event *push(struct tx *tx, const char *action, const struct noun *noun)
{
	struct event *e = ARENA_NEW(tx->arena, struct event);
	e->action = action;
	e->noun = noun;
	e->next = tx->events;
	tx->events = e;
	tx->event_count++;
	return e;
}

static const char *action_of(const struct tx *tx, const struct row *was, const struct row *is)
{
	if (!was)
		return "create";
	if (row_int(is, F_DELETED_AT_FIELD))
		return "delete";
	return tx->action ? tx->action : "update";
}

/* The field that leads to the row whose diary tells of this one; -1: none. */
static int parent_of(const struct noun *n, const struct row *row)
{
	if (n->parent >= 0 && !row_is_null(row, n->parent))
		return n->parent;
	for (const int *p = n->parents; p && *p >= 0; p++)
		if (!row_is_null(row, *p))
			return *p;
	return -1;
}

enum err audit_row(struct tx *tx, const struct row *was, const struct row *is)
{
	const struct noun *n = is->noun;
	struct commit c = { .tx = tx, .row = is };
	struct event *e = push(tx, action_of(tx, was, is), n);
	struct buf b;
	struct json_out o;
	random_bytes(c.seed.b, sizeof(c.seed.b));
	buf_init(&c.opened, tx->arena, 4 * MIB);
	jw_init(&c.out, &c.opened);
	jw_open(&c.out, '{');
	buf_init(&b, tx->arena, 4 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	for (size_t i = F_COMMON_FIELDS; i < n->field_count; i++) {
		struct value before = was ? was->v[i] : VALUE_NULL;
		if (!value_eq(before, is->v[i]))
			write_change_of(&o, &c, &n->fields[i], before, is->v[i]);
	}
	jw_close(&o, '}');
	e->diff = buf_str(&b);
	e->object = row_id(is, F_ID_FIELD);
	int parent = parent_of(n, is);
	e->root = parent >= 0 ? row_id(is, parent) : e->object;
	enum err err = seal_opening(&c, e);
	key_wipe(&c.seed);
	return err;
}

enum err audit_event(struct tx *tx, const char *action, const struct noun *noun, struct id object, struct str detail)
{
	struct event *e = push(tx, action, noun);
	e->object = e->root = object;
	e->diff = detail.n ? detail : STR("{}");
	return tx_counter(tx);
}

/* Up to ten pairs a statement; the day and the actor are the same for all. */
enum err audit_seen(struct tx *tx, struct id actor, const struct noun *noun, const struct id *rows, size_t count)
{
	static const size_t lengths[] = { 10, 1 };
	for (size_t done = 0, l = 0; l < ARRAY_LEN(lengths); l++) {
		while (count - done >= lengths[l]) {
			struct sql_val args[4 + 10] = { SQL_VINT(tx->tenant), SQL_VINT(noun->tag), SQL_VINT(tx->now.ms / 86400000), SQL_VID(actor) };
			struct sql_result r;
			struct buf b;
			buf_init(&b, tx->arena, 1000);
			buf_addz(&b, "INSERT INTO access_seen (tenant_id, noun, object_id, day, actor_id) VALUES ");
			for (size_t i = 0; i < lengths[l]; i++) {
				buf_fmt(&b, "%s(?1, ?2, ?%zu, ?3, ?4)", i ? ", " : "", i + 5);
				args[4 + i] = SQL_VID(rows[done + i]);
			}
			buf_addz(&b, " ON CONFLICT DO NOTHING");
			TRY(sql_run(tx->sql, statement(tx->store, buf_str(&b)), args, 4 + lengths[l], &r));
			done += lengths[l];
		}
	}
	return OK;
}

static void member_id_or_null(struct json_out *o, const char *name, struct id id)
{
	jw_key(o, name);
	if (id_is_zero(id))
		jw_null(o);
	else
		jw_id(o, id);
}

/* The leaf: one line of JSON whose members stand in alphabetical order; those of the diff in the order of the dictionary. */
static struct str leaf_of(struct tx *tx, const struct event *e, uint64_t idx)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, tx->arena, 4 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "act", str_from(e->action));
	jw_key(&o, "actor");
	jw_open(&o, '{');
	member_id_or_null(&o, "id", tx->who->id);
	jw_member_str(&o, "kind", str_from(who_kind_name(tx->who->kind)));
	jw_close(&o, '}');
	jw_member_int(&o, "at", tx->now.ms);
	jw_key(&o, "diff");
	jw_raw(&o, e->diff);
	member_id_or_null(&o, "id", e->object);
	jw_member_int(&o, "idx", (int64_t)idx);
	jw_member_str(&o, "noun", str_from(e->noun ? e->noun->name : ""));
	member_id_or_null(&o, "req", tx->who->request);
	member_id_or_null(&o, "root", e->root);
	jw_member_int(&o, "seq", tx->seq);
	jw_member_int(&o, "tenant", tx->tenant);
	jw_member_int(&o, "v", 1);
	jw_close(&o, '}');
	return buf_str(&b);
}

static struct sql_val id_or_null(struct id id)
{
	return id_is_zero(id) ? SQL_VNULL : SQL_VID(id);
}

/* What the events of a transaction add to the log, gathered so that it takes few statements. */
enum { EVENT_COLUMNS = 11, OPENING_COLUMNS = 4, NODE_COLUMNS = 4 };
struct appended {
	struct sql_val *events, *openings, *nodes;
	size_t event_count, opening_count, node_count;
};

static void append(struct tx *tx, const struct event *e, struct appended *out)
{
	struct frontier *f = &tx->counter->frontier;
	struct merkle_node nodes[MERKLE_LEVELS];
	uint64_t idx = f->size;
	struct str leaf = leaf_of(tx, e, idx);
	const struct sql_val event[EVENT_COLUMNS] = {
		SQL_VINT(tx->tenant), SQL_VINT((int64_t)idx), SQL_VINT(tx->now.ms), SQL_VINT(tx->seq), SQL_VINT(e->noun ? e->noun->tag : 0),
		id_or_null(e->object), id_or_null(e->root), SQL_VTEXT(str_from(e->action)), SQL_VTEXT(str_from(who_kind_name(tx->who->kind))),
		id_or_null(tx->who->id), SQL_VTEXT(leaf),
	};
	memcpy(out->events + EVENT_COLUMNS * out->event_count++, event, sizeof(event));
	if (e->opening.n) {
		const struct sql_val opening[OPENING_COLUMNS] = { SQL_VINT(tx->tenant), SQL_VINT((int64_t)idx), SQL_VID(e->subject), SQL_VBLOB(e->opening) };
		memcpy(out->openings + OPENING_COLUMNS * out->opening_count++, opening, sizeof(opening));
	}
	size_t count = merkle_append(f, merkle_leaf(leaf), nodes);
	for (size_t i = 0; i < count; i++) {
		const struct sql_val node[NODE_COLUMNS] = {
			SQL_VINT(tx->tenant), SQL_VINT(nodes[i].level), SQL_VINT((int64_t)nodes[i].index),
			SQL_VBLOB(str_dup(tx->arena, (struct str){ (const char *)nodes[i].hash.b, 32 })),
		};
		memcpy(out->nodes + NODE_COLUMNS * out->node_count++, node, sizeof(node));
	}
}

enum err audit_finish(struct tx *tx)
{
	struct sql_result r;
	size_t n = tx->event_count, at = n;
	if (!tx->events)
		return OK;
	const struct event **in_order = ARENA_ARRAY(tx->arena, const struct event *, n);
	for (const struct event *e = tx->events; e; e = e->next)
		in_order[--at] = e;
	TRY(tx_counter(tx));
	/* n leaves complete at most 2n nodes and one for each level that was open before. */
	struct appended out = {
		.events = ARENA_ARRAY(tx->arena, struct sql_val, EVENT_COLUMNS * n),
		.openings = ARENA_ARRAY(tx->arena, struct sql_val, OPENING_COLUMNS * n),
		.nodes = ARENA_ARRAY(tx->arena, struct sql_val, NODE_COLUMNS * (2 * n + MERKLE_LEVELS)),
	};
	for (size_t i = 0; i < n; i++)
		append(tx, in_order[i], &out);
	TRY(tx_insert_rows(tx, "audit_event (tenant_id, idx, at, seq, noun, object_id, root_id, action, actor_kind, actor_id, leaf)", EVENT_COLUMNS,
	                   out.events, out.event_count));
	TRY(tx_insert_rows(tx, "audit_opening (tenant_id, idx, subject_id, sealed)", OPENING_COLUMNS, out.openings, out.opening_count));
	TRY(tx_insert_rows(tx, "audit_node (tenant_id, level, idx, hash)", NODE_COLUMNS, out.nodes, out.node_count));
	struct frontier *f = &tx->counter->frontier;
	return SQL_RUN(tx->sql, text_grow, &r, SQL_VINT(tx->tenant), SQL_VINT((int64_t)f->size), SQL_VBLOB(frontier_pack(tx->arena, f)));
}
