/* platform.c - the company that uses the product, the people who sign in, and who of them belongs to which company. */
#include "api_key.h"
#include "doc.h"

#include "auth.h"
#include "role.h"

static const char *const tenant_states[] = { "trial", "active", "suspended", "closing", NULL };
const char *const membership_roles[] = { "owner", "admin", "dispatcher", "technician", "accountant", NULL };

/* "owner, admin": names of roles, in their usual form. */
static const char *check_roles(struct arena *a, struct value *v)
{
	struct buf b;
	struct str rest = v->s;
	enum role role;
	buf_init(&b, a, 200);
	while (rest.p && rest.n) {
		struct str word = str_trim(str_cut(rest, ',', &rest));
		if (role_parse(word, &role) != OK)
			return "Names of roles, separated by commas: owner, admin, dispatcher, technician, accountant.";
		buf_fmt(&b, "%s%s", b.n ? "," : "", role_name(role));
	}
	v->s = buf_str(&b);
	return NULL;
}

static const struct field tenant_fields[] = {
	COMMON_ROWS(TENANT),
	[TENANT_NUMBER] = { .name = "number", .doc = "Number inside this installation.", .type = F_INT, .tag = 11, .flags = REQUIRED | READONLY | INTERNAL | UNIQUE, .min = 1, .max = INT64_MAX },
	[TENANT_NAME] = { .name = "name", .doc = "Name of the company, as people call it.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 1, .max = 200 },
	[TENANT_LEGAL_NAME] = { .name = "legal_name", .doc = "Registered name.", .type = F_TEXT, .tag = 13, .max = 200 },
	[TENANT_REG_NO] = { .name = "reg_no", .doc = "Company registration number.", .type = F_TEXT, .tag = 14, .max = 40 },
	[TENANT_VAT_NO] = { .name = "vat_no", .doc = "VAT number.", .type = F_TEXT, .tag = 15, .max = 20 },
	[TENANT_VAT_REGISTERED] = { .name = "vat_registered", .doc = "Whether it is registered for VAT.", .type = F_BOOL, .tag = 16, .flags = REQUIRED, .initial = "false" },
	[TENANT_COUNTRY] = { .name = "country", .doc = "Country, two letters.", .type = F_TEXT, .tag = 17, .flags = REQUIRED, .min = 2, .max = 2, .initial = "ZA" },
	[TENANT_CURRENCY] = { .name = "currency", .doc = "Currency, three letters.", .type = F_TEXT, .tag = 18, .flags = REQUIRED, .min = 3, .max = 3, .initial = "ZAR" },
	[TENANT_TIMEZONE] = { .name = "timezone", .doc = "Time zone in which days and times are told.", .type = F_TEXT, .tag = 19, .flags = REQUIRED, .min = 3, .max = 64, .initial = "Africa/Johannesburg", .check = check_zone },
	[TENANT_LOCALE] = { .name = "locale", .doc = "Language and number format.", .type = F_TEXT, .tag = 20, .flags = REQUIRED, .min = 2, .max = 20, .initial = "en-ZA" },
	[TENANT_LINE1] = { .name = "line1", .doc = "Street address.", .type = F_TEXT, .tag = 21, .max = 200 },
	[TENANT_LINE2] = { .name = "line2", .doc = "Second address line.", .type = F_TEXT, .tag = 22, .max = 200 },
	[TENANT_SUBURB] = { .name = "suburb", .doc = "Suburb.", .type = F_TEXT, .tag = 23, .max = 100 },
	[TENANT_CITY] = { .name = "city", .doc = "City or town.", .type = F_TEXT, .tag = 24, .max = 100 },
	[TENANT_POSTAL_CODE] = { .name = "postal_code", .doc = "Postal code.", .type = F_TEXT, .tag = 25, .max = 20 },
	[TENANT_PHONE] = { .name = "phone", .doc = "Telephone of the office.", .type = F_TEXT, .tag = 26, .max = 20, .check = check_phone },
	[TENANT_EMAIL] = { .name = "email", .doc = "Mail address of the office.", .type = F_TEXT, .tag = 27, .max = 254, .check = check_email },
	[TENANT_BANK_DETAILS] = { .name = "bank_details", .doc = "Bank account as printed on documents.", .type = F_LINES, .tag = 28, .max = 1000, .see = "tenant.bank_read", .set = "tenant.bank", SPECIAL("being paid") },
	[TENANT_PRICE_MODE] = { .name = "price_mode", .doc = "Whether new documents have prices without or with VAT.", .type = F_ENUM, .tag = 29, .flags = REQUIRED, .values = price_modes, .initial = "excl" },
	[TENANT_PAYMENT_TERMS_DAYS] = { .name = "payment_terms_days", .doc = "Days until payment is due.", .type = F_INT, .tag = 30, .flags = REQUIRED, .max = 365, .initial = "30" },
	[TENANT_QUOTE_VALID_DAYS] = { .name = "quote_valid_days", .doc = "Days for which an offer holds.", .type = F_INT, .tag = 31, .flags = REQUIRED, .min = 1, .max = 365, .initial = "30" },
	[TENANT_BRAND_COLOUR] = { .name = "brand_colour", .doc = "Colour on documents.", .type = F_TEXT, .tag = 32, .max = 7, .check = check_colour },
	[TENANT_STATUS] = { .name = "status", .doc = "Whether the company may use the product.", .type = F_ENUM, .tag = 33, .flags = REQUIRED | READONLY, .values = tenant_states, .initial = "active" },
	[TENANT_OFFLINE_LEASE_H] = { .name = "offline_lease_h", .doc = "Hours that a phone may work without contact.", .type = F_INT, .tag = 34, .flags = REQUIRED, .min = 24, .max = 168, .initial = "72", .set = "tenant.security" },
	[TENANT_IDLE_MINUTES] = { .name = "idle_minutes", .doc = "Minutes after which an unused session ends.", .type = F_INT, .tag = 35, .flags = REQUIRED, .min = 5, .max = 60, .initial = "30", .set = "tenant.security" },
	[TENANT_FULL_INVOICE_FROM] = { .name = "full_invoice_from", .doc = "Total above which a tax invoice must name the buyer with address (VAT Act s20).", .type = F_MONEY, .tag = 37, .flags = REQUIRED, .max = 100000000, .initial = "500000" },
	[TENANT_SECOND_FACTOR] = { .name = "second_factor", .doc = "Whether everybody must use a second factor.", .type = F_BOOL, .tag = 36, .flags = REQUIRED, .initial = "false", .set = "tenant.security" },
	[TENANT_SLUG] = { .name = "slug", .doc = "Last part of the address of your enquiry form; without one there is no form.", .type = F_TEXT, .tag = 38, .flags = UNIQUE, .min = 3, .max = 40, .check = check_slug },
	[TENANT_FACTOR_ROLES] = { .name = "factor_roles", .doc = "Roles that must use a second factor, separated by commas; second_factor says it for everybody.", .type = F_TEXT, .tag = 39, .max = 80, .check = check_roles, .set = "tenant.security" },
	[TENANT_SSO_ONLY] = { .name = "sso_only", .doc = "Whether people sign in through the company's own provider alone; owners always may with a password.", .type = F_BOOL, .tag = 40, .flags = REQUIRED, .initial = "false", .set = "tenant.security" },
	[TENANT_KNOWN_DEVICES] = { .name = "known_devices_only", .doc = "Whether people work from machines alone that somebody let in; owners always may, integrations have keys.", .type = F_BOOL, .tag = 41, .flags = REQUIRED, .initial = "false", .set = "tenant.security" },
};
_Static_assert(ARRAY_LEN(tenant_fields) == TENANT_FIELDS, "tenant: table and enum differ");

static const struct order tenant_orders[] = { { -1, TENANT_CREATED_AT }, ORDERS_END };

const struct noun noun_tenant = {
	.tag = 1, .name = "tenant", .plural = "tenants", .doc = "A company that uses the product (POPIA: the responsible party).",
	FIELDS(tenant_fields), .orders = tenant_orders, .subject = SUBJECT_SELF, .label = TENANT_NAME, .own = -1, .parent = -1,
	.system = true, .no_delete = true,
};

static const struct field user_fields[] = {
	COMMON_ROWS(USER),
	[USER_EMAIL] = { .name = "email", .doc = "Address with which the person signs in.", .type = F_TEXT, .tag = 11, .flags = REQUIRED, .min = 3, .max = 254, .lookup = LOOKUP_EMAIL, .check = check_email, STAFF("signing in") },
	[USER_NAME] = { .name = "name", .doc = "Name of the person.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 1, .max = 200, STAFF("telling people apart") },
	[USER_PASSWORD] = { .name = "password", .doc = "One-way hash of the password, sealed.", .type = F_BYTES, .tag = 13, .flags = READONLY | INTERNAL },
	[USER_ACTIVE] = { .name = "active", .doc = "Whether the person may sign in at all.", .type = F_BOOL, .tag = 14, .flags = REQUIRED | READONLY, .initial = "true" },
	[USER_LOCALE] = { .name = "locale", .doc = "Language of the person.", .type = F_TEXT, .tag = 15, .max = 20 },
};
_Static_assert(ARRAY_LEN(user_fields) == USER_FIELDS, "user: table and enum differ");

static const struct order user_orders[] = { { -1, USER_CREATED_AT }, ORDERS_END };

const struct noun noun_user = {
	.tag = 2, .name = "user_account", .plural = "users", .doc = "A person who signs in; may belong to several companies.",
	FIELDS(user_fields), .orders = user_orders, .subject = SUBJECT_SELF, .label = USER_NAME, .own = -1, .parent = -1,
	.system = true, .no_delete = true, .internal = true,
};

static const struct field membership_fields[] = {
	COMMON_ROWS(MEMBERSHIP),
	[MEMBERSHIP_USER] = { .name = "user_id", .doc = "The person.", .type = F_ID, .tag = 11, .flags = REQUIRED | READONLY | FILTER },
	[MEMBERSHIP_NAME] = { .name = "name", .doc = "Name of the person.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | SEARCH | PREFIXES, .min = 1, .max = 200, STAFF("telling people apart") },
	[MEMBERSHIP_EMAIL] = { .name = "email", .doc = "Address with which the person signs in.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | READONLY, .min = 3, .max = 254, STAFF("signing in") },
	[MEMBERSHIP_ROLE] = { .name = "role", .doc = "What the person may do here.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | DERIVED | FILTER, .values = membership_roles },
	[MEMBERSHIP_MY_VIEW_ONLY] = { .name = "my_view_only", .doc = "Whether only the person's own work is visible.", .type = F_BOOL, .tag = 15, .flags = REQUIRED, .initial = "false" },
	[MEMBERSHIP_EMPLOYEE] = { .name = "employee_id", .doc = "Who of the staff it is.", .type = F_REF, .tag = 16, .ref = &noun_employee },
	[MEMBERSHIP_APPROVE_LIMIT] = { .name = "approve_limit", .doc = "Highest total with VAT that the person may approve; empty: no limit.", .type = F_MONEY, .tag = 17, .max = 10000000000000 },
	[MEMBERSHIP_OWN_ROLE] = { .name = "role_id", .doc = "The company's own role that the person has; empty: the preset.", .type = F_REF, .tag = 19, .ref = &noun_role },
	[MEMBERSHIP_LEFT_AT] = { .name = "left_at", .doc = "When the person left.", .type = F_TIME, .tag = 20, .flags = READONLY, .max = INT64_MAX },
	[MEMBERSHIP_ACTIVE] = { .name = "active", .doc = "Whether the person still belongs to the company.", .type = F_BOOL, .tag = 18, .flags = REQUIRED | FILTER, .initial = "true" },
	[MEMBERSHIP_INVITED_AT] = { .name = "invited_at", .doc = "When the person was last invited, if the invitation was not accepted yet.", .type = F_TIME, .tag = 23, .flags = READONLY, .max = INT64_MAX },
	[MEMBERSHIP_ADVISED_AT] = { .name = "advised_at", .doc = "When the person confirmed the advice on passwords and unattended screens, and that use is recorded.", .type = F_TIME, .tag = 24, .flags = READONLY, .max = INT64_MAX },
	[MEMBERSHIP_ACTIVE_SINCE] = { .name = "active_since", .doc = "When the person came back; sessions from before that stay ended.", .type = F_TIME, .tag = 25, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(membership_fields) == MEMBERSHIP_FIELDS, "membership: table and enum differ");

static const struct order membership_orders[] = { { -1, MEMBERSHIP_CREATED_AT }, { MEMBERSHIP_USER, MEMBERSHIP_CREATED_AT }, { MEMBERSHIP_OWN_ROLE, MEMBERSHIP_CREATED_AT }, ORDERS_END };

static enum err other_owner(struct tx *tx, struct id except, bool *ret)
{
	struct query q = { .noun = &noun_membership, .sort = F_CREATED_AT_FIELD, .ascending = true, .limit = LIST_LIMIT_MAX };
	struct page page;
	*ret = false;
	q.filters[q.filter_count++] = filter_is(MEMBERSHIP_ROLE, VALUE_TEXT(STR("owner")));
	TRY(store_list(tx, &q, &page));
	for (size_t i = 0; i < page.count; i++)
		if (!id_eq(row_id(page.rows[i], F_ID_FIELD), except) && row_int(page.rows[i], MEMBERSHIP_ACTIVE))
			*ret = true;
	return OK;
}

/* The role that people read is the base of the company's own role, where somebody has one. Naming another preset leaves that role. */
static enum err follow_role(struct write *w)
{
	struct row *role;
	if (w->was && write_changes(w, MEMBERSHIP_ROLE) && !write_changes(w, MEMBERSHIP_OWN_ROLE))
		row_set_null(w->is, MEMBERSHIP_OWN_ROLE);
	if (!row_is_null(w->is, MEMBERSHIP_OWN_ROLE) && write_changes(w, MEMBERSHIP_OWN_ROLE)) {
		enum err e = store_get(w->tx, &noun_role, row_id(w->is, MEMBERSHIP_OWN_ROLE), &role);
		if (e == OK)
			row_set_text(w->is, MEMBERSHIP_ROLE, row_text(role, ROLE_BASE));
		else if (e == E_NOT_FOUND)
			problem_fault(w->tx->problem, STR("/role_id"), "reference", "There is no such role.");
		else
			return e;
	}
	if (row_is_null(w->is, MEMBERSHIP_ROLE))
		problem_fault(w->tx->problem, STR("/role"), "required", "A role is wanted.");
	return problem_done(w->tx->problem);
}

static bool is_active_owner(const struct row *r)
{
	return r && row_is(r, MEMBERSHIP_ROLE, "owner") && row_int(r, MEMBERSHIP_ACTIVE);
}

/* Only an owner makes or unmakes owners, and nobody gives a role that can do more than he can. */
static enum err check_giver(struct write *w, const struct actor *giver)
{
	struct actor *a = ARENA_NEW(w->tx->arena, struct actor);
	if (giver->role != ROLE_OWNER && (is_active_owner(w->was) || is_active_owner(w->is)))
		return problem_set(w->tx->problem, E_FORBIDDEN, "Only an owner makes or changes owners.");
	TRY(role_actor(w->tx, w->is, a));
	int at = policy_exceeds(a, giver);
	if (at >= 0 && row_int(w->is, MEMBERSHIP_ACTIVE))
		return problem_set(w->tx->problem, E_FORBIDDEN, "This role has the right %s, which you do not have yourself.", a->catalogue->rights[at].name);
	return OK;
}

/* Nobody changes his own standing, and one owner always stays. */
static enum err membership_before(struct write *w)
{
	static const int standing[] = { MEMBERSHIP_ROLE,          MEMBERSHIP_OWN_ROLE, MEMBERSHIP_ACTIVE, MEMBERSHIP_APPROVE_LIMIT,
		                        MEMBERSHIP_MY_VIEW_ONLY, MEMBERSHIP_EMPLOYEE };
	const struct ctx *c = tx_ctx(w->tx);
	bool changes = !w->was, other = true;
	TRY(follow_role(w));
	for (size_t i = 0; i < ARRAY_LEN(standing); i++)
		changes |= write_changes(w, standing[i]);
	if (!changes)
		return OK;
	if (w->was && row_int(w->is, MEMBERSHIP_ACTIVE) && !row_is_null(w->is, MEMBERSHIP_INVITED_AT)) {
		problem_fault(w->tx->problem, STR("/active"), "choice", "This person has not accepted the invitation yet.");
		return problem_done(w->tx->problem);
	}
	if (w->was && write_changes(w, MEMBERSHIP_ACTIVE) && row_int(w->is, MEMBERSHIP_ACTIVE))
		row_set_int(w->is, MEMBERSHIP_ACTIVE_SINCE, w->tx->now.ms);
	if (w->was && write_changes(w, MEMBERSHIP_ACTIVE))
		w->is->v[MEMBERSHIP_LEFT_AT] = row_int(w->is, MEMBERSHIP_ACTIVE) ? VALUE_NULL : VALUE_INT(w->tx->now.ms);
	if (is_active_owner(w->was) && !is_active_owner(w->is))
		TRY(other_owner(w->tx, row_id(w->is, F_ID_FIELD), &other));
	if (!other)
		return problem_set(w->tx->problem, E_CONFLICT, "The last owner stays.");
	if (!c || !c->actor.signed_in)
		return OK;
	if (w->was && id_eq(c->actor.user, row_id(w->is, MEMBERSHIP_USER)))
		return problem_set(w->tx->problem, E_FORBIDDEN, "Nobody changes his own role, limits or standing.");
	return check_giver(w, &c->actor);
}

/* ---- leaving ---- */

static const struct field leave_params[] = {
	{ .name = "employee", .doc = "Whether he does no work for the company any more either; true where it does not come.", .type = F_BOOL },
};

static enum err leave_employee(struct tx *tx, struct id employee)
{
	struct row *was, *is;
	TRY(row_if(tx, &noun_employee, employee, &was));
	if (!was || !row_int(was, EMPLOYEE_ACTIVE))
		return OK;
	is = row_copy(tx->arena, was);
	row_set_int(is, EMPLOYEE_ACTIVE, 0);
	return store_update(tx, was, is, &is);
}

static enum err run_leave(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	bool stays = set_has(c->present, 0) && c->params[0].kind == V_INT && !c->params[0].i;
	row_set_int(is, MEMBERSHIP_ACTIVE, 0);
	c->tx->action = "leave";
	TRY(store_update(c->tx, c->row, is, &c->ret_row));
	return stays ? OK : leave_employee(c->tx, row_id(c->row, MEMBERSHIP_EMPLOYEE));
}

static enum err finish_leave(struct act_call *c)
{
	const struct leaver who = { .user = row_id(c->row, MEMBERSHIP_USER), .membership = row_id(c->row, F_ID_FIELD), .tenant = c->ctx->actor.tenant };
	return actor_leave(c->ctx, &who);
}

static const struct act membership_acts[] = {
	{ .name = "leave", .doc = "The person leaves: sessions, tokens, keys, devices and the membership end.", .right = "membership.update", .writes = true, .returns = &noun_membership, PARAMS(leave_params), .run = run_leave, .finish = finish_leave },
	{ .name = NULL },
};

/* The keys that he made stop with him: whoever needs them makes them under his own name. */
static enum err membership_after(struct write *w)
{
	bool left = w->was && row_int(w->was, MEMBERSHIP_ACTIVE) && !row_int(w->is, MEMBERSHIP_ACTIVE);
	return left ? keys_freeze(w->tx, row_id(w->is, MEMBERSHIP_USER)) : OK;
}

const struct noun noun_membership = {
	.tag = 3, .name = "membership", .plural = "memberships", .doc = "That a person belongs to a company, and in which role.",
	FIELDS(membership_fields), .orders = membership_orders, .subject = SUBJECT_SELF, .label = MEMBERSHIP_NAME, .own = -1, .parent = -1,
	.no_delete = true, .acts = membership_acts, .before_write = membership_before, .after_write = membership_after,
};

static const struct field employee_fields[] = {
	COMMON_ROWS(EMPLOYEE),
	[EMPLOYEE_NAME] = { .name = "name", .doc = "Name of the person.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 200, STAFF("planning work") },
	[EMPLOYEE_CODE] = { .name = "code", .doc = "Short code, such as a crew's.", .type = F_TEXT, .tag = 12, .flags = UNIQUE | FILTER, .max = 40 },
	[EMPLOYEE_PHONE] = { .name = "phone", .doc = "Telephone.", .type = F_TEXT, .tag = 13, .flags = PHONE_OK, .max = 20, .lookup = LOOKUP_PHONE, .check = check_phone, STAFF("reaching colleagues") },
	[EMPLOYEE_EMAIL] = { .name = "email", .doc = "Mail address.", .type = F_TEXT, .tag = 14, .max = 254, .lookup = LOOKUP_EMAIL, .check = check_email, STAFF("reaching colleagues") },
	[EMPLOYEE_COLOUR] = { .name = "colour", .doc = "Colour in calendars.", .type = F_TEXT, .tag = 15, .flags = REQUIRED, .min = 7, .max = 7, .initial = "#1f6feb", .check = check_colour },
	[EMPLOYEE_ACTIVE] = { .name = "active", .doc = "Whether the person still works here.", .type = F_BOOL, .tag = 16, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(employee_fields) == EMPLOYEE_FIELDS, "employee: table and enum differ");

static const struct order employee_orders[] = { { -1, EMPLOYEE_CREATED_AT }, { EMPLOYEE_ACTIVE, EMPLOYEE_CREATED_AT }, ORDERS_END };

const struct noun noun_employee = {
	.tag = 4, .name = "employee", .plural = "employees", .doc = "Somebody who does the work; need not be able to sign in.",
	FIELDS(employee_fields), .orders = employee_orders, .subject = SUBJECT_SELF, .label = EMPLOYEE_NAME, .own = -1, .parent = -1,
	.no_delete = true,
};
