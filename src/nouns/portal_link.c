/* portal_link.c - links to the customer's page: made, told to people, revoked. */
#include "portal.h"

#include "doc.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <string.h>

enum { GRACE_DAYS = 14, DOCUMENT_DAYS = 90, TENANT_BYTES = 6, SECRET_BYTES = 32, TOKEN_BYTES = TENANT_BYTES + 16 + SECRET_BYTES };
static const int64_t day_ms = 86400000;

static const char *const scopes[] = { "quote", "job", "invoice", "customer", NULL };

static const struct field link_fields[] = {
	COMMON_ROWS(LINK),
	[LINK_SCOPE] = { .name = "scope", .doc = "Whether it opens one document, one piece of work, or all that concerns the customer.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | READONLY | FILTER, .values = scopes },
	[LINK_CUSTOMER] = { .name = "customer_id", .doc = "The customer whose page it opens.", .type = F_REF, .tag = 12, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_customer },
	[LINK_CONTACT] = { .name = "contact_id", .doc = "To whom it was given; the customer at large if empty.", .type = F_REF, .tag = 13, .flags = READONLY | FILTER, .ref = &noun_contact },
	[LINK_QUOTE] = { .name = "quote_id", .doc = "The quote that it opens.", .type = F_REF, .tag = 14, .flags = READONLY | FILTER, .ref = &noun_quote },
	[LINK_JOB] = { .name = "job_id", .doc = "The work that it opens.", .type = F_REF, .tag = 15, .flags = READONLY | FILTER, .ref = &noun_job },
	[LINK_INVOICE] = { .name = "invoice_id", .doc = "The invoice that it opens.", .type = F_REF, .tag = 16, .flags = READONLY | FILTER, .ref = &noun_invoice },
	[LINK_HASH] = { .name = "token_hash", .doc = "SHA-256 of its token.", .type = F_BYTES, .tag = 17, .flags = READONLY | INTERNAL },
	[LINK_EXPIRES_AT] = { .name = "expires_at", .doc = "From when it does not open anything any more.", .type = F_TIME, .tag = 18, .flags = REQUIRED | READONLY | FILTER, .max = INT64_MAX },
	[LINK_REVOKED_AT] = { .name = "revoked_at", .doc = "When somebody took it back.", .type = F_TIME, .tag = 19, .flags = READONLY, .max = INT64_MAX },
	[LINK_LAST_USED_AT] = { .name = "last_used_at", .doc = "When the page was opened with it last.", .type = F_TIME, .tag = 20, .flags = READONLY, .max = INT64_MAX },
	[LINK_USES] = { .name = "uses", .doc = "How often the page was opened with it.", .type = F_INT, .tag = 21, .flags = REQUIRED | READONLY, .max = INT64_MAX, .initial = "0" },
	[LINK_CODE_HASH] = { .name = "code_hash", .doc = "Keyed hash of the code that was sent last.", .type = F_BYTES, .tag = 22, .flags = READONLY | INTERNAL },
	[LINK_CODE_UNTIL] = { .name = "code_until", .doc = "Until when that code holds.", .type = F_TIME, .tag = 23, .flags = READONLY | INTERNAL, .max = INT64_MAX },
	[LINK_CODE_TRIES] = { .name = "code_tries", .doc = "How often a code was tried in vain.", .type = F_INT, .tag = 24, .flags = REQUIRED | READONLY | INTERNAL, .max = 1000, .initial = "0" },
};
_Static_assert(ARRAY_LEN(link_fields) == LINK_FIELDS, "portal_link: table and enum differ");

static const struct order link_orders[] = {
	{ -1, LINK_CREATED_AT }, { LINK_CUSTOMER, LINK_CREATED_AT }, { LINK_CONTACT, LINK_CREATED_AT }, { LINK_QUOTE, LINK_CREATED_AT },
	{ LINK_JOB, LINK_CREATED_AT }, { LINK_INVOICE, LINK_CREATED_AT }, ORDERS_END
};

/* What kinds of rows have links: the field that says whose customer it is, and for how long a link to it opens. */
static const struct target {
	const struct noun *noun;
	const char *scope;
	int field;    /* of the link; -1: the customer himself */
	int customer; /* of the row */
} targets[] = {
	{ &noun_quote, "quote", LINK_QUOTE, QUOTE_CUSTOMER },
	{ &noun_job, "job", LINK_JOB, JOB_CUSTOMER },
	{ &noun_invoice, "invoice", LINK_INVOICE, INVOICE_CUSTOMER },
	{ &noun_customer, "customer", -1, F_ID_FIELD },
};

static const struct target *target_of(const struct row *doc)
{
	for (size_t i = 0; i < ARRAY_LEN(targets); i++)
		if (targets[i].noun == doc->noun)
			return &targets[i];
	return NULL;
}

/* ---- tokens ---- */

/* The key of links is derived, so that no installation lacks it. */
static enum err secret_of(struct tx *tx, struct id link, uint8_t ret[SECRET_BYTES])
{
	struct key company, key;
	TRY(keystore_tenant_key(store_keys(tx->store), tx->tenant, KEY_SECRETS, &company));
	key_derive(&company, "portal link", &key);
	const struct str part = { (const char *)link.b, sizeof(link.b) };
	hmac_sha256(&key, &part, 1, ret);
	key_wipe(&key);
	key_wipe(&company);
	return OK;
}

static struct str hash_of(struct arena *a, const uint8_t secret[SECRET_BYTES])
{
	uint8_t hash[32];
	const struct str part = { (const char *)secret, SECRET_BYTES };
	sha256(&part, 1, hash);
	return str_dup(a, (struct str){ (const char *)hash, sizeof(hash) });
}

/* What the company's number is masked with: the platform's key and the link say it, so that any installation reads its own tokens alone. */
static enum err mask_of(struct store *store, struct id link, uint8_t ret[32])
{
	struct key platform, key;
	TRY(keystore_tenant_key(store_keys(store), 0, KEY_SECRETS, &platform));
	key_derive(&platform, "portal company", &key);
	const struct str part = { (const char *)link.b, sizeof(link.b) };
	hmac_sha256(&key, &part, 1, ret);
	key_wipe(&key);
	key_wipe(&platform);
	return OK;
}

/* The company and the link, as tokens and sessions begin. */
static enum err put_place(struct store *store, int64_t tenant, struct id link, uint8_t *out)
{
	uint8_t mask[32];
	TRY(mask_of(store, link, mask));
	for (int i = 0; i < TENANT_BYTES; i++)
		out[i] = (uint8_t)(tenant >> 8 * (TENANT_BYTES - 1 - i)) ^ mask[i];
	memcpy(out + TENANT_BYTES, link.b, 16);
	return OK;
}

static enum err read_place(struct store *store, const char *p, int64_t *ret_tenant, struct id *ret_link)
{
	uint8_t mask[32];
	int64_t tenant = 0;
	memcpy(ret_link->b, p + TENANT_BYTES, 16);
	TRY(mask_of(store, *ret_link, mask));
	for (int i = 0; i < TENANT_BYTES; i++)
		tenant = tenant << 8 | ((uint8_t)p[i] ^ mask[i]);
	*ret_tenant = tenant;
	return tenant > 0 ? OK : E_NOT_FOUND;
}

enum err portal_token_read(struct arena *a, struct store *store, struct str text, struct portal_token *ret)
{
	struct str bytes;
	if (text.n != PORTAL_TOKEN_CHARS || str_unbase64url(a, text, &bytes) != OK || bytes.n != TOKEN_BYTES)
		return E_NOT_FOUND;
	memcpy(ret->secret, bytes.p + TENANT_BYTES + 16, SECRET_BYTES);
	return read_place(store, bytes.p, &ret->tenant, &ret->link);
}

enum err portal_url(struct tx *tx, struct str base_url, struct id link, struct str *ret_url)
{
	uint8_t bytes[TOKEN_BYTES];
	struct row *row;
	TRY(portal_link_alive(tx, link, &row));
	TRY(put_place(tx->store, tx->tenant, link, bytes));
	TRY(secret_of(tx, link, bytes + TENANT_BYTES + 16));
	*ret_url = str_fmt(tx->arena, STR_FMT "/z/#" STR_FMT, STR_ARG(base_url), STR_ARG(str_base64url(tx->arena, bytes, sizeof(bytes))));
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return OK;
}

/* ---- sessions ---- */

enum { SESSION_HEAD = TENANT_BYTES + 16, SESSION_PLAIN = 9, SESSION_FIELD = 0xffff };

static struct seal_place session_place(int64_t tenant, struct id link)
{
	return (struct seal_place){ .tenant = tenant, .noun = noun_portal_link.tag, .field = SESSION_FIELD, .row = link };
}

enum err portal_session_make(struct arena *a, struct store *store, const struct portal_session *session, struct str *ret)
{
	uint8_t bytes[SESSION_HEAD + SESSION_PLAIN + SEAL_OVERHEAD], plain[SESSION_PLAIN];
	struct seal_place place = session_place(session->tenant, session->link);
	struct key key;
	TRY(put_place(store, session->tenant, session->link, bytes));
	for (int i = 0; i < 8; i++)
		plain[i] = (uint8_t)(session->until_ms >> 8 * (7 - i));
	plain[8] = session->verified;
	TRY(keystore_tenant_key(store_keys(store), session->tenant, KEY_SECRETS, &key));
	struct str sealed = seal(a, &key, 1, &place, (struct str){ (const char *)plain, sizeof(plain) });
	key_wipe(&key);
	assert(sealed.n == SESSION_PLAIN + SEAL_OVERHEAD);
	memcpy(bytes + SESSION_HEAD, sealed.p, sealed.n);
	*ret = str_base64url(a, bytes, sizeof(bytes));
	return OK;
}

enum err portal_session_read(struct arena *a, struct store *store, struct str text, struct instant now, struct portal_session *ret)
{
	struct portal_session s = { 0 };
	struct str bytes, plain;
	struct key key;
	if (text.n > 2 * (SESSION_HEAD + SESSION_PLAIN + SEAL_OVERHEAD) || str_unbase64url(a, text, &bytes) != OK ||
	    bytes.n != SESSION_HEAD + SESSION_PLAIN + SEAL_OVERHEAD)
		return E_NOT_FOUND;
	TRY(read_place(store, bytes.p, &s.tenant, &s.link));
	struct seal_place place = session_place(s.tenant, s.link);
	if (keystore_tenant_key(store_keys(store), s.tenant, KEY_SECRETS, &key) != OK)
		return E_NOT_FOUND;
	enum err e = seal_open(a, &key, &place, str_slice(bytes, SESSION_HEAD, bytes.n), &plain);
	key_wipe(&key);
	if (e != OK || plain.n != SESSION_PLAIN)
		return E_NOT_FOUND;
	for (int i = 0; i < 8; i++)
		s.until_ms = s.until_ms << 8 | (uint8_t)plain.p[i];
	s.verified = plain.p[8] != 0;
	if (s.until_ms <= now.ms)
		return E_NOT_FOUND;
	*ret = s;
	return OK;
}

/* ---- links ---- */

static bool alive(const struct row *link, struct instant now)
{
	return row_is_null(link, LINK_REVOKED_AT) && row_int(link, LINK_EXPIRES_AT) > now.ms;
}

/* Every way to fail goes through the same comparison. */
enum err portal_link_open(struct tx *tx, const struct portal_token *token, struct row **ret)
{
	static const char nothing[32];
	struct row *link = NULL;
	enum err e = store_get(tx, &noun_portal_link, token->link, &link);
	if (e != OK && e != E_NOT_FOUND)
		return e;
	struct str stored = e == OK ? link->v[LINK_HASH].s : (struct str){ nothing, sizeof(nothing) };
	bool same = str_same_ct(hash_of(tx->arena, token->secret), stored);
	if (!same || e != OK || !alive(link, tx->now))
		return E_NOT_FOUND;
	*ret = link;
	return OK;
}

enum err portal_link_alive(struct tx *tx, struct id link, struct row **ret)
{
	struct row *row;
	TRY(store_get(tx, &noun_portal_link, link, &row));
	if (!alive(row, tx->now))
		return E_NOT_FOUND;
	*ret = row;
	return OK;
}

/* ---- making ---- */

/* A quote's link outlives the offer by two weeks, so that who is late reads that he is late. */
static int64_t expiry_of(const struct tx *tx, const struct row *doc)
{
	int64_t grace = tx->now.ms + GRACE_DAYS * day_ms;
	if (doc->noun != &noun_quote)
		return tx->now.ms + DOCUMENT_DAYS * day_ms;
	if (row_is_null(doc, QUOTE_VALID_UNTIL))
		return tx->now.ms + DOCUMENT_DAYS * day_ms;
	int64_t until = (row_int(doc, QUOTE_VALID_UNTIL) + 1 + GRACE_DAYS) * day_ms;
	return until > grace ? until : grace;
}

static enum err find_living(struct tx *tx, const struct target *t, const struct row *doc, struct id contact, struct row **ret)
{
	struct row **rows;
	size_t n;
	*ret = NULL;
	TRY(store_children(tx, &noun_portal_link, t->field < 0 ? LINK_CUSTOMER : t->field, row_id(doc, F_ID_FIELD), &rows, &n));
	for (size_t i = n; i-- > 0;)
		if (row_is(rows[i], LINK_SCOPE, t->scope) && id_eq(row_id(rows[i], LINK_CONTACT), contact) && alive(rows[i], tx->now)) {
			*ret = rows[i];
			return OK;
		}
	return OK;
}

static enum err make_link(struct tx *tx, const struct target *t, const struct row *doc, struct id contact, struct row **ret)
{
	struct row *link = row_new(tx->arena, &noun_portal_link);
	struct id id = id_new(tx->now.ms);
	uint8_t secret[SECRET_BYTES];
	row_set_id(link, F_ID_FIELD, id);
	row_set_text(link, LINK_SCOPE, str_from(t->scope));
	row_set_id(link, LINK_CUSTOMER, row_id(doc, t->customer));
	if (!id_is_zero(contact))
		row_set_id(link, LINK_CONTACT, contact);
	if (t->field >= 0)
		row_set_id(link, t->field, row_id(doc, F_ID_FIELD));
	TRY(secret_of(tx, id, secret));
	link->v[LINK_HASH] = VALUE_TEXT(hash_of(tx->arena, secret));
	OPENSSL_cleanse(secret, sizeof(secret));
	row_set_int(link, LINK_EXPIRES_AT, expiry_of(tx, doc));
	return store_insert(tx, link, ret);
}

/* The same link serves a document for as long as it lives; where its time has become longer (a new version of the offer), so has the link's. */
enum err portal_link_for(struct tx *tx, const struct row *doc, struct id contact, struct id *ret_link)
{
	const struct target *t = target_of(doc);
	struct row *link, *person;
	assert(t);
	if (!id_is_zero(contact)) {
		TRY(store_get(tx, &noun_contact, contact, &person));
		if (!id_eq(row_id(person, CONTACT_CUSTOMER), row_id(doc, t->customer)))
			return E_NOT_FOUND;
	}
	TRY(find_living(tx, t, doc, contact, &link));
	if (!link)
		TRY(make_link(tx, t, doc, contact, &link));
	int64_t until = expiry_of(tx, doc);
	if (until > row_int(link, LINK_EXPIRES_AT) + day_ms) {
		struct row *is = row_copy(tx->arena, link);
		row_set_int(is, LINK_EXPIRES_AT, until);
		TRY(store_update(tx, link, is, &link));
	}
	*ret_link = row_id(link, F_ID_FIELD);
	return OK;
}

/* ---- codes ---- */

static enum err code_hash(struct tx *tx, const struct row *link, struct str code, struct str *ret)
{
	struct key company, key;
	uint8_t hash[32];
	struct id id = row_id(link, F_ID_FIELD);
	TRY(keystore_tenant_key(store_keys(tx->store), tx->tenant, KEY_SECRETS, &company));
	key_derive(&company, "portal code", &key);
	const struct str parts[] = { { (const char *)id.b, sizeof(id.b) }, code };
	hmac_sha256(&key, parts, ARRAY_LEN(parts), hash);
	key_wipe(&key);
	key_wipe(&company);
	*ret = str_dup(tx->arena, (struct str){ (const char *)hash, sizeof(hash) });
	return OK;
}

enum err portal_code_make(struct tx *tx, const struct row *link, struct str *ret_code)
{
	struct row *is = row_copy(tx->arena, link);
	uint64_t random;
	struct str hash;
	random_bytes(&random, sizeof(random));
	struct str code = str_fmt(tx->arena, "%06u", (unsigned)(random % 1000000));
	TRY(code_hash(tx, link, code, &hash));
	is->v[LINK_CODE_HASH] = VALUE_TEXT(hash);
	row_set_int(is, LINK_CODE_UNTIL, tx->now.ms + PORTAL_CODE_S * 1000);
	row_set_int(is, LINK_CODE_TRIES, 0);
	tx->action = "send_code";
	enum err e = store_update(tx, link, is, &is);
	tx->action = NULL;
	*ret_code = code;
	return e;
}

enum err portal_code_check(struct tx *tx, const struct row *link, struct str code, enum portal_code *ret)
{
	struct row *is = row_copy(tx->arena, link);
	struct str hash;
	TRY(code_hash(tx, link, code, &hash));
	bool holds = !row_is_null(link, LINK_CODE_HASH) && row_int(link, LINK_CODE_UNTIL) > tx->now.ms;
	bool same = holds && str_same_ct(hash, link->v[LINK_CODE_HASH].s);
	if (!holds) {
		*ret = PORTAL_CODE_OVER;
		return OK;
	}
	row_set_int(is, LINK_CODE_TRIES, row_int(link, LINK_CODE_TRIES) + 1);
	if (same || row_int(is, LINK_CODE_TRIES) >= PORTAL_CODE_TRIES)
		row_set_null(is, LINK_CODE_HASH);
	*ret = same ? PORTAL_CODE_RIGHT : PORTAL_CODE_WRONG;
	tx->action = same ? "verify" : "wrong_code";
	enum err e = store_update(tx, link, is, &is);
	tx->action = NULL;
	return e;
}

enum err portal_link_used(struct tx *tx, const struct row *link, struct row **ret)
{
	struct row *is = row_copy(tx->arena, link);
	row_set_int(is, LINK_USES, row_int(link, LINK_USES) + 1);
	row_set_int(is, LINK_LAST_USED_AT, tx->now.ms);
	tx->action = "open";
	enum err e = store_update(tx, link, is, ret);
	tx->action = NULL;
	return e;
}

/* ---- acts ---- */

const struct field portal_link_params[PORTAL_LINK_PARAMS] = {
	{ .name = "contact_id", .doc = "To whom it is given; the customer at large if left out.", .type = F_REF, .ref = &noun_contact },
};

/* What the customer would be shown must be there: a draft has no page. */
static const char *not_yet(const struct row *doc)
{
	if (doc->noun == &noun_quote && row_is_null(doc, QUOTE_VALID_UNTIL))
		return "The offer has not been sent: send it first.";
	if (doc->noun == &noun_invoice && (row_is_null(doc, INVOICE_SENT_AT) || row_is(doc, INVOICE_STATUS, "void")))
		return "The invoice has not been sent: send it first.";
	return NULL;
}

enum err portal_link_run(struct act_call *c)
{
	struct id contact = set_has(c->present, 0) ? c->params[0].id : (struct id){ { 0 } }, link;
	const char *why = not_yet(c->row);
	struct row *row;
	struct str url;
	struct buf b;
	struct json_out o;
	if (why)
		return problem_set(c->tx->problem, E_CONFLICT, "%s", why);
	enum err e = portal_link_for(c->tx, c->row, contact, &link);
	if (e == E_NOT_FOUND) {
		problem_fault(c->tx->problem, STR("/contact_id"), "reference", "There is no such contact of this customer.");
		return problem_done(c->tx->problem);
	}
	TRY(e);
	TRY(portal_url(c->tx, c->ctx->address, link, &url));
	TRY(store_get(c->tx, &noun_portal_link, link, &row));
	buf_init(&b, c->tx->arena, 2000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "url", url);
	jw_member_id(&o, "portal_link_id", link);
	jw_member_instant(&o, "expires_at", (struct instant){ row_int(row, LINK_EXPIRES_AT) });
	jw_close(&o, '}');
	c->ret_body = buf_str(&b);
	return OK;
}

static enum err run_revoke(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row);
	c->ret_row = c->row;
	if (!row_is_null(c->row, LINK_REVOKED_AT))
		return OK;
	row_set_int(is, LINK_REVOKED_AT, c->tx->now.ms);
	c->tx->action = "revoke";
	enum err e = store_update(c->tx, c->row, is, &c->ret_row);
	c->tx->action = NULL;
	return e;
}

static const struct act link_acts[] = {
	{ .name = "revoke", .doc = "Takes the link back: it opens nothing from now on.", .right = "portal_link.revoke", .writes = true, .returns = &noun_portal_link, .run = run_revoke },
	{ .name = NULL },
};

const struct noun noun_portal_link = {
	.tag = 50, .name = "portal_link", .plural = "portal_links", .doc = "A link with which a customer opens his page without a password.",
	FIELDS(link_fields), .orders = link_orders, .subject = SUBJECT_NONE, .label = LINK_SCOPE, .own = -1, .parent = LINK_CUSTOMER, .no_delete = true,
	.acts = link_acts,
};
