/* approval.c - what must hold before an invoice gets its number (product.md 4.5, law.md 4.1 and 4.2), who stands on it, and putting particulars right
 * afterwards (rulings G5). */
#include "money_path.h"

#include <string.h>

/* ---- who buys, who sells ---- */


static void add_member(struct json_out *o, const char *name, struct str value)
{
	if (value.n)
		jw_member_str(o, name, value);
}

static struct str party(struct arena *a, struct str name, struct str address, struct str vat_no, struct str reg_no)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 4000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	add_member(&o, "name", name);
	add_member(&o, "address", address);
	add_member(&o, "vat_no", vat_no);
	add_member(&o, "reg_no", reg_no);
	jw_close(&o, '}');
	return str_dup(a, buf_str(&b));
}

struct str invoice_seller(struct arena *a, const struct row *company, bool registered, struct str vat_no)
{
	static const int address[] = { TENANT_LINE1, TENANT_LINE2, TENANT_SUBURB, TENANT_CITY, TENANT_POSTAL_CODE };
	struct str legal = row_text(company, TENANT_LEGAL_NAME);
	return party(a, legal.n ? legal : row_text(company, TENANT_NAME), row_joined(a, company, address, ARRAY_LEN(address)), registered ? vat_no : STR(""),
	             row_text(company, TENANT_REG_NO));
}

static const int buyer_address[] = { CUSTOMER_BILLING_LINE1, CUSTOMER_BILLING_LINE2, CUSTOMER_BILLING_SUBURB, CUSTOMER_BILLING_CITY, CUSTOMER_BILLING_POSTAL_CODE };

struct str invoice_buyer(struct arena *a, const struct row *customer)
{
	return party(a, row_text(customer, CUSTOMER_NAME), row_joined(a, customer, buyer_address, ARRAY_LEN(buyer_address)), row_text(customer, CUSTOMER_VAT_NO), STR(""));
}

/* ---- what must hold ---- */

/* Consumer Protection Act s15: what is charged may not exceed what the customer authorised (rulings G1). */
static enum err within_authorised(struct tx *tx, const struct row *invoice)
{
	struct row **auths;
	size_t n;
	int64_t allowed = 0, charged;
	if (row_is_null(invoice, INVOICE_JOB))
		return OK;
	struct id job = row_id(invoice, INVOICE_JOB);
	bool incl = row_is(invoice, DOC_PRICE_MODE, "incl");
	TRY(store_children(tx, &noun_authorisation, AUTH_JOB, job, &auths, &n));
	for (size_t i = 0; i < n; i++) {
		if (row_is_null(auths[i], AUTH_AMOUNT))
			return OK;
		allowed += row_int(auths[i], AUTH_AMOUNT);
	}
	if (!n)
		return OK;
	TRY(job_charged(tx, job, incl ? DOC_TOTAL : DOC_NET, &charged));
	charged += row_int(invoice, incl ? DOC_TOTAL : DOC_NET);
	if (charged <= allowed)
		return OK;
	return problem_set(tx->problem, E_CONFLICT, "The customer authorised %s and this would make %s (Consumer Protection Act, section 15). Have a variation accepted first.",
	                   money_str(tx->arena, (struct money){ allowed }, NUMBER_POINT).p, money_str(tx->arena, (struct money){ charged }, NUMBER_POINT).p);
}

/* What the law wants to stand on it (law.md 4.1). */
static enum err complete(struct tx *tx, const struct row *company, const struct row *invoice, const struct row *customer, bool registered, struct str vat_no)
{
	struct problem *p = tx->problem;
	if (registered && !vat_no.n)
		problem_fault(p, STR("/seller/vat_no"), "required", "A tax invoice shows your VAT number: enter it under VAT status.");
	if (registered && !row_text(company, TENANT_LINE1).n)
		problem_fault(p, STR("/seller/address"), "required", "A tax invoice shows your address: enter it in the company settings.");
	int64_t full = row_int(company, TENANT_FULL_INVOICE_FROM);
	if (row_int(invoice, DOC_TOTAL) > full && registered && !row_joined(tx->arena, customer, buyer_address, ARRAY_LEN(buyer_address)).n)
		problem_fault(p, STR("/buyer/address"), "required", "Above %s the buyer's address must stand on it: enter the customer's billing address.",
		              money_str(tx->arena, (struct money){ full }, NUMBER_POINT).p);
	return problem_done(p);
}

