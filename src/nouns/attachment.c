/* attachment.c - small files: a drawing of a signature, a logo (rulings G12). Images are drawn anew, so that nothing of a camera or of somebody's cunning
 * comes along (security.md 9). Photos and larger files come through uploads. */
#include "attachment.h"

#include "page.h"
#include "policy.h"
#include "seal.h"

static const char *const attachment_kinds[] = { "signature", "logo", NULL };
static const char *const attachment_views[] = { "internal", "customer", NULL };

enum { LOGO_MAX = 100000 /* bytes: it is kept with every document */, DATA_MAX = 700000 /* base64url letters: it travels in an ordinary body */ };

static const struct field attachment_fields[] = {
	COMMON_ROWS(ATTACH),
	[ATTACH_JOB] = { .name = "job_id", .doc = "The work that it belongs to.", .type = F_REF, .tag = 11, .flags = ONCE | FILTER | PHONE_OK, .ref = &noun_job },
	[ATTACH_CUSTOMER] = { .name = "customer_id", .doc = "Or the customer.", .type = F_REF, .tag = 12, .flags = ONCE | FILTER, .ref = &noun_customer },
	[ATTACH_KIND] = { .name = "kind", .doc = "What it is.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | ONCE | FILTER, .values = attachment_kinds },
	[ATTACH_NAME] = { .name = "name", .doc = "Name of the file.", .type = F_TEXT, .tag = 14, .flags = REQUIRED | ONCE, .min = 1, .max = 200, RECORD("showing what was signed") },
	[ATTACH_VISIBILITY] = { .name = "visibility", .doc = "Who may see it: your people, or the customer too.", .type = F_ENUM, .tag = 15, .flags = REQUIRED, .values = attachment_views, .initial = "internal" },
	[ATTACH_TYPE] = { .name = "type", .doc = "Its media type, as found by looking into it.", .type = F_TEXT, .tag = 16, .flags = REQUIRED | READONLY | DERIVED, .max = 60 },
	[ATTACH_SIZE] = { .name = "size", .doc = "Bytes.", .type = F_INT, .tag = 17, .flags = REQUIRED | READONLY | DERIVED, .max = MIB },
	[ATTACH_HASH] = { .name = "sha256", .doc = "SHA-256 of its bytes.", .type = F_TEXT, .tag = 18, .flags = REQUIRED | READONLY | DERIVED, .max = 64 },
	[ATTACH_BYTES] = { .name = "bytes", .doc = "Its bytes.", .type = F_BYTES, .tag = 19, .flags = READONLY | INTERNAL, .max = MIB, RECORD("showing what was signed") },
};
_Static_assert(ARRAY_LEN(attachment_fields) == ATTACH_FIELDS, "attachment: table and enum differ");

static const struct order attachment_orders[] = { { -1, ATTACH_CREATED_AT }, { ATTACH_JOB, ATTACH_CREATED_AT }, { ATTACH_CUSTOMER, ATTACH_CREATED_AT }, { ATTACH_KIND, ATTACH_CREATED_AT }, ORDERS_END };

enum { ADD_KIND, ADD_NAME, ADD_DATA, ADD_JOB, ADD_CUSTOMER, ADD_VISIBILITY };
static const struct field add_params[] = {
	[ADD_KIND] = { .name = "kind", .doc = "What it is.", .type = F_ENUM, .flags = REQUIRED, .values = attachment_kinds },
	[ADD_NAME] = { .name = "name", .doc = "Name of the file.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = 200 },
	[ADD_DATA] = { .name = "data", .doc = "A PNG image, base64url without padding.", .type = F_TEXT, .flags = REQUIRED, .min = 1, .max = DATA_MAX },
	[ADD_JOB] = { .name = "job_id", .doc = "The work that it belongs to.", .type = F_REF, .ref = &noun_job },
	[ADD_CUSTOMER] = { .name = "customer_id", .doc = "Or the customer.", .type = F_REF, .ref = &noun_customer },
	[ADD_VISIBILITY] = { .name = "visibility", .doc = "Who may see it.", .type = F_ENUM, .values = attachment_views },
};

enum err image_clean(struct arena *a, struct str bytes, struct str *ret)
{
	return page_image_again(a, bytes, ret);
}

static enum err run_add(struct act_call *c)
{
	struct row *r = row_new(c->tx->arena, &noun_attachment);
	struct str bytes, clean = STR("");
	bool logo = str_eqz(c->params[ADD_KIND].s, "logo");
	if (str_unbase64url(c->tx->arena, c->params[ADD_DATA].s, &bytes) != OK || image_clean(c->tx->arena, bytes, &clean) != OK || clean.n > MIB)
		problem_fault(c->tx->problem, STR("/data"), "format", "A PNG image is wanted, as base64url, of up to 500 kB.");
	else if (logo && clean.n > LOGO_MAX)
		problem_fault(c->tx->problem, STR("/data"), "range", "A logo is up to 100 kB: make it smaller.");
	if (logo && policy_grant(&c->ctx->actor, "tenant.update") == GRANT_NONE)
		problem_fault(c->tx->problem, STR("/kind"), "choice", "The logo is set by whoever may change the company.");
	if (!logo && !set_has(c->present, ADD_JOB) && !set_has(c->present, ADD_CUSTOMER))
		problem_fault(c->tx->problem, STR("/job_id"), "required", "Say to what it belongs.");
	TRY(problem_done(c->tx->problem));
	r->v[ATTACH_KIND] = c->params[ADD_KIND];
	r->v[ATTACH_NAME] = c->params[ADD_NAME];
	r->v[ATTACH_JOB] = c->params[ADD_JOB];
	r->v[ATTACH_CUSTOMER] = c->params[ADD_CUSTOMER];
	r->v[ATTACH_VISIBILITY] = c->params[ADD_VISIBILITY];
	row_set_text(r, ATTACH_TYPE, STR("image/png"));
	row_set_int(r, ATTACH_SIZE, (int64_t)clean.n);
	row_set_text(r, ATTACH_HASH, sha256_hex(c->tx->arena, clean));
	row_set_text(r, ATTACH_BYTES, clean);
	return store_insert(c->tx, r, &c->ret_row);
}

static enum err run_content(struct act_call *c)
{
	c->ret_body = row_text(c->row, ATTACH_BYTES);
	return c->row->erased ? E_ERASED : OK;
}

enum err logo_of_company(struct tx *tx, struct str *ret)
{
	struct query q = { .noun = &noun_attachment, .sort = ATTACH_CREATED_AT, .ascending = false, .limit = 1 };
	struct page page;
	*ret = STR("");
	q.filters[q.filter_count++] = filter_is(ATTACH_KIND, VALUE_TEXT(STR("logo")));
	set_add(&q.open, ATTACH_BYTES);
	TRY(store_list(tx, &q, &page));
	if (page.count)
		*ret = row_text(page.rows[0], ATTACH_BYTES);
	return OK;
}

static const struct act attachment_acts[] = {
	{ .name = "add", .doc = "Keeps a small image.", .right = "attachment.create", .writes = true, .on_noun = true, .status = 201, .returns = &noun_attachment, PARAMS(add_params), .run = run_add },
	{ .name = "content", .doc = "Its bytes.", .right = "attachment.read", .content_type = "image/png", .run = run_content },
	{ .name = NULL },
};

static enum err attachment_before(struct write *w)
{
	return w->was || !row_is_null(w->is, ATTACH_BYTES) ? OK : problem_set(w->tx->problem, E_INVALID, "Files are added with their content: POST /v1/attachments/add.");
}

const struct noun noun_attachment = {
	.tag = 62, .name = "attachment", .plural = "attachments", .doc = "A small file: a drawing of a signature, a logo.",
	FIELDS(attachment_fields), .orders = attachment_orders, .subject = SUBJECT_FIELD, .subject_field = ATTACH_JOB, .label = ATTACH_NAME, .own = ATTACH_JOB,
	.parent = ATTACH_JOB, .record = true, .acts = attachment_acts, .before_write = attachment_before,
};
