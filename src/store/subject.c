/* subject.c - whose information a row is, and under which key it lies.
 *
 * A person (POPIA's data subject; companies are data subjects too) has two keys: `live` for everything in use, `record` for what a law
 * makes us keep after he is erased. Rows that are about nobody in particular belong to the tenant's unassigned subject, whose id is
 * zero but for its last byte. */
#include "store_private.h"

static const char text_get[] = "SELECT live_key, record_key FROM subject_v WHERE tenant_id = ?1 AND id = ?2";
static const char text_put[] =
	"INSERT INTO subject (tenant_id, id, live_key, record_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

static const struct id unassigned = { { [15] = 1 } };

static enum err make(struct tx *tx, struct id id, bool record_wanted, struct id *ret_key)
{
	struct id live, record;
	struct sql_result r;
	TRY(keystore_person_take(tx->store->keys, tx->tenant, &live));
	TRY(keystore_person_take(tx->store->keys, tx->tenant, &record));
	TRY(SQL_RUN(tx->sql, text_put, &r, SQL_VINT(tx->tenant), SQL_VID(id), SQL_VID(live), SQL_VID(record),
	            SQL_VINT(tx->now.ms)));
	*ret_key = record_wanted ? record : live;
	return OK;
}

static enum err find_or_make(struct tx *tx, struct id id, bool record, struct id *ret_key)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_get, &r, SQL_VINT(tx->tenant), SQL_VID(id)));
	if (r.rows == 0 && !tx->seq) { /* looked for again behind the lock: somebody else may be making it just now */
		TRY(tx_counter(tx));
		TRY(SQL_RUN(tx->sql, text_get, &r, SQL_VINT(tx->tenant), SQL_VID(id)));
	}
	if (r.rows == 0)
		return make(tx, id, record, ret_key);
	*ret_key = sql_id(&r, 0, record);
	return id_is_zero(*ret_key) ? E_ERASED : OK;
}

/* The subject of the row that a reference field points to. */
static enum err subject_of_reference(struct tx *tx, const struct noun *noun, struct id id, struct id *ret)
{
	struct buf b;
	struct sql_result r;
	buf_init(&b, tx->arena, 200);
	buf_fmt(&b, "SELECT subject_id FROM %s_v WHERE tenant_id = ?1 AND id = ?2", noun->name);
	TRY(SQL_RUN(tx->sql, statement(tx->store, buf_str(&b)), &r, SQL_VINT(tx->tenant), SQL_VID(id)));
	*ret = r.rows ? sql_id(&r, 0, 0) : unassigned;
	return OK;
}

/* The first reference, from .subject_field on, to a row that is about a person; -1 if all are null. */
static int person_field(const struct noun *noun, const struct row *row)
{
	for (size_t i = (size_t)noun->subject_field; i < noun->field_count; i++)
		if (noun->fields[i].type == F_REF && noun->fields[i].ref->subject != SUBJECT_NONE && row->v[i].kind == V_ID)
			return (int)i;
	return -1;
}

enum err subject_of(struct tx *tx, const struct noun *noun, const struct row *row, struct id *ret_subject, struct id *ret_key)
{
	struct id subject = unassigned;
	const struct tx_seen *seen;
	int field;
	if (noun->subject == SUBJECT_NONE) {
		*ret_subject = *ret_key = (struct id){ { 0 } };
		return OK;
	}
	if (noun->subject == SUBJECT_SELF)
		subject = row_id(row, F_ID_FIELD);
	else if ((field = person_field(noun, row)) >= 0 && (seen = tx_seen(tx, noun->fields[field].ref, row_id(row, field))) &&
	         !id_is_zero(seen->key_id) && seen->record == noun->record) {
		*ret_subject = seen->subject;
		*ret_key = seen->key_id;
		return OK;
	} else if (field >= 0)
		TRY(subject_of_reference(tx, noun->fields[field].ref, row_id(row, field), &subject));
	if (id_is_zero(subject))
		subject = unassigned;
	TRY(find_or_make(tx, subject, noun->record, ret_key));
	*ret_subject = subject;
	return OK;
}
