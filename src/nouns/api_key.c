#include "api_key.h"

#include "address.h"
#include "alarm.h"
#include "doc.h"
#include "identity.h"
#include "auth.h"
#include "policy.h"

#include <string.h>

const char *const key_states[] = { "active", "revoked", "frozen", "unused", NULL };

/* ---- the noun ---- */

static const struct field key_fields[] = {
	COMMON_ROWS(APIKEY),
	[APIKEY_NAME] = { .name = "name", .doc = "Which system it is for.", .type = F_TEXT, .tag = 11, .flags = REQUIRED, .min = 1, .max = 100 },
	[APIKEY_SCOPES] = { .name = "scopes", .doc = "What it may do: rights, one on a line (job.read); customer.write stands for create and update.", .type = F_LINES, .tag = 12, .flags = REQUIRED, .min = 3, .max = 8000 },
	[APIKEY_ADDRESSES] = { .name = "addresses", .doc = "From where it may be used, one address or range on a line; empty: from anywhere.", .type = F_LINES, .tag = 13, .max = 4000, .check = check_ranges },
	[APIKEY_EXPIRES_ON] = { .name = "expires_on", .doc = "Its last day, at most a year away.", .type = F_DATE, .max = 2932896, .tag = 14, .flags = REQUIRED | DERIVED },
	[APIKEY_PURPOSE] = { .name = "purpose", .doc = "Why it is there.", .type = F_TEXT, .tag = 15, .max = 300 },
	[APIKEY_STATE] = { .name = "state", .doc = "Whether it works.", .type = F_ENUM, .tag = 16, .flags = REQUIRED | READONLY | FILTER, .values = key_states, .initial = "active" },
	[APIKEY_HINT] = { .name = "hint", .doc = "How the secret begins, so that it can be told from others.", .type = F_TEXT, .tag = 17, .flags = READONLY, .max = 20 },
	[APIKEY_LAST_USED_ON] = { .name = "last_used_on", .doc = "The day on which it was last used.", .type = F_DATE, .max = 2932896, .tag = 18, .flags = READONLY },
	[APIKEY_ROTATED_AT] = { .name = "rotated_at", .doc = "When it got its present secret.", .type = F_TIME, .tag = 19, .flags = READONLY, .max = INT64_MAX },
	[APIKEY_OVERLAP_UNTIL] = { .name = "overlap_until", .doc = "Until when the secret before works too.", .type = F_TIME, .tag = 20, .flags = READONLY, .max = INT64_MAX },
	[APIKEY_ENDED_AT] = { .name = "ended_at", .doc = "When it stopped working.", .type = F_TIME, .tag = 21, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(key_fields) == APIKEY_FIELDS, "api_key: table and enum differ");

static const struct order key_orders[] = { { -1, APIKEY_CREATED_AT }, { APIKEY_CREATED_BY, APIKEY_CREATED_AT }, ORDERS_END };

/* No key looks after people, roles, keys or the company itself, whoever makes it: what weighs most is done by somebody who proves himself. */
static bool never(const struct right *r)
{
	return r->fresh && strcmp(r->name, "export.run") != 0;
}

static const char *give(struct actor *a, const struct actor *giver, struct str right)
{
	int at = policy_right(a->catalogue, right);
	if (at < 0)
		return "there is no such right.";
	if (never(&a->catalogue->rights[at]))
		return "no key may have this right.";
	if (giver && giver->signed_in && giver->grant[at] != GRANT_ALL)
		return "you do not have this right for everything yourself.";
	a->grant[at] = GRANT_ALL;
	return NULL;
}

/* "customer.write": what fills in its fields. */
static const char *give_line(struct arena *arena, struct actor *a, const struct actor *giver, struct str line)
{
	static const char *const writes[] = { "create", "update" };
	if (!str_ends(line, STR(".write")))
		return give(a, giver, line);
	struct str noun = str_slice(line, 0, line.n - 6);
	const char *why = "there is no such right.";
	bool some = false;
	for (size_t i = 0; i < ARRAY_LEN(writes); i++) {
		struct str right = str_fmt(arena, STR_FMT ".%s", STR_ARG(noun), writes[i]);
		if (policy_right(a->catalogue, right) < 0)
			continue;
		why = give(a, giver, right);
		if (why)
			return why;
		some = true;
	}
	return some ? NULL : why;
}

static enum err key_before(struct write *w)
{
	const struct ctx *c = tx_ctx(w->tx);
	struct actor *a = ARENA_NEW(w->tx->arena, struct actor);
	struct str rest = row_text(w->is, APIKEY_SCOPES);
	const struct day today = { (int32_t)(w->tx->now.ms / 86400000) };
	if (row_is_null(w->is, APIKEY_EXPIRES_ON))
		row_set_int(w->is, APIKEY_EXPIRES_ON, today.days + KEY_DAYS_MAX);
	if (write_changes(w, APIKEY_EXPIRES_ON) && (row_int(w->is, APIKEY_EXPIRES_ON) < today.days || row_int(w->is, APIKEY_EXPIRES_ON) > today.days + KEY_DAYS_MAX))
		problem_fault(w->tx->problem, STR("/expires_on"), "range", "A day from today on, at most a year away.");
	a->catalogue = store_catalogue(w->tx->store);
	/* Whoever rotates it gets a secret that does all this, and with fewer addresses to come from it does more. */
	bool gives = write_changes(w, APIKEY_SCOPES) || write_changes(w, APIKEY_ROTATED_AT) || write_changes(w, APIKEY_ADDRESSES);
	for (size_t n = 1; gives && rest.p && rest.n; n++) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		const char *why = line.n ? give_line(w->tx->arena, a, c ? &c->actor : NULL, line) : NULL;
		if (why)
			problem_fault(w->tx->problem, STR("/scopes"), "choice", "Line %zu, \"" STR_FMT "\": %s", n, STR_ARG(str_slice(line, 0, 80)), why);
	}
	return problem_done(w->tx->problem);
}