/* Whether every line is taxed as it would be on that day; nearly always it is, and then its figures are what they were. */
static enum err taxed_so(struct tx *tx, struct standing *on, struct row *const *lines, size_t n, bool *ret)
{
	*ret = true;
	for (size_t i = 0; i < n && *ret; i++) {
		int64_t bp = 0;
		bool found = false;
		struct row *code;
		if (!row_is(lines[i], LINE_KIND, "item"))
			continue;
		if (on->registered && row_int(lines[i], LINE_UNREGISTERED)) {
			*ret = false;
			break;
		}
		if (i && id_eq(row_id(lines[i], LINE_TAX_CODE), row_id(lines[i - 1], LINE_TAX_CODE)) && row_int(lines[i], LINE_RATE_BP) == row_int(lines[i - 1], LINE_RATE_BP))
			continue;
		TRY(row_if(tx, &noun_tax_code, row_id(lines[i], LINE_TAX_CODE), &code));
		TRY(rate_of(tx, on, row_id(lines[i], LINE_TAX_CODE), &bp, &found));
		*ret = code && found && bp == row_int(lines[i], LINE_RATE_BP) && (on->registered || row_is(code, TAX_CODE_KIND, "outside"));
	}
	return OK;
}

/* Rates and registration as they are on the tax point; a difference to the draft blocks until the draft was made anew (rulings G6). */
static enum err retax(struct tx *tx, const struct row *invoice, struct row **lines, size_t n, struct day day)
{
	struct row *again = row_copy(tx->arena, invoice);
	struct standing on = { .day = day, .inclusive = row_is(invoice, DOC_PRICE_MODE, "incl") };
	struct row **copies = ARENA_ARRAY(tx->arena, struct row *, n + 1);
	bool same;
	TRY(company_registered(tx, day, &on.registered, NULL));
	TRY(taxed_so(tx, &on, lines, n, &same));
	if (same)
		return OK;
	for (size_t i = 0; i < n; i++) {
		copies[i] = row_copy(tx->arena, lines[i]);
		TRY(line_fill(tx, &on, copies[i], str_fmt(tx->arena, "/lines/%zu", i)));
	}
	TRY(problem_done(tx->problem));
	TRY(doc_total(tx, again, copies, n, NULL));
	if (row_int(again, DOC_TOTAL) == row_int(invoice, DOC_TOTAL) && row_int(again, DOC_VAT) == row_int(invoice, DOC_VAT) &&
	    str_eq(row_text(again, DOC_VAT_GROUPS), row_text(invoice, DOC_VAT_GROUPS)))
		return OK;
	return problem_set(tx->problem, E_CONFLICT, "VAT changed since the draft was made: the total was %s and is %s now. Save the lines again, then approve.",
	                   money_str(tx->arena, (struct money){ row_int(invoice, DOC_TOTAL) }, NUMBER_POINT).p,
	                   money_str(tx->arena, (struct money){ row_int(again, DOC_TOTAL) }, NUMBER_POINT).p);
}

enum err approval_check(struct tx *tx, const struct row *company, const struct row *invoice, const struct row *customer, struct row **lines, size_t count)
{
	struct day point = { (int32_t)row_int(invoice, INVOICE_DATE) };
	struct str vat_no = STR("");
	bool registered;
	TRY(company_registered(tx, point, &registered, &vat_no));
	TRY(retax(tx, invoice, lines, count, point));
	TRY(complete(tx, company, invoice, customer, registered, vat_no));
	return within_authorised(tx, invoice);
}

