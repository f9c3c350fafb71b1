/* access_review.c - the quarterly look at who may do what. */
#include "access_review.h"

#include "alert.h"
#include "auth.h"
#include "doc.h"
#include "right_use.h"
#include "zone.h"

/* A company's first quarter begins after its first month; who is not confirmed within a month loses his access. */
enum { YOUNG_DAYS = 30, REVIEW_DAYS = 30 };

static const char *const review_states[] = { "open", "closed", NULL };
static const char *const decisions[] = { "pending", "confirmed", "removed", "expired", "overdue", NULL };

static const struct field review_fields[] = {
	COMMON_ROWS(REVIEW),
	[REVIEW_QUARTER] = { .name = "quarter", .doc = "Which quarter, such as 2027-Q1.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | READONLY | UNIQUE, .min = 7, .max = 7 },
	[REVIEW_OPENED_AT] = { .name = "opened_at", .doc = "When it began.", .type = F_TIME, .tag = 12, .flags = REQUIRED | READONLY, .max = INT64_MAX },
	[REVIEW_DUE_ON] = { .name = "due_on", .doc = "Its last day; who is not confirmed by then loses his access.", .type = F_DATE, .tag = 13, .flags = REQUIRED | READONLY, .max = 2932896 },
	[REVIEW_STATE] = { .name = "state", .doc = "Whether it goes on.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | READONLY | FILTER, .values = review_states, .initial = "open" },
	[REVIEW_CLOSED_AT] = { .name = "closed_at", .doc = "When it ended.", .type = F_TIME, .tag = 15, .flags = READONLY, .max = INT64_MAX },
	[REVIEW_PEOPLE] = { .name = "people", .doc = "How many people it is about.", .type = F_INT, .tag = 16, .flags = REQUIRED | READONLY, .max = 100000, .initial = "0" },
	[REVIEW_CONFIRMED] = { .name = "confirmed", .doc = "How many of them were confirmed.", .type = F_INT, .tag = 17, .flags = REQUIRED | READONLY, .max = 100000, .initial = "0" },
	[REVIEW_REMOVED] = { .name = "removed", .doc = "How many lost their access by decision.", .type = F_INT, .tag = 18, .flags = REQUIRED | READONLY, .max = 100000, .initial = "0" },
	[REVIEW_EXPIRED] = { .name = "expired", .doc = "How many lost it because nobody confirmed them.", .type = F_INT, .tag = 19, .flags = REQUIRED | READONLY, .max = 100000, .initial = "0" },
};
_Static_assert(ARRAY_LEN(review_fields) == REVIEW_FIELDS, "access_review: table and enum differ");

static const struct order review_orders[] = { { -1, REVIEW_OPENED_AT }, { REVIEW_STATE, REVIEW_OPENED_AT }, { -1, REVIEW_CREATED_AT }, ORDERS_END };

const struct noun noun_access_review = {
	.tag = 81, .name = "access_review", .plural = "access_reviews", .doc = "The quarterly look at who may do what.",
	FIELDS(review_fields), .orders = review_orders, .label = REVIEW_QUARTER, .own = -1, .parent = -1, .no_delete = true,
};

static const struct field item_fields[] = {
	COMMON_ROWS(REVIEWED),
	[REVIEWED_REVIEW] = { .name = "review_id", .doc = "The review.", .type = F_REF, .tag = 11, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_access_review },
	[REVIEWED_MEMBERSHIP] = { .name = "membership_id", .doc = "Whose access.", .type = F_REF, .tag = 12, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_membership },
	[REVIEWED_ROLE] = { .name = "role", .doc = "The role when the review began.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | READONLY, .min = 1, .max = 100 },
	[REVIEWED_LAST_USED_ON] = { .name = "last_used_on", .doc = "The last day on which the person did anything, as far as known.", .type = F_DATE, .tag = 14, .flags = READONLY, .max = 2932896 },
	[REVIEWED_DECISION] = { .name = "decision", .doc = "What was decided; overdue: an owner whom nobody confirmed.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | READONLY | FILTER, .values = decisions, .initial = "pending" },
	[REVIEWED_DECIDED_BY] = { .name = "decided_by", .doc = "By whom.", .type = F_ID, .tag = 16, .flags = READONLY },
	[REVIEWED_DECIDED_AT] = { .name = "decided_at", .doc = "When.", .type = F_TIME, .tag = 17, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(item_fields) == REVIEWED_FIELDS, "access_review_item: table and enum differ");

static const struct order item_orders[] = { { -1, REVIEWED_CREATED_AT }, { REVIEWED_REVIEW, REVIEWED_CREATED_AT }, { REVIEWED_MEMBERSHIP, REVIEWED_CREATED_AT }, ORDERS_END };

/* ---- deciding ---- */

static enum err owners_active(struct tx *tx, size_t *ret)
{
	struct query q = { .noun = &noun_membership, .sort = -1, .limit = LIST_LIMIT_MAX };
	struct page page;
	q.filters[q.filter_count++] = filter_is(MEMBERSHIP_ROLE, VALUE_TEXT(STR("owner")));
	q.filters[q.filter_count++] = filter_is(MEMBERSHIP_ACTIVE, VALUE_INT(1));
	TRY(store_list(tx, &q, &page));
	*ret = page.count;
	return OK;
}

/* Nobody confirms himself, but for the only owner. */
static enum err check_decider(struct act_call *c)
{
	size_t owners;
	if (!id_eq(row_id(c->row, REVIEWED_MEMBERSHIP), c->ctx->actor.membership))
		return OK;
	TRY(owners_active(c->tx, &owners));
	if (c->ctx->actor.role == ROLE_OWNER && owners == 1)
		return OK;
	return problem_set(c->tx->problem, E_FORBIDDEN, "Nobody confirms his own access: ask another owner or administrator.");
}

static enum err count_decision(struct tx *tx, struct id review, int field)
{
	struct row *was, *is;
	const char *action = tx->action;
	TRY(store_get(tx, &noun_access_review, review, &was));
	is = row_copy(tx->arena, was);
	row_set_int(is, field, row_int(was, field) + 1);
	tx->action = NULL;
	enum err e = store_update(tx, was, is, &is);
	tx->action = action;
	return e;
}

static enum err decide(struct tx *tx, const struct row *item, const char *decision, int counter, struct id by, struct row **ret)
{
	struct row *is = row_copy(tx->arena, item);
	row_set_text(is, REVIEWED_DECISION, str_from(decision));
	row_set_int(is, REVIEWED_DECIDED_AT, tx->now.ms);
	if (!id_is_zero(by))
		row_set_id(is, REVIEWED_DECIDED_BY, by);
	if (counter >= 0)
		TRY(count_decision(tx, row_id(item, REVIEWED_REVIEW), counter));
	return store_update(tx, item, is, ret);
}

/* OK with *ret_again: it was decided so before. */
static enum err check_pending(struct act_call *c, const char *decision, bool *ret_again)
{
	struct row *review;
	*ret_again = row_is(c->row, REVIEWED_DECISION, decision);
	c->ret_row = c->row;
	if (*ret_again)
		return OK;
	TRY(store_get(c->tx, &noun_access_review, row_id(c->row, REVIEWED_REVIEW), &review));
	if (!row_is(review, REVIEW_STATE, "open"))
		return problem_set(c->tx->problem, E_CONFLICT, "This review is closed.");
	if (!row_is(c->row, REVIEWED_DECISION, "pending"))
		return problem_set(c->tx->problem, E_CONFLICT, "This was decided already.");
	return OK;
}

static enum err run_confirm(struct act_call *c)
{
	bool again;
	TRY(check_pending(c, "confirmed", &again));
	if (again)
		return OK;
	TRY(check_decider(c));
	c->tx->action = "confirm";
	return decide(c->tx, c->row, "confirmed", REVIEW_CONFIRMED, c->ctx->actor.user, &c->ret_row);
}

static enum err end_membership(struct tx *tx, const struct row *member)
{
	struct row *is = row_copy(tx->arena, member);
	row_set_int(is, MEMBERSHIP_ACTIVE, 0);
	return store_update(tx, member, is, &is);
}

static enum err run_remove(struct act_call *c)
{
	struct row *member;
	bool again;
	TRY(check_pending(c, "removed", &again));
	if (again)
		return OK;
	TRY(store_get(c->tx, &noun_membership, row_id(c->row, REVIEWED_MEMBERSHIP), &member));
	c->tx->action = "remove";
	TRY(end_membership(c->tx, member));
	c->state = member;
	return decide(c->tx, c->row, "removed", REVIEW_REMOVED, c->ctx->actor.user, &c->ret_row);
}

static enum err finish_remove(struct act_call *c)
{
	const struct row *member = c->state;
	if (!member)
		return OK;
	const struct leaver who = { .user = row_id(member, MEMBERSHIP_USER), .membership = row_id(member, F_ID_FIELD), .tenant = c->ctx->actor.tenant };
	return actor_leave(c->ctx, &who);
}

static const struct act item_acts[] = {
	{ .name = "confirm", .doc = "Decide in a review that a person keeps his access, or loses it.", .right = "access_review.decide", .writes = true, .returns = &noun_access_review_item, .run = run_confirm },
	{ .name = "remove", .doc = "The person's access ends.", .right = "access_review.decide", .writes = true, .returns = &noun_access_review_item, .run = run_remove, .finish = finish_remove },
	{ .name = NULL },
};

const struct noun noun_access_review_item = {
	.tag = 82, .name = "access_review_item", .plural = "access_review_items", .doc = "One person's access in a review.",
	FIELDS(item_fields), .orders = item_orders, .label = REVIEWED_ROLE, .own = -1, .parent = REVIEWED_REVIEW, .no_delete = true, .acts = item_acts,
};

/* ---- by the calendar ---- */

static struct day quarter_begin(struct day d)
{
	struct civil c = day_civil(d);
	return civil_day((struct civil){ c.year, (int32_t)((c.month - 1) / 3 * 3 + 1), 1 });
}

static enum err add_item(struct tx *tx, struct id review, const struct row *member)
{
	struct row *item = row_new(tx->arena, &noun_access_review_item), *own;
	int64_t last;
	row_set_id(item, REVIEWED_REVIEW, review);
	row_set_id(item, REVIEWED_MEMBERSHIP, row_id(member, F_ID_FIELD));
	TRY(row_if(tx, &noun_role, row_id(member, MEMBERSHIP_OWN_ROLE), &own));
	row_set_text(item, REVIEWED_ROLE, own ? row_text(own, ROLE_NAME) : row_text(member, MEMBERSHIP_ROLE));
	TRY(right_use_last(tx, row_id(member, F_ID_FIELD), &last));
	if (last)
		row_set_int(item, REVIEWED_LAST_USED_ON, last);
	return store_insert(tx, item, &item);
}

/* Everybody who may sign in. */
static enum err add_items(struct tx *tx, struct id review, size_t *ret)
{
	struct query q = { .noun = &noun_membership, .sort = MEMBERSHIP_CREATED_AT, .ascending = true, .limit = LIST_LIMIT_MAX };
	struct page page;
	q.filters[q.filter_count++] = filter_is(MEMBERSHIP_ACTIVE, VALUE_INT(1));
	*ret = 0;
	do {
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++) {
			TRY(add_item(tx, review, page.rows[i]));
			++*ret;
		}
		q.cursor = page.next_cursor;
	} while (q.cursor.n);
	return OK;
}

static enum err open_review(struct tx *tx, struct day today, size_t *ret_done)
{
	const struct ctx *c = tx_ctx(tx);
	const struct zone *zone;
	const struct day begin = quarter_begin(today);
	struct row *review, *is;
	size_t people;
	TRY(zone_load(tx->arena, row_text(c->company, TENANT_TIMEZONE), &zone));
	if (zone_local(zone, (struct instant){ row_int(c->company, F_CREATED_AT_FIELD) }).day.days + YOUNG_DAYS > begin.days)
		return OK;
	struct civil civil = day_civil(begin);
	struct str quarter = str_fmt(tx->arena, "%04d-Q%d", (int)civil.year, (int)(civil.month - 1) / 3 + 1);
	enum err e = store_find(tx, &noun_access_review, REVIEW_QUARTER, VALUE_TEXT(quarter), &review);
	if (e != E_NOT_FOUND)
		return e;
	review = row_new(tx->arena, &noun_access_review);
	row_set_text(review, REVIEW_QUARTER, quarter);
	row_set_int(review, REVIEW_OPENED_AT, tx->now.ms);
	row_set_int(review, REVIEW_DUE_ON, today.days + REVIEW_DAYS);
	TRY(store_insert(tx, review, &review));
	TRY(add_items(tx, row_id(review, F_ID_FIELD), &people));
	is = row_copy(tx->arena, review);
	row_set_int(is, REVIEW_PEOPLE, (int64_t)people);
	++*ret_done;
	return store_update(tx, review, is, &is);
}

/* Nobody confirmed this person. An owner stays, and is told; who left meanwhile has nothing to lose. */
static enum err close_item(struct tx *tx, const struct row *item)
{
	struct row *member, *is;
	TRY(store_get(tx, &noun_membership, row_id(item, REVIEWED_MEMBERSHIP), &member));
	tx->action = "expire";
	if (!row_int(member, MEMBERSHIP_ACTIVE))
		return decide(tx, item, "removed", REVIEW_REMOVED, (struct id){ { 0 } }, &is);
	if (!row_is(member, MEMBERSHIP_ROLE, "owner")) {
		TRY(end_membership(tx, member));
		return decide(tx, item, "expired", REVIEW_EXPIRED, (struct id){ { 0 } }, &is);
	}
	TRY(decide(tx, item, "overdue", -1, (struct id){ { 0 } }, &is));
	tx->action = NULL;
	const struct alarm alarm = { "review_overdue", row_id(member, MEMBERSHIP_USER), STR("The review of access is over and nobody has confirmed this owner.") };
	return alert_raise(tx, &alarm);
}

static enum err close_review(struct tx *tx, struct id id)
{
	struct row **items, *was, *is;
	size_t n;
	TRY(store_children(tx, &noun_access_review_item, REVIEWED_REVIEW, id, &items, &n));
	for (size_t i = 0; i < n; i++)
		if (row_is(items[i], REVIEWED_DECISION, "pending"))
			TRY(close_item(tx, items[i]));
	TRY(store_get(tx, &noun_access_review, id, &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, REVIEW_STATE, STR("closed"));
	row_set_int(is, REVIEW_CLOSED_AT, tx->now.ms);
	tx->action = "close";
	TRY(store_update(tx, was, is, &is));
	tx->action = NULL;
	return OK;
}

enum err reviews_run(struct tx *tx, struct day today, size_t *ret_done)
{
	struct query q = { .noun = &noun_access_review, .sort = REVIEW_OPENED_AT, .ascending = true, .limit = LIST_LIMIT_MAX };
	struct page page;
	*ret_done = 0;
	q.filters[q.filter_count++] = filter_is(REVIEW_STATE, VALUE_TEXT(STR("open")));
	TRY(store_list(tx, &q, &page));
	for (size_t i = 0; i < page.count && !*ret_done; i++) {
		if (row_int(page.rows[i], REVIEW_DUE_ON) >= today.days)
			continue;
		TRY(close_review(tx, row_id(page.rows[i], F_ID_FIELD)));
		++*ret_done;
	}
	return *ret_done ? OK : open_review(tx, today, ret_done);
}