const struct noun noun_api_key = {
	.tag = 86, .name = "api_key", .plural = "api_keys", .doc = "What another system signs in with.",
	FIELDS(key_fields), .orders = key_orders, .label = APIKEY_NAME, .own = -1, .parent = -1, .no_delete = true, .before_write = key_before,
};

/* ---- using one ---- */

struct using {
	struct id id;
	struct row *row;
	bool refused;
};

static enum err find(struct tx *tx, void *arg)
{
	struct using *u = arg;
	return store_get(tx, &noun_api_key, u->id, &u->row);
}

static enum err note_refused(struct tx *tx, void *arg)
{
	const struct using *u = arg;
	return audit_event(tx, "key_refused", &noun_api_key, u->id, STR(""));
}

static enum err note_used(struct tx *tx, void *arg)
{
	struct using *u = arg;
	struct row *was, *is;
	TRY(store_get(tx, &noun_api_key, u->id, &was));
	is = row_copy(tx->arena, was);
	row_set_int(is, APIKEY_LAST_USED_ON, tx->now.ms / 86400000);
	tx->action = "used";
	return store_update(tx, was, is, &is);
}

enum err key_actor(struct ctx *c, int64_t tenant, struct id key)
{
	struct using u = { .id = key };
	struct run run = ctx_tenant_run(c, tenant);
	int64_t today = c->now.ms / 86400000;
	TRY(store_read(&run, find, &u));
	if (!row_is(u.row, APIKEY_STATE, "active") || row_int(u.row, APIKEY_EXPIRES_ON) < today)
		return E_NOT_FOUND;
	c->who = (struct who){ .kind = WHO_KEY, .id = key, .request = c->who.request };
	if (!row_is_null(u.row, APIKEY_ADDRESSES) && !address_in(c->arena, row_text(u.row, APIKEY_ADDRESSES), c->remote)) {
		TRY(store_write(&run, note_refused, &u));
		return E_NOT_FOUND;
	}
	policy_clear(&c->actor);
	c->actor.role = ROLE_COUNT;
	c->actor.used = ARENA_ARRAY(c->arena, uint64_t, RIGHTS_MAX / 64);
	for (struct str rest = row_text(u.row, APIKEY_SCOPES); rest.p && rest.n;) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (line.n)
			(void)give_line(c->arena, &c->actor, NULL, line);
	}
	/* The day of the last use: one event a day, not one a request. */
	return row_is_null(u.row, APIKEY_LAST_USED_ON) || row_int(u.row, APIKEY_LAST_USED_ON) < today ? store_write(&run, note_used, &u) : OK;
}

/* ---- ending ---- */

static enum err end(struct tx *tx, const struct row *was, const char *state)
{
	struct row *is = row_copy(tx->arena, was);
	row_set_text(is, APIKEY_STATE, str_from(state));
	row_set_int(is, APIKEY_ENDED_AT, tx->now.ms);
	return store_update(tx, was, is, &is);
}

enum err keys_freeze(struct tx *tx, struct id user)
{
	struct row **rows;
	size_t count;
	TRY(store_children(tx, &noun_api_key, APIKEY_CREATED_BY, user, &rows, &count));
	for (size_t i = 0; i < count; i++)
		if (row_is(rows[i], APIKEY_STATE, "active"))
			TRY(end(tx, rows[i], "frozen"));
	return OK;
}

enum { ENDED_AT_ONCE = 50 };

struct resting {
	struct day today;
	struct id ids[ENDED_AT_ONCE];
	size_t count;
};

/* The walk's memory is used again from page to page, so what is found is noted and ended afterwards. */
static enum err find_resting(struct tx *tx, const struct row *seen, void *arg)
{
	struct resting *r = arg;
	(void)tx;
	if (!row_is(seen, APIKEY_STATE, "active") || r->count == ENDED_AT_ONCE)
		return OK;
	int64_t used = row_is_null(seen, APIKEY_LAST_USED_ON) ? row_int(seen, APIKEY_CREATED_AT) / 86400000 : row_int(seen, APIKEY_LAST_USED_ON);
	if (r->today.days - used > KEY_UNUSED_DAYS)
		r->ids[r->count++] = row_id(seen, F_ID_FIELD);
	return OK;
}

enum err keys_unused(struct tx *tx, struct day today, size_t *ret_done)
{
	struct resting *r = ARENA_NEW(tx->arena, struct resting);
	struct walk walk = { .noun = &noun_api_key, .sort = APIKEY_CREATED_AT };
	const int fields[] = { APIKEY_STATE, APIKEY_LAST_USED_ON, APIKEY_CREATED_AT };
	const struct ctx *c = tx_ctx(tx);
	r->today = today;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		set_add(&walk.only, fields[i]);
	TRY(store_each(tx, &walk, find_resting, r));
	for (size_t i = 0; i < r->count; i++) {
		struct row *row;
		TRY(store_get(tx, &noun_api_key, r->ids[i], &row));
		TRY(end(tx, row, "unused"));
	}
	*ret_done = r->count;
	if (!r->count || !c || !c->auth || !c->auth->alarms)
		return OK;
	const struct alarm alarm = { "key_unused", { { 0 } }, STR("A key of an integration was not used for 90 days and was ended.") };
	return c->auth->alarms->raise(tx, &alarm);
}