/* ---- the same, asked beforehand ---- */

static void say(struct json_out *o, struct str pointer, struct str words)
{
	jw_open(o, '{');
	jw_member_str(o, "pointer", pointer);
	jw_member_str(o, "detail", words);
	jw_close(o, '}');
}

static void say_stops(struct json_out *o, const struct problem *p)
{
	for (const struct fault *f = p->faults; f; f = f->next)
		say(o, f->pointer, f->detail);
	if (!p->faults && p->detail.n)
		say(o, STR(""), p->detail);
}

/* What is allowed and ought to be looked at. */
static void say_warnings(struct json_out *o, const struct row *invoice, const struct row *customer, bool registered, struct day today)
{
	if (registered && row_is(customer, CUSTOMER_KIND, "company") && !row_text(customer, CUSTOMER_VAT_NO).n)
		say(o, STR("/buyer/vat_no"), STR("The customer is a company without a VAT number; if it is a vendor, its number must stand on the invoice."));
	if (row_int(customer, CUSTOMER_ON_HOLD))
		say(o, STR("/customer_id"), STR("The customer is on hold."));
	if (!row_is_null(invoice, INVOICE_DATE) && row_int(invoice, INVOICE_DATE) > today.days)
		say(o, STR("/date"), STR("It is dated in the future."));
	if (!row_is_null(invoice, INVOICE_DATE) && row_int(invoice, INVOICE_DATE) < today.days - 21)
		say(o, STR("/date"), STR("A tax invoice is to be issued within 21 days of the supply (VAT Act, section 20)."));
}

enum err approval_run(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row), *customer, **lines;
	struct problem stops, *outer = c->tx->problem;
	struct day today;
	struct buf b;
	struct json_out o;
	bool registered;
	size_t n;
	TRY(company_today(c->tx, &today));
	if (row_is_null(is, INVOICE_DATE))
		row_set_int(is, INVOICE_DATE, today.days);
	TRY(store_get(c->tx, &noun_customer, row_id(is, INVOICE_CUSTOMER), &customer));
	TRY(doc_lines(c->tx, &noun_invoice_line, row_id(is, F_ID_FIELD), &lines, &n));
	TRY(company_registered(c->tx, today, &registered, NULL));
	problem_init(&stops, c->tx->arena);
	c->tx->problem = &stops;
	enum err e = !row_is(is, INVOICE_STATUS, "draft") ? problem_set(&stops, E_CONFLICT, "It is approved already.") :
	             !n ? problem_set(&stops, E_CONFLICT, "There is nothing on it yet.") :
	             approve_limit(c->tx, row_int(is, DOC_TOTAL));
	if (e == OK)
		e = approval_check(c->tx, c->ctx->company, is, customer, lines, n);
	c->tx->problem = outer;
	if (e != OK && e != E_CONFLICT && e != E_INVALID && e != E_FORBIDDEN)
		return e;
	buf_init(&b, c->tx->arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_bool(&o, "ready", e == OK);
	jw_key(&o, "stops");
	jw_open(&o, '[');
	say_stops(&o, &stops);
	jw_close(&o, ']');
	jw_key(&o, "warnings");
	jw_open(&o, '[');
	say_warnings(&o, is, customer, registered, today);
	jw_close(&o, ']');
	jw_close(&o, '}');
	c->ret_body = buf_str(&b);
	return OK;
}

/* ---- putting particulars right ---- */

