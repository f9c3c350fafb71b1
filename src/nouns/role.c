/* role.c - roles that a company made itself: a preset, changed line by line. */
#include "role.h"

#include <string.h>

/* An owner is an owner: what he may do is not cut down, or nobody could mend it. */
static const char *const bases[] = { "admin", "dispatcher", "technician", "accountant", NULL };

static const struct field role_fields[] = {
	COMMON_ROWS(ROLE),
	[ROLE_NAME] = { .name = "name", .doc = "What it is called.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | UNIQUE, .min = 1, .max = 60 },
	[ROLE_BASE] = { .name = "base", .doc = "The role that it starts from.", .type = F_ENUM, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .values = bases },
	[ROLE_GRANTS] = { .name = "grants", .doc = "What is different: a right, = and none, own or all, line by line.", .type = F_LINES, .tag = 13, .max = 20000 },
	[ROLE_DESCRIPTION] = { .name = "description", .doc = "Whom it is for.", .type = F_TEXT, .tag = 14, .max = 300 },
};
_Static_assert(ARRAY_LEN(role_fields) == ROLE_FIELDS, "role: table and enum differ");

static const struct order role_orders[] = { { -1, ROLE_NAME }, { -1, ROLE_CREATED_AT }, ORDERS_END };

/* Which line gave a right, from 1; 0: the base. */
typedef uint16_t line_of[RIGHTS_MAX];

static void fault(struct tx *tx, size_t line, struct str text, const char *why)
{
	problem_fault(tx->problem, STR("/grants"), "choice", "Line %zu, \"" STR_FMT "\": %s", line, STR_ARG(str_slice(text, 0, 80)), why);
}

/* The grants of a row, and where each comes from. Every line that means nothing is a fault. */
static void read_lines(struct tx *tx, const struct row *role, struct actor *a, line_of lines)
{
	struct str rest = row_text(role, ROLE_GRANTS);
	for (size_t n = 1; rest.p && rest.n; n++) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		enum grant grant = GRANT_NONE;
		const char *why;
		int at = 0;
		if (!line.n)
			continue;
		if (!policy_line(a->catalogue, line, &at, &grant, &why))
			fault(tx, n, line, why);
		else if (lines[at])
			fault(tx, n, line, "This right stands in a line above.");
		else if (grant != GRANT_NONE && policy_only_owners(&a->catalogue->rights[at]))
			fault(tx, n, line, "Only owners have this right.");
		else if (grant != GRANT_NONE && a->catalogue->rights[at].never >> a->role & 1)
			fault(tx, n, line, "This right is never given to this base.");
		else {
			a->grant[at] = (uint8_t)grant;
			lines[at] = (uint16_t)n;
		}
	}
}

/* Nobody gives what he does not have himself. */
static void check_giver(struct tx *tx, const struct actor *giver, const struct actor *a, const line_of lines)
{
	bool base = false;
	for (size_t i = 0; i < a->catalogue->right_count; i++) {
		const char *name = a->catalogue->rights[i].name;
		if (a->grant[i] <= giver->grant[i])
			continue;
		if (lines[i])
			problem_fault(tx->problem, STR("/grants"), "forbidden", "Line %u: you do not have the right %s yourself.", lines[i], name);
		else if (!base)
			problem_fault(tx->problem, STR("/base"), "forbidden", "This base has the right %s, which you do not have yourself.", name);
		base |= !lines[i];
	}
}

static enum err role_before(struct write *w)
{
	const struct ctx *c = tx_ctx(w->tx);
	struct actor *a = ARENA_NEW(w->tx->arena, struct actor);
	uint16_t *lines = ARENA_ARRAY(w->tx->arena, uint16_t, RIGHTS_MAX);
	enum role base;
	if (!row_is_null(w->is, F_DELETED_AT_FIELD))
		return OK;
	if (c && c->actor.signed_in && id_eq(c->actor.own_role, row_id(w->is, F_ID_FIELD)))
		return problem_set(w->tx->problem, E_FORBIDDEN, "Nobody changes the role that he has himself.");
	a->catalogue = store_catalogue(w->tx->store);
	if (role_parse(row_text(w->is, ROLE_BASE), &base) != OK)
		return OK; /* the field's own fault */
	policy_preset(a, base);
	read_lines(w->tx, w->is, a, lines);
	if (c && c->actor.signed_in && !w->tx->problem->fault_count)
		check_giver(w->tx, &c->actor, a, lines);
	return problem_done(w->tx->problem);
}

const struct noun noun_role = {
	.tag = 80, .name = "role", .plural = "roles", .doc = "A role that the company made itself.",
	FIELDS(role_fields), .orders = role_orders, .label = ROLE_NAME, .own = -1, .parent = -1, .before_write = role_before,
};

enum err role_actor(struct tx *tx, const struct row *membership, struct actor *ret)
{
	struct row *own;
	enum role base;
	memset(ret, 0, sizeof(*ret));
	ret->catalogue = store_catalogue(tx->store);
	ret->signed_in = true;
	ret->user = row_id(membership, MEMBERSHIP_USER);
	ret->employee = row_id(membership, MEMBERSHIP_EMPLOYEE);
	ret->own_role = row_id(membership, MEMBERSHIP_OWN_ROLE);
	ret->tenant = tx->tenant;
	TRY(role_parse(row_text(membership, MEMBERSHIP_ROLE), &base));
	policy_preset(ret, base);
	if (id_is_zero(ret->own_role))
		return OK;
	TRY(store_get(tx, &noun_role, ret->own_role, &own));
	policy_lines(ret, row_text(own, ROLE_GRANTS));
	return OK;
}
