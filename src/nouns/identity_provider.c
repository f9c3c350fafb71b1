#include "identity_provider.h"

#include "act.h"
#include "seal.h"

enum { PROVIDERS_MAX = 20 };

static const char *const states[] = { "waiting", "ready", "failed", NULL };

/* As the provider writes it itself, to the letter: so a text and no normal form of it. */
static const char *check_issuer(struct arena *a, struct value *v)
{
	(void)a;
	bool good = str_starts(v->s, STR("https://")) || str_starts(v->s, STR("http://127.0.0.1:"));
	for (size_t i = 0; i < v->s.n; i++)
		good = good && v->s.p[i] > ' ' && v->s.p[i] <= '~' && v->s.p[i] != '?' && v->s.p[i] != '#' && v->s.p[i] != '@' && v->s.p[i] != '\\';
	return good ? NULL : "The https: address of the provider, exactly as it says it itself (\"issuer\").";
}

static const struct field provider_fields[] = {
	COMMON_ROWS(IDP),
	[IDP_NAME] = { .name = "name", .doc = "What you call it.", .type = F_TEXT, .tag = 11, .max = 100 },
	[IDP_ISSUER] = { .name = "issuer", .doc = "Address of the provider, exactly as it says it itself.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 10, .max = 300, .check = check_issuer },
	[IDP_CLIENT_ID] = { .name = "client_id", .doc = "Under what name the provider knows this program.", .type = F_TEXT, .tag = 13, .flags = REQUIRED, .min = 1, .max = 300 },
	[IDP_CLIENT_SECRET] = { .name = "client_secret", .doc = "The secret that the provider gave for it; never shown again.", .type = F_TEXT, .tag = 14, .flags = WRITE_ONLY, .max = 500, SPECIAL("signing in") },
	[IDP_CLIENT_SECRET_SET] = { .name = "client_secret_set", .doc = "Whether a secret was entered.", .type = F_BOOL, .tag = 15, .flags = REQUIRED | READONLY, .initial = "false" },
	[IDP_ACTIVE] = { .name = "active", .doc = "Whether people may sign in with it; one at a time.", .type = F_BOOL, .tag = 16, .flags = REQUIRED, .initial = "true" },
	[IDP_STATE] = { .name = "state", .doc = "Whether the provider was asked and can be used.", .type = F_ENUM, .tag = 17, .flags = REQUIRED | READONLY, .values = states, .initial = "waiting" },
	[IDP_ERROR] = { .name = "error", .doc = "Why it cannot be used, or what went wrong last.", .type = F_TEXT, .tag = 18, .flags = READONLY, .max = 300 },
	[IDP_DISCOVERED_AT] = { .name = "discovered_at", .doc = "When the provider was last asked.", .type = F_TIME, .tag = 19, .flags = READONLY, .max = INT64_MAX },
	[IDP_AUTHORIZATION_ENDPOINT] = { .name = "authorization_endpoint", .doc = "Where people go to sign in; the provider says it.", .type = F_TEXT, .tag = 20, .flags = READONLY, .max = IDP_URL_MAX },
	[IDP_TOKEN_ENDPOINT] = { .name = "token_endpoint", .doc = "Where this program asks who came.", .type = F_TEXT, .tag = 21, .flags = READONLY, .max = IDP_URL_MAX },
	[IDP_USERINFO_ENDPOINT] = { .name = "userinfo_endpoint", .doc = "Where it asks for the address of who came.", .type = F_TEXT, .tag = 22, .flags = READONLY, .max = IDP_URL_MAX },
	[IDP_JWKS_URI] = { .name = "jwks_uri", .doc = "Where the provider publishes its keys.", .type = F_TEXT, .tag = 23, .flags = READONLY, .max = IDP_URL_MAX },
	[IDP_NAMES_ITSELF] = { .name = "names_itself", .doc = "Whether its answers say whose they are.", .type = F_BOOL, .tag = 24, .flags = READONLY | INTERNAL },
	[IDP_KEYS] = { .name = "keys", .doc = "The provider's public keys.", .type = F_JSON, .tag = 25, .flags = READONLY | INTERNAL, .max = 24000 },
};
_Static_assert(ARRAY_LEN(provider_fields) == IDP_FIELDS, "identity_provider: table and enum differ");

static const struct order provider_orders[] = { { -1, IDP_CREATED_AT }, ORDERS_END };

static enum err all_providers(struct tx *tx, struct page *ret)
{
	const struct query q = { .noun = &noun_identity_provider, .sort = -1, .limit = PROVIDERS_MAX, .open = { ~(uint64_t)0 } };
	return store_list(tx, &q, ret);
}

static enum err only_one(struct write *w)
{
	struct page page;
	TRY(tx_lock(w->tx)); /* of two that become active at once, one sees the other */
	TRY(all_providers(w->tx, &page));
	if (!w->was && page.count >= PROVIDERS_MAX)
		return problem_set(w->tx->problem, E_CONFLICT, "There are %d providers already: change one of them.", PROVIDERS_MAX);
	for (size_t i = 0; i < page.count; i++)
		if (row_int(page.rows[i], IDP_ACTIVE) && !id_eq(row_id(page.rows[i], F_ID_FIELD), row_id(w->is, F_ID_FIELD)))
			problem_fault(w->tx->problem, STR("/active"), "unique", "Another provider is active. Make that one inactive first.");
	return OK;
}

/* What was learned of another provider, or in another name, says nothing. */
static void forget(struct row *is)
{
	static const int learned[] = { IDP_ERROR, IDP_DISCOVERED_AT, IDP_AUTHORIZATION_ENDPOINT, IDP_TOKEN_ENDPOINT, IDP_USERINFO_ENDPOINT, IDP_JWKS_URI, IDP_NAMES_ITSELF, IDP_KEYS };
	for (size_t i = 0; i < ARRAY_LEN(learned); i++)
		row_set_null(is, learned[i]);
	row_set_text(is, IDP_STATE, STR("waiting"));
}

static enum err provider_before(struct write *w)
{
	struct problem *p = w->tx->problem;
	bool moved = w->was && write_changes(w, IDP_ISSUER);
	bool given = write_changes(w, IDP_CLIENT_SECRET);
	if (row_is_null(w->is, IDP_CLIENT_SECRET) && given)
		problem_fault(p, STR("/client_secret"), "required", "Enter the secret that the provider gave.");
	if (moved && !given) /* it goes to the provider that it was entered for, and to no other */
		row_set_null(w->is, IDP_CLIENT_SECRET);
	if (row_int(w->is, IDP_ACTIVE) && write_changes(w, IDP_ACTIVE))
		TRY(only_one(w));
	row_set_int(w->is, IDP_CLIENT_SECRET_SET, !row_is_null(w->is, IDP_CLIENT_SECRET));
	bool first = given && (!w->was || row_is_null(w->was, IDP_CLIENT_SECRET));
	if (first || moved || write_changes(w, IDP_CLIENT_ID) || (write_changes(w, IDP_ACTIVE) && row_int(w->is, IDP_ACTIVE)))
		forget(w->is);
	if (row_is(w->is, IDP_STATE, "waiting") && row_is_null(w->is, IDP_CLIENT_SECRET)) {
		row_set_text(w->is, IDP_STATE, STR("failed"));
		row_set_text(w->is, IDP_ERROR, STR("Another provider: enter the secret that it gave."));
	}
	return problem_done(p);
}

static enum err run_check(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	row_set_text(is, IDP_STATE, STR("waiting"));
	row_set_null(is, IDP_ERROR);
	c->tx->action = "check";
	return store_update(c->tx, c->row, is, &c->ret_row);
}

static const struct act provider_acts[] = {
	{ .name = "check", .doc = "Asks the provider again what it says of itself; the state says what came of it.", .right = "identity_provider.update", .writes = true, .returns = &noun_identity_provider, .run = run_check },
	{ .name = NULL },
};

const struct noun noun_identity_provider = {
	.tag = 90, .name = "identity_provider", .plural = "identity_providers", .doc = "Where a company's people sign in instead (OpenID Connect).",
	FIELDS(provider_fields), .orders = provider_orders, .subject = SUBJECT_SELF, .label = IDP_ISSUER, .own = -1, .parent = -1, .no_delete = true,
	.acts = provider_acts, .before_write = provider_before,
};

enum err provider_active(struct tx *tx, struct row **ret)
{
	struct page page;
	TRY(all_providers(tx, &page));
	for (size_t i = 0; i < page.count; i++)
		if (row_int(page.rows[i], IDP_ACTIVE)) {
			*ret = page.rows[i];
			return OK;
		}
	return E_NOT_FOUND;
}

enum err provider_get(struct tx *tx, struct id id, struct row **ret)
{
	TRY(store_get(tx, &noun_identity_provider, id, ret));
	return row_int(*ret, IDP_ACTIVE) && row_is(*ret, IDP_STATE, "ready") ? OK : E_NOT_FOUND;
}

int64_t provider_due_ms(const struct row *provider)
{
	if (row_is_null(provider, IDP_CLIENT_SECRET))
		return INT64_MAX; /* somebody enters it first */
	if (row_is(provider, IDP_STATE, "waiting"))
		return 0;
	return row_int(provider, IDP_DISCOVERED_AT) + (row_is_null(provider, IDP_ERROR) ? IDP_REFRESH_MS : IDP_AGAIN_MS);
}

static bool same(const struct row *seen, const struct row *now)
{
	return row_int(now, IDP_ACTIVE) && value_eq(seen->v[IDP_ISSUER], now->v[IDP_ISSUER]) && value_eq(seen->v[IDP_CLIENT_ID], now->v[IDP_CLIENT_ID]);
}

static void put_text(struct row *row, int field, struct str s)
{
	if (s.n)
		row_set_text(row, field, s);
	else
		row_set_null(row, field);
}

enum err provider_told(struct tx *tx, const struct row *seen, const struct discovery *d, struct str error)
{
	struct row *was, *is;
	TRY(store_get(tx, &noun_identity_provider, row_id(seen, F_ID_FIELD), &was));
	if (!same(seen, was))
		return OK;
	is = row_copy(tx->arena, was);
	row_set_int(is, IDP_DISCOVERED_AT, tx->now.ms);
	put_text(is, IDP_ERROR, error);
	if (!error.n) {
		row_set_text(is, IDP_AUTHORIZATION_ENDPOINT, d->authorization_endpoint);
		row_set_text(is, IDP_TOKEN_ENDPOINT, d->token_endpoint);
		put_text(is, IDP_USERINFO_ENDPOINT, d->userinfo_endpoint);
		row_set_text(is, IDP_JWKS_URI, d->jwks_uri);
		row_set_int(is, IDP_NAMES_ITSELF, d->names_itself);
		row_set_text(is, IDP_KEYS, d->keys);
		row_set_text(is, IDP_STATE, STR("ready"));
	} else if (row_is(was, IDP_STATE, "waiting")) {
		row_set_text(is, IDP_STATE, STR("failed"));
	}
	tx->action = "discover";
	return store_update(tx, was, is, &is);
}

enum err provider_keys(struct tx *tx, const struct row *seen, struct str keys)
{
	struct row *was, *is;
	TRY(store_get(tx, &noun_identity_provider, row_id(seen, F_ID_FIELD), &was));
	if (!same(seen, was))
		return OK;
	is = row_copy(tx->arena, was);
	row_set_text(is, IDP_KEYS, keys);
	tx->action = "discover";
	return store_update(tx, was, is, &is);
}

/* ---- links ---- */

static const struct field link_fields[] = {
	COMMON_ROWS(IDLINK),
	[IDLINK_PROVIDER] = { .name = "provider_id", .doc = "The provider.", .type = F_REF, .tag = 11, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_identity_provider },
	[IDLINK_MEMBERSHIP] = { .name = "membership_id", .doc = "Who it is here.", .type = F_REF, .tag = 12, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_membership },
	[IDLINK_ACCOUNT] = { .name = "account", .doc = "The account at the provider, as a hash.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | READONLY | INTERNAL | UNIQUE, .min = 43, .max = 43 },
};
_Static_assert(ARRAY_LEN(link_fields) == IDLINK_FIELDS, "identity_link: table and enum differ");

static const struct order link_orders[] = { { -1, IDLINK_CREATED_AT }, { IDLINK_PROVIDER, IDLINK_CREATED_AT }, { IDLINK_MEMBERSHIP, IDLINK_CREATED_AT }, ORDERS_END };

const struct noun noun_identity_link = {
	.tag = 91, .name = "identity_link", .plural = "identity_links", .doc = "Which account at a provider is which member; made when somebody first signs in with it.",
	FIELDS(link_fields), .orders = link_orders, .label = IDLINK_CREATED_AT, .own = -1, .parent = IDLINK_MEMBERSHIP,
};

struct str link_account(struct arena *a, const struct row *provider, struct str subject)
{
	uint8_t hash[32];
	const struct id id = row_id(provider, F_ID_FIELD);
	struct str issuer = row_text(provider, IDP_ISSUER);
	const struct str parts[] = { { (const char *)id.b, sizeof(id.b) }, issuer, STR("\n"), subject };
	sha256(parts, ARRAY_LEN(parts), hash);
	return str_base64url(a, hash, sizeof(hash));
}

enum err link_find(struct tx *tx, struct str account, struct id *ret_membership)
{
	struct row *row;
	TRY(store_find(tx, &noun_identity_link, IDLINK_ACCOUNT, VALUE_TEXT(account), &row));
	*ret_membership = row_id(row, IDLINK_MEMBERSHIP);
	return OK;
}

enum err link_make(struct tx *tx, const struct row *provider, struct id membership, struct str account)
{
	struct row **rows, *row = row_new(tx->arena, &noun_identity_link);
	size_t count;
	TRY(store_children(tx, &noun_identity_link, IDLINK_MEMBERSHIP, membership, &rows, &count));
	for (size_t i = 0; i < count; i++)
		if (id_eq(row_id(rows[i], IDLINK_PROVIDER), row_id(provider, F_ID_FIELD)))
			return problem_set(tx->problem, E_CONFLICT, "This member has signed in with another account of the provider. An administrator can undo that link.");
	row_set_id(row, IDLINK_PROVIDER, row_id(provider, F_ID_FIELD));
	row_set_id(row, IDLINK_MEMBERSHIP, membership);
	row_set_text(row, IDLINK_ACCOUNT, account);
	tx->action = "link";
	return store_insert(tx, row, &row);
}
