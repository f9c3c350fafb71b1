/* aftercare.c - what the Consumer Protection Act asks of work that is done: parts taken out (s67), three months of warranty (s57), and the customer's
 * signature under the job card (ECTA s13) or why there is none. */
#include "aftercare.h"

#include "job.h"
#include "plan.h"
#include "zone.h"

static const char *const part_ends[] = { "returned", "declined", "warranty", "insurer", "regulation", NULL };
static const char *const warranty_kinds[] = { "parts", "labour", NULL };

enum { LAST_DAY = 2932896, LEGAL_MONTHS = 3 };

static const struct field part_fields[] = {
	COMMON_ROWS(PART),
	[PART_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .ref = &noun_job },
	[PART_DESCRIPTION] = { .name = "description", .doc = "What was taken out.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | PHONE_OK, .min = 1, .max = 300, RECORD("returning parts (CPA s67)") },
	[PART_QTY3] = { .name = "qty3", .doc = "How many, in thousandths.", .type = F_INT, .tag = 13, .flags = REQUIRED | PHONE_OK, .min = 1, .max = QTY_MAX, .initial = "1000" },
	[PART_END] = { .name = "outcome", .doc = "Given back, not wanted, or kept for a warranty, an insurer or because a rule says so.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | FILTER | PHONE_OK, .values = part_ends },
	[PART_NAME] = { .name = "name", .doc = "Who took or declined it.", .type = F_TEXT, .tag = 15, .flags = PHONE_OK, .max = 200, RECORD("returning parts (CPA s67)") },
};
_Static_assert(ARRAY_LEN(part_fields) == PART_FIELDS, "removed_part: table and enum differ");

static const struct order part_orders[] = { { -1, PART_CREATED_AT }, { PART_JOB, PART_CREATED_AT }, ORDERS_END };

const struct noun noun_removed_part = {
	.tag = 56, .name = "removed_part", .plural = "removed_parts", .doc = "A part that was taken out, and what became of it.",
	FIELDS(part_fields), .orders = part_orders, .subject = SUBJECT_FIELD, .subject_field = PART_JOB, .label = PART_END, .own = PART_JOB, .parent = PART_JOB,
	.record = true,
};

static const struct field warranty_fields[] = {
	COMMON_ROWS(WARRANTY),
	[WARRANTY_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_job },
	[WARRANTY_SITE] = { .name = "site_id", .doc = "Where.", .type = F_REF, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .ref = &noun_site },
	[WARRANTY_ITEM] = { .name = "item_id", .doc = "What was installed.", .type = F_REF, .tag = 13, .flags = ONCE | FILTER, .ref = &noun_item },
	[WARRANTY_KIND] = { .name = "kind", .doc = "On parts or on labour.", .type = F_ENUM, .tag = 14, .flags = REQUIRED | ONCE | FILTER, .values = warranty_kinds },
	[WARRANTY_DESCRIPTION] = { .name = "description", .doc = "On what.", .type = F_TEXT, .tag = 15, .flags = REQUIRED | ONCE, .min = 1, .max = 2000, RECORD("warranty (CPA s57)") },
	[WARRANTY_FROM] = { .name = "valid_from", .doc = "First day.", .type = F_DATE, .tag = 16, .flags = REQUIRED | ONCE, .max = LAST_DAY },
	[WARRANTY_UNTIL] = { .name = "valid_until", .doc = "Last day; never less than three months.", .type = F_DATE, .tag = 17, .flags = REQUIRED | FILTER, .max = LAST_DAY },
};
_Static_assert(ARRAY_LEN(warranty_fields) == WARRANTY_FIELDS, "warranty: table and enum differ");

static const struct order warranty_orders[] = {
	{ -1, WARRANTY_CREATED_AT }, { WARRANTY_JOB, WARRANTY_CREATED_AT }, { WARRANTY_SITE, WARRANTY_CREATED_AT }, { -1, WARRANTY_UNTIL }, ORDERS_END
};

static enum err warranty_before(struct write *w)
{
	if (row_int(w->is, WARRANTY_UNTIL) < day_add_months(row_day(w->is, WARRANTY_FROM), LEGAL_MONTHS).days)
		problem_fault(w->tx->problem, STR("/valid_until"), "range", "The law gives three months (Consumer Protection Act, section 57).");
	return problem_done(w->tx->problem);
}

const struct noun noun_warranty = {
	.tag = 57, .name = "warranty", .plural = "warranties", .doc = "Until when a part or the work on it is under warranty.",
	FIELDS(warranty_fields), .orders = warranty_orders, .subject = SUBJECT_FIELD, .subject_field = WARRANTY_JOB, .label = WARRANTY_UNTIL, .own = WARRANTY_JOB,
	.parent = WARRANTY_JOB, .record = true, .before_write = warranty_before, .no_delete = true,
};

static const struct field sign_fields[] = {
	COMMON_ROWS(SIGN),
	[SIGN_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .ref = &noun_job },
	[SIGN_NAME] = { .name = "signer_name", .doc = "Who signed.", .type = F_TEXT, .tag = 12, .flags = ONCE | PHONE_OK, .max = 200, RECORD("showing who agreed to what") },
	[SIGN_CAPACITY] = { .name = "capacity", .doc = "In what capacity.", .type = F_TEXT, .tag = 13, .flags = ONCE | PHONE_OK, .max = 100, RECORD("showing who agreed to what") },
	[SIGN_STATEMENT] = { .name = "statement", .doc = "What was agreed to, in words.", .type = F_LINES, .tag = 14, .flags = ONCE | PHONE_OK, .max = 2000 },
	[SIGN_NOT_SIGNED] = { .name = "not_signed_reason", .doc = "Or why nobody signed.", .type = F_TEXT, .tag = 15, .flags = ONCE | PHONE_OK, .max = 300, RECORD("showing who agreed to what") },
	[SIGN_DRAWING] = { .name = "attachment_id", .doc = "The drawing.", .type = F_REF, .tag = 16, .flags = ONCE | PHONE_OK, .ref = &noun_attachment },
	[SIGN_DEVICE_AT] = { .name = "device_at", .doc = "When, by the clock of the device.", .type = F_TIME, .tag = 17, .flags = ONCE | PHONE_OK, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(sign_fields) == SIGN_FIELDS, "signature: table and enum differ");

static const struct order sign_orders[] = { { -1, SIGN_CREATED_AT }, { SIGN_JOB, SIGN_CREATED_AT }, ORDERS_END };

static enum err sign_before(struct write *w)
{
	bool signed_ = !row_is_null(w->is, SIGN_NAME);
	if (signed_ == !row_is_null(w->is, SIGN_NOT_SIGNED))
		problem_fault(w->tx->problem, STR("/signer_name"), "required", "Say who signed, or why nobody did: one of them.");
	if (signed_ && row_is_null(w->is, SIGN_STATEMENT))
		problem_fault(w->tx->problem, STR("/statement"), "required", "Say what was signed for.");
	return problem_done(w->tx->problem);
}

const struct noun noun_signature = {
	.tag = 58, .name = "signature", .plural = "signatures", .doc = "That the customer signed for the work, or why not.",
	FIELDS(sign_fields), .orders = sign_orders, .subject = SUBJECT_FIELD, .subject_field = SIGN_JOB, .label = SIGN_CREATED_AT, .own = SIGN_JOB,
	.parent = SIGN_JOB, .record = true, .before_write = sign_before, .no_delete = true,
};

enum err job_is_signed(struct tx *tx, struct id job, bool *ret, bool *ret_refused)
{
	struct row **rows;
	size_t n;
	*ret = *ret_refused = false;
	TRY(store_children(tx, &noun_signature, SIGN_JOB, job, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		*ret |= !row_is_null(rows[i], SIGN_NAME);
		*ret_refused |= !row_is_null(rows[i], SIGN_NOT_SIGNED);
	}
	return OK;
}

/* ---- the warranty that the law gives ---- */

static enum err give(struct tx *tx, const struct row *job, const struct row *line, struct day from)
{
	struct row *w = row_new(tx->arena, &noun_warranty), *item;
	int64_t months = LEGAL_MONTHS;
	TRY(row_if(tx, &noun_item, row_id(line, LINE_ITEM), &item));
	if (item && row_int(item, ITEM_WARRANTY_MONTHS) > months)
		months = row_int(item, ITEM_WARRANTY_MONTHS);
	if (item && !row_is(item, ITEM_KIND, "product") && !row_is(item, ITEM_KIND, "bundle") && !row_is(item, ITEM_KIND, "labour"))
		return OK; /* nobody warrants a fee */
	row_set_id(w, WARRANTY_JOB, row_id(job, F_ID_FIELD));
	row_set_id(w, WARRANTY_SITE, row_id(job, JOB_SITE));
	w->v[WARRANTY_ITEM] = line->v[LINE_ITEM];
	bool labour = item ? row_is(item, ITEM_KIND, "labour") : str_eqz(row_text(line, LINE_UNIT), "h");
	row_set_text(w, WARRANTY_KIND, labour ? STR("labour") : STR("parts"));
	row_set_text(w, WARRANTY_DESCRIPTION, row_text(line, LINE_DESCRIPTION));
	row_set_int(w, WARRANTY_FROM, from.days);
	row_set_int(w, WARRANTY_UNTIL, day_add_months(from, months).days);
	return store_insert(tx, w, &w);
}

enum err job_warrant(struct tx *tx, const struct row *was, const struct row *job)
{
	struct row **lines, **given;
	const struct ctx *c = tx_ctx(tx);
	const struct zone *zone;
	size_t n, m;
	if (!was || !row_is_null(was, JOB_COMPLETED_AT) || row_is_null(job, JOB_COMPLETED_AT) || !c || !c->company)
		return OK;
	TRY(store_children(tx, &noun_warranty, WARRANTY_JOB, row_id(job, F_ID_FIELD), &given, &m));
	TRY(doc_lines(tx, &noun_job_line, row_id(job, F_ID_FIELD), &lines, &n));
	TRY(zone_load(tx->arena, row_text(c->company, TENANT_TIMEZONE), &zone));
	struct day from = zone_local(zone, (struct instant){ row_int(job, JOB_COMPLETED_AT) }).day;
	for (size_t i = 0; i < n && !m; i++) /* done again after it was reopened: the first warranty goes on */
		if (row_is(lines[i], LINE_KIND, "item"))
			TRY(give(tx, job, lines[i], from));
	return OK;
}

enum err job_warranties_run(struct act_call *c)
{
	struct row **all;
	struct day today;
	struct buf b;
	struct json_out o;
	size_t n;
	TRY(company_today(c->tx, &today));
	TRY(store_children(c->tx, &noun_warranty, WARRANTY_SITE, row_id(c->row, JOB_SITE), &all, &n));
	buf_init(&b, c->tx->arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (size_t i = 0; i < n; i++) {
		struct row *job;
		if (row_int(all[i], WARRANTY_UNTIL) < today.days || id_eq(row_id(all[i], WARRANTY_JOB), row_id(c->row, F_ID_FIELD)))
			continue;
		TRY(store_get(c->tx, &noun_job, row_id(all[i], WARRANTY_JOB), &job));
		jw_open(&o, '{');
		jw_member_id(&o, "id", row_id(all[i], F_ID_FIELD));
		jw_member_id(&o, "job_id", row_id(all[i], WARRANTY_JOB));
		jw_member_str(&o, "job_no", row_text(job, JOB_NO));
		jw_member_str(&o, "kind", row_text(all[i], WARRANTY_KIND));
		jw_member_str(&o, "description", row_text(all[i], WARRANTY_DESCRIPTION));
		jw_member_str(&o, "until", day_str(c->tx->arena, row_day(all[i], WARRANTY_UNTIL)));
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	c->ret_body = buf_str(&b);
	return OK;
}