const struct field correct_params[] = {
	[CORRECT_NAME] = { .name = "name", .doc = "The buyer's name.", .type = F_TEXT, .min = 1, .max = 200 },
	[CORRECT_ADDRESS] = { .name = "address", .doc = "The buyer's address.", .type = F_TEXT, .min = 1, .max = 600 },
	[CORRECT_VAT_NO] = { .name = "vat_no", .doc = "The buyer's VAT number.", .type = F_TEXT, .max = 20 },
	[CORRECT_ORDER_NO] = { .name = "customer_order_no", .doc = "The customer's own order number.", .type = F_TEXT, .max = 60 },
	[CORRECT_LINES] = { .name = "lines", .doc = "Descriptions: a list of {line_id, description}.", .type = F_JSON, .max = 400000 },
};

static struct str corrected_buyer(const struct act_call *c, const json_t *was)
{
	static const struct {
		int param;
		const char *member;
	} parts[] = { { CORRECT_NAME, "name" }, { CORRECT_ADDRESS, "address" }, { CORRECT_VAT_NO, "vat_no" } };
	struct str now[3];
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		now[i] = set_has(c->present, parts[i].param) ? c->params[parts[i].param].s : str_dup(c->tx->arena, json_text(json_object_get(was, parts[i].member)));
	return party(c->tx->arena, now[0], now[1], now[2], STR(""));
}

static struct row *line_by_id(struct row **lines, size_t n, struct str text)
{
	struct id id;
	if (id_parse(text, &id) != OK)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (id_eq(row_id(lines[i], F_ID_FIELD), id))
			return lines[i];
	return NULL;
}

/* The stored lines stay as they were approved; what is frozen has the new words. */
static enum err correct_lines(struct act_call *c, struct row **lines, size_t n)
{
	json_t *list;
	if (!set_has(c->present, CORRECT_LINES))
		return OK;
	TRY(json_read(c->tx->arena, c->params[CORRECT_LINES].s, c->tx->problem, &list));
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct row *line = line_by_id(lines, n, json_text(json_object_get(json_array_get(list, i), "line_id")));
		struct str words = json_text(json_object_get(json_array_get(list, i), "description"));
		if (!line)
			problem_fault(c->tx->problem, str_fmt(c->tx->arena, "/lines/%zu/line_id", i), "reference", "This is no line of the invoice.");
		else if (!words.n || words.n > 2000)
			problem_fault(c->tx->problem, str_fmt(c->tx->arena, "/lines/%zu/description", i), "required", "Say what it is, in up to 2000 letters.");
		else
			row_set_text(line, LINE_DESCRIPTION, str_dup(c->tx->arena, words));
	}
	return problem_done(c->tx->problem);
}

enum err correct_run(struct act_call *c)
{
	struct row *is = row_copy(c->tx->arena, c->row), **lines;
	struct str hash;
	json_t *buyer;
	size_t n;
	if (row_is_null(c->row, INVOICE_NO) || row_is(c->row, INVOICE_STATUS, "void"))
		return problem_set(c->tx->problem, E_CONFLICT, "Only an approved invoice is corrected; a draft is simply changed.");
	if (!c->present.bits) {
		problem_fault(c->tx->problem, STR(""), "required", "Say what is to be put right.");
		return problem_done(c->tx->problem);
	}
	TRY(json_read(c->tx->arena, row_text(c->row, INVOICE_BUYER), c->tx->problem, &buyer));
	row_set_text(is, INVOICE_BUYER, corrected_buyer(c, buyer));
	if (set_has(c->present, CORRECT_ORDER_NO))
		is->v[INVOICE_ORDER_NO] = c->params[CORRECT_ORDER_NO];
	row_set_int(is, INVOICE_REVISION, row_int(is, INVOICE_REVISION) + 1);
	TRY(doc_lines(c->tx, &noun_invoice_line, row_id(is, F_ID_FIELD), &lines, &n));
	TRY(correct_lines(c, lines, n));
	TRY(invoice_freeze(c->tx, c->ctx->company, is, lines, n, STR("Corrected"), &hash));
	row_set_text(is, INVOICE_HASH, hash);
	c->tx->action = "correct";
	return store_update(c->tx, c->row, is, &c->ret_row);
}
